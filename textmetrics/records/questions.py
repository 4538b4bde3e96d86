"""Find what a model was asked in a record: for people to read beside its answer, never scored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from textmetrics.records.values import are_messages, content_of

__all__ = ["Turn", "question_of"]

# By preference: what names the question itself, then what may hold more than it.
_NAMES = (
    "question", "instruction", "query", "problem", "messages", "conversations", "conversation",
    "prompt", "origin_prompt", "user_prompt", "input", "inputs", "source", "src", "document",
    "article", "context", "premise", "title", "goal", "ctx", "问题", "題", "質問", "提问", "指令",
)  # fmt: skip
# Objects in which programs keep the original record.
_INSIDE = ("doc", "data", "request", "body", "sample", "example", "metadata", "extra_info", "raw")
# Shown below the question, if it is one of its own.
_BELOW = {"question": "context", "instruction": "input", "query": "context", "problem": "context"}
_CHOICES = ("choices", "options")
_SPEAKERS = {"human": "user", "gpt": "assistant", "bot": "assistant"}
_DEEPEST = 4
_MOST_CHOICES = 26
# What begins a turn in a prompt that was rendered with a chat template, as programs log it, and who
# speaks: of Qwen, Llama 3, Gemma, GLM and Phi, DeepSeek, Mistral and Llama 2; and the lines that
# remain of Qwen's where special tokens were left out.
_SPEAKS = re.compile(
    r"<\|im_start\|>(\w+)\n|<\|start_header_id\|>(\w+)<\|end_header_id\|>|<start_of_turn>(\w+)\n"
    r"|<\|(system|user|assistant|observation)\|>|<｜(User|Assistant)｜>"
    r"|(\[/?INST\]|\[SYSTEM_PROMPT\]|<</?SYS>>)"
)
_SPEAKS_PLAINLY = re.compile(r"^(system|user|assistant)$", re.MULTILINE)
_PLAIN = re.compile(r"(?:system|user)\n(?:.*\n)?assistant\s*\Z", re.DOTALL)
_MARKED_SPEAKERS = {
    "[INST]": "user", "[/INST]": "assistant", "[SYSTEM_PROMPT]": "system", "<<SYS>>": "system",
    "<</SYS>>": "user", "model": "assistant",
}  # fmt: skip
# What begins a text, and what ends a turn.
_BEGINNING = re.compile(
    r"<｜begin▁of▁sentence｜>"
    r"|(?:<s>|<bos>|<\|begin_of_text\|>|<\|endoftext\|>|\[gMASK\]|<sop>|\s)*"
)
_ENDS = re.compile(
    r"<\|(?:im_end|eot_id|eom_id|end)\|>|<end_of_turn>|<｜end▁of▁sentence｜>|\[/SYSTEM_PROMPT\]|</?s>"
)


class Turn(NamedTuple):
    """A part of a question.

    Attributes:
        role: who says it in a conversation, such as ``user`` or ``system``; empty if nobody does.
        text: what is said.
    """

    role: str
    text: str


def question_of(record: Mapping[str, Any], without: Collection[str] = ()) -> tuple[Turn, ...]:
    """Return what the model was asked, by the names that programs give it; empty if there is none.

    Answers that end a conversation are left out. A prompt that a chat template made is divided into
    its turns.

    Args:
        record: a record, or an object in it.
        without: fields that hold something else, such as the prediction.

    Examples:
        >>> question_of({"instruction": "Translate.", "input": "Guten Tag", "output": "Hello"})
        (Turn(role='', text='Translate.'), Turn(role='', text='Guten Tag'))
        >>> chat = [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]
        >>> question_of({"messages": chat})
        (Turn(role='user', text='2 + 2?'),)
    """
    return _question(record, without, 0)


def _question(record: Mapping[str, Any], without: Collection[str], depth: int) -> tuple[Turn, ...]:
    for name in _NAMES:
        if name in record and name not in without and (turns := _turns(record[name], depth)):
            more = record.get(_BELOW.get(name, ""))
            below = _turns(more, depth) if isinstance(more, str) else ()
            return (*turns, *below, *_choices(record))
    for name in _INSIDE:
        inside = record.get(name)
        nested = inside if isinstance(inside, Mapping) and depth < _DEEPEST else {}
        if turns := _question(nested, (), depth + 1) if nested else ():
            return turns
    return ()


def _turns(value: object, depth: int) -> tuple[Turn, ...]:
    """Return a text, a conversation, or what is in an object, as turns."""
    if isinstance(value, str):
        return _rendered(value) or ((Turn("", value),) if value.strip() else ())
    if isinstance(value, Mapping):
        return _question(value, (), depth + 1) if depth < _DEEPEST else ()
    if not isinstance(value, list) or not value:
        return ()
    if all(isinstance(each, str) for each in value):
        return (Turn("", "\n".join(value)),) if any(map(str.strip, value)) else ()
    return tuple(_without_answer(list(_said(value))))


def _rendered(prompt: str) -> tuple[Turn, ...]:
    """Return the turns of a prompt that a chat template made; none of any other text."""
    if _PLAIN.match(prompt):
        return _turns_at(_SPEAKS_PLAINLY, prompt, 0)
    start = _BEGINNING.match(prompt).end()  # type: ignore[union-attr]  # it matches an empty text
    begun = "<｜begin▁of▁sentence｜>" in prompt[:start]  # DeepSeek's system prompt has no mark
    return _turns_at(_SPEAKS, prompt, start) if begun or _SPEAKS.match(prompt, start) else ()


def _turns_at(speaks: re.Pattern[str], prompt: str, start: int) -> tuple[Turn, ...]:
    turns, who = [], "system"
    for found in (*speaks.finditer(prompt, start), None):
        said = _ENDS.sub("", prompt[start : found.start() if found else len(prompt)]).strip()
        turns += [Turn(who, said)] if said else []
        if found:
            word = found[found.lastindex or 0]
            who, start = _MARKED_SPEAKERS.get(word, word.lower()), found.end()
    return tuple(_without_answer(turns))


def _said(messages: Sequence[Any]) -> Iterator[Turn]:
    """Yield the messages that have a text, whichever names a program has for who says what."""
    for each in messages:
        if not isinstance(each, Mapping):
            return
        role = each.get("role", each.get("from"))
        said = each.get("value", each.get("prompt"))  # ShareGPT and OpenCompass
        if not isinstance(said, str) and are_messages([each]):
            try:
                said = content_of(each)
            except ValueError:  # an image, a call of a tool
                continue
        if isinstance(said, str) and said.strip():
            who = role.lower() if isinstance(role, str) else ""
            yield Turn(_SPEAKERS.get(who, who), said)


def _without_answer(turns: list[Turn]) -> list[Turn]:
    while turns and turns[-1].role == "assistant":
        turns.pop()
    return turns


def _choices(record: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the choices of a question as lines with letters."""
    for name in _CHOICES:
        value = record.get(name)
        if isinstance(value, Mapping):
            value = value.get("text")  # as ARC has them
        listed = value if isinstance(value, list) else []
        if 0 < len(listed) <= _MOST_CHOICES and all(isinstance(each, str) for each in listed):
            lines = (f"{chr(ord('A') + at)}. {each}" for at, each in enumerate(listed))
            return (Turn("", "\n".join(lines)),)
    return ()
