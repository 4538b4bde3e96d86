"""``textmetrics doctor``: check the installation."""

from __future__ import annotations

import argparse
import platform
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

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

__all__ = ["add_options", "run"]

_DISTRIBUTION = "textmetrics-eval"
_UNRELATED = "textmetrics"
_WIDTH = 60  # of the details
_EXAMPLES = """examples:
  textmetrics doctor

exit codes: 0 all required components work; 1 something is broken.
"""


class _Check(NamedTuple):
    """What was checked, its status (ok, warning or broken), and details."""

    name: str
    status: str
    details: str


def add_options(parser: Parser) -> None:
    """Add the options of the command: none."""
    parser.description = (
        "Check the installation: versions, backends, dictionaries and stopword lists."
    )
    parser.epilog = _EXAMPLES


def run(options: argparse.Namespace) -> int:  # noqa: ARG001 - the same signature for all commands
    """Print a table; return 1 if a required component does not work."""
    checks = [
        *_versions(), *_backends(), *_tokenizers(), *_stopwords(), *_installed(), *_conflicts()
    ]  # fmt: skip
    rows = [row for check in checks for row in _rows(check)]
    write(render(["check", "status", "details"], rows, color=colored(), texts=3))
    broken = [check.name for check in checks if check.status == "broken"]
    if broken:
        write(f"broken: {', '.join(broken)}")
        return 1
    write("all required components work")
    return 0


def _rows(check: _Check) -> Iterator[list[str]]:
    """Yield the rows of a check, more than one if its details are long."""
    name, status = check.name, check.status
    for line in textwrap.wrap(printable(check.details), _WIDTH, break_on_hyphens=False) or [""]:
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
            yield _Check(name, "broken", f"not installed: pip install '{wanted}'")


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
