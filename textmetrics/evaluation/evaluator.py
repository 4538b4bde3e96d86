"""Scores samples as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, overload

from textmetrics._locks import fork_safe_lock
from textmetrics._options import takes
from textmetrics._threads import checked_threads, default_threads
from textmetrics.evaluation.arguments import (
    References,
    Strings,
    check_references,
    predictions_of,
    samples_of,
)
from textmetrics.evaluation.options import EvaluatorOptions, ScoringSettings
from textmetrics.evaluation.prepared import PreparedReferences
from textmetrics.evaluation.queue import LanguageQueue
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.scanners import shared_scanner
from textmetrics.evaluation.scoring import Line
from textmetrics.evaluation.state import Scored, State
from textmetrics.kernels import backend as load_backend
from textmetrics.metrics import Accumulator
from textmetrics.presets import DEFAULT
from textmetrics.scan import Judge, Scanner, View, view_encoder

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Evaluator"]

# Samples that go through the line together: enough to keep threads busy, few enough for memory.
_RUN = 4096
_HEALTH_COLUMNS = frozenset({"prediction_length", "closest_length"})


@takes(EvaluatorOptions, rest="preset_options")
class Evaluator:
    """Scores samples as they come, in batches of any size.

    Sums are exact: however samples are cut into batches, and whatever other evaluators are
    merged, the scores are the same to the last bit if samples get the same languages. Safe to use
    from several threads, and after a fork; can be pickled.

    Where evaluators are merged, name the language: with ``lang="auto"`` each part decides by the
    references that it has seen.

    Args:
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; the message lists the known ones.
        ImportError: if the backend is not there.
        OSError: if a file of words cannot be read.

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

    def __init__(self, **options: Any) -> None:
        self.settings = ScoringSettings.of(**options)
        self.backend: str = options.get("backend", "auto")
        self.threads = checked_threads(options.get("threads"))
        load_backend(self.backend)  # fail early if it is missing
        self._scanners: dict[str, Scanner] = {}
        self._lock = fork_safe_lock()
        self.reset()

    def reset(self) -> None:
        """Forget all samples."""
        with self._lock:
            self._queue = LanguageQueue(self.settings.lang)
            self._state = State(self.settings)

    def update(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *,
        langs: Iterable[str | None] | None = None,
    ) -> None:
        """Score some more samples.

        Args:
            predictions: one text a sample, or a single string for one sample.
            references: as many; a sample's may be a list of texts. Or what ``prepare`` gave.
            langs: a language's code a sample, where samples differ; ``None`` for those that
                ``lang`` decides.

        Raises:
            TypeError: if something is no text; the message says at which index.
            ValueError: if lengths differ, a sample has no reference, nothing was given, or
                references were prepared with other options.
        """
        self.take(self._samples(predictions, references, langs))

    def take(self, samples: Samples) -> None:
        """Score some more samples that are side by side already."""
        with self._lock:
            for _ in self._score(self._put(samples), self._state):
                pass

    def _samples(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        langs: Iterable[str | None] | None,
    ) -> Samples:
        if not isinstance(references, PreparedReferences):
            return samples_of(predictions, references, langs, self.settings.preset)
        if langs is not None:
            raise ValueError("langs are fixed where references are prepared: give them to prepare")
        references.check(self.settings)
        return references.samples(predictions_of(predictions, len(references)))

    def stream(self, samples: Iterable[Samples]) -> Iterator[Scored]:
        """Score samples as they are read, and give each run of them with its values, in order.

        Nothing is read before the iterator is advanced; at its end no sample is waiting. One
        caller at a time, and no ``update`` or ``reset`` before its end; ``compute`` may be called.

        Args:
            samples: some at a time, never held as a whole.
        """
        queue, state = self._queue, self._state
        for some in samples:
            yield from self._score(self._put(some), state)
        yield from self._score(queue.release(), state)

    def compute(self) -> Evaluation:
        """Give the scores of all samples so far; more may follow.

        Raises:
            ValueError: if there are none.
        """
        with self._lock:
            return self._decided().evaluation()

    def tallies(self) -> dict[tuple[str, bool], Accumulator]:
        """Give the sums of all samples so far, by metric and whether stopwords are dropped."""
        with self._lock:
            return self._decided().tallies()

    def _decided(self) -> State:
        if not self._queue.waiting:
            return self._state
        state = deepcopy(self._state)
        for _ in self._score(self._queue.decided(self._queue.waiting), state):
            pass
        return state

    def merge(self, other: Evaluator) -> Evaluator:
        """Add what another evaluator has seen, and return this one.

        The order of ``Score.samples`` is not promised.

        Raises:
            TypeError: if it is no evaluator.
            ValueError: if the other one has other settings.
        """
        if not isinstance(other, Evaluator):
            raise TypeError(f"only another Evaluator can be merged, got {type(other).__name__}")
        if difference := self.settings.difference(other.settings):
            raise ValueError(
                f"only evaluators merge that have the same settings; these differ in {difference}"
            )
        with other._lock:
            theirs = deepcopy((other._queue, other._state))
        with self._lock:
            self._queue.merge(theirs[0])
            self._state.merge(theirs[1])
        return self

    def state_dict(self) -> dict[str, Any]:
        """Give all that was seen so far, exactly, as plain Python objects that JSON can write."""
        from textmetrics.evaluation.saved import to_plain

        with self._lock:
            return to_plain(self._state, self._queue)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what ``state_dict`` gave, in place of what was seen here.

        Raises:
            TypeError: if it is no mapping.
            ValueError: if it is of another version of this package or of an evaluator with other
                settings, or is no such state.
        """
        from textmetrics.evaluation.saved import from_plain

        loaded = from_plain(state, self.settings)
        with self._lock:
            self._state, self._queue = loaded

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what each process makes for itself."""
        with self._lock:
            kept = {**vars(self), "_lock": None, "_scanners": {}}
            return {name: deepcopy(value) for name, value in kept.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the rest, and a lock of its own."""
        vars(self).update(state, _lock=fork_safe_lock())

    def _score(self, samples: Iterable[Samples], state: State) -> Iterator[Scored]:
        line = self.line()
        for each in samples:
            for begin in range(0, len(each), _RUN):
                run = each.slice(begin, begin + _RUN)
                with self._lock:  # not while the caller has a run in hand
                    if None in line.columns:
                        for lang in set(run.langs):
                            state.ways.note(self._scanner(str(lang)).analyzer)
                    run = state.health.extraction.take(run)
                    scored = state.add(line.count(run, state.health.samples))
                yield scored

    def _put(self, samples: Samples) -> Iterator[Samples]:
        """Let samples wait for their turn, if none has more references than the preset takes."""
        before = self._state.health.samples + sum(map(len, self._queue.waiting))
        check_references(samples.texts, self.settings.preset, before)
        return self._queue.put(samples)

    def line(self) -> Line:
        """Give the way that samples go: under the default preset that of their languages."""
        columns: dict[View | Judge | None, set[str]] = {}
        if self.settings.preset == DEFAULT.name:
            columns[None] = set(_HEALTH_COLUMNS)
        for metric in self.settings.metrics:
            for view, needed in metric.columns().items():
                columns.setdefault(view, set(_HEALTH_COLUMNS)).update(needed)
        threads = self.threads or default_threads()
        kernel = load_backend(self.backend)
        encode = view_encoder(self.backend)
        return Line(columns, self._scanner, encode, kernel, threads, self.settings.all_tokens)

    def _scanner(self, lang: str) -> Scanner:
        if lang not in self._scanners:
            its = self.settings.analyzer(lang)
            self._scanners[lang] = shared_scanner(
                its.language, its.stopwords, its.tokenizer, self.backend
            )
        return self._scanners[lang]
