"""Hold the presets to values that the programs themselves gave.

Usage: python -m tests.hold_upstream FILE [--program NAME] [--verbose] [--save]

FILE has one JSON object per line, gzipped or not: ``program``, ``definition``, ``options``,
``predictions``, ``references``, and what the program gave: ``samples``, ``samples_all`` by key,
``corpus`` by key, ``scale``. tests/cases/upstream_calls.json says which call gives the same: the
call of an entry gives ``samples``, those of its ``others`` what else is printed.

There, lines belong to the objects of the same program, definition and options; those with a list of
one value per sample left out. The first line is about the value in ``samples``, ``key`` tells
another one: by its name in ``samples_all``, and in ``corpus`` unless ``corpus`` has its name there.
``call`` has the keyword arguments of ``evaluate``, for one metric; ``value`` is ``null``, or the
part of the score that is the value; ``scale`` times it is what the program gives. ``except`` is the
reason why such a call alone does not give the value. Then ``with`` may be what else does: one of
`_WITH`, or ``details.NAME`` for a count in `Score.details`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from textmetrics import Score, evaluate
from textmetrics.presets.longbench import by_length
from textmetrics.presets.rouge155 import resampled_mean
from textmetrics.presets.squad_v2 import best_threshold

__all__ = [
    "CALLS",
    "HELD",
    "NO_CALL",
    "Held",
    "calls",
    "held",
    "main_is_held",
    "objects",
    "summary",
]

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
    """Return the calls by program, definition and options: that of the main value, then others."""
    return {
        (each["program"], each["definition"], _written(each["options"])): [
            each,
            *each.get("others", []),
        ]
        for each in json.loads(path.read_text(encoding="utf-8"))
    }


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


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an object that have a value per sample."""
    own = own_options(given)
    return {name: value for name, value in given["options"].items() if name not in own}


def held(given: Mapping[str, Any], known: Mapping[Any, list[dict[str, Any]]]) -> Iterator[Held]:
    """Compare an object with each call that stands for one of its values, then name the others."""
    program, definition = given["program"], given["definition"]
    made = partial(Held, program, definition, original=_original(given.get("source", "")))
    found = known.get((program, definition, _written(own_options(given))), [])
    left = dict.fromkeys(["", *(given.get("samples_all") or {}), *(given.get("corpus") or {})])
    for each in found:
        key = each.get("key", "")
        names = [name for name in left if name in _names(given, each) or fnmatchcase(name, key)]
        for name in names:
            left.pop(name)
        if not names:  # the program leaves it out here, or an earlier line has it
            continue
        if "except" in each and "with" not in each:
            yield made(key, 0, math.inf, each["except"])
            continue
        scale = each["scale"]
        allowed = (SINGLE if program in _SINGLE_PRECISION else EXACT) * scale
        try:
            difference = _difference(given, each)
        except (ImportError, TypeError, ValueError) as error:
            message = f"{type(error).__name__}: {error}"
            yield made(key, 0, math.inf, message, failed=True)
            continue
        yield made(key, len(given["predictions"]), difference, "", allowed)
    for name in left:
        yield made(name, 0, math.inf, NO_CALL)


NO_CALL = "No line is about this value."


def _names(given: Mapping[str, Any], line: Mapping[str, Any]) -> set[str]:
    """Return the keys of an object that a line is about; the empty one for ``samples``."""
    key, corpus = line.get("key", ""), given.get("corpus") or {}
    if not key and "except" in line and "with" not in line:  # about the object as a whole
        return {"", *(given.get("samples_all") or {}), *corpus}
    names = {key, line.get("corpus", next(iter(corpus)) if len(corpus) == 1 else key)}
    if (given.get("samples_all") or {}).get(key) == given["samples"]:
        names.add("")
    return names


def main_is_held(found: Sequence[Held]) -> bool:
    """Return whether the value in ``samples`` of an object has a call; ``found`` is `held` of it.

    It is that of the first line.
    """
    return bool(found) and found[0].state != "without a call"


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


def _difference(given: Mapping[str, Any], line: Mapping[str, Any]) -> float:
    """Return the largest difference of samples and corpus."""
    key, scale = line.get("key", ""), line["scale"]
    values = _WITH.get(line.get("with", ""), _of_call)(given, line)
    differences = [0.0]
    expected = given["samples"] if not key else (given.get("samples_all") or {}).get(key)
    if expected is not None:
        of_samples = 1 if given["scale"].startswith("samples 0..1") else scale
        differences += [
            _apart(value * of_samples, wanted)
            for value, wanted in zip(values.samples, expected, strict=True)
        ]
    corpus = given.get("corpus") or {}
    name = line.get("corpus", next(iter(corpus)) if len(corpus) == 1 else key)
    if name in corpus and isinstance(corpus[name], str) and not _is_number(corpus[name]):
        differences.append(0.0 if values.corpus == corpus[name] else math.inf)
    elif name in corpus:
        rounded = 0.005 if "rounded to 2" in given["scale"] else 0.0
        differences.append(max(_apart(values.corpus * scale, corpus[name]) - rounded, 0.0))
    return max(differences)


class _Values(NamedTuple):
    samples: Iterable[float]
    corpus: Any


def _of_call(given: Mapping[str, Any], line: Mapping[str, Any], **values: Any) -> _Values:
    """Return the values of a call, or of a part or count that its score has."""
    predictions, references = given["predictions"], given["references"]
    call, part = line["call"], line["value"]
    if line.get("with", "").startswith("details."):
        part = line["with"]
    [score] = evaluate(predictions, references, **call, **values).values()
    if part is None:
        return _Values(score.samples, score)
    alone = []
    for at, (one, of) in enumerate(zip(predictions, references, strict=True)):
        own = {name: [each[at]] for name, each in values.items()}
        alone.append(_part(next(iter(evaluate([one], [of], **call, **own).values())), part))
    return _Values(alone, _part(score, part))


def _part(score: Score, part: str) -> float:
    if part.startswith("details."):
        return float(score.details[part.removeprefix("details.")])
    return _number(getattr(score, part))


def _with_values(given: Mapping[str, Any], line: Mapping[str, Any]) -> _Values:
    return _of_call(given, line, **values_of(given))


def _how_many(given: Mapping[str, Any], line: Mapping[str, Any]) -> _Values:
    [score] = evaluate(given["predictions"], given["references"], **line["call"]).values()
    return _Values([], score.n)


def _foreign_signature(given: Mapping[str, Any], line: Mapping[str, Any]) -> _Values:
    [score] = evaluate(given["predictions"], given["references"], **line["call"]).values()
    return _Values([], score.foreign_signature)


def _by_length(given: Mapping[str, Any], line: Mapping[str, Any]) -> _Values:
    means = by_length(list(_of_call(given, line).samples), given["options"]["lengths"])
    return _Values([], means[line["key"]])


def _best(given: Mapping[str, Any], line: Mapping[str, Any], *, threshold: bool) -> _Values:
    predictions = given["predictions"]
    [name] = line["call"]["metrics"]
    options = {**line["call"], "metrics": [name, f"has_ans_{name}"]}
    scores = evaluate(predictions, given["references"], **options)
    best, at = best_threshold(
        *(score.samples for score in scores.values()),
        predictions,
        np.float32(given["options"]["no_answer_probability"]).tolist(),
    )
    return _Values([], at if threshold else best)


def _resampled(given: Mapping[str, Any], line: Mapping[str, Any]) -> _Values:
    return _Values([], resampled_mean(_of_call(given, line).samples))


_WITH: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], _Values]] = {
    "values per sample": _with_values,
    "n": _how_many,
    "foreign_signature": _foreign_signature,
    "by_length": _by_length,
    "resampled_mean": _resampled,
    "best_threshold, the best mean": partial(_best, threshold=False),
    "best_threshold, the threshold": partial(_best, threshold=True),
}
"""What gives a value that a call alone does not, by what it is called in a line."""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


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
    """Print each value that is not equal; 1 if one differs, or no line says why it has no call."""
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
    unnamed = any(each.reason == NO_CALL for each in everything)
    return 1 if counts["different"] or unnamed else 0


if __name__ == "__main__":
    sys.exit(main())
