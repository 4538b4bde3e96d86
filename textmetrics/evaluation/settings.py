"""What a choice of options becomes: checked values that can be compared and pickled."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from textmetrics._options import complete, option_names, surplus_arguments, unexpected_option
from textmetrics._registry import Registry, closest, suggest
from textmetrics.answers import Extraction, parse_extraction
from textmetrics.evaluation.options import NO_STOPWORD_NAMES, EvaluatorOptions
from textmetrics.languages import (
    CONVERSIONS,
    JIEBA,
    LANGUAGES,
    NO_STOPWORDS,
    Analyzer,
    Language,
    LanguageDetector,
    Stopwords,
    UserDictionary,
    converter,
    language_code,
    one_language,
    read_words,
    tokenizer_of,
)
from textmetrics.metrics import METRICS, Metric
from textmetrics.presets import DEFAULT, PRESETS, metrics_of

__all__ = ["ScoringSettings", "UnknownDefinitionError", "check_option_names", "options_by_name"]

# All others are options of a preset.
_COMMON_NAMES = frozenset(option_names(EvaluatorOptions)) - {each.name for each in DEFAULT.options}


@dataclass(frozen=True)
class ScoringSettings:
    """What decides the numbers, in values that can be compared and pickled.

    Attributes:
        metric_names: what is computed.
        lang: the language code, or ``auto``.
        tokenizer: the name of a tokenizer other than the language's own.
        userdict: words for jieba beside its own.
        stopwords: a list; ``None`` for each language's own; or such values by language.
        add: words to drop in addition, for all languages or by language.
        remove: words to keep, likewise.
        all_tokens: whether everything is scored without stopword removal too.
        keep_samples: whether each sample's values are kept.
        preset: the definition; all but the default one decide the tokens themselves.
        preset_options: the values of all options of the preset.
        extraction: how answers are extracted from predictions before scoring.
        convert: the name of a conversion of all texts.
    """

    metric_names: tuple[str, ...]
    lang: str
    tokenizer: str | None
    userdict: UserDictionary | None
    stopwords: Stopwords | ByLanguage | None
    add: tuple[str, ...] | ByLanguage
    remove: tuple[str, ...] | ByLanguage
    all_tokens: bool
    keep_samples: bool
    preset: str = DEFAULT.name
    preset_options: tuple[tuple[str, Any], ...] = ()
    extraction: Extraction = field(default_factory=Extraction)
    convert: str | None = None

    @classmethod
    def of(cls, **options: Any) -> ScoringSettings:
        """Check options and resolve them.

        Args:
            options: those of `EvaluatorOptions`, and what the preset lets choose.

        Raises:
            TypeError: if an option is unknown or has the wrong type.
            ValueError: if a name is unknown.
            OSError: if a stopword file or user dictionary cannot be read.
        """
        of_preset = {name: options[name] for name in options if name not in _COMMON_NAMES}
        options = complete(
            EvaluatorOptions, {name: options[name] for name in options if name in _COMMON_NAMES}
        )
        lang, stopwords = options["lang"], options["stopwords"]
        if not isinstance(lang, str):
            raise TypeError(f"lang must be a language code or 'auto', got {type(lang).__name__}")
        lang = language_code(lang)
        definition = PRESETS.get(options["preset"])
        if definition is DEFAULT:
            check_option_names(of_preset, option_names(EvaluatorOptions), DEFAULT.name)
        elif options["tokenizer"] is not None:
            of_preset["tokenizer"], options["tokenizer"] = options["tokenizer"], None
        preset_options = definition.checked(of_preset)
        metrics = metrics_of(definition, options["metrics"], preset_options)
        settings = cls(
            tuple(metric.name for metric in metrics),
            lang,
            options["tokenizer"],
            _userdict(options["userdict"]),
            _by_language(stopwords, "stopwords", _stopwords),
            _by_language(options["stopwords_add"], "stopwords_add", _words),
            _by_language(options["stopwords_remove"], "stopwords_remove", _words),
            options["all_tokens"] or (isinstance(stopwords, str) and stopwords == "both"),
            options["keep_samples"],
            definition.name,
            preset_options,
            parse_extraction(options["extract"]),
            _conversion(options["convert"]),
        )
        if definition is not DEFAULT:
            _check_preset(settings)
        for code in _likely_languages(settings):
            _check_language(settings, LANGUAGES.get(code))
        return settings

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is computed."""
        return _metrics(self.preset, self.metric_names, self.preset_options, Registry.version)

    @property
    def several(self) -> bool:
        """Whether a sample may have several references."""
        return PRESETS.get(self.preset).takes_several(self.metric_names)

    def analyzer(self, lang: str) -> Analyzer:
        """Return the analyzer of a language; nothing heavy is loaded before its first text."""
        language = LANGUAGES.get(lang)
        words = _of_language(self.stopwords, language.code, None)
        if words is None:
            signs = tokenizer_of(language, self.tokenizer).signs
            words = NO_STOPWORDS if signs else language.stopword_list()
        add, remove = (_of_language(each, language.code, ()) for each in (self.add, self.remove))
        stopwords = words.but(add, remove)
        if self.userdict is not None and tokenizer_of(language, self.tokenizer) is JIEBA:
            return Analyzer(language, stopwords, self.userdict.tokenizer())
        return Analyzer(language, stopwords, self.tokenizer)

    def has_own_list(self, language: Language) -> bool:
        """Return whether a language keeps the list that it comes with."""
        return _of_language(self.stopwords, language.code, None) is None

    def analyzer_of(self, text: str) -> Analyzer:
        """Return the analyzer for a single text, which decides the language if none is named."""
        return self.analyzer(self.language_of([text]))

    def language_of(self, references: Sequence[str]) -> str:
        """Return ``lang``, or what the references of a sample judged alone are in if it is auto."""
        if self.lang != "auto":
            return self.lang
        detector = LanguageDetector()
        return detector.resolved(detector.look(references))

    def converted(self, texts: Sequence[str]) -> list[str]:
        """Return texts as they are tokenized."""
        return list(texts) if self.convert is None else list(map(converter(self.convert), texts))

    def described(self) -> dict[str, Any]:
        """Return all values as plain Python objects, words and dictionaries by their hash."""
        return {name: _plain(value) for name, value in self._by_option().items()}

    def difference(self, other: ScoringSettings, here: str, there: str) -> str:
        """Return how another one differs, in words; empty if it does not.

        Args:
            other: settings that may have other values.
            here: where the values of these settings are.
            there: where the values of the others are.
        """
        return "; ".join(
            f"{name}: {_plain(value)!r} {here}, {_plain(other_value)!r} {there}"
            for name, (value, other_value) in self._differing(other).items()
        )

    def token_difference(self, other: ScoringSettings, here: str, there: str) -> str:
        """Return how another one differs in what decides tokens, as `difference` does."""
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
        return self.difference(alike, here, there)

    def token_options(self) -> dict[str, Any]:
        """Return the options of `TokenOptions`, and the preset, that resolve to these settings."""
        return {
            "lang": self.lang,
            "tokenizer": self.tokenizer,
            "userdict": self.userdict,
            "convert": self.convert,
            "stopwords": True if self.stopwords is None else _as_given(self.stopwords),
            "stopwords_add": _as_given(self.add),
            "stopwords_remove": _as_given(self.remove),
            "preset": self.preset,
        }

    def _differing(self, other: ScoringSettings) -> dict[str, tuple[Any, Any]]:
        """Return the values of both by the names of the options in which they differ."""
        values, other_values = self._by_option(), other._by_option()
        return {
            name: (value, other_values[name])
            for name, value in values.items()
            if name in other_values and value != other_values[name]
        }

    def _by_option(self) -> dict[str, Any]:
        """Return all values by the names of their options."""
        names = [each.name for each in fields(self) if each.name != "preset_options"]
        named = {_OPTION_OF.get(name, name): getattr(self, name) for name in names}
        return named | dict(self.preset_options)


@lru_cache(maxsize=256)
def _metrics(
    preset: str,
    names: tuple[str, ...],
    options: tuple[tuple[str, Any], ...],
    version: int,  # noqa: ARG001
) -> tuple[Metric, ...]:
    """Return the metrics of a preset, looked up once for each state of the registries."""
    return PRESETS.get(preset).metrics(names, options)


class UnknownDefinitionError(ValueError):
    """The options of a state name something that is unknown here, or is another one than there."""


_OPTION_OF = {
    "metric_names": "metrics",
    "extraction": "extract",
    "add": "stopwords_add",
    "remove": "stopwords_remove",
}


def _plain(value: Any) -> Any:
    """Return a plain value as it is, another as a signature shows it."""
    value = list(value) if isinstance(value, tuple) else value
    return value if isinstance(value, (str, bool, int, float, list, type(None))) else str(value)


def options_by_name(
    function: str, positional: Mapping[str, Any], surplus: Sequence[Any]
) -> TypeError:
    """Return the error for options that were given by position, with the option that is meant.

    Args:
        function: the name of what was called.
        positional: what it takes by position, by name.
        surplus: what was given besides.
    """
    values = [*surplus, *(each for each in positional.values() if isinstance(each, str))]
    meant = next(filter(None, map(_written_option, values)), "lang='zh'")
    return surplus_arguments(function, list(positional), surplus, meant)


def _written_option(value: Any) -> str:
    """Return the option that a value is likely for, as it is written; empty if unknown."""
    if isinstance(value, bool):
        return f"stopwords={value}"
    if isinstance(value, (list, tuple)):
        names = [closest(each, METRICS.names()) for each in value if isinstance(each, str)]
        return f"metrics={names!r}" if names and None not in names else ""
    if not isinstance(value, str):
        return ""
    if value in METRICS:
        return f"metrics={[value]!r}"
    if value in PRESETS:
        return f"preset={value!r}"
    return f"lang={value!r}" if _is_language(value) else ""


def check_option_names(options: Iterable[str], taken: Collection[str], preset: str) -> None:
    """Check the names of options under the default preset; others check theirs themselves.

    Args:
        options: the names that were given.
        taken: those that a function takes, which an error lists.
        preset: the name of the preset.

    Raises:
        TypeError: if only other presets have an option, or nobody has it.
    """
    if preset != DEFAULT.name:
        return
    defaults = [option.name for option in DEFAULT.options]
    for name in options:
        if name in taken or name in defaults:
            continue
        owners = [f"preset={preset.name!r}" for preset in PRESETS if name in preset.option_names]
        if owners:
            meant = suggest(name, taken).rstrip()
            only = f"{name!r} is an option of {' and '.join(owners)} only"
            raise TypeError("; ".join(filter(None, [only, meant])))
        known = dict.fromkeys([*taken, *defaults])
        if name in _NAMES_ELSEWHERE:
            raise TypeError(
                f"unexpected keyword argument {name!r}: {_NAMES_ELSEWHERE[name]}; known: "
                f"{', '.join(known)}"
            )
        raise unexpected_option(name, known)


_NAMES_ELSEWHERE = {
    "average": "a score is the mean over samples, and its .samples are the values",
    "headline": "a score has .precision, .recall and .f1 beside its value, and preset= decides "
    "which of them that is",
    "rouge_types": "use metrics=",
}
"""What to do in place of arguments that other libraries have."""


def _check_preset(settings: ScoringSettings) -> None:
    """Raise a ``ValueError`` if an option contradicts what the preset fixes."""
    fixed = replace(
        settings,
        tokenizer=None,
        userdict=None,
        stopwords=None,
        add=(),
        remove=(),
        all_tokens=False,
    )
    if names := fixed._differing(settings):
        given = {"all_tokens": "all_tokens= or stopwords='both'"}
        if settings.stopwords is NO_STOPWORDS:
            given["stopwords"] = "stopwords=False"
        options = ", ".join(given.get(name, f"{name}=") for name in names)
        raise ValueError(f"preset={settings.preset!r} has its own tokens; remove {options}")


@lru_cache(maxsize=64)
def _check_language(settings: ScoringSettings, language: Language) -> None:
    """Raise a ``ValueError`` if the options do not fit the language that they are likely for."""
    tokenizer = settings.analyzer(language.code).tokenizer
    if settings.userdict is not None and tokenizer is not settings.userdict.tokenizer():
        raise ValueError(
            "userdict= has words for jieba, which cuts lang='zh': "
            f"lang={settings.lang!r} is cut by {tokenizer.name!r}"
        )


def _likely_languages(settings: ScoringSettings) -> Iterable[str]:
    """Return languages with which wrong options fail at once, not at the first sample."""
    if settings.lang != "auto":
        return (settings.lang,)
    if settings.userdict is not None:
        return ("zh",)
    if isinstance(settings.stopwords, ByLanguage):
        return [code for code, _ in settings.stopwords.values]
    return ("ja" if settings.stopwords is not None and settings.stopwords.grammar else "en",)


def _conversion(name: object) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str):
        raise TypeError(f"convert must be the name of a conversion, got {type(name).__name__}")
    if name not in CONVERSIONS:
        raise ValueError(
            f"unknown conversion {name!r}: {suggest(name, CONVERSIONS)}known are "
            f"{', '.join(CONVERSIONS)}"
        )
    converter(name)  # fail early if OpenCC is missing
    return name


def _words(words: Iterable[str], option: str) -> tuple[str, ...]:
    if isinstance(words, tuple) and not words:
        return words
    return tuple(sorted(_listed(words, option).words))


def _listed(words: Iterable[str], option: str) -> Stopwords:
    try:
        return Stopwords.of(words)
    except TypeError as error:
        raise TypeError(f"{option}: {error}") from None


def _stopwords(choice: Any, option: str) -> Stopwords | None:
    if isinstance(choice, bool):
        return None if choice else NO_STOPWORDS
    if isinstance(choice, str) and choice in ("both", "pos"):
        return None if choice == "both" else Stopwords("pos", grammar=True)
    if isinstance(choice, (str, os.PathLike)):
        if isinstance(choice, str) and not (choice and _exists(choice)):
            raise ValueError(
                f"{option}={choice!r}: no such file; {_meant_stopwords(choice)}give True, "
                "False, 'both', 'pos' (Japanese), a list of words, or the path of a file"
            )
        return Stopwords.of(read_words(choice))
    if isinstance(choice, Stopwords):
        return choice
    if not isinstance(choice, Iterable):
        raise TypeError(
            f"{option} must be True, False, 'both', 'pos', a list of words or a path, "
            f"got {type(choice).__name__}{': give False to drop none' * (choice is None)}"
        )
    return _listed(choice, option)


def _meant_stopwords(text: str) -> str:
    """Return "did you mean …? " for a text that stands for a choice, or is near one."""
    word = text.strip().lower()
    if word in NO_STOPWORD_NAMES:
        return "did you mean False? "
    own = word in ("yes", "on", "true", "default", "auto") or (word and _is_language(word))
    return "did you mean True? " if own else suggest(text, ("both", "pos"))


def _is_language(text: str) -> bool:
    try:
        return bool(one_language(text))
    except (ValueError, ImportError):
        return False


def _userdict(choice: Any) -> UserDictionary | None:
    if choice is None or isinstance(choice, UserDictionary):
        return choice
    if not isinstance(choice, (str, os.PathLike)):
        raise TypeError(f"userdict must be the path of a file, got {type(choice).__name__}")
    if not _exists(os.fspath(choice)):
        raise ValueError(
            f"userdict={os.fspath(choice)!r}: no such file; give the path of a user dictionary"
        )
    return UserDictionary.read(choice)


def _exists(path: str) -> bool:
    try:
        return bool(os.stat(path))
    except (OSError, ValueError):  # not there, longer than a path can be, a zero byte in it
        return False


# --- values by language -----------------------------------------------------------------------


@dataclass(frozen=True)
class ByLanguage:
    """A value for some languages.

    Attributes:
        values: by the language's code, sorted.
    """

    values: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        """Show words in a list, and a list of stopwords by its hash."""
        return ", ".join(f"{code}: {_plain(value)}" for code, value in self.values)


def _of_language(value: Any, lang: str, default: Any) -> Any:
    """Return the value of an option for a language, which may be given by language."""
    return dict(value.values).get(lang, default) if isinstance(value, ByLanguage) else value


def _as_given(value: Any) -> Any:
    """Return a value by language as the mapping that it was given as."""
    if not isinstance(value, ByLanguage):
        return value
    return {code: True if each is None else each for code, each in value.values}


def _by_language(choice: Any, option: str, read: Callable[[Any, str], Any]) -> Any:
    """Read an option that may be a mapping of languages to values.

    Raises:
        TypeError: if a key is not a string, or a value has the wrong type.
        ValueError: if a language is unknown, or a value is wrong; the message suggests another.
    """
    if not isinstance(choice, Mapping):
        return read(choice, option)
    found = {}
    for code, value in choice.items():
        if not isinstance(code, str):
            raise TypeError(f"{option}: a key must be a language code, got {code!r}")
        try:
            lang = one_language(code)
        except ValueError as error:
            raise ValueError(f"{option}: {error}") from None
        if lang in found:
            raise ValueError(
                f"{option}: language {lang!r} is given twice, the second time as {code!r}"
            )
        if isinstance(value, Mapping) or (isinstance(value, str) and value == "both"):
            raise ValueError(
                f"{option}[{code!r}] must be the value for one language, got {value!r}"
            )
        found[lang] = read(value, f"{option}[{code!r}]")
    return ByLanguage(tuple(sorted(found.items(), key=lambda item: item[0])))
