"""How a comparison is made."""

from __future__ import annotations

import numbers
from dataclasses import dataclass

from textmetrics._registry import suggest
from textmetrics.statistics import CORRECTIONS, MOST_RESAMPLES, RESAMPLES, SEED, TESTS, whole

__all__ = ["FAILED", "Settings"]

FAILED = ("zero", "exclude")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What intervals and tests are made with.

    Attributes:
        baseline: the model that the others are tested against.
        level: of the intervals, between 0 and 1; tests are at 1 minus it.
        resamples: how many there are, of intervals by bootstrap and of tests.
        seed: of the random numbers.
        correction: how p-values are adjusted for their number, ``holm``, ``bh`` or ``none``.
        test: ``ar``, ``bootstrap``, ``mcnemar``, or ``auto``: McNemar's for values of 0 and 1, else
            approximate randomisation.
        failed: what became of failed records, one of ``FAILED``; said in the report, because it
            was decided when the samples were scored.

    Raises:
        TypeError: if one is of the wrong kind.
        ValueError: if one cannot be.
    """

    baseline: str
    level: float = 0.95
    resamples: int = RESAMPLES
    seed: int = SEED
    correction: str = "holm"
    test: str = "auto"
    failed: str = "zero"

    def __post_init__(self) -> None:
        if not isinstance(self.level, numbers.Real) or not 0 < self.level < 1:
            raise ValueError(f"level={self.level!r} is no level: give one between 0 and 1: 0.95")
        whole(self.resamples, "resamples", 1, MOST_RESAMPLES)
        whole(self.seed, "seed", 0)
        for name, known in (
            ("correction", CORRECTIONS),
            ("test", tuple(TESTS)),
            ("failed", FAILED),
        ):
            _check_name(name, getattr(self, name), known)


def _check_name(option: str, name: object, known: tuple[str, ...]) -> None:
    if name not in known:
        near = suggest(str(name), known)
        raise ValueError(f"{option}={name!r} is not known: {near}known: {', '.join(known)}")
