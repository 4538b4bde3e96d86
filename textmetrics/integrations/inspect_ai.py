"""A scorer for tasks of Inspect (inspect-ai)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, overload

try:
    from inspect_ai.scorer import (
        Metric,
        SampleScore,
        Score,
        Scorer,
        Target,
        mean,
        metric,
        scorer,
        stderr,
    )
    from inspect_ai.solver import TaskState
except ImportError as error:
    raise ImportError(
        f"textmetrics.integrations.inspect_ai needs inspect-ai: pip install inspect-ai ({error})"
    ) from error

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions
from textmetrics.integrations.documents import DocumentScorer, corpus_value

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["text_scorer"]

_PARTS = "textmetrics"


@overload
def text_scorer(
    metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
) -> Scorer: ...


@overload
def text_scorer(metrics: Iterable[str] | None = None, *, preset: str, **options: Any) -> Scorer: ...


@takes(ScoringOptions, rest="preset_options")
def text_scorer(metrics: Iterable[str] | None = None, **options: Any) -> Scorer:
    """Return a scorer for a ``Task``, with one value per metric.

    They are called ``textmetrics_f1``, ``textmetrics_rouge_l_recall`` and so on. All texts of a
    sample's ``target`` are references. Means have Inspect's standard error. BLEU and other corpus
    values are computed from counts, which the log keeps in the metadata of each sample's score;
    they take one epoch only, as Inspect reduces epochs to means. Name the language: a sample is
    judged alone.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.

    Examples:
        >>> from inspect_ai import Task
        >>> from inspect_ai.dataset import Sample
        >>> task = Task([Sample("?", target="a red fox")], scorer=text_scorer(["f1"], lang="en"))
    """
    documents = DocumentScorer(metrics, **options)
    shown = {
        name: [mean(), stderr()] if each.corpus is None else [_corpus(name)]
        for name, each in documents.metrics.items()
    }

    def make() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            said = state.output.completion
            scored, values = documents.parts_and_values(said, [*target])
            parts = {name: part for name, part in scored.items() if not isinstance(part, float)}
            if parts and state.epoch > 1:
                raise ValueError(
                    f"{next(iter(parts))} is a corpus value, and Inspect reduces epochs to means: "
                    "use one epoch, or leave the metric out"
                )
            value = dict(zip(documents.metrics, values.values(), strict=True))
            return Score(value=value, answer=said, metadata={_PARTS: parts} if parts else None)

        return score

    made: Scorer = scorer(metrics=shown, name="textmetrics")(make)()
    return made


def _corpus(name: str) -> Metric:
    """Return what computes the value of a corpus from the counts of its samples."""

    def corpus() -> Metric:
        def value(scores: list[SampleScore]) -> float:
            parts = [(each.score.metadata or {})[_PARTS][name] for each in scores]
            return corpus_value(parts)

        return value

    made: Metric = metric(name="corpus")(corpus)()
    return made
