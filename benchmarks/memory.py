"""Measure peak memory, each case in a process of its own.

Usage: python benchmarks/memory.py CASE FOLDER [LINES], for one case; peers.py runs them all.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measure import Spread
from texts import Pairs, Source

__all__ = ["CASES", "Case"]

_PAIRS = 20_000
_TOKENS = 100_000
_MANY_TOKENS = 1_000_000

Work = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """Work whose memory is measured.

    Attributes:
        key: what ``--rows`` finds it by.
        what: what is done.
        who: by whom.
        make: imports what is needed, makes the texts, and gives the work.
        needs: a module of the peer.
    """

    key: str
    what: str
    who: str
    make: Callable[[Source], Work]
    needs: str = "textmetrics"

    def measured(self, source: Source, rounds: int) -> dict[str, Any]:
        """Run the work in fresh processes, and return plain values in MB."""
        told = {"key": self.key, "what": self.what, "who": self.who}
        if find_spec(self.needs) is None:
            return told | {"skipped": f"not installed: {self.needs}"}
        runs = [self._run(source) for _ in range(rounds)]
        return told | {
            "peak_mb": asdict(Spread.of([peak for _, peak in runs])),
            "growth_mb": asdict(Spread.of([peak - before for before, peak in runs])),
        }

    def _run(self, source: Source) -> tuple[float, float]:
        """Return the megabytes held before the work, and at its peak."""
        where = [str(source.folder or ""), str(source.lines or "")]
        command = [sys.executable, __file__, self.key, *where]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        before, peak = out.split()
        return int(before) / 1e6, int(peak) / 1e6


def _many(source: Source) -> Pairs:
    return source.pairs("en").repeated(_PAIRS)


def _two_texts(source: Source, tokens: int) -> Pairs:
    """Make one pair of long texts from the texts of both sides."""
    from counting import running_words

    pairs = source.pairs("en")
    sides = [running_words(texts, tokens) for texts in (pairs.predictions, pairs.references)]
    prediction, reference = (" ".join(side[:tokens]) for side in sides)
    return Pairs("en", [prediction], [reference])


def _ours(make: Callable[[Source], Pairs]) -> Callable[[Source], Work]:
    def work(source: Source) -> Work:
        from ours import score

        pairs = make(source)
        score(Pairs("en", ["warm"], ["up"]))
        return lambda: score(pairs)

    return work


def _rouge_score_rs(make: Callable[[Source], Pairs]) -> Callable[[Source], Work]:
    def work(source: Source) -> Work:
        from english import rouge_score_rs

        pairs, score = make(source), rouge_score_rs()
        score(Pairs("en", ["warm"], ["up"]))
        return lambda: score(pairs)

    return work


def _kernel(columns: list[str], tokens: int) -> Callable[[Source], Work]:
    def work(source: Source) -> Work:
        from textmetrics.kernels import backend
        from textmetrics.scan import encode

        pairs, count = _two_texts(source, tokens), backend("native")
        batch = encode([[text.split() for text in pair] for pair in pairs])
        return lambda: count(batch, columns, 1)

    return work


def _rapidfuzz(source: Source) -> Work:
    from rapidfuzz.distance.LCSseq import similarity

    from textmetrics.scan import encode

    pairs = _two_texts(source, _TOKENS)
    ids = encode([[text.split() for text in pair] for pair in pairs]).ids.tolist()
    prediction, reference = ids[:_TOKENS], ids[_TOKENS:]
    return lambda: similarity(prediction, reference)


def _long(source: Source) -> Pairs:
    return _two_texts(source, _TOKENS)


_MATCHES = [f"match_{n}" for n in range(1, 5)]
_RS = "rouge_score_rs"
CASES = (
    Case("memory/pairs/ours", f"{_PAIRS:,} pairs, all six metrics", "ours", _ours(_many)),
    Case(
        "memory/pairs/rs",
        f"{_PAIRS:,} pairs, ROUGE-1/2/L",
        "rouge-score-rs",
        _rouge_score_rs(_many),
        _RS,
    ),
    Case(
        "memory/long/ours", f"two texts of {_TOKENS:,} words, all six metrics", "ours", _ours(_long)
    ),
    Case(
        "memory/long/rs",
        f"two texts of {_TOKENS:,} words, ROUGE-1/2/L",
        "rouge-score-rs",
        _rouge_score_rs(_long),
        _RS,
    ),
    Case("memory/lcs/ours", f"LCS of {_TOKENS:,} ids", "ours", _kernel(["lcs"], _TOKENS)),
    Case("memory/lcs/rapidfuzz", f"LCS of {_TOKENS:,} ids", "rapidfuzz", _rapidfuzz, "rapidfuzz"),
    Case(
        "memory/matches/ours",
        f"n-grams of {_MANY_TOKENS:,} ids, n = 1 to 4",
        "ours",
        _kernel(_MATCHES, _MANY_TOKENS),
    ),
)


def forget_peak() -> None:
    """Reset the recorded peak if the system can: making the texts may have used more memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """Return the most bytes that this process has held.

    Linux hands ``ru_maxrss`` down from the process that started this one, so its own record is
    read there.
    """
    status = Path("/proc/self/status")
    if status.exists() and (match := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(match[1]) * 1024
    import resource  # not everywhere

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main(key: str, folder: str = "", lines: str = "") -> None:
    source = Source(Path(folder) if folder else None, int(lines) if lines else None)
    work = next(case for case in CASES if case.key == key).make(source)
    forget_peak()
    before = peak()
    kept = work()
    print(before, peak())
    del kept


if __name__ == "__main__":
    main(*sys.argv[1:])
