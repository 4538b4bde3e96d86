"""State files: all that was counted of a shard, exactly, and merged to one result."""

from textmetrics.states.evaluators import load_evaluator, save_evaluator
from textmetrics.states.file import read_state, write_state
from textmetrics.states.scoring import is_current, state_of
from textmetrics.states.source import Source, SourceLog, missing_names
from textmetrics.states.state import State, StateError, merge_states

__all__ = [
    "Source",
    "SourceLog",
    "State",
    "StateError",
    "is_current",
    "load_evaluator",
    "merge_states",
    "missing_names",
    "read_state",
    "save_evaluator",
    "state_of",
    "write_state",
]
