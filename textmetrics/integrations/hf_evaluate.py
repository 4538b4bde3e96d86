"""Scores called as the modules of Hugging Face ``evaluate`` are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textmetrics.evaluation import Evaluator, References, as_list, evaluate
from textmetrics.metrics import Score

__all__ = ["EvaluationModule"]


class EvaluationModule:
    """Takes samples by ``add`` and ``add_batch``, and gives their scores by ``compute``.

    Like the modules of ``evaluate`` it is called by keyword alone and is empty after ``compute``.
    It needs neither that package nor its files; texts stay in memory until they are scored.

    Args:
        options: those of ``textmetrics.evaluate``, ``metrics`` and ``lang`` among them.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; the message lists the known ones.

    Examples:
        >>> module = EvaluationModule(metrics=["f1"], lang="en")
        >>> module.add(prediction="red fox", reference=["the red fox ran", "a red fox"])
        >>> module.add_batch(predictions=["blue"], references=["blue sky"])
        >>> module.compute()
        {'f1': <F1 83.33 %, n=2>}
        >>> module.compute(predictions=["red"], references=["red"], metrics=["accuracy"])
        {'accuracy': <Accuracy 100.00 %, n=1>}
    """

    def __init__(self, **options: Any) -> None:
        Evaluator(**options)  # what is wrong is better told now
        self._options = options
        self._samples: list[tuple[str, References]] = []

    def __repr__(self) -> str:
        """Show the options, and how many samples wait."""
        options = "".join(f", {name}={value!r}" for name, value in self._options.items())
        return f"<EvaluationModule of {len(self._samples):,} samples{options}>"

    def add(self, *, prediction: str, reference: References) -> None:
        """Add one sample.

        Args:
            prediction: its text.
            reference: its reference, or a list of several.
        """
        self._samples.append((prediction, reference))

    def add_batch(self, *, predictions: Iterable[str], references: Iterable[References]) -> None:
        """Add some samples.

        Args:
            predictions: a text a sample.
            references: as many; a sample's may be a list of texts.

        Raises:
            TypeError: if one of them is no list.
            ValueError: if there are more or fewer of the one than of the other.
        """
        self._add_batch(predictions, references)

    def _add_batch(self, predictions: object, references: object) -> None:
        predicted, expected = _column(predictions, "predictions"), _column(references, "references")
        if len(predicted) != len(expected):
            raise ValueError(
                f"{len(predicted):,} predictions but {len(expected):,} references: give one "
                "reference, or one list of references, for each prediction"
            )
        self._samples += zip(predicted, expected, strict=True)

    def compute(
        self,
        *,
        predictions: Iterable[str] | None = None,
        references: Iterable[References] | None = None,
        **options: Any,
    ) -> dict[str, Score]:
        """Score all samples that were added, with these; then there are none.

        Args:
            predictions: as for ``add_batch``; left out where all were added before.
            references: likewise.
            options: of ``textmetrics.evaluate``, in place of those given before.

        Returns:
            Scores, which are floats of 0 to 1, by name.

        Raises:
            TypeError: if something is no text; the message says at which index.
            ValueError: if there are no samples, or a name is not known.
        """
        if predictions is not None or references is not None:
            self._add_batch(predictions, references)
        samples, self._samples = self._samples, []
        if not samples:
            raise ValueError("no samples: give predictions and references, or add some before")
        predicted, expected = map(list, zip(*samples, strict=True))
        return dict(evaluate(predicted, expected, **{**self._options, **options}))


def _column(texts: object, where: str) -> list[Any]:
    if texts is None:
        raise TypeError(f"{where} are missing: give both predictions and references")
    if isinstance(texts, str):
        raise TypeError(f"{where} must be a list with a text a sample: give [{texts[:40]!r}]")
    return as_list(texts, where)
