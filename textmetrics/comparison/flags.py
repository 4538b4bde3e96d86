"""What is different about the answers of one model, beside the others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textmetrics._shown import counted
from textmetrics.comparison.task import Task
from textmetrics.evaluation import Evaluation, Health

__all__ = ["flags", "health_of"]

# What is counted, by its name in `Health`. Predictions that were null are empty too.
_COUNTED = {
    "empty_predictions": "empty prediction",
    "emptied_predictions": "prediction of stopwords only",
    "other_script": "prediction in another script",
    "repetitive": "repetitive prediction",
    "thinking": "prediction with <think>",
    "code_fences": "prediction with a code fence",
    "template_marks": "prediction with a mark of a chat template",
}
_SHARE = 0.005
"""Of all samples: what differs by less can hardly make the difference between models."""
_LENGTH = 1.2
"""How many times longer answers must be than another model's to be told."""


def health_of(runs: Sequence[Evaluation]) -> Health:
    """Give the health of all runs together."""
    first, *others = [run.health for run in runs]
    health = first.copy()
    for other in others:
        health.merge(other)
    return health


def flags(task: Task) -> dict[str, list[str]]:
    """Say by model what its answers have more of than those of another model."""
    healths = {name: health_of(runs) for name, runs in task.results.items()}
    found = {name: _failures(task, name) for name in healths}
    for field, what in _COUNTED.items():
        counts = {name: getattr(each, field) for name, each in healths.items()}
        least = min(counts[name] / each.samples for name, each in healths.items())
        for name, each in healths.items():
            if counts[name] / each.samples - least >= _SHARE:
                found[name].append(counted(counts[name], what))
    for name, told in _lengths({name: e.length_ratio(0.5) for name, e in healths.items()}).items():
        found[name].append(told)
    return found


def _failures(task: Task, model: str) -> list[str]:
    failed = task.failed.get(model, 0)
    return [counted(failed, "failed record")] if failed else []


def _lengths(ratios: Mapping[str, float | None]) -> dict[str, str]:
    """Tell the lengths of all models where they differ."""
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not known or max(known.values()) < _LENGTH * min(known.values()):
        return {}
    return {name: f"median length {ratio:.2f} × the reference's" for name, ratio in known.items()}
