"""Token ids in, counts and scores out: no text, no tokeniser."""

from textmetrics.ids.counting import count_ids
from textmetrics.ids.given import Ragged
from textmetrics.ids.scores import score_ids

__all__ = ["Ragged", "count_ids", "score_ids"]
