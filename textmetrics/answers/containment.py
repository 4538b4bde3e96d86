"""Whether a text contains the right answer."""

from __future__ import annotations

from functools import cache

from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer, Scope, Tokens

__all__ = ["contains", "has_words", "words_of"]


@cache
def _analyzer() -> Analyzer:
    """Return an analyzer that finds words in scripts with spaces, and characters in others."""
    return Analyzer(LANGUAGES.get("en"), NO_STOPWORDS, "characters")


def contains(prediction: str, reference: str) -> bool:
    """Return whether the prediction contains the reference, both normalized.

    Both are tokenized with ``tokenizer="characters"``: words of Latin and other scripts with spaces
    stay whole ("cat" is not in "category", 5 is neither in -5 nor in 50 %), Han and kana are
    compared character by character, and punctuation, case and width do not matter. If the reference
    is punctuation only, punctuation counts. An empty reference is contained in an empty prediction
    only.

    Examples:
        >>> contains("It is the Eiffel Tower, in Paris.", "eiffel tower")
        True
        >>> contains("首都是北京市。", "北京")
        True
        >>> contains("category", "cat")
        False
    """
    return has_words(words_of(prediction), words_of(reference))


def words_of(text: str) -> Tokens:
    """Return the tokens of a text that `has_words` compares."""
    return _analyzer()(text)


def has_words(given: Tokens, wanted: Tokens) -> bool:
    """Return whether a prediction's tokens contain those of a reference: see `contains`."""
    scope = Scope.WORDS if wanted.has(Scope.WORDS) else Scope.EVERYTHING
    if not wanted.has(scope):
        return not given.has(scope)
    return _joined(wanted, scope) in _joined(given, scope)


def _joined(tokens: Tokens, scope: Scope) -> str:
    """Join tokens by line feeds, which no token contains."""
    return "\n".join(["", *(word for word in tokens.in_scope(scope) if word != "\n"), ""])
