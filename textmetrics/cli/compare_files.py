"""A file of predictions becomes scores, and what samples are lined up and told apart by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from textmetrics._escape import short_repr
from textmetrics.cli.inputs import Inputs
from textmetrics.cli.options import wrong_samples
from textmetrics.comparison import Listed, Requests
from textmetrics.evaluation import Evaluation, Evaluator, Samples
from textmetrics.records import (
    AUTO,
    BadRecords,
    DataError,
    Format,
    RawLine,
    ReadingOptions,
    ReferenceFile,
    at_path,
    parse_record,
)

__all__ = ["Columns", "Measured", "Reading", "ids_of", "measured"]

_TABLES = ("csv", "tsv")  # whose numbers are texts


@dataclass(frozen=True)
class Reading:
    """How files of a task are read.

    Attributes:
        options: how each file is read.
        evaluator: scores the samples; it is used for one file after another.
        fields: those of the records that are kept.
        failed: what failed records count as: ``zero`` or ``exclude``.
        joined: references from a file of their own.
        bad: counts invalid records.
        progress: whether a progress bar is shown; on a terminal only where ``None``.
        wanted: ids of the samples that are read; all where ``None``.
        texts: whether predictions are kept.
        shared: references that were read: equal ones of several files are held once.
    """

    options: ReadingOptions
    evaluator: Evaluator
    fields: tuple[str, ...]
    failed: str
    joined: ReferenceFile | None
    bad: BadRecords
    progress: bool | None = None
    wanted: frozenset[str] | None = None
    texts: bool = False
    shared: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def inputs(self, path: str, bad: BadRecords | None = None) -> Inputs:
        """Return one file of the task, ready to be read."""
        return Inputs(
            [path],
            bad or self.bad,
            joined=self.joined,
            languages=self.evaluator.settings.lang == AUTO,
            progress=self.progress,
            **self.options,
        )


@dataclass(frozen=True)
class Measured:
    """What a file has; columns have a value a sample, in the order of the file.

    Attributes:
        columns: what its records say.
        evaluation: of those of its samples that are scored.
    """

    columns: Columns
    evaluation: Evaluation

    def listed(self) -> Listed:
        """Give what its samples are lined up by."""
        its = self.columns
        return Listed(its.file, len(its.references), its.ids, its.references)


class Columns:
    """What the records of a file say, a value a sample.

    Args:
        file: its name.
        reading: how it is read.

    Attributes:
        ids: ``None`` where the first record has none.
        references: of each sample.
        fields: columns of the records; ``None`` where a record has none.
        names: of the first record's fields.
        predictions: texts, where they are kept.
        failed: how many records say that they failed.
        rows: where each sample is among those scored; -1 for one that is left out.
        count: how many are scored.
    """

    def __init__(self, file: str, reading: Reading) -> None:
        self.file = file
        self.ids: list[str] | None = []
        self.references: list[Sequence[str]] = []
        self.fields: dict[str, list[Any]] = {name: [] for name in reading.fields}
        self.names: tuple[str, ...] = ()
        self.predictions: list[str] = []
        self._requests: Requests | None = None
        self.failed = 0
        self.rows: list[int] = []
        self.count = 0
        self._reading = reading
        self._known: dict[str, int] = {}

    def take(self, samples: Samples, known: Format) -> Samples:
        """Take note of samples, and give those of them that are wanted.

        Raises:
            DataError: if one has no id where others have, or that of another one.
        """
        records = [parse_record(RawLine(1, 0, raw), self.file) for raw in samples.records or ()]
        if records and not self.names:
            self.names = tuple(records[0])
        ids = [self._id(record, known.id) for record in records]
        wanted = self._reading.wanted
        if wanted is not None:
            places = [place for place, name in enumerate(ids) if name in wanted]
            if len(places) < len(ids):
                samples = samples.take(places)
                records = [records[place] for place in places]
        shared = self._reading.shared
        for _, references in samples.texts:
            each = tuple(references)
            self.references.append(shared.setdefault(each, each))
        for name, column in self.fields.items():
            column += [_value(record, name) for record in records]
        if self._reading.texts:
            self.predictions += samples.texts.predictions
        if self._requests is None:
            self._requests = Requests(self.file, cells=known.name in _TABLES)
        self._requests.add(samples.records or ())
        return samples

    @property
    def requests(self) -> Requests:
        """How the answers were made."""
        return self._requests or Requests(self.file)

    def scored(self, samples: Samples) -> Samples | None:
        """Let failed records count as empty answers, or leave them out; give what is scored."""
        failed = self.requests.failed_from(len(self.rows))
        self.failed += len(failed)
        places: Sequence[int] = range(len(samples))
        if failed and self._reading.failed == "exclude":
            gone = frozenset(failed)
            places = [place for place in range(len(samples)) if place not in gone]
        new = {place: self.count + at for at, place in enumerate(places)}
        self.rows += [new.get(place, -1) for place in range(len(samples))]
        self.count += len(new)
        if not failed or self._reading.failed == "zero":
            return samples.without_answers(failed)
        return samples.take(places) if places else None

    def _id(self, record: Mapping[str, Any], name_of_id: str | None) -> str | None:
        value = record.get(name_of_id) if name_of_id else record.get("id", record.get("custom_id"))
        if not self._known and self.ids is not None and value is None:
            self.ids = None
        if self.ids is None:
            if value is not None:
                message = f"its first record has no id, but another has {short_repr(value)}"
                raise DataError(self.file, None, f"{message}; give each record one")
            return None
        number = len(self._known) + 1
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            message = (
                f"record {number:,} has no id, found {short_repr(value)}; give each record one"
            )
            raise DataError(self.file, None, message)
        name = str(value)
        if name in self._known:
            message = (
                f"id {short_repr(name)} occurs twice, found it at record {self._known[name]:,} and"
            )
            raise DataError(self.file, None, f"{message} at {number:,}; keep one of the two")
        self._known[name] = number
        if self._reading.wanted is None or name in self._reading.wanted:
            self.ids.append(name)
        return name


def measured(path: str, reading: Reading) -> Measured:
    """Read and score one file; each text is read, and cut into tokens, once.

    Raises:
        InputError: if the file cannot be used.
    """
    inputs = reading.inputs(path)
    columns = Columns(inputs.name, reading)

    def scored() -> Iterator[Samples]:
        with closing(inputs.samples()) as given:
            for samples in given:
                kept = columns.take(samples, inputs.format)
                if len(kept) and (some := columns.scored(kept)) is not None:
                    yield some

    reading.evaluator.reset()
    with wrong_samples(inputs.name):
        for _ in reading.evaluator.stream(scored()):
            pass
    if not columns.count:
        message = f"nothing to score, found {len(columns.rows):,} samples, all of them failed"
        raise DataError(inputs.name, None, f"{message}; see --failed")
    return Measured(columns, reading.evaluator.compute())


def ids_of(path: str, reading: Reading) -> list[str]:
    """Read the ids of one file alone.

    Raises:
        InputError: if the file cannot be used, or has no ids.
    """
    # What is bad in it is told where it is read again to be scored.
    bad = BadRecords(skip=reading.bad.skip)
    inputs = reading.inputs(path, bad)
    columns = Columns(inputs.name, reading)
    with closing(inputs.samples()) as given:
        for samples in given:
            columns.take(samples, inputs.format)
    if columns.ids is None:
        message = "no ids, found none in its first record; --intersect needs one in each record"
        raise DataError(inputs.name, None, message)
    return columns.ids


def _value(record: Mapping[str, Any], path: str) -> Any:
    try:
        return at_path(record, path)
    except LookupError:
        return None
