"""Find installed fonts that have the characters of the labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

__all__ = ["BASE", "FAMILIES", "fonts_for", "warn_of_missing_glyphs"]

# The font that Matplotlib comes with.
BASE = "DejaVu Sans"
# The usual fonts for Chinese and Japanese on Linux, macOS and Windows.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK KR",
    "Noto Sans CJK HK", "Noto Sans SC", "Noto Sans JP", "Noto Sans TC", "Source Han Sans SC",
    "Source Han Sans CN", "Source Han Sans JP", "Source Han Sans", "Source Han Sans TC",
    "Sarasa Gothic SC", "Sarasa Gothic J", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Droid Sans Fallback", "AR PL UMing CN", "IPAexGothic", "IPAGothic", "IPAPGothic",
    "TakaoPGothic", "TakaoGothic", "VL Gothic", "VL PGothic", "PingFang SC", "PingFang TC",
    "PingFang HK", "Hiragino Sans GB", "Hiragino Sans", "Hiragino Kaku Gothic Pro",
    "Hiragino Kaku Gothic ProN", "Heiti SC", "Heiti TC", "STHeiti", "Songti SC",
    "Arial Unicode MS", "Microsoft YaHei", "Microsoft JhengHei", "Yu Gothic", "Meiryo",
    "MS Gothic", "MS PGothic", "SimHei", "SimSun", "DengXian", "Noto Serif CJK SC",
    "Noto Serif CJK JP",
)  # fmt: skip
_ADVICE = (
    "install a font for Chinese and Japanese (Debian, Ubuntu: apt-get install fonts-noto-cjk; "
    "Fedora: dnf install google-noto-sans-cjk-fonts; others: https://github.com/notofonts/noto-cjk)"
)


def fonts_for(texts: Iterable[str], lang: str = "en") -> tuple[list[str], set[str]]:
    """Return the names of installed fonts for the texts, and the characters that none of them has.

    Fonts other than Matplotlib's own are looked for only if a text needs them.

    Args:
        texts: the texts.
        lang: the language most of them are in, which decides whether Han looks Japanese; in
            English ones, kana does.
    """
    needed = {each for text in texts for each in text if not each.isspace()}
    chosen, left = [BASE], _left(needed, BASE)
    for family in _candidates(left, lang):
        rest = _left(left, family)
        if len(rest) < len(left):
            chosen.append(family)
            left = rest
        if not left:
            break
    return chosen, left


def warn_of_missing_glyphs(left: Iterable[str]) -> None:
    """Warn that no installed font has some characters, and say what to install."""
    found = sorted(left)
    some = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
    warnings.warn(
        f"no installed font has {len(found):,} of the characters in labels ({some}): PNG pictures "
        f"show boxes for them, SVG pictures leave them to the viewer's fonts; {_ADVICE}",
        stacklevel=2,
    )


def _candidates(left: set[str], lang: str) -> Iterable[str]:
    """Return the installed fonts of `FAMILIES`, Japanese ones first for Japanese texts."""
    if not left:
        return []
    from matplotlib.font_manager import fontManager

    _take_new_fonts()
    known = {font.name for font in fontManager.ttflist}
    found = [family for family in FAMILIES if family in known]
    kana = any("\u3040" <= each <= "\u30ff" for each in left)
    if lang == "ja" or (lang == "en" and kana):
        found.sort(key=lambda name: not name.endswith((" JP", " J", "Gothic", "Sans Pro")))
    return found


def _take_new_fonts() -> None:
    """Add fonts to Matplotlib's list that were installed after it was written."""
    from matplotlib.font_manager import findSystemFonts, fontManager, get_font

    known = {font.fname for font in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            try:
                family = get_font(path).family_name
            except (OSError, RuntimeError):  # not a font, or of an unsupported kind
                continue
            if family in FAMILIES:
                fontManager.addfont(path)


def _left(characters: set[str], family: str) -> set[str]:
    """Return the characters that a font has no glyph for."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    has = get_font(
        findfont(FontProperties(family=[family]), fallback_to_default=False)
    ).get_charmap()
    return {each for each in characters if ord(each) not in has}
