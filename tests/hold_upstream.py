"""Hold the presets to values that the programs themselves gave.

Usage: python -m tests.hold_upstream FILE [--program NAME] [--verbose] [--save]

FILE has one JSON object per line, gzipped or not: ``program``, ``definition``, ``options``,
``predictions``, ``references``, and what the program gave: ``samples``, ``samples_all`` by key,
``corpus`` by key, ``scale``. tests/cases/upstream_calls.json says which call gives the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textmetrics import evaluate

__all__ = ["CALLS", "HELD", "Held", "calls", "held", "objects", "summary"]

HELD = Path(__file__).parents[1] / "docs" / "held.json"
CALLS = Path(__file__).parent / "cases" / "upstream_calls.json"
EXACT, SINGLE = 1e-9, 1e-6
# They compute in single precision.
_SINGLE_PRECISION = ("torchmetrics",)


@dataclass(frozen=True)
class Held:
    """How far the values of one object are from those of the call that stands for it.

    Attributes:
        program: the program.
        definition: its metric.
        key: which of its values, if it prints several.
        pairs: how many samples were compared.
        difference: the largest one, in the program's own scale; infinite if one of two is missing.
        reason: why there is no call, or the error of the call; empty if there is none.
        allowed: the difference that rounding explains.
        original: the version and commit of the program.
        failed: whether the call raised an error.
    """

    program: str
    definition: str
    key: str
    pairs: int
    difference: float
    reason: str = ""
    allowed: float = EXACT
    original: str = ""
    failed: bool = False

    @property
    def state(self) -> str:
        """Whether all values are equal, but for rounding, or what else there is."""
        if self.reason and not self.failed:
            return "without a call"
        return "equal" if self.difference <= self.allowed else "different"


def calls(path: Path = CALLS) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return the calls by program, definition and options; several where several are printed."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for each in json.loads(path.read_text(encoding="utf-8")):
        key = (each["program"], each["definition"], _written(each["options"]))
        found.setdefault(key, []).append(each)
    return found


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        yield from map(json.loads, lines)


def own_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an object without those that have a value per sample."""
    count = len(given["predictions"])
    own = given.get("options") or {}
    return {
        name: value
        for name, value in own.items()
        if not (isinstance(value, list) and len(value) == count and name not in _OF_ALL)
    }


_OF_ALL = ("weights", "regexes_to_ignore", "metric_list")


def held(given: Mapping[str, Any], known: Mapping[Any, list[dict[str, Any]]]) -> Iterator[Held]:
    """Compare an object with each call that stands for one of its values."""
    program, definition = given["program"], given["definition"]
    made = partial(Held, program, definition, original=_original(given.get("source", "")))
    found = known.get((program, definition, _written(own_options(given))))
    if not found:
        yield made("", 0, math.inf, "no call for these options")
        return
    for each in found:
        key = each.get("key", "")
        if "except" in each:
            yield made(key, 0, math.inf, each["except"])
            continue
        allowed = SINGLE * each["scale"] if program in _SINGLE_PRECISION else EXACT * each["scale"]
        try:
            difference = _difference(given, each)
        except (TypeError, ValueError) as error:
            message = f"{type(error).__name__}: {error}"
            yield made(key, 0, math.inf, message, failed=True)
            continue
        yield made(key, len(given["predictions"]), difference, "", allowed)


# Of the programs whose commit has a release.
_VERSIONS = {
    "HF evaluate": "0.4.6",
    "ROUGE-1.5.5": "1.5.5",
    "jiwer": "4.0.0",
    "sacrebleu": "2.6.0",
    "torchmetrics": "1.9.0",
}


def _original(source: str) -> str:
    """Return the commit of a source, and the packages that it was run with."""
    commit = re.search(r"@ ([0-9a-f]{12})[0-9a-f]*(?: \((.*)\))?", source)
    if commit is None:
        return ""
    return f"{commit[1]}, {commit[2]}" if commit[2] else commit[1]


def summary(found: Iterable[Held]) -> list[dict[str, Any]]:
    """Return one row per definition: what was held, how well, and what was not.

    A pair of which several values are printed counts once.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    pairs = Counter[tuple[str, str, str]]()
    for each in found:
        row = rows.setdefault(
            (each.program, each.definition),
            {
                "program": each.program,
                "definition": each.definition,
                "version": _VERSIONS.get(each.program, ""),
                "commit": each.original,
                "pairs": 0,
                "largest_difference": 0.0,
                "without_a_call": 0,
                "reasons": [],
            },
        )
        if each.state == "without a call":
            row["without_a_call"] += 1
            row["reasons"] = list(dict.fromkeys([*row["reasons"], each.reason]))
        else:
            pairs[each.program, each.definition, each.key] += each.pairs
            row["pairs"] = max(row["pairs"], pairs[each.program, each.definition, each.key])
            row["largest_difference"] = max(row["largest_difference"], each.difference)
    return list(rows.values())


def _difference(given: Mapping[str, Any], call: Mapping[str, Any]) -> float:
    key = call.get("key", "")
    predictions, references = given["predictions"], given["references"]
    [score] = evaluate(predictions, references, **call["call"]).values()
    part = call["value"]
    if part is None:
        samples: Iterable[float] = score.samples
    else:
        alone = (
            next(iter(evaluate([one], [of], **call["call"]).values()))
            for one, of in zip(predictions, references, strict=True)
        )
        samples = [_number(getattr(each, part)) for each in alone]
    expected = given["samples_all"][key] if key else given["samples"]
    scale = call["scale"]
    of_samples = 1 if given["scale"].startswith("samples 0..1") else scale
    differences = [
        _apart(value * of_samples, wanted) for value, wanted in zip(samples, expected, strict=True)
    ]
    corpus = given.get("corpus") or {}
    name = call.get("corpus", next(iter(corpus)) if len(corpus) == 1 else key)
    if name:
        value = _number(score if part is None else getattr(score, part)) * scale
        if "rounded to 2" in given["scale"]:
            value = round(value, 2)
        differences.append(_apart(value, corpus[name]))
    return max(differences)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _apart(value: float, expected: float | None) -> float:
    # Infinite where the program divides by zero: there is no such value here.
    missing = expected is None or not math.isfinite(float(expected))
    if missing or math.isnan(value):
        return 0.0 if missing and math.isnan(value) else math.inf
    return 0.0 if value == expected else abs(value - float(expected))


def _written(options: Mapping[str, Any]) -> str:
    return json.dumps(options, sort_keys=True, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row per definition; 1 if anything differs or has no call."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--program", help="this one alone")
    parser.add_argument("--verbose", action="store_true", help="equal ones too")
    parser.add_argument("--save", action="store_true", help=f"write {HELD.name} of the docs")
    given = parser.parse_args(arguments)
    known, counts, everything = calls(), Counter[str](), []
    for each in objects(given.file):
        if given.program in (None, each["program"]):
            for found in held(each, known):
                everything.append(found)
                counts[found.state] += 1
                if given.verbose or found.state != "equal":
                    where = f"{found.program}: {found.definition} {found.key}".strip()
                    options = _written(own_options(each))[:80]
                    print(
                        f"{where} [{each.get('lang')}] {options}: {found.state} "
                        f"{found.reason or found.difference}"
                    )
    if given.save:
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in summary(everything))
        HELD.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    states = ("equal", "different", "without a call")
    print(", ".join(f"{counts[state]} {state}" for state in states))
    return 0 if counts["equal"] == sum(counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
