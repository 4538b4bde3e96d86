"""Text of others in what is shown: it comes back as the same text, whatever it holds."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from textmetrics._escape import (
    csv_cell,
    escape_html,
    escape_latex,
    escape_markdown,
    printable,
    script_json,
)
from textmetrics._tables import render

MARKUP = st.text(st.sampled_from(" \\`*_[]()<>|&~$#+-=.1!:/'\"{}^%–“”×−≤→a\u00a0北,?@;"))
texts = st.text(max_size=40) | MARKUP
# How a parser of Markdown reads a text that is nothing but text.
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def content(tokens):
    """Return the text of parsed Markdown tokens, and check that there is nothing but text."""
    assert {token.type for token in tokens} <= {"text", "text_special"}
    return "".join(token.content for token in tokens)


@given(texts.filter(bool))
@example("# a")
@example("- a")
@example("---")
@example("12) a")
@example("    code")
@example("<b>&amp;$x$~~y~~")
@example("a\\")
def test_markdown_shows_a_paragraph_as_it_is(text):
    opened, inline, closed = MARKDOWN.parse(escape_markdown(text))
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert content(inline.children) == printable(text)


@given(texts.filter(bool))
@example("a #")
@example("##")
def test_markdown_shows_a_heading_as_it_is(text):
    opened, inline, closed = MARKDOWN.parse(f"### {escape_markdown(text)}")
    assert (opened.type, closed.type) == ("heading_open", "heading_close")
    assert content(inline.children) == printable(text)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3), texts)
@example([("a|b", "\\|")], "|")
def test_markdown_shows_a_cell_as_it_is(rows, name):
    header = [name, "b"]
    table = render(
        [escape_markdown(each) for each in header],
        [[escape_markdown(each) for each in row] for row in rows],
        "markdown",
    )
    tokens = MARKDOWN.parse(table)
    assert [tokens[0].type, tokens[-1].type] == ["table_open", "table_close"]
    cells = [content(token.children) for token in tokens if token.type == "inline"]
    assert cells == [printable(each) for row in [header, *rows] for each in row]


def typeset(latex):
    """Return the text that LaTeX sets, and check that it has no commands or special characters.

    Ligatures are those of TeX's fonts; a pair of braces ends one.
    """
    names = {
        "textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~", "textless": "<",
        "textgreater": ">", "textbar": "|", "textasciigrave": "`", "dag": "†",
    }  # fmt: skip
    signs = {
        "\\times": "×", "\\leq": "≤", "\\geq": "≥", "\\to": "→", "\\pm": "±", "\\downarrow": "↓",
        "-": "−", "": "",
    }  # fmt: skip
    ligatures = {"``": "“", "''": "”", "--": "–"}
    found = []
    for command, symbol, group, math, ligature, plain in re.findall(
        r"\\([a-z]+)\{\}|\\([{}$&#%_])|\{([\[*]?)\}|\$(\\(?:times|leq|geq|to|pm|downarrow)|-)\$|(``|''|--)|([^\\{}$&#%_^~<>|])",
        latex,
        re.DOTALL,
    ):
        found.append(
            names.get(command, command)
            + symbol
            + group
            + signs[math]
            + ligatures.get(ligature, "")
            + plain
        )
    return "".join(found)


@given(texts)
@example("–-")
@example("``“?`!`''”,,--")
@example("≤≥→±↓†×")
def test_latex_sets_a_text_as_it_is(text):
    latex = escape_latex(text)
    assert typeset(latex) == printable(text)
    # A row of a table may begin with it: \\ takes "*" and "[" that follow.
    assert not latex.lstrip().startswith(("*", "["))
    assert not re.search(r"---|(?<!`)```(?!`)|[?!]`|,,", latex)


@given(st.lists(texts, min_size=2, max_size=4))
def test_csv_keeps_its_cells_and_has_no_formula(row):
    written = render([csv_cell(each) for each in row], [], "csv")
    [found] = csv.reader(io.StringIO(written))
    for cell, text in zip(found, row, strict=True):
        assert cell in (printable(text), f"'{printable(text)}")
        assert not normalize("NFKC", cell).lstrip().startswith(tuple("=+-@"))


# Those of OWASP's page on CSV injection, and all that become one of them in NFKC.
SIGNS = [each for each in map(chr, range(0x110000)) if normalize("NFKC", each)[:1] in tuple("=+-@")]
UNSEEN = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u00ad",
    "\u202e",
]
UNSEEN += ["\u3164", "\u115f", "\u034f", "\ufe0f", "\x00", "\U000e0020", " \u200d\t"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", UNSEEN)
def test_no_cell_is_a_formula(sign, before):
    text = f"{before}{sign}SUM(A1)"
    assert csv_cell(text) == f"'{printable(text)}"


@pytest.mark.parametrize(
    "text", ["1", "a=1", "a@b", "−1.5", "–", "·1", "~1", "\u200ba", "“=1”", "'=1", ""]
)
def test_other_cells_stay_as_they_are(text):
    assert csv_cell(text) == printable(text)


@given(texts)
def test_html_shows_a_text_as_it_is(text):
    assert unescape(escape_html(text)) == printable(text)
    assert not set(escape_html(text)) & set("<>\"'")


@given(texts)
@example("</script><!--")
def test_json_in_a_script_is_the_same_and_ends_nothing(text):
    assert json.loads(script_json(text)) == text
    assert not set(script_json(text)) & set("<>&")


@pytest.mark.parametrize("style", ["plain", "markdown", "csv"])
def test_a_table_has_no_control_characters(style):
    drawn = render(["a\x1b[31m", "b"], [["c\u202e", "\ud800"]], style)
    assert all(each.isprintable() or each == "\n" for each in drawn)


WIDTHS = st.text("a猫é-–1 ", max_size=4).map(str.strip)


def drawn_by_rich(header, rows, style, texts):
    table = Table(
        box=box.MARKDOWN if style == "markdown" else box.SIMPLE_HEAD,
        pad_edge=style == "markdown",
        collapse_padding=style != "markdown",
        header_style="",
    )
    for index, name in enumerate(header):
        table.add_column(Text(name), justify="left" if index < texts else "right", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    file = io.StringIO()
    Console(file=file, width=10_000, force_jupyter=False).print(table)
    return "\n".join(filter(None, map(str.rstrip, file.getvalue().splitlines())))


@given(
    st.lists(st.tuples(WIDTHS, WIDTHS, WIDTHS), min_size=1),
    st.integers(0, 3),
    st.sampled_from(["plain", "markdown"]),
)
@example([("", "", "")], 1, "plain")
def test_a_table_looks_as_rich_draws_it(rows, texts, style):
    """Rows that are empty are left out, and what is behind the last cell."""
    header = ["name", "n", "x"]
    drawn = render(header, rows, style, texts=texts)
    assert drawn == drawn_by_rich(header, rows, style, texts)
    if style == "plain":
        shown = Text.from_ansi(render(header, rows, color=True, texts=texts)).plain
        assert [*map(str.rstrip, shown.split("\n"))] == drawn.split("\n")
