"""What happened in a run, in lines for people: each attempt, and how it ended."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from textmetrics._escape import pluralized
from textmetrics.monitor.figures import FIGURES, figure_text
from textmetrics.monitor.recorded import Attempt, RecordedRun

__all__ = ["history"]

_MOST = 20
_STDERR = 3  # lines


def history(run: RecordedRun) -> list[str]:
    """Return what was run, a line for each attempt, and what should be known of the files.

    Lines may have characters that other people wrote; escape them before they are shown.
    """
    return list(_lines(run))


def _lines(run: RecordedRun) -> Iterator[str]:
    commands = [each.command for recording in run.recordings for each in recording.sessions]
    if command := next(filter(None, commands), ()):
        yield f"command: {shlex.join(command)}"
    if len(run.recordings) > 1:
        yield f"ranks: {len(run.recordings)}"
    left_out = len(run.attempts) - _MOST
    if left_out > 0:
        yield f"the first {pluralized(left_out, 'attempt')}: not listed"
    sessions = [attempt.session for attempt in run.attempts]
    for at, attempt in enumerate(run.attempts):
        if at >= left_out:
            resumed = at > 0 and sessions[at] != sessions[at - 1]
            yield from _attempt(attempt, resumed=resumed)
    if not run.attempts:
        yield "nothing was started"
    yield from run.notes


def _attempt(attempt: Attempt, *, resumed: bool) -> Iterator[str]:
    took = f"{figure_text(attempt.seconds, FIGURES['running_s'])} s"
    by_hand = " (resumed by hand)" * resumed
    yield f"attempt {attempt.number}{by_hand}: {_ended(attempt, took)}"
    if attempt.outcome == "crashed":
        yield from (f"  stderr: {line}" for line in attempt.stderr[-_STDERR:])


def _ended(attempt: Attempt, took: str) -> str:
    if attempt.outcome == "running":
        return f"running for {took}"
    if attempt.outcome == "no end":
        return f"no end was recorded; the last line is {took} after the start"
    if attempt.outcome == "crashed":
        return f"crashed after {took}: {attempt.cause}"
    if attempt.outcome == "stopped" and attempt.code is None and attempt.signal is None:
        return f"ended with its process after {took}"
    if attempt.outcome == "stopped":
        return f"stopped on request after {took}: {attempt.cause}"
    return f"finished after {took}"
