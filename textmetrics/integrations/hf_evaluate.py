"""Scores through the interface of the modules of Hugging Face ``evaluate``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ComputeOptions, Evaluator, References, as_list, evaluate
from textmetrics.metrics import Score

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["EvaluationModule"]


@takes(ComputeOptions, rest="preset_options")
class EvaluationModule:
    """Collects samples by ``add`` and ``add_batch``, and scores them by ``compute``.

    Like the modules of ``evaluate``, it takes keywords only, is empty after ``compute``, and can be
    one of those that ``evaluate.combine`` takes. It needs neither that package nor its files; texts
    stay in memory until they are scored.

    Args:
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown; the message lists the known ones.

    Examples:
        >>> module = EvaluationModule(metrics=["f1"], lang="en")
        >>> module.add(prediction="red fox", reference=["the red fox ran", "a red fox"])
        >>> module.add_batch(predictions=["blue"], references=["blue sky"])
        >>> module.compute()
        {'f1': <F1 83.33 %, n=2>}
        >>> module.compute(predictions=["red"], references=["red"], metrics=["accuracy"])
        {'accuracy': <Accuracy 100.00 %, n=1>}
    """

    @overload
    def __init__(self, **options: Unpack[ComputeOptions]) -> None: ...

    @overload
    def __init__(self, *, preset: str, **options: Any) -> None: ...

    def __init__(self, **options: Any) -> None:
        Evaluator(**options)  # fail early if an option is wrong
        self._options = options
        self._samples: list[tuple[str, References]] = []

    name = "textmetrics"
    """What ``evaluate.combine`` puts before names that several modules have."""

    def _feature_names(self) -> list[str]:
        """Return what ``evaluate.combine`` gives to ``add`` and ``add_batch``."""
        return ["predictions", "references"]

    def __repr__(self) -> str:
        """Show the options and the number of samples."""
        options = "".join(f", {name}={value!r}" for name, value in self._options.items())
        return f"<EvaluationModule of {len(self._samples):,} samples{options}>"

    def add(
        self,
        *,
        prediction: str | None = None,
        reference: References | None = None,
        predictions: str | None = None,
        references: References | None = None,
    ) -> None:
        """Add one sample.

        Args:
            prediction: its text.
            reference: its reference, or a list of several.
            predictions: the same text, as ``evaluate.combine`` names it.
            references: the same reference, as ``evaluate.combine`` names it.

        Raises:
            TypeError: if one of the two is missing.
        """
        said = predictions if prediction is None else prediction
        expected = references if reference is None else reference
        if said is None or expected is None:
            missing = "prediction" if said is None else "reference"
            raise TypeError(f"{missing} is missing: give both prediction and reference")
        self._samples.append((said, expected))

    def add_batch(self, *, predictions: Iterable[str], references: Iterable[References]) -> None:
        """Add samples.

        Args:
            predictions: one text per sample.
            references: one per prediction, or several as a list of texts.

        Raises:
            TypeError: if one of them is not a list.
            ValueError: if their lengths differ.
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
        """Score all samples that were added, and these; then remove them.

        Args:
            predictions: as for ``add_batch``; omitted if all were added before.
            references: as for ``add_batch``; omitted if all were added before.
            options: those of the class, in place of the ones given to it.

        Returns:
            Scores, which are floats from 0 to 1, by name.

        Raises:
            TypeError: if something is not a text; the message names the index.
            ValueError: if there are no samples, or a name is unknown.
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
        raise TypeError(f"{where} must be a list with one text per sample: give [{texts[:40]!r}]")
    return as_list(texts, where)
