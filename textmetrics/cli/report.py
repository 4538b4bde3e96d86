"""Evaluations of files become what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from textmetrics._escape import csv_cell, escape_markdown, printable, printable_json
from textmetrics._tables import render
from textmetrics.cli.file_scores import FileScores
from textmetrics.cli.notes import notes
from textmetrics.evaluation import percent, score_rows
from textmetrics.metrics import Score

__all__ = ["FORMATS", "report"]


def report(results: Sequence[FileScores], style: str, *, color: bool = False) -> str:
    """Give the text to print, without control characters from any file.

    Args:
        results: one a file.
        style: one of ``FORMATS``.
        color: whether escape sequences of our own may be used.
    """
    if style == "json":
        objects = [_object(each) for each in results]
        document = objects[0] if len(objects) == 1 else objects
        return printable_json(json.dumps(document, ensure_ascii=False, indent=2))
    if style == "csv":
        return _csv(results)
    look = "markdown" if style == "markdown" else "plain"
    escape = escape_markdown if style == "markdown" else printable
    if len(results) == 1:
        header, rows = score_rows(results[0].evaluation)
        texts = 1
    else:
        header, rows, texts = _a_row_a_file(results, escape)
    table = render(header, rows, look, color=color, texts=texts)
    # In Markdown a paragraph each: lines of one paragraph would flow together.
    gap = "\n\n" if style == "markdown" else "\n"
    return gap.join([table, *notes(results, escape)])


FORMATS = ("table", "json", "markdown", "csv")


def _object(result: FileScores) -> dict[str, Any]:
    return {
        "file": result.name,
        "preset": result.preset,
        **result.evaluation.to_dict(),
        "records": result.records,
        "left_out": result.left_out,
        "input_format": result.format.name,
    }


def _csv(results: Sequence[FileScores]) -> str:
    """Give a line a file and metric, 0 to 1 with all digits."""
    header = [
        "file",
        "preset",
        "metric",
        "headline",
        "score",
        "all_tokens",
        "precision",
        "recall",
        "f1",
    ]
    rows = [
        [
            csv_cell(result.name),
            result.preset,
            name,
            score.headline,
            *map(_digits, (score, score.all_tokens, score.precision, score.recall, score.f1)),
            str(score.n),
            str(result.records),
            "0 to 1",
            score.signature,
        ]
        for result in results
        for name, score in result.evaluation.items()
    ]
    return render([*header, "n", "records", "scale", "signature"], rows, "csv")


def _digits(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _a_row_a_file(
    results: Sequence[FileScores], escape: Callable[[str], str]
) -> tuple[list[str], list[list[str]], int]:
    """Give a row a file and preset, and how many columns are text; no such metric is a dash."""
    presets = len({result.preset for result in results}) > 1
    files = len({result.name for result in results}) > 1 or not presets
    titles: dict[str, dict[str, None]] = {}
    for result in results:
        for name, score in result.evaluation.items():
            titles.setdefault(name, {})[score.title] = None
    labels = {name: _label(list(found)) for name, found in titles.items()}
    names = ["file"] * files + ["preset"] * presets
    rows = []
    for result in results:
        scores = [result.evaluation.get(name) for name in labels]
        file = [escape(result.name)] * files
        for preset, cells in _rows_of(result, scores) if presets else [([], map(_cell, scores))]:
            rows.append([*file, *preset, *cells, f"{result.evaluation.n:,}"])
    return [*names, *labels.values(), "n"], rows, len(names)


def _label(titles: Sequence[str]) -> str:
    """Give a metric's title, without its headline where that is not the same in all rows."""
    if len(titles) == 1:
        return titles[0]
    return titles[0].removesuffix(" recall").removesuffix(" F1")


def _rows_of(
    result: FileScores, scores: Sequence[Score | None]
) -> Iterator[tuple[list[str], Iterable[str]]]:
    """Give the rows of one preset among several; two numbers in a cell would be too wide there."""
    if not result.both:
        yield [result.preset], map(percent, scores)
        return
    yield [f"{result.preset}, stopwords dropped"], map(percent, scores)
    over_all = (None if score is None else score.all_tokens for score in scores)
    yield [f"{result.preset}, all tokens"], map(percent, over_all)


def _cell(score: Score | None) -> str:
    if score is None or score.all_tokens is None:
        return percent(score)
    return f"{percent(score)} / {percent(score.all_tokens)}"
