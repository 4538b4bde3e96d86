"""A report as numbers by name, for experiment trackers."""

from __future__ import annotations

from collections.abc import Iterator

from textmetrics.comparison.result import BaselineComparison, ComparisonReport, ModelScore
from textmetrics.evaluation import named_parts

__all__ = ["numbers_of"]


def numbers_of(report: ComparisonReport) -> dict[str, float | None]:
    """Return scores, their intervals and the differences from the baseline, by name."""
    tested = {(each.task, each.model, each.metric): each for each in report.comparisons}
    several = len(report.tasks) > 1
    numbers: dict[str, float | None] = {}
    for score in report.scores:
        place = f"{score.task}/{score.model}/" if several else f"{score.model}/"
        found = _numbers(score, tested.get((score.task, score.model, score.metric)))
        numbers |= {f"{place}{name}": value for name, value in found}
    return numbers


def _numbers(
    score: ModelScore, against: BaselineComparison | None
) -> Iterator[tuple[str, float | None]]:
    if score.value is None:
        return
    headline = score.signature.split("|")[1]
    parts = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    named = named_parts(score.metric, score.value, headline, parts)
    yield from named.items()
    name = score.metric if score.metric in named else f"{score.metric}_{headline}"
    if score.all_tokens is not None:
        yield f"{name}_all_tokens", score.all_tokens.value
    low, high = score.interval or (None, None)
    yield f"{name}_low", low
    yield f"{name}_high", high
    if against is not None:
        yield f"{name}_difference", against.difference
        yield f"{name}_p_value", against.p_value_adjusted
