"""The preset longbench: the metric of each data set, by the rules of its eval.py and metrics.py."""

from __future__ import annotations

import difflib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.cli import main
from textmetrics.presets.longbench import _DATASETS, by_length

TREC = ["Date", "City", "City name", "Name", "Number of something"]
LSHT = ["教育", "科技", "科技教育", "军事"]

# Data set, prediction, references, value: by hand, by the program's rules.
TABLE = [
    # Only the first line of the prediction counts, after leading line feeds.
    ("triviaqa", "\n\nParis\nQuestion: next", ["Paris"], 1),
    ("triviaqa", "\r\nParis\nNext", ["Paris"], 0),  # "\r" is not a line feed
    ("triviaqa", " \nParis", ["Paris"], 0),  # a line of spaces is the first line
    ("triviaqa", "red", ["red\nblue"], 2 / 3),  # references are not cut
    ("triviaqa", "The U.S.", ["US", "USA"], 1),
    ("triviaqa", "", [""], 0),  # nothing in common
    ("triviaqa", "the", ["a"], 0),
    ("qasper", "Paris\nQuestion: next", ["Paris"], 1 / 2),
    ("hotpotqa", "no, I think", ["no", "yes"], 1 / 2),
    ("multifieldqa_zh", "答案是黄河。", ["黄河"], 1 / 2),
    ("multifieldqa_zh", "《红楼梦》", ["红楼梦"], 2 / 3),  # "《" is not among the marks
    ("samsum", "a b\nc", ["a b"], pytest.approx(1, abs=1e-8)),
    ("samsum", "...", ["a"], 0),
    ("gov_report", "a b\nc", ["a b"], pytest.approx(0.8, abs=1e-8)),
    ("vcsum", "我们去北京", ["我们去北京"], pytest.approx(1, abs=1e-8)),
    # One over the number of classes in the prediction, if the right one is among them.
    ("trec", "City name", ["City name"], 1),  # "City" is inside it, but "Name" is not
    ("trec", "City name", ["City"], 1 / 2),
    ("trec", "Date or City", ["Date"], 1 / 2),
    ("trec", "date", ["Date"], 0),  # case counts
    ("trec", "\nDate\nCity", ["Date"], 1),
    ("trec", "", ["Date"], 0),
    ("trec", "Other", ["Other"], 0),  # not among the classes
    ("trec", "Date", ["City", "Date"], 1),
    # The class after one that is taken out is passed over.
    ("lsht", "科技教育", ["科技教育"], 1 / 2),
    ("lsht", "教育", ["科技教育"], 0),
    ("lsht", "军事，教育", ["军事"], 1 / 2),
    # The share of all numbers that are the right one, as strings.
    ("passage_retrieval_en", "Paragraph 5", ["Paragraph 5"], 1),
    ("passage_retrieval_en", "Paragraph 05", ["Paragraph 5"], 0),
    ("passage_retrieval_en", "5, or 5.7", ["Paragraph 5"], 2 / 3),
    ("passage_retrieval_en", "５", ["Paragraph 5"], 0),  # another digit, though a digit
    ("passage_retrieval_en", "none", ["Paragraph 5"], 0),
    ("passage_retrieval_en", "3", ["Paragraph 5 or Paragraph 3"], 0),  # the first one counts
    ("passage_retrieval_en", "3", ["Paragraph 5", "Paragraph 3"], 1),
    ("passage_retrieval_zh", "段落 24\n段落 7", ["段落24"], 1 / 2),
    ("passage_count", "7 of 7", ["7"], 1),
    ("passage_count", "1,000", ["1000"], 0),
    ("passage_count", "7", ["7 "], 0),  # the whole reference
    ("passage_count", "", ["7"], 0),
    # The first line without a backtick, # or //, by difflib's ratio in whole percents.
    ("lcc", "```python\nx = 1\n```", ["x = 1"], 1),
    ("lcc", "# note\n// note\nx = 1 # one\nx = 2", ["x = 1"], 0.8),
    ("lcc", "\nx = 1\ny", ["x = 1"], 1),
    ("lcc", "# only a note", ["x = 1"], 0),
    ("lcc", "", [""], 1),
    ("repobench-p", "abcd", ["bcde"], 0.75),
    ("lcc", "ab", ["ba"], 0.5),
]


def options(dataset):
    classes = {"trec": TREC, "lsht": LSHT}.get(dataset)
    return {"preset": "longbench", "dataset": dataset} | ({"classes": classes} if classes else {})


@pytest.mark.parametrize(("dataset", "prediction", "references", "value"), TABLE)
def test_by_hand(dataset, prediction, references, value):
    [score] = evaluate([prediction], [references], **options(dataset)).values()
    assert float(score) == pytest.approx(value, abs=1e-15)


def test_every_data_set_has_a_case():
    similar = {"repobench-p", "narrativeqa", "multifieldqa_en", "2wikimqa", "musique"}
    similar |= {"dureader", "qmsum", "multi_news"}
    assert {row[0] for row in TABLE} | similar == set(_DATASETS)


odd = st.text(st.sampled_from([*"ab 1２\n\r`#/City教育段落\u2028"]), max_size=14)


@given(odd, odd)
def test_code_is_compared_by_difflib(prediction, reference):
    lines = prediction.lstrip("\n").split("\n")
    line = next((one for one in lines if not {"`", "#"} & {*one} and "//" not in one), "")
    ratio = difflib.SequenceMatcher(None, line, reference).ratio()
    score = evaluate([prediction], [reference], **options("lcc"))["code_sim"]
    assert float(score) == round(100 * ratio) / 100


@pytest.mark.parametrize("dataset", list(_DATASETS))
def test_each_has_one_metric_whose_signature_names_it(dataset):
    reference = "Paragraph 1 段落1 City 教育"
    result = evaluate([reference], [reference], **options(dataset))
    [(name, score)] = result.items()
    assert name == _DATASETS[dataset][0]
    assert f"|dataset:{dataset}|" in score.signature
    assert 0 <= float(score) <= 1


def test_classes_are_a_list_or_one_string():
    texts = ["a/b|c"], ["a/b|c"]
    listed = evaluate(*texts, preset="longbench", dataset="trec", classes=["a/b|c", "50%"])
    written = evaluate(*texts, preset="longbench", dataset="trec", classes="a%2Fb%7Cc/50%25")
    assert listed.signatures == written.signatures
    assert "|classes:a%2Fb%7Cc/50%25|" in listed["classification"].signature
    assert float(listed["classification"]) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dataset": "trec"}, "found no class to judge by: 'Date'; name the file's classes with"),
        ({"dataset": "trec", "classes": []}, "classes must be names"),
        ({"dataset": "trec", "classes": ["Date", ""]}, "classes must be names"),
        ({"dataset": "trec", "classes": 3}, "classes must be names"),
        ({"dataset": "passage_retrieval_en"}, "found no number .* name one, as in Paragraph 3"),
        ({"dataset": "passage_retrieval_zh"}, "found no number .* name one, as in 段落3"),
        ({"dataset": "trivia"}, "unknown dataset 'trivia': did you mean 'triviaqa'"),
    ],
)
def test_what_is_missing_is_told(given, message):
    with pytest.raises(ValueError, match=message):
        evaluate(["Date"], ["Date"], preset="longbench", **given)


@pytest.mark.parametrize(
    ("dataset", "references", "prediction"),
    [
        ("passage_count", ["7"], "The answer is 7"),
        ("passage_retrieval_en", ["Paragraph 7"], "The answer is Paragraph 7"),
        ("passage_retrieval_zh", ["段落7"], "答案：段落7"),
        ("trec", ["Date"], "The answer is Date"),
    ],
)
def test_a_lead_in_that_changes_nothing_is_no_anomaly(dataset, references, prediction):
    options = {"classes": ["Date", "Other"]} if dataset == "trec" else {}
    result = evaluate([prediction], [references], preset="longbench", dataset=dataset, **options)
    assert result.health.to_dict()["extraction"]["would_change"] == {}


def test_what_could_not_be_read_is_counted():
    result = evaluate(["5", "none"], ["5", "5"], preset="longbench", dataset="passage_count")
    assert result["count"].details == {"unparsable": 1}
    assert result["count"].headline == "precision"


RANGES = "per range of lengths (0-4k, 4-8k, 8k+); for the whole file it is"
ROWS = [("Paris\nQuestion", ["Paris"]), ("12", ["12 x", "13"])]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("pred/m/triviaqa.jsonl", {}, "LongBench prints F1 83.33 for this file: {} triviaqa"),
        ("pred/m/qasper.jsonl", {}, "LongBench prints F1 66.67 for this file: {} qasper"),
        ("all.jsonl", {"dataset": "triviaqa"}, "LongBench prints F1 83.33 for this file: {} tri"),
        ("trec.jsonl", {"all_classes": ["Paris"]}, "Classification 50.00 for this file: {} trec"),
        ("passage_count.jsonl", {}, "LongBench prints Count 0.00 for this file: {} passage_count"),
        # Nothing is claimed where the data set is not known.
        ("all.jsonl", {}, "what LongBench prints depends on the task, which this file does not"),
        ("all.jsonl", {"dataset": ["x"]}, "what LongBench prints depends on the task"),
        # Of LongBench-E the data set is known, but the program prints a number per range.
        ("pred_e/m/triviaqa.jsonl", {}, f"LongBench prints F1 {RANGES} 83.33: {{}} triviaqa"),
        ("pred/m/triviaqa_e.jsonl", {}, f"LongBench prints F1 {RANGES} 83.33: {{}} triviaqa"),
        ("a.jsonl", {"dataset": "qasper_e"}, f"LongBench prints F1 {RANGES} 66.67: {{}} qasper"),
        # The program stops at such a reference.
        ("passage_retrieval_en.jsonl", {}, None),
    ],
)
def test_the_file_tells_the_data_set(path, fields, said, tmp_path, capsys):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    assert main(["score", written(file, ROWS, **fields)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    if said is None:
        assert "LongBench prints" not in out
    else:
        assert said.format("--preset longbench --dataset") in out


def test_the_ranges_of_longbench_e():
    """Below 4,000, below 8,000, and the rest, as in eval.py."""
    found = by_length([1.0, 0.0, 0.25, 0.75, 0.5], [0, 3999, 4000, 7999, 8000])
    assert found == {"0-4k": 0.5, "4-8k": 0.5, "8k+": 0.5}
    assert str(by_length([1.0], [9999])) == "{'0-4k': nan, '4-8k': nan, '8k+': 1.0}"


def written(path, rows, **fields):
    records = [
        {"pred": text, "answers": golds, "all_classes": None, "length": 9} | fields
        for text, golds in rows
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def scored(capsys, *arguments):
    code = main(["score", *arguments, "--format", "json"])
    out, err = capsys.readouterr()
    found = json.loads(out) if code == 0 else err
    return found if isinstance(found, list | str) else [found]


def test_each_file_is_scored_by_its_data_set(tmp_path, capsys):
    files = [
        written(tmp_path / "triviaqa.jsonl", ROWS),
        written(tmp_path / "trec.jsonl", ROWS, all_classes=["Paris", "Rome"]),
        written(tmp_path / "mine.jsonl", ROWS),
    ]
    trivia, trec, mine = (
        {name: score["signature"] for name, score in each["scores"].items()}
        for each in scored(capsys, *files, "--preset", "longbench")
    )
    assert list(trivia) == ["f1"]
    assert "|tok:squad,first_line|dataset:triviaqa|" in trivia["f1"]
    assert "|classes:Paris/Rome|" in trec["classification"]
    assert list(mine) == ["rouge_l", "f1"]
    for chosen in (["--variant", "zh"], ["--metrics", "f1"]):  # then the file decides nothing
        [found] = scored(capsys, files[0], "--preset", "longbench", *chosen)
        assert "|variant:zh|" in found["scores"]["f1"]["signature"]
    *_, found = scored(capsys, files[0], "--preset", "default,longbench")
    assert "|dataset:triviaqa|" in found["scores"]["f1"]["signature"]


NAME, FIELD = "the file's name", "the field dataset"
UNTOLD = "no data set of LongBench in the file's name or in a field dataset: scored with --variant"


@pytest.mark.parametrize("metrics", [None, "f1"])
@pytest.mark.parametrize(
    ("path", "fields", "dataset", "source"),
    [
        ("pred/m/hotpotqa.jsonl", {}, "hotpotqa", NAME),
        ("pred_e/m/hotpotqa.jsonl", {}, "hotpotqa", NAME),
        ("pred_e/m/2wikimqa_e.jsonl", {}, "2wikimqa", NAME),
        ("multifieldqa_zh.jsonl", {"dataset": "qasper"}, "multifieldqa_zh", NAME),
        ("answers.jsonl", {"dataset": "musique"}, "musique", FIELD),
        ("answers.jsonl", {"dataset": "qasper_e"}, "qasper", FIELD),
        # No data set of LongBench, though its name is like one.
        ("hotpot.jsonl", {}, "", ""),
        ("my_hotpotqa.jsonl", {"dataset": "hotpotqa-dev"}, "", ""),
        ("_e.jsonl", {"dataset": 3}, "", ""),
    ],
)
def test_the_preset_says_by_what_it_scores(
    path, fields, dataset, source, metrics, tmp_path, capsys
):
    rows = [("The Eiffel Tower", ["Eiffel Tower"]), ("Paris, France", ["Paris"])]
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    written(file, rows, **fields)
    plain = tmp_path / "plain" / path  # records of no program may have the name of a data set, too
    plain.parent.mkdir(parents=True)
    records = [{"prediction": text, "answer": gold, **fields} for text, gold in rows]
    plain.write_text("".join(json.dumps(record) + "\n" for record in records))
    asked = ["--metrics", metrics] if metrics else []
    for each in (file, plain):
        [found] = scored(capsys, str(each), "--preset", "longbench", *asked)
        [note] = found["notes"]
        signature = found["scores"]["f1"]["signature"]
        if not dataset:
            assert UNTOLD in note
            assert "|variant:zh|" in signature
        elif metrics:
            assert note == (
                f"not scored as {source} tells, because of --metrics: --preset longbench "
                f"--dataset {dataset}"
            )
            assert "|variant:zh|" in signature
        else:
            assert note == f"scored as {source} tells: --preset longbench --dataset {dataset}"
            assert f"|dataset:{dataset}|" in signature
    for chosen in (["--variant", "en"], ["--dataset", "qasper"]):
        [found] = scored(capsys, str(file), "--preset", "longbench", *chosen)
        assert "notes" not in found


def test_shards_are_scored_by_the_data_set_of_all(tmp_path, capsys):
    names = ("1/triviaqa.jsonl", "2/triviaqa.jsonl", "2/qasper.jsonl")
    files = [tmp_path / name for name in names]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        written(file, ROWS)
    same, other = (
        scored(capsys, *map(str, of), "--preset", "longbench", "--merge")[0]
        for of in (files[:2], files[1:])
    )
    assert same["scores"].keys() == {"f1"}
    assert UNTOLD in other["notes"][0]


def test_compare_takes_the_data_set_too(tmp_path, capsys):
    for model in ("a", "b"):
        (tmp_path / model).mkdir()
        written(tmp_path / model / "triviaqa.jsonl", ROWS)
    files = [str(tmp_path / model / "triviaqa.jsonl") for model in ("a", "b")]
    assert main(["compare", *files, "--preset", "longbench", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert "|dataset:triviaqa|" in out
    assert "scored as the file's name tells: --preset longbench --dataset triviaqa" in err
    assert main(["compare", *files, "--preset", "longbench", "--variant", "en"]) == 0
    assert "tells" not in capsys.readouterr().err


def test_a_reference_without_a_paragraph_is_an_invalid_record(tmp_path, capsys):
    rows = [("3", ["Paragraph 3"]), ("3", ["x"])]
    file = written(tmp_path / "passage_retrieval_en.jsonl", rows)
    assert ":2: found no number to judge by: 'x'" in scored(capsys, file, "--preset", "longbench")
    assert main(["score", file, "--preset", "longbench", "--errors", "skip"]) == 3
