"""What a signature means, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textmetrics._escape import short_repr
from textmetrics._version import __version__
from textmetrics.evaluation import token_words
from textmetrics.evaluation.parsed import Parsed, parsed
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT
from textmetrics.scan import Judge

__all__ = ["Explanation", "differences", "explained"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a signature means.

    Attributes:
        sentence: a methods sentence, as it can stand in a paper.
        facts: what it says, topic by topic.
        notes: what else is worth knowing, a sentence each.
    """

    sentence: str
    facts: dict[str, str]
    notes: tuple[str, ...]


def explained(signature: str) -> Explanation:
    """Say in words what a signature means.

    Args:
        signature: a score's, or what tables print: the same without metric and headline.

    Raises:
        ValueError: if it is no signature; the message says what was expected.
        ImportError: if it is of a tokeniser that is not installed.

    Examples:
        >>> print(explained("f1|f1|tok:squad|refs:1|preset:squad|v:0.1.0").facts["tokens"])
        English words, lowered, without ASCII punctuation and the articles a, an, the (squad)
    """
    if found := _ESTIMATE.fullmatch(signature.strip().rpartition("signature: ")[2]):
        return _estimated(*found.groups())
    its = parsed(signature)
    facts = _facts(its)
    return Explanation(_sentence(its, facts), facts, tuple(_notes(its)))


def _estimated(names: str | None, metric: str, rest: str) -> Explanation:
    """Say what pass@k was estimated from; the rest is the signature of what judged the answers."""
    names = names or "pass@k"
    fact = {"estimate": f"{names}: {_CHANCE}"}
    if metric != "counts":
        inner = explained(f"{metric}: {rest}")
        judged = f"Whether an answer is right: {inner.sentence}"
        sentence = f"{names} is {_CHANCE}. {judged}"
        return Explanation(sentence, inner.facts | fact, inner.notes)
    version = f"textmetrics {rest.removeprefix('v:')}"
    if not re.fullmatch(r"v:[0-9a-z.+]+", rest):
        raise ValueError(f"{short_repr(rest)} is no version: expected v:{__version__}")
    sentence = f"{names} is {_CHANCE}, computed with {version} from counts of right answers."
    return Explanation(sentence, {**fact, "version": version}, ())


_CHANCE = (
    "the chance that one of k answers to a prompt is right, by the unbiased estimator of Chen et "
    "al. (2021), as the mean over prompts"
)
_ESTIMATE = re.compile(r"(?:(pass@\d+(?:, pass@\d+)*)(?:\|mean\||: ))?by:(\w+)\|(.*)", re.DOTALL)


def differences(explanations: Sequence[Explanation]) -> tuple[dict[str, list[str]], list[str]]:
    """Say in what several differ.

    Returns:
        By topic what each says of it; and the topics in which all agree. What a signature without
        a metric does not say is in neither.
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


def _facts(its: Parsed) -> dict[str, str]:
    facts = {}
    if its.metrics:
        facts["metric"] = token_words.list_of(metric.title for metric in its.metrics)
        facts["what it is"] = "; ".join(metric.summary for metric in its.metrics)
        facts["source"] = "; ".join(dict.fromkeys(metric.source for metric in its.metrics))
        facts["over samples"] = "; ".join(dict.fromkeys(map(_aggregated, its.metrics)))
    preset = its.preset
    facts["answers"] = token_words.extraction(its.fields.get("extract", "none"))
    facts["definition"] = f"{preset.name}: {preset.summary} ({preset.source})"
    facts |= _token_facts(its)
    names = [metric.name for metric in its.metrics] or [its.example.name]
    for option in preset.options:
        if option.name in its.fields:
            facts[f"option {option.name}"] = its.fields[option.name]
        elif not option.shown and (not option.metrics or set(names) & set(option.metrics)):
            value = dict(its.options)[option.name]  # which its tokens tell
            facts[f"option {option.name}"] = option.written(value)
    facts["references"] = _references(its)
    facts["version"] = f"textmetrics {its.fields['v']}"
    return facts


def _token_facts(its: Parsed) -> dict[str, str]:
    fields = its.fields
    if its.example.view is not None:
        return {
            "texts in": "any language: the rules are the same for all",
            "tokens": token_words.view_tokens(its.example, fields.get("judge") or fields["tok"]),
            "normalisation": "none beside what the tokens have",
            "stopwords": token_words.stopwords("none"),
        }
    return {
        "texts in": token_words.languages(fields["lang"]),
        "tokens": token_words.tokens(fields["tok"]),
        "normalisation": f"Unicode NFKC before, case-folding after cutting ({fields['norm']})",
        "stopwords": token_words.stopwords(fields["stop"]),
    }


def _aggregated(metric: Metric) -> str:
    return "the mean over samples" if metric.corpus is None else "one value of the whole corpus"


def _references(its: Parsed) -> str:
    fewest, _, most = its.fields["refs"].partition("-")
    if fewest == "1" and not most:
        return "one reference a sample"
    number = f"{fewest} to {most}" if most else fewest
    rules = token_words.list_of(dict.fromkeys(each.of_several for each in its.metrics) or [""])
    return f"{number} references a sample{', ' * bool(rules)}{rules}"


def _sentence(its: Parsed, facts: dict[str, str]) -> str:
    """Put the facts together."""
    metrics = [f"{each.title} ({each.summary}; {each.source})" for each in its.metrics]
    what = f"{token_words.list_of(metrics)} {_was(metrics)}" if metrics else "Scores were"
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
    parts += [f"with {token_words.list_of(options)}"] * bool(options)
    parts += [f"as {facts.get('over samples')}"] * bool(metrics)
    parts += [f"with {facts['references']}"]
    sentences = [", ".join(parts), _compared(its, facts)]
    if "extract" in its.fields:
        sentences.append(f"Before all this, {facts['answers']}")
    return ". ".join(sentences) + "."


def _compared(its: Parsed, facts: dict[str, str]) -> str:
    if isinstance(its.example.view, Judge):
        return f"Not tokens but {facts['tokens']}"
    tokens = f"okens are {facts['tokens']}; {facts['stopwords']}"
    if its.example.view is not None:
        return f"T{tokens}"
    return (
        f"Texts are in {facts['texts in']}, normalised by Unicode NFKC and case-folded; t{tokens}"
    )


def _was(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 else "were"


def _notes(its: Parsed) -> list[str]:
    notes = []
    if its.preset.note:
        notes.append(f"what is odd about {its.preset.name}: {its.preset.note}")
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
