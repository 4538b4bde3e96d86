"""The English rows: ROUGE and BLEU.

Peers are imported where they are used, so that a missing one costs its rows alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from measure import Trial
from ours import ROUGE, of_each, score
from texts import Pairs, Source

from textmetrics import bleu_4, evaluate, rouge_l
from textmetrics.evaluation import Evaluation
from textmetrics.rewards import Reward

__all__ = [
    "bleuscore",
    "manual",
    "one_pair",
    "reward_step",
    "rouge",
    "rouge_score",
    "rouge_score_rs",
    "sacrebleu",
    "two_pairs",
]

Scored = list[dict[str, Any]]
RougePeer = Callable[[], Callable[[Pairs], Scored]]


def rouge_score() -> Callable[[Pairs], Scored]:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(ROUGE.values()))
    return lambda pairs: [scorer.score(reference, text) for text, reference in pairs]


def rouge_score_rs() -> Callable[[Pairs], Scored]:
    from rouge_score_rs.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(ROUGE.values()))
    return lambda pairs: scorer.score_batch(pairs.references, pairs.predictions)


def rouge(source: Source, *, peer: RougePeer, lines: int, every_metric: bool = False) -> Trial:
    """Compare ROUGE-1/2/L; with ``every_metric`` our side computes all six metrics."""
    pairs = source.pairs("en").joined(lines)
    plain = source.pairs("en").plain().joined(lines)
    return _rouge(peer(), pairs, plain, None if every_metric else list(ROUGE))


def manual(source: Source, *, peer: RougePeer) -> Trial:
    """Compare ROUGE-1/2/L of technical prose, with its tables, signs and code."""
    pairs = source.manual()
    return _rouge(peer(), pairs, pairs.plain(), list(ROUGE))


def _rouge(
    theirs: Callable[[Pairs], Scored], pairs: Pairs, plain: Pairs, metrics: list[str] | None
) -> Trial:
    return Trial(
        check=lambda: (
            _our_rouge(score(plain, metrics=metrics, stopwords=False)),
            _their_rouge(theirs(plain)),
        ),
        ours={
            "": lambda: score(pairs, metrics=metrics),
            "ours with stopwords=False": lambda: score(pairs, metrics=metrics, stopwords=False),
        },
        theirs={"": lambda: theirs(pairs)},
        units=len(pairs),
        about=pairs.about,
    )


def _our_rouge(result: Evaluation) -> list[Any]:
    values: list[Any] = []
    for name in ROUGE:
        values += [*of_each(result, name).tolist(), result[name].precision, result[name].f1]
    return values


def _their_rouge(scores: Scored) -> list[Any]:
    values: list[Any] = []
    for name in ROUGE.values():
        parts = np.array([scored[name] for scored in scores])  # precision, recall, F1
        precision, recall, f1 = parts.T
        values += [*recall.tolist(), float(precision.mean()), float(f1.mean())]
    return values


def sacrebleu(source: Source, *, ours_by: str, theirs_by: str) -> Trial:
    from sacrebleu import corpus_bleu

    def theirs(pairs: Pairs) -> float:  # a new metric each time, because its tokenizers cache texts
        streams = [pairs.references]
        bleu = corpus_bleu(pairs.predictions, streams, "none", force=True, tokenize=theirs_by)
        return float(bleu.score) / 100

    return _bleu(source, theirs, ours_by)


def bleuscore(source: Source, *, ours_by: str) -> Trial:
    from bleuscore import compute

    def theirs(pairs: Pairs) -> float:
        return float(compute([[text] for text in pairs.references], pairs.predictions)["bleu"])

    return _bleu(source, theirs, ours_by)


def _bleu(source: Source, theirs: Callable[[Pairs], float], tokenizer: str) -> Trial:
    pairs = source.pairs("en")
    plain = pairs.plain()

    def ours_of(pairs: Pairs) -> float:
        texts = (pairs.predictions, pairs.references)
        return float(bleu_4(*texts, lang="en", tokenizer=tokenizer, stopwords=False, threads=1))

    return Trial(
        check=lambda: ([ours_of(plain)], [theirs(plain)]),
        ours={"": lambda: ours_of(pairs)},
        theirs={"": lambda: theirs(pairs)},
        units=len(pairs),
        about=pairs.about,
    )


def two_pairs(source: Source) -> Trial:
    """Compare a call of `evaluate` for two pairs with sacrebleu's BLEU of the same pairs."""
    from sacrebleu import corpus_bleu

    pairs, plain = source.pairs("en"), source.pairs("en").plain()
    texts, references = list(pairs.predictions[:2]), list(pairs.references[:2])
    letters, streams = list(plain.predictions[:2]), list(plain.references[:2])

    def bleu_of_letters() -> float:
        options = {"lang": "en", "tokenizer": "whitespace", "stopwords": False}
        return float(evaluate(letters, streams, **options)["bleu_4"])

    def their_bleu_of_letters() -> float:
        return float(corpus_bleu(letters, [streams], "none", force=True, tokenize="none").score)

    return Trial(
        check=lambda: ([bleu_of_letters()], [their_bleu_of_letters() / 100]),
        ours={"": lambda: evaluate(texts, references, lang="en")},
        theirs={"": lambda: corpus_bleu(texts, [references])},
        units=1,
        unit="call",
        about=pairs.about,
    )


def reward_step(source: Source, *, completions: int, words: int) -> Trial:
    """Compare a call of a reward with rouge-score; all references are new in each call."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    pairs, plain = source.pairs("en"), source.pairs("en").plain()
    steps = itertools.cycle(_steps(pairs, completions, words))
    letters = next(_steps(plain, completions, words))

    def ours() -> list[float | None]:
        texts = next(steps)
        reward = Reward("rouge_l", lang="en", threads=1)  # which knows no reference yet
        return reward(completions=texts.predictions, solution=texts.references)

    def theirs(texts: Pairs) -> list[float]:
        return [scorer.score(reference, text)["rougeL"].fmeasure for text, reference in texts]

    plainly = Reward("rouge_l", lang="en", stopwords=False, threads=1)
    return Trial(
        check=lambda: (
            plainly(completions=letters.predictions, solution=letters.references),
            theirs(letters),
        ),
        ours={"": ours},
        theirs={"": lambda: theirs(next(steps))},
        units=1,
        unit="call",
        about=pairs.about,
    )


def _steps(pairs: Pairs, completions: int, words: int) -> Iterator[Pairs]:
    """Yield pairs of texts of so many words, which overlap with those before them."""
    wanted = completions * words
    sides = [" ".join(side).split() for side in (pairs.predictions, pairs.references)]
    length = max(wanted, *map(len, sides))
    predicted, expected = (list(itertools.islice(itertools.cycle(side), length)) for side in sides)
    starts = range(0, length - words + 1, words // 4)
    for first in range(0, len(starts) - completions + 1, completions):
        places = [slice(at, at + words) for at in starts[first : first + completions]]
        yield Pairs(
            pairs.lang,
            [" ".join(predicted[place]) for place in places],
            [" ".join(expected[place]) for place in places],
        )


def one_pair(source: Source) -> Trial:
    """Compare a call of `rouge_l` for one pair with a call of rouge-score."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    pairs, plain = source.pairs("en"), source.pairs("en").plain()
    text, reference = pairs.predictions[0], pairs.references[0]
    letters, expected = plain.predictions[0], plain.references[0]
    return Trial(
        check=lambda: (
            [float(rouge_l(letters, expected, lang="en", stopwords=False))],
            [scorer.score(expected, letters)["rougeL"].recall],
        ),
        ours={"": lambda: rouge_l(text, reference, lang="en")},
        theirs={"": lambda: scorer.score(reference, text)},
        units=1,
        unit="call",
        about=pairs.about,
    )
