"""From files to a state: how shards are scored, in this process or in others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from msgspec.structs import replace

from textmetrics._options import option_names
from textmetrics.evaluation import Evaluator, Pipeline, ScoringSettings
from textmetrics.presets import DEFAULT
from textmetrics.records import (
    AUTO,
    InvalidRecords,
    ReadingOptions,
    SampleReader,
    all_options,
    any_problem,
    open_samples,
    read_references,
    reading_for,
)
from textmetrics.states.source import SourceLog
from textmetrics.states.state import State

__all__ = ["ShardScorer", "state_of"]


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
    return ShardScorer.of(errors=errors, **options).score(*paths)


@dataclass(frozen=True)
class ShardScorer:
    """How shards are scored: options that other processes and machines can be sent.

    Attributes:
        settings: what is computed, one per preset.
        reading: how files are read, as `ReadingOptions`.
        skip: whether invalid records are left out, and counted.
        backend: what scans and counts.
        threads: how many for one shard; if ``None``, the available processors.
        told: what the files tell of their task, as sentences.
    """

    settings: tuple[ScoringSettings, ...]
    reading: Mapping[str, Any]
    skip: bool = False
    backend: str = "auto"
    threads: int | None = None
    told: tuple[str, ...] = ()

    @classmethod
    def of(cls, *, errors: Literal["stop", "skip"] = "stop", **options: Any) -> ShardScorer:
        """Return one for the options of `state_of`, which it checks.

        Raises:
            TypeError: if an option is unknown or has the wrong type.
            ValueError: if a value is unknown.
        """
        names = option_names(ReadingOptions)
        given = {name: options.pop(name) for name in names if name in options}
        presets = options.pop("preset", DEFAULT.name)
        each_preset = [presets] if isinstance(presets, str) else list(presets)
        options.setdefault("keep_samples", False)
        evaluators = [Evaluator(preset=name, **options) for name in each_preset]
        return cls(
            tuple(each.settings for each in evaluators),
            reading_for(evaluators, cast("ReadingOptions", given)),
            errors == "skip",
            options.get("backend", "auto"),
            options.get("threads"),
        )

    def check(self) -> None:
        """Raise an error, before anything is scored, unless states can be saved.

        Raises:
            ValueError: if an option cannot be saved.
        """
        for each in State.of(self._evaluators(), [], self.reading).counted:
            each.saved()

    def difference(self, state: State) -> str:
        """Return in what a state was counted differently, in words; empty if in nothing.

        Raises:
            ImportError: if a dictionary is not installed here.
            ValueError: if it is of a language that is not known here.
        """
        evaluators = self._evaluators()
        own = State.of(evaluators, [], self.reading)
        for evaluator, mine, its in zip(evaluators, own.counted, state.counted, strict=False):
            for lang in its.state.tokenization.tokenizers:
                mine.state.tokenization.note(evaluator.settings.analyzer(lang))
            mine.state.tokenization.note_views(evaluator.pipeline.columns)
        found = [state.difference(own)]
        for name, value in own.reading.items():
            if state.reading.get(name) != value:
                found.append(f"{name}: {state.reading.get(name)!r} and {value!r}")
        return "; ".join(filter(None, found))

    def score(
        self,
        *paths: str | os.PathLike[str],
        invalid: InvalidRecords | None = None,
        seen: Callable[[SampleReader], None] | None = None,
    ) -> State:
        """Score files as shards of one run, and return all that was counted.

        Args:
            paths: files of predictions.
            invalid: counts invalid records.
            seen: called with the reader of a file after every few samples.

        Raises:
            InputError: if a file cannot be used.
            ValueError: if an option does not fit the language of a sample.
        """
        invalid = InvalidRecords(skip=self.skip) if invalid is None else invalid
        evaluators = self._evaluators()
        reading = cast("ReadingOptions", self.reading)
        read_lang = any(each.lang == AUTO for each in self.settings)
        references = read_references(invalid, read_lang=read_lang, hashed=True, **reading)
        sources = []
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
                    if seen is not None:
                        seen(reader)
                for evaluator in evaluators:
                    evaluator.leave_out(reader.unusable)
                source = log.source(invalid=invalid.count - before)
                sources.append(replace(source, told=self.told))
        return State.of(evaluators, sources, reading)

    def _evaluators(self) -> Sequence[Evaluator]:
        pipelines = (Pipeline(each, self.backend, self.threads) for each in self.settings)
        return [Evaluator.from_pipeline(each) for each in pipelines]
