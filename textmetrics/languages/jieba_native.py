"""jieba in C++, where the installed jieba is the one that native/jieba.h knows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import SourceFileLoader
from types import ModuleType, SimpleNamespace
from typing import Any

from textmetrics.languages.jieba_itself import imported_jieba, loaded_jieba, loading
from textmetrics.languages.jieba_port import (
    DICTIONARY,
    MIN_FLOAT,
    folder,
    known_jieba,
    parts,
    state,
    untouched,
)

__all__ = ["segmenter", "segmenter_of"]

# Which state of the model comes before B, M, E and S: the one that loses a tie, the one that wins.
_STATES = "BMES"
_EARLIER = (("E", "B"), ("B", "M"), ("B", "E"), ("E", "S"))
_LATER = (("S", "B"), ("M", "M"), ("M", "E"), ("S", "S"))


@dataclass(frozen=True, slots=True)
class _Made:
    """A segmenter, and what it was made from."""

    state: tuple[int, ...]
    parts: tuple[Any, ...]  # the state knows them by id, so they must not go while it is compared
    segmenter: Any | None


_made: _Made | None = None


def segmenter() -> Any | None:
    """Give the ``Jieba`` of `textmetrics._native` that cuts as ``jieba.lcut`` does now.

    As long as jieba is `untouched` its files are read, and jieba is not imported: it takes several
    times as long to load its dictionary. After a change of the dictionary (``add_word``,
    ``del_word``, ``suggest_freq``, ``load_userdict``, ``set_dictionary``) it is another object, and
    whoever holds the earlier one can go on with it. Values written straight into ``FREQ`` are seen
    only where its size changes.

    Returns:
        ``None`` where jieba itself must cut: where it is not `known_jieba`, where its frequencies
        are not natural numbers, or without the compiled extension.
    """
    global _made  # noqa: PLW0603 - one a process
    now = parts()
    if now is None:
        return None
    made = _made
    if made is None or made.state != state(now):
        with loading():
            made = _made = _remade(_made)
    return made.segmenter


def _remade(made: _Made | None) -> _Made:
    if not untouched():
        loaded_jieba()
    # The state is taken before the tables are read: what changes meanwhile is seen next time.
    now = parts() or ()
    its_state = state(now)
    if made is not None and made.state == its_state:  # by another thread
        return made
    if untouched():
        model = imported_jieba().finalseg if now else _shipped_model()
        return _Made(its_state, now, _make(_shipped_words(), model))
    return _Made(its_state, now, segmenter_of(imported_jieba()))


def segmenter_of(jieba: Any) -> Any | None:
    """Give the ``Jieba`` that cuts by the tables that a jieba module has loaded, if it can."""
    if not known_jieba(jieba):
        return None
    words = {
        "frequencies": jieba.dt.FREQ,
        "total": jieba.dt.total,
        "splits": tuple(jieba.finalseg.Force_Split_Words),
    }
    return _make(words, jieba.finalseg)


def _make(words: dict[str, object], model: Any) -> Any | None:
    try:
        make = import_module("textmetrics._native").Jieba
    except ImportError:
        return None
    after, never = model.trans_P, model.MIN_FLOAT
    try:
        return make(
            **words,
            start=[model.start_P[state] for state in _STATES],
            after_earlier=[after[a].get(b, never) for a, b in _EARLIER],
            after_later=[after[a].get(b, never) for a, b in _LATER],
            emissions=[model.emit_P[state] for state in _STATES],
        )
    except (TypeError, ValueError, OverflowError):
        return None  # jieba too raises where it meets such a frequency, but only there


def _shipped_words() -> dict[str, object]:
    return {"lines": (folder() / DICTIONARY).read_bytes()}


def _shipped_model() -> Any:
    """Read the tables that ``jieba.finalseg`` would import, from its files."""
    model = SimpleNamespace(MIN_FLOAT=MIN_FLOAT)
    for table in ("start", "trans", "emit"):
        file = folder() / "finalseg" / f"prob_{table}.py"
        loader = SourceFileLoader(f"jieba.finalseg.{file.stem}", str(file))
        module = ModuleType(loader.name)
        loader.exec_module(module)
        setattr(model, f"{table}_P", module.P)
    return model
