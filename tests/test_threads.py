"""Many threads of Python use the extension at once, and each gets what it would get alone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from textmetrics import Evaluation, Evaluator, _locks, evaluate, prepare, rouge_l, tokenize
from textmetrics.evaluation import Samples
from textmetrics.evaluation.pipeline import Pipeline
from textmetrics.kernels import COLUMNS, backend
from textmetrics.languages import JIEBA
from textmetrics.scan import Texts, encode

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    import jieba.finalseg as finalseg

TEXTS = {
    "en": "the red fox isn't 5% of a 3.14 dog , C++ and cafe\u0301 it 👍 . Réservé",
    "zh": "我 在 北京大学 学习 的 自然语言 处理 ， 不是 5% 10² T恤 。 石墨烯",
    "ja": "犬 が 人 を 噛む 。 東京 で 研究 ない 5% ｶﾞ データ 、 ５匹",
}


def texts(lang: str, count: int) -> tuple[list[str], list[str]]:
    chance, space = random.Random(lang), " " if lang == "en" else ""
    words = TEXTS[lang].split()
    made = [space.join(chance.choices(words, k=chance.randrange(20))) for _ in range(count)]
    return made, made[1:] + made[:1]


CORPORA = {lang: texts(lang, 60) for lang in TEXTS}
BATCH = encode(
    [[text.split() for text in pair] for pair in zip(*texts("en", 400), strict=True)],
)


def values(result: Evaluation) -> dict[str, tuple[float, list[float]]]:
    """Return the scores, and those of the samples in any order."""
    return {name: (float(score), sorted(score.samples)) for name, score in result.items()}


def scored(lang: str, threads: int) -> Any:
    result = evaluate(*CORPORA[lang], lang=lang, threads=threads, stopwords="both")
    return values(result), result.health.to_dict()


def counted() -> Any:
    counts = backend()(BATCH, COLUMNS, 3)
    return {name: column.tolist() for name, column in counts.columns.items()}


JOBS: list[Callable[[], Any]] = [
    *(lambda lang=lang, n=n: scored(lang, n) for lang in TEXTS for n in (1, 3)),
    counted,
    lambda: [rouge_l(*pair, lang="en") for pair in zip(*CORPORA["en"], strict=True)],
    lambda: [tokenize(text, lang="zh") for text in CORPORA["zh"][0]],
    lambda: [JIEBA.lcut(text) for text in CORPORA["zh"][0]],
]


@pytest.fixture
def impatient() -> Iterator[None]:
    """Make threads switch as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def changing() -> Iterator[None]:
    """Change jieba's dictionary in a thread all the time, by a word that no text here has."""
    jieba.initialize()
    dt, splits = jieba.dt, finalseg.Force_Split_Words
    before, stop = (dt.FREQ, dt.total, set(splits)), threading.Event()
    dt.FREQ = dict(dt.FREQ)

    def change() -> None:
        for _ in range(8):  # each takes a new port, for which a busy machine needs a second
            if stop.wait(0.5):
                return
            jieba.add_word("甲乙丙丁", 10**6)
            jieba.del_word("甲乙丙丁")

    thread = threading.Thread(target=change)
    thread.start()
    yield
    stop.set()
    thread.join()
    dt.FREQ, dt.total = before[:2]
    splits.clear()
    splits.update(before[2])


def test_all_at_once(impatient: None, changing: None) -> None:
    alone = [job() for job in JOBS]
    order = random.Random(0).sample(range(len(JOBS)), counts=[2] * len(JOBS), k=2 * len(JOBS))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda job: JOBS[job](), order))
    wrong = [job for job, result in zip(order, found, strict=True) if result != alone[job]]
    assert wrong == []


@pytest.mark.parametrize("lang", TEXTS)
def test_an_evaluator_in_many_hands(lang: str, impatient: None) -> None:
    predictions, references = CORPORA[lang]
    shared = Evaluator(lang=lang, stopwords="both")

    def work(start: int) -> None:
        mine = Evaluator(lang=lang, stopwords="both")
        for at in range(start, len(predictions), 5):  # odd and even by turns
            (shared if at % 2 else mine).update(predictions[at : at + 1], references[at : at + 1])
            if at % 2:
                shared.compute()
        shared.merge(mine)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(work, range(5)))
    ours, expected = shared.compute(), evaluate(predictions, references, lang=lang)
    assert ours.n == expected.n
    assert values(ours) == values(expected)


def test_the_interpreter_ends_while_a_daemon_thread_counts() -> None:
    script = """
import threading, time
import numpy as np
from textmetrics.scan import Batch
from textmetrics.kernels import backend
ids = np.random.default_rng(0).integers(0, 1000, 100_000).astype(np.int32)
batch = Batch(ids, np.array([0, 50_000, 100_000]), np.array([0, 2]))
count = backend()
def work():
    while True:
        count(batch, ["lcs"], 2)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
"""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


# A child has none of its parent's threads, and finds their lock however it was left.
FORKS = """
import os, signal, threading
import numpy as np
from textmetrics.kernels import backend
from textmetrics.scan import Batch

def of_length(length):
    ids = np.random.default_rng(0).integers(0, 1000, 4 * length).astype(np.int32)
    return Batch(ids, np.arange(5) * length, np.array([0, 2, 4]))

def count(batch):
    return backend()(batch, ["lcs"], 2)["lcs"].tolist()

short, long = of_length(3_000), of_length(150_000)
expected = count(short)
"""
FORKS_ELSEWHERE = """
threading.Thread(target=count, args=(long,), daemon=True).start()
for _ in range(10):
    if (child := os.fork()) == 0:
        os._exit(count(short) != expected)
    assert os.waitpid(child, 0)[1] == 0
"""
FORKS_INSIDE = """
children = []
def fork(*_):
    children.append(os.fork())
signal.signal(signal.SIGALRM, fork)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    found = count(long)
except RuntimeError as error:
    os._exit(3 if children == [0] and "forked" in str(error) else 4)
assert found == count(long)
assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 3
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("where", [FORKS_ELSEWHERE, FORKS_INSIDE])
def test_a_fork_while_threads_count(where: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKS + where]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("lang", TEXTS)
def test_texts_are_counted_as_their_ids_are(lang: str, threads: int) -> None:
    predictions, references = CORPORA[lang]
    pipeline = Pipeline.cached({"lang": lang, "stopwords": "both", "threads": threads})
    langs = [lang] * len(predictions)
    for samples in (
        Samples(Texts(predictions, references), langs),
        prepare(references, lang=lang).samples(predictions),
    ):
        ours = pipeline.count(samples, 0)
        expected = pipeline.count_encoded(pipeline.encode(samples, 0))
        assert plain(ours.counts[None]) == plain(expected.counts[None])
        assert plain(ours.words) == plain(expected.words)
        assert ours.languages == expected.languages
        assert ours.facts.table.tolist() == expected.facts.table.tolist()


def plain(counts: Any) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in counts.items()} | {
        "offsets": counts.offsets.tolist()
    }


def test_locks_are_taken_once_where_two_threads_registered_that() -> None:
    # The first evaluators of a process may be made by several threads at once.
    held = _locks.fork_safe_lock()  # another test may not have left one
    _locks._take_all()
    try:
        made = _locks.fork_safe_lock()
        _locks._take_all()
        assert held in _locks._held
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(made.acquire, blocking=False).result(60)
    finally:
        _locks._leave_all()
        _locks._leave_all()
