"""sacrebleu: BLEU with its tokenisers and smoothings, chrF and chrF++."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric
from textmetrics.metrics.chrf import Chrf
from textmetrics.metrics.sacrebleu import SMOOTHING_VALUES, SacreBleu
from textmetrics.presets.chrf_tokens import chrf_characters, chrf_words
from textmetrics.presets.preset import Option, Preset
from textmetrics.presets.sacrebleu_tokens import SACREBLEU_TOKENIZERS, sacrebleu_view

__all__ = ["SACREBLEU"]


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


SACREBLEU = Preset(
    name="sacrebleu",
    summary="BLEU and chrF as sacrebleu 2.6.0 computes them",
    source="sacrebleu 2.6.0 (Post, 2018)",
    make=_metrics,
    several=True,
    missing=True,
    options=(
        Option("tokenizer", "13a", "how text is cut for BLEU", tuple(SACREBLEU_TOKENIZERS),
               metrics=_BLEU, shown=False),
        Option("smoothing", "exp", "what an n-gram order without a match counts",
               tuple(SMOOTHING_VALUES), metrics=_BLEU),
        Option("smoothing_value", None, "what floor (default: 0.1) or add-k (1) adds",
               metrics=_BLEU),
        Option("effective_order", False, "leave out orders that there are no n-grams of",
               metrics=_BLEU),
        Option("lowercase", False, "lower-case the text first"),
        Option("char_order", 6, "chrF: the highest order of character n-grams",
               metrics=_CHRF),
        Option("word_order", 0, "chrF: of word n-grams; 2 makes it chrF++",
               metrics=_CHRF),
        Option("beta", 2, "chrF: how many times recall counts as much as precision",
               metrics=_CHRF),
        Option("whitespace", False, "chrF: count white space too",
               metrics=_CHRF),
        Option("eps_smoothing", False, "chrF: smooth as the original chrF programs do",
               metrics=_CHRF),
    ),
    note="A corpus whose texts all have fewer than four tokens has a BLEU of 0, even a perfect "
    "one, unless effective_order is chosen; single sentences always have it. The tokenizer zh sets "
    "apart what lies in the ranges that its source comes to by a slip: not Chinese characters and "
    "marks alone but all from U+2001 to U+2A6D (dashes, quotation marks, arrows, mathematical "
    "signs), and neither kana nor the rarer characters from U+20000 on. 13a, the default, does not "
    "divide Chinese or Japanese at all.",
)  # fmt: skip
