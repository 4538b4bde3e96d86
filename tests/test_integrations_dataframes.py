"""Tables of pandas and polars get the columns that `evaluate` gives lists."""

from __future__ import annotations

import importlib
import subprocess
import sys

import numpy as np
import pandas
import pytest

from textmetrics import evaluate
from textmetrics.integrations.dataframes import score

SAID = ["a red fox", "blue", "the dog ran"]
GOLD = [["a red fox ran", "fox"], ["blue sky"], ["a dog", "the dog ran"]]
FIRST = [texts[0] for texts in GOLD]
both = pytest.mark.parametrize(
    "library",
    ["pandas", pytest.param("polars", marks=pytest.mark.integration("polars"))],
    indirect=True,
)


@pytest.fixture
def library(request):
    return importlib.import_module(request.param)


@both
@pytest.mark.parametrize("references", [FIRST, GOLD], ids=["one", "several"])
def test_a_column_a_metric(library, references):
    frame = library.DataFrame({"said": SAID, "gold": references, "id": [7, 8, 9]})
    before = frame.copy() if library.__name__ == "pandas" else frame.clone()
    scored, evaluation = score(
        frame,
        prediction="said",
        references="gold",
        metrics=["f1", "bleu_4"],
        prefix="my_",
        lang="en",
    )
    expected = evaluate(SAID, references, metrics=["f1", "bleu_4"], lang="en")
    assert type(scored) is type(frame)
    assert list(scored.columns) == ["said", "gold", "id", "my_f1", "my_bleu_4"]
    for name in expected:
        assert scored[f"my_{name}"].to_list() == expected[name].samples.tolist()
    assert evaluation.to_dict() == expected.to_dict()
    assert frame.equals(before)


def test_a_kind_of_data_frame_is_one():
    class Table(pandas.DataFrame):
        pass

    scored, _ = score(Table({"prediction": SAID, "reference": FIRST}), metrics=["f1"], lang="en")
    assert scored["f1"][1] == pytest.approx(2 / 3)


def test_rows_keep_their_index_and_match_by_position():
    frame = pandas.DataFrame({"prediction": SAID, "reference": FIRST}, index=[5, 5, 1])
    scored, _ = score(frame, metrics=["f1"], lang="en")
    assert scored.index.tolist() == [5, 5, 1]
    assert scored["f1"].tolist() == evaluate(SAID, FIRST, lang="en")["f1"].samples.tolist()


def test_arrays_in_cells_are_several_references():
    """So a list column of a Parquet file is read by pandas."""
    frame = pandas.DataFrame({"prediction": SAID, "reference": list(map(np.array, GOLD))})
    scored, _ = score(frame, metrics=["f1"], lang="en")
    assert scored["f1"].tolist() == evaluate(SAID, GOLD, lang="en")["f1"].samples.tolist()


@both
def test_a_column_of_languages(library):
    frame = library.DataFrame(
        {"prediction": ["東京", "a fox"], "reference": ["東京", "the fox"], "lang": ["ja", None]}
    )
    _, evaluation = score(frame, langs="lang", metrics=["f1"])
    languages = evaluation.health.languages
    assert {lang: count for lang, count in languages.items() if count} == {"ja": 1, "en": 1}


@both
def test_what_a_mean_leaves_out_is_left_out_of_the_columns_too(library):
    frame = library.DataFrame({"prediction": ["北京", ""], "reference": ["北京", "北京"]})
    scored, evaluation = score(frame, preset="ms_swift", metrics=["rouge_1"])
    assert scored["rouge_1"].mean() == 0.999999995  # of the sample that there is
    assert evaluation["rouge_1"] == 1.0  # rounded, as ms-swift does


@both
@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"prediction": ["a", None]}, ValueError, r"'prediction' is null in row 1 \(.*''"),
        ({"reference": [["a"], [None]]}, ValueError, r"'reference' is a null in a list in row 1"),
        ({"reference": [["a"], []]}, ValueError, r"'reference' has an empty list in row 1"),
        ({"prediction": [1, 2]}, TypeError, r"'prediction' must have texts, got int in row 0"),
        ({"f1": [1.0, 0.5]}, ValueError, r"a column 'f1' already: give prefix="),
    ],
)
def test_what_cannot_be_scored(library, columns, error, message):
    frame = library.DataFrame({"prediction": ["a", "b"], "reference": ["a", "b"], **columns})
    with pytest.raises(error, match=message):
        score(frame, metrics=["f1"], lang="en")


@pytest.mark.parametrize("null", [None, float("nan"), pandas.NA, pandas.NaT], ids=repr)
def test_every_null_of_pandas_names_its_row(null):
    frame = pandas.DataFrame({"prediction": ["a", null], "reference": ["a", "b"]}, dtype=object)
    frame.index = ["x", "y"]
    with pytest.raises(ValueError, match=r"null in row 1 \(index 'y'\)"):
        score(frame)


@pytest.mark.integration("polars")
def test_what_is_no_table():
    import polars

    frame = polars.DataFrame({"prediction": ["a"], "reference": ["a"]})
    with pytest.raises(TypeError, match=r"a LazyFrame.*frame\.collect\(\)"):
        score(frame.lazy())
    for other in ({"prediction": ["a"]}, frame["prediction"], pandas.Series(["a"])):
        with pytest.raises(TypeError, match="must be a DataFrame of pandas or polars, got"):
            score(other)
    with pytest.raises(ValueError, match="the table has no rows"):
        score(frame.clear())
    with pytest.raises(ValueError, match=r"no column 'references': did you mean 'reference'"):
        score(frame, references="references")
    with pytest.raises(ValueError, match=r"no column 'prediction': there are \[0, 1\]; pred"):
        score(pandas.DataFrame([["a", "b"]]))
    with pytest.raises(ValueError, match=r"no column \['reference'\]: .*there are"):
        score(frame, references=["reference"])
    with pytest.raises(ValueError, match="the table has two columns 'reference'"):
        score(pandas.DataFrame([["a", "b", "c"]], columns=["prediction", *["reference"] * 2]))


@pytest.mark.integration("polars")
def test_polars_goes_without_pandas():
    code = (
        "import sys, polars\n"
        "from textmetrics.integrations.dataframes import score\n"
        "frame = polars.DataFrame({'prediction': ['a fox'], 'reference': [['fox', 'a']]})\n"
        "assert score(frame, lang='en')[0]['f1'][0] == 1.0\n"
        "assert 'pandas' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
