"""JSON Lines become samples, or an error with file and line."""

from __future__ import annotations

from textmetrics.records.bad import BadRecords
from textmetrics.records.codes import suggest_language
from textmetrics.records.errors import DataError, InputError, OpenError, RecordError
from textmetrics.records.fields import PREDICTION_FIELDS, REFERENCE_FIELDS
from textmetrics.records.join import ReferenceFile
from textmetrics.records.lines import STDIN, Line, Lines, check_file
from textmetrics.records.parse import encoding_advice, parse_record
from textmetrics.records.reader import SampleReader, reference_field
from textmetrics.records.shown import counted, printable, printable_json

__all__ = [
    "PREDICTION_FIELDS",
    "REFERENCE_FIELDS",
    "STDIN",
    "BadRecords",
    "DataError",
    "InputError",
    "Line",
    "Lines",
    "OpenError",
    "RecordError",
    "ReferenceFile",
    "SampleReader",
    "check_file",
    "counted",
    "encoding_advice",
    "parse_record",
    "printable",
    "printable_json",
    "reference_field",
    "suggest_language",
]
