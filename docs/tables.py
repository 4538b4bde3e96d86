"""Write the tables of docs/presets.md, formats.md and metrics.md from the package.

Usage: python docs/tables.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from marked import page_with, table

from textmetrics import evaluate
from textmetrics.kernels import COLUMN_MEANINGS, COLUMNS, PAIR_COLUMNS, SENTENCE_COLUMNS
from textmetrics.metrics import Score
from textmetrics.presets import PRESETS, Preset, PresetOption
from textmetrics.records import FORMATS

__all__ = ["PAGES", "written"]

DOCS = Path(__file__).resolve().parent
HELD = DOCS / "held.json"
ANSWERS = DOCS / "examples" / "answers_zh.jsonl"
# The presets that can score Chinese, each with the options that it needs for that.
CHINESE: Mapping[str, Mapping[str, Any]] = {
    "default": {"lang": "zh"},
    "rouge_chinese": {"tokenizer": "jieba"},
    "pltrdy": {"tokenizer": "jieba"},
    "sacrebleu": {"tokenizer": "zh"},
    "nltk": {"tokenizer": "jieba", "smoothing": "method3", "aggregate": "mean"},
    "qianfan": {},
    "llama_factory": {},
    "ms_swift": {},
    "opencompass": {},
    "longbench": {"variant": "zh"},
    "evalscope": {},
    "cmrc2018": {},
}
METRICS = ("rouge_1", "rouge_2", "rouge_l", "bleu_4", "accuracy", "f1")


def presets() -> str:
    """Return one row per preset."""
    rows = [
        [f"`{each.name}`", each.summary, _metrics(each), _options(each), _references(each)]
        for each in PRESETS
    ]
    return table(["name", "what it is", "metrics", "options", "references"], rows)


def _metrics(preset: Preset) -> str:
    usual = preset.usual or tuple(preset.known())
    named = [name for name in preset.known() if name not in usual]
    text = ", ".join(f"`{name}`" for name in usual)
    return text + (f"; if named, {', '.join(f'`{name}`' for name in named)}" if named else "")


def _options(preset: Preset) -> str:
    per_sample = [f"per sample: `{option.name}`" for option in preset.sample_options]
    return "; ".join([*map(_option, preset.options), *per_sample]) or "–"


def _option(option: PresetOption) -> str:
    default = "" if option.default in (None, "") else f" {option.written(option.default)}"
    choices = ", ".join(choice for choice in option.choices if choice != option.default)
    return f"`{option.name}`{default}{f' ({choices})' if choices else ''}"


def _references(preset: Preset) -> str:
    several = f"; several for {', '.join(map('`{}`'.format, preset.several_for))}"
    return "several" if preset.several else "one" + several * bool(preset.several_for)


def oddities() -> str:
    """Return the oddities of each preset."""
    return "\n".join(f"- `{each.name}`: {each.note}" for each in PRESETS if each.note)


def answers() -> str:
    """Return the answers that the other tables score."""
    rows = [[each["id"], _shown(each["prediction"]), _shown(each["reference"])] for each in _read()]
    return table(["", "prediction", "reference"], rows)


def _shown(text: str) -> str:
    return text.replace("\n", "↵") or "(empty)"


def corpora() -> str:
    """Return one row per preset, for all answers."""
    rows = []
    for name, scores in _scored().items():
        options = ", ".join(f"{key}={value}" for key, value in CHINESE[name].items())
        cells = [_percent(scores.get(column)) for column in METRICS]
        rows.append([f"`{name}`{f' {options}' if options else ''}", *cells])
    return table(["preset", *(f"`{column}`" for column in METRICS)], rows)


def one_by_one(metric: str) -> Callable[[], str]:
    """Make a table with a row a preset that has a metric, and a column an answer."""

    def made() -> str:
        rows = [
            [f"`{name}`", *map(_percent, scores[metric].samples)]
            for name, scores in _scored().items()
            if metric in scores
        ]
        return table([f"`{metric}`", *(each["id"] for each in _read())], rows)

    return made


def _read() -> list[dict[str, str]]:
    lines = ANSWERS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _scored() -> dict[str, Mapping[str, Score]]:
    predictions = [each["prediction"] for each in _read()]
    references = [each["reference"] for each in _read()]
    return {
        name: evaluate(predictions, references, preset=name, **options)
        for name, options in CHINESE.items()
    }


def _percent(value: float | None) -> str:
    return "–" if value is None or value != value else f"{100 * value:.2f}"  # noqa: PLR0124 - NaN


def held() -> str:
    """Return one row per definition of a program that the presets were held to."""
    rows = []
    for each in json.loads(HELD.read_text(encoding="utf-8")):
        version = ", ".join(filter(None, [each["version"], each["commit"]]))
        difference = f"{each['largest_difference']:.0e}" if each["largest_difference"] else "0"
        measured = [f"{each['pairs']:,}", difference] if each["pairs"] else ["–", "–"]
        reasons = "; ".join(each["reasons"]) or "–"
        rows.append([each["program"], each["definition"], *measured, version, reasons])
    columns = ["program", "definition", "pairs held", "largest difference", "version and commit"]
    return table([*columns, "not held"], rows)


def formats(*, plain: bool) -> str:
    """Return a table with one row per file format: those of programs, or the plain ones."""
    rows = [
        [
            f"`{each.name}`",
            each.known_by,
            _paths(each.prediction) or ("a common name" if each.plain else "none"),
            _paths(each.references) or "a common name" + ", or `--references`" * (not each.plain),
            f"`{each.preset}`" if each.preset else "–",
        ]
        for each in FORMATS
        if each.plain is plain
    ]
    return table(["format", "known by", "prediction", "references", "preset"], rows)


def _paths(paths: tuple[str, ...]) -> str:
    return " or ".join(f"`{path}`" for path in paths)


def counts() -> str:
    """Return a table with one row per column, or per columns that differ in n."""
    rows = []
    for name, meaning in COLUMN_MEANINGS.items():
        columns = [each for each in COLUMNS if re.sub(r"_\d$", "_n", each) == name]
        shown = f"`{columns[0]}`" + f" … `{columns[-1]}`" * (len(columns) > 1)
        per = "pair" if columns[0] in PAIR_COLUMNS else "sample"
        kept = ", sentences kept apart" * (columns[0] in SENTENCE_COLUMNS)
        rows.append([shown, per + kept, meaning])
    return table(["column", "one value per", "what it counts"], rows)


PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "presets.md": {
        "presets": presets,
        "oddities": oddities,
        "held": held,
        "answers": answers,
        "corpora": corpora,
        "rouge_l": one_by_one("rouge_l"),
        "bleu_4": one_by_one("bleu_4"),
    },
    "metrics.md": {"counts": counts},
    "formats.md": {
        "plain formats": partial(formats, plain=True),
        "formats of programs": partial(formats, plain=False),
    },
}


def written(name: str, page: str) -> str:
    """Return the page of that name with its tables."""
    return page_with(page, PAGES[name], by="tables.py")


if __name__ == "__main__":
    for name in PAGES:
        path = DOCS / name
        path.write_text(written(name, path.read_text(encoding="utf-8")), encoding="utf-8")
