"""Samples on their way through the pipeline, and how arguments become samples."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from textmetrics._columns import is_table, listed
from textmetrics._escape import short_repr
from textmetrics._options import options_of
from textmetrics.evaluation.options import PresetOptions, TokenOptions
from textmetrics.evaluation.settings import ScoringSettings
from textmetrics.languages import LANGUAGES, is_blank, one_language, suggest_language
from textmetrics.presets import PRESETS, Preset
from textmetrics.scan import KeptTexts, Texts, are_texts

__all__ = [
    "PreparedReferences",
    "References",
    "Sample",
    "Samples",
    "Strings",
    "as_list",
    "check_predictions",
    "check_references",
    "checked_text",
    "pair_samples",
    "with_names",
]

Strings = str | Iterable[str]
References = Strings | Iterable[str | None]
"""Those of a sample: ``None`` for a missing one, where the preset allows that."""


class Sample(NamedTuple):
    """One prediction and its references.

    Attributes:
        prediction: the text; ``None`` (a null in a file) counts as an empty answer.
        references: one or more texts.
        lang: the language code, ``None`` if it is not decided yet.
        record: what the caller wants back beside the scores.
        outcome: how its request ended, if not with an answer: a name in ``OUTCOMES``.
        values: what the preset's original takes of it beside its texts, by the name of the option.
        id: its name among all samples, if it has one.
    """

    prediction: str | None
    references: tuple[str, ...]
    lang: str | None = None
    record: Any = None
    outcome: str | None = None
    values: Mapping[str, Any] | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """Many samples, without an object for each.

    Attributes:
        texts: predictions and references; a null prediction is empty.
        langs: each sample's language; ``None`` or ``UNDECIDED`` if it is not decided yet.
        nulls: indices of the predictions that are null.
        guessed: indices of samples whose language other references decided: Han without kana,
            short texts in Latin letters, and those without text.
        records: what the caller wants back beside the scores, if anything.
        outcomes: how requests ended, by the index of the sample, where not with an answer.
        values: what the preset's original takes of each sample beside its texts, by the name of
            the option.
        ids: each sample's name among all samples; ``None`` for one without, or if none has one.
        groups: the name of each sample's group; ``None`` if they are independent.
    """

    texts: Texts
    langs: Sequence[str | None]
    nulls: frozenset[int] = frozenset()
    guessed: frozenset[int] = frozenset()
    records: Sequence[Any] | None = None
    outcomes: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ids: Sequence[str | None] | None = None
    groups: Sequence[str] | None = None

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Samples:
        """Collect single samples."""
        predictions, references, langs, records, ends, values, ids = zip(*samples, strict=True)
        nulls = frozenset(at for at, text in enumerate(predictions) if text is None)
        if nulls:
            predictions = tuple(text or "" for text in predictions)
        outcomes = {at: end for at, end in enumerate(ends) if end is not None}
        return cls(
            Texts.of(predictions, references),
            langs,
            nulls,
            records=records,
            outcomes=outcomes,
            values={name: [each[name] for each in values] for name in values[0] or ()},
            ids=None if set(ids) == {None} else ids,
        )

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.texts)

    def slice(self, begin: int, end: int) -> Samples:
        """Return the samples from one index to before another."""
        if begin == 0 and end >= len(self):
            return self
        return Samples(
            self.texts.slice(begin, end),
            self.langs[begin:end],
            _moved(self.nulls, begin, end),
            _moved(self.guessed, begin, end),
            None if self.records is None else self.records[begin:end],
            {at - begin: each for at, each in self.outcomes.items() if begin <= at < end},
            {name: column[begin:end] for name, column in self.values.items()},
            None if self.ids is None else self.ids[begin:end],
            None if self.groups is None else self.groups[begin:end],
        )

    def take(self, places: Sequence[int]) -> Samples:
        """Return the samples at some indices."""
        new = {at: place for place, at in enumerate(places)}
        return Samples(
            self.texts.take(places),
            [self.langs[at] for at in places],
            frozenset(new[at] for at in self.nulls if at in new),
            frozenset(new[at] for at in self.guessed if at in new),
            None if self.records is None else [self.records[at] for at in places],
            {new[at]: each for at, each in self.outcomes.items() if at in new},
            {name: [column[at] for at in places] for name, column in self.values.items()},
            None if self.ids is None else [self.ids[at] for at in places],
            None if self.groups is None else [self.groups[at] for at in places],
        )

    def without_answers(self, places: Collection[int]) -> Samples:
        """Return the same samples, with null for the predictions of requests that failed.

        Args:
            places: indices of these samples.
        """
        if not places:
            return self
        predictions = list(self.texts.predictions)
        for at in places:
            predictions[at] = ""
        texts = replace(self.texts, predictions=predictions)
        return replace(
            self,
            texts=texts,
            nulls=self.nulls | frozenset(places),
            outcomes={**self.outcomes, **dict.fromkeys(places, "failed")},
        )

    def decided(self, han: str | None, latin: str, blank: str) -> Samples:
        """Return the samples with a language for those that have none yet.

        Args:
            han: for Han without kana; ``None`` if that is not decided.
            latin: for those in Latin letters; ``UNDECIDED`` if that is not decided.
            blank: for those whose references are empty; ``UNDECIDED`` if that is not decided.
        """
        if not (han or latin or blank) or all(self.langs):
            return self
        langs = list(self.langs)
        undecided = [at for at, own in enumerate(langs) if not own]
        for at in undecided:
            if langs[at] is None:
                langs[at] = han
            else:
                langs[at] = blank if blank != latin and self.is_blank(at) else latin
        guessed = frozenset(at for at in undecided if langs[at])
        return replace(self, langs=langs, guessed=self.guessed | guessed)

    def is_blank(self, at: int) -> bool:
        """Return whether the references at an index are empty, or nothing but white space."""
        if self.texts.bounds is None:
            return is_blank(self.texts.references[at])
        return all(map(is_blank, self.texts.references_of(at)))

    def places(self) -> dict[str, Sequence[int] | None]:
        """Return the indices of each language's samples; ``None`` if they are all of them."""
        first = str(self.langs[0])
        if self.langs.count(first) == len(self):
            return {first: None}
        places: dict[str, list[int]] = {}
        for at, lang in enumerate(self.langs):
            places.setdefault(str(lang), []).append(at)
        return dict(places)


class PreparedReferences:
    """Tokenized references, whose language is decided: the result of ``prepare``.

    Can be pickled; another process tokenizes them again when it first needs them.
    """

    def __init__(self, samples: Samples, settings: ScoringSettings) -> None:
        kept = KeptTexts(samples.texts.references)
        places = np.arange(len(kept.texts))
        self._samples = replace(samples, texts=replace(samples.texts, kept=kept, places=places))
        self._settings = settings

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._samples)

    def __repr__(self) -> str:
        """Show their number and languages."""
        langs = ", ".join(sorted(self._samples.places()))
        return f"<{len(self):,} prepared references, lang: {langs}>"

    def samples(self, predictions: list[str]) -> Samples:
        """Return samples of these references and the given predictions, one for each."""
        texts: Texts = replace(self._samples.texts, predictions=predictions)
        return replace(self._samples, texts=texts)

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the given options, completed by those the references were prepared with."""
        options = dict(given)
        defaults = options_of(TokenOptions, PresetOptions)
        for name, prepared in self._settings.token_options().items():
            value = options.get(name, defaults[name].default)
            if type(value) is type(defaults[name].default) and value == defaults[name].default:
                options[name] = prepared
        if options["preset"] == self._settings.preset:
            options |= {
                name: prepared
                for name, prepared in self._settings.preset_options
                if given.get(name) is None
            }
        return options

    def check(self, settings: ScoringSettings) -> None:
        """Raise an error if settings differ from those that the references were prepared with.

        Raises:
            ValueError: if they do; the message names the differences.
        """
        if difference := self._settings.token_difference(settings, "when prepared", "now"):
            raise ValueError(
                f"the references were prepared with other options; these differ in {difference}: "
                "give the same ones or leave them out, or prepare the references again"
            )


def pair_samples(
    predictions: Strings,
    references: Strings | Iterable[References],
    langs: Iterable[str | None] | None,
    preset: str,
) -> Samples:
    """Pair predictions with references.

    Raises:
        TypeError: if something is not a text; the message names the index.
        ValueError: if lengths differ, a sample has no reference or a text is not Unicode.
    """
    chosen = PRESETS.get(preset)
    if isinstance(predictions, str):
        prediction = checked_text(predictions, "the prediction")
        texts = Texts.of([prediction], [_one_sample_references(references, chosen)])
        return Samples(texts, _aligned(langs, 1))
    prediction_list = as_list(predictions, "predictions")
    if isinstance(references, str):
        raise TypeError(
            "references is one string, but predictions is not: give two lists of one length, "
            "or two strings"
        )
    reference_list = as_list(references, "references")
    if len(prediction_list) != len(reference_list):
        raise ValueError(
            f"{len(prediction_list):,} predictions but {len(reference_list):,} references: give "
            "one reference, or one list of references, for each prediction"
        )
    if not prediction_list:
        raise ValueError("no samples: predictions and references are empty")
    languages = _aligned(langs, len(prediction_list))
    prediction_list = _checked_texts(prediction_list)
    if are_texts(reference_list):
        return Samples(Texts(prediction_list, reference_list), languages)
    checked = [
        _references(each, f"references[{at}]", chosen) for at, each in enumerate(reference_list)
    ]
    return Samples(Texts.of(prediction_list, checked), languages)


def with_names(samples: Samples, ids: object, groups: object) -> Samples:
    """Return samples with their ids and the names of their groups, as texts.

    Raises:
        TypeError: if one is neither a string nor an integer.
        ValueError: if there is not one per sample.
    """
    if ids is None and groups is None:
        return samples
    count = len(samples)
    return replace(samples, ids=_names(ids, "ids", count), groups=_names(groups, "groups", count))


def _names(given: object, where: str, count: int) -> list[str] | None:
    if given is None:
        return None
    names = [given] if count == 1 and isinstance(given, str) else as_list(given, where)
    if len(names) != count:
        raise ValueError(f"{count:,} samples but {len(names):,} {where}: give one per sample")
    for at, name in enumerate(names):
        if isinstance(name, bool) or not isinstance(name, (str, int, np.integer)):
            raise TypeError(
                f"{where} must be strings or integers, got {type(name).__name__} as {where}[{at}]"
            )
    return list(map(str, names))


def check_predictions(predictions: Strings, references: int) -> list[str]:
    """Return predictions as a list, one for each prepared reference.

    Raises:
        TypeError: if something is not a text; the message names the index.
        ValueError: if there are more or fewer.
    """
    if isinstance(predictions, str):
        texts = [checked_text(predictions, "the prediction")]
    else:
        texts = _checked_texts(as_list(predictions, "predictions"))
    if len(texts) != references:
        raise ValueError(
            f"{len(texts):,} predictions but {references:,} prepared references: give one "
            "prediction for each"
        )
    return texts


def _checked_texts(predictions: list[Any]) -> list[str]:
    """Return predictions if all are texts."""
    if are_texts(predictions):
        return predictions
    return [checked_text(text, f"predictions[{at}]") for at, text in enumerate(predictions)]


def _one_sample_references(references: object, preset: Preset) -> tuple[str, ...]:
    if isinstance(references, str):
        return (checked_text(references, "the reference"),)
    return _several(references, "references", preset)


def _references(reference: object, where: str, preset: Preset) -> tuple[str, ...]:
    if isinstance(reference, str):
        return (checked_text(reference, where),)
    if not isinstance(reference, Iterable):
        raise TypeError(f"{where} must be a string or a list of strings, {_found(reference)}")
    return _several(reference, where, preset)


def _several(references: object, where: str, preset: Preset) -> tuple[str, ...]:
    """Return the references of one sample, without missing ones."""
    found = as_list(references, where)
    if not found and preset.unanswerable:
        return ("",)  # which no list has then
    if not found:
        raise ValueError(f"{where} is an empty list: every sample needs at least one reference")
    nulls = [index for index, text in enumerate(found) if text is None]
    if nulls and not preset.missing:
        takes = ", ".join(each.name for each in PRESETS if each.missing)
        raise TypeError(
            f"{where}[{nulls[0]}] is None: leave a missing reference out, or give '' for "
            f"one that is empty (None is allowed under preset {takes})"
        )
    texts = tuple(
        checked_text(text, f"{where}[{index}]")
        for index, text in enumerate(found)
        if text is not None
    )
    if preset.unanswerable:
        return tuple(text or " " for text in texts)
    if not texts:
        raise ValueError(f"{where} has nothing but None: every sample needs at least one reference")
    return texts


def check_references(texts: Texts, settings: ScoringSettings, before: int = 0) -> None:
    """Raise an error if a sample has more references than the preset takes.

    Args:
        texts: the texts of all samples.
        settings: the preset and the metrics.
        before: the number of samples before these, for the message.

    Raises:
        ValueError: if one has; the message names its index.
    """
    if texts.bounds is None or settings.several:
        return
    numbers = np.diff(texts.bounds)
    if len(several := np.flatnonzero(numbers > 1)):
        first = several[0]
        names = PRESETS.get(settings.preset).several_for
        raise ValueError(
            f"preset={settings.preset!r} takes one reference per sample, as its original does, but "
            f"sample {before + first:,} (from 0) has {numbers[first]:,}: leave all but one out"
            + f", or choose a metric that takes several: {', '.join(names)}"
            * bool(names)
        )


def as_list(texts: object, where: str) -> list[Any]:
    """Return an iterable of texts as a list; ``where`` names it in errors."""
    if type(texts) is list:  # mostly
        return texts.copy()
    if is_table(texts):
        raise TypeError(f"{where} is a table: give one of its columns")
    if isinstance(texts, (Mapping, Set, bytes, bytearray, memoryview)) or not isinstance(
        texts, Iterable
    ):
        raise TypeError(f"{where} must be a string or a list of strings, {_found(texts)}")
    try:
        return listed(texts)
    except TypeError:  # an array without a dimension
        raise TypeError(f"{where} must be a string or a list of strings, {_found(texts)}") from None


def checked_text(text: object, where: str) -> str:
    """Return a text; ``where`` names it in errors."""
    if not isinstance(text, str):
        raise TypeError(f"{where} must be a string, {_found(text)}")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"{where} has a lone surrogate (\\u{ord(text[error.start]):04x}) at character "
                f"{error.start}: decode the text with errors='replace'"
            ) from None
    return str.__str__(text)  # a subclass may show something else than its text


def _found(thing: object) -> str:
    """Return what was found, and what to do about the usual suspects."""
    kind = type(thing).__name__
    if isinstance(thing, (bytes, bytearray, memoryview)):
        return f"got {kind}: decode it with .decode('utf-8')"
    is_nan = isinstance(thing, float) and thing != thing  # noqa: PLR0124 - only NaN does so
    if thing is None or is_nan or kind in ("NAType", "NaTType", "MaskedConstant"):
        return f"got {thing!r}: give '' for a missing answer"
    if hasattr(thing, "as_py"):
        return f"got {kind} of pyarrow: give the array, or .as_py()"
    shown = repr(thing)
    return f"got {kind}: {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _aligned(langs: Iterable[str | None] | None, count: int) -> list[str | None]:
    if langs is None:
        return [None] * count
    if isinstance(langs, str):
        raise TypeError(
            "langs must be a list with one language per sample; for one language use lang="
        )
    languages = listed(langs)
    if len(languages) != count:
        raise ValueError(f"{count:,} samples but {len(languages):,} langs")
    known = LANGUAGES.names()
    if all(lang is None or lang in known for lang in languages):
        return languages
    return [None if lang is None else _code(lang, index) for index, lang in enumerate(languages)]


def _code(lang: object, index: int) -> str:
    """Return the code of the language that one of ``langs`` names."""
    near = ""
    if isinstance(lang, str):
        try:
            return one_language(lang)
        except ValueError:
            near = suggest_language(lang)
    raise ValueError(
        f"langs[{index}] is {short_repr(lang)}: {near}give one of {', '.join(LANGUAGES.names())}, "
        "or None to let the references decide"
    )


def _moved(places: frozenset[int], begin: int, end: int) -> frozenset[int]:
    return frozenset([at - begin for at in places if begin <= at < end])
