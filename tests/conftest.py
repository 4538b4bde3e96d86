"""What all tests share: how Hypothesis runs, and a jieba that may be changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# No deadline: the first example that needs jieba or Sudachi loads a dictionary.
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture
def changeable() -> Iterator[None]:
    """Give back jieba's dictionary as it was."""
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
