"""Reports in Chinese and Japanese: catalogs are complete, and no English is left."""

from __future__ import annotations

import copy
import json
import pickle
import re
import threading
from html import unescape
from html.parser import HTMLParser
from string import Formatter

import pytest

from tests.sentences import all_sentences
from tests.test_report_browser import browser, driver
from tests.test_report_browser import pytestmark as browser_marks
from textmetrics import evaluate
from textmetrics._sentences import (
    REPORT_LANGS,
    catalog,
    joined,
    listed,
    plural,
    report_language,
    say,
    term,
    translated,
)
from textmetrics.comparison import ComparisonReport, ComparisonSettings
from textmetrics.comparison.conclusion import conclude
from textmetrics.comparison.findings import stopword_warnings, too_few_resamples
from textmetrics.evaluation import Health, ScoringSettings
from textmetrics.report import report_samples, to_html
from textmetrics.report.pictures import draw
from textmetrics.report.queries import finite
from textmetrics.report.summary import summary

__all__ = ["browser", "driver"]  # fixtures


def needs_browser(test):
    """Mark a test as the tests of pages in a browser are marked."""
    for mark in browser_marks:
        test = mark(test)
    return test


CATALOGS = [lang for lang in REPORT_LANGS if lang != "en"]
SENTENCES = all_sentences()


def placeholders(template):
    return sorted((name, spec) for _, name, spec, _ in Formatter().parse(template) if name)


@pytest.mark.parametrize("lang", CATALOGS)
def test_a_catalog_has_every_sentence_and_no_other(lang):
    known, said = set(catalog(lang)), SENTENCES
    assert said - known == set(), "write them, or run make catalogs for a list to fill in"
    assert known - said == set(), "nothing says them: make catalogs removes them"


@pytest.mark.parametrize("lang", CATALOGS)
def test_translations_have_the_placeholders_of_their_sentence_and_no_markup(lang):
    for template, text in catalog(lang).items():
        assert placeholders(text) == placeholders(template), template
        assert not (set(text) - set(template)) & set("<>&"), text
        assert text == text.strip() != "", template


@pytest.mark.parametrize("lang", CATALOGS)
def test_a_catalog_is_sorted(lang):
    assert list(catalog(lang)) == sorted(catalog(lang))


@pytest.mark.parametrize("lang", CATALOGS)
def test_translations_have_the_punctuation_of_their_language(lang):
    """A full stop is 。; commas, colons and brackets between Han and kana are full width."""
    for text in catalog(lang).values():
        assert not re.search(r"[\u3040-\u9fff][,;:!?]|[.;:!?](?=[\u3040-\u9fff])", text), text
        assert not text.endswith("."), text
        if lang == "ja":  # 日本語 and Latin letters are set without a space
            assert not re.search(r"[\u3040-\u9fff] [A-Za-z0-9{]|[A-Za-z0-9}] [\u3040-\u9fff]", text)


def test_a_sentence_is_said_again_in_another_language():
    found = say("{title} (lower is better)", title=term("Precision"))
    assert found == "Precision (lower is better)"
    with report_language("zh"):
        assert translated(found) == "精确率（越低越好）"
        assert say("{title} (lower is better)", title=found) == "精确率（越低越好）（越低越好）"
    with report_language("ja"):
        assert translated(found) == "適合率（低いほど良い）"
        assert translated("Precision") == "Precision", "a plain text may be anybody's"
    assert translated(found) == "Precision (lower is better)"


def test_lists_clauses_and_numbers_are_written_as_each_language_does():
    names = ["a", "b", "c"]
    assert listed(names) == "a, b and c"
    assert joined(names) == "a; b; c"
    with report_language("zh"):
        assert listed(names) == "a、b 和 c"
        assert listed(["甲", "乙"], "or") == "甲或乙"
        assert joined(["甲", "b"]) == "甲；b"
        assert plural(1, "{number} model", "{number:,} models") == "1 个模型"
        assert plural(2_000, "{number} model", "{number:,} models") == "2,000 个模型"
    with report_language("ja"):
        assert listed(names) == "a、b、c"
        assert joined(names) == "a。b。c"
        assert joined(names, "()") == "a、b、c"
        assert plural(2_000, "{number} model", "{number:,} models") == "2,000モデル"


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        ("gemma", "与 gemma 的差异"),
        ("基础模型", "与基础模型的差异"),
        ("模型v2", "与模型v2 的差异"),  # a name is left as it is
        ("<b>gemma</b>", "与 <b>gemma</b> 的差异"),  # the page's markup is not seen
        ("[x]", "与[x]的差异"),
        ("", "与的差异"),
    ],
)
def test_chinese_has_spaces_beside_latin_letters_and_digits_alone(baseline, expected):
    with report_language("zh"):
        assert say("Differences to {baseline}", baseline=baseline) == expected


def test_sentences_are_text_wherever_text_goes():
    found = plural(3, "{number} task", "{number:,} tasks")
    for made in (copy.deepcopy(found), copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert made == found == "3 tasks"
        with report_language("zh"):
            assert translated(made) == "3 个任务"
    assert json.loads(json.dumps([found])) == ["3 tasks"]
    assert {found: 1}["3 tasks"] == 1


def test_a_language_that_is_chosen_holds_for_its_block_and_thread_alone():
    seen = []
    with report_language("ja"):
        thread = threading.Thread(target=lambda: seen.append(say("best")))
        thread.start()
        thread.join()
        with report_language("zh"):
            assert say("best") == "最好"
        assert say("best") == "最良"
    assert seen == ["best"] == [say("best")]


def test_an_unknown_language_is_an_error_that_lists_the_known_ones(made_report):
    with pytest.raises(ValueError, match=r"unknown report_lang 'fr': known: en, zh, ja"):
        summary(made_report(2, 1), report_lang="fr")
    with pytest.raises(ValueError, match=r"'zh_cn': known: en, zh, ja"):
        summary(made_report(2, 1), report_lang="zh_cn")


def test_what_json_holds_stays_english_and_can_be_shown_again(made_report):
    report = made_report(2, 1)
    report.warnings = [say("Differences to {baseline}", baseline="base")]
    with report_language("zh"):
        assert finite(report).warnings == ["与 base 的差异"]
        document = report.to_dict()
    assert document["warnings"] == ["Differences to base"]
    assert type(document["warnings"][0]) is str
    again = ComparisonReport.from_dict(json.loads(json.dumps(document)))
    assert "Differences to base" in summary(again, report_lang="ja")


# --- what is left in English

# Names of metrics, methods, programs, files, options and formats; symbols.
NAMES = re.compile(
    r"ROUGE-\w+|BLEU-4|F1|Holm|Benjamini|Hochberg|Kendall|McNemar|textmetrics|JavaScript|Tab|OpenCC"
    r"|tokens?|sd|ID|id|zh|n|p|k?px|d.model|layers|\w+\.(?:html|csv|json)|visualizations|<think>"
    r"|--\w+ [\w,]+|p(?:50|90|95|99)|ms|[GM]B|Gbit|[CG]PU|RSS|USS|rank|`\w+`"
)


class Texts(HTMLParser):
    """Collects what people read on a page: text, and attributes that browsers show or speak."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code", "kbd"):
            self.inside.append(tag)
        shown = ("aria-label", "title", "placeholder", "alt")
        self.found += [value for name, value in attrs if name in shown and value]

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.found.append(data)


def english_in(texts):
    """Return the texts with words of Latin letters that are no names."""
    return sorted({text.strip() for text in texts if re.search("[A-Za-z]{2}", NAMES.sub("", text))})


@pytest.fixture(scope="module")
def everything(made_document):
    """Return a report of everything, whose names are all Chinese."""
    document = made_document(["模型甲", "模型乙", "模型丙"], ["问答", "翻译"])
    text = json.dumps(document, ensure_ascii=False)
    names = {"subject": "学科", "physics": "物理", "law": "法律", "it": "指令"}
    for name, chinese in names.items():
        text = text.replace(f'"{name}"', f'"{chinese}"')
    report = ComparisonReport.from_dict(json.loads(text))
    health = Health(empty_predictions=3, repetitive=1)
    for score in report.scores:
        score.flags = [each.counted() for each in health.anomalies()]
    for each in report.comparisons:
        each.warnings, each.test = stopword_warnings(each), "approximate randomisation"
    report.warnings = too_few_resamples(report.comparisons, ComparisonSettings.of(resamples=10))
    report.conclusion = conclude(report)
    return report


@pytest.mark.parametrize("lang", CATALOGS)
def test_no_english_is_left_in_a_summary(everything, lang):
    assert everything.conclusion.sentences
    lines = summary(everything, report_lang=lang).replace("\\", "").splitlines()
    assert english_in(lines) == []


@pytest.mark.parametrize("lang", CATALOGS)
def test_no_english_is_left_on_a_page(everything, lang):
    names = ["f1", "rouge_l"]
    texts = ["红色的狐狸"] * 3
    scores = {"模型甲": evaluate(texts, texts, metrics=names, lang="zh").samples}
    its = ScoringSettings.of(metrics=names, lang="zh")
    samples = report_samples("问答", texts, {"模型甲": texts}, scores, settings=its, most=2)
    page = to_html(everything, [samples], report_lang=lang)
    reader = Texts()
    reader.feed(page)
    assert english_in(reader.found) == []
    # What the script says.
    described = re.search(r'<script type="application/json" id="tasks">(.*?)</script>', page)[1]
    [task] = json.loads(described)
    assert task["note"]
    assert english_in([task["note"], *task["titles"]]) == []


@pytest.mark.parametrize("lang", CATALOGS)
@pytest.mark.filterwarnings("ignore:no installed font has:UserWarning")
def test_no_english_is_left_in_pictures(everything, lang):
    pytest.importorskip("matplotlib")
    for picture in draw(everything, forms=["svg"], report_lang=lang):
        svg = picture.files["svg"].decode()
        # Beside outlines, or as text where no installed font has the letters.
        texts = re.findall("<!-- (.*?) -->", svg) or re.findall("<text[^>]*>([^<]+)</text>", svg)
        assert texts
        assert english_in(list(map(unescape, texts))) == [], picture.name


@needs_browser
@pytest.mark.parametrize("lang", CATALOGS)
def test_no_english_is_left_in_what_the_script_of_a_page_writes(
    browser, everything, lang, tmp_path
):
    """With several references, removed stopwords, an empty answer, questions and subjects."""
    references = [["红色的狐狸", "一只狐狸"]] * 29 + ["狐狸"]
    answers = {"模型甲": ["红色的狐狸"] * 30, "模型乙": ["", *["狐狸在跑的时候"] * 29]}
    its = ScoringSettings.of(metrics=["f1", "rouge_l"], lang="zh", extract="fence")
    scores = {
        name: evaluate(each, references, metrics=["f1", "rouge_l"], lang="zh").samples
        for name, each in answers.items()
    }
    samples = report_samples(
        "问答",
        references,
        answers,
        scores,
        settings=its,
        questions=["狐狸是什么颜色？" * 200] * 30,
        facets={"学科": ["物理", "法律"] * 15},
    )
    file = tmp_path / "report.html"
    file.write_text(to_html(everything, [samples], report_lang=lang), encoding="utf-8")
    page = browser.context.new_page()
    page.goto(file.as_uri())
    page.locator("#list .pane").first.wait_for()
    for each in page.locator("details").all():
        each.evaluate("each => (each.open = true)")
    shown = page.locator("#samples").inner_text().splitlines()
    shown += page.locator("#samples option").all_inner_texts()
    shown += page.evaluate(
        "[...document.querySelectorAll('#samples [title], #samples [aria-label]')]"
        ".flatMap((each) => [each.title, each.ariaLabel ?? ''])"
    )
    assert any("问答" in text or "狐狸" in text for text in shown)
    assert english_in(shown) == []
    page.close()
