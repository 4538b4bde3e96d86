"""What a model's own configuration says."""

from __future__ import annotations

import json

import pytest

from textmetrics.comparison.models import (
    ARCHITECTURES,
    FACT_FIELDS,
    ModelFacts,
    checkpoint_of,
    common_name,
    names_of,
    read_model_facts,
)
from textmetrics.records import DataError, OpenError


@pytest.fixture
def facts(tmp_path):
    """Return a function from a configuration to its facts."""

    def read(**config):
        path = tmp_path / "config.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        return read_model_facts(path)

    return read


def shape(kind, vocabulary, d_model, feed_forward, layers, heads, kv_heads, **others):
    return {
        "model_type": kind,
        "vocab_size": vocabulary,
        "hidden_size": d_model,
        "intermediate_size": feed_forward,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        **others,
    }


def test_the_tables_of_gemma(facts):
    """Tables 1 and 2 of "Gemma: Open Models Based on Gemini Research and Technology" (2024)."""
    small = facts(**shape("gemma", 256_128, 2048, 16_384, 18, 8, 1, head_dim=256))
    assert small == ModelFacts(
        "gemma", 2048, 18, 16_384, 32_768, 8, 1, 256, 256_128, 524_550_144, 1_981_884_416
    )
    large = facts(**shape("gemma", 256_128, 3072, 24_576, 28, 16, 16, head_dim=256))
    assert large == ModelFacts(
        "gemma", 3072, 28, 24_576, 49_152, 16, 16, 256, 256_128, 786_825_216, 7_751_248_896
    )
    assert small.parameters == 524_550_144 + 1_981_884_416


# The number of elements that the metadata of the published weights (safetensors) has.
PUBLISHED = [
    ("gemma-2-2b", shape("gemma2", 256_000, 2304, 9216, 26, 8, 4, head_dim=256), 2_614_341_888),
    ("gemma-2-9b", shape("gemma2", 256_000, 3584, 14_336, 42, 16, 8, head_dim=256), 9_241_705_984),
    (
        "gemma-3-1b-it",
        shape("gemma3_text", 262_144, 1152, 6912, 26, 4, 1, head_dim=256),
        999_885_952,
    ),
    ("Llama-2-7b", shape("llama", 32_000, 4096, 11_008, 32, 32, 32), 6_738_415_616),
    ("Llama-2-70b", shape("llama", 32_000, 8192, 28_672, 80, 64, 8), 68_976_648_192),
    ("Meta-Llama-3-8B", shape("llama", 128_256, 4096, 14_336, 32, 32, 8), 8_030_261_248),
    (
        "Llama-3.2-1B",
        shape("llama", 128_256, 2048, 8192, 16, 32, 8, head_dim=64, tie_word_embeddings=True),
        1_235_814_400,
    ),
    ("Mistral-7B-v0.1", shape("mistral", 32_000, 4096, 14_336, 32, 32, 8), 7_241_732_096),
    ("Qwen2-7B", shape("qwen2", 152_064, 3584, 18_944, 28, 28, 4), 7_615_616_512),
    (
        "Qwen2-0.5B",
        shape("qwen2", 151_936, 896, 4864, 24, 14, 2, tie_word_embeddings=True),
        494_032_768,
    ),
    (
        "Qwen3-0.6B",
        shape("qwen3", 151_936, 1024, 3072, 28, 16, 8, head_dim=128, tie_word_embeddings=True),
        596_049_920,
    ),
    (
        "internlm2-7b",
        shape("internlm2", 92_544, 4096, 14_336, 32, 32, 8, bias=False),
        7_737_708_544,
    ),
]


@pytest.mark.parametrize(
    ("config", "total"), [row[1:] for row in PUBLISHED], ids=[r[0] for r in PUBLISHED]
)
def test_published_weights(facts, config, total):
    assert facts(**config).parameters == total


def test_every_architecture_has_a_published_number():
    assert {config["model_type"] for _, config, _ in PUBLISHED} | {"gemma"} == set(ARCHITECTURES)


TINY = shape("", 96, 48, 80, 3, 4, 2, head_dim=16)
CLASSES = {
    "gemma": "Gemma",
    "gemma2": "Gemma2",
    "gemma3_text": "Gemma3",
    "llama": "Llama",
    "mistral": "Mistral",
    "qwen2": "Qwen2",
    "qwen3": "Qwen3",
}
LEFT_OUT = [
    (),
    ("num_key_value_heads",),
    ("head_dim",),
    ("num_key_value_heads", "head_dim"),
]
OTHERS = [
    {},
    {"tie_word_embeddings": True},
    {"tie_word_embeddings": False},
    {"attention_bias": True},
    {"mlp_bias": True, "attention_bias": True},
]


@pytest.mark.integration("torch", "transformers")
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("left_out", LEFT_OUT, ids=lambda keys: " ".join(keys) or "all")
def test_models_of_transformers_have_as_many(facts, kind, left_out):
    import torch
    import transformers

    for others in OTHERS:
        config = {**TINY, "model_type": kind, "num_attention_heads": 32, **others}
        config["hidden_size"] = 64
        config = {key: value for key, value in config.items() if key not in left_out}
        name = CLASSES[kind]
        suffix = "TextConfig" if kind == "gemma3_text" else "Config"
        given = {key: value for key, value in config.items() if key != "model_type"}
        with torch.device("meta"):
            model = getattr(transformers, f"{name}ForCausalLM")(
                getattr(transformers, f"{name}{suffix}")(**given)
            )
        total = sum(each.numel() for each in model.parameters())  # a shared one counts once
        outside = sum(
            each.numel()
            for path, each in model.named_parameters()
            if "embed_tokens" not in path and "lm_head" not in path
        )
        found = facts(**config)
        assert (found.parameters, found.other_parameters) == (total, outside), others


def test_what_hugging_face_lets_a_configuration_leave_out(facts):
    """A nested configuration of Gemma 3, and InternLM2's biases, which are there by default."""
    text = {"hidden_size": 2560, "intermediate_size": 10_240, "model_type": "gemma3_text"}
    nested = facts(
        architectures=["Gemma3ForConditionalGeneration"],
        model_type="gemma3",
        text_config={**text, "num_hidden_layers": 34},
        vision_config={"hidden_size": 1152},
    )
    assert (nested.heads, nested.kv_heads, nested.head_size) == (8, 4, 256)
    assert nested.embedding_parameters == 262_208 * 2560
    assert nested.note == "of the text model"
    plain, biased = (
        facts(**shape("internlm2", 10, 64, 32, 2, 4, 2, **given)) for given in ({"bias": False}, {})
    )
    assert biased.other_parameters - plain.other_parameters == 2 * (64 + 2 * 32 + 64)


def test_what_is_not_known_is_not_counted(facts):
    known = shape("llama", 32_000, 4096, 11_008, 32, 32, 32)
    other = facts(**{**known, "model_type": "mamba"})
    assert (other.d_model, other.layers, other.heads, other.head_size) == (4096, 32, 32, None)
    assert (other.parameters, other.gate_and_up) == (None, None)
    assert other.note == "architecture 'mamba' unknown: parameters are not counted"
    assert facts().note == "architecture unknown: parameters are not counted"
    judge = facts(**known, architectures=["LlamaForSequenceClassification"])
    assert (judge.d_model, judge.parameters) == (4096, None)
    assert judge.note.startswith("'LlamaForSequenceClassification' is not for text generation")
    assert facts(**known, architectures=["LlamaForCausalLM"]).parameters == 6_738_415_616
    unclear = facts(text_config={**known, "tie_word_embeddings": True}, tie_word_embeddings=False)
    assert unclear.parameters is None
    assert "tie_word_embeddings" in unclear.note


def test_as_json(facts):
    found = facts(**shape("llama", 32_000, 4096, 11_008, 32, 32, 32)).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert set(FACT_FIELDS) == set(found) - {"architecture", "note"}
    assert found["parameters"] == found["embedding_parameters"] + found["other_parameters"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_size": "4096"}, "hidden_size must be an integer of at least 1, found '4096'"),
        ({"hidden_size": 0}, "hidden_size must be an integer of at least 1, found 0"),
        (
            {"num_hidden_layers": True},
            "num_hidden_layers must be an integer of at least 1, found True",
        ),
        (
            {"num_hidden_layers": 2.0},
            "num_hidden_layers must be an integer of at least 1, found 2.0",
        ),
        ({"vocab_size": 10**30}, "vocab_size must be an integer of at least 1, found 1000"),
        ({"vocab_size": None}, "no vocab_size, which llama needs; check the file"),
        ({"head_dim": -1}, "head_dim must be an integer of at least 1, found -1"),
        ({"hidden_size": 4097}, "hidden_size must be a multiple of num_attention_heads (32) if"),
        (
            {"num_key_value_heads": 5},
            "num_key_value_heads must be a divisor of num_attention_heads",
        ),
        ({"tie_word_embeddings": "no"}, "tie_word_embeddings must be true or false, found 'no'"),
        ({"attention_bias": 1}, "attention_bias must be true or false, found 1"),
        ({"model_type": ["llama"]}, "model_type must be a string, found ['llama']"),
        ({"architectures": "LlamaForCausalLM"}, "architectures must be a list of names, found"),
        ({"text_config": []}, "text_config must be an object, found []"),
        ({"text_config": {"model_type": "llama"}}, "no text_config."),
        ({"text_config": {"hidden_size": "x"}}, "text_config.hidden_size must be an integer of"),
    ],
)
def test_wrong_keys(facts, change, message):
    with pytest.raises(DataError) as caught:
        facts(**{**shape("llama", 32_000, 4096, 11_008, 32, 32, 32), **change})
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", r":1: invalid JSON \(Expecting value\)"),
        (b'{\n"a": }', r":2: invalid JSON \(Expecting value\)"),
        (b"[1]", "must be an object, as in a config.json of Hugging Face, found a list"),
        (b"\xff{}", r"invalid JSON \('utf-8' codec"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"hidden_size": ' + b"1" * 5000 + b"}", r"invalid JSON \(a number with thousands"),
    ],
)
def test_wrong_files(tmp_path, text, message):
    path = tmp_path / "config.json"
    path.write_bytes(text)
    with pytest.raises(DataError, match=message) as caught:
        read_model_facts(path)
    assert str(caught.value).startswith(str(path))


def test_no_file(tmp_path):
    with pytest.raises(OpenError, match="no such file"):
        read_model_facts(tmp_path / "config.json")


# By hand: 10 x 8 embeddings; per layer 8 x (2 x 8 + 2 x 4) of attention, 3 x 8 x 6 of feed-forward.
SMALL = {"vocab_size": 10, "hidden_size": 8, "intermediate_size": 6, "num_hidden_layers": 1,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 2}  # fmt: skip
_WEIGHTS = 8 * (2 * 8 + 2 * 4) + 3 * 8 * 6


@pytest.mark.parametrize(
    ("kind", "given", "embeddings", "others"),
    [
        ("llama", {}, 160, _WEIGHTS + 3 * 8),  # two norms, and the last one
        ("llama", {"tie_word_embeddings": True}, 80, _WEIGHTS + 3 * 8),
        ("llama", {"attention_bias": True}, 160, _WEIGHTS + 3 * 8 + 8 + 2 * 4 + 8),  # q, k v, out
        ("llama", {"mlp_bias": True}, 160, _WEIGHTS + 3 * 8 + 2 * 6 + 8),  # gate and up, down
        ("llama", {"num_hidden_layers": 3}, 160, 3 * (_WEIGHTS + 2 * 8) + 8),
        ("mistral", {"attention_bias": True}, 160, _WEIGHTS + 3 * 8),  # knows no such key
        ("qwen2", {}, 160, _WEIGHTS + 3 * 8 + 8 + 2 * 4),  # of q, k and v alone
        ("qwen3", {}, 160, _WEIGHTS + 3 * 8 + 2 * 2),  # norms of queries and keys
        ("qwen3", {"attention_bias": True}, 160, _WEIGHTS + 3 * 8 + 2 * 2 + 8 + 2 * 4 + 8),
        ("qwen3", {"mlp_bias": True}, 160, _WEIGHTS + 3 * 8 + 2 * 2),
        ("gemma", {}, 80, _WEIGHTS + 3 * 8),
        ("gemma", {"tie_word_embeddings": False}, 160, _WEIGHTS + 3 * 8),
        ("gemma2", {}, 80, _WEIGHTS + 5 * 8),  # four norms
        ("gemma3_text", {}, 80, _WEIGHTS + 5 * 8 + 2 * 2),
        ("internlm2", {}, 160, _WEIGHTS + 3 * 8 + 8 + 2 * 4 + 8),
        ("internlm2", {"bias": False}, 160, _WEIGHTS + 3 * 8),
    ],
)
def test_parameters_by_hand(facts, kind, given, embeddings, others):
    found = facts(model_type=kind, **{**SMALL, **given})
    assert (found.embedding_parameters, found.other_parameters) == (embeddings, others)
    assert found.gate_and_up == 12
    assert found.note == ""


# What the configuration classes of transformers have where a key is left out.
@pytest.mark.parametrize(
    ("kind", "kv_heads", "head_size"),
    [
        ("gemma", 16, 256), ("gemma2", 4, 256), ("gemma3_text", 4, 256), ("internlm2", 32, 4),
        ("llama", 32, 4), ("mistral", 8, 4), ("qwen2", 32, 4), ("qwen3", 32, 128),
    ],
)  # fmt: skip
def test_defaults_of_heads(facts, kind, kv_heads, head_size):
    large = {**SMALL, "hidden_size": 128, "num_attention_heads": 32, "model_type": kind}
    del large["num_key_value_heads"], large["head_dim"]
    found = facts(**large)
    assert (found.kv_heads, found.head_size) == (kv_heads, head_size)
    assert facts(**large, num_key_value_heads=None).kv_heads == 32  # null: as many as heads
    assert facts(**large, num_key_value_heads=1, head_dim=7).kv_heads == 1


def test_the_largest_sizes(facts):
    assert facts(**{**SMALL, "model_type": "llama", "vocab_size": 2**40}).vocabulary == 2**40
    with pytest.raises(DataError, match="vocab_size must be an integer of at least 1"):
        facts(**{**SMALL, "model_type": "llama", "vocab_size": 2**40 + 1})


@pytest.mark.parametrize(
    ("names", "counted"),
    [
        (None, True),
        ([], True),
        (["LlamaForCausalLM"], True),
        (["XForConditionalGeneration"], True),
        (["LlamaModel", "LlamaForCausalLM"], True),
        (["LlamaModel"], False),
        (["ForCausalLMHead"], False),
    ],
)
def test_only_models_that_generate_text_are_counted(facts, names, counted):
    found = facts(**SMALL, model_type="llama", architectures=names)
    assert (found.parameters is not None) == counted
    assert bool(found.note) == (not counted)


# A name; the series and the step of its checkpoint.
CHECKPOINTS = [
    ("gemma/checkpoint-500", ("gemma", 500)),
    ("checkpoint_500", ("", 500)),
    ("ckpt500", ("", 500)),
    ("run-step=20", ("run", 20)),
    ("run.steps-20", ("run", 20)),
    ("global_step20", ("", 20)),
    ("global-step-20-sft", ("sft", 20)),
    ("iter-3", ("", 3)),
    ("iteration_3", ("", 3)),
    ("EPOCH3", ("", 3)),
    ("a-epoch-1-step-7", ("a-epoch-1", 7)),  # the last one counts
    ("step-123456789012345", ("", 123456789012345)),
    ("step-1234567890123456", None),
    ("misstep-3", None),
    ("stepping-3", None),
    ("gemma-2b", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "expected"), CHECKPOINTS)
def test_checkpoints_by_name(name, expected):
    assert checkpoint_of(name) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a.jsonl"], ["a"]),
        (["x/a.jsonl"], ["a"]),
        (["-"], ["stdin"]),
        (["a.jsonl", "b.jsonl"], ["a", "b"]),
        (["a.jsonl.gz", "b.json.zst"], ["a", "b"]),
        (["x/a.jsonl", "y/a.jsonl"], ["x", "y"]),
        (["m-1.5.jsonl", "m-2.5.jsonl"], ["m-1.5", "m-2.5"]),
        (["./a.jsonl", "b.jsonl"], ["a", "b"]),
        (["a.xlsx#One", "a.xlsx#Two"], ["One", "Two"]),
        (["a.xlsx#One", "b.xlsx#One"], ["a", "b"]),
        (["x/a.jsonl", "x/a.csv"], ["x/a.jsonl", "x/a.csv"]),  # nothing but the format differs
        (["x/y/a.jsonl", "a.jsonl"], ["x/y/a.jsonl", "a.jsonl"]),
    ],
)
def test_the_shortest_names_of_files(paths, expected):
    assert names_of(paths) == expected


def test_a_file_is_named_once():
    for twice in (["a.jsonl", "a.jsonl"], ["x/../a.jsonl", "a.jsonl"]):
        with pytest.raises(ValueError, match=r"a\.jsonl is named twice: name each file once"):
            names_of(twice)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["en_ted.a.jsonl", "en_ted.b.jsonl"], "en_ted"),
        (["x/en_ted.a.jsonl", "y/en_ted.b.jsonl.gz"], "en_ted"),
        (["a.jsonl", "b.jsonl"], "all"),
        (["en_ted.a.jsonl"], "all"),
        (["en.qa.a.jsonl", "en.qa.b.jsonl"], "en.qa"),
    ],
)
def test_what_names_of_files_have_in_common(paths, expected):
    assert common_name(paths) == expected
