"""The part of the document that says how good each model is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textmetrics.comparison.flags import flags, health_of
from textmetrics.comparison.inference import intervals
from textmetrics.comparison.rankings import places
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Task
from textmetrics.evaluation import Evaluation
from textmetrics.metrics import Score
from textmetrics.statistics import Interval

__all__ = ["score_entries"]


def score_entries(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], all_rows: Mapping[str, Mapping[str, Rows]],
    settings: Settings, tick: Callable[[], None],
) -> list[dict[str, Any]]:  # fmt: skip
    """Give an entry a metric and model, the metrics in their order.

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
        entries = []
        for model, runs in task.results.items():
            entry = _entry(task.name, metric, model, runs)
            interval = plain[metric, model]
            entry |= {"interval": [interval.low, interval.high], "interval_method": interval.method}
            if entry["all_tokens"] is not None:
                interval = over_all[metric, model]
                entry["all_tokens"]["interval"] = [interval.low, interval.high]
            entry |= {"n": int(rows[metric][model].present.sum()), "flags": told[model]}
            entries.append(entry)
            tick()
        ranked = places({each["model"]: each["interval"] for each in entries})
        for entry in entries:
            place = ranked[entry["model"]]
            entry |= {"rank": place.rank, "tied_with": list(place.tied_with)}
        found += entries
    return found


def _intervals(
    rows: Mapping[str, Mapping[str, Rows]], task: Task, settings: Settings
) -> dict[tuple[str, str], Interval]:
    """Give the intervals by metric and model."""
    all_of = {(metric, model): its for metric, by in rows.items() for model, its in by.items()}
    found = intervals(list(all_of.values()), task.groups, settings)
    return dict(zip(all_of, found, strict=True))


def _entry(task: str, metric: str, model: str, runs: Sequence[Evaluation]) -> dict[str, Any]:
    scores = [run[metric] for run in runs]
    values = [float(score) for score in scores]
    health = health_of(runs)
    over_all = [score.all_tokens for score in scores if score.all_tokens is not None]
    return {
        "model": model,
        "task": task,
        "metric": metric,
        "title": scores[0].title,
        "value": _mean(values),
        "runs": values,
        "run_sd": statistics.stdev(values) if len(values) > 1 else None,
        **{part: _part(scores, part) for part in ("precision", "recall", "f1")},
        "all_tokens": {"value": _mean(over_all)} if over_all else None,
        "signature": scores[0].signature,
        "length_ratio": health.length_ratio(0.5),
        "health": health.to_dict(),
    }


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _part(scores: Sequence[Score], part: str) -> float | None:
    values = [value for score in scores if (value := getattr(score, part)) is not None]
    return _mean(values) if values else None
