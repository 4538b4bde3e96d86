"""Shards scored on a Ray cluster: one task each, whose result is a state file."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from math import ceil
from typing import Any, Literal

from textmetrics._escape import pluralized
from textmetrics._threads import default_threads
from textmetrics.evaluation import Evaluation
from textmetrics.records import DataError, InputError, input_files, is_remote, local_path
from textmetrics.states import (
    Shard,
    ShardFailed,
    ShardScored,
    ShardScorer,
    merge_shards,
    missing_shards,
    score_shard,
    shards_of,
)

__all__ = ["ShardsError", "connected", "score", "score_on_ray"]

_RETRIES = 3
_STORE_BYTES = 100 << 20  # results are small; Ray takes no less than 75 MB
_SECONDS = 0.2  # between two looks at what is done
_SECONDS_TO_CONNECT = 10


class ShardsError(DataError):
    """Some shards could not be scored; the states of the others are there.

    Attributes:
        errors: one for each of them.
    """

    errors: Sequence[InputError | ValueError] = ()

    @classmethod
    def of(cls, failed: Sequence[ShardFailed], shards: int) -> ShardsError:
        """Return the error for shards that could not be scored.

        Args:
            failed: what became of them.
            shards: how many there are in all.
        """
        first, more = failed[0], len(failed) - 1
        error = first.error
        if not isinstance(error, InputError):
            error = DataError(first.shard.path, None, str(error))
        others = f", and {pluralized(more, 'more error')}" if more else ""
        whole = cls(
            error.file,
            error.line,
            f"{error.message}{others}; {len(failed):,} of {pluralized(shards, 'shard')} could not "
            "be scored: call again with the files mended, which scores only these",
        )
        whole.errors = tuple(each.error for each in failed)
        return whole


def score(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    states: str | os.PathLike[str],
    address: str | None = None,
    ray_options: Mapping[str, Any] | None = None,
    errors: Literal["stop", "skip"] = "stop",
    **options: Any,
) -> Evaluation:
    """Score files as shards of one run with Ray, and return the scores of all together.

    Each shard is a task, which writes a state file. A task whose worker or node dies is repeated.
    Shards whose state is there, and whose file has not changed, are not scored again, so a run
    that was killed goes on where it stopped.

    Args:
        paths: files, folders and patterns, by names that all nodes see; relative ones are relative
            to the folder of this process.
        states: the folder of the state files, which all nodes see, and this process too.
        address: of a cluster, as ``ray.init`` takes it. If ``None``, what Ray is connected to is
            used, or else Ray is started on this machine, and shut down at the end.
        ray_options: options of a task, as those of ``ray.remote``, such as ``num_cpus``,
            ``max_retries`` and ``runtime_env``.
        errors: what to do with invalid records; skipped ones are counted.
        options: those of `ReadingOptions` and of `Evaluator`. Samples are not kept.

    Raises:
        ImportError: if Ray is not installed.
        ConnectionError: if the cluster does not answer.
        OSError: if the folder of the states cannot be made.
        OpenError: if a folder or a pattern stands for no file.
        ShardsError: if some shards could not be scored; the states of the others are kept.
        StateError: if the states cannot be merged.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a value is unknown, or there are no files.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> folder = tempfile.TemporaryDirectory()
        >>> for at, said in enumerate(["a red fox", "a fox"]):
        ...     record = f'{{"prediction": "{said}", "reference": "a red fox ran"}}'
        ...     _ = Path(folder.name, f"{at}.jsonl").write_text(record)
        >>> states = f"{folder.name}/states"
        >>> score(f"{folder.name}/*.jsonl", states=states, lang="en")["f1"]  # doctest: +SKIP
        <F1 65.00 %, n=2>
        >>> folder.cleanup()
    """
    scorer = ShardScorer.of(errors=errors, **options)
    if len(scorer.settings) > 1:
        raise ValueError("preset must be one name: call this once for each")
    given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    shards = shards_of(input_files(os.fspath(each) for each in given).names, states)
    if not is_remote(folder := os.fspath(states)):
        os.makedirs(local_path(folder), exist_ok=True)
    if missing := missing_shards(shards, scorer, threads=default_threads()):
        cpus = max(default_threads(), ceil(_task_options(scorer, ray_options)["num_cpus"]))
        with (
            connected(address, cpus=cpus),
            closing(score_on_ray(missing, scorer, ray_options)) as events,
        ):
            failed = [each for each in events if isinstance(each, ShardFailed)]
        if failed:
            raise ShardsError.of(failed, len(shards))
    [evaluation] = merge_shards(shards, scorer).evaluations
    return evaluation


@contextmanager
def connected(address: str | None, *, cpus: int) -> Iterator[None]:
    """Connect to a Ray cluster, or start Ray on this machine, and undo that at the end.

    Args:
        address: of a cluster, as ``ray.init`` takes it; if ``None``, what Ray is connected to
            already, which stays so, or else a new one on this machine; ``local`` for a new one.
        cpus: how many a new one has for tasks.

    Raises:
        ImportError: if Ray is not installed.
        ConnectionError: if the cluster does not answer, or Ray cannot be started.
    """
    ray = _ray()
    if address is None and ray.is_initialized():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    _init(ray, address or "local", cpus)
    try:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)  # Ray's own gives another exit code
        yield
    finally:
        ray.shutdown()


def _init(ray: Any, address: str, cpus: int) -> None:
    local: dict[str, Any] = {}
    what = f"no Ray cluster answers at {address}"
    if address == "local":
        what = "Ray cannot be started"
        local = {"num_cpus": cpus, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
    try:
        if place := re.fullmatch(r"(?:ray://)?\[?(.+?)\]?:(\d+)", address):  # Ray tries for minutes
            socket.create_connection((place[1], int(place[2])), _SECONDS_TO_CONNECT).close()
        with _environment(RAY_USAGE_STATS_ENABLED="0"):  # nothing is sent to the makers of Ray
            ray.init(address, log_to_driver=False, logging_level="CRITICAL", **local)
    except (OSError, OverflowError, RuntimeError, ValueError) as error:
        raise ConnectionError(f"{what}: {_first_line(error)}") from error


def score_on_ray(
    shards: Sequence[Shard], scorer: ShardScorer, ray_options: Mapping[str, Any] | None = None
) -> Generator[ShardScored | ShardFailed, None, None]:
    """Score shards as tasks of Ray, which is connected, and yield what becomes of each.

    Tasks that are not done when the generator is closed are canceled; states that are written stay.

    Args:
        shards: in the order in which they are begun.
        scorer: how they are scored: with one thread each, unless it says more.
        ray_options: options of a task, as those of ``ray.remote``.
    """
    ray = _ray()
    task = ray.remote(_scored).options(**_task_options(scorer, ray_options))
    scorer = replace(scorer, threads=scorer.threads or 1)
    waiting = {task.remote(shard, scorer, os.getcwd()): shard for shard in shards}
    try:
        while waiting:
            done, _ = ray.wait(list(waiting), num_returns=len(waiting), timeout=_SECONDS)
            for each in done:
                yield _outcome(ray, each, waiting.pop(each))
    finally:
        for each in waiting:
            with suppress(ray.exceptions.RayError):
                ray.cancel(each)


def _task_options(scorer: ShardScorer, given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"num_cpus": scorer.threads or 1, "max_retries": _RETRIES, **(given or {})}


def _scored(shard: Shard, scorer: ShardScorer, folder: str) -> ShardScored | ShardFailed:
    """Score a shard in a worker."""
    try:
        os.chdir(folder)  # to which relative names are relative
    except OSError:
        if not all(is_remote(name) or os.path.isabs(local_path(name)) for name in shard):
            message = f"the node has no folder {folder}: give names that all nodes see"
            return ShardFailed(shard, DataError(shard.path, None, message))
    return score_shard(shard, scorer)


def _outcome(ray: Any, task: Any, shard: Shard) -> ShardScored | ShardFailed:
    try:
        outcome: ShardScored | ShardFailed = ray.get(task)
        return outcome
    except ray.exceptions.RayTaskError as error:
        message = f"{type(error.cause).__name__}: {_first_line(error.cause)}"
    except ray.exceptions.RayError as error:
        message = f"its task was lost ({_first_line(error)}); score it again"
    return ShardFailed(shard, DataError(shard.path, None, message))


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set those variables of the environment that are not set."""
    added = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ImportError(
            f"scoring on a cluster needs Ray: pip install 'textmetrics-eval[ray]' ({error})"
        ) from error
    return ray
