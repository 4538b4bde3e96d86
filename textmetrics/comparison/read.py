"""Read the files of a comparison, score them, and bring their samples into one order."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import name_list, pluralized, printable, short_repr
from textmetrics._registry import suggest
from textmetrics.comparison.config import TaskConfig
from textmetrics.comparison.efficiency import Requests, efficiency_of
from textmetrics.comparison.facets import Facets
from textmetrics.comparison.monitors import MonitoredFolder, served_resources
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import Efficiency
from textmetrics.comparison.task import BUILT_IN, Task
from textmetrics.evaluation import (
    Evaluation,
    Evaluator,
    SampleDetails,
    Samples,
)
from textmetrics.metrics import Metric, Score
from textmetrics.records import (
    AUTO,
    STDIN,
    DataError,
    Format,
    InvalidRecords,
    RawLine,
    ReadingOptions,
    SampleReader,
    Turn,
    at_path,
    is_id,
    notes_of_files,
    open_samples,
    parse_record,
    question_of,
    read_references,
    reading_for,
)

__all__ = ["PlannedTask", "ReadTask", "read_tasks"]

_EXAMPLES = 3  # in an error message

_Order: TypeAlias = NDArray[np.intp]
_Run: TypeAlias = "tuple[_FileSamples, _Order]"
Batches: TypeAlias = Callable[[SampleReader], Generator[Samples, None, None]]


@dataclass(frozen=True)
class PlannedTask:
    """A task whose files are to be read.

    Attributes:
        config: the task's name and options.
        files: by model, one file per run.
        evaluator: scores the files, one after another; ``None`` for a task without metrics, of
            whose records only what they say about requests is read.
        headline: the metric that models are ranked by; empty for a task without metrics.
    """

    config: TaskConfig
    files: Mapping[str, Sequence[str]]
    evaluator: Evaluator | None
    headline: str

    @property
    def name(self) -> str:
        """The name of the task."""
        return self.config.name

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is computed."""
        return () if self.evaluator is None else self.evaluator.settings.metrics

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the records that are kept."""
        return tuple(dict.fromkeys([*filter(None, [self.config.group]), *self.config.breakdown]))


@dataclass(frozen=True)
class ReadTask:
    """A task whose files have been read and scored.

    Attributes:
        task: the samples in one order, with the results of all models.
        efficiency: one entry per model whose records have such data.
        references: the references of each sample.
        predictions: by model, the texts of its first run, if they are kept.
        notes: messages about the reading.
        questions: what was asked in each sample, if texts are kept; empty if no record tells it.
        facets: columns of the first file by which samples can be chosen, if texts are kept.
        requests: the requests of each run, one list per entry of ``efficiency``, until they have
            been joined with monitored runs.
    """

    task: Task
    efficiency: list[Efficiency]
    references: Sequence[Sequence[str]]
    predictions: Mapping[str, Sequence[str]]
    notes: tuple[str, ...]
    questions: Sequence[tuple[Turn, ...]] = ()
    facets: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    requests: Sequence[Sequence[Requests]] = ()


def read_tasks(
    tasks: Sequence[PlannedTask],
    settings: ComparisonSettings,
    invalid: InvalidRecords,
    *,
    intersect: bool,
    keep_texts: bool,
    batches: Batches,
    monitored: Mapping[str, Sequence[MonitoredFolder]] | None = None,
) -> list[ReadTask]:
    """Read and score all files, and bring the samples of each task into one order.

    Args:
        tasks: the tasks.
        settings: how the comparison is decided.
        invalid: counts invalid records.
        intersect: whether to use only the samples that all files of a task have.
        keep_texts: whether to keep predictions.
        batches: yields the samples of a reader, and may show the progress.
        monitored: the monitored runs of models, with which requests are joined by time.

    Raises:
        InputError: if a file cannot be used, or files have different samples.
        ValueError: if no record has a requested field, or options do not fit the samples.
    """
    done = []
    for planned in tasks:
        # Nobody named the only task of a comparison without a config.
        label = f"task {planned.name!r}: " if len(tasks) > 1 else ""
        reader = _TaskReader(planned, settings, invalid, keep_texts=keep_texts, batches=batches)
        read = reader.task(label, intersect=intersect)
        for entry, requests in zip(read.efficiency, read.requests, strict=True):
            entry.served = served_resources(requests, (monitored or {}).get(entry.model, ()))
        done.append(replace(read, requests=()))
    return done


class _TaskReader:
    """Reads and scores the files of a task, one after another.

    Args:
        planned: the task.
        settings: how the comparison is decided.
        invalid: counts invalid records.
        keep_texts: whether to keep predictions.
        batches: yields the samples of a reader.

    Attributes:
        wanted: the ids of the samples to read; all of them where ``None``.
        is_first: whether no file has been read yet.
        asked_in: the first file whose records have questions.
        answer_fields: the fields that are named as those of predictions or references.
    """

    def __init__(
        self,
        planned: PlannedTask,
        settings: ComparisonSettings,
        invalid: InvalidRecords,
        *,
        keep_texts: bool,
        batches: Batches,
    ) -> None:
        self.planned = planned
        self.settings = settings
        self.keep_texts = keep_texts
        self.wanted: frozenset[str] | None = None
        self.is_first = True
        self.asked_in: str | None = None
        self.answer_fields = _answer_fields(planned.config.reading)
        self._invalid = invalid
        self._batches = batches
        evaluators = [] if planned.evaluator is None else [planned.evaluator]
        self._read_lang = any(each.settings.lang == AUTO for each in evaluators)
        self._reading = reading_for(evaluators, planned.config.reading)
        self._reference_file = read_references(invalid, read_lang=self._read_lang, **self._reading)

    def task(self, label: str, *, intersect: bool) -> ReadTask:
        """Read all files.

        Args:
            label: begins the messages about the task.
            intersect: whether to use only the samples that all files have.
        """
        planned = self.planned
        owners = [(model, path) for model, paths in planned.files.items() for path in paths]
        notes = []
        if intersect:
            notes.append(f"{label}{self._intersect([path for _, path in owners])}")
        files: list[_FileSamples] = []
        for _, path in owners:
            files.append(self._read(path))
            files[-1].share(files[0])
            self.is_first = False
            if self.asked_in is None and any(files[-1].questions):
                self.asked_in = path
        read = notes_of_files([(file.name, file.notes) for file in files])
        notes += [f"{label}{note}" for note in read]
        runs: dict[str, list[_Run]] = {}
        if planned.evaluator is None:
            for (model, _), file, order in zip(owners, files, _request_orders(files), strict=True):
                runs.setdefault(model, []).append((file, order))
            return self._of_requests(runs, notes)
        orders = _sample_orders(files)
        self._check_ids(files)
        _check_references(files, orders)
        for (model, _), file, order in zip(owners, files, orders, strict=True):
            runs.setdefault(model, []).append((file, order))
        results = {
            model: [_in_order(file.scores, np.array(file.rows)[order]) for file, order in of_model]
            for model, of_model in runs.items()
        }
        task = Task(
            planned.name,
            results,
            metrics=tuple(metric.name for metric in planned.metrics),
            headline=planned.headline,
            ids=files[0].ids,
            fields=_fields(planned, files, orders, label),
            group=planned.config.group,
            breakdown=planned.config.breakdown,
            failed={
                model: sum(file.failed for file, _ in of_model) for model, of_model in runs.items()
            },
        )
        efficiency = [self._efficiency(model, runs[model], results[model]) for model in runs]
        known = [entry for entry in efficiency if entry is not None]
        return ReadTask(
            task,
            known,
            files[0].references,
            {
                model: [file.predictions[at] for at in order.tolist()]
                for model, [(file, order), *_] in runs.items()
                if file.predictions
            },
            tuple(notes),
            _questions(files, orders),
            files[0].facets.columns(),
            [[file.requests for file, _ in runs[entry.model]] for entry in known],
        )

    def _of_requests(self, runs: Mapping[str, Sequence[_Run]], notes: Sequence[str]) -> ReadTask:
        """Return a task without metrics: nothing is paired, so that requests may differ."""
        name = self.planned.name
        efficiency = [
            efficiency_of(
                [file.requests for file, _ in of_model],
                samples=[order for _, order in of_model],
                model=model,
                task=name,
                level=self.settings.level,
            )
            for model, of_model in runs.items()
        ]
        longest = {model: max(len(file.requests) for file, _ in of) for model, of in runs.items()}
        task = Task(name, {}, metrics=(), headline="", requests=longest)
        known = [entry for entry in efficiency if entry is not None]
        return ReadTask(
            task,
            known,
            references=(),
            predictions={},
            notes=tuple(notes),
            requests=[[file.requests for file, _ in runs[entry.model]] for entry in known],
        )

    def _check_ids(self, files: Sequence[_FileSamples]) -> None:
        """Raise a `DataError` if records are left out of files that are matched by line."""
        without = next((file for file in files if file.ids is None), None)
        if self._invalid.count and without is not None:
            message = "no ids, which are needed to match samples where invalid records are left out"
            raise DataError(without.name, None, f"{message}; give each record an 'id', or fix them")

    def _efficiency(
        self, model: str, runs: Sequence[_Run], results: Sequence[Evaluation]
    ) -> Efficiency | None:
        headline = self.planned.headline
        return efficiency_of(
            [file.requests.take(order) for file, order in runs],
            [result[headline].samples for result in results],  # type: ignore[misc]
            model=model,
            task=self.planned.name,
            level=self.settings.level,
        )

    def _intersect(self, paths: Sequence[str]) -> str:
        """Restrict reading to the samples that all files have; return a note about it."""
        if STDIN in paths:
            raise ValueError("--intersect reads files twice: standard input (-) can be read once")
        ids = [self._ids(path) for path in paths]
        self.wanted = frozenset(ids[0]).intersection(*ids[1:])
        if not self.wanted:
            raise DataError(paths[0], None, "none of its ids is in all files; compare other files")
        most = max(map(len, ids))
        return f"{pluralized(len(self.wanted), 'sample')} in all files, of up to {most:,} in one"

    def _ids(self, path: str) -> list[str]:
        # They are reported when the file is read for its scores.
        invalid = InvalidRecords(skip=self._invalid.skip)
        with self._open(path, invalid) as reader:
            file = _FileSamples(reader.lines.name, self)
            with closing(self._batches(reader)) as batches:
                for samples in batches:
                    file.take(samples, reader.format)
        if file.ids is None:
            message = "no ids, found none in its first record; --intersect needs one in each record"
            raise DataError(file.name, None, message)
        return file.ids

    def _read(self, path: str) -> _FileSamples:
        """Read and score one file; each text is read and tokenized once.

        Raises:
            InputError: if the file cannot be used.
        """
        evaluator = self.planned.evaluator
        if evaluator is None:
            return self._read_requests(path)
        evaluator.reset()
        with self._open(path, self._invalid) as reader:
            file = _FileSamples(reader.lines.name, self)
            for _ in evaluator.stream(self._scorable(reader, file)):
                pass
            evaluator.leave_out(reader.unusable)
        if not file.count:
            found = pluralized(len(file.rows), "sample")
            message = f"nothing to score, found {found} and no request that succeeded"
            raise DataError(file.name, None, f"{message}; see --failed")
        file.scores = evaluator.compute()
        evaluator.reset()  # it holds the same values once more
        file.notes = reader.notes.sentences()
        return file

    def _read_requests(self, path: str) -> _FileSamples:
        with self._open(path, self._invalid) as reader:
            file = _FileSamples(reader.lines.name, self)
            with closing(self._batches(reader)) as batches:
                for samples in batches:
                    file.take(samples, reader.format)
        if not file.requests.has_any:
            message = "nothing to compare: no metrics, and records say nothing about requests"
            raise DataError(file.name, None, f"{message}, in fields such as latency_s or status")
        file.notes = reader.notes.sentences()
        return file

    def _scorable(self, reader: SampleReader, file: _FileSamples) -> Iterator[Samples]:
        """Yield the samples of a file that are to be scored."""
        with closing(self._batches(reader)) as batches:
            for samples in batches:
                wanted = file.take(samples, reader.format)
                if len(wanted) and (scorable := file.scorable(wanted)) is not None:
                    yield scorable

    def _open(self, path: str, invalid: InvalidRecords) -> SampleReader:
        evaluator = self.planned.evaluator
        if evaluator is None:
            return open_samples(path, invalid, texts=False, **self._reading)
        return open_samples(
            path,
            invalid,
            reference_file=self._reference_file,
            read_lang=self._read_lang,
            problem=evaluator.problem,
            sample_options=evaluator.sample_options,
            **self._reading,
        )


def _answer_fields(reading: ReadingOptions) -> tuple[str, ...]:
    names = reading.get("reference_field") or ()
    listed = names.split(",") if isinstance(names, str) else list(names)
    return (*listed, *filter(None, [reading.get("prediction_field")]))


def _fields(
    planned: PlannedTask, files: Sequence[_FileSamples], orders: Sequence[_Order], label: str
) -> dict[str, list[Any]]:
    """Return the requested columns, each from the first file that has it.

    Raises:
        ValueError: if no file has it.
    """
    columns = {}
    for name in planned.fields:
        for file, order in zip(files, orders, strict=True):
            column = file.fields[name]
            if any(value is not None for value in column):
                columns[name] = [column[at] for at in order.tolist()]
                break
        else:
            if name not in BUILT_IN:
                available = [*files[0].names, *BUILT_IN]
                option = "group" if name == planned.config.group else "breakdown"
                raise ValueError(
                    f"{label}no record has a field {short_repr(name)}, which {option}= names: "
                    f"{suggest(name, available)}"
                    f"fields: {', '.join(map(printable, available))}"
                )
    return columns


def _questions(
    files: Sequence[_FileSamples], orders: Sequence[_Order]
) -> Sequence[tuple[Turn, ...]]:
    """Return the questions of the first file that has any, in the order of the samples."""
    for file, order in zip(files, orders, strict=True):
        if any(file.questions):
            return [file.questions[at] for at in order.tolist()]
    return ()


class _Texts(Sequence[tuple[str, ...]]):
    """The references of many samples; each is a string only when asked for.

    A million short strings in tuples would take five times as much memory.
    """

    def __init__(self) -> None:
        self._joined = bytearray()
        self._text_ends = array("q", [0])
        self._sample_ends = array("q", [0])

    def append(self, texts: Iterable[str]) -> None:
        """Add the references of a sample."""
        for text in texts:
            self._joined += text.encode("utf-8", "surrogatepass")
            self._text_ends.append(len(self._joined))
        self._sample_ends.append(len(self._text_ends) - 1)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._sample_ends) - 1

    def __getitem__(self, at: Any) -> Any:
        """Return the references of a sample, or a list of those of a slice."""
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        ends = self._text_ends[self._sample_ends[at] : self._sample_ends[at + 1] + 1]
        return tuple(
            self._joined[begin:end].decode("utf-8", "surrogatepass")
            for begin, end in pairwise(ends)
        )

    def same(self, other: _Texts) -> bool:
        """Return whether all samples have the same references in the same order."""
        return (
            self._joined == other._joined
            and self._text_ends == other._text_ends
            and self._sample_ends == other._sample_ends
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
        questions: what was asked, if texts are kept and no earlier file has told it.
        facets: the columns that samples can be chosen by, if texts are kept.
        failed: the number of records with a status of failure.
        rows: the position of each sample among those scored; -1 for one that is left out.
        count: the number of samples scored.
        scores: the evaluation of these, once all have been read.
        notes: what was read in another way than usual.
    """

    scores: Evaluation
    notes: Sequence[str] = ()

    def __init__(self, name: str, reader: _TaskReader) -> None:
        self.name = name
        self.ids: list[str] | None = []
        self.references = _Texts()
        self.fields: dict[str, list[Any]] = {field: [] for field in reader.planned.fields}
        self.names: tuple[str, ...] = ()
        self.predictions: list[str] = []
        self.questions: list[tuple[Turn, ...]] = []
        self.facets = Facets(reader.answer_fields)
        self.failed = 0
        self.rows = array("q")
        self.count = 0
        self._reader = reader
        self._requests: Requests | None = None
        self._known: set[str] = set()

    @property
    def requests(self) -> Requests:
        """The requests that produced the answers."""
        return self._requests or Requests(self.name)

    def take(self, samples: Samples, file_format: Format) -> Samples:
        """Record what a batch of samples contains; return those of them that are wanted.

        Raises:
            DataError: if only some records have an id, or an id occurs twice.
        """
        records = [parse_record(RawLine(1, 0, raw), self.name) for raw in samples.records or ()]
        if records and not self.names:
            self.names = tuple(records[0])
        ids = [self._id(record, file_format.id) for record in records]
        wanted = self._reader.wanted
        if wanted is not None:
            places = [place for place, name in enumerate(ids) if name in wanted]
            if len(places) < len(ids):
                samples = samples.take(places)
                records = [records[place] for place in places]
        for _, references in samples.texts:
            self.references.append(references)
        for name, column in self.fields.items():
            column += [_value(record, name) for record in records]
        if self._reader.keep_texts:
            self.predictions += samples.texts.predictions
            self._keep(records)
        if self._requests is None:
            self._requests = Requests(self.name, cells=file_format.name in _TABLES)
        outcomes = samples.outcomes or {}
        for at, record in enumerate(records):
            self._requests.add_record(record, outcomes.get(at))
        return samples

    def _keep(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Keep what the first file, or the first one that knows it, tells of each sample."""
        if self._reader.asked_in is None:
            self.questions += [question_of(each, self._reader.answer_fields) for each in records]
        if self._reader.is_first:
            for each in records:
                self.facets.add(each)

    def share(self, other: _FileSamples) -> None:
        """Hold ids and references once that are those of another file, after reading."""
        self._known.clear()
        if self.ids == other.ids:
            self.ids = other.ids
        if self.references.same(other.references):
            self.references = other.references

    def scorable(self, samples: Samples) -> Samples | None:
        """Return samples with failed records emptied or left out; ``None`` if none remain."""
        failed = self.requests.failed_from(len(self.rows))
        self.failed += len(failed)
        places: Sequence[int] = range(len(samples))
        if failed and self._reader.settings.failed == "exclude":
            gone = frozenset(failed)
            places = [place for place in range(len(samples)) if place not in gone]
        new = {place: self.count + at for at, place in enumerate(places)}
        self.rows.extend(new.get(place, -1) for place in range(len(samples)))
        self.count += len(new)
        if len(places) < len(samples):
            return samples.take(places) if places else None
        return samples.without_answers(failed)

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
            places = f"record {self.ids.index(name) + 1:,} and at {number:,}"
            message = f"id {short_repr(name)} occurs twice, found it at {places}"
            raise DataError(self.name, None, f"{message}; keep one of the two")
        self._known.add(name)
        if self._reader.wanted is None or name in self._reader.wanted:
            self.ids.append(name)
        return name


_TABLES = ("csv", "tsv")  # formats in which numbers are text


def _value(record: Mapping[str, Any], path: str) -> Any:
    try:
        return at_path(record, path)
    except LookupError:
        return None


def _sample_orders(files: Sequence[_FileSamples]) -> list[_Order]:
    """Return, for each file, the indices that bring its samples into the first file's order.

    Samples are matched by id if all files have ids, else by position.

    Raises:
        DataError: if a file has different samples than the first one.
    """
    first = files[0]
    if any(file.ids is None for file in files):
        for file in files[1:]:
            if len(file.references) != len(first.references):
                raise DataError(file.name, None, _unequal_lines(files, file))
        return [np.arange(len(file.references)) for file in files]
    orders = []
    for file in files:
        if file.ids == first.ids:
            orders.append(np.arange(len(first.references)))
            continue
        if problem := _unequal_ids(first, file):
            raise DataError(file.name, None, problem)
        places = {name: place for place, name in enumerate(file.ids or ())}
        orders.append(np.array([places[name] for name in first.ids or ()], dtype=np.intp))
    return orders


def _request_orders(files: Sequence[_FileSamples]) -> list[_Order]:
    """Return the number of each request's sample: that of its id, or of its line without ids."""
    if any(file.ids is None for file in files):
        return [np.arange(len(file.requests)) for file in files]
    names = dict.fromkeys(name for file in files for name in file.ids or ())
    numbers = {name: number for number, name in enumerate(names)}
    return [np.array([numbers[name] for name in file.ids or ()], dtype=np.intp) for file in files]


def _unequal_lines(files: Sequence[_FileSamples], other: _FileSamples) -> str:
    first = files[0]
    without = next(file for file in files if file.ids is None)
    return (
        f"unequal to {first.name}, found {pluralized(len(other.references), 'sample')} but "
        f"{len(first.references):,} there; compare answers to the same questions, or if these are, "
        f"give each record an 'id': samples are matched by line, because {without.name} has no ids"
    )


def _unequal_ids(first: _FileSamples, other: _FileSamples) -> str:
    wanted, present = first.ids or (), other.ids or ()
    problems = []
    if missing := _difference(wanted, present):
        names = name_list(missing, _EXAMPLES)
        problems.append(f"{pluralized(len(missing), 'id')} missing ({names})")
    if surplus := _difference(present, wanted):
        names = name_list(surplus, _EXAMPLES)
        problems.append(f"{pluralized(len(surplus), 'id')} unknown there ({names})")
    if not problems:
        return ""
    return (
        f"samples differ from {first.name}, found {' and '.join(problems)}; add missing samples, "
        "or compare only those that all files have: --intersect"
    )


def _difference(names: Sequence[str], others: Sequence[str]) -> list[str]:
    surplus = set(names).difference(others)
    return [name for name in names if name in surplus]


def _check_references(files: Sequence[_FileSamples], orders: Sequence[_Order]) -> None:
    """Check that each sample has the same references in all files.

    Args:
        files: the files.
        orders: the order of the samples of each, from `_sample_orders`.

    Raises:
        DataError: if references differ; the message contains examples.
    """
    first = files[0]
    for file, order in zip(files[1:], orders[1:], strict=True):
        if file.references is first.references and (np.diff(order) == 1).all():
            continue
        different = [
            place
            for place, at in enumerate(order.tolist())
            if file.references[at] != first.references[place]
        ]
        if different:
            examples = "; ".join(
                f"{_sample_name(first, place)}: {_texts(first.references[place])} in that file, "
                f"{_texts(file.references[order[place]])} in this one"
                for place in different[:_EXAMPLES]
            )
            raise DataError(
                file.name,
                None,
                f"references differ from {first.name}, found "
                f"{pluralized(len(different), 'sample')} of {len(first.references):,} that "
                f"{'does' if len(different) == 1 else 'do'} "
                f"({examples}); compare answers to the same references, or pass one file of "
                "references with --references; for several data sets, write a configuration "
                "(textmetrics compare --init)",
            )


def _sample_name(file: _FileSamples, place: int) -> str:
    return f"sample {place + 1:,}" if file.ids is None else f"id {short_repr(file.ids[place])}"


def _texts(references: Sequence[str]) -> str:
    return name_list(references, 2) if len(references) != 1 else short_repr(references[0])


def _in_order(evaluation: Evaluation, rows: _Order) -> Evaluation:
    """Return the same scores with their samples in another order.

    Args:
        evaluation: the scores of one file.
        rows: index of each wanted sample in the evaluation; -1 for a sample that was not scored.
    """
    scored = next(iter(evaluation.values())).samples
    if scored is not None and np.array_equal(rows, np.arange(len(scored))):
        return evaluation
    scores = {name: _score_in_order(score, rows) for name, score in evaluation.items()}
    details = evaluation.sample_details
    if details is not None:
        langs = tuple(details.langs[at] if at >= 0 else "" for at in rows.tolist())
        details = SampleDetails(
            langs,
            _taken(details.prediction_lengths, rows, -1),
            _taken(details.reference_lengths, rows, -1),
        )
    return Evaluation(scores, evaluation.health, details)


def _score_in_order(score: Score, rows: _Order) -> Score:
    fields: dict[str, Any] = dict(vars(score))
    if score.samples is not None:
        fields["samples"] = _taken(score.samples, rows, np.nan)
    if score.totals is not None:
        fields["totals"] = replace(score.totals, rows=_taken(score.totals.rows, rows, 0))
    if score.all_tokens is not None:
        fields["all_tokens"] = _score_in_order(score.all_tokens, rows)
    return Score(float(score), **fields)


def _taken(column: NDArray[Any], rows: _Order, missing: float) -> NDArray[Any]:
    taken = column[rows]
    taken[rows < 0] = missing
    taken.flags.writeable = False
    return taken
