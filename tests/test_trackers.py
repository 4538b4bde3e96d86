"""Numbers as experiment trackers log them: as they are, under names that all of them allow."""

from __future__ import annotations

import json
import math
import re

import pytest

from textmetrics import compare, evaluate
from textmetrics.evaluation import flat

SAID = ["a red fox", "blue", "the dog ran", ""]
GOLD = ["a red fox ran", "blue sky", "a dog", "fish"]
# MLflow's rule is the narrowest: letters of any script, digits, _ - . / space and colon, in a path
# without empty or relative parts, of at most 250 characters; TensorBoard allows neither space nor
# colon, W&B and trackio keep names that begin with _ to themselves, trackio some others too.
ALLOWED = re.compile(r"(?!_)[\w.-]+(/[\w.-]+)*")
RESERVED = ("project", "run", "timestamp", "step", "time", "metrics")


def allowed(name):
    parts = name.split("/")
    return (
        bool(ALLOWED.fullmatch(name))
        and len(name) <= 250
        and name not in RESERVED
        and not {"", ".", ".."} & {*parts}
    )


@pytest.fixture(scope="module")
def evaluation():
    metrics = ["accuracy", "f1", "rouge_l", "bleu_4", "wer"]
    return evaluate(SAID, GOLD, lang="en", metrics=metrics, stopwords="both")


@pytest.fixture(scope="module")
def comparison(evaluation):
    other = evaluate(GOLD, GOLD, lang="en", metrics=list(evaluation), stopwords="both")
    # As people name models: with signs that no tracker allows, and all the same but for these.
    return compare({"qwen 2.5:7b": evaluation, "qwen+2.5/7b": other, "模型@微调": other})


def test_an_evaluation_by_hand():
    result = evaluate(["a red fox", "a dog"], ["a red fox ran", "blue"], lang="en", metrics=["f1"])
    # Without stopwords: red fox of red fox ran, 2 * 2 / 5, and nothing. The ratios of lengths are
    # 2 / 3 and 1, of which the lower one is the median.
    values = {"f1": 4 / 5 / 2, "n": 2.0, "length_ratio": 2 / 3}
    assert result.to_flat() == pytest.approx(values)
    assert result.to_flat("eval/") == pytest.approx({f"eval/{k}": v for k, v in values.items()})


def test_every_value_of_an_evaluation_is_there(evaluation):
    found = evaluation.to_flat()
    rouge, bleu = evaluation["rouge_l"], evaluation["bleu_4"]
    assert found["rouge_l_precision"] == rouge.precision
    assert found["rouge_l_recall"] == rouge.recall == float(rouge)
    assert found["rouge_l_f1"] == rouge.f1
    assert found["rouge_l_f1_all_tokens"] == rouge.all_tokens.f1
    assert found["bleu_4_sentences"] == bleu.sentence_mean
    assert found["bleu_4_brevity_penalty"] == bleu.details["brevity_penalty"]
    details = bleu.all_tokens.details
    assert found["bleu_4_precision_1_all_tokens"] == details["precision_1"]
    assert found["wer"] == float(evaluation["wer"])
    assert found["n"] == 4.0
    assert found["length_ratio"] == evaluation.health.length_ratio(0.5)


def test_a_comparison(comparison):
    found = comparison.to_flat()
    for score in comparison.report.scores:
        if score.model == "模型@微调" and score.metric == "rouge_l":
            assert found["模型_微调/rouge_l_recall"] == score.value
            assert found["模型_微调/rouge_l_recall_low"] == score.interval[0]
            assert found["模型_微调/rouge_l_recall_all_tokens"] == score.all_tokens.value
    for each in comparison.report.comparisons:
        if each.model == "模型@微调" and each.metric == "f1":
            assert found["模型_微调/f1_difference"] == each.difference
            assert found["模型_微调/f1_p_value"] == each.p_value_adjusted
    assert not [name for name in found if name.startswith("qwen_2.5_7b/") and "difference" in name]


def test_a_comparison_of_several_tasks(evaluation):
    both = {"qa": evaluation, "mt": evaluation}
    found = compare({"a": both, "b": both})
    names = set(found.to_flat("x/"))
    assert {"x/qa/a/f1", "x/mt/b/f1", "x/mt/b/f1_difference"} <= names


def test_only_finite_floats_under_allowed_names(evaluation, comparison):
    for found in (evaluation.to_flat(), evaluation.to_flat("eval/"), comparison.to_flat()):
        assert found
        for name, value in found.items():
            assert allowed(name), name
            assert type(value) is float
            assert math.isfinite(value)
        assert json.loads(json.dumps(found)) == found


def test_a_score_without_value_is_left_out():
    """Of a metric that leaves every sample out, the mean is no number."""
    result = evaluate(["a"], [""], preset="evalscope", metrics=["rouge_l"])
    assert not math.isfinite(result["rouge_l"])
    assert result.to_flat() == {"n": 1.0}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f1", "f1"),
        ("eval/f1", "eval/f1"),
        ("eval//f1", "eval/f1"),
        ("/f1/", "f1"),
        ("../f1", "__/f1"),
        ("./f1", "_/f1"),
        ("a b", "a_b"),
        ("qwen:7b", "qwen_7b"),
        ("50%", "50_"),
        ("模型/得分", "模型/得分"),
        ("モデル（改）", "モデル_改_"),
        ("a\\b\n", "a_b_"),
        ("step", "score_step"),
        ("eval/step", "eval/step"),
        ("_f1", "score_f1"),
        ("", "score_"),
        ("/", "score_"),
    ],
)
def test_names(name, expected):
    expected = f"score{expected}" if expected.startswith("_") else expected
    assert list(flat({name: 1})) == [expected]
    assert allowed(expected)


def test_names_stay_apart():
    """Nothing is lost where two names become one."""
    found = flat({"a b": 1, "a:b": 2, "a_b": 3, "a_b_2": 4})
    assert sorted(found.values()) == [1, 2, 3, 4]
    long = flat({f"{'x' * 400}{end}": 1.0 for end in ("a", "b")})
    assert len(long) == 2
    assert all(map(allowed, long))


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_no_number_is_left_out(value):
    assert flat({"a": value, "b": 1}) == {"b": 1.0}


def test_a_prefix_is_text(evaluation):
    with pytest.raises(TypeError, match=r"prefix must be a string such as 'eval/', got int"):
        evaluation.to_flat(3)


# --- the trackers themselves

quiet = pytest.mark.filterwarnings("ignore")  # warnings of theirs are not ours to mend


@pytest.fixture(params=["evaluation", "comparison"])
def numbers(request):
    return request.getfixturevalue(request.param).to_flat("eval/")


@quiet
@pytest.mark.integration("mlflow")
def test_mlflow(numbers, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    import mlflow

    mlflow.set_tracking_uri(tmp_path.as_uri())
    mlflow.set_experiment("test")
    with mlflow.start_run() as run:
        mlflow.log_metrics(numbers, step=1)
    logged = mlflow.get_run(run.info.run_id).data.metrics
    assert logged == pytest.approx(numbers)


@quiet
@pytest.mark.integration("tensorboard", "torch")
def test_tensorboard(numbers, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(tmp_path) as writer:
        for name, value in numbers.items():
            writer.add_scalar(name, value, 1)
        writer.add_scalars("all", numbers, 1)
    events = EventAccumulator(str(tmp_path)).Reload()
    assert {*events.Tags()["scalars"]} >= {*numbers}
    for name, value in numbers.items():
        [event] = events.Scalars(name)
        assert event.value == pytest.approx(value)


@quiet
@pytest.mark.integration("wandb")
def test_wandb(numbers, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_SILENT", "true")
    import wandb

    with wandb.init(mode="offline", dir=tmp_path, project="test") as run:
        run.log(numbers)
        logged = {name: run.summary[name] for name in numbers}
    assert logged == pytest.approx(numbers)


@quiet
@pytest.mark.integration("trackio")
def test_trackio(numbers, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import trackio
    from trackio.sqlite_storage import SQLiteStorage

    trackio.init(project="test", name="run", embed=False, auto_log_cpu=False)
    trackio.log(numbers)
    trackio.finish()
    [logged] = SQLiteStorage.get_logs("test", "run")
    assert {name: logged[name] for name in numbers} == pytest.approx(numbers)


@quiet
@pytest.mark.integration("accelerate", "tensorboard")
def test_accelerate(numbers, tmp_path):
    from accelerate import Accelerator
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accelerator = Accelerator(cpu=True, log_with="tensorboard", project_dir=tmp_path)
    accelerator.init_trackers("run")
    accelerator.log(numbers, step=1)
    accelerator.end_training()
    [folder] = {path.parent for path in tmp_path.rglob("events.out*")}
    logged = EventAccumulator(str(folder)).Reload()
    assert {*logged.Tags()["scalars"]} >= {*numbers}
