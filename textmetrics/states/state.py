"""All that was counted of some sources, exactly, and how it is merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textmetrics._escape import name_list, pluralized
from textmetrics._options import complete
from textmetrics.evaluation import Counted, Evaluation, Evaluator
from textmetrics.records import DataError, ReadingOptions
from textmetrics.states.source import Source, missing_names

__all__ = ["State", "StateError", "merge_states"]


class StateError(DataError, ValueError):
    """A state cannot be read, or cannot be merged with others.

    Args:
        file: the state's name.
        line: always ``None``.
        message: what was found, what was expected, what to do.
    """


# What of the options of reading decides what is scored, beside the files themselves.
_READING = ("prediction_field", "reference_field", "reference_lists", "filter", "turn", "num_refs")
# What may differ between shards, but not between a shard and its state.
_OF_A_SHARD = ("input_format", "encoding")


class State:
    """All that was counted of some sources, exactly: what a state file holds.

    Args:
        counted: what each evaluator has counted, one per preset.
        sources: where the samples come from.
        reading: the options by which files were read.
        name: what it is called in errors: its file.
        duplicates: whether sources may have the same content.

    Raises:
        StateError: if two sources have the same content.
    """

    def __init__(
        self,
        counted: Sequence[Counted],
        sources: Iterable[Source],
        reading: Mapping[str, Any] | None = None,
        *,
        name: str = "this run",
        duplicates: bool = False,
    ) -> None:
        self.name = name
        self.counted = list(counted)
        self.reading = dict(reading or {})
        self.sources: list[Source] = []
        self._held_by: dict[str, tuple[Source, str]] = {}
        self._last = ("", "")  # in their order
        self._add_sources(((each, name) for each in sources), duplicates=duplicates)

    @classmethod
    def of(
        cls,
        evaluators: Sequence[Evaluator],
        sources: Iterable[Source],
        reading: Mapping[str, Any] | None = None,
    ) -> State:
        """Return the state of evaluators that have scored the samples of some sources.

        Args:
            evaluators: one per preset.
            sources: where their samples come from.
            reading: the options by which files were read; only those that decide what is scored
                are kept.
        """
        every = complete(ReadingOptions, reading or {})
        kept = {name: _plain(every[name]) for name in (*_READING, *_OF_A_SHARD)}
        return cls([each.counted() for each in evaluators], sources, kept)

    @property
    def evaluations(self) -> list[Evaluation]:
        """The scores, one evaluation per preset.

        Raises:
            StateError: if it is not certain that a run over all would have the same languages.
        """
        for each in self.counted:
            if doubt := each.alone().doubt:
                raise StateError(self.name, None, doubt)
        return [each.state.evaluation() for each in self.counted]

    def merge(self, other: State, *, duplicates: bool = False, behind: bool = False) -> State:
        """Add another state, which must not be used any more, and return this one.

        Args:
            other: a state of other sources, counted in the same way.
            duplicates: whether sources with the same content may be counted twice.
            behind: whether its samples come behind those of this one, whatever the names of
                sources say.

        Raises:
            StateError: if it was counted in another way, or has a source that this one has; this
                one is as it was then.
        """
        self._check(other)
        later = behind or other._last > self._last
        self._add_sources(
            ((source, other._held_by[source.identity][1]) for source in other.sources),
            duplicates=duplicates,
        )
        for at, (mine, its) in enumerate(zip(self.counted, other.counted, strict=True)):
            # What is taken of the last sample is that of the last source.
            into, added = (mine, its) if later else (its, mine)
            into.state.merge(added.state)
            into.detector.merge(added.detector)
            into.decisions.merge(added.decisions)
            self.counted[at] = into
        self.reading = self.reading or other.reading  # a run in Python has none
        return self

    def expect(self, shards: int) -> None:
        """Raise an error unless there are so many sources.

        Raises:
            StateError: if there are fewer or more; the message names the missing ones if it can.
        """
        found = len(self.sources)
        if found == shards:
            return
        message = f"found {pluralized(found, 'shard')}"
        missing = missing_names([each.name for each in self.sources], shards)
        if found < shards and missing:
            message += f": {name_list(missing, 10)} missing; score what is missing"
        else:
            message += ": give the states of all shards once"
        raise StateError(f"--expect {shards}", None, f"{message}, or correct --expect")

    def _add_sources(
        self, sources: Iterable[tuple[Source, str]], *, duplicates: bool = False
    ) -> None:
        held_by, added = dict(self._held_by), []
        for source, holder in sources:
            known = held_by.get(source.identity)
            if known is not None and not duplicates:
                raise StateError(holder, None, _twice(*known, source))
            held_by.setdefault(source.identity, (source, holder))
            added.append(source)
        self._held_by = held_by
        self.sources += added
        self._last = max((each.order for each in self.sources), default=("", ""))

    def _check(self, other: State) -> None:
        """Raise an error if another state was counted in another way."""
        if difference := self.difference(other):
            raise StateError(
                other.name,
                None,
                f"only states with equal settings can be merged; these differ in {difference}: "
                "score the shards again with the same options and dictionaries",
            )
        for mine, its in zip(self.counted, other.counted, strict=True):
            if difference := mine.together(its).difference:
                raise StateError(other.name, None, difference)

    def difference(self, other: State) -> str:
        """Return in what another state was counted differently, in words; empty if in nothing."""
        here, there = f"in {self.name}", f"in {other.name}"
        presets = [
            [each.state.settings.preset for each in state.counted] for state in (self, other)
        ]
        if presets[0] != presets[1]:
            return f"preset: {','.join(presets[0])} {here}, {','.join(presets[1])} {there}"
        found = [
            f"{name}: {value!r} {here}, {other.reading.get(name)!r} {there}"
            for name, value in self.reading.items()
            if name in _READING and other.reading.get(name, value) != value
        ]
        for mine, its in zip(self.counted, other.counted, strict=True):
            found.append(mine.state.settings.difference(its.state.settings, here, there))
            found.append(mine.state.tokenization.difference(its.state.tokenization, here, there))
        return "; ".join(dict.fromkeys(filter(None, found)))


def _twice(known: Source, holder: str, source: Source) -> str:
    """Return the message for content that would be counted twice."""
    if source.identity.startswith("run:"):
        return f"has samples of {source} that {holder} has too: give each state once"
    same = f"SHA-256 {source.identity[7:19]}…"
    if known.name == source.name:
        what = f"{source} is in {holder} too ({same})"
    else:
        what = f"{source} has the same content as {known} in {holder} ({same})"
    return (
        f"{what}: it would be counted twice; leave one out, or merge the states with "
        "textmetrics merge --allow-duplicates if they are different shards"
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def merge_states(
    states: Iterable[State], *, duplicates: bool = False, ordered: bool = False
) -> State:
    """Merge states, one at a time in memory, in whatever order.

    Args:
        states: they must not be used any more.
        duplicates: whether sources with the same content may be counted twice.
        ordered: whether their order is that of the samples, not the order of the names of sources.

    Raises:
        ValueError: if there are none.
        StateError: if they cannot be merged.

    Examples:
        >>> import tempfile
        >>> from textmetrics import Evaluator
        >>> from textmetrics.states import read_state
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     names = [f"{folder}/{at}.json" for at in range(2)]
        ...     for name in names:
        ...         evaluator = Evaluator(lang="en", metrics=["f1"])
        ...         evaluator.update(["a red fox"], ["a red fox ran"])
        ...         evaluator.save(name)
        ...     merge_states(map(read_state, names)).evaluations[0]["f1"]
        <F1 80.00 %, n=2>
    """
    merged: State | None = None
    for each in states:
        if merged is None:
            merged = each
        else:
            merged = merged.merge(each, duplicates=duplicates, behind=ordered)
    if merged is None:
        raise ValueError("no states to merge")
    return merged
