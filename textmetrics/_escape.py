"""Turn text that other people wrote into text that is safe to show.

Names of models, tasks and files, and whatever a file holds, may contain anything: escape sequences
of a terminal, markup, a spreadsheet's formula. Each kind of output has one function here, and no
other code of the package escapes text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from textmetrics._patterns import lazy_pattern

__all__ = [
    "csv_cell",
    "escape_html",
    "escape_latex",
    "escape_markdown",
    "json_type",
    "name_list",
    "pluralized",
    "printable",
    "printable_json",
    "script_json",
    "short_repr",
    "without_secrets",
]

_LONGEST = 60
# Joiners inside words and emoji, and two spaces, all of which `str.isprintable` rejects.
_HARMLESS = frozenset("\u200c\u200d\u00a0\u3000")
_ASTRAL = 0x10000
_KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def printable(text: str) -> str:
    r"""Escape control and format characters, so that no terminal obeys them.

    They include line breaks, bidirectional controls and lone surrogates. Escaping twice changes
    nothing more.

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
    """Escape the same characters in a JSON document, which still parses to the same value.

    Such characters can only occur in strings, where JSON has escapes of its own.
    """
    if text.isascii():  # of the ASCII ones, `json.dumps` leaves only DEL unescaped
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


def script_json(value: object) -> str:
    """Return a value as ASCII JSON that can neither end a script element nor open a comment."""
    import json  # here and below: most runs write neither

    return json.dumps(value, ensure_ascii=True).translate(_IN_SCRIPT)


_IN_SCRIPT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def escape_html(text: str) -> str:
    """Return HTML that shows a text as it is, between tags or in a quoted attribute.

    Examples:
        >>> escape_html("<b>&")
        '&lt;b&gt;&amp;'
    """
    from html import escape

    return escape(printable(text))


def escape_markdown(text: str) -> str:
    r"""Return Markdown that shows a text as it is: in prose, in a heading, in a table's cell.

    Examples:
        >>> print(escape_markdown("a_b|c <i>*x*</i>"))
        a\_b\|c \<i\>\*x\*\</i\>
        >>> print(escape_markdown("https://example.org"))
        https:\//example.org
        >>> print(escape_markdown("# 1"))
        \# 1
    """
    return _MARKDOWN.sub(_markdown_escaped, printable(text))


_MARKDOWN = lazy_pattern(
    r"""
      [\\`*_\[\]<>|&~$]             # emphasis, code, links, tags, entities, cells, formulas
    | (?<=:)(?=//) | (?<=www)(?=\.) # addresses, which GitHub makes links of
    | (?<!\S)\#                     # what begins or ends a heading
    | ^[-+](?=\s|[-\s]*$)           # a list's item or a rule; below, a numbered item
    | ^\d{1,9}[.)](?=\s|$)
    | ^\s | \s$                     # space that Markdown drops
    """,
    re.VERBOSE,
)


def _markdown_escaped(match: re.Match[str]) -> str:
    found = match[0]
    if found.isspace():
        return f"&#{ord(found)};"
    return f"{found[:-1]}\\{found[-1:]}"


def escape_latex(text: str) -> str:
    r"""Return LaTeX that typesets a text as it is, also at the beginning of a table's row.

    Examples:
        >>> print(escape_latex("a_b & 50 % of [x]"))
        a\_b \& 50 \% of {[}x]
    """
    return _LATEX.sub(lambda match: _IN_LATEX.get(match[0], "{}"), printable(text))


_IN_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "–": "--", "“": "``",
    "”": "''", "×": r"$\times$", "−": "$-$",
    "≤": r"$\leq$", "≥": r"$\geq$", "→": r"$\to$", "±": r"$\pm$",
    "↓": r"$\downarrow$", "†": r"\dag{}", "`": r"\textasciigrave{}",
    "[": "{[}", "*": "{*}",  # which the \\ at the end of the row before would take as its own
}  # fmt: skip
# Places between two characters that LaTeX would set as one, and the characters above.
_LATEX = lazy_pattern(
    "(?<=[-–])(?=[-–])|(?<=[“?!])(?=“)|(?<=['”])(?=['”])|(?<=,)(?=,)"
    rf"|[{re.escape(''.join(_IN_LATEX))}]"
)


def csv_cell(text: str) -> str:
    """Return a text that no spreadsheet runs: a formula gets an apostrophe before it.

    Examples:
        >>> csv_cell("=HYPERLINK(1)"), csv_cell("gemma-2b")
        ("'=HYPERLINK(1)", 'gemma-2b')
    """
    shown = printable(text)
    return f"'{shown}" if _FORMULA.match(text) else shown


# What makes spreadsheets take a text for a formula: a character that is one of four, or becomes it
# in NFKC, as input methods and spreadsheets change it, after characters that they drop or hide.
_FORMULA = lazy_pattern(
    r"""
    [\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f
     \u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff
     \U000e0000-\U000e0fff]*
    [=+\-@﹦﹢﹣﹫＝＋－＠⁼⁺₌₊⩵⩶﬩]
    """,
    re.VERBOSE,
)


def short_repr(value: object, longest: int = _LONGEST) -> str:
    """Return the ``repr`` of a value from a file for a message: one line, shortened if long."""
    try:
        text = repr(value[: longest + 1] if isinstance(value, str) else value)
    except RecursionError:  # lists nested almost as deep as JSON allows
        text = "…"
    except ValueError:  # Python writes no integers with thousands of digits
        text = "a number with thousands of digits"
    return printable(text if len(text) <= longest else text[: longest - 1] + "…")


def name_list(names: Iterable[str], most: int = 10) -> str:
    """Return names from a file, quoted and separated by commas; of many only the first ones."""
    found = list(names)
    text = ", ".join(short_repr(name) for name in found[:most])
    return f"{text} and {len(found) - most:,} more" if len(found) > most else text


def pluralized(number: int, what: str) -> str:
    """Return a number with what it counts, in the plural unless it is one.

    Examples:
        >>> pluralized(1, "reference"), pluralized(2_000, "reference")
        ('1 reference', '2,000 references')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def json_type(value: object) -> str:
    """Return the name of a JSON value's type, with its article."""
    known = "a number" if isinstance(value, float) else type(value).__name__
    return _KINDS.get(type(value), known)


_URL = lazy_pattern(r"(?is)(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/]*)(?P<path>.*)")
_CHAINED = lazy_pattern(r"::(?=[a-zA-Z][a-zA-Z0-9+.-]*://)")  # as fsspec writes files in archives


def without_secrets(name: str) -> str:
    """Return a name on the network without a password, and without what follows ``?``.

    The latter may sign it. Other names stay as they are.

    Examples:
        >>> without_secrets("https://me:secret@host/in.jsonl?X-Amz-Signature=1f")
        'https://host/in.jsonl'
    """
    return "::".join(map(_without_secrets, _CHAINED.split(name)))


def _without_secrets(name: str) -> str:
    found = _URL.fullmatch(name)
    if found is None or found["scheme"].lower() == "file":
        return name
    host, path = found["host"], found["path"]
    if found["scheme"].lower() in ("http", "https"):  # in others, a name may have one
        host, asked, _ = host.partition("?")
        path = "" if asked else path.partition("?")[0]
    return f"{found['scheme']}://{host.rpartition('@')[2]}{path}"
