"""What an evaluator has counted as plain objects, which JSON can write, and back.

`to_plain` is a checkpoint, which goes on in an evaluator with the same settings. `to_saved` is what
a state file has of it: all texts have their language, and settings can be restored from it. Neither
has the text of a sample, except those in a checkpoint that wait for their language.

Apart from the state itself, because it needs msgspec, which is loaded when it is used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Annotated, Any

import msgspec
import numpy as np

from textmetrics._escape import printable, short_repr
from textmetrics._version import __version__
from textmetrics.answers import Extraction, ExtractionTally
from textmetrics.evaluation.decided import LanguageDecisions
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.lengths import LengthPairs
from textmetrics.evaluation.looked_at import LookedAt
from textmetrics.evaluation.result import SampleDetails
from textmetrics.evaluation.samples import Samples, pair_samples
from textmetrics.evaluation.saved_options import (
    ONE_AT_A_TIME,
    SavedOptions,
    restored_settings,
    saved_options,
)
from textmetrics.evaluation.settings import ScoringSettings, UnknownDefinitionError
from textmetrics.evaluation.signature import Tokenization
from textmetrics.evaluation.state import DetailsSoFar, EvaluationState, LanguageQueue, judges_alone
from textmetrics.languages import LanguageDetector, described_conversion
from textmetrics.metrics import Accumulator, Buckets, ExactSum
from textmetrics.statistics import Moments

__all__ = ["from_plain", "from_saved", "to_plain", "to_saved"]

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_MISSING = object()  # equal to nothing that a state has
_Total = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Hexadecimal = Annotated[str, msgspec.Meta(pattern=r"^-?0x[0-9a-f]+$")]


@dataclass
class _Sums:
    """A tally: exact sums in hexadecimal, because most JSON readers lack such large integers."""

    n: _Count
    parts: dict[str, _Hexadecimal]
    totals: dict[str, _Total]
    kept: list[float | None] | None  # NaN is not JSON
    rows: list[list[_Total]] | None
    buckets: _SavedBuckets | None = None


@dataclass(frozen=True)
class _SavedBuckets:
    """Sums from which intervals are computed; those that may exceed 64 bits in hexadecimal."""

    grouped: bool | None
    n: _Count
    powers: tuple[_Hexadecimal, _Hexadecimal, _Hexadecimal]
    ends: tuple[float, float] | None  # infinities are not JSON
    binary: _Count
    names: tuple[str, ...]
    sums: list[list[_Total | _Hexadecimal]]
    sizes: list[_Count]
    products: list[list[str]]


@dataclass
class _SavedDetails:
    """Details of each sample, where samples are kept."""

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
    outcomes: dict[int, str] = field(default_factory=dict)
    ids: list[str | None] | None = None
    groups: list[str] | None = None


class _Saved(msgspec.Struct, kw_only=True):
    content: dict[str, _Sums]
    words: dict[str, _Sums]
    health: Health
    tokenization: Tokenization = msgspec.field(name="ways")
    details: _SavedDetails | None = msgspec.field(name="seen")
    detector: LanguageDetector
    waiting: list[_Waiting]


class _SavedCounts(_Saved):
    """What a state file has of an evaluator."""

    options: SavedOptions
    decisions: LanguageDecisions
    conversion: str | None = None


def to_saved(
    state: EvaluationState, detector: LanguageDetector, decisions: LanguageDecisions
) -> dict[str, Any]:
    """Return what was counted as plain objects, with all that `from_saved` needs.

    Raises:
        ValueError: if an option cannot be saved.
    """
    settings = state.settings
    saved = _SavedCounts(
        **_sums_of(state),
        detector=detector,
        waiting=[],
        options=saved_options(settings),
        decisions=decisions.named(""),
        conversion=None if settings.convert is None else described_conversion(settings.convert),
    )
    plain: dict[str, Any] = msgspec.to_builtins(saved, enc_hook=_rows, order="deterministic")
    return plain


def from_saved(
    plain: Any, name: str
) -> tuple[EvaluationState, LanguageDetector, LanguageDecisions]:
    """Restore what `to_saved` returned.

    Args:
        plain: what was decoded.
        name: that of the file, for later errors.

    Raises:
        UnknownDefinitionError: if an option names what is unknown or not installed here.
        ValueError: if it is not what `to_saved` returned.
    """
    try:
        with ONE_AT_A_TIME:
            saved = msgspec.convert(plain, _SavedCounts, dec_hook=_decoded)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not the sums of an evaluator: {error}") from error
    try:
        settings = restored_settings(saved.options)
        metrics = settings.metrics
    except ImportError as error:
        raise UnknownDefinitionError(str(error)) from error
    except (TypeError, ValueError) as error:
        advice = "if it was registered where the state was written, register it first"
        raise UnknownDefinitionError(f"{error}; {advice}") from error
    here = None if settings.convert is None else described_conversion(settings.convert)
    if here != saved.conversion:
        raise UnknownDefinitionError(
            f"texts were converted by {saved.conversion}, here by {here}: merge it where the same "
            "version of OpenCC is installed"
        )
    try:
        state = _state(saved, settings)
        if impossible := saved.detector.impossible():
            raise ValueError(f"a count of languages is impossible: {impossible}")
        if impossible := saved.decisions.impossible:
            raise ValueError(f"languages were decided for {impossible}")
        loaded = state, saved.detector, saved.decisions
        # What a later version saves beside is not in it, and has its default.
        if where := _difference(to_saved(*loaded), plain, surplus=False):
            raise ValueError(f"no evaluator saves such a {printable(where[1:80])}")
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        names = ", ".join(metric.name for metric in metrics)
        raise ValueError(f"not the sums of {names}: {error}") from error
    return state, saved.detector, saved.decisions.named(name)


def to_plain(state: EvaluationState, queue: LanguageQueue) -> dict[str, Any]:
    """Return all that is known of the samples so far."""
    saved = _Saved(
        **_sums_of(state),
        detector=queue.detector,
        waiting=[_waiting(samples) for samples in queue.waiting],
    )
    plain: dict[str, Any] = msgspec.to_builtins(saved, enc_hook=_rows, order="deterministic")
    return {"version": __version__, "settings": state.settings.described(), **plain}


def _sums_of(state: EvaluationState) -> dict[str, Any]:
    return {
        "content": {name: _sums(tally) for name, tally in state.content.items()},
        "words": {name: _sums(tally) for name, tally in state.words.items()},
        "health": replace(state.health, extraction=state.health.extraction.without_texts()),
        "tokenization": state.tokenization,
        "details": None if state.details is None else _saved_details(state.details.whole()),
    }


def from_plain(
    plain: Mapping[str, Any], settings: ScoringSettings
) -> tuple[EvaluationState, LanguageQueue]:
    """Restore what `to_plain` returned.

    Raises:
        TypeError: if it is not a mapping.
        ValueError: if it is from another version or has other settings, or is not a valid state.
    """
    if not isinstance(plain, Mapping):
        hint = ": read it with json.loads first" * isinstance(plain, (str, bytes))
        raise TypeError(f"a state must be a result of state_dict, got {type(plain).__name__}{hint}")
    _check_origin(plain, settings)
    try:
        with ONE_AT_A_TIME:
            saved = msgspec.convert(dict(plain), _Saved, dec_hook=_decoded)
        loaded = _state(saved, settings), _queue(saved, settings)
        if where := _difference(to_plain(*loaded), plain):
            raise ValueError(f"no evaluator saves such a {printable(where[1:80])}")
        return loaded
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not a valid state_dict: {_placed(plain, error)}") from error


def _placed(plain: Mapping[str, Any], error: Exception) -> str:
    """Return a message in which the metric whose sums are wrong has its name."""
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if not str(error).partition("$.")[2].startswith(("content[", "words[")):
        return str(error)
    named = (plain.get(name) for name in ("content", "words"))
    found = (_wrong_sums(each) for each in named if isinstance(each, Mapping))
    return next(filter(None, found), str(error))


def _wrong_sums(named: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the first wrong sums of some, with its name."""
    for name, sums in named.items():
        found = _wrong(sums)
        if found:
            told, _, place = found.partition(" - at `$")
            return f"{told} - at `{place.strip('`.') or 'sums'}` of {short_repr(name)}"
    return None


def _wrong(sums: Any) -> str:
    try:
        msgspec.convert(sums, _Sums, dec_hook=_decoded)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _check_origin(plain: Mapping[str, Any], settings: ScoringSettings) -> None:
    if "version" not in plain:
        raise ValueError("not a valid state_dict: it has no version")
    for name, kind, called in (("version", str, "a string"), ("settings", Mapping, "an object")):
        if not isinstance(value := plain.get(name), kind):
            found = f"{type(value).__name__}: {short_repr(value)}"
            raise ValueError(f"not a valid state_dict: {name} must be {called}, found {found}")
    if (version := plain["version"]) != __version__:
        raise ValueError(
            f"the state is from version {short_repr(version)} of this package, which is "
            f"{__version__!r}: numbers of two versions may differ, so score the samples again"
        )
    here, saved = settings.described(), plain["settings"]
    differing = [
        f"{printable(str(name)[:40])}: {short_repr(here.get(name))} here, "
        f"{short_repr(saved.get(name))} in the state"
        for name in dict.fromkeys([*here, *saved])
        if name not in here or name not in saved or here[name] != saved[name]
    ]
    if differing:
        raise ValueError(
            "a state can only be loaded into an evaluator with equal settings; these differ in "
            + "; ".join(differing)
        )


def _difference(here: Any, saved: Any, path: str = "", *, surplus: bool = True) -> str:
    """Return the path of the first part in which two states differ, empty if they are equal.

    Whatever is missing, surplus or read in another way than it was written is found by this alone.

    Args:
        here: what would be saved now.
        saved: what was.
        path: that of the two.
        surplus: whether what is here alone counts.
    """
    parts: Iterable[tuple[object, Any, Any]]
    if isinstance(here, dict) and isinstance(saved, Mapping):
        own, others = ({str(name): each for name, each in of.items()} for of in (here, saved))
        names = dict.fromkeys([*own, *others] if surplus else others)
        parts = ((name, own.get(name, _MISSING), others.get(name, _MISSING)) for name in names)
    elif isinstance(here, (list, tuple)) and isinstance(saved, (list, tuple)) and here != saved:
        pairs = zip_longest(here, saved, fillvalue=_MISSING)
        parts = ((at, one, other) for at, (one, other) in enumerate(pairs))
    else:
        return "" if here == saved else path
    found = (
        _difference(one, other, f"{path}.{name}", surplus=surplus) for name, one, other in parts
    )
    return next(filter(None, found), "")


class _RoundedLengths(msgspec.Struct):
    """Lengths of which only the highest bits are left."""

    bits: int
    rows: list[tuple[int, int, int]]


def _rows(value: LengthPairs | LookedAt) -> Any:
    rows = value.rows()
    if isinstance(value, LookedAt) or value.bits == LengthPairs().bits:
        return rows
    return {"bits": value.bits, "rows": rows}


def _decoded(kind: type, plain: Any) -> Any:
    """Decode a type that msgspec does not know."""
    try:
        return _of_kind(kind, plain)
    except msgspec.ValidationError as error:  # another error gets the place in the whole
        raise ValueError(str(error).replace(" - at `$", " in `")) from None


def _of_kind(kind: type, plain: Any) -> Any:
    if kind is LookedAt:
        return LookedAt.of(msgspec.convert(plain, list[tuple[int, str, int, int, dict[str, bool]]]))
    if kind is LengthPairs:
        if isinstance(plain, Mapping):
            rounded = msgspec.convert(plain, _RoundedLengths)
            return LengthPairs.of(rounded.rows, rounded.bits)
        return LengthPairs.of(msgspec.convert(plain, list[tuple[int, int, int]]))
    return Counter(msgspec.convert(plain, dict[str, _Count]))


def _sums(tally: Accumulator) -> _Sums:
    kept = None
    if tally.kept is not None:
        kept = [None if math.isnan(x) else x for part in tally.kept for x in part.tolist()]
    rows = None if tally.rows is None else [row for part in tally.rows for row in part.tolist()]
    parts = {name: hex(part.units) for name, part in tally.parts.items()}
    buckets = None if tally.buckets is None else _saved_buckets(tally.buckets)
    return _Sums(tally.n, parts, dict(tally.totals), kept, rows, buckets)


def _saved_buckets(buckets: Buckets) -> _SavedBuckets:
    its = buckets.moments
    first, second, third = map(hex, its.powers)
    sums: Any = buckets.sums.tolist()
    if buckets.sums.dtype == object:
        sums = [list(map(hex, row)) for row in sums]
    return _SavedBuckets(
        buckets.grouped,
        its.n,
        (first, second, third),
        (its.least, its.most) if its.n else None,
        its.binary,
        buckets.names,
        sums,
        buckets.sizes.tolist(),
        [list(map(hex, row)) for row in buckets.products.tolist()],
    )


def _buckets(saved: _SavedBuckets | None) -> Buckets | None:
    if saved is None:
        return None
    first, second, third = (int(each, 16) for each in saved.powers)
    least, most = saved.ends or (math.inf, -math.inf)
    moments = Moments(saved.n, (first, second, third), least, most, saved.binary)
    if any(isinstance(each, str) for row in saved.sums for each in row):
        numbers = [[int(str(each), 16) for each in row] for row in saved.sums]
        sums = np.array(numbers, dtype=object)
    else:
        sums = np.array(saved.sums, dtype=np.int64)
    sums = sums.reshape(len(saved.names), -1) if saved.names else Buckets().sums
    sizes = np.array(saved.sizes, dtype=np.int64)
    products = np.array([[int(each, 16) for each in row] for row in saved.products], dtype=object)
    products = products.reshape(len(saved.products), -1) if saved.products else Buckets().products
    return Buckets(saved.grouped, moments, saved.names, sums, sizes, products)


def _saved_details(details: SampleDetails) -> _SavedDetails:
    return _SavedDetails(
        list(details.langs),
        details.prediction_lengths.tolist(),
        details.reference_lengths.tolist(),
    )


def _fill(accumulator: Accumulator, sums: _Sums, samples: int) -> None:
    """Set an accumulator to saved sums.

    Raises:
        ValueError: if they cannot be those of so many samples.
    """
    if len({len(row) for row in sums.rows or ()}) > 1:
        raise ValueError("rows of different lengths")
    accumulator.restore(
        samples,
        sums.n,
        {name: ExactSum(int(units, 16)) for name, units in sums.parts.items()},
        sums.totals,
        np.array(sums.kept or (), dtype=np.float64),
        np.array(sums.rows or (), dtype=np.int64),
        _buckets(sums.buckets),
    )


def _state(saved: _Saved, settings: ScoringSettings) -> EvaluationState:
    state = EvaluationState(settings)
    state.health = saved.health
    for tallies, sums in ((state.content, saved.content), (state.words, saved.words)):
        for name, tally in tallies.items():
            _fill(tally, sums[name], state.health.samples)
    state.health.extraction.judges = judges_alone(state.views)
    state.health.extraction.tally = _tally(saved.health.extraction.tally, settings.extraction)
    if state.details is not None:
        state.details = _details(saved.details, state.health.samples)
    ways = saved.tokenization
    if alone := ways.tokenizers.keys() ^ ways.stopwords.keys():
        lang = short_repr(min(alone))
        raise ValueError(f"a tokenizer without stopwords, or stopwords without one, of {lang}")
    state.tokenization = replace(
        ways,
        preset=settings.preset,
        options=settings.preset_options,
        extraction=settings.extraction,
        convert=settings.convert,
    )
    if impossible := state.health.impossible():
        raise ValueError(f"a count of the data's health is impossible: {impossible}")
    if state.health.samples:
        state.evaluation()  # fail early if anything else is wrong
    return state


def _details(saved: _SavedDetails | None, samples: int) -> DetailsSoFar:
    saved = saved or _SavedDetails([], [], [])
    if {len(column) for column in (saved.langs, saved.predicted, saved.expected)} != {samples}:
        raise ValueError(f"languages and lengths are not those of {samples} samples")
    lengths = np.array([saved.predicted, saved.expected], dtype=np.int64)
    return DetailsSoFar(saved.langs, [lengths])


def _tally(saved: ExtractionTally, extraction: Extraction) -> ExtractionTally:
    if len(saved.by_step) != len(extraction.steps):
        raise ValueError("counts of other steps than those of the extraction")
    return replace(saved, extraction=extraction)


def _waiting(samples: Samples) -> _Waiting:
    references = [list(references) for _, references in samples.texts]
    predictions = list(samples.texts.predictions)
    return _Waiting(
        predictions,
        references,
        list(samples.langs),
        sorted(samples.nulls),
        dict(samples.outcomes),
        None if samples.ids is None else list(samples.ids),
        None if samples.groups is None else list(samples.groups),
    )


def _queue(saved: _Saved, settings: ScoringSettings) -> LanguageQueue:
    queue = LanguageQueue(settings.lang)
    queue.detector = saved.detector
    if impossible := saved.detector.impossible():
        raise ValueError(f"a count of languages is impossible: {impossible}")
    for each in saved.waiting:
        known = [lang or None for lang in each.langs]
        samples = pair_samples(each.predictions, each.references, known, settings.preset)
        # One that is empty is undecided for now, which is not the same as unknown.
        pairs = zip(each.langs, samples.langs, strict=True)
        langs = [saved_lang and lang for saved_lang, lang in pairs]
        _check_names(each)
        samples = replace(
            samples, langs=langs, outcomes=each.outcomes, ids=each.ids, groups=each.groups
        )
        queue.waiting.append(replace(samples, nulls=frozenset(each.nulls)))
    return queue


def _check_names(waiting: _Waiting) -> None:
    for names in (waiting.ids, waiting.groups):
        if names is not None and len(names) != len(waiting.predictions):
            raise ValueError("ids or groups are not those of the samples that wait")
