"""Gates on scores in tests: what pytest's fixture ``textmetrics_gate`` returns."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

from textmetrics._escape import short_repr
from textmetrics._options import option_names
from textmetrics._registry import suggest
from textmetrics.comparison import (
    check_threshold,
    compare,
    failed_gates,
)
from textmetrics.evaluation import (
    EvaluateOptions,
    Evaluation,
    Evaluator,
    PreparedReferences,
    References,
    Strings,
    as_list,
    differences,
    explain_signature,
    signature_lines,
)
from textmetrics.metrics import Metric, Score
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.records import InputError
from textmetrics.states import Source

__all__ = ["TextMetricsGate"]

_NO_REGRESSION = "no regression against"
_UPDATE = "--textmetrics-update-baseline"
_THIS = "this run"
_FORMAT = "pytest"  # of the source of a baseline
__tracebackhide__ = True  # tracebacks of pytest end at the call of the gate
_WORST = 3  # samples that a message shows


class TextMetricsGate:
    """Scores predictions, and fails the test if a score is too bad or got worse.

    Args:
        test: the test, which gets the results as properties.
        update: whether to write baselines instead of comparing with them.
        started: when the run began, in seconds since the epoch.
    """

    def __init__(self, test: pytest.Item, *, update: bool, started: float) -> None:
        self._test = test
        self._update = update
        self._started = started

    def __call__(
        self, predictions: Strings, references: Strings | Iterable[References], **wanted: Any
    ) -> Evaluation:
        """Score samples and hold each named metric to what is wanted of it.

        ``rouge_l=0.4`` is the worst value that passes: the lowest, or the highest of a metric of
        which lower values are better. ``f1=("no regression against", "baseline.json")`` fails if
        the paired test of ``textmetrics compare`` calls F1 worse than that of the baseline, a file
        beside the test that ``pytest --textmetrics-update-baseline`` writes. Both together are
        ``f1=(0.5, "no regression against", "baseline.json")``.

        Args:
            predictions: one text per sample, or a single string for one sample.
            references: one per prediction, or several as a list of texts.
            wanted: metrics as above, and the options of `evaluate`, such as ``lang="en"``.

        Returns:
            The scores, if all gates passed.

        Raises:
            TypeError: if something is not a text, a number or a gate, or a keyword is unknown.
            ValueError: if no metric is named, a threshold is impossible, or a baseline is missing,
                damaged, or of other references or settings.
        """
        said, expected = _listed(predictions, references)
        gates, options = _divided(wanted)
        evaluator = _scored(said, expected, gates, options)
        evaluation = evaluator.compute()
        failed = self._missed(evaluation, gates)
        for path, metrics in _baselines(gates, self._test.path.parent).items():
            if not self._update:
                failed += self._regressions(path, metrics, evaluation, expected)
            elif failed:
                failed.append(("", f"{path.name} was not written"))
            else:
                self._write(path, evaluator, said, expected)
        if failed:
            pytest.fail(_message(failed, evaluation, said, expected))
        return evaluation

    def _missed(self, evaluation: Evaluation, gates: Iterable[_Gate]) -> list[_Failed]:
        """Return the metrics that are worse than their thresholds, and record all."""
        report = compare({_THIS: evaluation}).report
        intervals = {}
        for score in report.scores:
            low, high = _ends(score.interval)
            self._record(score.metric, "", score.value)
            self._record(score.metric, "_low", low)
            self._record(score.metric, "_high", high)
            self._record(score.metric, "_n", score.n)
            self._record(score.metric, "_signature", score.signature)
            intervals[score.metric] = _shown(score.interval)
        limits = [(each.metric, each.limit) for each in gates if each.limit is not None]
        return [
            (each.metric, f"{each.problem}{intervals[each.metric]}")
            for each in failed_gates(report, limits)
        ]

    def _record(self, metric: str, suffix: str, value: object) -> None:
        """Add a result to the test's properties, which JUnit files have."""
        if value is not None:
            self._test.user_properties.append((f"textmetrics_{metric}{suffix}", value))

    def _regressions(
        self, path: Path, metrics: list[str], found: Evaluation, references: list[Any]
    ) -> list[_Failed]:
        """Return the metrics that are worse than in a baseline."""
        baseline = _read(path, references)
        for name in metrics:
            if name not in baseline:
                raise _unusable(path, f"has no {name}, only {', '.join(baseline)}")
            _check_signature(path, found[name], baseline[name])
        results = {path.name: baseline, _THIS: found}
        try:
            report = compare(results, metrics=metrics, baseline=path.name).report
        except ValueError as error:
            raise _unusable(path, str(error)) from error
        details = {}
        for each in report.comparisons:
            self._record(each.metric, "_difference", each.difference)
            self._record(each.metric, "_p_value", each.p_value_adjusted)
            values = f"{found[each.metric]:.4f} against {baseline[each.metric]:.4f}"
            details[each.metric] = f": {values}{_shown(each.interval, ' of the difference')}"
        return [
            (each.metric, f"{each.problem}{details[each.metric]}")
            for each in failed_gates(report, on_regression=True)
        ]

    def _write(self, path: Path, evaluator: Evaluator, said: list[Any], gold: list[Any]) -> None:
        """Write a baseline.

        Raises:
            ValueError: if another test wrote it in this run.
        """
        test = self._test.nodeid
        # Also by another process: its time tells a file of this run from an earlier one.
        if path.exists() and path.stat().st_mtime >= self._started:
            other = _loaded(path)[1].name
            if other != test:
                raise ValueError(
                    f"{path}: {other} wrote it in this run, and {test} would replace it: give "
                    "each test a baseline of its own"
                )
        evaluator.origins.sources[""] = Source(
            name=test,
            identity=_digest(said, gold),  # the same file for the same answers
            records=len(said),
            last=str(len(said)),
            format=_FORMAT,
            references=_identity(gold),
        )
        evaluator.save(path)
        self._test.user_properties.append(("textmetrics_baseline_written", os.fspath(path)))


_Failed: TypeAlias = tuple[str, str]
"""A metric, and what is wrong with it."""


class _Gate(NamedTuple):
    """What is wanted of a metric.

    Attributes:
        metric: its name.
        limit: the worst value that passes, if any.
        baseline: the file of which it may not be worse; empty if none.
    """

    metric: str
    limit: float | None = None
    baseline: str = ""


# --- what is asked for


def _listed(predictions: Any, references: Any) -> tuple[list[Any], list[Any]]:
    if isinstance(references, PreparedReferences):
        raise TypeError("references are prepared: give the texts, which a baseline is checked by")
    if isinstance(predictions, str):
        return [predictions], [references]
    return as_list(predictions, "predictions"), as_list(references, "references")


def _divided(wanted: Mapping[str, Any]) -> tuple[list[_Gate], dict[str, Any]]:
    """Divide keywords into gates and options of `evaluate`.

    Raises:
        TypeError: if a keyword is neither, or no gate.
        ValueError: if no metric is named, or an option has an impossible value.
    """
    preset = PRESETS.get(wanted.get("preset", DEFAULT.name))
    own = {name: wanted[name] for name in preset.option_names if name in wanted}
    metrics = preset.known(preset.checked(own))
    options = [name for name in option_names(EvaluateOptions) if name != "metrics"]
    options += [*preset.option_names, *(option.name for option in preset.sample_options)]
    for name in wanted:
        if name == "metrics":
            raise TypeError("metrics are named by their thresholds: rouge_l=0.4 for metrics=[…]")
        if name not in metrics and name not in options:
            raise TypeError(
                f"unexpected keyword argument {name!r}: {suggest(name, [*metrics, *options])}"
                f"metrics: {', '.join(metrics)}; options: {', '.join(dict.fromkeys(options))}"
            )
    gates = [_gate(name, wanted[name]) for name in wanted if name in metrics]
    if not gates:
        raise ValueError("nothing is wanted: name a metric and its threshold, such as rouge_l=0.4")
    for each in gates:
        _check(each, metrics)
    return gates, {name: value for name, value in wanted.items() if name not in metrics}


def _check(gate: _Gate, metrics: Mapping[str, Metric]) -> None:
    limit = metrics[gate.metric].bounds[0] if gate.limit is None else gate.limit
    try:
        check_threshold(gate.metric, limit, metrics)
    except ValueError as error:
        raise ValueError(f"{gate.metric}={limit:g}: {error}") from None


def _gate(metric: str, wanted: Any) -> _Gate:
    parts = [*wanted] if isinstance(wanted, tuple) else [wanted]
    limit = parts.pop(0) if parts and _is_number(parts[0]) else None
    match parts:
        case [] if limit is not None:
            return _Gate(metric, float(limit))
        case [str(phrase), str() | os.PathLike() as path] if phrase == _NO_REGRESSION and path:
            return _Gate(metric, None if limit is None else float(limit), os.fspath(path))
    raise TypeError(
        f"{metric}={wanted!r}: expected a number, such as 0.4, or ({_NO_REGRESSION!r}, "
        f"'baseline.json'), or both: (0.4, {_NO_REGRESSION!r}, 'baseline.json')"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool)


def _scored(
    said: list[Any], gold: list[Any], gates: Iterable[_Gate], options: Mapping[str, Any]
) -> Evaluator:
    preset = PRESETS.get(options.get("preset", DEFAULT.name))
    values = {each.name for each in preset.sample_options} | {"langs"}
    whole = {name: value for name, value in options.items() if name not in values}
    evaluator = Evaluator(metrics=[each.metric for each in gates], **whole)
    evaluator.update(said, gold, **{name: options[name] for name in values if name in options})
    return evaluator


# --- baselines


def _baselines(gates: Sequence[_Gate], folder: Path) -> dict[Path, list[str]]:
    """Return the metrics that are compared with each file, which is named beside the test."""
    found: dict[Path, list[str]] = {}
    for each in gates:
        if each.baseline:
            found.setdefault(folder / each.baseline, []).append(each.metric)
    return found


def _digest(*columns: Iterable[Any]) -> str:
    plain = [[each if isinstance(each, str) else [*each] for each in column] for column in columns]
    return f"sha256:{sha256(json.dumps(plain).encode()).hexdigest()}"


def _identity(references: Iterable[Any]) -> str:
    """Return the hash of references, and after a space that of the same in any order."""
    plain = [each if isinstance(each, str) else [*each] for each in references]
    return f"{_digest(plain)} {_digest(sorted(plain, key=json.dumps))}"


def _loaded(path: Path) -> tuple[Evaluator, Source]:
    """Return a baseline, and which test wrote it."""
    if not path.exists():
        raise ValueError(f"{path}: there is no such baseline: write it with pytest {_UPDATE}")
    try:
        evaluator = Evaluator.load(path)
    except (InputError, ValueError) as error:
        raise _unusable(path, str(error).removeprefix(f"{path}: ")) from error
    sources = list(evaluator.origins.sources.values())
    if len(sources) != 1 or sources[0].format != _FORMAT:
        raise _unusable(path, "is not a baseline")
    return evaluator, sources[0]


def _unusable(path: Path, problem: str) -> ValueError:
    return ValueError(f"{path}: {problem}; write it anew with pytest {_UPDATE}")


def _read(path: Path, references: list[Any]) -> Evaluation:
    """Return the scores of a baseline.

    Raises:
        ValueError: if it cannot be read, or is of other references.
    """
    evaluator, source = _loaded(path)
    then, now = source.references.split(" "), _identity(references).split(" ")
    if then[0] == now[0]:
        return evaluator.compute()
    whose = f"{source.records:,} samples of {source}"
    if then[-1] == now[-1]:
        raise ValueError(
            f"{path}: is of the same references in another order, {whose}: sort the samples as "
            "they were then, such as by an id; results are compared sample by sample"
        )
    raise _unusable(path, f"is of other references, {whose}")


def _check_signature(path: Path, now: Score, before: Score) -> None:
    if now.signature == before.signature:
        return
    differing, _ = differences([explain_signature(each.signature) for each in (before, now)])
    facts = "; ".join(
        f"{topic}: {was} there, {now} here" for topic, (was, now) in differing.items()
    )
    raise _unusable(
        path,
        f"was scored in another way ({facts}; signatures {before.signature} and {now.signature})",
    )


# --- the message


def _message(
    failed: Sequence[_Failed], evaluation: Evaluation, said: Sequence[Any], gold: Sequence[Any]
) -> str:
    lines = [f"textmetrics: {problem}" for _, problem in failed]
    metrics = dict.fromkeys(metric for metric, _ in failed if metric)
    passed = [f"{name} {score:.4f}" for name, score in evaluation.items() if name not in metrics]
    lines += [f"passed: {', '.join(passed)}"] * bool(passed)
    for name in metrics:
        lines += _worst(name, evaluation[name], said, gold)
    lines += [f"health: {remark}" for remark in evaluation.health.remarks()]
    lines += [f"n = {evaluation.n:,}; {line}" for line in signature_lines(evaluation)]
    return "\n".join(lines)


def _worst(name: str, score: Score, said: Sequence[Any], gold: Sequence[Any]) -> Iterator[str]:
    """Yield the worst samples, the first of equals first."""
    if score.samples is None:
        return
    sign = -1 if score.better == "lower" else 1
    values = score.samples.tolist()
    known = (at for at, value in enumerate(values) if not math.isnan(value))
    yield f"worst samples by {name}:"
    for at in sorted(known, key=lambda at: sign * values[at])[:_WORST]:
        yield f"  predictions[{at}] {values[at]:.4f}: {short_repr(said[at])}"
        yield f"    expected {short_repr(gold[at])}"


def _shown(interval: Sequence[float | None] | None, of: str = "") -> str:
    low, high = _ends(interval)
    if low is None or high is None:
        return ""
    return f" (95 % interval{of} {low:.4f} to {high:.4f})"


def _ends(interval: Sequence[float | None] | None) -> tuple[float | None, float | None]:
    low, high = interval or (None, None)
    return low, high
