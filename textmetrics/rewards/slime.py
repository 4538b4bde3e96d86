"""Rewards as slime calls them: a coroutine function, given with ``--custom-rm-path``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textmetrics.rewards.reward import Reward

__all__ = ["slime_reward"]


def slime_reward(reward: Reward) -> Callable[..., Awaitable[Any]]:
    """Return an ``async def(args, sample)`` for slime; with ``--group-rm`` it gets many samples.

    Args:
        reward: what scores ``sample.response`` by ``sample.label``; its column does not matter.

    Returns:
        The function. Its result is a number, or a list of them; 0 without a reference.

    Examples:
        >>> import asyncio
        >>> from types import SimpleNamespace
        >>> sample = SimpleNamespace(response="red fox", label="fox")
        >>> asyncio.run(slime_reward(Reward("contains", lang="en"))(None, sample))
        1.0
    """

    async def custom_rm(_: Any, sample: Any, **__: Any) -> Any:
        samples = sample if isinstance(sample, list) else [sample]
        labels = [each.label for each in samples]
        values = reward([each.response for each in samples], **{reward.column: labels})
        found = [0.0 if value is None else value for value in values]
        return found if isinstance(sample, list) else found[0]

    return custom_rm
