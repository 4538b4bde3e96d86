"""The formats of files that can be read, by name; each program has its own module."""

from __future__ import annotations

from textmetrics._registry import Registry
from textmetrics.records.formats.evalscope import EVALSCOPE, EVALSCOPE_REVIEWS
from textmetrics.records.formats.file_task import FileTask
from textmetrics.records.formats.flexeval import FLEXEVAL
from textmetrics.records.formats.format import Format, Record, has_fields, one_record
from textmetrics.records.formats.label_studio import LABEL_STUDIO, LABEL_STUDIO_MIN
from textmetrics.records.formats.lighteval import LIGHTEVAL
from textmetrics.records.formats.llama_cpp import LLAMA_CPP
from textmetrics.records.formats.llama_factory import CHATGLM, LLAMA_FACTORY
from textmetrics.records.formats.llm_jp_eval import LLM_JP_EVAL, LLM_JP_EVAL_RESULTS
from textmetrics.records.formats.lm_eval import LM_EVAL
from textmetrics.records.formats.longbench import LONGBENCH
from textmetrics.records.formats.ms_swift import MS_SWIFT
from textmetrics.records.formats.ollama import OLLAMA
from textmetrics.records.formats.openai import OPENAI, OPENAI_BATCH, VLLM
from textmetrics.records.formats.opencompass import OPENCOMPASS, OPENCOMPASS_RESULTS
from textmetrics.records.formats.outcomes import is_failure, message_outcome
from textmetrics.records.formats.plain import (
    CSV,
    EXCEL,
    JSON,
    JSONL,
    PARQUET,
    TEXT,
    TSV,
    plain_outcome,
)
from textmetrics.records.formats.qianfan import (
    QIANFAN,
    QIANFAN_DATASET,
    QIANFAN_EXPORT,
    QIANFAN_MERGED,
)
from textmetrics.records.formats.sglang import SGLANG
from textmetrics.records.formats.squad import ANSWERS_BY_ID, CMRC, SQUAD
from textmetrics.records.formats.stored import StoredScore
from textmetrics.records.formats.tgi import TGI

__all__ = [
    "ANSWERS_BY_ID",
    "CSV",
    "EXCEL",
    "FORMATS",
    "JSON",
    "JSONL",
    "PARQUET",
    "TEXT",
    "TSV",
    "FileTask",
    "Format",
    "Record",
    "StoredScore",
    "has_fields",
    "is_failure",
    "message_outcome",
    "one_record",
    "plain_outcome",
    "register_format",
    "task_format",
]


def _check(file_format: object) -> None:
    if not isinstance(file_format, Format):
        raise TypeError(f"expected a textmetrics.Format, got {type(file_format).__name__}")


FORMATS: Registry[Format] = Registry("input format", group="textmetrics.formats", check=_check)


def register_format(file_format: Format) -> None:
    """Register a file format under its name, for ``--input-format`` and for recognition.

    An installed package needs no call: it declares its ``Format`` in the entry point group
    ``textmetrics.formats``, under the name of the format.

    Raises:
        TypeError: if it is not a ``Format``.
        ValueError: if its name contains characters that a name cannot have.

    Examples:
        >>> from textmetrics import register_format
        >>> from textmetrics.records import Format, has_fields
        >>> register_format(
        ...     Format(
        ...         name="quiz",
        ...         summary="my quiz: results.jsonl",
        ...         known_by="the fields `quiz_id`, `said`, `right`",
        ...         looks=has_fields("quiz_id", "said", "right"),
        ...         prediction=("said",),
        ...         references=("right",),
        ...         id="quiz_id",
        ...     )
        ... )
    """
    _check(file_format)
    FORMATS.add(file_format.name, file_format)


def task_format(preset: str, found: Format) -> Format | None:
    """Return the format that tells the task of a file which a preset scores.

    ``None`` if the preset does not need to know it.

    Args:
        preset: the name of the preset.
        found: the format of the file; a plain one tells no task itself.
    """
    if found.preset == preset:
        return found
    if not found.plain:
        return None
    return next((each for each in FORMATS if each.preset == preset and each.untold), None)


for _format in (
    JSONL,
    JSON,
    CSV,
    TSV,
    PARQUET,
    EXCEL,
    TEXT,
    SQUAD,
    CMRC,
    ANSWERS_BY_ID,
    LM_EVAL,
    OPENCOMPASS,
    OPENCOMPASS_RESULTS,
    LLAMA_FACTORY,
    CHATGLM,
    MS_SWIFT,
    QIANFAN,
    QIANFAN_DATASET,
    QIANFAN_MERGED,
    QIANFAN_EXPORT,
    LONGBENCH,
    LIGHTEVAL,
    EVALSCOPE,
    EVALSCOPE_REVIEWS,
    FLEXEVAL,
    LLM_JP_EVAL,
    LLM_JP_EVAL_RESULTS,
    OPENAI_BATCH,
    OPENAI,
    VLLM,
    SGLANG,
    TGI,
    LLAMA_CPP,
    OLLAMA,
    LABEL_STUDIO,
    LABEL_STUDIO_MIN,
):
    register_format(_format)
