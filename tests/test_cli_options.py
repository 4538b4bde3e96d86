"""Options of the command line are made from the definitions that Python and config files use."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

import pytest

from textmetrics import _options
from textmetrics._options import Option
from textmetrics.cli import main
from textmetrics.cli.options import add_option_group, given_options
from textmetrics.cli.program import Parser, UsageError
from textmetrics.evaluation import comma_separated
from textmetrics.records import ReadingOptions, SampleReader, open_samples


def _halves(text):
    if text.count("/") != 1:
        raise ValueError(f"{text!r} is not two parts: give A/B")
    return text.split("/")


class Reading(TypedDict, total=False):
    """Options of every kind."""

    format: Annotated[
        str, Option("auto", "what the files are", choices=lambda: ["auto", "csv", "jsonl"])
    ]
    names: Annotated[
        Sequence[str] | None,
        Option(
            None,
            "which names",
            choices=lambda: ["cat", "dog"],
            parse=comma_separated,
            repeatable=True,
            kind="name",
        ),
    ]
    fields: Annotated[
        Sequence[str],
        Option((), "which fields", metavar="FIELDS", parse=comma_separated, repeatable=True),
    ]
    split: Annotated[str | Sequence[str] | None, Option(None, "how", parse=_halves)]
    words: Annotated[
        bool | str, Option(True, "the file of words", off_help="use no words", metavar="FILE")
    ]
    words_add: Annotated[str | None, Option(None, "more words")]
    turn: Annotated[int | None, Option(None, "which turn", metavar="N")]
    level: Annotated[float, Option(0.95, "how sure, such as 95 %", metavar="X")]
    merge: Annotated[bool, Option(False, "score 100 % as one")]
    progress: Annotated[bool | None, Option(None, "show a bar")]
    way: Annotated[
        Literal["stop", "skip"],
        Option("stop", "what to do", choices=lambda: ["stop", "skip"], kind="way with errors"),
    ]
    file: Annotated[str | None, Option(None, "a file", flag="--input")]
    hidden: Annotated[int, Option(1, "nothing for the command line", flag="")]


def parsed(*arguments, **options):
    parser = Parser(prog="x")
    add_option_group(parser, Reading, **options)
    return given_options(parser.parse_args(arguments), Reading)


def test_nothing_given_is_nothing():
    assert parsed() == {}


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ("--format csv", {"format": "csv"}),
        ("--names cat,dog --names cat", {"names": ["cat", "dog", "cat"]}),
        ("--fields a,b", {"fields": ["a", "b"]}),
        ("--split a/b", {"split": ["a", "b"]}),
        ("--words w.txt --words-add x", {"words": "w.txt", "words_add": "x"}),
        ("--no-words", {"words": False}),
        ("--turn 3", {"turn": 3}),
        ("--level .9", {"level": 0.9}),
        ("--merge --no-progress", {"merge": True, "progress": False}),
        ("--no-merge", {"merge": False}),
        ("--way skip --input -", {"way": "skip", "file": "-"}),
    ],
)
def test_options_become_keywords(arguments, given):
    assert parsed(*arguments.split()) == given


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--format cvs", "--format: unknown format 'cvs': did you mean 'csv'? known: auto, csv, "),
        ("--names cat,dig", "--names: unknown name 'dig': did you mean 'dog'? known: cat, dog"),
        ("--way no", "--way: unknown way with errors 'no': known: stop, skip"),
        ("--turn x", "--turn: 'x' is not an integer"),
        # The last one would win, and nobody would see it.
        ("--turn 2 --turn 3", "--turn: given twice; give it once"),
        ("--turn=2 --turn=2", "--turn: given twice; give it once"),
        ("--split a/b --turn 1 --split c/d", "--split: given twice; give it once"),
        ("--merge --no-merge", "--no-merge: given twice (as --merge); give it once"),
        ("--no-words --no-words", "--no-words: given twice; give it once"),
        ("--level x", "--level: 'x' is not a number"),
        ("--split x", "--split: 'x' is not two parts: give A/B"),
        ("--no-words --words x", "--no-words and --words contradict each other: leave one of them"),
        ("--no-words --words-add x", "--no-words and --words-add contradict each other: leave one"),
        ("--hidden 1", "unrecognized arguments: --hidden 1"),
    ],
)
def test_errors_say_what_can_be_given(arguments, message):
    with pytest.raises(UsageError) as raised:
        parsed(*arguments.split())
    assert message in str(raised.value)


def test_help_has_choices_and_defaults():
    parser = Parser(prog="x")
    add_option_group(parser, Reading, help={"file": "another 100 %"})
    text = " ".join(parser.format_help().split())
    assert "--format NAME what the files are (one of auto, csv, jsonl; default: auto)" in text
    assert "--names NAME which names (one of cat, dog) --fields FIELDS which fields --split" in text
    assert "--level X how sure, such as 95 % (default: 0.95)" in text
    assert "--merge, --no-merge score 100 % as one --progress, --no-progress show a bar" in text
    assert "--words FILE the file of words --no-words use no words" in text
    assert "--input VALUE another 100 %" in text
    assert "--hidden" not in text


ROWS = [{"id": n, "prediction": "a cat", "reference": "a cat"} for n in range(4)]
CONFIG = """
runs = "{task}.{model}.jsonl"
resamples = 100
models.a = {}
models.b = {}
tasks.m.most = 3
"""


@pytest.fixture
def most(monkeypatch):
    """Add an option of reading to its one definition, and code that follows it."""
    hint = Annotated[int | None, Option(None, "read at most this many records", metavar="N")]
    monkeypatch.setitem(ReadingOptions.__annotations__, "most", hint)
    read = SampleReader.__iter__

    def limited(reader):
        for samples in read(reader):
            yield samples.take(range(len(samples))[: reader.options["most"]])

    monkeypatch.setattr(SampleReader, "__iter__", limited)
    _options._hints.cache_clear()
    yield
    monkeypatch.undo()
    _options._hints.cache_clear()


@pytest.mark.usefixtures("most")
def test_an_option_of_reading_is_defined_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("m.a.jsonl", "m.b.jsonl"):
        (tmp_path / name).write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    (tmp_path / "c.toml").write_text(CONFIG)

    def run(*arguments):
        assert main([*arguments, "--format", "json"]) == 0
        return json.loads(capsys.readouterr().out)

    files = ("m.a.jsonl", "m.b.jsonl")
    assert run("score", "m.a.jsonl")["scores"]["rouge_l"]["n"] == 4
    assert run("score", "m.a.jsonl", "--most", "2")["scores"]["rouge_l"]["n"] == 2
    assert run("compare", *files, "--most", "2")["tasks"][0]["n"] == 2
    assert run("compare", "c.toml")["tasks"][0]["n"] == 3
    assert run("compare", "c.toml", "--most", "1")["tasks"][0]["n"] == 1
    with open_samples("m.a.jsonl", most=1) as reader:
        assert [len(samples) for samples in reader] == [1]
    for command in ("score", "compare"):
        assert main([command, "--help-all"]) == 0
        assert "--most N " in capsys.readouterr().out
        assert main([command, *files, "--mots", "1"]) == 2
        assert "did you mean '--most'?" in capsys.readouterr().err


def test_a_broken_package_stops_only_what_needs_it(tmp_path, installed_package):
    groups = {"languages": "xk", "metrics": "m", "presets": "p", "formats": "f"}
    points = "".join(f"[textmetrics.{g}]\n{n} = my_package:five\n" for g, n in groups.items())
    installed_package(tmp_path, "five = 5\n", points)

    def command(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        line = [sys.executable, "-m", "textmetrics", *arguments]
        done = subprocess.run(
            line, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
        )
        return done.returncode, done.stdout + done.stderr

    data = tmp_path / "one.jsonl"
    data.write_text('{"prediction": "a", "reference": "a"}\n', encoding="utf-8")
    assert command("score", str(data))[0] == command("score", "--help")[0] == 0
    code, told = command("score", str(data), "--lang", "xk")
    assert code == 2
    assert "language 'xk' of my" in told
    assert "expected a textmetrics.Language, got int" in told
    code, told = command("doctor")
    assert code == 1
    assert "broken: language xk, metric m, preset p, input format f" in told


def test_no_option_of_a_preset_has_a_double_negative_or_a_raw_name_for_its_value(capsys):
    assert main(["score", "--help-all"]) == 0
    text = capsys.readouterr().out
    assert "--no-no-" not in text
    own = text[text.index("options of presets") :]
    assert re.findall(r"--[a-z-]+ [A-Z]+_[A-Z_]+", own) == []
