"""What every tokeniser gives, and the joining step that follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

__all__ = ["UNSPACED", "Cutter", "Segmentation", "Tokenizer", "join"]

# Scripts whose words no space divides, as a character class of `regex`.
UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
    "\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}]"
)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text cut into pieces; punctuation and white space may be among them.

    Attributes:
        surfaces: the pieces as they stand in the text, in its order.
        forms: what is scored in their place, where that differs (Sudachi's normalised forms).
        grammatical: which pieces are grammar alone, for ``stopwords="pos"``, where that was
            asked for.
    """

    surfaces: list[str]
    forms: list[str] | None = None
    grammatical: list[bool] | None = None


Cutter: TypeAlias = Callable[[str], "Segmentation | Sequence[str]"]


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """How a normalised text is cut.

    Attributes:
        name: for ``tokenizer=``, ``--tokenizer`` and the signature.
        summary: a line for ``--help``.
        load: gives the function that cuts, into a list of strings or a ``Segmentation``; called
            once, when first needed: imports and dictionaries are loaded here.
        signature: gives what decides the tokens (package, version, dictionary), for the
            signature of a score; the name alone where it is ``None``.
        joins: whether signs, percent, fractions, exponents, ``C#`` and ``C++`` are put together
            again afterwards.
        grammar: as ``load``, for a function that also tells grammar from content, for
            ``stopwords="pos"``; ``None`` where the tokeniser cannot.
    """

    name: str
    summary: str
    load: Callable[[], Cutter]
    signature: Callable[[], str] | None = None
    joins: bool = True
    grammar: Callable[[], Cutter] | None = None

    def described(self) -> str:
        """Give what a signature shows."""
        return self.signature() if self.signature else self.name


@cache
def _marks() -> tuple[Any, Any]:
    """Give two patterns: where a join is possible at all, and the spans that are one token."""
    import regex

    word = rf"[[\p{{L}}\p{{N}}]--{UNSPACED}]"
    super_digit = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
    spans = (
        rf"(?<!{word}|[)\]%‰°+#])[+\-±]\p{{Sc}}?\.?\p{{N}}",  # -5, +$5, not 1-2, GPT-4, 5%-6%
        r"[\p{N}〇零一二三四五六七八九十百千万億亿]\x20?[%‰‱]",  # 50%, 50 %, 五十%
        r"\p{N}[/⁄]\p{N}",  # 1/2
        r"\p{N}\^[+\-]?\p{N}",  # 10^2
        r"\d[eE][+\-]\d",  # 1e-5
        r"\d\.\d+(?=\.(?!\d))",  # 3.14, which Sudachi cuts where a full stop follows
        rf"{word}[⁺⁻]?{super_digit}|\d\p{{dt=fraction}}",  # 10², 10⁻⁵, m², 3½
        rf"[\p{{L}}--{UNSPACED}](?:[#+]++(?!{word})|\+\+(?!\p{{L}}))",  # C#, C++, not a+b
        r"\S[\p{M}\u200D\p{Emoji_Modifier}]|\u200D\S",  # a character and its marks, 👍🏽
    )
    hint = r"[+\-±%‰‱/⁄^#⁰¹²³⁴⁵⁶⁷⁸⁹\p{dt=fraction}\p{M}\u200D\p{Emoji_Modifier}]|\.\d+\."
    return regex.compile(hint), regex.compile("(?V1)" + "|".join(spans))


def join(text: str, cut: Segmentation) -> Segmentation:
    """Put together what carries one meaning and a tokeniser may have cut.

    A sign before a number, a percent sign after it, a fraction's bar, an exponent, the marks that
    end C# and C++, and the parts of one character as readers see it: each such span of the text
    becomes part of a single piece, which is never grammatical.

    Examples:
        >>> join("降了-5 %", Segmentation(["降", "了", "-", "5", " ", "%"])).surfaces
        ['降', '了', '-5%']
    """
    hint, spans = _marks()
    if hint.search(text) is None:
        return cut
    inside = {
        boundary
        for match in spans.finditer(text, overlapped=True)
        for boundary in range(match.start() + 1, match.end())
    }
    if not inside:
        return cut
    groups = list(_groups(text, cut.surfaces, inside))
    surfaces = [
        cut.surfaces[a] if b == a + 1 else "".join(cut.surfaces[a:b]).replace(" ", "")
        for a, b in groups
    ]
    forms = cut.forms and [
        cut.forms[a] if b == a + 1 else surface
        for (a, b), surface in zip(groups, surfaces, strict=True)
    ]
    grammatical = cut.grammatical and [b == a + 1 and cut.grammatical[a] for a, b in groups]
    return Segmentation(surfaces, forms, grammatical)


def _groups(text: str, surfaces: list[str], inside: set[int]) -> Iterator[tuple[int, int]]:
    """Give runs of pieces that no boundary of the text divides.

    Pieces are found in the text one after the other, since a tokeniser may leave out white space.
    """
    first, end = 0, 0
    for index, surface in enumerate(surfaces):
        start = text.find(surface, end)
        start = end if start < 0 else start
        if index and not (start in inside and end in inside):
            yield first, index
            first = index
        end = start + len(surface)
    if surfaces:
        yield first, len(surfaces)
