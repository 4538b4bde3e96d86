"""Responses of OpenAI's API, of compatible servers, and of vLLM."""

from __future__ import annotations

from typing import Any

from textmetrics._escape import pluralized
from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.outcomes import (
    answer_outcome,
    failure,
    finish_outcome,
    message_outcome,
)
from textmetrics.records.values import (
    SeveralAnswersError,
    answer,
    are_messages,
    are_parts,
    assistant_reply,
    content_of,
)

__all__ = ["OPENAI", "OPENAI_BATCH", "VLLM"]

_OBJECTS = ("chat.completion", "text_completion", "response", "error")
_ANSWERS = ("choices", "output")


def _answer(value: Any) -> Any:
    """Return the answer in a response, ``None`` where the request failed."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and not are_parts(value):
        return _chosen(value)
    if not isinstance(value, dict):
        return answer(value)
    if isinstance(value.get("message"), dict):
        return content_of(value["message"])
    return value.get("text")


def _chosen(items: list[Any]) -> Any:
    """Return the answer of the only choice, or of the messages of the Responses API."""
    messages = [each for each in items if "role" in each]
    if are_messages(messages):
        return assistant_reply(messages)
    if len(items) > 1:
        raise SeveralAnswersError(pluralized(len(items), "answer"))
    return _answer(items[0])


def _outcome(record: Any) -> str | None:
    """Return how a response of either interface ended; that of several choices is unknown."""
    if failed := failure(record):
        return failed
    if isinstance(record.get("choices"), list):
        return _only(record["choices"])
    return _of_output(record) if isinstance(record.get("output"), list) else None


def _only(choices: list[Any]) -> str | None:
    return answer_outcome(choices[0]) if len(choices) == 1 else None


def _of_output(response: Any) -> str | None:
    """Return how a response of the Responses API ended, which has no reason to finish."""
    items = [each for each in response["output"] if isinstance(each, dict)]
    messages = [each for each in items if each.get("type") == "message"]
    details = response.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    if messages and (said := message_outcome(messages[-1])):
        return said
    if found := finish_outcome(reason) or finish_outcome(response.get("status")):
        return found
    types = "" if messages else " ".join(str(each.get("type")) for each in items)
    if "_call" in types:
        return "tool_calls"
    return "reasoning" if "reasoning" in types else None


def _batch_outcome(record: Any) -> str | None:
    response = record.get("response")
    if not isinstance(response, dict):
        return "failed" if response is None else None
    body = response.get("body")
    said = _outcome(body) if isinstance(body, dict) else None
    return said or failure(record) or failure(response)


OPENAI_BATCH = Format(
    name="openai_batch",
    summary="OpenAI's batch interface, and `vllm run-batch`: the output file, without references",
    known_by="the fields `custom_id`, `response`",
    looks=has_fields("custom_id", "response"),
    prediction=(*(f"response.body.{each}" for each in _ANSWERS), "response"),
    to_prediction=_answer,
    outcome=_batch_outcome,
    id="custom_id",
    ordered=False,
)


def _is_response(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    if isinstance(choices, list) and choices and has_fields("message")(choices[0]):
        return True
    return value.get("object") in _OBJECTS


OPENAI = Format(
    name="openai",
    summary="OpenAI's interface, and servers that speak it: one saved response per line",
    known_by="`object`: `chat.completion`, `text_completion`, `response` or `error`; or `choices` "
    "with a `message`",
    looks=_is_response,
    prediction=_ANSWERS,
    to_prediction=_answer,
    outcome=_outcome,
)


def _is_request(value: object) -> bool:
    outputs = value.get("outputs") if isinstance(value, dict) and "prompt" in value else None
    return isinstance(outputs, list) and bool(outputs) and has_fields("text")(outputs[0])


def _request_outcome(record: Record) -> str | None:
    outputs = record.get("outputs")
    if failed := failure(record):
        return failed
    if not outputs:
        return "failed"
    return _only(outputs) if isinstance(outputs, list) else None


VLLM = Format(
    name="vllm",
    summary="vLLM: the outputs of LLM.generate, saved as JSON",
    known_by="the fields `prompt`, `outputs`, and `text` in each output",
    looks=_is_request,
    prediction=("outputs",),
    to_prediction=_answer,
    outcome=_request_outcome,
)
