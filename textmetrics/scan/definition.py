"""The definition of scanning: texts to tokens by an analyzer or a view, tokens to ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import Analyzer, Kind, Scope, Tokens, in_other_script
from textmetrics.scan.batch import Batch, Encoded, Facts, encode, repeats, repetitive
from textmetrics.scan.texts import KeptTexts, Texts, filled_texts, marked_texts
from textmetrics.scan.view import BREAK, View

__all__ = ["DefinitionScanner", "define_view", "ported", "scored_scopes", "text_facts"]


class DefinitionScanner:
    """Scans with an analyzer.

    Args:
        analyzer: returns the tokens of a text.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def __call__(
        self,
        texts: Texts,
        *,
        words: bool,
        threads: int = 1,  # noqa: ARG002 - the signature of its twin
    ) -> Encoded:
        """Encode samples.

        Args:
            texts: predictions and their references.
            words: whether to encode all words too, beside those without stopwords.
            threads: ignored.
        """
        tokens = self._tokens(texts)
        scopes = [scored_scopes(sample, sample[1:], Scope.CONTENT) for sample in tokens]
        content = [
            scored_texts(sample, own) for sample, (_, own) in zip(tokens, scopes, strict=True)
        ]
        return Encoded(
            encode(content),
            encode(_all_words(sample) for sample in tokens) if words else None,
            _facts(texts, tokens, scopes, content, self.analyzer.language.scripts),
        )

    def other_script(self, texts: Texts) -> NDArray[np.int64]:
        """Return 1 for each prediction most of which is in another script than expected."""
        scripts = self.analyzer.language.scripts
        found = [in_other_script(text, references, scripts) for text, references in texts]
        return np.array(found, dtype=np.int64)

    def tokens(self, text: str) -> list[str] | None:
        """Return the words of a text that are scored."""
        return self.analyzer(text).in_scope(Scope.CONTENT)

    def analyzed(self, text: str) -> Tokens:
        """Return all tokens of a text."""
        return self.analyzer(text)

    def _tokens(self, texts: Texts) -> list[list[Tokens]]:
        """Return the tokens of each sample's prediction and references."""
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
        """Return the tokens of kept texts, by their index, as far as they were needed."""
        tokenizer = self.analyzer.tokenizer.described()  # its dictionary may change
        found: tuple[str, dict[int, Tokens]] | None = kept.known.get(self)
        if found is None or found[0] != tokenizer:
            found = kept.known[self] = (tokenizer, {})
        return found[1]


def ported(analyzer: Analyzer) -> Analyzer:
    """Return an equivalent analyzer that cuts in C++ where it can."""
    return Analyzer(analyzer.language, analyzer.stopwords, analyzer.tokenizer.ported())


def scored_scopes(
    texts: Sequence[Tokens], references: Sequence[Tokens], scope: Scope
) -> tuple[Scope, list[Scope]]:
    """Choose which tokens of a sample are scored.

    If all references are stopwords alone, no word of the sample is dropped, except beside stopwords
    that stand for themselves in a text that has nothing else: 「に」です is に. If no reference has
    any word, nothing is dropped, punctuation included. Beside a reference without any token nothing
    is dropped in a prediction that would be emptied: it is not the empty answer.

    Args:
        texts: the tokens of predictions, then those of references.
        references: those of the references alone.
        scope: the requested scope.

    Returns:
        The scope of the sample, and that of each text.
    """
    wider = scope
    if scope is Scope.CONTENT and all(Kind.CONTENT not in each.kinds for each in references):
        wider = Scope.WORDS
    if not any(reference.has(wider) for reference in references):
        wider = Scope.EVERYTHING
    own = [scope if wider > scope and text.is_mention() else wider for text in texts]
    if not all(reference.words for reference in references):
        for at in range(len(texts) - len(references)):
            if not texts[at].has(own[at]):
                own[at] = Scope.EVERYTHING
    return wider, own


def scored_texts(texts: Sequence[Tokens], scopes: Sequence[Scope]) -> list[list[str]]:
    """Return the words of a sample in the scopes that `scored_scopes` chose.

    A reference that is emptied is left out; one that was empty before can be matched.
    """
    prediction, *references = (
        text.in_scope(scope) for text, scope in zip(texts, scopes, strict=True)
    )
    kept = [
        words for words, text in zip(references, texts[1:], strict=True) if words or not text.words
    ]
    return [prediction, *(kept or [[]])]


def _all_words(texts: Sequence[Tokens]) -> list[list[str]]:
    return scored_texts(texts, scored_scopes(texts, texts[1:], Scope.WORDS)[1])


def _facts(
    texts: Texts,
    tokens: Sequence[Sequence[Tokens]],
    scopes: Sequence[tuple[Scope, list[Scope]]],
    scored: Sequence[list[list[str]]],
    scripts: Sequence[str],
) -> Facts:
    rows = []
    for (text, others), sample, (scope, own), left in zip(
        texts, tokens, scopes, scored, strict=True
    ):
        prediction, *references = sample
        expected = any(reference.words for reference in references)
        rows.append(
            (
                scope,
                bool(prediction.words),
                expected,
                bool(prediction.words) and not left[0],
                repeats(prediction.words),
                "<" in text or "`" in text,
                sum(len(each.in_scope(Scope.WORDS)) for each in sample),
                sum(
                    each.kinds.count(Kind.STOPWORD)
                    for each, scope_of_text in zip(sample, own, strict=True)
                    if scope_of_text is Scope.CONTENT
                ),
                1 + len(others) - len(left) if expected else 0,
                in_other_script(text, others, scripts),
            )
        )
    return Facts(np.array(rows, dtype=np.int64).reshape(-1, Facts.ROWS).T)


# --- views --------------------------------------------------------------------------------------


def define_view(view: View, texts: Texts, threads: int = 1) -> Batch:  # noqa: ARG001
    """Encode samples with the tokens of a view."""
    texts = view.prepared(texts)
    different = dict.fromkeys([*texts.predictions, *texts.references])
    tokens = {text: view.tokens(text) for text in different}
    return encode(
        ([tokens[text] for text in (one, *others)] for one, others in texts),
        first=(BREAK,) if view.sentences else (),
    )


def text_facts(texts: Texts, batch: Batch, other_script: NDArray[np.int64]) -> Facts:
    """Return the facts of samples under a view, whose tokens have no kinds.

    Args:
        texts: the samples.
        batch: the same samples under the view.
        other_script: what `DefinitionScanner.other_script` or its twin returns for them.
    """
    has_reference = filled_texts(texts.references)
    if texts.bounds is not None:
        has_reference = np.maximum.reduceat(has_reference, texts.bounds[:-1])
    facts = Facts(np.zeros((Facts.ROWS, len(texts)), dtype=np.int64))
    facts.has_prediction[:] = filled_texts(texts.predictions)
    facts.has_reference[:] = has_reference
    facts.repetitive[:] = repetitive(batch)
    facts.marked[:] = marked_texts(texts.predictions)
    facts.other_script[:] = other_script
    return facts
