"""The files of a report, from what was read and what was found."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textmetrics._escape import pluralized
from textmetrics.cli.compare_plan import Plan
from textmetrics.cli.compare_tasks import ReadTask
from textmetrics.cli.program import UsageError, say
from textmetrics.comparison import Comparison
from textmetrics.records import OpenError

if TYPE_CHECKING:  # which loads what only a report needs
    from textmetrics.report import ReportSamples

__all__ = ["check_folder", "write_files"]


def check_folder(plan: Plan) -> None:
    """See whether the folder can be one, before any work is done.

    Raises:
        OpenError: if it cannot.
    """
    folder = plan.config.output
    if folder is not None and folder.exists() and not folder.is_dir():
        raise OpenError(str(folder), None, "is not a folder; choose another one with --output")


def write_files(plan: Plan, read: Sequence[ReadTask], found: Comparison) -> str | None:
    """Write all files of the report, if a folder is named for them, and give what to say of it.

    Raises:
        OpenError: if one cannot be written.
        UsageError: if a package is missing.
    """
    folder = plan.config.output
    if folder is None:
        return None
    from textmetrics.report import write_report

    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            files = write_report(found.report, str(folder), samples=list(_samples(plan, read)))
    except ImportError as error:
        raise UsageError(f"--output: {error}") from error
    for each in told:
        say(str(each.message))
    begin = "begin with executive_summary.md and report.html"
    return f"{pluralized(len(files), 'file')} in {folder}: {begin}"


def _samples(plan: Plan, read: Sequence[ReadTask]) -> Iterator[ReportSamples]:
    from textmetrics.report import report_samples

    for planned, each in zip(plan.tasks, read, strict=True):
        task = each.task
        first = task.first.seen
        # The first one is what the page begins with, and what references are chosen by.
        names = tuple(sorted(task.metrics, key=lambda name: name != task.headline))
        yield report_samples(
            task.name,
            each.references,
            each.predictions,
            {
                model: {name: runs[0].samples[name].tolist() for name in names}
                for model, runs in task.results.items()
            },
            settings=replace(planned.evaluator.settings, metric_names=names),
            ids=task.ids,
            langs=None if first is None else [lang or None for lang in first.langs],
            seed=plan.settings.seed,
        )
