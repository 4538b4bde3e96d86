"""``textmetrics merge``: the scores of all shards, from the states of each."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from textmetrics._checks import parse_whole_number
from textmetrics._escape import pluralized
from textmetrics.cli.options import add_output_format
from textmetrics.cli.output import OUTPUT_FORMATS, FileScores, check_output, name_of_all, show
from textmetrics.cli.program import GuideError, Parser, say
from textmetrics.records import FORMATS, JSONL, Notes, input_files
from textmetrics.states import State, merge_states, read_state, write_state

__all__ = ["add_options", "run", "scores_of"]

_DESCRIPTION = """Merge states that textmetrics score --state or Evaluator.save wrote, and
print the scores of all their samples: the very numbers of one run over all of
them, in whatever order the states are given.

States are refused that were counted with other options, dictionaries or
definitions, that have a file in common, and that are damaged or were edited.
"""
_EXAMPLES = """examples:
  textmetrics score shard7.jsonl.zst --lang ja --state st/7.json
  textmetrics merge st/*.json
  textmetrics merge st/*.json --expect 128 --format json
  textmetrics merge st/*.json --state all.json.gz

exit codes: 0 success; 2 wrong usage, or a file that cannot be opened; 3 a state
that cannot be read or merged, or records that were left out; 130 Ctrl-C; 141
closed pipe. Scores are in percent in tables and Markdown, and between 0 and 1
in JSON and CSV.
"""
_GUIDE = """textmetrics merge: no state given. For example:

  textmetrics score shard0.jsonl --lang en --state st/0.json
  textmetrics score shard1.jsonl --lang en --state st/1.json
  textmetrics merge st/*.json

textmetrics merge --help shows the options.
"""


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "name all states before the options"
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "states", metavar="STATE", nargs="*", help="a state file, a folder of them, or a pattern"
    )
    parser.add_argument(
        "--expect",
        metavar="N",
        type=_whole_number,
        help="fail unless there are N shards; a state that was merged counts its shards",
    )
    parser.add_argument(
        "--allow-duplicates",
        action="store_true",
        help="count shards twice that have the same content",
    )
    add_output_format(parser, OUTPUT_FORMATS)
    parser.add_argument(
        "--state",
        metavar="FILE",
        help="write the merged state to FILE, compressed if its name ends in .gz, .zst, .xz or "
        ".bz2",
    )


def _whole_number(text: str) -> int:
    try:
        return parse_whole_number(text, at_least=1)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(options: argparse.Namespace) -> int:
    """Merge the states, and print the result.

    Raises:
        GuideError: if there is no state.
        InputError: if a state cannot be used.
    """
    if not options.states:
        raise GuideError(_GUIDE)
    found = input_files(options.states)
    for note in found.notes:
        say(note)
    options.states = found.names
    if options.state is not None:
        check_output(options.state, options.states, option="--state")
    duplicates = options.allow_duplicates
    states = (read_state(name, duplicates=duplicates) for name in options.states)
    merged = merge_states(states, duplicates=duplicates)
    if options.expect is not None:
        merged.expect(options.expect)
    results = list(scores_of(merged))
    if options.state is not None:
        write_state(merged, options.state)
    show(results, options.format)
    invalid = sum(source.invalid for source in merged.sources)
    if invalid:
        say(f"left out: {pluralized(invalid, 'invalid record')}")
    return 3 if invalid else 0


def scores_of(state: State, *, ordered: bool = False) -> Iterator[FileScores]:
    """Yield the scores of a state, one per preset, as ``score`` has them of its files.

    Args:
        state: what was counted.
        ordered: whether its sources are in the order of the files, not in that of their names.
    """
    sources = state.sources if ordered else sorted(state.sources, key=lambda each: each.order)
    notes, told = Notes(), dict[str, None]()
    for source in sources:
        notes.add(source.notes)
        told |= dict.fromkeys(source.told)
    name = name_of_all([str(source) for source in sources]) if sources else ""
    known = sources[-1].format if sources else ""
    for counted, evaluation in zip(state.counted, state.evaluations, strict=True):
        yield FileScores(
            name,
            evaluation,
            sum(source.records for source in sources),
            FORMATS.get(known) if known in FORMATS else JSONL,
            counted.state.settings.preset,
            notes=(*notes.sentences(), *told),
        )
