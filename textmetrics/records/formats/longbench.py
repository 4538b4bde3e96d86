"""LongBench."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textmetrics.presets import PRESETS
from textmetrics.records.formats.format import Format, has_fields

__all__ = ["LONGBENCH"]


def _task(name: str, record: Any) -> Mapping[str, Any] | None:
    """Return the data set, from the name of the file or else a field, and its classes.

    ``None`` for LongBench-E too, where the program prints a number per range of lengths.
    """
    path = Path(name)
    own = record.get("dataset") if isinstance(record, dict) else None
    [known] = (each for each in PRESETS.get("longbench").options if each.name == "dataset")
    dataset = next((each for each in (path.name.split(".")[0], own) if each in known.choices), None)
    if dataset is None or "pred_e" in path.parts:
        return None
    classes = record.get("all_classes") if dataset in _CLASSIFIED else None
    return {"dataset": dataset} | ({"classes": classes} if classes else {})


_CLASSIFIED = ("trec", "lsht")


def _candidates(name: str) -> tuple[str, ...]:
    """Return the data sets whose name is somewhere in that of the file, in any case."""
    own = Path(name).name.lower()
    [known] = (each for each in PRESETS.get("longbench").options if each.name == "dataset")
    return tuple(f"--dataset {each}" for each in known.choices if each in own)


LONGBENCH = Format(
    name="longbench",
    summary="LongBench: pred/<model>/<dataset>.jsonl",
    known_by="the fields `pred`, `answers`, `all_classes`, `length`",
    looks=has_fields("pred", "answers", "all_classes", "length"),
    prediction=("pred",),
    references=("answers",),
    preset="longbench",
    task=_task,
    candidates=_candidates,
)
