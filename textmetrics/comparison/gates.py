"""Gates: scores that are too bad and models that became worse, by which a build fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textmetrics.comparison.result import ComparisonReport
from textmetrics.comparison.shown import p_equation
from textmetrics.comparison.tables import verdict
from textmetrics.metrics import Metric

__all__ = ["FailedGate", "Thresholds", "check_threshold", "failed_gates"]

Thresholds: TypeAlias = Sequence[tuple[str, float]]
"""Metrics, each with the worst value that is still good enough."""


@dataclass(frozen=True)
class FailedGate:
    """A score that is too bad, or a model that is worse than the baseline.

    Attributes:
        model: the name of the model.
        task: the name of the task.
        metric: the name of the metric.
        problem: what was found and what was wanted, such as ``f1 0.4000 is below 0.5``.
    """

    model: str
    task: str
    metric: str
    problem: str

    def __str__(self) -> str:
        """Return all of it in one line."""
        return f"{self.model} on {self.task}: {self.problem}"


def check_threshold(metric: str, threshold: float, computed: Mapping[str, Metric]) -> None:
    """Check that values of a metric can be better and worse than a threshold.

    Args:
        metric: the name of the metric.
        threshold: the worst value that is good enough.
        computed: the metrics that are computed, by name.

    Raises:
        ValueError: if the metric is not computed, has no direction, or never has such values.
    """
    if metric not in computed:
        raise ValueError(f"that metric is not computed; computed: {', '.join(computed)}")
    if computed[metric].better is None:
        raise ValueError("neither higher nor lower values are better; leave it out")
    low, high = computed[metric].bounds
    if not low <= threshold <= high:
        raise ValueError(f"its values are from {low:g} to {high:g}")


def failed_gates(
    report: ComparisonReport, thresholds: Thresholds = (), *, on_regression: bool = False
) -> Iterator[FailedGate]:
    """Yield each score that is worse than a threshold and, if asked, each regression.

    A regression is what the comparison calls worse: a model whose difference from the baseline is
    significant by the paired test.

    Args:
        report: the comparison.
        thresholds: metrics and the worst values that are good enough.
        on_regression: whether regressions fail.
    """
    for score in report.scores:
        for metric, threshold in thresholds:
            if score.metric != metric or score.value is None:
                continue
            found = f"{metric} {score.value:.4f}"
            if score.better == "lower" and score.value > threshold:
                problem = f"{found} is above {threshold:g}"
            elif score.better == "higher" and score.value < threshold:
                problem = f"{found} is below {threshold:g}"
            else:
                continue
            yield FailedGate(score.model, score.task, metric, problem)
    if not on_regression:
        return
    for each in report.comparisons:
        if verdict(each) == "worse" and each.difference is not None:
            yield FailedGate(
                each.model,
                each.task,
                each.metric,
                f"{each.metric} is worse than {each.baseline}'s by {abs(each.difference):.4f} "
                f"({p_equation(each.p_value_adjusted)})",
            )
