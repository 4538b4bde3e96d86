"""Tables fit a terminal, sentences three lines of it, and short names stay unlike each other."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_conclusion import FEW, partly, scored
from textmetrics import compare
from textmetrics.comparison import Comparison, ComparisonSettings, Model, compare_tasks
from textmetrics.comparison.names import columns, shortened
from textmetrics.comparison.phrases import ENGLISH, count
from textmetrics.comparison.tables import interval_disagrees

LONG = [
    f"qwen2.5-7b-instruct-sft-lora-r{rank}-{step}"
    for rank, step in (
        (8, "s1000"),
        (16, "s1000"),
        (16, "s20000"),
        (32, "dpo"),
        (64, "x"),
        (4, "b"),
    )
]
WIDE = [
    "通义千问大模型指令微调版本低秩适配第一千步", "通义千问大模型指令微调版本低秩适配第二千步",
    "日本語大規模言語モデル指示調整版第三回目", "混元大模型", "盘古", "日本語モデル",
]  # fmt: skip
SHORT = ["base", "a", "b", "c", "d", "e"]


def ladder(names, tasks=("all",)):
    """Return results of models each of which is better than the one before."""
    models = {name: scored(partly(range(6 * at + 3))) for at, name in enumerate(names)}
    return {name: dict.fromkeys(tasks, each) for name, each in models.items()}


@pytest.mark.parametrize("names", [SHORT, LONG, WIDE])
@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize(
    "tasks", [("qa",), tuple("vwxyz"), ("a-task-with-a-very-long-name-of-40-c", "问答")]
)
def test_tables_fit_80_columns_and_sentences_three_lines(names, count, tasks):
    found = compare(ladder(names[:count], tasks), metrics=["rouge_l", "f1"], **FEW)
    for sentence in found.report.conclusion.sentences:
        assert columns(sentence) <= 240
    drawn = str(found)
    for block in drawn.split("\n\n"):
        if "──" in block:
            lines = block.splitlines()
            rules = [at for at, line in enumerate(lines) if "──" in line]
            for at in rules:
                body = [lines[at - 1], lines[at]]
                for line in lines[at + 1 :]:
                    if not line.startswith(" "):
                        break
                    body.append(line)
                assert max(map(columns, body)) <= 80
    # All rows and verdicts are there, whatever is left out.
    for task in tasks:
        for name in ("rouge_l", "f1"):
            scores = [s for s in found.report.scores if (s.task, s.metric) == (task, name)]
            assert len(scores) == count
    shown = drawn.count("better") + drawn.count("not significant")
    assert shown >= len(found.report.comparisons)
    # A wide terminal shows every column and every name whole.
    wide = found.to_text(10_000)
    assert "left out to fit" not in wide
    assert "names in full" not in wide


def test_what_is_left_out_and_what_is_short_is_said():
    found = compare(ladder(LONG), metrics=["rouge_l"], **FEW)
    text = str(found)
    told = dict(
        line.split(": ") for line in text.partition("names in full\n")[2].splitlines() if line
    )
    assert sorted(told.values()) == sorted(LONG)
    for form in told:
        assert f" {form} " in text
    left_out = re.findall(r"left out to fit 80 columns, but in Markdown: (.*)", text)
    markdown = found.to_markdown()
    for name in {name for each in left_out for name in each.split(", ")}:
        assert re.search(rf"^\|.* {re.escape(name)} +\|", markdown, re.MULTILINE)
    assert "names in full" not in str(compare(ladder(SHORT[:2]), metrics=["rouge_l"], **FEW))


def test_a_table_in_groups_names_each_metric_once():
    text = str(compare(ladder(SHORT[:3]), **FEW)).partition(": against ")[2]
    groups = re.findall(r"^ (\S.*)\n(?:   \S.*\n)+", text, re.MULTILINE)
    assert groups == [
        "Accuracy",
        "F1",
        "ROUGE-1 recall",
        "ROUGE-2 recall",
        "ROUGE-L recall",
        "BLEU-4",
    ]


# --- short names


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        (["base", "tuned"], 8, ["base", "tuned"]),
        (["abcdefgh"], 8, ["abcdefgh"]),
        (["abcdefghi"], 8, ["abcd…ghi"]),
        # What all long names begin with goes first, up to a mark between parts.
        (["model-x-run-1-a", "model-x-run-2-b", "z"], 12, ["mod…1-a", "mod…2-b", "z"]),
        # Names that differ in the middle alone keep the middle.
        (["aaaaaaaaXaaaaaaaa", "aaaaaaaaYaaaaaaaa"], 8, ["aa…Xaaa…", "aa…Yaaa…"]),
        (["通义千问大模型甲", "通义千问大模型乙"], 10, ["通义…型甲", "通义…型乙"]),
        (["abcdefghi", "abcd…ghi"], 8, None),
    ],
)
def test_short_names(names, most, expected):
    found = shortened(names, most)
    assert list(found) == names
    assert len({*found.values()}) == len(names)
    if expected:
        assert list(found.values()) == expected


@given(
    st.lists(st.text(st.sampled_from("ab-通e\u0301"), min_size=1, max_size=40), unique=True),
    st.sampled_from([12, 16, 24, 32]),
)
def test_short_names_stay_unlike(names, most):
    found = shortened(names, most)
    assert len({*found.values()}) == len(names)
    for name, form in found.items():
        assert form == name or columns(form) <= most
        if columns(name) <= most:
            assert form == name


# --- phrases


def test_every_phrase_has_its_placeholders_and_is_used(request):
    source = "".join(
        (request.config.rootpath / "textmetrics" / "comparison" / name).read_text(encoding="utf-8")
        for name in ("conclusion.py", "evidence.py", "phrases.py")
    )
    outcomes = ("better", "worse", "different", "same", "not compared")
    made = {
        f"{begin} {at}" for begin in ("all", "on", "first", "count", "models") for at in outcomes
    }
    for key in ENGLISH:
        plain = key.removesuffix(".one").removesuffix(".many")
        used = f'"{plain}"' in source.partition("ENGLISH")[0] + source or f'"{key}"' in source
        assert used or key in made
    assert count("other metrics", 1) == "1 other metric"
    assert count("other metrics", 2_000) == "2,000 other metrics"


# --- intervals that say otherwise than the test


@pytest.mark.parametrize(
    ("interval", "significant", "disagrees"),
    [
        ([0.01, 0.2], True, False), ([-0.01, 0.2], True, True), ([0.0, 0.2], True, False),
        ([-0.2, -0.01], True, False), ([-0.2, 0.01], True, True),
        ([0.01, 0.2], False, True), ([-0.01, 0.2], False, False), ([0.0, 0.2], False, False),
        ([-0.2, -0.01], False, True), ([-0.2, 0.0], False, False),
        (None, True, False), ([None, 0.2], False, False),
    ],
)  # fmt: skip
def test_an_interval_that_says_otherwise(made_report, interval, significant, disagrees):
    report = made_report(2, 1)
    report.conclusion = None
    for test in report.comparisons:
        test.interval, test.significant, test.family = interval, significant, 1
    assert interval_disagrees(report.comparisons[0]) == disagrees
    name = report.comparisons[0].model
    line = f"verdicts go by p; the interval alone would say otherwise of {name} (F1)"
    assert (line in str(Comparison(report)).splitlines()) == disagrees
    report.comparisons[0].p_value = None
    assert not interval_disagrees(report.comparisons[0])


def test_an_interval_that_says_otherwise_is_told_beside_the_sentence():
    """Six wins of six: McNemar's exact p is 2 / 64 = 0.031; five of five: 0.0625."""
    for wins in (6, 5):
        models = {"a": scored(partly(range(20))), "b": scored(partly(range(20 + wins)))}
        found = compare(models, metrics=["accuracy"], **FEW).report
        [test] = found.comparisons
        assert test.p_value == pytest.approx(2 / 2**wins)
        disagrees = interval_disagrees(test)
        line = "The verdict by Accuracy goes by the test; the interval alone would say otherwise."
        assert (line in found.conclusion.sentences) == disagrees


# --- --where


def test_models_are_chosen_without_a_second_comparison():
    models = ladder(SHORT[:4], ("qa", "mt"))
    tasks = compare(models, **FEW).tasks
    settings = ComparisonSettings.of(**FEW)
    calls = []

    def choose(seen):
        calls.append([each.name for each in seen])
        return [each.name for each in seen if each.mean_rank < 2]

    names = [Model(name) for name in models]
    found = compare_tasks(tasks, names, settings, choose=choose).report
    assert calls == [SHORT[:4]]
    kept = [each.name for each in found.models]
    assert kept[0] == "base"  # the baseline stays
    assert len(kept) < 4
    # The same as if the others had not been there: no test depends on other models.
    alone = compare({name: models[name] for name in kept}, **FEW).report
    assert found == alone
    assert {frozenset((e.model, e.other)) for e in found.pairs} == {
        frozenset(pair) for pair in combinations(kept[1:], 2)
    }
