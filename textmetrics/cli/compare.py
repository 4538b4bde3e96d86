"""``textmetrics compare``: compare several models by their files of predictions."""

from __future__ import annotations

import argparse
import math
import os
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textmetrics._escape import pluralized
from textmetrics.cli.inputs import add_input_options, check_inputs
from textmetrics.cli.options import (
    METRICS_HELP,
    add_option_group,
    add_output_format,
    add_preset_options,
    add_progress_option,
    check_without_metrics,
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
from textmetrics.cli.plan import Plan, is_config, models_of, plan_of, planned_files
from textmetrics.cli.program import GuideError, Parser, UsageError, file_not_folder, say, write
from textmetrics.cli.progress import Steps, metered
from textmetrics.comparison import (
    EXAMPLE,
    Comparison,
    ComparisonOptions,
    GroupingOptions,
    ModelSummary,
    ReadTask,
    ReportOptions,
    check_threshold,
    compare_tasks,
    failed_gates,
    models_where,
    monitor_summaries,
    parse_sort,
    read_tasks,
    sort_fields,
)
from textmetrics.evaluation import (
    ExtractOption,
    MetricsOption,
    PresetOptions,
    RunningOptions,
    TokenOptions,
    comma_separated,
)
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT
from textmetrics.records import (
    InputError,
    InvalidRecords,
    OpenError,
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
        "--output",
        metavar="DIR",
        help="write a report (HTML, tables and pictures) to a folder",
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
    models = [model for each in options.files for model in models_of(each)]
    options.names, options.files = zip(*models, strict=True)
    if not any(map(is_config, options.files)):
        check_inputs(options)
    plan = plan_of(options)
    if options.dry_run:
        write(planned_files(plan))
        return 0
    return _compare(plan, options)


def _compare(plan: Plan, options: argparse.Namespace) -> int:
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


def _paths(plan: Plan) -> Iterator[str]:
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
    if problem := file_not_folder(str(folder)):
        raise OpenError(str(folder), None, problem)
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


# --- the result: comparison, report and gates


def _comparison(plan: Plan, read: Sequence[ReadTask], options: argparse.Namespace) -> Comparison:
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


def _write_report(folder: Path, plan: Plan, read: Sequence[ReadTask], found: Comparison) -> str:
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


def _samples(plan: Plan, read: Sequence[ReadTask], found: Comparison) -> Iterator[ReportSamples]:
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
