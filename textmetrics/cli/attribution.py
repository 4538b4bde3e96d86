"""What the program that wrote a file prints for it: its own numbers, or those of its preset."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from textmetrics.cli.inputs import Inputs
from textmetrics.evaluation import Evaluator, Sample, Samples, UnusableReferenceError
from textmetrics.metrics import format_value
from textmetrics.presets import PRESETS
from textmetrics.records import FileTask, RawLine, StoredScore, parse_record

__all__ = ["Attribution", "preset_flags"]


class Attribution:
    """What may be said about the program that wrote a file.

    The file's own numbers are compared with ours; else the numbers of the preset for its task are
    given, or the options that come in question where the task is not known.

    Args:
        inputs: the file, whose format is known once the first samples are read.
        wanted: whether to compute it at all.
    """

    def __init__(self, inputs: Inputs, *, wanted: bool) -> None:
        self._inputs = inputs
        self._wanted = wanted
        self._evaluator: Evaluator | None = None
        self._taken = 0
        self._task: tuple[str | None, FileTask | None] | None = None
        self._stored = _Stored(inputs)

    def take(self, samples: Samples) -> None:
        """Score a batch of samples, if there is such a preset and it can score all of them."""
        self._taken += len(samples)
        name, task = self._inputs.format.preset, self._inputs.task
        if self._task not in (None, (name, task)):  # merged files of different programs or tasks
            self._wanted = False
        self._task = name, task
        if not self._wanted or name is None:
            return
        self._stored.take(samples)
        if task is None or self._stored:
            return
        preset = PRESETS.get(name)
        if self._evaluator is None:
            options = task.options
            metrics = None if options else [preset.headline]  # those of the task
            self._evaluator = Evaluator(preset=name, metrics=metrics, keep_samples=False, **options)
        several = preset.takes_several(each.name for each in self._evaluator.settings.metrics)
        if samples.texts.fewest_and_most()[1] > 1 and not several:
            self._wanted = False
        else:
            self._score(partial(self._evaluator.take, samples))

    def _score(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except UnusableReferenceError:  # on which the program stops
            self._wanted = False
            return None

    def sentences(self) -> Iterator[str]:
        """Yield what the program prints: nothing if there is no such preset."""
        name, task = self._inputs.format.preset, self._inputs.task
        if not self._wanted or name is None:
            return
        program = _program(self._inputs)
        if self._stored:
            yield from self._stored.sentences()
        elif task is None:
            yield _in_question(program, name, self._inputs.format.candidates(self._inputs.path))
        elif self._taken < self._inputs.records:
            return  # the program has a number for all records, invalid ones included
        elif scores := self._evaluator and self._score(self._evaluator.compute):
            [score] = scores.values()
            value = format_value(score, percent=score.percent)
            several = not task.options and len(PRESETS.get(name).known()) > 1
            said = f"{value} for this file"
            if task.printed_per:
                said = f"per {task.printed_per}; for the whole file it is {value}"
            what = f"{'among others ' * several}{score.title}"
            yield f"{program} prints {what} {said}: {preset_flags(name, task.options)}"


def _program(inputs: Inputs) -> str:
    """Return the name of a program; plain text has only that of its preset."""
    if inputs.format.plain:
        return str(inputs.format.preset)
    return inputs.format.summary.partition(":")[0]


def _in_question(program: str, name: str, candidates: Sequence[str]) -> str:
    said = f"what {program} prints depends on the task, which this file does not tell: "
    if not candidates:
        return f"{said}see the options of --preset {name}"
    *others, last = candidates
    listed = f"{', '.join(others)} or {last}" if others else last
    return f"{said}--preset {name} with {listed}"


def preset_flags(name: str, options: Mapping[str, Any]) -> str:
    """Return a preset and its options as they are given on the command line."""
    return " ".join([f"--preset {name}", *map(_flag, options, options.values())])


def _flag(option: str, value: Any) -> str:
    """Return an option as it is given; a long list only by its beginning."""
    flag = f"--{option.replace('_', '-')}"
    if value is True:
        return flag
    return f"{flag} {value if isinstance(value, str) else f'{value[0]}/…'}"


class _Stored:
    """The numbers that a file holds of its own samples, beside those that we compute.

    Args:
        inputs: the file.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._metrics: dict[str, _StoredMetric] = {}
        self._seen = 0

    def __bool__(self) -> bool:
        """Whether the file holds any."""
        return any(self._metrics.values())

    def take(self, samples: Samples) -> None:
        """Read the numbers of a batch of samples."""
        form, path = self._inputs.format, self._inputs.path
        for raw in samples.records or () if form.stores else ():
            self._seen += 1
            record = parse_record(RawLine(1, 0, raw), "")
            own = record.get(form.id) if form.id else None
            place = f"{self._seen:,}" + f" ({form.id} {own})" * (own is not None)
            for each in form.stored(path, record):
                metric = self._metrics.setdefault(each.metric, _StoredMetric(str(form.preset)))
                metric.add(each, place)

    def sentences(self) -> Iterator[str]:
        """Yield one comparison per metric."""
        for metric in filter(None, self._metrics.values()):
            yield metric.sentence(_program(self._inputs), self._inputs.records)


class _StoredMetric:
    """A metric of which a file holds numbers.

    Args:
        preset: the preset that may have it.
    """

    def __init__(self, preset: str) -> None:
        self._name = preset
        self._scores: list[StoredScore] = []
        self._places: list[str] = []

    def __bool__(self) -> bool:
        return any(each.value is not None for each in self._scores)

    def add(self, score: StoredScore, place: str) -> None:
        """Take the number of a sample, and where it is."""
        self._scores.append(score)
        self._places.append(place)

    def sentence(self, program: str, samples: int) -> str:
        """Return the comparison.

        Args:
            program: the name of the program.
            samples: the number of all samples of the file.
        """
        metric = self._scores[0].metric
        values = [math.nan if each.value is None else each.value for each in self._scores]
        known = bool(self._scores[0].definitions)
        if known and max(filter(math.isfinite, values), default=0) > 1:  # written in percent
            values = [value / 100 for value in values]
        percent = all(0 <= value <= 1 for value in values if not math.isnan(value))
        written = partial(format_value, percent=percent)
        said = f"{program}'s file says {written(_mean(values))}"
        if len(values) < samples:
            said += f" for {len(values):,} of {samples:,} samples"
        found = self._recomputed(values)
        if found is None:
            return f"{said} ({metric}); not recomputed: {self._reason()}"
        own, how = found
        different = _different(values, own)
        if not different:
            field = next(filter(None, (each.field for each in self._scores)), "")
            read = f", with --prediction-field {field}" * bool(field)
            return f"{said}; recomputed {written(_mean(own))} ({metric}: {how}){read}"
        if not all(score.certain for score in self._scores):
            return (
                f"{said} ({metric}); not recomputed: this file does not tell the options of its "
                f"task, see --preset {self._name}"
            )
        first = different[0]
        return (
            f"warning: {said}; recomputed {written(_mean(own))} ({metric}: {how}): "
            f"{len(different):,} of {len(values):,} samples differ, first sample "
            f"{self._places[first]}: {_shown(values[first])} in the file, "
            f"{_shown(own[first])} recomputed"
        )

    def _reason(self) -> str:
        """Return why there is no number of ours."""
        if not self._scores[0].definitions:
            return f"no metric of preset {self._name} is known to be the same"
        metric, options = self._scores[0].definitions[0]
        try:
            Evaluator(preset=self._name, metrics=[metric], **options)
        except (ImportError, ValueError) as error:
            return str(error)
        return "a reference cannot be used"

    def _recomputed(self, values: Sequence[float]) -> tuple[list[float], str] | None:
        """Return our numbers by the definition that fits best, and its name.

        ``None`` if there is no definition, or what it needs is not installed.
        """
        tried: list[tuple[tuple[int, int], tuple[str, Mapping[str, Any]]]] = []
        for definition in self._scores[0].definitions:
            own = self._by(*definition, self._scores[:_TRIED])
            if own is None:
                continue
            of_first, of_all = len(_different(values[:_TRIED], own)), 0
            if not of_first and (own := self._by(*definition, self._scores)) is not None:
                of_all = len(_different(values, own))
                if not of_all:
                    return own, self._named(*definition)
            tried.append(((of_first, of_all), definition))
        if not tried:
            return None
        _, definition = min(tried, key=itemgetter(0))
        own = self._by(*definition, self._scores)
        return None if own is None else (own, self._named(*definition))

    def _named(self, metric: str, options: Mapping[str, Any]) -> str:
        return f"{preset_flags(self._name, options)} --metrics {metric}"

    def _by(
        self, metric: str, options: Mapping[str, Any], scores: Sequence[StoredScore]
    ) -> list[float] | None:
        """Return our numbers by one definition, ``None`` where it cannot be used here."""
        samples = Samples.of([Sample(each.prediction, each.references) for each in scores])
        try:
            evaluator = Evaluator(preset=self._name, metrics=[metric], **options)
            evaluator.take(samples)
            [score] = evaluator.compute().values()
        except (ImportError, ValueError):  # an extra is missing, or a reference is unusable
            return None
        return [] if score.samples is None else score.samples.tolist()


_TRIED = 40
"""The first samples, by which definitions are tried where there are several."""
_ROUNDED = 5e-5 + 1e-9
"""The largest difference that four decimals explain."""


def _different(values: Sequence[float], own: Sequence[float]) -> list[int]:
    """Return the places at which two lists of numbers differ."""
    return [
        place
        for place, (one, other) in enumerate(zip(values, own, strict=True))
        if math.isnan(one) != math.isnan(other) or abs(one - other) > _ROUNDED
    ]


def _mean(values: Sequence[float]) -> float:
    present = [value for value in values if not math.isnan(value)]
    return math.fsum(present) / len(present) if present else math.nan


def _shown(value: float) -> str:
    return "nothing" if math.isnan(value) else f"{value:.4g}"
