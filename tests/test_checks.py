"""The one check of integers."""

from __future__ import annotations

import numpy as np
import pytest

from textmetrics._checks import parse_whole_number, whole_number


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_become_int(value):
    found = whole_number(value, "n", at_least=3, at_most=3)
    assert (found, type(found)) == (3, int)


@pytest.mark.parametrize("value", [True, np.True_, 3.0, np.float64(3), "3", None, [3]])
def test_what_is_not_a_whole_number(value):
    with pytest.raises(TypeError, match=r"^n must be an integer, got "):
        whole_number(value, "n")


@pytest.mark.parametrize(
    ("value", "bounds", "message"),
    [
        (0, {"at_least": 1}, "n must be at least 1, got 0"),
        (0, {"at_least": 1, "at_most": 1024}, "n must be from 1 to 1,024, got 0"),
        (2000, {"at_least": 1, "at_most": 1024}, "n must be from 1 to 1,024, got 2,000"),
        (2**63, {}, "n must be from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807"),
    ],
)
def test_bounds(value, bounds, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        whole_number(value, "n", **bounds)


def test_whole_numbers_as_text():
    assert parse_whole_number("0") == 0
    assert parse_whole_number("12", at_least=12) == 12
    for text in ("", "-1", "1.0", "²", "٣", "one", "11", "9" * 5000):
        with pytest.raises(ValueError, match=r"^expected an integer of at least 12, got '"):
            parse_whole_number(text, at_least=12)
