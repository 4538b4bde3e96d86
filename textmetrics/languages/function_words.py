"""English, or another language in Latin letters: told by the small words of which it is made.

Each list is of closed word classes: articles, pronouns, prepositions, conjunctions, auxiliaries.
Words that are common in English and in another language (Dutch *of*, German *was*, Polish *to*)
say little, and are in a list of their own. Commands of LaTeX (*le*, *ne*, *nu*) are in none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from textmetrics._extension import extension
from textmetrics._patterns import lazy_pattern

__all__ = [
    "ENGLISH_WORDS",
    "ONE_IN",
    "OTHER_WORDS",
    "PARTICLES",
    "RUNNING",
    "SHARED_WORDS",
    "UNDECIDED",
    "UNDETERMINED",
    "Evidence",
    "evidence",
    "is_certain",
    "looker",
    "verdict",
    "weights",
]

UNDETERMINED = "und"
# In place of the language of a sample in Latin letters, until all samples that matter were seen.
UNDECIDED = ""

# One word in so many must be of English, where about one in five is.
ONE_IN = 20
# Points of other languages without which a text can be English, and the least sum of these points
# and of its words: two loanwords (crème brûlée) say less than a sentence.
_CERTAIN = 3
_CERTAIN_WITH_WORDS = 7
# Words of a text that is English or not by itself.
_LONG = 40
# Words of a text that is more than a short answer.
RUNNING = 6

# In any case: sentences begin with them.
_ENGLISH = """
    about after against although among and another any aren because before being between both
    but could couldn did didn does doesn doing don during each every from here herself him
    himself his how however if into isn it its itself many might much not only onto other our
    ours said same says she should shouldn since some such than that the their theirs them
    themself there these they this those though through toward towards unless until upon us very
    wasn were weren what when where whether which while who whom whose why with within without
    would wouldn you your yours yourself
"""
# Of English and of other languages.
_SHARED = """
    a all also an are as at be been by can die do for had has have he her in is just me men more
    most must my no of on one or out over so to up was we will
"""
# Of 30 other languages. In lower case, or at the beginning of a text:
# others with a capital are names.
_OTHER = """
    aan aber aby ada adalah af agus akan ale alla als ama anche ang ao apa atau att au auch auf
    aus aux av avec ay az bana bardzo bei bij bir bisa ble blev bu byl byla cada ce cela ces
    cette che chez cho co como con cosa csak cu cuando czy daha dal dalam dalla dann dans dari
    dass dat degli dei dein della delle dengan det deze dhe dia din dit dla doch doet donde
    durch een efter egy ei ein eine einem einen einer ela ele ella elle eller elles ello en
    entre es eso est esta estas este esto ett eu ez foi fra fue gaat gdzie geen geht gibi gli
    haar habe haben hanno har hast hay hebben heeft het hier hii hij hogy hon hun hva hyvin ich
    ihr ik ikke il ile ili ils im ini inte ir isso ist itu iz ja jag jak jako je jeg jego jeho
    jej jest jestem joka jsem jsou juga kad kadar kaj kako kami kan kann kao karena katika kde
    kdy ke kein keine khi kiedy kita koja koji kuin kun kuwa kwa lagi les leur leurs maar mai
    mas med mein mes mga mia mijn minha mio mit moja moje mutta muy mycket na naar nach nebo
    neden nee nel nella nem nerede ng nga ni nicht nichts nie niet niin nije noch nog nosotros
    nous nur och od oder og olan olarak ole oleh olen oli om onde ons onun ook op oraz ou ovat
    pada para pas pe pedig pela pelo pentru pero po podle por proto przez puede que questa
    questo qui sa sana sau saya schon se sebagai sedang sehr ser ses seu si siamo sich sie sin
    sind sobre som sono sonra sont su sua sunt suo sur sus tai tak te telah tidak til tinggal
    todo trong tuo tylko tym uit uma un una und une untuk vagy ved volt voor vor vous wa waar
    wat wel wenn werden wie wij wir wird wo worden wordt wurde ya yake yang yra za ze zij zijn
    zou zum zur zwischen
"""
# Frequent in names that English texts contain (van Gogh, de Gaulle, Rio de la Plata).
_PARTICLES = """
    al da das de del den der des di dos du el et i la las los van von zu
"""

ENGLISH_WORDS = frozenset(_ENGLISH.split())
SHARED_WORDS = frozenset(_SHARED.split())
OTHER_WORDS = frozenset(_OTHER.split())
PARTICLES = frozenset(_PARTICLES.split())

_LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
_WORD = lazy_pattern(f"[{_LETTERS}]+")
_FAR = lazy_pattern("[\u0100-\u024f\u1e00-\u1eff]")


class Evidence(NamedTuple):
    """What the words of a text say about its language.

    Attributes:
        english: 4 for each word of English.
        other: 4 for each word of other languages; 1 for a particle of names. Words that do not
            begin with a capital of ASCII count by their letters too: 4 for one with a letter from
            U+0100 on, which loanwords of English lack, 2 for another one beyond ASCII.
        shared: the number of words that English shares with other languages.
        words: the number of words in Latin letters.
    """

    english: int
    other: int
    shared: int
    words: int


def evidence(text: str) -> Evidence:
    """Return what the words of a text say about its language.

    Examples:
        >>> evidence("the café of Vincent van Gogh")
        Evidence(english=4, other=3, shared=1, words=6)
    """
    native = _native()
    return _evidence(text) if native is None else Evidence(*native.evidence(text))


def verdict(seen: Evidence) -> str:
    """Return whether a sample is in English by its words alone.

    Returns:
        ``und`` if other languages have 3 points or more, 7 together with the number of words, and
        more than English, or if a text of 40 words or more has less than one word in twenty of
        English; else ``en`` if English has more points; else ``UNDECIDED``.

    Examples:
        >>> verdict(evidence("Hij heeft een been gebroken"))
        'und'
        >>> verdict(evidence("They broke the record")), verdict(evidence("Paris"))
        ('en', '')
    """
    english, other, shared, words = seen
    enough = (english // 4 + shared) * ONE_IN >= words
    if (is_certain(other, words) and other > english) or (words >= _LONG and not enough):
        return UNDETERMINED
    return "en" if english > other and enough else UNDECIDED


def is_certain(other: int, words: int) -> bool:
    """Return whether other languages have enough points in a text of so many words."""
    return other >= _CERTAIN and other + words >= _CERTAIN_WITH_WORDS


def looker() -> Callable[..., tuple[Any, ...]] | None:
    """Return what looks at many texts at once, ``None`` without the extension.

    It takes texts, the place of the first, and how many it looks at before it ends: texts, texts in
    Latin letters that are not blank, and texts with Han. It ends before a text of which only
    `LanguageDetector.look` tells the language. It returns what that would return for each, the
    number of texts in Latin letters that are not blank, the sums of their `weights`, and the
    numbers of texts with Han, and with Han and kana.
    """
    native = _native()
    if native is None:
        return None
    return partial(_look, native)


def _look(native: Any, texts: list[str], *bounds: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] = native.look(
        texts, *bounds, RUNNING, UNDECIDED, UNDETERMINED, "en", "ja"
    )
    return found


def weights(seen: Evidence) -> tuple[int, ...]:
    """Return what one text adds to the sums of a `LanguageDetector`.

    They are evidence of English, evidence of other languages, and words; of texts that are more
    than a short answer, words, and those that are English or may be.
    """
    running = seen.words if seen.words >= RUNNING else 0
    may_be_english = seen.english // 4 + seen.shared if running else 0
    return seen.english, seen.other, seen.words, running, may_be_english


def _evidence(text: str) -> Evidence:
    """Return the same as its twin in native/function_words.h."""
    english = other = shared = 0
    words = _WORD.findall(text)
    for at, word in enumerate(words):
        lower = word.lower()
        if not word.isascii():
            if not "A" <= word[0] <= "Z":
                other += 4 if _FAR.search(word) else 2
        elif lower in ENGLISH_WORDS:
            english += 4
        elif lower in SHARED_WORDS:
            shared += 1
        elif lower in OTHER_WORDS and (word == lower or (not at and word[1:] == lower[1:])):
            other += 4
        elif word in PARTICLES:
            other += 1
    return Evidence(english, other, shared, len(words))


@cache
def _native() -> Any:
    try:
        make: Callable[..., Any] = extension().FunctionWords
    except ImportError:
        return None
    lists = (ENGLISH_WORDS, SHARED_WORDS, OTHER_WORDS, PARTICLES)
    return make(*map(sorted, lists))
