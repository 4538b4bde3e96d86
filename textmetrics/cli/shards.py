"""``score --states``: many files, each scored by itself in a process, and merged."""

from __future__ import annotations

import argparse
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

from textmetrics._escape import pluralized
from textmetrics._threads import default_threads
from textmetrics.cli.evaluators import ChosenPresets, evaluators_of
from textmetrics.cli.inputs import inputs_of
from textmetrics.cli.merge import scores_of
from textmetrics.cli.options import remark_without_values, usage_error, wrong_options
from textmetrics.cli.output import report_invalid_records, show
from textmetrics.cli.program import UsageError, say
from textmetrics.cli.progress import ShardMeter
from textmetrics.cli.tasks import ToldTasks
from textmetrics.evaluation import Evaluator
from textmetrics.records import (
    InputError,
    InvalidRecords,
    OpenError,
    ReadingOptions,
    check_writable,
    is_remote,
    local_path,
    remove_abandoned,
    shown_name,
)
from textmetrics.states import (
    Shard,
    ShardFailed,
    ShardRead,
    ShardScored,
    ShardScorer,
    State,
    merge_shards,
    missing_shards,
    scored_shards,
    shards_of,
)

__all__ = ["run_shards"]


def run_shards(options: argparse.Namespace, presets: ChosenPresets, usual: list[Evaluator]) -> int:
    """Score the files whose states are missing, merge all, and print the result.

    Returns:
        The exit code.

    Raises:
        InputError: if the folder cannot be used, or states cannot be merged.
        UsageError: if an option cannot be saved.
    """
    folder = _made_folder(options.states)
    try:
        shards = shards_of(options.files, options.states)
        jobs = min(options.jobs or default_threads(), len(shards))
        # Nodes of a cluster have other processors than this machine.
        threads = options.threads or (1 if options.ray else max(1, default_threads() // jobs))
        scorer = _scorer(options, presets, usual, threads)
        missing = missing_shards(shards, scorer, threads=default_threads())
        if taken := len(shards) - len(missing):
            say(f"states of {taken:,} of {pluralized(len(shards), 'file')} are there already")
        done = _Done(shards)
        meter = ShardMeter(missing, wanted=options.progress)
        with meter, closing(_events(options.ray, missing, scorer, jobs)) as events:
            for event in events:
                if isinstance(event, ShardRead):
                    meter.see(*event)
                else:
                    meter.end(event.shard, getattr(event, "records", 0))
                    done.add(event)
        return _report(done, scorer, options.format)
    finally:
        if folder is not None:
            remove_abandoned(folder)


def _scorer(
    options: argparse.Namespace, presets: ChosenPresets, usual: list[Evaluator], threads: int
) -> ShardScorer:
    """Return how each file is scored; what files tell of their task holds if all tell the same."""
    told, reading = _told(options, presets, usual)
    evaluators = usual if told.presets == presets else evaluators_of(options, told.presets)
    scorer = ShardScorer(
        tuple(each.settings for each in evaluators),
        reading,
        options.errors == "skip",
        options.backend or "auto",
        threads,
        tuple(told.sentences()),
    )
    with wrong_options(options):
        scorer.check()
    return scorer


def _told(
    options: argparse.Namespace, presets: ChosenPresets, usual: list[Evaluator]
) -> tuple[ToldTasks, ReadingOptions]:
    """Return what the files tell of their task, and how they are read.

    A file that cannot be used tells nothing, and costs nothing: scoring it is an error later.
    """

    def of(files: Sequence[str]) -> tuple[ToldTasks, ReadingOptions]:
        merged = argparse.Namespace(**{**vars(options), "files": files, "merge": True})
        [inputs] = inputs_of(merged, InvalidRecords(skip=False), evaluators=usual)
        return ToldTasks(presets, inputs, options.metrics), inputs.reading

    usable = []
    for path in options.files:
        try:
            of([path])
        except InputError:
            continue
        usable.append(path)
    return of(usable or ["-"])  # standard input tells nothing either


def _events(
    ray: str | None, missing: Sequence[Shard], scorer: ShardScorer, jobs: int
) -> Generator[ShardRead | ShardScored | ShardFailed, None, None]:
    """Score shards in processes or with Ray, and yield what becomes of each.

    Raises:
        UsageError: if there is no Ray, or no such cluster.
    """
    if ray is None or not missing:
        yield from scored_shards(missing, scorer, jobs)
        return
    from textmetrics.integrations.ray import connected, score_on_ray

    with redirect_stdout(StringIO()), ExitStack() as stack:  # Ray prints of nodes that are lost
        try:
            stack.enter_context(connected(ray, cpus=jobs * (scorer.threads or 1)))
        except (ConnectionError, ImportError) as error:
            raise UsageError(f"--ray: {error}") from error
        yield from score_on_ray(missing, scorer)


class _Done:
    """What became of the shards of a run.

    Args:
        shards: all of them.

    Attributes:
        scored: those that were scored now.
        failed: those that have no state.
    """

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._shards = shards
        self.scored: dict[Shard, ShardScored] = {}
        self.failed: dict[Shard, ShardFailed] = {}

    def add(self, event: ShardScored | ShardFailed) -> None:
        """Take what became of a shard."""
        if isinstance(event, ShardScored):
            self.scored[event.shard] = event
        else:
            self.failed[event.shard] = event

    @property
    def counted(self) -> list[Shard]:
        """Those that have a state, in order."""
        return [shard for shard in self._shards if shard not in self.failed]

    @property
    def all_scored(self) -> bool:
        """Whether all were scored now."""
        return len(self.scored) == len(self._shards)

    def errors(self) -> Iterator[str]:
        """Yield why each has no state, in order."""
        for shard in self._shards:
            if failed := self.failed.get(shard):
                error = failed.error
                known = isinstance(error, InputError)
                yield str(error if known else f"{shown_name(shard.path)}: {usage_error(error)}")

    def invalid(self, state: State) -> InvalidRecords:
        """Return the invalid records of all; those of states that were there have no error."""
        invalid = InvalidRecords(skip=True)
        for shard in self._shards:
            if shard in self.scored:
                invalid.add(self.scored[shard].invalid)
        invalid.count = sum(source.invalid for source in state.sources)
        return invalid

    @property
    def remark(self) -> str:
        """What the scores leave out; empty if nothing."""
        if not self.failed:
            return ""
        of_all = f"{len(self.counted):,} of {pluralized(len(self._shards), 'file')}"
        return f"incomplete: only {of_all} could be scored"


def _report(done: _Done, scorer: ShardScorer, style: str) -> int:
    """Print the scores of what could be scored, and return the exit code."""
    for error in done.errors():
        say(error)
    if done.failed:
        say(f"{done.remark}; mend the others, and give the command again")
    if not done.counted:
        return 3
    state = merge_shards(done.counted, scorer)
    if done.all_scored:
        found = {name for each in done.scored.values() for name in each.found_options}
        remark_without_values(scorer.settings, found)
    invalid = done.invalid(state)
    report_invalid_records(invalid)
    results = list(scores_of(state, ordered=True))
    if done.failed:
        results = [replace(each, notes=(done.remark, *each.notes)) for each in results]
    show(results, style)
    return 3 if invalid.count or done.failed else 0


def _made_folder(name: str) -> Path | None:
    """Make the folder of states, if it is not there; return it if it is on this machine."""
    if is_remote(name):
        check_writable(name)
        return None
    path = Path(local_path(name))
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(0, "permission denied", name)
    except FileExistsError:
        raise OpenError(name, None, "is not a folder; name one for --states") from None
    except OSError as error:
        raise OpenError.of(name, error) from error
    remove_abandoned(path)
    return path
