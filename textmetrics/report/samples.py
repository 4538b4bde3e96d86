"""The samples of a report: texts with their marked tokens, and how a page stores them."""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_letters, digits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized
from textmetrics._sentences import say
from textmetrics.evaluation import (
    References,
    ScoringSettings,
    Strings,
    assign_languages,
    check_predictions,
    pair_samples,
)
from textmetrics.metrics import Metric
from textmetrics.records import Turn, natural_key
from textmetrics.report.marking import MarkedText, Marker, TokenMatch, match_tokens
from textmetrics.statistics import SEED

__all__ = [
    "LONGEST",
    "ROWS",
    "ReportSamples",
    "payload",
    "report_samples",
    "select_samples",
]

_MOST_SAMPLES = 50_000
"""How many samples of a task a report shows."""
_MOST_CHARACTERS = 40_000_000
"""How many characters of texts a report shows of a task; of longer texts it shows fewer samples."""
_MOST_MARKED = 30_000
"""In how many texts of a task a report marks the tokens."""
LONGEST = 20_000
"""How many characters of a text a page shows."""
ROWS = 500
"""How many samples' texts a page stores together."""


@dataclass(frozen=True, slots=True)
class _MatchedPair:
    """A prediction and its best reference, token by token.

    Attributes:
        reference: index of the reference.
        prediction: how each scored token of the prediction matches the reference.
        expected: how each scored token of the reference matches the prediction.
    """

    reference: int
    prediction: tuple[TokenMatch, ...]
    expected: tuple[TokenMatch, ...]


@dataclass(frozen=True, slots=True)
class _ReportSample:
    """One sample; its predictions, pairs and scores are in the order of the models.

    Attributes:
        id: the sample's id.
        lang: its language code.
        references: its references.
        predictions: one per model.
        pairs: one per model.
        scores: one row per model, one value per metric; ``None`` if there is none.
        question: what was asked; empty if that is not known.
        marked: whether tokens are marked; of very many samples only some are.
    """

    id: str
    lang: str
    references: tuple[MarkedText, ...]
    predictions: tuple[MarkedText, ...]
    pairs: tuple[_MatchedPair, ...]
    scores: tuple[tuple[float | None, ...], ...]
    question: tuple[Turn, ...] = ()
    marked: bool = True


@dataclass(frozen=True, slots=True)
class ReportSamples:
    """The samples of one task.

    Attributes:
        task: the task's name.
        models: the models' names.
        metrics: the metrics; the first one chose the best references.
        samples: the samples that are shown.
        note: how they were chosen; empty if all are shown.
        facets: one value per sample, by the name of the field; ``None`` where a record lacks it.
    """

    task: str
    models: tuple[str, ...]
    metrics: tuple[Metric, ...]
    samples: tuple[_ReportSample, ...]
    note: str = ""
    facets: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)


def report_samples(
    task: str,
    references: Strings | Iterable[References],
    predictions: Mapping[str, Sequence[str]],
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    settings: ScoringSettings,
    ids: Sequence[str] | None = None,
    langs: Iterable[str | None] | None = None,
    questions: Sequence[str | Sequence[Turn]] = (),
    facets: Mapping[str, Sequence[str | None]] | None = None,
    most: int | None = None,
    most_marked: int = _MOST_MARKED,
    seed: int = SEED,
) -> ReportSamples:
    """Return the samples of a task, from the texts and the scores of several models.

    Args:
        task: the task's name.
        references: as for ``evaluate``.
        predictions: one text per sample, by the model's name.
        scores: one value per sample, by the model's and the metric's name. The metrics are those of
            ``settings``; the first one decides which of several references a prediction is shown
            with, and on which samples models differ most.
        settings: how the texts were scored.
        ids: the samples' ids; by default their numbers from 1.
        langs: as for ``evaluate``.
        questions: what was asked, one text per sample, or the turns of a conversation.
        facets: columns by whose values samples can be chosen, by name.
        most: the largest number of samples to show; ``select_samples`` chooses them. By default
            50,000, and fewer if texts are long.
        most_marked: in how many texts tokens are marked: in those of the first samples, and of
            those on which models differ most.
        seed: seed of that choice.

    Raises:
        TypeError: if a text is not a string.
        ValueError: if lengths differ, or there is no model.

    Examples:
        >>> settings = ScoringSettings.of(metrics=["f1"], lang="en")
        >>> found = report_samples(
        ...     "qa", ["a red fox"], {"m": ["the fox"]}, {"m": {"f1": [0.5]}}, settings=settings
        ... )
        >>> sample = found.samples[0]
        >>> sample.predictions[0].bounds, sample.pairs[0].prediction
        (((0, 3), (4, 7)), (<TokenMatch.IN_ORDER: 2>,))
    """
    if not predictions:
        raise ValueError("no models: give the predictions of at least one")
    first = next(iter(predictions.values()))
    samples = assign_languages(
        pair_samples(list(first), references, langs, settings.preset), settings.lang
    )
    answers = {
        name: check_predictions(list(of_model), len(samples))
        for name, of_model in predictions.items()
    }
    names = [metric.name for metric in settings.metrics]
    table = _score_table(scores, list(answers), names, len(samples))
    columns = facets or {}
    for name, column in {**columns, "question": questions}.items():
        if len(column) not in (0, len(samples)):
            found = f"{pluralized(len(column), 'value')} of {name} for {len(samples):,}"
            raise ValueError(f"{found}: give one per sample")
    asked = list(map(_turns, questions))
    if most is None:
        most = _most_that_fit(answers.values(), samples.texts.references, asked)
    chosen, note = select_samples(table[:, 0], most=most, seed=seed)
    texts = len(answers) + len(samples.texts.references) // max(len(samples), 1)
    some = _to_mark(table[:, 0, chosen], max(most_marked // texts, 1))
    marked = set(chosen[some].tolist())
    marker = Marker(settings)
    shown = tuple(
        _report_sample(
            str(at + 1) if ids is None else str(ids[at]),
            str(samples.langs[at]),
            samples.texts.references_of(at),
            [of_model[at] for of_model in answers.values()],
            table[:, :, at],
            marker,
            question=asked[at] if asked else (),
            marked=at in marked,
        )
        for at in chosen.tolist()
    )
    kept = {name: tuple(column[at] for at in chosen.tolist()) for name, column in columns.items()}
    return ReportSamples(task, tuple(answers), settings.metrics, shown, note, kept)


def _to_mark(scores: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return the samples whose tokens are marked: those on the first pages of most lists.

    They are half of them the first ones, and then those on which models differ most.
    """
    known = np.where(np.isnan(scores), 0.0, scores)
    spread = known.max(axis=0) - known.min(axis=0)
    first = min((most + 1) // 2, len(spread))
    largest = first + np.argsort(-spread[first:], kind="stable")
    return np.concatenate([np.arange(first), largest[: most - first]])


def _turns(question: str | Sequence[Turn]) -> tuple[Turn, ...]:
    if isinstance(question, str):
        return (Turn("", question),) if question else ()
    return tuple(Turn(*each) for each in question)


def _most_that_fit(
    predictions: Iterable[Sequence[str]],
    references: Sequence[str],
    questions: Sequence[Sequence[Turn]],
) -> int:
    """Return how many samples' texts a page can hold, by their mean length."""
    answers = list(predictions)
    columns = [*answers, references, [turn.text for turns in questions for turn in turns]]
    characters = sum(sum(map(len, column)) for column in columns)
    count = max(len(answers[0]), 1)
    return max(min(_MOST_SAMPLES, _MOST_CHARACTERS * count // max(characters, 1)), 1)


def _report_sample(
    number: str,
    lang: str,
    references: Sequence[str],
    predictions: list[str],
    scores: NDArray[np.float64],
    marker: Marker,
    *,
    question: tuple[Turn, ...],
    marked: bool,
) -> _ReportSample:
    """Return a sample, with its tokens marked if wanted; its scores have a row per model."""
    if marked:
        answers, expected = marker.sample(predictions, references, lang)
        best_references = marker.best_references(answers, expected)
        pairs = tuple(
            _MatchedPair(best, *match_tokens(each.tokens, expected[best].tokens))
            for each, best in zip(answers, best_references, strict=True)
        )
    else:
        answers, expected = marker.plain(predictions, references)
        pairs = (_MatchedPair(0, (), ()),) * len(answers)
    return _ReportSample(
        number,
        lang,
        tuple(each.marked for each in expected),
        tuple(each.marked for each in answers),
        pairs,
        tuple(
            tuple(value if math.isfinite(value) else None for value in row)
            for row in scores.tolist()
        ),
        question,
        marked,
    )


def _score_table(
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    models: Sequence[str],
    metrics: Sequence[str],
    count: int,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return scores as an array: models, metrics, samples."""
    for model in models:
        for metric in metrics:
            if metric not in scores.get(model, {}):
                raise ValueError(f"no scores of model {model!r} by metric {metric!r}")
            if (found := len(scores[model][metric])) != count:
                raise ValueError(
                    f"{pluralized(found, 'score')} of model {model!r} by metric {metric!r} for "
                    f"{pluralized(count, 'sample')}: give one per sample"
                )
    return np.array([[scores[model][metric] for metric in metrics] for model in models], float)


def select_samples(
    scores: NDArray[np.float64], *, most: int = _MOST_SAMPLES, seed: int = SEED
) -> tuple[NDArray[np.int64], str]:
    """Choose the samples on which models differ most, and as many of the others at random.

    Args:
        scores: one row per model, one column per sample; NaN if a model has none.
        most: the largest number of samples to choose.
        seed: seed of the random choice; the same seed chooses the same samples.

    Returns:
        The indices of the chosen samples, ascending, and how they were chosen, in words; empty if
        they are all.

    Raises:
        ValueError: if ``most`` is below 1.

    Examples:
        >>> import numpy as np
        >>> select_samples(np.array([[0.0, 0.5, 1.0], [0.9, 0.5, 1.0]]), most=2, seed=1)[1]
        '2 of 3 samples: the 1 on which models differ most and 1 of the others at random (seed 1)'
    """
    if most < 1:
        raise ValueError(f"most must be 1 or above, got {most}")
    total = scores.shape[1]
    if total <= most:
        return np.arange(total), ""
    known = np.where(np.isnan(scores), 0.0, scores)
    spread = known.max(axis=0) - known.min(axis=0)
    largest = np.argsort(-spread, kind="stable")[: most // 2 if len(scores) > 1 else 0]
    others = np.setdiff1d(np.arange(total), largest)
    chance = np.random.Generator(np.random.Philox(seed))
    drawn = chance.choice(others, most - len(largest), replace=False)
    numbers = {"most": most, "total": total, "drawn": len(drawn), "seed": seed}
    if len(largest):
        note = say(
            "{most:,} of {total:,} samples: the {largest:,} on which models differ most and "
            "{drawn:,} of the others at random (seed {seed})",
            largest=len(largest),
            **numbers,
        )
    else:
        note = say("{most:,} of {total:,} samples: {drawn:,} at random (seed {seed})", **numbers)
    return np.sort(np.concatenate([largest, drawn])), note


def payload(samples: ReportSamples) -> list[str]:
    """Return what a page stores of a task's samples, for `templates/decode.js` to read.

    Each string is deflated JSON in base64. The first has what samples are sorted and filtered by,
    the next ones the scores by one metric each, and the others the texts of ``ROWS`` samples each;
    the page reads scores and texts when it shows them.
    The texts of a sample are stored together, because they are alike and compress well. Where
    tokens are not marked there are no pairs.

    Tokens are numbers, each in digits of five bits, the lowest first, with a sixth bit that is set
    if more digits follow. A token is twice its distance from the end of the token before it, plus
    one if it is a removed stopword; then its length. The matches of tokens take two bits each,
    three of them a digit.
    """
    rows = samples.samples
    parts = (rows[first : first + ROWS] for first in range(0, len(rows), ROWS))
    metrics = range(len(samples.metrics))
    return [
        _packed(_sort_columns(samples)),
        *(_packed(_scores(samples, metric)) for metric in metrics),
        *(_packed(_texts(part)) for part in parts),
    ]


def _packed(value: object) -> str:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # UTF-8 has no lone surrogates, which an id may have; JSON has an escape for them.
    return base64.b64encode(zlib.compress(plain.encode("utf-8", "backslashreplace"), 6)).decode()


def _sort_columns(samples: ReportSamples) -> dict[str, Any]:
    rows = samples.samples
    langs = sorted({row.lang for row in rows})
    models = range(len(samples.models))
    return {
        "ids": [row.id for row in rows],
        "langs": langs,
        "lang": [langs.index(row.lang) for row in rows],
        "lengths": [max(len(each.text) for each in row.references) for row in rows],
        "empty": [
            [at for at, row in enumerate(rows) if not row.predictions[model].text.strip()]
            for model in models
        ],
        "facets": [_facet(name, column) for name, column in samples.facets.items()],
    }


def _scores(samples: ReportSamples, metric: int) -> list[list[int | None]]:
    """Return the scores by a metric, one row per model."""
    percent = samples.metrics[metric].in_percent
    return [
        [_hundredths(row.scores[model][metric], percent=percent) for row in samples.samples]
        for model in range(len(samples.models))
    ]


def _facet(name: str, column: Sequence[str | None]) -> dict[str, Any]:
    """Return a column as its values, in natural order, and one place among them per sample."""
    values = sorted({each for each in column if each is not None}, key=natural_key)
    places = {value: place for place, value in enumerate(values)}
    return {
        "name": name,
        "values": values,
        "column": [-1 if each is None else places[each] for each in column],
    }


def _hundredths(score: float | None, *, percent: bool) -> int | None:
    """Return a score in hundredths of what is shown, percent or the score itself."""
    return None if score is None else round((10_000 if percent else 100) * score)


def _texts(rows: Sequence[_ReportSample]) -> list[list[Any]]:
    return [
        [
            *([_text(text) for text in texts] for texts in (row.references, row.predictions)),
            *([_tokens(text) for text in texts] for texts in (row.references, row.predictions)),
            [
                [each.reference, _matches(each.prediction), _matches(each.expected)]
                for each in row.pairs
            ]
            if row.marked
            else None,
            [[turn.role, turn.text[:LONGEST]] for turn in row.question],
        ]
        for row in rows
    ]


def _text(marked: MarkedText) -> str | list[Any]:
    """Return the text, with its other properties only if they are not the usual ones."""
    hidden = max(len(marked.text) - LONGEST, 0)
    if marked.form == "text" and marked.whole is None and not hidden:
        return marked.text
    whole = None if marked.whole is None else marked.whole[:LONGEST]
    return [marked.text[:LONGEST], marked.form, whole, hidden]


def _tokens(marked: MarkedText) -> str:
    numbers: list[int] = []
    last = 0
    for (start, end), dropped in zip(marked.bounds, marked.dropped, strict=True):
        if end > LONGEST:
            break
        numbers += (2 * (start - last) + dropped, end - start)
        last = end
    return "".join(map(_number, numbers))


_DIGITS = ascii_letters + digits + "+/"


def _number(value: int) -> str:
    written = ""
    while value > 31:
        written += _DIGITS[value & 31 | 32]
        value >>= 5
    return written + _DIGITS[value]


def _matches(matches: Sequence[TokenMatch]) -> str:
    triples = (matches[at : at + 3] for at in range(0, len(matches), 3))
    return "".join(
        _DIGITS[sum(match << 2 * place for place, match in enumerate(each))] for each in triples
    )
