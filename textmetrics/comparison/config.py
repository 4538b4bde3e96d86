"""What is compared, as a file says it: models, tasks, where the runs are, and how to decide."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from textmetrics.comparison.config_tree import Given, read_tree
from textmetrics.comparison.config_values import (
    Section,
    above_zero,
    choice,
    mapping,
    number,
    option_readers,
    path,
    resamples,
    share,
    text,
    texts,
    truth,
    whole,
)
from textmetrics.comparison.options import FAILED
from textmetrics.comparison.run_pattern import RunPattern
from textmetrics.comparison.sort_by import parse_sort
from textmetrics.comparison.where import MODEL_FIELDS, parse_where
from textmetrics.evaluation import Evaluator
from textmetrics.presets import PRESETS
from textmetrics.records import ErrorOptions, ReadingOptions
from textmetrics.statistics import CORRECTIONS, RESAMPLES, SEED, TESTS

__all__ = ["Config", "Model", "Task", "read_config"]

T = TypeVar("T")
_Reader = Callable[[Given], Any]

_NEEDED = ("models", "tasks", "runs")


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is compared.

    Attributes:
        name: which one.
        params: how many parameters it has, if that is said.
        config: its ``config.json`` in the style of Hugging Face, for facts.
        tags: words to choose models by.
    """

    name: str
    params: float | None = None
    config: Path | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What models are scored on.

    Attributes:
        name: which one.
        options: what `Evaluator` takes: ``lang``, ``metrics``, ``preset`` and so on.
        group: the field whose samples belong together, such as those of one document.
        breakdown: the fields by whose values scores are shown apart.
        reading: how its files are read.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    breakdown: tuple[str, ...] = ()
    reading: ReadingOptions = field(default_factory=ReadingOptions)


@dataclass(frozen=True, slots=True)
class Config:
    """A comparison.

    Attributes:
        file: where this was read from; `runs` is relative to its folder.
        models: in the order of the file.
        tasks: likewise.
        runs: the pattern of the files with predictions; see `expand`.
        baseline: the model with which the others are compared, if any.
        output: the folder that is written to, if any.
        level: of intervals.
        resamples: how many, where tests and intervals need them.
        seed: of the random numbers.
        correction: for several comparisons.
        test: the paired test.
        failed: what a failed record counts as.
        errors: what becomes of bad records.
        intersect: whether samples that not all models have are left out.
        unequal_runs: whether models may have different runs of a task.
        where: which models are in the leaderboard.
        sort_by: its order.
    """

    file: str
    models: tuple[Model, ...]
    tasks: tuple[Task, ...]
    runs: str
    baseline: str | None = None
    output: Path | None = None
    level: float = 0.95
    resamples: int = RESAMPLES
    seed: int = SEED
    correction: str = "holm"
    test: str = "auto"
    failed: str = "zero"
    errors: str = "stop"
    intersect: bool = False
    unequal_runs: bool = False
    where: str | None = None
    sort_by: str | None = None


def read_config(file: str | os.PathLike[str]) -> Config:
    """Read a comparison from a YAML or TOML file; paths in it are relative to its folder.

    Nothing that it names is opened, but for lists of words that a task's options name.

    Args:
        file: the file, which ends in ``.yaml``, ``.yml`` or ``.toml``.

    Raises:
        OpenError: if the file cannot be opened, or the package that reads it is not installed.
        DataError: if something in it cannot be, with the line (in YAML), the key and what can be.
    """
    given = read_tree(Path(file))
    section = Section(given, (*_NEEDED, "baseline", *_TOP))
    for key in _NEEDED:
        if key not in section:
            raise given.wrong(f"no {key}; textmetrics compare --init writes an example")
    folder = Path(file).parent
    models: tuple[Model, ...] = section.take("models", _named(partial(_model, folder=folder)), ())
    tasks: tuple[Task, ...] = section.take("tasks", _named(partial(_task, folder=folder)), ())
    names = [model.name for model in models]
    pattern = partial(_pattern, models=len(models), tasks=len(tasks))
    return Config(
        file=given.file,
        models=models,
        tasks=tasks,
        runs=section.take("runs", pattern, ""),
        baseline=section.take("baseline", choice(*names), None),
        **_taken(section, _TOP, folder),
    )


def _named(read: Callable[[str, Given], T]) -> Callable[[Given], tuple[T, ...]]:
    """Make what reads a mapping of names to things, of which there must be one."""

    def take(given: Given) -> tuple[T, ...]:
        things = mapping(given)
        if not things:
            raise given.wrong("must have one or more, found none")
        for name in things:
            if not name.strip() or not name.isprintable():
                raise given.wrong(f"{name!r} is no name; use letters and digits")
        return tuple(read(name, value) for name, value in things.items())

    return take


def _taken(section: Section, known: Mapping[str, _Reader], folder: Path) -> dict[str, Any]:
    """Give what is there of some keys."""
    found = {}
    for key, read in known.items():
        if key in section:
            value = section.take(key, read, None)
            found[key] = folder / value if read is path else value
    return found


def _model(name: str, given: Given, *, folder: Path) -> Model:
    return Model(name, **_taken(Section(given, _MODEL), _MODEL, folder))


def _task(name: str, given: Given, *, folder: Path) -> Task:
    scoring = _SCORING | _preset_options()
    reading = option_readers(ReadingOptions)
    section = Section(given, (*_TASK, *reading, *scoring))
    options = _taken(section, scoring, folder)
    if isinstance(words := options.get("stopwords"), str) and words not in ("both", "pos"):
        options["stopwords"] = folder / words
    for key in ("references_format", "num_refs"):
        if key in section and "references" not in section:
            raise section.given_at(key).wrong("is about a file of references; name it: references")
    try:
        Evaluator(**options)
    except (TypeError, ValueError, OSError, ImportError) as error:
        raise given.wrong(str(error)) from error
    files = cast("ReadingOptions", _taken(section, reading, folder))
    return Task(name, options, reading=files, **_taken(section, _TASK, folder))


def _preset_options() -> dict[str, _Reader]:
    """Give what reads each option that some preset has."""
    readers: dict[type, _Reader] = {bool: truth, int: whole, float: number, str: text}
    return {
        option.name: readers.get(type(option.default), number)
        for preset in PRESETS
        for option in preset.options
        if option.name not in _SCORING
    }


def _pattern(given: Given, *, models: int, tasks: int) -> str:
    pattern = path(given)
    try:
        missing = RunPattern(pattern).missing(models, tasks)
    except ValueError as error:
        raise given.wrong(str(error)) from None
    if missing:
        raise given.wrong(f"must have {missing}, so that no file is read twice, found {pattern}")
    return pattern


def _extract(given: Given) -> Any:
    return list(texts(given)) if isinstance(given.value, list) else text(given)


def _stopwords(given: Given) -> Any:
    if isinstance(given.value, list):
        return texts(given)
    quoted = isinstance(given.value, str) and given.value.lower() not in ("true", "false")
    return text(given) if quoted else truth(given)


def _checked(parse: Callable[..., Any]) -> Callable[[Given], str]:
    """Make what reads an expression about models."""

    def read(given: Given) -> str:
        expression = text(given)
        try:
            parse(expression, MODEL_FIELDS)
        except ValueError as error:
            raise given.wrong(getattr(error, "summary", str(error))) from None
        return expression

    return read


_TOP: dict[str, _Reader] = {
    "output": path,
    "level": share,
    "resamples": resamples,
    "seed": whole,
    "correction": choice(*CORRECTIONS),
    "test": choice(*TESTS),
    "failed": choice(*FAILED),
    **option_readers(ErrorOptions),
    "intersect": truth,
    "unequal_runs": truth,
    "where": _checked(parse_where),
    "sort_by": _checked(parse_sort),
}
_MODEL: dict[str, _Reader] = {"params": above_zero, "config": path, "tags": texts}
_SCORING: dict[str, _Reader] = {
    "lang": text,
    "metrics": texts,
    "preset": text,
    "extract": _extract,
    "tokenizer": text,
    "userdict": path,
    "stopwords": _stopwords,
    "stopwords_add": texts,
    "stopwords_remove": texts,
}
_TASK: dict[str, _Reader] = {
    "group": text,
    "breakdown": texts,
}
