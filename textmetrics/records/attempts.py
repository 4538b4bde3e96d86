"""Read several answers to one prompt: one record each, a list in one record, or counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from textmetrics._checks import whole_number
from textmetrics._escape import name_list, short_repr
from textmetrics._options import complete
from textmetrics.records.detect import detect
from textmetrics.records.errors import InvalidRecords
from textmetrics.records.fields import is_id
from textmetrics.records.formats import Format, Record
from textmetrics.records.lines import Lines
from textmetrics.records.options import ReadingOptions
from textmetrics.records.record import LocatedRecord, RecordStream, Variants
from textmetrics.records.values import are_messages, are_parts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Attempts", "Prompt", "counted_attempts", "prompt_of", "split_answers"]


class Prompt(NamedTuple):
    """A prompt; answers with the same key belong to the same prompt.

    Attributes:
        key: its id, or its place in the file where it has none.
        name: its name in messages.
    """

    key: Hashable
    name: str


class Attempts(NamedTuple):
    """How many answers to a prompt there are, and how many of them are correct."""

    prompt: Prompt
    n: int
    c: int


def prompt_of(record: LocatedRecord, file_format: Format, file: str) -> Prompt:
    """Return the prompt of a record, by its id if it has one."""
    number = record.record.get(file_format.id or "id")
    if is_id(number):
        return Prompt(("id", number), f"prompt {short_repr(number)}")
    return Prompt((file, record.number), record.place)


def split_answers(record: LocatedRecord, fields: tuple[str, ...]) -> list[LocatedRecord]:
    """Return one record per answer, where one of some fields has a list of answers."""
    for field in fields:
        value: Any = record.record.get(field)
        if isinstance(value, list) and value and not are_messages(value) and not are_parts(value):
            answers = value[0] if len(value) == 1 and isinstance(value[0], list) else value
            return [record._replace(record={**record.record, field: each}) for each in answers]
    return [record]


def counted_attempts(
    path: str, invalid: InvalidRecords, **options: Unpack[ReadingOptions]
) -> Iterator[Attempts]:
    """Read records with the fields ``n`` and ``c``.

    Raises:
        InputError: if the file cannot be used, or a record is invalid and none may be skipped.
    """
    reading = complete(ReadingOptions, options)
    with Lines(path, reading["encoding"], max_line=reading["max_line"]) as lines:
        file_format, container = detect(lines, reading["input_format"], extra_fields=("n", "c"))
        stream = RecordStream(
            lines.name, file_format, invalid, Variants(file_format.variant, reading["filter"])
        )
        for record in stream.records(container):
            if record is None:
                continue
            try:
                n, c = (_count(record.record, name) for name in ("n", "c"))
                if c > n:
                    raise ValueError(f"c={c} exceeds n={n}: c counts the correct answers among n")
            except ValueError as error:
                invalid.note(record.error(lines.name, str(error)))
                continue
            yield Attempts(prompt_of(record, file_format, lines.name), n, c)
        stream.finish()


def _count(record: Record, name: str) -> int:
    if name not in record:
        raise ValueError(
            f"no field {name!r} (fields: {name_list(record)}); each record needs n and c, or use "
            "--metrics to judge the answers, such as --metrics numeric"
        )
    value = record[name]
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:  # a cell of a table
        value = int(value)
    try:
        return whole_number(value, f"field {name!r}", at_least=0)
    except (TypeError, ValueError):
        raise ValueError(
            f"field {name!r} must be an integer of at least 0, got {short_repr(value)}"
        ) from None
