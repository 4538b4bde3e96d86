r"""The table of a paper: a model a row, a metric a column, written as LaTeX, Markdown or CSV.

What is best, next or marked is decided by who makes the table; nothing here compares numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from textmetrics._checks import whole_number
from textmetrics._escape import (
    csv_cell,
    escape_html,
    escape_latex,
    escape_markdown,
    pluralized,
    printable,
    short_repr,
)
from textmetrics._registry import suggest

__all__ = [
    "MARK",
    "UNCERTAINTIES",
    "PaperCell",
    "PaperColumn",
    "PaperTable",
    "Uncertainty",
    "about_definition",
    "about_uncertainty",
    "check_paper_options",
    "interval_texts",
    "joined",
    "number_text",
]

Uncertainty: TypeAlias = Literal["interval", "margin", "sd"]
UNCERTAINTIES = ("interval", "margin", "sd")

MARK = "†"
"""What follows a number that the caption says something about."""
_NOTHING = "–"
_NARROW = 45  # characters that a column of a page with two has room for
_PAGE = 70  # that a page has room for


def number_text(value: float | None, *, percent: bool = True, decimals: int = 2) -> str:
    """Format a number, in percent or as it is; empty if there is none.

    Examples:
        >>> number_text(0.12345), number_text(0.12345, decimals=1), number_text(None)
        ('12.35', '12.3', '')
    """
    if value is None or math.isnan(value):
        return ""
    return f"{100 * value if percent else value:.{decimals}f}"


@dataclass(frozen=True)
class PaperColumn:
    """A column of numbers.

    Attributes:
        title: the metric's name for people.
        group: what stands above neighbouring columns, such as their task; empty for nothing.
        percent: whether the numbers are in percent.
        lower: whether lower numbers are better.
    """

    title: str
    group: str = ""
    percent: bool = True
    lower: bool = False


@dataclass(frozen=True)
class PaperCell:
    """A number, and how it is set off.

    Attributes:
        text: the number as it is shown; empty if there is none.
        spread: what follows it: ``("0.70",)`` after ±, or the ends of an interval.
        best: whether it is in bold.
        second: whether it is underlined.
        marked: whether `MARK` follows it.
    """

    text: str
    spread: tuple[str, ...] = ()
    best: bool = False
    second: bool = False
    marked: bool = False


@dataclass(frozen=True, repr=False)
class PaperTable:
    """A table as papers have it; ``print`` shows it in Markdown, and notebooks as a table.

    Attributes:
        columns: the columns of numbers.
        rows: the name of a model, and its numbers.
        caption: what the numbers are, as one paragraph.
        notes: what is kept beside the table: signatures and warnings.
        names: what the first column holds.
        rules: rows that a rule stands above in LaTeX, by their place.
    """

    columns: Sequence[PaperColumn]
    rows: Sequence[tuple[str, Sequence[PaperCell]]]
    caption: str
    notes: Sequence[str] = ()
    names: str = "model"
    rules: Collection[int] = ()

    def to_latex(self, *, siunitx: bool = False, label: str = "tab:results") -> str:
        r"""Return a ``table`` for the package booktabs.

        Args:
            siunitx: align numbers at the point by columns of the package siunitx.
            label: the name for ``\ref``.

        Raises:
            ValueError: if the label has characters that LaTeX does not take in one.

        Examples:
            >>> rows = [("a_b", [PaperCell("50.00", best=True)])]
            >>> table = PaperTable([PaperColumn("F1")], rows, "Scores.")
            >>> print(table.to_latex().splitlines()[-4])
            a\_b & \textbf{50.00} \\
        """
        return "\n".join(_latex_lines(self, siunitx=siunitx, label=_checked_label(label)))

    def to_markdown(self) -> str:
        r"""Return a table in Markdown, with the caption below it.

        Examples:
            >>> rows = [("a_b", [PaperCell("50.00", best=True)])]
            >>> table = PaperTable([PaperColumn("F1")], rows, "Scores.")
            >>> print(table.to_markdown().splitlines()[2])
            | a\_b  | **50.00** |
        """
        from textmetrics._tables import render  # most evaluations are never shown as a table

        header = [self.names, *map(_flat_title, self.columns)]
        rows = [[escape_markdown(name), *map(_markdown, cells)] for name, cells in self.rows]
        table = render(list(map(escape_markdown, header)), rows, "markdown")
        return f"{table}\n\n{escape_markdown(self.caption)}"

    def to_csv(self) -> str:
        """Return CSV with the numbers of the table, and columns for what follows them.

        Examples:
            >>> rows = [("a", [PaperCell("50.00", best=True)])]
            >>> table = PaperTable([PaperColumn("F1")], rows, "Scores.")
            >>> print(table.to_csv())
            model,F1 (%),F1 marks
            a,50.00,best
        """
        import csv
        import io

        columns = list(zip(*(cells for _, cells in self.rows), strict=True))
        parts = [
            _csv_columns(column, cells) for column, cells in zip(self.columns, columns, strict=True)
        ]
        table = [
            (self.names, [name for name, _ in self.rows]),
            *(each for part in parts for each in part),
        ]
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([csv_cell(title) for title, _ in table])
        writer.writerows(zip(*([*map(csv_cell, cells)] for _, cells in table), strict=True))
        return file.getvalue().rstrip("\n")

    def __repr__(self) -> str:
        """Show the size of the table."""
        rows, columns = len(self.rows), len(self.columns)
        return f"<PaperTable of {pluralized(rows, 'row')} and {pluralized(columns, 'column')}>"

    def __str__(self) -> str:
        """Return the table in Markdown."""
        return self.to_markdown()

    def _repr_html_(self) -> str:
        """Show the table in a notebook; colours are those of the notebook."""
        return "".join(_html(self))


# --- LaTeX


def _checked_label(label: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9:./+-]+", label) is None:
        raise ValueError(
            f"label must be ASCII letters, digits and any of : . / + -, got {short_repr(label)}"
        )
    return label


def _latex_lines(table: PaperTable, *, siunitx: bool, label: str) -> Iterator[str]:
    width = _width(table)
    packages = ["booktabs", *["graphicx"] * (width > _PAGE), *["siunitx"] * siunitx]
    yield f"% \\usepackage{{{', '.join(packages)}}}"
    titles = [column.title + column.group for column in table.columns]
    texts = [table.caption, *(name for name, _ in table.rows), *titles]
    if any(_is_far(character) for text in texts for character in escape_latex(text)):
        yield "% Compile with XeLaTeX or LuaLaTeX, and a font that has all characters (xeCJK)."
    yield from (f"% {printable(note)}" for note in table.notes)
    star = "*" * (width > _NARROW)
    yield rf"\begin{{table{star}}}[t]"
    yield r"\centering"
    yield rf"\caption{{{escape_latex(table.caption)}}}"
    yield rf"\label{{{label}}}"
    yield r"\setlength{\abovetopsep}{4pt}"  # article leaves no space below a caption
    if width > _PAGE:
        yield r"\setlength{\tabcolsep}{3pt}"
        yield r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"
    columns = [[cells[at] for _, cells in table.rows] for at in range(len(table.columns))]
    sides = [_number_side(cells) if siunitx else "r" for cells in columns]
    yield rf"\begin{{tabular}}{{l{''.join(sides)}}}"
    yield r"\toprule"
    yield from _group_lines(table.columns)
    yield (
        " & ".join(
            [
                table.names.capitalize(),
                *(_latex_title(each, braced=siunitx) for each in table.columns),
            ]
        )
        + r" \\"
    )
    yield r"\midrule"
    marked = [any(cell.marked for cell in cells) for cells in columns]
    for at, (name, cells) in enumerate(table.rows):
        if at in table.rules:
            yield r"\midrule"
        shown = [
            _in_number_column(cell) if siunitx else _latex_cell(cell, room=room)
            for cell, room in zip(cells, marked, strict=True)
        ]
        yield " & ".join([escape_latex(name), *shown]) + r" \\"
    yield r"\bottomrule"
    yield r"\end{tabular}" + "}" * (width > _PAGE)
    yield rf"\end{{table{star}}}"


def _width(table: PaperTable) -> int:
    """Return about how many characters stand side by side in the table's widest lines."""
    names = max((len(name) for name, _ in table.rows), default=0)
    numbers = 0
    for at, column in enumerate(table.columns):
        cells = [cells[at] for _, cells in table.rows]
        longest = max(
            (len(cell.text + _spread_text(cell)) + cell.marked for cell in cells), default=0
        )
        numbers += 1 + max(longest, *map(len, column.title.split()))
    return names + numbers


def _is_far(character: str) -> bool:
    """Return whether pdfLaTeX has no character of that kind without further packages."""
    return ord(character) > 0x17F


def _group_lines(columns: Sequence[PaperColumn]) -> Iterator[str]:
    """Yield the row above the titles with what columns share, and rules below it."""
    if not any(column.group for column in columns):
        return
    cells, rules, at = [""], [], 2
    for group, found in groupby(columns, key=lambda column: column.group):
        width = len(list(found))
        cells.append(rf"\multicolumn{{{width}}}{{c}}{{{escape_latex(group)}}}")
        rules.append(rf"\cmidrule(lr){{{at}-{at + width - 1}}}")
        at += width
    yield " & ".join(cells) + r" \\"
    yield " ".join(rules)


def _latex_title(column: PaperColumn, *, braced: bool) -> str:
    """Return a column's title on lines of their own for its words, which keeps columns narrow."""
    words = [escape_latex(word) for word in column.title.split()]
    words[-1:] = [f"{words[-1]}~$\\downarrow$" if column.lower else words[-1]]
    lines = r"\\".join(words)
    side = "c" if braced else "r"
    title = lines if len(words) == 1 else rf"\shortstack[{side}]{{{lines}}}"
    return f"{{{title}}}" if braced else title


_DAGGER = r"\textsuperscript{\dag}"


def _latex_cell(cell: PaperCell, *, room: bool) -> str:
    """Return a cell; ``room`` keeps that of a mark where the column has one."""
    if not cell.text:
        return "--"
    mark = _DAGGER if cell.marked else rf"\phantom{{{_DAGGER}}}" * room
    return f"{_styled(cell, cell.text.replace('-', '$-$'))}{mark}{_latex_spread(cell)}"


def _styled(cell: PaperCell, number: str) -> str:
    if cell.best:
        return rf"\textbf{{{number}}}"
    return rf"\underline{{{number}}}" if cell.second else number


def _latex_spread(cell: PaperCell) -> str:
    spread = [each.replace("-", "$-$") for each in cell.spread]
    if len(spread) == 1:
        return rf" $\pm$ {spread[0]}"
    return f" {{[}}{spread[0]}, {spread[1]}]" if spread else ""


def _number_side(cells: Sequence[PaperCell]) -> str:
    """Return the column of siunitx that has room for numbers and what follows them."""
    numbers = [cell.text for cell in cells if cell.text] or ["0"]
    wholes, decimals = zip(*((n.lstrip("-").partition(".")[::2]) for n in numbers), strict=True)
    sign = "-" * any(number.startswith("-") for number in numbers)
    after = max((_after(cell) for cell in cells), key=len)
    space = f",table-space-text-post={{{after}}}" if after else ""
    size = f"{sign}{max(map(len, wholes))}.{max(map(len, decimals))}"
    return f"S[table-format={size},detect-weight,mode=text{space}]"


def _after(cell: PaperCell) -> str:
    """Return what follows a number in a column of siunitx."""
    spread = rf"\mdseries{{}}{_latex_spread(cell)}" if cell.spread else ""
    return f"{_DAGGER * cell.marked}{spread}" if cell.text else ""


def _in_number_column(cell: PaperCell) -> str:
    """Return a cell of a column of siunitx, which takes other things than numbers in braces."""
    if not cell.text:
        return "{--}"
    after = _after(cell)
    if cell.second:
        return f"{{{_styled(cell, cell.text)}{after}}}"
    return r"\bfseries " * cell.best + cell.text + (f"{{{after}}}" if after else "")


# --- Markdown, HTML and CSV


def _flat_title(column: PaperColumn) -> str:
    above = f"{column.group}: " if column.group else ""
    return f"{above}{column.title}{' ↓' * column.lower}"


def _spread_text(cell: PaperCell) -> str:
    if len(cell.spread) == 1:
        return f" ± {cell.spread[0]}"
    return f" [{', '.join(cell.spread)}]" if cell.spread else ""


def _markdown(cell: PaperCell) -> str:
    return _tagged(cell, escape_markdown, ("**", "**"))


def _tagged(cell: PaperCell, escape: Callable[[str], str], bold: tuple[str, str]) -> str:
    """Return a cell with the tags of Markdown and HTML."""
    if not cell.text:
        return _NOTHING
    begin, end = bold if cell.best else ("<ins>", "</ins>") if cell.second else ("", "")
    return f"{begin}{escape(cell.text)}{end}{MARK * cell.marked}{escape(_spread_text(cell))}"


def _html(table: PaperTable) -> Iterator[str]:
    yield "<table><thead>"
    if any(column.group for column in table.columns):
        yield "<tr><th></th>"
        for group, found in groupby(table.columns, key=lambda column: column.group):
            width = len(list(found))
            shown = escape_html(group)
            yield f'<th colspan="{width}" style="text-align: center">{shown}</th>'
        yield "</tr>"
    titles = [escape_html(column.title + " ↓" * column.lower) for column in table.columns]
    yield f"<tr>{_left('th', table.names)}{''.join(_right('th', title) for title in titles)}</tr>"
    yield "</thead><tbody>"
    for name, cells in table.rows:
        numbers = [_right("td", _tagged(each, escape_html, ("<b>", "</b>"))) for each in cells]
        yield f"<tr>{_left('td', escape_html(name))}{''.join(numbers)}</tr>"
    yield f"</tbody></table><small>{escape_html(table.caption)}</small>"


def _left(tag: str, content: str) -> str:
    return f'<{tag} style="text-align: left">{content}</{tag}>'


def _right(tag: str, content: str) -> str:
    return f'<{tag} style="text-align: right">{content}</{tag}>'


def _csv_columns(
    column: PaperColumn, cells: Sequence[PaperCell]
) -> Iterator[tuple[str, list[str]]]:
    """Yield a column's numbers, and columns of what follows them where anything does."""
    title = _flat_title(column)
    yield title + " (%)" * column.percent, [cell.text for cell in cells]
    width = max((len(cell.spread) for cell in cells), default=0)
    for at, name in enumerate(("±",) if width == 1 else ("low", "high")[:width]):
        yield f"{title} {name}", [cell.spread[at] if cell.spread else "" for cell in cells]
    marks = [" ".join(_marks(cell)) for cell in cells]
    if any(marks):
        yield f"{title} marks", marks


def _marks(cell: PaperCell) -> Iterable[str]:
    found = {"best": cell.best, "second": cell.second, MARK: cell.marked}
    return (name for name, is_so in found.items() if is_so)


# --- what both comparisons and evaluations say of such a table


def check_paper_options(
    uncertainty: object, decimals: int, *, known: Sequence[str] = UNCERTAINTIES
) -> None:
    """Check the options of a table.

    Raises:
        TypeError: if ``decimals`` is not an integer.
        ValueError: if it is not from 0 to 6, or ``uncertainty`` is not one of the known names.
    """
    if uncertainty is not None and uncertainty not in known:
        near = suggest(str(uncertainty), known)
        raise ValueError(f"unknown uncertainty {uncertainty!r}: {near}known: {', '.join(known)}")
    whole_number(decimals, "decimals", at_least=0, at_most=6)


def interval_texts(
    ends: Sequence[float | None] | None, uncertainty: str, *, percent: bool, decimals: int
) -> tuple[str, ...]:
    """Return what follows a number whose interval is known: its ends, or half its width.

    Examples:
        >>> interval_texts((0.25, 0.5), "interval", percent=True, decimals=1)
        ('25.0', '50.0')
        >>> interval_texts((0.25, 0.5), "margin", percent=True, decimals=1)
        ('12.5',)
    """
    low, high = ends or (None, None)
    if low is None or high is None:
        return ()
    numbers = ((high - low) / 2,) if uncertainty == "margin" else (low, high)
    return tuple(number_text(each, percent=percent, decimals=decimals) for each in numbers)


def about_definition(signatures: Iterable[str]) -> Iterator[str]:
    """Yield whose definitions scores have, or that words were left out, as a sentence.

    Examples:
        >>> list(about_definition(["f1|f1|lang:en|stop:en-db6d5633|preset:default"]))
        ['Stopwords are left out.']
    """
    fields = [dict(e.split(":", 1) for e in s.split("|") if ":" in e) for s in signatures]
    if presets := {each.get("preset", "default") for each in fields} - {"default"}:
        yield f"As defined by {joined(sorted(presets))}."
    elif any(each.get("stop", "none") != "none" for each in fields):
        yield "Stopwords are left out."


def about_uncertainty(uncertainty: str | None, interval: str) -> Iterator[str]:
    """Yield what follows a number, as a sentence."""
    if uncertainty == "interval":
        yield f"In brackets: the {interval}."
    elif uncertainty == "margin":
        yield f"±: half the {interval}."
    elif uncertainty == "sd":
        yield "±: the standard deviation between runs."


def joined(names: Iterable[str]) -> str:
    """Return names as a sentence lists them.

    Examples:
        >>> joined("abc"), joined("a")
        ('a, b and c', 'a')
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
