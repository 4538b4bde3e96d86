"""``textmetrics tokens``: show the tokens of texts, and which of them are scored."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from textmetrics._escape import pluralized, printable, short_repr
from textmetrics._tables import render
from textmetrics.answers import Extraction
from textmetrics.cli.options import (
    add_option_group,
    add_output_format,
    given_options,
    name_lists,
    wrong_options,
)
from textmetrics.cli.output import json_text
from textmetrics.cli.program import Parser, UsageError, colored, write
from textmetrics.evaluation import ExtractOption, ScoringSettings, TokenOptions
from textmetrics.languages import Analyzer, Kind, Scope, Tokens
from textmetrics.records import STDIN, Lines, decode_line

__all__ = ["add_options", "run"]

_EXAMPLES = """examples:
  textmetrics tokens "I don't like it" --lang en
  textmetrics tokens "東京都に行きました" --lang ja --tokenizer sudachi-a
  textmetrics tokens "北京的天气" "上海的天气" --stopwords-add 天气
  textmetrics tokens "<think>Lyon?</think>**Paris**" --extract think,markdown
  textmetrics tokens - --format json < texts.txt
  textmetrics tokens -- "-5℃"
"""
_FORMATS = ("table", "json")
_HELP = {
    "extract": "how to extract the answer from each text first, such as think,markdown: steps in "
    "order, separated by commas; may be repeated",
    "lang": "language code, or auto (the default) to decide by the text",
    "tokenizer": "tokenizer to use instead of the language's own",
}
_LONGEST = 300  # characters shown of what was cut away
_KIND_NAMES = {
    Kind.CONTENT: "kept",
    Kind.MENTION: "kept",
    Kind.STOPWORD: "stopword",
    Kind.PUNCTUATION: "punctuation",
}


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "give all texts before the options"
    parser.dashed = "put -- before a text that begins with -"
    parser.description = "Show the tokens of texts, and which of them are scored."
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "texts", metavar="TEXT", nargs="+", help="a text; - reads texts from stdin, one per line"
    )
    add_option_group(parser, ExtractOption, help=_HELP)
    group = parser.add_argument_group("tokens and stopwords")
    add_option_group(group, TokenOptions, help=_HELP)
    add_output_format(parser, _FORMATS)
    parser.lists = name_lists(parser)


def run(options: argparse.Namespace) -> int:
    """Print the tokens of each text.

    Raises:
        UsageError: if options do not fit together, or a text is not valid Unicode.
        InputError: if a file cannot be used.
    """
    if options.texts.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    with wrong_options(options):
        settings = ScoringSettings.of(**given_options(options, TokenOptions, ExtractOption))
    found = (_analyzed(settings, text, options) for text in _texts(options.texts))
    if options.format == "table":
        for index, each in enumerate(found):
            write("\n" * (index > 0) + "\n".join([*_cut_lines(each), _table(each)]))
    else:
        write(json_text([_object(each) for each in found]))
    return 0


class _Cut(NamedTuple):
    """What a step of an extraction did to a text.

    Attributes:
        step: the name of the step, with its argument if it has one.
        before: the text.
        left: what the step left of it.
        pieces: what it cut away; ``None`` if the text is too long for a comparison by words.
    """

    step: str
    before: str
    left: str
    pieces: list[str] | None


class _AnalyzedText(NamedTuple):
    """A text, what was cut away from it, the answer that is left, and how that is tokenized."""

    text: str
    cuts: list[_Cut]
    answer: str
    analyzer: Analyzer


def _analyzed(settings: ScoringSettings, text: str, options: argparse.Namespace) -> _AnalyzedText:
    cuts = list(_cuts(settings.extraction, text))
    answer = cuts[-1].left if cuts else text
    with wrong_options(options):
        analyzer = settings.analyzer_of(answer)
        [answer] = settings.converted([answer])
        return _AnalyzedText(text, cuts, answer, analyzer)


def _cuts(extraction: Extraction, text: str) -> Iterator[_Cut]:
    for step, left in zip(extraction.steps, extraction.stages(text), strict=True):
        yield _Cut(str(step), text, left, _pieces(text, left))
        text = left


def _pieces(before: str, after: str) -> list[str] | None:
    """Return the parts of a text that are not in what is left of it."""
    at = before.rfind(after)
    if at >= 0:
        return [piece for piece in (before[:at], before[at + len(after) :]) if piece]
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST_PIECES:
        return None
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    found, end = [], 0
    for block in blocks:
        found.append("".join(old[end : block.a]))
        end = block.a + block.size
    return [piece for piece in found if piece]


_PIECE = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_PIECES = 2000  # the time of a comparison grows with the square of their number


def _texts(given: Iterable[str]) -> Iterator[str]:
    for index, text in enumerate(given, start=1):
        if text == STDIN:
            with Lines(STDIN) as lines:
                for line in lines:
                    yield decode_line(line, lines.name).rstrip("\r\n")
            continue
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UsageError(f"text {index} is not valid UTF-8: {text!r}") from None
        yield text


def _cut_lines(analyzed: _AnalyzedText) -> Iterator[str]:
    for cut in analyzed.cuts:
        if cut.left == cut.before:
            yield f"{cut.step}: changed nothing"
            continue
        pieces = "parts of a long text" if cut.pieces is None else _quoted(cut.pieces)
        yield f"{cut.step}: cut away {pieces}; left {_quoted([cut.left])}"


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(short_repr(text, _LONGEST) for text in texts) or "nothing"


def _table(analyzed: _AnalyzedText) -> str:
    analyzer = analyzed.analyzer
    tokens = analyzer(analyzed.answer)
    rows = [
        [printable(surface), printable(word), kind] for surface, word, kind in _token_rows(tokens)
    ]
    table = render(["token", "compared as", "kind"], rows, color=colored(), texts=3)
    counts = Counter(kind for *_, kind in rows)
    summary = (
        f"{counts['kept']:,} kept, {pluralized(counts['stopword'], 'stopword')}, "
        f"{counts['punctuation']:,} punctuation"
    )
    notes = [
        f"{pluralized(len(rows), 'token')}: {summary}",
        f"lang: {analyzer.language.code}; tokenizer: {analyzer.tokenizer.described()}; "
        f"stopwords: {analyzer.stopwords.signature()}",
    ]
    if rows and not tokens.has(Scope.CONTENT):
        notes.append("nothing is kept: in a sample with this reference, nothing is dropped")
    return "\n".join([table, *notes])


def _object(analyzed: _AnalyzedText) -> dict[str, Any]:
    analyzer = analyzed.analyzer
    extracted = {
        "extracted": analyzed.answer,
        "steps": [
            {"step": cut.step, "cut_away": cut.pieces, "left": cut.left} for cut in analyzed.cuts
        ],
    }
    return {
        "text": analyzed.text,
        **(extracted if analyzed.cuts else {}),
        "lang": analyzer.language.code,
        "tokenizer": analyzer.tokenizer.name,
        "stopwords": analyzer.stopwords.signature(),
        "tokens": [
            {"token": surface, "compared_as": word, "kind": kind}
            for surface, word, kind in _token_rows(analyzer(analyzed.answer))
        ],
    }


def _token_rows(tokens: Tokens) -> Iterator[tuple[str, str, str]]:
    for surface, word, kind in zip(tokens.surfaces, tokens.words, tokens.kinds, strict=True):
        yield surface, word, _KIND_NAMES[kind]
