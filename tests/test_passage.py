"""A text and the numerals in it: windows around a numeral, sentences, and where numerals begin."""

from __future__ import annotations

import pytest

from textmetrics.answers.clauses import Certainty, said_of_letter
from textmetrics.answers.letters import letters_in, rules_for
from textmetrics.answers.options import check_letters
from textmetrics.answers.passage import Passage
from textmetrics.answers.verdicts import _listed

FILL = "x" * 400


def test_windows_around_a_numeral():
    passage = Passage(f"{FILL} 17 {FILL}")
    [numeral] = passage.numerals
    assert passage.before(numeral) == "x" * 79 + " "
    assert passage.before(numeral, 3) == "xx "
    assert passage.after(numeral) == " " + "x" * 39
    assert passage.after(numeral, 3) == " xx"
    short = Passage("a 17 b")
    assert (short.before(short.numerals[0]), short.after(short.numerals[0])) == ("a ", " b")


@pytest.mark.parametrize(
    ("text", "place", "begins"),
    [
        ("One. Two 17", 9, 5),
        ("One! Two 17", 9, 5),
        ("One? Two 17", 9, 5),
        ("One\nTwo 17", 8, 4),
        ("一。二17", 3, 2),
        ("a.b 17", 4, 0),  # no space follows
        ("17", 0, 0),
        ("One. Two. Three 17", 16, 10),  # the last one counts
        (f"One. {FILL}17", 405, 105),  # from 300 characters before, where none ends nearer
        (f"One. {'x' * 295}17", 300, 5),
        (f"One. {'x' * 298}17", 303, 5),
        (f"One. {'x' * 299}17", 304, 4),
    ],
)
def test_where_a_sentence_begins(text, place, begins):
    assert Passage(text).sentence(place) == begins


def test_numerals_from_a_place_on():
    passage = Passage("5 and 7, then 9")
    assert passage.starts == [0, 6, 14]
    assert [passage.from_place(at) for at in (0, 1, 6, 7, 14, 15)] == [0, 1, 1, 2, 2, 3]


def test_the_first_of_some_stems():
    passage = Passage("It Is not So, it is 5")
    assert passage.first(["so", "not"]) == 6
    assert passage.first(["nothing"]) == -1
    assert passage.first(["it"]) == 0
    assert passage.contains(["so"])
    assert not passage.contains(["nothing"])


# A word in which each stem of a denial is, and what has none.
@pytest.mark.parametrize(
    ("text", "denies"),
    [
        *((f"5 {word} 6", True) for word in (
            "not", "isn't", "neither", "nor", "never", "rather", "instead", "other than", "wrong",
            "incorrect", "false", "不", "非", "误", "错", "錯", "では", "じゃ", "でない", "でも",
            "誤", "違",
        )),
        ("5 or 6", False),
        ("it is 5", False),
        ("5です", False),
    ],
)  # fmt: skip
def test_denials(text, denies):
    assert Passage(text).denies == denies


@pytest.mark.parametrize(
    ("text", "last", "found"),
    [
        ("options B and c", False, "BC"),
        ("options B and c", True, "C"),
        ("answer: D", False, "D"),
        ("A or B", False, "AB"),
        ("choices a, b; letter C", False, "ABC"),
        ("statement E", False, ""),
        ("Ａ", False, ""),  # letters are read in the normalized text
        ("", True, ""),
    ],
)
def test_letters_of_an_expression(text, last, found):
    assert letters_in(text, rules_for("ABCD"), last=last) == found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("A) x\nB) y", [0, 5]),
        ("(A) x (B) y (C) z", [0, 6, 12]),
        ("A) x\nB) y\nD) z", [0, 5, 10]),  # from the first two on
        ("A) x", []),
        ("A) x\nC) y\nB) z", []),
        ("B) x\nC) y", []),
        ("A x B y", []),
    ],
)
def test_options_are_listed_from_the_first_letters_on(text, places):
    assert sorted(_listed(text, rules_for("ABCD"))) == places


@pytest.mark.parametrize(
    ("kinds", "strength"),
    [  # C: so, V: I choose, c: is, a: the answer is, L: a letter
        ("VL", Certainty.CHOICE), ("!VL", Certainty.CHOICE), ("bVL", Certainty.CHOICE),
        ("CVL", Certainty.STATEMENT), ("b!CVL", Certainty.STATEMENT),  # what is concluded
        ("cL", Certainty.CHOICE), ("CcL", Certainty.STATEMENT), ("aL", Certainty.STATEMENT),
        ("L", Certainty.MENTION),
    ],
)  # fmt: skip
def test_a_choice_that_is_concluded_is_a_statement(kinds, strength):
    assert said_of_letter(kinds, would=False).strength == strength


@pytest.mark.parametrize(
    ("letters", "write"),
    [
        ("abcd", "ABCD"), ("a-d", "ABCD"), ("D-A", "ABCD"), ("A–C", "ABC"), (" a ~ b ", "AB"),
        ("A, B, C", "ABC"), ("ABCDD", "ABCD"), ("AA", "A"), ("", "ABCD"), ("123", "ABCD"),
        (None, "ABCD"), (["A"], "ABCD"), ("ÄB", "B"),
    ],
)  # fmt: skip
def test_letters_that_cannot_be_on_offer(letters, write):
    different = isinstance(letters, str) and letters.isascii() and letters.isupper()
    what = "different capital" if different and letters.isalpha() else "capital"
    with pytest.raises(ValueError, match=rf"letters must be {what} Latin .*: write {write}$"):
        check_letters(letters)


@pytest.mark.parametrize("letters", ["A", "ABCD", "ZYX", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
def test_letters_that_can_be_on_offer(letters):
    assert check_letters(letters) == letters
