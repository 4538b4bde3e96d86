"""Scores as a ``Metric`` of torchmetrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

try:
    import torch
    from torchmetrics import Metric
except ImportError as error:
    raise ImportError(
        "textmetrics.integrations.torchmetrics needs torchmetrics, which brings torch: "
        "pip install torchmetrics"
    ) from error

from textmetrics.evaluation import Evaluator
from textmetrics.evaluation.arguments import References, Strings, samples_of
from textmetrics.evaluation.state import State
from textmetrics.integrations.values import named_values
from textmetrics.metrics import ExactSum, Tally
from textmetrics.presets import DEFAULT

__all__ = ["TextMetrics"]


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
        # By the settings too, since a MetricCollection lets metrics share a state that has the
        # same name and, after the first batch, the same numbers.
        described = repr(self._evaluator.settings.described()).encode()
        self._state_name = f"sums_{sha256(described).hexdigest()[:16]}"
        nothing = torch.tensor(_sums(0, self._nothing()), dtype=torch.float64)
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
        samples = samples_of(preds, target, None, self._evaluator.settings.preset)
        self._evaluator.reset()
        self._evaluator.take(samples)
        tallies = self._nothing()
        for which, tally in self._evaluator.tallies().items():
            tallies[which].merge(tally)
        sums = getattr(self, self._state_name)
        more = torch.tensor(_sums(len(samples), tallies), dtype=torch.float64, device=sums.device)
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
        tallies = self._nothing()
        for tally in tallies.values():
            tally.n = int(next(rest))
            tally.parts = {part: ExactSum.of(next(rest)) for part in tally.parts}
            for total in tally.totals:
                tally.totals[total] = int(next(rest))
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

    def _nothing(self) -> dict[tuple[str, bool], Tally]:
        """Give sums of nothing.

        Raises:
            ValueError: if some of them are no sums.
        """
        settings = self._evaluator.settings
        tallies = State(settings).tallies()
        found = {which: Tally.of_nothing(its.metric) for which, its in tallies.items()}
        for (name, _), tally in found.items():
            if tally.metric.of_last & tally.totals.keys():
                raise ValueError(
                    f"{name!r} of preset {settings.preset!r} looks at the last sample with these "
                    "options, which no sum over processes can tell: choose others"
                )
        return found

    def _apply(self, fn: Callable[[Any], Any], exclude_state: Sequence[str] = "") -> Any:
        """Move the sums with the module that this one is in, but keep them float64."""

        def move(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(fn(tensor).device) if tensor.dtype == torch.float64 else fn(tensor)

        return super()._apply(move, exclude_state)


def _sums(samples: int, tallies: Mapping[tuple[str, bool], Tally]) -> list[float]:
    """Put the number of samples and all sums into one line."""
    line = [float(samples)]
    for tally in tallies.values():
        line += [tally.n, *map(float, tally.parts.values()), *map(float, tally.totals.values())]
    return line
