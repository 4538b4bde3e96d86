"""The options of ``textmetrics compare``."""

from __future__ import annotations

import argparse
import math

from textmetrics.cli.choices import add_format_option, comma_separated
from textmetrics.cli.options import add_option_group
from textmetrics.cli.program import Parser
from textmetrics.comparison import ComparisonOptions

__all__ = ["FORMATS", "add_comparison_options", "add_gate_options", "add_result_options"]

_STATISTICS = frozenset({"level", "resamples", "seed", "test", "correction"})
FORMATS = ("table", "markdown", "latex", "json", "csv")


def add_comparison_options(parser: Parser) -> None:
    """Add the options that say what is compared, and how."""
    group = parser.add_argument_group("comparison")
    add_option_group(group, ComparisonOptions, skip=_STATISTICS)
    group.add_argument(
        "--group",
        metavar="FIELD",
        help="records with the same value belong together, such as questions on one document: "
        "groups are taken for independent, not samples",
    )
    group.add_argument(
        "--breakdown",
        metavar="FIELDS",
        action="extend",
        type=comma_separated,
        help="scores apart for each value of a field, with commas between several; lang and "
        "length (of the reference) are always there",
    )
    group.add_argument(
        "--intersect",
        action="store_true",
        default=None,
        help="go on with the samples that all files have, by id",
    )
    group = parser.add_argument_group("statistics")
    add_option_group(group, ComparisonOptions, skip={"baseline", "failed"})


def add_result_options(parser: Parser) -> None:
    """Add the options that say what becomes of the result."""
    group = parser.add_argument_group("output")
    add_format_option(group, FORMATS)
    group.add_argument(
        "--output", metavar="DIR", help="write the report's files, pictures too, into a folder"
    )
    group.add_argument(
        "--where", metavar="EXPRESSION", help="which models, such as 'params <= 7e9'"
    )
    group.add_argument(
        "--sort-by",
        metavar="FIELD",
        help="the order of models, such as params, mean_rank or a metric; --sort-by=-params: the "
        "largest first",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="show which files would be read, and end"
    )
    group.add_argument(
        "--init", action="store_true", help="write a commented example of a config.yaml, and end"
    )


def add_gate_options(parser: Parser) -> None:
    """Add the options that make the exit code depend on the result."""
    group = parser.add_argument_group("gate (exit code 1)")
    group.add_argument(
        "--fail-under",
        metavar="METRIC=X",
        action="extend",
        type=_thresholds,
        default=[],
        help="fail if a model's score is worse than X, such as rouge_l=0.3 (not in percent): below "
        "it, or above it if lower values are better; separate several by commas; may be repeated",
    )
    group.add_argument(
        "--fail-on-regression",
        action="store_true",
        help="fail if a model is significantly worse than the baseline by any metric",
    )


def _thresholds(text: str) -> list[tuple[str, float]]:
    found = []
    for each in comma_separated(text):
        name, _, number = each.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not name.strip() or math.isnan(value):
            raise argparse.ArgumentTypeError(
                f"{each!r} is not a threshold: give a metric and a number, such as rouge_l=0.3"
            )
        found.append((name.strip(), value))
    return found
