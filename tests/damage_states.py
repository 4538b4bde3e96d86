"""Damage saved states of evaluators: each is refused, or is a state that an evaluator may have.

A state is what `Evaluator.state_dict` returns, whose parts are changed, or a state file, which has
a checksum: then bytes are changed, or parts and the checksum too, as somebody does who wants to.

Usage: python -m tests.damage_states [--seed N] [--states N] [NUMBER ...]
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.damage import ODD, cut, flipped, inserted, padded, repeated, swapped
from tests.generated import COMPRESS, DECOMPRESS
from textmetrics import Evaluator
from textmetrics.evaluation import Evaluation

TEXTS = (
    "the cat sat", "a red fox ran", "", "the", "我在北京", "東京です", "大阪", "Zürich ist schön",
    "<think>hm</think> a cat", "5", "x = -1", "50 %",
)  # fmt: skip
OPTIONS: tuple[dict[str, Any], ...] = (
    {"lang": "en", "metrics": ["f1", "bleu_4"], "stopwords": "both", "extract": "think"},
    {"metrics": ["rouge_l"]},
    {"lang": "zh", "metrics": ["accuracy", "bleu_4"], "keep_samples": False},
    {"preset": "sacrebleu"},
    {"preset": "pltrdy", "metrics": ["rouge_l"]},
    {"preset": "ms_swift", "metrics": ["rouge_1"]},
    {"metrics": ["cer"], "lang": "ja"},
    {"metrics": ["contains", "f1"], "lang": "en"},
)
NUMBERS = (
    -1, 0, 1, 2, 3, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**400, 0.5, -0.0,
    float("nan"), float("inf"), "0x1", "-0x1", "0x", "0x" + "f" * 300, "1_0", " 0x1 ", "９",
)  # fmt: skip


@cache
def states() -> list[tuple[dict[str, Any], str]]:
    """Return options of evaluators, and states that they wrote."""
    chance = random.Random(0)
    found = []
    for options in OPTIONS:
        for size in (0, 1, 2, 6, 20):
            evaluator = Evaluator(**options)
            if size:
                evaluator.update(chance.choices(TEXTS, k=size), chance.choices(TEXTS, k=size))
            found.append((options, json.dumps(evaluator.state_dict())))
    return found


class Place(NamedTuple):
    """A part of a state: what holds it, and by what name or number."""

    holder: Any
    key: Any


def places(value: Any) -> Iterator[Place]:
    """Yield all parts of a state, whatever is in others too."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield Place(value, key)
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def damaged(seed: int, number: int) -> tuple[dict[str, Any], Any]:
    """Return options of an evaluator, and a damaged state of it; equal for equal numbers."""
    chance = random.Random(f"{seed}:{number}")
    options, text = chance.choice(states())
    state = json.loads(text)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        own = chance.random() < 0.9  # the settings are much of a small state
        names = [name for name in state if (name != "settings") == own]
        parts = [part for name in names for part in _of(state, name)]
        if not parts:
            continue
        _damage(chance, *chance.choice(parts), parts)
    return options, state


def _of(state: dict[str, Any], name: str) -> Iterator[Place]:
    yield Place(state, name)
    if isinstance(state[name], (dict, list)):
        yield from places(state[name])


def _damage(chance: random.Random, holder: Any, key: Any, parts: list[Place]) -> None:
    value = holder[key]
    how = chance.random()
    if how < 0.35 and isinstance(value, (int, float)):
        changed = chance.choice((value + 1, value - 1, -value, value * 2, *NUMBERS))
        holder[key] = changed
    elif how < 0.35 and isinstance(value, str) and value:
        at = chance.randrange(len(value))
        holder[key] = value[:at] + chance.choice("0f-xZ_ ") + value[at + chance.randrange(2) :]
    elif how < 0.45:
        del holder[key]
    elif how < 0.6:
        other = chance.choice(parts)
        holder[key] = copy.deepcopy(other.holder[other.key])
    elif how < 0.7 and isinstance(holder, dict):
        holder[chance.choice(("f1", "en", "x", "", "headline", str(key).upper()))] = value
    elif how < 0.8 and isinstance(value, list) and value:
        value.append(copy.deepcopy(chance.choice(value)))
    else:
        holder[key] = chance.choice(NUMBERS if chance.random() < 0.5 else ODD)


def outcome(options: dict[str, Any], state: Any) -> str:
    """Return what becomes of a state: ``refused`` or ``loaded``.

    Raises:
        AssertionError: if it is neither, or what is loaded is impossible.
    """
    evaluator = Evaluator(**options)
    evaluator.update(["a cat", "北京"], ["the cat", "北京"])
    before = evaluator.state_dict()
    given = copy.deepcopy(state)
    try:
        evaluator.load_state_dict(state)
    except (TypeError, ValueError) as error:
        _check_message(str(error))
        assert evaluator.state_dict() == before, "what was refused changed the evaluator"
        return "refused"
    assert _repr(state) == _repr(given), "loading changed the state"
    _check_saved(json.loads(json.dumps(evaluator.state_dict())), state)
    if evaluator.state_dict()["health"]["samples"] or state["waiting"]:
        _check(evaluator.compute())
    _check_use(evaluator)
    return "loaded"


def _check_message(message: str) -> None:
    assert "\n" not in message, message
    assert 0 < len(message) < 2500, message


def _check_use(evaluator: Evaluator) -> None:
    """Check that an evaluator can be merged, and goes on."""
    other = Evaluator.from_pipeline(evaluator.pipeline)
    other.update(["a cat"], ["the cat"])
    other.merge(evaluator)
    _check(other.compute())
    evaluator.update(["a cat"], ["the cat"])
    _check(evaluator.compute())


# --- state files


@cache
def state_files() -> list[tuple[str, bytes]]:
    """Return the suffixes and bytes of state files."""
    chance = random.Random(1)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number, options in enumerate(OPTIONS):
            evaluator = Evaluator(**options)
            evaluator.update(chance.choices(TEXTS, k=6), chance.choices(TEXTS, k=6))
            for suffix in COMPRESS:
                path = Path(folder) / f"{number}.json{suffix}"
                evaluator.save(path)
                found.append((suffix, path.read_bytes()))
    return found


def damaged_file(seed: int, number: int) -> tuple[str, bytes, bytes]:
    """Return the suffix of a state file, its bytes, and what they are damaged to."""
    chance = random.Random(f"{seed}:{number}")
    suffix, raw = chance.choice(state_files())
    if chance.random() < 0.4:
        edited = json.loads(DECOMPRESS[suffix](raw))
        parts = list(places(edited["content"]))
        for _ in range(chance.choice((1, 1, 2))):
            _damage(chance, *chance.choice(parts), parts)
            parts = list(places(edited["content"]))
        return suffix, raw, COMPRESS[suffix](with_checksum(edited))
    changed = raw
    if chance.random() < 0.5:  # what is in it, compressed again
        changed = DECOMPRESS[suffix](raw)
        changed = COMPRESS[suffix](chance.choice(FILE_CHANGES)(chance, changed))
    while changed == raw:
        changed = chance.choice(FILE_CHANGES)(chance, changed)
    return suffix, raw, changed


FILE_CHANGES = (cut, flipped, flipped, flipped, swapped, repeated, inserted, padded)


def with_checksum(edited: dict[str, Any]) -> bytes:
    """Return a state file whose checksum is that of its content."""
    content = json.dumps(edited["content"]).encode()
    head = {"textmetrics_state": edited["textmetrics_state"], "sha256": sha256(content).hexdigest()}
    return json.dumps(head).encode()[:-1] + b', "content": ' + content + b"}"


def file_outcome(suffix: str, raw: bytes, changed: bytes, folder: Path) -> str:
    """Return what becomes of a state file: ``refused``, ``the same`` or ``loaded``.

    Raises:
        AssertionError: if it is loaded with other numbers though its checksum was not made anew, or
            with impossible ones.
    """
    whole, other = folder / f"whole.json{suffix}", folder / f"other.json{suffix}"
    whole.write_bytes(raw)
    other.write_bytes(changed)
    try:
        evaluator = Evaluator.load(other)
    except ValueError as error:
        _check_message(message := str(error))
        assert str(other) in message, message
        return "refused"
    expected = Evaluator.load(whole)
    if evaluator.state_dict() == expected.state_dict():
        return "the same"
    assert _checksum_of(raw, suffix) != _checksum_of(changed, suffix), "damaged, and loaded"
    _check(evaluator.compute())
    _check_use(evaluator)
    return "loaded"


def _checksum_of(raw: bytes, suffix: str) -> str:
    return str(json.loads(DECOMPRESS[suffix](raw))["sha256"])


# --- what must hold


def _repr(state: Any) -> str:
    return json.dumps(state, sort_keys=True)


def _check_saved(found: Any, given: Any, path: str = "") -> None:
    """Check that a state is the one that was given."""
    if isinstance(found, dict):
        assert isinstance(given, dict), path
        assert found.keys() == given.keys(), (
            f"{path} has other fields: {found.keys() ^ given.keys()}"
        )
        for name, value in found.items():
            _check_saved(value, given[name], f"{path}.{name}")
    elif isinstance(found, list):
        assert isinstance(given, list), path
        assert len(found) == len(given), path
        for at, (value, other) in enumerate(zip(found, given, strict=True)):
            _check_saved(value, other, f"{path}[{at}]")
    else:
        assert found == given, f"{path}: {found!r}, given {given!r}"


def _check(evaluation: Evaluation) -> None:
    """Check that an evaluation is possible: no count below 0, no value out of bounds."""
    json.dumps(plain := evaluation.to_dict(), allow_nan=False)
    samples = evaluation.n
    for name, score in evaluation.items():
        low, high = score.bounds
        for each in (score.all_tokens, score):
            if each is None:
                continue
            assert low - 1e-9 <= float(each) <= high + 1e-9, f"{name} is {float(each)}"
            assert 0 <= each.n <= samples, f"{name} has {each.n} of {samples} samples"
            if each.samples is not None:
                scored = each.samples[~_is_nan(each.samples)]
                assert len(each.samples) == samples, name
                assert len(scored) == each.n, f"{name} has {len(scored)} values of {each.n}"
                assert ((scored >= low) & (scored <= high)).all(), name
                mean = float(each) if each.sentence_mean is None else each.sentence_mean
                if each.n:  # some presets round the mean
                    assert math.isclose(scored.mean(), mean, abs_tol=1e-4), f"mean of {name}"
    health = plain["health"]
    for name, value in health.items():
        if isinstance(value, int):
            assert value >= 0, f"{name} is {value}"
            if name not in ("words", "words_dropped", "references_left_out", "unusable_references"):
                assert value <= samples, f"{name} is {value} of {samples} samples"
    assert sum(health["languages"].values()) == samples
    assert health["words_dropped"] <= health["words"]
    evaluation.health.remarks()
    repr(evaluation)


def _is_nan(values: Any) -> Any:
    return values != values


def loaded(seed: int, numbers: Iterable[int]) -> Counter[str]:
    """Return how many states were refused, how many were loaded, and how many were neither.

    Every other one is a file. Of those that are neither, or impossible once they are loaded, the
    number is printed, and why.
    """
    with tempfile.TemporaryDirectory() as folder:
        return Counter(_outcome(seed, number, Path(folder)) for number in numbers)


def _outcome(seed: int, number: int, folder: Path) -> str:
    try:
        if number % 2:
            return file_outcome(*damaged_file(seed, number), folder)
        return outcome(*damaged(seed, number))
    except Exception as error:
        print(f"state {number} of seed {seed}: {type(error).__name__}: {error}")
        return "broken"


def main(arguments: list[str] | None = None) -> int:
    """Say what becomes of states, or of those with the given numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--states", type=int, default=5000)
    parser.add_argument("numbers", type=int, nargs="*")
    options = parser.parse_args(arguments)
    found = loaded(options.seed, options.numbers or range(options.states))
    print(dict(found))
    return found["broken"]


if __name__ == "__main__":
    sys.exit(bool(main()))
