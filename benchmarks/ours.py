"""Our side of the rows, and the rows that compare our own options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from measure import Trial
from numpy.typing import NDArray
from texts import Pairs, Source

from textmetrics import evaluate
from textmetrics.evaluation import Evaluation, Samples
from textmetrics.evaluation.pipeline import Pipeline
from textmetrics.scan import Texts

__all__ = ["ROUGE", "both", "of_each", "over_native", "score", "two_threads"]

ROUGE = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL"}
"""Our names, and those of rouge-score."""


def score(pairs: Pairs, **options: Any) -> Evaluation:
    """Score as a user would, on one thread by default.

    The value of each pair is requested, because the peers compute it too.
    """
    usual: dict[str, Any] = {"lang": pairs.lang, "threads": 1}
    result = evaluate(pairs.predictions, pairs.references, **usual | options)
    for name in result:
        of_each(result, name)
    return result


def of_each(result: Evaluation, metric: str) -> NDArray[np.float64]:
    """Return a metric's value for each pair."""
    samples = result[metric].samples
    if samples is None:
        raise TypeError(f"{metric} keeps no value of each pair")
    return samples


def both(source: Source) -> Trial:
    pairs = source.pairs("en")

    def check() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        result = score(pairs, stopwords="both")
        single = (score(pairs), score(pairs, stopwords=False))
        every = [each.all_tokens for each in result.values() if each.all_tokens is not None]
        return (
            _told([*result.values(), *every]),
            _told([score for each in single for score in each.values()]),
        )

    return Trial(
        check=check,
        ours={"": lambda: score(pairs, stopwords="both")},
        theirs={"": lambda: score(pairs)},
        units=len(pairs),
        about=pairs.about,
    )


def two_threads(source: Source, *, pairs: int) -> Trial:
    many = source.pairs("en").repeated(pairs)
    return Trial(
        check=lambda: (
            _told(score(many, threads=2).values()),
            _told(score(many, threads=1).values()),
        ),
        ours={"": lambda: score(many, threads=2)},
        theirs={"": lambda: score(many, threads=1)},
        units=len(many),
        about=f"{many.about}, the corpus repeated",
    )


def over_native(source: Source, *, pairs: int) -> Trial:
    """Compare `evaluate` with what it spends in C++: scanning and counting the same texts."""
    many = source.pairs("en").repeated(pairs)
    pipeline = Pipeline.cached({"lang": many.lang, "threads": 1})
    samples = Samples(Texts(many.predictions, many.references), [many.lang] * pairs)

    def recalls() -> list[float]:
        counts = pipeline.count(samples, 0).first
        return (counts["lcs"] / np.maximum(counts["reference_length"], 1)).tolist()

    return Trial(
        check=lambda: (of_each(score(many), "rouge_l").tolist(), recalls()),
        ours={"": lambda: score(many)},
        theirs={"": lambda: pipeline.count(samples, 0)},
        units=1,
        unit="call",
        about=many.about,
    )


def _told(scores: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the content of each score except its signature and its score over all tokens."""
    aside = ("signature", "all_tokens")
    return [
        {name: part for name, part in score.to_dict().items() if name not in aside}
        for score in scores
    ]
