"""What the documents show, runs."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shlex
import sys
from contextlib import ExitStack
from functools import cache
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest

import textmetrics
from textmetrics import Language, register_language, tokenize
from textmetrics.metrics import DEFAULT_METRICS, METRICS
from textmetrics.presets import PRESETS
from textmetrics.records import FORMATS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
START = [ROOT / "README.md", *(ROOT / "docs" / lang / "README.md" for lang in ("zh", "ja"))]
PAGES = [*START, *sorted((ROOT / "docs").glob("*.md"))]
FLAGS = doctest.NORMALIZE_WHITESPACE
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(
    r"^\s*(?:>>> )?(?:import|from) (lm_eval|polars|torch|torchmetrics|transformers)\b", re.M
)


# Pages only show how these are used.
HARNESS = re.compile(r"^\s*from (deepeval|inspect_ai|opencompass)\b", re.M)


def with_libraries(path, name):
    """Return a parameter for a file, marked as needing the large libraries that it imports."""
    text = path.read_text(encoding="utf-8")
    needed = sorted(
        {*IMPORT.findall(text), *(HARNESS.findall(text) if path.suffix == ".py" else ())}
    )
    return pytest.param(name, id=name, marks=[pytest.mark.integration(*needed)] if needed else [])


def modules():
    package = Path(textmetrics.__file__).parent
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        if not name.endswith("__main__"):
            yield with_libraries(path, name.removesuffix(".__init__"))


@pytest.fixture(autouse=True)
def registries():
    """Restore what examples register."""
    from textmetrics.kernels import registry
    from textmetrics.languages import LANGUAGES, TOKENIZERS

    tables = [LANGUAGES, TOKENIZERS, METRICS, PRESETS, FORMATS, registry._backends]
    with ExitStack() as stack:
        for table in tables:
            stack.enter_context(table.temporary())
        yield


@pytest.mark.parametrize("name", list(modules()))
def test_examples_in_docstrings(name):
    module = importlib.import_module(name)
    examples = {"textmetrics": textmetrics, "Language": Language}
    examples |= {"register_language": register_language}
    result = doctest.testmod(module, extraglobs=examples, optionflags=FLAGS)
    assert result.failed == 0
    if name == "textmetrics.evaluation.api":
        assert result.attempted >= len(DEFAULT_METRICS)  # those of the made functions are found


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", [with_libraries(page, name_of(page)) for page in PAGES])
def test_python_on_a_page(name, tmp_path, monkeypatch):
    page = ROOT / name
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    text = page.read_text(encoding="utf-8")
    names = {}  # what a block leaves is there for the next one
    for block in PYTHON.findall(text):
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), 0)
            runner = doctest.DocTestRunner(optionflags=FLAGS)
            assert runner.run(test, clear_globs=False).failed == 0
            names = test.globs
        else:
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
                runs = page in START or "docs/examples/" in line
                if line.startswith("textmetrics ") and runs:
                    command = re.sub(r"\s+#.*|\s*>.*", "", line)
                    yield pytest.param(command, id=f"{name_of(page)}: {line}")


@pytest.mark.parametrize("command", list(commands()))
def test_commands_on_shipped_examples(command, monkeypatch, capsys, tmp_path):
    from textmetrics.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.strip()


@pytest.fixture
def start(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("start")


@pytest.mark.parametrize("page", START, ids=name_of)
def test_other_commands_of_start_pages_can_run(start, page):
    """Those of textmetrics do, above; these install it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    others = [e for e in start.shell_lines(page.read_text("utf-8")) if not e.startswith("textmetr")]
    assert others
    for command in others:
        name, _, rest = command.partition(" ")
        if name == "make":
            assert rest in targets
        elif name == "pip":
            found = re.fullmatch(r"install '\.\[(\w+)\]'", rest)
            assert found
            assert found[1] in project["optional-dependencies"]
        else:
            assert command == ". .venv/bin/activate"


@pytest.mark.parametrize("page", START, ids=name_of)
def test_outputs_on_start_pages_are_what_their_commands_print(start, page):
    pytest.importorskip("matplotlib")
    text = page.read_text(encoding="utf-8")
    shown = set(re.findall(r"sudachi[-\w.]+", text))
    if shown and shown != set(re.findall(r"sudachi[-\w.]+", start.written(text))):
        pytest.skip(f"the page was written with other dictionaries than {shown}")
    assert start.written(text) == text, "write it anew: make start"
    # Numbers in prose are those of the outputs.
    outputs = "".join(re.findall(r"<!-- output by.*?<!-- end of output -->", text, re.DOTALL))
    prose = re.sub(r"<!--.*?<!-- end of \w+ -->|```.*?```", "", text, flags=re.DOTALL)
    for number in set(re.findall(r"\d+\.\d\d\b", prose)) - {"3.10"}:  # a version of Python
        assert number in outputs, number


def test_start_pages_say_the_same_in_three_languages(start):
    """The same commands but for the language, and links to each other."""
    pages = [page.read_text(encoding="utf-8") for page in START]
    chinese, japanese = map(start.shell_lines, pages[1:])
    neutral = [
        [re.sub(r"/(zh|ja)/|,llm_jp_eval| --(report-)?lang (zh|ja)", "", e) for e in each]
        for each in (chinese, japanese)
    ]
    assert neutral[0] == neutral[1]
    for page, text in zip(START, pages, strict=True):
        links = set(re.findall(r"\]\(([^)#]+)[^)]*\)", text))
        there = {(page.parent / link).resolve() for link in links if "://" not in link}
        assert there >= {*START} - {page}


def test_the_readme_tells_what_llama_factory_prints():
    """By LLaMA-Factory's recipe: jieba, rouge-chinese, means of rounded percentages of F1."""
    jieba, rouge_chinese = map(pytest.importorskip, ("jieba", "rouge_chinese"))
    lines = (ROOT / "docs/examples/zh/base.jsonl").read_text(encoding="utf-8").splitlines()
    values = []
    for row in map(json.loads, lines):
        texts = [" ".join(jieba.cut(row[field])) for field in ("predict", "label")]
        found = rouge_chinese.Rouge().get_scores(*texts)[0]["rouge-l"]["f"] if texts[0] else 0.0
        values.append(round(100 * found, 4))
    said = f"LLaMA-Factory prints among others ROUGE-L F1 {np.mean(values):.2f} for this file"
    for page in START[:2]:
        assert said in page.read_text(encoding="utf-8")


def test_tables_of_presets_are_what_these_give(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    tables = importlib.import_module("tables")
    for name in tables.PAGES:
        page = (tables.DOCS / name).read_text(encoding="utf-8")
        assert tables.written(name, page) == page, "write them anew: make tables"
    with pytest.raises(ValueError, match="must have <!-- presets by docs/tables"):
        tables.written("presets.md", "")


def test_the_table_of_kept_words_is_what_its_command_gives(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    kept_words = importlib.import_module("kept_words")
    if not kept_words.DATA.is_dir():
        pytest.skip("../shared/data is not there")
    page = kept_words.PAGE.read_text(encoding="utf-8")
    found = [line for line in page.splitlines() if line.startswith("| en |")]
    # The other languages take a minute, and depend on dictionaries.
    rows = [f"| {' | '.join(row)} |" for row in kept_words.rows("en")]
    assert found == rows, "write it anew: make kept"


@pytest.fixture
def tutorial(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("tutorial")


@cache
def reported(tutorial):
    return tutorial.found()


def test_the_tutorial_is_what_its_command_gives(tutorial):
    if not tutorial.DATA.is_dir():
        pytest.skip("../shared/data is not there")
    page = tutorial.PAGE.read_text(encoding="utf-8")
    report = reported(tutorial)
    tokenizers = {re.search(r"tok:[^|]+", each.signature)[0] for each in report.scores}
    if other := [each for each in tokenizers if each not in page]:
        pytest.skip(f"the page was written with other dictionaries than {other}")
    assert tutorial.written(page, report) == page, "write it anew: make tutorial"
    # What its sentences say of the tables.
    better = {(each.task, each.metric): each.difference > 0 for each in report.comparisons}
    assert [name for name in better if better[name]] == [name for name in better if "ja" in name[0]]
    undecided = [(e.task, e.metric) for e in report.comparisons if not e.significant]
    assert undecided == [("en_ted", "bleu_4")]
    [bleu] = [e for e in report.comparisons if (e.task, e.metric) == ("en_ted", "bleu_4")]
    assert bleu.difference < 0 < bleu.all_tokens.difference
    assert bleu.all_tokens.significant


class _Split:
    def tokenize(self, text):
        return text.split()


@pytest.mark.parametrize("stopwords", [True, False])
@pytest.mark.parametrize("task", ["en_ted", "ja_ted", "zh_cmrc"])
def test_the_tutorial_has_the_numbers_of_other_programs(tutorial, task, stopwords):
    """Of the same tokens, rouge_score, sacrebleu, scipy and statsmodels find the same."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics import BLEU
    from scipy.stats import ttest_rel
    from statsmodels.stats.multitest import multipletests

    if not tutorial.DATA.is_dir():
        pytest.skip("../shared/data is not there")
    report = reported(tutorial)
    rouge, bleu = RougeScorer(["rouge1", "rougeL"], tokenizer=_Split()), BLEU(tokenize="none")
    samples, found = {}, {(e.model, e.metric): e for e in report.scores if e.task == task}

    def tokens(texts, *, dropped):
        return [" ".join(tokenize(each, lang=task[:2], stopwords=dropped)) for each in texts]

    for model in ("system1", "system2"):
        lines = (tutorial.DATA / f"{task}.{model}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        texts, references = [], []
        for row in rows:
            given = row.get("references") or [row["reference"]]
            # Nothing is dropped where no reference would have a token left, such as ありがとう.
            dropped = stopwords and any(tokens(given, dropped=True))
            texts += tokens([row["prediction"]], dropped=dropped)
            references.append(tokens(given, dropped=dropped))
        scores = [
            [rouge.score(each, text) for each in several]
            for several, text in zip(references, texts, strict=True)
        ]
        samples[model] = {
            "rouge_l": [max(each["rougeL"].recall for each in several) for several in scores],
            "f1": [max(each["rouge1"].fmeasure for each in several) for several in scores],
        }
        expected = {metric: np.mean(values) for metric, values in samples[model].items()}
        columns = list(zip_longest(*references))
        expected["bleu_4"] = bleu.corpus_score(texts, columns).score / 100
        for metric, value in expected.items():
            score = found[model, metric]
            # To the digits on the page.
            shown = (score if stopwords else score.all_tokens).value
            assert shown == pytest.approx(value, abs=5e-5), metric
    for metric in ("rouge_l", "f1"):
        [entry] = [e for e in report.comparisons if (e.task, e.metric) == (task, metric)]
        first, second = (np.array(samples[model][metric]) for model in samples)
        test = ttest_rel(second, first)
        compared = entry if stopwords else entry.all_tokens
        assert compared.difference == pytest.approx((second - first).mean())
        assert compared.interval == pytest.approx(test.confidence_interval(0.95), abs=1e-4)
        assert compared.significant == (test.pvalue < 0.05)
        if stopwords:
            change = np.round(second - first, 12)  # equal scores can differ in the last bit
            assert (entry.wins, entry.losses) == ((change > 0).sum(), (change < 0).sum())
    for metric in ("rouge_l", "f1", "bleu_4"):
        family = [
            e if stopwords else e.all_tokens for e in report.comparisons if e.metric == metric
        ]
        adjusted = multipletests([e.p_value for e in family], method="holm")[1]
        assert [e.p_value_adjusted for e in family] == pytest.approx(adjusted)


def test_a_failed_command_of_the_tutorial_says_why(tutorial, monkeypatch, tmp_path):
    monkeypatch.setattr(tutorial, "CONFIG", tmp_path / "none.toml")
    with pytest.raises(RuntimeError, match=r"none\.toml"):
        tutorial.found()


def test_the_site_has_all_pages_and_names():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).with_suffix("").as_posix() for path in PAGES[1:]} - {"index"}
    assert set(re.findall(r"^[\w/]+$", index, re.MULTILINE)) == pages
    named = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").split()
    assert set(textmetrics.__all__) - {"__version__"} <= set(named)
    integrations = ROOT.glob("textmetrics/integrations/*.py")
    modules = {f"textmetrics.integrations.{path.stem}" for path in integrations}
    helpers = {f"textmetrics.integrations.{name}" for name in ("__init__", "documents", "values")}
    assert modules - helpers <= set(named)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert missing == []


def test_one_page_lists_all_extras():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    section = page.partition("\n## Extras\n")[2].partition("\n## ")[0]
    rows = [row.split("|")[1:3] for row in section.splitlines() if row.startswith("| `")]
    listed = [name for cell, _ in rows for name in re.findall("`([^`]+)`", cell)]
    assert sorted(listed) == sorted(project["optional-dependencies"])
    assert all(what.strip() for _, what in rows)
    named = {
        name
        for path in PAGES
        for names in re.findall(r"textmetrics-eval\[([^\]]+)\]", path.read_text(encoding="utf-8"))
        for name in names.split(",")
    }
    assert named <= set(listed)
