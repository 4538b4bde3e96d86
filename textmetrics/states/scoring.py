"""From files to a state, and whether a state is still that of its files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal, cast

from textmetrics._options import option_names
from textmetrics.evaluation import Evaluator
from textmetrics.presets import DEFAULT
from textmetrics.records import (
    AUTO,
    InputError,
    InvalidRecords,
    Lines,
    ReadingOptions,
    all_options,
    any_problem,
    open_samples,
    read_references,
    reading_for,
)
from textmetrics.states.file import read_state
from textmetrics.states.source import Source, SourceLog
from textmetrics.states.state import State

__all__ = ["is_current", "state_of"]


def state_of(
    *paths: str | os.PathLike[str], errors: Literal["stop", "skip"] = "stop", **options: Any
) -> State:
    """Score files as shards of one run, and return all that was counted.

    Args:
        paths: files of predictions.
        errors: what to do with invalid records; skipped ones are counted.
        options: those of `ReadingOptions` and of `Evaluator`; ``preset`` may be a list of presets.
            Samples are not kept.

    Raises:
        InputError: if a file cannot be used.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a value is unknown.

    Examples:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        ...     _ = file.write('{"prediction": "a red fox", "answer": "a red fox ran"}')
        ...     file.flush()
        ...     state_of(file.name, lang="en", metrics=["f1"]).evaluations[0]["f1"]
        <F1 80.00 %, n=1>
    """
    names = option_names(ReadingOptions)
    given = {name: options.pop(name) for name in names if name in options}
    evaluators = _evaluators(options)
    reading = reading_for(evaluators, cast("ReadingOptions", given))
    invalid = InvalidRecords(skip=errors == "skip")
    read_lang = options.get("lang", AUTO) == AUTO
    references = read_references(invalid, read_lang=read_lang, hashed=True, **reading)
    sources: list[Source] = []
    for path in paths:
        before = invalid.count
        with open_samples(
            path,
            invalid,
            reference_file=references,
            read_lang=read_lang,
            problem=any_problem(evaluators),
            sample_options=all_options(evaluators),
            hashed=True,
            **reading,
        ) as reader:
            log = SourceLog(reader)
            for samples in reader:
                log.see(samples)
                for evaluator in evaluators:
                    evaluator.take(samples)
            for evaluator in evaluators:
                evaluator.leave_out(reader.unusable)
            sources.append(log.source(invalid=invalid.count - before))
    return State.of(evaluators, sources, reading)


def _evaluators(options: dict[str, Any]) -> list[Evaluator]:
    presets = options.pop("preset", DEFAULT.name)
    names = [presets] if isinstance(presets, str) else list(presets)
    options.setdefault("keep_samples", False)
    return [Evaluator(preset=name, **options) for name in names]


def is_current(path: str | os.PathLike[str], files: Sequence[str], like: State) -> bool:
    """Return whether a state file is there, whole, and that of some files under some settings.

    Args:
        path: the state file.
        files: the files that it should be of, in any order; each is read and hashed, unless its
            size alone tells.
        like: a state of the same settings, such as that of evaluators that have scored nothing.
    """
    try:
        state = read_state(path)
        if state.difference(like):
            return False
        found = {source.identity: source.size for source in state.sources}
        sizes = [os.stat(each).st_size for each in files if os.path.isfile(each)]
        if len(sizes) == len(files) and sorted(sizes) != sorted(found.values()):
            return False
        return sorted(map(_identity, files)) == sorted(found)
    except (InputError, OSError):
        return False


def _identity(path: str) -> str:
    with Lines(path, hashed=True) as lines:
        return f"sha256:{lines.fingerprint()[1]}"
