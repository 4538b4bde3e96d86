"""Anomalies in the data: bad data makes good-looking numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import numpy as np

from textmetrics._cells import written_references
from textmetrics._patterns import lazy_pattern
from textmetrics.answers import (
    EXTRACTORS,
    Extraction,
    ExtractionTally,
    has_thoughts,
)
from textmetrics.evaluation.lengths import LengthPairs
from textmetrics.evaluation.looked_at import LookedAt
from textmetrics.evaluation.operators import equal_without_signs
from textmetrics.evaluation.other_language import other_languages
from textmetrics.evaluation.outcomes import OUTCOMES, counted
from textmetrics.evaluation.pipeline import CountedSamples
from textmetrics.evaluation.samples import Samples
from textmetrics.kernels import Counts, column_sums
from textmetrics.languages import (
    LANGUAGES,
    UNDETERMINED,
    UNSPACED_SCRIPTS,
    Scope,
)
from textmetrics.scan import Judge, View

__all__ = [
    "USUAL_LENGTHS",
    "Anomaly",
    "ExtractionHealth",
    "Health",
    "most_first",
    "wordless_samples",
]

# What separates turns and ends texts in chat templates: Qwen, Llama, Gemma, DeepSeek (with wide
# bars) and others.
_TEMPLATE = r"<\|\w{1,30}\|>|<｜[^<>｜]{1,30}｜>|</s>|<(?:start|end)_of_turn>|<eos>"


def most_first(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return names with their numbers, the largest first, in whatever order they were counted."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@dataclass(repr=False)
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
        empty_references: no reference has anything but white space; 0 under a preset whose
            questions may have no answer.
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
        other_language: the prediction is in Japanese and its references in Chinese, or the reverse;
            see docs/languages.md.
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
    lengths: LengthPairs = field(default_factory=LengthPairs)
    extraction: ExtractionHealth = field(default_factory=lambda: ExtractionHealth())  # noqa: PLW0108

    def __repr__(self) -> str:
        """Show the numbers that are not 0, and no text of a sample."""
        shown = []
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "extraction" and value:
                value = dict(value) if isinstance(value, Counter) else value
                shown.append(f"{each.name}={value!r}")
        return f"Health({', '.join(shown)})"

    def add(
        self, counted: CountedSamples, scored: Collection[View | Judge | None] = (None,)
    ) -> None:
        """Add samples: their texts, what was seen of them, and their counts.

        Args:
            counted: the samples.
            scored: the views of the metrics; what concerns tokens is left out where all of them
                are judges, since no token is scored then.
        """
        samples, facts = counted.samples, counted.facts
        self.samples += len(samples)
        self.languages.update(counted.languages)
        self.null_predictions += len(samples.nulls - samples.outcomes.keys())
        if samples.outcomes:
            self.outcomes.update(samples.outcomes.values())
            self.unanswered += int(np.sum(facts.has_prediction[list(samples.outcomes)] == 0))
        sums = dict(
            zip(_SUMMED, column_sums([getattr(facts, name) for name in _SUMMED]), strict=True)
        )
        if sums["marked"]:
            marked = np.flatnonzero(facts.marked).tolist()
            self._add_marks([samples.texts.predictions[at] for at in marked])
        self.empty_predictions += len(samples) - sums["has_prediction"]
        self.empty_references += len(samples) - sums["has_reference"]
        self.repetitive += sums["repetitive"]
        if not all(isinstance(view, Judge) and view.joined for view in scored):
            self._add_lists(samples.texts.references, len(samples))
        self._add_judged(counted.counts)
        if not all(isinstance(view, Judge) for view in scored):
            self._add_tokens(counted, sums)

    def _add_tokens(self, counted: CountedSamples, sums: Mapping[str, int]) -> None:
        samples, facts = counted.samples, counted.facts
        whole = (facts.scope > Scope.CONTENT) & (facts.dropped == 0)
        self.nothing_dropped += int(facts.has_reference[whole].sum())
        self.emptied_predictions += sums["emptied"]
        self.other_script += sums["other_script"]
        others = other_languages(counted)
        self.other_language += others.language
        self.other_variant += others.variant
        if "ja" in counted.languages:
            self.guessed_japanese += sum(
                samples.langs[at] == "ja" and not samples.is_blank(at) for at in samples.guessed
            )
        self._add_views(counted)
        self.equal_without_signs += equal_without_signs(counted)
        self.words += sums["words"]
        self.words_dropped += sums["dropped"]
        self.references_left_out += sums["left_out"]
        self.lengths.add(
            counted.first["prediction_length"][counted.first.offsets[:-1]],
            counted.first["closest_length"],
        )

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
                each[:1] == "[" and each[1:2] != "{" and bool(written_references(each))
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

    def impossible(self) -> str:
        """Return the name of a number that no data can have beside the others; empty if none."""
        tally, lengths = self.extraction.tally, self.lengths.rows()
        counts = {each.name: getattr(self, each.name) for each in fields(self)}
        most = [
            (name, count, _MOST if name in _NOT_OF_SAMPLES else self.samples)
            for name, count in counts.items()
            if isinstance(count, int)
        ]
        most += [
            ("languages", self.languages.total(), self.samples),
            ("languages", self.samples, self.languages.total()),
            ("outcomes", self.outcomes.total(), self.samples),
            ("unanswered", self.unanswered, self.outcomes.total()),
            ("words_dropped", self.words_dropped, self.words),
            ("lengths", sum(number for _, _, number in lengths), self.samples),
            ("texts", tally.texts, self.samples),
            ("changed", tally.changed, tally.texts),
            ("emptied", tally.emptied, tally.texts),
            ("slow", tally.slow, tally.texts * len(tally.by_step)),
            *(("by_step", changed, tally.texts) for changed in tally.by_step),
        ]
        return next((name for name, count, bound in most if not 0 <= count <= bound), "")

    @property
    def unstated(self) -> int:
        """Answers that are the last of several numbers; 0 if fewer than one in a hundred are."""
        last = self.number_rules["last"]
        return last if last * _ONE_IN >= self.number_rules.total() else 0

    @property
    def without_reason(self) -> int:
        """Empty predictions of which no outcome says why."""
        return self.empty_predictions - self.unanswered

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
        for each in ("languages", "number_rules", "outcomes"):
            plain[each] = dict(most_first(plain[each]))
        plain["extraction"] = self.extraction.to_dict()
        del plain["lengths"]
        return plain | {
            "dropped_share": self.dropped_share,
            "length_ratio_median": self.length_ratio(0.5),
            "length_ratio_95th": self.length_ratio(0.95),
        }

    def anomalies(self) -> list[Anomaly]:
        """Return what is anomalous in the data, with numbers above 0; lengths aside."""
        return [each for each in _anomalies(self, {}) if each.number]

    def remarks(self, *, command_line: bool = False) -> list[str]:
        """Return a sentence on each anomaly, with what helps.

        Args:
            command_line: whether to name the command-line option that helps.
        """
        return _remarks(self, command_line=command_line)


# The columns of `Facts` whose sums are shown.
_SUMMED = (
    "has_prediction", "has_reference", "emptied", "repetitive", "marked", "words", "dropped",
    "left_out", "other_script",
)  # fmt: skip
_MOST = 2**63 - 1
# Numbers of something else than samples, or of samples that are not among them.
_NOT_OF_SAMPLES = (
    "samples", "words", "words_dropped", "references_left_out", "unusable_references",
)  # fmt: skip
# Thai, Lao, Khmer, Burmese.
_WORDLESS = lazy_pattern("[\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\ua9e0-\ua9fe\uaa60-\uaa7f]")


def wordless_samples(counted: CountedSamples) -> int:
    """Return the number of samples of no known language with references without spaces."""
    if UNDETERMINED not in counted.languages:
        return 0
    samples = counted.samples
    return sum(
        lang == UNDETERMINED and any(map(_WORDLESS.search, samples.texts.references_of(at)))
        for at, lang in enumerate(samples.langs)
    )


# An extractor is suggested if it changes one prediction in so many.
_ONE_IN = 100


def _nothing() -> ExtractionTally:
    return ExtractionTally(Extraction())


@dataclass
class ExtractionHealth:
    """What extraction changed in predictions, or would change if it was asked for.

    Attributes:
        tally: the extraction, and what its steps did.
        looked_at: predictions to try extractors on, if nothing is extracted.
        judges: what is scored, if it is judges alone: a text that they read in the same way is
            not changed. They are neither saved nor pickled.
    """

    tally: ExtractionTally = field(default_factory=_nothing)
    looked_at: LookedAt = field(default_factory=LookedAt)
    judges: tuple[Any, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the judges, which may be functions that a preset made."""
        return {**vars(self), "judges": ()}

    @property
    def would_change(self) -> Counter[str]:
        """Number of the predictions looked at that each extractor would change.

        It is 0 for one that changes texts, but nothing that is scored.
        """
        return self.looked_at.would_change(self._same)

    def _same(self, before: str, after: str) -> bool:
        return bool(self.judges) and all(judge.same(before, after) for judge in self.judges)

    def extract(self, samples: Samples) -> Samples:
        """Return samples with answers in place of predictions, if there is an extraction."""
        if not self.tally.extraction.steps:
            return samples
        answers = list(map(self.tally.apply, samples.texts.predictions))
        return replace(samples, texts=replace(samples.texts, predictions=answers))

    def without_texts(self) -> ExtractionHealth:
        """Return a copy that has no text of a sample, and no judges."""
        return replace(self.copy(), looked_at=self.looked_at.tried(self._same), judges=())

    def merge(self, other: ExtractionHealth) -> None:
        """Add another one."""
        self.tally.merge(other.tally)
        self.looked_at.merge(other.looked_at)

    def copy(self) -> ExtractionHealth:
        """Return an independent copy."""
        tally = replace(self.tally, by_step=list(self.tally.by_step))
        return ExtractionHealth(tally, self.looked_at.copy(), self.judges)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as plain Python objects."""
        tally = self.tally
        if not tally.extraction.steps:
            changed = {step: count for step, count in self.would_change.items() if count}
            return {"looked_at": self.looked_at.predictions, "would_change": changed}
        return {
            "steps": str(tally.extraction),
            "changed": tally.changed,
            "changed_by_step": tally.by_step,
            "emptied": tally.emptied,
            "slow": tally.slow,
        }

    @property
    def idle(self) -> set[str]:
        """The extractors that would change predictions, but nothing that is scored of them."""
        if not self.judges:
            return set()
        return {step for step, count in self.would_change.items() if not count}

    @property
    def advised(self) -> dict[str, int]:
        """The extractors that would change one in a hundred of those looked at, or more.

        In the order in which they can be applied, with the number of predictions.
        """
        counts = self.would_change
        return {
            name: counts[name]
            for name in EXTRACTORS.names()  # none is counted where an extraction is asked for
            if counts[name] and counts[name] * _ONE_IN >= self.looked_at.predictions
        }


# --- remarks ---------------------------------------------------------------------------------


class Anomaly(NamedTuple):
    """How many there are, and what to say if there are any.

    Attributes:
        number: of samples, predictions or references.
        what: what is counted, in the plural.
        hint: what it means, or what to do about it.
        option: the option of the command line that helps.
        argument: the same in Python, where its value can be named.
        one: what is counted, in the singular, if only an s tells the two apart in other phrases.
        defined: whether the scores mean what their definitions say, however many there are.
    """

    number: int
    what: str
    hint: str
    option: str = ""
    argument: str = ""
    one: str = ""
    defined: bool = False

    @property
    def of_predictions(self) -> bool:
        """Whether it is about the predictions, not about what all models have in common."""
        return "prediction" in self.what

    def counted(self) -> str:
        """Return the number with what is counted.

        Examples:
            >>> Anomaly(1, "empty predictions", "").counted()
            '1 empty prediction'
        """
        return counted(self.number, self.what, self.one)

    def sentence(self, *, command_line: bool) -> str:
        """Return what is counted, the number, and what helps."""
        option = self.option if command_line else self.argument
        return f"{self.what}: {self.number:,} ({self.hint}{f'; see {option}' if option else ''})"


def _remarks(health: Health, *, command_line: bool) -> list[str]:
    """Return a sentence on each anomaly, with what helps.

    Args:
        health: the numbers.
        command_line: whether to name options of the command line, not arguments of Python.
    """
    chain = _chain(health)
    anomalies = _anomalies(health, chain)
    found = [each.sentence(command_line=command_line) for each in anomalies if each.number]
    if chain:
        found.append(_suggestion(health.extraction, chain, command_line=command_line))
    return found + _extracted(health.extraction) + _lengths(health)


def _anomalies(health: Health, chain: dict[str, int]) -> list[Anomaly]:
    return [
        *_missing(health),
        *_dropped(health),
        *_languages(health),
        *_contents(health, chain),
    ]


def _missing(health: Health) -> list[Anomaly]:
    """Return what is said of answers and references that are not there, or not usable."""
    outcomes = [
        Anomaly(health.outcomes[name], each.what, each.advice) for name, each in OUTCOMES.items()
    ]
    return [
        *outcomes,
        Anomaly(
            health.null_predictions,
            "null predictions",
            "scored as empty answers",
            "--prediction-field",
        ),
        Anomaly(
            health.without_reason - health.null_predictions,
            "empty predictions",
            "check the prediction field",
            "--prediction-field",
        ),
        Anomaly(
            health.empty_references,
            "empty references",
            "check the reference field",
            "--reference-field",
        ),
        Anomaly(
            health.unusable_references,
            "samples with a reference that a metric cannot judge by",
            "such references were left out, and samples that have no other",
        ),
        Anomaly(
            health.unstated,
            "predictions that state none of their numbers as the answer",
            "the last one was taken; ask for a marked answer",
            one="prediction that states none of its numbers as the answer",
        ),
    ]


def _dropped(health: Health) -> list[Anomaly]:
    """Return what is said of texts of which nothing is left without stopwords."""
    return [
        Anomaly(
            health.nothing_dropped,
            "samples with references of stopwords only",
            "nothing was dropped there",
            "--stopwords-remove",
            defined=True,
        ),
        Anomaly(
            health.emptied_predictions,
            "predictions of stopwords only",
            "nothing left to compare",
            "--no-stopwords",
            "stopwords=False",
        ),
        Anomaly(
            health.references_left_out,
            "references of stopwords only, beside others",
            "left out",
            "--stopwords-remove",
            defined=True,
        ),
    ]


def _languages(health: Health) -> list[Anomaly]:
    return [
        Anomaly(
            health.other_script,
            "predictions in another script",
            "set the language if it was detected wrongly",
            "--lang",
        ),
        Anomaly(
            health.guessed_japanese,
            "references of Han without kana taken for Japanese",
            "set the language, or one per record",
            "--lang",
        ),
        Anomaly(
            health.other_language,
            "predictions in another language, Chinese for Japanese or the reverse",
            "set the language if it was detected wrongly",
            "--lang",
        ),
        Anomaly(
            health.other_variant,
            "predictions in traditional Chinese for simplified, or the reverse",
            "convert both sides with OpenCC",
            "--convert t2s",
            "convert='t2s'",
        ),
        Anomaly(
            health.undetermined,
            "samples in another language than English, Chinese or Japanese",
            "no stopwords dropped: set the language, or one per record",
            "--lang",
        ),
        Anomaly(
            health.wordless,
            "samples in Thai, Lao, Khmer or Burmese, where words cannot be told",
            "each character is a token: choose the tokenizer characters, or whitespace for text "
            "that is already cut",
            "--tokenizer",
        ),
        Anomaly(
            health.undivided,
            "samples in a script without spaces, cut at spaces or left out",
            "choose another preset, or a tokenizer of this one that divides them, if it has any",
            "--tokenizer",
        ),
    ]


def _contents(health: Health, chain: dict[str, int]) -> list[Anomaly]:
    """Return what is said of what texts contain; steps of a chain are named there."""
    settled = {*chain, *health.extraction.idle}
    return [
        Anomaly(
            health.equal_without_signs,
            "predictions equal only because signs were dropped",
            "the tokenizer code scores every sign",
            "--tokenizer code",
            "tokenizer='code'",
        ),
        Anomaly(health.repetitive, "repetitive predictions", "check the decoding"),
        Anomaly(
            0 if "think" in settled else health.thinking,
            "predictions with <think>",
            "cut it before scoring",
            "--extract think",
            "extract='think'",
        ),
        Anomaly(
            0 if "fence" in settled else health.code_fences,
            "predictions with a code fence",
            "cut it before scoring",
            "--extract fence",
            "extract='fence'",
        ),
        Anomaly(
            health.written_lists,
            "references that are lists of texts, written as one text",
            "give lists, so that each text is a reference",
            "--reference-lists",
        ),
        Anomaly(
            health.template_marks,
            "predictions with a mark of a chat template",
            "decode without special tokens",
        ),
        Anomaly(
            health.extraction.tally.slow,
            "extractions of predictions that ran out of time",
            "left as they were, so the score depends on the machine: write the pattern without "
            "nested repetition",
            one="extraction of a prediction that ran out of time",
        ),
    ]


def _chain(health: Health) -> dict[str, int]:
    """Return the steps to suggest together, with the number of predictions that each changes.

    A single step is left to the remark that counts it in all predictions, if there is one.
    """
    advised = health.extraction.advised
    counted = {"think": health.thinking, "fence": health.code_fences}
    if len(advised) == 1 and all(counted.get(name, 0) >= advised[name] for name in advised):
        return {}
    return advised


def _suggestion(extraction: ExtractionHealth, chain: dict[str, int], *, command_line: bool) -> str:
    each = ", ".join(f"{name} {count:,}" for name, count in chain.items())
    steps = ",".join(chain)
    option = f"--extract {steps}" if command_line else f"extract={steps!r}"
    looked = extraction.looked_at.predictions
    return f"extraction would change predictions: {each} of {looked:,} looked at (see {option})"


def _extracted(extraction: ExtractionHealth) -> list[str]:
    """Say what an extraction changed."""
    tally = extraction.tally
    if not any(tally.by_step):
        return []
    steps = zip(tally.extraction.steps, tally.by_step, strict=True)
    each = ", ".join(f"{step} {count:,}" for step, count in steps)
    emptied = f"; nothing was left of {tally.emptied:,}" if tally.emptied else ""
    changed = f"{tally.changed:,} of {tally.texts:,}"
    return [f"predictions changed by extraction: {changed} ({each}{emptied})"]


USUAL_LENGTHS = (0.5, 2.0)
"""Between which a median length, divided by the reference's, is nothing to tell."""


def _lengths(health: Health) -> list[str]:
    median = health.length_ratio(0.5)
    least, most = USUAL_LENGTHS
    if median is None or least < median < most:
        return []
    advice = (
        "short answers: read recall beside precision"
        if median < 1
        else "long answers: read precision and F1 beside recall"
    )
    return [f"median prediction {median:.2f} × the reference's length ({advice})"]
