"""Text becomes tokens: normalize, cut into words, recognize stopwords and punctuation."""

from textmetrics.languages.analyzer import Analyzer, Kind, Scope, Tokens, check_stopwords
from textmetrics.languages.chinese import CHINESE, JIEBA, JiebaTokenizer, UserDictionary
from textmetrics.languages.convert import (
    CONVERSIONS,
    Characters,
    converter,
    count_characters,
    described_conversion,
    is_other_spelling,
)
from textmetrics.languages.detect import (
    UNDECIDED,
    UNDETERMINED,
    UNSPACED_SCRIPTS,
    LanguageDetector,
    in_other_script,
    is_blank,
)
from textmetrics.languages.english import ENGLISH
from textmetrics.languages.japanese import JAPANESE, SUDACHI
from textmetrics.languages.language import (
    LANGUAGES,
    TOKENIZERS,
    Cutter,
    Language,
    Segmentation,
    Tokenizer,
    check_scripts,
    language_code,
    one_language,
    register_language,
    suggest_language,
    tokenizer_of,
)
from textmetrics.languages.mentions import SENTENCE_ENDS
from textmetrics.languages.normalize import normalize, origins, visible, without_item_marks
from textmetrics.languages.stopwords import NO_STOPWORDS, Stopwords, read_words
from textmetrics.languages.sudachi_port import words_of_sudachi
from textmetrics.languages.undetermined import UND
from textmetrics.languages.words import CHARACTERS, CODE, UNSPACED, WHITESPACE, WORDS

__all__ = [
    "CHARACTERS",
    "CODE",
    "CONVERSIONS",
    "JIEBA",
    "LANGUAGES",
    "NO_STOPWORDS",
    "SENTENCE_ENDS",
    "SUDACHI",
    "TOKENIZERS",
    "UND",
    "UNDECIDED",
    "UNDETERMINED",
    "UNSPACED",
    "UNSPACED_SCRIPTS",
    "WHITESPACE",
    "WORDS",
    "Analyzer",
    "Characters",
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
    "check_stopwords",
    "converter",
    "count_characters",
    "described_conversion",
    "in_other_script",
    "is_blank",
    "is_other_spelling",
    "language_code",
    "normalize",
    "one_language",
    "origins",
    "read_words",
    "register_language",
    "suggest_language",
    "tokenizer_of",
    "visible",
    "without_item_marks",
    "words_of_sudachi",
]

for _tokenizer in (WORDS, CHARACTERS, CODE, WHITESPACE, JIEBA, *SUDACHI):
    TOKENIZERS.add(_tokenizer.name, _tokenizer)
for _language in (
    ENGLISH,
    CHINESE,
    JAPANESE,
    UND,
):
    register_language(_language)
