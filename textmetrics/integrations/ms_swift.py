"""A metric of validation and a reward for plugins of ms-swift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions, evaluate, named_values
from textmetrics.integrations.documents import DocumentScorer
from textmetrics.rewards import Reward

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["register_eval_metric", "register_reward"]


@overload
def register_eval_metric(
    name: str, metrics: Iterable[str] | None = None, **options: Unpack[ScoringOptions]
) -> None: ...


@overload
def register_eval_metric(
    name: str, metrics: Iterable[str] | None = None, *, preset: str, **options: Any
) -> None: ...


@takes(ScoringOptions, rest="preset_options")
def register_eval_metric(name: str, metrics: Iterable[str] | None = None, **options: Any) -> None:
    """Register what ``--eval_metric`` of ms-swift computes with ``--predict_with_generate true``.

    Values are those of all samples of the validation, 0 to 1: BLEU is that of the corpus. A metric
    with precision, recall and F1 has all three, as ``rouge_l_recall``.

    Args:
        name: what ``--eval_metric`` calls it.
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if ms-swift is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, or registered already.
    """
    chosen = [each.name for each in DocumentScorer(metrics, **options).metrics.values()]
    try:
        from swift.metrics import eval_metrics_map
        from swift.metrics.base import EvalMetrics
        from swift.utils import Serializer
    except ImportError as error:
        raise _missing(error) from error

    class TextEvalMetrics(EvalMetrics):  # type: ignore[misc]  # mypy does not look into swift
        def compute_metrics(self, eval_prediction: Any) -> dict[str, float]:
            said = [Serializer.from_tensor(each) for each in eval_prediction.predictions]
            gold = [Serializer.from_tensor(each) for each in eval_prediction.label_ids]
            return named_values(evaluate(said, gold, metrics=chosen, **options))

    _add(eval_metrics_map, name, TextEvalMetrics)


def register_reward(name: str, reward: Reward) -> None:
    """Register a reward under a name for ``--reward_funcs`` of ms-swift.

    Args:
        name: what ``--reward_funcs`` calls it.
        reward: the reward, such as ``Reward("f1", lang="zh")``.

    Raises:
        ImportError: if ms-swift is not installed.
        ValueError: if the name is registered already.
    """
    try:
        from swift.rewards import ORM, orms
    except ImportError as error:
        raise _missing(error) from error

    class TextReward(ORM):  # type: ignore[misc]  # mypy does not look into swift
        def __call__(self, completions: list[Any], **columns: Any) -> list[float | None]:
            return reward(completions, **columns)

    _add(orms, name, TextReward)


def _add(known: dict[str, Any], name: str, made: type[Any]) -> None:
    if name in known:
        raise ValueError(f"{name!r} is registered with ms-swift already: choose another name")
    known[name] = made


def _missing(error: ImportError) -> ImportError:
    return ImportError(
        "textmetrics.integrations.ms_swift needs ms-swift 4 or newer: pip install ms-swift "
        f"({error})"
    )
