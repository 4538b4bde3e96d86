"""What texts say of letters, and of true and false, in three languages: by hand, by docs/answers.md."""  # noqa: E501

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.answers import choice_of, choices_of, judgement_of
from textmetrics.rewards import Reward

CASES = Path(__file__).parent / "cases"

# The letter that a reader would enter for the answer; None where no single one is chosen.
CHOICES = [
    # English verdicts
    ("The answer is A. Wait, no, it is B.", "B"),
    ("The answer is A. Actually, the answer is C.", "C"),
    ("I choose A. On second thought, B is correct.", "B"),
    ("The answer is A. No, A is wrong.", None),
    ("The answer is B. Wait, let me check: A would be too small. So B is right.", "B"),
    ("Answer:\nB", "B"),
    ("**Answer**\n\nB", "B"),
    ("Answer - B", "B"),
    ("Correct option: B", "B"),
    ("The correct one is B.", "B"),
    ("My answer is B", "B"),
    ("Final answer: (C)", "C"),
    ("I'd go with C.", "C"),
    ("I would choose (D).", "D"),
    ("It is B.", "B"),
    ("It's B.", "B"),
    ("That leaves C.", "C"),
    ("This leaves us with C.", "C"),
    ("Only C remains.", "C"),
    ("A and B can be ruled out, leaving D.", "D"),
    ("Eliminating A, B and C, we are left with D.", "D"),
    ("A, B, and C are wrong, so the answer is D.", "D"),
    ("A, B, and C are incorrect. D is correct.", "D"),
    ("C is the answer.", "C"),
    ("C is the best answer.", "C"),
    ("B is the most appropriate choice.", "B"),
    ("So, D.", "D"),
    ("Therefore, (B).", "B"),
    ("Hence option C.", "C"),
    ("Thus the correct option is (A).", "A"),
    ("The answer is B, not A.", "B"),
    ("B, not A, is correct.", "B"),
    ("B rather than A", "B"),
    ("The answer is B rather than C.", "B"),
    ("Not A but B.", "B"),
    ("It's not A, it's B.", "B"),
    ("The answer is not A but B.", "B"),
    ("The answer is not A, but C.", "C"),
    ("The answer is B because A and C are wrong.", "B"),
    ('The answer is "B. Paris".', "B"),
    ("The answer is **(B) Paris**.", "B"),
    ("The correct answer is Paris (B).", "B"),
    ("The answer is: B) Paris", "B"),
    (r"The answer is $\boxed{\text{B}}$.", "B"),
    (r"\boxed{B. Paris}", "B"),
    ("A: Lyon\nB: Paris\nC: Nice\nThe correct answer is B: Paris.", "B"),
    ("Option A: wrong. Option B: right. Option C: wrong.", "B"),
    ("A (wrong), B (right), C (wrong)", "B"),
    ("Let's see. A is tempting. B looks good. But C is the only one that fits. Answer: C", "C"),
    ("(A) is wrong because it is big. (C) is correct.", "C"),
    ("(A) is true but irrelevant. (C) is the correct answer.", "C"),
    ("B is better than A.", "B"),
    ("I think B is right.", "B"),
    ("I believe the answer is C", "C"),
    ("Everything but C is wrong.", "C"),
    ("All except B are incorrect.", "B"),
    ("la respuesta es B", "B"),
    ("La réponse est C.", "C"),
    ("Die Antwort ist D.", "D"),
    ("B\n\nQuestion: What is 2+2?\nA. 3 B. 4\nAnswer: C", "B"),
    ("The answer is B.\n\nQ: Another?\nThe answer is A.", "B"),
    ("Question: What is it?\nA. x\nB. y\nAnswer: B", "B"),
    ("| A | Lyon |\n| B | Paris |\n\nAnswer: B", "B"),
    ("- A: wrong\n- B: correct\n- C: wrong", "B"),
    ("Ａｎｓｗｅｒ：Ｂ", "B"),
    ("the correct answer is option (b)", "B"),
    ("b", "B"),
    ("(b) is correct", "B"),
    ("answer: b", "B"),
    ("If A were right, x would be 3. It is not, so B is correct.", "B"),
    ("If the answer were A, x would be 5.", None),
    ("B. Paris is the capital of France. A is wrong.", "B"),
    ("(B) Paris", "B"),
    ("B) Paris. C) is only a town.", "B"),
    # none
    ("The answer is not A.", None),
    ("The answer is not B or C.", None),
    ("The correct answer cannot be C.", None),
    ("It can't be B.", None),
    ("It couldn't be (C).", None),
    ("I doubt it's A", None),
    ("It isn't B.", None),
    ("It is not B.", None),
    ("A is not the answer.", None),
    ("B is incorrect.", None),
    ("A is not right.", None),
    ("B isn't correct.", None),
    ("(B) is not correct.", None),
    ("A can be eliminated.", None),
    ("We can eliminate B.", None),
    ("Option A can be ruled out.", None),
    ("Anything but B.", None),
    ("None of A, B or C.", None),
    ("It is neither (A) nor (B).", None),
    ("I don't believe B is correct.", None),
    ("I don't think the answer is C.", None),
    ("I wouldn't choose D.", None),
    ("Don't pick C.", None),
    ("Never choose A.", None),
    ("Both A and B are correct.", None),
    ("A and C are correct.", None),
    ("A is correct, and so is C.", None),
    ("A is correct. C is also correct.", None),
    ("Either A or B", None),
    ("The answer is A or B.", None),
    ("Answer: A, C", None),
    ("Answer: A/B", None),
    ("Answer: A & B", None),
    ("The answers are B and D.", None),
    ("The answer could be A or C.", None),
    ("A and C is correct", None),
    ("Vitamin C is important.", None),
    ("Take vitamin C.", None),
    ("The answer is vitamin C.", None),
    ("Plan B", None),
    ("We need Plan B.", None),
    ("He got a grade A.", None),
    ("Team A won.", None),
    ("Hepatitis B is a disease.", None),
    ("The blood type is B positive", None),
    ("It is a C major chord", None),
    ("A dog is an animal.", None),
    ("I cannot answer that.", None),
    ("I am sorry, I can't help.", None),
    ("Is it A?", None),
    ("Is the answer B?", None),
    ("Could it be C?", None),
    ("A) Lyon\nB) Paris\nC) Nice", None),
    ("(A) describes mitosis. (B) describes meiosis.", None),
    ("A: true. B: true. C: false.", None),
    ("A is tempting.", None),
    ("A is partly correct.", None),
    ("(C) is correct only for 1940.", None),
    ("B would be correct if x were 3.", None),
    ("None of the above.", None),
    ("All of the above", None),
    ("Some say A is correct.", None),
    ("The wrong answer is A.", None),
    ("A, B, C and D are all wrong.", None),
    # Chinese
    ("答案是B", "B"),
    ("答案为：B", "B"),
    ("正确答案：B。", "B"),
    ("故答案为B", "B"),
    ("所以答案是（C）", "C"),
    ("本题选C", "C"),
    ("因此选择D。", "D"),
    ("我选A", "A"),
    ("我认为是B", "B"),
    ("应该是B", "B"),
    ("应该选C", "C"),
    ("选项C是正确的", "C"),
    ("C选项正确", "C"),
    ("C项正确,A项错误", "C"),
    ("正确的是D", "D"),
    ("符合题意的是C", "C"),
    ("B符合题意", "B"),
    ("排除A、B、C，选D", "D"),
    ("排除A和B，只剩C", "C"),
    ("只有C正确", "C"),
    ("A错误；B正确；C错误；D错误", "B"),
    ("A、B、C错误，D正确。", "D"),
    ("A、B、C、错误，D正确。", "D"),
    ("选D，A、B、C错误", "D"),
    ("选B,A错误", "B"),
    ("答案是B而不是A", "B"),
    ("不是A，而是B", "B"),
    ("答案：B\n解析：A错误，C正确描述了", "B"),
    ("【正确答案】C", "C"),
    ("【答案】：C", "C"),
    ("【答案】（C）", "C"),
    ("答案：C【解析】A项错误", "C"),
    ("答：选B", "B"),
    ("综上，选B", "B"),
    ("综上所述，B正确。", "B"),
    ("答案是A。不对，应该是B。", "B"),
    ("答案是A。等等，答案是C。", "C"),
    ("错误的是C", "C"),
    ("由图可知B正确", "B"),
    ("選項B正確", "B"),
    ("答案應該是B", "B"),
    ("正確答案是（Ｂ）", "B"),
    ("正确选项为B。巴黎", "B"),
    ("答案：B. 巴黎", "B"),
    ("除C外，其他选项都错误", "C"),
    ("A看似正确，但B才是正确答案", "B"),
    ("A说法错误，B说法正确", "B"),
    ("A的说法不正确，B的说法正确", "B"),
    ("如果选A，就错了。应选B。", "B"),
    ("B。A正确描述了别的现象", "B"),
    ("答案不是A", None),
    ("A不正确", None),
    ("A不对", None),
    ("不选A", None),
    ("不能选A", None),
    ("不应该选B", None),
    ("排除A", None),
    ("可以排除B", None),
    ("A被排除", None),
    ("A、B、C、D都错", None),
    ("A和B都正确", None),
    ("A、C正确", None),
    ("A正确，C也正确", None),
    ("答案是A或B", None),
    ("答案：AC", None),
    ("故选ACD", None),
    ("选A、B", None),
    ("AB均正确", None),
    ("维生素C", None),
    ("维生素C很重要", None),
    ("答案是维生素C", None),
    ("B超检查", None),
    ("B计划失败了", None),
    ("A股大涨", None),
    ("我不认为是A", None),
    ("不可能是A", None),
    ("绝不是C", None),
    ("并非B", None),
    ("除了A都正确", None),
    ("不知道", None),
    ("是A吗？", None),
    ("A项说法有误", None),
    ("A不是正确答案", None),
    ("B并不正确", None),
    ("没有正确选项", None),
    # Japanese
    ("答えはB", "B"),
    ("答えはBです。", "B"),
    ("正解はCです", "C"),
    ("正解：C", "C"),
    ("正解は選択肢Bです", "B"),
    ("Bが正解です", "B"),
    ("Bが正しい", "B"),
    ("Bが正しいです。Aは誤りです。", "B"),
    ("Aは誤り、Bが正しい", "B"),
    ("正しいのはB", "B"),
    ("したがって、Bです", "B"),
    ("よってBが正解", "B"),
    ("したがって正解はDである", "D"),
    ("Bだと思います", "B"),
    ("Bを選びます", "B"),
    ("Bを選択します", "B"),
    ("AではなくB", "B"),
    ("答えはAではなくBです", "B"),
    ("残るのはCだけです", "C"),
    ("消去法でCが残る", "C"),
    ("AとBは誤りなので、Cが正しい", "C"),
    ("AとBは誤り。よってC", "C"),
    ("選択肢Aは間違い。選択肢Bが正しい。", "B"),
    ("最も適切なのはDです", "D"),
    ("【答え】C", "C"),
    ("【解答】C\n【解説】Aは不適切", "C"),
    ("答え：（ウ）ではなくB", "B"),
    ("A以外はすべて誤りです", "A"),
    ("答えはAです。いや、Bです。", "B"),
    ("Ｂが適切です", "B"),
    ("答えはAではありません", None),
    ("Aではない", None),
    ("Aは誤りです", None),
    ("Aは正しくない", None),
    ("Aは正しくありません", None),
    ("Bは不適切", None),
    ("AとCが正しい", None),
    ("答えはAかB", None),
    ("正解はAとBです", None),
    ("Aを除外する", None),
    ("Aは選ばない", None),
    ("ビタミンCです", None),
    ("答えはビタミンC", None),
    ("プランBにします", None),
    ("わかりません", None),
    ("Aですか？", None),
    ("A以外", None),
    ("AもBも正しい", None),
    ("Aでもない、Bでもない", None),
    ("もしAが正しいなら", None),
]

ISSUE = [
    ("(A) describes mitosis. (B) describes meiosis. So (B) is correct.", "B"),
    ("A) Lyon B) Paris C) Nice D) Lille\n\nB is correct.", "B"),
    ("(B) is tempting, but (C) is correct.", "C"),
    ("(A) would give 5 and (B) would give 6, so I choose (B).", "B"),
    ("A: true. B: false. C is correct.", "C"),
    ("(B) is correct. (A) confuses the two.", "B"),
    ("(B) Paris. Note that (C) is correct only for 1940.", "B"),
    ("The answer isn't A.", None),
    ("The answer cannot be A.", None),
    ("It is never A.", None),
    ("The answer is never A", None),
    ("I don't think it's A.", None),
    ("Rule out A.", None),
    ("I would not pick A", None),
    ("All except A.", None),
    ("Not B.", None),
    ("Neither A nor B", None),
    ("Statement A is true and B is false, so D.", "D"),
    ("所以只剩下D。A、B、C均错误。", "D"),
    ("so we are left with C", "C"),
    ("we are left with C", "C"),
    ("Cが残ります", "C"),
    ("A和C正确", None),
    ("选项A、C正确，选项B、D错误。", None),
    ("AとCが正しい", None),
    ("A or C is correct", None),
    ("A、B错误，C正确", "C"),
    ("【答案】D\n【解析】A选项是干扰项。", "D"),
    ("【正解】C\n【解説】Aは誤り", "C"),
    ("【答え】B\n【解説】Aは誤り", "B"),
    ("【回答】B\n【解析】A错", "B"),
    ("正しいのはDです。Aは誤り。", "D"),
]

SELECTED = [
    ("A、C", "AC"),
    ("答案：ABD", "ABD"),
    ("故选BD", "BD"),
    ("The answer is A, B and D", "ABD"),
    ("A和C正确，B错误", "AC"),
    ("A,C", "AC"),
    ("A is correct. C is correct.", "AC"),
    ("正解はAとC", "AC"),
    ("选项A、C正确，选项B、D错误。", "AC"),
    ("I do not know", ""),
    ("答案不是AC", ""),
    ('["B","D"]', "BD"),
    (r"\boxed{A, C}", "AC"),
    ("答案：A B D", "ABD"),
    ("A: correct. B: wrong. C: correct.", "AC"),
]
JUDGED = [
    ("True", True),
    ("False.", False),
    ("No, it is not.", False),
    ("对", True),
    ("不对的", False),
    ("不正确", False),
    ("是", True),
    ("否", False),
    ("○", True),
    ("×", False),
    ("はい、そうです", True),
    ("答えは「いいえ」です", False),
    ("正しくありません", False),
    ("違反ではない", False),
    ("不是不可能", True),
    ("没错", True),
    ("not true", False),
    ("isn't correct", False),
    ("The statement is not false.", True),
    ("誤りではない", True),
    ("並非正确", False),
    ("true or false", None),
    ("我不知道是否正确", None),
    ("I do not know", None),
    ("It depends", None),
    ("", None),
    ("Is it true? No.", False),
    ("对不起，我不知道", None),
    ("不可能", False),
    ("〇", True),
]


@pytest.mark.parametrize(("text", "letter"), [*CHOICES, *ISSUE])
def test_a_letter_is_chosen_or_not(text, letter):
    assert choice_of(text) == letter


@pytest.mark.parametrize(("text", "letters"), SELECTED)
def test_several_letters(text, letters):
    assert "".join(sorted(choices_of(text) or "")) == letters


@pytest.mark.parametrize(("text", "value"), JUDGED)
def test_true_or_false(text, value):
    assert judgement_of(text) is value


@pytest.mark.parametrize(
    ("read", "name"),
    [(choice_of, "letters"), (choices_of, "select"), (judgement_of, "judgement")],
)
def test_answers_that_were_read_by_hand(read, name):
    """Answers as models write them; each says why its letter, set or judgement is right."""
    lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = {}
    for case in map(json.loads, lines):
        found, gold = read(case["text"]), case["gold"]
        found = "".join(sorted(found or "")) or None if read is choices_of else found
        if found != gold:
            wrong[case["text"]] = found
    assert wrong == NOT_REACHED[name]


# What is read of answers that the grammar does not reach, by their text.
NOT_REACHED = {
    "letters": {
        "Checking each: A) 3+4=7, no. B) 3*4=12, yes! C) 3-4=-1, no.": None,
        "E. coli is a bacterium.": "E",  # as in "E. the ribosome"
        "C++ is a language. B": "B",  # a letter that is the last sentence
        "The question mentions option E, but there is no such option.": "E",
        "A, B and D all ignore the second law. C doesn't.": None,
        "I was going to say A, but C covers both conditions.": None,  # as in "C overstates it"
        "Not sure, maybe D?": None,
        "A、B、D都与原文矛盾，唯独C没有。": None,
        "When x is negative, B; otherwise C.": "B",
        "AよりBのほうが長い。": "B",
        "Eまで読んでください。": "E",
        "Bと思いきやDだ。": None,
        "当x大于0时，A正确。": "A",  # but "当x=2时，y=4，选B" chooses B
    },
    "select": {
        "The false ones are B and D; the others hold, that is, A and C.": None,
        "I'd check A and B.": None,
        "A plus D.": None,
        "Pick C and D; leave A and B.": "AB",
        "Maybe A, maybe B and C.": "A",
        "①A ②C": "C",
    },
    "judgement": {
        "The wrong answer is yes.": True,
        "The author is right about the climate.": True,
        "对是对，但不全面。": True,
    },
}

LETTER_SETS = st.sets(st.sampled_from("ABCDEF"), min_size=1).map(sorted)
FRAGMENTS = [
    *"ABCABC()。、，,.?!:\n ", "not ", "the answer is ", "if ", "only ", "wrong ", "right ", "and ",
    "or ", "不", "答案", "选", "正确", "错误", "如果", "只有", "也是",
    "正解は", "ではない", "を選ぶ", "だけ", "no", "yes",
]  # fmt: skip


@pytest.mark.parametrize(
    ("joint", "text"),
    [
        (", ", "The answer is {}."),
        (" and ", "{} is right."),
        ("、", "答案：{}"),
        ("", "故选{}。"),
        ("と", "正解は{}です。"),
        ("、", "{}を選びます。"),
    ],
)
@given(letters=LETTER_SETS)
def test_joined_letters_are_a_set_and_no_single_choice(joint, text, letters):
    text = text.format(joint.join(letters))
    assert choices_of(text) == frozenset(letters)
    assert choice_of(text) == (letters[0] if len(letters) == 1 else None)


@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_any_text_chooses_letters_on_offer_or_none(pieces):
    text = "".join(pieces)
    choices = choices_of(text, letters="ABC")
    assert choices is None or (choices and choices <= set("ABC"))
    assert choice_of(text, letters="ABC") in {None, "A", "B", "C"}
    assert judgement_of(text) in {None, True, False}


@pytest.mark.parametrize(("text", "value"), [case for case in JUDGED if "i" not in case[0]])
@given(around=st.sampled_from(["**{}**", " {} ", "「{}」", "\n{}\n", r"\text{{{}}}", "\u200b{}"]))
def test_what_is_around_a_judgement_does_not_matter(text, value, around):
    assert judgement_of(around.format(text)) is value


@given(
    denials=st.integers(0, 3),
    words=st.sampled_from([("not ", "The statement is {}true."), ("并非", "这句话{}正确。")]),
)
def test_each_denial_turns_a_judgement_around(denials, words):
    word, text = words
    assert judgement_of(text.format(word * denials)) is (denials % 2 == 0)


# One letter is read by the same rules as several, of which there are more.
@pytest.mark.parametrize("read", [choices_of, judgement_of])
@pytest.mark.parametrize(
    "piece",
    [
        "A, ", "not ", "不", "A和", "the answer ", "除A", "except A,", "wait, ", "if ",
        "许多", "A? No. ", "と答え", "も", "or A ", "A would be ", "only ", "だけ",
        "[A] ", "A is wrong, and so is ",
        "|", "|A|", "|---|", " | ", "| a ", '{"a":1}', "<|channel|>",
        "没有比", "とは", "既对", "couldn't be ", "nobody is ", "'a", "likely ", "true and ",
    ],
)  # fmt: skip
@pytest.mark.timeout(60)  # less than a second as measured; quadratic: minutes
def test_long_texts_take_a_linear_time(read, piece):
    """Work that grows with the square of the length does not end within the limit."""
    read(piece * (100_000 // len(piece)))


def test_a_list_of_letters_is_one_set_and_others_are_several():
    options = {"lang": "zh", "metrics": ["multiple_select"]}
    assert evaluate(["答案：BD"], [["B", "D"]], **options)["multiple_select"] == 1
    assert evaluate(["答案：B"], [["B", "D"]], **options)["multiple_select"].recall == 0.5
    assert evaluate(["答案：AC"], [["BD", "AC"]], **options)["multiple_select"] == 1


# Letters that match, of those of the prediction and of those of the reference.
@pytest.mark.parametrize(
    ("chosen", "right", "precision", "recall"),
    [
        ("AB", "AB", 1, 1),
        ("A", "AB", 1, 1 / 2),
        ("ABC", "A", 1 / 3, 1),
        ("ABC", "ABD", 2 / 3, 2 / 3),
        ("AB", "CD", 0, 0),
        ("", "AB", 0, 0),
    ],
)
def test_parts_of_several_letters(chosen, right, precision, recall):
    score = evaluate([chosen], [right], lang="en", metrics=["multiple_select"])["multiple_select"]
    f1 = 2 * precision * recall / (precision + recall) if precision else 0.0
    assert (score.precision, score.recall, score.f1) == pytest.approx((precision, recall, f1))
    assert float(score) == (chosen == right)
    assert score.details == {"unparsable": 0 if chosen else 1}


# With A to D on offer; what is said of a letter beyond them is not credited to one of them.
OFFERED = [
    ("选A\n不对，选E", None),
    ("The answer is A. Wait, the answer is E", None),
    ("答えはA。いや、E。", None),
    ("答案是A。更正：答案是E", None),
    ("A. No, E.", None),
    ("A or E", None),
    ("答案是A或E", None),
    ("AかE", None),
    ("A, E", None),
    ("AE", None),
    ("答案是E", None),
    ("B\n不对，选C", "C"),
    ("The answer is A (Exercise E)", "A"),
    ("The answer is A because E is the electric field", "A"),
    ("The answer is A. E = mc^2", "A"),
    ("Eは電場。答えはA", "A"),
    ("电场强度E增大，选A", "A"),
    ("I think the answer is A", "A"),
]


@pytest.mark.parametrize(("text", "letter"), OFFERED)
def test_letters_that_are_not_on_offer_give_no_credit(text, letter):
    assert choice_of(text, letters="ABCD") == letter


def test_letters_on_offer_are_an_option():
    options = {"lang": "en", "metrics": ["multiple_choice"]}
    assert evaluate("The answer is K.", "K", letters="ABCDK", **options)["multiple_choice"] == 1
    message = r"found no letter to judge by: 'K'; those on offer are ABCDEFGHIJ: .* \(--letters\)"
    with pytest.raises(ValueError, match=message):
        evaluate("The answer is K.", "K", **options)


def test_letters_on_offer_are_an_option_of_rewards():
    reward = Reward("multiple_choice", letters="ABCK", lang="en")
    assert reward(completions=["The answer is K.", "The answer is A."], solution=["K", "K"]) == [
        1,
        0,
    ]
