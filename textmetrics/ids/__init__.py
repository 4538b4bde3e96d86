"""Token ids in, counts and scores out: no text, no tokenizer."""

from textmetrics.ids.api import count_ids, score_ids
from textmetrics.ids.inputs import Ragged

__all__ = ["Ragged", "count_ids", "score_ids"]
