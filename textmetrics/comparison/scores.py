"""Scores with intervals, paired tests of all pairs of models, and the ranks that follow.

The intervals and tests of many models and metrics are computed at once, so that resamples are drawn
once.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.flags import health_of, model_flags
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.ranks import rank_models
from textmetrics.comparison.result import (
    AllTokensComparison,
    AllTokensScore,
    BaselineComparison,
    ModelScore,
    PairComparison,
)
from textmetrics.comparison.tables import verdict
from textmetrics.comparison.task import Groups, ModelSamples, SamplesByMetric, Task
from textmetrics.metrics import Better, Score
from textmetrics.statistics import (
    CorpusSystems,
    Integers,
    Interval,
    Paired,
    Progress,
    adjust,
    corpus_intervals,
    mean_interval,
    paired_corpus_tests,
    paired_tests,
    parts,
    silent,
)

__all__ = [
    "BetterPairs",
    "adjust_p_values",
    "best_first",
    "better_pairs",
    "compared_pairs",
    "intervals",
    "model_scores",
    "rank_scores",
]

_Mask: TypeAlias = NDArray[np.bool_]


def model_scores(
    task: Task, settings: ComparisonSettings, progress: Progress = silent
) -> list[ModelScore]:
    """Return one entry per metric and model, the metrics in their order, without ranks."""
    first_part, second_part = parts(progress, 2)
    healths = {model: health_of(runs) for model, runs in task.results.items()}
    documents = {model: health.to_dict() for model, health in healths.items()}
    flags = model_flags(task, healths, settings)
    samples = task.samples()
    found_intervals = _intervals(samples, task, settings, first_part)
    all_tokens_intervals = _intervals(task.all_tokens_samples(), task, settings, second_part)
    entries = []
    for metric in task.metrics:
        first = task.first[metric]
        for model, runs in task.results.items():
            scores = [run[metric] for run in runs]
            values = [float(score) for score in scores]
            interval, health = found_intervals[metric, model], healths[model]
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
                    health=documents[model],
                    interval=_ends(interval),
                    interval_method=interval.method,
                    n=int(samples[metric][model].present.sum()),
                    flags=flags[model],
                    rank=None,
                    tied_with=[],
                    better=first.better,
                    percent=first.percent,
                )
            )
    return entries


def _intervals(
    samples_by_metric: SamplesByMetric,
    task: Task,
    settings: ComparisonSettings,
    progress: Progress,
) -> dict[tuple[str, str], Interval]:
    """Return the intervals by metric and model."""
    samples = {
        (metric, model): each
        for metric, by_model in samples_by_metric.items()
        for model, each in by_model.items()
    }
    found = intervals(list(samples.values()), task.groups, settings, progress)
    return dict(zip(samples, found, strict=True))


def _all_tokens_score(scores: Sequence[Score], interval: Interval | None) -> AllTokensScore | None:
    values = [score.all_tokens for score in scores if score.all_tokens is not None]
    if not values:
        return None
    return AllTokensScore(_mean(values), _ends(interval) if interval else None)


def _ends(interval: Interval) -> list[float | None]:
    """Return the ends; ``None`` for one that nothing is known of."""
    return [each if math.isfinite(each) else None for each in (interval.low, interval.high)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _part(scores: Sequence[Score], part: str) -> float | None:
    values = [value for score in scores if (value := getattr(score, part)) is not None]
    return _mean(values) if values else None


def compared_pairs(
    task: Task, baseline: str, settings: ComparisonSettings, progress: Progress = silent
) -> tuple[list[BaselineComparison], list[PairComparison]]:
    """Test all pairs of models with each metric; those with the baseline over all tokens too.

    Args:
        task: the task.
        baseline: the model that the others are tested against.
        settings: how tests are computed.
        progress: called now and then with the share that is done.

    Returns:
        The pairs with the baseline and the others, by metric; p-values are not adjusted yet.
    """
    models = [*(model for model in task.models if model != baseline), baseline]
    first_part, second_part = parts(progress, 2)
    tests = _pairwise(task.samples(), models, task.groups, settings, first_part)
    of_all_tokens = task.all_tokens_samples()
    all_tokens_tests = _pairwise(of_all_tokens, models, task.groups, settings, second_part)
    entries, pairs = [], []
    for metric, (model, other) in product(task.metrics, combinations(models, 2)):
        paired = tests.get((metric, model, other))
        first = task.first[metric]
        shared: dict[str, Any] = {
            "task": task.name,
            "metric": metric,
            "model": model,
            "n": paired.n if paired else 0,
            "p_value_adjusted": None,
            "significant": False,
            "family": 0,
            "better": first.better,
            "percent": first.percent,
        }
        numbers = _numbers(paired, first.better)
        if other != baseline:
            few = {name: numbers[name] for name in ("difference", "interval", "p_value", "test")}
            pairs.append(PairComparison(other=other, **shared, **few))
            continue
        over_all = None
        if metric in of_all_tokens:
            over_all = _all_tokens(all_tokens_tests.get((metric, model, other)), first.better)
        entries.append(
            BaselineComparison(
                baseline=baseline,
                all_tokens=over_all,
                warnings=[],
                **shared,
                **numbers,
            )
        )
    return entries, pairs


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
        found[name] = interval and _ends(interval)
    if better == "lower":
        found["wins"], found["losses"] = found["losses"], found["wins"]
    elif better is None:
        found |= dict.fromkeys(("wins", "ties", "losses"))
    return found


BetterPairs: TypeAlias = Mapping[tuple[str, str], Sequence[tuple[str, str]]]
"""By task and metric, the pairs of models that are told apart, the better one first."""
Comparisons: TypeAlias = Sequence[BaselineComparison] | Sequence[PairComparison]


def adjust_p_values(
    entries: Comparisons, settings: ComparisonSettings, headlines: Mapping[str, str]
) -> None:
    """Adjust p-values, and decide what is significant.

    A family is all tests of one metric, on all models and tasks: another metric asks another
    question of the same answers. The headline metrics of the tasks count as one, since together
    they answer which model is better. Tests over all tokens form families of their own, and so do
    the pairs without the baseline, on each task, since ranks are of a task: of twenty models there
    are 171 such pairs.

    Args:
        entries: tests whose p-values are not adjusted yet, which is changed in place.
        settings: the method, and the level.
        headlines: the headline metric of each task.
    """
    families: dict[tuple[str, str | None], list[BaselineComparison | PairComparison]] = {}
    for each in entries:
        of_task = isinstance(each, PairComparison)
        is_headline = not of_task and each.metric == headlines[each.task]
        question = "" if is_headline else each.metric, each.task if of_task else None
        families.setdefault(question, []).append(each)
    for family in families.values():
        for each in family:
            each.family = len(family)
        _adjust(family, settings)
        over_all = [each.all_tokens for each in family if isinstance(each, BaselineComparison)]
        _adjust([each for each in over_all if each is not None], settings)


def _adjust(
    entries: Iterable[BaselineComparison | PairComparison | AllTokensComparison],
    settings: ComparisonSettings,
) -> None:
    tested = [(each, each.p_value) for each in entries if each.p_value is not None]
    p_values = adjust([p_value for _, p_value in tested], method=settings.correction or "none")
    for (each, _), p_value in zip(tested, p_values.tolist(), strict=True):
        each.p_value_adjusted, each.significant = p_value, p_value < settings.alpha


def better_pairs(
    comparisons: Iterable[BaselineComparison], pairs: Iterable[PairComparison]
) -> BetterPairs:
    """Return all pairs of which one model is better, once p-values are adjusted."""
    relations: list[tuple[BaselineComparison | PairComparison, str]] = [
        *((each, each.baseline) for each in comparisons),
        *((each, each.other) for each in pairs),
    ]
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for each, other in relations:
        outcome, models = verdict(each), (each.model, other)
        if outcome in ("better", "worse"):
            better = models if outcome == "better" else models[::-1]
            found.setdefault((each.task, each.metric), []).append(better)
    return found


def rank_scores(scores: Sequence[ModelScore], better: BetterPairs) -> None:
    """Rank the models of each task by each metric.

    A metric of which neither higher nor lower values are better ranks nothing.
    """
    by_metric: dict[tuple[str, str], list[ModelScore]] = {}
    for score in scores:
        by_metric.setdefault((score.task, score.metric), []).append(score)
    for key, found in by_metric.items():
        if found[0].better is None:
            continue
        ranks = rank_models([each.model for each in best_first(found)], better.get(key, ()))
        for score in found:
            rank = ranks[score.model]
            score.rank, score.tied_with, score.letters = (
                rank.rank,
                list(rank.tied_with),
                rank.letters,
            )


def best_first(scores: Iterable[ModelScore]) -> list[ModelScore]:
    """Sort the scores of a task by a metric by their ranks, then by their values.

    Unknown values come last.
    """

    def place(score: ModelScore) -> tuple[float, bool, float]:
        rank = math.inf if score.rank is None else score.rank
        value = score.value
        if value is None or math.isnan(value):
            return rank, True, 0.0
        return rank, False, value if score.better == "lower" else -value

    return sorted(scores, key=place)


def intervals(
    samples: Sequence[ModelSamples],
    groups: Groups,
    settings: ComparisonSettings,
    progress: Progress = silent,
) -> list[Interval]:
    """Return the interval of each model's value; each must have at least one sample.

    Args:
        samples: the values of the same samples, by different models or metrics.
        groups: the group of each sample.
        settings: how intervals are computed.
        progress: called now and then with the share that is done.
    """
    by_index: dict[int, Interval] = {}
    by_mask = list(_by_mask(each.present for each in samples))
    for (mask, indices), part in zip(by_mask, parts(progress, len(by_mask)), strict=True):
        options = _options(settings) | {"groups": None if groups is None else groups[mask]}
        tables = {}
        for index in indices:
            each = samples[index].take(mask)
            if each.totals is None or each.formula is None:
                by_index[index] = mean_interval(each.values, bounds=each.bounds, **options)
            else:
                tables[index] = (each.totals, each.formula)
        if tables:
            of_tables = corpus_intervals(list(tables.values()), progress=part, **options)
            by_index |= dict(zip(tables, of_tables, strict=True))
    return [by_index[index] for index in range(len(samples))]


def _pairwise(
    samples: SamplesByMetric,
    models: Sequence[str],
    groups: Groups,
    settings: ComparisonSettings,
    progress: Progress,
) -> dict[tuple[str, str, str], Paired]:
    """Test each model against those after it, by each metric.

    A sample that is left out in one of the two is left out of the test.

    Args:
        samples: by metric and model.
        models: their names.
        groups: the group of each sample.
        settings: how tests are computed.
        progress: called now and then with the share that is done.

    Returns:
        The tests by metric and the names of the two models, without pairs that share no sample.
    """
    options = _options(settings)
    by_metric = dict(zip(samples, parts(progress, len(samples)), strict=True))
    means = {
        metric: paired_tests(
            [by_model[model].values for model in models],
            bounds=by_model[models[0]].bounds,
            groups=groups,
            method=settings.test,
            progress=by_metric[metric],
            **options,
        )
        for metric, by_model in samples.items()
        if by_model[models[0]].formula is None
    }
    found = [(metric, models, tests) for metric, tests in means.items()]
    of_corpus = {metric: each for metric, each in samples.items() if metric not in means}
    parts_of_corpus = list(_alike(of_corpus, models))
    for mask, indices in _by_mask(mask for *_, mask in parts_of_corpus):
        systems = [
            _corpus_systems([of_corpus[metric][model].take(mask) for model in members])
            for metric, members, _ in (parts_of_corpus[index] for index in indices)
        ]
        tests = paired_corpus_tests(
            systems,
            groups=None if groups is None else groups[mask],
            method="auto" if settings.test == "mcnemar" else settings.test,
            progress=by_metric[parts_of_corpus[indices[0]][0]],
            **options,
        )
        found += [
            (*parts_of_corpus[index][:2], each) for index, each in zip(indices, tests, strict=True)
        ]
    return {
        (metric, members[one], members[other]): each
        for metric, members, tests in found
        for (one, other), each in tests.items()
    }


def _alike(
    samples: SamplesByMetric, models: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], _Mask]]:
    """Yield models to test together, with the samples that they have.

    By each metric, they are the models that have the same samples, and each pair of others.
    """
    for metric, by_model in samples.items():
        together: set[tuple[str, str]] = set()
        for mask, indices in _by_mask(by_model[model].present for model in models):
            members = [models[index] for index in indices]
            if len(members) > 1:
                together.update(combinations(members, 2))
                yield metric, members, mask
        for pair in combinations(models, 2):
            mask = by_model[pair[0]].present & by_model[pair[1]].present
            if pair not in together and mask.any():
                yield metric, pair, mask


def _by_mask(masks: Iterable[_Mask]) -> Iterator[tuple[_Mask, list[int]]]:
    """Yield each distinct set of samples, with the indices of the masks that are equal to it."""
    found: dict[bytes, tuple[_Mask, list[int]]] = {}
    for index, mask in enumerate(masks):
        found.setdefault(mask.tobytes(), (mask, []))[1].append(index)
    yield from found.values()


def _options(settings: ComparisonSettings) -> dict[str, Any]:
    return {"level": settings.level, "resamples": settings.resamples, "seed": settings.seed}


def _corpus_systems(samples: Sequence[ModelSamples]) -> CorpusSystems:
    """Return the input of tests of corpus values, in the same number of runs."""
    totals = [each.totals for each in samples if each.totals is not None]
    runs = math.lcm(*map(len, totals))
    formula = next(each.formula for each in samples if each.formula is not None)
    return CorpusSystems(
        [_repeated(each, runs) for each in totals],
        formula,
        [each.samples() for each in samples],
    )


def _repeated(totals: Integers, runs: int) -> Integers:
    """Repeat the runs, which keeps their mean, so that all models have equally many."""
    return np.repeat(totals, runs // len(totals), axis=0)
