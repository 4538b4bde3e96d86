"""One text of megabytes takes memory in proportion to it, whatever it consists of."""

from __future__ import annotations

import multiprocessing
import random
from pathlib import Path

import pytest

from textmetrics import evaluate
from textmetrics.kernels import available_backends
from textmetrics.rewards import Reward

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no limit of memory here"),
    pytest.mark.skipif(available_backends()["native"] is not None, reason="not built"),
    pytest.mark.timeout(120),
]
SIZE = 1_000_000
BYTES_PER_BYTE = 120
# Words, a token a byte, sentences of a letter, and no space at all.
TEXTS = {
    "words": (("the", "cat", "sat", "on"), " ", 4.3),
    "brackets": ("()[]{}", "", 1),
    "sentences": ("abcdef", ".\n", 3),
    "Chinese": ("我们在北京大学学习", "", 3),
}
OPTIONS = {
    "default": {"metrics": ["f1", "rouge_2", "bleu_4"], "lang": "en"},
    "rouge_score": {"preset": "rouge_score", "metrics": ["rouge_2"]},
    "pltrdy": {"preset": "pltrdy", "metrics": ["rouge_2"]},
    "sacrebleu": {"preset": "sacrebleu", "metrics": ["bleu_4", "chrf"]},
    "squad": {"preset": "squad"},
}


def text(name: str, seed: int) -> str:
    pieces, between, each = TEXTS[name]
    return between.join(random.Random(seed).choices(pieces, k=int(SIZE / each)))


def within_bounds(work, prediction: str, reference: str) -> int:
    """Run in a process of its own, which may take so much more memory; return its exit code."""
    import resource

    def child() -> None:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + BYTES_PER_BYTE * 2 * SIZE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        work(prediction, reference)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    return process.exitcode or 0


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("options", OPTIONS)
def test_scoring_takes_memory_in_proportion(options: str, name: str) -> None:
    def score(prediction: str, reference: str) -> None:
        evaluate([prediction], [reference], threads=1, **OPTIONS[options])

    score("a b c", "a b")
    assert within_bounds(score, text(name, 1), text(name, 2)) == 0


def test_a_reward_takes_memory_in_proportion() -> None:
    reward = Reward("f1", lang="en")

    def score(prediction: str, reference: str) -> None:
        reward([prediction], solution=[reference])

    score("a b c", "a b")
    assert within_bounds(score, text("brackets", 1), text("brackets", 2)) == 0
