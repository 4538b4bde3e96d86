"""``textmetrics tokens``: which tokens a text has, and which of them are scored."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from textmetrics._escape import pluralized, printable, printable_json, short_repr
from textmetrics._tables import render
from textmetrics.cli.choices import (
    add_format_option,
    add_language_options,
    language_list,
    tokenizer_list,
)
from textmetrics.cli.extracting import Cut, add_extract_option, cut_away, extractor_list
from textmetrics.cli.options import language_settings, wrong_options
from textmetrics.cli.program import Parser, UsageError, colored, write
from textmetrics.evaluation import ScoringSettings
from textmetrics.languages import Analyzer, Kind, Scope, Tokens
from textmetrics.records import STDIN, DataError, Lines, RawLine, encoding_advice

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
_LONGEST = 300  # characters of what was cut away
_NAMES = {Kind.CONTENT: "kept", Kind.STOPWORD: "stopword", Kind.PUNCTUATION: "punctuation"}


def add_options(parser: Parser) -> None:
    """Add what the command takes."""
    parser.surplus = "give all texts before the options"
    parser.dashed = "put -- before a text that begins with -"
    parser.description = "Show the tokens of texts, and which of them are scored."
    parser.lists = (extractor_list, language_list, tokenizer_list)
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "texts", metavar="TEXT", nargs="+", help="a text; - reads texts from stdin, one a line"
    )
    add_extract_option(parser, "each text")
    add_language_options(parser, "decided by the text")
    add_format_option(parser, _FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print the tokens of each text.

    Raises:
        UsageError: if options do not go together, or a text is not Unicode.
        InputError: if a file cannot be used.
    """
    if options.texts.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    language = language_settings(options)
    with wrong_options(options):
        settings = ScoringSettings.of(**language, extract=options.extract)
    found = (_taken(settings, text, options) for text in _texts(options.texts))
    if options.format == "table":
        for index, each in enumerate(found):
            write("\n" * (index > 0) + "\n".join([*_cuts(each), _table(each)]))
    else:
        objects = [_object(each) for each in found]
        document = objects[0] if len(objects) == 1 else objects
        write(printable_json(json.dumps(document, ensure_ascii=False, indent=2)))
    return 0


class _Taken(NamedTuple):
    """A text, what was cut away of it, and the answer that is left, with what cuts it."""

    text: str
    cuts: list[Cut]
    answer: str
    analyzer: Analyzer


def _taken(settings: ScoringSettings, text: str, options: argparse.Namespace) -> _Taken:
    cuts = list(cut_away(settings.extraction, text))
    answer = cuts[-1].left if cuts else text
    with wrong_options(options):
        return _Taken(text, cuts, answer, settings.analyzer_of(answer))


def _texts(given: Iterable[str]) -> Iterator[str]:
    for index, text in enumerate(given, start=1):
        if text == STDIN:
            yield from _lines()
            continue
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UsageError(f"text {index} is not valid UTF-8: {text!r}") from None
        yield text


def _lines() -> Iterator[str]:
    with Lines(STDIN) as lines:
        for line in lines:
            yield _decoded(line, lines.name)


def _decoded(line: RawLine, file: str) -> str:
    try:
        return line.raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        found = f"0x{line.raw[error.start]:02x} at byte {error.start} of the line"
        advice = encoding_advice(line, error.start)
        message = f"invalid UTF-8, found byte {found}; give the text as UTF-8{advice}"
        raise DataError(file, line.number, message) from None


def _cuts(taken: _Taken) -> Iterator[str]:
    """Say what each step cut away."""
    for cut in taken.cuts:
        if cut.left == cut.before:
            yield f"{cut.step}: changed nothing"
            continue
        pieces = "parts of a long text" if cut.pieces is None else _shown(cut.pieces)
        yield f"{cut.step}: cut away {pieces}; left {_shown([cut.left])}"


def _shown(texts: Iterable[str]) -> str:
    return ", ".join(short_repr(text, _LONGEST) for text in texts) or "nothing"


def _table(taken: _Taken) -> str:
    analyzer = taken.analyzer
    tokens = analyzer(taken.answer)
    rows = [
        [printable(surface), printable(word), _NAMES[kind]]
        for surface, word, kind in zip(tokens.surfaces, tokens.words, tokens.kinds, strict=True)
    ]
    table = render(["token", "compared as", "kind"], rows, color=colored(), texts=3)
    counts = Counter(_NAMES[kind] for kind in tokens.kinds)
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
        notes.append("nothing is kept: in a sample with this reference nothing is dropped")
    return "\n".join([table, *notes])


def _object(taken: _Taken) -> dict[str, Any]:
    analyzer = taken.analyzer
    tokens: Tokens = analyzer(taken.answer)
    extracted = {
        "extracted": taken.answer,
        "steps": [
            {"step": cut.step, "cut_away": cut.pieces, "left": cut.left} for cut in taken.cuts
        ],
    }
    return {
        "text": taken.text,
        **(extracted if taken.cuts else {}),
        "lang": analyzer.language.code,
        "tokenizer": analyzer.tokenizer.name,
        "stopwords": analyzer.stopwords.signature(),
        "tokens": [
            {"token": surface, "compared_as": word, "kind": _NAMES[kind]}
            for surface, word, kind in zip(tokens.surfaces, tokens.words, tokens.kinds, strict=True)
        ],
    }
