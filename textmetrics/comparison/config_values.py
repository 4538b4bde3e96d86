"""Read configuration files: values with their place in the file, checked one by one."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textmetrics._escape import json_type, short_repr
from textmetrics._files import read_small_file
from textmetrics._options import Option, options_of, types_of, value_kinds
from textmetrics._registry import suggest
from textmetrics.records import DataError, OpenError

__all__ = [
    "ConfigValue",
    "Section",
    "option_readers",
    "read_bool",
    "read_choice",
    "read_config_file",
    "read_mapping",
    "read_number",
    "read_path",
    "read_positive_number",
    "read_text",
    "read_texts",
    "read_whole",
]

T = TypeVar("T")

_MOST_MEGABYTES = 4

_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?")
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Section:
    """A mapping with known keys.

    Args:
        given: the mapping; a missing value counts as an empty one.
        known: the keys that it may have.
        outside: the keys that belong at the top level of the file.

    Raises:
        DataError: if it is not a mapping, or has an unknown key.
    """

    def __init__(
        self, given: ConfigValue, known: Iterable[str], outside: Collection[str] = ()
    ) -> None:
        self.given = given
        self._values: Mapping[str, ConfigValue] = {} if is_null(given) else read_mapping(given)
        names = tuple(known)
        for key, value in self._values.items():
            if key not in names:
                near = suggest(key, names)
                message = f"unknown key {short_repr(key)}: {near}known: {', '.join(names)}"
                if key in outside:
                    message = f"{key!r} belongs at the top level of the file: move it there"
                place = ConfigValue(given.file, given.path, value.line, None)
                raise place.wrong(message)

    def __contains__(self, key: str) -> bool:
        """Return whether a key is present."""
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        """Return the keys that are present."""
        return iter(self._values)

    def take(self, key: str, read: Callable[[ConfigValue], T], default: T) -> T:
        """Return the value of a key, read by a reader, or the default."""
        return read(self._values[key]) if key in self._values else default

    def given_at(self, key: str) -> ConfigValue:
        """Return the value of a key for an error message; the section if the key is missing."""
        return self._values.get(key, self.given)


def is_null(given: ConfigValue) -> bool:
    """Return whether the value is null."""
    return given.plain and given.value in _NULLS


def read_mapping(given: ConfigValue) -> Mapping[str, ConfigValue]:
    """Return a mapping.

    Raises:
        DataError: if the value is not a mapping.
    """
    if not isinstance(given.value, dict):
        raise given.wrong(f"must be a mapping, found {_found(given)}")
    return given.value


def read_text(given: ConfigValue) -> str:
    """Return a string that is not empty."""
    if not isinstance(given.value, str) or is_null(given) or not given.value.strip():
        raise given.wrong(f"must be a string, found {_found(given)}")
    return given.value


def read_texts(given: ConfigValue) -> tuple[str, ...]:
    """Return a list of strings; a single one needs no brackets."""
    if not isinstance(given.value, list):
        if isinstance(given.value, str):
            return (read_text(given),)
        raise given.wrong(f"must be a list of strings, found {_found(given)}")
    texts = tuple(read_text(each) for each in given.value)
    for text in texts:
        if texts.count(text) > 1:
            raise given.wrong(f"{short_repr(text)} is listed twice")
    return texts


def read_number(given: ConfigValue) -> float:
    """Return a finite number."""
    value = given.value
    if given.plain and _NUMBER.fullmatch(value):
        value = float(value)
    if type(value) in (int, float):
        with_limit = _float(value)
        if math.isfinite(with_limit):
            return with_limit
    raise given.wrong(f"must be a number such as 7e9, found {_found(given)}")


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer with hundreds of digits
        return math.inf


def read_whole(given: ConfigValue) -> int:
    """Return an integer that is not negative."""
    value = read_number(given)
    if value < 0 or value != int(value):
        raise given.wrong(f"must be an integer of at least 0, found {_found(given)}")
    # From its digits if possible: a float cannot hold a long seed exactly.
    exact = str(given.value).replace("_", "").removeprefix("+").lstrip("0")
    return int(exact) if exact.isdecimal() else int(value)


def read_path(given: ConfigValue) -> str:
    """Return a path."""
    name = read_text(given)
    if "\0" in name:
        raise given.wrong("must be a path, found a zero byte in it")
    return name


def read_positive_number(given: ConfigValue) -> float:
    """Return a positive number."""
    value = read_number(given)
    if value <= 0:
        raise given.wrong(f"must be greater than 0, found {value:g}")
    return value


def read_bool(given: ConfigValue) -> bool:
    """Return a boolean."""
    if isinstance(given.value, bool):
        return given.value
    if given.plain and given.value.lower() in _TRUTHS:
        return _TRUTHS[given.value.lower()]
    raise given.wrong(f"must be true or false, found {_found(given)}")


def read_choice(*names: str) -> Callable[[ConfigValue], str]:
    """Return a reader of one of some names."""

    def read(given: ConfigValue) -> str:
        name = read_text(given)
        if name not in names:
            known = ", ".join(names)
            raise given.wrong(
                f"unknown value {short_repr(name)}: {suggest(name, names)}known: {known}"
            )
        return name

    return read


def option_readers(
    *groups: type, check_names: bool = True
) -> dict[str, Callable[[ConfigValue], Any]]:
    """Return a reader for each option of some groups, by the option's name.

    Args:
        groups: the groups of options.
        check_names: whether names are checked here, and not only by what takes the options.
    """
    types = types_of(*groups)
    return {
        name: _option_reader(
            option if check_names else replace(option, choices=None), value_kinds(types[name])
        )
        for name, option in options_of(*groups).items()
    }


def _option_reader(option: Option, kinds: Collection[Any]) -> Callable[[ConfigValue], Any]:
    if option.repeatable:
        return read_texts
    if option.choices is not None:
        return read_choice(*option.choices())
    if not {os.PathLike, Path}.isdisjoint(kinds):
        return read_path
    if option.parse is not None:
        return partial(_parsed, parse=option.parse)
    readers = {bool: read_bool, int: read_whole, float: read_number, str: read_text}
    return next(read for kind, read in readers.items() if kind in kinds)


def _parsed(given: ConfigValue, *, parse: Callable[[str], Any]) -> Any:
    if isinstance(given.value, (list, dict)):
        raise given.wrong(f"must be one value, found {_found(given)}")
    try:
        return parse(str(given.value))
    except ValueError as error:
        raise given.wrong(str(error)) from None


def _found(given: ConfigValue) -> str:
    """Describe a value for an error message."""
    value: Any = given.value
    if is_null(given):
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str) and not given.plain:
        return f"the string {short_repr(value)}"
    return short_repr(value) if isinstance(value, str | int | float) else f"a {json_type(value)}"


_CORE = "tag:yaml.org,2002:"
# The standard tags of YAML. Which of them a scalar has is ignored: see `ConfigValue.plain`.
_TAGS = frozenset(
    _CORE + name
    for name in ("null", "bool", "int", "float", "str", "timestamp", "value", "seq", "map")
)
_MANY_DIGITS = re.compile(r"\b[0-9A-Fa-fxob_]{2000,}\b")
_AT = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """A value in a configuration file.

    Attributes:
        file: the file's name.
        path: the keys that lead to it, separated by dots.
        line: its line; ``None`` in TOML, whose parser does not tell.
        value: a string, number, boolean, list or mapping.
        plain: whether it is an unquoted YAML scalar. Its key decides whether it is a string,
            number or boolean: so the task ``no`` and the tag ``4-bit`` stay strings, and
            ``2.5e9``, a string in YAML 1.1, is a number.
    """

    file: str
    path: str
    line: int | None
    value: Any
    plain: bool = False

    def wrong(self, message: str) -> DataError:
        """Return an error with the place of the value."""
        return DataError(self.file, self.line, f"{self.path}: {message}" if self.path else message)

    def below(self, key: str | int) -> str:
        """Return the path of the value of a key, or of an item of a list."""
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        return f"{self.path}.{key}" if self.path else key


def read_config_file(path: Path) -> ConfigValue:
    """Read a file, according to the suffix of its name: ``.toml``, ``.yaml`` or ``.yml``.

    Raises:
        OpenError: if it cannot be opened, or the package that reads it is not installed.
        DataError: if its syntax is invalid, or a key occurs twice.
    """
    readers: dict[str, Callable[[str, str], ConfigValue]] = {
        ".toml": _toml, ".yaml": _yaml, ".yml": _yaml,
    }  # fmt: skip
    name = str(path)
    read = readers.get(path.suffix.lower())
    if read is None:
        message = (
            f"must end in .yaml, .yml or .toml, found {short_repr(path.name)}; rename the file"
        )
        raise DataError(name, None, message)
    try:
        raw = read_small_file(path, "a configuration", megabytes=_MOST_MEGABYTES)
    except OSError as error:
        raise OpenError.of(name, error) from error
    except ValueError as error:
        raise DataError(name, None, str(error).removeprefix(f"{name}: ")) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(name, line, "invalid UTF-8; save the file as UTF-8") from None
    try:
        return read(text, name)
    except RecursionError:
        raise DataError(name, None, "nested too deeply; remove some brackets") from None


def _yaml(text: str, name: str) -> ConfigValue:
    try:
        import yaml
    except ImportError:
        raise _needs(name, "YAML", "PyYAML") from None
    try:
        # Nodes only: nothing is constructed, whatever tags the file has.
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        line = mark.line + 1 if mark else None
        raise DataError(name, line, f"invalid YAML ({what})") from None
    except yaml.YAMLError as error:
        raise DataError(name, None, f"invalid YAML ({str(error).splitlines()[0]})") from None
    if node is None:
        raise DataError(name, None, "the file is empty; textmetrics compare --init writes one")
    return _Nodes(name).given(node, "")


class _Nodes:
    """Turns the nodes of one YAML file into values.

    Args:
        name: the file's name.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._anchored: set[int] = set()

    def given(self, node: Any, path: str) -> ConfigValue:
        """Return the value of a node."""
        line = node.start_mark.line + 1
        here = ConfigValue(self._name, path, line, None)
        # An alias is the same node again: a few nested ones would expand to billions.
        if id(node) in self._anchored:
            raise here.wrong("anchors and aliases (& and *) are not supported; repeat the value")
        self._anchored.add(id(node))
        if node.tag not in _TAGS:
            raise here.wrong(f"tags are not supported, found {short_repr(node.tag)}; remove it")
        if isinstance(node.value, str):
            return ConfigValue(self._name, path, line, node.value, plain=node.style is None)
        if node.tag.endswith(":seq"):
            items = [self.given(each, here.below(at)) for at, each in enumerate(node.value)]
            return ConfigValue(self._name, path, line, items)
        return ConfigValue(self._name, path, line, dict(self._pairs(node, here)))

    def _pairs(self, node: Any, here: ConfigValue) -> Iterator[tuple[str, ConfigValue]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            place = ConfigValue(self._name, here.path, line, None)
            if not isinstance(key.value, str):
                raise place.wrong("a key must be a string, found a list or a mapping")
            if key.value == "<<" and key.style is None:
                raise place.wrong("merge keys (<<) are not supported; repeat the keys")
            if key.value in seen:
                message = (
                    f"key {short_repr(key.value)} occurs twice, first on line {seen[key.value]}"
                )
                raise place.wrong(f"{message}; remove one of them")
            seen[key.value] = line
            yield key.value, self.given(value, here.below(key.value))


def _toml(text: str, name: str) -> ConfigValue:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError:
            raise _needs(name, "TOML", "tomli") from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found else None
        raise DataError(name, line, f"invalid TOML ({_AT.sub('', str(error))})") from None
    except ValueError as error:  # of Python: a number with thousands of digits
        long = _MANY_DIGITS.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else None
        message = "a number with thousands of digits" if long else f"invalid TOML ({error})"
        raise DataError(name, line, f"{message}; write a smaller one") from None
    if not tree:
        raise DataError(name, None, "the file is empty; textmetrics compare --init writes one")
    return _of_toml(tree, name, "")


def _of_toml(value: Any, name: str, path: str) -> ConfigValue:
    here = ConfigValue(name, path, None, None)
    inner: Any = value
    if isinstance(value, dict):
        inner = {key: _of_toml(each, name, here.below(key)) for key, each in value.items()}
    elif isinstance(value, list):
        inner = [_of_toml(each, name, here.below(at)) for at, each in enumerate(value)]
    return ConfigValue(name, path, None, inner)


def _needs(name: str, kind: str, package: str) -> OpenError:
    advice = "pip install 'textmetrics-eval[compare]'"
    return OpenError(name, None, f"is {kind}, which needs {package}; {advice}")
