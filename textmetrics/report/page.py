"""`report.html`: one self-contained file with the verdict, the figures and the samples."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

from textmetrics._escape import printable, script_json
from textmetrics.comparison import (
    NOTHING,
    ComparisonReport,
    directed_title,
    p_equation,
    p_value,
    points,
    rank_text,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.report.figures import Chart, ChartSeries, DotRow
from textmetrics.report.queries import finite
from textmetrics.report.samples import ROWS, ReportSamples, payload
from textmetrics.report.sections import interval_bar, sections
from textmetrics.report.sentences import ENGLISH, Catalog
from textmetrics.report.series import scores_by_length_ratio

__all__ = ["to_html"]

_SCRIPTS = ("sentences.js", "decode.js", "data.js", "text.js", "view.js", "explorer.js")
_TONES = {
    "better": "better",
    "worse": "worse",
    "different": "different",
    "not significant": "open",
    "not compared": "open",
}
# Of the models' points: a circle, a square, a diamond, triangles, a cross; about 9 pixels wide.
_SHAPES = (
    "M-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0z",
    "M-3.7 -3.7h7.4v7.4h-7.4z",
    "M0 -5.2L5.2 0L0 5.2L-5.2 0z",
    "M0 -4.8L4.8 3.8H-4.8z",
    "M0 4.8L4.8 -3.8H-4.8z",
    "M-1.6 -4.8h3.2v3.2h3.2v3.2h-3.2v3.2h-3.2v-3.2h-3.2v-3.2h3.2z",
    "M-4.8 0L3.8 -4.8V4.8z",
    "M4.8 0L-3.8 -4.8V4.8z",
)


def to_html(
    report: ComparisonReport,
    samples: Sequence[ReportSamples] = (),
    *,
    title: str | None = None,
    catalog: Catalog = ENGLISH,
) -> str:
    """Return the report as one page.

    It loads nothing from anywhere: a Content-Security-Policy allows only its own style and script,
    by their hashes. What models wrote is text in it and nothing else.

    Args:
        report: what the comparison found.
        samples: the samples of tasks, from ``report_samples``.
        title: the page's title; by default the catalog's.
        catalog: the sentences of the page.

    Raises:
        ImportError: if Jinja2 is not installed.
    """
    report = finite(report)
    style, script = _template("report.css"), "\n".join(map(_template, _SCRIPTS))
    environment = _environment()
    parts = sections(report)
    return str(
        environment.get_template("report.html.j2").render(
            report=report,
            say=catalog,
            title=str(catalog("title")) if title is None else title,
            style=style,
            script=script,
            policy=_policy(style, script),
            tasks=script_json([_description(each, report) for each in samples]),
            sentences=script_json({"lang": catalog.lang, "sentences": catalog.script}),
            payloads=list(map(payload, samples)),
            samples=samples,
            between=partial(_between, catalog),
            chart_titles=partial(_chart_titles, parts["titles"]),
            histogram_titles=_titles(
                parts["titles"],
                (
                    e.metric
                    for e in report.distributions
                    if e.metric == parts["headlines"][e.task].metric
                ),
            ),
            model_series=[
                ChartSeries(model.name, at, ()) for at, model in enumerate(report.models)
            ],
            ratio_texts=_ratio_texts(catalog, report),
            dot_texts=_dot_texts,
            **parts,
        )
    )


def _description(samples: ReportSamples, report: ComparisonReport) -> dict[str, Any]:
    """Return what the page must know of a task before it unpacks the samples."""
    models = list(samples.models)
    baseline = report.settings.baseline
    return {
        "task": samples.task,
        "models": models,
        "baseline": models.index(baseline) if baseline in models else 0,
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
    filters = (directed_title, format_value, points, p_equation, p_value, rank_text, verdict)
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals |= {
        "interval_bar": interval_bar, "tones": _TONES, "shapes": _SHAPES,
        "format_value": format_value, "plain_value": partial(format_value, percent=False),
        "points": points, "plain_points": partial(points, percent=False),
    }  # fmt: skip
    return environment


def _printable(value: Any) -> Any:
    """Escape control characters in a string; markup that is safe already has a type of its own."""
    return printable(value) if type(value) is str else value


def _between(
    catalog: Catalog,
    interval: Sequence[float | None] | None,
    written: Callable[[float | None], str],
) -> Any:
    """Return the ends of an interval in words."""
    if interval is None or None in interval:
        return NOTHING
    low, high = interval
    return catalog("interval", low=written(low), high=written(high))


def _titles(titles: dict[str, str], metrics: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(titles[metric] for metric in metrics))


def _chart_titles(titles: dict[str, str], charts: Sequence[Chart]) -> list[str]:
    return _titles(titles, (chart.metric for chart in charts))


def _dot_texts(row: DotRow) -> str:
    return ", ".join(f"{dot.model} {dot.text}" for dot in row.dots)


def _ratio_texts(catalog: Catalog, report: ComparisonReport) -> dict[str, list[Any]]:
    """Return what the charts of length ratios show, in words, by task."""
    return {
        task: [
            catalog(
                "by_ratio.point",
                model=model,
                score=format_value(score.value, percent=score.percent),
                ratio=f"{score.length_ratio:.2f}",
            )
            for model, score in scores.items()
        ]
        for task, scores in scores_by_length_ratio(report).items()
    }
