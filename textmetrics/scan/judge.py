"""Answers that are right or wrong by more than tokens: a letter, a number, some words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from operator import eq
from typing import Any

from textmetrics.answers import (
    LETTERS,
    agree,
    choice_of,
    exact_tolerance,
    has_words,
    read_number,
    words_of,
)

__all__ = ["CONTAINED", "LETTER", "Judge", "number_judge"]


@dataclass(frozen=True, slots=True)
class Judge:
    """How a prediction is found right, where no count of tokens could say it.

    Attributes:
        name: which one it is, for a signature: judges of one name are equal.
        read: gives what is compared of a text, ``None`` where it has no such thing; no text raises.
        agree: whether what was read of a prediction is right, given that of a reference.
        finds: what it reads, for people.
    """

    name: str
    read: Callable[[str], Any] = field(compare=False)
    agree: Callable[[Any, Any], bool] = field(compare=False)
    finds: str = field(compare=False)

    def described(self) -> str:
        """Give what a signature shows."""
        return self.name


LETTER = Judge(f"letter,{LETTERS[0]}-{LETTERS[-1]}", choice_of, eq, "letter")
"""The letter that is chosen: see `choice_of`."""

CONTAINED = Judge("contained,characters", words_of, has_words, "text")
"""Whether the reference's words stand in the prediction: see `contains`."""


def number_judge(tolerance: float) -> Judge:
    """Give what compares the numbers that texts end in: see `same_number`.

    Raises:
        ValueError: if the tolerance is negative or not finite.
    """
    return Judge(
        "number", read_number, partial(agree, allowed=exact_tolerance(tolerance)), "number"
    )
