"""Lists of stopwords for some languages of mixed data: in Python, in a config file, as options."""

import json

import pytest

from textmetrics import Evaluator, evaluate, prepare, tokenize
from textmetrics.cli import main
from textmetrics.comparison import read_config
from textmetrics.evaluation import ScoringSettings
from textmetrics.records import DataError

# One text per language, of which the shipped lists drop words: what of each is scored.
TEXTS = {"en": "the dog of Ann", "zh": "他的狗和我", "ja": "犬が走る"}
SHIPPED = {"en": ["dog", "ann"], "zh": ["他", "狗", "我"], "ja": ["犬", "走る"]}


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"stopwords": {}}, {}),
        ({"stopwords": {"ja": ["走る"]}}, {"ja": ["犬", "が"]}),
        ({"stopwords": {"en": False}}, {"en": ["the", "dog", "of", "ann"]}),
        ({"stopwords": {"en": True, "zh": False}}, {"zh": ["他", "的", "狗", "和", "我"]}),
        ({"stopwords": {"ja": "pos", "en": ["dog"]}}, {"en": ["the", "of", "ann"]}),
        ({"stopwords": {"en": "words.txt"}}, {"en": ["the", "of"]}),
        ({"stopwords_add": {"zh": ["狗"]}}, {"zh": ["他", "我"]}),
        ({"stopwords_add": {"zh": ["狗"], "en": ["Ann"]}}, {"zh": ["他", "我"], "en": ["dog"]}),
        ({"stopwords_remove": {"zh": ["的"]}}, {"zh": ["他", "的", "狗", "我"]}),
        ({"stopwords": {"en": ["dog"]}, "stopwords_add": {"en": ["of"]}}, {"en": ["the", "ann"]}),
        (
            {"stopwords": ["的"], "stopwords_add": {"en": ["of"]}},
            {
                "en": ["the", "dog", "ann"],
                "zh": ["他", "狗", "和", "我"],
                "ja": ["犬", "が", "走る"],
            },
        ),
    ],
)
def test_a_mapping_is_for_the_languages_that_it_names(options, left, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text("dog\nAnn\n", encoding="utf-8")
    for lang, text in TEXTS.items():
        assert tokenize(text, lang=lang, **options) == (SHIPPED | left)[lang]


def test_mixed_data_is_scored_by_each_language():
    options = {"stopwords": {"ja": ["走る"], "en": False}, "metrics": ["accuracy"]}
    predictions, references = (
        ["犬が歩く", "犬が", "a dog", "狗的"],
        ["犬が走る"] * 2 + ["the dog", "狗"],
    )
    langs = ["ja", "ja", "en", "zh"]
    score = evaluate(predictions, references, langs=langs, **options)["accuracy"]
    assert score.samples.tolist() == [0, 1, 0, 1]
    evaluator = Evaluator(**options)
    evaluator.update(predictions, references, langs=langs)
    assert evaluator.compute()["accuracy"].signature == score.signature
    kept = prepare(references, langs=langs, stopwords=options["stopwords"])
    again = evaluate(predictions, kept, metrics=["accuracy"])["accuracy"]
    assert (again.samples.tolist(), again.signature) == (score.samples.tolist(), score.signature)
    other = evaluate(predictions, references, langs=langs, metrics=["accuracy"])["accuracy"]
    assert other.signature != score.signature


WRONG = [
    ({"stopwords": {"xx": ["a"]}}, ValueError, "stopwords: unknown language 'xx': known: en, zh, "),
    ({"stopwords": {"jp": ["a"]}}, ValueError, "unknown language 'jp': did you mean 'ja'?"),
    ({"stopwords": {"auto": ["a"]}}, ValueError, "stopwords: unknown language 'auto'"),
    ({"stopwords_add": {"xx": ["a"]}}, ValueError, "stopwords_add: unknown language 'xx'"),
    ({"stopwords_remove": {"xx": ["a"]}}, ValueError, "stopwords_remove: unknown language 'xx'"),
    ({"stopwords": {1: ["a"]}}, TypeError, "stopwords: a key must be a language code, got 1"),
    ({"stopwords": {"en": "both"}}, ValueError, r"stopwords\['en'\] must be the value for one"),
    ({"stopwords": {"en": {"en": []}}}, ValueError, r"stopwords\['en'\] must be the value for one"),
    ({"stopwords": {"en": 3}}, TypeError, r"stopwords\['en'\] must be True, False, .*, got int"),
    ({"stopwords": {"en": ["a", 3]}}, TypeError, r"stopwords\['en'\]: a stopword must be a string"),
    ({"stopwords": {"en": "no.txt"}}, ValueError, r"stopwords\['en'\]='no.txt': no such file"),
    ({"stopwords": {"en": "pos"}}, ValueError, "'words' .lang='en'. does not; lang='ja' with"),
    (
        {"stopwords": {"ja": "pos"}, "tokenizer": "words"},
        ValueError,
        "needs a tokenizer that knows",
    ),
    (
        {"stopwords_add": {"en": "the"}},
        TypeError,
        r"stopwords_add\['en'\]: expected a list of words",
    ),
    (
        {"stopwords_add": {"en": True}},
        TypeError,
        r"stopwords_add\['en'\]: expected a list of words",
    ),
    ({"stopwords_add": {"en": {"a": 1}}}, ValueError, r"stopwords_add\['en'\] must be the value"),
    (
        {"preset": "squad", "stopwords": {"ja": ["は"]}},
        ValueError,
        "its own tokens; remove stopwords=",
    ),
]


@pytest.mark.parametrize(("options", "kind", "message"), WRONG)
def test_a_wrong_mapping_says_what_is_wrong(options, kind, message):
    with pytest.raises(kind, match=message):
        ScoringSettings.of(**options)


# --- a config file --------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path):
    """Return a function that reads a config file whose only task has some options."""
    (tmp_path / "ja.txt").write_text("走る\n", encoding="utf-8")

    def read(options):
        path = tmp_path / "compare.yaml"
        task = f"tasks: {{qa: {{{options}}}}}"
        path.write_text(f"models: {{a: }}\n{task}\nruns: '{{task}}.jsonl'\n", encoding="utf-8")
        return read_config(path).tasks[0].options

    return read


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (
            "stopwords: {ja: ja.txt, zh: false}",
            {"ja": ["犬", "が"], "zh": ["他", "的", "狗", "和", "我"]},
        ),
        ("stopwords: {ja: pos, en: [dog]}", {"en": ["the", "of", "ann"]}),
        ("stopwords: {en: true}", {}),
        ("stopwords_add: {zh: [狗], en: dog}", {"zh": ["他", "我"], "en": ["ann"]}),
        ("stopwords_remove: {ja: [が]}", {"ja": ["犬", "が", "走る"]}),
    ],
)
def test_a_config_file_has_the_same_mappings(config, given, left):
    options = config(given)
    for lang, text in TEXTS.items():
        assert tokenize(text, lang=lang, **options) == (SHIPPED | left)[lang]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("stopwords: {xx: [a]}", r"yaml:2: tasks\.qa: stopwords: unknown language 'xx': known: en"),
        ("stopwords: {jp: [a]}", r"yaml:2: tasks\.qa: .*'jp': did you mean 'ja'\?"),
        ("stopwords_add: {xx: [a]}", r"yaml:2: tasks\.qa: stopwords_add: unknown language 'xx'"),
        (
            "stopwords: {ja: both}",
            r"yaml:2: tasks\.qa: stopwords\['ja'\] must be the value for one",
        ),
        ("stopwords: {ja: no.txt}", r"yaml:2: tasks\.qa: .*no\.txt"),
        ("stopwords: {ja: }", r"yaml:2: tasks\.qa\.stopwords\.ja: must be a string, found nothing"),
        (
            "stopwords_remove: {ja: {a: b}}",
            r"yaml:2: tasks\.qa\.stopwords_remove\.ja: must be a list",
        ),
        (
            "stopwords: {en: pos}",
            r"yaml:2: tasks\.qa: .*needs a tokenizer that knows parts of speech",
        ),
    ],
)
def test_a_config_file_is_told_what_is_wrong(config, given, message):
    with pytest.raises(DataError, match=message):
        config(given)


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that scores a file with a sample per language."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"prediction": "犬が歩く", "reference": "犬が走る", "lang": "ja"},
        {"prediction": "the dog", "reference": "dog", "lang": "en"},
    ]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (tmp_path / "mixed.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "ja.txt").write_text("走る\n歩く\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("cat\n", encoding="utf-8")

    def scored(*options):
        arguments = ["score", "mixed.jsonl", "--metrics", "accuracy", "--format", "json", *options]
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, json.loads(out)["scores"]["accuracy"]["value"] if out else err

    return scored


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ([], 0.5),
        (["ja:ja.txt"], 1),
        (["en:en.txt"], 0),
        (["ja:ja.txt", "en:en.txt"], 0.5),
        (["ja:pos"], 0.5),
        (["ja.txt"], 0.5),
    ],
)
def test_an_option_is_for_one_language(run, given, value):
    assert run(*(part for each in given for part in ("--stopwords", each))) == (0, value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["xx:ja.txt"], "--stopwords: unknown language 'xx': known: en, zh, ja, "),
        (["auto:ja.txt"], "--stopwords: unknown language 'auto': "),
        (["jp:ja.txt"], "--stopwords: unknown language 'jp': did you mean 'ja'?"),
        (["en:pos"], "--stopwords pos needs a tokenizer that knows parts of speech: 'words' "),
        (["ja:no.txt"], "no.txt: no such file; check the name and the folder"),
        (["ja:ja.txt", "ja:en.txt"], "--stopwords: given twice for ja: leave one of them out"),
        (["ja:ja.txt", "en.txt"], "--stopwords: given twice"),
        (["en.txt", "ja:ja.txt"], "--stopwords: given twice"),
    ],
)
def test_an_option_is_told_what_is_wrong(run, given, message):
    code, error = run(*(part for each in given for part in ("--stopwords", each)))
    assert code == 2
    assert error.startswith(message)
