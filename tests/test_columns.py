"""Columns of pyarrow and datasets are read as lists are, with the same errors."""

from __future__ import annotations

import importlib
import subprocess
import sys
from functools import partial

import pytest

from textmetrics import Evaluator, compare, evaluate, f1, prepare
from textmetrics._columns import listed
from textmetrics.ids import Ragged
from textmetrics.rewards import Reward

SAID = ["a red fox", "北京很好", "", "東京へ行く"]
GOLD = [["a red fox ran", "fox"], ["北京很好。"], ["nothing"], ["東京へ行きます", "行く", "京都"]]
FIRST = [texts[0] for texts in GOLD]
LANGS = ["en", "zh", None, "ja"]

arrow = pytest.mark.integration("pyarrow")
hugging_face = pytest.mark.integration("pyarrow", "datasets")


def _arrow(values, kind=None):
    pa = importlib.import_module("pyarrow")
    return pa.array(values, kind and kind(pa))


def _chunked(values):
    pa = importlib.import_module("pyarrow")
    whole = pa.array(values)
    return pa.chunked_array([whole[:1], whole[1:1], whole[1:]])


def _large(values):
    def kind(pa):
        text = pa.int64() if values[0] == [5, 7] else pa.large_string()
        return pa.large_list(text) if isinstance(values[0], list) else text

    return _arrow(values, kind)


def _dictionary(values):
    return values if isinstance(values[0], list) else _arrow(values).dictionary_encode()


def _dataset(values, form=None):
    datasets = importlib.import_module("datasets")
    return datasets.Dataset.from_dict({"x": values}).with_format(form)["x"]


def _selected(values):
    """Return a column whose rows are looked up in others."""
    datasets = importlib.import_module("datasets")
    rows = datasets.Dataset.from_dict({"x": [*values[::-1], values[0]]})
    return rows.select(range(len(values) - 1, -1, -1))["x"]


KINDS = [
    pytest.param(_arrow, id="array", marks=arrow),
    pytest.param(_chunked, id="chunked", marks=arrow),
    pytest.param(_large, id="large", marks=arrow),
    pytest.param(_dictionary, id="dictionary", marks=arrow),
    pytest.param(_dataset, id="dataset", marks=hugging_face),
    pytest.param(_selected, id="selected rows", marks=hugging_face),
    *(
        pytest.param(partial(_dataset, form=form), id=f"{form} format", marks=hugging_face)
        for form in ("arrow", "numpy")
    ),
]  # fmt: skip
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
@pytest.mark.parametrize("gold", [GOLD, FIRST], ids=["several", "one"])
def test_texts(kind, gold):
    expected = evaluate(SAID, gold).to_dict()
    assert evaluate(kind(SAID), kind(gold)).to_dict() == expected
    assert evaluate(SAID, kind(gold)).to_dict() == expected
    assert evaluate(SAID, prepare(kind(gold))).to_dict() == expected
    evaluator = Evaluator()
    evaluator.update(kind(SAID), kind(gold))
    assert evaluator.compute().to_dict() == expected
    assert f1(kind(SAID), kind(gold)).samples.tolist() == f1(SAID, gold).samples.tolist()


@kinds
def test_what_goes_with_texts(kind):
    expected = evaluate(SAID, FIRST, langs=LANGS)
    found = evaluate(SAID, FIRST, langs=kind(LANGS))
    assert found.sample_details.langs == expected.sample_details.langs
    groups = ["x", "y", "x", "y"]
    assert found["f1"].interval(groups=kind(groups)) == expected["f1"].interval(groups=groups)
    fields = {"part": groups}
    both = {"a": expected, "b": expected}
    columns = {"part": kind(groups)}
    assert (
        compare(both, fields=columns, ids=kind(["1", "2", "3", "4"]), group="part").to_dict()
        == compare(both, fields=fields, ids=["1", "2", "3", "4"], group="part").to_dict()
    )
    assert (
        compare(both, fields=columns, breakdown=["part"]).to_dict()
        == compare(both, fields=fields, breakdown=["part"]).to_dict()
    )


@kinds
def test_rewards(kind):
    reward = Reward("f1", column="gold", lang="en")
    assert reward(kind(SAID), gold=kind(FIRST)) == reward(SAID, gold=FIRST)


@kinds
def test_token_ids(kind):
    rows = [[5, 7], [9], [1, 2, 3]]
    assert Ragged.of(kind(rows)).ids.tolist() == [5, 7, 9, 1, 2, 3]


@arrow
@pytest.mark.parametrize(
    ("said", "gold", "expected"),
    [
        (["a", None], ["a", "b"], r"predictions\[1\] must be a string, got None: give ''"),
        (["a", "b"], ["a", None], r"references\[1\] must be a string or a list of strings, got No"),
        (["a", "b"], [["a"], None], r"references\[1\] must be a string or a list of strings, got"),
        (["a", "b"], [["a", None], ["b"]], r"references\[0\]\[1\] is None: leave a missing ref"),
        (["a", "b"], [[], ["b"]], r"references\[0\] is an empty list"),
        ([b"a", b"b"], ["a", "b"], r"predictions\[0\] must be a string, got bytes: decode it"),
        ([1, 2], ["a", "b"], r"predictions\[0\] must be a string, got int: 1"),
        (["a"], ["a", "b"], "1 predictions but 2 references"),
    ],
)
@pytest.mark.parametrize("kind", [list, _arrow, _chunked])
def test_errors_are_those_of_lists(kind, said, gold, expected):
    with pytest.raises((TypeError, ValueError), match=expected):
        evaluate(kind(said), kind(gold))


@hugging_face
def test_tables_and_scalars_are_no_columns():
    import datasets
    import pyarrow as pa

    data = datasets.Dataset.from_dict({"x": SAID})
    for table in (data, data.to_iterable_dataset(), pa.table({"x": SAID}), data.to_pandas()):
        with pytest.raises(TypeError, match=r"^predictions is a table: give one"):
            evaluate(table, FIRST)
    with pytest.raises(TypeError, match=r"predictions\[0\].*StringScalar of pyarrow.*as_py"):
        evaluate([pa.scalar("a")], ["a"])


@hugging_face
def test_a_column_of_a_stream():
    import datasets

    stream = datasets.Dataset.from_dict({"x": SAID}).to_iterable_dataset()
    assert listed(stream["x"]) == SAID


@hugging_face
def test_a_data_set_is_read_as_a_whole(monkeypatch):
    """Row by row takes a hundred times as long."""
    column = _dataset(SAID)
    monkeypatch.setattr(type(column), "__iter__", lambda _: pytest.fail("read row by row"))
    assert listed(column) == SAID


def test_nothing_is_loaded_for_it():
    code = (
        "import sys; from textmetrics import evaluate; evaluate(['a'], ['a']);"
        "assert not {'pyarrow', 'datasets', 'pandas', 'polars'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
