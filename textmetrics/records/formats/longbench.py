"""LongBench."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textmetrics.presets import PRESETS
from textmetrics.records.formats.file_task import FileTask
from textmetrics.records.formats.format import Format, has_fields

__all__ = ["LONGBENCH"]


def _task(name: str, record: Any) -> FileTask | None:
    """Return the data set, from the name of the file or else a field, and its classes."""
    path = Path(name).absolute()
    own = record.get("dataset") if isinstance(record, dict) else None
    named = {"the file's name": path.name.split(".")[0], "the field dataset": own}
    for source, found in named.items():
        dataset = found.removesuffix(_EVEN) if isinstance(found, str) else ""
        if dataset in _datasets():
            classes = record.get("all_classes") if dataset in _CLASSIFIED else None
            options = {"dataset": dataset} | ({"classes": classes} if classes else {})
            even = found != dataset or "pred_e" in path.parts[-3:-1]
            return FileTask(options, source, _RANGES if even else "")
    return None


def _datasets() -> tuple[str, ...]:
    [known] = (each for each in PRESETS.get("longbench").options if each.name == "dataset")
    return known.choices


_CLASSIFIED = ("trec", "lsht")
_EVEN = "_e"  # ends the names of the data sets of LongBench-E, whose lengths are spread evenly
_RANGES = "range of lengths (0-4k, 4-8k, 8k+)"


def _candidates(name: str) -> tuple[str, ...]:
    """Return the data sets whose name is somewhere in that of the file, in any case."""
    own = Path(name).name.lower()
    return tuple(f"--dataset {each}" for each in _datasets() if each in own)


LONGBENCH = Format(
    name="longbench",
    summary="LongBench: pred/<model>/<dataset>.jsonl",
    known_by="the fields `pred`, `answers`, `all_classes`, `length`",
    looks=has_fields("pred", "answers", "all_classes", "length"),
    prediction=("pred",),
    references=("answers",),
    preset="longbench",
    task=_task,
    untold="no data set of LongBench in the file's name or in a field dataset: scored with "
    "--variant zh; name the data set with --dataset, or the language with --variant",
    candidates=_candidates,
)
