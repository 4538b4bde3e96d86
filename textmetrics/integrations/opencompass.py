"""An evaluator for data sets of OpenCompass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

try:
    from opencompass.openicl.icl_evaluator import BaseEvaluator
    from opencompass.registry import ICL_EVALUATORS
except ImportError as error:
    raise ImportError(
        f"textmetrics.integrations.opencompass needs opencompass: pip install opencompass ({error})"
    ) from error

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions, evaluate
from textmetrics.integrations.documents import DocumentScorer

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["TextMetricsEvaluator"]


@takes(ScoringOptions, rest="preset_options")
class TextMetricsEvaluator(BaseEvaluator):  # type: ignore[misc]  # mypy does not look into it
    """Scores a data set, as the ``evaluator`` of its ``eval_cfg``.

    Values are in percent, as OpenCompass has them, except of metrics that are no shares. They are
    those of the whole data set: BLEU is that of the corpus.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        pred_postprocessor: that of OpenCompass.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.

    Examples:
        >>> evaluator = TextMetricsEvaluator(metrics=["f1", "rouge_l"], lang="en")
        >>> evaluator.score(["red fox"], ["a red fox"])
        {'textmetrics_f1': 100.0, 'textmetrics_rouge_l_recall': 100.0}
    """

    @overload
    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        pred_postprocessor: Any = None,
        **options: Unpack[ScoringOptions],
    ) -> None: ...

    @overload
    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        pred_postprocessor: Any = None,
        preset: str,
        **options: Any,
    ) -> None: ...

    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        pred_postprocessor: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(pred_postprocessor)
        self._metrics = DocumentScorer(metrics, **options).metrics
        self._options = options

    def score(self, predictions: Sequence[str], references: Sequence[Any]) -> dict[str, float]:
        """Return the values of a data set by metric.

        Args:
            predictions: the answers after ``pred_postprocessor``.
            references: the column that ``output_column`` of the data set names.
        """
        names = [metric.name for metric in self._metrics.values()]
        found = evaluate(predictions, references, metrics=names, **self._options)
        return {
            name: float(found[metric.name]) * (100 if found[metric.name].percent else 1)
            for name, metric in self._metrics.items()
        }


ICL_EVALUATORS.register_module(module=TextMetricsEvaluator)
