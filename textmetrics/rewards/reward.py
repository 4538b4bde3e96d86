"""A reward: a metric, or a weighted sum of some, of each completion of a batch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized
from textmetrics._locks import fork_safe_lock
from textmetrics.answers import ExtractionTally
from textmetrics.evaluation import Evaluator, Samples, as_list, check_references
from textmetrics.metrics import Part, parts_of
from textmetrics.rewards.given import completion_texts, reference_texts
from textmetrics.rewards.kept import KeptReferences
from textmetrics.scan import Judge, Texts

__all__ = ["Reward", "weights_of"]

_COUNTED = ("completions", "no_reference", "not_text", "surrogates", "left_out")


class Reward:
    """Gives each completion what a metric says of it, 0 to 1, called as TRL and ms-swift do.

    A reward depends on the completion and its own references alone: with ``lang="auto"`` these
    decide the language, so Japanese without kana needs ``lang="ja"``. References that come again
    are tokenised once. Safe to use from several threads, and after a fork; a pickled copy counts
    for itself.

    Args:
        metric: a name, such as ``f1``, ``bleu_4`` (of the sentence) or ``numeric``; ROUGE gives its
            F1, because recall rewards length, and ``"rouge_l.recall"`` names the recall after all.
            Or several names with their weights, for the sum.
        column: which column of the data has the references.
        name: what trainers call it in their logs; the metric's name where ``None``.
        extract: how the answer is taken out of a completion first, such as ``"think,boxed"``.
        options: those of ``evaluate``: ``lang``, ``stopwords``, ``preset``, ``threads`` and so on.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; the message lists the known ones.
        ImportError: if the backend is not there.
        OSError: if a file of words cannot be read.

    Examples:
        >>> reward = Reward({"f1": 0.5, "numeric": 0.5}, column="answer", lang="en")
        >>> reward(completions=["5 apples", "6", "7"], answer=["5", "5", None])
        [0.8333333333333333, 0.0, None]
        >>> reward.counts["no_reference"]
        1
    """

    def __init__(
        self,
        metric: str | Mapping[str, float] = "f1",
        *,
        column: str = "solution",
        name: str | None = None,
        extract: str | Iterable[str] | None = None,
        **options: Any,
    ) -> None:
        if "metrics" in options:
            raise TypeError(
                "a reward has one metric=, which may be names with weights: no metrics="
            )
        self._weights = weights_of(metric)
        names = dict.fromkeys(each.partition(".")[0] for each in self._weights)
        self._evaluator = Evaluator(metrics=list(names), extract=extract, **options)
        self.column = column
        self.__name__ = "+".join(self._weights) if name is None else name
        self._start()

    def _start(self) -> None:
        """Make what each process has for itself."""
        self._parts: list[Part] = parts_of(self._weights, self._evaluator.settings.metrics)
        self._scoring = fork_safe_lock()  # a fork must not find the extension at work
        self._lock = fork_safe_lock(last=True)
        self._counts: Counter[str] = Counter()
        self._tally = ExtractionTally(self._evaluator.settings.extraction)
        self._kept = KeptReferences()

    def __getstate__(self) -> dict[str, Any]:
        """Leave that out."""
        own = ("_parts", "_scoring", "_lock", "_counts", "_tally", "_kept")
        return {name: value for name, value in vars(self).items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the rest, and make it anew."""
        vars(self).update(state)
        self._start()

    def __repr__(self) -> str:
        """Show what it is made of."""
        return f"<Reward {self.__name__}, references in {self.column!r}>"

    @property
    def counts(self) -> dict[str, int]:
        """What was seen so far in this process.

        ``completions`` in all; ``no_reference``, which got ``None``; ``left_out`` of its mean by
        the metric, which got 0; ``not_text``, scored as empty; ``surrogates``, texts that had lone
        ones, replaced by ``?``; and of the extraction how many it changed (``extracted``) and
        ``emptied``, and how many patterns ran out of time (``slow``).
        """
        with self._lock:
            tally = self._tally
            found = {name: self._counts[name] for name in _COUNTED}
            return found | {
                "extracted": tally.changed,
                "emptied": tally.emptied,
                "slow": tally.slow,
            }

    def __call__(self, completions: Iterable[Any], **columns: Any) -> list[float | None]:
        """Give the reward of each completion.

        Args:
            completions: strings, or lists of messages, of which the assistant's last one counts.
            columns: what else the trainer gives; the reward's own column has the references: a
                text, a number or a list of texts for each completion.

        Returns:
            ``None`` where there is no reference, which GRPO trainers leave out.

        Raises:
            TypeError: if the column is not given, or it is no list.
            ValueError: if it is not as long as the completions, or a preset that takes one
                reference is given several.
        """
        given = [completions] if isinstance(completions, str) else completions
        given = as_list(given, "completions")
        column = self._column(columns, len(given))
        counts: Counter[str] = Counter(completions=len(given))
        tally = ExtractionTally(self._tally.extraction)
        texts = completion_texts(given, counts)
        references = reference_texts(column, counts)
        usable = self._usable(references)
        places = [at for at, its in enumerate(references) if its in usable]
        counts["no_reference"] = len(given) - len(places)
        rewards: list[float | None] = [None] * len(given)
        if places:
            answers = [texts[at] for at in places]
            if tally.extraction.steps:
                answers = list(map(tally.apply, answers))
            values = self._values(answers, [references[at] for at in places], usable)
            left_out = np.isnan(values)
            counts["left_out"] = int(left_out.any(axis=0).sum())
            total = np.where(left_out, 0.0, values).sum(axis=0)
            for at, value in zip(places, total.tolist(), strict=True):
                rewards[at] = value
        with self._lock:
            self._counts.update(counts)
            self._tally.merge(tally)
        return rewards

    def _column(self, columns: Mapping[str, Any], count: int) -> list[Any]:
        if self.column not in columns:
            there = ", ".join(columns) or "none"
            raise TypeError(
                f"no column {self.column!r} was given, where references are looked for: name "
                f"another with column=; there are {there}"
            )
        found = columns[self.column]
        column = as_list([found] if isinstance(found, str) else found, self.column)
        if len(column) != count:
            raise ValueError(
                f"{pluralized(count, 'completion')} but {len(column):,} in column {self.column!r}: "
                "give as many"
            )
        return column

    def _usable(self, references: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        """Give the different references by which samples can be judged, with their language."""
        judges = [part.metric.view for part in self._parts if isinstance(part.metric.view, Judge)]
        found = {}
        for its in dict.fromkeys(references):
            if its and all(any(j.read(text) is not None for text in its) for j in judges):
                found[its] = self._evaluator.settings.language_of(its)
        return found

    def _values(
        self,
        predictions: list[str],
        references: list[tuple[str, ...]],
        languages: Mapping[tuple[str, ...], str],
    ) -> NDArray[np.float64]:
        """Give a row a part of the sum, with its weight, and a column a sample."""
        texts = Texts.of(predictions, references)
        check_references(texts, self._evaluator.settings.preset)
        pipeline = self._evaluator.pipeline
        if None in pipeline.columns:
            kept, places = self._kept.find(texts.references)
            texts = Texts(predictions, texts.references, texts.bounds, kept, places)
        samples = Samples(texts, [languages[its] for its in references])
        with self._scoring:
            counts = pipeline.count(samples, 0).counts
        return np.array([part.weight * part.values(counts) for part in self._parts])


def weights_of(metric: str | Mapping[str, float]) -> dict[str, float]:
    """Give names with their weights.

    Raises:
        TypeError: if it is neither a name nor names with numbers.
        ValueError: if there are none, or a weight is not finite.
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
    found = {}
    for name, weight in metric.items():
        number = isinstance(weight, Real) and not isinstance(weight, bool)
        if not isinstance(name, str) or not number:
            raise TypeError(f"metric must have names with numbers, got {name!r}: {weight!r}")
        found[name] = float(weight)
        if not math.isfinite(found[name]):
            raise ValueError(f"the weight of {name!r} must be finite, got {weight!r}")
    return found
