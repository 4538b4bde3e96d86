"""Text in a language that nobody named and that is none of the known ones."""

from __future__ import annotations

from textmetrics.languages.detect import UNDETERMINED
from textmetrics.languages.language import Language
from textmetrics.languages.words import WORDS

__all__ = ["UND"]

# The code that ISO 639 has for this. Without scripts of its own, so that an answer is in another
# script if its references are.
UND = Language(UNDETERMINED, "undetermined", WORDS, scripts=())
