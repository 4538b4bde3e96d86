"""The compiled extension."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def extension() -> Any:
    """Import and return the extension.

    It is imported by name because a checkout that is not built has neither the module nor its stub.

    Raises:
        ImportError: if it is not built.
    """
    return import_module("textmetrics._native")
