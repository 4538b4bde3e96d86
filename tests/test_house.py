"""The rules that keep the project a house: layers, the public face, lazy imports."""

from __future__ import annotations

import ast
import graphlib
import importlib.metadata
import inspect
import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import textmetrics
from textmetrics._options import options_of, shown_types
from textmetrics.comparison import ComparisonOptions
from textmetrics.evaluation import EvaluatorOptions, PrepareOptions
from textmetrics.kernels import available_backends
from textmetrics.records import ErrorOptions, ReadingOptions

PACKAGE = Path(textmetrics.__file__).parent
# Each stage may use those before it.
STAGES = [
    "languages",
    "answers",
    "scan",
    "kernels",
    "statistics",
    "metrics",
    "ids",
    "presets",
    "evaluation",
    "records",
    "monitor",
    "states",
    "rewards",
    "comparison",
    "report",
    "integrations",
    "cli",
]
SOURCES = sorted(PACKAGE.rglob("*.py"))


def module_name(path):
    parts = ["textmetrics", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path):
    """Iterate over the modules of the package that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textmetrics"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("textmetrics"))


def stage_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in STAGES else None


def test_imports_point_one_way():
    wrong = [
        f"{module_name(path)} imports {imported}"
        for path in SOURCES
        for imported in imports_of(path)
        if (here := stage_of(module_name(path)))
        and (there := stage_of(imported))
        and STAGES.index(there) > STAGES.index(here)
    ]
    assert wrong == []


def test_the_page_on_design_has_the_same_order():
    page = (Path(__file__).parents[1] / "docs" / "design.md").read_text(encoding="utf-8")
    assert ", ".join(STAGES) in " ".join(page.split())


def test_nothing_goes_round_and_nothing_imports_the_root():
    graph = {}
    for path in SOURCES:
        name = module_name(path)
        if name in ("textmetrics", "textmetrics.__main__"):
            continue
        # A package's __init__ gathers what is in it; only other stages see that.
        graph[name] = {
            imported for imported in imports_of(path) if not name.startswith(f"{imported}.")
        }
        assert "textmetrics" not in graph[name], f"{name} imports the root"
    order = list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError
    assert set(graph) <= set(order)


def test_helpers_at_the_bottom_use_no_stage():
    for path in PACKAGE.glob("_*.py"):
        if path.name not in ("__init__.py", "__main__.py"):
            assert [name for name in imports_of(path) if stage_of(name)] == []


# Loaded lazily, or only by who needs them, and so not by the package's own `__init__`.
LAZY = {
    "textmetrics.kernels.cuda": "needs CuPy",
    "textmetrics.integrations": "each needs a library of its own",
}


def test_code_outside_a_package_imports_from_its_init():
    packages = {module_name(path) for path in SOURCES if path.name == "__init__.py"}
    past = [
        f"{module_name(path)} imports {imported}"
        for path in SOURCES
        for imported in imports_of(path)
        if (package := imported.rpartition(".")[0]) in packages - {"textmetrics"}
        and imported not in packages
        and not f"{module_name(path)}.".startswith(f"{package}.")
        and not imported.startswith(tuple(LAZY))
    ]
    assert past == []


def test_a_public_class_name_means_one_thing():
    where = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(module_name(path))
    assert {name: modules for name, modules in where.items() if len(modules) > 1} == {}


# The package's own libraries, by the names of their distributions.
INSTALLED = {
    re.match(r"[\w.-]+", needed)[0]
    for needed in importlib.metadata.requires("textmetrics-eval")
    if "extra ==" not in needed
}


def loaded_with(nodes):
    """Iterate over the modules that are imported when statements run."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Try):
            yield from loaded_with(node.body)


def others_of(path):
    """Return what is imported with a file and not installed with the package."""
    loaded = loaded_with(ast.parse(path.read_text(encoding="utf-8")).body)
    names = {name.partition(".")[0] for name in loaded}
    return sorted(names - {"textmetrics"} - set(sys.stdlib_module_names) - INSTALLED)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            module_name(path),
            marks=pytest.mark.integration(*others) if (others := others_of(path)) else (),
        )
        for path in SOURCES
        if path.name != "__main__.py"
    ],
)
def test_every_exported_name_exists(name):
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert [each for each in exported if not hasattr(module, each)] == []
    assert len(exported) == len(set(exported))


GROUPS = (EvaluatorOptions, PrepareOptions, ReadingOptions, ErrorOptions, ComparisonOptions)


@pytest.mark.parametrize("name", [name for name in textmetrics.__all__ if name != "__version__"])
def test_options_are_shown_as_they_are_defined(name):
    options, types = options_of(*GROUPS), shown_types(*GROUPS)
    for parameter in inspect.signature(getattr(textmetrics, name)).parameters.values():
        if (name, parameter.name) == ("compare", "metrics"):
            continue  # chooses among those that were evaluated
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name in options:
            assert parameter.default == options[parameter.name].default, parameter.name
            assert parameter.annotation == types[parameter.name], parameter.name


def test_the_public_face():
    assert sorted(textmetrics.__all__) == sorted(set(textmetrics.__all__)) == dir(textmetrics)
    # `from textmetrics import evaluate` must never give a module.
    found = [getattr(textmetrics, name) for name in textmetrics.__all__]
    assert not [each for each in found if isinstance(each, types.ModuleType)]
    # A command is the module of its name, and `textmetrics.cli` has no other names to hide.
    names = [module_name(path).split(".") for path in SOURCES]
    on_disk = {parts[-1] for parts in names if parts[1:2] != ["cli"]}
    assert not on_disk & {name for name in textmetrics.__all__ if name[0].islower()}
    with pytest.raises(AttributeError, match="'textmetrics' has no attribute 'rouge_9'"):
        _ = textmetrics.rouge_9


def test_type_checkers_see_the_public_names():
    """What they read is not what runs."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    seen = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert set(textmetrics.__all__) <= seen


LAZILY = [path for path in SOURCES if "= lazily(" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", LAZILY, ids=module_name)
def test_a_package_loads_lazily_what_type_checkers_see(path):
    package = importlib.import_module(module_name(path))
    seen = {
        name.name: node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package.__name__)
        for name in node.names
    }
    assert sorted(seen) == sorted(package.__all__)
    assert set(package.__all__) <= {*dir(package)}
    modules = {each.stem for each in path.parent.iterdir()}
    assert modules & {*package.__all__} == set()  # a module would hide what bears its name
    for name, module in seen.items():
        assert getattr(package, name) is vars(importlib.import_module(module))[name]
    with pytest.raises(AttributeError, match=f"'{package.__name__}' has no attribute 'nothing'"):
        _ = package.nothing


@pytest.mark.parametrize("name", [n for n in textmetrics.__all__ if n != "__version__"])
def test_public_names_are_documented(name):
    assert (getattr(textmetrics, name).__doc__ or "").strip()


def loaded_after(statement, kept=""):
    """Return the modules that a fresh interpreter has loaded after a statement.

    Args:
        statement: what it does.
        kept: the folder of tables that earlier processes kept; none where empty.
    """
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "TEXTMETRICS_CACHE": str(kept)},
    )
    return set(json.loads(out.stdout.splitlines()[-1]))


# jieba's files are enough for its port.
JIEBA = {"jieba"} if available_backends()["native"] else set()
HEAVY = {
    "jieba",
    "sudachipy",
    "nltk",
    "regex",
    "rich",
    "msgspec",
    "zstandard",
    "pandas",
    "scipy",
    "matplotlib",
    "jinja2",
    "yaml",
    "pyarrow",
    "torch",
    "cupy",
    "transformers",
}


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        ("import textmetrics", set()),
        ("import textmetrics as t; t.f1('a cat', 'a cat', lang='en')", {"regex"}),
        ("import textmetrics as t; t.f1('北京', '北京', lang='zh')", {"regex"} | JIEBA),
        ("import textmetrics as t; t.f1('東京', '東京', lang='ja')", {"regex", "sudachipy"}),
        ("import textmetrics as t; str(t.evaluate('a', 'a', lang='en'))", {"regex"}),
        ("from textmetrics.ids import score_ids; score_ids([[1]], [[1]])", set()),
        ("import textmetrics.integrations.transformers", set()),
    ],
)
def test_packages_are_loaded_when_they_are_needed(statement, needed):
    assert loaded_after(statement) & HEAVY == needed


# What beside these a short command loads, by the first part of its name. Each takes some
# milliseconds with what it loads in turn, which a user waits for.
SCORE_MAY_LOAD = {
    "cli": "attribution evaluators inputs options output program progress score tasks",
    "answers": "extraction extractors options",
    "evaluation": "counted decided evaluator flattened health lengths looked_at operators options "
    "origins other_language outcomes pipeline result sample_options samples settings signature "
    "state",
    "kernels": "counts edits native registry",
    "languages": "analyzer chinese convert detect english function_words japanese jieba_port "
    "language mentions names normalize stopwords sudachi_port undetermined words",
    "metrics": "accumulate bleu buckets errors formulas judged metric overlap registry score",
    "presets": "extras plain preset registry",
    "records": "attempts containers detect encodings errors fields files find formats join lines "
    "notes options parquet parquet_layout reader record remote sheets temporary_files values write "
    "written_lists",
    "scan": "alphabet backends batch definition hashes native texts view",
    "statistics": "checks interval moments spread",
}
NOT_FOR_SCORES = {
    *HEAVY - {"msgspec"},  # which reads JSON Lines
    *("importlib.metadata", "importlib.resources", "email", "zipfile", "tempfile"),
    *("fractions", "statistics", "random", "difflib", "asyncio", "http", "ssl", "unittest"),
    *("chardet", "fsspec", "psutil", "numpy.ma", "numpy.random", "numpy.fft", "numpy.testing"),
}


@pytest.mark.skipif(bool(available_backends()["native"]), reason="definitions load more")
@pytest.mark.parametrize("lang", ["en", "zh", "ja"])
def test_a_short_command_loads_what_it_uses(lang, tmp_path):
    texts = {"en": "the cat sat", "zh": "我爱北京天安门", "ja": "私は猫が好きです"}
    file = tmp_path / "ten.jsonl"
    record = {"prediction": texts[lang], "reference": texts[lang]}
    file.write_text(f"{json.dumps(record)}\n" * 10, encoding="utf-8")
    score = f"from textmetrics.cli import main; main(['score', {str(file)!r}])"
    folder = tmp_path / "kept"
    loaded_after(score, folder)  # keeps tables
    loaded = loaded_after(score, folder)
    for package, modules in SCORE_MAY_LOAD.items():
        ours = {each.split(".")[2] for each in loaded if each.startswith(f"textmetrics.{package}.")}
        assert ours <= {*modules.split()}, package
    stages = {each.split(".")[1] for each in loaded if each.startswith("textmetrics.")}
    assert {each for each in stages if not each.startswith("_")} <= {*SCORE_MAY_LOAD}
    assert loaded & NOT_FOR_SCORES <= loaded_after("import numpy")  # old versions load numpy.ma


def test_integrations_load_their_libraries_when_they_are_used():
    names = ("hf_evaluate", "lm_eval", "lighteval", "dataframes")
    modules = ", ".join(f"textmetrics.integrations.{name}" for name in names)
    libraries = {"evaluate", "datasets", "lm_eval", "lighteval", "pandas", "polars"}
    assert loaded_after(f"import {modules}") & libraries == set()


def test_the_import_loads_nothing_and_a_name_little_beside_numpy():
    assert not {"numpy", "textmetrics.evaluation"} & loaded_after("import textmetrics")
    ours = loaded_after("from textmetrics import evaluate") - loaded_after("import numpy")
    for_some = {
        "argparse", "concurrent.futures", "csv", "importlib.metadata", "importlib.resources",
        "numpy.ma", "pathlib", "textmetrics._native", "textmetrics.cli", "textmetrics.records",
    }  # fmt: skip
    assert ours & for_some == set()


IN_A_SUBINTERPRETER = """
import sys
if sys.version_info >= (3, 13):
    import _interpreters
    failed = _interpreters.exec(_interpreters.create("legacy"), "import textmetrics")
    print(failed and failed.formatted)
else:
    import _xxsubinterpreters
    try:
        made = _xxsubinterpreters.create(isolated=False)
        print(_xxsubinterpreters.run_string(made, "import textmetrics"))
    except _xxsubinterpreters.RunFailedError as error:
        print(error)
"""


@pytest.mark.parametrize("before", ["", "import textmetrics as t; t.f1('a', 'a', lang='en')"])
def test_a_subinterpreter_is_refused(before):
    """NumPy can be loaded by one interpreter only, and each version has its own way to say so."""
    code = f"{before}\n{IN_A_SUBINTERPRETER}"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ImportError" in done.stdout
    assert "textmetrics works in the main interpreter of a process only" in done.stdout


def test_no_pickle_eval_or_assert_in_the_package():
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Assert), f"{path}: assert is for tests"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), f"{path}: {node.func.id}"
        assert "pickle" not in {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }, f"{path} imports pickle"


# What counts or collects while samples come.
COLLECTORS = {
    *("Agreement", "Buckets", "DetailsSoFar", "ExtractionHealth", "ExtractionTally", "Health"),
    *("LanguageDecisions", "LanguageDetector", "Moments", "Notes", "Origins", "Tokenization"),
    *("_Open", "_SavedDetails", "_Sums", "_Waiting"),
}


def test_records_are_frozen():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                made = [ast.unparse(each) for each in node.decorator_list]
                if any(e.startswith("dataclass") and "frozen=True" not in e for e in made):
                    found.add(node.name)
    assert found == COLLECTORS
