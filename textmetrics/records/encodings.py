"""Tell the encoding of bytes that are not UTF-8, and read a file in an encoding that was named."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from math import log
from typing import NamedTuple

__all__ = [
    "FEW_BYTES",
    "WrongEncodingError",
    "as_utf_8",
    "encoding_name",
    "likely_encoding",
    "looks_like_utf_16",
    "parse_encoding",
    "possible_encodings",
    "python_codec",
    "to_use",
]

# Files that call themselves by the first name use characters of the second encoding, which extends
# it; browsers take the names in the same way.
_EXTENDED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
# The name to write after --encoding, and what it looks like.
_SHOWN = {
    "gb18030": ("gb18030", "Chinese"),
    "cp950": ("big5", "traditional Chinese, Big5"),
    "big5hkscs": ("big5hkscs", "traditional Chinese, Big5 of Hong Kong"),
    "cp932": ("cp932", "Japanese, Shift_JIS"),
    "euc_jp": ("euc-jp", "Japanese, EUC-JP"),
    "cp949": ("euc-kr", "Korean, EUC-KR"),
    "utf-16": ("utf-16", "UTF-16"),
    "utf-16-le": ("utf-16-le", "UTF-16 without a byte order mark"),
    "utf-16-be": ("utf-16-be", "UTF-16 without a byte order mark"),
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FEW_BYTES = 24  # beyond ASCII, by which no encoding can be told
_EVIDENCE = 1 << 14  # bytes that are looked at


class _Charset(NamedTuple):
    """The characters of which nearly all of a text consists.

    The standards list frequent characters first and rare ones behind them. Bytes that are decoded
    wrongly fall among the rare ones.

    Attributes:
        first: the code of the first frequent character.
        last: the code of the last one.
        number: how many there are.
        symbols: the codes of punctuation and symbols.
        trail: the smallest second byte of all of these.
    """

    first: int
    last: int
    number: int
    symbols: tuple[int, int]
    trail: int


_CHARSETS = {
    "gb18030": _Charset(0xB0A1, 0xD7F9, 3755, (0xA1A1, 0xA3FE), 0xA1),  # GB 2312, level 1
    "cp950": _Charset(0xA440, 0xC67E, 5401, (0xA140, 0xA3BF), 0x40),  # Big5, level 1
    "big5hkscs": _Charset(0xA440, 0xC67E, 5401, (0xA140, 0xA3BF), 0x40),
    "cp932": _Charset(0x889F, 0x9872, 2965, (0x8140, 0x8298), 0x40),  # JIS X 0208, level 1
    "euc_jp": _Charset(0xB0A1, 0xCFD3, 2965, (0xA1A1, 0xA3FE), 0xA1),  # the same
    "cp949": _Charset(0xB0A1, 0xC8FE, 2350, (0xA1A1, 0xA3FE), 0xA1),  # KS X 1001, Hangul
}
_JAPANESE = ("cp932", "euc_jp")
# The likelihood of one character: the rough share of its kind in texts, over their number.
_KANA = log(0.5 / 170)
_SYMBOL = log(0.1 / 200)
_RARE = log(0.02 / 10_000)
_ASCII = log(1 / 60)
_USUAL = 0.9  # the share of characters that are not rare, below which a text makes no sense
_LIKELY = 3.0  # by how much, in natural logarithms, the best encoding must be ahead
_CERTAIN = 20.0  # the same, to contradict the encoding that was named
# Encodings in which bytes below 128 need not be ASCII.
_STATEFUL = ("utf-16", "utf-32", "utf-7", "iso2022", "hz")
# Formats that are no text, though they may have zeros where UTF-16 has them.
_BINARY = (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"%PDF")


def python_codec(name: str) -> str:
    """Return the name of Python's codec for an encoding; a superset stands for a narrow one.

    Raises:
        LookupError: if Python has no such encoding of text.

    Examples:
        >>> python_codec("Shift_JIS"), python_codec("gbk"), python_codec("UTF8")
        ('cp932', 'gb18030', 'utf-8')
    """
    found = codecs.lookup(name.strip())
    if not getattr(found, "_is_text_encoding", True):
        raise LookupError(name)
    known = found.name.replace("utf_", "utf-")
    return _EXTENDED.get(known, "utf-8" if known == "utf-8-sig" else known)


def parse_encoding(text: str) -> str:
    """Return the name of an encoding if it is known.

    Raises:
        ValueError: if it is not.
    """
    try:
        python_codec(text)
    except (LookupError, ValueError):  # ValueError: a name with a NUL
        names = ", ".join(dict.fromkeys(name for name, _ in _SHOWN.values()))
        raise ValueError(f"unknown encoding {text!r}: use one such as {names}") from None
    return text


def encoding_name(codec: str) -> tuple[str, str]:
    """Return what to write after ``--encoding`` for a codec, and what texts in it look like."""
    return _SHOWN.get(codec, (codec, codec))


def possible_encodings(raw: bytes) -> list[str]:
    """Return the names of the usual encodings in which bytes can be decoded.

    Examples:
        >>> possible_encodings("東京".encode("cp932"))
        ['gb18030', 'cp932', 'euc-kr', 'windows-1252']
    """
    return list(_possible(raw[:_EVIDENCE]))


@lru_cache(maxsize=4)
def _possible(raw: bytes) -> tuple[str, ...]:
    named = {"windows-1252": "cp1252"} | {
        name: codec for codec, (name, _) in _SHOWN.items() if not codec.startswith("utf")
    }
    found = [name for name, codec in named.items() if _decodes(raw, codec)]
    return tuple(sorted(found, key="windows-1252".__eq__))


def likely_encoding(raw: bytes) -> str | None:
    """Return the codec in which bytes probably are, ``None`` where it cannot be told.

    The bytes can be decoded with it, without an error. Encodings of East Asia are told by their
    frequent characters, which is surer than chardet; chardet tells the others.

    Args:
        raw: bytes that are not UTF-8: the more, the surer.

    Examples:
        >>> likely_encoding("東京の天気は晴れです。".encode("euc_jp"))
        'euc_jp'
    """
    return _likely(raw[:_EVIDENCE])


@lru_cache(maxsize=4)  # all invalid records of a file ask for the same bytes
def _likely(raw: bytes) -> str | None:
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return codec
    if b"\0" in raw:  # no other encoding of text has zeros
        ends = [raw[at::2].count(0) for at in range(2)]
        return "utf-16-le" if ends[1] > ends[0] else "utf-16-be"
    found = _ranked(raw)
    if found and (len(found) == 1 or found[0][0] - found[1][0] >= _LIKELY):
        return found[0][1]
    import chardet

    named = chardet.detect(raw)["encoding"]
    if named is None:
        return None
    try:
        codec = python_codec(named)
    except LookupError:
        return None
    return codec if codec != "ascii" and _decodes(raw, codec) else None


def _ranked(raw: bytes) -> list[tuple[float, str]]:
    """Return the encodings of East Asia in which bytes make sense, the likeliest first."""
    fits = {codec: fit for codec in _CHARSETS if (fit := _fit(raw, codec)) is not None}
    if "cp950" in fits:
        fits.pop("big5hkscs", None)  # which extends it
    return sorted(
        ((likelihood, codec) for codec, (likelihood, usual) in fits.items() if usual >= _USUAL),
        reverse=True,
    )


def _fit(raw: bytes, codec: str) -> tuple[float, float] | None:
    """Return the log-likelihood of bytes in an encoding, and the share of usual characters.

    Returns:
        ``None`` where the bytes cannot be decoded, or all are ASCII.
    """
    try:
        text = codecs.getincrementaldecoder(codec)().decode(raw)  # the end may be cut off
    except UnicodeDecodeError:
        return None
    likelihood, usual, foreign = 0.0, 0, 0
    for character, count in Counter(text).items():
        if character.isascii():
            likelihood += count * _ASCII
            continue
        foreign += count
        each = _usual(character, codec)
        usual += 0 if each is None else count
        likelihood += count * (_RARE if each is None else each)
    return (likelihood, usual / foreign) if foreign else None


def _usual(character: str, codec: str) -> float | None:
    """Return the log-likelihood of a character in an encoding, ``None`` for a rare one."""
    charset = _CHARSETS[codec]
    if codec in _JAPANESE and "ぁ" <= character <= "ー":
        return _KANA
    encoded = character.encode(codec, "replace")
    code = int.from_bytes(encoded, "big")
    if encoded[-1] < charset.trail:
        return None
    if charset.first <= code <= charset.last:
        return log((0.35 if codec in _JAPANESE else 0.85) / charset.number)
    return _SYMBOL if charset.symbols[0] <= code <= charset.symbols[1] else None


def _decodes(raw: bytes, codec: str) -> bool:
    """Return whether bytes are text in an encoding; their last character may be cut off."""
    try:
        codecs.getincrementaldecoder(codec)().decode(raw, final=False)
    except UnicodeDecodeError:
        return False
    return True


def looks_like_utf_16(raw: bytes) -> bool:
    """Return whether the first bytes of a file are text in UTF-16 without a byte order mark.

    Half of the bytes of ASCII characters are zeros there: all of them at even places, or at odd.
    """
    if b"\0" not in raw or raw.startswith(_BINARY):
        return False
    few, many = sorted(raw[at::2].count(0) for at in range(2))
    return many * 16 >= len(raw) and few * 8 <= many


class WrongEncodingError(ValueError):
    """A file is not in the encoding that was named; the message names the one it seems to have."""


def as_utf_8(chunks: Iterator[bytes], encoding: str | None) -> tuple[Iterator[bytes], str]:
    """Return the bytes of a file as UTF-8, and how it was read if that is not plain.

    A byte order mark of UTF-16 or UTF-32 decides by itself. Where an encoding is named, bytes
    that are UTF-8 beyond ASCII are still read as UTF-8: in no other encoding would they be text.

    Args:
        chunks: the bytes.
        encoding: the encoding, ``None`` for UTF-8.

    Raises:
        WrongEncodingError: if the bytes make no sense in the encoding that was named.
    """
    first = next(chunks, b"")
    rest = chain([first], chunks) if first else iter(())
    for mark, codec in _MARKS:
        if first.startswith(mark):
            return _transcoded(rest, codec), f"read as {codec.upper()}"
    codec = "utf-8" if encoding is None else python_codec(encoding)
    if codec == "utf-8" or first.startswith(_BINARY):
        return rest, ""
    ascii_means_ascii = not codec.startswith(_STATEFUL)
    if ascii_means_ascii and first.isascii():
        return _transcoded(rest, codec), f"read as {encoding}"
    wide = codec.startswith(("utf-16", "utf-32"))  # in which any line has zeros
    if (ascii_means_ascii or (wide and b"\0" not in first)) and _decodes(first, "utf-8"):
        return rest, f"read as UTF-8, which it is, and not as {encoding}"
    if codec in ("utf-16", "utf-32"):
        raise WrongEncodingError(f"not {encoding}: it has no byte order mark; {to_use(first)}")
    doubt = _doubt(first, codec, str(encoding)) if ascii_means_ascii else ""
    return _transcoded(rest, codec), f"read as {encoding}{doubt}"


def _doubt(first: bytes, codec: str, encoding: str) -> str:
    """Return which other encoding text may have, as the end of a sentence; empty if none.

    Raises:
        WrongEncodingError: if it certainly has another one, or more than one.
    """
    lines = {
        number: line
        for number, line in enumerate(first.splitlines(keepends=True), start=1)
        if not line.isascii()
    }
    foreign = {number: line for number, line in lines.items() if not _decodes(line, "utf-8")}
    raw = b"".join(foreign.values())
    if _beyond_ascii(b"".join(lines.values())) > max(FEW_BYTES, 2 * _beyond_ascii(raw)):
        raise WrongEncodingError(
            f"line {min(foreign)} is not UTF-8, but most others are: the file has two encodings; "
            "write it again in one"
        )
    others = [at for at in lines.keys() - foreign.keys() if not _decodes(lines[at], codec)]
    if others and _decodes(raw, codec):
        raise WrongEncodingError(
            f"line {min(others)} is UTF-8 and not {encoding}, as others are: the file has two "
            "encodings; write it again in one"
        )
    ranked = _ranked(raw[:_EVIDENCE]) if _beyond_ascii(raw) >= FEW_BYTES else []
    likely = likely_encoding(raw) if ranked else None
    if likely in (None, codec) or {likely, codec} <= {"cp950", "big5hkscs"}:
        return ""
    named = _fit(raw[:_EVIDENCE], codec) if codec in _CHARSETS else None
    if named is None or ranked[0][0] - named[0] >= _CERTAIN:
        raise WrongEncodingError(f"not {encoding}: the text would be nonsense; {to_use(raw)}")
    return f", but it may be another encoding: {to_use(raw)}"


def _beyond_ascii(raw: bytes) -> int:
    return sum(byte > 127 for byte in raw)


def to_use(raw: bytes) -> str:
    """Return the advice to name the encoding that bytes seem to have."""
    codec = likely_encoding(raw)
    if codec is None:
        return "fix --encoding"
    option, looks = encoding_name(codec)
    return f"use --encoding {option} (it looks like {looks})"


def _transcoded(chunks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
