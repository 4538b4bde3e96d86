"""Each model against the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textmetrics.comparison.inference import tests
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import AllTokensComparison, BaselineComparison
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.task import Task
from textmetrics.statistics import Paired, adjust

__all__ = ["adjust_p_values", "baseline_comparisons"]


def baseline_comparisons(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], all_rows: Mapping[str, Mapping[str, Rows]],
    settings: ComparisonSettings, tick: Callable[[], None],
) -> list[BaselineComparison]:  # fmt: skip
    """Test each model against the baseline with each metric, without stopwords and with them.

    Args:
        task: what is compared.
        rows: by metric and model.
        all_rows: the same over all tokens, for the metrics that have them.
        settings: how tests are made.
        tick: called after each test.

    Returns:
        One entry per metric and model, whose p-values are not adjusted yet.
    """
    plain, over_all = (_tests(of, task, settings) for of in (rows, all_rows))
    found = []
    for (metric, model), paired in plain.items():
        found.append(
            BaselineComparison(
                task=task.name,
                metric=metric,
                model=model,
                baseline=settings.baseline or "",
                n=paired.n if paired else 0,
                all_tokens=_all_tokens(over_all[metric, model])
                if (metric, model) in over_all
                else None,
                warnings=[],
                p_value_adjusted=None,
                significant=False,
                family=0,
                **_numbers(paired),
            )
        )
        tick()
    return found


def _tests(
    rows: Mapping[str, Mapping[str, Rows]], task: Task, settings: ComparisonSettings
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


def _all_tokens(paired: Paired | None) -> AllTokensComparison:
    numbers = _numbers(paired)
    return AllTokensComparison(
        difference=numbers["difference"],
        interval=numbers["interval"],
        p_value=numbers["p_value"],
        p_value_adjusted=None,
        significant=False,
    )


_NUMBERS = (
    "difference", "p_value", "test", "n_different", "wins", "ties", "losses", "effect_size",
    "minimum_detectable_effect",
)  # fmt: skip


def _numbers(paired: Paired | None) -> dict[str, Any]:
    """Return what a test found; all is missing where two models have no sample in common."""
    found: dict[str, Any] = {name: getattr(paired, name, None) for name in _NUMBERS}
    for name in ("interval", "effect_interval"):
        interval = getattr(paired, name, None)
        found[name] = interval and [interval.low, interval.high]
    return found


def adjust_p_values(entries: Sequence[BaselineComparison], settings: ComparisonSettings) -> None:
    """Adjust p-values, and decide what is significant.

    A family is all tests of one metric: all models on all tasks. Another metric asks another
    question of the same answers. Tests over all tokens are a family of their own.
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
