"""The options of reading: of `open_samples`, `score`, `compare` and the config of `compare`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal, TypedDict

from textmetrics._checks import parse_size, parse_whole_number
from textmetrics._options import Option
from textmetrics.evaluation import comma_separated
from textmetrics.records.detect import AUTO
from textmetrics.records.encodings import parse_encoding
from textmetrics.records.formats import FORMATS
from textmetrics.records.lines import MAX_LINE

__all__ = ["ErrorOptions", "ReadingOptions"]


def _formats() -> tuple[str, ...]:
    return (AUTO, *FORMATS.names())


def _field_names(text: str) -> list[str]:
    if not comma_separated(text):
        raise ValueError(f"names no field, got {text!r}")
    return [text]


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
        str | Sequence[str] | None,
        Option(
            None,
            "the field with the reference, or its path; several are separated by commas",
            metavar="NAMES",
            parse=_field_names,
            repeatable=True,
            flag_help="the field with the reference, or its path; several, whose values are all "
            "references, are separated by commas; may be repeated",
        ),
    ]
    reference_lists: Annotated[
        Literal["auto", "split", "keep"],
        Option(
            "auto",
            "whether a list written as text, such as \"['a', 'b']\", is several references: split "
            "each, keep each as one text, or auto: split where all references are such lists",
            choices=lambda: ("auto", "split", "keep"),
            metavar="auto|split|keep",
            kind="treatment of lists",
        ),
    ]
    encoding: Annotated[
        str | None,
        Option(
            None,
            "the encoding of files that are not UTF-8, such as gb18030, big5, cp932 or euc-jp",
            metavar="NAME",
            parse=parse_encoding,
        ),
    ]
    max_line: Annotated[
        int,
        Option(
            MAX_LINE,
            "how many bytes a line, or a JSON document, may have; a cell of CSV may have a quarter "
            "of that in characters; 256 MB by default",
            metavar="SIZE",
            parse=parse_size,
            flag_help="how many bytes a line, or a JSON document, may have, such as 1GB; 256MB by "
            "default",
        ),
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
        int | None,
        Option(
            None,
            "how many references each line of that file has, separated by tabs; one by default",
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
