"""Token ids in, counts and scores out: the public functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from textmetrics._checks import whole_number
from textmetrics._options import complete, takes
from textmetrics.ids.inputs import (
    ID_COLUMNS,
    Array,
    CountRules,
    IdInputs,
    IdOptions,
    Ragged,
    groups_of,
    on_device,
    rules_of,
)
from textmetrics.kernels import BASIC_COLUMNS, PAIR_COLUMNS, Counts, backend_meant
from textmetrics.kernels import backend as load_backend
from textmetrics.metrics import (
    METRICS,
    Metric,
    WeightedMetric,
    checked_names,
    select_metrics,
    weighted_metrics,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["count_ids", "score_ids"]

Counter: TypeAlias = Callable[[IdInputs, CountRules], Counts]
Floats: TypeAlias = NDArray[np.float32]


@takes(IdOptions)
def count_ids(
    predictions: Array | Ragged,
    references: Array | Ragged,
    *,
    columns: Iterable[str] = BASIC_COLUMNS,
    **options: Unpack[IdOptions],
) -> Counts:
    """Count what scores of token ids are computed from.

    Arrays may be NumPy's, or of any library that supports DLPack or has
    ``__cuda_array_interface__``; none of these is imported, and nothing is copied. The table has a
    row for *every* reference of a sample, in the order given: if one does not count, its
    ``reference_length`` is -1 and every other column of pairs 0.

    Args:
        predictions: int32 or int64, one padded row per sample, or `Ragged`.
        references: the same types; with several per sample, ``(samples, references, length)``.
        columns: the columns of `Counts` to count, except those of sentences.
        {options}

    Raises:
        TypeError: if an array has a wrong type or number of dimensions, or an option a wrong type.
        ValueError: if sizes, lengths or offsets are invalid, there are no samples, a sample has no
            reference, or a name is unknown.
        ImportError: if the backend is not available.

    Examples:
        >>> counts = count_ids([[5, 7, 7, 2, 0]], [[5, 7, 9, 2]], eos_id=2, pad_id=0)
        >>> counts["match_1"].tolist(), counts["lcs"].tolist()
        ([2], [2])
    """
    inputs, rules, name = _checked(predictions, references, columns, options)
    return _counter(name)(inputs, rules)


@takes(IdOptions)
def score_ids(
    predictions: Array | Ragged,
    references: Array | Ragged,
    *,
    metrics: Iterable[str] = ("f1",),
    **options: Unpack[IdOptions],
) -> dict[str, Floats]:
    """Score token ids, from 0 to 1, one value per sample.

    Args:
        predictions: int32 or int64, one padded row per sample, or `Ragged`.
        references: the same types; with several per sample, ``(samples, references, length)``.
        metrics: names of metrics that are functions of tokens, such as ``accuracy``, ``f1``,
            ``rouge_l`` or ``bleu_4`` (of the sentence). ROUGE is its F1, because recall rewards
            length; ``rouge_l.recall`` names the recall.
        {options}

    Returns:
        A float32 array for each metric, with one value per prediction, on the device of the
        predictions.

    Raises:
        TypeError: like `count_ids`, and if ``metrics`` is not a list of names.
        ValueError: like `count_ids`, and if a metric is unknown, or has no such value.
        ImportError: if the backend is not available.

    Examples:
        >>> score_ids([[5, 7, 2], [5, 5, 5]], [[5, 7, 9]], group_size=2)["f1"].tolist()
        [0.6666666865348816, 0.3333333432674408]
    """
    parts = _parts(metrics)
    needs = {"reference_length"}.union(*(part.metric.needs for part in parts.values()))
    inputs, rules, name = _checked(predictions, references, needs, options)
    if name == "cuda":
        load_backend(name)
        found = import_module("textmetrics.ids.cuda").score(inputs, rules, parts)
        return cast("dict[str, Floats]", found)
    return _sample_scores(_counter(name)(inputs, rules), parts)


def _sample_scores(counts: Counts, parts: Mapping[str, WeightedMetric]) -> dict[str, Floats]:
    """Return each sample's values from counts that have all their columns."""
    table = _without_missing(counts)
    return {name: part.values({None: table}).astype(np.float32) for name, part in parts.items()}


def _without_missing(counts: Counts) -> Counts:
    """Drop the rows of references that do not count."""
    counted = counts["reference_length"] >= 0
    columns = {
        name: column[counted] if name in PAIR_COLUMNS else column
        for name, column in counts.columns.items()
    }
    before = np.concatenate([[0], np.cumsum(counted)]).astype(np.int64)
    return Counts(columns, before[counts.offsets])


def _parts(names: Iterable[str]) -> dict[str, WeightedMetric]:
    """Return the parts of metrics by the names that they were requested by."""
    asked = dict.fromkeys(checked_names(names), 1.0)
    of = [name.partition(".")[0] if isinstance(name, str) else name for name in asked]
    known = {metric.name: metric for metric in METRICS if _is_of_tokens(metric)}
    metrics = select_metrics(list(dict.fromkeys(of)), known)
    return dict(zip(asked, weighted_metrics(asked, metrics), strict=True))


def _is_of_tokens(metric: Metric) -> bool:
    return metric.view is None and metric.words is None and metric.needs.issubset(ID_COLUMNS)


_DEFAULTS = complete(IdOptions, {})


def _checked(
    predictions: Array | Ragged,
    references: Array | Ragged,
    columns: Iterable[str],
    given: IdOptions,
) -> tuple[IdInputs, CountRules, str]:
    """Check the arguments of a call, except for what depends on values on a device."""
    if given.keys() - _DEFAULTS.keys():
        complete(IdOptions, given)  # raises
    options: dict[str, Any] = {**_DEFAULTS, **given}
    rules = rules_of(columns, options)
    inputs = IdInputs(
        predictions,
        references,
        options["prediction_lengths"],
        options["reference_lengths"],
        whole_number(options["group_size"], "group_size", at_least=1),
    )
    return inputs, rules, _backend_for(inputs, options["backend"])


def _backend_for(inputs: IdInputs, name: str) -> str:
    """Return the name of the backend to use for these arrays.

    Raises:
        ValueError: if arrays on a device are to be counted on the host.
    """
    device_arrays = on_device(inputs)
    if name == "auto":
        return "cuda" if device_arrays else backend_meant(name)
    if device_arrays and name != "cuda":
        raise ValueError(
            f"backend {name!r} reads the memory of the host, and {', '.join(device_arrays)} "
            f"{'are' if len(device_arrays) > 1 else 'is'} on a CUDA device: "
            "copy to the host first, or use backend='cuda'"
        )
    return name


def _counter(name: str) -> Counter:
    """Return the function that counts with a backend.

    Raises:
        ValueError: if no backend has that name.
        ImportError: if it cannot be loaded, with the reason and what to do.
    """
    kernel = load_backend(name)
    if name == "cuda":
        return cast("Counter", import_module("textmetrics.ids.cuda").count)
    if name == "native":
        from textmetrics.ids import native

        return native.count
    from textmetrics.ids import definition

    return lambda inputs, rules: definition.count(groups_of(inputs), rules, kernel)
