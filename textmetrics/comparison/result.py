"""A comparison, and the forms that it can be shown in."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from importlib import import_module
from typing import Any

from textmetrics.comparison.ordering import ordered
from textmetrics.comparison.shown import as_csv, as_html, as_latex, as_markdown, as_table
from textmetrics.comparison.task import Task

__all__ = ["Comparison"]


class Comparison:
    """What ``compare`` found; ``print`` shows tables in percent, a notebook too.

    Args:
        document: what ``to_dict`` gives.
        tasks: what it was made from.

    Attributes:
        tasks: the samples, with the results of all models.
    """

    def __init__(self, document: dict[str, Any], tasks: Sequence[Task] = ()) -> None:
        self._document = document
        self.tasks = tuple(tasks)

    def to_dict(self) -> dict[str, Any]:
        """Give all that was found as plain Python objects; values are 0 to 1, in full precision."""
        return deepcopy(self._document)

    def sorted_by(self, field: str) -> Comparison:
        """Give the same with its models in another order.

        Args:
            field: ``name``, ``params``, ``mean_rank``, ``mean_normalised``, a fact of the models or
                a metric; with ``-`` before it the largest comes first.

        Raises:
            ValueError: if there is no such field.
        """
        return Comparison(ordered(self._document, field), self.tasks)

    def to_markdown(self) -> str:
        """Give tables in Markdown, in percent."""
        return as_markdown(self._document)

    def to_latex(self) -> str:
        """Give tables in LaTeX, in percent; they need the package booktabs."""
        return as_latex(self._document)

    def to_csv(self) -> str:
        """Give a row a task, metric and model, 0 to 1 with all digits."""
        return as_csv(self._document)

    def to_html(self, samples: Sequence[Any] = ()) -> str:
        """Give the whole report as one page that needs nothing else.

        Args:
            samples: the texts that it shows, as ``textmetrics.report.report_samples`` gives them.

        Raises:
            ImportError: if Jinja2 is not there.
        """
        # By name, because reports are made from comparisons, not the other way round.
        page: str = import_module("textmetrics.report.html").to_html(self._document, samples)
        return page

    def __str__(self) -> str:
        """Show tables in percent."""
        return as_table(self._document)

    def __repr__(self) -> str:
        """Show what was compared."""
        models = ", ".join(each["name"] for each in self._document["models"])
        tasks = ", ".join(each["name"] for each in self._document["tasks"])
        return f"<Comparison of {models} on {tasks}>"

    def _repr_html_(self) -> str:
        """Show tables in a notebook; names are escaped."""
        return as_html(self._document)
