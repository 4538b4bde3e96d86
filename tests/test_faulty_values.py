"""Bad values of options, configurations and records: one line that names the right thing."""

from __future__ import annotations

import json

import pytest

from textmetrics.cli import main
from textmetrics.comparison import checkpoint_of, read_model_facts
from textmetrics.presets import PRESETS
from textmetrics.records import DataError, natural_key

LONG = "9" * 5000
"""More digits than Python reads as an integer."""
NESTED = "(" * 500 + "a" + ")" * 500
DEEPER = "[" * 100_000


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Create two files of answers in an empty working directory."""
    rows = [{"id": n, "prediction": "a cat", "reference": "a cat"} for n in range(3)]
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys, *arguments):
    """Return the exit code and the only line on stderr."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1), err[:1000]
    assert len(err) < 1500
    return code, err.rstrip("\n")


INT64 = (
    "must be from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807, got 5,000 digits: '99"
)


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        *(
            ("level", value, f"must be between 0 and 1, such as 0.95, got {shown}")
            for value, shown in [
                ("1", "1.0"), ("0", "0.0"), ("-1", "-1.0"), ("95", "95.0"), ("nan", "nan"),
                ("1e400", "inf"), (LONG, "inf"),
            ]
        ),
        ("level", "x", "'x' is not a number"),
        ("seed", "-1", "must be at least 0, got -1"),
        ("seed", "9" * 19, "must be from 0 to 9,223,372,036,854,775,807, got 9,999,999,999,999,9"),
        ("seed", LONG, INT64),
        ("seed", f"-{LONG}", INT64.replace("'99", "'-99")),
        ("seed", "1.5", "'1.5' is not an integer"),
        ("seed", "９９x", "'９９x' is not an integer"),
        ("resamples", "0", "must be from 1 to 10,000,000, got 0"),
        ("resamples", "-5", "must be from 1 to 10,000,000, got -5"),
        ("resamples", "10000001", "must be from 1 to 10,000,000, got 10,000,001"),
        ("resamples", LONG, INT64),
        ("test", "x", "unknown test 'x': known: auto"),
        ("correction", "x", "unknown correction 'x': known: holm"),
        ("failed", "x", "unknown treatment"),
        ("threads", "0", "expected an integer of at least 1, got '0'"),
        ("threads", "2000", "must be from 1 to 1,024, got 2,000"),
        ("threads", LONG, "expected an integer of at least 1, got '999"),
        ("turn", "0", "expected an integer of at least 1, got '0'"),
        ("turn", LONG, "expected an integer of at least 1, got '999"),
        ("max-line", "0", "expected a size such as 500MB or 2GB, got '0'"),
        ("max-line", f"{LONG}GB", "expected a size such as 500MB or 2GB, got '999"),
        ("num-refs", "-1", "expected an integer of at least 1, got '-1'"),
        ("baseline", "x", "unknown model 'x'"),
        ("baseline", LONG, "unknown model '999"),
        ("where", "params <", "at character 9"),
        ("where", f"params < {LONG}", "none of the 2 models matches 'params < 999"),
        ("where", "(" * 500, "more than 50 nested parentheses or nots"),
        ("sort-by", LONG, "unknown field '999"),
        ("metrics", LONG, "unknown metric '999"),
        ("preset", LONG, "unknown preset '999"),
        ("lang", LONG, "unknown language '999"),
        ("tokenizer", LONG, "unknown tokenizer '999"),
        ("fail-under", f"f1={LONG}", "f1=inf: its values are from 0 to 1"),
        ("fail-under", "f1", "'f1' is not a threshold"),
        ("extract", f"regex:{NESTED}", "has too many nested brackets"),
        ("extract", f"regex:{'(?:' * 500}a{')' * 500}", "has too many nested brackets"),
        ("extract", "regex:[", "is not a valid pattern"),
        ("extract", f"regex:{'[' * 500}", "is not a valid pattern"),
        ("extract", "regex:(" * 500, "has too many nested brackets"),
        ("extract", f"regex:a{{{LONG}}}", "is not a valid pattern"),
        ("group", "x", "no record has a field 'x', which --group names: "),
        ("breakdown", "x", "no record has a field 'x', which --breakdown names: "),
    ],
)  # fmt: skip
def test_the_option_with_the_bad_value_is_named(option, value, problem, capsys):
    code, message = said(capsys, "compare", "a.jsonl", "b.jsonl", f"--{option}={value}")
    assert code == 2
    assert problem in message
    assert f"--{option}" in message
    # No other option is blamed, except in advice.
    if option not in ("group", "breakdown"):
        assert message.startswith(f"--{option}")


@pytest.mark.parametrize("option", ["level", "seed", "resamples"])
@pytest.mark.parametrize("baseline", [(), ("--baseline", "b")])
def test_a_baseline_takes_no_blame(option, baseline, capsys):
    _, message = said(capsys, "compare", "a.jsonl", "b.jsonl", *baseline, f"--{option}=-1")
    assert message.startswith(f"--{option}: must be")


@pytest.mark.parametrize(
    ("preset", "option", "value", "problem"),
    [
        ("sacrebleu", "char-order", "-1", "--char-order and --word-order must be 0 to 9"),
        ("sacrebleu", "word-order", "-1", "--char-order and --word-order must be 0 to 9"),
        ("sacrebleu", "smoothing-value", "1", "cannot be given: smoothing 'exp' takes no value"),
        ("sacrebleu", "beta", "x", "'x' is not an integer"),
        ("sacrebleu", "beta", LONG, INT64),
        ("hf_evaluate", "max-len", "-1", "--min-len and --max-len must be 1 to 9"),
        ("torchmetrics", "n-word-order", "10", "--n-char-order must be 1 to 9, and --n-word-order"),
        ("torchmetrics", "n-gram", "0", "must be 1 to 9, got 0"),
        ("torchmetrics", "substitution-cost", "-1", "must be at least 0, got -1"),
        ("torchmetrics", "substitution-cost", "x", "must be an integer, got 'x'"),
        ("torchmetrics", "substitution-cost", LONG, INT64),
        ("torchmetrics", "lowercase", "x", "takes no value, found 'x'"),
        ("default", "tolerance", "-1", "must not be negative, got -1.0"),
        ("default", "tolerance", LONG, "must be a finite number, got inf"),
        ("default", "letters", "12", "must be capital Latin letters, got '12'"),
        ("evalscope", "thresh-hold", "-0.1", "must be a number from 0, got '-0.1'"),
        ("evalscope", "thresh-hold", "x", "must be a number from 0, got 'x'"),
        ("lm_eval", "task", "x", "unknown task 'x'"),
        ("lm_eval", "regexes-to-ignore", NESTED, "has too many nested brackets"),
        ("lm_eval", "regexes-to-ignore", f'["{NESTED}"]', "has too many nested brackets"),
        ("lm_eval", "regexes-to-ignore", "[" * 50_000, "must be valid patterns"),
        ("xlsum", "language", "x", "unknown language 'x'"),
        ("jiwer", "transform", "x", "must be names of jiwer's transformations"),
    ],
)
def test_options_of_presets_too(preset, option, value, problem, capsys):
    code, message = said(capsys, "score", "a.jsonl", "--preset", preset, f"--{option}={value}")
    assert code == 2
    assert problem in message
    assert message.startswith(f"--{option}")


@pytest.mark.parametrize("value", ["-1", "1e400", "nan", LONG, "x", "", "\x1b", "(" * 500])
def test_no_value_of_any_option_of_a_preset_is_a_traceback(value, capsys):
    for preset in PRESETS:
        for option in preset.options:
            if not isinstance(option.default, bool):
                flag = f"--{option.name.replace('_', '-')}={value}"
                code = main(["score", "a.jsonl", "--preset", preset.name, flag])
                err = capsys.readouterr().err
                assert code in (0, 2, 3)
                assert code == 0 or (err.count("\n"), flag.partition("=")[0] in err) == (1, True)
                assert len(err) < 2000


def test_a_number_for_an_option_that_checks_it_itself(capsys):
    """Its value used to stay a text, so that no number was right."""
    arguments = ["--preset", "evalscope", "--metrics", "anls", "--thresh-hold", "0.25"]
    assert main(["score", "a.jsonl", *arguments]) == 0
    arguments = ["--preset", "torchmetrics", "--metrics", "edit_distance"]
    assert main(["score", "a.jsonl", *arguments, "--substitution-cost", "2"]) == 0
    assert "substitution_cost:2" in capsys.readouterr().out


CONFIG = 'runs = "{model}.jsonl"\nTOP\n[models.a]\n[models.b]\n[tasks.t]\n'
WHOLE = CONFIG.replace("TOP", "seed = 1")
YAML = "seed: {}\nruns: '{{model}}.jsonl'\nmodels: {{a: {{}}, b: {{}}}}\ntasks: {{t: {{}}}}\n"
HUGE = "write a smaller one"


@pytest.mark.parametrize(
    ("content", "suffix", "message"),
    [
        (
            CONFIG.replace("TOP", f"seed = {LONG}"),
            "toml",
            ":2: a number with thousands of digits",
        ),
        (CONFIG.replace("TOP", f"level = -{LONG}"), "toml", HUGE),
        (CONFIG.replace("TOP", f"seed = 0x{'f' * 5000}"), "toml", ": seed: must be a number"),
        (CONFIG.replace("TOP", f"seed = {LONG}.0"), "toml", ": seed: must be a number"),
        (CONFIG.replace("TOP", "level = 1"), "toml", ": level: must be between 0 and 1"),
        (CONFIG.replace("TOP", "seed = -1"), "toml", ": seed: must be an integer of at least 0"),
        (WHOLE + f"extract = 'regex:{NESTED}'", "toml", ": tasks.t: regex:(((("),
        (WHOLE + "stopwords = 'none.txt'", "toml", "none.txt: no such file"),
        (YAML.format(LONG), "yaml", ":1: seed: must be a number"),
        (YAML.format("-1"), "yaml", ":1: seed: must be an integer of at least 0"),
        (DEEPER, "yaml", ": nested too deeply"),
        (f"a = {DEEPER}", "toml", ": nested too deeply"),
        ("- " * 100_000, "yaml", ": nested too deeply"),
    ],
)
def test_configurations(content, suffix, message, here, capsys):
    if suffix == "yaml":
        pytest.importorskip("yaml")
    (here / f"c.{suffix}").write_text(content)
    code, err = said(capsys, "compare", f"c.{suffix}")
    assert code == 3
    assert err.startswith(f"c.{suffix}{message}") or (message in err and message)


RECORD = '{"id": ID, "prediction": P, "reference": "a", "n": N, "c": 1}'


@pytest.mark.parametrize("value", [LONG, f"-{LONG}", "[" * 2000 + "]" * 2000, DEEPER])
@pytest.mark.parametrize("place", ["ID", "P", "N"])
@pytest.mark.parametrize(
    "command", [("score",), ("score", "--pass-at", "1"), ("compare", "a.jsonl")]
)
def test_records(command, place, value, here, capsys):
    row = RECORD.replace(place, value)
    for name in ("ID", "P", "N"):
        row = row.replace(name, "1")
    (here / "r.jsonl").write_text(f"{row}\n")
    code, err = said(capsys, *command, "r.jsonl")
    assert code == 3
    assert err.startswith("r.jsonl:1: ")
    assert "thousands of digits" in err or "nested" in err


@pytest.mark.parametrize("count", [LONG, "-1", "1.5"])
def test_counts_in_tables(count, here, capsys):
    (here / "n.csv").write_text(f"n,c\n{count},1\n")
    code, err = said(capsys, "score", "n.csv", "--pass-at", "1")
    assert (code, err.startswith("n.csv:2: field 'n' must be an integer of at least 0")) == (
        3,
        True,
    )


@pytest.mark.parametrize("path", [f"prediction.{LONG}", "prediction.9", f"choices.{LONG}"])
def test_paths(path, here, capsys):
    (here / "p.jsonl").write_text('{"prediction": ["a"], "reference": "a"}')
    code, err = said(capsys, "score", "p.jsonl", "--prediction-field", path)
    assert (code, "p.jsonl:1: no field" in err) == (3, True)


def test_names_with_very_many_digits():
    assert sorted([LONG, "8", "10"], key=natural_key) == ["8", "10", LONG]
    assert checkpoint_of(f"checkpoint-{LONG}") is None


@pytest.mark.parametrize(("value", "what"), [(LONG, "digits"), (DEEPER, "nested too deeply")])
def test_facts_about_models(value, what, here):
    (here / "config.json").write_text(f'{{"hidden_size": {value}}}')
    with pytest.raises(DataError, match=what):
        read_model_facts(here / "config.json")


@pytest.mark.parametrize("text", ["[" * 500, LONG, "x" * 100_000])
def test_explain_takes_no_text_for_a_path(text, capsys):
    assert said(capsys, "explain", text)[0] == 2
