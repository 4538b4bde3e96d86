"""`report.html` in a browser: at three widths, light and dark, on paper, and without its script."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.test_report_page import BIDI, HOSTILE, MODEL, TASK, document, samples_of
from textmetrics import compare, evaluate
from textmetrics.comparison import ComparisonReport
from textmetrics.evaluation import ScoringSettings
from textmetrics.report import report_samples, to_html

__all__ = ["document"]  # a fixture

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium"),
    pytest.mark.integration("playwright"),
]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {1280: 800, 768: 1024, 390: 844}
SUBJECTS = ("law", "history", '<b onclick="window.hacked=1">物理</b>')
RUNS = Path(__file__).parents[1] / "docs" / "examples" / "monitor"
COUNT = 90


def texts():
    """Return references, and what a base and a tuned model say, in a pattern with known counts."""
    references = [f"red fox number {at}" for at in range(COUNT)]
    base = [text if at % 3 == 0 else "nothing" for at, text in enumerate(references)]
    tuned = [
        "" if at % 10 == 0 else "nothing" if at % 5 == 1 else text
        for at, text in enumerate(references)
    ]
    return references, {"base": base, "tuned": tuned}


def made(**options):
    """Return the comparison of both models as a page, with questions and subjects."""
    references, predictions = texts()
    names = ["f1", "accuracy"]
    results = {
        name: evaluate(its, references, metrics=names, lang="en")
        for name, its in predictions.items()
    }
    subjects = [SUBJECTS[at % 3] for at in range(COUNT)]
    ids = [f"q{at}" for at in range(COUNT)]
    found = compare(
        results,
        ids=ids,
        fields={"subject": subjects},
        monitors={"base": RUNS / "a", "tuned": [RUNS / "b", RUNS / "a"]},
        breakdown=["subject"],
        resamples=500,
    )
    samples = report_samples(
        found.report.tasks[0].name,
        references,
        predictions,
        {name: result.samples for name, result in results.items()},
        settings=ScoringSettings.of(metrics=names, lang="en"),
        ids=ids,
        questions=[f"What is animal {at} called? {HOSTILE}" for at in range(COUNT)],
        facets={"subject": subjects},
    )
    return to_html(found.report, [samples], **options)


@pytest.fixture(scope="module")
def driver():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def browser(driver, tmp_path_factory):
    """Start a browser; of its pages all messages, errors and requests are kept."""
    context = driver.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("chromium"), executable_path=CHROMIUM, headless=True, args=FLAGS
    )
    tab = context.pages[0]
    tab.set_default_timeout(10_000)
    tab.wrong = []
    tab.on("console", lambda message: tab.wrong.append(message.text))
    tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
    tab.on("request", lambda request: tab.wrong.append(request.url))
    yield tab
    context.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(made(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def hostile_file(document, tmp_path_factory):
    samples = [samples_of("first", 60), samples_of(TASK, 30, "zh", "北京的红狐狸")]
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    path.write_text(to_html(document, samples, title=BIDI), encoding="utf-8")
    return path.as_uri()


def opened(browser, file, hash_="", *, width=1280, scheme="light", media="screen"):
    browser.wrong.clear()
    browser.set_viewport_size({"width": width, "height": SIZES[width]})
    browser.emulate_media(color_scheme=scheme, media=media)
    browser.goto("about:blank")
    browser.goto(file + hash_)
    browser.wait_for_selector("#list article")
    return browser


@pytest.fixture
def tab(browser, file):
    """Load the page anew; no errors may have occurred at the end."""
    yield opened(browser, file)
    assert browser.wrong == [file]
    assert browser.evaluate("window.hacked") is None


@pytest.fixture
def hostile(browser, hostile_file):
    """Load a page of hostile names and texts."""
    yield opened(browser, hostile_file)
    assert browser.wrong == [hostile_file]
    assert browser.evaluate("window.hacked") is None


def status(tab, text):
    tab.locator("#status", has_text=re.compile(rf"^{re.escape(text)}$")).wait_for()


def ids(tab):
    return tab.locator("#list article h3 bdi").all_inner_texts()


def until(tab, condition):
    """Wait for a condition; the policy forbids the page to evaluate it by itself."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(f"in vain: {condition}")


def focused(tab, place):
    until(tab, f"document.activeElement.dataset.at === '{place}'")


# --- at three widths, light and dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("which", ["file", "hostile_file"])
def test_nothing_is_wider_than_the_screen(browser, request, which, width, scheme):
    tab = opened(browser, request.getfixturevalue(which), width=width, scheme=scheme)
    for details in tab.locator("main details").all():
        details.evaluate("each => { each.open = true; }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # What is wider scrolls within its own part; cards are whole.
    cut = tab.evaluate(
        """() => [...document.querySelectorAll('.card, .panel, figure, .sample, .note, .kinds')]
        .filter((each) => each.getBoundingClientRect().right > innerWidth
            || each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"""
    )
    assert cut == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_verdict_and_p_are_on_the_first_screen(browser, file, width, scheme):
    tab = opened(browser, file, width=width, scheme=scheme)
    assert "tuned is better than base" in tab.locator("h1").inner_text()
    inside = "each => each.getBoundingClientRect().bottom <= innerHeight"
    assert tab.locator("h1").evaluate(inside)
    assert re.search(r"\bp (≤|=|<) ", tab.locator("h1").inner_text())
    assert tab.locator(".card").first.evaluate(inside)
    assert "p <" in tab.locator(".card").first.inner_text()


CONTRAST = """() => {
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = color; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const back = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255];
  };
  const found = {};
  for (const node of document.querySelectorAll('main *, nav *')) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!own || !node.checkVisibility() || node.closest('button:disabled, option')) continue;
    const svg = node.namespaceURI.endsWith('svg');
    const color = getComputedStyle(node)[svg ? 'fill' : 'color'];
    const [one, other] = [luminance(rgba(color)), luminance(back(node))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found[`${node.tagName}.${node.className.baseVal ?? node.className}`] = ratio;
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, file, scheme):
    tab = opened(browser, file, scheme=scheme)
    for details in tab.locator("main details").all():
        details.evaluate("each => { each.open = true; }")
    assert tab.evaluate(CONTRAST) == {}


# --- on paper, and without the script


def test_paper_has_no_controls_and_is_light(browser, file):
    tab = opened(browser, file, scheme="dark", media="print", width=768)
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for controls in ("button", "input", "select", "nav", "summary", ".keys"):
        assert tab.locator(f"{controls}:visible").count() == 0, controls
    assert tab.locator(".sample:visible").count() > 0
    broken = tab.locator(".sample, .card, tr").evaluate_all(
        "all => all.filter((each) => getComputedStyle(each).breakInside !== 'avoid').length"
    )
    assert broken == 0


def test_without_a_script_everything_but_the_samples_is_there(driver, file, tmp_path):
    context = driver.chromium.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, headless=True, args=FLAGS, java_script_enabled=False
    )
    page = context.pages[0]
    page.goto(file)
    for seen in ("h1", ".card", "figure.differences svg", ".heatmap", ".histogram", "noscript p"):
        assert page.locator(seen).first.is_visible(), seen
    for dead in ("button", "input", "select", "form"):
        assert page.locator(f"{dead}:visible").count() == 0, dead
    assert page.locator("a.to-sample[href]").count() == 0
    page.locator("summary", has_text="Samples on which").click()
    assert page.locator("a.to-sample").first.is_visible()
    context.close()


# --- figures


def test_the_figure_says_in_words_what_it_draws(tab):
    rows = tab.locator("figure.differences .rows li:not(.scale)")
    assert rows.locator(".name").all_inner_texts() == ["F1", "Accuracy"]
    alt = rows.first.locator("svg").get_attribute("aria-label")
    assert re.fullmatch(r"F1: \+\d+\.\d\d, 95 % interval \+.* to \+.*, p < 0.0001, better", alt)
    assert tab.locator("svg:not([role=img]):not([aria-hidden=true])").count() == 0 or tab.evaluate(
        """() => [...document.querySelectorAll('svg:not([role=img]):not([aria-hidden=true])')]
        .every((each) => each.parentElement.closest('svg'))"""
    )


def test_all_figures_of_monitored_runs_are_there(tab):
    groups = [each.strip().lower() for each in tab.locator("#sheet tr.group").all_inner_texts()]
    assert groups == ["performance", "accuracy", "resources", "reliability"]
    crashes = tab.locator("#sheet tr", has=tab.get_by_text("crashes", exact=True)).first
    assert crashes.locator("td").all_inner_texts()[0].startswith("0")
    assert "best" in crashes.locator("td").first.inner_text()
    charts = tab.locator("svg.lines")
    words = charts.evaluate_all("all => all.map((each) => each.getAttribute('aria-label'))")
    assert any(re.search(r"tuned, run 1: .* over time, mean .*1 crash", each) for each in words)
    for line in charts.first.locator("polyline").all():
        assert re.fullmatch(r"([\d.]+,[\d.]+ ?)+", line.get_attribute("points"))
    tab.locator("nav.top a", has_text="All figures").click()
    assert tab.url.endswith("#sheet")


def test_points_lie_where_their_scale_says(tab):
    """The difference in F1 is written beside its point, and the scale below it."""
    shown = float(tab.locator(".rows .value strong").first.inner_text().replace("−", "-"))
    panel = tab.locator("figure.differences .panel").first
    ticks = panel.locator(".ticks text").evaluate_all(
        "all => all.map((each) => [each.textContent, parseFloat(each.getAttribute('x'))])"
    )
    (low, at_low), (high, at_high) = [
        (float(text.replace("−", "-").replace("+", "")), at) for text, at in (ticks[0], ticks[-1])
    ]
    at = float(panel.locator("circle").first.get_attribute("cx").rstrip("%"))
    found = low + (at - at_low) / (at_high - at_low) * (high - low)
    assert found == pytest.approx(shown, abs=0.02)


def test_groups_are_named_and_drawn_as_text(tab):
    figure = tab.locator("figure", has_text="Scores by subject")
    names = figure.locator(".rows .name bdi").all_inner_texts()
    assert sorted(names) == sorted(SUBJECTS)
    alts = [each.get_attribute("aria-label") for each in figure.locator("svg[role=img]").all()]
    assert any(alt.startswith(f"{SUBJECTS[2]}, 30 samples: base ") for alt in alts)


# --- samples


def kinds(tab):
    found = {}
    for button in tab.locator("#kinds button").all():
        name, _, count = button.inner_text().rpartition(" ")
        found[name] = int(count)
    return found


def test_kinds_count_what_they_choose(tab):
    # Of base a third is right; tuned is empty in each tenth, wrong in each fifth after that.
    right = {name: [] for name in ("base", "tuned")}
    for at in range(COUNT):
        right["base"].append(at % 3 == 0)
        right["tuned"].append(at % 10 != 0 and at % 5 != 1)
    pairs = list(zip(right["base"], right["tuned"], strict=True))
    expected = {
        "All": COUNT,
        "Regressions": sum(base and not tuned for base, tuned in pairs),
        "Improvements": sum(tuned and not base for base, tuned in pairs),
        "All wrong": sum(not base and not tuned for base, tuned in pairs),
        "Disagreement": sum(base != tuned for base, tuned in pairs),
        "Empty": 9,
    }
    assert kinds(tab) == expected
    for name, count in expected.items():
        tab.locator("#kinds button", has_text=name).first.click()
        last = min(count, 10)
        rest = "" if count == COUNT else f", of {COUNT} in all"
        status(tab, f"1 to {last} of {count} samples{rest}")
    tab.locator("#kinds button", has_text="Regressions").click()
    status(tab, f"1 to 9 of 9 samples, of {COUNT} in all")
    assert set(tab.locator(".change").all_inner_texts()) == {"−100.00"}
    assert tab.locator("[aria-pressed=true]").inner_text().startswith("Regressions")


def test_samples_show_and_find_their_question(tab):
    assert tab.locator(".question").first.inner_text().split("\n")[1] == (
        f"What is animal 0 called? {HOSTILE}"
    )
    tab.fill("#search", "ANIMAL 17 ")
    status(tab, f"1 to 1 of 1 sample, of {COUNT} in all")
    assert ids(tab) == ["q17"]
    tab.fill("#search", "nowhere")
    status(tab, "No samples")
    tab.click("#clear")
    status(tab, f"1 to 10 of {COUNT} samples")


def test_samples_are_chosen_by_subject_length_and_score(tab):
    tab.select_option("select.facet", label="history (30)")
    status(tab, f"1 to 10 of 30 samples, of {COUNT} in all")
    assert ids(tab)[:2] == ["q1", "q4"]
    assert set(tab.locator(".sample .tags").all_inner_texts()) == {"history"}
    tab.select_option("select.facet", label="all")
    tab.locator("#more summary").click()
    options = tab.locator("#length option").all_inner_texts()
    assert options == ["all", "16 to 31 characters (90)"]
    tab.fill("#low", "100")
    tab.locator("#low").blur()
    status(tab, f"1 to 10 of 63 samples, of {COUNT} in all")
    tab.fill("#high", "50")
    tab.locator("#high").blur()
    status(tab, "No samples")


def test_samples_are_sorted(tab):
    tab.select_option("#sort", "loss")
    until(tab, "document.querySelector('.change').textContent === '−100.00'")
    tab.select_option("#sort", "gain")
    until(tab, "document.querySelector('.change').textContent === '+100.00'")
    tab.select_option("#sort", "id")
    until(tab, "document.querySelector('#list article').dataset.at === '0'")
    assert ids(tab)[:3] == ["q0", "q1", "q2"]


def test_pages_are_turned(tab):
    tab.locator("[data-page=next]").first.click()
    status(tab, f"11 to 20 of {COUNT} samples")
    tab.locator("[data-page=last]").first.click()
    status(tab, f"81 to 90 of {COUNT} samples")
    assert tab.locator("[data-page=next]").first.is_disabled()
    tab.locator("#more summary").click()
    tab.select_option("#size", "100")
    status(tab, f"1 to 90 of {COUNT} samples")
    assert tab.locator(".pager:visible").count() == 0


def test_keys_go_from_sample_to_sample(tab):
    tab.focus("#list article")
    tab.keyboard.press("j")
    focused(tab, 1)
    tab.keyboard.press("ArrowUp")
    focused(tab, 0)
    tab.keyboard.press("n")
    focused(tab, 10)
    tab.keyboard.press("k")  # to the last one of the page before
    focused(tab, 9)
    tab.keyboard.press("j")
    focused(tab, 10)
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("x")
    until(tab, "document.getElementById('model-a').value === '0'")
    tab.focus("#list article")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search"
    tab.keyboard.press("j")
    assert tab.input_value("#search") == "j"
    # They are told on the page.
    keys = tab.locator(".keys")
    assert keys.locator("kbd").all_inner_texts() == ["j", "k", "n", "p", "x", "/"]


def test_an_address_leads_to_a_sample(browser, file):
    tab = opened(browser, file, "#sample-1-q57")
    focused(tab, 57)
    status(tab, f"51 to 60 of {COUNT} samples")
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    assert tab.locator(":focus h3 a").get_attribute("href") == "#sample-1-q57"
    tab.evaluate("location.hash = '#sample-q3'")
    focused(tab, 3)
    tab.evaluate("location.hash = '#sample-1-none'")
    status(tab, "There is no sample none on this page.")


def test_a_disagreement_leads_to_its_sample(tab):
    tab.locator("summary", has_text="Samples on which").click()
    link = tab.locator("a.to-sample").first
    name = link.inner_text()
    link.click()
    focused(tab, int(name.removeprefix("q")))


# --- hostile texts, several tasks, tokens


def test_tasks_are_chosen(hostile):
    tab = hostile
    assert tab.locator("#task option").count() == 2
    tab.select_option("#task", "1")
    status(tab, "1 to 10 of 30 samples")
    assert tab.locator("#list .text").first.get_attribute("lang") == "zh"


def test_tokens_are_marked_as_they_were_scored(hostile):
    tab = hostile
    tab.select_option("#model-a", label="gemma-2b")
    tab.select_option("#model-b", label=MODEL)
    tab.fill("#search", "id-2")
    status(tab, "1 to 10 of 11 samples, of 60 in all")
    pane = tab.locator("#list article").first.locator(".pane")
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
    until(tab, "document.querySelectorAll('#list article:first-of-type .pane').length === 1")
    assert set(kinds(tab)) == {"All", "All wrong", "Disagreement", "Empty"}
    assert "loss" not in tab.locator("#sort").evaluate("all => [...all].map((one) => one.value)")


def test_hostile_texts_stay_texts(hostile):
    tab = hostile
    tab.select_option("#model-a", label="gemma-2b")
    sample = tab.locator("#list article").nth(1)
    assert HOSTILE in sample.locator("h3").inner_text()
    until(tab, "document.querySelector('#list article .who').textContent.includes('gemma')")
    shown = sample.locator(".prediction .text").first.inner_text()
    assert shown == f"{HOSTILE} abcU+202EdefU+202CU+001B[31m"
    assert HOSTILE in tab.locator("#model-b").inner_text()
    assert HOSTILE in tab.locator(".heatmap").first.inner_text()
    figure = tab.locator("figure.differences")
    assert HOSTILE in figure.inner_text()
    assert any(HOSTILE in (each.get_attribute("aria-label") or "")
               for each in figure.locator("svg[role=img]").all())  # fmt: skip


def test_outcomes_follow_the_direction_of_each_metric(browser, error_rate, token_count, tmp_path):
    references = [f"red fox {at}" for at in range(30)]
    predictions = {
        "wrong": [f"{text} indeed" if at < 20 else text for at, text in enumerate(references)],
        "right": references,
    }
    names = ["error_rate", "token_count"]
    results = {
        name: evaluate(its, references, metrics=names, lang="en")
        for name, its in predictions.items()
    }
    scores = {name: result.samples for name, result in results.items()}
    its = ScoringSettings.of(metrics=names, lang="en")
    samples = report_samples("t", references, predictions, scores, settings=its)
    path = tmp_path / "report.html"
    report = compare(results, resamples=200).report
    path.write_text(to_html(report, [samples]), encoding="utf-8")
    tab = opened(browser, path.as_uri())
    # "right" is compared with "wrong", the baseline.
    assert kinds(tab) == {
        "All": 30, "Regressions": 0, "Improvements": 20, "All wrong": 0, "Disagreement": 0,
        "Empty": 0,
    }  # fmt: skip
    tab.select_option("#sort", "gain")
    until(tab, "document.querySelector('.change').textContent.startsWith('−')")
    assert tab.locator(".change").first.get_attribute("class") == "change better"
    tab.select_option("#metric", "1")
    until(tab, "document.querySelectorAll('#kinds button').length === 2")
    assert kinds(tab) == {"All": 30, "Empty": 0}
    assert tab.locator(".pane .score").first.inner_text() == "3.00"


def test_of_many_models_all_answers_are_shown_on_demand(browser, tmp_path):
    references = [f"red fox {at}" for at in range(12)]
    predictions = {f"model-{at}": references[at:] + references[:at] for at in range(4)}
    results = {
        name: evaluate(its, references, metrics=["f1"], lang="en")
        for name, its in predictions.items()
    }
    samples = report_samples(
        "t",
        references,
        predictions,
        {name: result.samples for name, result in results.items()},
        settings=ScoringSettings.of(metrics=["f1"], lang="en"),
        most_marked=25,
    )
    path = tmp_path / "report.html"
    path.write_text(to_html(compare(results, resamples=200).report, [samples]), encoding="utf-8")
    tab = opened(browser, path.as_uri())
    assert tab.locator("article").first.locator(".pane").count() == 2
    tab.select_option("#model-b", "every")
    until(tab, "document.querySelector('#list article').querySelectorAll('.pane').length === 4")
    # Tokens are marked in as many samples as was asked for, on which models differ most.
    assert tab.locator("article", has=tab.locator(".lcs, .mat")).count() == 5
    assert tab.locator("article", has_text="Tokens are not marked").count() == 5


def test_a_long_question_is_folded(browser, tmp_path):
    references, predictions = ["a fox"], {"one": ["a fox"]}
    result = evaluate(predictions["one"], references, metrics=["f1"], lang="en")
    samples = report_samples(
        "t",
        references,
        predictions,
        {"one": result.samples},
        settings=ScoringSettings.of(metrics=["f1"], lang="en"),
        questions=[[("system", "s" * 2000), ("user", "Who is it?")]],
    )
    path = tmp_path / "report.html"
    report = compare({"one": result}).report
    assert isinstance(report, ComparisonReport)
    path.write_text(to_html(report, [samples]), encoding="utf-8")
    tab = opened(browser, path.as_uri())
    assert tab.locator(".question > .turn").inner_text() == "user\nWho is it?"
    tab.locator(".question summary").click()
    assert tab.locator(".question details .turn").count() == 2
