"""The line that says how a score was computed."""

from __future__ import annotations

from collections.abc import Iterable

from textmetrics._version import __version__
from textmetrics.languages import Analyzer
from textmetrics.metrics import Metric

__all__ = ["signature"]


def signature(
    metric: Metric, analyzers: Iterable[Analyzer], references: tuple[int, int], *, dropped: bool
) -> str:
    """Give a score's signature; equal signatures mean equal numbers on equal data.

    Backend and threads are not in it, because they cannot matter.

    Args:
        metric: what was computed.
        analyzers: one a language that occurred.
        references: the smallest and the largest number of references a sample.
        dropped: whether stopwords were dropped.
    """
    used = sorted(analyzers, key=lambda analyzer: analyzer.language.code)
    stopwords = [each.stopwords.signature() for each in used] if dropped else ["none"]
    fewest, most = references
    fields = (
        metric.name,
        metric.headline,
        "lang:" + "+".join(each.language.code for each in used),
        "tok:" + _joined(each.tokenizer.described() for each in used),
        "norm:nfkc-casefold",
        "stop:" + _joined(stopwords),
        f"refs:{fewest}" if fewest == most else f"refs:{fewest}-{most}",
        "preset:default",
        f"v:{__version__}",
    )
    return "|".join(fields)


def _joined(parts: Iterable[str]) -> str:
    return "+".join(dict.fromkeys(parts))
