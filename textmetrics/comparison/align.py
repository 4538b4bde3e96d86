"""Bring the samples of several files into one order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import name_list, pluralized, short_repr
from textmetrics.evaluation import Evaluation, SampleDetails
from textmetrics.metrics import Score
from textmetrics.records import DataError

__all__ = ["Listed", "check_references", "common_ids", "in_order", "orders"]

_EXAMPLES = 3


@dataclass(frozen=True)
class Listed:
    """The samples of one file, in its own order.

    Attributes:
        file: the file's name.
        n: number of samples.
        ids: of the samples; ``None`` if they have none.
        references: one sequence per sample.
    """

    file: str
    n: int
    ids: Sequence[str] | None
    references: Sequence[Sequence[str]]


def orders(files: Sequence[Listed]) -> list[NDArray[np.intp]]:
    """Return, for each file, the indices that bring its samples into the first file's order.

    Samples are matched by id if all files have ids, else by position.

    Raises:
        DataError: if a file has different samples than the first one.
    """
    first = files[0]
    if any(each.ids is None for each in files):
        for each in files[1:]:
            if each.n != first.n:
                raise DataError(each.file, None, _unequal_lines(files, each))
        return [np.arange(each.n) for each in files]
    found = []
    for each in files:
        if (each.ids or ()) != first.ids and (wrong := _unequal_ids(first, each)):
            raise DataError(each.file, None, wrong)
        places = {name: place for place, name in enumerate(each.ids or ())}
        found.append(np.array([places[name] for name in first.ids or ()], dtype=np.intp))
    return found


def _unequal_lines(files: Sequence[Listed], other: Listed) -> str:
    without = next(each for each in files if each.ids is None)
    return (
        f"unequal to {files[0].file}, found {pluralized(other.n, 'sample')} but {files[0].n:,} "
        f"there; samples are matched by line, because {without.file} has no ids: add an 'id' to all"
    )


def _unequal_ids(first: Listed, other: Listed) -> str:
    ours, theirs = first.ids or (), other.ids or ()
    missing = _less(ours, frozenset(theirs))
    surplus = _less(theirs, frozenset(ours))
    found = []
    if missing:
        found.append(f"{pluralized(len(missing), 'id')} missing ({name_list(missing, _EXAMPLES)})")
    if surplus:
        found.append(
            f"{pluralized(len(surplus), 'id')} unknown there ({name_list(surplus, _EXAMPLES)})"
        )
    if not found:
        return ""
    return (
        f"samples differ from {first.file}, found {' and '.join(found)}; add missing samples, or "
        "compare only those that all files have: --intersect"
    )


def _less(names: Sequence[str], others: Collection[str]) -> list[str]:
    return [name for name in names if name not in others]


def common_ids(ids: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the ids that all files have in common."""
    return frozenset(ids[0]).intersection(*ids[1:])


def check_references(files: Sequence[Listed], found: Sequence[NDArray[np.intp]]) -> None:
    """Check that each sample has the same references in all files.

    Args:
        files: the files.
        found: their orders, from `orders`.

    Raises:
        DataError: if references differ; the message contains examples.
    """
    first = files[0]
    for each, order in zip(files[1:], found[1:], strict=True):
        wrong = [
            place
            for place, at in enumerate(order.tolist())
            if tuple(each.references[at]) != tuple(first.references[place])
        ]
        if wrong:
            examples = "; ".join(
                f"{_name(first, place)}: {_texts(first.references[place])} in that file, "
                f"{_texts(each.references[order[place]])} in this one"
                for place in wrong[:_EXAMPLES]
            )
            raise DataError(
                each.file,
                None,
                f"references differ from {first.file}, found {pluralized(len(wrong), 'sample')} of "
                f"{first.n:,} that do ({examples}); compare answers to the same references, or "
                "pass one file of references with --references",
            )


def _name(file: Listed, place: int) -> str:
    return f"sample {place + 1:,}" if file.ids is None else f"id {short_repr(file.ids[place])}"


def _texts(references: Sequence[str]) -> str:
    return name_list(references, 2) if len(references) != 1 else short_repr(references[0])


def in_order(evaluation: Evaluation, rows: NDArray[np.intp]) -> Evaluation:
    """Return the same scores with their samples in another order.

    Args:
        evaluation: the scores of one file.
        rows: index of each wanted sample in the evaluation; -1 for a sample that was not scored.
    """
    scores = {name: _score(score, rows) for name, score in evaluation.items()}
    details = evaluation.sample_details
    if details is not None:
        details = SampleDetails(
            tuple(details.langs[at] if at >= 0 else "" for at in rows.tolist()),
            _taken(details.prediction_lengths, rows, -1),
            _taken(details.reference_lengths, rows, -1),
        )
    return Evaluation(scores, evaluation.health, details)


def _score(score: Score, rows: NDArray[np.intp]) -> Score:
    fields: dict[str, Any] = dict(vars(score))
    if score.samples is not None:
        fields["samples"] = _taken(score.samples, rows, np.nan)
    if score.totals is not None:
        fields["totals"] = replace(score.totals, rows=_taken(score.totals.rows, rows, 0))
    if score.all_tokens is not None:
        fields["all_tokens"] = _score(score.all_tokens, rows)
    return Score(float(score), **fields)


def _taken(column: NDArray[Any], rows: NDArray[np.intp], missing: float) -> NDArray[Any]:
    taken = column[rows]
    taken[rows < 0] = missing
    taken.flags.writeable = False
    return taken
