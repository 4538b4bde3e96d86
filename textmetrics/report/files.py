"""Write all files of a report: the whole of it, or nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from textmetrics._escape import csv_cell, printable_json
from textmetrics._sentences import ReportLang
from textmetrics._tables import render
from textmetrics.comparison import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
    best_first,
    comparison_sheet,
    has_more_than_scores,
    verdict,
)
from textmetrics.records import OpenError, is_temporary
from textmetrics.report.folder import replace_files
from textmetrics.report.page import to_html
from textmetrics.report.pictures import FORMS, PICTURES, draw
from textmetrics.report.queries import (
    finite,
    known_ends,
    models_by_rank,
)
from textmetrics.report.samples import ReportSamples
from textmetrics.report.summary import summary

__all__ = ["is_report_file", "leaderboard", "report_files", "run_results", "write_report"]

_PICTURES = "visualizations"
_FILES = frozenset(
    [
        *("comprehensive_report.json", "leaderboard.csv", "executive_summary.md", "report.html"),
        "sheet.csv",
        *(f"{_PICTURES}/{name}.{form}" for name in PICTURES for form in FORMS),
    ]
)
# Found near the beginning of every run and picture that we wrote.
_MARK = b"textmetrics"
_SHEET = b"\xef\xbb\xbfgroup,figure,name,task,unit,"
_MARKED_WITHIN = 4096


def write_report(
    report: ComparisonReport,
    folder: str,
    *,
    samples: Sequence[ReportSamples] = (),
    forms: Sequence[str] = FORMS,
    report_lang: ReportLang = "en",
) -> list[Path]:
    """Write all files of a report into a folder, which is created if necessary.

    The folder shows the whole report, or what was there before: all files are on disk before the
    first takes its place. Runs and pictures of an earlier report in that folder are removed unless
    this one replaces them; no other file is touched.

    Args:
        report: what the comparison found.
        folder: where to write.
        samples: the samples that ``report.html`` shows, one entry per task.
        forms: file types of the pictures: some of ``svg`` and ``png``.
        report_lang: the language of page, summary and pictures: ``en``, ``zh`` or ``ja``.

    Returns:
        The files, in the order in which they were written.

    Raises:
        ImportError: if a package is missing; the message names the extra to install.
        OpenError: if the folder or a file in it cannot be written.
        ValueError: if a form of the pictures, or the language, is unknown.

    Warns:
        UserWarning: once, if no installed font has some characters of the labels in pictures.
    """
    files = report_files(report, samples=samples, forms=forms, report_lang=report_lang)
    contents = dict(files)
    target = Path(folder)
    try:
        replace_files(target, contents, lambda: _stale(target, contents))
    except FileExistsError as error:
        raise OpenError(
            str(error.filename), None, "is not a folder; choose another one with --output"
        ) from None
    except OSError as error:
        at = Path(error.filename or folder)
        named = f"{folder}{os.sep}" if any(map(is_temporary, at.parts)) else str(at)
        raise OpenError.of(named, error) from error
    return [target / name for name in contents]


def report_files(
    report: ComparisonReport,
    *,
    samples: Sequence[ReportSamples] = (),
    forms: Sequence[str] = FORMS,
    report_lang: ReportLang = "en",
) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each file of a report, relative to its folder, and its content.

    Args:
        report: what the comparison found.
        samples: the samples that ``report.html`` shows, one entry per task.
        forms: file types of the pictures: some of ``svg`` and ``png``.
        report_lang: the language of page, summary and pictures: ``en``, ``zh`` or ``ja``.

    Raises:
        ImportError: if a package is missing; the message names the extra to install.
        ValueError: if a form of the pictures, or the language, is unknown.
    """
    report = finite(report)
    for number, text in enumerate(run_results(report), start=1):
        yield f"run_{number}_results.yaml", text.encode()
    document = json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    yield "comprehensive_report.json", printable_json(document).encode() + b"\n"
    # Without this mark Excel reads the file in the machine's code page.
    yield "leaderboard.csv", b"\xef\xbb\xbf" + leaderboard(report).encode()
    sheet = comparison_sheet(report)
    if sheet is not None and has_more_than_scores(report):
        yield "sheet.csv", b"\xef\xbb\xbf" + sheet.to_csv().encode() + b"\n"
    for picture in draw(report, forms=forms, report_lang=report_lang):
        for form, content in picture.files.items():
            yield f"{_PICTURES}/{picture.name}.{form}", content
    yield "executive_summary.md", summary(report, report_lang=report_lang).encode()
    yield "report.html", to_html(report, samples, report_lang=report_lang).encode()


def run_results(report: ComparisonReport) -> Iterator[str]:
    """Yield one YAML document per run, with its values before runs are averaged, 0 to 1.

    A model with fewer runs than others is missing in the last ones.

    Raises:
        ImportError: if PyYAML is missing; the message names the extra to install.
    """
    try:
        import yaml
    except ImportError as error:
        raise ImportError(
            "the results of runs are YAML, which needs PyYAML: "
            "pip install 'textmetrics-eval[compare]'"
        ) from error
    for at in range(max((len(score.runs) for score in report.scores), default=0)):
        results = [
            {
                "model": score.model,
                "task": score.task,
                "metric": score.metric,
                "value": score.runs[at],
                "n": score.n,
                "signature": score.signature,
            }
            for score in report.scores
            if at < len(score.runs)
        ]
        run = {
            "textmetrics": report.textmetrics,
            "schema": report.schema,
            "run": at + 1,
            "results": results,
        }
        yield yaml.safe_dump(run, allow_unicode=True, sort_keys=False, width=1000)


_COLUMNS = (
    "model", "parameters", "tags", "mean_rank", "mean_normalised", "task", "metric", "headline",
    "value", "low", "high", "n", "rank", "letters", "verdict", "difference", "difference_low",
    "difference_high", "p_adjusted", "better", "scale",
)  # fmt: skip


def leaderboard(report: ComparisonReport) -> str:
    """Return all scores as CSV: one row per task, metric and model, the headline metric first.

    The models of a metric are in the order of their ranks. With each score are its interval, its
    rank, and the verdict, difference and adjusted p-value against the baseline. Numbers have all
    digits, most of them 0 to 1; an unknown one is an empty cell.
    """
    models = {model.name: model for model in report.models}
    scores = {(each.task, each.metric, each.model): each for each in report.scores}
    tests = {(each.task, each.metric, each.model): each for each in report.comparisons}
    order = models_by_rank(report)
    rows = []
    for task in report.tasks:
        for metric in sorted(task.metrics, key=lambda name: name != task.headline):
            keys = [(task.name, metric, name) for name in order]
            found = best_first([scores[key] for key in keys if key in scores])
            for score in found:
                test = tests.get((task.name, metric, score.model))
                known = {
                    **_of_model(models[score.model]),
                    **_of_score(score, headline=metric == task.headline),
                    **_of_test(test),
                }
                rows.append([known.get(name, "") for name in _COLUMNS])
    return render(_COLUMNS, rows, "csv") + "\n"


def _of_model(model: ModelSummary) -> dict[str, str]:
    return {
        "model": csv_cell(model.name),
        "parameters": _number(model.params),
        "tags": csv_cell(" ".join(model.tags)),
        "mean_rank": _number(model.mean_rank),
        "mean_normalised": _number(model.mean_normalised),
    }


def _of_score(score: ModelScore, *, headline: bool) -> dict[str, str]:
    low, high = known_ends(score.interval) or (None, None)
    return {
        "task": csv_cell(score.task),
        "metric": score.metric,
        "headline": "true" if headline else "false",
        "value": _number(score.value),
        "low": _number(low),
        "high": _number(high),
        "n": str(score.n),
        "rank": _number(score.rank),
        "letters": score.letters,
        "better": score.better or "",
        "scale": "0 to 1" if score.percent else "plain number",
    }


def _of_test(test: BaselineComparison | None) -> dict[str, str]:
    """Return the cells of a test against the baseline, which the baseline itself does not have."""
    if test is None:
        return {}
    low, high = known_ends(test.interval) or (None, None)
    return {
        "verdict": verdict(test),
        "difference": _number(test.difference),
        "difference_low": _number(low),
        "difference_high": _number(high),
        "p_adjusted": _number(test.p_value_adjusted),
    }


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def is_report_file(name: str) -> bool:
    """Return whether a report may write a file of this name, which is relative to its folder."""
    return name in _FILES or bool(re.fullmatch(r"run_\d+_results\.yaml", name))


def _stale(folder: Path, contents: Container[str]) -> Iterator[str]:
    """Yield the runs and pictures of an earlier report that this one does not replace."""
    runs = [path.name for path in folder.glob("run_*_results.yaml")]
    for name in (*sorted(_FILES), *runs):
        if name not in contents and (folder / name).is_file() and _is_ours(folder / name):
            yield name


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(_MARKED_WITHIN)
    return _MARK in begin or begin.startswith(_SHEET)
