"""What a newcomer sees in a terminal of 80 columns: short help, examples, nothing too wide."""

from __future__ import annotations

import re

import pytest

from textmetrics.cli import main, program

SHORT = ("score", "compare", "explain")
SCREENS = {
    "score": 100,
    "compare": 100,
    "explain": 100,
    "tokens": 100,
    "merge": 50,
    "monitor": 50,
    "presets": 50,
    "doctor": 50,
    "completion": 50,
}
COMMANDS = tuple(SCREENS)


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


@pytest.fixture
def shown(capsys):
    """Return what a command prints on stdout or stderr, in lines."""

    def run(*arguments, code=0):
        assert main(arguments) == code
        out, err = capsys.readouterr()
        assert not (out and err)
        return (out or err).splitlines()

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_two_screens(command, shown):
    lines = shown(command, "--help")
    assert len(lines) <= SCREENS[command]
    assert max(map(len, lines)) <= 80
    assert "examples:" in lines


@pytest.mark.parametrize("command", SHORT)
def test_a_short_help_is_part_of_the_full_one(command, shown):
    short, full = shown(command, "--help"), shown(command, "--help-all")
    assert max(map(len, full)) <= 80
    options = [
        set(re.findall(r"^  (--[a-z-]+|-h)", "\n".join(each), re.M)) for each in (short, full)
    ]
    assert options[0] < options[1]
    assert {"--metrics", "--preset", "--lang", "--format", "--help-all"} <= options[0]
    assert f"All options: textmetrics {command} --help-all" in short
    assert not [line for line in full if line.startswith("All options:")]
    # No heading without an option below it.
    headings = [at for at, line in enumerate(short) if re.fullmatch(r"[a-z].*:", line)]
    assert all(short[at + 1].strip() for at in headings)
    assert "options of presets:" in full
    assert "options of presets:" not in short


@pytest.mark.parametrize("command", SHORT)
def test_a_short_help_names_what_its_options_take(command, shown):
    text = " ".join(" ".join(shown(command, "--help")).split())
    assert "metrics: accuracy, f1, rouge_1" in text
    assert "presets: default, rouge_score" in text
    assert "languages: en, zh, ja" in text
    assert ("extractors: think" in text) == ("--extract" in text)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_end_in_a_wide_terminal_too(command, shown, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert len(shown(command, "--help")) <= SCREENS[command]


def test_the_program_alone_shows_commands_by_purpose(shown):
    lines = shown(code=2)
    assert lines[0] == "textmetrics: no command given; these are the commands:"
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    purposes = [line for line in lines if re.fullmatch(r"[a-z ]+:", line)]
    assert [each.rstrip(":") for each in purposes] == [*program._PURPOSES, "to begin"]
    found = [line.split()[0] for line in lines if re.match(r"  [a-z]+ {2,}\S", line)]
    assert sorted(found) == sorted(COMMANDS) == sorted(program._COMMANDS)


@pytest.mark.parametrize("command", ["score", "compare"])
def test_a_command_without_a_file_shows_three_examples(command, shown):
    lines = shown(command, code=2)
    assert lines[0].startswith(f"textmetrics {command}: no file")
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 80
    examples = [line for line in lines if line.startswith(f"  textmetrics {command} ")]
    assert len(examples) == 3
    assert all(lines[lines.index(each) + 1].startswith(" " * 6) for each in examples)
    assert f"textmetrics {command} --help" in " ".join(lines)


def test_the_examples_of_score_are_commands(tmp_path, monkeypatch, capsys):
    """What a newcomer copies, runs, and on the record that is shown."""
    assert main(["score"]) == 2
    text = capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    [record] = re.findall(r"\{.*\}", text)
    for name in ("predictions.jsonl", "answers.jsonl", "gold.jsonl"):
        (tmp_path / name).write_text(f"{record}\n", encoding="utf-8")
    for line in re.findall(r"^  textmetrics (score .*)$", text, re.M):
        assert main(line.split()) == 0
        assert "ROUGE-L" in capsys.readouterr().out


def test_options_without_a_file_are_no_reason_for_another_message(shown):
    assert shown("score", "--lang", "zh", code=2)[0].startswith("textmetrics score: no file")


@pytest.mark.parametrize("columns", ["80", "120"])
def test_doctor_fits_a_terminal(columns, shown, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    lines = shown("doctor")
    assert max(map(len, lines)) <= 80


def test_doctor_of_presets_fits_a_terminal(capsys):
    main(["doctor", "--presets"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
