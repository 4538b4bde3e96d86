"""Write the tables of docs/presets.md, formats.md, metrics.md and monitor.md from the package.

Usage: python docs/tables.py
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from marked import page_with, table

from textmetrics import evaluate
from textmetrics.cli import main
from textmetrics.kernels import COLUMN_MEANINGS, COLUMNS, PAIR_COLUMNS, SENTENCE_COLUMNS
from textmetrics.metrics import Score
from textmetrics.monitor import FIGURES
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
    "xlsum": {"language": "chinese"},
}
# Those that take a text in Chinese for one word, for its characters or for nothing.
OTHERS: Mapping[str, Mapping[str, Any]] = {
    each.name: {} for each in PRESETS if each.name not in CHINESE
}
# The columns, and the metrics that are the same under names of their own.
METRICS: Mapping[str, tuple[str, ...]] = {
    "rouge_1": ("rouge_1",),
    "rouge_2": ("rouge_2",),
    "rouge_l": ("rouge_l",),
    "bleu_4": ("bleu_4", "bleu"),
    "accuracy": ("accuracy", "exact_match", "exact", "acc"),
    "f1": ("f1", "char_f1"),
    "cer": ("cer",),
}


def presets() -> str:
    """Return one row per preset, with a link to its section."""
    rows = [[f"[`{each.name}`](#{each.name})", each.summary, _references(each)] for each in PRESETS]
    return table(["name", "what it is", "references"], rows)


def _references(preset: Preset) -> str:
    several = f"; several for {_listed(preset.several_for)}"
    return "several" if preset.several else "one" + several * bool(preset.several_for)


def sections() -> str:
    """Return a section per preset: its source, metrics, options and oddities."""
    return "\n\n".join(_section(each) for each in PRESETS)


def _section(preset: Preset) -> str:
    parts = [f"### {preset.name}", f"{preset.summary}. Source: {preset.source}.", _metrics(preset)]
    if preset.options or preset.sample_options:
        parts.append(_options(preset))
    if preset.note:
        parts.append("\n".join(f"- {each}" for each in _sentences(preset.note)))
    return "\n\n".join(f"{part[0].upper()}{part[1:]}" for part in parts)


def _metrics(preset: Preset) -> str:
    usual = preset.usual or tuple(preset.known())
    named = [name for name in preset.known() if name not in usual]
    text = f"Metrics: {_listed(usual)}"
    text += f"; if named, {_listed(named)}" * bool(named)
    by_options = [name for name, given in preset.possible().items() if given]
    return text + f"; with options, {_listed(by_options)}" * bool(by_options) + "."


def _options(preset: Preset) -> str:
    rows = [[f"`{each.name}`", _default(each), _meaning(each)] for each in preset.options]
    rows += [[f"`{each.name}`", "per sample", each.summary] for each in preset.sample_options]
    return table(["option", "default", "what it does"], rows)


def _default(option: PresetOption) -> str:
    return "–" if option.default in (None, "") else option.written(option.default)


def _meaning(option: PresetOption) -> str:
    choices = f" ({', '.join(option.choices)})" * bool(option.choices)
    metrics = f"; for {_listed(option.metrics)}" * bool(option.metrics)
    return f"{option.summary}{choices}{metrics}"


def _sentences(note: str) -> list[str]:
    """Return the sentences of a note; one that begins with a name in lower case stays behind."""
    return re.split(r"(?<=[^.A-Z]\.) (?=[A-Z])", note)


def answers() -> str:
    """Return the answers that the other tables score."""
    rows = [[each["id"], _shown(each["prediction"]), _shown(each["reference"])] for each in _read()]
    return table(["", "prediction", "reference"], rows)


def _shown(text: str) -> str:
    return text.replace("\n", "↵") or "(empty)"


def corpora() -> str:
    """Return one row per preset, for all answers."""
    rows = []
    for name, scores in _scored({**CHINESE, **OTHERS}).items():
        options = ", ".join(f"{key}={value}" for key, value in CHINESE.get(name, {}).items())
        cells = [
            next((_percent(scores[each]) for each in names if each in scores), "–")
            for names in METRICS.values()
        ]
        rows.append([f"`{name}`{f' {options}' if options else ''}", *cells])
    return table(["preset", *(f"`{column}`" for column in METRICS)], rows)


def one_by_one(metric: str) -> Callable[[], str]:
    """Make a table with a row a preset that has a metric, and a column an answer."""

    def made() -> str:
        rows = [
            [f"`{name}`", *map(_percent, scores[metric].samples)]
            for name, scores in _scored(CHINESE).items()
            if metric in scores
        ]
        return table([f"`{metric}`", *(each["id"] for each in _read())], rows)

    return made


def _read() -> list[dict[str, str]]:
    lines = ANSWERS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _scored(presets: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Score]]:
    predictions = [each["prediction"] for each in _read()]
    references = [each["reference"] for each in _read()]
    found = {}
    for name, options in presets.items():
        known = PRESETS.get(name).known(PRESETS.get(name).checked(_of_preset(name, options)))
        wanted = [each for names in METRICS.values() for each in names if each in known]
        found[name] = evaluate(predictions, references, preset=name, metrics=wanted, **options)
    return found


def _of_preset(name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options of the preset itself, without the language."""
    own = [option.name for option in PRESETS.get(name).options]
    return {key: value for key, value in options.items() if key in own}


# --- what each definition does, found by asking it

# Long enough to have n-grams of every order.
PROBE = "the red cat sat down here on ABC 12 old mats and slept"
OTHER = ("the red cat sat there on ABC 12 old mats and slept", "a red dog sat down on ABC 12 mats")
# Pairs that differ in one thing.
PROBES: Mapping[str, tuple[str, str]] = {
    "case": (PROBE.upper(), PROBE),
    "marks": (f"{PROBE}.", PROBE),
    "full width": (PROBE.replace("ABC 12", "ＡＢＣ １２"), PROBE),
    "signs": (PROBE.replace("12", "-12%"), PROBE),
}
EMPTY: Mapping[str, tuple[str, str]] = {
    "empty answer": ("", PROBE),
    "empty reference": (PROBE, ""),
    "both empty": ("", ""),
}


def definitions() -> str:
    """Return one row per metric of a preset, or per metrics that do the same in all columns."""
    rows = []
    for preset in PRESETS:
        alike: dict[tuple[str, ...], list[str]] = {}
        for metric in preset.known():
            if (cells := _probed(preset.name, metric)) is not None:
                alike.setdefault(cells, []).append(metric)
        rows += [[f"`{preset.name}`", _listed(names), *cells] for cells, names in alike.items()]
    return table(["preset", "metrics", *PROBES, *EMPTY, "two references"], rows)


def _listed(names: Sequence[str]) -> str:
    """Return names of metrics, the many orders of ROUGE by the first and the last."""
    orders = [name for name in names if re.fullmatch(r"(rouge|bleu)_\d", name)]
    if len(orders) > 3:
        names = [f"{orders[0]}` … `{orders[-1]}", *(name for name in names if name not in orders)]
    return ", ".join(f"`{name}`" for name in names)


def _probed(preset: str, metric: str) -> tuple[str, ...] | None:
    """Return what a metric does; ``None`` if it scores no such text."""

    def score(prediction: str, *references: str) -> Score:
        lang = {"lang": "en"} if preset == "default" else {}
        return evaluate([prediction], [references], preset=preset, metrics=[metric], **lang)[metric]

    try:
        perfect = score(PROBE, PROBE)
        score(PROBE, "")
    except ValueError:  # a text without a letter or a number cannot be judged
        return None
    if _equal(perfect, score("wrong", PROBE)) or math.isnan(perfect):
        return None  # it scores other texts
    return (
        *("ignored" if _equal(score(*pair), perfect) else "count" for pair in PROBES.values()),
        *(_number(score(*pair)) for pair in EMPTY.values()),
        _several(score, perfect),
    )


def _equal(one: float, other: float) -> bool:
    return abs(float(one) - float(other)) < 1e-6  # some compute in single precision


def _number(score: Score) -> str:
    if math.isnan(score):
        return "left out"
    return f"{100 * score:.0f} %" if score.percent else f"{float(score):g}"


def _several(score: Callable[..., Score], perfect: Score) -> str:
    """Return which of two references counts: the best, the first, the mean, or both together."""
    try:
        score(PROBE, *OTHER)
    except ValueError:
        return "no"
    best = min if perfect.better == "lower" else max
    rules: Mapping[str, Callable[[list[float]], float]] = {
        "best": best,
        "first": itemgetter(0),
        "mean": lambda values: sum(values) / 2,
    }
    sets = [OTHER, OTHER[::-1], (OTHER[0], PROBE), (PROBE, OTHER[0]), ("wrong", PROBE)]
    for name, rule in rules.items():
        if all(
            _equal(score(PROBE, *each), rule([float(score(PROBE, text)) for text in each]))
            for each in sets
        ):
            return name
    return "together"


def _percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.2f}"


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


def figures() -> str:
    """Return a table for each group of figures that a monitor gives."""
    groups: dict[str, list[list[str]]] = {}
    for each in FIGURES.values():
        if each.group in ("performance", "resources", "reliability"):
            row = [each.label, each.unit or "–", each.definition, f"`{each.name}`"]
            groups.setdefault(each.group, []).append(row)
    header = ["figure", "unit", "definition", "in JSON"]
    parts = [f"{group.capitalize()}:\n\n{table(header, rows)}" for group, rows in groups.items()]
    return "\n\n".join(parts)


def example() -> str:
    """Return what the command shows of the recorded runs."""
    before, columns = Path.cwd(), os.environ.get("COLUMNS")
    out = io.StringIO()
    os.chdir(DOCS.parent)
    os.environ["COLUMNS"] = "80"
    try:
        with contextlib.redirect_stdout(out):
            main(["monitor", "--show", *(f"docs/examples/monitor/{name}" for name in "ab")])
    finally:
        os.chdir(before)
        if columns is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = columns
    return f"```text\n{out.getvalue()}```"


PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "presets.md": {
        "presets": presets,
        "sections": sections,
        "definitions": definitions,
        "held": held,
        "answers": answers,
        "corpora": corpora,
        "rouge_l": one_by_one("rouge_l"),
        "bleu_4": one_by_one("bleu_4"),
    },
    "metrics.md": {"counts": counts},
    "monitor.md": {"example": example, "figures": figures},
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
