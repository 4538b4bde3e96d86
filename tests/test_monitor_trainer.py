"""A trainer of transformers under a monitor: what it marks, and what a kill leaves."""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest

from textmetrics.integrations.transformers import MonitorCallback
from textmetrics.monitor import MonitoredRun, read_curves


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path))
    return tmp_path


def events(folder):
    """Return what was marked, as event and what belongs to it."""
    return [
        {name: value for name, value in json.loads(line).items() if name not in ("time", "clock")}
        for line in (folder / "events.jsonl").read_bytes().splitlines()
    ]


class Trainer:
    """Calls a callback as a trainer does."""

    def __init__(self, callback, **state):
        self.callback = callback
        begin = {"global_step": 0, "epoch": 0, "num_input_tokens_seen": 0}
        self.state = SimpleNamespace(**{**begin, "is_world_process_zero": True, **state})

    def tell(self, event, **given):
        called = getattr(self.callback, f"on_{event}")
        assert called("args", self.state, "control", model=None, **given) is None

    def step(self, epoch, tokens=0):
        self.state.global_step += 1
        self.state.epoch = epoch
        self.state.num_input_tokens_seen += tokens
        self.tell("step_end")


def test_what_is_marked(folder):
    trainer = Trainer(MonitorCallback())
    trainer.tell("init_end")
    trainer.tell("train_begin")
    trainer.tell("epoch_begin")
    trainer.step(0.5, 30)
    trainer.tell("log", logs={"loss": 0.5, "epoch": 0.5, "num_input_tokens_seen": 30})
    trainer.step(1.0, 40)
    trainer.tell("epoch_end")
    trainer.tell("log", logs={"eval_loss": 0.25, "epoch": 1.0})
    trainer.tell("evaluate", metrics={"eval_loss": 0.25, "test_f1": math.nan, "epoch": 1.0})
    trainer.tell("save")
    trainer.tell("epoch_begin")
    trainer.step(1.5, 5)
    trainer.tell("epoch_end")
    trainer.tell("log", logs={"train_runtime": 3, "total_flos": 7})
    trainer.tell("event_of_a_later_version", something=1)
    found = events(folder)
    [save] = [each for each in found if each.get("name") == "checkpoint"]
    assert 0 <= save.pop("seconds") < 60
    assert found == [
        {"event": "epoch", "epoch": 1},
        {"event": "step", "step": 1, "tokens": 30},
        {"event": "mark", "name": "train", "loss": 0.5, "step": 1},
        {"event": "step", "step": 2, "tokens": 40},
        {"event": "epoch_end", "epoch": 1},
        {
            "event": "mark", "name": "eval", "loss": 0.25, "test_f1": None, "step": 2,
            "notes": {"test_f1": "nan"},
        },
        {"event": "mark", "name": "checkpoint", "step": 2},
        {"event": "epoch", "epoch": 2},
        {"event": "step", "step": 3, "tokens": 5},
        {"event": "epoch_end", "epoch": 2, "partial": True},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("done", "step", "marked"),
    [
        (1.5, 6, {"event": "epoch", "epoch": 2, "partial": True}),
        (2.0, 8, {"event": "epoch", "epoch": 3}),
        (0.999999999, 4, {"event": "epoch", "epoch": 2}),  # a sum of fractions
        (0.25, 1, {"event": "epoch", "epoch": 1, "partial": True}),
    ],
)
def test_a_run_that_is_resumed(folder, done, step, marked):
    trainer = Trainer(MonitorCallback(), epoch=done, global_step=step, num_input_tokens_seen=99)
    trainer.tell("train_begin")
    trainer.tell("epoch_begin")
    trainer.step(done + 0.5, 7)
    assert events(folder) == [
        {"event": "mark", "name": "resumed", "step": step},
        marked,
        {"event": "step", "step": step + 1, "tokens": 7},
    ]


def test_tokens_that_nobody_counts_have_a_reason_once(folder):
    trainer = Trainer(MonitorCallback())
    trainer.tell("train_begin")
    trainer.tell("epoch_begin")
    for done in (0.5, 1.0):
        trainer.step(done)
    assert [each["event"] for each in events(folder)] == ["epoch", "step", "missing", "step"]
    assert "include_num_input_tokens_seen" in events(folder)[2]["reason"]


def test_other_processes_mark_nothing(folder):
    trainer = Trainer(MonitorCallback(), is_world_process_zero=False, global_step=2)
    for event in ("train_begin", "epoch_begin", "step_end", "save", "epoch_end"):
        trainer.tell(event)
    trainer.tell("log", logs={"loss": 1})
    trainer.tell("evaluate", metrics={"eval_loss": 1})
    assert list(folder.iterdir()) == []


def test_a_second_training_begins_again(folder):
    trainer = Trainer(MonitorCallback())
    for _ in range(2):
        trainer.state.global_step = trainer.state.epoch = trainer.state.num_input_tokens_seen = 0
        trainer.tell("train_begin")
        trainer.tell("epoch_begin")
        trainer.step(1.0, 3)
        trainer.tell("epoch_end")
    assert events(folder)[:3] == events(folder)[3:]


def test_a_callback_is_plain(folder):
    callback = pickle.loads(pickle.dumps(MonitorCallback()))
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        _ = callback.other
    callback.on_push_begin(None, None, None)
    assert list(folder.iterdir()) == []


# A tiny model of random weights; it kills itself once, in the middle of the second epoch.
TRAINING = """
import os, signal, sys
from pathlib import Path
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments
from textmetrics.integrations.transformers import MonitorCallback

class Kill(TrainerCallback):
    def on_step_end(self, args, state, control, **_):
        marker = Path(args.output_dir, "killed")
        if state.global_step == 6 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

torch.set_num_threads(1)
model = Path(sys.argv[1])
config = GPT2Config(vocab_size=8, n_positions=8, n_embd=8, n_layer=1, n_head=1)
rows = [{"input_ids": [1, 2, 3, 4], "labels": [1, 2, 3, 4]} for _ in range(8)]
trainer = Trainer(
    GPT2LMHeadModel(config),
    TrainingArguments(
        str(model), num_train_epochs=int(sys.argv[2]), per_device_train_batch_size=2, save_steps=3,
        logging_steps=2, eval_strategy="epoch", include_num_input_tokens_seen="non_padding",
        use_cpu=True, dataloader_pin_memory=False, report_to=[], disable_tqdm=True,
    ),
    train_dataset=rows,
    eval_dataset=rows,
    callbacks=[MonitorCallback(), Kill()],
)
trainer.train(resume_from_checkpoint=any(model.glob("checkpoint-*")) or None)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train two epochs, killed once and started again; then go on to the third."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "train.py").write_text(TRAINING)
    environment = {k: v for k, v in os.environ.items() if k not in ("RANK", "LOCAL_RANK")}
    for epochs, options in (("2", ["--restarts", "1", "--backoff", "0.1"]), ("3", [])):
        command = [sys.executable, str(folder / "train.py"), str(folder / "model"), epochs]
        monitored = ["monitor", "--output", str(folder / "run"), *options, "--", *command]
        subprocess.run(
            [sys.executable, "-m", "textmetrics", *monitored],
            env=environment,
            check=True,
            capture_output=True,
            timeout=300,
        )
    return folder / "run"


@pytest.mark.integration("transformers", "torch", "accelerate")
def test_a_training_that_is_killed_and_one_that_is_resumed_are_one_run(trained):
    run = MonitoredRun.read(trained)
    outcomes = [(each.number, each.outcome, each.signal) for each in run.attempts]
    assert outcomes == [(1, "crashed", "SIGKILL"), (2, "finished", None), (3, "finished", None)]
    whole = [(each.number, each.attempt) for each in run.epochs if each.end is not None]
    assert whole == [(1, 1), (2, 2), (3, 3)]
    begun = [(each.number, each.attempt) for each in run.epochs if each.end is None]
    assert begun == [(2, 1), (1, 2)]  # killed in its middle; resumed after three of four steps
    [steps] = run.steps.values()
    numbers = [steps.step[steps.attempt == attempt].tolist() for attempt in (1, 2, 3)]
    assert numbers == [[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 8], [9, 10, 11, 12]]
    assert set(steps.tokens) == {8.0}  # two rows of four
    marked = [(each.name, each.values.get("step"), each.attempt) for each in run.marks]
    assert [each for each in marked if each[0] in ("resumed", "checkpoint")] == [
        ("checkpoint", 3, 1), ("resumed", 3, 2), ("checkpoint", 6, 2), ("checkpoint", 8, 2),
        ("resumed", 8, 3), ("checkpoint", 9, 3), ("checkpoint", 12, 3),
    ]  # fmt: skip
    seconds = [each.values["seconds"] for each in run.marks if each.name == "checkpoint"]
    assert all(0 < each < 60 for each in seconds)


@pytest.mark.integration("transformers", "torch", "accelerate")
def test_the_curves_and_figures_of_a_training(trained):
    curves = read_curves(trained)
    assert curves["train/loss"].steps.tolist() == [2, 4, 6, 8, 10, 12]
    assert curves["eval/loss"].steps.tolist() == [4, 8, 12]
    figures = MonitoredRun.read(trained).figures()
    assert figures["crashes"].value == 1
    assert figures["restarts"].value == 1
    assert figures["tokens_per_s"].value > 0
    assert figures["epoch_s"].value > 0
