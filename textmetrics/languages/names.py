"""What languages are called: which names are taken for a code, and which are only suggested.

A name is taken for a code if a standard gives it to that language and to nothing else: the code in
any case, the English name, a code of ISO 639-2 or 639-3, or a tag that begins with one of these
(``zh-CN``, ``zh_Hans``, ``en_US.UTF-8``). What names something else, such as a country, is
misspelled, or is in another script, is an error that suggests the code. So is another language,
which is cut into words by Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from textmetrics._registry import closest

__all__ = ["code_of", "suggested"]

_STANDARD = {"chi": "zh", "cmn": "zh", "zho": "zh", "jpn": "ja", "eng": "en"}
"""Codes of ISO 639-2 and 639-3."""
_SUGGESTED = {
    "cht": "zh",
    "chs": "zh",
    "cn": "zh",
    "hk": "zh",
    "tw": "zh",
    "mandarin": "zh",
    "yue": "zh",
    "cantonese": "zh",
    "jp": "ja",
    "nihongo": "ja",
    "gb": "en",
    "us": "en",
    **dict.fromkeys(("中文", "汉语", "漢語", "普通话", "华语", "国语", "中国語", "简体中文"), "zh"),
    **dict.fromkeys(("繁體中文", "繁体中文", "中国语"), "zh"),
    **dict.fromkeys(("日本語", "日语", "日語", "日文"), "ja"),
    **dict.fromkeys(("英语", "英語", "英文"), "en"),
}
"""Names of countries, of scripts, of varieties, and names in other languages than English."""
_OTHERS = {
    name: code_and_names.split()[-1]
    for code_and_names in (
        *("ar ara Arabic", "bg bul Bulgarian", "bn ben Bengali", "ca cat Catalan", "cs ces Czech"),
        *("da dan Danish", "de deu ger German", "el ell gre Greek", "es spa Spanish"),
        *("et est Estonian", "fa fas per Persian", "fi fin Finnish", "fr fra fre French"),
        *("he heb Hebrew", "hi hin Hindi", "hr hrv Croatian", "hu hun Hungarian"),
        *("id ind Indonesian", "is isl Icelandic", "it ita Italian", "jv jav Javanese"),
        *("km khm Khmer", "ko kor kr Korean", "lo lao Lao", "lt lit Lithuanian", "lv lav Latvian"),
        *("mn mon Mongolian", "ms msa Malay", "my mya bur Burmese", "nl nld dut Dutch"),
        *("no nor nb nn Norwegian", "pl pol Polish", "pt por Portuguese", "ro ron rum Romanian"),
        *("ru rus Russian", "sk slk slo Slovak", "sl slv Slovenian", "sr srp Serbian"),
        *("sv swe Swedish", "sw swa Swahili", "ta tam Tamil", "te tel Telugu", "th tha Thai"),
        *("tl fil Filipino", "tr tur Turkish", "uk ukr Ukrainian", "ur urd Urdu"),
        *("vi vie Vietnamese", "bo bod tib Tibetan", "ug uig Uyghur"),
    )
    for name in code_and_names.lower().split()
}
"""The English names of other languages that are often asked for, by all of their names."""


def code_of(text: str, known: Mapping[str, str]) -> str | None:
    """Return the code of the language that a text names, ``None`` if it names none for certain.

    Args:
        text: such as ``zh-CN`` or ``Chinese``.
        known: the English names of all languages by their codes.

    Examples:
        >>> known = {"en": "English", "zh": "Chinese", "ja": "Japanese"}
        >>> [code_of(text, known) for text in ("zh-CN", "Japanese", "eng", "EN", "cn", "fr")]
        ['zh', 'ja', 'en', 'en', None, None]
    """
    if text in known:
        return text
    lower = {code.lower(): code for code in known}
    names = {name.lower(): code for code, name in known.items()}
    whole = text.strip()
    first, *rest = re.split("[-_]", whole)
    if any(part in known or part in _OTHERS for part in rest):
        return None  # two languages, such as those of a translation; a region would be FR, not fr
    for name in (whole.lower(), first.lower()):
        code = lower.get(name) or names.get(name) or _STANDARD.get(name)
        if code in known:
            return code
    return None


def suggested(text: str, known: Mapping[str, str]) -> str:
    """Return ``did you mean …? `` or what to do for another language; empty if there is nothing.

    Args:
        text: a text for which `code_of` returns ``None``.
        known: the English names of all languages by their codes.

    Examples:
        >>> known = {"en": "English", "zh": "Chinese", "ja": "Japanese"}
        >>> suggested("jp", known), suggested("klingon", known)
        ("did you mean 'ja'? ", '')
        >>> print(suggested("fr", known).strip())
        French is scored as words by Unicode: lang='und', or lang='en' with stopwords=False;
    """
    words = [text.strip().lower(), *re.findall(r"\w+", text.lower().replace("_", " "))]
    found = dict.fromkeys(_SUGGESTED.get(word) or code_of(word, known) for word in words)
    codes = [code for code in found if code in known]
    if codes:
        return f"did you mean {codes[0] if len(codes) == 1 else 'auto'!r}? "
    names = {name.lower(): code for code, name in known.items()}
    other = next((_OTHERS[word] for word in words if word in _OTHERS), None)
    if other is not None and other.lower() not in names:
        return (
            f"{other} is scored as words by Unicode: lang='und', or lang='en' with "
            "stopwords=False; "
        )
    near = other.lower() if other else closest(text, [*known, *names])
    return f"did you mean {names.get(near, near)!r}? " if near else ""
