"""The scores of models with intervals, and the tests against the baseline."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from textmetrics.comparison.findings import health_of, model_warnings, rank_models
from textmetrics.comparison.inference import SamplesByMetric, intervals, tests
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import (
    AllTokensComparison,
    AllTokensScore,
    BaselineComparison,
    ModelScore,
)
from textmetrics.comparison.task import Task
from textmetrics.metrics import Better, Score
from textmetrics.statistics import Interval, Paired, adjust

__all__ = ["adjust_p_values", "baseline_comparisons", "model_scores"]


def model_scores(
    task: Task,
    rows: SamplesByMetric,
    all_rows: SamplesByMetric,
    settings: ComparisonSettings,
    tick: Callable[[], None],
) -> list[ModelScore]:
    """Return one entry per metric and model, the metrics in their order.

    Args:
        task: the task.
        rows: the samples by metric and model.
        all_rows: the same over all tokens, for the metrics that have them.
        settings: how intervals are computed.
        tick: called after each score.
    """
    told = model_warnings(task, settings)
    plain, over_all = (_intervals(of, task, settings) for of in (rows, all_rows))
    found = []
    for metric in task.metrics:
        first = task.first[metric]
        ranks = rank_models(
            {model: (plain[metric, model].low, plain[metric, model].high) for model in task.models},
            first.better,
        )
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
                    all_tokens=_all_tokens_score(scores, over_all.get((metric, model))),
                    signature=scores[0].signature,
                    length_ratio=health.length_ratio(0.5),
                    health=health.to_dict(),
                    interval=[interval.low, interval.high],
                    interval_method=interval.method,
                    n=int(rows[metric][model].present.sum()),
                    flags=told[model],
                    rank=ranks[model].rank,
                    tied_with=list(ranks[model].tied_with),
                    better=first.better,
                    percent=first.percent,
                )
            )
            tick()
    return found


def _intervals(
    rows: SamplesByMetric, task: Task, settings: ComparisonSettings
) -> dict[tuple[str, str], Interval]:
    """Return the intervals by metric and model."""
    all_of = {(metric, model): its for metric, by in rows.items() for model, its in by.items()}
    found = intervals(list(all_of.values()), task.groups, settings)
    return dict(zip(all_of, found, strict=True))


def _all_tokens_score(scores: Sequence[Score], interval: Interval | None) -> AllTokensScore | None:
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


def baseline_comparisons(
    task: Task,
    rows: SamplesByMetric,
    all_rows: SamplesByMetric,
    settings: ComparisonSettings,
    tick: Callable[[], None],
) -> list[BaselineComparison]:
    """Test each model against the baseline with each metric, without stopwords and with them.

    Args:
        task: the task.
        rows: the samples by metric and model.
        all_rows: the same over all tokens, for the metrics that have them.
        settings: how tests are computed.
        tick: called after each test.

    Returns:
        One entry per metric and model, whose p-values are not adjusted yet.
    """
    plain, over_all = (_tests(of, task, settings) for of in (rows, all_rows))
    found = []
    for (metric, model), paired in plain.items():
        first = task.first[metric]
        found.append(
            BaselineComparison(
                task=task.name,
                metric=metric,
                model=model,
                baseline=settings.baseline or "",
                n=paired.n if paired else 0,
                all_tokens=_all_tokens(over_all[metric, model], first.better)
                if (metric, model) in over_all
                else None,
                warnings=[],
                p_value_adjusted=None,
                significant=False,
                family=0,
                better=first.better,
                percent=first.percent,
                **_numbers(paired, first.better),
            )
        )
        tick()
    return found


def _tests(
    rows: SamplesByMetric, task: Task, settings: ComparisonSettings
) -> dict[tuple[str, str], Paired | None]:
    """Return the tests against the baseline by metric and model."""
    baseline = settings.baseline or ""
    pairs = {
        (metric, model): (its, by[baseline])
        for metric, by in rows.items()
        for model, its in by.items()
        if model != baseline
    }
    found = tests(list(pairs.values()), task.groups, settings)
    return dict(zip(pairs, found, strict=True))


def _all_tokens(paired: Paired | None, better: Better) -> AllTokensComparison:
    numbers = _numbers(paired, better)
    return AllTokensComparison(
        difference=numbers["difference"],
        interval=numbers["interval"],
        p_value=numbers["p_value"],
        p_value_adjusted=None,
        significant=False,
        better=better,
    )


_NUMBERS = (
    "difference", "p_value", "test", "n_different", "wins", "ties", "losses", "effect_size",
    "minimum_detectable_effect",
)  # fmt: skip


def _numbers(paired: Paired | None, better: Better) -> dict[str, Any]:
    """Return the results of a test; all are ``None`` if the two models share no sample."""
    found: dict[str, Any] = {name: getattr(paired, name, None) for name in _NUMBERS}
    for name in ("interval", "effect_interval"):
        interval = getattr(paired, name, None)
        found[name] = interval and [interval.low, interval.high]
    if better == "lower":
        found["wins"], found["losses"] = found["losses"], found["wins"]
    elif better is None:
        found |= dict.fromkeys(("wins", "ties", "losses"))
    return found


def adjust_p_values(entries: Sequence[BaselineComparison], settings: ComparisonSettings) -> None:
    """Adjust p-values, and decide what is significant.

    A family is all tests of one metric, on all models and tasks: another metric asks another
    question of the same answers. Tests over all tokens form families of their own.
    """
    for metric in dict.fromkeys(each.metric for each in entries):
        family = [each for each in entries if each.metric == metric]
        for each in family:
            each.family = len(family)
        _adjust(family, settings)
        _adjust([each.all_tokens for each in family if each.all_tokens is not None], settings)


def _adjust(
    entries: Sequence[BaselineComparison | AllTokensComparison], settings: ComparisonSettings
) -> None:
    tested = [(each, each.p_value) for each in entries if each.p_value is not None]
    p_values = adjust([p_value for _, p_value in tested], method=settings.correction or "none")
    for (each, _), p_value in zip(tested, p_values.tolist(), strict=True):
        each.p_value_adjusted, each.significant = p_value, p_value < 1 - settings.level
