"""What is compared: a task's samples, and what each model made of them."""

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
"""Fields that are always there, unless a record has one of that name."""

_NONE = "(none)"


@dataclass(frozen=True)
class Model:
    """One of the compared models.

    Attributes:
        name: what it is called.
        params: how many parameters it has, if that is known.
        tags: words to choose it by.
        facts: what its ``config.json`` says, as the report shows it.
    """

    name: str
    params: float | None = None
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Task:
    """A task's samples: all columns are in one order, the same for each model and run.

    Attributes:
        name: what it is called.
        results: by model, an evaluation a run.
        metrics: which are compared.
        headline: the one of them that models are ranked by.
        ids: what each sample is called; its number, from 1, where ``None``.
        fields: columns with a value a sample, of the records: ``{"subject": [...]}``.
        group: the field whose values tell which samples belong together.
        breakdown: fields by whose values the scores are told apart.
        failed: by model, how many of its records had failed.
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
        """Each sample's group; ``None`` where each is one of its own.

        Raises:
            ValueError: if there is no such field.
        """
        return None if self.group is None else np.array(self.column(self.group))

    def column(self, field: str) -> Sequence[str]:
        """Give a text a sample: the value of a field, or of one that is always there.

        Raises:
            ValueError: if there is no such field.
        """
        if field in self.fields:
            return [_named(value) for value in self.fields[field]]
        if field in BUILT_IN and self.first.seen is not None:
            return self._seen(field)
        known = [*self.fields, *BUILT_IN]
        near = suggest(field, known)
        raise ValueError(
            f"task {self.name!r} has no field {field!r}: {near}it has {name_list(known)}"
        )

    def _seen(self, field: str) -> list[str]:
        """Give what was seen of each sample, by the first run that has not left it out."""
        found = [_NONE] * self.n
        for run in (run for runs in self.results.values() for run in runs):
            if _NONE in found and run.seen is not None:
                for at, own in enumerate(found):
                    if own == _NONE and run.seen.expected[at] >= 0:
                        length = int(run.seen.expected[at])
                        found[at] = run.seen.langs[at] if field == "lang" else _bucket(length)
        return found

    def id_of(self, sample: int) -> str | int:
        """Give what a sample is called."""
        return sample + 1 if self.ids is None else self.ids[sample]


def _named(value: object) -> str:
    if value is None or value == "":
        return _NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bucket(length: int) -> str:
    """Give the powers of two that a length is between."""
    low = 1 << (length.bit_length() - 1) if length else 0
    return str(length) if length < 2 else f"{low}–{2 * low - 1}"
