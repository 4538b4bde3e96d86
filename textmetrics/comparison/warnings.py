"""What a reader must not overlook."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import AllTokensComparison, BaselineComparison, ModelScore
from textmetrics.comparison.wording import percent, points, verdict

__all__ = ["by_parts", "by_stopwords", "too_few_resamples"]


def by_stopwords(entry: BaselineComparison) -> list[str]:
    """Warn where a comparison ends otherwise over all tokens."""
    over_all = entry.all_tokens
    if over_all is None or entry.difference is None or over_all.difference is None:
        return []
    same_side = entry.difference * over_all.difference >= 0
    if same_side and entry.significant == over_all.significant:
        return []
    return [
        "the verdict depends on stopword removal: "
        f"{_told(entry)} without stopwords, {_told(over_all)} over all tokens"
    ]


def _told(entry: BaselineComparison | AllTokensComparison) -> str:
    return f"{points(entry.difference)} ({verdict(entry)})"


def by_parts(scores: Sequence[ModelScore]) -> dict[tuple[str, str], str]:
    """Warn where F1 puts two models into another order than recall does.

    Args:
        scores: of one task and metric.

    Returns:
        By the names of the models, what to say; nothing where recall is not the headline.
    """
    found = {}
    for one, other in combinations(scores, 2):
        if one.signature.split("|")[1] != "recall" or one.f1 is None or other.f1 is None:
            continue
        difference = (one.value or 0.0) - (other.value or 0.0)
        if difference * (one.f1 - other.f1) < 0:
            better, worse = (one, other) if difference > 0 else (other, one)
            found[one.model, other.model] = (
                f"F1 ranks otherwise than recall: {better.model} has the higher recall "
                f"({percent(better.value)} against {percent(worse.value)}), "
                f"{worse.model} the higher F1 "
                f"({percent(worse.f1)} against {percent(better.f1)}); "
                "longer answers have more recall"
            )
    return found


def too_few_resamples(
    entries: Sequence[BaselineComparison], settings: ComparisonSettings
) -> list[str]:
    """Warn where no p-value could be small enough once it is adjusted."""
    family = max((each.family for each in entries), default=0)
    needed = int(family / (1 - settings.level))
    if settings.correction != "holm" or needed < settings.resamples:
        return []
    return [
        f"{settings.resamples:,} resamples are too few for a family of {family:,} tests: none can "
        f"be significant; give more than {needed:,}"
    ]
