"""Chinese and English in evaluation harnesses: OpenCompass, LongBench, EvalScope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.kernels import Counts
from textmetrics.metrics import Metric, Values, best_reference, exact_match, token_f1
from textmetrics.metrics.metric import exchanged, without_empty
from textmetrics.metrics.nltk_bleu import NltkBleu
from textmetrics.metrics.rouge_f1 import rouge_l, rouge_n
from textmetrics.metrics.sacrebleu import SacreBleu
from textmetrics.presets.answers_tokens import (
    EVALSCOPE_TEXT,
    EVALSCOPE_WORDS,
    LONGBENCH_WORDS,
    SQUAD,
)
from textmetrics.presets.harnesses_tokens import (
    EVALSCOPE,
    EVALSCOPE_ZH,
    LONGBENCH_ZH,
    OPENCOMPASS,
    OPENCOMPASS_TEXT,
)
from textmetrics.presets.ngram_sets import rouge_n_of_sets, rouge_plain_l, rouge_union_l
from textmetrics.presets.pltrdy_tokens import PLTRDY_SENTENCES
from textmetrics.presets.preset import Option, Preset
from textmetrics.presets.sacrebleu_tokens import sacrebleu_view


def evalscope_match() -> Metric:
    """Return EvalScope's accuracy, for the view ``EVALSCOPE_TEXT``.

    An empty answer is never right; one of white space is, if the reference is blank.
    """
    return replace(
        exact_match(source="EvalScope, exact match"),
        needs=frozenset({"equal", "prediction_length", "reference_length"}),
        values=_match_values,
    )


def _match_values(counts: Counts) -> Values:
    predicted, expected = counts["prediction_length"], counts["reference_length"]
    blank = (predicted == 1) & (expected == 0)
    return best_reference(counts, Values((counts["equal"] * (predicted > 0) | blank) / 1))


__all__ = ["EVALSCOPE_PRESET", "LONGBENCH_PRESET", "OPENCOMPASS_PRESET"]


def _language(default: str, *metrics: str) -> Option:
    what = "the program's functions for which language"
    return Option("variant", default, what, ("zh", "en"), metrics=metrics)


def _opencompass() -> Iterator[Metric]:
    for metric in (rouge_n_of_sets(1), rouge_n_of_sets(2), rouge_plain_l()):
        yield replace(metric, view=OPENCOMPASS)
    yield replace(SacreBleu().metric(), view=sacrebleu_view("13a"))
    yield replace(exact_match(source="OpenCompass, EMEvaluator"), view=OPENCOMPASS_TEXT)


def _longbench(*, variant: str) -> Iterator[Metric]:
    chinese = variant == "zh"
    yield replace(rouge_union_l(), view=LONGBENCH_ZH if chinese else PLTRDY_SENTENCES)
    f1 = token_f1(both_empty=False, source="LongBench, qa_f1_score")
    yield replace(f1, view=LONGBENCH_WORDS if chinese else SQUAD)


def _evalscope(*, variant: str) -> Iterator[Metric]:
    if variant == "zh":
        for metric in (rouge_n_of_sets(1), rouge_n_of_sets(2), rouge_plain_l()):
            yield without_empty(replace(metric, view=EVALSCOPE_ZH))
    else:
        for metric in (rouge_n(1), rouge_n(2), rouge_l()):
            yield exchanged(replace(metric, view=EVALSCOPE))
    for n in range(1, 5):
        weights = (0.0,) * (n - 1) + (1.0,)
        yield replace(NltkBleu(weights=weights, aggregate="mean").metric(), view=EVALSCOPE_WORDS)
    yield replace(evalscope_match(), view=EVALSCOPE_TEXT)


OPENCOMPASS_PRESET = Preset(
    name="opencompass",
    summary="ROUGE, BLEU and exact match as OpenCompass's evaluators have them, for Chinese",
    source="OpenCompass: JiebaRougeEvaluator, BleuEvaluator, EMEvaluator",
    make=_opencompass,
    note="For ROUGE and exact match both sides are cut at the first line break, full stop or comma "
    "of ASCII, and what follows is lost: of 3.14 the 3 is left. BLEU is sacrebleu's with 13a, "
    "which does not divide Chinese.",
)

LONGBENCH_PRESET = Preset(
    name="longbench",
    summary="ROUGE-L and F1 as LongBench has them, best reference",
    source="LongBench, metrics.py",
    make=_longbench,
    several=True,
    options=(_language("zh"),),
    note="ROUGE-L is that of pltrdy. Where the program meets Python's limit of recursion, near "
    "1,000 words, it scores 0; here such a text gets what the formula gives. Among the marks that "
    "F1 drops 》 is and 《 is not.",
)

EVALSCOPE_PRESET = Preset(
    name="evalscope",
    summary="ROUGE, BLEU and exact match as EvalScope has them",
    source="EvalScope, evalscope/metrics/utils",
    make=_evalscope,
    options=(_language("en", "rouge_1", "rouge_2", "rouge_l"),),
    usual=("rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_2", "bleu_3", "bleu_4", "accuracy"),
    note="Each BLEU-n is of n-grams of that length alone, without smoothing: next to 0 where none "
    "matches. ROUGE's default variant takes Chinese without spaces for one word, and calls "
    "precision what is recall, and recall what is precision. Its variant zh leaves samples with "
    "an empty side, on which it fails, out of the mean. For it and for BLEU jieba cuts a side only "
    "if that side itself has Chinese. The sentence model that nltk downloads is not used: words "
    "differ at full stops inside English text.",
)
