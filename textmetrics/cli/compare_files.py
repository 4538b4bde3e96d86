"""The files of ``textmetrics compare``: names of their models, samples read and aligned."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized, printable, short_repr
from textmetrics._registry import suggest
from textmetrics.cli.inputs import Inputs
from textmetrics.cli.options import wrong_samples
from textmetrics.cli.program import UsageError
from textmetrics.comparison import (
    BUILT_IN,
    ComparisonSettings,
    Efficiency,
    Listed,
    Requests,
    Task,
    check_references,
    common_ids,
    efficiency_of,
    in_order,
    orders,
)
from textmetrics.evaluation import Evaluation, Evaluator, Samples
from textmetrics.records import (
    AUTO,
    STDIN,
    DataError,
    Format,
    InvalidRecords,
    RawLine,
    ReadingOptions,
    at_path,
    is_id,
    parse_record,
    read_references,
)

__all__ = ["PlannedTask", "ReadTask", "common_name", "names_of", "read_task"]


@dataclass(frozen=True)
class PlannedTask:
    """A task whose files are to be read.

    Attributes:
        name: the name of the task.
        files: by model, one file per run.
        evaluator: scores the files, one after another.
        headline: the metric that models are ranked by.
        reading: how its files are read.
        group: the field that tells which samples belong together.
        breakdown: the fields whose values scores are broken down by.
    """

    name: str
    files: Mapping[str, Sequence[str]]
    evaluator: Evaluator
    headline: str
    reading: ReadingOptions
    group: str | None
    breakdown: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the records that are kept."""
        return tuple(dict.fromkeys([*filter(None, [self.group]), *self.breakdown]))


@dataclass(frozen=True)
class ReadTask:
    """A task whose files have been read and scored.

    Attributes:
        task: the samples in one order, with the results of all models.
        efficiency: one entry per model whose records have such data.
        notes: messages about the reading.
        references: the references of each sample.
        predictions: by model, the texts of its first run, if they are kept.
    """

    task: Task
    efficiency: list[Efficiency]
    notes: list[str]
    references: list[Sequence[str]]
    predictions: Mapping[str, Sequence[str]]


def read_task(
    planned: PlannedTask,
    settings: ComparisonSettings,
    invalid: InvalidRecords,
    *,
    intersect: bool,
    texts: bool,
    progress: bool | None,
) -> ReadTask:
    """Read and score all files of a task, and bring their samples into one order.

    Args:
        planned: the task.
        settings: how the comparison is decided.
        invalid: counts invalid records.
        intersect: whether to use only the samples that all files have.
        texts: whether to keep predictions.
        progress: whether to show a progress bar; only on a terminal where ``None``.

    Raises:
        InputError: if a file cannot be used, or files have different samples.
        UsageError: if no record has a requested field.
    """
    owners = [(model, path) for model, paths in planned.files.items() for path in paths]
    reader = _TaskReader(planned, settings.failed, invalid, texts=texts, progress=progress)
    notes = []
    if intersect:
        notes.append(f"{planned.name}: {reader.intersect([path for _, path in owners])}")
    files = [reader.read(path) for _, path in owners]
    found = _aligned(files, invalid)
    runs: dict[str, list[int]] = {}
    for index, (model, _) in enumerate(owners):
        runs.setdefault(model, []).append(index)
    rows = [np.array(file.rows)[order] for file, order in zip(files, found, strict=True)]
    results = {
        model: [in_order(files[index].scores, rows[index]) for index in its]
        for model, its in runs.items()
    }
    task = Task(
        planned.name,
        results,
        metrics=tuple(metric.name for metric in planned.evaluator.settings.metrics),
        headline=planned.headline,
        ids=files[0].ids,
        fields=_fields(planned, files, found),
        group=planned.group,
        breakdown=planned.breakdown,
        failed={model: sum(files[index].failed for index in its) for model, its in runs.items()},
    )
    efficiency = [
        efficiency_of(
            [files[index].requests.take(found[index].tolist()) for index in its],
            [run[planned.headline].samples for run in results[model]],  # type: ignore[misc]
            model=model,
            task=planned.name,
            level=settings.level,
        )
        for model, its in runs.items()
    ]
    predictions = {
        model: [files[its[0]].predictions[at] for at in found[its[0]].tolist()]
        for model, its in runs.items()
        if files[its[0]].predictions
    }
    known = [entry for entry in efficiency if entry is not None]
    return ReadTask(task, known, notes, files[0].references, predictions)


_Order = NDArray[np.intp]


def _aligned(files: Sequence[_FileSamples], invalid: InvalidRecords) -> list[_Order]:
    """Return the order that brings the samples of each file into that of the first file."""
    listed = [Listed(file.name, len(file.references), file.ids, file.references) for file in files]
    found = orders(listed)
    if invalid.count and any(file.ids is None for file in files):
        without = next(file for file in files if file.ids is None)
        message = "no ids, which are needed to match samples where invalid records are left out"
        raise DataError(without.name, None, f"{message}; give each record an 'id', or fix them")
    check_references(listed, found)
    return found


def _fields(
    planned: PlannedTask, files: Sequence[_FileSamples], found: Sequence[_Order]
) -> dict[str, list[Any]]:
    """Return the requested columns, each from the first file that has it.

    Raises:
        UsageError: if no file has it.
    """
    columns = {}
    for name in planned.fields:
        for file, order in zip(files, found, strict=True):
            column = file.fields[name]
            if any(value is not None for value in column):
                columns[name] = [column[at] for at in order.tolist()]
                break
        else:
            if name not in BUILT_IN:
                known = [*files[0].names, *BUILT_IN]
                raise UsageError(
                    f"no record of task {planned.name!r} has a field {name!r}: "
                    f"{suggest(name, known)}there are {', '.join(map(printable, known))}"
                )
    return columns


class _TaskReader:
    """Reads and scores the files of a task, one after another.

    Args:
        planned: the task.
        failed: how failed records count: ``zero`` or ``exclude``.
        invalid: counts invalid records.
        texts: whether to keep predictions.
        progress: whether to show a progress bar; only on a terminal where ``None``.

    Attributes:
        wanted: the ids of the samples to read; all of them where ``None``.
        shared: the references read so far, so that those of several files are held once.
    """

    def __init__(
        self,
        planned: PlannedTask,
        failed: str,
        invalid: InvalidRecords,
        *,
        texts: bool,
        progress: bool | None,
    ) -> None:
        self.planned = planned
        self.failed = failed
        self.texts = texts
        self.wanted: frozenset[str] | None = None
        self.shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._invalid = invalid
        self._progress = progress
        self._read_lang = planned.evaluator.settings.lang == AUTO
        self._reference_file = read_references(
            invalid, read_lang=self._read_lang, **planned.reading
        )

    def intersect(self, paths: Sequence[str]) -> str:
        """Restrict reading to the samples that all files have; return a note about it."""
        if STDIN in paths:
            raise UsageError("--intersect reads files twice: standard input (-) can be read once")
        ids = [self._ids(path) for path in paths]
        self.wanted = frozenset(common_ids(ids))
        if not self.wanted:
            raise DataError(paths[0], None, "none of its ids is in all files; compare other files")
        most = max(map(len, ids))
        return f"{pluralized(len(self.wanted), 'sample')} in all files, of up to {most:,} in one"

    def read(self, path: str) -> _FileSamples:
        """Read and score one file; each text is read and tokenized once.

        Raises:
            InputError: if the file cannot be used.
        """
        inputs = self._inputs(path, self._invalid)
        file = _FileSamples(inputs.name, self)

        def scored() -> Iterator[Samples]:
            with closing(inputs.samples()) as batches:
                for samples in batches:
                    kept = file.take(samples, inputs.format)
                    if len(kept) and (scorable := file.scorable(kept)) is not None:
                        yield scorable

        evaluator = self.planned.evaluator
        evaluator.reset()
        with wrong_samples(inputs.name):
            for _ in evaluator.stream(scored()):
                pass
        if not file.count:
            message = f"nothing to score, found {len(file.rows):,} samples, all of them failed"
            raise DataError(inputs.name, None, f"{message}; see --failed")
        file.scores = evaluator.compute()
        return file

    def _ids(self, path: str) -> list[str]:
        # They are reported when the file is read for its scores.
        invalid = InvalidRecords(skip=self._invalid.skip)
        inputs = self._inputs(path, invalid)
        file = _FileSamples(inputs.name, self)
        with closing(inputs.samples()) as batches:
            for samples in batches:
                file.take(samples, inputs.format)
        if file.ids is None:
            message = "no ids, found none in its first record; --intersect needs one in each record"
            raise DataError(inputs.name, None, message)
        return file.ids

    def _inputs(self, path: str, invalid: InvalidRecords) -> Inputs:
        return Inputs(
            [path],
            invalid,
            reference_file=self._reference_file,
            read_lang=self._read_lang,
            progress=self._progress,
            **self.planned.reading,
        )


class _FileSamples:
    """What the records of a file contain, one value per sample, and its scores.

    Args:
        name: the name of the file.
        reader: how it is read.

    Attributes:
        ids: the ids; ``None`` where the first record has none.
        references: the references of each sample.
        fields: columns of the records; ``None`` where a record lacks the field.
        names: the names of the first record's fields.
        predictions: the texts, if they are kept.
        failed: the number of records with a status of failure.
        rows: the position of each sample among those scored; -1 for one that is left out.
        count: the number of samples scored.
        scores: the evaluation of these, once all have been read.
    """

    scores: Evaluation

    def __init__(self, name: str, reader: _TaskReader) -> None:
        self.name = name
        self.ids: list[str] | None = []
        self.references: list[Sequence[str]] = []
        self.fields: dict[str, list[Any]] = {field: [] for field in reader.planned.fields}
        self.names: tuple[str, ...] = ()
        self.predictions: list[str] = []
        self.failed = 0
        self.rows: list[int] = []
        self.count = 0
        self._reader = reader
        self._requests: Requests | None = None
        self._known: dict[str, int] = {}

    @property
    def requests(self) -> Requests:
        """The requests that produced the answers."""
        return self._requests or Requests(self.name)

    def take(self, samples: Samples, known: Format) -> Samples:
        """Record what a batch of samples contains; return those of them that are wanted.

        Raises:
            DataError: if only some records have an id, or an id occurs twice.
        """
        records = [parse_record(RawLine(1, 0, raw), self.name) for raw in samples.records or ()]
        if records and not self.names:
            self.names = tuple(records[0])
        ids = [self._id(record, known.id) for record in records]
        wanted = self._reader.wanted
        if wanted is not None:
            places = [place for place, name in enumerate(ids) if name in wanted]
            if len(places) < len(ids):
                samples = samples.take(places)
                records = [records[place] for place in places]
        shared = self._reader.shared
        for _, references in samples.texts:
            each = tuple(references)
            self.references.append(shared.setdefault(each, each))
        for name, column in self.fields.items():
            column += [_value(record, name) for record in records]
        if self._reader.texts:
            self.predictions += samples.texts.predictions
        if self._requests is None:
            self._requests = Requests(self.name, cells=known.name in _TABLES)
        self._requests.add(samples.records or ())
        return samples

    def scorable(self, samples: Samples) -> Samples | None:
        """Return samples with failed records emptied or left out; ``None`` if none remain."""
        failed = self.requests.failed_from(len(self.rows))
        self.failed += len(failed)
        places: Sequence[int] = range(len(samples))
        if failed and self._reader.failed == "exclude":
            gone = frozenset(failed)
            places = [place for place in range(len(samples)) if place not in gone]
        new = {place: self.count + at for at, place in enumerate(places)}
        self.rows += [new.get(place, -1) for place in range(len(samples))]
        self.count += len(new)
        if not failed or self._reader.failed == "zero":
            return samples.without_answers(failed)
        return samples.take(places) if places else None

    def _id(self, record: Mapping[str, Any], field: str | None) -> str | None:
        value = record.get(field) if field else record.get("id", record.get("custom_id"))
        if not self._known and self.ids is not None and value is None:
            self.ids = None
        if self.ids is None:
            if value is not None:
                message = f"its first record has no id, but another has {short_repr(value)}"
                raise DataError(self.name, None, f"{message}; give each record one")
            return None
        number = len(self._known) + 1
        if not is_id(value):
            message = f"record {number:,} has no id, found {short_repr(value)}"
            raise DataError(self.name, None, f"{message}; give each record one")
        name = str(value)
        if name in self._known:
            places = f"record {self._known[name]:,} and at {number:,}"
            message = f"id {short_repr(name)} occurs twice, found it at {places}"
            raise DataError(self.name, None, f"{message}; keep one of the two")
        self._known[name] = number
        if self._reader.wanted is None or name in self._reader.wanted:
            self.ids.append(name)
        return name


_TABLES = ("csv", "tsv")  # formats in which numbers are text


def _value(record: Mapping[str, Any], path: str) -> Any:
    try:
        return at_path(record, path)
    except LookupError:
        return None


def names_of(paths: Sequence[str]) -> list[str]:
    """Return the shortest name for each file that tells it from the others: the parts that differ.

    Raises:
        UsageError: if a file is named twice.

    Examples:
        >>> names_of(["out/checkpoint-500/preds.jsonl", "out/checkpoint-1000/preds.jsonl"])
        ['checkpoint-500', 'checkpoint-1000']
        >>> names_of(["en.gemma-2.5.jsonl", "en.llama-3.jsonl.gz"])
        ['gemma-2.5', 'llama-3']
    """
    normal = [path if path == STDIN else os.path.normpath(path) for path in paths]
    for path in normal:
        if normal.count(path) > 1:
            raise UsageError(f"{path} is named twice: name each file once")
    parts = [_parts(path) for path in normal]
    if len(parts) == 1:
        return [parts[0][-1].strip("./")]
    kept: list[list[str]] = [[] for _ in parts]
    for column in zip_longest(*(each[::-1] for each in parts), fillvalue=""):
        if len(set(column)) > 1:  # a part that all have in common says nothing
            for name, part in zip(kept, column, strict=True):
                name.insert(0, part)
    names = ["".join(name).strip("./") for name in kept]
    return names if all(names) and len(set(names)) == len(names) else normal


def common_name(paths: Sequence[str]) -> str:
    """Return what the names of all files have in common, ``all`` if nothing.

    Examples:
        >>> common_name(["en_ted.system1.jsonl", "en_ted.system2.jsonl"])
        'en_ted'
    """
    names = [[part.strip("./") for part in _parts(os.path.basename(path))] for path in paths]
    common = [part for part in names[0] if len(paths) > 1 and all(part in each for each in names)]
    return ".".join(common) or "all"


def _parts(path: str) -> list[str]:
    """Split a path at slashes, and at dots outside of numbers."""
    if path == STDIN:
        return ["stdin"]
    plain = re.sub(_ENDING, "", path, flags=re.IGNORECASE)
    return re.findall(r"(?:[^/.]|(?<=\d)\.(?=\d))+[/.]?|[/.]+", plain)


_ENDING = r"(\.(jsonl|ndjson|json|csv|tsv|txt|parquet|gz|zst|xz|bz2))+$"
