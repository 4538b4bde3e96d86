"""Write docs/tutorial.md's tables and pictures from the systems in ../shared/data.

Usage: python docs/tutorial.py
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from marked import page_with

from textmetrics.cli import main
from textmetrics.comparison import Comparison, ComparisonReport
from textmetrics.report.pictures import draw

__all__ = ["CONFIG", "DATA", "PAGE", "found", "pictures", "written"]

PAGE = Path(__file__).resolve().with_suffix(".md")
CONFIG = PAGE.parent / "examples" / "two_systems.toml"
DATA = PAGE.parents[2] / "shared" / "data"
# Each picture with the task that the page shows it of.
PICTURES = {"differences": "en_ted", "lengths": "zh_cmrc"}

Document = dict[str, Any]


def found() -> Document:
    """Give what the command on the page gives.

    Raises:
        RuntimeError: if it failed, with what it said.
    """
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = main(["compare", str(CONFIG), "--format", "json"])
    if code:
        raise RuntimeError(said.getvalue())
    document: Document = json.loads(out.getvalue())
    return document


def written(page: str, document: Document) -> str:
    """Give the page with its tables."""
    return page_with(page, _parts(document), by="tutorial.py")


def _parts(document: Document) -> Mapping[str, Callable[[], str]]:
    found = Comparison(ComparisonReport.from_dict(document))
    sections, _, warnings = found.to_markdown().partition("\n\n**Warning:**")
    titled = dict(each.split("\n\n", 1) for each in sections.removeprefix("### ").split("\n\n### "))
    shown = {title.replace("\\", ""): text for title, text in titled.items()}
    config = CONFIG.read_text(encoding="utf-8").partition("\n")[2]  # without its comment
    parts = {
        "config": f"```toml\n{config}```",
        "overall": shown["All tasks"],
        "warnings": "> **Warning:**" + warnings.replace("\n\n", "\n>\n> "),
        "signatures": "\n".join(f"- `{each}`" for each in _signatures(document)),
    }
    for task in document["tasks"]:
        name = task["name"]
        parts[name] = f"{shown[f'{name}: scores']}\n\n{shown[f'{name}: against system1']}"
    return {name: lambda text=text: text for name, text in parts.items()}


def _signatures(document: Document) -> list[str]:
    """Give those of the headline metric, one a task."""
    headline = document["tasks"][0]["headline"]
    scores = [each for each in document["scores"] if each["metric"] == headline]
    return list(dict.fromkeys(each["signature"] for each in scores))


def pictures(document: Document) -> Mapping[Path, bytes]:
    """Give the pictures of the page, each of one task, with their files."""
    files = {}
    for name, task in PICTURES.items():
        drawn = {each.name: each for each in draw(_only(document, task), forms=["svg"])}
        files[PAGE.with_name(f"tutorial_{name}.svg")] = drawn[name].files["svg"]
    return files


def _only(document: Document, task: str) -> Document:
    """Give what a document says of one task."""
    parts = ("scores", "comparisons", "strengths", "breakdowns", "learning_curves", "efficiency")
    chosen = {part: [each for each in document[part] if each["task"] == task] for part in parts}
    chosen["tasks"] = [each for each in document["tasks"] if each["name"] == task]
    return {**document, **chosen}


if __name__ == "__main__":
    document = found()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")
    for path, data in pictures(document).items():
        path.write_bytes(data)
