"""Scores documents one at a time, as harnesses call metrics, and puts corpus values together."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textmetrics.evaluation import Evaluator, Samples, check_references
from textmetrics.kernels import Counts
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.rewards import completion_texts, reference_texts
from textmetrics.scan import Texts

__all__ = ["Documents", "Row", "corpus_value"]

Row = Mapping[str, Any]
"""A document's part in a corpus value: of which metric, and what is summed. JSON can hold it."""


class Documents:
    """Scores one document at a time.

    A document's value depends on it alone: with ``lang="auto"`` its own references decide, so
    Japanese without kana needs ``lang="ja"``.

    Args:
        metrics: names, all six where ``None``.
        options: those of ``textmetrics.evaluate``.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; the message lists the known ones.

    Examples:
        >>> documents = Documents(["f1", "bleu_4"], lang="en")
        >>> found = documents.score("a red fox", ["a red fox ran"])
        >>> found["textmetrics_f1"], found["textmetrics_bleu_4"]["totals"]["clip_1"]
        (0.8, 2)
        >>> corpus_value([found["textmetrics_bleu_4"]])
        0.0
    """

    def __init__(self, metrics: Iterable[str] | None = None, **options: Any) -> None:
        self._evaluator = Evaluator(metrics=metrics, keep_samples=False, **options)

    @property
    def metrics(self) -> dict[str, Metric]:
        """What is computed, by the name that a harness shows, which says preset and recall."""
        preset = self._evaluator.settings.preset
        before = "textmetrics_" if preset == DEFAULT.name else f"textmetrics_{preset}_"
        return {
            before
            + (each.name if each.title == each.label else f"{each.name}_{each.headline}"): each
            for each in self._evaluator.settings.metrics
        }

    def score(self, prediction: str, references: object) -> dict[str, float | Row]:
        """Give what a document adds to each metric, by the names of ``metrics``.

        Args:
            prediction: what the model said.
            references: a text, a number, or several.

        Returns:
            A value of 0 to 1 where the metric is a mean, and a row where it is not. Nothing for
            one that leaves the document out of its mean.

        Raises:
            ValueError: if there is no reference, or one too many for the preset.
        """
        seen = Counter[str]()
        predictions = completion_texts([prediction], seen)
        [expected] = reference_texts([references], seen)
        if not expected:
            raise ValueError(f"there is no reference, a text or a number, in {references!r:.80}")
        settings = self._evaluator.settings
        texts = Texts.of(predictions, [expected])
        check_references(texts, settings.preset)
        with self._evaluator._lock:  # with one of our own around it a fork could wait for ever
            [scored] = self._evaluator.stream([Samples(texts, [settings.language_of(expected)])])
        found: dict[str, float | Row] = {}
        for name, metric in self.metrics.items():
            [value] = scored.values[metric.name].headline.tolist()
            if metric.corpus is not None:
                found[name] = self._row(metric, metric.counts(scored.counted.counts))
            elif not math.isnan(value):
                found[name] = value
        return found

    def _row(self, metric: Metric, counts: Counts) -> Row:
        settings = self._evaluator.settings
        usual = PRESETS.get(settings.preset).checked({})
        chosen = [option for option in settings.preset_options if option not in usual]
        totals = metric.totals(counts) if metric.totals is not None else {}
        return {
            "metric": metric.name,
            "preset": settings.preset,
            "options": json.dumps(dict(chosen)),  # Parquet cannot have a mapping of nothing
            "totals": {name: int(total[0]) for name, total in totals.items()},
        }


def corpus_value(rows: Sequence[Row]) -> float:
    """Give the value of a corpus from its documents' rows.

    Raises:
        ValueError: if there are no rows, or not all are of one definition.
    """
    if not rows:
        raise ValueError("no rows: there is nothing to put together")
    metric, of = _metric(rows[0]), _definition(rows[0])
    sums = Counter[str]()
    for row in rows:
        if _definition(row) != of:
            raise ValueError(
                f"rows of different definitions cannot be summed: {of} and {_definition(row)}"
            )
        for name, total in row["totals"].items():
            sums[name] = total + (0 if name in metric.of_last else sums[name])
    return metric.corpus(sums).value if metric.corpus is not None else math.nan


def _definition(row: Row) -> tuple[Any, ...]:
    return row["metric"], row["preset"], row["options"]


def _metric(row: Row) -> Metric:
    preset = PRESETS.get(row["preset"])
    [metric] = preset.metrics([row["metric"]], preset.checked(json.loads(row["options"])))
    return metric
