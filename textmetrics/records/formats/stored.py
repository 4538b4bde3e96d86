"""The number that a program itself gave to a sample, where its file holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["StoredScore", "no_task", "number_of", "stored_field"]


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
    """

    metric: str
    value: float | None
    prediction: str
    references: tuple[str, ...]
    definitions: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    certain: bool = True


def number_of(value: object) -> float | None:
    """Return a value that is a number, a truth value or a percentage, else ``None``.

    Examples:
        >>> number_of(True), number_of(0.5), number_of("50.00%"), number_of("0.5")
        (1.0, 0.5, 0.5, None)
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?%", value):
        return float(value[:-1]) / 100
    return float(value) if isinstance(value, bool | int | float) else None


def stored_field(
    record: Mapping[str, Any],
    metrics: Mapping[str, str],
    prediction: object,
    references: Sequence[object],
    *,
    certain: bool = True,
) -> StoredScore | None:
    """Return the first of several fields of a record that holds a number.

    Args:
        record: the record.
        metrics: the metrics of the format's preset, by the names of the fields.
        prediction: the text that was scored.
        references: the texts that it was scored against.
        certain: whether the number must come from that metric with its default options.
    """
    name = next((each for each in metrics if number_of(record.get(each)) is not None), None)
    if name is None:
        return None
    texts = tuple(each for each in references if isinstance(each, str))
    return StoredScore(
        name,
        number_of(record[name]),
        prediction if isinstance(prediction, str) else "",
        texts or ("",),
        ((metrics[name], {}),),
        certain,
    )


def no_task(_: str, __: object) -> None:
    """Return ``None``, for a program whose files do not tell by what it scores them."""
