"""The similarity of strings that fuzzywuzzy and rapidfuzz call ratio.

Programs for Japanese report it as ``char_f1``, but it is no F1: the order of characters matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.metrics import Metric, Values, best_reference
from textmetrics.presets.preset import PresetOption
from textmetrics.scan import NativeSplit, View

__all__ = ["FUZZY", "char_f1", "fuzzy_characters", "string_ratio"]

FUZZY = PresetOption(
    "fuzzy",
    "fuzzywuzzy",
    "the library of char_f1: fuzzywuzzy rounds to whole percents, rapidfuzz does not",
    ("fuzzywuzzy", "rapidfuzz"),
    metrics=("char_f1",),
)
"""The option of presets with `char_f1`."""


def char_f1(fuzzy: str, *, sort: bool) -> Metric:
    """Return the ratio of strings as ``char_f1``.

    Args:
        fuzzy: the value of `FUZZY`.
        sort: whether to sort the words of a text first, as ``token_sort_ratio`` does.
    """
    processor = "fuzzywuzzy" if sort and fuzzy == "fuzzywuzzy" else "none"
    view = fuzzy_characters(processor=processor, sort=sort)
    return replace(string_ratio(rounded=fuzzy == "fuzzywuzzy"), view=view)


def string_ratio(*, rounded: bool = False, name: str = "char_f1") -> Metric:
    """Return the metric: twice the longest common subsequence over the sum of both lengths.

    Args:
        rounded: whether to round values to whole percents, as fuzzywuzzy does and rapidfuzz does
            not.
        name: of the metric.
    """
    return Metric(
        name=name,
        label="char F1 (ratio)",
        headline="f1",
        summary="similarity of strings by their longest common subsequence",
        source="rapidfuzz and fuzzywuzzy: ratio",
        needs=frozenset({"prediction_length", "reference_length", "lcs"}),
        values=partial(_values, rounded=rounded),
    )


def _values(counts: Counts, *, rounded: bool) -> Values:
    both = counts["prediction_length"] + counts["reference_length"]
    # From the distance, as there; otherwise some halves would be rounded the other way.
    distance = both - 2 * counts["lcs"]
    value = 1.0 - distance / (both + (both == 0))
    return best_reference(counts, Values(np.rint(100 * value) / 100 if rounded else value))


_NOT_A_WORD = re.compile(r"\W")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")
_LATIN_1 = dict.fromkeys(range(0x80, 0x100))


def _fuzzywuzzy(text: str) -> str:
    # "force ASCII" removes the characters 128 to 255 there, and no others.
    return _NOT_A_WORD.sub(" ", text.translate(_LATIN_1)).lower().strip()


def _rapidfuzz(text: str) -> str:
    # Lowered character by character, whereas Python makes two of "İ".
    return _NOT_ALPHANUMERIC.sub(" ", text).replace("İ", "i").lower().strip()


_FUZZY_PROCESSORS: Mapping[str, Callable[[str], str]] = {
    "none": str,
    "fuzzywuzzy": _fuzzywuzzy,
    "rapidfuzz": _rapidfuzz,
}
"""How a text is preprocessed: not at all, by ``full_process``, or by ``default_process``."""


def fuzzy_characters(*, processor: str = "none", sort: bool = False) -> View:
    """Return the characters that are compared.

    Args:
        processor: one of `_FUZZY_PROCESSORS`. ``rapidfuzz`` uses Python's Unicode tables, which
            are newer than its own: some rare letters are white space there.
        sort: whether to sort the words first, as ``token_sort_ratio`` does.

    Raises:
        ValueError: if the processor is unknown.

    Examples:
        >>> "".join(fuzzy_characters(processor="fuzzywuzzy", sort=True).tokens("ハード・ダイ"))
        'ダイ ハード'
    """
    if processor not in _FUZZY_PROCESSORS:
        known = ", ".join(_FUZZY_PROCESSORS)
        raise ValueError(f"unknown processor {processor!r}; known: {known}")
    name = "characters" + f"+{processor}" * (processor != "none") + "+sorted" * sort
    summary = "the characters of the text" + ", its words sorted" * sort
    changed = partial(_changed, _FUZZY_PROCESSORS[processor], sort)
    native = NativeSplit("characters", before=partial(map, changed))
    return View(name, lambda text: list(changed(text)), summary, native=native)


def _changed(process: Callable[[str], str], sort: bool, text: str) -> str:
    text = process(text)
    return " ".join(sorted(text.split())) if sort else text
