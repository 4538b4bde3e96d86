"""What the original of a preset takes of each sample beside its texts, and what it does to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textmetrics._columns import listed
from textmetrics.evaluation.samples import Samples
from textmetrics.presets import DEFAULT, PRESETS, Answer, SampleOption

__all__ = ["SampleAnswers", "answered", "checked_values", "without_sample_options"]

SampleAnswers = Sequence[tuple[SampleOption, Answer]]
"""The sample options that are used, each with what it does to a prediction."""


def without_sample_options(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Divide the options of a call into those of all samples and those with a value per sample."""
    preset = options.get("preset", DEFAULT.name)
    if preset == DEFAULT.name:
        return dict(options), {}
    names = {option.name for option in PRESETS.get(preset).sample_options}
    own = {name: options[name] for name in options if name in names}
    return {name: options[name] for name in options if name not in names}, own


def checked_values(
    given: Mapping[str, Any], predictions: Any, count: int, preset: str, used: SampleAnswers
) -> dict[str, list[Any]]:
    """Return one valid value per sample, by the name of the option.

    Args:
        given: a value per sample; a single one for a single prediction.
        predictions: as the caller gave them.
        count: how many they are.
        preset: the name of the preset.
        used: its sample options that are used.

    Raises:
        TypeError: if the preset has no such option, or the values are no list.
        ValueError: if there are more or fewer values than predictions, or one is invalid.
    """
    known = {option.name: option for option, _ in used}
    values = {}
    for name, column in given.items():
        if name not in known:
            owned = name in (option.name for option in PRESETS.get(preset).sample_options)
            reason = "with these options" if owned else "per sample"
            raise TypeError(
                f"unexpected keyword argument {name!r}: preset {preset!r} uses no such value "
                f"{reason}; leave it out"
            )
        found = [column] if isinstance(predictions, str) else _listed(column, name)
        if len(found) != count:
            raise ValueError(
                f"{count:,} predictions but {len(found):,} values of {name}: give one for each "
                "prediction"
            )
        values[name] = [
            _checked(known[name], value, f"{name}[{at}]") for at, value in enumerate(found)
        ]
    return values


def _listed(column: Any, name: str) -> list[Any]:
    if isinstance(column, str | bytes | Mapping) or not isinstance(column, Iterable):
        raise TypeError(
            f"{name} must be a list with one value per sample, got {type(column).__name__}"
        )
    return listed(column)


def _checked(option: SampleOption, value: Any, where: str) -> Any:
    try:
        return option.checked(value)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def answered(samples: Samples, used: SampleAnswers) -> Samples:
    """Return samples with the predictions that their values lead to.

    Raises:
        ValueError: if there are no values of an option that is required.
    """
    predictions = samples.texts.predictions
    for option, answer in used:
        values = samples.values.get(option.name)
        if values is None:
            if option.required:
                raise ValueError(
                    f"these options need {option.name}, {option.summary}: give "
                    f"{option.name}=[...] with one value per sample"
                )
            continue
        predictions = [
            text if value is None else answer(text, value)
            for text, value in zip(predictions, values, strict=True)
        ]
    return replace(samples, texts=replace(samples.texts, predictions=predictions), values={})
