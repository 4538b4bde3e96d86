"""Comparisons that files describe, and the files with runs that they mean."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics._options import complete, option_names
from textmetrics.comparison import ComparisonOptions
from textmetrics.comparison.config import (
    EXAMPLE,
    Config,
    Run,
    RunPattern,
    TaskConfig,
    expand,
    read_config,
)
from textmetrics.comparison.efficiency import FIELDS, STATUS_FIELDS
from textmetrics.comparison.models import ARCHITECTURES
from textmetrics.comparison.select import MODEL_FIELDS, natural_key
from textmetrics.comparison.task import Model
from textmetrics.records import DataError, OpenError, ReadingOptions

ISSUE = """
models:
  gemma-2b: {params: 2.5e9, config: gemma-2b/config.json, tags: [it, 4-bit]}
  gemma-9b: {params: 9.2e9}
tasks:
  qa-zh:   {lang: zh, metrics: [accuracy, f1, rouge_l], group: document_id}
  mmlu:    {metrics: [multiple_choice], breakdown: subject}
  gsm8k:   {metrics: [numeric], references: data/gsm8k.jsonl}
runs: outputs/{model}/{task}/run_*.jsonl
baseline: gemma-2b
output: results/
"""
ISSUE_TOML = """
runs = "outputs/{model}/{task}/run_*.jsonl"
baseline = "gemma-2b"
output = "results/"
[models.gemma-2b]
params = 2.5e9
config = "gemma-2b/config.json"
tags = ["it", "4-bit"]
[models]
gemma-9b = {params = 9_200_000_000}
[tasks]
qa-zh = {lang = "zh", metrics = ["accuracy", "f1", "rouge_l"], group = "document_id"}
mmlu = {metrics = ["multiple_choice"], breakdown = "subject"}
gsm8k = {metrics = ["numeric"], references = "data/gsm8k.jsonl"}
"""
SMALL = "models: {a: , b: }\ntasks: {qa: }\nruns: 'out/{model}/run_*.jsonl'\n"


def written(folder, text, name="config.yaml"):
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def error(folder, text, name="config.yaml"):
    """Return the error message of a file, without its name."""
    path = written(folder, text, name)
    with pytest.raises(DataError) as caught:
        read_config(path)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)[len(str(path)) :]


@pytest.mark.parametrize(
    ("text", "name"), [(ISSUE, "c.yaml"), (ISSUE, "c.YML"), (ISSUE_TOML, "c.toml")]
)
def test_both_languages_say_the_same(tmp_path, text, name):
    path = written(tmp_path, text, name)
    assert read_config(path) == Config(
        file=str(path),
        models=(
            Model("gemma-2b", 2.5e9, tmp_path / "gemma-2b/config.json", ("it", "4-bit")),
            Model("gemma-9b", 9.2e9),
        ),
        tasks=(
            TaskConfig(
                "qa-zh", {"lang": "zh", "metrics": ("accuracy", "f1", "rouge_l")}, "document_id"
            ),
            TaskConfig("mmlu", {"metrics": ("multiple_choice",)}, breakdown=("subject",)),
            TaskConfig(
                "gsm8k",
                {"metrics": ("numeric",)},
                reading={"references": tmp_path / "data/gsm8k.jsonl"},
            ),
        ),
        runs="outputs/{model}/{task}/run_*.jsonl",
        options={"baseline": "gemma-2b"},
        output=tmp_path / "results",
    )


def test_the_example_loads_and_tells_all_that_can_be_said(tmp_path):
    config = read_config(written(tmp_path, EXAMPLE))
    assert [model.name for model in config.models] == ["gemma-2b", "gemma-9b"]
    # A comment with a key is one that can be taken out.
    everything = re.sub(r"^(\s*)# (\w+: )", r"\1\2", EXAMPLE, flags=re.MULTILINE)
    assert everything.count("\n  ") == EXAMPLE.count("\n  ")
    full = read_config(written(tmp_path, everything))
    assert full.tasks[1].reading["references"] == tmp_path / "data/gsm8k.jsonl"
    assert (full.where, full.sort_by) == ('params <= 7e9 and "it" in tags', "mean_rank")
    told = set(re.findall(r"^(?:# )?(\w+):", EXAMPLE, re.MULTILINE))
    settings = set(option_names(ComparisonOptions))
    assert told == set(Config.__slots__) - {"file", "options"} | settings
    # What it calls the default, is.
    assert full.errors == config.errors
    assert full.report_lang == "zh"
    assert config.report_lang == "en"
    assert full.options == complete(ComparisonOptions, config.options)


def test_the_page_tells_all_that_can_be_said():
    page = (Path(__file__).parents[1] / "docs/compare.md").read_text(encoding="utf-8")
    fields = (*Config.__slots__, *Model.__dataclass_fields__, *TaskConfig.__slots__)
    for name in (*fields, *option_names(ReadingOptions, ComparisonOptions)):
        if name not in ("file", "name", "options", "reading", "facts"):
            assert f"`{name}`" in page, name
    for name in MODEL_FIELDS:
        assert f"`{name}`" in page, name
    for aliases in FIELDS.values():
        for alias in aliases:
            assert f"`{alias.path}`" in page, alias
    for name in (*STATUS_FIELDS, *ARCHITECTURES):
        assert f"`{name}`" in page, name


def test_plain_words_of_yaml_stay_what_they_are(tmp_path):
    """In YAML 1.1 no, on and y are truth values, 2024-01-01 is a date, 1:30 is 90, 010 is 8."""
    text = """
        models: {no: {tags: [on, 4-bit, 2.5, 2024-01-01, 1:30, 010, 0x1F]}, 1e3: {params: 010}}
        tasks: {on: {group: y, breakdown: [yes, 7]}, 2024-01-01: , "null": }
        runs: 'out/{model}/{task}.jsonl'
        baseline: no
        seed: 1_000
        intersect: no
        unequal_runs: On
    """
    config = read_config(written(tmp_path, text))
    tags = ("on", "4-bit", "2.5", "2024-01-01", "1:30", "010", "0x1F")
    assert config.models == (Model("no", tags=tags), Model("1e3", 10.0))
    assert [task.name for task in config.tasks] == ["on", "2024-01-01", "null"]
    assert (config.tasks[0].group, config.tasks[0].breakdown) == ("y", ("yes", "7"))
    assert config.options == {"baseline": "no", "seed": 1000}
    assert (config.intersect, config.unequal_runs) == (False, True)


@pytest.mark.parametrize(
    "number", ["2.5e9", "2.5E+9", "2500000000", "2_500_000_000", "+2.5e9", "25e8"]
)
def test_numbers(tmp_path, number):
    text = SMALL.replace("{a: ", f"{{a: {{params: {number}}}")
    assert read_config(written(tmp_path, text)).models[0].params == 2.5e9


def test_a_long_seed_stays_what_it_is(tmp_path):
    config = read_config(written(tmp_path, f"{SMALL}seed: {2**62 + 1}"))
    assert config.options == {"seed": 2**62 + 1}


def test_options_of_a_task_are_those_of_an_evaluator(tmp_path):
    written(tmp_path, "的\n", "stop.txt")
    text = """
        models: {a: }
        tasks:
          qa: {stopwords: stop.txt, stopwords_add: [了], extract: think, lang: zh}
          en: {preset: rouge_score, metrics: [rouge_1], stemmer: yes}
          exam: {metrics: multiple_choice, letters: ABCDK}
          sums: {metrics: numeric, tolerance: 1e-3, stopwords: false, extract: [think, "regex:,+"]}
          all: {stopwords: both, turn: 2, num_refs: 2, references: r.tsv, references_format: tsv}
        runs: '{task}.jsonl'
    """
    tasks = {task.name: task for task in read_config(written(tmp_path, text)).tasks}
    assert tasks["qa"].options["stopwords"] == tmp_path / "stop.txt"
    assert tasks["en"].options["stemmer"] is True
    assert tasks["exam"].options["letters"] == "ABCDK"
    assert tasks["sums"].options["tolerance"] == 1e-3
    assert tasks["sums"].options["stopwords"] is False
    assert tasks["sums"].options["extract"] == ["think", "regex:,+"]
    assert tasks["all"].options["stopwords"] == "both"
    assert (tasks["all"].reading["turn"], tasks["all"].reading["num_refs"]) == (2, 2)
    assert tasks["all"].reading["references_format"] == "tsv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": the file is empty; textmetrics compare --init writes one"),
        ("# nothing", ": the file is empty; textmetrics compare --init writes one"),
        ("[a, b]", ":1: must be a mapping, found a list"),
        (
            "models: [think, base]\ntasks: {qa: }\nruns: 'x'",
            ":1: models: must be a mapping, found a list: write each name with a colon, such as "
            "{base: {}, tuned: {}}",
        ),
        (
            "models: {a: }",
            ":1: missing keys: tasks, runs; textmetrics compare --init writes an example",
        ),
        (
            "models: {a: }\ntasks: {qa: }",
            ":1: missing key: runs; textmetrics compare --init writes an example",
        ),
        (SMALL + "basline: a", ":4: unknown key 'basline': did you mean 'baseline'? known"),
        (SMALL + "baseline: c", ":4: baseline: unknown value 'c': known: a, b"),
        (SMALL + "runs: x", ":4: key 'runs' occurs twice, first on line 3; remove one"),
        (SMALL + "level: 95", ":4: level: must be between 0 and 1, such as 0.95, got 95"),
        (SMALL + "level: high", ":4: level: must be a number such as 7e9, found 'high'"),
        (SMALL + "level: .inf", ":4: level: must be a number such as 7e9, found '.inf'"),
        (SMALL + "level: 1e999", ":4: level: must be a number such as 7e9, found '1e999'"),
        (SMALL + "level: '0.9'", ":4: level: must be a number such as 7e9, found the string '0.9'"),
        (SMALL + "resamples: 0", ":4: resamples: must be from 1 to 10,000,000, got 0"),
        (SMALL + "resamples: 1e12", ":4: resamples: must be from 1 to 10,000,000, got 1,000"),
        (SMALL + "seed: 1.5", ":4: seed: must be an integer of at least 0, found '1.5'"),
        (SMALL + "seed: -1", ":4: seed: must be an integer of at least 0, found '-1'"),
        (SMALL + f"seed: {2**63}", ":4: seed: must be from 0 to 9,223,372"),
        (SMALL + "seed:", ":4: seed: must be a number such as 7e9, found nothing"),
        (SMALL + "intersect: 'no'", ":4: intersect: must be true or false, found the string 'no'"),
        (SMALL + "failed: zeros", ":4: failed: unknown value 'zeros': did you mean 'zero'? known"),
        (SMALL + "output: [a]", ":4: output: must be a string, found a list"),
        (SMALL + "output:", ":4: output: must be a string, found nothing"),
        (SMALL + 'output: "a\\0b"', ":4: output: must be a path, found a zero byte in it"),
        (
            SMALL + "where: parms < 1",
            ":4: where: unknown field 'parms': did you mean 'params'? known",
        ),
        (SMALL + "sort_by: size", ":4: sort_by: unknown field 'size': did you mean"),
        (SMALL + "runs", ":4: invalid YAML (while scanning a simple key could not find"),
        ("a: b: c", ":1: invalid YAML (mapping values are not allowed here)"),
        ("a: \x07", ": invalid YAML ("),
        ("a: 1\n---\nb: 2", ":2: invalid YAML (expected a single document"),
        ("[" * 5000, ": nested too deeply; remove some brackets"),
        (
            "models: !!python/object:os.system {}",
            ":1: models: tags are not supported, found 'tag:yaml",
        ),
        ("models: &a {b: *a}", ":1: models.b: anchors and aliases"),
        (
            "models: {a: &x [1], b: *x}",
            ":1: models.b: anchors and aliases (& and *) are not supported",
        ),
        (
            "models:\n  <<: {a: 1}",
            ":2: models: merge keys (<<) are not supported; repeat the keys",
        ),
        ("models: {? [a] : b}", ":1: models: a key must be a string, found a list or a mapping"),
        ("models: [a]\ntasks: {}\nruns: x", ":1: models: must be a mapping, found a list"),
        ("models: {}\ntasks: {}\nruns: x", ":1: models: must not be empty"),
        (
            "models: {'': }\ntasks: {}\nruns: x",
            ":1: models: '' is not a valid name; use letters and digits",
        ),
        (SMALL.replace("{a: ", "{a: 7e9"), ":1: models.a: must be a mapping, found '7e9'"),
        (
            SMALL.replace("{a: ", "{a: {params: 7B}"),
            ":1: models.a.params: must be a number such as",
        ),
        (
            SMALL.replace("{a: ", "{a: {params: -1}"),
            ":1: models.a.params: must be greater than 0, found -1",
        ),
        (SMALL.replace("{a: ", "{a: {param: 1}"), ":1: models.a: unknown key 'param': did you"),
        (SMALL.replace("{a: ", "{a: {tags: [x, x]}"), ":1: models.a.tags: 'x' is listed twice"),
        (
            SMALL.replace("{a: ", "{a: {tags: [x, [y]]}"),
            ":1: models.a.tags[1]: must be a string, found a",
        ),
        (SMALL.replace("qa: ", "qa: {lang: no}"), ":2: tasks.qa.lang: unknown language 'no': "),
        (SMALL.replace("qa: ", "qa: {metrics: [rouge]}"), ":2: tasks.qa: unknown metric 'rouge': "),
        (
            SMALL.replace("qa: ", "qa: {preset: roguescore}"),
            ":2: tasks.qa: unknown preset 'roguescore': did",
        ),
        (SMALL.replace("qa: ", "qa: {stopwords: no.txt}"), ":2: tasks.qa: "),
        (
            SMALL.replace("qa: ", "qa: {stemmer: on}"),
            ":2: tasks.qa: 'stemmer' is an option of preset='rouge_score' and preset='rouge155' "
            "only",
        ),
        (
            SMALL.replace("qa: ", "qa: {num_refs: 2}"),
            ":2: tasks.qa.num_refs: needs a file of ref",
        ),
        (
            SMALL.replace("qa: ", "qa: {group: [a]}"),
            ":2: tasks.qa.group: must be a string, found a list",
        ),
        (SMALL.replace("qa: ", "qa: {errors: skip}"), ":2: tasks.qa: 'errors' belongs at the top"),
        (SMALL.replace("qa: ", "qa: {langs: en}"), ":2: tasks.qa: unknown key 'langs': did you"),
        (
            SMALL.replace("{model}/", ""),
            ":3: runs: must contain {model}, so that no file is read twice",
        ),
        (
            SMALL.replace("qa: ", "qa: , b: "),
            ":3: runs: must contain {task}, so that no file is read",
        ),
        (
            SMALL.replace("{model}", "{mode}"),
            ":3: runs: unknown placeholder 'mode': did you mean",
        ),
    ],
)
def test_what_is_wrong_with_yaml(tmp_path, text, message):
    assert error(tmp_path, text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": the file is empty"),
        ("runs = ", ": invalid TOML (Invalid value"),
        ("x = 1\nruns = 01\n", ":2: invalid TOML ("),
        ("runs = 'a'\nruns = 'b'", ": invalid TOML (Cannot overwrite a value"),
        ("a = " + "[" * 5000, ": nested too deeply"),
        (".".join("a" * 5000) + "=1", ": nested too deeply"),
        ("runz = 1", ": unknown key 'runz': did you mean 'runs'?"),
        (ISSUE_TOML.replace("2.5e9", "true"), ": models.gemma-2b.params: must be a number such as"),
        (ISSUE_TOML.replace("2.5e9", "inf"), ": models.gemma-2b.params: must be a number such as"),
        (
            ISSUE_TOML.replace("2.5e9", "1" + "0" * 400),
            ": models.gemma-2b.params: must be a number",
        ),
        (
            ISSUE_TOML.replace('"it"', "1979-05-27"),
            ": models.gemma-2b.tags[0]: must be a string, found",
        ),
        (ISSUE_TOML.replace('"it"', "4"), ": models.gemma-2b.tags[0]: must be a string, found 4"),
        (ISSUE_TOML.replace('"results/"', "''"), ": output: must be a string, found the string ''"),
    ],
)
def test_what_is_wrong_with_toml(tmp_path, text, message):
    assert error(tmp_path, text, "config.toml").startswith(message)


def test_files_that_are_none(tmp_path, monkeypatch):
    with pytest.raises(OpenError, match="no such file"):
        read_config(tmp_path / "none.yaml")
    with pytest.raises(DataError, match=r"must end in .yaml, .yml or .toml, found 'c.json'"):
        read_config(tmp_path / "c.json")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"models: {}\nrun: \xe9")
    with pytest.raises(DataError, match=r"latin\.yaml:2: invalid UTF-8; save the file as UTF-8"):
        read_config(latin)
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(OpenError, match=r"needs PyYAML; pip install 'textmetrics-eval\[compare\]'"):
        read_config(written(tmp_path, ISSUE))


def test_an_error_is_one_line_without_control_characters(tmp_path):
    text = SMALL.replace("{a: ", '{"\\e[31m\\u202e": {"x\\ny": 1}')
    message = error(tmp_path, text)
    assert message.isprintable()
    assert "\\x1b" in message


def files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def small(folder, **others):
    """Return a comparison of the models a and b on qa."""
    config = Config(str(folder / "c.yaml"), (Model("a"), Model("b")), (TaskConfig("qa"),), "")
    values = {name: getattr(config, name) for name in Config.__slots__}
    return Config(**{**values, "runs": "out/{model}/{task}/run_*.jsonl", **others})


def test_runs_come_by_model_task_and_number(tmp_path):
    names = [f"out/{model}/qa/run_{run}.jsonl" for model in "ba" for run in (10, 2, 1)]
    files(tmp_path, *names, "out/a/qa/notes.txt", "out/c/qa/run_1.jsonl")
    assert expand(small(tmp_path)) == [
        Run(model, "qa", run, tmp_path / f"out/{model}/qa/run_{run}.jsonl")
        for model in "ab"
        for run in (1, 2, 10)
    ]


@pytest.mark.parametrize(
    ("pattern", "names", "numbers"),
    [
        ("{model}.jsonl", ["{}.jsonl"], [1]),
        ("{model}/run_*.jsonl", ["{}/run_7.jsonl", "{}/run_3.jsonl"], [3, 7]),
        ("{model}/run_*.jsonl", ["{}/run_b.jsonl", "{}/run_a.jsonl"], [1, 2]),
        ("{model}/run_*.jsonl", ["{}/run_1.jsonl", "{}/run_01.jsonl"], [1, 2]),
        (
            "{model}/run_[0-2]?.jsonl",
            ["{}/run_19.jsonl", "{}/run_02.jsonl", "{}/run_30.jsonl"],
            [1, 2],
        ),
        ("{model}/run_[!3&&~~]*.jsonl", ["{}/run_19.jsonl", "{}/run_30.jsonl"], [1]),
        ("{model}/run_[!3]*.jsonl", ["{}/run_19.jsonl", "{}/run_30.jsonl"], [1]),
        ("{model}/**/p.jsonl", ["{}/p.jsonl", "{}/x/p.jsonl", "{}/x/y/p.jsonl"], [1, 2, 3]),
        (
            "./{model}//seed_*/run_*.jsonl",
            ["{}/seed_2/run_1.jsonl", "{}/seed_1/run_2.jsonl"],
            [1, 2],
        ),
    ],
)
def test_wildcards(tmp_path, pattern, names, numbers):
    files(tmp_path, *(name.format(model) for name in names for model in "ab"))
    assert [run.number for run in expand(small(tmp_path, runs=pattern))] == numbers * 2


def test_names_are_no_wildcards_and_an_absolute_pattern_stays(tmp_path):
    files(tmp_path, "out/g[1]*/qa.jsonl", "out/g1x/qa.jsonl", "out/org/b/qa.jsonl")
    config = small(
        tmp_path / "elsewhere",
        models=(Model("g[1]*"), Model("org/b")),
        runs=f"{tmp_path}/out/{{model}}/qa.jsonl",
    )
    assert [run.path for run in expand(config)] == [
        tmp_path / "out/g[1]*/qa.jsonl",
        tmp_path / "out/org/b/qa.jsonl",
    ]


def test_what_is_missing_is_named(tmp_path):
    files(tmp_path, "out/a/qa/run_1.jsonl", "out/a/qa/run_2.jsonl", "out/b/qa/run_2.jsonl")
    with pytest.raises(DataError) as caught:
        expand(small(tmp_path))
    assert str(caught.value) == (
        f"{tmp_path}/c.yaml: 1 file missing: model 'b', task 'qa', run 1 (out/b/qa/run_1.jsonl, "
        "which other models have; to allow that, set unequal_runs: true)"
    )
    runs = expand(small(tmp_path, unequal_runs=True))
    assert [(run.model, run.number) for run in runs] == [("a", 1), ("a", 2), ("b", 2)]
    config = small(
        tmp_path,
        unequal_runs=True,
        models=(Model("a", config=tmp_path / "config.json"), Model("c")),
        tasks=(
            TaskConfig("qa", reading={"references": tmp_path / "r.jsonl"}),
            TaskConfig("mmlu"),
        ),
    )
    with pytest.raises(DataError) as caught:
        expand(config)
    assert caught.value.message == (
        "6 files missing: model 'c', task 'qa', run 1 (out/c/qa/run_1.jsonl); model 'c', task "
        "'qa', run 2 (out/c/qa/run_2.jsonl); out/a/mmlu/run_*.jsonl (no such "
        "file); out/c/mmlu/run_*.jsonl (no such file); "
        f"config of model 'a' ({tmp_path}/config.json); references of "
        f"task 'qa' ({tmp_path}/r.jsonl)"
    )


# Six are named, and then how many more there are.
@pytest.mark.parametrize(
    ("count", "begins", "ends"),
    [
        (1, "1 file missing: out/a/t1/*.jsonl (no such file)", "(no such file)"),
        (2, "2 files missing: out/a/t1/*.jsonl (no such file); out/a/t2/", "(no such file)"),
        (6, "6 files missing: ", "out/a/t6/*.jsonl (no such file)"),
        (7, "7 files missing: ", "out/a/t6/*.jsonl (no such file) and 1 more"),
        (1008, "1,008 files missing: ", "out/a/t6/*.jsonl (no such file) and 1,002 more"),
    ],
)
def test_how_many_files_are_missing(tmp_path, count, begins, ends):
    tasks = tuple(TaskConfig(f"t{at}") for at in range(1, count + 1))
    pattern = "out/{model}/{task}/*.jsonl"
    with pytest.raises(DataError) as caught:
        expand(small(tmp_path, models=(Model("a"),), tasks=tasks, runs=pattern))
    assert caught.value.message.startswith(begins)
    assert caught.value.message.endswith(ends)


def test_a_file_is_read_for_one_task(tmp_path):
    files(tmp_path, "a_qa_1.jsonl", "a_qa_zh_1.jsonl", "b_qa_1.jsonl", "b_qa_zh_1.jsonl")
    config = small(
        tmp_path,
        tasks=(TaskConfig("qa"), TaskConfig("qa_zh")),
        runs="{model}_{task}*.jsonl",
        unequal_runs=True,
    )
    with pytest.raises(
        DataError, match=r"would be read for model 'a', task 'qa' and for model 'a'"
    ):
        expand(config)


NAMES = st.text(
    st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1, max_size=8
)


@given(NAMES.filter(lambda name: name not in (".", "..")), st.integers(0, 99))
def test_a_path_that_a_pattern_gives_is_found_by_it(name, run):
    """Whatever characters a name has: it stands for itself."""
    filled = RunPattern("out/{model}/{task}/run_*.jsonl").fill(name, "qa")
    path = filled.path((str(run),))
    assert path == f"out/{name}/qa/run_{run}.jsonl"
    assert filled._regex.fullmatch(path)[1] == str(run)
    assert Path(path).match(f"out/*/qa/run_{run}.jsonl")


@given(st.lists(st.integers(0, 10**6), unique=True))
def test_natural_order_is_that_of_numbers(numbers):
    names = sorted((f"run_{number}" for number in numbers), key=natural_key)
    assert names == [f"run_{number}" for number in sorted(numbers)]
