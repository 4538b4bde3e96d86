"""How a row is measured: first that the answers are equal, then the times, in turn.

A row is a declaration: what is compared with whom, the ratio that is wanted, and a function that
makes its trial from the texts.
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
"""By how much two values may differ that should be equal; both are 0 to 1, or counts."""

_SHORTEST = 0.02
"""Seconds that a timed stretch should last: shorter calls are repeated within it."""


class NotEqualError(Exception):
    """Our values are not the peer's, so that no time is worth taking."""


@dataclass(frozen=True)
class Spread:
    """The middle of several measurements, and between which values all were."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Take several measurements."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Goal:
    """The ratio that a row should reach.

    Attributes:
        ratio: how many times as fast as the peer, at least; or where ``at_most``, the share of the
            peer's time, at most.
    """

    ratio: float
    at_most: bool = False

    def reached(self, ratio: float) -> bool:
        """Tell whether a ratio is good enough."""
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio


@dataclass(frozen=True)
class Trial:
    """What a row runs.

    Attributes:
        check: gives our values and the peer's, which must be equal.
        ours: the call that the row is about under "", and variants that are worth knowing.
        theirs: likewise.
        units: what one call goes through, as a number of ``unit``.
        about: facts on the texts.
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
        key: what ``--rows`` finds it by.
        what: what ours computes.
        peer: what it is measured against.
        checked: which values were equal before the times were taken, and on which texts.
        make: makes the trial.
        goal: the ratio wanted.
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
            What goes into the file of results: plain values only.

        Raises:
            NotEqualError: if our values are not the peer's.
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
        """Compare round by round."""
        pairs = zip(ours, theirs, strict=True)
        share = self.goal.at_most
        return Spread.of([mine / other if share else other / mine for mine, other in pairs])


def equal(key: str, ours: Sequence[object], theirs: Sequence[object]) -> int:
    """Give how many values were compared.

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
    """Give the seconds of each call, a value a round.

    The calls alternate, each round in the other direction, so that a change of the machine's speed
    meets all of them.
    """
    repeats = {name: _repeats(call) for name, call in calls.items()}
    times: dict[Any, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        for name in list(calls)[:: -1 if number % 2 else 1]:
            times[name].append(_seconds(calls[name], repeats[name]))
    return times


def a_unit(times: Sequence[float], units: int) -> Spread:
    """Give microseconds a unit."""
    return Spread.of([1e6 * seconds / units for seconds in times])


def _repeats(call: Call) -> int:
    """Warm up, and find how often to call for a stretch that a clock can measure."""
    once = _seconds(call, 1)
    if once < _SHORTEST:
        once = _seconds(call, 1)
    return max(1, math.ceil(_SHORTEST / once))


def _seconds(call: Call, repeats: int) -> float:
    """Time one call, from the mean of several; what it gave is freed after the clock stops."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        kept = call()
    stop = time.perf_counter()
    del kept
    return (stop - start) / repeats
