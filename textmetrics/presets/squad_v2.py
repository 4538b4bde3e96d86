"""SQuAD 2.0: exact match and F1, of all questions, of those with an answer, and of the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from numbers import Real
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import Counts
from textmetrics.metrics import Floats, Metric, Values, best_reference, exact_match, token_f1
from textmetrics.presets.preset import Preset, PresetOption, SampleOption
from textmetrics.presets.squad import SQUAD
from textmetrics.scan import NativeSplit, View

__all__ = ["PRESET", "best_threshold"]

_SOURCE = "SQuAD 2.0 (Rajpurkar et al., 2018)"


def _metrics(*, no_answer_threshold: float) -> Iterator[Metric]:  # noqa: ARG001 - of predictions
    exact = replace(exact_match(source=_SOURCE), name="exact", label="Exact match")
    needs = {"reference_length", _HAS_ANSWER, _ANSWERED}
    whole = [
        replace(metric, view=SQUAD, words=_GIVEN, needs=metric.needs | needs)
        for metric in (exact, token_f1(source=_SOURCE))
    ]
    for metric in whole:
        yield replace(metric, values=partial(_values, metric.values, np.ones_like))
    for prefix, label, what, chosen in _PARTS:
        for metric in whole:
            yield replace(
                metric,
                name=f"{prefix}_{metric.name}",
                label=f"{label} {metric.label}",
                summary=f"{metric.summary}; of questions {what}",
                values=partial(_values, metric.values, chosen),
            )


NOT_ANSWERED = "\ufdd0"
"""The prediction for a question that is likely to have no answer: a code that is no character."""

_GIVEN = View(
    "given",
    str.split,
    "whether there is an answer at all",
    native=NativeSplit("whitespace"),
    prepare=lambda text: "" if text == NOT_ANSWERED else ".",
    prepare_references=lambda text: "." if text else "",
)
_HAS_ANSWER, _ANSWERED = "words.reference_length", "words.prediction_length"

_Choice = Callable[[NDArray[np.bool_]], NDArray[np.bool_]]
_PARTS: tuple[tuple[str, str, str, _Choice], ...] = (
    ("has_ans", "HasAns", "that have an answer", np.asarray),
    ("no_ans", "NoAns", "that have none", np.logical_not),
)


def _values(
    of_pairs: Callable[[Counts], Values],
    chosen: _Choice,
    counts: Counts,
) -> Values:
    """Return the values of the chosen questions; NaN for the others.

    References without a word are left out beside others; if all are, an answer without a word is
    right. A question that counts as not answered is right if it has no answer, whatever the words.
    """
    first = counts.offsets[:-1]
    has_words = counts["reference_length"] > 0
    some_have = np.logical_or.reduceat(has_words, first)
    usable = has_words | ~np.repeat(some_have, np.diff(counts.offsets))
    pairs = of_pairs(Counts(counts.columns, np.arange(len(has_words) + 1)))
    best = best_reference(counts, _each(pairs, lambda part: part * usable))
    answerable = np.logical_or.reduceat(counts[_HAS_ANSWER] > 0, first)
    answered = counts[_ANSWERED][first] > 0
    best = _each(best, lambda part: np.where(answered, part, ~answerable))
    left_out = ~chosen(answerable)
    return _each(best, lambda part: np.where(left_out, np.nan, part))


def _each(values: Values, change: Callable[[Floats], Floats]) -> Values:
    headline, *parts = values
    return Values(change(headline), *(None if part is None else change(part) for part in parts))


def _probability(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"expected a number, got {value!r}")
    return float(np.float32(value))


def _below(options: Mapping[str, Any]) -> Callable[[str, float], str]:
    """Return what leaves a question unanswered where it is likely enough to have no answer."""
    threshold = options["no_answer_threshold"]
    return lambda prediction, probability: NOT_ANSWERED if probability > threshold else prediction


PRESET = Preset(
    name="squad_v2",
    summary="exact match and F1 as in SQuAD 2.0, where questions may have no answer",
    source="SQuAD 2.0; Hugging Face evaluate, metrics/squad_v2, a7dd338386a4",
    make=_metrics,
    several=True,
    unanswerable=True,
    known_for="f1",
    options=(
        PresetOption(
            "no_answer_threshold",
            1.0,
            "above which probability that a question has no answer the prediction is none",
            with_sample="no_answer_probability",
        ),
    ),
    sample_options=(
        SampleOption(
            "no_answer_probability",
            "the probability that a question has no answer, as the model gives it",
            _probability,
            _below,
        ),
    ),
    note="A question without references has no answer, in files also one with an empty one. "
    "Then, and if no reference has a word, an answer without a word is right. References without "
    "a word are left out beside others. Articles and ASCII punctuation are removed as in squad. "
    "Where no_answer_probability is above no_answer_threshold, the question is not answered; "
    "the probability is read in single precision, as the library does: 0.3 is above 0.3. "
    "best_exact, best_f1 and their thresholds are found by "
    "textmetrics.presets.squad_v2.best_threshold.",
)


def best_threshold(
    values: Iterable[float],
    of_answerable: Iterable[float],
    predictions: Iterable[str],
    probabilities: Iterable[float],
) -> tuple[float, float]:
    """Return the best mean that any threshold gives, and the lowest such threshold.

    As in the script, a question without an answer counts 1 if its probability is above the
    threshold, and otherwise only if its prediction is the empty string.

    Args:
        values: the samples of ``exact`` or ``f1``.
        of_answerable: the samples of ``has_ans_exact`` or ``has_ans_f1``, which tell the questions
            that have an answer.
        predictions: the answers.
        probabilities: that a question has no answer.

    Raises:
        ValueError: if the arguments differ in length.

    Examples:
        >>> from textmetrics import evaluate
        >>> answers = ["Paris", "Rome"]
        >>> found = evaluate(answers, [["Paris"], []], preset="squad_v2")
        >>> found["exact"]
        <Exact match 50.00 %, n=2>
        >>> samples = found["exact"].samples, found["has_ans_exact"].samples
        >>> best_threshold(*samples, answers, [0.1, 0.9])
        (1.0, 0.1)
    """
    rows = list(zip(probabilities, values, of_answerable, predictions, strict=True))
    total = best = float(sum(math.isnan(value) for _, _, value, _ in rows))
    threshold = 0.0
    for probability, value, of_its_kind, prediction in sorted(rows, key=itemgetter(0)):
        total += -bool(prediction) if math.isnan(of_its_kind) else float(value)
        if total > best:
            best, threshold = total, probability
    return best / len(rows), threshold
