"""Whether a text has the right answer in it."""

from __future__ import annotations

from functools import cache

from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer, Scope, Tokens

__all__ = ["contains", "has_words", "words_of"]


@cache
def _analyzer() -> Analyzer:
    """Give what cuts words of spaced scripts, and single characters of the others."""
    return Analyzer(LANGUAGES.get("en"), NO_STOPWORDS, "characters")


def contains(prediction: str, reference: str) -> bool:
    """Say whether the reference stands in the prediction, both normalised.

    Both become tokens as ``tokenizer="characters"`` cuts them: words of Latin and other spaced
    scripts stay whole ("cat" is not in "category", 5 not in -5 nor in 50 %), Han and kana are
    compared character by character, and punctuation, case and width do not count. Of a reference
    that is punctuation alone, punctuation counts. An empty one is only in an empty prediction.

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
    """Give what `has_words` compares of a text."""
    return _analyzer()(text)


def has_words(given: Tokens, wanted: Tokens) -> bool:
    """Say whether the words of a reference stand in those of a prediction: see `contains`."""
    scope = Scope.WORDS if wanted.has(Scope.WORDS) else Scope.EVERYTHING
    if not wanted.has(scope):
        return not given.has(scope)
    return _joined(wanted, scope) in _joined(given, scope)


def _joined(tokens: Tokens, scope: Scope) -> str:
    """Put tokens between line feeds, which are in none of them."""
    return "\n".join(["", *(word for word in tokens.seen(scope) if word != "\n"), ""])
