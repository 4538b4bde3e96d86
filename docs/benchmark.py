"""Run docs/benchmark.md from nothing: tasks, models, monitored runs of lm-eval, and the report.

Usage: python docs/benchmark.py [FOLDER], by default build/benchmark
       python docs/benchmark.py --page, to keep this run, and write the page from it
       python docs/benchmark.py --again, to write the page from the run that was kept
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmark_models import MODELS, SAMPLES, write_tasks
from marked import page_with, table

from textmetrics.comparison import Comparison, ComparisonReport
from textmetrics.metrics import format_value
from textmetrics.report.files import report_files
from textmetrics.report.pictures import draw
from textmetrics.report.summary import summary

__all__ = [
    "CONFIG",
    "KEPT",
    "PAGE",
    "Plan",
    "commands",
    "harness_scores",
    "pictures",
    "report_of",
    "run",
    "written",
]

PAGE = Path(__file__).resolve().with_suffix(".md")
KEPT = PAGE.with_suffix(".json")
"""What is kept of the run that the page shows."""
ROOT = PAGE.parents[1]
_MODELS_PROGRAM = PAGE.with_name("benchmark_models.py")
CONFIG = """\
models:
  tiny: {config: models/tiny/config.json, monitor: monitors/tiny}
  small: {config: models/small/config.json, monitor: monitors/small}
tasks:
  letters: {metrics: [multiple_choice], breakdown: [doc.subject]}
  numbers: {metrics: [numeric]}
  speed: {metrics: []}             # records of requests, without references
runs: runs/{model}/run_*/**/samples_{task}_*.jsonl
unequal_runs: true                 # the names of the harness's files have dates
"""


@dataclass(frozen=True)
class Plan:
    """How large the benchmark is.

    Attributes:
        samples: how many questions each task has.
        runs: how often each model answers them.
        epochs: how long models are trained; as `MODELS` says if ``None``.
        requests: how many timed requests each model gets.
    """

    samples: Mapping[str, int]
    runs: int
    epochs: int | None
    requests: int


WHOLE = Plan(SAMPLES, runs=3, epochs=None, requests=40)


def commands(model: str, plan: Plan) -> Iterator[list[str]]:
    """Yield what is run for a model, one command after another, in the benchmark's folder."""
    epochs = [] if plan.epochs is None else ["--epochs", str(plan.epochs)]
    yield ["python", "benchmark_models.py", "train", model, *epochs]
    for number in range(1, plan.runs + 1):
        yield [
            *("lm-eval", "run", "--model", "hf", "--device", "cpu", "--batch_size", "50"),
            *("--model_args", f"pretrained=models/{model},dtype=float32"),
            *("--include_path", "tasks", "--tasks", *plan.samples, "--seed", str(number)),
            *("--log_samples", "--output_path", f"runs/{model}/run_{number}"),
        ]


def timing(model: str, plan: Plan) -> list[str]:
    """Return the command that times a model's answers, which must have both cores for itself."""
    return ["python", "benchmark_models.py", "time", model, "--requests", str(plan.requests)]


def monitored(model: str, command: Sequence[str]) -> list[str]:
    """Return a command under the monitor: all of a model are attempts of one run."""
    return ["textmetrics", "monitor", "--output", f"monitors/{model}", "--", *command]


def run(folder: Path, plan: Plan = WHOLE, say: Callable[[str], object] = print) -> ComparisonReport:
    """Run everything in a folder, which is emptied first, and return the report.

    Raises:
        RuntimeError: if a command fails, with the end of what it wrote.
    """
    began = time.monotonic()
    _emptied(folder)
    shutil.copy(_MODELS_PROGRAM, folder)
    write_tasks(folder / "tasks", plan.samples)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")

    def whole(model: str) -> None:
        for command in commands(model, plan):
            _run(monitored(model, command), folder, folder / f"{model}.log", say)

    with ThreadPoolExecutor(len(MODELS)) as pool:  # one core each
        list(pool.map(whole, MODELS))
    for model in MODELS:
        _run(monitored(model, timing(model, plan)), folder, folder / f"{model}.log", say)
    compare = ["textmetrics", "compare", "config.yaml", "--output", "report"]
    _run(compare, folder, folder / "compare.log", say)
    say(f"{time.monotonic() - began:.0f} s; begin with {folder / 'report' / 'report.html'}")
    found = json.loads((folder / "report" / "comprehensive_report.json").read_text("utf-8"))
    return ComparisonReport.from_dict(found)


def _emptied(folder: Path) -> None:
    """Make an empty folder, of an earlier benchmark if there is one.

    Raises:
        RuntimeError: if the folder has anything else.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "benchmark_models.py").exists():
            raise RuntimeError(f"{folder} is not empty, and no benchmark: name another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


_PROGRAMS = {"python": [], "lm-eval": ["-m", "lm_eval"], "textmetrics": ["-m", "textmetrics"]}
"""How programs are started that may not be on the path."""


def _run(command: Sequence[str], folder: Path, log: Path, say: Callable[[str], object]) -> None:
    say(f"$ {shlex.join(command)}")
    started = [word for each in command for word in _started(each)]
    offline = {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    with log.open("ab") as file:
        done = subprocess.run(
            started, cwd=folder, env=os.environ | offline, stdout=file, stderr=subprocess.STDOUT,
            check=False,
        )  # fmt: skip
    if done.returncode:
        end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-20:])
        raise RuntimeError(f"failed ({done.returncode}): {shlex.join(command)}\n{end}")


def _started(word: str) -> list[str]:
    return [sys.executable, *_PROGRAMS[word]] if word in _PROGRAMS else [word]


# --- the page


def written(page: str, kept: Mapping[str, Any]) -> str:
    """Return the page with its generated parts, from what was kept of a run."""
    return page_with(page, _parts(report_of(kept), kept["harness"]), by="benchmark.py")


def report_of(kept: Mapping[str, Any]) -> ComparisonReport:
    """Return the report of the run that was kept."""
    return ComparisonReport.from_dict(kept["report"])


def _parts(
    report: ComparisonReport, harness: Mapping[str, Mapping[str, float]]
) -> Mapping[str, Callable[[], str]]:
    sections = Comparison(report).to_markdown().partition("\n\n**Warning:**")[0]
    conclusion, *shown = sections.split("\n\n### ")
    parts = {
        "commands": "```sh\n" + "\n".join(map(_wrapped, _shown_commands())) + "\n```",
        "config": f"```yaml\n{CONFIG}```",
        "conclusion": "> " + conclusion.replace("\n\n", "\n>\n> "),
        "difficulty": "\n".join(
            f"> {line.removeprefix('- ')}"
            for line in summary(report).splitlines()
            if line.startswith("- Hardest task")
        ),
        "files": "```\n" + "\n".join(_files(report)) + "\n```",
        "harness": _against_harness(report, harness),
        "tables": "\n\n".join(f"### {each}" for each in shown),
    }
    return {name: lambda text=text: text for name, text in parts.items()}


def _files(report: ComparisonReport) -> Iterator[str]:
    return (f"report/{name}" for name, _ in report_files(report, forms=["svg"]))


def _against_harness(report: ComparisonReport, harness: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table of our scores and those of the harness, the means over runs."""
    rows = []
    for score in report.scores:
        theirs = harness[score.model][score.task]
        rows.append([score.task, score.model, format_value(score.value), format_value(theirs)])
    return table(["task", "model", "textmetrics", "lm-eval"], rows)


def harness_scores(folder: Path) -> dict[str, dict[str, float]]:
    """Return the harness's own scores, by model and task, the means over runs."""
    found: dict[str, dict[str, float]] = {}
    for model in MODELS:
        runs = [
            json.loads(path.read_text("utf-8"))["results"]
            for path in sorted(folder.glob(f"runs/{model}/run_*/*/results_*.json"))
        ]
        found[model] = {
            task: fmean(run[task]["exact_match,none"] for run in runs) for task in runs[0]
        }
    return found


def _shown_commands() -> list[str]:
    """Return the commands of the tasks and of one model; those of the other are alike."""
    found = [*commands("tiny", WHOLE), timing("tiny", WHOLE)]
    own = [shlex.join(monitored("tiny", each)) for each in found]
    return ["python benchmark_models.py tasks", *own]


def _wrapped(command: str) -> str:
    """Return a command on several lines, each with some of its options."""
    before, monitors, after = command.partition(" -- ")
    if not monitors:
        return command
    lines = [f"{before} -- \\", f"  {after}"]
    for option in (" --model_args", " --include_path", " --log_samples"):
        *first, last = lines
        head, found, tail = last.partition(option)
        lines = [*first, f"{head} \\", f"    {found.strip()}{tail}"] if found else lines
    return "\n".join(lines)


PICTURES = ("heatmap", "differences", "breakdowns", "speed_by_length")


def pictures(report: ComparisonReport) -> Mapping[Path, bytes]:
    """Return the content of the page's pictures by their files."""
    drawn = {each.name: each for each in draw(report, forms=["svg"])}
    return {
        PAGE.with_name(f"benchmark_{name}.svg"): drawn[name].files["svg"]
        for name in PICTURES
        if name in drawn
    }


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "benchmark")
    parser.add_argument("--page", action="store_true", help="keep the run, and write the page")
    parser.add_argument("--again", action="store_true", help="write the page from the kept run")
    options = parser.parse_args()
    if options.again:
        _write_page()
        return 0
    folder = options.folder.resolve()
    try:
        report = run(folder)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print(Comparison(report))
    if options.page:
        kept = {"report": report.to_dict(), "harness": harness_scores(folder)}
        KEPT.write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
        _write_page()
    return 0


def _write_page() -> None:
    kept = json.loads(KEPT.read_text("utf-8"))
    PAGE.write_text(written(PAGE.read_text("utf-8"), kept), encoding="utf-8")
    for path, content in pictures(report_of(kept)).items():
        path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
