"""Write into docs/statistics.md how long intervals and tests take, and their memory.

    python benchmarks/statistics_speed.py [--rounds 5] [--samples 10000] [--print]

10,000 samples and 10,000 resamples, on one thread, each in a process of its own; the same test by
sacrebleu beside ours. Texts are those of ../shared/data, or the shipped examples.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

_THREADS = ("OMP", "OPENBLAS", "MKL")
# Before NumPy is loaded, which reads it: here, and in each process that starts with this file.
os.environ.update({f"{library}_NUM_THREADS": "1" for library in _THREADS})

from machine import about  # noqa: E402
from texts import DATA, ROOT, Source  # noqa: E402

from textmetrics import evaluate  # noqa: E402
from textmetrics.metrics import Score  # noqa: E402
from textmetrics.statistics import paired_corpus_test, paired_test  # noqa: E402

Call = Callable[[], object]
PAGE = ROOT / "docs" / "statistics.md"
START, END = "<!-- speed by benchmarks/statistics_speed.py -->", "<!-- end of speed -->"
_EVERY = 10  # the second system answers one sample in this many with another's answer


class Size(NamedTuple):
    """How much is measured."""

    samples: int
    resamples: int


def systems(samples: int) -> tuple[list[str], list[str], list[str]]:
    """Return references, and the predictions of two systems."""
    pairs = Source.of(DATA).pairs("en").repeated(samples)
    one = pairs.predictions
    other = [one[at - 1] if at % _EVERY == 0 else each for at, each in enumerate(one)]
    return pairs.references, one, other


def scores(metric: str, samples: int) -> list[Score]:
    """Return the scores of both systems."""
    references, *both = systems(samples)
    return [evaluate(its, references, lang="en", metrics=[metric])[metric] for its in both]


def mean_test(size: Size) -> Call:
    a, b = (score.samples for score in scores("f1", size.samples))
    return partial(paired_test, a, b, resamples=size.resamples)


def bleu_interval(size: Size) -> Call:
    return partial(scores("bleu_4", size.samples)[0].interval, resamples=size.resamples)


def bleu_test(size: Size) -> Call:
    a, b = (score.totals for score in scores("bleu_4", size.samples))
    return partial(paired_corpus_test, a.rows, b.rows, a.values, resamples=size.resamples)


def bleu_test_of_sacrebleu(size: Size) -> Call:
    from sacrebleu.metrics import BLEU
    from sacrebleu.significance import PairedTest

    references, a, b = systems(size.samples)
    return PairedTest(
        [("a", a), ("b", b)], {"BLEU": BLEU(references=[references])}, None,
        test_type="ar", n_samples=size.resamples,
    )  # fmt: skip


CASES: Mapping[str, Callable[[Size], Call]] = {
    "test of two systems' F1": mean_test,
    "interval of BLEU": bleu_interval,
    "test of two systems' BLEU, with the interval of the difference": bleu_test,
    "the same test by sacrebleu, without one": bleu_test_of_sacrebleu,
}


def measured(name: str, size: Size, rounds: int) -> tuple[list[float], float]:
    """Return the seconds of each round, and the peak megabytes of the process."""
    if hasattr(os, "sched_setaffinity"):  # which decides how many threads resample
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    call, seconds = CASES[name](size), []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(size: Size, rounds: int) -> str:
    lines = [["what", "seconds", "MB of the process"], ["---"] * 3]
    for name in CASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, memory = pool.apply(measured, (name, size, rounds))
        middle, least, most = statistics.median(seconds), min(seconds), max(seconds)
        lines.append([name, f"{middle:.2f} ({least:.2f}–{most:.2f})", f"{memory:.0f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def generated(size: Size, rounds: int) -> str:
    its = about()
    where = (
        f"{size.samples:,} samples and {size.resamples:,} resamples, on one thread; median (and "
        f"range) of {rounds} rounds.\n{its['date']}, {its['machine']}, load {its['load']} at the "
        "start."
    )
    return f"{START}\n{where}\n\n{table(size, rounds)}\n{END}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument(
        "--print", action="store_true", help="print the part and leave the page unchanged"
    )
    options = parser.parse_args()
    part = generated(Size(options.samples, options.resamples), options.rounds)
    print(part)
    if not options.print:
        place = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
        page, found = place.subn(lambda _: part, PAGE.read_text(encoding="utf-8"))
        if found != 1:
            raise SystemExit(f"{PAGE.name} must have {START} and {END} once")
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
