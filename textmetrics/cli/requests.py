"""``textmetrics score --metrics none``: how the requests of files went, and no scores."""

from __future__ import annotations

import argparse
from functools import partial

from textmetrics.cli.inputs import check_inputs
from textmetrics.cli.options import given_options
from textmetrics.cli.output import report_invalid_records
from textmetrics.cli.paper import show_comparison
from textmetrics.cli.program import UsageError, say
from textmetrics.cli.progress import metered
from textmetrics.comparison import (
    WITHOUT_METRICS,
    ComparisonSettings,
    Model,
    PlannedTask,
    TaskConfig,
    common_name,
    compare_tasks,
    names_of,
    read_tasks,
)
from textmetrics.records import InvalidRecords, ReadingOptions

__all__ = ["show_requests"]

_OF_SCORES = ("output", "state", "states", "pass_at", "merge", "jobs", "ray")


def show_requests(options: argparse.Namespace) -> int:
    """Print how fast and how reliably the answers of each file came.

    Raises:
        UsageError: if an option is for scores alone.
        InputError: if a file cannot be used, or says nothing about requests.
    """
    for name in _OF_SCORES:
        if getattr(options, name):
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(f"{flag} is for scores, and --metrics none makes none")
    if options.format == "latex":
        raise UsageError("--format latex is for scores: choose table, markdown, csv or json")
    check_inputs(options)
    invalid = InvalidRecords(skip=options.errors == "skip")
    files = {
        name: [path] for name, path in zip(names_of(options.files), options.files, strict=True)
    }
    reading = given_options(options, ReadingOptions)
    kept = {name: reading[name] for name in WITHOUT_METRICS if name in reading}
    task = TaskConfig(common_name(options.files), {"metrics": ()}, reading=kept)  # type: ignore[arg-type]
    settings = ComparisonSettings.of()
    try:
        [read] = read_tasks(
            [PlannedTask(task, files, None, "")],
            settings,
            invalid,
            intersect=False,
            keep_texts=False,
            batches=partial(metered, wanted=options.progress),
        )
    finally:
        report_invalid_records(invalid)
    for note in read.notes:
        say(note)
    models = list(map(Model, files))
    found = compare_tasks([read.task], models, settings, efficiency=read.efficiency)
    show_comparison(found, options)
    return 3 if invalid.count else 0
