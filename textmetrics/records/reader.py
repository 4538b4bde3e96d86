"""Read the samples of a file, whatever its format, many at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import filterfalse, repeat
from operator import contains, itemgetter
from types import TracebackType
from typing import TYPE_CHECKING, Any

from textmetrics._escape import short_repr
from textmetrics._options import complete, options_of, takes
from textmetrics.evaluation import Evaluator, Sample, Samples
from textmetrics.languages import one_language
from textmetrics.presets import SampleOption
from textmetrics.records.attempts import prompt_of, split_answers
from textmetrics.records.containers import (
    Container,
    JsonLines,
    LocatedValue,
    ParquetTable,
    TextLines,
)
from textmetrics.records.detect import detect
from textmetrics.records.errors import DataError, InvalidRecords, RecordError
from textmetrics.records.fields import (
    PREDICTION_FIELDS,
    Field,
    FormatField,
    PlainField,
    SeveralFields,
    at_path,
    given_names,
    is_id,
    language,
    plain_fields,
    possible_names,
    prediction,
    reference_fields,
    references,
)
from textmetrics.records.formats import (
    ANSWERS_BY_ID,
    TEXT,
    FileTask,
    Format,
    message_outcome,
    plain_outcome,
    task_format,
)
from textmetrics.records.join import Join, ReferenceFile
from textmetrics.records.lines import Lines
from textmetrics.records.notes import Notes
from textmetrics.records.options import ReadingOptions
from textmetrics.records.parquet import EncodedRows, ParquetRows, texts_of
from textmetrics.records.record import LocatedRecord, RecordStream, Variants
from textmetrics.records.values import are_messages
from textmetrics.records.written_lists import ListField, WrittenLists
from textmetrics.scan import Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "Problem",
    "SampleReader",
    "all_options",
    "any_problem",
    "open_samples",
    "read_references",
]

Problem = Callable[[Sequence[str]], str | None]
"""Returns why a sample cannot be scored by its references, ``None`` if it can."""

_BATCH_SIZE = 4096
_BATCH_CHARACTERS = 1 << 22
# The options that reading column by column obeys. Any other one, unless it has its default, has
# the records read one by one, so that `SampleReader._sample` is the only place to obey it.
_COLUMNAR_OPTIONS = frozenset(
    {
        "input_format",
        "prediction_field",
        "reference_field",
        "filter",
        "turn",
        "references",
        "references_format",
        "num_refs",
        "encoding",
        "max_line",
        "reference_lists",
    }
)


@takes(ReadingOptions)
def open_samples(
    path: str | os.PathLike[str],
    invalid: InvalidRecords | None = None,
    *,
    reference_file: ReferenceFile | None = None,
    read_lang: bool = True,
    group_answers: bool = False,
    problem: Problem | None = None,
    sample_options: Iterable[SampleOption] = (),
    keep_records: bool = True,
    texts: bool = True,
    hashed: bool = False,
    live: bool = False,
    **options: Unpack[ReadingOptions],
) -> SampleReader:
    """Open a file of predictions; iterate over the reader for its samples, many at a time.

    Args:
        path: the file, or ``-`` for standard input.
        invalid: counts invalid records; the first one is an error where ``None``.
        reference_file: what `read_references` returned for the same options, to read the
            references once for several files of predictions.
        read_lang: whether the field ``lang`` of plain records is read.
        group_answers: whether a prompt may have several answers, in one record each or in a list.
            Each is a sample, which has its `Prompt` in place of its record.
        problem: returns why a sample cannot be scored by its references, ``None`` if it can, as
            `Evaluator.problem` does; such a record is invalid.
        sample_options: what is read of each record beside its texts; see
            `Evaluator.sample_options`.
        keep_records: whether samples have their whole records; if not, a table in Parquet is read
            without the columns that scoring does not need.
        texts: whether a record must have a prediction and references; if not, neither is read, and
            a sample is its record alone.
        hashed: whether the fingerprint of the file will be asked for; see `SampleReader.lines`.
        live: whether samples are yielded as soon as their lines come, and before a later line is
            found to be invalid.
        {options}

    Raises:
        InputError: if the file cannot be used.

    Examples:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        ...     _ = file.write('{"prediction": "a cat", "answer": "the cat"}')
        ...     file.flush()
        ...     with open_samples(file.name) as reader:
        ...         [list(samples.texts) for samples in reader]
        [[('a cat', ['the cat'])]]
    """
    counted = invalid or InvalidRecords(skip=False)
    if reference_file is None:
        reference_file = read_references(counted, read_lang=read_lang, hashed=hashed, **options)
    reading = complete(ReadingOptions, options)
    lines = Lines(
        os.fspath(path),
        reading["encoding"],
        max_line=reading["max_line"],
        hashed=hashed,
        live=live,
    )
    try:
        return SampleReader(
            lines,
            counted,
            reference_file=reference_file,
            read_lang=read_lang,
            group_answers=group_answers,
            problem=problem,
            sample_options=sample_options,
            keep_records=keep_records,
            texts=texts,
            **options,
        )
    except BaseException:
        lines.__exit__(None, None, None)
        raise


def read_references(
    invalid: InvalidRecords,
    *,
    read_lang: bool = True,
    hashed: bool = False,
    **options: Unpack[ReadingOptions],
) -> ReferenceFile | None:
    """Read the file of references that the options of reading name, if they name one.

    Raises:
        InputError: if it cannot be used.
    """
    reading = complete(ReadingOptions, options)
    if reading["references"] is None:
        return None
    return ReferenceFile(
        os.fspath(reading["references"]),
        invalid,
        read_lang=read_lang,
        reference_field=reading["reference_field"],
        references_format=reading["references_format"],
        num_refs=reading["num_refs"],
        reference_lists=reading["reference_lists"],
        encoding=reading["encoding"],
        max_line=reading["max_line"],
        hashed=hashed,
    )


def all_options(evaluators: Sequence[Evaluator]) -> list[SampleOption]:
    """Return what is read of each record beside its texts for one of several evaluators."""
    return [option for evaluator in evaluators for option in evaluator.sample_options]


def any_problem(evaluators: Sequence[Evaluator]) -> Problem | None:
    """Return what tells why one of several evaluators cannot use references."""
    found = list(filter(None, [evaluator.problem for evaluator in evaluators]))

    def problem(references: Sequence[str]) -> str | None:
        return next(filter(None, (each(references) for each in found)), None)

    return problem if found else None


class SampleReader:
    """Reads the samples of one file; each has its record, as JSON.

    Args:
        lines: the file, which is closed with the reader.
        invalid: counts invalid records.
        reference_file: references from a file of their own; plain text needs them.
        read_lang: whether the field ``lang`` of plain records is read.
        group_answers: whether a prompt may have several answers; see `open_samples`.
        problem: tells references that cannot be used; see `open_samples`.
        sample_options: what is read of each record beside its texts.
        keep_records: whether samples have their whole records; see `open_samples`.
        texts: whether records must have texts; see `open_samples`.
        options: how the file is read.

    Attributes:
        lines: the file.
        options: how the file is read, with defaults for the options that were not given.
        format: the format of the file.
        task: the task of the file, as options of the format's preset; ``None`` if it is not known.
        records: samples read so far, including invalid ones and references without a prediction.
        unusable: samples that were left out because of their references; see `open_samples`.
        found_options: the names of the sample options of which a record had a value, so far.
        notes: what was read in another way than usual, so far.
        places: the lines of the samples that were yielded last, of a file that is read live.
        reference_digest: the SHA-256 of the file of references, if there is one that was hashed.

    Raises:
        DataError: if the format is ambiguous, or does not fit the options.
    """

    def __init__(
        self,
        lines: Lines,
        invalid: InvalidRecords,
        *,
        reference_file: ReferenceFile | None = None,
        read_lang: bool = True,
        group_answers: bool = False,
        problem: Problem | None = None,
        sample_options: Iterable[SampleOption] = (),
        keep_records: bool = True,
        texts: bool = True,
        **options: Unpack[ReadingOptions],
    ) -> None:
        self.lines = lines
        self.options = complete(ReadingOptions, options)
        self.records = 0
        self.unusable = 0
        self.found_options: set[str] = set()
        self.notes = Notes()
        self.places: list[int] = []
        self.format, self._container = self._detected(reference_file)
        self.task = self.told_task(self.format.preset or "")
        self._texts = texts
        self._check(reference_file)
        self._invalid = invalid
        self.reference_digest = reference_file.digest if reference_file else ""
        self._problem = problem
        self._sample_options = tuple(sample_options)
        self._read_lang = read_lang and self.format.plain
        self._group_answers = group_answers
        self._turn = self.options["turn"]
        self._has_conversation = False  # noted only if a turn was asked for
        self._extra_answers = 0  # beyond the first one of their record
        variants = Variants(self.format.variant, self.options["filter"])
        self._stream = RecordStream(lines.name, self.format, invalid, variants)
        self._lists = WrittenLists(self.options["reference_lists"], self.format, self.notes)
        self._prediction, self._reference = self._fields(reference_file)
        self._join = None
        if reference_file is not None:
            self._join = Join(reference_file, invalid, ordered=self.format.ordered)
            self.notes.add(reference_file.notes)
            self._lists.split = bool(reference_file.notes.written_lists)
        if isinstance(self._container, ParquetTable) and not (keep_records or group_answers):
            self._project(self._container)

    def _project(self, container: ParquetTable) -> None:
        """Read only the columns that a plain record is scored by, if it is known which they are."""
        first = container.first()
        if not self.format.plain or first is None:
            return
        names = {"lang", "id", "custom_id", "finish_reason", "is_impossible"}
        fields = [self._prediction]
        if self._join is None:
            fields += self._reference.columns(first)
        for field in fields:
            plain = field.field if isinstance(field, ListField) else field
            found = plain.candidates(first) if isinstance(plain, PlainField) else ()
            if not found:
                return  # an error names the fields that there are
            names.update(found)
        for option in self._sample_options:
            names.update((option.name, *option.fields))
        container.table.keep([*names, *(name.partition(".")[0] for name in names)])

    def told_task(self, preset: str) -> FileTask | None:
        """Return the task that the file tells a preset, as options of it."""
        form = task_format(preset, self.format)
        return None if form is None else form.task(self.lines.name, self._container.first())

    def _detected(self, reference_file: ReferenceFile | None) -> tuple[Format, Container]:
        prediction_field = self.options["prediction_field"]
        found, container = detect(
            self.lines,
            self.options["input_format"],
            extra_fields=self._given_fields(),
            open_text=partial(TextLines, field=prediction_field or "prediction")
            if reference_file
            else None,
            ids=reference_file.ids() if reference_file else frozenset(),
        )
        if found.plain or found is ANSWERS_BY_ID:
            container.keep_numbers()
        self.notes.files += filter(None, [self.lines.note, container.note])
        return found, container

    def _given_fields(self) -> frozenset[str]:
        """Return the names of fields that the options may mean."""
        given = possible_names(self.options["prediction_field"])
        return given | possible_names(self.options["reference_field"])

    def _fields(self, reference_file: ReferenceFile | None) -> tuple[Field, Field]:
        """Return where records have their prediction and their references."""
        given = self.options["prediction_field"], self.options["reference_field"]
        if self.format.plain:
            return plain_fields(
                *given,
                joined=reference_file is not None,
                ids_in=reference_file.name if reference_file and reference_file.has_ids() else "",
                notes=self.notes,
                wrap=self._lists.field,
            )
        return (
            FormatField.of_predictions(self.format, given[0]),
            reference_fields(
                given[1],
                lambda name: self._lists.field(FormatField.of_references(self.format, name)),
                self.notes,
            ),
        )

    def _columns(self) -> tuple[PlainField, PlainField] | None:
        """Return the fields by which records are read many at a time, ``None`` where not."""
        one_by_one = (
            not self.format.columnar
            or self._join is not None
            or self._group_answers
            or self._sample_options
            or not self._texts
            or isinstance(self._reference, SeveralFields)
            or any(
                self.options[name] != option.default
                for name, option in options_of(ReadingOptions).items()
                if name not in _COLUMNAR_OPTIONS
            )
        )
        if one_by_one:
            return None
        prediction, reference = self._prediction, self._reference
        if isinstance(reference, ListField):
            reference = reference.field
        if isinstance(prediction, PlainField) and isinstance(reference, PlainField):
            return prediction, reference
        given = given_names(self.options["reference_field"])
        return (
            PlainField("prediction", self.format.prediction, self.options["prediction_field"]),
            PlainField("reference", self.format.references, next(iter(given), None)),
        )

    def _check(self, reference_file: ReferenceFile | None) -> None:
        message = None
        if self.options["filter"] is not None and not self.format.variant:
            message = (
                f"--filter: this file ({self.format.name}) has one answer per question; "
                "remove the option"
            )
        elif self.format is TEXT and reference_file is None:
            message = "plain text has no references; name a file of them with --references"
        elif self._texts and not (
            self.format.plain or self.format.prediction or self.options["prediction_field"]
        ):
            message = (
                f"no predictions in this file ({self.format.summary}); pass it with --references"
            )
        if message is not None:
            raise DataError(self.lines.name, None, message)

    def __enter__(self) -> SampleReader:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.lines.__exit__(kind, error, traceback)

    def __iter__(self) -> Iterator[Samples]:
        """Read the samples.

        Raises:
            DataError: if the file cannot be used, or a record is invalid and none may be skipped.
        """
        before, name = self._invalid.count, self.lines.name
        yield from self._batches()
        self._stream.finish()
        if not self.records:
            raise DataError(name, None, "file is empty; expected one record per line")
        if self._invalid.count - before == self.records:
            raise DataError(
                name, None, f"no usable records ({self.records:,} invalid); fix the file"
            )
        if self._join is not None:
            self.records += self._join.finish(name, self.records)
        if self._turn is not None and not self._has_conversation:
            message = f"--turn {self._turn}: no record holds a conversation; remove the option"
            raise DataError(name, None, message)

    def _batches(self) -> Iterator[Samples]:
        container = self._container
        if isinstance(container, ParquetTable):
            yield from self._of_table(container.table)
            return
        if not isinstance(container, JsonLines):
            yield from self._one_by_one(container)
            return
        columns = self._columns()
        for block in self.lines.blocks():
            samples = None
            if columns is not None:
                samples = samples_at_once(
                    block.raws, *columns, read_lang=self._read_lang, plain=self.format.plain
                )
            if samples is not None and self._usual(samples):
                self._stream.count += len(samples)
                self.records += len(samples)
                if self.lines.live:
                    self.places = [line.number for line in block.filled()]
                yield samples
                continue
            values = container.values(block)
            if not self.lines.live:
                yield from self._one_by_one(values)
                continue
            for value in values:  # alone: a sample must not wait for an error that comes after it
                self.places = [value.line or 0]
                yield from self._one_by_one([value])

    def _of_table(self, table: ParquetRows) -> Iterator[Samples]:
        fields = self._columns()
        for batch in table.batches():
            samples = None
            if fields is not None:
                samples = samples_of_columns(
                    batch, *fields, read_lang=self._read_lang, plain=self.format.plain
                )
            if samples is not None and self._usual(samples):
                self._stream.count += len(samples)
                self.records += len(samples)
                yield samples
            else:
                yield from self._one_by_one(map(LocatedValue, table.rows(batch)))

    def _usual(self, samples: Samples) -> bool:
        """Return whether samples need no look at each of their records."""
        return not self._lists.may_be_in(samples) and self._all_usable(samples.texts)

    def _one_by_one(self, values: Iterable[Any]) -> Iterator[Samples]:
        if self._texts:
            values = self._lists.looked_at(self._reference, values)
        records = self._stream.records(values)
        samples = self._samples(self._answers(records) if self._group_answers else records)
        yield from map(Samples.of, _batches(samples))

    def _answers(self, records: Iterable[LocatedRecord | None]) -> Iterator[LocatedRecord | None]:
        """Return one record per answer."""
        given = self.options["prediction_field"]
        names = (given,) if given else self.format.prediction or PREDICTION_FIELDS
        taken = given_names(self.options["reference_field"])
        lists = tuple(name for name in names if name not in taken)
        for record in records:
            answers = [None] if record is None else split_answers(record, lists)
            self._extra_answers += len(answers) - 1
            yield from answers

    def _samples(self, records: Iterable[LocatedRecord | None]) -> Iterator[Sample]:
        """Return the samples of the records that can be used and are to be scored."""
        for record in records:
            self.records = self._stream.count + self._extra_answers
            if record is None:
                continue
            try:
                sample = self._sample(record)
            except RecordError as error:
                self._invalid.note(record.error(self.lines.name, error.message))
                continue
            if sample is not None:
                yield sample

    def _sample(self, located: LocatedRecord) -> Sample | None:
        name, record, line = self.lines.name, located.record, located.line
        if not self._texts:
            raw = located.raw or _encoded(record)
            return Sample("", (), None, raw, self.format.outcome(record))
        lang = language(record, name, line) if self._read_lang and "lang" in record else None
        if self._join is None:
            texts = references(self._reference, record, name, line, self.notes)
        else:
            numbered = {"id": record.get(self.format.id or "id")}
            reference = self._join.match(numbered, self.records - 1, name, line or located.number)
            if reference is None:
                return None
            texts, lang = reference.texts, reference.lang or lang
        if self._problem is not None and (problem := self._problem(texts)) is not None:
            self.unusable += 1
            advice = "" if self._invalid.skip else ", or pass --errors skip"
            raise RecordError(name, line, f"{self._named(record)}{problem}{advice}")
        outcome = self.format.outcome(record)
        value = self._answer(record, outcome, name, line)
        if self._turn is not None and are_messages(value):
            self._has_conversation = True
        text = prediction(value, self._prediction, name, line, self.notes, turn=self._turn)
        self._lists.note_prediction(text)
        if not text and self._turn is None and are_messages(value):
            outcome = outcome or message_outcome(value[-1])
        values = None
        if self._sample_options:
            values = {each.name: self._value(each, record, line) for each in self._sample_options}
        if self._group_answers:
            kept: Any = prompt_of(located, self.format, name)
        else:
            kept = located.raw or _encoded(record)
        number = record.get(self.format.id or "id")
        own = str(number) if is_id(number) else None
        return Sample(text, texts, lang, kept, outcome, values, own)

    def _value(self, option: SampleOption, record: Mapping[str, Any], line: int | None) -> Any:
        """Return what an option of the preset is in a record; ``None`` if it may be missing."""
        for path in (option.name, *option.fields):
            try:
                value = at_path(record, path)
            except LookupError:
                continue
            try:
                checked = option.checked(value)
            except ValueError as error:
                raise RecordError(self.lines.name, line, f"{path}: {error}") from None
            if checked is not None:
                self.found_options.add(option.name)
            return checked
        if not option.required:
            return None
        known = ", ".join((option.name, *option.fields))
        message = f"no field {known}; expected {option.summary}"
        raise RecordError(self.lines.name, line, self._named(record) + message)

    def _answer(
        self, record: Mapping[str, Any], outcome: str | None, name: str, line: int | None
    ) -> Any:
        """Return the value of the prediction; null if the request failed, or was refused."""
        try:
            value = self._prediction.value(record, name, line)
        except RecordError:
            if outcome not in ("failed", "content_filter"):
                raise
            return None
        return None if outcome == "failed" else value

    def _named(self, record: Mapping[str, Any]) -> str:
        """Return what begins an error about a record that has an id."""
        number = record.get(self.format.id or "id")
        return f"id {short_repr(number)}: " if is_id(number) else ""

    def _all_usable(self, texts: Texts) -> bool:
        """Return whether all samples can be scored by their references."""
        if self._problem is None:
            return True
        each = map(texts.references_of, range(len(texts)))
        return not any(map(self._problem, each))


def _batches(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    """Return samples together, not many and not much text at a time."""
    batch: list[Sample] = []
    size = 0
    for sample in samples:
        batch.append(sample)
        size += len(sample.prediction or "") + sum(map(len, sample.references))
        if len(batch) >= _BATCH_SIZE or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _encoded(record: Mapping[str, Any]) -> bytes:
    import msgspec

    try:
        return msgspec.json.encode(record, enc_hook=_plain)
    except UnicodeEncodeError:  # a lone surrogate, which JSON can only have as an escape
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _plain(value: object) -> object:
    """Return what JSON has for a value: pyarrow returns timestamps of pandas."""
    return float(value) if isinstance(value, float) else str(value)


def samples_at_once(
    raws: list[bytes],
    prediction: PlainField,
    reference: PlainField,
    *,
    read_lang: bool,
    plain: bool,
) -> Samples | None:
    """Return the samples of lines in which nothing is unusual; blank lines are left out.

    Each step handles a whole column, which is several times as fast as handling each record. Where
    a line is unusual, `SampleReader` reads the lines one by one, and reports what is wrong.

    Args:
        raws: the lines.
        prediction: the field with the prediction; found in the first record if not known yet.
        reference: the field with the reference, found in the same way.
        read_lang: whether the field ``lang`` of a record is read.
        plain: whether the records are plain, so that a field ``finish_reason`` is read.

    Returns:
        ``None`` where a line is unusual.
    """
    import msgspec

    decode = msgspec.json.Decoder(dict[str, Any]).decode
    raws = list(filterfalse(bytes.isspace, raws))
    try:
        first = decode(raws[0])
        [prediction_name] = prediction.candidates(first)
        [reference_name] = reference.candidates(first)
        if are_messages(at_path(first, prediction_name)):  # no use to decode the others here
            return None
        records = list(map(decode, raws))
        predictions = list(map(_getter(prediction_name), records))
        nulls = frozenset(at for at, text in enumerate(predictions) if text is None)
        if nulls:
            predictions = ["" if text is None else text for text in predictions]
        texts = _texts(predictions, list(map(_getter(reference_name), records)))
        langs: list[Any] = [None] * len(records)
        if read_lang:
            langs = _langs(list(map(dict.get, records, repeat("lang"))))
    except (LookupError, TypeError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    if texts is None:
        return None
    prediction.decide(prediction_name)
    reference.decide(reference_name)
    outcomes = {}
    if plain and any(map(contains, records, repeat("finish_reason"))):
        outcomes = _outcomes(records)
    ids = _ids(records)
    samples = Samples(texts, langs, nulls, records=raws, outcomes=outcomes, ids=ids)
    return samples.without_answers([at for at, end in outcomes.items() if end == "failed"])


def samples_of_columns(
    batch: Any, prediction: PlainField, reference: PlainField, *, read_lang: bool, plain: bool
) -> Samples | None:
    """Return the samples of rows of a table in Parquet, as `samples_at_once` does those of lines.

    Args:
        batch: a record batch of pyarrow.
        prediction: the column with the prediction.
        reference: the column with the reference.
        read_lang: whether the column ``lang`` is read.
        plain: whether the records are plain, so that a column ``finish_reason`` is read.

    Returns:
        ``None`` where a row is unusual, or a column is not one of texts.
    """
    names = batch.schema.names
    record = dict.fromkeys(names)
    langs: list[Any] = [None] * batch.num_rows
    try:
        [prediction_name] = prediction.candidates(record)
        [reference_name] = reference.candidates(record)
        predictions = texts_of(batch.column(prediction_name))
        references = texts_of(batch.column(reference_name))
        if predictions is None or references is None:
            return None
        nulls = frozenset(at for at, text in enumerate(predictions) if text is None)
        if nulls:
            predictions = ["" if text is None else text for text in predictions]
        texts = _texts(predictions, references)
        if read_lang and "lang" in names:
            langs = _langs(batch.column("lang").to_pylist())
    except (LookupError, TypeError, ValueError):
        return None
    if texts is None:
        return None
    prediction.decide(prediction_name)
    reference.decide(reference_name)
    outcomes = {}
    if plain and "finish_reason" in names:
        ends = batch.column("finish_reason").to_pylist()
        outcomes = _outcomes({"finish_reason": end} for end in ends)
    rows = EncodedRows(batch, _encoded)
    ids = _as_ids(batch.column("id").to_pylist()) if "id" in names else None
    samples = Samples(texts, langs, nulls, records=rows, outcomes=outcomes, ids=ids)
    return samples.without_answers([at for at, end in outcomes.items() if end == "failed"])


def _langs(codes: list[Any]) -> list[str | None]:
    """Return the languages that records name.

    Raises:
        TypeError: if one is not named by a text.
        ValueError: if one is not known.
    """
    named = set(codes) - {None}
    if not all(type(code) is str for code in named):
        raise TypeError
    known = {name: one_language(name) for name in named}
    return list(map(known.get, codes)) if known else codes


def _outcomes(records: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return how requests ended, by their places, where not with an answer."""
    ends = ((at, plain_outcome(record)) for at, record in enumerate(records))
    return {at: end for at, end in ends if end is not None}


def _ids(records: list[dict[str, Any]]) -> list[str | None] | None:
    """Return the field ``id`` of each record as text; ``None`` if none has one."""
    if not any(map(contains, records, repeat("id"))):
        return None
    return _as_ids(list(map(dict.get, records, repeat("id"))))


def _as_ids(found: list[Any]) -> list[str | None]:
    """Return values of the field ``id`` as text."""
    if set(map(type, found)) == {str}:
        return found
    return [str(each) if is_id(each) else None for each in found]


def _getter(path: str) -> Callable[[dict[str, Any]], Any]:
    return partial(at_path, path=path) if "." in path else itemgetter(path)


def _texts(predictions: list[Any], references: list[Any]) -> Texts | None:
    if not _are_texts(predictions):
        return None
    if _are_texts(references):
        return Texts(predictions, references)
    listed = [each if type(each) is list else [each] for each in references]
    texts = Texts.of(predictions, listed)
    return texts if all(listed) and _are_texts(texts.references) else None


def _are_texts(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {str}  # and without lone surrogates, which msgspec refuses
