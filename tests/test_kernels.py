from __future__ import annotations

import os
import random
import re
from collections.abc import Collection, Sequence

import cuda_on_cpu
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.kernels import (
    BASIC_COLUMNS,
    COLUMN_MEANINGS,
    COLUMNS,
    EDIT_COLUMNS,
    PAIR_COLUMNS,
    SAMPLE_COLUMNS,
    SENTENCE_COLUMNS,
    Backend,
    Counts,
    available_backends,
)
from textmetrics.kernels import backend as registered
from textmetrics.kernels.cuda import backend_on
from textmetrics.scan import Batch, encode

Sample = list[list[int]]

THREADS = (1, 2, 3, 7)
EDGES = (63, 64, 65, 127, 128, 129)  # of the words that the longest common subsequence is cut in
ON_CPU = "the device code on the CPU"
MISSING = available_backends() | {ON_CPU: cuda_on_cpu.MISSING}
REQUIRED = {"native", ON_CPU} if os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1" else set()


def param(name: str) -> object:
    skip = pytest.mark.skipif(
        name not in REQUIRED and bool(MISSING[name]), reason=str(MISSING[name])
    )
    return pytest.param(name, marks=[skip, *([pytest.mark.cuda] if name == "cuda" else [])])


backends = pytest.mark.parametrize("name", [param(name) for name in MISSING])
twins = pytest.mark.parametrize("name", [param(name) for name in MISSING if name != "reference"])


def backend(name: str) -> Backend:
    return backend_on(cuda_on_cpu.CpuDevice()) if name == ON_CPU else registered(name)


def batch_of(samples: Sequence[Sequence[Sequence[int]]]) -> Batch:
    return encode([[[str(i) for i in ids] for ids in sample] for sample in samples])


def words(*texts: str) -> Batch:
    return encode([[text.split() for text in texts]])


def rows(counts: Counts) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in counts.columns.items()}


def assert_same(one: Counts, two: Counts) -> None:
    assert rows(one) == rows(two)
    assert one.offsets.tolist() == two.offsets.tolist()


def noise(length: int, vocabulary: int, seed: int) -> list[int]:
    return random.Random(seed).choices(range(vocabulary), k=length)


short = st.lists(st.integers(0, 3), max_size=9)
edge = st.builds(
    noise, st.sampled_from(EDGES), st.sampled_from((2, 9, 500)), st.integers(0, 1 << 30)
)
sample = st.lists(st.one_of(short, short, edge), min_size=2, max_size=6)
samples = st.lists(sample, max_size=4)
# The definition of shifts takes minutes for texts as long as these: see test_edits.py.
QUICK = tuple(column for column in COLUMNS if "shift" not in column)
columns = st.one_of(st.just(QUICK), st.sets(st.sampled_from(QUICK)))


# prediction, references → a row a reference, and a row for the sample
BY_HAND = [
    # the · cat · on · mat are in both, in this order; "the cat" is the only
    # bigram in both
    (
        "the cat sat on the mat",
        ["the cat lay on a mat"],
        [(6, 6, 0, 4, 1, 0, 0, 4)],
        (4, 1, 0, 0, 6),
    ),
    # Papineni et al. 2002, section 2.1: clipped to the 2 that one reference has; 7 words,
    # as the second reference has
    (
        "the the the the the the the",
        ["the cat is on the mat", "there is a cat on the mat"],
        [(7, 6, 0, 2, 0, 0, 0, 2), (7, 7, 0, 1, 0, 0, 0, 1)],
        (2, 0, 0, 0, 7),
    ),
    # a b from one reference and a c from the other make three in all, but never a b c in one
    ("a b c", ["a b x", "x c a"],
     [(3, 3, 0, 2, 1, 0, 0, 2), (3, 3, 0, 2, 0, 0, 0, 1)], (3, 1, 0, 0, 3)),
    # the maximum of 2 and 1, not their sum
    ("a a a", ["a a", "a"],
     [(3, 2, 0, 2, 1, 0, 0, 2), (3, 1, 0, 1, 0, 0, 0, 1)], (2, 1, 0, 0, 2)),
    # 5 and 3 are as close to 4: the shorter
    ("a b c d", ["e e e e e", "e e e"],
     [(4, 5, 0, 0, 0, 0, 0, 0), (4, 3, 0, 0, 0, 0, 0, 0)], (0, 0, 0, 0, 3)),
    # n-grams overlap: 4 tokens have 3 bigrams, 2 trigrams, one 4-gram, all of a
    ("a a a a a", ["a a a a"], [(5, 4, 0, 4, 3, 2, 1, 4)], (4, 3, 2, 1, 4)),
    # the same tokens in another order, and in the same
    ("a b", ["b a", "a b"],
     [(2, 2, 0, 2, 0, 0, 0, 1), (2, 2, 1, 2, 1, 0, 0, 2)], (2, 1, 0, 0, 2)),
    # nothing equals nothing, and nothing else
    ("", ["", "a"], [(0, 0, 1, 0, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0, 0, 0)], (0, 0, 0, 0, 0)),
    ("a", [""], [(1, 0, 0, 0, 0, 0, 0, 0)], (0, 0, 0, 0, 0)),
]  # fmt: skip


@backends
@pytest.mark.parametrize(("prediction", "references", "pairs", "whole"), BY_HAND)
def test_by_hand(
    name: str,
    prediction: str,
    references: list[str],
    pairs: list[tuple[int, ...]],
    whole: tuple[int, ...],
) -> None:
    counts = backend(name)(words(prediction, *references), BASIC_COLUMNS, 1)
    columns = [counts[column].tolist() for column in BASIC_COLUMNS]
    assert list(zip(*columns[:8], strict=True)) == pairs
    assert tuple(column[0] for column in columns[8:]) == whole
    assert counts.offsets.tolist() == [0, len(references)]


# prediction, reference, where "." is a break → columns
OF_OTHERS = [
    # Lin (2004), section 3.2: w1 w2 of one sentence and w1 w3 w5 of the other make w1 w2 w3 w5
    ("1 2 6 7 8 . 1 3 8 9 5", "1 2 3 4 5",
     {"union_lcs": 4, "union_types": 4, "prediction_words": 10, "prediction_types": 8}),
    # two are found twice, but the prediction has only one of each
    ("a b", "a b . a b", {"union_lcs": 2, "union_types": 2, "reference_words": 4}),
    # of two as long, union_lcs takes the reference's earlier token, b, and union_types the
    # prediction's, a
    ("a b . b", "b a", {"union_lcs": 1, "union_types": 2}),
    ("a b", "b a . b", {"union_lcs": 1, "union_types": 2}),
    ("a b", "b a . a", {"union_lcs": 2, "union_types": 1}),
    # a repeated n-gram counts once
    ("a b a b a", "b a b", {"common_1": 2, "common_2": 2, "common_3": 1, "common_4": 0,
     "prediction_distinct_2": 2, "prediction_distinct_3": 2, "reference_distinct_3": 1}),
    # the longest run is shorter than the longest common subsequence
    ("a b c x d e", "a b y c d e", {"longest_run": 2, "lcs": 5}),
    ("x a b c a b c a", "b c a b c y", {"longest_run": 5}),
    # Lin (2004), section 5: "the gunman" and "police killed", of six skip-bigrams each; of the
    # words before the last "the" and "police"
    ("the gunman police killed", "police killed the gunman", {"skip_match": 2, "head_match": 2}),
    # four words between a and c in the first, five in the second
    ("a x x x x c", "a c", {"skip_match": 1, "head_match": 1}),
    ("a x x x x x c", "a c", {"skip_match": 0, "head_match": 1}),
    # a a, once with its two in each text, but three times in the prediction
    ("a a a", "a b a", {"skip_match": 1, "head_match": 1}),
    ("", "", {"longest_run": 0, "union_lcs": 0, "common_1": 0, "prediction_types": 0}),
    (". .", "a", {"prediction_words": 0, "union_types": 0, "reference_types": 1}),
]  # fmt: skip


@backends
@pytest.mark.parametrize(("prediction", "reference", "expected"), OF_OTHERS)
def test_counts_of_other_programs_by_hand(
    name: str, prediction: str, reference: str, expected: dict[str, int]
) -> None:
    known = {".": 0}
    texts = [[known.setdefault(t, len(known)) for t in s.split()] for s in (prediction, reference)]
    batch = Batch(
        np.array(texts[0] + texts[1], np.int32),
        np.array([0, len(texts[0]), len(texts[0]) + len(texts[1])]),
        np.array([0, 2]),
    )
    counts = backend(name)(batch, expected, 1)
    assert {column: counts[column].item() for column in expected} == expected


@backends
def test_no_samples(name: str) -> None:
    counts = backend(name)(encode([]), COLUMNS, 1)
    assert rows(counts) == {column: [] for column in COLUMNS}
    assert counts.offsets.tolist() == [0]


@backends
def test_what_is_asked_for_is_checked(name: str) -> None:
    with pytest.raises(ValueError, match=r"\['match_10'\].*match_9"):
        backend(name)(words("a", "a"), ["lcs", "match_10"], 1)
    with pytest.raises(ValueError, match="sample 1 needs a prediction and at least one reference"):
        backend(name)(encode([[["a"], ["a"]], [["a"]]]), COLUMNS, 1)


@twins
@settings(max_examples=150, deadline=None)
@given(given_samples=samples, wanted=columns, threads=st.sampled_from(THREADS))
def test_a_twin_is_the_reference(
    name: str, given_samples: list[Sample], wanted: Collection[str], threads: int
) -> None:
    batch = batch_of(given_samples)
    counts = backend(name)(batch, wanted, threads)
    assert set(counts.columns) == set(wanted)
    assert_same(counts, backend("reference")(batch, wanted, 1))


@twins
def test_a_twin_is_the_reference_on_subsequences_of_some_hundred_tokens(name: str) -> None:
    sizes = [(130, 200), (252, 253), (300, 300), (379, 400), (504, 505)]
    batch = batch_of([[noise(a, a // 4, a), noise(b, a // 4, b)] for a, b in sizes])
    assert_same(backend(name)(batch, ["lcs"], 1), backend("reference")(batch, ["lcs"], 1))


@twins
@pytest.mark.parametrize("vocabulary", [3, 400])
def test_a_twin_is_the_reference_on_long_texts(name: str, vocabulary: int) -> None:
    batch = batch_of([[noise(3000, vocabulary, 1), noise(5000, vocabulary, 2)]])
    slow = {"lcs", "union_lcs", "union_types", "weighted_lcs", "longest_run", *EDIT_COLUMNS}
    wanted = [
        column for column in COLUMNS if column not in slow or (vocabulary, column) == (3, "lcs")
    ]
    assert_same(backend(name)(batch, wanted, 2), backend("reference")(batch, wanted, 1))


@twins
def test_a_weighted_subsequence_of_long_texts_is_that_of_the_reference(name: str) -> None:
    # So long that rows are forgotten and computed again. No id is 0, the break.
    batch = encode([[noise(1200, 9, 1), noise(1000, 9, 2)]], first=("break",))
    wanted = ["weighted_lcs"]
    assert_same(backend(name)(batch, wanted, 1), backend("reference")(batch, wanted, 1))


@backends
@settings(max_examples=40, deadline=None)
@given(given_samples=st.lists(sample, min_size=1, max_size=3))
def test_bounds(name: str, given_samples: list[Sample]) -> None:
    counts = backend(name)(batch_of(given_samples), QUICK, 1)
    shorter = np.minimum(counts["prediction_length"], counts["reference_length"])
    assert (counts["lcs"] <= shorter).all()
    assert (counts["lcs"] <= counts["match_1"]).all()
    assert ((counts["lcs"] == counts["prediction_length"]) >= counts["equal"]).all()
    for n in range(1, 10):
        assert (counts[f"match_{n}"] <= np.maximum(shorter - n + 1, 0)).all()
        starts = counts.offsets[:-1]
        best = np.maximum.reduceat(counts[f"match_{n}"], starts)
        assert (best <= counts[f"clip_{n}"]).all()
        assert (counts[f"clip_{n}"] <= np.add.reduceat(counts[f"match_{n}"], starts)).all()


@backends
@settings(max_examples=40, deadline=None)
@given(one=st.one_of(short, edge), two=st.one_of(short, edge))
def test_symmetry(name: str, one: list[int], two: list[int]) -> None:
    wanted = ["equal", "match_1", "match_2", "match_3", "match_4", "lcs"]
    counts = backend(name)(batch_of([[one, two], [two, one]]), wanted, 1)
    assert all(column[0] == column[1] for column in counts.columns.values())


@backends
@settings(max_examples=40, deadline=None)
@given(given_samples=samples, cut=st.integers(0, 4))
def test_samples_do_not_meet(name: str, given_samples: list[Sample], cut: int) -> None:
    whole = rows(backend(name)(batch_of(given_samples), QUICK, 2))
    parts = [given_samples[:cut], given_samples[cut:]]
    first, second = (rows(backend(name)(batch_of(part), QUICK, 2)) for part in parts)
    assert {column: first[column] + second[column] for column in QUICK} == whole


@backends
@settings(max_examples=40, deadline=None)
@given(given_sample=sample, seed=st.randoms(use_true_random=False))
def test_names_of_ids_do_not_matter(name: str, given_sample: Sample, seed: random.Random) -> None:
    batch = batch_of([given_sample])
    names = list(range(batch.ids.max(initial=-1) + 1))
    seed.shuffle(names)
    renamed = np.array(names, dtype=np.int32)[batch.ids] if names else batch.ids
    other = Batch(renamed, batch.offsets, batch.samples)
    wanted = [column for column in QUICK if column not in SENTENCE_COLUMNS]
    assert_same(backend(name)(other, wanted, 1), backend(name)(batch, wanted, 1))


@backends
@settings(max_examples=40, deadline=None)
@given(given_sample=sample, seed=st.randoms(use_true_random=False))
def test_order_of_references(name: str, given_sample: Sample, seed: random.Random) -> None:
    prediction, *references = given_sample
    order = list(range(len(references)))
    seed.shuffle(order)
    other = [prediction, *(references[i] for i in order)]
    counts = backend(name)(batch_of([given_sample, other]), QUICK, 1)
    for column in SAMPLE_COLUMNS:
        assert counts[column][0] == counts[column][1]
    for column in set(PAIR_COLUMNS).intersection(QUICK) - set(
        SENTENCE_COLUMNS
    ):  # another order makes others 0, the break
        before, after = np.split(counts[column], 2)
        assert after.tolist() == [before[i] for i in order]


def test_each_column_has_a_meaning():
    names = [re.sub(r"_\d$", "_n", name) for name in COLUMNS]
    assert list(dict.fromkeys(names)) == list(COLUMN_MEANINGS)
