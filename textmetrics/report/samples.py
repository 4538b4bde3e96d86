"""The samples of a report: texts, where their scored tokens lie, and what matches what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from textmetrics.evaluation import (
    References,
    ScoringSettings,
    Strings,
    assign_languages,
    check_predictions,
    pair_samples,
)
from textmetrics.report.marking import Marked, MarkedText, Marker
from textmetrics.report.pairing import State, paired
from textmetrics.report.selection import MOST, select
from textmetrics.statistics import SEED

__all__ = ["Pair", "ReportSample", "ReportSamples", "report_samples"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A prediction beside the reference that counts.

    Attributes:
        reference: which one that is, from 0.
        prediction: what each scored token of the prediction is.
        expected: likewise of the reference.
    """

    reference: int
    prediction: tuple[State, ...]
    expected: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class ReportSample:
    """One sample; what is a model's is in the order of the models.

    Attributes:
        id: what the sample is called.
        lang: the code of its language.
        references: its references.
        predictions: one a model.
        pairs: one a model.
        scores: a row a model, a value a metric, 0 to 1; ``None`` where there is none.
    """

    id: str
    lang: str
    references: tuple[MarkedText, ...]
    predictions: tuple[MarkedText, ...]
    pairs: tuple[Pair, ...]
    scores: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportSamples:
    """The samples of one task.

    Attributes:
        task: its name.
        models: the models' names.
        metrics: the metrics' names; the first is the one that chose each best reference.
        titles: what the metrics are called for people.
        samples: those that are shown.
        note: which ones these are; nothing where they are all.
    """

    task: str
    models: tuple[str, ...]
    metrics: tuple[str, ...]
    titles: tuple[str, ...]
    samples: tuple[ReportSample, ...]
    note: str = ""


def report_samples(
    task: str,
    references: Strings | Iterable[References],
    predictions: Mapping[str, Sequence[str]],
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    settings: ScoringSettings,
    ids: Sequence[str] | None = None,
    langs: Iterable[str | None] | None = None,
    most: int = MOST,
    seed: int = SEED,
) -> ReportSamples:
    """Make the samples of a task from the texts and the scores of several models.

    Args:
        task: its name.
        references: as for ``evaluate``.
        predictions: by model's name one text a sample.
        scores: by model's name and metric's name a value a sample, 0 to 1. The metrics are those
            of ``settings``; the first one chooses which of several references a prediction is
            shown beside, and on which samples models differ most.
        settings: how the texts were scored.
        ids: what each sample is called; its number from 1 where ``None``.
        langs: as for ``evaluate``.
        most: how many samples are shown; the choice is that of ``select``.
        seed: of that choice.

    Raises:
        TypeError: if something is no text.
        ValueError: if lengths differ, or there is no model.

    Examples:
        >>> settings = ScoringSettings.of(metrics=["f1"], lang="en")
        >>> found = report_samples(
        ...     "qa", ["a red fox"], {"m": ["the fox"]}, {"m": {"f1": [0.5]}}, settings=settings
        ... )
        >>> sample = found.samples[0]
        >>> sample.predictions[0].bounds, sample.pairs[0].prediction
        (((0, 3), (4, 7)), (<State.IN_ORDER: 2>,))
    """
    if not predictions:
        raise ValueError("no models: give the predictions of one at least")
    first = next(iter(predictions.values()))
    given = pair_samples(list(first), references, langs, settings.preset)
    samples = assign_languages(given, settings.lang)
    answers = {
        name: check_predictions(list(its), len(samples)) for name, its in predictions.items()
    }
    metrics = settings.metrics
    table = _table(scores, list(answers), [metric.name for metric in metrics], len(samples))
    chosen = select(table[:, 0], most=most, seed=seed)
    marker = Marker(settings)
    found = []
    for at in chosen.places.tolist():
        lang = str(samples.langs[at])
        texts = [its[at] for its in answers.values()]
        marks, expected = marker.sample(texts, samples.texts.references_of(at), lang)
        pairs = _pairs(marks, expected, marker.best(marks, expected))
        found.append(
            ReportSample(
                str(at + 1) if ids is None else str(ids[at]),
                lang,
                tuple(each.text for each in expected),
                tuple(each.text for each in marks),
                pairs,
                tuple(tuple(map(_value, row)) for row in table[:, :, at].tolist()),
            )
        )
    names, titles = zip(*((metric.name, metric.title) for metric in metrics), strict=True)
    return ReportSamples(task, tuple(answers), names, titles, tuple(found), chosen.note)


def _pairs(
    predictions: Sequence[Marked], references: Sequence[Marked], best: Sequence[int]
) -> tuple[Pair, ...]:
    return tuple(
        Pair(chosen, *paired(each.words, references[chosen].words))
        for each, chosen in zip(predictions, best, strict=True)
    )


def _table(
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    models: Sequence[str],
    metrics: Sequence[str],
    count: int,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Put scores into an array: models, metrics, samples."""
    for model in models:
        for metric in metrics:
            if metric not in scores.get(model, {}):
                raise ValueError(f"no scores of model {model!r} by metric {metric!r}")
            if (found := len(scores[model][metric])) != count:
                raise ValueError(
                    f"{found:,} scores of model {model!r} by metric {metric!r} for {count:,} "
                    "samples: give one a sample"
                )
    return np.array([[scores[model][metric] for metric in metrics] for model in models], float)


def _value(value: float) -> float | None:
    return None if np.isnan(value) else value
