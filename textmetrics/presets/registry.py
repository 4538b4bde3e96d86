"""The known presets: the default one, and a module for each published program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from textmetrics._registry import Registry
from textmetrics.answers import LETTERS, check_letters
from textmetrics.metrics import (
    DEFAULT_METRICS,
    METRICS,
    MULTIPLE_CHOICE,
    MULTIPLE_SELECT,
    NUMERIC,
    Metric,
    check_values,
    multiple_choice,
    multiple_select,
    numeric,
)
from textmetrics.presets.preset import Preset, PresetOption

__all__ = ["DEFAULT", "PRESETS", "known_metrics", "metrics_of", "register_preset"]

# The modules that define a `PRESET` of the same name, in the order in which they are listed.
_PUBLISHED = (
    "rouge_score",
    "rouge155",
    "rouge_chinese",
    "pltrdy",
    "sacrebleu",
    "nltk",
    "qianfan",
    "llama_factory",
    "ms_swift",
    "opencompass",
    "longbench",
    "evalscope",
    "toolbench",
    "lm_eval",
    "squad",
    "squad_v2",
    "cmrc2018",
    "japanese_qa",
    "llm_jp_eval",
    "flexeval",
    "jiwer",
    "hf_evaluate",
    "torchmetrics",
    "xlsum",
)

# The options that go with every preset: one of a preset's own would hide them. `tokenizer` is
# shared on purpose.
_RESERVED = frozenset(
    (
        *(
            "all_tokens",
            "backend",
            "convert",
            "extract",
            "keep_samples",
            "lang",
            "langs",
            "metrics",
        ),
        *("predictions", "preset", "references", "stopwords", "stopwords_add"),
        *("stopwords_remove", "threads", "userdict"),
    )
)


def register_preset(preset: Preset) -> None:
    """Add a preset under its own name, for ``preset=`` and ``--preset``.

    An installed package needs no call: it lists the `Preset` under its name in the entry point
    group ``textmetrics.presets``.

    Args:
        preset: a registered preset of the same name is replaced.

    Raises:
        TypeError: if it is not a `Preset`, or one of its metrics does not return one value per
            sample.
        ValueError: if the name is invalid or that of a shipped preset, it has no metrics, one of
            them is invalid, or an option has the name of an option of all presets.

    Examples:
        >>> from dataclasses import replace
        >>> from textmetrics import evaluate, register_preset
        >>> from textmetrics.metrics import token_f1
        >>> from textmetrics.presets import Preset
        >>> from textmetrics.scan import View
        >>> words = View("between-spaces", str.split, "words between spaces")
        >>> def make():
        ...     yield replace(token_f1(), view=words)
        >>> register_preset(Preset("spaces", "F1 of words between spaces", "an example", make))
        >>> evaluate(["a red fox."], ["a fox."], preset="spaces")
        <Evaluation in percent, n=1: f1 80.00>
    """
    _check(preset)
    PRESETS.add(preset.name, preset)


def _check(preset: Preset) -> None:
    if not isinstance(preset, Preset):
        raise TypeError(f"expected a textmetrics.presets.Preset, got {type(preset).__name__}")
    if preset.name in (DEFAULT.name, *_PUBLISHED):
        raise ValueError(
            f"{preset.name!r} is the name of a shipped preset: equal signatures must mean equal "
            "numbers, so use another name"
        )
    metrics = preset.known()
    if not metrics:
        raise ValueError(f"preset {preset.name!r} has no metrics: `make` must return some")
    for metric in metrics.values():
        check_values(metric)
    for name in preset.usual:
        if name not in metrics:
            raise ValueError(
                f"preset {preset.name!r} has no metric {name!r}, which its `usual` names; "
                f"it has {', '.join(metrics)}"
            )
    if preset.known_for and preset.known_for not in metrics:
        raise ValueError(
            f"preset {preset.name!r} has no metric {preset.known_for!r}, which its `known_for` "
            f"names; it has {', '.join(metrics)}"
        )
    for name in preset.option_names:
        if name in _RESERVED:
            raise ValueError(
                f"preset {preset.name!r} has an option {name!r}, which is the name of an "
                "option of all presets: use another name"
            )


def _published() -> Iterator[tuple[str, Preset]]:
    """Load the published presets; most runs never need them."""
    for name in _PUBLISHED:
        yield name, import_module(f"textmetrics.presets.{name}").PRESET


PRESETS: Registry[Preset] = Registry(
    "preset", group="textmetrics.presets", rest=_published, check=_check
)


def _default(*, tolerance: float, letters: str) -> Iterator[Metric]:
    for metric in METRICS.loaded():  # made anew for each call: a metric may have been registered
        if metric is NUMERIC and tolerance != 0.0:
            yield numeric(tolerance)
        elif metric is MULTIPLE_CHOICE and letters != LETTERS:
            yield multiple_choice(letters)
        elif metric is MULTIPLE_SELECT and letters != LETTERS:
            yield multiple_select(letters)
        else:
            yield metric


DEFAULT = Preset(
    name="default",
    summary="each language's own words without stopwords; ROUGE's headline is recall",
    source="docs/metrics.md",
    make=_default,
    open=True,
    several=True,
    options=(
        PresetOption(
            "tolerance", 0.0, "how far a number may be off, for numeric", metrics=("numeric",)
        ),
        PresetOption(
            "letters",
            LETTERS,
            "the letters on offer, for multiple_choice and multiple_select",
            metrics=("multiple_choice", "multiple_select"),
            form=check_letters,
        ),
    ),
    usual=DEFAULT_METRICS,
    note="Recall alone rewards long answers, so read it together with precision and the "
    "length ratio. A text of one token has no bigram: ROUGE-2 of 北京 against itself is 0. "
    "BLEU-4 is not smoothed: it is 0 if an order has no match in the whole corpus.",
)

PRESETS.add(DEFAULT.name, DEFAULT)


def known_metrics() -> tuple[str, ...]:
    """Return the names of all metrics that presets have, with whatever options."""
    return tuple(dict.fromkeys(name for preset in PRESETS for name in preset.possible()))


def metrics_of(
    preset: Preset, names: Iterable[str] | None, options: tuple[tuple[str, Any], ...]
) -> tuple[Metric, ...]:
    """Return the named metrics of a preset; errors tell which presets have an unknown one.

    Raises:
        TypeError: if it is not a list of names.
        ValueError: if the preset has no such metric, or a name occurs twice.
    """
    if isinstance(names, list | tuple) and not preset.has(names, options):
        available = preset.known(options)
        for name in names:
            if not isinstance(name, str) or name in available:
                continue
            if owners := list(_owners(name, preset)):
                raise ValueError(
                    f"preset={preset.name!r} has no metric {name!r}: "
                    f"{_longer(name, available)}it has "
                    f"{', '.join(available)}; {name!r} is a metric of {', '.join(owners)}"
                )
    return preset.metrics(names, options)


def _longer(name: str, available: Iterable[str]) -> str:
    """Return "did you mean …? " for the beginning of a metric's name, as ``bleu`` of ``bleu_4``."""
    meant = next((each for each in available if each.startswith(name)), None)
    return f"did you mean {meant!r}? " if meant else ""


def _owners(name: str, asked: Preset) -> Iterator[str]:
    """Yield the presets that have a metric, each with the option that gives it."""
    for preset in PRESETS:
        given = preset.possible().get(name)
        if given or (given is not None and preset is not asked):
            yield " ".join(
                [preset.name, *(f"with {key}={value!r}" for key, value in given.items())]
            )
