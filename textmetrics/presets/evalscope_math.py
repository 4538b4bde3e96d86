"""EvalScope's answers of mathematics: what is extracted, how it is cleaned, what counts as equal.

EvalScope took these rules from the evaluation of Qwen2.5-Math; `evalscope/metrics/math/parser.py`
is where they are. Equality of expressions needs the extra ``math``, that is, SymPy and
latex2sympy2_extended; without it, expressions are equal if their texts are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cache

from textmetrics.presets.expressions import same_expression
from textmetrics.presets.math_answers import with_braces, without_name
from textmetrics.presets.number_words import number_of_words

__all__ = ["clean_answer", "extract_answer", "same_answer"]

# --- extraction

_NUMBER = re.compile(r"-?\d*\.?\d+")


def extract_answer(text: str) -> str:
    r"""Return the answer that a text states, cleaned; empty if there is none.

    Examples:
        >>> extract_answer(r"So we get $\boxed{\frac12}$.")
        '\\frac{1}{2}'
        >>> extract_answer("It costs 1,200 dollars")
        '1200'
    """
    answer = re.sub(r"\n\s*", "", _stated(text.replace("ки", "")))
    return clean_answer(answer.removeprefix(":").removesuffix(".").removesuffix("/"))


def _stated(text: str) -> str:
    if "final answer is $" in text and "$. I hope" in text:
        return text.partition("final answer is $")[2].partition("$. I hope")[0].strip()
    if "boxed" in text:
        return _boxed(text.rpartition("boxed")[2])
    for saying in ("he answer is", "final answer is"):
        if saying in text:
            return text.rpartition(saying)[2].strip()
    if "答案是" in text:
        return text.split("答案是", 2)[1].strip().partition("\n\n")[0].strip()
    if "ANSWER:" in text:
        return text.rpartition("ANSWER:")[2].strip()
    numbers = _NUMBER.findall(text.replace(",", ""))
    return numbers[-1] if numbers else ""


def _boxed(text: str) -> str:
    """Return what a box has in its braces, to the end of the text if they are not closed."""
    if not text.startswith("{"):
        return text.partition("$")[0].strip()
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return text[1:place]
    return text[1:]


# --- cleaning


def clean_answer(text: str) -> str:
    r"""Return an answer without units, dollars, percent signs and the like, and in one notation.

    Examples:
        >>> clean_answer(r"12\text{ cm}"), clean_answer("3, 1, 2"), clean_answer("x = 1/2")
        ('12', '1,2,3', '\\frac{1}{2}')
    """
    for step in _steps():
        text = step(text)
        if not text:
            return text
    return text


@cache
def _steps() -> tuple[Callable[[str], str], ...]:
    """Return what is done to an answer, in this order."""
    return (
        lambda text: text.strip().replace("\n", "").rstrip("."),
        _replaced(("\\!", "")),
        _matrices,
        _replaced(
            ("tfrac", "frac"), ("dfrac", "frac"), ("\\neq", "\\ne"), ("\\leq", "\\le"),
            ("\\geq", "\\ge"), ("\\left", ""), ("\\right", ""), ("\\{", "{"), ("\\}", "}"),
        ),
        _words_in_text,
        _substituted(r"(cm|inches)\}\^2", r"\1}"),
        _without_unit,
        _replaced(
            ("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""), ("$", ""), ("\\(", ""), ("\\)", "")
        ),
        lambda text: number_of_words(text) or text,
        lambda text: _braced(text, "\\text{", lambda inner: inner),
        _replaced(
            *((name, "") for name in ("x=", "y=", "z=", "x\\in", "y\\in", "z\\in")),
            *((name, "") for name in ("x\\to", "y\\to", "z\\to")),
            ("\\emptyset", "{}"), ("(-\\infty,\\infty)", "\\mathbb{R}"), ("\\%", ""), ("%", ""),
            (" .", " 0."), ("{.", "{0."), ("infinity", "\\infty"),
        ),
        lambda text: text if "\\infty" in text else text.replace("inf", "\\infty"),
        _replaced(("+\\inity", "\\infty"), ("and", ""), ("\\mathbf", "")),
        lambda text: _braced(text, "\\mbox{", lambda _: ""),
        _replaced(("'", ""), ('"', "")),
        lambda text: text if "i" in text else text.replace("j", "i"),
        # Of a run of digits only the last one is matched: from its first on, that would take time.
        _substituted(r"(\d)\.0*([^\d])", r"\1\2"),
        _substituted(r"(\d)\.0*$", r"\1"),
        lambda text: f"0{text}" if text.startswith(".") else text,
        without_name,
        _substituted(r"\\sqrt(\w+)", r"\\sqrt{\1}"),
        _replaced((" ", "")),
        with_braces,
        _slash,
        _substituted(r"\\(?=-?\d+(?:\\|\)|,|\]|$))", ""),
        lambda text: text.removesuffix("thgrade"),
        lambda text: text.replace(",", "") if _GROUPED.fullmatch(text) else text,
        lambda text: _sorted(text) if _INTEGERS.fullmatch(text) else text,
    )  # fmt: skip


_GROUPED = re.compile(r"\s*-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*")
_INTEGERS = re.compile(r"(?:\s*-?\d+\s*,)*\s*-?\d+\s*")


def _replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def step(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return step


def _substituted(pattern: str, by: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


def _braced(text: str, opening: str, change: Callable[[str], str]) -> str:
    """Replace each ``opening … }``, up to the first closing brace, by the changed inside."""
    parts: list[str] = []
    place = 0
    while (start := text.find(opening, place)) >= 0:
        end = text.find("}", start + len(opening))
        if end < 0:
            break
        parts += text[place:start], change(text[start + len(opening) : end])
        place = end + 1
    return "".join(parts) + text[place:]


def _matrices(text: str) -> str:
    text = _braced(text, "\\begin{array}{", lambda _: "\\begin{pmatrix}")
    return text.replace("\\end{array}", "\\end{pmatrix}").replace("bmatrix", "pmatrix")


def _words_in_text(text: str) -> str:
    def number(found: re.Match[str]) -> str:
        return number_of_words(found[1]) or found[0]

    return re.sub(r"\\text\{([a-zA-Z]+)\}", number, text)


def _without_unit(text: str) -> str:
    r"""Remove everything from the first ``\text{`` on, if the answer ends with a brace."""
    start = text.find("\\text{")
    ended = text.endswith("}") and 0 <= start <= len(text) - len("\\text{}")
    return (text[:start] if ended else text).strip() or text


def _slash(text: str) -> str:
    """Write a quotient of two integers, or with a root, as a fraction."""
    above, slash, below = text.partition("/")
    if not slash or "/" in below or not all(map(_is_term, (above, below))):
        return text
    return f"\\frac{{{above}}}{{{below}}}"


def _is_term(text: str) -> bool:
    try:
        return "sqrt" in text or str(int(text)) == text
    except ValueError:
        return False


def _sorted(text: str) -> str:
    try:
        numbers = sorted(map(int, text.split(",")))
    except ValueError:  # more digits than Python reads, which is -1,-1 there
        numbers = [-1, -1]
    return ",".join(map(str, numbers))


# --- equality

_LETTERS = ("A", "B", "C", "D", "E")
_CLOSE = 1e-4


def same_answer(prediction: str, reference: str) -> bool:
    """Return whether two answers are equal: as texts, option letters, numbers or expressions.

    Numbers may be a hundred times each other, because of percentages.

    Examples:
        >>> same_answer("33", "0.33"), same_answer("(1, 2)", "(1,2)"), same_answer("3", "4")
        (True, True, False)
    """
    if prediction.strip().lower() == reference.strip().lower():
        return True
    if reference in _LETTERS and _letter(prediction) == reference:
        return True
    predicted, expected = _number(prediction), _number(reference)
    if predicted is not None and expected is not None:
        scales = (expected / 100, expected, expected * 100)
        return any(math.isclose(scale, predicted, rel_tol=_CLOSE) for scale in scales)
    try:
        return bool(prediction) and _same_form(prediction.strip(), reference.strip())
    except RecursionError:  # of brackets within brackets, at which the program stops
        return False


def _same_form(prediction: str, reference: str) -> bool:
    if "pmatrix" in prediction and "pmatrix" not in reference:
        reference = _as_matrix(reference)
    return (
        _same_but_for_brackets(prediction, reference)
        or _same_parts(prediction, reference)
        or _same_rows(prediction, reference)
        or _same_equation(prediction, reference)
        or same_expression(prediction, reference)
    )


def _letter(text: str) -> str:
    text = text.strip("\n").rstrip(".").rstrip("/").strip(" ").lstrip(":")
    letters = re.findall(r"\b([ABCDE])\b", text.upper())
    return (letters[-1] if letters else text.strip().strip(".")).rstrip(".").rstrip("/")


def _number(text: str) -> float | None:
    text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        pass
    if not text.endswith("%"):
        return None
    try:
        return float(text[:-1].removesuffix("\\")) / 100
    except ValueError:
        return None


def _as_matrix(text: str) -> str:
    """Return a row in braces, ``{1, 2}``, as a matrix; empty if there is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or "," not in text[start + 1 : max(end, start)]:
        return ""
    row = text[start : end + 1].strip("{}").replace(",", "\\")
    return f"\\begin{{pmatrix}}{row}\\end{{pmatrix}}"


_BRACKETS = str.maketrans("", "", "{}()")


def _same_but_for_brackets(prediction: str, reference: str) -> bool:
    square = prediction.startswith("[") and prediction.endswith("]")
    round_ = prediction.startswith("(") and prediction.endswith(")")
    if (square and not reference.startswith("(")) or (round_ and not reference.startswith("[")):
        prediction, reference = prediction.strip("[]()"), reference.strip("[]()")
    one, other = prediction.translate(_BRACKETS), reference.translate(_BRACKETS)
    return one.lower() == other.lower()


def _same_parts(prediction: str, reference: str) -> bool:
    """Compare the coordinates of points and the ends of intervals."""
    if not (_is_bracketed(prediction) and _is_bracketed(reference)):
        return False
    return _all_same(prediction[1:-1].split(","), reference[1:-1].split(","))


def _is_bracketed(text: str) -> bool:
    """Return whether a bracket begins the text, and one is closed further on in its first line."""
    return re.match(r"[(\[][^\n]+[)\]]", text) is not None


def _all_same(predictions: list[str], references: list[str]) -> bool:
    return len(predictions) == len(references) and all(
        same_answer(one, other) for one, other in zip(predictions, references, strict=True)
    )


def _same_rows(prediction: str, reference: str) -> bool:
    """Compare matrices entry by entry."""
    if not (_is_matrix(prediction) and _is_matrix(reference)):
        return False
    rows = [list(_rows(text)) for text in (prediction, reference)]
    return len(rows[0]) == len(rows[1]) and all(
        _all_same(one.split("&"), other.split("&")) for one, other in zip(*rows, strict=True)
    )


def _is_matrix(text: str) -> bool:
    begins = text.startswith(("\\begin{pmatrix}", "\\begin{bmatrix}"))
    return begins and text.endswith(("\\end{pmatrix}", "\\end{bmatrix}"))


def _rows(text: str) -> Iterator[str]:
    inside = text[len("\\begin{pmatrix}") : -len("\\end{pmatrix}")]
    return filter(None, map(str.strip, inside.split("\\\\")))


def _same_equation(prediction: str, reference: str) -> bool:
    """Compare equations by the difference of their sides, and values that one side names."""
    counts = prediction.count("="), reference.count("=")
    if counts == (1, 1):
        one, other = _difference(prediction), _difference(reference)
        return same_expression(one, other) or same_expression(f"-({one})", other)
    for equation, value, first in (
        (prediction, reference, True),
        (reference, prediction, False),
    ):
        name, _, assigned = equation.partition("=")
        if equation.count("=") == 1 and len(name.strip()) <= 2 and "=" not in value:
            return same_answer(assigned, value) if first else same_answer(value, assigned)
    return False


def _difference(equation: str) -> str:
    left, _, right = equation.partition("=")
    return f"{left.strip()} - ({right.strip()})"
