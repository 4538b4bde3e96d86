"""Japanese: words by SudachiPy with its core dictionary."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from textmetrics.languages.language import Cutter, Language, Segmentation, Tokenizer

__all__ = ["JAPANESE", "SUDACHI", "pieces_that_fit"]

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


def _loader(mode: str, *, normalized: bool, grammar: bool = False) -> Callable[[], Cutter]:
    def load() -> Cutter:
        from sudachipy import SplitMode

        dictionary, split_mode = _dictionary(), getattr(SplitMode, mode)
        local = threading.local()  # a Sudachi tokenizer is not thread-safe

        def cut(text: str) -> Segmentation:
            if not hasattr(local, "tokenizer"):
                local.tokenizer = dictionary.tokenizer(split_mode)
            morphemes = list(_morphemes(local.tokenizer, text))
            surfaces = [m.surface() for m in morphemes]
            forms = [_form(m) for m in morphemes] if normalized else None
            grammatical = [_is_grammar(m) for m in morphemes] if grammar else None
            pieces = Segmentation(surfaces, forms, grammatical)
            return _split_at_spaces(pieces) if " " in text else pieces

        return cut

    return load


def _split_at_spaces(cut: Segmentation) -> Segmentation:
    """Split pieces that contain a space: the dictionary has "thank you" as one word."""
    surfaces: list[str] = []
    forms: list[str] = []
    grammatical: list[bool] = []
    for index, surface in enumerate(cut.surfaces):
        parts = re.split("( +)", surface) if " " in surface.strip() else [surface]
        form = cut.forms[index] if cut.forms else surface
        surfaces += parts
        forms += [form] if len(parts) == 1 else parts
        grammatical += [bool(cut.grammatical and cut.grammatical[index])] * len(parts)
    return Segmentation(surfaces, cut.forms and forms, cut.grammatical and grammatical)


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


def _form(morpheme: Any) -> str:
    """Return the normalized form, or the surface if that has superscripts: 10² is not 102."""
    surface: str = morpheme.surface()
    if surface in _KEPT_FORMS:  # their normalized forms are だ and た
        return surface
    return str(morpheme.normalized_form()) if _SUPERS.isdisjoint(surface) else surface


def _is_grammar(morpheme: Any) -> bool:
    part = morpheme.part_of_speech()
    if part[0] not in _GRAMMAR:
        return bool(part[:2] == _FILLER)
    surface = morpheme.surface()
    if surface in _KEPT_FORMS or (surface, part[1]) == _KEPT_PARTICLE:
        return False
    return morpheme.dictionary_form() not in _KEPT_LEMMAS


def _signature(mode: str, form: str) -> Callable[[], str]:
    def signature() -> str:
        from importlib.metadata import version

        sudachi, core = version("sudachipy"), version("sudachidict-core")
        return f"sudachi-{sudachi}-core-{core}-{mode.lower()}-{form}"

    return signature


def _sudachi(mode: str, units: str, *, normalized: bool) -> Tokenizer:
    form = "normalized" if normalized else "surface"
    return Tokenizer(
        f"sudachi-{mode.lower()}{'-normalized' if normalized else ''}",
        f"Japanese words by Sudachi, mode {mode} ({units}), {form} forms",
        _loader(mode, normalized=normalized),
        _signature(mode, form),
        grammar=_loader(mode, normalized=normalized, grammar=True),
    )


SUDACHI = tuple(
    _sudachi(mode, units, normalized=normalized)
    for normalized in (False, True)
    for mode, units in (("A", "short units"), ("B", "middle"), ("C", "named entities whole"))
)

# What no stopword list may contain: words that carry answers, by the classes that
# stopwords/README.md names, and more than one word of each pair that swaps the meaning.
_PROTECTED = """
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
