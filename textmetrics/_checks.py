"""Checks of values that many functions take."""

from __future__ import annotations

import operator
from typing import Any

from textmetrics._escape import short_repr

__all__ = ["parse_whole_number", "whole_number"]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1  # what NumPy and the extension have room for


def whole_number(
    value: Any, name: str, *, at_least: int = _SMALLEST, at_most: int = _LARGEST
) -> int:
    """Return an integer within bounds, as Python's own type.

    NumPy integers and tensors of one integer count; booleans, strings and floats do not.

    Raises:
        TypeError: if the value is not an integer.
        ValueError: if it is out of bounds.

    Examples:
        >>> whole_number(3, "turn", at_least=1)
        3
        >>> whole_number(0, "turn", at_least=1)
        Traceback (most recent call last):
        ValueError: turn must be at least 1, got 0
    """
    try:
        # Some versions of NumPy and PyTorch give booleans an `__index__`: reject them by dtype.
        if type(value) is not int and (
            isinstance(value, bool) or "bool" in str(getattr(value, "dtype", ""))
        ):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        found = f"{type(value).__name__}: {short_repr(value)}"
        raise TypeError(f"{name} must be an integer, got {found}") from None
    if not at_least <= number <= at_most:
        if at_most == _LARGEST and number < at_least and at_least > _SMALLEST:
            bounds = f"at least {at_least:,}"
        else:
            bounds = f"from {at_least:,} to {at_most:,}"
        raise ValueError(f"{name} must be {bounds}, got {number:,}")
    return number


def parse_whole_number(text: str, *, at_least: int = 0) -> int:
    """Return the integer in a text from the command line or from a config file.

    Raises:
        ValueError: if it is not an integer, or too small.

    Examples:
        >>> parse_whole_number("12", at_least=1)
        12
        >>> parse_whole_number("0", at_least=1)
        Traceback (most recent call last):
        ValueError: expected an integer of at least 1, got '0'
    """
    if text.isascii() and text.isdecimal() and len(text) < 19 and int(text) >= at_least:
        return int(text)
    raise ValueError(f"expected an integer of at least {at_least:,}, got {short_repr(text)}")
