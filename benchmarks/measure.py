"""How rows are measured: first check that the values are equal, then time both sides in turn.

A row declares what is compared with which peer, the desired ratio, and a function that makes its
trial from the texts.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

from texts import Source

__all__ = ["TOLERANCE", "Goal", "NotEqualError", "Row", "Spread", "Trial", "a_unit", "timed"]

Call = Callable[[], object]

TOLERANCE = 1e-9
"""The largest difference between values that count as equal; both are 0 to 1, or counts."""

_SHORTEST = 0.02
"""The minimum seconds to time; shorter calls are repeated within that time."""


class NotEqualError(Exception):
    """Our values differ from the peer's, so timing them would be meaningless."""


@dataclass(frozen=True)
class Spread:
    """Median, minimum and maximum of several measurements."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of several measurements."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Goal:
    """The ratio that a row should reach.

    Attributes:
        ratio: the minimum speed relative to the peer, or with ``at_most`` the maximum share of the
            peer's time.
    """

    ratio: float
    at_most: bool = False

    def reached(self, ratio: float) -> bool:
        """Return whether a ratio reaches the goal."""
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio


@dataclass(frozen=True)
class Trial:
    """What a row runs.

    Attributes:
        check: returns our values and the peer's, which must be equal.
        ours: the main call under the name "", and variants that are worth showing.
        theirs: likewise.
        units: how many of ``unit`` a call processes.
        about: facts about the texts.
    """

    check: Callable[[], tuple[Sequence[object], Sequence[object]]]
    ours: Mapping[str, Call]
    theirs: Mapping[str, Call]
    units: int
    unit: str = "pair"
    about: str = ""


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        key: the name for ``--rows``.
        what: what our side computes.
        peer: what it is compared with.
        checked: which values are checked for equality before timing, and on which texts.
        make: makes the trial.
        goal: the desired ratio.
        needs: modules of the peer.
    """

    key: str
    what: str
    peer: str
    checked: str
    make: Callable[[Source], Trial]
    goal: Goal
    needs: tuple[str, ...] = ()

    def measured(self, source: Source, rounds: int) -> dict[str, Any]:
        """Check, then time.

        Returns:
            Plain values for the file of results.

        Raises:
            NotEqualError: if our values differ from the peer's.
        """
        told: dict[str, Any] = {
            "key": self.key,
            "what": self.what,
            "peer": self.peer,
            "checked": self.checked,
            "goal": asdict(self.goal),
        }
        if missing := [name for name in self.needs if find_spec(name) is None]:
            return told | {"skipped": f"not installed: {', '.join(missing)}"}
        trial = self.make(source)
        compared = equal(self.key, *trial.check())
        return told | {"compared": compared, **self._timed(trial, rounds)}

    def _timed(self, trial: Trial, rounds: int) -> dict[str, Any]:
        sides = {"ours": trial.ours, "theirs": trial.theirs}
        calls = {(side, name): call for side in sides for name, call in sides[side].items()}
        times = timed(calls, rounds)
        ours, theirs = times["ours", ""], times["theirs", ""]
        also = {name: self._ratio(times["ours", name], theirs) for name in trial.ours if name}
        also |= {name: self._ratio(ours, times["theirs", name]) for name in trial.theirs if name}
        ratio = self._ratio(ours, theirs)
        return {
            "units": trial.units,
            "unit": trial.unit,
            "about": trial.about,
            "ratio": asdict(ratio),
            "reached": self.goal.reached(ratio.median),
            "ours_us": asdict(a_unit(ours, trial.units)),
            "theirs_us": asdict(a_unit(theirs, trial.units)),
            "also": {name: asdict(spread) for name, spread in also.items()},
        }

    def _ratio(self, ours: Sequence[float], theirs: Sequence[float]) -> Spread:
        """Return the spread of the ratios of each round."""
        pairs = zip(ours, theirs, strict=True)
        share = self.goal.at_most
        return Spread.of([mine / other if share else other / mine for mine, other in pairs])


def equal(key: str, ours: Sequence[object], theirs: Sequence[object]) -> int:
    """Check that values are equal, and return how many were compared.

    Raises:
        NotEqualError: if there are none, or one differs.
    """
    if not len(ours) == len(theirs) > 0:
        raise NotEqualError(f"{key}: {len(ours)} values of ours, {len(theirs)} of theirs")
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if not _same(mine, other):
            raise NotEqualError(f"{key}: value {index} is {mine!r}, the peer's {other!r}")
    return len(ours)


def _same(mine: object, other: object) -> bool:
    if isinstance(mine, float) and isinstance(other, (float, int)):
        return math.isclose(mine, other, rel_tol=0, abs_tol=TOLERANCE)
    return mine == other


def timed(calls: Mapping[Any, Call], rounds: int) -> dict[Any, list[float]]:
    """Return the seconds of each call, one value per round.

    The calls alternate, in reverse order every other round, so that changes of the machine's speed
    affect all of them alike.
    """
    repeats = {name: _repeats(call) for name, call in calls.items()}
    times: dict[Any, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        for name in list(calls)[:: -1 if number % 2 else 1]:
            times[name].append(_seconds(calls[name], repeats[name]))
    return times


def a_unit(times: Sequence[float], units: int) -> Spread:
    """Return microseconds per unit."""
    return Spread.of([1e6 * seconds / units for seconds in times])


def _repeats(call: Call) -> int:
    """Warm up, and return how often to repeat a call so that it can be timed reliably."""
    once = _seconds(call, 1)
    if once < _SHORTEST:
        once = _seconds(call, 1)
    return max(1, math.ceil(_SHORTEST / once))


def _seconds(call: Call, repeats: int) -> float:
    """Return the mean seconds of a call; its result is freed after the clock has stopped."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        kept = call()
    stop = time.perf_counter()
    del kept
    return (stop - start) / repeats
