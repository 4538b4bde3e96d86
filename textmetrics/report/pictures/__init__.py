"""Pictures of what a comparison found, as SVG and PNG files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textmetrics._escape import printable
from textmetrics._sentences import ReportLang, catalog, report_language, term
from textmetrics.comparison import ComparisonReport
from textmetrics.report.pictures.bars import bars
from textmetrics.report.pictures.canvas import rendered, styled
from textmetrics.report.pictures.efficiency import quality_by_latency, speed_by_length
from textmetrics.report.pictures.fonts import fonts_for, warn_of_missing_glyphs
from textmetrics.report.pictures.forest import forest
from textmetrics.report.pictures.heatmap import breakdowns, heatmap
from textmetrics.report.pictures.learning import learning_curves
from textmetrics.report.pictures.lengths import lengths
from textmetrics.report.pictures.monitor import monitor, training_curves
from textmetrics.report.queries import finite

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMS", "PICTURES", "Picture", "draw"]

FORMS = ("svg", "png")
"""File types of pictures."""
PICTURES: Mapping[str, Callable[[ComparisonReport], Figure | None]] = {
    "heatmap": heatmap,
    "scores": bars,
    "differences": forest,
    "breakdowns": breakdowns,
    "lengths": lengths,
    "speed_by_length": speed_by_length,
    "quality_by_latency": quality_by_latency,
    "learning_curves": learning_curves,
    "training_curves": training_curves,
    "monitor": monitor,
}
"""The functions that draw pictures, by the names of their files."""


@dataclass(frozen=True)
class Picture:
    """A picture as files.

    Attributes:
        name: the picture's name, such as ``heatmap``.
        title: what it shows, in a few words.
        files: its content, by ``svg`` and ``png``.
    """

    name: str
    title: str
    files: Mapping[str, bytes]


def draw(
    report: ComparisonReport, *, forms: Sequence[str] = FORMS, report_lang: ReportLang = "en"
) -> list[Picture]:
    """Draw all pictures that a comparison has data for.

    Equal reports give equal bytes, with the same fonts and the same Matplotlib.

    Args:
        report: what the comparison found.
        forms: some of ``svg`` and ``png``.
        report_lang: the language of titles, notes and labels.

    Raises:
        ImportError: if Matplotlib is missing; the message names the extra to install.
        ValueError: if a form, or the language, is unknown.

    Warns:
        UserWarning: once, if no installed font has some characters of the labels.
    """
    if unknown := [form for form in forms if form not in FORMS]:
        raise ValueError(f"unknown form {unknown[0]!r} of pictures: known: {', '.join(FORMS)}")
    try:
        import matplotlib as mpl  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "pictures need Matplotlib: pip install 'textmetrics-eval[compare]'"
        ) from error
    with report_language(report_lang):
        return list(_pictures(finite(report), forms, report_lang))


def _pictures(
    report: ComparisonReport, forms: Sequence[str], report_lang: str
) -> Iterator[Picture]:
    texts = [*_label_texts(report), *catalog(report_lang).values()]
    fonts, missing = fonts_for(map(printable, texts), report_lang)
    if missing:
        warn_of_missing_glyphs(missing)
    for name, make in PICTURES.items():
        # Outlines look the same everywhere; text lets viewers use a font that is missing here.
        with styled(fonts, as_text=bool(missing)):
            if (figure := make(report)) is not None:
                title = name.replace("_", " ").capitalize()
                files = {form: rendered(figure, form, title) for form in forms}
                yield Picture(name, title, files)


def _label_texts(report: ComparisonReport) -> Iterator[str]:
    """Yield all texts that labels may contain."""
    yield from (model.name for model in report.models)
    yield from (task.name for task in report.tasks)
    yield from (term(score.title) for score in report.scores)
    yield from (curve.name for run in report.monitors for curve in run.curves)
    for breakdown in report.breakdowns:
        yield breakdown.field
        yield from (str(group.value) for group in breakdown.groups)
    yield "0123456789.,%[]–−±≥…=#"
