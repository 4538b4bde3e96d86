"""What reading took for something else than was typed: said above the scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

__all__ = ["Notes", "notes_of_files"]


@dataclass
class Notes:
    """Numbers of samples, and sentences about whole files.

    Attributes:
        files: how files were read, if it is not the usual way.
        written_lists: lists written as text, each read as several references.
        listed_predictions: predictions beside them that are such lists, too.
        number_predictions: the prediction is a number in JSON, taken as its text.
        number_references: a reference is one.
        without_answer: the question has no answer, as in SQuAD 2.0: the reference is empty.
        left_out: empty fields among several fields of references.
    """

    files: list[str] = field(default_factory=list)
    written_lists: int = 0
    listed_predictions: int = 0
    number_predictions: int = 0
    number_references: int = 0
    without_answer: int = 0
    left_out: int = 0

    def add(self, other: Notes) -> None:
        """Add those on another file."""
        self.files += [each for each in other.files if each not in self.files]
        for each in fields(self):
            if each.name != "files":
                total = getattr(self, each.name) + getattr(other, each.name)
                setattr(self, each.name, total)

    def sentences(self) -> list[str]:
        """Return one line for each thing that was not read in the usual way."""
        numbers = (
            ("predictions", self.number_predictions),
            ("references", self.number_references),
        )
        lines = list(self.files)
        if self.written_lists:
            lines.append(
                "lists written as text, read as several references: "
                f"{self.written_lists:,} (--reference-lists keep takes each as one)"
            )
        if self.listed_predictions:
            lines.append(
                f"predictions that are such lists, too: {self.listed_predictions:,} (if the answer "
                "is a list, pass --reference-lists keep)"
            )
        lines += [
            f"{what} that are numbers or booleans, taken as their text: {count:,}"
            for what, count in numbers
            if count
        ]
        if self.without_answer:
            lines.append(
                f"questions without an answer: {self.without_answer:,} (an empty prediction is "
                "right)"
            )
        if self.left_out:
            lines.append(
                "empty reference fields ignored, since others of the record are filled: "
                f"{self.left_out:,}"
            )
        return lines


def notes_of_files(files: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Return the notes on several files, each with a name: once where one holds for all files."""
    shared = [note for note in files[0][1] if all(note in notes for _, notes in files)]
    own = [f"{name}: {note}" for name, notes in files for note in notes if note not in shared]
    return shared + own
