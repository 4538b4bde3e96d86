"""References that stay, with their tokenising done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from textmetrics.evaluation.arguments import (
    References,
    Strings,
    check_references,
    listed,
    samples_of,
)
from textmetrics.evaluation.queue import with_languages
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.options import ScoringSettings, StopwordChoice, UserDictionaryChoice
from textmetrics.scan import KeptTexts, Texts

__all__ = ["PreparedReferences", "prepare"]

# What decides tokens, and what each is where nobody chose it.
_OPTIONS: dict[str, Any] = {
    "lang": "auto",
    "tokenizer": None,
    "userdict": None,
    "stopwords": True,
    "stopwords_add": (),
    "stopwords_remove": (),
    "preset": "default",
}


class PreparedReferences:
    """References in the place of others, whose language and tokens are decided; see ``prepare``.

    Can be pickled; another process tokenises them again when it first needs them.
    """

    def __init__(self, samples: Samples, settings: ScoringSettings) -> None:
        kept = KeptTexts(samples.texts.references)
        places = np.arange(len(kept.texts))
        self._samples = replace(samples, texts=replace(samples.texts, kept=kept, places=places))
        self._settings = settings
        self._options: dict[str, Any] = {
            "lang": settings.lang,
            "tokenizer": settings.tokenizer,
            "userdict": settings.userdict,
            "stopwords": True if settings.stopwords is None else settings.stopwords,
            "stopwords_add": settings.add,
            "stopwords_remove": settings.remove,
            "preset": settings.preset,
        }

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self._samples)

    def __repr__(self) -> str:
        """Show how many there are, and their languages."""
        langs = ", ".join(sorted(self._samples.places()))
        return f"<{len(self):,} prepared references, lang: {langs}>"

    def samples(self, predictions: list[str]) -> Samples:
        """Put predictions beside them, one for each sample."""
        texts: Texts = replace(self._samples.texts, predictions=predictions)
        return replace(self._samples, texts=texts)

    def options(self, preset_options: Mapping[str, Any], **given: Any) -> dict[str, Any]:
        """Give the options that they were prepared with, and what is chosen besides.

        Raises:
            TypeError: if an option is of a kind that it cannot be.
            ValueError: if another one is given.
        """
        chosen = {
            name: self._options[name] if _is_default(name, value) else _kept(value)
            for name, value in given.items()
        }
        options = dict(preset_options)
        if chosen["preset"] == self._settings.preset:
            options = {**dict(self._settings.preset_options), **options}
        self.check(ScoringSettings.of(**chosen, preset_options=options))
        return chosen | options

    def check(self, settings: ScoringSettings) -> None:
        """See whether settings have the options that they were prepared with.

        Raises:
            ValueError: if not.
        """
        if difference := self._settings.token_difference(settings):
            raise ValueError(
                f"the references were prepared with other options; these differ in {difference}: "
                "give the same ones or leave them out, or prepare the references again"
            )


def prepare(
    references: Strings | Iterable[References],
    *,
    lang: str = "auto",
    tokenizer: str | None = None,
    userdict: UserDictionaryChoice = None,
    stopwords: StopwordChoice = True,
    stopwords_add: Iterable[str] = (),
    stopwords_remove: Iterable[str] = (),
    langs: Iterable[str | None] | None = None,
    preset: str = "default",
    **preset_options: Any,
) -> PreparedReferences:
    """Tokenise references once that will be scored many times, as in a training loop.

    What it gives stands in the place of ``references`` in every function and in
    ``Evaluator.update``; scores are the same to the last bit. It fixes what decides the tokens:
    another ``lang``, ``tokenizer``, user dictionary, stopword list or preset at scoring is an
    error. What a preset lets choose beside tokens, such as a smoothing, can still be chosen then.

    Args:
        references: one text or a list of texts a sample, or a single string for one sample.
        lang: as for ``evaluate``; ``"auto"`` decides now, by these references.
        tokenizer: likewise.
        userdict: likewise.
        stopwords: likewise.
        stopwords_add: likewise.
        stopwords_remove: likewise.
        langs: likewise.
        preset: likewise.
        preset_options: likewise.

    Raises:
        TypeError: if something is no text; the message says at which index.
        ValueError: if there are no references, or a name is not known.
        OSError: if a file of words cannot be read.

    Examples:
        >>> from textmetrics import rouge_l
        >>> kept = prepare(["a red fox", "the sky"], lang="en")
        >>> rouge_l(["a fox", "sky"], kept)
        <ROUGE-L recall 75.00 %, n=2>
        >>> rouge_l(["red", "blue"], kept)
        <ROUGE-L recall 25.00 %, n=2>
    """
    settings = ScoringSettings.of(
        lang=lang,
        tokenizer=tokenizer,
        userdict=userdict,
        stopwords=stopwords,
        stopwords_add=stopwords_add,
        stopwords_remove=stopwords_remove,
        preset=preset,
        preset_options=preset_options,
    )
    texts: Any = references if isinstance(references, str) else _listed(references)
    predictions: Any = "" if isinstance(texts, str) else [""] * len(texts)
    samples = with_languages(samples_of(predictions, texts, langs, preset), lang)
    check_references(samples.texts, preset)
    for code in samples.places():  # what a language cannot do is better told now
        settings.analyzer(code)
    return PreparedReferences(samples, settings)


def _listed(references: Iterable[References]) -> list[Any]:
    """List references; an error tells what they are where they are no list."""
    found = listed(references, "references")
    if not found:
        raise ValueError("no samples: references are empty")
    return found


def _kept(value: Any) -> Any:
    """Give a list in place of what can be gone through but once."""
    return list(value) if isinstance(value, Iterator) else value


def _is_default(name: str, value: Any) -> bool:
    default = _OPTIONS[name]
    return type(value) is type(default) and bool(value == default)
