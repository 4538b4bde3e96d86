"""Predictions in another language than their references, though in the same script."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics._patterns import lazy_pattern
from textmetrics.evaluation.pipeline import CountedSamples
from textmetrics.languages import Characters, count_characters, is_other_spelling
from textmetrics.scan import Texts

__all__ = ["OtherLanguages", "other_languages"]


class OtherLanguages(NamedTuple):
    """Numbers of predictions.

    Attributes:
        language: in Japanese for Chinese, or the reverse.
        variant: in traditional Chinese for simplified, or the reverse.
    """

    language: int
    variant: int


def other_languages(counted: CountedSamples) -> OtherLanguages:
    """Count predictions in another language than their references."""
    language = variant = 0
    for lang in ("zh", "ja"):
        if lang not in counted.languages:
            continue
        places = counted.samples.places()[lang]
        samples = counted.samples if places is None else counted.samples.take(places)
        texts = samples.texts
        found, references = count_characters(texts.predictions), _of_references(texts)
        if lang == "ja":
            language += int(_not_japanese(texts, found, references).sum())
        else:
            other = _not_chinese(texts, found, references)
            language += int(other.sum())
            variant += int((~other & _other_variant(texts, found, references)).sum())
    return OtherLanguages(language, variant)


def _of_references(texts: Texts) -> Characters:
    """Return the characters of all references of each sample."""
    found = count_characters(texts.references)
    if texts.bounds is None:
        return found
    return Characters(*(np.add.reduceat(each, texts.bounds[:-1]) for each in found))


# Han in an answer that would have kana if it was Japanese.
_MUCH_HAN = 8
# What Chinese sentences have, and names and compounds of Japanese hardly ever.
_CHINESE_WORDS = lazy_pattern(
    "[很你您她它吗嗎呢吧们們这這]|[没沒]有|什[么麼]|怎[么麼]|不[是会會]|我[是不们們]|知道|可以|因[为為]"
    "|(?<=.)(?<![国國如社])是(?![非正枝])"
)
_QUOTED = lazy_pattern('《[^《》]*》|「[^「」]*」|『[^『』]*』|“[^“”]*”|"[^"]*"')


def _not_chinese(texts: Texts, found: Characters, references: Characters) -> NDArray[np.bool_]:
    """Return which predictions have kana, two or more and a tenth, and references none.

    A title or a word in quotes does not count.
    """
    other: NDArray[np.bool_] = _much_kana(found) & (references.kana == 0)
    places = np.flatnonzero(other).tolist()
    unquoted = [_QUOTED.sub("", text) for text in map(texts.predictions.__getitem__, places)]
    if unquoted:
        left = count_characters(unquoted)
        other[places] = _much_kana(left) | (left.han == 0)
    return other


def _much_kana(found: Characters) -> NDArray[np.bool_]:
    much: NDArray[np.bool_] = (found.kana >= 2) & (10 * found.kana >= found.kana + found.han)
    return much


def _not_japanese(texts: Texts, found: Characters, references: Characters) -> NDArray[np.bool_]:
    """Return which predictions have no kana, and something that only Chinese has, or much Han.

    Part of a reference, and long names with the characters of Japanese, are none.
    """
    chinese = (found.chinese > 0) & (references.chinese == 0)
    # Characters that Chinese has either in simplified or in traditional texts: 国際, 東大会館.
    japanese = (found.japanese > 0) | ((found.simplified > 0) & (found.traditional > 0))
    long = (found.han >= _MUCH_HAN) & (references.kana > 0) & ~japanese
    other: NDArray[np.bool_] = (found.kana == 0) & (chinese | (found.han > 1))
    for at in np.flatnonzero(other).tolist():
        text, right = texts.predictions[at], texts.references_of(at)
        name = text.strip(" 。．.、「」\n")
        other[at] = not any(name in each for each in right) and bool(
            chinese[at] or long[at] or _CHINESE_WORDS.search(text)
        )
    return other


def _other_variant(texts: Texts, found: Characters, references: Characters) -> NDArray[np.bool_]:
    """Return which predictions are in traditional Chinese and references in simplified, or so."""
    balance = found.simplified - found.traditional
    expected = references.simplified - references.traditional
    other: NDArray[np.bool_] = balance * expected < 0
    for at in np.flatnonzero((balance < 0) & (expected == 0)).tolist():
        text = texts.predictions[at]
        other[at] = any(is_other_spelling(text, each) for each in texts.references_of(at))
    for at in np.flatnonzero((balance == 0) & (expected < 0)).tolist():
        text = texts.predictions[at]
        other[at] = all(is_other_spelling(each, text) for each in texts.references_of(at))
    return other
