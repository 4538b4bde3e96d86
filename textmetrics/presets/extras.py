"""What presets do without if it is not installed, in place of an error: signatures say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["NO_PUNKT", "NO_SYMPY", "NO_WORDNET", "computed_without"]

NO_PUNKT, NO_WORDNET, NO_SYMPY = "no-punkt", "no-wordnet", "no-sympy"
"""What the field of a signature that names tokens or judges shows in place of a version."""

# By what is shown: what the original has, and the extra that brings it.
_PARTS: Mapping[str, tuple[str, str]] = {
    NO_PUNKT: ("nltk's Punkt", "punkt"),
    NO_WORDNET: ("WordNet's exceptions", "rouge155"),
    NO_SYMPY: ("SymPy", "math"),
}


def computed_without(signatures: Iterable[str]) -> list[str]:
    """Return a sentence for each part of the originals that scores were computed without.

    Args:
        signatures: those of the scores.

    Examples:
        >>> computed_without(["bleu_4|corpus|tok:words,no-punkt|refs:1|preset:evalscope|v:1"])
        ["computed without nltk's Punkt: pip install 'textmetrics-eval[punkt]'"]
    """
    tokens = "|".join(
        field.partition(":")[2]
        for signature in signatures
        for field in signature.split("|")
        if field.startswith(("tok:", "judge:"))
    )
    shown = set(re.split(r"[|,+]", tokens))
    return [
        f"computed without {part}: pip install 'textmetrics-eval[{extra}]'"
        for mark, (part, extra) in _PARTS.items()
        if mark in shown
    ]
