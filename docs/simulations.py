"""Write the tables of docs/statistics.md: coverage of intervals, and false positives of tests.

Usage: python docs/simulations.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from marked import page_with, table
from scipy.special import bdtr, ndtri
from scipy.stats import binom

from textmetrics.metrics import BLEU_4, BUCKETS, Buckets, Keys
from textmetrics.statistics import (
    Interval,
    Paired,
    Summary,
    corpus_interval,
    linearized,
    mean_interval,
    paired_test,
    summary_interval,
)

__all__ = [
    "CORPORA", "DIFFERENT", "GROUPED", "GROUPED_SYSTEMS", "MANY_GROUPS", "SHAPES", "SIZES",
    "SYSTEMS", "Corpus", "Drawn", "Samples", "accuracies", "agreement", "held", "held_corpus",
    "in_buckets", "rejected",
]  # fmt: skip

PAGE = Path(__file__).resolve().parent / "statistics.md"
TRIALS = 2000
SIZES = (20, 50, 100, 300, 1000)
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Random = np.random.Generator
Draws: TypeAlias = Sequence[tuple[Integers, Integers, int, float]]
"""Numbers of wins and losses, of samples, and the true difference."""
Contains: TypeAlias = Callable[[Integers, Integers, int, float], npt.NDArray[np.bool_]]


class Drawn(NamedTuple):
    """Samples, or differences of two systems, and their groups if there are any."""

    values: Floats
    groups: Integers | None = None


@dataclass(frozen=True)
class Samples:
    """A distribution of samples, or of the differences of two systems, with a known mean.

    Attributes:
        name: what the page calls it.
        mean: the mean.
        draw: returns so many samples; the number is ignored if groups decide it.
    """

    name: str
    mean: float
    draw: Callable[[Random, int], Drawn]


def _mixed(value: float, share: float, a: float, b: float) -> Callable[[Random, int], Drawn]:
    """Return a draw of values that are one value, or else Beta(a, b)."""

    def draw(random: Random, n: int) -> Drawn:
        return Drawn(np.where(random.random(n) < share, value, random.beta(a, b, n)))

    return draw


def _heavy(value: float, share: float, a: float = 2, b: float = 2) -> Samples:
    what = f"{share:.0%} of them {value:.0f}"
    rest = (
        ""
        if a == b
        else f", others {'tiny' if b > 3 * a else 'small'}"
        if a < b
        else ", others large"
    )
    mean = share * value + (1 - share) * a / (a + b)
    return Samples(f"F1, {what}{rest}", mean, _mixed(value, share, a, b))


def _right(share: float) -> Samples:
    def draw(random: Random, n: int) -> Drawn:
        return Drawn((random.random(n) < share).astype(np.float64))

    return Samples(f"right or wrong, {share:.0%} right", share, draw)


def _bimodal(random: Random, n: int) -> Drawn:
    kind = random.random(n)
    return Drawn(np.where(kind < 0.4, 0.0, np.where(kind < 0.7, 1.0, random.beta(2, 2, n))))


def _beta(name: str, a: float, b: float) -> Samples:
    return Samples(name, a / (a + b), lambda random, n: Drawn(random.beta(a, b, n)))


def _lengths(random: Random, n: int) -> Drawn:
    return Drawn(random.lognormal(0.0, 0.6, n))


SHAPES = (
    _right(0.9),
    _heavy(0.0, 0.7),
    _heavy(0.0, 0.9),
    _heavy(0.0, 0.95),
    _heavy(0.0, 0.95, 2, 4),
    _heavy(0.0, 0.95, 1, 9),
    _heavy(0.0, 0.98),
    _heavy(1.0, 0.9),
    _heavy(1.0, 0.95),
    _heavy(1.0, 0.9, 5, 2),
    Samples("F1, 40% of them 0 and 30% 1", 0.45, _bimodal),
    _beta("F1, skewed: most are near 0", 0.5, 5),
    _beta("F1, skewed: most are near 1", 5, 0.5),
    _beta("F1, very skewed: nearly all are near 0", 0.05, 1),
    Samples("length ratios, skewed, without an upper bound", float(np.exp(0.18)), _lengths),
)


def _of_groups(random: Random, sizes: npt.ArrayLike, kind: str) -> Drawn:
    """Return samples of groups whose level explains a part of the variance."""
    groups = np.repeat(np.arange(np.size(sizes)), sizes)
    n = len(groups)
    if kind == "zeros":  # nine in ten, more in some groups than in others
        level = random.beta(2, 18, np.size(sizes))[groups]
        return Drawn(np.where(random.random(n) < level, random.beta(2, 2, n), 0.0), groups)
    level = random.beta(2.4, 1.6, np.size(sizes))[groups]
    if kind == "right":
        return Drawn((random.random(n) < level).astype(np.float64), groups)
    return Drawn(random.beta(4 * level + 0.01, 4 * (1 - level) + 0.01), groups)


# The mean of (4 L + 0.01) / 4.02 over levels L of mean 0.6 is next to 0.6.
_KINDS = {
    "right": ("right or wrong", 0.6),
    "f1": ("F1", (4 * 0.6 + 0.01) / 4.02),
    "zeros": ("F1, 95% of them 0", 0.05),
}
_SIZES: Mapping[str, Callable[[Random], npt.ArrayLike]] = {
    "15 groups of 1 to 19": lambda random: random.integers(1, 20, 15),
    "50 groups of 1 to 19": lambda random: random.integers(1, 20, 50),
    "30 groups of 10": lambda random: np.full(30, 10),  # noqa: ARG005
    "one group of 200 and 30 of 10": lambda random: np.array([200] + [10] * 30),  # noqa: ARG005
    "one group of 200 and 100 of 10": lambda random: np.array([200] + [10] * 100),  # noqa: ARG005
    "two groups of 150 and 40 of 5": lambda random: np.array([150] * 2 + [5] * 40),  # noqa: ARG005
    "100 groups of 1 to 300, most of them small": lambda random: _by_power_law(random, 100),
}


def _by_power_law(random: Random, groups: int) -> Integers:
    """Return sizes from 1 to 300, of which each is as rare as its square is large."""
    sizes: Integers = (1 / (1 - random.random(groups) * (1 - 1 / 300))).astype(np.int64)
    return sizes


def _grouped(kind: str, sizes: str) -> Samples:
    name, mean = _KINDS[kind]

    def draw(random: Random, _: int) -> Drawn:
        return _of_groups(random, _SIZES[sizes](random), kind)

    return Samples(f"{name}, {sizes}", mean, draw)


GROUPED = tuple(_grouped(kind, sizes) for sizes in _SIZES for kind in _KINDS)


def _equal_f1(random: Random, n: int) -> Drawn:
    hard = random.random(n) < 0.5
    a, b = (np.where(hard, 0.0, _mixed(0.0, 0.5, 2, 2)(random, n).values) for _ in "ab")
    return Drawn(a - b)


def _equal_shares(random: Random, n: int) -> Drawn:
    return Drawn((random.random(n) < 0.21) * random.choice([-1.0, 1.0], n))


def _rare_losses(share: float) -> Samples:
    def draw(random: Random, n: int) -> Drawn:
        lost = random.random(n) < share
        return Drawn(np.where(lost, share - 1, share) + random.normal(0, 0.01, n))

    return Samples(f"small gains, {share:.0%} large losses", 0.0, draw)


def _skewed(random: Random, n: int) -> Drawn:
    return Drawn(random.exponential(0.1, n) - 0.1)


def _few_wins(random: Random, n: int) -> Drawn:
    differ = random.random(n) < 0.05
    sign = np.where(random.random(n) < 0.8, 1.0, -1.0)
    return Drawn(np.where(differ, sign * random.beta(2, 2, n), 0.0))


def _better(random: Random, n: int) -> Drawn:
    return Drawn(_equal_f1(random, n).values + 0.05)


SYSTEMS = (
    Samples("right or wrong, about 21% differ", 0.0, _equal_shares),
    Samples("F1, 75% of them 0", 0.0, _equal_f1),
    Samples("differences that are skewed (exponential)", 0.0, _skewed),
    _rare_losses(0.2),
    _rare_losses(0.1),
    _rare_losses(0.05),
    _rare_losses(0.02),
)


def _equal_groups(sizes: str) -> Samples:
    def draw(random: Random, _: int) -> Drawn:
        a = _of_groups(random, _SIZES[sizes](random), "f1")
        b = _of_groups(random, np.bincount(a.groups), "f1")  # type: ignore[arg-type]
        return Drawn(a.values - b.values, a.groups)

    return Samples(f"F1, {sizes}", 0.0, draw)


# The same and others that differ, of which the intervals are judged.
DIFFERENT = (
    SYSTEMS[1],
    Samples("F1, one is 5 points better", 0.05, _better),
    Samples("F1, 5% differ, 4 in 5 are wins", 0.05 * 0.6 * 0.5, _few_wins),
    SYSTEMS[2],
)
GROUPED_SYSTEMS = tuple(_equal_groups(sizes) for sizes in _SIZES)


@dataclass(frozen=True)
class Corpus:
    """A distribution of samples whose totals decide a corpus value that is known.

    Attributes:
        name: what the page calls it.
        value: that of all samples that there could be.
        formula: returns one value per row of a table of sums.
        draw: returns so many samples, one row of totals each.
    """

    name: str
    value: float
    formula: Callable[[Integers], Floats]
    draw: Callable[[Random, int], Integers]


def _ratio(sums: Integers) -> Floats:
    return sums[:, 0] / np.maximum(sums[:, 1], 1)


def _of_words(right: Callable[[Random, int], Floats]) -> Callable[[Random, int], Integers]:
    """Return a draw of texts of skewed lengths, in which a share of the words counts."""

    def draw(random: Random, n: int) -> Integers:
        lengths = np.maximum(1, random.lognormal(2.5, 0.8, n)).astype(np.int64)
        return np.stack([random.binomial(lengths, right(random, n)), lengths], axis=1)

    return draw


_ORDERS = np.arange(1, 5)
_BLEU_NAMES = (
    *(f"{what}_{n}" for what in ("clip", "ngrams") for n in _ORDERS),
    "prediction_length",
    "reference_length",
)


def _bleu(a: float, b: float) -> Corpus:
    """Return sentences of 5 words and more, 20 on average, whose n-grams match by Beta(a, b)."""

    def draw(random: Random, n: int) -> Integers:
        lengths = 5 + random.negative_binomial(2, 2 / 17, n)
        ngrams = lengths - (_ORDERS - 1)[:, np.newaxis]
        clips = random.binomial(ngrams, random.beta(a, b, n) ** _ORDERS[:, np.newaxis])
        expected = lengths + random.integers(0, 5, n)
        return np.concatenate([clips, ngrams, [lengths, expected]]).T

    # The means of powers of Beta(a, b), and 22 words of the references for 20.
    moments = np.cumprod([(a + k) / (a + b + k) for k in range(4)])
    value = float(np.exp(1 - 22 / 20) * np.prod(moments) ** 0.25)
    return Corpus(f"BLEU-4 of {100 * value:.0f} %", value, _bleu_of, draw)


def _bleu_of(sums: Integers) -> Floats:
    corpora: Any = BLEU_4.corpora  # which it has
    values: Floats = corpora(dict(zip(_BLEU_NAMES, sums.T, strict=True)))
    return values


def _errors(random: Random, n: int) -> Floats:
    return np.where(random.random(n) < 0.7, 0.0, random.beta(1, 3, n))


def _rare(random: Random, n: int) -> Floats:
    return np.where(random.random(n) < 0.06, random.beta(4, 2, n), 0.0)


CORPORA = (
    _bleu(5, 2),
    _bleu(2, 4),
    Corpus("error rate, 70% of samples without errors", 0.075, _ratio, _of_words(_errors)),
    Corpus("share of matches, 6% of samples have all", 0.04, _ratio, _of_words(_rare)),
)
# More than there are buckets; only those are simulated.
MANY_GROUPS = "3,000 groups of 1 to 19"


def _many_groups(kind: str) -> Samples:
    name, mean = _KINDS[kind]

    def draw(random: Random, _: int) -> Drawn:
        return _of_groups(random, random.integers(1, 20, 3000), kind)

    return Samples(f"{name}, {MANY_GROUPS}", mean, draw)


def in_buckets(random: Random, values: Floats, groups: Integers) -> Interval:
    """Return the interval where samples are not kept; the hash of a group is a random number."""
    numbers = random.integers(0, BUCKETS, groups.max() + 1)[groups]
    buckets = Buckets()
    buckets.add_values(values, Keys(numbers, grouped=True))
    used = buckets.sizes > 0
    mean = float(values.mean())
    its = buckets.moments.grouped(mean, buckets.sums[0, used], buckets.sizes[used])
    return summary_interval(its, grouped=True)


def held_corpus(corpus: Corpus, method: str, *, n: int, trials: int, seed: int = 1) -> float:
    """Return the share of 95 % intervals that contain the value of the corpus.

    Args:
        corpus: the distribution.
        method: ``bootstrap``, ``bucket bootstrap`` or ``linearized``.
        n: number of samples.
        trials: number of simulations.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    count = 0
    for _ in range(trials):
        rows = corpus.draw(random, n)
        numbers = random.integers(0, BUCKETS, n)
        if method == "linearized":
            its = _linearized(corpus, rows)
        else:
            if method == "bucket bootstrap":
                buckets = Buckets()
                buckets.add_totals(dict(enumerate(rows.T)), Keys(numbers))  # type: ignore[arg-type]
                rows = buckets.sums[:, buckets.sizes > 0].T
            its = corpus_interval(rows, corpus.formula, resamples=999)
        count += its.low <= corpus.value <= its.high
    return count / trials


def _linearized(corpus: Corpus, rows: Integers) -> Interval:
    value = float(corpus.formula(rows.sum(axis=0, keepdims=True))[0])
    its = linearized(value, rows, corpus.formula)
    return summary_interval(Summary(its, 0.0, 1.0, binary=False))


def held(
    samples: Samples, method: str, *, n: int = 0, trials: int, grouped: bool = True, seed: int = 1
) -> float:
    """Return the share of 95 % intervals that contain the true mean."""
    random = np.random.default_rng(seed)
    count = 0
    for _ in range(trials):
        values, groups = samples.draw(random, n)
        if method == "in buckets" and groups is not None:
            its = in_buckets(random, values, groups)
        else:
            its = mean_interval(values, groups=groups if grouped else None, method=method)
        count += its.low <= samples.mean <= its.high
    return count / trials


def rejected(
    systems: Samples, method: str, *, n: int = 0, trials: int, grouped: bool = True, seed: int = 1
) -> tuple[float, float]:
    """Return the share of p-values up to 0.05, and of intervals that contain the difference."""
    random = np.random.default_rng(seed)
    count = inside = 0
    for _ in range(trials):
        values, groups = systems.draw(random, n)
        # Of right and wrong answers the test must see which they are.
        right = np.isin(values, (-1.0, 0.0, 1.0)).all()
        a, b = (np.maximum(values, 0), np.maximum(-values, 0)) if right else (values, values * 0)
        its = paired_test(
            a, b, bounds=(-np.inf, np.inf), groups=groups if grouped else None, method=method,
            resamples=999,
        )  # fmt: skip
        count += its.p_value <= 0.05
        inside += contained(systems.mean, its)
    return count / trials, inside / trials


def contained(difference: float, its: Paired) -> bool:
    """Return whether an interval contains a difference; an end of 0 only if 0 is not rejected."""
    low, high = its.interval.low, its.interval.high
    if difference == 0.0 and its.p_value <= 0.05:
        return low < difference < high
    return low <= difference <= high


class Agreement(NamedTuple):
    """How often the interval of a difference and its test agree.

    Attributes:
        held: the share of intervals that contain the difference.
        without_zero: the share of those that exclude 0 although p > 0.05.
        with_zero: the share of those that contain 0 although p ≤ 0.05.
    """

    held: float
    without_zero: float
    with_zero: float


def agreement(systems: Samples, *, n: int = 0, trials: int, seed: int = 1) -> Agreement:
    """Return how often interval and test agree, by the default method."""
    random = np.random.default_rng(seed)
    counts = np.zeros(3)
    for _ in range(trials):
        values, groups = systems.draw(random, n)
        its = paired_test(values, values * 0, bounds=(0.0, 1.0), groups=groups, resamples=999)
        significant, contains = its.p_value <= 0.05, contained(0.0, its)
        counts += (
            contained(systems.mean, its),
            not significant and not contains,
            significant and contains,
        )
    return Agreement(*(counts / trials).tolist())


def _wald(won: Integers, lost: Integers, n: int, true: float) -> npt.NDArray[np.bool_]:
    middle = (won - lost) / (n + 2)
    variance = ((won + lost + 2) / (n + 2) - middle**2) / (n + 2)
    return np.abs(middle - true) <= _Z * np.sqrt(variance)


def _tango(won: Integers, lost: Integers, n: int, true: float) -> npt.NDArray[np.bool_]:
    """Return whether the score interval of Tango (1998) contains a difference."""
    linear = (2 * n - won + lost) * true - won - lost
    root = np.sqrt(np.maximum(linear**2 + 8 * n * lost * true * (1 - true), 0.0))
    variance = n * ((root - linear) / (2 * n) + true * (1 - true))
    return (won - lost - n * true) ** 2 <= _Z**2 * variance + 1e-9


_Z = float(ndtri(0.975))
_CONTAINS = {"bonett-price": _wald, "Tango": _tango}
_SHARES = tuple((differ, better) for differ in (0.1, 0.2, 0.4) for better in (0.0, 0.03, 0.08))


def accuracies(trials: int = 2 * TRIALS, seed: int = 1) -> Iterator[list[str]]:
    """Yield a row per interval and test of two systems' accuracy, over n and shares that differ."""
    draws = []
    random = np.random.default_rng(seed)
    for n in SIZES:
        for differ, better in _SHARES:
            won = random.binomial(n, (differ + better) / 2, trials)
            lost = random.binomial(n - won, (differ - better) / 2 / (1 - (differ + better) / 2))
            draws.append((won, lost, n, better))
    for interval, contains in _CONTAINS.items():
        for test, point in (("mid-p", 1.0), ("exact", 0.0), ("exact, extended to 0", 0.0)):
            yield [interval, test, *_judged(draws, contains, point, extended="0" in test)]


def _judged(draws: Draws, contains: Contains, point: float, *, extended: bool) -> list[str]:
    """Return coverage, its lowest value, disagreements of both kinds and false positives."""
    held, without, with_zero, false = [], [], [], []
    for won, lost, n, better in draws:
        few, both = np.minimum(won, lost), won + lost
        p_value = 2 * bdtr(few, both, 0.5) - point * binom.pmf(few, both, 0.5)
        significant = p_value <= 0.05
        zero = contains(won, lost, n, 0.0) | (extended & ~significant)
        inside = zero if better == 0 else contains(won, lost, n, better)
        held.append(inside.mean())
        without.append((~significant & ~zero).mean())
        with_zero.append((significant & zero).mean())
        if better == 0:
            false.append(significant.mean())
    found = np.mean(held), min(held), np.mean(without), np.mean(with_zero), max(false)
    return [_percent(float(share)) for share in found]


def accuracy() -> str:
    """Return a table with one row per pair of interval and test of right and wrong answers."""
    header = [
        "interval", "McNemar", "holds", "at least", "without 0, p > 0.05", "with 0, p ≤ 0.05",
        "false positives, at most",
    ]  # fmt: skip
    return table(header, accuracies())


def agreements() -> str:
    """Return a table with one row per kind of systems and number of samples."""
    rows = [
        [systems.name, f"{n:,}", *map(_percent, agreement(systems, n=n, trials=TRIALS))]
        for systems in DIFFERENT
        for n in (20, 100, 1000)
    ]
    rows += [
        [systems.name, "", *map(_percent, agreement(systems, trials=TRIALS))]
        for systems in GROUPED_SYSTEMS
    ]
    header = ["two systems", "n", "interval holds", "without 0, p > 0.05", "with 0, p ≤ 0.05"]
    return table(header, rows)


def intervals() -> str:
    """Return a table with two rows per shape, and a column per number of samples."""
    rows = [
        [samples.name, f"`{method}`", *(_held(samples, method, n) for n in SIZES)]
        for samples in SHAPES
        for method in ("t", "auto")
    ]
    return table(["samples", "method", *(f"n = {n:,}" for n in SIZES)], rows)


def groups() -> str:
    """Return a table with one row per kind of groups."""
    methods = ("t", "auto", "in buckets")
    rows = [
        [
            samples.name,
            _percent(held(samples, "normal", trials=TRIALS // 2, grouped=False)),
            *(_percent(held(samples, method, trials=TRIALS // 2)) for method in methods),
        ]
        for samples in GROUPED
    ]
    for kind in _KINDS:
        samples = _many_groups(kind)
        found = held(samples, "in buckets", trials=TRIALS // 4)
        rows.append([samples.name, "", "", "", _percent(found)])
    header = ["samples", "normal, groups ignored", "`t`", "`auto`", "`auto`, without samples"]
    return table(header, rows)


def corpora() -> str:
    """Return a table with three rows per kind of corpus, and a column per number of samples."""
    sizes = (20, 100, 1000)
    rows = [
        [
            corpus.name,
            f"`{method}`",
            *(_percent(held_corpus(corpus, method, n=n, trials=TRIALS // 2)) for n in sizes),
        ]
        for corpus in CORPORA
        for method in ("bootstrap", "bucket bootstrap", "linearized")
    ]
    return table(["corpus value", "method", *(f"n = {n:,}" for n in sizes)], rows)


def tests() -> str:
    """Return a table with two rows per kind of equal systems, and a column per size."""
    rows = [
        [systems.name, f"`{method}`", *(_rejected(systems, method, n) for n in SIZES)]
        for systems in SYSTEMS
        for method in ("ar", "auto", "bootstrap")
    ]
    return table(["two equal systems", "method", *(f"n = {n:,}" for n in SIZES)], rows)


def grouped_tests() -> str:
    """Return a table with one row per kind of groups."""
    rows = []
    for systems in GROUPED_SYSTEMS:
        naive, _ = rejected(systems, "ar", trials=TRIALS // 4, grouped=False)
        found, inside = rejected(systems, "auto", trials=2 * TRIALS)
        rows.append([systems.name, *map(_percent, (naive, found, inside))])
    header = ["two equal systems", "`ar`, groups ignored", "`auto`", "interval of `auto` holds"]
    return table(header, rows)


def _held(samples: Samples, method: str, n: int) -> str:
    return _percent(held(samples, method, n=n, trials=TRIALS))


def _rejected(systems: Samples, method: str, n: int) -> str:
    return _percent(rejected(systems, method, n=n, trials=TRIALS // 2)[0])


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


TABLES: Mapping[str, Callable[[], str]] = {
    "intervals": intervals,
    "groups": groups,
    "corpora": corpora,
    "tests": tests,
    "grouped tests": grouped_tests,
    "accuracy": accuracy,
    "agreement": agreements,
}


def written(page: str, tables: Mapping[str, Callable[[], str]] = TABLES) -> str:
    """Return the page with its tables, which takes a quarter of an hour."""
    return page_with(page, tables, by="simulations.py")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
