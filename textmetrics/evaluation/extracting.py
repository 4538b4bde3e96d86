"""Answers in place of predictions, or a look at whether that would change any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from textmetrics._escape import pluralized
from textmetrics.answers import EXTRACTORS, Extraction, ExtractionTally, would_change
from textmetrics.evaluation.samples import Samples

__all__ = ["Extracting"]

# Looking takes longer than scoring: so many predictions, and characters of them, are kept for when
# somebody reads what the look found.
_LOOKED_AT = 300
_CHARACTERS = 100_000
# A step is worth naming that changes one prediction in so many.
_ONE_IN = 100


def _nothing() -> ExtractionTally:
    return ExtractionTally(Extraction())


@dataclass
class Extracting:
    """Takes answers out of predictions and counts what that changed.

    Attributes:
        tally: the steps, and what they did.
        kept: predictions to be looked at because nothing is extracted: some of the first ones.
    """

    tally: ExtractionTally = field(default_factory=_nothing)
    kept: list[str] = field(default_factory=list)
    characters: int = 0

    @property
    def would_change(self) -> Counter[str]:
        """How many of the predictions that were kept each step would change."""
        return Counter(step for text in self.kept for step in would_change(text))

    def take(self, samples: Samples) -> Samples:
        """Give samples with answers as their predictions; the same ones where nothing is asked."""
        predictions = samples.texts.predictions
        if self.tally.extraction.steps:
            answers = list(map(self.tally.apply, predictions))
            return replace(samples, texts=replace(samples.texts, predictions=answers))
        for text in predictions[: max(_LOOKED_AT - len(self.kept), 0)]:
            if self.characters + len(text) > _CHARACTERS:
                break
            self.characters += len(text)
            self.kept.append(text)
        return samples

    def merge(self, other: Extracting) -> None:
        """Add what another one counted."""
        self.tally.merge(other.tally)
        self.kept += other.kept
        self.characters += other.characters

    def copy(self) -> Extracting:
        """Give one of its own."""
        tally = replace(self.tally, by_step=list(self.tally.by_step))
        return Extracting(tally, list(self.kept), self.characters)

    def to_dict(self) -> dict[str, Any]:
        """Give all figures as plain Python objects."""
        tally = self.tally
        if not tally.extraction.steps:
            return {"looked_at": len(self.kept), "would_change": dict(self.would_change)}
        return {
            "steps": str(tally.extraction),
            "changed": tally.changed,
            "changed_by_step": tally.by_step,
            "emptied": tally.emptied,
            "slow": tally.slow,
        }

    def remarks(self, *, command_line: bool, told: Collection[str] = ()) -> list[str]:
        """Say what was changed, or what would be and by which option.

        Args:
            command_line: whether the option is that of the command line.
            told: steps of which something is said already.
        """
        if not self.tally.extraction.steps:
            return self._advice(told, command_line=command_line)
        found = []
        tally = self.tally
        steps = tally.extraction.steps
        if any(tally.by_step):
            each = ", ".join(
                f"{step} {count:,}" for step, count in zip(steps, tally.by_step, strict=True)
            )
            emptied = f"; nothing was left of {tally.emptied:,}" if tally.emptied else ""
            found.append(
                f"predictions changed by extraction: {tally.changed:,} of {tally.texts:,} "
                f"({each}{emptied})"
            )
        if tally.slow:
            found.append(
                f"extractions that ran out of time: {tally.slow:,} (left as they were, so the "
                "score depends on the machine: write the pattern without nested repetition)"
            )
        return found

    def _advice(self, told: Collection[str], *, command_line: bool) -> list[str]:
        # In the order in which they are declared, which is one to apply them in.
        found, looked_at = self.would_change, len(self.kept)
        counts = {name: found[name] for name in EXTRACTORS.names() if name not in told}
        steps = [name for name, n in counts.items() if n and n * _ONE_IN >= looked_at]
        if not steps:
            return []
        each = ", ".join(f"{name} {found[name]:,}" for name in steps)
        chain = ",".join(steps)
        option = f"--extract {chain}" if command_line else f"extract={chain!r}"
        looked = pluralized(looked_at, "prediction")
        return [f"extraction would change some of the first {looked}: {each} (see {option})"]
