"""The part of the document that says how good each model is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

from textmetrics.comparison.flags import flags, health_of
from textmetrics.comparison.inference import intervals
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.rankings import places
from textmetrics.comparison.result import AllTokensScore, ModelScore
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.task import Task
from textmetrics.metrics import Score
from textmetrics.statistics import Interval

__all__ = ["model_scores"]


def model_scores(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], all_rows: Mapping[str, Mapping[str, Rows]],
    settings: ComparisonSettings, tick: Callable[[], None],
) -> list[ModelScore]:  # fmt: skip
    """Return one entry per metric and model, the metrics in their order.

    Args:
        task: what is compared.
        rows: by metric and model.
        all_rows: the same over all tokens, for the metrics that have them.
        settings: how intervals are made.
        tick: told after each.
    """
    told = flags(task, settings)
    plain, over_all = (_intervals(of, task, settings) for of in (rows, all_rows))
    found = []
    for metric in task.metrics:
        ranks = places({
            model: (plain[metric, model].low, plain[metric, model].high) for model in task.models
        })  # fmt: skip
        for model, runs in task.results.items():
            scores = [run[metric] for run in runs]
            values = [float(score) for score in scores]
            interval, health = plain[metric, model], health_of(runs)
            found.append(
                ModelScore(
                    model=model,
                    task=task.name,
                    metric=metric,
                    title=scores[0].title,
                    value=_mean(values),
                    runs=list(values),
                    run_sd=statistics.stdev(values) if len(values) > 1 else None,
                    precision=_part(scores, "precision"),
                    recall=_part(scores, "recall"),
                    f1=_part(scores, "f1"),
                    all_tokens=_all_tokens(scores, over_all.get((metric, model))),
                    signature=scores[0].signature,
                    length_ratio=health.length_ratio(0.5),
                    health=health.to_dict(),
                    interval=[interval.low, interval.high],
                    interval_method=interval.method,
                    n=int(rows[metric][model].present.sum()),
                    flags=told[model],
                    rank=ranks[model].rank,
                    tied_with=list(ranks[model].tied_with),
                )
            )
            tick()
    return found


def _intervals(
    rows: Mapping[str, Mapping[str, Rows]], task: Task, settings: ComparisonSettings
) -> dict[tuple[str, str], Interval]:
    """Give the intervals by metric and model."""
    all_of = {(metric, model): its for metric, by in rows.items() for model, its in by.items()}
    found = intervals(list(all_of.values()), task.groups, settings)
    return dict(zip(all_of, found, strict=True))


def _all_tokens(scores: Sequence[Score], interval: Interval | None) -> AllTokensScore | None:
    values = [score.all_tokens for score in scores if score.all_tokens is not None]
    if not values:
        return None
    ends: list[float | None] | None = [interval.low, interval.high] if interval else None
    return AllTokensScore(_mean(values), ends)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _part(scores: Sequence[Score], part: str) -> float | None:
    values = [value for score in scores if (value := getattr(score, part)) is not None]
    return _mean(values) if values else None
