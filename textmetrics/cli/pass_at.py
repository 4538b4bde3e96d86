"""pass@k for ``score --pass-at``: from counts in the records, or from the answers themselves."""

from __future__ import annotations

import argparse
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from textmetrics._version import __version__
from textmetrics.answers import pass_at_k
from textmetrics.cli.inputs import Inputs, inputs_of
from textmetrics.cli.options import given_options, wrong_samples
from textmetrics.cli.output import FileScores
from textmetrics.evaluation import Evaluation, Evaluator, Health
from textmetrics.metrics import Score
from textmetrics.records import (
    Attempts,
    DataError,
    InvalidRecords,
    Prompt,
    ReadingOptions,
    counted_attempts,
)

__all__ = ["pass_at_scores"]


def pass_at_scores(
    options: argparse.Namespace, evaluator: Evaluator, invalid: InvalidRecords
) -> Iterator[FileScores]:
    """Yield the pass@k of each file.

    Raises:
        InputError: if a file cannot be used, or a prompt has fewer answers than k.
    """
    for inputs in inputs_of(options, invalid, group_answers=True, evaluators=[evaluator]):
        if options.metrics is None:
            yield _from_counts(inputs, options, invalid)
        else:
            yield _from_answers(inputs, evaluator, options.pass_at)


def _from_counts(
    inputs: Inputs, options: argparse.Namespace, invalid: InvalidRecords
) -> FileScores:
    attempts: list[Attempts] = []
    before = invalid.count
    for path in inputs.paths:
        attempts += counted_attempts(path, invalid, **given_options(options, ReadingOptions))
    records = len(attempts) + invalid.count - before
    if not attempts:
        message = "the file is empty; expected one record per line"
        if records:
            message = f"no usable records ({records:,} invalid); fix the file"
        raise DataError(inputs.name, None, message)
    scores = _estimates(inputs.name, attempts, options.pass_at, f"by:counts|v:{__version__}")
    return FileScores(inputs.name, Evaluation(scores, Health(samples=len(attempts))), records)


def _from_answers(inputs: Inputs, evaluator: Evaluator, ks: Iterable[int]) -> FileScores:
    attempts: dict[Hashable, Attempts] = {}
    evaluator.reset()
    with wrong_samples():
        for scored in evaluator.stream(inputs.samples()):
            [values] = scored.values.values()
            prompts: Iterable[Prompt] = scored.counted.samples.records or ()
            for prompt, value in zip(prompts, values.headline.tolist(), strict=True):
                earlier = attempts.setdefault(prompt.key, Attempts(prompt, 0, 0))
                attempts[prompt.key] = earlier._replace(
                    n=earlier.n + 1, c=earlier.c + (value == 1.0)
                )
    evaluation = evaluator.compute()
    [(name, score)] = evaluation.items()
    signature = "|".join([f"by:{name}", *score.signature.split("|")[2:]])
    scores = _estimates(inputs.name, attempts.values(), ks, signature)
    return FileScores(
        inputs.name,
        Evaluation({name: score, **scores}, evaluation.health),
        inputs.records,
        inputs.format,
        evaluator.settings.preset,
        notes=tuple(inputs.notes.sentences()),
    )


def _estimates(
    file: str, attempts: Iterable[Attempts], ks: Iterable[int], signature: str
) -> Mapping[str, Score]:
    """Return the mean over the prompts for each k."""
    counts = list(attempts)
    fewest = min(counts, key=lambda each: each.n)
    for k in ks:
        if k > fewest.n:
            raise DataError(
                file,
                None,
                f"pass@{k} needs at least {k} answers per prompt; {fewest.prompt.name} has "
                f"{fewest.n}: sample more, or lower --pass-at",
            )
    n, c = [each.n for each in counts], [each.c for each in counts]
    options: dict[str, Any] = {"headline": "mean", "n": len(counts), "details": {"answers": sum(n)}}
    return {
        f"pass@{k}": Score(
            math.fsum(pass_at_k(n, c, k)) / len(counts),
            title=f"pass@{k}",
            signature=f"pass@{k}|mean|{signature}",
            **options,
        )
        for k in ks
    }
