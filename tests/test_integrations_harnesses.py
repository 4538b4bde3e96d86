"""Scored as each harness does it: by its own runner, with a model that answers what is expected.

Most of them pin versions that others need newer, so that they are not installed with the tests:
docs/integrations.md has the environments.
"""

from __future__ import annotations

import json
import sys

import pytest

from textmetrics import evaluate
from textmetrics.rewards import Reward

# Harnesses warn of what they import.
pytestmark = pytest.mark.filterwarnings("ignore")

SAID = ["a red fox ran quickly home", "blue", "the dog did not run", "a cat"]
GOLD = [
    ["two red foxes", "that red fox ran quickly home"],
    ["blue sky"],
    ["the dog did not run away"],
    ["a cat"],
]
FIRST = [references[-1] for references in GOLD]
METRICS = ["f1", "rouge_l", "bleu_4"]
OPTIONS = {"lang": "en", "stopwords": False}


def needs(module, group):
    return pytest.importorskip(
        module,
        reason=f"{module} is not installed: it has pins of its own; pip install --group {group}",
    )


def expected(references, *, sentences=False):
    """Return the values by the names that harnesses show."""
    scores = evaluate(SAID, references, metrics=METRICS, **OPTIONS)
    bleu = {"textmetrics_bleu_4": float(scores["bleu_4"])}
    if sentences:
        bleu = {"textmetrics_bleu_4_sentences": float(scores["bleu_4"].sentence_mean)}
    means = {"textmetrics_f1": scores["f1"], "textmetrics_rouge_l_recall": scores["rouge_l"]}
    return pytest.approx({**{name: float(score) for name, score in means.items()}, **bleu})


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("inspect_ai", "from textmetrics.integrations import inspect_ai"),
        ("deepeval", "from textmetrics.integrations import deepeval"),
        ("opencompass", "from textmetrics.integrations import opencompass"),
        ("mlflow", "from textmetrics.integrations.mlflow import model_metrics as m; m(['f1'])"),
        ("mlflow", "from textmetrics.integrations.mlflow import genai_scorers as m; m(['f1'])"),
        ("evalscope", "from textmetrics.integrations.evalscope import register_metrics as m; m()"),
        (
            "swift",
            "from textmetrics.integrations.ms_swift import register_eval_metric as m; m('x')",
        ),
        ("swift", "from textmetrics.integrations.ms_swift import register_reward as m; m('x', 1)"),
    ],
)
def test_without_a_library_the_error_says_what_to_install(library, call, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"textmetrics.integrations.{library}", raising=False)
    installed = {"swift": "ms-swift", "inspect_ai": "inspect-ai"}.get(library, library)
    with pytest.raises(ImportError, match=rf"needs {installed}.*: pip install {installed} \("):
        exec(call, {})


# --- Inspect


@pytest.fixture
def inspected(tmp_path):
    """Return a function that runs a task of Inspect with a mock model."""
    needs("inspect_ai", "harnesses")
    from inspect_ai import Task
    from inspect_ai import eval as run_task
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    from textmetrics.integrations.inspect_ai import text_scorer

    def answer(text):
        output = ModelOutput.from_content("mockllm/model", text)
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    def run(epochs=1, metrics=METRICS):
        task = Task(
            [Sample(said, target=gold) for said, gold in zip(SAID, GOLD, strict=True)],
            scorer=text_scorer(metrics, **OPTIONS),
            epochs=epochs,
        )
        model = get_model("mockllm/model", custom_outputs=[*map(answer, SAID * epochs)])
        [log] = run_task(
            task, model=model, display="none", log_dir=str(tmp_path), max_connections=1
        )
        return log

    return run


def test_inspect(inspected):
    log = inspected()
    assert log.status == "success"
    found = {score.name: score.metrics for score in log.results.scores}
    values = {name: next(iter(each.values())).value for name, each in found.items()}
    assert values == expected(GOLD)
    assert set(found["textmetrics_f1"]) == {"mean", "stderr"}
    assert set(found["textmetrics_bleu_4"]) == {"corpus"}


def test_inspect_reduces_epochs_to_means_which_no_corpus_value_is(inspected):
    log = inspected(2)
    assert log.status == "error"
    assert "bleu_4 is a corpus value, and Inspect reduces epochs to means" in log.error.message
    assert inspected(2, ["f1"]).status == "success"


# --- DeepEval


def test_deepeval(monkeypatch, tmp_path):
    monkeypatch.setenv("DEEPEVAL_TELEMETRY_OPT_OUT", "YES")
    monkeypatch.chdir(tmp_path)  # it writes there
    needs("deepeval", "harnesses")
    from deepeval import evaluate as run
    from deepeval.evaluate import DisplayConfig
    from deepeval.test_case import LLMTestCase

    from textmetrics.integrations.deepeval import TextMetric

    cases = [
        LLMTestCase(input="?", actual_output=said, expected_output=gold)
        for said, gold in zip(SAID, FIRST, strict=True)
    ]
    metrics = [TextMetric(name, threshold=0.5, **OPTIONS) for name in METRICS]
    metrics.append(TextMetric("bleu_4", preset="nltk", smoothing="method1", threshold=0.5))
    metrics.append(TextMetric("wer", preset="jiwer", threshold=0.25))
    display = DisplayConfig(print_results=False, show_indicator=False)
    results = run(cases, metrics, display_config=display).test_results
    values = {}
    for result in results:
        for each in result.metrics_data:
            values.setdefault(each.name, []).append(each.score)
            lower = each.name.endswith("wer_sentences")
            assert each.success == (each.score <= 0.25 if lower else each.score >= 0.5)
    means = {name: sum(each) / len(each) for name, each in values.items()}
    assert {name: means[name] for name in expected(FIRST, sentences=True).expected} == expected(
        FIRST, sentences=True
    )
    bleu = evaluate(SAID, FIRST, metrics=["bleu_4"], preset="nltk", smoothing="method1")["bleu_4"]
    assert values["textmetrics_nltk_bleu_4_sentences"] == bleu.samples.tolist()
    with pytest.raises(ValueError, match="the test case has no expected_output: give both"):
        metrics[0].measure(LLMTestCase(input="?", actual_output="a"))


# --- MLflow


@pytest.mark.integration("mlflow", "pandas")
def test_mlflow_models(monkeypatch, tmp_path):
    import mlflow
    import pandas

    from textmetrics.integrations.mlflow import model_metrics

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.chdir(tmp_path)
    data = pandas.DataFrame({"said": SAID, "gold": FIRST})
    with mlflow.start_run():
        result = mlflow.models.evaluate(
            data=data,
            predictions="said",
            targets="gold",
            extra_metrics=model_metrics(METRICS, **OPTIONS),
            evaluators="default",
        )
    found = {name.partition("/")[0]: value for name, value in result.metrics.items()}
    assert found == expected(FIRST)
    assert "textmetrics_bleu_4/corpus" in result.metrics
    rows = result.tables["eval_results_table"]["textmetrics_f1/score"].tolist()
    scored = evaluate(SAID, FIRST, metrics=["f1"], **OPTIONS)["f1"]
    assert rows == pytest.approx(scored.samples.tolist())


@pytest.mark.integration("mlflow")
def test_mlflow_genai(monkeypatch, tmp_path):
    import mlflow.genai

    from textmetrics.integrations.mlflow import genai_scorers

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.chdir(tmp_path)
    rows = [
        {"inputs": {"question": "?"}, "outputs": said, "expectations": {"gold": gold}}
        for said, gold in zip(SAID, GOLD, strict=True)
    ]
    scorers = genai_scorers(METRICS, expectation="gold", **OPTIONS)
    metrics = mlflow.genai.evaluate(data=rows, scorers=scorers).metrics
    found = {name.removesuffix("/mean"): float(value) for name, value in metrics.items()}
    assert found == expected(GOLD, sentences=True)


# --- EvalScope


def test_evalscope(tmp_path):
    needs("evalscope", "evalscope")
    from evalscope import TaskConfig, run_task
    from evalscope.api.benchmark import BenchmarkMeta, DefaultDataAdapter
    from evalscope.api.dataset import Sample
    from evalscope.api.model import ModelAPI, ModelOutput
    from evalscope.api.registry import register_benchmark, register_model_api

    from textmetrics.integrations.evalscope import register_metrics

    lines = [{"said": said, "gold": gold} for said, gold in zip(SAID, GOLD, strict=True)]
    file = tmp_path / "default_test.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    names = register_metrics(METRICS, **OPTIONS)
    with pytest.raises(ValueError, match="'textmetrics_f1' is registered with EvalScope already"):
        register_metrics(["f1"], lang="en")

    @register_benchmark(
        BenchmarkMeta(
            name="tiny",
            pretty_name="Tiny",
            description="tiny",
            dataset_id=str(tmp_path),
            metric_list=names,
            eval_split="test",
            prompt_template="{question}",
        )
    )
    class Tiny(DefaultDataAdapter):
        def load_from_disk(self, **kwargs):
            return super().load_from_disk(use_local_loader=True)

        def record_to_sample(self, record):
            return Sample(input=record["said"], target=record["gold"])

    @register_model_api("echo")
    class Echo(ModelAPI):
        def generate(self, **call):
            return ModelOutput.from_content(model="echo", content=call["input"][-1].text)

    config = TaskConfig(
        model="echo",
        eval_type="echo",
        datasets=["tiny"],
        work_dir=str(tmp_path / "out"),
        dataset_args={"tiny": {"local_path": str(tmp_path)}},
    )
    report = run_task(config)["tiny"]
    found = {each.identity.name: each.score for each in report.metrics}
    shown = {
        name: round(value, 4) for name, value in expected(GOLD, sentences=True).expected.items()
    }
    assert found == pytest.approx(shown, abs=1e-9)


# --- OpenCompass


def test_opencompass():
    needs("opencompass", "opencompass")
    from datasets import Dataset
    from opencompass.registry import ICL_EVALUATORS

    import textmetrics.integrations.opencompass  # noqa: F401 - which registers it

    config = {"type": "TextMetricsEvaluator", "metrics": METRICS, **OPTIONS}
    evaluator = ICL_EVALUATORS.build(config)
    data = Dataset.from_dict({"gold": GOLD})
    found = evaluator.evaluate(1, 1, data, predictions=SAID, references=GOLD)
    assert {name: value / 100 for name, value in found.items()} == expected(GOLD)


# --- ms-swift


def test_ms_swift():
    needs("swift", "ms-swift")
    import numpy as np
    from swift.metrics import eval_metrics_map
    from swift.rewards import orms
    from swift.utils import Serializer
    from transformers import EvalPrediction

    from textmetrics.integrations.ms_swift import register_eval_metric, register_reward

    def tensors(texts):
        rows = [Serializer.to_tensor(text).numpy() for text in texts]
        width = max(map(len, rows))
        return np.array([np.pad(row, (0, width - len(row))) for row in rows])

    register_eval_metric("text", METRICS, **OPTIONS)
    metric = eval_metrics_map["text"](None, None)
    found = metric.compute_metrics(EvalPrediction(tensors(SAID), tensors(FIRST)))
    assert {f"textmetrics_{name}": found[name] for name in ("f1", "rouge_l_recall", "bleu_4")} == (
        expected(FIRST)
    )
    register_reward("token_f1", Reward("f1", column="reference", **OPTIONS))
    scored = evaluate(SAID, GOLD, metrics=["f1"], **OPTIONS)["f1"]
    assert orms["token_f1"](args=None)(SAID, reference=GOLD) == scored.samples.tolist()
    with pytest.raises(ValueError, match="'token_f1' is registered with ms-swift already"):
        register_reward("token_f1", Reward("f1"))
