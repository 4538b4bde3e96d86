"""Our numbers against those of other packages, and then the ratio of the times.

Each row first checks that both give the same value, then times both in turn, one thread each,
and prints how many times faster ours is: the median over the rounds, and the range.

Usage: python benchmarks/peers.py [--rounds 5] [--samples 500]
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from textmetrics import bleu_4, evaluate

SENTENCE = "red fox ran over the old stone wall and saw a blue bird in its small green tree"
WORDS = SENTENCE.split()
OPTIONS = {"lang": "en", "stopwords": False, "threads": 1}


def corpus(samples: int) -> tuple[list[str], list[str]]:
    """Make sentences of 10 to 22 words, and predictions that differ in about a third of them."""
    source = random.Random(0)
    references = [" ".join(source.choices(WORDS, k=source.randint(10, 22))) for _ in range(samples)]
    predictions = [
        " ".join(w if source.random() > 0.3 else source.choice(WORDS) for w in text.split())
        for text in references
    ]
    return predictions, references


def rouge_rows(
    predictions: list[str], references: list[str]
) -> tuple[Callable[[], float], Callable[[], float]]:
    metrics = ["rouge_1", "rouge_2", "rouge_l"]
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])

    def theirs() -> float:
        pairs = zip(references, predictions, strict=True)
        scores = [scorer.score(reference, prediction) for reference, prediction in pairs]
        return math.fsum(each.recall for score in scores for each in score.values())

    def ours() -> float:
        result = evaluate(predictions, references, metrics=metrics, **OPTIONS)
        return math.fsum(float(score) for score in result.values()) * len(references)

    return ours, theirs


def bleu_rows(
    predictions: list[str], references: list[str]
) -> tuple[Callable[[], float], Callable[[], float]]:
    peer = BLEU(tokenize="none", smooth_method="none", force=True)
    return (
        lambda: float(bleu_4(predictions, references, **OPTIONS)),
        lambda: peer.corpus_score(predictions, [references]).score / 100,
    )


def seconds(call: Callable[[], float]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=500)
    arguments = parser.parse_args()
    texts = corpus(arguments.samples)
    rows = {
        "ROUGE-1/2/L against rouge-score": rouge_rows(*texts),
        "corpus and sentence BLEU-4 against sacrebleu's corpus BLEU": bleu_rows(*texts),
    }
    for name, (ours, theirs) in rows.items():
        mine, other = ours(), theirs()
        if not math.isclose(mine, other, rel_tol=1e-9):
            raise SystemExit(f"{name}: {mine} is not {other}")
        ratios = sorted(seconds(theirs) / seconds(ours) for _ in range(arguments.rounds))
        print(
            f"{name}: {statistics.median(ratios):.2f} times as fast "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f}, {arguments.rounds} rounds)"
        )


if __name__ == "__main__":
    main()
