"""Which models are shown, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
)
from textmetrics.comparison.sort_by import parse_sort
from textmetrics.comparison.task import Model
from textmetrics.comparison.where import MODEL_FIELDS, WhereError, parse_where

__all__ = ["known_before", "models_where", "ordered", "sort_fields"]

_FOUND = ("mean_rank", "mean_normalised")
_OWN = ("name", "params", "tags", *_FOUND)
_BEFORE = {name: kind for name, kind in MODEL_FIELDS.items() if name not in _FOUND}


def known_before(expression: str) -> bool:
    """Say whether an expression is about nothing that a comparison finds out.

    Raises:
        ValueError: if it cannot be read.
    """
    parse_where(expression, MODEL_FIELDS)
    try:
        parse_where(expression, _BEFORE)
    except WhereError:
        return False
    return True


def models_where(expression: str, models: Iterable[Model | ModelSummary]) -> list[str]:
    """Return the names of the models for which an expression holds.

    Args:
        expression: as ``parse_where`` reads it.
        models: before they are compared, or as a report has them.

    Raises:
        ValueError: if it cannot be read, or holds for none.
    """
    holds = parse_where(expression, MODEL_FIELDS)
    known = list(models)
    found = [each.name for each in known if holds(_values(each))]
    if not found:
        raise ValueError(f"where={expression!r} leaves no model: there are {len(known):,}")
    return found


def _values(model: Model | ModelSummary) -> dict[str, Any]:
    """Return what expressions can ask of a model, by name; its own facts come last."""
    return {**(model.facts or {}), **{name: getattr(model, name, None) for name in _OWN}}


def sort_fields(metrics: Sequence[str]) -> dict[str, str]:
    """Give what models can be sorted by, with its kind: what is known of them, and metrics."""
    return MODEL_FIELDS | dict.fromkeys(metrics, "number")


def ordered(report: ComparisonReport, field: str) -> ComparisonReport:
    """Return a report with its models in another order, everywhere.

    Args:
        report: of a comparison.
        field: what is known of models, or a metric (its mean over tasks); with ``-`` before it
            the largest comes first.

    Raises:
        ValueError: if there is no such field.
    """
    metrics = list(dict.fromkeys(each.metric for each in report.scores))
    key = parse_sort(field, sort_fields(metrics))
    values = {
        each.name: {**_values(each), **_means(report.scores, each.name)} for each in report.models
    }
    models = key.sorted(report.models, lambda each: values[each.name])
    place = {each.name: at for at, each in enumerate(models)}
    groups = {(each.task, each.metric): at for at, each in enumerate(report.scores)}

    def where(entry: ModelScore | BaselineComparison) -> tuple[int, int]:
        return groups[entry.task, entry.metric], place[entry.model]

    return msgspec.structs.replace(
        report,
        models=models,
        scores=sorted(report.scores, key=where),
        comparisons=sorted(report.comparisons, key=where),
        strengths=sorted(report.strengths, key=lambda each: place[each.model]),
    )


def _means(scores: Iterable[ModelScore], model: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for each in scores:
        if each.model == model and each.value is not None:
            found.setdefault(each.metric, []).append(each.value)
    return {metric: math.fsum(values) / len(values) for metric, values in found.items()}
