"""``textmetrics score``: files of predictions and references become scores."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO

from textmetrics._shown import counted
from textmetrics.cli.choices import (
    add_language_options,
    add_run_options,
    choice,
    language_list,
    metric_list,
    metric_names,
    tokenizer_list,
)
from textmetrics.cli.options import language_settings, usage_error, wrong_options
from textmetrics.cli.output import atomic_output, check_output
from textmetrics.cli.parser import Parser, UsageError
from textmetrics.cli.progress import Meter
from textmetrics.cli.report import FORMATS, FileScores, report
from textmetrics.cli.sample_lines import scored_lines
from textmetrics.cli.terminal import colored, say, write
from textmetrics.evaluation import Evaluator, Samples
from textmetrics.kernels import backend
from textmetrics.records import (
    PREDICTION_FIELDS,
    REFERENCE_FIELDS,
    STDIN,
    BadRecords,
    InputError,
    Lines,
    ReferenceFile,
    SampleReader,
    check_file,
    reference_field,
)

__all__ = ["add_options", "run"]

_DESCRIPTION = f"""Score files of predictions and references: JSON Lines, one object a line.

The prediction is in one of the fields
  {", ".join(PREDICTION_FIELDS)};
the reference, a text or a list of texts, in one of
  {", ".join(REFERENCE_FIELDS)}.
A record may name its language in the field lang. Files compressed with gzip,
Zstandard, xz or bzip2 are read as they are.
"""

_EXAMPLES = """examples:
  textmetrics score predictions.jsonl --lang zh
  textmetrics score system1.jsonl system2.jsonl --metrics rouge_l,bleu_4
  textmetrics score answers.jsonl --references gold.jsonl --reference-field text
  textmetrics score predictions.jsonl --format json > scores.json
  textmetrics score predictions.jsonl --errors skip --output samples.jsonl.gz
  zcat predictions.jsonl.gz | textmetrics score -

exit codes: 0 done; 2 usage, or a file that cannot be opened; 3 bad data; 130 Ctrl-C;
141 closed pipe. Scores are percent in tables and in Markdown, 0 to 1 in JSON and CSV.
"""


def add_options(parser: Parser) -> None:
    """Add what the command takes."""
    parser.surplus = (
        "name all files of predictions before the options, a file of references after --references"
    )
    parser.description = _DESCRIPTION
    parser.lists = (metric_list, language_list, tokenizer_list)
    parser.epilog = _EXAMPLES
    parser.add_argument("files", metavar="FILE", nargs="+", help="a JSON Lines file; - for stdin")
    parser.add_argument(
        "--metrics",
        metavar="NAMES",
        action="extend",
        type=metric_names,
        help="which metrics, with commas between them (default: all); see the list below",
    )
    _add_input_options(parser)
    add_language_options(parser, "a record's own lang field, else its references")
    _add_output_options(parser)
    add_run_options(parser)


def _add_input_options(parser: Parser) -> None:
    group = parser.add_argument_group("input")
    group.add_argument("--prediction-field", metavar="NAME", help="the field with the prediction")
    group.add_argument("--reference-field", metavar="NAME", help="the field with the reference")
    group.add_argument(
        "--references",
        metavar="FILE",
        help="a file with the references, joined by id where both files have one, else by line",
    )
    group.add_argument(
        "--errors",
        metavar="stop|skip",
        default="stop",
        type=choice("way with errors", ("stop", "skip")),
        help="at a bad record: stop (the default), or skip it, count it, and exit with 3",
    )


def _add_output_options(parser: Parser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format",
        metavar="NAME",
        default=FORMATS[0],
        type=choice("format", FORMATS),
        help=f"{', '.join(FORMATS)} (default: {FORMATS[0]})",
    )
    group.add_argument(
        "--output",
        metavar="FILE",
        help="write every record with its scores to FILE, as JSON Lines, 0 to 1; compressed where "
        "its name ends in .gz, .zst, .xz or .bz2",
    )


def run(options: argparse.Namespace) -> int:
    """Score the files, and print the result.

    Raises:
        UsageError: if options do not go together.
        InputError: if a file cannot be used.
    """
    _check(options)
    bad = BadRecords(skip=options.errors == "skip")
    try:
        results = list(_results(options, _evaluator(options), bad))
    except InputError:
        _tell(bad)  # not after Ctrl-C, which ends quietly
        raise
    _tell(bad)
    write(report(results, options.format, color=colored()))
    return 3 if bad.count else 0


def _check(options: argparse.Namespace) -> None:
    inputs = [*options.files, *([options.references] if options.references else [])]
    if inputs.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    for path in inputs:
        check_file(path)
    both = (options.prediction_field, options.reference_field)
    if options.references is None and both[0] is not None and both[0] == both[1]:
        raise UsageError(f"{both[0]!r} cannot be both the prediction and the reference")
    if options.output is not None:
        if len(options.files) > 1:
            raise UsageError("--output takes the records of one file: score the others separately")
        lists = [options.stopwords] if options.stopwords else []
        check_output(options.output, [*inputs, *lists])


def _evaluator(options: argparse.Namespace) -> Evaluator:
    settings = language_settings(options)
    with wrong_options(options):
        backend(options.backend)
        return Evaluator(
            metrics=options.metrics,
            **settings,
            all_tokens=not options.no_stopwords,
            backend=options.backend,
            threads=options.threads,
            keep_samples=False,
        )


def _results(
    options: argparse.Namespace, evaluator: Evaluator, bad: BadRecords
) -> Iterator[FileScores]:
    languages = options.lang == "auto"  # a language that is named holds for all records
    joined = None
    if options.references is not None:
        field = reference_field(options.reference_field)
        joined = ReferenceFile(options.references, field, bad, languages=languages)
    for path in options.files:
        with ExitStack() as stack:
            lines = stack.enter_context(Lines(path))
            reader = SampleReader(
                lines,
                bad,
                prediction=options.prediction_field,
                reference=options.reference_field,
                joined=joined,
                languages=languages,
            )
            meter = stack.enter_context(Meter(lines, wanted=options.progress))
            output = None
            if options.output is not None:
                output = stack.enter_context(atomic_output(options.output))
            evaluator.reset()
            _score(evaluator, _ticking(reader, meter), output)
            result = FileScores(lines.name, evaluator.compute(), reader.records)
        yield result


def _score(evaluator: Evaluator, samples: Iterator[Samples], output: BinaryIO | None) -> None:
    try:
        for scored in evaluator.stream(samples):
            if output is not None:
                output.write(scored_lines(scored))
    except ValueError as error:  # an option that does not fit the language of a sample
        raise usage_error(error) from error


def _ticking(reader: SampleReader, meter: Meter) -> Iterator[Samples]:
    for samples in reader:
        meter.tick(reader.records)
        yield samples


def _tell(bad: BadRecords) -> None:
    """List what was left out, on stderr."""
    for error in bad.first:
        say(str(error))
    if (rest := bad.count - len(bad.first)) > 0:
        say(f"… and {rest:,} more")
    if bad.count:
        say(f"left out: {counted(bad.count, 'bad record')}")
