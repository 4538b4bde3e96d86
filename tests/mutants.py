"""Change the package in small ways, and count how many of the changes the tests notice.

Usage: python -m tests.mutants [--seed N] [--mutants N] [--minutes N] [--write] [AREA ...]

The changes are those of Cosmic Ray. A seed draws places in the modules of an area, and one change
for each. All runs in a copy of the tree, build/mutants, in forks of this process, which has loaded
the libraries. Which tests run is recorded once for each test file, in build/reached: those that
reach the changed statement, the quickest first, then those that reach its module. A change is
noticed if a test fails or takes many times as long. The others are printed, but for those that
tests/cases/equivalent_mutants.json says nobody could notice, and why.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import importlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import ndiff
from fnmatch import fnmatch
from itertools import accumulate, chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import coverage
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from hypothesis import Phase, settings

ROOT = Path(__file__).parents[1]
REACHED = ROOT / "build" / "reached"
EQUIVALENT = ROOT / "tests" / "cases" / "equivalent_mutants.json"
PAGE = ROOT / "docs" / "design.md"

AREAS = {
    "metrics": "metrics/*.py",
    "statistics": "statistics/*.py",
    "answers": "answers/*.py",
    "comparison": "comparison/*.py",
    "report": "report/*.py",
    "health": "evaluation/health.py",
}
# Test files that hold none of these areas, or start other programs.
LEFT_OUT = {
    *("benchmarks", "cuda", "extending", "fuzz", "house", "ids*", "integrations_[!de]*"),
    *("interrupts", "jieba_*", "kernels*", "languages", "missing_extras", "pictures", "punkt"),
    *("scan", "simulations", "stopwords*", "upstream", "user_dictionary"),
}
# What tests load that takes long.
LOADED = ("numpy", "hypothesis", "jieba", "pandas", "scipy.stats", "statsmodels.api", "sacrebleu")
# Seconds of tests: of those that reach a statement tried at first, and of all that are tried.
FIRST, ALL = 3.0, 45.0
FILES = 4  # of which the former are at most


class Mutant(NamedTuple):
    """A changed module: where, what line became what, and its text."""

    module: str
    row: int
    before: str
    after: str
    text: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants, print those that no test noticed, and return 1 if they are more than 5 %."""
    options = _parser().parse_args(arguments)
    options.areas = options.areas or list(AREAS)
    for name in LOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # so that a fork does not look through what it has from here
    with TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        _copy_tree(copy)
        noticed = _try(options, copy, _recorded(copy))
    every = [seen for found in noticed.values() for seen in found]
    for name, found in [*noticed.items(), ("all", every)]:
        print(f"{name}: {sum(found)} of {len(found)} noticed")
    if options.write:
        PAGE.write_text(_with_rows(PAGE.read_text("utf-8"), noticed, options.seed), "utf-8")
    return int(sum(every) < 0.95 * len(every))


def _try(options: argparse.Namespace, copy: Path, tests: Tests) -> dict[str, list[bool]]:
    known = {(e["module"], e["before"], e["after"]) for e in json.loads(EQUIVALENT.read_text())}
    noticed: dict[str, list[bool]] = {area: [] for area in options.areas}
    start = time.monotonic()
    for area, mutant in _drawn(options.areas, options.seed, options.mutants):
        if time.monotonic() > start + 60 * options.minutes:
            print(f"stopped after {options.minutes:g} minutes")
            break
        if (mutant.module, mutant.before, mutant.after) in known:
            continue
        seen = _notices(mutant, copy, tests, options.seed)
        noticed[area].append(seen)
        print(".", end="", file=sys.stderr, flush=True)
        if not seen:
            print(
                f"{mutant.module}:{mutant.row}\n  - {mutant.before}\n  + {mutant.after}", flush=True
            )
    count = sum(map(len, noticed.values()))
    print(f"{(time.monotonic() - start) / max(count, 1):.1f} seconds for each mutant")
    return noticed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("areas", nargs="*", metavar="AREA", default=[], choices=[*AREAS, []])
    parser.add_argument("--seed", type=int, default=0, help="which mutants are drawn")
    parser.add_argument("--mutants", type=int, default=200, help="how many, evenly over the areas")
    parser.add_argument("--minutes", type=float, default=60, help="begin no mutant after so long")
    parser.add_argument("--write", action="store_true", help="write the rows of docs/design.md")
    return parser


def _with_rows(page: str, noticed: Mapping[str, Sequence[bool]], seed: int) -> str:
    """Return the page with the rows of these areas, and of all, in the table of its marks."""
    before, start, rest = page.partition("<!-- mutants by tests/mutants.py -->\n")
    table, end, after = rest.partition("<!-- end of mutants -->")
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    rows = {area: row for area, *row in cells}
    for area, found in noticed.items():
        rows[f"`{area}`"] = [str(seed), str(len(found)), str(sum(found))]
    areas = {f"`{area}`": rows.get(f"`{area}`", ["–", "0", "0"]) for area in AREAS}
    count, seen = (sum(int(row[at]) for row in areas.values()) for at in (1, 2))
    areas["all"] = ["", str(count), f"{seen} ({seen / max(count, 1):.0%})"]
    lines = [
        ["area", "seed", "mutants", "noticed"],
        ["---"] * 4,
        *([a, *r] for a, r in areas.items()),
    ]
    shown = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"{before}{start}{shown}{end}{after}"


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
    paths = sorted((ROOT / "textmetrics").glob(AREAS[area]))
    sizes = {path: len(path.read_text("utf-8")) for path in paths}
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
            yield Mutant(path.relative_to(ROOT).as_posix(), *rows, text)


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
    """Yield where types are, which are never evaluated, caches, `slots`, and `strict` of `zip`.

    Caches only save time and slots only memory. Lengths are equal, or checked with an error that
    says more than `zip`.
    """
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            parts = [node.returns, *(d for d in node.decorator_list if "cache" in ast.unparse(d))]
        elif isinstance(node, ast.keyword) and node.arg in ("strict", "slots"):
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


# --- which tests reach a statement


class Tests(NamedTuple):
    """Test functions, how many seconds each took, and by module and line which reached it."""

    seconds: dict[str, float]
    reached: dict[str, dict[str, list[str]]]

    def of(self, mutant: Mutant) -> tuple[list[str], list[str]]:
        """Return the tests that are tried first and then.

        First are those that reach the statement, of few files, because each takes time to import.
        Those come first that reach what few others reach around the statement, such as an error.
        Then come all others of those, and of the module.
        """
        source = (ROOT / mutant.module).read_text("utf-8")
        lines = self.reached.get(mutant.module, {})
        near = {name for line in _used(source, mutant.row) for name in lines.get(line, [])}
        weights, files = Counter[str](), Counter[str]()
        for line in source.splitlines()[max(mutant.row - 15, 0) : mutant.row + 15]:
            reaching = near.intersection(lines.get(line.strip(), []))
            weights.update(dict.fromkeys(reaching, 1 / max(len(reaching), 1)))
        for name, weight in weights.items():
            files[name.partition("::")[0]] += weight

        def place(name: str) -> tuple[Any, ...]:
            file, seconds = name.partition("::")[0], self.seconds[name]
            slow = seconds > FIRST
            return name not in near, slow, -files[file], file, seconds / (weights[name] or 1)

        ordered = sorted({*near, *chain.from_iterable(lines.values())}, key=place)
        sums = list(accumulate(self.seconds[name] for name in ordered))
        first = min(bisect(sums, FIRST), len(near))
        few = list(dict.fromkeys(name.partition("::")[0] for name in ordered[:first]))[:FILES]
        first = sum(name.partition("::")[0] in few for name in ordered[:first])
        return ordered[:first], ordered[first : bisect(sums, ALL)]


def _recorded(copy: Path) -> Tests:
    """Return what the test files reach, run where nothing is recorded for them as they are.

    Lines are kept by their text, so that a change elsewhere in a module does not matter.
    """
    tests = Tests({}, defaultdict(lambda: defaultdict(list)))
    REACHED.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        name = path.stem.removeprefix("test_")
        if any(fnmatch(name, pattern) for pattern in LEFT_OUT):
            continue
        kept = REACHED / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.json"
        if not kept.exists():
            print(f"recording what {path.name} reaches", flush=True)
            if _forked(copy, 1800, _record, path.name, kept) not in (0, 5):
                print((copy / "output").read_text("utf-8"))
                print(f"{path.name} fails without a mutant, and is left out")
                continue
        found = json.loads(kept.read_text())
        names = list(found["seconds"])
        tests.seconds.update(found["seconds"])
        for module, lines in found["reached"].items():
            for line, indices in lines.items():
                tests.reached[module][line] += [names[index] for index in indices]
    return tests


def _record(name: str, kept: Path) -> int:
    """Run a test file, and keep what each of its functions reaches, and how long it takes."""
    measured = coverage.Coverage(
        data_file=None, config_file=False, include=["*/textmetrics/*"], messages=False
    )
    recorder = _Recorder(measured)
    measured.start()
    # Tests of how long hostile texts take would take long for each mutant.
    code = pytest.main([*OPTIONS, "-knot linear", f"tests/{name}"], plugins=[recorder])
    measured.stop()
    data, reached = measured.get_data(), {}
    index = {name: at for at, name in enumerate(recorder.seconds)}
    for file in data.measured_files():
        rows = Path(file).read_text("utf-8").splitlines()
        lines: dict[str, set[int]] = defaultdict(set)
        for row, names in data.contexts_by_lineno(file).items():
            lines[rows[row - 1].strip()].update(index[name] for name in names if name)
        reached[os.path.relpath(file)] = {k: sorted(v) for k, v in lines.items() if v}
    if code in (0, 5):
        kept.write_text(json.dumps({"seconds": recorder.seconds, "reached": reached}))
    return code


class _Recorder:
    """Tell coverage which test function runs, and how long each takes."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        name, start = item.nodeid.partition("[")[0], time.monotonic()
        self.measured.switch_context(name)
        try:
            return (yield)
        finally:
            self.seconds[name] += time.monotonic() - start


def _used(source: str, row: int) -> list[str]:
    """Return the lines of the statement at a row, or those that use what it defines on import."""
    tree, rows = ast.parse(source), source.splitlines()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _holds(node, row)]
    # From the outermost to the innermost.
    inside.sort(key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    *around, statement = inside or [ast.Pass(lineno=row, end_lineno=row)]
    if isinstance(statement, functions):
        first, last = statement.body[0].lineno, statement.end_lineno
    elif any(isinstance(node, functions) for node in around):
        body = getattr(statement, "body", None)
        first = statement.lineno
        last = body[0].lineno - 1 if body else statement.end_lineno
        # As a `case` is no statement, the rows of `match` are those of all its cases.
        first, last = (row, row) if isinstance(statement, ast.Match) else (first, max(first, last))
    else:
        names = _defined(tree, statement)
        return [r.strip() for r in rows if names & set(re.findall(r"\w+", r))]
    return [each.strip() for each in rows[first - 1 : last]]


def _holds(node: ast.stmt, row: int) -> bool:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return first <= row <= (node.end_lineno or row)


def _defined(tree: ast.Module, statement: ast.stmt) -> set[str]:
    """Return the names that a statement defines, and those that are defined by means of them."""
    names = _names(statement, ast.Store)
    for other in tree.body:
        if isinstance(other, ast.Assign | ast.AnnAssign) and _names(other, ast.Load) & names:
            names |= _names(other, ast.Store)
    return names


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, context)
    }


# --- running

_UNUSED = ("cacheprovider", "cov", "xdist", "anyio", "unraisableexception", "threadexception")
OPTIONS = ["-q", "-x", "--assert=plain", *(f"-pno:{name}" for name in _UNUSED)]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is loaded before


def _copy_tree(copy: Path) -> None:
    """Copy what is tracked, with the extension."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in names.rstrip("\0").split("\0"):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for path in _extension():
        shutil.copy2(path, copy / "textmetrics")
    shutil.copytree(copy / "stopwords", copy / "textmetrics" / "stopwords")
    # Found by new processes before the editable install.
    (copy / "_editable_skbc_textmetrics_eval.py").touch()


def _extension() -> list[Path]:
    code = "from textmetrics._extension import extension; print(extension().__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return [Path(found.stdout.strip())] if found.returncode == 0 else []


def _notices(mutant: Mutant, copy: Path, tests: Tests, seed: int) -> bool:
    """Return whether a test fails, or takes too long, while the mutant is in the copy."""
    path = copy / mutant.module
    original, status = path.read_bytes(), path.stat()
    path.write_text(mutant.text, "utf-8")
    # Compiled files are told apart by whole seconds.
    os.utime(path, (0, random.Random(mutant.text).randrange(2**30)))
    try:
        first, then = tests.of(mutant)
        then.append("tests/test_house.py::test_records_are_frozen")
        return any(_fails(copy, names, tests, seed) for names in (first, then))
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _fails(copy: Path, names: Sequence[str], tests: Tests, seed: int) -> bool:
    limit = 20 + 3 * sum(tests.seconds.get(name, 0) for name in names)
    return bool(names) and _forked(copy, limit, _run, names, seed) != 0


def _run(names: Sequence[str], seed: int) -> int:
    return pytest.main([*OPTIONS, f"--hypothesis-seed={seed}", *names])


def _forked(copy: Path, limit: float, call: Callable[..., int], *arguments: object) -> int | None:
    """Return what a function gives in the copy, in a process of its own, None if not in time."""
    process = multiprocessing.get_context("fork").Process(
        target=_enter, args=(copy, call, *arguments)
    )
    process.start()
    process.join(limit)
    if process.is_alive():
        os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        return None
    return process.exitcode


def _enter(copy: Path, call: Callable[..., int], *arguments: object) -> None:
    os.setsid()
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy)
    sys.path[:] = [str(copy), *(each for each in sys.path if each not in ("", str(ROOT)))]
    sys.meta_path[:] = [
        e
        for e in sys.meta_path
        if "editable" not in repr(e).lower() + str(getattr(e, "__module__", ""))
    ]
    for name in [n for n in sys.modules if n.partition(".")[0] in ("tests", "textmetrics")]:
        del sys.modules[name]
    # Examples that fail are not made small.
    settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
    with open(copy / "output", "w") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    sys.exit(int(call(*arguments)))


if __name__ == "__main__":
    sys.exit(main())
