"""flexeval: exact match, char_f1, ROUGE and BLEU of Japanese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from textmetrics.metrics import Metric, exact_match, first_reference
from textmetrics.presets.ngram_sets import rouge_n_of_sets, rouge_union_l
from textmetrics.presets.plain import WHITESPACE, WHOLE_TEXT
from textmetrics.presets.pltrdy import words_by_sentence, words_of_all
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.sacrebleu import BLEU_TOKENIZER, bleu_with
from textmetrics.presets.sacrebleu_tokenizers import SACREBLEU_TOKENIZERS, sacrebleu_view
from textmetrics.presets.string_ratio import FUZZY, char_f1
from textmetrics.scan import NativeSplit, View

__all__ = ["PRESET"]


def _metrics(*, fuzzy: str, tokenizer: str, rouge_tokenizer: str) -> Iterator[Metric]:
    yield replace(exact_match(source="flexeval"), view=WHOLE_TEXT)
    yield char_f1(fuzzy, sort=False)
    for n in (1, 2):
        yield first_reference(replace(rouge_n_of_sets(n), view=_flexeval_view(rouge_tokenizer)))
    sentences = _flexeval_view(rouge_tokenizer, sentences=True)
    yield first_reference(replace(rouge_union_l(), view=sentences))
    yield bleu_with(tokenizer)


_ROUGE_TOKENIZER = PresetOption(
    "rouge_tokenizer",
    "whitespace",
    "how text is tokenized for ROUGE: by sacrebleu, or at white space",
    ("whitespace", *SACREBLEU_TOKENIZERS),
    metrics=("rouge_1", "rouge_2", "rouge_l"),
    shown=False,
)

PRESET = Preset(
    name="flexeval",
    summary="exact match, char_f1, ROUGE and BLEU as in flexeval",
    source="flexeval, flexeval/core/metric, 04f511f9f4f1",
    make=_metrics,
    several=True,
    options=(FUZZY, BLEU_TOKENIZER, _ROUGE_TOKENIZER),
    known_for="char_f1",
    note='Its "character F1" is the ratio of fuzzywuzzy, in whole percents, and not an F1. '
    "ROUGE is that of pltrdy and uses the first reference alone; flexeval has no usable "
    "default tokenizer for it, and its own task names ja-mecab. A text that is empty or "
    "a full stop has one word, the empty one. If samples have different numbers of "
    "references, flexeval pads them with empty ones for BLEU; this preset does not.",
)


def _prepared(tokens: Callable[[str], list[str]], text: str) -> str:
    text = " ".join(tokens(text))
    return " " if text in ("", ".") else text


def _pieces(text: str) -> list[str]:
    return text.split(" ")


# These keep white space at the ends, which is a sentence of its own after a full stop.
_WITH_SPACES: dict[str, Callable[[str], list[str]]] = {"char": list, "none": _pieces}


def _flexeval_view(tokenizer: str = "whitespace", *, sentences: bool = False) -> View:
    """Return the words that flexeval's ROUGE counts.

    Args:
        tokenizer: ``whitespace``, or one of sacrebleu's.
        sentences: whether to mark sentences, for ROUGE-L.

    Raises:
        ImportError: if the packages of ``ja-mecab`` are missing.
    """
    name, words = "", WHITESPACE
    if tokenizer != "whitespace":
        words = sacrebleu_view(tokenizer)
        name = f"{words.name},"
    prepared = partial(_prepared, _WITH_SPACES.get(tokenizer, words.tokens))
    split = words_by_sentence if sentences else words_of_all
    return View(
        f"{name}flexeval,rouge{',sentences' * sentences}",
        lambda text: split(prepared(text)),
        f"{words.summary}, an empty one where there is none; then as rouge"
        + ", split into sentences at full stops" * sentences,
        sentences=sentences,
        native=NativeSplit(
            "rouge_sentences" if sentences else "rouge", before=partial(map, prepared)
        ),
    )
