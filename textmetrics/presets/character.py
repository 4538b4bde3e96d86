"""CharacTER (Wang et al., 2016) in the form of the package cer 1.2.0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from textmetrics.kernels import Counts, backend
from textmetrics.metrics import Metric, Values, best_reference, judged
from textmetrics.scan import Judge, encode

__all__ = ["character"]

_ONE = 1 << 52
"""Rates are passed on as integers, in parts of this."""
_AT_ONCE = 256


def character(source: str) -> Metric:
    """Return the metric: shifts of words, then edits of characters, by the prediction's length.

    Args:
        source: the program that defines it.
    """
    metric = judged(
        Judge("character", str.split, list.__eq__, "text", overlap=_parts),
        "character",
        "CharacTER",
        "cost of shifting words and editing characters, divided by the prediction's characters",
        source=source,
        values=_values,
    )
    return replace(metric, headline="mean", better="lower", totals=None)


def _values(counts: Counts) -> Values:
    return best_reference(counts, Values(counts["match_1"] / _ONE), better="lower")


def _parts(prediction: list[str], reference: list[str]) -> tuple[int, int, int]:
    return round(_rate(prediction, reference) * _ONE), _ONE, _ONE


def _rate(prediction: list[str], reference: list[str]) -> float:
    if not prediction or not reference:
        return float(prediction != reference)
    [distance] = _distances([prediction], reference)
    score, words = distance / len(reference), prediction
    if distance == 0:
        return 0.0
    while True:
        # In floating point as there, where rounding can let a shift pass that saves nothing.
        saved, shifted = _best_shift(words, reference, score)
        if saved <= 0:
            break
        words, score = shifted, score - saved
    text = " ".join(words)
    [edits] = _distances([text], " ".join(reference))
    return min(1.0, (edits + _shift_cost(words, prediction)) / len(text))


def _distances(texts: Sequence[Sequence[str]], reference: Sequence[str]) -> list[int]:
    counts = backend()(encode([[reference, *texts]]), ["edits"], 1)
    distances: list[int] = counts["edits"].tolist()
    return distances


def _best_shift(words: list[str], reference: list[str], score: float) -> tuple[float, list[str]]:
    """Return the shift that saves most, of equal ones the last in alphabetical order."""
    best: tuple[float, list[str]] | None = None
    shifts = _shifts(words, reference)
    while some := list(islice(shifts, _AT_ONCE)):
        for distance, shifted in zip(_distances(some, reference), some, strict=True):
            shift = (score - distance / len(reference), shifted)
            best = shift if best is None else max(best, shift)
    return best or (0.0, words)


def _shifts(words: list[str], reference: list[str]) -> Iterator[list[str]]:
    """Yield the words with each phrase that is elsewhere in the reference moved there."""
    for start in range(len(words)):
        for there in range(len(reference)):
            if start == there or words[start] != reference[there]:
                continue
            end = start + _common(words[start:], reference[there:])
            rest = words[:start] + words[end:]
            yield rest[:there] + words[start:end] + rest[there:]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words both begin with."""
    length = 0
    for word, its in zip(one, other, strict=False):
        if word != its:
            break
        length += 1
    return length


def _shift_cost(shifted: list[str], original: list[str]) -> float:
    """Return the mean lengths of the words in shifted phrases, summed over phrases."""
    cost, start = 0.0, 0
    while start < len(shifted):
        if original[start] == shifted[start]:
            start += 1
            continue
        first = start
        for there in range(start + 1, len(shifted)):
            if original[first] == shifted[there]:
                length = _common(original[first:], shifted[there:])
                cost += sum(map(len, original[first : first + length])) / length
                start = min(first + length - 1, len(original) - 1)
                break
        start += 1
    return cost
