"""Ctrl-C and other signals end long work at once: what is interrupted raises, and is not done."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from textmetrics import Evaluator, evaluate
from textmetrics._extension import extension
from textmetrics.integrations.transformers import ComputeMetrics
from textmetrics.kernels import available_backends, backend
from textmetrics.kernels.counts import allocate
from textmetrics.rewards import Reward
from textmetrics.scan import Batch

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer sends signals here"),
    pytest.mark.timeout(120),
]
native = pytest.mark.skipif(available_backends()["native"] is not None, reason="not built")

# Each takes a minute or more: of two sequences of so many tokens, or of so many sentences.
SLOW = {
    "lcs": (200_000, 0.0),
    "edits": (200_000, 0.0),
    "hits": (200_000, 0.0),
    "beam_edits": (200_000, 0.0),
    "shift_edits": (200_000, 0.0),
    "reference_shift_edits": (200_000, 0.0),
    "longest_run": (400_000, 0.0),
    "match_9": (400_000, 0.0),
    "common_5": (400_000, 0.0),
    "union_lcs": (200_000, 1 / 8),
    "union_types": (200_000, 1 / 3000),
    "weighted_lcs": (100_000, 1 / 8),
}
SAMPLES = 60


@contextmanager
def interrupted(seconds: float = 0.3) -> Iterator[None]:
    """Send the signal of Ctrl-C after so much CPU time, and expect it to be raised."""
    previous = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def slow_batch(tokens: int, breaks: float) -> Batch:
    """Return the same two sequences as many samples."""
    random = np.random.default_rng(5)
    ids = random.integers(1, 2000, size=2 * tokens, dtype=np.int32)
    ids[random.random(2 * tokens) < breaks] = 0
    _, ids = np.unique(ids, return_inverse=True)
    offsets = np.arange(2 * SAMPLES + 1, dtype=np.int64) * tokens
    samples = np.arange(SAMPLES + 1, dtype=np.int64) * 2
    return Batch(np.tile(ids.astype(np.int32), SAMPLES), offsets, samples)


@native
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("column", SLOW)
def test_a_kernel_is_interrupted(column: str, threads: int) -> None:
    batch = slow_batch(*SLOW[column])
    counts = allocate(batch, [column])
    with interrupted():
        extension().count(batch.ids, batch.offsets, batch.samples, dict(counts.columns), threads)
    assert counts[column][-1] == 0
    one = Batch(np.zeros(2, np.int32), np.array([0, 1, 2]), np.array([0, 2]))
    assert backend("native")(one, ["equal"], threads)["equal"].tolist() == [1]


TEXT = "the cat sat.\nA dog, 3.5 %, came in. " * 30_000
HAN = "我们在北京大学学习中文, the cat 3.5 %。" * 20_000
LONG = {
    "default": {},
    "Chinese": {"lang": "zh"},
    "characters": {"metrics": ["cer"]},
    "rouge_score": {"preset": "rouge_score"},
    "pltrdy": {"preset": "pltrdy"},
    "sacrebleu": {"preset": "sacrebleu"},
    "jiwer": {"preset": "jiwer"},
}


@native
@pytest.mark.parametrize("name", LONG)
def test_an_evaluation_is_interrupted(name: str) -> None:
    """A thousand long samples."""
    text = HAN if name == "Chinese" else TEXT
    evaluator = Evaluator(**{"lang": "en", **LONG[name]})
    with interrupted():
        evaluator.update([text] * 1000, [text[::-1]] * 1000)
        evaluator.compute()


@native
def test_a_reward_is_interrupted_in_the_caller() -> None:
    reward = Reward("rouge_l", lang="en")
    text = " ".join(np.random.default_rng(5).integers(0, 2000, 1_000_000).astype(str))
    with interrupted():
        for _ in range(100):
            reward([text], solution=[text[::-1]])
    assert reward(["a b"], solution=["a b"]) == [1.0]


class Decimal:
    """A tokenizer whose tokens are their numbers."""

    pad_token_id = -1

    def batch_decode(self, rows, skip_special_tokens):
        return [" ".join(map(str, row)) for row in rows]


@native
def test_an_evaluation_of_a_trainer_is_interrupted_and_forgotten() -> None:
    metrics = ComputeMetrics(Decimal(), metrics=["rouge_l"], lang="en")
    ids = np.random.default_rng(5).integers(0, 2000, (40, 100_000))
    few = SimpleNamespace(predictions=np.array([[1, 2]]), label_ids=np.array([[1, 2]]))
    with interrupted(2.0):
        for _ in range(100):
            metrics(SimpleNamespace(predictions=ids, label_ids=ids[::-1]), compute_result=False)
    assert metrics(few)["rouge_l_f1"] == 1.0


@native
def test_it_is_heard_after_a_fork() -> None:
    context = multiprocessing.get_context("fork")
    process = context.Process(target=test_a_kernel_is_interrupted, args=("lcs", 2))
    evaluate(["a"], ["a"])
    process.start()
    process.join()
    assert process.exitcode == 0


@native
def test_an_exception_that_is_sent_to_another_thread_is_raised_there() -> None:
    """As servers and notebooks end the work of a thread."""
    batch, ended = slow_batch(*SLOW["lcs"]), []

    def work() -> None:
        try:
            backend("native")(batch, ["lcs"], 2)
        except TimeoutError as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    sent = ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeoutError)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(*sent)
    thread.join()
    assert len(ended) == 1


@native
def test_a_signal_that_raises_nothing_changes_nothing() -> None:
    batch = slow_batch(20_000, 0.0)
    expected = backend("native")(batch, ["lcs"], 2)["lcs"].tolist()
    heard = []
    previous = signal.signal(signal.SIGVTALRM, lambda *_: heard.append(time.process_time()))
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.01, 0.01)
        assert backend("native")(batch, ["lcs"], 2)["lcs"].tolist() == expected
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    assert heard


@native
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_command_ends_with_the_code_of_the_signal(name: str, code: int, tmp_path) -> None:
    record = tmp_path / "long.jsonl"
    text = " ".join(np.random.default_rng(5).integers(0, 2000, 1_000_000).astype(str))
    line = f'{{"prediction": "{text}", "reference": "{text[::-1]}"}}\n'
    record.write_text(line * 4)
    program = (
        "import signal, sys\n"
        f"signal.signal(signal.SIGVTALRM, lambda *_: signal.raise_signal(signal.{name}))\n"
        "signal.setitimer(signal.ITIMER_VIRTUAL, 2)\n"
        "from textmetrics.cli.program import entry\n"
        "entry()\n"
    )
    command = [sys.executable, "-c", program, "score", str(record), "--lang", "en"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (code, "")
