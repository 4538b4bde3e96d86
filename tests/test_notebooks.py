"""What a notebook shows, and what it must not: output that is displayed in place of returned."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from textmetrics import compare, evaluate, rouge_l
from textmetrics.evaluation.health import Health

GOLD = ["a red fox ran", "two blue birds", "one old house"] * 10
OPTIONS = {"lang": "en", "metrics": ["accuracy", "rouge_l"]}
SHORT = evaluate(["a fox", "two birds", "a house"] * 10, GOLD, **OPTIONS)
WHOLE = evaluate(GOLD, GOLD, **OPTIONS)
HOSTILE = "<script>alert(1)</script>\x1b[31m"
FEW = {"resamples": 200}
FOUND = compare({"short": SHORT, HOSTILE: WHOLE}, **FEW)


@pytest.fixture
def in_notebook(monkeypatch):
    """Make rich believe what it finds in a notebook, where its consoles display all they print."""
    import rich.console
    import rich.jupyter

    def display(*_):
        raise AssertionError("shown at once, so that nothing is returned")

    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    monkeypatch.setattr(rich.jupyter, "display", display)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(lambda: str(SHORT), id="str"),
        pytest.param(lambda: f"{SHORT}", id="f-string"),
        pytest.param(SHORT.to_markdown, id="Markdown"),
        pytest.param(lambda: str(FOUND), id="comparison"),
        pytest.param(lambda: f"{FOUND}", id="comparison in f-string"),
        pytest.param(FOUND.to_markdown, id="comparison in Markdown"),
    ],
)
def test_text_is_returned(shown, in_notebook):
    text = shown()
    assert "ROUGE-L recall" in text
    assert "\x1b" not in text


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.open, self.text = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.opened.add(tag)
        if tag != "br":
            self.open.append(tag)
        assert {name for name, _ in attrs} <= {"style"}
        assert {value for _, value in attrs} <= {
            "text-align: left",
            "text-align: right",
        }  # no colours

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


TAGS = {"table", "thead", "tbody", "tr", "th", "td", "caption", "small", "strong", "br", "p"}


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (SHORT, ["ROUGE-L recall", "n = 30", "signature: lang:en|"]),
        (SHORT["rouge_l"], ["ROUGE-L recall", "precision", "signature: rouge_l|recall|"]),
        (SHORT["accuracy"], ["Accuracy", "0.00", "30"]),
        (evaluate(["a b"], ["a c"], lang="en", stopwords="both")["f1"], ["all tokens", "50.00"]),
        (rouge_l("a fox", "a fox", lang="en"), ["100.00"]),
        (FOUND, ["<script>alert(1)</script>\\x1b[31m"]),
        (compare({"<b>": SHORT}, **FEW), ["<b>"]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_notebook_shows_small_and_safe_tables(thing, words):
    html = thing._repr_html_()
    tags = _Tags()
    tags.feed(html)
    assert tags.opened <= TAGS
    assert tags.open == []
    text = "".join(tags.text)
    assert [word for word in words if word not in text] == []
    assert re.search("color|background", html) is None


def test_a_score_that_is_no_share_is_not_in_percent():
    score = evaluate(["a b c"], ["x"], lang="en", metrics=["wer"])["wer"]
    assert score._repr_html_().count("in percent") == int(score.percent)


def test_keys_complete():
    assert SHORT._ipython_key_completions_() == ["accuracy", "rouge_l"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("rougeL", "no metric 'rougeL'; did you mean 'rouge_l'? computed: accuracy, rouge_l"),
        ("ROUGE-L", "no metric 'ROUGE-L'; did you mean 'rouge_l'? computed: accuracy, rouge_l"),
        ("rouge-l", "no metric 'rouge-l'; did you mean 'rouge_l'? computed: accuracy, rouge_l"),
        ("ROUGE-L recall", "no metric 'ROUGE-L recall'; did you mean 'rouge_l'? computed: "),
        ("acc", "no metric 'acc'; computed: accuracy, rouge_l"),
        ("Accuracy", "no metric 'Accuracy'; did you mean 'accuracy'? computed: accuracy, rouge_l"),
        ("f1", "metric 'f1' was not computed; computed: accuracy, rouge_l"),
        ("bleu", "metric 'bleu_4' was not computed; computed: accuracy, rouge_l"),
        ("rouge_1", "metric 'rouge_1' was not computed; computed: accuracy, rouge_l"),
        ("zzz", "no metric 'zzz'; computed: accuracy, rouge_l"),
        (0, "no metric 0: scores have names; computed: accuracy, rouge_l"),
    ],
)
def test_an_unknown_key_says_which_there_are(key, message):
    with pytest.raises(KeyError) as caught:
        SHORT[key]
    assert caught.value.args[0].startswith(message)


def test_what_holds_much_is_short_in_text():
    """A cell that ends with it shows neither texts of samples nor a page of zeros."""
    secret = "<think>my secret</think> " * 3
    found = evaluate([secret, ""], ["a fox", "a dog"], lang="en", metrics=["f1"])
    shown = repr(found.health)
    assert shown.startswith("Health(samples=2, languages={'en': 2}, empty_predictions=1, ")
    assert "thinking=1" in shown
    assert "secret" not in shown
    assert "null_predictions" not in shown
    assert repr(Health()) == "Health(lengths=<lengths of 0 samples>)"
    table = compare({"one": found, "two": found}).paper()
    assert repr(table) == "<PaperTable of 2 rows and 1 column>"


@pytest.mark.integration("ipykernel", "nbclient")
def test_a_real_notebook():
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    setup = 'from textmetrics import evaluate\ne = evaluate(["a fox"], ["a fox ran"], lang="en")'
    cells = [setup, "len(str(e)), len(f'{e}'), len(e.to_markdown())", "e", 'e["rouge_l"]']
    complete = "get_ipython().Completer.use_jedi = False\n" + (
        "[each for each in get_ipython().complete('e[\"rou')[1]]"
    )
    book = new_notebook(cells=[new_code_cell(cell) for cell in [*cells, complete]])
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    outputs = [cell["outputs"] for cell in book.cells]
    assert outputs[0] == []
    [lengths] = outputs[1]
    assert all(int(each) > 100 for each in re.findall(r"\d+", lengths["data"]["text/plain"]))
    for [output] in outputs[2:4]:
        assert "<table>" in output["data"]["text/html"]
    assert "ROUGE-L recall" in outputs[3][0]["data"]["text/plain"]
    assert "rouge_l" in outputs[4][0]["data"]["text/plain"]
