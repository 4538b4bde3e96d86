"""An evaluator's state, in JSON and back."""

from __future__ import annotations

import copy
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Evaluator, evaluate
from textmetrics.evaluation import Sample, Samples
from textmetrics.metrics import METRICS
from textmetrics.presets import PRESETS

TEXTS = st.text(alphabet="abthe .?-北京東京です\u200b", max_size=12) | st.sampled_from(
    ["", "the", "a red fox ran", "<think>b</think> a", "我在北京", "東京です"]
)
SAMPLES = st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
# Values, parts and totals of all kinds; the last is by the last sample, which has its own test.
DEFINITIONS = [
    {"stopwords": "both", "extract": "think"},
    {"lang": "ja", "metrics": ["f1", "bleu_4"], "keep_samples": False},
    {"lang": "zh", "stopwords": ["我"], "stopwords_add": ["b"], "metrics": ["rouge_l"]},
    {"preset": "sacrebleu"},
    {"preset": "pltrdy"},
]


def written(evaluator):
    """Write with the rules of JSON alone: no NaN, no integer beyond 64 bits."""
    text = json.dumps(evaluator.state_dict(), allow_nan=False)
    json.loads(text, parse_int=lambda digits: checked(int(digits)))
    return text


def checked(number):
    assert abs(number) < 2**63
    return number


def read(text, options):
    evaluator = Evaluator(**options)
    evaluator.load_state_dict(json.loads(text))
    return evaluator


def told(evaluation):
    """Return everything visible except the order of samples; NaN equals itself there."""
    plain = evaluation.to_dict()
    samples = {name: sorted(map(repr, each.tolist())) for name, each in evaluation.samples.items()}
    rows = [
        (name, each.totals.names, sorted(each.totals.rows.tolist()))
        for name, each in evaluation.items()
        if each.totals is not None
    ]
    details = evaluation.sample_details
    if details is not None:
        lengths = details.prediction_lengths.tolist(), details.reference_lengths.tolist()
        details = sorted(zip(details.langs, *lengths, strict=True))
    return json.dumps(plain, sort_keys=True), samples, rows, details


def scored(samples, options):
    evaluator = Evaluator(**options)
    if samples:
        evaluator.update(*zip(*samples, strict=True))
    return evaluator


def of_preset(samples, options):
    """Leave one reference where the preset takes no more."""
    several = PRESETS.get(options.get("preset", "default")).several
    return samples if several else [(text, references[:1]) for text, references in samples]


@settings(max_examples=60)
@given(st.data())
def test_parts_in_json_merge_to_the_whole_in_any_order(data):
    options = data.draw(st.sampled_from(DEFINITIONS))
    parts = data.draw(st.lists(st.lists(SAMPLES, max_size=5), min_size=1, max_size=4))
    parts = [of_preset(part, options) for part in parts]
    whole = scored(list(itertools.chain.from_iterable(parts)), options)
    texts = [written(scored(part, options)) for part in parts]
    merged = Evaluator(**options)
    for text in data.draw(st.permutations(texts)):
        merged.merge(read(text, options))
    assert told_or_error(merged) == told_or_error(whole)
    assert told_or_error(read(written(merged), options)) == told_or_error(whole)


def told_or_error(evaluator):
    try:
        return told(evaluator.compute())
    except ValueError as error:
        return str(error)


_LETTERS = [("A", "A"), ("B", "A"), ("", "C")]
OF_LETTERS = {
    "multiple_choice": _LETTERS,
    "multiple_select": _LETTERS,
    "judgement": [("true", "true"), ("no", "yes"), ("", "false")],
}
"""Samples for metrics whose references are letters, or true or false."""


@pytest.mark.parametrize(
    ("preset", "metrics"),
    [
        *((each.name, list(each.known())) for each in PRESETS if each.name != "default"),
        # The others take texts with a number; "A" is a letter to choose, and no number.
        ("default", [name for name in METRICS.names() if name not in OF_LETTERS]),
        ("default", ["multiple_choice", "multiple_select"]),
        ("default", ["judgement"]),
    ],
)
def test_every_preset_goes_on_where_it_was(preset, metrics):
    samples = [("5 red dogs", "5"), ("6 a b c d", "7 a b c d e"), ("", "1")]
    if metrics[0] in OF_LETTERS:
        samples = OF_LETTERS[metrics[0]]
    options = {"preset": preset, "metrics": metrics}
    evaluator = Evaluator(**options)
    evaluator.update(*zip(*samples[:2], strict=True))
    again = read(written(evaluator), options)
    for each in (evaluator, again):
        each.update(*zip(*samples[2:], strict=True))
    assert told(again.compute()) == told(evaluator.compute())


def test_loading_takes_the_place_of_what_was_seen():
    one, other = Evaluator(lang="en", metrics=["f1"]), Evaluator(lang="en", metrics=["f1"])
    one.update(["red fox"], ["red dog"])
    other.update(["x"] * 5, ["x"] * 5)
    state = one.state_dict()
    other.load_state_dict(state)
    one.update(["x"], ["x"])  # what was given does not change with it
    assert (other.compute()["f1"].n, float(other.compute()["f1"])) == (1, 0.5)
    other.update(["x"], ["x"])
    assert told(other.compute()) == told(one.compute())
    fresh = Evaluator(lang="en", metrics=["f1"])
    fresh.load_state_dict(Evaluator(lang="en", metrics=["f1"]).state_dict())
    with pytest.raises(ValueError, match="no samples"):
        fresh.compute()


def test_samples_that_wait_for_their_language_still_wait():
    evaluator = Evaluator(metrics=["f1"])
    evaluator.update(["x", "x"], ["the cat", "東京"])  # the second waits, and so does its batch
    evaluator.update(["x", "x"], ["東京", ["大阪", "京都"]], langs=["ja", None])
    again = read(written(evaluator), {"metrics": ["f1"]})
    for each in (evaluator, again):
        each.update(["x"], ["東京です"])
        assert each.compute().health.languages == {"en": 1, "ja": 4}
    assert told(again.compute()) == told(evaluator.compute())


def test_a_null_that_waits_is_still_one():
    evaluator = Evaluator(metrics=["f1"])
    evaluator.take(Samples.of([Sample(None, ("東京",))]))
    assert read(written(evaluator), {"metrics": ["f1"]}).compute().health.null_predictions == 1


def test_a_value_that_the_mean_leaves_out_is_still_none():
    options = {"preset": "ms_swift", "metrics": ["rouge_1"]}
    evaluator = scored([("", ["北京"]), ("北京", ["北京"])], options)
    score = read(written(evaluator), options).compute()["rouge_1"]
    # What rouge gives for equal texts is 2 / (2 + 1e-8), since it adds that to its denominator.
    assert (score.n, [*map(str, score.samples.tolist())]) == (1, ["nan", "0.999999995"])


def test_many_states_are_taken_while_others_score():
    evaluator = Evaluator(lang="en", metrics=["accuracy", "bleu_4"])

    def work(at):
        evaluator.update([f"w{at}"] * 3, [f"w{at % 2}"] * 3)
        return read(written(evaluator), {"lang": "en", "metrics": ["accuracy", "bleu_4"]})

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(60)))
    # A state that was taken in the middle of an update would have samples for some metrics alone.
    assert all(each.compute()["accuracy"].n == each.compute().n for each in found)
    assert max(each.compute().n for each in found) == 180
    assert float(evaluator.compute()["accuracy"]) == 2 / 60


OPTIONS = {"lang": "en", "metrics": ["f1"], "extract": "think"}


def changed(path, value):
    """Return a state with one thing changed."""
    state = copy.deepcopy(scored([("a cat", ["a dog"])], OPTIONS).state_dict())
    *above, last = path
    there = state
    for key in above:
        there = there[key]
    if value is None:
        del there[last]
    else:
        there[last] = value
    return state


WAITING = {"predictions": ["a"], "references": [["a"]], "langs": [None], "nulls": []}
BAD = [
    (["version"], "0.0.1", r"the state is from version '0\.0\.1' of this package"),
    (["version"], None, "not a valid state_dict: it has no version"),
    (["settings", "lang"], "zh", "equal settings; these differ in lang: 'en' here, 'zh' in the"),
    (["settings", "lang"], None, "these differ in lang: 'en' here, None in"),
    (["settings"], 5, "not a valid state_dict: settings must be an object, found int: 5"),
    (["settings"], [1], "not a valid state_dict: settings must be an object, found list: "),
    (["version"], 5, "not a valid state_dict: version must be a string, found int: 5"),
    (["settings", "colour"], "red", "these differ in colour: None here, 'red' in"),
    (["content", "f1"], None, "not a valid state_dict: 'f1' is missing"),
    (["content", "f1", "n"], 1.5, r"not a valid .*Expected `int`, got `float`"),
    (["content", "f1", "parts", "f1"], "green", r"Expected `str` .* `parts\[...\]` of 'f1'"),
    (["content", "f1", "rows"], [[1], [1, 2]], "not a valid .*rows of different lengths"),
    (["content", "f1"], [], "not a valid .*Expected `object`, got `array` - at `sums` of 'f1'"),
    (["content"], "x", r"not a valid .*Expected `object`, got `str` - at `\$\.content`"),
    (["health", "lengths"], [["a", 1, 1]], r"`int`, got `str` .*\.health\.lengths"),
    (["detector", "samples"], object(), r"`int`, got `object` .*detector\.samples"),
    (["content", "f1", "kept"], ["1"], "not a valid .*Expected"),
    (["content", "f1", "kept"], [], "not a valid .*'f1' has sums of more or fewer than 1 samples"),
    (["content", "f1", "n"], 2, "not a valid .*'f1' has sums of more or fewer than 1 samples"),
    (["content", "f1", "n"], 10**400, "not a valid .*Expected `int`"),
    (["content", "f1", "parts"], {}, "not a valid .*the sums of 'f1' are not headline, precision"),
    (["content", "f1", "parts", "headline"], "0x1" + "0" * 400, "not .*'f1' has sums of more"),
    (["content", "f1", "parts", "headline"], "0x1" + "0" * 4000, "not .*'f1' has sums of more"),
    (["health", "samples"], 0, "not a valid .*the sums of 'f1' are not"),
    (["health", "words"], -1, "not a valid .*a count of the data's health is impossible"),
    (["seen", "langs"], [], "not a valid .*languages and lengths are not those of 1 samples"),
    (["seen"], None, "not a valid .*`seen`"),
    (["ways", "stopwords"], {}, "not a valid .*'en'"),
    (["health", "lengths"], [[1, 0, 1]], "not a valid .*rows of a length"),
    (["health", "lengths"], [[2**70, 1, 1]], "not a valid .*rows of a length"),
    (["health", "languages"], {"en": "x"}, "not a valid .*Expected `int`"),
    (["health", "extraction", "tally", "by_step"], [1, 2], "not a valid .*counts of other steps"),
    (["waiting"], [WAITING | {"predictions": ["\ud800"]}], "not a valid .*lone surrogate"),
    (["waiting"], [WAITING | {"references": [[]]}], "not a valid .*empty list"),
    (["detector"], [], "not a valid .*Expected `object`"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), BAD)
def test_what_is_no_state_is_an_error_and_changes_nothing(path, value, message):
    evaluator = scored([("a cat", ["a cat"])], OPTIONS)
    before = told(evaluator.compute())
    with pytest.raises(ValueError, match=message):
        evaluator.load_state_dict(changed(path, value))
    assert told(evaluator.compute()) == before


@pytest.mark.parametrize(
    ("rows", "message"),
    [([], "'bleu_4' has sums of more or fewer"), ([[9] * 10], "rows of 'bleu_4' do not sum to")],
)
def test_rows_of_a_corpus_value_are_those_of_its_sums(rows, message):
    evaluator = scored([("a cat", ["a dog"])], {"lang": "en", "metrics": ["bleu_4"]})
    state = evaluator.state_dict()
    state["content"]["bleu_4"]["rows"] = rows
    with pytest.raises(ValueError, match=message):
        evaluator.load_state_dict(state)


def test_a_state_is_a_mapping():
    with pytest.raises(TypeError, match=r"state_dict, got str: read it with json\.loads"):
        Evaluator().load_state_dict("{}")
    with pytest.raises(TypeError, match=r"a state must be a result of state_dict, got list$"):
        Evaluator().load_state_dict([])


@pytest.mark.parametrize(
    "options",
    [{"stopwords": ["cat"]}, {"stopwords": False}, {"stopwords_add": ["cat"]}, {"extract": "fence"},
     {"preset": "sacrebleu"}, {"metrics": ["f1", "accuracy"]}, {"tolerance": 0.1}],
)  # fmt: skip
def test_other_settings_take_no_state(options):
    state = Evaluator(lang="en", metrics=["f1"]).state_dict()
    with pytest.raises(ValueError, match="equal settings; these differ in") as error:
        Evaluator(**({"lang": "en"} | options)).load_state_dict(state)
    assert any(name in str(error.value) for name in options)  # as the caller wrote it


def test_an_evaluation_is_the_one_of_all_at_once():
    evaluator = Evaluator(lang="en", stopwords="both")
    evaluator.update(["the red fox"], ["a red dog"])
    again = Evaluator(lang="en", stopwords="both")
    again.load_state_dict(json.loads(json.dumps(evaluator.state_dict())))
    again.update(["blue"], ["blue sky"])
    whole = evaluate(["the red fox", "blue"], ["a red dog", "blue sky"], lang="en",
                     stopwords="both")  # fmt: skip
    assert told(again.compute()) == told(whole)
    assert again.compute().samples["f1"].tolist() == whole.samples["f1"].tolist()
