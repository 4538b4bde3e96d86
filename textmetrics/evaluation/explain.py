"""What a signature means, in words: it is parsed and checked, then explained field by field."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from textmetrics._escape import pluralized, short_repr
from textmetrics._patterns import lazy_pattern
from textmetrics._registry import suggest
from textmetrics._version import __version__
from textmetrics.answers import EXTRACTORS
from textmetrics.languages import LANGUAGES, TOKENIZERS, tokenizer_of
from textmetrics.metrics import DEFAULT_METRICS, Metric
from textmetrics.presets import DEFAULT, PRESETS, Preset, PresetOption
from textmetrics.scan import Judge, View

__all__ = ["Explanation", "ParsedSignature", "differences", "explain_signature", "parse_signature"]


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
        >>> rouge = "rouge_1|f1|tok:rouge|refs:1|preset:pltrdy|v:0.1.0"
        >>> print(explain_signature(rouge).facts["tokens"])
        words by white space; a full stop is white space too (rouge)
    """
    if estimate := _ESTIMATE.fullmatch(signature.strip().rpartition("signature: ")[2]):
        return _estimated(*estimate.groups())
    parsed = parse_signature(signature)
    facts = _facts(parsed)
    return Explanation(_sentence(parsed, facts), facts, tuple(_notes(parsed)))


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
_ESTIMATE = lazy_pattern(r"(?:(pass@\d+(?:, pass@\d+)*)(?:\|mean\||: ))?by:(\w+)\|(.*)", re.DOTALL)


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
        facts = [each.facts.get(topic) for each in explanations]
        if None in facts and topic in _OF_METRICS:
            continue
        if len(set(facts)) == 1:
            same.append(topic)
        else:
            differing[topic] = ["no such option" if fact is None else fact for fact in facts]
    return differing, same


_OF_METRICS = ("metric", "what it is", "source", "over samples")


def _facts(parsed: ParsedSignature) -> dict[str, str]:
    facts = {}
    if parsed.metrics:
        facts["metric"] = _list_of(metric.title for metric in parsed.metrics)
        facts["what it is"] = "; ".join(metric.summary for metric in parsed.metrics)
        facts["source"] = "; ".join(dict.fromkeys(metric.source for metric in parsed.metrics))
        facts["over samples"] = "; ".join(dict.fromkeys(map(_aggregated, parsed.metrics)))
    preset = parsed.preset
    facts["answers"] = _extraction(parsed.fields.get("extract", "none"))
    if "convert" in parsed.fields:
        facts["answers"] += f"; all texts are converted by OpenCC ({parsed.fields['convert']})"
    facts["definition"] = f"{preset.name}: {preset.summary} ({preset.source})"
    facts |= _token_facts(parsed)
    names = [metric.name for metric in parsed.metrics] or [parsed.representative_metric.name]
    for option in preset.options:
        if option.name in parsed.fields:
            facts[f"option {option.name}"] = parsed.fields[option.name]
        elif not option.shown and (not option.metrics or set(names) & set(option.metrics)):
            value = dict(parsed.options)[option.name]  # which the tokens tell
            facts[f"option {option.name}"] = option.written(value)
    facts["references"] = _references(parsed)
    facts["version"] = f"textmetrics {parsed.fields['v']}"
    return facts


def _token_facts(parsed: ParsedSignature) -> dict[str, str]:
    fields = parsed.fields
    if parsed.representative_metric.view is not None:
        return {
            "texts in": "any language: the rules are the same for all",
            "tokens": _view_tokens(
                parsed.representative_metric, fields.get("judge") or fields["tok"]
            ),
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


def _references(parsed: ParsedSignature) -> str:
    fewest, _, most = parsed.fields["refs"].partition("-")
    if fewest == "1" and not most:
        return "one reference per sample"
    number = f"{fewest} to {most}" if most else fewest
    rules = _list_of(dict.fromkeys(each.of_several for each in parsed.metrics) or [""])
    return f"{number} references per sample{', ' * bool(rules)}{rules}"


def _sentence(parsed: ParsedSignature, facts: dict[str, str]) -> str:
    """Return the facts as one paragraph."""
    metrics = [f"{each.title} ({each.summary}; {each.source})" for each in parsed.metrics]
    what = f"{_list_of(metrics)} {_was(metrics)}" if metrics else "Scores were"
    preset = parsed.preset
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
    sentences = [", ".join(parts), _compared(parsed, facts)]
    if "extract" in parsed.fields:
        sentences.append(f"Before scoring, {facts['answers']}")
    return ". ".join(sentences) + "."


def _compared(parsed: ParsedSignature, facts: dict[str, str]) -> str:
    if isinstance(parsed.representative_metric.view, Judge):
        return f"Tokens are not counted: {facts['tokens']}"
    tokens = f"okens are {facts['tokens']}; {facts['stopwords']}"
    if parsed.representative_metric.view is not None:
        return f"T{tokens}"
    return (
        f"Texts are in {facts['texts in']}, normalized by Unicode NFKC and case-folded; t{tokens}"
    )


def _was(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 else "were"


def _note_applies(parsed: ParsedSignature) -> bool:
    """Return whether the note of the preset concerns the metrics; that of ours, the usual ones."""
    names = [metric.name for metric in parsed.metrics]
    if parsed.preset is not DEFAULT:
        return True
    if not names:
        return not isinstance(parsed.representative_metric.view, Judge)
    return not set(names).isdisjoint(DEFAULT_METRICS)


def _notes(parsed: ParsedSignature) -> list[str]:
    notes = []
    if parsed.preset.note and _note_applies(parsed):
        notes.append(f"peculiarities of {parsed.preset.name}: {parsed.preset.note}")
    fewest, _, most = parsed.fields["refs"].partition("-")
    for metric in parsed.metrics:
        if metric.foreign is not None:
            line = metric.foreign(int(fewest), int(most or fewest))
            notes.append(f"its original prints for {metric.name}: {line}")
    if (version := parsed.fields["v"]) != __version__:
        notes.append(f"explained by textmetrics {__version__}; definitions may differ in {version}")
    return notes


_JIEBA = lazy_pattern(
    r"jieba-(?P<version>[^-,+|]+)(?:-dict-(?P<dict>[0-9a-f]{8}))?(?:-user-(?P<user>[0-9a-f]{8}))?"
)
_SUDACHI = lazy_pattern(
    r"sudachi-(?P<version>.+?)-core-(?P<core>.+)-(?P<mode>[abc])-(?P<form>normalized|plain)"
)
_STOPWORDS = lazy_pattern(r"(?P<name>.+)-(?P<hash>[0-9a-f]{8})")


def _list_of(parts: Iterable[str]) -> str:
    """Return a list in prose: with commas, and "and" before the last."""
    listed = list(parts)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if listed[1:] else listed)


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
    codes, *guesses = field.split(",")
    taken = []
    for guess in guesses:
        kind, _, languages = guess.partition("=")
        if kind not in _GUESSED:
            raise ValueError(f"unknown part {short_repr(guess)} of the languages")
        taken.append(f"{_GUESSED[kind]} taken for {_names(languages)}")
    return f"{_names(codes)} ({', '.join(taken)})" if taken else _names(codes)


def _names(codes: str) -> str:
    return _list_of(LANGUAGES.get(code).name for code in codes.split("+"))


_GUESSED = {
    "han": "Han without kana",
    "latin": "short texts in Latin letters",
    "empty": "empty references",
}


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
    if match := _JIEBA.fullmatch(part):
        return f"Chinese words by {_jieba(match)}"
    if match := _SUDACHI.fullmatch(part):
        form = "-normalized" * (match["form"] == "normalized")
        summary = TOKENIZERS.get(f"sudachi-{match['mode']}{form}").summary
        return f"{summary} (SudachiPy {match['version']}, core dictionary {match['core']})"
    tokenizers = [*TOKENIZERS, *map(tokenizer_of, LANGUAGES)]
    for tokenizer in tokenizers:
        if part in (tokenizer.name, tokenizer.described()):
            return f"{tokenizer.summary} ({part})"
    names = ", ".join(dict.fromkeys(tokenizer.described() for tokenizer in tokenizers))
    raise ValueError(f"unknown tokenizer {short_repr(part)}: expected one such as {names}")


def _jieba(match: re.Match[str]) -> str:
    words = f"jieba {match['version']}"
    if match["dict"]:
        words += f", with a changed dictionary (hash {match['dict']})"
    if match["user"]:
        words += f", with a user dictionary (hash {match['user']})"
    return words


def _view_tokens(metric: Metric, field: str) -> str:
    """Return what the tokens of a preset are."""
    if isinstance(metric.view, Judge):
        found = metric.view.finds
        compared = f"the {found} of each text is" if found != "text" else "the texts themselves are"
        decided = metric.view.decided or f"{compared} compared"
        return f"{decided} ({field})"
    summaries = [view.summary for view in (metric.view, metric.words) if view is not None]
    by = map(_jieba, _JIEBA.finditer(field))
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
    match = _STOPWORDS.fullmatch(part)
    if match is None or (match["name"] not in LANGUAGES and match["name"] not in ("custom", "pos")):
        codes = ", ".join(LANGUAGES.names())
        raise ValueError(
            f"unknown stopwords {short_repr(part)}: expected none, pos, or one of {codes}, "
            "custom, pos with - and eight hex digits"
        )
    if match["name"] == "custom":
        return f"those of a custom list ({part})"
    if match["name"] == "pos":
        return f"{_POS}, with custom exceptions or additions ({part})"
    language = LANGUAGES.get(match["name"])
    own = language.stopword_list()
    if own.signature() == part:
        words = pluralized(len(own), "word")
        whose = "list shipped for" if language.stopwords is True else "own list of"
        return f"the {words} of the {whose} {language.name} ({part})"
    here = f"shipped with textmetrics {__version__}"
    if language.stopwords is not True:
        here = "registered now"
    return (
        f"those of a list for {language.name} ({part}) that is not the one {here} "
        f"({own.signature()})"
    )


_POS = "words that the tokenizer marks as grammatical"


@dataclass(frozen=True, slots=True)
class ParsedSignature:
    """A signature, read and checked.

    Attributes:
        metrics: the metrics that it names, if any.
        fields: its fields behind metric and headline, as they are written.
        preset: the definition.
        options: the values of the preset's options, also of those that no field shows.
        representative_metric: one of its metrics; if it names none, the preset's first that it
            could be of.
    """

    metrics: tuple[Metric, ...]
    fields: Mapping[str, str]
    preset: Preset
    options: tuple[tuple[str, Any], ...]
    representative_metric: Metric


def parse_signature(text: str) -> ParsedSignature:
    """Parse a signature, or the part of it that tables print.

    Raises:
        ValueError: if it is not a signature, or names something unknown; the message says what
            was expected.
        ImportError: if a tokenizer that it may name is not installed.

    Examples:
        >>> parse_signature("f1: tok:cmrc2018|refs:1|preset:cmrc2018|v:0.1.0").metrics[0].summary
        'harmonic mean of token precision and recall, tokens in the longest run that both have'
    """
    names, headline, fields = _split(text.strip().rpartition("signature: ")[2])
    if "preset" not in fields:
        raise ValueError(f"no field preset: is it truncated? Expected {_FORM}")
    preset = PRESETS.get(fields["preset"])
    _check_values(fields)
    known: dict[str, None] = {}
    fault = ""
    for options, available in _candidates(preset, fields):
        known |= dict.fromkeys(available)
        metrics = [available[name] for name in names or available if name in available]
        faults = [_fault(metric, preset, options, fields, headline) for metric in metrics]
        if names and len(metrics) == len(names) and not any(faults):
            return ParsedSignature(tuple(metrics), fields, preset, options, metrics[0])
        if not names and not all(faults):
            return ParsedSignature((), fields, preset, options, metrics[faults.index("")])
        fault = fault or next(filter(None, faults), "")
    if unknown := [name for name in names if name not in known]:
        fault = f"unknown metric {short_repr(unknown[0])} of preset {preset.name!r}: "
        fault += f"{suggest(unknown[0], known)}known: {', '.join(known)}"
    raise ValueError(fault)


def _split(text: str) -> tuple[tuple[str, ...], str, dict[str, str]]:
    """Return the metrics and the headline, where they are named, and the fields."""
    names: tuple[str, ...] = ()
    headline = ""
    if match := _AFTER_METRICS.fullmatch(text):
        names, text = tuple(match[1].split(", ")), match[2]
    parts = text.split("|")
    if not names and ":" not in parts[0]:
        names, headline, parts = (parts[0],), parts[1] if len(parts) > 1 else "", parts[2:]
        if not headline or ":" in headline:
            raise ValueError(f"{short_repr(text)} is not a signature: expected {_FORM}")
    fields: dict[str, str] = {}
    for part in parts:
        name, colon, value = part.partition(":")
        if not (name and colon and value):
            raise ValueError(
                f"{short_repr(part)} is not a field: expected a name, a colon and a value"
            )
        if name in fields:
            raise ValueError(f"the field {short_repr(name)} occurs twice: expected it once")
        fields[name] = value
    return names, headline, fields


def _check_values(fields: Mapping[str, str]) -> None:
    """Check the fields that are the same under every preset."""
    for name, pattern, example in (
        ("refs", _REFERENCES, "a number of references, or 1-4 for one to four"),
        ("v", _VERSION, "a version such as 0.1.0"),
        ("norm", re.compile("nfkc2-casefold"), "nfkc2-casefold"),
    ):
        if name in fields and not pattern.fullmatch(fields[name]):
            raise ValueError(
                f"{name}:{short_repr(fields[name])[1:-1]} cannot be: expected {example}"
            )


def _candidates(
    preset: Preset, fields: Mapping[str, str]
) -> Iterator[tuple[tuple[tuple[str, Any], ...], Mapping[str, Metric]]]:
    """Yield the options that a signature may have, each with the metrics that they make.

    Options that no field shows can be told by the tokens. Candidates are made one by one, since
    later ones may need packages.
    """
    shown = {
        option.name: _value(option, fields[option.name])
        for option in preset.options
        if option.shown and option.name in fields
    }
    _check_names(preset, fields, preset.known(preset.checked(shown)))
    hidden = [option for option in preset.options if not option.shown]
    choices = [(*_possible(option), *_within(option, fields)) for option in hidden]
    missing: ImportError | None = None
    for values in itertools.product(*choices):
        others = dict(zip((option.name for option in hidden), values, strict=True))
        options = preset.checked(shown | others)
        try:
            available = preset.known(options)
        except ImportError as error:
            missing = error
            continue
        yield options, available
    tokens = fields.get("tok", "")
    if missing is not None and any(name in tokens for name in _OF_PACKAGES):
        raise missing


def _possible(option: PresetOption) -> tuple[Any, ...]:
    """Return the values that an option may have: its default first, alone if they are no list."""
    values = (False, True) if isinstance(option.default, bool) else option.choices
    return tuple(dict.fromkeys((option.default, *values)))


def _within(option: PresetOption, fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of an option without choices that the end of the tokens may be."""
    if option.form is None or option.choices or option.default is not None:
        return
    *_, text = fields.get("tok", "").split("+")
    while "," in text:
        text = text.partition(",")[2]
        with suppress(TypeError, ValueError):
            yield option.checked(text)


def _check_names(
    preset: Preset, fields: Mapping[str, str], available: Mapping[str, Metric]
) -> None:
    before = dict.fromkeys(name for each in available.values() for name in _before(each))
    known = (*before, *(option.name for option in preset.options if option.shown), *_LAST_FIELDS)
    for name in fields:
        if name not in (*known, *_OPTIONAL_FIELDS):
            near = suggest(name, known)
            raise ValueError(
                f"unknown field {short_repr(name)}: {near}a signature of preset {preset.name!r} "
                f"has {', '.join(known)}"
            )


def _value(option: PresetOption, text: str) -> Any:
    """Return an option's value as a signature shows it.

    Raises:
        ValueError: if it is not a possible value.
    """
    of_text = option.default is None and (option.form or option.choices)
    kind = str if of_text else type(option.default)
    value: Any = text
    try:
        if kind is bool:
            value = {"yes": True, "no": False}[text]
        elif kind is not str:
            value = int(text) if kind is int else float(text)
    except (KeyError, ValueError):
        expected = "yes or no" if kind is bool else "a number"
        fault = f"{option.name}:{short_repr(text)[1:-1]} cannot be: expected {expected}"
        raise ValueError(fault) from None
    return option.checked(value)


def _fault(
    metric: Metric,
    preset: Preset,
    options: tuple[tuple[str, Any], ...],
    fields: Mapping[str, str],
    headline: str,
) -> str:
    """Return why a signature cannot be one of a metric; empty if it can."""
    if headline and headline != metric.headline:
        return (
            f"the headline of {metric.name} is {metric.headline!r} under preset {preset.name!r}, "
            f"got {short_repr(headline)}"
        )
    shows = [each.partition(":")[0] for each in preset.described(metric.name, options)]
    expected = [*_before(metric), *shows, *_LAST_FIELDS]
    if missing := [name for name in expected if name not in fields]:
        return (
            f"fields are missing: {', '.join(missing)}; is it truncated? Expected "
            f"{', '.join(expected)}"
        )
    if surplus := [name for name in fields if name not in (*expected, *_OPTIONAL_FIELDS)]:
        return f"{metric.name} has no field {', '.join(surplus)}: expected {', '.join(expected)}"
    name = expected[0]
    if metric.view is not None and not _pattern(metric).fullmatch(fields[name]):
        views = "+".join(view.described() for view in _views(metric))
        return (
            f"{name}:{short_repr(fields[name])[1:-1]} is not of {metric.name} under preset "
            f"{preset.name!r}: expected {views}, or another version or option of it"
        )
    return ""


def _before(metric: Metric) -> tuple[str, ...]:
    """Return the fields that say what a metric compares, which come before all others."""
    if metric.view is None:
        return _TOKEN_FIELDS
    return ("judge",) if isinstance(metric.view, Judge) else ("tok",)


def _views(metric: Metric) -> list[View | Judge]:
    return [view for view in (metric.view, metric.words) if view is not None]


def _pattern(metric: Metric) -> re.Pattern[str]:
    """Return the pattern of a metric's tokens, whatever versions are installed."""
    patterns = []
    for view in _views(metric):
        name = f"(?:{_anywhere(view.name)}|{_anywhere(view.described())})"
        patterns.append(rf"{name}(?:\+{name})*")  # repeated if a dictionary changed
    return re.compile(r"\+".join(patterns))


def _anywhere(shown: str) -> str:
    """Return the pattern of what other installations show in its place."""
    pattern, at = "", 0
    for part in re.finditer("|".join(f"({each})" for each in _CHANGES), shown):
        pattern += f"{re.escape(shown[at : part.start()])}(?:{_CHANGES[(part.lastindex or 1) - 1]})"
        at = part.end()
    return pattern + re.escape(shown[at:])


_TOKEN_FIELDS = ("lang", "tok", "norm", "stop")
_LAST_FIELDS = ("refs", "preset", "v")
_OPTIONAL_FIELDS = ("extract", "convert")
_FORM = "metric|headline|tok:…|refs:…|preset:…|v:…, or its fields alone"
# Tables print the metrics before the fields where not all share them.
_AFTER_METRICS = lazy_pattern(r"(\w+(?:, \w+)*): (.*)", re.DOTALL)
_REFERENCES = lazy_pattern(r"[1-9][0-9]*(?:-[1-9][0-9]*)?")
_VERSION = lazy_pattern(r"[0-9]+(?:\.[0-9a-z+]+)+")
_OF_PACKAGES = ("ja-mecab", "snowball")
# What changes with the installed packages, their versions or dictionaries.
_CHANGES = (
    r"jieba(?:-[^,+|]+)?",
    r"(?:no-)?punkt",
    r"no-wordnet|wordnet-[0-9.]+",
    r"no-sympy|sympy-[0-9.]+(?:,latex2sympy-[0-9.]+)?",
    r"unidic\w*-\w+",
    r"(?<=[A-Za-z]-)[0-9]+(?:\.[0-9]+)+",
)
