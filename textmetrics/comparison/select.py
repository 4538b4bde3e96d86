"""Which models are shown, and in which order: ``params <= 7e9 and "it" in tags``."""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

import msgspec

from textmetrics._escape import printable, short_repr
from textmetrics._registry import suggest
from textmetrics.comparison.models import FACT_FIELDS
from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
)
from textmetrics.comparison.task import Model

__all__ = [
    "MODEL_FIELDS",
    "SortKey",
    "Where",
    "WhereError",
    "is_missing",
    "known_before",
    "models_where",
    "natural",
    "ordered",
    "parse_sort",
    "parse_where",
    "sort_fields",
]

Values = Mapping[str, Any]
Where = Callable[[Values], bool]

# What is known of a model, each with its kind.
MODEL_FIELDS = {
    "name": "text",
    "params": "number",
    "tags": "list",
    "mean_rank": "number",
    "mean_normalised": "number",
    **dict.fromkeys(FACT_FIELDS, "number"),
}

_DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<sign><=|>=|==|!=|<|>|\(|\))
    | (?P<word>[^\W\d][\w.]*(?:-[\w.]+)*)
    )""",
    re.VERBOSE,
)
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    **_ORDERS,
    "==": operator.eq,
    "!=": operator.ne,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
_WORDS = frozenset({"and", "or", "not", "in"})


class WhereError(ValueError):
    """An expression cannot be read; the message shows where, on three lines.

    Attributes:
        summary: the same on one line.
    """

    def __init__(self, text: str, at: int, message: str) -> None:
        indent = " " * sum(
            1 + (unicodedata.east_asian_width(c) in "WF") for c in printable(text[:at])
        )
        super().__init__(f"{message}\n  {printable(text)}\n  {indent}^")
        self.summary = f"{message}, at character {at + 1} of {short_repr(text)}"


class _Token(NamedTuple):
    kind: str
    value: Any
    at: int


class _Operand(NamedTuple):
    kind: str
    get: Callable[[Values], Any]
    at: int


def parse_where(text: str, fields: Mapping[str, str]) -> Where:
    """Make what says whether something is one of those that are asked for.

    Fields, numbers and texts in quotes are compared by ``< <= > >= == !=``; ``in`` and ``not in``
    look into a list, or for a part of a text; ``and``, ``or``, ``not`` and brackets put comparisons
    together. A comparison with a value that is missing is false.

    Args:
        text: the expression.
        fields: the fields that there are, each with its kind: ``number``, ``text`` or ``list``.

    Raises:
        WhereError: if it cannot be read, with the place.

    Examples:
        >>> fields = {"params": "number", "tags": "list"}
        >>> small = parse_where('params <= 7e9 and "it" in tags', fields)
        >>> small({"params": 2.5e9, "tags": ["it"]}), small({"params": None, "tags": ["it"]})
        (True, False)
    """
    return _Parser(text, fields).whole()


class _Parser:
    """Reads one expression, from left to right."""

    def __init__(self, text: str, fields: Mapping[str, str]) -> None:
        self._text = text
        self._fields = fields
        self._tokens = list(self._cut())
        self._next = 0
        self._depth = 0

    def _cut(self) -> Iterable[_Token]:
        at, end = 0, len(self._text.rstrip())
        while at < end:
            match = _TOKEN.match(self._text, at)
            if match is None or match.lastgroup is None:
                self._fail_at_sign(at + len(self._text[at:]) - len(self._text[at:].lstrip()))
            kind, value = match.lastgroup, match[match.lastgroup]
            made = float(value) if kind == "number" else value[1:-1] if kind == "text" else value
            yield _Token("sign" if value in _WORDS else kind, made, match.start(kind))
            at = match.end()
        yield _Token("end", "", end)

    def _fail_at_sign(self, at: int) -> NoReturn:
        sign = self._text[at]
        if sign in "\"'":
            self._fail(at, "a quote that does not end")
        if sign == "=":
            self._fail(at, "equality is ==, found =")
        if sign.isdecimal() or sign in "+-.":
            self._fail(at, "no number; write it such as 7e9 or 0.5")
        self._fail(at, f"unexpected {short_repr(sign)}")

    def _fail(self, at: int, message: str) -> NoReturn:
        raise WhereError(self._text, at, message)

    def _takes(self, *values: str) -> str:
        token = self._tokens[self._next]
        if token.kind != "sign" or token.value not in values:
            return ""
        self._next += 1
        return str(token.value)

    def whole(self) -> Where:
        found = self._any()
        token = self._tokens[self._next]
        if token.kind != "end":
            self._fail(token.at, f"expected and, or, or the end, found {short_repr(token.value)}")
        return found

    def _any(self) -> Where:
        parts = [self._all()]
        while self._takes("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda values: any(part(values) for part in parts)

    def _all(self) -> Where:
        parts = [self._one()]
        while self._takes("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda values: all(part(values) for part in parts)

    def _one(self) -> Where:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(self._tokens[self._next].at, f"more than {_DEEPEST} nested brackets or nots")
        if self._takes("not"):
            inner = self._one()
            found: Where = lambda values: not inner(values)  # noqa: E731
        elif self._takes("("):
            found = self._any()
            if not self._takes(")"):
                self._fail(self._tokens[self._next].at, "expected a closing bracket")
        else:
            found = self._comparison()
        self._depth -= 1
        return found

    def _comparison(self) -> Where:
        left = self._operand()
        token = self._tokens[self._next]
        name = self._takes(*_ORDERS, "==", "!=", "in", "not")
        if name == "not":
            name = "not in" if self._takes("in") else ""
        if not name:
            self._fail(token.at, "expected a comparison: < <= > >= == != in, or not in")
        right = self._operand()
        self._check(name, left, right, token.at)
        again = self._tokens[self._next]
        if again.kind == "sign" and again.value in (*_ORDERS, "==", "!=", "in", "not"):
            self._fail(again.at, "one comparison follows another: join them with and")
        compare, get, get_other = _COMPARISONS[name], left.get, right.get

        def holds(values: Values) -> bool:
            one, other = get(values), get_other(values)
            return not is_missing(one) and not is_missing(other) and compare(one, other)

        return holds

    def _check(self, name: str, left: _Operand, right: _Operand, at: int) -> None:
        """See that what is compared can be."""
        if name.endswith("in"):
            if left.kind != "text" or right.kind == "number":
                self._fail(at, f"{name} looks for a text in a list or a text")
        elif left.kind != right.kind:
            self._fail(at, f"a {left.kind} cannot be compared with a {right.kind} by {name}")
        elif left.kind == "list":
            self._fail(at, f'lists are not compared by {name}: write "a tag" in tags')

    def _operand(self) -> _Operand:
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        value = token.value
        if token.kind in ("number", "text"):
            return _Operand(token.kind, lambda _: value, token.at)
        if token.kind != "word":
            found = f"found {short_repr(value)}" if value else "found the end"
            self._fail(token.at, f"expected a field, a number or a text in quotes, {found}")
        if value not in self._fields:
            self._fail(token.at, _unknown(value, self._fields))
        return _Operand(self._fields[value], lambda values: values.get(value), token.at)


def _unknown(name: str, fields: Iterable[str]) -> str:
    names = tuple(fields)
    return f"unknown field {short_repr(name)}: {suggest(name, names)}known: {', '.join(names)}"


def is_missing(value: object) -> bool:
    """Say whether there is no value."""
    return value is None or (isinstance(value, float) and math.isnan(value))


T = TypeVar("T")


class SortKey(NamedTuple):
    """What things are ordered by.

    Attributes:
        field: whose values.
        descending: whether the largest one comes first.
    """

    field: str
    descending: bool

    def sorted(self, things: Iterable[T], values: Callable[[T], Mapping[str, Any]]) -> list[T]:
        """Put things in order, those without a value last, and equal ones as they were.

        Examples:
            >>> models = [{"params": 2e9}, {"params": None}, {"params": 7e9}]
            >>> [each["params"] for each in SortKey("params", True).sorted(models, dict)]
            [7000000000.0, 2000000000.0, None]
        """
        found = [(thing, values(thing).get(self.field)) for thing in things]
        there = [pair for pair in found if not is_missing(pair[1])]
        there.sort(key=lambda pair: _key(pair[1]), reverse=self.descending)
        return [thing for thing, _ in there] + [
            thing for thing, value in found if is_missing(value)
        ]


def parse_sort(text: str, fields: Mapping[str, str]) -> SortKey:
    """Read the name of a field, with ``-`` before it where the largest one comes first.

    Args:
        text: the name.
        fields: the fields that there are, each with its kind, as `parse_where` takes them.

    Raises:
        ValueError: if there is no such field, or it has lists.

    Examples:
        >>> parse_sort("-params", {"params": "number"})
        SortKey(field='params', descending=True)
    """
    name = text.strip()
    descending = name.startswith("-")
    name = name.removeprefix("-")
    known = [each for each, kind in fields.items() if kind != "list"]
    if name not in known:
        near = suggest(name, known)
        raise ValueError(f"unknown field {short_repr(name)}: {near}known: {', '.join(known)}")
    return SortKey(name, descending)


def _key(value: Any) -> Any:
    return natural(value) if isinstance(value, str) else value


_FOUND = ("mean_rank", "mean_normalised")
_OWN = ("name", "params", "tags", *_FOUND)
_BEFORE = {name: kind for name, kind in MODEL_FIELDS.items() if name not in _FOUND}


def known_before(expression: str) -> bool:
    """Say whether an expression is about nothing that a comparison finds out.

    Raises:
        ValueError: if it cannot be read.
    """
    parse_where(expression, MODEL_FIELDS)
    try:
        parse_where(expression, _BEFORE)
    except WhereError:
        return False
    return True


def models_where(expression: str, models: Iterable[Model | ModelSummary]) -> list[str]:
    """Return the names of the models for which an expression holds.

    Args:
        expression: as ``parse_where`` reads it.
        models: before they are compared, or as a report has them.

    Raises:
        ValueError: if it cannot be read, or holds for none.
    """
    holds = parse_where(expression, MODEL_FIELDS)
    known = list(models)
    found = [each.name for each in known if holds(_values(each))]
    if not found:
        raise ValueError(f"where={expression!r} leaves no model: there are {len(known):,}")
    return found


def _values(model: Model | ModelSummary) -> dict[str, Any]:
    """Return what expressions can ask of a model, by name; its own facts come last."""
    return {**(model.facts or {}), **{name: getattr(model, name, None) for name in _OWN}}


def sort_fields(metrics: Sequence[str]) -> dict[str, str]:
    """Give what models can be sorted by, with its kind: what is known of them, and metrics."""
    return MODEL_FIELDS | dict.fromkeys(metrics, "number")


def ordered(report: ComparisonReport, field: str) -> ComparisonReport:
    """Return a report with its models in another order, everywhere.

    Args:
        report: of a comparison.
        field: what is known of models, or a metric (its mean over tasks); with ``-`` before it
            the largest comes first.

    Raises:
        ValueError: if there is no such field.
    """
    metrics = list(dict.fromkeys(each.metric for each in report.scores))
    key = parse_sort(field, sort_fields(metrics))
    values = {
        each.name: {**_values(each), **_means(report.scores, each.name)} for each in report.models
    }
    models = key.sorted(report.models, lambda each: values[each.name])
    place = {each.name: at for at, each in enumerate(models)}
    groups = {(each.task, each.metric): at for at, each in enumerate(report.scores)}

    def where(entry: ModelScore | BaselineComparison) -> tuple[int, int]:
        return groups[entry.task, entry.metric], place[entry.model]

    return msgspec.structs.replace(
        report,
        models=models,
        scores=sorted(report.scores, key=where),
        comparisons=sorted(report.comparisons, key=where),
        strengths=sorted(report.strengths, key=lambda each: place[each.model]),
    )


def _means(scores: Iterable[ModelScore], model: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for each in scores:
        if each.model == model and each.value is not None:
            found.setdefault(each.metric, []).append(each.value)
    return {metric: math.fsum(values) / len(values) for metric, values in found.items()}


def natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Give what sorts names as people do.

    Examples:
        >>> sorted(["run_10", "run_2", "run_1"], key=natural)
        ['run_1', 'run_2', 'run_10']
    """
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
