"""A file that some program wrote becomes samples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from textmetrics.evaluation import Sample, Samples
from textmetrics.records.attempts import answers_in, prompt_of
from textmetrics.records.bad import BadRecords
from textmetrics.records.columns import samples_at_once
from textmetrics.records.containers import Container, JsonLines
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.fields import (
    PREDICTION_FIELDS,
    Field,
    Source,
    language,
    prediction,
    references,
)
from textmetrics.records.formats import Format
from textmetrics.records.join import ReferenceFile
from textmetrics.records.places import Place
from textmetrics.records.reader import Reader, plain_fields
from textmetrics.records.record import Row, Rows, Variants

__all__ = ["FormatReader"]

_AT_ONCE = 4096


class FormatReader(Reader):
    """Reads any file whose format is known; the record of a sample is JSON.

    Args:
        known: what is known of such files.
        container: the file's values.
        bad: what becomes of bad records.
        predicted: where the prediction stands, if the user says so.
        expected: likewise for the reference.
        joined: references that are kept apart.
        languages: whether a plain record's own ``lang`` counts.
        turn: which of the assistant's turns is scored where the prediction is a conversation.
        variant: which answers are scored where there are several to each question.
        several: whether a list of answers is several samples, each of which has a `Prompt` in place
            of its record.

    Raises:
        DataError: if such files have no predictions.
    """

    def __init__(
        self,
        known: Format,
        container: Container,
        bad: BadRecords,
        *,
        predicted: str | None = None,
        expected: str | None = None,
        joined: ReferenceFile | None = None,
        languages: bool = True,
        turn: int | None = None,
        variant: str | None = None,
        several: bool = False,
    ) -> None:
        super().__init__(container.lines, bad, joined, ordered=known.ordered)
        self.format = known
        self._container = container
        self._languages = languages and known.plain
        self._turn = turn
        self._several = several
        self._more = 0  # answers beyond the first of their record
        names = (predicted,) if predicted else known.prediction or PREDICTION_FIELDS
        self._listed = tuple(name for name in names if several and name != expected)
        self._rows = Rows(container.lines.name, known, bad, Variants(known.variant, variant))
        self._prediction: Source
        self._reference: Source
        if known.plain:
            fields = plain_fields(predicted, expected, joined=joined is not None)
            self._prediction, self._reference = fields
            return
        if not known.prediction and predicted is None:
            message = f"no predictions, found {known.summary}; give it with --references"
            raise DataError(container.lines.name, None, message)
        self._prediction = Place.of_predictions(known, predicted)
        self._reference = Place.of_references(known, expected)
        self._flat = (
            Field("prediction", known.prediction, predicted),
            Field("reference", known.references, expected),
        )

    def _read(self) -> Iterator[Samples]:
        container = self._container
        flat = self.format.flat and self._join is None and not self._several
        if isinstance(container, JsonLines) and flat:
            for block in self._lines.blocks():
                samples = samples_at_once(block.raws, *self._flat, languages=False)
                if samples is not None:
                    self.records += len(samples)
                    self._rows.count += len(samples)
                    yield samples
                else:
                    yield from self._one_by_one(container.values(block.filled()))
        else:
            yield from self._one_by_one(container)
        self._rows.finish()

    def _one_by_one(self, values: Iterable[Any]) -> Iterator[Samples]:
        samples = self._samples(self._rows.of(values))
        while some := list(islice(samples, _AT_ONCE)):
            yield Samples.of(some)

    def _samples(self, rows: Iterable[Row | None]) -> Iterator[Sample]:
        """Give the samples of records that can be used and are to be scored."""
        for row in rows:
            answers = answers_in(row, self._listed) if row else []
            self._more += max(len(answers) - 1, 0)
            self.records = self._rows.count + self._more
            for answer in answers:
                try:
                    sample = self._sample(answer)
                except RecordError as error:
                    self._bad.note(answer.wrong(self._lines.name, error.message))
                    continue
                if sample is not None:
                    yield sample

    def _sample(self, row: Row) -> Sample | None:
        name, record, line = self._lines.name, row.record, row.line
        lang = _language(record, name, line) if self._languages else None
        if self._join is None:
            texts = references(self._reference, record, name, line)
        else:
            numbered = {"id": record.get(self.format.id or "id")}
            reference = self._join.of(numbered, self.records - 1, name, line or row.number)
            if reference is None:
                return None
            texts, lang = reference.texts, reference.lang or lang
        predicted = prediction(self._prediction, record, name, line, turn=self._turn)
        if self._several:
            return Sample(predicted, texts, lang, prompt_of(row, self.format, name))
        return Sample(predicted, texts, lang, row.raw or _encoded(record))


def _language(record: Mapping[str, Any], file: str, line: int | None) -> str | None:
    """Give the language of a record; an empty cell of a table names none."""
    return language(record, file, line) if record.get("lang") != "" else None


def _encoded(record: Mapping[str, Any]) -> bytes:
    import msgspec

    try:
        return msgspec.json.encode(record, enc_hook=str)  # pyarrow gives times of pandas
    except UnicodeEncodeError:  # a lone surrogate, whose escape is the one that JSON has
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
