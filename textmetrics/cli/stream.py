"""``textmetrics score --stream``: answer each record as it comes, and all of them at the end."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from types import FrameType
from typing import Any

from textmetrics._escape import printable_json
from textmetrics.cli.inputs import inputs_of
from textmetrics.cli.options import wrong_samples
from textmetrics.cli.output import FileScores, scored_lines, scores_object
from textmetrics.cli.program import StdoutError, UsageError
from textmetrics.evaluation import Evaluator, Samples
from textmetrics.records import AUTO, JSONL, InvalidRecords, RecordError

__all__ = ["check_stream", "stream_scores"]

_UNDECIDED = (
    "the language of its texts is not known, and --stream answers each record by itself: name it "
    "with --lang, or in the field lang of each record"
)


def check_stream(options: argparse.Namespace, presets: int) -> None:
    """Check that other options fit to ``--stream``.

    Raises:
        UsageError: if one does not.
    """
    for name in ("output", "state", "states", "pass_at"):
        if getattr(options, name) is not None:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(f"--stream and {flag} cannot be combined: leave one of them out")
    if len(options.files) > 1:
        raise UsageError("--stream works with one file only, or - for stdin: leave out the others")
    if presets > 1:
        raise UsageError("--stream works with one preset only: leave out the others")
    if options.input_format not in (None, AUTO, JSONL.name):
        raise UsageError("--stream reads JSON Lines only: leave out --input-format")


def stream_scores(options: argparse.Namespace, evaluator: Evaluator) -> int:
    """Write a line per record, and at the end or on SIGUSR1 one with the scores of all so far.

    Returns:
        The exit code.

    Raises:
        InputError: if the file cannot be used, or a record is invalid and none may be skipped.
        UsageError: if the language of a record is not known.
        StdoutError: if nobody reads the answers.
    """
    answers = _Answers()
    invalid = _Answered(answers, skip=options.errors == "skip")
    options.input_format = JSONL.name  # other formats are recognized by more than a line
    [inputs] = inputs_of(options, invalid, evaluators=[evaluator], live=True)
    evaluator.reset()
    extracted = bool(evaluator.settings.extraction.steps)
    answered = 0

    def summarize() -> None:
        scores = None
        if answered:
            scores = scores_object(
                FileScores(
                    inputs.name,
                    evaluator.compute(),
                    answered,
                    inputs.format,
                    evaluator.settings.preset,
                )
            )
        answers.write_object({"evaluation": scores})

    def taken(samples: Iterator[Samples]) -> Iterator[Samples]:
        read = 0
        while (batch := answers.waiting(samples)) is not None:
            # Alone, since a record whose language cannot be told holds back those beside it.
            alone = evaluator.settings.lang == AUTO and None in batch.langs
            parts = (batch.take([at]) for at in range(len(batch))) if alone else [batch]
            for place, part in enumerate(parts):
                read += len(part)
                yield part
                if read > answered:
                    raise UsageError(f"{inputs.name}:{inputs.places[place]}: {_UNDECIDED}")

    answers.summarize = summarize
    with closing(inputs.samples()) as samples, wrong_samples():
        for scored in evaluator.stream(taken(samples)):
            answers.write(scored_lines(scored, extracted=extracted))
            answered += len(scored.counted.samples)
    summarize()
    return 3 if invalid.count else 0


class _Answers:
    """Standard output, and the summary that a signal asks for, which comes between two answers.

    Attributes:
        summarize: writes the scores of all records so far.
    """

    def __init__(self) -> None:
        self.summarize: Callable[[], None] = lambda: None
        self._terminal = sys.stdout.isatty()  # which a record must not control
        self._idle = False  # waiting for input: nothing is being counted or written
        self._asked = False
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        self._answer_if_idle()

    def _answer_if_idle(self) -> None:
        if self._idle and self._asked:
            self._asked = self._idle = False
            self.summarize()
            self._idle = True

    def waiting(self, samples: Iterator[Samples]) -> Samples | None:
        """Return the next samples, ``None`` at the end; answer a signal that comes meanwhile."""
        self._idle = True
        self._answer_if_idle()
        try:
            return next(samples, None)
        finally:
            self._idle = False

    def write(self, lines: bytes) -> None:
        """Write lines at once, since whoever asked waits for them.

        Raises:
            StdoutError: if they cannot be written.
        """
        idle, self._idle = self._idle, False
        if self._terminal:
            lines = printable_json(lines.decode()).encode()
        try:
            sys.stdout.buffer.write(lines)
            sys.stdout.buffer.flush()
        except OSError as error:
            raise StdoutError(error) from error
        self._idle = idle

    def write_object(self, value: Mapping[str, Any]) -> None:
        """Write a value as a line of JSON."""
        self.write(printable_json(json.dumps(value, ensure_ascii=False)).encode() + b"\n")


class _Answered(InvalidRecords):
    """Counts invalid records, and answers each of them with its error.

    Args:
        answers: where to.
        skip: whether invalid records are left out.
    """

    def __init__(self, answers: _Answers, *, skip: bool) -> None:
        super().__init__(skip=skip)
        self._answers = answers

    def note(self, error: RecordError) -> None:
        """Count an invalid record, and answer it."""
        super().note(error)
        self._answers.write_object({"error": error.message, "line": error.line})
