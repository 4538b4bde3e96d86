"""Draw a report's tables so that they fit a terminal."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from textmetrics._escape import printable
from textmetrics._tables import render
from textmetrics.comparison.names import columns, shortened

__all__ = ["WIDTH", "ReportTable", "drawn_tables"]

WIDTH = 80
"""The columns of a terminal whose width is not known."""
_GAP = 2
_SHORTER = (32, 24, 16)
"""How many columns names take at most, where whole ones do not fit."""


@dataclass(frozen=True)
class ReportTable:
    """One table of a report.

    Attributes:
        title: the title above the table.
        header: names of the columns.
        rows: formatted cells.
        texts: how many of the first columns are text.
        notes: lines below the table.
        spare: columns that a narrow terminal leaves out, those together that mean little alone.
        least: columns that it leaves out where even that, and shorter names, do not suffice.
        names: whether the titles of columns are names of models or tasks.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    notes: Sequence[str] = field(default=())
    spare: Sequence[Sequence[str]] = field(default=())
    least: Sequence[Sequence[str]] = field(default=())
    names: bool = False


def drawn_tables(tables: Sequence[ReportTable], width: int) -> list[str]:
    """Return tables as text, each no wider than a terminal, then what that takes away from them.

    In a table that is too wide, the first column becomes lines of their own, and columns that
    matter less are left out; names lose their middle, in all tables alike. If even that is too
    wide, the columns are spread over several tables.

    Args:
        tables: the tables.
        width: the columns of the terminal.
    """
    wide = [_layout(table, width) for table in tables]
    forms: dict[str, str] = {}
    for most in _SHORTER:
        if None not in wide:
            break
        forms = shortened(dict.fromkeys(name for table in tables for name in _names(table)), most)
        wide = [_layout(_renamed(table, forms), width) for table in tables]
    last = [
        each or _narrowest(_renamed(table, forms), width)
        for table, each in zip(tables, wide, strict=True)
    ]
    blocks = [_drawn(each, width) for each in last]
    if left_out := list(dict.fromkeys(name for each in last for name in each.left_out)):
        named = ", ".join(left_out)
        blocks.append(f"left out to fit {width} columns, but in Markdown: {named}")
    cut = {name: form for name, form in forms.items() if form != name}
    if cut:
        lines = [f"{printable(form)}: {printable(name)}" for name, form in cut.items()]
        blocks.append("\n".join(["names in full", *lines]))
    return blocks


@dataclass(frozen=True)
class _Layout:
    """A table as it is drawn.

    Attributes:
        table: the table without the columns that are left out.
        grouped: whether the values of the first column are lines of their own.
        left_out: the columns that are left out.
    """

    table: ReportTable
    grouped: bool = False
    left_out: Sequence[str] = ()

    def width(self) -> int:
        """Return how many columns the table takes."""
        table = _without_first(self.table) if self.grouped else self.table
        cells = zip(table.header, *table.rows, strict=True)
        of_columns = [max(map(_columns, column)) for column in cells]
        return 1 + sum(of_columns) + _GAP * (len(of_columns) - 1)


def _layout(table: ReportTable, width: int) -> _Layout | None:
    """Return the first layout that fits without loss, or with little."""
    return next((each for each in _layouts(table) if each.width() <= width), None)


def _narrowest(table: ReportTable, width: int) -> _Layout:
    """Return the first layout that fits with loss, else the narrowest."""
    grouped = table.texts > 1
    lossy = list(_reduced(table, [*table.spare, *table.least], grouped=grouped))
    layouts = [*_layouts(table), *lossy]
    return next((each for each in layouts if each.width() <= width), layouts[-1])


def _layouts(table: ReportTable) -> Iterator[_Layout]:
    """Yield the table whole, then with fewer and fewer columns, then in groups as well."""
    yield from _reduced(table, table.spare)
    if table.texts > 1:
        yield from _reduced(table, table.spare, grouped=True)


def _reduced(
    table: ReportTable, spare: Sequence[Sequence[str]], *, grouped: bool = False
) -> Iterator[_Layout]:
    left_out: tuple[str, ...] = ()
    yield _Layout(table, grouped)
    for names in spare:
        left_out += tuple(name for name in names if name in table.header)
        yield _Layout(_without(table, left_out), grouped, left_out)


def _names(table: ReportTable) -> Iterator[str]:
    """Yield what may be shortened: names in cells, and in titles of columns."""
    if table.names:
        yield from table.header
    for row in table.rows:
        yield from row[table.texts - 1 : table.texts]


def _renamed(table: ReportTable, forms: dict[str, str]) -> ReportTable:
    header = [forms.get(name, name) if table.names else name for name in table.header]
    at = table.texts - 1
    rows = [[*row[:at], forms.get(row[at], row[at]), *row[at + 1 :]] for row in table.rows]
    return replace(table, header=header, rows=rows)


def _without(table: ReportTable, names: Container[str]) -> ReportTable:
    return _only(table, [at for at, name in enumerate(table.header) if name not in names])


def _only(table: ReportTable, kept: Sequence[int]) -> ReportTable:
    header, *rows = ([row[at] for at in kept] for row in (table.header, *table.rows))
    return replace(table, header=header, rows=rows)


def _without_first(table: ReportTable) -> ReportTable:
    """Return a table without its first column, and the next one indented."""
    rows = [[f"  {row[1]}", *row[2:]] for row in table.rows]
    return replace(table, header=table.header[1:], rows=rows, texts=table.texts - 1)


def _drawn(layout: _Layout, width: int) -> str:
    bodies = ["\n".join(_lines(each, layout)) for each in _spread(layout, width)]
    return "\n".join([printable(layout.table.title), *bodies, *map(printable, layout.table.notes)])


def _lines(table: ReportTable, layout: _Layout) -> Iterable[str]:
    if not layout.grouped:
        return [render(table.header, table.rows, texts=table.texts)]
    shown = _without_first(table)
    head, rule, *rows = render(shown.header, shown.rows, texts=shown.texts).split("\n")
    lines, last = [head, rule], None
    for (first, *_), row in zip(table.rows, rows, strict=True):
        if first != last:
            lines.append(f" {printable(first)}")
        last = first
        lines.append(row)
    return lines


def _spread(layout: _Layout, width: int) -> Iterator[ReportTable]:
    """Yield a table in as many parts as it takes, each with all columns of text."""
    table = layout.table
    if layout.width() <= width:
        yield table
        return
    texts, rest = list(range(table.texts)), list(range(table.texts, len(table.header)))
    while rest:
        taken = len(rest)
        while taken > 1 and _part(layout, [*texts, *rest[:taken]]).width() > width:
            taken -= 1
        yield _part(layout, [*texts, *rest[:taken]]).table
        rest = rest[taken:]


def _part(layout: _Layout, kept: Sequence[int]) -> _Layout:
    return replace(layout, table=_only(layout.table, kept))


def _columns(cell: str) -> int:
    return columns(printable(cell))
