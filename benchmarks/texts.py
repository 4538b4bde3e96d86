"""The texts to score: real predictions if they are available, else the shipped examples."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DATA", "ROOT", "Pairs", "Source"]

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"

_EXAMPLES = ROOT / "docs" / "examples"
_REPEATED_LINES = 2_000
_MANUAL_CHARACTERS, _MANUAL_PAIRS, _MANUAL_LEFT_OUT = 1_200, 250, 10
_BETWEEN = {"en": " ", "ja": "", "zh": ""}
# What is removed from texts so that definitions coincide: everything but letters and spaces, Han
# characters, or Han and kana without combining marks.
_NOT_PLAIN = {"en": "[^a-z]+", "ja": "[^一-鿿ぁ-ゖァ-ヺー]+", "zh": "[^一-龥]+"}


@dataclass(frozen=True)
class Pairs:
    """Predictions, with one reference each."""

    lang: str
    predictions: list[str]
    references: list[str]

    def __len__(self) -> int:
        return len(self.references)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Iterate over (prediction, reference) pairs."""
        return iter(zip(self.predictions, self.references, strict=True))

    @property
    def texts(self) -> list[str]:
        """Both sides."""
        return self.predictions + self.references

    @property
    def about(self) -> str:
        """The number of pairs, and their average lengths."""
        sides = (self.predictions, self.references)
        prediction, reference = (sum(map(len, texts)) / len(self) for texts in sides)
        return f"{len(self):,} pairs, {prediction:,.0f} and {reference:,.0f} characters on average"

    def first(self, most: int) -> Pairs:
        """Return at most so many of the pairs."""
        return Pairs(self.lang, self.predictions[:most], self.references[:most])

    def joined(self, lines: int, *, between: str | None = None) -> Pairs:
        """Join consecutive texts to long ones, and drop an incomplete last one.

        Args:
            lines: how many.
            between: what stands between two; by default what does in the language.
        """
        starts = range(0, max(len(self) - lines, 0) + 1, lines)
        return self._of([slice(start, start + lines) for start in starts], between)

    def of_characters(self, characters: int, most: int) -> Pairs:
        """Join consecutive texts to about this many characters, as the mean of both sides."""
        runs, start, length = [], 0, 0
        for index, (prediction, reference) in enumerate(self):
            length += len(prediction) + len(reference)
            if length >= 2 * characters:
                runs.append(slice(start, index + 1))
                start, length = index + 1, 0
        return self._of(runs[:most] or [slice(None)])

    def plain(self) -> Pairs:
        """Keep only characters that all tokenizers treat alike, and drop empty texts."""
        kept = [(p, r) for p, r in map(self._plain, self) if p and r]
        return Pairs(self.lang, [p for p, _ in kept], [r for _, r in kept])

    def repeated(self, pairs: int) -> Pairs:
        """Repeat the pairs up to a number of pairs."""
        predictions = itertools.islice(itertools.cycle(self.predictions), pairs)
        references = itertools.islice(itertools.cycle(self.references), pairs)
        return Pairs(self.lang, list(predictions), list(references))

    def _of(self, runs: list[slice], between: str | None = None) -> Pairs:
        between = _BETWEEN[self.lang] if between is None else between
        predictions = [between.join(self.predictions[run]) for run in runs]
        return Pairs(self.lang, predictions, [between.join(self.references[run]) for run in runs])

    def _plain(self, pair: tuple[str, str]) -> tuple[str, str]:
        between = " " if self.lang == "en" else ""
        prediction, reference = (
            re.sub(_NOT_PLAIN[self.lang], between, text.lower()).strip() for text in pair
        )
        return prediction, reference


@dataclass(frozen=True)
class Source:
    """The source of the texts.

    Attributes:
        folder: contains one file per language; ``None`` for the shipped examples.
        lines: the maximum number of lines to read from each file; ``None`` for all.
    """

    folder: Path | None
    lines: int | None = None

    @classmethod
    def of(cls, folder: Path, lines: int | None = None) -> Source:
        """Use the folder if it contains such files, else the shipped examples."""
        return cls(folder if any(folder.glob("en_ted.*.jsonl")) else None, lines)

    def __str__(self) -> str:
        most = "" if self.lines is None else f", at most {self.lines} lines of each"
        if self.folder is None:
            return f"the shipped examples, repeated to {_REPEATED_LINES:,} lines{most}"
        return f"real predictions (TED talks in English and Japanese, CMRC 2018 in Chinese){most}"

    def pairs(self, lang: str) -> Pairs:
        """Read the predictions of the first system, each with its first reference."""
        corpus = {"en": "en_ted", "ja": "ja_ted", "zh": "zh_cmrc"}[lang]
        if self.folder is None:
            pairs = _read(lang, _EXAMPLES / f"{lang}.jsonl").repeated(_REPEATED_LINES)
        else:
            pairs = _read(lang, self.folder / f"{corpus}.system1.jsonl")
        return Pairs(lang, pairs.predictions[: self.lines], pairs.references[: self.lines])

    def manual(self) -> Pairs:
        """Read the pages of this project as texts of a manual: prose, tables, signs and code.

        A prediction is its reference without every tenth word.
        """
        pages = [page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))]
        text = "\n".join(pages)
        starts = range(0, len(text) - _MANUAL_CHARACTERS, _MANUAL_CHARACTERS)
        references = [text[start : start + _MANUAL_CHARACTERS] for start in starts]
        references = references[: self.lines][:_MANUAL_PAIRS]
        return Pairs("en", [_without_some_words(each) for each in references], references)


def _without_some_words(text: str) -> str:
    """Leave out every tenth word, and keep the white space around it."""
    parts = re.split(r"(\s+)", text)
    return "".join(part for at, part in enumerate(parts) if at % (2 * _MANUAL_LEFT_OUT))


def _read(lang: str, path: Path) -> Pairs:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    references = [r["references"] if "references" in r else r["reference"] for r in records]
    firsts = [each if isinstance(each, str) else each[0] for each in references]
    return Pairs(lang, [record["prediction"] for record in records], firsts)
