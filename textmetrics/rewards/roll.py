"""Rewards as ROLL's workers return them: three tensors for a batch of token ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textmetrics.rewards.reward import Reward

__all__ = ["roll_reward"]


def roll_reward(reward: Reward) -> Callable[[Any, Any], dict[str, Any]]:
    """Return a ``tensors(data, tokenizer)`` for the ``compute_rewards`` of a ROLL worker.

    Args:
        reward: what scores the decoded ``data.batch["responses"]``, without special tokens, by
            ``data.non_tensor_batch["ground_truth"]``; its column does not matter.

    Returns:
        The function. Its result, which goes to ``DataProto.from_dict(tensors=...)``, has
        ``response_level_rewards`` and ``scores``, with 0 without a reference, and
        ``token_level_rewards``, zeros in the shape of the responses: all float16, as ROLL's own.

    Examples:
        >>> import torch
        >>> from types import SimpleNamespace
        >>> ids = torch.tensor([[1, 2]])
        >>> data = SimpleNamespace(
        ...     batch={"responses": ids}, non_tensor_batch={"ground_truth": ["b"]}
        ... )
        >>> tokenizer = SimpleNamespace(batch_decode=lambda ids, **_: ["a b"])
        >>> roll_reward(Reward("contains", lang="en"))(data, tokenizer)["scores"]
        tensor([1.], dtype=torch.float16)
    """

    def tensors(data: Any, tokenizer: Any) -> dict[str, Any]:
        import torch

        responses = data.batch["responses"]
        texts = tokenizer.batch_decode(responses, skip_special_tokens=True)
        values = reward(texts, **{reward.column: list(data.non_tensor_batch["ground_truth"])})
        scores = torch.tensor(
            [0.0 if value is None else value for value in values], dtype=torch.float16
        )
        return {
            "token_level_rewards": torch.zeros_like(responses, dtype=torch.float16),
            "response_level_rewards": scores,
            "scores": scores,
        }

    return tensors
