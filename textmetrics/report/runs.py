"""`run_<n>_results.yaml`: what each run gave, before runs are averaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textmetrics.report.document import Document

__all__ = ["runs"]


def runs(document: Document) -> Iterator[str]:
    """Give a YAML document a run, from the first; values are 0 to 1.

    A model with fewer runs than others is missing in the last ones.

    Raises:
        ImportError: if PyYAML is missing, with the extra to install.
    """
    try:
        import yaml
    except ImportError as error:
        raise ImportError(
            "the results of runs are YAML, which needs PyYAML: "
            "pip install 'textmetrics-eval[compare]'"
        ) from error
    for at in range(max((len(each["runs"]) for each in document["scores"]), default=0)):
        yield yaml.safe_dump(_run(document, at), allow_unicode=True, sort_keys=False, width=1000)


def _run(document: Document, at: int) -> dict[str, Any]:
    return {
        "textmetrics": document["textmetrics"],
        "schema": document["schema"],
        "run": at + 1,
        "results": [
            {
                "model": each["model"],
                "task": each["task"],
                "metric": each["metric"],
                "value": each["runs"][at],
                "n": each["n"],
                "signature": each["signature"],
            }
            for each in document["scores"]
            if at < len(each["runs"])
        ],
    }
