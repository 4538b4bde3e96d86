"""Which models are shown, by an expression, and in which order."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.comparison.select import (
    MODEL_FIELDS,
    SortKey,
    WhereError,
    known_before,
    models_where,
    natural_key,
    parse_sort,
    parse_where,
)
from textmetrics.comparison.task import Model

FIELDS = {"params": "number", "layers": "number", "name": "text", "tags": "list"}
GEMMA = {"params": 2.5e9, "layers": None, "name": "gemma-2b", "tags": ("it", "4-bit")}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('params <= 7e9 and "it" in tags', True),
        ("params<=7e9", True),
        ("7e9>=params", True),
        ("params == 2500000000", True),
        ("params != 2.5e9", False),
        ("params > .5e1 and params < +7.e9", True),
        ("params > -1", True),
        ("'it' not in tags", False),
        ("not 'it' in tags", False),
        ("not 'base' in tags and not not params < 7e9", True),
        ("'gemma' in name", True),
        ("name == 'gemma-2b'", True),
        ("name < 'h'", True),
        ("params > 7e9 and 'x' in tags or params < 3e9", True),  # and binds tighter
        ("params > 7e9 and ('x' in tags or params < 3e9)", False),
        ("(((params < 7e9)))", True),
        ('"(and" in name or params < 7e9', True),
        ("layers < 30", False),
        ("layers >= 30", False),
        ("layers != 30", False),  # a comparison with what is missing is false
        ("not layers < 30", True),
    ],
)
def test_expressions(text, holds):
    assert parse_where(text, FIELDS)(GEMMA) is holds


@pytest.mark.parametrize("missing", [{}, {"params": None}, {"params": math.nan}])
def test_a_comparison_with_a_missing_value_is_false(missing):
    for sign in ("<", "<=", ">", ">=", "==", "!="):
        assert parse_where(f"params {sign} 1", FIELDS)(missing) is False
    assert parse_where('"it" not in tags', FIELDS)(missing) is False


NUMBERS = st.sampled_from(["0", "1", "2.5", "7e9", "-3", "layers", "params"])
COMPARISONS = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS).map(" ".join),
    st.tuples(st.sampled_from(["'it'", "'x'"]), st.sampled_from(["in", "not in"])).map(
        lambda parts: f"{parts[0]} {parts[1]} tags"
    ),
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" and ".join),
        st.lists(inner, min_size=2, max_size=4).map(" or ".join),
        inner.map("not {}".format),
        inner.map("({})".format),
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(EXPRESSIONS, st.floats(-5, 1e10), st.integers(0, 3), st.sets(st.sampled_from(["it", "x"])))
def test_python_reads_expressions_alike(text, params, layers, tags):
    values = {"params": params, "layers": layers, "tags": tags}
    assert parse_where(text, FIELDS)(values) is eval(text, {}, values)


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "expected a field, a number or a quoted string, found the end"),
        ("params", 6, "expected a comparison: < <= > >= == != in, or not in"),
        ("params <", 8, "expected a field, a number or a quoted string, found the end"),
        ("params = 7", 7, "expected ==, found ="),
        ("params < 7B", 9, "invalid number; write it as 7e9 or 0.5"),
        ("params < 7 e9", 11, "expected and, or, or the end, found 'e9'"),
        ("params < 1.2.3", 9, "invalid number; write it as 7e9 or 0.5"),
        ("1 < params < 2", 11, "comparisons cannot be chained: join them with and"),
        (
            "parms < 7",
            0,
            "unknown field 'parms': did you mean 'params'? known: params, layers, name",
        ),
        ("__class__ < 7", 0, "unknown field '__class__': known: params, layers, name, tags"),
        ("params.real < 7", 0, "unknown field 'params.real': did you mean 'params'?"),
        ("'it' in 'tags", 8, "unterminated string"),
        ("(params < 7", 11, "expected a closing parenthesis"),
        ("params < 7)", 10, "expected and, or, or the end, found ')'"),
        ("params < 7 params < 8", 11, "expected and, or, or the end, found 'params'"),
        ("params < 'x'", 7, "a number cannot be compared with a text by <"),
        ("tags == 'it'", 5, "a list cannot be compared with a text by =="),
        ("tags == tags", 5, 'lists cannot be compared by ==: write "a tag" in tags'),
        ("7 in tags", 2, "in looks for a string in a list or in a string"),
        ("'it' not in params", 5, "not in looks for a string in a list or in a string"),
        ("'it' not tags", 5, "expected a comparison"),
        ("and params < 7", 0, "expected a field, a number or a quoted string, found 'and'"),
        ("params < len(tags)", 9, "unknown field 'len'"),
        ("params & 7", 7, "unexpected '&'"),
        ("params < \x1b[31m", 9, "unexpected '\\x1b'"),
        ("(" * 60 + "params < 7" + ")" * 60, 50, "more than 50 nested parentheses or not"),
        ("not " * 60 + "params < 7", 200, "more than 50 nested parentheses or not"),
    ],
)
def test_errors_point_at_the_place(text, at, message):
    with pytest.raises(WhereError) as caught:
        parse_where(text, FIELDS)
    first, shown, caret = str(caught.value).split("\n")
    assert first.startswith(message)
    assert caret == " " * (at + 2) + "^"
    assert shown.isprintable()
    assert f"at character {at + 1} of" in caught.value.summary


def test_the_caret_stands_under_wide_characters():
    with pytest.raises(WhereError) as caught:
        parse_where("'北京' in nme", FIELDS)
    assert str(caught.value).split("\n")[2] == " " * 12 + "^"  # four columns for two characters


def test_long_expressions_take_no_depth():
    chain = " or ".join(["params < 0"] * 20_000 + ["params > 0"])
    assert parse_where(chain, FIELDS)(GEMMA)


def test_fields_of_models():
    assert parse_where("embedding_parameters < 1e9", MODEL_FIELDS)({"embedding_parameters": 1})


MODELS = [
    {"name": "b-10", "params": 7e9},
    {"name": "a", "params": None},
    {"name": "b-9", "params": 2e9},
    {"name": "c", "params": math.nan},
    {"name": "d", "params": 2e9},
]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("params", ["b-9", "d", "b-10", "a", "c"]),
        ("-params", ["b-10", "b-9", "d", "a", "c"]),
        ("name", ["a", "b-9", "b-10", "c", "d"]),
        (" -name ", ["d", "c", "b-10", "b-9", "a"]),
    ],
)
def test_order(key, names):
    found = parse_sort(key, FIELDS).sorted(MODELS, dict)
    assert [model["name"] for model in found] == names


def test_fields_to_sort_by():
    assert parse_sort("-params", FIELDS) == SortKey("params", descending=True)
    with pytest.raises(
        ValueError, match=r"unknown field 'parm': did you mean 'params'\? known: params, "
    ):
        parse_sort("-parm", FIELDS)
    with pytest.raises(ValueError, match="unknown field 'tags': known: params, layers, name"):
        parse_sort("tags", FIELDS)


def test_fifty_parentheses_or_nots_are_read():
    """The comparison itself is the last level."""
    assert parse_where("(" * 49 + "params < 7e9" + ")" * 49, FIELDS)(GEMMA)
    assert not parse_where("not " * 49 + "params < 7e9", FIELDS)(GEMMA)
    for deep in ("(" * 50 + "params < 7e9" + ")" * 50, "not " * 50 + "params < 7e9"):
        with pytest.raises(WhereError, match="more than 50 nested parentheses or nots"):
            parse_where(deep, FIELDS)


NAMED = [
    Model("small", params=2e9, tags=("it",), facts={"layers": 18}),
    Model("large", params=7e9, facts={"layers": 28}),
    Model("other"),
]


@pytest.mark.parametrize(
    ("text", "names", "before"),
    [
        ("params < 3e9", ["small"], True),
        ("params > 0", ["small", "large"], True),
        ("layers == 28", ["large"], True),
        ("'it' in tags", ["small"], True),
        ("'it' not in tags", ["large", "other"], True),
        ("name != 'small'", ["large", "other"], True),
        ("mean_rank < 2", None, False),  # known once models are compared
        ("mean_normalised > 0 or params > 0", ["small", "large"], False),
        ("params > 9e9", None, True),
    ],
)
def test_models_for_which_an_expression_holds(text, names, before):
    assert known_before(text) is before
    if names is None:
        with pytest.raises(ValueError, match="none of the 3 models matches"):
            models_where(text, NAMED)
    else:
        assert models_where(text, NAMED) == names


def test_numbers_in_names_are_ordered_by_value():
    names = ["b", "a10b", "a9b", "a", "a9", "A", "a010", "a1.10", "a1.9"]
    assert sorted(names, key=natural_key) == [
        "A", "a", "a1.9", "a1.10", "a9", "a9b", "a010", "a10b", "b",
    ]  # fmt: skip
