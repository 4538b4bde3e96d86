"""The definition of scanning: texts to tokens by an analyzer, tokens to ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from textmetrics.encode import encode
from textmetrics.languages import Analyzer, Kind, Tokens, View, in_other_script
from textmetrics.scan.encoded import Encoded, Facts

__all__ = ["ReferenceScanner", "Texts", "scored_texts"]

Texts = Sequence[str]
"""The prediction of a sample, then its references."""


class ReferenceScanner:
    """The definition.

    Args:
        analyzer: gives the tokens of a text.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def __call__(
        self,
        samples: Sequence[Texts],
        *,
        words: bool,
        threads: int = 1,  # noqa: ARG002 - as its twin has it
    ) -> Encoded:
        """Take samples from texts to ids.

        Args:
            samples: a prediction and its references each.
            words: whether the view over all words is wanted beside the headline's.
            threads: of no use here.
        """
        tokens = [[self.analyzer(text) for text in texts] for texts in samples]
        content = [scored_texts(texts, View.CONTENT) for texts in tokens]
        scripts = self.analyzer.language.scripts
        return Encoded(
            encode(texts for _, texts in content),
            encode(scored_texts(texts, View.WORDS)[1] for texts in tokens) if words else None,
            encode([texts[0].words, []] for texts in tokens),
            _facts(samples, tokens, content, scripts),
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


def _facts(
    samples: Sequence[Texts],
    tokens: Sequence[Sequence[Tokens]],
    scored: Sequence[tuple[View, list[list[str]]]],
    scripts: Sequence[str],
) -> Facts:
    rows = []
    for texts, (prediction, *references), (view, left) in zip(samples, tokens, scored, strict=True):
        expected = any(reference.words for reference in references)
        kinds = [kind for text in (prediction, *references) for kind in text.kinds]
        rows.append(
            (
                view,
                bool(prediction.words),
                expected,
                view < View.EVERYTHING and bool(prediction.words) and not prediction.has(view),
                len(kinds) - kinds.count(Kind.PUNCTUATION),
                kinds.count(Kind.STOPWORD) if view < View.EVERYTHING else 0,
                len(texts) - len(left) if expected else 0,
                in_other_script(texts[0], texts[1:], scripts),
            )
        )
    return Facts(*np.array(rows, dtype=np.int64).reshape(-1, len(fields(Facts))).T)
