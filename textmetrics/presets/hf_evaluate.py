"""Hugging Face evaluate 0.4.6: rouge, google_bleu, exact_match, error rates, TER, CharacTER."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from textmetrics.metrics import Metric, error_rates, first_reference, judged
from textmetrics.presets.character import character
from textmetrics.presets.google_bleu import google_bleu
from textmetrics.presets.jiwer import JIWER_CHARACTERS, JIWER_WORDS
from textmetrics.presets.lm_eval import IGNORED, exact_match_judge
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.rouge_score import PRESET as ROUGE_SCORE
from textmetrics.presets.tercom import CASE_SENSITIVE, ter, ter_options, ter_view

__all__ = ["PRESET", "bootstrap_middle"]

_SOURCE = "Hugging Face evaluate 0.4.6"
_GLEU = ("google_bleu",)
_ROUGE = tuple(ROUGE_SCORE.known())


def _metrics(
    *,
    use_stemmer: bool,
    min_len: int,
    max_len: int,
    normalized: bool,
    ignore_punct: bool,
    support_zh_ja_chars: bool,
    case_sensitive: bool,
    **ignored: Any,
) -> Iterator[Metric]:
    yield from ROUGE_SCORE.make(stemmer=use_stemmer)
    yield google_bleu(min_len, max_len)
    yield _exact_match(**ignored)
    for metric in error_rates(source=_SOURCE, words=JIWER_WORDS, characters=JIWER_CHARACTERS):
        if metric.name in ("wer", "cer"):
            yield metric
    view = ter_view(
        normalized=normalized,
        no_punct=ignore_punct,
        asian_support=support_zh_ja_chars,
        case_sensitive=case_sensitive,
        twice=True,
    )
    yield replace(ter(_SOURCE), view=view)
    yield character("cer 1.2.0, as Hugging Face evaluate 0.4.6 calls it")


def _exact_match(**ignored: Any) -> Metric:
    metric = judged(
        replace(exact_match_judge(**ignored), signature=lambda: "hf_evaluate"),
        "exact_match",
        "Exact match",
        "share of samples whose answer is the reference, but for what is ignored",
        source=f"{_SOURCE}, metrics/exact_match",
    )
    return first_reference(metric)


def bootstrap_middle(samples: Iterable[float], *, seed: int = 0, before: int = 0) -> float:
    """Return what ``rouge`` prints of a corpus with ``use_aggregator=True``, for a seed.

    That is the middle of the means of 1000 samples that are drawn with replacement, and not the
    mean. The program draws for its types one after the other, and has another value in each run
    unless it is loaded with a seed.

    Args:
        samples: the values of one type, such as ``result["rouge_l"].samples``.
        seed: as in ``evaluate.load("rouge", seed=seed)``.
        before: how many types are printed before this one: 2 for rougeL of rouge1, rouge2, rougeL.

    Raises:
        ValueError: if there are no samples.

    Examples:
        >>> bootstrap_middle([0.0, 0.5, 1.0], seed=42)
        0.5
    """
    values = np.fromiter(samples, dtype=np.float64)
    if not len(values):
        raise ValueError("samples must not be empty: there is nothing to draw from")
    random = np.random.RandomState(seed)
    drawn = random.choice(len(values), size=((before + 1) * 1000, len(values)))[-1000:]
    return float(np.percentile(values[drawn].mean(axis=1), 50))


PRESET = Preset(
    name="hf_evaluate",
    summary="rouge, google_bleu, exact_match and error rates as Hugging Face evaluate has them",
    source="Hugging Face evaluate 0.4.6, metrics at a7dd338386a4",
    make=_metrics,
    several_for=(*_ROUGE, *_GLEU, "ter", "character"),
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum"),
    options=(
        PresetOption(
            "use_stemmer",
            False,
            "rouge: stem words of four letters and more",
            metrics=_ROUGE,
            shown=False,
        ),
        PresetOption("min_len", 1, "google_bleu: the shortest n-grams", metrics=_GLEU),
        PresetOption("max_len", 4, "google_bleu: the longest n-grams", metrics=_GLEU),
        *IGNORED,
        *ter_options("normalized", "ignore_punct", "support_zh_ja_chars"),
        CASE_SENSITIVE,
    ),
    note="rouge is rouge_score's, and the plain mean of the samples (use_aggregator=False): by "
    "default the program prints the middle of 1000 resamples, which differs from run to run; "
    "textmetrics.presets.hf_evaluate.bootstrap_middle gives that of a seed. google_bleu takes "
    "the words of 13a with their case, and texts without a word score 0 even if they are equal. "
    "exact_match strips nothing. squad and squad_v2 are presets of their own. WER and CER are "
    "jiwer's, and those of the corpus whatever concatenate_texts is. An empty reference alone "
    "makes the program divide by zero; here its rate is the number of added words. TER is "
    "sacrebleu's, which lower-cases by default. CharacTER fails there on an empty reference, and "
    "is 0 or 1 here.",
)
