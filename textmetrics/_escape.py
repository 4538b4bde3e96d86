"""What strangers wrote, made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["json_type", "name_list", "pluralized", "printable", "printable_json", "short_repr"]

_LONGEST = 60
# Joiners inside words and emoji, and spaces, which `str.isprintable` counts as not printable.
_HARMLESS = frozenset("\u200c\u200d\u00a0\u3000")
_ASTRAL = 0x10000
_KINDS = {
    bool: "a truth value",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def printable(text: str) -> str:
    r"""Write control and format characters as escapes, so that no terminal obeys them.

    Line breaks, changes of direction and lone surrogates are among them.

    Examples:
        >>> printable("\x1b[31mred\n")
        '\\x1b[31mred\\n'
    """
    if text.isprintable():
        return text
    return "".join(_escaped(each) for each in text)


def _escaped(character: str) -> str:
    if character.isprintable() or character in _HARMLESS:
        return character
    return character.encode("unicode_escape").decode("ascii")


def printable_json(text: str) -> str:
    """Do the same for a JSON document, which stays the same document.

    Only strings can have such characters there, and JSON has escapes of its own.
    """
    if text.isascii():  # JSON escapes the ASCII ones itself, all but DEL
        return text.replace("\x7f", "\\u007f")
    return re.sub(r"[^\n -~]", _json_escaped, text)


def _json_escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable() or character in _HARMLESS:
        return character
    code = ord(character)
    if code < _ASTRAL:
        return f"\\u{code:04x}"
    high, low = divmod(code - _ASTRAL, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def short_repr(value: object, longest: int = _LONGEST) -> str:
    """Show a value from a file in a message: on one line, and not all of a long one."""
    try:
        text = repr(value[: longest + 1] if isinstance(value, str) else value)
    except RecursionError:  # lists in lists, nearly as deep as JSON may have them
        text = "…"
    return printable(text if len(text) <= longest else text[: longest - 1] + "…")


def name_list(names: Iterable[str], most: int = 10) -> str:
    """Show names from a file, in quotes and with commas, the first ones of many."""
    found = list(names)
    text = ", ".join(short_repr(name) for name in found[:most])
    return f"{text} and {len(found) - most:,} more" if len(found) > most else text


def pluralized(number: int, what: str) -> str:
    """Give a number with what it counts, in the plural where it is not one.

    Examples:
        >>> pluralized(1, "reference"), pluralized(2_000, "reference")
        ('1 reference', '2,000 references')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def json_type(value: object) -> str:
    """Name the kind of a JSON value, with its article."""
    return _KINDS.get(type(value), type(value).__name__)
