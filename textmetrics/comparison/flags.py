"""What is different about the answers of one model, beside the others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textmetrics._escape import pluralized
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.task import Task
from textmetrics.evaluation import Evaluation, Health

__all__ = ["flags", "health_of"]

# What is counted, by its name in `Health`: a prediction that is …, of which null ones are empty.
_COUNTED = {
    "empty_predictions": "empty {}",
    "emptied_predictions": "{} of stopwords only",
    "other_script": "{} in another script",
    "repetitive": "repetitive {}",
    "thinking": "{} with <think>",
    "code_fences": "{} with a code fence",
    "template_marks": "{} with a mark of a chat template",
}
_FAILED = {"zero": "counted as wrong", "exclude": "left out"}
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


def flags(task: Task, settings: ComparisonSettings) -> dict[str, list[str]]:
    """Say by model which records failed, and what answers have more of than another model's."""
    healths = {name: health_of(runs) for name, runs in task.results.items()}
    found = {name: _failures(task, name, settings) for name in healths}
    for field, what in _COUNTED.items():
        counts = {name: getattr(each, field) for name, each in healths.items()}
        least = min(counts[name] / each.samples for name, each in healths.items())
        for name, each in healths.items():
            if counts[name] / each.samples - least >= _SHARE:
                predictions = "prediction" if counts[name] == 1 else "predictions"
                found[name].append(f"{counts[name]:,} {what.format(predictions)}")
    for name, told in _lengths({name: e.length_ratio(0.5) for name, e in healths.items()}).items():
        found[name].append(told)
    return found


def _failures(task: Task, model: str, settings: ComparisonSettings) -> list[str]:
    """Tell both numbers that a share could be of: all records, and those that did not fail."""
    if not (failed := task.failed.get(model, 0)):
        return []
    total = task.n * len(task.results[model])
    return [
        f"{failed:,} of {pluralized(total, 'record')} failed, {_FAILED[settings.failed]} "
        f"({total - failed:,} succeeded)"
    ]


def _lengths(ratios: Mapping[str, float | None]) -> dict[str, str]:
    """Tell the lengths of all models where they differ."""
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not known or max(known.values()) < _LENGTH * min(known.values()):
        return {}
    return {name: f"median length {ratio:.2f} × the reference's" for name, ratio in known.items()}
