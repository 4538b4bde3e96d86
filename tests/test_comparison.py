"""Comparisons: rankings, tests against a baseline, breakdowns, agreement, curves, forms."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Comparison, compare, evaluate
from textmetrics._options import option_names, options_of
from textmetrics.comparison import (
    ComparisonOptions,
    ComparisonSettings,
    Model,
    compare_tasks,
    verdict,
)
from textmetrics.comparison.config_values import option_readers
from textmetrics.comparison.findings import (
    difficulty,
    disagreements,
    kendall_tau,
    normalised,
    residuals,
    series,
)
from textmetrics.comparison.models import checkpoint_of
from textmetrics.comparison.ranks import rank_models
from textmetrics.comparison.result import ComparisonReport, TaskDifficulty, report_schema
from textmetrics.report.summary import summary

WORDS = ["red", "blue", "green", "fox", "bird", "fish", "two", "three", "house", "river"]
FEW = {"resamples": 200}


def answers(seed, kept, n=60):
    """Return references, and predictions with about that share of their words."""
    chance = random.Random(7)
    references = [" ".join(chance.choices(WORDS, k=chance.randint(2, 9))) for _ in range(n)]
    chance = random.Random(seed)
    predictions = [
        " ".join(word if chance.random() < kept else "stone" for word in text.split())
        for text in references
    ]
    return predictions, references


def result(seed=1, kept=0.5, n=60, **options):
    options = {"lang": "en", "metrics": ["rouge_l", "accuracy"], "stopwords": "both"} | options
    return evaluate(*answers(seed, kept, n), **options)


# --- rankings


@pytest.mark.parametrize(
    ("models", "ahead", "ranks", "letters"),
    [
        ("a", [], [1], ["a"]),
        ("ab", [("a", "b")], [1, 2], ["a", "b"]),
        ("ab", [("b", "a")], [2, 1], ["a", "b"]),  # the lower value may be the better system
        ("ab", [], [1, 1], ["a", "a"]),
        # A tie is not transitive: b cannot be told from a, nor from c.
        ("abc", [("a", "c")], [1, 1, 2], ["a", "ab", "b"]),
        ("abc", [("a", "b"), ("a", "c")], [1, 2, 2], ["a", "b", "b"]),
        ("abc", [("a", "b"), ("a", "c"), ("b", "c")], [1, 2, 3], ["a", "b", "c"]),
        # Nor is to be better, where samples are missing: then nobody is first.
        ("abc", [("a", "b"), ("b", "c"), ("c", "a")], [2, 2, 2], ["a", "b", "c"]),
        # Piepho's example of a pair that needs a letter of its own.
        ("abcd", [("a", "d"), ("b", "c")], [1, 1, 2, 2], ["ab", "ac", "bd", "cd"]),
    ],
)
def test_ranks_and_letters_rest_on_pairs(models, ahead, ranks, letters):
    found = list(rank_models(models, ahead).values())
    assert [each.rank for each in found] == ranks
    assert [each.letters for each in found] == letters


PAIRS = [(a, b) for a in range(8) for b in range(8) if a != b]


@given(st.sets(st.sampled_from(PAIRS)))
def test_models_share_a_letter_if_and_only_if_they_are_tied(ahead):
    models = list(map(str, range(8)))
    found = rank_models(models, [(str(a), str(b)) for a, b in ahead])
    for a in range(8):
        of_a = found[str(a)]
        assert of_a.letters
        assert of_a.rank == 1 + sum((b, a) in ahead for b in range(8))
        for b in {*range(8)} - {a}:
            tied = (a, b) not in ahead and (b, a) not in ahead
            assert (str(b) in of_a.tied_with) == tied
            assert bool({*of_a.letters} & {*found[str(b)].letters}) == tied


def test_there_are_letters_for_very_many_models():
    names = [f"m{at}" for at in range(54)]
    found = rank_models(names, [(a, b) for at, a in enumerate(names) for b in names[at + 1 :]])
    assert [found[name].letters for name in ("m0", "m25", "m26", "m51", "m52", "m53")] == [
        "a", "z", "A", "Z", "a1", "b1",
    ]  # fmt: skip
    assert found["m53"].rank == 54


def test_a_task_counts_as_much_as_another():
    # By hand: 0.2 / 0.4, and where all have 0 all are the best.
    assert normalised({"a": 0.2, "b": 0.4}) == {"a": 0.5, "b": 1.0}
    assert normalised({"a": 0.0, "b": 0.0}) == {"a": 1.0, "b": 1.0}
    weak, good, none = result(1, 0.2), result(2, 0.8), result(3, 0.0)
    found = compare({"a": {"t": weak, "u": none}, "b": {"t": good, "u": none}}, **FEW).report
    means = {each.name: each.mean_normalised for each in found.models}
    share = float(weak["rouge_l"]) / float(good["rouge_l"])
    assert means == {"a": pytest.approx((share + 1) / 2), "b": 1.0}
    assert difficulty([0.2, 0.6]) == TaskDifficulty(mean=0.4, spread=0.6 - 0.2)


@pytest.mark.parametrize("task_names", [[], ["t", "u"]])
def test_errors_name_the_task_where_there_are_several(task_names):
    whole, short = result(), result(n=59)
    results = {"a": whole, "b": short}
    if task_names:
        results = {name: dict.fromkeys(task_names, each) for name, each in results.items()}
    label = "task 't': " if task_names else ""
    with pytest.raises(ValueError, match=f"^{label}model 'b' has 59 samples, 'a' has 60"):
        compare(results)
    results = {"a": dict.fromkeys(task_names, whole) if task_names else whole}
    with pytest.raises(ValueError, match=f"^{label}no field 'topic': known: 'lang', 'length'"):
        compare(results, group="topic")


def test_a_metric_is_compared_once():
    with pytest.raises(ValueError, match="metric 'accuracy' is listed twice"):
        compare({"a": result()}, metrics=["accuracy", "rouge_l", "accuracy"])


def test_progress_grows_to_1():
    both = {"a": result(1), "b": result(2)}
    tasks = compare({name: {"t": each, "u": each} for name, each in both.items()}, **FEW).tasks
    calls = []
    compare_tasks(
        tasks,
        [Model("a"), Model("b")],
        ComparisonSettings.of(**FEW),
        progress=calls.append,
    )
    assert calls == sorted(calls)
    assert (0 < calls[0] < 0.2, calls[-1]) == (True, 1.0)
    assert len(calls) > 6  # also within scores, tests and agreement


SCORES = st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=5)


def test_values_above_1_are_plain_numbers(edits_per_word, token_count):
    """Lower is better, without an upper bound; and neither is better, whose values rank nothing."""
    options = {"metrics": ["edits_per_word", "token_count"]}
    _, references = answers(1, 1.0)
    padded = [f"{text} stone stone stone house house fish" for text in references]
    models = {
        "checkpoint-1": evaluate(padded, references, lang="en", **options),
        "checkpoint-2": result(2, 0.9, **options, stopwords=True),
        "checkpoint-3": result(2, 0.9, **options, stopwords=True),
    }
    found = compare({name: {"t": each, "u": each} for name, each in models.items()}, **FEW)
    scores = {(e.model, e.metric): e for e in found.report.scores if e.task == "t"}
    worst, best = scores["checkpoint-1", "edits_per_word"], scores["checkpoint-2", "edits_per_word"]
    assert worst.value > 1 > best.value
    assert (worst.rank, best.rank, best.tied_with) == (3, 1, ["checkpoint-3"])
    assert worst.interval[1] > 1
    assert scores["checkpoint-1", "token_count"].rank is None
    verdicts = {(e.model, e.metric): verdict(e) for e in found.report.comparisons}
    assert verdicts["checkpoint-2", "edits_per_word"] == "better"
    assert verdicts["checkpoint-2", "token_count"] == "different"
    assert all(e.wins is None for e in found.report.comparisons if e.metric == "token_count")
    normalised_means = {each.name: each.mean_normalised for each in found.report.models}
    assert normalised_means["checkpoint-1"] == pytest.approx(best.value / worst.value)
    assert found.report.strengths == []  # a scale of their own
    curves = {each.metric: each for each in found.report.learning_curves}
    assert (curves["edits_per_word"].best_step, curves["edits_per_word"].plateau_step) == (2, 2)
    assert curves["token_count"].best_step is None
    assert f" {worst.value:.2f} " in str(found)
    assert "not in percent, with ranks" in str(found)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert {row["scale"] for row in rows} == {"plain number"}
    assert ComparisonReport.from_dict(found.to_dict()) == found.report
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(found.to_dict(), report_schema())
    by_count = compare(models, headline="token_count", **FEW)
    assert {each.mean_rank for each in by_count.report.models} == {None}
    assert "no step is best" in str(by_count)
    assert "No model is best by token" in summary(by_count.report)
    alone = compare(models, metrics=["token_count"], **FEW)
    assert "No task has a best model" in summary(alone.report)


def test_shares_of_the_best_follow_the_direction_of_a_metric():
    assert normalised({"a": 0.0, "b": 0.5}, better="lower") == {"a": 1.0, "b": 0.0}
    assert normalised({"a": -1.0, "b": 0.5}) is None


def test_lower_is_better(error_rate):
    options = {"metrics": ["error_rate", "f1"]}
    models = {f"checkpoint-{n}": result(n, n / 10, **options) for n in (2, 5, 9)}
    both = compare({name: {"t": its, "u": its} for name, its in models.items()}, **FEW)
    found = both.to_dict()
    scores = {(e["model"], e["metric"]): e for e in found["scores"] if e["task"] == "t"}
    comparisons = {(e["model"], e["metric"]): e for e in found["comparisons"] if e["task"] == "t"}
    for name in models:
        rate, f1 = scores[name, "error_rate"], scores[name, "f1"]
        assert (rate["better"], "better" in f1) == ("lower", False)
        assert rate["rank"] == f1["rank"]
    rate, f1 = (comparisons["checkpoint-9", name] for name in ("error_rate", "f1"))
    assert rate["difference"] == pytest.approx(-f1["difference"])
    assert [rate[k] for k in ("wins", "losses")] == [f1[k] for k in ("wins", "losses")]
    assert [verdict(each) for each in both.report.comparisons if each.significant] == (
        ["better"] * sum(each.significant for each in both.report.comparisons)
    )
    for curve in found["learning_curves"]:
        assert (curve["best_step"], curve["plateau_step"]) == (9, None)
    means = {each["name"]: each for each in found["models"]}
    assert (means["checkpoint-9"]["mean_rank"], means["checkpoint-9"]["mean_normalised"]) == (1, 1)
    assert means["checkpoint-2"]["mean_normalised"] < 1
    assert "lower values of error_rate are better" in str(both)
    # Positive where a model is better than expected, whichever way the metric goes.
    mixed = compare(
        {
            "a": {"t": result(1, 0.9, **options), "u": result(1, 0.2, **options)},
            "b": {"t": result(2, 0.5, **options), "u": result(2, 0.5, **options)},
        },
        headline="error_rate",
        **FEW,
    )  # fmt: skip
    left = {(each.model, each.task): each.residual for each in mixed.report.strengths}
    assert left["a", "t"] > 0 > left["a", "u"]


def test_neither_is_better(token_count):
    models = {
        f"checkpoint-{n}": evaluate(
            [text] * 40, ["red fox"] * 40, lang="en", metrics=["token_count"]
        )
        for n, text in ((1, "red"), (2, "two red birds"))
    }
    found = compare({name: {"t": its, "u": its} for name, its in models.items()}, **FEW)
    report = found.report
    assert {(each.rank, tuple(each.tied_with), each.better) for each in report.scores} == {
        (None, (), None)
    }
    assert {(each.mean_rank, each.mean_normalised) for each in report.models} == {(None, None)}
    compared = report.comparisons[0]
    assert (compared.difference, compared.significant, verdict(compared)) == (2, True, "different")
    assert (compared.wins, compared.ties, compared.losses) == (None, None, None)
    assert report.strengths == []
    assert {(each.best_step, each.plateau_step) for each in report.learning_curves} == {
        (None, None)
    }
    text = str(found)
    assert "not in percent, with ranks" in text
    assert "+2.00" in text
    assert " 3.00" in text
    assert "different" in text
    document = found.to_dict()
    assert ComparisonReport.from_dict(document) == report


def test_a_value_out_of_percent_is_in_the_schema_only_where_it_says_so(token_count):
    import jsonschema

    its = evaluate(["two red birds"] * 9, ["red fox"] * 9, lang="en", metrics=["token_count"])
    document = compare({"a": its, "b": its}, **FEW).to_dict()
    checks = jsonschema.Draft202012Validator(report_schema())
    assert checks.is_valid(document)
    del document["scores"][0]["percent"]
    assert not checks.is_valid(document)


@given(SCORES)
def test_residuals_are_what_least_squares_leaves(table):
    values = [dict(zip("abc", row, strict=True)) for row in table]
    found = np.array([list(each.values()) for each in residuals(values)])
    scores = np.array(table)
    design = [
        [float(task == t) for t in range(len(table))] + [float(model == m) for m in range(3)]
        for task in range(len(table))
        for model in range(3)
    ]
    fitted = np.array(design) @ np.linalg.lstsq(np.array(design), scores.ravel(), rcond=None)[0]
    assert found == pytest.approx((scores.ravel() - fitted).reshape(scores.shape), abs=1e-9)


# --- agreement and disagreement

TIED = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=60)


@given(TIED)
def test_tau_is_that_of_scipy(pairs):
    from scipy.stats import kendalltau

    a, b = np.array(pairs, dtype=float).T
    found, expected = kendall_tau(a, b), kendalltau(a, b).statistic
    if found is None:
        assert np.isnan(expected)
    else:
        assert found == pytest.approx(expected, abs=1e-12)


def test_agreement_is_within_models():
    from scipy.stats import kendalltau

    a, b = evaluate(*answers(1, 0.9), lang="en"), evaluate(*answers(2, 0.2), lang="en")
    found = compare({"a": a, "b": b}, metrics=["f1", "rouge_l", "accuracy"], **FEW).to_dict()
    pairs = [tuple(each["metrics"]) for each in found["agreement"]]
    assert pairs == [("f1", "rouge_l"), ("f1", "accuracy"), ("rouge_l", "accuracy")]
    expected = np.mean(
        [kendalltau(each["f1"].samples, each["rouge_l"].samples).statistic for each in (a, b)]
    )
    assert found["agreement"][0]["kendall_tau"] == pytest.approx(expected)


def test_disagreements_begin_with_the_largest_and_leave_out_what_is_equal():
    a = evaluate(["red", "blue", "fox"], ["red", "blue", "fox"], lang="en", metrics=["f1"])
    b = evaluate(["red", "stone", "fox fox"], ["red", "blue", "fox"], lang="en", metrics=["f1"])
    found = compare({"a": a, "b": b}, ids=["x", "y", "z"], **FEW).to_dict()["disagreements"]
    assert [(each["id"], each["spread"]) for each in found] == [
        ("y", 1.0),
        ("z", pytest.approx(1 / 3)),
    ]
    assert found[0]["scores"] == {"a": 1.0, "b": 0.0}


# --- the document


def test_everything_is_there_and_json_takes_it():
    found = compare({"a": result(1, 0.3), "b": result(2, 0.7)}, breakdown=["length"], **FEW)
    document = found.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    [comparison] = [each for each in document["comparisons"] if each["metric"] == "rouge_l"]
    a, b = (each for each in document["scores"] if each["metric"] == "rouge_l")
    assert comparison["difference"] == pytest.approx(b["value"] - a["value"])
    assert comparison["n"] == a["n"] == 60
    assert comparison["significant"]
    assert comparison["all_tokens"]["p_value"] <= 1
    assert (a["rank"], b["rank"]) == (2, 1)
    groups = document["breakdowns"][0]["groups"]
    assert sum(each["n"] for each in groups) == 60
    weighted = sum(each["n"] * each["scores"]["a"]["value"] for each in groups) / 60
    assert weighted == pytest.approx(a["value"])


def test_it_is_as_the_published_schema_says():
    import jsonschema

    runs = {f"checkpoint-{n}": {"t": [result(n), result(n + 1)], "u": result(n)} for n in (1, 9)}
    document = compare(runs, breakdown=["lang"], **FEW).to_dict()
    assert list(jsonschema.Draft202012Validator(report_schema()).iter_errors(document)) == []


CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("name", ["comparison.json", "comparison_small.json"])
def test_old_reports_are_valid_and_can_be_read(name):
    """The small one was written before the report had types: keys and their order are the same."""
    import jsonschema

    text = (CASES / name).read_text(encoding="utf-8")
    document = json.loads(text)
    checks = jsonschema.Draft202012Validator(report_schema())
    assert list(checks.iter_errors(document)) == []
    report = msgspec.json.decode(text, type=ComparisonReport)
    assert report.to_dict() == document
    if name == "comparison_small.json":
        assert json.dumps(report.to_dict(), ensure_ascii=False, indent=1) == text.rstrip()


def test_the_schema_file_is_fresh(monkeypatch):
    monkeypatch.syspath_prepend(str(CASES.parents[1] / "docs"))
    schema = importlib.import_module("schema")
    assert schema.SCHEMA.read_text(encoding="utf-8") == schema.written(), "run: make schema"


def test_the_schema_is_strict():
    """As strict as the one that was written by hand: ranges, choices, lengths, no other keys."""
    import jsonschema

    checks = jsonschema.Draft202012Validator(report_schema())
    text = (CASES / "comparison_small.json").read_text(encoding="utf-8")
    for path, value in {
        ("schema",): 3,
        ("settings", "level"): "0.95",
        ("settings", "test"): "t",
        ("scores", 0, "interval"): [0.1],
        ("scores", 0, "f1"): 1.5,
        ("scores", 0, "n"): 1.5,
        ("comparisons", 0, "p_value"): -0.1,
        ("comparisons", 0, "significant"): None,
        ("agreement", 0, "metrics"): ["f1"],
        ("efficiency", 0, "latency_s", "p50"): "1",
        ("efficiency", 0, "unheard_of"): 1,
    }.items():
        document = json.loads(text)
        there = document
        for key in path[:-1]:
            there = there[key]
        there[path[-1]] = value
        assert not checks.is_valid(document), path
        with pytest.raises(msgspec.ValidationError, match=re.escape(str(path[-1])) + "|level"):
            ComparisonReport.from_dict(document)


def test_values_are_those_of_the_scores():
    """Means, corpus values and parts are not computed anew."""
    a = evaluate(*answers(1, 0.8), lang="en", stopwords="both")
    found = compare({"a": a, "b": a}, **FEW).to_dict()
    for each in found["scores"]:
        assert each["value"] == float(a[each["metric"]])
        assert each["all_tokens"]["value"] == float(a[each["metric"]].all_tokens)
        assert each["f1"] == a[each["metric"]].f1


def test_corpus_values_are_tested_as_corpus_values():
    a, b = (evaluate(*answers(s, k, 80), lang="en") for s, k in ((1, 0.9), (2, 0.7)))
    found = compare({"a": a, "b": b}, metrics=["bleu_4"], **FEW).to_dict()
    [tested] = found["comparisons"]
    assert tested["difference"] == pytest.approx(float(b["bleu_4"]) - float(a["bleu_4"]))
    assert found["scores"][0]["interval_method"] == "bootstrap"
    assert tested["wins"] + tested["ties"] + tested["losses"] == 80


def test_runs_are_averaged_within_samples():
    runs = [result(1, 0.5), result(2, 0.5), result(3, 0.5)]
    found = compare({"one": result(4, 0.5), "three": runs}, metrics=["rouge_l"], **FEW).to_dict()
    one, three = found["scores"]
    assert three["runs"] == [float(each["rouge_l"]) for each in runs]
    assert three["run_sd"] == pytest.approx(np.std(three["runs"], ddof=1))
    assert three["n"] == one["n"] == found["comparisons"][0]["n"] == 60
    assert one["run_sd"] is None


def test_families_are_of_one_metric():
    models = {name: {"t": result(s, k), "u": result(s + 9, k)} for name, s, k in
              (("a", 1, 0.5), ("b", 2, 0.6), ("c", 3, 0.7))}  # fmt: skip
    for correction in ("holm", "bh", "none"):
        report = compare(models, correction=correction, **FEW).to_dict()
        # One pair without the baseline on each of two tasks: a family per task.
        assert {each["family"] for each in report["pairs"]} == {1}
        found = report["comparisons"]
        assert {each["family"] for each in found} == {4}
        for each in found:
            assert each["p_value"] <= each["p_value_adjusted"] <= min(1, 4 * each["p_value"])
            if correction == "none":
                assert each["p_value"] == each["p_value_adjusted"]


def test_groups_are_taken_for_independent():
    """Sixty copies of one pair of samples say no more than the pair."""
    predictions, references = ["red fox", "bird"] * 30, ["red fox", "blue"] * 30
    a = evaluate(predictions, references, lang="en", metrics=["f1"])
    b = evaluate(["stone", "bird"] * 30, references, lang="en", metrics=["f1"])
    alone = compare({"a": a, "b": b}, **FEW).to_dict()["comparisons"][0]
    fields = {"document": ["x", "y"] * 30}
    grouped = compare({"a": a, "b": b}, fields=fields, group="document", **FEW).to_dict()
    assert alone["significant"]
    assert not grouped["comparisons"][0]["significant"]
    low, high = grouped["scores"][0]["interval"]
    assert high - low > 0.5


# --- warnings


def test_it_warns_where_stopwords_decide():
    """The first has the words that carry the answer, the other the stopwords."""
    gold = ["the cat is on the mat and the dog is in the house"] * 40
    a = evaluate(["cat mat dog house"] * 40, gold, lang="en", metrics=["rouge_1"], stopwords="both")
    b = evaluate(
        ["the is on the and the is in the cat"] * 40, gold, lang="en", metrics=["rouge_1"],
        stopwords="both",
    )  # fmt: skip
    found = compare({"a": a, "b": b}, **FEW)
    [tested] = found.to_dict()["comparisons"]
    assert tested["significant"]
    assert tested["all_tokens"]["significant"]
    assert tested["difference"] < 0 < tested["all_tokens"]["difference"]
    assert "the verdict depends on stopword removal" in tested["warnings"][0]
    assert "WARNING: all, rouge_1, b against a: the verdict depends on stopword" in str(found)


def test_it_warns_where_f1_ranks_otherwise_than_recall():
    gold = ["red fox", "blue bird"] * 30
    long = evaluate([f"{text} stone stone stone stone" for text in gold], gold, lang="en")
    short = evaluate(["red fox", "blue"] * 30, gold, lang="en")
    found = compare({"long": long, "short": short}, metrics=["rouge_1"], **FEW).to_dict()
    [tested] = found["comparisons"]
    assert any(
        "F1 ranks differently from recall: long has the higher" in w for w in tested["warnings"]
    )
    assert len(found["warnings"]) == 1


def test_equal_models_are_no_reason_to_warn():
    same = result()
    assert compare({"a": same, "b": same}, **FEW).to_dict()["warnings"] == []


def test_it_warns_of_too_few_resamples():
    models = {str(n): result(n) for n in range(4)}
    found = compare(models, metrics=["rouge_l"], resamples=50).to_dict()["warnings"]
    assert any("50 resamples are too few for a family of 3 tests" in each for each in found)


def test_what_differs_in_health_stands_beside_the_scores():
    references = ["a red fox"] * 50
    good = evaluate(["a red fox"] * 50, references, lang="en")
    bad = evaluate([""] * 5 + ["<think>hm</think> a red fox ran home today"] * 45, references)
    found = compare({"good": good, "bad": bad}, metrics=["f1"], **FEW)
    flags = {each["model"]: each["flags"] for each in found.to_dict()["scores"]}
    assert flags["good"] == []  # as long as the references: nothing to look at
    assert flags["bad"][:2] == ["5 empty predictions", "45 predictions with <think>"]
    assert "bad: 5 empty predictions" in str(found)


def test_one_chain_of_extraction_is_suggested_for_all_models():
    references = ["a red fox"] * 50
    said = {"a": "<think>hm</think>a red fox", "b": "**a red fox**", "c": "a red fox"}
    scored = {name: evaluate([text] * 50, references, lang="en") for name, text in said.items()}
    warnings = compare(scored, metrics=["f1"], **FEW).to_dict()["warnings"]
    assert warnings == [
        "all: extraction would change predictions of a (think: all 50); "
        "b (markdown: all 50): add --extract think,markdown"
    ]
    clean = {name: evaluate(["a red fox"] * 50, references, lang="en") for name in "ab"}
    assert compare(clean, metrics=["f1"], **FEW).to_dict()["warnings"] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [((10, 10, 11), (0, 0, 0)), ((10, 13, 8), (0, 1, 1)), ((11, 9, 9), (0, 0, 0))],
)
def test_lengths_are_told_of_models_that_are_far_from_the_references(words, expected):
    references = [" ".join(map(str, range(10)))] * 20
    scored = {
        str(at): evaluate([" ".join(map(str, range(count)))] * 20, references, metrics=["f1"])
        for at, count in enumerate(words)
    }
    found = compare(scored, **FEW).report.scores
    assert tuple(len(each.flags) for each in found) == expected


# --- learning curves


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("checkpoint-500", ("", 500)),
        ("gemma/checkpoint-1000", ("gemma", 1000)),
        ("run1_step2000", ("run1", 2000)),
        ("global_step_70", ("", 70)),
        ("epoch=3", ("", 3)),
        ("footstep7", None),
        ("gemma-2b", None),
        ("checkpoint", None),
    ],
)
def test_names_of_checkpoints(name, expected):
    assert checkpoint_of(name) == expected


def test_curves_are_in_the_order_of_steps_and_say_where_they_end():
    kept = {"checkpoint-1000": 0.6, "checkpoint-200": 0.3, "checkpoint-3000": 0.95,
            "checkpoint-9000": 0.95}  # fmt: skip
    models = {name: result(3, share, 200) for name, share in kept.items()}
    found = compare(models, metrics=["rouge_l"], **FEW).to_dict()
    [curve] = found["learning_curves"]
    assert [point["step"] for point in curve["points"]] == [200, 1000, 3000, 9000]
    assert (curve["best_step"], curve["plateau_step"]) == (3000, 3000)
    rising = {name: models[name] for name in ("checkpoint-200", "checkpoint-1000")}
    [curve] = compare(rising, metrics=["rouge_l"], **FEW).to_dict()["learning_curves"]
    assert (curve["best_step"], curve["plateau_step"]) == (1000, None)
    assert series(("a", "b")) == {}


# --- laws

LAW = settings(max_examples=15)
SEEDS = st.integers(0, 1000)


@LAW
@given(SEEDS, SEEDS)
def test_exchanging_models_changes_signs_alone(one, other):
    a, b = result(one, 0.5, 30), result(other, 0.6, 30)
    there = compare({"a": a, "b": b}, **FEW).to_dict()["comparisons"]
    back = compare({"b": b, "a": a}, **FEW).to_dict()["comparisons"]
    for x, y in zip(there, back, strict=True):
        assert x["difference"] == pytest.approx(-y["difference"], abs=1e-15)
        assert x["interval"] == pytest.approx([-each for each in reversed(y["interval"])])
        assert x["p_value"] == y["p_value"]
        assert (x["wins"], x["ties"], x["losses"]) == (y["losses"], y["ties"], y["wins"])


@LAW
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_samples_is_of_no_account(seed, chance):
    texts = [answers(s, k, 30) for s, k in ((seed, 0.4), (seed + 1, 0.7))]
    order = chance.sample(range(30), 30)

    def found(places):
        return {
            name: evaluate(
                [given[at] for at in places], [gold[at] for at in places], lang="en",
                metrics=["rouge_l", "accuracy", "bleu_4"],
            )
            for name, (given, gold) in zip("ab", texts, strict=True)
        }  # fmt: skip

    one, other = (compare(found(each), **FEW).to_dict() for each in (range(30), order))
    assert one["comparisons"] == other["comparisons"]
    assert [s["interval"] for s in one["scores"]] == [s["interval"] for s in other["scores"]]


@LAW
@given(SEEDS, st.floats(0, 1))
def test_nothing_differs_from_itself(seed, kept):
    same = result(seed, kept, 20, metrics=["rouge_l", "accuracy", "bleu_4"])
    for each in compare({"a": same, "b": same}, **FEW).to_dict()["comparisons"]:
        assert (each["difference"], each["p_value"], each["n_different"]) == (0.0, 1.0, 0)
        assert not each["significant"]


# --- options


def test_options_are_defined_once():
    """`compare`, its command, its configuration files and its settings take the same ones."""
    names = option_names(ComparisonOptions)
    shown = inspect.signature(compare).parameters
    words = " ".join(compare.__doc__.split())
    for name, option in options_of(ComparisonOptions).items():
        assert shown[name].default == option.default
        assert f"{name}: {option.help}" in words
    assert set(ComparisonSettings.__struct_fields__) == set(names)
    assert set(option_readers(ComparisonOptions)) == set(names)
    text = subprocess.run(
        [sys.executable, "-m", "textmetrics", "compare", "--help-all"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert [name for name in names if f"--{name}" not in text] == []


# --- forms

HOSTILE = "<script>|_&%$\x1b[31m"


def test_names_are_never_obeyed():
    found = compare({HOSTILE: result(1), "b": result(2)}, **FEW)
    assert "\x1b" not in str(found) + found.to_markdown() + found.to_latex() + found.to_csv()
    assert "<script>" not in found._repr_html_()
    assert "<script>" not in found.to_html()
    assert r"\<script\>\|\_\&%\$" in found.to_markdown()
    assert r"\textless{}script\textgreater{}\textbar{}\_\&\%\$" in found.to_latex()


def test_csv_has_no_formula():
    found = compare({"=1+1": result(1), "b": result(2)}, **FEW).to_csv()
    assert {row["model"] for row in csv.DictReader(io.StringIO(found))} == {"'=1+1", "b"}


def test_csv_has_all_digits():
    a, b = result(1), result(2)
    rows = list(csv.DictReader(io.StringIO(compare({"a": a, "b": b}, **FEW).to_csv())))
    assert [(row["metric"], row["model"]) for row in rows] == [
        ("rouge_l", "a"), ("rouge_l", "b"), ("accuracy", "a"), ("accuracy", "b"),
    ]  # fmt: skip
    assert float(rows[1]["value"]) == float(b["rouge_l"])
    assert rows[0]["difference"] == ""
    assert float(rows[1]["difference"]) == pytest.approx(float(b["rouge_l"]) - float(a["rouge_l"]))


def test_models_in_another_order():
    models = {"b": result(1, 0.2), "a": result(2, 0.9), "c": result(3, 0.5)}
    found = compare(models, **FEW)
    assert [each["name"] for each in found.sorted_by("name").to_dict()["models"]] == list("abc")
    by_metric = found.sorted_by("-rouge_l").to_dict()
    assert [each["model"] for each in by_metric["scores"]][:3] == ["a", "c", "b"]
    assert [each["name"] for each in found.to_dict()["models"]] == ["b", "a", "c"]
    with pytest.raises(ValueError, match=r"unknown field 'size'.*known: name, params"):
        found.sorted_by("size")


# --- what is wrong


@pytest.mark.parametrize(
    ("results", "options", "error", "message"),
    [
        ({}, {}, ValueError, "results are empty"),
        ([1], {}, TypeError, "must be evaluations by a model's name"),
        (result(), {}, TypeError, "must be evaluations by a model's name"),
        ({"a": 0.5}, {}, TypeError, "results of 'a' must be an evaluation.*got float"),
        ({"a": []}, {}, ValueError, "results of 'a' are empty"),
        ({"a": {}}, {}, ValueError, "model 'a' has no results"),
        (
            {"a": {"t": result()}, "b": {"u": result()}},
            {},
            ValueError,
            "model 'a' has no result for task 'u'",
        ),
        (
            {"a": result(), "b": result(n=59)},
            {},
            ValueError,
            "model 'b' has 59 samples, 'a' has 60",
        ),
        (
            {"a": result(), "b": result(stopwords=False)},
            {},
            ValueError,
            "model 'b' was scored with other settings than 'a'.*textmetrics explain",
        ),
        (
            {"a": result(), "b": result(metrics=["rouge_l"])},
            {},
            ValueError,
            "model 'b' has no accuracy",
        ),
        ({"a": result()}, {"baseline": "b"}, ValueError, "unknown model 'b': known: a"),
        ({"a": result()}, {"metrics": ["rouge_1"]}, ValueError, "unknown metric 'rouge_1': did"),
        ({"a": result()}, {"metrics": "rouge_l"}, TypeError, r"use \['rouge_l'\]"),
        ({"a": result()}, {"headline": "f1"}, ValueError, "unknown metric 'f1'"),
        ({"a": result()}, {"breakdown": ["lenght"]}, ValueError, "did you mean 'length'"),
        ({"a": result()}, {"group": "doc"}, ValueError, "no field 'doc'"),
        ({"a": result()}, {"fields": {"x": [1]}}, ValueError, "'x' has 1 value for 60 samples"),
        ({"a": result()}, {"ids": ["x"] * 60}, ValueError, "'x' occurs twice"),
        ({"a": result()}, {"level": 95}, ValueError, "level must be between 0 and 1, such as 0.95"),
        ({"a": result()}, {"resamples": 0}, ValueError, "must be from 1 to 10,000,000, got 0"),
        ({"a": result()}, {"resamples": 10**12}, ValueError, "1 to 10,000,000, got 1,000,000,0"),
        ({"a": result()}, {"seed": 1.5}, TypeError, "seed must be an integer"),
        ({"a": result()}, {"correction": "hol"}, ValueError, "did you mean 'holm'"),
        ({"a": result()}, {"test": "t"}, ValueError, "unknown test 't'.*mcnemar"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(results, options, error, message):
    with pytest.raises(error, match=message):
        compare(results, **options)


def test_samples_that_one_model_leaves_out_are_left_out_of_the_test():
    table = {"a": np.array([1.0, np.nan, 0.5]), "b": np.array([0.0, 1.0, 0.5])}

    class Named:
        name = "t"

        @staticmethod
        def id_of(sample):
            return sample

    found = disagreements(Named, table)
    assert [(each.id, each.spread) for each in found] == [(0, 1.0)]


def test_efficiency_is_in_the_sheet_with_the_figures_that_are_known(made_document):
    document = made_document(2, 1)
    found = Comparison(ComparisonReport.from_dict(document)).to_markdown()
    sheet = found.partition("### All figures")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in sheet.splitlines()
        if line.startswith("|")
    ]
    # 20 of 500 failed; 1.1 s are 1,100 ms; the rating has no scale, so there is no satisfaction.
    assert [row for row in rows if row[0].startswith(("requests", "infer", "resp", "error"))] == [
        ["requests per second", "1/s", "4.10", "4.10"],
        ["inference speed", "tokens/s", "812", "812"],
        ["error rate", "%", "4.00", "4.00"],
        ["response time, mean", "ms", "1,200", "1,200"],
        ["response time, p50", "ms", "1,100", "1,100"],
        ["response time, p95", "ms", "2,400", "2,400"],
        ["response time, p99", "ms", "3,100", "3,100"],
    ]
    assert ["rating", "", "0.80", "0.80"] in rows
    assert f"rating of {document['models'][0]['name']}: 0.70 to 0.90; n = 60" in sheet
    assert "- error rate (%) of gemma-2b-it: 20 of 500" in sheet
    assert "- response time, p50: The time within which half of the requests" in sheet
    assert "first token" not in found
    assert "\n| user satisfaction" not in found
    document["efficiency"] = []
    assert "All figures" not in Comparison(ComparisonReport.from_dict(document)).to_markdown()
