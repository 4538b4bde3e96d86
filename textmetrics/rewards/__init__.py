"""Rewards for training: what a metric says of each completion, called as trainers call it."""

from textmetrics.rewards.given import completion_texts, reference_texts
from textmetrics.rewards.reward import Reward
from textmetrics.rewards.verl import compute_score, reward_of

__all__ = [
    "Reward",
    "completion_texts",
    "compute_score",
    "reference_texts",
    "reward_of",
]
