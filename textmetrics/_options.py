"""Options defined once: name, type, default and meaning, read by Python, CLI, config and docs.

A group of options is a `TypedDict` whose values are ``Annotated[type, Option(...)]``. Functions
take ``**options: Unpack[Group]``, which type checkers expand; `takes` shows the same keywords to
``help``, tab completion and Sphinx; the command line and config files read the `Option` itself.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from textmetrics._escape import pluralized
from textmetrics._registry import suggest

__all__ = [
    "Option",
    "complete",
    "option_names",
    "options_of",
    "shown_types",
    "surplus_arguments",
    "takes",
    "types_of",
    "unexpected_option",
    "value_kinds",
]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of one option beside its name and type.

    Attributes:
        default: the value where none is given.
        help: what it means, without a full stop at the end: for docstrings and docs.
        choices: returns the allowed names, where they are few; read from a registry when needed.
        metavar: the placeholder in ``--help``; none for flags.
        parse: turns command-line text into the value, or raises a ``ValueError`` with a message
            for the user; where ``None``, the value is the text itself.
        repeatable: whether the flag may be repeated; ``parse`` returns lists, which are joined.
        flag: the name on the command line: ``--name-with-dashes`` where ``None``, not offered
            there where empty.
        flag_help: what ``--help`` says, if not ``help``.
        off_help: what ``--help`` says of ``--no-name``, which stands for ``False``, of an option
            that also takes other values; there is no such flag where it is empty. Each boolean
            option has one anyway.
        kind: what a value is called in errors: the option's name with spaces where empty.
    """

    default: Any
    help: str
    choices: Callable[[], Iterable[str]] | None = None
    metavar: str | None = None
    parse: Callable[[str], Any] | None = None
    repeatable: bool = False
    flag: str | None = None
    flag_help: str = ""
    off_help: str = ""
    kind: str = ""


def options_of(*groups: type) -> dict[str, Option]:
    """Return the options of some groups by name, in order of definition."""
    return {name: get_args(hint)[1] for name, hint in _hints(groups).items()}


def types_of(*groups: type) -> dict[str, Any]:
    """Return the types of the same options by name."""
    return {name: get_args(hint)[0] for name, hint in _hints(groups).items()}


def shown_types(*groups: type) -> dict[str, str]:
    """Return the types of the same options as they are written where they are defined."""
    return {
        name: _written(hint) for group in groups for name, hint in group.__annotations__.items()
    }


def _written(hint: Any) -> str:
    """Return the type in an option's annotation, in which the names of aliases are kept."""
    if not isinstance(hint, ForwardRef):
        return inspect.formatannotation(get_args(hint)[0])
    annotated: Any = ast.parse(hint.__forward_arg__, mode="eval").body
    return ast.unparse(annotated.slice.elts[0])


def value_kinds(hint: Any) -> set[Any]:
    """Return the classes that values of a type have, ``None`` left out."""
    origin = get_origin(hint)
    if origin is Literal:
        return {type(each) for each in get_args(hint)}
    if origin is Union or origin is UnionType:
        return set().union(*map(value_kinds, get_args(hint)))
    return {origin or hint} - {type(None)}


def option_names(*groups: type) -> tuple[str, ...]:
    """Return the names of the options of some groups."""
    return tuple(_hints(groups))


@cache
def _hints(groups: tuple[type, ...]) -> Mapping[str, Any]:
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
    options = options_of(group)
    for name in given:
        if name not in options:
            raise unexpected_option(name, options)
    return {name: given.get(name, option.default) for name, option in options.items()}


def unexpected_option(name: str, known: Collection[str]) -> TypeError:
    """Return the error for an option that is not one of the known ones."""
    return TypeError(
        f"unexpected keyword argument {name!r}: {suggest(name, known)}known: {', '.join(known)}"
    )


def surplus_arguments(
    function: str, positional: Sequence[str], surplus: Sequence[Any], example: str
) -> TypeError:
    """Return the error for arguments that only go by name.

    Args:
        function: its name.
        positional: the names of what it takes by position.
        surplus: what was given besides.
        example: one of its options, as it is written in a call.

    Examples:
        >>> print(surplus_arguments("tokenize", ["text"], ["zh"], "lang='zh'"))
        tokenize() takes text, got 2 arguments; options go by name: lang='zh'
    """
    takes_what = " and ".join(positional) or "no positional arguments"
    given = pluralized(len(positional) + len(surplus), "argument")
    return TypeError(f"{function}() takes {takes_what}, got {given}; options go by name: {example}")


def takes(*groups: type, rest: str = "") -> Callable[[F], F]:
    """Show the options of some groups in a function's signature and docstring.

    The function takes them as ``**options``, and so does the ``__init__`` of a class; ``*surplus``,
    which it refuses with a better message than Python's, is not shown. A line
    ``{options}`` in the ``Args`` section of its docstring becomes one entry per option.

    Args:
        groups: whose options it takes; those that the function names itself are not added.
        rest: the name to show for further keywords, where it takes any.

    Examples:
        >>> from typing import Annotated, TypedDict
        >>> Size = TypedDict("Size", {"n": Annotated[int, Option(1, "how many")]}, total=False)
        >>> @takes(Size)
        ... def make(what: str, **options): ...
        >>> inspect.signature(make)
        <Signature (what: 'str', *, n: 'int' = 1)>
    """

    def show(function: F) -> F:
        shown: Any = vars(function)["__init__"] if isinstance(function, type) else function
        signature = inspect.signature(shown)
        parameters = [
            each
            for each in signature.parameters.values()
            if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
        ]
        written = shown_types(*groups)
        added = {
            name: inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=written[name],
            )
            for name, option in options_of(*groups).items()
            if name not in signature.parameters
        }
        parameters += added.values()
        if rest:
            parameters.append(inspect.Parameter(rest, inspect.Parameter.VAR_KEYWORD))
        shown.__signature__ = signature.replace(parameters=parameters)
        kinds = types_of(*groups)  # what `typing.get_type_hints` could not find by name
        shown.__annotations__ = {
            each.name: kinds[each.name] if each.name in added else each.annotation
            for each in parameters
            if each.annotation is not each.empty
        }
        if signature.return_annotation is not signature.empty:
            shown.__annotations__["return"] = signature.return_annotation
        if function.__doc__:
            function.__doc__ = _described(function.__doc__, options_of(*groups), added)
        return function

    return show


_WIDTH = 100  # of a docstring's lines


def _described(doc: str, known: Mapping[str, Option], shown: Collection[str]) -> str:
    lines = []
    for line in doc.split("\n"):
        if line.strip() != "{options}":
            lines.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        for name in shown:
            entry = f"{name}: {known[name].help}."
            wrapped = textwrap.wrap(
                entry,
                _WIDTH,
                initial_indent=indent,
                subsequent_indent=indent + " " * 4,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines += wrapped
    return "\n".join(lines)
