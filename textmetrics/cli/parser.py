"""An argument parser with suggestions, one line an error, and lists made when help is shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from textmetrics._escape import printable
from textmetrics._registry import suggest

__all__ = ["Parser", "UsageError"]


class UsageError(Exception):
    """What was asked for cannot be done; the message says what can."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def _get_help_string(self, action: argparse.Action) -> str | None:
        full_help = getattr(action, "full_help", None)
        return full_help() if full_help else super()._get_help_string(action)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, with a suggestion where a name is near.

    Attributes:
        lists: make what stands before the examples in the help text; called for that alone.
        surplus: what to do with an argument that stands where none can be.
        dashed: what to do with one that begins with ``-`` but is no option.
    """

    lists: Sequence[Callable[[], str]] = ()
    surplus = "leave it out"
    dashed = ""
    _given: Sequence[str] = ()

    def __init__(self, *args: object, **options: object) -> None:
        settings: dict[str, object] = {
            "allow_abbrev": False,  # an abbreviation breaks when an option is added
            "formatter_class": _Formatter,
        }
        super().__init__(*args, **{**settings, **options})  # type: ignore[arg-type]

    def parse_known_args(  # type: ignore[override]
        self, args: list[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as the standard library does, but keep what was given for a better error."""
        self._given = args or []
        return super().parse_known_args(args, namespace)

    def format_help(self) -> str:
        """Give the help text."""
        made, self.lists = [make() for make in self.lists], ()
        self.epilog = "\n".join([*made, self.epilog or ""])
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise what was wrong; nothing is printed here."""
        if self.dashed and message.startswith("the following arguments are required"):
            known = self._option_string_actions
            dashed = [each for each in self._given if each.startswith("-")]
            if unknown := [each for each in dashed if each.partition("=")[0] not in known]:
                self.unknown(unknown)
        raise UsageError(f"{self.prog}: {message} (see {self.prog} --help)")

    def unknown(self, arguments: Iterable[str]) -> NoReturn:
        """Raise the error for arguments that no option takes."""
        first = next(iter(arguments))
        if not first.startswith("-"):
            self.error(f"unexpected argument {printable(first)!r}: {self.surplus}")
        near = suggest(first.partition("=")[0], self._option_string_actions).rstrip()
        advice = near or self.dashed
        self.error(f"unknown option {printable(first)}{': ' + advice if advice else ''}")
