"""Metrics for benchmarks of EvalScope."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions
from textmetrics.integrations.documents import DocumentScorer

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["register_metrics"]


@overload
def register_metrics(
    metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
) -> list[str]: ...


@overload
def register_metrics(
    metrics: Iterable[str] | None = None, *, preset: str, **options: Any
) -> list[str]: ...


@takes(ScoringOptions, rest="preset_options")
def register_metrics(metrics: Iterable[str] | None = None, **options: Any) -> list[str]:
    """Register metrics with EvalScope, and return their names for a benchmark's ``metric_list``.

    They are called ``textmetrics_f1``, ``textmetrics_rouge_l_recall`` and so on. EvalScope only
    knows the values of single samples, and reports their mean: BLEU is therefore called
    ``textmetrics_bleu_4_sentences``, as no mean is the BLEU of a corpus. All targets of a sample
    are references. Name the language: a sample is judged alone.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if EvalScope is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, or registered already.
    """
    documents = DocumentScorer(metrics, **options)
    try:
        from evalscope.api.metric import Metric
        from evalscope.api.metric.metric import MetricUnavailableError
        from evalscope.api.registry import METRIC_REGISTRY, register_metric
    except ImportError as error:
        raise ImportError(
            f"textmetrics.integrations.evalscope needs evalscope: pip install evalscope ({error})"
        ) from error

    def value(name: str, prediction: str, references: Any) -> float:
        found = documents.values(prediction, references)[name]
        if math.isnan(found):
            raise MetricUnavailableError(f"{name} leaves the sample out of its mean")
        return found

    def made(name: str) -> type[Any]:
        class DocumentMetric(Metric):  # type: ignore[misc]  # mypy does not look into evalscope
            def apply(self, predictions: Sequence[str], references: Sequence[Any]) -> list[float]:
                pairs = zip(predictions, references, strict=True)
                return [value(name, said, expected) for said, expected in pairs]

            def prepare_reference(self, target: Any) -> list[str]:
                return list(target.values)

        return DocumentMetric

    names = list(documents.alone)
    for name in names:
        if name in METRIC_REGISTRY:
            raise ValueError(f"{name!r} is registered with EvalScope already: register it once")
    for name in names:
        register_metric(name)(made(name))
    return names
