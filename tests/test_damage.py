"""Files of records and saved states that are damaged: a result, or one clear line; never more.

Here they meet what was found before, and a few hundred drawn by a seed. `make soak` draws
thousands; `python -m tests.damage NUMBER` and `python -m tests.damage_states NUMBER` try one again.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.damage import CASES, DEEP, Damaged, found_in, no_hang, problem
from tests.damage_states import damaged, loaded
from textmetrics import Evaluator
from textmetrics.records import InvalidRecords, open_samples

pytestmark = pytest.mark.timeout(300)
SEED, FILES, STATES = 17, 400, 400


def test_damaged_files_give_a_result_or_one_clear_line():
    assert [(found.number, said) for found, said in found_in(SEED, range(FILES))] == []


def test_damaged_states_are_refused_or_possible():
    found = loaded(SEED, range(STATES))
    assert found.keys() == {"refused", "loaded", "the same"}
    assert found["refused"] > STATES * 3 / 4


def test_files_and_states_are_those_of_their_numbers():
    assert Damaged.drawn(SEED, 5) == Damaged.drawn(SEED, 5) != Damaged.drawn(SEED, 6)
    one, other = (json.dumps(damaged(SEED, 5)) for _ in range(2))
    assert one == other


def test_most_files_are_damaged_and_many_are_read():
    """Else nothing would be tried: no change is left out, and none makes all files alike."""
    files = [Damaged.drawn(SEED, number) for number in range(FILES)]
    steps = Counter(step for each in files for step in each.steps)
    assert min(steps.values()) > FILES / 100
    assert len({raw for each in files for raw in each.files.values()}) > FILES / 2
    assert max(len(raw) for each in files for raw in each.files.values()) <= 1 << 16


# --- what was found


def changed_excel() -> bytes:
    """Return a file of Excel whose sheet is damaged, though its list of files is not."""
    raw = bytearray((CASES / "excel.xlsx").read_bytes())
    at = raw.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    raw[at + 20] ^= 4
    return bytes(raw)


LABELED = '[{"annotation_id": 1, "annotator": 1, "lead_time": 1, "text": "a", "id": %s}]'
OF_PARTS = '{"choices": [{"message": {"content": [{"type": %s, "text": "a"}]}}], "reference": "a"}'
FOUND = {
    "an id that is an object": ("a.json", LABELED % '{"a": 1}'),
    "an id that is a list": ("a.json", LABELED % "[1]"),
    "a part whose type is an object": ("a.jsonl", OF_PARTS % "{}"),
    "a part whose type is a list": ("a.jsonl", OF_PARTS % "[]"),
    "a sheet that is damaged": ("a.xlsx", changed_excel()),
    "deep brackets as an answer": ("a.jsonl", json.dumps({"prediction": DEEP, "reference": "a"})),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(name, tmp_path):
    suffix, content = FOUND[name]
    raw = content.encode() if isinstance(content, str) else content
    assert problem(Damaged(0, {suffix: raw}, ()), tmp_path) is None


@pytest.mark.parametrize("field", ["prediction", "text"])
def test_many_lines_in_another_encoding_are_read_in_linear_time(field, tmp_path):
    """What the encoding is told by is looked at once a block, not once a line."""
    path = tmp_path / "latin.jsonl"
    texts = (f"Käse über {at} öde Straßen, déjà vu, naïve" for at in range(3000))
    lines = (f'{{"{field}": "{text}", "reference": "a"}}\n' for text in texts)
    path.write_bytes("".join(lines).encode("latin-1") + b'{"prediction": "a", "reference": "a"}\n')
    invalid = InvalidRecords(skip=True)
    with no_hang(20), open_samples(path, invalid) as reader:
        assert sum(map(len, reader)) == 1
    assert invalid.count == 3000
    assert "--encoding" in str(invalid.first[0])


def test_damaged_states_of_no_samples_are_refused():
    """Nothing is computed of such a state before it is taken."""
    evaluator = Evaluator(metrics=["f1"])
    for damage in (
        lambda state: state["ways"]["tokenizers"].update(en=["words"]),
        lambda state: state["ways"]["stopwords"].update(en=["none"]),
        lambda state: (state["content"]["f1"].update(n=2**63), state.pop("words")),
        lambda state: (state["content"]["f1"].update(n=2**63), state.update(words=[])),
    ):
        state = json.loads(json.dumps(evaluator.state_dict()))
        damage(state)
        with pytest.raises(ValueError, match="not a valid state_dict: "):
            evaluator.load_state_dict(state)
