"""How fast answers came, and at what speed they are good: arithmetic on what records say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from textmetrics.comparison.requests import Requests
from textmetrics.comparison.result import (
    Efficiency,
    LatencyBucket,
    LengthBucket,
    Percentiles,
    Rating,
    Throughput,
)
from textmetrics.statistics import mean_interval

__all__ = ["efficiency_of"]

Floats = npt.NDArray[np.float64]

_PERCENTILES = (50, 90, 95, 99)
_MOST_BUCKETS = 10
_IN_A_BUCKET = 10


def efficiency_of(
    runs: Sequence[Requests],
    values: Sequence[Floats] | None = None,
    *,
    model: str = "",
    task: str = "",
    level: float = 0.95,
) -> Efficiency | None:
    """Return the efficiency of a model on a task, as the report has it.

    Times are those of requests that succeeded, over all runs. Row ``i`` of each run must be the
    same sample (see `Requests.take`): its ratings are averaged before there is an interval.

    Args:
        runs: what the records of each run say.
        values: the score of each sample in each run, for quality against latency; NaN is left out.
        model: the model's name.
        task: the task's name.
        level: of the interval of the mean rating.

    Returns:
        ``None`` where no record says anything.

    Raises:
        ValueError: if runs are not equally long, or their values are not as many.

    Examples:
        >>> run = Requests("a.jsonl")
        >>> run.add([b'{"latency_s": 1, "status": "ok"}', b'{"latency_s": 3, "status": "ok"}'])
        >>> efficiency_of([run]).latency_s.p50
        2.0
    """
    _check(runs, values)
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
        rating=_rating(runs, level),
        quality_by_latency=[] if scores is None else _by_latency(latency, scores),
    )


def _check(runs: Sequence[Requests], values: Sequence[Floats] | None) -> None:
    lengths = [len(run) for run in runs]
    if not lengths or len(set(lengths)) > 1:
        raise ValueError(f"runs must be equally long, one or more, got {lengths}")
    if values is not None and [len(each) for each in values] != lengths:
        raise ValueError(
            f"each run needs a value a record, got {[len(each) for each in values]} values for "
            f"{lengths} records"
        )


def _joined(runs: Sequence[Requests], name: str) -> Floats:
    return np.concatenate([run.column(name) for run in runs])


def _percentiles(values: Floats) -> Percentiles | None:
    found = values[~np.isnan(values)]
    if not found.size:
        return None
    points = np.percentile(found, _PERCENTILES, method="linear")
    return Percentiles(int(found.size), math.fsum(found) / found.size, *map(float, points))


def _throughput(runs: Sequence[Requests]) -> Throughput | None:
    """Give what came a second while each run lasted: from its first start to its last end."""
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
    """Give the speed of answers of about one length: 1, 2 to 3, 4 to 7 tokens and so on."""
    there = (tokens > 0) & (latency > 0)
    tokens, latency = tokens[there], latency[there]
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
    """Give the mean score of answers that took about as long: up to ten equally large groups."""
    there = ~np.isnan(latency) & ~np.isnan(scores)
    latency, scores = latency[there], scores[there]
    buckets = min(_MOST_BUCKETS, latency.size // _IN_A_BUCKET)
    if buckets < 2:
        return []
    edges = np.quantile(latency, np.linspace(0, 1, buckets + 1)[1:-1])
    bucket = np.searchsorted(edges, latency)  # equal latencies stay together
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
    ratings = np.stack([run.column("rating") for run in runs])
    counts = (~np.isnan(ratings)).sum(axis=0)
    means = np.nansum(ratings, axis=0)[counts > 0] / counts[counts > 0]
    if not means.size:
        return None
    ends: list[float | None] | None = None
    if means.size > 1:
        interval = mean_interval(means, level=level, method="t")
        ends = [interval.low, interval.high]
    return Rating(math.fsum(means) / means.size, ends, int(means.size))
