"""The options that decide tokens and scores, defined once.

The groups at the top say what there is: every public function shows the options of its group, and
the command line and configuration files read the same ones. `settings.py` has what a choice of
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
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, Literal, TypedDict

from textmetrics._checks import parse_whole_number
from textmetrics._options import Option
from textmetrics.answers import LETTERS, parse_extraction
from textmetrics.kernels import backend_names
from textmetrics.languages import (
    CONVERSIONS,
    TOKENIZERS,
    UserDictionary,
    language_code,
    one_language,
)
from textmetrics.presets import DEFAULT, PRESETS

__all__ = [
    "NO_STOPWORD_NAMES",
    "ComputeOptions",
    "EvaluateOptions",
    "EvaluatorOptions",
    "ExtractOption",
    "PrepareOptions",
    "RunningOptions",
    "ScoringOptions",
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
        "wer",
        "cer",
        "mer",
        "wil",
        "wip",
        "math",
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


NO_STOPWORD_NAMES = ("none", "no", "off", "false", "null")
"""What people write to drop no stopwords; none of them is a value of the option."""


def _stopword_file(text: str) -> Any:
    from pathlib import Path

    code, colon, rest = text.partition(":")
    if colon and len(code) > 1 and code.replace("-", "").replace("_", "").isalpha() and rest:
        # A single letter is a drive of Windows.
        return {one_language(code): _stopword_file(rest)}
    if text.lower() in NO_STOPWORD_NAMES and not Path(text).exists():
        raise ValueError(f"no file {text!r}: to drop no stopwords, use stopwords=False")
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
            kind="conversion",
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
