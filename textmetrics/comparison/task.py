"""What is compared: models, and tasks with the results of each model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import name_list
from textmetrics._registry import suggest
from textmetrics.evaluation import Evaluation

__all__ = ["BUILT_IN", "Model", "Task"]

BUILT_IN = {
    "lang": "the language of each sample",
    "length": "the reference's tokens: 1, 2 to 3, 4 to 7, 8 to 15 …",
}
"""Fields that are always available, unless a record has one of that name."""

_NONE = "(none)"


@dataclass(frozen=True)
class Model:
    """A model to compare.

    Attributes:
        name: the model's name.
        params: number of parameters, if known.
        tags: words that ``where`` can ask for.
        facts: facts from its ``config.json``, as the report shows them.
    """

    name: str
    params: float | None = None
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Task:
    """A task with all results; samples are in the same order for each model and run.

    Attributes:
        name: the task's name.
        results: by model, one evaluation per run.
        metrics: the metrics to compare.
        headline: the metric that ranks the models.
        ids: ids of the samples; their numbers, from 1, if ``None``.
        fields: columns with one value per sample, from the records: ``{"subject": [...]}``.
        group: the field that tells which samples belong together.
        breakdown: the fields by whose values scores are broken down.
        failed: number of failed records, by model.
    """

    name: str
    results: Mapping[str, Sequence[Evaluation]]
    metrics: tuple[str, ...]
    headline: str
    ids: Sequence[str] | None = None
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    group: str | None = None
    breakdown: tuple[str, ...] = ()
    failed: Mapping[str, int] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models, in the order given."""
        return tuple(self.results)

    @property
    def first(self) -> Evaluation:
        """The first run of the first model."""
        return next(iter(self.results.values()))[0]

    @property
    def n(self) -> int:
        """Number of samples."""
        samples = self.first[self.headline].samples
        return 0 if samples is None else len(samples)

    @property
    def groups(self) -> NDArray[Any] | None:
        """The group of each sample; ``None`` if each sample is its own group.

        Raises:
            ValueError: if the field is unknown.
        """
        return None if self.group is None else np.array(self.column(self.group))

    def column(self, field: str) -> Sequence[str]:
        """Return one string per sample: the values of a field, or of a built-in one.

        Raises:
            ValueError: if the field is unknown.
        """
        if field in self.fields:
            return [_named(value) for value in self.fields[field]]
        if field in BUILT_IN and self.first.sample_details is not None:
            return self._seen(field)
        known = [*self.fields, *BUILT_IN]
        near = suggest(field, known)
        raise ValueError(
            f"task {self.name!r} has no field {field!r}: {near}known: {name_list(known)}"
        )

    def _seen(self, field: str) -> list[str]:
        """Return what evaluations noted of each sample, from the first run that scored it."""
        found = [_NONE] * self.n
        for run in (run for runs in self.results.values() for run in runs):
            details = run.sample_details
            if _NONE in found and details is not None:
                for at, value in enumerate(found):
                    if value == _NONE and details.reference_lengths[at] >= 0:
                        length = int(details.reference_lengths[at])
                        found[at] = details.langs[at] if field == "lang" else _bucket(length)
        return found

    def id_of(self, sample: int) -> str | int:
        """Return the id of a sample."""
        return sample + 1 if self.ids is None else self.ids[sample]


def _named(value: object) -> str:
    if value is None or value == "":
        return _NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bucket(length: int) -> str:
    """Return the range between powers of two that a length is in."""
    low = 1 << (length.bit_length() - 1) if length else 0
    return str(length) if length < 2 else f"{low}–{2 * low - 1}"
