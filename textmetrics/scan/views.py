"""Texts become ids under a view."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import JIEBA
from textmetrics.scan.batch import Batch, encode
from textmetrics.scan.encoded import Facts, with_samples
from textmetrics.scan.repetition import repetitive
from textmetrics.scan.texts import Texts
from textmetrics.scan.view import BREAK, NativeSplit, View

__all__ = ["ViewEncoder", "define_view", "encode_view", "text_facts", "view_encoder"]


def define_view(view: View, texts: Texts, threads: int = 1) -> Batch:  # noqa: ARG001
    """Give the ids of samples as a view has their tokens: the definition."""
    different = dict.fromkeys([*texts.predictions, *texts.references])
    tokens = {text: view.tokens(text) for text in different}
    return encode(
        ([tokens[text] for text in (one, *others)] for one, others in texts),
        first=(BREAK,) if view.sentences else (),
    )


def encode_view(view: View, texts: Texts, threads: int = 1) -> Batch:
    """Give the same, in C++ where the view has a twin there; see native/view_scan.h."""
    scanner = None if view.native is None else _scanner(view.native)
    if view.native is None or scanner is None:
        return define_view(view, texts)
    jieba = None
    if view.native.source != "text" and (jieba := JIEBA.segmenter()) is None:  # not ported
        return define_view(view, texts)
    return _encode(scanner, view.native, texts, threads, jieba)


class ViewEncoder(Protocol):
    """Gives the ids of samples under a view."""

    def __call__(self, view: View, texts: Texts, threads: int) -> Batch:
        """Encode on at most ``threads`` threads."""
        ...


def view_encoder(backend: str) -> ViewEncoder:
    """Give the definition for the backend ``reference``, else what takes the twins."""
    return define_view if backend == "reference" else encode_view


def _encode(scanner: Any, native: NativeSplit, texts: Texts, threads: int, jieba: Any) -> Batch:
    changed = texts
    if (before := native.before) is not None:
        predictions, references = map(before, texts.predictions), map(before, texts.references)
        changed = Texts(list(predictions), list(references), texts.bounds)
    read = partial(_read, scanner, threads=threads, jieba=jieba)
    batch, left, words = read(changed)
    if native.stem is None or not len(left):
        return batch
    again = changed.take(left.tolist())
    return with_samples(batch, left, _learned(scanner, native.stem, words, partial(read, again)))


def _read(
    scanner: Any, texts: Texts, *, threads: int, jieba: Any
) -> tuple[Batch, NDArray[np.int64], set[str]]:
    """Give the ids, the samples that have words of unknown stems, and those words."""
    predictions, references = tuple(texts.predictions), tuple(texts.references)
    found, left, words = scanner.scan(predictions, references, texts.bounds, threads, jieba)
    return Batch(*found), left, words


def _learned(
    scanner: Any,
    stem: Callable[[str], str],
    words: set[str],
    read: Callable[[], tuple[Batch, NDArray[np.int64], set[str]]],
) -> Batch:
    """Read samples again once the stems of their words are known."""
    stems: dict[str, str] = {}
    while True:
        # Not the last ones alone: a scanner that knows very many forgets those from before.
        stems |= {word: stem(word) for word in words}
        scanner.learn(stems)
        batch, _, words = read()
        if not words:
            return batch


@cache
def _scanner(native: NativeSplit) -> Any:
    """Make the scanner of a view; ``None`` where the extension is not built."""
    try:
        made: Callable[..., Any] = import_module("textmetrics._native").ViewScanner
    except ImportError:
        return None
    return made(native.split, native.source, _spaces(), native.stem is not None)


@cache
def _spaces() -> list[int]:
    return [point for point in range(sys.maxunicode + 1) if chr(point).isspace()]


def text_facts(texts: Texts, batch: Batch, other_script: NDArray[np.int64]) -> Facts:
    """Give what is seen of samples whose tokens are of no kind.

    Args:
        texts: their texts.
        batch: the ids that a view has of them.
        other_script: what scanners say of them.
    """
    has_text = _has_text(texts.references)
    starts = np.arange(len(texts)) if texts.bounds is None else texts.bounds[:-1]
    marked = ["<" in text or "`" in text for text in texts.predictions]
    nothing = np.zeros(len(texts), dtype=np.int64)
    return Facts(
        scope=nothing,
        predicted=_has_text(texts.predictions).astype(np.int64),
        expected=np.logical_or.reduceat(has_text, starts).astype(np.int64),
        emptied=nothing,
        repetitive=repetitive(batch),
        marked=np.array(marked, dtype=np.int64),
        words=nothing,
        dropped=nothing,
        left_out=nothing,
        other_script=other_script,
    )


def _has_text(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Say which texts have anything but white space."""
    blank = np.array(list(map(str.isspace, texts)))
    found: NDArray[np.bool_] = np.array(list(map(bool, texts))) & ~blank
    return found
