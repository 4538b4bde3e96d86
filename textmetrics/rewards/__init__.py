"""Rewards for training: metrics of each completion, called as trainers call them."""

from textmetrics.rewards.reward import Reward
from textmetrics.rewards.texts import completion_texts, reference_texts
from textmetrics.rewards.verl import compute_score, reward_of

__all__ = [
    "Reward",
    "completion_texts",
    "compute_score",
    "reference_texts",
    "reward_of",
]
