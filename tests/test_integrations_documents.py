"""What documents give one at a time is what `evaluate` gives of all."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from textmetrics import _locks, evaluate
from textmetrics.integrations.documents import DocumentScorer, corpus_value, higher_is_better
from textmetrics.presets import PRESETS

# Whose references must be numbers, formulas, letters, or true or false.
JUDGED = ("numeric", "math", "multiple_choice", "multiple_select", "judgement")


@pytest.mark.parametrize("preset", PRESETS.names())
def test_documents_put_together_are_the_corpus(preset, pairs):
    """Of every metric of every preset, numbers and letters among the texts."""
    said, gold = ([*texts[:60], "5", "A"] for texts in pairs)
    names = [name for name in PRESETS.get(preset).known() if name not in JUDGED]
    documents = DocumentScorer(names, preset=preset, lang="en")
    expected = evaluate(said, gold, metrics=names, preset=preset, lang="en")
    items = [documents.score(*each) for each in zip(said, gold, strict=True)]
    for name, metric in documents.metrics.items():
        found = [each[name] for each in items if name in each]
        value = corpus_value(found) if metric.corpus else sum(found) / len(found)
        rounding = 1e-12 if metric.digits is None else 1e-8  # ms-swift rounds its means
        assert value == pytest.approx(expected[metric.name], rel=0, abs=rounding)


def test_directions_as_harnesses_have_them(error_rate, token_count):
    names = ["f1", "error_rate", "token_count"]
    metrics = DocumentScorer(names).metrics.values()
    assert list(map(higher_is_better, metrics)) == [True, False, None]


def test_rows_are_of_one_definition():
    rows = [
        DocumentScorer(["bleu_4"], preset="sacrebleu", smoothing=smoothing).score("a", "a")
        for smoothing in ("exp", "floor")
    ]
    with pytest.raises(ValueError, match=r'different definitions.*"smoothing": "floor"'):
        corpus_value([row["textmetrics_sacrebleu_bleu_4"] for row in rows])
    with pytest.raises(ValueError, match="no documents"):
        corpus_value([])


def test_who_waits_for_a_lock_holds_none_that_a_fork_waits_for():
    gc.collect()
    before = set(map(id, _locks._FIRST.values()))
    documents = DocumentScorer(["f1"], lang="en")
    made = [lock for lock in _locks._FIRST.values() if id(lock) not in before]
    with ThreadPoolExecutor(1) as pool:
        with documents._evaluator._lock:
            waiting = pool.submit(documents.score, "a fox", "a fox")
            assert not wait([waiting], 0.2).done
            for lock in made:  # as a fork takes them
                assert lock.acquire(timeout=20)
                lock.release()
        assert waiting.result(60) == {"textmetrics_f1": 1.0}
