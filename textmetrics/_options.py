"""Options defined once: name, type, default and meaning, read by Python, CLI, config and docs.

A group of options is a `TypedDict` whose values are ``Annotated[type, Option(...)]``. Functions
take ``**options: Unpack[Group]``, which type checkers expand; `takes` shows the same keywords to
``help``, tab completion and Sphinx; the command line and config files read the `Option` itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from textmetrics._registry import suggest

__all__ = ["Option", "complete", "option_names", "options_of", "takes", "types_of"]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of one option beside its name and type.

    Attributes:
        default: the value where none is given.
        help: one sentence without a full stop, for docstrings, ``--help`` and the docs.
        choices: returns the allowed names, where they are few; read from a registry when needed.
        metavar: the placeholder in ``--help``; none for flags.
        parse: turns command-line text into the value; the text itself where ``None``.
        flag: the name on the command line: ``--name-with-dashes`` where ``None``, not offered
            there where empty.
        kind: what a value is called in errors: the option's name with spaces where empty.
    """

    default: Any
    help: str
    choices: Callable[[], Iterable[str]] | None = None
    metavar: str | None = None
    parse: Callable[[str], Any] | None = None
    flag: str | None = None
    kind: str = ""


def options_of(*groups: type) -> dict[str, Option]:
    """Return the options of some groups by name, in order of definition."""
    return {name: get_args(hint)[1] for name, hint in _hints(groups).items()}


def types_of(*groups: type) -> dict[str, Any]:
    """Return the types of the same options by name."""
    return {name: get_args(hint)[0] for name, hint in _hints(groups).items()}


def option_names(*groups: type) -> tuple[str, ...]:
    """Return the names of the options of some groups."""
    return tuple(_hints(groups))


def _hints(groups: Iterable[type]) -> dict[str, Any]:
    return {
        name: hint
        for group in groups
        for name, hint in get_type_hints(group, include_extras=True).items()
    }


def complete(group: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options of a group: the given values, and defaults for the others.

    Raises:
        TypeError: if a given name is not an option of the group.
    """
    known = options_of(group)
    for name in given:
        if name not in known:
            raise TypeError(f"unexpected keyword argument {name!r}: {suggest(name, known)}".strip())
    return {name: given.get(name, option.default) for name, option in known.items()}


def takes(*groups: type) -> Callable[[F], F]:
    """Show the options of some groups in a function's signature and docstring.

    The function takes them as ``**options``. A line ``{options}`` in the ``Args`` section of its
    docstring becomes an entry an option.

    Examples:
        >>> from typing import Annotated, TypedDict
        >>> Size = TypedDict("Size", {"n": Annotated[int, Option(1, "how many")]}, total=False)
        >>> @takes(Size)
        ... def make(what: str, **options): ...
        >>> inspect.signature(make)
        <Signature (what: 'str', *, n: int = 1)>
    """

    def show(function: F) -> F:
        known, kinds = options_of(*groups), types_of(*groups)
        own = inspect.signature(function)
        positional = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
        rest = [each for each in own.parameters.values() if each.kind is each.VAR_KEYWORD]
        added = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=kinds[name],
            )
            for name, option in known.items()
        ]
        keep = [each for each in rest if each.name != "options"]
        function.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[*positional, *added, *keep]
        )
        if function.__doc__:
            function.__doc__ = _described(function.__doc__, known)
        return function

    return show


def _described(doc: str, known: Mapping[str, Option]) -> str:
    lines = []
    for line in doc.split("\n"):
        if line.strip() != "{options}":
            lines.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        lines += [f"{indent}{name}: {option.help}." for name, option in known.items()]
    return "\n".join(lines)
