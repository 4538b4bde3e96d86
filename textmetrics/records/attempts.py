"""Several answers to one prompt: a record each, a list in one record, or counted already."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from textmetrics._escape import name_list, short_repr
from textmetrics.records.bad import BadRecords
from textmetrics.records.detect import AUTO, detect
from textmetrics.records.formats import Format, Record
from textmetrics.records.lines import Lines
from textmetrics.records.messages import are_messages, are_parts
from textmetrics.records.record import Row, Rows, Variants

__all__ = ["Attempts", "Prompt", "answers_in", "counted_attempts", "prompt_of"]


class Prompt(NamedTuple):
    """What was asked: answers of one key are to the same prompt.

    Attributes:
        key: its id, or its place where it has none.
        name: for people.
    """

    key: Hashable
    name: str


class Attempts(NamedTuple):
    """How many answers to a prompt there are, and how many of them are right."""

    prompt: Prompt
    n: int
    c: int


def prompt_of(row: Row, known: Format, file: str) -> Prompt:
    """Give the prompt of a record, by its id if it has one."""
    number = row.record.get(known.id or "id")
    if isinstance(number, (str, int)):
        return Prompt(("id", number), f"prompt {short_repr(number)}")
    return Prompt((file, row.number), row.place)


def answers_in(row: Row, fields: tuple[str, ...]) -> list[Row]:
    """Give a record for each answer, where one of some fields has a list of them."""
    for field in fields:
        value: Any = row.record.get(field)
        if isinstance(value, list) and value and not are_messages(value) and not are_parts(value):
            answers = value[0] if len(value) == 1 and isinstance(value[0], list) else value
            return [row._replace(record={**row.record, field: each}) for each in answers]
    return [row]


def counted_attempts(
    lines: Lines, bad: BadRecords, *, input_format: str = AUTO, variant: str | None = None
) -> Iterator[Attempts]:
    """Read records with the fields ``n`` and ``c``.

    Raises:
        DataError: if the file cannot be used, or a record where none may be left out.
    """
    known, container = detect(lines, input_format, named=("n", "c"))
    rows = Rows(lines.name, known, bad, Variants(known.variant, variant))
    for row in rows.of(container):
        if row is None:
            continue
        try:
            n, c = (_count(row.record, name) for name in ("n", "c"))
            if c > n:
                raise ValueError(f"c is {c:,} and n is {n:,}; no more can be right than there are")
        except ValueError as error:
            bad.note(row.wrong(lines.name, str(error)))
            continue
        yield Attempts(prompt_of(row, known, lines.name), n, c)
    rows.finish()


def _count(record: Record, name: str) -> int:
    if name not in record:
        raise ValueError(
            f"no field {name!r}, found the fields {name_list(record)}; give n and c, or say with "
            "--metrics by what an answer is right, such as --metrics numeric"
        )
    value = record[name]
    if isinstance(value, str) and value.isdecimal():  # a cell of a table
        value = int(value)
    if type(value) is not int or value < 0:
        raise ValueError(f"field {name!r} is not a count, found {short_repr(value)}")
    return value
