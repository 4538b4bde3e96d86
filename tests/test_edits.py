"""Edits: the definition and its twin against rapidfuzz, sacrebleu and torchmetrics."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmetrics.kernels import EDIT_COLUMNS, available_backends, backend, edit_distance
from textmetrics.kernels.edits import _edits_of_texts
from textmetrics.scan import encode

NATIVE = available_backends()["native"] is None

Ids = Sequence[int]


def counted(prediction: Ids, reference: Ids, names: Sequence[str], on: str) -> list[int]:
    counts = backend(on)(encode([[prediction, reference]]), names, 1)
    return [int(counts[name][0]) for name in names]


def original(prediction: Ids, reference: Ids) -> dict[str, int]:
    from rapidfuzz.distance import Levenshtein
    from sacrebleu.metrics.lib_ter import translation_edit_rate
    from torchmetrics.functional.text.helper import _LevenshteinEditDistance
    from torchmetrics.functional.text.ter import _translation_edit_rate

    one, other = list(map(str, prediction)), list(map(str, reference))
    codes = Levenshtein.opcodes(other, one)
    return {
        "edits": Levenshtein.distance(one, other),
        "hits": sum(code.src_end - code.src_start for code in codes if code.tag == "equal"),
        "beam_edits": _LevenshteinEditDistance(other)(one)[0],
        "beam_indels": _LevenshteinEditDistance(other, op_substitute=2)(one)[0],
        "shift_edits": translation_edit_rate(one, other)[0],
        "reference_shift_edits": int(_translation_edit_rate(other, one)) if one else len(other),
    }


@st.composite
def shifted(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Draw a sequence, and one that comes of it by edits and shifts."""
    vocabulary = draw(st.sampled_from([2, 5, 40]))
    ids = st.integers(0, vocabulary - 1)
    reference = draw(st.lists(ids, max_size=30))
    prediction = list(reference)
    for _ in range(draw(st.integers(0, 4))):
        begin, size, to = (draw(st.integers(0, 20)) for _ in range(3))
        phrase = prediction[begin : begin + size]
        del prediction[begin : begin + size]
        prediction[to:to] = phrase if draw(st.booleans()) else [draw(ids)]
    return prediction, reference


@pytest.mark.integration("torchmetrics")
@settings(max_examples=60, deadline=None)
@given(shifted())
def test_edits_are_those_of_the_originals(pair: tuple[list[int], list[int]]) -> None:
    expected = original(*pair)
    for on in ("reference", *(["native"] if NATIVE else [])):
        assert dict(zip(EDIT_COLUMNS, counted(*pair, EDIT_COLUMNS, on), strict=True)) == expected


def noise(length: int, vocabulary: int, seed: int) -> list[int]:
    draw = random.Random(seed)
    return [draw.randrange(vocabulary) for _ in range(length)]


@pytest.mark.parametrize("on", ["reference", *(["native"] if NATIVE else [])])
@pytest.mark.parametrize(
    ("size", "whole", "of_reference"),
    # sacrebleu moves phrases of ten words at most, torchmetrics of nine: longer ones in two shifts.
    [(8, 1, 1), (9, 1, 1), (10, 1, 2), (11, 2, 2)],
)
def test_the_longest_phrase_that_is_moved(on, size, whole, of_reference) -> None:
    before, phrase = list(range(100, 120)), list(range(size))
    names = ["shift_edits", "reference_shift_edits"]
    assert counted(phrase + before, before + phrase, names, on) == [whole, of_reference]


LONG = [
    # Strips of the pattern of one, two, four and eight words, and several strips.
    (noise(70, 5, 1), noise(65, 5, 2)),
    (noise(200, 3, 3), noise(140, 3, 4)),
    (noise(300, 30, 5), noise(300, 30, 6)),
    (noise(40, 3, 7), noise(700, 3, 8)),
    (noise(1200, 50, 9), noise(900, 50, 10)),
]
# More than 2**22 pairs of tokens, which rapidfuzz halves; and so do halves of the last.
HALVED = [
    (noise(2500, 4, 11), noise(1900, 4, 12)),
    (noise(1700, 90, 13), noise(2600, 90, 14)),
    (noise(5000, 6, 15), noise(7000, 6, 16)),
]


@pytest.mark.skipif(not NATIVE, reason="needs the extension")
@pytest.mark.parametrize("pair", [*LONG, *HALVED], ids=lambda pair: f"{len(pair[0])}")
def test_long_alignments(pair: tuple[list[int], list[int]]) -> None:
    from rapidfuzz.distance import Levenshtein

    codes = Levenshtein.opcodes(pair[1], pair[0])
    hits = sum(code.src_end - code.src_start for code in codes if code.tag == "equal")
    assert counted(*pair, ["edits"], "native") == [Levenshtein.distance(*pair)]
    assert counted(*pair, ["edits", "hits"], "native") == [Levenshtein.distance(*pair), hits]


@pytest.mark.skipif(not NATIVE, reason="needs the extension")
@pytest.mark.parametrize("vocabulary", [2, 40])
@pytest.mark.parametrize("changes", [0, 20, 63, 70])
def test_few_edits_of_long_sequences(changes: int, vocabulary: int) -> None:
    """Below 64 they are found in a band of the table, whatever longer pairs came before."""
    from rapidfuzz.distance import Levenshtein

    draw = random.Random(f"{changes} {vocabulary}")
    pairs = []
    for length in range(500, 256, -20):
        one = noise(length, vocabulary, length)
        other = list(one)
        added = draw.choice([0, 1, changes])  # all of them make it longer, or few do
        for _ in range(added):
            other.insert(draw.randrange(len(other)), vocabulary)
        for _ in range(changes - added):
            other[draw.randrange(len(other))] = draw.randrange(vocabulary)
        pairs += [[one, other], [other, one]]
    found = backend("native")(encode(pairs), ["edits"], 1)["edits"]
    assert found.tolist() == [Levenshtein.distance(*pair) for pair in pairs]


def test_halves_in_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    from textmetrics.kernels import edits

    one, other = noise(300, 4, 17), noise(260, 4, 18)
    whole = edits.hits(one, other)
    monkeypatch.setattr(edits, "_LARGE", 1000)
    assert edits.hits(one, other) == pytest.approx(whole, abs=30)


@pytest.mark.integration("torchmetrics")
# Far from the diagonal a beam misses the best alignment: 30 tokens before those that both have.
def test_a_beam_can_be_too_narrow() -> None:
    one, other = [*range(60)], [*range(100, 130), *range(60), *range(200, 290)]
    expected = original(one, other)
    assert expected["beam_edits"] > expected["edits"]
    for on in ("reference", *(["native"] if NATIVE else [])):
        names = ["edits", "beam_edits", "beam_indels"]
        assert counted(one, other, names, on) == [expected[name] for name in names]


# A text of one word repeated has a thousand shifts to try, no more.
@pytest.mark.skipif(not NATIVE, reason="needs the extension")
@pytest.mark.parametrize(
    ("one", "other"),
    [([0] * 3000, [1, 0] * 1500), ([*range(400)] * 2, [*range(399, -1, -1)] * 2)],
)
def test_hostile_texts_end(one: list[int], other: list[int]) -> None:
    edits, shifts = counted(one, other, ["edits", "shift_edits"], "native")
    assert 0 < shifts <= max(edits, len(other))


texts = st.text("ab \u00e9\u4e00\U0001f600", max_size=140)


@settings(max_examples=200)
@given(texts, texts)
@example("", "a" * 130)
@example("a\U0001f600\u4e00" * 30, "\u4e00a\U0001f600" * 25)
def test_edits_of_two_texts(one: str, other: str) -> None:
    assert edit_distance(one, other) == _edits_of_texts(one, other)


def test_edits_of_long_texts() -> None:
    one = "kitten\u4e00" * 2_000
    assert edit_distance(one, f"x{one[:7_000]}{one[7_001:]}") == 2
