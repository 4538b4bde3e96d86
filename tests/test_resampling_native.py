"""The twin of resampling gives what its definition gives, bit by bit."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.kernels import available_backends
from textmetrics.statistics import definition

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))
SEEDS = st.sampled_from([0, 1, 12345, 2**63 - 1])
# Largest absolute values: of fields that share a word, that fill one, and that are 0.
WIDTHS = st.lists(st.sampled_from([0, 1, 3, 30, 1000, 2**20, 2**31, 2**40, 2**49]), max_size=13)


@pytest.fixture(scope="module")
def native():
    return pytest.importorskip("textmetrics.statistics.native")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([0, 1, 7, 8, 9, 127, 128, 255, 256, 257, 300, 512, 1000, 8192]),
    WIDTHS,
    st.sampled_from([1, 2, 50, 1030]),
    st.sampled_from([0, 1, 9999]),
    SEEDS,
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_signed_sums(native, count, widths, resamples, first, seed, section, threads):
    random = np.random.default_rng(count + seed % 1000)
    columns = [random.integers(-width, width + 1, count) for width in widths]
    rows = np.stack(columns, axis=1) if widths else np.zeros((count, 0), dtype=np.int64)
    found, expected = (np.full((resamples, len(widths)), 5) for _ in "ab")
    native.add_signed_sums(rows, found, first, seed=seed, section=section, threads=threads)
    definition.add_signed_sums(rows, expected, first, seed=seed, section=section)
    assert (found == expected).all()


@pytest.mark.parametrize("value", [2**62, -(2**62), 2**62 - 1, -1, 1])
def test_signed_sums_at_the_ends_of_fields(native, value):
    """All rows in one direction fill a field to its last bit, whatever its neighbors hold."""
    whole = np.array([[value, 0, 1], [0, -1, -1], [0, 1, 0]])
    rows = np.concatenate([whole, np.tile([0, 1, -1], (200, 1))])
    found, expected = (np.zeros((500, 3), dtype=np.int64) for _ in "ab")
    native.add_signed_sums(rows, found, 0, seed=1, section=0, threads=1)
    definition.add_signed_sums(rows, expected, 0, seed=1, section=0)
    assert (found == expected).all()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([1, 2, 7, 8, 9, 1000, 4099]),
    st.sampled_from([1, 3, 40]),
    st.sampled_from([0, 1, 9999]),
    SEEDS,
    st.integers(1, 4),
)
def test_counts_of_draws(native, size, resamples, first, seed, threads):
    found, expected = (np.full((resamples, size), 7.0) for _ in "ab")
    native.count_draws(found, first, seed=seed, threads=threads)
    definition.count_draws(expected, first, seed=seed)
    assert (found == expected).all()
    assert (found.sum(axis=1) == size).all()


@pytest.mark.parametrize(
    ("rows", "sums", "threads", "message"),
    [
        (np.zeros((2, 1), dtype=np.int64), np.zeros((2, 2), dtype=np.int64), 1, "same columns"),
        (np.zeros((2, 1), dtype=np.int64), np.zeros((2, 1), dtype=np.int64), 0, "at least 1"),
    ],
)
def test_what_cannot_be_summed(native, rows, sums, threads, message):
    with pytest.raises(ValueError, match=message):
        native.add_signed_sums(rows, sums, 0, seed=1, section=0, threads=threads)
