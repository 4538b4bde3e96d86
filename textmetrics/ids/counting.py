"""Token ids in, counts out: the door, and which backend goes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TypeAlias, cast

from textmetrics.ids.arrays import groups_of
from textmetrics.ids.given import Array, Given, Ragged, on_device
from textmetrics.ids.options import Ids, Options, group_size_of, options_of
from textmetrics.kernels import BASIC_COLUMNS, Counts, backend_meant
from textmetrics.kernels import backend as load_backend

__all__ = ["backend_for", "count_ids", "counter"]

Counter: TypeAlias = Callable[[Given, Options], Counts]


def count_ids(
    predictions: Array | Ragged,
    references: Array | Ragged,
    *,
    prediction_lengths: Array | None = None,
    reference_lengths: Array | None = None,
    pad_id: int | None = None,
    ignore_ids: Iterable[int] = (),
    eos_id: Ids | None = None,
    group_size: int = 1,
    columns: Iterable[str] = BASIC_COLUMNS,
    backend: str = "auto",
    threads: int | None = None,
) -> Counts:
    """Count what scores of token ids are functions of.

    Arrays may be NumPy's, or of any library that speaks DLPack or has ``__cuda_array_interface__``;
    none of these is imported, and nothing is copied. The table has a row for *every* reference of
    a sample, in the order given: where one does not count its ``reference_length`` is -1, and
    every other column of pairs 0.

    Args:
        predictions: int32 or int64, a padded row a sample, or `Ragged`.
        references: likewise; where a sample has several, ``(samples, references, length)``.
        prediction_lengths: how many of its first columns each padded row has; all if ``None``.
        reference_lengths: likewise, and -1 where there is no such reference.
        pad_id: skipped wherever it is, as -100 always is.
        ignore_ids: ids that are dropped, as stopwords are. Where that leaves nothing of any
            reference of a sample, nothing is dropped in it; a reference that it empties while
            another has something does not count.
        eos_id: an id, or several, that ends a text, wherever it first is; it is no part of it.
        group_size: how many predictions, one after the other, share an entry of references.
        columns: those of `Counts` that are wanted; those of sentences are not to be had.
        backend: ``auto``, ``native``, ``reference`` or ``cuda``; all give the same.
        threads: how many threads at most; as many as there are processors if ``None``.

    Raises:
        TypeError: if an array is of another type or has other dimensions, or an option is of a
            kind that it cannot be.
        ValueError: if sizes, lengths or offsets are not possible, there are no samples, a sample
            has no reference, or a name is not known.
        ImportError: if the backend is not there.

    Examples:
        >>> counts = count_ids([[5, 7, 7, 2, 0]], [[5, 7, 9, 2]], eos_id=2, pad_id=0)
        >>> counts["match_1"].tolist(), counts["lcs"].tolist()
        ([2], [2])
    """
    options = options_of(
        columns, pad_id=pad_id, ignore_ids=ignore_ids, eos_id=eos_id, threads=threads
    )
    size = group_size_of(group_size)
    given = Given(predictions, references, prediction_lengths, reference_lengths, size)
    return counter(backend_for(given, backend))(given, options)


def backend_for(given: Given, name: str) -> str:
    """Give the name of the backend that a name means for these arrays.

    Raises:
        ValueError: if arrays on a device are to be counted on the host.
    """
    there = on_device(given)
    if name == "auto":
        return "cuda" if there else backend_meant(name)
    if there and name != "cuda":
        raise ValueError(
            f"backend {name!r} reads the host's memory, and {', '.join(there)} "
            f"{'are' if len(there) > 1 else 'is'} on a CUDA device: "
            "copy to the host first, or take backend='cuda'"
        )
    return name


def counter(name: str) -> Counter:
    """Give what counts under the name of a backend.

    Raises:
        ValueError: if no backend has that name.
        ImportError: if it cannot be loaded, with the reason and what to do.
    """
    kernel = load_backend(name)
    if name == "cuda":
        return cast("Counter", import_module("textmetrics.ids.device").count)
    if name == "native":
        from textmetrics.ids import native

        return native.count
    from textmetrics.ids import definition

    return lambda given, options: definition.count(groups_of(given), options, kernel)
