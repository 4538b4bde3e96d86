"""Make the tasks and the two tiny models of docs/benchmark.md, and time their answers.

Usage, in the folder of the benchmark:
    python benchmark_models.py tasks
    python benchmark_models.py train NAME [--epochs N]
    python benchmark_models.py time NAME [--requests N]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from textmetrics.monitor import epoch, step

__all__ = ["MODELS", "SAMPLES", "TASKS", "write_tasks"]


# --- two tasks: one of letters with subjects, one of numbers with a chain of thought


@dataclass(frozen=True)
class Example:
    """A question with its answer, as a record of a task has them."""

    question: str
    answer: str
    subject: str
    solution: str

    @property
    def prompt(self) -> str:
        """What the model is asked."""
        return f"{self.question}\nAnswer:"


def _choice(subject: str, question: str, options: Sequence[object], right: int) -> Example:
    listed = " ".join(f"{letter}) {option}" for letter, option in zip("ABCD", options, strict=True))
    letter = "ABCD"[right]
    return Example(f"{question} {listed}", letter, subject, f" {letter}")


def letters(draw: random.Random) -> Example:
    """Return a question with four options: about the alphabet, about sizes or about remainders."""
    subject = draw.choice(["alphabet", "remainders", "sizes"])
    if subject == "alphabet":
        three = draw.sample(ascii_uppercase, 3)
        right = three.index(min(three))
        return _choice(subject, f"First of {' '.join(three)}?", [*three, "none"], right)
    if subject == "sizes":
        one, other = draw.randrange(10, 100), draw.randrange(10, 100)
        right = 2 if one == other else int(other > one)
        return _choice(subject, f"Larger: {one} {other}?", [one, other, "equal", "none"], right)
    number = draw.randrange(1000, 10000)
    return _choice(subject, f"Rest of {number} by 4?", range(4), number % 4)


def numbers(draw: random.Random) -> Example:
    """Return a sum of three numbers, whose solution adds them one after another."""
    a, b, c = (draw.randrange(1, 10) for _ in range(3))
    solution = f" {a}+{b}={a + b}, {a + b}+{c}={a + b + c}. The answer is {a + b + c}."
    return Example(f"{a}+{b}+{c}?", str(a + b + c), "sums", solution)


TASKS = {"letters": letters, "numbers": numbers}
SAMPLES = {"letters": 150, "numbers": 100}
"""How many questions each task has."""
_LONGEST = {"letters": 4, "numbers": 48}
_IGNORED = {"letters": " ", "numbers": r".*The answer is |\\.$"}
_CONFIG = """\
task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}\\nAnswer:"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["\\n"], do_sample: true, temperature: 0.7, max_gen_toks: {longest}}}
metric_list:
- metric: exact_match
  aggregation: mean
  higher_is_better: true
  regexes_to_ignore: ["{ignored}"]
metadata: {{version: 1}}
"""


def held_out(task: str, size: int) -> list[Example]:
    """Return the questions of a task, the same each time, and each only once."""
    draw, found = random.Random(task), {}
    while len(found) < size:
        example = TASKS[task](draw)
        found.setdefault(example.question, example)
    return list(found.values())


def write_tasks(folder: Path, sizes: dict[str, int]) -> None:
    """Write the questions of each task, and its file for lm-evaluation-harness."""
    folder.mkdir(parents=True, exist_ok=True)
    for task, size in sizes.items():
        data = folder / f"{task}.jsonl"
        records = [
            {"id": at, "question": e.question, "answer": e.answer, "subject": e.subject}
            for at, e in enumerate(held_out(task, size))
        ]
        data.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        config = _CONFIG.format(
            name=task, data=data.resolve(), ignored=_IGNORED[task], longest=_LONGEST[task]
        )
        (folder / f"{task}.yaml").write_text(config, encoding="utf-8")


# --- two models: Llama's architecture, a token a character, trained for some seconds


@dataclass(frozen=True)
class Size:
    """The shape of a model, and how long it is trained."""

    width: int
    layers: int
    epochs: int


MODELS = {"tiny": Size(width=32, layers=1, epochs=5), "small": Size(width=64, layers=2, epochs=6)}
_STEPS = 50
"""How many steps an epoch has."""
_BATCH = 64
_CHARACTERS = sorted(
    {*"\n !'()+,-./=?:", *"0123456789", *map(chr, range(65, 91)), *map(chr, range(97, 123))}
)
_POSITIONS = 256
_PAD, _END = "<pad>", "<end>"


def tokenizer() -> Any:
    """Return a tokenizer whose tokens are characters."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.decoders import Fuse
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import PreTrainedTokenizerFast

    names = {name: at for at, name in enumerate([_PAD, _END, *_CHARACTERS])}
    made = Tokenizer(WordLevel(names, unk_token=_END))
    made.pre_tokenizer = Split(Regex(r"[\s\S]"), "isolated")
    made.decoder = Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token=_PAD,
        eos_token=_END,
        clean_up_tokenization_spaces=False,
        model_max_length=_POSITIONS,
    )


def _examples(draw: random.Random, held: set[str]) -> Iterator[Example]:
    """Yield questions to train on, none of which a task has."""
    while True:
        example = draw.choice([letters, numbers])(draw)
        if example.question not in held:
            yield example


def train(name: str, folder: Path, epochs: int | None = None) -> None:
    """Train a model from random weights, and save it; each epoch and step is marked."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    size, codes = MODELS[name], tokenizer()
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(codes),
            hidden_size=size.width,
            intermediate_size=2 * size.width,
            num_hidden_layers=size.layers,
            num_attention_heads=4,
            max_position_embeddings=_POSITIONS,
            bos_token_id=None,
            eos_token_id=codes.eos_token_id,
            pad_token_id=codes.pad_token_id,
            tie_word_embeddings=True,
        )
    )
    held = {each.question for task, many in SAMPLES.items() for each in held_out(task, many)}
    examples = _examples(random.Random(0), held)
    count = size.epochs if epochs is None else epochs
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=count * _STEPS)
    model.train()
    for number in range(1, count + 1):
        with epoch(number):
            for _ in range(_STEPS):
                batch = [next(examples) for _ in range(_BATCH)]
                loss, tokens = _loss(model, codes, batch)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                step(tokens=tokens)
        print(f"{name}: epoch {number}, loss {loss.item():.3f}", flush=True)
    model.save_pretrained(folder)
    codes.save_pretrained(folder)


def _loss(model: Any, codes: Any, batch: Sequence[Example]) -> tuple[Any, int]:
    """Return the loss of the solutions of some questions, and the number of their tokens."""
    import torch

    texts = [f"{each.prompt}{each.solution}{_END}" for each in batch]
    inputs = codes(texts, return_tensors="pt", padding=True, padding_side="right")
    labels = inputs["input_ids"].clone()
    for row, each in zip(labels, batch, strict=True):
        row[: len(codes(each.prompt)["input_ids"])] = -100
    labels[inputs["attention_mask"] == 0] = -100
    logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
    each = torch.nn.functional.cross_entropy(
        logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none"
    )
    # A question counts once, however long its solution is.
    loss = (each.sum(1) / (labels[:, 1:] >= 0).sum(1)).mean()
    return loss, int(inputs["attention_mask"].sum())


# --- how fast they answer: requests of several lengths, one after another


_LENGTHS = (4, 12, 24, 48, 96, 300)


def timed(folder: Path, requests: int) -> Iterator[dict[str, Any]]:
    """Yield a record per request: when it began, and how long its answer took.

    As a server does, it refuses answers that would be longer than the model's positions.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    codes = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    draw = random.Random(0)
    for at in range(requests):
        length = draw.choice(_LENGTHS)
        prompt = codes(numbers(draw).prompt, return_tensors="pt", return_token_type_ids=False)
        record: dict[str, Any] = {"id": at, "start_time": time.time()}
        if length > _POSITIONS:
            yield {**record, "status": "error"}
            continue
        clock = _FirstToken()
        with torch.no_grad():
            model.generate(
                **prompt, max_new_tokens=length, min_new_tokens=length, do_sample=True,
                pad_token_id=codes.pad_token_id, streamer=clock,
            )  # fmt: skip
        yield {
            **record, "latency_s": time.perf_counter() - clock.began, "ttft_s": clock.first,
            "output_tokens": length, "status": "ok",
        }  # fmt: skip


class _FirstToken:
    """Notes when the first token of an answer came, as a streamer of transformers."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.first = 0.0
        self._calls = 0

    def put(self, _: object) -> None:
        """Take the prompt, then one token after another."""
        self._calls += 1
        if self._calls == 2:
            self.first = time.perf_counter() - self.began

    def end(self) -> None:
        """Take the end of the answer."""


def main() -> int:
    """Write the tasks, train a model, or time its answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["tasks", "train", "time"])
    parser.add_argument("name", nargs="?", choices=list(MODELS))
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    if options.what == "tasks":
        write_tasks(Path("tasks"), SAMPLES)
        return 0
    if options.name is None:
        parser.error(f"name a model: {', '.join(MODELS)}")
    folder = Path("models", options.name)
    if options.what == "train":
        train(options.name, folder, options.epochs)
        return 0
    target = Path("runs", options.name, "run_1", "samples_speed_1.jsonl")
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(each) + "\n" for each in timed(folder, options.requests))
    target.write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
