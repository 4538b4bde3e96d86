"""Counts become scores."""

from textmetrics.metrics.metric import FIRST, CorpusValue, Floats, Metric, Values
from textmetrics.metrics.parts import Part, parts_of
from textmetrics.metrics.registry import METRICS, USUAL, chosen, listed_names
from textmetrics.metrics.score import Score
from textmetrics.metrics.sums import ExactSum
from textmetrics.metrics.tally import Tally
from textmetrics.metrics.totals import Totals

__all__ = [
    "FIRST",
    "METRICS",
    "USUAL",
    "CorpusValue",
    "ExactSum",
    "Floats",
    "Metric",
    "Part",
    "Score",
    "Tally",
    "Totals",
    "Values",
    "chosen",
    "listed_names",
    "parts_of",
]
