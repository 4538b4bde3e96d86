"""What a signature means, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textmetrics._escape import pluralized, short_repr
from textmetrics._version import __version__
from textmetrics.answers import EXTRACTORS
from textmetrics.evaluation.signature import ParsedSignature, parse_signature
from textmetrics.languages import LANGUAGES, TOKENIZERS, tokenizer_of
from textmetrics.metrics import USUAL, Metric
from textmetrics.presets import DEFAULT
from textmetrics.scan import Judge

__all__ = ["Explanation", "differences", "explain_signature"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a signature means.

    Attributes:
        sentence: a sentence for the methods section of a paper.
        facts: what it says, by topic.
        notes: what else is worth knowing, one sentence each.
    """

    sentence: str
    facts: dict[str, str]
    notes: tuple[str, ...]


def explain_signature(signature: str) -> Explanation:
    """Explain a signature in words.

    Args:
        signature: that of a score, or as tables print it, without metric and headline.

    Raises:
        ValueError: if it is not a signature; the message says what was expected.
        ImportError: if it names a tokenizer that is not installed.

    Examples:
        >>> print(explain_signature("f1|f1|tok:squad|refs:1|preset:squad|v:0.1.0").facts["tokens"])
        English words, lowered, without ASCII punctuation and the articles a, an, the (squad)
    """
    if found := _ESTIMATE.fullmatch(signature.strip().rpartition("signature: ")[2]):
        return _estimated(*found.groups())
    its = parse_signature(signature)
    facts = _facts(its)
    return Explanation(_sentence(its, facts), facts, tuple(_notes(its)))


def _estimated(names: str | None, metric: str, rest: str) -> Explanation:
    """Explain an estimate of pass@k; the rest is the signature of what judged the answers."""
    names = names or "pass@k"
    fact = {"estimate": f"{names}: {_CHANCE}"}
    if metric != "counts":
        inner = explain_signature(f"{metric}: {rest}")
        judged = f"Whether an answer is right: {inner.sentence}"
        sentence = f"{names} is {_CHANCE}. {judged}"
        return Explanation(sentence, inner.facts | fact, inner.notes)
    version = f"textmetrics {rest.removeprefix('v:')}"
    if not re.fullmatch(r"v:[0-9a-z.+]+", rest):
        raise ValueError(f"{short_repr(rest)} is not a version: expected v:{__version__}")
    sentence = f"{names} is {_CHANCE}, computed with {version} from counts of right answers."
    return Explanation(sentence, {**fact, "version": version}, ())


_CHANCE = (
    "the chance that one of k answers to a prompt is right, by the unbiased estimator of Chen et "
    "al. (2021), as the mean over prompts"
)
_ESTIMATE = re.compile(r"(?:(pass@\d+(?:, pass@\d+)*)(?:\|mean\||: ))?by:(\w+)\|(.*)", re.DOTALL)


def differences(explanations: Sequence[Explanation]) -> tuple[dict[str, list[str]], list[str]]:
    """Return how several explanations differ.

    Returns:
        What each says, for topics in which they differ; and the topics in which all agree. What a
        signature without a metric does not say is in neither.
    """
    topics = dict.fromkeys(topic for each in explanations for topic in each.facts)
    differing: dict[str, list[str]] = {}
    same: list[str] = []
    for topic in topics:
        said = [each.facts.get(topic) for each in explanations]
        if None in said and topic in _OF_METRICS:
            continue
        if len(set(said)) == 1:
            same.append(topic)
        else:
            differing[topic] = ["no such option" if words is None else words for words in said]
    return differing, same


_OF_METRICS = ("metric", "what it is", "source", "over samples")


def _facts(its: ParsedSignature) -> dict[str, str]:
    facts = {}
    if its.metrics:
        facts["metric"] = _list_of(metric.title for metric in its.metrics)
        facts["what it is"] = "; ".join(metric.summary for metric in its.metrics)
        facts["source"] = "; ".join(dict.fromkeys(metric.source for metric in its.metrics))
        facts["over samples"] = "; ".join(dict.fromkeys(map(_aggregated, its.metrics)))
    preset = its.preset
    facts["answers"] = _extraction(its.fields.get("extract", "none"))
    facts["definition"] = f"{preset.name}: {preset.summary} ({preset.source})"
    facts |= _token_facts(its)
    names = [metric.name for metric in its.metrics] or [its.example.name]
    for option in preset.options:
        if option.name in its.fields:
            facts[f"option {option.name}"] = its.fields[option.name]
        elif not option.shown and (not option.metrics or set(names) & set(option.metrics)):
            value = dict(its.options)[option.name]  # told by its tokens
            facts[f"option {option.name}"] = option.written(value)
    facts["references"] = _references(its)
    facts["version"] = f"textmetrics {its.fields['v']}"
    return facts


def _token_facts(its: ParsedSignature) -> dict[str, str]:
    fields = its.fields
    if its.example.view is not None:
        return {
            "texts in": "any language: the rules are the same for all",
            "tokens": _view_tokens(its.example, fields.get("judge") or fields["tok"]),
            "normalisation": "none besides that of the tokens",
            "stopwords": _stopwords("none"),
        }
    return {
        "texts in": _languages(fields["lang"]),
        "tokens": _tokens(fields["tok"]),
        "normalisation": f"Unicode NFKC before, case-folding after tokenization ({fields['norm']})",
        "stopwords": _stopwords(fields["stop"]),
    }


def _aggregated(metric: Metric) -> str:
    return "the mean over samples" if metric.corpus is None else "one value of the whole corpus"


def _references(its: ParsedSignature) -> str:
    fewest, _, most = its.fields["refs"].partition("-")
    if fewest == "1" and not most:
        return "one reference per sample"
    number = f"{fewest} to {most}" if most else fewest
    rules = _list_of(dict.fromkeys(each.of_several for each in its.metrics) or [""])
    return f"{number} references per sample{', ' * bool(rules)}{rules}"


def _sentence(its: ParsedSignature, facts: dict[str, str]) -> str:
    """Return the facts as one paragraph."""
    metrics = [f"{each.title} ({each.summary}; {each.source})" for each in its.metrics]
    what = f"{_list_of(metrics)} {_was(metrics)}" if metrics else "Scores were"
    preset = its.preset
    definition = f"under the preset {preset.name} ({preset.summary}; after {preset.source})"
    if preset is DEFAULT:
        definition = f"by its own definitions (preset {DEFAULT.name}; {DEFAULT.source})"
    options = [
        f"{topic.removeprefix('option ')} {value}"
        for topic, value in facts.items()
        if topic.startswith("option ")
    ]
    parts = [f"{what} computed with {facts['version']} {definition}"]
    parts += [f"with {_list_of(options)}"] * bool(options)
    parts += [f"as {facts.get('over samples')}"] * bool(metrics)
    parts += [f"with {facts['references']}"]
    sentences = [", ".join(parts), _compared(its, facts)]
    if "extract" in its.fields:
        sentences.append(f"Before scoring, {facts['answers']}")
    return ". ".join(sentences) + "."


def _compared(its: ParsedSignature, facts: dict[str, str]) -> str:
    if isinstance(its.example.view, Judge):
        return f"Not tokens but {facts['tokens']}"
    tokens = f"okens are {facts['tokens']}; {facts['stopwords']}"
    if its.example.view is not None:
        return f"T{tokens}"
    return (
        f"Texts are in {facts['texts in']}, normalized by Unicode NFKC and case-folded; t{tokens}"
    )


def _was(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 else "were"


def _note_applies(its: ParsedSignature) -> bool:
    """Return whether the note of the preset concerns the metrics; that of ours, the usual ones."""
    names = [metric.name for metric in its.metrics]
    return its.preset is not DEFAULT or not names or not set(names).isdisjoint(USUAL)


def _notes(its: ParsedSignature) -> list[str]:
    notes = []
    if its.preset.note and _note_applies(its):
        notes.append(f"peculiarities of {its.preset.name}: {its.preset.note}")
    fewest, _, most = its.fields["refs"].partition("-")
    for metric in its.metrics:
        if metric.foreign is not None:
            own = metric.foreign(int(fewest), int(most or fewest))
            notes.append(f"its original prints for {metric.name}: {own}")
    if its.fields["v"] != __version__:
        notes.append(
            f"this is textmetrics {__version__}, which tells what {its.fields['v']} did by its own "
            "definitions"
        )
    return notes


_JIEBA = re.compile(
    r"jieba-(?P<version>[^-,+|]+)(?:-dict-(?P<dict>[0-9a-f]{8}))?(?:-user-(?P<user>[0-9a-f]{8}))?"
)
_SUDACHI = re.compile(
    r"sudachi-(?P<version>.+?)-core-(?P<core>.+)-(?P<mode>[abc])-(?P<form>normalized|surface)"
)
_STOPWORDS = re.compile(r"(?P<name>.+)-(?P<hash>[0-9a-f]{8})")


def _list_of(parts: Iterable[str]) -> str:
    """Return a list in prose: with commas, and "and" before the last."""
    found = list(parts)
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)


def _extraction(field: str) -> str:
    """Return how answers were extracted from predictions.

    Raises:
        ValueError: if there is no such step.

    Examples:
        >>> _extraction("fence")
        'answers are extracted from predictions: take what is in a fenced block (fence)'
    """
    if field == "none":
        return "predictions are scored as they are"
    steps = ", then ".join(map(_step, field.split("+")))
    return f"answers are extracted from predictions: {steps}"


def _step(part: str) -> str:
    name, _, argument = part.partition("-")
    extractor = EXTRACTORS.get(name)
    if bool(argument) != bool(extractor.argument):
        form = f"{name}-…" if extractor.argument else name
        raise ValueError(f"unknown step {short_repr(part)}: expected {form}")
    return f"{extractor.summary} ({part})"


def _languages(field: str) -> str:
    """Return which languages the texts are in.

    Raises:
        ValueError: if a language is unknown.

    Examples:
        >>> _languages("en+zh,han=zh")
        'English and Chinese (Han without kana taken for Chinese)'
    """
    codes, _, han = field.partition(",han=")
    names = _list_of(LANGUAGES.get(code).name for code in codes.split("+"))
    if not han:
        return names
    taken = _list_of(LANGUAGES.get(code).name for code in han.split("+"))
    return f"{names} (Han without kana taken for {taken})"


def _tokens(field: str) -> str:
    """Return what the tokens of the languages' own tokenizers are.

    Raises:
        ValueError: if there is no such tokenizer.

    Examples:
        >>> _tokens("jieba-0.42.1-user-01234567")
        'Chinese words by jieba 0.42.1, with a user dictionary (hash 01234567)'
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
        words += f", with a changed dictionary (hash {found['dict']})"
    if found["user"]:
        words += f", with a user dictionary (hash {found['user']})"
    return words


def _view_tokens(metric: Metric, field: str) -> str:
    """Return what the tokens of a preset are."""
    if isinstance(metric.view, Judge):
        return f"the {metric.view.finds} of each text is compared ({field})"
    summaries = [view.summary for view in (metric.view, metric.words) if view is not None]
    by = [_jieba(found) for found in _JIEBA.finditer(field)]
    return f"{_list_of(summaries)} ({'; '.join([field, *dict.fromkeys(by)])})"


def _stopwords(field: str) -> str:
    """Return which stopwords were dropped.

    Examples:
        >>> _stopwords("none")
        'no stopwords are dropped'
        >>> _stopwords("custom-01234567")
        'stopwords are dropped, those of a custom list (custom-01234567)'
    """
    if field == "none":
        return "no stopwords are dropped"
    return f"stopwords are dropped, {_list_of(_stopword_list(part) for part in field.split('+'))}"


def _stopword_list(part: str) -> str:
    if part in ("none", "pos"):
        return {"none": "none where a language has no list", "pos": _POS}[part]
    found = _STOPWORDS.fullmatch(part)
    if found is None or (found["name"] not in LANGUAGES and found["name"] not in ("custom", "pos")):
        codes = ", ".join(LANGUAGES.names())
        raise ValueError(
            f"unknown stopwords {short_repr(part)}: expected none, pos, or one of {codes}, "
            "custom, pos with - and eight hex digits"
        )
    if found["name"] == "custom":
        return f"those of a custom list ({part})"
    if found["name"] == "pos":
        return f"{_POS}, with custom exceptions or additions ({part})"
    language = LANGUAGES.get(found["name"])
    its = language.stopword_list()
    if its.signature() == part:
        words = pluralized(len(its), "word")
        whose = "list shipped for" if language.stopwords is True else "own list of"
        return f"the {words} of the {whose} {language.name} ({part})"
    here = f"shipped with textmetrics {__version__}"
    if language.stopwords is not True:
        here = "registered now"
    return (
        f"those of a list for {language.name} ({part}) that is not the one {here} "
        f"({its.signature()})"
    )


_POS = "words that the tokenizer marks as grammatical"
