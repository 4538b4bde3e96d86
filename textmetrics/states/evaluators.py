"""Evaluators in Python as states, and back."""

from __future__ import annotations

import os

from textmetrics.evaluation import Evaluator, Origins, Pipeline
from textmetrics.states.file import read_state, write_state
from textmetrics.states.source import Source
from textmetrics.states.state import State

__all__ = ["load_evaluator", "save_evaluator"]


def save_evaluator(evaluator: Evaluator, path: str | os.PathLike[str]) -> None:
    """Write all that an evaluator has counted; see `Evaluator.save`."""
    counted, origins = evaluator.counted(), evaluator.origins
    samples = counted.state.health.samples
    if not samples:
        raise ValueError("no samples: nothing was scored yet")
    sources = [each or Source(name="", identity=own) for own, each in origins.sources.items()]
    own = samples - sum(each.records - each.invalid for each in sources)
    if own or not sources:
        sources.append(Source(name="", identity=origins.own_run(), records=own, last=str(own)))
    write_state(State([counted], sources, origins.reading), path)


def load_evaluator(
    path: str | os.PathLike[str], preset: str | None, backend: str, threads: int | None
) -> Evaluator:
    """Return an evaluator that goes on from a state file; see `Evaluator.load`."""
    state = read_state(path)
    presets = [each.state.settings.preset for each in state.counted]
    if preset is None and len(presets) > 1:
        raise ValueError(
            f"{os.fspath(path)} has the presets {', '.join(presets)}: choose one with preset="
        )
    if preset is not None and preset not in presets:
        raise ValueError(f"{os.fspath(path)} has no preset {preset!r}: it has {', '.join(presets)}")
    chosen = state.counted[0 if preset is None else presets.index(preset)]
    origins = Origins(
        {source.identity: source for source in state.sources},
        state.reading,
        chosen.decisions,
        chosen.detector.samples,
    )
    return Evaluator.from_counted(
        chosen, origins, Pipeline(chosen.state.settings, backend, threads)
    )
