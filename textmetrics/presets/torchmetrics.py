"""torchmetrics 1.9.0: ROUGE, BLEU, chrF, error rates, TER and edit distance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from textmetrics._checks import parse_integer, whole_number
from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    FIRST,
    CorpusValue,
    ErrorRate,
    Floats,
    Integers,
    Metric,
    Values,
    as_corpora,
)
from textmetrics.presets.chrf import chrf_words
from textmetrics.presets.nltk import weights_form
from textmetrics.presets.plain import CHARACTERS, WHITESPACE
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.single_precision import SingleBleu, SingleChrf, chrf_letters, rouge, single
from textmetrics.presets.tercom import ter, ter_options, ter_totals, ter_view
from textmetrics.scan import View

__all__ = ["PRESET"]

_SOURCE = "torchmetrics 1.9.0"
_TER, _DISTANCE = ("ter",), ("edit_distance",)
_BLEU, _CHRF = ("bleu",), ("chrf",)
_ROUGE = (*(f"rouge_{n}" for n in ORDERS), "rouge_l", "rouge_lsum")


def _metrics(
    *,
    accumulate: str,
    use_stemmer: bool,
    n_gram: int,
    smooth: bool,
    weights: str,
    n_char_order: int,
    n_word_order: int,
    beta: float,
    whitespace: bool,
    lowercase: bool | None,
    substitution_cost: int,
    reduction: str,
    **cut: bool,
) -> Iterator[Metric]:
    yield from rouge(accumulate, use_stemmer=use_stemmer)
    yield SingleBleu(n_gram, weights, smooth).metric()
    yield replace(
        SingleChrf(n_char_order, n_word_order, beta).metric(),
        view=chrf_letters(lowercase=bool(lowercase), whitespace=whitespace),
        words=chrf_words(lowercase=bool(lowercase)) if n_word_order else None,
    )
    yield from _error_rates()
    yield _ter(case_sensitive=lowercase is False, **cut)
    yield _edit_distance(substitution_cost, reduction)


# --- error rates --------------------------------------------------------------------------------


def _divided(one: Integers | Floats, other: Integers) -> Floats:
    """Divide in single precision; where the program divides by zero there is no number."""
    return single(np.where(other > 0, one / np.maximum(other, 1), np.nan))


def _error_rate(sums: Mapping[str, Integers]) -> Floats:
    return _divided(sums["edits"], sums["reference_length"])


def _match_error_rate(sums: Mapping[str, Integers]) -> Floats:
    return _divided(sums["edits"], sums["longer"])


def _information_preserved(sums: Mapping[str, Integers]) -> Floats:
    # What it takes for hits is the longer length without the edits.
    hits = sums["longer"] - sums["edits"]
    shares = (_divided(hits, sums[f"{side}_length"]) for side in ("reference", "prediction"))
    return single(np.multiply(*shares))


def _information_lost(sums: Mapping[str, Integers]) -> Floats:
    return single(1.0 - _information_preserved(sums))


_Rate: TypeAlias = Callable[[Mapping[str, Integers]], Floats]


def _error_rates() -> Iterator[Metric]:
    rate = partial(_rate, view=WHITESPACE)
    yield rate("wer", "WER", "edits of words by words of the reference", _error_rate)
    yield replace(
        rate("cer", "CER", "edits of characters by those of the reference", _error_rate),
        view=CHARACTERS,
    )
    longer = "edits of words by words of the longer text"
    yield replace(rate("mer", "MER", longer, _match_error_rate), bounds=(0.0, 1.0))
    preserved = "word information preserved, where what is not edited of the longer text is right"
    lost = f"1 minus {preserved}"
    yield replace(rate("wil", "WIL", lost, _information_lost), bounds=(0.0, 1.0))
    yield replace(
        rate("wip", "WIP", preserved, _information_preserved), bounds=(0.0, 1.0), better="higher"
    )


def _rate(name: str, label: str, summary: str, rate: _Rate, *, view: View) -> Metric:
    declared = ErrorRate(
        name=name,
        label=label,
        summary=summary,
        source=_SOURCE,
        columns=("edits", "prediction_length", "reference_length"),
        rate=rate,
        view=view,
    )
    return replace(
        declared.metric(),
        values=lambda counts: Values(rate(_totals(counts))),
        totals=_totals,
        of_several=FIRST,
    )


def _totals(counts: Counts) -> Mapping[str, Integers]:
    first = counts.offsets[:-1]
    names = ("edits", "prediction_length", "reference_length")
    edits, predicted, expected = (counts[name][first] for name in names)
    sums = dict(zip(names, (edits, predicted, expected), strict=True))
    return {**sums, "longer": np.maximum(predicted, expected)}


# --- TER and edit distance ----------------------------------------------------------------------


def _ter(
    *, normalize: bool, no_punctuation: bool, asian_support: bool, case_sensitive: bool
) -> Metric:
    view = ter_view(
        normalized=normalize,
        no_punct=no_punctuation,
        asian_support=asian_support,
        case_sensitive=case_sensitive,
    )
    back = frozenset({"reference_shift_edits", "prediction_length", "reference_length"})
    return replace(ter(_SOURCE, _ter_totals, back, single=True), view=view)


def _ter_totals(counts: Counts) -> Mapping[str, Integers]:
    # The reference is what is edited there, and an empty prediction costs nothing.
    edits = counts["reference_shift_edits"] * (counts["prediction_length"] > 0)
    return ter_totals(counts, edits)


def _edit_distance(substitution_cost: int, reduction: str) -> Metric:
    column = "beam_edits" if substitution_cost == 1 else "beam_indels"

    def distances(counts: Counts) -> Integers:
        if substitution_cost > 0:
            return counts[column][counts.offsets[:-1]]
        lengths = (counts[f"{side}_length"] for side in ("prediction", "reference"))
        difference: Integers = np.abs(np.subtract(*lengths))
        return difference[counts.offsets[:-1]]

    def totals(counts: Counts) -> Mapping[str, Integers]:
        edits = distances(counts)
        return {"edits": edits, "samples": np.ones_like(edits)}

    def rate(sums: Mapping[str, Integers]) -> Floats:
        return single(sums["edits"] / (sums["samples"] if reduction == "mean" else 1))

    return Metric(
        name="edit_distance",
        label="Edit distance",
        headline="corpus",
        summary="edits of characters, in alignments near the diagonal",
        source=_SOURCE,
        needs=frozenset({column, "prediction_length", "reference_length"}),
        values=lambda counts: Values(distances(counts) / 1),
        totals=totals,
        corpus=lambda sums: CorpusValue(
            float(rate(as_corpora(sums))[0]),
            {name: float(number) for name, number in sums.items()},
        ),
        corpora=rate,
        bounds=(0.0, float("inf")),
        better="lower",
        percent=False,
        view=CHARACTERS,
        of_several=FIRST,
    )


def _cost(value: Any) -> int:
    if isinstance(value, str):  # on command lines
        value = parse_integer(value, "substitution_cost")
    return whole_number(value, "substitution_cost", at_least=0)


def _yes_or_no(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(f"lowercase must be True or False, got {given!r}")
    return given


PRESET = Preset(
    name="torchmetrics",
    summary="ROUGE, BLEU, chrF, error rates and TER as torchmetrics 1.9.0 computes them",
    source="torchmetrics 1.9.0 at dab033394560",
    make=_metrics,
    several=True,
    options=(
        PresetOption(
            "accumulate",
            "best",
            "ROUGE: whether the best reference counts, or the mean of all",
            ("best", "avg"),
            metrics=_ROUGE,
        ),
        PresetOption(
            "use_stemmer",
            False,
            "ROUGE: stem words of four letters and more",
            metrics=_ROUGE,
            shown=False,
        ),
        PresetOption("n_gram", 4, "BLEU: the highest order of n-grams", metrics=_BLEU),
        PresetOption("smooth", False, "BLEU: add 1 to all orders but the first", metrics=_BLEU),
        PresetOption(
            "weights",
            "",
            "BLEU: weights of the n-gram orders, separated by /; equal by default",
            metrics=_BLEU,
            form=weights_form,
        ),
        PresetOption(
            "n_char_order", 6, "chrF: the highest order of character n-grams", metrics=_CHRF
        ),
        PresetOption("n_word_order", 2, "chrF: the highest order of word n-grams", metrics=_CHRF),
        PresetOption("beta", 2.0, "chrF: weight of recall relative to precision", metrics=_CHRF),
        PresetOption(
            "lowercase",
            None,
            "lower-case the text first: by default for TER alone",
            metrics=(*_CHRF, *_TER),
            form=_yes_or_no,
        ),
        PresetOption("whitespace", False, "chrF: count white space as well", metrics=_CHRF),
        *ter_options("normalize", "no_punctuation", "asian_support"),
        PresetOption(
            "substitution_cost",
            1,
            "edit distance: what replacing a character costs",
            metrics=_DISTANCE,
            form=_cost,
        ),
        PresetOption(
            "reduction",
            "mean",
            "edit distance: whether the corpus has the mean or the sum",
            ("mean", "sum"),
            metrics=_DISTANCE,
        ),
    ),
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum", "wer", "cer", "mer", "wil", "wip"),
    note="Computed in single precision. A rate of an empty reference, which the program makes "
    "infinite or no number, is left out. MER, WIL and WIP take the longer text without the edits "
    "for what is right. TER edits the reference instead of the prediction, moves phrases of nine "
    "words at most where sacrebleu moves ten, and an empty "
    "prediction costs nothing. Edit distance looks at most 25 characters off the diagonal, so "
    "that it can be too high for texts of different lengths. "
    "ROUGE has the words of rouge_score, but for ROUGE-Lsum "
    "the sentences of nltk's Punkt instead of lines (extra punkt; without it, a text is one "
    "sentence, and the signature says so). BLEU is 0 if an order has no match, even with smooth. "
    "chrF averages the F of all orders, 0 for those that a text is too short for: an answer of "
    "one character scores at most 1/6 without words. Its corpus leaves out the references of "
    "samples without a match. The answers of SQuAD are the preset squad with "
    "program=torchmetrics.",
)
