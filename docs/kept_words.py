"""Write the table of stopwords/README.md: what the words that the lists keep are worth.

Usage: python docs/kept_words.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from marked import page_with, table

from textmetrics import Evaluation, evaluate

__all__ = ["DATA", "PAGE", "rows", "written"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "stopwords" / "README.md"
CASES = ROOT / "tests" / "cases"
DATA = ROOT.parent / "shared" / "data"
DATA_SETS = {"en": "en_ted", "zh": "zh_cmrc", "ja": "ja_ted"}
METRICS = {"accuracy": "accuracy", "f1": "F1", "rouge_l": "ROUGE-L", "bleu_4": "BLEU-4"}
# A group gets a row if dropping it changes at least one sample in so many.
ONE_IN = 50


class _System(NamedTuple):
    lang: str
    predictions: list[str]
    references: list[list[str]]

    def scored(self, dropped: list[str]) -> Evaluation:
        return evaluate(
            self.predictions,
            self.references,
            lang=self.lang,
            metrics=list(METRICS),
            stopwords_add=dropped,
        )


def _system(lang: str, name: str) -> _System:
    text = (DATA / f"{DATA_SETS[lang]}.{name}.jsonl").read_text(encoding="utf-8")
    records = list(map(json.loads, text.splitlines()))
    references = [each.get("references") or [each["reference"]] for each in records]
    return _System(lang, [each["prediction"] for each in records], references)


def _kept(lang: str) -> list[list[str]]:
    """Return the words that the tests keep out of a list, in groups of one reason each."""
    lines = (CASES / f"stopwords_pairs_{lang}.jsonl").read_text(encoding="utf-8").splitlines()
    groups = [row["words"] for row in map(json.loads, lines) if not row["equal"]]
    return list({frozenset(words): words for words in groups}.values())


def rows(lang: str) -> Iterator[list[str]]:
    """Yield a row for each group of words that often matters, and one for all of them."""
    systems = [_system(lang, name) for name in ("system1", "system2")]
    usual = [system.scored([]) for system in systems]
    count = sum(len(system.predictions) for system in systems)
    groups = _kept(lang)
    every = sorted({word for group in groups for word in group})
    for words, shown in [*((each, ", ".join(each)) for each in groups), (every, "all kept words")]:
        dropped = [system.scored(words) for system in systems]
        changed = sum(
            int((one["f1"].samples != other["f1"].samples).sum())
            for one, other in zip(usual, dropped, strict=True)
        )
        if changed * ONE_IN < count:
            continue
        differences = [
            " / ".join(
                f"{round(100 * (other[name] - one[name]), 2) + 0.0:+.2f}".replace("-", "−")
                for one, other in zip(usual, dropped, strict=True)
            )
            for name in METRICS
        ]
        yield [lang, shown, f"{100 * changed / count:.1f}", *differences]


def _table() -> str:
    header = ["list", "words", "samples that change", *METRICS.values()]
    return table(header, (row for lang in DATA_SETS for row in rows(lang)))


def written(page: str) -> str:
    """Return the page with its table."""
    return page_with(page, {"kept": _table}, by="kept_words.py")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
