"""What is to be compared: the files of the command line, or what a config.yaml names."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from textmetrics.cli.compare_names import common_name, names_of
from textmetrics.cli.definitions import chosen_presets
from textmetrics.cli.options import given_options, language_settings, wrong_options
from textmetrics.cli.program import UsageError
from textmetrics.comparison import (
    ComparisonOptions,
    ComparisonSettings,
    Config,
    Model,
    ModelConfig,
    TaskConfig,
    WhereError,
    check_name,
    checkpoint_of,
    comparison_settings,
    expand,
    known_before,
    models_where,
    natural,
    read_config,
    read_model_facts,
)
from textmetrics.evaluation import Evaluator
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.records import ReadingOptions

__all__ = ["Plan", "PlannedTask", "is_config", "plan_of"]

_CONFIGS = (".yaml", ".yml", ".toml")
_FEWEST = 2


@dataclass(frozen=True)
class PlannedTask:
    """A task that is to be read.

    Attributes:
        name: what it is called.
        files: by model, a file a run.
        evaluator: scores them, one after another.
        headline: the metric that models are ranked by.
        reading: how its files are read.
        group: the field that tells which samples belong together.
        breakdown: fields by whose values the scores are told apart.
        progress: whether a progress bar is shown; on a terminal only where ``None``.
    """

    name: str
    files: Mapping[str, Sequence[str]]
    evaluator: Evaluator
    headline: str
    reading: ReadingOptions
    group: str | None = None
    breakdown: tuple[str, ...] = ()
    progress: bool | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be compared.

    Attributes:
        models: in the order in which they are shown.
        tasks: likewise.
        settings: how intervals and tests are made.
        config: the rest, as a config.yaml has it.
    """

    models: tuple[Model, ...]
    tasks: tuple[PlannedTask, ...]
    settings: ComparisonSettings
    config: Config


def is_config(path: str) -> bool:
    """Say whether a file is one that names what is compared."""
    return Path(path).suffix.lower() in _CONFIGS


def plan_of(options: argparse.Namespace) -> Plan:
    """Give what the command line, or the config that it names, asks for.

    Raises:
        UsageError: if options do not go together.
        InputError: if a config cannot be used, or names files that are not there.
    """
    if len(options.preset) > 1:
        raise UsageError("compare takes one preset: models are compared by one definition")
    if any(map(is_config, options.files)):
        if len(options.files) > 1:
            raise UsageError("a config names all files: give it alone")
        config = read_config(options.files[0])
        files = _files_of(config)
        models = tuple(_model(each) for each in config.models)
    else:
        config, files = _plain(options)
        models = tuple(Model(each.name) for each in config.models)
    config = _overridden(config, options)
    config, models = _chosen_models(config, models)
    settings = _settings(config, models)
    names = [model.name for model in models]
    files = {
        task: {model: paths for model, paths in its.items() if model in names}
        for task, its in files.items()
    }
    tasks = tuple(_task(each, files[each.name], options) for each in config.tasks)
    return Plan(models, tasks, settings, config)


def _plain(options: argparse.Namespace) -> tuple[Config, dict[str, dict[str, list[str]]]]:
    """Give what files alone say: a model each, in the order of their steps if they have any."""
    if len(options.files) < _FEWEST:
        raise UsageError(
            f"nothing to compare, found {options.files[0]} alone: give two files or more, or a "
            "config.yaml"
        )
    names = names_of(options.files)
    found = list(zip(names, options.files, strict=True))
    steps = {name: checkpoint_of(name) for name in names}
    if all(steps.values()):
        found.sort(key=lambda each: _by_step(each[0]))
    task = common_name(options.files)
    config = Config(
        file="",
        models=tuple(ModelConfig(name) for name, _ in found),
        tasks=(TaskConfig(task),),
        runs="",
    )
    return config, {task: {name: [path] for name, path in found}}


def _by_step(name: str) -> Any:
    checkpoint = checkpoint_of(name)
    return (natural(checkpoint.series), checkpoint.step) if checkpoint else (natural(name), 0)


def _files_of(config: Config) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for run in expand(config):
        found.setdefault(run.task, {}).setdefault(run.model, []).append(str(run.path))
    return found


def _model(given: ModelConfig) -> Model:
    """Take what is said of a model; its ``config.json`` tells the rest."""
    if given.config is None:
        return Model(given.name, given.params, given.tags)
    facts = read_model_facts(given.config)
    params = facts.parameters if given.params is None else given.params
    return Model(given.name, params, given.tags, facts.to_dict())


_TOP = ("errors", "intersect", "where", "sort_by")


def _overridden(config: Config, options: argparse.Namespace) -> Config:
    """Let the options of the command line override those of the config."""
    found: dict[str, Any] = {name: getattr(options, name) for name in _TOP}
    found["output"] = None if options.output is None else Path(options.output)
    deciding = {**config.options, **given_options(options, ComparisonOptions)}
    found["options"] = cast("ComparisonOptions", deciding)
    return replace(config, **{name: each for name, each in found.items() if each is not None})


def _chosen_models(config: Config, models: tuple[Model, ...]) -> tuple[Config, tuple[Model, ...]]:
    """Leave out models that are not asked for, where that can be told without comparing."""
    if config.where is None:
        return config, models
    try:
        if not known_before(config.where):
            return config, models
        names = models_where(config.where, models)
    except WhereError as error:
        raise UsageError(f"--where: {error.summary}") from None
    except ValueError as error:
        raise UsageError(f"--where: {error}") from None
    baseline = config.options.get("baseline")
    if baseline in {model.name for model in models} - {*names}:
        raise UsageError(
            f"--where leaves out the baseline, {baseline!r}: name one of those that stay "
            f'with --baseline: {", ".join(names)}; or let it stay: or name == "…"'
        )
    return replace(config, where=None), tuple(each for each in models if each.name in names)


def _settings(config: Config, models: Sequence[Model]) -> ComparisonSettings:
    names = [model.name for model in models]
    given = config.options.copy()
    given.setdefault("baseline", names[0])
    try:
        check_name("model", str(given["baseline"]), names)
    except ValueError as error:
        raise UsageError(f"--baseline: {error}") from None
    try:
        return comparison_settings(**given)
    except (TypeError, ValueError) as error:
        raise UsageError(f"--{error}") from None


def _task(
    given: TaskConfig, files: Mapping[str, Sequence[str]], options: argparse.Namespace
) -> PlannedTask:
    chosen = _chosen(options)
    with wrong_options(options):
        evaluator = _evaluator({**given.options, **chosen}, options)
    metrics = evaluator.settings.metrics
    names = [metric.name for metric in metrics]
    asked = chosen.get("metrics", given.options.get("metrics"))
    headline = PRESETS.get(evaluator.settings.preset).headline
    return PlannedTask(
        given.name,
        files,
        evaluator,
        names[0] if asked is not None or headline not in names else headline,
        cast("ReadingOptions", {**given.reading, **given_options(options, ReadingOptions)}),
        options.group or given.group,
        tuple(options.breakdown or given.breakdown),
        options.progress,
    )


def _chosen(options: argparse.Namespace) -> dict[str, Any]:
    """Give what the command line says of how texts are scored."""
    settings = language_settings(options)
    usual = {"lang": "auto", "stopwords": True}
    found = {
        name: value for name, value in settings.items() if value not in (usual.get(name), None, [])
    }
    [(preset, taken)] = chosen_presets(options)
    if preset is not DEFAULT:
        found["preset"] = preset.name
    found |= taken
    if options.metrics is not None:
        found["metrics"] = options.metrics
    if options.extract:
        found["extract"] = options.extract
    return found


def _evaluator(chosen: Mapping[str, Any], options: argparse.Namespace) -> Evaluator:
    stopwords = chosen.get("stopwords", True)
    dropped = stopwords is not False and chosen.get("preset", DEFAULT.name) == DEFAULT.name
    return Evaluator(**chosen, all_tokens=dropped, backend=options.backend, threads=options.threads)
