"""What is out of the ordinary in the data: bad data makes good-looking numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from textmetrics.evaluation.extracting import Extracting
from textmetrics.evaluation.lengths import LengthPairs
from textmetrics.evaluation.pipeline import Counted
from textmetrics.languages import LANGUAGES, UNSPACED_SCRIPTS, Scope
from textmetrics.scan import View

__all__ = ["Health"]

_THINKING = r"(?i)<think(?:ing)?>|</think(?:ing)?>"
# What separates turns and ends texts in the templates of chat models: Qwen's, Llama's, Gemma's,
# DeepSeek's (with wide bars) and others'.
_TEMPLATE = r"<\|\w{1,30}\|>|<｜[^<>｜]{1,30}｜>|</s>|<(?:start|end)_of_turn>|<eos>"


@dataclass
class Health:
    """Counts of samples, unless it says otherwise.

    Attributes:
        samples: all.
        languages: a count a language.
        empty_predictions: nothing but white space; the null ones are among them.
        null_predictions: null in a file, scored as an empty answer.
        empty_references: no reference has anything but white space.
        nothing_dropped: every reference was stopwords or punctuation only, so that nothing was
            dropped.
        emptied_predictions: the prediction was stopwords or punctuation only, and scored 0.
        references_left_out: references of stopwords or punctuation only, left out because another
            one of the sample was not.
        other_script: most letters of the prediction are in a script that neither the language nor
            a reference has.
        guessed_japanese: Han without kana in the references, taken for Japanese because of the
            other references.
        undivided: samples in a script without spaces, scored by words that spaces divide.
        repetitive: fewer than 30 % of the prediction's 4-grams are different ones.
        thinking: a ``<think>`` mark in the prediction.
        code_fences: ````` ``` ````` in the prediction.
        template_marks: a mark of a chat template in the prediction, such as ``<|im_end|>``.
        words: tokens in all texts that are no punctuation.
        words_dropped: those of them that were stopwords.
        lengths: how many samples have which lengths, of prediction and reference.
        extraction: what was taken out of predictions before all else, or would have been changed.
    """

    samples: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    empty_predictions: int = 0
    null_predictions: int = 0
    empty_references: int = 0
    nothing_dropped: int = 0
    emptied_predictions: int = 0
    references_left_out: int = 0
    other_script: int = 0
    guessed_japanese: int = 0
    undivided: int = 0
    repetitive: int = 0
    thinking: int = 0
    code_fences: int = 0
    template_marks: int = 0
    words: int = 0
    words_dropped: int = 0
    lengths: LengthPairs = field(default_factory=LengthPairs)
    extraction: Extracting = field(default_factory=Extracting)

    def look(self, counted: Counted) -> None:
        """Take samples into account: their texts, what was seen of them, and their counts."""
        samples, facts = counted.samples, counted.facts
        self.samples += len(samples)
        self.languages.update(counted.languages)
        self.null_predictions += len(samples.nulls)
        marked = np.flatnonzero(facts.marked).tolist()
        self._look_at_marks([samples.texts.predictions[at] for at in marked])
        everything = facts.scope == Scope.EVERYTHING
        self.empty_predictions += len(samples) - int(facts.predicted.sum())
        self.empty_references += len(samples) - int(facts.expected.sum())
        self.nothing_dropped += int(facts.expected[everything].sum())
        self.emptied_predictions += int(facts.emptied.sum())
        self.other_script += int(facts.other_script.sum())
        self.guessed_japanese += sum(samples.langs[at] == "ja" for at in samples.guessed)
        self.repetitive += int(facts.repetitive.sum())
        self._look_at_views(counted)
        self.words += int(facts.words.sum())
        self.words_dropped += int(facts.dropped.sum())
        self.references_left_out += int(facts.left_out.sum())
        self.lengths.add(
            counted.first["prediction_length"][counted.first.offsets[:-1]],
            counted.first["closest_length"],
        )

    def _look_at_views(self, counted: Counted) -> None:
        if any(isinstance(view, View) and view.spaced for view in counted.counts):
            self.undivided += sum(
                count
                for code, count in counted.languages.items()
                if not set(UNSPACED_SCRIPTS).isdisjoint(LANGUAGES.get(code).scripts)
            )

    def _look_at_marks(self, predictions: Sequence[str]) -> None:
        self.thinking += sum(re.search(_THINKING, text) is not None for text in predictions)
        self.code_fences += sum("```" in text for text in predictions)
        self.template_marks += sum(re.search(_TEMPLATE, text) is not None for text in predictions)

    def merge(self, other: Health) -> None:
        """Add what another one counted."""
        for each in fields(self):
            ours, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(ours, Counter):
                ours.update(theirs)
            elif isinstance(ours, (LengthPairs, Extracting)):
                ours.merge(theirs)
            else:
                setattr(self, each.name, ours + theirs)

    def copy(self) -> Health:
        """Give one of its own: more samples may come."""
        return replace(
            self,
            languages=Counter(self.languages),
            lengths=self.lengths.copy(),
            extraction=self.extraction.copy(),
        )

    @property
    def dropped_share(self) -> float:
        """Share of words that were dropped as stopwords, 0 to 1."""
        return self.words_dropped / self.words if self.words else 0.0

    def length_ratio(self, quantile: float) -> float | None:
        """Give a quantile of prediction length over reference length; nothing without lengths.

        The smallest ratio that at least this share of the samples does not exceed.
        """
        return self.lengths.quantile(quantile)

    def to_dict(self) -> dict[str, Any]:
        """Give all figures as plain Python objects."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["languages"] = dict(self.languages)
        plain["extraction"] = self.extraction.to_dict()
        del plain["lengths"]
        return plain | {
            "dropped_share": self.dropped_share,
            "length_ratio_median": self.length_ratio(0.5),
            "length_ratio_95th": self.length_ratio(0.95),
        }

    def remarks(self, *, command_line: bool = False) -> list[str]:
        """Say what is out of the ordinary, each with what helps.

        Args:
            command_line: whether to name the option of the command line that helps.
        """
        empty = self.empty_predictions - self.null_predictions
        told = (
            (self.null_predictions, "null predictions", "scored as empty answers",
             "--prediction-field"),
            (empty, "empty predictions", "check the prediction field", "--prediction-field"),
            (self.empty_references, "empty references", "check the reference field",
             "--reference-field"),
            (self.nothing_dropped, "references of stopwords only", "nothing dropped there",
             "--stopwords-remove"),
            (self.emptied_predictions, "predictions of stopwords only", "scored 0",
             "--no-stopwords"),
            (self.references_left_out, "references of stopwords only, beside others",
             "left out", "--stopwords-remove"),
            (self.other_script, "predictions in another script",
             "name the language if it was decided wrongly", "--lang"),
            (self.guessed_japanese, "references of Han without kana taken for Japanese",
             "name the language, or one a record", "--lang"),
            (self.undivided, "samples in a script without spaces, cut at spaces alone",
             "choose a tokenizer of the preset that divides them, or another preset",
             "--tokenizer"),
            (self.repetitive, "repetitive predictions", "check the decoding", ""),
            (self.thinking, "predictions with <think>", "cut it before scoring",
             "--extract think"),
            (self.code_fences, "predictions with a code fence", "cut it before scoring",
             "--extract fence"),
            (self.template_marks, "predictions with a mark of a chat template",
             "decode without special tokens", ""),
        )  # fmt: skip
        found = [
            f"{what}: {count:,} ({hint}{f'; see {option}' if command_line and option else ''})"
            for count, what, hint, option in told
            if count
        ]
        steps = {"think": self.thinking, "fence": self.code_fences}
        named = [name for name, count in steps.items() if count]
        found += self.extraction.remarks(command_line=command_line, told=named)
        median = self.length_ratio(0.5)
        if median is not None and not 0.5 <= median <= 2.0:
            length = "short" if median < 1 else "long"
            found.append(
                f"median prediction {median:.2f} × the reference's length ({length} answers: "
                "read precision and F1 beside recall)"
            )
        return found
