"""What commands print and write: tables, JSON, CSV, the notes below a table, scored records."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np

from textmetrics._escape import (
    csv_cell,
    escape_markdown,
    pluralized,
    printable,
    printable_json,
)
from textmetrics._tables import render
from textmetrics.cli.program import colored, say, write
from textmetrics.evaluation import (
    Evaluation,
    Health,
    ScoredSamples,
    most_first,
    scale_note,
    score_rows,
    signature_lines,
    unreadable_answers,
)
from textmetrics.metrics import Score, Values, format_value
from textmetrics.presets import DEFAULT, computed_without
from textmetrics.records import (
    COMPRESSED,
    JSONL,
    STDIN,
    Format,
    InvalidRecords,
    OpenError,
    RawLine,
    check_writable,
    is_remote,
    local_path,
    notes_of_files,
    parse_record,
    split_sheet,
)

__all__ = [
    "OUTPUT_FORMATS",
    "FileScores",
    "check_name_of_output",
    "check_output",
    "is_input",
    "json_text",
    "name_of_all",
    "report",
    "report_invalid_records",
    "scored_lines",
    "scores_object",
    "show",
]

OUTPUT_FORMATS = ("table", "json", "markdown", "csv", "latex", "github")


@dataclass(frozen=True)
class FileScores:
    """The scores of one file under one preset.

    Attributes:
        name: the name of the file.
        evaluation: its scores.
        records: the number of its samples, including those left out.
        format: the format of the file.
        preset: the preset that defines the scores.
        attributed: what the program that wrote the file has for it, as sentences.
        notes: what was read in another way than usual, as sentences.
    """

    name: str
    evaluation: Evaluation
    records: int
    format: Format = JSONL
    preset: str = "default"
    attributed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """The number of samples left out."""
        return self.records - self.evaluation.n

    @property
    def both(self) -> bool:
        """Whether there are scores with stopwords dropped as well as over all tokens."""
        return any(score.all_tokens is not None for score in self.evaluation.values())


def name_of_all(names: Sequence[str]) -> str:
    """Return what files that are scored together are called.

    Examples:
        >>> name_of_all(["part-0.jsonl"]), name_of_all(["part-0.jsonl", "part-1.jsonl"])
        ('part-0.jsonl', 'part-0.jsonl and 1 more')
    """
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def show(results: Sequence[FileScores], style: str) -> None:
    """Print scores, or show them where GitHub shows what a job found.

    Args:
        results: one per file and preset, those of a file next to each other.
        style: one of `OUTPUT_FORMATS`.
    """
    if style != "github":
        write(report(results, style, color=colored()))
        return
    from textmetrics.cli.github import Annotation, publish

    found = [(each.name, remark) for each in results for remark in _health(each)]
    warnings = [Annotation("warning", name, remark) for name, remark in dict.fromkeys(found)]
    publish(report(results, "markdown"), warnings)


def _health(result: FileScores) -> list[str]:
    remarks = result.evaluation.health.remarks(command_line=True)
    left_out = pluralized(result.left_out, "record")
    return [
        *([f"{left_out} of {result.records:,} left out"] if result.left_out else []),
        *remarks,
        *unreadable_answers(result.evaluation),
    ]


def report(results: Sequence[FileScores], style: str, *, color: bool = False) -> str:
    """Return the text to print, with control characters from files escaped.

    Args:
        results: one per file and preset, those of a file next to each other.
        style: one of `OUTPUT_FORMATS` but ``github``.
        color: whether to use colours.
    """
    if style == "json":
        return json_text(list(map(scores_object, results)))
    if style == "csv":
        return _csv(results)
    if style == "latex":
        return _latex(results)
    look = "markdown" if style == "markdown" else "plain"
    escape = escape_markdown if style == "markdown" else printable
    if len(results) == 1:
        header, rows = score_rows(results[0].evaluation)
        texts = 1
    else:
        header, rows, texts = _one_row_per_file(results, escape)
    table = render(header, rows, look, color=color, texts=texts)
    # One paragraph per note, since Markdown joins the lines of a paragraph.
    gap = "\n\n" if style == "markdown" else "\n"
    return gap.join([*_reading_notes(results, escape), table, *_notes(results, escape)])


def json_text(objects: Sequence[Any]) -> str:
    """Return a list of objects as JSON to print, or its only object."""
    document = objects[0] if len(objects) == 1 else objects
    return printable_json(json.dumps(document, ensure_ascii=False, indent=2))


def scores_object(result: FileScores) -> dict[str, Any]:
    """Return what JSON has of the scores of a file: 0 to 1, with all digits."""
    return {
        "file": result.name,
        "preset": result.preset,
        **result.evaluation.to_dict(),
        "records": result.records,
        "left_out": result.left_out,
        "input_format": result.format.name,
        **({"notes": list(result.notes)} if result.notes else {}),
    }


def _csv(results: Sequence[FileScores]) -> str:
    """Return one line per file and metric: 0 to 1, with all digits."""
    header = ["file", "preset", "metric", "headline", "score", "all_tokens",
              "precision", "recall", "f1", "n", "records", "scale", "signature"]  # fmt: skip
    rows = [
        [
            csv_cell(result.name),
            result.preset,
            name,
            score.headline,
            *map(_digits, (score, score.all_tokens, score.precision, score.recall, score.f1)),
            str(score.n),
            str(result.records),
            "0 to 1" if score.percent else "plain number",
            score.signature,
        ]
        for result in results
        for name, score in result.evaluation.items()
    ]
    return render(header, rows, "csv")


def _latex(results: Sequence[FileScores]) -> str:
    """Return the table of a paper, with the notes in comments."""
    from textmetrics.evaluation import PaperRow, paper_of_scores

    names = _short_names(list(dict.fromkeys(each.name for each in results)))
    rows = []
    for each in results:
        preset = "" if each.preset == DEFAULT.name else f", {each.preset}"
        name = f"{names[each.name]}{preset}"
        rows.append(PaperRow(name, each.evaluation, each.evaluation.n))
    notes = [*_reading_notes(results, printable), *_notes(results, printable)]
    return replace(paper_of_scores(rows), notes=notes).to_latex()


def _short_names(names: list[str]) -> dict[str, str]:
    """Return what is short for each name: what tells it from the others."""
    from textmetrics.comparison import names_of  # it loads much, which only this needs

    firsts = [_MORE.sub("", name) for name in names]
    try:
        short = names_of(firsts)
    except ValueError:  # a file that is named twice
        return dict(zip(names, names, strict=True))
    return {
        name: f"{own}{name[len(first) :]}"
        for name, first, own in zip(names, firsts, short, strict=True)
    }


_MORE = re.compile(r" and \d+ more\Z")  # which `name_of_all` adds


def _digits(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else repr(float(value))


def _one_row_per_file(
    results: Sequence[FileScores], escape: Callable[[str], str]
) -> tuple[list[str], list[list[str]], int]:
    """Return the header, one row per file and preset, and the number of columns of text."""
    presets = len({result.preset for result in results}) > 1
    files = len({result.name for result in results}) > 1 or not presets
    titles: dict[str, dict[str, None]] = {}
    for result in results:
        for name, score in result.evaluation.items():
            titles.setdefault(name, {})[score.title] = None
    labels = {name: _label(list(found)) for name, found in titles.items()}
    names = ["file"] * files + ["preset"] * presets
    rows = []
    for result in results:
        scores = [result.evaluation.get(name) for name in labels]
        file = [escape(result.name)] * files
        of_preset = _preset_rows(result, scores) if presets else [([], map(_cell, scores))]
        for preset, cells in of_preset:
            rows.append([*file, *preset, *cells, f"{result.evaluation.n:,}"])
    return [*names, *labels.values(), "n"], rows, len(names)


def _label(titles: Sequence[str]) -> str:
    """Return the title of a column, without the headline if that differs between rows."""
    if len(titles) == 1:
        return titles[0]
    return titles[0].removesuffix(" recall").removesuffix(" F1")


def _preset_rows(
    result: FileScores, scores: Sequence[Score | None]
) -> Iterator[tuple[list[str], Iterable[str]]]:
    """Yield the rows of one of several presets; two numbers in one cell would be too wide."""
    if not result.both:
        yield [result.preset], map(_value, scores)
        return
    # Nothing is dropped where there is no second value.
    dropped = (None if score is None or score.all_tokens is None else score for score in scores)
    yield [f"{result.preset}, no stopwords"], map(_value, dropped)
    all_tokens = (None if score is None else _over_all(score) for score in scores)
    yield [f"{result.preset}, all tokens"], map(_value, all_tokens)


def _over_all(score: Score) -> Score:
    return score if score.all_tokens is None else score.all_tokens


def _cell(score: Score | None) -> str:
    if score is None or score.all_tokens is None:
        return _value(score)
    return f"{_value(score)} / {_value(score.all_tokens)}"


def _value(score: Score | None) -> str:
    return format_value(score, percent=score is None or score.percent)


def _notes(results: Sequence[FileScores], escape: Callable[[str], str]) -> list[str]:
    """Return the lines below a table: what the numbers are, anomalies, how they were computed.

    What holds for all files comes once; what holds for one file comes below its name.
    """
    files = _by_file(results)
    read = [_read_as(of_file[0]) for of_file in files]
    signatures = [_signatures(of_file) for of_file in files]
    all_read, all_signed = _shared(read), _shared(signatures)
    without = computed_without(
        score.signature for each in results for score in each.evaluation.values()
    )
    lines = [*filter(None, [_scale(results)]), *without, *_headlines(files[0]), *all_read]
    for of_file, read_as, signed in zip(files, read, signatures, strict=True):
        own = [line for line in read_as if line not in all_read]
        own += _file_notes(of_file[0])
        own += [
            f"health: {line}"
            for result in of_file
            for line in unreadable_answers(result.evaluation)
        ]
        own += [line for line in signed if line not in all_signed]
        if len(files) > 1:
            own = [f"{escape(of_file[0].name)}:", *(f"  {line}" for line in own)]
        lines += own
    return lines + all_signed


def _reading_notes(results: Sequence[FileScores], escape: Callable[[str], str]) -> list[str]:
    """Return the lines above a table: what was read in another way than it was typed."""
    files = [of_file[0] for of_file in _by_file(results)]
    return [escape(note) for note in notes_of_files([(each.name, each.notes) for each in files])]


def _by_file(results: Sequence[FileScores]) -> list[list[FileScores]]:
    """Group results by file, not by name: a file may be named twice."""
    presets = len({result.preset for result in results})
    return [list(results[at : at + presets]) for at in range(0, len(results), presets)]


def _shared(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines that are in every list."""
    return [line for line in lists[0] if all(line in each for each in lists)]


def _scale(results: Sequence[FileScores]) -> str:
    """Return the scale of the numbers, and what the columns are; empty if there is no need."""
    scores = {name: score for result in results for name, score in result.evaluation.items()}
    scale = scale_note(scores)
    if lower := [score.title for score in scores.values() if score.better == "lower"]:
        scale = f"{scale}; lower values of {', '.join(lower)} are better".removeprefix("; ")
    if not results[0].both or len({result.preset for result in results}) > 1:
        return scale  # the rows say which tokens were scored
    if len(results) > 1:
        return f"{scale}: no stopwords / all tokens".removeprefix(": ")
    if all(score.f1 is None for score in scores.values()):
        return scale
    return f"{scale}; precision, recall and F1 without stopwords".removeprefix("; ")


def _headlines(of_file: Sequence[FileScores]) -> Iterator[str]:
    """Yield which value each metric is under which preset, if that is not the same for all."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name in dict.fromkeys(name for each in of_file for name in each.evaluation):
        presets: dict[str, list[str]] = {}
        for each in of_file:
            if name in each.evaluation:
                headline = each.evaluation[name].headline
                presets.setdefault(_HEADLINES.get(headline, headline), []).append(each.preset)
        if len(presets) > 1:
            values = tuple((value, ", ".join(owners)) for value, owners in presets.items())
            found.setdefault(values, []).append(name)
    for values, names in found.items():
        by_preset = "; ".join(f"{value} in {owners}" for value, owners in values)
        yield f"{', '.join(names)}: {by_preset}"


_HEADLINES = {"f1": "F1", "corpus": "of the corpus", "mean": "mean of samples"}


def _read_as(result: FileScores) -> list[str]:
    if result.format is JSONL:
        return []
    return [f"read as {result.format.name} ({result.format.summary})"]


def _file_notes(result: FileScores) -> list[str]:
    health = result.evaluation.health
    parts = [f"n = {health.samples:,}"]
    if result.left_out:
        parts = [f"n = {health.samples:,} of {result.records:,}, {result.left_out:,} left out"]
    if len(health.languages) > 1:
        counts = most_first(health.languages)
        parts.append("languages: " + ", ".join(f"{code} {count:,}" for code, count in counts))
    if result.both:
        parts.append(f"{format_value(health.dropped_share)} % of tokens dropped as stopwords")
    parts += _lengths(health)
    lines = ["; ".join(parts), *_without_value(result.evaluation)]
    lines += [f"health: {remark}" for remark in health.remarks(command_line=True)]
    return [*lines, *result.attributed]


def _without_value(evaluation: Evaluation) -> Iterator[str]:
    """Yield how many samples are not in the means of metrics that leave some out."""
    left_out: dict[int, list[str]] = {}
    for score in evaluation.values():
        left_out.setdefault(evaluation.health.samples - score.n, []).append(score.title)
    for count, titles in left_out.items():
        if count > 0:
            every = "" if len(left_out) == 1 else f" of {', '.join(titles)}"
            yield f"left out of the mean{every}, by its definition: {pluralized(count, 'sample')}"


def _lengths(health: Health) -> list[str]:
    median, high = health.length_ratio(0.5), health.length_ratio(0.95)
    if median is None or high is None:
        return []
    return [f"length of prediction / reference: median {median:.2f}, 95th percentile {high:.2f}"]


def _signatures(of_file: Sequence[FileScores]) -> list[str]:
    lines = (line for result in of_file for line in signature_lines(result.evaluation))
    return [f"signature: {line}" for line in lines]


def scored_lines(scored: ScoredSamples, *, extracted: bool = False) -> bytes:
    """Return each record as in its file, with an object ``scores`` (0 to 1) appended.

    Args:
        scored: samples with their records.
        extracted: whether to put the extracted answer before the scores.
    """
    samples = scored.counted.samples
    ours = (_EXTRACTED, _SCORES) if extracted else (_SCORES,)
    columns: list[Iterable[bytes]] = [_without(ours, samples.records or ())]
    if extracted:
        columns += [repeat(f'"{_EXTRACTED}":'.encode()), _answers(samples.texts.predictions)]
    before = b"," * extracted + f'"{_SCORES}":{{'.encode()
    for name, values in scored.values.items():
        columns += [repeat(before + json.dumps(name).encode() + b":{"), _value_texts(values)]
        before = b"},"
        if name in scored.all_values:
            columns += [repeat(b',"all_tokens":{'), _value_texts(scored.all_values[name])]
            before = b"}},"
    columns.append(repeat(before.removesuffix(b",") + b"}}\n"))
    return b"".join(chain.from_iterable(zip(*columns, strict=False)))


_SCORES = "scores"
_EXTRACTED = "extracted"
_NAMES = {"headline": "value"}
_KEPT = 1 << 14  # encoded rows of values kept in memory: some MB


def _without(fields: Sequence[str], raws: Sequence[bytes]) -> list[bytes]:
    """Return each record up to where our fields go; the rest stays byte for byte."""
    whole = b"".join(raws)
    if any(f'"{field}"'.encode() in whole for field in fields):
        return [_without_old(fields, raw) for raw in raws]
    return [raw[: raw.rindex(b"}")].strip() + b"," for raw in raws]


def _without_old(fields: Sequence[str], raw: bytes) -> bytes:
    """Return the same for a record that may already have such fields, which are dropped."""
    record = parse_record(RawLine(1, 0, raw), "")
    if not record.keys().isdisjoint(fields):
        record = {name: value for name, value in record.items() if name not in fields}
        # Only a lone surrogate cannot be encoded; the escape written then is the one of JSON.
        raw = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    before = raw[: raw.rindex(b"}")].strip()
    return before if before == b"{" else before + b","


def _answers(answers: Iterable[str]) -> Iterable[bytes]:
    import msgspec

    return map(msgspec.json.encode, answers)


def _value_texts(values: Values) -> list[bytes]:
    """Return the JSON of each sample's values, without the braces."""
    parts = {part: column for part, column in values._asdict().items() if column is not None}
    rows = np.array(list(parts.values()), dtype=np.float64).T.copy()  # contiguous rows
    keys = rows.view(f"V{rows.itemsize * len(parts)}").ravel().tolist()
    return list(map(_encoded_rows(tuple(parts)).__getitem__, keys))


class _EncodedRows(dict[bytes, bytes]):
    """The JSON of rows of values by their bytes, since short texts often have the same values.

    Args:
        parts: the names of the values.
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        import msgspec

        super().__init__()
        self._values = struct.Struct(f"{len(parts)}d").unpack
        self._row = msgspec.defstruct("Row", [_NAMES.get(part, part) for part in parts])
        self._encoded = msgspec.json.encode

    def __missing__(self, row: bytes) -> bytes:
        if len(self) >= _KEPT:
            self.clear()
        text = self[row] = self._encoded(self._row(*self._values(row)))[1:-1]
        return text


_encoded_rows = cache(_EncodedRows)


def check_output(path: str, inputs: Sequence[str], *, option: str = "--output") -> None:
    """Check that a file can be written, before any work is done.

    Args:
        path: the file.
        inputs: all files that are read.
        option: what names it: ``--output``, or ``--state``.

    Raises:
        OpenError: if it cannot be written, is also an input, or has a name that promises another
            format.
    """
    if path == STDIN:
        raise OpenError(path, None, "is standard output, where the scores go; name a file")
    there = is_remote(path)
    target = Path(path if there else local_path(path))
    plain = target.with_suffix("") if target.suffix.lower() in COMPRESSED else target
    if (suffix := plain.suffix.lower()) in _OTHER_FORMATS:
        kind, usual = ("JSON Lines", ".jsonl") if option == "--output" else ("JSON", ".json")
        advice = f"{option} writes {kind}, not {suffix}; name it something like {plain.stem}{usual}"
        if option == "--output":
            advice += f"; {_AS_TABLES}"
        raise OpenError(path, None, advice)
    if not there:
        check_name_of_output(path, "file")
    if path.endswith("/") and (there or not target.exists()):
        advice = f"names a folder; name a file for {option}, such as {path}scored.jsonl"
        raise OpenError(path, None, advice)
    if there:
        check_writable(path)
        problem = "is also an input" if path in inputs else ""
    else:
        _check_place(path, target, option)
        problem = _taken(target, inputs) if target.exists() else ""
    if problem:
        raise OpenError(path, None, f"{problem}; name another file for {option}")


def _check_place(path: str, target: Path, option: str) -> None:
    if target.exists() and not target.is_file():
        raise OpenError(path, None, f"is not a regular file; name a file for {option}")
    if not target.resolve().parent.is_dir():
        raise OpenError(path, None, "its folder does not exist; create it first")


def _taken(target: Path, inputs: Sequence[str]) -> str:
    """Return for what an existing file is used already, if so."""
    if is_input(target, inputs):
        return "is also an input"
    taken = any(_is_stream(target, descriptor) for descriptor in (1, 2))
    return "is where the scores go" if taken else ""


def check_name_of_output(path: str, kind: str) -> None:
    """Check that a name can be that of a file or folder.

    Args:
        path: the name.
        kind: what it is to be: ``file`` or ``folder``.

    Raises:
        OpenError: if it is empty, too long or has a null byte, or symbolic links form a loop.
    """
    reason = "" if path else "it is empty"
    try:
        os.stat(local_path(path))
    except (FileNotFoundError, NotADirectoryError):
        pass  # it is to be made
    except OSError as error:
        loops = error.errno == errno.ELOOP
        reason = "symbolic links form a loop" if loops else error.strerror or str(error)
    except ValueError:  # whose words differ between versions of Python
        reason = "it has a null byte"
    if reason:
        raise OpenError(path, None, f"cannot be used ({reason}); name another {kind}")


def is_input(target: Path, inputs: Iterable[str]) -> bool:
    """Return whether an existing file is one of the inputs, by whatever name or link.

    Args:
        target: the file.
        inputs: names; ``-`` for standard input.
    """
    return any(
        _is_stream(target, 0)
        if each == STDIN
        else _is_same(target, Path(local_path(split_sheet(str(each))[0])))
        for each in inputs
    )


def _is_same(target: Path, other: Path) -> bool:
    try:
        return target.samefile(other)
    except (OSError, ValueError):  # there is no such file
        return False


def _is_stream(target: Path, descriptor: int) -> bool:
    """Return whether a file is what a standard stream reads or writes."""
    with suppress(OSError):
        return os.path.samestat(target.stat(), os.fstat(descriptor))
    return False


_AS_TABLES = (
    "--format csv prints the scores of files as CSV, and textmetrics.integrations.dataframes.score "
    "adds those of samples to a table in Python"
)
_OTHER_FORMATS = frozenset({".csv", ".tsv", ".parquet", ".xls", ".xlsx"})


def report_invalid_records(invalid: InvalidRecords) -> None:
    """List on stderr the records that were left out."""
    for error in invalid.first:
        say(str(error))
    if (rest := invalid.count - len(invalid.first)) > 0:
        say(f"… and {rest:,} more")
    if invalid.count:
        say(f"left out: {pluralized(invalid.count, 'invalid record')}")
