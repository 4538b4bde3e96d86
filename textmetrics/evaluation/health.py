"""Anomalies in the data: bad data makes good-looking numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._escape import pluralized
from textmetrics.answers import (
    EXTRACTORS,
    Extraction,
    ExtractionTally,
    has_thoughts,
    would_change,
)
from textmetrics.evaluation.operators import equal_without_signs
from textmetrics.evaluation.outcomes import OUTCOMES
from textmetrics.evaluation.pipeline import CountedSamples
from textmetrics.evaluation.samples import Samples
from textmetrics.kernels import Counts
from textmetrics.languages import (
    LANGUAGES,
    UNDETERMINED,
    UNSPACED_SCRIPTS,
    Characters,
    Scope,
    count_characters,
)
from textmetrics.scan import Judge, Texts, View

__all__ = ["ExtractionHealth", "Health", "LengthPairs", "wordless_samples"]

# What separates turns and ends texts in chat templates: Qwen, Llama, Gemma, DeepSeek (with wide
# bars) and others.
_WRITTEN_LIST = r"""(?s)\[\s*['"].*['"]\s*,?\s*\]\s*"""
_TEMPLATE = r"<\|\w{1,30}\|>|<｜[^<>｜]{1,30}｜>|</s>|<(?:start|end)_of_turn>|<eos>"


@dataclass
class Health:
    """Numbers of samples, unless stated otherwise.

    Attributes:
        samples: all.
        languages: by language.
        empty_predictions: nothing but white space; the null ones are among them.
        null_predictions: null in a file, scored as an empty answer; without those whose outcome is
            known.
        outcomes: predictions by how their request ended, where not with an answer; see
            docs/formats.md.
        unanswered: those of them that are empty.
        empty_references: no reference has anything but white space.
        unusable_references: a metric of letters or numbers cannot judge by a reference; a sample
            with no other one was left out.
        number_rules: predictions by the rule that found their number; see docs/answers.md.
        nothing_dropped: every reference was stopwords or punctuation only, so that nothing was
            dropped.
        emptied_predictions: the prediction was stopwords or punctuation only, so that nothing was
            left to compare.
        references_left_out: references of stopwords or punctuation only, left out because another
            one of the sample was not.
        other_script: most letters of the prediction are in a script that neither the language nor
            a reference has.
        guessed_japanese: the references have Han but no kana; taken for Japanese because of the
            other references.
        other_language: the prediction has kana, and a Chinese reference none; or no kana, or
            characters that only simplified Chinese has, unlike its Japanese references.
        other_variant: the prediction is in traditional Chinese and the references in simplified,
            or the reverse.
        undetermined: in no known language, found by ``lang="auto"``; no stopwords are dropped.
        wordless: in Thai, Lao, Khmer or Burmese, and tokenized by no tokenizer that was chosen:
            each character is a token.
        undivided: in a script without spaces, but tokenized at spaces.
        equal_without_signs: the prediction equals a reference only because the operators of a
            formula or a program were dropped, as in ``x-1`` and ``x*1``.
        repetitive: fewer than 30 % of the prediction's 4-grams are distinct.
        thinking: a mark of thoughts in the prediction, such as ``<think>``.
        code_fences: ````` ``` ````` in the prediction.
        template_marks: a mark of a chat template in the prediction, such as ``<|im_end|>``.
        written_lists: the only reference is a list of texts, written as one text.
        words: tokens in all texts, without punctuation.
        words_dropped: those of them that were stopwords.
        lengths: samples by the lengths of prediction and reference.
        extraction: what the extraction of answers changed, or would change.
    """

    samples: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    empty_predictions: int = 0
    null_predictions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    empty_references: int = 0
    unusable_references: int = 0
    number_rules: Counter[str] = field(default_factory=Counter)
    nothing_dropped: int = 0
    emptied_predictions: int = 0
    references_left_out: int = 0
    other_script: int = 0
    guessed_japanese: int = 0
    other_language: int = 0
    other_variant: int = 0
    undetermined: int = 0
    wordless: int = 0
    undivided: int = 0
    equal_without_signs: int = 0
    repetitive: int = 0
    thinking: int = 0
    code_fences: int = 0
    template_marks: int = 0
    written_lists: int = 0
    words: int = 0
    words_dropped: int = 0
    lengths: LengthPairs = field(default_factory=lambda: LengthPairs())  # noqa: PLW0108
    extraction: ExtractionHealth = field(default_factory=lambda: ExtractionHealth())  # noqa: PLW0108

    def add(self, counted: CountedSamples) -> None:
        """Add samples: their texts, what was seen of them, and their counts."""
        samples, facts = counted.samples, counted.facts
        self.samples += len(samples)
        self.languages.update(counted.languages)
        self.null_predictions += len(samples.nulls - samples.outcomes.keys())
        if samples.outcomes:
            self.outcomes.update(samples.outcomes.values())
            self.unanswered += int(np.sum(facts.has_prediction[list(samples.outcomes)] == 0))
        marked = np.flatnonzero(facts.marked).tolist()
        self._add_marks([samples.texts.predictions[at] for at in marked])
        everything = facts.scope == Scope.EVERYTHING
        self.empty_predictions += len(samples) - int(facts.has_prediction.sum())
        self.empty_references += len(samples) - int(facts.has_reference.sum())
        self.nothing_dropped += int(facts.has_reference[everything].sum())
        self.emptied_predictions += int(facts.emptied.sum())
        self.other_script += int(facts.other_script.sum())
        self._add_languages(counted)
        self.guessed_japanese += sum(samples.langs[at] == "ja" for at in samples.guessed)
        self.repetitive += int(facts.repetitive.sum())
        self._add_views(counted)
        self.equal_without_signs += equal_without_signs(counted)
        self._add_lists(samples.texts.references, len(samples))
        self._add_judged(counted.counts)
        self.words += int(facts.words.sum())
        self.words_dropped += int(facts.dropped.sum())
        self.references_left_out += int(facts.left_out.sum())
        self.lengths.add(
            counted.first["prediction_length"][counted.first.offsets[:-1]],
            counted.first["closest_length"],
        )

    def _add_languages(self, counted: CountedSamples) -> None:
        for lang, check in (("zh", _not_chinese), ("ja", _not_japanese)):
            if lang not in counted.languages:
                continue
            places = counted.samples.places()[lang]
            samples = counted.samples if places is None else counted.samples.take(places)
            texts = samples.texts
            found = count_characters(texts.predictions)
            references = count_characters(texts.references)
            if texts.bounds is not None:
                summed = (np.add.reduceat(each, texts.bounds[:-1]) for each in references)
                references = Characters(*summed)
            other = check(texts, found, references)
            self.other_language += int(other.sum())
            if lang == "zh":
                balance = found.simplified - found.traditional
                expected = references.simplified - references.traditional
                self.other_variant += int((~other & (balance * expected < 0)).sum())

    def _add_views(self, counted: CountedSamples) -> None:
        if any(isinstance(view, View) and view.spaced for view in counted.counts):
            self.undivided += sum(
                count
                for code, count in counted.languages.items()
                if not set(UNSPACED_SCRIPTS).isdisjoint(LANGUAGES.get(code).scripts)
            )
            self.undivided += wordless_samples(counted)

    def _add_judged(self, counted: Mapping[View | Judge | None, Counts]) -> None:
        judged = [(view, counts) for view, counts in counted.items() if isinstance(view, Judge)]
        if not judged:
            return
        unusable = [
            np.minimum.reduceat(counts["reference_length"], counts.offsets[:-1]) == 0
            for _, counts in judged
        ]
        self.unusable_references += int(np.any(unusable, axis=0).sum())
        for judge, counts in judged:
            found = np.bincount(counts["rule"][counts.offsets[:-1]], minlength=1)[1:].tolist()
            self.number_rules.update(
                {rule: count for rule, count in zip(judge.rules, found, strict=False) if count}
            )

    def _add_lists(self, references: Sequence[str], samples: int) -> None:
        # Where there are such lists, nearly every reference is one: the others are not searched.
        if len(references) == samples and any(each[:1] == "[" for each in references[:100]):
            self.written_lists += sum(
                each[:1] == "[" and re.fullmatch(_WRITTEN_LIST, each) is not None
                for each in references
            )

    def _add_marks(self, predictions: Sequence[str]) -> None:
        self.thinking += sum(map(has_thoughts, predictions))
        self.code_fences += sum("```" in text for text in predictions)
        self.template_marks += sum(re.search(_TEMPLATE, text) is not None for text in predictions)

    def merge(self, other: Health) -> None:
        """Add another one."""
        for each in fields(self):
            value, added = getattr(self, each.name), getattr(other, each.name)
            if isinstance(value, Counter):
                value.update(added)
            elif isinstance(value, (LengthPairs, ExtractionHealth)):
                value.merge(added)
            else:
                setattr(self, each.name, value + added)

    def copy(self) -> Health:
        """Return an independent copy: more samples may come."""
        return replace(
            self,
            languages=Counter(self.languages),
            number_rules=Counter(self.number_rules),
            outcomes=Counter(self.outcomes),
            lengths=self.lengths.copy(),
            extraction=self.extraction.copy(),
        )

    def _unstated(self) -> int:
        """Return how many answers are the last of several numbers, if that is one in a hundred."""
        last = self.number_rules["last"]
        return last if last * _ONE_IN >= self.number_rules.total() else 0

    @property
    def dropped_share(self) -> float:
        """Share of words that were dropped as stopwords, 0 to 1."""
        return self.words_dropped / self.words if self.words else 0.0

    def length_ratio(self, quantile: float) -> float | None:
        """Return a quantile of prediction length over reference length; ``None`` without lengths.

        It is the smallest ratio that at least this share of the samples does not exceed.
        """
        return self.lengths.quantile(quantile)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as plain Python objects."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["languages"] = dict(self.languages)
        plain["number_rules"] = dict(self.number_rules)
        plain["outcomes"] = dict(self.outcomes)
        plain["extraction"] = self.extraction.to_dict()
        del plain["lengths"]
        return plain | {
            "dropped_share": self.dropped_share,
            "length_ratio_median": self.length_ratio(0.5),
            "length_ratio_95th": self.length_ratio(0.95),
        }

    def remarks(self, *, command_line: bool = False) -> list[str]:
        """Return a sentence on each anomaly, with what helps.

        Args:
            command_line: whether to name the command-line option that helps.
        """
        empty = self.empty_predictions - self.null_predictions - self.unanswered
        # A single step is named beside its count, a chain of them in a remark of its own.
        advised = self.extraction.advised
        counted = {"think": self.thinking, "fence": self.code_fences}
        if len(advised) == 1 and any(counted[name] for name in advised.keys() & counted.keys()):
            advised = {}
        with_extract = "" if command_line else " with extract='{}'"
        ends = [
            (self.outcomes[name], each.what, each.advice, "") for name, each in OUTCOMES.items()
        ]
        anomalies = (
            *ends,
            (self.null_predictions, "null predictions", "scored as empty answers",
             "--prediction-field"),
            (empty, "empty predictions", "check the prediction field", "--prediction-field"),
            (self.empty_references, "empty references", "check the reference field",
             "--reference-field"),
            (self.unusable_references, "samples with a reference that a metric cannot judge by",
             "it was left out, and with no other one the sample too", ""),
            (self._unstated(), "predictions that state none of their numbers as the answer",
             "the last one was taken; ask for a marked answer", ""),
            (self.nothing_dropped, "references of stopwords only", "nothing dropped there",
             "--stopwords-remove"),
            (self.emptied_predictions, "predictions of stopwords only",
             "nothing left to compare", "--no-stopwords"),
            (self.references_left_out, "references of stopwords only, beside others",
             "left out", "--stopwords-remove"),
            (self.other_script, "predictions in another script",
             "set the language if it was detected wrongly", "--lang"),
            (self.guessed_japanese, "references of Han without kana taken for Japanese",
             "set the language, or one per record", "--lang"),
            (self.other_language, "predictions in another language, Chinese for Japanese or the "
             "reverse", "set the language if it was detected wrongly", "--lang"),
            (self.other_variant, "predictions in traditional Chinese for simplified, or the "
             "reverse", "convert both with OpenCC, convert='t2s'", "--convert t2s"),
            (self.undetermined, "samples in another language than English, Chinese or Japanese",
             "no stopwords dropped: set the language, or one per record", "--lang"),
            (self.wordless, "samples in Thai, Lao, Khmer or Burmese, where words cannot be told",
             "each character is a token: choose the tokenizer characters, or whitespace for text "
             "that is already cut", "--tokenizer"),
            (self.undivided, "samples in a script without spaces, cut at spaces alone",
             "choose a tokenizer of the preset that divides them, or another preset",
             "--tokenizer"),
            (self.equal_without_signs, "predictions equal only because signs were dropped",
             "the tokenizer code scores every sign", "--tokenizer code"),
            (self.repetitive, "repetitive predictions", "check the decoding", ""),
            (0 if "think" in advised else self.thinking, "predictions with <think>",
             f"cut it before scoring{with_extract.format('think')}", "--extract think"),
            (0 if "fence" in advised else self.code_fences, "predictions with a code fence",
             f"cut it before scoring{with_extract.format('fence')}", "--extract fence"),
            (self.written_lists, "references that are lists of texts, written as one text",
             "give lists, so that each text is a reference", "--reference-lists"),
            (self.template_marks, "predictions with a mark of a chat template",
             "decode without special tokens", ""),
        )  # fmt: skip
        remarks = [
            f"{what}: {count:,} ({hint}{f'; see {option}' if command_line and option else ''})"
            for count, what, hint, option in anomalies
            if count
        ]
        remarks += self.extraction.remarks(advised, command_line=command_line)
        median = self.length_ratio(0.5)
        if median is not None and not 0.5 <= median <= 2.0:
            length = "short" if median < 1 else "long"
            remarks.append(
                f"median prediction {median:.2f} × the reference's length ({length} answers: "
                "read precision and F1 beside recall)"
            )
        return remarks


# Han in an answer that would have kana if it was Japanese.
_MUCH_HAN = 8


def _not_chinese(texts: Texts, found: Characters, references: Characters) -> NDArray[np.bool_]:  # noqa: ARG001
    """Return which predictions have kana, two or more and a tenth, and references none."""
    much = (found.kana >= 2) & (10 * found.kana >= found.kana + found.han)
    other: NDArray[np.bool_] = much & (references.kana == 0)
    return other


def _not_japanese(texts: Texts, found: Characters, references: Characters) -> NDArray[np.bool_]:
    """Return which predictions have no kana, but are long or have what only Chinese has.

    A long name that is part of a reference is none.
    """
    long = (found.han >= _MUCH_HAN) & (references.kana > 0)
    chinese = (found.chinese > 0) & (references.chinese == 0)
    other: NDArray[np.bool_] = (found.kana == 0) & (long | chinese)
    for at in np.flatnonzero(other).tolist():
        name = texts.predictions[at].strip(" 。．.、「」\n")
        other[at] = not any(name in text for text in texts.references_of(at))
    return other


# Thai, Lao, Khmer, Burmese.
_WORDLESS = re.compile("[\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\ua9e0-\ua9fe\uaa60-\uaa7f]")


def wordless_samples(counted: CountedSamples) -> int:
    """Return the number of samples of no known language with references without spaces."""
    if UNDETERMINED not in counted.languages:
        return 0
    samples = counted.samples
    return sum(
        lang == UNDETERMINED and any(map(_WORDLESS.search, samples.texts.references_of(at)))
        for at, lang in enumerate(samples.langs)
    )


# Trying all extractors takes longer than scoring: the first predictions are kept, up to so many and
# so many characters, and tried when somebody reads the result.
_LOOKED_AT = 300
_CHARACTERS = 100_000
# An extractor is suggested if it changes one prediction in so many.
_ONE_IN = 100


def _nothing() -> ExtractionTally:
    return ExtractionTally(Extraction())


@dataclass
class ExtractionHealth:
    """What extraction changed in predictions, or would change if it was asked for.

    Attributes:
        tally: the extraction, and what its steps did.
        kept: some of the first predictions, if nothing is extracted, to try extractors on.
        characters: their length.
    """

    tally: ExtractionTally = field(default_factory=_nothing)
    kept: list[str] = field(default_factory=list)
    characters: int = 0

    @property
    def would_change(self) -> Counter[str]:
        """Number of the kept predictions that each extractor would change."""
        return Counter(step for text in self.kept for step in would_change(text))

    def extract(self, samples: Samples) -> Samples:
        """Return samples with answers in place of predictions, if there is an extraction."""
        predictions = samples.texts.predictions
        if self.tally.extraction.steps:
            answers = list(map(self.tally.apply, predictions))
            return replace(samples, texts=replace(samples.texts, predictions=answers))
        for text in predictions[: max(_LOOKED_AT - len(self.kept), 0)]:
            if self.characters + len(text) > _CHARACTERS:
                break
            self.characters += len(text)
            self.kept.append(text)
        return samples

    def merge(self, other: ExtractionHealth) -> None:
        """Add another one."""
        self.tally.merge(other.tally)
        self.kept += other.kept
        self.characters += other.characters

    def copy(self) -> ExtractionHealth:
        """Return an independent copy."""
        tally = replace(self.tally, by_step=list(self.tally.by_step))
        return ExtractionHealth(tally, list(self.kept), self.characters)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as plain Python objects."""
        tally = self.tally
        if not tally.extraction.steps:
            return {"looked_at": len(self.kept), "would_change": dict(self.would_change)}
        return {
            "steps": str(tally.extraction),
            "changed": tally.changed,
            "changed_by_step": tally.by_step,
            "emptied": tally.emptied,
            "slow": tally.slow,
        }

    @property
    def advised(self) -> dict[str, int]:
        """The extractors that would change one in a hundred of the kept predictions, or more.

        In the order in which they can be applied, with the number of predictions.
        """
        counts = self.would_change
        return {
            name: counts[name]
            for name in EXTRACTORS.names()  # none is counted where an extraction is asked for
            if counts[name] and counts[name] * _ONE_IN >= len(self.kept)
        }

    def remarks(self, advised: Mapping[str, int], *, command_line: bool) -> list[str]:
        """Return sentences on what was changed, or on the option that would change something.

        Args:
            advised: the extractors to name in that option.
            command_line: whether to name the command-line option.
        """
        if not self.tally.extraction.steps:
            return self._advice(advised, command_line=command_line)
        remarks = []
        tally = self.tally
        steps = tally.extraction.steps
        if any(tally.by_step):
            each = ", ".join(
                f"{step} {count:,}" for step, count in zip(steps, tally.by_step, strict=True)
            )
            emptied = f"; nothing was left of {tally.emptied:,}" if tally.emptied else ""
            remarks.append(
                f"predictions changed by extraction: {tally.changed:,} of {tally.texts:,} "
                f"({each}{emptied})"
            )
        if tally.slow:
            remarks.append(
                f"extractions that ran out of time: {tally.slow:,} (left as they were, so the "
                "score depends on the machine: write the pattern without nested repetition)"
            )
        return remarks

    def _advice(self, advised: Mapping[str, int], *, command_line: bool) -> list[str]:
        if not advised:
            return []
        each = ", ".join(f"{name} {count:,}" for name, count in advised.items())
        chain = ",".join(advised)
        option = f"--extract {chain}" if command_line else f"extract={chain!r}"
        looked = pluralized(len(self.kept), "prediction")
        return [f"extraction would change some of the first {looked}: {each} (see {option})"]


_LENGTH_BITS = 32  # of a length
_MOST_PAIRS = 1 << 16  # pairs that may wait to be counted


class LengthPairs:
    """Number of samples by pair of lengths: few numbers, however many samples."""

    def __init__(self) -> None:
        # Pairs, the prediction's length in the higher bits, and the number of each.
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._waiting = 0

    def add(self, predictions: NDArray[np.int64], references: NDArray[np.int64]) -> None:
        """Add samples by the lengths of both sides, except those whose reference is empty."""
        pairs = (predictions << _LENGTH_BITS | references)[references > 0]
        self._parts.append((pairs, np.ones_like(pairs)))
        self._waiting += len(pairs)
        if self._waiting > _MOST_PAIRS:
            self._parts = [self._counted()]
            self._waiting = 0

    def __repr__(self) -> str:
        """Show the number of samples."""
        return f"<lengths of {int(self._counted()[1].sum()):,} samples>"

    def copy(self) -> LengthPairs:
        """Return an independent copy."""
        twin = LengthPairs()
        twin._parts, twin._waiting = list(self._parts), self._waiting
        return twin

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]]) -> LengthPairs:
        """Restore what ``rows`` returned.

        Raises:
            ValueError: if a number is impossible.
        """
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        if not ((table >= [0, 1, 1]) & (table < 1 << _LENGTH_BITS)).all():
            raise ValueError(
                "lengths must be rows of a length, one of 1 or more, and a number of samples"
            )
        predictions, references, counts = table.astype(np.int64).T
        lengths = cls()
        lengths._parts = [(predictions << _LENGTH_BITS | references, counts)]
        return lengths

    def rows(self) -> list[tuple[int, int, int]]:
        """Return each pair of lengths, the prediction's first, and its number of samples."""
        pairs, counts = self._counted()
        columns = (pairs >> _LENGTH_BITS, pairs & (1 << _LENGTH_BITS) - 1, counts)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def merge(self, other: LengthPairs) -> None:
        """Add another one."""
        self._parts = [self._counted(), other._counted()]

    def quantile(self, share: float) -> float | None:
        """Return the smallest ratio that at least this share of the samples does not exceed."""
        pairs, counts = self._counted()
        if not len(pairs):
            return None
        ratios = (pairs >> _LENGTH_BITS) / (pairs & (1 << _LENGTH_BITS) - 1)
        order = np.argsort(ratios, kind="stable")
        seen = np.cumsum(counts[order])
        return float(ratios[order][np.searchsorted(seen, share * seen[-1])])

    def _counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the distinct pairs in order, and the number of each."""
        if not self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs, counts = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.argsort(pairs)
        pairs, counts = pairs[order], counts[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        if not len(first):
            return pairs, counts
        return pairs[first], np.add.reduceat(counts, first)
