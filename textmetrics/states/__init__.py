"""State files: all that was counted of a shard, exactly, and merged to one result."""

from textmetrics.states.evaluators import load_evaluator, save_evaluator
from textmetrics.states.file import read_state, write_state
from textmetrics.states.scoring import ShardScorer, state_of
from textmetrics.states.shards import Shard, merge_shards, missing_shards, shards_of
from textmetrics.states.source import Source, SourceLog, missing_names
from textmetrics.states.state import State, StateError, merge_states
from textmetrics.states.workers import (
    ShardFailed,
    ShardRead,
    ShardScored,
    score_shard,
    scored_shards,
)

__all__ = [
    "Shard",
    "ShardFailed",
    "ShardRead",
    "ShardScored",
    "ShardScorer",
    "Source",
    "SourceLog",
    "State",
    "StateError",
    "load_evaluator",
    "merge_shards",
    "merge_states",
    "missing_names",
    "missing_shards",
    "read_state",
    "save_evaluator",
    "score_shard",
    "scored_shards",
    "shards_of",
    "state_of",
    "write_state",
]
