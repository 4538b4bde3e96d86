"""What a command says of the program that wrote a file: true, or not said.

Texts and numbers are those of the programs themselves: EvalScope fde259d2a32a,
lm-evaluation-harness 4e7e0d47f33b, OpenCompass a5acc4bba3b6, LongBench 2e00731f8d0b.
"""

from __future__ import annotations

import json
import math
import re

import pytest

from textmetrics.cli import main
from textmetrics.records import FORMATS

_QA = [
    ("July 1969", "1969", 1.0),
    ("", "长江", None),  # it fails, and writes no ROUGE
    ("Isaac Newton.", "Isaac Newton", 0.5),
    ("鲁迅和不是", "鲁迅", 1.0),
    ("the.", "the", 0.0),
]
_ACC = [
    ("Marie Curie", "Marie Curie", 1.0),
    ("Canberra", "Tokyo", 0.0),
    ("mount everest", "Mount Everest", 1.0),
    ("Beethoven.", "Beethoven", 0.0),
    (" Canberra", "Canberra", 1.0),
]
_EVALSCOPE_GSM8K = [  # with the answers that it extracts
    ("48", "48", 1.0),
    ("1503", "1,503", 1.0),
    ("", "2,700", 0.0),
    ("1200", "1,230", 0.0),
    ("33", "33", 1.0),
]
_GSM8K = [  # after the filter strict-match
    ("[invalid]", "3 and 800 make it.\n#### 813", 0.0),
    ("1750", "250 and 1500 make it.\n#### 1,750", 1.0),
    ("46200", "1200 and 45000 make it.\n#### 46,200", 1.0),
    ("33", "3 and 30 make it.\n#### 33", 1.0),
    ("[invalid]", "40 and 7 make it.\n#### 48", 0.0),
]
_FLEXIBLE = [  # after flexible-extract: 47.0 is not 48, 3 not 813
    ("3", "3 and 800 make it.\n#### 813", 0.0),
    ("1750", "250 and 1500 make it.\n#### 1,750", 1.0),
    ("70", "40 and 30 make it.\n#### 70", 1.0),
    ("47.0", "40 and 7 make it.\n#### 48", 0.0),
]
_EXACT = [
    ("“上海”", ["上海"], 0.0),
    ("是的", ["是的"], 1.0),
    ("北", ["北京", "北京市"], 0.0),
    ("春节\n", ["春节", "农历新年"], 0.0),
]
_OPTIONS = [("所以B", "B"), ("根据题意，D错误，故C。", "C"), ("选项C正确", "A"), ("(D)", "B")]
_TRIVIA = [("\nAU", ["Au"]), (".", ["."]), ("a piano.", ["a piano"]), ("Rome\nQuestion", ["Rome"])]


def review(index, prediction, target, value, *, main="acc", **more):
    """Return a line of EvalScope's reviews; without an extraction both texts are the same."""
    values = dict(more)
    if value is not None:
        values[main] = value
    score = {
        "value": values,
        "extracted_prediction": prediction,
        "prediction": f"Thinking … {prediction}" if main == "acc" else prediction,
        "explanation": None,
        "metadata": {},
        "main_score_name": main,
    }
    sample = {"score": score, "sample_id": index, "group_id": index, "sample_metadata": {}}
    return {"index": index, "input": "?", "target": target, "sample_score": sample}


def logged(index, prediction, target, value, *, chosen="none", **metrics):
    """Return a line of the samples that lm-evaluation-harness logs."""
    return {
        "doc_id": index,
        "doc": {"question": "?", "answer": target},
        "target": str(target),
        "arguments": {"gen_args_0": {"arg_0": "?", "arg_1": {}}},
        "resps": [[f"So, {prediction}"]],
        "filtered_resps": [prediction],
        "filter": chosen,
        "metrics": ["exact_match", *metrics],
        "exact_match": value,
        **metrics,
    }


def reviews(rows, **options):
    return [review(index, *row, **options) for index, row in enumerate(rows)]


def judged(rows):
    """Return reviews of which the last was decided by a model."""
    lines = reviews(rows)
    lines[-1]["sample_score"]["score"].update(
        explanation="LLM judge: A", metadata={"source": "llm_judge"}
    )
    return lines


def samples(rows, **options):
    return [logged(index, *row, **options) for index, row in enumerate(rows)]


def said(folder, name, lines, run, *options):
    """Return what is said of a file, in one line."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(lines, dict):
        path.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    else:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        path.write_text(text, encoding="utf-8")
    assert main(["score", str(path), *options]) == 0
    return run().out


@pytest.fixture
def out(capsys):
    return capsys.readouterr


BLEU = {f"bleu-{n}": 0.0 for n in range(1, 5)}


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        (
            "reviews/m/general_qa_default.jsonl",
            reviews(_QA, main="Rouge-L-R", **BLEU),
            "EvalScope's file says 62.50; recomputed 62.50 (Rouge-L-R: --preset evalscope",
        ),
        (
            "reviews/m/trivia_qa_default.jsonl",
            reviews(_ACC),
            "EvalScope's file says 60.00; recomputed 60.00 (acc: --preset evalscope --metrics acc)",
        ),
        (
            "reviews/m/gsm8k_main.jsonl",
            reviews(_EVALSCOPE_GSM8K),
            "EvalScope's file says 60.00; recomputed 60.00 (acc: --preset evalscope --numeric",
        ),
        (
            "samples_gsm8k_2026-01-01T10-00-00.123456.jsonl",
            samples(_GSM8K, chosen="strict-match"),
            "lm-evaluation-harness's file says 60.00; recomputed 60.00 (exact_match: "
            "--preset lm_eval --task gsm8k --task-filter none --metrics exact_match)",
        ),
        (
            "samples_gsm8k_2026-01-01T10-00-00.123456.jsonl",
            samples(_FLEXIBLE, chosen="flexible-extract"),
            "lm-evaluation-harness's file says 50.00; recomputed 50.00 (exact_match: ",
        ),
        (
            "samples_own_2026-01-01T10-00-00.123456.jsonl",
            samples(_EXACT),
            "lm-evaluation-harness's file says 25.00; recomputed 25.00 (exact_match: --preset "
            "lm_eval --metrics exact_match)",
        ),
        (
            "outputs.jsonl",
            [
                {"lm_output": text, "references": answers, "extra_info": {}, "exact_match": right}
                for text, answers, right in [("東京", ["東京", "京"], True), ("2", ["3"], False)]
            ],
            "flexeval's file says 50.00; recomputed 50.00 (exact_match: --preset flexeval",
        ),
        (
            "results.json",
            {"outputs": {"niilc": [{"pred": "東京です", "true": "東京", "char_f1": 0.67}]}},
            "llm-jp-eval's file says 67.00; recomputed 67.00 (char_f1: --preset llm_jp_eval",
        ),
        (
            "data.jsonl",
            [
                {"模型结果": "北京", "预期回答": expected, "ROUGE-L": value}
                for expected, value in [("北京", "100.00%"), ("东海", "0.00%")]
            ],
            "Qianfan's file says 50.00; recomputed 50.00 (ROUGE-L: --preset qianfan --metrics",
        ),
        (
            "pred/m/triviaqa.jsonl",
            [
                {"pred": text, "answers": answers, "all_classes": None, "length": 9}
                for text, answers in _TRIVIA
            ],
            # Two texts of which nothing is left have nothing in common: 0.
            "LongBench prints F1 75.00 for this file: --preset longbench --dataset triviaqa",
        ),
    ],
)
def test_the_number_of_the_program(name, lines, expected, tmp_path, out):
    assert expected in said(tmp_path, name, lines, out)


def details(rows, **more):
    """Return results of OpenCompass with the details of an evaluator, in which runs are lists."""
    found = [
        {"pred": [text], "answer": [gold], "correct": [right], "example_abbr": f"_{number}"}
        for number, (text, gold, right) in enumerate(rows)
    ]
    return {"accuracy": 50.0, "details": found, **more}


_MINERVA = [  # of which math_verify reads more
    (r"The answer is $\boxed{x}$.", r"So $\boxed{x}$.", 0.0, 1.0),
    (r"Final Answer: The final answer is $2$. I hope it is correct.", r"$\boxed{2}$", 1.0, 1.0),
    ("nothing", r"$\boxed{3}$", 0.0, 0.0),
]


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        # The benchmark has extracted the answer before math_acc does.
        (
            "reviews/m/math_default.jsonl",
            reviews(_EVALSCOPE_GSM8K, main="math_acc"),
            ["EvalScope's file says 60.00; recomputed 60.00 (math_acc: --preset evalscope"],
        ),
        # All metrics of a file are compared.
        (
            "samples_minerva_math_algebra_2026-01-01T10-00-00.123456.jsonl",
            [
                logged(number, text, gold, right, math_verify=verified)
                for number, (text, gold, right, verified) in enumerate(_MINERVA)
            ],
            [
                "file says 33.33; recomputed 33.33 (exact_match: --preset lm_eval --task min",
                "file says 66.67; recomputed 66.67 (math_verify: --preset lm_eval --metrics math_v",
            ],
        ),
        (
            "outputs.jsonl",
            [
                {
                    "lm_output": text,
                    "references": [answer],
                    "extra_info": {},
                    "exact_match": text == answer,
                    "char_f1": value,
                }
                for text, answer, value in [("東京", "東京", 1.0), ("東京です", "東京", 0.67)]
            ],
            [
                "flexeval's file says 50.00; recomputed 50.00 (exact_match: --preset flexeval",
                "flexeval's file says 83.50; recomputed 83.50 (char_f1: --preset flexeval",
            ],
        ),
        # Percentages without their sign, and texts as in a table.
        (
            "data.jsonl",
            [
                {"模型结果": "北京", "预期回答": expected, "ROUGE-L": value}
                for expected, value in [("北京", "100"), ("东海", "0.00")]
            ],
            ["Qianfan's file says 50.00; recomputed 50.00 (ROUGE-L: --preset qianfan"],
        ),
        # Some samples alone have a number.
        (
            "outputs.jsonl",
            [
                {"lm_output": "東京", "references": ["東京"], "extra_info": {}, "exact_match": 1},
                {"lm_output": "京", "references": ["東京"], "extra_info": {}},
            ],
            ["flexeval's file says 100.00 for 1 of 2 samples; recomputed 100.00 (exact_match: "],
        ),
        # Options that a task not known here may have.
        (
            "samples_own_2026-01-01T10-00-00.123456.jsonl",
            samples([("a 1.", ["a ."], 1.0), ("A", ["a"], 0.0), ("b", ["b!"], 0.0)]),
            ["recomputed 33.33 (exact_match: --preset lm_eval --ignore-numbers"],
        ),
        (
            "results/m/ARC-c.json",
            details([("B", "B", True), ("C", "A", False)]),
            ["OpenCompass's file says 50.00; recomputed 50.00 (correct: --preset opencompass "],
        ),
        (
            "results/m/nq.json",
            details([("red fox", ["fox", "dog"], True), ("cat", ["dog"], False)]),
            ["--evaluator NQEvaluator --pred-postprocessor none --metrics accuracy)"],
        ),
        (
            "results/m/gsm8k.json",
            {
                "accuracy": 100.0,
                "details": {
                    "type": "GEN",
                    "0": {
                        "prompt": "?",
                        "origin_prediction": "It is 48.0",
                        "predictions": "48.0",
                        "references": "48",
                        "correct": True,
                    },
                },
            },
            ["recomputed 100.00 (correct: --preset opencompass --evaluator Gsm8kEvaluator"],
        ),
        (
            "results/m/own.json",
            details([("B", "B", False)]),
            ["file says 0.00 (correct); not recomputed: this file does not tell the options"],
        ),
        # The data set has one evaluator in all configurations.
        (
            "results/m/gsm8k.json",
            details([("48.0", "48", True), ("7", "8", True), ("5", "5", True)]),
            [
                "warning: OpenCompass's file says 100.00; recomputed 66.67 (correct: ",
                "first sample 2 (idx 1): 1 in the file, 0 recomputed",
            ],
        ),
        # That of MATH differs between configurations.
        (
            "results/m/math.json",
            details([("48.0", "48", True), ("7", "8", True)]),
            ["file says 100.00 (correct); not recomputed: this file does not tell the options"],
        ),
        # What is no number is none.
        (
            "reviews/m/own_default.jsonl",
            reviews([("A", "A", 1.0), ("B", "A", math.inf), ("C", "A", 10**400)]),
            ["EvalScope's file says 100.00; recomputed "],
        ),
        # A judge or a sandbox decided some of it.
        (
            "reviews/m/simple_qa_default.jsonl",
            judged([("In Paris", "Paris", 1.0), ("Rome", "Paris", 0.0)]),
            ["EvalScope's file says 50.00 (acc); not recomputed: this file does not tell the"],
        ),
        # Without its verdicts, the evaluators come in question.
        (
            "results/m/own.json",
            {"accuracy": 1.0, "details": {"0": {"predictions": "B", "references": "B"}}},
            ["what OpenCompass prints depends on the task, which this file does not tell: "],
        ),
        # Without --metric, ms-swift prints nothing; Qianfan may have asked a model.
        (
            "infer.jsonl",
            [{"response": "北京", "labels": "北京市", "messages": []}],
            [
                "what ms-swift prints depends on the task",
                "--preset ms_swift with --metrics rouge_l",
            ],
        ),
        (
            "own.jsonl",
            [{"llm_output": "北京", "expected_output": "北京市"}],
            ["what Qianfan prints depends on the task", "--preset qianfan with --metrics rouge_l"],
        ),
        (
            "pred/m/TriviaQA_e.jsonl",
            [{"pred": "a", "answers": ["a"], "all_classes": None, "length": 9}],
            ["what LongBench prints depends on the task", "--preset longbench with --dataset tri"],
        ),
    ],
)
def test_what_is_in_a_file(name, lines, expected, tmp_path, out):
    text = said(tmp_path, name, lines, out)
    assert [each for each in expected if each not in text] == []


def test_nothing_is_said_of_all_records_where_some_are_left_out(tmp_path, out):
    lines = [
        {"pred": text, "answers": answers, "all_classes": None, "length": 9}
        for text, answers in _TRIVIA
    ]
    path = tmp_path / "triviaqa.jsonl"
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_text(text + '{"pred": "a", "answers": [], "all_classes": null, "length": 9}\n')
    assert main(["score", str(path), "--errors", "skip"]) == 3
    assert "LongBench prints" not in out().out
    lines = [*reviews(_ACC), {"index": 9, "target": None, "sample_score": {}}]
    path = tmp_path / "reviews" / "trivia_qa_default.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["score", str(path), "--errors", "skip"]) == 3
    assert "EvalScope's file says 60.00 for 5 of 6 samples; recomputed 60.00" in out().out


def test_what_evalscope_extracted_is_named_by_its_field(tmp_path, out):
    text = said(tmp_path, "reviews/m/trivia_qa_default.jsonl", reviews(_ACC), out)
    advice = "--prediction-field sample_score.score.extracted_prediction"
    assert f"recomputed 60.00 (acc: --preset evalscope --metrics acc), with {advice}\n" in text
    path = str(tmp_path / "reviews" / "m" / "trivia_qa_default.jsonl")
    assert (
        main(["score", path, *["--preset", "evalscope", "--metrics", "acc"], *advice.split()]) == 0
    )
    assert " acc     60.00  5" in out().out


def test_evalscopes_number_of_code_is_no_comparison_of_texts(tmp_path, out):
    lines = [line | {"target": ""} for line in reviews(_ACC)]
    text = said(tmp_path, "reviews/m/mbpp_default.jsonl", lines, out)
    assert "EvalScope's file says 60.00 (acc); not recomputed: no metric of preset" in text


def test_outputs_beside_the_evaluation(tmp_path, out):
    outputs = {"niilc": [{"pred": "東京", "true": "東京", "exact_match": 1}]}
    lines = {"evaluation": {"scores": {}}, "outputs": outputs}
    text = said(tmp_path, "results.json", lines, out)
    assert "llm-jp-eval's file says 100.00; recomputed 100.00 (exact_match: " in text


def test_a_second_metric_that_differs_is_a_warning_too(tmp_path, out):
    lines = [
        {
            "lm_output": "東京",
            "references": ["東京"],
            "extra_info": {},
            "exact_match": 1,
            "char_f1": 0.5,
        }
    ]
    text = said(tmp_path, "outputs.jsonl", lines, out)
    assert "flexeval's file says 100.00; recomputed 100.00 (exact_match: " in text
    assert "flexeval's file says 50.00 (char_f1); not recomputed: this file does not tell" in text


@pytest.mark.parametrize("form", list(FORMATS), ids=lambda each: each.name)
@pytest.mark.parametrize("name", ["gsm8k.json", "lcsts.json", "general_qa.jsonl", "triviaqa"])
def test_what_comes_in_question_can_be_given(form, name, tmp_path, out):
    path = tmp_path / "a.jsonl"
    path.write_text('{"prediction": "A", "reference": "A"}\n', encoding="utf-8")
    for candidate in form.candidates(name):
        given = candidate.replace("--task NAME", "--task gsm8k").split()
        assert main(["score", str(path), "--preset", str(form.preset), *given]) == 0, candidate
        out()


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        (
            "reviews/m/trivia_qa_default.jsonl",
            reviews([*_ACC[:3], ("Beethoven.", "Beethoven", 1.0), _ACC[4]]),
            "warning: EvalScope's file says 80.00; recomputed 60.00 (acc: --preset evalscope "
            "--metrics acc): 1 of 5 samples differ, first sample 4 (index 3): 1 in the file, 0 "
            "recomputed",
        ),
        (
            "reviews/m/general_qa_default.jsonl",
            reviews([("Isaac Newton.", "Isaac Newton", 0.9)], main="Rouge-L-R", **BLEU),
            "warning: EvalScope's file says 90.00; recomputed 50.00 (Rouge-L-R: ",
        ),
        (
            "samples_gsm8k_2026-01-01T10-00-00.123456.jsonl",
            samples([("1750", "#### 1,750", 0.0), *_GSM8K], chosen="strict-match"),
            "first sample 1 (doc_id 0): 0 in the file, 1 recomputed",
        ),
    ],
)
def test_a_number_that_differs_is_a_warning(name, lines, expected, tmp_path, out):
    assert expected in said(tmp_path, name, lines, out)


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        # The program's number stands without ours where its definition is not known.
        (
            "reviews/m/humaneval_default.jsonl",
            reviews(_ACC, main="pass@1"),
            "EvalScope's file says 60.00 (pass@1); not recomputed: no metric of preset evalscope "
            "is known to be the same",
        ),
        (
            "samples_own_2026-01-01T10-00-00.123456.jsonl",
            samples([("a", "b", 1.0)]),
            "lm-evaluation-harness's file says 100.00 (exact_match); not recomputed: this file "
            "does not tell the options of its task, see --preset lm_eval",
        ),
    ],
)
def test_a_number_that_cannot_be_computed_again(name, lines, expected, tmp_path, out):
    assert expected in said(tmp_path, name, lines, out)


@pytest.mark.parametrize(
    ("dataset", "options"),
    [
        ("ARC-c", "first_option_postprocess --options ABCD"),
        ("piqa", "first_option_postprocess --options AB,"),
        ("ceval-law", "first_capital_postprocess"),
        ("gsm8k", "--evaluator Gsm8kEvaluator"),
        ("nq", "--evaluator NQEvaluator"),
        ("lcsts", "--metrics rouge_l"),
        ("own", "first_option_postprocess --options ABCD"),
    ],
)
def test_opencompass_has_several_configurations_of_a_data_set(dataset, options, tmp_path, out):
    lines = {
        str(number): {"origin_prompt": "?", "prediction": text, "gold": answer}
        for number, (text, answer) in enumerate(_OPTIONS)
    }
    text = said(tmp_path, f"predictions/m/{dataset}.json", lines, out)
    [line] = [each for each in text.splitlines() if each.startswith("what OpenCompass prints")]
    start = "what OpenCompass prints depends on the task, which this file does not tell: --preset "
    assert line.startswith(f"{start}opencompass with --metrics ")
    assert options in line.partition(", --metrics")[0] + ","
    assert "OpenCompass prints ROUGE" not in text


def test_other_programs_whose_files_tell_no_metric(tmp_path, out):
    flexeval = [{"lm_output": "東京", "references": ["東京"], "extra_info": {}}]
    text = said(tmp_path, "outputs.jsonl", flexeval, out)
    assert "what flexeval prints depends on the task" in text
    assert "--preset flexeval with --metrics accuracy or --metrics char_f1" in text
    llm_jp_eval = {"samples": [{"generated": "東京", "gold": "東京"}]}
    text = said(tmp_path, "jemhopqa.eval-generated.json", llm_jp_eval, out)
    assert "what llm-jp-eval prints depends on the task" in text
    evalscope = [
        {"index": 0, "model": "m", "model_output": {"choices": [{"message": {"content": "A"}}]}}
    ]
    (tmp_path / "gold.jsonl").write_text('{"id": 0, "answer": "A"}\n', encoding="utf-8")
    references = ("--references", str(tmp_path / "gold.jsonl"))
    text = said(tmp_path, "predictions/m/arc_c.jsonl", evalscope, out, *references)
    assert "what EvalScope prints depends on the task" in text
    text = said(tmp_path, "predictions/m/general_qa_default.jsonl", evalscope, out, *references)
    assert "--preset evalscope with --metrics rouge_l or --metrics bleu_1" in text


def test_an_asked_preset_is_not_explained(tmp_path, out):
    lines = reviews(_ACC)
    assert "file says" not in said(tmp_path, "a.jsonl", lines, out, "--preset", "evalscope")
    assert "file says" not in said(tmp_path, "a.jsonl", lines, out, "--metrics", "accuracy")


def test_the_preset_takes_the_task_from_the_name_of_the_file(tmp_path, out):
    name = "samples_gsm8k_2026-01-01T10-00-00.123456.jsonl"
    lines = samples(_GSM8K, chosen="strict-match")
    text = said(tmp_path, name, lines, out, "--preset", "lm_eval", "--lang", "en")
    assert re.search(r"^ Exact match +60.00", text, re.MULTILINE)
