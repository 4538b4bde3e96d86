"""jieba in C++, where the installed jieba is the one that native/jieba.h knows."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter, itemgetter
from types import FunctionType, ModuleType
from typing import Any

__all__ = ["known_jieba", "lcut", "segmenter"]

_VERSION = "0.42.1"

# Of jieba, its `Tokenizer` and `jieba.finalseg`: all that takes part in `jieba.lcut`.
_NAMES = ("lcut", "cut", "dt", "Tokenizer", "finalseg", "log", "re_han_default", "re_skip_default")
_METHODS = ("lcut", "cut", "_Tokenizer__cut_DAG", "get_DAG", "calc", "check_initialized")
_STEPS = ("cut", "__cut", "viterbi")
_MODEL = ("start_P", "trans_P", "emit_P", "PrevStatus", "MIN_FLOAT", "re_han", "re_skip")
_of_module = itemgetter(*_NAMES)
_of_tokenizer = attrgetter(*_METHODS)
_of_finalseg = itemgetter(*_STEPS, *_MODEL, "Force_Split_Words")

_ATTRIBUTES = {  # of a tokenizer as jieba makes it: one more would hide a method
    *("lock", "dictionary", "FREQ", "total", "user_word_tag_tab", "initialized"),
    *("tmp_dir", "cache_file"),
}
_PATTERNS = (
    "([\u4e00-\u9fd5a-zA-Z0-9+#&\\._%\\-]+)",
    "(\r\n|\\s)",
    "([\u4e00-\u9fd5]+)",
    r"([a-zA-Z0-9]+(?:\.\d+)?%?)",
)

# Which state of the model comes before B, M, E and S: the one that loses a tie, the one that wins.
_STATES = "BMES"
_BEFORE = {"B": "ES", "M": "MB", "S": "SE", "E": "BM"}
_EARLIER = (("E", "B"), ("B", "M"), ("B", "E"), ("E", "S"))
_LATER = (("S", "B"), ("M", "M"), ("M", "E"), ("S", "S"))


@dataclass(frozen=True, slots=True)
class _Made:
    """A segmenter, and what it was made from."""

    state: tuple[int, ...]
    parts: tuple[Any, ...]  # the state knows them by id, so they must not go while it is compared
    segmenter: Any | None


_made: _Made | None = None


def lcut(text: str) -> list[str]:
    """Give ``jieba.lcut(text)``, from C++ where that is possible."""
    import jieba

    native = segmenter()
    tokens: list[str] = jieba.lcut(text) if native is None else native.cut(text)
    return tokens


def segmenter() -> Any | None:
    """Give the ``Jieba`` of `textmetrics._native` that cuts as ``jieba.lcut`` does now.

    After a change of the dictionary (``add_word``, ``del_word``, ``suggest_freq``,
    ``load_userdict``, ``set_dictionary``) it is another object, and whoever holds the earlier one
    can go on with it. Values written straight into ``FREQ`` are seen only where its size changes.

    Returns:
        ``None`` where jieba itself must cut: where it is not `known_jieba`, where its frequencies
        are not natural numbers, or without the compiled extension.
    """
    global _made  # noqa: PLW0603 - one a process; two threads that both make it do no harm
    import jieba

    if jieba.__version__ != _VERSION or type(jieba.dt) is not jieba.Tokenizer:
        return None
    jieba.dt.check_initialized()
    parts = _parts(jieba)
    state = _state(jieba, parts)
    made = _made
    if made is None or made.state != state:
        # The state was taken before the tables are read: what changes meanwhile is seen next time.
        made = _made = _Made(state, parts, _make(jieba) if known_jieba() else None)
    return made.segmenter


def known_jieba() -> bool:
    """Tell whether ``jieba.lcut`` is what native/jieba.h ports: 0.42.1, with no part replaced."""
    import jieba

    if jieba.__version__ != _VERSION or type(jieba.dt) is not jieba.Tokenizer:
        return False
    dt, finalseg = jieba.dt, jieba.finalseg
    patterns = (jieba.re_han_default, jieba.re_skip_default, finalseg.re_han, finalseg.re_skip)
    return (
        jieba.lcut == dt.lcut
        and jieba.cut in (dt.cut, jieba._pcut)
        and vars(dt).keys() == _ATTRIBUTES
        and type(dt.FREQ) is dict
        and type(finalseg.Force_Split_Words) is set
        and all(_is_original(jieba, vars(jieba.Tokenizer).get(name), name) for name in _METHODS)
        and all(_is_original(finalseg, vars(finalseg).get(name), name) for name in _STEPS)
        and jieba.log is math.log
        and tuple(pattern.pattern for pattern in patterns) == _PATTERNS
        and all(pattern.flags == re.UNICODE for pattern in patterns)
        and finalseg.PrevStatus == _BEFORE
        and finalseg.MIN_FLOAT == -3.14e100
    )


def _is_original(module: ModuleType, function: object, name: str) -> bool:
    """Tell whether a function is the one that its module defines; a wrapper lives elsewhere."""
    return (
        isinstance(function, FunctionType)
        and function.__globals__ is vars(module)
        and function.__code__.co_name == name.removeprefix("_Tokenizer")
    )


def _parts(jieba: Any) -> tuple[Any, ...]:
    return (
        *_of_module(vars(jieba)),
        *_of_tokenizer(jieba.Tokenizer),
        *_of_finalseg(vars(jieba.finalseg)),
        jieba.dt.FREQ,
    )


def _state(jieba: Any, parts: tuple[Any, ...]) -> tuple[int, ...]:
    """Give what differs after any change."""
    dt, splits = jieba.dt, jieba.finalseg.Force_Split_Words
    # A word that is deleted, added and deleted again changes no size and no total at the end.
    deleted = sum(dt.FREQ.get(word, 0) for word in tuple(splits)) if splits else 0
    return (*map(id, parts), len(vars(dt)), len(dt.FREQ), dt.total, len(splits), deleted)


def _make(jieba: Any) -> Any | None:
    try:
        make = import_module("textmetrics._native").Jieba
    except ImportError:
        return None
    model = jieba.finalseg
    after = model.trans_P
    try:
        return make(
            frequencies=jieba.dt.FREQ,
            total=jieba.dt.total,
            splits=tuple(model.Force_Split_Words),
            start=[model.start_P[state] for state in _STATES],
            after_earlier=[after[a].get(b, model.MIN_FLOAT) for a, b in _EARLIER],
            after_later=[after[a].get(b, model.MIN_FLOAT) for a, b in _LATER],
            emissions=[model.emit_P[state] for state in _STATES],
        )
    except (TypeError, ValueError, OverflowError):
        return None  # jieba too raises where it meets such a frequency, but only there
