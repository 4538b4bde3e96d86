"""Scores as a ``Metric`` of torchmetrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, overload

try:
    import torch
    from torchmetrics import Metric
except ImportError as error:
    raise ImportError(
        "textmetrics.integrations.torchmetrics needs torchmetrics, which brings torch: "
        "pip install torchmetrics"
    ) from error

from textmetrics._options import takes
from textmetrics.evaluation import (
    EvaluationState,
    Evaluator,
    References,
    ScoringSettings,
    StreamingOptions,
    Strings,
    named_values,
    pair_samples,
)
from textmetrics.metrics import ExactSum
from textmetrics.presets import DEFAULT

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["TextMetrics"]


class _SumNames(NamedTuple):
    """The names of the sums of a metric, besides its number of samples."""

    parts: tuple[str, ...]
    totals: tuple[str, ...]


@takes(StreamingOptions, rest="preset_options")
class TextMetrics(Metric):  # type: ignore[misc]  # mypy does not look into torchmetrics
    """The scores of ``evaluate``, in a loop of torchmetrics or Lightning.

    The state is one float64 vector of sums, which is added up over processes: the result equals
    that of one evaluator for all samples, except for the last bits. The vector stays float64
    whatever type the model around it is converted to.

    ``compute`` returns float64 tensors by name, 0 to 1: metrics with precision, recall and F1 have
    three (``rouge_l_recall``, ``rouge_l_precision``, ``rouge_l_f1``), others one (``f1``,
    ``bleu_4``).

    Under the default preset, ``lang`` must be named: no process sees all references, by which
    ``"auto"`` would decide.

    Args:
        metric_options: those of ``torchmetrics.Metric``, such as ``{"sync_on_compute": False}``.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, the language is not named, or a definition depends on the
            last sample, which sums do not contain.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> metric = TextMetrics(metrics=["f1"], lang="en")
        >>> metric.update(["a red fox", "blue"], ["the red fox ran", "red"])
        >>> metric.compute()
        {'f1': tensor(0.4000, dtype=torch.float64)}
    """

    is_differentiable = False
    full_state_update = False

    @overload
    def __init__(
        self,
        *,
        metric_options: Mapping[str, Any] | None = None,
        **options: Unpack[StreamingOptions],
    ) -> None: ...

    @overload
    def __init__(
        self, *, metric_options: Mapping[str, Any] | None = None, preset: str, **options: Any
    ) -> None: ...

    def __init__(self, *, metric_options: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**(metric_options or {}))
        preset = options.get("preset", DEFAULT.name)
        if options.get("lang", "auto") == "auto" and preset == DEFAULT.name:
            raise ValueError(
                "lang='auto' is decided by all references, which no process sees: name the "
                "language, such as lang='en'"
            )
        self._evaluator = Evaluator(keep_samples=False, **options)
        self._layout = _layout(self._evaluator.settings)
        # Named after the settings, since metrics of a MetricCollection share states that have the
        # same name and, after the first batch, the same numbers.
        described = repr(self._evaluator.settings.described()).encode()
        self._state_name = f"sums_{sha256(described).hexdigest()[:16]}"
        count = 1 + sum(1 + len(names.parts) + len(names.totals) for names in self._layout.values())
        nothing = torch.zeros(count, dtype=torch.float64)
        self.add_state(self._state_name, nothing, dist_reduce_fx="sum")

    @property
    def higher_is_better(self) -> bool | None:
        """Whether higher values are better; ``None`` if that is not so for all, or for none."""
        directions = {metric.better for metric in self._evaluator.settings.metrics}
        if len(directions) > 1:
            return None
        return {"higher": True, "lower": False}.get(directions.pop() or "neither")

    def update(self, preds: Strings, target: Strings | Iterable[References]) -> None:
        """Score more samples.

        Args:
            preds: one text per sample, or a single string for one sample.
            target: one per prediction, or several as a list of texts.

        Raises:
            TypeError: if something is not a text; the message names the index.
            ValueError: if lengths differ, a sample has no reference, or there are no samples.
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
        """Return the values of all samples so far, including those of other processes.

        Raises:
            ValueError: if there are none.
        """
        sums = getattr(self, self._state_name)
        samples, *values = sums.tolist()
        rest = iter(values)
        if not samples:
            raise ValueError("no samples: nothing was scored yet")
        tallies = EvaluationState(self._evaluator.settings).tallies()
        for key, (parts, totals) in self._layout.items():
            tallies[key].n = int(next(rest))
            tallies[key].parts = {part: ExactSum.of(next(rest)) for part in parts}
            tallies[key].totals.update({total: int(next(rest)) for total in totals})
        all_tokens = {
            name: tally.score("") for (name, dropped), tally in tallies.items() if not dropped
        }
        scores = {
            name: tally.score("", all_tokens.get(name))
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


def _layout(settings: ScoringSettings) -> dict[tuple[str, bool], _SumNames]:
    """Return the contents of the vector after the number of samples, in order.

    Raises:
        ValueError: if some of it is not a sum.
    """
    layout = {}
    for (name, dropped), tally in EvaluationState(settings).tallies().items():
        parts, totals = tally.names()
        if tally.metric.of_last & set(totals):
            raise ValueError(
                f"{name!r} of preset {settings.preset!r} depends on the last sample with these "
                "options, which sums over processes do not contain: choose others"
            )
        layout[name, dropped] = _SumNames(parts, totals)
    return layout
