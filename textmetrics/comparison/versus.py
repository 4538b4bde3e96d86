"""Each model against the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from textmetrics.comparison.inference import tests
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Task
from textmetrics.statistics import Paired, adjust

__all__ = ["adjusted", "versus"]

Entry = dict[str, Any]


def versus(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], all_rows: Mapping[str, Mapping[str, Rows]],
    settings: Settings, tick: Callable[[], None],
) -> list[Entry]:  # fmt: skip
    """Test each model against the baseline with each metric, without stopwords and with them.

    Args:
        task: what is compared.
        rows: by metric and model.
        all_rows: the same over all tokens, for the metrics that have them.
        settings: how tests are made.
        tick: told after each.

    Returns:
        An entry a metric and model, p-values not adjusted yet.
    """
    plain, over_all = (_tests(of, task, settings) for of in (rows, all_rows))
    found = []
    for (metric, model), tested in plain.items():
        entry = {
            "task": task.name, "metric": metric, "model": model, "baseline": settings.baseline,
            **_told(tested), "all_tokens": None, "warnings": [],
        }  # fmt: skip
        if (metric, model) in over_all:
            told = _told(over_all[metric, model])
            entry["all_tokens"] = {name: told[name] for name in _OF_ALL}
        found.append(entry)
        tick()
    return found


def _tests(
    rows: Mapping[str, Mapping[str, Rows]], task: Task, settings: Settings
) -> dict[tuple[str, str], Paired | None]:
    """Give the tests against the baseline by metric and model."""
    pairs = {
        (metric, model): (its, by[settings.baseline])
        for metric, by in rows.items()
        for model, its in by.items()
        if model != settings.baseline
    }
    found = tests(list(pairs.values()), task.groups, settings)
    return dict(zip(pairs, found, strict=True))


_OF_ALL = ("difference", "interval", "p_value")


_PLAIN = (
    "difference", "p_value", "test", "n_different", "wins", "ties", "losses", "effect_size",
    "minimum_detectable_effect",
)  # fmt: skip


def _told(paired: Paired | None) -> Entry:
    """Give what a test found; all is missing where two models have no sample in common."""
    told: Entry = {name: getattr(paired, name, None) for name in _PLAIN}
    told["n"] = 0 if paired is None else paired.n
    for name in ("interval", "effect_interval"):
        interval = getattr(paired, name, None)
        told[name] = None if interval is None else [interval.low, interval.high]
    return told


def adjusted(entries: Iterable[Entry], settings: Settings) -> list[Entry]:
    """Adjust p-values, and say what is significant.

    A family is all that is tested with one metric: all models on all tasks. Another metric asks
    another question of the same answers. Tests over all tokens are a family of their own.
    """
    found = list(entries)
    families: dict[str, list[Entry]] = {}
    for entry in found:
        families.setdefault(entry["metric"], []).append(entry)
    for family in families.values():
        _adjust(family, settings)
        _adjust([each["all_tokens"] for each in family if each["all_tokens"]], settings)
        for entry in family:
            entry["family"] = len(family)
    return found


def _adjust(entries: Sequence[Entry], settings: Settings) -> None:
    tested = [each for each in entries if each["p_value"] is not None]
    p_values = adjust([each["p_value"] for each in tested], method=settings.correction)
    for each in entries:
        each |= {"p_value_adjusted": None, "significant": False}
    for each, p_value in zip(tested, p_values.tolist(), strict=True):
        each |= {"p_value_adjusted": p_value, "significant": p_value < 1 - settings.level}
