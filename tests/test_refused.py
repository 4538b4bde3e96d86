"""Outputs that are inputs too, and files that never end, are refused soon and in one line."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from textmetrics import _files, evaluate
from textmetrics.cli import main
from textmetrics.comparison import read_config, read_model_facts
from textmetrics.languages import UserDictionary
from textmetrics.languages.stopwords import read_words
from textmetrics.records import DataError

ROWS = '{"prediction": "a cat", "reference": "a cat"}\n' * 3


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(ROWS)
    os.link(tmp_path / "a.jsonl", tmp_path / "hard.jsonl")
    (tmp_path / "soft.jsonl").symlink_to("a.jsonl")
    (tmp_path / "words.txt").write_text("the\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys, *arguments):
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1), err[:1000]
    return code, err


# --- outputs


@pytest.mark.parametrize(
    ("files", "output"),
    [
        (["a.jsonl"], "a.jsonl"),
        (["a.jsonl"], "./a.jsonl"),
        (["a.jsonl"], "hard.jsonl"),
        (["a.jsonl"], "soft.jsonl"),
        (["soft.jsonl"], "hard.jsonl"),
        (["a.jsonl", "--references", "b.jsonl"], "b.jsonl"),
        (["a.jsonl", "--stopwords", "words.txt"], "words.txt"),
        (["a.jsonl", "--userdict", "words.txt"], "words.txt"),
    ],
)
@pytest.mark.parametrize("option", ["--output", "--state"])
def test_an_output_is_no_input(option, files, output, capsys):
    if option == "--state" and "words.txt" in output:
        return
    before = Path(output).read_bytes()
    code, err = said(capsys, "score", *files, option, output)
    assert code == 2
    assert f"{output}: is also an input; name another file for {option}" in err
    assert Path(output).read_bytes() == before


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("score - --output a.jsonl < a.jsonl", "a.jsonl: is also an input"),
        ("score - --output hard.jsonl < soft.jsonl", "hard.jsonl: is also an input"),
        ("score /dev/stdin --output a.jsonl < a.jsonl", "a.jsonl: is also an input"),
        ("score a.jsonl --output o.jsonl > o.jsonl", "o.jsonl: is where the scores go"),
        ("score a.jsonl --output o.jsonl 2> o.jsonl", ""),
        ("score a.jsonl --output /dev/stdout", "/dev/stdout: is not a regular file"),
        ("compare - b.jsonl --output R < R/report.html", "R/report.html: is also an input"),
    ],
)
def test_streams_count_as_the_files_they_are(command, message, here):
    (here / "R").mkdir()
    (here / "R" / "report.html").write_text(ROWS)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m textmetrics {command}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(message)
    assert (here / "a.jsonl").read_text() == (here / "R" / "report.html").read_text() == ROWS


@pytest.mark.parametrize("name", ["leaderboard.csv", "run_1_results.yaml", "report.html"])
@pytest.mark.parametrize("link", [False, True])
def test_a_report_takes_no_input_s_place(name, link, here, capsys):
    (here / "R").mkdir()
    given = here / "R" / name
    if name.endswith("yaml"):  # it would be taken for a configuration
        given.write_text("runs: '{model}.jsonl'\nmodels: {a: {}, b: {}}\ntasks: {t: {}}\n")
        given.write_text(given.read_text().replace("'{", f"'{here}/{{"))
        files = [str(given)]
        pytest.importorskip("yaml")
    else:
        given.write_text(ROWS)
        files = ["a.jsonl", f"b={given}", "--input-format", "jsonl"]
    if link:
        os.link(given, here / "other" if "yaml" not in name else here / "other.yaml")
        files = [
            each.replace(str(given), "other.yaml" if "yaml" in name else "other") for each in files
        ]
    before = given.read_bytes()
    code, err = said(capsys, "compare", *files, "--output", "R")
    assert (code, err) == (
        2,
        f"R/{name}: is also an input; choose another folder with --output\n",
    )
    assert given.read_bytes() == before


def test_inputs_beside_a_report_stay(here, capsys):
    assert main(["compare", "a.jsonl", "b.jsonl", "--output", ".", "--resamples", "100"]) == 0
    assert (here / "a.jsonl").read_text() == (here / "hard.jsonl").read_text() == ROWS
    assert (here / "report.html").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told_before_any_work(here, capsys):
    here.chmod(0o500)
    code, err = said(capsys, "compare", "a.jsonl", "b.jsonl", "--output", "R")
    assert (code, err.startswith("R: cannot be written (. is read-only)")) == (2, True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 300, "File name too long"),
        ("a\0b", "null byte"),
        ("loop", "symbolic links form a loop"),
        ("loop/x", "symbolic links form a loop"),
    ],
)
@pytest.mark.parametrize("command", [("score", "a.jsonl"), ("compare", "a.jsonl", "b.jsonl")])
def test_names_that_nothing_can_have(command, name, message, here, capsys):
    (here / "loop").symlink_to("loop")
    code, err = said(capsys, *command, "--output", name)
    assert (code, message in err, "; name another f" in err) == (2, True, True)


def test_an_empty_name_is_not_the_working_directory(here, capsys):
    code, err = said(capsys, "compare", "a.jsonl", "b.jsonl", "--output", "")
    assert (code, err.startswith("--output: names no folder")) == (2, True)


def test_a_link_to_what_is_not_there_yet_stays_one(here, capsys):
    (here / "link").symlink_to("R")
    options = ["--output", "link", "--resamples", "100"]
    assert main(["compare", "a.jsonl", "b.jsonl", *options]) == 0
    assert (here / "link").is_symlink()
    assert (here / "R" / "report.html").exists()


# --- files that never end


@pytest.fixture
def pipe(here, monkeypatch):
    monkeypatch.setattr(_files, "_PIPE_SECONDS", 0.1)
    os.mkfifo(here / "pipe.toml")
    return str(here / "pipe.toml")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
@pytest.mark.parametrize(
    ("option", "megabytes"), [("userdict", 128), ("stopwords", 16), ("stopwords=zh:", 16)]
)
@pytest.mark.parametrize("command", [("score", "a.jsonl"), ("compare", "a.jsonl", "b.jsonl")])
def test_what_never_ends_is_refused(command, option, megabytes, capsys):
    option, _, lang = option.partition("=")
    code, err = said(capsys, *command, "--lang", "zh", f"--{option}", f"{lang}/dev/zero")
    assert code == 2
    assert f"/dev/zero: more than {megabytes} MB, which a" in err


@pytest.mark.parametrize("option", ["userdict", "stopwords"])
def test_a_pipe_without_a_writer_is_refused(option, pipe, capsys):
    code, err = said(capsys, "score", "a.jsonl", "--lang", "zh", f"--{option}", pipe)
    assert (code, f"{pipe}: a pipe to which no program writes" in err) == (2, True)


def test_configurations_too(pipe, here, capsys):
    with pytest.raises(DataError, match="a pipe to which no program writes"):
        read_config(Path(pipe))
    (here / "zero.toml").symlink_to("/dev/zero")
    with pytest.raises(DataError, match=r"zero\.toml: /dev/zero|more than 4 MB"):
        read_config(here / "zero.toml")
    with pytest.raises(DataError, match="more than 4 MB, which a config"):
        read_model_facts("/dev/zero")


def test_a_pipe_with_a_writer_is_read(pipe):
    writer = threading.Thread(target=lambda: Path(pipe).write_text("猫猫 5 n\n"))
    writer.start()
    assert UserDictionary.read(pipe).content == "猫猫 5 n\n".encode()
    writer.join()
    writer = threading.Thread(target=lambda: Path(pipe).write_text("# list\nthe\n"))
    writer.start()
    assert read_words(pipe) == ["the"]
    writer.join()


def test_short_devices_and_line_ends_are_read_as_before(here):
    assert read_words("/dev/null") == []
    (here / "words.txt").write_bytes(b"\xef\xbb\xbfthe\r\na\rof\n\n# x\n")
    assert read_words("words.txt") == ["the", "a", "of"]


def test_in_python_it_is_a_value_error():
    with pytest.raises(ValueError, match="/dev/zero: more than 16 MB"):
        evaluate(["a"], ["a"], lang="en", stopwords="/dev/zero")
