"""How requests to a server ended, where they did not end with an answer."""

from __future__ import annotations

from typing import NamedTuple

from textmetrics._sentences import say, term

__all__ = ["OUTCOMES", "Outcome", "counted", "singular"]


class Outcome(NamedTuple):
    """A kind of end that is not a complete answer.

    Attributes:
        what: what is counted, in the plural.
        advice: what to do about it.
        flag: what is counted for a model in a comparison, in the plural; empty for failed requests,
            of which it says how it treats them.
    """

    what: str
    advice: str
    flag: str

    def counted(self, number: int) -> str:
        """Return how many predictions of a model ended so."""
        return counted(number, self.flag)


def counted(number: int, several: str, one: str = "") -> str:
    """Return a number with what it counts.

    Args:
        number: how many.
        several: what is counted, in the plural.
        one: the same in the singular, if more than the s of predictions tells the two apart.

    Examples:
        >>> counted(1, "empty predictions"), counted(2_000, "empty predictions")
        ('1 empty prediction', '2,000 empty predictions')
    """
    what = term(singular(several, one) if number == 1 else several)
    return say("{number:,} {what}", number=number, what=what)


def singular(several: str, one: str = "") -> str:
    """Return what `counted` calls one of something."""
    return one or several.replace("predictions", "prediction")


OUTCOMES = {
    "failed": Outcome(
        "failed requests",
        "scored as empty answers; send them again, or take the records out of the file",
        "",
    ),
    "length": Outcome(
        "predictions cut off at the token limit",
        "raise max_tokens",
        "predictions cut off at the token limit",
    ),
    "content_filter": Outcome(
        "predictions stopped by a content filter",
        "scored as they are; report their number beside the score",
        "predictions stopped by a content filter",
    ),
    "refusal": Outcome(
        "refusals in place of an answer",
        "check the prompt",
        "predictions with a refusal in place of an answer",
    ),
    "tool_calls": Outcome(
        "tool calls in place of a final answer",
        "send the tools' results back, or ask without tools",
        "predictions with a tool call in place of an answer",
    ),
    "reasoning": Outcome(
        "predictions with reasoning but no answer",
        "raise max_tokens, or check the server's reasoning parser",
        "predictions with reasoning but no answer",
    ),
}
"""By name, as in the field ``outcomes`` of ``Health``."""
