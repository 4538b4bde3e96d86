"""What a signature shows of answers, languages, tokens and stopwords, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textmetrics._escape import pluralized, short_repr
from textmetrics._version import __version__
from textmetrics.answers import EXTRACTORS
from textmetrics.languages import LANGUAGES, TOKENIZERS, tokenizer_of
from textmetrics.metrics import Metric
from textmetrics.scan import Judge

__all__ = ["extraction", "languages", "list_of", "stopwords", "tokens", "view_tokens"]

_JIEBA = re.compile(
    r"jieba-(?P<version>[^-,+|]+)(?:-dict-(?P<dict>[0-9a-f]{8}))?(?:-user-(?P<user>[0-9a-f]{8}))?"
)
_SUDACHI = re.compile(
    r"sudachi-(?P<version>.+?)-core-(?P<core>.+)-(?P<mode>[abc])-(?P<form>normalized|surface)"
)
_STOPWORDS = re.compile(r"(?P<name>.+)-(?P<hash>[0-9a-f]{8})")


def list_of(parts: Iterable[str]) -> str:
    """Write a list as people do: with commas, and "and" before the last."""
    found = list(parts)
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)


def extraction(field: str) -> str:
    """Say how answers were taken out of predictions.

    Raises:
        ValueError: if there is no such step.

    Examples:
        >>> extraction("fence")
        'answers are taken out of predictions: take what is in a fenced block (fence)'
    """
    if field == "none":
        return "predictions are scored whole"
    steps = ", then ".join(map(_step, field.split("+")))
    return f"answers are taken out of predictions: {steps}"


def _step(part: str) -> str:
    name, _, argument = part.partition("-")
    extractor = EXTRACTORS.get(name)
    if bool(argument) != bool(extractor.argument):
        form = f"{name}-…" if extractor.argument else name
        raise ValueError(f"unknown step {short_repr(part)}: expected {form}")
    return f"{extractor.summary} ({part})"


def languages(field: str) -> str:
    """Say which languages the texts are in.

    Raises:
        ValueError: if a language is not known.

    Examples:
        >>> languages("en+zh,han=zh")
        'English and Chinese (Han without kana taken for Chinese)'
    """
    codes, _, han = field.partition(",han=")
    names = list_of(LANGUAGES.get(code).name for code in codes.split("+"))
    if not han:
        return names
    taken = list_of(LANGUAGES.get(code).name for code in han.split("+"))
    return f"{names} (Han without kana taken for {taken})"


def tokens(field: str) -> str:
    """Say what the tokens of the languages' own tokenisers are.

    Raises:
        ValueError: if no such tokeniser is known.

    Examples:
        >>> tokens("jieba-0.42.1-user-01234567")
        'Chinese words by jieba 0.42.1, a user dictionary added (hash 01234567)'
    """
    return ", and ".join(map(_tokenizer, field.split("+")))


def _tokenizer(part: str) -> str:
    if found := _JIEBA.fullmatch(part):
        return f"Chinese words by {_jieba(found)}"
    if found := _SUDACHI.fullmatch(part):
        form = "-normalized" * (found["form"] == "normalized")
        summary = TOKENIZERS.get(f"sudachi-{found['mode']}{form}").summary
        return f"{summary} (SudachiPy {found['version']}, core dictionary {found['core']})"
    known = [*TOKENIZERS, *map(tokenizer_of, LANGUAGES)]
    for tokenizer in known:
        if part in (tokenizer.name, tokenizer.described()):
            return f"{tokenizer.summary} ({part})"
    names = ", ".join(dict.fromkeys(tokenizer.described() for tokenizer in known))
    raise ValueError(f"unknown tokenizer {short_repr(part)}: expected one such as {names}")


def _jieba(found: re.Match[str]) -> str:
    words = f"jieba {found['version']}"
    if found["dict"]:
        words += f", its dictionary changed (hash {found['dict']})"
    if found["user"]:
        words += f", a user dictionary added (hash {found['user']})"
    return words


def view_tokens(metric: Metric, field: str) -> str:
    """Say what a preset's tokens are."""
    if isinstance(metric.view, Judge):
        return f"the {metric.view.finds} of each text is compared ({field})"
    summaries = [view.summary for view in (metric.view, metric.words) if view is not None]
    by = [_jieba(found) for found in _JIEBA.finditer(field)]
    return f"{list_of(summaries)} ({'; '.join([field, *dict.fromkeys(by)])})"


def stopwords(field: str) -> str:
    """Say which stopwords were dropped.

    Examples:
        >>> stopwords("none")
        'no stopwords are dropped'
        >>> stopwords("custom-01234567")
        'stopwords are dropped, those of a list of the user’s own (custom-01234567)'
    """
    if field == "none":
        return "no stopwords are dropped"
    return f"stopwords are dropped, {list_of(_stopword_list(part) for part in field.split('+'))}"


def _stopword_list(part: str) -> str:
    if part in ("none", "pos"):
        return {"none": "none where a language has no list", "pos": _POS}[part]
    found = _STOPWORDS.fullmatch(part)
    if found is None or (found["name"] not in LANGUAGES and found["name"] not in ("custom", "pos")):
        codes = ", ".join(LANGUAGES.names())
        raise ValueError(
            f"unknown stopwords {short_repr(part)}: expected none, pos, or one of {codes}, custom, pos "
            "with - and eight hex digits"
        )
    if found["name"] == "custom":
        return f"those of a list of the user’s own ({part})"
    if found["name"] == "pos":
        return f"{_POS}, with exceptions or additions of the user’s own ({part})"
    language = LANGUAGES.get(found["name"])
    its = language.stopword_list()
    if its.signature() == part:
        words = pluralized(len(its), "word")
        return f"the {words} of the list shipped for {language.name} ({part})"
    return (
        f"those of a list for {language.name} ({part}) that is not the one shipped with "
        f"textmetrics {__version__} ({its.signature()})"
    )


_POS = "what the tokeniser knows to be grammar alone"
