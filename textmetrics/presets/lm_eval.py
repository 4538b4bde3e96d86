"""lm-evaluation-harness: ``exact_match`` with its options, or after the filters of its tasks."""

from __future__ import annotations

import json
import re
import string
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from operator import eq
from typing import Any

from textmetrics._escape import short_repr
from textmetrics._limited import limited
from textmetrics._registry import suggest
from textmetrics.answers import described_math, described_sympy, same_latex, same_verified
from textmetrics.metrics import Metric, judged
from textmetrics.presets.lm_eval_filters import (
    Filter,
    after,
    first,
    first_or_last,
    last,
    number,
    option_of,
    whether,
    words_in_order,
)
from textmetrics.presets.lm_eval_math import (
    boxed,
    hendrycks_answer,
    hendrycks_gold,
    minerva_answer,
    minerva_gold,
    same_hendrycks,
)
from textmetrics.presets.preset import Preset, PresetOption, SampleOption
from textmetrics.scan import Judge

__all__ = ["IGNORED", "PRESET", "delete", "exact_match_judge"]


def _metrics(*, task: str | None, task_filter: str | None, **ignored: Any) -> Iterator[Metric]:
    yield judged(
        _of_options(task_filter, **ignored)
        if task is None
        else _of_task(task, task_filter, ignored),
        "exact_match",
        "Exact match",
        "share of samples whose answer is that of a reference, but for what is ignored",
        source="lm-evaluation-harness, lm_eval/api/metrics.py and lm_eval/tasks",
    )
    yield judged(
        Judge("math_verify", str, same_verified, "text", gold=_solution, signature=described_math),
        "math_verify",
        "math_verify",
        "share of samples whose answer math-verify finds equal to the solution's",
        source="lm-evaluation-harness, lm_eval/tasks/minerva_math/utils.py",
    )


# --- exact_match --------------------------------------------------------------------------------


def _of_options(chosen: str | None, **ignored: Any) -> Judge:
    if chosen not in (None, "none"):
        raise ValueError(f"task_filter={chosen!r} belongs to a task: name it with task=")
    return exact_match_judge(**ignored)


def exact_match_judge(
    *,
    ignore_case: bool,
    ignore_punctuation: bool,
    ignore_numbers: bool,
    regexes_to_ignore: str | None,
) -> Judge:
    """Return the judge of ``exact_match``, which is that of Hugging Face evaluate.

    Args:
        ignore_case: whether case is ignored.
        ignore_punctuation: whether ASCII punctuation is ignored.
        ignore_numbers: whether the digits 0 to 9 are ignored.
        regexes_to_ignore: a list of patterns in JSON, whose matches are deleted first.
    """
    patterns = json.loads(regexes_to_ignore or "[]")
    compared = _exact(
        partial(_deleted, patterns),
        lower=ignore_case,
        dropped=string.punctuation * ignore_punctuation + string.digits * ignore_numbers,
    )
    ignored = {
        f"regexes-{_digest(patterns)}": patterns,
        "case": ignore_case,
        "punctuation": ignore_punctuation,
        "numbers": ignore_numbers,
    }
    names = [name for name, given in ignored.items() if given]
    name = ",".join(["lm_eval", "+".join(names)])
    return Judge(name, compared, eq, "text", signature=_named)


def _named() -> str:
    return "lm_eval"  # the rest is in the options


def _digest(patterns: list[str]) -> str:
    return sha256(json.dumps(patterns).encode()).hexdigest()[:8]


_Reader = Callable[[str], Any]
"""Returns what is compared of a text; ``None`` if finding it takes too long."""


def _exact(
    deleted: Callable[[str], str] = str, *, lower: bool = False, dropped: str = ""
) -> _Reader:
    """Make what reads a text for ``exact_match``.

    Args:
        deleted: deletes the matches of patterns.
        lower: whether case is ignored.
        dropped: the characters that are ignored.
    """
    table = dict.fromkeys(map(ord, dropped))

    def compared(text: str) -> str | None:
        try:
            text = deleted(text)
        except TimeoutError:
            return None
        # The program keeps texts in arrays of NumPy, which drop zero bytes at the end and have no
        # room for the second letter of the lower case of İ, unless a longer reference makes some.
        room = len(text)
        text = text.rstrip("\0")
        if lower:
            text = text.lower()[:room].rstrip("\0")
        return text.translate(table).rstrip("\0")

    return compared


_SECONDS = 1.0
"""The time limit for the patterns of one text, that of ``--extract regex``."""
# A pattern without these takes no longer than the text and the pattern are.
_MAY_BE_SLOW = re.compile(r"[*+?{|]")


def _deleted(patterns: Sequence[str], text: str) -> str:
    if not any(map(_MAY_BE_SLOW.search, patterns)):
        return delete(text, *patterns)
    return str(limited(__name__, "delete", text, *patterns, seconds=_SECONDS))


def delete(text: str, *patterns: str) -> str:
    r"""Return a text without the matches of each pattern, in their order.

    Examples:
        >>> delete("$1,000", r"\$", ",")
        '1000'
    """
    for place, pattern in enumerate(patterns):
        text = re.sub(pattern, "", text.rstrip("\0") if place else text)
    return text


# --- tasks --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """How a task compares answers under one of its filters.

    Attributes:
        read: returns what is compared of a prediction.
        gold: returns what is compared of a reference.
        agree: compares them.
        signature: returns what a signature shows besides the options.
        of_question: returns what is read of a prediction and the question that it answers, where
            the filter needs the question.
    """

    read: _Reader
    gold: _Reader
    agree: Callable[[Any, Any], bool] = eq
    signature: Callable[[], str] = _named
    of_question: Callable[[str, str], str] | None = None


_Task = Mapping[str, _Way]
"""The ways of a task by the names of its filters, in the order in which they are printed."""


def _of_task(name: str, chosen: str | None, ignored: Mapping[str, Any]) -> Judge:
    if given := [option for option, value in ignored.items() if value]:
        raise ValueError(f"task={name!r} says itself what to ignore: leave {given[0]}= out")
    chosen, way = _way(name, chosen)
    return Judge(
        f"lm_eval,{name},{chosen}",
        way.read,
        way.agree,
        "text",
        gold=way.gold,
        signature=way.signature,
    )


def _way(name: str, chosen: str | None) -> tuple[str, _Way]:
    """Return a filter of a task, by default its first one, and how answers are compared then."""
    task = _TASKS[name]
    chosen = chosen or next(iter(task))
    if chosen not in task:
        raise ValueError(
            f"unknown task_filter {chosen!r} of task {name!r}: {suggest(chosen, task)}"
            f"known: {', '.join(task)}"
        )
    return chosen, task[chosen]


def _task(
    filters: Mapping[str, Filter], compared: _Reader, *, target: Callable[[str], str] = str
) -> _Task:
    """Make a task of ``exact_match``.

    Args:
        filters: by name; the one named none takes answers as they are.
        compared: reads what a filter found, and a reference.
        target: what the task takes out of a reference.
    """

    def way(find: Filter) -> _Way:
        return _Way(lambda text: compared(find(text)), lambda text: compared(target(text)))

    filters = {**filters, "none": str}
    return {name: way(find) for name, find in filters.items()}


def _grade_school(strict: Filter, *, target: Callable[[str], str] = str) -> _Task:
    """Make a task of GSM8K."""
    flexible = last("-?[$0-9.,]{2,}|-?[0-9]+")
    filters = {"strict-match": strict, "flexible-extract": flexible}
    return _task(filters, _exact(_after_last_marks, lower=True), target=target)


def _after_last_marks(text: str) -> str:
    text = text.replace(",", "").rstrip("\0").replace("$", "").rstrip("\0")
    # What the program's pattern (?s).*#### leaves, which takes quadratic time without the marks.
    return delete(text.rpartition("#### ")[2].rstrip("\0"), r"\.$")


def _after_marks(text: str) -> str:
    return text.split("####")[-1].strip()  # noqa: PLC0207 - of #####, a # stays


_THE_ANSWER_IS = first("The answer is (-?[0-9.,]+).")
_GSM8K = {
    "": _grade_school(first("#### (-?[0-9.,]+)")),
    "_cot": _grade_school(_THE_ANSWER_IS, target=_after_marks),
    "_cot_zeroshot": _grade_school(_THE_ANSWER_IS),
    "_cot_llama": _grade_school(
        last("The final answer is (-?[$0-9.,]{2,}|-?[0-9]+)"), target=_after_marks
    ),
}

_MMLU_PRO = _task(
    {"custom-extract": first(r"answer is \(?([A-J])\)?")},
    _exact(lower=True, dropped=string.punctuation),
)

# BIG-Bench Hard. By subtask, what is found of an answer: its first place and its last one.
_OPTION = None
_YES_OR_NO = first_or_last(r"\b(Yes|No|yes|no)\b")
_SUBTASKS: Mapping[str, tuple[Filter, Filter] | None] = {
    "boolean_expressions": first_or_last(r"\b(True|False)\b"),
    "causal_judgement": _YES_OR_NO,
    "date_understanding": _OPTION,
    "disambiguation_qa": _OPTION,
    "dyck_languages": first_or_last(r'[" \[(<{}>)\]]+'),
    "formal_fallacies": first_or_last(r"\b(valid|invalid)\b"),
    "geometric_shapes": _OPTION,
    "hyperbaton": _OPTION,
    "logical_deduction_five_objects": _OPTION,
    "logical_deduction_seven_objects": _OPTION,
    "logical_deduction_three_objects": _OPTION,
    "movie_recommendation": _OPTION,
    "multistep_arithmetic_two": number(),
    "navigate": _YES_OR_NO,
    "object_counting": number(),
    "penguins_in_a_table": _OPTION,
    "reasoning_about_colored_objects": _OPTION,
    "ruin_names": _OPTION,
    "salient_translation_error_detection": _OPTION,
    "snarks": _OPTION,
    "sports_understanding": whether("no|not plausible", "yes|plausible"),
    "temporal_sequences": _OPTION,
    "tracking_shuffled_objects_five_objects": _OPTION,
    "tracking_shuffled_objects_seven_objects": _OPTION,
    "tracking_shuffled_objects_three_objects": _OPTION,
    "web_of_lies": whether(
        "no|does not tell the truth|is not telling the truth",
        "yes|tells the truth|is telling the truth",
    ),
}
_COMPARED = _exact(partial(_deleted, (r"\.$", ",", r"\\", "\n", '"')), lower=True)
_AFTER_LEAD = after("The answer is ", "the answer is ", "The answer: ", "The final answer: ")


def _big_bench() -> Iterator[tuple[str, _Task]]:
    for subtask, places in _SUBTASKS.items():
        begin, end = places or (str, str)
        shot = _task({"strict-match": str, "flexible-extract": begin}, _COMPARED)
        thoughts = _task({"flexible-extract": end, "strict-match": _AFTER_LEAD}, _COMPARED)
        if places is _OPTION:
            shot, thoughts = _of_question(shot, last=False), _of_question(thoughts, last=True)
        yield f"bbh_zeroshot_{subtask}", shot
        yield f"bbh_cot_zeroshot_{subtask}", thoughts
    words: _Task = {"flexible-extract": _Way(str, str, _same_words)}
    yield "bbh_zeroshot_word_sorting", {**_task({"strict-match": str}, _COMPARED), **words}
    yield (
        "bbh_cot_zeroshot_word_sorting",
        {**words, **_task({"strict-match": _AFTER_LEAD}, _COMPARED)},
    )
    yield "bbh_cot_fewshot", _task({"get-answer": after("the answer is ")}, _exact())
    yield "bbh_fewshot", _task({}, _exact())


def _of_question(task: _Task, *, last: bool) -> _Task:
    """Return a task whose flexible filter looks for the options of the question."""
    flexible = replace(task["flexible-extract"], of_question=partial(option_of, last=last))
    return {**task, "flexible-extract": flexible}


def _same_words(answer: str, gold: str) -> bool:
    return bool(_COMPARED(words_in_order(answer, gold)) == _COMPARED(gold))


def _by_sympy() -> str:
    return f"lm_eval,{described_sympy()}"


def _solution(reference: str) -> str:
    return f"$\\boxed{{{boxed(reference)}}}$"


_TASKS: Mapping[str, _Task] = {
    **{f"gsm8k{variant}": task for variant, task in _GSM8K.items()},
    "mmlu_pro": _MMLU_PRO,
    "hendrycks_math": {"none": _Way(hendrycks_answer, hendrycks_gold, same_hendrycks)},
    "minerva_math": {"none": _Way(minerva_answer, minerva_gold, same_latex, _by_sympy)},
    **dict(_big_bench()),
}

# Tasks of other data or subjects that are evaluated like one of these.
_OF_MATH = "algebra counting_and_prob geometry intermediate_algebra num_theory prealgebra precalc"
_SUBJECTS = {
    "hendrycks_math": _OF_MATH,
    "minerva_math": _OF_MATH,
    "mmlu_pro": "biology business chemistry computer_science economics engineering health history "
    "law math other philosophy physics psychology",
    "bbh_cot_fewshot": f"word_sorting {' '.join(_SUBTASKS)}",
    "bbh_fewshot": f"word_sorting {' '.join(_SUBTASKS)}",
}
_ALIKE: Mapping[str, str] = {
    **{f"{task}_{subject}": task for task, of in _SUBJECTS.items() for subject in of.split()},
    **{f"{task}500": task for task in ("hendrycks_math", "minerva_math")},
    **{f"gsm8k_platinum{variant}": f"gsm8k{variant}" for variant in _GSM8K},
}


def _known_task(given: Any) -> str:
    """Return the name of a task, or of one that is evaluated in the same way.

    Raises:
        ValueError: if it is unknown.
    """
    if given in _TASKS:
        return str(given)
    if given in _ALIKE:
        return _ALIKE[given]
    near = suggest(str(given), [*_TASKS, *_ALIKE])
    kinds = [name for name in _TASKS if not name.startswith("bbh_")]
    kinds += ["bbh_cot_fewshot", "bbh_fewshot", "bbh_cot_zeroshot_…", "bbh_zeroshot_…"]
    raise ValueError(f"unknown task {given!r}: {near}known: {', '.join(kinds)}")


def _known_filter(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(
            f"task_filter must be the name of one, such as strict-match, got {given!r}"
        )
    return given


# --- options ------------------------------------------------------------------------------------


def _patterns(given: Any) -> str:
    """Return patterns as a list in JSON, which is how signatures and saved states have them."""
    if isinstance(given, str):
        try:
            listed = json.loads(given)
        except (ValueError, RecursionError):
            listed = None
        given = listed if _is_texts(listed) else [given]
    if not _is_texts(given := list(given) if isinstance(given, tuple) else given):
        raise ValueError(
            f"regexes_to_ignore must be a pattern, or a list of patterns, got {short_repr(given)}"
        )
    for pattern in given:
        _check(pattern)
    # A bar separates the fields of a signature.
    return json.dumps(given, ensure_ascii=False).replace("|", r"\u007c")


def _check(pattern: str) -> None:
    try:
        with warnings.catch_warnings():  # of signs that may mean something else one day
            warnings.simplefilter("ignore", FutureWarning)
            re.compile(pattern)
    except (re.error, OverflowError, ValueError) as error:
        raise ValueError(
            f"regexes_to_ignore must be valid patterns, got {short_repr(pattern)}: {error}"
        ) from None
    except RecursionError:
        raise ValueError(
            f"regexes_to_ignore has too many nested brackets: {short_repr(pattern)}"
        ) from None


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _question(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"expected the question as a text, got {given!r}")
    return given


def _finder(options: Mapping[str, Any]) -> Callable[[str, str], str] | None:
    """Return what finds an answer by its question; ``None`` if the filter needs no question."""
    if options["task"] is None:
        return None
    _, way = _way(options["task"], options["task_filter"])
    return way.of_question


_EXACT = ("exact_match",)
IGNORED = (
    PresetOption("ignore_case", False, "compare texts in lower case", metrics=_EXACT),
    PresetOption(
        "ignore_punctuation",
        False,
        "delete ASCII punctuation first",
        metrics=_EXACT,
    ),
    PresetOption("ignore_numbers", False, "delete the digits 0 to 9 first", metrics=_EXACT),
    PresetOption(
        "regexes_to_ignore",
        None,
        "patterns whose matches are deleted first, in JSON if there are several",
        metrics=_EXACT,
        form=_patterns,
    ),
)
"""The options of ``exact_match``."""
PRESET = Preset(
    name="lm_eval",
    summary="exact match as lm-evaluation-harness computes it, with its options or for its tasks",
    source="lm-evaluation-harness, lm_eval/api/metrics.py, filters and tasks, 4e7e0d47f33b",
    make=_metrics,
    several=True,
    usual=_EXACT,
    options=(
        PresetOption(
            "task",
            None,
            "the task whose filters and options to use: gsm8k, gsm8k_cot, mmlu_pro, "
            "hendrycks_math, minerva_math, bbh_cot_zeroshot_navigate and the like",
            metrics=_EXACT,
            form=_known_task,
        ),
        PresetOption(
            "task_filter",
            None,
            "the filter of the task, by default its first; none if answers are filtered already",
            metrics=_EXACT,
            form=_known_filter,
        ),
        *IGNORED,
    ),
    sample_options=(
        SampleOption(
            "inputs",
            "the questions with their options, which this filter of the task looks for",
            _question,
            _finder,
            fields=("input", "doc.input"),
            required=True,
        ),
    ),
    note="Nothing is stripped: a space at the end makes an answer wrong. Punctuation is that of "
    "ASCII. The strings at which a task stops the model are not looked for. gsm8k: the strict "
    "filter needs a space after ####; a final full stop is part of the number, and is ignored. "
    "gsm8k_cot and BIG-Bench Hard drop the character after the answer, whatever it is: without a "
    "full stop they lose the last digit, letter or bracket. Where answers are numbers, its hyphens "
    "are too: twenty-five is a hyphen, and fourteen is 4. Where BIG-Bench Hard's flexible "
    "filter looks for the options of the question, it needs the questions (inputs); where it looks "
    "for the words of a list, they are taken from the reference. hendrycks_math "
    "compares what is between the first and the last dollar sign, and looks for no box; "
    "minerva_math takes what does not parse for wrong, intervals that are half open among it. A "
    "reference of both is the answer, or a solution with the answer in a box.",
)
