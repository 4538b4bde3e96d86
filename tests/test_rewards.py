"""Rewards are called as trainers call them, and are what `evaluate` gives, to the last bit."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate, register_metric
from textmetrics.languages import LANGUAGES
from textmetrics.metrics import METRICS, Values
from textmetrics.rewards import (
    Reward,
    compute_score,
    compute_scores,
    openrlhf_reward,
    reward_of,
    roll_reward,
    slime_reward,
)
from textmetrics.rewards.texts import without_end_marks

GOLD = ["a red fox ran", "the sky is blue", "5"]
GROUPS = [text for text in GOLD for _ in range(2)]
SAID = ["a red fox", "fox fox fox red ran", "blue sky", "", "it is 5", "6"]
NUMBERS = ("numeric", "multiple_choice")

words = st.sampled_from(
    ["the", "cat", "sat", "-5", "5%", "C#", "é", "“", "的", "北京", "は", "東京"]
)
plain = st.lists(words, max_size=8).map(" ".join)


@pytest.fixture
def unwarned(monkeypatch):
    """Stand for a process that has not warned yet."""
    monkeypatch.setattr("textmetrics.rewards.texts._warned", [])


# As trainers call them.


def trl_step(reward, prompts, completions, inputs):
    """Call as `GRPOTrainer` does: all by keyword, every column of the data among them."""
    keys = [key for key in inputs[0] if key not in ("prompt", "completion", "completion_ids")]
    columns = {key: [example[key] for example in inputs] for key in keys}
    ids = [[1, 2, 3]] * len(completions)
    found = reward(
        prompts=prompts,
        completions=completions,
        completion_ids=ids,
        trainer_state=object(),
        log_extra=print,
        log_metric=print,
        **columns,
    )
    assert reward.__name__  # what it logs
    assert not inspect.iscoroutinefunction(reward)
    return [value if value is not None else float("nan") for value in found]


def test_trl_gives_strings():
    inputs = [{"prompt": "?", "solution": text, "id": 5} for text in GROUPS]
    rewards = trl_step(Reward(lang="en"), ["?"] * 6, SAID, inputs)
    assert rewards == evaluate(SAID, GROUPS, lang="en", metrics=["f1"])["f1"].samples.tolist()
    assert all(type(value) is float for value in rewards)


def test_trl_gives_messages():
    said = [[{"role": "assistant", "content": text}] for text in SAID]
    inputs = [{"prompt": [{"role": "user", "content": "?"}], "answer": text} for text in GROUPS]
    reward = Reward("bleu_4", column="answer", lang="en")
    rewards = trl_step(reward, [each["prompt"] for each in inputs], said, inputs)
    expected = evaluate(SAID, GROUPS, lang="en", metrics=["bleu_4"])["bleu_4"]
    assert rewards == expected.samples.tolist()
    assert rewards[0] > 0  # of the sentence: the corpus is not smoothed


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ([{"content": "fox"}], "fox"),  # as trl.rewards' own examples have it
        ([{"role": "assistant", "content": [{"type": "text", "text": "fox"}]}], "fox"),
        (
            [
                {"role": "assistant", "content": "a call", "tool_calls": []},
                {"role": "tool", "content": "sky"},
                {"role": "assistant", "content": "fox", "reasoning_content": "sky"},
            ],
            "fox",
        ),
        (({"role": "assistant", "content": "fox"},), "fox"),
        ([{"role": "tool", "content": "fox"}], None),
        ([{"role": "assistant", "content": None}], None),
        ([{"role": "assistant", "content": 5}], None),
        ([], None),
        (["fox"], None),
        (None, None),
        (b"fox", None),
        (5, None),
    ],
)
def test_what_was_said(completion, text):
    reward = Reward(lang="en")
    assert reward([completion], solution=["fox"]) == [float(text is not None)]
    assert reward.counts["not_text"] == (text is None)


def test_ms_swift_makes_an_orm_and_gives_completions_first():
    class ORM:  # the base class in its own form
        def __init__(self, args=None, **kwargs):
            self.args = args

    class TokenF1(ORM):
        reward = Reward("f1", lang="en")

        def __call__(self, completions, **columns):
            return self.reward(completions, **columns)

    columns = {"solution": GROUPS, "messages": [[]] * 6, "trainer_state": None}
    rewards = TokenF1(args=object())(SAID, **columns)
    assert rewards == Reward("f1", lang="en")(SAID, **columns)


def verl_function(path, name, reward_kwargs):
    """Find a function as verl does."""
    module = importlib.import_module(path.removeprefix("pkg://").replace("/", "."))
    function = getattr(module, name)

    def merged(extra, **kwargs):
        return function(**{**kwargs, **extra})

    return partial(merged, reward_kwargs)


@pytest.mark.parametrize("path", ["pkg://textmetrics.rewards", "pkg://textmetrics/rewards"])
@pytest.mark.parametrize(
    ("options", "alike"),
    [
        ({}, Reward()),
        ({"metric": "rouge_l", "lang": "en"}, Reward("rouge_l", lang="en")),
        ({"metric": {"f1": 1, "bleu_4": 2}}, Reward({"f1": 1, "bleu_4": 2})),
        ({"extract": ["think"], "stopwords": ["red"]}, Reward(extract="think", stopwords=["red"])),
    ],
)
def test_verl_imports_a_function_and_gives_one_at_a_time(path, options, alike):
    score = verl_function(path, "compute_score", options)
    router = {"reward_router_address": "somewhere", "reward_model_tokenizer": None}
    for others in ({}, router):
        rewards = [
            score(
                data_source="ours",
                solution_str=said,
                ground_truth=truth,
                extra_info={"num_turns": 1},
                **others,
            )
            for said, truth in zip(SAID, GROUPS, strict=True)
        ]
        assert rewards == alike(SAID, solution=GROUPS)


def test_verl_reads_parquet_and_skips_nothing():
    several = np.array(["a dog", "a red fox"], dtype=object)
    assert compute_score("ours", "red fox", several, None, lang="en") == 1.0
    assert compute_score("ours", "6 - 1 = 5", np.int64(5), metric="numeric") == 1.0
    before = reward_of("numeric").counts["no_reference"]
    assert compute_score("ours", "5", None, {}, metric="numeric") == 0.0
    assert reward_of("numeric").counts["no_reference"] == before + 1


# What they are.


@pytest.mark.parametrize("name", METRICS.names())
def test_a_reward_is_the_value_of_the_metric(name):
    gold = ["5", "B", "7 red foxes (C)"]
    said = ["it is 5", "The answer is (A)", "a red fox 7 (C)"]
    if name in ("multiple_select", "judgement"):
        gold, said = ["(A), true", "(B), false"], ["(A), true", "(A), true"]
    if name in NUMBERS:
        gold[1 if name == "numeric" else 0] = "6 (A)"
    headline = METRICS.get(name).headline
    named = f"{name}.recall" if headline == "recall" != name else name
    score = evaluate(said, gold, lang="en", metrics=[name])[name]
    # A metric that is better when lower is a reward with a negative weight.
    reward = Reward({named: -1.0} if score.better == "lower" else named, lang="en")
    sign = -1.0 if score.better == "lower" else 1.0
    assert reward(said, solution=gold) == [sign * value for value in score.samples.tolist()]


@given(
    rows=st.lists(
        st.tuples(plain, st.lists(plain, min_size=1, max_size=3)), min_size=1, max_size=6
    ),
    name=st.sampled_from(["f1", "bleu_4", "rouge_2.recall", "precision", "contains"]),
    lang=st.sampled_from(LANGUAGES.names()),
    backend=st.sampled_from(["auto", "reference"]),
)
def test_rewards_are_the_samples_of_an_evaluation(rows, name, lang, backend):
    said, gold = map(list, zip(*rows, strict=True))
    metric = name.partition(".")[0]
    expected = evaluate(said, gold, lang=lang, metrics=[metric], backend=backend)[metric]
    reward = Reward(name, lang=lang, backend=backend)
    for _ in range(3):  # new references, references seen, references kept
        assert reward(said, solution=gold) == expected.samples.tolist()


@given(rows=st.lists(st.tuples(plain, plain), min_size=1, max_size=6))
def test_a_reward_does_not_depend_on_its_neighbours(rows):
    said, gold = map(list, zip(*rows, strict=True))
    alone = [evaluate([a], [b], metrics=["f1"])["f1"].samples[0] for a, b in rows]
    assert Reward()(said, solution=gold) == alone


def test_recall_is_a_reward_only_where_it_is_named():
    """A completion that repeats the reference ten times over has all of it, and an F1 of 2/11."""
    long = ["a red fox ran " + "sky " * 27], ["red fox ran"]
    assert Reward("rouge_1.recall", lang="en")(long[0], solution=long[1]) == [1.0]
    assert Reward("recall", lang="en")(long[0], solution=long[1]) == [1.0]
    f1 = Reward("f1", lang="en")(long[0], solution=long[1])
    assert f1 == Reward("rouge_1", lang="en")(long[0], solution=long[1]) == [2 * 0.1 / 1.1]


def test_the_best_reference_is_that_with_the_best_value():
    """By recall the short reference is the best one, by F1 and by precision the long one."""
    said, gold = ["red fox ran far"], [["red", "red fox ran home"]]
    assert Reward("rouge_1.recall", lang="en")(said, solution=gold) == [1.0]
    assert Reward("rouge_1", lang="en")(said, solution=gold) == [0.75]
    assert Reward("rouge_1.precision", lang="en")(said, solution=gold) == [0.75]


def test_flexeval_looks_at_the_first_reference_whatever_the_value():
    said, gold = ["red fox"], [["blue", "red fox"]]
    for name in ("rouge_1", "rouge_1.recall", "rouge_1.precision"):
        assert Reward(name, preset="flexeval")(said, solution=gold) == [0.0]


def test_a_weighted_sum():
    parts = [Reward(name, lang="en")(SAID, solution=GROUPS) for name in ("f1", "bleu_4")]
    total = Reward({"f1": 0.75, "bleu_4": -0.5}, lang="en")
    expected = [0.75 * a + -0.5 * b for a, b in zip(*parts, strict=True)]
    assert total(SAID, solution=GROUPS) == expected
    assert total.__name__ == "f1+bleu_4"
    assert Reward(name="mine").__name__ == "mine"
    assert repr(Reward(column="x")) == "<Reward f1, references in 'x'>"


def test_presets_and_their_options():
    for preset, options, name in (
        ("squad", {}, "f1"),
        ("rouge_score", {"stemmer": True}, "rouge_l"),
        ("sacrebleu", {"smoothing": "floor"}, "bleu_4"),
    ):
        expected = evaluate(SAID, GROUPS, preset=preset, metrics=[name], **options)[name]
        reward = Reward(name, preset=preset, **options)
        assert reward(SAID, solution=GROUPS) == expected.samples.tolist()


def test_extraction_takes_the_answer_out_first():
    reward = Reward("numeric", extract="think,boxed")
    said = [r"<think>7</think>\boxed{5}", "<think>5", "5", r"\boxed{5} or 6"]
    assert reward(said, solution=[5, 5, 5, 5]) == [1.0, 0.0, 1.0, 1.0]
    assert (reward.counts["extracted"], reward.counts["emptied"]) == (3, 1)


# Whatever is given.


@pytest.mark.filterwarnings("ignore:a reference of type")
def test_without_a_reference_there_is_no_reward(unwarned):
    gold = [None, float("nan"), [], [None], np.array([]), {"a": 1}, True, b"5", "x", ["x", 5], 5.0]
    gold += [Decimal("NaN"), Decimal("5.00"), [Decimal("sNaN"), Decimal(5)]]
    with pytest.warns(RuntimeWarning, match="cannot be used"):
        found = Reward("numeric")(["5"] * len(gold), solution=gold)
    assert found == [None] * 9 + [1.0, 1.0, None, 1.0, 1.0]
    reward = Reward()
    assert reward(["fox"] * 3, solution=[None, "fox", ""]) == [None, 1.0, 0.0]
    assert reward([], solution=[]) == []
    assert reward.counts == {
        "completions": 3,
        "no_reference": 1,
        "unusable_reference": 0,
        "left_out": 0,
        "not_text": 0,
        "surrogates": 0,
        "extracted": 0,
        "emptied": 0,
        "slow": 0,
    }


def test_what_a_preset_leaves_out_of_its_mean_gets_nothing():
    """ms-swift's means are without samples that have an empty side; a reward for saying nothing
    must be no better than one for nonsense."""
    for metric in ("rouge_l", {"rouge_l": 1.0, "rouge_1": 1.0}):
        reward = Reward(metric, preset="ms_swift")
        empty, right = reward(["", "fox"], solution=["fox", "fox"])
        assert (empty, reward.counts["left_out"]) == (0.0, 1)
        assert right > 0.99


hostile_text = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["\ud800", "\x00" * 50, "<think>" * 9, "{" * 999, "9" * 5000, "1e999", "５" * 30, "\u202e x"]
)
anything = st.recursive(
    hostile_text | st.none() | st.booleans() | st.integers() | st.floats() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "type", "text"]), inner)
    ),
    max_leaves=6,
)


@pytest.mark.filterwarnings("ignore:a reference cannot be used")
@pytest.mark.filterwarnings("ignore:a reference of type")
@given(
    rows=st.lists(st.tuples(anything, anything), max_size=4),
    metric=st.sampled_from(["f1", {"numeric": 1, "contains": 1}, "multiple_choice", "bleu_4"]),
    lang=st.sampled_from(["auto", *LANGUAGES.names()]),
    extract=st.sampled_from([None, "think,fence,markdown,prefix,boxed", "json:a,boxed"]),
)
def test_nothing_that_is_given_raises(rows, metric, lang, extract):
    said, gold = [row[0] for row in rows], [row[1] for row in rows]
    reward = Reward(metric, lang=lang, extract=extract)
    found = reward(said, solution=gold)
    assert all(value is None or 0 <= value <= 2 for value in found)
    assert len(found) == len(rows)
    assert reward.counts["no_reference"] == found.count(None)
    assert reward.counts["completions"] == len(rows)
    for a, b, value in zip(said, gold, found, strict=True):
        one = compute_score("ours", a, b, metric=metric, lang=lang, extract=extract)
        assert one == (value or 0.0)


def test_a_lone_surrogate_is_no_letter():
    reward = Reward(lang="en")
    assert reward(["red \ud800 fox"], solution=["red fox \udfff"]) == [1.0]
    assert reward.counts["surrogates"] == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Reward("f2"), ValueError, "unknown metric 'f2'"),
        (lambda: Reward("f1.recal"), ValueError, "no value 'recal': there is f1.precision, f1.rec"),
        (lambda: Reward("bleu_4.f1"), ValueError, "no value 'f1': there is its headline alone"),
        (lambda: Reward({}), ValueError, "no metric asked for"),
        (lambda: Reward(["f1"]), TypeError, r"weights, such as \{'f1'.*, got list"),
        (lambda: Reward(metrics=["f1"]), TypeError, "one metric=, which may be names with weights"),
        (lambda: Reward({"f1": True}), TypeError, "names with numbers, got 'f1': True"),
        (lambda: Reward({"f1": "x"}), TypeError, "names with numbers, got 'f1': 'x'"),
        (lambda: Reward({"f1": float("inf")}), ValueError, "weight of 'f1' must be finite"),
        (lambda: Reward(langs="en"), TypeError, "unexpected keyword argument 'langs'"),
        (lambda: Reward(colum="x"), TypeError, "did you mean 'column'.* known: column, name, lang"),
        (
            lambda: Reward(smoothing="x"),
            TypeError,
            "'smoothing' is an option of preset='sacrebleu'",
        ),
        (lambda: Reward(colum="x", preset="squad"), TypeError, "preset 'squad' has no option"),
        (lambda: Reward()(["a"]), TypeError, "no column 'solution' was given.*there are none"),
        (lambda: Reward()(["a"], x=["b"]), TypeError, "with column=; there are x"),
        (lambda: Reward()(["a"], solution=["b", "c"]), ValueError, "1 completion but 2 in column"),
        (lambda: Reward()(["a", "b"], solution="bc"), ValueError, "2 completions but 1 in"),
        (lambda: Reward()(5, solution=["b"]), TypeError, "completions must be"),
        (lambda: Reward()(["a"], solution=None), TypeError, "solution must be"),
        (
            lambda: Reward("rouge_l", preset="rouge_chinese")(["a"], solution=[["b", "c"]]),
            ValueError,
            "takes one reference per sample",
        ),
        (lambda: compute_score("x", "a", "b", metrics=["f1"]), TypeError, "metrics"),
    ],
)
def test_what_a_programmer_does_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()


# In which process and thread ever.


def numbered(step, size=30):
    gold = [f"word{n // 5} red fox {step}" for n in range(size)]
    return [f"red word{n % 7} {step}" for n in range(size)], gold


def scored(reward, step):
    said, gold = numbered(step)
    return reward(said, solution=gold)


def scored_once(step):
    said, gold = numbered(step)
    return [compute_score("ours", a, b, lang="en") for a, b in zip(said, gold, strict=True)]


REWARDS = [
    Reward(lang="en"),
    Reward({"rouge_l": 1, "bleu_4": 0.5}, extract="think"),
    Reward("rouge_l", preset="rouge_score", stemmer=True),
]


@pytest.mark.parametrize("reward", REWARDS, ids=lambda reward: reward.__name__)
def test_a_copy_gives_the_same_and_counts_for_itself(reward):
    expected = scored(reward, 1)
    copy = pickle.loads(pickle.dumps(reward))
    assert copy.counts["completions"] == 0
    assert scored(copy, 1) == expected
    assert (copy.__name__, copy.column) == (reward.__name__, reward.column)


@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_another_process(start):
    if start not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system cannot {start}")
    reward = REWARDS[1]
    expected = [scored(reward, step) for step in range(3)]
    before = [reward.counts["completions"], scored_once(0)]
    with ProcessPoolExecutor(1, multiprocessing.get_context(start)) as pool:
        assert list(pool.map(partial(scored, reward), range(3))) == expected
        assert pool.submit(scored_once, 0).result() == before[1]
    assert reward.counts["completions"] == before[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_while_other_threads_are_at_it():
    """In a process of its own: a child that waits for ever must not stop the tests."""
    code = """
import os, threading
from textmetrics.rewards import Reward, compute_score
reward = Reward(lang="en")
stop = threading.Event()
def work():
    while not stop.is_set():
        reward(["a red fox"] * 20, solution=["the fox"] * 20)
        compute_score("ours", "fox", "red fox")
threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
for each in threads: each.start()
for _ in range(20):
    pid = os.fork()
    if not pid:
        right = reward(["a red fox"], solution=["the fox"]) == [2 / 3]
        os._exit(0 if right and compute_score("ours", "fox", "fox") == 1.0 else 1)
    assert os.waitpid(pid, 0)[1] == 0
stop.set()
for each in threads: each.join()
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


def test_many_threads_at_once():
    reward = Reward({"f1": 1, "bleu_4": 1}, lang="en")
    expected = [scored(Reward({"f1": 1, "bleu_4": 1}, lang="en"), step % 5) for step in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda step: scored(reward, step % 5), range(40))) == expected
        ones = list(pool.map(lambda step: scored_once(step % 5), range(20)))
    assert reward.counts["completions"] == 40 * 30
    assert ones == [scored_once(step % 5) for step in range(20)]


def test_threads_are_shared_among_the_ranks_of_a_host(monkeypatch):
    used = []
    pipeline = Reward(lang="en")._pipeline
    for ranks in ("1", "1000000"):
        monkeypatch.setenv("LOCAL_WORLD_SIZE", ranks)
        used.append(pipeline.threads)
    assert used[0] >= used[1] == 1
    assert Reward(threads=3)._pipeline.threads == 3


def test_references_that_come_again_are_kept(monkeypatch):
    from textmetrics.rewards import reward

    found = reward.ReferenceCache(threading.Lock())
    assert found.find(["a", "b", "a"]) is None  # no more are kept than are read beside completions
    new, _ = found.find(["c", "d"] * reward._SHARED_TO_CACHE)
    assert new.texts == ["c", "d"]  # a large group shares its reference at once
    first, places = found.find(["b", "a", "b"])
    assert [first.texts[at] for at in places] == ["b", "a", "b"]
    again, _ = found.find(["a"])
    assert again is first
    for text in map(str, range(100)):  # nothing of this comes again
        assert found.find([text]) is None
    assert found.find(["b"])[0] is first
    monkeypatch.setattr(reward, "_MOST_CHARACTERS", 5)
    found.find(["e"])
    assert found.find(["b"]) is None


# Metrics of which lower values, or neither, are better.


def test_lower_values_need_a_negative_weight(missing):
    message = "metric 'missing' is better when lower: give it a negative weight"
    for metric in ("missing", {"f1": 1, "missing": 0.5}):
        with pytest.raises(ValueError, match=message):
            Reward(metric)
    reward = Reward({"missing": -1}, lang="en")
    assert reward(["red fox", "red"], solution=["red fox"] * 2) == [0.0, -1.0]
    both = Reward({"f1": 1, "missing": -0.5}, lang="en")
    assert both(["red fox", ""], solution=["red fox"] * 2) == [1.0, -1.0]


def test_a_metric_without_direction_is_no_reward(token_count):
    for weight in (1, -1, 0):
        with pytest.raises(ValueError, match="'token_count' cannot be a reward: neither higher"):
            Reward({"token_count": weight})


def test_a_completion_without_text_gets_the_worst_value(error_rate, missing):
    reward = Reward({"error_rate": -1}, lang="en")
    assert reward([None, "fox"], solution=["fox", "fox"]) == [-1.0, 0.0]
    assert reward.counts["not_text"] == 1
    # There is no worst number of missing tokens.
    reward = Reward({"missing": -1, "f1": 1}, lang="en")
    assert reward([None, "fox"], solution=["fox", "fox"]) == [None, 1.0]
    assert compute_score("ours", None, "fox", metric={"f1": 1}) == 0.0


@pytest.mark.parametrize(("high", "expected"), [(1.0, -1.0), (np.inf, None)])
def test_what_a_metric_leaves_out_gets_the_worst_value(missing, temporary, high, expected):
    part = Reward({"missing": -1})._parts[0]
    metric = replace(
        part.metric,
        name="missed",
        bounds=(0.0, high),
        values=lambda counts: Values(counts["match_1"] / counts["reference_length"]),
    )
    temporary(METRICS)
    register_metric(metric)
    reward = Reward({"missed": -1}, lang="en")
    assert reward(["", "fox"], solution=["", "red fox"]) == [expected, -0.5]
    assert reward.counts["left_out"] == 1


# Mappings whose meaning is plain: verl's search_r1_like_qa_em.py reads ground_truth["target"].
@pytest.mark.parametrize(
    "reference",
    ["fox", {"target": ["cat", "fox"]}, {"target": "fox"}, {"answer": "fox"},
     {"ground_truth": ["fox"]}, {"target": np.array(["fox"], dtype=object)},
     {"style": "rule", "ground_truth": {"target": ["fox"]}}, {"target": None, "answer": "fox"}],
)  # fmt: skip
def test_mappings_are_references_where_their_meaning_is_plain(reference):
    assert Reward("accuracy", lang="en")(["fox"], solution=[reference]) == [1.0]


def test_booleans_are_references():
    assert Reward("accuracy", lang="en")(["true", "no"], solution=[True, False]) == [1.0, 0.0]


def test_what_cannot_be_used_is_counted_and_warned_of_once(unwarned):
    class Odd:
        pass

    reward = Reward("f1", lang="en")
    with pytest.warns(RuntimeWarning, match="a reference of type Odd cannot be used") as found:
        reward(["fox"] * 3, solution=[Odd(), Odd(), None])
    assert reward(["fox"], solution=[Odd()]) == [None]  # without another warning
    assert len(found) == 1
    assert (reward.counts["unusable_reference"], reward.counts["no_reference"]) == (3, 4)
    assert reward(["fox"] * 2, solution=[{"a": 1}, "fox"]) == [None, 1.0]  # nor of another type


@pytest.mark.parametrize(
    ("metric", "reference", "found"),
    [
        ("numeric", "无解", "no single number to judge by: '无解'"),
        ("numeric", r"2\pi", "no single number to judge by"),
        ("multiple_choice", "Paris", "no letter to judge by"),
        ("judgement", "東京", "no judgment to judge by"),
        ({"f1": 0.5, "numeric": 0.5}, "(1, 2)", "no single number to judge by"),
    ],
)
def test_a_reference_that_a_metric_cannot_judge_by_is_warned_of(metric, reference, found, unwarned):
    reward = Reward(metric, lang="en")
    with pytest.warns(RuntimeWarning, match=f"a reference cannot be used: found {found}"):
        assert reward(["5"] * 2, solution=[reference] * 2) == [None, None]
    assert reward(["5"], solution=[reference]) == [None]  # without another warning, an error here
    assert (reward.counts["unusable_reference"], reward.counts["no_reference"]) == (3, 3)


@pytest.mark.filterwarnings("error")
def test_a_missing_reference_is_not_warned_of(unwarned):
    reward = Reward("numeric", lang="en")
    missing = [None, float("nan"), [], [None], {}, {"target": None}, {"target": []}, "", " "]
    assert reward(["5"] * len(missing), solution=missing) == [None] * len(missing)
    assert reward.counts["unusable_reference"] == 0


def test_verl_calls_for_a_batch():
    # verl 0.9.1, workers/reward_manager/batch.py: plural names, by keyword.
    found = compute_scores(
        data_sources=np.array(["a", "b", "c"], dtype=object),
        solution_strs=["red fox", "cat", "x"],
        ground_truths=[{"target": ["fox"]}, "cat", None],
        extra_infos=[{}, {}, {}],
        lang="en",
    )
    assert found == [compute_score("a", "red fox", "fox", lang="en"), 1.0, 0.0]


@pytest.mark.integration("torch")
def test_openrlhf_calls():
    # OpenRLHF 0.11.2, utils/agent.py: three positional lists.
    found = openrlhf_reward(Reward("accuracy", lang="en"))(
        ["Q? fox", "Q? cat"], ["Q?"] * 2, ["fox", None]
    )
    assert found["rewards"].tolist() == found["scores"].tolist() == [1.0, 0.0]


@pytest.mark.integration("torch")
def test_openrlhf_leaves_special_tokens():
    found = openrlhf_reward(Reward("accuracy", lang="en"))(
        ["Q?</s> fox<|im_end|>", "Q? fox</s>\n<pad><pad>", "Q? fox <|im_end|> x"],
        ["Q?</s>", "Q?", "Q?"],
        ["fox"] * 3,
    )
    assert found["rewards"].tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", "5"),
        ("5 \n", "5 \n"),  # nothing to cut off, so nothing changes
        ("", ""),
        ("5<|im_end|>", "5"),
        ("五。<|eot_id|>", "五。"),
        ("５<｜end▁of▁sentence｜>", "５"),
        ("ご<end_of_turn>\n<eos>", "ご"),
        ("5 </s> <pad><pad>\n", "5"),
        ("<|endoftext|>", ""),
        ("<|im_end|>5", "<|im_end|>5"),
        ("</s> ends a text", "</s> ends a text"),
        ("<s>5</s", "<s>5</s"),
        ("a < b> <|user|>", "a < b> <|user|>"),  # not a mark of an end
        ("<think>5</think>", "<think>5</think>"),
        ("x" + "<pad> " * 20_000, "x"),
    ],
)
def test_marks_at_the_end_of_a_text(text, expected):
    assert without_end_marks(text) == expected


@pytest.mark.integration("torch")
def test_roll_calls():
    # ROLL, pipeline/rlvr/rewards: tensors of a batch of ids, all float16.
    import torch

    said = {1: "fox", 2: "cat", 3: "red fox"}
    data = SimpleNamespace(
        batch={"responses": torch.tensor([[1, 0], [2, 0], [3, 0]])},
        non_tensor_batch={"ground_truth": np.array(["fox", None, "fox"], dtype=object)},
    )
    tokenizer = SimpleNamespace(
        batch_decode=lambda ids, **options: [said[row[0]] for row in ids.tolist()] * bool(options)
    )
    found = roll_reward(Reward("f1", lang="en"))(data, tokenizer)
    assert found["scores"].tolist() == found["response_level_rewards"].tolist()
    assert found["scores"].tolist() == pytest.approx([1, 0, 2 / 3], abs=1e-3)
    assert torch.equal(found["token_level_rewards"], torch.zeros(3, 2, dtype=torch.float16))


def test_slime_calls():
    # slime, rollout/rm_hub/__init__.py: one sample, or a list of them.
    custom_rm = slime_reward(Reward("accuracy", lang="en"))
    samples = [SimpleNamespace(response="fox", label=each) for each in ("fox", "cat", None)]
    assert asyncio.run(custom_rm(None, samples[0])) == 1.0
    assert asyncio.run(custom_rm(None, samples)) == [1.0, 0.0, 0.0]
