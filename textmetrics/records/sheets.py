"""Read a sheet of a file of Excel as a table; its cells as they are shown."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from textmetrics._escape import name_list, short_repr
from textmetrics.records.errors import DataError, OpenError

__all__ = ["Cell", "Sheet", "shown", "split_sheet"]

_EXCEL = (".xlsx", ".xlsm")
# What a file may unpack to; a sheet of a million long answers has less.
_MOST_BYTES = 1 << 31
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Number formats whose text is plain: digits, a point, thousands, per cent.
_PLAIN_FORMAT = re.compile(r"(?P<grouped>#,##)?0(?:\.(?P<places>0+))?(?P<percent>%)?")
_DIGITS = 15  # that Excel keeps of a number
_LONGEST_CELL = 32_767  # characters that Excel keeps in a cell


class Cell(NamedTuple):
    """A cell as text, and why it cannot be used, if so."""

    text: str
    problem: str = ""


def split_sheet(path: str) -> tuple[str, str | None]:
    """Split the path of a file of Excel from the sheet that is named behind it, if one is.

    Examples:
        >>> split_sheet("answers.xlsx#Model A"), split_sheet("a#b.jsonl")
        (('answers.xlsx', 'Model A'), ('a#b.jsonl', None))
    """
    found = re.search(r"(?i)(?<=\.xls[xm])#", path)
    if found is None or Path(path).exists():
        return path, None
    return path[: found.start()], path[found.end() :]


class Sheet:
    """A sheet of a workbook.

    Args:
        raw: the bytes of the file.
        file: its name in messages.
        name: the sheet; the first one that is not hidden where ``None``.

    Attributes:
        title: the name of the sheet.
        is_usual: whether it is the one that is read where none is named.
        others: the names of the other sheets, if none was chosen.
        merged: whether it has merged cells.

    Raises:
        DataError: if the file is damaged, too large, or has no such sheet.
        OpenError: if openpyxl is not installed.
    """

    def __init__(self, raw: bytes, file: str, name: str | None = None) -> None:
        self._file = file
        self._raw = raw
        self._check_size()
        book = self._open(values=True)
        titles = [each.title for each in book.worksheets]
        if not titles:
            raise DataError(file, None, "has no sheet with cells; save a table in it")
        shown = [each.title for each in book.worksheets if each.sheet_state == "visible"]
        usual = [*shown, *titles][0]
        self.title = usual if name is None else name
        self.is_usual = self.title == usual
        if self.title not in titles:
            message = f"no sheet {short_repr(name)}; its sheets are {name_list(titles)}"
            raise DataError(file, None, message)
        self.others = [each for each in titles if each != self.title] if name is None else []
        self._book = book
        self.merged = b"<mergeCell " in self._sheet_text()

    def _check_size(self) -> None:
        """Reject a file that would unpack to more than memory should hold."""
        from zipfile import BadZipFile, ZipFile

        try:
            with ZipFile(BytesIO(self._raw)) as archive:
                size = sum(each.file_size for each in archive.infolist())
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            message = f"damaged Excel file ({error}); create or copy the file again"
            raise DataError(self._file, None, message) from error
        if size > _MOST_BYTES:
            message = f"unpacks to {size:,} bytes, too many for Excel; save the table as CSV"
            raise DataError(self._file, None, message)

    def _open(self, *, values: bool) -> Any:
        try:
            from openpyxl import load_workbook
        except ImportError:
            message = (
                "is an Excel file, which needs openpyxl; pip install 'textmetrics-eval[excel]'"
            )
            raise OpenError(self._file, None, message) from None
        import warnings

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions that are not read
                return load_workbook(BytesIO(self._raw), read_only=True, data_only=values)
        except MemoryError:
            raise
        except Exception as error:  # openpyxl lets through what zipfile, XML and Python raise
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> DataError:
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        message = f"damaged Excel file ({reason}); save it again"
        return DataError(self._file, None, message)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Return the rows that are not empty, each with its number.

        Raises:
            DataError: if the file is damaged.
        """
        try:
            formulas = self._formulas()
            for number, row in enumerate(self._book[self.title].iter_rows(), start=1):
                cells = [
                    Cell("", _no_value(number, place))
                    if (number, place) in formulas and cell.value is None
                    else _cell(cell, number, place)
                    for place, cell in enumerate(row)
                ]
                while cells and cells[-1] == Cell(""):
                    cells.pop()
                if cells:
                    yield number, cells
        except (DataError, MemoryError):
            raise
        except Exception as error:
            raise self._damaged(error) from error

    def _formulas(self) -> frozenset[tuple[int, int]]:
        """Return the places of formulas, by row from 1 and column from 0.

        A program that writes formulas does not compute them: their cells have no value then, and
        would be taken for empty ones.
        """
        if b"<f" not in self._sheet_text():
            return frozenset()
        book = self._open(values=False)
        return frozenset(
            (number, place)
            for number, row in enumerate(book[self.title].iter_rows(), start=1)
            for place, cell in enumerate(row)
            if cell.data_type == "f"
        )

    def _sheet_text(self) -> bytes:
        from zipfile import ZipFile

        path = getattr(self._book[self.title], "_worksheet_path", None)
        try:
            with ZipFile(BytesIO(self._raw)) as archive:
                return archive.read(path) if path in archive.namelist() else b"<f"
        except MemoryError:
            raise
        except Exception as error:  # zipfile lets through what decompressing raises
            raise self._damaged(error) from error


def _column(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _no_value(row: int, place: int) -> str:
    return (
        f"cell {_column(place)}{row} is a formula without a value; open the file in Excel and "
        "save it"
    )


def _cell(cell: Any, row: int, place: int) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "e":
        return Cell(str(value), f"cell {_column(place)}{row} is an error, {value}; fix it in Excel")
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\r\n", "\n")
        if len(value) >= _LONGEST_CELL:
            most = f"{_LONGEST_CELL:,} characters, the most that Excel keeps"
            return Cell(
                text,
                f"cell {_column(place)}{row} has {most}: the text was probably cut off; save the "
                "table as CSV from where it comes",
            )
        return Cell(text)
    return Cell(shown(value, cell.number_format or "General"))


def shown(value: object, number_format: str = "General") -> str:
    """Return the value of a cell as text.

    Numbers are as Excel shows them in the formats that give plain text, and with all digits in
    others (currencies, fractions, dates of one's own). Dates and times are as in ISO 8601.

    Examples:
        >>> shown(5.0), shown(0.5, "0%"), shown(1234.5, "#,##0.00"), shown(0.1 + 0.2)
        ('5', '50%', '1,234.50', '0.3')
        >>> shown(datetime.datetime(2024, 5, 1)), shown(True)
        ('2024-05-01', 'TRUE')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    if isinstance(value, datetime.datetime):
        whole_day = value.time() == datetime.time()
        return value.date().isoformat() if whole_day else value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    number = Decimal(f"{value:.{_DIGITS}g}") if isinstance(value, float) else Decimal(value)
    found = _PLAIN_FORMAT.fullmatch(number_format.split(";", maxsplit=1)[0].strip("_) "))
    if found is None:
        plain = f"{number:f}" if number == number.to_integral_value() else str(number)
        return plain.removesuffix(".0")
    if found["percent"]:
        number *= 100
    places = len(found["places"] or "")
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}" if found["grouped"] else f"{rounded:f}"
    return text + "%" * bool(found["percent"])
