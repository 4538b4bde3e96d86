"""Which backends count, and how to add one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from textmetrics._registry import Registry
from textmetrics.kernels.counts import Counts
from textmetrics.scan import Batch

__all__ = ["AUTO", "Backend", "available_backends", "backend", "backend_meant", "backend_names"]
__all__ += ["counts_texts", "register_backend"]

AUTO = ("native", "reference")
"""What ``"auto"`` means: the first of these that is available. All return the same integers."""


class Backend(Protocol):
    """A function that returns the integers that `textmetrics.kernels.definition` defines."""

    def __call__(self, batch: Batch, columns: Collection[str], threads: int) -> Counts:
        """Count the requested columns, on at most ``threads`` threads."""
        ...


class _Entry(NamedTuple):
    load: Callable[[], Backend]
    remedy: str


_backends: Registry[_Entry] = Registry("backend", also=("auto",))


def register_backend(name: str, load: Callable[[], Backend], *, remedy: str = "") -> None:
    """Register a backend, or replace the one of that name.

    Args:
        name: its name, for ``backend=`` and ``--backend``.
        load: imports and returns it; called when the backend is used, not before.
        remedy: advice to show if ``load`` raises an `ImportError`.

    Examples:
        >>> def load() -> Backend:
        ...     from textmetrics.kernels.definition import count
        ...
        ...     return count
        >>> register_backend("mine", load, remedy="pip install mine")
    """
    _backends.add(name, _Entry(load, remedy))


def backend(name: str = "auto") -> Backend:
    """Load and return the backend of that name.

    Raises:
        ValueError: if no backend has that name.
        ImportError: if it cannot be loaded, with the reason and what to do.
    """
    if name == "auto":
        return _auto()[1]
    entry = _backends.get(name)
    try:
        return entry.load()
    except ImportError as error:
        remedy = f"; {entry.remedy}" if entry.remedy else ""
        raise ImportError(f"backend {name!r} is not available: {error}{remedy}") from error


def backend_meant(name: str) -> str:
    """Return the name of the backend that ``"auto"`` stands for; any other name as it is."""
    return _auto()[0] if name == "auto" else name


def _auto() -> tuple[str, Backend]:
    fast, always_there = AUTO
    try:
        return fast, backend(fast)
    except ImportError:
        return always_there, backend(always_there)


def counts_texts(counting: Backend) -> bool:
    """Return whether a backend is our C++, which can count texts where it scans them."""
    native = sys.modules.get("textmetrics.kernels.native")
    return native is not None and counting is native.count


def backend_names() -> tuple[str, ...]:
    """Return the names of all backends, loaded or not."""
    return _backends.names()


def available_backends() -> dict[str, str | None]:
    """Return for each backend ``None``, or the reason why it cannot be used.

    All backends are loaded to find out.
    """
    return {name: _reason(name) for name in backend_names()}


def _reason(name: str) -> str | None:
    try:
        backend(name)
    except ImportError as error:
        return str(error)
    return None


def _load_native() -> Backend:
    from textmetrics.kernels import native

    return native.count


def _load_definition() -> Backend:
    from textmetrics.kernels import definition

    return definition.count


def _load_cuda() -> Backend:
    from textmetrics.kernels import cuda

    return cuda.load()


register_backend(
    "native",
    _load_native,
    remedy="reinstall textmetrics-eval from source where there is a C++17 compiler",
)
register_backend("reference", _load_definition)
register_backend("cuda", _load_cuda)
