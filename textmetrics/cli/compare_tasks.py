"""The files of a plan become tasks, and tasks a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized, printable
from textmetrics._registry import suggest
from textmetrics._tables import render
from textmetrics.cli.compare_files import Measured, Reading, ids_of, measured
from textmetrics.cli.compare_plan import Plan, PlannedTask
from textmetrics.cli.program import UsageError
from textmetrics.comparison import (
    BUILT_IN,
    ComparisonSettings,
    Efficiency,
    Task,
    check_references,
    common_ids,
    efficiency_of,
    in_order,
    orders,
)
from textmetrics.records import AUTO, STDIN, BadRecords, DataError, read_references

__all__ = ["ReadTask", "dry_run", "read_task"]

Order = NDArray[np.intp]


@dataclass(frozen=True)
class ReadTask:
    """A task whose files were read and scored.

    Attributes:
        task: the samples in one order, with the results of all models.
        efficiency: an entry a model whose records say something of it.
        notes: what is to be told of the reading.
        references: of each sample.
        predictions: by model, the texts of its first run, where they are kept.
    """

    task: Task
    efficiency: list[Efficiency]
    notes: list[str]
    references: list[Sequence[str]]
    predictions: Mapping[str, Sequence[str]]


def dry_run(plan: Plan) -> str:
    """List the files that would be read."""
    rows = [
        [printable(task.name), printable(model), str(number), printable(path)]
        for task in plan.tasks
        for model, paths in task.files.items()
        for number, path in enumerate(paths, start=1)
    ]
    metrics = []
    for task in plan.tasks:
        names = [metric.name for metric in task.evaluator.settings.metrics]
        metrics.append(f"{printable(task.name)}: {', '.join(names)}")
    last = f"{pluralized(len(rows), 'file')}; baseline {printable(plan.settings.baseline or '')}"
    table = render(["task", "model", "run", "file"], rows, texts=4)
    return "\n".join([table, *metrics, last])


def read_task(
    planned: PlannedTask,
    settings: ComparisonSettings,
    bad: BadRecords,
    *,
    intersect: bool,
    texts: bool,
) -> ReadTask:
    """Read and score all files of a task, and bring their samples into one order.

    Raises:
        InputError: if a file cannot be used, or files have other samples.
        UsageError: if a field of the records is in none of them.
    """
    owners = [(model, path) for model, paths in planned.files.items() for path in paths]
    languages = planned.evaluator.settings.lang == AUTO
    reading = Reading(
        options=planned.reading,
        evaluator=planned.evaluator,
        fields=tuple(dict.fromkeys([*filter(None, [planned.group]), *planned.breakdown])),
        failed=settings.failed,
        joined=read_references(bad, languages=languages, **planned.reading),
        bad=bad,
        progress=planned.progress,
        texts=texts,
    )
    notes = []
    if intersect:
        reading, note = _intersected(reading, [path for _, path in owners])
        notes.append(f"{planned.name}: {note}")
    files = [measured(path, reading) for _, path in owners]
    found = _lined_up(files, bad)
    return _read(planned, settings, [model for model, _ in owners], files, found, notes)


def _intersected(reading: Reading, paths: Sequence[str]) -> tuple[Reading, str]:
    """Let only those samples be read that all files have."""
    if STDIN in paths:
        raise UsageError("--intersect reads files twice, and standard input (-) only goes once")
    ids = [ids_of(path, reading) for path in paths]
    wanted = common_ids(ids)
    if not wanted:
        raise DataError(paths[0], None, "no id in it is in all files; compare others")
    most = max(map(len, ids))
    note = f"{pluralized(len(wanted), 'sample')} in all files, of up to {most:,} in one"
    return replace(reading, wanted=wanted), note


def _lined_up(files: Sequence[Measured], bad: BadRecords) -> list[Order]:
    listed_files = [each.listed() for each in files]
    found = orders(listed_files)
    if bad.count and any(each.ids is None for each in listed_files):
        without = next(each for each in listed_files if each.ids is None)
        message = "no ids, by which samples could be lined up where bad records are left out"
        raise DataError(without.file, None, f"{message}; give each record an 'id', or mend them")
    check_references(listed_files, found)
    return found


def _read(
    planned: PlannedTask,
    settings: ComparisonSettings,
    models: Sequence[str],
    files: Sequence[Measured],
    found: Sequence[Order],
    notes: list[str],
) -> ReadTask:
    runs: dict[str, list[int]] = {}
    for at, model in enumerate(models):
        runs.setdefault(model, []).append(at)
    rows = [np.array(each.columns.rows)[order] for each, order in zip(files, found, strict=True)]
    results = {
        model: [in_order(files[at].evaluation, rows[at]) for at in its]
        for model, its in runs.items()
    }
    metrics = tuple(metric.name for metric in planned.evaluator.settings.metrics)
    failed = {model: sum(files[at].columns.failed for at in its) for model, its in runs.items()}
    first = files[0].columns
    task = Task(
        planned.name,
        results,
        metrics=metrics,
        headline=planned.headline,
        ids=first.ids,
        fields=_fields(planned, files, found),
        group=planned.group,
        breakdown=planned.breakdown,
        failed=failed,
    )
    efficiency = []
    for model, its in runs.items():
        requests = [files[at].columns.requests.take(found[at].tolist()) for at in its]
        values = [run[planned.headline].samples for run in results[model]]
        told = efficiency_of(
            requests,
            values,  # type: ignore[arg-type]
            model=model,
            task=planned.name,
            level=settings.level,
        )
        if told is not None:
            efficiency.append(told)
    predictions = {
        model: [files[its[0]].columns.predictions[at] for at in found[its[0]].tolist()]
        for model, its in runs.items()
        if files[its[0]].columns.predictions
    }
    return ReadTask(task, efficiency, notes, first.references, predictions)


def _fields(
    planned: PlannedTask, files: Sequence[Measured], found: Sequence[Order]
) -> dict[str, list[Any]]:
    """Give the columns that are asked for, each from the first file that has it.

    Raises:
        UsageError: if none has it.
    """
    columns = {}
    for name in dict.fromkeys([*filter(None, [planned.group]), *planned.breakdown]):
        for each, order in zip(files, found, strict=True):
            column = each.columns.fields[name]
            if any(value is not None for value in column):
                columns[name] = [column[at] for at in order.tolist()]
                break
        else:
            if name not in BUILT_IN:
                known = [*files[0].columns.names, *BUILT_IN]
                raise UsageError(
                    f"no record of task {planned.name!r} has a field {name!r}: "
                    f"{suggest(name, known)}there are {', '.join(map(printable, known))}"
                )
    return columns
