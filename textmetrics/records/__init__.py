"""Read files as samples, or raise an error with file and line."""

from typing import TYPE_CHECKING

from textmetrics._lazy import lazily

if TYPE_CHECKING:
    from textmetrics.records.attempts import Attempts, Prompt, counted_attempts
    from textmetrics.records.detect import AUTO
    from textmetrics.records.errors import (
        BrokenLineError,
        DataError,
        InputError,
        InvalidRecords,
        OpenError,
        RecordError,
    )
    from textmetrics.records.fields import (
        PREDICTION_FIELDS,
        REFERENCE_FIELDS,
        at_path,
        is_id,
        possible_names,
    )
    from textmetrics.records.files import STDIN, check_file, is_reopenable, open_bytes, shown_name
    from textmetrics.records.find import (
        InputFiles,
        TooManyNamesError,
        find_files,
        input_files,
        natural_key,
    )
    from textmetrics.records.formats import (
        FORMATS,
        JSONL,
        FileTask,
        Format,
        StoredScore,
        has_fields,
        register_format,
        task_format,
    )
    from textmetrics.records.join import ReferenceFile
    from textmetrics.records.lines import (
        Lines,
        RawLine,
        decode_line,
        parse_record,
        parse_value,
        read_bytes,
    )
    from textmetrics.records.notes import Notes, notes_of_files
    from textmetrics.records.options import ErrorOptions, ReadingOptions
    from textmetrics.records.questions import Turn, question_of
    from textmetrics.records.reader import (
        Problem,
        SampleReader,
        all_options,
        any_problem,
        open_samples,
        read_references,
    )
    from textmetrics.records.remote import check_writable, is_remote, local_path
    from textmetrics.records.sheets import split_sheet
    from textmetrics.records.temporary_files import (
        is_temporary,
        locked_folder,
        remove_abandoned,
        sync_folder,
        temporary,
    )
    from textmetrics.records.values import assistant_reply
    from textmetrics.records.write import COMPRESSED, atomic_output
    from textmetrics.records.written_lists import reading_for
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "attempts": "Attempts Prompt counted_attempts",
            "detect": "AUTO",
            "errors": "BrokenLineError DataError InputError InvalidRecords OpenError RecordError",
            "fields": "PREDICTION_FIELDS REFERENCE_FIELDS at_path is_id possible_names",
            "files": "STDIN check_file is_reopenable open_bytes shown_name",
            "find": "InputFiles TooManyNamesError find_files input_files natural_key",
            "formats": (
                "FORMATS JSONL FileTask Format StoredScore has_fields register_format task_format"
            ),
            "join": "ReferenceFile",
            "lines": "Lines RawLine decode_line parse_record parse_value read_bytes",
            "notes": "Notes notes_of_files",
            "options": "ErrorOptions ReadingOptions",
            "questions": "Turn question_of",
            "reader": "Problem SampleReader all_options any_problem open_samples read_references",
            "remote": "check_writable is_remote local_path",
            "sheets": "split_sheet",
            "temporary_files": "is_temporary locked_folder remove_abandoned sync_folder temporary",
            "values": "assistant_reply",
            "write": "COMPRESSED atomic_output",
            "written_lists": "reading_for",
        },
    )

__all__ = [
    "AUTO",
    "COMPRESSED",
    "FORMATS",
    "JSONL",
    "PREDICTION_FIELDS",
    "REFERENCE_FIELDS",
    "STDIN",
    "Attempts",
    "BrokenLineError",
    "DataError",
    "ErrorOptions",
    "FileTask",
    "Format",
    "InputError",
    "InputFiles",
    "InvalidRecords",
    "Lines",
    "Notes",
    "OpenError",
    "Problem",
    "Prompt",
    "RawLine",
    "ReadingOptions",
    "RecordError",
    "ReferenceFile",
    "SampleReader",
    "StoredScore",
    "TooManyNamesError",
    "Turn",
    "all_options",
    "any_problem",
    "assistant_reply",
    "at_path",
    "atomic_output",
    "check_file",
    "check_writable",
    "counted_attempts",
    "decode_line",
    "find_files",
    "has_fields",
    "input_files",
    "is_id",
    "is_remote",
    "is_reopenable",
    "is_temporary",
    "local_path",
    "locked_folder",
    "natural_key",
    "notes_of_files",
    "open_bytes",
    "open_samples",
    "parse_record",
    "parse_value",
    "possible_names",
    "question_of",
    "read_bytes",
    "read_references",
    "reading_for",
    "register_format",
    "remove_abandoned",
    "shown_name",
    "split_sheet",
    "sync_folder",
    "task_format",
    "temporary",
]
