"""Which field is the prediction, which the reference, and whether they hold texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textmetrics._registry import suggest
from textmetrics.languages import LANGUAGES
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.shown import kind_of, listed, printable, shown

__all__ = ["PREDICTION_FIELDS", "REFERENCE_FIELDS", "Field", "language", "prediction", "references"]

PREDICTION_FIELDS = ("prediction", "predict", "pred", "response", "output", "hypothesis")
REFERENCE_FIELDS = (
    "reference", "references", "label", "labels", "answer", "answers", "target", "gold",
)  # fmt: skip


class Field:
    """One field of a file's records, found in the first record that has it.

    Args:
        what: what it holds, ``prediction`` or ``reference``.
        known: names that are found by themselves.
        name: the name that the user gave, if any.
    """

    def __init__(self, what: str, known: tuple[str, ...], name: str | None = None) -> None:
        self.option = f"--{what}-field"
        self.what = what
        self.known = known
        self.name = name

    def of(self, record: Mapping[str, Any], file: str, line: int) -> Any:
        """Give the field's value in a record.

        Raises:
            DataError: if it could be one of several fields, and no name was given.
            RecordError: if the record has no such field.
        """
        if self.name is None:
            self.name = self._find(record, file, line)
        if self.name in record:
            return record[self.name]
        there = f"found the fields {listed(record)}" if record else "found no field at all"
        near = suggest(self.name, record)
        raise RecordError(
            file,
            line,
            f"no field {shown(self.name)}, {there}; {near}name the field with {self.option}",
        )

    def _find(self, record: Mapping[str, Any], file: str, line: int) -> str:
        candidates = [name for name in self.known if name in record]
        if len(candidates) > 1:
            raise DataError(
                file,
                line,
                f"several fields could be the {self.what}, found {listed(candidates)}; choose one "
                f"with {self.option}, such as {self.option} {candidates[0]}",
            )
        if not candidates:
            there = f"found the fields {listed(record)}" if record else "found no field at all"
            raise RecordError(
                file,
                line,
                f"no field for the {self.what}, {there}; name it with {self.option}, or call it "
                f"one of: {', '.join(self.known)}",
            )
        return candidates[0]


def prediction(field: Field, record: Mapping[str, Any], file: str, line: int) -> str | None:
    """Give a record's prediction; ``None`` where it is null, which counts as an empty answer."""
    value = field.of(record, file, line)
    if value is None:
        return None
    return _text(value, f"field {shown(field.name)}", "a string, or null for no answer", file, line)


def references(field: Field, record: Mapping[str, Any], file: str, line: int) -> tuple[str, ...]:
    """Give a record's references, one or more."""
    value = field.of(record, file, line)
    where = f"field {shown(field.name)}"
    wanted = "a string or a list of strings"
    if not isinstance(value, list):
        return (_text(value, where, wanted, file, line),)
    if not value:
        raise RecordError(
            file, line, f"{where} is an empty list, found no reference; give at least one"
        )
    return tuple(
        _text(each, f"{where}, item {index},", "a string", file, line)
        for index, each in enumerate(value, start=1)
    )


def language(record: Mapping[str, Any], file: str, line: int) -> str | None:
    """Give the language that a record says it is in, if it does."""
    code = record.get("lang")
    if code is None:
        return None
    known = LANGUAGES.names()
    if isinstance(code, str) and code in known:
        return code
    near = suggest(code, known) if isinstance(code, str) else ""
    raise RecordError(
        file,
        line,
        f"field 'lang' is no known language, found {shown(code)}; {near}give one of "
        f"{', '.join(known)}, or one for all records with --lang",
    )


def _text(value: object, where: str, wanted: str, file: str, line: int) -> str:
    if not isinstance(value, str):
        found = kind_of(value)
        detail = "" if value is None else f": {shown(value)}"
        raise RecordError(file, line, f"{where} is not text, found {found}{detail}; give {wanted}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise RecordError(
                file,
                line,
                f"{where} is not valid Unicode, found the lone surrogate "
                f"{printable(value[error.start])} at character {error.start + 1}; write the text "
                "again with errors='replace'",
            ) from None
    return value
