"""Compare our values with those of other packages, then the times.

Each row first checks that both sides return the same values, then times both in turn, on one thread
unless stated otherwise, and prints the ratio: its median over the rounds, and the range. Our own
times by number of threads and length of text follow, peak memory, and what commands take. The
results are written to benchmarks/results/<date>-<machine>.json, from which report.py generates
docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

_NUMBER_OF_THREADS = ("RAYON", "OMP", "OPENBLAS", "MKL")


class Measurable(Protocol):
    """Something measured under a key: a row, a series, or a case of memory."""

    @property
    def key(self) -> str:
        """The name for ``--rows``."""

    def measured(self, source: Any, rounds: int) -> dict[str, Any]:
        """Return what goes into the file of results."""


def main(arguments: Sequence[str] | None = None) -> int:
    # Before NumPy or a peer is loaded, because they read it at that time.
    os.environ.update({f"{library}_NUM_THREADS": "1" for library in _NUMBER_OF_THREADS})
    from machine import about, file_name
    from measure import NotEqualError
    from texts import ROOT, Source

    options = parser().parse_args(arguments)
    wanted = {
        part: [each for each in items if any(text in each.key for text in options.rows)]
        for part, items in parts().items()
    }
    if options.list:
        print("\n".join(each.key for items in wanted.values() for each in items))
        return 0
    source = Source.of(options.data, options.lines)
    results = about() | {"texts": str(source), "rounds": options.rounds}
    print(f"{results['machine']}; {options.rounds} rounds; texts: {source}\n")
    try:
        results |= measured(wanted, source, options.rounds)
    except NotEqualError as error:
        print(f"not equal, so not timed: {error}", file=sys.stderr)
        return 1
    whole = options.rows == [""] and options.lines is None
    if path := options.output or (whole and ROOT / "benchmarks" / "results" / file_name()):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(
            f"\nWritten: {path.name}. benchmarks/report.py generates docs/performance.md from it."
        )
    return 0


def parser() -> argparse.ArgumentParser:
    from texts import DATA

    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("--rounds", type=int, default=5, help="how often each call is timed")
    made.add_argument(
        "--rows",
        nargs="+",
        default=[""],
        metavar="PART",
        help="only keys that contain one of these",
    )
    made.add_argument("--lines", type=int, help="read at most this many lines of each file")
    made.add_argument("--data", type=Path, default=DATA, help="the folder of the texts")
    made.add_argument(
        "--output",
        type=Path,
        help="the file of results; by default complete runs are written to benchmarks/results",
    )
    made.add_argument("--list", action="store_true", help="list the keys and exit")
    return made


def parts() -> dict[str, Sequence[Measurable]]:
    """Return everything that can be measured, by its part of the file of results."""
    from commands import COMMANDS
    from memory import CASES
    from rows import ROWS
    from scaling import SERIES

    return {"rows": ROWS, "series": SERIES, "memory": CASES, "commands": COMMANDS}


def measured(
    wanted: Mapping[str, Sequence[Measurable]], source: Any, rounds: int
) -> dict[str, list[dict[str, Any]]]:
    """Measure one item after the other, and print each result."""
    from report import LINES

    results: dict[str, list[dict[str, Any]]] = {part: [] for part in wanted}
    for part, items in wanted.items():
        for each in items:
            results[part].append(each.measured(source, rounds))
            print(LINES[part](results[part][-1]), flush=True)
    return results


if __name__ == "__main__":
    raise SystemExit(main())
