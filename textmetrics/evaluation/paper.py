"""The table of a paper from scores alone: a file or model a row, a metric a column.

Without tests nothing is best: bold type and marks are for comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from textmetrics._paper import (
    UNCERTAINTIES,
    PaperCell,
    PaperColumn,
    PaperTable,
    about_definition,
    about_uncertainty,
    check_paper_options,
    interval_texts,
    joined,
    number_text,
)
from textmetrics.metrics import Score, with_exceptions

__all__ = ["PaperRow", "paper_of_scores"]

_LEVEL = "95 % interval"  # that of `Score.interval`


class PaperRow(NamedTuple):
    """The scores of one file or model.

    Attributes:
        name: what the row is called.
        scores: by the name of the metric.
        n: number of samples.
    """

    name: str
    scores: Mapping[str, Score]
    n: int


def paper_of_scores(
    rows: Sequence[PaperRow], *, uncertainty: str | None = None, decimals: int = 2
) -> PaperTable:
    """Return the table of a paper, with two rows for what was scored with and without stopwords.

    Args:
        rows: at least one.
        uncertainty: ``interval``, ``margin`` or ``None``.
        decimals: how many decimals numbers have.

    Raises:
        TypeError: if ``decimals`` is not an integer.
        ValueError: if an option has an impossible value, or samples were not kept.
    """
    check_paper_options(uncertainty, decimals, known=UNCERTAINTIES[:2])
    shown = [each for row in rows for each in _by_tokens(row)]
    columns = dict.fromkeys(_column(score) for row in shown for score in row.scores.values())
    table = []
    for row in shown:
        cells = {_column(each): _cell(each, uncertainty, decimals) for each in row.scores.values()}
        table.append((row.name, [cells.get(column, PaperCell("")) for column in columns]))
    return PaperTable(
        list(columns),
        table,
        " ".join(_caption(rows, list(columns), uncertainty)),
        [*dict.fromkeys(f"signature: {e.signature}" for row in shown for e in row.scores.values())],
    )


def _by_tokens(row: PaperRow) -> Iterator[PaperRow]:
    """Yield a row for each of both ways to score, or the only one."""
    over_all = {name: each.all_tokens or each for name, each in row.scores.items()}
    if not _both(row):
        yield row
        return
    dropped = {name: each for name, each in row.scores.items() if each.all_tokens is not None}
    yield row._replace(name=f"{row.name}, no stopwords", scores=dropped)
    yield row._replace(name=f"{row.name}, all tokens", scores=over_all)


def _both(row: PaperRow) -> bool:
    return any(each.all_tokens is not None for each in row.scores.values())


def _column(score: Score) -> PaperColumn:
    return PaperColumn(score.title, percent=score.percent, lower=score.better == "lower")


def _cell(score: Score, uncertainty: str | None, decimals: int) -> PaperCell:
    spread: tuple[str, ...] = ()
    if uncertainty is not None:
        found = score.interval()
        spread = interval_texts(
            (found.low, found.high), uncertainty, percent=score.percent, decimals=decimals
        )
    return PaperCell(number_text(score, percent=score.percent, decimals=decimals), spread)


def _caption(
    rows: Sequence[PaperRow], columns: Sequence[PaperColumn], uncertainty: str | None
) -> Iterator[str]:
    counts = [f"{row.n:,}" for row in rows]
    if len(set(counts)) > 1:
        counts = [f"{n} for {row.name}" for n, row in zip(counts, rows, strict=True)]
    plain = [column.title for column in columns if not column.percent]
    scale = "" if len(plain) == len(columns) else f" {with_exceptions('in percent', plain)}"
    yield f"Scores{scale} (n = {joined(dict.fromkeys(counts))})."
    if not any(map(_both, rows)):
        yield from about_definition(e.signature for row in rows for e in row.scores.values())
    if any(column.lower for column in columns):
        yield "↓: lower is better."
    yield from about_uncertainty(uncertainty, _LEVEL)
