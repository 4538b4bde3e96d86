"""Models: what ``config.json`` says of them, and their names and checkpoints from file names."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import zip_longest
from typing import Any, NamedTuple

from textmetrics._checks import whole_number
from textmetrics._escape import json_type, short_repr
from textmetrics._files import read_small_file
from textmetrics.comparison.task import Model
from textmetrics.records import STDIN, DataError, OpenError, is_remote, shown_name, split_sheet

__all__ = [
    "ARCHITECTURES",
    "FACT_FIELDS",
    "UNNAMED_TASK",
    "ModelFacts",
    "Parts",
    "checkpoint_of",
    "common_name",
    "names_of",
    "read_model_facts",
    "with_facts",
]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Shape and number of parameters of a model; ``None`` for unknown values.

    Attributes:
        architecture: the ``model_type`` of the configuration.
        d_model: size of the hidden state.
        layers: number of layers.
        feed_forward: size inside a feed-forward layer, ``intermediate_size``.
        gate_and_up: twice that size, as Gemma's report counts gate and up projection together.
        heads: number of attention heads.
        kv_heads: number of key-value heads.
        head_size: size of a head.
        vocabulary: number of tokens.
        embedding_parameters: parameters of the input and output embeddings; counted once if they
            are tied.
        other_parameters: all other parameters.
        note: why a value is unknown, or what was not counted.
    """

    architecture: str | None = None
    d_model: int | None = None
    layers: int | None = None
    feed_forward: int | None = None
    gate_and_up: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_size: int | None = None
    vocabulary: int | None = None
    embedding_parameters: int | None = None
    other_parameters: int | None = None
    note: str = ""

    @property
    def parameters(self) -> int | None:
        """Total number of parameters."""
        if self.embedding_parameters is None or self.other_parameters is None:
            return None
        return self.embedding_parameters + self.other_parameters

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as in JSON."""
        return {**asdict(self), "parameters": self.parameters}


FACT_FIELDS = (
    "d_model", "layers", "feed_forward", "gate_and_up", "heads", "kv_heads", "head_size",
    "vocabulary", "embedding_parameters", "other_parameters", "parameters",
)  # fmt: skip

_KEYS = {
    "d_model": "hidden_size",
    "layers": "num_hidden_layers",
    "feed_forward": "intermediate_size",
    "heads": "num_attention_heads",
    "kv_heads": "num_key_value_heads",
    "head_size": "head_dim",
    "vocabulary": "vocab_size",
}
_NEEDED = frozenset(_KEYS.values()) - {"num_key_value_heads", "head_dim"}
_MOST_MEGABYTES = 4
_MOST_DIGITS = 18  # of a training step
_LARGEST = 1 << 40  # larger than any size of a model; products stay exact in JSON
_GENERATES = ("ForCausalLM", "ForConditionalGeneration")


def read_model_facts(path: str | os.PathLike[str]) -> ModelFacts:
    """Read the facts about a model from its ``config.json`` in the format of Hugging Face.

    Parameters are counted for known architectures, as in the model for text generation: Gemma,
    Llama, Qwen, Mistral and InternLM2. For others there is no count. For a model of images and
    text the facts are those of its text model.

    Args:
        path: the file.

    Raises:
        OpenError: if the file cannot be opened.
        DataError: if it is not such a file; the message names the key.
    """
    name = os.fspath(path)
    try:
        raw = read_small_file(path, "a config.json", megabytes=_MOST_MEGABYTES)
    except OSError as error:
        raise OpenError.of(name, error) from error
    except ValueError as error:
        raise DataError(name, None, str(error).removeprefix(f"{name}: ")) from None
    try:
        config = json.loads(raw)
    except RecursionError:
        raise DataError(name, None, "invalid JSON (nested too deeply)") from None
    except json.JSONDecodeError as error:
        raise DataError(name, error.lineno, f"invalid JSON ({error.msg})") from None
    except UnicodeDecodeError as error:
        raise DataError(name, None, f"invalid JSON ({error})") from None
    except ValueError:
        raise DataError(name, None, "invalid JSON (a number with thousands of digits)") from None
    if not isinstance(config, dict):
        message = (
            f"must be an object, as in a config.json of Hugging Face, found {json_type(config)}"
        )
        raise DataError(name, None, message)
    return _Reader(name, config).facts()


class _Reader:
    """Reads one configuration.

    Args:
        file: the file's name.
        config: its contents.
    """

    def __init__(self, file: str, config: Mapping[str, Any]) -> None:
        self._file = file
        self._outer = config
        self._prefix = ""
        self._config = config
        inner = config.get("text_config")
        if inner is not None:
            if not isinstance(inner, dict):
                raise self._wrong("text_config", "an object", inner)
            self._prefix, self._config = "text_config.", inner

    def facts(self) -> ModelFacts:
        """Return the facts."""
        kind = self._config.get("model_type")
        if kind is not None and not isinstance(kind, str):
            raise self._wrong("model_type", "a string", kind)
        known = ARCHITECTURES.get(kind or "")
        if known is None:
            called = f"architecture {short_repr(kind)}" if kind else "architecture"
            return ModelFacts(
                architecture=kind,
                **{field: self._size(key) for field, key in _KEYS.items()},
                note=f"{called} unknown: parameters are not counted",
            )
        shape = self._shape(known)
        reason = self._uncountable(known)
        parts = None if reason else self._parts(known, shape)
        return ModelFacts(
            kind,
            shape.d_model,
            shape.layers,
            shape.feed_forward,
            2 * shape.feed_forward,
            shape.heads,
            shape.kv_heads,
            shape.head_size,
            shape.vocabulary,
            parts and parts.embeddings,
            parts and parts.others,
            reason or ("of the text model" if self._prefix else ""),
        )

    def _parts(self, known: Architecture, shape: Shape) -> Parts:
        return known.parts(
            shape,
            tied=self._tied(known),
            attention_bias=self._truth(known.attention_bias, default=known.attention_biased),
            mlp_bias=self._truth(known.mlp_bias, default=False),
        )

    def _shape(self, known: Architecture) -> Shape:
        sizes = {field: self._needed(key, known) for field, key in _KEYS.items() if key in _NEEDED}
        heads, d_model = sizes["heads"], sizes["d_model"]
        kv_heads = self._size("num_key_value_heads")
        if kv_heads is None:
            left_out = "num_key_value_heads" not in self._config
            kv_heads = (known.kv_heads if left_out else None) or heads
        head_size = self._size("head_dim") or known.head_size
        if head_size is None:
            if d_model % heads:
                message = f"a multiple of num_attention_heads ({heads}) if head_dim is missing"
                raise self._wrong("hidden_size", message, d_model)
            head_size = d_model // heads
        if heads % kv_heads:
            wanted = f"a divisor of num_attention_heads ({heads})"
            raise self._wrong("num_key_value_heads", wanted, kv_heads)
        return Shape(**sizes, kv_heads=kv_heads, head_size=head_size)

    def _needed(self, key: str, known: Architecture) -> int:
        size = self._size(key) or known.defaults.get(key)
        if size is None:
            place = f"{self._prefix}{key}"
            message = f"no {place}, which {self._config['model_type']} needs; check the file"
            raise DataError(self._file, None, message)
        return size

    def _size(self, key: str) -> int | None:
        value = self._config.get(key)
        if value is None:
            return None
        try:
            return whole_number(value, key, at_least=1, at_most=_LARGEST)
        except (TypeError, ValueError):
            raise self._wrong(key, "an integer of at least 1", value) from None

    def _truth(self, key: str | None, *, default: bool) -> bool:
        value = self._config.get(key) if key else None
        if key is None or value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def _tied(self, known: Architecture) -> bool:
        return self._truth("tie_word_embeddings", default=known.tied)

    def _uncountable(self, known: Architecture) -> str:
        """Return why parameters cannot be counted as in a model for text generation, if so."""
        names = self._outer.get("architectures")
        if names is not None:
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise self._wrong("architectures", "a list of names", names)
            if names and not any(name.endswith(_GENERATES) for name in names):
                return (
                    f"{short_repr(names[0])} is not for text generation: parameters are not counted"
                )
        outer = self._outer.get("tie_word_embeddings")
        if self._prefix and isinstance(outer, bool) and outer != self._tied(known):
            return "tie_word_embeddings differs outside text_config: parameters are not counted"
        return ""

    def _wrong(self, key: str, wanted: str, value: object) -> DataError:
        inside = key in self._config and self._config.get(key) is value
        place = f"{self._prefix if inside else ''}{key}"
        return DataError(self._file, None, f"{place} must be {wanted}, found {short_repr(value)}")


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
    """Numbers of parameters of a model."""

    embeddings: int
    others: int


@dataclass(frozen=True, slots=True)
class Architecture:
    """What distinguishes one architecture from the others.

    All are decoders with gated feed-forward layers and RMS norms. What is not declared here is not
    counted: a guess would be wrong in silence.

    Attributes:
        kv_heads: default number of key-value heads if the configuration lacks the key; the number
            of heads if ``None``, or if the configuration says ``null``.
        head_size: default size of a head; ``d_model`` divided by the number of heads if ``None``.
        tied: whether output and input embeddings are tied by default.
        attention_bias: the key that says whether attention projections have biases.
        attention_biased: whether they have biases by default.
        qkv_bias: whether query, key and value projections always have biases.
        mlp_bias: the key that says whether feed-forward layers have biases.
        norms: number of norms of size ``d_model`` in a layer.
        head_norms: number of norms of a head's size in a layer.
        defaults: defaults of other keys.
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
        """Count the parameters of a model.

        Args:
            shape: the model's sizes.
            tied: whether output and input embeddings are tied.
            attention_bias: whether attention projections have biases.
            mlp_bias: whether feed-forward layers have biases.
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


# By `model_type`. Defaults are those of Hugging Face's configuration classes; for InternLM2, those
# of its own `configuration_internlm2.py`.
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


def with_facts(model: Model) -> Model:
    """Return a model completed from its ``config.json``, if it has one.

    Raises:
        OpenError: if the file cannot be opened.
        DataError: if it is not such a file.
    """
    if model.config is None:
        return model
    facts = read_model_facts(model.config)
    params = facts.parameters if model.params is None else model.params
    return replace(model, params=params, facts=facts.to_dict())


_STEP = re.compile(
    r"(?<![a-z])(?:checkpoint|ckpt|global[-_]?step|steps?|iter(?:ation)?|epoch)[-_=]?(\d{1,15})(?!\d)",
    re.IGNORECASE,
)


class Checkpoint(NamedTuple):
    """A checkpoint of a training run.

    Attributes:
        series: the part of the name that all checkpoints of the run share.
        step: the training step.
    """

    series: str
    step: int


def checkpoint_of(name: str) -> Checkpoint | None:
    """Return the checkpoint that a name stands for; ``None`` if it is not a checkpoint's.

    Examples:
        >>> checkpoint_of("gemma/checkpoint-500")
        Checkpoint(series='gemma', step=500)
    """
    found = list(_STEP.finditer(name))
    if not found or len(found[-1][1]) > _MOST_DIGITS:
        return None
    last = found[-1]
    series = (name[: last.start()] + name[last.end() :]).strip("-_./=")
    return Checkpoint(series, int(last[1]))


def names_of(paths: Sequence[str]) -> list[str]:
    """Return the shortest name for each file that tells it from the others: the parts that differ.

    Raises:
        ValueError: if a file is named twice.

    Examples:
        >>> names_of(["out/checkpoint-500/preds.jsonl", "out/checkpoint-1000/preds.jsonl"])
        ['checkpoint-500', 'checkpoint-1000']
        >>> names_of(["en.gemma-2.5.jsonl", "en.llama-3.jsonl.gz"])
        ['gemma-2.5', 'llama-3']
        >>> names_of(["answers.xlsx#Model A", "answers.xlsx#Model B"])
        ['Model A', 'Model B']
    """
    normal = [
        path if path == STDIN or is_remote(path) else os.path.normpath(path) for path in paths
    ]
    for path in normal:
        if normal.count(path) > 1:
            raise ValueError(f"{shown_name(path)} is named twice: name each file once")
    normal = [path if path == STDIN else shown_name(path) for path in normal]
    parts = [_parts(path) for path in normal]
    if len(parts) == 1:
        return [parts[0][-1].strip("./")]
    kept: list[list[str]] = [[] for _ in parts]
    for column in zip_longest(*(each[::-1] for each in parts), fillvalue=""):
        if len(set(column)) > 1:  # a part that all have in common says nothing
            for name, part in zip(kept, column, strict=True):
                name.insert(0, part)
    names = ["".join(name).replace("/#", "/").strip("./#") for name in kept]
    return names if all(names) and len(set(names)) == len(names) else normal


UNNAMED_TASK = "all"
"""What a task is called that nobody named."""


def common_name(paths: Sequence[str]) -> str:
    """Return what the names of all files have in common, ``all`` if nothing.

    Examples:
        >>> common_name(["en_ted.system1.jsonl", "en_ted.system2.jsonl"])
        'en_ted'
    """
    shown = [os.path.basename(path if path == STDIN else shown_name(path)) for path in paths]
    names = [[part.strip("./") for part in _parts(path)] for path in shown]
    common = [part for part in names[0] if len(paths) > 1 and all(part in each for each in names)]
    return ".".join(common) or UNNAMED_TASK


def _parts(path: str) -> list[str]:
    """Split a path at slashes, at dots outside of numbers, and before the sheet of a workbook."""
    if path == STDIN:
        return ["stdin"]
    file, sheet = split_sheet(path)
    plain = re.sub(_ENDING, "", file, flags=re.IGNORECASE)
    parts = re.findall(r"(?:[^/.]|(?<=\d)\.(?=\d))+[/.]?|[/.]+", plain)
    return parts if sheet is None else [*parts, f"#{sheet}"]


_ENDING = r"(\.(jsonl|ndjson|json|csv|tsv|txt|parquet|xlsx|xlsm|gz|zst|xz|bz2))+$"
