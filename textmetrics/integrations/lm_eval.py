"""Metrics for tasks of lm-eval, which has them by ``process_results``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, overload

from textmetrics._options import takes
from textmetrics.evaluation import ScoringOptions
from textmetrics.integrations.documents import (
    CorpusPart,
    DocumentScorer,
    corpus_value,
    higher_is_better,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["ProcessResults"]

_CORPUS = "textmetrics_corpus"


@takes(ScoringOptions, rest="preset_options")
class ProcessResults:
    """Scores a document, as ``process_results: !function`` of a task.

    Its metrics are registered with lm-eval, for the ``metric_list`` of the task:
    ``textmetrics_f1``, ``textmetrics_rouge_l_recall`` and so on;
    ``textmetrics_llama_factory_bleu_4`` is one of a preset. Means have lm-eval's standard error;
    for a corpus value such as BLEU it is ``N/A``, since lm-eval has one for its own functions
    only. Name the language: a document is judged alone.

    Args:
        metrics: names of the metrics; if ``None``, the six default ones, or those of the preset.
        references: the column of the document that has a text, a number or a list of them; or a
            function that returns them for a document.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Raises:
        ImportError: if lm-eval is not installed.
        TypeError: if an option is unknown or has the wrong type.
        ValueError: if a name is unknown, or is registered with another kind of value.

    Examples:
        >>> process_results = ProcessResults(["f1"], references="answers", lang="en")
        >>> process_results({"answers": ["a red fox ran", "fox"]}, ["a red fox"])
        {'textmetrics_f1': 0.8}
    """

    @overload
    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        references: str | Callable[[Mapping[str, Any]], Any],
        **options: Unpack[ScoringOptions],
    ) -> None: ...

    @overload
    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        references: str | Callable[[Mapping[str, Any]], Any],
        preset: str,
        **options: Any,
    ) -> None: ...

    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        references: str | Callable[[Mapping[str, Any]], Any],
        **options: Any,
    ) -> None:
        self._documents = DocumentScorer(metrics, **options)
        self._references = references
        self._options = options
        _register(self._documents)

    def __repr__(self) -> str:
        """Return what lm-eval writes into its results."""
        options = "".join(f", {name}={value!r}" for name, value in self._options.items())
        names = ", ".join(self._documents.metrics)
        return f"<textmetrics {names}, references={self._references!r}{options}>"

    def __call__(self, doc: Mapping[str, Any], results: list[Any]) -> dict[str, float | CorpusPart]:
        """Return the values of a document by metric.

        Args:
            doc: the document, after ``process_docs``.
            results: its answers after lm-eval's filters: one text.

        Raises:
            TypeError: if it is not one text.
            ValueError: if the document has no reference, or lacks the column.
        """
        if len(results) != 1 or not isinstance(results[0], str):
            raise TypeError(
                f"expected one answer per document, a text, got {results!r:.80}: the task needs "
                "output_type: generate_until, and a filter that ends with take_first"
            )
        if callable(self._references):
            references = self._references(doc)
        elif self._references in doc:
            references = doc[self._references]
        else:
            raise ValueError(
                f"the document has no column {self._references!r}: name another with references=; "
                f"there are {', '.join(doc)}"
            )
        return self._documents.score(results[0], references)


def _register(documents: DocumentScorer) -> None:
    try:
        import lm_eval.api.metrics  # noqa: F401 - which registers the mean
        from lm_eval.api import registry
    except ImportError as error:
        raise ImportError(
            f"textmetrics.integrations.lm_eval needs lm-eval: pip install lm-eval ({error})"
        ) from error
    if _CORPUS not in registry.AGGREGATION_REGISTRY:
        registry.register_aggregation(_CORPUS)(corpus_value)
    for name, metric in documents.metrics.items():
        aggregation = "mean" if metric.corpus is None else _CORPUS
        if name not in registry.METRIC_REGISTRY:
            # lm-eval keeps no None; without an entry it shows no direction.
            direction = higher_is_better(metric)
            known = {} if direction is None else {"higher_is_better": direction}
            add = registry.register_metric(metric=name, aggregation=aggregation, **known)
            add(_not_from_metric_list)
        elif registry.get_metric_aggregation(name) != registry.get_aggregation(aggregation):
            raise ValueError(
                f"{name!r} is registered with lm-eval with another aggregation than "
                f"{aggregation!r}: put tasks with different options of it in runs of their own"
            )


def _not_from_metric_list(*_: Any, **__: Any) -> float:
    """Raise an error if lm-eval calls a metric itself: it would round with several references.

    Raises:
        ValueError: always.
    """
    raise ValueError(
        "metrics of textmetrics need process_results: in the task: without it lm-eval makes any "
        "value above 0 a 1 where there are several references; name a ProcessResults there"
    )
