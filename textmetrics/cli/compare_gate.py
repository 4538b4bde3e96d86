"""What makes a comparison fail in continuous integration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textmetrics.cli.program import UsageError
from textmetrics.comparison import ComparisonReport, verdict
from textmetrics.metrics import Metric

__all__ = ["check_thresholds", "failures"]

Thresholds = Sequence[tuple[str, float]]


def check_thresholds(thresholds: Thresholds, metrics: Mapping[str, Metric]) -> None:
    """Check that each threshold is one that scores of a computed metric can fail.

    Raises:
        UsageError: if a metric is not computed, has no better values, or cannot have that value.
    """
    for name, threshold in thresholds:
        if name not in metrics:
            raise UsageError(
                f"--fail-under {name}: that metric is not computed; computed: {', '.join(metrics)}"
            )
        low, high = metrics[name].bounds
        if metrics[name].better is None:
            raise UsageError(
                f"--fail-under {name}: neither higher nor lower values are better; leave it out"
            )
        if not low <= threshold <= high:
            raise UsageError(
                f"--fail-under {name}={threshold:g}: values of it are from {low:g} to {high:g}"
            )


def failures(
    report: ComparisonReport, thresholds: Thresholds, *, on_regression: bool
) -> Iterator[str]:
    """Yield a message for each score that fails.

    Args:
        report: of the comparison.
        thresholds: by metric; scores that are worse fail.
        on_regression: whether models fail that are significantly worse than the baseline.
    """
    for score in report.scores:
        for metric, threshold in thresholds:
            if score.metric != metric or score.value is None:
                continue
            where = f"{score.model} on {score.task}: {metric} {score.value:.4f}"
            if score.better == "lower" and score.value > threshold:
                yield f"{where} is above {threshold:g}"
            elif score.better == "higher" and score.value < threshold:
                yield f"{where} is below {threshold:g}"
    if on_regression:
        for each in report.comparisons:
            if verdict(each) == "worse" and each.difference is not None:
                yield (
                    f"{each.model} on {each.task}: {each.metric} is worse than {each.baseline}'s "
                    f"by {abs(each.difference):.4f} (p = {each.p_value_adjusted:.2g})"
                )
