"""Where the samples of an evaluator come from, so that none is counted twice."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from textmetrics.evaluation.decided import LanguageDecisions

__all__ = ["Origins"]


@dataclass
class Origins:
    """What an evaluator knows of samples that were loaded from a state, or saved to one.

    Attributes:
        sources: what was loaded, by what tells one source from another; ``None`` for a run that
            was merged without being loaded.
        reading: how files were read, if any were.
        decisions: what those parts took undecided samples for.
        seen: samples that the detector had seen when they were loaded.
        run: what tells this run from others; empty before it is saved.
    """

    sources: dict[str, Any] = field(default_factory=dict)
    reading: dict[str, Any] = field(default_factory=dict)
    decisions: LanguageDecisions = field(default_factory=LanguageDecisions)
    seen: int = 0
    run: str = ""

    def own_run(self) -> str:
        """Return what tells this run from others, the same from now on."""
        self.run = self.run or f"run:{os.urandom(16).hex()}"
        return self.run

    def merge(self, other: Origins) -> None:
        """Add those of other samples.

        Raises:
            ValueError: if both have a source.
        """
        added = {**other.sources, **({other.run: None} if other.run else {})}
        if twice := {*self.sources, self.run} & added.keys():
            name = min(twice)
            shown = added[name] or self.sources.get(name) or f"the run {name[4:12]}"
            raise ValueError(
                f"the samples of {shown} are in both evaluators: each may be merged once; leave "
                "one of the two out"
            )
        self.sources |= added
        self.reading = self.reading or dict(other.reading)
        self.decisions.merge(other.decisions)
        self.seen += other.seen
