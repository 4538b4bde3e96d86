"""Scored as lighteval does it: by its own functions, from its own documents and answers."""

from __future__ import annotations

import statistics
import sys

import pytest

from textmetrics import evaluate
from textmetrics.integrations.documents import corpus_value
from textmetrics.integrations.lighteval import metric_grouping

SAID = ["a red fox ran quickly home", "blue", "the dog did not run", ""]
GOLD = [
    ["two red foxes", "that red fox ran quickly home"],
    ["blue sky", "blue and grey clouds"],
    ["the dog did not run away"],
    ["a cat"],
]
METRICS = ["accuracy", "f1", "rouge_l", "bleu_4"]


def test_without_lighteval_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lighteval", None)
    with pytest.raises(ImportError, match="needs lighteval: pip install lighteval"):
        metric_grouping(["f1"])


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """Return a function that runs a lighteval pipeline over the samples with some metrics."""
    pytest.importorskip(
        "lighteval",
        reason="lighteval is not installed: it has pins of its own and needs over a gigabyte; "
        "pip install --group lighteval",
    )
    folder = tmp_path_factory.mktemp("lighteval")
    import datasets
    import pandas
    from lighteval.logging.evaluation_tracker import EvaluationTracker
    from lighteval.metrics import apply_metric
    from lighteval.models.dummy.dummy_model import DummyModelConfig
    from lighteval.models.model_output import ModelResponse
    from lighteval.tasks.lighteval_task import LightevalTask, LightevalTaskConfig
    from lighteval.tasks.requests import Doc

    data = [{"said": said, "gold": gold} for said, gold in zip(SAID, GOLD, strict=True)]

    def as_doc(line, task_name):
        return Doc(
            query=line["said"],
            choices=line["gold"],
            gold_index=list(range(len(line["gold"]))),
            task_name=task_name,
        )

    def run(metrics, bootstrap_iters):
        config = LightevalTaskConfig(
            name="tiny", prompt_function=as_doc, hf_repo="", hf_subset="", metrics=[metrics],
            evaluation_splits=["test"], hf_avail_splits=["test"],
        )  # fmt: skip
        task = LightevalTask(config)
        task.dataset = {"test": datasets.Dataset.from_list(data)}
        docs = task.get_docs()
        responses = [ModelResponse(text=[doc.query, "another answer"]) for doc in docs]
        tracker = EvaluationTracker(output_dir=str(folder), save_details=True)
        for doc, response, found in zip(
            docs, responses, apply_metric(responses, docs, task.metrics), strict=True
        ):
            tracker.metrics_logger.log("tiny|0", found)
            tracker.details_logger.log("tiny|0", doc, response, found)
        tracker.metrics_logger.aggregate({"tiny|0": task}, bootstrap_iters=bootstrap_iters)
        tracker.details_logger.aggregate()
        tracker.task_config_logger.log({"tiny|0": task})
        tracker.general_config_logger.log_model_info(model_config=DummyModelConfig())
        tracker.save()
        [saved] = folder.rglob("details_*.parquet")
        logged = pandas.read_parquet(saved)["metric"].tolist()
        return tracker.metrics_logger.metric_aggregated["tiny|0"], logged

    return run


@pytest.mark.filterwarnings("default")  # of lighteval and what it imports
def test_a_run_gives_what_evaluate_gives(pipeline):
    results, logged = pipeline(metric_grouping(METRICS, lang="en"), bootstrap_iters=50)
    expected = evaluate(SAID, GOLD, metrics=METRICS, lang="en")
    for name in ("accuracy", "f1", "rouge_l_recall"):
        score = expected[name.removesuffix("_recall")]
        stderr = statistics.stdev(score.samples.tolist()) / len(SAID) ** 0.5
        assert results[f"textmetrics_{name}"] == pytest.approx(score, rel=0, abs=1e-12)
        assert results[f"textmetrics_{name}_stderr"] == pytest.approx(stderr, rel=0, abs=1e-12)
    assert results["textmetrics_bleu_4"] == expected["bleu_4"] > 0
    assert 0 < results["textmetrics_bleu_4_stderr"] < 1
    assert corpus_value([each["textmetrics_bleu_4"] for each in logged]) == expected["bleu_4"]
