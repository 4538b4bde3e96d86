from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textmetrics.scan import encode

sequences = st.lists(st.sampled_from(["a", "b", "c", "", "京", "🐈"]), max_size=6)
samples = st.lists(st.lists(sequences, min_size=2, max_size=4), max_size=5)


def test_ids_are_dense_within_a_sample_in_order_of_first_occurrence() -> None:
    batch = encode([[["a", "b", "a"], ["b", "c"]], [["c"], [], ["c", "b"]]])
    assert batch.ids.tolist() == [0, 1, 0, 1, 2, 0, 0, 1]  # the second sample begins again with c
    assert batch.offsets.tolist() == [0, 3, 5, 6, 6, 8]  # lengths 3 2 | 1 0 2
    assert batch.samples.tolist() == [0, 2, 5]
    assert len(batch) == 2


def test_nothing_gives_empty_arrays() -> None:
    batch = encode([])
    assert (batch.ids.tolist(), batch.offsets.tolist(), batch.samples.tolist()) == ([], [0], [0])
    assert len(batch) == 0


def test_types() -> None:
    for batch in (encode([]), encode([[["a"], ["b"]]])):
        assert batch.ids.dtype == np.int32
        assert batch.offsets.dtype == np.int64
        assert batch.samples.dtype == np.int64


@given(samples)
def test_ids_stand_for_tokens(given_samples: list[list[list[str]]]) -> None:
    batch = encode(given_samples)
    ids = [part.tolist() for part in np.split(batch.ids, batch.offsets[1:-1])]
    for sample, first, end in zip(given_samples, batch.samples, batch.samples[1:], strict=False):
        tokens = [token for sequence in sample for token in sequence]
        numbers = [number for sequence in ids[first:end] for number in sequence]
        assert [len(part) for part in ids[first:end]] == [len(sequence) for sequence in sample]
        known = dict(zip(numbers, tokens, strict=True))
        assert [known[number] for number in numbers] == tokens
        assert list(dict.fromkeys(numbers)) == list(range(len(set(tokens))))
