"""State files: merged numbers are those of one run, or there is a reason why not."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import itertools
import json
import pickle
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_saved import of_preset, scored
from textmetrics import Evaluator, __version__, register_metric
from textmetrics.evaluation.saved_options import SavedOptions, restored_settings, saved_options
from textmetrics.languages import detect
from textmetrics.metrics import METRICS
from textmetrics.presets import PRESETS
from textmetrics.records import OpenError, atomic_output
from textmetrics.states import (
    StateError,
    merge_states,
    missing_names,
    read_state,
)

TEXTS = st.text(alphabet="abthe .?-北京東京です\u200b", max_size=12) | st.sampled_from(
    ["", "the", "a red fox ran", "<think>b</think> a", "我在北京", "東京です", "**a** `b`", "A"]
)
SAMPLES = st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
DEFINITIONS = [
    {},
    {"keep_samples": False},
    {"stopwords": "both", "extract": "think,regex:(.)$"},
    {"lang": "ja", "metrics": ["f1", "bleu_4"], "keep_samples": False},
    {"lang": "zh", "stopwords": ["我"], "stopwords_add": ["b"], "metrics": ["rouge_l"]},
    {"lang": "en", "stopwords": {"en": False, "ja": ["は"]}, "tolerance": 0.5},
    {"lang": "en", "metrics": ["wer", "cer", "precision", "recall", "contains"]},
    {"preset": "sacrebleu", "keep_samples": False},
    {"preset": "pltrdy"},
    {"preset": "rouge_chinese"},
    {"preset": "longbench", "dataset": "trec", "classes": ["a", "b"]},
]


def shown(evaluation):
    """Return everything but the samples, in the order in which it is printed."""
    return json.dumps(evaluation.to_dict())


def through_a_file(evaluator):
    with tempfile.TemporaryDirectory() as folder:
        evaluator.save(f"{folder}/state.json")
        return read_state(f"{folder}/state.json")


def merged(states, data):
    """Merge states in any order and grouping."""
    states = list(data.draw(st.permutations(states)))
    while len(states) > 1:
        at = data.draw(st.integers(0, len(states) - 2))
        states[at : at + 2] = [merge_states(states[at : at + 2])]
    return states[0]


@settings(max_examples=50)
@given(st.data())
def test_merged_states_are_one_run(data):
    options = data.draw(st.sampled_from(DEFINITIONS))
    parts = data.draw(st.lists(st.lists(SAMPLES, min_size=1, max_size=5), min_size=1, max_size=4))
    parts = [of_preset(part, options) for part in parts]
    whole = scored(list(itertools.chain.from_iterable(parts)), options).compute()
    states = [through_a_file(scored(part, options)) for part in parts]
    try:
        [found] = merged(states, data).evaluations
    except StateError as refused:
        if "name the language with --lang" in str(refused) and "lang" not in options:
            return
        raise
    assert shown(found) == shown(whole)


REFERENCES = st.sampled_from(
    [
        "",
        "北京",
        "東京",
        "東京です",
        "これは",
        "yes",
        "le chat est dans la maison",
        "the cat is in it",
    ]
)


@contextlib.contextmanager
def few_decide(enough, window):
    """Decide languages by so few references that small parts decide by themselves."""
    before = detect._ENOUGH, detect._WINDOW
    detect._ENOUGH, detect._WINDOW = enough, window
    try:
        yield
    finally:
        detect._ENOUGH, detect._WINDOW = before


@settings(max_examples=100)
@given(
    st.lists(st.lists(REFERENCES, min_size=1, max_size=9), min_size=1, max_size=3),
    st.integers(1, 5),
    st.integers(5, 12),
)
def test_languages_of_merged_states_are_those_of_a_run_in_any_order(parts, enough, window):
    """Where parts would have been decided otherwise in one run, there is no number."""
    with few_decide(enough, window):
        states = [through_a_file(of_references(part)) for part in parts]
        try:
            [found] = merge_states(states).evaluations
        except StateError:
            return
        for order in itertools.permutations(parts):
            whole = of_references(itertools.chain.from_iterable(order))
            assert shown(whole.compute()) == shown(found)


def of_references(references):
    evaluator = Evaluator(metrics=["f1"], keep_samples=False)
    for each in references:
        evaluator.update(["a"], [each])
    return evaluator


SHARDS = {
    "en": [("", "5 dogs"), ("a red fox", "the red fox ran"), ("<think>x</think>no", "yes")],
    "ja": [("東京です", "東京"), ("私は猫が好き", "私は犬が好きです")],
    "zh": [("我在北京", "北京"), ("答案：5", "5")],
}


def write_shards(folder, lang, count=3):
    """Write a few files of a language, each different, and return their names."""
    names = []
    for at in range(count):
        lines = [
            json.dumps(
                {"id": f"{lang}{at}-{number}", "prediction": f"{said} {at}", "reference": gold}
            )
            for number, (said, gold) in enumerate(SHARDS[lang][: at + 1] * (at + 1))
        ]
        path = folder / f"{lang}-{at:02d}.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        names.append(str(path))
    return names


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    from textmetrics.cli.program import main

    monkeypatch.chdir(tmp_path)

    def call(*arguments, code=0):
        assert main([str(each) for each in arguments]) == code or code is None
        out, err = capsys.readouterr()
        return out, err

    return call


def scored_shards(run, names, *options):
    """Score each file by itself, and return the names of the states."""
    states = []
    for at, name in enumerate(names):
        states.append(f"{at}.json" + ".zst" * (at == 1))
        run("score", name, "--state", states[-1], *options, code=None)
    return states


@pytest.mark.parametrize(
    ("lang", "options"),
    [
        ("en", ["--lang", "en"]),
        ("en", []),  # each shard has seen too few to decide by itself: their sums decide
        ("ja", ["--lang", "ja", "--extract", "think"]),
        ("zh", ["--lang", "zh", "--stopwords-add", "我"]),
        ("en", ["--preset", "default,sacrebleu,rouge_score", "--lang", "en"]),
        ("zh", ["--preset", "rouge_chinese"]),
        ("en", ["--metrics", "wer,numeric", "--errors", "skip", "--lang", "en"]),
    ],
)
def test_merge_prints_what_one_run_prints(lang, options, run, tmp_path):
    names = write_shards(tmp_path, lang)
    code = 3 if "skip" in options else 0  # references without a number are left out
    states = scored_shards(run, names, *options)
    run("merge", *states[:2], "--state", "some.json", code=code)
    for style in ("table", "json", "csv", "markdown", "latex"):
        whole, _ = run("score", "--merge", *names, *options, "--format", style, code=code)
        for some in (states, states[::-1], [states[2], "some.json"]):
            out, err = run("merge", *some, "--format", style, "--expect", 3, code=code)
            assert out == whole
            assert ("left out" in err) == bool(code)


# --- what is refused, and in which words


def edited(path, old, new):
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new, 1))


def recoded(path, change):
    """Change the content of a state, and give it the checksum that it needs then."""
    envelope = json.loads(Path(path).read_bytes())
    change(envelope["content"])
    content = json.dumps(envelope["content"]).encode()
    digest = hashlib.sha256(content).hexdigest()
    envelope = b'{"textmetrics_state":1,"sha256":"%s","content":%s}' % (digest.encode(), content)
    Path(path).write_bytes(envelope)


def options_of(content):
    return content["evaluations"][0]["options"]


AGAIN = "score the shards again with the same options and dictionaries"
SETTINGS = [
    (["--lang", "ja"], "lang: 'en' in 0.json, 'ja' in 1.json"),
    (["--metrics", "f1"], "metrics: ['accuracy', 'f1', 'rouge_1', 'rouge_2', 'rouge_l', 'bleu_4'] "
     "in 0.json, ['f1'] in 1.json"),
    (["--no-stopwords"], "stopwords: None in 0.json, '<stopwords none>' in 1.json"),
    (["--stopwords-add", "x,y"], "stopwords_add: [] in 0.json, ['x', 'y'] in 1.json"),
    (["--extract", "think"], "extract: 'none' in 0.json, 'think' in 1.json"),
    (["--preset", "sacrebleu"], "preset: default in 0.json, sacrebleu in 1.json"),
    (["--tokenizer", "code"], "tokenizer: None in 0.json, 'code' in 1.json"),
    (["--tolerance", "0.5"], "tolerance: 0.0 in 0.json, 0.5 in 1.json"),
    (["--reference-lists", "keep"], "reference_lists: 'auto' in 0.json, 'keep' in 1.json"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "words"), SETTINGS)
def test_other_settings_are_told_with_both_values_and_files(options, words, run, tmp_path):
    names = write_shards(tmp_path, "en", 2)
    lang = ["--lang", "en"]
    run("score", names[0], "--state", "0.json", *lang)
    run(
        "score",
        names[1],
        "--state",
        "1.json",
        *(options if "--lang" in options else lang + options),
    )
    _, err = run("merge", "0.json", "1.json", code=3)
    message = "1.json: only states with equal settings can be merged; these differ in "
    assert err.startswith(message + words)
    assert err.endswith(f": {AGAIN}\n")
    assert err.count("\n") == 1


def tokenizers(content):
    content["evaluations"][0]["ways"]["tokenizers"]["en"] = ["words-2"]


def stopwords(content):
    content["evaluations"][0]["ways"]["stopwords"]["en"] = ["en-00000000"]


def definitions(content):
    content["definitions"] |= {"scan": 2, "sums": 3}
    del content["definitions"]["answers"]
    content["version"] = "9.0"


def metric(content):
    options_of(content)["metrics"] = ["mine"]


def preset(content):
    options_of(content)["preset"] = "mine"


def option(content):
    options_of(content)["preset_options"]["colour"] = "red"


def dictionary(content):
    options_of(content)["userdict"] = "////"


def no_evaluation(content):
    content["evaluations"] = []


def negative(content):
    content["evaluations"][0]["health"]["words"] = -1


def twice(content):
    content["sources"] *= 2


def other_records(content):
    content["sources"][0]["records"] = 2**63 - 1


def all_invalid(content):
    content["sources"][0]["invalid"] = content["sources"][0]["records"]


def surplus_invalid(content):
    content["sources"] += [{**each, "identity": f"run:{at:032}", "records": at, "invalid": 1 - at}
                           for at, each in enumerate(content["sources"] * 2)]  # fmt: skip


def no_sources(content):
    content["sources"] = []


def other_kind(content):
    content["evaluations"][0]["decisions"]["chosen"] = {"kanji": {"ja": "", "zh": ""}}


def no_parts(content):
    content["evaluations"][0]["decisions"]["parts"] = -1


def conversion(content):
    content["evaluations"][0]["conversion"] = "t2s-opencc-1.1.0"


REFUSED = [
    (tokenizers, "1.json: only states with equal settings can be merged; these differ in tokenizer "
     f"of en: words in 0.json, words-2 in 1.json: {AGAIN}"),
    (stopwords, "1.json: only states with equal settings can be merged; these differ in stopwords "
     f"of en: en-db6d5633 in 0.json, en-00000000 in 1.json: {AGAIN}"),
    (definitions, "1.json: written by version '9.0', whose definitions differ from those of "
     f"{__version__}: answers (none in the state, 1 here), scan (2 in the state, 1 here), sums (3 "
     "in the state, none here); score the samples again with one version"),
    (metric, "1.json: unknown metric 'mine': known: "),
    (preset, "1.json: unknown preset 'mine': known: "),
    (option, "1.json: unexpected keyword argument 'colour': known: "),
    (dictionary, "1.json: the user dictionary is damaged ("),
    (no_evaluation, "1.json: not a valid state: Expected `array` of length >= 1"),
    (negative, "1.json: not a valid state: not the sums of accuracy, f1, rouge_1, rouge_2, rouge_l,"
     " bleu_4: a count of the data's health is impossible: words; score the samples again"),
    (twice, "1.json: en-01.jsonl is in 1.json too (SHA-256 "),
    (other_records, "1.json: not a valid state: 4 samples, but 9,223,372,036,854,775,807 records"),
    (all_invalid, "1.json: not a valid state: 4 samples, but 0 records of its sources; score"),
    (surplus_invalid, "1.json: not a valid state: a source has more invalid records than"),
    (no_sources, "1.json: not a valid state: 4 samples, but 0 records of its sources; score"),
    (other_kind, "1.json: not a valid state: not the sums of accuracy, f1, rouge_1, rouge_2, "
     "rouge_l, bleu_4: languages were decided for samples of a kind 'kanji'; score"),
    (no_parts, "1.json: not a valid state: not the sums of accuracy, f1, rouge_1, rouge_2, rouge_l,"
     " bleu_4: languages were decided for -1 parts; score"),
    (conversion, "1.json: texts were converted by t2s-opencc-1.1.0, here by None"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), REFUSED)
def test_other_definitions_and_impossible_states_are_told(change, words, run, tmp_path):
    write_shards(tmp_path, "en", 2)
    scored_shards(run, ["en-00.jsonl"], "--lang", "en")
    run("score", "en-01.jsonl", "--state", "1.json", "--lang", "en")
    recoded("1.json", change)
    _, err = run("merge", "0.json", "1.json", code=3)
    assert err.startswith(words)
    assert err.count("\n") == 1
    if change in (metric, preset, option):
        assert "if it was registered where the state was written, register it first" in err


def damages(raw):
    changed = raw.replace(b'"n":1,', b'"n":2,', 1)
    assert changed != raw
    return {
        "edited": (changed, "was changed after it was written: its checksum is "),
        "formatted": (json.dumps(json.loads(raw), indent=1).encode(), "was changed after"),
        "truncated": (raw[:-10], "damaged ("),
        "half": (raw[: len(raw) // 2], "damaged ("),
        "empty": (b"", "damaged (the file is empty); copy the file again, or"),
        "garbage": (
            b"\xff\x00" * 50,
            "not a state: name files that score --state or Evaluator.save",
        ),
        "records": (b'{"prediction":"a"}\n{"prediction":"b"}\n', "not a state: name files"),
        "a list": (b"[1]", "not a state: name files"),
        "scores": (b'{"file": "a", "n": 3}', "not a state: name files"),
        "no checksum": (b'{"textmetrics_state":1}', "damaged (Object missing required field"),
        "later": (
            raw.replace(b'"textmetrics_state":1', b'"textmetrics_state":2'),
            "a state of format 2, this version reads format 1; read it with a later version",
        ),
        "gzip": (gzip.compress(raw)[:-20], "damaged (damaged compression"),
        "brackets": (b'{"textmetrics_state":' + b"[" * 100_000, "damaged ("),
        "digits": (b'{"textmetrics_state":' + b"1" * 10_000 + b"}", "damaged ("),
    }


def test_damage_and_edits_are_told_apart(run, tmp_path):
    write_shards(tmp_path, "en", 1)
    scored_shards(run, ["en-00.jsonl"], "--lang", "en")
    for what, (raw, words) in damages(Path("0.json").read_bytes()).items():
        Path("bad.json").write_bytes(raw)
        _, err = run("merge", "bad.json", code=3)
        assert err.startswith(f"bad.json: {words}"), what
        assert err.count("\n") == 1, what


def test_the_same_content_is_counted_once(run, tmp_path):
    [name, _] = write_shards(tmp_path, "en", 2)
    Path("copy.jsonl").write_bytes(Path(name).read_bytes())
    states = scored_shards(run, ["en-00.jsonl", "copy.jsonl", "en-01.jsonl"], "--lang", "en")
    _, err = run("merge", *states, code=3)
    assert err.startswith(
        "1.json.zst: copy.jsonl has the same content as en-00.jsonl in 0.json (SHA-256 "
    )
    assert "textmetrics merge --allow-duplicates if they are different shards" in err
    out, _ = run("merge", *states, "--allow-duplicates", "--expect", 3, "--format", "json")
    whole, _ = run("score", "--merge", "copy.jsonl", "en-00.jsonl", "en-01.jsonl", "--lang", "en",
                   "--format", "json")  # fmt: skip
    assert out == whole
    run("merge", *states, "--allow-duplicates", "--state", "all.json")
    _, err = run("merge", "all.json", code=3)
    assert "has the same content as" in err
    assert run("merge", "all.json", "--allow-duplicates", "--format", "json")[0] == whole
    run("merge", states[0], states[2], "--state", "some.json")
    _, err = run("merge", "some.json", states[0], code=3)
    assert err.startswith("0.json: en-00.jsonl is in some.json too (SHA-256 ")
    _, err = run("score", "--merge", "copy.jsonl", "en-00.jsonl", "--state", "x.json", code=3)
    assert "has the same content as" in err
    assert not Path("x.json").exists()


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (4, "--expect 4: found 3 shards: 'en-03.jsonl' missing; score what is missing"),
        (6, "--expect 6: found 3 shards: 'en-03.jsonl', 'en-04.jsonl', 'en-05.jsonl' missing"),
        (2, "--expect 2: found 3 shards: give the states of all shards once, or correct --expect"),
    ],
)
def test_missing_shards_are_named(expected, words, run, tmp_path):
    states = scored_shards(run, write_shards(tmp_path, "en"), "--lang", "en")
    out, err = run("merge", *states, "--expect", expected, "--state", "all.json", code=3)
    assert (out, err.startswith(words)) == ("", True)
    assert not Path("all.json").exists()


@pytest.mark.parametrize(
    ("names", "expected", "missing"),
    [
        (["a0", "a2"], 3, ["a1"]),
        (["a1", "a3"], 3, ["a2"]),  # counted from 1, for there is a third
        (["a1", "a2"], 3, ["a0"]),
        (["in/x-00009.jsonl.zst", "in/x-00011.jsonl.zst"], 12, [f"x-{n:05d}.jsonl.zst" for n in
                                                               (*range(9), 10)]),
        (["part-0-of-3", "part-2-of-3"], 3, ["part-1-of-3"]),
        (["s3.jsonl"], 4, ["s0.jsonl", "s1.jsonl", "s2.jsonl"]),
        (["a", "b"], 3, []),
        (["a1", "b2"], 3, []),
        (["a1b1", "a2b2"], 3, []),
        (["p-0.jsonl", "p-1.parquet", "p-3.jsonl.zst"], 5, ["p-2", "p-4"]),
        (["p-1.5.jsonl", "p-1.6.jsonl.gz"], 3, []),  # up to the first dot, they are equal
        (["p-0.jsonl", "q-1.csv"], 3, []),
        (["p-0.jsonl", "p-0.csv"], 3, []),
        (["a/p-0.jsonl", "a/p-1.jsonl", "b/p-0.jsonl"], 4, []),  # b/p-1.jsonl, not p-2.jsonl
        (["a7", "a9"], 3, []),
        ([""], 2, []),
        (["a" + "9" * 5000], 2, []),
        (["a1", "a2"], 10**12, []),
    ],
)  # fmt: skip
def test_names_of_missing_files(names, expected, missing):
    assert missing_names(names, expected) == missing


def test_states_of_undecided_languages_are_refused_in_words(run, tmp_path):
    for name, gold in (("a", "東京です"), ("b", "北京")):
        lines = [json.dumps({"prediction": "x", "reference": each}) for each in (gold, "上海")]
        Path(f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        run("score", f"{name}.jsonl", "--state", f"{name}.json")
    _, err = run("merge", "a.json", "b.json", code=3)
    assert err == (
        "b.json: Han without kana were taken for ja in a.json, zh in b.json: name the language "
        "with --lang (lang= in Python) when scoring the shards, or give each record a field lang\n"
    )


# --- in Python


def seen(*pairs, **options):
    evaluator = Evaluator(**{"lang": "en", "metrics": ["f1", "bleu_4"], **options})
    for said, gold in pairs:
        evaluator.update([said], [gold])
    return evaluator


ONE, TWO = ("a red fox", "a red fox ran"), ("blue", "red")


def test_an_evaluator_goes_on_from_its_file(tmp_path):
    path = tmp_path / "state.json.gz"
    seen(ONE).save(path)
    again = Evaluator.load(path, threads=1, backend="reference")
    again.update([TWO[0]], [TWO[1]])
    assert shown(again.compute()) == shown(seen(ONE, TWO).compute())
    assert again.compute().samples["f1"].tolist() == seen(ONE, TWO).compute().samples["f1"].tolist()
    assert again.pipeline.backend == "reference"


def test_an_evaluator_is_merged_once(tmp_path):
    """Each way in which samples could be counted twice; what is not saved is not told apart."""
    first, second = seen(ONE), seen(TWO)
    first.save(tmp_path / "1.json")
    second.save(tmp_path / "2.json")
    load = lambda at: Evaluator.load(tmp_path / f"{at}.json")  # noqa: E731
    both = load(1).merge(load(2))
    assert shown(both.compute()) == shown(seen(ONE, TWO).compute())
    both.save(tmp_path / "3.json")
    assert len(read_state(tmp_path / "3.json").sources) == 2
    first.update(*map(list, zip(TWO, strict=True)))
    first.save(tmp_path / "4.json")  # of the same run, later
    for one, other in ((1, 1), (3, 1), (2, 3), (1, 4), (4, 3)):
        with pytest.raises(ValueError, match="are in both evaluators: each may be merged once"):
            load(one).merge(load(other))
        with pytest.raises(StateError, match=r"in Python that .* has too: give each state once"):
            merge_states(read_state(tmp_path / f"{at}.json") for at in (one, other))
    with pytest.raises(ValueError, match="are in both evaluators"):
        second.merge(load(2))
    assert second.merge(pickle.loads(pickle.dumps(seen(ONE)))).compute().n == 2
    second.reset()
    assert second.merge(load(2)).compute().n == 1


def test_the_samples_of_a_file_are_known_in_python_too(run, tmp_path):
    names = write_shards(tmp_path, "en", 2)
    states = scored_shards(run, names, "--lang", "en", "--preset", "default,sacrebleu")
    loaded = [Evaluator.load(each, preset="sacrebleu") for each in states]
    whole = loaded[0].merge(loaded[1])
    whole.save("both.json")
    out, _ = run("merge", "both.json", "--expect", 2, "--format", "json")
    one_run, _ = run("score", "--merge", *names, "--lang", "en", "--preset", "sacrebleu",
                     "--format", "json")  # fmt: skip
    assert out == one_run
    with pytest.raises(ValueError, match=r"the samples of .*en-00\.jsonl are in both evaluators"):
        whole.merge(Evaluator.load(states[0], preset="sacrebleu"))
    with pytest.raises(ValueError, match="has the presets default, sacrebleu: choose one with pre"):
        Evaluator.load(states[0])
    with pytest.raises(ValueError, match="has no preset 'pltrdy': it has default, sacrebleu"):
        Evaluator.load(states[0], preset="pltrdy")


def test_a_state_that_is_refused_changes_nothing(tmp_path):
    for at, evaluator in enumerate([seen(ONE), seen(TWO), seen(TWO, lang="zh")]):
        evaluator.save(tmp_path / f"{at}.json")
    load = lambda at: read_state(tmp_path / f"{at}.json")  # noqa: E731
    whole = load(0).merge(load(1))
    before = shown(whole.evaluations[0]), len(whole.sources)
    for at in (0, 1, 2):
        with pytest.raises(StateError):
            whole.merge(load(at))
    assert (shown(whole.evaluations[0]), len(whole.sources)) == before


def test_nothing_is_no_state(tmp_path):
    with pytest.raises(ValueError, match="no samples: nothing was scored yet"):
        seen().save(tmp_path / "x.json")
    with pytest.raises(ValueError, match="no states to merge"):
        merge_states([])
    with pytest.raises(OpenError, match="no such file"):
        Evaluator.load(tmp_path / "x.json")


def test_what_was_registered_has_to_be_registered(tmp_path):
    path = tmp_path / "state.json"
    with METRICS.temporary():
        register_metric(replace(METRICS.get("f1"), name="mine"))
        seen(ONE, metrics=["mine"]).save(path)
        assert Evaluator.load(path).compute()["mine"] == 0.8
    with pytest.raises(StateError, match=r"unknown metric 'mine'.* register it first"):
        Evaluator.load(path)


OPTIONS = [
    {"lang": "zh", "stopwords": ["我", "的"]},
    {"lang": "ja", "stopwords": "pos", "stopwords_remove": ["する"]},
    {"stopwords": {"zh": False, "ja": "pos"}, "stopwords_add": {"zh": ["不"]}},
    {"lang": "zh", "convert": "t2s"},
    {"lang": "en", "tokenizer": "characters", "stopwords": False},
    {"lang": "en", "extract": ["think", "regex:#### ([0-9,]+)", "json:a.b"]},
    {"lang": "en", "metrics": ["multiple_choice"], "letters": "ABCDEF"},
    {"lang": "en", "metrics": ["numeric"], "tolerance": 1e-9},
    {"preset": "sacrebleu", "tokenizer": "zh", "smoothing": "floor"},
    {"preset": "longbench", "dataset": "trec", "classes": ["a", "b"]},
    {"preset": "nltk", "weights": [0.5, 0.5]},
    {"preset": "lm_eval", "regexes_to_ignore": ["a+", ","]},
    *({"preset": preset.name} for preset in PRESETS),
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_settings_are_restored(options):
    pytest.importorskip("opencc") if "convert" in options else None
    settings = Evaluator(**options).settings
    plain = json.loads(msgspec.json.encode(saved_options(settings)))
    assert restored_settings(msgspec.convert(plain, SavedOptions)) == settings


def test_a_user_dictionary_is_in_the_state(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("北京大学生 100\n", encoding="utf-8")
    evaluator = seen(("北京大学生", "北京大学生们"), lang="zh", userdict=words)
    evaluator.save(tmp_path / "state.json")
    words.unlink()
    assert shown(Evaluator.load(tmp_path / "state.json").compute()) == shown(evaluator.compute())


def test_a_state_has_no_text_of_a_sample(tmp_path):
    evaluator = Evaluator(stopwords="both")
    texts = [f"xylophone{at} <think>secret</think> **北京** 秘密" for at in range(400)]
    evaluator.update(texts, texts)
    evaluator.save(tmp_path / "state.json")
    text = (tmp_path / "state.json").read_text(encoding="utf-8")
    dumped = json.dumps(Evaluator.load(tmp_path / "state.json").state_dict())
    for each in (text, dumped):
        assert not re.search(r"xylophone|secret|北京|秘密|\\u", each.partition('"kept"')[0])
        assert "xylophone" not in each


# --- hostile states


def test_no_change_of_a_state_is_more_than_an_error(tmp_path):
    """Whatever is in a state, with a checksum that is right: an error in one line, or a state."""
    path = tmp_path / "state.json"
    evaluator = seen(ONE, TWO, keep_samples=False, stopwords="both", metrics=None)
    evaluator.save(path)
    whole = json.loads(path.read_text())
    places = list(places_of(whole["content"]))
    random = Random(20261129)
    values = (None, -1, 0, 2**63, 2**70, 1e300, "", "x", "0x" + "f" * 4000, [], [[]], {}, True,
              [1] * 5, "\ud83d", "en", {"a": 1}, 10**5)  # fmt: skip
    told = []
    for _ in range(300):
        content = json.loads(json.dumps(whole["content"]))
        change(content, random.choice(places), random.choice(values))
        write_content(path, content)
        try:
            [found] = read_state(path).evaluations
            str(found), found.to_dict()
        except StateError as error:
            told.append(str(error))
    assert len(told) > 200
    assert not [each for each in told if "\n" in each]


def places_of(value, path=()):
    """Yield where there is something in a document, a few items of each list."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else ()
    items = list(enumerate(value))[:3] if isinstance(value, list) else items
    for key, each in items:
        yield from places_of(each, (*path, key))


def change(content, path, value):
    *above, last = path
    for key in above:
        content = content[key]
    content[last] = value


def write_content(path, content):
    raw = json.dumps(content, ensure_ascii=True).encode()
    digest = hashlib.sha256(raw).hexdigest().encode()
    path.write_bytes(b'{"textmetrics_state":1,"sha256":"%s","content":%s}' % (digest, raw))


def test_a_changed_byte_is_never_counted(tmp_path):
    path = tmp_path / "state.json"
    seen(ONE, TWO, keep_samples=False).save(path)
    raw, random = path.read_bytes(), Random(20261129)
    whole = shown(read_state(path).evaluations[0])
    for _ in range(200):
        at, new = random.randrange(len(raw)), random.randrange(256)
        path.write_bytes(raw[:at] + bytes([new]) + raw[at + 1 :])
        try:
            [found] = read_state(path).evaluations
        except StateError:
            continue
        assert shown(found) == whole  # white space around the content, or the same byte


def test_a_small_file_takes_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("textmetrics.states.file._MOST_BYTES", 1 << 20)
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b"[" * (1 << 22)))
    with pytest.raises(StateError, match="more than 1,048,576 bytes"):
        read_state(path)


# --- where files come from


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", ".xz", ".bz2"])
def test_sources_are_what_is_on_disk(suffix, run, tmp_path):
    [name] = write_shards(tmp_path, "en", 1)
    stored = f"shard.jsonl{suffix}"
    with atomic_output(stored) as file:
        file.write(Path(name).read_bytes())
    run("score", stored, "--lang", "en", "--state", "state.json")
    [source] = read_state("state.json").sources
    raw = Path(stored).read_bytes()
    assert (source.size, source.identity) == (
        len(raw),
        f"sha256:{hashlib.sha256(raw).hexdigest()}",
    )
    assert (source.name, source.first, source.last, source.records) == (stored, "en0-0", "en0-0", 1)


def test_standard_input_and_files_without_ids_are_sources(run, tmp_path, monkeypatch):
    raw = b'{"prediction": "a", "reference": "b"}\n' * 5
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(raw))))
    run("score", "-", "--lang", "en", "--state", "state.json")
    [source] = read_state("state.json").sources
    assert source.identity == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert (source.name, source.size, source.first, source.last) == ("<stdin>", 200 - 10, "1", "5")


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
@pytest.mark.parametrize("name", ["\udcff.jsonl", "北\udce4.jsonl", 'q\udcff"\\\n.jsonl'])
def test_names_and_ids_that_are_not_unicode_are_written_as_escapes(name, run, tmp_path):
    lines = [{"id": f"\ud83d{at}", "prediction": "a red fox", "answer": "fox"} for at in (1, 2)]
    Path(name).write_text("\n".join(map(json.dumps, lines)), encoding="ascii")
    whole, _ = run("score", name, "--metrics", "f1", "--format", "json", "--state", "x.json")
    [source] = read_state("x.json").sources
    shown = name.encode("utf-8", "backslashreplace").decode()
    assert (source.name, source.first, source.last) == (shown, r"\ud83d1", r"\ud83d2")
    for _ in range(2):
        out, err = run("score", name, "--metrics", "f1", "--format", "json", "--states", "st")
        assert out == whole
    assert err == "states of 1 of 1 file are there already\n"
    out, _ = run("merge", "x.json", "--format", "json")
    assert {**json.loads(out), "file": 0} == {**json.loads(whole), "file": 0}


def test_references_are_part_of_a_source(run, tmp_path):
    Path("p.jsonl").write_text('{"id": 1, "prediction": "a"}')
    Path("r.jsonl").write_text('{"id": 1, "reference": "a"}')
    run("score", "p.jsonl", "--references", "r.jsonl", "--lang", "en", "--state", "state.json")
    [source] = read_state("state.json").sources
    digest = hashlib.sha256(Path("r.jsonl").read_bytes()).hexdigest()
    assert source.references == f"sha256:{digest}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["a.jsonl", "b.jsonl", "--state", "s.json"],
            "--state works with one file only: add --merge",
        ),
        (["a.jsonl", "--state", "a.jsonl"], "a.jsonl: is also an input; name another file for --s"),
        (["a.jsonl", "--state", "s.csv"], "s.csv: --state writes JSON, not .csv; name it somethi"),
        (["a.jsonl", "--state", "no/s.json"], "no/s.json: its folder does not exist"),
        (["a.jsonl", "--state", "-"], "-: is standard output, where the scores go; name a file"),
        (["a.jsonl", "--state", "s", "--output", "s"], "--output and --state name the same file"),
        (["a.jsonl", "--state", "s", "--pass-at", "1"], "--pass-at and --state cannot be combin"),
    ],
)
def test_where_a_state_can_be_written(options, words, run, tmp_path):
    for name in ("a", "b"):
        Path(f"{name}.jsonl").write_text('{"prediction": "a", "reference": "b"}')
    _, err = run("score", *options, code=2)
    assert err.startswith(words)


def test_merge_says_what_to_give_it(run):
    _, err = run("merge", code=2)
    assert err.startswith("textmetrics merge: no state given. For example:")
    _, err = run("merge", "none.json", code=2)
    assert err == "none.json: no such file; check the name and the folder\n"
    _, err = run("merge", "x", "--expect", "0", code=2)
    assert err.startswith("--expect: ")
    Path("x").write_text("{}")
    _, err = run("merge", "x", "--state", "x", code=2)
    assert err.startswith("x: is also an input; name another file for --state")


# --- what else one run has


def test_intervals_of_merged_states_are_those_of_one_run(tmp_path):
    """They need no samples, and sums do not depend on the order."""
    pairs = [(f"a red fox {at % 7}", f"the red fox {at % 3} ran") for at in range(60)]
    whole = seen(*pairs, keep_samples=False).compute()
    for at in range(3):
        seen(*pairs[at::3], keep_samples=False).save(tmp_path / f"{at}.json")
    [found] = merge_states(read_state(tmp_path / f"{at}.json") for at in (2, 0, 1)).evaluations
    for name, score in whole.items():
        assert found[name].interval() == score.interval()


@pytest.mark.parametrize("options", [["--smoothing", "method5"], ["--smoothing", "method6"], []])
def test_what_is_of_the_last_sample_is_of_the_last_file(options, run, tmp_path):
    """nltk smooths by the last sample: the order of files is that of their names."""
    names = write_shards(tmp_path, "en")
    options = ["--preset", "nltk", "--lang", "en", *options]
    states = scored_shards(run, names, *options)
    whole, _ = run("score", "--merge", *names, *options, "--format", "json")
    for order in itertools.permutations(states):
        assert run("merge", *order, "--format", "json")[0] == whole


def test_files_of_several_formats_have_the_notes_of_one_run(run, tmp_path):
    Path("a.jsonl").write_text('{"prediction": 5, "reference": "5"}\n' * 3)
    Path("b.csv").write_bytes("prediction,reference\nçava,\"['x', 'y']\"\n".encode("cp1252"))
    Path("c.jsonl").write_text('{"prediction": 1.5, "reference": 2}\n{"prediction": 3}\n')
    names = ["a.jsonl", "b.csv", "c.jsonl"]
    own = [[], ["--encoding", "cp1252"], []]
    states = []
    for name, options in zip(names, own, strict=True):
        states.append(f"{name}.json")
        run("score", name, "--lang", "en", "--errors", "skip", "--state", states[-1], *options,
            code=None)  # fmt: skip
    code, common = 3, ["--lang", "en", "--errors", "skip", "--encoding", "cp1252"]
    for style in ("table", "json"):
        whole, _ = run("score", "--merge", *names, *common, "--format", style, code=code)
        out, err = run("merge", *reversed(states), "--format", style, code=code)
        notes = [line for line in whole.splitlines() if "as cp1252" not in line]
        assert [line for line in out.splitlines() if "as cp1252" not in line] == notes
        assert err == "left out: 1 invalid record\n"


def test_the_task_that_a_file_tells_is_in_its_state(run, tmp_path):
    for at in range(2):
        folder = Path(str(at))
        folder.mkdir()
        record = {"pred": f"so {at}", "answers": ["so"], "all_classes": None, "length": 5}
        (folder / "hotpotqa.jsonl").write_text(json.dumps(record) + "\n")
        run("score", f"{at}/hotpotqa.jsonl", "--preset", "longbench", "--lang", "en", "--state",
            f"{at}.json")  # fmt: skip
    whole, _ = run("score", "--merge", "0/hotpotqa.jsonl", "1/hotpotqa.jsonl", "--preset",
                   "longbench", "--lang", "en")  # fmt: skip
    assert "scored as " in whole
    assert run("merge", "1.json", "0.json")[0] == whole


def test_evaluators_that_were_loaded_have_the_languages_of_one_run(tmp_path):
    for name, gold in (("a", "東京です"), ("b", "北京"), ("c", "上海")):
        evaluator = Evaluator(metrics=["f1"])
        evaluator.update(["x", "x"], [gold, "上海"])
        evaluator.save(tmp_path / f"{name}.json")
    load = lambda name: Evaluator.load(tmp_path / f"{name}.json")  # noqa: E731
    with pytest.raises(ValueError, match=r"Han without kana were taken for ja in .*a\.json, zh in"):
        load("a").merge(load("b"))
    assert load("b").merge(load("c")).compute().health.languages == {"zh": 4}


def test_a_state_of_the_first_format_is_read_by_each_later_version():
    """Where a number has changed, raise its definition, and write the file again.

    It is what `textmetrics score en-02.jsonl --lang en --preset default,sacrebleu --state FILE`
    writes of the last of the English shards here.
    """
    state = read_state(Path(__file__).parent / "cases" / "state.json.gz")
    default, sacrebleu = state.evaluations
    assert (state.sources[0].name, default.n) == ("en-02.jsonl", 9)
    assert [round(float(default[name]), 6) for name in ("f1", "rouge_2")] == [0.222222, 0.166667]
    assert round(float(sacrebleu["chrf"]), 6) == 0.274331
    assert default.health.to_dict()["extraction"] == {"looked_at": 9, "would_change": {"think": 3}}
