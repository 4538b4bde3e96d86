"""The tasks of lm-evaluation-harness for MATH: ``hendrycks_math`` and ``minerva_math``."""

from __future__ import annotations

import re

from textmetrics.presets.math_answers import (
    REMOVED,
    SUBSTITUTED,
    boxed_answer,
    replaced,
    strip_string,
    unwrapped,
)

__all__ = [
    "boxed",
    "hendrycks_answer",
    "hendrycks_gold",
    "minerva_answer",
    "minerva_gold",
    "same_hendrycks",
]


def boxed(reference: str) -> str:
    r"""Return what is in the last box of a solution; an answer without a box as it is.

    Examples:
        >>> boxed(r"so $\boxed{5}$."), boxed(r"so $\boxed 5$."), boxed(r"\frac{1}{2}")
        ('5', '5', '\\frac{1}{2}')
    """
    if "\\boxed " in reference:
        return reference.rpartition("\\boxed ")[2].partition("$")[0]
    # With a box around all of it, an answer without one is in the last box too.
    found = boxed_answer(f"\\boxed{{{reference}}}")
    return reference if found is None else found


# --- hendrycks_math -----------------------------------------------------------------------------

_Stripped = tuple[str, str | None]
"""An answer as it is, and stripped; the program fails to strip some."""


def hendrycks_answer(text: str) -> _Stripped:
    """Return what is between the first and the last dollar sign, or the text, as it is compared."""
    begin, end = text.find("$"), text.rfind("$")
    return _stripped(text[begin + 1 : end] if begin < end else text)


def hendrycks_gold(reference: str) -> _Stripped:
    """Return what is in the last box of a solution, as it is compared."""
    return _stripped(boxed(reference))


def _stripped(text: str) -> _Stripped:
    stripped = strip_string(text)
    return text, None if stripped is None or _fails(stripped) else stripped


def _fails(stripped: str) -> bool:
    r"""Return whether a ``\frac`` without anything after it stops the program."""
    for part in stripped.split("\\frac")[1:]:
        if len(part) < 2 and part != "{":
            return not part  # at a single character the program stops looking
    return False


def same_hendrycks(answer: _Stripped, gold: _Stripped) -> bool:
    """Return whether two answers are equal: as they are, if one of them cannot be stripped."""
    both = answer[1] is not None and gold[1] is not None
    return answer[both] == gold[both]


# --- minerva_math -------------------------------------------------------------------------------

_LEAD, _CLOSE = "Final Answer: The final answer is", " I hope it is correct"
_OF_LINES = (
    lambda line: f"${line.split('$')[1]}$" if line.count("$") > 1 else line,
    lambda line: unwrapped(line, "\\text{", "}"),
    lambda line: unwrapped(line, "\\textbf{", "}"),
    lambda line: unwrapped(line, "\\overline{", "}"),
)


def minerva_answer(text: str) -> str:
    r"""Return the answer between the words that the prompt shows, normalized.

    Examples:
        >>> minerva_answer("Final Answer: The final answer is $x = 5$. I hope it is correct.")
        '5'
        >>> minerva_answer("It is 5.")
        '[invalidanswer]'
    """
    for line in f"{text}I hope it is correct.".split("\n"):
        _, lead, rest = line.partition(_LEAD)
        # A character before the closing words is left out, and one follows them.
        end = rest.find(_CLOSE, 1)
        if lead and 0 < end < len(rest) - len(_CLOSE):
            return _normalized(rest[: end - 1].strip())
    return _normalized("[invalidanswer]")


def minerva_gold(reference: str) -> str:
    """Return what is in the last box of a solution, normalized."""
    return _normalized(boxed(reference))


def _normalized(text: str) -> str:
    text = replaced(text.rpartition("=")[2], SUBSTITUTED)
    text = replaced(text, ((each, "") for each in REMOVED))
    lines = text.split("\n")
    for change in _OF_LINES:
        lines = list(map(change, lines))
    text = "\n".join(map(_unboxed, lines))
    text = re.sub(r"frac([^{])(.)", r"frac{\1}{\2}", text)
    text = re.sub(r"sqrt([^{])", r"sqrt{\1}", text).replace("$", "")
    digits = text.replace(",", "")
    return digits if digits.isdigit() else text


def _unboxed(line: str) -> str:
    before, box, rest = line.partition("\\boxed{")
    inside, brace, after = rest.rpartition("}")
    return f"{before}{inside}{after}" if box and brace else line
