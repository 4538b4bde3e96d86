"""Which implementation scans: C++ where the extension is built and can, else the definition."""

from __future__ import annotations

from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import Analyzer, Tokens
from textmetrics.scan import definition
from textmetrics.scan.batch import Batch, Encoded
from textmetrics.scan.texts import Texts
from textmetrics.scan.view import View

__all__ = ["Scanner", "scanner", "view_encoder"]


class Scanner(Protocol):
    """Encodes samples with the tokens of an analyzer."""

    analyzer: Analyzer

    def __call__(self, texts: Texts, *, words: bool, threads: int) -> Encoded:
        """Scan on at most ``threads`` threads; ``words`` asks for all words too."""
        ...

    def tokens(self, text: str) -> list[str] | None:
        """Return the words of a text that are scored; ``None`` if the analyzer must be asked."""
        ...

    def analyzed(self, text: str) -> Tokens:
        """Return all tokens of a text; their words may stand for the surfaces, of equal length."""
        ...

    def other_script(self, texts: Texts) -> NDArray[np.int64]:
        """Return 1 for each prediction most of which is in another script than expected."""
        ...


class _ViewEncoder(Protocol):
    """Encodes samples with the tokens of a view."""

    def __call__(self, view: View, texts: Texts, threads: int) -> Batch:
        """Encode on at most ``threads`` threads."""
        ...


def scanner(analyzer: Analyzer, backend: str) -> Scanner:
    """Return the native scanner if it knows the analyzer's tokenizer, else the definition."""
    native = _native_module(backend)
    if native is not None and native.can_scan(analyzer):
        native_scanner: Scanner = native.NativeScanner(analyzer)
        return native_scanner
    return definition.DefinitionScanner(definition.ported(analyzer) if native else analyzer)


def view_encoder(backend: str) -> _ViewEncoder:
    """Return the native encoder, or the definition for the backend ``reference``."""
    native = _native_module(backend)
    encode: _ViewEncoder = definition.define_view if native is None else native.encode_view
    return encode


def _native_module(backend: str) -> ModuleType | None:
    if backend == "reference":
        return None
    try:
        from textmetrics.scan import native
    except ImportError:  # not built: `kernels` reports it if the backend is asked for by name
        return None
    return native
