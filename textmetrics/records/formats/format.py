"""The contract of a file format: how its files are recognized, and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textmetrics._checks import check_callable, check_line, check_name, check_type, names_in
from textmetrics._escape import json_type
from textmetrics.records.formats.file_task import FileTask
from textmetrics.records.formats.stored import StoredScore
from textmetrics.records.values import answer, flat_texts

__all__ = ["Format", "Record", "has_fields", "one_record"]

Record = Mapping[str, Any]


def one_record(value: object) -> Iterable[Record]:
    """Return an object as one record, and a list of objects as one record each.

    Raises:
        ValueError: if the value is neither.
    """
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    raise ValueError(f"not an object, found {json_type(value)}; each record must be one")


def has_fields(*names: str, only: bool = False) -> Callable[[object], bool]:
    """Return a function that recognizes objects with certain fields.

    Args:
        names: the fields, all of which an object must have.
        only: whether it may have no others.
    """
    wanted = frozenset(names)

    def looks(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        return value.keys() == wanted if only else value.keys() >= wanted

    return looks


def _answered(_: Record) -> None:
    """Return ``None``: most programs write nothing about how a request ended."""


def _no_task(_: str, __: object) -> FileTask:
    """Return no options: most programs have one metric for all tasks."""
    return FileTask()


def _nothing_stored(_: str, __: Record) -> Sequence[StoredScore]:
    """Return nothing: most programs do not write the numbers of samples beside their answers."""
    return ()


def _no_candidates(_: str) -> tuple[str, ...]:
    return ()


def _texts(value: object, _: Record) -> list[Any]:
    return flat_texts(value)


@dataclass(frozen=True, slots=True)
class Format:
    """How the files that a program writes are recognized, and how their records become samples.

    Attributes:
        name: the name for ``--input-format``.
        summary: one line: the program, a colon, and its file.
        known_by: what it is recognized by, in words.
        looks: returns whether a value comes from such a file: the value of a line of JSON Lines, a
            whole JSON document, or a row of a table as an object. It must never be true of a plain
            record.
        prediction: where the prediction is; the first path that exists is used.
        references: where the references are, in the same way; empty if the files have none.
        records: returns the records of such a value.
        to_prediction: converts the value of the prediction to a text, null or chat messages; a
            ``ValueError`` says what is wrong with it.
        to_references: converts the value of the references, given the record too, to a list of
            texts.
        outcome: returns how the request of a record ended, a name in ``OUTCOMES``; ``None`` for an
            answer. A failed one is an empty answer, whatever else its record has.
        id: the field that identifies a record.
        variant: the fields that distinguish several answers to one question.
        ordered: whether records are in the order of the questions.
        preset: the preset that computes the program's own scores, if there is one.
        task: returns the task of a file, as options of that preset, given the file's name and the
            value by which it was recognized; ``None`` if they do not tell it.
        untold: how the preset scores a file that does not tell its task, in words, if that is worth
            a remark; plain files that the preset scores are then asked for their task, too.
        candidates: returns what comes in question where the task is not told, as options of the
            command line, given the file's name.
        stored: returns the program's own numbers of a record, given the file's name.
        plain: whether the format belongs to no program, so that the rules of plain records hold:
            common names of fields, strict types, and a field ``lang``.
        advice: what to do where a reference is missing, in words that can follow "or".
    """

    name: str
    summary: str
    known_by: str
    looks: Callable[[object], bool]
    prediction: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    records: Callable[[Any], Iterable[Record]] = one_record
    to_prediction: Callable[[Any], Any] = answer
    to_references: Callable[[Any, Record], Any] = _texts
    outcome: Callable[[Record], str | None] = _answered
    id: str | None = None
    variant: tuple[str, ...] = ()
    ordered: bool = True
    preset: str | None = None
    task: Callable[[str, Any], FileTask | None] = _no_task
    untold: str = ""
    candidates: Callable[[str], Sequence[str]] = _no_candidates
    stored: Callable[[str, Record], Sequence[StoredScore]] = _nothing_stored
    plain: bool = False
    advice: str = "pass a file of references with --references"

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep lists as tuples."""
        check_name(self.name, "input format", also="-_.")
        of = f"of format {self.name!r}"
        for field in ("summary", "known_by", "untold", "advice"):
            check_line(getattr(self, field), f"{field} {of}")
        converters = ("looks", "records", "to_prediction", "to_references", "outcome", "task")
        for field in (*converters, "candidates", "stored"):
            check_callable(getattr(self, field), f"{field} {of}", optional=False)
        for field in ("prediction", "references", "variant"):
            object.__setattr__(self, field, names_in(getattr(self, field), f"{field} {of}"))
        for field in ("id", "preset"):
            check_type(getattr(self, field), str | None, f"{field} {of}", "a string or None")
        for field in ("ordered", "plain"):
            check_type(getattr(self, field), bool, f"{field} {of}", "True or False")

    @property
    def stores(self) -> bool:
        """Whether its records may hold the program's own numbers."""
        return self.stored is not _nothing_stored

    @property
    def flattens(self) -> bool:
        """Whether the references are what the field holds, without a rule of the format's own."""
        return self.to_references is _texts

    @property
    def columnar(self) -> bool:
        """Whether records are objects in which texts are under one name each, or plain records."""
        if self.plain:
            return True
        converters = (self.records, self.to_prediction, self.to_references, self.outcome)
        return (
            len(self.prediction) == len(self.references) == 1
            and "." not in self.prediction[0] + self.references[0]
            and converters == (one_record, answer, _texts, _answered)
            and self.id is None
            and not self.variant
        )
