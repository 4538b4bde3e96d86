"""Metrics for test cases of DeepEval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

try:
    from deepeval.metrics import BaseMetric
    from deepeval.test_case import LLMTestCase, SingleTurnParams
except ImportError as error:
    raise ImportError(
        f"textmetrics.integrations.deepeval needs deepeval: pip install deepeval ({error})"
    ) from error

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions
from textmetrics.integrations.documents import DocumentScorer

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["TextMetric"]


@takes(ScoringOptions, rest="preset_options")
class TextMetric(BaseMetric):  # type: ignore[misc]  # mypy does not look into deepeval
    """One metric of a test case: ``actual_output`` against ``expected_output``.

    DeepEval only knows the values of single test cases, and reports their mean: BLEU is therefore
    called ``bleu_4_sentences``, as no mean is the BLEU of a corpus. Name the language: a test case
    is judged alone.

    Args:
        metric: the name of the metric.
        threshold: the worst value that passes: the highest where lower values are better.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, or neither higher nor lower values of the metric are
            better.

    Examples:
        >>> from deepeval.test_case import LLMTestCase
        >>> case = LLMTestCase(input="?", actual_output="red fox", expected_output="a red fox ran")
        >>> metric = TextMetric("f1", threshold=0.5, lang="en")
        >>> metric.measure(case), metric.is_successful(), metric.__name__
        (0.8, True, 'textmetrics_f1')
    """

    _required_params = (SingleTurnParams.ACTUAL_OUTPUT, SingleTurnParams.EXPECTED_OUTPUT)
    async_mode = False

    @overload
    def __init__(
        self, metric: str, *, threshold: float = 0.5, **options: Unpack[ScoringOptions]
    ) -> None: ...

    @overload
    def __init__(
        self, metric: str, *, threshold: float = 0.5, preset: str, **options: Any
    ) -> None: ...

    def __init__(self, metric: str, *, threshold: float = 0.5, **options: Any) -> None:
        # DeepEval copies a metric by those of its attributes that its signature names.
        options |= options.pop("preset_options", {})
        self.metric, self.threshold, self.preset_options = metric, threshold, options
        self._documents = DocumentScorer([metric], **options)
        [(self._name, self._metric)] = self._documents.alone.items()
        if self._metric.better is None:
            raise ValueError(
                f"{metric}: neither higher nor lower values are better, so no threshold can tell "
                "good ones: choose another metric"
            )

    @property
    def __name__(self) -> str:
        """The name that DeepEval shows."""
        return self._name

    def measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        """Return the value of a test case, and keep it as ``score``.

        Raises:
            ValueError: if the test case lacks a text, or the metric has no value for it.
        """
        said, expected = test_case.actual_output, test_case.expected_output
        if said is None or expected is None:
            missing = "actual_output" if said is None else "expected_output"
            raise ValueError(f"{self._name}: the test case has no {missing}: give both texts")
        value = self._documents.values(said, expected)[self._name]
        if math.isnan(value):
            raise ValueError(f"{self._name} leaves this test case out of its mean: leave it out")
        lower = self._metric.better == "lower"
        self.score = value
        self.success = value <= self.threshold if lower else value >= self.threshold
        self.reason = f"{value:.4f}, wanted at {'most' if lower else 'least'} {self.threshold:g}"
        self.error = None
        return value

    async def a_measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        """Return the same: nothing is waited for."""
        return self.measure(test_case)

    def is_successful(self) -> bool:
        """Return whether the last test case passed."""
        return bool(self.success)
