"""``textmetrics compare``: compare several models by their files of predictions."""

from __future__ import annotations

import argparse
import math
import os
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace as replace_fields

from textmetrics._escape import pluralized, printable
from textmetrics._tables import render
from textmetrics.cli.inputs import Inputs, add_input_options, check_inputs
from textmetrics.cli.options import (
    METRICS_HELP,
    add_option_group,
    add_output_format,
    add_preset_options,
    add_progress_option,
    check_without_metrics,
    chosen_presets,
    given_options,
    is_without_metrics,
    remark_unused,
    scoring_options,
    shorten_help,
    usage_error,
    wrong_options,
    wrong_value,
)
from textmetrics.cli.output import check_name_of_output, is_input, report_invalid_records
from textmetrics.cli.paper import (
    COMPARISON_FORMATS,
    add_layout_options,
    check_layout,
    show_comparison,
)
from textmetrics.cli.program import GuideError, Parser, UsageError, say, write
from textmetrics.cli.progress import Steps, metered
from textmetrics.cli.tasks import ToldTasks
from textmetrics.comparison import (
    EXAMPLE,
    WITHOUT_METRICS,
    Comparison,
    ComparisonOptions,
    ComparisonSettings,
    Config,
    GroupingOptions,
    Model,
    ModelSummary,
    MonitoredFolder,
    PlannedTask,
    ReadTask,
    ReportOptions,
    TaskConfig,
    WhereError,
    check_name,
    check_threshold,
    checkpoint_of,
    common_name,
    compare_tasks,
    expand,
    failed_gates,
    known_before,
    models_where,
    monitor_summaries,
    names_of,
    parse_sort,
    read_config,
    read_folders,
    read_tasks,
    sort_fields,
    with_facts,
)
from textmetrics.evaluation import (
    Evaluator,
    ExtractOption,
    MetricsOption,
    PresetOptions,
    RunningOptions,
    TokenOptions,
    comma_separated,
)
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.records import (
    InputError,
    InvalidRecords,
    OpenError,
    ReadingOptions,
    check_file,
    input_files,
    natural_key,
    shown_name,
)

if TYPE_CHECKING:  # at run time it is imported only to write a report
    from textmetrics.report import ReportSamples

__all__ = ["add_options", "run"]

_DESCRIPTION = """Compare models: which one is better, by how much, and is that significant?

Each file holds the answers of one model to the same questions. Answers are
matched by id, or by line if a file has no ids. Alternatively, give one config
file (YAML or TOML) that names the models, the tasks and the files of all runs;
--init prints an example. Options take precedence over the config.
"""

_EXAMPLES = """examples:
  textmetrics compare gemma.jsonl llama.jsonl qwen.jsonl --lang zh
  textmetrics compare base=out/1.jsonl tuned=out/2.jsonl
  textmetrics compare a.jsonl b.jsonl --group document_id --breakdown subject
  textmetrics compare out/checkpoint-*/preds.jsonl --metrics rouge_l
  textmetrics compare a.jsonl b.jsonl --format latex --second > table.tex
  textmetrics compare a.jsonl b.jsonl --fail-on-regression --fail-under f1=0.3
  textmetrics compare --init > config.yaml
  textmetrics compare config.yaml --dry-run
  textmetrics compare config.yaml --output results/ --where 'params <= 7e9'

exit codes: 0 success; 1 a gate failed; 2 wrong usage, or a file or standard
output that cannot be used; 3 invalid data; 130 Ctrl-C; 141 closed pipe. Scores
are in percent in tables, Markdown and LaTeX, and 0 to 1 in JSON and CSV.
"""


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "name all files before the options"
    parser.description = _DESCRIPTION
    parser.usage = "%(prog)s [options] FILE FILE [FILE ...] | CONFIG"
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="predictions of one model, which NAME=FILE names; or one config.yaml",
    )
    _add_comparison_options(parser.add_argument_group("comparison"))
    group = parser.add_argument_group("definitions")
    add_option_group(group, MetricsOption, PresetOptions, ExtractOption, help=_HELP)
    add_input_options(parser, shards=False)
    add_option_group(parser.add_argument_group("tokens and stopwords"), TokenOptions)
    _add_output_options(parser.add_argument_group("output"))
    _add_gate_options(parser.add_argument_group("gate (exit code 1)"))
    group = parser.add_argument_group("running")
    add_option_group(group, RunningOptions)
    add_progress_option(group)
    add_preset_options(parser)
    shorten_help(parser, _COMMON)


_COMMON = (
    *("baseline", "group", "metrics", "preset", "extract", "lang", "no_stopwords"),
    *("prediction_field", "reference_field", "references", "errors", "format"),
    *("monitor", "output", "report_lang", "dry_run", "init", "fail_under", "fail_on_regression"),
)
"""The options that a short help shows."""
_GUIDE = """textmetrics compare: no files: give two or more, or a config.yaml. For example:

  textmetrics compare base.jsonl tuned.jsonl
      the answers of two models to the same questions, the first the baseline;
      base=out/1.jsonl tuned=out/2.jsonl gives them names
  textmetrics compare base.jsonl tuned.jsonl --output report/
      the same, with a page, pictures and tables in a folder
  textmetrics compare --init > config.yaml
      an example of a file that names models, tasks and their files, to change;
      then: textmetrics compare config.yaml

textmetrics compare --help shows the options.
"""


_HELP = {
    "preset": f"preset that defines the metrics (default: {DEFAULT.name})",
    "metrics": METRICS_HELP,
}


def _add_comparison_options(group: argparse._ArgumentGroup) -> None:
    add_option_group(group, ComparisonOptions, GroupingOptions)
    group.add_argument(
        "--intersect",
        action="store_true",
        default=None,
        help="compare on the samples that all files have, matched by id",
    )
    group.add_argument(
        "--monitor",
        metavar="NAME=DIR",
        action="append",
        default=[],
        help="folder of a model's monitored run; may be repeated",
    )


def _add_output_options(group: argparse._ArgumentGroup) -> None:
    add_output_format(group, COMPARISON_FORMATS)
    add_layout_options(group)
    group.add_argument(
        "--output", metavar="DIR", help="write a report with tables and pictures to a folder"
    )
    add_option_group(group, ReportOptions)
    group.add_argument(
        "--where", metavar="EXPRESSION", help="which models to compare, such as 'params <= 7e9'"
    )
    group.add_argument(
        "--sort-by",
        metavar="FIELD",
        help="what to sort models by, such as params, mean_rank or a metric; --sort-by=-params "
        "puts the largest first",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="show which files would be read, and exit"
    )
    group.add_argument(
        "--init", action="store_true", help="print an example of a config.yaml, and exit"
    )


def _add_gate_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fail-under",
        metavar="METRIC=X",
        action="extend",
        type=_thresholds,
        default=[],
        help="fail if a model's score is worse than X, such as rouge_l=0.3 (not in percent): below "
        "X, or above it if lower is better; several are separated by commas; may be repeated",
    )
    group.add_argument(
        "--fail-on-regression",
        action="store_true",
        help="fail if a model is significantly worse than the baseline by any metric",
    )


def _thresholds(text: str) -> list[tuple[str, float]]:
    found = []
    for each in comma_separated(text):
        name, _, number = each.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not name.strip() or math.isnan(value):
            raise argparse.ArgumentTypeError(
                f"{each!r} is not a threshold: give a metric and a number, such as rouge_l=0.3"
            )
        found.append((name.strip(), value))
    return found


def run(options: argparse.Namespace) -> int:
    """Compare the files, and print the result.

    Raises:
        UsageError: if options do not fit together.
        InputError: if a file cannot be used.
    """
    if options.init:
        write(EXAMPLE.rstrip("\n"))
        return 0
    check_layout(options)
    check_without_metrics(options)
    if not options.files:
        raise GuideError(_GUIDE)
    models = [model for each in options.files for model in _models(each)]
    options.names, options.files = zip(*models, strict=True)
    if not any(map(_is_config, options.files)):
        check_inputs(options)
    plan = _plan(options)
    if options.dry_run:
        write(_dry_run(plan))
        return 0
    return _compare(plan, options)


def _compare(plan: _Plan, options: argparse.Namespace) -> int:
    metrics = {metric.name: metric for task in plan.tasks for metric in task.metrics}
    _check_gates(options, metrics)
    if plan.config.sort_by is not None:
        with wrong_value("--sort-by"):
            parse_sort(plan.config.sort_by, sort_fields(list(metrics)))
    folder = plan.config.output
    if folder is not None:
        _check_folder(folder, [*options.files, *_paths(plan)])
    invalid = InvalidRecords(skip=plan.config.errors == "skip")
    try:
        read = read_tasks(
            plan.tasks,
            plan.settings,
            invalid,
            intersect=plan.config.intersect,
            keep_texts=folder is not None,
            batches=partial(metered, wanted=options.progress),
            monitored=plan.monitored,
        )
    except InputError:
        report_invalid_records(invalid)  # not after Ctrl-C, which ends quietly
        raise
    except ValueError as error:
        raise usage_error(error) from error
    report_invalid_records(invalid)
    with wrong_options(options):
        comparison = _comparison(plan, read, options)
    for note in dict.fromkeys(note for each in read for note in each.notes):
        say(note)
    written = None if folder is None else _write_report(folder, plan, read, comparison)
    failed = None
    if options.fail_under or options.fail_on_regression:
        regressions = options.fail_on_regression
        failed = list(
            failed_gates(comparison.report, options.fail_under, on_regression=regressions)
        )
    show_comparison(comparison, options, failed)
    if written is not None:
        say(written)  # last, to stay visible below long tables
    return 1 if failed else 3 if invalid.count else 0


def _paths(plan: _Plan) -> Iterator[str]:
    """Yield the files of all runs, and those of references."""
    for task in plan.tasks:
        yield from (path for paths in task.files.values() for path in paths)
        yield from filter(None, [task.config.reading.get("references")])


def _check_folder(folder: Path, inputs: Sequence[str]) -> None:
    """Check that a report can be written to a folder, before any work is done.

    Raises:
        OpenError: if it cannot, or would take the place of an input.
    """
    check_name_of_output(str(folder), "folder")
    if folder.exists() and not folder.is_dir():
        raise OpenError(str(folder), None, "is not a folder; choose another one with --output")
    nearest = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not os.access(nearest, os.W_OK):
        message = f"cannot be written ({nearest} is read-only); choose another one with --output"
        raise OpenError(str(folder), None, message)
    if not folder.exists():
        return
    from textmetrics.report import is_report_file

    for path in (each for part in (".", "visualizations") for each in (folder / part).glob("*")):
        if is_report_file(path.relative_to(folder).as_posix()) and is_input(path, inputs):
            message = "is also an input; choose another folder with --output"
            raise OpenError(str(path), None, message)


# --- the plan: what is compared, from the command line and a config file


@dataclass(frozen=True)
class _Plan:
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


def _is_config(path: str) -> bool:
    return Path(path).suffix.lower() in (".yaml", ".yml", ".toml")


def _models(argument: str) -> list[tuple[str, str]]:
    """Return the names and files of the models that an argument names: a folder has several."""
    name, path = _named(argument)
    if name or _is_config(path):
        return [(name, path)]
    found = input_files([path])
    for note in found.notes:
        say(note)
    return [("", each) for each in found.names]


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


def _plan(options: argparse.Namespace) -> _Plan:
    """Return what the command line asks for, or the config that it names.

    Raises:
        UsageError: if options do not fit together.
        InputError: if a config cannot be used, or names files that do not exist.
    """
    if len(options.preset or ()) > 1:
        raise UsageError("compare works with one preset only: leave out the others")
    if any(map(_is_config, options.files)):
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
    return _Plan(models, tasks, baseline, settings, config, monitored)


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


def _dry_run(plan: _Plan) -> str:
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


# --- the result: comparison, report and gates


def _comparison(plan: _Plan, read: Sequence[ReadTask], options: argparse.Namespace) -> Comparison:
    where = plan.config.where

    def choose(models: Sequence[ModelSummary]) -> Collection[str]:
        """Return the models that `--where` keeps, which may depend on how they did."""
        with wrong_value("--where"):
            return models_where(str(where), models)

    with Steps("comparing", wanted=options.progress) as bar:
        comparison = compare_tasks(
            [each.task for each in read],
            plan.models,
            plan.settings,
            efficiency=[entry for each in read for entry in each.efficiency],
            monitors=monitor_summaries(plan.monitored),
            progress=bar.show,
            choose=None if where is None else choose,
        )
    return comparison if plan.config.sort_by is None else comparison.sorted_by(plan.config.sort_by)


def _write_report(folder: Path, plan: _Plan, read: Sequence[ReadTask], found: Comparison) -> str:
    """Write the files of the report; return a message about them.

    Raises:
        OpenError: if a file cannot be written.
        UsageError: if a package is missing.
    """
    from textmetrics.report import write_report

    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            files = write_report(
                found.report,
                str(folder),
                samples=list(_samples(plan, read, found)),
                report_lang=plan.config.report_lang,
            )
    except ImportError as error:
        raise UsageError(f"--output: {error}") from error
    for warning in caught:
        say(str(warning.message))
    begin = "begin with executive_summary.md and report.html"
    return f"{pluralized(len(files), 'file')} in {folder}: {begin}"


def _samples(plan: _Plan, read: Sequence[ReadTask], found: Comparison) -> Iterator[ReportSamples]:
    from textmetrics.report import report_samples

    models = [each.name for each in found.report.models]
    for planned, each in zip(plan.tasks, read, strict=True):
        task = each.task
        if planned.evaluator is None:
            continue
        first = task.first.sample_details
        # The page opens with the first metric, and the best reference is chosen by it.
        names = tuple(sorted(task.metrics, key=lambda name: name != task.headline))
        yield report_samples(
            task.name,
            each.references,
            {model: of for model, of in each.predictions.items() if model in models},
            {
                model: {name: runs[0].samples[name].tolist() for name in names}
                for model, runs in task.results.items()
                if model in models
            },
            settings=replace(planned.evaluator.settings, metric_names=names),
            ids=task.ids,
            langs=None if first is None else [lang or None for lang in first.langs],
            questions=each.questions,
            facets={name: task.column(name) for name in task.fields} | dict(each.facets),
            seed=plan.settings.seed,
        )


def _check_gates(options: argparse.Namespace, metrics: Mapping[str, Metric]) -> None:
    gates = ["--fail-under"] * bool(options.fail_under)
    gates += ["--fail-on-regression"] * options.fail_on_regression
    if gates and not metrics:
        raise UsageError(f"{gates[0]} needs scores, and no task has metrics: leave it out")
    for name, threshold in options.fail_under:
        with wrong_value(f"--fail-under {name}={threshold:g}"):
            check_threshold(name, threshold, metrics)
