"""``textmetrics explain``: explain signatures in words, and how they differ."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Sequence

from textmetrics._escape import printable
from textmetrics.cli.program import Parser, UsageError, write
from textmetrics.evaluation import Explanation, differences, explain_signature

__all__ = ["add_options", "run"]

_DESCRIPTION = """Explain what a signature means, in a sentence fit for a paper. Given several
signatures, also explain how they differ.

textmetrics score prints signatures: a score has one of its own, and the line
below a table has one without metric and headline. Quote them, because | is
special to the shell.
"""
_EXAMPLES = """examples:
  textmetrics explain "bleu_4|mean|tok:characters,raw|refs:1|preset:llama_factory|v:0.1.0"
  textmetrics explain "lang:en|tok:code|norm:nfkc2-casefold|stop:none|refs:1|preset:default|v:0.1.0"
  textmetrics explain "$ONE" "$ANOTHER"
"""
_WIDEST = 100


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "put each signature in quotes"
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.add_argument("signatures", metavar="SIGNATURE", nargs="+", help="a score's signature")


def run(options: argparse.Namespace) -> int:
    """Print what each signature means, then how they differ.

    Raises:
        UsageError: if one is not a signature.
    """
    several = len(options.signatures) > 1
    found = [
        _explained(text, f"signature {index}" if several else "the signature")
        for index, text in enumerate(options.signatures, start=1)
    ]
    for index, each in enumerate(found, start=1):
        write(_paragraph(f"{index}: {each.sentence}" if several else each.sentence))
        for note in each.notes:
            write(_paragraph(f"- {note}", indent="  "))
        if several:
            write("")
    if several:
        write("\n".join(_compared(found)))
    return 0


def _explained(text: str, which: str) -> Explanation:
    try:
        return explain_signature(text)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{which}: {error}") from error


def _paragraph(text: str, indent: str = "") -> str:
    return textwrap.fill(
        printable(text),
        min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST),
        initial_indent=indent,
        subsequent_indent=indent + "  " * bool(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _compared(found: Sequence[Explanation]) -> list[str]:
    differing, same = differences(found)
    if not differing:
        return ["no differences: on equal data, their numbers are equal"]
    lines = ["they differ in"]
    for topic, texts in differing.items():
        lines.append(f"  {topic}:")
        for words in dict.fromkeys(texts):
            which = ", ".join(str(at) for at, each in enumerate(texts, start=1) if each == words)
            lines.append(_paragraph(f"{which}: {words}", indent="    "))
    return [*lines, *([f"the same in all: {', '.join(same)}"] if same else [])]
