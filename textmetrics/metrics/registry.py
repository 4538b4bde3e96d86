"""The metrics that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textmetrics._registry import Registry
from textmetrics.metrics.bleu import BLEU_4
from textmetrics.metrics.exact_match import ACCURACY
from textmetrics.metrics.judged import CONTAINS, MULTIPLE_CHOICE, NUMERIC
from textmetrics.metrics.metric import Metric
from textmetrics.metrics.rouge import ROUGE_1, ROUGE_2, ROUGE_L
from textmetrics.metrics.token_f1 import F1, PRECISION, RECALL

__all__ = ["METRICS", "USUAL", "chosen", "listed_names"]

METRICS: Registry[Metric] = Registry("metric")

_USUAL = (ACCURACY, F1, ROUGE_1, ROUGE_2, ROUGE_L, BLEU_4)
USUAL = tuple(metric.name for metric in _USUAL)
"""Those that are computed where none is named."""

for _metric in (*_USUAL, PRECISION, RECALL, MULTIPLE_CHOICE, NUMERIC, CONTAINS):
    METRICS.add(_metric.name, _metric)


def chosen(
    names: Iterable[str] | None, known: Mapping[str, Metric], kind: str
) -> tuple[Metric, ...]:
    """Choose by names among some metrics, all where there are none given; ``kind`` is for errors.

    Raises:
        TypeError: if it is not a list of names.
        ValueError: if a name is unknown or occurs twice, or the list is empty.
    """
    if names is None:
        return tuple(known.values())
    asked = listed_names(names)
    if not all(isinstance(name, str) and name in known for name in asked):
        there: Registry[Metric] = Registry(kind)  # which knows what to say of a name
        for name, metric in known.items():
            there.add(name, metric)
        for name in asked:
            there.get(name)
    found = tuple(known[name] for name in asked)
    if not found:
        raise ValueError(f"no metric asked for; known: {', '.join(known)}")
    if len({metric.name for metric in found}) < len(found):
        raise ValueError("a metric is named twice")
    return found


def listed_names(names: Iterable[str]) -> tuple[str, ...]:
    """List what is given as names of metrics, known or not.

    Raises:
        TypeError: if it is not a list of names.
    """
    if isinstance(names, str):
        raise TypeError(f"metrics must be a list of names: give [{names!r}]")
    if isinstance(names, Mapping):
        raise TypeError(f"metrics must be a list of names, without values: give {list(names)!r}")
    if not isinstance(names, Iterable):
        raise TypeError(f"metrics must be a list of names, got {type(names).__name__}")
    return tuple(names)
