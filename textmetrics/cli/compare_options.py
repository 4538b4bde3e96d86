"""The options of ``textmetrics compare``."""

from __future__ import annotations

import argparse

from textmetrics.cli.choices import add_format_option, choice, comma_separated
from textmetrics.cli.program import Parser
from textmetrics.comparison import FAILED
from textmetrics.statistics import CORRECTIONS, RESAMPLES, SEED, TESTS

__all__ = ["FORMATS", "add_comparison_options", "add_gate_options", "add_result_options"]

FORMATS = ("table", "markdown", "latex", "json", "csv")


def add_comparison_options(parser: Parser) -> None:
    """Add the options that say what is compared, and how."""
    group = parser.add_argument_group("comparison")
    group.add_argument(
        "--baseline",
        metavar="MODEL",
        help="what the others are tested against (default: the first)",
    )
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
    group.add_argument(
        "--failed",
        metavar="|".join(FAILED),
        type=choice("way with failed records", FAILED),
        help="what records count as whose status says that they failed: 0 (the default), or "
        "nothing",
    )
    _add_statistics(parser)


def _add_statistics(parser: Parser) -> None:
    group = parser.add_argument_group("statistics")
    group.add_argument(
        "--level", metavar="X", type=float, help="of intervals and tests (default: 0.95)"
    )
    group.add_argument(
        "--resamples",
        metavar="N",
        type=int,
        help=f"for tests and bootstraps (default: {RESAMPLES})",
    )
    group.add_argument("--seed", metavar="N", type=int, help=f"of resamples (default: {SEED})")
    group.add_argument(
        "--test",
        metavar="NAME",
        type=choice("test", TESTS),
        help="auto (the default: McNemar's for values of 0 and 1, else ar), ar (approximate "
        "randomisation), bootstrap (paired), mcnemar (exact)",
    )
    group.add_argument(
        "--correction",
        metavar="NAME",
        type=choice("correction", CORRECTIONS),
        help="how p-values are adjusted for their number: holm (the default), bh (Benjamini and "
        "Hochberg) or none",
    )


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
        help="fail if a model's score is below X, from 0 to 1, such as rouge_l=0.3; with commas "
        "between several; may be repeated",
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
            value = -1.0
        if not name.strip() or not 0 <= value <= 1:
            raise argparse.ArgumentTypeError(
                f"{each!r} is no threshold: give a metric and a number from 0 to 1, rouge_l=0.3"
            )
        found.append((name.strip(), value))
    return found
