"""``textmetrics compare``: which files are compared, in which order, and what is printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from textmetrics import compare, evaluate
from textmetrics.cli import main
from textmetrics.comparison import report_schema
from textmetrics.comparison.models import common_name, names_of

DATA = Path(__file__).parents[2] / "shared" / "data"
GOLD = ["a red fox ran", "two blue birds", "one old house", "the green river", "no fish at all"] * 8
GOOD = ["a red fox ran", "two birds", "one old house", "the green river", "no fish"] * 8
WEAK = ["a dog", "birds", "house", "a river", "fish"] * 8
FAST = ["--lang", "en", "--resamples", "200"]


def records(predictions, **columns):
    """Return one record per prediction, with an id and the given fields."""
    rows = []
    for at, prediction in enumerate(predictions):
        row = {"id": f"q{at}", "prediction": prediction, "reference": GOLD[at]}
        rows.append(row | {name: values[at] for name, values in columns.items()})
    return rows


def write(path, rows):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the program next to good.jsonl and weak.jsonl; return exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    write("good.jsonl", records(GOOD))
    write("weak.jsonl", records(WEAK))

    def call(*arguments):
        code = main(["compare", *arguments])
        return (code, *capsys.readouterr())

    return call


def document(run, *arguments, code=0):
    found, out, err = run(*arguments, *FAST, "--format", "json")
    assert found == code, err
    return json.loads(out)


# --- names


@pytest.mark.parametrize(
    ("paths", "names", "common"),
    [
        (["a.jsonl", "b.jsonl"], ["a", "b"], "all"),
        (["x/a.jsonl", "./x/../y/a.jsonl"], ["x", "y"], "a"),
        (["a.jsonl", "a.txt"], ["a.jsonl", "a.txt"], "a"),
        (["a.jsonl", "d/b.jsonl"], ["a", "d/b"], "all"),
        (["m/gemma-2.5-it.jsonl", "m/gemma-2.7-it.jsonl"], ["gemma-2.5-it", "gemma-2.7-it"], "all"),
        (["d/zh.one.jsonl", "d/zh.two.jsonl.gz"], ["one", "two"], "zh"),
        (["-", "b.jsonl"], ["stdin", "b"], "all"),
    ],
)
def test_models_are_called_by_what_differs(paths, names, common):
    assert names_of(paths) == names
    assert common_name(paths) == common


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["base=weak.jsonl", "tuned=good.jsonl"], ["base", "tuned"]),
        (["weak.jsonl", "tuned=good.jsonl"], ["weak", "tuned"]),
        (["./weak.jsonl", "google/gemma 2=./good.jsonl"], ["weak", "google/gemma 2"]),
        (["基线=weak.jsonl", " モデル =good.jsonl"], ["基线", "モデル"]),
        (["a=x=1.jsonl", "b=good.jsonl"], ["a", "b"]),
        # A file that has such a name itself is taken as it is, whatever its end is called.
        (["x=1.jsonl", "good.jsonl"], ["x=1", "good"]),
        (["x=good.jsonl", "weak.jsonl"], ["x=good", "weak"]),
        (["epoch=1/preds.jsonl", "epoch=2/preds.jsonl"], ["epoch=1", "epoch=2"]),
        # Names may hold steps: models are in their order.
        (["step-20=good.jsonl", "step-3=weak.jsonl"], ["step-3", "step-20"]),
    ],
)
def test_a_file_may_be_given_with_the_name_of_its_model(run, files, names):
    for path in ("x=1.jsonl", "x=good.jsonl", "epoch=1/preds.jsonl", "epoch=2/preds.jsonl"):
        write(path, records(WEAK))
    if "x=good.jsonl" not in files:
        Path("x=good.jsonl").unlink()
    found = document(run, *files, "--metrics", "f1")
    assert [each["name"] for each in found["models"]] == names
    assert found["settings"]["baseline"] == names[0]
    baseline = document(run, *files, "--metrics", "f1", "--baseline", names[1])
    assert baseline["settings"]["baseline"] == names[1]


# --- what is found


@pytest.mark.parametrize("language", ["en", "ja", "zh"])
def test_two_systems_of_a_language(language, capsys):
    files = sorted(DATA.glob(f"{language}_*.jsonl"))
    if not files:
        pytest.skip("../shared/data is not there")
    few = ["--resamples", "500", "--metrics", "rouge_l,bleu_4", "--format", "json"]
    assert main(["compare", *map(str, files), "--lang", language, *few]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["models"]] == ["system1", "system2"]
    # English: the verdict on BLEU is known to depend on stopwords (see docs/compare.md).
    assert any("stopword removal" in each for each in found["warnings"]) == (language == "en")
    significant = {each["metric"]: each["significant"] for each in found["comparisons"]}
    # English BLEU without stopwords: p is 0.052 with 10,000 resamples.
    assert significant == {"rouge_l": True, "bleu_4": language != "en"}


def test_it_finds_what_python_finds(run):
    found = document(run, "weak.jsonl", "good.jsonl", "--metrics", "rouge_l,bleu_4")
    ours = {
        name: evaluate(
            texts, GOLD, lang="en", metrics=["rouge_l", "bleu_4"], stopwords="both"
        )
        for name, texts in (("weak", WEAK), ("good", GOOD))
    }  # fmt: skip
    assert found == compare(ours, ids=[f"q{at}" for at in range(40)], resamples=200).to_dict()


def test_samples_are_found_by_id_whatever_their_order(run):
    straight = document(run, "weak.jsonl", "good.jsonl")
    write("good.jsonl", records(GOOD)[::-1])
    assert document(run, "weak.jsonl", "good.jsonl") == straight


def test_files_without_ids_are_lined_up_by_place(run):
    for name, texts in (("good", GOOD), ("weak", WEAK)):
        write(f"{name}.jsonl", [{k: v for k, v in r.items() if k != "id"} for r in records(texts)])
    found = document(run, "weak.jsonl", "good.jsonl")
    assert found["disagreements"][0]["id"] == 1
    Path("weak.jsonl").write_text(Path("weak.jsonl").read_text().partition("\n")[2])
    code, _, err = run("weak.jsonl", "good.jsonl")
    assert code == 3
    assert "found 40 samples but 39 there" in err
    assert run("weak.jsonl", "good.jsonl", "--output", "r.html")[::2] == (
        2,
        "r.html: ends like the name of a file, and is that of a folder; name it r/, say\n",
    )
    assert "compare answers to the same questions, or if these are, give each record an 'id'" in err


def test_baseline_group_and_breakdown(run):
    columns = {"subject": ["law", "art"] * 20, "document": [at // 4 for at in range(40)]}
    write("good.jsonl", records(GOOD, **columns))
    found = document(
        run, "weak.jsonl", "good.jsonl", "--baseline", "good", "--group", "document",
        "--breakdown", "subject,length", "--metrics", "f1",
    )  # fmt: skip
    assert [(e["model"], e["baseline"]) for e in found["comparisons"]] == [("weak", "good")]
    assert found["scores"][0]["interval_method"] == "cluster wilson"
    fields = {each["field"]: [g["value"] for g in each["groups"]] for each in found["breakdowns"]}
    assert fields["subject"] == ["art", "law"]
    code, _, err = run("weak.jsonl", "good.jsonl", "--baseline", "god", *FAST)
    assert code == 2
    assert "did you mean 'good'" in err
    for option, name, near in (("--breakdown", "topic", ""), ("--group", "subjet", "'subject'")):
        code, _, err = run("good.jsonl", "weak.jsonl", option, name, *FAST)
        assert code == 2
        assert f"no record has a field '{name}'" in err
        assert "subject, document, lang, length" in err
        assert near in err


def test_checkpoints_are_in_the_order_of_their_steps(run):
    for step, texts in ((500, WEAK), (1000, GOOD), (20000, GOOD)):
        write(f"out/checkpoint-{step}/preds.jsonl", records(texts))
    paths = sorted(map(str, Path("out").glob("*/preds.jsonl")))
    assert "checkpoint-1000" in paths[0]  # as a shell gives them
    found = document(run, *paths, "--metrics", "rouge_l")
    assert [e["name"] for e in found["models"]] == [f"checkpoint-{n}" for n in (500, 1000, 20000)]
    assert found["settings"]["baseline"] == "checkpoint-500"
    [curve] = found["learning_curves"]
    assert (curve["best_step"], curve["plateau_step"]) == (1000, 1000)


def test_models_without_a_sample_in_common_are_not_compared(run):
    for name, kept in (("good", 0), ("weak", 1)):
        status = ["ok" if at % 2 == kept else "error" for at in range(40)]
        write(f"{name}.jsonl", records(GOOD, status=status))
    arguments = ["good.jsonl", "weak.jsonl", "--failed", "exclude", "--metrics", "f1,bleu_4"]
    code, out, err = run(*arguments, *FAST, "--format", "markdown", "--output", "report")
    assert code == 0, err
    assert out.count("not compared") == 4  # two metrics, without stopwords and over all tokens
    assert "efficiency" not in out  # only the failures are known
    jsonschema.validate(
        json.loads(Path("report/comprehensive_report.json").read_text()), report_schema()
    )
    assert "not compared" in Path("report/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("how", ["zero", "exclude"])
def test_failed_records(run, how):
    status = ["failed" if at < 10 else "ok" for at in range(40)]
    write("good.jsonl", records(GOLD, status=status))
    found = document(
        run, "good.jsonl", "weak.jsonl", "--failed", how, "--metrics", "f1,bleu_4",
        "--breakdown", "length,lang",
    )  # fmt: skip
    by_length, by_lang = (e["groups"] for e in found["breakdowns"] if e["metric"] == "f1")
    assert [(each["value"], each["n"]) for each in by_length] == [("2–3", 32), ("4–7", 8)]
    assert [(each["value"], each["n"]) for each in by_lang] == [("en", 40)]
    scores = {(e["model"], e["metric"]): e for e in found["scores"]}
    assert scores["good", "f1"]["value"] == {"zero": 0.75, "exclude": 1.0}[how]
    assert scores["good", "f1"]["n"] == {"zero": 40, "exclude": 30}[how]
    assert found["comparisons"][0]["n"] == {"zero": 40, "exclude": 30}[how]
    told = {"zero": "counted as wrong", "exclude": "left out"}[how]
    flags = scores["good", "f1"]["flags"]
    assert f"10 of 40 records failed, {told} (30 succeeded)" in flags
    [efficiency] = found["efficiency"]
    assert (efficiency["n"], efficiency["succeeded"]) == (40, 30)
    if how == "exclude":
        assert scores["good", "bleu_4"]["value"] == pytest.approx(1.0)
        assert scores["good", "bleu_4"]["interval"][1] == pytest.approx(1.0)


def test_with_intersect_it_goes_on_and_says_how_many_are_left(run):
    write("good.jsonl", records(GOOD)[5:])
    write("weak.jsonl", records(WEAK)[:-3])
    code, out, err = run("weak.jsonl", "good.jsonl")
    assert (code, out) == (3, "")
    assert "5 ids missing ('q0', 'q1', 'q2' and 2 more)" in err
    assert "3 ids unknown there ('q37', 'q38', 'q39')" in err
    assert "--intersect" in err
    code, out, err = run("weak.jsonl", "good.jsonl", "--intersect", *FAST, "--format", "json")
    assert code == 0
    assert "32 samples in all files, of up to 37 in one" in err
    assert json.loads(out)["tasks"][0]["n"] == 32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "q0"}, "id 'q0' occurs twice, found it at record 1 and at 2"),
        ({"id": None}, "record 2 has no id, found None; give each record one"),
        (
            {"reference": "two red birds"},
            "references differ from weak.jsonl, found 1 sample of 40 that does "
            "(id 'q1': 'two blue birds' in that file, 'two red birds' in this one)",
        ),
    ],
)
def test_files_that_do_not_go_together(run, change, message):
    rows = records(GOOD)
    rows[1] |= change
    write("good.jsonl", rows)
    code, out, err = run("weak.jsonl", "good.jsonl", *FAST)
    assert (code, out) == (3, "")
    assert f"good.jsonl: {message}" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (1, "1 sample of 40 that does (id 'q0': 'one', 'two' in that file, 'x' in this one)"),
        (
            2,
            "2 samples of 40 that do (id 'q0': 'one', 'two' in that file, 'x' in this one; "
            "id 'q1': 'one', 'two' and 1 more in that file, 'x', 'y' in this one)",
        ),
    ],
)
def test_samples_of_several_references_that_differ(run, changed, message):
    """Of each sample two references are named, and how many more there are."""
    several = {
        "weak": [["one", "two"], ["one", "two", "three"]],
        "good": [["x"], ["x", "y"]],
    }
    for name, references in several.items():
        rows = records(GOOD)
        for at, row in enumerate(rows):
            row["references"] = references[at] if at < changed else [row["reference"]]
            del row["reference"]
        write(f"{name}.jsonl", rows)
    code, _, err = run("weak.jsonl", "good.jsonl", *FAST)
    assert (code, f"found {message}" in err) == (3, True), err


# Three names are shown, and then how many more there are.
@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        (1, "1 id missing ('q0')"),
        (2, "2 ids missing ('q0', 'q1')"),
        (3, "3 ids missing ('q0', 'q1', 'q2')"),
        (4, "4 ids missing ('q0', 'q1', 'q2' and 1 more)"),
    ],
)
def test_how_many_ids_are_missing(run, removed, missing):
    write("good.jsonl", records(GOOD)[removed:])
    assert f"found {missing}; add missing samples" in run("weak.jsonl", "good.jsonl")[2]
    write("good.jsonl", records(GOOD))
    write("weak.jsonl", records(WEAK)[removed:])
    unknown = missing.replace("missing", "unknown there")
    assert f"found {unknown}; add missing samples" in run("weak.jsonl", "good.jsonl")[2]


def test_how_many_references_differ(run):
    rows = records(GOOD)
    for count in (1, 2, 3, 4):
        rows[count - 1]["reference"] = f"other {count}"
        write("good.jsonl", rows)
        _, _, err = run("weak.jsonl", "good.jsonl", *FAST)
        does = "1 sample of 40 that does" if count == 1 else f"{count} samples of 40 that do"
        assert f"found {does} (id 'q0': " in err
        assert err.count(" in this one") == min(count, 3)


def test_a_file_whose_first_record_alone_has_no_id_is_not_lined_up_by_place(run):
    rows = records(GOOD)
    del rows[0]["id"]
    write("good.jsonl", rows)
    code, out, err = run("weak.jsonl", "good.jsonl", *FAST)
    assert (code, out) == (3, "")
    assert "good.jsonl: its first record has no id, but another has 'q1'" in err


def test_bad_records_that_are_left_out_need_ids(run):
    rows = records(GOOD)
    rows[3]["prediction"] = {"text": 5}
    write("good.jsonl", rows)
    skip = ["--errors", "skip", "--metrics", "f1"]
    code, _, err = run("weak.jsonl", "good.jsonl", *skip, *FAST)
    assert code == 3
    assert "1 id missing ('q3')" in err
    code, out, err = run("weak.jsonl", "good.jsonl", *skip, "--intersect", *FAST, "--format=json")
    assert (code, json.loads(out)["tasks"][0]["n"]) == (3, 39)
    assert "left out: 1 invalid record\n" in err  # once, though the file is read twice
    for name in ("good", "weak"):
        text = Path(f"{name}.jsonl").read_text().replace('"id"', '"number"')
        Path(f"{name}.jsonl").write_text(text)
    code, _, err = run("good.jsonl", "weak.jsonl", *skip, *FAST)
    assert code == 3
    assert "found 40 samples but 39 there" in err


# --- forms and gates


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "csv"])
def test_forms(run, form):
    code, out, err = run("weak.jsonl", "good.jsonl", *FAST, "--format", form)
    assert (code, err) == (0, "")
    assert "good" in out
    assert {"markdown": "### all: scores", "latex": r"\toprule", "csv": "task,metric,model",
            "table": "all: against weak"}[form] in out  # fmt: skip


def test_gates(run):
    files = ["good.jsonl", "weak.jsonl", *FAST, "--metrics", "f1"]
    code, out, err = run(*files, "--fail-on-regression")
    assert code == 1
    assert "all: against good" in out
    assert "failed: weak on all: f1 is worse than good's by 0." in err
    assert run(*files, "--fail-under", "f1=0.1")[0] == 0
    code, _, err = run(*files, "--fail-under", "f1=0.6")
    assert code == 1
    assert "failed: weak on all: f1 0." in err
    assert "is below 0.6" in err
    assert run("weak.jsonl", "good.jsonl", *FAST, "--fail-on-regression")[0] == 0
    assert run(*files, "--fail-under", "f2=0.6")[0] == 2
    assert run(*files, "--fail-under", "f1=60")[0] == 2


def test_gates_follow_the_direction_of_a_metric(run, error_rate, token_count):
    files = ["good.jsonl", "weak.jsonl", *FAST, "--metrics", "error_rate,token_count"]
    code, out, err = run(*files, "--fail-on-regression")
    assert code == 1
    assert "failed: weak on all: error_rate is worse than good's by 0." in err
    [p] = re.findall(r"by 0\.\d+ \(p (.*)\)", err)
    assert p.removeprefix("= ") in out  # as in the table
    assert "token_count" in out
    assert "token_count" not in err
    assert run("weak.jsonl", "good.jsonl", *files[2:], "--fail-on-regression")[0] == 0
    assert run(*files, "--fail-under", "error_rate=0.95")[0] == 0
    code, _, err = run(*files, "--fail-under", "error_rate=0.1")
    assert code == 1
    assert "failed: weak on all: error_rate 0." in err
    assert "is above 0.1" in err
    code, _, err = run(*files, "--fail-under", "token_count=3")
    assert code == 2
    assert "token_count=3: neither higher nor lower values are better" in err


def test_which_models_and_in_which_order(run):
    files = ["weak.jsonl", "good.jsonl", "--metrics", "f1"]
    found = document(run, *files, "--sort-by=-f1")
    assert [each["name"] for each in found["models"]] == ["good", "weak"]
    found = document(run, *files, "--where", "mean_rank < 2", "--baseline", "good")
    assert [each["name"] for each in found["models"]] == ["good"]
    found = document(run, *files, "--where", 'name != "weak"')
    assert [each["name"] for each in found["models"]] == ["good"]
    code, _, err = run(*files, "--sort-by", "f2", *FAST)
    assert code == 2
    assert err.startswith("--sort-by: unknown field 'f2': known: name, params, ")
    code, _, err = run(*files, "--where", "f1 >", *FAST)
    assert code == 2
    assert "at character 1 of 'f1 >'" in err
    code, _, err = run(*files, "--where", 'name == "none"', *FAST)
    assert code == 2
    assert "--where: none of the 2 models matches 'name == \"none\"'\n" in err


def test_p_values_are_shown_twice_only_where_adjusting_changed_them(run):
    write("other.jsonl", records(WEAK[:20] + GOOD[20:]))
    code, out, _ = run("weak.jsonl", "good.jsonl", *FAST, "--metrics", "f1")
    assert code == 0
    assert " p " in out
    assert "  p adjusted  " not in out
    code, out, _ = run("weak.jsonl", "good.jsonl", "other.jsonl", *FAST, "--metrics", "f1")
    assert code == 0
    assert "  p adjusted  " in out


def test_all_files_of_a_report(run):
    pytest.importorskip("matplotlib")
    code, _, err = run("weak.jsonl", "good.jsonl", *FAST, "--metrics", "f1", "--output", "results")
    assert code == 0
    assert err.endswith("files in results: begin with executive_summary.md and report.html\n")
    written = {path.name for path in Path("results").iterdir()}
    assert {"run_1_results.yaml", "comprehensive_report.json", "report.html"} <= written
    assert '<html lang="en">' in Path("results/report.html").read_text(encoding="utf-8")
    Path("file").write_text("")
    code, _, err = run("weak.jsonl", "good.jsonl", "--output", "file")
    assert code == 2
    assert "is not a folder" in err


@pytest.mark.parametrize(
    ("lang", "heading"), [("zh", "# 哪个模型更好"), ("ja", "# どのモデルが優れているか")]
)
def test_a_report_in_another_language(run, lang, heading):
    pytest.importorskip("matplotlib")
    arguments = ("weak.jsonl", "good.jsonl", *FAST, "--metrics", "f1", "--output", "results")
    code, out, _ = run(*arguments, "--report-lang", lang)
    assert code == 0
    assert "good is better than weak" in out, "the terminal is in English"
    summary = Path("results/executive_summary.md").read_text(encoding="utf-8")
    assert summary.startswith(heading)
    assert f'<html lang="{lang}">' in Path("results/report.html").read_text(encoding="utf-8")
    document = json.loads(Path("results/comprehensive_report.json").read_text(encoding="utf-8"))
    assert document["conclusion"]["sentences"][0].startswith("good is better than weak")


def test_an_unknown_language_of_reports(run):
    code, _, err = run("weak.jsonl", "good.jsonl", "--output", "results", "--report-lang", "zh-CN")
    assert code == 2
    assert "report-lang" in err
    assert "zh, ja" in err
    assert not Path("results").exists()


@pytest.mark.parametrize("rest", [(), ("--format", "json"), ("--dry-run",)])
def test_a_language_of_reports_needs_a_report(run, rest):
    """Nobody waits for Chinese in the terminal, whose output is English."""
    code, out, err = run("weak.jsonl", "good.jsonl", "--report-lang", "zh", *rest)
    assert (code, out) == (2, "")
    assert "--report-lang is the language of the files that --output writes: add --output" in err


# --- a config

CONFIG = """
models:
  small: {params: 2.0e9}
  large: {params: 9.0e9, tags: [it]}
tasks:
  qa: {lang: en, metrics: [f1]}
  mt: {lang: en, metrics: [bleu_4, f1], breakdown: [subject]}
runs: outputs/{model}/{task}/run_*.jsonl
baseline: large
resamples: 200
"""


@pytest.fixture
def config(run):
    Path("config.yaml").write_text(CONFIG)
    for model, texts in (("small", WEAK), ("large", GOOD)):
        for task in ("qa", "mt"):
            for number in (1, 2, 10):
                rows = records(texts[number % 5 :] + texts[: number % 5], subject=["x", "y"] * 20)
                write(f"outputs/{model}/{task}/run_{number}.jsonl", rows)


def test_a_config_of_models_tasks_and_runs(run, config):
    code, out, err = run("config.yaml", "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    assert [each["params"] for each in found["models"]] == [2e9, 9e9]
    assert [(e["name"], e["headline"]) for e in found["tasks"]] == [("qa", "f1"), ("mt", "bleu_4")]
    assert {len(each["runs"]) for each in found["scores"]} == {3}
    assert {each["family"] for each in found["comparisons"]} == {1, 2}
    assert found["settings"]["baseline"] == "large"
    assert len(found["strengths"]) == 4
    code, out, _ = run("config.yaml", "--baseline", "small", "--metrics", "rouge_l", "--format",
                       "json", "--where", "params < 9.5e9", "--seed", "3")  # fmt: skip
    found = json.loads(out)
    assert (code, found["settings"]["baseline"], found["settings"]["seed"]) == (0, "small", 3)
    assert {each["metric"] for each in found["scores"]} == {"rouge_l"}


def test_a_dry_run_reads_no_predictions(run, config):
    Path("outputs/small/qa/run_2.jsonl").write_text("no JSON")
    code, out, err = run("config.yaml", "--dry-run")
    assert (code, err) == (0, "")
    assert out.count("run_") == 12
    assert out.index("run_2.jsonl") < out.index("run_10.jsonl")
    assert "mt: bleu_4, f1" in out
    assert "12 files; baseline large" in out
    Path("outputs/small/qa/run_2.jsonl").unlink()
    code, _, err = run("config.yaml", "--dry-run")
    assert code == 3
    assert "model 'small', task 'qa', run 2" in err


def test_a_baseline_that_is_left_out(run, config):
    code, _, err = run("config.yaml", "--where", "params < 3e9")
    assert code == 2
    assert "leaves out the baseline, 'large': name one of the others" in err
    stays = 'params < 3e9 or name == "large"'
    assert run("config.yaml", "--where", stays, "--dry-run")[0] == 0


def test_init_writes_a_config_that_can_be_read(run):
    code, out, _ = run("--init")
    assert code == 0
    Path("example.yaml").write_text(out)
    code, _, err = run("example.yaml", "--dry-run")
    assert code == 3
    assert "missing" in err


# --- usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["good.jsonl"], "nothing to compare, found only good.jsonl"),
        (["good.jsonl", "./good.jsonl"], "good.jsonl is named twice"),
        (["good.jsonl", "none.jsonl"], "none.jsonl: no such file"),
        (["a=good.jsonl", "b=none.jsonl"], "b=none.jsonl: no such file"),
        (["a=good.jsonl", "=weak.jsonl"], "=weak.jsonl: no such file"),
        (["a=good.jsonl"], "nothing to compare, found only good.jsonl"),
        (["a=good.jsonl", "b=./good.jsonl"], "good.jsonl is named twice"),
        (
            ["a=good.jsonl", "a=weak.jsonl"],
            "two models are called 'a': give each its own name",
        ),
        (["weak=good.jsonl", "weak.jsonl"], "two models are called 'weak'"),
        (["a=good.jsonl", "b=config.yaml"], "a config names all files: give it alone"),
        (["good.jsonl", "config.yaml"], "a config names all files: give it alone"),
        (
            ["good.jsonl", "weak.jsonl", "--preset", "default,squad"],
            "compare works with one preset",
        ),
        (
            ["good.jsonl", "weak.jsonl", "--level", "95"],
            "--level: must be between 0 and 1, such as",
        ),
        (["good.jsonl", "weak.jsonl", "--resamples", "0"], "--resamples: must be"),
        (["good.jsonl", "weak.jsonl", "--tolerance=-1"], "--tolerance: must not be negative, got"),
        (["good.jsonl", "weak.jsonl", "--baseline", "x"], "--baseline: unknown model 'x'"),
        (["good.jsonl", "weak.jsonl", "--where", "mean_rank < 0"], "--where: none of the 2 models"),
        (["good.jsonl", "weak.jsonl", "--resamples", "x"], "'x' is not an integer"),
        (["good.jsonl", "weak.jsonl", "--correction", "hlm"], "did you mean 'holm'"),
        (["good.jsonl", "weak.jsonl", "--fail-under", "f1"], "'f1' is not a threshold"),
        (["good.jsonl", "weak.jsonl", "--intersekt"], "did you mean '--intersect'"),
        (["-", "weak.jsonl", "--intersect"], "standard input (-) can be read once"),
    ],
)
def test_usage(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_without_files_there_are_examples(run):
    code, out, err = run()
    assert (code, out) == (2, "")
    begin = "textmetrics compare: no files: give two or more, or a config.yaml. For example:\n\n"
    assert err.startswith(f"{begin}  textmetrics compare base.jsonl tuned.jsonl\n")


def test_in_a_shell(tmp_path):
    write(tmp_path / "good.jsonl", records(GOOD))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    command = [sys.executable, "-m", "textmetrics", "compare", "-", "good.jsonl", *FAST]
    given = "".join(json.dumps(row) + "\n" for row in records(WEAK)).encode()
    done = subprocess.run(
        [*command, "--metrics", "f1", "--progress"], input=given, cwd=tmp_path, env=environment,
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert "all: against stdin" in done.stdout.decode()
    assert "comparing" in done.stderr.decode()


def test_resamples_are_named_only_where_a_test_draws_them(run):
    """The exact test of right and wrong answers draws none."""
    for name in "AB":
        rows = [{"id": at, "prediction": name, "reference": "BAA"[at % 3]} for at in range(12)]
        write(f"{name}.jsonl", rows)
    _, out, _ = run("A.jsonl", "B.jsonl", "--metrics", "multiple_choice")
    assert "; exact McNemar; the last columns" in out
    assert "resamples" not in out
    _, out, _ = run("good.jsonl", "weak.jsonl", "--metrics", "f1", "--lang", "en")
    assert "; approximate randomisation, 10,000 resamples, seed 12345; the last columns" in out
