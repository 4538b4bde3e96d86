"""The headline finding of a comparison: who is better, by which metrics, by how much, how sure.

It is made here once, as sentences and as data, from the ranked scores and the paired tests of a
report; the terminal, the summary, the page and JSON show it as it is. Accuracy and F1 are told
beside the headline metric; the other metrics are counted, or named where they disagree. The tables
have the rest: a sentence that would take more than three lines of a terminal is made again with
fewer details.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from textmetrics._sentences import joined, listed, term
from textmetrics.comparison.evidence import MOST_METRICS, Detail, ReportEvidence, Test
from textmetrics.comparison.findings import (
    by_length_alone,
    stopword_warnings,
)
from textmetrics.comparison.names import columns
from textmetrics.comparison.phrases import count, say
from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    Conclusion,
    ModelScore,
    Standing,
    TaskSummary,
)
from textmetrics.comparison.scores import best_first
from textmetrics.comparison.shown import ends, p_equation, p_value, points
from textmetrics.comparison.tables import (
    directed_title,
    draws,
    interval_disagrees,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.statistics import LEAST_SIGNS

__all__ = ["conclude"]

_MOST_COLUMNS = 3 * 80
_NAMED_ALONE = 2
"""How many tasks are named in place of their number."""

_OUTCOMES = ("better", "worse", "different", "not significant", "not compared")
_KEYS = ("better", "worse", "different", "same", "not compared")
"""How phrases of the outcomes of tests are called."""


_DETAILS = (
    Detail(names=3, width=32, intervals=MOST_METRICS),
    Detail(names=3, width=32, intervals=1),
    Detail(names=3, width=24, intervals=1),
    Detail(names=3, width=24, intervals=1, scores=False),
    Detail(names=2, width=20, intervals=1, scores=False),
    Detail(names=2, width=16, intervals=0, scores=False),
    Detail(names=1, width=16, intervals=0, scores=False),
    Detail(names=1, width=12, intervals=0, scores=False),
)


def conclude(report: ComparisonReport, wrapped: Collection[str] = ()) -> Conclusion:
    """Return the headline finding of a report with ranks and adjusted p-values.

    Args:
        report: the report.
        wrapped: the models whose predictions an extraction would change.
    """
    made = [list(_sentences(ReportEvidence(report, wrapped, each))) for each in _DETAILS]
    told = [_fitting(forms) for forms in zip(*made, strict=True)]
    return Conclusion(told, list(_standings(ReportEvidence(report, wrapped, _DETAILS[0]))))


def _fitting(forms: Sequence[str]) -> str:
    """Return the form with most details that fits three lines, else the shortest."""
    fitting = (form for form in forms if columns(form) <= _MOST_COLUMNS)
    return next(fitting, min(forms, key=columns))


def _sentences(its: ReportEvidence) -> Iterator[str]:
    if not its.tasks:
        yield say("no metrics", models=its.models_named(its.models))
        return
    if len(its.models) < 2:
        for model in its.models:
            yield say("alone", model=its.name(model))
        return
    if not its.all_tests():
        return
    if all(verdict(test) == "not compared" for test in its.every):
        yield say("apart", models=its.models_named(its.models))
        return
    if len(its.tasks) == 1:
        yield from _pair(its) if len(its.models) == 2 else _models(its)
    else:
        yield from _pair_on_tasks(its) if len(its.models) == 2 else _models_on_tasks(its)
    yield from _cautions(its)
    if its.unscored:
        names = its.names([its.task_name(task) for task in its.unscored])
        yield count("without metrics", len(its.unscored), tasks=names)


# --- two models, one task


def _pair(its: ReportEvidence) -> Iterator[str]:
    tests = its.all_tests()
    models = {"model": its.name(tests[0].model), "baseline": its.name(its.baseline)}
    better, worse, different, same, missing = _by_outcome(tests)
    if better and worse:
        yield say(
            "metrics disagree",
            better=_terms(its, better),
            worse=_terms(its, worse),
            p=_sure(its, better + worse),
            **models,
        )
    elif better or worse:
        told = better or worse
        key = "better" if better else "worse"
        yield say(key, terms=_terms(its, told), p=_sure(its, told), **models)
    if different:
        terms = _terms(its, different)
        yield say("different", terms=terms, p=_sure(its, different), **models)
    if same and (better or worse or different):
        yield count("same", len(same), terms=_terms(its, same))
    elif same:
        yield from _undecided(its, same, models)
    if missing:
        yield say("not compared", titles=_titles(its, missing))


def _undecided(
    its: ReportEvidence, tests: Sequence[BaselineComparison], models: dict[str, str]
) -> Iterator[str]:
    """Say that nothing tells two models apart, and what would have been noticed."""
    if not any(test.n_different for test in tests):
        yield _equal(its, tests, list(models.values()))
        return
    on = {"samples": its.samples(tests[0].n), "terms": _terms(its, tests)}
    yield count("undecided", len(tests), p=_unsure(its, tests), **on, **models)
    # Where resamples are too few, no difference would have been noticed: a caution says so.
    able = [test for test in tests if not (its.too_few and draws(test.test))]
    effects = [(test.minimum_detectable_effect, test) for test in able]
    known = [(effect, test) for effect, test in effects if effect is not None]
    possible = [(effect, test) for effect, test in known if effect <= 1 or not test.percent]
    for effect, test in possible[:1]:
        size = its.size(effect, percent=test.percent)
        key = "noticed" if its.usual_level else "noticed at 0.05"
        yield say(key, size=size, title=_titles(its, [test]))
        if (needed := _needed_for_a_point(test, effect)) is not None and not its.tasks[0].group:
            yield say("for one point", samples=f"{needed:,}")
    if not able or possible:
        return
    [task] = its.tasks
    if tests[0].n == 1:
        yield say("single sample")
    elif task.group is not None:
        yield say("never noticed in groups")
    elif known or tests[0].n < LEAST_SIGNS:
        yield say("never noticed")


def _needed_for_a_point(test: BaselineComparison, effect: float) -> int | None:
    """Return how many samples detect one point as surely as these detect an effect.

    What is detected shrinks with the square root of the number of samples. Quantiles of t shrink
    too: from 50 samples that adds 4 % to what is needed, from 10 a quarter.
    """
    if not test.percent or effect <= 0.01 or test.n < 50:
        return None
    needed = test.n * (effect / 0.01) ** 2
    return int(float(f"{needed:.1e}"))


def _equal(its: ReportEvidence, tests: Sequence[BaselineComparison], models: Sequence[str]) -> str:
    metrics = list(dict.fromkeys(test.metric for test in tests))
    by = say("every metric") if len(metrics) > MOST_METRICS else _titles(its, tests)
    each = its.each_sample(tests[0].n)
    return say("equal", models=its.names(models), each=each, metrics=by)


def _terms(its: ReportEvidence, tests: Sequence[BaselineComparison]) -> str:
    """Return the differences by the metrics that are told, and the number of the others."""
    told = [test for test in tests if test.metric in its.told()] or list(tests[:2])
    told = told[: its.detail.names]
    terms = [_term(its, test, place) for place, test in enumerate(told)]
    rest = len(tests) - len(told)
    return listed(terms + [count("other metrics", rest)] * bool(rest))


def _term(its: ReportEvidence, test: BaselineComparison, place: int) -> str:
    """Return a difference with its interval; the first one of a sentence with all details."""
    written = partial(points, percent=test.percent)
    details = []
    scores = [its.score(test, model) for model in (test.baseline, test.model)]
    # Scores over other samples than the test's, without failed requests, differ by another number.
    same_samples = all(score.n == test.n for score in scores)
    if place == 0 and its.detail.scores and same_samples:
        before, after = (format_value(each.value, percent=test.percent) for each in scores)
        details.append(f"{before} → {after}")
    if test.interval and None not in test.interval and place < its.detail.intervals:
        around = ends(test.interval, written)
        if place == 0:
            around = say("interval", level=its.level, ends=around)
        details.append(around)
    difference = written(test.difference)
    if place == 0:
        difference = its.signed(test.difference, percent=test.percent)
    told = say("term", name=_titles(its, [test]), difference=difference)
    return say("detail", name=told, details=joined(details, "()")) if details else told


def _sure(its: ReportEvidence, tests: Iterable[Test]) -> str:
    """Return the largest p-value of tests that tell models apart."""
    return _equation(its, list(tests), max, "≤")


def _unsure(its: ReportEvidence, tests: Iterable[Test]) -> str:
    """Return the smallest p-value of tests that tell nothing apart."""
    return _equation(its, list(tests), min, "≥")


def _equation(
    its: ReportEvidence, tests: Sequence[Test], end: Callable[..., float], sign: str
) -> str:
    value = end(test.p_value_adjusted or 0.0 for test in tests)
    equation = p_equation(value)
    if len(tests) > 1 and value < 1:
        equation = equation.replace("=", sign)
    return say("adjusted", p=equation) if _is_adjusted(its, tests) else equation


def _is_adjusted(its: ReportEvidence, tests: Iterable[Test]) -> bool:
    return its.corrected and any(test.family > 1 for test in tests)


# --- several models, one task


def _models(its: ReportEvidence) -> Iterator[str]:
    [task] = its.tasks
    title = its.title(task, task.headline)
    if not any(each.significant for each in its.every):
        yield from _none_apart(its, task, title)
        return
    best = its.best(task)
    if best is None:
        yield say("no best", title=title)
    else:
        yield _leader(its, task, best)
    yield _against_baseline(its)


def _none_apart(its: ReportEvidence, task: TaskSummary, title: str) -> Iterator[str]:
    tests = its.all_tests()
    if not any(test.n_different for test in tests):
        yield _equal(its, tests, [its.name(model) for model in its.models])
        return
    tested = [test for test in its.every if test.p_value_adjusted is not None]
    smallest = p_value(min(test.p_value_adjusted or 0.0 for test in tested))
    key = "smallest adjusted p" if _is_adjusted(its, tested) else "smallest p"
    numbers = {"number": f"{len(its.models):,}", "samples": its.samples(task.n)}
    none = say("none apart", **numbers)
    if len(its.metrics()) == 1:
        none = say("one metric not apart", title=title, **numbers)
    yield say("sentence", clauses=joined([none, say(key, p=smallest)]))
    if task.n == 1:
        yield say("single sample")


def _leader(its: ReportEvidence, task: TaskSummary, best: ModelScore) -> str:
    value = format_value(best.value, percent=best.percent)
    if best.better == "lower":
        value = say("lower", value=value)
    of = {"model": its.name(best.model), "title": term(best.title), "value": value}
    if best.tied_with:
        first, *rest = best.tied_with
        near = its.name(first)
        if details := _distance(its, its.between(task, best.metric, best.model, first), best.model):
            near = say("detail", name=near, details=details)
        others = its.names([near, *(its.name(model) for model in rest)])
        begin = [say("tied", others=others, **of)]
    else:
        begin = [say("best", others=_all_others(its), **of), *_lead(its, task, best)]
    beside, disagree = _beside_leader(its, task, best)
    key = "metrics disagree on best" if disagree else "sentence"
    return say(key, clauses=joined([*begin, *beside]))


def _all_others(its: ReportEvidence) -> str:
    number = len(its.models) - 1
    return say("both others" if number == 2 else "each other", number=f"{number:,}")


def _lead(its: ReportEvidence, task: TaskSummary, best: ModelScore) -> Iterator[str]:
    """Say how far the best model is ahead of the second."""
    ranked = [each for each in best_first(its.scores[task.name, task.headline]) if each != best]
    test = its.between(task, best.metric, best.model, ranked[0].model)
    if test is None or test.difference is None:
        return
    details = [_sure(its, [test])]
    if (interval := _interval_ahead(test)) and its.detail.intervals:
        around = ends(interval, partial(points, percent=test.percent))
        details.insert(0, say("interval", level=its.level, ends=around))
    size = its.size(test.difference, percent=test.percent)
    second = its.name(ranked[0].model)
    yield say("lead", size=size, second=second, details=joined(details, "()"))


def _interval_ahead(test: Test) -> list[float] | None:
    """Return the interval of a difference whose sign is turned so that it is positive."""
    if test.interval is None or None in test.interval or test.difference is None:
        return None
    low, high = (end for end in test.interval if end is not None)
    return [low, high] if test.difference >= 0 else [-high, -low]


def _distance(its: ReportEvidence, test: Test | None, model: str) -> str:
    """Return the difference of a model to another one, and how sure it is."""
    if test is None or test.difference is None:
        return ""
    difference = test.difference if test.model == model else -test.difference
    told = its.signed(difference, percent=test.percent)
    return joined([told, _sure(its, [test])], "()")


def _beside_leader(
    its: ReportEvidence, task: TaskSummary, best: ModelScore
) -> tuple[list[str], bool]:
    """Return what the other metrics say of the best model, and whether one disagrees."""
    agreeing, ahead = [], []
    for metric in its.metrics():
        ranked = best_first(its.scores[task.name, metric])
        place = next(each for each in ranked if each.model == best.model)
        if metric == task.headline or place.rank is None:
            continue
        beating = [each.model for each in ranked if _beats(its, task, metric, each, place)]
        if beating:
            model, title = its.name(beating[0]), its.title(task, metric)
            ahead.append(say("model by metric", model=model, metric=title))
        else:
            agreeing.append(metric)
    clauses = []
    if agreeing:
        told = [its.title(task, metric) for metric in agreeing if metric in its.told()]
        told = told[: its.detail.names]
        rest = len(agreeing) - len(told)
        told += [count("other metrics", rest)] * bool(rest)
        clauses.append(say("agreeing", metrics=listed(told, "or")))
    if ahead:
        clauses.append(say("ahead", models=its.names(ahead)))
    return clauses, bool(ahead)


def _beats(
    its: ReportEvidence, task: TaskSummary, metric: str, one: ModelScore, other: ModelScore
) -> bool:
    test = its.between(task, metric, one.model, other.model)
    return test is not None and verdict(test) == ("better" if test.model == one.model else "worse")


def _against_baseline(its: ReportEvidence) -> str:
    """Say which models are better than the baseline by the headline metric, and by how much."""
    [task] = its.tasks
    parts = []
    for key, found in zip(_KEYS, _by_outcome(its.of(task.headline)), strict=True):
        if found:
            named = _differences(its, found, lambda test: its.name(test.model))
            part = say(f"models {key}", models=named)
            if found[0].significant:
                part = say("detail", name=part, details=_sure(its, found))
            parts.append(part)
    parts += _beside(its, lambda test: its.name(test.model))
    return say(
        "against",
        baseline=its.name(its.baseline),
        title=its.title(task, task.headline),
        clauses=joined(parts),
    )


def _differences(
    its: ReportEvidence,
    tests: Sequence[BaselineComparison],
    named: Callable[[BaselineComparison], str],
) -> str:
    """Return names with their differences, the largest first, with the unit after the first."""
    found: list[str] = []
    for test in sorted(tests, key=lambda test: -abs(test.difference or 0.0)):
        name = named(test)
        if test.difference is not None:
            difference = points(test.difference, percent=test.percent)
            if not found:
                difference = its.signed(test.difference, percent=test.percent)
            name = say("term", name=name, difference=difference)
        found.append(name)
    return its.names(found)


def _beside(
    its: ReportEvidence, named: Callable[[BaselineComparison], str], key: str = "count"
) -> Iterator[str]:
    """Say that the metrics beside the headlines agree, or where they do not."""
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
        elif metric in its.told() and len(parts) < its.detail.names:
            parts.setdefault(_tally(its, tests, named, key), []).append(tests[0])
        else:
            rest.append(tests)
    if agreeing:
        metrics = _counted(its, agreeing)
        yield count("agrees", len(agreeing), metrics=metrics)
    for tally, tests in parts.items():
        yield say("metrics say", metrics=_titles(its, tests), tally=tally)
    if rest:
        every = [test for tests in rest for test in tests]
        metrics = count("other metrics", len(rest))
        yield say("metrics say", metrics=metrics, tally=_tally(its, every))


def _counted(its: ReportEvidence, tests: Sequence[BaselineComparison]) -> str:
    """Return the titles of metrics that are told, and the number of the others."""
    told = [_titles(its, [test]) for test in tests if test.metric in its.told()]
    told = told[: its.detail.names]
    rest = len(tests) - len(told)
    return listed(told + [count("other metrics", rest)] * bool(rest))


def _tally(
    its: ReportEvidence,
    tests: Iterable[BaselineComparison],
    named: Callable[[BaselineComparison], str] | None = None,
    key: str = "count",
) -> str:
    """Return how many tests have which outcome, or of what they are where they are few."""
    outcomes = [(at, each) for at, each in enumerate(_by_outcome(tests)) if each]
    # Not of tasks that can be named: "all" would count those where the metric is the headline.
    few_tasks = key == "on" and len(outcomes[0][1]) <= its.detail.names
    if len(outcomes) == 1 and len(outcomes[0][1]) > 1 and not few_tasks:
        return say(f"all {_KEYS[outcomes[0][0]]}")
    parts = []
    for at, each in outcomes:
        if named is not None and len(each) <= its.detail.names:
            names = listed([named(test) for test in each])
            parts.append(say(f"{key} {_KEYS[at]}", names=names, share=names))
        else:
            parts.append(say(f"count {_KEYS[at]}", names=f"{len(each):,}"))
    return joined(parts, ",")


# --- several tasks


def _pair_on_tasks(its: ReportEvidence) -> Iterator[str]:
    tests = its.of_headlines()
    parts: list[str] = []
    for key, found in zip(_KEYS, _by_outcome(tests), strict=True):
        if found:
            share = _share(verdict(found[0]), len(found), len(tests))
            details = _differences(its, found, lambda test: its.task_name(test.task))
            if len(found) == 1:
                share = its.task_name(found[0].task)
                details = its.signed(found[0].difference, percent=found[0].percent)
            told = [] if len(found) == 1 and found[0].difference is None else [details]
            told += [_sure(its, found)] * found[0].significant
            if told:
                share = say("detail", name=share, details=joined(told, "()"))
            place = "on" if parts else "first"
            parts.append(say(f"{place} {key}", share=share, baseline=its.name(its.baseline)))
    better, worse, *_ = _by_outcome(tests)
    yield say(
        "pair disagrees" if better and worse else "pair on tasks",
        headlines=_headlines(its),
        model=its.name(tests[0].model),
        clauses=joined(
            [
                joined(parts, ","),
                *_beside(its, lambda test: its.task_name(test.task), "on"),
            ]
        ),
    )


def _share(outcome: str, part: int, whole: int) -> str:
    numbers = {"part": f"{part:,}", "whole": f"{whole:,}"}
    if part < whole:
        return say("some tasks", **numbers)
    if outcome.startswith("not "):  # "not … on all" could mean on some
        return say("either task" if whole == 2 else "any task", **numbers)
    return say("both tasks" if whole == 2 else "all tasks", **numbers)


def _headlines(its: ReportEvidence) -> str:
    """Return the headline metric, or each with its tasks if tasks have different ones."""
    tasks: dict[str, list[str]] = {}
    for task in its.tasks:
        tasks.setdefault(its.title(task, task.headline), []).append(its.task_name(task.name))
    if len(tasks) == 1:
        return next(iter(tasks))
    if len(tasks) > its.detail.names:
        return say("each headline")
    return listed(
        [say("detail", name=title, details=its.names(names)) for title, names in tasks.items()]
    )


def _models_on_tasks(its: ReportEvidence) -> Iterator[str]:
    ranks = list(its.mean_ranks.items())
    over = {"number": f"{len(its.tasks):,}", "headlines": _headlines(its)}
    if not ranks:
        yield say("none first", **over)
    elif ranks[0][1] == ranks[-1][1]:
        yield say("none ahead", rank=f"{ranks[0][1]:.2f}", **over)
    else:
        first = [model for model, rank in ranks if rank == ranks[0][1]]
        second, rank = ranks[len(first)]
        yield say(
            "mean rank.one" if len(first) == 1 else "mean rank.many",
            models=its.models_named(first),
            rank=f"{ranks[0][1]:.2f}",
            second=its.name(second),
            second_rank=f"{rank:.2f}",
            **over,
        )
        if len(first) == 1 and its.baseline not in (first[0], second):
            yield from _first_two(its, first[0], second)
    yield _each_on_tasks(its)


def _first_two(its: ReportEvidence, model: str, second: str) -> Iterator[str]:
    """Say how sure it is that a model is ahead of the second."""
    tests = [its.between(task, task.headline, second, model) for task in its.tasks]
    found = [_seen_from(test, model) for test in tests if test is not None]
    names = {"model": its.name(model), "second": its.name(second)}
    if found:
        yield say("first two", parts=_on_tasks(its, found), **names)


def _each_on_tasks(its: ReportEvidence) -> str:
    """Say on which tasks which models are better or worse than the baseline."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    disagree = False
    for model in its.mean_ranks or its.models:
        if model != its.baseline:
            tests = [test for test in its.of_headlines() if test.model == model]
            outcomes = tuple((test.task, verdict(test)) for test in tests)
            disagree |= {"better", "worse"} <= {outcome for _, outcome in outcomes}
            groups.setdefault(outcomes, []).append(model)
    most = its.detail.names if len(groups) > its.detail.names + 1 else len(groups)
    parts = []
    for models in list(groups.values())[:most]:
        tests = [test for test in its.of_headlines() if test.model in models]
        told = _on_tasks(its, [(verdict(test), test) for test in tests])
        parts.append(say("model on tasks", model=its.models_named(models), parts=told))
    if rest := [model for models in list(groups.values())[most:] for model in models]:
        others = count("other models", len(rest))
        tally = _tally(its, [test for test in its.of_headlines() if test.model in rest])
        parts.append(say("more models", models=others, tally=tally))
    return say(
        "models on tasks disagree" if disagree else "models on tasks",
        baseline=its.name(its.baseline),
        clauses=joined([*parts, *_beside(its, partial(_model_on_task, its))]),
    )


def _model_on_task(its: ReportEvidence, test: BaselineComparison) -> str:
    return say("on task", name=its.name(test.model), task=its.task_name(test.task))


def _seen_from(test: Test, model: str) -> tuple[str, Test]:
    """Return a test with its outcome, as one of its two models sees it."""
    outcome = verdict(test)
    if test.model != model and outcome in ("better", "worse"):
        outcome = "worse" if outcome == "better" else "better"
    return outcome, test


def _on_tasks(its: ReportEvidence, seen: Sequence[tuple[str, Test]]) -> str:
    """Return on which tasks models are better or worse than another one."""
    whole = dict.fromkeys(test.task for _, test in seen)
    parts: list[str] = []
    for key, outcome in zip(_KEYS, _OUTCOMES, strict=True):
        found = [test for its_outcome, test in seen if its_outcome == outcome]
        if not found:
            continue
        tasks = list(dict.fromkeys(test.task for test in found))
        share = _share(outcome, len(tasks), len(whole))
        details = []
        if len(tasks) < len(whole):
            names = [its.task_name(task) for task in tasks]
            if len(names) <= _NAMED_ALONE:
                share = listed(names)
            else:
                details.append(its.names(names))
        details += [_sure(its, found)] * found[0].significant
        if details:
            share = say("detail", name=share, details=joined(details, "()"))
        parts.append(say(f"on {key}", share=share))
    return joined(parts, ",")


# --- what to be careful about


def _cautions(its: ReportEvidence) -> Iterator[str]:
    yield from (say("too few", warning=warning) for warning in its.too_few)
    if its.wrapped:
        yield say("wrapped", models=its.names(its.wrapped))
    yield from _length_caution(its)
    depending = [test for test in its.all_tests() if stopword_warnings(test)]
    if depending:
        verdicts = dict.fromkeys(_verdict_name(its, test) for test in depending)
        key = "stopwords.one" if len(depending) == 1 else "stopwords.many"
        yield say(key, metrics=its.names(list(verdicts)))
    if told := [test for test in _with_interval(its) if interval_disagrees(test)]:
        metrics = its.names([directed_title(its.score(test, test.model)) for test in told])
        yield say("interval.one" if len(told) == 1 else "interval.many", metrics=metrics)


def _verdict_name(its: ReportEvidence, test: BaselineComparison) -> str:
    title = directed_title(its.score(test, test.model))
    if len(its.tasks) == 1:
        return title
    return say("on task", name=title, task=its.task_name(test.task))


def _with_interval(its: ReportEvidence) -> list[BaselineComparison]:
    """Return the tests whose interval the sentences tell."""
    if len(its.tasks) > 1 or len(its.models) > 2:
        return []
    return [test for test in its.all_tests() if test.metric in its.told()]


def _length_caution(its: ReportEvidence) -> Iterator[str]:
    leads = _leads_by_length(its)

    def longer_of(score: ModelScore) -> str:
        name = its.name(score.model)
        if len(its.tasks) == 1:
            return name
        return say("on task", name=name, task=its.task_name(score.task))

    if len(leads) == 1:
        [(longer, shorter)] = leads.values()
        yield say(
            "by length",
            longer=longer_of(longer),
            long_ratio=f"{longer.length_ratio:.2f}",
            short_ratio=f"{shorter.length_ratio:.2f}",
            precision=format_value(longer.precision),
            short_precision=format_value(shorter.precision),
            f1=format_value(longer.f1),
            short_f1=format_value(shorter.f1),
        )
    elif leads:
        pairs = [
            say("over", longer=its.name(longer.model), shorter=longer_of(shorter))
            for longer, shorter in leads.values()
        ]
        yield say("by length.many", pairs=its.names(pairs))


def _leads_by_length(
    its: ReportEvidence,
) -> dict[tuple[str, str, str], tuple[ModelScore, ModelScore]]:
    """Return each pair with the baseline whose better model has longer answers alone."""
    found: dict[tuple[str, str, str], tuple[ModelScore, ModelScore]] = {}
    for test in its.all_tests():
        if (scores := _lead_by_length(its, test)) is not None:
            longer, shorter = scores
            found.setdefault((test.task, longer.model, shorter.model), scores)
    return found


def _lead_by_length(
    its: ReportEvidence, test: BaselineComparison
) -> tuple[ModelScore, ModelScore] | None:
    scores = its.score(test, test.model), its.score(test, test.baseline)
    if verdict(test) not in ("better", "worse"):
        return None
    longer, shorter = scores if verdict(test) == "better" else scores[::-1]
    return (longer, shorter) if by_length_alone(longer, shorter) else None


# --- the same as data


def _standings(its: ReportEvidence) -> Iterator[Standing]:
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


# --- outcomes


def _by_outcome(tests: Iterable[BaselineComparison]) -> list[list[BaselineComparison]]:
    """Return the tests of each outcome, in the order of `_OUTCOMES`."""
    tests = list(tests)
    return [[test for test in tests if verdict(test) == outcome] for outcome in _OUTCOMES]


def _titles(its: ReportEvidence, tests: Iterable[BaselineComparison]) -> str:
    titles = dict.fromkeys(directed_title(its.score(test, test.model)) for test in tests)
    return its.names(list(titles))
