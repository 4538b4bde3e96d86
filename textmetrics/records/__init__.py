"""Files become samples, or an error with file and line."""

from __future__ import annotations

from textmetrics.records.attempts import Attempts, Prompt, counted_attempts
from textmetrics.records.bad import BadRecords
from textmetrics.records.codes import suggest_language
from textmetrics.records.detect import AUTO
from textmetrics.records.errors import DataError, InputError, OpenError, RecordError
from textmetrics.records.fields import PREDICTION_FIELDS, REFERENCE_FIELDS
from textmetrics.records.formats import FORMATS, JSONL, Format
from textmetrics.records.join import ReferenceFile
from textmetrics.records.lines import STDIN, Line, Lines, check_file
from textmetrics.records.messages import content_of
from textmetrics.records.open import reader_of
from textmetrics.records.parse import encoding_advice, parse_record, parse_value
from textmetrics.records.paths import at_path
from textmetrics.records.reader import SampleReader, reference_field
from textmetrics.records.write import COMPRESSED, atomic_output

__all__ = [
    "AUTO",
    "COMPRESSED",
    "FORMATS",
    "JSONL",
    "PREDICTION_FIELDS",
    "REFERENCE_FIELDS",
    "STDIN",
    "Attempts",
    "BadRecords",
    "DataError",
    "Format",
    "InputError",
    "Line",
    "Lines",
    "OpenError",
    "Prompt",
    "RecordError",
    "ReferenceFile",
    "SampleReader",
    "at_path",
    "atomic_output",
    "check_file",
    "content_of",
    "counted_attempts",
    "encoding_advice",
    "parse_record",
    "parse_value",
    "reader_of",
    "reference_field",
    "suggest_language",
]
