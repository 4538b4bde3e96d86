"""Score samples as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from textmetrics._locks import fork_safe_lock
from textmetrics._options import takes
from textmetrics.evaluation.counted import Counted
from textmetrics.evaluation.decided import LanguageDecisions
from textmetrics.evaluation.options import EvaluatorOptions
from textmetrics.evaluation.origins import Origins
from textmetrics.evaluation.pipeline import Pipeline
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.sample_options import answered, checked_values
from textmetrics.evaluation.samples import (
    PreparedReferences,
    References,
    Samples,
    Strings,
    check_predictions,
    check_references,
    pair_samples,
    with_names,
)
from textmetrics.evaluation.settings import ScoringSettings, options_by_name
from textmetrics.evaluation.state import EvaluationState, LanguageQueue, ScoredSamples
from textmetrics.metrics import Accumulator
from textmetrics.presets import SampleOption

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Evaluator"]

# How many samples go through the pipeline together: enough for all threads, few enough for memory.
_BATCH = 4096
_KEPT = ("_queue", "_state", "_origins")  # in a pickle, beside the pipeline


@takes(EvaluatorOptions, rest="preset_options")
class Evaluator:
    """Scores samples as they come, in batches of any size.

    Sums are exact: however samples are divided into batches, and whatever other evaluators are
    merged, scores are the same to the last bit if samples get the same languages. Safe to use
    from several threads, and after a fork; can be pickled.

    Where evaluators are merged, name the language: with ``lang="auto"`` each one decides by the
    references that it has seen.

    Args:
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.
        ImportError: if the backend is not available.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> evaluator = Evaluator(lang="en", metrics=["rouge_l"])
        >>> evaluator.update(["a red fox"], ["a red fox ran"])
        >>> evaluator.update(["blue"], ["red"])
        >>> evaluator.compute()["rouge_l"]
        <ROUGE-L recall 33.33 %, n=2>
    """

    @overload
    def __init__(self, **options: Unpack[EvaluatorOptions]) -> None: ...

    @overload
    def __init__(self, *, preset: str, **options: Any) -> None: ...

    def __init__(self, *surplus: Any, **options: Any) -> None:
        if surplus:
            raise options_by_name("Evaluator", {}, surplus)
        self._start(Pipeline.cached(options))

    @classmethod
    def from_pipeline(
        cls, pipeline: Pipeline, *, scores_only: bool = False, once: bool = False
    ) -> Evaluator:
        """Return an evaluator for options that are resolved already.

        Args:
            pipeline: what was made for them.
            scores_only: whether nothing else will be asked for than scores.
            once: whether nothing but ``finish`` will be called after one ``update``.
        """
        evaluator = cls.__new__(cls)
        evaluator._start(pipeline, scores_only=scores_only, once=once)
        return evaluator

    def _start(self, pipeline: Pipeline, **of_state: bool) -> None:
        self.pipeline = pipeline
        self._of_state = of_state
        self._lock = fork_safe_lock()
        self.reset()

    @property
    def settings(self) -> ScoringSettings:
        """What decides the numbers."""
        return self.pipeline.settings

    def reset(self) -> None:
        """Forget all samples."""
        with self._lock:
            self._queue = LanguageQueue(self.settings.lang)
            self._state = EvaluationState(self.settings, **self._of_state)
            self._origins = Origins()

    def update(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *,
        langs: Iterable[str | None] | None = None,
        ids: Iterable[Any] | None = None,
        groups: Iterable[Any] | None = None,
        **values: Any,
    ) -> None:
        """Score more samples.

        Args:
            predictions: one text per sample, or a single string for one sample.
            references: one per prediction, or several as a list of texts; or the result of
                ``prepare``.
            langs: one language code per sample where samples differ; ``None`` in it leaves the
                sample to ``lang``.
            ids: one name or number per sample, by which intervals tell samples apart where they
                are not kept; by their texts if ``None``.
            groups: one name or number per sample, equal for samples that are not independent (such
                as questions on the same document), for intervals where samples are not kept.
            values: what the preset's original takes of each sample beside its texts, one value
                per sample, such as ``no_answer_probability=[0.1, 0.9]``.

        Raises:
            TypeError: if something is not a text; the message names the index.
            ValueError: if lengths differ, a sample has no reference, there are no samples, or
                references were prepared with other options.
        """
        if not isinstance(references, PreparedReferences):
            samples = pair_samples(predictions, references, langs, self.settings.preset)
            samples = with_names(samples, ids, groups)
            self.take(self._with_values(samples, predictions, values))
            return
        if langs is not None:
            raise ValueError("langs are fixed where references are prepared: give them to prepare")
        references.check(self.settings)
        samples = references.samples(check_predictions(predictions, len(references)))
        samples = with_names(samples, ids, groups)
        self.take(self._with_values(samples, predictions, values))

    def _with_values(
        self, samples: Samples, predictions: Strings, values: Mapping[str, Any]
    ) -> Samples:
        if not values:
            return samples
        checked = checked_values(
            values, predictions, len(samples), self.settings.preset, self.pipeline.sample_answers
        )
        return replace(samples, values=checked)

    def take(self, samples: Samples) -> None:
        """Score more samples that are paired already."""
        with self._lock:
            self._add(self._put(samples), self._state)

    def stream(self, samples: Iterable[Samples]) -> Iterator[ScoredSamples]:
        """Score samples as they are read; yield each batch with its values, in order.

        Nothing is read before the iterator is advanced; at its end no sample is waiting. One
        caller at a time, and no ``update`` or ``reset`` before its end; ``compute`` may be called.

        Args:
            samples: some at a time, never held as a whole.
        """
        queue, state = self._queue, self._state
        for part in samples:
            yield from self._score(self._put(part), state)
        yield from self._score(queue.release(), state)

    @property
    def sample_options(self) -> tuple[SampleOption, ...]:
        """What is used of each sample beside its texts."""
        return tuple(option for option, _ in self.pipeline.sample_answers)

    @property
    def problem(self) -> Callable[[Sequence[str]], str | None] | None:
        """What returns why a sample cannot be judged by its references, ``None`` if it can.

        ``None`` itself if no metric judges letters or numbers.
        """
        return self.pipeline.problem if self.pipeline.judges else None

    def leave_out(self, samples: int) -> None:
        """Count samples that were left out because of their references; see `problem`."""
        with self._lock:
            self._state.health.unusable_references += samples

    def compute(self) -> Evaluation:
        """Return the scores of all samples so far; more may follow.

        Raises:
            ValueError: if there are none.
        """
        with self._lock:
            return self._decided().evaluation()

    def finish(self) -> Evaluation:
        """Return the same and end: faster, but nothing may be done with the evaluator afterwards.

        Raises:
            ValueError: if there are none.
        """
        with self._lock:
            self._add(self._queue.release(), self._state)
            return self._state.evaluation(final=True)

    def counted(self) -> Counted:
        """Return copies of all sums so far, with every sample's language decided."""
        with self._lock:
            state, detector = deepcopy((self._decided(), self._queue.detector))
            decisions, seen = deepcopy(self._origins.decisions), self._origins.seen
        if self.settings.lang == "auto" and detector.samples != seen:
            decisions.merge(LanguageDecisions.of(detector, state.tokenization))
        return Counted(state, detector, decisions)

    @classmethod
    def from_counted(cls, counted: Counted, origins: Origins, pipeline: Pipeline) -> Evaluator:
        """Return an evaluator that goes on from what was counted.

        Args:
            counted: which this evaluator owns from now on.
            origins: where the samples come from.
            pipeline: that of the same settings.
        """
        evaluator = cls.from_pipeline(pipeline)
        evaluator._state, evaluator._queue.detector = counted.state, counted.detector
        evaluator._origins = origins
        return evaluator

    @property
    def origins(self) -> Origins:
        """Where samples come from that were loaded or saved."""
        return self._origins

    def tallies(self) -> dict[tuple[str, bool], Accumulator]:
        """Return the sums of all samples so far, by metric and whether stopwords are dropped."""
        with self._lock:
            return self._decided().tallies()

    def _decided(self) -> EvaluationState:
        if not self._queue.waiting:
            return self._state
        state = deepcopy(self._state)
        self._add(self._queue.decided(self._queue.waiting), state)
        return state

    def merge(self, other: Evaluator) -> Evaluator:
        """Add what another evaluator has seen, and return this one.

        The order of ``Score.samples`` is unspecified.

        Raises:
            TypeError: if it is not an evaluator.
            ValueError: if the other one has other settings, or samples that this one has too; or
                if it is not certain that one run would have had the same languages. Only samples
                that were loaded or saved are told apart.
        """
        if not isinstance(other, Evaluator):
            raise TypeError(f"only another Evaluator can be merged, got {type(other).__name__}")
        if difference := self.settings.difference(other.settings, "here", "in the other"):
            raise ValueError(
                f"only evaluators with equal settings can be merged; these differ in {difference}"
            )
        if self._origins.decisions.parts and other._origins.decisions.parts:
            together = self.counted().together(other.counted())
            if problem := together.difference or together.doubt:
                raise ValueError(problem)
        with other._lock:
            queue, state, origins = deepcopy((other._queue, other._state, other._origins))
        with self._lock:
            self._origins.merge(origins)
            self._queue.merge(queue)
            self._state.merge(state)
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that was counted, exactly, to a state file; `load` and ``merge`` read it.

        The file gets its name once everything is on disk. It is JSON, compressed if the name ends
        in ``.gz``, ``.zst``, ``.xz`` or ``.bz2``, and has all settings, but no text of a sample:
        with ``lang="auto"``, samples that wait for their language get it as far as is known.
        ``state_dict`` is for training, where they wait on.

        Raises:
            OpenError: if the file cannot be written.
            ValueError: if there are no samples, or an option cannot be saved.

        Examples:
            >>> import tempfile
            >>> evaluator = Evaluator(lang="en", metrics=["f1"])
            >>> evaluator.update(["a red fox"], ["a red fox ran"])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     evaluator.save(f"{folder}/state.json")
            ...     Evaluator.load(f"{folder}/state.json").compute()["f1"]
            <F1 80.00 %, n=1>
        """
        _states().save_evaluator(self, path)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        preset: str | None = None,
        backend: str = "auto",
        threads: int | None = None,
    ) -> Evaluator:
        """Return an evaluator with the settings and all samples of a state file.

        Args:
            path: what ``save`` or ``textmetrics score --state`` wrote.
            preset: which of several presets in it.
            backend: as for `Evaluator`.
            threads: as for `Evaluator`.

        Raises:
            OpenError: if the file cannot be opened.
            ValueError: if it is damaged or was edited, was counted by other definitions, or names a
                metric or preset that is not registered here; the message says which.
        """
        loaded: Evaluator = _states().load_evaluator(path, preset, backend, threads)
        return loaded

    def state_dict(self) -> dict[str, Any]:
        """Return all that was seen so far, exactly, as plain Python objects that JSON can write."""
        from textmetrics.evaluation.saving import to_plain

        with self._lock:
            return to_plain(self._state, self._queue)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from the result of ``state_dict``, in place of what was seen here.

        Raises:
            TypeError: if it is not a mapping.
            ValueError: if it is from another version of this package or from an evaluator with
                other settings, or is not a valid state.
        """
        from textmetrics.evaluation.saving import from_plain

        loaded = from_plain(state, self.settings)
        with self._lock:
            self._state, self._queue = loaded
            self._origins = Origins()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the lock, of which each process has its own."""
        with self._lock:
            kept = {name: deepcopy(each) for name, each in vars(self).items() if name in _KEPT}
        return {**kept, "pipeline": self.pipeline, "_of_state": self._of_state}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the rest."""
        vars(self).update(state, _lock=fork_safe_lock())

    def _add(self, samples: Iterable[Samples], state: EvaluationState) -> None:
        """Score samples with the lock held.

        Other threads count a batch while this one computes the values of that before it.
        """
        begun = None
        for batch in _batches(samples):
            before, begun = begun, state.begin(batch, self.pipeline)
            if before is not None:
                before()
        if begun is not None:
            begun()

    def _score(self, samples: Iterable[Samples], state: EvaluationState) -> Iterator[ScoredSamples]:
        for batch in _batches(samples):
            with self._lock:  # released while the caller has a batch
                scored = state.score(batch, self.pipeline)
            yield scored

    def _put(self, samples: Samples) -> Iterator[Samples]:
        """Queue samples, if none has more references than the preset takes."""
        before = self._state.health.samples + sum(map(len, self._queue.waiting))
        check_references(samples.texts, self.settings, before)
        if self.pipeline.sample_answers:
            samples = answered(samples, self.pipeline.sample_answers)
        return self._queue.put(samples)


def _batches(samples: Iterable[Samples]) -> Iterator[Samples]:
    for part in samples:
        for begin in range(0, len(part), _BATCH):
            yield part.slice(begin, begin + _BATCH)


def _states() -> Any:
    """Return the package of state files, which is above this one: people look for it here."""
    from importlib import import_module

    return import_module("textmetrics.states")
