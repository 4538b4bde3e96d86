from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from textmetrics.kernels import BASIC_COLUMNS, COLUMNS, Counts, available_backends, backend
from textmetrics.scan import Batch, encode

THREADS = (1, 2, 3, 7)
MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))


def batch_of(samples: Sequence[Sequence[Sequence[int]]]) -> Batch:
    return encode([[[str(i) for i in ids] for ids in sample] for sample in samples])


def rows(counts: Counts) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in counts.columns.items()}


def noise(length: int, vocabulary: int, seed: int) -> list[int]:
    return random.Random(seed).choices(range(vocabulary), k=length)


def test_it_is_there_where_it_must_be() -> None:
    assert MISSING is None


@pytest.mark.parametrize(
    "length", [129, 252, 253, 378, 379, 504, 505, 511, 512, 513, 1023, 1025, 1600]
)
def test_strips_of_the_longest_common_subsequence(length: int) -> None:
    # Every other token of one text is in no other place: what is common is known without counting.
    spread = [id_ for i in range(length) for id_ in (i % 7, 7 + i)]
    shuffled = [*range(7 + length - 1, 6, -1), *(i % 7 for i in range(length))]
    batch = batch_of([[spread, [i % 7 for i in range(length)]], [shuffled, spread]])
    counts = backend("native")(batch, ["lcs"], 1)
    assert counts["lcs"].tolist() == [length, length]


def test_unions_of_long_sentences() -> None:
    # Rows of the table that are not kept are computed again; two break the sentences differently.
    one, other = noise(2600, 7, 1), noise(3300, 7, 2)
    one[2500:2500] = other[60:60] = [99]
    batch = encode([[[str(i) for i in (99, *ids)] for ids in (one, other)]])
    wanted = ["union_lcs", "union_types"]
    expected = backend("reference")(batch, wanted, 1)
    assert rows(backend("native")(batch, wanted, 1)) == rows(expected)


@pytest.mark.parametrize("moved", [1, 30, 40_000])
def test_the_union_of_two_very_long_sentences(moved: int) -> None:
    # As long as the subsequence where no token is there twice; parts of parts of the table.
    chance = random.Random(moved)
    ids = list(range(1, 40_001))
    mixed = sorted(ids, key=lambda id_: id_ + chance.randrange(moved))
    batch = encode([[ids, mixed]], first=(0,))
    counts = backend("native")(batch, ["lcs", "union_types"], 1)
    assert counts["union_types"].tolist() == counts["lcs"].tolist()


@pytest.mark.parametrize("types", [1, 2, 5, 40, 254, 255])
@pytest.mark.parametrize("orders", [4, 6, 7, 8])
def test_n_grams_of_few_types_of_token(orders: int, types: int) -> None:
    """Without a subsequence, and of up to seven orders, such n-grams are counted in another way."""
    chance = random.Random(f"{orders} {types}")
    pairs = []
    for _ in range(40):
        one = [chance.randrange(types) for _ in range(chance.choice([0, 3, 8, 90, 700]))]
        other = list(one)
        for _ in range(chance.randrange(6)):
            at = chance.randrange(len(one) + 1)
            other[at : at + chance.randrange(5)] = one[chance.randrange(len(one) + 1) :][:9]
        pairs.append([one, other])
    batch = encode(pairs)
    wanted = [f"{kind}_{n}" for kind in ("match", "clip") for n in range(1, orders + 1)]
    assert rows(backend("native")(batch, wanted, 1)) == rows(backend("reference")(batch, wanted, 1))


# Few words, so that sentences have much in common, and of several lengths: for rows of one word of
# bits, of several, and for a table of their own.
LENGTHS = {"short": (0, 4), "medium": (0, 100), "wide": (60, 200), "long": (500, 600)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ones", LENGTHS)
@pytest.mark.parametrize("others", LENGTHS)
def test_unions_of_many_sentences(ones: str, others: str, seed: int) -> None:
    chance = random.Random(f"{ones} {others} {seed}")
    batches = []
    for vocabulary in (1, 2, 5, 40):
        texts = [
            [
                [chance.randint(1, vocabulary) for _ in range(chance.randint(*LENGTHS[lengths]))]
                for _ in range(1 + 600 // (20 + LENGTHS[lengths][1]))
            ]
            for lengths in (ones, others)
        ]
        texts[1] += chance.sample(texts[0], k=len(texts[0]) // 2)  # equal ones too
        batches.append([[id_ for each in text for id_ in (0, *each)] for text in texts])
    batch = encode([[[str(id_) for id_ in text] for text in texts] for texts in batches])
    wanted = ["union_lcs", "union_types", "weighted_lcs"]
    expected = backend("reference")(batch, wanted, 1)
    assert rows(backend("native")(batch, wanted, 1)) == rows(expected)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("words", ["a b", "the {}", "{} {}", "a {} b {} c"])
def test_unions_of_ten_thousand_sentences(words: str) -> None:
    """Each of 100 kB: with all of their pairs one by one this takes minutes."""
    sides = [
        [f"{words.format(i, i + 1)} ." for i in range(start, start + 100_000 // (len(words) + 3))]
        for start in (0, 50)
    ]
    batch = encode([[" ".join(side).split() for side in sides]], first=(".",))
    counts = backend("native")(batch, ["union_lcs", "union_types"], 1)
    kept = 50 if "{" in words else 0
    assert counts["union_lcs"][0] == len(sides[0]) * len(words.split()) - kept * words.count("{")


@pytest.mark.timeout(60)
def test_very_many_references() -> None:
    """No count of a pair takes time for the words of all other references."""
    count = 200_000
    ids = np.arange(1, count + 2, dtype=np.int32)
    batch = Batch(ids, np.arange(count + 2), np.array([0, count + 1]))
    wanted = [column for column in COLUMNS if not column.startswith(("match", "clip"))]
    counts = backend("native")(batch, wanted, 1)
    assert counts["prediction_types"].tolist() == counts["reference_types"].tolist() == [1] * count
    assert not counts["union_lcs"].any()


def test_seventy_thousand_different_tokens() -> None:
    # An id, and a pair of them, no longer fits in 16 and 32 bits.
    ids = list(range(70_000))
    mixed = random.Random(0).sample(ids, k=len(ids))
    batch = batch_of([[ids, mixed, ids[::-1], ids[1:], ids[-4:]]])
    # Of the others the definition would take too long.
    wanted = {"common_2", "reference_distinct_2", *BASIC_COLUMNS} - {"lcs"}
    counts = backend("native")(batch, [*wanted, "lcs", "longest_run"], 2)
    expected = rows(backend("reference")(batch, wanted, 1))
    assert {column: counts[column].tolist() for column in wanted} == expected
    assert counts["lcs"][1:].tolist() == [1, 69_999, 4]
    assert counts["longest_run"][1:].tolist() == [1, 69_999, 4]


def test_threads_do_not_matter() -> None:
    chance = random.Random(3)
    uneven = [300, *(chance.randrange(12) for _ in range(6000))]
    batch = batch_of([[noise(n, 40, n), *[noise(n + 2, 40, 1)] * (1 + n % 3)] for n in uneven])
    alone = rows(backend("native")(batch, COLUMNS, 1))
    for threads in (*THREADS, 64):
        assert rows(backend("native")(batch, COLUMNS, threads)) == alone
    with ThreadPoolExecutor(4) as pool:
        for counts in pool.map(lambda n: backend("native")(batch, COLUMNS, n), THREADS * 2):
            assert rows(counts) == alone


def child(batch: Batch, queue: multiprocessing.Queue[dict[str, list[int]]]) -> None:
    queue.put(rows(backend("native")(batch, COLUMNS, 3)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_counts_after_its_parent() -> None:
    batch = batch_of([[noise(20, 9, i), noise(20, 9, -i)] for i in range(2000)])
    parent = rows(backend("native")(batch, COLUMNS, 3))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=child, args=(batch, queue))
    process.start()
    assert queue.get(timeout=60) == parent
    process.join(60)
    assert process.exitcode == 0


def int64(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("ids", "offsets", "bounds", "complaint"),
    [
        ([0, 0], int64(1, 1, 2), int64(0, 2), "offsets must begin with 0"),
        ([0, 0], int64(0, 3, 2), int64(0, 2), "offsets must not fall, and does at 2"),
        ([0, 0], int64(0, 1, 3), int64(0, 2), "offsets must end with 2, not 3"),
        ([0, 0], int64(0, 1, 1), int64(0, 2), "offsets must end with 2, not 1"),
        ([0, 0], int64(0, -(2**62), 2), int64(0, 2), "offsets must not fall"),
        ([], int64(), int64(0), "offsets must begin with 0"),
        ([0, 0], int64(0, 1, 2), int64(0, 3), "samples must end with 2, not 3"),
        ([0, 0], int64(0, 1, 2), int64(-2, 2), "samples must begin with 0"),
        ([0, -1], int64(0, 1, 2), int64(0, 2), "sample 0 has an id that is negative or not dense"),
        ([0, 3], int64(0, 1, 2), int64(0, 2), "sample 0 has an id that is negative or not dense"),
        ([0, 0, 2**31 - 1, 0], int64(0, 1, 2, 3, 4), int64(0, 2, 4), "sample 1 has an id"),
    ],
)
def test_malformed_arrays(
    ids: list[int], offsets: np.ndarray, bounds: np.ndarray, complaint: str
) -> None:
    batch = Batch(np.array(ids, dtype=np.int32), offsets, bounds)
    with pytest.raises(ValueError, match=complaint):
        backend("native")(batch, COLUMNS, 2)


def test_arrays_of_another_kind() -> None:
    batch = batch_of([[[0, 1], [1, 0]]])
    for ids in (batch.ids.astype(np.int64), np.zeros(8, np.int32)[::2], batch.ids.reshape(2, 2)):
        with pytest.raises(TypeError):
            backend("native")(Batch(ids, batch.offsets, batch.samples), COLUMNS, 1)
    batch.ids.setflags(write=False)
    assert backend("native")(batch, ["match_1"], 1)["match_1"].tolist() == [2]
    with pytest.raises(ValueError, match="threads must be at least 1"):
        backend("native")(batch, COLUMNS, 0)
