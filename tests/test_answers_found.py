"""Letters, numbers and references found in free text, and how often one of k answers is right."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textmetrics.answers import (
    choice_of,
    choices_of,
    contains,
    number_of,
    pass_at_k,
    read_reference_number,
    same_number,
)
from textmetrics.answers.choice import _whole
from textmetrics.answers.letters import rules_for

# What such texts are made of, so that examples are not all rare characters.
PIECES = [
    "The answer is ", "answer: ", "答案：", "选", "答えは", "正解は", "(", ")", "A", "b", "B",
    "I", "。", ".", ",", " and ", "\n", " ", "a cat", "\\boxed{", "}", "\\frac{", "}{", "1", "0",
    "25", "1,234", "½", "/", "%", "-", "负", "$", "####", "^", "e", "×10", "²", "十", "百", "三",
    "万", "億", "零", "点", "分之", "分の", " million", "つ", "１", "\ud800", "\x00", "**",
    "\u202f", "٣", "①",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


# By hand; the forms are those that the rules in docs/answers.md name.
@pytest.mark.parametrize(
    ("text", "letter"),
    [
        # boxed
        (r"So \boxed{B}.", "B"),
        (r"$\boxed{\text{(C)}}$", "C"),
        (r"\boxed{\textbf{(D)}\ 5}, the answer is A", "D"),
        (r"The answer is A. \boxed{42}", "A"),
        # the letter alone
        ("B", "B"),
        ("b", "B"),
        ("a", "A"),
        ("I", "I"),
        ("(b)", "B"),
        ("**B**", "B"),
        ("[B]", "B"),
        ("【B】", "B"),
        ("Ｂ", "B"),
        ("Ⓑ", "B"),
        ("B.", "B"),
        ("Bです。", "B"),
        # stated
        ("The answer is (B)", "B"),
        ("The answer is B, because A is wrong.", "B"),
        ("ANSWER: D", "D"),
        ("the answer is b.", "B"),
        ("The correct answer to this question is option D.", "D"),
        ("The best choice would be C", "C"),
        ("**Answer: C) Rome**", "C"),
        (r"Final Answer: \(C\)", "C"),
        ("The answer is A because it is.", "A"),
        ("So the answer is (I).", "I"),
        ("The answer is A. No, wait: the answer is C.", "C"),
        ("A. Paris\nB. Rome\nThe answer is B", "B"),
        ("答案：B", "B"),
        ("答案是B。", "B"),
        ("正确答案为 D", "D"),
        ("【答案】B", "B"),
        ("故选C。", "C"),
        ("A项错误，B项正确，故选B。", "B"),
        ("不是A而是C", "C"),
        ("「答えはB」", "B"),
        ("正解は（Ｃ）です。", "C"),
        ("答えは (b) です", "B"),
        ("答えはAではなくBです", "B"),
        # leading
        ("B. Paris", "B"),
        ("B.北京", "B"),
        ("b) Paris", "B"),
        ("(B) Paris", "B"),
        ("B: Paris", "B"),
        ("B。因为A是错误的", "B"),
        ("B、北京", "B"),
        ("B\n\nBecause A is wrong.", "B"),
        ("B. Paris\nA. Rome is in Italy.", "B"),
        ("A. Paris\nB. Rome", None),  # the options again
        # preferred, or found right
        ("I would go with C.", "C"),
        ("I choose option C", "C"),
        ("我会选B", "B"),
        ("Option B is correct, not A", "B"),
        ("选项B正确", "B"),
        ("Bが正しいと思います", "B"),
        ("Cを選びます", "C"),
        # a line, brackets, a capital
        ("Rome is in Italy, Paris in France\n\n(D)", "D"),
        ("It can only be (b), I think", "B"),
        ("It must be C!", "C"),
        ("I think it is A.", "A"),
        ("A is wrong, so B", "B"),
        # none
        ("", None),
        ("A cat is sleeping.", None),
        ("I think so.", None),
        ("The answer is a cat", None),
        ("The answer is A cat", None),
        ("Answer: I do not know", None),
        ("A and B", None),
        ("The answer is A and C.", None),
        ("答案是A和C", None),
        ("A、B都对", None),
        ("ABC", None),
        ("不选A", None),
        ("B is not correct", None),
        ("5°C in C++", None),
        ("E.g. a cat", None),
        ("U.S.A.", None),
        ("GPT-A4", None),
        ("北京", None),
        # A letter at the beginning, but for an answer that is stated in its explanation.
        ("B. Explanation: the answer is C", "C"),
        ("B\n\nExplanation: C is correct, so the answer is C.", "C"),
        ("B. Explanation: A is wrong.", "B"),
    ],
)
def test_choices(text, letter):
    assert choice_of(text) == letter


def test_letters_that_are_offered():
    assert choice_of("The answer is K.") is None
    assert choice_of("The answer is K.", letters="ABCK") == "K"
    # A letter that is taken back for one that is not on offer gains nothing.
    assert choice_of("(A) or E? It is E.", letters="AB") is None
    for letters, said in {
        "A-D": "must be capital Latin letters, got 'A-D': write ABCD",
        "A,B,C,D": "must be capital Latin letters, got 'A,B,C,D': write ABCD",
        "abcd": "must be capital Latin letters, got 'abcd': write ABCD",
        "ABCDD": "must be different capital Latin letters, got 'ABCDD': write ABCD",
        "": "must be capital Latin letters, got '': write ABCD",
    }.items():
        with pytest.raises(ValueError, match=said):
            choice_of("A", letters=letters)
    with pytest.raises(ValueError, match="capital Latin letters, got 'ab'"):
        choice_of("a", letters="ab")


NUMBERS = [
    # GSM8K's mark, and a box
    ("48 + 24 = 72\n#### 72", 72),
    ("#### $1,234 for 5", 1234),
    ("#### 3. Conclusion\nIt is 7", 7),
    ("#### none of 5", 5),
    (r"\boxed{5}, not 7", 5),
    (r"\boxed{x}, so 7", 7),
    # the last one
    ("First 5, then 7.", 7),
    ("from 3-5", None),  # a range
    ("at 10:30", None),  # a time
    ("42.", 42),
    (".5", "1/2"),
    ("１２３", 123),
    # separators
    ("1,234,567.89", "1234567.89"),
    ("１，２３４", 1234),
    ("1.234,56", "1234.56"),
    ("1.234.567", 1234567),
    ("1.234", "1.234"),
    ("1'234", 1234),
    ("1\u202f234", 1234),
    ("1{,}234", 1234),
    ("3,14", 14),
    ("1,2345", 2345),
    # signs and currencies
    ("-5", -5),
    ("−5", -5),
    ("答案是-5", -5),
    ("x=-5", -5),
    ("minus 5", -5),
    ("マイナス5", -5),
    ("负三", -3),
    ("負三", -3),
    ("零下三度", -3),
    ("-$5", -5),
    ("$-5.50", "-5.5"),
    (r"\$1,234", 1234),
    ("RMB100", 100),
    ("￥1,200", 1200),
    ("12.50元", "12.5"),
    # percent and fractions
    ("50%", "1/2"),
    ("５０％", "1/2"),
    (r"5\%", "1/20"),
    ("5 percent", "1/20"),
    ("五十パーセント", "1/2"),
    ("百分之五十", "1/2"),
    ("5‰", "1/200"),
    ("1/2", "1/2"),
    ("3 1/2 cups", "7/2"),
    ("2½", "5/2"),
    (r"$-\dfrac{3}{4}$", "-3/4"),
    ("三分之二", "2/3"),
    ("3分の2", "2/3"),
    ("1/2/2024", None),  # a date
    # powers of ten
    ("1.5e3", 1500),
    ("1.5×10^3", 1500),
    (r"1.5 \times 10^{-3}", "3/2000"),
    ("2×10⁻³", "1/500"),
    ("10^5", 100000),
    ("2.5 million", 2500000),
    # Chinese and Japanese
    ("三百二十五", 325),
    ("一万二千", 12000),
    ("百二十", 120),
    ("十二", 12),
    ("二千二十四", 2024),
    ("壹佰贰拾", 120),
    ("二〇二四年", 2024),
    ("一百零二", 102),
    ("两千五", 2500),
    ("三百二", 320),
    ("三百二です", 302),
    ("三点一四", "3.14"),
    ("2.5万", 25000),
    ("12万3千", 123000),
    ("1億2,000万円", 120000000),
    ("三万亿", 3 * 10**12),
    ("百万円です", 10**6),
    ("5千克", 5),
    ("5兆赫", 5),
    ("1兆円", 10**12),
    ("答案是三", 3),
    ("答えは五です", 5),
    ("三つ", 3),
    ("答案是325，一共", 325),
    # not numbers
    ("", None),
    ("none", None),
    ("GPT-4 and H2O", None),
    ("1.2.3", None),
    ("2024.01.05", None),
    ("2/0", None),
    ("0^-1", None),
    ("万一", None),
    ("千万不要", None),
    ("统一的", None),
    ("1e999999999", None),
    ("9" * 10_000, None),
    ("25 m²", 25),
    ("25 m^2", 25),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS, ids=range(len(NUMBERS)))
def test_numbers(text, number):
    assert number_of(text) == (None if number is None else Fraction(number))


@given(st.integers(-(10**12), 10**12))
def test_separators_change_no_number(number):
    assert number_of(str(number)) == number_of(f"{number:,}") == number
    assert number_of(f"It is {number:_}.".replace("_", "\u00a0")) == number


@given(st.decimals(-(10**6), 10**6, places=4))
def test_decimals_are_exact(number):
    assert number_of(f"答案是{number:f}。") == Fraction(number)
    assert number_of(f"{number:e}") == Fraction(number)


def written(number):
    """Write a number below 10^12 in Chinese, section by section."""
    if number == 0:
        return "零"
    out, pending = "", False
    for power, unit in ((8, "亿"), (4, "万"), (0, "")):
        section, digits = number // 10**power % 10**4, ""
        for place, name in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
            digit = section // 10**place % 10
            if digit:
                digits += "零" * pending + "零一二三四五六七八九"[digit] + name
            pending = bool(out + digits) and not digit
        out += digits + unit * bool(section)
    return out


@given(st.integers(10, 10**12 - 1))
def test_chinese_numerals(number):
    assert number_of(f"一共有{written(number)}。") == number


@pytest.mark.parametrize(
    ("prediction", "reference", "options", "same"),
    [
        ("So it is 1,200 yen.", "1200", {}, True),
        ("5.0", "5", {}, True),
        ("1/3", "0.333", {}, False),
        ("1/3", "0.333", {"tolerance": 0.001}, True),
        ("1.1", "1", {"tolerance": 0.1}, True),  # both ends included
        ("1.1", "1", {"tolerance": Decimal("0.1")}, True),
        ("103", "100", {"tolerance": Fraction(3, 100), "relative": True}, True),
        ("104", "100", {"tolerance": 0.03, "relative": True}, False),
        ("-103", "-100", {"tolerance": 0.03, "relative": True}, True),
        ("50%", "50", {}, True),
        ("50%", "0.5", {}, True),
        ("50", "50%", {}, True),
        ("51", "50%", {"tolerance": 0.02, "relative": True}, True),
        ("50%", "50%", {}, True),
        ("5%", "50", {}, False),
        ("none", "5", {}, None),
        ("5", "none", {}, None),
    ],
)
def test_same_number(prediction, reference, options, same):
    assert same_number(prediction, reference, **options) is same


@pytest.mark.parametrize("tolerance", [-1, math.inf, math.nan, "x"])
def test_bad_tolerances(tolerance):
    with pytest.raises(ValueError, match="tolerance must"):
        same_number("1", "1", tolerance)


@pytest.mark.parametrize(
    ("prediction", "reference", "has"),
    [
        ("It is the Eiffel  Tower, in Paris.", "eiffel tower", True),
        ("category", "cat", False),
        ("Washington D.C.", "Washington, D.C.", True),
        ("首都是北京市。", "北京", True),
        ("北 京", "北京", True),
        ("東京タワーです", "タワー", True),
        ("ＧＰＵ", "gpu", True),
        ("用PyTorch训练", "pytorch", True),
        ("-5", "5", False),
        ("50%", "50", False),
        ("1,200", "1200", False),
        ("Paris", "Paris and Rome", False),
        ("Why?", "?", True),
        ("Why", "?", False),
        ("Paris", "", False),
        ("", "", True),
        (" ", "\n", True),
        ("", "Paris", False),
    ],
)
def test_contains(prediction, reference, has):
    assert contains(prediction, reference) is has


@given(before=HOSTILE, reference=HOSTILE)
def test_a_text_contains_itself_and_its_lines(before, reference):
    assert contains(reference, reference)
    # A letter keeps a sign from being joined to what stands around it.
    if contains(reference, "x"):
        assert contains(f"{before}\nx\n{reference}", "x")


@given(text=HOSTILE)
@example("×10分之点十")  # decimals are digits one by one
@example("百分之三点五万")
def test_no_text_raises(text):
    assert choice_of(text) in {None, *"ABCDEFGHIJ"}
    number = number_of(text)
    assert number is None or isinstance(number, Fraction)
    # A reference is read more strictly: 3 or 4 is no number to judge by.
    gold = read_reference_number(text)
    same = same_number(text, text)
    assert (same is None) == (number is None or gold is None)
    if same is not None:
        assert same is (number == gold.value)
    assert isinstance(contains(text, text[:3]), bool)


# A quadratic step would take hours here.
@pytest.mark.parametrize("function", [choice_of, number_of, lambda text: contains(text, text[:9])])
@pytest.mark.parametrize(
    "piece",
    [
        "answer ", "answer is ", "答案", "选", "(A", "A ", "A. \n", "1", "1,", "1,000", "1.000.",
        "1/", "1 ", "-1-", "$-", "####", "一", "一十", "十百千", "百", "一分", "1分", "三点",
        "\\frac{1}{", "10^", "1e", "\\boxed{", " ", "\n",
        "0.1(", "0.\\dot{1}", "3-1 ", "2:0", "won 3 to ",
    ],
)  # fmt: skip
def test_long_texts_take_a_linear_time(function, piece):
    text = piece * (60_000 // len(piece))
    assert not isinstance(function(text), str) or "A" in piece


def test_only_short_texts_are_letters_alone():
    rules = rules_for("ABCD")
    found = [_whole("B" + "." * dots, rules) for dots in (0, 198, 199, 200)]
    assert found == [{"B"}, {"B"}, {"B"}, None]


# A text of up to 200 characters is read as letters alone first.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("function", [choice_of, choices_of])
@pytest.mark.parametrize(
    "piece",
    [" C", "C ", "C  ", "(C) ", " ( C ) ", "C, ", "C and ", "C & and ", "C\n", "C\n\n", "Cと"],
)
@pytest.mark.parametrize("end", ["正确。", "x", "!?", " cat"])
def test_many_letters_take_a_linear_time(function, piece, end):
    text = piece * ((200 - len(end)) // len(piece)) + end
    assert function(text) in (None, "C", {"C"})


# 1 - C(n-c, k) / C(n, k) by counting the draws themselves.
@pytest.mark.parametrize(("n", "c", "k"), [(n, c, k) for n in (1, 4, 7) for c in range(n + 1)
                                           for k in range(1, n + 1)])  # fmt: skip
def test_pass_at_k_counts_draws(n, c, k):
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == sum(map(any, draws)) / len(draws)


@given(st.integers(1, 3000).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))
))  # fmt: skip
def test_pass_at_k_is_rounded_once(given):
    n, c, k = given
    assert pass_at_k(n, c, k) == float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))


def test_pass_at_k_takes_arrays():
    found = pass_at_k(np.array([10, 10, 5]), np.array([0, 10, 1], dtype=np.int32), 5)
    assert found.dtype == np.float64
    assert found.tolist() == [0.0, 1.0, 1.0]
    assert pass_at_k([[4], [2]], [1, 2], 1).tolist() == [[0.25, 0.5], [0.5, 1.0]]
    assert pass_at_k([], [], 1).shape == (0,)
    assert isinstance(pass_at_k(np.int64(10), 3, 1), float)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((5, 6, 1), ValueError, "c must be from 0 to n, got c=6 and n=5"),
        ((5, -1, 1), ValueError, "c must be from 0 to n"),
        ((5, 1, 6), ValueError, "k must be from 1 to n, got k=6 and n=5: sample more answers"),
        ((5, 1, 0), ValueError, "k must be from 1 to n"),
        ((0, 0, 1), ValueError, "k must be from 1 to n"),
        (([5, 3], 1, 4), ValueError, "k=4 and n=3 at 1"),
        (([5, 3], [1, 1, 1], 1), ValueError, r"matching shapes, got \(2,\), \(3,\), \(\)"),
        ((5.0, 1, 1), TypeError, "n must be integers, got float64"),
        ((5, True, 1), TypeError, "c must be integers, got bool"),
    ],
)
def test_pass_at_k_wants_counts(given, error, message):
    with pytest.raises(error, match=message):
        pass_at_k(*given)
