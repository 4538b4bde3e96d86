"""The predictions that extractors are tried on do not depend on the order of samples."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.answers import Extraction, ExtractionTally, changes
from textmetrics.evaluation import looked_at
from textmetrics.evaluation.health import ExtractionHealth
from textmetrics.evaluation.lengths import LengthPairs
from textmetrics.evaluation.looked_at import LookedAt

TEXTS = st.lists(st.text(alphabet="ab*", max_size=9) | st.sampled_from(["**a**", "b" * 21]))


def never(_before, _after):
    return False


def expected(texts, most, characters):
    """Return the definition: how often each of the texts with the lowest hashes occurs."""
    found, length = {}, 0
    candidates = {text for text in texts if len(text) <= characters}
    order = {int(key): text for text in candidates for key in looked_at._hashes([text])}
    for key in sorted(order)[:most]:
        length += len(order[key])
        if length > characters:
            break
        found[order[key]] = texts.count(order[key])
    return found


@settings(max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.data())
def test_parts_look_at_what_the_whole_looks_at(parts, data):
    with (
        mock.patch.object(looked_at, "_TEXTS", 4),
        mock.patch.object(looked_at, "_MOST_WAITING", 6),
        mock.patch.object(looked_at, "_CHARACTERS", 20),
    ):
        merged = LookedAt()
        for part in data.draw(st.permutations(parts)):
            own = LookedAt()
            for begin in range(0, len(part), 3):
                own.add(part[begin : begin + 3])
                if data.draw(st.booleans()):
                    own = LookedAt.of(own.tried(never).rows())
            if data.draw(st.booleans()):
                merged.merge(own)
            else:
                merged.add(part)
        texts = [text for part in parts for text in part]
        wanted = expected(texts, 4, 20)
        assert sorted(row[2] for row in merged.rows() if row[2]) == sorted(wanted.values())
        changed = sum(count for text, count in wanted.items() if list(changes(text)))
        assert merged.would_change(never)["markdown"] == changed
        assert merged.predictions == sum(wanted.values())


def test_a_frequent_text_counts_as_often_as_it_comes():
    health = ExtractionHealth(ExtractionTally(Extraction()))
    for _ in range(20):
        health.looked_at.add(["**a**"] * 700 + ["b"] * 300)
    assert health.to_dict() == {"looked_at": 20_000, "would_change": {"markdown": 14_000}}


def test_about_as_many_are_changed_as_in_all():
    """Of many different texts a sample is taken, in which shares are what they are."""
    looked = LookedAt()
    looked.add([f"**{at}**" if at % 4 == 0 else f"answer {at}" for at in range(20_000)])
    assert looked.predictions == 300
    assert 50 <= looked.would_change(never)["markdown"] <= 100  # 75, two in three within 8


# --- lengths, likewise


LENGTHS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 40)), max_size=40)


@settings(max_examples=100)
@given(st.lists(LENGTHS, min_size=1, max_size=4), st.data())
def test_parts_have_the_lengths_of_the_whole(parts, data):
    """Few pairs are told apart here, so that lengths are rounded."""
    import numpy as np

    from textmetrics.evaluation import lengths as module

    def of(pairs):
        its = LengthPairs()
        for at in range(0, len(pairs), 7):
            its.add(*np.array(pairs[at : at + 7], dtype=np.int64).reshape(-1, 2).T)
        return its

    with mock.patch.object(module, "_MOST_PAIRS", 10):
        whole = of([pair for part in parts for pair in part])
        merged = LengthPairs()
        for part in data.draw(st.permutations(parts)):
            own = of(part)
            merged.merge(LengthPairs.of(own.rows(), own.bits))
        assert (merged.rows(), merged.bits) == (whole.rows(), whole.bits)
        assert len(whole.rows()) <= 10 or whole.bits == 1
        assert whole.quantile(0.5) == merged.quantile(0.5)


def test_rounded_lengths_are_close():
    import numpy as np

    random = np.random.default_rng(20261129)
    predictions, references = random.integers(1, 3000, (2, 200_000))
    its = LengthPairs()
    its.add(predictions, references)
    assert its.bits < 32
    for share in (0.05, 0.5, 0.95):
        exact = float(np.quantile(predictions / references, share))
        assert abs(its.quantile(share) / exact - 1) < 0.02


def test_very_many_samples_may_have_the_same_lengths():
    """As many as a state merged from many shards may have, counted exactly."""
    lengths = LengthPairs.of([(3, 2, 2**32 + 1), (4, 2, 2**53 + 1)])
    assert LengthPairs.of(lengths.rows()).rows() == [(3, 2, 2**32 + 1), (4, 2, 2**53 + 1)]
    for impossible in (-1, 0, 2**63):
        with pytest.raises(ValueError, match="rows of a length"):
            LengthPairs.of([(3, 2, impossible)])
