"""Collect every sentence that reports may say, from the sources of the package.

Usage: python tests/sentences.py

It adds new sentences to the catalogs, with empty translations for you to write, removes those that
nothing says any more, and sorts the rest.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

import textmetrics
from textmetrics._sentences import REPORT_LANGS
from textmetrics.comparison.phrases import ENGLISH
from textmetrics.evaluation import OUTCOMES, Health
from textmetrics.evaluation.health import _anomalies
from textmetrics.evaluation.outcomes import singular
from textmetrics.monitor import FIGURES
from textmetrics.presets import PRESETS
from textmetrics.statistics import TESTS
from textmetrics.statistics.paired import CORRECTED, EXACT

PACKAGE = Path(textmetrics.__file__).parent
SPEAKERS = ("say", "plural", "mark")
IN_SCRIPT = re.compile(
    r'\b(say|parts|plural)\(\s*(?:[^"(),]+,\s*)?("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?'
)


def literals(node: ast.expr) -> Iterator[str | None]:
    """Yield the texts that an argument may be; ``None`` if it may be something else."""
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    else:
        found = isinstance(node, ast.Constant) and isinstance(node.value, str)
        yield node.value if found else None


def in_python(path: Path) -> Iterator[str]:
    """Yield the templates of a module, which must be written as literals."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "textmetrics._sentences"
        for name in node.names
    } | (set(SPEAKERS) if path.name == "_sentences.py" else set())
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in imported or node.func.id not in SPEAKERS:
            continue
        arguments = node.args[1:3] if node.func.id == "plural" else node.args[:1]
        for text in (text for each in arguments for text in literals(each)):
            if text is not None:
                yield text
            elif path.name != "_sentences.py":
                raise AssertionError(f"{path.name}, line {node.lineno}: no literal template")


def in_template(path: Path) -> Iterator[str]:
    """Yield the templates of a Jinja file."""
    tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for node in tree.find_all(nodes.Call):
        if isinstance(node.node, nodes.Name) and node.node.name in ("say", "plural"):
            for each in node.args[1:3] if node.node.name == "plural" else node.args[:1]:
                for constant in [each, *each.find_all(nodes.Const)]:
                    if isinstance(constant, nodes.Const):
                        yield constant.value


def in_script(path: Path) -> Iterator[str]:
    """Yield the templates of a script."""
    for match in IN_SCRIPT.finditer(path.read_text(encoding="utf-8")):
        yield from (ast.literal_eval(text) for text in match.groups()[1:] if text)


def all_templates() -> dict[str, str]:
    """Return the name of a file that has it, by each template of the package."""
    found = {}
    for suffix, collect in (("py", in_python), ("j2", in_template), ("js", in_script)):
        for path in sorted(PACKAGE.rglob(f"*.{suffix}")):
            found |= dict.fromkeys(collect(path), path.name)
    return found


# Titles of metrics that are names, and those that are a program's own columns.
NAMES = re.compile(
    r"(ROUGE-\S+|HasAns|NoAns)?\s?(F1)?|(Google )?BLEU.*|[A-Z]+|chrF\S+|\w+TER|[a-z_]+"
)


def titles() -> set[str]:
    """Return the titles of all metrics that are no names."""
    found = set()
    for preset in map(PRESETS.get, PRESETS.names()):
        for name, options in preset.possible().items():
            found.update(metric.title for metric in preset.metrics([name], preset.checked(options)))
    return {title for title in found if not NAMES.fullmatch(title)}


def anomalies() -> Iterator[str]:
    """Yield what is said of the health of a model's outputs, and of the data."""
    outcomes = {each.what for each in OUTCOMES.values()}
    for each in OUTCOMES.values():
        if each.flag:
            yield from (each.flag, singular(each.flag))
    for each in _anomalies(Health(), {}):
        if each.what in outcomes:
            continue
        if not (each.of_predictions or each.defined):
            yield from (each.what, each.hint)
        if each.of_predictions:
            yield from (each.what, singular(each.what, each.one))
            if " " in each.option and "--extract" not in each.option:
                yield each.hint  # with what would change the outputs


# Units that are words; others are signs, the same in all languages.
WORDS = re.compile(r"cores|% of a core|tokens/s")


def figures() -> Iterator[str]:
    """Yield what the figures of monitored runs are called, and what they mean."""
    for figure in FIGURES.values():
        yield from (figure.label, figure.definition)
        if WORDS.fullmatch(figure.unit):
            yield figure.unit


def all_sentences() -> set[str]:
    """Return the templates, and the terms that registries and tables have."""
    tests = {*filter(None, TESTS.values()), CORRECTED, EXACT}
    return {*all_templates(), *titles(), *anomalies(), *figures(), *ENGLISH.values(), *tests}


def complete_catalogs() -> None:
    """Write each catalog with exactly the sentences that the package says."""
    said = all_sentences()
    for lang in REPORT_LANGS[1:]:
        path = PACKAGE / "catalogs" / f"{lang}.json"
        known = json.loads(path.read_text(encoding="utf-8"))
        catalog = {template: known.get(template, "") for template in sorted(said)}
        text = json.dumps(catalog, ensure_ascii=False, indent=0)
        path.write_text(f"{text}\n", encoding="utf-8")
        for template in (each for each, translation in catalog.items() if not translation):
            print(f"{path.name}: write {template!r}")


if __name__ == "__main__":
    complete_catalogs()
