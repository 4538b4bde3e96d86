"""Files of Qianfan's platform and of its SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields, one_record
from textmetrics.records.formats.stored import StoredScore, no_task, stored_fields
from textmetrics.records.values import flat_texts

__all__ = ["QIANFAN", "QIANFAN_DATASET", "QIANFAN_EXPORT", "QIANFAN_MERGED"]

_ANSWERS = ("模型结果", "Completion（模型回答）")
_EXPECTED = ("预期回答", "Response（参考答案）")


def _candidates(_: str) -> tuple[str, ...]:
    """Return the metrics of its evaluation by rules; a model or a person may have judged too."""
    return ("--metrics rouge_l", "--metrics bleu_4")


def _first(value: object) -> object:
    """Return the first item of a list, and other values unchanged."""
    return value[0] if isinstance(value, list) and value else value


def _is_conversation(value: object) -> bool:
    turn = has_fields("prompt", "response")
    return isinstance(value, list) and bool(value) and all(map(turn, value))


def _last_turn(value: Any) -> list[Record]:
    if not _is_conversation(value):
        raise ValueError("not a conversation; each line must be a list of `prompt` and `response`")
    return [value[-1]]


def _best(value: object, _: Record) -> list[Any]:
    """Return the best response: they are sorted, the best one first, in nested lists."""
    return flat_texts(value)[:1]


QIANFAN_DATASET = Format(
    name="qianfan_dataset",
    summary="Qianfan: a dataset with one list per line, whose responses are the references",
    known_by="lists of objects with the fields `prompt`, `response`",
    looks=_is_conversation,
    references=("response",),
    records=_last_turn,
    to_references=_best,
)

QIANFAN = Format(
    name="qianfan",
    summary="Qianfan: a data set for evaluation only, or local results",
    known_by="the fields `llm_output`, `expected_output`",
    looks=has_fields("llm_output", "expected_output"),
    prediction=("llm_output",),
    references=("expected_output",),
    preset="qianfan",
    task=no_task,
    candidates=_candidates,
)


def _is_merged(value: object) -> bool:
    return has_fields("model_content", "expected_output")(_first(value))


def _answers(value: object) -> Iterator[Record]:
    """Return one record per model's answer to a question."""
    for row in one_record(value):
        question = {name: each for name, each in row.items() if name != "model_content"}
        for answer in one_record(row.get("model_content")):
            yield {**question, **answer}


QIANFAN_MERGED = Format(
    name="qianfan_merged",
    summary="Qianfan: merged local results, several models' answers to each question",
    known_by="the fields `model_content`, `expected_output`",
    looks=_is_merged,
    prediction=("content",),
    references=("expected_output",),
    records=_answers,
    variant=("llm_tag",),
    preset="qianfan",
    task=no_task,
    candidates=_candidates,
)


def _is_export(value: object) -> bool:
    row = _first(value)
    return isinstance(row, dict) and all(
        not row.keys().isdisjoint(names) for names in (_ANSWERS, _EXPECTED)
    )


_METRICS = {"ROUGE-L": "rouge_l", "BLEU-4": "bleu_4", "ROUGE-1": "rouge_1", "ROUGE-2": "rouge_2"}


def _stored(_: str, record: Record) -> list[StoredScore]:
    """Return the percentages of a row, which have two decimals."""
    answers, expected = (
        [record[name] for name in names if name in record] for names in (_ANSWERS, _EXPECTED)
    )
    return stored_fields(record, _METRICS, next(iter(answers), ""), expected[:1])


QIANFAN_EXPORT = Format(
    name="qianfan_export",
    summary="Qianfan: an evaluation exported from the platform, data.jsonl or CSV",
    known_by="the fields `模型结果` or `Completion（模型回答）`, "
    "and `预期回答` or `Response（参考答案）`",
    looks=_is_export,
    prediction=_ANSWERS,
    references=_EXPECTED,
    variant=("模型名称", "模型版本"),
    preset="qianfan",
    task=no_task,
    candidates=_candidates,
    stored=_stored,
)
