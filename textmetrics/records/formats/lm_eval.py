"""lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.values import answer, flat_texts, listed_literal

__all__ = ["LM_EVAL"]


def _response(value: Any) -> Any:
    """Return the first response in the filter's list, which may itself be a list of one."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, list) and len(first) == 2 and str(first[1]) in ("True", "False"):
        raise ValueError(
            "holds log-likelihoods of choices, found no generated text; see the accuracy in the "
            "harness's own results"
        )
    return answer(first)


def _targets(value: Any, record: Record) -> list[Any]:
    """Return the targets; a list is restored from the ``str(target)`` that the harness writes.

    A text that the document contains verbatim was not a list: the answer to a question of
    mathematics may be ``[0, 1]``.
    """
    literal = listed_literal(value) if isinstance(value, str) else None
    if literal is None or value in _texts(record.get("doc")):
        return flat_texts(value)
    return flat_texts(literal)


def _texts(doc: object) -> Iterator[str]:
    """Return all texts of a document, however deeply nested."""
    waiting = [doc]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, (list, dict)):
            waiting += each.values() if isinstance(each, dict) else each


LM_EVAL = Format(
    name="lm_eval",
    summary="lm-evaluation-harness: samples_<task>_<date>.jsonl, written with --log_samples",
    known_by="the fields `doc_id`, `target`, `filtered_resps`",
    looks=has_fields("doc_id", "target", "filtered_resps"),
    prediction=("filtered_resps",),
    references=("target",),
    to_prediction=_response,
    to_references=_targets,
    id="doc_id",
    variant=("filter",),
)
