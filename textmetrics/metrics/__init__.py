"""Counts become scores."""

from textmetrics.metrics.metric import CorpusValue, Metric, Values
from textmetrics.metrics.registry import METRICS, USUAL, chosen, listed_names
from textmetrics.metrics.score import Score
from textmetrics.metrics.sums import ExactSum
from textmetrics.metrics.tally import Tally
from textmetrics.metrics.totals import Totals

__all__ = [
    "METRICS",
    "USUAL",
    "CorpusValue",
    "ExactSum",
    "Metric",
    "Score",
    "Tally",
    "Totals",
    "Values",
    "chosen",
    "listed_names",
]
