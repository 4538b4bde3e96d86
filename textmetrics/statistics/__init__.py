"""Intervals and paired tests: arrays of values or of integers in, numbers out."""

from textmetrics.statistics.checks import Floats, Integers, resampling_options, share
from textmetrics.statistics.corrections import CORRECTIONS, adjust
from textmetrics.statistics.intervals import (
    Interval,
    corpus_interval,
    corpus_intervals,
    mean_interval,
)
from textmetrics.statistics.paired import TESTS, Paired, paired_test, paired_tests
from textmetrics.statistics.paired_corpus import (
    CorpusSystems,
    paired_corpus_test,
    paired_corpus_tests,
)
from textmetrics.statistics.power import LEAST_SIGNS, minimum_detectable_effect, samples_needed
from textmetrics.statistics.progress import Progress, parts, silent
from textmetrics.statistics.resampling import RESAMPLES, SEED
from textmetrics.statistics.spread import Runs, between_runs

__all__ = [
    "CORRECTIONS",
    "LEAST_SIGNS",
    "RESAMPLES",
    "SEED",
    "TESTS",
    "CorpusSystems",
    "Floats",
    "Integers",
    "Interval",
    "Paired",
    "Progress",
    "Runs",
    "adjust",
    "between_runs",
    "corpus_interval",
    "corpus_intervals",
    "mean_interval",
    "minimum_detectable_effect",
    "paired_corpus_test",
    "paired_corpus_tests",
    "paired_test",
    "paired_tests",
    "parts",
    "resampling_options",
    "samples_needed",
    "share",
    "silent",
]
