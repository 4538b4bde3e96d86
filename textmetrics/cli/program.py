"""Chooses the command, and turns what happens into an exit code.

Exit codes: 0 done; 1 ``doctor`` found something broken, or a gate of ``compare`` failed; 2 usage,
or a file that cannot be opened or written; 3 bad data; 130 Ctrl-C; 141 closed pipe; 143 told to
end.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from textmetrics._registry import suggest
from textmetrics._version import __version__
from textmetrics.cli.parser import Parser, UsageError
from textmetrics.cli.terminal import say

__all__ = ["entry", "main"]

_PROGRAM = "textmetrics"
# A command is the module of its name; one that is not asked for is not loaded.
_COMMANDS = {
    "score": "score files of predictions and references",
    "compare": "compare models: which is better, and whether that may be chance",
    "tokens": "show the tokens of a text, and which of them are scored",
    "presets": "list the definitions by name, and what is odd about each",
    "explain": "say in words what signatures mean, and in what they differ",
    "doctor": "show versions, backends and dictionaries, and what is wrong with them",
}
_EXAMPLES = """examples:
  textmetrics score predictions.jsonl --lang zh
  textmetrics compare gemma.jsonl llama.jsonl --lang zh
  textmetrics tokens "私は猫が好きです" --lang ja
  textmetrics presets llama_factory
  textmetrics explain "f1|f1|tok:squad|refs:1|preset:squad|v:0.1.0"
  textmetrics doctor

textmetrics COMMAND --help shows all options of a command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: those after the program's name; from the process where ``None``.

    Returns:
        The exit code.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parse(given)
        return _run(options)
    except UsageError as error:
        say(str(error))
        return 2
    except SystemExit as error:  # argparse ends so after --help and --version
        return int(error.code or 0)


def _module(command: str) -> Any:
    return import_module(f"textmetrics.cli.{command}")


def _run(options: Namespace) -> int:
    from textmetrics.records import InputError, OpenError

    try:
        return int(_module(options.command).run(options))
    except InputError as error:
        say(str(error))
        return 2 if isinstance(error, OpenError) else 3


def _parse(arguments: list[str]) -> Namespace:
    first = arguments[0] if arguments else None
    if first is None or (first not in _COMMANDS and not first.startswith("-")):
        _no_command(first)
    parser = Parser(
        prog=_PROGRAM,
        description="Score generated text against references, in Chinese, Japanese and English.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"{_PROGRAM} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    takers: dict[str | None, Parser] = {None: parser}
    for name, summary in _COMMANDS.items():
        takers[name] = commands.add_parser(name, help=summary)
        if name == first:  # the options of the others would be made for nothing
            _module(name).add_options(takers[name])
    options, rest = parser.parse_known_args(arguments)
    if rest or options.command is None:
        takers[options.command].unknown(rest or arguments)
    return options


def _no_command(given: str | None) -> NoReturn:
    known = ", ".join(_COMMANDS)
    if given is None:
        raise UsageError(f"{_PROGRAM}: no command: give one of {known} (see {_PROGRAM} --help)")
    near = suggest(given, _COMMANDS)
    if not near and os.path.isfile(given):
        near = f"did you mean {_PROGRAM} score {given}? "
    raise UsageError(f"{_PROGRAM}: unknown command {given!r}: {near}known: {known}")


def entry() -> NoReturn:
    """Run a command for a shell: end quietly whatever ends it, and exit with its code."""
    with suppress(ValueError):  # only the main thread may
        signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a terminal that cannot show a character is no reason to fail
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    code = 1
    try:
        code = main()
        _flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = 141
    except OSError as error:  # a full disk behind stdout
        code = 2
        with suppress(OSError):
            say(f"{_PROGRAM}: cannot write to standard output: {error.strerror}")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _silence()
    sys.exit(code)


def _end(number: int, _frame: object) -> NoReturn:
    """Unwind, so that no half-written file stays."""
    raise SystemExit(128 + number)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _silence() -> None:
    """Let a stream that cannot be written swallow the rest, else Python tells of it at its end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
