"""Metrics: the contract, the shipped ones, and how counts become scores."""

from textmetrics.metrics.accumulate import Accumulator, ExactSum
from textmetrics.metrics.bleu import BLEU_4, OVER_ALL, bleu_totals, brevity_penalty
from textmetrics.metrics.judged import NUMERIC, exact_match, numeric
from textmetrics.metrics.metric import (
    FIRST,
    WORDS,
    Better,
    Bounds,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    at_least_0,
    best_pairs,
    best_reference,
    exchanged,
    first_reference,
    rounded,
    without_empty,
)
from textmetrics.metrics.overlap import LENGTHS, overlap, token_f1
from textmetrics.metrics.parts import Part, parts_of
from textmetrics.metrics.registry import (
    METRICS,
    USUAL,
    check_values,
    chosen,
    listed_names,
    register_metric,
)
from textmetrics.metrics.score import Score, Totals, format_value

__all__ = [
    "BLEU_4",
    "FIRST",
    "LENGTHS",
    "METRICS",
    "NUMERIC",
    "OVER_ALL",
    "USUAL",
    "WORDS",
    "Accumulator",
    "Better",
    "Bounds",
    "CorpusValue",
    "ExactSum",
    "Floats",
    "Integers",
    "Metric",
    "Part",
    "Score",
    "Totals",
    "Values",
    "at_least_0",
    "best_pairs",
    "best_reference",
    "bleu_totals",
    "brevity_penalty",
    "check_values",
    "chosen",
    "exact_match",
    "exchanged",
    "first_reference",
    "format_value",
    "listed_names",
    "numeric",
    "overlap",
    "parts_of",
    "register_metric",
    "rounded",
    "token_f1",
    "without_empty",
]
