"""The options of reading: of `open_samples`, `score`, `compare` and the config of `compare`."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated, Literal, TypedDict

from textmetrics._checks import parse_whole_number
from textmetrics._options import Option
from textmetrics.records.detect import AUTO
from textmetrics.records.formats import FORMATS

__all__ = ["ErrorOptions", "ReadingOptions"]


def _formats() -> tuple[str, ...]:
    return (AUTO, *FORMATS.names())


class ReadingOptions(TypedDict, total=False):
    """How one file of predictions is read.

    A line here is an option of the command line and a key of a task in a config file; a reader
    finds its value in `SampleReader.options`, and obeys it in `SampleReader._sample`.
    """

    input_format: Annotated[
        str,
        Option(
            AUTO,
            "the format of the files, or auto to recognize it",
            choices=_formats,
            metavar="NAME",
        ),
    ]
    prediction_field: Annotated[
        str | None,
        Option(
            None,
            "the field with the prediction, or a path such as choices.0.message.content",
            metavar="NAME",
        ),
    ]
    reference_field: Annotated[
        str | None, Option(None, "the field with the reference, or its path", metavar="NAME")
    ]
    filter: Annotated[
        str | None,
        Option(
            None,
            "whose answers to score where each question has several: a filter of "
            "lm-evaluation-harness, or a model or data set named in the file",
            metavar="NAME",
        ),
    ]
    turn: Annotated[
        int | None,
        Option(
            None,
            "which turn of the assistant to score in a conversation; the last by default",
            metavar="N",
            parse=partial(parse_whole_number, at_least=1),
        ),
    ]
    references: Annotated[
        str | os.PathLike[str] | None,
        Option(
            None,
            "a file with the references, joined by id where both files have one, else by line",
            metavar="FILE",
        ),
    ]
    references_format: Annotated[
        str, Option(AUTO, "the format of that file", choices=_formats, metavar="NAME")
    ]
    num_refs: Annotated[
        int,
        Option(
            1,
            "how many references each line of that file has, separated by tabs",
            metavar="N",
            parse=partial(parse_whole_number, at_least=1),
        ),
    ]


class ErrorOptions(TypedDict, total=False):
    """What becomes of records that cannot be used, in all files of a run."""

    errors: Annotated[
        Literal["stop", "skip"],
        Option(
            "stop",
            "what to do with invalid records; skipped ones are counted, and the exit code is 3",
            choices=lambda: ("stop", "skip"),
            metavar="stop|skip",
            kind="error handling",
        ),
    ]
