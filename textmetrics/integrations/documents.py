"""Score documents one at a time, as harnesses call metrics, and combine them to corpus values."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import (
    Evaluator,
    Samples,
    ScoredSamples,
    ScoringOptions,
    ScoringSettings,
    check_references,
)
from textmetrics.kernels import Counts
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.rewards import completion_texts, reference_texts
from textmetrics.scan import Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["CorpusPart", "DocumentScorer", "corpus_value", "higher_is_better"]

CorpusPart = Mapping[str, Any]
"""What a document adds to a corpus value: the metric, and the sums. It can be written as JSON."""


@takes(ScoringOptions, rest="preset_options")
class DocumentScorer:
    """Scores one document at a time.

    The value of a document depends on nothing else: with ``lang="auto"``, its own references
    decide the language, so Japanese without kana needs ``lang="ja"``.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.

    Examples:
        >>> scorer = DocumentScorer(["f1", "bleu_4"], lang="en")
        >>> found = scorer.score("a red fox", ["a red fox ran"])
        >>> found["textmetrics_f1"], found["textmetrics_bleu_4"]["totals"]["clip_1"]
        (0.8, 2)
        >>> corpus_value([found["textmetrics_bleu_4"]])
        0.0
    """

    @overload
    def __init__(
        self, metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
    ) -> None: ...

    @overload
    def __init__(
        self, metrics: Iterable[str] | None = None, *, preset: str, **options: Any
    ) -> None: ...

    def __init__(self, metrics: Iterable[str] | None = None, **options: Any) -> None:
        self._evaluator = Evaluator(metrics=metrics, keep_samples=False, **options)

    @property
    def settings(self) -> ScoringSettings:
        """What decides the numbers."""
        return self._evaluator.settings

    @property
    def metrics(self) -> dict[str, Metric]:
        """Metrics by the name that a harness shows, which includes preset and recall."""
        preset = self._evaluator.settings.preset
        before = "textmetrics_" if preset == DEFAULT.name else f"textmetrics_{preset}_"
        return {
            before
            + (each.name if each.title == each.label else f"{each.name}_{each.headline}"): each
            for each in self._evaluator.settings.metrics
        }

    def score(self, prediction: str, references: object) -> dict[str, float | CorpusPart]:
        """Return what a document adds to each metric, by the names of ``metrics``.

        Args:
            prediction: the answer of the model.
            references: a text, a number, or several.

        Returns:
            A value for a metric that is a mean, and a `CorpusPart` for others. Metrics that leave
            the document out of their mean are missing.

        Raises:
            ValueError: if there is no reference, or more than the preset takes.
        """
        return self._parts(self._scored(prediction, references))

    def _parts(self, scored: ScoredSamples) -> dict[str, float | CorpusPart]:
        values: dict[str, float | CorpusPart] = {}
        for name, metric in self.metrics.items():
            [value] = scored.values[metric.name].headline.tolist()
            if metric.corpus is not None:
                values[name] = self._part(metric, metric.counts(scored.counted.counts))
            elif not math.isnan(value):
                values[name] = value
        return values

    @property
    def alone(self) -> dict[str, Metric]:
        """Metrics by the name of a document's own value, of which a harness can only take the mean.

        A corpus value is no mean: ``textmetrics_bleu_4_sentences`` is the BLEU of a document.
        """
        return {
            name if metric.corpus is None else f"{name}_sentences": metric
            for name, metric in self.metrics.items()
        }

    def values(self, prediction: str, references: object) -> dict[str, float]:
        """Return the values of a document by the names of ``alone``.

        Args:
            prediction: the answer of the model.
            references: a text, a number, or several.

        Returns:
            One value per metric; NaN for one that leaves the document out of its mean.

        Raises:
            ValueError: if there is no reference, or more than the preset takes.
        """
        return self._values(self._scored(prediction, references))

    def _values(self, scored: ScoredSamples) -> dict[str, float]:
        return {
            name: scored.values[metric.name].headline.tolist()[0]
            for name, metric in self.alone.items()
        }

    def parts_and_values(
        self, prediction: str, references: object
    ) -> tuple[dict[str, float | CorpusPart], dict[str, float]]:
        """Return what ``score`` and ``values`` return, from one scoring."""
        scored = self._scored(prediction, references)
        return self._parts(scored), self._values(scored)

    def _scored(self, prediction: str, references: object) -> ScoredSamples:
        seen = Counter[str]()
        predictions, _ = completion_texts([prediction], seen)
        [expected] = reference_texts([references], seen)
        if not expected:
            raise ValueError(f"no reference, which is a text or a number, in {references!r:.80}")
        texts = Texts.of(predictions, [expected])
        check_references(texts, self.settings)
        samples = Samples(texts, [self.settings.language_of(expected)])
        with self._evaluator._lock:  # another lock around it could deadlock a fork
            [scored] = self._evaluator.stream([samples])
        return scored

    def _part(self, metric: Metric, counts: Counts) -> CorpusPart:
        settings = self._evaluator.settings
        defaults = PRESETS.get(settings.preset).checked({})
        chosen = [option for option in settings.preset_options if option not in defaults]
        totals = metric.totals(counts) if metric.totals is not None else {}
        return {
            "metric": metric.name,
            "preset": settings.preset,
            "options": json.dumps(dict(chosen)),  # Parquet has no empty mappings
            "totals": {name: int(total[0]) for name, total in totals.items()},
        }


def higher_is_better(metric: Metric) -> bool | None:
    """Return a metric's direction as harnesses have it; ``None`` if it has neither."""
    return None if metric.better is None else metric.better == "higher"


def corpus_value(parts: Sequence[CorpusPart]) -> float:
    """Return the value of a corpus from the parts of its documents.

    Raises:
        ValueError: if there are none, or not all are of one definition.
    """
    if not parts:
        raise ValueError("no documents: there is nothing to combine")
    metric, of = _metric(parts[0]), _definition(parts[0])
    sums = Counter[str]()
    for part in parts:
        if _definition(part) != of:
            raise ValueError(
                f"parts of different definitions cannot be summed: {of} and {_definition(part)}"
            )
        for name, total in part["totals"].items():
            sums[name] = total + (0 if name in metric.of_last else sums[name])
    return metric.corpus(sums).value if metric.corpus is not None else math.nan


def _definition(part: CorpusPart) -> tuple[Any, ...]:
    return part["metric"], part["preset"], part["options"]


def _metric(part: CorpusPart) -> Metric:
    preset = PRESETS.get(part["preset"])
    [metric] = preset.metrics([part["metric"]], preset.checked(json.loads(part["options"])))
    return metric
