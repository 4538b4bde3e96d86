"""``textmetrics completion``: print what lets a shell complete commands, options and names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from textmetrics.cli.options import choice, names_taken
from textmetrics.cli.program import Parser, UsageError, full_parser, write

__all__ = ["add_options", "run"]

_SHELLS = ("bash", "zsh", "fish")
_EXAMPLES = """examples:
  eval "$(textmetrics completion bash)"     in ~/.bashrc
  textmetrics completion zsh > ~/.zfunc/_textmetrics
  textmetrics completion fish > ~/.config/fish/completions/textmetrics.fish

zsh reads ~/.zfunc if ~/.zshrc has
  fpath+=~/.zfunc; autoload -Uz compinit; compinit

The names of metrics, presets, extractors and languages are completed too, also
after a comma. Print it again after an update.
"""


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.description = "Print what lets a shell complete commands, options and names."
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "shell", metavar="SHELL", type=choice("shell", _SHELLS), help=f"one of {', '.join(_SHELLS)}"
    )


def run(options: argparse.Namespace) -> int:
    """Print the script.

    Raises:
        UsageError: if the package that writes it is not installed.
    """
    try:
        import shtab
    except ImportError:
        raise UsageError(
            "textmetrics completion needs shtab: pip install 'textmetrics-eval[completion]'"
        ) from None
    parser = full_parser()
    for action in _actions(parser):
        _complete(action)
    write(shtab.complete(parser, shell=options.shell, preamble=_PREAMBLES.get(options.shell, "")))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Return the options and arguments of a parser and of those below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)


def _complete(action: argparse.Action) -> None:
    """Say how the values of an option are completed."""
    import shtab

    names, several = names_taken(action)
    if several:
        action.complete = _of_list(action.dest, names)  # type: ignore[attr-defined]
    elif names:
        action.choices = names
    elif action.metavar in _PATHS:
        kind = shtab.FILE if action.metavar == "FILE" else shtab.DIRECTORY
        action.complete = kind  # type: ignore[attr-defined]


_PATHS = ("FILE", "FOLDER", "DIR")


def _of_list(option: str, names: Sequence[str]) -> dict[str, Any]:
    """Return what completes the last of several names that are separated by commas."""
    listed = " ".join(names)
    return {
        "bash": f"_textmetrics_{option}",
        "zsh": f"_sequence compadd - {listed}",
        "fish": f"(__fish_append , {listed})",
        "preamble": {
            "bash": f'_textmetrics_{option}() {{ _textmetrics_last_of "$1" {listed}; }}',
        },
    }


_PREAMBLES = {
    "bash": """\
# $1 is the word, of which the part after the last comma is completed; names follow.
_textmetrics_last_of() {
  local word=$1 before=
  shift
  [[ $word == *,* ]] && before=${word%,*},
  compgen -P "$before" -W "$*" -- "${word##*,}"
}"""
}
