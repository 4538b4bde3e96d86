"""Rewards as OpenRLHF calls them: a function of a file, given with ``--reward.remote_url``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textmetrics.rewards.reward import Reward
from textmetrics.rewards.texts import without_end_marks

__all__ = ["openrlhf_reward"]


def openrlhf_reward(reward: Reward) -> Callable[..., dict[str, Any]]:
    """Return a ``reward_func(queries, prompts, labels)`` for OpenRLHF.

    A query is a prompt with its response and the special tokens that end it. The prompt is cut off,
    and so are the marks by which chat templates end a text, such as ``<|im_end|>``.

    Args:
        reward: what scores the responses; its column does not matter.

    Returns:
        The function. Its result has ``rewards`` and ``scores``, tensors with 0 for samples without
        a reference, and ``extra_logs``.

    Examples:
        >>> reward_func = openrlhf_reward(Reward("f1", lang="en"))
        >>> reward_func(["Q: color? A: red fox</s>"], ["Q: color? A:"], ["fox"])["rewards"]
        tensor([0.6667])
    """

    def reward_func(
        queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any
    ) -> dict[str, Any]:
        import torch

        pairs = zip(queries, prompts, strict=True)
        responses = [without_end_marks(query.removeprefix(prompt)) for query, prompt in pairs]
        values = reward(responses, **{reward.column: list(labels)})
        rewards = torch.tensor([0.0 if value is None else value for value in values])
        return {"rewards": rewards, "scores": rewards, "extra_logs": {reward.__name__: rewards}}

    return reward_func
