"""Which backends count, and how to add one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from textmetrics._registry import Registry
from textmetrics.kernels.counts import Counts
from textmetrics.scan import Batch

__all__ = ["AUTO", "Backend", "available_backends", "backend", "backend_meant", "backend_names"]
__all__ += ["register_backend"]

AUTO = ("native", "reference")
"""What ``"auto"`` means: the first of these that is there. All give the same integers."""


class Backend(Protocol):
    """What a backend is: a function that gives the integers that `reference` defines."""

    def __call__(self, batch: Batch, columns: Collection[str], threads: int) -> Counts:
        """Count the columns asked for, on at most ``threads`` threads."""
        ...


class _Entry(NamedTuple):
    load: Callable[[], Backend]
    remedy: str


_backends: Registry[_Entry] = Registry("backend")


def register_backend(name: str, load: Callable[[], Backend], *, remedy: str = "") -> None:
    """Add a backend, or replace the one of that name.

    Args:
        name: what it is asked for by.
        load: imports it and gives it; called when the backend is used, not before.
        remedy: what to do where ``load`` raises an `ImportError`.

    Examples:
        >>> def load() -> Backend:
        ...     from textmetrics.kernels.reference import count
        ...
        ...     return count
        >>> register_backend("mine", load, remedy="pip install mine")
    """
    _backends.add(name, _Entry(load, remedy))


def backend(name: str = "auto") -> Backend:
    """Give the backend of that name, loaded.

    Raises:
        ValueError: if no backend has that name.
        ImportError: if it cannot be loaded, with the reason and what to do.
    """
    name = backend_meant(name)
    entry = _backends.get(name)
    try:
        return entry.load()
    except ImportError as error:
        remedy = f"; {entry.remedy}" if entry.remedy else ""
        raise ImportError(f"backend {name!r} is not available: {error}{remedy}") from error


def backend_meant(name: str) -> str:
    """Give the name of a backend: for ``"auto"`` the one that it means, else the same."""
    return next(each for each in AUTO if _missing(each) is None) if name == "auto" else name


def backend_names() -> tuple[str, ...]:
    """Give the names of all backends, loaded or not."""
    return _backends.names()


def available_backends() -> dict[str, str | None]:
    """Give each backend's name with None, or with the reason why it cannot be used.

    It loads them all to find out.
    """
    return {name: _missing(name) for name in backend_names()}


def _missing(name: str) -> str | None:
    try:
        backend(name)
    except ImportError as error:
        return str(error)
    return None


def _load_native() -> Backend:
    from textmetrics.kernels import native

    return native.count


def _load_reference() -> Backend:
    from textmetrics.kernels import reference

    return reference.count


def _load_cuda() -> Backend:
    from textmetrics.kernels import cuda

    return cuda.load()


register_backend(
    "native",
    _load_native,
    remedy="reinstall textmetrics-eval from source where there is a C++17 compiler",
)
register_backend("reference", _load_reference)
register_backend("cuda", _load_cuda)
