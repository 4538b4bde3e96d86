"""Question answering: SQuAD, CMRC 2018, Japanese; llm-jp-eval and flexeval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, exact_match, token_f1
from textmetrics.metrics.metric import first_reference
from textmetrics.metrics.ratio import string_ratio
from textmetrics.metrics.sacrebleu import SacreBleu
from textmetrics.presets.answers_tokens import (
    CMRC_SEGMENTS,
    CMRC_TEXT,
    JAPANESE_CHARACTERS,
    SQUAD,
    TEXT,
)
from textmetrics.presets.fuzzy_tokens import fuzzy_characters
from textmetrics.presets.harnesses_tokens import flexeval_view
from textmetrics.presets.ngram_sets import rouge_n_of_sets, rouge_union_l
from textmetrics.presets.preset import Option, Preset
from textmetrics.presets.sacrebleu_tokens import SACREBLEU_TOKENIZERS, sacrebleu_view

__all__ = [
    "CMRC2018_PRESET",
    "FLEXEVAL_PRESET",
    "JAPANESE_QA_PRESET",
    "LLM_JP_EVAL_PRESET",
    "SQUAD_PRESET",
]


def _squad() -> Iterator[Metric]:
    source = "SQuAD v1.1 (Rajpurkar et al., 2016)"
    yield replace(exact_match(source=source), view=SQUAD)
    yield replace(token_f1(source=source), view=SQUAD)


def _cmrc2018() -> Iterator[Metric]:
    source = "CMRC 2018 (Cui et al., 2019)"
    yield replace(exact_match(source=source), view=CMRC_TEXT)
    f1 = token_f1(match="longest_run", both_empty=False, source=source)
    yield replace(f1, view=CMRC_SEGMENTS)


def _japanese_qa() -> Iterator[Metric]:
    source = "JSQuAD of JGLUE (Kurihara et al., 2022)"
    yield replace(exact_match(source=source), view=JAPANESE_CHARACTERS)
    yield replace(token_f1("char_f1", "Character F1", source=source), view=JAPANESE_CHARACTERS)


_FUZZY = Option(
    "fuzzy",
    "fuzzywuzzy",
    "whose ratio char_f1 is: fuzzywuzzy's is rounded to whole percents, rapidfuzz's is not",
    ("fuzzywuzzy", "rapidfuzz"),
    metrics=("char_f1",),
)


def _char_f1(fuzzy: str, *, sort: bool) -> Metric:
    """Give the ratio of strings, or of their sorted words."""
    processor = "fuzzywuzzy" if sort and fuzzy == "fuzzywuzzy" else "none"
    view = fuzzy_characters(processor=processor, sort=sort)
    return replace(string_ratio(rounded=fuzzy == "fuzzywuzzy"), view=view)


def _bleu(tokenizer: str) -> Metric:
    bleu = SacreBleu()
    view = sacrebleu_view(tokenizer)
    return replace(
        bleu.metric(),
        view=view,
        foreign=lambda *counts: bleu.signature(tokenizer=view.name, references=counts),
    )


def _bleu_option(default: str) -> Option:
    return Option(
        "tokenizer",
        default,
        "sacrebleu's, for BLEU",
        tuple(SACREBLEU_TOKENIZERS),
        metrics=("bleu_4",),
        shown=False,
    )


def _llm_jp_eval(*, fuzzy: str, tokenizer: str) -> Iterator[Metric]:
    yield replace(exact_match(source="llm-jp-eval"), view=TEXT)
    yield _char_f1(fuzzy, sort=True)
    yield _bleu(tokenizer)


_ROUGE_TOKENIZER = Option(
    "rouge_tokenizer",
    "whitespace",
    "how text is cut for ROUGE: sacrebleu's tokenisers, or at white space",
    ("whitespace", *SACREBLEU_TOKENIZERS),
    metrics=("rouge_1", "rouge_2", "rouge_l"),
    shown=False,
)


def _flexeval(*, fuzzy: str, tokenizer: str, rouge_tokenizer: str) -> Iterator[Metric]:
    yield replace(exact_match(source="flexeval"), view=TEXT)
    yield _char_f1(fuzzy, sort=False)
    for n in (1, 2):
        yield first_reference(replace(rouge_n_of_sets(n), view=flexeval_view(rouge_tokenizer)))
    sentences = flexeval_view(rouge_tokenizer, sentences=True)
    yield first_reference(replace(rouge_union_l(), view=sentences))
    yield _bleu(tokenizer)


SQUAD_PRESET = Preset(
    name="squad",
    summary="exact match and F1 of answers in English as SQuAD has them, best reference",
    source="SQuAD v1.1; torchmetrics `squad`",
    make=_squad,
    several=True,
    note="Articles and ASCII punctuation are dropped, and nothing comes in their place: U.S. is "
    "us. Two empty answers are right. torchmetrics adds samples up in single precision, so its "
    "last digits differ.",
)

CMRC2018_PRESET = Preset(
    name="cmrc2018",
    summary="exact match and F1 of answers in Chinese as CMRC 2018 has them, best reference",
    source="CMRC 2018",
    make=_cmrc2018,
    several=True,
    note="F1 is of the longest common run of tokens. Two answers of nothing but marks are an exact "
    "match with an F1 of 0. An ellipsis is not among the marks.",
)

JAPANESE_QA_PRESET = Preset(
    name="japanese_qa",
    summary="exact match and character F1 of answers in Japanese after NFKC, best reference",
    source="JSQuAD of JGLUE",
    make=_japanese_qa,
    several=True,
    note="The F1 is that of characters as a multiset. Letter case and spaces inside count.",
)

LLM_JP_EVAL_PRESET = Preset(
    name="llm_jp_eval",
    summary="exact match, char_f1 and BLEU as llm-jp-eval has them",
    source="llm-jp-eval",
    make=_llm_jp_eval,
    several=True,
    options=(_FUZZY, _bleu_option("13a")),
    note="What it calls character F1 is the token sort ratio of fuzzywuzzy, in whole percents: the "
    "order of characters matters to it, that of words does not, and it is no F1.",
)

FLEXEVAL_PRESET = Preset(
    name="flexeval",
    summary="exact match, char_f1, ROUGE and BLEU as flexeval has them",
    source="flexeval",
    make=_flexeval,
    several=True,
    options=(_FUZZY, _bleu_option("13a"), _ROUGE_TOKENIZER),
    known_for="char_f1",
    note="What it calls character F1 is the ratio of fuzzywuzzy, in whole percents, and no F1. "
    "ROUGE is that of pltrdy and looks at the first reference alone; flexeval has no tokeniser for "
    "it that holds where none is named, and its own task names ja-mecab. A text that is empty or a "
    "full stop has one word, the empty one. Where samples have "
    "different numbers of references it pads them with empty ones for BLEU; that is not done here.",
)
