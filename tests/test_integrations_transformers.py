"""ComputeMetrics in transformers' own trainers, with tiny models that are made on the spot."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("transformers", reason="needs transformers: make test-integrations")
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    DataCollatorForSeq2Seq,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
    Trainer,
    TrainingArguments,
)

from textmetrics import evaluate
from textmetrics.integrations.transformers import ComputeMetrics

pytestmark = pytest.mark.integration
WORDS = ["<pad>", "</s>", "<unk>", "a", "red", "fox", "blue", "dog", "ran", "over", "the", "sky"]
TEXTS = ["red fox", "blue sky ran", "dog", "red dog ran over fox", "sky", "fox ran"]
FORCED = "teacher forcing"


def make_tokenizer(pad="<pad>"):
    words = Tokenizer(models.WordLevel(dict(zip(WORDS, range(99), strict=False)), "<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token=pad, eos_token="</s>", unk_token="<unk>"
    )


@pytest.fixture(autouse=True)
def one_thread():
    """Limit torch to one thread: for such small models more only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


TOKENIZER = make_tokenizer()
COPY = [dict(TOKENIZER(text, text_target=text)) for text in TEXTS]
# What a decoder alone is trained on: the text, the text again, and labels for the second one only.
ANSWERS = [
    {"input_ids": ids + ids, "labels": [-100] * len(ids) + ids}
    for ids in TOKENIZER(TEXTS)["input_ids"]
]


def encoder_decoder():
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(WORDS), d_model=32, d_kv=16, d_ff=32, num_layers=1, num_heads=2,
        dropout_rate=0.0, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    return T5ForConditionalGeneration(config)


def decoder(*, tied=False):
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(WORDS), n_positions=32, n_embd=32, n_layer=1, n_head=2, pad_token_id=0,
        bos_token_id=1, eos_token_id=1, attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0,
        tie_word_embeddings=tied,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def trainer_of(kind, model, data, folder, metrics, *, preprocess=None, **options):
    arguments = {Seq2SeqTrainer: Seq2SeqTrainingArguments, Trainer: TrainingArguments}[kind]
    return kind(
        model,
        arguments(
            str(folder), use_cpu=True, report_to=[], disable_tqdm=True, dataloader_pin_memory=False,
            per_device_train_batch_size=6, per_device_eval_batch_size=4, learning_rate=0.02,
            **({"save_strategy": "no"} | options),
        ),
        train_dataset=data,
        eval_dataset=data,
        data_collator=DataCollatorForSeq2Seq(TOKENIZER, padding=True),
        processing_class=TOKENIZER,
        compute_metrics=metrics,
        preprocess_logits_for_metrics=preprocess,
    )  # fmt: skip


OF_THE_TRAINER = {"loss", "runtime", "samples_per_second", "steps_per_second"}
OF_THE_TRAINER |= {"model_preparation_time"}


def values_of(logged):
    """Return the part of a trainer's log that comes from ComputeMetrics."""
    found = {key[5:]: value for key, value in logged.items() if key.startswith("eval_")}
    return {name: value for name, value in found.items() if name not in OF_THE_TRAINER}


def test_a_model_that_learns_gets_better_numbers(tmp_path):
    metrics = ComputeMetrics(TOKENIZER, lang="en")
    trainer = trainer_of(
        Seq2SeqTrainer, encoder_decoder(), COPY, tmp_path, metrics,
        predict_with_generate=True, generation_max_length=8, max_steps=60, eval_strategy="steps",
        eval_steps=20, save_strategy="steps", save_steps=20, load_best_model_at_end=True,
        save_total_limit=1, metric_for_best_model="rouge_l_f1",
    )  # fmt: skip
    before = values_of(trainer.evaluate())
    trainer.train()
    after = values_of(trainer.evaluate())
    assert before["f1"] < 0.5 < after["f1"]
    assert trainer.state.best_metric == after["rouge_l_f1"]  # of 0 to 1, and the best was loaded
    assert metrics.evaluation.n == len(TEXTS)
    # Decoded here by hand, and scored by the function.
    predicted = trainer.predict(COPY).predictions
    texts = [" ".join(WORDS[each] for each in row if each > 2) for row in predicted.tolist()]
    expected = evaluate(texts, TEXTS, lang="en")
    assert after == {
        "accuracy": expected["accuracy"],
        "f1": expected["f1"],
        **{
            f"{name}_{part}": getattr(expected[name], part)
            for name in ("rouge_1", "rouge_2", "rouge_l")
            for part in ("precision", "recall", "f1")
        },
        "bleu_4": expected["bleu_4"],
        "bleu_4_sentences": expected["bleu_4"].sentence_mean,
    }


@pytest.mark.parametrize(
    "options",
    [
        {"batch_eval_metrics": True},
        {"batch_eval_metrics": True, "include_for_metrics": ["inputs", "loss"]},
        {"eval_do_concat_batches": False, "include_for_metrics": ["inputs"]},
        {"eval_accumulation_steps": 1, "include_for_metrics": ["inputs", "loss"]},
    ],
)
def test_however_the_trainer_gives_batches_the_numbers_are_the_same(tmp_path, options):
    model = encoder_decoder()
    metrics = ComputeMetrics(TOKENIZER, lang="en", stopwords="both")
    shared = {"predict_with_generate": True, "generation_max_length": 8}
    trainer = trainer_of(Seq2SeqTrainer, model, COPY, tmp_path, metrics, **shared, max_steps=12)
    trainer.train()
    expected = values_of(trainer.evaluate())
    assert 0 < expected["f1_all_tokens"] < 1
    other = trainer_of(Seq2SeqTrainer, model, COPY, tmp_path, metrics, **shared, **options)
    assert values_of(other.evaluate()) == expected
    assert values_of(other.evaluate()) == expected  # nothing was left from the first time
    assert metrics.evaluation.n == len(TEXTS)


def test_an_untrained_model_looks_good_by_its_logits(tmp_path):
    """Which is why there is a warning: this one repeats the token before, that of the answer."""
    metrics = ComputeMetrics(TOKENIZER, lang="en", metrics=["accuracy"], stopwords=False)
    trainer = trainer_of(Trainer, decoder(tied=True), ANSWERS, tmp_path, metrics)
    with pytest.warns(UserWarning, match="makes even an untrained model look good"):
        assert values_of(trainer.evaluate()) == {"accuracy": 1.0}


def test_logits_of_a_decoder_are_moved_by_one_and_warned_of(tmp_path):
    model = decoder()
    metrics = ComputeMetrics(TOKENIZER, lang="en", metrics=["accuracy", "f1"], stopwords=False)
    trainer = trainer_of(Trainer, model, ANSWERS, tmp_path, metrics, max_steps=80)
    with pytest.warns(UserWarning, match=FORCED):
        before = values_of(trainer.evaluate())
    trainer.train()
    with pytest.warns(UserWarning, match=FORCED):
        after = values_of(trainer.evaluate())
    assert before["f1"] < 0.5
    assert after == {"accuracy": 1.0, "f1": 1.0}  # it has learned all by heart
    wrong = ComputeMetrics(
        TOKENIZER, lang="en", metrics=["accuracy"], stopwords=False, causal=False
    )
    with pytest.warns(UserWarning, match=FORCED):
        unmoved = values_of(trainer_of(Trainer, model, ANSWERS, tmp_path, wrong).evaluate())
    assert unmoved["accuracy"] < 0.5


@pytest.mark.parametrize("batches", [True, False])
def test_teacher_forcing_on_purpose_gives_the_same_without_a_warning(tmp_path, batches):
    model = decoder()
    metrics = ComputeMetrics(TOKENIZER, lang="en", metrics=["f1"], stopwords=False)
    trainer = trainer_of(Trainer, model, ANSWERS, tmp_path, metrics, max_steps=4)
    trainer.train()
    options = {"batch_eval_metrics": batches}
    with pytest.warns(UserWarning, match="preprocess_logits_for_metrics=metrics.teacher_forced"):
        by_logits = trainer_of(Trainer, model, ANSWERS, tmp_path, metrics, **options).evaluate()
    on_purpose = trainer_of(
        Trainer, model, ANSWERS, tmp_path, metrics, preprocess=metrics.teacher_forced, **options
    )
    assert 0 < values_of(by_logits)["f1"] == values_of(on_purpose.evaluate())["f1"] < 1


def test_logits_of_an_encoder_decoder_come_in_a_tuple(tmp_path):
    model = encoder_decoder()
    metrics = ComputeMetrics(
        TOKENIZER, lang="en", metrics=["accuracy"], stopwords=False, causal=False
    )
    trainer = trainer_of(Seq2SeqTrainer, model, COPY, tmp_path, metrics, max_steps=120)
    trainer.train()
    with pytest.warns(UserWarning, match=FORCED):
        assert values_of(trainer.evaluate()) == {"accuracy": 1.0}


# --- without a trainer --------------------------------------------------------------------------


def given(predictions, labels, inputs=None):
    make = (lambda given: given) if isinstance(predictions, (list, tuple)) else np.asarray
    return SimpleNamespace(predictions=make(predictions), label_ids=labels, inputs=inputs)


def f1_metrics(tokenizer=TOKENIZER, **options):
    return ComputeMetrics(tokenizer, metrics=["f1"], lang="en", stopwords=False, **options)


RED, FOX, DOG, PAD, END = (WORDS.index(word) for word in ("red", "fox", "dog", "<pad>", "</s>"))


@pytest.mark.parametrize(
    ("predictions", "labels", "expected"),
    [
        ([[RED, FOX, END]], [[RED, FOX, END]], 1),
        ([[PAD, RED, FOX, END, -100]], [[RED, -100, -100]], 2 / 3),  # 1 of 2, 1 of 1
        ([[RED, -100, FOX]], [[-100, RED, FOX]], 1),
        ([[END, PAD, PAD]], [[RED, END, PAD]], 0),
        ([[-100, -100]], [[-100, -100]], 1),  # both empty
    ],
)
def test_what_is_no_token_is_left_out(predictions, labels, expected):
    ids = np.array(predictions), np.array(labels)
    assert f1_metrics()(given(*ids)) == {"f1": expected}
    assert f1_metrics()(given((ids[0], "rest"), ids[1])) == {"f1": expected}
    assert f1_metrics()(given((torch.tensor(predictions),), torch.tensor(labels))) == {
        "f1": expected
    }


def test_a_tokenizer_without_padding():
    metrics = f1_metrics(make_tokenizer(pad=None))
    assert metrics.tokenizer.pad_token_id is None
    assert metrics(given(np.array([[RED, -100]]), np.array([[RED, -100]]))) == {"f1": 1}


def test_inputs_are_left_out_where_all_predictions_begin_with_them():
    labels = np.array([[DOG, END], [FOX, END]])
    inputs = np.array([[PAD, RED, -100], [FOX, FOX, -100]])
    echoing = np.array([[PAD, RED, DOG, END], [FOX, FOX, FOX, END]])
    assert f1_metrics()(given(echoing, labels, inputs)) == {"f1": 1}
    assert f1_metrics()(given(echoing, labels, {"input_ids": torch.tensor(inputs)})) == {"f1": 1}
    assert echoing[0, 1] == RED  # what was given is not changed
    # One of two begins otherwise, so these are whole answers: 2 of 3 wrong, 2 of 3 wrong.
    other = np.array([[PAD, RED, DOG, END], [RED, FOX, FOX, END]])
    assert f1_metrics()(given(other, labels, inputs)) == f1_metrics()(given(other, labels))
    # Longer than the predictions, of floats, or none at all: these are something else.
    for others in (np.zeros((2, 9), dtype=int), np.zeros((2, 5)), np.zeros((2, 0), int), {}):
        assert f1_metrics()(given(other, labels, others)) == f1_metrics()(given(other, labels))
    with pytest.raises(ValueError, match="1 inputs but 2 predictions: with batch_eval_metrics"):
        f1_metrics()(given(echoing, labels, inputs[:1]))


def test_logits_of_any_type_may_come():
    logits = np.full((1, 3, len(WORDS)), -5.0)
    labels = np.array([[-100, RED, FOX]])
    logits[0, [0, 1], [RED, FOX]] = 1.0
    for each, expected in (
        (logits, labels),
        (torch.tensor(logits, dtype=torch.bfloat16), torch.tensor(labels)),
    ):
        with pytest.warns(UserWarning, match=FORCED):
            assert f1_metrics()(given((each, "hidden"), expected)) == {"f1": 1}
        ids = f1_metrics().teacher_forced((each, "hidden"), expected)
        assert ids.tolist() == [[RED, FOX]]
    with pytest.raises(ValueError, match=r"logits of \(1, 3, 12\) do not go with labels of \(1, 2"):
        f1_metrics().teacher_forced(logits, labels[:, :2])


BAD = [
    (np.zeros((2, 3)), np.zeros((2, 3), int), r"predictions must be token ids.* float64 of \(2, 3"),
    (np.zeros((2, 3), int), np.zeros(2, int), r"label_ids must be token ids.* int64 of \(2,\)"),
    (np.zeros((2, 3), int), (np.zeros(2), np.zeros(2)), "label_ids must be token ids"),
    (np.full((2, 3), -1), np.zeros((2, 3), int), "predictions has ids below 0 that are not -100"),
    (np.zeros((2, 3), int), np.zeros((1, 3), int), "2 predictions but 1 references"),
]


@pytest.mark.parametrize(("predictions", "labels", "message"), BAD)
def test_what_is_no_text_is_an_error_and_leaves_nothing(predictions, labels, message):
    metrics = f1_metrics()
    good = given(np.array([[RED]]), np.array([[RED]]))
    assert metrics(good, compute_result=False) == {}
    with pytest.raises(ValueError, match=message):
        metrics(given(predictions, labels))
    assert metrics(good) == {"f1": 1}
    assert metrics.evaluation.n == 1


def test_batches_are_kept_until_a_result_and_travel():
    metrics = f1_metrics()
    assert metrics(given(np.array([[RED]]), np.array([[RED]])), compute_result=False) == {}
    twin = pickle.loads(pickle.dumps(metrics))
    for each in (metrics, twin):
        assert each.evaluation is None
        assert each(given(np.array([[RED]]), np.array([[FOX]]))) == {"f1": 0.5}
        assert each.evaluation["f1"].n == 2
        assert "|lang:en|" in each.evaluation["f1"].signature
    metrics(given(np.array([[RED]]), np.array([[FOX]])), compute_result=False)
    metrics.reset()
    assert metrics(given(np.array([[RED]]), np.array([[RED]]))) == {"f1": 1}


def test_a_published_definition_has_names_likewise():
    metrics = ComputeMetrics(TOKENIZER, preset="rouge_score", metrics=["rouge_l"])
    found = metrics(given(np.array([[RED, FOX]]), np.array([[RED, DOG]])))
    assert found == {"rouge_l_precision": 0.5, "rouge_l_recall": 0.5, "rouge_l_f1": 0.5}


@pytest.mark.parametrize(
    ("tokenizer", "options", "kind", "message"),
    [
        ("gpt2", {}, TypeError, "tokenizer must have batch_decode, got str"),
        (TOKENIZER, {"metrics": ["rougeL"]}, ValueError, "did you mean 'rouge_l'"),
        (TOKENIZER, {"colour": 1}, TypeError, "unexpected keyword argument 'colour'"),
    ],
)
def test_wrong_options(tokenizer, options, kind, message):
    with pytest.raises(kind, match=message):
        ComputeMetrics(tokenizer, **options)
