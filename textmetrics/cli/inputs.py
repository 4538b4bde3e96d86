"""The files that a command reads: their options, checks, and samples."""

from __future__ import annotations

import argparse
import re
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textmetrics._escape import name_list
from textmetrics._options import complete, options_of
from textmetrics.cli.options import add_option_group, given_options
from textmetrics.cli.output import name_of_all
from textmetrics.cli.program import Parser, UsageError, say
from textmetrics.cli.progress import Meter
from textmetrics.evaluation import Evaluator, Samples
from textmetrics.records import (
    AUTO,
    JSONL,
    STDIN,
    ErrorOptions,
    FileTask,
    Format,
    InvalidRecords,
    Notes,
    OpenError,
    ReadingOptions,
    ReferenceFile,
    SampleReader,
    all_options,
    any_problem,
    check_file,
    input_files,
    is_remote,
    is_reopenable,
    open_samples,
    possible_names,
    read_references,
    reading_for,
    shown_name,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from textmetrics.states import Source, SourceLog

__all__ = ["Inputs", "add_input_options", "check_inputs", "inputs_of"]


def add_input_options(parser: Parser, *, shards: bool = True) -> None:
    """Add the options that say how files are read.

    Args:
        parser: the command.
        shards: whether several files may be scored as one.
    """
    group = parser.add_argument_group("input")
    add_option_group(group, ReadingOptions)
    if shards:
        group.add_argument(
            "--merge",
            action="store_true",
            help="score all files together, as shards of one run",
        )
    else:
        parser.set_defaults(merge=False)
    add_option_group(group, ErrorOptions)


def check_inputs(options: argparse.Namespace) -> list[str]:
    """Check that the files exist and the options fit together; return all files.

    Folders and patterns among the files are replaced by the files that they stand for.

    Raises:
        UsageError: if options do not fit together.
        OpenError: if a file cannot be opened.
    """
    found = input_files(options.files)
    for note in found.notes:
        say(note)
    options.files = found.names
    reading = complete(ReadingOptions, given_options(options, ReadingOptions))
    references = reading["references"]
    inputs = [*options.files, *([references] if references else [])]
    if inputs.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    for path in inputs:
        _check_file(path)
    field = reading["prediction_field"]
    if references is None and field in possible_names(reading["reference_field"]):
        raise UsageError(f"{field!r} cannot be both the prediction and the reference")
    for name in () if references else ("num_refs", "references_format"):
        if reading[name] != options_of(ReadingOptions)[name].default:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(f"{flag} needs a file of references: name it with --references")
    if references is not None and options.merge:
        raise UsageError("--merge and --references cannot be combined: leave one of them out")
    return inputs


def _check_file(path: str) -> None:
    try:
        check_file(path)
    except OpenError:
        if is_remote(path) or not (shards := _shards(Path(path))):
            raise
        message = f"no such file, but its shards {name_list(shards, 3)} exist: use --merge"
        raise OpenError(path, None, message) from None


def _shards(path: Path) -> list[str]:
    """Return the names of ``name_0.json``, ``name_1.json`` … beside ``name.json``, in order."""
    numbered = re.compile(rf"{re.escape(path.stem)}_(\d+){re.escape(path.suffix)}")
    if not path.parent.is_dir():
        return []
    found = (numbered.fullmatch(each.name) for each in path.parent.iterdir())
    return [each[0] for each in sorted(filter(None, found), key=lambda each: int(each[1]))]


def inputs_of(
    options: argparse.Namespace,
    invalid: InvalidRecords,
    *,
    group_answers: bool = False,
    evaluators: Sequence[Evaluator] = (),
    hashed: bool = False,
    live: bool = False,
) -> Iterator[Inputs]:
    """Yield the files of a command, one by one, or all as one with ``--merge``.

    Args:
        options: those of the command.
        invalid: counts invalid records.
        group_answers: whether a prompt may have several answers.
        evaluators: what scores the samples; one with references that any of them cannot use is an
            invalid record.
        hashed: whether the sources of a state will be asked for.
        live: whether samples are wanted as soon as they come.
    """
    given = cast("ReadingOptions", given_options(options, ReadingOptions))
    reading = reading_for(evaluators, given)
    read_lang = options.lang in (None, AUTO)  # a language that is named holds for all records
    reference_file = read_references(invalid, read_lang=read_lang, hashed=hashed, **reading)
    for paths in [options.files] if options.merge else [[path] for path in options.files]:
        yield Inputs(
            paths,
            invalid,
            reference_file=reference_file,
            read_lang=read_lang,
            group_answers=group_answers,
            evaluators=evaluators,
            progress=options.progress,
            keep_records=live or getattr(options, "output", None) is not None,
            hashed=hashed,
            live=live,
            **reading,
        )


class Inputs:
    """The samples of files that are scored as one.

    Args:
        paths: the files.
        invalid: counts invalid records.
        reference_file: references from a file of their own.
        read_lang: whether the field ``lang`` of a record is read.
        group_answers: whether a prompt may have several answers.
        evaluators: what scores the samples, and is told how many were left out.
        progress: whether a progress bar is shown; on a terminal only where ``None``.
        keep_records: whether samples have their whole records.
        hashed: whether the sources of a state are noted.
        live: whether samples are wanted as soon as they come.
        reading: how the files are read.

    Attributes:
        paths: the files.
        name: the name that they share in output.
        records: samples read so far, including invalid ones.
        path: the file that was opened last.
        format: its format.
        task: its task, as options of the format's preset; ``None`` if it is not known.
        found_options: the names of the sample options of which a record had a value.
        notes: what was read in another way than usual.
        sources: the files that were read, as a state names them.
        places: the lines of the samples that were yielded last, of a file that is read live.
        reading: how the files are read.
    """

    def __init__(
        self,
        paths: list[str],
        invalid: InvalidRecords,
        *,
        reference_file: ReferenceFile | None = None,
        read_lang: bool = True,
        group_answers: bool = False,
        evaluators: Sequence[Evaluator] = (),
        progress: bool | None = None,
        keep_records: bool = True,
        hashed: bool = False,
        live: bool = False,
        **reading: Unpack[ReadingOptions],
    ) -> None:
        self.name = name_of_all([*map(shown_name, paths)])
        self.records = 0
        self.path = paths[0]
        self.format: Format = JSONL
        self.task: FileTask | None = FileTask()
        self.found_options: set[str] = set()
        self.notes = Notes()
        self.sources: list[Source] = []
        self.places: list[int] = []
        self.reading = reading
        self.paths = paths
        self._hashed = hashed
        self._invalid = invalid
        self._progress = progress
        self._evaluators = evaluators
        self._open = partial(
            open_samples,
            invalid=invalid,
            reference_file=reference_file,
            read_lang=read_lang,
            group_answers=group_answers,
            problem=any_problem(evaluators),
            sample_options=all_options(evaluators),
            keep_records=keep_records,
            hashed=hashed,
            live=live,
            **reading,
        )

    def told_task(self, preset: str) -> FileTask | None:
        """Return the task that the files tell a preset; ``None`` if it is not one for all."""
        found = []
        for path in self.paths:
            if not is_reopenable(path):  # a pipe cannot be read twice
                return None
            with self._open(path) as reader:
                self.format = reader.format
                found.append(reader.told_task(preset))
        return found[0] if all(each == found[0] for each in found) else None

    def score_by(self, evaluators: Sequence[Evaluator]) -> None:
        """Take other evaluators than those given at first."""
        self._evaluators = evaluators
        self._open = partial(
            self._open,
            problem=any_problem(evaluators),
            sample_options=all_options(evaluators),
        )

    def samples(self) -> Generator[Samples, None, None]:
        """Read the files, one after another, and show the progress."""
        for path in self.paths:
            before, invalid = self.records, self._invalid.count
            with self._open(path) as reader, Meter(reader.lines, wanted=self._progress) as meter:
                self.path, self.format, self.task = path, reader.format, reader.task
                log = self._log(reader)
                for samples in reader:
                    if log is not None:
                        log.see(samples)
                    meter.tick(reader.records)
                    self.places = reader.places
                    yield samples
                self.records = before + reader.records
                self.found_options |= reader.found_options
                self.notes.add(reader.notes)
                for evaluator in self._evaluators:
                    evaluator.leave_out(reader.unusable)
                if log is not None:
                    self.sources.append(log.source(invalid=self._invalid.count - invalid))

    def _log(self, reader: SampleReader) -> SourceLog | None:
        if not self._hashed:
            return None
        from textmetrics.states import SourceLog

        return SourceLog(reader)
