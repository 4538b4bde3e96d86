"""TextMetrics in torchmetrics' own collections, and over two processes."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torchmetrics", reason="needs torchmetrics: make test-integrations")
import torch
import torchmetrics

from textmetrics import Evaluator
from textmetrics.evaluation import named_values
from textmetrics.integrations.torchmetrics import TextMetrics
from textmetrics.metrics import METRICS, token_f1
from textmetrics.presets import PRESETS

pytestmark = pytest.mark.integration
PREDICTIONS = ["a red fox", "", "the blue sky ran", "dog dog dog", "fox 5"]
REFERENCES = ["the red fox ran", "red", ["sky", "a blue sky ran over"], "dog", "5"]


def expected(predictions, references, **options):
    evaluator = Evaluator(keep_samples=False, **options)
    evaluator.update(predictions, references)
    return named_values(evaluator.compute())


def close(values):
    return pytest.approx(values, rel=0, abs=1e-12, nan_ok=True)


def floats(values):
    assert all(value.dtype == torch.float64 and value.ndim == 0 for value in values.values())
    return {name: float(value) for name, value in values.items()}


words = st.lists(st.sampled_from(["the", "red", "fox", "ran", "5", "北京", "?"]), max_size=9).map(
    " ".join
)
samples = st.lists(st.tuples(words, st.lists(words, min_size=1, max_size=3)), min_size=1)


@settings(max_examples=40)
@given(st.lists(samples, min_size=1, max_size=4))
def test_any_batches_give_what_an_evaluator_gives(batches):
    metric = TextMetrics(lang="en", stopwords="both", extract="think")
    for batch in batches:
        metric.update(*zip(*batch, strict=True))
    whole = [each for batch in batches for each in batch]
    found = expected(*zip(*whole, strict=True), lang="en", stopwords="both", extract="think")
    assert floats(metric.compute()) == close(found)


_LETTERS = [("A", "A"), ("B", "A"), ("", "C")]
OF_LETTERS = {
    "multiple_choice": _LETTERS,
    "multiple_select": _LETTERS,
    "judgement": [("true", "true"), ("no", "yes"), ("", "false")],
}
"""Samples for metrics whose references are letters, or true or false."""


@pytest.mark.parametrize(
    ("preset", "metrics"),
    [
        *((each.name, None) for each in PRESETS if each.name != "default"),
        *((each.name, list(each.known())) for each in PRESETS if each.name != "default"),
        ("default", [name for name in METRICS.names() if name not in OF_LETTERS]),
        ("default", ["multiple_choice", "multiple_select"]),
        ("default", ["judgement"]),
    ],
)
def test_every_preset_gives_what_an_evaluator_gives(preset, metrics):
    options = {"preset": preset, "metrics": metrics}
    options |= {"lang": "en"} if preset == "default" else {}
    metric = TextMetrics(**options)
    samples = [("5 red 京都", "5 red dog"), ("", "1"), ("7 a b c d e", "7 a b c d")]
    if metrics and metrics[0] in OF_LETTERS:
        samples = OF_LETTERS[metrics[0]]
    for each in samples:
        metric.update(*each)
    assert floats(metric.compute()) == close(expected(*zip(*samples, strict=True), **options))


def test_all_samples_left_out_are_still_samples():
    """Where a preset leaves a sample out of the mean."""
    metric = TextMetrics(preset="ms_swift", metrics=["rouge_1"])
    metric.update([""], ["北京"])
    assert floats(metric.compute()) == expected([""], ["北京"], preset="ms_swift",
                                                metrics=["rouge_1"])  # fmt: skip


def updated(metric):
    metric.update(PREDICTIONS[:2], REFERENCES[:2])
    metric.update(PREDICTIONS[2:], REFERENCES[2:])
    return metric


WHOLE = expected(PREDICTIONS, REFERENCES, lang="en")


@pytest.mark.parametrize(
    "moved",
    [
        lambda m: m.half(),
        lambda m: m.float(),
        lambda m: m.bfloat16(),
        lambda m: m.to(torch.float16),
        lambda m: m.to("cpu", dtype=torch.bfloat16),
        lambda m: m.type(torch.float32),
        lambda m: m.set_dtype(torch.float16),
        lambda m: torch.nn.Sequential(m).half()[0],
        lambda m: torch.nn.Sequential(m).to(torch.float16)[0],
        lambda m: torchmetrics.MetricCollection([m]).set_dtype(torch.float32)["TextMetrics"],
        copy.deepcopy,
        lambda m: m.clone(),
        lambda m: pickle.loads(pickle.dumps(m)),
    ],
)
def test_the_sums_stay_as_exact_wherever_it_goes(moved):
    """A third is no number of 16 bits, and neither is one of 32."""
    metric = TextMetrics(lang="en")
    metric.update(PREDICTIONS[:2], REFERENCES[:2])
    metric.compute()  # kept, and forgotten with the next
    metric = moved(metric)
    assert floats(metric.compute())
    metric.update(PREDICTIONS[2:], REFERENCES[2:])
    assert floats(metric.compute()) == close(WHOLE)
    metric.reset()
    assert floats(updated(metric).compute()) == close(WHOLE)


def test_forward_gives_the_batch_and_keeps_all():
    metric = TextMetrics(lang="en")
    first = metric(PREDICTIONS[:2], REFERENCES[:2])
    assert floats(first) == close(expected(PREDICTIONS[:2], REFERENCES[:2], lang="en"))
    metric(PREDICTIONS[2:], REFERENCES[2:])
    assert floats(metric.compute()) == close(WHOLE)


def test_one_vector_is_the_state():
    metric = updated(TextMetrics(lang="en"))
    (name, state), = metric.metric_state.items()  # fmt: skip
    assert (state.dtype, state.ndim) == (torch.float64, 1)
    assert state[0] == len(PREDICTIONS)
    assert metric._reductions[name] is torchmetrics.utilities.dim_zero_sum
    other = updated(TextMetrics(lang="en"))
    other.merge_state(metric)
    assert floats(other.compute()) == close(expected(PREDICTIONS * 2, REFERENCES * 2, lang="en"))
    assert (other.metric_state[name] == 2 * state).all()


def test_a_saved_state_goes_on():
    metric, other = TextMetrics(lang="en"), TextMetrics(lang="en")
    for each in (metric, other):
        each.persistent(True)
    metric.update(PREDICTIONS[:2], REFERENCES[:2])
    other.load_state_dict(metric.state_dict())
    other.update(PREDICTIONS[2:], REFERENCES[2:])
    assert floats(other.compute()) == close(WHOLE)


def test_in_a_collection_metrics_of_one_state_share_it_and_others_do_not():
    """After a first batch that all get right their numbers are the same."""
    collection = torchmetrics.MetricCollection(
        {
            "one": TextMetrics(metrics=["rouge_1"], lang="en"),
            "two": TextMetrics(metrics=["rouge_2"], lang="en"),
            "again": TextMetrics(metrics=["rouge_1"], lang="en"),
        },
        prefix="test/",
    )
    collection.update(["red fox"], ["red fox"])
    assert sorted(map(sorted, collection.compute_groups.values())) == [["again", "one"], ["two"]]
    collection.update(["red dog"], ["red fox"])
    found = {key: float(value) for key, value in collection.compute().items()}
    assert {name: found[f"test/{name}_recall"] for name in ("one_rouge_1", "two_rouge_2")} == {
        "one_rouge_1": 0.75,
        "two_rouge_2": 0.5,
    }
    assert found["test/again_rouge_1_recall"] == 0.75


TWO_PROCESSES = """
import json, os, sys
import torch.distributed as dist
from textmetrics.integrations.torchmetrics import TextMetrics

folder, runs = sys.argv[1], json.loads(sys.argv[2])
rank = int(os.fork() == 0)
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
lines = []
for shares in runs:
    metric = TextMetrics(lang="en")
    for prediction, reference in shares[rank]:
        metric.update([prediction], [reference])
    found = {name: float(value) for name, value in metric.compute().items()}
    own = int(next(iter(metric.metric_state.values()))[0])  # no longer that of all
    lines.append([found, own])
with open(f"{folder}/{rank}.json", "w", encoding="utf-8") as file:
    json.dump(lines, file)
dist.destroy_process_group()
if rank == 0:
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the two processes are made by a fork")
def test_two_processes_add_up(tmp_path):
    pairs = list(zip(PREDICTIONS, REFERENCES, strict=True))
    runs = [[pairs[:2], pairs[2:]], [[], pairs]]  # one process may have seen nothing
    command = [sys.executable, "-W", "ignore", "-c", TWO_PROCESSES, tmp_path, json.dumps(runs)]
    subprocess.run(command, check=True, timeout=120, env=os.environ | {"OMP_NUM_THREADS": "1"})
    for rank in range(2):
        found = json.loads((tmp_path / f"{rank}.json").read_text(encoding="utf-8"))
        assert [own for _, own in found] == [len(shares[rank]) for shares in runs]
        assert [values for values, _ in found] == [close(WHOLE)] * 2


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({}, ValueError, "lang='auto' is decided by all references"),
        ({"lang": "en", "metrics": ["rougeL"]}, ValueError, "did you mean 'rouge_l'"),
        ({"lang": "en", "keep_samples": True}, TypeError, "keep_samples"),
        ({"lang": "en", "metric_options": {"sink": 1}}, ValueError, "Unexpected keyword"),
        (
            {"preset": "nltk", "smoothing": "method5"},
            ValueError,
            "'bleu_4' of preset 'nltk' .*last",
        ),
    ],
)
def test_wrong_options(options, kind, message):
    with pytest.raises(kind, match=message):
        TextMetrics(**options)


def test_wrong_input_leaves_the_sums():
    metric = TextMetrics(lang="en", metrics=["f1"])
    metric.update(["red"], ["red"])
    for predictions, references, kind in ((["a"], [], ValueError), ([3], ["a"], TypeError)):
        with pytest.raises(kind):
            metric.update(predictions, references)
    assert floats(metric.compute()) == {"f1": 1.0}
    metric.reset()
    with pytest.raises(ValueError, match="no samples"), pytest.warns(UserWarning, match="before"):
        metric.compute()


def test_options_of_torchmetrics():
    metric = TextMetrics(lang="en", metric_options={"sync_on_compute": False})
    assert not metric.sync_on_compute


def test_without_torchmetrics_an_error_says_what_to_install():
    code = (
        "import sys; sys.modules['torch'] = sys.modules['torchmetrics'] = None\n"
        "try:\n    import textmetrics.integrations.torchmetrics\n"
        "except ImportError as error:\n    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install torchmetrics" in run.stdout


def test_which_values_are_better_follows_the_metrics(temporary):
    assert TextMetrics(metrics=["f1"], lang="en").higher_is_better is True
    temporary(METRICS)
    for name, better in (("errors", "lower"), ("ratio", None)):
        METRICS.add(name, replace(token_f1(name), better=better))
    assert TextMetrics(metrics=["errors"], lang="en").higher_is_better is False
    assert TextMetrics(metrics=["ratio"], lang="en").higher_is_better is None
    assert TextMetrics(metrics=["f1", "errors"], lang="en").higher_is_better is None
