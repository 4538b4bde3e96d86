"""Shards whose states are kept in a folder: which are scored again, and what all together are."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import pickle
import random
import re
import shutil
import signal
from functools import cache
from pathlib import Path

import msgspec
import pytest

from tests.generated import generated
from tests.shard_kills import Shards, merge_runs
from textmetrics.cli import progress
from textmetrics.evaluation import saving
from textmetrics.states import (
    ShardFailed,
    ShardRead,
    ShardScored,
    ShardScorer,
    StateError,
    merge_shards,
    missing_shards,
    read_state,
    score_shard,
    scored_shards,
    shards_of,
    workers,
)
from textmetrics.states import file as states_file

FORMATS = ("table", "json", "markdown", "csv", "latex")


@cache
def records_of(seed, number):
    return b"".join(generated(number, seed))


def written(path, records, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(records_of(seed, records))
    return str(path)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return the names of three files, the second one the largest."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "st").mkdir()
    return [
        written(Path(f"in/part-{at}.jsonl"), records, at) for at, records in enumerate([20, 40, 30])
    ]


def scorer(**options):
    return ShardScorer.of(**{"metrics": ["f1", "bleu_4"], "lang": "zh", **options})


def missing(files, **options):
    return [shard.path for shard in missing_shards(shards_of(files, "st"), scorer(**options))]


def score_all(files, **options):
    for shard in shards_of(files, "st"):
        score_shard(shard, scorer(**options))


# --- the names of states


def test_the_name_of_a_state_depends_on_its_file_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [one] = shards_of(["in/part-7.jsonl.zst"], "st")
    for given in (
        ["in/part-7.jsonl.zst", "in/part-8.jsonl.zst"],
        ["./in/part-7.jsonl.zst"],
        [str(tmp_path / "in" / "part-7.jsonl.zst")],
        [Path("in/part-7.jsonl.zst")],
    ):
        assert shards_of(given, "st")[0].state == one.state
    assert re.fullmatch(r"st.part-7\.jsonl\.zst-[0-9a-f]{12}\.json", one.state)


@pytest.mark.parametrize(
    "names",
    [
        ("a/part.jsonl", "b/part.jsonl"),
        ("a.jsonl", "a_jsonl", "a-jsonl"),
        ("A.jsonl", "a.jsonl"),
        ("北京.jsonl", "東京.jsonl"),
        ("x.xlsx#one", "x.xlsx#two"),
        (".hidden", "hidden"),
        ("n" * 200 + "0", "n" * 200 + "1"),
        ("bytes-\udcff", "bytes-\udcfe"),
    ],
)
def test_different_files_have_states_of_different_names(names, tmp_path):
    states = [os.path.basename(shard.state) for shard in shards_of(names, tmp_path)]
    assert len({each.lower() for each in states}) == len(names)  # on any file system
    for each in states:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{,110}\.json", each)


def test_a_file_that_is_named_twice_is_one_shard():
    assert len(shards_of(["a", "b", "a"], "st")) == 2


# --- which are missing


def test_the_largest_is_begun_first_and_what_is_there_is_not_scored_again(files):
    assert missing(files) == [files[1], files[2], files[0]]
    score_all(files[1:])
    assert missing(files) == [files[0]]
    score_all(files)
    assert missing(files) == []


def changed(path):
    """Change a letter: size and time stay."""
    path, status = Path(path), os.stat(path)
    path.write_bytes(
        path.read_bytes().replace(b'"prediction":"', b'"prediction":"\x78', 1)[:-2] + b"\n"
    )
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def damaged(path):
    [shard] = shards_of([path], "st")
    raw = Path(shard.state).read_bytes()
    Path(shard.state).write_bytes(raw[: len(raw) // 2])


def edited(path):
    [shard] = shards_of([path], "st")
    raw = Path(shard.state).read_text()
    Path(shard.state).write_text(re.sub(r'"n":(\d)', r'"n":1\1', raw, count=1))


def of_another(path):
    [shard, other] = shards_of([path, "in/part-1.jsonl"], "st")
    Path(shard.state).write_bytes(Path(other.state).read_bytes())


def merged(path):
    """A state of several files, which the user put there."""
    from textmetrics.states import merge_states, write_state

    states = [read_state(shard.state) for shard in shards_of(["in/part-0.jsonl", path], "st")]
    [shard] = shards_of([path], "st")
    write_state(merge_states(states), shard.state)


@pytest.mark.parametrize("change", [changed, damaged, edited, of_another, merged])
def test_a_file_is_scored_again_if_its_state_is_not_that_of_its_bytes(change, files):
    score_all(files)
    size = os.path.getsize(files[2])
    change(files[2])
    assert os.path.getsize(files[2]) == size
    assert missing(files) == [files[2]]


@pytest.mark.parametrize(
    "options",
    [
        {"metrics": ["f1"]},
        {"lang": "en"},
        {"stopwords": False},
        {"stopwords_add": ["北京"]},
        {"extract": "markdown"},
        {"preset": "nltk", "metrics": ["bleu_4"], "lang": "en"},
        {"prediction_field": "reference", "reference_field": "prediction"},
        {"encoding": "gb18030"},
        {"input_format": "jsonl"},
    ],
)
def test_files_are_scored_again_with_other_options(options, files):
    score_all(files)
    assert len(missing(files, **options)) == 3


@pytest.mark.parametrize("options", [{"threads": 1}, {"backend": "reference"}, {"errors": "skip"}])
def test_files_are_not_scored_again_where_nothing_would_change(options, files):
    score_all(files)
    for path in files:
        os.utime(path)
    assert missing([os.path.abspath(path) for path in files], **options) == []


def test_invalid_records_are_an_error_where_they_are_not_skipped(files):
    with open(files[0], "ab") as file:
        file.write(b"{}\n")
    score_all(files, errors="skip")
    assert (missing(files, errors="skip"), missing(files)) == ([], [files[0]])


def test_a_file_is_scored_again_after_a_dictionary_has_changed(files, monkeypatch):
    score_all(files)
    assert missing(files) == []
    kind = type(scorer().settings[0].analyzer("zh").tokenizer)
    monkeypatch.setattr(kind, "described", lambda _: "jieba-0.43")
    assert len(missing(files)) == 3


def test_how_shards_are_scored_can_be_sent_to_another_process():
    for options in ({}, {"preset": ["default", "sacrebleu"], "metrics": ["bleu_4"]}):
        made = scorer(**options)
        assert pickle.loads(pickle.dumps(made)) == made


# --- merged


def test_the_order_of_files_is_that_of_the_samples(tmp_path, monkeypatch):
    """nltk's fifth smoothing looks at the last sample; names sort otherwise than numbers."""
    monkeypatch.chdir(tmp_path)
    names = ["part-2.jsonl", "part-10.jsonl"]
    texts = [("a cat sat on the mat", "a cat sat on the mat here"), ("a dog", "a dog ran far away")]
    for name, (prediction, reference) in zip(names, texts, strict=True):
        Path(name).write_text(json.dumps({"prediction": prediction, "reference": reference}))
    how = ShardScorer.of(preset="nltk", metrics=["bleu_4"], lang="en", smoothing="method5")
    values = []
    for order in (names, names[::-1]):
        shards = shards_of(order, ".")
        for shard in missing_shards(shards, how):
            score_shard(shard, how)
        value = merge_shards(shards, how).evaluations[0]["bleu_4"]
        assert value == how.score(*order).evaluations[0]["bleu_4"]
        values.append(float(value))
    assert values[0] != values[1]


def test_a_state_that_another_run_has_replaced_is_not_counted(files):
    score_all(files)
    score_all(files[1:2], metrics=["f1"])
    with pytest.raises(
        StateError, match=r"another run has replaced the state of in/part-1.jsonl: "
    ):
        merge_shards(shards_of(files, "st"), scorer())
    os.remove(shards_of(files, "st")[1].state)
    with pytest.raises(StateError, match=r"the state of in/part-1.jsonl was removed meanwhile"):
        merge_shards(shards_of(files, "st"), scorer())


# --- processes


@pytest.fixture
def large(tmp_path, monkeypatch):
    """Return the names of files of which each takes a moment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "st").mkdir()
    return [written(Path(f"{at}.jsonl"), 6000 + at, at) for at in range(3)]


def test_a_process_that_is_killed_costs_the_file_that_it_was_at(large):
    shards = shards_of(large, "st")
    events = []
    for event in scored_shards(shards, scorer(threads=1), jobs=1):
        if not events:
            assert isinstance(event, ShardRead)
            [process] = multiprocessing.active_children()
            os.kill(process.pid, signal.SIGKILL)
        events.append(event)
    failed = [each for each in events if isinstance(each, ShardFailed)]
    assert [each.shard for each in failed] == shards[:1]
    assert str(failed[0].error) == (
        "0.jsonl: the process that scored this file was ended by SIGKILL, as systems do when "
        "memory runs out; score it again, with fewer jobs"
    )
    scored = [each.shard for each in events if isinstance(each, ShardScored)]
    assert scored == shards[1:]
    assert multiprocessing.active_children() == []


def test_processes_end_with_the_one_that_waits_for_them(large):
    events = scored_shards(shards_of(large, "st"), scorer(threads=1), jobs=2)
    next(events)
    assert len(multiprocessing.active_children()) == 2
    events.close()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (-signal.SIGKILL, "was ended by SIGKILL, as systems do when memory runs out; "),
        (-signal.SIGSEGV, "was ended by SIGSEGV; score it again"),
        (-200, "was ended by signal 200; score it again"),
        (1, "ended with exit code 1; score it again"),
    ],
)
def test_how_a_process_ended_is_told(code, told):
    assert told in workers._how_ended(code)


def test_a_process_that_runs_out_of_memory_tells_so(large, monkeypatch):
    def score(*_, **__):
        raise MemoryError

    monkeypatch.setattr(ShardScorer, "score", score)
    [shard] = shards_of(large[:1], "st")
    told = workers.score_shard(shard, scorer())
    assert str(told.error) == "0.jsonl: memory ran out; score it again, with fewer jobs"


# --- the command


def test_files_are_scored_as_merged_and_then_only_what_is_missing(files, run):
    whole = Path(files[1]).read_bytes()
    Path(files[1]).write_bytes(whole.replace(b'"prediction"', b'"said"', 1))
    states = ["score", *files, "--states", "st", "--jobs", "2"]
    code, out, err = run(*states)
    assert code == 3
    assert err.splitlines() == [
        err.splitlines()[0],
        "incomplete: only 2 of 3 files could be scored; mend the others, and give the command "
        "again",
    ]
    assert err.startswith("in/part-1.jsonl:1: no field for the prediction")
    lines = out.splitlines()
    assert lines[0] == "incomplete: only 2 of 3 files could be scored"
    merged_code, merged_out, _ = run("score", files[0], files[2], "--merge")
    assert (merged_code, merged_out.splitlines()) == (0, lines[1:])
    assert len(os.listdir("st")) == 2

    Path(files[1]).write_bytes(whole)
    code, out, err = run(*states)
    assert (code, err) == (0, "states of 2 of 3 files are there already\n")
    assert out == run("score", *files, "--merge")[1]
    for style in FORMATS:
        found = run(*states, "--format", style)
        assert found == (
            0,
            run("score", *files, "--merge", "--format", style)[1],
            "states of 3 of 3 files are there already\n",
        )


def test_records_that_are_left_out_are_listed_and_counted(files, run):
    for path in files[1:]:
        with open(path, "ab") as file:
            file.write(b"{}\n[]\n")
    arguments = ["score", *files, "--errors", "skip", "--metrics", "f1"]
    code, out, err = run(*arguments, "--states", "st")
    assert (code, out, err) == run(*arguments, "--merge")
    assert code == 3
    assert "left out: 4 invalid records" in err
    code, again, err = run(*arguments, "--states", "st")
    assert (code, again) == (3, out)
    assert err.splitlines()[1:] == ["… and 4 more", "left out: 4 invalid records"]


def test_where_nothing_could_be_scored_nothing_is_printed(files, run):
    for path in files:
        Path(path).write_bytes(b"[]\n")
    code, out, err = run("score", *files, "--states", "new/folder", "--jobs", "1")
    assert (code, out) == (3, "")
    assert err.splitlines()[-1] == (
        "incomplete: only 0 of 3 files could be scored; mend the others, and give the command again"
    )
    assert err.count("not an object") == 3
    assert os.listdir("new/folder") == []


def test_files_that_decide_their_language_differently_are_refused(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    for name, reference in (("one.jsonl", "猫が好き"), ("two.jsonl", "我们喜欢")):
        texts = [reference] * 8 + ["北京大学"] * 4
        Path(name).write_text(
            "".join(json.dumps({"prediction": text, "reference": text}) + "\n" for text in texts)
        )
    code, out, err = run("score", "one.jsonl", "two.jsonl", "--states", "st", "--metrics", "f1")
    assert (code, out) == (3, "")
    assert "name the language with --lang" in err
    assert err.count("\n") == 1


def test_an_option_that_does_not_fit_the_samples_is_told_with_the_file(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    Path("one.jsonl").write_text('{"prediction": "a", "reference": "a", "lang": "zh"}\n')
    arguments = ["score", "one.jsonl", "--stopwords", "pos", "--metrics", "f1"]
    code, _, alone = run(*arguments)
    assert code == 2
    code, out, err = run(*arguments, "--states", "st")
    assert (code, out) == (3, "")
    assert err.splitlines()[0] == f"one.jsonl: {alone.strip()}"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--jobs 4", "--jobs needs a folder in which the state of each file is kept"),
        ("--states st --jobs 0", "--jobs: expected an integer of at least 1"),
        ("--states st --output x.jsonl", "--states and --output cannot be combined"),
        ("--states st --state x.json", "--states and --state cannot be combined"),
        ("--states st --references in/part-0.jsonl", "--states and --references cannot be"),
        ("--states st --pass-at 1", "--states and --pass-at cannot be combined"),
        ("--states in", "--states in: in/part-0.jsonl is in it; name another folder"),
        ("--states in/part-0.jsonl", "in/part-0.jsonl: is not a folder"),
        ("- --states st", "found -: write it to a file, or keep its state with --state FILE"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_scored(
    arguments, told, files, run
):
    code, out, err = run("score", *files, *arguments.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert os.listdir("st") == []


def test_an_option_that_cannot_be_saved_is_told_once(files, run, monkeypatch):
    def check(_):
        raise ValueError("these options cannot be saved: tokenizer: one here, two when read again")

    monkeypatch.setattr(ShardScorer, "check", check)
    assert run("score", *files, "--states", "st") == (
        2,
        "",
        "these options cannot be saved: tokenizer: one here, two when read again\n",
    )


def test_a_bar_shows_how_much_of_all_files_has_been_read(files, monkeypatch):
    stderr = io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr(progress, "_BETWEEN", 0)
    shards = shards_of(files, "st")
    with progress.ShardMeter(shards, wanted=True) as meter:
        meter.see(shards[0], 100, 7)
        meter.see(shards[1], 100, 5)
        meter.end(shards[0])
    assert re.search(r"3 files .* 1 done, 12 records", stderr.getvalue())


def test_what_a_killed_run_has_left_is_removed(files, run):
    left = Path("st") / f".textmetrics-{'0' * 8}-{'0' * 16}.tmp"
    left.touch()
    os.utime(left, (0, 0))
    run("score", files[0], "--states", "st", "--metrics", "f1")
    assert not left.exists()


def test_states_are_decoded_by_one_thread_at_a_time(files, monkeypatch):
    """msgspec crashes where two threads decode the first value of a type at once."""
    decoded = []

    def one_at_a_time(lock, decode):
        def call(*args, **options):
            if "type" in options or len(args) > 1:
                decoded.append(lock._is_owned())
            return decode(*args, **options)

        return call

    score_all(files[:1])
    in_evaluation, in_states = saving.ONE_AT_A_TIME, states_file._one_at_a_time
    monkeypatch.setattr("msgspec.convert", one_at_a_time(in_evaluation, msgspec.convert))
    monkeypatch.setattr("msgspec.json.decode", one_at_a_time(in_states, msgspec.json.decode))
    read_state(shards_of(files, "st")[0].state)
    assert len(decoded) > 2
    assert all(decoded)


@pytest.mark.skipif(shutil.which("ps") is None, reason="no command to list processes")
def test_a_run_that_is_killed_goes_on_where_it_stopped(tmp_path):
    """`make soak` ends it at more moments."""
    runs = Shards(tmp_path / "runs", files=4, records=400)
    assert len(list(runs.killed(3, random.Random(2)))) == 3


def test_a_merge_that_is_killed_leaves_the_old_state_or_the_new_one(tmp_path):
    rivals = merge_runs(tmp_path / "runs", files=2, records=50)
    assert len(list(rivals.killed(2, random.Random(4)))) == 2


def test_names_on_the_network_have_states_without_their_secrets(tmp_path):
    """A password and a signature are neither in the name of a state nor what it is of."""
    signed = "https://me:secret@host/in/part-7.jsonl?X-Signature=1f"
    [one], [other] = (shards_of([name], "s3://b/st") for name in (signed, signed + "22"))
    assert one.state == other.state
    assert re.fullmatch(r"s3://b/st/part-7\.jsonl-[0-9a-f]{12}\.json", one.state)
    [here], [there] = shards_of([f"file://{tmp_path}/a"], "st"), shards_of([tmp_path / "a"], "st")
    assert here.state == there.state


def test_a_folder_of_files_is_read(files, run):
    code, out, err = run("score", "in", "--states", "st", "--jobs", "1", "--metrics", "f1")
    assert (code, err) == (0, "")
    assert out == run("score", *files, "--merge", "--metrics", "f1")[1]


def test_the_task_of_files_is_what_all_tell_that_can_be_read(tmp_path, monkeypatch, run):
    """The last file breaks at its first line, where a task would be told."""
    monkeypatch.chdir(tmp_path)
    names = [f"{at}/triviaqa.jsonl" for at in range(3)]
    for name in names:
        Path(name).parent.mkdir()
        record = {"pred": "so", "answers": ["so"], "all_classes": None, "length": 5}
        Path(name).write_text(json.dumps(record | {"length": len(name) + int(name[0])}) + "\n")
    arguments = ["--preset", "longbench", "--lang", "en"]
    merged_out = run("score", *names[:2], "--merge", *arguments)[1]
    assert "scored as the file's name tells: --preset longbench --dataset triviaqa" in merged_out
    Path(names[2]).write_text("[\n")
    code, out, err = run("score", *names, "--states", "st", "--jobs", "1", *arguments)
    assert (code, out.splitlines()[1:]) == (3, merged_out.splitlines())
    assert err.splitlines()[0].startswith("2/triviaqa.jsonl:2: the JSON ends")


def test_a_file_of_which_every_record_is_left_out_is_one_that_cannot_be_used(files, run):
    Path(files[0]).write_text("[]\n{}\n")
    arguments = ["score", *files, "--errors", "skip", "--metrics", "f1", "--states", "st"]
    code, out, err = run(*arguments, "--jobs", "1")
    assert code == 3
    assert err.startswith("in/part-0.jsonl: no usable records (2 invalid)")
    assert out.splitlines()[0] == "incomplete: only 2 of 3 files could be scored"


def test_names_that_differ_in_what_is_asked_for_alone_have_states_of_their_own():
    names = [f"https://me:secret@host/get?shard={at}" for at in range(3)]
    states = [shard.state for shard in shards_of(names, "st")]
    assert len(set(states)) == 3
    assert all(re.fullmatch(r"st.get-[0-9a-f]{12}\.json", each) for each in states)


def test_sheets_of_one_file_are_shards(tmp_path, monkeypatch, run):
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("two"), book.create_sheet("三")):
        sheet.append(["prediction", "answer"])
        sheet.append([f"a red fox in {sheet.title}", "a red fox"])
    book.save("x.xlsx")
    names = [f"x.xlsx#{each}" for each in book.sheetnames]
    wanted = run("score", *names, "--merge", "--lang", "en")[1]
    for told in ("", "states of 3 of 3 files are there already\n"):
        code, out, err = run("score", *names, "--lang", "en", "--states", "st", "--jobs", "1")
        assert (code, out, err) == (0, wanted, told)
    # The first one is what is read where no sheet is named.
    _, _, err = run("score", "x.xlsx", *names, "--lang", "en", "--states", "st", "--jobs", "1")
    assert "x.xlsx#Sheet has the same content as x.xlsx in" in err
    _, _, err = run("score", "x.xlsx", "--lang", "en", "--states", "st", "--jobs", "1")
    assert "states of 1 of 1 file are there already" in err
