"""The options that decide tokens and scores: defined once, checked once.

The groups at the top say what there is: every public function shows the options of its group, and
the command line and configuration files read the same ones. `ScoringSettings` is what a choice of
options becomes. Who takes which group:

    tokenize                            TokenOptions
    prepare                             PrepareOptions    = TokenOptions, PresetOptions, LangsOption
    accuracy, f1, rouge_l …, Reward     ScoringOptions    = TokenOptions, PresetOptions,
                                                            ExtractOption, RunningOptions
    the integrations' metrics           ComputeOptions    = ScoringOptions, MetricsOption
    evaluate                            EvaluateOptions   = ComputeOptions, LangsOption
    what takes samples in batches       StreamingOptions  = ComputeOptions, all_tokens
    Evaluator                           EvaluatorOptions  = StreamingOptions, keep_samples
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, TypedDict

from textmetrics._checks import parse_whole_number
from textmetrics._options import Option, complete, option_names, unexpected_option
from textmetrics._registry import suggest
from textmetrics.answers import LETTERS, Extraction, parse_extraction
from textmetrics.kernels import backend_names
from textmetrics.languages import (
    CONVERSIONS,
    JIEBA,
    LANGUAGES,
    NO_STOPWORDS,
    TOKENIZERS,
    Analyzer,
    Language,
    LanguageDetector,
    Stopwords,
    UserDictionary,
    converter,
    language_code,
    read_words,
    suggest_language,
    tokenizer_of,
)
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS, known_metrics, metrics_of

__all__ = [
    "ComputeOptions",
    "EvaluateOptions",
    "EvaluatorOptions",
    "ExtractOption",
    "PrepareOptions",
    "RunningOptions",
    "ScoringOptions",
    "ScoringSettings",
    "TokenOptions",
]

LanguageName = (
    Literal[
        "auto",
        "en",
        "zh",
        "ja",
        "und",
    ]
    | str
)
MetricName = (
    Literal[
        "accuracy",
        "f1",
        "rouge_1",
        "rouge_2",
        "rouge_l",
        "bleu_4",
        "precision",
        "recall",
        "multiple_choice",
        "numeric",
        "contains",
        "multiple_select",
        "judgement",
    ]
    | str
)
BackendName = Literal["auto", "native", "reference", "cuda"]
StopwordList = bool | Literal["both", "pos"] | str | os.PathLike[str] | Iterable[str]
StopwordChoice = StopwordList | Mapping[str, StopwordList]
WordChoice = Iterable[str] | Mapping[str, Iterable[str]]
UserDictionaryChoice = str | os.PathLike[str] | UserDictionary | None


def comma_separated(text: str) -> list[str]:
    """Return the names in a text, which are separated by commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _stopword_file(text: str) -> Any:
    from pathlib import Path

    code, colon, rest = text.partition(":")
    if colon and len(code) > 1 and code.replace("-", "").replace("_", "").isalpha() and rest:
        # A single letter is a drive of Windows.
        return {LANGUAGES.get(code).code: _stopword_file(rest)}
    # A path, so that no file is taken for one of the words that `stopwords=` knows.
    return text if text == "pos" else Path(text)


def _extraction_steps(text: str) -> list[str]:
    steps = parse_extraction(text).steps
    return [f"{step.name}:{step.argument}" if step.argument else step.name for step in steps]


def _tokenizer_names() -> Iterable[str]:
    options = (option for preset in PRESETS for option in preset.options)
    others = (name for each in options if each.name == "tokenizer" for name in each.choices)
    return dict.fromkeys([*TOKENIZERS.names(), *others])


class TokenOptions(TypedDict, total=False):
    """How a text becomes tokens."""

    lang: Annotated[
        LanguageName,
        Option(
            "auto",
            'the language code, or ``"auto"`` to decide by the references alone. Presets have '
            "tokenizers of their own; there it affects only the health of the data",
            metavar="CODE",
            parse=language_code,
            flag_help="language code, or auto (the default) to decide by a record's own lang "
            "field, else by its references",
        ),
    ]
    tokenizer: Annotated[
        str | None,
        Option(
            None,
            "the name of a tokenizer to use in place of the language's, or the preset's, own",
            choices=_tokenizer_names,
            metavar="NAME",
            flag_help="tokenizer to use instead of the language's, or the preset's, own",
        ),
    ]
    userdict: Annotated[
        UserDictionaryChoice,
        Option(
            None,
            "the path of a user dictionary for jieba, with one word per line, optionally followed "
            "by its frequency and a tag. The jieba of the process is not changed",
            metavar="FILE",
            flag_help="user dictionary for jieba, with one word per line (Chinese)",
        ),
    ]
    convert: Annotated[
        str | None,
        Option(
            None,
            "a conversion by OpenCC of predictions and references before they are tokenized, such "
            'as ``"t2s"``, from traditional to simplified Chinese',
            choices=lambda: CONVERSIONS,
            metavar="NAME",
            flag_help="conversion by OpenCC of predictions and references, such as t2s, from "
            "traditional to simplified Chinese",
        ),
    ]
    stopwords: Annotated[
        StopwordChoice,
        Option(
            True,
            '``True`` for the language\'s own list, ``False`` for none, ``"both"`` to score with '
            'and without stopwords (``Score.all_tokens``), ``"pos"`` to drop by part of speech '
            "(Japanese), a list of words, the path of a file with one word per line, or a mapping "
            'of language codes to any of these but ``"both"``: others keep their own list',
            metavar="[CODE:]FILE|pos",
            parse=_stopword_file,
            flag_help="file of stopwords to use instead of the language's own, with one word per "
            "line; pos drops words by part of speech (Japanese). CODE:FILE is for one language, "
            "and may be repeated",
            off_help="drop no stopwords: score all words",
        ),
    ]
    stopwords_add: Annotated[
        WordChoice,
        Option(
            (),
            "words to drop in addition to the list, or a mapping of language codes to such words",
            metavar="WORDS",
            parse=comma_separated,
            repeatable=True,
            flag_help="more words to drop, separated by commas; may be repeated",
        ),
    ]
    stopwords_remove: Annotated[
        WordChoice,
        Option(
            (),
            "words of the list to keep, or a mapping of language codes to such words",
            metavar="WORDS",
            parse=comma_separated,
            repeatable=True,
            flag_help="words to keep, separated by commas; may be repeated",
        ),
    ]


class PresetOptions(TypedDict, total=False):
    """Whose definition of the metrics is computed."""

    preset: Annotated[
        str,
        Option(
            DEFAULT.name,
            "the name of a published definition, which decides the tokens and drops no "
            "stopwords; ``textmetrics presets`` lists them",
            choices=PRESETS.names,
            metavar="NAMES",
            flag_help="preset that defines the metrics; several, separated by commas, get one row "
            f"each (default: {DEFAULT.name})",
        ),
    ]
    tolerance: Annotated[
        float,
        # Declared by the default preset; here too, so that type checkers know it.
        Option(0.0, "how far a number may be off, for the metric ``numeric``", flag=""),
    ]
    letters: Annotated[
        str,
        Option(
            LETTERS,
            "the letters on offer, for the metrics ``multiple_choice`` and ``multiple_select``",
            flag="",
        ),
    ]


class ExtractOption(TypedDict, total=False):
    """What of each prediction is scored."""

    extract: Annotated[
        str | Iterable[str] | None,
        Option(
            None,
            'how to extract the answer from each prediction before scoring, such as ``"think,'
            'boxed"``: names of extractors, applied in this order, or a list of them',
            metavar="STEPS",
            parse=_extraction_steps,
            repeatable=True,
            flag_help="how to extract the answer from each prediction before scoring, such as "
            "think,boxed: steps in order, separated by commas; may be repeated",
        ),
    ]


class RunningOptions(TypedDict, total=False):
    """What changes the speed, and never a number."""

    backend: Annotated[
        BackendName,
        Option(
            "auto",
            "the backend that scans and counts; all return the same numbers",
            choices=lambda: ("auto", *backend_names()),
            metavar="NAME",
        ),
    ]
    threads: Annotated[
        int | None,
        Option(
            None,
            "the number of threads that scan and count; if ``None``, the processors available to "
            "the process, divided by ``LOCAL_WORLD_SIZE``",
            metavar="N",
            parse=partial(parse_whole_number, at_least=1),
            flag_help="the number of threads that scan and count (default: the processors "
            "available to the process, divided by LOCAL_WORLD_SIZE)",
        ),
    ]


class ScoringOptions(TokenOptions, PresetOptions, ExtractOption, RunningOptions, total=False):
    """How texts are scored, whatever the metric."""


class MetricsOption(TypedDict, total=False):
    """What is computed."""

    metrics: Annotated[
        Iterable[MetricName] | None,
        Option(
            None,
            "names of the metrics; if ``None``, the six default ones, or those of the preset",
            choices=known_metrics,
            metavar="NAMES",
            parse=comma_separated,
            repeatable=True,
            flag_help="metrics to compute, separated by commas (default: those of the preset); may "
            "be repeated",
            kind="metric",
        ),
    ]


class LangsOption(TypedDict, total=False):
    """The language of each sample."""

    langs: Annotated[
        Iterable[str | None] | None,
        Option(
            None,
            "one language code per sample where samples differ; ``None`` in it leaves the sample "
            "to ``lang``",
            flag="",
        ),
    ]


class PrepareOptions(TokenOptions, PresetOptions, LangsOption, total=False):
    """What decides the tokens of references."""


class ComputeOptions(MetricsOption, ScoringOptions, total=False):
    """What is computed, and how."""


class EvaluateOptions(ComputeOptions, LangsOption, total=False):
    """All that `evaluate` takes beside the texts."""


class StreamingOptions(ComputeOptions, total=False):
    """What is computed and how, where samples come in batches."""

    all_tokens: Annotated[
        bool,
        Option(
            False,
            'fill ``Score.all_tokens``, as ``stopwords="both"`` does, with any list',
            flag="",
        ),
    ]


class EvaluatorOptions(StreamingOptions, total=False):
    """All that `Evaluator` takes."""

    keep_samples: Annotated[
        bool, Option(True, "keep one value per sample in ``Score.samples``", flag="")
    ]


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


# All others are options of a preset.
_COMMON_NAMES = frozenset(option_names(EvaluatorOptions)) - {"tolerance", "letters"}


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
        definition = PRESETS.get(options["preset"])
        if definition is DEFAULT:
            _check_names(of_preset)
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
        return PRESETS.get(self.preset).metrics(self.metric_names, self.preset_options)

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


_OPTION_OF = {
    "metric_names": "metrics",
    "extraction": "extract",
    "add": "stopwords_add",
    "remove": "stopwords_remove",
}


def _as_given(value: Any) -> Any:
    """Return a value by language as the mapping that it was given as."""
    if not isinstance(value, ByLanguage):
        return value
    return {code: True if each is None else each for code, each in value.values}


def _plain(value: Any) -> Any:
    """Return a plain value as it is, another as a signature shows it."""
    value = list(value) if isinstance(value, tuple) else value
    return value if isinstance(value, (str, bool, int, float, list, type(None))) else str(value)


def _check_names(options: Mapping[str, Any]) -> None:
    """Raise a ``TypeError`` for an option that only other presets have, or that nobody has."""
    defaults = [option.name for option in DEFAULT.options]
    for name in options:
        if name in defaults:
            continue
        owners = [
            f"preset={preset.name!r}"
            for preset in PRESETS
            if name in (option.name for option in preset.options)
        ]
        if owners:
            raise TypeError(f"{name!r} is an option of {' and '.join(owners)} only")
        raise unexpected_option(name, dict.fromkeys([*option_names(EvaluatorOptions), *defaults]))


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
        return [code for code, _ in settings.stopwords.values] if settings.tokenizer is None else ()
    return ("ja" if settings.stopwords is not None and settings.stopwords.grammar else "en",)


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
        if code not in LANGUAGES.names():
            known = ", ".join(LANGUAGES.names())
            raise ValueError(
                f"{option}: unknown language {code!r}: {suggest_language(code)}known: {known}"
            )
        if isinstance(value, Mapping) or (isinstance(value, str) and value == "both"):
            raise ValueError(
                f"{option}[{code!r}] must be the value for one language, got {value!r}"
            )
        found[code] = read(value, f"{option}[{code!r}]")
    return ByLanguage(tuple(sorted(found.items(), key=lambda item: item[0])))


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
    try:
        return tuple(sorted(Stopwords.of(words).words))
    except TypeError as error:
        raise TypeError(f"{option}: {error}") from None


def _stopwords(choice: Any, option: str = "stopwords") -> Stopwords | None:
    if isinstance(choice, bool):
        return None if choice else NO_STOPWORDS
    if isinstance(choice, str) and choice in ("both", "pos"):
        return None if choice == "both" else Stopwords("pos", grammar=True)
    if isinstance(choice, (str, os.PathLike)):
        if isinstance(choice, str) and not (choice and _exists(choice)):
            raise ValueError(
                f"{option}={choice!r}: no such file; {suggest(choice, ('both', 'pos'))}give True, "
                "False, 'both', 'pos' (Japanese), a list of words, or the path of a file"
            )
        return Stopwords.of(read_words(choice))
    if isinstance(choice, Stopwords):
        return choice
    if not isinstance(choice, Iterable):
        raise TypeError(
            f"{option} must be True, False, 'both', 'pos', a list of words or a path, "
            f"got {type(choice).__name__}"
        )
    return Stopwords.of(choice)


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
