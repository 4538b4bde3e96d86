"""``score --stream``: each record is answered as it comes, by what a whole run would say of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from textmetrics.cli import main
from textmetrics.evaluation import Evaluator

PAIRS = [("a red fox", "the red fox ran"), ("x", "x"), ("", "y"), ("one two", ["one", "one two"])]
LINES = [json.dumps({"prediction": each, "reference": other}) for each, other in PAIRS]
COMMAND = [sys.executable, "-m", "textmetrics", "score", "-", "--stream", "--lang", "en"]
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def answered(text, *options, code=0):
    done = subprocess.run(
        [*COMMAND, *options], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]], done.stderr


@pytest.fixture
def talk():
    """Start the command; a function sends a line and returns the one that comes back."""
    with subprocess.Popen([*COMMAND, "--metrics", "f1"], **PIPES, text=True, bufsize=1) as process:

        def say(line):
            process.stdin.write(line + "\n")
            return json.loads(process.stdout.readline())

        say.process = process
        yield say
        process.kill()


def test_answers_are_those_of_a_whole_run(tmp_path, capsys):
    file, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    file.write_text("\n".join(LINES) + "\n", "utf-8")
    assert main(["score", str(file), "--lang", "en", "--output", str(output)]) == 0
    assert main(["score", str(file), "--lang", "en", "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))
    answers, _ = answered("\n\n".join(LINES))  # blank lines count as nothing
    assert answers[:-1] == [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    evaluation = answers[-1]["evaluation"]
    assert evaluation.pop("file") == "<stdin>"
    assert evaluation == {name: each for name, each in whole.items() if name != "file"}


def test_a_record_is_answered_before_the_next_one_comes(talk):
    for line, (prediction, _) in zip(LINES, PAIRS, strict=True):
        assert talk(line)["prediction"] == prediction


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="the system has no SIGUSR1")
def test_a_signal_asks_for_the_scores_so_far(talk):
    values = []
    for line in LINES[:3]:
        values.append(talk(line)["scores"]["f1"]["value"])
        talk.process.send_signal(signal.SIGUSR1)
        evaluation = json.loads(talk.process.stdout.readline())["evaluation"]
        assert evaluation["n"] == len(values)
        assert evaluation["scores"]["f1"]["value"] == pytest.approx(sum(values) / len(values))
    talk.process.stdin.close()
    assert json.loads(talk.process.stdout.readline())["evaluation"]["n"] == 3
    assert talk.process.wait(60) == 0


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="the system has no SIGUSR1")
def test_many_signals_come_between_answers_and_never_within_one():
    count = 3000
    with subprocess.Popen([*COMMAND, "--metrics", "f1", "--errors", "skip"], **PIPES) as process:
        process.stdin.write(LINES[0].encode() + b"\n")
        process.stdin.flush()
        first = process.stdout.readline()  # from now on it takes the signal
        if os.fork() == 0:
            for number in range(count):
                process.stdin.write((LINES[0] if number % 7 else "bad").encode() + b"\n")
            process.stdin.flush()
            os._exit(0)
        process.stdin.close()
        answers = [first]
        for line in process.stdout:
            answers.append(line)
            if len(answers) % 50 == 0 and process.poll() is None:
                process.send_signal(signal.SIGUSR1)
        assert process.wait(60) == 3
    kinds = [next(iter(json.loads(line))) for line in answers]
    assert kinds.count("prediction") + kinds.count("error") == count + 1
    assert kinds.count("evaluation") > 1
    assert kinds[-1] == "evaluation"


def test_invalid_records_are_answered_in_their_place():
    text = "\n".join([LINES[0], "bad", '{"prediction": 1}', LINES[1], "[]", ""])
    answers, said = answered(text, "--errors", "skip", code=3)
    assert [next(iter(each)) for each in answers] == [
        "prediction", "error", "error", "prediction", "error", "evaluation",
    ]  # fmt: skip
    assert [each["line"] for each in answers if "error" in each] == [2, 3, 5]
    assert "invalid JSON" in answers[1]["error"]
    assert answers[-1]["evaluation"]["n"] == 2
    stopped, said = answered(text, code=3)
    assert len(stopped) == 1  # what came before
    assert said.startswith("<stdin>:2: invalid JSON")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="the system has no pseudo-terminals")
def test_a_terminal_is_not_controlled():
    control = "a\x9b31m\x7fb"  # which JSON may have unescaped
    text = json.dumps({"prediction": control, "reference": "b"}, ensure_ascii=False)
    answers, _ = answered(text + "\n")
    assert answers[0]["prediction"] == control
    own, other = os.openpty()
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=other, text=True) as process:
        process.communicate(text + "\n", timeout=60)
        os.close(other)
        shown = b""
        while b"evaluation" not in shown:
            shown += os.read(own, 1 << 16)
    os.close(own)
    shown = shown.decode().split("\n")[0]
    assert json.loads(shown)["prediction"] == control
    assert shown.rstrip("\r").isprintable()


def test_a_language_that_is_not_known_is_an_error(capsys, monkeypatch, tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text('{"prediction": "北京", "reference": "北京"}\n' * 2, "utf-8")
    assert main(["score", str(file), "--stream"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"{file}:1: the language of its texts is not known, and --stream answers")
    assert err.endswith("name it with --lang, or in the field lang of each record\n")
    # What comes before it is answered, be it read with it or not; blank lines count.
    known = '{"prediction": "a fox", "reference": "the fox"}\n'
    number = '{"prediction": 7, "reference": "the fox"}\n'
    unknown = '{"prediction": "北京", "reference": "北京"}\n'
    for before, count in ((known, 1), (known + "\n" + known, 2), (known + number, 2)):
        file.write_text(before + unknown + known, "utf-8")
        assert main(["score", str(file), "--stream", "--metrics", "f1"]) == 2
        out, err = capsys.readouterr()
        assert out.count('"scores"') == out.count("\n") == count
        assert err.startswith(f"{file}:{before.count(chr(10)) + 1}: the language of its texts is")
    file.write_text('{"prediction": "北京", "reference": "北京", "lang": "zh"}\n' + known, "utf-8")
    assert main(["score", str(file), "--stream", "--metrics", "f1"]) == 0
    assert capsys.readouterr().out.count('"scores"') == 3


def test_records_that_name_their_language_are_scored_together(monkeypatch, tmp_path):
    """One by one takes twenty times as long; those that do not may hold back others."""
    whole, sizes = Evaluator.stream, []

    def noted(evaluator, batches):
        return whole(evaluator, (sizes.append(len(each)) or each for each in batches))

    monkeypatch.setattr(Evaluator, "stream", noted)
    file = tmp_path / "in.jsonl"
    record = {"prediction": "a fox", "reference": "the fox"}
    for fields, options, expected in (
        ({"lang": "en"}, [], [3]), ({}, ["--lang", "en"], [3]), ({}, [], [1, 1, 1]),
    ):  # fmt: skip
        file.write_text(f"{json.dumps(record | fields)}\n" * 3, "utf-8")
        assert main(["score", str(file), "--stream", "--metrics", "f1", *options]) == 0
        assert sizes == expected
        sizes.clear()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--output", "x.jsonl"], "--stream and --output cannot be combined"),
        (["--state", "x.json"], "--stream and --state cannot be combined"),
        (["--states", "x"], "--stream and --states cannot be combined"),
        (["--pass-at", "1", "--metrics", "accuracy"], "--stream and --pass-at cannot be combined"),
        (["--preset", "default,sacrebleu"], "--stream works with one preset only"),
        (["--input-format", "csv"], "--stream reads JSON Lines only"),
    ],
)
def test_what_does_not_fit(options, problem, capsys, tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text(LINES[0], "utf-8")
    assert main(["score", str(file), "--stream", "--lang", "en", *options]) == 2
    assert problem in capsys.readouterr().err
    assert main(["score", str(file), str(file), "--stream", *options]) == 2


def test_nobody_reads_the_answers():
    with subprocess.Popen(COMMAND, **PIPES) as process:
        process.stdout.close()
        process.stdin.write((LINES[0] + "\n").encode())
        process.stdin.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""
