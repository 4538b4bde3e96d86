"""What is known of jieba 0.42.1: how to tell it, and whether anybody changed anything in it."""

from __future__ import annotations

import math
import re
import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from operator import attrgetter, itemgetter
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from textmetrics.languages.jieba_itself import imported_jieba

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DICTIONARY", "MIN_FLOAT", "folder", "known_jieba", "parts", "state", "untouched"]

_VERSION = "0.42.1"
DICTIONARY = "dict.txt"
MIN_FLOAT = -3.14e100  # the log probability of what never occurs

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

# A tokenizer as jieba makes it, but for its lock; an attribute more would hide a method.
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
    """Tell whether ``jieba.lcut`` is what native/jieba.h ports: 0.42.1, with no part replaced."""
    if not _has_its_form(jieba):
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
        and finalseg.MIN_FLOAT == MIN_FLOAT
    )


def untouched() -> bool:
    """Tell whether jieba would cut by the dictionary that 0.42.1 ships.

    So it is until somebody loads its dictionary, by a cut or a change, or sets another one. What
    earlier processes left for jieba in the folder for temporary files is not looked at. Nor is
    jieba imported, if its files are the known ones.
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


def parts() -> tuple[Any, ...] | None:
    """Give all that decides jieba's cuts.

    Returns:
        Nothing as long as jieba is not imported; ``None`` where it is unlike 0.42.1.
    """
    if not _is_imported():
        return ()
    jieba = imported_jieba()
    if not _has_its_form(jieba):
        return None
    return (
        *_of_module(vars(jieba)),
        *_of_tokenizer(jieba.Tokenizer),
        *_of_finalseg(vars(jieba.finalseg)),
        *_of_dt(jieba.dt),
    )


def state(its_parts: tuple[Any, ...]) -> tuple[int, ...]:
    """Give what differs after any change, as long as somebody holds the parts."""
    if not its_parts:
        return ()
    jieba = imported_jieba()
    dt, splits = jieba.dt, jieba.finalseg.Force_Split_Words
    # A word that is deleted, added and deleted again changes no size and no total at the end.
    deleted = sum(dt.FREQ.get(word, 0) for word in tuple(splits)) if splits else 0
    sizes = (len(vars(dt)), len(dt.FREQ), dt.total, len(splits), deleted)
    return (*map(id, its_parts), dt.initialized, *sizes)


def folder() -> Path:
    """Give the folder of jieba's files; jieba is not imported for that."""
    from pathlib import Path

    return (None if _is_imported() else _installed()) or Path(imported_jieba().__file__).parent


def _is_imported() -> bool:
    return "jieba" in sys.modules


@cache
def _installed() -> Path | None:
    found = find_spec("jieba")
    from pathlib import Path

    return Path(found.origin).parent if found and found.origin else None


def _has_its_form(jieba: Any) -> bool:
    return jieba.__version__ == _VERSION and type(jieba.dt) is jieba.Tokenizer


def _is_original(module: ModuleType, function: object, name: str) -> bool:
    """Tell whether a function is the one that its module defines; a wrapper lives elsewhere."""
    return (
        isinstance(function, FunctionType)
        and function.__globals__ is vars(module)
        and function.__code__.co_name == name.removeprefix("_Tokenizer")
    )


@cache
def _has_code(its_folder: Path) -> bool:
    return _digest(its_folder, *_CODE, *_TABLES) == _CODE_DIGEST


@cache
def _has_dictionary(its_folder: Path) -> bool:
    return _digest(its_folder, DICTIONARY) == _DICTIONARY_DIGEST


def _digest(its_folder: Path, *files: str) -> str:
    digest = sha256()
    try:
        for file in files:
            digest.update((its_folder / file).read_bytes())
    except OSError:  # jieba itself will say what is wrong with it
        return ""
    return digest.hexdigest()
