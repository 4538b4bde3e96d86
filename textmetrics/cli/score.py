"""``textmetrics score``: files of predictions and references become scores."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import BinaryIO

from textmetrics.cli.choices import (
    add_format_option,
    add_language_options,
    add_run_options,
)
from textmetrics.cli.definitions import (
    LISTS,
    add_definition_options,
    add_preset_options,
    chosen_presets,
    preset_tokenizers,
)
from textmetrics.cli.extracting import add_extract_option
from textmetrics.cli.inputs import Inputs, add_input_options, check_inputs
from textmetrics.cli.options import given_options, language_settings, wrong_options, wrong_samples
from textmetrics.cli.output import (
    OUTPUT_FORMATS,
    FileScores,
    check_output,
    report,
    report_bad_records,
    scored_lines,
)
from textmetrics.cli.pass_at import add_pass_option, check_pass, passed
from textmetrics.cli.program import Parser, UsageError, colored, write
from textmetrics.cli.suggested import Suggested
from textmetrics.evaluation import Evaluator, Samples
from textmetrics.kernels import backend
from textmetrics.presets import DEFAULT, Preset
from textmetrics.records import (
    AUTO,
    PREDICTION_FIELDS,
    REFERENCE_FIELDS,
    BadRecords,
    InputError,
    ReadingOptions,
    atomic_output,
    read_references,
)

__all__ = ["add_options", "run"]

_DESCRIPTION = f"""Score files of predictions and references: those that evaluation harnesses write,
which are recognised, or JSON Lines, one object a line.

There the prediction is in one of the fields
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
  textmetrics score samples_gsm8k_2026-01-01.jsonl --filter strict-match
  textmetrics score system.txt --references refs.tsv --num-refs 4
  textmetrics score predictions.jsonl --extract think,markdown
  textmetrics score sampled.jsonl --metrics numeric --pass-at 1,5,10
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
    parser.usage = "%(prog)s [options] FILE [FILE ...]"  # they are too many for a line each
    parser.lists = LISTS
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="a file of predictions; - for stdin"
    )
    add_definition_options(parser)
    add_extract_option(parser, "each prediction")
    add_pass_option(parser)
    add_input_options(parser)
    decided_by = "a record's own lang field, else its references"
    add_language_options(parser, decided_by, preset_tokenizers())
    _add_output_options(parser)
    add_run_options(parser)
    add_preset_options(parser)


def _add_output_options(parser: Parser) -> None:
    group = parser.add_argument_group("output")
    add_format_option(group, OUTPUT_FORMATS)
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
        evaluators = _evaluators(options)
        if options.pass_at is None:
            results = list(_results(options, evaluators, bad))
        else:
            results = list(passed(options, evaluators[0], bad))
    except InputError:
        report_bad_records(bad)  # not after Ctrl-C, which ends quietly
        raise
    report_bad_records(bad)
    write(report(results, options.format, color=colored()))
    return 3 if bad.count else 0


def _check(options: argparse.Namespace) -> None:
    inputs = check_inputs(options)
    if options.pass_at is not None:
        check_pass(options)
    if options.output is not None:
        if len(options.files) > 1 and not options.merge:
            raise UsageError("--output takes the records of one file: score the others separately")
        if len(options.preset) > 1:
            raise UsageError("--output takes the scores of one preset: leave out the others")
        lists = [options.stopwords] if options.stopwords else []
        check_output(options.output, [*inputs, *lists])


def _evaluators(options: argparse.Namespace) -> list[Evaluator]:
    """Give one for each preset."""
    settings = language_settings(options)
    del settings["tokenizer"]  # a preset may take it in its own way
    evaluators = []
    with wrong_options(options):
        backend(options.backend)
        for preset, chosen in chosen_presets(options):
            # Of several presets, how languages are cut and stopwords concern the default one.
            apart = preset is not DEFAULT and len(options.preset) > 1
            language = {"lang": options.lang} if apart else settings
            evaluators.append(
                Evaluator(
                    metrics=_metrics_of(preset, options),
                    **{**language, **chosen},
                    all_tokens=not options.no_stopwords and preset is DEFAULT,
                    backend=options.backend,
                    threads=options.threads,
                    keep_samples=False,
                    preset=preset.name,
                    extract=options.extract,
                )
            )
    return evaluators


def _metrics_of(preset: Preset, options: argparse.Namespace) -> list[str] | None:
    """Give those of the metrics asked for that a preset has; of one preset all.

    Raises:
        UsageError: if there are none.
    """
    asked: list[str] | None = options.metrics
    if asked is None or len(options.preset) == 1:
        return asked
    found = [name for name in asked if name in preset.known()]
    if not found:
        raise UsageError(
            f"--preset {preset.name} has none of the metrics asked for, {', '.join(asked)}: it has "
            f"{', '.join(preset.known())}; leave it out"
        )
    return found


def _results(
    options: argparse.Namespace, evaluators: list[Evaluator], bad: BadRecords
) -> Iterator[FileScores]:
    reading = given_options(options, ReadingOptions)
    languages = options.lang in (None, AUTO)  # a language that is named holds for all records
    joined = read_references(bad, languages=languages, **reading)
    for paths in [options.files] if options.merge else [[path] for path in options.files]:
        inputs = Inputs(
            paths, bad, joined=joined, languages=languages, progress=options.progress, **reading
        )
        usual = options.preset == [DEFAULT.name] and options.metrics is None
        suggested = Suggested(inputs, wanted=usual)
        with ExitStack() as stack:
            output = None
            if options.output is not None:
                output = stack.enter_context(atomic_output(options.output))
            for evaluator in evaluators:
                evaluator.reset()
            samples = stack.enter_context(closing(inputs.samples()))
            _score(inputs.name, evaluators, suggested, samples, output)
        for evaluator in evaluators:
            yield FileScores(
                inputs.name,
                evaluator.compute(),
                inputs.records,
                inputs.format,
                evaluator.settings.preset,
                suggested.in_words(),
            )


def _score(
    name: str,
    evaluators: list[Evaluator],
    suggested: Suggested,
    samples: Iterator[Samples],
    output: BinaryIO | None,
) -> None:
    first, *others = evaluators
    extracted = bool(first.settings.extraction.steps)

    def shared() -> Iterator[Samples]:
        for some in samples:
            for other in others:
                other.take(some)
            suggested.take(some)
            yield some

    with wrong_samples(name):
        for scored in first.stream(shared()):
            if output is not None:
                output.write(scored_lines(scored, extracted=extracted))
