"""`leaderboard.csv`: a row a model, which spreadsheets and programs open."""

from __future__ import annotations

from collections.abc import Iterator

from textmetrics._escape import csv_cell
from textmetrics._tables import render
from textmetrics.report.document import Document, Entry, headline_scores, models_by_rank, span

__all__ = ["leaderboard"]


def leaderboard(document: Document) -> str:
    """Give the headline score of each model on each task with its interval, the best model first.

    Numbers are 0 to 1 with all digits; what is not known is an empty cell.
    """
    models = {each["name"]: each for each in document["models"]}
    scores = headline_scores(document)
    header = ["model", "parameters", "tags", "mean_rank", "mean_normalised"]
    for task in document["tasks"]:
        name = f"{task['name']} {task['headline']}"
        header += [csv_cell(name), csv_cell(f"{name} low"), csv_cell(f"{name} high")]
    rows = []
    for name in models_by_rank(document):
        model = models[name]
        row = [csv_cell(name), _number(model["params"]), csv_cell(" ".join(model["tags"]))]
        row += [_number(model["mean_rank"]), _number(model["mean_normalised"])]
        for task in document["tasks"]:
            row += _score(scores.get((name, task["name"])))
        rows.append(row)
    return render(header, rows, "csv") + "\n"


def _score(score: Entry | None) -> Iterator[str]:
    around = None if score is None else span(score["interval"])
    yield _number(None if score is None else score["value"])
    yield from ("", "") if around is None else map(_number, around)


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
