"""sacrebleu 2.6.0: BLEU with its tokenizers and smoothings, chrF and chrF++, TER (tercom.py)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    OVER_ALL,
    WORDS,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    at_least_0,
    best_pairs,
    bleu_totals,
    brevity_penalty,
)
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.tercom import ter, ter_view
from textmetrics.scan import NativeSplit, View

__all__ = [
    "BLEU_TOKENIZER",
    "PRESET",
    "SACREBLEU_TOKENIZERS",
    "SMOOTHING_VALUES",
    "Chrf",
    "SacreBleu",
    "bleu_with",
    "chrf_characters",
    "chrf_words",
    "references_shown",
    "sacrebleu_view",
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

# The steps that 13a and zh share, after mteval-v13a. A full stop, a comma and a hyphen are tokens
# only beside the characters of the last three; the apostrophe never is.
_STEPS = (
    (re.compile(r"([!-&(-+/:-@\[-`{-~])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))

# The characters that zh separates. Its source writes CJK Extension B with one digit too many,
# which makes it 2001 to 2A6D: dashes, quotation marks, arrows and mathematical signs are
# separated, but neither kana nor Extension B.
_ZH = (
    "\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31ef\u3200-\u4db5\u4e00-\u9fbb"
    "\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef"
)
_ZH_CHARACTER = re.compile(f"([{_ZH}])")


def _by_steps(text: str) -> list[str]:
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text.split()


def _13a(text: str) -> list[str]:
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return _by_steps(f" {text} ")


def _zh(text: str) -> list[str]:
    return _by_steps(_ZH_CHARACTER.sub(r" \1 ", text.strip()))


@cache
def _intl_steps() -> tuple[tuple[Any, str], ...]:
    import regex

    return (
        (regex.compile(r"(\P{N})(\p{P})"), r"\1 \2 "),
        (regex.compile(r"(\p{P})(\P{N})"), r" \1 \2"),
        (regex.compile(r"(\p{S})"), r" \1 "),
    )


def _intl(text: str) -> list[str]:
    for pattern, replacement in _intl_steps():
        text = pattern.sub(replacement, text)
    return text.split()


def _char(text: str) -> list[str]:
    return list("".join(text.split()))


# Another dictionary, or a user dictionary, would yield other words under the same name.
_ENTRIES = 392_126


@cache
def _tagger() -> Any:
    try:
        import ipadic
        import MeCab
    except ImportError as error:
        raise ImportError(
            "the tokenizer ja-mecab needs MeCab and its IPA dictionary: "
            "pip install 'textmetrics-eval[ja-mecab]'"
        ) from error
    tagger = MeCab.Tagger(f"{ipadic.MECAB_ARGS} -Owakati")
    dictionary = tagger.dictionary_info()
    if dictionary.size != _ENTRIES or dictionary.next is not None:
        raise ImportError("ja-mecab needs the IPA dictionary as shipped, without a user dictionary")
    return tagger


def _mecab_words(text: str) -> list[str]:
    """Return MeCab's words; none for a text that it refuses."""
    words: str | None = _tagger().parse(text.strip())
    return (words or "").split()


def mecab_version() -> str:
    """Return MeCab's version, "0.996".

    Raises:
        ImportError: if MeCab or its dictionary is missing, with the extra to install.
    """
    version: str = _tagger().version()
    return version


class _Tokenizer(NamedTuple):
    tokens: Callable[[str], list[str]]
    summary: str
    split: str | None = None  # of native/split.h


SACREBLEU_TOKENIZERS = {
    "13a": _Tokenizer(_13a, "words and punctuation as in mteval-v13a, for Latin script", "mteval"),
    "intl": _Tokenizer(_intl, "words, punctuation and symbols of Unicode, as in mteval-v14"),
    "zh": _Tokenizer(_zh, "Chinese characters one by one, the rest as 13a", "mteval_zh"),
    "char": _Tokenizer(_char, "characters without white space", "visible"),
    "none": _Tokenizer(str.split, "words between white space", "whitespace"),
    "ja-mecab": _Tokenizer(_mecab_words, "Japanese words by MeCab with the IPA dictionary"),
}
"""By their names in sacrebleu's ``tokenize=``."""

_SPACED = ("13a", "intl", "none")


def sacrebleu_view(tokenizer: str = "13a", *, lowercase: bool = False) -> View:
    """Return the tokens that sacrebleu's BLEU counts.

    Args:
        tokenizer: one of `SACREBLEU_TOKENIZERS`.
        lowercase: whether to lower the text first.

    Raises:
        ValueError: if the tokenizer is unknown.
        ImportError: if the packages of ``ja-mecab`` are missing.

    Examples:
        >>> sacrebleu_view("13a").tokens("It's 3.5, not 3-4.")
        ["It's", '3.5', ',', 'not', '3', '-', '4', '.']
    """
    if tokenizer not in SACREBLEU_TOKENIZERS:
        known = ", ".join(SACREBLEU_TOKENIZERS)
        raise ValueError(f"unknown tokenizer {tokenizer!r} for sacrebleu; known: {known}")
    tokens, summary, split = SACREBLEU_TOKENIZERS[tokenizer]
    name = f"ja-mecab-{mecab_version()}-IPA" if tokenizer == "ja-mecab" else tokenizer

    summary = f"{summary}; lowercased" if lowercase else summary
    name = f"{name}+lc" if lowercase else name
    native = None
    if split is not None:
        native = NativeSplit(split, before=str.lower if lowercase else None)
    spaced = tokenizer in _SPACED
    return View(name, partial(_prepared, tokens, lowercase), summary, native=native, spaced=spaced)


def _prepared(tokens: Callable[[str], list[str]], lowercase: bool, text: str) -> list[str]:
    # sacrebleu strips the end first; otherwise 13a would join a hyphen at the end to nothing, and
    # intl would see a space after a full stop.
    return tokens((text.lower() if lowercase else text).rstrip())


_BLEU, _CHRF, _TER = ("bleu_4",), ("chrf",), ("ter",)


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
        PresetOption(
            "normalized", False, "TER: set punctuation apart, as tercom does", metrics=_TER
        ),
        PresetOption("no_punct", False, "TER: remove punctuation", metrics=_TER),
        PresetOption(
            "asian_support",
            False,
            "TER: with normalized, set ideographs apart; with no_punct, remove CJK punctuation",
            metrics=_TER,
        ),
        PresetOption("case_sensitive", False, "TER: do not lower-case the text", metrics=_TER),
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
            raise ValueError(f"smoothing {self.smoothing!r} takes no value")
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
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._corpora,
            of_several=OVER_ALL,
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

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        return bleu_totals(counts, self.order)

    def _sentences(self, counts: Counts) -> Values:
        totals = self._totals(counts)
        precisions, exist = self._precisions(self._orders(totals))
        return Values(_combined(totals, precisions, exist, effective=True))

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = {name: np.array([number]) for name, number in sums.items()}
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
        columns = {f"{view}match_{n}" for view, n in self._orders()}
        views = {view for view, _ in self._orders()}
        lengths = {f"{view}{side}_length" for view in views for side in ("prediction", "reference")}
        label = f"chrF{self.beta}" + "+" * self.word_order
        return Metric(
            name="chrf",
            label=label,
            headline="corpus",
            summary=f"{label} of the corpus as sacrebleu has it, by each sample's best reference",
            source=f"Popović (2015, 2017), sacrebleu {SACREBLEU_VERSION} (Post, 2018)",
            needs=frozenset(columns | lengths),
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

    def _orders(self) -> list[tuple[str, int]]:
        characters = [("", n) for n in range(1, self.char_order + 1)]
        return characters + [(WORDS, n) for n in range(1, self.word_order + 1)]

    def _of_pairs(self, counts: Counts) -> dict[str, Integers]:
        """Return each pair's numbers of n-grams and matches, by order and kind."""
        columns = {}
        for view, n in self._orders():
            predicted = at_least_0(counts[f"{view}prediction_length"] - n + 1)
            expected = at_least_0(counts[f"{view}reference_length"] - n + 1)
            # The prediction's n-grams count only where the reference has any of that order.
            columns[f"{view}predicted_{n}"] = predicted * (expected > 0)
            columns[f"{view}expected_{n}"] = expected
            columns[f"{view}match_{n}"] = counts[f"{view}match_{n}"]
        return columns

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        pairs = self._of_pairs(counts)
        best = best_pairs(counts, self._percent(pairs))
        return {name: column[best] for name, column in pairs.items()}

    def _sentences(self, counts: Counts) -> Values:
        return Values(self._percent(self._totals(counts)) / 100)

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = {name: np.array([number]) for name, number in sums.items()}
        return CorpusValue(float(self._corpora(totals)[0]), {})

    def _corpora(self, sums: Mapping[str, Integers]) -> Floats:
        return self._percent(sums) / 100

    def _percent(self, totals: Mapping[str, Integers]) -> Floats:
        """Return F in percent: rounding included, sacrebleu chooses the best reference by it."""
        zero = np.zeros(len(next(iter(totals.values()))))
        precision_sum, recall_sum, f_sum, orders = zero, zero, zero, zero
        for view, n in self._orders():
            match, predicted, expected = (
                totals[f"{view}{kind}_{n}"] for kind in ("match", "predicted", "expected")
            )
            precision = np.where(predicted > 0, match / np.maximum(predicted, 1), _EPSILON)
            recall = np.where(expected > 0, match / np.maximum(expected, 1), _EPSILON)
            both = (predicted > 0) & (expected > 0)
            f_sum = f_sum + self._f(precision, recall, nothing=_EPSILON)
            precision_sum = precision_sum + precision * both
            recall_sum = recall_sum + recall * both
            orders = orders + both
        if self.eps_smoothing:
            return 100 * f_sum / len(self._orders())
        orders = np.maximum(orders, 1)
        return 100 * self._f(precision_sum / orders, recall_sum / orders, nothing=0.0)

    def _f(self, precision: Floats, recall: Floats, *, nothing: float) -> Floats:
        factor = self.beta**2
        below = factor * precision + recall
        above = (1 + factor) * precision * recall
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), nothing)


_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def chrf_characters(*, lowercase: bool = False, whitespace: bool = False) -> View:
    """Return the characters that chrF counts.

    Args:
        lowercase: whether to lower the text first.
        whitespace: whether to count white space.
    """
    name = "chrf" + "+lc" * lowercase + "+space" * whitespace
    native = NativeSplit(
        "characters" if whitespace else "visible", before=str.lower if lowercase else None
    )
    tokens = partial(_characters, lowercase, whitespace)
    return View(name, tokens, "characters for chrF", native=native)


def chrf_words(*, lowercase: bool = False) -> View:
    """Return the words that chrF++ counts: a mark at one end of a word is a token.

    Args:
        lowercase: whether to lower the text first.

    Examples:
        >>> chrf_words().tokens('"yes", (no) a')
        ['"yes"', ',', '(no', ')', 'a']
    """
    return View("chrf-words" + "+lc" * lowercase, partial(_words, lowercase), "words for chrF++")


def _characters(lowercase: bool, whitespace: bool, text: str) -> list[str]:
    text = text.lower() if lowercase else text
    return list(text if whitespace else "".join(text.split()))


def _words(lowercase: bool, text: str) -> list[str]:
    words: list[str] = []
    for word in (text.lower() if lowercase else text).split():
        # Only one mark, the last one first: in "(no)" the first bracket stays with the word.
        if len(word) > 1 and word[-1] in _PUNCTUATION:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in _PUNCTUATION:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words
