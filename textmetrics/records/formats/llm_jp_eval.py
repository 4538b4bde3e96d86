"""llm-jp-eval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields, one_record
from textmetrics.records.formats.stored import StoredScore, no_task, stored_fields

__all__ = ["LLM_JP_EVAL", "LLM_JP_EVAL_RESULTS"]


def _samples(value: object) -> list[Any]:
    """Return the value of the field ``samples`` if it is a list."""
    found = value.get("samples") if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _looks(value: object) -> bool:
    samples = _samples(value)
    return bool(samples) and has_fields("generated")(samples[0])


def _records_of_samples(value: object) -> Iterable[Record]:
    """Return the samples, if all are objects."""
    return one_record(_samples(value))


_METRICS = {"exact_match": "accuracy", "char_f1": "char_f1"}


def _candidates(_: str) -> tuple[str, ...]:
    return tuple(f"--metrics {each}" for each in _METRICS.values())


# The program extracts and normalizes answers before it scores them; the results have them so.
LLM_JP_EVAL = Format(
    name="llm_jp_eval",
    summary="llm-jp-eval: <dataset>.eval-generated.json",
    known_by="the field `samples`, and `generated` in each sample",
    looks=_looks,
    prediction=("generated",),
    references=("gold", "output"),
    records=_records_of_samples,
    preset="llm_jp_eval",
    task=no_task,
    candidates=_candidates,
)


def _outputs(value: Any) -> dict[str, Any]:
    """Return the records of each data set, by its name."""
    whole = value if isinstance(value, dict) else {}
    for part in (whole.get("evaluation"), whole):
        found = part.get("outputs") if isinstance(part, dict) else None
        if isinstance(found, dict):
            return found
    return {}


def _looks_like_results(value: object) -> bool:
    first = next(iter(_outputs(value).values()), None)
    return isinstance(first, list) and bool(first) and has_fields("pred")(first[0])


def _records(value: object) -> Iterator[Record]:
    """Return the records of all data sets, each with the name of its data set."""
    for name, records in _outputs(value).items():
        yield from ({"dataset": name, **record} for record in one_record(records))


def _stored(_: str, record: Record) -> list[StoredScore]:
    references = [record.get("gold", record.get("true"))]
    return stored_fields(record, _METRICS, record.get("pred"), references)


LLM_JP_EVAL_RESULTS = Format(
    name="llm_jp_eval_results",
    summary="llm-jp-eval: the results, with the outputs of each data set",
    known_by="the field `outputs` (or `evaluation.outputs`), and `pred` in the records of each",
    looks=_looks_like_results,
    prediction=("pred",),
    references=("gold", "true"),
    records=_records,
    variant=("dataset",),
    preset="llm_jp_eval",
    task=no_task,
    candidates=_candidates,
    stored=_stored,
)
