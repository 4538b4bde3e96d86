"""``textmetrics compare``: several models' files become a comparison."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from textmetrics._escape import printable_json
from textmetrics.cli.choices import (
    add_language_options,
    add_run_options,
)
from textmetrics.cli.compare_gate import check_thresholds, failures
from textmetrics.cli.compare_options import (
    add_comparison_options,
    add_gate_options,
    add_result_options,
)
from textmetrics.cli.compare_plan import Plan, is_config, plan_of
from textmetrics.cli.compare_report import check_folder, write_files
from textmetrics.cli.compare_tasks import ReadTask, dry_run, read_task
from textmetrics.cli.definitions import (
    LISTS,
    add_definition_options,
    add_preset_options,
    preset_tokenizers,
)
from textmetrics.cli.extracting import add_extract_option
from textmetrics.cli.inputs import add_input_options, check_inputs
from textmetrics.cli.options import wrong_options
from textmetrics.cli.output import report_bad_records
from textmetrics.cli.program import Parser, UsageError, say, write
from textmetrics.cli.progress import Steps
from textmetrics.comparison import (
    EXAMPLE,
    Comparison,
    Task,
    compare_tasks,
    models_where,
    parse_sort,
    sort_fields,
    steps,
)
from textmetrics.records import BadRecords, InputError

__all__ = ["add_options", "run"]

_DESCRIPTION = """Say which of several models is better, by how much, and whether that is chance.

Each file holds the answers of one model to the same questions: those of the first file, found by
their id, or by their place where a file has none. Or a config.yaml, or .toml, names models, tasks
and the files of all runs; --init writes an example. Options go before what it says.
"""

_EXAMPLES = """examples:
  textmetrics compare gemma.jsonl llama.jsonl qwen.jsonl --lang zh
  textmetrics compare a.jsonl b.jsonl --baseline b --group document_id --breakdown subject
  textmetrics compare out/checkpoint-*/preds.jsonl --metrics rouge_l
  textmetrics compare a.jsonl b.jsonl --format latex > table.tex
  textmetrics compare old.jsonl new.jsonl --fail-on-regression --fail-under rouge_l=0.3
  textmetrics compare --init > config.yaml
  textmetrics compare config.yaml --dry-run
  textmetrics compare config.yaml --output results/ --where 'params <= 7e9'

exit codes: 0 done; 1 a gate failed; 2 usage, or a file that cannot be opened; 3 bad data;
130 Ctrl-C; 141 closed pipe. Scores are percent in tables, Markdown and LaTeX, 0 to 1 in JSON and
CSV.
"""


def add_options(parser: Parser) -> None:
    """Add what the command takes."""
    parser.surplus = "name all files before the options"
    parser.description = _DESCRIPTION
    parser.usage = "%(prog)s [options] FILE FILE [FILE ...] | CONFIG"
    parser.lists = LISTS
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="predictions of a model; or one config.yaml"
    )
    add_comparison_options(parser)
    add_definition_options(parser)
    add_extract_option(parser, "each prediction")
    add_input_options(parser, shards=False)
    decided_by = "a record's own lang field, else its references"
    add_language_options(parser, decided_by, preset_tokenizers())
    add_result_options(parser)
    add_gate_options(parser)
    add_run_options(parser)
    add_preset_options(parser)


def run(options: argparse.Namespace) -> int:
    """Compare the files, and print what was found.

    Raises:
        UsageError: if options do not go together.
        InputError: if a file cannot be used.
    """
    if options.init:
        write(EXAMPLE.rstrip("\n"))
        return 0
    if not options.files:
        raise UsageError(
            "textmetrics compare: no files: give two or more, or a config.yaml (--init writes one)"
        )
    if not any(map(is_config, options.files)):
        check_inputs(options)
    plan = plan_of(options)
    if options.dry_run:
        write(dry_run(plan))
        return 0
    return _compare(plan, options)


def _compare(plan: Plan, options: argparse.Namespace) -> int:
    metrics = {m.name: m for task in plan.tasks for m in task.evaluator.settings.metrics}
    check_thresholds(options.fail_under, metrics)
    with wrong_options(options):
        if plan.config.sort_by is not None:
            parse_sort(plan.config.sort_by, sort_fields(list(metrics)))
    check_folder(plan)
    bad = BadRecords(skip=plan.config.errors == "skip")
    texts = plan.config.output is not None
    try:
        read = [
            read_task(each, plan.settings, bad, intersect=plan.config.intersect, texts=texts)
            for each in plan.tasks
        ]
    except InputError:
        report_bad_records(bad)  # not after Ctrl-C, which ends quietly
        raise
    report_bad_records(bad)
    with wrong_options(options):
        found = _found(plan, read, options)
    for each in read:
        for note in each.notes:
            say(note)
    written = write_files(plan, read, found)
    write(_SHOWN[options.format](found))
    if written is not None:
        say(written)  # last, where it is seen: the tables are long
    failed = list(
        failures(found.report, options.fail_under, on_regression=options.fail_on_regression)
    )
    for line in failed:
        say(f"failed: {line}")
    return 1 if failed else 3 if bad.count else 0


def _found(plan: Plan, read: Sequence[ReadTask], options: argparse.Namespace) -> Comparison:
    tasks = [each.task for each in read]
    efficiency = [entry for each in read for entry in each.efficiency]

    def compared(names: Collection[str]) -> Comparison:
        chosen = [_only(task, names) for task in tasks]
        told = [each for each in efficiency if each.model in names]
        models = [model for model in plan.models if model.name in names]
        with Steps("comparing", steps(chosen), wanted=options.progress) as bar:
            return compare_tasks(chosen, models, plan.settings, efficiency=told, tick=bar.tick)

    found = compared([model.name for model in plan.models])
    if plan.config.where is not None:  # about what is known only now
        names = models_where(plan.config.where, found.report.models)
        found = compared({*names, found.report.settings.baseline or ""})
    return found if plan.config.sort_by is None else found.sorted_by(plan.config.sort_by)


def _only(task: Task, names: Collection[str]) -> Task:
    return replace(task, results={m: runs for m, runs in task.results.items() if m in names})


def _json(found: Comparison) -> str:
    return printable_json(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))


_SHOWN: dict[str, Callable[[Comparison], str]] = {
    "table": str,
    "markdown": Comparison.to_markdown,
    "latex": Comparison.to_latex,
    "json": _json,
    "csv": Comparison.to_csv,
}
