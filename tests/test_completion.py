"""``textmetrics completion``: what a shell completes, asked of the shells themselves."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from textmetrics.cli import main

pytest.importorskip("shtab")
BASH = """
source {script}
COMP_WORDS=({words}) COMP_CWORD={last}
_shtab_textmetrics
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = "source {script}; complete -C '{line}'"
# What is typed, some of what is offered, and something that is not.
TYPED = [
    ("textmetrics sc", {"score"}, "compare"),
    ("textmetrics score --metr", {"--metrics"}, "--merge"),
    ("textmetrics score --metrics rou", {"rouge_1", "rouge_l", "rouge_lsum"}, "f1"),
    ("textmetrics score --metrics f1,rouge_", {"f1,rouge_1", "f1,rouge_l"}, "rouge_l"),
    ("textmetrics score --preset llama", {"llama_factory"}, "nltk"),
    ("textmetrics score --preset nltk,llama", {"nltk,llama_factory"}, "llama_factory"),
    ("textmetrics score a.jsonl --lang ", {"auto", "en", "zh", "ja"}, "score"),
    ("textmetrics score a.jsonl --format ma", {"markdown"}, "json"),
    ("textmetrics score --extract th", {"think"}, "boxed"),
    ("textmetrics score --smoo", {"--smoothing"}, "--stemmer"),
    ("textmetrics compare --base", {"--baseline"}, "--metrics"),
    ("textmetrics presets sacre", {"sacrebleu"}, "nltk"),
    ("textmetrics completion ", {"bash", "zsh", "fish"}, "score"),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    from contextlib import redirect_stdout

    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        with open(folder / shell, "w", encoding="utf-8") as file, redirect_stdout(file):
            assert main(["completion", shell]) == 0
    return folder


def asked(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(("line", "offered", "other"), TYPED)
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash(scripts, line, offered, other):
    words = [f"'{word}'" for word in line.split(" ")]
    script = BASH.format(script=scripts / "bash", words=" ".join(words), last=len(words) - 1)
    found = set(asked("bash", "-c", script))
    assert offered <= found
    assert other not in found


@pytest.mark.parametrize(("line", "offered", "other"), TYPED)
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(scripts, line, offered, other):
    lines = asked("fish", "--no-config", "-c", FISH.format(script=scripts / "fish", line=line))
    found = {each.partition("\t")[0] for each in lines}
    assert offered <= found
    assert other not in found


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_reads_it(scripts):
    """It offers choices only in a terminal; that it takes the script says that it is one."""
    asked("zsh", "-f", "-n", str(scripts / "zsh"))
    command = f'autoload -Uz compinit; compinit -D; eval "$(cat {scripts}/zsh)"; print $_comps'
    assert "_shtab_textmetrics" in asked("zsh", "-f", "-c", command)[-1].split()
    text = (scripts / "zsh").read_text("utf-8")
    assert "_sequence compadd - accuracy f1" in text


def test_an_unknown_shell_is_an_error(capsys):
    assert main(["completion", "tcsh"]) == 2
    assert "known: bash, zsh, fish" in capsys.readouterr().err
