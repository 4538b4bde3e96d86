"""The strings that fuzzywuzzy's and rapidfuzz's ratios compare, as their characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from textmetrics.scan.view import NativeSplit, View

__all__ = ["FUZZY_PROCESSORS", "fuzzy_characters"]

_NOT_A_WORD = re.compile(r"\W")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")
_LATIN_1 = dict.fromkeys(range(0x80, 0x100))


def _fuzzywuzzy(text: str) -> str:
    # What is named "force ASCII" there takes the characters 128 to 255 away and no others.
    return _NOT_A_WORD.sub(" ", text.translate(_LATIN_1)).lower().strip()


def _rapidfuzz(text: str) -> str:
    # Lowered character by character, where Python makes two of "İ".
    return _NOT_ALPHANUMERIC.sub(" ", text).replace("İ", "i").lower().strip()


FUZZY_PROCESSORS: Mapping[str, Callable[[str], str]] = {
    "none": str,
    "fuzzywuzzy": _fuzzywuzzy,
    "rapidfuzz": _rapidfuzz,
}
"""What is done to a text before: nothing, ``full_process``, or ``default_process``."""


def fuzzy_characters(*, processor: str = "none", sort: bool = False) -> View:
    """Give the characters that are compared.

    Args:
        processor: one of `FUZZY_PROCESSORS`. ``rapidfuzz`` tells letters apart by the Unicode of
            Python, which is newer than its own: some rare letters are white space there.
        sort: whether words are sorted before, as ``token_sort_ratio`` does.

    Raises:
        ValueError: if there is no such processor.

    Examples:
        >>> "".join(fuzzy_characters(processor="fuzzywuzzy", sort=True).tokens("ハード・ダイ"))
        'ダイ ハード'
    """
    if processor not in FUZZY_PROCESSORS:
        known = ", ".join(FUZZY_PROCESSORS)
        raise ValueError(f"unknown processor {processor!r}; known: {known}")
    name = "characters" + f"+{processor}" * (processor != "none") + "+sorted" * sort
    summary = "the characters of the text" + ", its words sorted" * sort
    changed = partial(_changed, FUZZY_PROCESSORS[processor], sort)
    native = NativeSplit("characters", before=changed)
    return View(name, lambda text: list(changed(text)), summary, native=native)


def _changed(process: Callable[[str], str], sort: bool, text: str) -> str:
    text = process(text)
    return " ".join(sorted(text.split())) if sort else text
