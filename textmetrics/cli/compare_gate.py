"""What makes a comparison fail in continuous integration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textmetrics.cli.program import UsageError
from textmetrics.comparison import ComparisonReport, verdict

__all__ = ["check_thresholds", "failures"]

Thresholds = Sequence[tuple[str, float]]


def check_thresholds(thresholds: Thresholds, metrics: Sequence[str]) -> None:
    """See whether each is of a metric that is computed.

    Raises:
        UsageError: if not.
    """
    for name, _ in thresholds:
        if name not in metrics:
            raise UsageError(
                f"--fail-under {name}: that metric is not computed; computed: {', '.join(metrics)}"
            )


def failures(
    report: ComparisonReport, thresholds: Thresholds, *, on_regression: bool
) -> Iterator[str]:
    """Say what must not be.

    Args:
        report: of the comparison.
        thresholds: scores below them fail.
        on_regression: whether being significantly worse than the baseline does.
    """
    for score in report.scores:
        for metric, least in thresholds:
            if score.metric == metric and score.value is not None and score.value < least:
                where = f"{score.model} on {score.task}"
                yield f"{where}: {metric} {score.value:.4f} is below {least:g}"
    if on_regression:
        for each in report.comparisons:
            if verdict(each) == "worse" and each.difference is not None:
                yield (
                    f"{each.model} on {each.task}: {each.metric} is worse than {each.baseline}'s "
                    f"by {abs(each.difference):.4f} (p = {each.p_value_adjusted:.2g})"
                )
