"""Which language someone may mean who does not write its code."""

from __future__ import annotations

from textmetrics._registry import suggest
from textmetrics.languages import LANGUAGES

__all__ = ["suggest_language"]

# Codes of countries, of other standards and of old: suggested, but not taken.
_OTHER_SPELLINGS = {
    "chi": "zh", "cht": "zh", "chs": "zh", "cmn": "zh", "cn": "zh", "tw": "zh", "zho": "zh",
    "jp": "ja", "jpn": "ja",
    "eng": "en", "uk": "en", "us": "en",
}  # fmt: skip


def suggest_language(given: str) -> str:
    """Give ``did you mean …? `` where it is clear or likely which code is meant, else nothing.

    Examples:
        >>> suggest_language("zh_TW"), suggest_language("Japanese")
        ("did you mean 'zh'? ", "did you mean 'ja'? ")
    """
    text = given.strip().lower()
    base = text.replace("_", "-").partition("-")[0]
    names = {language.name.lower(): language.code for language in LANGUAGES}
    code = names.get(text) or _OTHER_SPELLINGS.get(base, base)
    known = LANGUAGES.names()
    return f"did you mean {code!r}? " if code in known else suggest(text, known)
