"""Metrics for ``mlflow.models.evaluate``, and scorers for ``mlflow.genai.evaluate``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions, evaluate
from textmetrics.integrations.documents import DocumentScorer, higher_is_better
from textmetrics.metrics import Metric, Score

if TYPE_CHECKING:
    from mlflow.genai.scorers import Scorer
    from mlflow.models import EvaluationMetric
    from typing_extensions import Unpack

__all__ = ["genai_scorers", "model_metrics"]


@overload
def model_metrics(
    metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
) -> list[EvaluationMetric]: ...


@overload
def model_metrics(
    metrics: Iterable[str] | None = None, *, preset: str, **options: Any
) -> list[EvaluationMetric]: ...


@takes(ScoringOptions, rest="preset_options")
def model_metrics(metrics: Iterable[str] | None = None, **options: Any) -> list[EvaluationMetric]:
    """Return the ``extra_metrics`` of ``mlflow.models.evaluate``, made by its ``make_metric``.

    They score all rows at once, and log one number: ``textmetrics_f1/mean``, or for BLEU and other
    corpus values ``textmetrics_bleu_4/corpus``. The table of rows has each row's value. A cell of
    ``targets`` can be a list of references.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if MLflow is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, or neither higher nor lower values of a metric are better.
    """
    documents = DocumentScorer(metrics, **options)
    try:
        from mlflow.metrics import MetricValue
        from mlflow.models import make_metric
    except ImportError as error:
        raise _missing(error) from error

    def made(name: str, metric: Metric) -> EvaluationMetric:
        def score(predictions: Any, targets: Any) -> Any:
            found: Score = evaluate(
                list(predictions), [*map(_references, targets)], metrics=[metric.name], **options
            )[metric.name]
            values = [] if found.samples is None else found.samples.tolist()
            scores = [None if math.isnan(value) else value for value in values]
            aggregate = "mean" if metric.corpus is None else "corpus"
            return MetricValue(scores=scores, aggregate_results={aggregate: float(found)})

        greater = higher_is_better(metric)
        if greater is None:
            raise ValueError(
                f"{metric.name}: neither higher nor lower values are better, which MLflow wants to "
                "know: leave it out"
            )
        return make_metric(eval_fn=score, greater_is_better=greater, name=name)

    return [made(name, metric) for name, metric in documents.metrics.items()]


def _references(target: Any) -> Any:
    return target if isinstance(target, str) else list(target)


@overload
def genai_scorers(
    metrics: Iterable[str] | None = None,
    *,
    expectation: str = "expected_response",
    **options: Unpack[ScoringOptions],
) -> list[Scorer]: ...


@overload
def genai_scorers(
    metrics: Iterable[str] | None = None,
    *,
    expectation: str = "expected_response",
    preset: str,
    **options: Any,
) -> list[Scorer]: ...


@takes(ScoringOptions, rest="preset_options")
def genai_scorers(
    metrics: Iterable[str] | None = None,
    *,
    expectation: str = "expected_response",
    **options: Any,
) -> list[Scorer]:
    """Return the ``scorers`` of ``mlflow.genai.evaluate``, one per metric.

    MLflow calls them for one row at a time, and logs the mean: BLEU is therefore called
    ``textmetrics_bleu_4_sentences``, as no mean is the BLEU of a corpus; `model_metrics` has that.
    Name the language: a row is judged alone.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        expectation: which of a row's expectations has the reference, or a list of them.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if MLflow is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.
    """
    documents = DocumentScorer(metrics, **options)
    try:
        from mlflow.genai.scorers import scorer
    except ImportError as error:
        raise _missing(error) from error

    def made(name: str) -> Scorer:
        def score(outputs: Any, expectations: dict[str, Any]) -> float | None:
            if not isinstance(outputs, str):
                raise TypeError(f"outputs must be a text, got {type(outputs).__name__}")
            if expectation not in expectations:
                raise ValueError(
                    f"the row has no expectation {expectation!r}: name another with expectation=; "
                    f"there are {', '.join(expectations)}"
                )
            value = documents.values(outputs, expectations[expectation])[name]
            return None if math.isnan(value) else value

        return scorer(name=name)(score)

    return [made(name) for name in documents.alone]


def _missing(error: ImportError) -> ImportError:
    return ImportError(
        f"textmetrics.integrations.mlflow needs mlflow: pip install mlflow ({error})"
    )
