"""The sheet of a comparison: what is known of each model, side by side, in five groups.

Figures come from monitored runs, from what records say of requests, and from ``config.json``;
scores stand among them. All outputs show this one sheet: tables, page, summary and JSON.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from textmetrics._sentences import joined, mark, say, term, translated
from textmetrics.comparison.result import (
    ComparisonReport,
    Efficiency,
    ModelScore,
    ModelSummary,
    MonitorSummary,
    Rating,
    ServedResources,
    SheetFigure,
    SheetSummary,
)
from textmetrics.comparison.shown import ends
from textmetrics.metrics import format_value
from textmetrics.monitor import (
    FIGURES,
    Figure,
    FigureRow,
    FigureSheet,
    FigureValue,
    best_of,
    figure_text,
)

__all__ = ["comparison_sheet", "has_more_than_scores", "sheet_entry", "shown_sheet"]

FACTS: Final = tuple(
    Figure(name, label, "model", "10^9", 1e-9, None, definition)
    if name.endswith("parameters")
    else Figure(name, label, "model", "", 1, None, definition, 0)
    for name, label, definition in (
        ("d_model", mark("hidden size (d_model)"), mark("Size of the hidden state.")),
        ("layers", mark("layers"), mark("Number of layers.")),
        (
            "feed_forward",
            mark("feed-forward size"),
            mark("Size inside a feed-forward layer, `intermediate_size`."),
        ),
        (
            "gate_and_up",
            mark("gate and up size"),
            mark("Twice the feed-forward size: gate and up projection together."),
        ),
        ("heads", mark("attention heads"), mark("Number of attention heads.")),
        ("kv_heads", mark("key-value heads"), mark("Number of key-value heads.")),
        ("head_size", mark("head size"), mark("Size of an attention head.")),
        ("vocabulary", mark("vocabulary"), mark("Number of tokens in the vocabulary.")),
        (
            "embedding_parameters",
            mark("embedding parameters"),
            mark("Parameters of input and output embeddings, counted once if they are tied."),
        ),
        ("other_parameters", mark("other parameters"), mark("All other parameters.")),
        ("parameters", mark("parameters"), mark("All parameters.")),
    )
)
"""What a ``config.json`` says of a model."""

_MS = 1000.0


def _time(name: str, label: str, definition: str) -> Figure:
    return Figure(name, label, "users", "ms", _MS, "lower", definition)


REQUESTS: Final = (
    Figure(
        "requests_per_s",
        mark("requests per second"),
        "performance",
        "1/s",
        1,
        "higher",
        mark(
            "Requests that succeeded, divided by the time from the first start to the last end of "
            "each run of the task."
        ),
    ),
    Figure(
        "output_tokens_per_s",
        mark("inference speed"),
        "performance",
        mark("tokens/s"),
        1,
        "higher",
        mark("Output tokens of requests that succeeded, divided by the same time."),
    ),
    Figure(
        "output_tokens_mean",
        mark("output tokens of an answer"),
        "performance",
        "",
        1,
        None,
        mark("Mean number of output tokens of requests that succeeded."),
        1,
    ),
    Figure(
        "error_rate",
        mark("error rate"),
        "reliability",
        "%",
        100,
        "lower",
        mark("Share of requests that failed, by their records."),
        2,
    ),
    _time(
        "response_time_mean_s",
        mark("response time, mean"),
        mark("Mean time from sending a request to the end of its answer, if it succeeded."),
    ),
    _time(
        "response_time_p50_s",
        mark("response time, p50"),
        mark("The time within which half of the requests that succeeded were answered."),
    ),
    _time(
        "response_time_p95_s",
        mark("response time, p95"),
        mark("The time within which 95 in 100 of them were answered."),
    ),
    _time(
        "response_time_p99_s",
        mark("response time, p99"),
        mark("The time within which 99 in 100 of them were answered."),
    ),
    _time(
        "first_token_p50_s",
        mark("first token, p50"),
        mark("The time within which half of them had their first token."),
    ),
    _time(
        "first_token_p95_s",
        mark("first token, p95"),
        mark("The time within which 95 in 100 of them had their first token."),
    ),
    Figure(
        "satisfaction",
        mark("user satisfaction"),
        "users",
        "%",
        100,
        "higher",
        mark(
            "Mean of where ratings lie between the lowest and the highest of their scale, if the "
            "records say the scale; ratings of one sample are averaged first."
        ),
        2,
    ),
    Figure(
        "rating",
        mark("rating"),
        "users",
        "",
        1,
        "higher",
        mark("Mean of ratings as the records have them, if they have one scale."),
        2,
    ),
)  # fmt: skip
"""What records say of requests."""

_SHARE: Final = Figure(
    "served_share",
    mark("requests within the monitored time"),
    "performance",
    "%",
    100,
    None,
    mark(
        "Share of the requests that ran whole while an attempt of the monitored server was "
        "running: the figures during requests are of this time."
    ),
)

SERVED: Final = (
    _SHARE,
    *(
    Figure(f"served_{name}", label, FIGURES[name].group, FIGURES[name].unit, FIGURES[name].factor,
           FIGURES[name].better, definition)
    for name, label, definition in (
        (
            "gpu_utilization",
            mark("GPU utilization during requests"),
            mark("Mean of the monitored server while the task's requests ran, over all GPUs."),
        ),
        (
            "cpu_cores",
            mark("CPU during requests"),
            mark("CPU time of the monitored server while the task's requests ran, by that time."),
        ),
        (
            "memory_peak_bytes",
            mark("peak memory during requests"),
            mark("Largest resident memory of the monitored server while the task's requests ran."),
        ),
        (
            "memory_mean_bytes",
            mark("mean memory during requests"),
            mark("Mean resident memory of the monitored server while the task's requests ran."),
        ),
        (
            "gpu_memory_peak_bytes",
            mark("peak GPU memory during requests"),
            mark("Largest memory in use on all GPUs together while the task's requests ran."),
        ),
        (
            "gpu_memory_mean_bytes",
            mark("mean GPU memory during requests"),
            mark("Mean memory in use on all GPUs together while the task's requests ran."),
        ),
    )
    ),
)  # fmt: skip
"""Resources of a monitored server over the time of the requests."""


_GROUPS: Final = (
    mark("model"),
    mark("performance"),
    mark("accuracy"),
    mark("resources"),
    mark("reliability"),
    mark("users"),
)


def has_more_than_scores(report: ComparisonReport) -> bool:
    """Return whether there are figures beside scores, facts, and failures listed below scores."""
    scored = {task.name for task in report.scored_tasks}
    known = ("latency_s", "ttft_s", "throughput", "output_tokens", "rating")
    return bool(report.monitors) or any(
        each.task not in scored or any(getattr(each, name) for name in known)
        for each in report.efficiency
    )


def comparison_sheet(report: ComparisonReport) -> FigureSheet | None:
    """Return what is known of each model, side by side; ``None`` if nothing but scores is.

    The rows are in the order of the groups: the model itself, performance, accuracy, resources,
    reliability and users; in each first what is of the whole model, then tasks in their order.
    Details are in the current report language.

    Args:
        report: what the comparison found.
    """
    if not _has_figures(report):
        return None
    models = [model.name for model in report.models]
    rows = [*_of_models(report), *_of_scores(report), *_of_requests(report)]
    monitored, absent = _of_monitors(report)
    absent |= _not_joined(rows)
    rows = [row for row in (*monitored, *rows) if _is_shown(row)]
    rows.sort(key=lambda row: _GROUPS.index(row.figure.group))
    return FigureSheet(models, rows, absent)


def shown_sheet(report: ComparisonReport) -> FigureSheet | None:
    """Return the sheet as people see it: nothing names the only task of a comparison."""
    sheet = comparison_sheet(report)
    if sheet is None or len(report.tasks) > 1:
        return sheet
    return replace(sheet, rows=[replace(row, task="") for row in sheet.rows])


def sheet_entry(sheet: FigureSheet) -> SheetSummary:
    """Return a sheet as JSON has it."""
    found = sheet.to_dict()
    return SheetSummary(
        found["models"], [SheetFigure(**row) for row in found["figures"]], found["absent"]
    )


def _has_figures(report: ComparisonReport) -> bool:
    """Return whether anything but scores is known of the models."""
    facts = any(model.facts or model.params for model in report.models)
    return facts or bool(report.efficiency or report.monitors)


def _is_shown(row: FigureRow) -> bool:
    """Return whether any model has the figure."""
    return any(value is not None and math.isfinite(value) for value in row.values.values())


def _not_joined(rows: Sequence[FigureRow]) -> dict[str, str]:
    """Return why no requests are within the monitored time, of all tasks; nothing if any are."""
    shares = [row for row in rows if row.figure is _SHARE]
    reasons = [reason for row in shares for reason in row.reasons.values()]
    if not reasons or any(map(_is_shown, shares)):
        return {}
    return {_SHARE.label: joined(list(dict.fromkeys(reasons)))}


def _row(figure: Figure, cells: Mapping[str, FigureValue], task: str = "") -> FigureRow:
    return FigureRow(
        figure,
        task,
        values={model: cell.value for model, cell in cells.items()},
        details={model: cell.details for model, cell in cells.items() if cell.details},
        reasons={model: cell.reason for model, cell in cells.items() if cell.reason},
        best=best_of(figure, {model: cell.value for model, cell in cells.items()}),
    )


def _of_models(report: ComparisonReport) -> Iterator[FigureRow]:
    for figure in FACTS:
        cells = {model.name: _fact(model, figure.name) for model in report.models}
        yield _row(figure, cells)


def _fact(model: ModelSummary, name: str) -> FigureValue:
    facts = model.facts or {}
    value, note = facts.get(name), ""
    if name == "parameters":
        value = model.params if value is None else value
        note = str(facts.get("note") or "")
    if value is None:
        return FigureValue(None, reason=note)
    exact = f"{value:,.0f}" if name.endswith("parameters") else ""
    return FigureValue(value, joined(list(filter(None, [exact, note]))))


def _of_scores(report: ComparisonReport) -> Iterator[FigureRow]:
    """Yield a row per task and metric, and rows of its precision, recall and F1 below it."""
    by_metric: dict[tuple[str, str], list[ModelScore]] = {}
    for score in report.scores:
        by_metric.setdefault((score.task, score.metric), []).append(score)
    for (task, metric), scores in by_metric.items():
        first = scores[0]
        unit, factor = ("%", 100) if first.percent else ("", 1)
        figure = Figure(metric, first.title, "accuracy", unit, factor, first.better, _SCORE, 2)
        row = _row(figure, {each.model: _score(each) for each in scores}, task)
        # The paired tests say which is best, not the numbers.
        best = [each.model for each in scores if each.rank == 1] if len(scores) > 1 else []
        yield replace(row, best=best if len(best) < len(scores) else [])
        headlines = first.signature.split("|")[:2]  # which part the score itself is
        for part, label in _PARTS.items():
            values = {each.model: getattr(each, part) for each in scores}
            if part in headlines or all(value is None for value in values.values()):
                continue
            its = Figure(
                f"{metric}_{part}", label(first.title), "accuracy", "%", 100, None,
                _SCORE, 2,
            )  # fmt: skip
            yield _row(its, {model: FigureValue(value) for model, value in values.items()}, task)


_SCORE: Final = mark("Score over the samples of the task; its signature says how it is computed.")
_PARTS: Final[Mapping[str, Callable[[str], str]]] = {
    "precision": lambda title: say("{title}: precision", title=term(title)),
    "recall": lambda title: say("{title}: recall", title=term(title)),
    "f1": lambda title: say("{title}: F1", title=term(title)),
}


def _score(score: ModelScore) -> FigureValue:
    written = partial(format_value, percent=score.percent)
    details = ends(score.interval, written) if score.interval else ""
    if score.run_sd is not None:
        sd = say("sd of {n} runs {sd}", n=len(score.runs), sd=written(score.run_sd))
        details = joined(list(filter(None, [details, sd])))
    return FigureValue(score.value, details)


def _of_requests(report: ComparisonReport) -> Iterator[FigureRow]:
    for task in report.tasks:
        found = {each.model: each for each in report.efficiency if each.task == task.name}
        for figure in (*REQUESTS, *SERVED):
            cells = {model: _requests(each, figure.name) for model, each in found.items()}
            if figure.name == "rating" and _have_other_scales(found.values()):
                # 8 of 10 is no better than 5 of 5.
                yield _row(replace(figure, better=None), cells, task.name)
            else:
                yield _row(figure, cells, task.name)


def _have_other_scales(entries: Iterable[Efficiency]) -> bool:
    """Return whether mean ratings of models are on different scales."""
    ratings = [each.rating for each in entries if each.rating and each.rating.mean is not None]
    return len({f"{rating.scale}" for rating in ratings}) > 1


def _requests(entry: Efficiency, name: str) -> FigureValue:
    """Return a figure of what records say of requests."""
    if name.startswith("served_"):
        return _served(entry.served, name.removeprefix("served_"))
    if name in ("satisfaction", "rating"):
        return _rated(entry.rating, name)
    if name == "error_rate" and entry.error_rate is not None:
        failed = say("{failed:,} of {n:,}", failed=entry.n - entry.succeeded, n=entry.n)
        return FigureValue(entry.error_rate, failed)
    return FigureValue(_measured(entry, name))


def _measured(entry: Efficiency, name: str) -> float | None:
    if name in ("requests_per_s", "output_tokens_per_s"):
        found: float | None = getattr(entry.throughput, name, None)
        return found
    part, _, number = name.removesuffix("_s").rpartition("_")
    numbers = {
        "response_time": entry.latency_s,
        "first_token": entry.ttft_s,
        "output_tokens": entry.output_tokens,
    }
    return getattr(numbers.get(part), number, None)


def _served(served: ServedResources | None, name: str) -> FigureValue:
    if served is None:
        return FigureValue(None)
    if name != "share":
        return FigureValue(served.figures.get(name))
    if served.share is None:
        return FigureValue(None, reason=served.reason)
    covered = say("{joined:,} of {n:,}", joined=served.joined, n=served.timed)
    if not served.joined:
        return FigureValue(None, reason=joined([covered, served.reason]))
    return FigureValue(served.share, covered)


def _rated(rating: Rating | None, name: str) -> FigureValue:
    if rating is None:
        return FigureValue(None)
    n = say("n = {n:,}", n=rating.n)
    if rating.answered is not None:
        n = say("n = {n:,}, {share} % answered", n=rating.n, share=format_value(rating.answered))
    if name == "satisfaction":
        value, interval = rating.satisfaction, rating.satisfaction_interval
        parts = [ends(interval) if interval else "", n]
    else:
        value, interval = rating.mean, rating.interval
        parts = [ends(interval, _plain) if interval else "", _scale(rating), n]
    if value is None:
        return FigureValue(None, reason=rating.reason)
    return FigureValue(value, joined(list(filter(None, parts))))


def _plain(value: float | None) -> str:
    return format_value(value, percent=False)


def _scale(rating: Rating) -> str:
    if rating.scale is None:
        return ""
    low, high = (f"{end:g}" for end in rating.scale if end is not None)
    return say("scale {low} to {high}", low=low, high=high)


_RATES: Final = {
    "crash_rate": ("crashes", "attempts", 1),
    "crashes_per_h": ("crashes", "running_s", 3600),
}
"""Figures that are ratios of others, of all runs together."""


def _of_monitors(report: ComparisonReport) -> tuple[list[FigureRow], dict[str, str]]:
    """Return the rows of monitored runs; and why figures that no run has are absent."""
    by_model: dict[str, list[MonitorSummary]] = {}
    for each in report.monitors:
        by_model.setdefault(each.model, []).append(each)
    rows, absent = [], {}
    for figure in FIGURES.values() if by_model else ():
        cells = {model: _of_runs(figure, runs) for model, runs in by_model.items()}
        reasons = [cell.reason for cell in cells.values() if cell.reason]
        if any(cell.value is not None for cell in cells.values()):
            rows.append(_row(figure, cells))
        elif reasons:
            absent[figure.name] = joined(list(dict.fromkeys(reasons)))
    return rows, absent


def _of_runs(figure: Figure, runs: Sequence[MonitorSummary]) -> FigureValue:
    """Return the mean of a figure over the monitored runs of a model."""
    name = figure.name
    values = [value for run in runs if (value := run.figures.get(name)) is not None]
    if not values:
        return FigureValue(
            None, reason=term(next((e.reasons[name] for e in runs if name in e.reasons), ""))
        )
    if len(runs) == 1:
        return FigureValue(values[0], translated(runs[0].details.get(name, "")))
    mean = math.fsum(values) / len(values)
    if name in _RATES:
        above, below, factor = _RATES[name]
        parts = [math.fsum(run.figures.get(each) or 0.0 for run in runs) for each in (above, below)]
        mean = factor * parts[0] / parts[1] if parts[1] else mean
    shown = [figure_text(value, figure) for value in values]
    return FigureValue(mean, _of_each(shown, len(runs)))


def _of_each(shown: Sequence[str], runs: int) -> str:
    if len({*shown}) == 1 and len(shown) == runs:
        return ""
    each = joined(shown, ",")
    if len(shown) == runs:
        return say("mean of {n} runs: {each}", n=runs, each=each)
    return say("mean of {n} of {all} runs: {each}", n=len(shown), all=runs, each=each)
