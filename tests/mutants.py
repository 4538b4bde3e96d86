"""Change the package in small ways, and count how many of the changes the tests notice.

Usage: python -m tests.mutants [--seed N] [--mutants N] [--minutes N] [AREA ...]

The changes are those of Cosmic Ray. A seed draws places in the modules of an area, and one change
for each. All runs in a copy of the tree, build/mutants, with only the test files that `AREAS` names
for the module. A change is noticed if a test fails or takes many times as long. The others are
printed, but for those that tests/cases/equivalent_mutants.json says nobody could notice, and why.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from textmetrics._extension import extension

ROOT = Path(__file__).parents[1]
COPY = ROOT / "build" / "mutants"
EQUIVALENT = ROOT / "tests" / "cases" / "equivalent_mutants.json"

_COMPARISON = ("told", "conclusion", "comparison", "compare_config", "cli_compare")
_ANSWERS = ("answers", "answers_found", "choices", "mentions", "numbers", "extracting", "signs")
_HEALTH = (
    *("remarks", "told", "extracting", "undetermined", "signs", "other_language", "report"),
    *("tables_and_texts", "evaluation", "numbers"),
)

# The quickest tests first, because the first that fails ends a run.
# By area, the modules and the tests that hold them. A module belongs to the first that names it.
AREAS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "metrics": [
        ("metrics/errors.py", ("error_rates", "metrics", "evaluation", "single")),
        ("metrics/judged.py", ("judged", "metrics", "evaluation")),
        ("metrics/*.py", ("metrics", "single", "saved", "evaluation", "oracles", "nltk_bleu")),
    ],
    "statistics": [("statistics/*.py", ("resampling_native", "intervals", "paired", "comparison"))],
    "answers": [
        ("answers/mathematics.py", ("limited", "metrics", "evaluation", *_ANSWERS)),
        ("answers/*.py", (*_ANSWERS, "explain", "presets_answers", "pass_at")),
    ],
    "comparison": [
        ("comparison/efficiency.py", ("efficiency", "conclusion", "comparison", "told")),
        ("comparison/models.py", ("model_facts", "conclusion", "comparison", "compare_config")),
        ("comparison/config*.py", ("compare_config", "cli_compare", "comparison")),
        ("comparison/read.py", ("compare_config", "cli_compare", "comparison", "told")),
        ("comparison/*.py", _COMPARISON),
    ],
    "report": [
        ("report/summary.py", ("conclusion", "report", "told", "comparison", "cli_compare")),
        ("report/samples.py", ("report_samples", "report")),
        ("report/marking.py", ("report_samples", "report")),
        ("report/*.py", ("report", "report_page", "conclusion", "cli_compare")),
    ],
    "health": [
        (
            "evaluation/health.py",
            _HEALTH,
        ),
    ],
}


class Mutant(NamedTuple):
    """A changed module: where, what line became what, its text and the tests to run."""

    module: str
    row: int
    before: str
    after: str
    text: str
    tests: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants, print those that no test noticed, and return 1 if they are more than 5 %."""
    options = _parser().parse_args(arguments)
    known = {(e["module"], e["before"], e["after"]) for e in json.loads(EQUIVALENT.read_text())}
    end = time.monotonic() + 60 * options.minutes
    _copy_tree()
    limits: dict[tuple[str, ...], float] = {}
    noticed: dict[str, list[bool]] = {area: [] for area in options.areas}
    for area, mutant in _drawn(options.areas, options.seed, options.mutants):
        if time.monotonic() > end:
            print(f"stopped after {options.minutes:g} minutes")
            break
        if mutant[:1] + mutant[2:4] in known:
            continue
        if mutant.tests not in limits:
            limits[mutant.tests] = _duration(mutant.tests, options.seed)
        seen = _notices(mutant, options.seed, limits[mutant.tests])
        noticed[area].append(seen)
        if not seen:
            print(
                f"{mutant.module}:{mutant.row}\n  - {mutant.before}\n  + {mutant.after}", flush=True
            )
    every = [seen for area in noticed.values() for seen in area]
    for name, found in [*noticed.items(), ("all", every)]:
        print(f"{name}: {sum(found)} of {len(found)} noticed")
    return int(sum(every) < 0.95 * len(every))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "areas", nargs="*", metavar="AREA", default=list(AREAS), choices=[*AREAS, []]
    )
    parser.add_argument("--seed", type=int, default=0, help="which mutants are drawn")
    parser.add_argument("--mutants", type=int, default=200, help="how many, evenly over the areas")
    parser.add_argument("--minutes", type=float, default=60, help="begin no mutant after so long")
    return parser


# --- drawing


def _drawn(areas: Sequence[str], seed: int, count: int) -> Iterator[tuple[str, Mutant]]:
    """Yield mutants, the areas in turn, so that a stopped run has some of each."""
    draws = {area: _mutants(area, random.Random(f"{seed} {area}")) for area in areas}
    for index in range(count):
        area = areas[index % len(areas)]
        if (mutant := next(draws[area], None)) is not None:
            yield area, mutant


def _mutants(area: str, draw: random.Random) -> Iterator[Mutant]:
    """Yield mutants of an area at places in random order, one of each place."""
    tests: dict[Path, tuple[str, ...]] = {}
    for pattern, names in AREAS[area]:
        for path in sorted((ROOT / "textmetrics").glob(pattern)):
            tests.setdefault(path, names)
    sizes = {path: len(path.read_text("utf-8")) for path in tests}
    places: dict[Path, list[list[tuple[str, int]]]] = {}
    while sizes:
        (path,) = draw.choices(list(sizes), list(sizes.values()))
        source = path.read_text("utf-8")
        if path not in places:
            places[path] = list(_places(source).values())
            draw.shuffle(places[path])
        if not places[path]:
            del sizes[path]
            continue
        operator, occurrence = draw.choice(places[path].pop())
        text = mutate_code(source, get_operator(operator)(), occurrence)
        if text is not None and _compiles(text) and (rows := _difference(source, text)):
            yield Mutant(path.relative_to(ROOT).as_posix(), *rows, text, tests[path])


def _places(source: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Return which changes are possible where, without those that nobody could notice."""
    nodes, passed = list(ast_nodes(get_ast(source))), list(_without_effect(ast.parse(source)))
    found = defaultdict(list)
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments():
            continue
        starts = [at[0] for node in nodes for at in operator().mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            if not any(first <= start <= last for first, last in passed):
                found[start].append((name, occurrence))
    return dict(sorted(found.items()))


def _without_effect(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where types are, which are never evaluated, caches, and `strict` of `zip`.

    Caches only save time. Lengths are equal, or checked with an error that says more than `zip`.
    """
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            parts = [node.returns, *(d for d in node.decorator_list if "cache" in ast.unparse(d))]
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            parts = [node.value]
        for part in parts:
            if part is not None:
                # From the @ of a decorator on.
                yield (part.lineno, part.col_offset - 1), (part.end_lineno, part.end_col_offset)


def _compiles(text: str) -> bool:
    try:
        compile(text, "", "exec")
    except SyntaxError:
        return False
    return True


def _difference(source: str, text: str) -> tuple[int, str, str] | None:
    """Return the row of the first change, what it was, and what it is."""
    before, after = source.splitlines(), text.splitlines()
    row = next(
        (i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None
    )
    if row is None:
        return None
    changed = list(ndiff(before[row : row + 6], after[row : row + 6]))
    was, now = (next((e[2:].strip() for e in changed if e[0] == sign), "") for sign in "-+")
    return row + 1, was, now


# --- running


def _copy_tree() -> None:
    """Copy what is tracked, with the extension, and keep the editable install from being found."""
    shutil.rmtree(COPY, ignore_errors=True)
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in names.rstrip("\0").split("\0"):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    shutil.copy2(extension().__file__, COPY / "textmetrics")
    shutil.copytree(COPY / "stopwords", COPY / "textmetrics" / "stopwords")
    (COPY / "_editable_skbc_textmetrics_eval.py").touch()


def _duration(tests: tuple[str, ...], seed: int) -> float:
    """Return after how many seconds a mutant counts as noticed, from a run without one."""
    start = time.monotonic()
    if _run(tests, seed, 1800) != 0:
        sys.exit(f"the tests fail without a mutant; run them first: {' '.join(tests)}")
    return 30 + 5 * (time.monotonic() - start)


def _notices(mutant: Mutant, seed: int, limit: float) -> bool:
    """Return whether a test fails, or takes too long, while the mutant is in the copy."""
    path = COPY / mutant.module
    original, status = path.read_bytes(), path.stat()
    path.write_text(mutant.text, "utf-8")
    # Compiled files are told apart by whole seconds.
    os.utime(path, (0, random.Random(mutant.text).randrange(2**30)))
    try:
        return _run(mutant.tests, seed, limit) != 0
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _run(tests: tuple[str, ...], seed: int, limit: float) -> int | None:
    """Run tests in the copy and return how they ended, None if not in time."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += [
        f"--hypothesis-seed={seed}",
        *(f"tests/test_{name}.py" for name in (*tests, "house")),
    ]
    environment = os.environ | {"PYTHONPATH": str(COPY)}
    with subprocess.Popen(
        command, cwd=COPY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None


if __name__ == "__main__":
    sys.exit(main())
