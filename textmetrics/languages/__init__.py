"""Text becomes tokens: normalise, cut into words, tell stopwords and punctuation apart."""

from textmetrics.languages.analyzer import Analyzer, Kind, Scope, Tokens
from textmetrics.languages.detect import LanguageDetector, in_other_script
from textmetrics.languages.language import Language
from textmetrics.languages.normalize import normalize, origins
from textmetrics.languages.registry import (
    LANGUAGES,
    TOKENIZERS,
    register_language,
    tokenizer_of,
)
from textmetrics.languages.segmentation import Segmentation, Tokenizer
from textmetrics.languages.stopwords import NO_STOPWORDS, Stopwords, read_words
from textmetrics.languages.user_dictionary import UserDictionary

__all__ = [
    "LANGUAGES",
    "NO_STOPWORDS",
    "TOKENIZERS",
    "Analyzer",
    "Kind",
    "Language",
    "LanguageDetector",
    "Scope",
    "Segmentation",
    "Stopwords",
    "Tokenizer",
    "Tokens",
    "UserDictionary",
    "in_other_script",
    "normalize",
    "origins",
    "read_words",
    "register_language",
    "tokenizer_of",
]
