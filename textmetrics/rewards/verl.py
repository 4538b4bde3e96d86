"""Rewards as verl calls them: one completion at a time, by a function of a package."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textmetrics._locks import fork_safe_lock
from textmetrics.rewards.reward import Reward, weights_of

__all__ = ["compute_score", "reward_of"]

# What verl gives every function where it runs a reward model too.
_OF_VERL = ("reward_router_address", "reward_model_tokenizer")


def compute_score(
    data_source: Any,  # noqa: ARG001 - verl gives it
    solution_str: Any,
    ground_truth: Any,
    extra_info: Any = None,  # noqa: ARG001 - likewise
    **options: Any,
) -> float:
    """Give the reward of one completion: ``custom_reward_function`` of verl.

    Args:
        data_source: of no matter here.
        solution_str: the completion.
        ground_truth: its reference, or a list of them.
        extra_info: of no matter here.
        options: those of ``Reward``, from ``reward_kwargs``.

    Returns:
        0 where there is no reference, for verl cannot skip a sample; ``reward_of`` counts these.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known.

    Examples:
        >>> compute_score("my_data", "a red fox", "the red fox", {"index": 5}, lang="en")
        1.0
    """
    chosen = {name: value for name, value in options.items() if name not in _OF_VERL}
    reward = reward_of(**chosen)
    [value] = reward([solution_str], **{reward.column: [ground_truth]})
    return 0.0 if value is None else value


def reward_of(metric: Any = "f1", **options: Any) -> Reward:
    """Give the reward that ``compute_score`` uses for options: one a process, with its counts.

    Args:
        metric: as for ``Reward``.
        options: likewise.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known.

    Examples:
        >>> compute_score("my_data", "a fox", None, metric="rouge_l")
        0.0
        >>> reward_of("rouge_l").counts["no_reference"]
        1
    """
    chosen = tuple((name, _frozen(options[name])) for name in sorted(options))
    with _MAKING:
        return _made(tuple(weights_of(metric).items()), chosen)


_MAKING = fork_safe_lock()  # else of two threads that make the same, one would lose its counts


@lru_cache(maxsize=64)
def _made(weights: tuple[tuple[str, float], ...], options: tuple[tuple[str, Any], ...]) -> Reward:
    return Reward(dict(weights), **dict(options))


def _frozen(value: Any) -> Any:
    """Give what can be looked up of a list, for which a configuration has a type of its own."""
    return value if isinstance(value, str) or not hasattr(value, "__iter__") else tuple(value)
