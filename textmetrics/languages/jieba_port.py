"""jieba 0.42.1 in C++: recognize the installed jieba, and keep the port in step with it.

`segmenter` returns the compiled port where it cuts exactly as ``jieba.lcut`` does at that moment,
and ``None`` where jieba itself has to cut: another version, a replaced function, odd frequencies.
The port is native/jieba.h.
"""

from __future__ import annotations

import math
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from operator import attrgetter, itemgetter
from types import FunctionType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from textmetrics._extension import extension
from textmetrics._locks import fork_safe_lock

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "another_jieba",
    "folder",
    "known_jieba",
    "loaded_jieba",
    "loading",
    "segmenter",
    "segmenter_of",
    "untouched",
]


# --- the port -----------------------------------------------------------------------------------

# Which state of the model comes before B, S, M and E: the one that loses a tie, the one that wins.
_STATES = "BSME"
_EARLIER = (("E", "B"), ("E", "S"), ("B", "M"), ("B", "E"))
_LATER = (("S", "B"), ("S", "S"), ("M", "M"), ("M", "E"))


@dataclass(frozen=True, slots=True)
class _Made:
    """A segmenter, and what it was made from."""

    state: tuple[int, ...]
    parts: tuple[Any, ...]  # kept alive, since the state compares them by id
    segmenter: Any | None


_made: _Made | None = None


def segmenter() -> Any | None:
    """Return the ``Jieba`` of `textmetrics._native` that cuts as ``jieba.lcut`` does now.

    As long as jieba is `untouched`, its files are read and jieba is not imported: loading its
    dictionary takes several times as long. After a change of the dictionary (``add_word``,
    ``del_word``, ``suggest_freq``, ``load_userdict``, ``set_dictionary``) a new object is returned;
    callers that hold the earlier one can keep using it. Values written directly into ``FREQ`` are
    noticed only if its size changes.

    Returns:
        ``None`` where jieba itself must cut: if it is not `known_jieba`, if its frequencies are
        not natural numbers, or without the compiled extension.
    """
    global _made  # noqa: PLW0603 - one per process
    now = _parts()
    if now is None:
        return None
    made = _made
    if made is None or made.state != _state(now):
        with loading():
            made = _made = _remade(_made)
    return made.segmenter


def _remade(made: _Made | None) -> _Made:
    if not untouched():
        loaded_jieba()
    # The state is taken before the tables are read: a concurrent change is noticed next time.
    now = _parts() or ()
    state = _state(now)
    if made is not None and made.state == state:  # another thread was faster
        return made
    if untouched():
        model = imported_jieba().finalseg if now else _shipped_model()
        return _Made(state, now, _make(_shipped_words(), model))
    return _Made(state, now, segmenter_of(imported_jieba()))


def segmenter_of(jieba: Any) -> Any | None:
    """Return the ``Jieba`` that cuts by the tables of a loaded jieba module, ``None`` if it can't.

    Args:
        jieba: the module, with its dictionary loaded.
    """
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
        make = extension().Jieba
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
        return None  # jieba raises on such a frequency too, but only where it meets it


def _shipped_words() -> dict[str, object]:
    return {"lines": (folder() / DICTIONARY).read_bytes()}


def _shipped_model() -> Any:
    """Read from their files the tables that ``jieba.finalseg`` would import."""
    model = SimpleNamespace(MIN_FLOAT=_MIN_FLOAT)
    for table in ("start", "trans", "emit"):
        file = folder() / "finalseg" / f"prob_{table}.py"
        loader = SourceFileLoader(f"jieba.finalseg.{file.stem}", str(file))
        module = ModuleType(loader.name)
        loader.exec_module(module)
        setattr(model, f"{table}_P", module.P)
    return model


# --- what is known of jieba 0.42.1, and whether anybody changed it ------------------------------

_VERSION = "0.42.1"
DICTIONARY = "dict.txt"
_MIN_FLOAT = -3.14e100  # the log probability of what never occurs

# Its files, by the SHA-256 of all of them in a row: what cuts, and the dictionary.
_CODE = ("__init__.py", "_compat.py", "finalseg/__init__.py")
_TABLES = tuple(f"finalseg/prob_{table}.py" for table in ("start", "trans", "emit"))
_CODE_DIGEST = "802077b44a18e12cd8b8499f4f6e29019f7debe17904d90ca4c9e525051fcd89"
_DICTIONARY_DIGEST = "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8"

# Of jieba, its `Tokenizer` and `jieba.finalseg`: all that takes part in `jieba.lcut`, and in
# reading the dictionary for it.
_NAMES = ("lcut", "cut", "dt", "Tokenizer", "finalseg", "log", "re_han_default", "re_skip_default")
_METHODS = ("lcut", "cut", "_Tokenizer__cut_DAG", "get_DAG", "calc", "check_initialized")
_STEPS = ("cut", "__cut", "viterbi")
_MODEL = ("start_P", "trans_P", "emit_P", "PrevStatus", "MIN_FLOAT", "re_han", "re_skip")
_READING = ("initialize", "get_dict_file", "gen_pfdict")
_FILES = ("get_module_res", "DEFAULT_DICT", "DEFAULT_DICT_NAME")
_of_module = itemgetter(*_NAMES, *_FILES)
_of_tokenizer = attrgetter(*_METHODS, *_READING)
_of_finalseg = itemgetter(*_STEPS, *_MODEL, "Force_Split_Words")
_of_dt = attrgetter("FREQ", "dictionary", "tmp_dir", "cache_file")

# A tokenizer as jieba makes it, except for its lock; an extra attribute would hide a method.
_AS_MADE: dict[str, object] = {"dictionary": None, "FREQ": {}, "total": 0, "user_word_tag_tab": {}}
_AS_MADE |= {"initialized": False, "tmp_dir": None, "cache_file": None}

_PATTERNS = (
    "([\u4e00-\u9fd5a-zA-Z0-9+#&\\._%\\-]+)",
    "(\r\n|\\s)",
    "([\u4e00-\u9fd5]+)",
    r"([a-zA-Z0-9]+(?:\.\d+)?%?)",
)
_BEFORE = {"B": "ES", "M": "MB", "S": "SE", "E": "BM"}


def known_jieba(jieba: Any) -> bool:
    """Return whether ``jieba.lcut`` is what native/jieba.h ports: 0.42.1, with no part replaced."""
    if not _is_that_version(jieba):
        return False
    dt, finalseg = jieba.dt, jieba.finalseg
    patterns = (jieba.re_han_default, jieba.re_skip_default, finalseg.re_han, finalseg.re_skip)
    return (
        jieba.lcut == dt.lcut
        and jieba.cut in (dt.cut, jieba._pcut)
        and vars(dt).keys() == {"lock", *_AS_MADE}
        and type(dt.FREQ) is dict
        and type(finalseg.Force_Split_Words) is set
        and all(_is_original(jieba, vars(jieba.Tokenizer).get(name), name) for name in _METHODS)
        and all(_is_original(finalseg, vars(finalseg).get(name), name) for name in _STEPS)
        and jieba.log is math.log
        and tuple(pattern.pattern for pattern in patterns) == _PATTERNS
        and all(pattern.flags == re.UNICODE for pattern in patterns)
        and finalseg.PrevStatus == _BEFORE
        and finalseg.MIN_FLOAT == _MIN_FLOAT
    )


def untouched() -> bool:
    """Return whether jieba would cut by the dictionary that 0.42.1 ships.

    True until somebody loads the dictionary (by a cut or a change) or sets another one. Cache files
    that earlier processes left in the folder for temporary files are ignored. If jieba's files are
    the known ones, jieba is not imported.
    """
    if not _is_imported() and _has_code(folder()):
        return _has_dictionary(folder())
    jieba = imported_jieba()
    if jieba.dt.initialized or not known_jieba(jieba):
        return False
    now = vars(jieba.dt)
    return (
        all(now[name] == value for name, value in _AS_MADE.items())
        and not jieba.finalseg.Force_Split_Words
        and all(_is_original(jieba, getattr(jieba.Tokenizer, name), name) for name in _READING)
        and jieba.get_module_res is jieba._compat.get_module_res
        and (jieba.DEFAULT_DICT, jieba.DEFAULT_DICT_NAME) == (None, DICTIONARY)
        and _has_dictionary(folder())
    )


def _parts() -> tuple[Any, ...] | None:
    """Return the objects that decide jieba's cuts.

    Returns:
        Nothing as long as jieba is not imported; ``None`` if it is not 0.42.1.
    """
    if not _is_imported():
        return ()
    jieba = imported_jieba()
    if not _is_that_version(jieba):
        return None
    return (
        *_of_module(vars(jieba)),
        *_of_tokenizer(jieba.Tokenizer),
        *_of_finalseg(vars(jieba.finalseg)),
        *_of_dt(jieba.dt),
    )


def _state(parts: tuple[Any, ...]) -> tuple[int, ...]:
    """Return numbers that differ after any change, as long as the parts are kept alive."""
    if not parts:
        return ()
    jieba = imported_jieba()
    dt, splits = jieba.dt, jieba.finalseg.Force_Split_Words
    # Deleting a word, adding it and deleting it again leaves every size and total as it was.
    deleted = sum(dt.FREQ.get(word, 0) for word in tuple(splits)) if splits else 0
    sizes = (len(vars(dt)), len(dt.FREQ), dt.total, len(splits), deleted)
    return (*map(id, parts), dt.initialized, *sizes)


def folder() -> Path:
    """Return the folder of jieba's files, without importing jieba."""
    from pathlib import Path

    return (None if _is_imported() else _installed()) or Path(imported_jieba().__file__).parent


def _is_imported() -> bool:
    return "jieba" in sys.modules


@cache
def _installed() -> Path | None:
    found = find_spec("jieba")
    from pathlib import Path

    return Path(found.origin).parent if found and found.origin else None


def _is_that_version(jieba: Any) -> bool:
    return jieba.__version__ == _VERSION and type(jieba.dt) is jieba.Tokenizer


def _is_original(module: ModuleType, function: object, name: str) -> bool:
    """Return whether a function is the one that its module defines; a wrapper lives elsewhere."""
    return (
        isinstance(function, FunctionType)
        and function.__globals__ is vars(module)
        and function.__code__.co_name == name.removeprefix("_Tokenizer")
    )


_AT_ONCE = 1 << 18


@cache
def _has_code(at: Path) -> bool:
    return _digest(at, *_CODE, *_TABLES) == _CODE_DIGEST


@cache
def _has_dictionary(at: Path) -> bool:
    return _digest(at, DICTIONARY) == _DICTIONARY_DIGEST


def _digest(at: Path, *files: str) -> str:
    digest = sha256()
    try:
        for name in files:
            with (at / name).open("rb") as file:
                while part := file.read(_AT_ONCE):
                    digest.update(part)
    except OSError:  # jieba itself will report what is wrong with it
        return ""
    return digest.hexdigest()


# --- jieba itself, imported and loaded without its messages and warnings ------------------------

_locks: dict[str, Any] = {}
_ANOTHER = "_jieba_of_textmetrics"


def loading() -> Any:
    """Return the lock that is held while any part of jieba is loaded.

    Without it, two threads would leave each other's warning filters behind. It is created lazily,
    since a fork-safe lock needs modules that importing this package does not.
    """
    # If two threads arrive at once, both get the first one's.
    return _locks.get("loading") or _locks.setdefault("loading", fork_safe_lock(last=True))


@cache
def imported_jieba() -> Any:
    """Import jieba without loading its dictionary, which takes longer than everything else."""
    with _quiet_imports():
        import jieba
    return jieba


def loaded_jieba() -> Any:
    """Import jieba and load its dictionary, if it is not loaded yet."""
    jieba = imported_jieba()
    if not jieba.dt.initialized:
        _load(jieba)
    return jieba


def another_jieba(at: Path) -> Any:
    """Import a private copy of jieba and load its dictionary.

    A second `jieba.Tokenizer` is not enough: all tokenizers of a jieba share the set of words that
    the model must not join.

    Args:
        at: the folder of jieba's files.
    """
    file = str(at / "__init__.py")
    spec = spec_from_file_location(_ANOTHER, file, submodule_search_locations=[str(at)])
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {file}", path=file)
    with _quiet_imports():
        jieba = sys.modules[_ANOTHER] = module_from_spec(spec)
        try:
            spec.loader.exec_module(jieba)
            _load(jieba)  # while it is in sys.modules: it may look for its files by its name
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == _ANOTHER]:
                del sys.modules[name]
    return jieba


@contextmanager
def _quiet_imports() -> Iterator[None]:
    with loading(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its source, pkg_resources
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
