"""The known metrics, and choosing some of them by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from textmetrics._registry import Registry, closest
from textmetrics.kernels import COLUMNS, Counts
from textmetrics.metrics.accumulate import Accumulator
from textmetrics.metrics.bleu import BLEU_4
from textmetrics.metrics.errors import CER, MER, WER, WIL, WIP
from textmetrics.metrics.formulas import values_of
from textmetrics.metrics.judged import (
    ACCURACY,
    CONTAINS,
    JUDGEMENT,
    MATH,
    MULTIPLE_CHOICE,
    MULTIPLE_SELECT,
    NUMERIC,
)
from textmetrics.metrics.metric import WORDS, Floats, Metric, Values, by_part
from textmetrics.metrics.overlap import F1, PRECISION, RECALL, ROUGE_1, ROUGE_2, ROUGE_L
from textmetrics.scan import Judge, View

__all__ = [
    "DEFAULT_METRICS",
    "METRICS",
    "WeightedMetric",
    "check_values",
    "checked_names",
    "is_shipped",
    "register_metric",
    "select_metrics",
    "weighted_metrics",
]

_DEFAULT = (ACCURACY, F1, ROUGE_1, ROUGE_2, ROUGE_L, BLEU_4)
DEFAULT_METRICS = tuple(metric.name for metric in _DEFAULT)
"""The metrics that are computed if none are named."""


def register_metric(metric: Metric) -> None:
    """Add a metric to those of the default preset, under its own name.

    It is then known to ``metrics=`` and ``--metrics``, and computed where it is named. An installed
    package needs no call: it lists the `Metric` under its name in the entry point group
    ``textmetrics.metrics``.

    Args:
        metric: its ``bounds`` and ``better`` decide how it is checked, saved, shown and compared.
            A registered metric of the same name is replaced.

    Raises:
        TypeError: if it is not a `Metric`, or does not return one value per sample.
        ValueError: if the name is invalid or that of a shipped metric, a needed column is unknown,
            or a value is out of bounds.

    Examples:
        >>> from textmetrics import evaluate, register_metric
        >>> from textmetrics.metrics import Metric, Values, best_reference
        >>> def values(counts):
        ...     lengths = Values(counts["prediction_length"] / 1)  # one per reference
        ...     return best_reference(counts, lengths, better=None)
        >>> register_metric(
        ...     Metric(
        ...         name="tokens",
        ...         label="Tokens",
        ...         headline="mean",
        ...         summary="number of tokens of the prediction",
        ...         source="an example",
        ...         needs=frozenset({"prediction_length"}),
        ...         values=values,
        ...         bounds=(0.0, float("inf")),
        ...         better=None,
        ...     )
        ... )
        >>> evaluate(["a red fox"], ["fox"], lang="en", stopwords=False, metrics=["tokens"])
        <Evaluation, n=1: tokens 3.00>
    """
    check_metric(metric)
    METRICS.add(metric.name, metric)


def check_metric(metric: Metric) -> None:
    """Check what someone else offers as a metric, with a sample of two empty texts.

    Raises:
        TypeError: if it is not a `Metric`, or does not return one value per sample.
        ValueError: if its name is that of a shipped metric, a needed column is unknown, or a value
            is out of bounds.
    """
    if not isinstance(metric, Metric):
        raise TypeError(f"expected a textmetrics.metrics.Metric, got {type(metric).__name__}")
    if metric.name in _SHIPPED:
        raise ValueError(
            f"{metric.name!r} is the name of a shipped metric: equal signatures must mean equal "
            "numbers, so use another name"
        )
    check_values(metric)


def is_shipped(metric: Metric) -> bool:
    """Return whether a metric is one of those that this package defines for the default preset."""
    return _SHIPPED.get(metric.name) is metric


def check_values(metric: Metric) -> None:
    """Check the columns and the values of a metric, as `check_metric` does."""
    known = {*COLUMNS, *(WORDS + column for column in COLUMNS)}
    if unknown := sorted(metric.needs - known):
        raise ValueError(
            f"metric {metric.name!r} needs unknown columns: {', '.join(unknown)}; "
            f"known: {', '.join(COLUMNS)}"
        )
    if metric.headline == "headline":
        raise ValueError(f"headline of metric {metric.name!r} must be a name such as 'mean'")
    nothing = _nothing(metric)
    values = metric.sample_values(nothing)
    if not isinstance(values, Values) or np.shape(values.headline) != (1,):
        raise TypeError(
            f"`values` of metric {metric.name!r} must return a Values with one float per sample, "
            f"got {values!r} for one sample"
        )
    Accumulator(metric, keep=True).add(nothing)  # raises if a value is out of bounds


def _nothing(metric: Metric) -> Counts:
    """Return the counts of one sample of two empty texts."""
    return Counts(dict.fromkeys(metric.needs, np.zeros(1, dtype=np.int64)), np.arange(2))


METRICS: Registry[Metric] = Registry("metric", group="textmetrics.metrics", check=check_metric)
_IF_NAMED = (
    PRECISION,
    RECALL,
    MULTIPLE_CHOICE,
    NUMERIC,
    CONTAINS,
    MULTIPLE_SELECT,
    JUDGEMENT,
    WER,
    CER,
    MER,
    WIL,
    WIP,
    MATH,
)
_SHIPPED = {metric.name: metric for metric in (*_DEFAULT, *_IF_NAMED)}
for _name, _metric in _SHIPPED.items():
    METRICS.add(_name, _metric)


def select_metrics(
    names: Iterable[str] | None, known: Mapping[str, Metric], of: str = ""
) -> tuple[Metric, ...]:
    """Return the named metrics, or all known ones if no names are given.

    Args:
        names: of metrics.
        known: the metrics to choose from, by name.
        of: what they belong to, for errors.

    Raises:
        TypeError: if it is not a list of names.
        ValueError: if a name is unknown or occurs twice, or the list is empty.
    """
    if names is None:
        return tuple(known.values())
    names = checked_names(names, known)
    if not all(isinstance(name, str) and name in known for name in names):
        registry: Registry[Metric] = Registry("metric", of=of)  # for its errors
        for name, metric in known.items():
            registry.add(name, metric)
        for name in names:
            registry.get(name)
    if not names:
        raise ValueError(f"no metric asked for; known: {', '.join(known)}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"metric {twice!r} is listed twice")
    return tuple(known[name] for name in names)


def checked_names(names: Iterable[str], known: Collection[str] = ()) -> tuple[str, ...]:
    """Return a list of names of metrics, known or not, as a tuple.

    Args:
        names: the names.
        known: names that a message may suggest.

    Raises:
        TypeError: if it is not a list of names.
    """
    if isinstance(names, str):
        raise TypeError(f"metrics must be a list of names: use {_names_in_text(names, known)!r}")
    if isinstance(names, Mapping):
        raise TypeError(f"metrics must be a list of names, without values: use {list(names)!r}")
    if not isinstance(names, Iterable):
        raise TypeError(f"metrics must be a list of names, got {type(names).__name__}")
    return tuple(names)


def _names_in_text(text: str, known: Collection[str]) -> list[str]:
    """Return the list that a text of names stands for, each the known one that is most similar."""
    names = [each.strip() for each in text.split(",")]
    return [each if each in known else closest(each, known) or each for each in names]


class WeightedMetric(NamedTuple):
    """A metric, with a given part as its headline, and its weight in a sum."""

    metric: Metric
    weight: float

    def values(self, counts: Mapping[View | Judge | None, Counts]) -> Floats:
        """Return one value per sample, without the weight."""
        [summed] = values_of((self.metric,), self.metric.counts(counts))
        return summed.values.headline


def weighted_metrics(
    weights: Mapping[str, float], metrics: Iterable[Metric]
) -> list[WeightedMetric]:
    """Return the metrics of a weighted sum, such as a reward.

    Args:
        weights: by name: that of a metric, or of one of its parts, such as ``rouge_l.recall``.
        metrics: the metrics that are named.

    Raises:
        ValueError: if a metric has no such part.
    """
    known = {metric.name: metric for metric in metrics}
    return [WeightedMetric(_by_name(known, name), weight) for name, weight in weights.items()]


def _by_name(known: Mapping[str, Metric], name: str) -> Metric:
    metric_name, dot, part = name.partition(".")
    metric = known[metric_name]
    if not dot:
        # Recall grows with the length of a text, so that it is used only if named.
        part = "f1" if metric.headline == "recall" != metric.name else metric.headline
    elif part not in (available := _parts_of(metric)):
        parts = ", ".join(f"{metric_name}.{each}" for each in available) or "its headline alone"
        raise ValueError(f"metric {metric_name!r} has no value {part!r}: there is {parts}")
    return metric if part == metric.headline else by_part(metric, part)


def _parts_of(metric: Metric) -> list[str]:
    values = metric.sample_values(_nothing(metric))._asdict()
    return [name for name in ("precision", "recall", "f1") if values[name] is not None]
