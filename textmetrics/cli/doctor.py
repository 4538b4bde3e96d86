"""``textmetrics doctor``: check the installation."""

from __future__ import annotations

import argparse
import platform
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textmetrics._escape import printable
from textmetrics._tables import render
from textmetrics._threads import default_threads
from textmetrics._version import __version__
from textmetrics.cli.program import Parser, colored, write
from textmetrics.kernels import available_backends, backend
from textmetrics.languages import LANGUAGES, TOKENIZERS, Language, Tokenizer
from textmetrics.metrics import METRICS
from textmetrics.presets import PRESETS
from textmetrics.records import FORMATS

if TYPE_CHECKING:
    from textmetrics.cli.originals import Original

__all__ = ["add_options", "run"]

_DISTRIBUTION = "textmetrics-eval"
_UNRELATED = "textmetrics"
_WIDTH = 80  # of all that is printed
_EDGES = (1, 3, 3)  # what a table has before each column
_NARROWEST = 30  # of details
_EXAMPLES = """examples:
  textmetrics doctor
  textmetrics doctor --presets

exit codes: 0 all required components work, or with --presets, all values are
those of the installed packages; 1 something is broken, a value differs, or an
installed package cannot be compared.
"""


class _Check(NamedTuple):
    """What was checked, its status (ok, warning or broken), and details."""

    name: str
    status: str
    details: str


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Check the installation: versions, backends, dictionaries and stopword lists."
    )
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "--presets",
        action="store_true",
        help="compare presets with those of the original packages that are installed, on a few "
        "samples, and say what moved; nothing is downloaded",
    )


def run(options: argparse.Namespace) -> int:
    """Print a table; return 1 if a required component does not work, or a value differs."""
    return _presets() if options.presets else _components()


def _components() -> int:
    checks = [
        *_versions(), *_backends(), *_tokenizers(), *_stopwords(), *_installed(), *_conflicts()
    ]  # fmt: skip
    write(render(["check", "status", "details"], _table(checks), color=colored(), texts=3))
    broken = [check.name for check in checks if check.status == "broken"]
    if broken:
        write(f"broken: {', '.join(broken)}")
        return 1
    write("all required components work")
    return 0


def _presets() -> int:
    """Compare presets with their originals; return 1 if a value differs."""
    from textmetrics.cli.originals import NOT_HELD, ORIGINALS  # which scores

    found: list[_Held] = []
    missing = []
    for original in ORIGINALS:
        if installed := original.installed:
            found += _compared(original, installed)
        else:
            missing.append(f"{original.package} {original.version}")
    header = ["preset", "package", "version", "held to", "n", "metrics", "differs"]
    if found:
        write(render(header, [each.row for each in found], color=colored(), texts=4))
    for line in dict.fromkeys(line for each in found for line in each.lines):
        write(_filled(line))
    if missing:
        write(_filled(f"not installed, and not compared: {', '.join(missing)}"))
    for package, reason in NOT_HELD.items():
        write(_filled(f"not compared: {package}: {reason}"))
    moved = [f"{each.row[0]} ({each.row[1]} {each.row[2]})" for each in found if each.moved]
    write(_filled(f"moved: {', '.join(moved)}") if moved else "no value moved")
    return 1 if moved else 0


class _Held(NamedTuple):
    """What is printed of a preset and its original."""

    row: list[str]
    lines: list[str]
    moved: bool


def _compared(original: Original, installed: str) -> Iterator[_Held]:
    from textmetrics.cli.originals import compared

    versions = [original.package, installed, original.version]
    try:
        agreements = compared(original)
    except Exception as error:  # any error of another package is a finding
        said = f"{original.package} {installed} cannot be used: {type(error).__name__}: {error}"
        yield _Held(["–", *versions, "0", "0", "–"], [printable(said)], moved=True)
        return
    for each in agreements:
        difference = f"{each.largest:.0e}" if each.largest else "0"
        counts = [str(len(each.samples)), str(len(each.metrics)), difference]
        lines = [f"moved: {each.preset}: {each.first}"] if each.first else []
        if failed := each.failed():
            lines.append(f"{original.package} {installed} {failed}")
        yield _Held([each.preset, *versions, *counts], list(map(printable, lines)), each.moved)


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _table(checks: Sequence[_Check]) -> list[list[str]]:
    """Return the rows, those of backends, tokenizers and stopwords below a heading."""
    shown: list[_Check] = []
    heading = ""
    for check in checks:
        kind, _, name = check.name.partition(" ")
        if kind in _HEADINGS and kind != heading:
            shown.append(_Check(_HEADINGS[kind], "", ""))
        heading = kind
        shown.append(check._replace(name=f"  {name}") if kind in _HEADINGS else check)
    status = len("warning")
    width = _WIDTH - sum(_EDGES) - max(len(check.name) for check in shown) - status
    return [row for check in shown for row in _rows(check, max(width, _NARROWEST))]


_HEADINGS = {"backend": "backends", "tokenizer": "tokenizers", "stopwords": "stopwords"}


def _rows(check: _Check, width: int) -> Iterator[list[str]]:
    """Yield the rows of a check, more than one if its details are long."""
    name, status = check.name, check.status
    for line in textwrap.wrap(printable(check.details), width, break_on_hyphens=False) or [""]:
        yield [name, status, line]
        name = status = ""


def _versions() -> Iterator[_Check]:
    from importlib import metadata  # slow to import, and only needed here

    yield _Check("python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    yield _Check("textmetrics", "ok", __version__)
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        advice = f"no metadata of {_DISTRIBUTION}: install it with pip to see its requirements"
        yield _Check(_DISTRIBUTION, "warning", advice)
        return
    for requirement in requirements:
        wanted, _, condition = map(str.strip, requirement.partition(";"))
        name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        if "extra" in condition:
            continue
        try:
            yield _Check(name, "ok", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield _Check(name, "broken", f"missing: pip install '{wanted}'")


def _backends() -> Iterator[_Check]:
    missing = available_backends()
    for name, reason in missing.items():
        yield _Check(f"backend {name}", "warning" if reason else "ok", reason or "available")
    if all(missing.values()):
        yield _Check("backends", "broken", "none is available")
    else:
        found = next(name for name in missing if missing[name] is None and _is_auto(name))
        yield _Check("backend auto", "ok", found)
    yield _Check("threads", "ok", f"{default_threads()} by default")


def _is_auto(name: str) -> bool:
    return backend(name) is backend("auto")


def _tokenizers() -> Iterator[_Check]:
    for tokenizer in TOKENIZERS:
        yield _attempt(f"tokenizer {tokenizer.name}", partial(_described, tokenizer))


def _described(tokenizer: Tokenizer) -> str:
    """Load a tokenizer with its dictionary, and tokenize a text."""
    tokenizer.load()("東京 Tokyo")
    return tokenizer.described()


def _stopwords() -> Iterator[_Check]:
    for language in LANGUAGES:
        yield _attempt(f"stopwords {language.code}", partial(_listed, language))


def _listed(language: Language) -> str:
    words = language.stopword_list()
    return f"{len(words):,} words, {words.signature()}"


def _installed() -> Iterator[_Check]:
    """Yield what other packages offer and cannot be used."""
    for registry in (LANGUAGES, METRICS, PRESETS, FORMATS):
        registry.names()
        for name, reason in registry.broken.items():
            yield _Check(f"{registry.kind} {name}", "broken", reason)


def _attempt(name: str, check: Callable[[], str]) -> _Check:
    try:
        return _Check(name, "ok", check())
    except Exception as error:  # any error is a finding
        return _Check(name, "broken", f"{type(error).__name__}: {error}")


def _conflicts() -> Iterator[_Check]:
    from importlib import metadata

    try:
        found = metadata.version(_UNRELATED)
    except metadata.PackageNotFoundError:
        return
    yield _Check(
        f"distribution {_UNRELATED}",
        "warning",
        f"{found} is an unrelated project with the same import name: pip uninstall "
        f"{_UNRELATED}, then pip install --force-reinstall {_DISTRIBUTION}",
    )
