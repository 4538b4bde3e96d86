"""Tell the encoding of bytes that are not UTF-8, and read a file in an encoding that was named."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

__all__ = [
    "as_utf_8",
    "encoding_name",
    "likely_encoding",
    "looks_like_utf_16",
    "parse_encoding",
    "possible_encodings",
    "python_codec",
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
_EVIDENCE = 1 << 14  # bytes that are looked at
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
    named = {"windows-1252": "cp1252"} | {
        name: codec for codec, (name, _) in _SHOWN.items() if not codec.startswith("utf")
    }
    found = [name for name, codec in named.items() if _decodes(raw[:_EVIDENCE], codec)]
    return sorted(found, key="windows-1252".__eq__)


def likely_encoding(raw: bytes) -> str | None:
    """Return the codec in which bytes probably are, ``None`` where it cannot be told.

    The bytes can be decoded with it, without an error.

    Args:
        raw: bytes that are not UTF-8: the more, the surer.

    Examples:
        >>> likely_encoding("東京の天気は晴れです。".encode("euc_jp"))
        'euc_jp'
    """
    raw = raw[:_EVIDENCE]
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return codec
    if b"\0" in raw:  # no other encoding of text has zeros
        ends = [raw[at::2].count(0) for at in range(2)]
        return "utf-16-le" if ends[1] > ends[0] else "utf-16-be"
    import chardet

    named = chardet.detect(raw)["encoding"]
    if named is None:
        return None
    try:
        codec = python_codec(named)
    except LookupError:
        return None
    wider = {"cp950": ("cp950", "big5hkscs"), "cp949": ("cp949", "johab")}.get(codec, (codec,))
    return next((each for each in wider if _decodes(raw, each)), None)


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


def as_utf_8(chunks: Iterator[bytes], encoding: str | None) -> tuple[Iterator[bytes], str]:
    """Return the bytes of a file as UTF-8, and how it was read if that is not plain.

    A byte order mark of UTF-16 or UTF-32 decides by itself. Where an encoding is named, bytes
    that are UTF-8 beyond ASCII are still read as UTF-8: in no other encoding would they be text.

    Args:
        chunks: the bytes.
        encoding: the encoding, ``None`` for UTF-8.
    """
    first = next(chunks, b"")
    rest = chain([first], chunks) if first else iter(())
    for mark, codec in _MARKS:
        if first.startswith(mark):
            return _transcoded(rest, codec), f"read as {codec.upper()}"
    codec = "utf-8" if encoding is None else python_codec(encoding)
    if codec == "utf-8" or first.startswith(_BINARY):
        return rest, ""
    if not codec.startswith(_STATEFUL) and not first.isascii() and _decodes(first, "utf-8"):
        return rest, f"read as UTF-8, which it is, and not as {encoding}"
    return _transcoded(rest, codec), f"read as {encoding}"


def _transcoded(chunks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
