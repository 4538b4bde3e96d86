"""google_bleu of Hugging Face evaluate: n-grams that match, by those of the text that has more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    at_least_0,
    best_pairs,
)
from textmetrics.presets.sacrebleu_tokenizers import SACREBLEU_TOKENIZERS
from textmetrics.scan import NativeSplit, View

__all__ = ["HF_13A", "google_bleu"]


def google_bleu(min_len: int, max_len: int) -> Metric:
    """Return the metric of n-grams of these lengths, all counted together.

    Raises:
        ValueError: if there is no such length.
    """
    if not 0 < min_len <= max_len <= ORDERS[-1]:
        raise ValueError(
            f"min_len and max_len must be 1 to {ORDERS[-1]}, and min_len at most max_len, got "
            f"{min_len} and {max_len}"
        )
    orders = range(min_len, max_len + 1)
    totals = partial(_gleu_totals, orders)
    return Metric(
        name="google_bleu",
        label="Google BLEU",
        headline="corpus",
        summary=f"share of {min_len}- to {max_len}-grams that match, of the text that has more",
        source="Hugging Face evaluate 0.4.6, metrics/google_bleu, after Wu et al. (2016)",
        needs=frozenset({"prediction_length", "reference_length", *(f"match_{n}" for n in orders)}),
        values=lambda counts: Values(_share(totals(counts))),
        totals=totals,
        corpus=_gleu_corpus,
        corpora=_share,
        view=HF_13A,
    )


def _gleu_totals(orders: range, counts: Counts) -> Mapping[str, Integers]:
    """Return the matches and n-grams of each sample's best reference."""
    zero = np.zeros_like(counts["reference_length"])
    matches = sum((counts[f"match_{n}"] for n in orders), zero)
    predicted, expected = (
        sum((at_least_0(counts[f"{side}_length"] - n + 1) for n in orders), zero)
        for side in ("prediction", "reference")
    )
    pairs: dict[str, Integers] = {
        "matches": matches,
        "ngrams": np.maximum(predicted, expected),
    }
    # A reference without n-grams, like the prediction, is left out beside others.
    best = best_pairs(counts, np.where(pairs["ngrams"] > 0, _share(pairs), -1.0))
    return {name: column[best] for name, column in pairs.items()}


def _share(totals: Mapping[str, Integers]) -> Floats:
    share: Floats = totals["matches"] / np.maximum(totals["ngrams"], 1)
    return share


def _gleu_corpus(sums: Mapping[str, int]) -> CorpusValue:
    details = {name: float(number) for name, number in sums.items()}
    return CorpusValue(sums["matches"] / max(sums["ngrams"], 1), details)


# As sacrebleu has it now, except that white space at the end is not stripped first.
_13a = SACREBLEU_TOKENIZERS["13a"].tokens
HF_13A = View(
    "13a,hf_evaluate",
    _13a,
    "words and punctuation as in mteval-v13a, for Latin script",
    native=NativeSplit("whitespace", before=partial(map, lambda text: " ".join(_13a(text)))),
    spaced=True,
)
