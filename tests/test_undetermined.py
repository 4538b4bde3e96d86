"""Languages that are not English must keep their words; English answers must stay English."""

from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textmetrics import Evaluator, evaluate
from textmetrics.languages import LanguageDetector, function_words
from textmetrics.languages.function_words import evidence

# Sentences written for this test, each of which is recognized alone.
SENTENCES = {
    "Dutch": [
        "Hij heeft een been gebroken.",
        "Ja of nee",
        "Ik wil een glas water of een kop thee.",
        "Mijn been doet pijn.",
    ],
    "German": [
        "Was ist die Hauptstadt von Deutschland?",
        "Ich will also nicht gehen.",
        "Sie war gestern krank.",
        "Der Hund läuft durch den Park.",
    ],
    "French": ["Je ne sais pas où il habite.", "Les enfants jouent dans le jardin."],
    "Spanish": ["El perro corre por el parque.", "Ella ha comido una manzana."],
    "Italian": ["Il gatto è sul tavolo.", "Ho mangiato una mela.", "Roma è la capitale d'Italia."],
    "Portuguese": ["Não sei onde ele mora.", "Eu comi uma maçã."],
    "Swedish": ["Jag vet inte var han bor.", "Hon har ätit ett äpple."],
    "Danish": ["Hunden løber i parken.", "Jeg ved ikke, hvor han bor."],
    "Polish": ["Warszawa jest stolicą Polski.", "Nie wiem, gdzie on mieszka."],
    "Czech": ["Pes běží v parku.", "Praha je hlavní město České republiky."],
    "Hungarian": ["Budapest Magyarország fővárosa.", "Nem tudom, hol lakik."],
    "Turkish": ["Köpek parkta koşuyor.", "Onun nerede yaşadığını bilmiyorum."],
    "Vietnamese": ["Con chó chạy trong công viên.", "Tôi không biết anh ấy sống ở đâu."],
    "Indonesian": ["Saya tidak tahu di mana dia tinggal.", "Jakarta adalah ibu kota Indonesia."],
    "Swahili": ["Mbwa anakimbia katika bustani.", "Nairobi ni mji mkuu wa Kenya."],
    "Russian": ["Москва — столица России."],
    "Greek": ["Η Αθήνα είναι η πρωτεύουσα."],
    "Korean": ["서울은 대한민국의 수도이다.", "네"],
    "Arabic": ["القاهرة عاصمة مصر"],
    "Hindi": ["दिल्ली भारत की राजधानी है"],
    "Thai": ["กรุงเทพเป็นเมืองหลวง"],
}
SHORT_ENGLISH = [
    *(
        "Paris",
        "blue dog",
        "C#",
        "42",
        "photosynthesis",
        "Barack Obama",
        "to be or not to be",
        "a bar",
    ),
    *(
        "a café in São Paulo",
        "crème brûlée",
        "Vincent van Gogh",
        "Charles de Gaulle",
        "die",
        "2π",
        "",
    ),
    *("Cirque du Soleil", "van der Waals forces", "Gabriel García Márquez", "Los Angeles", "x = y"),
    *("Scientists discover new planet", "The Beatles", "It is 42.", "Yes, he was.", "in May", "$5"),
    *("I've seen Paris today", "Light 'em all up."),
    *("no", "United States of America", "I will go to a bar", "Das Boot", "El Niño", "Beyoncé"),
]


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_of_other_languages_are_undetermined(language):
    for sentence in SENTENCES[language]:
        assert evaluate(["x"], [sentence]).health.languages == {"und": 1}, sentence
    result = evaluate(SENTENCES[language], SENTENCES[language])
    assert set(result.health.languages) == {"und"}
    assert "|stop:none|" in result["f1"].signature
    assert any("no stopwords dropped" in each for each in result.health.remarks())


@pytest.mark.parametrize("answer", SHORT_ENGLISH)
def test_short_answers_are_english(answer):
    assert evaluate(["x"], [answer]).health.languages == {"en": 1}


def test_a_file_of_short_answers_is_english():
    assert evaluate(SHORT_ENGLISH, SHORT_ENGLISH).health.languages == {"en": len(SHORT_ENGLISH)}


# Words of the English list that answers of other languages consist of.
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("Ja nee", "Ja of nee"),
        ("Mijn doet pijn", "Mijn been doet pijn"),
        ("Ich nicht gehen", "Ich will also nicht gehen"),
        ("Wann ist das?", "Was ist das?"),
        ("Ella comido una manzana", "Ella ha comido una manzana"),
        ("Je nach Hause, will ich", "Je nach Hause, also will ich"),
    ],
)
def test_words_of_other_languages_are_kept(prediction, reference):
    assert evaluate([prediction], [reference])["accuracy"] == 0.0
    assert evaluate([reference], [reference])["accuracy"] == 1.0


def test_short_answers_go_with_their_file():
    dutch = [*SENTENCES["Dutch"], "42", "Amsterdam"]
    assert evaluate(dutch, dutch).health.languages == {"und": 6}
    english = ["They live in the city.", "What is that?", "42", "Amsterdam", "Hij is een dokter"]
    result = evaluate(english, english)
    assert result.health.languages == {"en": 4, "und": 1}
    assert "|lang:en+und,latin=en|" in result["f1"].signature
    # Later references change nothing once 1,000 have been seen.
    many = ["Paris"] * 1_000 + SENTENCES["Dutch"] + ["Amsterdam"]
    assert evaluate(many, many).health.languages == {"en": 1_001, "und": 4}


def test_without_function_words_long_text_is_undetermined():
    words = "lorem dolor amet consectetur elit tempor labore magna aliqua veniam " * 4
    assert evaluate(["x"], [words]).health.languages == {"und": 1}
    assert evaluate(["x"], ["lorem dolor amet consectetur"]).health.languages == {"en": 1}


def test_a_named_language_changes_nothing():
    for lang in ("en", "zh", "und"):
        result = evaluate(["x"], SENTENCES["Dutch"][:1], lang=lang)
        assert result.health.languages == {lang: 1}
        assert result.health.undetermined == 0


@pytest.mark.parametrize("reference", ["สวัสดีครับ", "ສະບາຍດີ", "សួស្តី", "မင်္ဂလာပါ"])
def test_where_words_cannot_be_told(reference):
    said = "\n".join(evaluate([reference], [reference]).health.remarks(command_line=True))
    assert "Thai, Lao, Khmer or Burmese, where words cannot be told: 1" in said
    assert "characters" in said
    chosen = evaluate([reference], [reference], tokenizer="characters").health
    assert not any("cannot be told" in each for each in chosen.remarks())


MANY = [
    *(*SHORT_ENGLISH, *chain(*SENTENCES.values()), "", " ", "\x85", "\u3000", "\x1c"),
    *(
        "北京",
        "かな",
        "東京タワー",
        "北京é",
        "北京한국",
        "한국",
        "𠮷",
        "𠮷北",
        "々",
        "〇",
        "Привет",
        "é",
        "½",
    ),
]
starts = st.sampled_from([{}, {"latin": 998}, {"with_han": 998}, {"latin": 999, "with_han": 1_000},
                          {"latin": 1_000}, {"samples": 99_997}])  # fmt: skip


@given(st.lists(st.sampled_from(MANY)), starts)
@example(["北京", "a b", "東京タワー"] * 4, {"with_han": 999})
def test_many_at_once_are_as_one_by_one(references, start):
    first, second = LanguageDetector(**start), LanguageDetector(**start)
    assert first.look_at_each(references) == [second.look([each]) for each in references]
    assert first == second


def test_any_character_is_as_by_itself():
    # Those beyond the basic plane are left to Python.
    texts = [f"{text}{chr(point)}" for point in range(0x80, 0xD800) for text in ("", "北")]
    texts += [f"{text}{chr(point)}" for point in range(0xE000, 0x10400) for text in ("", "か北")]
    first, second = LanguageDetector(), LanguageDetector()
    assert first.look_at_each(texts) == [second.look([each]) for each in texts]
    assert first == second


@given(
    st.lists(
        st.sampled_from(["a b", "42", "they and you", *SENTENCES["Dutch"], "北京", "", " "]),
        min_size=1,
    )
)
def test_batches_of_any_size_and_saved_states_agree(references):
    whole = evaluate(references, references)
    parts = Evaluator()
    for reference in references:
        parts.update([reference], [reference])
        again = Evaluator()
        again.load_state_dict(parts.state_dict())
        parts = again
    last = Evaluator()  # what is merged comes in another order
    last.update(references[-1:], references[-1:])
    if references[:-1]:
        first = Evaluator()
        first.update(references[:-1], references[:-1])
        last.merge(first)
    for found in (parts.compute(), last.compute()):
        assert found.health.languages == whole.health.languages
        assert found["f1"].signature == whole["f1"].signature
        assert found["f1"] == whole["f1"]


WORDS = sorted(function_words.ENGLISH_WORDS | function_words.OTHER_WORDS)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                [
                    *WORDS,
                    "café",
                    "The",
                    "Het",
                    "HET",
                    "jabłko",
                    "e\u0301",
                    "Übung",
                    "wouldn't",
                    "a" * 9,
                    "don’t—",
                ]
            ),
        )
    ).map(" ".join)
)
def test_the_twin_counts_the_same(text):
    assert evidence(text) == function_words._evidence(text)


def test_the_lists_have_no_word_in_common():
    lists = [
        function_words.ENGLISH_WORDS,
        function_words.SHARED_WORDS,
        function_words.OTHER_WORDS,
        function_words.PARTICLES,
    ]
    assert sum(map(len, lists)) == len(frozenset().union(*lists))


# Real kinds of short answers that have no function words: orders, lists, titles, code, loanwords.
WITHOUT_FUNCTION_WORDS = """
    Add two eggs, stir well, serve hot.
    New York City, New York, United States
    Press Ctrl+C twice, then restart.
    Red, green, blue, yellow, orange, purple
    Turn left, walk north, cross bridge.
    Preheat oven, grease pan, bake thirty minutes.
    git commit -m "fix typo" && git push
    Hydrogen, helium, lithium, beryllium, boron, carbon
    Los Angeles, San Diego, San Francisco, Santa Cruz
    Ludwig van Beethoven, Johann Sebastian Bach
    Great product, fast shipping, highly recommended!
    Scientists discover new planet orbiting nearby star
    Rio de la Plata
    El Niño
    num = len(x)
    Paris
"""


def test_a_lack_of_function_words_is_no_sign_in_short_texts():
    texts = [line.strip() for line in WITHOUT_FUNCTION_WORDS.strip().splitlines()]
    for text in texts:
        assert evaluate([text], [text]).health.languages == {"en": 1}, text
    assert evaluate(texts, texts).health.languages == {"en": len(texts)}
