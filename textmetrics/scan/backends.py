"""Which scanner takes the texts of a language."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import Analyzer
from textmetrics.scan import reference
from textmetrics.scan.encoded import Encoded
from textmetrics.scan.texts import Texts

__all__ = ["Scan", "scanner"]


class Scan(Protocol):
    """Takes samples from texts to ids."""

    analyzer: Analyzer

    def __call__(self, texts: Texts, *, words: bool, threads: int) -> Encoded:
        """Scan on at most ``threads`` threads; ``words`` asks for the view over all words."""
        ...

    def tokens(self, text: str) -> list[str] | None:
        """Give the words of a text that are scored, if there is a faster way than the analyzer."""
        ...

    def other_script(self, texts: Texts) -> NDArray[np.int64]:
        """Say of each prediction whether most of it is in another script than expected."""
        ...


def scanner(analyzer: Analyzer, backend: str) -> Scan:
    """Give the twin where there is one for the analyzer's tokeniser, else the definition."""
    if backend != "reference":
        try:
            from textmetrics.scan import native
        except ImportError:  # not built: `kernels` says so where it is asked for by name
            pass
        else:
            if native.can_scan(analyzer):
                return native.NativeScanner(analyzer)
    return reference.ReferenceScanner(analyzer)
