"""Scanning in C++: see native/text.h and native/scan.h."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.encode import Batch
from textmetrics.languages import Analyzer, in_other_script
from textmetrics.languages.words import CHARACTERS, WHITESPACE, WORDS
from textmetrics.scan.alphabet import alphabet
from textmetrics.scan.encoded import Encoded, Facts, assemble, select
from textmetrics.scan.reference import Texts
from textmetrics.scan.reference import scan as define

__all__ = ["NativeScanner", "can_scan"]

# By name, because a checkout that is not built has neither the module nor its stub.
_TextScanner: Any = import_module("textmetrics._native").TextScanner
_KNOWN = (WORDS, CHARACTERS, WHITESPACE)


def can_scan(analyzer: Analyzer) -> bool:
    """Say whether this twin knows the analyzer's tokeniser: ours, not one of the same name."""
    return any(analyzer.tokenizer is each for each in _KNOWN)


class NativeScanner:
    """Does what ``reference.scan`` does, on several threads with the GIL released.

    Args:
        analyzer: the definition, which takes the samples that have a character that is not known.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        stopwords = analyzer.stopwords
        self._scanner = _TextScanner(
            *alphabet(analyzer.language.scripts),
            analyzer.tokenizer.name,
            analyzer.tokenizer.joins,
            [(word, word in stopwords.any_case) for word in stopwords.folded],
        )

    def __call__(self, samples: Sequence[Texts], *, words: bool, threads: int) -> Encoded:
        """Take samples from texts to ids."""
        bounds = np.array([0, *accumulate(map(len, samples))], dtype=np.int64)
        texts = tuple(chain.from_iterable(samples))
        content, all_words, facts = self._scanner.scan(texts, bounds, words, threads)
        handled, expected, *seen = facts
        seen.append(self._other_script(samples, expected))
        encoded = Encoded(Batch(*content), Batch(*all_words) if words else None, Facts(*seen))
        if handled.all():
            return encoded
        ours, left = np.flatnonzero(handled), np.flatnonzero(handled == 0)
        defined = define(
            [samples[index] for index in left.tolist()], analyzer=self.analyzer, words=words
        )
        return assemble([(ours, select(encoded, ours)), (left, defined)], len(left))

    def _other_script(
        self, samples: Sequence[Texts], expected: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Look closer at the predictions that are not certainly in the expected script."""
        found = np.zeros(len(samples), dtype=np.int64)
        scripts = self.analyzer.language.scripts
        for place in np.flatnonzero(expected == 0).tolist():
            prediction, *references = samples[place]
            found[place] = in_other_script(prediction, references, scripts)
        return found
