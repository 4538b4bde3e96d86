"""Which field is the prediction, which the reference, and whether they hold texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, TypeGuard

from textmetrics._escape import json_type, name_list, printable, short_repr
from textmetrics.languages import LANGUAGES
from textmetrics.records.codes import suggest_language
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.messages import are_messages, spoken
from textmetrics.records.paths import at_path, has_path

__all__ = [
    "PREDICTION_FIELDS",
    "REFERENCE_FIELDS",
    "Field",
    "Source",
    "language",
    "prediction",
    "references",
]

PREDICTION_FIELDS = ("prediction", "predict", "pred", "response", "output", "hypothesis")
REFERENCE_FIELDS = (
    "reference", "references", "label", "labels", "answer", "answers", "target", "gold",
)  # fmt: skip
# Other names that are seen, too vague to be taken unasked.
_ALIKE = {
    "prediction": ("completion", "generated_text", "generation", "model_output", "candidate"),
    "reference": ("ground_truth", "gold_answer", "expected", "solution", "ref"),
}


class Field:
    """One field of a file's records, found in the first record that has it.

    Args:
        what: what it holds, ``prediction`` or ``reference``.
        known: names that are found by themselves.
        name: the name that the user gave, if any; it may be a path.
        beside: another field of the same records; an error names both where both are missing.
    """

    def __init__(
        self,
        what: str,
        known: tuple[str, ...],
        name: str | None = None,
        *,
        beside: Field | None = None,
    ) -> None:
        self.option = f"--{what}-field"
        self.what = what
        self.known = known
        self.name = name
        self.beside = beside

    def of(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Give the field's value in a record.

        Raises:
            DataError: if it could be one of several fields, and no name was given.
            RecordError: if the record has no such field.
        """
        if self.name is None:
            self.name = self._find(record, file, line)
        try:
            return at_path(record, self.name)
        except LookupError:
            raise RecordError(file, line, self._missing(record)) from None

    def _find(self, record: Mapping[str, Any], file: str, line: int | None) -> str:
        candidates = self.found(record)
        if len(candidates) > 1:
            raise DataError(
                file,
                line,
                f"several fields could be the {self.what}, found {name_list(candidates)}; choose one "
                f"with {self.option}, such as {self.option} {candidates[0]}",
            )
        if not candidates:
            raise RecordError(file, line, self._missing(record))
        return candidates[0]

    def found(self, record: Mapping[str, Any]) -> list[str]:
        """Give the names under which a record has it, or may have it."""
        return [name for name in self._names() if has_path(record, name)]

    def near(self, record: Mapping[str, Any]) -> str | None:
        """Give the field of a record that may be meant."""
        alike = () if self.name else _ALIKE[self.what]
        short = (name for name in islice(record, 100) if len(name) <= 60)
        return _nearest((*self._names(), *alike), tuple(short))

    def described(self) -> str:
        """Say which field it is."""
        return (
            f"field for the {self.what}" if self.name is None else f"field {short_repr(self.name)}"
        )

    def _names(self) -> tuple[str, ...]:
        return self.known if self.name is None else (self.name,)

    def _missing(self, record: Mapping[str, Any]) -> str:
        there = f"found the fields {name_list(record)}" if record else "found no field at all"
        fields = [self]
        if self.beside is not None and not self.beside.found(record):
            fields.insert(0, self.beside)
        missing = " and no ".join(field.described() for field in fields)
        near = " and ".join(short_repr(name) for field in fields if (name := field.near(record)))
        options = " and ".join(field.option for field in fields)
        if len(fields) > 1:
            advice = f"name them with {options}"
        elif self.name is None:
            advice = f"name it with {options}, or call it one of: {', '.join(self.known)}"
        else:
            advice = f"name the field with {options}"
        return f"no {missing}, {there}; {f'did you mean {near}? ' if near else ''}{advice}"


@lru_cache(maxsize=64)  # a file with one bad record may have a million of them
def _nearest(wanted: tuple[str, ...], found: tuple[str, ...]) -> str | None:
    import difflib

    spelled = {name.lower(): name for name in found}
    for name in wanted:
        if near := difflib.get_close_matches(name.lower(), spelled, n=1, cutoff=0.75):
            return spelled[near[0]]
    return None


class Source(Protocol):
    """Where a record has something."""

    def of(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Give what stands there."""

    def described(self) -> str:
        """Say where that is."""


def prediction(
    field: Source,
    record: Mapping[str, Any],
    file: str,
    line: int | None,
    *,
    turn: int | None = None,
) -> str | None:
    """Give a record's prediction; ``None`` where it is null, which counts as an empty answer.

    Of chat messages it is what the assistant says last, or in the turn that is asked for.
    """
    value = field.of(record, file, line)
    if are_messages(value):
        try:
            value = spoken(value, turn)
        except ValueError as error:
            raise RecordError(file, line, f"{field.described()} has {error}") from None
    if value is None or _is_text(value):
        return value
    wanted = "a string, or null for no answer"
    raise RecordError(file, line, _no_text(value, field.described(), wanted))


def references(
    field: Source, record: Mapping[str, Any], file: str, line: int | None
) -> tuple[str, ...]:
    """Give a record's references, one or more."""
    value = field.of(record, file, line)
    texts = value if isinstance(value, list) else [value]
    if texts and all(map(_is_text, texts)):
        return tuple(texts)
    raise RecordError(file, line, _no_references(value, field.described()))


def language(record: Mapping[str, Any], file: str, line: int | None) -> str | None:
    """Give the language that a record says it is in, if it does."""
    code = record.get("lang")
    if code is None:
        return None
    if isinstance(code, str) and code in LANGUAGES:
        return code
    near = suggest_language(code) if isinstance(code, str) else ""
    raise RecordError(
        file,
        line,
        f"field 'lang' is not a known language, found {short_repr(code)}; {near}give one of "
        f"{', '.join(LANGUAGES.names())}, or one for all records with --lang",
    )


def _is_text(value: object) -> TypeGuard[str]:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_references(value: object, where: str) -> str:
    if not isinstance(value, list):
        return _no_text(value, where, "a string or a list of strings")
    for index, each in enumerate(value, start=1):
        if not _is_text(each):
            return _no_text(each, f"{where}, item {index},", "a string")
    return f"{where} is an empty list, found no reference; give at least one"


def _no_text(value: object, where: str, wanted: str) -> str:
    if not isinstance(value, str):
        detail = "" if value is None else f": {short_repr(value)}"
        return f"{where} is not text, found {json_type(value)}{detail}; give {wanted}"
    at = next(at for at, each in enumerate(value) if "\ud800" <= each <= "\udfff")
    return (
        f"{where} is not valid Unicode, found the lone surrogate {printable(value[at])} at "
        f"character {at + 1}; write the text again with errors='replace'"
    )
