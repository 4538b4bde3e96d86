"""The distributions: `scipy.special`, which loads fast, and only where one is needed."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["special"]


@cache
def special() -> Any:
    """Give the module.

    Raises:
        ImportError: if SciPy is not there.
    """
    try:
        import scipy.special
    except ImportError as error:
        raise ImportError(
            "intervals and tests need SciPy, which is not installed; "
            "pip install 'textmetrics-eval[compare]'"
        ) from error
    return scipy.special
