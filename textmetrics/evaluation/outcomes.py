"""How requests to a server ended, where they did not end with an answer."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["OUTCOMES", "Outcome"]


class Outcome(NamedTuple):
    """A kind of end that is not a complete answer.

    Attributes:
        what: what is counted, in the plural.
        advice: what to do about it.
        flag: the same for a model in a comparison, after the number of predictions; empty for
            failed requests, of which it says how it treats them.
    """

    what: str
    advice: str
    flag: str


OUTCOMES = {
    "failed": Outcome(
        "failed requests",
        "scored as empty answers; send them again, or take the records out of the file",
        "",
    ),
    "length": Outcome(
        "predictions cut off at the token limit",
        "raise max_tokens",
        "cut off at the token limit",
    ),
    "content_filter": Outcome(
        "predictions stopped by a content filter",
        "scored as they are; report their number beside the score",
        "stopped by a content filter",
    ),
    "refusal": Outcome(
        "refusals in place of an answer",
        "check the prompt",
        "with a refusal in place of an answer",
    ),
    "tool_calls": Outcome(
        "tool calls in place of a final answer",
        "send the tools' results back, or ask without tools",
        "with a tool call in place of an answer",
    ),
    "reasoning": Outcome(
        "predictions with reasoning but no answer",
        "raise max_tokens, or check the server's reasoning parser",
        "with reasoning but no answer",
    ),
}
"""By name, as in the field ``outcomes`` of ``Health``."""
