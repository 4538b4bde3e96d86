"""Select and order the models of a report: ``params <= 7e9 and "it" in tags``."""

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
from textmetrics.records import natural_key

__all__ = [
    "MODEL_FIELDS",
    "SortKey",
    "Where",
    "WhereError",
    "known_before",
    "models_where",
    "ordered",
    "parse_sort",
    "parse_where",
    "sort_fields",
]

Values = Mapping[str, Any]
Where = Callable[[Values], bool]

# The fields of a model, each with its kind.
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
    """Raised for an invalid expression; the message shows the place, on three lines.

    Attributes:
        summary: the message on one line.
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
    """Parse an expression into a predicate.

    Fields, numbers and quoted strings are compared by ``< <= > >= == !=``; ``in`` and ``not in``
    search a list, or a string for a substring; ``and``, ``or``, ``not`` and parentheses combine
    comparisons. A comparison with a missing value is false.

    Args:
        text: the expression.
        fields: the known fields, each with its kind: ``number``, ``text`` or ``list``.

    Raises:
        WhereError: if the expression is invalid; the message shows the place.

    Examples:
        >>> fields = {"params": "number", "tags": "list"}
        >>> small = parse_where('params <= 7e9 and "it" in tags', fields)
        >>> small({"params": 2.5e9, "tags": ["it"]}), small({"params": None, "tags": ["it"]})
        (True, False)
    """
    return _Parser(text, fields).whole()


class _Parser:
    """Parses one expression by recursive descent."""

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
            parsed = float(value) if kind == "number" else value[1:-1] if kind == "text" else value
            yield _Token("sign" if value in _WORDS else kind, parsed, match.start(kind))
            at = match.end()
        yield _Token("end", "", end)

    def _fail_at_sign(self, at: int) -> NoReturn:
        sign = self._text[at]
        if sign in "\"'":
            self._fail(at, "unterminated string")
        if sign == "=":
            self._fail(at, "expected ==, found =")
        if sign.isdecimal() or sign in "+-.":
            self._fail(at, "invalid number; write it as 7e9 or 0.5")
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
            self._fail(
                self._tokens[self._next].at, f"more than {_DEEPEST} nested parentheses or nots"
            )
        if self._takes("not"):
            inner = self._one()
            predicate: Where = lambda values: not inner(values)  # noqa: E731
        elif self._takes("("):
            predicate = self._any()
            if not self._takes(")"):
                self._fail(self._tokens[self._next].at, "expected a closing parenthesis")
        else:
            predicate = self._comparison()
        self._depth -= 1
        return predicate

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
            self._fail(again.at, "comparisons cannot be chained: join them with and")
        compare, get, get_other = _COMPARISONS[name], left.get, right.get

        def holds(values: Values) -> bool:
            one, other = get(values), get_other(values)
            return not _is_missing(one) and not _is_missing(other) and compare(one, other)

        return holds

    def _check(self, name: str, left: _Operand, right: _Operand, at: int) -> None:
        """Check that the two kinds can be compared."""
        if name.endswith("in"):
            if left.kind != "text" or right.kind == "number":
                self._fail(at, f"{name} looks for a string in a list or in a string")
        elif left.kind != right.kind:
            self._fail(at, f"a {left.kind} cannot be compared with a {right.kind} by {name}")
        elif left.kind == "list":
            self._fail(at, f'lists cannot be compared by {name}: write "a tag" in tags')

    def _operand(self) -> _Operand:
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        value = token.value
        if token.kind in ("number", "text"):
            return _Operand(token.kind, lambda _: value, token.at)
        if token.kind != "word":
            found = f"found {short_repr(value)}" if value else "found the end"
            self._fail(token.at, f"expected a field, a number or a quoted string, {found}")
        if value not in self._fields:
            self._fail(token.at, _unknown(value, self._fields))
        return _Operand(self._fields[value], lambda values: values.get(value), token.at)


def _unknown(name: str, fields: Iterable[str]) -> str:
    names = tuple(fields)
    return f"unknown field {short_repr(name)}: {suggest(name, names)}known: {', '.join(names)}"


def _is_missing(value: object) -> bool:
    """Return whether a value is missing: ``None`` or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


T = TypeVar("T")


class SortKey(NamedTuple):
    """An order of models.

    Attributes:
        field: the field whose values decide.
        descending: whether the largest value comes first.
    """

    field: str
    descending: bool

    def sorted(self, things: Iterable[T], values: Callable[[T], Mapping[str, Any]]) -> list[T]:
        """Sort things stably; those without a value come last.

        Examples:
            >>> models = [{"params": 2e9}, {"params": None}, {"params": 7e9}]
            >>> [each["params"] for each in SortKey("params", True).sorted(models, dict)]
            [7000000000.0, 2000000000.0, None]
        """
        pairs = [(thing, values(thing).get(self.field)) for thing in things]
        known = [pair for pair in pairs if not _is_missing(pair[1])]
        known.sort(key=lambda pair: _key(pair[1]), reverse=self.descending)
        return [thing for thing, _ in known] + [
            thing for thing, value in pairs if _is_missing(value)
        ]


def parse_sort(text: str, fields: Mapping[str, str]) -> SortKey:
    """Parse the name of a field; a ``-`` before it puts the largest value first.

    Args:
        text: the name.
        fields: the known fields, each with its kind, as for `parse_where`.

    Raises:
        ValueError: if the field is unknown, or its values are lists.

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
    return natural_key(value) if isinstance(value, str) else value


_FOUND = ("mean_rank", "mean_normalised")
_OWN = ("name", "params", "tags", *_FOUND)
_BEFORE = {name: kind for name, kind in MODEL_FIELDS.items() if name not in _FOUND}


def known_before(expression: str) -> bool:
    """Return whether an expression uses only what is known before models are compared.

    Raises:
        ValueError: if it is invalid.
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
        expression: an expression, as for `parse_where`.
        models: models before they are compared, or those of a report.

    Raises:
        ValueError: if the expression is invalid, or holds for no model.
    """
    holds = parse_where(expression, MODEL_FIELDS)
    known = list(models)
    found = [each.name for each in known if holds(_field_values(each))]
    if not found:
        raise ValueError(f"none of the {len(known):,} models matches {short_repr(expression)}")
    return found


def _field_values(model: Model | ModelSummary) -> dict[str, Any]:
    """Return the values of a model's fields, its facts included."""
    return {**(model.facts or {}), **{name: getattr(model, name, None) for name in _OWN}}


def sort_fields(metrics: Sequence[str]) -> dict[str, str]:
    """Return the fields that models can be sorted by, with their kinds: facts and metrics."""
    return MODEL_FIELDS | dict.fromkeys(metrics, "number")


def ordered(report: ComparisonReport, field: str) -> ComparisonReport:
    """Return a report with its models in another order, in all of its parts.

    Args:
        report: the report.
        field: a field of models, or a metric (its mean over tasks); a ``-`` before it puts the
            largest value first.

    Raises:
        ValueError: if the field is unknown.
    """
    metrics = list(dict.fromkeys(each.metric for each in report.scores))
    key = parse_sort(field, sort_fields(metrics))
    values = {
        each.name: {**_field_values(each), **_means(report.scores, each.name)}
        for each in report.models
    }
    models = key.sorted(report.models, lambda each: values[each.name])
    place = {each.name: at for at, each in enumerate(models)}
    groups = {(each.task, each.metric): at for at, each in enumerate(report.scores)}
    tasks = {task.name: at for at, task in enumerate(report.tasks)}

    def where(entry: ModelScore | BaselineComparison) -> tuple[int, int]:
        return groups[entry.task, entry.metric], place[entry.model]

    return msgspec.structs.replace(
        report,
        models=models,
        scores=sorted(report.scores, key=where),
        comparisons=sorted(report.comparisons, key=where),
        strengths=sorted(report.strengths, key=lambda each: place[each.model]),
        monitors=sorted(report.monitors, key=lambda each: place[each.model]),
        sheet=report.sheet
        and msgspec.structs.replace(report.sheet, models=[each.name for each in models]),
        efficiency=sorted(report.efficiency, key=lambda e: (tasks[e.task], place[e.model])),
    )


def _means(scores: Iterable[ModelScore], model: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for each in scores:
        if each.model == model and each.value is not None:
            found.setdefault(each.metric, []).append(each.value)
    return {metric: math.fsum(values) / len(values) for metric, values in found.items()}
