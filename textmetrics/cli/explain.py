"""``textmetrics explain``: what signatures mean, and why two presets give different numbers."""

from __future__ import annotations

import argparse
import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal

import numpy as np

from textmetrics._escape import printable
from textmetrics._tables import render
from textmetrics.cli.evaluators import ChosenPresets, evaluators_of
from textmetrics.cli.inputs import add_input_options, check_inputs, inputs_of
from textmetrics.cli.options import (
    add_option_group,
    add_output_format,
    add_preset_options,
    add_progress_option,
    chosen_presets,
    shorten_help,
    wrong_samples,
)
from textmetrics.cli.output import json_text, report_invalid_records
from textmetrics.cli.program import Parser, UsageError, colored, write
from textmetrics.cli.tasks import ToldTasks
from textmetrics.evaluation import (
    DefinitionSteps,
    Explanation,
    ExtractOption,
    MetricsOption,
    Moved,
    PresetOptions,
    RunningOptions,
    StepEvaluator,
    TokenOptions,
    differences,
    explain_signature,
    scale_note,
    shared_metrics,
)
from textmetrics.metrics import Score, format_value
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.records import InputError, InvalidRecords

__all__ = ["add_options", "run"]

_DESCRIPTION = """Explain what signatures mean, or why two presets give different numbers.

Given signatures: explain each in a sentence fit for a paper, and how they
differ. textmetrics score prints them; quote them, because | is special to the
shell.

Given a file and --preset A,B: go from the number of A to that of B in steps,
one difference at a time, each with the score after it (see docs/presets.md for
the order of the steps). One preset alone is compared with default.
"""
_EXAMPLES = """examples:
  textmetrics explain "f1|f1|tok:cmrc2018,punkt|refs:1|preset:cmrc2018|v:0.1.0"
  textmetrics explain "$ONE" "$ANOTHER"
  textmetrics explain predictions.jsonl --preset default,llama_factory
  textmetrics explain predictions.jsonl --preset rouge_score --metrics rouge_2
"""
_HELP = {
    "metrics": "metrics to explain, separated by commas (default: the one that the second preset "
    "is known for, or else the first that both have)",
    "preset": "the two presets, separated by a comma; a single one is compared with "
    f"{DEFAULT.name}",
}
_COMMON = (
    *("preset", "metrics", "format", "lang", "no_stopwords", "prediction_field"),
    *("reference_field", "references"),
)
"""The options that a short help shows."""
_FORMATS = ("table", "json")
_WIDEST = 100


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "put each signature in quotes, and name a file before the options"
    parser.usage = "%(prog)s SIGNATURE ... | FILE --preset A,B [options]"
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "files", metavar="SIGNATURE | FILE", nargs="+", help="signatures, or a file of predictions"
    )
    group = parser.add_argument_group("steps from one preset to another")
    add_option_group(group, PresetOptions, MetricsOption, ExtractOption, help=_HELP)
    add_output_format(group, _FORMATS)
    add_input_options(parser, shards=False)
    add_option_group(parser.add_argument_group("tokens and stopwords"), TokenOptions)
    group = parser.add_argument_group("running")
    add_option_group(group, RunningOptions)
    add_progress_option(group)
    add_preset_options(parser)
    shorten_help(parser, _COMMON)


def run(options: argparse.Namespace) -> int:
    """Print what each signature means and how they differ, or the steps between two presets.

    Raises:
        UsageError: if a text is not a signature, or options do not fit together.
        InputError: if a file cannot be used.
    """
    return _signatures(options) if options.preset is None else _steps(options)


# --- signatures


def _signatures(options: argparse.Namespace) -> int:
    texts = options.files
    if files := [text for text in texts if "|" not in text and os.path.isfile(text)]:
        raise UsageError(
            f"{files[0]} is a file: name two presets with --preset, as in --preset "
            f"{DEFAULT.name},llama_factory"
        )
    if options.format != _FORMATS[0]:
        raise UsageError("--format needs a file and --preset: signatures are explained in text")
    several = len(texts) > 1
    found = [
        _explained(text, f"signature {index}" if several else "the signature")
        for index, text in enumerate(texts, start=1)
    ]
    for index, each in enumerate(found, start=1):
        write(_paragraph(f"{index}: {each.sentence}" if several else each.sentence))
        for note in each.notes:
            write(_paragraph(f"- {note}", indent="  "))
        if several:
            write("")
    if several:
        write("\n".join(_compared(found)))
    return 0


def _explained(text: str, which: str) -> Explanation:
    try:
        return explain_signature(text)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{which}: {error}") from error


def _paragraph(text: str, indent: str = "") -> str:
    return textwrap.fill(
        printable(text),
        min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST),
        initial_indent=indent,
        subsequent_indent=indent + "  " * bool(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _compared(found: Sequence[Explanation]) -> list[str]:
    differing, same = differences(found)
    if not differing:
        return ["no differences: on equal data, their numbers are equal"]
    lines = ["they differ in"]
    for topic, texts in differing.items():
        lines.append(f"  {topic}:")
        for words in dict.fromkeys(texts):
            which = ", ".join(str(at) for at, each in enumerate(texts, start=1) if each == words)
            lines.append(_paragraph(f"{which}: {words}", indent="    "))
    return [*lines, *([f"the same in all: {', '.join(same)}"] if same else [])]


# --- steps from one preset to another


def _steps(options: argparse.Namespace) -> int:
    if len(options.files) > 1:
        raise UsageError("explain --preset takes one file: leave the others out")
    names = options.preset
    options.preset = [DEFAULT.name, *names] if len(names) == 1 else names
    if len(set(options.preset)) != 2 or len(options.preset) > 2:
        raise UsageError(
            f"--preset {','.join(names)}: name two presets, as in --preset "
            f"{DEFAULT.name},llama_factory"
        )
    presets = chosen_presets(options)
    check_inputs(options)
    if len(options.files) > 1:  # a folder, or a pattern
        raise UsageError("explain --preset takes one file: leave the others out")
    invalid = InvalidRecords(skip=options.errors == "skip")
    try:
        found, others = _found(options, presets, invalid)
    except InputError:
        report_invalid_records(invalid)  # not after Ctrl-C, which ends quietly
        raise
    report_invalid_records(invalid)
    if options.format == "json":
        write(json_text([each.to_dict() for each in found]))
    else:
        write("\n\n".join(_shown(each) for each in found))
        if others:
            write(_filled(f"both presets also have {', '.join(others)}: see --metrics"))
    return 3 if invalid.count else 0


def _found(
    options: argparse.Namespace, presets: ChosenPresets, invalid: InvalidRecords
) -> tuple[list[DefinitionSteps], list[str]]:
    """Return the steps of each metric, and the metrics that were not asked for."""
    evaluators = evaluators_of(options, presets, keep_samples=True)
    [inputs] = inputs_of(options, invalid, evaluators=evaluators)
    told = ToldTasks(presets, inputs, options.metrics).presets
    if told != presets:
        evaluators = evaluators_of(options, told, keep_samples=True)
        inputs.score_by(evaluators)
    try:
        shared = shared_metrics(*(each.settings for each in evaluators))
    except ValueError as error:
        raise UsageError(str(error)) from error
    headline = PRESETS.get(options.preset[1]).headline
    metrics = options.metrics or [headline if headline in shared else shared[0]]
    if missing := [name for name in metrics if name not in shared]:
        raise UsageError(
            f"--metrics: {missing[0]!r} is not a metric of both presets: these are "
            f"{', '.join(shared)}"
        )
    computed = []
    for name in metrics:
        options.metrics = [name]
        ends = evaluators_of(options, told, keep_samples=True)
        computed.append(StepEvaluator(ends[0], ends[1], name))
    with wrong_samples(), closing(inputs.samples()) as samples:
        for batch in samples:
            for each in computed:
                each.take(batch)
    return [each.finish() for each in computed], [each for each in shared if each not in metrics]


_WIDTH = 80  # of the table
_STEP = 58  # of its first column


def _shown(found: DefinitionSteps) -> str:
    """Return the steps as a table of 80 columns; the amounts add up as they are printed."""
    percent = found.start.percent and found.end.percent
    first, second = found.presets
    rows = list(_rows(f"{first}: {found.start.title}", "", _value(found.start, percent)))
    before, moving, idle = found.start, [], []
    for step in found.steps:
        amount = _amount(before, step.score, percent)
        if amount != "0.00" or _is_visible(step.moved):
            change = f"{step.topic}: {step.before} → {step.after}"
            rows += _rows(change, amount, _value(step.score, percent))
            moving.append(step.topic)
        else:
            idle.append(step.topic)
        before = step.score
    amount = _amount(found.start, found.end, percent)
    rows += _rows(f"{second}: {found.end.title}", amount, _value(found.end, percent))
    table = render(["step", "change", "score"], rows, color=colored())
    note = f"{scale_note({found.metric: found.end}, after=', ')}n = {found.end.n:,}"
    notes = [note, *_moved(found, percent)]
    if idle := [topic for topic in dict.fromkeys(idle) if topic not in moving]:
        notes.append(f"no difference on this file: {', '.join(idle)}")
    return "\n".join([table, *map(_filled, notes)])


def _is_visible(moved: Moved | None) -> bool:
    """Return whether a sample moved as far as two decimals of a percentage show it."""
    return moved is not None and abs(moved.after - moved.before) >= _VISIBLE


_VISIBLE = 5e-5


def _rows(text: str, amount: str, score: str) -> Iterator[list[str]]:
    """Yield a row, and more below it if the text is long."""
    lines = textwrap.wrap(printable(text), _STEP, subsequent_indent="  ", break_on_hyphens=False)
    yield [lines[0], amount, score]
    for line in lines[1:]:
        yield [line, "", ""]


def _value(score: float, percent: bool) -> str:
    return format_value(score, percent=percent)


def _amount(before: float, after: float, percent: bool) -> str:
    """Return the difference of two values as they are printed."""
    shown = [_value(each, percent) for each in (before, after)]
    if "–" in shown:
        return "–"
    difference = Decimal(shown[1]) - Decimal(shown[0])
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return f"{sign}{abs(difference)}"


def _moved(found: DefinitionSteps, percent: bool) -> Iterator[str]:
    """Yield which sample moved most, and by which step."""
    if found.moved is None or not _is_visible(found.moved):
        return
    at, before, after = found.moved
    yield (
        f"sample {at + 1:,} moved most: {_value(before, percent)} → {_value(after, percent)}"
        f"{_by_step(found, at, percent)}"
    )


def _by_step(found: DefinitionSteps, at: int, percent: bool) -> str:
    """Return which step moved a sample most."""
    scores: list[Score] = [found.start, *(step.score for step in found.steps)]
    columns = [score.samples for score in scores if score.samples is not None]
    if len(columns) != len(scores) or len(found.steps) < 2:
        return ""
    values = np.array([column[at] for column in columns])
    distance = np.nan_to_num(np.abs(np.diff(values)))
    most = int(distance.argmax())
    amount = _amount(values[most], values[most + 1], percent)
    return f", {amount} of it by {found.steps[most].topic}"


def _filled(text: str) -> str:
    return textwrap.fill(printable(text), _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
