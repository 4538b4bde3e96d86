"""Translation edit rate in the form of sacrebleu 2.6.0, after tercom, and its tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TypeAlias

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.metrics import CorpusValue, Floats, Integers, Metric, Values, as_corpora
from textmetrics.presets.preset import PresetOption
from textmetrics.scan import NativeSplit, View

__all__ = ["CASE_SENSITIVE", "ter", "ter_options", "ter_totals", "ter_view"]

_PARTS = 232_792_560
"""Divisible by every number up to 22: mean lengths of so many references are whole parts."""


_Totals: TypeAlias = Callable[[Counts], Mapping[str, Integers]]


def _edits(counts: Counts) -> Mapping[str, Integers]:
    return ter_totals(counts, counts["shift_edits"])


def ter(
    source: str,
    totals: _Totals = _edits,
    needs: frozenset[str] = frozenset({"shift_edits", "reference_length"}),
    *,
    single: bool = False,
) -> Metric:
    """Return TER: the fewest edits of all references, divided by their mean length.

    Args:
        source: the program that defines it.
        totals: returns each sample's edits and lengths, by `ter_totals`.
        needs: the columns that it is a function of.
        single: whether the program computes in single precision.
    """

    def rate(sums: Mapping[str, Integers]) -> Floats:
        edits, parts = sums["edits"], sums["reference_parts"]
        values = np.where(parts > 0, edits / (np.maximum(parts, 1) / _PARTS), (edits > 0) / 1)
        return values.astype(np.float32).astype(np.float64) if single else values

    def corpus(sums: Mapping[str, int]) -> CorpusValue:
        value = rate(as_corpora(sums))
        length = sums["reference_parts"] / _PARTS
        return CorpusValue(float(value[0]), {"edits": sums["edits"], "reference_length": length})

    return Metric(
        name="ter",
        label="TER",
        headline="corpus",
        summary="edits and shifts of phrases, divided by the mean length of the references",
        source=source,
        needs=needs,
        values=lambda counts: Values(rate(totals(counts))),
        totals=totals,
        corpus=corpus,
        corpora=rate,
        bounds=(0.0, float("inf")),
        better="lower",
        percent=True,
        of_several="of which the best counts, by the mean length of all",
    )


def ter_totals(counts: Counts, edits: Integers) -> Mapping[str, Integers]:
    """Return each sample's fewest edits, and the mean length of its references in parts.

    Args:
        counts: the lengths.
        edits: those of each pair.
    """
    first = counts.offsets[:-1]
    lengths = np.add.reduceat(counts["reference_length"], first)
    references = np.diff(counts.offsets)
    whole = lengths * (_PARTS // references)
    parts = np.where(_PARTS % references == 0, whole, np.rint(lengths / references * _PARTS))
    return {
        "edits": np.minimum.reduceat(edits, first),
        "reference_parts": parts.astype(np.int64),
    }


def ter_options(normalized: str, no_punct: str, asian_support: str) -> tuple[PresetOption, ...]:
    """Return the options of `ter_view` under the names that a program has for them."""
    hints = {
        normalized: "set punctuation apart, as tercom does",
        no_punct: "remove punctuation",
        asian_support: f"with {normalized}, set ideographs apart; "
        f"with {no_punct}, remove CJK marks",
    }
    return tuple(
        PresetOption(name, False, f"TER: {hint}", metrics=("ter",)) for name, hint in hints.items()
    )


CASE_SENSITIVE = PresetOption(
    "case_sensitive", False, "TER: do not lower-case the text", metrics=("ter",)
)
"""The option that most programs have beside them."""


# --- tokens -------------------------------------------------------------------------------------

# Western punctuation, after tercom's Normalizer.java as sacrebleu has it: symbols are set apart,
# and full stops and commas where no digit is on one side, a hyphen behind a digit, and 's.
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_WESTERN = (
    (r"([{-~\[-` -&(-+:-@/])", r" \1 "),
    (r"'s ", " 's "),
    (r"'s$", " 's"),
    (r"([^0-9])([.,])", r"\1 \2 "),
    (r"([.,])([^0-9])", r" \1 \2"),
    (r"([0-9])(-)", r"\1 \2 "),
)
# Ideographs, strokes, radicals and enclosed signs are set apart; the next range, too long there,
# takes a part of extension A a second time, which adds spaces alone. Kana stay joined.
_CJK = (
    "\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f"
    "\u3200-\u3f22"
)
_CJK_MARKS = (
    "\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb"
    "\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09"
)
_MARKS = str.maketrans("", "", '.,?:;!"()')


@cache
def _western() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in _WESTERN)


@cache
def _asian() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(f"([{_CJK}{_CJK_MARKS}])"), re.compile(f"[{_CJK_MARKS}]")


@cache
def ter_view(
    *,
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
    twice: bool = False,
) -> View:
    """Return the tokens that TER counts.

    Args:
        normalized: whether to set punctuation apart.
        no_punct: whether to remove punctuation.
        asian_support: whether to do so with ideographs and their punctuation too.
        case_sensitive: whether not to lower-case the text.
        twice: whether references are cut a second time, as sacrebleu does: "a..8" has more tokens
            then than the first time.

    Examples:
        >>> ter_view(normalized=True).tokens("It's 3.5, not 3-4.")
        ['it', "'s", '3.5', ',', 'not', '3', '-', '4', '.']
    """
    name = "tercom" + "+norm" * normalized + "+nopunct" * no_punct
    name += "+asian" * asian_support + "+case" * case_sensitive
    name += "+twice" * (twice and normalized)
    changed = partial(_changed, normalized, no_punct, asian_support, case_sensitive)
    return View(
        name,
        lambda text: changed(text).split(),
        "words between white space, as tercom cuts them",
        native=NativeSplit("whitespace", before=partial(map, changed)),
        spaced=not (normalized and asian_support),
        prepare_references=partial(_spaced, changed) if twice and normalized else None,
    )


def _spaced(changed: Callable[[str], str], text: str) -> str:
    return " ".join(changed(text).split())


def _changed(
    normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool, text: str
) -> str:
    text = text.rstrip()
    if not case_sensitive:
        text = text.lower()
    if normalized and text:
        text = text.replace("\n-", "").replace("\n", " ")
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
        text = f" {text} "
        for pattern, replacement in _western():
            text = pattern.sub(replacement, text)
        if asian_support:
            text = _asian()[0].sub(r" \1 ", text)
    if no_punct:
        text = text.translate(_MARKS)
        if asian_support:
            text = _asian()[1].sub("", text)
    return text
