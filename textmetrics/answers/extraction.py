"""The stage before tokenization: which part of a prediction is its answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from textmetrics.answers.extractors import EXTRACTORS, Extractor
from textmetrics.languages import visible

__all__ = ["Extraction", "ExtractionTally", "Step", "parse_extraction"]


class Step(NamedTuple):
    """The name of an extractor and its argument, empty if it takes none."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        """Return what a signature shows: a hash, if the argument itself cannot be shown."""
        if not self.argument:
            return self.name
        if self.name != "regex" and re.fullmatch(r"[\w.-]+", self.argument, re.ASCII):
            return f"{self.name}-{self.argument}"
        from hashlib import sha256

        digest = sha256(self.argument.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.name}-{digest[:8]}"


def _function(step: Step) -> Callable[[str], str]:
    return _made(EXTRACTORS.get(step.name), step.argument)


@lru_cache(maxsize=64)
def _made(extractor: Extractor, argument: str) -> Callable[[str], str]:
    return extractor.make(argument)


@dataclass(frozen=True, slots=True)
class Extraction:
    r"""The steps that take an answer out of a text, in order.

    Attributes:
        steps: without any, texts stay as they are.

    Examples:
        >>> extraction = parse_extraction("think,boxed")
        >>> extraction.apply(r"<think>Hm.</think>It is \boxed{5}.")
        '5'
        >>> str(extraction)
        'think+boxed'
    """

    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Return what a signature shows, ``none`` if there are no steps."""
        return "+".join(map(str, self.steps)) or "none"

    def apply(self, text: str) -> str:
        """Return the answer in a text."""
        return self.stages(text)[-1] if self.steps else text

    def stages(self, text: str) -> list[str]:
        """Return the text after each of the steps."""
        return [after for after, _ in self._stages(text)]

    def _stages(self, text: str) -> list[tuple[str, bool]]:
        """Return the text after each of the steps, and whether that step ran out of time."""
        found = []
        for step in self.steps:
            slow = False
            seen = visible(text)
            try:
                after = _function(step)(seen)
                text = text if after == seen else after  # a text without an answer stays as it is
            except TimeoutError:
                slow = True
            found.append((text, slow))
        return found


@dataclass(slots=True)
class ExtractionTally:
    """Applies an extraction to many texts and counts what it did.

    Attributes:
        extraction: the extraction.
        texts: the number of texts.
        changed: how many of them any step changed.
        by_step: how many each step changed.
        emptied: how many became empty.
        slow: how many a step left as they were because its pattern took too long.
    """

    extraction: Extraction
    texts: int = 0
    changed: int = 0
    by_step: list[int] = field(default_factory=list)
    emptied: int = 0
    slow: int = 0

    def __post_init__(self) -> None:
        self.by_step = self.by_step or [0] * len(self.extraction.steps)

    def apply(self, text: str) -> str:
        """Return the answer in a text, and count it."""
        answer = text
        for index, (after, slow) in enumerate(self.extraction._stages(text)):
            self.by_step[index] += after != answer
            self.slow += slow
            answer = after
        self.texts += 1
        self.changed += answer != text
        self.emptied += bool(text.strip()) and not answer.strip()
        return answer

    def merge(self, other: ExtractionTally) -> None:
        """Add the counts of another tally of the same extraction.

        Raises:
            ValueError: if the extractions differ.
        """
        if self.extraction != other.extraction:
            raise ValueError(
                f"counts of {other.extraction} cannot be added to those of {self.extraction}"
            )
        self.texts += other.texts
        self.changed += other.changed
        self.by_step = [a + b for a, b in zip(self.by_step, other.by_step, strict=True)]
        self.emptied += other.emptied
        self.slow += other.slow


def parse_extraction(steps: str | Iterable[str] | None) -> Extraction:
    r"""Parse an extraction such as ``think,boxed,json:answer``.

    Args:
        steps: names separated by commas, or a list of them; an argument follows a colon. In a
            single string, a comma that no name follows is part of an argument: ``regex:[0-9,]+``.

    Raises:
        TypeError: if it is neither a string nor a list of strings.
        ValueError: if a step is unknown, lacks its argument, or has one that it does not take; the
            message lists what is known.

    Examples:
        >>> parse_extraction(r"think,regex:#### ([\d,]+),markdown").steps[1].argument
        '#### ([\\d,]+)'
    """
    if steps is None:
        return Extraction()
    if isinstance(steps, str):
        steps = _split(steps)
    elif not isinstance(steps, Iterable):
        raise TypeError(f"extract must be names of extractors, got {type(steps).__name__}")
    return Extraction(tuple(_step(each) for each in steps))


def _split(steps: str) -> list[str]:
    """Split at the commas, except for those in an argument."""
    found: list[str] = []
    for piece in steps.split(",") if steps.strip() else []:
        known = piece.partition(":")[0].strip() in EXTRACTORS
        if not known and found and ":" in found[-1]:
            found[-1] += f",{piece}"
        else:
            found.append(piece)
    return found


def _step(text: str) -> Step:
    if not isinstance(text, str):
        raise TypeError(f"an extractor is given by its name, got {type(text).__name__}: {text!r}")
    name, colon, argument = text.partition(":")
    extractor = EXTRACTORS.get(name.strip())
    if colon and not extractor.argument:
        raise ValueError(f"{extractor.name!r} takes no argument: write {extractor.name}")
    if extractor.argument and not argument:
        raise ValueError(
            f"{extractor.name!r} needs an argument: write {extractor.name}:{extractor.argument}"
        )
    step = Step(extractor.name, argument)
    _function(step)
    return step
