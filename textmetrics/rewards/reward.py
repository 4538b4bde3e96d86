"""Rewards: a metric, or a weighted sum of metrics, of each completion in a batch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, overload

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized
from textmetrics._locks import fork_safe_lock
from textmetrics._options import Option, option_names, takes
from textmetrics.answers import ExtractionTally
from textmetrics.evaluation import (
    Pipeline,
    Samples,
    ScoringOptions,
    as_list,
    check_option_names,
    check_references,
)
from textmetrics.metrics import Floats, WeightedMetric, weighted_metrics
from textmetrics.presets import DEFAULT
from textmetrics.rewards.texts import (
    completion_texts,
    first_unusable,
    paired_texts,
    warn_once,
)
from textmetrics.scan import Judge, KeptTexts, Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Reward", "RewardOptions", "weights_of"]

_COUNTED = (
    "completions",
    "no_reference",
    "unusable_reference",
    "not_text",
    "surrogates",
    "left_out",
)


class OwnRewardOptions(TypedDict, total=False):
    """What a reward has besides the options of scoring."""

    column: Annotated[str, Option("solution", "the column of the data that has the references")]
    name: Annotated[
        str | None,
        Option(None, "what trainers call it in their logs; if ``None``, the name of the metric"),
    ]


class RewardOptions(OwnRewardOptions, ScoringOptions, total=False):
    """All that `Reward` takes besides the metric."""


@takes(RewardOptions, rest="preset_options")
class Reward:
    """Returns the value of a metric for each completion; called as TRL and ms-swift do.

    A reward depends on the completion and its own references only: with ``lang="auto"``, these
    decide the language, so Japanese without kana needs ``lang="ja"``. Recurring references are
    tokenized once. Safe to use from several threads, and after a fork; a pickled copy has counts
    of its own.

    Args:
        metric: a name, such as ``f1``, ``bleu_4`` (of the sentence) or ``numeric``; for ROUGE the
            reward is F1, because recall rewards length, unless it is named ``"rouge_l.recall"``.
            Or several names with weights, for the weighted sum; a metric whose lower values are
            better needs a negative weight.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones. If a metric with a
            positive weight is better when lower, or neither higher nor lower values of one are
            better.
        ImportError: if the backend is not available.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> reward = Reward({"f1": 0.5, "numeric": 0.5}, column="answer", lang="en")
        >>> reward(completions=["5 apples", "6", "7"], answer=["5", "5", None])
        [0.8333333333333333, 0.0, None]
        >>> reward.counts["no_reference"]
        1
    """

    @overload
    def __init__(
        self, metric: str | Mapping[str, float] = "f1", **options: Unpack[RewardOptions]
    ) -> None: ...

    @overload
    def __init__(
        self, metric: str | Mapping[str, float] = "f1", *, preset: str, **options: Any
    ) -> None: ...

    def __init__(self, metric: str | Mapping[str, float] = "f1", **options: Any) -> None:
        if "metrics" in options:
            raise TypeError(
                "a reward has one metric=, which may be names with weights: no metrics="
            )
        self._weights = weights_of(metric)
        names = dict.fromkeys(each.partition(".")[0] for each in self._weights)
        self.column: str = options.pop("column", "solution")
        name = options.pop("name", None)
        check_option_names(
            options, option_names(RewardOptions), options.get("preset", DEFAULT.name)
        )
        self._pipeline = Pipeline.cached({**options, "metrics": list(names)})
        self.__name__ = "+".join(self._weights) if name is None else name
        self._start()
        _check_directions(self._parts)

    def _start(self) -> None:
        """Create what each process has for itself."""
        self._parts: list[WeightedMetric] = weighted_metrics(self._weights, self._pipeline.metrics)
        self._scoring = fork_safe_lock()  # a fork must not find the extension at work
        self._lock = fork_safe_lock(last=True)
        self._counts: Counter[str] = Counter()
        self._tally = ExtractionTally(self._pipeline.settings.extraction)
        self._kept = ReferenceCache(self._lock)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what each process has for itself."""
        of_process = ("_parts", "_scoring", "_lock", "_counts", "_tally", "_kept")
        return {name: value for name, value in vars(self).items() if name not in of_process}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the rest."""
        vars(self).update(state)
        self._start()

    def __repr__(self) -> str:
        """Show the metric and the column."""
        return f"<Reward {self.__name__}, references in {self.column!r}>"

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of completions so far, in this process.

        ``completions`` is all of them; ``no_reference`` those that got ``None``;
        ``unusable_reference`` those of them that have one, but no text, or none that a metric of
        letters or numbers can judge by, of which one warning per process tells; ``left_out`` those
        that a metric leaves out of its mean, which got its worst value; ``not_text`` those without
        text, scored as empty, or with the worst value of a metric that is better when lower;
        ``surrogates`` counts texts with lone surrogates, which were replaced by ``?``. The
        extraction changed ``extracted`` completions, ``emptied`` some of them, and ran out of time
        for ``slow``.
        """
        with self._lock:
            tally = self._tally
            counts = {name: self._counts[name] for name in _COUNTED}
            return counts | {
                "extracted": tally.changed,
                "emptied": tally.emptied,
                "slow": tally.slow,
            }

    def __call__(self, completions: Iterable[Any], **columns: Any) -> list[float | None]:
        """Return the reward of each completion.

        Args:
            completions: strings, or lists of messages, of which the assistant's last one counts.
            columns: the other columns that the trainer passes; the one named ``column`` has a
                text, a number or a list of texts for each completion.

        Returns:
            One value per completion; ``None``, which GRPO trainers skip, without a reference, or
            where a metric's worst value is due but infinite.

        Raises:
            TypeError: if the column is missing, or is not a list.
            ValueError: if its length differs from that of the completions, or a sample has several
                references under a preset that takes one.
        """
        if isinstance(completions, str):
            completions = [completions]
        completions = as_list(completions, "completions")
        column = self._column(columns, len(completions))
        counts: Counter[str] = Counter()
        counts["completions"] = len(completions)
        predictions, not_text = completion_texts(completions, counts)
        texts = paired_texts(predictions, column, counts)
        languages, problem = self._languages(texts)
        places: Sequence[int] = range(len(completions))
        if None in languages:
            places = [at for at, lang in enumerate(languages) if lang is not None]
            counts["no_reference"] = len(completions) - len(places)
            without = (texts.references_of(at) for at, lang in enumerate(languages) if lang is None)
            counts["unusable_reference"] += sum(any(map(str.strip, each)) for each in without)
        if counts["unusable_reference"]:
            warn_once(problem or first_unusable(column, texts))
        tally = ExtractionTally(self._tally.extraction)
        rewards: list[float | None] = []
        if places:
            if len(places) < len(completions):
                texts, languages = texts.take(places), [languages[at] for at in places]
            if tally.extraction.steps:
                texts = replace(texts, predictions=list(map(tally.apply, texts.predictions)))
            silent = [at in not_text for at in places] if not_text else []
            rewards = self._rewards(self._terms(texts, languages), silent, counts)
        if len(rewards) < len(completions):
            by_place = dict(zip(places, rewards, strict=True))
            rewards = [by_place.get(at) for at in range(len(completions))]
        with self._lock:
            for name, count in counts.items():
                self._counts[name] += count
            if tally.extraction.steps:
                self._tally.merge(tally)
        return rewards

    def _column(self, columns: Mapping[str, Any], count: int) -> list[Any]:
        if self.column not in columns:
            available = ", ".join(columns) or "none"
            raise TypeError(
                f"no column {self.column!r} was given, where references are looked for: name "
                f"another with column=; there are {available}"
            )
        values = columns[self.column]
        column = as_list([values] if isinstance(values, str) else values, self.column)
        if len(column) != count:
            raise ValueError(
                f"{pluralized(count, 'completion')} but {len(column):,} in column {self.column!r}: "
                "give as many"
            )
        return column

    def _languages(self, texts: Texts) -> tuple[list[str | None], str | None]:
        """Return the language of each sample; ``None`` if it cannot be judged by its references.

        The second result says what is wrong with the first ones by which it cannot.
        """
        judges = [part.metric.view for part in self._parts if isinstance(part.metric.view, Judge)]
        lang = self._pipeline.settings.lang
        if lang != "auto" and not judges and texts.bounds is None:
            return [lang] * len(texts), None
        references = [tuple(each) for _, each in texts]
        known: dict[tuple[str, ...], str | None] = dict.fromkeys(references)
        wrong = None
        for each in filter(None, known):
            problems = filter(None, (judge.problem(each) for judge in judges))
            if (problem := next(problems, None)) is None:
                known[each] = self._pipeline.settings.language_of(each)
            elif wrong is None and any(map(str.strip, each)):
                wrong = f"a reference cannot be used: {problem}"
        return list(map(known.__getitem__, references)), wrong

    def _terms(self, texts: Texts, languages: Sequence[str | None]) -> list[Floats]:
        """Return one column per term of the sum, weighted; NaN where a metric leaves a sample out.

        Args:
            texts: the samples.
            languages: the language of each.
        """
        pipeline = self._pipeline
        check_references(texts, pipeline.settings)
        if None in pipeline.columns and (found := self._kept.find(texts.references)) is not None:
            texts = Texts(texts.predictions, texts.references, texts.bounds, *found)
        with self._scoring:
            counts = pipeline.count(Samples(texts, languages), 0).counts
        return [part.weight * part.values(counts) for part in self._parts]

    def _rewards(
        self, terms: list[Floats], silent: Sequence[bool], counts: Counter[str]
    ) -> list[float | None]:
        """Return the sum of the terms of each completion, ``None`` if it is infinite.

        Args:
            terms: as `_terms` returns them; what a metric left out gets its worst value.
            silent: whether a completion has no text, for which it gets that too: an empty one may
                have the best value of a metric that is better when lower; empty if all have text.
            counts: updated with the number of completions that a metric left out.
        """
        rewards: list[float] = reduce(np.add, terms).tolist()
        if not silent and math.isfinite(sum(rewards)):
            return list(rewards)
        left_out = np.isnan(terms)
        counts["left_out"] = int(left_out.any(axis=0).sum())
        lower = np.array([[part.metric.better == "lower"] for part in self._parts])
        worst = np.array([[_worst(part)] for part in self._parts])
        due = left_out | (np.array(silent or False) & lower)
        rewards = reduce(np.add, np.where(due, worst, terms)).tolist()
        return [value if math.isfinite(value) else None for value in rewards]


def _check_directions(parts: Iterable[WeightedMetric]) -> None:
    for metric, weight in parts:
        if metric.better is None:
            raise ValueError(
                f"metric {metric.name!r} cannot be a reward: neither higher nor lower values of it "
                "are better"
            )
        if metric.better == "lower" and weight > 0:
            raise ValueError(
                f"metric {metric.name!r} is better when lower: give it a negative weight, such as "
                f"{{{metric.name!r}: {-weight:g}}}"
            )


def _worst(part: WeightedMetric) -> float:
    """Return the worst value of a metric, weighted; infinite if it has none."""
    low, high = part.metric.bounds
    worst = high if part.metric.better == "lower" else low
    return part.weight * worst if part.weight else 0.0


def weights_of(metric: str | Mapping[str, float]) -> dict[str, float]:
    """Return names with their weights.

    Raises:
        TypeError: if it is neither a name nor a mapping of names to numbers.
        ValueError: if it is empty, or a weight is not finite.
    """
    if isinstance(metric, str):
        return {metric: 1.0}
    if not isinstance(metric, Mapping):
        raise TypeError(
            "metric must be a name, or names with weights, such as {'f1': 0.3, 'numeric': 0.7}, "
            f"got {type(metric).__name__}"
        )
    if not metric:
        raise ValueError("no metric asked for: give a name, or names with weights")
    weights = {}
    for name, weight in metric.items():
        number = isinstance(weight, Real) and not isinstance(weight, bool)
        if not isinstance(name, str) or not number:
            raise TypeError(f"metric must have names with numbers, got {name!r}: {weight!r}")
        weights[name] = float(weight)
        if not math.isfinite(weights[name]):
            raise ValueError(f"the weight of {name!r} must be finite, got {weight!r}")
    return weights


# So many characters are remembered, a few hundred MB with their tokens; then all are forgotten.
_MOST_CHARACTERS = 1 << 25
# All references seen so far are tokenized and cached once such a share of them was tokenized
# twice: data that does not recur costs nothing, other data at most a few times its tokenization.
_SHARE_TO_CACHE = 8
# So many completions must share a new reference before to tokenize it apart saves time.
_SHARED_TO_CACHE = 32


class ReferenceCache:
    """Caches the tokens of references that recur.

    Args:
        lock: held while it changes.
    """

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self._forget()

    def _forget(self) -> None:
        self._seen: dict[str, None] = {}
        self._characters = 0
        self._again = 0
        self._kept: KeptTexts | None = None
        self._places: dict[str, int] = {}

    def find(self, references: Sequence[str]) -> tuple[KeptTexts, NDArray[np.int64]] | None:
        """Return cached texts that contain all references, and the index of each.

        A large group of completions shares its reference even if that is new. ``None`` if to
        tokenize new ones beside their completions takes no longer.
        """
        different = dict.fromkeys(references)
        with self._lock:
            if not different.keys() <= self._places.keys():
                self._see(different)
            kept, places = self._kept, self._places  # never changed, only replaced
        if kept is None or not different.keys() <= places.keys():
            if len(different) * _SHARED_TO_CACHE > len(references):
                return None
            kept, places = _kept(different)
        return kept, np.fromiter(map(places.__getitem__, references), np.int64, len(references))

    def _see(self, texts: dict[str, None]) -> None:
        """Remember texts, and cache all of them if that pays by now."""
        known = texts.keys() & self._seen.keys()
        if known:
            self._again += len(known - self._places.keys())
            texts = dict.fromkeys(text for text in texts if text not in known)
        if self._characters > _MOST_CHARACTERS:
            self._forget()
        self._seen |= texts
        self._characters += sum(map(len, texts))
        if self._again * _SHARE_TO_CACHE >= len(self._seen):
            self._kept, self._places = _kept(self._seen)
            self._again = 0


def _kept(texts: Iterable[str]) -> tuple[KeptTexts, dict[str, int]]:
    listed = list(texts)
    return KeptTexts(listed), {text: at for at, text in enumerate(listed)}
