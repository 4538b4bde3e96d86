"""Write all files of a report, each of them whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from textmetrics._escape import csv_cell, printable_json
from textmetrics._sentences import ReportLang
from textmetrics._tables import render
from textmetrics.comparison import ComparisonReport, ModelScore, verdict
from textmetrics.records import OpenError, atomic_output
from textmetrics.report.page import to_html
from textmetrics.report.pictures import FORMS, PICTURES, draw
from textmetrics.report.queries import (
    finite,
    headline_comparisons,
    headline_scores,
    known_ends,
    models_by_rank,
)
from textmetrics.report.samples import ReportSamples
from textmetrics.report.summary import summary

__all__ = ["leaderboard", "report_files", "run_results", "write_report"]

_PICTURES = "visualizations"
# Found near the beginning of every run and picture that we wrote.
_MARK = b"textmetrics"
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

    All of them are made before the first is written. Runs and pictures of an earlier report in that
    folder are removed unless this one replaces them; no other file is touched.

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
    written = []
    try:
        for name, content in contents.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_output(str(path)) as file:
                file.write(content)
            written.append(path)
        for path in _stale(target, contents):
            path.unlink()
    except FileExistsError as error:
        raise OpenError(
            str(error.filename), None, "is not a folder; choose another one with --output"
        ) from None
    except OSError as error:
        raise OpenError.of(str(error.filename or folder), error) from error
    return written


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


def leaderboard(report: ComparisonReport) -> str:
    """Return the headline scores as CSV: one row per model, the best first.

    After each score are its interval, the rank and the verdict against the baseline. Numbers are
    0 to 1 with all digits; an unknown one is an empty cell.
    """
    models = {model.name: model for model in report.models}
    scores = headline_scores(report)
    tests = [each for task in report.tasks for each in headline_comparisons(report, task)]
    verdicts = {(each.model, each.task): verdict(each) for each in tests}
    header = ["model", "parameters", "tags", "mean_rank", "mean_normalised"]
    for task in report.tasks:
        name = f"{task.name} {task.headline}"
        columns = (name, f"{name} low", f"{name} high", f"{name} rank", f"{name} verdict")
        header += map(csv_cell, columns)
    rows = []
    for name in models_by_rank(report):
        model = models[name]
        row = [csv_cell(name), _number(model.params), csv_cell(" ".join(model.tags))]
        row += map(_number, (model.mean_rank, model.mean_normalised))
        for task in report.tasks:
            row += _score_cells(scores.get((name, task.name)))
            row.append(verdicts.get((name, task.name), ""))
        rows.append(row)
    return render(header, rows, "csv") + "\n"


def _score_cells(score: ModelScore | None) -> Iterator[str]:
    around = None if score is None else known_ends(score.interval)
    yield _number(None if score is None else score.value)
    yield from map(_number, around or (None, None))
    yield _number(None if score is None else score.rank)


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _stale(folder: Path, contents: dict[str, bytes]) -> Iterator[Path]:
    """Yield the runs and pictures of an earlier report that this one does not replace."""
    pictures = [f"{_PICTURES}/{name}.{form}" for name in PICTURES for form in FORMS]
    old = [path for name in pictures if (path := folder / name).is_file()]
    old += [path for path in folder.glob("run_*_results.yaml") if path.is_file()]
    for path in old:
        name = path.relative_to(folder).as_posix()
        if name not in contents and _is_ours(path):
            yield path


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return _MARK in file.read(_MARKED_WITHIN)
