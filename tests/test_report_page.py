"""`report.html`: as text, and in a browser where there is one."""

from __future__ import annotations

import base64
import copy
import json
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from textmetrics import evaluate
from textmetrics.comparison import ComparisonReport
from textmetrics.evaluation import ScoringSettings
from textmetrics.report import report_samples, to_html
from textmetrics.report.sections import color_step

DOCUMENT = json.loads(
    (Path(__file__).parent / "cases" / "comparison.json").read_text(encoding="utf-8")
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium here: apt-get install chromium"
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOSTILE = '</script><script>window.hacked=1</script><!--<img src=x onerror="window.hacked=1">'
BIDI = "abc\u202edef\u202c\x1b[31m"
MODEL = f"evil {HOSTILE}"
TASK = f"qa {BIDI} {HOSTILE}"


def samples_of(task, count, lang="en", seed_text="the red fox number"):
    """Return samples of two models, right in every third sample and in every second."""
    references = [f"{seed_text} {at}" for at in range(count)]
    predictions = {
        "gemma-2b": [f"{text} indeed" if at % 3 else text for at, text in enumerate(references)],
        MODEL: [text if at % 2 else f"{at} number" for at, text in enumerate(references)],
    }
    predictions["gemma-2b"][1] = f"{HOSTILE} {BIDI}"
    names = ["f1", "rouge_l"]
    scores = {
        name: evaluate(its, references, metrics=names, lang=lang).samples
        for name, its in predictions.items()
    }
    ids = [HOSTILE if at == 1 else f"id-{at}" for at in range(count)]
    its = ScoringSettings.of(metrics=names, lang=lang)
    return report_samples(task, references, predictions, scores, settings=its, ids=ids)


@pytest.fixture(scope="module")
def document():
    """Return a document with a model and a task whose names are hostile."""
    text = json.dumps(DOCUMENT).replace('"qwen-7b"', json.dumps(MODEL))
    made = ComparisonReport.from_dict(json.loads(text.replace('"ted-ja"', json.dumps(TASK))))
    made.warnings.append(HOSTILE)
    return made


@pytest.fixture(scope="module")
def html(document):
    """Return the report of two tasks."""
    return to_html(
        document, [samples_of("first", 60), samples_of(TASK, 30, "zh", "北京的红狐狸")], title=BIDI
    )


def test_names_and_texts_are_text(html):
    assert "<script>window" not in html
    assert "<!--" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert html.count("<script") == html.count("</script>") == 2 + 2 * (1 + 2 + 1) + 1


def test_the_policy_allows_the_page_s_own_style_and_script_alone(html):
    [policy] = re.findall(r'Policy" content="([^"]*)"', html)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none';")
    for tag in ("style", 'script type="module"'):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag.split()[0]}>", html, re.DOTALL)
        digest = base64.b64encode(sha256(inside.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", html)
    assert not re.findall(r"""\s(?:style|on[a-z]+)=["']""", html)
    assert "innerHTML" not in html


def test_the_summary_says_what_the_document_says(html):
    for words in (
        'verdict sure">better<', "not significant", "the verdict depends on stopword removal",
        "12 empty predictions", 'title="rank 1"', "45.98 to 47.78", ">0.0002 <small>of",
        "524,550,144",
        "f1|f1|lang:en|tok:words|norm:nfkc2-casefold|stop:en-1f3a9c02|refs:1|preset:default|v:0.1.0",
    ):  # fmt: skip
        assert words in html


def test_what_is_not_there_is_shown_as_missing():
    bare = copy.deepcopy(DOCUMENT)
    for name in (
        "comparisons", "strengths", "breakdowns", "agreement", "disagreements",
        "learning_curves", "efficiency", "warnings",
    ):  # fmt: skip
        bare[name] = []
    bare["settings"]["baseline"] = None
    bare["scores"] = bare["scores"][1:2]
    bare["scores"][0] |= {"value": None, "interval": None, "all_tokens": None}
    html = to_html(ComparisonReport.from_dict(bare))
    assert "<script" not in html
    assert 'id="comparisons"' not in html
    assert ">–<" in html


@pytest.mark.parametrize(
    ("percent", "shown"), [(True, "−150.00 to +225.00"), (False, "−1.50 to +2.25")]
)
def test_differences_are_in_points_if_their_metric_is_in_percent(percent, shown):
    document = copy.deepcopy(DOCUMENT)
    document["comparisons"][0] |= {"interval": [-1.5, 2.25], "percent": percent}
    assert shown in to_html(ComparisonReport.from_dict(document))


def test_jinja_is_loaded_when_a_page_is_made_and_named_where_it_is_missing():
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        "import json\nfrom textmetrics.comparison import ComparisonReport\n"
        "from textmetrics.report import to_html\n"
        "report = ComparisonReport.from_dict(json.load(sys.stdin))\n"
        "try: to_html(report)\nexcept ImportError as e: print(e)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(DOCUMENT), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "pip install 'textmetrics-eval[compare]'" in out.stdout


def test_equal_reports_give_equal_pages(document, html):
    samples = [samples_of("first", 60), samples_of(TASK, 30, "zh", "北京的红狐狸")]
    assert to_html(copy.deepcopy(document), samples, title=BIDI) == html


def test_options_in_warnings_are_code_and_all_else_is_text():
    document = copy.deepcopy(DOCUMENT)
    document["warnings"] = [f"{HOSTILE}: add --extract think,markdown, or --lang zh."]
    html = to_html(ComparisonReport.from_dict(document))
    assert "<code>--extract think,markdown</code>, or <code>--lang zh</code>." in html
    assert "<script" not in html


def rows_of(html, heading):
    """Return the classes and the scores of the cells in a column of the first table of scores."""
    table = html.partition('<table class="heatmap">')[2].partition("</table>")[0]
    names = re.findall(r'<th scope="col" class="num"><bdi>(.*?)</bdi>', table)
    cells = re.findall(r'<td class="num cell(.*?)"><span class="score">(.*?)</span>', table)
    return cells[names.index(heading) :: len(names)]


def test_colors_and_numbers_follow_the_direction_of_each_metric(directed_report):
    html = to_html(directed_report)
    lower, higher, neither = (rows_of(html, name) for name in ("errors", "scores", "counts"))
    assert [value for _, value in lower] == ["25.00", "15.00", "21.00", "7.50"]
    assert [shade for shade, _ in lower] == [shade for shade, _ in higher]
    assert [shade for shade, _ in lower] == [" h0", " h5 best", " h2", " h9 best"]
    assert neither == [("", "4.00"), ("", "3.25"), ("", "2.95"), ("", "3.62")]
    assert "Columns without colour have no better or worse." in html
    assert "scores in percent, differences in percentage points, except <bdi>token_count" in html
    assert "<small>error_rate (lower is better)</small>" in html
    assert '<th scope="rowgroup" colspan="12">error_rate (lower is better)</th>' in html
    assert ">error_rate (lower is better), against" in html
    assert html.count("lower is better") == html.count("error_rate (lower is better)")
    assert "None" not in html
    for verdict in ("better", "different"):
        assert f'verdict sure">{verdict}<' in html


def test_scores_that_hardly_differ_hardly_differ_in_color(made_report):
    report = made_report(["one", "other", "third"], 1)
    scores = [score for score in report.scores if score.metric == "f1"]
    for score, value in zip(scores, (0.50, 0.49, 0.40), strict=True):
        score.value = value
    steps = [color_step(score, scores) for score in scores]
    assert steps == [9, 8, 0]
    scores[2].value = None
    assert [color_step(score, scores) for score in scores] == [9, 8, None]
    scores[1].value = 0.50
    assert [color_step(score, scores) for score in scores] == [None] * 3  # nothing to tell apart
