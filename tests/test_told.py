"""What tables, notes, flags, warnings and the summary say, on both sides of each threshold."""

from __future__ import annotations

import csv
import gzip
import json
import re

import pytest
from msgspec import structs

from textmetrics import compare, evaluate
from textmetrics.cli import main
from textmetrics.comparison import (
    Comparison,
    ComparisonReport,
    ComparisonSettings,
    LearningCurve,
    PairComparison,
    best_steps,
)
from textmetrics.comparison.findings import (
    learning_curves,
    recall_f1_warnings,
    stopword_warnings,
    too_few_resamples,
)
from textmetrics.comparison.flags import parts_changed
from textmetrics.comparison.result import AllTokensComparison, Disagreement, Strength
from textmetrics.evaluation import Health
from textmetrics.report import to_html
from textmetrics.report.summary import summary

FEW = {"resamples": 200}


def scored(predictions, references, **options):
    return evaluate(predictions, references, lang="en", **{"metrics": ["f1"]} | options)


def lines(report):
    return re.sub(r" +", " ", summary(report)).splitlines()


# --- flags: what is odd in a model's outputs


def flags_of(predictions, references=None, **options):
    """Return the flags of a model whose outputs these are, beside one with perfect outputs."""
    references = references or ["two red foxes ran home"] * len(predictions)
    models = {"odd": scored(predictions, references), "fine": scored(references, references)}
    found = compare(models, **FEW, **options).report
    flags = {score.model: score.flags for score in found.scores}
    assert flags["fine"] == []
    return flags["odd"]


GOOD = "two red foxes ran home"


@pytest.mark.parametrize(
    ("odd", "one", "several"),
    [
        ("", "1 empty prediction", "2 empty predictions"),
        ("the of and", "1 prediction of stopwords only", "2 predictions of stopwords only"),
        (
            "Две рыжие лисы бежали", "1 prediction in another script",
            "2 predictions in another script",
        ),
        (f"<think>hm</think>{GOOD}", "1 prediction with <think>", "2 predictions with <think>"),
        (f"```\n{GOOD}\n```", "1 prediction with a code fence", "2 predictions with a code fence"),
        (
            f"{GOOD}<|im_end|>", "1 prediction with a mark of a chat template",
            "2 predictions with a mark of a chat template",
        ),
        ("red fox ran " * 12, "1 repetitive prediction", "2 repetitive predictions"),
    ],
)  # fmt: skip
def test_each_model_s_own_numbers_are_told(odd, one, several):
    for count, flag in ((0, None), (1, one), (2, several)):
        found = flags_of([odd] * count + [GOOD] * (300 - count))
        assert found == ([flag] if flag else [])
    # Though the other model has as many: what is odd in both is odd.
    both = scored([odd, GOOD], [GOOD] * 2)
    found = compare({"a": both, "b": both}, **FEW).report
    assert all(one in score.flags for score in found.scores)
    assert str(Comparison(found)).count(one) == 2


def test_flags_are_in_all_outputs():
    references = [GOOD] * 5
    models = {
        "a": scored(["", *references[1:]], references),
        "b": scored(["", "", *references[2:]], references),
    }
    found = compare(models, **FEW)
    assert {s.model: s.flags for s in found.report.scores} == {
        "a": ["1 empty prediction"], "b": ["2 empty predictions"],
    }  # fmt: skip
    assert "\na: 1 empty prediction\nb: 2 empty predictions\n" in str(found)
    assert "- Outputs of a on all: 1 empty prediction." in lines(found.report)
    assert "- Outputs of b on all: 2 empty predictions." in lines(found.report)
    assert "<li><bdi>a</bdi>: 1 empty prediction</li>" in to_html(found.report)
    rows = list(csv.DictReader(found.to_csv().splitlines()))
    assert [row["flags"] for row in rows] == ["1 empty prediction", "2 empty predictions"]
    fine = compare({"a": scored([GOOD], [GOOD]), "b": scored([GOOD], [GOOD])}, **FEW)
    assert "Health of the outputs" not in to_html(fine.report)
    assert "Outputs of" not in summary(fine.report)


def lengths_of(*words, reference=60):
    """Return which of models with so many words are flagged, and how."""
    references = [" ".join(map(str, range(100, 100 + reference)))] * 5
    models = {
        str(at): scored([" ".join(map(str, range(100, 100 + count)))] * 5, references)
        for at, count in enumerate(words)
    }
    return [score.flags for score in compare(models, **FEW).report.scores]


TWICE, HALF = "median length 2.00 × the reference's", "median length 0.50 × the reference's"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((60, 60), [[], []]),  # 1.00 × is nothing to tell
        ((60, 71), [[], []]),  # differ by a factor below 1.2
        ((60, 72), [[], ["median length 1.20 × the reference's"]]),
        ((60, 51), [[], []]),
        ((60, 50), [[], ["median length 0.83 × the reference's"]]),
        ((70, 85), [[], ["median length 1.42 × the reference's"]]),  # 70 is 1.17 ×
        ((119, 119), [[], []]),  # alike, and below twice
        ((120, 120), [[TWICE], [TWICE]]),
        ((31, 31), [[], []]),
        ((30, 30), [[HALF], [HALF]]),
        ((120,), [[TWICE]]),
        ((100,), [[]]),
    ],
)
def test_lengths_are_told_where_they_are_unusual(words, expected):
    assert lengths_of(*words) == expected


def test_failed_records_are_told(tmp_path, capsys):
    def flag(failed, total, how):
        for name, status in (("a", "error"), ("b", "ok")):
            rows = [
                {"id": at, "prediction": GOOD, "reference": GOOD,
                 "status": status if at < failed else "ok"}
                for at in range(total)
            ]  # fmt: skip
            path = tmp_path / f"{name}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        paths = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
        options = ["--metrics", "f1", "--lang", "en", "--failed", how, "--format", "json"]
        code = main(["compare", *paths, *options])
        out, err = capsys.readouterr()
        return [s["flags"] for s in json.loads(out)["scores"]] if code == 0 else err

    assert flag(0, 3, "zero") == [[], []]
    assert flag(1, 3, "zero") == [["1 of 3 records failed, counted as wrong (2 succeeded)"], []]
    assert flag(2, 3, "exclude") == [["2 of 3 records failed, left out (1 succeeded)"], []]
    for failed, found in ((1, "1 sample"), (3, "3 samples")):
        message = f"nothing to score, found {found} and no request that succeeded; see --failed"
        assert message in flag(failed, failed, "exclude")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("length", "cut off at the token limit"),
        ("content_filter", "stopped by a content filter"),
    ],
)
def test_outcomes_of_requests_are_told(tmp_path, capsys, outcome, told):
    for count, words in ((1, "1 prediction"), (2, "2 predictions")):
        for name in "ab":
            rows = [
                {"id": at, "prediction": GOOD, "reference": GOOD,
                 "finish_reason": outcome if name == "a" and at < count else "stop"}
                for at in range(3)
            ]  # fmt: skip
            (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
        paths = [str(tmp_path / f"{name}.jsonl") for name in "ab"]
        main(["compare", *paths, "--metrics", "f1", "--lang", "en", "--format", "json"])
        found = json.loads(capsys.readouterr().out)["scores"]
        assert [score["flags"] for score in found] == [[f"{words} {told}"], []]


# --- warnings


def remedies_of(**outputs):
    references = [GOOD] * 200
    models = {name: scored(texts, references) for name, texts in outputs.items()}
    return compare(models, **FEW).report.warnings


def test_what_extraction_would_change_is_told_with_the_option_to_add():
    thoughtful = f"<think>hm</think>{GOOD}"
    assert remedies_of(a=[GOOD] * 200, b=[GOOD] * 200) == []
    # One in a hundred is worth an option, fewer are not.
    assert remedies_of(a=[thoughtful] * 1 + [GOOD] * 199, b=[GOOD] * 200) == []
    assert remedies_of(a=[thoughtful] * 2 + [GOOD] * 198, b=[GOOD] * 200) == [
        "all: extraction would change predictions of a (think: 2 of 200): add --extract think"
    ]
    assert remedies_of(a=[thoughtful] * 200, b=[f"**{GOOD}**"] * 200) == [
        "all: extraction would change predictions of a (think: all 200); b (markdown: all 200): "
        "add --extract think,markdown"
    ]


def test_several_steps_and_models_are_listed():
    both = f"<think>hm</think>**{GOOD}**"
    assert remedies_of(a=[both] * 200, b=[both] * 150 + [GOOD] * 50) == [
        "all: extraction would change predictions of a (think: all 200, markdown: all 200); b "
        "(think: 150 of 200, markdown: 150 of 200): add --extract think,markdown"
    ]


@pytest.mark.parametrize(
    ("references", "options", "told"),
    [
        (["a fox", "two cats"] * 3, {}, []),
        (["a fox", ["a cat", "the"]] * 3, {}, []),  # what stopword removal provides for
        (["it is"] * 6, {}, []),
        (
            ["['a fox', 'a cat']", "['a dog', 'a bird']"] * 3,
            {},
            ["references that are lists of texts, written as one text: 6 (give lists, so that each "
             "text is a reference; see --reference-lists)"],
        ),
        (
            ["a fox", ""] * 3,
            {},
            ["empty references: 3 (check the reference field; see --reference-field)"],
        ),
        (
            ["рыжая лиса", "красная птица"] * 3,
            {"lang": "auto"},
            ["samples in another language than English, Chinese or Japanese: 6 (no stopwords "
             "dropped: set the language, or one per record; see --lang)"],
        ),
        (
            [["5", "none"], "7"] * 3,
            {"metrics": ["numeric"]},
            ["samples with a reference that a metric cannot judge by: 3 (such references were left "
             "out, and samples that have no other)"],
        ),
    ],
)  # fmt: skip
def test_anomalies_of_the_data_are_told_once_for_all_models(references, options, told):
    first = [each if isinstance(each, str) else each[0] for each in references]
    options = {"lang": "en", "metrics": ["f1"]} | options
    fine, other = (evaluate(each, references, **options) for each in (first, first[::-1]))
    for models in ({"a": fine, "b": other}, {"a": [fine, other], "b": [other, other]}):
        found = compare(models, **FEW)
        assert found.report.warnings == [f"all: {each}" for each in told]
        shown = re.findall("WARNING: (.*)", str(found))
        assert shown == [f"all: {each}" for each in told]


def test_requests_that_ended_badly_are_no_anomaly_of_the_data(tmp_path, capsys):
    for name in "ab":
        rows = [
            {"id": at, "prediction": GOOD, "reference": GOOD, "finish_reason": "refusal"}
            for at in range(9)
        ]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    paths = [str(tmp_path / f"{name}.jsonl") for name in "ab"]
    assert main(["compare", *paths, "--metrics", "f1", "--lang", "en"]) == 0
    assert "WARNING" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("count", "kept", "samples", "told"),
    [
        (1, 1, 1, "think: 1 of 1"), (1, 2, 2, "think: 1 of 2"), (2, 2, 2, "think: all 2"),
        (2, 2, 3, "think: all 2 looked at"), (1, 2, 3, "think: 1 of 2 looked at"),
        (1_000, 1_000, 5_000, "think: all 1,000 looked at"),
    ],
)  # fmt: skip
def test_how_many_of_the_predictions_that_were_looked_at(count, kept, samples, told):
    health = Health(samples=samples)
    health.extraction.looked_at.add(["x"] * kept)
    assert parts_changed({"think": count}, health) == told


def test_another_option_that_would_change_outputs_is_told():
    references, texts = ["漂亮的红色狐狸跑回家"] * 40, ["漂亮的紅色狐狸跑回家"] * 40
    models = {
        name: evaluate(given, references, lang="zh", metrics=["f1"])
        for name, given in (("a", references), ("b", texts), ("c", texts[:30] + references[30:]))
    }
    assert compare(models, **FEW).report.warnings == [
        "all: predictions in traditional Chinese for simplified, or the reverse: b 40, c 30; "
        "convert both sides with OpenCC: add --convert t2s"
    ]


def family_of(made_report, count, test="approximate randomisation"):
    [first] = made_report(2, 1).comparisons
    return [structs.replace(first, test=test, family=count)] * count


@pytest.mark.parametrize(
    ("count", "correction", "resamples", "told"),
    [
        # By Holm, the smallest p-value is family / (resamples + 1); it must be below 0.05.
        (1, "holm", 19, "19 resamples are too few: no test"),
        (1, "holm", 20, None),
        (3, "holm", 59, "59 resamples are too few for a family of 3 tests"),
        (3, "holm", 60, None),
        (741, "holm", 10_000, "10,000 resamples are too few for a family of 741 tests"),
        (741, "holm", 14_820, None),
        (3, "bh", 19, "19 resamples are too few: no test"),
        (3, "bh", 20, None),
        (3, "none", 20, None),
        (1, "holm", 1, "1 resample is too few: no test"),
    ],
)
def test_too_few_resamples(made_report, count, correction, resamples, told):
    settings = ComparisonSettings.of(resamples=resamples, correction=correction)
    found = too_few_resamples(family_of(made_report, count), settings)
    assert bool(found) == bool(told)
    for each in found:
        of_them = "" if told.endswith("no test") else ": none of them"
        assert each.startswith(f"{told}{of_them} can be significant; use at least ")
        needed = int(each.rpartition(" ")[2].replace(",", ""))
        enough = structs.replace(settings, resamples=needed)
        assert too_few_resamples(family_of(made_report, count), enough) == []
        short = structs.replace(settings, resamples=needed - 1)
        assert too_few_resamples(family_of(made_report, count), short)


def test_tests_without_resamples_need_none(made_report):
    settings = ComparisonSettings.of(resamples=1)
    for test in ("exact McNemar", "exact randomisation", "skewness-corrected t", None):
        assert too_few_resamples(family_of(made_report, 3, test), settings) == []
    for test in ("approximate randomisation", "paired bootstrap"):
        assert too_few_resamples(family_of(made_report, 3, test), settings)
    assert too_few_resamples([], settings) == []


def test_the_larger_family_needs_more_resamples():
    references = [f"red fox number {at}" for at in range(60)]
    models = {
        str(n): scored(
            [t if at % (n + 2) else "red" for at, t in enumerate(references)], references
        )
        for n in range(6)
    }
    found = compare(models, resamples=150).report
    assert {e.family for e in found.comparisons} == {5}
    assert {e.family for e in found.pairs} == {10}
    assert found.warnings[-1] == (
        "150 resamples are too few for a family of 10 tests: none of them can be significant; use "
        "at least 200"
    )
    assert compare(models, resamples=200).report.warnings == []


def entry(made_report, difference, over_all, *, significant, over_all_significant, **changes):
    [first] = made_report(2, 1).comparisons
    all_tokens = AllTokensComparison(over_all, None, 0.1, 0.1, significant=over_all_significant)
    all_tokens.better = changes.get("better", "higher")
    return structs.replace(
        first, difference=difference, significant=significant, all_tokens=all_tokens, **changes
    )


@pytest.mark.parametrize(
    ("one", "other", "sure", "told"),
    [
        (0.1, 0.2, (True, True), None),
        (0.1, -0.2, (True, True), "+10.00 (better) without stopwords, −20.00 (worse)"),
        (0.1, 0.2, (True, False), "+10.00 (better) without stopwords, +20.00 (not significant)"),
        (-0.1, -0.2, (False, True), "−10.00 (not significant) without stopwords, −20.00 (worse)"),
        (0.1, -0.2, (False, False), None),  # not significant in either
        (0.0, 0.0, (False, False), None),
        (None, 0.1, (False, True), None),
        (0.1, None, (True, False), None),
    ],
)
def test_verdicts_that_depend_on_stopwords(made_report, one, other, sure, told):
    each = entry(made_report, one, other, significant=sure[0], over_all_significant=sure[1])
    expected = [f"the verdict depends on stopword removal: {told} over all tokens"] if told else []
    assert stopword_warnings(each) == expected
    assert stopword_warnings(structs.replace(each, all_tokens=None)) == []


def test_verdicts_of_plain_numbers_that_depend_on_stopwords(made_report):
    sure = {"significant": True, "over_all_significant": True}
    each = entry(made_report, 1.5, -0.25, **sure, percent=False, better="lower")
    assert stopword_warnings(each) == [
        "the verdict depends on stopword removal: +1.50 (worse) without stopwords, −0.25 (better) "
        "over all tokens"
    ]
    each = entry(made_report, 0.1, -0.1, **sure, better=None)
    assert "+10.00 (different) without stopwords, −10.00 (different)" in stopword_warnings(each)[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"f1": 0.51}, False),
        ({"f1": 0.5}, False),  # equal F1 ranks nothing
        ({"value": 0.5}, False),
        ({"value": 0.50004}, False),  # both are 50.00 where they are shown
        ({"f1": 0.49996}, False),
        ({"f1": None}, False),
        ({"signature": "rouge_l|f1|lang:en"}, False),
    ],
)
def test_f1_that_ranks_otherwise_than_recall(made_report, changes, told):
    score = structs.replace(
        made_report(1, 1).scores[0], signature="rouge_l|recall|lang:en", value=0.5, f1=0.5,
        length_ratio=2.0, model="short",
    )  # fmt: skip
    long = {"model": "long", "value": 0.7, "f1": 0.4, "length_ratio": 2.2}
    longer = structs.replace(score, **long | changes)
    score = structs.replace(score, signature=longer.signature)
    text = (
        "F1 ranks differently from recall: long has the higher recall (70.00 against 50.00), short "
        "the higher F1 (50.00 against 40.00)"
    )
    lengths = "; the answers of long are longer (median 2.20 × the reference against 2.00 ×)"
    apart = [("long", "short")]
    for pair in ([score, longer], [longer, score]):
        found = recall_f1_warnings(pair, apart)
        names = tuple(each.model for each in pair)
        assert found == ({names: text + lengths} if told else {})
        # A difference of recall that may be chance misleads nobody.
        assert recall_f1_warnings(pair, []) == {}
        assert recall_f1_warnings(pair, [("short", "long")]) == {}
    if told:  # only answers that are longer are said to be
        for ratio, end in ((2.099, text), (2.1, lengths.replace("2.20", "2.10")), (None, text)):
            other = structs.replace(longer, length_ratio=ratio)
            assert recall_f1_warnings([score, other], apart)["short", "long"].endswith(end)


# --- learning curves


def curve_of(*kept, n=200):
    """Return the curve of checkpoints that keep so many of each hundred samples right."""
    references = [f"red fox number {at}" for at in range(n)]
    models = {
        f"checkpoint-{100 * (at + 1)}": scored(
            [text if place % 100 < share else "stone" for place, text in enumerate(references)],
            references,
        )
        for at, share in enumerate(kept)
    }
    found = compare(models, **FEW)
    [curve] = found.report.learning_curves
    return found, curve


@pytest.mark.parametrize(
    ("kept", "best", "plateau", "told"),
    [
        ((20, 90), 200, None, "best at the last step, 200: it may improve further"),
        ((20, 90, 89), 200, 200, "best at step 200; no step is better after it"),
        ((20, 89, 90, 89), 300, 200, "best at step 300; step 200 is as good within noise"),
        ((20, 90, 90, 90), 200, 200, "best at step 200; no step is better after it"),
        ((20, 50, 90, 91), 400, 300, "best at step 400; step 300 is as good within noise"),
        ((20, 21), 200, 100, "best at step 200; step 100 is as good within noise"),
    ],
)
def test_where_a_training_stops_improving(kept, best, plateau, told):
    found, curve = curve_of(*kept)
    assert (curve.best_step, curve.plateau_step) == (best, plateau)
    assert best_steps(curve) == told
    assert f"\n{told}\n" in f"{found}\n"
    assert f"- Training on all: {told}." in lines(found.report)
    assert f'<p class="panel-note">{told}</p>' in to_html(found.report)
    # It never contradicts the ranks: a step that is as good shares a letter with the best.
    letters = {score.model: score.letters for score in found.report.scores}
    steps = {int(model.rpartition("-")[2]): set(of) for model, of in letters.items()}
    as_good = [step for step, its in steps.items() if its & steps[best]]
    assert min(as_good) == (plateau or best)


def test_a_step_is_as_good_unless_the_test_tells_it_apart():
    """By hand: the pairs decide, whatever the values."""
    _, _ = curve_of(20, 90)
    report = curve_of(20, 50, 90)[0].report

    class Named:
        name, models = "all", ("checkpoint-100", "checkpoint-200", "checkpoint-300")
        metrics = ("f1",)
        first = curve_of(20, 50, 90)[0].tasks[0].first

    for better, plateau in (
        ([], 100),
        ([("checkpoint-300", "checkpoint-100")], 200),
        ([("checkpoint-300", "checkpoint-100"), ("checkpoint-300", "checkpoint-200")], None),
    ):
        [curve] = learning_curves(Named, report.scores, {("all", "f1"): better})
        assert (curve.best_step, curve.plateau_step) == (300, plateau)


# --- notes below tables


def test_notes_name_test_family_and_resamples():
    references = [f"red fox number {at}" for at in range(60)]
    some = {name: scored([t if at % k else "red" for at, t in enumerate(references)], references)
            for name, k in (("a", 2), ("b", 3), ("c", 5))}  # fmt: skip

    def note(models, **options):
        text = str(compare(models, **options))
        [found] = [line for line in text.splitlines() if line.startswith("in percentage points; ")]
        return found

    two = {name: some[name] for name in "ab"}
    last = "; the last columns count samples"
    end = f": one metric, all models and tasks{last}"
    assert note(two, resamples=200, seed=7) == (
        f"in percentage points; approximate randomisation, 200 resamples, seed 7{last}"
    )
    assert note(some, correction="bh", resamples=1) == (
        "in percentage points; approximate randomisation, 1 resample, seed 12345; p adjusted by "
        f"Benjamini and Hochberg's method for a family of 2 tests{end}"
    )
    assert f"; p not adjusted for a family of 2 tests{end}" in note(some, correction="none", **FEW)
    exact = {name: scored(["red" if at % k else t for at, t in enumerate(references)], references,
                          metrics=["accuracy"]) for name, k in (("a", 2), ("b", 3))}  # fmt: skip
    assert note(exact) == f"in percentage points; exact McNemar{last}"


def test_headline_metrics_that_differ_are_told_as_one_family(directed_report):
    assert {each.family for each in directed_report.comparisons} == {9}  # 3 tasks, 3 models each
    end = "a family of 9 tests: one metric, all models and tasks; headline metrics count as one;"
    assert str(Comparison(directed_report)).count(end) == 3  # a table of tests per task


def test_families_of_several_sizes(made_report):
    report = made_report(3, 1)
    first, second = report.comparisons
    first.family, second.family = 2, 5
    assert "for families of 2 to 5 tests: one metric" in str(Comparison(report))
    assert "a family has 2 comparisons or 5 comparisons." in summary(report)
    first.family = second.family = 1
    assert "family" not in str(Comparison(report))
    assert "family" not in summary(report)


def test_what_lower_is_better_and_groups_add_to_notes(made_report):
    report = made_report(2, 1)
    note = "in percent; models that share a letter are not told apart by the paired tests"
    for score in report.scores:
        score.all_tokens = None
    assert f"\n{note}\n" in str(Comparison(report))
    report.tasks[0].group = "document"
    assert f"{note}; groups of document are taken for independent\n" in str(Comparison(report))
    for score in report.scores:
        score.better = "lower"
    assert f"{note}; lower values of F1 are better; groups of" in str(Comparison(report))
    report.scores[0].all_tokens = made_report(2, 1).scores[0].all_tokens
    assert "are better; all but “all tokens” without stopwords; groups" in str(Comparison(report))


def test_long_breakdowns_are_cut_and_say_so(made_report):
    report = made_report(2, 1)
    group = report.breakdowns[0].groups[0]
    for count, more in ((50, None), (51, "and 1 more"), (1062, "and 1,012 more")):
        report.breakdowns[0].groups = [structs.replace(group, value=n) for n in range(count)]
        text = str(Comparison(report))
        assert (f"\n{more}\n" in text) == bool(more)
        assert ("\nand " in text) == bool(more)


# --- the summary


@pytest.mark.parametrize(("models", "tasks"), [(2, 1), (2, 3), (4, 3), (4, 4), (5, 4), (12, 12)])
def test_a_long_table_is_cut_and_says_by_how_much(made_report, models, tasks):
    report = made_report(models, tasks)
    total = len(report.comparisons)
    text = summary(report)
    part = text.partition("## Against the baseline")[2].partition("## ")[0]
    rows = len(re.findall(r"^\| (?!task )", part, re.MULTILINE))
    more = total - rows
    told = re.findall(r"And ([\d,]+) more (comparisons?) in `report.html`\.", part)
    assert rows == (total if total <= 12 else 6)
    assert told == ([(f"{more:,}", "comparison" + "s" * (more > 1))] if more else [])
    # All comparisons are counted by metric where the table is cut.
    counted = text.partition("## By metric")[2].partition("## ")[0]
    assert bool(counted) == bool(more)
    if more:
        numbers = [row.split("|")[-2] for row in counted.splitlines() if re.match(r"\| [FR]", row)]
        assert sum(map(int, numbers)) == total


def test_comparisons_are_in_the_order_of_what_matters(made_report):
    """By the headline metric first, then what is significant, then what is large."""
    report = made_report([f"m{at}" for at in range(6)], ["qa"])
    for row, (metric, significant, difference) in zip(
        report.comparisons,
        [("f1", False, -0.3), ("x", True, 0.9), ("f1", True, 0.1), ("f1", True, -0.2),
         ("x", False, 0.95)],
        strict=True,
    ):  # fmt: skip
        row.metric, row.significant, row.difference, row.interval = (
            metric, significant, difference, None,
        )  # fmt: skip
    part = summary(report).partition("## Against the baseline")[2]
    assert re.findall(r"[+−]\d+\.\d+", part.partition("## ")[0]) == [
        "−20.00", "+10.00", "−30.00", "+90.00", "+95.00",
    ]  # fmt: skip


def test_the_summary_has_lines_of_its_own(made_report):
    report = made_report(2, 1)
    report.warnings = ["look_out"]
    found = lines(report)
    assert "- **Warning:** look\\_out" in found
    assert (
        "`report.html` has all tables and the samples, `leaderboard.csv` all scores and "
        "verdicts, `comprehensive_report.json` everything; pictures are in `visualizations`."
    ) in found
    for score in report.scores:
        score.value = None
    assert "No task has a score." in lines(report)


def test_tasks_that_the_summary_leaves_out_are_counted(made_report):
    for tasks, more in ((12, None), (13, "1 more task"), (15, "3 more tasks")):
        text = summary(made_report(2, tasks)).partition("## The best on each task")[2]
        told = re.findall(r"And (\d+ more tasks?) in `report.html`", text.partition("## ")[0])
        assert told == ([more] if more else [])


@pytest.mark.parametrize(
    ("warned", "of", "line"),
    [
        (0, 2, None),
        (1, 1, "- Read before deciding: 1 of 1 comparison has a warning, below."),
        (1, 2, "- Read before deciding: 1 of 2 comparisons has a warning, below."),
        (2, 2, "- Read before deciding: 2 of 2 comparisons have a warning, below."),
    ],
)
def test_comparisons_with_warnings_are_counted(made_report, warned, of, line):
    report = made_report(of + 1, 1)
    for at, row in enumerate(report.comparisons):
        row.warnings = ["look"] if at < warned else []
    assert [each for each in lines(report) if "Read before" in each] == ([line] if line else [])
    assert summary(report).count("(with a warning)") == warned


@pytest.mark.parametrize(
    ("count", "most", "change", "one", "several"),
    [
        (9, 8, "warnings", "1 more warning", "2 more warnings"),
        (4, 3, "flags", "1 more model and task with such outputs",
         "2 more models and tasks with such outputs"),
        (4, 3, "strengths", "1 more strength or weakness", "2 more strengths and weaknesses"),
        (4, 3, "disagreements", "1 more sample", "2 more samples"),
    ],
)  # fmt: skip
def test_notes_that_are_left_out_are_counted(made_report, count, most, change, one, several):
    for extra, told in ((-1, None), (0, one), (1, several)):
        number = count + extra
        report = made_report([f"m{at}" for at in range(number)], 1)
        report.warnings, report.strengths, report.disagreements = [], [], []
        for score in report.scores:
            score.flags = ["2 empty predictions"] if change == "flags" else []
        if change == "warnings":
            report.warnings = [f"warning {at}" for at in range(number)]
        elif change == "strengths":
            report.strengths = [Strength(f"m{at}", "task-1", 0.1) for at in range(number)]
        elif change == "disagreements":
            report.disagreements = [Disagreement("task-1", at, 0.5, {}) for at in range(number)]
        found = [each for each in lines(report) if each.startswith("- …")]
        assert found == ([f"- … {told} in `report.html`."] if told else [])
        part = summary(report).partition("## What to look at\n")[2].partition("## ")[0]
        assert len([each for each in part.splitlines() if each.startswith("- ")]) == min(
            number, most
        ) + bool(told)


@pytest.mark.parametrize(
    ("residual", "line"),
    [
        (0.0199, None), (0.02, "- Strong: m on qa, +2.00 from what its overall level predicts."),
        (-0.0199, None), (-0.02, "- Weak: m on qa, −2.00 from what its overall level predicts."),
        (None, None),
    ],
)  # fmt: skip
def test_strengths_and_weaknesses(made_report, residual, line):
    report = made_report(["m", "n"], ["qa"])
    report.strengths = [Strength("m", "qa", residual)]
    assert [e for e in lines(report) if "level predicts" in e] == ([line] if line else [])


def test_the_hardest_and_the_easiest_task(made_report):
    report = made_report(2, ["a", "b", "c"])
    for task, mean in zip(report.tasks, (0.4, 0.3, 0.5), strict=True):
        task.difficulty.mean = mean
    line = "- Hardest task: b (mean over models 30.00); easiest: c (50.00)."
    assert line in lines(report)
    for means in ((0.3, 0.3, 0.3), (0.3, None, None), (None, None, None)):
        for task, mean in zip(report.tasks, means, strict=True):
            task.difficulty.mean = mean
        assert "Hardest" not in summary(report)


def test_a_best_model_s_ties_are_named(made_report):
    report = made_report([f"m{at}" for at in range(6)], ["qa"])
    scores = sorted(report.scores, key=lambda score: score.model)
    for at, score in enumerate(scores):
        score.value, score.rank, score.tied_with = 0.9 - 0.1 * at, 1 + at, []
    best = scores[0]
    for count, told in ((0, "–"), (1, "m1"), (3, "m1, m2, m3"), (5, "m1, m2, m3 and 2 more")):
        best.tied_with = [f"m{at}" for at in range(1, count + 1)]
        [row] = [each for each in lines(report) if each.startswith("| qa | F1 | m0 |")][:1]
        assert row.split(" | ")[3] == told


def test_the_introduction_counts(made_report):
    assert "2 models, 1 task, baseline gemma-2b-it. Scores are percent" in summary(
        made_report(2, 1)
    )
    assert "1 model, 2 tasks. Scores are percent" in summary(made_report(1, 2))
    alone = made_report(1, 1)
    alone.agreement = []
    page = to_html(alone)
    assert (
        "<li>1 model</li>\n<li>1 task</li>\n<li>500 samples</li>\n<li>95 % intervals</li>" in page
    )
    several = made_report(2, 3)
    several.agreement = []
    page = to_html(several)
    assert "<li>2 models</li>\n<li>3 tasks</li>\n<li>1,500 samples</li>" in page
    assert "<li>baseline: <bdi>gemma-2b-it</bdi></li>" in page
    report = made_report(2, 1)
    report.agreement = []
    assert "<li>500 samples</li>" in to_html(report)
    report.tasks[0].n = 1
    assert "<li>1 sample</li>" in to_html(report)


@pytest.mark.parametrize("spread", [0.5, 0.004])
def test_samples_on_which_models_differ(made_report, spread):
    report = made_report(2, 1)
    task = report.tasks[0].name
    report.disagreements = [Disagreement(task, "q1", spread, {})]
    apart = f"by F1, the best model's score is {100 * spread:.2f} points above the worst one's"
    assert f"- Sample q1 of {task}: {apart}." in lines(report)
    for score in report.scores:
        score.better, score.percent = "lower", False
    apart = f"by F1 (lower is better), the models' scores are up to {spread:.2f} apart"
    assert f"- Sample q1 of {task}: {apart}." in lines(report)


def test_of_many_trainings_the_first_ones_are_told(made_report):
    report = made_report(2, ["a", "b", "c", "d"])
    report.learning_curves = [
        LearningCurve(task.name, task.headline, "run1", [], 4000, 3000) for task in report.tasks
    ]
    told = [each for each in lines(report) if each.startswith("- Training")]
    assert told == [
        f"- Training run1 on {name}: best at step 4,000; step 3,000 is as good within noise."
        for name in "abc"
    ]
    for curve in report.learning_curves:
        curve.best_step = None
    assert "Training" not in summary(report)


# --- tables of other formats, and pairs


def test_a_table_s_header_is_found_in_a_compressed_file(tmp_path, capsys):
    """Columns have names there: groups, times and states are known by them."""
    for name, status in (("a", "ok"), ("b", "error")):
        with gzip.open(tmp_path / f"{name}.csv.gz", "wt", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "prediction", "reference", "subject", "status", "latency_s"])
            for at in range(6):
                state = status if at == 0 else "ok"
                writer.writerow([at, GOOD, GOOD, ["law", "art"][at % 2], state, 1.5])
    paths = [str(tmp_path / f"{name}.csv.gz") for name in "ab"]
    options = ["--metrics", "f1", "--lang", "en", "--breakdown", "subject", "--format", "json"]
    assert main(["compare", *paths, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [group["value"] for group in found["breakdowns"][0]["groups"]] == ["art", "law"]
    assert [(e["model"], e["error_rate"]) for e in found["efficiency"]] == [
        ("a", 0.0), ("b", pytest.approx(1 / 6)),
    ]  # fmt: skip
    assert [score["flags"] for score in found["scores"]] == [
        [], ["1 of 6 records failed, counted as wrong (5 succeeded)"],
    ]  # fmt: skip


def test_pairs_without_a_common_sample_are_not_compared(tmp_path, capsys):
    for name, kept in (("a", 0), ("b", 1), ("c", 0)):
        rows = [
            {"id": at, "prediction": GOOD, "reference": GOOD,
             "status": "ok" if at % 2 == kept else "error"}
            for at in range(8)
        ]  # fmt: skip
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    paths = [str(tmp_path / f"{name}.jsonl") for name in "abc"]
    options = ["--metrics", "f1,bleu_4", "--lang", "en", "--failed", "exclude", "--format", "json"]
    assert main(["compare", *paths, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    for metric in ("f1", "bleu_4"):
        tests = {e["model"]: e for e in found["comparisons"] if e["metric"] == metric}
        assert (tests["b"]["difference"], tests["b"]["n"]) == (None, 0)
        assert (tests["c"]["difference"], tests["c"]["n"]) == (0.0, 4)
        [pair] = [e for e in found["pairs"] if e["metric"] == metric]
        assert (pair["model"], pair["other"], pair["difference"], pair["n"]) == ("b", "c", None, 0)
    report = ComparisonReport.from_dict(found)
    assert [type(pair) for pair in report.pairs] == [PairComparison] * 2
    assert report.conclusion.standings[0].not_compared == ["b"]


# --- what the page says around its tables


def page_of(made_report, **changes):
    """Return the text of a page whose scores and comparisons are changed like this."""
    report = made_report(2, 1)
    report.agreement = []
    settings = {name: changes.pop(name) for name in ("level", "correction") if name in changes}
    report.settings = structs.replace(report.settings, **settings)
    for each in (*report.scores, *report.comparisons):
        for name, value in changes.items():
            setattr(each, name, value)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", to_html(report)))


@pytest.mark.parametrize(
    ("changes", "there", "missing"),
    [
        (
            {},
            ["scores in percent, differences in percentage points", "← worsebetter →",
             "p = 0.0004, better", "95 % intervals", "its 95 % interval",
             "Differences are model minus baseline.",
             "Only significant differences are called better or worse.",
             "p-values are adjusted by Holm's method.", "p, adjusted"],
            ["without colour", "← lessmore →", "as their metrics have them"],
        ),
        (
            {"better": "lower"},
            ["F1 (lower is better)", "← worsebetter →", "p = 0.0004, worse"],
            ["without colour", "← lessmore →", "p = 0.0004, better"],
        ),
        (
            {"better": None},
            ["Columns without colour have no better or worse.", "← lessmore →",
             "p = 0.0004, different"],
            ["← worsebetter →", "p = 0.0004, better"],
        ),
        (
            {"percent": False},
            ["scores and differences as their metrics have them, not in percent"],
            ["scores in percent"],
        ),
        ({"level": 0.99}, ["99 % intervals", "its 99 % interval"], ["95 %"]),
        ({"correction": "none"}, ["p-values are not adjusted."], ["p, adjusted", "Holm"]),
        (
            {"correction": "bh"},
            ["p-values are adjusted by Benjamini and Hochberg's method."],
            ["Holm"],
        ),
    ],
)  # fmt: skip
def test_the_page_says_how_to_read_its_tables(made_report, changes, there, missing):
    text = page_of(made_report, **changes).replace("&#39;", "'")
    assert [each for each in there if each not in text] == []
    assert [each for each in missing if each in text] == []


# --- how tables write


def test_tables_write_levels_cells_and_warnings(made_report):
    report = made_report(2, 2)
    report.warnings = ["look"]
    report.settings = structs.replace(report.settings, level=0.9)
    score, row = report.scores[0], report.comparisons[0]
    score.value, score.rank, score.letters, row.significant = 0.5, 2, "bc", True
    row.difference, row.better = 0.125, "higher"
    row.all_tokens = AllTokensComparison(-0.25, None, 0.001, 0.001, significant=True)
    text = str(Comparison(report))
    assert text.splitlines()[-1] == "WARNING: look"
    note = "* best of its row, by its value alone; scores by the paired tests"
    assert text.splitlines().count(note) == 1
    assert "90 % interval" in text
    assert "95 %" not in text
    assert re.search(r" 50\.00 \(2 bc\) ", text)
    assert re.search(r" \+12\.50 .* better\b", text)
    assert re.search(r" \+12\.50 .* better \| +−25\.00, worse ", Comparison(report).to_markdown())
    latex = Comparison(report).to_latex()
    assert f"{report.models[0].name} & " in latex
    assert "% WARNING: look" in latex.splitlines()
    assert Comparison(report).to_markdown().splitlines()[-1] == "**Warning:** look"


def test_the_samples_that_differ_most_are_twenty():
    references = [f"red fox number {at}" for at in range(30)]
    models = {"a": scored(references, references), "b": scored(["red"] * 30, references)}
    assert len(compare(models, **FEW).report.disagreements) == 20
    models["b"] = scored(["red"] * 19 + references[19:], references)
    assert len(compare(models, **FEW).report.disagreements) == 19
