"""Rewards for training: metrics of each completion, called as trainers call them."""

from textmetrics.rewards.openrlhf import openrlhf_reward
from textmetrics.rewards.reward import Reward
from textmetrics.rewards.roll import roll_reward
from textmetrics.rewards.slime import slime_reward
from textmetrics.rewards.texts import completion_texts, reference_texts
from textmetrics.rewards.verl import compute_score, compute_scores, reward_of

__all__ = [
    "Reward",
    "completion_texts",
    "compute_score",
    "compute_scores",
    "openrlhf_reward",
    "reference_texts",
    "reward_of",
    "roll_reward",
    "slime_reward",
]
