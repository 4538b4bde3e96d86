"""What tests share: how Hypothesis runs, a jieba that may be changed, scores by a view, texts."""

from __future__ import annotations

import itertools
import math
import os
import random
import signal
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import settings

from textmetrics import compare, evaluate
from textmetrics.comparison import ComparisonReport
from textmetrics.kernels import Counts, backend
from textmetrics.metrics import (
    METRICS,
    Accumulator,
    Metric,
    Values,
    best_reference,
    register_metric,
)
from textmetrics.scan import encode

os.environ["HF_HUB_OFFLINE"] = "1"  # no test downloads anything
# No test reads what other processes kept; those of one run share it.
if "TEXTMETRICS_CACHE" not in os.environ:
    _kept = tempfile.TemporaryDirectory()
    os.environ["TEXTMETRICS_CACHE"] = _kept.name
# Shells let what runs in the background ignore Ctrl-C, and nohup a closed terminal; so would the
# commands that tests start.
for _name, _usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if (_number := getattr(signal, _name, None)) and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)

# No deadline: the first example that needs jieba or Sudachi loads a dictionary.
settings.register_profile("new", deadline=None, print_blob=True)
# Where a change is judged, the same examples each time: what new ones find is not its fault.
settings.register_profile("ci", settings.get_profile("new"), derandomize=True)
settings.load_profile("new")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests whose large libraries are not installed."""
    for item in items:
        for mark in item.iter_markers("integration"):
            if missing := [name for name in mark.args if find_spec(name) is None]:
                reason = f"needs {', '.join(missing)}: make test-integrations"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def changeable() -> Iterator[None]:
    """Restore jieba's dictionary after a test."""
    import jieba
    from jieba import finalseg

    jieba.initialize()
    dt, splits = jieba.dt, finalseg.Force_Split_Words
    before = dt.FREQ, dt.total, set(splits)
    dt.FREQ = dict(dt.FREQ)
    try:
        yield
    finally:
        dt.FREQ, dt.total = before[:2]
        splits.clear()
        splits.update(before[2])


@pytest.fixture(scope="session")
def installed_package():
    """Return a function that lays a package into a folder as an installer would leave it there."""

    def install(folder, module, entry_points):
        package = folder / "my_package-1.0.dist-info"
        package.mkdir()
        metadata = "Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n"
        (package / "METADATA").write_text(metadata, encoding="utf-8")
        (package / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        (folder / "my_package.py").write_text(module, encoding="utf-8")

    return install


@pytest.fixture
def run(capsys):
    """Return a function that runs a command, and returns its exit code, output and errors."""
    from textmetrics.cli import main

    def call(*arguments):
        code = main(list(arguments))
        return (code, *capsys.readouterr())

    return call


def _counted(view, predictions, references, columns):
    """Count samples under a view: what an evaluator does, in a few lines."""
    samples = [
        [view.tokens(text) for text in (prediction, *given)]
        for prediction, given in zip(predictions, references, strict=True)
    ]
    return backend()(encode(samples), columns, 1)


@pytest.fixture
def scored():
    """Return a function from a metric, the view that it scores and texts to a `Score`.

    Of a metric with columns of a second view, ``words.match_1``, that view is ``words=``.
    """

    def score(metric, view, predictions, references, **others):
        texts = predictions, [[each] if isinstance(each, str) else each for each in references]
        counts = _counted(view, *texts, [name for name in metric.needs if "." not in name])
        columns = dict(counts.columns)
        for name, other in others.items():
            wanted = [c.split(".")[1] for c in metric.needs if c.startswith(f"{name}.")]
            found = _counted(other, *texts, wanted).columns
            columns |= {f"{name}.{column}": values for column, values in found.items()}
        tally = Accumulator(metric, keep=True)
        tally.add(Counts(columns, counts.offsets))
        return tally.score("")

    return score


# English, Chinese, Japanese, both in one text; digits and letters of other kinds, cases that grow,
# marks, characters outside the basic plane, white space that is no space, controls.
PIECES = (
    "The quick brown foxes", "jumped over", "the lazy dog", "a", "An", "running", "3.14", "1,000",
    "C++", "it's", "cannot", "“yes”", "U.S.", "很抱歉，文中没有提及", "自然语言处理", "北京大学",
    "你好", "产品：奶粉", "2024年", "《红楼梦》", "東京タワー", "これはペンです", "データ", "ﾃﾞｰﾀ",
    "行きました。", "GPT-4模型", "T恤", "𠮷野家", "👍🏽", "İstanbul", "ﬁne", "ＡＢＣ１２", "٣", "é",
    "e\u0301", "\u200b", "K", "ẞ", "&quot;", "<skipped>", "x-\n", "\x00", "\x1c",
    *"。！？?…”’“，、.,;:!\n\r\t \u3000\u00a0\x85\u2028_-'\"",
    "。”", "......", "……", "\n\n", " \n ", "。\n\n", "...", ". ", "  ",
)  # fmt: skip
WHOLE = (
    "", " ", ".", "...", "\n", " \n\n ", "。", "!", "the", "你好", "a", "北京", "B",
    "The cat sat on the mat.", "The cat is sitting on the mat.", "the the the the the the the",
    "今天天气很好，我们去公园散步吧。", "今天天气真好，我们去公园散散步吧！", "哈哈哈哈哈哈",
    "東京タワーへ行きました。", "東京タワーに行きました。", "用 Python 3.11 训练 GPT-4 模型。",
    "First line.\nSecond line.\n\nThird line, at last.", "First line.\n\n\nThird line.\n",
    "He said: \"No.\" (1998)", "«Où?» — à l'été, 3,5 %", "ＡＢＣ　ｄｅｆ、１２３", "ABC def,123",
)  # fmt: skip


def _samples(count: int) -> list[tuple[str, list[str]]]:
    """Make samples of one to four references, which are like the prediction by degrees."""
    chance = random.Random(1)
    made = [(one, [other]) for one, other in zip(WHOLE, WHOLE[1:] + WHOLE[:1], strict=True)]
    made += [(each, [each, chance.choice(WHOLE)]) for each in WHOLE]
    while len(made) < count:
        pieces = chance.choices(PIECES, k=chance.randrange(16))
        space = chance.choice(["", " "])
        references = []
        for _ in range(chance.randrange(1, 5)):
            kept = [each for each in pieces if chance.random() < 0.7]
            references.append(space.join([*kept, *chance.choices(PIECES, k=chance.randrange(5))]))
        made.append((space.join(pieces), references))
    return made


@pytest.fixture(scope="session")
def sent_tokenize():
    """Return what nltk's function does, its English model taken from an installed package."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
    from punkt import load_model

    model, parameters = load_model("english"), PunktParameters()
    for name in ("abbrev_types", "collocations", "sent_starters"):
        setattr(parameters, name, getattr(model, name))
    parameters.ortho_context.update(model.ortho_context)
    return PunktSentenceTokenizer(parameters).tokenize


@pytest.fixture(scope="session")
def word_tokenize(sent_tokenize):
    """Return what nltk's function does."""
    from nltk.tokenize.destructive import NLTKWordTokenizer

    words = NLTKWordTokenizer().tokenize
    return lambda text: [word for sentence in sent_tokenize(text) for word in words(sentence)]


@pytest.fixture(scope="session")
def samples():
    """Return predictions with one to four references each; the last texts are long."""
    some = ["the", "fox", "foxes", "3.5", "在", "公园", "テスト", "\n"]
    words = random.Random(2).choices(some, k=6000)
    unstopped = [each for each in words if each != "3.5"]
    long = [(" ".join(words[:3000]), [" ".join(words[200:500]), " ".join(words[3000:3200])])]
    long += [(" ".join(unstopped[:3000]), [" ".join(unstopped[2900:3200])])]
    predictions, references = zip(*_samples(160), *long, strict=True)
    return list(predictions), list(references)


@pytest.fixture(scope="session")
def pairs(samples):
    """Return predictions with the first reference of each."""
    return samples[0], [given[0] for given in samples[1]]


# A document such as `Comparison.to_dict()` gives, made up.
def _made_score(chance, model, task, value):
    def around(middle):
        return [max(middle - 0.021, 0.0), min(middle + 0.023, 1.0)]

    runs = [min(max(value + chance.uniform(-0.005, 0.005), 0.0), 1.0) for _ in range(2)]
    return {
        "model": model, "task": task["name"], "metric": task["headline"],
        "title": {"f1": "F1", "rouge_l": "ROUGE-L recall"}[task["headline"]], "value": value,
        "interval": around(value), "interval_method": "t", "n": task["n"], "runs": runs,
        "run_sd": 0.004, "precision": value, "recall": value, "f1": value,
        "all_tokens": {"value": 0.9 * value, "interval": around(0.9 * value)},
        "signature": "f1|lang:en", "length_ratio": chance.uniform(0.7, 1.9),
        "health": {"empty_predictions": 12}, "flags": ["12 empty predictions"][: int(value < 0.3)],
        "rank": 0, "tied_with": [],
    }  # fmt: skip


def _made_comparison(chance, score, base):
    difference = score["value"] - base["value"]
    significant = abs(difference) > 0.04
    p_value = 0.0004 if significant else min(0.03 / (abs(difference) + 0.01), 1.0)
    numbers = {
        "difference": difference, "interval": [difference - 0.03, difference + 0.03],
        "p_value": p_value / 2, "p_value_adjusted": p_value, "significant": significant,
    }  # fmt: skip
    warnings = ["the verdict depends on stopword removal: +1.20 without, −0.30 over all tokens"]
    return {
        "task": score["task"], "metric": score["metric"], "model": score["model"],
        "baseline": base["model"], "family": 4, "test": "ar", "n": 500, "n_different": 210,
        "wins": 120, "ties": 290, "losses": 90, "effect_size": 0.2, "effect_interval": [0.1, 0.3],
        "minimum_detectable_effect": 0.021, "all_tokens": dict(numbers), **numbers,
        "warnings": warnings if chance.random() < 0.2 else [],
    }  # fmt: skip


def _made_efficiency(chance, model, task):
    times = {"n": 480, "mean": 1.2, "p50": 1.1, "p90": 2.0, "p95": 2.4, "p99": 3.1}
    ends = [1, 64, 128, 256, 512, 1024]
    seconds = [0.0, 0.5, 1.0, 2.0, 3.1]
    return {
        "model": model, "task": task["name"], "n": 500, "succeeded": 480, "error_rate": 0.04,
        "latency_s": times, "ttft_s": None,
        "throughput": {"requests_per_s": 4.1, "output_tokens_per_s": 812.0, "span_s": 122.0},
        "tokens_per_s_by_output_length": [
            {"from": low, "to": high, "n": 96, "tokens_per_s": chance.uniform(20, 90)}
            for low, high in itertools.pairwise(ends)
        ],
        "rating": {"mean": 0.8, "interval": [0.7, 0.9], "n": 60},
        "quality_by_latency": [
            {"from": low, "to": high, "n": 120, "value": chance.uniform(0.3, 0.7)}
            for low, high in itertools.pairwise(seconds)
        ],
    }  # fmt: skip


def _rank(scores):
    scores.sort(key=lambda score: -score["value"])
    for rank, score in enumerate(scores, start=1):
        score["rank"] = rank
        score["tied_with"] = [
            other["model"]
            for other in scores
            if other is not score and abs(other["value"] - score["value"]) < 0.03
        ]


@pytest.fixture(scope="session")
def made_document():
    """Return a function that makes a document of so many, or so named, models and tasks."""

    def make(models, tasks):
        chance = random.Random(7)
        names = (
            [f"gemma-{2 + at}b-it" for at in range(models)] if isinstance(models, int) else models
        )
        tasks = [f"task-{at + 1}" for at in range(tasks)] if isinstance(tasks, int) else tasks
        rows = [
            {"name": name, "lang": "en", "n": 500, "metrics": ["rouge_l", "f1"], "group": None,
             "headline": "rouge_l" if at % 2 else "f1", "breakdown": ["subject"][: int(at < 2)],
             "difficulty": {"mean": 0.45, "spread": 0.05}}
            for at, name in enumerate(tasks)
        ]  # fmt: skip
        scores, comparisons = [], []
        for task in rows:
            middle = chance.uniform(0.2, 0.8)
            found = [
                _made_score(chance, name, task, middle + chance.uniform(-0.1, 0.1))
                for name in names
            ]
            comparisons += [_made_comparison(chance, each, found[0]) for each in found[1:]]
            _rank(found)
            scores += found
        facts = {"layers": 18, "d_model": 2048}
        return {
            "textmetrics": "0.1.0", "schema": 1,
            "settings": {"level": 0.95, "resamples": 10_000, "seed": 12345, "baseline": names[0],
                         "correction": "holm", "failed": "zero", "test": "auto"},
            "models": [
                {"name": name, "params": 1e9 * (at + 2), "tags": ["it"], "facts": facts,
                 "mean_rank": statistics.mean(s["rank"] for s in scores if s["model"] == name),
                 "mean_normalised": chance.random()}
                for at, name in enumerate(names)
            ],
            "tasks": rows, "scores": scores, "comparisons": comparisons,
            "strengths": [
                {"model": name, "task": task["name"], "residual": chance.uniform(-0.05, 0.05)}
                for name in names for task in rows
            ],
            "breakdowns": [
                {"task": task["name"], "field": task["breakdown"][0], "metric": task["headline"],
                 "groups": [
                     {"value": value, "n": n, "scores": {
                         name: {"value": (v := chance.uniform(0.2, 0.8)),
                                "interval": [v - 0.05, v + 0.05]}
                         for name in names}}
                     for value, n in [("physics", 120), ("law", 260), ("中国历史", 120)]]}
                for task in rows if task["breakdown"]
            ],
            "agreement": [
                {"task": task["name"], "metrics": ["rouge_l", "f1"], "kendall_tau": 0.67}
                for task in rows
            ],
            "disagreements": [
                {"task": rows[0]["name"], "id": "17", "spread": 0.9,
                 "scores": {name: chance.random() for name in names}}
            ],
            "learning_curves": [
                {"task": task["name"], "metric": task["headline"], "series": "", "best_step": 4000,
                 "plateau_step": 3000, "points": [
                     {"step": step, "value": value, "interval": [value - 0.02, value + 0.02]}
                     for step, value in [
                         (1000, 0.3), (2000, 0.4), (3000, 0.45), (4000, 0.46), (5000, 0.455)]]}
                for task in rows
            ],
            "efficiency": [_made_efficiency(chance, name, task) for name in names for task in rows],
            "warnings": ["F1 ranks gemma-2b-it first, recall gemma-3b-it"],
        }  # fmt: skip

    return make


@pytest.fixture(scope="session")
def made_monitors():
    """Return a function that makes the monitored runs of some models: one crashed and went on."""

    def make(models):
        times = [float(at) for at in range(60)]
        used = [None if 30 <= at < 34 else 0.5 + at / 200 for at in range(60)]
        timeline = {
            "time_s": times, "gpu_utilization": used, "cpu_cores": used,
            "memory_bytes": [each and 4e9 * each for each in used],
            "gpu_memory_bytes": [each and 80e9 * each for each in used],
        }  # fmt: skip
        attempts = [
            {"attempt": 1, "start_s": 0.0, "end_s": 30.0, "outcome": "crashed", "code": None,
             "signal": "SIGSEGV"},
            {"attempt": 2, "start_s": 34.0, "end_s": 60.0, "outcome": "finished", "code": 0,
             "signal": None},
        ]  # fmt: skip
        return [
            {
                "model": name, "folder": f"runs/{at}",
                "figures": {"epoch_s": 20.0 + at, "crashes": 1.0, "attempts": 2.0,
                            "crash_rate": 0.5, "samples_per_s": None, "memory_peak_bytes": 3.2e9},
                "details": {"crashes": "SIGSEGV"},
                "reasons": {"samples_per_s": "no step was marked"},
                "attempts": attempts, "timeline": timeline,
                "epochs": [{"epoch": e, "start_s": 20.0 * e, "end_s": None} for e in range(3)],
                "curves": [
                    {"name": "loss", "steps": [1, 2, 3], "values": [2.0, None, 1.0 / (at + 1)]},
                    {"name": "eval/f1", "steps": [3, 9], "values": [0.5, 0.75]},
                ],
            }
            for at, name in enumerate(models)
        ]  # fmt: skip

    return make


@pytest.fixture(scope="session")
def made_report(made_document):
    """Return a function that makes the same document as a report."""
    return lambda models, tasks: ComparisonReport.from_dict(made_document(models, tasks))


@pytest.fixture
def error_rate():
    """Register a metric whose lower values are better: 1 less token F1."""

    def values(counts):
        ratios = 2 * counts["match_1"] / np.maximum(
            counts["prediction_length"] + counts["reference_length"], 1
        )  # fmt: skip
        return Values(1 - ratios)

    needs = {"match_1", "prediction_length", "reference_length"}
    with _registered("error_rate", needs, values, better="lower"):
        yield


@pytest.fixture
def edits_per_word():
    """Register a metric whose lower values are better, and which has no upper bound."""

    def values(counts):
        lengths = counts["prediction_length"] + counts["reference_length"]
        edits = lengths - 2 * counts["match_1"]
        return Values(edits / np.maximum(counts["reference_length"], 1))

    needs = {"match_1", "prediction_length", "reference_length"}
    bounds = (0.0, math.inf)
    with _registered("edits_per_word", needs, values, bounds=bounds, better="lower"):
        yield


@pytest.fixture
def token_count():
    """Register a metric of which neither higher nor lower values are better, above 1."""

    def values(counts):
        return Values(counts["prediction_length"] / 1)

    bounds = (0.0, math.inf)
    with _registered("token_count", {"prediction_length"}, values, bounds=bounds, better=None):
        yield


@pytest.fixture
def missing():
    """Register a metric whose lower values are better, above 1: reference tokens without match."""

    def values(counts):
        return Values((counts["reference_length"] - counts["match_1"]) / 1)

    needs = {"match_1", "reference_length"}
    bounds = (0.0, math.inf)
    label = "Missing tokens"
    with _registered("missing", needs, values, label=label, bounds=bounds, better="lower"):
        yield


@contextmanager
def _registered(name, needs, values, *, label=None, **options):
    def of_samples(counts):
        return best_reference(counts, values(counts), better=options.get("better", "higher"))

    metric = Metric(
        name=name, label=label or name, headline="mean", summary="for a test", source="a test",
        needs=frozenset(needs), values=of_samples, **options,
    )  # fmt: skip
    with METRICS.temporary():
        register_metric(metric)
        yield


@pytest.fixture
def temporary():
    """Return a function after which the test can add to registries what its end removes."""
    with ExitStack() as stack:

        def start(*registries):
            for registry in registries:
                stack.enter_context(registry.temporary())

        yield start


@pytest.fixture
def directed_report(error_rate, token_count):
    """Return the report of a task each whose lower, higher, and neither values are better."""
    references = [f"red fox number {at}" for at in range(40)]
    texts = {
        "bad": [f"red fox {at} and {at * at + 1}" for at in range(40)],
        "good": [text if at % 4 else "red" for at, text in enumerate(references)],
        "steps-2": [text if at % 3 else "red" for at, text in enumerate(references)],
        "steps-10": [text if at % 9 else "red" for at, text in enumerate(references)],
    }
    tasks = {"errors": "error_rate", "scores": "f1", "counts": "token_count"}
    return compare(
        {
            name: {
                task: evaluate(its, references, lang="en", metrics=[metric])
                for task, metric in tasks.items()
            }
            for name, its in texts.items()
        },
        resamples=200,
        correction="bh",  # the tests of all headlines are a family, of which Holm leaves too few
        breakdown=["length"],
    ).report
