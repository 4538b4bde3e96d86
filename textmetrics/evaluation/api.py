"""The functions that most callers need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from textmetrics._threads import checked_threads
from textmetrics.evaluation.arguments import References, Strings, checked_text
from textmetrics.evaluation.evaluator import Evaluator
from textmetrics.evaluation.prepared import PreparedReferences
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.scanners import shared_scanner
from textmetrics.evaluation.options import (

    ScoringSettings,
    StopwordChoice,
    UserDictionaryChoice,
)
from textmetrics.evaluation.single import single_score
from textmetrics.languages import Scope
from textmetrics.metrics import METRICS, Metric, Score

__all__ = ["accuracy", "bleu_4", "evaluate", "f1", "rouge_1", "rouge_2", "rouge_l", "tokenize"]


def evaluate(
    predictions: Strings,
    references: Strings | Iterable[References] | PreparedReferences,
    *,
    metrics: Iterable[str] | None = None,
    lang: str = "auto",
    tokenizer: str | None = None,
    userdict: UserDictionaryChoice = None,
    stopwords: StopwordChoice = True,
    stopwords_add: Iterable[str] = (),
    stopwords_remove: Iterable[str] = (),
    backend: str = "auto",
    threads: int | None = None,
    langs: Iterable[str | None] | None = None,
    preset: str = "default",
    extract: ExtractChoice = None,
    **preset_options: Any,
) -> Evaluation:
    """Score predictions against references with several metrics at once.

    Args:
        predictions: one text a sample: a list, an array, a column or a generator of strings, or
            a single string for one sample.
        references: as many; a sample's may be a list of texts, of which the best counts. Or what
            ``prepare`` gave, which fixes all that decides tokens. Under the preset ``sacrebleu``
            a missing one of several can be ``None``.
        metrics: names; all six where ``None``.
        lang: a language's code, or ``"auto"``: decided by the references alone. Under a preset
            it has no part in the numbers, only in the health of the data.
        tokenizer: another tokeniser than the language's own, or than the preset's.
        userdict: the path of a user dictionary for jieba, a line a word: the word, then its
            frequency and a tag, if any. The jieba of the process is not changed.
        stopwords: ``True`` for the language's own list, ``False`` for none, ``"both"`` to fill
            ``Score.all_tokens`` too, ``"pos"`` to drop by part of speech (Japanese), a list of
            words, or the path of a file with a word a line.
        stopwords_add: words to drop besides.
        stopwords_remove: words to keep after all.
        backend: ``"auto"``, ``"native"`` or ``"reference"``; all give the same numbers.
        threads: how many; the processors at hand where ``None``.
        langs: a language's code a sample, where samples differ; ``None`` in it for those that
            ``lang`` decides.
        preset: the name of a published definition, which fixes which tokens are scored and drops
            no stopwords: see ``textmetrics presets``.
        extract: how the answer is taken out of each prediction before all else, such as
            ``"think,boxed"``: names of steps, or a list of them; nothing is where ``None``.
        preset_options: what the preset lets choose, by name: ``smoothing="floor"``.

    Returns:
        Scores by name, 0 to 1, with the health of the data.

    Raises:
        TypeError: if something is no text; the message says at which index.
        ValueError: if lengths differ, there are no samples, or a name is not known.
        ImportError: if the backend is not there.
        OSError: if a file of words cannot be read.

    Examples:
        >>> result = evaluate(["the cat sat"], ["a cat sat down"], lang="en")
        >>> result["rouge_l"]
        <ROUGE-L recall 66.67 %, n=1>
    """
    options: dict[str, Any] = {
        "lang": lang,
        "tokenizer": tokenizer,
        "userdict": userdict,
        "stopwords": stopwords,
        "stopwords_add": stopwords_add,
        "stopwords_remove": stopwords_remove,
        "preset": preset,
    }
    if isinstance(references, PreparedReferences):
        options = references.options(preset_options, **options)
    else:
        options |= preset_options
    options["extract"] = extract
    evaluator = Evaluator(metrics=metrics, **options, backend=backend, threads=threads)
    evaluator.update(predictions, references, langs=langs)
    return evaluator.compute()


class MetricFunction(Protocol):
    """A function that computes one metric."""

    def __call__(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *,
        lang: str = "auto",
        tokenizer: str | None = None,
        userdict: UserDictionaryChoice = None,
        stopwords: StopwordChoice = True,
        stopwords_add: Iterable[str] = (),
        stopwords_remove: Iterable[str] = (),
        backend: str = "auto",
        threads: int | None = None,
        preset: str = "default",
        extract: ExtractChoice = None,
        **preset_options: Any,
    ) -> Score:
        """Score predictions against references."""


_DOCSTRING = """Compute {label}: {summary}.

    Takes the arguments of ``evaluate`` but ``metrics`` and ``langs``, and raises what that raises.

    Returns:
        A float, 0 to 1, that also has ``precision``, ``recall``, ``f1``, ``samples``,
        ``all_tokens`` and ``signature``.

    Source: {source}.

    Examples:
        >>> {name}(["the cat sat on a mat"], ["a cat sat on the red mat"], lang="en")
        {example}
    """


def _function(name: str, example: str) -> MetricFunction:
    """Make the function of a metric; all have one signature."""
    metric: Metric = METRICS.get(name)

    def function(
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *,
        lang: str = "auto",
        tokenizer: str | None = None,
        userdict: UserDictionaryChoice = None,
        stopwords: StopwordChoice = True,
        stopwords_add: Iterable[str] = (),
        stopwords_remove: Iterable[str] = (),
        backend: str = "auto",
        threads: int | None = None,
        preset: str = "default",
        extract: ExtractChoice = None,
        **preset_options: Any,
    ) -> Score:
        plain = isinstance(stopwords_add, tuple) and isinstance(stopwords_remove, tuple)
        plain = plain and not (stopwords_add or stopwords_remove or preset_options)
        if plain and userdict is None and extract is None and preset == "default":
            checked_threads(threads)
            found = single_score(name, predictions, references, lang, tokenizer, stopwords, backend)
            if found is not None:
                return found
        return evaluate(
            predictions,
            references,
            metrics=[name],
            lang=lang,
            tokenizer=tokenizer,
            userdict=userdict,
            stopwords=stopwords,
            stopwords_add=stopwords_add,
            stopwords_remove=stopwords_remove,
            backend=backend,
            threads=threads,
            preset=preset,
            extract=extract,
            **preset_options,
        )[name]

    function.__name__ = function.__qualname__ = name
    function.__doc__ = _DOCSTRING.format(
        label=metric.label, summary=metric.summary, source=metric.source, name=name, example=example
    )
    return function


accuracy = _function("accuracy", "<Accuracy 0.00 %, n=1>")
f1 = _function("f1", "<F1 88.89 %, n=1>")
rouge_1 = _function("rouge_1", "<ROUGE-1 recall 80.00 %, n=1>")
rouge_2 = _function("rouge_2", "<ROUGE-2 recall 50.00 %, n=1>")
rouge_l = _function("rouge_l", "<ROUGE-L recall 80.00 %, n=1>")
bleu_4 = _function("bleu_4", "<BLEU-4 0.00 %, n=1>")


def tokenize(
    text: str,
    *,
    lang: str = "auto",
    tokenizer: str | None = None,
    userdict: UserDictionaryChoice = None,
    stopwords: StopwordChoice = True,
    stopwords_add: Iterable[str] = (),
    stopwords_remove: Iterable[str] = (),
) -> list[str]:
    """Give the tokens of a text that are scored.

    Where a sample's references would have no token left, nothing is dropped in that sample; a
    single text is cut without that rule.

    Args:
        text: any text.
        lang: a language's code, or ``"auto"``: decided by this text.
        tokenizer: another tokeniser than the language's own.
        userdict: the path of a user dictionary for jieba, a line a word: the word, then its
            frequency and a tag, if any. The jieba of the process is not changed.
        stopwords: as for ``evaluate``.
        stopwords_add: words to drop besides.
        stopwords_remove: words to keep after all.

    Returns:
        Tokens as they are compared, normalised and case-folded.

    Raises:
        TypeError: if it is no text.
        ValueError: if a name is not known.

    Examples:
        >>> tokenize("用 PyTorch 训练了3.5小时", lang="zh")
        ['用', 'pytorch', '训练', '3.5', '小时']
    """
    settings = ScoringSettings.of(
        metrics=None,
        lang=lang,
        tokenizer=tokenizer,
        userdict=userdict,
        stopwords=stopwords,
        stopwords_add=stopwords_add,
        stopwords_remove=stopwords_remove,
    )
    text = checked_text(text, "text")
    its = settings.analyzer_of(text)
    scan = shared_scanner(its.language, its.stopwords, its.tokenizer, "auto")
    found = scan.tokens(text)
    return its(text).seen(Scope.CONTENT) if found is None else found
