"""The numbers that a program itself gave to a sample, where its file holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["StoredScore", "no_task", "number_of", "stored_fields"]


@dataclass(frozen=True, slots=True)
class StoredScore:
    """What a program says of a sample, and how to compute it again.

    Attributes:
        metric: the program's name of it.
        value: the number; ``None`` where the program gave none.
        prediction: the text that it scored.
        references: those that it scored it against.
        definitions: the ways in which it may have computed the number, each as the metric of the
            format's preset and its options; none if they are not known.
        certain: whether the number must come from one of them.
        field: the path of the prediction, if it is another than that of the format.
    """

    metric: str
    value: float | None
    prediction: str
    references: tuple[str, ...]
    definitions: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    certain: bool = True
    field: str = ""


def number_of(value: object) -> float | None:
    """Return a value that is a finite number, a truth value or a percentage, else ``None``.

    In tables all values are text.

    Examples:
        >>> number_of(True), number_of(0.5), number_of("50.00%"), number_of("0.5"), number_of("A")
        (1.0, 0.5, 0.5, 0.5, None)
    """
    if isinstance(value, str):
        if _NUMBER.fullmatch(value) is None:
            return None
        return float(value[:-1]) / 100 if value.endswith("%") else float(value)
    if not isinstance(value, bool | int | float) or not abs(value) <= _LARGEST:
        return None
    return float(value)


_LARGEST = 1e300
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,17})?%?")


def stored_fields(
    record: Mapping[str, Any],
    metrics: Mapping[str, str],
    prediction: object,
    references: Sequence[object],
    *,
    certain: bool = True,
) -> list[StoredScore]:
    """Return those fields of a record that hold a number.

    Args:
        record: the record.
        metrics: the metrics of the format's preset, by the names of the fields.
        prediction: the text that was scored.
        references: the texts that it was scored against.
        certain: whether the number must come from that metric with its default options.
    """
    text = prediction if isinstance(prediction, str) else ""
    texts = tuple(each for each in references if isinstance(each, str)) or ("",)
    return [
        StoredScore(name, number, text, texts, ((metric, {}),), certain)
        for name, metric in metrics.items()
        if (number := number_of(record.get(name))) is not None
    ]


def no_task(_: str, __: object) -> None:
    """Return ``None``, for a program whose files do not tell by what it scores them."""
