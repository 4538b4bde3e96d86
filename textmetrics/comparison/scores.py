"""Scores with intervals and ranks, and their tests against the baseline.

The intervals and tests of many models and metrics are computed at once, so that resamples are drawn
once.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import (
    AllTokensComparison,
    AllTokensScore,
    BaselineComparison,
    ModelScore,
)
from textmetrics.comparison.task import Groups, ModelSamples, SamplesByMetric, Task
from textmetrics.evaluation import OUTCOMES, Evaluation, Health
from textmetrics.metrics import Better, Score
from textmetrics.statistics import (
    CorpusPair,
    Integers,
    Interval,
    Paired,
    adjust,
    corpus_intervals,
    mean_interval,
    paired_corpus_tests,
    paired_test,
)

__all__ = [
    "Rank",
    "adjust_p_values",
    "baseline_comparisons",
    "intervals",
    "model_scores",
    "rank_models",
]

_Mask: TypeAlias = NDArray[np.bool_]


def model_scores(task: Task, settings: ComparisonSettings) -> list[ModelScore]:
    """Return one entry per metric and model, the metrics in their order."""
    warnings = _model_warnings(task, settings)
    samples = task.samples()
    intervals = _intervals(samples, task, settings)
    all_tokens_intervals = _intervals(task.all_tokens_samples(), task, settings)
    entries = []
    for metric in task.metrics:
        first = task.first[metric]
        bounds = {
            model: (intervals[metric, model].low, intervals[metric, model].high)
            for model in task.models
        }
        ranks = rank_models(bounds, first.better)
        for model, runs in task.results.items():
            scores = [run[metric] for run in runs]
            values = [float(score) for score in scores]
            interval, health = intervals[metric, model], _health(runs)
            entries.append(
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
                    all_tokens=_all_tokens_score(scores, all_tokens_intervals.get((metric, model))),
                    signature=scores[0].signature,
                    length_ratio=health.length_ratio(0.5),
                    health=health.to_dict(),
                    interval=[interval.low, interval.high],
                    interval_method=interval.method,
                    n=int(samples[metric][model].present.sum()),
                    flags=warnings[model],
                    rank=ranks[model].rank,
                    tied_with=list(ranks[model].tied_with),
                    better=first.better,
                    percent=first.percent,
                )
            )
    return entries


def _intervals(
    samples_by_metric: SamplesByMetric, task: Task, settings: ComparisonSettings
) -> dict[tuple[str, str], Interval]:
    """Return the intervals by metric and model."""
    samples = {
        (metric, model): each
        for metric, by_model in samples_by_metric.items()
        for model, each in by_model.items()
    }
    found = intervals(list(samples.values()), task.groups, settings)
    return dict(zip(samples, found, strict=True))


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
    task: Task, baseline: str, settings: ComparisonSettings
) -> list[BaselineComparison]:
    """Test each model against the baseline with each metric, without stopwords and with them.

    Args:
        task: the task.
        baseline: the model that the others are tested against.
        settings: how tests are computed.

    Returns:
        One entry per metric and model, whose p-values are not adjusted yet.
    """
    tests = _tests(task.samples(), task, baseline, settings)
    all_tokens_tests = _tests(task.all_tokens_samples(), task, baseline, settings)
    entries = []
    for (metric, model), paired in tests.items():
        first = task.first[metric]
        entries.append(
            BaselineComparison(
                task=task.name,
                metric=metric,
                model=model,
                baseline=baseline,
                n=paired.n if paired else 0,
                all_tokens=_all_tokens(all_tokens_tests[metric, model], first.better)
                if (metric, model) in all_tokens_tests
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
    return entries


def _tests(
    samples_by_metric: SamplesByMetric, task: Task, baseline: str, settings: ComparisonSettings
) -> dict[tuple[str, str], Paired | None]:
    """Return the tests against the baseline by metric and model."""
    pairs = {
        (metric, model): (each, by_model[baseline])
        for metric, by_model in samples_by_metric.items()
        for model, each in by_model.items()
        if model != baseline
    }
    found = _paired_tests(list(pairs.values()), task.groups, settings)
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


class Rank(NamedTuple):
    """Where a model stands.

    Attributes:
        rank: 1 and the number of models that are better beyond their intervals; ``None`` where
            neither higher nor lower values are better.
        tied_with: models whose intervals overlap with its own.
    """

    rank: int | None
    tied_with: tuple[str, ...]


def rank_models(
    intervals: Mapping[str, tuple[float, float]], better: Better = "higher"
) -> dict[str, Rank]:
    """Rank models; those with overlapping intervals are tied.

    A model is ranked behind another one only if that one's whole interval is better than its own,
    so ranks never rest on a difference that the intervals do not show.

    Args:
        intervals: the lower and the upper end by model; NaN where there is no interval: such a
            model is neither ahead of another one nor behind it.
        better: which values are better.

    Examples:
        >>> intervals = {"a": (0.3, 0.4), "b": (0.5, 0.6), "c": (0.55, 0.7)}
        >>> rank_models(intervals)["a"]
        Rank(rank=3, tied_with=())
        >>> rank_models(intervals, better="lower")["a"]
        Rank(rank=1, tied_with=())
    """
    if better is None:
        return dict.fromkeys(intervals, Rank(None, ()))
    if better == "lower":
        intervals = {model: (-high, -low) for model, (low, high) in intervals.items()}
    ranks = {}
    for model, (low, high) in intervals.items():
        others = [each for each in intervals if each != model]
        ahead = sum(intervals[each][0] > high for each in others)
        tied = (e for e in others if not (intervals[e][0] > high or intervals[e][1] < low))
        ranks[model] = Rank(1 + ahead, tuple(tied))
    return ranks


# Counts of `Health` by name, with how they are described.
_ANOMALIES = {
    "without_reason": "empty {}",
    "emptied_predictions": "{} of stopwords only",
    "other_script": "{} in another script",
    "other_language": "{} in another language",
    "other_variant": "{} in traditional Chinese for simplified, or the reverse",
    "repetitive": "repetitive {}",
    "thinking": "{} with <think>",
    "code_fences": "{} with a code fence",
    "template_marks": "{} with a mark of a chat template",
}
_FAILED_RECORDS = {"zero": "counted as wrong", "exclude": "left out"}
_WORTH_MENTIONING = 0.005
"""A share of all samples: smaller differences can hardly matter between models."""
_LONGER = 1.2
"""How many times longer or shorter than another model's answers, and than the references, answers
must be to be mentioned."""


def _health(runs: Sequence[Evaluation]) -> Health:
    """Return the health of all runs together."""
    first, *others = [run.health for run in runs]
    health = first.copy()
    for other in others:
        health.merge(other)
    return health


def _model_warnings(task: Task, settings: ComparisonSettings) -> dict[str, list[str]]:
    """Return, by model, failed records and anomalies that it has more of than another model."""
    healths = {name: _health(runs) for name, runs in task.results.items()}
    found = {name: _failures(task, name, settings) for name in healths}
    for field, what in _ANOMALIES.items():
        counts = {name: getattr(each, field) for name, each in healths.items()}
        least = min(counts[name] / each.samples for name, each in healths.items())
        for name, each in healths.items():
            if counts[name] / each.samples - least >= _WORTH_MENTIONING:
                predictions = "prediction" if counts[name] == 1 else "predictions"
                found[name].append(f"{counts[name]:,} {what.format(predictions)}")
    for name, each in healths.items():
        found[name] += [
            f"{pluralized(count, 'prediction')} {OUTCOMES[end].flag}"
            for end, count in each.outcomes.items()
            if OUTCOMES[end].flag
        ]
    for name, text in _lengths({name: e.length_ratio(0.5) for name, e in healths.items()}).items():
        found[name].append(text)
    return found


def _failures(task: Task, model: str, settings: ComparisonSettings) -> list[str]:
    """Describe failed records, with the numbers of all records and of successful ones."""
    if not (failed := task.failed.get(model, 0)):
        return []
    total = task.n * len(task.results[model])
    return [
        f"{failed:,} of {pluralized(total, 'record')} failed, {_FAILED_RECORDS[settings.failed]} "
        f"({total - failed:,} succeeded)"
    ]


def _lengths(ratios: Mapping[str, float | None]) -> dict[str, str]:
    """Describe the models' answers that are longer or shorter than references, if lengths differ.

    Answers about as long as the references are normal, whatever another model does.
    """
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not known or max(known.values()) < _LONGER * min(known.values()):
        return {}
    return {
        name: f"median length {ratio:.2f} × the reference's"
        for name, ratio in known.items()
        if not 1 / _LONGER < ratio < _LONGER
    }


def intervals(
    samples: Sequence[ModelSamples], groups: Groups, settings: ComparisonSettings
) -> list[Interval]:
    """Return the interval of each model's value; each must have at least one sample.

    Args:
        samples: the values of the same samples, by different models or metrics.
        groups: the group of each sample.
        settings: how intervals are computed.
    """
    by_index: dict[int, Interval] = {}
    for mask, indices in _by_mask(each.present for each in samples):
        options = _options(groups, mask, settings)
        tables = {}
        for index in indices:
            each = samples[index].take(mask)
            if each.totals is None or each.formula is None:
                by_index[index] = mean_interval(each.values, bounds=each.bounds, **options)
            else:
                tables[index] = (each.totals, each.formula)
        if tables:
            of_tables = corpus_intervals(list(tables.values()), **options)
            by_index |= dict(zip(tables, of_tables, strict=True))
    return [by_index[index] for index in range(len(samples))]


def _paired_tests(
    pairs: Sequence[tuple[ModelSamples, ModelSamples]], groups: Groups, settings: ComparisonSettings
) -> list[Paired | None]:
    """Test the first of each pair against the second; ``None`` if they share no sample.

    A sample that is left out in one of the two is left out of the test.

    Args:
        pairs: values of the same samples.
        groups: the group of each sample.
        settings: how tests are computed.
    """
    by_index: dict[int, Paired | None] = {}
    for mask, indices in _by_mask(a.present & b.present for a, b in pairs):
        if not mask.any():
            by_index |= dict.fromkeys(indices)
            continue
        options = _options(groups, mask, settings)
        corpus = {}
        for index in indices:
            model, baseline = (each.take(mask) for each in pairs[index])
            if (pair := _corpus_pair(model, baseline)) is not None:
                corpus[index] = pair
            else:
                by_index[index] = paired_test(
                    model.values,
                    baseline.values,
                    bounds=model.bounds,
                    method=settings.test,
                    **options,
                )
        if corpus:
            method = "auto" if settings.test == "mcnemar" else settings.test
            of_corpus = paired_corpus_tests(list(corpus.values()), method=method, **options)
            by_index |= dict(zip(corpus, of_corpus, strict=True))
    return [by_index[index] for index in range(len(pairs))]


def _by_mask(masks: Iterable[_Mask]) -> Iterator[tuple[_Mask, list[int]]]:
    """Yield each distinct set of samples, with the indices of the masks that are equal to it."""
    found: dict[bytes, tuple[_Mask, list[int]]] = {}
    for index, mask in enumerate(masks):
        found.setdefault(mask.tobytes(), (mask, []))[1].append(index)
    yield from found.values()


def _options(groups: Groups, mask: _Mask, settings: ComparisonSettings) -> dict[str, Any]:
    return {
        "groups": None if groups is None else groups[mask],
        "level": settings.level,
        "resamples": settings.resamples,
        "seed": settings.seed,
    }


def _corpus_pair(model: ModelSamples, baseline: ModelSamples) -> CorpusPair | None:
    """Return the input of a test of corpus values; ``None`` for a mean over samples."""
    if model.totals is None or baseline.totals is None or model.formula is None:
        return None
    runs = math.lcm(len(model.totals), len(baseline.totals))
    return CorpusPair(
        _repeated(model.totals, runs),
        _repeated(baseline.totals, runs),
        model.formula,
        model.samples(),
        baseline.samples(),
    )


def _repeated(totals: Integers, runs: int) -> Integers:
    """Repeat the runs, which keeps their mean, so that two models have equally many."""
    return np.repeat(totals, runs // len(totals), axis=0)
