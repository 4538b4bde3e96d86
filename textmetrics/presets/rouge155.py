"""ROUGE-1.5.5, Lin's own program in Perl: ROUGE-1 to 4, L, W-1.2, S4 and SU4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from statistics import fmean
from typing import NamedTuple

import numpy as np

from textmetrics.kernels import Counts, numbers_of
from textmetrics.metrics import Floats, Integers, Metric, Values, at_least_0, best_pairs
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.wordnet import wordnet_described, wordnet_stem
from textmetrics.scan import BREAK, NativeSplit, View

__all__ = ["PRESET", "resampled_mean"]

_SOURCE = "ROUGE-1.5.5 (Lin, C.-Y., 2004)"
_POWER = 1.2
"""Of the lengths of runs in ROUGE-W, as in the columns of weights."""


class _Counted(NamedTuple):
    """What is counted, a row per pair.

    Attributes:
        hits: what prediction and reference have in common.
        expected: what the reference has.
        predicted: what the prediction has.
        ranks: by what formula B finds the best reference.
        power: to which hits, expected and predicted are weighted.
    """

    hits: Floats
    expected: Floats
    predicted: Floats
    ranks: Floats
    power: float = 1.0


def _metrics(*, stemmer: bool, formula: str) -> Iterator[Metric]:
    words, lines = _view(stemmer=stemmer), _view(stemmer=stemmer, lines=True)
    lengths = frozenset({"prediction_length", "reference_length"})
    made = partial(_metric, formula)
    for n in range(1, 5):
        what = f"share of the reference's {n}-grams that match"
        yield made(f"ROUGE-{n}", words, lengths | {f"match_{n}"}, partial(_of_ngrams, n), what)
    what = "share of the reference's words in unions of longest common subsequences of lines"
    needs = frozenset({"union_lcs", "prediction_words", "reference_words"})
    yield made("ROUGE-L", lines, needs, _of_lines, what)
    what = "like ROUGE-L, with runs weighted by their length to the power of 1.2"
    needs = frozenset({"weighted_lcs", "reference_weight", "prediction_words"})
    yield made("ROUGE-W-1.2", lines, needs, _of_runs, what)
    what = "share of the reference's pairs of words, with at most four between them, that match"
    needs = lengths | {"skip_match"}
    yield made("ROUGE-S4", words, needs, _of_skips, what)
    what = "like ROUGE-S4, with pairs and words counted together"
    yield made("ROUGE-SU4", words, needs | {"head_match"}, _of_skips_and_words, what)


def _metric(
    formula: str,
    label: str,
    view: View,
    needs: frozenset[str],
    counted: Callable[[Counts], _Counted],
    what: str,
) -> Metric:
    several = {
        "A": "whose counts are added up",
        "B": "of which the one with the best recall counts",
    }
    return Metric(
        name=label.removesuffix("-1.2").lower().replace("-", "_"),
        label=label,
        headline="recall",
        summary=f"recall: {what}",
        source=_SOURCE,
        needs=needs,
        values=partial(_values, formula, counted),
        view=view,
        of_several=several[formula],
    )


def resampled_mean(samples: Iterable[float]) -> float:
    """Return what the program prints as the average of a corpus.

    That is the mean of the means of 1000 samples that are drawn with replacement, with five
    decimals. Perl draws, always with the same seeds, from the evaluations in the order of their
    names, which are taken to be the numbers from 1 in the order of the samples: 1, 10, 11, 2.

    Args:
        samples: the values of one average, such as ``result["rouge_l"].samples``.

    Raises:
        ValueError: if there are no samples.

    Examples:
        >>> resampled_mean([0.0, 0.5, 1.0])
        0.49967
    """
    values = np.fromiter(samples, dtype=np.float64)
    count = len(values)
    if not count:
        raise ValueError("samples must not be empty: there is nothing to draw from")
    values = values[sorted(range(count), key=lambda at: f"{at + 1}.")]
    # The generator of drand48, whose state has 48 bits, for the seeds 0 to 999.
    shift, start, factor, term, low = map(np.uint64, (16, 0x330E, 0x5DEECE66D, 0xB, 2**48 - 1))
    state = (np.arange(1000, dtype=np.uint64) << shift) + start
    sums = np.zeros(1000)
    for _ in range(count):
        state = (state * factor + term) & low
        sums += values[(state / 2**48 * count).astype(np.int64)]
    return round(fmean(sums / count), 5)


# --- formulas -----------------------------------------------------------------------------------


def _values(formula: str, counted: Callable[[Counts], _Counted], counts: Counts) -> Values:
    found = counted(counts)
    if formula == "A":
        sums = [_added(column, counts) for column in found[:3]]
    else:
        best = best_pairs(counts, found.ranks)
        sums = [column[best] for column in found[:3]]
    hits, expected, predicted = sums
    recall, precision = (_share(hits, whole, found.power) for whole in (expected, predicted))
    # As there: of the rounded parts, both weighted by a half.
    f1 = _rounded(_divided(precision * recall, 0.5 * precision + 0.5 * recall))
    return Values(recall, precision, recall, f1)


def _added(column: Floats, counts: Counts) -> Floats:
    """Return the sums over the references of each sample, added one after the other."""
    sums = np.zeros(len(counts.offsets) - 1)
    np.add.at(sums, np.repeat(np.arange(len(sums)), np.diff(counts.offsets)), column)
    return sums


def _divided(part: Floats, whole: Floats) -> Floats:
    quotient: Floats = np.divide(part, whole, out=np.zeros(len(part)), where=whole != 0)
    return quotient


def _share(part: Floats, whole: Floats, power: float) -> Floats:
    return _rounded(_raised(_divided(part, whole), 1 / power))


def _raised(column: Floats, power: float) -> Floats:
    # By Python, which raises as C does, and so as Perl; NumPy can differ in the last digit.
    return column if power == 1 else np.array([each**power for each in column.tolist()])


def _rounded(column: Floats) -> Floats:
    # By Python, which rounds the exact decimal value, as printing with five decimals does.
    return np.array([round(each, 5) for each in column.tolist()])


# --- what is counted ----------------------------------------------------------------------------


def _plain(hits: Integers, expected: Integers, predicted: Integers) -> _Counted:
    shares = _share(hits / 1, expected / 1, power=1)
    return _Counted(hits / 1, expected / 1, predicted / 1, shares)


def _of_ngrams(n: int, counts: Counts) -> _Counted:
    expected, predicted = (at_least_0(length - n + 1) for length in _lengths(counts))
    return _plain(counts[f"match_{n}"], expected, predicted)


def _of_skips(counts: Counts) -> _Counted:
    expected, predicted = map(_pairs, _lengths(counts))
    return _plain(counts["skip_match"], expected, predicted)


def _of_skips_and_words(counts: Counts) -> _Counted:
    expected, predicted = (_pairs(length) + at_least_0(length - 1) for length in _lengths(counts))
    return _plain(counts["skip_match"] + counts["head_match"], expected, predicted)


def _lengths(counts: Counts) -> tuple[Integers, Integers]:
    return counts["reference_length"], counts["prediction_length"]


def _pairs(length: Integers) -> Integers:
    """Return how many pairs of words a text has with at most four others between them."""
    pairs: Integers = np.sum([at_least_0(length - distance) for distance in range(1, 6)], axis=0)
    return pairs


def _of_lines(counts: Counts) -> _Counted:
    found = _plain(counts["union_lcs"], counts["reference_words"], counts["prediction_words"])
    return found._replace(ranks=_divided(found.hits, found.expected))  # not rounded there


def _of_runs(counts: Counts) -> _Counted:
    hits, weights = numbers_of(counts["weighted_lcs"]), numbers_of(counts["reference_weight"])
    # There too the reference's weight is raised again, and only formula B compares without that.
    expected, predicted = _raised(weights, _POWER), _raised(counts["prediction_words"] / 1, _POWER)
    ranks = _raised(_divided(hits, weights), 1 / _POWER)
    return _Counted(hits, expected, predicted, ranks, _POWER)


# --- tokens -------------------------------------------------------------------------------------

_WORDS = re.compile("[a-z0-9]+")


def _ascii(text: str) -> str:
    """Return the text with a mark in place of every character that no word can have."""
    return text.encode("ascii", "replace").decode("ascii")


@cache
def _view(*, stemmer: bool, lines: bool = False) -> View:
    def words(text: str) -> list[str]:
        found = _WORDS.findall(_ascii(text).lower())
        return list(map(wordnet_stem, found)) if stemmer else found

    def words_by_line(text: str) -> list[str]:
        tokens: list[str] = []
        for line in text.split("\n"):
            tokens += [BREAK, *words(line)]
        return tokens[1:]

    name = "rouge155" + ",lines" * lines + "+lin-porter" * stemmer
    native = "rouge_score_lines" if lines else "rouge_score"
    return View(
        name,
        words_by_line if lines else words,
        "runs of a-z and 0-9 in lower case"
        + ", stemmed by WordNet's exceptions and Porter's rules" * stemmer
        + ", one line per sentence" * lines,
        sentences=lines,
        signature=(lambda: f"{name},{wordnet_described()}") if stemmer else None,
        native=NativeSplit(
            native, before=partial(map, _ascii), stem=wordnet_stem if stemmer else None
        ),
        spaced=True,
    )


PRESET = Preset(
    name="rouge155",
    summary="ROUGE as in ROUGE-1.5.5, for English, one sentence per line: recall",
    source="ROUGE-1.5.5 (Lin, C.-Y., 2004), in pythonrouge at 0f1603dbc089",
    make=_metrics,
    several=True,
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_w", "rouge_su4"),
    options=(
        PresetOption(
            "stemmer", False, "-m of the program: stem words of four letters and more", shown=False
        ),
        PresetOption(
            "formula",
            "A",
            "-f of the program: A adds up the counts of all references, B takes the one of best "
            "recall",
            ("A", "B"),
        ),
    ),
    note="Its words are runs of a-z and 0-9, as those of rouge_score; any other letter is a break, "
    "as é and the sign of kelvin are. Lines are sentences: ROUGE-L and ROUGE-W, whose weight is "
    "1.2, match each line of the reference with all of the prediction, and use each word of that "
    "once; the other metrics take a text as one. ROUGE-SU4 leaves out the last word, so that a "
    "text of one word scores 0. ROUGE-W looks for runs in the reference alone, and raises the "
    "lengths of its lines to the power of 1.2 twice: the recall of an identical line of n words is "
    "n to the power of -0.2, its precision 1. It is 0 where a reference has no word, at which the "
    "program stops. Recall and precision are rounded to five decimals, and F1 is computed from "
    "the rounded ones. Stems are those of Porter's rules, in another version than rouge_score's "
    "(agreement becomes agreem), unless WordNet lists the word: install the extra rouge155, or "
    "such words go by the rules too (froze remains froze, which is freeze in the list), and "
    "signatures show no-wordnet. The averages that the program prints are means of 1,000 "
    "resamples, which textmetrics.presets.rouge155.resampled_mean computes of the samples; a "
    "score here is their plain mean.",
)
