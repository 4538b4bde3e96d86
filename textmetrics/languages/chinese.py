"""Chinese: words by jieba."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from textmetrics._locks import fork_safe_lock
from textmetrics.languages.language import Language
from textmetrics.languages.segmentation import Cutter, Tokenizer

__all__ = ["CHINESE", "JIEBA"]

# What jieba 0.42.1 holds before anybody changes it: entries (prefixes among them), the sum of all
# frequencies, words that the HMM must not join, and what is left of their frequencies. Counted
# from its dictionary.
_UNCHANGED = ("0.42.1", 498_113, 60_101_967, 0, 0)


_lock = fork_safe_lock(last=True)


def _jieba() -> Any:
    """Import jieba and load its dictionary without its notes on stderr."""
    with _lock:  # else two threads would leave each other's filters and levels behind
        return _loaded_jieba()


@cache
def _loaded_jieba() -> Any:
    import logging
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in its source, pkg_resources
        import jieba
    logger = logging.getLogger("jieba")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        jieba.initialize()
    finally:
        logger.setLevel(level)
    return jieba


def _load() -> Cutter:
    cut: Cutter = _jieba().lcut
    return cut


def _signature() -> str:
    """Give jieba's version, and a hash of its dictionary where the user changed that."""
    jieba = _jieba()
    from jieba.finalseg import Force_Split_Words

    words = jieba.dt
    deleted = sum(words.FREQ.get(word, 0) for word in tuple(Force_Split_Words))
    state = (jieba.__version__, len(words.FREQ), words.total, len(Force_Split_Words), deleted)
    if state == _UNCHANGED:
        return f"jieba-{jieba.__version__}"
    return f"jieba-{jieba.__version__}-dict-{_hash(id(words.FREQ), *state)}"


@lru_cache(maxsize=8)
def _hash(*state: object) -> str:  # noqa: ARG001 - the state is the cache's key
    """Hash what decides jieba's cuts; takes half a second, so once a state."""
    from hashlib import sha256

    from jieba.finalseg import Force_Split_Words

    digest = sha256()
    for word, frequency in sorted(_jieba().dt.FREQ.items()):
        digest.update(f"{word} {frequency}\n".encode())
    digest.update("\n".join(sorted(Force_Split_Words)).encode())
    return digest.hexdigest()[:8]


JIEBA = Tokenizer(
    "jieba", "Chinese words by jieba (default dictionary, HMM for new words)", _load, _signature
)
CHINESE = Language("zh", "Chinese", JIEBA, scripts=("Han",), stopwords=True)
