"""ms-swift."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, has_fields
from textmetrics.records.formats.stored import no_task

__all__ = ["MS_SWIFT"]

MS_SWIFT = Format(
    name="ms_swift",
    summary="ms-swift: the JSON Lines that `swift infer` writes",
    known_by="the fields `response`, `labels`, `messages`",
    looks=has_fields("response", "labels", "messages"),
    prediction=("response",),
    references=("labels",),
    preset="ms_swift",
    task=no_task,  # its option --metric names rouge or acc, or nothing
    candidates=lambda _: ("--metrics rouge_l", "--metrics bleu_4"),
)
