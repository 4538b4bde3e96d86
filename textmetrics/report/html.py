"""`report.html`: one file with the summary and the samples, which needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from textmetrics._escape import printable, script_json
from textmetrics.comparison import (
    CORRECTED,
    best_steps,
    ends,
    p_value,
    percent,
    points,
    verdict,
)
from textmetrics.report import page
from textmetrics.report.payload import ROWS, payload
from textmetrics.report.samples import ReportSamples

__all__ = ["to_html"]

_SCRIPTS = ("decode.js", "data.js", "text.js", "view.js", "explorer.js")


def to_html(
    document: Mapping[str, Any],
    samples: Sequence[ReportSamples] = (),
    *,
    title: str = "Comparison of models",
) -> str:
    """Give the report as one page.

    It loads nothing, from no place: a Content-Security-Policy allows its own style and script
    alone, by their hashes. What models wrote is text in it and nothing else.

    Args:
        document: what a comparison found, as ``Comparison.to_dict`` gives it.
        samples: the samples of tasks, as ``report_samples`` gives them.
        title: what stands at the top.

    Raises:
        ImportError: if jinja2 is not installed.
    """
    style, script = _file("report.css"), "\n".join(map(_file, _SCRIPTS))
    return str(
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            title=title,
            style=style,
            script=script,
            policy=_policy(style, script),
            tasks=script_json([_described(each) for each in samples]),
            payloads=list(map(payload, samples)),
            samples=samples,
            **page.sections(document),
        )
    )


def _described(samples: ReportSamples) -> dict[str, Any]:
    """Give what the page must know of a task before its samples are looked at."""
    return {
        "task": samples.task,
        "models": samples.models,
        "titles": samples.titles,
        "count": len(samples.samples),
        "rows": ROWS,
        "note": samples.note,
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
def _file(name: str) -> str:
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
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    shown = (ends, percent, points, p_value, verdict)
    environment.filters |= {function.__name__: function for function in shown}
    environment.globals |= {
        "interval_bar": page.interval_bar, "corrected": CORRECTED, "best_steps": best_steps,
        "percent": percent, "points": points,
    }  # fmt: skip
    return environment


def _visible(value: Any) -> Any:
    """Show control characters in a name; markup that is safe already is of another class."""
    return printable(value) if type(value) is str else value
