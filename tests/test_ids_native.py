"""The twin of counting ids gives what its definition gives, on arrays of every kind."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.ids import Ragged, count_ids
from textmetrics.ids.inputs import ID_COLUMNS
from textmetrics.kernels import Counts, available_backends

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
COMPILER = os.environ.get("CXX") or "g++"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))

# Ids that mean something to nobody, or might to an implementation: signs, ends of both types.
IDS = {
    np.int32: [0, 1, 2, 3, 4, 5, -1, -100, 2**31 - 1, -(2**31)],
    np.int64: [0, 1, 2, 3, 4, 5, -1, -100, 2**31 - 1, -(2**63), 2**63 - 1, 2**32, 2**32 + 1],
}
EDGES = [np.ascontiguousarray, np.asfortranarray]


def rows(counts: Counts) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in counts.columns.items()}


def assert_twins_agree(predictions: Any, references: Any, **options: Any) -> None:
    """Hold the twin to the definition."""
    options = {"columns": ID_COLUMNS, **options}
    expected = count_ids(predictions, references, backend="reference", **options)
    found = count_ids(predictions, references, backend="native", **options)
    assert rows(found) == rows(expected)
    assert found.offsets.tolist() == expected.offsets.tolist()


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the arguments of a call."""
    groups, size = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return {
        **draw(side("prediction", groups * size, None)),
        **draw(side("reference", groups, draw(st.sampled_from([None, 1, 3])))),
        "group_size": size,
        "pad_id": draw(st.sampled_from([None, 0, 2, -1, 2**63 - 1])),
        "eos_id": draw(st.sampled_from([None, 2, 0, [3, 2], -100, 2**32, -(2**63)])),
        "ignore_ids": draw(st.sampled_from([[], [1], [1, 3], [0, 2, 4], [1, 2, 3, 4, 5, -1]])),
        "columns": draw(st.sampled_from([ID_COLUMNS, ID_COLUMNS[:3], ["clip_2"], ["common_3"]])),
        "threads": draw(st.integers(1, 3)),
    }


@st.composite
def side(draw: st.DrawFn, name: str, entries: int, several: int | None) -> dict[str, Any]:
    """Draw one side's texts, and their lengths where they have some."""
    dtype = draw(st.sampled_from(list(IDS)))
    ids = st.sampled_from(draw(st.sampled_from([IDS[dtype][:6], IDS[dtype]])))
    if draw(st.booleans()):
        counts = [draw(st.integers(1, 3)) if several else 1 for _ in range(entries)]
        texts = [draw(st.lists(ids, max_size=7)) for _ in range(sum(counts))]
        offsets = np.cumsum([0, *map(len, texts)])
        joined = np.array([i for text in texts for i in text], dtype=dtype)
        samples = np.cumsum([0, *counts]) if several else None
        return {f"{name}s": Ragged(joined, offsets, samples)}
    shape = (entries, *([] if several is None else [several]), draw(st.integers(0, 8)))
    cells = int(np.prod(shape))
    drawn = draw(st.lists(ids, min_size=cells, max_size=cells))
    array = draw(st.sampled_from(EDGES))(np.array(drawn, dtype=dtype).reshape(shape))
    array = array[..., : draw(st.integers(0, shape[-1]))]
    if not draw(st.booleans()):
        return {f"{name}s": array}
    count = int(np.prod(shape[:-1]))
    least = 0 if several is None else -1
    length = st.integers(least, array.shape[-1])
    lengths = np.array(draw(st.lists(length, min_size=count, max_size=count)), dtype=np.int64)
    lengths = lengths.reshape(shape[:-1])
    if several is not None:
        lengths[:, -1] = np.maximum(lengths[:, -1], 0)  # some reference must be there
    return {f"{name}s": array, f"{name}_lengths": lengths}


@settings(max_examples=100)
@given(calls())
def test_twin_and_definition_agree(call: dict[str, Any]) -> None:
    assert_twins_agree(**call)


@pytest.mark.parametrize("dtype", list(IDS))
def test_long_rows_of_few_and_of_many_ids(dtype: Any) -> None:
    chance = np.random.default_rng(3)
    columns = [name for name in ID_COLUMNS if name[-1] not in "56789" and "shift" not in name]
    for most in (3, 50, 2**31 - 1):
        predictions = chance.integers(0, most, (6, 150)).astype(dtype)
        references = chance.integers(0, most, (2, 2, 90)).astype(dtype)
        references[:, :, 10:80] = predictions[::3, None, 40:110]
        assert_twins_agree(
            predictions, references, group_size=3, columns=columns, ignore_ids=range(2)
        )


def test_ids_that_a_weaker_hash_would_confuse() -> None:
    ids = np.arange(-40, 40, dtype=np.int64) << 40
    assert_twins_agree(
        ids.reshape(8, 10), ids.reshape(8, 10)[::-1], ignore_ids=(ids[::3] >> 20).tolist()
    )
    assert_twins_agree(ids.reshape(8, 10), ids.reshape(8, 10), ignore_ids=ids[::3], eos_id=ids[::7])


@pytest.mark.timeout(60)  # a fraction of a second; hours, if a million ids met in one place
def test_ids_that_are_chosen_to_meet() -> None:
    # The ids whose hash is zero in its lower half, by the inverse of `mix` of native/counts.h: they
    # do not meet, since a number of the process is in the hash.
    ids = np.arange(1, 1_000_001, dtype=np.uint64) << np.uint64(32)
    for factor, shift in ((1, 32), (0xD6E8FEB86659FD93, 29), (0x9E3779B97F4A7C15, 32)):
        ids = ids * np.uint64(pow(factor, -1, 2**64))
        parts = [ids >> np.uint64(by) for by in range(0, 64, shift)]
        ids = np.bitwise_xor.reduce(parts)
    rows = ids.view(np.int64)[None]
    found = count_ids(rows, rows, columns=["match_1", "match_2"], backend="native")
    assert (found["match_1"].tolist(), found["match_2"].tolist()) == ([1_000_000], [999_999])


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"{COMPILER} is not there")
def test_words_that_are_chosen_to_meet(tmp_path: Path) -> None:
    source = Path(__file__).with_name("chosen.cpp")
    native = source.parent.parent / "textmetrics" / "native"
    program = tmp_path / "chosen"
    command = [COMPILER, "-std=c++17", f"-I{native}", "-o", str(program), str(source)]
    subprocess.run(command, check=True)
    out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    places = {name: int(count) for name, count in map(str.split, out.splitlines())}
    assert places.pop("known_hash") == 1
    assert sorted(places) == ["wide_words", "words"]
    # As good as drawn: 2,589 are expected, and 2,520 were the fewest in 300 processes.
    assert all(count > 2000 for count in places.values()), places


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"{COMPILER} is not there")
def test_the_program_of_other_systems_fits_the_headers() -> None:
    """``make portable`` builds it, with compilers that few have: here it is only read."""
    source = Path(__file__).with_name("portable.cpp")
    options = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]
    native = source.parent.parent / "textmetrics" / "native"
    command = [COMPILER, *options, "-iquote", str(native), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_hundreds_of_ignored_ids() -> None:
    ids = np.random.default_rng(4).integers(0, 2000, (20, 40))
    assert_twins_agree(
        ids, np.roll(ids, 1, axis=1), ignore_ids=range(0, 2000, 3), pad_id=3, columns=["lcs"]
    )


def test_threads_and_callers_at_once_do_not_matter() -> None:
    chance = np.random.default_rng(6)
    predictions = chance.integers(0, 9, (3000, 40))
    references = chance.integers(0, 9, (30, 2, 40)).astype(np.int32)
    lengths = chance.integers(0, 40, 3000)
    lengths[::10] = 40

    def count(threads: int) -> dict[str, list[int]]:
        return rows(
            count_ids(
                *(predictions, references),
                prediction_lengths=lengths,
                ignore_ids=[1, 2, 3],
                group_size=100,
                threads=threads,
                backend="native",
            )
        )

    alone = count(1)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(count, (1, 2, 3, 7, 64, 2)))


def test_one_thread_goes_from_one_group_to_the_next_and_back() -> None:
    # A worker keeps what it has read of a group's references; runs of samples end within groups.
    chance = random.Random(8)
    predictions = [[chance.randrange(5) for _ in range(6)] for _ in range(700)]
    references = [[[chance.randrange(5) for _ in range(4)] for _ in range(2)] for _ in range(100)]
    for threads in (1, 3):
        assert_twins_agree(
            predictions, references, group_size=7, threads=threads, columns=["match_2", "clip_1"]
        )


def int64(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


EMPTY = int64()
ROWS = np.zeros((2, 3), np.int32)
DOOR = {
    "predictions": ROWS, "prediction_lengths": None, "prediction_offsets": None,
    "references": ROWS, "reference_lengths": None, "reference_offsets": None,
    "bounds": int64(0, 1, 2), "group_size": 1, "ignored": EMPTY, "skipped": EMPTY, "ending": EMPTY,
    "columns": {}, "threads": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"threads": 0}, "threads must be at least 1"),
        ({"predictions": ROWS * 1.0}, "ids must be int32 or int64"),
        ({"predictions": ROWS[0]}, "ids must be padded rows"),
        ({"references": ROWS, "reference_offsets": int64(0, 1, 2)}, "ids must be padded rows"),
        ({"references": ROWS[0], "reference_offsets": int64(0, 4, 3)}, "must not fall"),
        ({"references": ROWS[0], "reference_offsets": int64(0, 1, 4)}, "must end with 3"),
        ({"prediction_lengths": np.zeros(3, np.int64)}, "a length for each row"),
        ({"prediction_lengths": int64(0, 4)}, "the length of row 1 is impossible"),
        ({"prediction_lengths": int64(-1, 0)}, "the length of row 0 is impossible"),
        ({"reference_lengths": int64(0, -2)}, "the length of row 1 is impossible"),
        ({"reference_lengths": int64(0, -1)}, "group 1 has no reference"),
        ({"bounds": int64(0, 0, 2)}, "group 0 has no reference"),
        ({"bounds": int64(0, 1, 3)}, "bounds must end with 2"),
        ({"bounds": EMPTY}, "bounds must begin with 0"),
        ({"group_size": 2}, "there must be group_size predictions a group"),
        ({"group_size": 0}, "there must be group_size predictions a group"),
        ({"columns": {"lcs": np.zeros(3, np.int64)}}, "lcs must have 2 rows, not 3"),
    ],
)
def test_the_door_itself_lets_nothing_past_the_ends(change: dict[str, Any], complaint: str) -> None:
    count = import_module("textmetrics._native").count_ids
    count(**DOOR)
    with pytest.raises(ValueError, match=complaint):
        count(**{**DOOR, **change})
