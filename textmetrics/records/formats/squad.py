"""SQuAD, and the data sets in its format: CMRC 2018, DRCD, JSQuAD, KorQuAD, DuReader-robust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textmetrics._escape import json_type
from textmetrics.records.formats.format import Format, Record
from textmetrics.records.values import answer, is_impossible

__all__ = ["ANSWERS_BY_ID", "CMRC", "SQUAD"]

_ADVICE = 'mark a question without an answer with "is_impossible": true'


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _articles(value: object) -> Any:
    return value.get("data") if isinstance(value, dict) else None


def _looks(value: object) -> bool:
    article = _first(_articles(value))
    paragraph = _first(article.get("paragraphs")) if isinstance(article, dict) else None
    return isinstance(paragraph, dict) and isinstance(paragraph.get("qas"), list)


def _objects(value: object, what: str) -> list[Record]:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    raise ValueError(f"{what} must be a list of objects, found {json_type(value)}")


def _questions(value: Any) -> Iterator[Record]:
    """Return the questions of all paragraphs."""
    for article in _objects(_articles(value), "field 'data'"):
        for paragraph in _objects(article.get("paragraphs"), "field 'paragraphs'"):
            yield from _objects(paragraph.get("qas"), "field 'qas'")


def _spans(value: Any, record: Record) -> Any:
    """Return the answers; none, as spans of text, where the question is marked as impossible."""
    return {"text": []} if is_impossible(record) and value in ([], None) else value


SQUAD = Format(
    name="squad",
    summary="SQuAD, CMRC 2018, DRCD, JSQuAD: the data set with the gold answers",
    known_by="the field `data`, with `paragraphs` and `qas` in it",
    looks=_looks,
    references=("answers",),
    records=_questions,
    to_references=_spans,
    id="id",
    advice=_ADVICE,
)


def _looks_like_cmrc(value: object) -> bool:
    first = _first(value)
    return isinstance(first, dict) and {"context_text", "qas"} <= first.keys()


def _cmrc_questions(value: Any) -> Iterator[Record]:
    for context in _objects(value, "the document"):
        yield from _objects(context.get("qas"), "field 'qas'")


CMRC = Format(
    name="cmrc",
    summary="CMRC 2018, its first release: the data set with the gold answers",
    known_by="the fields `context_text`, `qas`",
    looks=_looks_like_cmrc,
    references=("answers",),
    records=_cmrc_questions,
    to_references=_spans,
    id="query_id",
    advice=_ADVICE,
)


def _never(_: object) -> bool:
    """Return ``False``: only the ids of the references tell such an object from a record."""
    return False


def _answers(value: Any) -> Iterator[Record]:
    if not isinstance(value, dict):
        raise ValueError(f"must be one object, {{id: answer}}, found {json_type(value)}")
    for name, text in value.items():
        yield {"id": name, "prediction": text}


def _answer(value: object) -> Any:
    """Return an answer; a number stays one, to be read and counted as in plain files."""
    return value if isinstance(value, (bool, int, float)) else answer(value)


ANSWERS_BY_ID = Format(
    name="answers_by_id",
    summary="predictions as for SQuAD's and CMRC's scripts: one object, {id: answer}",
    known_by="an id of the references as a field, beside a file of references",
    looks=_never,
    prediction=("prediction",),
    records=_answers,
    to_prediction=_answer,
    id="id",
)
