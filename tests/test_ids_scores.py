"""Scores of ids: the formulas of the metrics, against other programs on the same tokens."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import sacrebleu
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from textmetrics.ids import score_ids
from textmetrics.metrics import DEFAULT_METRICS

CHANCE = np.random.default_rng(5)
PREDICTIONS = CHANCE.integers(10, 30, (40, 12))
REFERENCES = CHANCE.integers(10, 30, (40, 3, 15))
REFERENCES[:, :, :8] = np.where(
    CHANCE.random((40, 3, 8)) < 0.8, PREDICTIONS[:, None, :8], REFERENCES[:, :, :8]
)


class Words(Tokenizer):
    def tokenize(self, text: str) -> list[str]:
        return text.split()


def words(row: Any) -> str:
    return " ".join(map(str, row))


def test_rouge_is_that_of_rouge_score() -> None:
    names = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL"}
    parts = {f"{name}.{part}": (name, part) for name, part in product(names, ("precision", "f1"))}
    found = score_ids(PREDICTIONS, REFERENCES[:, 0], metrics=[*names, *parts])
    scorer = RougeScorer(list(names.values()), tokenizer=Words())
    for at, (predicted, references) in enumerate(zip(PREDICTIONS, REFERENCES, strict=True)):
        expected = scorer.score(words(references[0]), words(predicted))
        for name, its in names.items():
            assert found[name][at] == np.float32(expected[its].fmeasure)
            assert found[f"{name}.precision"][at] == np.float32(expected[its].precision)
            assert found[f"{name}.f1"][at] == found[name][at]


def test_bleu_is_that_of_sacrebleu() -> None:
    found = score_ids(PREDICTIONS, REFERENCES, metrics=["bleu_4"])["bleu_4"]
    assert found.dtype == np.float32
    for at, (predicted, references) in enumerate(zip(PREDICTIONS, REFERENCES, strict=True)):
        given = list(map(words, references))
        expected = sacrebleu.sentence_bleu(words(predicted), given, tokenize="none").score / 100
        assert found[at] == pytest.approx(expected, rel=1e-6)


def test_the_best_reference_counts_and_one_that_does_not_count_never() -> None:
    predictions = [[5, 6, 7, 8]] * 3
    references = [
        [[5, 6, 1, 1], [5, 6, 7, 1], [1, 1, 1, 1]],
        [[1, 1, 1, 1], [5, 6, 7, 8], [5, 1, 1, 1]],
        [[9, 9, 9, 9], [5, 9, 9, 9], [5, 6, 7, 8]],
    ]
    lengths = [[4, 4, 4], [4, -1, 4], [4, 4, -1]]
    scores = score_ids(
        predictions, references, metrics=DEFAULT_METRICS, reference_lengths=lengths, ignore_ids=[9]
    )
    assert list(scores) == list(DEFAULT_METRICS)
    assert scores["f1"].tolist() == pytest.approx([0.75, 0.25, 0.4])
    assert scores["accuracy"].tolist() == [0, 0, 0]
    assert scores["rouge_2"].tolist() == pytest.approx([2 / 3, 0, 0])


def test_empty_texts() -> None:
    padding, options = [0, 0], {"pad_id": 0, "ignore_ids": [9], "metrics": DEFAULT_METRICS}
    predictions = [padding, padding, [9, 0], [5, 0], [9, 0]]
    references = [padding, [5, 0], [5, 0], padding, [9, 0]]
    expected = [1, 0, 0, 0, 1]
    scores = score_ids(predictions, references, **options)
    assert all(scores[name].tolist() == expected for name in ("accuracy", "f1", "rouge_l"))
    assert scores["bleu_4"].tolist() == expected
    # As a text of one word has no bigram: see docs/metrics.md.
    assert scores["rouge_2"].tolist() == [1, 0, 0, 0, 0]


def test_a_group_gets_what_its_predictions_would_get_alone() -> None:
    repeated = np.repeat(REFERENCES[::4], 4, axis=0)
    alone = score_ids(PREDICTIONS, repeated, metrics=DEFAULT_METRICS, ignore_ids=range(10, 14))
    grouped = score_ids(
        PREDICTIONS,
        REFERENCES[::4],
        metrics=DEFAULT_METRICS,
        ignore_ids=range(10, 14),
        group_size=4,
    )
    assert all((alone[name] == grouped[name]).all() for name in DEFAULT_METRICS)


@pytest.mark.parametrize(
    ("metrics", "kind", "complaint"),
    [
        ("f1", TypeError, r"metrics must be a list of names: use \['f1'\]"),
        ({"f1": 0.5, "rouge_l": 0.5}, TypeError, r"without values: use \['f1', 'rouge_l'\]"),
        (5, TypeError, "metrics must be a list of names, got int"),
        ([], ValueError, "no metric asked for; known: accuracy, f1, rouge_1, "),
        (["rouge_3"], ValueError, "unknown metric 'rouge_3': did you mean 'rouge_"),
        ([1], TypeError, "a metric is given by its name, got int"),
        (["numeric"], ValueError, "unknown metric 'numeric'"),  # which must see the text
        (["bleu_4.recall"], ValueError, "metric 'bleu_4' has no value 'recall': there is its head"),
        (["f1."], ValueError, "metric 'f1' has no value ''"),
    ],
)
def test_metrics_that_cannot_be(metrics: Any, kind: Any, complaint: str) -> None:
    with pytest.raises(kind, match=complaint):
        score_ids([[1]], [[1]], metrics=metrics)
