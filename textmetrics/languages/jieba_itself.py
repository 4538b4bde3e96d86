"""jieba itself: imported, and its dictionary loaded, without its notes and warnings."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from textmetrics._locks import fork_safe_lock

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["another_jieba", "imported_jieba", "loaded_jieba", "loading"]

_locks: dict[str, Any] = {}
_ANOTHER = "_jieba_of_textmetrics"


def loading() -> Any:
    """Give the lock that is held while anything of jieba is loaded.

    Two threads would leave each other's filters behind. It is made when it is first needed, since a
    lock that is safe to fork with needs modules that the import of this package does not.
    """
    # Of two threads that come at once, both get the first one's.
    return _locks.get("loading") or _locks.setdefault("loading", fork_safe_lock(last=True))


@cache
def imported_jieba() -> Any:
    """Import jieba; its dictionary is not loaded, which takes longer than all else."""
    with _quiet_imports():
        import jieba
    return jieba


def loaded_jieba() -> Any:
    """Import jieba with its dictionary loaded, if it is not yet."""
    jieba = imported_jieba()
    if not jieba.dt.initialized:
        _load(jieba)
    return jieba


def another_jieba(folder: Path) -> Any:
    """Import a jieba that nobody else sees, with its dictionary loaded.

    A `jieba.Tokenizer` is not enough: the words that no model may join are one set for all of them.

    Args:
        folder: where jieba's files are.
    """
    file = str(folder / "__init__.py")
    spec = spec_from_file_location(_ANOTHER, file, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {file}", path=file)
    with _quiet_imports():
        jieba = sys.modules[_ANOTHER] = module_from_spec(spec)
        try:
            spec.loader.exec_module(jieba)
            _load(jieba)  # before it goes: its files may be looked for by its name
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == _ANOTHER]:
                del sys.modules[name]
    return jieba


@contextmanager
def _quiet_imports() -> Iterator[None]:
    with loading(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in its source, pkg_resources
        yield


def _load(jieba: Any) -> None:
    import logging

    logger = logging.getLogger(jieba.__name__)
    with loading():
        level = logger.level
        logger.setLevel(logging.WARNING)
        try:
            jieba.initialize()
        finally:
            logger.setLevel(level)
