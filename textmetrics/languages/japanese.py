"""Japanese: words by SudachiPy with its core dictionary."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from textmetrics._installed import version_of
from textmetrics.languages.language import Cutter, Language, Segmentation, Tokenizer
from textmetrics.languages.sudachi_port import words_of_sudachi

__all__ = ["JAPANESE", "SUDACHI", "SudachiTokenizer", "pieces_that_fit"]

# Sudachi rejects longer texts, in bytes.
LONGEST = 49_149
_SUPERS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞")
_SENTENCE_END = r"[。．！？!?\n][」』）)”\"]*"  # compiled for the first text that is too long

# Parts of speech that are purely grammatical. Symbols (補助記号) are not: 👍, + and $ are content,
# and punctuation is recognized by Unicode.
_GRAMMAR = frozenset({"助詞", "助動詞"})
_FILLER = ("感動詞", "フィラー")
# Auxiliaries and particles that are kept, because losing them would change an answer.
_KEPT_LEMMAS = frozenset(
    # negation and prohibition (行くな), classical and western forms too
    {"ない", "無い", "ねえ", "ねぇ", "ねー", "ぬ", "ず", "ん", "なんだ", "へん", "ひん", "まい",
     "じ", "まじ", "なし", "な"}
    # the passive and the causative
    | {"れる", "られる", "る", "らる", "せる", "させる", "す", "さす", "しめる", "しむ"}
    # obligation, wish, hearsay
    | {"べし", "たい", "たがる", "らしい"}
    # where from and where to; comparison
    | {"から", "まで", "へ", "より"}
    # or, only, even, about, each, far from
    | {"か", "なり", "やら", "だけ", "しか", "のみ", "ばかり", "ばっかり", "ばっか", "きり",
       "っきり", "さえ", "すら", "ほど", "くらい", "ぐらい", "ずつ", "どころ"}
    # if, although, while
    | {"ば", "ど", "けど", "けれど", "けども", "けれども", "のに", "とも", "ながら", "つつ"}
)  # fmt: skip
# Forms of だ and た, and a particle, that are kept where they are conjunctions.
_KEPT_FORMS = frozenset({"なら", "たら", "だら"})
_KEPT_PARTICLE = ("が", "接続助詞")


def pieces_that_fit(text: str, longest: int = LONGEST) -> Iterator[str]:
    """Split a text into pieces of limited size, after a sentence where possible.

    Args:
        text: a normalized text.
        longest: the maximum size of a piece, in bytes of UTF-8.

    Examples:
        >>> list(pieces_that_fit("長い。文です。", longest=18))
        ['長い。', '文です。']
    """
    while len(text) * 4 > longest and len(start := text[: longest + 1].encode()) > longest:
        fits = start[:longest].decode(errors="ignore")
        ends = [match.end() for match in re.finditer(_SENTENCE_END, fits)]
        cut = ends[-1] if ends else len(fits)
        yield text[:cut]
        text = text[cut:]
    yield text


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary()


class _Word(NamedTuple):
    """A word as a ``Morpheme`` of SudachiPy has it."""

    surface: str
    normalized_form: str
    dictionary_form: str
    part_of_speech: tuple[str, ...]


def _loader(
    mode: str, *, normalized: bool, grammar: bool = False, ported: bool = False
) -> Callable[[], Cutter]:
    """Return what loads SudachiPy or, if ``ported``, its port where there is one."""

    def load() -> Cutter:
        read = (_port(mode) if ported else None) or _sudachipy(mode)

        def cut(text: str) -> Segmentation:
            words = list(read(text))
            pieces = Segmentation(
                [word.surface for word in words],
                [_form(word) for word in words] if normalized else None,
                [_is_grammar(word) for word in words] if grammar else None,
            )
            pieces = _phrases_joined(_spelled_out(words, pieces))
            return _split_at_spaces(pieces) if " " in text else pieces

        return cut

    return load


def _sudachipy(mode: str) -> Callable[[str], Iterator[_Word]]:
    from sudachipy import SplitMode

    dictionary, split_mode = _dictionary(), getattr(SplitMode, mode)
    local = threading.local()  # a Sudachi tokenizer is not thread-safe

    def words(text: str) -> Iterator[_Word]:
        if not hasattr(local, "tokenizer"):
            local.tokenizer = dictionary.tokenizer(split_mode)
        for each in _morphemes(local.tokenizer, text):
            yield _Word(
                each.surface(),
                each.normalized_form(),
                each.dictionary_form(),
                each.part_of_speech(),
            )

    return words


def _port(mode: str) -> Callable[[str], Iterator[_Word]] | None:
    native = words_of_sudachi()
    if native is None:
        return None
    parts = native.parts_of_speech()

    def words(text: str) -> Iterator[_Word]:
        for begin, end, normalized, lemma, part in native.words(text, mode):
            yield _Word(text[begin:end], normalized, lemma, parts[part])

    return words


# Contracted auxiliaries by their dictionary form: how many of their characters stand for the verb
# after て, what begins that verb, and its normalized form: 知ってる is 知っている, 食べちゃった is
# 食べてしまった.
_CONTRACTED = {
    **dict.fromkeys(("てる", "でる"), (1, "い", "居る")),
    **dict.fromkeys(("とる", "どる"), (1, "お", "居る")),
    **dict.fromkeys(("とく", "どく"), (1, "お", "おく")),
    **dict.fromkeys(("ちゃう", "じゃう"), (2, "しま", "仕舞う")),
    **dict.fromkeys(("ちまう", "じまう"), (1, "し", "仕舞う")),
}
# All that such a piece, and the だ of 飲んだ, can begin with; と alone is never one.
_MAY_BE_CONTRACTED = ("て", "で", "と", "ど", "ちゃ", "じゃ", "ちま", "じま", "だ")
_FIRST = frozenset(each[0] for each in _MAY_BE_CONTRACTED)
_AUXILIARY = "助動詞"


def _spelled_out(words: list[_Word], cut: Segmentation) -> Segmentation:
    """Return a segmentation with contractions written out, and the past だ as た.

    So 知ってる equals 知っている, and the た of 食べた is the だ of 飲んだ, not the copula.
    """
    surfaces = cut.surfaces
    found: dict[int, str] = {}
    for index, surface in enumerate(surfaces):
        if surface[:1] not in _FIRST or len(surface) > 3 or surface == "と":  # most pieces
            continue
        if not surface.startswith(_MAY_BE_CONTRACTED):
            continue
        word = words[index]
        if word.part_of_speech[0] != _AUXILIARY:
            continue
        length, begins, lemma = _CONTRACTED.get(word.dictionary_form, (0, "", ""))
        if length:
            found[index] = lemma if cut.forms else begins + surface[length:]
        elif not cut.forms and surface == "だ" and word.normalized_form == "た":
            found[index] = "た"
    if not found:
        return cut
    forms = [found.get(index, form) for index, form in enumerate(cut.forms or surfaces)]
    spelled = [index in found for index in range(len(surfaces))]
    return Segmentation(surfaces, forms, cut.grammatical, spelled)


# Particles that consist of several words, by their second word: the others before and behind it.
_PHRASES = {
    **dict.fromkeys(
        ("おい", "於い", "つい", "関し", "かんし", "対し", "たいし"), ("に", "て")
    ),
    **dict.fromkeys(("おけ", "於け"), ("に", "る")),
    **dict.fromkeys(("関する", "かんする", "対する", "たいする", "就いて"), ("に", "")),
    "いう": ("と", ""),
}  # fmt: skip
_PHRASE_WORDS = frozenset(_PHRASES)


def _phrases_joined(cut: Segmentation) -> Segmentation:
    """Make each particle of several words one piece: について, while 嘘をついて keeps its verb.

    という is one where a word follows: 来るという at the end of a sentence is hearsay.
    """
    old = cut.surfaces
    if _PHRASE_WORDS.isdisjoint(old):
        return cut
    places: list[tuple[int, int]] = []
    index = 0
    while index < len(old):
        size = _phrase_at(old, index)
        places.append((index, size))
        index += size
    surfaces = ["".join(old[at : at + size]) for at, size in places]
    return Segmentation(
        surfaces,
        cut.forms
        and [
            cut.forms[at] if size == 1 else surface
            for (at, size), surface in zip(places, surfaces, strict=True)
        ],
        cut.grammatical and [size > 1 or cut.grammatical[at] for at, size in places],
        cut.spelled and [size == 1 and cut.spelled[at] for at, size in places],
    )


def _phrase_at(surfaces: list[str], index: int) -> int:
    """Return how many pieces the phrase has that begins there, or 1."""
    words = surfaces[index : index + 3]
    if len(words) < 2 or words[1] not in _PHRASE_WORDS:
        return 1
    before, behind = _PHRASES[words[1]]
    last = words[2] if len(words) > 2 else ""
    if words[0] != before or (behind and last != behind):
        return 1
    if words[1] == "いう" and not last[:1].isalnum():
        return 1
    return 3 if behind else 2


def _split_at_spaces(cut: Segmentation) -> Segmentation:
    """Split pieces that contain a space: the dictionary has "thank you" as one word."""
    parts = [re.split("( +)", each) if " " in each.strip() else [each] for each in cut.surfaces]
    counts = list(map(len, parts))
    forms = cut.forms and [
        form
        for each, whole in zip(parts, cut.forms, strict=True)
        for form in (each if len(each) > 1 else [whole])
    ]
    surfaces = [part for each in parts for part in each]
    return Segmentation(
        surfaces, forms, _repeated(cut.grammatical, counts), _repeated(cut.spelled, counts)
    )


def _repeated(flags: list[bool] | None, counts: list[int]) -> list[bool] | None:
    return flags and [flag for flag, n in zip(flags, counts, strict=True) for _ in range(n)]


def _morphemes(tokenizer: Any, text: str) -> Iterator[Any]:
    """Tokenize a text of any length."""
    for piece in pieces_that_fit(text):
        yield from _tokenize(tokenizer, piece)


def _tokenize(tokenizer: Any, piece: str) -> Iterator[Any]:
    from sudachipy.errors import SudachiError

    try:
        yield from tokenizer.tokenize(piece)
    except SudachiError:  # it measures the text after normalizing it: ½ becomes 1⁄2
        middle = len(piece) // 2
        if not middle:
            raise
        yield from _tokenize(tokenizer, piece[:middle])
        yield from _tokenize(tokenizer, piece[middle:])


def _form(word: _Word) -> str:
    """Return the normalized form, or the surface if that has superscripts: 10² is not 102."""
    if word.surface in _KEPT_FORMS:  # their normalized forms are だ and た
        return word.surface
    return word.normalized_form if _SUPERS.isdisjoint(word.surface) else word.surface


def _is_grammar(word: _Word) -> bool:
    part = word.part_of_speech
    if part[0] not in _GRAMMAR:
        return bool(part[:2] == _FILLER)
    if word.surface in _KEPT_FORMS or (word.surface, part[1]) == _KEPT_PARTICLE:
        return False
    return word.dictionary_form not in _KEPT_LEMMAS and word.dictionary_form not in _CONTRACTED


def _signature(mode: str, form: str) -> Callable[[], str]:
    def signature() -> str:
        sudachi, core = version_of("sudachipy"), version_of("sudachidict-core")
        return f"sudachi-{sudachi}-core-{core}-{mode.lower()}-{form}"

    return signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SudachiTokenizer(Tokenizer):
    """A tokenizer that cuts as SudachiPy does with its core dictionary.

    Attributes:
        mode: A, B or C.
        normalized: whether words have their normalized forms.
    """

    mode: str
    normalized: bool

    def ported(self) -> Tokenizer:
        """Return an equivalent tokenizer that cuts in C++ where it can."""
        return replace(self, load=self._load, grammar=self._load_grammar)

    def _load(self) -> Cutter:
        return _loader(self.mode, normalized=self.normalized, ported=True)()

    def _load_grammar(self) -> Cutter:
        return _loader(self.mode, normalized=self.normalized, grammar=True, ported=True)()


def _sudachi(mode: str, units: str, *, normalized: bool) -> SudachiTokenizer:
    form = "normalized" if normalized else "surface"
    described = form if normalized else "plain"
    return SudachiTokenizer(
        f"sudachi-{mode.lower()}{'-normalized' if normalized else ''}",
        f"Japanese words by Sudachi, mode {mode} ({units}), {form} forms",
        _loader(mode, normalized=normalized),
        _signature(mode, described),
        grammar=_loader(mode, normalized=normalized, grammar=True),
        mode=mode,
        normalized=normalized,
    )


SUDACHI = tuple(
    _sudachi(mode, units, normalized=normalized)
    for normalized in (False, True)
    for mode, units in (("A", "short units"), ("B", "middle"), ("C", "named entities whole"))
)

# What no stopword list may contain: words that carry answers, by the classes that
# stopwords/README.md names, and more than one word of each pair that swaps the meaning.
_PROTECTED = """
    た ください 下さい くださる 下さる なさい ましょう しよう だろう でしょう かしら
    って いう てる なお
    ない なし なく なかっ なけれ なきゃ ぬ ず ん まい ね ねえ ねぇ な いいえ いや ううん 無い
    無し 無 非 未 不 へん じ まじ 以外 はい ええ うん ああ そう ある あり いる 可能 一 二 三 十
    百 半分 全て すべて 全部 みんな 皆 毎 各 ずつ 両方 多く 少し いくつ 上 下 左 右 前 後 中 外
    内 東 西 南 北 多い 少ない もっと より ほど 最も だけ しか のみ ばかり さえ すら くらい
    ぐらい 誰 彼 彼女 彼ら 何 どこ いつ なぜ どう どれ どの 私 僕 俺 あなた 君 これ それ あれ
    ここ そこ あそこ この あの 我々 なん なんて なんか れる られる れ られ せる させる せ させ
    から まで へ か または また あるいは もしくは それとも ないし しかし ば たら なら けど
    けれど けれども のに ながら べき べし たい らしい

    と/か や/か も/だけ も/しか も/さえ から/まで から/へ から/に まで/に へ/より と/または
    および/または 及び/又は 並びに/或いは かつ/または そして/または しかし/だから しかも/しかし
    つまり/しかし が/けど て/ば て/ても ば/けど ので/のに から/のに その/この/あの
    それ/これ/あれ そんな/こんな/あんな ます/まい た/ない です/ない だ/ない する/しない
    れる/せる ください/いただく くださる/もらう こんにちは/さようなら はい/いいえ ある/ない
    上/下 前/後 左/右 内/外 だけ/しか よ/な う/まい えっと/ええ うーん/ううん
"""

JAPANESE = Language(
    "ja",
    "Japanese",
    "sudachi-c",
    scripts=("Han", "Hiragana", "Katakana"),
    stopwords=True,
    protected=_PROTECTED,
)
