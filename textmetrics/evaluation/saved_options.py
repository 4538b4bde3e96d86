"""The options of an evaluator as plain objects, from which its settings can be made again."""

from __future__ import annotations

import base64
import zlib
from typing import Annotated, Any

import msgspec

from textmetrics._locks import fork_safe_lock
from textmetrics.evaluation.settings import ByLanguage, ScoringSettings
from textmetrics.languages import Stopwords, UserDictionary

__all__ = ["ONE_AT_A_TIME", "SavedOptions", "restored_settings", "saved_options"]

_MOST_BYTES = 1 << 26  # of a user dictionary: a few compressed bytes may be gigabytes

ONE_AT_A_TIME = fork_safe_lock(last=True)
"""Held while plain objects become typed ones: at the first use of a type, msgspec crashes if two
threads decode it at once."""

_Words = list[str]


class _Stopwords(msgspec.Struct, frozen=True, tag="list", tag_field="kind"):
    name: str
    words: _Words
    grammar: bool = False
    kept: _Words = []


class _ByLanguage(msgspec.Struct, frozen=True, tag="by_language", tag_field="kind"):
    by_language: dict[str, _Stopwords | _Words | None]


class SavedOptions(msgspec.Struct, frozen=True):
    """The options of an evaluator.

    Attributes:
        metrics: names of the metrics.
        lang: as in `ScoringSettings`, and so are the others.
        tokenizer: a name.
        userdict: its words, compressed, in base64.
        stopwords: ``None`` for each language's own.
        add: words or, by language, words.
        remove: the same.
        all_tokens: whether everything is scored over all tokens too.
        keep_samples: whether each sample's values are kept.
        preset: its name.
        preset_options: by name.
        extract: each step's name and argument.
        convert: the name of a conversion.
    """

    metrics: list[str]
    lang: str
    tokenizer: str | None
    userdict: Annotated[str, msgspec.Meta(max_length=_MOST_BYTES)] | None
    stopwords: _Stopwords | _ByLanguage | None
    add: _Words | _ByLanguage
    remove: _Words | _ByLanguage
    all_tokens: bool
    keep_samples: bool
    preset: str
    preset_options: dict[str, Any]
    extract: list[tuple[str, str]]
    convert: str | None


def saved_options(settings: ScoringSettings) -> SavedOptions:
    """Return the options that resolve to some settings.

    Raises:
        ValueError: if a value cannot be written as JSON and read again.
    """
    words = settings.userdict
    saved = SavedOptions(
        list(settings.metric_names),
        settings.lang,
        settings.tokenizer,
        None if words is None else base64.b64encode(zlib.compress(words.content)).decode(),
        _saved(settings.stopwords),
        _saved(settings.add),
        _saved(settings.remove),
        settings.all_tokens,
        settings.keep_samples,
        settings.preset,
        dict(settings.preset_options),
        [(step.name, step.argument) for step in settings.extraction.steps],
        settings.convert,
    )
    try:
        with ONE_AT_A_TIME:
            again = msgspec.convert(msgspec.json.decode(msgspec.json.encode(saved)), SavedOptions)
        restored = restored_settings(again)
    except (TypeError, ValueError) as error:
        raise ValueError(f"these options cannot be saved: {error}") from error
    if difference := settings.difference(restored, "here", "when read again"):
        raise ValueError(f"these options cannot be saved: {difference}")
    return saved


def restored_settings(saved: SavedOptions) -> ScoringSettings:
    """Return the settings of saved options.

    Raises:
        TypeError: if an option has the wrong type.
        ValueError: if a value is unknown, such as a metric that a user registered elsewhere.
        ImportError: if what they need is not installed.
    """
    words = None if saved.userdict is None else _user_dictionary(saved.userdict)
    steps = [f"{name}:{argument}" if argument else name for name, argument in saved.extract]
    options = {
        "metrics": saved.metrics,
        "lang": saved.lang,
        "tokenizer": saved.tokenizer,
        "userdict": words,
        "stopwords": True if saved.stopwords is None else _restored(saved.stopwords),
        "stopwords_add": _restored(saved.add),
        "stopwords_remove": _restored(saved.remove),
        "all_tokens": saved.all_tokens,
        "keep_samples": saved.keep_samples,
        "preset": saved.preset,
        "extract": steps,
        "convert": saved.convert,
    }
    return ScoringSettings.of(**{**options, **saved.preset_options})  # both may have a tokenizer


def _user_dictionary(text: str) -> UserDictionary:
    try:
        raw = base64.b64decode(text, validate=True)
        stream = zlib.decompressobj()
        content = stream.decompress(raw, _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise ValueError(f"the user dictionary is damaged ({error})") from None
    if not stream.eof:
        raise ValueError("the user dictionary is damaged (it does not end)")
    return UserDictionary(content)


def _saved(value: Any) -> Any:
    if isinstance(value, ByLanguage):
        return _ByLanguage({code: _saved(each) for code, each in value.values})
    if isinstance(value, Stopwords):
        return _Stopwords(value.name, sorted(value.words), value.grammar, sorted(value.kept))
    return None if value is None else list(value)


def _restored(value: Any) -> Any:
    if isinstance(value, _ByLanguage):
        each = value.by_language.items()
        return {code: True if own is None else _restored(own) for code, own in each}
    if isinstance(value, _Stopwords):
        words, kept = frozenset(value.words), frozenset(value.kept)
        return Stopwords(value.name, words, value.grammar, kept)
    return value
