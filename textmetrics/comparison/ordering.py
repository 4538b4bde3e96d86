"""Which models are shown, and in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from textmetrics.comparison.sort_by import parse_sort
from textmetrics.comparison.task import Model
from textmetrics.comparison.where import MODEL_FIELDS, WhereError, parse_where

__all__ = ["described", "known_before", "models_where", "ordered", "sort_fields"]

Document = Mapping[str, Any]
_FOUND = ("mean_rank", "mean_normalised")
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


def models_where(expression: str, models: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the names of the models for which an expression holds.

    Args:
        expression: as ``parse_where`` reads it.
        models: as the document has them.

    Raises:
        ValueError: if it cannot be read, or holds for none.
    """
    holds = parse_where(expression, MODEL_FIELDS)
    found = [str(each["name"]) for each in models if holds(_values(each))]
    if not found:
        raise ValueError(f"where={expression!r} leaves no model: there are {len(models):,}")
    return found


def described(model: Model) -> dict[str, Any]:
    """Give what is known of a model before anything is compared, as the document has it."""
    facts = None if model.facts is None else dict(model.facts)
    return {"name": model.name, "params": model.params, "tags": list(model.tags), "facts": facts}


def _values(model: Mapping[str, Any]) -> dict[str, Any]:
    return {**(model["facts"] or {}), **{k: v for k, v in model.items() if k != "facts"}}


def sort_fields(metrics: Sequence[str]) -> dict[str, str]:
    """Give what models can be sorted by, with its kind: what is known of them, and metrics."""
    return MODEL_FIELDS | dict.fromkeys(metrics, "number")


def ordered(document: Document, field: str) -> dict[str, Any]:
    """Give a document with its models in another order, everywhere.

    Args:
        document: of a comparison.
        field: what is known of models, or a metric (its mean over tasks); with ``-`` before it
            the largest comes first.

    Raises:
        ValueError: if there is no such field.
    """
    metrics = list(dict.fromkeys(each["metric"] for each in document["scores"]))
    key = parse_sort(field, sort_fields(metrics))
    values = {
        each["name"]: {**_values(each), **_means(document, each["name"])}
        for each in document["models"]
    }
    models = key.sorted(document["models"], lambda each: values[each["name"]])
    place = {each["name"]: at for at, each in enumerate(models)}
    groups = {(e["task"], e["metric"]): at for at, e in enumerate(document["scores"])}

    def where(entry: Mapping[str, Any]) -> tuple[int, int]:
        return groups[entry["task"], entry["metric"]], place[entry["model"]]

    return {
        **document,
        "models": models,
        "scores": sorted(document["scores"], key=where),
        "comparisons": sorted(document["comparisons"], key=where),
        "strengths": sorted(document["strengths"], key=lambda each: place[each["model"]]),
    }


def _means(document: Document, model: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for each in document["scores"]:
        if each["model"] == model:
            found.setdefault(each["metric"], []).append(each["value"])
    return {metric: math.fsum(values) / len(values) for metric, values in found.items()}
