"""Rewards, called by the classes of the trainers themselves, on a CPU.

No group of pyproject.toml has the trainers, because their dependencies are large. What is imported
here needs `pip install --no-deps` of verl and openrlhf, the sources of slime and ROLL on the path,
and ray, tensordict, aiohttp and other small packages that the errors name.
"""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

from textmetrics.rewards import (
    Reward,
    compute_scores,
    reward_of,
    roll_reward,
    slime_reward,
)

# Warnings of the trainers' own imports are not ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
    pytest.mark.integration("torch", "transformers"),
]

# Models say these; a mark ends each, and padding follows.
SAID = ["the red fox", "cat", "dog", "fox"]
GOLD = [{"target": ["red fox"]}, "cat", None, True]
EXPECTED = [1.0, 1.0, 0.0, 0.0]
WORDS = ["<pad>", "<|im_end|>", "<unk>", "say", "the", "red", "fox", "cat", "dog"]


def trainer(name):
    """Skip the test without a trainer."""
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed: see the top of this file")


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    ids = {word: at for at, word in enumerate(WORDS)}
    words = Tokenizer(models.WordLevel(ids, "<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="<|im_end|>", unk_token="<unk>"
    )


@pytest.fixture(scope="module")
def responses(tokenizer):
    """Return ids, padded on the right, one row per text of `SAID`."""
    texts = [f"{said} <|im_end|>" for said in SAID]
    return tokenizer(texts, padding=True, return_tensors="pt")["input_ids"]


def test_the_batch_manager_of_verl(tokenizer, responses):
    trainer("verl")
    import torch
    from verl import DataProto
    from verl.workers.reward_manager.batch import BatchRewardManager

    prompts = torch.full((len(SAID), 1), WORDS.index("say"))
    attention = torch.cat([torch.ones_like(prompts), (responses != 0).long()], dim=1)
    data = DataProto.from_dict(
        tensors={"prompts": prompts, "responses": responses, "attention_mask": attention},
        non_tensors={
            "data_source": np.array(["ours"] * len(SAID), dtype=object),
            "reward_model": np.array([{"ground_truth": gold} for gold in GOLD], dtype=object),
            "extra_info": np.array([{} for _ in GOLD], dtype=object),
        },
    )
    manager = BatchRewardManager(
        tokenizer, 0, compute_scores, metric="accuracy", lang="en", stopwords=True
    )
    found = manager(data, return_dict=True)["reward_tensor"]
    last = (responses != 0).sum(dim=1) - 1
    assert found.gather(1, last[:, None]).squeeze(1).tolist() == EXPECTED
    assert found.sum().item() == sum(EXPECTED)  # the rest is 0
    assert data.batch["acc"].tolist() == EXPECTED
    counts = reward_of("accuracy", lang="en", stopwords=True).counts
    assert (counts["completions"], counts["no_reference"]) == (len(SAID), 1)


class Engine:
    """What stands for vLLM: generates given ids."""

    def __init__(self, ids):
        self.ids = ids

    async def generate(self, *_, **__):
        output = SimpleNamespace(token_ids=self.ids, finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[output])


def test_the_executor_of_openrlhf(tokenizer, tmp_path):
    trainer("openrlhf")
    from openrlhf.utils.agent import SingleTurnAgentExecutor

    file = tmp_path / "reward.py"
    file.write_text(
        "from textmetrics.rewards import Reward, openrlhf_reward\n"
        "reward_func = openrlhf_reward(Reward('accuracy', lang='en', stopwords=True))\n"
    )
    executor = SingleTurnAgentExecutor(str(file))
    sampling = SimpleNamespace(max_tokens=8, logprobs=None)
    found = []
    for said, gold in zip(SAID, GOLD, strict=True):
        ids = tokenizer(f"{said} <|im_end|>")["input_ids"]
        done = asyncio.run(executor.execute("say", gold, sampling, 32, tokenizer, Engine(ids)))
        found.append((done["reward"].item(), done["scores"].item()))
    assert found == [(value, value) for value in EXPECTED]


custom_rm = slime_reward(Reward("accuracy", lang="en", stopwords=True))


def test_the_hub_of_slime():
    trainer("slime")
    from slime.rollout.rm_hub import async_rm, batched_async_rm
    from slime.utils.types import Sample

    args = SimpleNamespace(custom_rm_path=f"{__name__}.custom_rm")
    samples = [Sample(response=said, label=gold) for said, gold in zip(SAID, GOLD, strict=True)]
    assert asyncio.run(batched_async_rm(args, samples)) == EXPECTED
    assert [asyncio.run(async_rm(args, sample)) for sample in samples] == EXPECTED


def test_a_batch_of_roll(tokenizer, responses, tmp_path, monkeypatch):
    trainer("roll")
    import torch

    monkeypatch.chdir(tmp_path)  # importing it makes a folder for logs
    from roll.distributed.scheduler.protocol import DataProto

    gold = np.array(GOLD, dtype=object)
    data = DataProto.from_dict({"responses": responses}, non_tensors={"ground_truth": gold})
    tensors = roll_reward(Reward("accuracy", lang="en", stopwords=True))(data, tokenizer)
    found = DataProto.from_dict(tensors=tensors).batch
    assert found["scores"].tolist() == found["response_level_rewards"].tolist() == EXPECTED
    assert found["token_level_rewards"].shape == responses.shape
    assert not found["token_level_rewards"].any()
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
