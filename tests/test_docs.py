"""What the documents show, runs."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
from pathlib import Path

import pytest

import textmetrics
from textmetrics import Language, register_language
from textmetrics.metrics import METRICS, USUAL
from textmetrics.records import FORMATS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FLAGS = doctest.NORMALIZE_WHITESPACE
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def modules():
    package = Path(textmetrics.__file__).parent
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        if not name.endswith("__main__"):
            yield name.removesuffix(".__init__")


@pytest.fixture(autouse=True)
def registries():
    """Take back what examples register."""
    from textmetrics.kernels import registry
    from textmetrics.languages import LANGUAGES, TOKENIZERS

    tables = [LANGUAGES, TOKENIZERS, METRICS, FORMATS, registry._backends]
    before = [dict(table._things) for table in tables]
    yield
    for table, things in zip(tables, before, strict=True):
        table._things = things


@pytest.mark.parametrize("name", list(modules()))
def test_examples_in_docstrings(name):
    module = importlib.import_module(name)
    examples = {"textmetrics": textmetrics, "Language": Language}
    examples |= {"register_language": register_language}
    result = doctest.testmod(module, extraglobs=examples, optionflags=FLAGS)
    assert result.failed == 0
    if name == "textmetrics.evaluation.functions":
        assert result.attempted >= len(USUAL)  # those of the made functions are found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_a_page(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    sessions = "\n".join(block for block in PYTHON.findall(text) if ">>>" in block)
    test = doctest.DocTestParser().get_doctest(sessions, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(optionflags=FLAGS).run(test).failed == 0
    names = {}  # what a block leaves is there for the next one
    for block in PYTHON.findall(text):
        if ">>>" not in block:
            exec(compile(block, str(page), "exec"), names)


def test_readme_shows_python_and_a_shell():
    text = PAGES[0].read_text(encoding="utf-8")
    assert text.count("\n") < 150
    assert PYTHON.search(text)
    assert SHELL.search(text)


def commands():
    for page in PAGES:
        for block in SHELL.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                if line.startswith("textmetrics ") and "docs/examples/" in line:
                    yield pytest.param(line.partition("  #")[0], id=f"{page.name}: {line}")


@pytest.mark.parametrize("command", list(commands()))
def test_commands_on_shipped_examples(command, monkeypatch, capsys, tmp_path):
    from textmetrics.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.strip()


def test_tables_of_presets_are_what_these_give(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    tables = importlib.import_module("tables")
    page = tables.PAGE.read_text(encoding="utf-8")
    assert tables.page_with_tables(page) == page, "write them anew: make tables"
    with pytest.raises(ValueError, match="must have <!-- presets by docs/tables"):
        tables.page_with_tables("")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert missing == []
