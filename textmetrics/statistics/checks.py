"""Convert arguments to arrays, and check them."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics._checks import whole_number

__all__ = [
    "RESAMPLES",
    "SEED",
    "AnyIntegers",
    "Floats",
    "Integers",
    "codes_of",
    "one_of",
    "resampling_options",
    "share",
    "totals_of",
    "values_of",
]

RESAMPLES = 10_000
SEED = 12345

_MOST_RESAMPLES = 10_000_000
"""More would take memory, and say nothing more: a p-value is then known to 0.0003."""

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
AnyIntegers: TypeAlias = npt.NDArray[np.integer]


def values_of(given: npt.ArrayLike, name: str = "values") -> Floats:
    """Return one value per sample, NaN for samples that are left out.

    Args:
        given: one value per sample, or one row of values per run; then each sample's mean over
            the runs that have it is returned.
        name: name of the argument, for errors.

    Raises:
        TypeError: if values are not numbers.
        ValueError: if there are no samples, more than two dimensions, or infinities.
    """
    array = _numbers(given, name, "biuf").astype(np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"{name} must have the shape (samples,) or (runs, samples), got {array.shape}"
        )
    if np.isinf(array).any():
        raise ValueError(f"{name} must be finite (NaN for samples that are left out)")
    if array.ndim == 2:
        with warnings.catch_warnings():  # about samples that no run has
            warnings.simplefilter("ignore", RuntimeWarning)
            array = np.nanmean(array, axis=0)
    if np.isnan(array).all():
        raise ValueError(f"{name} are all NaN: there is no sample to compute from")
    return array


def totals_of(given: npt.ArrayLike, name: str = "totals") -> AnyIntegers:
    """Return integers in the shape (runs, samples, columns), as narrow as they are given.

    Raises:
        TypeError: if values are not integers.
        ValueError: if there are no samples, or the shape is invalid.
    """
    array = _numbers(given, name, "biu")
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim != 3:
        raise ValueError(
            f"{name} must have the shape (samples, columns) or (runs, samples, columns), "
            f"got {array.shape}"
        )
    return array.astype(np.uint8) if array.dtype.kind == "b" else array


def _numbers(given: npt.ArrayLike, name: str, kinds: str) -> npt.NDArray[Any]:
    array = np.asarray(given)
    if array.size == 0:
        raise ValueError(f"{name} has no samples, got the shape {array.shape}")
    if array.dtype.kind not in kinds:
        what = "numbers" if "f" in kinds else "integers"
        raise TypeError(f"{name} must be {what}, got {array.dtype}")
    return array


def codes_of(groups: npt.ArrayLike | None, samples: int) -> Integers:
    """Return the number of each sample's group; each sample is its own group if ``None``.

    Raises:
        TypeError: if groups are neither strings nor integers.
        ValueError: if there is not one per sample.
    """
    if groups is None:
        return np.arange(samples)
    array = np.asarray(groups)
    if array.dtype == object and all(isinstance(each, str) for each in array.flat):
        array = array.astype(str)
    if array.dtype.kind not in "iuU":
        raise TypeError(f"groups must be strings or integers, one per sample, got {array.dtype}")
    if array.shape != (samples,):
        raise ValueError(
            f"groups must be one per sample, got the shape {array.shape} for {samples} samples"
        )
    return np.unique(array, return_inverse=True)[1].astype(np.int64)


def one_of(given: str, known: Collection[str], name: str) -> str:
    """Return a choice.

    Raises:
        ValueError: if it is unknown.
    """
    if given not in known:
        raise ValueError(f"unknown {name} {given!r}; known: {', '.join(known)}")
    return given


def share(given: float, name: str) -> float:
    """Return a number between 0 and 1, such as a confidence level.

    Raises:
        TypeError: if it is not a number.
        ValueError: if it is not between 0 and 1.
    """
    if isinstance(given, bool) or not isinstance(given, int | float | np.number):
        raise TypeError(f"{name} must be a number between 0 and 1, got {given!r}")
    if not 0 < given < 1:
        raise ValueError(f"{name} must be between 0 and 1, such as 0.95, got {given!r}")
    return float(given)


def resampling_options(resamples: int, seed: int) -> tuple[int, int]:
    """Return the number of resamples and the seed, checked.

    Raises:
        TypeError: if one is not an integer.
        ValueError: if one is out of range.
    """
    return (
        whole_number(resamples, "resamples", at_least=1, at_most=_MOST_RESAMPLES),
        whole_number(seed, "seed", at_least=0),
    )
