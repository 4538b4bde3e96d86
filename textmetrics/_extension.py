"""The compiled extension."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def extension() -> Any:
    """Import and return the extension.

    It is imported by name because a checkout that is not built has neither the module nor its stub.

    Raises:
        ImportError: if it is not built.
    """
    return import_module("textmetrics._native")


@cache
def twin(name: str) -> Callable[..., Any]:
    """Return a function of the extension that answers ``None`` where only its definition can.

    Where the extension is not built, that is always.
    """
    try:
        found: Callable[..., Any] = getattr(extension(), name)
    except ImportError:
        return lambda *_: None
    return found
