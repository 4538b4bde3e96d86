"""Pictures: each is drawn, nothing lies upon another, names are text, and fonts are found."""

from __future__ import annotations

import math
import sys
import warnings
from html import unescape
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from msgspec import structs

from textmetrics.comparison import ComparisonReport
from textmetrics.report.pictures import FORMS, PICTURES, draw, fonts
from textmetrics.report.pictures.canvas import (
    ACCENT,
    PLAIN,
    elided,
    label_columns,
    labels,
    styled,
    wrapped,
)
from textmetrics.report.pictures.heatmap import ink_on
from textmetrics.report.queries import finite

# Without a font for Chinese, of which a test below tells, pictures are drawn all the same.
pytestmark = pytest.mark.filterwarnings("ignore:no installed font has:UserWarning")
LONG = "outputs/" + "path-" * 30
NAMES = (
    ["通义千问-7B-指令微调", "さくら日本語モデル", "a$b$ <x>|`_*&amp;", " ", f"{LONG}12000",
     f"{LONG}path-12000", "--><script>", "x\n\x1b\ud800\u202e"],
    ["中文阅读理解-问答", "日本語の要約タスクについて", "$\\frac{1}{2}$ " + "W" * 60],
)  # fmt: skip
SIZES = {"one": (1, 1), "three": (3, 3), "models": (12, 2), "tasks": (2, 12), "names": NAMES}
SECTIONS = ("scores", "comparisons", "breakdowns", "learning_curves", "efficiency", "monitors")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def made_report(made_document, made_monitors):
    """Return a function that makes a report of everything, with monitored runs."""

    def make(models, tasks):
        document = made_document(models, tasks)
        names = [model["name"] for model in document["models"]]
        return ComparisonReport.from_dict({**document, "monitors": made_monitors(names)})

    return make


def change(entry, **values):
    """Set fields of an entry, without checks."""
    for name, value in values.items():
        setattr(entry, name, value)


def comments_of(svg):
    """Return the texts of a picture, which Matplotlib writes as comments next to outlines."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    tree = ET.fromstring(svg, parser=parser)
    return [unescape(each.text.strip()) for each in tree.iter() if each.tag is ET.Comment]


@pytest.fixture
def overlapping(monkeypatch):
    """Return a function from a figure to the pairs of texts that overlap."""
    drawn = []
    draw_text = Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, to: (drawn.append(text), draw_text(text, to)))

    def pairs(figure):
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        found = [each for each in drawn if each.get_visible() and each.get_text().strip()]
        boxes = np.array([each.get_window_extent(renderer).extents for each in found])
        upon = (boxes[:, None, :2] + 1 < boxes[None, :, 2:] - 1).all(axis=2)
        places = np.argwhere(np.triu(upon & upon.T, k=1))
        return [(found[a].get_text(), found[b].get_text()) for a, b in places]

    return pairs


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", SIZES)
def test_no_text_lies_upon_another(made_report, overlapping, size, name):
    report = finite(made_report(*SIZES[size]))
    with styled([fonts.BASE]):
        figure = PICTURES[name](report)
        if figure is None:
            assert (name, size) == ("differences", "one")
        else:
            assert overlapping(figure) == []


@pytest.mark.parametrize("size", ["one", "names"])
def test_pictures_are_files(made_report, size):
    report = made_report(*SIZES[size])
    found = {each.name: each for each in draw(report, forms=["svg"] if size == "names" else FORMS)}
    assert set(PICTURES) - set(found) == ({"differences"} if size == "one" else set())
    for picture in found.values():
        tree = ET.fromstring(picture.files["svg"])
        assert tree.tag == f"{SVG}svg"
        assert not {each.tag for each in tree.iter()} & {f"{SVG}script", f"{SVG}a", f"{SVG}image"}
        if "png" in picture.files:
            assert picture.files["png"].startswith(b"\x89PNG\r\n\x1a\n")
            assert b"textmetrics" in picture.files["png"][:4096]
        assert b"textmetrics" in picture.files["svg"][:4096]


def test_names_are_shown_as_they_are(made_report):
    found = {each.name: each.files["svg"] for each in draw(made_report(*NAMES), forms=["svg"])}
    if fonts.fonts_for("".join(NAMES[0][:2]))[1]:
        shown = [each.text for each in ET.fromstring(found["heatmap"]).iter(f"{SVG}text")]
    else:
        shown = comments_of(found["heatmap"])
    assert "a$b$ <x>|`_*&amp;" in shown
    assert "' '" in shown
    assert {"-->", "- ->"} & {each.partition("<")[0] for each in shown}
    assert "x\\n\\x1b\\ud800\\u202e" in shown


def test_the_same_document_gives_the_same_bytes(made_report):
    report = made_report(2, 1)
    before = dict(mpl.rcParams)
    first = draw(report)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "text.parse_math": True}):
        assert draw(report) == first
    assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or first


def test_values_that_are_missing(made_report):
    report = made_report(3, 2)
    change(report.scores[0], value=None, interval=None, rank=None, tied_with=[])
    change(report.scores[1], interval=[math.nan, 0.5], length_ratio=None)
    change(report.comparisons[0], difference=math.nan, interval=None, significant=False)
    change(report.comparisons[1], interval=[None, None], p_value_adjusted=None)
    report.breakdowns[0].groups[0].scores = {}
    report.efficiency[0].tokens_per_s_by_output_length[0].tokens_per_s = None
    report.efficiency[1].quality_by_latency = []
    change(report.learning_curves[0], best_step=None, plateau_step=None)
    change(report.learning_curves[0].points[0], value=math.nan, interval=None)
    for each in report.models:
        each.mean_rank = None
    assert [each.name for each in draw(report, forms=["svg"])] == list(PICTURES)


@pytest.mark.parametrize("section", SECTIONS)
def test_what_there_is_nothing_of_is_not_drawn(made_report, section):
    report = structs.replace(made_report(2, 1), **{section: []})
    without = {
        "scores": {"heatmap", "scores", "lengths"},
        "comparisons": {"differences"},
        "breakdowns": {"breakdowns"},
        "learning_curves": {"learning_curves"},
        "efficiency": {"speed_by_length", "quality_by_latency"},
        "monitors": {"training_curves", "monitor"},
    }
    with styled([fonts.BASE]):
        assert {name for name in PICTURES if PICTURES[name](report) is None} == without[section]
    empty = structs.replace(report, **{key: [] for key in (*SECTIONS, "models", "tasks")})
    assert draw(empty) == []


def test_what_is_significant_is_said_and_filled(made_report):
    with styled([fonts.BASE]):
        figure = PICTURES["differences"](finite(made_report(3, 3)))
    texts = [each.get_text().rstrip("*") for each in figure.findobj(Text)]
    markers = [
        line.get_markerfacecolor() == line.get_color()
        for axes in figure.axes
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    said = [each for each in texts if each in ("better", "worse", "not significant")]
    assert len(said) == 6
    assert markers == [each != "not significant" for each in said]
    assert {True, False} == set(markers)


@pytest.mark.parametrize("name", ["heatmap", "scores", "differences", "breakdowns"])
def test_texts_of_other_scales_have_their_room(directed_report, overlapping, name):
    with styled([fonts.BASE]):
        assert overlapping(PICTURES[name](directed_report)) == []


def test_pictures_follow_the_direction_of_each_metric(directed_report):
    with styled([fonts.BASE]):
        made = {name: make(directed_report) for name, make in PICTURES.items()}
    # The heatmap: cells row by row, models by rank; the best ones are the lightest.
    cells = [each.get_facecolor() for each in made["heatmap"].axes[0].patches]
    light = np.array([sum(color[:3]) for color in cells]).reshape(4, 3)
    models = [label.get_text() for label in made["heatmap"].axes[0].get_yticklabels()]
    order = [models.index(name) for name in ("bad", "steps-2", "good", "steps-10")]
    assert (np.diff(light[order, :2], axis=0) > 0).all()
    assert light[:, 0] == pytest.approx(light[:, 1], abs=0.01)  # 1 less the other
    assert len(set(light[:, 2])) == 1
    assert {"worst", "best"} <= {each.get_text() for each in made["heatmap"].findobj(Text)}
    # Better is to the right, and values that are not percent are shown as they are.
    lower, higher, neither = made["differences"].axes
    assert lower.get_xlim()[0] > lower.get_xlim()[1]
    assert higher.get_xlim()[0] < higher.get_xlim()[1]
    assert abs(neither.get_xlim()[0]) < 2
    texts = {each.get_text() for each in made["scores"].findobj(Text)}
    assert {"7.50  [3.15, 16.84]", "92.50  [83.16, 96.85]", "3.25  [2.75, 3.67]"} <= texts
    assert made["scores"].axes[2].get_xlim()[1] < 5
    for name in ("scores", "differences", "breakdowns", "learning_curves", "lengths"):
        texts = [each.get_text() for each in made[name].findobj(Text)]
        assert [text for text in texts if text.startswith("error_rate (lower is better)")], name
        assert not [text for text in texts if text.startswith(("F1 (low", "token_count (low"))]
    texts = [each.get_text() for each in made["heatmap"].figure.texts]
    assert any(text.endswith("; lower is better: error_rate") for text in texts)
    # A model that no model is better than is dark; where neither is better, none is.
    colors = [[each.get_facecolor() for each in axes.patches] for axes in made["scores"].axes]
    dark, pale = to_rgba(ACCENT), to_rgba(PLAIN)
    assert colors == [[dark, dark, pale, pale], [dark, dark, pale, pale], [pale] * 4]


def test_of_very_many_groups_the_largest_are_drawn(made_report):
    report = made_report(1, 1)
    group = report.breakdowns[0].groups[0]
    report.breakdowns[0].groups = [structs.replace(group, value=n, n=n + 1) for n in range(1000)]
    with styled([fonts.BASE]):
        figure = PICTURES["breakdowns"](finite(report))
        texts = [each.get_text() for each in figure.findobj(Text) if each.get_visible()]
    assert sum(" n=" in each for each in texts) == 40
    assert "999  n=1,000" in texts
    assert "F1; the 40 largest of 1,000 values" in texts


def test_a_form_that_is_not_known(made_report):
    with pytest.raises(ValueError, match="unknown form 'pdf' of pictures: known: svg, png"):
        draw(made_report(1, 1), forms=["pdf"])


def test_missing_matplotlib_names_the_extra(made_report, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"Matplotlib: pip install 'textmetrics-eval\[compare\]'"):
        draw(made_report(1, 1))


# --- ink


def contrast(one, other):
    """Return the contrast ratio of WCAG 2.2."""

    def luminance(color):
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3])
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_numbers_can_be_read_on_every_color():
    """4.5 is the least that WCAG 2.2 asks of text (1.4.3)."""
    for color in mpl.colormaps["cividis"](np.arange(256)):
        assert contrast(mpl.colors.to_rgb(ink_on(color)), color) >= 4.5


# --- labels


@given(st.text(max_size=80), st.integers(6, 30), st.integers(1, 3))
def test_labels_fit(name, columns, lines):
    made = wrapped(name, columns, lines)
    assert label_columns(made) <= columns
    assert made.count("\n") < lines
    assert label_columns(elided(name, columns)) <= columns


@given(st.lists(st.text("ab/-中", max_size=40), unique=True, max_size=6))
def test_labels_tell_names_apart(names):
    made = labels(names, 14)
    assert list(made) == names
    assert len(set(made.values())) == len(names)


# --- fonts


def test_fonts_are_looked_for_where_labels_need_them(monkeypatch):
    monkeypatch.setattr(fonts, "_take_new_fonts", lambda: pytest.fail("looked for fonts"))
    assert fonts.fonts_for(["gemma-2b", "größer ≥ 3"]) == (["DejaVu Sans"], set())


def test_an_installed_font_is_found(monkeypatch):
    """DejaVu Sans Display, which comes with Matplotlib too, has few characters."""
    monkeypatch.setattr(fonts, "BASE", "DejaVu Sans Display")
    monkeypatch.setattr(fonts, "FAMILIES", ("Not There", "cmr10", "DejaVu Sans", "DejaVu Serif"))
    found, left = fonts.fonts_for(["gemma ф"])
    assert found[-1] == "DejaVu Sans"
    assert left == set()


def test_a_font_that_was_installed_since(monkeypatch, tmp_path):
    """Matplotlib keeps a list of fonts, which it does not write anew."""
    file = next(font.fname for font in fontManager.ttflist if font.name == "DejaVu Serif")
    kept = [font for font in fontManager.ttflist if font.name != "DejaVu Serif"]
    (tmp_path / "none.ttf").write_bytes(b"no font")
    paths = [str(tmp_path / "none.ttf"), str(tmp_path / "gone.ttf"), file]
    monkeypatch.setattr(fontManager, "ttflist", kept)
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: paths)
    monkeypatch.setattr(fonts, "BASE", "DejaVu Sans Display")
    monkeypatch.setattr(fonts, "FAMILIES", ("DejaVu Serif",))
    assert fonts.fonts_for("ф") == (["DejaVu Sans Display", "DejaVu Serif"], set())


def test_without_a_font_one_warning_says_what_to_install(made_report, monkeypatch):
    monkeypatch.setattr(fonts, "FAMILIES", ())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = draw(made_report(["通义千问", "さくら"], ["问答"]))
    assert [each.category for each in told] == [UserWarning]
    assert "has 12 of the characters in labels" in str(told[0].message)
    assert "apt-get install fonts-noto-cjk" in str(told[0].message)
    # Who looks may have one: the letters are left as text.
    svg = next(each.files["svg"] for each in found if each.name == "scores")
    texts = [each.text for each in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"通义千问", "さくら", "问答"} <= set(texts)


def test_kana_and_japanese_reports_ask_for_a_japanese_font_first(monkeypatch):
    known = [type("Font", (), {"name": name, "fname": ""}) for name in fonts.FAMILIES]
    monkeypatch.setattr(fonts, "_take_new_fonts", lambda: None)
    monkeypatch.setattr(fontManager, "ttflist", known)
    assert fonts._candidates({"中"}, "en")[0] == "Noto Sans CJK SC"
    assert fonts._candidates({"中", "の"}, "en")[0] == "Noto Sans CJK JP"
    assert fonts._candidates({"中", "の"}, "zh")[0] == "Noto Sans CJK SC"
    assert fonts._candidates({"中"}, "ja")[0] == "Noto Sans CJK JP"
