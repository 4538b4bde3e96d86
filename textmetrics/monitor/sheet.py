"""A sheet: runs or models side by side, a line a figure, in five groups."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from textmetrics._escape import csv_cell, escape_html, escape_markdown, printable
from textmetrics._paper import PaperCell, PaperColumn, PaperTable
from textmetrics._sentences import term, translated
from textmetrics.monitor.figures import FIGURES, GROUPS, Figure, figure_text
from textmetrics.monitor.run import MonitoredRun

__all__ = ["FigureRow", "FigureSheet", "best_of", "sheet_of"]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of several models.

    Attributes:
        figure: what is shown; scores of metrics are figures made by the comparison.
        task: the task that a value is of, "" if it is of the model.
        values: by model, in the figure's unit of JSON; ``None`` where there is none.
        details: by model, what follows the value in small: each epoch, an interval, n.
        reasons: by model, why there is no value.
        best: the models with the best value, if values differ and have a direction.
    """

    figure: Figure
    task: str = ""
    values: dict[str, float | None] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    best: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What people read, in the current report language, after the task if there is one."""
        label = term(self.figure.label)
        return f"{self.task}: {label}" if self.task else label


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """Models side by side.

    Attributes:
        models: the columns.
        rows: in the order of the groups; a figure that no model has is left out, and named in
            ``absent`` with the reason.
        absent: figures without any value, and why.
    """

    models: list[str]
    rows: list[FigureRow]
    absent: dict[str, str] = field(default_factory=dict)

    def unknown(self) -> dict[str, list[tuple[str, str]]]:
        """Return what is not known by the reason: the figure's label, and the model or ""."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self.rows:
            lacking = {
                name: term(reason)
                for name, reason in row.reasons.items()
                if row.values.get(name) is None and reason
            }
            # What all models lack for one reason is said once, like a figure without any value.
            of_all = len(lacking) == len(self.models) and len(set(lacking.values())) == 1
            for name, why in list(lacking.items())[: 1 if of_all else None]:
                found.setdefault(why, []).append((row.label, "" if of_all else name))
        for name, reason in self.absent.items():
            label = FIGURES[name].label if name in FIGURES else name
            found.setdefault(term(reason), []).append((label, ""))
        return found

    def to_text(self, width: int = 80, *, definitions: bool = False) -> str:
        """Return a table for a terminal, with details and what was not measured below it.

        Labels are broken into lines and long names of models replaced by numbers before a line
        gets longer than the terminal; models that do not fit beside each other follow below.

        Args:
            width: how many columns the terminal has.
            definitions: whether to add what each figure is.

        Examples:
            >>> row = FigureRow(FIGURES["crashes"], values={"a": 0, "b": 2})
            >>> print(FigureSheet(["a", "b"], [row]).to_text())
                          a  b
             ─────────────────
             reliability
               crashes    0  2
        """
        return "\n".join(_Text(self, max(width, _NARROWEST)).lines(definitions=definitions))

    def to_markdown(self, *, definitions: bool = False) -> str:
        """Return a table in Markdown, with details and what was not measured below it.

        Args:
            definitions: whether to add what each figure is.

        Examples:
            >>> row = FigureRow(FIGURES["crashes"], values={"a": 0}, details={"a": "none"})
            >>> print(FigureSheet(["a"], [row]).to_markdown())
            | figure | unit | a |
            | --- | --- | ---: |
            | **reliability** | | |
            | crashes | | 0 |
            <BLANKLINE>
            Details:
            <BLANKLINE>
            - crashes: none
        """
        return "\n".join(_markdown(self, definitions=definitions))

    def to_html(self, *, caption: str = "") -> str:
        """Return a table in HTML, with details in small; all texts are escaped.

        Args:
            caption: what stands above it.
        """
        return "\n".join(_html(self, caption))

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return self.to_html()

    def to_csv(self) -> str:
        """Return CSV: a row a figure, with a value and details of each model.

        Values are in the unit beside them, with all their digits.
        """
        header = ["group", "figure", "name", "task", "unit"]
        rows = [_csv_row(row, self.models) for row in self.rows]
        kept = [name for name in self.models if any(name in row.details for row in self.rows)]
        header += [csv_cell(name) for name in self.models]
        header += [csv_cell(f"{name}: details") for name in kept]
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row, cells in zip(self.rows, rows, strict=True):
            writer.writerow(
                [*cells, *(csv_cell(translated(row.details.get(name, ""))) for name in kept)]
            )
        return file.getvalue().rstrip("\n")

    def to_latex(self, *, label: str = "tab:figures") -> str:
        r"""Return a ``table`` for the package booktabs: a line a figure, a column a model.

        Args:
            label: the name for ``\ref``.

        Raises:
            ValueError: if the label has characters that LaTeX does not take in one.
        """
        groups = [row.figure.group for row in self.rows]
        starts = [at for at in range(1, len(groups)) if groups[at] != groups[at - 1]]
        table = PaperTable(
            [PaperColumn(name if name.strip() else "–", percent=False) for name in self.models],
            [(_with_unit(row), [_paper_cell(row, name) for name in self.models])
             for row in self.rows],
            _CAPTION,
            names="figure",
            rules=starts,
        )  # fmt: skip
        return table.to_latex(label=label)

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as JSON has it.

        Each figure has its ``name``, ``label``, ``group``, ``unit``, ``factor`` and
        ``definition``, and by model ``values``, ``details`` and ``reasons``; a value times the
        factor is in the unit. ``absent`` says why other figures have no value.
        """
        return {
            "models": list(self.models),
            "figures": [_row_dict(row) for row in self.rows],
            "absent": {name: str(reason) for name, reason in self.absent.items()},
        }


def sheet_of(runs: Mapping[str, MonitoredRun]) -> FigureSheet:
    """Put runs side by side.

    Args:
        runs: the runs, by the names that the columns get.
    """
    found = {name: run.figures() for name, run in runs.items()}
    rows, absent = [], {}
    for figure in sorted(FIGURES.values(), key=lambda each: GROUPS.index(each.group)):
        cells = {name: each[figure.name] for name, each in found.items() if figure.name in each}
        if not cells:
            continue
        values = {name: cell.value for name, cell in cells.items()}
        if all(value is None for value in values.values()):
            absent[figure.name] = "; ".join(dict.fromkeys(c.reason for c in cells.values()))
            continue
        rows.append(
            FigureRow(
                figure,
                values=values,
                details={name: cell.details for name, cell in cells.items() if cell.details},
                reasons={name: cell.reason for name, cell in cells.items() if cell.reason},
                best=best_of(figure, values),
            )
        )
    return FigureSheet(list(runs), rows, absent)


def best_of(figure: Figure, values: Mapping[str, float | None]) -> list[str]:
    """Return the models with the best value, none if all values look the same.

    Examples:
        >>> best_of(FIGURES["epoch_s"], {"a": 60.0, "b": 41.0, "c": 41.01, "d": None})
        ['b', 'c']
        >>> best_of(FIGURES["epoch_s"], {"a": 60.0, "b": 60.01})
        []
    """
    known = {name: value for name, value in values.items() if value is not None}
    shown = {name: figure_text(value, figure) for name, value in known.items()}
    if figure.better is None or len(set(shown.values())) < 2:
        return []
    best = (max if figure.better == "higher" else min)(known.values())
    return [name for name, text in shown.items() if text == figure_text(best, figure)]


# --- shared by the formats

_CAPTION: Final = "Figures of training and serving; bold is best."


def _with_unit(row: FigureRow) -> str:
    return f"{row.label} ({term(row.figure.unit)})" if row.figure.unit else row.label


def _by_group(rows: Sequence[FigureRow]) -> Iterator[tuple[str, list[FigureRow]]]:
    for group, found in groupby(rows, key=lambda row: row.figure.group):
        yield term(group), list(found)


def _unknown(sheet: FigureSheet) -> dict[str, list[str]]:
    """Return what is not known, by the reason."""
    of = " of {}" if len(sheet.models) > 1 else ""
    return {
        reason: [f"{term(label)}{of.format(name) if name else ''}" for label, name in found]
        for reason, found in sheet.unknown().items()
    }


def _definitions(sheet: FigureSheet) -> dict[str, str]:
    figures = [row.figure for row in sheet.rows]
    figures += [FIGURES[name] for name in sheet.absent if name in FIGURES]
    return {term(figure.label): term(figure.definition) for figure in figures}


# --- text

_NARROWEST: Final = 40
_LABEL: Final = 20  # columns that a label keeps
_GAP: Final = 2


class _Text:
    """A sheet for a terminal.

    Args:
        sheet: the sheet.
        width: how many columns the terminal has.
    """

    def __init__(self, sheet: FigureSheet, width: int) -> None:
        self._sheet, self._width = sheet, width
        starred = {name for row in sheet.rows for name in row.best}
        self._numbers = {name: str(at) for at, name in enumerate(sheet.models, 1)}
        self._cells = {
            name: [_text_cell(row, name, starred=name in starred) for row in sheet.rows]
            for name in sheet.models
        }
        self._labels = [f"  {printable(row.label)}" for row in sheet.rows]
        self._units = [printable(term(row.figure.unit)) for row in sheet.rows]

    def lines(self, *, definitions: bool) -> Iterator[str]:
        """Yield all lines."""
        names = {name: printable(name) for name in self._sheet.models}
        if self._needed(names, self._sheet.models) > self._room:
            names = self._numbers
            for name, number in names.items():
                yield from _wrapped(printable(name), self._width, f" {number}  ")
            yield ""
        for at, block in enumerate(self._blocks(names)):
            yield from [""] * (at > 0)
            yield from self._table(block, names)
        if any(row.best for row in self._sheet.rows):
            scored = any(row.figure.group == "accuracy" for row in self._sheet.rows)
            tested = "; scores by the paired tests" * scored
            yield from _wrapped(f"* best of its row, by its value alone{tested}", self._width)
        yield from self._details(names)
        if unknown := _unknown(self._sheet):
            yield from ("", "not known:")
            for reason, labels in unknown.items():
                yield from _wrapped(f"{', '.join(labels)}: {reason}", self._width, "  ", "    ")
        if definitions:
            yield from ("", "definitions:")
            for label, text in _definitions(self._sheet).items():
                yield from _wrapped(f"{label}: {text}", self._width, "  ", "    ")

    def _blocks(self, names: Mapping[str, str]) -> Iterator[list[str]]:
        """Yield the models that stand beside each other."""
        block: list[str] = []
        for name in self._sheet.models:
            if block and self._needed(names, [*block, name]) > self._room:
                yield block
                block = []
            block.append(name)
        yield block

    def _needed(self, names: Mapping[str, str], block: Sequence[str]) -> int:
        return sum(_GAP + self._column_width(name, names) for name in block)

    @property
    def _room(self) -> int:
        """The columns of a terminal that values have at most."""
        return self._width - 1 - _LABEL - self._unit_width()

    def _unit_width(self) -> int:
        widest = max(map(_cells, self._units), default=0)
        return widest + _GAP if widest else 0

    def _column_width(self, name: str, names: Mapping[str, str]) -> int:
        return max(map(_cells, [names[name], *self._cells[name]]))

    def _table(self, block: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
        widths = [self._column_width(name, names) for name in block]
        unit = self._unit_width()
        rest = unit + sum(_GAP + width for width in widths)
        titles = [term(row.figure.group) for row in self._sheet.rows]
        longest = max(map(_cells, [*self._labels, *titles]), default=0)
        label = min(longest, self._width - 1 - rest)
        beside = self._details_beside(1 + label + rest + _GAP)

        def line(first: str, of_unit: str, cells: Sequence[str], last: str = "") -> str:
            text = " " + _padded(first, label)
            text += " " * min(unit, _GAP) + _padded(of_unit, max(0, unit - _GAP))
            for cell, width in zip(cells, widths, strict=True):
                text += " " * (_GAP + width - _cells(cell)) + cell
            return f"{text}{' ' * _GAP}{last}".rstrip()

        yield line("", "", [names[name] for name in block], "details" if any(beside) else "")
        yield " " + "─" * (label + rest)
        at = 0
        for group, rows in _by_group(self._sheet.rows):
            yield line(group, "", [""] * len(block))
            for _ in rows:
                labels = list(_wrapped(self._labels[at].strip(), label, "  ", "    "))
                cells = [self._cells[name][at] for name in block]
                details = beside[at] or [""]
                yield line(labels[0], self._units[at], cells, details[0])
                for more in range(1, max(len(labels), len(details))):
                    yield line(
                        labels[more] if more < len(labels) else "",
                        "",
                        [""] * len(block),
                        details[more] if more < len(details) else "",
                    )
                at += 1

    def _details_beside(self, begin: int) -> list[list[str]]:
        """Return the lines of details that stand beside each row, of a single model."""
        room = self._width - begin
        if len(self._sheet.models) != 1 or room < _LEAST_DETAILS:
            return [[] for _ in self._sheet.rows]
        [name] = self._sheet.models
        return [
            list(_wrapped(printable(translated(row.details[name])), room))
            if name in row.details
            else []
            for row in self._sheet.rows
        ]

    def _details(self, names: Mapping[str, str]) -> Iterator[str]:
        """Yield details below the table, of several models."""
        if len(self._sheet.models) == 1 or not any(row.details for row in self._sheet.rows):
            return
        yield from ("", "details:")
        for row in self._sheet.rows:
            shown = [name for name in self._sheet.models if row.details.get(name)]
            if shown:
                parts = [f"{names[n]}: {printable(translated(row.details[n]))}" for n in shown]
                text = f"{printable(_with_unit(row))} – {'; '.join(parts)}"
                yield from _wrapped(text, self._width, "  ", "    ")


_LEAST_DETAILS: Final = 16


def _text_cell(row: FigureRow, name: str, *, starred: bool) -> str:
    text = figure_text(row.values.get(name), row.figure)
    # Digits stay below each other in a column with stars.
    return f"{text} *" if name in row.best else f"{text}{'  ' * starred}"


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> Iterator[str]:
    """Yield a text in lines that are no wider; words that are wider are broken."""
    from rich.cells import chop_cells

    before, line = first, ""
    after = " " * _cells(first) if rest is None else rest
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if _cells(before + joined) <= width:
            line = joined
            continue
        if line:
            yield before + line
            before = after
        *whole, line = chop_cells(word, max(2, width - _cells(before))) or [""]
        for part in whole:
            yield before + part
            before = after
    yield (before + line).rstrip()


# --- Markdown, CSV, LaTeX, JSON


def _markdown(sheet: FigureSheet, *, definitions: bool) -> Iterator[str]:
    names = [escape_markdown(name) for name in sheet.models]
    yield _markdown_line(["figure", "unit", *names])
    yield _markdown_line(["---", "---", *["---:"] * len(names)])
    for group, rows in _by_group(sheet.rows):
        yield _markdown_line([f"**{escape_markdown(group)}**", *[""] * (len(names) + 1)])
        for row in rows:
            label, unit = escape_markdown(row.label), escape_markdown(term(row.figure.unit))
            yield _markdown_line([label, unit, *(_markdown_cell(row, n) for n in sheet.models)])
    details = list(_markdown_details(sheet))
    unknown = [f"{', '.join(labels)}: {reason}" for reason, labels in _unknown(sheet).items()]
    defined = [f"{label}: {text}" for label, text in _definitions(sheet).items()]
    lists = {"Details": details, "Not known": unknown, "Definitions": defined * definitions}
    for title, items in lists.items():
        if items:
            yield from ("", f"{title}:", "")
            yield from (f"- {escape_markdown(item)}" for item in items)


def _markdown_line(cells: Sequence[str]) -> str:
    return f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in cells)}|"


def _markdown_cell(row: FigureRow, name: str) -> str:
    text = escape_markdown(figure_text(row.values.get(name), row.figure))
    return f"**{text}**" if name in row.best else text


def _markdown_details(sheet: FigureSheet) -> Iterator[str]:
    for row in sheet.rows:
        for name in sheet.models:
            if row.details.get(name):
                of = f" of {name}" if len(sheet.models) > 1 else ""
                yield f"{_with_unit(row)}{of}: {translated(row.details[name])}"


def _html(sheet: FigureSheet, caption: str) -> Iterator[str]:
    """Yield lines: a body a group, with the best values in bold."""
    names = [f"<th>{escape_html(name)}</th>" for name in sheet.models]
    yield "<table>"
    if caption:
        yield f"<caption>{escape_html(caption)}</caption>"
    yield f"<thead><tr><th></th>{''.join(names)}</tr></thead>"
    for group, rows in _by_group(sheet.rows):
        width = len(names) + 1
        yield f'<tbody><tr><th colspan="{width}">{escape_html(group)}</th></tr>'
        for row in rows:
            cells = "".join(_html_cell(row, name) for name in sheet.models)
            yield f"<tr><th>{escape_html(_with_unit(row))}</th>{cells}</tr>"
        yield "</tbody>"
    yield "</table>"
    for reason, labels in _unknown(sheet).items():
        named = escape_html(f"{', '.join(labels)}: {reason}")
        yield f"<p>{named}</p>"


def _html_cell(row: FigureRow, name: str) -> str:
    text = escape_html(figure_text(row.values.get(name), row.figure))
    shown = f"<strong>{text}</strong>" if name in row.best else text
    details = escape_html(translated(row.details.get(name, "")))
    return f"<td>{shown}{f'<br><small>{details}</small>' if details else ''}</td>"


def _csv_row(row: FigureRow, models: Sequence[str]) -> list[str]:
    figure = row.figure
    names = [term(figure.group), term(figure.label), figure.name, row.task, figure.unit]
    return [*map(csv_cell, names), *(_csv_number(row, name) for name in models)]


def _csv_number(row: FigureRow, name: str) -> str:
    value = row.values.get(name)
    return "" if value is None else f"{value * row.figure.factor:.15g}"


def _paper_cell(row: FigureRow, name: str) -> PaperCell:
    value = row.values.get(name)
    text = "" if value is None else figure_text(value, row.figure)
    return PaperCell(text, best=name in row.best)


def _row_dict(row: FigureRow) -> dict[str, Any]:
    figure = row.figure
    return {
        "name": figure.name,
        "label": figure.label,
        "group": figure.group,
        "task": row.task,
        "unit": figure.unit,
        "factor": figure.factor,
        "better": figure.better,
        "definition": figure.definition,
        "values": dict(row.values),
        "details": {name: str(text) for name, text in row.details.items()},
        "reasons": {name: str(text) for name, text in row.reasons.items()},
        "best": list(row.best),
    }
