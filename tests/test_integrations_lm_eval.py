"""A tiny run of the real lm-eval: a task of its own, a model that answers from a table."""

from __future__ import annotations

import copy
import json
import pickle
import re
import statistics
import sys
from functools import partial
from pathlib import Path

import pytest

from textmetrics import evaluate
from textmetrics.integrations.documents import corpus_value

pytest.importorskip("lm_eval", reason="needs lm-eval: make test-integrations")
from textmetrics.integrations.lm_eval import ProcessResults

pytestmark = pytest.mark.integration

QUESTIONS = ["fox?", "sky?", "dog?", "cat?"]
SAID = ["a red fox ran quickly home", "blue", "the dog did not run", ""]
GOLD = [
    ["two red foxes", "that red fox ran quickly home"],
    ["blue sky", "blue and grey clouds"],
    ["the dog did not run away"],
    ["a cat"],
]
METRICS = ["accuracy", "f1", "rouge_l", "bleu_4"]

TASK = """
task: {name}
dataset_path: json
dataset_kwargs:
  data_files: {{test: {data}}}
  cache_dir: {cache}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: answers
generation_kwargs: {{until: []}}
"""
UTILS = """
from textmetrics import f1
from textmetrics.integrations.lm_eval import ProcessResults

ours = ProcessResults({metrics}, references="answers", lang="en")
theirs = ProcessResults(["bleu_4"], references="answers", preset="sacrebleu")
def process_results(doc, results):
    return ours(doc, results) | theirs(doc, results)

def token_f1(references, predictions):
    return float(f1(predictions, references, lang="en"))
"""


def lines():
    rows = zip(QUESTIONS, GOLD, strict=True)
    return "\n".join(json.dumps({"question": text, "answers": gold}) for text, gold in rows)


their_warnings = pytest.mark.filterwarnings("default")  # of lm-eval and what it imports


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs a task, given the lines of its file about scoring."""
    folder = tmp_path_factory.mktemp("lm_eval")
    data = folder / "data.jsonl"
    data.write_text(lines(), encoding="utf-8")
    (folder / "utils.py").write_text(UTILS.format(metrics=METRICS), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"):
            patch.setenv(name, "1")
        from lm_eval import simple_evaluate
        from lm_eval.api.model import LM
        from lm_eval.tasks import TaskManager

        class FromATable(LM):
            def generate_until(self, requests):
                return [dict(zip(QUESTIONS, SAID, strict=True))[each.args[0]] for each in requests]

            def loglikelihood(self, requests):
                raise AssertionError("the tasks only generate")

            loglikelihood_rolling = loglikelihood

        def run_task(folder, name, **options):
            manager = TaskManager(include_path=str(folder), include_defaults=False)
            return simple_evaluate(
                FromATable(), tasks=[name], task_manager=manager, bootstrap_iters=100, **options
            )

        def run(name, scoring, **options):
            task = TASK.format(name=name, data=data, cache=folder / "cache") + scoring
            (folder / f"{name}.yaml").write_text(task, encoding="utf-8")
            return run_task(folder, name, **options)

        run.task = run_task
        yield run


OURS = """
process_results: !function utils.process_results
metric_list:
  - metric: textmetrics_accuracy
  - metric: textmetrics_f1
  - metric: textmetrics_rouge_l_recall
  - metric: textmetrics_bleu_4
  - metric: textmetrics_sacrebleu_bleu_4
"""
TRAP = """
metric_list:
  - metric: !function utils.token_f1
    aggregation: mean
    higher_is_better: true
"""
REFUSED = """
metric_list:
  - metric: textmetrics_f1
    aggregation: mean
    higher_is_better: true
"""


@their_warnings
def test_a_run_gives_what_evaluate_gives(run):
    found = run("ours", OURS)
    results = found["results"]["ours"]
    expected = evaluate(SAID, GOLD, metrics=METRICS, lang="en")
    theirs = evaluate(SAID, GOLD, metrics=["bleu_4"], preset="sacrebleu")
    close = partial(pytest.approx, rel=0, abs=1e-12)
    for name in ("accuracy", "f1", "rouge_l_recall"):
        score = expected[name.removesuffix("_recall")]
        assert results[f"textmetrics_{name},none"] == close(score)
        stderr = statistics.stdev(score.samples.tolist()) / len(SAID) ** 0.5
        assert results[f"textmetrics_{name}_stderr,none"] == close(stderr)
        logged = [each[f"textmetrics_{name}"] for each in found["samples"]["ours"]]
        assert logged == score.samples.tolist()
    assert results["textmetrics_bleu_4,none"] == close(expected["bleu_4"])
    assert expected["bleu_4"] > 0
    assert results["textmetrics_sacrebleu_bleu_4,none"] == close(theirs["bleu_4"])
    assert expected["bleu_4"] != theirs["bleu_4"]
    assert results["textmetrics_bleu_4_stderr,none"] == "N/A"
    assert found["higher_is_better"]["ours"]["textmetrics_bleu_4"] is True


@their_warnings
def test_what_lm_eval_logs_can_be_put_together_again(run):
    found = run("again", OURS, limit=3)
    logged = json.loads(json.dumps(found["samples"]["again"]))
    rows = [each["textmetrics_sacrebleu_bleu_4"] for each in logged]
    expected = evaluate(SAID[:3], GOLD[:3], metrics=["bleu_4"], preset="sacrebleu")["bleu_4"]
    assert corpus_value(rows) == expected


@their_warnings
def test_a_metric_list_makes_everything_above_0_a_1_where_there_are_several_references(run):
    """Why ours go through `process_results`: F1 of 2/3 is 1 there, and the mean a share."""
    found = run("trap", TRAP)
    logged = [each["token_f1"] for each in found["samples"]["trap"]]
    true = evaluate(SAID, GOLD, metrics=["f1"], lang="en")["f1"].samples.tolist()
    assert true[1] == pytest.approx(2 / 3)
    assert logged == [1.0, 1.0, 1.0, 0.0] != true
    with pytest.raises(ValueError, match=r"need process_results: in the task.*ProcessResults"):
        run("refused", REFUSED)


@their_warnings
def test_a_scorer_can_stand_in_the_task_itself(run):
    """lm-eval copies it, and writes what it is into its results."""
    found = run("itself", OURS.replace("utils.process_results", "utils.ours"))
    written = found["configs"]["itself"]["process_results"]
    assert written.startswith("<textmetrics textmetrics_accuracy, textmetrics_f1,")
    assert written.endswith("references='answers', lang='en'>")
    assert found["results"]["itself"]["textmetrics_f1,none"] > 0.5


@their_warnings
def test_the_task_of_the_documents_runs(run, tmp_path, monkeypatch):
    page = (Path(__file__).parents[1] / "docs" / "integrations.md").read_text(encoding="utf-8")
    part = page.partition("\n## lm-eval\n")[2].partition("\n## ")[0]
    for language, name in (("python", "utils.py"), ("yaml", "my_answers.yaml")):
        [block] = re.findall(rf"^```{language}\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
        (tmp_path / name).write_text(block, encoding="utf-8")
    (tmp_path / "answers.jsonl").write_text(lines(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    results = run.task(tmp_path, "my_answers")["results"]["my_answers"]
    expected = evaluate(SAID, GOLD, metrics=["f1", "rouge_l", "bleu_4"], lang="en")
    found = [results[f"textmetrics_{name},none"] for name in ("f1", "rouge_l_recall", "bleu_4")]
    assert found == pytest.approx(list(expected.values()), rel=0, abs=1e-12)


def test_references_of_all_kinds():
    by_column = ProcessResults(["f1"], references="a", lang="en")
    nested = ProcessResults(["f1"], references=lambda doc: doc["answers"]["text"], lang="en")
    assert by_column({"a": "5"}, ["5"]) == {"textmetrics_f1": 1.0}
    assert by_column({"a": 5}, ["5"]) == {"textmetrics_f1": 1.0}
    assert nested({"answers": {"text": ["x", "5"]}}, ["5"]) == {"textmetrics_f1": 1.0}
    assert by_column({"a": "red ? fox"}, ["red \ud800 fox"]) == {"textmetrics_f1": 1.0}


def test_what_cannot_be_scored():
    process_results = ProcessResults(["f1"], references="a", lang="en")
    with pytest.raises(ValueError, match=r"no column 'a'.*references=; there are b"):
        process_results({"b": "x"}, ["x"])
    for nothing in (None, [], float("nan"), {"text": "x"}):
        with pytest.raises(ValueError, match="no reference, which is a text or a number, in"):
            process_results({"a": nothing}, ["x"])
    for results in ([], ["x", "y"], [["x", "y"]], [(-1.5, True)]):
        with pytest.raises(TypeError, match=r"one answer .* got .*take_first"):
            process_results({"a": "x"}, results)
    one = ProcessResults(["bleu_4"], references="a", preset="llama_factory")
    with pytest.raises(ValueError, match="takes one reference per sample"):
        one({"a": ["x", "y"]}, ["x"])


def test_lm_eval_knows_the_direction_of_a_metric(error_rate, token_count):
    from lm_eval.api.registry import is_higher_better

    ProcessResults(["f1", "error_rate", "token_count"], references="a", lang="en")
    found = [is_higher_better(f"textmetrics_{name}") for name in ("error_rate", "token_count")]
    assert found == [False, None]


def test_what_a_mean_leaves_out_has_no_item():
    process_results = ProcessResults(["rouge_1"], references="a", preset="ms_swift")
    assert process_results({"a": "北京"}, [""]) == {}
    assert process_results({"a": "北京"}, ["北京"]) == {"textmetrics_ms_swift_rouge_1": 0.999999995}


def test_a_name_has_one_aggregation():
    ProcessResults(["bleu_4"], references="a", preset="nltk", aggregate="corpus")
    with pytest.raises(ValueError, match=r"'textmetrics_nltk_bleu_4' is registered .* 'mean'"):
        ProcessResults(["bleu_4"], references="a", preset="nltk", aggregate="mean")


def test_copies_score_too():
    process_results = ProcessResults(METRICS, references="a", lang="en")
    doc, said = {"a": GOLD[0]}, SAID[:1]
    for other in (copy.deepcopy(process_results), pickle.loads(pickle.dumps(process_results))):
        assert other(doc, said) == process_results(doc, said)


def test_without_lm_eval_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lm_eval.api", None)
    with pytest.raises(ImportError, match="needs lm-eval: pip install lm-eval"):
        ProcessResults(["f1"], references="a")
