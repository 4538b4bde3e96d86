"""What a caller chose, checked once."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from textmetrics._registry import suggest
from textmetrics.answers import Extraction, parse_extraction
from textmetrics.languages import (
    JIEBA,
    LANGUAGES,
    NO_STOPWORDS,
    Analyzer,
    Language,
    LanguageDetector,
    Stopwords,
    UserDictionary,
    read_words,
    tokenizer_of,
)
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS, metrics_of

__all__ = ["ExtractChoice", "Settings", "StopwordChoice", "UserDictionaryChoice"]

StopwordChoice = bool | str | os.PathLike[str] | Iterable[str]
ExtractChoice = str | Iterable[str] | None
UserDictionaryChoice = str | os.PathLike[str] | UserDictionary | None


@dataclass(frozen=True)
class Settings:
    """What decides the numbers, in values that can be compared and pickled.

    Attributes:
        metric_names: what is computed.
        lang: a language's code, or ``auto``.
        tokenizer: the name of another tokeniser than the language's own.
        userdict: words for jieba beside its own.
        stopwords: a list; ``None`` for each language's own.
        add: words that are dropped besides.
        remove: words that are kept after all.
        all_tokens: whether everything is scored without stopword removal too.
        keep_samples: whether each sample's values are kept.
        preset: the definition; but for the default one it fixes what the samples' tokens are.
        preset_options: what was chosen of what it lets choose, all of it.
        extraction: how answers are taken out of predictions before all else.
    """

    metric_names: tuple[str, ...]
    lang: str
    tokenizer: str | None
    userdict: UserDictionary | None
    stopwords: Stopwords | None
    add: tuple[str, ...]
    remove: tuple[str, ...]
    all_tokens: bool
    keep_samples: bool
    preset: str = "default"
    preset_options: tuple[tuple[str, Any], ...] = ()
    extraction: Extraction = field(default_factory=Extraction)

    @classmethod
    def of(
        cls,
        *,
        metrics: Iterable[str] | None = None,
        lang: str = "auto",
        tokenizer: str | None = None,
        userdict: UserDictionaryChoice = None,
        stopwords: StopwordChoice = True,
        stopwords_add: Iterable[str] = (),
        stopwords_remove: Iterable[str] = (),
        all_tokens: bool = False,
        keep_samples: bool = True,
        preset: str = "default",
        preset_options: Mapping[str, Any] | None = None,
        extract: ExtractChoice = None,
    ) -> Settings:
        """Check options as the public functions take them.

        Raises:
            TypeError: if an option is of a kind that it cannot be.
            ValueError: if a name is not known.
            OSError: if a stopword file cannot be read.
        """
        if not isinstance(lang, str):
            raise TypeError(f"lang must be a language's code or 'auto', got {type(lang).__name__}")
        definition = PRESETS.get(preset)
        given = dict(preset_options or {})
        if preset == DEFAULT.name:
            _check_names(given)
        if preset != DEFAULT.name and tokenizer is not None:
            given["tokenizer"], tokenizer = tokenizer, None
        options = definition.checked(given)
        settings = cls(
            tuple(metric.name for metric in metrics_of(definition, metrics, options)),
            lang,
            tokenizer,
            _userdict(userdict),
            _stopwords(stopwords),
            _words(stopwords_add, "stopwords_add"),
            _words(stopwords_remove, "stopwords_remove"),
            all_tokens or (isinstance(stopwords, str) and stopwords == "both"),
            keep_samples,
            preset,
            options,
            parse_extraction(extract),
        )
        if preset != DEFAULT.name:
            settings._check_preset()
        _check(settings, LANGUAGES.get(_likely(settings)))
        return settings

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is computed."""
        return PRESETS.get(self.preset).metrics(self.metric_names, self.preset_options)

    def _check_preset(self) -> None:
        """See that nothing is chosen that the preset fixes."""
        fixed = replace(
            self,
            tokenizer=None,
            userdict=None,
            stopwords=None,
            add=(),
            remove=(),
            all_tokens=False,
        )
        if difference := fixed.difference(self):
            given = [part.partition(":")[0] for part in difference.split("; ")]
            both = {"all_tokens": "all_tokens or stopwords='both'"}
            raise ValueError(
                f"preset={self.preset!r} fixes which tokens are scored: leave out "
                + ", ".join(both.get(name, name) for name in given)
            )

    def analyzer(self, lang: str) -> Analyzer:
        """Make the analyzer of a language; nothing heavy is loaded before its first text."""
        language = LANGUAGES.get(lang)
        stopwords = self._stopwords_of(language)
        if self.userdict is not None and tokenizer_of(language, self.tokenizer) is JIEBA:
            return Analyzer(language, stopwords, self.userdict.tokenizer())
        return Analyzer(language, stopwords, self.tokenizer)

    def analyzer_of(self, text: str) -> Analyzer:
        """Make the analyzer for a single text, whose language is its own where none is named."""
        return self.analyzer(self.language_of([text]))

    def language_of(self, references: Sequence[str]) -> str:
        """Give the language of a sample that is judged alone, by its references if need be."""
        if self.lang != "auto":
            return self.lang
        detector = LanguageDetector()
        return detector.look(references) or detector.han

    def difference(self, other: Settings) -> str:
        """Say in what another one differs, nothing where it does not."""
        ours, theirs = self._named(), other._named()
        return "; ".join(
            f"{name}: {_plain(value)!r}, {_plain(theirs[name])!r}"
            for name, value in ours.items()
            if name in theirs and value != theirs[name]
        )

    def _named(self) -> dict[str, Any]:
        """Give all values by the names that callers know them by."""
        names = [each.name for each in fields(self) if each.name != "preset_options"]
        named = {_IN_PUBLIC.get(name, name): getattr(self, name) for name in names}
        return named | dict(self.preset_options)

    def described(self) -> dict[str, Any]:
        """Give all values as plain Python objects, words and dictionaries by their hash."""
        return {name: _plain(value) for name, value in self._named().items()}

    def token_difference(self, other: Settings) -> str:
        """Say in what another one differs that decides tokens, nothing where it does not."""
        alike = replace(
            other,
            metric_names=self.metric_names,
            all_tokens=self.all_tokens,
            keep_samples=self.keep_samples,
            extraction=self.extraction,
        )
        if self.preset == other.preset:
            definition = PRESETS.get(self.preset)
            if definition.views(self.preset_options) == definition.views(other.preset_options):
                alike = replace(alike, preset_options=self.preset_options)
        return self.difference(alike)

    def _stopwords_of(self, language: Language) -> Stopwords:
        own = language.stopword_list() if self.stopwords is None else self.stopwords
        return own.but(self.add, self.remove)


def _plain(value: Any) -> Any:
    """Give a plain value as it is, another as a signature shows it."""
    value = list(value) if isinstance(value, tuple) else value
    return value if isinstance(value, (str, bool, int, float, list, type(None))) else str(value)


_IN_PUBLIC = {
    "metric_names": "metrics",
    "extraction": "extract",
    "add": "stopwords_add",
    "remove": "stopwords_remove",
}


def _check_names(options: Mapping[str, Any]) -> None:
    """See that nothing is given that is an option of other presets than the default, or of none."""
    own = [option.name for option in DEFAULT.options]
    for name in options:
        if name in own:
            continue
        owners = [
            preset.name for preset in PRESETS for option in preset.options if option.name == name
        ]
        hint = f"preset {' or '.join(owners)} has it" if owners else ""
        if not owners:
            hint = suggest(name, [*inspect.signature(Settings.of).parameters, *own])
        raise TypeError(f"unexpected keyword argument {name!r}{': ' * bool(hint)}{hint.strip()}")


@lru_cache(maxsize=64)
def _check(settings: Settings, language: Language) -> None:
    """See whether the options go together; what was right once is not looked at again."""
    its = settings.analyzer(language.code)
    if settings.userdict is not None and its.tokenizer is not settings.userdict.tokenizer():
        raise ValueError(
            "userdict= has words for jieba, which cuts lang='zh': "
            f"lang={settings.lang!r} is cut by {its.tokenizer.name!r}"
        )


def _likely(settings: Settings) -> str:
    """Give a language with which wrong options show at once, not at the first sample."""
    if settings.lang != "auto":
        return settings.lang
    if settings.userdict is not None:
        return "zh"
    return "ja" if settings.stopwords is not None and settings.stopwords.grammar else "en"


def _words(words: Iterable[str], option: str) -> tuple[str, ...]:
    if isinstance(words, tuple) and not words:
        return words
    try:
        return tuple(sorted(Stopwords.of(words).words))
    except TypeError as error:
        raise TypeError(f"{option}: {error}") from None


def _stopwords(choice: StopwordChoice) -> Stopwords | None:
    if isinstance(choice, bool):
        return None if choice else NO_STOPWORDS
    if isinstance(choice, str) and choice in ("both", "pos"):
        return None if choice == "both" else Stopwords("pos", grammar=True)
    if isinstance(choice, (str, os.PathLike)):
        if isinstance(choice, str) and not (choice and _exists(choice)):
            raise ValueError(
                f"stopwords={choice!r} is no file: {suggest(choice, ('both', 'pos'))}give True, "
                "False, 'both', 'pos' (Japanese), a list of words, or the path of a file"
            )
        return Stopwords.of(read_words(choice))
    if isinstance(choice, Stopwords):
        return choice
    if not isinstance(choice, Iterable):
        raise TypeError(
            f"stopwords must be True, False, 'both', 'pos', a list of words or a path, "
            f"got {type(choice).__name__}"
        )
    return Stopwords.of(choice)


def _userdict(choice: UserDictionaryChoice) -> UserDictionary | None:
    if choice is None or isinstance(choice, UserDictionary):
        return choice
    if not isinstance(choice, (str, os.PathLike)):
        raise TypeError(f"userdict must be the path of a file, got {type(choice).__name__}")
    if not _exists(os.fspath(choice)):
        raise ValueError(
            f"userdict={os.fspath(choice)!r} is no file: give the path of a dictionary"
        )
    return UserDictionary.read(choice)


def _exists(path: str) -> bool:
    try:
        return bool(os.stat(path))
    except (OSError, ValueError):  # not there, longer than a path can be, a zero byte in it
        return False
