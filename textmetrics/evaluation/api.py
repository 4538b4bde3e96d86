"""The functions that most callers need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, overload

from textmetrics._options import complete, takes
from textmetrics.evaluation.evaluator import Evaluator
from textmetrics.evaluation.options import (
    EvaluateOptions,
    PrepareOptions,
    ScoringOptions,
    TokenOptions,
)
from textmetrics.evaluation.pairs import PairScores, score_pairs
from textmetrics.evaluation.pipeline import Pipeline
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.sample_options import without_sample_options
from textmetrics.evaluation.samples import (
    PreparedReferences,
    References,
    Strings,
    as_list,
    check_references,
    checked_text,
    pair_samples,
)
from textmetrics.evaluation.settings import ScoringSettings, options_by_name
from textmetrics.evaluation.state import assign_languages
from textmetrics.languages import Scope
from textmetrics.metrics import METRICS, Metric, Score

if TYPE_CHECKING:
    from typing_extensions import Never, Unpack

__all__ = [
    "accuracy",
    "bleu_4",
    "evaluate",
    "f1",
    "prepare",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "tokenize",
]


@overload
def evaluate(
    predictions: Strings,
    references: Strings | Iterable[References] | PreparedReferences,
    **options: Unpack[EvaluateOptions],
) -> Evaluation: ...


@overload
def evaluate(
    predictions: Strings,
    references: Strings | Iterable[References] | PreparedReferences,
    *,
    preset: str,
    **options: Any,
) -> Evaluation: ...


@takes(EvaluateOptions, rest="preset_options")
def evaluate(
    predictions: Strings,
    references: Strings | Iterable[References] | PreparedReferences,
    *surplus: Any,
    **options: Any,
) -> Evaluation:
    """Score predictions against references with several metrics at once.

    Args:
        predictions: one text per sample: a list, an array, a column or a generator of strings, or
            a single string for one sample.
        references: one per prediction, or several as a list of texts, of which the best counts.
            Or the result of ``prepare``, which fixes all that decides tokens. Under the preset
            ``sacrebleu``, one of several can be missing, as ``None``.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``, among them
            those with one value per sample, such as ``no_answer_probability=[0.1, 0.9]``.

    Returns:
        Scores by name, 0 to 1, with the health of the data.

    Raises:
        TypeError: if something is not a text; the message names the index.
        ValueError: if lengths differ, there are no samples, or a name is unknown.
        ImportError: if the backend is not available.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> result = evaluate(["the cat sat"], ["a cat sat down"], lang="en")
        >>> result["rouge_l"]
        <ROUGE-L recall 66.67 %, n=1>
    """
    if surplus:
        raise _by_name("evaluate", predictions, references, surplus)
    scored = _score(predictions, references, options, scores_only=False)
    return scored.evaluation() if isinstance(scored, PairScores) else scored


def _by_name(function: str, predictions: Any, references: Any, surplus: Sequence[Any]) -> TypeError:
    texts = {"predictions": predictions, "references": references}
    return options_by_name(function, texts, surplus)


def _score(
    predictions: Strings,
    references: Strings | Iterable[References] | PreparedReferences,
    options: dict[str, Any],
    *,
    scores_only: bool,
) -> PairScores | Evaluation:
    """Score samples, a few pairs of strings faster than others."""
    langs = options.pop("langs", None)
    if isinstance(references, PreparedReferences):
        options = references.options(options)
    values: dict[str, Any] = {}
    if "preset" in options:
        options, values = without_sample_options(options)
    pipeline = Pipeline.cached(options)
    if langs is None and (pairs := score_pairs(pipeline, predictions, references)) is not None:
        return pairs
    evaluator = Evaluator.from_pipeline(pipeline, scores_only=scores_only, once=True)
    evaluator.update(predictions, references, langs=langs, **values)
    return evaluator.finish()


class MetricFunction(Protocol):
    """A function that computes one metric."""

    @overload
    def __call__(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        **options: Unpack[ScoringOptions],
    ) -> Score: ...

    @overload
    def __call__(
        self,
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *,
        preset: str,
        **options: Any,
    ) -> Score: ...


_DOCSTRING = """Compute {label}: {summary}.

    Args:
        predictions: as for ``evaluate``.
        references: as for ``evaluate``.
        {{options}}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Returns:
        A float, 0 to 1, that also has ``precision``, ``recall``, ``f1``, ``samples``,
        ``all_tokens`` and ``signature``.

    Raises:
        TypeError: if something is not a text; the message names the index.
        ValueError: if lengths differ, there are no samples, or a name is unknown.
        ImportError: if the backend is not available.
        OSError: if a stopword file or user dictionary cannot be read.

    Source: {source}.

    Examples:
        >>> {name}(["the cat sat on a mat"], ["a cat sat on the red mat"], lang="en")
        {example}
    """


def _function(name: str, example: str) -> MetricFunction:
    """Make the function of a metric; all have one signature."""
    metric: Metric = METRICS.get(name)
    metrics = [name]

    def function(
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        *surplus: Any,
        **options: Any,
    ) -> Score:
        if surplus:
            raise _by_name(name, predictions, references, surplus)
        if "metrics" in options:
            raise TypeError(
                f"{name} computes one metric: use evaluate(..., metrics=[...]) for several"
            )
        options["metrics"] = metrics
        scored = _score(predictions, references, options, scores_only=True)
        return scored.scores[name] if isinstance(scored, PairScores) else scored[name]

    function.__name__ = function.__qualname__ = name
    function.__doc__ = _DOCSTRING.format(
        label=metric.label, summary=metric.summary, source=metric.source, name=name, example=example
    )
    return takes(ScoringOptions, rest="preset_options")(function)


accuracy = _function("accuracy", "<Accuracy 0.00 %, n=1>")
f1 = _function("f1", "<F1 88.89 %, n=1>")
rouge_1 = _function("rouge_1", "<ROUGE-1 recall 80.00 %, n=1>")
rouge_2 = _function("rouge_2", "<ROUGE-2 recall 50.00 %, n=1>")
rouge_l = _function("rouge_l", "<ROUGE-L recall 80.00 %, n=1>")
bleu_4 = _function("bleu_4", "<BLEU-4 0.00 %, n=1>")


@takes(TokenOptions)
def tokenize(text: str, *surplus: Never, **options: Unpack[TokenOptions]) -> list[str]:
    """Return the tokens of a text that are scored.

    Where no reference of a sample has a token left, nothing is dropped in that sample; a single
    text is tokenized without that rule.

    Args:
        text: any text.
        {options}

    Returns:
        The tokens as they are compared, normalized and case-folded.

    Raises:
        TypeError: if it is not a text, or an option is unknown.
        ValueError: if a name is unknown.

    Examples:
        >>> tokenize("用 PyTorch 训练了3.5小时", lang="zh")
        ['用', 'pytorch', '训练', '了', '3.5', '小时']
    """
    if surplus:
        raise options_by_name("tokenize", {"text": text}, surplus)
    pipeline = Pipeline.cached(complete(TokenOptions, options))
    text = checked_text(text, "text")
    scan = pipeline.scanner(pipeline.settings.language_of([text]))
    [text] = pipeline.settings.converted([text])
    tokens = scan.tokens(text)
    return scan.analyzer(text).in_scope(Scope.CONTENT) if tokens is None else tokens


@overload
def prepare(
    references: Strings | Iterable[References], **options: Unpack[PrepareOptions]
) -> PreparedReferences: ...


@overload
def prepare(
    references: Strings | Iterable[References], *, preset: str, **options: Any
) -> PreparedReferences: ...


@takes(PrepareOptions, rest="preset_options")
def prepare(
    references: Strings | Iterable[References], *surplus: Any, **options: Any
) -> PreparedReferences:
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
        TypeError: if something is not a text; the message names the index.
        ValueError: if there are no references, or a name is unknown.
        OSError: if a stopword file or user dictionary cannot be read.

    Examples:
        >>> from textmetrics import rouge_l
        >>> kept = prepare(["a red fox", "the sky"], lang="en")
        >>> rouge_l(["a fox", "sky"], kept)
        <ROUGE-L recall 75.00 %, n=2>
        >>> rouge_l(["red", "blue"], kept)
        <ROUGE-L recall 25.00 %, n=2>
    """
    if surplus:
        raise options_by_name("prepare", {"references": references}, surplus)
    langs = options.pop("langs", None)
    settings = ScoringSettings.of(**options)
    texts: Any = references if isinstance(references, str) else _listed(references)
    predictions: Any = "" if isinstance(texts, str) else [""] * len(texts)
    samples = pair_samples(predictions, texts, langs, settings.preset)
    samples = assign_languages(samples, settings.lang)
    check_references(samples.texts, settings)
    for code in samples.places():  # fail early if a language cannot do what is asked
        settings.analyzer(code)
    if settings.convert is not None:
        converted = settings.converted(samples.texts.references)
        samples = replace(samples, texts=replace(samples.texts, references=converted))
    return PreparedReferences(samples, settings)


def _listed(references: Iterable[References]) -> list[Any]:
    """Return references as a list.

    Raises:
        TypeError: if they cannot be listed.
        ValueError: if there are none.
    """
    listed = as_list(references, "references")
    if not listed:
        raise ValueError("no samples: references are empty")
    return listed
