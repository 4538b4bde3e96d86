"""What options and results say about answers: the letters on offer, and the rules for numbers."""

from __future__ import annotations

import re

__all__ = ["LETTERS", "NUMBER_RULES", "check_letters"]

LETTERS = "ABCDEFGHIJ"
"""The letters that are offered by default: MMLU-Pro has ten."""

NUMBER_RULES = ("marked", "boxed", "json", "stated", "only", "last")
"""What makes a number the answer, the strongest first."""


def check_letters(letters: str) -> str:
    """Return the letters on offer.

    Raises:
        ValueError: if they are not capital Latin letters, each once.
    """
    if not isinstance(letters, str) or not re.fullmatch("[A-Z]+", letters):
        raise ValueError(
            f"letters must be capital Latin letters, got {letters!r}: write {_meant(letters)}"
        )
    if len(set(letters)) < len(letters):
        raise ValueError(
            f"letters must be different capital Latin letters, got {letters!r}: write "
            f"{_meant(letters)}"
        )
    return letters


def _meant(letters: object) -> str:
    """Return the letters as they are to be written; an example if it cannot be told.

    Examples:
        >>> _meant("a-d"), _meant("A, B, C"), _meant("ABCDD"), _meant("")
        ('ABCD', 'ABC', 'ABCD', 'ABCD')
    """
    text = letters.upper() if isinstance(letters, str) else ""
    if span := re.fullmatch(r"\s*([A-Z])\s*[-–~]\s*([A-Z])\s*", text):
        return "".join(map(chr, range(ord(min(span.groups())), ord(max(span.groups())) + 1)))
    return "".join(dict.fromkeys(re.findall("[A-Z]", text))) or "ABCD"
