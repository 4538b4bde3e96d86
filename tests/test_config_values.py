"""Values of configuration files: each kind on both sides of what is accepted."""

from __future__ import annotations

import pytest

from textmetrics.comparison.config_values import (
    ConfigValue,
    Section,
    is_null,
    read_bool,
    read_choice,
    read_config_file,
    read_mapping,
    read_number,
    read_path,
    read_positive_number,
    read_text,
    read_texts,
    read_whole,
)
from textmetrics.records import DataError, OpenError


def plain(value):
    """Return an unquoted scalar of YAML."""
    return ConfigValue("a.yaml", "key", 3, value, plain=True)


def other(value):
    """Return a quoted one, or a value of TOML."""
    return ConfigValue("a.yaml", "key", 3, value)


MANY = 10**400  # larger than any float
NUMBER = "must be a number such as 7e9, found "
WHOLE = "must be an integer of at least 0, found "
TRUTH = "must be true or false, found "
STRING = "must be a string, found "


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        *((read_number, plain(text), value) for text, value in [
            ("7e9", 7e9), ("2.5E-3", 0.0025), ("-1", -1), ("+1", 1), (".5", 0.5), ("5.", 5),
            ("1_000", 1000), ("0", 0),
        ]),
        (read_number, other(7), 7),
        (read_number, other(-0.5), -0.5),
        (read_whole, plain("0"), 0),
        (read_whole, plain("3.0"), 3),
        (read_whole, plain("1e3"), 1000),
        (read_whole, plain("+1_0"), 10),
        # The digits of an integer that no float holds.
        (read_whole, plain("9007199254740993"), 9007199254740993),
        (read_whole, other(9007199254740993), 9007199254740993),
        (read_whole, other(2.0), 2),
        (read_positive_number, plain("1e-9"), 1e-9),
        *((read_bool, plain(text), value) for text, value in [
            ("true", True), ("Yes", True), ("ON", True), ("false", False), ("no", False),
            ("Off", False),
        ]),
        (read_bool, other(True), True),
        (read_bool, other(False), False),
        (read_text, plain("no"), "no"),
        (read_text, plain("4-bit"), "4-bit"),
        (read_text, other("null"), "null"),
        (read_text, other(" a "), " a "),
        (read_texts, plain("a"), ("a",)),
        (read_texts, other([plain("a"), other("b")]), ("a", "b")),
        (read_texts, other([]), ()),
        (read_path, plain("a/b.jsonl"), "a/b.jsonl"),
        (read_mapping, other({"a": plain("b")}), {"a": plain("b")}),
        (read_choice("one", "two"), plain("two"), "two"),
    ],
)  # fmt: skip
def test_what_is_read(read, given, expected):
    found = read(given)
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    ("read", "given", "message"),
    [
        *((read_number, plain(text), NUMBER + found) for text, found in [
            ("seven", "'seven'"), ("1e", "'1e'"), ("", "nothing"), ("~", "nothing"),
            ("null", "nothing"), ("Null", "nothing"), ("NULL", "nothing"), ("nan", "'nan'"),
            ("1e999", "'1e999'"), (".", "'.'"), ("1 2", "'1 2'"),
        ]),
        (read_number, other("7"), NUMBER + "the string '7'"),
        (read_number, other(True), NUMBER + "True"),
        (read_number, other([]), NUMBER + "a list"),
        (read_number, other({}), NUMBER + "a mapping"),
        (read_number, other(float("inf")), NUMBER + "inf"),
        (read_number, other(MANY), NUMBER + "1000"),
        (read_whole, plain("-1"), WHOLE + "'-1'"),
        (read_whole, plain("0.5"), WHOLE + "'0.5'"),
        (read_whole, other(-1), WHOLE + "-1"),
        (read_positive_number, plain("0"), "must be greater than 0, found 0"),
        (read_positive_number, other(-2.5), "must be greater than 0, found -2.5"),
        (read_bool, plain("1"), TRUTH + "'1'"),
        (read_bool, plain("yes!"), TRUTH + "'yes!'"),
        (read_bool, other("true"), TRUTH + "the string 'true'"),
        (read_bool, other(1), TRUTH + "1"),
        (read_text, plain(""), STRING + "nothing"),
        (read_text, plain("null"), STRING + "nothing"),
        (read_text, other("  "), STRING + "the string '  '"),
        (read_text, other(3), STRING + "3"),
        (read_texts, other({}), "must be a list of strings, found a mapping"),
        (read_texts, other(3), "must be a list of strings, found 3"),
        (read_texts, other([plain("a"), plain("b"), plain("a")]), "'a' is listed twice"),
        (read_texts, other([plain("a"), other(3)]), STRING + "3"),
        (read_path, other("a\0b"), "must be a path, found a zero byte in it"),
        (read_mapping, other([]), "must be a mapping, found a list"),
        (read_mapping, plain("x"), "must be a mapping, found 'x'"),
        (read_choice("one", "two"), plain("twoo"), "unknown value 'twoo': did you mean 'two'? kn"),
        (read_choice("one", "two"), plain("x"), "unknown value 'x': known: one, two"),
    ],
)  # fmt: skip
def test_what_is_not_read(read, given, message):
    with pytest.raises(DataError) as caught:
        read(given)
    assert str(caught.value).startswith(f"a.yaml:3: key: {message}")


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text):
    assert is_null(plain(text))
    assert not is_null(other(text))
    assert not is_null(plain(f"{text}x"))


def test_a_section_has_known_keys():
    given = other({"one": plain("1"), "two": plain("2")})
    section = Section(given, ["one", "two", "three"])
    assert ("one" in section, "three" in section) == (True, False)
    assert (section.take("one", read_whole, 7), section.take("three", read_whole, 7)) == (1, 7)
    assert section.given_at("two") == plain("2")
    assert section.given_at("three") is given
    empty = Section(plain("null"), ["one"])
    assert "one" not in empty
    for known, outside, message in (
        (["one"], (), "unknown key 'two': known: one"),
        (["one", "twos"], (), "unknown key 'two': did you mean 'twos'? known: one, twos"),
        (["one"], ("two",), "'two' belongs at the top level of the file: move it there"),
    ):
        with pytest.raises(DataError) as caught:
            Section(given, known, outside)
        assert str(caught.value) == f"a.yaml:3: key: {message}"
    with pytest.raises(DataError, match="key: must be a mapping, found 'x'"):
        Section(plain("x"), ["one"])


YAML, TOML = "a.yaml", "a.toml"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (YAML, b"a: [1", ":1: invalid YAML (while parsing a flow sequence expected ',' or ']'"),
        (YAML, b"a: 1\nb: \xff", ":2: invalid UTF-8; save the file as UTF-8"),
        (YAML, b"\xff", ":1: invalid UTF-8"),
        (YAML, b"", ": the file is empty; textmetrics compare --init writes one"),
        (YAML, b"# nothing\n", ": the file is empty"),
        (YAML, b"a: &x 1\nb: *x", ":1: b: anchors and aliases (& and *) are not supported"),
        (YAML, b"a:\n- !x 1", ":2: a[0]: tags are not supported, found '!x'; remove it"),
        (YAML, b"b: 1\na: 1\na: 2", ":3: key 'a' occurs twice, first on line 2; remove one of"),
        (YAML, b"c:\n  a: 1\n  a: 2", ":3: c: key 'a' occurs twice, first on line 2; remove"),
        (YAML, b"x:\n  <<: {a: 1}", ":2: x: merge keys (<<) are not supported; repeat the keys"),
        (YAML, b"[1]: 2", ":1: a key must be a string, found a list or a mapping"),
        (YAML, b"a: \x01", ": invalid YAML (unacceptable character #x0001: special characters"),
        (YAML, b"[" * 9999, ": nested too deeply; remove some brackets"),
        (TOML, b"", ": the file is empty; textmetrics compare --init writes one"),
        (TOML, b"a = 1\nb = \nc = 1", ":2: invalid TOML ("),
        (TOML, b"a = 1\na = 2\nb = 3", ":2: invalid TOML ("),
        (TOML, b"a = ", ": invalid TOML ("),
        ("a.json", b"{}", ": must end in .yaml, .yml or .toml, found 'a.json'; rename the file"),
    ],
)
def test_files_that_cannot_be_read(name, text, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(text)
    with pytest.raises(DataError) as caught:
        read_config_file(path)
    assert str(caught.value).startswith(f"{path}{message}")


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.yaml", "\ufeffa: 1\nb:\n- x\n- {c: 'no'}\n", (1, 3)),
        ("A.YML", "a: 1\nb:\n- x\n- {c: 'no'}\n", (1, 3)),
        ("a.toml", "a = 1\nb = ['x', {c = 'no'}]\n", (None, None)),
    ],
)
def test_values_know_their_place(name, text, lines, tmp_path):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = read_config_file(path)
    assert (found.file, found.path, found.line) == (str(path), "", lines[0])
    assert read_number(found.value["a"]) == 1
    first, second = found.value["b"].value
    assert (first.path, first.line, first.value) == ("b[0]", lines[1], "x")
    assert first.plain == (lines[0] is not None)
    inner = second.value["c"]
    assert (inner.path, inner.value, inner.plain) == ("b[1].c", "no", False)
    assert str(inner.wrong("x")).endswith("b[1].c: x")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(OpenError, match="no such file"):
        read_config_file(tmp_path / "a.yaml")
