"""Prompts that a chat template made, shown as the turns of which they are made."""

from __future__ import annotations

import pytest

from textmetrics.records.questions import question_of

# The templates are those of the models' tokenizers; LLaMA-Factory and vLLM log prompts with them.
RENDERED = {
    "Qwen": (
        "<|im_start|>system\n你是助手。<|im_end|>\n<|im_start|>user\n首都是哪里？<|im_end|>\n"
        "<|im_start|>assistant\n",
        [("system", "你是助手。"), ("user", "首都是哪里？")],
    ),
    "Qwen, without thoughts": (
        "<|im_start|>user\n首都？<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        [("user", "首都？")],
    ),
    "Qwen, special tokens left out": (
        "system\nBe brief.\nuser\nTwo\n\nlines?\nassistant\n",
        [("system", "Be brief."), ("user", "Two\n\nlines?")],
    ),
    "Llama 3": (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        [("user", "Hi?")],
    ),
    "Llama 2": (
        "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi? [/INST]",
        [("system", "Be brief."), ("user", "Hi?")],
    ),
    "Mistral, second turn": (
        "<s>[INST] One? [/INST] 1.</s>[INST] Two? [/INST]",
        [("user", "One?"), ("assistant", "1."), ("user", "Two?")],
    ),
    "Gemma": (
        "<bos><start_of_turn>user\n東京は？<end_of_turn>\n<start_of_turn>model\n",
        [("user", "東京は？")],
    ),
    "DeepSeek": (
        "<｜begin▁of▁sentence｜>Be brief.<｜User｜>Hi?<｜Assistant｜>",
        [("system", "Be brief."), ("user", "Hi?")],
    ),
    "GLM": ("[gMASK]<sop><|user|>\n问题<|assistant|>\n", [("user", "问题")]),
    "Phi": ("<|user|>\nHi?<|end|>\n<|assistant|>\n", [("user", "Hi?")]),
}


@pytest.mark.parametrize(("prompt", "turns"), RENDERED.values(), ids=RENDERED)
def test_a_rendered_prompt_is_shown_as_turns(prompt, turns):
    assert question_of({"prompt": prompt}) == tuple(turns)


@pytest.mark.parametrize(
    "prompt",
    [
        "What does <|im_start|>user\n mean?",  # a question about a template
        "解释一下 [INST] 和 [/INST]。",
        "user\nmanual",  # no line for the assistant
        "the user\nassistant\n",
        "user assistant",
        "[1] a [2] b",
        "<s>deleted</s> text",
        "system",
        "<|im_start|>",
        "<|im_start|>assistant\n",  # nothing was asked
    ],
)
def test_other_texts_are_shown_as_they_are(prompt):
    assert question_of({"prompt": prompt}) == (("", prompt),)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("begin", ["", "user\n", "<|user|>"])
@pytest.mark.parametrize(
    "part", ["<s>", " ", "\n", "<|im_start|>user\n", "system\n", "[INST]", "<|im_end|>", "<"]
)
def test_hostile_prompts_take_linear_time(begin, part):
    """Work that grows with the square of the length does not end within the limit."""
    question_of({"prompt": begin + part * (100_000 // len(part)) + "x"})
