"""The definition of scanning: texts to tokens by an analyzer, tokens to ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import Analyzer, JiebaTokenizer, Kind, Scope, Tokens, in_other_script
from textmetrics.scan.batch import encode
from textmetrics.scan.encoded import Encoded, Facts
from textmetrics.scan.repetition import repeats
from textmetrics.scan.texts import KeptTexts, Texts

__all__ = ["ReferenceScanner", "ported", "scored_texts"]


class ReferenceScanner:
    """The definition.

    Args:
        analyzer: gives the tokens of a text.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def __call__(
        self,
        texts: Texts,
        *,
        words: bool,
        threads: int = 1,  # noqa: ARG002 - as its twin has it
    ) -> Encoded:
        """Take samples from texts to ids.

        Args:
            texts: predictions and their references.
            words: whether the scope over all words is wanted beside the headline's.
            threads: of no use here.
        """
        tokens = self._tokens(texts)
        content = [scored_texts(sample, Scope.CONTENT) for sample in tokens]
        return Encoded(
            encode(scored for _, scored in content),
            encode(scored_texts(sample, Scope.WORDS)[1] for sample in tokens) if words else None,
            _facts(texts, tokens, content, self.analyzer.language.scripts),
        )

    def other_script(self, texts: Texts) -> NDArray[np.int64]:
        """Say of each prediction whether most of it is in another script than expected."""
        scripts = self.analyzer.language.scripts
        found = [in_other_script(text, references, scripts) for text, references in texts]
        return np.array(found, dtype=np.int64)

    def tokens(self, text: str) -> list[str] | None:
        """Give the words of a text that are scored."""
        return self.analyzer(text).seen(Scope.CONTENT)

    def _tokens(self, texts: Texts) -> list[list[Tokens]]:
        """Give the tokens of each sample's prediction and references."""
        if texts.kept is None or texts.places is None:
            return [list(map(self.analyzer, (one, *others))) for one, others in texts]
        known = self._known(texts.kept)
        places = iter(texts.places.tolist())
        tokens = []
        for prediction, references in texts:
            sample = [self.analyzer(prediction)]
            for text, place in zip(references, places, strict=False):
                if place not in known:
                    known[place] = self.analyzer(text)
                sample.append(known[place])
            tokens.append(sample)
        return tokens

    def _known(self, kept: KeptTexts) -> dict[int, Tokens]:
        """Give the tokens of texts that stay, as far as they were needed; by their places."""
        tokenizer = self.analyzer.tokenizer.described()  # a dictionary may change
        found: tuple[str, dict[int, Tokens]] | None = kept.known.get(self)
        if found is None or found[0] != tokenizer:
            found = kept.known[self] = (tokenizer, {})
        return found[1]


def ported(analyzer: Analyzer) -> Analyzer:
    """Give an analyzer of the same cuts for which jieba need not load its dictionary."""
    if not isinstance(analyzer.tokenizer, JiebaTokenizer):
        return analyzer
    return Analyzer(analyzer.language, analyzer.stopwords, analyzer.tokenizer.ported())


def scored_texts(texts: Sequence[Tokens], scope: Scope) -> tuple[Scope, list[list[str]]]:
    """Choose what of a sample is scored.

    A reference that has nothing in the scope is left out while another has something. Where none
    has, nothing is dropped in the whole sample, punctuation included.

    Args:
        texts: the tokens of the prediction, then of the references.
        scope: the one asked for.

    Returns:
        The scope that is scored, and the words of the prediction and of the references left.
    """
    prediction, *references = texts
    for seen in (scope, Scope.EVERYTHING):
        left = [reference for reference in references if reference.has(seen)]
        if left:
            return seen, [text.seen(seen) for text in (prediction, *left)]
    return Scope.EVERYTHING, [prediction.seen(Scope.EVERYTHING), []]


def _facts(
    texts: Texts,
    tokens: Sequence[Sequence[Tokens]],
    scored: Sequence[tuple[Scope, list[list[str]]]],
    scripts: Sequence[str],
) -> Facts:
    rows = []
    for (text, others), (prediction, *references), (scope, left) in zip(
        texts, tokens, scored, strict=True
    ):
        expected = any(reference.words for reference in references)
        kinds = [kind for text in (prediction, *references) for kind in text.kinds]
        rows.append(
            (
                scope,
                bool(prediction.words),
                expected,
                scope < Scope.EVERYTHING and bool(prediction.words) and not prediction.has(scope),
                repeats(prediction.words),
                "<" in text or "`" in text,
                len(kinds) - kinds.count(Kind.PUNCTUATION),
                kinds.count(Kind.STOPWORD) if scope < Scope.EVERYTHING else 0,
                1 + len(others) - len(left) if expected else 0,
                in_other_script(text, others, scripts),
            )
        )
    return Facts(*np.array(rows, dtype=np.int64).reshape(-1, len(fields(Facts))).T)
