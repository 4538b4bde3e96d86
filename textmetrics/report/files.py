"""All files of a report, each there whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmetrics._escape import printable_json
from textmetrics.comparison import report_schema
from textmetrics.records import OpenError, atomic_output
from textmetrics.report.document import Document, finite
from textmetrics.report.leaderboard import leaderboard
from textmetrics.report.pictures import FORMS, PICTURES, draw
from textmetrics.report.runs import runs
from textmetrics.report.summary import summary

if TYPE_CHECKING:
    from textmetrics.report.samples import ReportSamples

__all__ = ["report_files", "schema", "write_report"]

_PICTURES = "visualizations"
# Files of an earlier report that this one does not have are known by it.
_MARK = b"textmetrics"
_MARKED_WITHIN = 4096


def write_report(
    document: Document,
    folder: str,
    *,
    samples: Sequence[ReportSamples] = (),
    forms: Sequence[str] = FORMS,
) -> list[Path]:
    """Write all files of a report into a folder, which is made where it does not exist.

    All are made before the first is written. Runs and pictures of an earlier report in that folder
    are removed where this one has none of that name; nothing else is touched.

    Args:
        document: what ``Comparison.to_dict()`` gives.
        folder: where to.
        samples: what ``report.html`` shows of each task's samples.
        forms: of the pictures: some of ``svg`` and ``png``.

    Returns:
        The files, in the order in which they were written.

    Raises:
        ImportError: if a package is missing, with the extra to install.
        OpenError: if the folder or a file in it cannot be written.
        ValueError: for a form of pictures that is not known.

    Warns:
        UserWarning: once, if no installed font has some characters of the labels in pictures.
    """
    made = dict(report_files(document, samples=samples, forms=forms))
    target = Path(folder)
    written = []
    try:
        for name, content in made.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_output(str(path)) as file:
                file.write(content)
            written.append(path)
        for path in _stale(target, made):
            path.unlink()
    except FileExistsError as error:
        raise OpenError(
            str(error.filename), None, "is no folder; name another for --output"
        ) from None
    except OSError as error:
        raise OpenError.of(str(error.filename or folder), error) from error
    return written


def report_files(
    document: Document, *, samples: Sequence[ReportSamples] = (), forms: Sequence[str] = FORMS
) -> Iterator[tuple[str, bytes]]:
    """Give the names of a report's files, below its folder, and what is in them.

    Args:
        document: what ``Comparison.to_dict()`` gives.
        samples: what ``report.html`` shows of each task's samples.
        forms: of the pictures: some of ``svg`` and ``png``.

    Raises:
        ImportError: if a package is missing, with the extra to install.
        ValueError: for a form of pictures that is not known.
    """
    from textmetrics.report.html import to_html

    document = finite(document)
    for number, text in enumerate(runs(document), start=1):
        yield f"run_{number}_results.yaml", text.encode()
    whole = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    yield "comprehensive_report.json", printable_json(whole).encode() + b"\n"
    # Excel takes a file without this mark for one in the code page of the machine.
    yield "leaderboard.csv", b"\xef\xbb\xbf" + leaderboard(document).encode()
    for picture in draw(document, forms=forms):
        for form, content in picture.files.items():
            yield f"{_PICTURES}/{picture.name}.{form}", content
    yield "executive_summary.md", summary(document).encode()
    yield "report.html", to_html(document, samples).encode()


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``comprehensive_report.json``, which is ``Comparison.to_dict()``."""
    return report_schema()


def _stale(folder: Path, made: dict[str, bytes]) -> Iterator[Path]:
    """Give the runs and pictures of an earlier report that are not of this one."""
    pictures = [f"{_PICTURES}/{name}.{form}" for name in PICTURES for form in FORMS]
    ours = [path for name in pictures if (path := folder / name).is_file()]
    ours += [path for path in folder.glob("run_*_results.yaml") if path.is_file()]
    for path in ours:
        name = path.relative_to(folder).as_posix()
        if name not in made and _is_ours(path):
            yield path


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return _MARK in file.read(_MARKED_WITHIN)
