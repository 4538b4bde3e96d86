"""What is compared: models, and tasks with the samples and results of each model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import name_list, pluralized
from textmetrics._registry import suggest
from textmetrics.evaluation import Evaluation
from textmetrics.metrics import Better, Bounds, Score
from textmetrics.statistics import Floats, Integers

__all__ = ["BUILT_IN", "Groups", "Model", "ModelSamples", "SamplesByMetric", "Task"]

Groups: TypeAlias = NDArray[Any] | None
SamplesByMetric: TypeAlias = "Mapping[str, Mapping[str, ModelSamples]]"
"""The samples of each model, by metric and model."""

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
        config: its ``config.json`` in the format of Hugging Face, if given.
        tags: words that ``where`` can ask for.
        facts: facts from that file, as the report shows them, once it has been read.
        monitor: the folders of its monitored runs, of training or serving.
    """

    name: str
    params: float | None = None
    config: Path | None = None
    tags: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None
    monitor: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Task:
    """A task with all results; samples are in the same order for each model and run.

    A task without metrics has no results either: of it, only how its requests went is compared.

    Attributes:
        name: the task's name.
        results: by model, one evaluation per run; none for a task without metrics.
        metrics: the metrics to compare.
        headline: the metric that ranks the models; empty for a task without metrics.
        ids: ids of the samples; their numbers, from 1, if ``None``.
        fields: columns with one value per sample, from the records: ``{"subject": [...]}``.
        group: the field that tells which samples belong together.
        breakdown: the fields by whose values scores are broken down.
        failed: number of failed records, by model.
        requests: number of requests of the longest run, by model, for a task without metrics.
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
    requests: Mapping[str, int] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models, in the order given."""
        return tuple(self.results or self.requests)

    @property
    def first(self) -> Evaluation:
        """The first run of the first model."""
        return next(iter(self.results.values()))[0]

    @property
    def n(self) -> int:
        """Number of samples; of a task without metrics, the most requests that a run has."""
        if not self.metrics:
            return max(self.requests.values(), default=0)
        samples = self.first[self.headline].samples
        return 0 if samples is None else len(samples)

    @cached_property
    def groups(self) -> Groups:
        """The number of each sample's group; ``None`` if each sample is its own group.

        Raises:
            ValueError: if the field is unknown.
        """
        if self.group is None:
            return None
        return np.unique(np.array(self.column(self.group)), return_inverse=True)[1]

    def check(self, label: str) -> None:
        """Check that all runs score the same samples with the same settings.

        Args:
            label: begins the messages about it.

        Raises:
            ValueError: if they do not.
        """
        for model, runs in self.results.items():
            for run in runs:
                for metric in self.metrics:
                    _check_score(self, f"{label}model {model!r}", run, metric)
        try:
            for name in filter(None, (self.group, *self.breakdown)):
                self.column(name)
        except ValueError as error:
            raise ValueError(f"{label}{error}") from None
        columns: dict[str, Sequence[object]] = dict(self.fields)
        if self.ids is not None:
            columns["ids"] = self.ids
        for name, values in columns.items():
            if len(values) != self.n:
                raise ValueError(
                    f"{label}{name!r} has {pluralized(len(values), 'value')} for "
                    f"{pluralized(self.n, 'sample')}: give one per sample"
                )
        if self.ids is not None and len(set(self.ids)) < len(self.ids):
            twice, _ = Counter(self.ids).most_common(1)[0]
            raise ValueError(f"ids: {twice!r} occurs twice; give each sample its own")

    def column(self, field: str) -> Sequence[str]:
        """Return one string per sample: the values of a field, or of a built-in one.

        Raises:
            ValueError: if the field is unknown.
        """
        if field in self.fields:
            return [_named(value) for value in self.fields[field]]
        if field in BUILT_IN and self.first.sample_details is not None:
            return self._built_in(field)
        known = [*self.fields, *BUILT_IN]
        raise ValueError(f"no field {field!r}: {suggest(field, known)}known: {name_list(known)}")

    def _built_in(self, field: str) -> list[str]:
        """Return what evaluations noted of each sample, from the first run that scored it."""
        column = [_NONE] * self.n
        for run in (run for runs in self.results.values() for run in runs):
            if _NONE in column and (details := run.sample_details) is not None:
                for at, value in enumerate(column):
                    if value == _NONE and (length := int(details.reference_lengths[at])) >= 0:
                        column[at] = details.langs[at] if field == "lang" else _bucket(length)
        return column

    def samples(self) -> SamplesByMetric:
        """Return the samples of each model under each metric."""
        return {
            metric: {
                model: ModelSamples.of([run[metric] for run in runs])
                for model, runs in self.results.items()
            }
            for metric in self.metrics
        }

    def all_tokens_samples(self) -> SamplesByMetric:
        """Return the same over all tokens, for the metrics that every run has over all tokens."""
        found = {}
        for metric in self.metrics:
            scores = {
                model: [run[metric].all_tokens for run in runs]
                for model, runs in self.results.items()
            }
            if not any(None in of_model for of_model in scores.values()):
                found[metric] = {
                    model: ModelSamples.of(cast("list[Score]", of_model))
                    for model, of_model in scores.items()
                }
        return found

    def id_of(self, sample: int) -> str | int:
        """Return the id of a sample."""
        return sample + 1 if self.ids is None else self.ids[sample]


def _check_score(task: Task, where: str, run: Evaluation, metric: str) -> None:
    first = task.first
    if metric not in run:
        raise ValueError(
            f"{where} has no {metric}: compute the same metrics for all; it has {', '.join(run)}"
        )
    score, other = run[metric], first[metric]
    if score.samples is None or other.samples is None:
        raise ValueError(f"{where} has no values per sample: evaluate with keep_samples=True")
    if len(score.samples) != len(other.samples):
        raise ValueError(
            f"{where} has {pluralized(len(score.samples), 'sample')}, {task.models[0]!r} has "
            f"{len(other.samples):,}: give results of the same samples in the same order"
        )
    if not np.isfinite(score):
        raise ValueError(f"{where} has no sample that {metric} can score")
    if score.signature != other.signature:
        raise ValueError(
            f"{where} was scored with other settings than {task.models[0]!r}: "
            f"{score.signature} and {other.signature}; `textmetrics explain` shows how they differ"
        )


@dataclass(frozen=True)
class ModelSamples:
    """The samples of one model under one metric.

    Attributes:
        values: runs × samples; NaN for samples that are left out.
        bounds: the smallest and the largest possible value.
        better: which values are better, ``"higher"`` or ``"lower"``; ``None`` if neither.
        totals: runs × samples × integers, if the metric is a function of their sums.
        formula: that function, of sums in the shape resamples × integers.
    """

    values: Floats
    bounds: Bounds
    better: Better
    totals: Integers | None = None
    formula: Callable[[Integers], Floats] | None = None

    @classmethod
    def of(cls, scores: Sequence[Score]) -> ModelSamples:
        """Return the samples of the scores of all runs."""
        values, first = _stacked([score.samples for score in scores]), scores[0]
        if first.totals is None:
            return cls(values, first.bounds, first.better)
        # As narrow as they are kept.
        sums = _stacked([score.totals.rows for score in scores if score.totals is not None])
        return cls(values, first.bounds, first.better, sums, first.totals.values)

    def take(self, places: NDArray[Any]) -> ModelSamples:
        """Return some of the samples."""
        if places.dtype == np.bool_ and places.all():
            return self
        totals = None if self.totals is None else self.totals[:, places]
        return replace(self, values=self.values[:, places], totals=totals)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether each sample is present in any run."""
        return np.asarray(~np.isnan(self.values).all(axis=0))

    def samples(self) -> Floats:
        """Return one value per sample: the mean over runs."""
        if len(self.values) == 1:
            only: Floats = self.values[0]
            return only
        known = ~np.isnan(self.values)
        sums, count = np.where(known, self.values, 0.0).sum(axis=0), known.sum(axis=0)
        mean: Floats = np.where(count > 0, sums / np.maximum(count, 1), np.nan)
        return mean

    def value(self) -> float:
        """Return the metric's value, from the samples or from the formula; the mean over runs."""
        if self.totals is None or self.formula is None:
            return float(np.nanmean(self.samples()))
        return float(self.formula(self.totals.sum(axis=1, dtype=np.int64)).mean())


def _stacked(arrays: Sequence[Any]) -> NDArray[Any]:
    """Return the arrays of all runs as one, which is a view of a single one."""
    return np.asarray(arrays[0])[np.newaxis] if len(arrays) == 1 else np.array(arrays)


def _named(value: object) -> str:
    if value is None or value == "":
        return _NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bucket(length: int) -> str:
    """Return the range between powers of two that a length is in."""
    low = 1 << (length.bit_length() - 1) if length else 0
    return str(length) if length < 2 else f"{low}–{2 * low - 1}"
