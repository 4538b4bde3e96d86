"""The result of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import escape_html, escape_markdown, pluralized
from textmetrics._registry import closest
from textmetrics._version import __version__
from textmetrics.evaluation.flattened import flat, named_values
from textmetrics.evaluation.health import Health
from textmetrics.metrics import METRICS, Score, format_value, with_exceptions

__all__ = [
    "Evaluation",
    "SampleDetails",
    "score_rows",
    "signature_lines",
    "unreadable_answers",
]


@dataclass(frozen=True)
class SampleDetails:
    """Columns in the order of the samples, by which results can be told apart.

    Attributes:
        langs: each sample's language.
        prediction_lengths: number of tokens of its prediction, as the first metric counts them.
        reference_lengths: number of tokens of its reference, the closest in length of several.
    """

    langs: tuple[str, ...]
    prediction_lengths: NDArray[np.int64]
    reference_lengths: NDArray[np.int64]


class Evaluation(Mapping[str, Score]):
    """Scores by the name of the metric, and the health of the data.

    ``print`` shows a table in percent; ``evaluation["rouge_l"]`` is a ``Score``.
    """

    # Scoring a few pairs defers what is rarely asked for, as `Score` does: `_complete` computes it
    # once, and is `None` from then on.
    _complete: Callable[[], tuple[Health, SampleDetails | None]] | None = None

    def __init__(
        self,
        scores: Mapping[str, Score],
        health: Health,
        sample_details: SampleDetails | None = None,
    ) -> None:
        self._scores = dict(scores)
        self._health = health
        self._sample_details = sample_details

    @classmethod
    def deferred(
        cls,
        scores: Mapping[str, Score],
        complete: Callable[[], tuple[Health, SampleDetails | None]],
    ) -> Evaluation:
        """Return scores whose other attributes are computed when one is first asked for.

        Args:
            scores: by the name of the metric.
            complete: returns ``health`` and ``sample_details``.
        """
        evaluation = cls.__new__(cls)
        evaluation._scores = dict(scores)
        evaluation._complete = complete
        return evaluation

    @property
    def health(self) -> Health:
        """Anomalies in the data."""
        self._compute_deferred()
        return self._health

    @property
    def sample_details(self) -> SampleDetails | None:
        """Language and lengths of each sample; ``None`` where samples were not kept."""
        self._compute_deferred()
        return self._sample_details

    def _compute_deferred(self) -> None:
        if (complete := self._complete) is not None:
            self._health, self._sample_details = complete()
            self._complete = None

    def __getstate__(self) -> dict[str, Any]:
        """Pickle what is computed, not how."""
        self._compute_deferred()
        return vars(self)

    def __getitem__(self, name: str) -> Score:
        """Return the score of a metric.

        Raises:
            KeyError: if the metric was not asked for; the message lists those that were.
        """
        try:
            return self._scores[name]
        except KeyError:
            raise KeyError(f"{self._missing(name)}computed: {', '.join(self._scores)}") from None

    def _missing(self, name: object) -> str:
        """Return why there is no score of that name, and which one may be meant."""
        if not isinstance(name, str):
            return f"no metric {name!r}: scores have names; "
        known = METRICS.names()
        computed = {score.title: each for each, score in self.items()} | {
            each: each for each in self
        }
        if name not in known and (near := closest(name, computed)):
            return f"no metric {name!r}; did you mean {computed[near]!r}? "
        meant = closest(name, known)
        return f"metric {meant!r} was not computed; " if meant else f"no metric {name!r}; "

    def _ipython_key_completions_(self) -> list[str]:
        """Return what a notebook completes after ``evaluation["``."""
        return list(self._scores)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the metrics' names."""
        return iter(self._scores)

    def __len__(self) -> int:
        """Return the number of metrics."""
        return len(self._scores)

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.health.samples

    @property
    def samples(self) -> dict[str, NDArray[np.float64]]:
        """One column per metric with one value per sample, as ``pandas.DataFrame`` takes it."""
        return {name: score.samples for name, score in self.items() if score.samples is not None}

    @property
    def signatures(self) -> dict[str, str]:
        """How each score was computed."""
        return {name: score.signature for name, score in self.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return all but the samples as plain Python objects; scores are not in percent."""
        return {
            "n": self.n,
            "scale": with_exceptions("0 to 1", _plain_numbers(self)),
            "scores": {name: score.to_dict() for name, score in self.items()},
            "health": self.health.to_dict(),
            "version": __version__,
        }

    def to_flat(self, prefix: str = "") -> dict[str, float]:
        """Return numbers by name, as experiment trackers log them; scores are not in percent.

        Beside the values of each metric there are the details of its score (``bleu_4_precision_1``,
        ``numeric_unparsable``), the number of samples ``n`` and the median ``length_ratio`` of
        prediction and reference. What is no finite number is left out.

        Args:
            prefix: put before each name: ``"eval/"``.

        Raises:
            TypeError: if the prefix is not a string.

        Examples:
            >>> from textmetrics import evaluate
            >>> result = evaluate(["red fox"], ["a red fox"], lang="en", metrics=["f1"])
            >>> result.to_flat("eval/")
            {'eval/f1': 1.0, 'eval/n': 1.0, 'eval/length_ratio': 1.0}
        """
        numbers: dict[str, float | None] = {**named_values(self)}
        for name, score in self.items():
            for suffix, each in (("", score), ("_all_tokens", score.all_tokens)):
                details = {} if each is None else each.details or {}
                numbers |= {f"{name}_{key}{suffix}": value for key, value in details.items()}
        return flat({**numbers, "n": self.n, "length_ratio": self.health.length_ratio(0.5)}, prefix)

    def __repr__(self) -> str:
        """Show the headline values, most of them in percent."""
        values = ", ".join(
            f"{name} {format_value(score, percent=score.percent)}" for name, score in self.items()
        )
        return f"<Evaluation{scale_note(self, ' ', labels=False)}, n={self.n:,}: {values}>"

    def __str__(self) -> str:
        """Show a table in percent, anomalies in the data, and the signatures."""
        from textmetrics._tables import render

        return "\n".join([render(*score_rows(self)), *self._notes()])

    def to_markdown(self) -> str:
        r"""Return the same in Markdown.

        Examples:
            >>> from textmetrics import evaluate
            >>> result = evaluate(["a red fox"], ["a red fox ran"], lang="en", metrics=["f1"])
            >>> print("\n".join(result.to_markdown().splitlines()[:3]))
            | metric | score | precision | recall |    F1 | n |
            |--------|-------|-----------|--------|-------|---|
            | F1     | 80.00 |    100.00 |  66.67 | 80.00 | 1 |
        """
        from textmetrics._tables import render

        # One paragraph per note, since Markdown joins the lines of a paragraph.
        notes = map(escape_markdown, self._notes())
        return "\n\n".join([render(*score_rows(self), "markdown"), *notes])

    def to_frame(self, library: str = "pandas") -> Any:
        """Return a table with one row per metric; scores are not in percent.

        `samples_frame` returns a table with one row per sample.

        Args:
            library: whose table: ``pandas``, ``polars`` or ``pyarrow``.

        Raises:
            ImportError: if the library is not installed.
            ValueError: if it is none of these.

        Examples:
            >>> from textmetrics import evaluate
            >>> result = evaluate(["red fox"], ["a red fox ran"], lang="en", metrics=["f1"])
            >>> result.to_frame()[["metric", "score", "precision", "n"]]
              metric  score  precision  n
            0     f1    0.8        1.0  1
        """
        from textmetrics._frames import data_frame

        rows = [
            {
                "metric": name,
                "title": score.title,
                "headline": score.headline,
                "score": float(score),
                "all_tokens": None if score.all_tokens is None else float(score.all_tokens),
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
                "n": score.n,
                "signature": score.signature,
            }
            for name, score in self.items()
        ]
        return data_frame({name: [row[name] for row in rows] for name in rows[0]}, library)

    def samples_frame(self, library: str = "pandas", **columns: Iterable[Any]) -> Any:
        """Return a table with one row per sample; scores are not in percent.

        After the given columns come each sample's language, the numbers of tokens as the first
        metric counts them, and its value by each metric: null (NaN in pandas) where a preset leaves
        it out, and sentence BLEU for BLEU. ``_all_tokens`` are the values without stopword removal.

        Args:
            library: whose table: ``pandas``, ``polars`` or ``pyarrow``.
            columns: what else to show of the samples, in this order: ``id``, ``prediction``,
                ``references``, groups, each with one value per sample.

        Raises:
            ImportError: if the library is not installed.
            TypeError: if a column is not a list or column of values.
            ValueError: if samples were not kept, a column has another length or the name of one
                that is made, or the library is unknown.

        Examples:
            >>> from textmetrics import evaluate
            >>> said, gold = ["red fox", "blue"], ["a red fox ran", "blue"]
            >>> result = evaluate(said, gold, lang="en", metrics=["f1"])
            >>> result.samples_frame(prediction=said)[["prediction", "lang", "f1"]]
              prediction lang   f1
            0    red fox   en  0.8
            1       blue   en  1.0
        """
        from textmetrics._columns import beside
        from textmetrics._frames import data_frame

        made = self._sample_columns()
        return data_frame(beside(columns, made, len(made["lang"])), library)

    def _sample_columns(self) -> dict[str, list[Any]]:
        """Return what is known of each sample, ``None`` where it has no value."""
        details = self.sample_details
        if details is None:
            raise ValueError("a table of samples needs their values: score with keep_samples=True")
        columns: dict[str, list[Any]] = {
            "lang": list(details.langs),
            "prediction_length": details.prediction_lengths.tolist(),
            "reference_length": details.reference_lengths.tolist(),
        }
        for name, score in self.items():
            for suffix, each in (("", score), ("_all_tokens", score.all_tokens)):
                if each is not None and each.samples is not None:
                    values = each.samples.tolist()
                    columns[name + suffix] = [None if isnan(value) else value for value in values]
        return columns

    def to_latex(
        self,
        name: str = "model",
        *,
        uncertainty: Literal["interval", "margin"] | None = None,
        decimals: int = 2,
        siunitx: bool = False,
        label: str = "tab:results",
    ) -> str:
        r"""Return the table of a paper, a metric a column, in LaTeX for the package booktabs.

        Tests need the evaluations of several models: `compare` marks what is better.

        Args:
            name: the name of the row.
            uncertainty: what follows each number: ``interval`` (its confidence interval) or
                ``margin`` (± half the interval's width); ``None`` for nothing.
            decimals: how many decimals numbers have, from 0 to 6.
            siunitx: align numbers at the point by columns of the package siunitx.
            label: the name for ``\ref``.

        Raises:
            ValueError: if an option has an impossible value, or the interval's samples were not
                kept.

        Examples:
            >>> from textmetrics import evaluate
            >>> result = evaluate(["red fox"], ["a red fox ran"], lang="en", metrics=["f1"])
            >>> print(result.to_latex("fox-7b", decimals=1).splitlines()[-4])
            fox-7b & 80.0 \\
        """
        from textmetrics.evaluation.paper import PaperRow, paper_of_scores

        row = PaperRow(name, self, self.n)
        table = paper_of_scores([row], uncertainty=uncertainty, decimals=decimals)
        return table.to_latex(siunitx=siunitx, label=label)

    def _repr_html_(self) -> str:
        """Show the same in a notebook; colours are those of the notebook."""
        from textmetrics._tables import html_table

        notes = "<br>".join(map(escape_html, self._notes()))
        return f"{html_table(*score_rows(self))}<small>{notes}</small>"

    def _notes(self) -> list[str]:
        """Return the lines below the table."""
        note = f"{scale_note(self, after=', ')}n = {self.n:,}"
        median, high = self.health.length_ratio(0.5), self.health.length_ratio(0.95)
        if median is not None:
            lengths = f"median {median:.2f}, 95th percentile {high:.2f}"
            note += f"; length of prediction / reference: {lengths}"
        remarks = [*self.health.remarks(), *unreadable_answers(self)]
        health = [f"health: {remark}" for remark in remarks]
        return [note, *health, *(f"signature: {line}" for line in signature_lines(self))]


def score_rows(evaluation: Evaluation) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a table with one row per metric, in percent.

    Precision, recall and F1 are left out where no metric has them, and so is a large n that all
    metrics have: it stands below the table, which would be wider than 80 characters.
    """
    from textmetrics._tables import without_empty  # only what is shown needs it

    with_all = any(score.all_tokens is not None for score in evaluation.values())
    both = ["no stopwords", "all tokens"] if with_all else ["score"]
    header = ["metric", *both, "precision", "recall", "F1", "n"]
    rows = []
    for score in evaluation.values():
        parts = _in_columns(score, score.all_tokens, with_all=with_all)
        parts += [score.precision, score.recall, score.f1]
        whole = 2 if with_all else 1
        cells = [
            format_value(part, percent=score.percent or at >= whole)
            for at, part in enumerate(parts)
        ]
        rows.append([score.title, *cells, f"{score.n:,}"])
        if score.sentence_mean is not None:
            over_all = score.all_tokens.sentence_mean if score.all_tokens is not None else None
            means = _in_columns(score.sentence_mean, over_all, with_all=with_all)
            means += [None, None, None]
            cells = [format_value(mean, percent=score.percent) for mean in means]
            rows.append([f"{score.title} of sentences", *cells, f"{score.n:,}"])
    header, rows = without_empty(header, rows, ("precision", "recall", "F1"))
    if evaluation.n < _LARGE or any(score.n != evaluation.n for score in evaluation.values()):
        return header, rows
    return header[:-1], [row[:-1] for row in rows]


_LARGE = 100_000


def _in_columns(value: float, over_all: float | None, *, with_all: bool) -> list[float | None]:
    """Return a value by the columns that there are: nothing is dropped where it is the only one."""
    if not with_all:
        return [value]
    return [None, value] if over_all is None else [value, over_all]


def scale_note(
    scores: Mapping[str, Score], before: str = "", after: str = "", *, labels: bool = True
) -> str:
    """Return "in percent", with the metrics that are not; empty if none is.

    Args:
        scores: by the name of the metric.
        before: put before it, unless it is empty.
        after: put after it, unless it is empty.
        labels: whether metrics are called by their labels, as in tables.
    """
    plain = _plain_numbers(scores)
    if len(plain) == len(scores):
        return ""
    names = [scores[name].title for name in plain] if labels else plain
    return f"{before}{with_exceptions('in percent', names)}{after}"


def _plain_numbers(scores: Mapping[str, Score]) -> list[str]:
    """Return the names of the scores that are plain numbers and not shares."""
    return [name for name, score in scores.items() if not score.percent]


def unreadable_answers(evaluation: Evaluation) -> list[str]:
    """Return how many answers had no letter or number that a metric needs, in words."""
    return [
        f"{score.title}: {pluralized(int(count), 'answer')} of {score.n:,} could not be read "
        "(counted as wrong)"
        for score in evaluation.values()
        if (count := score.details.get("unparsable"))
    ]


def signature_lines(evaluation: Evaluation) -> list[str]:
    """Return each distinct signature, without metric and headline, after the metrics that have it.

    The metrics are left out where all share one.
    """
    metrics: dict[str, list[str]] = {}
    for name, score in evaluation.items():
        metrics.setdefault("|".join(score.signature.split("|")[2:]), []).append(name)
    if len(metrics) == 1:
        return list(metrics)
    return [f"{', '.join(names)}: {signature}" for signature, names in metrics.items()]
