"""Metrics for tasks of lm-eval, which has them by ``process_results``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from textmetrics.integrations.documents import Documents, Row, corpus_value

__all__ = ["ProcessResults"]

_CORPUS = "textmetrics_corpus"


class ProcessResults:
    """Scores a document: what ``process_results: !function`` of a task names.

    Its metrics are registered with lm-eval, for the task's ``metric_list``: ``textmetrics_f1``,
    ``textmetrics_rouge_l_recall`` and so on, ``textmetrics_llama_factory_bleu_4`` for one of a
    preset. A mean has lm-eval's standard error; a corpus value such as BLEU has ``N/A``, since
    lm-eval has one for its own functions alone.

    Args:
        metrics: names, all six where ``None``.
        references: the document's column, which has a text, a number or a list of them; or a
            function that gives them from a document.
        options: those of ``textmetrics.evaluate``. Name the language: a document is judged alone.

    Raises:
        ImportError: if lm-eval is not installed.
        TypeError: if an option is of a kind that it cannot be.
        ValueError: if a name is not known; or one is registered with another kind of value.

    Examples:
        >>> process_results = ProcessResults(["f1"], references="answers", lang="en")
        >>> process_results({"answers": ["a red fox ran", "fox"]}, ["a red fox"])
        {'textmetrics_f1': 0.8}
    """

    def __init__(
        self,
        metrics: Iterable[str] | None = None,
        *,
        references: str | Callable[[Mapping[str, Any]], Any],
        **options: Any,
    ) -> None:
        self._documents = Documents(metrics, **options)
        self._references = references
        self._options = options
        _register(self._documents)

    def __repr__(self) -> str:
        """Show what lm-eval writes into its results."""
        options = "".join(f", {name}={value!r}" for name, value in self._options.items())
        names = ", ".join(self._documents.metrics)
        return f"<textmetrics {names}, references={self._references!r}{options}>"

    def __call__(self, doc: Mapping[str, Any], results: list[Any]) -> dict[str, float | Row]:
        """Give the items of a document, by metric.

        Args:
            doc: as the data set has it, after ``process_docs``.
            results: what lm-eval's filter left of the answers to it: one text.

        Raises:
            TypeError: if there is not one text.
            ValueError: if the document has no reference, or not that column.
        """
        if len(results) != 1 or not isinstance(results[0], str):
            raise TypeError(
                f"one answer to a document is scored, a text, got {results!r:.80}: the task needs "
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


def _register(documents: Documents) -> None:
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
            add = registry.register_metric(
                metric=name, aggregation=aggregation, higher_is_better=True
            )
            add(_not_from_metric_list)
        elif registry.get_metric_aggregation(name) != registry.get_aggregation(aggregation):
            raise ValueError(
                f"{name!r} is registered with lm-eval with another aggregation than "
                f"{aggregation!r}: put tasks with different options of it in runs of their own"
            )


def _not_from_metric_list(*_: Any, **__: Any) -> float:
    """Stop where lm-eval would call a metric itself: of several references it takes what is not 0.

    Raises:
        ValueError: always.
    """
    raise ValueError(
        "metrics of textmetrics need process_results: in the task: without it lm-eval makes any "
        "value above 0 a 1 where there are several references; name a ProcessResults there"
    )
