"""Texts that are equal only because the signs between their words were dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from textmetrics._patterns import lazy_pattern
from textmetrics.evaluation.pipeline import CountedSamples

__all__ = ["equal_without_signs", "operators"]

# Signs of ASCII that no tokenizer but `code` scores, and those that it scores behind them: != is
# one operator, of which "=" alone would be left.
_SIGNS = lazy_pattern(r"[-*/%&|!:\\][-*/%&|!:\\<>=]*")
# A term that ends, or begins: a digit, a bracket, or a name of one letter.
_ENDS = lazy_pattern(r"(?:^|.*[^A-Za-zͰ-Ͽ0-9_])[A-Za-zͰ-Ͽ]|.*[0-9)\]]", re.DOTALL)
_BEGINS = lazy_pattern(r"[A-Za-zͰ-Ͽ](?![A-Za-zͰ-Ͽ0-9_])|[0-9(\[]")


def operators(text: str) -> list[str]:
    """Return the operators of a text that are not scored, in order.

    Hyphens of words, the slash of km/h, bullets, emphasis and the marks of sentences are none.

    Examples:
        >>> operators("x-1 != n!"), operators("A **well-known** fact: yes!")
        (['-', '!=', '!'], [])
    """
    found = []
    for match in _SIGNS.finditer(text):
        start, end = match.span()
        if _is_operator(text[max(start - 3, 0) : start], match[0], text[end : end + 3]):
            found.append(match[0])
    return found


@lru_cache(maxsize=4096)
def _is_operator(before: str, signs: str, after: str) -> bool:
    """Return whether signs stand between two terms, or as a factorial's or a negation's do.

    Args:
        before: up to three characters before them.
        signs: one or more.
        after: up to three characters behind them.
    """
    if before[-1:] == " " == after[:1]:
        before, after = before[:-1], after[1:]
    before, after = before[-2:], after[:2]
    if _ENDS.fullmatch(before) and (signs == "!" or _BEGINS.match(after)):
        return True
    inside = (before[-1:].isalnum() or before[-1:] in (")", "]")) and (
        after[:1].isalnum() or after[:1] in ("(", "[")
    )
    if signs == "!":
        return not inside and not before[-1:].isalnum() and after[:1].isalnum()
    # price*count, a != b; but no range of dashes, and no address.
    return inside and (signs in ("*", "%", "&") or (len(signs) > 1 and signs.strip("-:/") != ""))


def equal_without_signs(counted: CountedSamples) -> int:
    """Count samples with the tokens of a reference, but not the operators of any such reference."""
    counts = counted.counts.get(None)
    if counts is None or "equal" not in counts:
        return 0
    texts = counted.samples.texts
    equal = np.flatnonzero(np.maximum.reduceat(counts["equal"], counts.offsets[:-1])).tolist()
    if texts.bounds is None:  # nearly all texts with equal tokens are equal
        pairs = ((texts.predictions[at], texts.references[at]) for at in equal)
        return sum(_differ(text, (other,)) for text, other in pairs if text != other)
    return sum(_differ(texts.predictions[at], texts.references_of(at)) for at in equal)


def _differ(prediction: str, references: Sequence[str]) -> bool:
    if prediction in references:
        return False
    if not (_SIGNS.search(prediction) or any(map(_SIGNS.search, references))):
        return False  # most texts, and `operators` takes longer
    signs = operators(prediction)
    return all(signs != operators(reference) for reference in references)
