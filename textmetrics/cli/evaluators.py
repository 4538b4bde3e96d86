"""What scores the files of a command: one evaluator per preset."""

from __future__ import annotations

import argparse
from typing import Any

from textmetrics._options import option_names
from textmetrics._registry import suggest
from textmetrics.cli.options import scoring_options, wrong_options
from textmetrics.cli.program import UsageError
from textmetrics.evaluation import Evaluator, TokenOptions
from textmetrics.kernels import backend
from textmetrics.presets import DEFAULT, Preset

__all__ = ["ChosenPresets", "evaluators_of"]

ChosenPresets = list[tuple[Preset, dict[str, Any]]]
"""Presets, each with those of the given options that it has."""


def evaluators_of(
    options: argparse.Namespace, presets: ChosenPresets, *, keep_samples: bool = False
) -> list[Evaluator]:
    """Return one evaluator per preset.

    Args:
        options: those of the command.
        presets: each with its own options.
        keep_samples: whether to keep one value per sample.

    Raises:
        UsageError: if an option is wrong, or a preset has none of the metrics.
    """
    scoring = scoring_options(options)
    dropped = scoring.get("stopwords") is not False
    calls = []
    with wrong_options(options):
        backend(options.backend or "auto")
        for (preset, chosen), metrics in zip(presets, _metrics_of(presets, options), strict=True):
            own = scoring
            if preset is not DEFAULT and len(presets) > 1:
                # Tokens and stopwords are options of the default preset, the language is not.
                fixed = {*option_names(TokenOptions)} - {"lang"}
                own = {name: value for name, value in scoring.items() if name not in fixed}
            all_tokens = dropped and preset is DEFAULT
            calls.append(
                {**own, **chosen, "preset": preset.name, "metrics": metrics}
                | {"all_tokens": all_tokens, "keep_samples": keep_samples}
            )
        return [Evaluator(**call) for call in calls]


def _metrics_of(presets: ChosenPresets, options: argparse.Namespace) -> list[list[str] | None]:
    """Return the requested metrics that each preset has; all of them for a single preset.

    Raises:
        UsageError: if a preset has none, or no preset has one.
    """
    asked: list[str] | None = options.metrics
    if asked is None or len(presets) == 1:
        return [asked] * len(presets)
    known = {preset.name: [*preset.known(preset.checked(own))] for preset, own in presets}
    everything = [name for names in known.values() for name in names]
    for name in asked:
        if name not in everything:
            raise UsageError(
                f"--metrics: unknown metric {name!r} of presets {', '.join(known)}: "
                f"{suggest(name, everything)}known: {', '.join(dict.fromkeys(everything))}"
            )
    for preset, names in known.items():
        if not set(names) & set(asked):
            raise UsageError(
                f"--preset {preset} has none of the metrics {', '.join(asked)}: it has "
                f"{', '.join(names)}; leave it out"
            )
    return [[name for name in asked if name in names] for names in known.values()]
