"""`report.html`: one self-contained file with the verdict, the figures and the samples."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

from textmetrics._escape import printable, script_json
from textmetrics._sentences import (
    ReportLang,
    catalog,
    joined,
    plural,
    report_language,
    say,
    term,
    translated,
)
from textmetrics.comparison import (
    CORRECTED,
    ComparisonReport,
    best_steps,
    directed_title,
    ends,
    p_equation,
    p_value,
    points,
    rank_text,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.report.queries import finite
from textmetrics.report.samples import ROWS, ReportSamples, payload
from textmetrics.report.sections import interval_bar, sections

__all__ = ["to_html"]

_SCRIPTS = ("decode.js", "data.js", "text.js", "view.js", "explorer.js")
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
    environment = _environment()
    return str(
        environment.get_template("report.html.j2").render(
            report=report,
            title=title,
            report_lang=report_lang,
            style=style,
            script=script,
            sentences=script_json(_sentences_of(script, report_lang)),
            policy=_policy(style, script),
            tasks=script_json([_description(each, report) for each in samples]),
            payloads=list(map(payload, samples)),
            samples=samples,
            **sections(report),
        )
    )


def _sentences_of(script: str, lang: str) -> dict[str, str]:
    """Return the translations of the sentences in a script."""
    return {
        template: text
        for template, text in catalog(lang).items()
        if json.dumps(template, ensure_ascii=False) in script
    }


def _description(samples: ReportSamples, report: ComparisonReport) -> dict[str, Any]:
    """Return what the page must know of a task before it unpacks the samples."""
    models = list(samples.models)
    baseline = report.settings.baseline
    return {
        "task": samples.task,
        "models": models,
        "baseline": models.index(baseline) if baseline in models else 0,
        "titles": [term(metric.title) for metric in samples.metrics],
        "count": len(samples.samples),
        "rows": ROWS,
        "note": translated(samples.note),
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
    filters = (
        best_steps, directed_title, ends, format_value, joined, points, p_equation, p_value,
        rank_text, verdict, with_options,
    )  # fmt: skip
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals |= {
        "say": partial(_markup, say), "plural": partial(_markup, plural), "term": term,
        "interval_bar": interval_bar, "tones": _TONES, "shapes": _SHAPES, "corrected": CORRECTED,
        "format_value": format_value, "plain_value": partial(format_value, percent=False),
        "points": points, "plain_points": partial(points, percent=False),
    }  # fmt: skip
    return environment


def _printable(value: Any) -> Any:
    """Escape control characters in a string, but not in markup that is safe."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else printable(value)


_OPTION = re.compile(r"--[a-z][a-z-]*(?: [A-Za-z0-9_:/-]+(?:,[A-Za-z0-9_:/-]+)*)?")


def with_options(text: str) -> Any:
    """Return a sentence with the options that it names as code, which a click selects whole."""
    from markupsafe import Markup, escape

    parts = _OPTION.split(text)
    options = [*_OPTION.findall(text), ""]
    marked = [
        escape(_printable(part)) + (Markup("<code>{}</code>").format(option) if option else "")
        for part, option in zip(parts, options, strict=True)
    ]
    return Markup("").join(marked)


def _markup(sentence: Callable[..., str], /, *texts: Any, **values: Any) -> str:
    """Return a sentence, as markup if a value is; then the other values are escaped."""
    from markupsafe import Markup, escape

    if not any(hasattr(value, "__html__") for value in values.values()):
        return sentence(*texts, **values)
    shown = {n: escape(_printable(v)) if isinstance(v, str) else v for n, v in values.items()}
    return Markup(sentence(*texts, **shown))  # noqa: S704 - a test finds no markup in catalogs
