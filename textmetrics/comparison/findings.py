"""What a report finds in scores: strengths, agreement, breakdowns, curves, warnings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from textmetrics._sentences import joined, plural, say, term
from textmetrics.comparison.models import checkpoint_of
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.ranks import Ahead
from textmetrics.comparison.result import (
    BaselineComparison,
    Breakdown,
    BreakdownGroup,
    CurvePoint,
    Disagreement,
    Distribution,
    LearningCurve,
    MetricAgreement,
    ModelScore,
    PairComparison,
    PartialScore,
    TaskDifficulty,
)
from textmetrics.comparison.scores import BetterPairs, intervals
from textmetrics.comparison.shown import points
from textmetrics.comparison.tables import draws, verdict
from textmetrics.comparison.task import ModelSamples, SamplesByMetric, Task
from textmetrics.metrics import Better, format_value
from textmetrics.records import natural_key
from textmetrics.statistics import Floats, Integers, Progress, parts, silent

__all__ = [
    "agreement",
    "breakdowns",
    "by_length",
    "by_length_alone",
    "difficulty",
    "disagreements",
    "distributions",
    "kendall_tau",
    "learning_curves",
    "normalised",
    "recall_f1_warnings",
    "residuals",
    "series",
    "stopword_warnings",
    "too_few_resamples",
]


def normalised(values: Mapping[str, float], better: Better = "higher") -> dict[str, float] | None:
    """Return each model's share of the best model's value on a task: 1 for the best, else less.

    The mean over tasks gives each task the same weight, however hard it is; and unlike a scale
    from the worst to the best, two models that hardly differ get numbers that hardly differ.

    Args:
        values: by model. Where the best one is 0, all models that have it count as the best.
        better: which values are better.

    Returns:
        ``None`` where shares mean nothing: neither is better, or there are negative values.

    Examples:
        >>> normalised({"a": 0.2, "b": 0.4})
        {'a': 0.5, 'b': 1.0}
        >>> normalised({"a": 2.0, "b": 4.0}, better="lower")
        {'a': 1.0, 'b': 0.5}
    """
    if better is None or min(values.values()) < 0:
        return None
    if better == "lower":
        best = min(values.values())
        return {model: best / value if value > 0 else 1.0 for model, value in values.items()}
    best = max(values.values())
    return {model: value / best if best > 0 else 1.0 for model, value in values.items()}


def difficulty(values: Sequence[float]) -> TaskDifficulty:
    """Return a task's mean over models, and its spread, the largest value minus the smallest."""
    if not values:
        return TaskDifficulty(None, None)
    return TaskDifficulty(math.fsum(values) / len(values), max(values) - min(values))


def residuals(values: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return how much each value exceeds what its model and its task lead to expect.

    The expectation is additive: the model's mean plus the task's mean minus the overall mean. As
    each model has one value per task, this is the least-squares fit.

    Args:
        values: for each task, the values by model.

    Returns:
        The residuals, in the same form; they sum to 0 over models and over tasks.

    Examples:
        >>> residuals([{"a": 0.25, "b": 0.75}, {"a": 0.5, "b": 0.5}])[0]
        {'a': -0.125, 'b': 0.125}
    """
    tasks = [math.fsum(each.values()) / len(each) for each in values]
    models = {name: math.fsum(e[name] for e in values) / len(values) for name in values[0]}
    grand = math.fsum(tasks) / len(tasks)
    return [
        {name: of_task[name] - models[name] - mean + grand for name in models}
        for of_task, mean in zip(values, tasks, strict=True)
    ]


_MOST_DISAGREEMENTS = 20


def agreement(
    task: Task, samples: Mapping[str, Mapping[str, Floats]], progress: Progress = silent
) -> list[MetricAgreement]:
    """Return how similarly each two metrics order samples: Kendall's tau-b, averaged over models.

    The correlation is over samples, because there are too few models for one, and within a model,
    so that a good model beside a bad one is not mistaken for agreement.

    Args:
        task: the task.
        samples: by metric and model, one value per sample.
        progress: called now and then with the share that is done.
    """
    ranked = {
        metric: {model: _ranks(values) for model, values in by_model.items()}
        for metric, by_model in samples.items()
    }
    pairs = list(combinations(samples, 2))
    found = []
    for (a, b), part in zip(pairs, parts(progress, len(pairs)), strict=True):
        found.append(MetricAgreement(task.name, [a, b], _tau(ranked[a], ranked[b])))
        part(1.0)
    return found


def _tau(a: Mapping[str, Integers], b: Mapping[str, Integers]) -> float | None:
    found = [_tau_of_ranks(ranks, b[model]) for model, ranks in a.items()]
    known = [each for each in found if each is not None]
    return math.fsum(known) / len(known) if known else None


def disagreements(task: Task, samples: Mapping[str, Floats]) -> list[Disagreement]:
    """Return the samples on which models are furthest apart, the furthest first.

    Args:
        task: the task.
        samples: by model, one value per sample.
    """
    table = np.array(list(samples.values()))
    whole = np.flatnonzero(~np.isnan(table).any(axis=0))
    spread = table[:, whole].max(axis=0) - table[:, whole].min(axis=0)
    first = np.argsort(-spread, kind="stable")[:_MOST_DISAGREEMENTS]
    return [
        Disagreement(
            task.name,
            task.id_of(int(whole[at])),
            float(spread[at]),
            {model: float(values[whole[at]]) for model, values in samples.items()},
        )
        for at in first.tolist()
        if spread[at] > 0
    ]


def breakdowns(task: Task, settings: ComparisonSettings) -> Iterator[Breakdown]:
    """Yield one entry per field and metric, with the groups in natural order.

    Raises:
        ValueError: if a field is unknown.
    """
    samples = task.samples()
    for field in task.breakdown:
        yield from _by_values(task, field, samples, settings)


def by_length(task: Task, settings: ComparisonSettings) -> Iterator[Breakdown]:
    """Yield the headline score by the length of the reference, where lengths are known."""
    if task.first.sample_details is not None:
        own = {name: column for name, column in task.fields.items() if name != "length"}
        plain = replace(task, fields=own) if task.group != "length" else task
        headline = {name: each for name, each in plain.samples().items() if name == task.headline}
        yield from _by_values(plain, "length", headline, settings)


def _by_values(
    task: Task, field: str, samples: SamplesByMetric, settings: ComparisonSettings
) -> Iterator[Breakdown]:
    values = np.array(task.column(field))
    names = sorted(set(values.tolist()), key=natural_key)
    for metric, by_model in samples.items():
        groups = [
            _group(task, by_model, name, np.flatnonzero(values == name), settings) for name in names
        ]
        yield Breakdown(task.name, field, metric, groups)


_BINS = 20


def distributions(task: Task, samples: Mapping[str, Mapping[str, Floats]]) -> list[Distribution]:
    """Return how the scores of each model's samples are distributed, in bins of equal width.

    Metrics from 0 to 1 have bins over that range, others from the lowest to the highest score.

    Args:
        task: the task.
        samples: by metric and model, one value per sample.
    """
    found = []
    for metric, by_model in samples.items():
        known = {model: values[np.isfinite(values)] for model, values in by_model.items()}
        everything = np.concatenate(list(known.values()))
        if not len(everything):
            continue
        low, high = 0.0, 1.0
        if not task.first[metric].percent or everything.min() < low or everything.max() > high:
            low, high = float(everything.min()), float(everything.max())
            high += 1.0 if low == high else 0.0
        for model, values in known.items():
            counts = np.histogram(values, bins=_BINS, range=(low, high))[0]
            found.append(Distribution(task.name, metric, model, low, high, counts.tolist()))
    return found


def _group(
    task: Task,
    samples: Mapping[str, ModelSamples],
    name: str,
    places: NDArray[np.intp],
    settings: ComparisonSettings,
) -> BreakdownGroup:
    clusters = None if task.groups is None else task.groups[places]
    parts = {model: of_model.take(places) for model, of_model in samples.items()}
    scored = {model: part for model, part in parts.items() if part.present.any()}
    scores = dict.fromkeys(samples, PartialScore(None, None))
    found = intervals(list(scored.values()), clusters, settings)
    for (model, part), interval in zip(scored.items(), found, strict=True):
        scores[model] = PartialScore(part.value(), [interval.low, interval.high])
    return BreakdownGroup(name, len(places), scores)


_LEAST_STEPS = 2  # of a curve


def series(models: tuple[str, ...]) -> dict[str, dict[int, str]]:
    """Return the checkpoints of each training run, by step, in order.

    Examples:
        >>> series(("checkpoint-10", "checkpoint-9", "final"))
        {'': {9: 'checkpoint-9', 10: 'checkpoint-10'}}
    """
    found: dict[str, dict[int, str]] = {}
    for name in models:
        if (checkpoint := checkpoint_of(name)) is not None:
            found.setdefault(checkpoint.series, {})[checkpoint.step] = name
    return {
        name: dict(sorted(steps.items()))
        for name, steps in found.items()
        if len(steps) >= _LEAST_STEPS
    }


def learning_curves(
    task: Task, entries: Iterable[ModelScore], better: BetterPairs
) -> Iterator[LearningCurve]:
    """Yield one curve per training run and metric.

    Args:
        task: the task.
        entries: the scores of all tasks.
        better: the pairs of models that the paired tests tell apart.
    """
    scores = {(each.metric, each.model): each for each in entries if each.task == task.name}
    for name, steps in series(task.models).items():
        for metric in task.metrics:
            points = [
                CurvePoint(step, scores[metric, model].value, scores[metric, model].interval)
                for step, model in steps.items()
            ]
            best = _best_step(points, task.first[metric].better)
            plateau = None
            if best is not None:
                plateau = _plateau(steps, best, better.get((task.name, metric), ()))
            yield LearningCurve(task.name, metric, name, points, best, plateau)


def _best_step(points: Sequence[CurvePoint], better: Better) -> int | None:
    """Return the first step with the best value; ``None`` if the metric has no direction."""
    if better is None:
        return None
    sign = -1.0 if better == "lower" else 1.0
    return max(points, key=lambda point: sign * (point.value or 0.0)).step


def _plateau(steps: Mapping[int, str], best: int, better: Ahead) -> int | None:
    """Return the first step that the best one does not beat beyond noise.

    If only the last step is as good as the best one, there is no plateau: training may improve the
    model further.
    """
    first = next(step for step, model in steps.items() if (steps[best], model) not in better)
    return None if first == max(steps) else first


def kendall_tau(a: Floats, b: Floats) -> float | None:
    """Return Kendall's tau-b of two arrays of values.

    Pairs that both arrays order in the same way count 1, in opposite ways -1; the sum is divided
    by the number of pairs, corrected for ties. It takes O(n log n) steps, as Knight's algorithm.

    Args:
        a: values without NaN.
        b: values without NaN, as many as in ``a``.

    Returns:
        A number from -1 to 1; ``None`` if all values of an array are equal.

    Source: Kendall (1945), The treatment of ties in ranking problems; Knight (1966), A computer
    method for calculating Kendall's tau with ungrouped data.

    Examples:
        >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.5, 0.3]))
        0.33333333333333337
    """
    return _tau_of_ranks(_ranks(a), _ranks(b))


def _ranks(values: Floats) -> Integers:
    """Return the dense rank of each value from 0; -1 for NaN."""
    ranks = np.full(len(values), -1)
    known = ~np.isnan(values)
    ranks[known] = np.unique(values[known], return_inverse=True)[1]
    return ranks


def _dense(ranks: Integers) -> Integers:
    """Return ranks without gaps."""
    dense: Integers = (np.cumsum(np.bincount(ranks) > 0) - 1)[ranks]
    return dense


def _tau_of_ranks(a: Integers, b: Integers) -> float | None:
    """Return `kendall_tau` of the samples that have both ranks."""
    both = (a >= 0) & (b >= 0)
    if not both.any():
        return None
    x, y = _dense(a[both]), _dense(b[both])
    pairs = _pairs(np.array([len(x)]))
    in_x, in_y = _pairs(np.bincount(x)), _pairs(np.bincount(y))
    if pairs in (in_x, in_y):
        return None
    width = int(y.max()) + 1
    ordered = np.sort(x * width + y)
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    in_both = _pairs(np.diff(first, append=len(ordered)))
    discordant = _inversions(ordered % width)
    balance = pairs - in_x - in_y + in_both - 2 * discordant
    # Two roots, because a product of two numbers of pairs may exceed 2**53.
    return float(balance / (pairs - in_x) ** 0.5 / (pairs - in_y) ** 0.5)


def _pairs(counts: Integers) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _inversions(ranks: Integers) -> int:
    """Count the pairs whose first rank is greater, bit by bit.

    Two ranks are inverted if, at the highest bit in which they differ, the first has a 1. Ranks
    that agree in all higher bits are kept together, in their original order.
    """
    total = 0
    for bit in reversed(range(int(ranks.max(initial=0)).bit_length())):
        higher, one = ranks >> (bit + 1), (ranks >> bit) & 1
        ones = np.concatenate([[0], np.cumsum(one)])
        before = ones[:-1] - ones[np.searchsorted(higher, higher)]
        total += int(before[one == 0].sum())
        ranks = ranks[np.argsort(ranks >> bit, kind="stable")]
    return total


def stopword_warnings(entry: BaselineComparison) -> list[str]:
    """Warn if the comparison has another outcome over all tokens."""
    over_all = entry.all_tokens
    if over_all is None or entry.difference is None or over_all.difference is None:
        return []
    same_side = entry.difference * over_all.difference > 0
    if entry.significant == over_all.significant and (same_side or not entry.significant):
        return []
    return [
        say(
            "the verdict depends on stopword removal: {without} ({verdict}) without stopwords, "
            "{over_all} ({other}) over all tokens",
            without=points(entry.difference, percent=entry.percent),
            verdict=term(verdict(entry)),
            over_all=points(over_all.difference, percent=entry.percent),
            other=term(verdict(over_all)),
        )
    ]


LONGER = 1.05
"""How many times longer answers must be to be called longer."""
MOVED = 0.005
"""By how much precision must fall, and F1 rise, to be said to do so."""


def recall_f1_warnings(scores: Sequence[ModelScore], better: Ahead) -> dict[tuple[str, str], str]:
    """Warn if F1 ranks two models differently from recall, and recall tells them apart.

    A difference of recall that may be chance misleads nobody.

    Args:
        scores: the scores of one task and metric.
        better: the pairs of models that the metric's tests tell apart.

    Returns:
        Warnings by the two models' names; none if recall is not the headline.
    """
    warnings = {}
    for one, other in combinations(scores, 2):
        if not _is_recall(one) or one.f1 is None or other.f1 is None:
            continue
        # What looks equal where it is shown is not told apart by rounding.
        difference = round((one.value or 0.0) - (other.value or 0.0), 4)
        if difference * round(one.f1 - other.f1, 4) < 0:
            higher, lower = (one, other) if difference > 0 else (other, one)
            if (higher.model, lower.model) not in better:
                continue
            told = say(
                "F1 ranks differently from recall: {higher} has the higher recall ({recall} "
                "against {other_recall}), {lower} the higher F1 ({f1} against {other_f1})",
                higher=higher.model,
                recall=format_value(higher.value),
                other_recall=format_value(lower.value),
                lower=lower.model,
                f1=format_value(lower.f1),
                other_f1=format_value(higher.f1),
            )
            warnings[one.model, other.model] = joined([told, *_longer(higher, lower)])
    return warnings


def _longer(one: ModelScore, other: ModelScore) -> list[str]:
    """Say that answers are longer, where they are: longer ones contain more of the reference."""
    if one.length_ratio is None or other.length_ratio is None:
        return []
    if one.length_ratio < LONGER * other.length_ratio:
        return []
    return [
        say(
            "the answers of {model} are longer (median {ratio:.2f} × the reference against "
            "{other:.2f} ×)",
            model=one.model,
            ratio=one.length_ratio,
            other=other.length_ratio,
        )
    ]


def by_length_alone(longer: ModelScore, shorter: ModelScore) -> bool:
    """Return whether the first model leads by recall because its answers are longer.

    It does if its answers are longer, less precise, and no better by F1: a longer answer has more
    of the reference in it, whatever else it has.

    Args:
        longer: the score of the model with the higher recall, by a metric whose value is recall.
        shorter: the score of the other model.
    """
    if longer.precision is None or shorter.precision is None:
        return False
    if longer.f1 is None or shorter.f1 is None:
        return False
    if longer.length_ratio is None or shorter.length_ratio is None:
        return False
    return (
        _is_recall(longer)
        and longer.length_ratio >= LONGER * shorter.length_ratio
        and shorter.precision - longer.precision >= MOVED
        and longer.f1 - shorter.f1 < MOVED
    )


def _is_recall(score: ModelScore) -> bool:
    return score.signature.split("|")[1:2] == ["recall"]


def too_few_resamples(
    entries: Iterable[BaselineComparison | PairComparison], settings: ComparisonSettings
) -> list[str]:
    """Warn if no p-value of a family of resampling tests can be small enough after adjustment."""
    alpha = settings.alpha
    drawn = [each for each in entries if draws(each.test)]
    family = max((each.family for each in drawn), default=0)
    tests = family if settings.correction == "holm" else min(family, 1)
    if tests / (settings.resamples + 1) < alpha:
        return []
    needed = math.floor(tests / alpha)
    needed += tests / (needed + 1) >= alpha
    if tests > 1:
        return [
            plural(
                settings.resamples,
                "{number} resample is too few for a family of {tests:,} tests: none of them can be "
                "significant; use at least {needed:,}",
                "{number:,} resamples are too few for a family of {tests:,} tests: none of them "
                "can be significant; use at least {needed:,}",
                tests=tests,
                needed=needed,
            )
        ]
    return [
        plural(
            settings.resamples,
            "{number} resample is too few: no test can be significant; use at least {needed:,}",
            "{number:,} resamples are too few: no test can be significant; use at least {needed:,}",
            needed=needed,
        )
    ]
