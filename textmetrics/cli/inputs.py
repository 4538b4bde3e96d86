"""The files that a command reads: their options, and what comes of them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Generator
from pathlib import Path

from textmetrics._escape import name_list
from textmetrics.cli.choices import choice
from textmetrics.cli.program import Parser, UsageError
from textmetrics.cli.progress import Meter
from textmetrics.evaluation import Samples
from textmetrics.records import (
    AUTO,
    FORMATS,
    JSONL,
    STDIN,
    BadRecords,
    Format,
    Lines,
    OpenError,
    ReferenceFile,
    check_file,
    reader_of,
    reference_field,
)

__all__ = ["Inputs", "add_input_options", "check_inputs", "joined_references"]


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number: give 1 or more")


def add_input_options(parser: Parser, *, shards: bool = True) -> None:
    """Add the options that say what is in the files.

    Args:
        parser: what takes them.
        shards: whether several files may be scored as one.
    """
    group = parser.add_argument_group("input")
    name = choice("input format", (AUTO, *FORMATS.names()))
    group.add_argument(
        "--input-format",
        metavar="NAME",
        default=AUTO,
        type=name,
        help="auto (the default: found by looking at the file) or a name; see the list below",
    )
    group.add_argument(
        "--prediction-field",
        metavar="NAME",
        help="the field with the prediction, or a path such as choices.0.message.content",
    )
    group.add_argument(
        "--reference-field", metavar="NAME", help="the field with the reference, or its path"
    )
    group.add_argument(
        "--filter",
        metavar="NAME",
        help="whose answers to score where there are several to each question: one of "
        "lm-evaluation-harness's filters, of the models or of the data sets in a file",
    )
    group.add_argument(
        "--turn",
        metavar="N",
        type=_number,
        help="which of the assistant's turns to score in a conversation (default: the last one)",
    )
    if shards:
        group.add_argument(
            "--merge", action="store_true", help="score all files as one: shards of one run"
        )
    else:
        parser.set_defaults(merge=False)
    _add_reference_options(group)


def _add_reference_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--references",
        metavar="FILE",
        help="a file with the references, joined by id where both files have one, else by line",
    )
    group.add_argument(
        "--references-format",
        metavar="NAME",
        default=AUTO,
        type=choice("input format", (AUTO, *FORMATS.names())),
        help="the format of that file (default: auto)",
    )
    group.add_argument(
        "--num-refs",
        metavar="N",
        type=_number,
        default=1,
        help="how many references, with tabs between them, stand on each line of that file",
    )
    group.add_argument(
        "--errors",
        metavar="stop|skip",
        default="stop",
        type=choice("way with errors", ("stop", "skip")),
        help="at a bad record: stop (the default), or skip it, count it, and exit with 3",
    )


def check_inputs(options: argparse.Namespace) -> list[str]:
    """See whether the files are there and the options go together; give all files.

    Raises:
        UsageError: if they do not.
        OpenError: if a file cannot be opened.
    """
    inputs = [*options.files, *([options.references] if options.references else [])]
    if inputs.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    for path in inputs:
        _check_file(path)
    both = (options.prediction_field, options.reference_field)
    if options.references is None and both[0] is not None and both[0] == both[1]:
        raise UsageError(f"{both[0]!r} cannot be both the prediction and the reference")
    if options.references is None and (options.num_refs > 1 or options.references_format != AUTO):
        name = "--num-refs" if options.num_refs > 1 else "--references-format"
        raise UsageError(f"{name} is about a file of references: name it with --references")
    if options.references is not None and options.merge:
        raise UsageError("--merge takes the references of the files themselves, not --references")
    return inputs


def _check_file(path: str) -> None:
    try:
        check_file(path)
    except OpenError:
        if not (shards := _shards(Path(path))):
            raise
        message = f"no such file, found its shards {name_list(shards, 3)}; score them with --merge"
        raise OpenError(path, None, message) from None


def _shards(path: Path) -> list[str]:
    """Give the names of ``name_0.json``, ``name_1.json`` … beside ``name.json``, in order."""
    numbered = re.compile(rf"{re.escape(path.stem)}_(\d+){re.escape(path.suffix)}")
    if not path.parent.is_dir():
        return []
    found = (numbered.fullmatch(each.name) for each in path.parent.iterdir())
    return [each[0] for each in sorted(filter(None, found), key=lambda each: int(each[1]))]


def joined_references(options: argparse.Namespace, bad: BadRecords) -> ReferenceFile | None:
    """Give the references that are kept apart, if they are."""
    if options.references is None:
        return None
    return ReferenceFile(
        options.references,
        reference_field(options.reference_field),
        bad,
        languages=options.lang == AUTO,
        input_format=options.references_format,
        columns=options.num_refs,
    )


class Inputs:
    """The samples of files that are scored as one.

    Args:
        paths: the files.
        options: those of the command.
        bad: what becomes of bad records.
        joined: references that are kept apart.

    Attributes:
        name: what they are called together.
        records: samples read so far, bad ones included.
        format: what the last file that was opened is.
    """

    def __init__(
        self,
        paths: list[str],
        options: argparse.Namespace,
        bad: BadRecords,
        joined: ReferenceFile | None,
    ) -> None:
        names = ["<stdin>" if path == STDIN else path for path in paths]
        self.name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        self.records = 0
        self.format: Format = JSONL
        self._paths = paths
        self._options = options
        self._bad = bad
        self._joined = joined

    def samples(self) -> Generator[Samples, None, None]:
        """Read the files, one after another, and show how far it is."""
        for path in self._paths:
            before = self.records
            with Lines(path) as lines, Meter(lines, wanted=self._options.progress) as meter:
                reader = reader_of(
                    lines,
                    self._bad,
                    input_format=self._options.input_format,
                    prediction=self._options.prediction_field,
                    reference=self._options.reference_field,
                    joined=self._joined,
                    languages=self._options.lang == AUTO,  # one that is named holds for all
                    turn=self._options.turn,
                    variant=self._options.filter,
                    several=self._options.pass_at is not None,
                )
                self.format = reader.format
                for samples in reader:
                    meter.tick(reader.records)
                    yield samples
                self.records = before + reader.records
