"""Texts that are equal only because the signs between their words were dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from textmetrics.evaluation.pipeline import CountedSamples

__all__ = ["equal_without_signs", "operators"]

# Signs of ASCII that no tokenizer but `code` scores, and those that it scores beside them: != is
# one operator, of which "=" alone would be left.
_DROPPED = re.compile(r"[-*/%&|!:\\]")
_TERM = r"(?:[0-9]|(?<![^\W_])[^\W\d_](?![^\W_])|[()\[\]])"  # a digit, one letter, or a bracket
_OPERATOR = re.compile(
    rf"(?<={_TERM})[ ]?([-*/%&|!:\\])[ ]?(?={_TERM})"  # x-1, 3 * 4, f(x)/2
    r"|(?<=\w)([*%&])(?=\w)"  # price*count
    r"|(?<=[\w)\]])[ ]?([!:]=|\*\*|//|&&|\|\||<<|>>|->)[ ]?(?=[\w(\[])"  # count != total
    rf"|(?<={_TERM})(!)"  # n!
    r"|(?<![\w!])(!)(?=[\w(])"  # !done
)


def operators(text: str) -> list[str]:
    """Return the operators of a text that are not scored, in order.

    Hyphens of words, the slash of km/h and the marks of sentences are none.

    Examples:
        >>> operators("x-1 != n!"), operators("A well-known fact: yes!")
        (['-', '!=', '!'], [])
    """
    found = _OPERATOR.finditer(text) if _DROPPED.search(text) else ()
    return [next(filter(None, each.groups())) for each in found]


def equal_without_signs(counted: CountedSamples) -> int:
    """Count samples with the tokens of a reference, but not the operators of any such reference."""
    counts = counted.counts.get(None)
    if counts is None or "equal" not in counts:
        return 0
    texts = counted.samples.texts
    starts = counts.offsets[:-1]
    places = np.flatnonzero(np.maximum.reduceat(counts["equal"], starts)).tolist()
    return sum(_differ(texts.predictions[at], texts.references_of(at)) for at in places)


def _differ(prediction: str, references: Sequence[str]) -> bool:
    if prediction in references:
        return False
    signs = operators(prediction)
    return all(signs != operators(reference) for reference in references)
