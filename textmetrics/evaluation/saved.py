"""An evaluator's state as plain objects, which JSON can write, and back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec
import numpy as np

from textmetrics._version import __version__
from textmetrics.answers import Extraction, ExtractionTally
from textmetrics.evaluation.arguments import samples_of
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.lengths import LengthPairs
from textmetrics.evaluation.options import ScoringSettings
from textmetrics.evaluation.queue import LanguageQueue
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.seen import Seen, SeenSoFar
from textmetrics.evaluation.signature import Ways
from textmetrics.evaluation.state import State
from textmetrics.languages import LanguageDetector
from textmetrics.metrics import Accumulator, ExactSum

__all__ = ["from_plain", "to_plain"]

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Total = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


@dataclass
class _Sums:
    """A tally: the exact sums in hexadecimal, as most readers of JSON lack so large integers."""

    n: _Count
    parts: dict[str, str]
    totals: dict[str, _Total]
    kept: list[float | None] | None  # NaN is not JSON
    rows: list[list[_Total]] | None


@dataclass
class _Seen:
    """What was seen of each sample, where samples are kept."""

    langs: list[str]
    predicted: list[_Count]
    expected: list[_Count]


@dataclass
class _Waiting:
    """Samples whose turn has not come."""

    predictions: list[str]
    references: list[list[str]]
    langs: list[str | None]
    nulls: list[int]


@dataclass
class _Saved:
    content: dict[str, _Sums]
    words: dict[str, _Sums]
    health: Health
    ways: Ways
    seen: _Seen | None
    detector: LanguageDetector
    waiting: list[_Waiting]


def to_plain(state: State, queue: LanguageQueue) -> dict[str, Any]:
    """Give all that is known of the samples so far."""
    saved = _Saved(
        {name: _sums(tally) for name, tally in state.content.items()},
        {name: _sums(tally) for name, tally in state.words.items()},
        state.health,
        state.ways,
        None if state.seen is None else _seen(state.seen.whole()),
        queue.detector,
        [_waiting(samples) for samples in queue.waiting],
    )
    plain: dict[str, Any] = msgspec.to_builtins(
        saved, enc_hook=LengthPairs.rows, order="deterministic"
    )
    return {"version": __version__, "settings": state.settings.described(), **plain}


def from_plain(plain: Mapping[str, Any], settings: ScoringSettings) -> tuple[State, LanguageQueue]:
    """Give the state that was saved.

    Raises:
        TypeError: if it is no mapping.
        ValueError: if it is of another version or of other settings, or is no such state.
    """
    if not isinstance(plain, Mapping):
        hint = ": read it with json.loads first" * isinstance(plain, (str, bytes))
        raise TypeError(f"a state is what state_dict gave, got {type(plain).__name__}{hint}")
    _check_origin(plain, settings)
    try:
        saved = msgspec.convert(dict(plain), _Saved, dec_hook=_decoded)
        return _state(saved, settings), _queue(saved, settings)
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no state that state_dict gave: {error}") from error


def _check_origin(plain: Mapping[str, Any], settings: ScoringSettings) -> None:
    if "version" not in plain:
        raise ValueError("this is no state that state_dict gave: it has no version")
    if (version := plain["version"]) != __version__:
        raise ValueError(
            f"the state is of version {version!r} of this package, which is {__version__!r}: "
            "numbers of two versions may differ, so score the samples again"
        )
    own, found = settings.described(), plain.get("settings")
    theirs = found if isinstance(found, Mapping) else {}
    differing = [
        f"{name}: {own.get(name)!r} here, {theirs.get(name)!r} in the state"
        for name in dict.fromkeys([*own, *theirs])
        if name not in own or name not in theirs or own[name] != theirs[name]
    ]
    if differing:
        raise ValueError(
            "a state is loaded into an evaluator that has the same settings; these differ in "
            + "; ".join(differing)
        )


def _decoded(kind: type, plain: Any) -> Any:
    """Give what msgspec does not know itself."""
    if kind is LengthPairs:
        return LengthPairs.of(msgspec.convert(plain, list[tuple[int, int, int]]))
    return Counter(msgspec.convert(plain, dict[str, _Count]))


def _sums(tally: Accumulator) -> _Sums:
    kept = None
    if tally.kept is not None:
        kept = [None if math.isnan(x) else x for part in tally.kept for x in part.tolist()]
    rows = None if tally.rows is None else [row for part in tally.rows for row in part.tolist()]
    parts = {name: hex(part.units) for name, part in tally.parts.items()}
    return _Sums(tally.n, parts, dict(tally.totals), kept, rows)


def _seen(seen: Seen) -> _Seen:
    return _Seen(list(seen.langs), seen.predicted.tolist(), seen.expected.tolist())


def _fill(accumulator: Accumulator, sums: _Sums, samples: int) -> None:
    """Set an accumulator to saved sums.

    Raises:
        ValueError: if they cannot be those of so many samples.
    """
    accumulator.restore(
        samples,
        sums.n,
        {name: ExactSum(int(units, 16)) for name, units in sums.parts.items()},
        sums.totals,
        np.array(sums.kept or (), dtype=np.float64),
        np.array(sums.rows or (), dtype=np.int64),
    )


def _state(saved: _Saved, settings: ScoringSettings) -> State:
    state = State(settings)
    state.health = saved.health
    if not all(0 <= each < 2**63 for each in vars(state.health).values() if isinstance(each, int)):
        raise ValueError("a count of the data's health is impossible")
    for tallies, sums in ((state.content, saved.content), (state.words, saved.words)):
        for name, tally in tallies.items():
            _fill(tally, sums[name], state.health.samples)
    state.health.extraction.tally = _tally(saved.health.extraction.tally, settings.extraction)
    if state.seen is not None:
        state.seen = _seen_so_far(saved.seen, state.health.samples)
    own = state.ways
    state.ways = replace(
        saved.ways, preset=own.preset, options=own.options, extraction=own.extraction
    )
    if state.health.samples:
        state.evaluation()  # what else is wrong is better told now
    return state


def _seen_so_far(saved: _Seen | None, samples: int) -> SeenSoFar:
    saved = saved or _Seen([], [], [])
    if {len(column) for column in (saved.langs, saved.predicted, saved.expected)} != {samples}:
        raise ValueError(f"languages and lengths are not those of {samples} samples")
    lengths = np.array([saved.predicted, saved.expected], dtype=np.int64)
    return SeenSoFar(saved.langs, [lengths])


def _tally(saved: ExtractionTally, extraction: Extraction) -> ExtractionTally:
    if len(saved.by_step) != len(extraction.steps):
        raise ValueError("counts of other steps than those of the extraction")
    return replace(saved, extraction=extraction)


def _waiting(samples: Samples) -> _Waiting:
    references = [list(references) for _, references in samples.texts]
    predictions = list(samples.texts.predictions)
    return _Waiting(predictions, references, list(samples.langs), sorted(samples.nulls))


def _queue(saved: _Saved, settings: ScoringSettings) -> LanguageQueue:
    queue = LanguageQueue(settings.lang)
    queue.detector = saved.detector
    for each in saved.waiting:
        samples = samples_of(each.predictions, each.references, each.langs, settings.preset)
        queue.waiting.append(replace(samples, nulls=frozenset(each.nulls)))
    return queue
