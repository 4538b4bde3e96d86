"""``--pass-at``: how likely one of k sampled answers to a prompt is right."""

from __future__ import annotations

import argparse
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from textmetrics._version import __version__
from textmetrics.answers import pass_at_k
from textmetrics.cli.inputs import Inputs
from textmetrics.cli.options import given_options, wrong_samples
from textmetrics.cli.output import FileScores
from textmetrics.cli.program import UsageError
from textmetrics.evaluation import Evaluation, Evaluator, Health
from textmetrics.metrics import Score
from textmetrics.presets import PRESETS
from textmetrics.records import (
    AUTO,
    Attempts,
    BadRecords,
    DataError,
    Prompt,
    ReadingOptions,
    counted_attempts,
)

__all__ = ["add_pass_option", "check_pass", "passed"]


def _numbers(text: str) -> list[int]:
    found = [each.strip() for each in text.split(",")]
    if not all(each.isdecimal() and int(each) > 0 for each in found):
        raise argparse.ArgumentTypeError(
            f"{text!r} are no numbers of answers: give 1 or more, as 1,5,10"
        )
    return list(dict.fromkeys(map(int, found)))


def add_pass_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--pass-at``."""
    parser.add_argument(
        "--pass-at",
        metavar="K,…",
        type=_numbers,
        help="how likely one of so many sampled answers is right, such as 1,5,10: of records with "
        "the fields n and c, or, with --metrics NAME, of several answers to each prompt, a record "
        "each of one id or a list in a record",
    )


def check_pass(options: argparse.Namespace) -> None:
    """See whether the other options go with it.

    Raises:
        UsageError: if they do not.
    """
    for name, given in (("--output", options.output), ("--references", options.references)):
        if given is not None:
            raise UsageError(f"--pass-at takes no {name}: leave one of them out")
    if len(options.preset) > 1:
        raise UsageError("--pass-at takes one preset: leave out the others")
    if options.metrics is None:
        if options.extract:
            raise UsageError("--extract takes answers: say with --metrics by what one is right")
        return
    known = PRESETS.get(options.preset[0]).known()
    asked = options.metrics
    right = [name for name, metric in known.items() if metric.headline == "accuracy"]
    if len(asked) > 1 or (asked[0] in known and asked[0] not in right):
        raise UsageError(
            "--pass-at takes one metric by which an answer is right or wrong: choose one of "
            f"{', '.join(right)}"
        )


def passed(
    options: argparse.Namespace, evaluator: Evaluator, bad: BadRecords
) -> Iterator[FileScores]:
    """Give the estimates for each file.

    Raises:
        InputError: if a file cannot be used, or a prompt has too few answers.
    """
    for paths in [options.files] if options.merge else [[path] for path in options.files]:
        inputs = Inputs(
            paths,
            bad,
            languages=options.lang in (None, AUTO),
            several=True,
            progress=options.progress,
            **given_options(options, ReadingOptions),
        )
        if options.metrics is None:
            yield _of_counts(inputs, paths, options, bad)
        else:
            yield _of_answers(inputs, evaluator, options.pass_at)


def _of_counts(
    inputs: Inputs, paths: list[str], options: argparse.Namespace, bad: BadRecords
) -> FileScores:
    attempts: list[Attempts] = []
    before = bad.count
    for path in paths:
        attempts += counted_attempts(path, bad, **given_options(options, ReadingOptions))
    records = len(attempts) + bad.count - before
    if not attempts:
        found = f"{records:,} bad; mend them" if records else "no record; give one a line"
        raise DataError(inputs.name, None, f"nothing to score, found {found}")
    scores = _estimates(inputs.name, attempts, options.pass_at, f"by:counts|v:{__version__}")
    return FileScores(inputs.name, Evaluation(scores, Health(samples=len(attempts))), records)


def _of_answers(inputs: Inputs, evaluator: Evaluator, ks: Iterable[int]) -> FileScores:
    found: dict[Hashable, Attempts] = {}
    evaluator.reset()
    with wrong_samples(inputs.name):
        for scored in evaluator.stream(inputs.samples()):
            [values] = scored.values.values()
            prompts: Iterable[Prompt] = scored.counted.samples.records or ()
            for prompt, value in zip(prompts, values.headline.tolist(), strict=True):
                first = found.setdefault(prompt.key, Attempts(prompt, 0, 0))
                found[prompt.key] = first._replace(n=first.n + 1, c=first.c + (value == 1.0))
    evaluation = evaluator.compute()
    [(name, score)] = evaluation.items()
    signature = "|".join([f"by:{name}", *score.signature.split("|")[2:]])
    scores = _estimates(inputs.name, found.values(), ks, signature)
    return FileScores(
        inputs.name,
        Evaluation({name: score, **scores}, evaluation.health),
        inputs.records,
        inputs.format,
        evaluator.settings.preset,
    )


def _estimates(
    file: str, attempts: Iterable[Attempts], ks: Iterable[int], signature: str
) -> Mapping[str, Score]:
    """Give the mean over the prompts for each k."""
    found = list(attempts)
    fewest = min(found, key=lambda each: each.n)
    for k in ks:
        if k > fewest.n:
            raise DataError(
                file,
                None,
                f"pass@{k} needs {k} answers to each prompt, found {fewest.n} to "
                f"{fewest.prompt.name}; sample more, or give a smaller --pass-at",
            )
    n, c = [each.n for each in found], [each.c for each in found]
    options: dict[str, Any] = {"headline": "mean", "n": len(found), "details": {"answers": sum(n)}}
    return {
        f"pass@{k}": Score(
            math.fsum(pass_at_k(n, c, k)) / len(found),
            title=f"pass@{k}",
            signature=f"pass@{k}|mean|{signature}",
            **options,
        )
        for k in ks
    }
