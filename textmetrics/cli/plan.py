"""What ``textmetrics compare`` compares: models, tasks and files, by options and a config file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace as replace_fields

from textmetrics._escape import pluralized, printable
from textmetrics._tables import render
from textmetrics.cli.inputs import Inputs
from textmetrics.cli.options import (
    chosen_presets,
    given_options,
    is_without_metrics,
    remark_unused,
    scoring_options,
    wrong_options,
    wrong_value,
)
from textmetrics.cli.program import UsageError, say
from textmetrics.cli.tasks import ToldTasks
from textmetrics.comparison import (
    WITHOUT_METRICS,
    ComparisonOptions,
    ComparisonSettings,
    Config,
    GroupingOptions,
    Model,
    MonitoredFolder,
    PlannedTask,
    TaskConfig,
    WhereError,
    check_name,
    checkpoint_of,
    common_name,
    expand,
    known_before,
    models_where,
    names_of,
    read_config,
    read_folders,
    with_facts,
)
from textmetrics.evaluation import (
    Evaluator,
    MetricsOption,
)
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.records import (
    InvalidRecords,
    OpenError,
    ReadingOptions,
    check_file,
    input_files,
    natural_key,
    shown_name,
)

__all__ = ["Plan", "is_config", "models_of", "plan_of", "planned_files"]


@dataclass(frozen=True)
class Plan:
    """What is to be compared.

    Attributes:
        models: in the order in which they are shown.
        tasks: in the order in which they are shown.
        baseline: the model that the others are tested against.
        settings: how intervals and tests are made.
        config: the rest, as in a config file.
        monitored: the monitored runs of models.
    """

    models: tuple[Model, ...]
    tasks: tuple[PlannedTask, ...]
    baseline: str
    settings: ComparisonSettings
    config: Config
    monitored: Mapping[str, Sequence[MonitoredFolder]]


def models_of(argument: str) -> list[tuple[str, str]]:
    """Return the names and files of the models that an argument names: a folder has several."""
    name, path = _named(argument)
    if name or is_config(path):
        return [(name, path)]
    found = input_files([path])
    for note in found.notes:
        say(note)
    return [("", each) for each in found.names]


def is_config(path: str) -> bool:
    """Return whether a file is a config rather than predictions, by its name."""
    return Path(path).suffix.lower() in (".yaml", ".yml", ".toml")


def plan_of(options: argparse.Namespace) -> Plan:
    """Return what the command line asks for, or the config that it names.

    Raises:
        UsageError: if options do not fit together.
        InputError: if a config cannot be used, or names files that do not exist.
    """
    if len(options.preset or ()) > 1:
        raise UsageError("compare works with one preset only: leave out the others")
    if any(map(is_config, options.files)):
        if len(options.files) > 1:
            raise UsageError("a config names all files: give it alone")
        config = read_config(options.files[0])
        files: dict[str, dict[str, list[str]]] = {}
        for run in expand(config):
            files.setdefault(run.task, {}).setdefault(run.model, []).append(str(run.path))
    else:
        config, files = _config_of_files(options.files, options.names)
    config = _with_monitors(_overridden(config, options), options.monitor)
    config, models = _chosen_models(config, tuple(map(with_facts, config.models)))
    names = [model.name for model in models]
    tasks = tuple(
        _planned_task(
            task,
            {model: paths for model, paths in files[task.name].items() if model in names},
            options,
        )
        for task in config.tasks
    )
    remark_unused([task.evaluator.settings for task in tasks if task.evaluator is not None])
    baseline = str(config.options.get("baseline", names[0]))
    settings = _settings(config, baseline, names, options)
    monitored = {model.name: read_folders(model.monitor) for model in models if model.monitor}
    return Plan(models, tasks, baseline, settings, config, monitored)


def planned_files(plan: Plan) -> str:
    """Return a table of the files that would be read."""
    rows = [
        [printable(task.name), printable(model), str(number), printable(shown_name(path))]
        for task in plan.tasks
        for model, paths in task.files.items()
        for number, path in enumerate(paths, start=1)
    ]
    metrics = []
    for task in plan.tasks:
        names = ", ".join(metric.name for metric in task.metrics)
        metrics.append(f"{printable(task.name)}: {names or 'no metrics'}")
    last = f"{pluralized(len(rows), 'file')}; baseline {printable(plan.baseline)}"
    table = render(["task", "model", "run", "file"], rows, texts=4)
    monitored = [
        f"monitored: {printable(model)} in {printable(each.folder)}"
        for model, folders in plan.monitored.items()
        for each in folders
    ]
    return "\n".join([table, *metrics, *monitored, last])


def _named(argument: str) -> tuple[str, str]:
    """Return the name of a model, empty if none is given, and its file.

    A file that has an equals sign in its own name, such as ``epoch=3.jsonl``, is taken as it is.
    """
    name, _, path = argument.partition("=")
    if name.strip() and "://" in path and "://" not in name:
        return name.strip(), path
    if name.strip() and not _is_file(argument) and _is_file(path):
        return name.strip(), path
    return "", argument


def _is_file(path: str) -> bool:
    try:
        check_file(path)
    except OpenError:
        return False
    return True


def _with_monitors(config: Config, given: Sequence[str]) -> Config:
    """Return a config with the monitored runs of the command line, which replace those of a model.

    Raises:
        UsageError: if one names no model of the comparison.
    """
    names = [model.name for model in config.models]
    found: dict[str, list[Path]] = {}
    for each in given:
        name, sign, folder = _split_at_name(each, names)
        if not sign or not folder:
            example = f"{names[0]}=runs/a"
            raise UsageError(f"--monitor {each}: names no model and folder; write {example}")
        with wrong_value("--monitor"):
            check_name("model", name, names)
        found.setdefault(name, []).append(Path(folder))
    models = [
        replace(each, monitor=tuple(found.get(each.name, each.monitor))) for each in config.models
    ]
    return replace(config, models=tuple(models))


def _split_at_name(text: str, names: Sequence[str]) -> tuple[str, str, str]:
    """Split at the first equals sign, or after a known name that has one itself."""
    known = [name for name in names if text.startswith(f"{name}=")]
    if known:
        name = max(known, key=len)
        return name, "=", text[len(name) + 1 :]
    return text.partition("=")


def _config_of_files(
    paths: Sequence[str], given: Sequence[str]
) -> tuple[Config, dict[str, dict[str, list[str]]]]:
    """Return what files alone say: one model each, checkpoints in the order of their steps.

    Args:
        paths: the files.
        given: the name of each file's model; empty if it is to be named after the path.
    """
    if len(paths) < 2:
        raise UsageError(
            f"nothing to compare, found only {shown_name(paths[0])}: give two or more files, or a "
            "config.yaml"
        )
    try:
        found = names_of(paths)
    except ValueError as error:
        raise UsageError(str(error)) from None
    names = [name or its_own for name, its_own in zip(given, found, strict=True)]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(
            f"two models are called {twice[0]!r}: give each its own name, or name several runs "
            "of one model in a config.yaml"
        )
    files = dict(zip(names, paths, strict=True))
    checkpoints = {name: checkpoint_of(name) for name in names}
    if all(checkpoints.values()):
        steps = {name: (natural_key(c.series), c.step) for name, c in checkpoints.items() if c}
        names.sort(key=steps.__getitem__)
    task = common_name(paths)
    config = Config("", tuple(map(Model, names)), (TaskConfig(task),), runs="")
    return config, {task: {name: [files[name]] for name in names}}


def _overridden(config: Config, options: argparse.Namespace) -> Config:
    """Override the options of the config with those of the command line."""
    found: dict[str, Any] = {
        name: getattr(options, name)
        for name in ("errors", "intersect", "where", "sort_by", "report_lang")
    }
    if options.output == "":  # an unset variable of a shell, say
        raise UsageError("--output: names no folder; name one, such as results/")
    found["output"] = None if options.output is None else Path(options.output)
    found["options"] = {**config.options, **given_options(options, ComparisonOptions)}
    changed = replace(config, **{name: value for name, value in found.items() if value is not None})
    if options.report_lang and changed.output is None:
        raise UsageError(
            "--report-lang is the language of the files that --output writes: add --output results/"
        )
    return changed


def _chosen_models(config: Config, models: tuple[Model, ...]) -> tuple[Config, tuple[Model, ...]]:
    """Drop the models that ``--where`` leaves out, if it can be decided before the comparison."""
    if config.where is None:
        return config, models
    with wrong_value("--where"):
        try:
            if not known_before(config.where):
                return config, models
            names = models_where(config.where, models)
        except WhereError as error:
            raise ValueError(error.summary) from None
    baseline = config.options.get("baseline")
    if baseline in {model.name for model in models} - {*names}:
        raise UsageError(
            f"--where leaves out the baseline, {baseline!r}: name one of the others with "
            f'--baseline: {", ".join(names)}; or include it: or name == "…"'
        )
    return replace(config, where=None), tuple(each for each in models if each.name in names)


def _settings(
    config: Config, baseline: str, models: Sequence[str], options: argparse.Namespace
) -> ComparisonSettings:
    with wrong_value("--baseline"):
        check_name("model", baseline, models)
    with wrong_options(options):
        return replace_fields(ComparisonSettings.of(**config.options), baseline=baseline)


def _planned_task(
    config: TaskConfig, files: Mapping[str, Sequence[str]], options: argparse.Namespace
) -> PlannedTask:
    if is_without_metrics(options) or config.options.get("metrics") == ():
        return PlannedTask(_without_metrics(config, options), files, None, "")
    scoring = {**config.options, **_scoring(options)}
    grouping = given_options(options, GroupingOptions)
    usual = scoring.get("preset", DEFAULT.name) == DEFAULT.name
    dropped = scoring.get("stopwords", True) is not False
    reading = {**config.reading, **given_options(options, ReadingOptions)}
    with wrong_options(options):
        evaluator = Evaluator(**scoring, all_tokens=usual and dropped)
        if told := _told(evaluator, scoring, files, reading):
            scoring |= told
            evaluator = Evaluator(**scoring)
    names = [metric.name for metric in evaluator.settings.metrics]
    headline = PRESETS.get(evaluator.settings.preset).headline
    if scoring.get("metrics") is not None or headline not in names:
        headline = names[0]
    return PlannedTask(
        replace(
            config,
            options=scoring,
            group=grouping.get("group", config.group),
            breakdown=tuple(grouping.get("breakdown", config.breakdown)),
            reading=cast("ReadingOptions", reading),
        ),
        files,
        evaluator,
        headline,
    )


def _without_metrics(config: TaskConfig, options: argparse.Namespace) -> TaskConfig:
    """Return a task of whose records only what they say about requests is read."""
    reading = {**config.reading, **given_options(options, ReadingOptions)}
    kept = {name: reading[name] for name in WITHOUT_METRICS if name in reading}
    return TaskConfig(config.name, {"metrics": ()}, reading=cast("ReadingOptions", kept))


def _told(
    evaluator: Evaluator,
    scoring: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    reading: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the options of the preset that the files tell, and say so; none if they do not."""
    preset = PRESETS.get(evaluator.settings.preset)
    own = {name: scoring[name] for name in preset.option_names if name in scoring}
    paths = [path for of_model in files.values() for path in of_model]
    inputs = Inputs(paths, InvalidRecords(skip=True), **cast("ReadingOptions", reading))
    told = ToldTasks([(preset, own)], inputs, scoring.get("metrics"))
    for sentence in told.sentences():
        say(sentence)
    [(_, found)] = told.presets
    return {} if found == own else found


def _scoring(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of scoring that are given on the command line."""
    [(preset, chosen)] = chosen_presets(options)
    found = {**scoring_options(options), **given_options(options, MetricsOption), **chosen}
    return found if options.preset is None else {"preset": preset.name, **found}
