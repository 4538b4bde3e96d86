"""The command line: what it prints, where, with which exit code, and what it leaves behind."""

from __future__ import annotations

import contextlib
import csv
import gzip
import importlib
import io
import json
import math
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import textmetrics
from textmetrics.cli import doctor, main, output, program
from textmetrics.cli.progress import Meter
from textmetrics.evaluation import ScoredSamples
from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES, TOKENIZERS
from textmetrics.metrics import DEFAULT_METRICS, METRICS, Values
from textmetrics.presets import PRESETS
from textmetrics.records import FORMATS, Lines, OpenError, write

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
NATIVE = [] if available_backends()["native"] else ["textmetrics._native"]  # why it is not there
COMMANDS = tuple(program._COMMANDS)
ROWS = [
    {"id": 1, "prediction": "the cat sat on the mat", "reference": "a cat sat on a mat"},
    {"id": 2, "prediction": "", "reference": ["blue", "red"]},
    {"id": 3, "prediction": "a red fox", "reference": "the red fox ran"},
]
HOSTILE = "\x1b[31m\x9b2J\u202e\x07"


def dump(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in an empty folder with one good file in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.jsonl").write_bytes(dump(ROWS))
    return tmp_path


@pytest.fixture
def run(here, capsys):
    """Run the program in this process; return exit code, stdout and stderr."""

    def call(*arguments):
        code = main([str(each) for each in arguments])
        return (code, *capsys.readouterr())

    return call


# Coverage patches subprocesses through these; a signal that comes in its tracer can hang them.
UNTRACED = {name: value for name, value in os.environ.items() if not name.startswith("COV")}


@contextlib.contextmanager
def process(*arguments, **options):
    """Start the program in a process of its own, which ends with the block."""
    command = [sys.executable, "-m", "textmetrics", *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": UNTRACED} | options
    with subprocess.Popen(command, **options) as running:  # closes the pipes
        try:
            yield running
        finally:
            running.kill()


def finished(*arguments, stdin=None, **options):
    """Run the program to its end; return exit code, stdout and stderr."""
    with process(*arguments, stdin=subprocess.PIPE, **options) as running:
        out, err = running.communicate(stdin, timeout=60)
    return running.returncode, (out or b"").decode(), (err or b"").decode()


# --- help


def options_of(help_text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", help_text))


def test_the_program_lists_its_commands(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert "examples:" in out
    for name in COMMANDS:
        assert f"textmetrics {name}" in out
    assert run("--version") == (0, f"textmetrics {textmetrics.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_names_all_its_options(command, run):
    parser = program.Parser(prog="x")
    program._module(command).add_options(parser)
    parser.add_rest()
    known = {each for each in parser._option_string_actions if each.startswith("--")}
    code, out, err = run(command, "--help-all" if "--help-all" in known else "--help")
    assert (code, err) == (0, "")
    assert known <= options_of(out)
    assert f"  textmetrics {command}" in out.partition("examples:")[2]


def test_help_names_all_that_is_registered(run):
    _, out, _ = run("score", "--help-all")
    for registry in (METRICS, TOKENIZERS, LANGUAGES):
        for name in (*registry.names(), *available_backends()):
            assert re.search(rf"\b{name}\b", out), name
    unwrapped = " ".join(out.split())
    for thing in (*METRICS, *TOKENIZERS):
        assert thing.summary in unwrapped


def test_a_language_that_is_registered_is_a_choice(run, temporary):
    korean = textmetrics.Language("xk", "100 % Korean", "words", scripts=("Hangul",))
    temporary(LANGUAGES)
    LANGUAGES.add("xk", korean)
    assert re.search(r"\n  xk +100 % Korean\n", run("score", "--help-all")[1])
    assert run("score", "good.jsonl", "--lang", "xk")[0] == 0


def test_what_is_registered_is_a_choice(run, here, temporary):
    ours = replace(METRICS.get("f1"), name="ours", summary="a metric of our own")
    mine = replace(PRESETS.get("squad"), name="mine", summary="a preset of our own")
    plain = replace(FORMATS.get("jsonl"), name="plain", summary="a format of our own")
    for registry, thing in ((METRICS, ours), (PRESETS, mine), (FORMATS, plain)):
        temporary(registry)
        registry.add(thing.name, thing)
    text = run("score", "--help-all")[1]
    for thing in (ours, mine, plain):
        assert re.search(rf"^  {thing.name} +{thing.summary}$", text, re.MULTILINE)
    arguments = ("--metrics", "ours,f1", "--preset", "mine,default", "--input-format", "plain")
    code, out, _ = run("score", "good.jsonl", *arguments, "--format", "csv")
    assert code == 0
    assert [row.split(",")[1:3] for row in out.splitlines()[1:]] == [
        ["mine", "f1"], ["default", "ours"], ["default", "f1"]
    ]  # fmt: skip
    for option, name in (("metrics", "ous"), ("preset", "mien"), ("input-format", "plan")):
        assert "did you mean" in run("score", "good.jsonl", f"--{option}", name)[2]


def test_the_page_names_all_commands_options_and_exit_codes():
    pages = [ROOT / "docs" / name for name in ("cli.md", "compare.md")]
    page = "".join(each.read_text(encoding="utf-8") for each in pages)
    for command in COMMANDS:
        parser = program.Parser(prog="x")
        program._module(command).add_options(parser)
        parser.add_rest()
        assert f"textmetrics {command}" in page
        for option in parser._option_string_actions:
            assert f"`{option}" in page or option == "-h", option
    for code in (0, 1, 2, 3, 130, 141, 143):
        assert f"| {code} |" in page
    assert "--version" in page


def test_the_manual_is_that_of_the_page():
    manual = (ROOT / "docs" / "textmetrics.1").read_text(encoding="utf-8")
    # What nroff sets apart, and what it hyphenates.
    plain = re.sub(r"\\fB|\\fI|\\fP|\\fR|\\%|\\&", "", manual).replace("\\-", "-")
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    titles = re.findall(r"^##+ (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.M)
    for title in titles:
        assert title.replace("`", "").upper() in plain.upper(), f"{title}: make man"
    for option in set(re.findall(r"`(--[\w-]+)", page)):
        assert option in plain, f"{option}: make man"


TAKES_TIME = {
    "importlib.metadata", "msgspec", "numpy", "regex", "rich", "textmetrics._native",
    *(f"textmetrics.cli.{each}" for each in COMMANDS),
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("--help", set()),
        ("--version", set()),
        ("skore", set()),
        ("score --help", {"textmetrics.cli.score", "numpy"}),
        ("tokens --help", {"textmetrics.cli.tokens", "numpy"}),
        ("doctor --help", {"textmetrics.cli.doctor", "numpy"}),
        ("tokens cat --lang en --format json", {"textmetrics.cli.tokens", "numpy", "regex"}),
        (
            "score good.jsonl --lang en --format json --backend reference",
            # Hashes and sums of samples are the extension's, whatever scans and counts.
            {"textmetrics.cli.score", "numpy", "regex", "msgspec", *NATIVE},
        ),
    ],
)
def test_a_command_loads_what_it_needs(arguments, needed, here):
    """Installed packages are searched for languages only where all of them are listed."""
    code = (
        f"import sys; from textmetrics.cli import main; main({arguments.split()});"
        f"print(*({TAKES_TIME} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=UNTRACED)
    assert set(done.stderr.splitlines()[-1].split()) == needed


@pytest.mark.parametrize(("given", "expected"), [(None, "4"), ("20", "20")])
def test_a_command_starts_lightly(given, expected, here):
    """Threads that OpenBLAS starts do not wait busily, unless somebody wants them to."""
    code = (
        "import gc, os, sys; from textmetrics import cli; from textmetrics.cli import program\n"
        "program.entry = lambda: print(gc.get_threshold()[0], os.environ[sys.argv[1]])\n"
        "cli.entry()"
    )
    name = "OPENBLAS_THREAD_TIMEOUT"
    env = {key: value for key, value in UNTRACED.items() if key != name}
    env |= {} if given is None else {name: given}
    command = [sys.executable, "-c", code, name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["50000", expected]


# --- scores


def test_a_table_in_percent(run):
    code, out, err = run("score", "good.jsonl", "--lang", "en")
    assert (code, err) == (0, "")
    header, _, *rows = out.splitlines()
    assert re.split(r"\s{2,}", header.strip()) == [
        "metric", "no stopwords", "all tokens", "precision", "recall", "F1", "n"
    ]  # fmt: skip
    cells = {row[0]: row[1:] for row in (re.split(r"\s{2,}", row.strip()) for row in rows[:7])}
    assert [title for title in cells if "entence" not in title] == [
        METRICS.get(name).title for name in DEFAULT_METRICS
    ]
    assert "ROUGE-L recall" in cells
    result = textmetrics.evaluate(
        [row["prediction"] for row in ROWS],
        [row["reference"] for row in ROWS],
        lang="en",
        stopwords="both",
    )
    score = result["rouge_l"]
    parts = (score, score.all_tokens, score.precision, score.recall, score.f1)
    wanted = [f"{100 * part:.2f}" for part in parts]
    assert cells["ROUGE-L recall"] == [*wanted, "3"]
    assert cells["BLEU-4"][2:5] == ["–", "–", "–"]  # it has no parts
    sentences = next(row for title, row in cells.items() if "entence" in title)
    assert sentences[0] == f"{100 * result['bleu_4'].sentence_mean:.2f}"
    share = f"{100 * result.health.dropped_share:.2f}"
    remarks = result.health.remarks(command_line=True)
    assert remarks
    assert rows[7:] == [
        "in percent; precision, recall and F1 without stopwords",
        f"n = 3; {share} % of tokens dropped as stopwords; "
        "length of prediction / reference: median 0.67, 95th percentile 1.00",
        *(f"health: {remark}" for remark in remarks),
        "signature: " + score.signature.partition("recall|")[2],
    ]


def test_without_stopwords_there_is_one_score(run):
    code, out, _ = run("score", "good.jsonl", "--no-stopwords", "--metrics", "f1")
    assert code == 0
    assert re.split(r"\s{2,}", out.splitlines()[0].strip()) == [
        "metric", "score", "precision", "recall", "F1", "n"
    ]  # fmt: skip
    assert "in percent\n" in out
    assert "|stop:none|" in out
    assert "dropped" not in out


def test_nothing_out_of_the_ordinary_is_no_line(run, here):
    (here / "a.jsonl").write_bytes(dump([ROWS[0]]))
    assert "health" not in run("score", "a.jsonl")[1]


def test_without_any_reference_there_is_no_length(run, here):
    (here / "a.jsonl").write_bytes(dump([{"prediction": "red", "reference": ""}]))
    out = run("score", "a.jsonl")[1]
    assert "length of" not in out
    assert "\nhealth: empty references: 1 (check the reference field; see --reference-field)" in out


def test_health_has_a_line_a_remark(run, here):
    rows = [{"prediction": None, "reference": "red"}, {"prediction": "<think>", "reference": ""}]
    (here / "a.jsonl").write_bytes(dump(rows))
    single, several = run("score", "a.jsonl")[1], run("score", "a.jsonl", "a.jsonl")[1]
    lines = [line for line in single.splitlines() if "health" in line]
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        ["health", "null predictions"],
        ["health", "empty references"],
        ["health", "predictions with <think>"],
    ]
    found = [line for line in several.splitlines() if "health" in line or line == "a.jsonl:"]
    assert found == ["a.jsonl:", *(f"  {line}" for line in lines)] * 2
    assert json.loads(run("score", "a.jsonl", "--format", "json")[1])["health"]["thinking"] == 1


def test_several_files_are_a_row_each(run, here):
    (here / "b.jsonl").write_bytes(dump(ROWS[:1]))
    code, out, _ = run("score", "good.jsonl", "b.jsonl", "--metrics", "accuracy,rouge_l")
    assert code == 0
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert rows[0] == ["file", "Accuracy", "ROUGE-L recall", "n"]
    assert rows[2] == ["good.jsonl", "33.33 / 0.00", "55.56 / 38.89", "3"]
    assert rows[3][0::3] == ["b.jsonl", "1"]
    assert rows[4] == ["in percent: no stopwords / all tokens"]
    assert "  health: empty predictions: 1 (" in out
    assert out.count("signature: ") == 2  # one and several references per sample
    _, out, _ = run("score", "good.jsonl", "good.jsonl", "--metrics", "f1", "--no-stopwords")
    assert out.count("signature: ") == 1
    assert "/ all tokens" not in out


@pytest.mark.usefixtures("token_count")
def test_a_metric_that_is_not_in_percent(run):
    _, out, _ = run("score", "good.jsonl", "--metrics", "token_count")
    assert "in percent" not in out
    assert "without stopwords" not in out  # it has none of the three
    value = re.search(r"token_count +(\S+) +(\S+)", out)
    _, out, _ = run("score", "good.jsonl", "good.jsonl", "--metrics", "token_count,f1")
    assert f" {value[1]} / {value[2]} " in out
    assert "\nin percent except token_count: no stopwords / all tokens\n" in out
    _, out, _ = run("score", "good.jsonl", "good.jsonl", "--metrics", "token_count")
    assert "\nno stopwords / all tokens\n" in out
    arguments = ("--metrics", "token_count,f1", "--preset", "default,squad")
    _, out, _ = run("score", "good.jsonl", *arguments)
    assert re.search(rf"default, all tokens +{value[2]} ", out)
    assert "\nin percent except token_count\n" in out


def test_several_presets_are_a_row_each(run):
    arguments = ("--preset", "default,squad,rouge_score", "--metrics", "f1,rouge_l")
    _, out, _ = run("score", "good.jsonl", *arguments)
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert rows[0] == ["preset", "F1", "ROUGE-L", "n"]
    assert [row[0] for row in rows[2:6]] == [
        "default, no stopwords", "default, all tokens", "squad", "rouge_score"
    ]  # fmt: skip
    _, single, _ = run("score", "good.jsonl", "--metrics", "f1,rouge_l")
    both = [re.split(r"\s{2,}", line.strip())[1:3] for line in single.splitlines()[2:4]]
    assert [list(pair) for pair in zip(rows[2][1:3], rows[3][1:3], strict=True)] == both
    assert rows[6:8] == [["in percent"], ["rouge_l: recall in default; F1 in rouge_score"]]
    assert "good.jsonl" not in out  # there is no other file
    _, out, _ = run("score", "good.jsonl", "--preset", "rouge_score,flexeval")
    assert " ROUGE-L F1 " in out  # in both


@pytest.mark.parametrize(
    ("metrics", "options"),
    [
        ("multiple_choice,accuracy", ("--preset", "default,squad", "--letters", "ABCD")),
        ("accuracy,rouge_l", ("--preset", "default,rouge_score", "--tolerance", "1")),
        ("accuracy,bleu_4", ("--preset", "default,sacrebleu", "--tolerance", "1")),
        ("accuracy,bleu_4", ("--preset", "default,sacrebleu", "--smoothing", "floor")),
    ],
)
def test_each_preset_uses_the_options_that_it_has(metrics, options, run, here):
    (here / "letters.jsonl").write_bytes(dump([{"prediction": "(B)", "reference": "B"}]))
    code, out, _ = run("score", "letters.jsonl", "--metrics", metrics, *options)
    assert code == 0
    assert f"\n {options[1].split(',')[1]} " in out
    option, value = options[2:]
    code, _, err = run("score", "letters.jsonl", "--preset", "squad", option, value)
    assert code == 2
    assert re.match(rf"{option} {value}\S* does not work with --preset squad; presets that", err)


USED = [
    # command, the remark: an option is of use if any metric of any preset uses it
    (
        "--letters ABCD",
        "--letters has no effect on accuracy, f1, rouge_1, rouge_2, rouge_l, bleu_4:",
    ),
    ("--letters ABCD --metrics f1,multiple_choice", ""),
    ("--letters ABCDEFGHIJ", ""),  # the default
    ("--tolerance 1 --preset default,squad --metrics f1", "--tolerance has no effect on f1: it is"),
    (
        "--preset sacrebleu --smoothing floor --metrics chrf",
        "--smoothing has no effect on chrf: it",
    ),
    ("--preset sacrebleu --smoothing floor --metrics chrf,bleu_4", ""),
    (
        "--preset sacrebleu --normalized",
        "--normalized has no effect on bleu_4, chrf: it is for ter;",
    ),
    ("--preset sacrebleu,hf_evaluate --metrics ter,rouge_1 --case-sensitive", ""),
    ("--preset hf_evaluate,lm_eval --metrics rouge_1,exact_match --ignore-case", ""),
    (
        "--preset longbench --dataset qasper --variant en",
        "--variant has no effect where --dataset is",
    ),
]


@pytest.mark.parametrize(("options", "remark"), USED)
def test_an_option_without_an_effect_is_remarked(options, remark, run, here):
    (here / "letters.jsonl").write_bytes(dump([{"prediction": "(B)", "reference": "B"}]))
    code, _, err = run("score", "letters.jsonl", *options.split())
    assert code == 0
    assert err.startswith(remark) if remark else err == ""


def test_compare_remarks_it_too(run, here):
    for name in ("qa.a.jsonl", "qa.b.jsonl"):
        (here / name).write_bytes(dump([{"id": 1, "prediction": "(B)", "reference": "B"}]))
    given = ("--metrics", "f1", "--letters", "ABCD")
    code, _, err = run("compare", "qa.a.jsonl", "qa.b.jsonl", *given)
    assert code == 0
    assert err.startswith("--letters has no effect on f1: it is for multiple_choice, multiple_sel")
    (here / "config.yaml").write_text(
        "models: {a: {}, b: {}}\ntasks: {qa: {metrics: [f1], letters: ABC}}\n"
        "runs: '{task}.{model}.jsonl'\n",
        encoding="utf-8",
    )
    code, _, err = run("compare", "config.yaml")
    assert "--letters has no effect on f1" in err


def test_metrics_that_an_option_gives(run, here):
    record = {"prediction": "It is a Date", "reference": "Date"}
    (here / "trec.jsonl").write_bytes(dump([record]))
    given = ("--preset", "longbench", "--metrics", "classification", "--classes", "Date/City")
    code, out, _ = run("score", "trec.jsonl", *given, "--dataset", "trec")
    assert (code, " 100.00 " in out) == (0, True)
    code, _, err = run("score", "trec.jsonl", *given)
    assert code == 2
    assert "'classification' is a metric of longbench with --dataset trec" in err


@pytest.mark.parametrize(
    ("options", "message", "foreign"),
    [
        (
            "--metrics rogue_l",
            "--metrics: unknown metric 'rogue_l': did you mean 'rouge_l'?",
            "acc,",
        ),
        (
            "--preset squad --metrics x",
            "--metrics: unknown metric 'x' of preset 'squad': known",
            "bleu",
        ),
        (
            "--preset squad,cmrc2018 --metrics bleu,f1",
            "--metrics: unknown metric 'bleu' of presets squad, cmrc2018: known: accuracy, f1",
            "rouge",
        ),
    ],
)
def test_an_unknown_metric_lists_those_of_the_presets_chosen(options, message, foreign, run, here):
    (here / "a.jsonl").write_bytes(dump([{"prediction": "a", "reference": "a"}]))
    code, _, err = run("score", "a.jsonl", *options.split())
    assert code == 2
    assert err.startswith(message)
    assert foreign not in err


def test_a_metric_that_drops_nothing_stands_under_all_tokens(run):
    _, out, _ = run("score", "good.jsonl", "--metrics", "contains,accuracy")
    assert re.search(r"\n Contains +– +\d+\.\d\d ", out)
    assert "\nin percent\n" in out  # neither has precision, recall and F1
    arguments = ("--metrics", "contains,f1", "--preset", "default,squad")
    _, out, _ = run("score", "good.jsonl", *arguments)
    assert re.search(r"default, no stopwords +– ", out)
    assert re.search(r"default, all tokens +\d+\.\d\d ", out)


def test_what_holds_for_all_files_is_said_once(run, here):
    rows = [{"prompt": "", "predict": "a red fox", "label": "the fox"}]
    (here / "a.jsonl").write_bytes(dump(rows))
    (here / "b.jsonl").write_bytes(dump([{**rows[0], "label": "狐狸"}]))
    presets = ("--preset", "default,llama_factory")
    lines = run("score", "a.jsonl", "b.jsonl", *presets)[1].splitlines()
    assert sum(line.startswith("read as llama_factory") for line in lines) == 1
    own = {name: lines[lines.index(name) + 1 :] for name in ("a.jsonl:", "b.jsonl:")}
    assert any(line.startswith("  signature: lang:en|") for line in own["a.jsonl:"])
    assert any(line.startswith("  signature: lang:zh|") for line in own["b.jsonl:"])
    assert [line.partition("|")[0] for line in lines if line.startswith("signature: ")] == [
        "signature: rouge_1, rouge_2, rouge_l: tok:jieba-0.42.1,raw+rouge_chinese",
        "signature: bleu_4: tok:characters,raw",
    ]


def test_languages_are_counted_where_there_are_several(run, here):
    rows = [ROWS[0], {"prediction": "猫", "reference": "猫がいる", "lang": "ja"}]
    (here / "mixed.jsonl").write_bytes(dump(rows))
    assert "n = 2; languages: en 1, ja 1; " in run("score", "mixed.jsonl")[1]
    _, out, _ = run("score", "mixed.jsonl", "--lang", "en", "--no-stopwords")
    assert "languages" not in out  # a language that is named holds for all records


def test_markdown(run):
    _, out, _ = run("score", "good.jsonl", "--metrics", "f1", "--format", "markdown")
    lines = out.splitlines()
    assert lines[0].startswith("| metric |")
    assert set(lines[1]) <= set("|-: ")
    assert lines[3] == ""


def test_names_of_files_are_text_in_every_format(run, tmp_path):
    names = ["a|b*c.jsonl", "=1.jsonl"]
    for name in names:
        shutil.copy(tmp_path / "good.jsonl", tmp_path / name)
    _, out, _ = run("score", *names, "--metrics", "f1", "--format", "markdown")
    assert r"| a\|b\*c.jsonl |" in out
    assert "\na\\|b\\*c.jsonl:\n" in out
    _, out, _ = run("score", *names, "--metrics", "f1", "--format", "csv")
    assert [row["file"] for row in csv.DictReader(io.StringIO(out))][1] == "'=1.jsonl"


def test_csv_has_all_digits(run):
    _, out, _ = run("score", "good.jsonl", "good.jsonl", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 2 * len(DEFAULT_METRICS)
    result = textmetrics.evaluate(
        [row["prediction"] for row in ROWS], [row["reference"] for row in ROWS], stopwords="both"
    )
    for row, (name, score) in zip(rows, result.items(), strict=False):
        assert (row["file"], row["metric"], row["scale"]) == ("good.jsonl", name, "0 to 1")
        assert float(row["score"]) == score
        assert float(row["all_tokens"]) == score.all_tokens
        assert row["recall"] == ("" if score.recall is None else repr(score.recall))
        assert (row["n"], row["records"]) == ("3", "3")
        assert row["signature"] == score.signature


TEXTS = st.text("abc the 猫が. -5%\n\u2028\x1b\U0001f44d", max_size=12)
SAMPLES = st.lists(st.tuples(st.none() | TEXTS, st.lists(TEXTS, min_size=1, max_size=3)),
                   min_size=1, max_size=6)  # fmt: skip


@given(SAMPLES, st.sampled_from(["auto", "en", "zh"]), st.booleans())
@settings(max_examples=40)
def test_json_has_the_numbers_of_evaluate(samples, lang, stopwords):
    rows = [{"prediction": text, "reference": references} for text, references in samples]
    arguments = ["--lang", lang] + ["--no-stopwords"] * (not stopwords)
    code, out, err = scored(dump(rows), *arguments, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    wanted = textmetrics.evaluate(
        [text or "" for text, _ in samples],
        [references for _, references in samples],
        lang=lang,
        stopwords="both" if stopwords else False,
    ).to_dict()
    assert found.pop("file") == "<stdin>"
    assert found.pop("preset") == "default"
    assert found.pop("records") == len(samples)
    assert found.pop("left_out") == 0
    assert found.pop("input_format") == "jsonl"
    nulls = sum(text is None for text, _ in samples)
    assert found["health"].pop("null_predictions") == nulls
    del wanted["health"]["null_predictions"]
    assert found == wanted


def scored(content, *arguments):
    """Score bytes from standard input; return exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        buffer = io.BufferedReader(io.BytesIO(content))
        patch.setattr(sys, "stdin", io.TextIOWrapper(buffer))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["score", "-", *arguments])
    return code, out.getvalue(), err.getvalue()


# What looks like JSON goes deeper than bytes at random.
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["prediction", "pred", "reference", "labels", "lang", "id", "scores"])
OBJECTS = st.dictionaries(FIELDS, VALUES).map(lambda each: json.dumps(each).encode())
LINES = st.lists(OBJECTS | st.binary() | st.just(dump(ROWS[:1]))).map(b"\n".join)
# Hypothesis draws what it sees in the package: a table that needs an extra is tested elsewhere.
LINES = LINES.filter(lambda content: not content.startswith(b"PAR1"))


@given(LINES, st.sampled_from(["stop", "skip"]), st.sampled_from(["table", "json", "csv"]))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_in_a_file_it_is_scored_or_refused(content, errors, style):
    code, out, err = scored(content, "--errors", errors, "--format", style, "--lang", "en")
    assert code in (0, 3)
    assert (code == 0) == (err == "")
    assert bool(out) == (code == 0 or err.splitlines()[-1].startswith("left out: "))
    assert all(each.isprintable() or each in "\n\u200c\u200d\u00a0\u3000" for each in out + err)


def test_fields_references_and_stopwords_from_options(run, here):
    (here / "p.jsonl").write_bytes(dump([{"id": "x", "mine": "red fox"}]))
    (here / "r.jsonl").write_bytes(dump([{"id": "x", "theirs": "red dog"}]))
    (here / "stop.txt").write_text("# a list\nfox\ndog\n")
    files = ("p.jsonl", "--references", "r.jsonl")
    fields = ("--prediction-field", "mine", "--reference-field", "theirs")
    base = ("score", *files, *fields, "--metrics", "accuracy", "--format", "json")

    def value(*more):
        code, out, err = run(*base, *more)
        assert (code, err) == (0, "")
        return json.loads(out)["scores"]["accuracy"]["value"]

    assert value() == 0
    assert value("--stopwords", "stop.txt") == 1
    assert value("--stopwords-add", "fox,dog") == 1
    assert value("--stopwords-add", "fox", "--stopwords-add", " dog ,") == 1
    assert value("--stopwords", "stop.txt", "--stopwords-remove", "dog") == 0
    assert value("--tokenizer", "characters", "--threads", "1", "--backend", "reference") == 0
    assert value("--stopwords", "pos", "--lang", "ja") == 0


@pytest.mark.parametrize("name", ["en_ted", "ja_ted", "zh_cmrc"])
def test_real_predictions(name, run, tmp_path):
    source = DATA / f"{name}.system1.jsonl"
    if not source.exists():
        pytest.skip(f"needs {source.name} in ../shared/data")
    part = tmp_path / "part.jsonl.gz"
    part.write_bytes(gzip.compress(b"\n".join(source.read_bytes().splitlines()[:150])))
    code, out, err = run("score", part, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["n"] == 150
    assert 0.05 < found["scores"]["rouge_l"]["value"] < 0.95
    assert max(found["health"]["languages"], key=found["health"]["languages"].get) == name[:2]


# --- errors

GOOD = dump(ROWS[:1])
BAD_FILES = [
    (b"", 3, "bad.jsonl: file is empty; expected one record per line"),
    (b"{", 3, "bad.jsonl:1: the JSON ends too early (character 2): the file is truncated; wri"),
    (GOOD + b"\n[1]", 3, "bad.jsonl:3: not an object, found a list: [1]; each line must be one"),
    (
        b'{"textmetrics_state": 1, "sha256": "", "content": {}}',
        3,
        "bad.jsonl: is a state, which --state or a baseline in pytest wrote: it has scores, and no",
    ),
    (
        GOOD + b'{"a": 1}',
        3,
        "bad.jsonl:2: no field 'prediction' and no field 'reference' (fields: 'a'",
    ),
    (GOOD + b'{"reference": ""}', 3, "bad.jsonl:2: no field 'prediction' (fields: 'referen"),
    (b'{"text": 1}', 3, "bad.jsonl:1: no field for the prediction and no field for the referen"),
    (b'{"pred": 1}', 3, "bad.jsonl:1: no field for the reference (fields: 'pred'); name"),
    (
        b'[\n{"pred": "", "gold": ""}\n',
        3,
        "bad.jsonl:3: the JSON ends too early (character 1): the file",
    ),
    (b"said,meant\na,b\n", 3, "bad.jsonl:1: invalid JSON (Expecting value), found 'said,meant' a"),
    (
        b'{"pred": {"a": 1}, "gold": ""}',
        3,
        "bad.jsonl:1: field 'pred' must be a string (or null), got an object: {'a': 1}",
    ),
    (GOOD + b"\xe7\x8c", 3, "bad.jsonl:2: invalid UTF-8: byte 0xe7 at byte 0 of the line"),
    (rb'{"pred": "\ud83d", "gold": ""}', 3, "bad.jsonl:1: field 'pred' is not valid Unicode: l"),
    (b'{"pred": "", "gold": [], "x": 1}', 3, "bad.jsonl:1: field 'gold' is an empty list; expec"),
    (b'{"pred": "", "output": "", "gold": ""}', 3, "bad.jsonl:1: several fields could be the pr"),
    (b'{"pred": "", "gold": "", "lang": "xx"}', 3, "bad.jsonl:1: field 'lang' is not a known la"),
    (
        gzip.compress(GOOD, mtime=0)[:-4],
        3,
        "bad.jsonl:2: damaged compression (no end of the compressed ",
    ),
]


@pytest.mark.parametrize(("content", "code", "message"), BAD_FILES)
def test_bad_files(content, code, message, run, here):
    (here / "bad.jsonl").write_bytes(content)
    found, out, err = run("score", "good.jsonl", "bad.jsonl")
    assert (found, out) == (code, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


BAD_USAGE = [
    ("scroe", "textmetrics: unknown command 'scroe': did you mean 'score'? known: score, compare"),
    ("good.jsonl", "textmetrics: unknown command 'good.jsonl': did you mean textmetrics score go"),
    ("x", "textmetrics: unknown command 'x': known: score, compare, merge, tokens"),
    ("-- score", "textmetrics"),
    ("--", "textmetrics"),
    ("--vresion", "textmetrics: unknown option --vresion: did you mean '--version'?"),
    ("score good.jsonl --metric f1", "textmetrics score: unknown option --metric: did you mean '-"),
    ("score good.jsonl --zzzzz=1", "textmetrics score: unknown option --zzzzz=1 (see "),
    # Dashes, which all options have, make none of them alike.
    ("score good.jsonl --hippo", "textmetrics score: unknown option --hippo (see "),
    ("compare good.jsonl --html r.html", "textmetrics compare: unknown option --html: did you m"),
    ("compare good.jsonl --html=r.html", "textmetrics compare: unknown option --html=r.html: did "),
    (
        "score good.jsonl --sigusr1",
        "textmetrics score: unknown option --sigusr1: did you mean '--st",
    ),
    (
        "score good.jsonl --states s.json",
        "--states: s.json ends like the name of a file, and is tha",
    ),
    (
        "monitor --output runs/a.jsonl -- true",
        "--output: runs/a.jsonl ends like the name of a file",
    ),
    ("score good.jsonl --lang en x", "textmetrics score: unexpected argument 'x': name all files "),
    ("tokens x --lang en x", "textmetrics tokens: unexpected argument 'x': give all texts before"),
    (
        "score good.jsonl --lang cn",
        "--lang: unknown language 'cn': did"
        " you mean 'zh'? known: auto, en (English), zh (Chinese), ",
    ),
    ("score good.jsonl --lang jaa", "--lang: unknown language 'jaa': "),
    ("score good.jsonl --metrics rouge", "--metrics: unknown metric '"),
    ("score good.jsonl --metrics f1,f1", "metric 'f1' is listed twice"),
    (
        "score good.jsonl --preset squad --no-stopwords",
        "--preset squad has its own tokens; remove --no-stopwords",
    ),
    (
        "score good.jsonl --preset squad --stopwords-add a",
        "--preset squad has its own tokens; remove --stopwords-add",
    ),
    ("score good.jsonl --metrics char_f1", "--preset default has no metric 'char_f1': it has acc"),
    (
        "score good.jsonl --metrics char_f1 --preset japanese_qa,squad",
        "--preset squad has none of the metrics char_f1: it has accuracy, f1; leave it",
    ),
    (
        "score good.jsonl --stemmer",
        "--stemmer needs --preset rouge_score or rouge155\n",
    ),
    (
        "score good.jsonl --no-stemmer",
        "--no-stemmer needs --preset rouge_score or rouge155\n",
    ),
    (
        "score good.jsonl --smoothing exp",
        "--smoothing exp needs --preset sacrebleu or nltk\n",
    ),
    (
        "score good.jsonl --preset squad --tokenizer jieba",
        "--tokenizer jieba does not work with --preset squad; presets that have it: default, rou",
    ),
    (
        "score good.jsonl --preset squad,squad",
        "--preset: preset 'squad' is",
    ),
    ("score good.jsonl --preset ,", "--preset: no preset named; known"),
    (f"score good.jsonl --output {'x' * 300}", f"{'x' * 300}: cannot be used (File name t"),
    ("score good.jsonl --metrics ,", "no metric asked for; known: accuracy, f1"),
    ("score good.jsonl --tokenizer jeiba", "--tokenizer: unknown tok"),
    ("score good.jsonl --format xml", "--format: unknown format 'xml"),
    ("score good.jsonl --errors ignore", "--errors: unknown error h"),
    ("score good.jsonl --backend gpu", "--backend: unknown backend "),
    ("score good.jsonl --threads 0", "--threads: expected an integ"),
    ("score good.jsonl --threads two", "--threads: expected an integ"),
    ("score nowhere.jsonl", "nowhere.jsonl: no such file; check the name and the folder"),
    (
        "score good.jsonl --references .",
        ".: is a directory; name the files in it, such as DIR/*.jsonl",
    ),
    ("score *.none", "*.none: nothing matches this pattern; quote it, and check the folder"),
    ("score good.jsonl --references nope", "nope: no such file"),
    ("score - -", "standard input (-) can be read only once"),
    ("score - --references -", "standard input (-) can be read only once"),
    ("score good.jsonl --no-stopwords --stopwords pos", "--no-stopwords and --stopwords contradic"),
    ("score good.jsonl --no-stopwords --stopwords-add x", "--no-stopwords and --stopwords-add co"),
    ("score good.jsonl --stopwords nope.txt", "nope.txt: no such file; check the name"),
    ("score good.jsonl --stopwords both", "both: no such file; check the name"),
    ("score good.jsonl --stopwords .", ".: is a directory"),
    ("score good.jsonl --stopwords latin.txt", "latin.txt: not UTF-8 at byte 0; save the stopwo"),
    ("score good.jsonl --stopwords pos --lang en", "--stopwords pos needs a tokenizer that know"),
    ("score good.jsonl --stopwords pos", "--stopwords pos needs a tokenizer that knows parts of"),
    ("score good.jsonl --prediction-field a --reference-field a", "'a' cannot be both the predic"),
    ("score good.jsonl good.jsonl --output o.jsonl", "--output works with one file only: ad"),
    ("score good.jsonl --output -", "-: is standard output, where the scores go; name a file"),
    (
        "score good.jsonl --output o.csv",
        "o.csv: --output writes JSON Lines, not .csv; name it something like o.jsonl; --format csv",
    ),
    (
        "score good.jsonl --output a.b.TSV.gz",
        "a.b.TSV.gz: --output writes JSON Lines, not .tsv; na",
    ),
    ("score good.jsonl --output o.parquet", "o.parquet: --output writes JSON Lines, not .parquet"),
    ("score good.jsonl --output o.xlsx", "o.xlsx: --output writes JSON Lines, not .xlsx; name it"),
    (
        "score good.jsonl --output good.jsonl",
        "good.jsonl: is also an input; name an",
    ),
    (
        "score good.jsonl --output link.jsonl",
        "link.jsonl: is also an input; name another file for --o",
    ),
    (
        "score good.jsonl --output latin.txt --stopwords latin.txt",
        "latin.txt: is also an input; name",
    ),
    (
        "score good.jsonl --output new/",
        "new/: names a folder; name a file for --output, such as new/s",
    ),
    ("score good.jsonl --output .", ".: is not a regular file; name a file for --output"),
    ("score good.jsonl --output /dev/null", "/dev/null: is not a regular file; name a file"),
    ("score good.jsonl --output no/o.jsonl", "no/o.jsonl: its folder does not exist; create it"),
    ("tokens", "textmetrics tokens: the following arguments are required: TEXT"),
    (
        "tokens -5℃",
        "textmetrics tokens: unknown option -5℃: put -- before a text that begins with ",
    ),
    ("tokens -5℃ --lang en", "textmetrics tokens: unknown option -5℃: put -- before a text that"),
    ("tokens a -b", "textmetrics tokens: unknown option -b: put -- before a text that begins with"),
    ("tokens --lng", "textmetrics tokens: unknown option --lng: did you mean '--lang'?"),
    ("tokens - -", "standard input (-) can be read only once"),
    ("tokens x --lang zz", "--lang: unknown language 'zz': known: au"),
    ("tokens x --stopwords pos", "--stopwords pos needs a tokenizer that knows parts of speech"),
    ("tokens x --stopwords nope.txt", "nope.txt: no such file"),
    ("doctor x", "textmetrics doctor: unexpected argument 'x': leave it out (see"),
]


@pytest.mark.parametrize(("line", "message"), BAD_USAGE)
def test_bad_usage(line, message, run, here):
    (here / "link.jsonl").symlink_to("good.jsonl")
    (here / "latin.txt").write_bytes(b"\xe9t\xe9")
    code, out, err = run(*line.split())
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1
    assert (here / "good.jsonl").read_bytes() == dump(ROWS)


def test_a_backend_that_is_missing_is_an_error_with_a_remedy(run, monkeypatch):
    def fail(name):
        raise ImportError(f"backend {name!r} is not available: no compiler")

    monkeypatch.setattr("textmetrics.cli.evaluators.backend", fail)
    code, _, err = run("score", "good.jsonl", "--backend", "native")
    assert (code, err) == (2, "--backend: 'native' is not available: no compiler\n")


def test_bad_records_are_left_out(run, here):
    bad = [b"{}", *[b"oops"] * 11]
    (here / "mixed.jsonl").write_bytes(b"\n".join([*dump(ROWS).splitlines(), *bad]))
    code, out, err = run("score", "mixed.jsonl", "--errors", "skip", "--output", "o.jsonl")
    assert code == 3
    assert "n = 3 of 15, 12 left out; " in out
    lines = err.splitlines()
    assert lines[0].startswith("mixed.jsonl:4: no field 'prediction' and no field 'reference' (t")
    assert [line[:14] for line in lines[1:10]] == [f"mixed.jsonl:{n}:"[:14] for n in range(5, 14)]
    assert lines[10:] == ["… and 2 more", "left out: 12 invalid records"]
    assert [json.loads(line)["id"] for line in (here / "o.jsonl").read_text().splitlines()] == [
        1,
        2,
        3,
    ]
    code, out, err = run("score", "mixed.jsonl", "--errors", "skip", "--format", "json")
    assert code == 3
    assert (json.loads(out)["records"], json.loads(out)["left_out"]) == (15, 12)
    assert run("score", "good.jsonl", "--errors", "skip")[0] == 0
    assert run("score", "mixed.jsonl") == (3, "", lines[0] + "\n")
    (here / "broken.jsonl").write_bytes(GOOD + b"\noops")
    advice = "; each line must be one JSON object, or pass --errors skip to leave it out\n"
    for files in (["score", "broken.jsonl"], ["compare", "broken.jsonl", "good.jsonl"]):
        assert run(*files)[2].endswith(advice)
        assert "pass --errors skip" not in run(*files, "--errors", "skip")[2]


def test_one_bad_record_is_one(run, here):
    (here / "mixed.jsonl").write_bytes(dump(ROWS) + b"1")
    assert run("score", "mixed.jsonl", "--errors", "skip")[2].endswith(
        "left out: 1 invalid record\n"
    )


def test_a_file_of_bad_records_alone_lists_them(run, here):
    (here / "bad.jsonl").write_bytes(b"1\n")
    code, out, err = run("score", "bad.jsonl", "--errors", "skip", "--output", "o.jsonl")
    assert (code, out) == (3, "")
    assert err.splitlines()[1:] == [
        "left out: 1 invalid record",
        "bad.jsonl: no usable records (1 invalid); fix the file",
    ]
    assert not (here / "o.jsonl").exists()


def test_unequal_joins(run, here):
    (here / "r.jsonl").write_bytes(dump(ROWS[:2]))
    code, out, err = run("score", "good.jsonl", "--references", "r.jsonl")
    assert (code, out) == (3, "")
    assert err.startswith("good.jsonl: cannot join by id: 1 prediction without a reference")
    assert "(id '3')" in err
    code, out, err = run("score", "good.jsonl", "--references", "r.jsonl", "--errors", "skip")
    assert code == 3
    assert "n = 2 of 3, 1 left out" in out


def test_nothing_from_a_file_can_steer_a_terminal(run, here):
    name = f"a{HOSTILE}\n.jsonl"
    fields = {f"prediction{HOSTILE}": HOSTILE, f"reference{HOSTILE}": HOSTILE}
    (here / name).write_bytes(dump([fields, {HOSTILE: HOSTILE}]))
    options = []
    for option in fields:
        options += [f"--{option.removesuffix(HOSTILE)}-field", option]
    shown = []
    for style in ("table", "csv", "markdown", "json"):
        shown.append(run("score", name, name, *options, "--errors", "skip", "--format", style))
        assert shown[-1][0] == 3
    shown += [run("score", name), run("score", name + "x"), run(HOSTILE), run("score", HOSTILE)]
    shown += [run("tokens", HOSTILE, "--lang", HOSTILE), run("score", "--" + HOSTILE)]
    shown += [run("tokens", HOSTILE), run("tokens", HOSTILE, "--format", "json")]
    shown += [run("score", name, *options, "--metrics", HOSTILE)]
    for _, out, err in shown:
        assert out + err
        assert not set(out + err) & set("\x1b\x9b\u202e\x07\r")


# --- samples


def test_every_record_comes_back_with_its_scores(run, here):
    rows = [*ROWS, {"id": 4, "prediction": None, "reference": "red", "scores": "of before 猫"}]
    content = dump(rows) + rb'{"n": 1.50, "x":"\ud800", "prediction":"a", "reference":"a"  }'
    content += b"\r\n" + rb'{"scores": 1, "x":"\ud800", "prediction":"a", "reference":"a"}'
    content += b'\n{"big": NaN, "prediction":"a", "reference":"a"}'
    (here / "in.jsonl").write_bytes(content)
    assert run("score", "in.jsonl", "--output", "o.jsonl")[0] == 0
    lines = (here / "o.jsonl").read_bytes().splitlines()
    result = textmetrics.evaluate(
        [row["prediction"] or "" for row in rows] + ["a"] * 3,
        [row["reference"] for row in rows] + ["a"] * 3,
        stopwords="both",
    )
    assert len(lines) == 7
    for index, line in enumerate(lines):
        record = json.loads(line)
        scores = record.pop("scores")
        assert list(scores) == list(DEFAULT_METRICS)
        for name, score in result.items():
            assert scores[name]["value"] == score.samples[index]
            assert scores[name]["all_tokens"]["value"] == score.all_tokens.samples[index]
            parts = {"precision", "recall", "f1"} & set(scores[name])
            assert parts == (set() if score.f1 is None else {"precision", "recall", "f1"})
        if index < 4:
            assert record == {key: rows[index][key] for key in rows[index] if key != "scores"}
    assert lines[4].startswith(rb'{"n": 1.50, "x":"\ud800", "prediction":"a", "reference":"a",')
    assert rb'"x": "\ud800"' in lines[5]
    assert b'{"big": NaN,' in lines[6]
    run("score", "in.jsonl", "--output", "p.jsonl", "--no-stopwords", "--metrics", "f1")
    first = json.loads((here / "p.jsonl").read_bytes().splitlines()[0])["scores"]
    assert list(first["f1"]) == ["value", "precision", "recall", "f1"]


FLOATS = st.floats(width=64) | st.sampled_from([0.0, -0.0, 1.0, 1 / 3, 5e-324, 1e16, math.nan])
PARTS = st.sampled_from([1, 4])
HEADS = [
    (b'{"a": {}}\n', b'{"a": {},'),
    (b'\t{"a": "}"  }\r\n', b'{"a": "}",'),
    (b'{"scores": "a"}', b"{"),
    (b'{"scores": 1, "a": "\xe7\x8c\xab"}', b'{"a": "\xe7\x8c\xab",'),
    (b'{"a": "\\"scores\\""}', b'{"a": "\\"scores\\"",'),
    (b'{"a": "scores"}', b'{"a": "scores",'),
    (b'{"a": ["scores", 1.50]}', b'{"a": ["scores", 1.50],'),
]


@given(st.data(), st.integers(1, 5))
def test_lines_are_as_if_each_was_encoded_alone(data, count):
    columns = st.lists(FLOATS, min_size=count, max_size=count).map(np.array)

    def values():
        return Values(*(data.draw(columns) for _ in range(data.draw(PARTS))))

    lines = data.draw(st.lists(st.sampled_from(HEADS), min_size=count, max_size=count))
    names = data.draw(st.lists(st.sampled_from(["f1", "50%", 'a"b']), min_size=1, unique=True))
    content = {name: values() for name in names}
    words = {name: values() for name in names if data.draw(st.booleans())}
    counted = SimpleNamespace(samples=SimpleNamespace(records=[raw for raw, _ in lines]))
    found = output.scored_lines(ScoredSamples(counted, content, words)).splitlines()
    assert len(found) == count
    for at, (_, head) in enumerate(lines):
        scores = {name: row(each, at) for name, each in content.items()}
        for name, each in words.items():
            scores[name]["all_tokens"] = row(each, at)
        assert found[at] == head + b'"scores":' + msgspec.json.encode(scores) + b"}"


def row(values, at):
    names = ("value", "precision", "recall", "f1")
    columns = zip(names, values, strict=True)
    return {name: float(column[at]) for name, column in columns if column is not None}


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".xz", ".bz2", ".JSONL"])
def test_output_is_compressed_by_its_suffix(suffix, run, here):
    name = f"o.jsonl{suffix}"
    assert run("score", "good.jsonl", "--output", name)[0] == 0
    with Lines(name) as lines:
        assert [json.loads(line.raw)["id"] for line in lines] == [1, 2, 3]
        assert (lines.size == len((here / "good.jsonl").read_bytes())) is False
    plain = (here / name).read_bytes().startswith(b"{")
    assert plain == (suffix == ".JSONL")
    assert run("score", name)[0] == 0  # and is input again, its scores replaced


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", ".xz", ".bz2"])
def test_after_an_error_the_output_is_as_before(suffix, run, here):
    (here / "bad.jsonl").write_bytes(dump(ROWS * 700) + b"oops\n")
    name = f"o{suffix}"
    assert run("score", "bad.jsonl", "--output", name)[0] == 3
    assert sorted(os.listdir(here)) == ["bad.jsonl", "good.jsonl"]
    (here / name).write_text("before")
    assert run("score", "bad.jsonl", "--output", name)[0] == 3
    assert (here / name).read_text() == "before"
    assert sorted(os.listdir(here)) == sorted(["bad.jsonl", "good.jsonl", name])


def test_output_keeps_the_mode_and_goes_through_a_link(run, here):
    (here / "real.jsonl").write_text("before")
    (here / "real.jsonl").chmod(0o640)
    (here / "link.jsonl").symlink_to("real.jsonl")
    assert run("score", "good.jsonl", "--output", "link.jsonl")[0] == 0
    assert (here / "link.jsonl").is_symlink()
    assert stat.S_IMODE((here / "real.jsonl").stat().st_mode) == 0o640
    assert (here / "real.jsonl").read_bytes().count(b"\n") == 3


def test_a_disk_that_is_full_leaves_nothing(here, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.os, "fsync", fail)
    with (
        pytest.raises(OpenError, match=r"o\.gz: cannot be used \(No space left on device\)"),
        write.atomic_output("o.gz") as file,
    ):
        file.write(b"x")
    assert os.listdir(here) == ["good.jsonl"]


# --- tokens


def test_tokens_say_what_is_kept(run):
    code, out, err = run("tokens", "I like the C++.", "--lang", "en", "--stopwords-add", "like")
    assert (code, err) == (0, "")
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert rows[0] == ["token", "compared as", "kind"]
    assert rows[3] == ["like", "like", "stopword"]
    assert rows[5] == ["C++", "c++", "kept"]
    assert rows[6] == [".", ".", "punctuation"]
    assert rows[7] == ["5 tokens: 2 kept, 2 stopwords, 1 punctuation"]
    assert rows[8][0].startswith("lang: en; tokenizer: words; stopwords: en-")


def test_tokens_of_stopwords_alone(run):
    assert "in a sample with this reference, nothing is dropped" in run("tokens", "the of")[1]
    assert "0 tokens" in run("tokens", "")[1]
    assert "stopwords: none" in run("tokens", "the of", "--no-stopwords")[1]


@pytest.mark.parametrize("text", ["-5℃", "-5", "-5 degrees", "--help"])
def test_a_text_that_begins_with_a_sign_comes_after_two(text, run):
    code, out, _ = run("tokens", "--lang", "en", "--format", "json", "--", text)
    assert code == 0
    assert json.loads(out)["text"] == text


def test_tokens_as_json(run, monkeypatch):
    _, out, _ = run(
        "tokens", "東京へ", "--lang", "ja", "--tokenizer", "sudachi-a", "--format", "json"
    )
    found = json.loads(out)
    assert "東京" in out  # readable, not escaped
    assert (found["text"], found["lang"], found["tokenizer"]) == ("東京へ", "ja", "sudachi-a")
    assert found["tokens"][0] == {"token": "東京", "compared_as": "東京", "kind": "kept"}
    buffer = io.BufferedReader(io.BytesIO("red\r\n\n猫が".encode()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(buffer))
    found = json.loads(run("tokens", "-", "blue", "--format", "json")[1])
    assert [each["text"] for each in found] == ["red", "", "猫が", "blue"]
    assert [each["lang"] for each in found] == ["en", "en", "ja", "en"]
    scored = [each["compared_as"] for each in found[2]["tokens"] if each["kind"] == "kept"]
    assert scored == textmetrics.tokenize("猫が")


def test_tokens_of_what_is_no_text(run, monkeypatch):
    code, _, err = run("tokens", "a", "b\udcff")
    assert (code, err) == (2, "text 2 is not valid UTF-8: 'b\\udcff'\n")
    buffer = io.BufferedReader(io.BytesIO(b"a\nb\xff"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(buffer))
    code, _, err = run("tokens", "-")
    assert code == 3
    assert err.startswith(
        "<stdin>:2: invalid UTF-8: byte 0xff at byte 1 of the line (byte 3 of the input); convert"
    )


# --- doctor


def test_doctor_lists_what_is_there(run):
    code, out, err = run("doctor")
    assert (code, err) == (0, "")
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    states = {row[0]: row[1] for row in rows if len(row) == 3}
    wanted = ["python", "textmetrics", "numpy", "scipy", "jieba", "sudachipy", "sudachidict-core"]
    wanted += [*TOKENIZERS.names(), *LANGUAGES.names()]
    assert {states[name] for name in wanted} == {"ok"}
    assert {*available_backends()} <= set(states)
    assert {"backends", "tokenizers", "stopwords"} <= {row[0] for row in rows if len(row) == 1}
    assert out.endswith("all required components work\n")


def test_doctor_wraps_long_details(run, monkeypatch):
    reason = "missing " * 40
    monkeypatch.setattr(doctor, "available_backends", lambda: {"native": None, "cuda": reason})
    _, out, _ = run("doctor")
    assert re.search(r"\n backends\n.*\n   cuda +warning +missing .*\n {30,}missing ", out)
    assert max(map(len, out.splitlines())) <= 80
    assert out.split()[:3] == ["check", "status", "details"]


def test_doctor_warns_of_the_unrelated_distribution(run, here, monkeypatch):
    folder = here / "site" / "textmetrics-0.0.1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: textmetrics\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(here / "site")
    code, out, _ = run("doctor")
    assert code == 0
    assert re.search(r"distribution textmetrics +warning +0.0.1 is an unrelated project", out)


def test_doctor_says_what_is_broken(run, temporary, monkeypatch):
    def fail():
        raise RuntimeError("no dictionary\x1b")

    jieba = TOKENIZERS.get("jieba")
    broken = textmetrics.Tokenizer("jieba", jieba.summary, fail)
    temporary(TOKENIZERS)
    TOKENIZERS.add("jieba", broken)
    requires = ["numpy>=1", "no-such-thing>=2 ; python_version > '3'", "pytest; extra == 'x'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: requires)
    monkeypatch.setattr(doctor, "available_backends", lambda: {"native": "no compiler"})
    code, out, _ = run("doctor")
    assert code == 1
    assert re.search(r"  jieba +broken +RuntimeError: no dictionary\\x1b", out)
    assert re.search(r"no-such-thing +broken +missing: pip install 'no-such-thing>=2'", out)
    assert re.search(r"  native +warning +no compiler", out)
    assert "pytest" not in out
    assert out.endswith("broken: no-such-thing, backends, tokenizer jieba\n")


def test_doctor_without_metadata(run, monkeypatch):
    def fail(_):
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr("importlib.metadata.requires", fail)
    code, out, _ = run("doctor")
    assert code == 0
    assert re.search(r"textmetrics-eval +warning +no metadata", out)


# --- progress and colours


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_for_terminals_and_long_input(here, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with Lines("good.jsonl") as lines:
        with Meter(lines, wanted=None) as meter:
            meter.tick(1)
        assert sys.stderr.getvalue() == ""  # done within a second
        monkeypatch.setattr("textmetrics.cli.progress._AFTER", 0.0)
        monkeypatch.setattr(lines, "name", f"[bold]{HOSTILE}")
        with Meter(lines, wanted=None) as meter:
            meter.tick(1234)
            time.sleep(0.15)
            meter.tick(5678)
        shown = sys.stderr.getvalue()
        assert "[bold]" in shown
        assert "\x9b" not in shown
        assert "5,678 records" in shown
        sys.stderr.truncate(0)
        with Meter(lines, wanted=False) as meter:
            meter.tick(1)
        assert sys.stderr.getvalue() == ""


def test_progress_may_be_asked_for(run, capsys):
    assert run("score", "good.jsonl", "--no-progress")[2] == ""
    assert "records" in run("score", "good.jsonl", "--progress")[2]


@pytest.mark.parametrize(
    ("environment", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(environment, colored, here, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"TERM": "xterm"} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main(["score", "good.jsonl"]) == 0
    assert ("\x1b[1m" in sys.stdout.getvalue()) == colored


def test_messages_without_a_stderr_do_not_go_to_stdout(run, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["score", "nowhere"]) == 2
    assert capsys.readouterr().out == ""


# --- the process


@pytest.fixture
def long(here):
    """Create a file that takes some seconds to score."""
    (here / "long.jsonl").write_bytes(dump([ROWS[0]]) * 300_000)
    return "long.jsonl"


def test_the_program_as_a_process(here):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    code, out, err = finished("score", "-", stdin=gzip.compress(GOOD), env=environment)
    assert (code, err) == (0, "")
    assert "\x1b" not in out  # a pipe is not a terminal
    assert "\\u2013" in out  # escaped, because ASCII lacks it
    code, out, err = finished("score", "nowhere")
    assert (code, out, err) == (2, "", "nowhere: no such file; check the name and the folder\n")


@pytest.fixture(params=["1", ""], ids=["unbuffered", "buffered"])
def environment(request):
    """Make stdout fail when it is written to, or when it is flushed."""
    return UNTRACED | {"PYTHONUNBUFFERED": request.param}


def test_a_closed_pipe_ends_it_quietly(here, environment):
    reader, writer = os.pipe()
    os.close(reader)
    arguments = ("score", "good.jsonl", "--output", "o.jsonl")
    code, _, err = finished(*arguments, stdout=writer, env=environment)
    os.close(writer)
    assert (code, err) == (141, "")
    assert (here / "o.jsonl").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_full_disk_behind_stdout(here, environment):
    with open("/dev/full", "wb") as full:
        code, _, err = finished("score", "good.jsonl", stdout=full, env=environment)
    assert code == 2
    assert err == "textmetrics: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_quietly_and_leaves_nothing(number, code, long, here):
    with process("score", long, "--output", "o.jsonl") as running:
        for _ in range(600):
            if len(os.listdir(here)) == 3:  # the temporary file
                break
            time.sleep(0.05)
        assert any(name.endswith(".tmp") for name in os.listdir(here))
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (code, b"", b"")
    assert sorted(os.listdir(here)) == ["good.jsonl", long]


def test_memory_does_not_grow_with_the_file(here):
    """Ten times the records may take a few MB more, not ten times as much."""
    code = (
        "import resource, sys; from textmetrics.cli import main;"
        "assert main(['score', sys.argv[1], '--no-stopwords', '--output', 'o.jsonl',"
        "             '--metrics', 'accuracy,rouge_l', '--lang', 'en']) == 0;"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    peaks = []
    for count in (5_000, 50_000):
        (here / "n.jsonl").write_bytes(dump([{"prediction": "a", "reference": "b"}]) * count)
        command = [sys.executable, "-c", code, "n.jsonl"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(done.stderr))
    assert peaks[1] < peaks[0] * 1.1
