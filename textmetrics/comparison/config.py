"""Configuration files of `compare`: models, tasks, the files of their runs, and options."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeVar, cast

from textmetrics._escape import pluralized, short_repr
from textmetrics._registry import suggest
from textmetrics._sentences import ReportLang
from textmetrics.comparison.config_values import (
    ConfigValue,
    Section,
    option_readers,
    read_bool,
    read_choice,
    read_config_file,
    read_mapping,
    read_number,
    read_path,
    read_positive_number,
    read_text,
    read_texts,
    read_whole,
)
from textmetrics.comparison.options import (
    ComparisonOptions,
    ComparisonSettings,
    GroupingOptions,
    ReportOptions,
)
from textmetrics.comparison.select import MODEL_FIELDS, parse_sort, parse_where
from textmetrics.comparison.task import Model
from textmetrics.evaluation import (
    Evaluator,
    ExtractOption,
    MetricsOption,
    PresetOptions,
    TokenOptions,
)
from textmetrics.presets import PRESETS
from textmetrics.records import (
    DataError,
    ErrorOptions,
    OpenError,
    ReadingOptions,
    TooManyNamesError,
    find_files,
    natural_key,
    split_sheet,
)

__all__ = [
    "EXAMPLE",
    "WITHOUT_METRICS",
    "Config",
    "Run",
    "RunPattern",
    "TaskConfig",
    "expand",
    "read_config",
]

T = TypeVar("T")
_Reader = Callable[[ConfigValue], Any]

_REQUIRED = ("models", "tasks", "runs")


@dataclass(frozen=True, slots=True)
class TaskConfig:
    """A task in a configuration file.

    Attributes:
        name: the task's name.
        options: options of `Evaluator`: ``lang``, ``metrics``, ``preset`` and so on; with empty
            ``metrics`` only how requests went is compared.
        group: the field that tells which samples belong together, such as those of one document.
        breakdown: the fields by whose values scores are broken down.
        reading: how the task's files are read.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    breakdown: tuple[str, ...] = ()
    reading: ReadingOptions = field(default_factory=ReadingOptions)


@dataclass(frozen=True, slots=True)
class Config:
    """The contents of a configuration file.

    Attributes:
        file: the file's name; ``runs`` is relative to its folder.
        models: in the order of the file.
        tasks: in the order of the file.
        runs: the pattern of the files with predictions; see `expand`.
        output: the folder to write the report to, if any.
        report_lang: the language of the report.
        options: how the comparison is decided; only the options that are given.
        errors: what to do with invalid records.
        intersect: whether to leave out samples that some models lack.
        unequal_runs: whether models may have different runs of a task.
        where: which models are in the leaderboard.
        sort_by: the order of the leaderboard.
    """

    file: str
    models: tuple[Model, ...]
    tasks: tuple[TaskConfig, ...]
    runs: str
    output: Path | None = None
    report_lang: ReportLang = "en"
    options: ComparisonOptions = field(default_factory=ComparisonOptions)
    errors: str = "stop"
    intersect: bool = False
    unequal_runs: bool = False
    where: str | None = None
    sort_by: str | None = None


def read_config(file: str | os.PathLike[str]) -> Config:
    """Read a configuration from a YAML or TOML file; paths in it are relative to its folder.

    Of the files that it names, only word lists in a task's options are opened.

    Args:
        file: the file, whose name ends in ``.yaml``, ``.yml`` or ``.toml``.

    Raises:
        OpenError: if the file cannot be opened, or the package that reads it is not installed.
        DataError: if a value is invalid; the message contains the line (in YAML), the key and the
            possible values.
    """
    root = read_config_file(Path(file))
    decision_readers = option_readers(ComparisonOptions)
    section = Section(root, _top_level())
    if missing := [key for key in _REQUIRED if key not in section]:
        keys = f"missing {'key' if len(missing) == 1 else 'keys'}: {', '.join(missing)}"
        raise root.wrong(f"{keys}; textmetrics compare --init writes an example")
    folder = Path(file).parent
    models: tuple[Model, ...] = section.take("models", _named(partial(_model, folder=folder)), ())
    tasks: tuple[TaskConfig, ...] = section.take("tasks", _named(partial(_task, folder=folder)), ())
    names = [model.name for model in models]
    pattern = partial(_pattern, models=len(models), tasks=len(tasks))
    return Config(
        file=root.file,
        models=models,
        tasks=tasks,
        runs=section.take("runs", pattern, ""),
        options=_options(section, {**decision_readers, "baseline": read_choice(*names)}),
        **_taken(section, _TOP, folder),
    )


def _top_level() -> tuple[str, ...]:
    return (*_REQUIRED, *_TOP, *option_readers(ComparisonOptions))


def _options(section: Section, readers: Mapping[str, _Reader]) -> ComparisonOptions:
    """Return the given options of the comparison, each checked."""
    found = {}
    for name, read in readers.items():
        if name in section:
            found[name] = section.take(name, read, None)
            try:
                ComparisonSettings.of(**{name: found[name]})
            except (TypeError, ValueError) as error:
                message = str(error).removeprefix(f"{name} ")
                raise section.given_at(name).wrong(message) from None
    return cast("ComparisonOptions", found)


def _named(read: Callable[[str, ConfigValue], T]) -> Callable[[ConfigValue], tuple[T, ...]]:
    """Return a reader of a mapping of names to things, which must not be empty."""

    def take(given: ConfigValue) -> tuple[T, ...]:
        if isinstance(given.value, list):
            raise given.wrong(
                "must be a mapping, found a list: write each name with a colon, such as "
                "{base: {}, tuned: {}}"
            )
        things = read_mapping(given)
        if not things:
            raise given.wrong("must not be empty")
        for name in things:
            if not name.strip() or not name.isprintable():
                raise given.wrong(f"{name!r} is not a valid name; use letters and digits")
        return tuple(read(name, value) for name, value in things.items())

    return take


def _taken(section: Section, readers: Mapping[str, _Reader], folder: Path) -> dict[str, Any]:
    """Return the values of those keys that are present."""
    found = {}
    for key, read in readers.items():
        if key in section:
            value = section.take(key, read, None)
            found[key] = folder / value if read is read_path else value
    return found


def _model(name: str, given: ConfigValue, *, folder: Path) -> Model:
    found = _taken(Section(given, _MODEL, _top_level()), _MODEL, folder)
    monitored = tuple(folder / each for each in found.pop("monitor", ()))
    return Model(name, monitor=monitored, **found)


def _task(name: str, given: ConfigValue, *, folder: Path) -> TaskConfig:
    scoring = _scoring_readers()
    reading = option_readers(ReadingOptions)
    grouping = option_readers(GroupingOptions)
    section = Section(given, (*grouping, *reading, *scoring), _top_level())
    options = _taken(section, scoring, folder)
    if options.get("metrics") == ("none",):  # as on the command line
        raise section.given_at("metrics").wrong("must be [] for a task without metrics, found none")
    if options.get("metrics") == ():
        return _task_without_metrics(name, section)
    if "stopwords" in options:
        options["stopwords"] = _in_folder(options["stopwords"], folder)
    for key in ("references_format", "num_refs"):
        if key in section and "references" not in section:
            raise section.given_at(key).wrong("needs a file of references: add the key references")
    try:
        Evaluator(**options)
    except OSError as error:  # of a list of stopwords, or a user dictionary
        raise given.wrong(str(OpenError.of(str(error.filename), error))) from error
    except (TypeError, ValueError, ImportError) as error:
        raise given.wrong(str(error)) from error
    files = cast("ReadingOptions", _taken(section, reading, folder))
    return TaskConfig(name, options, reading=files, **_taken(section, grouping, folder))


WITHOUT_METRICS = ("input_format", "encoding", "max_line", "filter")
"""What is to be said of a task of whose records no text is read."""


def _task_without_metrics(name: str, section: Section) -> TaskConfig:
    readers = option_readers(ReadingOptions)
    kept = {key: readers[key] for key in WITHOUT_METRICS if key in section}
    if useless := [key for key in section if key != "metrics" and key not in kept]:
        message = f"has no effect where metrics are empty; remove {useless[0]}, or name metrics"
        raise section.given_at(useless[0]).wrong(message)
    reading = cast("ReadingOptions", {key: section.take(key, kept[key], None) for key in kept})
    return TaskConfig(name, {"metrics": ()}, reading=reading)


def _scoring_readers() -> dict[str, _Reader]:
    """Return a reader for each option of scoring and of presets; the evaluator checks names."""
    groups = (MetricsOption, TokenOptions, PresetOptions, ExtractOption)
    shared = option_readers(*groups, check_names=False)
    shared |= {"extract": _extract, "stopwords": _stopwords}
    shared |= dict.fromkeys(("stopwords_add", "stopwords_remove"), _words_of_languages)
    readers: dict[type, _Reader] = {
        bool: read_bool,
        int: read_whole,
        float: read_number,
        str: read_text,
    }
    of_presets = {
        option.name: readers.get(type(option.default), read_number)
        for preset in PRESETS
        for option in preset.options
    }
    return {**of_presets, **shared}


def _pattern(given: ConfigValue, *, models: int, tasks: int) -> str:
    pattern = read_path(given)
    try:
        missing = RunPattern(pattern).missing(models, tasks)
    except ValueError as error:
        raise given.wrong(str(error)) from None
    if missing:
        raise given.wrong(f"must contain {missing}, so that no file is read twice, found {pattern}")
    return pattern


def _extract(given: ConfigValue) -> Any:
    return list(read_texts(given)) if isinstance(given.value, list) else read_text(given)


def _words_of_languages(given: ConfigValue) -> Any:
    if isinstance(given.value, dict):
        return {code: read_texts(words) for code, words in read_mapping(given).items()}
    return read_texts(given)


def _in_folder(words: Any, folder: Path) -> Any:
    """Return a choice of stopwords with the paths of files relative to the configuration."""
    if isinstance(words, dict):
        return {code: _in_folder(each, folder) for code, each in words.items()}
    return folder / words if isinstance(words, str) and words not in ("both", "pos") else words


def _stopwords(given: ConfigValue) -> Any:
    if isinstance(given.value, dict):
        return {code: _stopwords(words) for code, words in read_mapping(given).items()}
    if isinstance(given.value, list):
        return read_texts(given)
    quoted = isinstance(given.value, str) and given.value.lower() not in ("true", "false")
    return read_text(given) if quoted else read_bool(given)


def _checked(parse: Callable[..., Any]) -> Callable[[ConfigValue], str]:
    """Return a reader of an expression about models."""

    def read(given: ConfigValue) -> str:
        expression = read_text(given)
        try:
            parse(expression, MODEL_FIELDS)
        except ValueError as error:
            raise given.wrong(getattr(error, "summary", str(error))) from None
        return expression

    return read


_TOP: dict[str, _Reader] = {
    "output": read_path,
    **option_readers(ReportOptions),
    **option_readers(ErrorOptions),
    "intersect": read_bool,
    "unequal_runs": read_bool,
    "where": _checked(parse_where),
    "sort_by": _checked(parse_sort),
}
_MODEL: dict[str, _Reader] = {
    "params": read_positive_number,
    "config": read_path,
    "tags": read_texts,
    "monitor": read_texts,
}


EXAMPLE = """\
# Configuration of `textmetrics compare config.yaml`. Paths are relative to this file.

models:
  # The name replaces {model} in `runs`. All keys of a model are optional.
  gemma-2b:
    params: 2.5e9                   # for --where 'params <= 7e9' and --sort-by
    # config: gemma-2b/config.json  # of Hugging Face: shape and number of parameters
    tags: [it, 4-bit]               # for --where '"it" in tags'
    # monitor: runs/gemma-2b        # of textmetrics monitor: a folder, or a list with one per run
  gemma-9b: {params: 9.2e9}

tasks:
  # The name replaces {task} in `runs`. All keys of a task are optional.
  qa-zh:
    lang: zh                        # auto (the default), or en, ja, zh
    metrics: [rouge_l, f1, accuracy]
    # group: document_id            # samples with the same value are not independent
  gsm8k:
    metrics: [numeric]
    # preset: default               # whose definitions of the metrics to use
    # extract: [think, boxed]       # how to extract the answer from a prediction
    # breakdown: [subject]          # fields to break scores down by
    # references: data/gsm8k.jsonl  # if the runs have no references
    # input_format: auto            # also prediction_field, reference_field, filter, turn
  # speed: {metrics: []}            # no references: latency, throughput and failures alone

# The files with predictions. * ? [0-9] and ** are wildcards, as in a shell; run_2 precedes run_10.
runs: outputs/{model}/{task}/run_*.jsonl

baseline: gemma-2b                  # the model that others are tested against
output: results/
# report_lang: zh                   # or ja, en

# The defaults:
# level: 0.95                       # of intervals
# resamples: 10000
# seed: 12345
# test: auto                        # or ar, bootstrap, mcnemar
# correction: holm                  # or bh, none
# failed: zero                      # how failed requests count; or exclude
# errors: stop                      # at an invalid record; or skip
# intersect: false                  # whether to leave out samples that some models lack
# unequal_runs: false               # whether models may have different numbers of runs

# The leaderboard: which models, and in which order.
# where: params <= 7e9 and "it" in tags
# sort_by: mean_rank                # or -params: largest first
"""


_MOST_LISTED = 6
_Found = dict[tuple[str, str], dict[tuple[str, ...], Path]]


class Run(NamedTuple):
    """One file of predictions.

    Attributes:
        model: name of the model.
        task: name of the task.
        number: number of the run: the text that the pattern's only wildcard matches if that is a
            number in all files, else its position among all runs, from 1.
        path: the file.
    """

    model: str
    task: str
    number: int
    path: Path


def expand(config: Config) -> list[Run]:
    """Return the files that a comparison reads: by model, task and run, run 2 before run 10.

    Raises:
        DataError: if a file is missing; if models have different runs of a task, unless
            ``unequal_runs`` allows that; if a file would be read for two tasks or models.
    """
    pattern, folder = RunPattern(config.runs), Path(config.file).parent
    try:
        found: _Found = {
            (model.name, task.name): pattern.fill(model.name, task.name).find(folder)
            for model in config.models
            for task in config.tasks
        }
    except TooManyNamesError as error:
        raise DataError(config.file, None, f"runs: {error}") from None
    missing = [*_missing_runs(config, found), *_missing_files(config)]
    if missing:
        rest = f" and {len(missing) - _MOST_LISTED:,} more" if len(missing) > _MOST_LISTED else ""
        message = (
            f"{pluralized(len(missing), 'file')} missing: {'; '.join(missing[:_MOST_LISTED])}{rest}"
        )
        raise DataError(config.file, None, message)
    _check_once(config.file, found)
    numbers = _numbers({run for runs in found.values() for run in runs})
    return [
        Run(model, task, numbers[run], runs[run])
        for (model, task), runs in found.items()
        for run in sorted(runs, key=numbers.__getitem__)
    ]


def _missing_runs(config: Config, found: _Found) -> Iterator[str]:
    pattern = RunPattern(config.runs)
    for task in config.tasks:
        runs_by_model = {model.name: found[model.name, task.name] for model in config.models}
        wanted = {run for runs in runs_by_model.values() for run in runs}
        numbers = _numbers(wanted)
        for model, runs in runs_by_model.items():
            where = f"model {model!r}, task {task.name!r}"
            filled = pattern.fill(model, task.name)
            if not wanted:
                yield f"{filled} (no such file)"
            elif not runs or not config.unequal_runs:
                for run in sorted(wanted - set(runs), key=numbers.__getitem__):
                    yield f"{where}, run {numbers[run]} ({filled.path(run)}{_advice(runs)})"


def _advice(runs: Mapping[tuple[str, ...], Path]) -> str:
    return ", which other models have; to allow that, set unequal_runs: true" if runs else ""


def _missing_files(config: Config) -> Iterator[str]:
    for model in config.models:
        if model.config is not None and not model.config.is_file():
            yield f"config of model {model.name!r} ({model.config})"
    for task in config.tasks:
        references = task.reading.get("references")
        if references is not None and not Path(split_sheet(str(references))[0]).exists():
            yield f"references of task {task.name!r} ({references})"


def _check_once(file: str, found: _Found) -> None:
    owners: dict[Path, tuple[str, str]] = {}
    for owner, runs in found.items():
        for path in runs.values():
            first = owners.setdefault(path, owner)
            if first != owner:
                both = " and for ".join(f"model {m!r}, task {t!r}" for m, t in (first, owner))
                message = f"runs: {path} would be read for {both}"
                advice = "put a separator before the wildcard"
                raise DataError(file, None, f"{message}; {advice}")


def _numbers(runs: set[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the number of each run, by the texts that the wildcards match."""
    ordered = sorted(runs, key=lambda run: tuple(map(natural_key, run)))
    if all(len(run) == 1 and run[0].isdecimal() for run in ordered):
        numbers = [int(run[0]) for run in ordered]
        if len(set(numbers)) == len(numbers):
            return dict(zip(ordered, numbers, strict=True))
    return {run: place for place, run in enumerate(ordered, start=1)}


_PLACEHOLDERS = ("model", "task")
_PLACE = re.compile(r"\{([^{}]*)\}")
_WILD = re.compile(r"(\*\*/|\*+|\?|\[!?\]?[^\]/]*\])")
_WILD_AS_REGEX = {"**/": "((?:.*/)?)", "**": "(.*)", "*": "([^/]*)", "?": "([^/])"}


class RunPattern:
    """A pattern of paths.

    Args:
        pattern: a path with ``{model}``, ``{task}`` and shell wildcards.

    Raises:
        ValueError: if it has another name in braces.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = PurePath(pattern).as_posix()
        self.names = _PLACE.findall(pattern)
        for name in self.names:
            if name not in _PLACEHOLDERS:
                near = suggest(name, _PLACEHOLDERS)
                raise ValueError(
                    f"unknown placeholder {short_repr(name)}: {near}known: model, task"
                )

    def missing(self, models: int, tasks: int) -> str:
        """Return the placeholder that is missing for files to differ by model and task, if any."""
        for name, number in zip(_PLACEHOLDERS, (models, tasks), strict=True):
            if number > 1 and name not in self.names:
                return f"{{{name}}}"
        return ""

    def fill(self, model: str, task: str) -> FilledPattern:
        """Return the pattern of a model's runs of a task."""
        return FilledPattern(self._pattern, {"model": model, "task": task})


class FilledPattern:
    """The pattern of one model's runs of one task.

    Args:
        pattern: the pattern with names in braces.
        values: by these names, the texts to insert literally.
    """

    def __init__(self, pattern: str, values: dict[str, str]) -> None:
        self._values = values
        file, sheet = split_sheet(pattern)  # the name of a sheet has no wildcards
        self._pieces = _PLACE.split(file)  # every second piece is a name
        self._sheet = "" if sheet is None else f"#{_PLACE.sub(lambda name: values[name[1]], sheet)}"

    def __str__(self) -> str:
        """Return the pattern with the names filled in."""
        return self._made(str, str) + self._sheet

    def _made(self, name: Callable[[str], str], rest: Callable[[str], str]) -> str:
        """Join the pieces, with one function applied to the names' values and one to the rest."""
        return "".join(
            name(self._values[piece]) if index % 2 else rest(piece)
            for index, piece in enumerate(self._pieces)
        )

    def find(self, folder: Path) -> dict[tuple[str, ...], Path]:
        """Return the existing files, by the texts that the wildcards match.

        Raises:
            TooManyNamesError: if there are very many files to look at.
        """
        names = [PurePath(each).as_posix() for each in find_files(self._glob, folder)]
        matched = ((self._regex.fullmatch(name), name + self._sheet) for name in names)
        return {match.groups(): folder / name for match, name in matched if match}

    def path(self, wildcards: tuple[str, ...]) -> str:
        """Return the path with texts in place of the wildcards."""
        rest = iter(wildcards)
        return self._made(str, lambda piece: _WILD.sub(lambda _: next(rest), piece)) + self._sheet

    @cached_property
    def _glob(self) -> str:
        return self._made(glob.escape, str)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self._made(re.escape, _as_regex), re.DOTALL)


def _as_regex(piece: str) -> str:
    """Return the regular expression of a text with wildcards, each of which is a group."""
    return "".join(
        _wild(part) if index % 2 else re.escape(part)
        for index, part in enumerate(_WILD.split(piece))
    )


def _wild(part: str) -> str:
    if not part.startswith("["):
        return _WILD_AS_REGEX.get(part, _WILD_AS_REGEX["*"])
    inside = part[1:-1].replace("\\", "\\\\")
    inside = re.sub(r"([\[&~|^])", r"\\\1", re.sub(r"^!", "", inside))
    inside = ("^" if part.startswith("[!") else "") + inside
    return f"([{inside}])"
