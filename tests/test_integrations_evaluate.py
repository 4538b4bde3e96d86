"""Called as a module of Hugging Face `evaluate`, beside one that is."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from textmetrics import evaluate
from textmetrics.integrations.hf_evaluate import EvaluationModule

hf_evaluate = pytest.importorskip("evaluate", reason="needs evaluate: make test-integrations")
pytestmark = pytest.mark.integration

SAID = ["a red fox", "blue", "the dog ran"]
GOLD = [["a red fox ran", "fox"], ["blue sky", "sky"], ["a dog", "the dog ran"]]
METRICS = ["f1", "bleu_4"]


class Theirs(hf_evaluate.Metric):
    """A module of the real library, which gives the same scores."""

    def _info(self):
        import datasets

        text = datasets.Value("string")
        features = {"predictions": text, "references": datasets.Sequence(text)}
        return hf_evaluate.MetricInfo(
            description="", citation="", inputs_description="", features=datasets.Features(features)
        )

    def _compute(self, predictions, references, metrics=METRICS):
        found = evaluate(predictions, map(list, references), metrics=metrics, lang="en")
        return {name: float(score) for name, score in found.items()}


def one_by_one(module):
    for prediction, reference in zip(SAID, GOLD, strict=True):
        assert module.add(prediction=prediction, reference=reference) is None
    return module.compute()


def in_batches(module):
    assert module.add_batch(predictions=SAID[:2], references=GOLD[:2]) is None
    module.add_batch(references=GOLD[2:], predictions=SAID[2:])
    return module.compute(metrics=["f1"])


def at_once(module):
    return module.compute(predictions=SAID, references=GOLD)


def some_before(module):
    module.add(prediction=SAID[0], reference=GOLD[0])
    return module.compute(predictions=SAID[1:], references=GOLD[1:])


@pytest.mark.filterwarnings("ignore")  # of their own libraries
def test_the_same_calls_give_the_same(tmp_path):
    theirs = Theirs(cache_dir=str(tmp_path))
    ours = EvaluationModule(metrics=METRICS, lang="en")
    for calls in (one_by_one, in_batches, at_once, some_before):  # each finds it empty
        assert calls(ours) == calls(theirs), calls.__name__
    for module in (ours, theirs):
        with pytest.raises(TypeError, match="positional"):
            module.compute(SAID, GOLD)
        with pytest.raises(TypeError, match="positional"):
            module.add(SAID[0], GOLD[0])
        with pytest.raises(ValueError, match=r"\badd\b"):
            module.compute()
        with pytest.raises(ValueError, match=r"predictions.*references"):
            module.compute(predictions=SAID, references=GOLD[:2])
    assert hf_evaluate.save(tmp_path, **at_once(ours)).exists()  # as JSON


def test_options_at_the_call_come_before_those_of_the_module():
    module = EvaluationModule(metrics=METRICS, lang="en")
    found = module.compute(predictions=SAID, references=GOLD, metrics=["rouge_l"])
    assert found == dict(evaluate(SAID, GOLD, metrics=["rouge_l"], lang="en"))
    assert found["rouge_l"].signature.startswith("rouge_l|recall|lang:en")
    assert list(at_once(module)) == METRICS


def test_it_is_empty_after_an_error_too():
    module = EvaluationModule(lang="en")
    module.add(prediction="a fox", reference="a fox")
    with pytest.raises(TypeError, match=r"predictions\[1\] must be a string, got None"):
        module.compute(predictions=[None], references=["a"])
    with pytest.raises(ValueError, match="no samples: give predictions and references, or add"):
        module.compute()


def test_what_waits_can_be_pickled():
    module = EvaluationModule(metrics=METRICS, lang="en")
    module.add_batch(predictions=SAID, references=GOLD)
    copy = pickle.loads(pickle.dumps(module))
    assert repr(copy) == "<EvaluationModule of 3 samples, metrics=['f1', 'bleu_4'], lang='en'>"
    assert copy.compute() == module.compute()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"predictions": "fox", "references": ["f"]}, TypeError, r"must be a list.*give \['fox'\]"),
        ({"predictions": ["a"], "references": "a"}, TypeError, "references must be a list"),
        ({"predictions": ["a"], "references": []}, ValueError, "1 predictions but 0 references"),
        ({"predictions": 5, "references": []}, TypeError, "predictions must be a string or a list"),
        ({"predictions": ["a"], "references": None}, TypeError, "references are missing: give"),
    ],
)
def test_batches_that_are_none(given, error, message):
    with pytest.raises(error, match=message):
        EvaluationModule().add_batch(**given)


def test_options_are_checked_at_once():
    with pytest.raises(ValueError, match="unknown metric 'rogue_l'"):
        EvaluationModule(metrics=["rogue_l"])


def test_it_goes_without_the_package():
    code = (
        "import sys\n"
        "sys.modules['evaluate'] = sys.modules['datasets'] = None\n"
        "from textmetrics.integrations.hf_evaluate import EvaluationModule\n"
        "module = EvaluationModule(metrics=['f1'], lang='en')\n"
        "assert module.compute(predictions=['a fox'], references=['fox']) == {'f1': 1.0}\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_in_a_combination_of_modules():
    modules = {
        "ours": EvaluationModule(metrics=["rouge_l", "f1"], lang="en"),
        "paper": EvaluationModule(metrics=["rouge_l"], preset="rouge_score"),
    }
    said, gold = ["a red fox", "blue"], ["the red fox ran", ["sky", "blue sky"]]
    alone = {
        "ours_rouge_l": evaluate(said, gold, metrics=["rouge_l"], lang="en")["rouge_l"],
        "f1": evaluate(said, gold, metrics=["f1"], lang="en")["f1"],
        "paper_rouge_l": evaluate(said, gold, metrics=["rouge_l"], preset="rouge_score")["rouge_l"],
    }
    both = hf_evaluate.combine(modules)
    assert both.compute(predictions=said, references=gold) == alone
    both.add_batch(predictions=said[:1], references=gold[:1])
    both.add(prediction=said[1], reference=gold[1])
    assert both.compute() == alone
    unnamed = hf_evaluate.combine(list(modules.values()))
    both = unnamed.compute(predictions=said, references=gold)
    assert set(both) == {"textmetrics_0_rouge_l", "f1", "textmetrics_1_rouge_l"}


def test_a_sample_needs_both_texts():
    with pytest.raises(TypeError, match="reference is missing: give both prediction and reference"):
        EvaluationModule(metrics=["f1"]).add(prediction="a fox")
