r"""Read the references that a table, or a program, wrote as text into one cell.

A cell holds text. A list in it is what `str`, `json.dumps`, NumPy or pandas wrote::

    ["a blue dog", "the red fox"]       JSON
    ['a blue dog', "the dog's tail"]    Python; also a tuple, a set, u'…' and NumPy's str_
    ['a blue dog' 'the red fox']        an array of NumPy, which has no commas
    {'text': array(['a blue dog'], dtype=object), 'answer_start': array([5])}    answers in spans

Only texts in quotes count: ``[1, 2]`` is an answer, and stays one. Nothing is executed.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from textmetrics._patterns import lazy_pattern

__all__ = ["span_texts", "written_references"]

_LONGEST = 1 << 20  # characters of a cell
_DEEPEST = 32  # brackets
_STRING = r"""(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_ITEM = lazy_pattern(rf"np\.str_\(\s*{_STRING}\s*\)|u?{_STRING}", re.DOTALL)
_SEPARATOR = lazy_pattern(r"\s*(?:,\s*)?")
# A string that is never closed goes on to the end, so that its text is looked at only once.
_STRING_OR_REST = r"""(?:'(?:[^'\\]|\\.)*(?:'|\\?\Z)|"(?:[^"\\]|\\.)*(?:"|\\?\Z))"""
_STRINGS = lazy_pattern(_STRING_OR_REST, re.DOTALL)
_ARRAY_PARTS = lazy_pattern(
    rf"({_STRING_OR_REST})|array\((?=\[)|,\s*dtype=[\w<>|]+\)|\)", re.DOTALL
)
_BRACKETS = {"[": "]", "(": ")", "{": "}"}


def written_references(text: str) -> list[str] | None:
    """Return the references that a text lists, ``None`` if it is no list of texts.

    Examples:
        >>> written_references('["a blue dog", "the red fox"]')
        ['a blue dog', 'the red fox']
        >>> written_references("['a' 'b']"), written_references("[1, 2]"), written_references("[a]")
        (['a', 'b'], None, None)
    """
    text = text.strip()
    if len(text) > _LONGEST or text[:1] not in ("[", "(", "{") or text[-1:] not in ("]", ")", "}"):
        return None
    if text == "[]":
        return []
    listed = _flat(text[1:-1]) if _BRACKETS.get(text[0]) == text[-1] else None
    alone = text[0] == "{" and listed is not None and len(listed) == 1
    if listed is not None and (text[0] == "[" or "," in text or alone):  # ('a') is no tuple
        return _from_json(text) or listed
    if text.startswith(("{", "[{", "[ {", "[\n")):
        return span_texts(_literal(text))
    return None


def span_texts(value: object) -> list[str] | None:
    """Return the texts of answers as SQuAD and Hugging Face write them, ``None`` for other values.

    They are an object of columns or a list of objects, each with the field ``text``.

    Examples:
        >>> span_texts({"text": ["Paris", "the city"], "answer_start": [3, 20]})
        ['Paris', 'the city']
        >>> span_texts([{"text": "Paris", "answer_start": 3}]), span_texts(["Paris"])
        (['Paris'], None)
    """
    if isinstance(value, dict):
        texts = value.get("text") if "type" not in value and "role" not in value else None
        found = [texts] if isinstance(texts, str) else texts
    elif isinstance(value, (list, tuple)) and value:
        parts = all(isinstance(each, dict) and "type" not in each for each in value)
        found = [each.get("text") for each in value] if parts else None
    else:
        return None
    whole = isinstance(found, (list, tuple)) and all(isinstance(each, str) for each in found)
    return list(found) if whole and found is not None else None


def _flat(inner: str) -> list[str] | None:
    """Return the texts between two brackets, ``None`` if anything but separators is there too.

    Separators are commas, or in an array of NumPy spaces alone.
    """
    items, separators, at = [], [], 0
    inner = inner.strip()
    while at < len(inner):
        if (item := _ITEM.match(inner, at)) is None:
            return None
        items.append(item[0])
        separator = _SEPARATOR.match(inner, item.end())
        separators.append(separator[0] if separator else "")
        at = item.end() + len(separators[-1])
    between = separators[:-1]
    commas = all("," in each for each in between)
    spaces = all(each.isspace() for each in between) and "," not in separators[-1:]
    if not (items and (commas or spaces)):
        return None
    try:
        return [_string(each) for each in items]
    except (ValueError, SyntaxError):
        return None


def _string(item: str) -> str:
    if item.startswith("np.str_("):
        item = item.removeprefix("np.str_(")[:-1].strip()
    item = item.removeprefix("u")
    if "\\" not in item:
        return item[1:-1]
    return str(_evaluated(item))


def _from_json(text: str) -> list[str] | None:
    """Return a list of texts in JSON, whose escapes are not all those of Python."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if all(isinstance(each, str) for each in found) else None


def _literal(text: str) -> Any:
    """Return the value that a text writes in JSON or Python, ``None`` if it writes none."""
    depth = deepest = 0
    for character in _STRINGS.sub("", text):
        depth += (character in "[{(") - (character in "]})")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        return None
    try:
        return json.loads(text)
    except ValueError:
        plain = _ARRAY_PARTS.sub(lambda match: match[1] or "", text) if "array(" in text else text
    try:
        return _evaluated(plain)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _evaluated(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # '\d' is a user's text, not a mistake in our code
        return ast.literal_eval(text)
