"""What makes a comparison fail in continuous integration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textmetrics.cli.program import UsageError

__all__ = ["check_thresholds", "failures"]

Document = Mapping[str, Any]
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


def failures(document: Document, thresholds: Thresholds, *, on_regression: bool) -> Iterator[str]:
    """Say what must not be.

    Args:
        document: of the comparison.
        thresholds: scores below them fail.
        on_regression: whether being significantly worse than the baseline does.
    """
    for score in document["scores"]:
        for metric, least in thresholds:
            if score["metric"] == metric and score["value"] < least:
                yield (
                    f"{score['model']} on {score['task']}: {metric} {score['value']:.4f} is below "
                    f"{least:g}"
                )
    if on_regression:
        for each in document["comparisons"]:
            if each["significant"] and each["difference"] < 0:
                yield (
                    f"{each['model']} on {each['task']}: {each['metric']} is worse than "
                    f"{each['baseline']}'s by {-each['difference']:.4f} "
                    f"(p = {each['p_value_adjusted']:.2g})"
                )
