"""The options by which presets score a file, where the file tells its task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from textmetrics.cli.attribution import preset_flags
from textmetrics.cli.inputs import Inputs
from textmetrics.presets import DEFAULT, Preset
from textmetrics.records import FileTask, task_format

__all__ = ["ToldTasks"]

_Presets = list[tuple[Preset, dict[str, Any]]]


class ToldTasks:
    """What a file tells the presets that score it without options of their own.

    Args:
        presets: each with the options that were given for it.
        inputs: the file.
        metrics: the metrics that were asked for; then the task decides nothing.
    """

    def __init__(self, presets: _Presets, inputs: Inputs, metrics: Sequence[str] | None) -> None:
        self._presets = presets
        self._inputs = inputs
        self._metrics = metrics
        self._tasks: dict[str, FileTask | None] = {
            preset.name: inputs.told_task(preset.name)
            for preset, own in presets
            if preset is not DEFAULT and not own
        }

    @property
    def presets(self) -> _Presets:
        """The presets with their options, or else those of the task."""
        if self._metrics is not None:
            return self._presets
        return [(preset, own or self._options(preset)) for preset, own in self._presets]

    def _options(self, preset: Preset) -> dict[str, Any]:
        task = self._tasks.get(preset.name)
        return {} if task is None else dict(task.options)

    def sentences(self) -> Iterator[str]:
        """Yield by what the file is scored, once it has been read."""
        for name, task in self._tasks.items():
            form = task_format(name, self._inputs.format)
            if task is not None and task.options:
                told, flags = f"scored as {task.source} tells", preset_flags(name, task.options)
                if self._metrics is None:
                    yield f"{told}: {flags}"
                else:
                    yield f"not {told}, because of --metrics: {flags}"
            elif task is None and form is not None and form.untold:
                yield form.untold
