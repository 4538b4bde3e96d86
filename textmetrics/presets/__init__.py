"""Published definitions by name, each declared from parts that exist once."""

from textmetrics.presets.extras import computed_without
from textmetrics.presets.plain import CHARACTERS, WHITESPACE, WHOLE_TEXT
from textmetrics.presets.preset import Answer, Preset, PresetOption, SampleOption
from textmetrics.presets.registry import (
    DEFAULT,
    PRESETS,
    known_metrics,
    metrics_of,
    register_preset,
)

__all__ = [
    "CHARACTERS",
    "DEFAULT",
    "PRESETS",
    "WHITESPACE",
    "WHOLE_TEXT",
    "Answer",
    "Preset",
    "PresetOption",
    "SampleOption",
    "computed_without",
    "known_metrics",
    "metrics_of",
    "register_preset",
]
