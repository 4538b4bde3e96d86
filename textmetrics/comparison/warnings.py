"""What a reader must not overlook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from textmetrics.comparison.settings import Settings
from textmetrics.comparison.wording import percent, points, verdict

__all__ = ["by_parts", "by_stopwords", "too_few_resamples"]

Entry = Mapping[str, Any]


def by_stopwords(entry: Entry) -> list[str]:
    """Warn where a comparison ends otherwise over all tokens."""
    over_all = entry["all_tokens"]
    if over_all is None or None in (entry["difference"], over_all["difference"]):
        return []
    same_side = entry["difference"] * over_all["difference"] >= 0
    if same_side and entry["significant"] == over_all["significant"]:
        return []
    return [
        "the verdict depends on stopword removal: "
        f"{_told(entry)} without stopwords, {_told(over_all)} over all tokens"
    ]


def _told(entry: Entry) -> str:
    return f"{points(entry['difference'])} ({verdict(entry)})"


def by_parts(scores: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """Warn where F1 puts two models into another order than recall does.

    Args:
        scores: of one task and metric.

    Returns:
        By the names of the models, what to say; nothing where recall is not the headline.
    """
    found = {}
    for one, other in combinations(scores, 2):
        signature = one["signature"].split("|")
        if signature[1] != "recall" or None in (one["f1"], other["f1"]):
            continue
        if (one["value"] - other["value"]) * (one["f1"] - other["f1"]) < 0:
            better, worse = sorted((one, other), key=lambda each: -float(each["value"]))
            found[one["model"], other["model"]] = (
                f"F1 ranks otherwise than recall: {better['model']} has the higher recall "
                f"({percent(better['value'])} against {percent(worse['value'])}), "
                f"{worse['model']} the higher F1 "
                f"({percent(worse['f1'])} against {percent(better['f1'])}); "
                "longer answers have more recall"
            )
    return found


def too_few_resamples(entries: Sequence[Entry], settings: Settings) -> list[str]:
    """Warn where no p-value could be small enough once it is adjusted."""
    family = max((each["family"] for each in entries), default=0)
    needed = int(family / (1 - settings.level))
    if settings.correction != "holm" or needed < settings.resamples:
        return []
    return [
        f"{settings.resamples:,} resamples are too few for a family of {family:,} tests: none can "
        f"be significant; give more than {needed:,}"
    ]
