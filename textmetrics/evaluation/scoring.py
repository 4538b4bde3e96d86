"""The whole line for a run of samples: texts, tokens, ids, counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from textmetrics.encode import encode
from textmetrics.evaluation.arguments import Sample
from textmetrics.kernels import Backend, Counts
from textmetrics.languages import Analyzer, Tokens, View

__all__ = ["Counted", "count_samples", "scored_texts"]


class Counted(NamedTuple):
    """Samples with their tokens and counts.

    Attributes:
        samples: what was counted, each with its language.
        tokens: a sample's prediction, then its references.
        views: which tokens of each sample the headline is of.
        content: counts without stopwords.
        words: counts over all words, where they were asked for.
    """

    samples: Sequence[Sample]
    tokens: list[list[Tokens]]
    views: list[View]
    content: Counts
    words: Counts | None


def count_samples(
    samples: Sequence[Sample],
    analyzers: Callable[[str], Analyzer],
    kernel: Backend,
    columns: Collection[str],
    threads: int,
    *,
    all_tokens: bool,
) -> Counted:
    """Take samples from text to counts; both views come from one tokenisation."""
    tokens = []
    for sample in samples:
        analyze = analyzers(str(sample.lang))
        tokens.append([analyze(text) for text in (sample.prediction or "", *sample.references)])
    content = [scored_texts(texts, View.CONTENT) for texts in tokens]
    words = None
    if all_tokens:
        words = [scored_texts(texts, View.WORDS)[1] for texts in tokens]
    return Counted(
        samples,
        tokens,
        [view for view, _ in content],
        kernel(encode(texts for _, texts in content), columns, threads),
        None if words is None else kernel(encode(words), columns, threads),
    )


def scored_texts(texts: Sequence[Tokens], view: View) -> tuple[View, list[list[str]]]:
    """Choose what of a sample is scored.

    A reference that has nothing in the view is left out while another has something. Where none
    has, nothing is dropped in the whole sample, punctuation included.

    Args:
        texts: the tokens of the prediction, then of the references.
        view: the one asked for.

    Returns:
        The view that is scored, and the words of the prediction and of the references left.
    """
    prediction, *references = texts
    for seen in (view, View.EVERYTHING):
        left = [reference for reference in references if reference.has(seen)]
        if left:
            return seen, [text.seen(seen) for text in (prediction, *left)]
    return View.EVERYTHING, [prediction.seen(View.EVERYTHING), []]
