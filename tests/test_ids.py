"""What of an array of ids is text, what of it is scored, and what is said of bad arrays."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from textmetrics.ids import Ragged, count_ids, score_ids
from textmetrics.ids.inputs import CountRules, IdInputs
from textmetrics.kernels import (
    BASIC_COLUMNS,
    COLUMNS,
    SENTENCE_COLUMNS,
    available_backends,
    register_backend,
)

BACKENDS = [name for name in ("native", "reference") if available_backends()[name] is None]
LENGTHS = ("prediction_length", "reference_length")


def int64(*values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def counted(predictions: Any, references: Any, column: str, **options: Any) -> list[int]:
    """Return a column, which does not depend on the other columns or on the backend."""
    found = [
        count_ids(predictions, references, columns=columns, backend=backend, **options)
        for columns in ([column], [column, "lcs"])
        for backend in BACKENDS
    ]
    values = {tuple(counts[column].tolist()) for counts in found}
    assert len(values) == 1
    return list(values.pop())


@pytest.mark.parametrize(
    ("row", "options", "text"),
    [
        ([5, 6, 7], {}, [5, 6, 7]),
        ([0, 5, -100, 0, 6, 0], {"pad_id": 0}, [5, 6]),  # padding at either end, and within
        ([-100, -100], {}, []),
        ([5, 6, 2, 7, 2], {"eos_id": 2}, [5, 6]),
        ([5, 6, 2, 7, 3], {"eos_id": [3, 2]}, [5, 6]),
        ([5, 3, 2], {"eos_id": []}, [5, 3, 2]),
        ([2, 5, 6], {"eos_id": np.array(2)}, []),
        ([5, 2, 2, 2], {"eos_id": 2, "pad_id": 2}, [5]),  # models without padding take the end
        ([2, 2, 5, 2], {"eos_id": 2, "pad_id": 2}, []),  # the end comes first
        ([5, -100, 6], {"eos_id": -100}, [5]),
        ([0, -1, 2**31 - 1], {}, [0, -1, 2**31 - 1]),
        ([-(2**63), 2**63 - 1, 2**32, 0], {"pad_id": 0}, [-(2**63), 2**63 - 1, 2**32]),
        ([5, 6, 7], {"prediction_lengths": [2]}, [5, 6]),
        ([5, 2, 7], {"prediction_lengths": [1], "eos_id": 2}, [5]),
        ([5, 6, 7], {"prediction_lengths": [0]}, []),
        ([5, 6, 7], {"ignore_ids": [6, 9]}, [5, 7]),
        ([5, 6, 7], {"ignore_ids": {5, 6, 7}}, []),
        ([0, 5, 2], {"ignore_ids": np.array([0, 2]), "pad_id": 0, "eos_id": 2}, [5]),
    ],
)
def test_what_of_a_row_is_text(row: list[int], options: dict[str, Any], text: list[int]) -> None:
    # The reference has the very text; an id that no option names keeps it from being empty.
    reference = [[*text, 12345]]
    assert counted([row], reference, "prediction_length", **options) == [len(text)]
    assert counted([row], reference, "lcs", **options) == [len(text)]


STOP = 9


@pytest.mark.parametrize(
    ("prediction", "references", "lengths"),
    [
        ([5, 9], [[5, 6, 9]], [(1, 2)]),
        ([5, 9], [[9, 9]], [(2, 2)]),  # nothing left: nothing is dropped on either side
        ([5, 9], [[]], [(2, 0)]),
        ([9, 9], [[5, 9]], [(0, 1)]),  # the prediction alone: dropped all the same
        ([9], [[]], [(1, 0)]),
        ([], [[]], [(0, 0)]),
        ([5, 9], [[9, 9], [5]], [(0, -1), (1, 1)]),  # emptied while another is not
        ([5, 9], [[5], [9, 9], [9, 6]], [(1, 1), (0, -1), (1, 1)]),
        ([5, 9], [[9], []], [(2, 1), (2, 0)]),
        ([5, 9], [[], [9], [6]], [(1, 0), (0, -1), (1, 1)]),  # it had nothing to drop
        ([5, 9], [None, [5, 9]], [(0, -1), (1, 1)]),
        ([5, 9], [[5, 9], None, [9]], [(1, 1), (0, -1), (0, -1)]),
        ([5, 9], [[9], None], [(2, 1), (0, -1)]),
    ],
)
def test_where_nothing_is_left(
    prediction: list[int], references: list[list[int] | None], lengths: list[tuple[int, int]]
) -> None:
    padded = [[[*(one or []), 0, 0, 0][:3] for one in references]]
    sizes = [[-1 if one is None else len(one) for one in references]]
    options: dict[str, Any] = {"reference_lengths": sizes, "ignore_ids": [STOP]}
    for name, expected in zip(LENGTHS, zip(*lengths, strict=True), strict=True):
        assert counted([prediction], padded, name, **options) == list(expected)
    if None not in references:
        rows = [one for one in references if one is not None]
        offsets = np.cumsum([0, *map(len, rows)])
        ragged = Ragged(int64(*(i for row in rows for i in row)), offsets, int64(0, len(rows)))
        for name, expected in zip(LENGTHS, zip(*lengths, strict=True), strict=True):
            assert counted([prediction], ragged, name, ignore_ids=[STOP]) == list(expected)


def test_every_column_of_a_reference_that_does_not_count() -> None:
    known = [column for column in COLUMNS if column not in SENTENCE_COLUMNS]
    references = [[[5, 6, 7], [9, 9, 9], [5, 6, 9]]]
    for backend in BACKENDS:
        counts = count_ids(
            [[5, 6, 7, 8]],
            references,
            reference_lengths=[[-1, 3, 3]],
            ignore_ids=[9],
            columns=known,
            backend=backend,
        )
        assert list(counts.columns) == known
        assert counts.offsets.tolist() == [0, 3]
        for name, column in counts.columns.items():
            left_out = -1 if name == "reference_length" else 0
            if len(column) == 3:
                assert column[:2].tolist() == [left_out, left_out], name
        assert counts["clip_1"].tolist() == [2]
        assert counts["clip_3"].tolist() == [0]
        assert counts["closest_length"].tolist() == [2]
        assert counts["match_2"].tolist() == [0, 0, 1]


def test_groups_share_their_references() -> None:
    predictions = [[5, 6], [5, 7], [7, 7], [6, 5], [7, 7], [7, 8]]
    references = [[[5, 6], [7, 7]], [[7, 8], [0, 0]]]
    options: dict[str, Any] = {"group_size": 3, "reference_lengths": [[2, 2], [2, -1]]}
    assert counted(predictions, references, "match_1", **options) == [
        *(2, 0, 1, 1, 0, 2),
        *(0, 0, 1, 0, 2, 0),
    ]
    assert counted(predictions, references, "clip_1", **options) == [2, 2, 2, 0, 1, 2]
    counts = count_ids(predictions, references, **options)
    assert counts.offsets.tolist() == [0, 2, 4, 6, 8, 10, 12]


class Foreign:
    """An array of another library, which speaks DLPack and nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


IDS = np.random.default_rng(0).integers(0, 9, (6, 8))


def _within_records(ids: np.ndarray) -> np.ndarray:
    records = np.zeros(ids.shape, dtype=[("id", ids.dtype), ("mark", np.int8)])
    records["id"] = ids
    return records["id"]


def _read_only(ids: np.ndarray) -> np.ndarray:
    ids = ids.copy()
    ids.setflags(write=False)
    return ids


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda ids: ids, id="contiguous"),
        pytest.param(lambda ids: ids.tolist(), id="lists"),
        pytest.param(Foreign, id="dlpack"),
        pytest.param(np.asfortranarray, id="transposed"),
        pytest.param(lambda ids: ids.view(np.matrix), id="matrix"),
        pytest.param(lambda ids: np.repeat(np.repeat(ids, 3, 0), 2, 1)[::3, ::2], id="strided"),
        pytest.param(lambda ids: np.hstack([ids, ids])[:, 8:], id="behind a prompt"),
        pytest.param(lambda ids: ids[::-1, ::-1].copy()[::-1, ::-1], id="backwards"),
        pytest.param(lambda ids: np.frombuffer(b"." + ids.tobytes(), ids.dtype, offset=1).reshape(
            ids.shape), id="unaligned"),
        pytest.param(_within_records, id="within records"),
        pytest.param(_read_only, id="read-only"),
        pytest.param(lambda ids: Ragged(ids.ravel(), np.arange(0, 49, 8)), id="ragged"),
        pytest.param(lambda ids: Ragged(ids.ravel(), np.arange(0, 49, 8, np.int32), None, 8),
                     id="ragged with its longest"),
        pytest.param(lambda ids: Ragged(np.repeat(ids.ravel(), 2)[::2], np.arange(0, 98, 8)[:7]),
                     id="ragged and strided"),
        pytest.param(lambda ids: Ragged(Foreign(ids.ravel()), Foreign(np.arange(0, 49, 8))),
                     id="ragged by dlpack"),
    ],
)  # fmt: skip
def test_arrays_of_every_kind_are_read_alike(dtype: Any, change: Any) -> None:
    ids = IDS.astype(dtype)
    expected = counted(ids.copy(), IDS[::-1].copy(), "lcs")
    before = ids.copy()
    assert counted(change(ids), IDS[::-1], "lcs") == expected
    assert counted(IDS, change(ids[::-1].copy()), "lcs") == expected
    assert (ids == before).all()


def test_several_references_are_read_from_any_layout() -> None:
    ids = np.random.default_rng(1).integers(0, 9, (4, 3, 6))
    predictions = ids[:, 0, :]
    expected = counted(predictions, ids, "lcs")
    assert expected[::3] == [6, 6, 6, 6]
    turned = np.ascontiguousarray(ids.transpose(1, 2, 0)).transpose(2, 0, 1)
    assert counted(predictions, turned, "lcs") == expected
    ragged = Ragged(ids.ravel(), np.arange(0, 73, 6), np.arange(0, 13, 3))
    assert counted(predictions, ragged, "lcs") == expected
    lengths = np.full((4, 3), 6)
    lengths[1, 2] = -1
    there = counted(predictions, ids, "reference_length", reference_lengths=lengths.T.copy().T)
    assert there == [6, 6, 6, 6, 6, -1, 6, 6, 6, 6, 6, 6]


@pytest.mark.integration("torch")
def test_torch_tensors_are_read_where_they_are() -> None:
    import torch

    ids = torch.tensor(IDS)
    expected = counted(IDS[:, 2:], IDS[:, :4], "lcs")
    assert counted(ids[:, 2:], ids[:, :4].int(), "lcs") == expected
    lengths = torch.full((6,), 4)
    assert counted(ids[:, 2:], ids, "lcs", reference_lengths=lengths) == expected
    assert counted(Ragged.of(ids[:, 2:]), Ragged.of(list(ids[:, :4])), "lcs") == expected
    with pytest.raises(TypeError, match="predictions must be int32 or int64, got float32"):
        count_ids(ids.float(), ids)


def test_texts_without_width() -> None:
    empty = np.zeros((2, 0), dtype=np.int32)
    assert counted(empty, empty, "equal") == [1, 1]
    assert counted([[], []], [[5], [6]], "reference_length") == [1, 1]
    assert counted(Ragged(int64(), int64(0, 0)), [[5]], "prediction_length") == [0]


def test_asking_for_no_column_and_for_the_usual() -> None:
    for backend in BACKENDS:
        assert count_ids([[1]], [[1]], columns=[], backend=backend).columns == {}
        assert tuple(count_ids([[1]], [[1]], backend=backend).columns) == BASIC_COLUMNS


ONE = int64([5, 6], [7, 8])
BAD: list[tuple[Any, Any, dict[str, Any], type[Exception], str]] = [
    (ONE * 1.0, ONE, {}, TypeError, "predictions must be int32 or int64, got float64: convert"),
    (ONE, ONE > 6, {}, TypeError, "references must be int32 or int64, got bool"),
    (ONE.astype(object), ONE, {}, TypeError, "predictions must be int32 or int64, got object"),
    (ONE.astype(">i8"), ONE, {}, TypeError, "predictions must be int32 or int64, got >i8"),
    (ONE.astype(np.uint8), ONE, {}, TypeError, "predictions must be int32 or int64, got uint8"),
    ([["a"]], [[1]], {}, TypeError, "predictions must be int32 or int64, got <U1"),
    (np.ma.masked_equal(ONE, 6), ONE, {}, TypeError,
     r"predictions must have no mask: use predictions.filled\(-100\), which is skipped"),
    ([[2**63]], [[1]], {}, TypeError, "predictions must be int32 or int64, got uint64"),
    ([[None]], [[1]], {}, TypeError, "predictions must be int32 or int64, got object"),
    (Foreign(ONE * 1.0), ONE, {}, TypeError, "predictions must be int32 or int64, got float64"),
    ([1, 2], ONE, {}, TypeError, r"predictions must have 2 dimensions .*, got 1, of shape \(2,\)"),
    (ONE[None], ONE, {}, TypeError, "predictions must have 2 dimensions .*, got 3"),
    (ONE, ONE[0], {}, TypeError, "references must have 2 or 3 dimensions .*, got 1"),
    (None, ONE, {}, TypeError, "predictions must have 2 dimensions"),
    ([[1], [2, 3]], ONE, {}, ValueError, r"of predictions differ in length: .*Ragged\.of\(rows\)"),
    (ONE, [[1], [2, 3]], {}, ValueError, "the rows of references differ in length"),
    (ONE[:0], ONE[:0], {}, ValueError, "no samples: predictions are empty"),
    ([], [], {}, ValueError, "no samples: predictions are empty"),
    (ONE, ONE[:0], {}, ValueError, "no samples: references are empty"),
    (Ragged(ONE[0], int64(0)), ONE, {}, ValueError, "no samples: predictions are empty"),
    (ONE, ONE[:1], {}, ValueError, r"2 predictions but 1 references with group_size=1.*, as with "
     r"group_size=2; predictions are \(2, 2\), references \(1, 2\)"),
    (ONE, ONE, {"group_size": 2}, ValueError, "2 predictions but 2 references with group_size=2"),
    (ONE, Ragged(ONE[0], int64(0, 1, 2), int64(0, 2)), {}, ValueError,
     "2 predictions but 1 .* references 2 ragged rows for 1 samples"),
    (ONE, np.zeros((2, 0, 3), np.int32), {}, ValueError, "a sample needs a reference"),
    (ONE, ONE, {"prediction_lengths": [1, 3]}, ValueError,
     r"prediction_lengths\[1\] is 3: it must be 0 to 2, the rows' width$"),
    (ONE, ONE, {"prediction_lengths": [-1, 2]}, ValueError, r"prediction_lengths\[0\] is -1"),
    (ONE, ONE[:, None], {"reference_lengths": [[2], [-2]]}, ValueError,
     r"reference_lengths\[1, 0\] is -2: it must be 0 to 2, the rows' width, or -1 for no such"),
    (ONE, ONE, {"reference_lengths": [2, -1]}, ValueError, r"references\[1\] has no reference"),
    (ONE, np.zeros((2, 3, 1), np.int32), {"reference_lengths": [[-1, -1, 0], [-1] * 3]}, ValueError,
     r"references\[1\] has no reference: all its reference_lengths are -1"),
    (ONE, ONE, {"prediction_lengths": [1]}, ValueError,
     r"prediction_lengths are \(1,\), but predictions are \(2, 2\): .* per row, \(2,\)"),
    (ONE, ONE[:, None], {"reference_lengths": [1, 1]}, TypeError,
     "reference_lengths must have 2 dimensions"),
    (ONE, ONE, {"reference_lengths": [1.0, 1.0]}, TypeError, "reference_lengths must be int32 or"),
    (ONE, Ragged(ONE[0], int64(0, 1, 2)), {"reference_lengths": [1, 1]}, ValueError,
     "reference_lengths are for padded rows: references passed as Ragged have offsets"),
    (Ragged(ONE[0], int64(0, 1, 2), int64(0, 1, 2)), ONE, {}, ValueError,
     "predictions.samples: only references may be several per sample"),
    (Ragged(ONE[0], int64(0, 2, 1)), ONE, {}, ValueError,
     "predictions.offsets must not decrease, but does at 2"),
    (Ragged(ONE[0], int64(1, 1, 2)), ONE, {}, ValueError, "predictions.offsets must begin with 0"),
    (Ragged(ONE[0], int64(0, 1, 3)), ONE, {}, ValueError,
     "predictions.offsets must end with 2, the number of ids, got 3"),
    (Ragged(ONE[0], int64()), ONE, {}, ValueError, "predictions.offsets is empty"),
    (Ragged(ONE[0], [0.0, 1.0, 2.0]), ONE, {}, TypeError, "predictions.offsets must be int32 or"),
    (Ragged(ONE, int64(0, 1, 2)), ONE, {}, TypeError, "predictions.ids must have 1 dimension "),
    (Ragged(ONE[0], int64(0, 0, 2), None, 1), ONE, {}, ValueError,
     "predictions.max_length is 1, but a row has 2 ids"),
    (Ragged(ONE[0], int64(0, 1, 2), None, -1), ONE, {}, ValueError,
     "predictions.max_length must be at least 0"),
    (Ragged(ONE[0], int64(0, 1, 2), None, 2.0), ONE, {}, TypeError,
     "predictions.max_length must be an integer, got float: 2.0"),
    (ONE, Ragged(ONE[0], int64(0, 1, 2), int64(0, 0, 2)), {}, ValueError,
     "sample 0 of references.samples has no reference"),
    (ONE, Ragged(ONE[0], int64(0, 1, 2), int64(0, 1, 3)), {}, ValueError,
     "references.samples must end with 2, the number of rows, got 3"),
    (ONE, ONE, {"group_size": 0}, ValueError, "group_size must be at least 1, got 0"),
    (ONE, ONE, {"group_size": 1.0}, TypeError, "group_size must be an integer, got float"),
    (ONE, ONE, {"pad_id": "0"}, TypeError, "pad_id must be an integer, got str: '0'"),
    (ONE, ONE, {"pad_id": True}, TypeError, "pad_id must be an integer, got bool"),
    (ONE, ONE, {"pad_id": 2**63}, ValueError, "pad_id must be from -9,223,"),
    (ONE, ONE, {"eos_id": [2, 0.5]}, TypeError, "each of eos_id must be an integer, got float"),
    (ONE, ONE, {"ignore_ids": ["the"]}, TypeError, "each of ignore_ids must be an integer"),
    (ONE, ONE, {"eos_id": 0.5}, TypeError, "eos_id must be ids, got float: 0.5"),
    (ONE, ONE, {"ignore_ids": None}, TypeError, "ignore_ids must be ids, got NoneType: None"),
    (ONE, ONE, {"ignore_ids": 5}, TypeError, r"ignore_ids must be a list of ids: use \[5\]"),
    (ONE, ONE, {"threads": 0}, ValueError, "threads must be from 1 to 1,024, got 0"),
    (ONE, ONE, {"columns": "lcs"}, TypeError, r"columns must be a list of names: use \['lcs'\]"),
    (ONE, ONE, {"columns": ["lsc"]}, ValueError, "unknown column 'lsc': did you mean 'lcs'"),
    (ONE, ONE, {"columns": ["union_lcs"]}, ValueError, "'union_lcs' counts sentences, which"),
    (ONE, ONE, {"backend": "gpu"}, ValueError, "unknown backend 'gpu': .*known: auto, native"),
]  # fmt: skip


def test_rows_of_any_kind_become_ragged() -> None:
    rows = [[5, 6], [], np.array([7], np.int32), (8, 9, 5), np.array([6])]
    ragged = Ragged.of(rows)
    assert ragged.ids.tolist() == [5, 6, 7, 8, 9, 5, 6]
    assert (ragged.offsets.tolist(), ragged.max_length) == ([0, 2, 2, 3, 6, 7], 3)
    assert counted(ragged, Ragged.of([[6, 5]] * 5), "match_1") == [2, 0, 0, 1, 1]
    references = Ragged.of(rows, samples=[0, 2, 5])
    assert counted(Ragged.of([[5], [8, 9]]), references, "match_1") == [1, 0, 0, 2, 0]
    assert counted(Ragged.of([[]]), [[5]], "prediction_length") == [0]
    with pytest.raises(ValueError, match="no samples: predictions are empty"):
        count_ids(Ragged.of([]), ONE)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([[5], [0.5]], r"rows\[1\] must be int32 or int64, got float64"),
        ([5, 6], r"rows\[0\] must have 1 dimension \(the ids of a text\), got 0"),
        ([[[5, 6]]], r"rows\[0\] must have 1 dimension .*, got 2"),
        (["ab"], r"rows\[0\] must have 1 dimension"),
    ],
)
def test_rows_that_are_no_ids(rows: Any, complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        Ragged.of(rows)


@pytest.mark.parametrize(("predictions", "references", "options", "kind", "complaint"), BAD)
def test_bad_input(
    predictions: Any, references: Any, options: dict[str, Any], kind: Any, complaint: str
) -> None:
    with pytest.raises(kind, match=complaint):
        count_ids(predictions, references, **options)


class OnDevice(Foreign):
    """An array that says that it is on a device, whose values nobody may read."""

    def __init__(self, kind: int) -> None:
        self.kind = kind

    def __dlpack__(self, **options: Any) -> Any:
        raise AssertionError("nobody may read it")

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.kind, 0


class Interface:
    def __init__(self) -> None:
        self.__cuda_array_interface__ = {"version": 3}


class WithGradient(OnDevice):
    """A tensor as torch has them, whose interface cannot be asked for."""

    @property
    def __cuda_array_interface__(self) -> Any:
        raise RuntimeError("it requires a gradient")


@pytest.mark.parametrize("array", [OnDevice(2), OnDevice(13), Interface(), WithGradient(2)])
def test_arrays_on_a_device_go_to_its_backend_and_to_no_other(array: Any, temporary: Any) -> None:
    from textmetrics.kernels import registry

    def load() -> Any:
        raise ImportError("CuPy is not installed")

    temporary(registry._backends)
    register_backend("cuda", load, remedy="pip install it")
    missing = "backend 'cuda' is not available: CuPy is not installed; pip install it"
    for given in ((array, ONE), (ONE, array), (Ragged(array, ONE[0]), ONE)):
        with pytest.raises(ImportError, match=missing):
            count_ids(*given)
    with pytest.raises(ImportError, match=missing):
        count_ids(ONE, ONE, reference_lengths=array)
    with pytest.raises(ImportError, match=missing):
        count_ids(ONE, ONE, backend="cuda")
    with pytest.raises(ImportError, match=missing):
        score_ids(ONE, array)
    for backend in ("native", "reference"):
        there = f"backend '{backend}' reads the memory of the host, and references.ids is on a CUDA"
        with pytest.raises(ValueError, match=there):
            count_ids(ONE, Ragged(array, ONE[0]), backend=backend)


def test_the_backend_of_a_device_gets_the_arrays_as_they_came(
    monkeypatch: pytest.MonkeyPatch,
    temporary: Any,
) -> None:
    from textmetrics.kernels import registry

    def count(given: IdInputs, options: CountRules) -> Any:
        return "counted", given, options.columns

    def score(given: IdInputs, options: CountRules, parts: Any) -> Any:
        return "scored", given, list(parts)

    device = SimpleNamespace(count=count, score=score)
    monkeypatch.setitem(sys.modules, "textmetrics.ids.cuda", device)
    temporary(registry._backends)
    register_backend("cuda", lambda: None)  # type: ignore[arg-type,return-value]
    ids = OnDevice(2)
    given = IdInputs(ids, ONE, None, ids, 3)
    options: dict[str, Any] = {"reference_lengths": ids, "group_size": 3}
    assert count_ids(ids, ONE, columns=["lcs"], **options) == ("counted", given, ("lcs",))
    assert score_ids(ids, ONE, metrics=["rouge_l.recall"], backend="cuda", **options) == (
        *("scored", given),
        ["rouge_l.recall"],
    )


def test_memory_of_other_devices_is_refused() -> None:
    class Metal(OnDevice):
        def __dlpack__(self, **options: Any) -> Any:
            raise BufferError("unsupported device")

    with pytest.raises(TypeError, match="predictions cannot be read through DLPack: unsupported"):
        count_ids(Metal(8), ONE)
