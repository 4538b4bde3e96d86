"""Rows of statistics: a test of two systems, and an interval, beside sacrebleu's and SciPy's."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from measure import Trial
from texts import Source

from textmetrics import evaluate
from textmetrics.statistics import mean_interval, paired_corpus_test, paired_test

__all__ = ["interval_by_scipy", "paired_by_sacrebleu", "permutations_by_scipy"]

_RESAMPLES = 1000
_EVERY = 5  # the second system answers one sample in this many with another's answer
_FEW = 10  # samples whose sign flips both sides enumerate


def _systems(source: Source) -> tuple[list[str], list[str], list[str], str]:
    pairs = source.pairs("en")
    one = list(pairs.predictions)
    other = [one[at - 1] if at % _EVERY == 0 else each for at, each in enumerate(one)]
    return list(pairs.references), one, other, pairs.about


def paired_by_sacrebleu(source: Source) -> Trial:
    from sacrebleu.metrics import BLEU
    from sacrebleu.significance import PairedTest

    references, a, b, about = _systems(source)

    def ours(method: str = "ar") -> float:
        one, other = (
            evaluate(each, references, preset="sacrebleu", metrics=["bleu_4"])["bleu_4"]
            for each in (a, b)
        )
        found = paired_corpus_test(
            one.totals.rows, other.totals.rows, one.totals.values, method=method,
            resamples=_RESAMPLES,
        )  # fmt: skip
        return found.difference

    def theirs(method: str = "ar") -> float:
        test = PairedTest(
            [("a", a), ("b", b)], {"BLEU": BLEU(force=True)}, [references], method,
            n_samples=_RESAMPLES,
        )  # fmt: skip
        one, other = test()[1]["BLEU"]
        return (one.score - other.score) / 100

    return Trial(
        check=lambda: ([ours()], [theirs()]),
        ours={"": ours},
        theirs={"": theirs, "by their bootstrap": lambda: theirs("bs")},
        units=len(references),
        about=about,
    )


def _samples(source: Source) -> tuple[Any, Any, str]:
    references, a, b, about = _systems(source)
    one, other = (
        evaluate(each, references, lang="en", metrics=["f1"])["f1"].samples for each in (a, b)
    )
    return one, other, about


def _seeded() -> dict[str, int]:
    """Return the option that seeds functions of SciPy, which had another name before 1.15."""
    from scipy.stats import bootstrap

    return {"rng" if "rng" in inspect.signature(bootstrap).parameters else "random_state": 1}


def permutations_by_scipy(source: Source) -> Trial:
    from scipy.stats import permutation_test

    a, b, about = _samples(source)
    differ = np.flatnonzero(a != b)[:_FEW]

    def theirs(one: Any = a, other: Any = b, resamples: int = _RESAMPLES) -> float:
        found = permutation_test(
            (one, other), lambda x, y, axis: (x - y).mean(axis=axis),
            permutation_type="samples", vectorized=True, n_resamples=resamples, **_seeded(),
        )  # fmt: skip
        return float(found.pvalue)

    def ours(one: Any = a, other: Any = b, resamples: int = _RESAMPLES) -> float:
        return paired_test(one, other, method="ar", resamples=resamples).p_value

    few = (a[differ], b[differ], 2**_FEW)
    return Trial(
        check=lambda: ([ours(*few)], [theirs(*few)]),
        ours={"": ours},
        theirs={"": theirs},
        units=len(a),
        unit="sample",
        about=about,
    )


def interval_by_scipy(source: Source) -> Trial:
    from scipy.stats import bootstrap, sem, t

    a, _, about = _samples(source)

    def ours(method: str = "bootstrap") -> tuple[float, float]:
        found = mean_interval(a, bounds=(-np.inf, np.inf), method=method, resamples=_RESAMPLES)
        return found.low, found.high

    def theirs() -> object:
        return bootstrap((a,), np.mean, method="percentile", n_resamples=_RESAMPLES, **_seeded())

    return Trial(
        check=lambda: (ours("t"), t.interval(0.95, len(a) - 1, a.mean(), sem(a))),
        ours={"": ours},
        theirs={"": theirs},
        units=len(a),
        unit="sample",
        about=about,
    )
