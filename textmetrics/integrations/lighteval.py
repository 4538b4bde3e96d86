"""Metrics for tasks of lighteval."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from textmetrics.integrations.documents import Documents, Row, corpus_value

if TYPE_CHECKING:
    from lighteval.metrics.utils.metric_utils import MetricGrouping

__all__ = ["metric_grouping"]


def metric_grouping(metrics: Iterable[str] | None = None, **options: Any) -> MetricGrouping:
    """Give one of the ``metrics`` of a ``LightevalTaskConfig``: several, of one tokenisation.

    They are called ``textmetrics_f1``, ``textmetrics_rouge_l_recall`` and so on, and
    ``textmetrics_llama_factory_bleu_4`` where they are a preset's. References are the golds of a
    ``Doc``, all of them; of several answers the first counts. Each has lighteval's standard error,
    which for a corpus value such as BLEU is from ``bootstrap_iters`` resamplings.

    Args:
        metrics: names, all six where ``None``.
        options: those of ``textmetrics.evaluate``. Name the language: a document is judged alone.

    Raises:
        ImportError: if lighteval is not installed.
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; the message lists the known ones.
    """
    documents = Documents(metrics, **options)
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
        higher_is_better=dict.fromkeys(documents.metrics, True),
        category=SamplingMethod.GENERATIVE,
        sample_level_fn=_computation()(documents),
        corpus_level_fn={
            name: np.mean if metric.corpus is None else corpus_value
            for name, metric in documents.metrics.items()
        },
    )


@cache
def _computation() -> Any:
    """Give the class of what scores a document, which is one of lighteval's."""
    from lighteval.metrics.metrics_sample import SampleLevelComputation

    class DocumentScores(SampleLevelComputation):  # type: ignore[misc]
        def __init__(self, documents: Documents) -> None:
            self.documents = documents

        def compute(self, doc: Any, model_response: Any, **_: Any) -> dict[str, float | Row]:
            texts = model_response.final_text
            return self.documents.score(texts[0] if texts else "", doc.get_golds())

    return DocumentScores
