"""LongBench: the metric of each of its data sets; of several references the best counts."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import partial
from statistics import fmean
from typing import Any
from urllib.parse import unquote

from textmetrics.kernels import Counts
from textmetrics.metrics import Metric, Values, best_reference, judged, token_f1
from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.ngram_sets import rouge_union_l
from textmetrics.presets.pltrdy import PLTRDY_JIEBA_SENTENCES, PLTRDY_SENTENCES
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.squad import SQUAD
from textmetrics.scan import Judge, View

__all__ = ["LONGBENCH_WORDS", "PRESET", "by_length"]

_SOURCE = "LongBench, metrics.py"

# Which function and which language eval.py takes for each data set.
_DATASETS = {
    "narrativeqa": ("f1", "en"),
    "qasper": ("f1", "en"),
    "multifieldqa_en": ("f1", "en"),
    "multifieldqa_zh": ("f1", "zh"),
    "hotpotqa": ("f1", "en"),
    "2wikimqa": ("f1", "en"),
    "musique": ("f1", "en"),
    "dureader": ("rouge_l", "zh"),
    "gov_report": ("rouge_l", "en"),
    "qmsum": ("rouge_l", "en"),
    "multi_news": ("rouge_l", "en"),
    "vcsum": ("rouge_l", "zh"),
    "trec": ("classification", "en"),
    "triviaqa": ("f1", "en"),
    "samsum": ("rouge_l", "en"),
    "lsht": ("classification", "zh"),
    "passage_retrieval_en": ("retrieval", "en"),
    "passage_count": ("count", "en"),
    "passage_retrieval_zh": ("retrieval", "zh"),
    "lcc": ("code_sim", "en"),
    "repobench-p": ("code_sim", "en"),
}
# Of these predictions only the first line counts, and of those of trec and lsht.
_FIRST_LINES = ("triviaqa", "samsum")


def _metrics(*, variant: str, dataset: str, classes: str) -> Iterator[Metric]:
    if not dataset:
        yield _rouge(variant, first_line=False)
        yield _f1(variant, first_line=False)
        return
    metric, language = _DATASETS[dataset]
    first_line = dataset in _FIRST_LINES
    if metric == "rouge_l":
        yield _rouge(language, first_line=first_line)
    elif metric == "f1":
        yield _f1(language, first_line=first_line)
    elif metric == "classification":
        yield _classification(classes)
    elif metric == "retrieval":
        yield _retrieval(language)
    else:
        yield _count() if metric == "count" else _code_sim()


def _classes(given: Any) -> str:
    """Return names of classes with ``/`` between them, from such a string or a list of names."""
    names = list(map(unquote, given.split("/"))) if isinstance(given, str) else given
    if not (isinstance(names, list | tuple) and names and all(map(_is_class, names))):
        raise ValueError(
            "classes must be names, such as ['Date', 'City'] or 'Date/City' (%2F for a / in a "
            f"name), got {given!r}"
        )
    return "/".join(name.translate(_QUOTED) for name in names)


def _is_class(name: object) -> bool:
    return isinstance(name, str) and name != ""


# What would end a name, or a field of a signature.
_QUOTED = {ord(sign): f"%{ord(sign):02X}" for sign in "%/|\r\n"}

PRESET = Preset(
    name="longbench",
    summary="the metric of each data set of LongBench, best reference",
    source="LongBench, metrics.py and eval.py, 2e00731f8d0b",
    make=_metrics,
    several=True,
    options=(
        PresetOption(
            "variant",
            "zh",
            "the language whose functions of the program to use, if no data set is named",
            ("zh", "en"),
            unless="dataset",
        ),
        PresetOption(
            "dataset",
            "",
            "the data set, which decides the metric, its language, and whether predictions are cut "
            "after their first line",
            tuple(_DATASETS),
        ),
        PresetOption(
            "classes",
            "",
            "the classes of trec or lsht, in the order of the file: a list, or names separated "
            "by /",
            metrics=("classification",),
            form=_classes,
        ),
    ),
    note="ROUGE-L is that of pltrdy. The program scores 0 where it reaches Python's recursion "
    "limit, at about 1,000 words; here such a text gets the value of the formula. The "
    "marks that F1 drops include 》 but not 《. Two empty answers have an F1 of 0. Of trec, "
    "triviaqa, samsum and lsht only the first line of a prediction counts, after leading line "
    "breaks; references are not cut. Classification divides by the number of classes that the "
    "prediction contains; those inside the right one's name are taken out, but the class after "
    "one that is taken out is passed over, so 科技教育 itself scores half beside 科技 and 教育. "
    "Retrieval and count are the share of all numbers in the prediction that are right, as "
    "strings: 05 is not 5. code_sim is difflib's ratio in whole percents, as fuzzywuzzy computes "
    "it where python-Levenshtein is not installed; with that package many values differ. The "
    "ranges of LongBench-E are means of the same values (textmetrics.presets.longbench.by_length).",
)


def by_length(values: Sequence[float], lengths: Sequence[float]) -> dict[str, float]:
    """Return the means that LongBench-E prints, by the length of a sample's context.

    Args:
        values: ``Score.samples``.
        lengths: the field ``length`` of each record.

    Returns:
        The mean of each range; NaN where it has no sample.

    Raises:
        ValueError: if there are more or fewer lengths than values.

    Examples:
        >>> by_length([1.0, 0.0, 0.5], [3999, 2000, 8000])
        {'0-4k': 0.5, '4-8k': nan, '8k+': 0.5}
    """
    ranges: dict[str, list[float]] = {"0-4k": [], "4-8k": [], "8k+": []}
    for value, length in zip(values, lengths, strict=True):
        ranges["0-4k" if length < 4000 else "4-8k" if length < 8000 else "8k+"].append(value)
    return {name: fmean(of) if of else math.nan for name, of in ranges.items()}


# --- F1 and ROUGE-L


def _rouge(language: str, *, first_line: bool) -> Metric:
    view = PLTRDY_JIEBA_SENTENCES if language == "zh" else PLTRDY_SENTENCES
    return replace(rouge_union_l(), view=_cut(view) if first_line else view)


def _f1(language: str, *, first_line: bool) -> Metric:
    metric = token_f1(both_empty=False, source="LongBench, qa_f1_score")
    view = LONGBENCH_WORDS if language == "zh" else SQUAD
    return replace(metric, view=_cut(view) if first_line else view)


def _cut(view: View) -> View:
    return replace(
        view,
        name=f"{view.name},first_line",
        summary=f"{view.summary}; of a prediction, those of the first line",
        prepare=_first_line,
    )


def _first_line(text: str) -> str:
    """Return the first line that is not empty; only a line feed ends a line."""
    return text.lstrip("\n").partition("\n")[0]


# Its list for Chinese lacks "《", which therefore stays in the words.
_MARKS = dict.fromkeys(
    map(
        ord,
        f"{string.punctuation}！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、"
        "〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏.",
    )
)


def _words(text: str) -> list[str]:
    normal = ("".join(word.lower().translate(_MARKS).split()) for word in jieba_words(text))
    return [word for word in normal if word]


LONGBENCH_WORDS = jieba_view(
    "jieba,raw+longbench", _words, "words by jieba, lowercased, without LongBench's marks"
)
"""The tokens of ``qa_f1_zh_score``."""


# --- classes, numbers and code


def _share(counts: Counts) -> Values:
    share = counts["match_1"] / (counts["prediction_length"] + (counts["prediction_length"] == 0))
    return best_reference(counts, Values(share, precision=share))


def _of_shares(judge: Judge, name: str, label: str, summary: str) -> Metric:
    metric = judged(judge, name, label, summary, source=_SOURCE, values=_share)
    return replace(metric, headline="precision")


def _classification(classes: str) -> Metric:
    names = tuple(map(unquote, classes.split("/"))) if classes else ()
    judge = Judge(
        "longbench_class",
        partial(_classes_in, names),
        lambda found, right: _left(found, right) == [right],
        "class",
        gold=lambda text: text if names else None,
        instead="name the file's classes with classes= (--classes)",
        overlap=_named,
    )
    what = "share that the right class has of the classes in the prediction's first line"
    return _of_shares(judge, "classification", "Classification", what)


def _classes_in(names: Sequence[str], text: str) -> list[str]:
    line = _first_line(text)
    return [name for name in names if name in line]


def _left(found: Sequence[str], right: str) -> list[str]:
    """Return the classes without those inside the right one's name.

    As in the program, which takes them out of the list that it walks: the class that follows one
    that was taken out is not looked at.
    """
    left, at = list(found), 0
    while at < len(left):
        if left[at] != right and left[at] in right:
            left.remove(left[at])
        at += 1
    return left


def _named(found: Sequence[str], right: str | None) -> tuple[int, int, int]:
    if right is None:
        return 0, len(found), 0
    left = _left(found, right)
    return int(right in left), len(left), 1


_NUMBER = re.compile(r"\d+")
_PARAGRAPH = {"en": re.compile(r"Paragraph (\d+)"), "zh": re.compile(r"段落(\d+)")}


def _of_numbers(name: str, gold: Callable[[str], str | None], instead: str = "") -> Judge:
    return Judge(
        name,
        _NUMBER.findall,
        lambda numbers, right: bool(numbers) and all(number == right for number in numbers),
        "number",
        gold=gold,
        instead=instead,
        overlap=_right_ones,
    )


def _right_ones(numbers: Sequence[str], right: str | None) -> tuple[int, int, int]:
    return numbers.count(right or ""), len(numbers), int(right is not None)


def _retrieval(language: str) -> Metric:
    pattern = _PARAGRAPH[language]

    def gold(text: str) -> str | None:
        found = pattern.search(text)
        return found[1] if found else None

    example = "段落3" if language == "zh" else "Paragraph 3"
    judge = _of_numbers(
        f"longbench_paragraph_{language}", gold, f"a reference must name one, as in {example}"
    )
    what = "share of the prediction's numbers that are the reference's paragraph"
    return _of_shares(judge, "retrieval", "Retrieval", what)


def _count() -> Metric:
    what = "share of the prediction's numbers that are the reference"
    return _of_shares(_of_numbers("longbench_number", str), "count", "Count", what)


def _code_line(text: str) -> str:
    """Return the first line without a backtick or the sign of a comment, empty if there is none."""
    lines = text.lstrip("\n").split("\n")
    return next((line for line in lines if not re.search(r"[`#]|//", line)), "")


def _similarity(line: str, reference: str) -> tuple[int, int, int]:
    # What is far longer than the other has at most this ratio, and would take difflib long.
    if 200 * min(len(line), len(reference)) < 0.5 * (len(line) + len(reference)):
        return 0, 100, 100
    return round(100 * SequenceMatcher(None, line, reference).ratio()), 100, 100


def _code_sim() -> Metric:
    judge = Judge(
        "longbench_code,difflib",
        _code_line,
        lambda line, reference: line == reference,
        "line of code",
        gold=str,
        overlap=_similarity,
    )
    what = "similarity of the first line of code, by difflib, in whole percents"
    metric = judged(judge, "code_sim", "Code similarity", what, source=_SOURCE, values=_percents)
    return replace(metric, headline="similarity")


def _percents(counts: Counts) -> Values:
    return best_reference(counts, Values(counts["match_1"] / 100))
