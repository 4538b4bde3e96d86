"""lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from textmetrics._patterns import lazy_pattern
from textmetrics.presets import PRESETS
from textmetrics.records.formats.file_task import FileTask
from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.stored import StoredScore, number_of
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


_NAME = lazy_pattern(r"samples_(.+?)(?:_\d{4}-\d\d-\d\d.*|\.jsonl.*)")
_FILTERED = {"task_filter": "none"}


@lru_cache(maxsize=64)
def _task_of(name: str) -> str | None:
    """Return the task that the name of a file tells, if the preset knows it."""
    found = _NAME.fullmatch(Path(name).name)
    if found is None:
        return None
    try:
        return str(dict(PRESETS.get("lm_eval").checked({"task": found[1]}))["task"])
    except ValueError:
        return None


def _task(name: str, _: object) -> FileTask | None:
    """Return the task; its answers are filtered already."""
    task = _task_of(name)
    return FileTask({"task": task, **_FILTERED}, "the file's name") if task else None


# What tasks may ignore, for those that the preset does not know: the fewest first.
_IGNORED = ("ignore_case", "ignore_punctuation", "ignore_numbers")
_EXACT: tuple[tuple[str, Mapping[str, Any]], ...] = tuple(
    ("exact_match", dict.fromkeys(names, True))
    for count in range(len(_IGNORED) + 1)
    for names in combinations(_IGNORED, count)
)


def _candidates(_: str) -> tuple[str, ...]:
    return ("--task NAME --task-filter none", *(f"--{name.replace('_', '-')}" for name in _IGNORED))


def _stored(name: str, record: Record) -> list[StoredScore]:
    """Return the metrics of a record that are numbers, computed after its filter."""
    listed = record.get("metrics")
    names = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    try:
        prediction = _response(record.get("filtered_resps"))
    except ValueError:
        prediction = None
    task = _task_of(name)
    references = [text for text in _targets(record.get("target"), record) if isinstance(text, str)]
    return [
        StoredScore(
            metric,
            number,
            prediction if isinstance(prediction, str) else "",
            tuple(references) or ("",),
            _definitions(metric, task) if isinstance(prediction, str) else (),
            certain=task is not None,
        )
        for metric in dict.fromkeys(names)
        if (number := number_of(record.get(metric))) is not None
    ]


def _definitions(metric: str, task: str | None) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    if metric == "math_verify":
        return ((metric, {}),)
    if metric != "exact_match":
        return ()
    return ((metric, {"task": task, **_FILTERED}),) if task else _EXACT


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
    preset="lm_eval",
    task=_task,
    candidates=_candidates,
    stored=_stored,
)
