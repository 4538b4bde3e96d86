"""jieba itself: imported, and its dictionary loaded, without its notes and warnings."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from typing import Any

from textmetrics._locks import fork_safe_lock

__all__ = ["LOADING", "imported_jieba", "loaded_jieba"]

LOADING = fork_safe_lock(last=True)
"""Held while anything of jieba is loaded: two threads would leave each other's filters behind."""


@cache
def imported_jieba() -> Any:
    """Import jieba; its dictionary is not loaded, which takes longer than all else."""
    with LOADING, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in its source, pkg_resources
        import jieba
    return jieba


def loaded_jieba() -> Any:
    """Import jieba with its dictionary loaded, if it is not yet."""
    jieba = imported_jieba()
    if jieba.dt.initialized:
        return jieba
    logger = logging.getLogger("jieba")
    with LOADING:
        level = logger.level
        logger.setLevel(logging.WARNING)
        try:
            jieba.initialize()
        finally:
            logger.setLevel(level)
    return jieba
