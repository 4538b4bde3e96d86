"""Write the tables and pictures of docs/tutorial.md from the systems in ../shared/data.

Usage: python docs/tutorial.py
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from marked import page_with
from msgspec import structs

from textmetrics.cli import main
from textmetrics.comparison import Comparison, ComparisonReport
from textmetrics.report.pictures import draw

__all__ = ["CONFIG", "DATA", "PAGE", "found", "pictures", "written"]

PAGE = Path(__file__).resolve().with_suffix(".md")
CONFIG = PAGE.parent / "examples" / "two_systems.toml"
DATA = PAGE.parents[2] / "shared" / "data"
# The pictures on the page, each of one task.
PICTURES = {"differences": "en_ted", "lengths": "zh_cmrc"}


def found() -> ComparisonReport:
    """Return the report of the command on the page.

    Raises:
        RuntimeError: if the command failed, with its message.
    """
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = main(["compare", str(CONFIG), "--format", "json"])
    if code:
        raise RuntimeError(said.getvalue())
    return ComparisonReport.from_dict(json.loads(out.getvalue()))


def written(page: str, report: ComparisonReport) -> str:
    """Return the page with its tables."""
    return page_with(page, _parts(report), by="tutorial.py")


def _parts(report: ComparisonReport) -> Mapping[str, Callable[[], str]]:
    sections, _, warnings = Comparison(report).to_markdown().partition("\n\n**Warning:**")
    conclusion, *shown_tables = sections.split("\n\n### ")
    titled = dict(each.split("\n\n", 1) for each in shown_tables)
    shown = {title.replace("\\", ""): text for title, text in titled.items()}
    config = CONFIG.read_text(encoding="utf-8").partition("\n")[2]  # without its comment
    parts = {
        "config": f"```toml\n{config}```",
        "conclusion": "> " + conclusion.replace("\n\n", "\n>\n> "),
        "overall": shown["All tasks"],
        "warnings": "> **Warning:**" + warnings.replace("\n\n", "\n>\n> "),
        "signatures": "\n".join(f"- `{each}`" for each in _signatures(report)),
    }
    for task in report.tasks:
        scores, tests = shown[f"{task.name}: scores"], shown[f"{task.name}: against system1"]
        parts[task.name] = f"{scores}\n\n{tests}"
    return {name: lambda text=text: text for name, text in parts.items()}


def _signatures(report: ComparisonReport) -> list[str]:
    """Return the signatures of the headline metric, one per task."""
    headline = report.tasks[0].headline
    return list(dict.fromkeys(s.signature for s in report.scores if s.metric == headline))


def pictures(report: ComparisonReport) -> Mapping[Path, bytes]:
    """Return the content of the page's pictures, each of one task, by their files."""
    files = {}
    for name, task in PICTURES.items():
        drawn = {each.name: each for each in draw(_only(report, task), forms=["svg"])}
        files[PAGE.with_name(f"tutorial_{name}.svg")] = drawn[name].files["svg"]
    return files


def _only(report: ComparisonReport, task: str) -> ComparisonReport:
    """Return the part of a report that is about one task."""
    parts = ("scores", "comparisons", "strengths", "breakdowns", "learning_curves", "efficiency")
    chosen = {part: [e for e in getattr(report, part) if e.task == task] for part in parts}
    chosen["tasks"] = [each for each in report.tasks if each.name == task]
    return structs.replace(report, **chosen)


if __name__ == "__main__":
    report = found()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), report), encoding="utf-8")
    for path, data in pictures(report).items():
        path.write_bytes(data)
