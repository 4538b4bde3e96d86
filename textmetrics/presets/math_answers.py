r"""Answers of the data set MATH as strings: how programs bring LaTeX into a form that they compare.

``strip_string`` is that of Hendrycks et al. (2021), and ``normalize_final_answer`` that of Minerva
(Lewkowycz et al., 2022), as OpenCompass has both. Nothing is calculated: ``\sqrt{8}`` is not
``2\sqrt{2}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = [
    "REMOVED",
    "SUBSTITUTED",
    "boxed_answer",
    "math_answer",
    "normalize_final_answer",
    "replaced",
    "same_math_answer",
    "strip_string",
    "strip_string_v2",
    "unwrapped",
    "with_braces",
    "without_name",
]


def boxed_answer(text: str) -> str | None:
    r"""Return what is in the last ``\boxed{…}``; ``None`` if that is none, or is never closed.

    Examples:
        >>> boxed_answer(r"so \boxed{1}, no: $\boxed{\frac{1}{2}}$")
        '\\frac{1}{2}'
    """
    start = text.rfind("\\boxed")
    if start < 0 or not text.startswith("\\boxed{", start):
        return None
    depth = 0
    for brace in re.compile("[{}]").finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return text[start + len("\\boxed{") : brace.start()]
    return None


# --- comparing ----------------------------------------------------------------------------------

_Forms = tuple[str | None, str | None, str]


def math_answer(text: str, *, version: str) -> _Forms:
    """Return the forms of an answer that OpenCompass's MATHEvaluator compares one by one.

    These are: stripped, stripped and normalized, normalized. The program fails to strip some texts:
    the first two are ``None`` then.

    Args:
        text: the answer.
        version: ``v1`` or ``v2``, the program's two ways to strip it.
    """
    stripped = strip_string(text) if version == "v1" else strip_string_v2(text)
    both = None if stripped is None else normalize_final_answer(stripped)
    return stripped, both, normalize_final_answer(text)


def same_math_answer(answer: _Forms, gold: _Forms) -> bool:
    """Return whether two answers are equal in one of their forms."""
    return any(one is not None and one == other for one, other in zip(answer, gold, strict=True))


# --- strip_string -------------------------------------------------------------------------------

_SAME_FRACTION = (("tfrac", "frac"), ("dfrac", "frac"), ("\\left", ""), ("\\right", ""))
_DEGREES = (("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""))
# Twice, since the first time can bring them about.
_PERCENT = (("\\%", ""),) * 2
_ZERO_BEFORE_POINT = ((" .", " 0."), ("{.", "{0."))
_V1 = (("\n", ""), ("\\!", ""), ("\\\\", "\\"), *_SAME_FRACTION, *_DEGREES)
_V1_AFTER_UNIT = (*_PERCENT, *_ZERO_BEFORE_POINT)


def strip_string(text: str) -> str | None:
    r"""Return an answer without what does not matter; ``None`` where the original fails.

    It fails at two units, at a root of nothing, and at a fraction written with a slash whose parts
    are no integers.

    Examples:
        >>> strip_string(r"x = 0.5"), strip_string(r"\dfrac12\text{ cm}"), strip_string("a/b")
        ('\\frac{1}{2}', '\\frac{1}{2}', None)
    """
    text, _, more = replaced(text, _V1).partition("\\text{ ")
    if "\\text{ " in more:
        return None
    text = replaced(text, _V1_AFTER_UNIT)
    if not text:
        return text
    text = without_name(_with_zero(text))
    if re.search(r"\\sqrt(?:\\sqrt|\Z)", text):
        return None
    text = re.sub(r"\\sqrt([^{])", r"\\sqrt{\1}", text).replace(" ", "")
    text = with_braces(text)
    return _slash_as_fraction("\\frac{1}{2}" if text == "0.5" else text)


_V2 = (
    *(("\\!", ""), ("\\ ", "")),
    *(("\\\\", "\\"),) * 2,
    *_SAME_FRACTION,
)
_V2_AFTER_UNIT = (
    *_DEGREES,
    *(("$", ""), ("\\text", ""), ("x\\in", "")),
    *_PERCENT,
    ("%", ""),
    *_ZERO_BEFORE_POINT,
    *(("\\cdot", ""), ("infinity", "\\infty")),
)
_V2_AFTER_INFINITY = (("+\\inity", "\\infty"), ("and", ""), ("\\mathbf", ""))


def strip_string_v2(text: str) -> str | None:
    r"""Return an answer as OpenCompass's second version strips it; ``None`` where that fails.

    It fails at a fraction written with a slash whose parts are no integers.

    Examples:
        >>> strip_string_v2(r"3.0\text{ cm}."), strip_string_v2("inf"), strip_string_v2("50%")
        ('3', '\\infty', '50')
    """
    text = replaced(text.strip().replace("\n", "").rstrip("."), _V2)
    text = _without_unit(text)
    text = replaced(text, _V2_AFTER_UNIT)
    if "\\infty" not in text:
        text = text.replace("inf", "\\infty")
    text = unwrapped(replaced(text, _V2_AFTER_INFINITY), "\\mbox{", "}", keep=False)
    if "i" not in text:
        text = text.replace("j", "i")
    text = re.sub(r"(?<=\d)\.0+(\D)", r"\1", text)
    text = re.sub(r"(?<=\d)\.0+$", "", text)
    if not text:
        return text
    text = without_name(_with_zero(text))
    text = re.sub(r"\\sqrt(\w+)", r"\\sqrt{\1}", text).replace(" ", "")
    return _slash_as_fraction(with_braces(text))


def _without_unit(text: str) -> str:
    r"""Cut from the first of ``\text{`` where the text ends in a brace, unless all would go."""
    start = text.find("\\text{")
    cut = text[:start] if start >= 0 and text.endswith("}") else text
    return cut.strip() or text


def _with_zero(text: str) -> str:
    return f"0{text}" if text.startswith(".") else text


def without_name(text: str) -> str:
    """Leave out what is before the only equals sign if it is short: ``x =``."""
    name, equals, value = text.partition("=")
    return value if equals and len(name) <= 2 and "=" not in value else text


def with_braces(text: str) -> str:
    r"""Return ``\frac12`` as ``\frac{1}{2}``; the text as it is where a fraction is too short."""
    first, *others = text.split("\\frac")
    parts = [first]
    for each in others:
        if each.startswith("{"):
            parts.append(each)
        elif len(each) < 2:
            return text
        else:
            below = each[1:] if each[1] == "{" else f"{{{each[1]}}}{each[2:]}"
            parts.append(f"{{{each[0]}}}{below}")
    return "\\frac".join(parts)


def _slash_as_fraction(text: str) -> str | None:
    r"""Return ``1/2`` as ``\frac{1}{2}``; ``None`` if a part is no integer."""
    above, slash, below = text.partition("/")
    if not slash or "/" in below:
        return text
    try:
        above, below = str(int(above)), str(int(below))
    except ValueError:
        return None
    return f"\\frac{{{above}}}{{{below}}}" if text == f"{above}/{below}" else text


# --- normalize_final_answer ---------------------------------------------------------------------

SUBSTITUTED = (
    *(("an ", ""), ("a ", ""), (".$", "$"), ("\\$", ""), ("\\ ", ""), (" ", "")),
    *(("mbox", "text"), (",\\text{and}", ","), ("\\text{and}", ","), ("\\text{m}", "\\text{}")),
)
"""What Minerva replaces first, in this order."""
REMOVED = (
    *("square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units"),
    *("\\ldots", "sue", "points", "feet", "minutes", "digits", "cents", "degrees", "cm", "gm"),
    *("pounds", "meters", "meals", "edges", "students", "childrentickets", "multiples"),
    *("\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}"),
    *("\\text{}", "\\mathrm{th}", "^\\circ", "^{\\circ}", "\\;", ",\\!", "{,}", '"', "\\dots"),
)
"""What Minerva removes then, in this order: the units of MATH's answers, and spaces."""
_OF_OPENCOMPASS = (
    *SUBSTITUTED,
    ("\\le", "<"),
    *((each, "") for each in (*REMOVED, "\n", "\r", "\f")),
)


def normalize_final_answer(text: str) -> str:
    r"""Return the answer that a text states, as OpenCompass normalizes it; never fails.

    ``\left`` begins with ``\le``, and so becomes ``<ft``; ``\infty`` loses its ``ft``.

    Examples:
        >>> normalize_final_answer(r"The final answer is $\frac12$")
        '\\frac{1}{2}'
        >>> normalize_final_answer(r"100,000 \text{ feet}"), normalize_final_answer(r"\infty")
        ('100000', '\\iny')
    """
    text = replaced(text, _OF_OPENCOMPASS)
    for opening, closing in (
        ("\\text{(", ")}"),
        ("\\text{", "}"),
        ("\\textbf{", "}"),
        ("\\overline{", "}"),
    ):
        text = unwrapped(text, opening, closing)
    text = _stated(_unboxed(text)).strip()
    if "\\frac" not in text:
        text = text.replace("rac", "\\frac")
    text = re.sub("frac([^{])(.)", r"frac{\1}{\2}", text)
    text = re.sub("sqrt([^{])", r"sqrt{\1}", text).replace("$", "")
    digits = text.replace(",", "")
    return digits if digits.isdigit() else text


def _unboxed(text: str) -> str:
    """Return the text without its first box, which extends to the last brace of all."""
    before, box, rest = text.partition("\\boxed{")
    inside, brace, after = rest.rpartition("}")
    return f"{before}{inside}{after}" if box and brace else text


def _stated(text: str) -> str:
    """Return what follows the words for an answer, then what its last box and formula hold."""
    _, words, after = text.partition("finalansweris")
    text = after if words else text
    if said := re.search("answer?is:?", text):
        text = text[said.end() :]
    text = _last_between(text, "oxed{", "}")
    return _last_between(text, "$", "$")


# --- parts of texts: in linear time, unlike the patterns of the originals -----------------------


def replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Replace all of one string after the other."""
    for before, after in pairs:
        text = text.replace(before, after)
    return text


def unwrapped(text: str, opening: str, closing: str, *, keep: bool = True) -> str:
    r"""Remove an opening wherever it is closed, what closes it, and what is between unless kept.

    Examples:
        >>> unwrapped(r"1\text{ cm} \text{", r"\text{", "}")
        '1 cm \\text{'
    """
    parts, end = [], 0
    for start, stop in _closed(text, opening, closing):
        parts.append(text[end:start])
        if keep:
            parts.append(text[start + len(opening) : stop])
        end = stop + len(closing)
    return "".join([*parts, text[end:]])


def _last_between(text: str, opening: str, closing: str) -> str:
    """Return what is between the last of the closed openings; the text itself if there is none."""
    found = text
    for start, stop in _closed(text, opening, closing):
        found = text[start + len(opening) : stop]
    return found


def _closed(text: str, opening: str, closing: str) -> Iterator[tuple[int, int]]:
    """Yield where an opening is, and where it is closed; from left to right, none within one."""
    end = 0
    while (start := text.find(opening, end)) >= 0:
        stop = text.find(closing, start + len(opening))
        if stop < 0:
            return
        yield start, stop
        end = stop + len(closing)
