"""What the pictures in files and the figures on the page draw: one choice of data for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from textmetrics.comparison import (
    Breakdown,
    BreakdownGroup,
    ComparisonReport,
    LatencyBucket,
    LearningCurve,
    LengthBucket,
    ModelScore,
)
from textmetrics.report.queries import headline_scores, models_by_rank

__all__ = [
    "MOST_VALUES",
    "Bucket",
    "BucketTable",
    "bucket_value",
    "buckets",
    "curves_with_points",
    "headline_breakdowns",
    "largest_groups",
    "scores_by_length_ratio",
]

Bucket: TypeAlias = LengthBucket | LatencyBucket
BucketTable: TypeAlias = Literal["tokens_per_s_by_output_length", "quality_by_latency"]

MOST_VALUES = 40
"""How many values of a field are drawn; of more, those with the most samples."""


def curves_with_points(report: ComparisonReport) -> list[LearningCurve]:
    """Return the learning curves of which any score is known."""
    return [
        each
        for each in report.learning_curves
        if any(point.value is not None for point in each.points)
    ]


def scores_by_length_ratio(report: ComparisonReport) -> dict[str, dict[str, ModelScore]]:
    """Return the headline scores with a known length ratio, by task and by model."""
    scores = headline_scores(report)
    found: dict[str, dict[str, ModelScore]] = {}
    for task in report.tasks:
        for model in models_by_rank(report):
            score = scores.get((model, task.name))
            if score and score.value is not None and score.length_ratio is not None:
                found.setdefault(task.name, {})[model] = score
    return found


def bucket_value(row: Bucket) -> float | None:
    """Return what a bucket has a mean of: the speed, or the score."""
    return row.tokens_per_s if isinstance(row, LengthBucket) else row.value


def buckets(report: ComparisonReport, table: BucketTable) -> dict[str, dict[str, list[Bucket]]]:
    """Return a table of efficiency by task and model, without the buckets that have no value."""
    found: dict[str, dict[str, list[Bucket]]] = {task.name: {} for task in report.tasks}
    for each in report.efficiency:
        rows: Sequence[Bucket] = getattr(each, table)
        if known := [row for row in rows if bucket_value(row) is not None]:
            found[each.task][each.model] = known
    return {task: models for task, models in found.items() if models}


def headline_breakdowns(report: ComparisonReport) -> list[Breakdown]:
    """Return the breakdowns of headline scores that have groups."""
    headlines = {task.name: task.headline for task in report.tasks}
    return [e for e in report.breakdowns if e.groups and e.metric == headlines[e.task]]


def largest_groups(breakdown: Breakdown) -> Sequence[BreakdownGroup]:
    """Return the groups in their order; of very many only the largest."""
    groups = breakdown.groups
    if len(groups) <= MOST_VALUES:
        return groups
    kept = sorted(range(len(groups)), key=lambda at: -groups[at].n)[:MOST_VALUES]
    return [groups[at] for at in sorted(kept)]
