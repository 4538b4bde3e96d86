"""How a comparison is decided: options of `compare`, of the command line and of config files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypedDict

from msgspec import Meta, Struct

from textmetrics._options import Option, complete, options_of
from textmetrics._registry import suggest
from textmetrics._sentences import REPORT_LANGS, ReportLang
from textmetrics.evaluation import comma_separated
from textmetrics.statistics import (
    CORRECTIONS,
    RESAMPLES,
    SEED,
    TESTS,
    resampling_options,
    share,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "CompareOptions",
    "ComparisonOptions",
    "ComparisonSettings",
    "GroupingOptions",
    "ReportOptions",
]

_FAILED = ("zero", "exclude")

Correction: TypeAlias = Literal["holm", "bh", "none"]
PairedTest: TypeAlias = Literal["auto", "ar", "bootstrap", "mcnemar"]
Failed: TypeAlias = Literal["zero", "exclude"]


class ComparisonOptions(TypedDict, total=False):
    """What decides intervals, tests and verdicts."""

    baseline: Annotated[
        str | None,
        Option(
            None,
            "the model that the others are tested against; the first one by default",
            metavar="MODEL",
        ),
    ]
    level: Annotated[
        float,
        Option(
            0.95,
            "the confidence level of intervals, between 0 and 1; tests use 1 minus this level",
            metavar="X",
        ),
    ]
    resamples: Annotated[
        int, Option(RESAMPLES, "the number of resamples, for tests and bootstraps", metavar="N")
    ]
    seed: Annotated[
        int,
        Option(SEED, "the seed for resampling: the same seed gives the same numbers", metavar="N"),
    ]
    test: Annotated[
        PairedTest,
        Option(
            "auto",
            "the paired test: mcnemar (exact), ar (approximate randomisation), bootstrap (paired), "
            "or auto: mcnemar for values of 0 and 1, else ar, corrected for skewed differences",
            choices=lambda: TESTS,
            metavar="NAME",
        ),
    ]
    correction: Annotated[
        Correction,
        Option(
            "holm",
            "how p-values are adjusted for multiple tests: holm, bh (Benjamini-Hochberg) or none; "
            "a family is all tests of one metric over all models and tasks; the headline metrics "
            "of tasks count as one",
            choices=lambda: CORRECTIONS,
            metavar="NAME",
        ),
    ]
    failed: Annotated[
        Failed,
        Option(
            "zero",
            "how records count if their status says that they failed: zero scores them as 0, "
            "exclude leaves them out",
            choices=lambda: _FAILED,
            metavar="|".join(_FAILED),
            kind="treatment of failed records",
        ),
    ]


class GroupingOptions(TypedDict, total=False):
    """Which samples belong together, and what scores are broken down by."""

    group: Annotated[
        str | None,
        Option(
            None,
            "the field that tells which samples belong together, such as questions on one "
            "document: groups, not samples, are then treated as independent",
            metavar="FIELD",
        ),
    ]
    breakdown: Annotated[
        Iterable[str],
        Option(
            (),
            "fields by whose values scores are broken down; ``lang`` and ``length`` (of the "
            "reference) are always available",
            metavar="FIELDS",
            parse=comma_separated,
            repeatable=True,
            flag_help="fields by whose values scores are broken down, separated by commas; may be "
            "repeated; lang and length (of the reference) are always available",
        ),
    ]


class ReportOptions(TypedDict, total=False):
    """How what was found is told."""

    report_lang: Annotated[
        ReportLang,
        Option(
            "en",
            "the language of the page, the summary and the pictures of a report: en, zh or ja",
            choices=lambda: REPORT_LANGS,
            metavar="|".join(REPORT_LANGS),
            kind="report language",
        ),
    ]


class CompareOptions(GroupingOptions, ComparisonOptions, total=False):
    """The options of `compare`, `metrics` and the columns of samples aside."""


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

    @property
    def alpha(self) -> float:
        """The level of tests: 0.05 and not a little more, as 1 - 0.95 is in floating point."""
        return round(1 - self.level, 12)

    @classmethod
    def of(cls, **options: Unpack[ComparisonOptions]) -> ComparisonSettings:
        """Return the settings of a comparison: the given options, and defaults for the others.

        Raises:
            TypeError: if an option is unknown or of the wrong type.
            ValueError: if an option has an impossible value.
        """
        values = complete(ComparisonOptions, options)
        values["level"] = share(values["level"], "level")
        values["resamples"], values["seed"] = resampling_options(
            values["resamples"], values["seed"]
        )
        for name, option in options_of(ComparisonOptions).items():
            if option.choices is not None:
                _check_choice(name, values[name], tuple(option.choices()))
        return cls(**values)


def _check_choice(name: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        near = suggest(str(value), known)
        raise ValueError(f"unknown {name} {value!r}: {near}known: {', '.join(known)}")
