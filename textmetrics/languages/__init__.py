"""Text becomes tokens: normalise, cut into words, tell stopwords and punctuation apart."""

from textmetrics.languages.analyzer import Analyzer, Kind, Scope, Tokens
from textmetrics.languages.chinese import JIEBA, JiebaTokenizer
from textmetrics.languages.detect import (
    UNSPACED_SCRIPTS,
    LanguageDetector,
    check_scripts,
    in_other_script,
)
from textmetrics.languages.japanese import SUDACHI
from textmetrics.languages.language import Language
from textmetrics.languages.normalize import normalize, origins
from textmetrics.languages.registry import (
    LANGUAGES,
    TOKENIZERS,
    register_language,
    tokenizer_of,
)
from textmetrics.languages.segmentation import UNSPACED, Cutter, Segmentation, Tokenizer
from textmetrics.languages.stopwords import NO_STOPWORDS, Stopwords, read_words
from textmetrics.languages.user_dictionary import UserDictionary
from textmetrics.languages.words import CHARACTERS, WHITESPACE, WORDS

__all__ = [
    "CHARACTERS",
    "JIEBA",
    "LANGUAGES",
    "NO_STOPWORDS",
    "SUDACHI",
    "TOKENIZERS",
    "UNSPACED",
    "UNSPACED_SCRIPTS",
    "WHITESPACE",
    "WORDS",
    "Analyzer",
    "Cutter",
    "JiebaTokenizer",
    "Kind",
    "Language",
    "LanguageDetector",
    "Scope",
    "Segmentation",
    "Stopwords",
    "Tokenizer",
    "Tokens",
    "UserDictionary",
    "check_scripts",
    "in_other_script",
    "normalize",
    "origins",
    "read_words",
    "register_language",
    "tokenizer_of",
]
