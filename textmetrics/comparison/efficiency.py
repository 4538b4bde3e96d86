"""How fast models answer, and how good fast answers are, from what records say of requests."""

from __future__ import annotations

import math
import re
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textmetrics._escape import short_repr
from textmetrics._registry import suggest
from textmetrics._sentences import mark
from textmetrics.comparison.result import (
    Efficiency,
    LatencyBucket,
    LengthBucket,
    Percentiles,
    Rating,
    Throughput,
)
from textmetrics.records import DataError, RawLine, at_path, parse_value
from textmetrics.statistics import Floats, mean_interval

__all__ = ["FIELDS", "STATUS_FIELDS", "Requests", "efficiency_of"]

_PERCENTILES = (50, 90, 95, 99)
_MOST_BUCKETS = 10
_IN_A_BUCKET = 10


def efficiency_of(
    runs: Sequence[Requests],
    values: Sequence[Floats] | None = None,
    *,
    samples: Sequence[npt.ArrayLike] | None = None,
    model: str = "",
    task: str = "",
    level: float = 0.95,
) -> Efficiency | None:
    """Return the efficiency of a model on a task, as the report has it.

    Times are those of successful requests, over all runs. Row ``i`` of each run must be the same
    sample (see `Requests.take`), because its ratings are averaged before the interval is computed;
    or ``samples`` says which sample each row is.

    Args:
        runs: the requests of each run.
        values: the score of each sample in each run, for quality by latency; NaN is left out.
        samples: the number of each row's sample in each run, where runs have different samples.
        model: the model's name.
        task: the task's name.
        level: confidence level of the interval of the mean rating.

    Returns:
        ``None`` if the records say nothing about requests.

    Raises:
        ValueError: if runs differ in length, or from their values.

    Examples:
        >>> run = Requests("a.jsonl")
        >>> run.add([b'{"latency_s": 1, "status": "ok"}', b'{"latency_s": 3, "status": "ok"}'])
        >>> efficiency_of([run]).latency_s.p50
        2.0
    """
    _check(runs, values, samples)
    if not any(run.has_any for run in runs):
        return None
    failed = np.concatenate([run.failed for run in runs])
    columns = {
        name: np.where(failed, np.nan, _joined(runs, name))
        for name in ("latency_s", "ttft_s", "output_tokens")
    }
    latency = columns["latency_s"]
    scores = None if values is None else np.concatenate([np.asarray(each) for each in values])
    known = any(run.has_status for run in runs)
    return Efficiency(
        model=model,
        task=task,
        n=int(failed.size),
        succeeded=int(failed.size - failed.sum()),
        error_rate=float(failed.mean()) if known else None,
        latency_s=_percentiles(latency),
        ttft_s=_percentiles(columns["ttft_s"]),
        throughput=_throughput(runs),
        tokens_per_s_by_output_length=_by_length(columns["output_tokens"], latency),
        rating=_rating(_aligned(runs, samples), level),
        quality_by_latency=[] if scores is None else _by_latency(latency, scores),
        output_tokens=_percentiles(columns["output_tokens"]),
    )


def _check(
    runs: Sequence[Requests],
    values: Sequence[Floats] | None,
    samples: Sequence[npt.ArrayLike] | None,
) -> None:
    lengths = [len(run) for run in runs]
    if samples is not None and [np.size(each) for each in samples] != lengths:
        raise ValueError(f"samples must be one number per record, of {lengths} records")
    if not lengths or (len(set(lengths)) > 1 and samples is None):
        raise ValueError(f"runs must be one or more of equal length, got {lengths}")
    if values is not None and [len(each) for each in values] != lengths:
        raise ValueError(
            f"values must be one per record, got {[len(each) for each in values]} values for "
            f"{lengths} records"
        )


def _aligned(
    runs: Sequence[Requests], samples: Sequence[npt.ArrayLike] | None
) -> Sequence[Requests]:
    """Return runs in which a row is the same sample, with nothing where a run lacks one."""
    if samples is None:
        return runs
    numbers = [np.asarray(each, dtype=np.intp) for each in samples]
    rows = 1 + max((int(each.max()) for each in numbers if each.size), default=-1)
    found = []
    for run, of_run in zip(runs, numbers, strict=True):
        places = np.full(rows, len(run))
        places[of_run] = np.arange(len(run))
        found.append(run.take(places))
    return found


def _joined(runs: Sequence[Requests], name: str) -> Floats:
    return np.concatenate([run.column(name) for run in runs])


def _percentiles(values: Floats) -> Percentiles | None:
    found = values[~np.isnan(values)]
    if not found.size:
        return None
    points = np.percentile(found, _PERCENTILES, method="linear")
    return Percentiles(int(found.size), math.fsum(found) / found.size, *map(float, points))


def _throughput(runs: Sequence[Requests]) -> Throughput | None:
    """Return the throughput over the time from each run's first start to its last end."""
    span, requests, tokens, any_tokens = 0.0, 0, 0.0, False
    for run in runs:
        start, latency = run.column("start_time"), run.column("latency_s")
        timed = ~np.isnan(start + latency)
        if not timed.any():
            continue
        span += float((start + latency)[timed].max() - start[timed].min())
        good = timed & ~run.failed
        requests += int(good.sum())
        output = run.column("output_tokens")[good]
        any_tokens |= bool((~np.isnan(output)).any())
        tokens += float(np.nansum(output))
    if not span:
        return None
    return Throughput(requests / span, tokens / span if any_tokens else None, span)


def _by_length(tokens: Floats, latency: Floats) -> list[LengthBucket]:
    """Return the speed of answers by length: 1, 2 to 3, 4 to 7 tokens and so on."""
    timed = (tokens > 0) & (latency > 0)
    tokens, latency = tokens[timed], latency[timed]
    lengths = np.frexp(tokens)[1] - 1
    return [
        LengthBucket(
            2 ** int(each),
            2 ** (int(each) + 1) - 1,
            int((lengths == each).sum()),
            float(tokens[lengths == each].sum() / latency[lengths == each].sum()),
        )
        for each in np.unique(lengths)
    ]


def _by_latency(latency: Floats, scores: Floats) -> list[LatencyBucket]:
    """Return the mean score of answers by latency, in up to ten groups of equal size."""
    known = ~np.isnan(latency) & ~np.isnan(scores)
    latency, scores = latency[known], scores[known]
    buckets = min(_MOST_BUCKETS, latency.size // _IN_A_BUCKET)
    if buckets < 2:
        return []
    edges = np.quantile(latency, np.linspace(0, 1, buckets + 1)[1:-1])
    bucket = np.searchsorted(edges, latency)  # equal latencies stay in one group
    return [
        LatencyBucket(
            float(latency[bucket == each].min()),
            float(latency[bucket == each].max()),
            int((bucket == each).sum()),
            float(scores[bucket == each].mean()),
        )
        for each in np.unique(bucket)
    ]


def _rating(runs: Sequence[Requests], level: float) -> Rating | None:
    """Return the mean rating; of several scales, only of their shares, and only if all are said."""
    ratings, lows, highs = (
        np.stack([run.column(name) for run in runs])
        for name in ("rating", "rating_low", "rating_high")
    )
    answered = ~np.isnan(ratings)
    if not answered.any():
        return None
    count = int(answered.any(axis=0).sum())
    found = Rating(None, None, count, answered=count / ratings.shape[1])
    of_scale = answered & ~np.isnan(lows)
    pairs = np.stack([lows[of_scale], highs[of_scale]], axis=1)
    said = [(low, high) for low, high in np.unique(pairs, axis=0).tolist()]
    if said and (answered & ~of_scale).any():
        found.reason = _UNSAID
        return found
    if len(said) < 2:
        bounds = said[0] if said else None
        found.mean, found.interval = _mean_rating(ratings, level, bounds)
        found.scale = list(said[0]) if said else None
    if said:
        shares = (ratings - lows) / (highs - lows)
        found.satisfaction, found.satisfaction_interval = _mean_rating(shares, level, (0.0, 1.0))
    found.reason = _NO_SCALE if not said else _SEVERAL if len(said) > 1 else ""
    return found


_NO_SCALE = mark("the records do not say the scale of ratings")
_UNSAID = mark("some records say the scale of their rating, others do not")
_SEVERAL = mark("ratings have several scales")


def _mean_rating(
    ratings: npt.NDArray[np.float64], level: float, bounds: tuple[float, float] | None
) -> tuple[float, list[float | None] | None]:
    """Return the mean over samples, each averaged over runs first, and its interval."""
    counts = (~np.isnan(ratings)).sum(axis=0)
    means = np.nansum(ratings, axis=0)[counts > 0] / counts[counts > 0]
    ends: list[float | None] | None = None
    if means.size > 1:
        interval = mean_interval(means, level=level, method="t", bounds=bounds)
        ends = [each if math.isfinite(each) else None for each in (interval.low, interval.high)]
    return math.fsum(means) / means.size, ends


class Alias(NamedTuple):
    """A field of a record that may hold a value.

    Attributes:
        path: the field's name, or its path.
        factor: converts the field's unit, which follows from its name, into ours.
        unit: the unit that must be named, where the value is an object with a unit.
    """

    path: str
    factor: float = 1.0
    unit: str = ""


# Fields by quantity; the first one that a record has is used. `latency`, `ttft`, `prompt_len` and
# `success` are those of vLLM's `RequestFuncOutput`, in seconds; `metrics.` and `metadata.` are in
# aiperf's `profile_export.jsonl`, in ms and ns; `usage.` is in responses of the OpenAI API;
# `request_latency`, `request_start_time` and `time_to_first_token_ms` are in GuideLLM's requests.
FIELDS: dict[str, tuple[Alias, ...]] = {
    "latency_s": (
        Alias("latency_s"),
        Alias("latency_ms", 1e-3),
        Alias("latency"),
        Alias("metrics.request_latency", 1e-3, "ms"),
        Alias("request_latency"),
    ),
    "ttft_s": (
        Alias("ttft_s"),
        Alias("ttft_ms", 1e-3),
        Alias("ttft"),
        Alias("metrics.time_to_first_token", 1e-3, "ms"),
        Alias("time_to_first_token_ms", 1e-3),
    ),
    "input_tokens": (
        Alias("input_tokens"),
        Alias("prompt_tokens"),
        Alias("prompt_len"),
        Alias("usage.prompt_tokens"),
        Alias("usage.input_tokens"),
        Alias("metrics.input_sequence_length", 1, "tokens"),
    ),
    "output_tokens": (
        Alias("output_tokens"),
        Alias("completion_tokens"),
        Alias("usage.completion_tokens"),
        Alias("usage.output_tokens"),
        Alias("metrics.output_sequence_length", 1, "tokens"),
    ),
    "start_time": (
        Alias("start_time"),
        Alias("start_time_ms", 1e-3),
        Alias("metadata.request_start_ns", 1e-9),
        Alias("request_start_time"),
    ),
    "rating": (Alias("rating"),),
}
# A request failed if any of them says so.
STATUS_FIELDS = (
    "status", "status_code", "response.status_code", "success", "error", "metadata.was_cancelled",
    "info.status",
)  # fmt: skip
_COUNTS = frozenset({"input_tokens", "output_tokens"})
_SUCCEEDED = frozenset(
    {"ok", "success", "successful", "succeeded", "complete", "completed", "done", "finished"}
)
_FAILED = frozenset(
    {"error", "errored", "fail", "failed", "failure", "timeout", "timed_out", "cancelled",
     "canceled", "aborted", "rejected", "expired"}
)  # fmt: skip
_TRUTHS = {"success": True, "metadata.was_cancelled": False}  # their values for a success
_SCALE = "rating_scale"
"""The field with the scale of a rating: 5 is from 1 to 5, [0, 10] from 0 to 10."""
_ROOTS = frozenset(
    path.partition(".")[0]
    for path in (*STATUS_FIELDS, *(each.path for known in FIELDS.values() for each in known))
)

_OUTCOMES = (None, False, True)
"""Whether a request failed; ``None`` where its record does not say. Kept as a byte."""


class Requests:
    """The requests of one run, one per record.

    Args:
        file: the name of the file, for errors.
        cells: whether records are rows of a table, in which numbers are strings.
    """

    def __init__(self, file: str, *, cells: bool = False) -> None:
        self._file = file
        self._cells = cells
        # Of fields that occur, up to the last record that has it: most files have none.
        self._values: dict[str, array[float]] = {}
        self._outcomes = bytearray()

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._outcomes)

    def add(self, records: Iterable[bytes], outcomes: Mapping[int, str] | None = None) -> None:
        """Add records, each as the bytes of its JSON, as in ``Samples.records``.

        Args:
            records: the records.
            outcomes: by index, how those ended that got no complete answer, as in
                ``Samples.outcomes``; it decides, whatever their fields say.

        Raises:
            DataError: if a value is invalid for its field; the message names the record.
        """
        for at, raw in enumerate(records):
            record = parse_value(RawLine(len(self) + 1, 0, raw), self._file)
            self.add_record(record, outcomes.get(at) if outcomes else None)

    def add_record(self, record: object, outcome: str | None = None) -> None:
        """Add a record that has been parsed.

        Args:
            record: the value of its JSON.
            outcome: how it ended if it got no complete answer; it decides, whatever fields say.

        Raises:
            DataError: as `add` does.
        """
        has_failed = None
        if isinstance(record, dict) and not _ROOTS.isdisjoint(record):
            for name in FIELDS:
                if not math.isnan(value := self._value(name, record)):
                    self._put(name, value)
                    if name == "rating" and record.get(_SCALE) is not None:
                        self._put_scale(value, record)
            has_failed = self._status(record)
        if outcome is not None:
            # One that a content filter rejected has a status of failure, and is counted there.
            has_failed = True if outcome == "failed" else None if has_failed is None else False
        self._outcomes.append(_OUTCOMES.index(has_failed))

    def _put(self, name: str, value: float) -> None:
        column = self._values.setdefault(name, array("d"))
        column.extend([math.nan] * (len(self) - len(column)))
        column.append(value)

    def _put_scale(self, rating: float, record: Mapping[str, Any]) -> None:
        if (scale := _scale(given := record[_SCALE], cells=self._cells)) is None:
            return
        if not scale or scale[0] >= scale[1]:
            wanted = "must be the highest rating, such as 5, or both ends, such as [1, 5]"
            raise self._error(record, _SCALE, wanted, given)
        low, high = scale
        if not low <= rating <= high:
            wanted = f"must be from {low:g} to {high:g}, which {_SCALE} says"
            raise self._error(record, "rating", wanted, rating)
        self._put("rating_low", low)
        self._put("rating_high", high)

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return the values of a field in its unit; NaN for records without it."""
        column = np.full(len(self), np.nan)
        known = np.array(self._values.get(name, ()), dtype=np.float64)
        column[: len(known)] = known
        return column

    @property
    def failed(self) -> npt.NDArray[np.bool_]:
        """Whether each record says that its request failed."""
        failed: npt.NDArray[np.bool_] = np.array(self._outcomes) == _OUTCOMES.index(True)
        return failed

    def failed_from(self, first: int) -> list[int]:
        """Return the indices of failed requests from one record on, counted from there."""
        failed = _OUTCOMES.index(True)
        return [at for at, each in enumerate(self._outcomes[first:]) if each == failed]

    @property
    def has_status(self) -> bool:
        """Whether any record says whether its request failed."""
        return any(self._outcomes)

    @property
    def has_any(self) -> bool:
        """Whether any record says anything about its request."""
        return self.has_status or bool(self._values)

    def take(self, places: npt.ArrayLike) -> Requests:
        """Return some of the requests in another order, as samples are aligned across runs.

        The place after the last one is that of a request of which nothing is known.
        """
        taken, at = Requests(self._file, cells=self._cells), np.asarray(places, dtype=np.intp)
        outcomes = np.frombuffer(bytes([*self._outcomes, _OUTCOMES.index(None)]), dtype=np.uint8)
        taken._outcomes = bytearray(outcomes[at].tobytes())
        taken._values = {
            name: array("d", np.append(self.column(name), math.nan)[at]) for name in self._values
        }
        return taken

    def _value(self, name: str, record: Mapping[str, Any]) -> float:
        """Return the value of a field; NaN if there is none."""
        for alias in FIELDS[name]:
            value = _at(record, alias.path)
            if value is None:
                continue
            if alias.unit and isinstance(value, dict):
                value = self._in_unit(value, alias, record)
            if name == "start_time" and isinstance(value, str):
                value = _moment(value)
            elif self._cells and isinstance(value, str):
                value = _cell(value)
            if value is None:
                continue
            if (wanted := _wrong(name, value)) is not None:
                raise self._error(record, alias.path, f"must be {wanted}", value)
            return float(value) * alias.factor
        return math.nan

    def _in_unit(self, value: Mapping[str, Any], alias: Alias, record: Mapping[str, Any]) -> Any:
        unit = value.get("unit")
        if unit != alias.unit:
            raise self._error(record, alias.path, f"must be in {alias.unit}", unit)
        return value.get("value")

    def _status(self, record: Mapping[str, Any]) -> bool | None:
        """Return whether a request failed; ``None`` if its record does not say."""
        said = [
            self._says_failed(path, value, record)
            for path in STATUS_FIELDS
            if (value := _at(record, path)) is not None
            and not (self._cells and value == "")
            # A string may be about anything; programs that write an object mean a failure.
            and (path != "error" or isinstance(value, dict))
            # Many data sets have `info`; of its words only those that GuideLLM ends with count.
            and (path != "info.status" or value in ("completed", "errored", "cancelled"))
        ]
        return any(said) if said else None

    def _says_failed(self, path: str, value: Any, record: Mapping[str, Any]) -> bool:
        if path == "error":
            return True
        if isinstance(value, bool):
            return value is not _TRUTHS.get(path, True)
        text = value.strip().lower() if isinstance(value, str) else value
        if self._cells and text in ("true", "false"):
            return (text == "true") is not _TRUTHS.get(path, True)
        code = int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 4 else text
        if path not in _TRUTHS and isinstance(code, int) and 100 <= code < 600:
            return not 200 <= code < 300
        if path.endswith("status") and isinstance(text, str) and text in _SUCCEEDED | _FAILED:
            return text in _FAILED
        near = suggest(str(text), sorted(_SUCCEEDED | _FAILED)) if path == "status" else ""
        raise self._error(record, path, f"must be {_wanted_status(path)}", value, near)

    def _error(
        self, record: Mapping[str, Any], path: str, message: str, value: object, near: str = ""
    ) -> DataError:
        number = record.get("id")
        name = f" (id {short_repr(number)})" if isinstance(number, (str, int)) else ""
        place = f"record {len(self) + 1:,}{name}"
        message = f"{place}: field {short_repr(path)} {message}, found {short_repr(value)}"
        return DataError(self._file, None, f"{message}{'; ' * bool(near)}{near.strip()}")


def _at(record: Mapping[str, Any], path: str) -> Any:
    try:
        return at_path(record, path)
    except LookupError:
        return None


def _cell(text: str) -> Any:
    """Return the number in a cell of a table; ``None`` if the cell is empty."""
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _scale(given: Any, *, cells: bool) -> tuple[float, float] | tuple[()] | None:
    """Return both ends of a scale of ratings: none if it is none, ``None`` if the cell is empty."""
    if isinstance(given, str):
        if cells and not given.strip():
            return None
        found = _RANGE.fullmatch(given)
        given = [each for each in found.groups() if each] if found else None
        given = [float(each) for each in given] if given else given
        given = given[0] if given and len(given) == 1 else given
    if isinstance(given, list) and len(given) == 2 and all(_is_number(each) for each in given):
        return float(given[0]), float(given[1])
    return (1.0, float(given)) if _is_number(given) else ()


_RANGE = re.compile(
    r"\s*\[?\s*(-?\d+(?:\.\d+)?)(?:\s*(?:-|–|to|,|/|\.\.)\s*(-?\d+(?:\.\d+)?))?\s*\]?\s*", re.ASCII
)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def _moment(text: str) -> Any:
    """Return the POSIX timestamp of a time in ISO 8601; one without a zone is in UTC."""
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return _cell(text)
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _wrong(name: str, value: Any) -> str | None:
    """Return what a field must contain, if its value is invalid."""
    number = _is_number(value)
    if name == "rating":
        return None if number else "a number"
    if name in _COUNTS:
        fits = number and value >= 0 and value == int(value)
        return None if fits else "an integer of at least 0"
    if name == "start_time":
        return None if number and value >= 0 else "seconds, or a time such as 2025-01-31T12:00:00Z"
    return None if number and value >= 0 else "a number, 0 or more"


def _wanted_status(path: str) -> str:
    if path in _TRUTHS:
        return "true or false"
    codes = "an HTTP status such as 200"
    if path != "status":
        return codes
    words = f"{', '.join(sorted(_SUCCEEDED))}; {', '.join(sorted(_FAILED))}"
    return f"true, false, {codes}, or one of {words} (rename the field if it means something else)"
