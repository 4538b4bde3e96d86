"""The headline finding of a comparison: who is better, by which metrics, by how much, how sure.

It is made here once, as sentences and as data, from the ranked scores and the paired tests of a
report; the terminal, the summary, the page and JSON show it as it is. Accuracy and F1 are told
beside the headline metric; the other metrics are counted, or named where they disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from textmetrics._escape import pluralized
from textmetrics.comparison.findings import (
    by_length_alone,
    stopword_warnings,
    too_few_resamples,
)
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    Conclusion,
    ModelScore,
    Standing,
    TaskSummary,
)
from textmetrics.comparison.scores import best_first
from textmetrics.comparison.tables import (
    by_mean_rank,
    directed_title,
    draws,
    ends,
    p_equation,
    points,
    verdict,
)
from textmetrics.metrics import format_value

__all__ = ["conclude"]

_BESIDE = ("accuracy", "f1")
_MOST_METRICS = 3
_MOST_NAMES = 3

_OUTCOMES = ("better", "worse", "different", "not significant", "not compared")
_CALLED = (*_OUTCOMES[:3], "not told apart", _OUTCOMES[4])
"""How sentences call the outcomes of tests."""
_ALL_CALLED = ("all better", "all worse", "all different", "none told apart", "none compared")
"""The same of several tests that all have one outcome."""
_THAN = ("than", "than", "from", "from", "with")


def conclude(report: ComparisonReport, wrapped: Collection[str] = ()) -> Conclusion:
    """Return the headline finding of a report with ranks and adjusted p-values.

    Args:
        report: the report.
        wrapped: the models whose predictions an extraction would change.
    """
    evidence = _Evidence(report, wrapped)
    return Conclusion(list(_sentences(evidence)), list(_standings(evidence)))


class _Evidence:
    """What sentences are made from: scores and tests by task and metric."""

    def __init__(self, report: ComparisonReport, wrapped: Collection[str]) -> None:
        self.tasks = report.tasks
        self.models = [each.name for each in report.models]
        self.wrapped = [model for model in self.models if model in wrapped]
        self.baseline = str(report.settings.baseline)
        self.level = f"{100 * report.settings.level:g} %"
        self.usual_level = report.settings.level == ComparisonSettings.of().level
        self.too_few = too_few_resamples([*report.comparisons, *report.pairs], report.settings)
        self.corrected = report.settings.correction != "none"
        self.mean_ranks = {
            each.name: each.mean_rank
            for each in by_mean_rank(report.models)
            if each.mean_rank is not None
        }
        self.scores: dict[tuple[str, str], list[ModelScore]] = {}
        for score in report.scores:
            self.scores.setdefault((score.task, score.metric), []).append(score)
        self._by_model = {(each.task, each.metric, each.model): each for each in report.scores}
        self.tests: dict[tuple[str, str], list[BaselineComparison]] = {}
        for test in report.comparisons:
            self.tests.setdefault((test.task, test.metric), []).append(test)
        self.apart = any(each.significant for each in report.comparisons)
        self.apart = self.apart or any(each.significant for each in report.pairs)

    def score(self, test: BaselineComparison, model: str) -> ModelScore:
        return self._by_model[test.task, test.metric, model]

    def title(self, task: TaskSummary, metric: str) -> str:
        return directed_title(self.scores[task.name, metric][0])

    def metrics(self) -> list[str]:
        """Return all metrics with scores: those to tell first, then the others, in their order."""
        every = list(dict.fromkeys(metric for _, metric in self.scores))
        first = {*_BESIDE, *(task.headline for task in self.tasks)}
        return sorted(every, key=lambda metric: metric not in first)

    def told(self) -> list[str]:
        """Return the metrics that are told; the others are counted."""
        first = {*_BESIDE, *(task.headline for task in self.tasks)}
        chosen = [metric for metric in self.metrics() if metric in first]
        return chosen + self.metrics()[len(chosen) : _MOST_METRICS]

    def best(self, task: TaskSummary, metric: str | None = None) -> ModelScore | None:
        """Return the score of the model that is first in rank by a metric, if any is."""
        scores = best_first(self.scores.get((task.name, metric or task.headline), ()))
        return next((e for e in scores if e.rank is not None and e.value is not None), None)

    def of(self, metric: str) -> list[BaselineComparison]:
        """Return the tests by a metric on all tasks."""
        return [e for task in self.tasks for e in self.tests.get((task.name, metric), ())]

    def of_headlines(self) -> list[BaselineComparison]:
        return [e for task in self.tasks for e in self.tests.get((task.name, task.headline), ())]

    def all_tests(self) -> list[BaselineComparison]:
        return [test for metric in self.metrics() for test in self.of(metric)]


def _sentences(its: _Evidence) -> Iterator[str]:
    if len(its.models) < 2:
        yield from _alone(its)
        return
    if not its.all_tests():
        return
    if all(verdict(test) == "not compared" for test in its.all_tests()):
        yield f"{_and(its.models)} have no sample in common, so nothing is compared."
        return
    if len(its.tasks) == 1:
        yield from _pair(its) if len(its.models) == 2 else _models(its)
    else:
        yield from _pair_on_tasks(its) if len(its.models) == 2 else _models_on_tasks(its)
    yield from _cautions(its)


def _alone(its: _Evidence) -> Iterator[str]:
    for model in its.models:
        yield f"There is only one model, {model}, so nothing is compared."


# --- two models, one task


def _pair(its: _Evidence) -> Iterator[str]:
    tests = its.all_tests()
    model, baseline = tests[0].model, its.baseline
    better, worse, different, same, missing = _by_outcome(tests)
    if better and worse:
        yield (
            f"Metrics disagree: {model} is better than {baseline} by {_terms(its, better)}; "
            f"worse by {_terms(its, worse)}; {_sure(its, better + worse)}."
        )
    elif better or worse:
        told = better or worse
        than = f"{'better' if better else 'worse'} than {baseline}"
        yield f"{model} is {than}: {_terms(its, told)}; {_sure(its, told)}."
    if different:
        yield (
            f"{model} and {baseline} differ by {_terms(its, different)}, of which neither more nor "
            f"less is better; {_sure(its, different)}."
        )
    if same and (better or worse or different):
        yield f"{_terms(its, same)} {_verb(same, 'does', 'do')} not tell them apart."
    elif same:
        yield from _undecided(its, same)
    if missing:
        yield f"By {_titles(its, missing)} they are not compared: no sample has a value for both."


def _undecided(its: _Evidence, tests: Sequence[BaselineComparison]) -> Iterator[str]:
    """Say that nothing tells two models apart, and what would have been noticed."""
    models = f"{tests[0].model} and {its.baseline}"
    samples = _samples(tests[0].n)
    if not any(test.n_different for test in tests):
        by = "every metric" if len(tests) > _MOST_METRICS else _titles(its, tests)
        on = f"each of {samples}" if tests[0].n > 1 else samples
        yield f"{models} have the same score on {on}, by {by}."
        return
    if len(tests) == 1:
        yield f"{models} are not told apart on {samples}: {_terms(its, tests)}."
    else:
        yield f"No metric tells {models} apart on {samples}: {_terms(its, tests)}."
    # Where resamples are too few, no difference would have been noticed: a caution says so.
    able = [test for test in tests if not (its.too_few and draws(test.test))]
    effects = [(test.minimum_detectable_effect, test) for test in able]
    known = [(effect, test) for effect, test in effects if effect is not None]
    possible = [(effect, test) for effect, test in known if effect <= 1 or not test.percent]
    for effect, test in possible[:1]:
        size = f"{format_value(effect, percent=test.percent)}{' points' * test.percent}"
        at = "" if its.usual_level else " by a test at 0.05"
        yield (
            f"A true difference of {size} in {_titles(its, [test])} would have been noticed four "
            f"times in five{at}."
        )
    if able and tests[0].n == 1:
        yield "With a single sample, no difference can be significant."
    elif known and not possible:
        yield "With so few samples, no true difference would have been noticed four times in five."


def _terms(its: _Evidence, tests: Sequence[BaselineComparison]) -> str:
    """Return the differences by the metrics that are told, and the number of the others."""
    told = [test for test in tests if test.metric in its.told()] or list(tests[:2])
    terms = [_term(its, test, first=test is told[0]) for test in told]
    rest = len(tests) - len(told)
    return _and([*terms, pluralized(rest, "other metric")] if rest else terms)


def _term(its: _Evidence, test: BaselineComparison, *, first: bool) -> str:
    """Return a difference with its interval; the first one of a sentence with all details."""
    written = partial(points, percent=test.percent)
    details = []
    scores = [its.score(test, model) for model in (test.baseline, test.model)]
    # Scores over other samples than the test's, without failed requests, differ by another number.
    if first and all(score.n == test.n for score in scores):
        before, after = (format_value(each.value, percent=test.percent) for each in scores)
        details.append(f"{before} → {after}")
    if test.interval and None not in test.interval:
        details.append(f"{its.level} interval " * first + ends(test.interval, written))
    unit = " points" if first and test.percent else ""
    around = f" ({'; '.join(details)})" if details else ""
    return f"{_titles(its, [test])} {written(test.difference)}{unit}{around}"


def _sure(its: _Evidence, tests: Iterable[BaselineComparison]) -> str:
    """Return the largest p-value of tests that are significant."""
    tests = list(tests)
    adjusted = "adjusted " * (its.corrected and any(test.family > 1 for test in tests))
    equation = p_equation(max(test.p_value_adjusted or 0.0 for test in tests))
    return adjusted + (equation.replace("=", "≤") if len(tests) > 1 else equation)


# --- several models, one task


def _models(its: _Evidence) -> Iterator[str]:
    [task] = its.tasks
    if not its.apart:
        title = its.title(task, task.headline)
        tells = "No metric tells" if len(its.metrics()) > 1 else f"{title} does not tell"
        yield f"{tells} any two of the {len(its.models):,} models apart on {_samples(task.n)}."
        return
    best, title = its.best(task), its.title(task, task.headline)
    if best is None:
        yield f"No model is best by {title}: neither higher nor lower values are better."
    else:
        yield _leader(its, task, best)
    yield _against_baseline(its)


def _leader(its: _Evidence, task: TaskSummary, best: ModelScore) -> str:
    title, others = best.title, len(its.models) - 1
    lower = "; lower is better" * (best.better == "lower")
    value = f"{format_value(best.value, percent=best.percent)}{lower}"
    if best.tied_with:
        tied = _names(best.tied_with)
        text = f"{best.model} has the best {title} ({value}), but is not told apart from {tied}"
    else:
        all_others = "both others" if others == 2 else f"each of the {others:,} others"
        text = f"{best.model} is best by {title} ({value}): better than {all_others}"
    agreeing, ahead = [], []
    for metric in its.metrics():
        ranked = best_first(its.scores[task.name, metric])
        place = next(each for each in ranked if each.model == best.model)
        if metric == task.headline or place.rank is None:
            continue
        if place.rank == 1:
            agreeing.append(metric)
        else:
            ahead.append(f"{ranked[0].model} by {its.title(task, metric)}")
    if agreeing:
        told = [its.title(task, metric) for metric in agreeing if metric in its.told()]
        rest = len(agreeing) - len(told)
        told += [pluralized(rest, "other metric")] * bool(rest)
        text += f"; no model is better than it by {_and(told, 'or')}"
    return f"Metrics disagree: {text}; ahead of it: {_names(ahead)}." if ahead else f"{text}."


def _against_baseline(its: _Evidence) -> str:
    """Say which models are better than the baseline by the headline metric, and by how much."""
    [task] = its.tasks
    parts = []
    for called, found in zip(_CALLED, _by_outcome(its.of(task.headline)), strict=True):
        if found:
            named = _differences(found, lambda test: test.model)
            p = f" ({_sure(its, found)})" if found[0].significant else ""
            parts.append(f"{named} {called}{p}")
    title = its.title(task, task.headline)
    return f"Against {its.baseline} by {title}: {'; '.join(parts)}{_beside(its)}."


def _differences(
    tests: Sequence[BaselineComparison], named: Callable[[BaselineComparison], str]
) -> str:
    """Return names with their differences, the largest first, with the unit after the first."""
    found: list[str] = []
    for test in sorted(tests, key=lambda test: -abs(test.difference or 0.0)):
        difference = ""
        if test.difference is not None:
            unit = " points" if not found and test.percent else ""
            difference = f" {points(test.difference, percent=test.percent)}{unit}"
        found.append(f"{named(test)}{difference}")
    return _names(found)


def _beside(its: _Evidence) -> str:
    """Return what the metrics beside the headlines say: that they agree, or how many tests do."""
    headlines = {(test.task, test.model): test for test in its.of_headlines()}
    agreeing: list[BaselineComparison] = []
    parts: dict[str, list[BaselineComparison]] = {}
    rest: list[list[BaselineComparison]] = []
    for metric in its.metrics():
        tests = [e for e in its.of(metric) if e is not headlines.get((e.task, e.model))]
        if not tests:
            continue
        if all(verdict(e) == verdict(headlines[e.task, e.model]) for e in tests):
            agreeing.append(tests[0])
        elif metric in its.told():
            parts.setdefault(_tally(tests), []).append(tests[0])
        else:
            rest.append(tests)
    found = []
    if agreeing:
        found.append(f"{_counted(its, agreeing)} {_verb(agreeing, 'agrees', 'agree')}")
    found += [f"{_titles(its, tests)}: {tally}" for tally, tests in parts.items()]
    if rest:
        every = [test for tests in rest for test in tests]
        found.append(f"{pluralized(len(rest), 'other metric')}: {_tally(every)}")
    return "".join(f"; {part}" for part in found)


def _counted(its: _Evidence, tests: Sequence[BaselineComparison]) -> str:
    """Return the titles of metrics that are told, and the number of the others."""
    told = [_titles(its, [test]) for test in tests if test.metric in its.told()]
    rest = len(tests) - len(told)
    return _and([*told, pluralized(rest, "other metric")] if rest else told)


def _tally(tests: Iterable[BaselineComparison]) -> str:
    outcomes = _by_outcome(tests)
    found = [(len(each), at) for at, each in enumerate(outcomes) if each]
    if len(found) == 1 and found[0][0] > 1:
        return _ALL_CALLED[found[0][1]]
    return ", ".join(f"{number:,} {_CALLED[at]}" for number, at in found)


# --- several tasks


def _pair_on_tasks(its: _Evidence) -> Iterator[str]:
    tests = its.of_headlines()
    parts: list[str] = []
    for at, found in enumerate(_by_outcome(tests)):
        if found:
            against = "" if parts else f" {_THAN[at]} {its.baseline}"
            share = f"{len(found):,}" if parts else _share(found, tests)
            named = _differences(found, lambda test: test.task)
            p = f"; {_sure(its, found)}" if found[0].significant else ""
            parts.append(f"{_CALLED[at]}{against} on {share} ({named}{p})")
    better, worse, *_ = _by_outcome(tests)
    by = "Tasks disagree: by" if better and worse else "By"
    yield f"{by} {_headlines(its)}, {tests[0].model} is {', '.join(parts)}{_beside(its)}."


def _share(part: Sequence[BaselineComparison], whole: Sequence[object]) -> str:
    if len(part) < len(whole):
        return f"{len(part):,} of {len(whole):,} tasks"
    if verdict(part[0]).startswith("not "):  # "not … on all" could mean on some
        return "either task" if len(whole) == 2 else f"any of the {len(whole):,} tasks"
    return "both tasks" if len(whole) == 2 else f"all {len(whole):,} tasks"


def _headlines(its: _Evidence) -> str:
    titles = dict.fromkeys(its.title(task, task.headline) for task in its.tasks)
    return next(iter(titles)) if len(titles) == 1 else "the headline metrics"


def _models_on_tasks(its: _Evidence) -> Iterator[str]:
    ranks = list(its.mean_ranks.items())
    over = f"over {len(its.tasks):,} tasks by {_headlines(its)}"
    if not ranks:
        yield f"No model is first {over}: neither higher nor lower values are better."
    elif ranks[0][1] == ranks[-1][1]:
        yield f"No model is ahead of the others {over}: all have the mean rank {ranks[0][1]:.2f}."
    else:
        first = [model for model, rank in ranks if rank == ranks[0][1]]
        second, rank = ranks[len(first)]
        have = _verb(first, "has", "share")
        best = f"{_names(first)} {have} the best mean rank, {ranks[0][1]:.2f}"
        yield f"{best}, {over}; then {second} ({rank:.2f})."
    tests = its.of_headlines()
    order = [model for model in its.mean_ranks or its.models if model != its.baseline]
    parts = [
        f"{model} {_on_tasks([test for test in tests if test.model == model])}"
        for model in order[:_MOST_NAMES]
    ]
    if rest := order[_MOST_NAMES:]:
        tally = _tally(test for test in tests if test.model in rest)
        parts.append(f"{pluralized(len(rest), 'more model')}: {tally}")
    yield f"Against {its.baseline}: {'; '.join(parts)}{_beside(its)}."


def _on_tasks(tests: Sequence[BaselineComparison]) -> str:
    parts: list[str] = []
    for called, found in zip(_CALLED, _by_outcome(tests), strict=True):
        if found:
            share = f"{len(found):,}" if parts else _share(found, tests)
            parts.append(f"{called} on {share}")
    return ", ".join(parts)


# --- what to be careful about


def _cautions(its: _Evidence) -> Iterator[str]:
    yield from (f"Careful: {warning}." for warning in its.too_few)
    if its.wrapped:
        yield (
            f"Careful: extraction would change predictions of {_names(its.wrapped)}, and may "
            "change the verdict: see the warnings."
        )
    leads = _leads_by_length(its)
    several = len(its.tasks) > 1
    if len(leads) == 1:
        [(longer, shorter)] = leads.values()
        on = f" on {longer.task}" if several else ""
        yield (
            f"Careful: the higher recall of {longer.model}{on} comes from longer answers alone "
            f"(median {longer.length_ratio:.2f} × the reference against "
            f"{shorter.length_ratio:.2f} ×): precision is {format_value(longer.precision)} against "
            f"{format_value(shorter.precision)}, F1 {format_value(longer.f1)} against "
            f"{format_value(shorter.f1)}."
        )
    elif leads:
        named = _names([
            f"{longer.model} over {shorter.model}" + (f" on {longer.task}" if several else "")
            for longer, shorter in leads.values()
        ])  # fmt: skip
        yield (
            f"Careful: higher recall comes from longer answers alone ({named}): precision is "
            "lower, and F1 is not higher."
        )
    depending = [test for test in its.all_tests() if stopword_warnings(test)]
    if depending:
        verdicts = dict.fromkeys(
            directed_title(its.score(test, test.model)) + (f" on {test.task}" if several else "")
            for test in depending
        )
        by = _names(list(verdicts))
        yield (
            f"The {_verb(depending, 'verdict', 'verdicts')} by {by} "
            f"{_verb(depending, 'depends', 'depend')} on stopword removal: see the warnings."
        )


def _leads_by_length(its: _Evidence) -> dict[tuple[str, str, str], tuple[ModelScore, ModelScore]]:
    """Return each pair with the baseline whose better model has longer answers alone."""
    found: dict[tuple[str, str, str], tuple[ModelScore, ModelScore]] = {}
    for test in its.all_tests():
        if (scores := _lead_by_length(its, test)) is not None:
            longer, shorter = scores
            found.setdefault((test.task, longer.model, shorter.model), scores)
    return found


def _lead_by_length(
    its: _Evidence, test: BaselineComparison
) -> tuple[ModelScore, ModelScore] | None:
    scores = its.score(test, test.model), its.score(test, test.baseline)
    if verdict(test) not in ("better", "worse"):
        return None
    longer, shorter = scores if verdict(test) == "better" else scores[::-1]
    return (longer, shorter) if by_length_alone(longer, shorter) else None


# --- the same as data


def _standings(its: _Evidence) -> Iterator[Standing]:
    for task in its.tasks:
        for metric in task.metrics:
            tests = its.tests.get((task.name, metric), ())
            best = its.best(task, metric)
            better, worse, different, same, missing = (
                [test.model for test in found] for found in _by_outcome(tests)
            )
            yield Standing(
                task=task.name,
                metric=metric,
                best=best.model if best else None,
                tied=list(best.tied_with) if best else [],
                better=better,
                worse=worse,
                different=different,
                not_told_apart=same,
                not_compared=missing,
                by_length_alone=[e.model for e in tests if _lead_by_length(its, e)],
            )


# --- outcomes and words


def _by_outcome(tests: Iterable[BaselineComparison]) -> list[list[BaselineComparison]]:
    """Return the tests of each outcome, in the order of `_OUTCOMES`."""
    tests = list(tests)
    return [[test for test in tests if verdict(test) == outcome] for outcome in _OUTCOMES]


def _titles(its: _Evidence, tests: Iterable[BaselineComparison]) -> str:
    titles = dict.fromkeys(directed_title(its.score(test, test.model)) for test in tests)
    return _names(list(titles))


def _samples(number: int) -> str:
    return f"these {number:,} samples" if number > 1 else "the only sample"


def _verb(tests: Sequence[object], one: str, several: str) -> str:
    return one if len(tests) == 1 else several


def _names(names: Sequence[str]) -> str:
    """Return names; of many the first ones, and how many more there are."""
    rest = len(names) - _MOST_NAMES
    return _and(names if rest <= 0 else [*names[:_MOST_NAMES], f"{rest:,} more"])


def _and(names: Sequence[str], word: str = "and") -> str:
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last
