"""What stands below a table: what the numbers are, and what is out of the ordinary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textmetrics._escape import printable
from textmetrics.cli.file_scores import FileScores
from textmetrics.evaluation import Health, percent, signature_lines, unread
from textmetrics.records import JSONL

__all__ = ["notes"]


def notes(results: Sequence[FileScores], escape: Callable[[str], str] = printable) -> list[str]:
    """Say what the numbers are, what is out of the ordinary, and how they were computed.

    What holds for all files is said once; below the name of a file stands what is its own.

    Args:
        results: one a file and preset, those of a file one after another.
        escape: makes a file's name fit for the format.
    """
    files = _by_file(results)
    read = [_read_as(of_file[0]) for of_file in files]
    signatures = [_signatures(of_file) for of_file in files]
    all_read, all_signed = _shared(read), _shared(signatures)
    lines = [_scale(results), *_headlines(files[0]), *all_read]
    for of_file, read_as, signed in zip(files, read, signatures, strict=True):
        own = [line for line in read_as if line not in all_read]
        own += _of_file(of_file[0])
        own += [f"health: {line}" for result in of_file for line in unread(result.evaluation)]
        own += [line for line in signed if line not in all_signed]
        lines += own if len(files) == 1 else _below(escape(of_file[0].name), own)
    return lines + all_signed


def _shared(lists: Sequence[Sequence[str]]) -> list[str]:
    """Give the lines that stand in each list."""
    return [line for line in lists[0] if all(line in each for each in lists)]


def _by_file(results: Sequence[FileScores]) -> list[list[FileScores]]:
    """Put together what belongs to a file; one may have been named twice."""
    presets = len({result.preset for result in results})
    return [list(results[at : at + presets]) for at in range(0, len(results), presets)]


def _scale(results: Sequence[FileScores]) -> str:
    if not results[0].both:
        return "in percent"
    if len(results) == 1:
        return "in percent; precision, recall and F1 with stopwords dropped"
    if len({result.preset for result in results}) > 1:  # the rows say which
        return "in percent"
    return "in percent: stopwords dropped / all tokens"


def _headlines(of_file: Sequence[FileScores]) -> Iterator[str]:
    """Say of each metric which value it is, where presets differ: a column has one label."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name in dict.fromkeys(name for each in of_file for name in each.evaluation):
        presets: dict[str, list[str]] = {}
        for each in of_file:
            if name in each.evaluation:
                headline = each.evaluation[name].headline
                presets.setdefault(_VALUES.get(headline, headline), []).append(each.preset)
        if len(presets) > 1:
            said = tuple((value, ", ".join(whose)) for value, whose in presets.items())
            found.setdefault(said, []).append(name)
    for said, names in found.items():
        yield f"{', '.join(names)}: " + "; ".join(f"{value} in {whose}" for value, whose in said)


_VALUES = {"f1": "F1", "corpus": "of the corpus", "mean": "mean of samples"}


def _read_as(result: FileScores) -> list[str]:
    if result.format is JSONL:
        return []
    return [f"read as {result.format.name} ({result.format.summary})"]


def _of_file(result: FileScores) -> list[str]:
    health = result.evaluation.health
    parts = [f"n = {health.samples:,}"]
    if result.left_out:
        parts = [f"n = {health.samples:,} of {result.records:,}, {result.left_out:,} left out"]
    if len(health.languages) > 1:
        counts = health.languages.most_common()
        parts.append("languages: " + ", ".join(f"{code} {count:,}" for code, count in counts))
    if result.both:
        parts.append(f"{percent(health.dropped_share)} % of tokens dropped as stopwords")
    parts += _lengths(health)
    lines = ["; ".join(parts)]
    lines += [f"health: {remark}" for remark in health.remarks(command_line=True)]
    return lines + [result.suggestion] * bool(result.suggestion)


def _lengths(health: Health) -> list[str]:
    median, high = health.length_ratio(0.5), health.length_ratio(0.95)
    if median is None or high is None:
        return []
    return [f"length of prediction / reference: median {median:.2f}, 95th percentile {high:.2f}"]


def _signatures(of_file: Sequence[FileScores]) -> list[str]:
    """Give them without the name of the preset, which each has as a field."""
    lines = (line for result in of_file for line in signature_lines(result.evaluation))
    return [f"signature: {line}" for line in lines]


def _below(file: str, lines: Sequence[str]) -> list[str]:
    return [f"{file}:", *(f"  {line}" for line in lines)]
