"""``--format github``: the summary of a job, and annotations, whatever files hold."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics._escape import printable
from textmetrics.cli import main
from textmetrics.cli.github import Annotation, _without_commands, publish

GOLD = [f"a red fox ran {number} times" for number in range(40)]
WEAK = ["a fox"] * 30 + GOLD[30:]


def decoded(text):
    codes = {"%3A": ":", "%2C": ",", "%25": "%"}
    return re.sub("|".join(codes), lambda found: codes[found[0]], text)


def commands(text):
    """Return what a runner takes for commands: level, title and message.

    As ``ActionCommand`` of actions/runner parses lines: those that begin with ``::`` after white
    space, else those with ``##[`` anywhere.
    """
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            head, message = line.lstrip()[2:].split("::", 1)
            level, _, properties = head.partition(" ")
            title, message = map(decoded, (properties.removeprefix("title="), message))
            found.append((level, title, message))
        else:
            assert "##[" not in line
    return found


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command beside two files, with a summary unless it is off."""
    monkeypatch.chdir(tmp_path)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    def write(name, texts):
        lines = [{"prediction": p, "reference": r} for p, r in zip(texts, GOLD, strict=True)]
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    write("good.jsonl", GOLD)
    write("weak.jsonl", WEAK)

    def call(*arguments):
        code = main([*arguments, "--lang", "en", "--metrics", "f1", "--format", "github"])
        out, err = capsys.readouterr()
        return code, out, err, summary.read_text("utf-8") if summary.exists() else ""

    call.write = write
    return call


def test_scores_go_into_the_summary_and_anomalies_into_annotations(run):
    code, out, err, summary = run("score", "weak.jsonl")
    assert (code, err) == (0, "")
    assert summary.startswith("| metric | no stopwords | all tokens |")
    assert [level for level, *_ in commands(out)] == ["warning"]
    [(_, title, message)] = commands(out)
    assert title == "weak.jsonl"
    assert message.startswith("median prediction 0.20 × the reference's length")


def test_a_summary_is_appended(run):
    first = run("score", "weak.jsonl")[3]
    both = run("score", "good.jsonl")[3]
    assert both.startswith(first)
    assert both.count("| metric |") == 2


def test_without_a_summary_it_is_printed(run, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    run.write("::error::x.jsonl", WEAK)
    _, out, _, summary = run("score", "::error::x.jsonl", "weak.jsonl")
    assert summary == ""
    assert "| ::error::x.jsonl |" in out
    assert "\n&#58;:error::x.jsonl:" in out  # the name of a file above its notes
    assert {level for level, *_ in commands(out)} == {"warning"}
    assert [title for _, title, _ in commands(out)] == ["::error::x.jsonl", "weak.jsonl"]


def test_gates_are_errors(run):
    files = ["good.jsonl", "weak.jsonl", "--resamples", "200"]
    code, out, err, summary = run("compare", *files, "--fail-on-regression", "--fail-under=f1=0.9")
    assert (code, err) == (1, "")
    errors = [each for each in commands(out) if each[0] == "error"]
    assert [title for _, title, _ in errors] == ["f1 of weak on all"] * 2
    assert re.fullmatch(r"f1 0\.\d{4} is below 0.9", errors[0][2])
    assert re.fullmatch(r"f1 is worse than good's by 0\.\d{4} \(p .*\)", errors[1][2])
    assert summary.startswith("**2 gates failed**\n\n- weak on all: f1 0.")
    assert "### all: scores" in summary
    warnings = [each for each in commands(out) if each[0] == "warning"]
    assert any(title == "weak on all" and "median length" in text for _, title, text in warnings)
    code, out, _, summary = run("compare", *files, "--fail-under", "f1=0.1")
    assert code == 0
    assert "**All gates passed**" in summary
    assert not [each for each in commands(out) if each[0] == "error"]


def test_other_commands_have_the_format_too(run, tmp_path):
    main(["score", "weak.jsonl", "--lang", "en", "--metrics", "f1", "--state", "state.json"])
    assert main(["merge", "state.json", "--format", "github"]) == 0
    assert "| F1 " in (tmp_path / "summary.md").read_text("utf-8")


def test_a_summary_that_cannot_be_written_is_an_error(run, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    code, out, err, _ = run("score", "weak.jsonl")
    assert (code, out) == (2, "")
    assert "summary.md" in err


@given(st.text(), st.text(max_size=30))
def test_hostile_text_is_shown_and_never_obeyed(message, title):
    line = str(Annotation("error", title, message))
    assert len(re.split(r"\r\n|\r|\n", line)) == 1
    assert commands(line) == [("error", printable(title), printable(message))]


@given(st.lists(st.sampled_from(["::", " ", "\t", "\n", ":", "error", "| x |"])).map("".join))
def test_no_line_of_printed_markdown_is_a_command(text):
    shown = _without_commands(text)
    assert commands(shown) == []
    assert shown.replace("&#58;", ":") == text


def test_github_shows_ten_annotations_and_one_mebibyte(capsys, monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    found = [Annotation("warning", "a", str(number)) for number in range(12)]
    publish("text", [*found, Annotation("error", "b", "it")])
    out = commands(capsys.readouterr().out)
    assert len(out) == 11
    assert out[0] == ("error", "b", "it")
    assert out[-1] == ("warning", "textmetrics", "and 3 messages more")
    publish("x\n" * (1 << 20), [])
    whole = summary.read_bytes()
    assert len(whole) <= 1 << 20
    assert whole.endswith(b"x\n\n\n(cut off: a summary has at most 1 MiB)\n\n")
    publish("more", [])
    assert len(summary.read_bytes()) <= 1 << 20
