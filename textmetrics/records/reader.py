"""A file of predictions becomes samples, many at a time."""

from __future__ import annotations

from collections.abc import Iterator

from textmetrics.evaluation import Sample, Samples
from textmetrics.records.bad import BadRecords
from textmetrics.records.columns import samples_at_once
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.fields import (
    PREDICTION_FIELDS,
    REFERENCE_FIELDS,
    Field,
    language,
    prediction,
    references,
)
from textmetrics.records.join import Join, ReferenceFile
from textmetrics.records.lines import Block, Line, Lines
from textmetrics.records.parse import parse_record

__all__ = ["SampleReader", "reference_field"]


def reference_field(name: str | None = None) -> Field:
    """Give the field of references, found by itself where no name is given."""
    return Field("reference", REFERENCE_FIELDS, name)


def _but(names: tuple[str, ...], taken: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name != taken)


class SampleReader:
    """Reads the samples of one file; each has the bytes of its line as ``record``.

    Blank lines are passed over, but they count in the numbers of lines.

    Args:
        lines: the file.
        bad: what becomes of bad records.
        prediction: the name of the field with the prediction, found by itself where ``None``.
        reference: likewise.
        joined: references that are kept apart.
        languages: whether a record's own ``lang`` counts.

    Attributes:
        records: samples read so far, bad ones and references without a prediction included.
    """

    def __init__(
        self,
        lines: Lines,
        bad: BadRecords,
        *,
        prediction: str | None = None,
        reference: str | None = None,
        joined: ReferenceFile | None = None,
        languages: bool = True,
    ) -> None:
        self.records = 0
        self._lines = lines
        self._bad = bad
        if joined:
            self._prediction = Field("prediction", PREDICTION_FIELDS, prediction)
            self._reference = reference_field(reference)
        else:  # a field that is named for one is not looked at for the other
            self._prediction = Field("prediction", _but(PREDICTION_FIELDS, reference), prediction)
            known = _but(REFERENCE_FIELDS, prediction)
            self._reference = Field("reference", known, reference, beside=self._prediction)
        self._join = Join(joined, bad) if joined else None
        self._languages = languages

    def __iter__(self) -> Iterator[Samples]:
        """Read the samples.

        Raises:
            DataError: if the file cannot be used, or a record where none may be left out.
        """
        usable = 0
        for block in self._lines.blocks():
            samples = self._at_once(block)
            if samples is not None:
                usable += len(samples)
                yield samples
                continue
            found = list(self._one_by_one(block))
            usable += len(found)
            if single := [sample for sample in found if sample is not None]:
                yield Samples.of(single)
        name = self._lines.name
        if not self.records:
            raise DataError(name, None, "the file is empty, found no record; give one a line")
        if not usable:
            raise DataError(
                name, None, f"no record is usable, found {self.records:,} bad; mend them"
            )
        if self._join is not None:
            self.records += self._join.finish(name, self.records)

    def _at_once(self, block: Block) -> Samples | None:
        if self._join is not None:
            return None
        samples = samples_at_once(
            block.raws, self._prediction, self._reference, languages=self._languages
        )
        self.records += 0 if samples is None else len(samples)
        return samples

    def _one_by_one(self, block: Block) -> Iterator[Sample | None]:
        """Read records that can be used; ``None`` is one that is not to be scored."""
        for line in block.filled():
            self.records += 1
            try:
                yield self._sample(line)
            except RecordError as error:
                self._bad.note(error)

    def _sample(self, line: Line) -> Sample | None:
        name, number = self._lines.name, line.number
        record = parse_record(line, name)
        lang = language(record, name, number) if self._languages else None
        if self._join is None:
            texts = references(self._reference, record, name, number)
        else:
            reference = self._join.of(record, self.records - 1, name, number)
            if reference is None:
                return None
            texts, lang = reference.texts, reference.lang or lang
        return Sample(prediction(self._prediction, record, name, number), texts, lang, line.raw)
