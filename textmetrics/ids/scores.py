"""Token ids in, a score a sample out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import cast

import numpy as np
from numpy.typing import NDArray

from textmetrics.ids.counting import backend_for, counter
from textmetrics.ids.given import Array, Given, Ragged
from textmetrics.ids.options import ID_COLUMNS, Ids, group_size_of, options_of
from textmetrics.kernels import PAIR_COLUMNS, Counts
from textmetrics.kernels import backend as load_backend
from textmetrics.metrics import METRICS, Metric, Part, chosen, listed_names, parts_of

__all__ = ["score_ids", "scores_of", "those_that_count"]

Floats = NDArray[np.float32]


def score_ids(
    predictions: Array | Ragged,
    references: Array | Ragged,
    *,
    metrics: Iterable[str] = ("f1",),
    prediction_lengths: Array | None = None,
    reference_lengths: Array | None = None,
    pad_id: int | None = None,
    ignore_ids: Iterable[int] = (),
    eos_id: Ids | None = None,
    group_size: int = 1,
    backend: str = "auto",
    threads: int | None = None,
) -> dict[str, Floats]:
    """Give each sample's scores of token ids, 0 to 1.

    Args:
        predictions: int32 or int64, a padded row a sample, or `Ragged`.
        references: likewise; where a sample has several, ``(samples, references, length)``.
        metrics: names of metrics that are functions of tokens, such as ``accuracy``, ``f1``,
            ``rouge_l`` or ``bleu_4`` (of the sentence); ROUGE gives its F1, because recall rewards
            length, and ``rouge_l.recall`` names the recall after all.
        prediction_lengths: how many of its first columns each padded row has.
        reference_lengths: likewise, and -1 where there is no such reference.
        pad_id: skipped wherever it is.
        ignore_ids: ids that are dropped, as stopwords are; see `count_ids`.
        eos_id: an id, or several, that ends a text.
        group_size: how many predictions, one after the other, share an entry of references.
        backend: ``auto``, ``native``, ``reference`` or ``cuda``; all count the same.
        threads: how many threads at most; as many as there are processors if ``None``.

    Returns:
        A float32 array a metric, with a value a prediction, where the predictions are.

    Raises:
        TypeError: as `count_ids` does, and if ``metrics`` is no list of names.
        ValueError: likewise, and if a metric is not known, or has no such value.
        ImportError: if the backend is not there.

    Examples:
        >>> score_ids([[5, 7, 2], [5, 5, 5]], [[5, 7, 9]], group_size=2)["f1"].tolist()
        [0.6666666865348816, 0.3333333432674408]
    """
    parts = _parts(metrics)
    needs = {"reference_length"}.union(*(part.metric.needs for part in parts.values()))
    options = options_of(
        needs, pad_id=pad_id, ignore_ids=ignore_ids, eos_id=eos_id, threads=threads
    )
    size = group_size_of(group_size)
    given = Given(predictions, references, prediction_lengths, reference_lengths, size)
    name = backend_for(given, backend)
    if name == "cuda":
        load_backend(name)
        found = import_module("textmetrics.ids.device").score(given, options, parts)
        return cast("dict[str, Floats]", found)
    return scores_of(counter(name)(given, options), parts)


def scores_of(counts: Counts, parts: Mapping[str, Part]) -> dict[str, Floats]:
    """Give each sample's values from counts that have all their columns."""
    table = those_that_count(counts)
    return {name: part.values({None: table}).astype(np.float32) for name, part in parts.items()}


def those_that_count(counts: Counts) -> Counts:
    """Drop the rows of references that do not count."""
    there = counts["reference_length"] >= 0
    columns = {
        name: column[there] if name in PAIR_COLUMNS else column
        for name, column in counts.columns.items()
    }
    before = np.concatenate([[0], np.cumsum(there)]).astype(np.int64)
    return Counts(columns, before[counts.offsets])


def _parts(names: Iterable[str]) -> dict[str, Part]:
    """Give the metrics by the names that they were asked for by."""
    asked = dict.fromkeys(listed_names(names), 1.0)
    of = [name.partition(".")[0] if isinstance(name, str) else name for name in asked]
    known = {metric.name: metric for metric in METRICS if _is_of_tokens(metric)}
    metrics = chosen(list(dict.fromkeys(of)), known, "metric")
    return dict(zip(asked, parts_of(asked, metrics), strict=True))


def _is_of_tokens(metric: Metric) -> bool:
    return metric.view is None and metric.words is None and metric.needs.issubset(ID_COLUMNS)
