"""OpenCompass's evaluators: ROUGE, BLEU, and whether an answer is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from operator import contains, eq
from typing import Any

from textmetrics.metrics import Metric, judged
from textmetrics.presets.jieba_words import jieba_view, spaced
from textmetrics.presets.math_answers import (
    boxed_answer,
    math_answer,
    normalize_final_answer,
    same_math_answer,
)
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.rouge_chinese import rouge_of, words_of_sentences
from textmetrics.presets.sacrebleu import SacreBleu
from textmetrics.presets.sacrebleu_tokenizers import sacrebleu_view
from textmetrics.scan import Judge, NativeSplit

__all__ = ["OPENCOMPASS", "PRESET"]


_OPTIONS = "ABCD"
_VERSION = "v2"


def _metrics(
    *,
    evaluator: str,
    pred_postprocessor: str | None,
    options: str | None,
    version: str | None,
) -> Iterator[Metric]:
    yield from rouge_of(OPENCOMPASS)
    yield replace(SacreBleu().metric(), view=sacrebleu_view("13a"))
    yield judged(
        _judge(evaluator, pred_postprocessor, options or _OPTIONS, version or _VERSION),
        "accuracy",
        "Accuracy",
        f"share of samples that {evaluator} counts as right",
        source=f"OpenCompass, {evaluator}",
    )


def _judge(evaluator: str, pred_postprocessor: str | None, options: str, version: str) -> Judge:
    """Return the judge of an evaluator, after what its predictions are processed with."""
    rules = _evaluators(version)[evaluator]
    name = pred_postprocessor or rules.processor
    named = ["opencompass", evaluator, *[version] * (evaluator == "MATHEvaluator")]
    named += [name] * (name != "none") + [options] * (name in _OF_OPTIONS)
    processed = _postprocessors(options)[name]
    return Judge(
        ",".join(named),
        lambda text: rules.prediction(processed(text)),
        rules.right,
        rules.finds,
        gold=rules.reference,
    )


# --- evaluators ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Evaluator:
    """How an evaluator compares.

    Attributes:
        finds: what it compares, for people.
        prediction: returns what is compared of a prediction.
        reference: the same of a reference.
        right: returns whether the first is right, given the second.
        processor: with what predictions are processed first, unless an option says otherwise.
    """

    finds: str
    prediction: Callable[[str], Any]
    reference: Callable[[str], Any]
    right: Callable[[Any, Any], bool] = eq
    processor: str = "none"


@cache
def _evaluators(version: str) -> Mapping[str, _Evaluator]:
    """Return the evaluators by name.

    Args:
        version: that of MATHEvaluator.
    """
    math = partial(math_answer, version=version)
    after_math = "math_postprocess" if version == "v1" else "math_postprocess_v2"
    return {
        "EMEvaluator": _Evaluator("beginning", _processed, _processed),
        "AccEvaluator": _Evaluator("answer", str, str),
        "TriviaQAEvaluator": _Evaluator(
            "short answer",
            partial(_short_answer, after=("answer is", "a:", "answer:")),
            lambda text: _processed(text).lower(),
            contains,
        ),
        "NQEvaluator": _Evaluator(
            "short answer",
            partial(_short_answer, after=("answer is",)),
            lambda text: _processed(text).lower(),
            contains,
        ),
        "Gsm8kEvaluator": _Evaluator(
            "number", str, _gsm8k_reference, _same_number, "gsm8k_postprocess"
        ),
        "MATHEvaluator": _Evaluator("formula", math, math, same_math_answer, after_math),
    }


_CUT = re.compile(r"[\n.,]")
_MARK = re.compile(r"[^\w\s]")
_ARTICLE = re.compile(r"\b(?:a|an|the)\b", re.IGNORECASE)


def _processed(text: str) -> str:
    """Apply OpenCompass's general postprocessing, which leaves the 3 of 3.14.

    It removes what follows the first line break, ``.`` or ``,``, then marks, then English articles.
    """
    text = _CUT.split(text, maxsplit=1)[0]
    return " ".join(_ARTICLE.sub("", _MARK.sub("", text)).split())


def _short_answer(text: str, after: tuple[str, ...]) -> str:
    """Return what follows the last of some words in the first line, as it is compared."""
    text = text.strip().partition("\n")[0].lower()
    for words in after:
        text = text.rpartition(words)[2]
    return _processed(text)


def _gsm8k_reference(text: str) -> str:
    """Return the number after ``####`` without commas; the text itself if that is not there."""
    _, mark, after = text.partition("#### ")
    return after.partition("#### ")[0].replace(",", "") if mark else text


def _same_number(number: str, expected: str) -> bool:
    """Return whether two texts are equal, or a number and an integer all but equal."""
    if number == expected:
        return True
    try:
        return abs(float(number) - int(expected)) < 1e-6
    except (ValueError, OverflowError):
        return False


# --- postprocessors -----------------------------------------------------------------------------


_OF_OPTIONS = ("first_option_postprocess", "match_answer_pattern")


@cache
def _postprocessors(options: str) -> Mapping[str, Callable[[str], str]]:
    """Return what predictions can be processed with, by name.

    Args:
        options: the letters on offer, for those that look for them.
    """
    return {
        "none": str,
        "first_option_postprocess": partial(_first_option, options),
        "first_capital_postprocess": _first_capital,
        "match_answer_pattern": partial(_matched, re.compile(rf"(?i)ANSWER\s*:\s*([{options}])")),
        "gsm8k_postprocess": _last_number,
        "math_postprocess": partial(_stated_formula, said=("final answer",)),
        "math_postprocess_v2": _boxed_or_stated_formula,
    }


def _first_capital(text: str) -> str:
    """Return the first capital letter, of any script; nothing if there is none."""
    return next(filter(str.isupper, text), "")


def _last_number(text: str) -> str:
    """Return the last number before the next question; ``NULL`` if there is none."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", text.partition("Question:")[0])
    return numbers[-1] if numbers else "NULL"


def _stated_formula(text: str, said: tuple[str, ...]) -> str:
    """Return the first part of a text, between full stops, that says so, or else the first."""
    parts = text.split(".")
    stated = (part for part in parts if any(words in part.lower() for words in said))
    return normalize_final_answer(next(stated, parts[0]))


def _boxed_or_stated_formula(text: str) -> str:
    """Return what is in the last box, without braces of its own; else what is stated."""
    if boxed := boxed_answer(text):
        inner = re.match(r"\{(.*)\}$", boxed)
        if boxed := inner[1] if inner else boxed:
            return boxed
    return _stated_formula(text, ("final answer", "answer is"))


def _first_option(options: str, text: str) -> str:
    """Return the letter that the first matching pattern of OpenCompass finds; nothing if none does.

    A pattern that finds text without any of the letters is passed over.
    """
    text = text.strip()
    if any(letter in text for letter in options):
        for find in _patterns(options):
            found = find(text)
            for letter in options:
                if letter in found:
                    return letter
    return ""


_Find = Callable[[str], str]


@cache
def _patterns(options: str) -> tuple[_Find, ...]:
    """Return the functions that look for an option in a text, in the order of OpenCompass.

    From opencompass/utils/text_postprocessors.py, without those that cannot change the result.
    """
    one = f"([{options}])"
    boxed = rf"boxed\{{{one}\}}"
    ends = r"[。.]?$"
    patterns: tuple[str | _Find, ...] = (
        *(rf"答案是?{colon}\s*{one}" for colon in ("", r"\s*：", r"\s*:")),
        *(rf"答案选项应?该?{verb}\s*{one}" for verb in "是为"),
        *(rf"答案应该?{verb}\s*{one}" for verb in "是选"),
        rf"答案选项为?\s*：\s*{one}",
        rf"答案选项为?\s+\(?\*?\*?{one}",
        rf"答案选项是?\s*:\s*{one}",
        *(rf"答案{verb}\s*{one}" for verb in "为选"),
        rf"选择?\s*{one}",
        # Two patterns, but for a comma that is missing between them.
        rf"故选?\s*{one}只有选?项?\s?{one}\s?是?对",
        *(rf"只有选?项?\s?{one}\s?{verdict}" for verdict in ("是?错", "不?正确", "错误")),
        *(rf"说法{verdict}选?项?的?是\s?{one}" for verdict in ("不?对", "不?正确", "错误")),
        *(rf"{one}\s?是正确{noun}" for noun in ("的", "答案")),
        rf"选项\s?{one}\s?正确",
        rf"所以答\s?{one}",
        *(rf"所{word}\s?{one}[.。$]?$" for word in "以有"),
        rf"[\s，：:,]{one}[。，,.]?$",
        *(rf"[\s，,：:]{word}{one}{ends}" for word in ("[故即]", "因此")),
        *(rf"{word}\s?{one}{ends}" for word in ("[是为。]", "因此", "显然")),
        *(partial(_words_after, said) for said in ("答案是", "答案应该是", "答案为")),
        rf"(?i:ANSWER\s*:\s*{one})",
        rf"[Tt]he answer is:?\s+\(?{one}",
        rf"[Tt]he answer is:?\s+\(?\*?\*?{one}",
        rf"[Tt]he answer is option:?\s+\(?{one}",
        rf"[Tt]he correct answer is:?\s+\(?{one}",
        rf"[Tt]he correct answer is option:?\s+\(?{one}",
        *(
            partial(_matched_after, re.compile(f"[Tt]he correct {words} is"), re.compile(boxed))
            for words in ("answer", "option", "answer option")
        ),
        rf"[Tt]he answer to the question is:?\s+\(?{one}",
        rf"^选项\s?{one}",
        rf"^{one}\s?选?项",
        rf"^{one}[\s。，,：:.$]",
        _after_one,
        f"{one}:",
        one,
    )
    return tuple(
        partial(_matched, re.compile(each)) if isinstance(each, str) else each for each in patterns
    )


def _matched(pattern: re.Pattern[str], text: str, start: int = 0) -> str:
    found = pattern.search(text, start)
    return found[1] if found else ""


def _matched_after(words: re.Pattern[str], pattern: re.Pattern[str], text: str) -> str:
    said = words.search(text)
    return _matched(pattern, text, said.end()) if said else ""


def _words_after(said: str, text: str) -> str:
    r"""Return the first group of ``said\s?(\S+)(?:。|$)``, in linear time."""
    for run in re.finditer(r"\S+", text):
        if run.end() == len(text):
            stop = run.end()
        elif (stop := text.rfind("。", *run.span())) < 0:
            continue
        first = run.start()
        if text.endswith(said, 0, max(first - 1, 0)) and first < stop:
            return text[first:stop]
        start = text.find(said, first, stop)
        if 0 <= start < stop - len(said):
            return text[start + len(said) : stop]
    return ""


def _after_one(text: str) -> str:
    """Return what follows a 1 and any other character; if that is nothing, both."""
    start = text.find("1", 0, -1)
    return "" if start < 0 else text[start + 2 :] or text[start:]


# --- the preset ---------------------------------------------------------------------------------


def _letters(options: object) -> str:
    if not isinstance(options, str) or not re.fullmatch("[A-Z]+", options):
        raise ValueError(f"options must be capital Latin letters such as ABCD, got {options!r}")
    return options


PRESET = Preset(
    name="opencompass",
    summary="ROUGE, BLEU and accuracy as in OpenCompass's evaluators",
    source="OpenCompass, icl_evaluator, text_postprocessors.py and datasets, a5acc4bba3b6",
    make=_metrics,
    several_for=("accuracy",),
    options=(
        PresetOption(
            "evaluator",
            "EMEvaluator",
            "what decides whether an answer is right",
            tuple(_evaluators(_VERSION)),
            metrics=("accuracy",),
            shown=False,
        ),
        PresetOption(
            "pred_postprocessor",
            None,
            "what predictions are processed with first; if not given, gsm8k_postprocess for "
            "Gsm8kEvaluator, math_postprocess or math_postprocess_v2 for MATHEvaluator",
            tuple(_postprocessors(_OPTIONS)),
            metrics=("accuracy",),
        ),
        PresetOption(
            "options",
            None,
            f"the letters on offer, for {' and '.join(_OF_OPTIONS)}; {_OPTIONS} if not given",
            metrics=("accuracy",),
            form=_letters,
        ),
        PresetOption(
            "version",
            None,
            f"how MATHEvaluator strips a formula; {_VERSION}, as most configurations, if not given",
            ("v1", "v2"),
            metrics=("accuracy",),
        ),
    ),
    note="For ROUGE, EMEvaluator, TriviaQAEvaluator and NQEvaluator, texts are cut at the first "
    "line break, ASCII full stop or comma, and the rest is lost: 3.14 becomes 3. The last two look "
    "for the reference anywhere in the answer, even inside a word; one of which nothing is left "
    "(The) is always found. The first pattern in the list of first_option_postprocess that "
    "matches decides, however late in the text; a 1 that is no answer is one of the last, and "
    "finds the first letter of the alphabet that comes after it. first_capital_postprocess takes "
    'the T of The. match_answer_pattern is that of MMLU: the letter after the first "ANSWER:" '
    "in any case, but a small letter is wrong. Gsm8kEvaluator leaves commas in answers: 2,700 is "
    "700. Without a box, the answer of MATHEvaluator ends at a full stop: 3.14 is 3. BLEU is "
    "sacrebleu's with 13a, which does not divide Chinese. Of the evaluators of accuracy, the "
    "program gives several references only to EMEvaluator, TriviaQAEvaluator and NQEvaluator; "
    "for the others, the best one counts here. Where a reference is a string and no list, those "
    "three compare with its single characters; here it is one reference.",
)


OPENCOMPASS = jieba_view(
    "opencompass,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(_processed(text))),
    "cut at the first line break, full stop or comma, without marks and articles; all pieces of"
    " jieba.cut, then as rouge_chinese",
    native=NativeSplit("rouge_chinese", "jieba", before=partial(map, _processed)),
)
