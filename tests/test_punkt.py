"""Sentences and words as nltk finds them, held to nltk with the same model."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.presets import punkt
from textmetrics.presets.punkt import _sentences, nltk_words, on_lines, sentences

SAYINGS = [
    # abbreviations, with and without a sentence that begins after them
    "Dr. Smith left. He was tired.", "It is in the U.S. The other is not.", "at 5 p.m. in May",
    "Apple Inc. However, it grew.", "so-called corp. The end.", "e.g. this", "etc. And more.",
    # initials, collocations and numbers
    "J. Bach wrote. A. He left.", "B. Edelman and b. smith.", "No. 12. who said so?", "2. The end",
    "3.14 is pi. 42. Then", "1,000. And then", "-5. but", "Nr. 5. However",
    # runs of marks, quotations and closing brackets
    "Wow!!! Really?! Yes.", "wait... what. . . Then", '"Yes." He left. "No!" (Why?) So.',
    "“Ja.” «Nein.» Gut.", "(One.) [Two.] {Three.} Four", "He said. --and left", "a.) b.) c.)",
    # white space
    "", " ", "\n", " One. Two. ", "One.\nTwo.\n\nThree.", "One.\x1c Two.\u3000Three.",
    ". a", " . a",
    # other scripts
    "Das ist é. Gut. Ärzte z.B. hier.", "テスト。 です. はい", "你好. 再见! 好",
]  # fmt: skip


@pytest.mark.parametrize("text", SAYINGS)
def test_sentences_and_words_are_those_of_nltk(sent_tokenize, word_tokenize, text):
    assert sentences(text) == sent_tokenize(text)
    assert nltk_words(text) == word_tokenize(text)


PARTS = [
    *(".", ". ", "..", "...", "?", "!", " ", "\n", "\n\n", '"', "'", "”", "“", "»", ")", "(", "]"),
    *("[", "}", "-", "--", ",", ";", ":", "*", "#", "@", "`", "&", "\x1c", "\u3000", "。", "\x0b"),
    *("Mr", "Dr. ", "U.S.", "J", "J. ", "S. Bach", "b. smith", "The", "the", "He ", "However", "i"),
    *("3.14", "2", "12. who", "Inc. ", "etc.", ". . .", "co-op", "x-inc.", "é", "İ", "ß", "and"),
    *("##number##", "—", "–", "…", "‘", "’", "«"),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(max_size=20))
def test_any_text_is_cut_as_nltk_cuts_it(sent_tokenize, word_tokenize, text):
    assert sentences(text) == _sentences(text) == sent_tokenize(text)
    assert nltk_words(text) == word_tokenize(text)
    lines = "\n".join(each.replace("\n", " ") for each in _sentences(text))
    assert on_lines([text, "a"]) == [lines, "a"]


def test_words_of_the_model_are_treated_as_by_nltk(sent_tokenize):
    from punkt import load_model

    model, chance = load_model("english"), random.Random(5)
    known = sorted(model.ortho_context)
    short = [f"{each}." for each in sorted(model.abbrev_types)]
    for _ in range(2000):
        word, after = chance.choice(known), chance.choice(known)
        after = chance.choice([after, after.capitalize()])
        text = f"{chance.choice([*short, word + '.'])} {after} {chance.choice(short)} {word}"
        assert sentences(text) == _sentences(text) == sent_tokenize(text)


@pytest.mark.parametrize("part", ["!", "?.", ".)", "a.", "a. ", "J. ", '!"', ".\n", ". . ", "]"])
@pytest.mark.timeout(60)
def test_time_is_linear(part):
    """Work that grows with the square of the length does not end within the limit."""
    for text in (part * 100_000, f"{part * 100_000}é"):  # the extension reads the first alone
        sentences(text)


@pytest.mark.parametrize(
    ("preset", "metric"),
    [("evalscope", "bleu_1"), ("cmrc2018", "f1")],
    ids=["evalscope", "cmrc2018"],
)
def test_without_the_model_a_text_is_one_sentence_and_signatures_say_so(
    preset, metric, monkeypatch
):
    def signature():
        result = evaluate(["One. Two."], ["One. Two."], preset=preset, metrics=[metric])
        return result[metric].signature

    assert ",punkt" in signature()
    monkeypatch.setattr(punkt, "_model", lambda: None)
    assert sentences(" One. Two. ") == [" One. Two."]
    assert nltk_words("One. Two.") == ["One.", "Two", "."]
    assert ",no-punkt" in signature()
