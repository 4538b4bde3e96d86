"""The shapes of language models, and how many parameters each of their parts has.

Each architecture is one of decoders with gated feed-forward layers and RMS norms, and differs from
the others by what is declared here. What is not declared is not counted: a guess would be wrong in
silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["ARCHITECTURES", "Architecture", "Parts", "Shape"]


class Shape(NamedTuple):
    """The sizes of a model."""

    d_model: int
    layers: int
    feed_forward: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int


class Parts(NamedTuple):
    """How many parameters a model has, by where they are."""

    embeddings: int
    others: int


@dataclass(frozen=True, slots=True)
class Architecture:
    """What one kind of model does otherwise than the others.

    Attributes:
        kv_heads: the number of key-value heads where the configuration says none at all; that of
            the heads where ``None``, and where the configuration says ``null``.
        head_size: of each head where the configuration says none; ``d_model`` by heads where
            ``None``.
        tied: whether output and input embeddings are one matrix where the configuration says
            nothing.
        attention_bias: the key that says whether all of a layer's attention has biases.
        attention_biased: whether it has where the configuration says nothing.
        qkv_bias: whether queries, keys and values always have biases.
        mlp_bias: the key that says whether feed-forward layers have biases.
        norms: how many norms of ``d_model`` a layer has.
        head_norms: how many norms of a head's size a layer has.
        defaults: what else a configuration may leave out.
    """

    kv_heads: int | None = None
    head_size: int | None = None
    tied: bool = False
    attention_bias: str | None = None
    attention_biased: bool = False
    qkv_bias: bool = False
    mlp_bias: str | None = None
    norms: int = 2
    head_norms: int = 0
    defaults: Mapping[str, int] = field(default_factory=dict)

    def parts(self, shape: Shape, *, tied: bool, attention_bias: bool, mlp_bias: bool) -> Parts:
        """Count the parameters of a model of some shape.

        Args:
            shape: its sizes.
            tied: whether output and input embeddings are one matrix.
            attention_bias: whether all of its attention has biases.
            mlp_bias: whether its feed-forward layers have.
        """
        queries = shape.heads * shape.head_size
        keys_and_values = 2 * shape.kv_heads * shape.head_size
        attention = shape.d_model * (queries + keys_and_values + queries)
        if self.qkv_bias or attention_bias:
            attention += queries + keys_and_values
        if attention_bias:
            attention += shape.d_model
        gated = 3 * shape.d_model * shape.feed_forward
        if mlp_bias:
            gated += 2 * shape.feed_forward + shape.d_model
        norms = self.norms * shape.d_model + self.head_norms * shape.head_size
        matrix = shape.vocabulary * shape.d_model
        last_norm = shape.d_model
        return Parts(
            matrix if tied else 2 * matrix,
            shape.layers * (attention + gated + norms) + last_norm,
        )


# By `model_type`. What a configuration may leave out is as Hugging Face's classes have it, that of
# InternLM2 as its own `configuration_internlm2.py` has it.
ARCHITECTURES: dict[str, Architecture] = {
    "gemma": Architecture(kv_heads=16, head_size=256, tied=True, attention_bias="attention_bias"),
    "gemma2": Architecture(
        kv_heads=4, head_size=256, tied=True, attention_bias="attention_bias", norms=4
    ),
    "gemma3_text": Architecture(
        kv_heads=4,
        head_size=256,
        tied=True,
        attention_bias="attention_bias",
        norms=4,
        head_norms=2,
        defaults={"num_attention_heads": 8, "vocab_size": 262_208},
    ),
    "internlm2": Architecture(attention_bias="bias", attention_biased=True),
    "llama": Architecture(attention_bias="attention_bias", mlp_bias="mlp_bias"),
    "mistral": Architecture(kv_heads=8),
    "qwen2": Architecture(kv_heads=32, qkv_bias=True),
    "qwen3": Architecture(
        kv_heads=32, head_size=128, attention_bias="attention_bias", head_norms=2
    ),
}
