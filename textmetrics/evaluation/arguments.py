"""What a caller gives becomes samples, or an error that says which one is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, NamedTuple

from textmetrics.languages import LANGUAGES

__all__ = ["Sample", "Texts", "checked_text", "samples_of"]

Texts = str | Iterable[str]


class Sample(NamedTuple):
    """One prediction and its references.

    Attributes:
        prediction: the text; ``None`` (a null in a file) counts as an empty answer.
        references: one or more texts.
        lang: the language's code, ``None`` where it is yet to be found.
        record: what the caller wants to see again beside the scores.
        guessed: whether the language of Han without kana was taken from the other references.
    """

    prediction: str | None
    references: tuple[str, ...]
    lang: str | None = None
    record: Any = None
    guessed: bool = False


def samples_of(
    predictions: Texts, references: Texts | Iterable[Texts], langs: Iterable[str | None] | None
) -> list[Sample]:
    """Pair predictions with references.

    Raises:
        TypeError: if something is no text; the message says at which index.
        ValueError: if lengths differ, a sample has no reference or a text is not Unicode.
    """
    if isinstance(predictions, str):
        one = _one_sample_references(references)
        sample = Sample(checked_text(predictions, "the prediction"), one)
        return [sample._replace(lang=lang) for lang in _aligned(langs, 1)]
    predicted = _listed(predictions, "predictions")
    if isinstance(references, str):
        raise TypeError(
            "references is one string, but predictions is not: give two lists of one length, "
            "or two strings"
        )
    expected = _listed(references, "references")
    if len(predicted) != len(expected):
        raise ValueError(
            f"{len(predicted):,} predictions but {len(expected):,} references: give one reference, "
            "or one list of references, for each prediction"
        )
    if not predicted:
        raise ValueError("no samples: predictions and references are empty")
    languages = _aligned(langs, len(predicted))
    if _are_texts(predicted) and _are_texts(expected):
        return list(map(Sample, predicted, zip(expected), languages))
    return [
        Sample(
            checked_text(prediction, f"predictions[{index}]"),
            _references(reference, f"references[{index}]"),
            lang,
        )
        for index, (prediction, reference, lang) in enumerate(
            zip(predicted, expected, languages, strict=True)
        )
    ]


def _are_texts(texts: list[Any]) -> bool:
    """Say whether all are valid texts, without a step of Python for each."""
    if set(map(type, texts)) != {str}:
        return False
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _one_sample_references(references: object) -> tuple[str, ...]:
    if isinstance(references, str):
        return (checked_text(references, "the reference"),)
    found = _listed(references, "references")
    if not found:
        raise ValueError("references is an empty list: give at least one reference")
    return tuple(checked_text(text, f"references[{index}]") for index, text in enumerate(found))


def _references(reference: object, where: str) -> tuple[str, ...]:
    if isinstance(reference, str):
        return (checked_text(reference, where),)
    if not isinstance(reference, Iterable):
        raise TypeError(f"{where} must be a string or a list of strings, {_found(reference)}")
    found = _listed(reference, where)
    if not found:
        raise ValueError(f"{where} is an empty list: every sample needs at least one reference")
    return tuple(checked_text(text, f"{where}[{index}]") for index, text in enumerate(found))


def _listed(texts: object, where: str) -> list[Any]:
    if isinstance(texts, (Mapping, Set, bytes, bytearray, memoryview)) or not isinstance(
        texts, Iterable
    ):
        raise TypeError(f"{where} must be a string or a list of strings, {_found(texts)}")
    if hasattr(texts, "columns"):
        raise TypeError(f"{where} is a table: give one of its columns")
    try:
        return list(texts)
    except TypeError:  # an array without a dimension
        raise TypeError(f"{where} must be a string or a list of strings, {_found(texts)}") from None


def checked_text(text: object, where: str) -> str:
    """Give a text back if it is one; ``where`` names it in the error."""
    if not isinstance(text, str):
        raise TypeError(f"{where} must be a string, {_found(text)}")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"{where} has a lone surrogate (\\u{ord(text[error.start]):04x}) at character "
                f"{error.start}: decode the text with errors='replace'"
            ) from None
    return str.__str__(text)  # of a subclass the text, not what it shows


def _found(thing: object) -> str:
    """Say what was found, and what to do about the usual suspects."""
    kind = type(thing).__name__
    if isinstance(thing, (bytes, bytearray, memoryview)):
        return f"got {kind}: decode it with .decode('utf-8')"
    is_nan = isinstance(thing, float) and thing != thing  # noqa: PLR0124 - only NaN does so
    if thing is None or is_nan or kind in ("NAType", "NaTType", "MaskedConstant"):
        return f"got {thing!r}: give '' for a missing answer"
    shown = repr(thing)
    return f"got {kind}: {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _aligned(langs: Iterable[str | None] | None, count: int) -> list[str | None]:
    if langs is None:
        return [None] * count
    if isinstance(langs, str):
        raise TypeError("langs must be a list with a language a sample; for one language use lang=")
    found = list(langs)
    if len(found) != count:
        raise ValueError(f"{count:,} samples but {len(found):,} langs")
    for index, lang in enumerate(found):
        if lang is not None and lang not in LANGUAGES.names():
            raise ValueError(
                f"langs[{index}] is {lang!r}: give one of {', '.join(LANGUAGES.names())}, or None "
                "to let the references decide"
            )
    return found
