"""The table of a paper: what is set off follows the tests, and three writers write one layout."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from itertools import product

import numpy as np
import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from textmetrics import compare, evaluate
from textmetrics._paper import PaperCell, PaperColumn, PaperTable
from textmetrics.cli import main
from textmetrics.comparison import Comparison

GOLD = ["a red fox ran", "two blue birds", "one old house"] * 20
FEW = {"resamples": 500}
OPTIONS = {"lang": "en", "metrics": ["accuracy", "rouge_l"]}


def right(share, gold=GOLD, **options):
    """Return the evaluation of answers of which a share is right, and the others are empty."""
    count = round(share * len(gold))
    return evaluate([*gold[:count], *[""] * (len(gold) - count)], gold, **{**OPTIONS, **options})


# a and b are not told apart, and both are better than c.
SHARES = {"c": 0.3, "a": 0.9, "b": 0.85}
MODELS = {name: right(share) for name, share in SHARES.items()}
TWO_TASKS = {
    name: {"qa": right(share), "mt": right(share, GOLD[:30])} for name, share in SHARES.items()
}


@pytest.fixture(scope="module")
def found():
    return compare(TWO_TASKS, **FEW)


def rows_of(latex):
    """Return the rows of a tabular by their first cell, as texts of cells."""
    body = latex.partition(r"\midrule")[2].partition(r"\bottomrule")[0]
    rows = [line.removesuffix(r" \\").split(" & ") for line in body.strip().splitlines()]
    return {row[0]: row[1:] for row in rows}


def marked(cell):
    return r"\phantom" not in cell and r"\dag" in cell


# --- the layout


def test_a_model_a_row_and_a_metric_a_column_below_its_task(found):
    lines = found.to_latex().splitlines()
    assert lines[0] == r"% \usepackage{booktabs}"
    table = lines[lines.index(r"\begin{table}[t]") :]
    assert table == [
        r"\begin{table}[t]",
        r"\centering",
        r"\caption{Scores in percent (n = 60 on qa and 30 on mt). Stopwords are left out. Bold: no "
        r"model is better by the paired tests. \dag{}: differs from c (p \textless{} 0.05; exact "
        r"McNemar; p adjusted by Holm's method).}",
        r"\label{tab:results}",
        r"\setlength{\abovetopsep}{4pt}",
        r"\begin{tabular}{lrrrr}",
        r"\toprule",
        r" & \multicolumn{2}{c}{qa} & \multicolumn{2}{c}{mt} \\",
        r"\cmidrule(lr){2-3} \cmidrule(lr){4-5}",
        r"Model & Accuracy & \shortstack[r]{ROUGE-L\\recall} & Accuracy & "
        r"\shortstack[r]{ROUGE-L\\recall} \\",
        r"\midrule",
        r"c & 30.00\phantom{\textsuperscript{\dag}} & 30.00\phantom{\textsuperscript{\dag}} & "
        r"30.00\phantom{\textsuperscript{\dag}} & 30.00\phantom{\textsuperscript{\dag}} \\",
        r"a & \textbf{90.00}\textsuperscript{\dag} & \textbf{90.00}\textsuperscript{\dag} & "
        r"\textbf{90.00}\textsuperscript{\dag} & \textbf{90.00}\textsuperscript{\dag} \\",
        r"b & \textbf{85.00}\textsuperscript{\dag} & \textbf{85.00}\textsuperscript{\dag} & "
        r"\textbf{86.67}\textsuperscript{\dag} & \textbf{86.67}\textsuperscript{\dag} \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_one_task_is_named_in_the_caption():
    latex = compare({name: {"qa": each} for name, each in MODELS.items()}, **FEW).to_latex()
    assert "Scores on qa in percent (n = 60)." in latex
    assert r"\multicolumn" not in latex


def test_a_task_that_nobody_named_is_not_named():
    assert "Scores in percent (n = 60)." in compare(MODELS, **FEW).to_latex()


def test_conclusion_signatures_and_warnings_are_comments():
    both = {"lang": "en", "metrics": ["f1"], "stopwords": "both"}
    gold = ["the red fox of the hill"] * 30
    models = {"of": ["of the the"] * 30, "fox": ["red fox hill"] * 30}
    found = compare({m: evaluate(texts, gold, **both) for m, texts in models.items()}, **FEW)
    comments = [line for line in found.to_latex().splitlines() if line.startswith("%")]
    report = found.report
    signatures = dict.fromkeys(f"signature: {score.signature}" for score in report.scores)
    warnings = [f"WARNING: {warning}" for warning in report.warnings]
    assert warnings
    notes = [*report.conclusion.sentences, *signatures, *warnings]
    assert comments[1:] == [f"% {note}" for note in notes]


def test_scores_in_another_order_stay_below_their_task(found):
    mixed = Comparison(structs.replace(found.report, scores=found.report.scores[::-1]))
    assert mixed.to_latex().count(r"\multicolumn") == 2
    cells, usual = (rows_of(each.to_latex())["b"] for each in (mixed, found))
    assert sorted(cells[:2]) == sorted(usual[:2])


@pytest.mark.parametrize(
    ("columns", "environment", "shrunk"),
    [(2, "table", False), (5, "table*", False), (9, "table*", True)],
)
def test_wide_tables_are_for_both_columns_of_a_page(columns, environment, shrunk):
    row = ("model", [PaperCell("12.34")] * columns)
    latex = PaperTable([PaperColumn("Accuracy")] * columns, [row], "Scores.").to_latex()
    assert f"\\begin{{{environment}}}[t]" in latex
    assert f"\\end{{{environment}}}" in latex
    assert (r"\resizebox" in latex) == ("graphicx" in latex) == shrunk


# --- what is set off follows the tests


def test_bold_second_and_marks_are_ranks_and_verdicts(found):
    report, rows = found.report, rows_of(found.to_latex(second=True))
    places = [(task.name, metric) for task in report.tasks for metric in task.metrics]
    for score in report.scores:
        cell = rows[score.model][places.index((score.task, score.metric))]
        assert (r"\textbf" in cell) == (score.rank == 1)
        assert (r"\underline" in cell) == (score.rank == 3)
    for test in report.comparisons:
        cell = rows[test.model][places.index((test.task, test.metric))]
        assert marked(cell) == test.significant


def changed(found, **ranks):
    """Return a comparison whose scores have other ranks."""
    report = structs.replace(
        found.report, scores=[structs.replace(e, rank=ranks[e.model]) for e in found.report.scores]
    )
    return Comparison(report)


def test_the_larger_number_is_not_the_better_one(found):
    """A test may tell apart what is printed alike, or not tell apart what is not."""
    rows = rows_of(changed(found, a=2, b=1, c=3).to_latex(second=True))
    assert all(r"\textbf{8" in cell for cell in rows["b"])
    assert all(r"\underline{90.00}" in cell for cell in rows["a"])
    assert all(cell.startswith("30.00") for cell in rows["c"])


@pytest.mark.parametrize(
    ("ranks", "underlined"),
    [
        ({"a": 1, "b": 1, "c": 1}, ""),  # none is next
        ({"a": 1, "b": 1, "c": 3}, "c"),
        ({"a": 1, "b": 2, "c": 2}, "bc"),
        ({"a": 1, "b": 2, "c": 3}, "b"),
        ({"a": None, "b": None, "c": None}, ""),  # neither higher nor lower is better
    ],
)
def test_the_next_in_rank_are_underlined_if_asked(found, ranks, underlined):
    made = changed(found, **ranks)
    rows = rows_of(made.to_latex(second=True))
    assert "".join(sorted(m for m, row in rows.items() if r"\underline" in row[0])) == underlined
    assert r"\underline" not in made.to_latex()
    assert all((r"\textbf" in row[0]) == (ranks[m] == 1) for m, row in rows.items())


def test_a_single_model_is_not_the_best():
    latex = compare({"a": MODELS["a"]}, **FEW).to_latex(second=True)
    assert r"\textbf" not in latex
    assert "Bold" not in latex
    assert "Underlined" not in latex
    assert r"\dag" not in latex


def test_no_difference_is_said_in_the_caption():
    latex = compare({"a": MODELS["a"], "b": MODELS["b"]}, **FEW).to_latex()
    assert r"No score differs from that of a (p $\geq$ 0.05; " in latex
    assert r"\dag" not in latex


def test_the_caption_follows_the_settings():
    latex = compare(MODELS, level=0.99, correction="none", test="bootstrap", **FEW).to_latex()
    assert (
        r"\dag{}: differs from c (p \textless{} 0.01; paired bootstrap; p not adjusted)." in latex
    )


def test_the_caption_names_the_test_of_each_metric():
    some = evaluate([text.split()[0] for text in GOLD], GOLD, **OPTIONS)
    latex = compare({"a": MODELS["a"], "first": some}, **FEW).to_latex()
    # Of one metric each, in the order of the metrics.
    assert re.search("; exact McNemar for Accuracy, .* for ROUGE-L recall; p adjusted", latex)
    three = {**OPTIONS, "metrics": ["accuracy", "rouge_1", "rouge_l"]}
    some = evaluate([text.split()[0] for text in GOLD], GOLD, **three)
    latex = compare({"a": right(0.9, **three), "first": some}, **FEW).to_latex()
    assert re.search("; exact McNemar for Accuracy, .* for the others; p adjusted", latex)


def test_lower_is_better(error_rate):
    models = {name: right(share, metrics=["error_rate"]) for name, share in SHARES.items()}
    found = compare(models, **FEW)
    assert r"error\_rate~$\downarrow$" in found.to_latex()
    assert r"$\downarrow$: lower is better." in found.to_latex()
    assert r"\textbf{10.00}" in rows_of(found.to_latex())["a"][0]
    assert "error\\_rate ↓" in found.paper().to_markdown()


def test_neither_is_better(token_count):
    models = {name: right(share, metrics=["token_count"]) for name, share in SHARES.items()}
    found = compare(models, **FEW)
    rows = rows_of(found.to_latex())
    assert not any(r"\textbf" in cell for row in rows.values() for cell in row)
    assert marked(rows["a"][0])
    assert "Scores not in percent (n = 60)." in found.to_latex()


# --- numbers


def test_decimals(found):
    assert rows_of(found.to_latex(decimals=0))["b"][2].startswith(r"\textbf{87}")
    assert rows_of(found.to_latex(decimals=3))["b"][2].startswith(r"\textbf{86.667}")


def test_intervals_are_the_reports(found):
    score = next(
        e for e in found.report.scores if (e.model, e.task, e.metric) == ("b", "mt", "accuracy")
    )
    low, high = (100 * end for end in score.interval)
    brackets = rows_of(found.to_latex(uncertainty="interval"))["b"][2]
    assert brackets.endswith(rf"\textsuperscript{{\dag}} {{[}}{low:.2f}, {high:.2f}]")
    margin = rows_of(found.to_latex(uncertainty="margin"))["b"][2]
    assert margin.endswith(rf" $\pm$ {(high - low) / 2:.2f}")
    assert "In brackets: the 95 \\% interval." in found.to_latex(uncertainty="interval")
    assert r"$\pm$: half the 95 \% interval." in found.to_latex(uncertainty="margin")


def test_deviation_between_runs():
    runs = {"a": [right(0.9), right(0.8)], "b": [right(0.3), right(0.5)]}
    found = compare(runs, metrics=["accuracy"], **FEW)
    sd = 100 * np.std([0.9, 0.8], ddof=1)
    assert rows_of(found.to_latex(uncertainty="sd"))["a"][0].endswith(rf" $\pm$ {sd:.2f}")
    assert r"$\pm$: the standard deviation between runs." in found.to_latex(uncertainty="sd")


def test_what_is_not_known_is_a_dash(made_report):
    report = made_report(2, 1)
    report.scores[0] = structs.replace(report.scores[0], value=None, rank=None, interval=None)
    table = Comparison(report).paper(uncertainty="interval")
    model = report.scores[0].model
    assert rows_of(table.to_latex())[model][0] == "--"
    assert rows_of(table.to_latex(siunitx=True))[model][0] == "{--}"
    [row] = [row for row in csv.reader(io.StringIO(table.to_csv())) if row[0] == model]
    assert row[1] == ""
    [line] = [line for line in table.to_markdown().splitlines() if line.startswith(f"| {model} ")]
    assert line.split("|")[2].strip() == "–"


def test_columns_of_siunitx_have_room(found):
    latex = found.to_latex(siunitx=True, second=True, uncertainty="margin", decimals=1)
    assert latex.splitlines()[0] == r"% \usepackage{booktabs, siunitx}"
    sides = re.findall(r"S\[table-format=(-?\d\.\d)", latex)
    assert sides == ["2.1"] * 4
    rows = rows_of(latex)
    assert rows["a"][0].startswith(r"\bfseries 90.0{\textsuperscript{\dag}\mdseries{} $\pm$ ")
    # TeX drops a space after the name of a command, not after braces.
    assert rows["c"][0].startswith(r"{\underline{30.0}\mdseries{} $\pm$ ")
    assert r"{\shortstack[c]{ROUGE-L\\recall}}" in latex


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"uncertainty": "std"}, ValueError, "unknown uncertainty 'std': did you mean 'sd'"),
        ({"uncertainty": "sd"}, ValueError, "uncertainty='sd' needs several runs of a model"),
        ({"decimals": 7}, ValueError, "decimals must be from 0 to 6, got 7"),
        ({"decimals": "2"}, TypeError, "decimals must be an integer, got str: '2'"),
        ({"label": "a}b"}, ValueError, "label must be ASCII letters, digits and any of"),
        ({"label": ""}, ValueError, "label must be ASCII letters"),
        ({"seconds": True}, TypeError, "unexpected keyword argument 'seconds': did you mean"),
    ],
)  # fmt: skip
def test_wrong_options(found, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        found.to_latex(**options)


# --- one layout, three writers, and notebooks


def plain(cell):
    """Return the number in a cell of any writer."""
    return re.sub(r"<[^>]*>|[*†]", "", cell).strip()


@pytest.mark.parametrize(
    ("second", "uncertainty"), list(product((False, True), (None, "interval", "margin")))
)
def test_all_writers_show_the_same(found, second, uncertainty):
    table = found.paper(second=second, uncertainty=uncertainty)
    latex = rows_of(table.to_latex())
    shown = {
        name: [re.sub(r"\\phantom\{.*?\}\}|\\[a-z]+|[{}$]", "", cell) for cell in row]
        for name, row in latex.items()
    }
    lines = table.to_markdown().splitlines()[2:5]
    markdown = {
        cells[1].strip(): [plain(cell) for cell in cells[2:-1]]
        for cells in (re.split(r"(?<!\\)\|", line) for line in lines)
    }
    numbers = list(csv.DictReader(io.StringIO(table.to_csv())))
    html = MarkdownIt("gfm-like", {"linkify": False}).render(table.to_markdown())
    bold = len(re.findall("<strong>", html))
    assert bold == table.to_latex().count(r"\textbf") == table._repr_html_().count("<b>")
    titles = [title for title in numbers[0] if title.endswith("(%)")]
    assert len(titles) == 4
    for row in numbers:
        name = row["model"]
        for at, title in enumerate(titles):
            base = title.removesuffix(" (%)")
            number, marks = row[title], row[f"{base} marks"].split()
            assert re.match(r"[\d.]+", shown[name][at])[0] == number
            assert re.match(r"[\d.]+", markdown[name][at])[0] == number
            assert ("best" in marks) == (r"\textbf" in latex[name][at])
            assert ("second" in marks) == (r"\underline" in latex[name][at])
            assert ("†" in marks) == marked(latex[name][at])
            spread = [
                row[key] for key in (f"{base} ±", f"{base} low", f"{base} high") if key in row
            ]
            assert all(each in shown[name][at] and each in markdown[name][at] for each in spread)
            assert len(spread) == {None: 0, "margin": 1, "interval": 2}[uncertainty]


def test_a_notebook_shows_groups(found):
    html = found.paper()._repr_html_()
    assert html.count('<th colspan="2" style="text-align: center">') == 2
    assert str(found.paper()) == found.paper().to_markdown()


# --- names of other people

HOSTILE = [
    r"a_b & 50 % {x} \input{/etc/passwd}",
    "`$HOME` #1 ^2 ~3 <b>|\"q\" 'r'",
    "*star*", "[bracket]", "--- ?` !` ,, ``''",
    "line\nbreak\x1b[31m\u202e",
    "é ü ß ñ",
]  # fmt: skip
CJK = ["通义千问-7B", "日本語モデル", "한국어"]


def of_names(names):
    return compare(
        {name: {f"{name} task": MODELS["a"], "b": MODELS["c"]} for name in names}
        if len(names) < 2
        else {name: MODELS["abc"[at % 3]] for at, name in enumerate(names)},
        **FEW,
    )


@pytest.mark.parametrize("names", [HOSTILE, CJK], ids=["hostile", "CJK"])
def test_names_are_text(names):
    table = of_names(names).paper(second=True)
    latex = table.to_latex()
    assert "\x1b" not in latex + table.to_markdown() + table.to_csv() + table._repr_html_()
    far = "XeLaTeX" in latex
    latex = re.sub("^%.*\n", "", latex, flags=re.MULTILINE)  # where anything may stand
    assert len(rows_of(latex)) == len(names)
    assert all(len(row) == 2 for row in rows_of(latex).values())
    assert r"\input" not in latex
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
    rows = list(csv.reader(io.StringIO(table.to_csv())))
    assert len(rows) == 1 + len(names)
    assert far == (names is CJK)


def test_csv_has_no_formula():
    rows = list(csv.reader(io.StringIO(of_names(["=1+1", "@x", "b"]).paper().to_csv())))
    assert [row[0] for row in rows] == ["model", "'=1+1", "'@x", "b"]


WIDE = PaperTable(
    [PaperColumn("Long metric name", "group")] * 14,
    [("*", [PaperCell("-12.34", ("1.00",), best=True)] * 14)],
    "Scores.",
)


def needs_tex(engine):
    """Skip a test where TeX, or a package that tables use, is not installed."""
    packages = ("booktabs.sty", "siunitx.sty", "graphicx.sty", "fontspec.sty")
    if shutil.which(engine) is None or shutil.which("kpsewhich") is None:
        return pytest.mark.skip(reason=f"needs {engine}, from a TeX of the system")
    found = subprocess.run(["kpsewhich", *packages], capture_output=True, text=True, check=False)
    missing = len(packages) - len(found.stdout.split())
    return pytest.mark.skipif(missing > 0, reason=f"needs {', '.join(packages)} of TeX")


@pytest.mark.parametrize(
    ("engine", "names"),
    [
        pytest.param("pdflatex", HOSTILE, marks=needs_tex("pdflatex")),
        pytest.param("xelatex", [*CJK, *HOSTILE], marks=needs_tex("xelatex")),
    ],
)
def test_tex_compiles_it(engine, names, tmp_path, found):
    made = of_names(names)
    tables = [
        made.to_latex(second=True),
        made.to_latex(siunitx=True, second=True, uncertainty="interval", label="b"),
        found.to_latex(siunitx=True, uncertainty="margin", label="c"),
        MODELS["a"].to_latex("[x]", uncertainty="interval", label="d"),
        WIDE.to_latex(label="e"),
    ]  # fmt: skip
    packages = {
        name for table in tables for name in re.search(r"\{(.*)\}", table)[1].split(", ")
    } | {"fontspec" if engine == "xelatex" else "booktabs"}
    preamble = [
        r"\documentclass[twocolumn]{article}",
        f"\\usepackage{{{','.join(sorted(packages))}}}",
    ]
    body = [r"\begin{document}", *tables, r"\clearpage\end{document}"]
    (tmp_path / "paper.tex").write_text("\n\n".join([*preamble, *body]), encoding="utf-8")
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    assert "Undefined control sequence" not in log
    assert re.search(r"Overfull \\hbox \((\d{2,})", log) is None


# --- scores without tests


def test_an_evaluation_is_a_row():
    latex = right(0.9).to_latex("fox-7b", decimals=1, uncertainty="margin")
    [(name, cells)] = rows_of(latex).items()
    assert name == "fox-7b"
    low, high = (getattr(right(0.9)["accuracy"].interval(), end) for end in ("low", "high"))
    assert cells[0] == rf"90.0 $\pm$ {50 * (high - low):.1f}"
    assert r"\textbf" not in latex
    assert "Scores in percent (n = 60). Stopwords are left out." in latex


def test_both_ways_to_score_are_two_rows():
    rows = rows_of(right(0.9, stopwords="both").to_latex("fox"))
    assert list(rows) == ["fox, no stopwords", "fox, all tokens"]


def test_a_preset_is_named():
    latex = right(0.9, preset="rouge_score", metrics=["rouge_l"], lang="auto").to_latex()
    assert r"As defined by rouge\_score." in latex
    assert "Stopwords" not in latex


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"uncertainty": "sd"}, "unknown uncertainty 'sd': known: interval, margin"),
        ({"decimals": -1}, "decimals must be from 0 to 6"),
    ],
)
def test_wrong_options_of_an_evaluation(options, message):
    with pytest.raises(ValueError, match=message):
        right(0.9).to_latex(**options)


def test_intervals_of_an_evaluation_need_no_samples():
    from textmetrics import Evaluator

    kept, summed = (Evaluator(keep_samples=keep, **OPTIONS) for keep in (True, False))
    for each in (kept, summed):
        each.update(GOLD, GOLD)
    expected = kept.compute().to_latex(uncertainty="margin")
    assert summed.compute().to_latex(uncertainty="margin") == expected


# --- frames


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_have_what_json_and_csv_have(library, found):
    pytest.importorskip(library)
    frame = MODELS["a"].to_frame(library)
    rows = frame.to_dict("records") if library == "pandas" else (
        frame.to_dicts() if library == "polars" else frame.to_pylist()
    )  # fmt: skip
    assert type(frame).__module__.partition(".")[0] == library
    assert [row["metric"] for row in rows] == ["accuracy", "rouge_l"]
    assert rows[1]["score"] == MODELS["a"]["rouge_l"]
    assert rows[1]["recall"] == MODELS["a"]["rouge_l"].recall
    compared = found.to_frame(library)
    columns = list(compared.columns if library != "pyarrow" else compared.column_names)
    assert columns == found.to_csv().splitlines()[0].split(",")
    assert len(compared) == len(found.report.scores)


def test_numbers_that_are_missing_are_numbers_in_pandas():
    frame = MODELS["a"].to_frame()
    assert frame["precision"].dtype == frame["all_tokens"].dtype == float
    assert frame["all_tokens"].isna().all()


def test_a_frame_of_an_unknown_library():
    with pytest.raises(ValueError, match="unknown library 'panda': did you mean 'pandas'"):
        MODELS["a"].to_frame("panda")


def test_a_library_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(ImportError, match="a table of polars needs it: pip install polars, or"):
        MODELS["a"].to_frame("polars")


# --- on the command line


@pytest.fixture
def files(tmp_path, monkeypatch):
    import json

    monkeypatch.chdir(tmp_path)
    for name, share in SHARES.items():
        count = round(share * len(GOLD))
        pairs = zip([*GOLD[:count], *[""] * (len(GOLD) - count)], GOLD, strict=True)
        lines = [json.dumps({"prediction": p, "reference": r}) for p, r in pairs]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [f"{name}.jsonl" for name in SHARES]


def test_the_command_prints_the_same_table(files, capsys):
    common = [
        "compare",
        *files,
        "--lang",
        "en",
        "--metrics",
        "accuracy,rouge_l",
        "--resamples",
        "500",
    ]
    assert main([*common, "--format", "latex", "--second", "--siunitx"]) == 0
    latex = capsys.readouterr().out
    assert r"\begin{table}" in latex
    assert list(rows_of(latex)) == ["c", "a", "b"]
    assert "S[table-format=2.2" in latex
    assert main([*common, "--layout", "paper", "--format", "markdown", "--decimals", "1"]) == 0
    assert "| **90.0**† |" in capsys.readouterr().out
    assert main([*common, "--layout", "paper", "--format", "csv", "--uncertainty", "interval"]) == 0
    assert capsys.readouterr().out.startswith(
        "model,Accuracy (%),Accuracy low,Accuracy high,Accuracy marks"
    )
    assert main([*common, "--layout", "report", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("task,metric,model,")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--layout paper", "--layout paper needs --format latex, markdown or csv, not table"),
        ("--layout paper --format json", "--layout paper needs --format latex, markdown or csv"),
        ("--layout report --format latex", "--format latex has the layout paper only"),
        ("--second", "--second is for the table of a paper: add --format latex or --layout paper"),
        ("--decimals 1 --format csv", "--decimals is for the table of a paper"),
        ("--siunitx --layout paper --format csv", "--siunitx needs --format latex, not csv"),
        ("--format latex --uncertainty sd", "--uncertainty sd needs several runs of a model"),
        ("--format latex --decimals 9", "--decimals: must be from 0 to 6, got 9"),
        ("--layout papers", "--layout: unknown layout 'papers': did you mean 'paper'"),
    ],
)
def test_options_that_do_not_fit(files, options, message, capsys):
    assert main(["compare", *files, "--lang", "en", "--resamples", "100", *options.split()]) == 2
    assert message in capsys.readouterr().err


def test_scores_in_latex(files, capsys):
    assert main(["score", *files, "--lang", "en", "--format", "latex"]) == 0
    latex = capsys.readouterr().out
    assert list(rows_of(latex))[:2] == ["c, no stopwords", "c, all tokens"]
    assert len(rows_of(latex)) == 6
    assert "% signature: lang:en|" in latex
    assert r"\textbf" not in latex
    assert main(["score", files[0], "--preset", "sacrebleu", "--format", "latex"]) == 0
    latex = capsys.readouterr().out
    assert list(rows_of(latex)) == ["c, sacrebleu"]
    assert "As defined by sacrebleu." in latex
    assert (
        main(["score", files[0], files[0], "--no-stopwords", "--lang", "en", "--format", "latex"])
        == 0
    )
    assert capsys.readouterr().out.count("c & ") == 2
