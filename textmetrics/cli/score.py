"""``textmetrics score``: score files of predictions against references."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from typing import BinaryIO

from textmetrics._checks import parse_whole_number
from textmetrics.cli.attribution import Attribution
from textmetrics.cli.evaluators import ChosenPresets, evaluators_of
from textmetrics.cli.inputs import Inputs, add_input_options, check_inputs, inputs_of
from textmetrics.cli.options import (
    METRICS_HELP,
    add_option_group,
    add_output_format,
    add_preset_options,
    add_progress_option,
    check_without_metrics,
    chosen_presets,
    is_without_metrics,
    remark_unused,
    remark_without_values,
    shorten_help,
    wrong_options,
    wrong_samples,
)
from textmetrics.cli.output import (
    OUTPUT_FORMATS,
    FileScores,
    check_output,
    report_invalid_records,
    scored_lines,
    show,
)
from textmetrics.cli.program import GuideError, Parser, UsageError, folder_name
from textmetrics.cli.tasks import ToldTasks
from textmetrics.evaluation import (
    Evaluator,
    ExtractOption,
    MetricsOption,
    PresetOptions,
    RunningOptions,
    Samples,
    TokenOptions,
)
from textmetrics.records import (
    PREDICTION_FIELDS,
    REFERENCE_FIELDS,
    STDIN,
    InputError,
    InvalidRecords,
    atomic_output,
    is_remote,
    is_reopenable,
    local_path,
    shown_name,
    split_sheet,
)

__all__ = ["add_options", "run"]

_DESCRIPTION = f"""Score files of predictions against references. The formats of evaluation
harnesses are recognized; other files are JSON Lines, one object per line.

There, the prediction is in one of the fields
  {", ".join(PREDICTION_FIELDS)};
the reference, a string or a list of strings, in one of
  {", ".join(REFERENCE_FIELDS)}.
A record may name its language in the field lang. Files may be compressed with
gzip, Zstandard, xz or bzip2.
"""

_EXAMPLES = """examples:
  textmetrics score predictions.jsonl --lang zh
  textmetrics score system1.jsonl system2.jsonl --metrics rouge_l,bleu_4
  textmetrics score answers.jsonl --references gold.jsonl --reference-field text
  textmetrics score samples_gsm8k_2026-01-01.jsonl --filter strict-match
  textmetrics score system.txt --references refs.tsv --num-refs 4
  textmetrics score predictions.json --references cmrc2018_dev.json
  textmetrics score answers.xlsx#Sheet2 --reference-field ref1,ref2
  textmetrics score predictions.jsonl --extract think,markdown
  textmetrics score sampled.jsonl --metrics numeric --pass-at 1,5,10
  textmetrics score predictions.jsonl --errors skip --output samples.jsonl.gz
  textmetrics score shard7.jsonl --lang ja --state st/7.json
  textmetrics score in/*.jsonl.zst --lang ja --states st/ --jobs 16
  generate | textmetrics score - --lang en --stream | keep_the_best

exit codes: 0 success; 2 wrong usage, or a file or standard output that cannot
be used; 3 invalid data; 130 Ctrl-C; 141 closed pipe. Scores are in percent in
tables and Markdown, and between 0 and 1 in JSON and CSV.
"""


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = (
        "name all files of predictions before the options, and a file of references with "
        "--references"
    )
    parser.description = _DESCRIPTION
    parser.usage = "%(prog)s [options] FILE [FILE ...]"  # too many options to list them here
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="a file of predictions, a folder of them, a pattern, or a name such as s3://…; - for "
        "stdin",
    )
    group = parser.add_argument_group("definitions")
    about = {"metrics": METRICS_HELP}
    add_option_group(group, MetricsOption, PresetOptions, ExtractOption, help=about)
    group.add_argument(
        "--pass-at",
        metavar="K,…",
        type=_answer_counts,
        help="estimate pass@k, the chance that at least one of K sampled answers is right, for "
        "each K given (such as 1,5,10). Counts come from the fields n and c of each record; or, "
        "with --metrics NAME, from several answers to each prompt (records with the same id, or "
        "a list in one record)",
    )
    add_input_options(parser)
    add_option_group(parser.add_argument_group("tokens and stopwords"), TokenOptions)
    group = parser.add_argument_group("output")
    add_output_format(group, OUTPUT_FORMATS)
    group.add_argument(
        "--output",
        metavar="FILE",
        help="write every record with its scores (0 to 1) to FILE as JSON Lines, compressed if its "
        "name ends in .gz, .zst, .xz or .bz2",
    )
    group.add_argument(
        "--state",
        metavar="FILE",
        help="write all that was counted to FILE, compressed likewise, for textmetrics merge",
    )
    group.add_argument(
        "--states",
        metavar="FOLDER",
        type=folder_name,
        help="score each file by itself, keep its state in FOLDER, and merge all; run again, it "
        "scores only what is missing",
    )
    group.add_argument(
        "--stream",
        action="store_true",
        help="answer each record of JSON Lines as it comes, with its scores, and write all "
        "scores at the end and on SIGUSR1; for a program that writes records into a pipe and waits",
    )
    group = parser.add_argument_group("running")
    add_option_group(group, RunningOptions)
    group.add_argument(
        "--jobs",
        metavar="N",
        type=_jobs,
        help="how many files --states scores at a time; by default one per available processor",
    )
    group.add_argument(
        "--ray",
        metavar="ADDRESS",
        nargs="?",
        const="local",
        help="score the files of --states as tasks of the Ray cluster at ADDRESS (auto, HOST:PORT "
        "or ray://HOST:PORT), or without ADDRESS of a Ray that is started on this machine",
    )
    add_progress_option(group)
    add_preset_options(parser)
    shorten_help(parser, _COMMON)


_COMMON = (
    *("metrics", "preset", "extract", "pass_at", "lang", "no_stopwords", "format", "output"),
    *("state", "states"),
    *("prediction_field", "reference_field", "references", "merge", "errors"),
)
"""The options that a short help shows."""
_GUIDE = """textmetrics score: no file given. For example:

  textmetrics score predictions.jsonl
      a file with one object per line, with the fields prediction and reference:
      {"prediction": "a red fox", "reference": "the red fox"}
  textmetrics score answers.jsonl --references gold.jsonl
      predictions in one file, references in another, joined by id or by line
  textmetrics score predictions.jsonl --preset llama_factory
      the numbers that another program prints; textmetrics presets lists them

Files of evaluation harnesses, CSV, TSV and Excel are recognized; - is standard
input. textmetrics score --help shows the options.
"""


def run(options: argparse.Namespace) -> int:
    """Score the files, and print the result.

    Raises:
        UsageError: if there is no file, or options do not fit together.
        InputError: if a file cannot be used.
    """
    if not options.files:
        raise GuideError(_GUIDE)
    check_without_metrics(options)
    if is_without_metrics(options):
        from textmetrics.cli.requests import show_requests

        return show_requests(options)
    presets = chosen_presets(options)
    _check(options, presets)
    if options.states is not None:
        return _run_shards(options, presets)
    if options.stream:
        return _run_stream(options, presets)
    invalid = InvalidRecords(skip=options.errors == "skip")
    try:
        evaluators = evaluators_of(options, presets)
        remark_unused([each.settings for each in evaluators])
        if options.state is not None:
            with wrong_options(options):  # fail early if an option cannot be saved
                for each in evaluators:
                    each.counted().saved()
        if options.pass_at is None:
            results = list(_results(options, presets, evaluators, invalid))
        else:
            from textmetrics.cli.pass_at import pass_at_scores

            results = list(pass_at_scores(options, evaluators[0], invalid))
    except InputError:
        report_invalid_records(invalid)  # not after Ctrl-C, which ends quietly
        raise
    report_invalid_records(invalid)
    show(results, options.format)
    return 3 if invalid.count else 0


def _run_shards(options: argparse.Namespace, presets: ChosenPresets) -> int:
    from textmetrics.cli.shards import run_shards

    evaluators = evaluators_of(options, presets)
    remark_unused([each.settings for each in evaluators])
    return run_shards(options, presets, evaluators)


def _run_stream(options: argparse.Namespace, presets: ChosenPresets) -> int:
    from textmetrics.cli.stream import stream_scores

    [evaluator] = evaluators_of(options, presets)
    remark_unused([evaluator.settings])
    return stream_scores(options, evaluator)


def _check(options: argparse.Namespace, presets: ChosenPresets) -> None:
    _check_combined(options)
    if options.stream:
        from textmetrics.cli.stream import check_stream

        check_stream(options, len(presets))
    inputs = check_inputs(options)
    if options.states is not None:
        _check_states(options.states, options.files)
    if options.pass_at is not None:
        _check_pass_at(options, presets)
    if options.output is not None:
        if len(options.files) > 1 and not options.merge:
            raise UsageError(
                "--output works with one file only: add --merge if these are shards of one run, or "
                "score the others separately"
            )
        if len(presets) > 1:
            raise UsageError("--output works with one preset only: leave out the others")
        given = options.stopwords
        lists = list(given.values()) if isinstance(given, dict) else [given] * bool(given)
        lists += filter(None, [options.userdict])
        check_output(options.output, [*inputs, *lists])
    if options.state is not None:
        check_output(options.state, inputs, option="--state")
        if options.state == options.output:
            raise UsageError("--output and --state name the same file: name another one")
        if len(options.files) > 1 and not options.merge:
            raise UsageError(
                "--state works with one file only: add --merge for one state of all, or name a "
                "folder with --states for a state of each"
            )


def _check_combined(options: argparse.Namespace) -> None:
    if options.states is None:
        for name in ("jobs", "ray"):
            if getattr(options, name) is not None:
                raise UsageError(
                    f"--{name} needs a folder in which the state of each file is kept: name it "
                    "with --states, as in --states st/"
                )
        return
    if options.ray is not None:
        _check_ray(options)
    for name in ("output", "state", "references", "pass_at"):
        if getattr(options, name) is not None:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(f"--states and {flag} cannot be combined: leave one of them out")


def _check_ray(options: argparse.Namespace) -> None:
    if os.path.exists(options.ray):
        raise UsageError(f"--ray {options.ray}: is a file, not an address; name files before --ray")
    if options.ray != "local" and options.jobs is not None:
        raise UsageError("--jobs and --ray ADDRESS cannot be combined: the cluster has its own")


def _check_states(folder: str, files: Sequence[str]) -> None:
    for path in files:
        file = split_sheet(path)[0]
        if path == STDIN or not is_reopenable(file):
            raise UsageError(
                f"--states needs files, which can be read again, found {path}: write it to a "
                "file, or keep its state with --state FILE"
            )
        if os.path.dirname(_whole(file)) == _whole(folder):
            raise UsageError(f"--states {folder}: {shown_name(path)} is in it; name another folder")


def _whole(name: str) -> str:
    return name.rstrip("/") if is_remote(name) else os.path.abspath(local_path(name))


def _results(
    options: argparse.Namespace,
    presets: ChosenPresets,
    usual: list[Evaluator],
    invalid: InvalidRecords,
) -> Iterator[FileScores]:
    for inputs in inputs_of(options, invalid, evaluators=usual, hashed=options.state is not None):
        told = ToldTasks(presets, inputs, options.metrics)
        evaluators = usual
        if told.presets != presets:
            evaluators = evaluators_of(options, told.presets)
            inputs.score_by(evaluators)
        attribution = Attribution(inputs, wanted=options.preset is None and options.metrics is None)
        with ExitStack() as stack:
            output = None
            if options.output is not None:
                output = stack.enter_context(atomic_output(options.output))
            for evaluator in evaluators:
                evaluator.reset()
            samples = stack.enter_context(closing(inputs.samples()))
            _score(evaluators, attribution, samples, output)
        remark_without_values([each.settings for each in evaluators], inputs.found_options)
        if options.state is not None:
            _write_state(options.state, evaluators, inputs, told)
        for evaluator in evaluators:
            yield FileScores(
                inputs.name,
                evaluator.compute(),
                inputs.records,
                inputs.format,
                evaluator.settings.preset,
                tuple(attribution.sentences()),
                (*inputs.notes.sentences(), *told.sentences()),
            )


def _write_state(path: str, evaluators: list[Evaluator], inputs: Inputs, told: ToldTasks) -> None:
    from msgspec.structs import replace

    from textmetrics.states import State, write_state

    sentences = tuple(told.sentences())
    sources = [replace(source, told=sentences) for source in inputs.sources]
    write_state(State.of(evaluators, sources, inputs.reading), path)


def _score(
    evaluators: list[Evaluator],
    attribution: Attribution,
    samples: Iterator[Samples],
    output: BinaryIO | None,
) -> None:
    first, *others = evaluators
    extracted = bool(first.settings.extraction.steps)

    def shared() -> Iterator[Samples]:
        for batch in samples:
            for other in others:
                other.take(batch)
            attribution.take(batch)
            yield batch

    with wrong_samples():
        for scored in first.stream(shared()):
            if output is not None:
                output.write(scored_lines(scored, extracted=extracted))


def _jobs(text: str) -> int:
    try:
        return parse_whole_number(text, at_least=1)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


# --- the options of pass@k


def _answer_counts(text: str) -> list[int]:
    try:
        counts = [parse_whole_number(each.strip(), at_least=1) for each in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{error}; separate several by commas, as in 1,5,10"
        ) from None
    return list(dict.fromkeys(counts))


def _check_pass_at(options: argparse.Namespace, presets: ChosenPresets) -> None:
    for name in ("output", "state", "references"):
        if getattr(options, name) is not None:
            raise UsageError(f"--pass-at and --{name} cannot be combined: leave one of them out")
    if len(presets) > 1:
        raise UsageError("--pass-at works with one preset only: leave out the others")
    if options.metrics is None:
        if options.extract:
            raise UsageError(
                "--extract needs answers: name the metric that tells which are right with --metrics"
            )
        return
    [(preset, own)] = presets
    with wrong_options(options):
        known = preset.known(preset.checked(own))
    asked = options.metrics
    right = [name for name, metric in known.items() if metric.headline == "accuracy"]
    if len(asked) > 1 or (asked[0] in known and asked[0] not in right):
        raise UsageError(
            "--pass-at needs one metric that tells right answers from wrong ones: choose one of "
            f"{', '.join(right)}"
        )
