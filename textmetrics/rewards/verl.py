"""Rewards as verl calls them: one completion at a time, by a function of a module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, TypedDict

from textmetrics._locks import fork_safe_lock
from textmetrics._options import Option, takes
from textmetrics.rewards.reward import Reward, RewardOptions, weights_of

__all__ = ["compute_score", "compute_scores", "reward_of"]

# What verl passes to every function if it runs a reward model too.
_OF_VERL = ("reward_router_address", "reward_model_tokenizer")


class MetricChoice(TypedDict, total=False):
    """Which metric is the reward."""

    metric: Annotated[
        str | Mapping[str, float],
        Option("f1", "as for ``Reward``: a name, or several names with weights"),
    ]


class ComputeScoreOptions(MetricChoice, RewardOptions, total=False):
    """All that `compute_score` takes from ``reward_kwargs``."""


@takes(ComputeScoreOptions, rest="preset_options")
def compute_score(
    data_source: Any,  # noqa: ARG001 - verl passes it
    solution_str: Any,
    ground_truth: Any,
    extra_info: Any = None,  # noqa: ARG001 - verl passes it
    **options: Any,
) -> float:
    """Return the reward of one completion, as a ``custom_reward_function`` of verl.

    Options come from ``reward_kwargs``.

    Args:
        data_source: ignored.
        solution_str: the completion.
        ground_truth: its reference, or a list of them.
        extra_info: ignored.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Returns:
        The reward; 0 without a reference, because verl cannot skip a sample. ``reward_of`` returns
        the reward that counts these.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown.

    Examples:
        >>> compute_score("my_data", "a red fox", "the red fox", {"index": 5}, lang="en")
        1.0
    """
    [value] = _scores([solution_str], [ground_truth], options)
    return value


@takes(ComputeScoreOptions, rest="preset_options")
def compute_scores(
    data_sources: Any,  # noqa: ARG001 - verl passes it
    solution_strs: Any,
    ground_truths: Any,
    extra_infos: Any = None,  # noqa: ARG001 - verl passes it
    **options: Any,
) -> list[float]:
    """Return the rewards of a batch, as the function of verl's ``BatchRewardManager``.

    Args:
        data_sources: ignored.
        solution_strs: the completions.
        ground_truths: the reference of each, or a list of them.
        extra_infos: ignored.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Returns:
        One reward per completion; 0 without a reference, as `compute_score`.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown.

    Examples:
        >>> compute_scores(["a", "a"], ["red fox", "cat"], [{"target": ["fox"]}, "cat"], lang="en")
        [0.6666666666666666, 1.0]
    """
    return _scores(list(solution_strs), list(ground_truths), options)


def _scores(completions: list[Any], references: list[Any], options: dict[str, Any]) -> list[float]:
    reward = reward_of(**{name: options[name] for name in options if name not in _OF_VERL})
    values = reward(completions, **{reward.column: references})
    return [0.0 if value is None else value for value in values]


@takes(RewardOptions, rest="preset_options")
def reward_of(metric: Any = "f1", **options: Any) -> Reward:
    """Return the reward that ``compute_score`` uses for these options, with its counts.

    There is one per process.

    Args:
        metric: as for ``Reward``.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown.

    Examples:
        >>> compute_score("my_data", "a fox", None, metric="rouge_l")
        0.0
        >>> reward_of("rouge_l").counts["no_reference"]
        1
    """
    chosen = tuple((name, _frozen(options[name])) for name in sorted(options))
    with _MAKING:
        return _made(tuple(weights_of(metric).items()), chosen)


_MAKING = fork_safe_lock()  # without it, two threads could create the same reward, and lose counts


@lru_cache(maxsize=64)
def _made(weights: tuple[tuple[str, float], ...], options: tuple[tuple[str, Any], ...]) -> Reward:
    return Reward(dict(weights), **dict(options))


def _frozen(value: Any) -> Any:
    """Return a hashable value: configurations have list types of their own."""
    return value if isinstance(value, str) or not hasattr(value, "__iter__") else tuple(value)
