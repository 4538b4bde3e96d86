"""Tables of pandas and polars get the columns that `evaluate` gives lists."""

from __future__ import annotations

import importlib
import subprocess
import sys

import numpy as np
import pandas
import pytest

from textmetrics import Evaluator, evaluate
from textmetrics.integrations.dataframes import score
from textmetrics.records import open_samples

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
        ({"reference": ["a", None]}, ValueError, r"'reference' is null in row 1 .*its reference$"),
        (
            {"reference": [["a"], ["a", None]]},
            ValueError,
            r"'reference' has a null in a list in row 1 \(.*: leave it out of the list$",
        ),
        ({"reference": [["a"], []]}, ValueError, r"'reference' has an empty list in row 1"),
        ({"prediction": [1, 2]}, TypeError, r"'prediction' must have texts, got int in row 0"),
        ({"f1": [1.0, 0.5]}, ValueError, r"a column 'f1' already: give prefix="),
    ],
)
def test_what_cannot_be_scored(library, columns, error, message):
    frame = library.DataFrame({"prediction": ["a", "b"], "reference": ["a", "b"], **columns})
    with pytest.raises(error, match=message):
        score(frame, metrics=["f1"], lang="en")


@both
def test_several_columns_hold_references_as_those_of_a_file_do(library, tmp_path):
    columns = {
        "prediction": ["a cat", "fish", "", "x"],
        "ref1": ["a dog", "fish", None, ""],
        "ref2": ["a cat", None, "y", ""],
        "ref3": ["", None, "z", ""],
    }
    frame = library.DataFrame(columns)
    names = ["ref1", "ref2", "ref3"]
    scored, evaluation = score(frame, references=names, metrics=["accuracy"], lang="en")
    assert list(scored["accuracy"]) == [1, 1, 0, 0]
    assert evaluation.health.empty_references == 1
    path = tmp_path / "a.csv"
    pandas.DataFrame(columns).to_csv(path, index=False)
    with open_samples(path, reference_field=names) as reader:
        of_file = [each for samples in reader for each in samples.texts]
    references = [["a dog", "a cat"], ["fish"], ["y", "z"], [""]]
    assert [list(expected) for _, expected in of_file] == references
    again = evaluate(columns["prediction"], references, metrics=["accuracy"], lang="en")
    assert again["accuracy"].signature == evaluation["accuracy"].signature
    nothing = library.DataFrame({"prediction": ["a"], "ref1": [None], "ref2": [None]})
    with pytest.raises(ValueError, match="'ref1' and 'ref2' are null in row 0"):
        score(nothing, references=["ref1", "ref2"], lang="en")


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
        with pytest.raises(TypeError, match="must be a DataFrame of pandas or polars, or a Table"):
            score(other)
    with pytest.raises(ValueError, match="the table has no rows"):
        score(frame.clear())
    with pytest.raises(ValueError, match=r"no column 'references': did you mean 'reference'"):
        score(frame, references="references")
    with pytest.raises(ValueError, match=r"no column 'prediction': there are \[0, 1\]; pred"):
        score(pandas.DataFrame([["a", "b"]]))
    with pytest.raises(ValueError, match="no column 'referenc': did you mean 'reference'"):
        score(frame, references=["reference", "referenc"])
    with pytest.raises(ValueError, match=r"give a list: references=\['prediction', 'reference'\]"):
        score(frame, references="prediction, reference")
    with pytest.raises(ValueError, match="names the column 'reference' twice"):
        score(frame, references=["reference"] * 2)
    with pytest.raises(TypeError, match=r"did you mean 'prediction'\? known: prediction, refer"):
        score(frame, predicton="prediction")
    with pytest.raises(ValueError, match="names no column"):
        score(frame, references=[])
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


# --- tables of pyarrow, and of samples


@pytest.mark.integration("pyarrow")
@pytest.mark.parametrize("references", [FIRST, GOLD], ids=["one", "several"])
def test_a_table_of_pyarrow(references):
    import pyarrow

    table = pyarrow.table({"id": [7, 8, 9], "prediction": SAID, "reference": references})
    scored, evaluation = score(table, metrics=["f1", "bleu_4"], prefix="my_", lang="en")
    expected = evaluate(SAID, references, metrics=["f1", "bleu_4"], lang="en")
    assert scored.column_names == ["id", "prediction", "reference", "my_f1", "my_bleu_4"]
    assert scored["my_f1"].to_pylist() == expected["f1"].samples.tolist()
    assert evaluation.to_dict() == expected.to_dict()
    assert table.num_columns == 3


@pytest.mark.integration("pyarrow")
def test_errors_of_a_table_of_pyarrow():
    import pyarrow

    table = pyarrow.table({"prediction": ["a", None], "reference": ["a", "b"], "f1": [1, 2]})
    with pytest.raises(ValueError, match=r"'prediction' is null in row 1 \(from 0\): drop the row"):
        score(table)
    with pytest.raises(ValueError, match="the table has no column 'said': there are"):
        score(table, prediction="said")
    with pytest.raises(ValueError, match="the table has a column 'f1' already"):
        score(table.drop_columns("prediction"), prediction="reference", metrics=["f1"])
    left_out, _ = score(
        pyarrow.table({"prediction": ["a", "a"], "reference": ["", "a"]}),
        preset="evalscope",
        metrics=["rouge_l"],
    )
    assert left_out["rouge_l"].null_count == 1


LIBRARIES = [
    "pandas",
    *(pytest.param(each, marks=pytest.mark.integration(each)) for each in ("polars", "pyarrow")),
]


def values_of(frame, name):
    column = frame[name]
    return column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_table_of_samples(library):
    metrics = ["f1", "rouge_l", "bleu_4"]
    result = evaluate(SAID, GOLD, metrics=metrics, lang="en", stopwords="both")
    frame = result.samples_frame(
        library, id=["x", "y", "z"], prediction=SAID, references=GOLD, subject=["a", "a", None]
    )
    assert type(frame).__module__.split(".")[0] == library
    names = list(frame.column_names if library == "pyarrow" else frame.columns)
    assert names == [
        "id", "prediction", "references", "subject", "lang", "prediction_length",
        "reference_length", *[f"{m}{suffix}" for m in metrics for suffix in ("", "_all_tokens")],
    ]  # fmt: skip
    assert values_of(frame, "prediction") == SAID
    assert [list(each) for each in values_of(frame, "references")] == GOLD
    assert values_of(frame, "subject")[:2] == ["a", "a"]
    assert values_of(frame, "lang") == ["en"] * 3
    # Without stopwords: red fox, blue, dog ran; the closest of red fox ran and fox, of blue sky, of
    # dog and dog ran.
    assert values_of(frame, "prediction_length") == [2, 1, 2]
    assert values_of(frame, "reference_length") == [1, 2, 2]
    for name in metrics:
        assert values_of(frame, name) == result[name].samples.tolist()
        all_tokens = result[name].all_tokens.samples.tolist()
        assert values_of(frame, f"{name}_all_tokens") == all_tokens


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_has_no_value_is_null(library):
    result = evaluate(["a", "a"], ["", "a"], preset="evalscope", metrics=["rouge_l"])
    column = result.samples_frame(library)["rouge_l"]
    nulls = {"pandas": lambda c: c.isna().sum(), "polars": lambda c: c.null_count()}
    assert nulls.get(library, lambda c: c.null_count)(column) == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_single_references_among_several_are_lists(library):
    result = evaluate(["a", "b"], ["a", ["b", "c"]], lang="en", metrics=["f1"])
    frame = result.samples_frame(library, references=["a", ["b", "c"]])
    assert [list(each) for each in values_of(frame, "references")] == [["a"], ["b", "c"]]


@pytest.mark.integration("pyarrow")
def test_columns_of_pyarrow_are_shown():
    import pyarrow

    result = evaluate(pyarrow.array(SAID), pyarrow.array(GOLD), lang="en", metrics=["f1"])
    frame = result.samples_frame(prediction=pyarrow.array(SAID), references=pyarrow.array(GOLD))
    assert frame["prediction"].tolist() == SAID
    assert frame["references"].tolist() == GOLD


def test_errors_of_a_table_of_samples():
    result = evaluate(SAID, FIRST, lang="en", metrics=["f1"])
    with pytest.raises(ValueError, match="column 'id' has 1 value for 3 samples: give one for eac"):
        result.samples_frame(id=["x"])
    with pytest.raises(ValueError, match="column 'f1' is one of the table already: give it anoth"):
        result.samples_frame(f1=[1, 2, 3])
    with pytest.raises(
        TypeError, match="column 'id' must be a list with one value per sample, got"
    ):
        result.samples_frame(id="xyz")
    with pytest.raises(ValueError, match="unknown library 'panda': did you mean 'pandas'"):
        result.samples_frame("panda")
    evaluator = Evaluator(metrics=["f1"], lang="en", keep_samples=False)
    evaluator.update(SAID, FIRST)
    with pytest.raises(ValueError, match="needs their values: score with keep_samples=True"):
        evaluator.compute().samples_frame()
