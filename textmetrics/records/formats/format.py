"""What is known of the files that one program writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textmetrics._escape import json_type
from textmetrics.records.values import answer, golds

__all__ = ["Format", "Record", "has_fields", "one_record"]

Record = Mapping[str, Any]


def one_record(value: object) -> Iterable[Record]:
    """Take an object for one record, and a list of objects for one each.

    Raises:
        ValueError: if it is neither.
    """
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    raise ValueError(f"not an object, found {json_type(value)}; each record must be one")


def has_fields(*names: str, only: bool = False) -> Callable[[object], bool]:
    """Make what recognises objects that have all of some fields.

    Args:
        names: the fields.
        only: whether they may have no other.
    """
    wanted = frozenset(names)

    def looks(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        return value.keys() == wanted if only else value.keys() >= wanted

    return looks


def _golds(value: object, _: Record) -> list[Any]:
    return golds(value)


@dataclass(frozen=True, slots=True)
class Format:
    """What a program's files are known by, and how their records become samples.

    Attributes:
        name: what it is called on the command line.
        summary: a line for people: the program, and the file.
        known_by: what it is recognised by, in words.
        looks: whether a value is one of these files' values: what a line of JSON Lines holds, a
            whole JSON document, or a row of a table as an object. Never true of a plain record.
        prediction: where the answer stands, the first place that there is; paths are allowed.
        references: likewise for the references. Without one they come from elsewhere.
        records: how a value becomes records.
        to_prediction: how what stands there becomes a text, null or chat messages; an error says
            what is wrong with it.
        to_references: how what stands there becomes a list of texts; it is given the whole record
            too.
        id: the field that numbers records.
        variant: the fields that tell apart several answers to one question.
        ordered: whether records are in the order of the questions.
        preset: the preset that gives the program's own numbers, if there is one.
        plain: whether it is nobody's format in particular, so that the rules of plain records
            hold: common names of fields, strict types, a record's own language.
        advice: what to do where a reference is missing.
    """

    name: str
    summary: str
    known_by: str
    looks: Callable[[object], bool]
    prediction: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    records: Callable[[Any], Iterable[Record]] = one_record
    to_prediction: Callable[[Any], Any] = answer
    to_references: Callable[[Any, Record], Any] = _golds
    id: str | None = None
    variant: tuple[str, ...] = ()
    ordered: bool = True
    preset: str | None = None
    plain: bool = False
    advice: str = "give them in a file of their own with --references"

    @property
    def flat(self) -> bool:
        """Whether a record is an object in which both stand under one name each."""
        made = (self.records, self.to_prediction, self.to_references)
        return (
            len(self.prediction) == len(self.references) == 1
            and "." not in self.prediction[0] + self.references[0]
            and made == (one_record, answer, _golds)
            and self.id is None
            and not self.variant
        )
