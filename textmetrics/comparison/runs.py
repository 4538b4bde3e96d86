"""The files that a comparison reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from textmetrics._escape import pluralized
from textmetrics.comparison.config import Config
from textmetrics.comparison.run_pattern import RunPattern, natural
from textmetrics.records import DataError

__all__ = ["Run", "expand"]

_SHOWN = 6
_Found = dict[tuple[str, str], dict[tuple[str, ...], Path]]


class Run(NamedTuple):
    """One file of predictions.

    Attributes:
        model: the name of whose it is.
        task: the name of what it is about.
        number: which run it is: what the one wildcard of the pattern stands for where that is a
            number everywhere, else its place among all runs, from 1.
        path: the file.
    """

    model: str
    task: str
    number: int
    path: Path


def expand(config: Config) -> list[Run]:
    """Give the files that a comparison reads: by model, task and run, run 2 before run 10.

    Raises:
        DataError: if one is missing, with its model, task and run; if models have different runs
            of a task, unless ``unequal_runs`` allows that; if a file would be read for two tasks or
            models.
    """
    pattern, folder = RunPattern(config.runs), Path(config.file).parent
    found: _Found = {
        (model.name, task.name): pattern.of(model.name, task.name).find(folder)
        for model in config.models
        for task in config.tasks
    }
    missing = [*_missing_runs(config, found), *_missing_files(config)]
    if missing:
        rest = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
        message = f"{pluralized(len(missing), 'file')} missing: {'; '.join(missing[:_SHOWN])}{rest}"
        raise DataError(config.file, None, message)
    _check_once(config.file, found)
    numbers = _numbers({run for runs in found.values() for run in runs})
    return [
        Run(model, task, numbers[run], runs[run])
        for (model, task), runs in found.items()
        for run in sorted(runs, key=numbers.__getitem__)
    ]


def _missing_runs(config: Config, found: _Found) -> Iterator[str]:
    pattern = RunPattern(config.runs)
    for task in config.tasks:
        ours = {model.name: found[model.name, task.name] for model in config.models}
        wanted = {run for runs in ours.values() for run in runs}
        numbers = _numbers(wanted)
        for model, runs in ours.items():
            where = f"model {model!r}, task {task.name!r}"
            filled = pattern.of(model, task.name)
            if not wanted:
                yield f"{filled} (nothing is there)"
            elif not runs or not config.unequal_runs:
                for run in sorted(wanted - set(runs), key=numbers.__getitem__):
                    yield f"{where}, run {numbers[run]} ({filled.path(run)}{_advice(runs)})"


def _advice(runs: Mapping[tuple[str, ...], Path]) -> str:
    return ", which other models have; unequal_runs: true allows that" if runs else ""


def _missing_files(config: Config) -> Iterator[str]:
    for model in config.models:
        if model.config is not None and not model.config.is_file():
            yield f"config of model {model.name!r} ({model.config})"
    for task in config.tasks:
        references = task.reading.get("references")
        if references is not None and not Path(references).exists():
            yield f"references of task {task.name!r} ({references})"


def _check_once(file: str, found: _Found) -> None:
    owners: dict[Path, tuple[str, str]] = {}
    for owner, runs in found.items():
        for path in runs.values():
            first = owners.setdefault(path, owner)
            if first != owner:
                both = " and for ".join(f"model {m!r}, task {t!r}" for m, t in (first, owner))
                message = f"runs: {path} would be read for {both}; let no wildcard follow a name"
                raise DataError(file, None, message)


def _numbers(runs: set[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Give the number of each run, by what the wildcards stand for in it."""
    ordered = sorted(runs, key=lambda run: tuple(map(natural, run)))
    if all(len(run) == 1 and run[0].isdecimal() for run in ordered):
        numbers = [int(run[0]) for run in ordered]
        if len(set(numbers)) == len(numbers):
            return dict(zip(ordered, numbers, strict=True))
    return {run: place for place, run in enumerate(ordered, start=1)}
