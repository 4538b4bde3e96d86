"""Intervals and paired tests: arrays of values or of integers in, numbers out."""

from typing import TYPE_CHECKING

from textmetrics._lazy import lazily

if TYPE_CHECKING:
    from textmetrics.statistics.checks import (
        RESAMPLES,
        SEED,
        Floats,
        Integers,
        resampling_options,
        share,
    )
    from textmetrics.statistics.corrections import CORRECTIONS, adjust
    from textmetrics.statistics.interval import Interval
    from textmetrics.statistics.intervals import (
        corpus_interval,
        corpus_intervals,
        mean_interval,
        summary_interval,
    )
    from textmetrics.statistics.moments import (
        UNIT_BITS,
        Moments,
        Summary,
        in_units,
        linearized,
        linearized_sums,
    )
    from textmetrics.statistics.paired import TESTS, Paired, paired_test, paired_tests
    from textmetrics.statistics.paired_corpus import (
        CorpusSystems,
        paired_corpus_test,
        paired_corpus_tests,
    )
    from textmetrics.statistics.power import LEAST_SIGNS, minimum_detectable_effect, samples_needed
    from textmetrics.statistics.progress import Progress, parts, silent
    from textmetrics.statistics.resampling import units_of
    from textmetrics.statistics.spread import Runs, Spread, between_runs
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "checks": "RESAMPLES SEED Floats Integers resampling_options share",
            "corrections": "CORRECTIONS adjust",
            "interval": "Interval",
            "intervals": "corpus_interval corpus_intervals mean_interval summary_interval",
            "moments": "UNIT_BITS Moments Summary in_units linearized linearized_sums",
            "paired": "TESTS Paired paired_test paired_tests",
            "paired_corpus": "CorpusSystems paired_corpus_test paired_corpus_tests",
            "power": "LEAST_SIGNS minimum_detectable_effect samples_needed",
            "progress": "Progress parts silent",
            "resampling": "units_of",
            "spread": "Runs Spread between_runs",
        },
    )

__all__ = [
    "CORRECTIONS",
    "LEAST_SIGNS",
    "RESAMPLES",
    "SEED",
    "TESTS",
    "UNIT_BITS",
    "CorpusSystems",
    "Floats",
    "Integers",
    "Interval",
    "Moments",
    "Paired",
    "Progress",
    "Runs",
    "Spread",
    "Summary",
    "adjust",
    "between_runs",
    "corpus_interval",
    "corpus_intervals",
    "in_units",
    "linearized",
    "linearized_sums",
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
    "summary_interval",
    "units_of",
]
