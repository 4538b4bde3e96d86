"""Draw tables as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Sequence

from textmetrics._escape import escape_html, printable

__all__ = ["html_table", "render", "without_empty"]

_GAP = "  "  # between columns
_NONE = "–"


def without_empty(
    header: Sequence[str], rows: Sequence[Sequence[str]], optional: Container[str]
) -> tuple[list[str], list[list[str]]]:
    """Return a table without those of its columns that have no value in any row.

    Args:
        header: the columns' names.
        rows: the formatted cells; an en dash is none.
        optional: the names of the columns that may be left out.

    Examples:
        >>> without_empty(["n", "F1", "sd"], [["2", "–", "0.1"]], {"F1", "sd"})
        (['n', 'sd'], [['2', '0.1']])
    """
    kept = [
        at
        for at, name in enumerate(header)
        if name not in optional or any(row[at] not in ("", _NONE) for row in rows)
    ]
    return [header[at] for at in kept], [[row[at] for at in kept] for row in rows]


def render(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: str = "plain",
    *,
    color: bool = False,
    texts: int = 1,
) -> str:
    """Return a table as text; the first columns are left-aligned text, the others numbers.

    Control characters in cells are escaped. What Markdown or a spreadsheet would obey is up to the
    caller, who knows which cells hold other people's text.

    Args:
        header: the columns' names.
        rows: the formatted cells.
        style: ``plain`` for a terminal, ``markdown`` or ``csv``.
        color: whether escape sequences may be used for colours.
        texts: how many columns are text.
    """
    header, *rows = [[printable(cell) for cell in row] for row in (header, *rows)]
    if style == "csv":
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return file.getvalue().rstrip("\n")
    widths = [max(map(_width, column)) for column in zip(header, *rows, strict=True)]
    lines = [_padded(row, widths, texts) for row in (header, *rows)]
    if style == "markdown":
        below = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
        return "\n".join([_piped(lines[0]), below, *map(_piped, lines[1:])])
    names = lines[0] if not color else [f"\x1b[1m{name}\x1b[0m" for name in lines[0]]
    rule = " " + "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return "\n".join([_spaced(names), rule, *filter(None, map(_spaced, lines[1:]))])


def _padded(row: Sequence[str], widths: Sequence[int], texts: int) -> list[str]:
    """Return cells of equal width in each column."""
    cells = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (width - _width(cell))
        cells.append(cell + padding if index < texts else padding + cell)
    return cells


def _width(cell: str) -> int:
    """Return the columns of a terminal that a cell takes."""
    if cell.isascii() or cell == _NONE:
        return len(cell)
    from rich.cells import cell_len  # for most tables it need not be loaded

    return cell_len(cell)


def _spaced(cells: Sequence[str]) -> str:
    return f" {_GAP.join(cells)}".rstrip()


def _piped(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def html_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "", texts: int = 1
) -> str:
    """Return a table in HTML, whose texts are escaped; colours are those of the page around it.

    Args:
        header: the columns' names.
        rows: the formatted cells.
        caption: shown above the table, if there is one.
        texts: how many of the first columns are text; the others are right-aligned.

    Examples:
        >>> html_table(["a"], [["<b>"]]).partition("<tbody>")[2]
        '<tr><td style="text-align: left">&lt;b&gt;</td></tr></tbody></table>'
    """

    def line(row: Sequence[str], tag: str) -> str:
        cells = []
        for at, cell in enumerate(row):
            side = "left" if at < texts else "right"
            cells.append(f'<{tag} style="text-align: {side}">{escape_html(cell)}</{tag}>')
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    above = f"<caption>{escape_html(caption)}</caption>" if caption else ""
    return f"<table>{above}<thead>{line(header, 'th')}</thead><tbody>{body}</tbody></table>"
