"""Report the progress of a computation that takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

__all__ = ["Progress", "parts", "silent"]

Progress: TypeAlias = Callable[[float], None]
"""Called now and then with the share that is done, from 0 to 1."""


def silent(share: float) -> None:
    """Ignore progress."""


def parts(progress: Progress, count: int) -> Iterator[Progress]:
    """Yield the progress of each of some parts that take equally long.

    Examples:
        >>> first, second = parts(print, 2)
        >>> second(0.5)
        0.75
    """
    for at in range(count):
        yield lambda share, at=at: progress((at + share) / count)  # type: ignore[misc]
