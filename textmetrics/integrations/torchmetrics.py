"""Scores as a ``Metric`` of torchmetrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

try:
    import torch
    from torchmetrics import Metric
except ImportError as error:
    raise ImportError(
        "textmetrics.integrations.torchmetrics needs torchmetrics, which brings torch: "
        "pip install torchmetrics"
    ) from error

from textmetrics.evaluation import (
    EvaluationState,
    Evaluator,
    References,
    ScoringSettings,
    Strings,
    pair_samples,
)
from textmetrics.integrations.values import named_values
from textmetrics.metrics import ExactSum
from textmetrics.presets import DEFAULT

__all__ = ["TextMetrics"]


class _Names(NamedTuple):
    """The sums of a metric beside the number of its samples."""

    parts: tuple[str, ...]
    totals: tuple[str, ...]


class TextMetrics(Metric):  # type: ignore[misc]  # mypy does not look into torchmetrics
    """All that ``evaluate`` gives, in a loop of torchmetrics or Lightning.

    Its state is one float64 vector of sums, which processes add up: what they compute together
    equals what one evaluator computes of all samples, but for the last bits. The vector stays
    float64 whatever type the model around it is brought to.

    ``compute`` gives a float64 tensor for each name, 0 to 1: a metric with precision, recall and
    F1 gives all three (``rouge_l_recall``, ``rouge_l_precision``, ``rouge_l_f1``), others one
    (``f1``, ``bleu_4``).

    Args:
        metrics: names, all six where ``None``.
        lang: a language's code. Under the default preset it must be named, since no process sees
            the references by which ``"auto"`` decides for all.
        preset: as for ``Evaluator``.
        metric_options: those of ``torchmetrics.Metric``, such as ``{"sync_on_compute": False}``.
        options: the other options of ``Evaluator``.

    Raises:
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known, the language is not named, or a definition looks at the
            last sample, which no sum can tell.
        OSError: if a file of words cannot be read.

    Examples:
        >>> metric = TextMetrics(metrics=["f1"], lang="en")
        >>> metric.update(["a red fox", "blue"], ["the red fox ran", "red"])
        >>> metric.compute()
        {'f1': tensor(0.4000, dtype=torch.float64)}
    """

    is_differentiable = False
    higher_is_better = True
    full_state_update = False

    def __init__(
        self,
        *,
        metrics: Iterable[str] | None = None,
        lang: str = "auto",
        preset: str = "default",
        metric_options: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**(metric_options or {}))
        if lang == "auto" and preset == DEFAULT.name:
            raise ValueError(
                "lang='auto' is decided by all references, which no process sees: name the "
                "language, such as lang='en'"
            )
        self._evaluator = Evaluator(
            metrics=metrics, lang=lang, preset=preset, keep_samples=False, **options
        )
        self._layout = _layout(self._evaluator.settings)
        # By the settings too, since a MetricCollection lets metrics share a state that has the
        # same name and, after the first batch, the same numbers.
        described = repr(self._evaluator.settings.described()).encode()
        self._state_name = f"sums_{sha256(described).hexdigest()[:16]}"
        count = 1 + sum(1 + len(names.parts) + len(names.totals) for names in self._layout.values())
        nothing = torch.zeros(count, dtype=torch.float64)
        self.add_state(self._state_name, nothing, dist_reduce_fx="sum")

    def update(self, preds: Strings, target: Strings | Iterable[References]) -> None:
        """Score some more samples.

        Args:
            preds: one text a sample, or a single string for one sample.
            target: as many; a sample's may be a list of texts.

        Raises:
            TypeError: if something is no text; the message says at which index.
            ValueError: if lengths differ, a sample has no reference, or nothing was given.
        """
        samples = pair_samples(preds, target, None, self._evaluator.settings.preset)
        self._evaluator.reset()
        self._evaluator.take(samples)
        line = [float(len(samples))]
        for which, tally in self._evaluator.tallies().items():
            parts, totals = self._layout[which]
            line += [tally.n, *(float(tally.parts[part]) for part in parts)]
            line += [tally.totals[total] for total in totals]
        sums = getattr(self, self._state_name)
        more = torch.tensor(line, dtype=torch.float64, device=sums.device)
        setattr(self, self._state_name, sums + more)

    def compute(self) -> dict[str, torch.Tensor]:
        """Give the values of all samples so far, those of other processes among them.

        Raises:
            ValueError: if there are none.
        """
        sums = getattr(self, self._state_name)
        samples, *values = sums.tolist()
        rest = iter(values)
        if not samples:
            raise ValueError("no samples: nothing was scored yet")
        tallies = EvaluationState(self._evaluator.settings).tallies()
        for which, (parts, totals) in self._layout.items():
            tallies[which].n = int(next(rest))
            tallies[which].parts = {part: ExactSum.of(next(rest)) for part in parts}
            tallies[which].totals.update({total: int(next(rest)) for total in totals})
        found = {which: tally.score("") for which, tally in tallies.items()}
        scores = {
            name: tally.score("", found.get((name, False)))
            for (name, dropped), tally in tallies.items()
            if dropped
        }
        return {
            name: torch.tensor(value, dtype=torch.float64, device=sums.device)
            for name, value in named_values(scores).items()
        }

    def _apply(self, fn: Callable[[Any], Any], exclude_state: Sequence[str] = "") -> Any:
        """Move the sums with the module that this one is in, but keep them float64."""

        def move(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(fn(tensor).device) if tensor.dtype == torch.float64 else fn(tensor)

        return super()._apply(move, exclude_state)


def _layout(settings: ScoringSettings) -> dict[tuple[str, bool], _Names]:
    """Give what the vector has after the number of samples, in order.

    Raises:
        ValueError: if some of it is no sum.
    """
    found = {}
    for (name, dropped), tally in EvaluationState(settings).tallies().items():
        parts, totals = tally.names()
        if tally.metric.of_last & set(totals):
            raise ValueError(
                f"{name!r} of preset {settings.preset!r} looks at the last sample with these "
                "options, which no sum over processes can tell: choose others"
            )
        found[name, dropped] = _Names(parts, totals)
    return found
