"""The comparisons of presets with the programs that they stand for."""

from __future__ import annotations

from functools import partial

import presets
from measure import Goal, Row

__all__ = ["ROWS"]

ROWS = [
    Row(
        "preset/rouge_score",
        'ROUGE-1/2/L by `preset="rouge_score", stemmer=True`, English',
        "rouge-score with its stemmer",
        "F1 of each pair, on the text as it is",
        presets.rouge_score_stemmed,
        Goal(30),
        ("rouge_score",),
    ),
    Row(
        "preset/rouge_score/lsum",
        'ROUGE-Lsum by `preset="rouge_score"`, English, 50 lines a text',
        "rouge-score",
        "F1 of each pair, on the text as it is, a line a sentence",
        partial(presets.rouge_score_lsum, sentences=50),
        Goal(100),
        ("rouge_score",),
    ),
    *(
        Row(
            f"preset/sacrebleu/{tokenizer}",
            f'corpus BLEU by `preset="sacrebleu", tokenizer="{tokenizer}"`, {language}',
            f"sacrebleu, tokens by `{tokenizer}`",
            "the corpus value, on the text as it is",
            partial(presets.sacrebleu, lang=lang, tokenizer=tokenizer),
            Goal(40),
            ("sacrebleu",),
        )
        for tokenizer, lang, language in (("13a", "en", "English"), ("zh", "zh", "Chinese"))
    ),
    *(
        Row(
            f"preset/jiwer/{rate}",
            f'{rate.upper()} by `preset="jiwer"`, English',
            f"jiwer's `{rate}`",
            "the rate, on the text as it is",
            partial(presets.jiwer_rate, rate=rate),
            Goal(30),
            ("jiwer",),
        )
        for rate in ("wer", "cer")
    ),
    Row(
        "preset/jiwer/all",
        'WER, MER, WIL and WIP by `preset="jiwer"`, English',
        "jiwer's `process_words`",
        "the four rates, on the text as it is",
        presets.jiwer,
        Goal(30),
        ("jiwer",),
    ),
    Row(
        "preset/sacrebleu/ter",
        'TER by `preset="sacrebleu"`, English',
        "sacrebleu's TER",
        "the corpus value, on the text as it is",
        presets.sacrebleu_ter,
        Goal(20),
        ("sacrebleu",),
    ),
    Row(
        "preset/sacrebleu/chrf",
        'chrF by `preset="sacrebleu"`, English',
        "sacrebleu's chrF",
        "the corpus value, on the text as it is",
        presets.sacrebleu_chrf,
        Goal(100),
        ("sacrebleu",),
    ),
    Row(
        "preset/fastchrf",
        'chrF by `preset="sacrebleu"`, English',
        "fastchrf's `pairwise_chrf`, a prediction and a reference at a time",
        "the value of each pair, on the text as it is",
        presets.fastchrf,
        Goal(5),
        ("fastchrf",),
    ),
    Row(
        "preset/rapidrouge",
        'ROUGE-1/2/L by `preset="rouge_score"`, English',
        "rapidrouge",
        "F1 of each pair, on the text as it is",
        presets.rapidrouge,
        Goal(3),
        ("rapidrouge",),
    ),
    *(
        Row(
            f"preset/torchmetrics/{key}",
            f'{what} by `preset="torchmetrics"`, English',
            "torchmetrics, with our sentences in place of a model to download",
            "mean F1 to five decimals, on the text as it is",
            partial(presets.torchmetrics_rouge, lsum=lsum),
            Goal(100),
            ("torchmetrics",),
        )
        for key, what, lsum in (
            ("rouge", "ROUGE-1/2/L", False),
            ("rouge_lsum", "ROUGE-1/2/L and ROUGE-Lsum", True),
        )
    ),
    Row(
        "preset/torchmetrics/wer",
        'WER by `preset="torchmetrics"`, English',
        "torchmetrics",
        "the rate to five decimals, on the text as it is",
        presets.torchmetrics_wer,
        Goal(30),
        ("torchmetrics",),
    ),
    Row(
        "preset/llama_factory",
        'ROUGE-1/2/L and BLEU-4 by `preset="llama_factory"`, Chinese, 50 characters a text',
        "LLaMA-Factory's recipe: jieba, rouge-chinese, NLTK",
        "the four means, on the text as it is",
        partial(presets.llama_factory, characters=50),
        Goal(30),
        ("rouge_chinese",),
    ),
]
