"""Who is better: one finding, which every output shows, and the sentences that tell it."""

from __future__ import annotations

import csv
import html as html_module
import io
import json
import re
from itertools import combinations

import numpy as np
import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from textmetrics import compare, evaluate
from textmetrics.comparison import ComparisonReport, verdict
from textmetrics.comparison.conclusion import conclude
from textmetrics.comparison.findings import by_length_alone
from textmetrics.comparison.names import columns
from textmetrics.comparison.scores import adjust_p_values, better_pairs, rank_scores
from textmetrics.report import to_html
from textmetrics.report.files import leaderboard
from textmetrics.report.summary import summary
from textmetrics.statistics import minimum_detectable_effect, samples_needed

FEW = {"resamples": 1000}
N = 40
WORDS = ["red", "blue", "green", "fox", "bird", "fish", "stone", "house", "river", "cloud"]
GOLD = [f"the {WORDS[at % 10]} {WORDS[at * 3 % 10]} saw a {WORDS[at * 7 % 10]}" for at in range(N)]


def scored(predictions, gold=GOLD, **options):
    return evaluate(predictions, gold, lang="en", **{"stopwords": "both"} | options)


def right(places, wrong="cloudless"):
    """Return evaluations of predictions that are right at these places only."""
    return [text if at in places else wrong for at, text in enumerate(GOLD)]


def partly(places, part=2):
    """Return the same, where wrong predictions have some of the words."""
    return [text if at in places else " ".join(text.split()[:part]) for at, text in enumerate(GOLD)]


def padded(texts, words="sky rain wind"):
    return [f"{text} {words}" for text in texts]


def base_and_tuned():
    """Accuracy 12.5 against 70, as in a report that once began with "no model is ahead"."""
    return {"base": scored(partly(range(5))), "tuned": scored(partly(range(12, 40)))}


def tie():
    return {"base": scored(partly({*range(20), 38})), "tuned": scored(partly({*range(20), 39}))}


def disagreeing():
    """One gives long answers, the other short ones."""
    return {"base": scored(partly(range(20), 3)), "tuned": scored(padded(GOLD))}


def letters(n=N):
    """By McNemar's test with 9 wins and 2 losses p is 0.065, with 18 and 4 it is 0.004."""
    wrong = {
        "c": {*range(9), *range(11, 20)},
        "a": {9, 10, 20, 21},
        "b": {*range(9), 20, 21},
    }
    return {name: scored(right({*range(N)} - its)) for name, its in wrong.items()}


def several_tasks():
    one, other = base_and_tuned(), tie()
    return {
        "base": {"qa": one["base"], "mt": one["tuned"], "sum": other["base"]},
        "tuned": {"qa": one["tuned"], "mt": one["base"], "sum": other["tuned"]},
    }


def models_on_tasks():
    one, other = base_and_tuned(), tie()
    return {
        "base": {"qa": one["base"], "mt": other["base"]},
        "good": {"qa": one["tuned"], "mt": other["tuned"]},
        "best": {"qa": scored(GOLD), "mt": scored(GOLD)},
    }


def checkpoints():
    parts = {100: range(5), 200: range(20), 300: range(38), 400: range(37)}
    return {f"checkpoint-{step}": scored(partly(its)) for step, its in parts.items()}


def lower():
    """The word error rate beside F1, and no metric to agree with it."""
    metrics = {"metrics": ["wer", "f1"]}
    return {
        "base": scored(partly(range(5)), **metrics),
        "tuned": scored(partly(range(12, 40)), **metrics),
        "noisy": scored(padded(GOLD), **metrics),
    }


CASES = [
    base_and_tuned, tie, disagreeing, lower, letters, several_tasks, models_on_tasks, checkpoints,
]  # fmt: skip


def relations(document):
    """Return who is better, computed anew from p-values and differences: (task, metric) → pairs."""
    level = 1 - document["settings"]["level"]
    better, told = {}, {}
    for each in [*document["comparisons"], *document.get("pairs", [])]:
        other = each["baseline"] if "baseline" in each else each["other"]
        key = each["task"], each["metric"]
        better.setdefault(key, set())
        sign = (
            each["difference"] * {"higher": 1, "lower": -1, None: 0}[each.get("better", "higher")]
        )
        if each["p_value_adjusted"] < level:
            told.setdefault(key, set()).add(frozenset((each["model"], other)))
            if sign:
                better[key].add((each["model"], other) if sign > 0 else (other, each["model"]))
    return better, told


def outcome(document, each):
    """Return what a test against the baseline says, in the words of tables."""
    better, told = relations(document)
    key, pair = (each["task"], each["metric"]), (each["model"], each["baseline"])
    if pair in better[key]:
        return "better"
    if pair[::-1] in better[key]:
        return "worse"
    return "different" if frozenset(pair) in told.get(key, ()) else "not significant"


def rows_of(text, title):
    """Return the rows of a Markdown table below a heading, as lists of cells."""
    part = text.partition(f"# {title}\n")[2].lstrip("\n")
    rows = []
    for line in part.splitlines():
        if line.startswith("|"):
            rows.append(
                [re.sub(r"\\(.)", r"\1", cell).strip() for cell in line.strip("|").split("|")]
            )
        elif rows:
            break
    directed = [[cell.removesuffix(" (lower is better)") for cell in row] for row in rows]
    return [dict(zip(directed[0], row, strict=True)) for row in directed[2:]]


def shown_in(page):
    """Return the text of a page's body."""
    body = page.partition("<body>")[2] or page
    return html_module.unescape(re.sub("<[^>]*>", "", body))


def begins_with(text, sentences, rest):
    """Return whether the sentences are there in order, before any of the other parts."""
    places = [text.find(each) for each in (*sentences, *rest)]
    return -1 not in places and places == sorted(places)


@pytest.fixture(scope="module", params=CASES)
def found(request):
    return compare(request.param(), **FEW)


@pytest.fixture(scope="module")
def document(found):
    return json.loads(json.dumps(found.to_dict()))


@pytest.fixture(scope="module")
def scores(document):
    """Return scores by task, title and model."""
    return {(s["task"], s["title"], s["model"]): s for s in document["scores"]}


@pytest.fixture(scope="module")
def titles(document):
    return {(s["task"], s["metric"]): s["title"] for s in document["scores"]}


@pytest.fixture(scope="module")
def outcomes(document, titles):
    """Return by task, title and model what the test against the baseline says."""
    return {
        (e["task"], titles[e["task"], e["metric"]], e["model"]): outcome(document, e)
        for e in document["comparisons"]
    }


def test_all_outputs_begin_with_the_same_sentences(found, document):
    sentences = document["conclusion"]["sentences"]
    assert sentences
    assert str(found).splitlines()[: len(sentences) + 1] == [*sentences, ""]
    markdown = MarkdownIt().render(found.to_markdown())
    for page, rest in (
        (markdown, [": scores"]),
        (found._repr_html_(), [": scores"]),
        (MarkdownIt().render(summary(found.report)), ["The best on each task"]),
        (re.sub("<nav.*?</nav>", "", to_html(found.report), flags=re.DOTALL), ["Scores", "Tests"]),
    ):
        text = shown_in(page)
        assert begins_with(text, sentences, rest)
    # No longer than three lines of 80 columns.
    assert all(columns(sentence) <= 240 for sentence in sentences)


def test_ranks_and_letters_follow_the_tests_of_all_pairs(found, document, scores):
    better, told = relations(document)
    for score in document["scores"]:
        key, name = (score["task"], score["metric"]), score["model"]
        assert score["rank"] == 1 + sum(worse == name for _, worse in better[key])
    for one, other in combinations(document["scores"], 2):
        key = one["task"], one["metric"]
        if key == (other["task"], other["metric"]):
            tied = frozenset((one["model"], other["model"])) not in told.get(key, ())
            assert bool(set(one["letters"]) & set(other["letters"])) == tied
            assert (other["model"] in one["tied_with"]) == tied
            assert (one["model"] in other["tied_with"]) == tied


def test_tables_have_the_same_ranks_and_verdicts(found, document, scores):
    tables, baseline = found.to_markdown(), document["settings"]["baseline"]
    for task in document["tasks"]:
        for row in rows_of(tables, f"{task['name']}: scores"):
            score = scores[task["name"], row["metric"], row["model"]]
            assert row["rank"] == f"{score['rank']} {score['letters']}"
        rows = rows_of(tables, f"{task['name']}: against {baseline}")
        tests = [e for e in document["comparisons"] if e["task"] == task["name"]]
        assert [row["verdict"] for row in rows] == [outcome(document, each) for each in tests]


def test_csv_has_the_same_ranks_and_verdicts(found, document, scores, titles, outcomes):
    for row in csv.DictReader(io.StringIO(found.to_csv())):
        score = scores[row["task"], titles[row["task"], row["metric"]], row["model"]]
        assert (row["rank"], row["letters"]) == (str(score["rank"]), score["letters"])
    board = list(csv.DictReader(io.StringIO(leaderboard(found.report))))
    for row in board:
        key = row["task"], titles[row["task"], row["metric"]], row["model"]
        assert (row["rank"], row["letters"]) == (str(scores[key]["rank"]), scores[key]["letters"])
        assert row["verdict"] == outcomes.get(key, "")
    # All metrics that were computed are in it, each model once.
    rows = [(row["task"], titles[row["task"], row["metric"]], row["model"]) for row in board]
    assert sorted(rows) == sorted(scores)


def test_the_summary_has_the_same_best_models_and_verdicts(found, document, scores, outcomes):
    text = summary(found.report)
    for row in rows_of(text, "The best on each task"):
        assert scores[row["task"], row["metric"], row["best"]]["rank"] == 1
    rows = rows_of(text, "Against the baseline")
    for row in rows:
        shown = outcomes[row["task"], row["metric"], row["model"]]
        assert row["verdict"].removesuffix(" (with a warning)") == shown
    counted = {row["metric"]: row for row in rows_of(text, "By metric")}
    # All metrics that were computed are in the summary.
    every = {title for _, title, _ in scores}
    assert every == ({row["metric"] for row in rows} | counted.keys())
    for title, row in counted.items():
        found_of = [it for (_, of, _), it in outcomes.items() if of == title]
        for name in ("better", "worse", "different", "not significant", "not compared"):
            assert row[name] == str(found_of.count(name))
        assert row["comparisons"] == str(len(found_of))


def test_the_page_has_the_same_ranks_and_verdicts(found, document):
    page = to_html(found.report)
    tests = page.partition('aria-labelledby="comparisons-title"')[2]
    assert re.findall(r'verdict(?: sure)?">([^<]*)<', tests) == [
        outcome(document, each)
        for task in document["tasks"]
        for metric in task["metrics"]
        for each in document["comparisons"]
        if (each["task"], each["metric"]) == (task["name"], metric)
    ]
    scores = {(e["model"], e["task"], e["metric"]): e for e in document["scores"]}

    def ranks(columns):
        return {
            model["name"]: [
                f"{score['rank']} {score['letters']}"
                for task, metric in columns
                if (score := scores[model["name"], task, metric])["rank"] is not None
            ]
            for model in document["models"]
        }

    tasks = document["tasks"]
    expected = [ranks([(task["name"], task["headline"]) for task in tasks])] * (len(tasks) > 1)
    expected += [ranks([(task["name"], each) for each in task["metrics"]]) for task in tasks]
    tables = re.findall(r'<table class="heatmap">(.*?)</table>', page, re.DOTALL)
    for table, of_models in zip(tables, expected, strict=True):
        rows = re.findall(r'<th scope="row"[^>]*><bdi>([^<]*)</bdi>(.*?)</tr>', table, re.DOTALL)
        assert of_models == {
            name: re.findall(r'class="rank" title="[^"]*">([^<]*)<', row) for name, row in rows
        }


def test_the_data_of_the_conclusion_say_the_same(document, scores, titles, outcomes):
    for standing in document["conclusion"]["standings"]:
        key = standing["task"], titles[standing["task"], standing["metric"]]
        for name, called in (
            ("better", "better"), ("worse", "worse"), ("different", "different"),
            ("not_told_apart", "not significant"), ("not_compared", "not compared"),
        ):  # fmt: skip
            found = [model for (*of, model), it in outcomes.items() if (*of, it) == (*key, called)]
            assert standing[name] == found
        best = scores[(*key, standing["best"])]
        assert (best["rank"], best["tied_with"]) == (1, standing["tied"])


def told(sentences, titles):
    """Return, by outcome, the differences that sentences tell and how many metrics they count."""
    found = {}
    for sentence in sentences:
        clauses = dict(
            re.findall(
                r"(better|worse)(?: than \w+)?(?: by|:) (.*?)(?=; (?:worse|adj|p )|$)", sentence
            )
        )
        if " not tell them apart" in sentence:
            clauses = {"not significant": sentence}
        if sentence.startswith("No metric tells"):
            clauses = {"not significant": sentence}
        for name, clause in clauses.items():
            terms = {
                title: match[1]
                for title in titles
                if (match := re.search(rf"(?:^|[ :]){re.escape(title)} ([+−]?[\d.]+)", clause))
            }
            more = re.search(r"and (\d+) other metrics?\b", clause)
            found[name] = terms, int(more[1]) if more else 0
    return found


@pytest.mark.parametrize("case", [base_and_tuned, tie, disagreeing])
def test_sentences_of_two_models_account_for_all_metrics(case):
    found = compare(case(), **FEW)
    document = found.to_dict()
    titles = {s["metric"]: s["title"] for s in document["scores"]}
    groups = {}
    for each in document["comparisons"]:
        shown = f"{100 * each['difference']:+.2f}".replace("-", "−")
        shown = shown.replace("+0.00", "0.00").replace("−0.00", "0.00")
        groups.setdefault(outcome(document, each), {})[titles[each["metric"]]] = shown
    said = told(document["conclusion"]["sentences"], titles.values())
    assert {name: len(terms) + more for name, (terms, more) in said.items()} == {
        name: len(its) for name, its in groups.items()
    }
    everywhere = {}
    for name, (terms, _) in said.items():
        assert terms.items() <= groups[name].items()
        everywhere |= terms
    assert everywhere.keys() >= {"Accuracy", "F1", "ROUGE-L recall"}
    disagree = {"better", "worse"} <= groups.keys()
    first = document["conclusion"]["sentences"][0]
    assert first.startswith("Metrics disagree: ") == disagree


def test_the_base_and_the_tuned_model():
    """12.5 against 70 % right: the first five words say it, with numbers that are known by hand."""
    [first, *_] = compare(base_and_tuned(), **FEW).report.conclusion.sentences
    assert first.startswith(
        "tuned is better than base: Accuracy +57.50 points (12.50 → 70.00; 95 % interval +"
    )
    # 28 wins and 5 losses of 40: scipy.stats.binomtest(5, 33).pvalue is 6.6e-05.
    found = compare(base_and_tuned(), metrics=["accuracy"], **FEW).report
    [tested] = found.comparisons
    assert (tested.wins, tested.losses, tested.n_different) == (28, 5, 33)
    assert tested.p_value == pytest.approx(6.6e-05, rel=0.01)
    assert found.conclusion.sentences == [
        "tuned is better than base: Accuracy +57.50 points (12.50 → 70.00; 95 % interval +32.67 "
        "to +76.85); p < 0.0001."
    ]


# --- all sentences, from reports whose numbers are set by hand


def report_of(made_report, models, tasks, tests, *, better="higher", percent=True, **changes):
    """Return a report with the given tests: by model, task and metric a difference and a p-value.

    Scores of the baseline are 0.5. A test that is ``None`` has no common sample.
    """
    document = made_report(models, 1).to_dict()
    score, comparison, task = (document[part][0] for part in ("scores", "comparisons", "tasks"))
    document |= {"tasks": [], "scores": [], "comparisons": [], "warnings": []}
    score |= {"rank": None, "tied_with": [], "letters": "", "n": 40}
    comparison |= {"p_value_adjusted": None, "significant": False, "family": 0}
    names = {"accuracy": "Accuracy", "f1": "F1", "rouge_l": "ROUGE-L recall", "bleu_4": "BLEU-4"}
    for name in tasks:
        metrics = list(dict.fromkeys(metric for _, where, metric in tests if where == name))
        headline = "rouge_l" if "rouge_l" in metrics else metrics[0]
        document["tasks"].append(task | {"name": name, "metrics": metrics, "headline": headline})
        for metric in metrics:
            shared = {"task": name, "metric": metric, "better": better, "percent": percent}
            base = {"model": models[0], "value": 0.5, "title": names.get(metric, metric)}
            base |= {"signature": f"{metric}|{'recall' if metric == 'rouge_l' else metric}"}
            document["scores"].append(score | shared | base)
            for model in models[1:]:
                test = tests[model, name, metric]
                difference, p_value = test or (None, None)
                value = 0.5 + (difference or 0.0)
                # An interval that says the same as the test, at the usual level.
                size = abs(difference or 0.0)
                around = 0.1 + size * (size >= 0.1 and p_value >= 0.05)
                document["scores"].append(score | shared | base | {"model": model, "value": value})
                numbers = {
                    "difference": difference, "p_value": p_value, "n": 40 if test else 0,
                    "interval": test and [difference - around, difference + around],
                    "minimum_detectable_effect": 0.125, "n_different": 20, "warnings": [],
                    "all_tokens": None, "model": model, "baseline": models[0],
                }  # fmt: skip
                document["comparisons"].append(comparison | shared | numbers)
    document["models"] = [
        document["models"][0] | {"name": model, "mean_rank": None} for model in models
    ]
    document["settings"] |= {"baseline": models[0]}
    report = ComparisonReport.from_dict(document)
    for name, value in changes.items():
        setattr(report, name, value)
    return finished(report)


def finished(report):
    """Adjust p-values, rank, and conclude, as `compare` does."""
    headlines = {task.name: task.headline for task in report.tasks}
    adjust_p_values(report.comparisons, report.settings, headlines)
    adjust_p_values(report.pairs, report.settings, headlines)
    rank_scores(report.scores, better_pairs(report.comparisons, report.pairs))
    for model in report.models:
        ranks = [
            s.rank for task in report.tasks for s in report.scores
            if (s.task, s.metric, s.model) == (task.name, task.headline, model.name) and s.rank
        ]  # fmt: skip
        model.mean_rank = sum(ranks) / len(ranks) if ranks else None
    report.conclusion = conclude(report)
    return report


SURE, UNSURE, NONE = 0.001, 0.4, None
TWO = ["base", "tuned"]


def two(made_report, tests, **options):
    tests = {("tuned", "qa", metric): test for metric, test in tests.items()}
    return report_of(made_report, TWO, ["qa"], tests, **options)


@pytest.mark.parametrize(
    ("tests", "sentences"),
    [
        (
            {"f1": (0.1, SURE)},
            ["tuned is better than base: F1 +10.00 points (50.00 → 60.00; 95 % interval 0.00 to "
             "+20.00); p = 0.0010."],
        ),
        (
            {"f1": (-0.25, 0.00001), "accuracy": (-0.2, 0.00001)},
            ["tuned is worse than base: F1 −25.00 points (50.00 → 25.00; 95 % interval −35.00 to "
             "−15.00) and Accuracy −20.00 (−30.00 to −10.00); p < 0.0001."],
        ),
        (  # one other metric is counted, and the largest p-value is told
            {"accuracy": (0.2, SURE), "f1": (0.2, SURE), "rouge_l": (0.2, SURE), "x": (0.2, 0.04)},
            ["tuned is better than base: Accuracy +20.00 points (50.00 → 70.00; 95 % interval "
             "+10.00 to +30.00), F1 +20.00 (+10.00 to +30.00), ROUGE-L recall +20.00 (+10.00 to "
             "+30.00) and 1 other metric; p ≤ 0.0400."],
        ),
        (  # two others
            {"accuracy": (0.2, SURE), "f1": (0.2, SURE), "rouge_l": (0.2, SURE), "x": (0.2, SURE),
             "y": (0.1, SURE), "z": (0.01, UNSURE)},
            ["tuned is better than base: Accuracy +20.00 points (50.00 → 70.00; 95 % interval "
             "+10.00 to +30.00), F1 +20.00 (+10.00 to +30.00), ROUGE-L recall +20.00 (+10.00 to "
             "+30.00) and 2 other metrics; p ≤ 0.0010.",
             "z +1.00 points (50.00 → 51.00; 95 % interval −9.00 to +11.00) does not tell them "
             "apart."],
        ),
        (
            {"accuracy": (0.2, SURE), "rouge_l": (-0.2, SURE)},
            ["Metrics disagree: tuned is better than base by Accuracy +20.00 points (50.00 → "
             "70.00; 95 % interval +10.00 to +30.00); worse by ROUGE-L recall −20.00 points (50.00 "
             "→ 30.00; 95 % interval −30.00 to −10.00); p ≤ 0.0010."],
        ),
        (
            {"accuracy": (0.2, SURE), "rouge_l": (0.01, UNSURE), "f1": (0.0, 1.0)},
            ["tuned is better than base: Accuracy +20.00 points (50.00 → 70.00; 95 % interval "
             "+10.00 to +30.00); p = 0.0010.",
             "ROUGE-L recall +1.00 points (50.00 → 51.00; 95 % interval −9.00 to +11.00) and F1 "
             "0.00 (−10.00 to +10.00) do not tell them apart."],
        ),
        (
            {"f1": (0.01, UNSURE)},
            ["tuned and base are not told apart on these 40 samples: F1 +1.00 points (50.00 → "
             "51.00; 95 % interval −9.00 to +11.00); p = 0.4000.",
             "A true difference of 12.50 points in F1 would have been noticed four times in five."],
        ),
        (
            {"f1": (0.01, UNSURE), "rouge_l": (0.02, 0.06)},
            ["No metric tells tuned and base apart on these 40 samples: F1 +1.00 points (50.00 → "
             "51.00; 95 % interval −9.00 to +11.00) and ROUGE-L recall +2.00 (−8.00 to +12.00); p "
             "≥ 0.0600.",
             "A true difference of 12.50 points in F1 would have been noticed four times in five."],
        ),
        (
            {"f1": NONE, "rouge_l": (0.2, SURE)},
            ["tuned is better than base: ROUGE-L recall +20.00 points (50.00 → 70.00; 95 % "
             "interval +10.00 to +30.00); p = 0.0010.",
             "By F1 they are not compared: no sample has a value for both."],
        ),
        (
            {"f1": NONE, "rouge_l": NONE},
            ["base and tuned have no sample in common, so nothing is compared."],
        ),
    ],
)  # fmt: skip
def test_sentences_of_two_models(made_report, tests, sentences):
    assert two(made_report, tests).conclusion.sentences == sentences


def test_just_below_the_level_is_told_apart_and_at_the_level_is_not(made_report):
    for level, p_value, starts in (
        (0.95, 0.0499, "tuned is better"), (0.95, 0.0501, "tuned and base are not told apart"),
        (0.99, 0.0099, "tuned is better"), (0.99, 0.0101, "tuned and base are not told apart"),
    ):  # fmt: skip
        report = made_report(2, 1)
        settings = structs.replace(report.settings, level=level, baseline="base")
        [first, *_] = two(
            made_report, {"f1": (0.1, p_value)}, settings=settings
        ).conclusion.sentences
        assert first.startswith(starts)
        assert f"{100 * level:g} % interval" in first


def test_equal_scores_are_called_equal(made_report):
    for metrics, by in (
        ("f1", "F1"), ("f1 rouge_l", "F1 and ROUGE-L recall"),
        ("f1 rouge_l x", "F1, ROUGE-L recall and x"), ("f1 rouge_l x y", "every metric"),
    ):  # fmt: skip
        report = two(made_report, dict.fromkeys(metrics.split(), (0.0, 1.0)))
        for test in report.comparisons:
            test.n_different = 0
        assert conclude(report).sentences == [
            f"tuned and base have the same score on each of these 40 samples, by {by}."
        ]
        for test in report.comparisons:
            test.n = 1
        assert conclude(report).sentences == [
            f"tuned and base have the same score on the only sample, by {by}."
        ]
        for test in report.comparisons:
            test.n = 2
        assert "on each of these 2 samples" in conclude(report).sentences[0]
        report.comparisons[0].n_different = 1
        assert "same score" not in conclude(report).sentences[0]


NOTICED = "A true difference of {} would have been noticed four times in five."


@pytest.mark.parametrize(
    ("effects", "last"),
    [
        ([0.125, 0.3], NOTICED.format("12.50 points in F1")),
        ([None, 0.3], NOTICED.format("30.00 points in ROUGE-L recall")),
        ([1.0, None], NOTICED.format("100.00 points in F1")),
        ([1.01, 0.5], NOTICED.format("50.00 points in ROUGE-L recall")),  # none is above 100
        (
            [1.01, None],
            "With so few samples, no true difference would have been noticed four times in five.",
        ),
        ([None, None], None),
    ],
)
def test_what_would_have_been_noticed(made_report, effects, last):
    report = two(made_report, {"f1": (0.01, UNSURE), "rouge_l": (0.01, UNSURE)})
    for test, effect in zip(report.comparisons, effects, strict=True):
        test.minimum_detectable_effect = effect
    sentences = conclude(report).sentences
    assert sentences[1:] == ([last] if last else [])


@pytest.mark.parametrize("n", [49, 50, 400, 20_000])
@pytest.mark.parametrize("spread", [0.04, 0.3])
def test_how_many_samples_notice_one_point(made_report, n, spread):
    """What is said of a pilot is what its differences need, by the noncentral t distribution."""
    differences = np.resize([spread, -spread], n)
    report = two(made_report, {"f1": (0.01, UNSURE)})
    [test] = report.comparisons
    test.n, test.minimum_detectable_effect = n, minimum_detectable_effect(differences)
    said = re.findall("About ([0-9,]+) such samples", " ".join(conclude(report).sentences))
    if n < 50 or minimum_detectable_effect(differences) <= 0.01:
        assert not said
    else:
        needed = samples_needed(0.01, differences)
        assert int(said[0].replace(",", "")) == pytest.approx(needed, rel=0.08)
    for change in ({"percent": False}, {"n": 49}):
        other = two(made_report, {"f1": (0.01, UNSURE)})
        [test] = other.comparisons
        test.n, test.minimum_detectable_effect = 400, 0.05
        assert "About 10,000 such samples" in conclude(other).sentences[-1]
        for name, value in change.items():
            setattr(test, name, value)
        assert "such samples" not in " ".join(conclude(other).sentences)
    other.tasks[0].group, test.n = "doc", 400
    assert "such samples" not in " ".join(conclude(other).sentences)


@pytest.mark.parametrize(
    ("level", "end"),
    [(0.95, "five."), (0.9, "five by a test at 0.05."), (0.99, "five by a test at 0.05.")],
)
def test_what_would_have_been_noticed_names_its_level(made_report, level, end):
    report = two(made_report, {"f1": (0.01, UNSURE)})
    report.settings.level = level
    assert conclude(report).sentences[1].endswith(f"would have been noticed four times in {end}")


@pytest.mark.parametrize("effect", [None, 0.125, 1.5])
def test_a_single_sample_tells_nothing(made_report, effect):
    report = two(made_report, {"f1": (0.5, UNSURE)})
    [test] = report.comparisons
    test.n, test.minimum_detectable_effect = 1, None
    assert conclude(report).sentences[1:] == [
        "With a single sample, no difference can be significant."
    ]
    test.n, test.minimum_detectable_effect = 2, effect
    assert "single" not in " ".join(conclude(report).sentences)


@pytest.mark.parametrize(
    ("n", "group", "effect", "last"),
    [
        (5, None, None, "With so few samples, no true difference would have been noticed four "
         "times in five."),
        (6, None, None, None),
        (40, "doc", None, "With so few groups, no true difference would have been noticed four "
         "times in five."),
        (40, "doc", 1.01, "With so few groups, no true difference would have been noticed four "
         "times in five."),
        (40, "doc", 0.125, NOTICED.format("12.50 points in F1")),
        (1, "doc", None, "With a single sample, no difference can be significant."),
    ],
)  # fmt: skip
def test_too_few_samples_or_groups_for_any_difference(made_report, n, group, effect, last):
    report = two(made_report, {"f1": (0.5, 0.0625)})
    [test], [task] = report.comparisons, report.tasks
    test.n, test.minimum_detectable_effect, task.group = n, effect, group
    assert conclude(report).sentences[1:] == [last] * bool(last)


@pytest.mark.parametrize(
    ("resamples", "test", "last"),
    [
        # The smallest p-value of resampling is 1 / (resamples + 1).
        (10, "approximate randomisation",
         "Careful: 10 resamples are too few: no test can be significant; use at least 20."),
        (1, "paired bootstrap",
         "Careful: 1 resample is too few: no test can be significant; use at least 20."),
        (20, "approximate randomisation", NOTICED.format("12.50 points in F1")),
        (10, "exact McNemar", NOTICED.format("12.50 points in F1")),
        (10, "exact randomisation", NOTICED.format("12.50 points in F1")),
    ],
)  # fmt: skip
def test_too_few_resamples_are_told_beside_the_verdict(made_report, resamples, test, last):
    report = two(made_report, {"f1": (0.3, 0.0909)})
    report.settings.resamples, report.comparisons[0].test = resamples, test
    assert conclude(report).sentences[1:] == [last]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [((40, 40), True), ((41, 40), False), ((40, 41), False), ((45, 42), False)],
)
def test_scores_over_other_samples_than_the_difference_are_not_told(made_report, counts, shown):
    """Without failed requests, a score is over more samples than both models have."""
    report = two(made_report, {"f1": (0.1, SURE)})
    for score, n in zip(report.scores, counts, strict=True):
        score.n = n
    [sentence] = conclude(report).sentences
    assert ("(50.00 → 60.00; 95 % interval" in sentence) == shown
    assert ("F1 +10.00 points (95 % interval" in sentence) != shown


def test_a_number_that_is_no_share_has_no_points(made_report):
    report = two(made_report, {"x": (0.25, UNSURE)}, percent=False)
    assert report.conclusion.sentences == [
        "tuned and base are not told apart on these 40 samples: x +0.25 (0.50 → 0.75; 95 % "
        "interval "
        "−0.10 to +0.60); p = 0.4000.",
        "A true difference of 0.12 in x would have been noticed four times in five.",
    ]
    report.comparisons[0].minimum_detectable_effect = 3.5
    assert "difference of 3.50 in x" in conclude(report).sentences[1]


def test_lower_is_better(made_report):
    report = two(made_report, {"x": (-0.2, SURE), "y": (0.2, SURE)}, better="lower")
    assert report.conclusion.sentences == [
        "Metrics disagree: tuned is better than base by x (lower is better) −20.00 points (50.00 → "
        "30.00; 95 % interval −30.00 to −10.00); worse by y (lower is better) +20.00 points (50.00 "
        "→ 70.00; 95 % interval +10.00 to +30.00); p ≤ 0.0010."
    ]
    assert [(s.best, s.better, s.worse) for s in report.conclusion.standings] == [
        ("tuned", ["tuned"], []), ("base", [], ["tuned"]),
    ]  # fmt: skip


def test_neither_is_better(made_report):
    report = two(made_report, {"x": (-0.2, SURE), "y": (0.2, UNSURE)}, better=None)
    assert report.conclusion.sentences == [
        "tuned and base differ by x −20.00 points (50.00 → 30.00; 95 % interval −30.00 to −10.00), "
        "of which neither more nor less is better; p = 0.0010.",
        "y +20.00 points (50.00 → 70.00; 95 % interval −10.00 to +50.00) does not tell them apart.",
    ]
    first, second = report.conclusion.standings
    assert (first.best, first.different, second.not_told_apart) == (None, ["tuned"], ["tuned"])


def test_an_interval_that_is_not_known_is_left_out(made_report):
    report = two(made_report, {"f1": (0.1, SURE)})
    for unknown in (None, [None, 0.2]):
        report.comparisons[0].interval = unknown
        assert conclude(report).sentences == [
            "tuned is better than base: F1 +10.00 points (50.00 → 60.00); p = 0.0010."
        ]
    report.scores[0].value = None
    assert "(– → 60.00)" in conclude(report).sentences[0]


def test_one_model_is_compared_with_nothing():
    found = compare({"tuned": scored(GOLD)}, **FEW)
    assert found.report.conclusion.sentences == [
        "There is only one model, tuned, so nothing is compared."
    ]
    assert str(found).startswith("There is only one model, tuned, so nothing is compared.\n\n")
    first = found.report.conclusion.standings[0]
    assert (first.best, first.tied, first.better) == ("tuned", [], [])


def test_a_report_without_a_conclusion_has_no_empty_lines(made_report):
    found = compare(base_and_tuned(), **FEW)
    found.report.conclusion = None
    assert str(found).startswith("all: scores")
    assert found.to_markdown().startswith("### all: scores")
    assert 'class="conclusion"' not in to_html(found.report)
    assert summary(found.report).startswith("# Which model is better\n\n2 models, 1 task")


# --- several models


def several(made_report, names, tests, pairs=(), **options):
    """Return a report of several models on one task; pairs are those without the baseline."""
    found = {(model, "qa", metric): test for (model, metric), test in tests.items()}
    report = report_of(made_report, names, ["qa"], found, **options)
    shared = {
        "task": "qa", "interval": None, "test": "approximate randomisation", "n": 40,
        "p_value_adjusted": None, "significant": False, "family": 0,
    }  # fmt: skip
    document = report.to_dict() | {"conclusion": None}
    document["pairs"] = [
        {"model": model, "other": other, "metric": metric, "difference": difference,
         "p_value": p_value, **shared}
        for (model, other, metric), (difference, p_value) in dict(pairs).items()
    ]  # fmt: skip
    return finished(ComparisonReport.from_dict(document))


ABC = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("tests", "pairs", "sentences"),
    [
        (  # the best is better than both
            {("b", "f1"): (0.1, SURE), ("c", "f1"): (0.3, SURE)},
            {("b", "c", "f1"): (-0.2, SURE)},
            ["c is best by F1 (80.00): better than both others; 20.00 points ahead of the second, "
             "b (p = 0.0010).",
             "Against a by F1: c +30.00 points and b +10.00 better (adjusted p ≤ 0.0020)."],
        ),
        (  # a tie is not transitive
            {("b", "f1"): (0.1, UNSURE), ("c", "f1"): (0.3, SURE)},
            {("b", "c", "f1"): (-0.2, UNSURE)},
            ["c has the best F1 (80.00), but is not told apart from b (+20.00 points; p = 0.4000).",
             "Against a by F1: c +30.00 points better (adjusted p = 0.0020); b +10.00 points not "
             "told apart."],
        ),
        (  # the baseline is best
            {("b", "f1"): (-0.1, SURE), ("c", "f1"): (-0.01, UNSURE)},
            {("b", "c", "f1"): (-0.09, SURE)},
            ["a has the best F1 (50.00), but is not told apart from c (+1.00 points; adjusted p = "
             "0.4000).",
             "Against a by F1: b −10.00 points worse (adjusted p = 0.0020); c −1.00 points not "
             "told apart."],
        ),
        (  # nothing is told apart
            {("b", "f1"): (0.1, UNSURE), ("c", "f1"): (0.1, UNSURE)},
            {("b", "c", "f1"): (0.0, 1.0)},
            ["F1 does not tell any two of the 3 models apart on these 500 samples; the smallest "
             "adjusted p is 0.8000."],
        ),
        (
            {("b", "f1"): (0.1, UNSURE), ("c", "f1"): (0.1, UNSURE), ("b", "x"): (0.1, UNSURE),
             ("c", "x"): (0.1, UNSURE)},
            {("b", "c", "f1"): (0.0, 1.0), ("b", "c", "x"): (0.0, 1.0)},
            ["No metric tells any two of the 3 models apart on these 500 samples; the smallest "
             "adjusted p is 0.8000."],
        ),
        (  # a pair without the baseline is
            {("b", "f1"): (0.1, UNSURE), ("c", "f1"): (-0.1, UNSURE)},
            {("b", "c", "f1"): (0.2, SURE)},
            ["b has the best F1 (60.00), but is not told apart from a (+10.00 points; adjusted p = "
             "0.8000).",
             "Against a by F1: b +10.00 points and c −10.00 not told apart."],
        ),
        (  # other metrics agree, or put another model ahead
            {("b", "rouge_l"): (0.1, SURE), ("c", "rouge_l"): (0.3, SURE),
             ("b", "f1"): (0.1, SURE), ("c", "f1"): (0.3, SURE),
             ("b", "x"): (0.1, SURE), ("c", "x"): (-0.3, SURE),
             ("b", "y"): (0.1, UNSURE), ("c", "y"): (0.1, UNSURE)},
            {("b", "c", "rouge_l"): (-0.2, SURE), ("b", "c", "f1"): (-0.2, UNSURE),
             ("b", "c", "x"): (0.4, SURE), ("b", "c", "y"): (0.0, 1.0)},
            ["Metrics disagree: c is best by ROUGE-L recall (80.00): better than both others; "
             "20.00 points ahead of the second, b (p = 0.0010); no model is better than it by F1 "
             "or 1 other metric; ahead of it: b by x.",
             "Against a by ROUGE-L recall: c +30.00 points and b +10.00 better (adjusted p ≤ "
             "0.0020); F1 agrees; x: b better, c worse; 1 other metric: none told apart."],
        ),
        (  # a model without a sample in common with the baseline
            {("b", "f1"): (0.1, SURE), ("c", "f1"): None},
            {("b", "c", "f1"): (0.1, SURE)},
            ["b is best by F1 (60.00): better than both others; 10.00 points ahead of the second, "
             "a (95 % interval 0.00 to +20.00; adjusted p = 0.0010).",
             "Against a by F1: b +10.00 points better (adjusted p = 0.0010); c not compared."],
        ),
    ],
)  # fmt: skip
def test_sentences_of_several_models(made_report, tests, pairs, sentences):
    assert several(made_report, ABC, tests, pairs).conclusion.sentences == sentences


def test_of_very_many_models_the_first_are_named(made_report):
    names = ["base", *(f"m{at}" for at in range(1, 7))]
    tests = {(name, "f1"): (0.05 * at, SURE) for at, name in enumerate(names) if at}
    pairs = {(one, other, "f1"): (-0.05, SURE) for one, other in combinations(names[1:], 2)}
    assert several(made_report, names, tests, pairs).conclusion.sentences == [
        "m6 is best by F1 (80.00): better than each of the 6 others; 5.00 points ahead of the "
        "second, m5 (adjusted p = 0.0150).",
        "Against base by F1: m6 +30.00 points, m5 +25.00, m4 +20.00 and 3 others better (adjusted "
        "p ≤ 0.0060).",
    ]
    unsure = dict.fromkeys(pairs, (-0.05, UNSURE))
    assert several(made_report, names, tests, unsure).conclusion.sentences[0] == (
        "m6 has the best F1 (80.00), but is not told apart from m5 (+5.00 points; adjusted p = "
        "1.0000), m4, m3 and 2 others."
    )
    plain = structs.replace(made_report(2, 1).settings, baseline="base", correction="none")
    assert (
        "(p ≤ 0.0010)"
        in (several(made_report, names, tests, pairs, settings=plain).conclusion.sentences[1])
    )


def test_the_direction_stands_beside_the_best_score(made_report):
    tests = {("b", "x"): (-0.1, SURE), ("c", "x"): (-0.2, SURE)}
    for p, begin in (
        (
            SURE,
            "c is best by x (30.00; lower is better): better than both others; 10.00 points "
            "ahead of the second, b (p = 0.0010).",
        ),
        (
            UNSURE,
            "c has the best x (30.00; lower is better), but is not told apart from b (−10.00 "
            "points; p = 0.4000).",
        ),
    ):
        report = several(made_report, ABC, tests, {("b", "c", "x"): (0.1, p)}, better="lower")
        report.pairs[0].better = "lower"
        finished(report)
        assert report.conclusion.sentences[0] == begin


@pytest.mark.parametrize(
    ("tests", "tally"),
    [
        ((0.1, 0.2, SURE), "all better"), ((-0.1, -0.2, SURE), "all worse"),
        ((0.1, 0.2, UNSURE), "none told apart"), ((0.1, -0.1, SURE), "b better, c worse"),
    ],
)  # fmt: skip
def test_equal_outcomes_are_told_as_one(made_report, tests, tally):
    one, other, p = tests
    beside = {("b", "x"): (one, p), ("c", "x"): (other, p)}
    headline = {("b", "f1"): (0.1, SURE), ("c", "f1"): (0.1, UNSURE)}
    pairs = {("b", "c", metric): (0.0, 1.0) for metric in ("f1", "x")}
    report = several(made_report, ABC, headline | beside, pairs)
    assert report.conclusion.sentences[1].endswith(f"; x: {tally}.")


def test_several_models_where_neither_is_better(made_report):
    tests = {("b", "x"): (0.1, SURE), ("c", "x"): (0.3, UNSURE)}
    report = several(made_report, ABC, tests, {("b", "c", "x"): (0.1, SURE)}, better=None)
    assert report.conclusion.sentences == [
        "No model is best by x: neither higher nor lower values are better.",
        "Against a by x: b +10.00 points different (adjusted p = 0.0020); c +30.00 points not told "
        "apart.",
    ]


# --- several tasks


def tasks_of(made_report, models, outcomes, **options):
    """Return a report of several tasks; outcomes by task and model, of ROUGE-L."""
    tests = {
        (model, task, "rouge_l"): test
        for task, by_model in outcomes.items()
        for model, test in by_model.items()
    }
    return report_of(made_report, models, list(outcomes), tests, **options)


BETTER, WORSE, SAME = (0.2, SURE), (-0.1, SURE), (0.01, UNSURE)


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        (
            {"qa": BETTER, "mt": BETTER},
            "By ROUGE-L recall, tuned is better than base on both tasks (qa +20.00 points and mt "
            "+20.00; adjusted p ≤ 0.0020).",
        ),
        (
            {"qa": BETTER, "mt": BETTER, "sum": BETTER},
            "By ROUGE-L recall, tuned is better than base on all 3 tasks (qa +20.00 points, mt "
            "+20.00 and sum +20.00; adjusted p ≤ 0.0030).",
        ),
        (
            {"qa": BETTER, "mt": WORSE, "sum": SAME},
            "Tasks disagree: by ROUGE-L recall, tuned is better than base on qa (+20.00 points; "
            "adjusted p = 0.0030), worse on mt (−10.00 points; adjusted p = 0.0030), not told "
            "apart on sum (+1.00 points).",
        ),
        (
            {"qa": BETTER, "mt": SAME},
            "By ROUGE-L recall, tuned is better than base on qa (+20.00 points; adjusted p = "
            "0.0020), not told apart on mt (+1.00 points).",
        ),
        (
            {"qa": SAME, "mt": SAME},
            "By ROUGE-L recall, tuned is not told apart from base on either task (qa +1.00 points "
            "and "
            "mt +1.00).",
        ),
        (
            {"qa": WORSE, "mt": NONE},
            "By ROUGE-L recall, tuned is worse than base on qa (−10.00 points; adjusted p = "
            "0.0010), not compared on mt.",
        ),
        (
            dict.fromkeys("vwxyz", BETTER),
            "By ROUGE-L recall, tuned is better than base on all 5 tasks (v +20.00 points, w "
            "+20.00, "
            "x +20.00 and 2 others; adjusted p ≤ 0.0050).",
        ),
    ],
)
def test_sentences_of_two_models_on_tasks(made_report, outcomes, sentence):
    outcomes = {task: {"tuned": test} for task, test in outcomes.items()}
    report = tasks_of(made_report, TWO, outcomes)
    assert report.conclusion.sentences == [sentence]


def test_metrics_beside_the_headlines_are_counted(made_report):
    tests = {("tuned", "qa", "f1"): BETTER, ("tuned", "mt", "rouge_l"): BETTER}
    tests |= {("tuned", "mt", "f1"): SAME, ("tuned", "qa", "accuracy"): WORSE}
    tests |= {("tuned", task, metric): BETTER for task in ("qa", "mt") for metric in ("x", "y")}
    report = report_of(made_report, TWO, ["qa", "mt"], tests)
    assert report.conclusion.sentences == [
        "By F1 (qa) and ROUGE-L recall (mt), tuned is better than base on both tasks (qa +20.00 "
        "points and mt +20.00; adjusted p ≤ 0.0020); 2 other metrics agree; F1: not told apart on "
        "mt; Accuracy: worse on qa."
    ]


@pytest.mark.parametrize(
    ("outcomes", "sentences"),
    [
        (
            {"qa": {"b": BETTER, "c": SAME}, "mt": {"b": BETTER, "c": WORSE}},
            ["b has the best mean rank, 1.00, over 2 tasks by ROUGE-L recall; then c (1.50).",
             "Against a: b better on both tasks (adjusted p ≤ 0.0040); c worse on mt (adjusted p = "
             "0.0040), not told apart on qa."],
        ),
        (
            {"qa": dict.fromkeys("bc", SAME), "mt": dict.fromkeys("bc", SAME),
             "x": {"b": SAME, "c": NONE}},
            ["No model is ahead of the others over 3 tasks by ROUGE-L recall: all have the mean "
             "rank 1.00.",
             "Against a: b not told apart on any of the 3 tasks; c not told apart on qa and mt, "
             "not compared on x."],
        ),
        (
            {"qa": {"b": WORSE, "c": WORSE}, "mt": {"b": WORSE, "c": WORSE}},
            ["a has the best mean rank, 1.00, over 2 tasks by ROUGE-L recall; then b (2.00).",
             "Against a: b and c worse on both tasks (adjusted p ≤ 0.0040)."],
        ),
        (
            {"qa": {"b": BETTER, "c": BETTER}, "mt": {"b": BETTER, "c": BETTER}},
            ["b and c share the best mean rank, 1.00, over 2 tasks by ROUGE-L recall; then a "
             "(3.00).",
             "Against a: b and c better on both tasks (adjusted p ≤ 0.0040)."],
        ),
        (
            {"qa": dict.fromkeys("bcdef", BETTER), "mt": dict.fromkeys("bcdef", SAME)},
            ["b, c, d and 2 others share the best mean rank, 1.00, over 2 tasks by ROUGE-L recall; "
             "then a (3.50).",
             "Against a: b, c, d and 2 others better on qa (adjusted p ≤ 0.0100), not told apart "
             "on mt."],
        ),
        (
            {"qa": dict.fromkeys("bcde", BETTER), "mt": dict.fromkeys("bcde", SAME)},
            ["b, c, d and e share the best mean rank, 1.00, over 2 tasks by ROUGE-L recall; then a "
             "(3.00).",
             "Against a: b, c, d and e better on qa (adjusted p ≤ 0.0080), not told apart on mt."],
        ),
    ],
)  # fmt: skip
def test_sentences_of_several_models_on_tasks(made_report, outcomes, sentences):
    models = ["a", *next(iter(outcomes.values()))]
    assert tasks_of(made_report, models, outcomes).conclusion.sentences == sentences


def test_several_models_on_tasks_where_neither_is_better(made_report):
    outcomes = {"qa": {"b": BETTER, "c": SAME}, "mt": {"b": BETTER, "c": WORSE}}
    report = tasks_of(made_report, ABC, outcomes, better=None)
    assert report.conclusion.sentences == [
        "No model is first over 2 tasks by ROUGE-L recall: neither higher nor lower values are "
        "better.",
        "Against a: b different on both tasks (adjusted p ≤ 0.0040); c different on mt (adjusted p "
        "= 0.0040), not told apart on qa.",
    ]


# --- cautions

LONG = {"precision": 0.3, "f1": 0.4, "length_ratio": 2.1}
SHORT = {"precision": 0.5, "f1": 0.5, "length_ratio": 2.0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"length_ratio": 2.099}, False),  # LONGER is 1.05
        ({"length_ratio": 2.1}, True),
        ({"precision": 0.496}, False),  # MOVED is half a point
        ({"precision": 0.494}, True),
        ({"f1": 0.504}, True),
        ({"f1": 0.506}, False),
        ({"precision": None}, False),
        ({"f1": None}, False),
        ({"length_ratio": None}, False),
        ({"signature": "rouge_l|f1|lang:en"}, False),
    ],
)
def test_what_is_length_alone(made_report, changes, expected):
    score = structs.replace(made_report(1, 1).scores[0], signature="rouge_l|recall|lang:en")
    shorter = structs.replace(score, **SHORT)
    longer = structs.replace(score, **LONG | changes)
    assert by_length_alone(longer, shorter) == expected
    for name in LONG:
        assert not by_length_alone(longer, structs.replace(shorter, **{name: None}))


@pytest.mark.parametrize("better", [True, False])
def test_a_lead_by_length_alone_is_told(made_report, better):
    difference = 0.2 if better else -0.2
    report = two(made_report, {"rouge_l": (difference, SURE)})
    longer, shorter = ("tuned", "base") if better else ("base", "tuned")
    for score in report.scores:
        for name, value in (LONG if score.model == longer else SHORT).items():
            setattr(score, name, value)
    found = conclude(report)
    assert found.sentences[1:] == [
        f"Careful: the higher recall of {longer} comes from longer answers alone (median 2.10 × "
        "the reference against 2.00 ×): precision is 30.00 against 50.00, F1 40.00 against 50.00."
    ]
    assert found.standings[0].by_length_alone == ["tuned"]
    report.comparisons[0].significant = False
    assert not [each for each in conclude(report).sentences if "Careful" in each]
    assert shorter != longer


def test_leads_by_length_alone_are_told_together(made_report):
    report = tasks_of(made_report, TWO, {"qa": {"tuned": BETTER}, "mt": {"tuned": WORSE}})
    for score in report.scores:
        longer = (score.task, score.model) in (("qa", "tuned"), ("mt", "base"))
        for name, value in (LONG if longer else SHORT).items():
            setattr(score, name, value)
    assert conclude(report).sentences[1:] == [
        "Careful: higher recall comes from longer answers alone (tuned over base on qa and base "
        "over "
        "tuned on mt): precision is lower, and F1 is not higher."
    ]
    report.comparisons[1].significant = False
    assert "of tuned on qa comes from longer answers" in conclude(report).sentences[1]


def test_a_lead_by_length_alone_from_texts():
    """Every word of the reference, and as many others."""
    short = [" ".join(text.split()[1:5]) for text in GOLD]
    long = padded(GOLD, "sky rain wind snow storm sun moon star")
    found = compare({"base": scored(short), "tuned": scored(long)}, metrics=["rouge_l"], **FEW)
    assert (
        "the higher recall of tuned comes from longer answers"
        in found.report.conclusion.sentences[1]
    )
    assert "F1 ranks differently from recall: tuned has the higher recall" in str(found)


def test_verdicts_that_depend_on_stopwords_are_told(made_report):
    report = two(made_report, {"f1": BETTER, "rouge_l": BETTER})
    assert len(report.conclusion.sentences) == 1
    over_all = made_report(2, 1).comparisons[0].all_tokens
    for test, names in zip(report.comparisons, ("F1", "F1 and ROUGE-L recall"), strict=True):
        test.all_tokens = structs.replace(over_all, difference=0.01, significant=False)
        verb = "verdicts by {} depend" if "and" in names else "verdict by {} depends"
        assert conclude(report).sentences[1:] == [
            f"The {verb.format(names)} on stopword removal: see the warnings."
        ]
    # Two models by one metric: it is named once.
    report = several(made_report, ABC, {("b", "f1"): BETTER, ("c", "f1"): BETTER})
    for test in report.comparisons:
        test.all_tokens = structs.replace(over_all, difference=0.01, significant=False)
    assert conclude(report).sentences[-1] == (
        "The verdicts by F1 depend on stopword removal: see the warnings."
    )
    report = tasks_of(made_report, TWO, {"qa": {"tuned": BETTER}, "mt": {"tuned": BETTER}})
    report.comparisons[1].all_tokens = structs.replace(over_all, difference=-0.1, significant=True)
    assert conclude(report).sentences[1:] == [
        "The verdict by ROUGE-L recall on mt depends on stopword removal: see the warnings."
    ]


EXTRACTION = (
    "Careful: extraction would change predictions of {}, and may change the verdict: see the "
    "warnings."
)


@pytest.mark.parametrize(
    ("wrap", "models", "named"),
    [
        ("<think>so</think>{}", ["base"], "base"),
        ("```\n{}\n```", ["tuned"], "tuned"),
        ("<think>so</think>{}", ["base", "tuned"], "base and tuned"),
        ("{}", ["base", "tuned"], None),
    ],
)
def test_answers_that_extraction_would_change_are_told(wrap, models, named):
    predictions = {"base": partly(range(30)), "tuned": partly(range(12, 40))}
    for model in models:
        predictions[model] = [wrap.format(text) for text in predictions[model]]
    found = compare({model: scored(texts) for model, texts in predictions.items()}, **FEW)
    sentences = [each for each in found.report.conclusion.sentences if "extraction" in each]
    assert sentences == ([EXTRACTION.format(named)] if named else [])
    assert bool(named) == any("--extract" in warning for warning in found.report.warnings)


HOSTILE = "<b>*x*_|\x1b[31m\u202e"


def test_names_in_sentences_are_text_everywhere(made_report):
    found = compare({HOSTILE: scored(GOLD), "b": scored(right([0]))}, **FEW)
    assert HOSTILE in found.report.conclusion.sentences[0]
    for text in (str(found), found.to_markdown(), found.to_latex(), summary(found.report)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    for text in (found._repr_html_(), to_html(found.report)):
        assert "<b>*x*" not in text
    assert "<b>" not in MarkdownIt("gfm-like", {"linkify": False}).render(summary(found.report))


def test_a_conclusion_survives_json():
    found = compare(letters(), **FEW)
    document = json.loads(json.dumps(found.to_dict()))
    assert ComparisonReport.from_dict(document) == found.report
    assert list(document)[:3] == ["textmetrics", "schema", "conclusion"]
    assert [(e["model"], e["other"]) for e in document["pairs"] if e["metric"] == "f1"] == [
        ("a", "b")
    ]


def test_letters_of_real_tests():
    found = compare(letters(), metrics=["accuracy"], **FEW).report
    assert {s.model: (s.rank, s.letters, s.tied_with) for s in found.scores} == {
        "a": (1, "a", ["b"]), "b": (1, "ab", ["a", "c"]), "c": (2, "b", ["b"]),
    }  # fmt: skip
    # Two-sided binomial p-values of 18 and 4, and of 9 and 2, adjusted for two tests by Holm.
    assert [e.p_value_adjusted for e in found.comparisons] == pytest.approx(
        [0.00869, 0.0654], abs=1e-4
    )
    [pair] = found.pairs
    assert (pair.p_value, pair.family) == (pytest.approx(0.0654, abs=1e-4), 1)
    assert verdict(pair) == "not significant"
    assert found.conclusion.sentences == [
        "a has the best Accuracy (90.00), but is not told apart from b (+17.50 points; p = "
        "0.0654).",
        "Against c by Accuracy: a +35.00 points better (adjusted p = 0.0087); b +17.50 points not "
        "told apart.",
    ]
