"""The device code without a device: it compiles, and gives the right numbers on the CPU."""

from __future__ import annotations

import os
import random
import shutil
import sys
from types import ModuleType, SimpleNamespace

import cuda_on_cpu
import numpy as np
import nvrtc
import pytest
import registers

from textmetrics import evaluate
from textmetrics.kernels import BASIC_COLUMNS, backend, register_backend, registry
from textmetrics.kernels.cuda import Program, _device, backend_on, cupy_device
from textmetrics.scan import Batch, encode

PROGRAMS = [
    Program(np.dtype(np.int32), 4, True),
    Program(np.dtype(np.int64), 9, True),
    Program(np.dtype(np.int32), 0, True),
    Program(np.dtype(np.int64), 1, False),
]
ARCHITECTURES = ["sm_75", "sm_90"]  # the oldest that CUDA 13 compiles for, and that of an H200
NVCC = shutil.which("nvcc")
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
on_cpu = pytest.mark.skipif(
    cuda_on_cpu.MISSING is not None and not REQUIRED, reason=str(cuda_on_cpu.MISSING)
)


def noise(length: int, vocabulary: int, seed: int) -> list[str]:
    return [str(id_) for id_ in random.Random(seed).choices(range(vocabulary), k=length)]


@pytest.mark.integration
@pytest.mark.skipif(
    nvrtc.library() is None, reason="needs nvidia-cuda-nvrtc: make test-integrations"
)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_nvrtc_compiles_it(program: Program, architecture: str) -> None:
    of_cupy = ("-ftz=true", "--device-as-default-execution-space")
    options = (*program.options(), "--fmad=false", *of_cupy, f"-arch={architecture}")
    code = nvrtc.compiled(program.source(), options)
    assert code.startswith(b"\x7fELF")
    assert all(name in code for name in (b"count_1", b"count_long", b"score_bleu"))


@pytest.mark.skipif(NVCC is None, reason="nvcc is not there")
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_nvcc_compiles_it_without_a_warning_or_a_spill(architecture: str) -> None:
    assert NVCC is not None
    found = [
        kernel
        for program in PROGRAMS[:2]
        for kernel in registers.kernels(NVCC, program, architecture)
    ]
    assert {kernel.name for kernel in found} >= {"count_1", "count_32", "count_long", "score_bleu"}
    assert not [kernel for kernel in found if kernel.spilled]


@on_cpu
@pytest.mark.parametrize("which", [np.int32, np.int64])
def test_texts_of_all_classes_in_one_batch(which: type) -> None:
    # 1 to 32 lanes, a block of several warps, and two and three strips of 8,192 positions.
    lengths = (0, 1, 31, 32, 33, 64, 65, 129, 257, 513, 1024, 1025, 3000, 8192, 8193, 17_000)
    samples = [
        [noise(length, 50 + i, i), noise(70 + i, 50 + i, -i), *([noise(40, 9, i)] * (i % 3))]
        for i, length in enumerate(lengths)
    ]
    batch = encode(samples)
    ids = batch.ids.astype(which)
    wide = Batch(ids, batch.offsets, batch.samples)
    device = cuda_on_cpu.CpuDevice()
    counts = backend_on(device)(wide, BASIC_COLUMNS, 1)
    expected = backend()(batch, BASIC_COLUMNS, 1)
    for name in BASIC_COLUMNS:
        assert counts[name].tolist() == expected[name].tolist(), name
    assert device.downloads == 2  # one of the columns a pair, and one of those a sample


@on_cpu
def test_long_texts_go_in_strips_and_chunks() -> None:
    # Chunks of 64 tokens: one with them, one more, and several with a rest; two strips, and one.
    lengths = ((8300, [64, 0, 65, 150]), (1100, [150, 64]))
    batch = encode(
        [
            [noise(length, 30, length), *(noise(other, 30, other) for other in others)]
            for length, others in lengths
        ]
    )
    small = lambda source: source.replace("kChunk = 8192;", "kChunk = 64;")  # noqa: E731
    device = cuda_on_cpu.CpuDevice(small)
    assert small(Program.source()) != Program.source()
    counts = backend_on(device)(batch, BASIC_COLUMNS, 1)
    expected = backend()(batch, BASIC_COLUMNS, 1)
    for name in BASIC_COLUMNS:
        assert counts[name].tolist() == expected[name].tolist(), name


@on_cpu
def test_the_order_of_threads_does_not_matter() -> None:
    batch = encode([[noise(2500, 30, 1), noise(90, 30, 2)], [noise(70, 5, 3), noise(50, 5, 4)]])
    device = cuda_on_cpu.CpuDevice()  # which draws another order at every launch
    counted = [backend_on(device)(batch, BASIC_COLUMNS, 1) for _ in range(5)]
    for name in BASIC_COLUMNS:
        assert len({tuple(counts[name].tolist()) for counts in counted}) == 1


@on_cpu
def test_only_kernels_that_may_have_work_are_launched() -> None:
    device = cuda_on_cpu.CpuDevice()
    backend_on(device)(encode([[noise(60, 9, 1), noise(2000, 9, 2)]]), ["lcs"], 1)
    assert device.launched == ["plan", "count_1", "count_2"]
    device.launched.clear()
    backend_on(device)(encode([[noise(60, 9, 1), ["a"]]]), ["prediction_length", "equal"], 1)
    assert device.launched == ["plan", "compare"]


@on_cpu
@pytest.mark.parametrize("preset", ["default", "rouge_score", "llama_factory", "sacrebleu"])
def test_texts_are_scored_alike(temporary, samples, preset: str) -> None:
    # What no kernel counts, of sentences and of sets, is counted by the CPU beside it.
    temporary(registry._backends)
    register_backend("device", lambda: backend_on(cuda_on_cpu.CpuDevice()))
    texts = [side[:60] for side in samples]
    if preset == "llama_factory":
        texts[1] = [given[0] for given in texts[1]]
    options = {"preset": preset} if preset != "default" else {"stopwords": "both"}
    found = evaluate(*texts, lang="zh", backend="device", **options)
    expected = evaluate(*texts, lang="zh", backend="native", **options)
    assert found.to_dict() == expected.to_dict()
    assert {name: values.tolist() for name, values in found.samples.items()} == {
        name: values.tolist() for name, values in expected.samples.items()
    }


def fake_cupy(driver: int, status: int | None) -> ModuleType:
    """Return a CuPy whose runtime fails with a status; ``None``: its compiler does."""

    class CUDARuntimeError(RuntimeError):
        def __init__(self) -> None:
            super().__init__("cudaErrorSomething")
            self.status = status

    def get_device() -> int:
        if status is None:
            return 0
        raise CUDARuntimeError

    def get_version() -> tuple[int, int]:
        raise RuntimeError("Failure finding libnvrtc.so.13\nNo such file")  # as CuPy 14 says it

    runtime = SimpleNamespace(
        driverGetVersion=lambda: driver, getDevice=get_device, CUDARuntimeError=CUDARuntimeError,
        getDeviceProperties=lambda number: {"multiProcessorCount": 1},
    )  # fmt: skip
    module = ModuleType("cupy")
    nvrtc = SimpleNamespace(getVersion=get_version)
    module.cuda = SimpleNamespace(runtime=runtime, nvrtc=nvrtc)  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("cupy", "message"),
    [
        (None, r"CuPy cannot be imported.*pip install 'textmetrics-eval\[cuda13\]'.*'native'"),
        (fake_cupy(0, 0), "no NVIDIA driver is loaded: `nvidia-smi` must list.*'native'"),
        (fake_cupy(13000, 100), "the driver shows no GPU: `nvidia-smi -L` must list.*'native'"),
        (fake_cupy(12000, 35), r"do not fit together \(cudaErrorSomething\): install a newer"),
        (
            fake_cupy(13000, None),
            r"finds no NVRTC, which compiles kernels \(Failure finding libnvrtc.so.13\): pip inst",
        ),
    ],
)
def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, cupy: ModuleType | None, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    _device.cache_clear()
    with pytest.raises(ImportError, match=message):
        cupy_device()
    with pytest.raises(ImportError, match=f"backend 'cuda' is not available: .*{message}"):
        backend("cuda")
