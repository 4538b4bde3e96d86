r"""Whether two mathematical answers are equal, by computer algebra: ``\frac{1}{2}`` is 0.5.

math-verify reads answers and compares them, as trainers for reasoning models do. All of it runs in
a process of its own, which is stopped if an expression takes too long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from textmetrics._limited import limited

__all__ = [
    "described_math",
    "described_sympy",
    "math_of",
    "same_latex",
    "same_math",
    "same_verified",
]

SECONDS = 5.0
"""The time limit for reading an answer, and for comparing two."""
_CACHED = 1 << 12


def math_of(text: str) -> str | None:
    r"""Return a text if it states something mathematical, ``None`` if not, or if it takes too long.

    Raises:
        ImportError: if math-verify is not installed.

    Examples:
        >>> math_of(r"So it is $\frac{1}{2}$."), math_of("I do not know.")
        ('So it is $\\frac{1}{2}$.', None)
    """
    return text if _limited("reads", text) else None


def same_math(answer: str, gold: str) -> bool:
    r"""Return whether an answer is equal to the right one; not if that takes too long to find out.

    Args:
        answer: a text with formulas or numbers, of which the last counts, or a formula by itself.
        gold: the right answer, likewise.

    Raises:
        ImportError: if math-verify is not installed.

    Examples:
        >>> same_math(r"It is \boxed{x + x}.", "2x"), same_math("0.5", r"\frac{1}{2}")
        (True, True)
    """
    return _limited("agree", answer, gold)


def described_math() -> str:
    """Return what signatures show: math-verify, with its version.

    Raises:
        ImportError: if it is not installed.
    """
    return _described("math-verify")


def described_sympy() -> str:
    """Return what signatures show of `same_latex`: SymPy, with its version.

    Raises:
        ImportError: if it, or what it reads LaTeX with, is not installed.
    """
    _described("antlr4-python3-runtime")
    return _described("sympy")


def _described(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{package}-{version(package)}"
    except PackageNotFoundError as error:
        raise ImportError(_missing(error)) from None


def same_verified(answer: str, gold: str) -> bool:
    """Return whether math-verify finds two texts equal that it reads as they are."""
    return _limited("verified", answer, gold)


def same_latex(answer: str, gold: str) -> bool:
    """Return whether SymPy reads both as LaTeX and simplifies their difference to 0.

    Raises:
        ImportError: if SymPy, or the version of antlr4 that it needs, is not installed.
    """
    return _limited("difference_is_0", answer, gold)


def _limited(function: str, *texts: str) -> bool:
    try:
        return bool(limited(__name__, function, *texts, seconds=SECONDS))
    except TimeoutError:
        return False


# --- what runs in the other process -------------------------------------------------------------


def prepare() -> None:
    """Import math-verify, which takes longer than a call may."""
    _needed(_math_verify)


def _needed(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ImportError as error:
        raise ImportError(_missing(error)) from None


def _missing(error: ImportError) -> str:
    return f"comparing formulas needs math-verify: pip install 'textmetrics-eval[math]' ({error})"


def reads(text: str) -> bool:
    """Return whether math-verify finds something in a text."""
    return bool(_parsed(_marked(text)))


def agree(answer: str, gold: str) -> bool:
    """Return whether math-verify finds two answers equal."""
    return verified(_marked(answer), _marked(gold))


def verified(answer: str, gold: str) -> bool:
    """Return whether math-verify finds two texts equal."""
    verify = _needed(_math_verify).verify
    return bool(verify(_parsed(gold), _parsed(answer), timeout_seconds=None))


def _math_verify() -> Any:
    import math_verify

    return math_verify


@lru_cache(maxsize=_CACHED)
def _parsed(text: str) -> list[Any]:
    parsed: list[Any] = _needed(_math_verify).parse(text, parsing_timeout=None)
    return parsed


_DELIMITED = re.compile(r"\$|\\\(|\\\[|\\boxed|\\begin")
# What is no word: text within a formula, and commands of LaTeX.
_NO_WORD = re.compile(r"\\[A-Za-z]+(?:(?<=\\text)\{[^{}]*\})?")
_PROSE = re.compile(r"[^\W\d_]{3}|[^\W\d_]{2}\s+\w|\w\s+[^\W\d_]{2}")


def _marked(text: str) -> str:
    """Return a text with a box around it, if it is a formula without one, or a single word.

    math-verify reads 2x + 1 as 2, unless it is marked as a formula.
    """
    text = text.strip()
    prose = not text.isalpha() and _PROSE.search(_NO_WORD.sub("", text))
    if not text or prose or "\n" in text or _DELIMITED.search(text):
        return text
    boxed = rf"\boxed{{{text}}}"
    return boxed if any(not isinstance(each, str) for each in _parsed(boxed)) else text


@lru_cache(maxsize=_CACHED)
def _of_latex(text: str) -> Any:
    from sympy.parsing.latex import parse_latex

    return parse_latex(text)


def difference_is_0(answer: str, gold: str) -> bool:
    """Return whether SymPy simplifies the difference of two formulas in LaTeX to 0."""
    sympy = _needed(_sympy)
    try:
        return bool(sympy.simplify(_of_latex(answer) - _of_latex(gold)) == 0)
    except ImportError as error:
        raise ImportError(
            f"SymPy reads LaTeX with antlr4-python3-runtime 4.11: pip install "
            f"'textmetrics-eval[math]' ({error})"
        ) from None
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return False  # as the program does, whatever the error


def _sympy() -> Any:
    import sympy

    return sympy
