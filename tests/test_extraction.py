"""What of a text is its answer."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics.answers import (
    EXTRACTORS,
    Extraction,
    ExtractionTally,
    Extractor,
    Step,
    has_thoughts,
    parse_extraction,
    would_change,
)

ARGUMENTS = {"json": "a", "regex": r"<answer>(.*?)</answer>|\d+"}
FUNCTIONS = {each.name: each.make(ARGUMENTS.get(each.name, "")) for each in EXTRACTORS}
# What models write, so that examples are not all rare characters.
PIECES = [
    "<think>", "</think>", "<Thinking>", "[THINK]", "◁/think▷", "<|end_of_thought|>", "<|end|>",
    "<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|start_thinking|>", "```",
    "```json\n", "\n```\n",
    "`", "**", "*", "_", "~~", "# ", "> ", "- ", "[a](b)", "[", "](", ")", "Answer:",
    "The answer is ", "so ", "答案：", "所以", "答えは", "【回答】", "\\boxed{", "\\fbox{",
    "\\text{", "\\{", "\\", "{", "}", '{"a": ', '"', "[1, ", "1.50", "null", '"\\ud800"',
    "<answer>", "</answer>", "5", "B", "北京", "東京", " ", "\n", "\t", "，", "\ud800", "\x00",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


# By hand, after what the models named write.
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>5 or 6?</think>\n\nIt is 6.", "It is 6."),
        ("<think>\n\n</think>\n\n北京", "北京"),  # Qwen3 where thinking is off
        ("5 or 6?</think>6", "6"),  # DeepSeek-R1, whose prompt opens the tag
        ("<think>5 or 6? Let me", ""),
        ("Sure. <think>5 or 6?", ""),
        ("Well, <think>x</think> six <thinking>y</thinking> it is", "Well, \n six \n it is"),
        ("<think>What is <think>?</think>6", "6"),
        ("<think>a<think>b</think>c</think>6", "6"),
        ("[THINK]x[/THINK]6", "6"),  # Magistral
        ("◁think▷x◁/think▷6", "6"),  # Kimi
        ("<seed:think>x</seed:think>6", "6"),  # Seed-OSS
        ("<THINK>x</Think>6", "6"),
        ("I think <b>6</b>", "I think <b>6</b>"),
        (" no tags ", " no tags "),
        ("", ""),
    ],
)
def test_think(text, answer):
    assert FUNCTIONS["think"](text) == answer


# The marks that the models' chat templates have, the first of each pair to open thoughts.
MARKS_OF_THOUGHTS = [
    ("<think>", "</think>"),  # DeepSeek-R1, Qwen3, GLM-4.5, MiniMax-M2
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),  # EXAONE Deep
    ("<thoughts>", "</thoughts>"),
    ("<reasoning>", "</reasoning>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("<mm:think>", "</mm:think>"),  # MiniMax
    ("<longcat_think>", "</longcat_think>"),  # LongCat
    ("[THINK]", "[/THINK]"),  # Magistral
    ("◁think▷", "◁/think▷"),  # Kimi-VL
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # Sky-T1
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A
    ("<|inner_prefix|>", "<|inner_suffix|>"),  # Apertus
    ("<ifm|think_faster>", "</ifm|think_faster>"),  # K2-Horizon
    ("<|channel>thought", "<channel|>"),  # Gemma 4
    ("<unused94>thought", "<unused95>"),  # MedGemma
    ('<thinking effort="high">', "</thinking >"),
]


@pytest.mark.parametrize(("opening", "closing"), MARKS_OF_THOUGHTS)
def test_every_form_of_thoughts_follows_the_same_rules(opening, closing):
    think = FUNCTIONS["think"]
    for answer in ("It is 6.", "北京です。\n\n二行目", "**6** <b>or</b> [6]"):
        for said in (opening, opening.upper(), f"\n{opening}\n"):
            assert think(f"{said}5 or 6?{closing}\n\n{answer}") == answer
            assert think(f"{said}{closing}{answer}") == answer
        assert think(f"5 or 6?{closing}{answer}") == answer
        assert think(f"{opening}a {opening} b{closing}{answer}") == answer
        assert think(f"{answer}{opening}hm{closing}") == answer
    assert think(f"{opening}5 or 6? Let me") == ""
    assert think(f"Sure. {opening}5 or 6?") == ""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # Answers with marks of their own: Sky-T1, Command A.
        (
            "<|begin_of_thought|>x<|end_of_thought|>\n\n<|begin_of_solution|>\n6\n"
            "<|end_of_solution|>",
            "6",
        ),
        ("<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>6<|END_RESPONSE|>", "6"),
        ("<|START_THINKING|>x<|START_RESPONSE|>6", "6"),  # thoughts that were not closed
        ("<|START_RESPONSE|>6<|END_RESPONSE|><|END_OF_TURN_TOKEN|>", "6"),
        # gpt-oss, with its marks.
        (
            "<|channel|>analysis<|message|>5 or 6?<|end|><|start|>assistant<|channel|>final"
            "<|message|>It is 6.<|return|>",
            "It is 6.",
        ),
        ("<|start|>assistant<|channel|>final<|message|>北京<|end|>", "北京"),
        ('<|channel|>final <|constrain|>json<|message|>{"a": 6}<|return|>', '{"a": 6}'),
        ("<|channel|>analysis<|message|>5 or 6? Let me", ""),
        (
            "<|channel|>analysis<|message|>look<|end|><|start|>assistant<|channel|>commentary "
            'to=functions.find <|constrain|>json<|message|>{"a": 1}<|call|>',
            "",
        ),
        (
            "<|channel|>commentary<|message|>I will look.<|end|><|start|>assistant<|channel|>"
            "final<|message|>6<|return|><|start|>user<|message|>And 7?",
            "6",  # what follows its end is not the answer
        ),
        ("<|channel|>analysis<|message|>the <think> tag<|channel|>final<|message|>6", "6"),
        ("The token <|channel|> begins a channel, <|end|> a message.", None),
        ("It is 6.<|end|>", None),  # Phi ends a turn with it
        # gpt-oss, where special tokens were skipped.
        ("analysisUser asks 2+4. Answer 6.assistantfinalIt is 6.", "It is 6."),
        ("analysis用户问首都。assistantfinal北京", "北京"),
        ("analysis首都を聞かれた。\nassistantfinal東京です。", "東京です。"),
        ("analysis\n5 or 6?\n\nassistantfinal\n\n6", "6"),
        ("analysisWe need it.assistantfinal**6**", "**6**"),
        ('analysisCall.assistantcommentary to=find json{"a": 1}assistantfinal6', "6"),
        ('analysisCall.assistantcommentary{"a": 1}assistantanalysisOK.assistantfinal6', "6"),
        ("assistantanalysisHm.assistantfinal6", "6"),
        ("our analysis of the assistant final report", None),
        ("analysis of the assistant final report", None),
        ("Analysis: the assistantfinal mark", None),
        ('analysis of what assistantfinal means, and "assistantfinal"', None),
        ('commentary to=find json{"a": 1}assistantfinal6', "6"),
        ("analysis of the file assistantfinal_v2.csv", None),
        ("commentary on the word assistantfinal。", None),
        ("Our analysis.assistantfinal6", None),  # not at the very beginning
        ("analysisUser asks for 2+4", None),
        ("assistantfinal6", None),
        # Neighbours: no marks of thoughts.
        ("<thinker>x</thinker>6", None),
        ("<think about it>6", None),
        ("<rethink>x</rethink>6", None),
        ("I am thinking: x < y > z [think about it]", None),
        ("a <reason>x</reason>6", None),
        ("<answer>6</answer>", None),
        ("x <= think > y", None),
    ],
)
def test_think_in_channels_and_frames(text, answer):
    assert FUNCTIONS["think"](text) == (text if answer is None else answer)


# Prose and code about thoughts, in which a mark is a word; in thoughts, quotes do not close them.
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The `<think>` tag opens the thoughts of a model.", None),
        ("Put them between `<think>` and `</think>`.", None),
        ("Write `<think>5 or 6?</think>6`, or ``[THINK]``.", None),
        ('The tags are "<think>" and "</think>" (<reasoning>).', None),
        ("标签`<think>`表示思考开始，“</think>”表示结束。", None),
        ("「<think>」タグで思考が始まり、`</think>`で終わります。", None),
        ("```html\n<think>\nx\n</think>\n```\nThat is all.", None),
        ("```python\ntext.split('</think>')[-1]\n```", None),
        ("  ````md\n```\n<think>\n```\n  ````", None),
        ("return text.split('</think>')[-1].strip()", None),
        ("`<|channel|>final<|message|>` begins the answer.", None),
        (
            "<think>Hm.</think>```python\nx.split('</think>')\n```",
            "```python\nx.split('</think>')\n```",
        ),
        ("<think>The tag '</think>' ends it.</think>6", "6"),
        ("<think>The tag '</think>' ends it", ""),
        ("<think>`a </think>`6`", "`6`"),
        ("<think>a ` b </think>6 `", "6 `"),
        ("Hm, `5`?</think>It is `6`.", "It is `6`."),
        (
            "<think>First:\n```python\nx = 1\n</think>\n```python\nx = 2\n```",
            "```python\nx = 2\n```",
        ),
        ("First:\n```python\nx = 1\n</think>\n```python\nx = 2\n```", "```python\nx = 2\n```"),
        ("```python\nx = 1\n```</think>6", "6"),
        (
            "<|channel|>analysis<|message|>x<|end|><|channel|>final<|message|>Qwen begins "
            "with `<think>`, and `<|end|>` ends a message.<|return|>",
            "Qwen begins with `<think>`, and `<|end|>` ends a message.",
        ),
        ("<|START_RESPONSE|>```\n6\n```<|END_RESPONSE|>", "```\n6\n```"),
    ],
)
def test_think_leaves_what_is_said_about_it(text, answer):
    assert FUNCTIONS["think"](text) == (text if answer is None else answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Here:\n```python\nprint(1)\n```\nThen\n```\nprint(2)\n```", "print(1)"),
        ("It is ```Paris```.", "Paris"),
        ("```json\n{}```", "{}"),
        ("```json\n{}``` and so on", "{}"),
        ('```\nx = "```" + y\n```', 'x = "```" + y'),
        ("````\n```\na\n```\n````", "```\na\n```"),
        ("```\nnot closed", "not closed"),
        ("```python\n", ""),
        ("print(1)\n```", "print(1)"),  # the prompt opened it
        ("```\r\n北京\r\n```\r\n", "北京"),
        ("`Paris`", "`Paris`"),
        ("", ""),
    ],
)
def test_fence(text, answer):
    assert FUNCTIONS["fence"](text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("# Title\n> quoted\n- one\n* two\n1. three", "Title\nquoted\none\ntwo\n1. three"),
        ("**a *b* c** __d__ _e_ ~~f~~ ***g***", "a b c d e f g"),
        ("答案是**北京**。", "答案是北京。"),
        ("**Answer:**B", "Answer:B"),
        ("2**3**4, 2*3*4, 2 * 3 * 4, f(*a, **b), snake_case_x", None),
        ("[Paris](https://a.org/b_(c)) ![Eiffel](d.png)", "Paris Eiffel"),
        ("use `a*b*c` and ``d_e_f``", "use a*b*c and d_e_f"),
        ("```python\n# a\nb\n```", "# a\nb"),
        ("one\n---\ntwo\n* * *\nthree", "one\ntwo\nthree"),
        ("-5", None),
        ("#hashtag", None),
        (">5", None),
        ("**not closed", None),
        ("", ""),
    ],
)
def test_markdown(text, answer):
    assert FUNCTIONS["markdown"](text) == (text if answer is None else answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Answer: Paris", "Paris"),
        ("ANSWER：Paris", "Paris"),
        ("The answer is Paris.", "Paris."),
        ("So, the final answer is: Paris", "Paris"),
        ("The correct answer to this question would be Paris", "Paris"),
        ("**Answer:** Paris", "Paris"),
        ("**Answer**: Paris", "Paris"),
        ("**Answer: Paris**", "**Paris**"),
        ("### Answer\nParis", "Paris"),
        ("Sure! Here is the summary:\nA cat.", "A cat."),
        ("Here's the translation: 猫", "猫"),
        ("答案：北京", "北京"),
        ("所以，正确答案是：北京", "北京"),
        ("因此答案为北京", "北京"),
        ("答案选B", "B"),
        ("【答案】北京", "北京"),
        ("答：北京", "北京"),
        ("摘要：猫", "猫"),
        ("答えは東京です。", "東京です。"),
        ("したがって、答えは、東京", "東京"),
        ("回答：東京", "東京"),
        ("【回答】東京", "東京"),
        ("Answer: The answer is: Paris", "Paris"),
        ("Answer:", ""),
        ("Paris is the answer: yes", None),
        ("The answers differ", None),
        ("答案是否定的", None),
        ("Here is Paris", None),
        ("", ""),
    ],
)
def test_prefix(text, answer):
    assert FUNCTIONS["prefix"](text) == (text if answer is None else answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"so \boxed{42}.", "42"),
        (r"\boxed{1}, no, \boxed{2}", "2"),
        (r"\boxed{\frac{1}{\sqrt{2}}}", r"\frac{1}{\sqrt{2}}"),
        (r"\boxed{\boxed{5}}", "5"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed {\text{Paris}}", "Paris"),
        (r"\fbox{7}", "7"),
        (r"\\boxed{7}", "7"),
        (r"{ \boxed{7}", "7"),
        (r"\boxed{7} in a \boxed{ }", "7"),
        (r"\boxed{1} \boxed{2", "1"),
        (r"\boxed{2", None),
        (r"\boxed{}", None),
        ("boxed{2}", None),
        ("", ""),
    ],
)
def test_boxed(text, answer):
    assert FUNCTIONS["boxed"](text) == (text if answer is None else answer)


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("answer", 'Sure: {"answer": "Paris", "sure": true}', "Paris"),
        ("answer", '```json\n{\n  "answer": 1.50\n}\n```', "1.50"),
        ("answer", '{"answer": 1} and then {"answer": 2} and {"other": 3}', "2"),
        ("a.b.1.c", '{"a": {"b": [0, {"c": "北京"}]}}', "北京"),
        ("a", '{"a": [1.0, "é", null, {"b": true}]}', '[1.0, "é", null, {"b": true}]'),
        ("a", '{"a": true}', "true"),
        ("a", '{"a": null}', ""),
        ("a", '{"a": NaN}', "NaN"),
        ("a", '{"a": "two\nlines"}', "two\nlines"),  # models forget to escape
        ("a", '{"b": {"a": 1}}', None),
        ("a", r"\frac{1}{2} {x {not json} " + '{"a": 1}', "1"),
        ("a", '{"bad": } {"a": 1}', "1"),
        ("a", '{{"a": 1}}', "1"),
        ("a", '{"a": "\\ud800"}', "\ufffd"),  # half a pair stands in no text
        ("a", '{"a": ' + "9" * 5000 + "}", "9" * 5000),
        ("a", '{"a":' * 5000 + "1" + "}" * 5000, None),
        ("a", "{'a': 1}", None),
        ("a", "", ""),
    ],
)
def test_json(path, text, answer):
    assert parse_extraction(f"json:{path}").apply(text) == (text if answer is None else answer)


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        (r"\d+", "5, then 6", "6"),
        (r"x=(\d+)", "x=5 y=6", "5"),
        (r"x=(\d+)|y=(\d+)", "x=5 y=6", "6"),
        (r"<answer>(.*?)</answer>", "<answer> 5 </answer>", "5"),
        (r"<answer>(.*?)</answer>", "<answer></answer>", ""),
        (r"(?s)a(.*)b", "a\nx\nb", "x"),
        (r".*", "Paris", "Paris"),  # not the empty match at the end
        (r"\p{Han}+", "is 北京.", "北京"),
        (r"z", "Paris", None),
    ],
)
def test_regex(pattern, text, answer):
    assert parse_extraction([f"regex:{pattern}"]).apply(text) == (
        text if answer is None else answer
    )


def test_a_pattern_that_takes_too_long_leaves_the_text(monkeypatch):
    monkeypatch.setattr("textmetrics.answers.extractors.SECONDS", 0.05)
    tally = ExtractionTally(parse_extraction(r"regex:^(\w|\w\w)+$,think"))
    text = "a" * 60 + "!"
    assert tally.apply(text) == text
    assert (tally.slow, tally.changed) == (1, 0)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(text=HOSTILE)
def test_no_text_raises(name, text):
    assert isinstance(FUNCTIONS[name](text), str)


@pytest.mark.parametrize("name", ["think", "prefix", "boxed"])
@given(text=HOSTILE)
def test_twice_is_once(name, text):
    once = FUNCTIONS[name](text)
    assert FUNCTIONS[name](once) == once


@pytest.mark.parametrize("name", FUNCTIONS)
@given(text=st.text("abc 北京,.。", max_size=20))
def test_a_text_without_marks_stays_itself(name, text):
    assert FUNCTIONS[name](text) is text


# A quadratic step would take hours here.
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "piece",
    [
        "<think>", "</think>", "<think", "<think a=", "<|channel|>final", "analysis",
        "assistantfinal", "<|channel|>final<|message|>", "<|end|>", "```x\n", "`<think>`",
        "◁", "<aaaaaaaaaaaaaaaaaaaa",
        "\\boxed{", "\\boxed{}", "}", "{", '{"', '{"a":',
        '{"\\"', "`", "``` ", "```\n", "` ``", "*", "**a ", "_a*", "[", "[a](", "[a](b(", "> ",
        "Answer: ", "**Answer: ", "here is ", "so ", "答案", " ", "\n",
    ],
)  # fmt: skip
def test_long_texts_take_a_linear_time(name, piece):
    text = piece * 30_000
    assert len(FUNCTIONS[name](text)) <= len(text)


@pytest.mark.parametrize(
    ("steps", "signature"),
    [
        (None, "none"),
        ("", "none"),
        ([], "none"),
        ("think", "think"),
        (" think , boxed ", "think+boxed"),
        ("json:a.b", "json-a.b"),
        ("json:问", "json-4628c0e0"),  # printf %s 问 | sha256sum, and so on
        ("regex:[0-9,]+", "regex-6d6d3e12"),
        ("think,regex:[0-9,]+,prefix", "think+regex-6d6d3e12+prefix"),
        (["regex:a,prefix"], "regex-1d38047e"),
        ("regex:think", "regex-dc2fc19d"),
    ],
)
def test_signatures(steps, signature):
    assert str(parse_extraction(steps)) == signature


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        (
            "thnk",
            ValueError,
            r"unknown extractor 'thnk': did you mean 'think'\? known: think, fence",
        ),
        ("think,,boxed", ValueError, "unknown extractor ''"),
        ("think:x", ValueError, "'think' takes no argument: write think"),
        ("json", ValueError, "'json' needs an argument: write json:PATH"),
        ("regex:", ValueError, "'regex' needs an argument: write regex:PATTERN"),
        ("regex:(", ValueError, r"regex:\( is not a valid pattern: missing \)"),
        ("json:a..b", ValueError, "json:a..b is not a path: write keys separated by dots"),
        (5, TypeError, "names of extractors, got int"),
        ([5], TypeError, "given by its name, got int: 5"),
    ],
)
def test_bad_steps(steps, error, message):
    with pytest.raises(error, match=message):
        parse_extraction(steps)


def test_steps_go_in_their_order():
    text = "<think>\\boxed{1}</think>**Answer:** \\boxed{2}"
    assert parse_extraction("think,markdown,prefix").apply(text) == r"\boxed{2}"
    assert parse_extraction("think,markdown,prefix").stages(text) == [
        r"**Answer:** \boxed{2}",
        r"Answer: \boxed{2}",
        r"\boxed{2}",
    ]
    assert parse_extraction("boxed,think").apply(text) == "2"
    assert parse_extraction("").apply(text) is text


def test_an_extraction_is_a_value():
    extraction = parse_extraction("think,json:a,regex:x")
    assert pickle.loads(pickle.dumps(extraction)) == copy.deepcopy(extraction) == extraction
    assert hash(extraction) == hash(Extraction(extraction.steps))
    with pytest.raises(AttributeError):
        extraction.steps = ()


def test_a_tally_counts_and_merges():
    extraction = parse_extraction("think,boxed")
    tally, other = ExtractionTally(extraction), ExtractionTally(extraction)
    texts = ["<think>x</think>\\boxed{1}", "\\boxed{2}", "3", "<think>x", ""]
    assert [tally.apply(text) for text in texts] == ["1", "2", "3", "", ""]
    assert other.apply("\\boxed{4}") == "4"
    tally.merge(other)
    assert (tally.texts, tally.changed, tally.by_step, tally.emptied) == (6, 4, [2, 3], 1)
    with pytest.raises(
        ValueError, match=r"counts of think cannot be added to those of think\+boxed"
    ):
        tally.merge(ExtractionTally(parse_extraction("think")))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Paris", ()),
        ("", ()),
        ("<think>x</think>Paris", ("think",)),
        ("**Answer:** Paris", ("markdown", "prefix")),
        ("```\nParis\n```", ("fence",)),
        ("<think>**x**</think>", ("think",)),
        (r"\boxed{Paris}", ("boxed",)),
    ],
)
def test_would_change(text, names):
    assert would_change(text) == names


@pytest.mark.parametrize("name", FUNCTIONS)
@given(text=HOSTILE)
def test_a_step_changes_no_text_without_its_marks(name, text):
    if not EXTRACTORS.get(name).may_change(text):
        assert FUNCTIONS[name](text) == text


def test_an_extractor_can_be_added_and_replaced():
    with EXTRACTORS.temporary():
        for mark in "!?":
            EXTRACTORS.add(
                "cut", Extractor("cut", "cut at a mark", lambda _, m=mark: lambda t: t.split(m)[0])
            )
            assert parse_extraction("cut").apply(f"a{mark}b") == "a"
    assert parse_extraction("think").steps == (Step("think"),)


@given(st.lists(st.sampled_from([*PIECES, "(", "`", "assistantfinal", "analysis"])).map("".join))
def test_a_text_has_thoughts_where_the_step_changes_it(text):
    assert has_thoughts(text) == (FUNCTIONS["think"](text) != text)
