"""The pictures of a comparison, as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textmetrics._escape import printable
from textmetrics.report.document import Document, finite
from textmetrics.report.pictures.bars import bars
from textmetrics.report.pictures.canvas import file_of, styled
from textmetrics.report.pictures.efficiency import quality_by_latency, speed_by_length
from textmetrics.report.pictures.fonts import fonts_for, missing_glyphs
from textmetrics.report.pictures.forest import forest
from textmetrics.report.pictures.heatmap import breakdowns, heatmap
from textmetrics.report.pictures.learning import learning_curves
from textmetrics.report.pictures.lengths import lengths

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMS", "PICTURES", "Picture", "draw"]

FORMS = ("svg", "png")
# By the names of their files.
PICTURES: Mapping[str, Callable[[Document], Figure | None]] = {
    "heatmap": heatmap,
    "scores": bars,
    "differences": forest,
    "breakdowns": breakdowns,
    "lengths": lengths,
    "speed_by_length": speed_by_length,
    "quality_by_latency": quality_by_latency,
    "learning_curves": learning_curves,
}


@dataclass(frozen=True)
class Picture:
    """A picture as files.

    Attributes:
        name: of the picture, ``heatmap``.
        title: what it shows, in a few words.
        files: its bytes by ``svg`` and ``png``.
    """

    name: str
    title: str
    files: Mapping[str, bytes]


def draw(document: Document, *, forms: Sequence[str] = FORMS) -> list[Picture]:
    """Draw all pictures that a comparison has something for.

    The same document gives the same bytes, with the same fonts and the same Matplotlib.

    Args:
        document: what ``Comparison.to_dict()`` gives.
        forms: some of ``svg`` and ``png``.

    Raises:
        ImportError: if Matplotlib is missing, with the extra to install.
        ValueError: for a form that is not known.

    Warns:
        UserWarning: once, if no installed font has some characters of the labels.
    """
    if unknown := [form for form in forms if form not in FORMS]:
        raise ValueError(f"unknown form {unknown[0]!r} of pictures: known: {', '.join(FORMS)}")
    _need_matplotlib()
    document = finite(document)
    fonts, left = fonts_for(printable(text) for text in _texts(document))
    if left:
        missing_glyphs(left)
    made = []
    for name, drawn in PICTURES.items():
        # Outlines look the same everywhere; where there is none, who looks may have the font.
        with styled(fonts, as_text=bool(left)):
            if (figure := drawn(document)) is not None:
                title = name.replace("_", " ").capitalize()
                files = {form: file_of(figure, form, title) for form in forms}
                made.append(Picture(name, title, files))
    return made


def _need_matplotlib() -> None:
    try:
        import matplotlib as mpl  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "pictures need Matplotlib: pip install 'textmetrics-eval[compare]'"
        ) from error


def _texts(document: Document) -> Iterator[str]:
    """Give all texts that may stand in a picture."""
    for kind in ("models", "tasks"):
        yield from (each["name"] for each in document[kind])
    yield from (each["title"] for each in document["scores"])
    for each in document["breakdowns"]:
        yield each["field"]
        yield from (str(group["value"]) for group in each["groups"])
    yield "0123456789.,%[]–−±≥…=#"
