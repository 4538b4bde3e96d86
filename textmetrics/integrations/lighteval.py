"""Metrics for tasks of lighteval."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions
from textmetrics.integrations.documents import (
    CorpusPart,
    DocumentScorer,
    corpus_value,
    higher_is_better,
)

if TYPE_CHECKING:
    from lighteval.metrics.utils.metric_utils import MetricGrouping
    from typing_extensions import Unpack

__all__ = ["metric_grouping"]


@overload
def metric_grouping(
    metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
) -> MetricGrouping: ...


@overload
def metric_grouping(
    metrics: Iterable[str] | None = None, *, preset: str, **options: Any
) -> MetricGrouping: ...


@takes(ScoringOptions, rest="preset_options")
def metric_grouping(metrics: Iterable[str] | None = None, **options: Any) -> MetricGrouping:
    """Return an entry for the ``metrics`` of a ``LightevalTaskConfig``: several metrics at once.

    They are called ``textmetrics_f1``, ``textmetrics_rouge_l_recall`` and so on;
    ``textmetrics_llama_factory_bleu_4`` is one of a preset. References are all golds of a ``Doc``;
    of several answers, the first counts. Each metric has lighteval's standard error, which for a
    corpus value such as BLEU is computed from ``bootstrap_iters`` resamples. Name the language: a
    document is judged alone.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if lighteval is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.
    """
    documents = DocumentScorer(metrics, **options)
    try:
        import numpy as np
        from lighteval.metrics.utils.metric_utils import MetricGrouping
        from lighteval.tasks.requests import SamplingMethod
    except ImportError as error:
        raise ImportError(
            f"textmetrics.integrations.lighteval needs lighteval: pip install lighteval ({error})"
        ) from error
    return MetricGrouping(
        metric_name=list(documents.metrics),
        higher_is_better={
            name: higher_is_better(metric) for name, metric in documents.metrics.items()
        },
        category=SamplingMethod.GENERATIVE,
        sample_level_fn=_computation()(documents),
        corpus_level_fn={
            name: np.mean if metric.corpus is None else corpus_value
            for name, metric in documents.metrics.items()
        },
    )


@cache
def _computation() -> Any:
    """Return the class that scores a document, a subclass of one of lighteval's."""
    from lighteval.metrics.metrics_sample import SampleLevelComputation

    class DocumentScores(SampleLevelComputation):  # type: ignore[misc]
        def __init__(self, documents: DocumentScorer) -> None:
            self.documents = documents

        def compute(self, doc: Any, model_response: Any, **_: Any) -> dict[str, float | CorpusPart]:
            texts = model_response.final_text
            return self.documents.score(texts[0] if texts else "", doc.get_golds())

    return DocumentScores
