"""Whether two expressions of mathematics are equal, as EvalScope asks SymPy.

An expression is read as Python by ``sympy.parse_expr``, or else as LaTeX by latex2sympy2_extended.
EvalScope first tries ``sympy.parse_latex``, which refuses every version of antlr4 but 4.11; what
pip installs today is 4.13, with which that first attempt always fails. Here it is never made, so
that values do not depend on the version.

``parse_expr`` executes what it reads, and answers of models are not to be trusted. So only
expressions made of numbers, symbols and functions of mathematics get there; others are treated as
if they could not be read. Neither are powers that nobody could write down, nor long texts.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from textmetrics.presets.extras import NO_SYMPY

__all__ = ["expressions_described", "same_expression"]

_LONGEST = 1000
_CLOSE = 1e-4


def expressions_described() -> str:
    """Return what signatures show: the versions of what reads expressions, ``none`` without it."""
    if not _installed():
        return NO_SYMPY
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"sympy-{version('sympy')},latex2sympy-{version('latex2sympy2_extended')}"
    except PackageNotFoundError:  # a package without metadata
        return "sympy"


@cache
def _installed() -> bool:
    return all(find_spec(name) for name in ("sympy", "latex2sympy2_extended", "antlr4"))


def same_expression(one: str, other: str) -> bool:
    """Return whether two expressions are equal; texts of what cannot be read are compared."""
    if not _installed() or max(len(one), len(other)) > _LONGEST:
        return one == other
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _same(_read(one), _read(other))


def _same(one: Any, other: Any) -> bool:
    """Try one comparison after the other; each may fail in its own way.

    What could not be read is compared as a text only: SymPy would read it again, and execute it.
    """
    if isinstance(one, str) or isinstance(other, str):
        return str(one) == str(other)
    return any(_holds(comparison, one, other) for comparison in _COMPARISONS)


def _holds(comparison: Callable[[Any, Any], Any], one: Any, other: Any) -> bool:
    try:
        return bool(comparison(one, other))
    except Exception:
        return False


def _simply_equal(one: Any, other: Any) -> Any:
    from sympy import simplify

    return one.equals(other) or simplify(one - other) == 0


def _numbers_close(one: Any, other: Any) -> bool:
    from sympy import N

    return math.isclose(float(N(other)), float(N(one)), rel_tol=_CLOSE)


def _matrices_close(one: Any, other: Any) -> bool:
    if one.shape != other.shape:
        return False
    rounded = (each.applyfunc(lambda entry: round(entry, 3)) for each in (one, other))
    return bool(next(rounded).equals(next(rounded)))


_COMPARISONS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda one, other: str(one) == str(other) or one == other,
    _simply_equal,
    lambda one, other: abs(one.lhs - one.rhs).equals(abs(other.lhs - other.rhs)),
    _numbers_close,
    _matrices_close,
)


# --- reading


@lru_cache(maxsize=4096)
def _read(text: str) -> Any:
    """Return the expression, or the text itself if it cannot be read."""
    if _is_too_large(text):
        return text
    forms = (text.replace("\\\\", "\\"), text)
    found = (_attempt(reader, form) for reader in (_python, _latex) for form in forms)
    return next(filter(None, found), [text])[0]


def _attempt(reader: Callable[[str], Any], form: str) -> list[Any]:
    """Return what was read in a list, which is empty if nothing was."""
    try:
        return [reader(form)]
    except Exception:  # of every kind, by both packages
        return []


def _latex(text: str) -> Any:
    from latex2sympy2_extended import latex2sympy

    return latex2sympy(text)


def _python(text: str) -> Any:
    from sympy.parsing.sympy_parser import parse_expr, standard_transformations, stringify_expr

    code = stringify_expr(text, {}, dict(_names()), standard_transformations)
    _check(ast.parse(code.strip(), mode="eval"))
    return parse_expr(text)


@cache
def _names() -> dict[str, Any]:
    """Return the names that `parse_expr` knows."""
    import builtins
    import types

    import sympy

    names = {name: getattr(sympy, name) for name in sympy.__all__}
    names |= {
        name: value
        for name, value in vars(builtins).items()
        if isinstance(value, types.BuiltinFunctionType)
    }
    return names | {"max": sympy.Max, "min": sympy.Min}


_FORBIDDEN = (
    *(ast.Attribute, ast.Lambda, ast.NamedExpr, ast.JoinedStr, ast.Starred, ast.keyword),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield),
    *(ast.YieldFrom, ast.LShift),
)
# Calls that take a text, and only keep it.
_OF_TEXT = ("Symbol", "Float", "Integer", "Function")
_FUNCTIONS = (
    *("Abs", "Max", "Min", "max", "min", "sqrt", "cbrt", "root", "exp", "log", "ln", "gcd", "lcm"),
    *("factorial", "binomial", "floor", "ceiling", "sign", "Rational", "Tuple", "FiniteSet"),
    *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot", "sinh", "cosh"),
    *("tanh", "asinh", "acosh", "atanh", "atan2", "re", "im", "conjugate", "arg", "abs", "Mod"),
    *(
        "Interval",
        "Union",
        "Intersection",
        "Eq",
        "Ne",
        "Lt",
        "Le",
        "Gt",
        "Ge",
        "Matrix",
        "Or",
        "And",
    ),
    *("Not", "S"),
)


def _check(tree: ast.AST) -> None:
    """Raise an error if an expression is more than mathematics.

    Raises:
        ValueError: if it is.
    """
    texts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, _FORBIDDEN) or _repeats(node):
            raise ValueError("not an expression of mathematics")
        if isinstance(node, ast.Call):
            name = _called(node)
            if name in _OF_TEXT and len(node.args) == 1:
                texts.add(id(node.args[0]))
            elif name not in (*_FUNCTIONS, *_OF_TEXT, "Function()"):
                raise ValueError("not a function of mathematics")
            if name in ("factorial", "binomial") and not all(map(_is_small, node.args)):
                raise ValueError("a number that nobody could write down")
        elif _is_text(node) and id(node) not in texts:
            raise ValueError("a text, which a function might execute")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _repeats(node: ast.AST) -> bool:
    """Return whether a list is multiplied, which may need any amount of memory."""
    lists = (ast.List, ast.Tuple)
    return isinstance(node, ast.BinOp) and isinstance(node.left, lists) | isinstance(
        node.right, lists
    )


def _is_small(tree: ast.AST) -> bool:
    """Return whether a part has no powers, no functions and no large numbers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Pow) or (
            isinstance(node, ast.Call) and _called(node) not in ("Integer", "Symbol")
        ):
            return False
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value > 999:
            return False
    return True


def _called(call: ast.Call) -> str:
    """Return the name of what is called; of ``Function('f')(x)``, ``Function()``."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(call.func, ast.Call) and _called(call.func) == "Function":
        return "Function()"
    return ""


# --- size

_LARGEST_EXPONENT = 10_000.0
_LARGEST_OF_SUM = 300.0  # of a sum in brackets, which SymPy multiplies out
_NUMBERS = re.compile(r"\d+(?:\.\d*)?")
_CLOSING = {"{": "}", "(": ")", "[": "]"}
_LARGE_FACTORIAL = re.compile(r"\d{4,}\s*!|[)}\]!]\s*!")
_LARGE_BINOMIAL = re.compile(r"binom(?=.*\d{4})|\d{4}.*\\choose")


def _is_too_large(text: str) -> bool:
    """Return whether a power or a factorial might take longer than anybody would wait."""
    text = text.replace("**", "^")
    for place, each in enumerate(text):
        if each == "^":
            of_sum = text[:place].rstrip().endswith((")", "]", "}"))
            largest = _LARGEST_OF_SUM if of_sum else _LARGEST_EXPONENT
            if _bound(_exponent(text, place)) > largest:
                return True
    return any(pattern.search(text) for pattern in (_LARGE_FACTORIAL, _LARGE_BINOMIAL))


def _exponent(text: str, place: int) -> str:
    """Return the exponent after a ``^``, with its own exponents."""
    start = place + 1
    while start < len(text) and text[start] in " +-":
        start += 1
    end = start
    while end < len(text):
        if text[end] in _CLOSING:
            end = _after_group(text, end)
        while end < len(text) and (text[end].isalnum() or text[end] in ".\\"):
            end += 1
        if text[end : end + 1] not in ("^", "{", "("):
            break
        if text[end] == "^":
            end += 1
    return text[start:end]


def _after_group(text: str, start: int) -> int:
    opening, closing, depth = text[start], _CLOSING[text[start]], 0
    for place in range(start, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place + 1
    return len(text)


def _bound(exponent: str) -> float:
    """Return what the value of an exponent cannot exceed, or about so."""
    base, power, rest = exponent.partition("^")
    value = math.prod((max(float(each), 1.0) for each in _NUMBERS.findall(base)), start=1.0)
    if not power:
        return value
    try:
        return float(max(value, 2.0) ** _bound(rest))
    except OverflowError:
        return math.inf
