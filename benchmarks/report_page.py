"""Measure the size of `report.html` with 50,000 samples of two models, and its speed in Chromium.

    python benchmarks/report_page.py [--samples 50000] [--models 2] [--lang en] [--keep page.html]

Texts are made of ../shared/data. Needs the extra ``compare``, playwright (its driver alone) and a
Chromium.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from textmetrics import evaluate
from textmetrics.comparison import ComparisonReport
from textmetrics.evaluation import ScoringSettings
from textmetrics.report import report_samples, to_html

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "tests" / "cases" / "comparison.json"
FILES = {"en": "en_ted", "ja": "ja_ted", "zh": "zh_cmrc"}
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MODELS = ("gemma-2b", "gemma-9b", "qwen-7b")
SUBJECTS = ("law", "history", "physics", "medicine")


def texts(lang: str, count: int) -> tuple[list[list[str]], dict[str, list[str]]]:
    """Return references and three models' predictions, all different."""
    chance = random.Random(1)
    rows = []
    for system in (1, 2):
        path = SHARED / f"{FILES[lang]}.system{system}.jsonl"
        rows.append([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
    references: list[list[str]] = []
    predictions: dict[str, list[str]] = {model: [] for model in MODELS}
    for at in range(count):
        one, other = (each[at % len(each)] for each in rows)
        mark = f" {at}"
        references.append([text + mark for text in one.get("references") or [one["reference"]]])
        predictions["gemma-2b"].append(one["prediction"] + mark)
        predictions["gemma-9b"].append(other["prediction"] + mark)
        words = list(other["prediction"]) if lang != "en" else other["prediction"].split()
        kept = [word for word in words if chance.random() < 0.85]
        predictions["qwen-7b"].append(("" if lang != "en" else " ").join(kept) + mark)
    return references, predictions


def made(lang: str, count: int, models: int) -> str:
    references, predictions = texts(lang, count)
    predictions = dict(list(predictions.items())[:models])
    names = ["rouge_l", "f1", "accuracy"]
    scores = {
        model: evaluate(its, references, metrics=names, lang=lang).samples
        for model, its in predictions.items()
    }
    began, worked = time.perf_counter(), time.process_time()
    samples = report_samples(
        "task",
        references,
        predictions,
        scores,
        settings=ScoringSettings.of(metrics=names, lang=lang),
        questions=[f"What is said in sentence {at}?" for at in range(count)],
        facets={"subject": [SUBJECTS[at % len(SUBJECTS)] for at in range(count)]},
    )
    report = ComparisonReport.from_dict(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    page = to_html(report, [samples])
    took, busy = time.perf_counter() - began, time.process_time() - worked
    print(f"made in {took:.1f} s, {busy:.1f} s of processor time")
    return page


def seconds(page: Page, action: str) -> float:
    """Return how long an action takes until its result is painted."""
    script = f"""async () => {{
        performance.clearMarks();
        const began = performance.now();
        {action};
        while (!performance.getEntriesByName("shown").length)
            await new Promise((done) => setTimeout(done));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - began;
    }}"""
    return float(page.evaluate(script)) / 1000


def measure(file: Path, runs: int) -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=shutil.which("chromium"), headless=True, args=FLAGS
        )
        page = context.pages[0]
        found: dict[str, list[float]] = {}
        for _ in range(runs):
            page.goto(file.as_uri())
            page.wait_for_selector("#list article")
            shown = page.evaluate("performance.getEntriesByName('shown')[0].startTime")
            found.setdefault("first page", []).append(shown / 1000)
            for name, action in ACTIONS.items():
                found.setdefault(name, []).append(seconds(page, action))
        for name, times in found.items():
            best, middle = min(times), statistics.median(times)
            print(f"{name:24} best {best:.3f} s, median {middle:.3f} s, worst {max(times):.3f} s")
        context.close()


def chosen(control: str, value: str) -> str:
    return (
        f"const s = document.getElementById('{control}'); s.value = '{value}'; "
        "s.dispatchEvent(new Event('change', {bubbles: true}))"
    )


def typed(text: str) -> str:
    return (
        f"const s = document.getElementById('search'); s.value = '{text}'; "
        "s.dispatchEvent(new Event('input', {bubbles: true}))"
    )


ACTIONS = {
    "regressions": "document.querySelector('[data-kind=regressions]').click()",
    "all": "document.querySelector('[data-kind=all]').click()",
    "sort by score": chosen("sort", "low"),
    "sort by difference": chosen("sort", "loss"),
    "sort by id": chosen("sort", "id"),
    "next page": "document.querySelector('[data-page=next]').click()",
    "first search": typed("99"),
    "search": typed("999"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=50_000)
    parser.add_argument("--models", type=int, choices=(1, 2, 3), default=2)
    parser.add_argument("--lang", choices=FILES, default="en")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.keep or Path(folder) / "report.html"
        file.write_text(made(options.lang, options.samples, options.models), encoding="utf-8")
        print(f"{file.stat().st_size / 1e6:.2f} MB")
        measure(file.resolve(), options.runs)


if __name__ == "__main__":
    main()
