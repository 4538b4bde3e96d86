"""References that stay, with their tokenising done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from textmetrics._options import options_of, takes
from textmetrics.evaluation.arguments import (
    References,
    Strings,
    check_references,
    listed,
    samples_of,
)
from textmetrics.evaluation.options import (
    PrepareOptions,
    PresetOptions,
    ScoringSettings,
    TokenOptions,
)
from textmetrics.evaluation.queue import with_languages
from textmetrics.evaluation.samples import Samples
from textmetrics.scan import KeptTexts, Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["PreparedReferences", "prepare"]


class PreparedReferences:
    """References in the place of others, whose language and tokens are decided; see ``prepare``.

    Can be pickled; another process tokenises them again when it first needs them.
    """

    def __init__(self, samples: Samples, settings: ScoringSettings) -> None:
        kept = KeptTexts(samples.texts.references)
        places = np.arange(len(kept.texts))
        self._samples = replace(samples, texts=replace(samples.texts, kept=kept, places=places))
        self._settings = settings

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

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the given options, completed by those the references were prepared with."""
        options = dict(given)
        defaults = options_of(TokenOptions, PresetOptions)
        for name, own in self._settings.token_options().items():
            value = options.get(name, defaults[name].default)
            if type(value) is type(defaults[name].default) and value == defaults[name].default:
                options[name] = own
        if options["preset"] == self._settings.preset:
            own_options = dict(self._settings.preset_options)
            options |= {name: own for name, own in own_options.items() if given.get(name) is None}
        return options

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


@overload
def prepare(
    references: Strings | Iterable[References], **options: Unpack[PrepareOptions]
) -> PreparedReferences: ...


@overload
def prepare(
    references: Strings | Iterable[References], *, preset: str, **options: Any
) -> PreparedReferences: ...


@takes(PrepareOptions, rest="preset_options")
def prepare(references: Strings | Iterable[References], **options: Any) -> PreparedReferences:
    """Tokenize references once, for scoring them many times, as in a training loop.

    The result takes the place of ``references`` in every function and in ``Evaluator.update``;
    scores are the same to the last bit. It fixes what decides the tokens: another ``lang``,
    ``tokenizer``, user dictionary, stopword list or preset at scoring is an error. What a preset
    lets choose besides, such as a smoothing, can still be chosen then. With ``lang="auto"``, the
    language is decided now, by these references.

    Args:
        references: one text or a list of texts per sample, or a single string for one sample.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

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
    langs = options.pop("langs", None)
    settings = ScoringSettings.of(**options)
    texts: Any = references if isinstance(references, str) else _listed(references)
    predictions: Any = "" if isinstance(texts, str) else [""] * len(texts)
    samples = samples_of(predictions, texts, langs, settings.preset)
    samples = with_languages(samples, settings.lang)
    check_references(samples.texts, settings.preset)
    for code in samples.places():  # fail early if a language cannot do what is asked
        settings.analyzer(code)
    return PreparedReferences(samples, settings)


def _listed(references: Iterable[References]) -> list[Any]:
    """List references; an error tells what they are where they are no list."""
    found = listed(references, "references")
    if not found:
        raise ValueError("no samples: references are empty")
    return found
