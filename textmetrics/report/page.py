"""`report.html`: one self-contained file with the summary and the samples."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any, TypeVar

from textmetrics._escape import pluralized, printable, script_json
from textmetrics._sentences import ReportLang, catalog, plural, report_language, say, term
from textmetrics.comparison import (
    CORRECTED,
    SHARED_LETTERS,
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
    TaskSummary,
    best_steps,
    directed_title,
    ends,
    p_value,
    points,
    rank_text,
    units,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.report.queries import color_scales, finite, headline_scores
from textmetrics.report.samples import ROWS, ReportSamples, payload

__all__ = ["to_html"]

COLOR_STEPS = 10
"""How many colours the heatmap has; see `templates/report.css`."""
_SCRIPTS = ("decode.js", "data.js", "text.js", "view.js", "explorer.js")

Record = TypeVar("Record", ModelScore, BaselineComparison)


def to_html(
    report: ComparisonReport,
    samples: Sequence[ReportSamples] = (),
    *,
    title: str | None = None,
    report_lang: ReportLang = "en",
) -> str:
    """Return the report as one page.

    It loads nothing from anywhere: a Content-Security-Policy allows only its own style and script,
    by their hashes. What models wrote is text in it and nothing else.

    Args:
        report: what the comparison found.
        samples: the samples of tasks, from ``report_samples``.
        title: the page's title; "Comparison of models" if there is none.
        report_lang: the language of the page: ``en``, ``zh`` or ``ja``.

    Raises:
        ImportError: if Jinja2 is not installed.
        ValueError: if the language is another one.
    """
    with report_language(report_lang):
        title = say("Comparison of models") if title is None else title
        return _page(finite(report), samples, title, report_lang)


def _page(
    report: ComparisonReport, samples: Sequence[ReportSamples], title: str, report_lang: str
) -> str:
    style, script = _template("report.css"), "\n".join(map(_template, _SCRIPTS))
    return str(
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            title=title,
            report_lang=report_lang,
            style=style,
            script=script,
            sentences=script_json(_sentences_of(script, report_lang)),
            policy=_policy(style, script),
            tasks=script_json([_description(each) for each in samples]),
            payloads=list(map(payload, samples)),
            samples=samples,
            **_sections(report),
        )
    )


def _sentences_of(script: str, lang: str) -> dict[str, str]:
    """Return the translations of the sentences in a script."""
    return {
        template: text
        for template, text in catalog(lang).items()
        if json.dumps(template, ensure_ascii=False) in script
    }


def _description(samples: ReportSamples) -> dict[str, Any]:
    """Return what the page must know of a task before it unpacks the samples."""
    return {
        "task": samples.task,
        "models": samples.models,
        "titles": [metric.title for metric in samples.metrics],
        "count": len(samples.samples),
        "rows": ROWS,
        "note": samples.note,
        "percent": [metric.in_percent for metric in samples.metrics],
        "better": [metric.better for metric in samples.metrics],
    }


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _template(name: str) -> str:
    return (files("textmetrics.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Any:
    try:
        import jinja2
    except ImportError as error:
        raise ImportError(
            "report.html needs jinja2: pip install 'textmetrics-eval[compare]'"
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    filters = (ends, format_value, pluralized, points, p_value, rank_text, verdict)
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals |= {
        "say": partial(_markup, say), "plural": partial(_markup, plural), "term": term,
        "interval_bar": interval_bar, "corrected": CORRECTED, "best_steps": best_steps,
        "shared_letters": SHARED_LETTERS,
        "format_value": format_value, "plain_value": partial(format_value, percent=False),
        "points": points, "plain_points": partial(points, percent=False),
    }  # fmt: skip
    return environment


def _printable(value: Any) -> Any:
    """Escape control characters in a string, but not in markup that is safe."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else printable(value)


def _markup(sentence: Callable[..., str], /, *texts: Any, **values: Any) -> str:
    """Return a sentence, as markup if a value is; then the other values are escaped."""
    from markupsafe import Markup, escape

    if not any(hasattr(value, "__html__") for value in values.values()):
        return sentence(*texts, **values)
    shown = {n: escape(_printable(v)) if isinstance(v, str) else v for n, v in values.items()}
    return Markup(sentence(*texts, **shown))  # noqa: S704 - a test finds no markup in catalogs


def _sections(report: ComparisonReport) -> dict[str, Any]:
    """Return the parts of the page, by the names that the templates have for them."""
    return {
        "heatmap": _heatmap(report),
        "scores": _by_task(report.scores, report.tasks),
        "comparisons": _by_task(report.comparisons, report.tasks),
        "flagged": _flags(report.scores),
        "signatures": _signatures(report.scores),
        "facts": _fact_names(report.models),
        "titles": {score.metric: directed_title(score) for score in report.scores},
        # What all models have in common: whether values are in percent, which are better.
        "like": {(score.task, score.metric): score for score in report.scores},
        "headlines": {score.task: score for score in headline_scores(report).values()},
        "in_percent": units(report.scores),
        "in_points": units(report.scores, "in percentage points"),
    }


def _heatmap(report: ComparisonReport) -> list[dict[str, Any]]:
    """Return one row per model: its headline score on each task, and the step of its colour."""
    found = headline_scores(report)
    scales = color_scales(found)
    return [
        {
            "model": model,
            "cells": [
                None
                if (score := found.get((model.name, task.name))) is None
                else {"score": score, "step": color_step(score.value, scales[task.name])}
                for task in report.tasks
            ],
        }
        for model in report.models
    ]


def color_step(value: float | None, scale: tuple[float, float] | None) -> int | None:
    """Return the number of a colour, from 0 at the worst end of the scale, if there is a scale.

    Examples:
        >>> [color_step(value, (0.2, 0.7)) for value in (0.2, 0.44, 0.7)]
        [0, 4, 9]
    """
    if value is None or scale is None:
        return None
    worst, best = scale
    return min(int(COLOR_STEPS * (value - worst) / (best - worst)), COLOR_STEPS - 1)


def _by_task(records: Iterable[Record], tasks: Sequence[TaskSummary]) -> list[dict[str, Any]]:
    """Group scores or comparisons by task, then by metric."""
    order = {task.name: at for at, task in enumerate(tasks)}

    def place(record: Record) -> tuple[int, int]:
        at = order[record.task]
        return at, tasks[at].metrics.index(record.metric)

    found: list[dict[str, Any]] = [{"task": task, "metrics": []} for task in tasks]
    for (at, metric), group in groupby(sorted(records, key=place), key=place):
        name = tasks[at].metrics[metric]
        found[at]["metrics"].append({"name": name, "records": list(group)})
    return [each for each in found if each["metrics"]]


def _signatures(scores: Iterable[ModelScore]) -> dict[str, list[str]]:
    """Return the tasks and models that have each signature."""
    found: dict[str, dict[str, None]] = {}
    for score in scores:
        found.setdefault(score.signature, {})[f"{score.task}: {score.model}"] = None
    return {signature: list(places) for signature, places in found.items()}


def _flags(scores: Iterable[ModelScore]) -> dict[tuple[str, str], list[str]]:
    """Return the anomalies by model and task, whichever metrics report them."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for score in scores:
        if score.flags:
            where = score.model, score.task
            found.setdefault(where, {}).update(dict.fromkeys(score.flags))
    return {where: list(flags) for where, flags in found.items()}


def _fact_names(models: Iterable[ModelSummary]) -> list[str]:
    """Return the names of the facts that any model has."""
    return list(
        dict.fromkeys(
            name
            for model in models
            for name, fact in (model.facts or {}).items()
            if fact not in (None, "")
        )
    )


def interval_bar(
    value: float | None, interval: Sequence[float | None] | None, ends: Iterable[float | None]
) -> dict[str, float] | None:
    """Return where an interval and its value lie on a scale of 0 to 100.

    Args:
        value: the value, somewhere in the interval.
        interval: its two ends.
        ends: those of all intervals that share the scale, and whatever else it must include, such
            as 0.

    Examples:
        >>> interval_bar(0.5, [0.4, 0.6], [0.0, 1.0])
        {'low': 40.0, 'high': 60.0, 'at': 50.0, 'zero': 0.0}
    """
    if value is None or interval is None or interval[0] is None or interval[1] is None:
        return None
    known = [end for end in ends if end is not None]
    least, most = min(known), max(known)
    width = (most - least) or 1.0
    low, high, at, zero = (
        round(100 * (place - least) / width, 2) for place in (interval[0], interval[1], value, 0.0)
    )
    return {"low": low, "high": high, "at": at, "zero": zero}
