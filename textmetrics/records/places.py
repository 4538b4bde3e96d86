"""Where a program writes prediction and reference, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textmetrics._escape import name_list, short_repr
from textmetrics.records.errors import RecordError
from textmetrics.records.fields import REFERENCE_FIELDS
from textmetrics.records.formats import Format
from textmetrics.records.paths import at_path
from textmetrics.records.values import SeveralAnswersError

__all__ = ["Place"]


class Place:
    """Where something stands in the records of one program's files.

    Args:
        what: what it is, ``prediction`` or ``reference``.
        paths: where it may stand; the first of them that there is counts.
        convert: what makes of it what a plain record has there, given the record too.
        advice: what else to do where it is missing.
    """

    def __init__(
        self,
        what: str,
        paths: tuple[str, ...],
        convert: Callable[[Any, Mapping[str, Any]], Any],
        advice: str,
    ) -> None:
        self._what = what
        self._paths = paths
        self._convert = convert
        self._advice = advice
        self._path = paths[0]

    @classmethod
    def of_predictions(cls, known: Format, name: str | None) -> Place:
        """Give the place of the answers, or the one that the user named."""
        paths = known.prediction if name is None else (name,)
        return cls("prediction", paths, lambda value, _: known.to_prediction(value), "")

    @classmethod
    def of_references(cls, known: Format, name: str | None) -> Place:
        """Give the place of the references, or the one that the user named."""
        paths = (known.references or REFERENCE_FIELDS) if name is None else (name,)
        return cls("reference", paths, known.to_references, f"; {known.advice}")

    def of(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Give what stands there, as a plain record has it.

        Raises:
            RecordError: if there is nothing, or nothing of use.
        """
        value = self._found(record, file, line)
        try:
            converted = self._convert(value, record)
        except SeveralAnswersError as error:
            message = f"has {error}, and one is scored; choose one, such as the first with"
            message += f" --{self._what}-field {self._path}.0"
        except ValueError as error:
            message = str(error)
        else:
            if converted != []:
                return converted
            message = f"has no {self._what}{self._advice}"
        raise RecordError(file, line, f"{self.described()} {message}")

    def _found(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        for path in self._paths:
            try:
                value = at_path(record, path)
            except LookupError:
                continue
            self._path = path
            return value
        where = " or ".join(map(short_repr, self._paths[:3]))
        found = f"found the fields {name_list(record)}" if record else "found no field at all"
        message = f"no {self._what} in {where}, {found}; name it with --{self._what}-field"
        raise RecordError(file, line, f"{message}{self._advice}")

    def described(self) -> str:
        """Say which field it was that was looked at last."""
        return f"field {short_repr(self._path)}"
