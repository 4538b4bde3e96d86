"""A YAML or TOML file becomes values that know where they stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textmetrics._escape import short_repr
from textmetrics.records import DataError, OpenError

__all__ = ["Given", "read_tree"]

_CORE = "tag:yaml.org,2002:"
# What YAML's own schema gives a scalar. Which of them it is plays no part: see `Given.plain`.
_TAGS = frozenset(
    _CORE + name
    for name in ("null", "bool", "int", "float", "str", "timestamp", "value", "seq", "map")
)
_AT = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Given:
    """A value of a settings file.

    Attributes:
        file: the file's name.
        path: the keys that lead to it, with dots between them.
        line: where it stands, ``None`` where the reader of TOML does not say.
        value: a text, a number, a truth value, a list or a mapping of such.
        plain: whether it is a text of YAML without quotes. It is no number or truth value by
            itself: the key that it stands under says what is expected, so that the task ``no`` and
            the tag ``4-bit`` stay what they are, and ``2.5e9``, a text in YAML 1.1, is a number.
    """

    file: str
    path: str
    line: int | None
    value: Any
    plain: bool = False

    def wrong(self, message: str) -> DataError:
        """Give an error with the place."""
        return DataError(self.file, self.line, f"{self.path}: {message}" if self.path else message)

    def below(self, key: str | int) -> str:
        """Give the path of what stands under a key or at a place of a list."""
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        return f"{self.path}.{key}" if self.path else key


def read_tree(path: Path) -> Given:
    """Read a file by the end of its name: ``.toml``, or ``.yaml`` and ``.yml``.

    Raises:
        OpenError: if it cannot be opened, or the package that reads it is not installed.
        DataError: if it is not what its name says, or a key occurs twice.
    """
    readers: dict[str, Callable[[str, str], Given]] = {
        ".toml": _toml, ".yaml": _yaml, ".yml": _yaml,
    }  # fmt: skip
    name = str(path)
    read = readers.get(path.suffix.lower())
    if read is None:
        message = (
            f"settings are read from .yaml, .yml or .toml, found {short_repr(path.name)}; rename"
        )
        raise DataError(name, None, message)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise OpenError.of(name, error) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(name, line, "invalid UTF-8; save the file as UTF-8") from None
    try:
        return read(text, name)
    except RecursionError:
        raise DataError(name, None, "found too many nested brackets; take some away") from None


def _yaml(text: str, name: str) -> Given:
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
    """Makes values of the nodes of one YAML file.

    Args:
        name: the file's.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._anchored: set[int] = set()

    def given(self, node: Any, path: str) -> Given:
        """Give the value of a node."""
        line = node.start_mark.line + 1
        here = Given(self._name, path, line, None)
        # An alias is the same node again: a few of them in one another would give billions.
        if id(node) in self._anchored:
            raise here.wrong("anchors and aliases (& and *) are not read; write the value again")
        self._anchored.add(id(node))
        if node.tag not in _TAGS:
            raise here.wrong(f"tags are not read, found {short_repr(node.tag)}; leave it out")
        if isinstance(node.value, str):
            return Given(self._name, path, line, node.value, plain=node.style is None)
        if node.tag.endswith(":seq"):
            items = [self.given(each, here.below(at)) for at, each in enumerate(node.value)]
            return Given(self._name, path, line, items)
        return Given(self._name, path, line, dict(self._pairs(node, here)))

    def _pairs(self, node: Any, here: Given) -> Iterator[tuple[str, Given]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            there = Given(self._name, here.path, line, None)
            if not isinstance(key.value, str):
                raise there.wrong("a key must be a text, found a list or a mapping")
            if key.value == "<<" and key.style is None:
                raise there.wrong("merge keys (<<) are not read; write the keys again")
            if key.value in seen:
                message = (
                    f"key {short_repr(key.value)} occurs twice, found it on line {seen[key.value]}"
                )
                raise there.wrong(f"{message} too; keep one of the two")
            seen[key.value] = line
            yield key.value, self.given(value, here.below(key.value))


def _toml(text: str, name: str) -> Given:
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
    if not tree:
        raise DataError(name, None, "the file is empty; textmetrics compare --init writes one")
    return _of_toml(tree, name, "")


def _of_toml(value: Any, name: str, path: str) -> Given:
    here = Given(name, path, None, None)
    made: Any = value
    if isinstance(value, dict):
        made = {key: _of_toml(each, name, here.below(key)) for key, each in value.items()}
    elif isinstance(value, list):
        made = [_of_toml(each, name, here.below(at)) for at, each in enumerate(value)]
    return Given(name, path, None, made)


def _needs(name: str, kind: str, package: str) -> OpenError:
    advice = "pip install 'textmetrics-eval[compare]'"
    return OpenError(name, None, f"is {kind}, which needs {package}; {advice}")
