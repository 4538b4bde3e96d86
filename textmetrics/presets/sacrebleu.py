"""sacrebleu 2.6.0: BLEU with its tokenizers and smoothings, chrF and chrF++, TER (tercom.py)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    OVER_ALL,
    BleuTotals,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Refinement,
    Values,
    as_corpora,
    best_pairs,
    bleu_totals,
    brevity_penalty,
    one_reference_each,
)
from textmetrics.presets.chrf import ChrfNgrams, chrf_characters, chrf_words
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.sacrebleu_tokenizers import SACREBLEU_TOKENIZERS, sacrebleu_view
from textmetrics.presets.tercom import CASE_SENSITIVE, ter, ter_options, ter_view

__all__ = [
    "BLEU_TOKENIZER",
    "PRESET",
    "SMOOTHING_VALUES",
    "Chrf",
    "SacreBleu",
    "bleu_with",
    "references_shown",
]

SACREBLEU_VERSION = "2.6.0"
"""The version whose numbers these are; its signatures end with it."""

SMOOTHING_VALUES: Mapping[str, float | None] = {
    "exp": None,
    "floor": 0.1,
    "add-k": 1.0,
    "none": None,
}
"""The kinds of smoothing, and the default value of those that take one."""

_BLEU, _CHRF = ("bleu_4",), ("chrf",)


def _metrics(
    *,
    tokenizer: str,
    smoothing: str,
    smoothing_value: float | None,
    effective_order: bool,
    lowercase: bool,
    char_order: int,
    word_order: int,
    beta: int,
    whitespace: bool,
    eps_smoothing: bool,
    normalized: bool,
    no_punct: bool,
    asian_support: bool,
    case_sensitive: bool,
) -> Iterator[Metric]:
    bleu = SacreBleu(
        smoothing=smoothing, smoothing_value=smoothing_value, effective_order=effective_order
    )
    view = sacrebleu_view(tokenizer, lowercase=lowercase)
    shown = view.name.removesuffix("+lc")
    yield replace(
        bleu.metric(),
        view=view,
        foreign=lambda *references: bleu.signature(
            tokenizer=shown, references=references, lowercase=lowercase
        ),
    )
    chrf = Chrf(
        char_order=char_order, word_order=word_order, beta=beta, eps_smoothing=eps_smoothing
    )
    yield replace(
        chrf.metric(),
        view=chrf_characters(lowercase=lowercase, whitespace=whitespace),
        words=chrf_words(lowercase=lowercase) if word_order else None,
        foreign=lambda *references: chrf.signature(
            references=references, lowercase=lowercase, whitespace=whitespace
        ),
    )
    of_ter = (
        f"case:{'mixed' if case_sensitive else 'lc'}|tok:tercom|norm:{_yes(normalized)}|"
        f"punct:{_yes(not no_punct)}|asian:{_yes(asian_support)}|version:{SACREBLEU_VERSION}"
    )
    yield replace(
        ter(f"sacrebleu {SACREBLEU_VERSION} (Post, 2018)"),
        view=ter_view(
            normalized=normalized,
            no_punct=no_punct,
            asian_support=asian_support,
            case_sensitive=case_sensitive,
            twice=True,
        ),
        foreign=lambda *references: f"nrefs:{references_shown(references)}|{of_ter}",
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


PRESET = Preset(
    name="sacrebleu",
    summary="BLEU, chrF and TER as sacrebleu 2.6.0 computes them",
    source="sacrebleu 2.6.0 (Post, 2018); TER at f615c7286d4d",
    make=_metrics,
    several=True,
    missing=True,
    usual=("bleu_4", "chrf"),
    options=(
        PresetOption(
            "tokenizer",
            "13a",
            "how text is tokenized for BLEU",
            tuple(SACREBLEU_TOKENIZERS),
            metrics=_BLEU,
            shown=False,
        ),
        PresetOption(
            "smoothing",
            "exp",
            "how an n-gram order without a match counts",
            tuple(SMOOTHING_VALUES),
            metrics=_BLEU,
        ),
        PresetOption(
            "smoothing_value", None, "what floor (default: 0.1) or add-k (1) adds", metrics=_BLEU
        ),
        PresetOption(
            "effective_order", False, "leave out orders without any n-gram", metrics=_BLEU
        ),
        PresetOption("lowercase", False, "lower-case the text first", metrics=(*_BLEU, *_CHRF)),
        PresetOption(
            "char_order", 6, "chrF: the highest order of character n-grams", metrics=_CHRF
        ),
        PresetOption(
            "word_order",
            0,
            "chrF: the highest order of word n-grams; 2 makes it chrF++",
            metrics=_CHRF,
        ),
        PresetOption("beta", 2, "chrF: weight of recall relative to precision", metrics=_CHRF),
        PresetOption("whitespace", False, "chrF: count white space as well", metrics=_CHRF),
        PresetOption(
            "eps_smoothing", False, "chrF: smooth as the original chrF programs do", metrics=_CHRF
        ),
        *ter_options("normalized", "no_punct", "asian_support"),
        CASE_SENSITIVE,
    ),
    note="The BLEU of a corpus whose texts all have fewer than four tokens is 0, even for a "
    "perfect one, unless effective_order is set; single sentences always use it. The "
    "tokenizer zh separates the characters of mistyped ranges: not only Chinese "
    "characters and marks, but everything from U+2001 to U+2A6D (dashes, quotation "
    "marks, arrows, mathematical signs), and neither kana nor the rarer characters from "
    "U+20000 on. 13a, the default, does not divide Chinese or Japanese at all. TER is "
    "computed if it is named: edits of the best reference divided by the mean length of all. It "
    "lower-cases by default; asian_support alone does nothing, and never divides kana. With "
    "normalized, references are cut twice and predictions once: only of the former, a..8 becomes "
    "four tokens.",
)


def bleu_with(tokenizer: str) -> Metric:
    """Return BLEU with a tokenizer, for the presets of programs that call sacrebleu."""
    bleu = SacreBleu()
    view = sacrebleu_view(tokenizer)
    return replace(
        bleu.metric(),
        view=view,
        foreign=lambda *counts: bleu.signature(tokenizer=view.name, references=counts),
    )


BLEU_TOKENIZER = PresetOption(
    "tokenizer",
    "13a",
    "sacrebleu's, for BLEU",
    tuple(SACREBLEU_TOKENIZERS),
    metrics=("bleu_4",),
    shown=False,
)
"""Their option for it."""


class _Orders(NamedTuple):
    """Numbers of n-grams: one row per order, one column per sample."""

    matches: Floats
    totals: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SacreBleu:
    """sacrebleu's BLEU with its options.

    Its sentence values (``samples``) always use the effective order, like those of sacrebleu's
    command line and of its ``sentence_bleu``.

    Args:
        smoothing: ``exp``, ``floor``, ``add-k`` or ``none``.
        smoothing_value: for ``floor`` (by default 0.1) and ``add-k`` (by default 1).
        effective_order: whether to leave orders without any n-gram out of the corpus value's
            mean, which they make 0 otherwise.
        order: the highest order of n-grams.

    Raises:
        ValueError: if the smoothing is unknown, or a value is out of range.

    Examples:
        >>> SacreBleu(smoothing="floor").signature(tokenizer="13a", references=1)
        'nrefs:1|case:mixed|eff:no|tok:13a|smooth:floor[0.10]|version:2.6.0'
    """

    smoothing: str = "exp"
    smoothing_value: float | None = None
    effective_order: bool = False
    order: int = 4

    def __post_init__(self) -> None:
        if self.smoothing not in SMOOTHING_VALUES:
            known = ", ".join(SMOOTHING_VALUES)
            raise ValueError(f"unknown smoothing {self.smoothing!r} for sacrebleu; known: {known}")
        if self.value is None and self.smoothing_value is not None:
            raise ValueError(
                f"smoothing_value cannot be given: smoothing {self.smoothing!r} takes no value"
            )
        if self.value is not None and not 0 <= self.value < math.inf:
            raise ValueError(f"smoothing_value must be at least 0, got {self.value!r}")
        if self.order < 1:
            raise ValueError(f"order must be at least 1, got {self.order!r}")

    @property
    def value(self) -> float | None:
        """The smoothing's value, by default its own; ``None`` if it takes none."""
        default = SMOOTHING_VALUES[self.smoothing]
        if self.smoothing_value is None or default is None:
            return default
        return self.smoothing_value

    def metric(self) -> Metric:
        """Return the metric."""
        refinement = None
        if self.smoothing != "none":
            plainer = replace(self, smoothing="none", smoothing_value=None).metric()
            refinement = Refinement("smoothing", "none", self.smoothing, plainer)
        orders = range(1, self.order + 1)
        return Metric(
            name=f"bleu_{self.order}",
            label=f"BLEU-{self.order}",
            headline="corpus",
            summary=f"corpus BLEU over 1- to {self.order}-grams as sacrebleu has it",
            source=f"sacrebleu {SACREBLEU_VERSION} (Post, 2018)",
            needs=frozenset(
                {"prediction_length", "closest_length", *(f"clip_{n}" for n in orders)}
            ),
            values=self._sentences,
            totals=BleuTotals(self.order),
            corpus=self._corpus,
            corpora=self._corpora,
            of_several=OVER_ALL,
            refinement=refinement,
        )

    def signature(
        self, *, tokenizer: str, references: Sequence[int] | int, lowercase: bool = False
    ) -> str:
        """Return sacrebleu's own signature.

        Args:
            tokenizer: as sacrebleu shows it: the name of its `View`, without ``+lc``.
            references: number of references, or one number per sample.
            lowercase: whether text is lowercased first.
        """
        value = "" if self.value is None else f"[{self.value:.2f}]"
        return "|".join(
            (
                f"nrefs:{references_shown(references)}",
                f"case:{'lc' if lowercase else 'mixed'}",
                f"eff:{'yes' if self.effective_order else 'no'}",
                f"tok:{tokenizer}",
                f"smooth:{self.smoothing}{value}",
                f"version:{SACREBLEU_VERSION}",
            )
        )

    def _sentences(self, counts: Counts) -> Values:
        totals = bleu_totals(counts, self.order)
        precisions, exist = self._precisions(self._orders(totals))
        return Values(_combined(totals, precisions, exist, effective=True))

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        precisions, _ = self._precisions(self._orders(totals))
        details = {f"precision_{n}": float(p) for n, p in enumerate(precisions[:, 0], start=1)}
        penalty = float(brevity_penalty(totals)[0])
        value = float(self._corpora(totals)[0])
        return CorpusValue(value, details | {"brevity_penalty": penalty})

    def _corpora(self, sums: Mapping[str, Integers]) -> Floats:
        precisions, exist = self._precisions(self._orders(sums))
        return _combined(sums, precisions, exist, effective=self.effective_order)

    def _orders(self, totals: Mapping[str, Integers]) -> _Orders:
        orders = range(1, self.order + 1)
        return _Orders(
            np.array([totals[f"clip_{n}"] for n in orders], dtype=np.float64),
            np.array([totals[f"ngrams_{n}"] for n in orders], dtype=np.float64),
        )

    def _precisions(self, orders: _Orders) -> tuple[Floats, NDArray[np.bool_]]:
        """Return each order's smoothed precision, and whether there are n-grams of that order.

        After the first order without n-grams no order counts, whatever the smoothing adds;
        without a single match all precisions are 0.
        """
        matches, totals = orders
        any_match = matches.any(axis=0)
        if self.smoothing == "add-k" and self.value is not None:
            added = np.arange(len(matches))[:, None] > 0
            matches, totals = matches + added * self.value, totals + added * self.value
        exist = np.logical_and.accumulate(totals > 0, axis=0)
        unmatched = exist & (matches == 0)
        if self.smoothing == "exp":
            matches = np.where(unmatched, 0.5 ** np.cumsum(unmatched, axis=0), matches)
        elif self.smoothing == "floor" and self.value is not None:
            matches = np.where(unmatched, self.value, matches)
        precisions = matches * (exist & any_match) / np.where(exist, totals, 1.0)
        return precisions, exist


def _combined(
    totals: Mapping[str, Integers],
    precisions: Floats,
    exist: NDArray[np.bool_],
    *,
    effective: bool,
) -> Floats:
    """Return the geometric mean of the precisions times the brevity penalty."""
    counted = exist if effective else np.ones_like(exist)
    positive = precisions > 0
    logarithms = np.log(np.where(positive, precisions, 1.0)) * counted
    mean = logarithms.sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    value = brevity_penalty(totals) * np.exp(mean)
    # Rounding in exp must not exceed 1.
    return np.where(
        (positive | ~counted).all(axis=0) & counted.any(axis=0), np.minimum(value, 1.0), 0.0
    )


def references_shown(references: Sequence[int] | int) -> str:
    """Return the number of references as sacrebleu shows it: ``var`` if samples differ."""
    if isinstance(references, int):
        return str(references)
    numbers = set(references)
    return str(*numbers) if len(numbers) == 1 else "var"


def _sum(table: Floats) -> Floats:
    """Return the sum of rows, added one after the other: NumPy groups those of one column."""
    total: Floats = sum(table, np.zeros(table.shape[1]))
    return total


# The value of an order without n-grams under ``eps_smoothing``.
_EPSILON = 1e-16


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrf:
    """sacrebleu's chrF with its options; ``word_order=2`` makes it chrF++.

    It is a function of the counts of two views: `chrf_characters`, and with a ``word_order`` also
    `chrf_words`, whose columns have the prefix `WORDS`.

    Args:
        char_order: the highest order of character n-grams.
        word_order: the highest order of word n-grams; 0 for none.
        beta: weight of recall relative to precision.
        eps_smoothing: whether to average the F of all orders, with a tiny value for orders without
            n-grams; otherwise these are left out, and F is computed from the orders' means.

    Raises:
        ValueError: if an order is out of range.

    Examples:
        >>> Chrf(word_order=2).signature(references=1)
        'nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0'
    """

    char_order: int = 6
    word_order: int = 0
    beta: int = 2
    eps_smoothing: bool = False

    def __post_init__(self) -> None:
        orders = (self.char_order, self.word_order)
        if not (min(orders) >= 0 and 0 < max(orders) <= ORDERS[-1]):
            raise ValueError(
                f"char_order and word_order must be 0 to {ORDERS[-1]}, and not both 0, got "
                f"{self.char_order!r} and {self.word_order!r}"
            )
        if not 0 <= self.beta <= 1000:
            raise ValueError(f"beta must be 0 to 1000, got {self.beta!r}")

    def metric(self) -> Metric:
        """Return the metric."""
        label = f"chrF{self.beta}" + "+" * self.word_order
        return Metric(
            name="chrf",
            label=label,
            headline="corpus",
            summary=f"{label} of the corpus as sacrebleu has it, by each sample's best reference",
            source=f"Popović (2015, 2017), sacrebleu {SACREBLEU_VERSION} (Post, 2018)",
            needs=self._ngrams.needs,
            values=self._sentences,
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._corpora,
        )

    def signature(
        self,
        *,
        references: Sequence[int] | int,
        lowercase: bool = False,
        whitespace: bool = False,
    ) -> str:
        """Return sacrebleu's own signature.

        Args:
            references: number of references, or one number per sample.
            lowercase: whether text is lowercased first.
            whitespace: whether white space counts.
        """
        return "|".join(
            (
                f"nrefs:{references_shown(references)}",
                f"case:{'lc' if lowercase else 'mixed'}",
                f"eff:{'no' if self.eps_smoothing else 'yes'}",
                f"nc:{self.char_order}",
                f"nw:{self.word_order}",
                f"space:{'yes' if whitespace else 'no'}",
                f"version:{SACREBLEU_VERSION}",
            )
        )

    @property
    def _ngrams(self) -> ChrfNgrams:
        return ChrfNgrams(self.char_order, self.word_order)

    def _of_pairs(self, counts: Counts) -> dict[str, Integers]:
        """Return each pair's numbers of n-grams and matches, by order and kind."""
        columns = self._ngrams.of_pairs(counts)
        # The prediction's n-grams count only where the reference has any of that order.
        for view, n in self._ngrams.orders:
            columns[f"{view}predicted_{n}"] *= columns[f"{view}expected_{n}"] > 0
        return columns

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        pairs = self._of_pairs(counts)
        if one_reference_each(counts):
            return pairs
        best = best_pairs(counts, self._percent(pairs))
        return {name: column[best] for name, column in pairs.items()}

    def _sentences(self, counts: Counts) -> Values:
        return Values(self._percent(self._totals(counts)) / 100)

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        return CorpusValue(float(self._corpora(totals)[0]), {})

    def _corpora(self, sums: Mapping[str, Integers]) -> Floats:
        return self._percent(sums) / 100

    def _percent(self, totals: Mapping[str, Integers]) -> Floats:
        """Return F in percent: rounding included, sacrebleu chooses the best reference by it."""
        match, predicted, expected = (
            np.array([totals[f"{view}{kind}_{n}"] for view, n in self._ngrams.orders])
            for kind in ("match", "predicted", "expected")
        )
        has_predicted, has_expected = predicted > 0, expected > 0
        precision = np.where(has_predicted, match / np.maximum(predicted, 1), _EPSILON)
        recall = np.where(has_expected, match / np.maximum(expected, 1), _EPSILON)
        if self.eps_smoothing:
            of_orders = self._f(precision, recall, nothing=_EPSILON)
            return 100 * _sum(of_orders) / len(self._ngrams.orders)
        both = has_predicted & has_expected
        orders = np.maximum(both.sum(axis=0), 1)
        means = (_sum(each * both) / orders for each in (precision, recall))
        return 100 * self._f(*means, nothing=0.0)

    def _f(self, precision: Floats, recall: Floats, *, nothing: float) -> Floats:
        factor = self.beta**2
        below = factor * precision + recall
        above = (1 + factor) * precision * recall
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), nothing)
