"""The fixture ``textmetrics_gate`` for pytest: a test fails if scores are too low or got worse.

pytest loads this module in every run, so all else is imported once a test asks for the fixture.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from textmetrics.integrations.gate import TextMetricsGate

_UPDATE = "--textmetrics-update-baseline"
_STARTED = time.time()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes baselines."""
    parser.getgroup("textmetrics").addoption(
        _UPDATE,
        action="store_true",
        help="write the baselines that textmetrics_gate names, instead of comparing with them",
    )


@pytest.fixture
def textmetrics_gate(request: pytest.FixtureRequest) -> TextMetricsGate:
    """Return a function that scores predictions, and fails the test if a score is too bad.

    ``textmetrics_gate(predictions, references, rouge_l=0.4, lang="en")`` fails below 0.4. See
    ``textmetrics.integrations.gate.TextMetricsGate``.
    """
    from textmetrics.integrations.gate import TextMetricsGate

    update = bool(request.config.getoption(_UPDATE))
    return TextMetricsGate(request.node, update=update, started=_STARTED)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the baselines that were written, by whichever process."""
    for reports in terminalreporter.stats.values():
        for each in reports:
            for name, value in getattr(each, "user_properties", ()):
                if name == "textmetrics_baseline_written" and each.when == "call":
                    terminalreporter.write_line(f"textmetrics: wrote {value}")
