"""Run the GPU path on a device, in steps that do not depend on one another.

python benchmarks/on_device run                 all steps; with --dry-run, those that need no GPU
python benchmarks/on_device expected            count the answers anew, where the package is built
python benchmarks/on_device report RESULT.json  write what a run found into docs/gpu.md

The first steps need NumPy and CuPy alone. benchmarks/on_device.sh first installs what it is handed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import checks
import page
import running
import tensors
import tools
from cases import Answers, answers, written
from context import Context, Step

__all__ = ["STEPS", "main"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

STEPS = [
    Step("kernels", "launch every kernel", 20, checks.kernels),
    Step("programs", "compile all programs", 40, checks.programs, checks.program),
    Step("lengths", "lengths around the kernels' widths", 30, checks.lengths),
    Step("random", "random calls in memory full of 0xA5", 60, checks.random_calls),
    Step(
        "sanitizers",
        "memcheck, racecheck, synccheck and initcheck",
        90,
        tools.sanitizers,
        tools.small_part,
        on_cpu=False,
    ),
    Step("mixed", "few long predictions in a batch, repeated", 30, checks.mixed),
    Step("tensors", "tensors of PyTorch, streams, lifetimes", 40, tensors.tensors, on_cpu=False),
    Step("hostile", "bad offsets and lengths", 20, checks.hostile, checks.hostile_part),
    Step("returns", "calls return while the GPU is busy", 20, checks.returns, on_cpu=False),
    Step("large", "more than 2^31 ids", 40, checks.large),
    Step("scores", "float32 scores against the CPU", 20, checks.scores),
    Step("build", "build the package", 120, tools.build, on_cpu=False),
    Step("suites", "pytest -m cuda", 90, tools.suites, on_cpu=False),
    Step("bench", "the rows of benchmarks/gpu.py", 150, tools.bench, on_cpu=False),
]
"""All steps: what finds most in little time comes first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and return the exit status: 1 if a step failed."""
    options = parser().parse_args(arguments)
    if options.dry_run:
        on_cpu = ROOT / "tests" / "on_cpu"
        sys.path[:0] = [str(on_cpu / "stand_in"), str(on_cpu)]
    what, *rest = options.what or ["run"]
    if what == "run":
        return _run(options)
    if what == "expected":
        written(options.answers, answers())
    elif what == "report" and rest:
        page.write(Path(rest[0]))
    elif what == "step":  # in a process of its own: see running.py
        step = _step(rest[0])
        running.run_one(step, _context(options, float(rest[1])), Path(rest[2]))
    elif what == "part":  # likewise: see checks.py
        step = _step(rest[0])
        if step.part is None:
            raise ValueError(f"step {step.name} has no parts")
        step.part(_context(options, time.monotonic() + step.seconds), rest[1])
    else:
        print(f"unknown: {' '.join(options.what)}; run, expected, report FILE", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="on_device",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("what", nargs="*", help="run (the default), expected, or report and a file")
    made.add_argument("--dry-run", action="store_true", help="run what needs no GPU, on the CPU")
    made.add_argument("--steps", nargs="+", metavar="STEP", help="only these steps")
    made.add_argument("--budget", type=float, default=400, help="seconds for all steps together")
    made.add_argument("--answers", type=Path, default=HERE / "answers.npz", help="their file")
    made.add_argument(
        "--output", type=Path, default=ROOT / "build" / "on_device", help="the folder of results"
    )
    return made


def _run(options: argparse.Namespace) -> int:
    steps = [_step(name) for name in options.steps] if options.steps else STEPS
    if options.dry_run and not options.steps:
        steps = [step for step in steps if step.on_cpu]
    slower = 6 if options.dry_run else 1  # kernels are compiled for, and run on, the CPU
    results = running.run_all(
        [replace(step, seconds=slower * step.seconds) for step in steps],
        _command(options),
        options.output,
        budget=slower * options.budget,
        about={"dry_run": options.dry_run},
    )
    print(running.summary(results))
    print(f"written: {options.output / 'result.json'} and log.txt")
    return int(any(result.status == "failed" for result in results))


def _context(options: argparse.Namespace, end: float) -> Context:
    return Context(
        dry=options.dry_run,
        answers=Answers(options.answers),
        command=_command(options),
        end=end,
    )


def _command(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the command that runs a step, without its name."""
    program = str(Path(sys.argv[0]).resolve())
    dry = ["--dry-run"] if options.dry_run else []
    return (sys.executable, program, *dry, "--answers", str(options.answers.resolve()))


def _step(name: str) -> Step:
    for step in STEPS:
        if step.name == name:
            return step
    raise SystemExit(f"unknown step {name!r}: {', '.join(step.name for step in STEPS)}")
