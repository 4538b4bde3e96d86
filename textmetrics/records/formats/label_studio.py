"""Label Studio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from textmetrics._escape import name_list
from textmetrics.records.formats.format import Format, Record, has_fields, one_record
from textmetrics.records.values import flat_texts

__all__ = ["LABEL_STUDIO", "LABEL_STUDIO_MIN"]

_DATA = ("prediction", "predict", "pred", "response", "output", "hypothesis", "answer")
# What a control writes into its region: the texts of a text area, the choices of a choice …
_TEXTS = ("text", "choices", "number", "rating", "datetime", "selected")


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _looks(value: object) -> bool:
    return has_fields("data", "annotations")(_first(value))


def _records(value: object) -> Iterator[Record]:
    """Return the tasks, each with what was annotated and predicted, by the name of the control."""
    for task in one_record(value):
        record: dict[str, Any] = {**task, "annotated": _by_control(task.get("annotations"))}
        if predicted := _by_control(task.get("predictions")):
            record["predicted"] = predicted
        yield record


def _by_control(results: object) -> dict[str, list[Any]]:
    """Return the texts of each control, in the order of the results; skipped ones are left out."""
    found: dict[str, list[Any]] = {}
    for result in _objects(results):
        if result.get("was_cancelled") or result.get("skipped"):
            continue
        for region in _objects(result.get("result")):
            value = region.get("value")
            texts = _said(value) if isinstance(value, Mapping) else []
            if texts:
                found.setdefault(str(region.get("from_name")), []).extend(texts)
    return found


def _objects(values: object) -> Iterable[Mapping[str, Any]]:
    items = values if isinstance(values, list) else []
    return [each for each in items if isinstance(each, Mapping)]


def _said(value: Mapping[str, Any]) -> list[Any]:
    if "labels" in value:  # a marked span; its text is a part of the document
        return []
    return next((flat_texts(value[name]) for name in _TEXTS if name in value), [])


def _of_one_control(value: object, option: str, name: str) -> object:
    if not isinstance(value, Mapping):
        return value
    if len(value) > 1:
        raise ValueError(
            f"has answers of several controls ({name_list(value)}); choose one, such as with "
            f"{option} {name}.{next(iter(value))}"
        )
    return next(iter(value.values()), [])


def _prediction(value: object) -> Any:
    texts = flat_texts(_of_one_control(value, "--prediction-field", "predicted"))
    if len(texts) > 1:
        raise ValueError("has several answers, and one is scored; export one prediction per task")
    return texts[0] if texts else None


def _references(value: object, _: Record) -> list[Any]:
    texts = flat_texts(_of_one_control(value, "--reference-field", "annotated"))
    return list(dict.fromkeys(texts))


LABEL_STUDIO = Format(
    name="label_studio",
    summary="Label Studio: an export as JSON, annotations as references",
    known_by="the fields `data`, `annotations`",
    looks=_looks,
    prediction=("predicted", *(f"data.{name}" for name in _DATA)),
    references=("annotated",),
    records=_records,
    to_prediction=_prediction,
    to_references=_references,
    id="id",
    advice="leave out such tasks with --errors skip (nobody annotated them)",
)


def _tasks(value: object) -> list[Record]:
    """Return one record per task: what its annotations disagree about becomes a list."""
    rows: dict[Any, list[Record]] = {}
    for at, row in enumerate(one_record(value)):
        number = row.get("id")
        rows.setdefault(number if isinstance(number, (str, int)) else (at,), []).append(row)
    return [
        {name: _joined([row[name] for row in of_task if name in row]) for name in of_task[0]}
        for of_task in rows.values()
    ]


def _joined(values: list[Any]) -> Any:
    different = [each for at, each in enumerate(values) if each not in values[:at]]
    return different if len(different) > 1 else values[0]


def _of_task(value: object, _: Record) -> list[Any]:
    answers = value if isinstance(value, list) else [value]
    return flat_texts(
        [
            each["choices"] if isinstance(each, dict) and "choices" in each else each
            for each in answers
        ]
    )


LABEL_STUDIO_MIN = Format(
    name="label_studio_min",
    summary="Label Studio: an export as JSON-MIN or CSV",
    known_by="the fields `annotation_id`, `annotator`, `lead_time`",
    looks=lambda value: has_fields("annotation_id", "annotator", "lead_time")(_first(value)),
    prediction=_DATA[:-1],
    records=_tasks,
    to_references=_of_task,
    advice="name the control of the annotation with --reference-field",
)
