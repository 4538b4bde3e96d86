"""Token ids by the device code, on the CPU and where there is a GPU: the CPU's very integers."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cuda_on_cpu
import numpy as np
import pytest
from cupy_on_cpu import FakeCupy, Pointed, Tensor
from cupy_on_cpu import on_gpu as on_gpu_number
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.ids import Ragged, count_ids, cuda, score_ids
from textmetrics.ids.api import _parts
from textmetrics.ids.inputs import IdInputs, rules_of
from textmetrics.kernels import BASIC_COLUMNS, available_backends, backend
from textmetrics.kernels.cuda import COLUMNS, _device
from textmetrics.scan import encode

REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
on_cpu = pytest.mark.skipif(
    cuda_on_cpu.MISSING is not None and not REQUIRED, reason=str(cuda_on_cpu.MISSING)
)
NO_GPU = available_backends()["cuda"]
on_gpu = [pytest.mark.cuda, pytest.mark.skipif(NO_GPU is not None, reason=str(NO_GPU))]

METRICS = [
    "accuracy", "f1", "f1.precision", "f1.recall", "precision", "recall", "rouge_1", "rouge_2",
    "rouge_2.precision", "rouge_l", "rouge_l.recall", "bleu_4",
]  # fmt: skip
EXTREMES = (0, 1, -1, -100, 2**31 - 1, -(2**31))
WIDE = (*EXTREMES, 2**63 - 1, -(2**63), 2**32, 2**32 + 1)  # the last differ in their upper half


@st.composite
def calls(draw: st.DrawFn) -> tuple[Any, Any, dict[str, Any]]:
    """Draw predictions, references and options."""
    seed = draw(st.integers(0, 2**32))
    random = np.random.default_rng(seed)
    kind = draw(st.sampled_from([np.int32, np.int64]))
    few = np.array(EXTREMES if kind is np.int32 else WIDE, dtype=kind)
    many = np.arange(draw(st.sampled_from([2, 7, 300])), dtype=kind)
    ids = draw(st.sampled_from([few, many]))
    group, groups, each = (draw(st.integers(1, 3)) for _ in range(3))
    width, other = draw(st.integers(0, 100)), draw(st.integers(0, 40))
    predictions = random.choice(ids, (group * groups, width))
    references = random.choice(ids, (groups, each, other))
    options: dict[str, Any] = {"group_size": group}
    options["pad_id"] = draw(st.sampled_from([None, *map(int, ids[:2])]))
    options["eos_id"] = draw(st.sampled_from([None, int(ids[-1]), [int(ids[0]), 5]]))
    options["ignore_ids"] = [int(each) for each in draw(st.sets(st.sampled_from(list(ids[:5]))))]
    form = draw(st.sampled_from(["all", "lengths", "strided", "ragged"]))
    if form == "lengths":
        lengths = random.integers(-1, other + 1, (groups, each))
        lengths[:, 0] = np.maximum(lengths[:, 0], 0)
        options["reference_lengths"] = lengths.astype(kind)
        options["prediction_lengths"] = random.integers(0, width + 1, group * groups)
    elif form == "strided":
        return predictions.T.copy().T, references[:, ::-1, ::2], options
    elif form == "ragged":
        bounds = np.sort(random.integers(0, predictions.size + 1, group * groups + 1))
        bounds[0], bounds[-1] = 0, predictions.size
        longest = draw(st.sampled_from([None, int(np.diff(bounds).max())]))
        starts = (
            np.arange(0, references.size + 1, other or 1) if other else [0] * (groups * each + 1)
        )
        samples = np.arange(groups + 1) * each
        return (
            Ragged(predictions.ravel(), bounds, max_length=longest),
            Ragged(references.ravel(), np.array(starts), samples),
            options,
        )
    return predictions, references, options


def on_shim(predictions: Any, references: Any, metrics: list[str], **options: Any) -> Any:
    """Count and score by the device code."""
    shapes = {name: options.pop(name, None) for name in ("prediction_lengths", "reference_lengths")}
    call = IdInputs(predictions, references, *shapes.values(), options.pop("group_size"))
    chosen = rules_of(BASIC_COLUMNS, {"threads": 1, **options})
    there = cuda_on_cpu.CpuDevice()
    found = cuda.count_on(there, call, chosen)
    return there, found, cuda.score_on(there, found, _parts(metrics))


def assert_scores(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, values in expected.items():
        assert found[name].dtype == values.dtype == np.float32
        if name == "bleu_4":  # the logarithm and the exponential of another library
            assert np.abs(found[name] - values).max() <= 1e-6
        else:
            assert found[name].tolist() == values.tolist(), name


@on_cpu
@settings(max_examples=100, deadline=None)
@given(call=calls())
def test_the_device_code_is_the_definition(call: tuple[Any, Any, dict[str, Any]]) -> None:
    predictions, references, options = call
    _, found, scores = on_shim(predictions, references, METRICS, **options)
    expected = count_ids(predictions, references, backend="reference", **options)
    for name in BASIC_COLUMNS:
        assert found.table.column(name).tolist() == expected[name].tolist(), name
    assert found.offsets.tolist() == expected.offsets.tolist()
    with np.errstate(all="raise"):
        assert_scores(scores, score_ids(predictions, references, metrics=METRICS, **options))


@on_cpu
def test_the_host_waits_for_nothing() -> None:
    padded = np.arange(12, dtype=np.int32).reshape(3, 4), np.arange(9, dtype=np.int32).reshape(3, 3)
    there, *_ = on_shim(*padded, METRICS, group_size=1, pad_id=0, ignore_ids=(), eos_id=None)
    assert there.downloads == 0
    ids, offsets = np.arange(12, dtype=np.int32), np.array([0, 4, 8, 12])
    for longest, downloads in ((4, 0), (None, 1)):
        ragged = Ragged(ids, offsets, max_length=longest)
        there, *_ = on_shim(
            ragged, ragged, METRICS, group_size=1, pad_id=0, ignore_ids=(), eos_id=None
        )
        assert there.downloads == downloads


def test_what_long_predictions_need_depends_on_them_alone() -> None:
    class Idle(cuda_on_cpu.CpuDevice):
        multiprocessors = 132

        def launch(self, program: Any, kernel: str, blocks: int, *_: Any) -> None:
            launched[kernel] = blocks

        def empty(self, size: int, dtype: Any) -> Any:
            sizes.append(size * np.dtype(dtype).itemsize)
            return super().empty(size, dtype)

    blocks, bytes_of_all = [], []
    for size in (1000, 1_000_000):
        launched: dict[str, int] = {}
        sizes: list[int] = []
        ids, rows = np.zeros(size, np.int32), np.linspace(0, size, 1001).astype(np.int64)
        references = Ragged(ids, rows, np.arange(0, 1001, 2))
        given = IdInputs(Ragged(ids, rows[::2], max_length=9000), references)
        options = {"pad_id": None, "ignore_ids": (), "eos_id": None, "threads": 1}
        cuda.count_on(Idle(), given, rules_of(BASIC_COLUMNS, options))
        blocks.append(launched["count_long"])
        bytes_of_all.append(max(sizes))
    assert blocks == [500, 500]  # one a sample
    # 8,192 tokens of a chunk, twice; 16,384 places of ids; 13 words a lane of two strips.
    assert bytes_of_all == [500 * 4 * (2 * 8192 + 16_384 + 2 * 256 * 13)] * 2


@on_cpu
def test_ids_of_two_types_meet() -> None:
    small, wide = np.array([[1, 2, 3]], dtype=np.int32), np.array([[1, 2**32 + 2, 3]])
    _, found, _ = on_shim(
        small, wide, METRICS, group_size=1, pad_id=None, ignore_ids=(), eos_id=None
    )
    assert found.table.column("match_1").tolist() == [2]


@on_cpu
def test_a_sample_without_a_reference_has_no_score() -> None:
    # On the host that is an error; a GPU would have to be asked.
    ids, none = np.array([[1, 2]]), np.array([-1])
    options = {"group_size": 1, "pad_id": None, "ignore_ids": (), "eos_id": None}
    _, found, scores = on_shim(ids, ids, METRICS, reference_lengths=none, **options)
    assert found.table.column("closest_length").tolist() == [-1]
    assert all(np.isnan(values).all() for values in scores.values())


@st.composite
def hostile(draw: st.DrawFn, rows: int, size: int) -> Any:
    """Draw bounds of rows that the host would refuse."""
    near = st.integers(-3, size + 3)
    far = st.sampled_from([-(2**63), -(2**40), -8, 50, 2**31, 2**40, 2**63 - 1])
    return np.array(draw(st.lists(near | far, min_size=rows + 1, max_size=rows + 1)))


@on_cpu
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_offsets_that_lie_reach_nothing_else(data: st.DataObject) -> None:
    # A device cannot refuse them, since nobody looks at them: what they mean does not matter, but
    # nothing beside the arrays is written, and each row is what is within all ids.
    size, rows, width = 300, 4, data.draw(st.sampled_from([None, 0, 40]))
    kind = data.draw(st.sampled_from([np.int32, np.int64]))
    ids = np.arange(size, dtype=kind) % 7
    offsets, others = data.draw(hostile(rows, size)), data.draw(hostile(rows, size))
    samples = data.draw(st.none() | hostile(rows, rows))
    options = {"group_size": 1, "pad_id": None, "ignore_ids": (), "eos_id": None}
    predictions, references = Ragged(ids, offsets, None, width), Ragged(ids, others, samples, width)
    there, found, _ = on_shim(predictions, references, METRICS, **options)
    assert there.is_intact()
    if samples is None:
        starts, ends = np.clip(others[:-1], 0, size), np.clip(others[1:], 0, size)
        lengths = np.minimum(np.maximum(ends - starts, 0), size if width is None else width)
        assert found.table.column("reference_length").tolist() == lengths.tolist()


@on_cpu
@pytest.mark.parametrize(
    ("offsets", "samples"),
    [
        ([0, 5, 50], None),  # ten ids
        ([-8, 5, 10], None),
        ([0, 10, 0, 10, 0, 10], [0, 5, 5]),  # rows that overlap have more ids than there are
        ([0, 5, 10], [-3, 1, 9]),
    ],
)
def test_long_texts_whose_offsets_lie(offsets: list[int], samples: list[int] | None) -> None:
    options = {"group_size": 1, "pad_id": None, "ignore_ids": (), "eos_id": None}
    long = Ragged(np.arange(9_300) % 7, np.array([0, 1_030, 9_300]))  # a strip, and two
    lying = Ragged(np.arange(100) % 7, np.array(offsets) * 10)
    references = lying._replace(samples=None if samples is None else np.array(samples))
    there, *_ = on_shim(long, references, METRICS, **options)
    assert there.is_intact()
    if samples is None:
        there, *_ = on_shim(lying, lying, METRICS, **options)
        assert there.is_intact()


@on_cpu
def test_no_more_of_a_row_is_read_than_it_may_have() -> None:
    # What the host refuses a device can only cut: it must not write where nothing is its own.
    options = {"group_size": 1, "pad_id": None, "ignore_ids": (), "eos_id": None}
    ids = np.arange(30_000, dtype=np.int32) % 7
    rows = ids[:80].reshape(2, 40)
    _, found, _ = on_shim(
        *(rows, rows), METRICS, prediction_lengths=np.array([99, 7]),
        reference_lengths=np.array([9, 10**6]), **options,
    )  # fmt: skip
    assert found.table.column("prediction_length").tolist() == [40, 7]
    assert found.table.column("reference_length").tolist() == [9, 40]
    ends = np.array([0, 10_000, 30_000])  # a strip, and three
    short, cut = Ragged(ids, ends, max_length=40), np.stack([ids[:40], ids[10_000:10_040]])
    _, found, _ = on_shim(short, short, METRICS, **options)
    expected = count_ids(cut, cut)
    for name in BASIC_COLUMNS:
        assert found.table.column(name).tolist() == expected[name].tolist(), name


@on_cpu
def test_what_a_gpu_does_not_count_is_said() -> None:
    ids = np.array([[1, 2]])
    chosen = rules_of(
        ["common_1"], {"pad_id": None, "ignore_ids": (), "eos_id": None, "threads": 1}
    )
    with pytest.raises(ValueError, match=r"does not count common_1: use backend='native'.*lcs"):
        cuda.count_on(cuda_on_cpu.CpuDevice(), IdInputs(ids, ids), chosen)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeCupy]:
    """Let two GPUs be there, and return what tells what was done on them."""
    monkeypatch.setitem(sys.modules, "cupy", FakeCupy("cupy"))
    _device.cache_clear()
    for done in (FakeCupy.copied, FakeCupy.launched, FakeCupy.pointed):
        done.clear()
    FakeCupy.downloads = 0
    return FakeCupy


IDS = np.array([[5, 7, 7, 2, 0], [5, 9, 2, 0, 0]])
OTHERS = np.array([[5, 7, 9, 2, 0], [9, 5, 2, 0, 0]])
OPTIONS: dict[str, Any] = {"pad_id": 0, "eos_id": 2}


@on_cpu
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("make", [on_gpu_number, Tensor, Pointed])
def test_arrays_of_a_gpu_stay_there(fake: type[FakeCupy], make: Any, number: int) -> None:
    given = make(IDS, number), make(OTHERS, number)
    counts = count_ids(*given, prediction_lengths=np.array([5, 5]), **OPTIONS)
    expected = count_ids(IDS, OTHERS, backend="native", **OPTIONS)
    for name in BASIC_COLUMNS:
        assert counts[name].tolist() == expected[name].tolist()
    scores = score_ids(*given, metrics=METRICS, **OPTIONS)
    assert_scores(scores, score_ids(IDS, OTHERS, metrics=METRICS, backend="native", **OPTIONS))
    assert {each.number for each in (*counts.columns.values(), *scores.values())} == {number}
    assert {each for _, each in fake.launched} == {number}
    assert (fake.copied, fake.downloads) == ([], 0)
    assert fake.cuda.Device().id == 0  # as before


@on_cpu
def test_arrays_without_ids_are_of_any_gpu(fake: type[FakeCupy]) -> None:
    empty = Pointed(np.empty((2, 0), np.int64))
    empty.array.number = 0  # it has no address that would tell
    counts = count_ids(empty, on_gpu_number(OTHERS, 1))
    assert counts["reference_length"].tolist() == [5, 5]
    assert {each for _, each in fake.launched} == {1}


@on_cpu
def test_arrays_of_the_host_go_there_and_come_back(fake: type[FakeCupy]) -> None:
    counts = count_ids(IDS, OTHERS, backend="cuda", **OPTIONS)
    assert counts["lcs"].tolist() == [2, 1]
    assert counts.offsets.tolist() == [0, 1, 2]
    assert fake.downloads == len(BASIC_COLUMNS) + 1
    with fake.cuda.Device(1):
        scores = score_ids(IDS, OTHERS, metrics=["rouge_l", "bleu_4"], backend="cuda", **OPTIONS)
    assert type(scores["rouge_l"]) is np.ndarray
    assert fake.launched[-1] == ("score_bleu", 1)
    assert count_ids([[]], [[]], backend="cuda")["equal"].tolist() == [1]
    with pytest.raises(ValueError, match=r"prediction_lengths\[1\] is 6: it must be 0 to 5"):
        count_ids(IDS, OTHERS, prediction_lengths=[5, 6], backend="cuda")


@on_cpu
def test_texts_are_counted_on_the_gpu_of_their_thread(fake: type[FakeCupy]) -> None:
    batch = encode([[["a", "b"], ["b", "c"]]])
    counting = backend("cuda")

    def on(number: int) -> tuple[int, list[int]]:
        with fake.cuda.Device(number):
            counts = counting(batch, BASIC_COLUMNS, 1)
        return number, counts["match_1"].tolist()

    with ThreadPoolExecutor(1) as pool:
        found = [on(1), pool.submit(on, 1).result(), pool.submit(on, 0).result()]
    assert found == [(1, [1]), (1, [1]), (0, [1])]
    assert [number for kernel, number in fake.launched if kernel == "plan"] == [1, 1, 0]


@on_cpu
@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_what_is_not_aligned_is_read(fake: type[FakeCupy], kind: type) -> None:
    # A GPU reads a number only at a multiple of its size, where a CPU reads anywhere.
    def shifted(array: Any) -> Any:
        array = np.asarray(array, kind)
        room = np.zeros(array.nbytes + 8, np.uint8)
        start = next(at for at in range(1, 8) if (room.ctypes.data + at) % 8 == 2)
        made = room[start : start + array.nbytes].view(kind).reshape(array.shape)
        made[...] = array
        return on_gpu_number(made, 1)

    records = np.zeros((2, 5), dtype=[("flag", np.int8), ("id", kind)])
    records["id"] = IDS
    expected = count_ids(IDS, OTHERS, backend="native", **OPTIONS)
    lengths = shifted([5, 5])
    for ids in (shifted(IDS), on_gpu_number(records["id"], 1)):
        counts = count_ids(ids, shifted(OTHERS), prediction_lengths=lengths, **OPTIONS)
        assert counts["match_1"].tolist() == expected["match_1"].tolist()
        assert counts["lcs"].tolist() == expected["lcs"].tolist()
    ragged = Ragged(shifted(IDS.ravel()), shifted([0, 5, 10]), max_length=5)
    found = count_ids(ragged, Ragged(shifted(OTHERS.ravel()), shifted([0, 5, 10])), **OPTIONS)
    assert found["lcs"].tolist() == expected["lcs"].tolist()
    assert fake.copied == []


@on_cpu
@pytest.mark.usefixtures("fake")
def test_bad_arrays_of_a_gpu() -> None:
    with pytest.raises(TypeError, match="predictions cannot be read through DLPack: it needs a gr"):
        count_ids(Tensor(None), Tensor(OTHERS))
    with pytest.raises(ValueError, match=r"arrays are on several devices \[0, 1\]: move them"):
        count_ids(on_gpu_number(IDS), on_gpu_number(OTHERS, 1))
    with pytest.raises(ValueError, match="'native' reads the memory of the host, and predictions"):
        count_ids(on_gpu_number(IDS), OTHERS, backend="native")


@pytest.mark.parametrize("kind", [pytest.param(None, marks=on_gpu)])
@settings(max_examples=100, deadline=None)
@given(call=calls())
def test_a_gpu_is_the_definition(kind: None, call: tuple[Any, Any, dict[str, Any]]) -> None:
    predictions, references, options = call
    found = count_ids(predictions, references, backend="cuda", columns=sorted(COLUMNS), **options)
    expected = count_ids(predictions, references, columns=sorted(COLUMNS), **options)
    for name in COLUMNS:
        assert found[name].tolist() == expected[name].tolist(), name
    scores = score_ids(predictions, references, metrics=METRICS, backend="cuda", **options)
    assert_scores(scores, score_ids(predictions, references, metrics=METRICS, **options))


@pytest.mark.parametrize("width", [pytest.param(width, marks=on_gpu) for width in (64, 2000, 9000)])
def test_arrays_that_are_on_a_gpu(width: int) -> None:
    cupy = pytest.importorskip("cupy")
    random = np.random.default_rng(width)
    ids, others = (random.integers(0, 50, (40, size)) for size in (width, 80))
    with cupy.cuda.Stream(non_blocking=True):
        found = count_ids(cupy.asarray(ids), cupy.asarray(others), pad_id=0)
        scores = score_ids(cupy.asarray(ids), cupy.asarray(others), pad_id=0, metrics=METRICS)
        columns = {name: cupy.asnumpy(found[name]) for name in BASIC_COLUMNS}
        values = {name: cupy.asnumpy(each) for name, each in scores.items()}
    expected = count_ids(ids, others, pad_id=0)
    for name in BASIC_COLUMNS:
        assert columns[name].tolist() == expected[name].tolist(), name
    assert_scores(values, score_ids(ids, others, pad_id=0, metrics=METRICS))
