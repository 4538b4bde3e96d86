"""How a comparison is decided: options of `compare`, of the command line and of config files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypedDict

import numpy as np
from msgspec import Meta, Struct

from textmetrics._options import Option, complete
from textmetrics._registry import suggest
from textmetrics.statistics import CORRECTIONS, MOST_RESAMPLES, RESAMPLES, SEED, TESTS, whole

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["FAILED", "ComparisonOptions", "ComparisonSettings", "comparison_settings"]

FAILED = ("zero", "exclude")

Correction: TypeAlias = Literal["holm", "bh", "none"]
PairedTest: TypeAlias = Literal["auto", "ar", "bootstrap", "mcnemar"]
Failed: TypeAlias = Literal["zero", "exclude"]


class ComparisonOptions(TypedDict, total=False):
    """What decides intervals, tests and verdicts."""

    baseline: Annotated[
        str | None,
        Option(
            None,
            "the model that the others are tested against (default: the first)",
            metavar="MODEL",
        ),
    ]
    level: Annotated[
        float,
        Option(
            0.95,
            "confidence level of intervals, between 0 and 1; tests are at 1 minus it",
            metavar="X",
        ),
    ]
    resamples: Annotated[
        int,
        Option(RESAMPLES, "number of resamples, for tests and bootstraps", metavar="N"),
    ]
    seed: Annotated[int, Option(SEED, "seed of the resamples", metavar="N")]
    test: Annotated[
        PairedTest,
        Option(
            "auto",
            "paired test: auto (McNemar's for values of 0 and 1, else ar), ar (approximate "
            "randomisation), bootstrap (paired) or mcnemar (exact)",
            choices=lambda: TESTS,
            metavar="NAME",
        ),
    ]
    correction: Annotated[
        Correction,
        Option(
            "holm",
            "how p-values are adjusted for the number of tests: holm, bh (Benjamini and Hochberg) "
            "or none; a family is all tests of one metric, on all models and tasks",
            choices=lambda: CORRECTIONS,
            metavar="NAME",
        ),
    ]
    failed: Annotated[
        Failed,
        Option(
            "zero",
            "what records count as whose status says that they failed: zero, or exclude to leave "
            "them out",
            choices=lambda: FAILED,
        ),
    ]


class ComparisonSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How intervals and tests were made."""

    baseline: str | None
    level: Annotated[float, Meta(description="Of the intervals, between 0 and 1.")]
    resamples: int
    seed: int
    correction: Annotated[
        Correction | None, Meta(description="How p-values were adjusted: holm, bh or none.")
    ]
    test: Annotated[PairedTest, Meta(description="auto, ar, bootstrap or mcnemar.")]
    failed: Annotated[Failed, Meta(description="What became of failed records: zero or exclude.")]


def comparison_settings(**options: Unpack[ComparisonOptions]) -> ComparisonSettings:
    """Return the settings of a comparison: the given options, and defaults for the others.

    Raises:
        TypeError: if an option is unknown or of the wrong type.
        ValueError: if an option has an impossible value.
    """
    found = complete(ComparisonOptions, options)
    level = found["level"]
    if not isinstance(level, int | float | np.floating) or not 0 < level < 1:
        raise ValueError(f"level={level!r} is no level: give one between 0 and 1: 0.95")
    whole(found["resamples"], "resamples", 1, MOST_RESAMPLES)
    whole(found["seed"], "seed", 0)
    for name, known in (("correction", CORRECTIONS), ("test", tuple(TESTS)), ("failed", FAILED)):
        if found[name] not in known:
            near = suggest(str(found[name]), known)
            raise ValueError(
                f"{name}={found[name]!r} is not known: {near}known: {', '.join(known)}"
            )
    return ComparisonSettings(**found)
