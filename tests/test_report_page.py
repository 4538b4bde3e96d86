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
    assert html.count("<script") == html.count("</script>") == 2 + 2 * 2 + 1


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
        "12 empty predictions", "rank 1</small>", "45.98 to 47.78", ">0.0002 <small>of",
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


@pytest.fixture(scope="module")
def browser(html, tmp_path_factory):
    """Open the page in a browser; no errors may have occurred at the end."""
    from playwright.sync_api import sync_playwright

    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(html, encoding="utf-8")
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"), executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        tab = context.pages[0]
        tab.set_default_timeout(20_000)
        tab.wrong = []
        tab.on("console", lambda message: tab.wrong.append(message.text))
        tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
        tab.on("request", lambda request: tab.wrong.append(request.url))
        tab.file = file.as_uri()
        yield tab
        context.close()


@pytest.fixture
def tab(browser):
    """Load the page anew; no errors may have occurred at the end."""
    browser.wrong.clear()
    browser.goto(browser.file)
    browser.wait_for_selector("#list tbody")
    yield browser
    assert browser.wrong == [browser.file]
    assert browser.evaluate("window.hacked") is None


def column(tab, number):
    return tab.locator(f"#list tbody tr:first-child > :nth-child({number})").all_inner_texts()


def status(tab, text):
    tab.locator("#status", has_text=re.compile(rf"^{re.escape(text)}$")).wait_for()


def until(tab, condition):
    """Wait for a condition; the policy forbids the page to evaluate it by itself."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(f"in vain: {condition}")


@needs_chromium
@pytest.mark.integration("playwright")
def test_samples_are_sorted(tab):
    assert column(tab, 1)[:3] == ["1", "2", "3"]
    tab.click("#list [data-key=a] button")
    tab.wait_for_selector("[data-key=a][aria-sort=descending]")
    scores = [float(text) for text in column(tab, 3)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100
    tab.click("#list [data-key=a] button")
    tab.wait_for_selector("[data-key=a][aria-sort=ascending]")
    scores = [float(text) for text in column(tab, 3)]
    assert scores == sorted(scores)
    tab.click("#list [data-key=id] button")
    tab.wait_for_selector("[data-key=id][aria-sort=ascending]")
    assert [text.split()[0] for text in column(tab, 2)[1:4]] == ["id-0", "id-2", "id-3"]
    tab.click("#list [data-key=difference] button")
    tab.wait_for_selector("[data-key=difference][aria-sort=descending]")
    assert tab.locator("[aria-sort]").count() == 1


@needs_chromium
@pytest.mark.integration("playwright")
def test_samples_are_filtered_and_searched(tab):
    tab.fill("#low", "100")
    tab.locator("#low").blur()
    status(tab, "1 to 20 of 20 samples, of 60 in all")
    tab.select_option("#outcome", "a")
    status(tab, "1 to 10 of 10 samples, of 60 in all")
    tab.click("button[type=reset]")
    status(tab, "1 to 25 of 60 samples")
    tab.fill("#search", "NUMBER 59")
    status(tab, "1 to 1 of 1 sample, of 60 in all")
    tab.fill("#search", "nowhere")
    status(tab, "no samples")
    tab.click("#clear")
    status(tab, "1 to 25 of 60 samples")
    tab.select_option("#task", "1")
    status(tab, "1 to 25 of 30 samples")
    assert tab.locator("#list .text").first.get_attribute("lang") == "zh"


@needs_chromium
@pytest.mark.integration("playwright")
def test_pages_are_turned(tab):
    tab.click("[data-page=next]")
    status(tab, "26 to 50 of 60 samples")
    tab.click("[data-page=last]")
    status(tab, "51 to 60 of 60 samples")
    assert tab.locator("[data-page=next]").is_disabled()
    tab.select_option("#size", "100")
    status(tab, "1 to 60 of 60 samples")


@needs_chromium
@pytest.mark.integration("playwright")
def test_keys_go_from_sample_to_sample(tab):
    tab.focus("#list tbody")
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.dataset.at") == "1"
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("document.activeElement.dataset.at") == "0"
    tab.keyboard.press("n")
    status(tab, "26 to 50 of 60 samples")
    until(tab, "document.activeElement.dataset.at === '25'")
    tab.keyboard.press("x")
    until(tab, "document.getElementById('model-a').value === '1'")
    tab.focus("#list tbody")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search"
    tab.keyboard.press("j")
    assert tab.input_value("#search") == "j"


@needs_chromium
@pytest.mark.integration("playwright")
def test_tokens_are_marked_as_they_were_scored(tab):
    tab.fill("#search", "id-2")
    status(tab, "1 to 11 of 11 samples, of 60 in all")
    pane = tab.locator("#list tbody").first.locator(".pane")
    seen = (
        pane.nth(0)
        .locator(".text")
        .first.locator(".t")
        .evaluate_all("spans => spans.map(span => [span.textContent, span.title])")
    )
    assert seen == [
        ["the", "removed stopword"], ["red", "in order"], ["fox", "in order"],
        ["number", "in order"], ["2", "in order"], ["indeed", "extra"],
    ]  # fmt: skip
    assert pane.nth(1).locator(".text").nth(1).locator(".mis").all_inner_texts() == ["red", "fox"]
    assert pane.nth(1).locator(".text").nth(0).locator(".mat").count() == 1
    assert "1 in order · 1 elsewhere · 0 extra" in pane.nth(1).inner_text()
    tab.select_option("#model-b", "")
    until(tab, "document.querySelectorAll('#list tbody:first-of-type .pane').length === 1")
    assert tab.locator("#list thead th:visible").count() == 4


@needs_chromium
@pytest.mark.integration("playwright")
def test_hostile_texts_stay_texts(tab):
    sample = tab.locator("#list tbody").nth(1)
    assert HOSTILE in sample.locator("th").inner_text()
    shown = sample.locator(".text").first.inner_text()
    assert shown == f"{HOSTILE} abcU+202EdefU+202CU+001B[31m"
    assert HOSTILE in tab.locator("#model-b").inner_text()
    assert HOSTILE in tab.locator(".heatmap").inner_text()


def rows_of(html, heading):
    """Return the classes and texts of the cells in a heatmap's column."""
    table = html.partition('<table class="heatmap">')[2].partition("</table>")[0]
    names = re.findall(r'<th scope="col" class="num"><bdi>(.*?)</bdi>', table)
    cells = re.findall(r'<td class="num cell( h\d)?"><strong>(.*?)</strong>', table)
    return cells[names.index(heading) :: len(names)]


def test_colors_and_numbers_follow_the_direction_of_each_metric(directed_report):
    html = to_html(directed_report)
    lower, higher, neither = (rows_of(html, name) for name in ("errors", "scores", "counts"))
    assert [value for _, value in lower] == ["25.00", "15.00", "21.00", "7.50"]
    assert [shade for shade, _ in lower] == [shade for shade, _ in higher]
    assert max(lower, key=lambda cell: cell[0])[1] == "7.50"
    assert neither == [("", "4.00"), ("", "3.25"), ("", "2.95"), ("", "3.62")]
    assert "A darker cell is a worse score; where neither" in html
    assert "Scores in percent except token_count" in html
    assert "<small>error_rate (lower is better)</small>" in html
    assert '<th scope="rowgroup" colspan="13">error_rate (lower is better)</th>' in html
    assert ">error_rate (lower is better), against" in html
    assert html.count("lower is better") == html.count("error_rate (lower is better)")
    assert ">Median length<" in html
    assert "None" not in html
    for verdict in ("better", "different"):
        assert f'verdict sure">{verdict}<' in html


@needs_chromium
@pytest.mark.integration("playwright")
def test_outcomes_follow_the_direction_of_each_metric(browser, error_rate, token_count, tmp_path):
    references = [f"red fox {at}" for at in range(30)]
    predictions = {
        "right": references,
        "wrong": [f"{text} indeed" if at < 20 else text for at, text in enumerate(references)],
    }
    names = ["error_rate", "token_count"]
    scores = {
        name: evaluate(its, references, metrics=names, lang="en").samples
        for name, its in predictions.items()
    }
    its = ScoringSettings.of(metrics=names, lang="en")
    samples = report_samples("t", references, predictions, scores, settings=its)
    file = tmp_path / "report.html"
    report = ComparisonReport.from_dict(DOCUMENT)
    file.write_text(to_html(report, [samples]), encoding="utf-8")
    page = browser.context.new_page()
    page.goto(file.as_uri())
    status(page, "1 to 25 of 30 samples")
    assert page.locator("#unit").inner_text() == ", percent"
    page.select_option("#outcome", "a")
    status(page, "1 to 20 of 20 samples, of 30 in all")
    page.select_option("#outcome", "b")
    status(page, "no samples")
    page.select_option("#metric", "1")
    status(page, "1 to 25 of 30 samples")
    assert page.locator("#outcome").is_disabled()
    assert page.locator("#unit").inner_text() == ""
    assert column(page, 3)[0] == "3.00"
