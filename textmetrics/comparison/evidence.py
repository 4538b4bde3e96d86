"""What a conclusion is made from: the scores and the tests of a report, and how to tell them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textmetrics._sentences import listed
from textmetrics.comparison.findings import too_few_resamples
from textmetrics.comparison.names import shortened
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.phrases import count, say
from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    PairComparison,
    TaskSummary,
)
from textmetrics.comparison.scores import best_first
from textmetrics.comparison.shown import points
from textmetrics.comparison.tables import by_mean_rank, directed_title
from textmetrics.metrics import format_value

__all__ = ["MOST_METRICS", "Detail", "ReportEvidence", "Test"]

_BESIDE = ("accuracy", "f1")
MOST_METRICS = 3
"""How many metrics are told where fewer are told anyway."""

Test: TypeAlias = BaselineComparison | PairComparison


@dataclass(frozen=True)
class Detail:
    """How much a sentence tells.

    Attributes:
        names: how many models, tasks or metrics it names; the others are counted.
        width: how many columns a name takes at most.
        intervals: how many differences have their interval.
        scores: whether the two scores of the first difference are told.
    """

    names: int
    width: int
    intervals: int
    scores: bool = True


class ReportEvidence:
    """What sentences are made from: scores and tests by task and metric, and how to tell them."""

    def __init__(
        self,
        report: ComparisonReport,
        wrapped: Collection[str],
        detail: Detail,
    ) -> None:
        self.detail = detail
        self.tasks = report.scored_tasks
        self.unscored = [task.name for task in report.tasks if not task.metrics]
        self.models = [each.name for each in report.models]
        self._forms = shortened(self.models, detail.width)
        self._task_forms = shortened([task.name for task in report.tasks], detail.width)
        self.wrapped = [self.name(model) for model in self.models if model in wrapped]
        self.baseline = str(report.settings.baseline)
        self.level = f"{100 * report.settings.level:g}"
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
        self.pairs: dict[tuple[str, str, frozenset[str]], Test] = {}
        every: list[Test] = [*report.comparisons, *report.pairs]
        for each in every:
            models = frozenset((each.model, _other(each)))
            self.pairs[each.task, each.metric, models] = each

    @property
    def every(self) -> list[Test]:
        """All tests of all pairs of models."""
        return list(self.pairs.values())

    def name(self, model: str) -> str:
        """Return a model's name, shortened if it is long."""
        return self._forms.get(model, model)

    def task_name(self, task: str) -> str:
        """Return a task's name, shortened if it is long."""
        return self._task_forms[task]

    def score(self, test: BaselineComparison, model: str) -> ModelScore:
        """Return the score of one of the models of a test."""
        return self._by_model[test.task, test.metric, model]

    def title(self, task: TaskSummary, metric: str) -> str:
        """Return the name of a metric for people."""
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
        return chosen + self.metrics()[len(chosen) : MOST_METRICS]

    def best(self, task: TaskSummary, metric: str | None = None) -> ModelScore | None:
        """Return the score of the model that is first in rank by a metric, if any is."""
        scores = best_first(self.scores.get((task.name, metric or task.headline), ()))
        return next((e for e in scores if e.rank is not None and e.value is not None), None)

    def between(self, task: TaskSummary, metric: str, one: str, other: str) -> Test | None:
        """Return the test of two models."""
        return self.pairs.get((task.name, metric, frozenset((one, other))))

    def of(self, metric: str) -> list[BaselineComparison]:
        """Return the tests by a metric on all tasks."""
        return [e for task in self.tasks for e in self.tests.get((task.name, metric), ())]

    def of_headlines(self) -> list[BaselineComparison]:
        """Return the tests by each task's headline metric."""
        return [e for task in self.tasks for e in self.tests.get((task.name, task.headline), ())]

    def all_tests(self) -> list[BaselineComparison]:
        """Return all tests against the baseline, those by the metrics to tell first."""
        return [test for metric in self.metrics() for test in self.of(metric)]

    # --- words

    def names(self, names: Sequence[str]) -> str:
        """Return names; of many the first ones, and how many others there are."""
        rest = len(names) - self.detail.names
        if rest > 1:
            others = count("others", rest)
            names = [*names[: self.detail.names], others]
        return listed(names)

    def models_named(self, models: Iterable[str]) -> str:
        """Return the names of models; of many the first ones."""
        return self.names([self.name(model) for model in models])

    def samples(self, number: int) -> str:
        """Return what was compared: these samples, or the only one."""
        return say("these samples" if number > 1 else "only sample", number=f"{number:,}")

    def each_sample(self, number: int) -> str:
        """Return the same as each of the samples."""
        return say("each sample" if number > 1 else "only sample", number=f"{number:,}")

    def size(self, value: float, *, percent: bool) -> str:
        """Return an absolute difference with its unit."""
        number = format_value(abs(value), percent=percent)
        return say("points", number=number) if percent else number

    def signed(self, value: float | None, *, percent: bool) -> str:
        """Return a difference with its sign and its unit."""
        number = points(value, percent=percent)
        return say("points", number=number) if percent and value is not None else number


def _other(test: Test) -> str:
    return test.baseline if isinstance(test, BaselineComparison) else test.other
