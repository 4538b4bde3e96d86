"""The functions that most callers need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, overload

from textmetrics._options import complete, takes
from textmetrics._threads import checked_threads
from textmetrics.evaluation.arguments import References, Strings, checked_text
from textmetrics.evaluation.evaluator import Evaluator
from textmetrics.evaluation.options import (
    EvaluateOptions,
    ScoringOptions,
    ScoringSettings,
    TokenOptions,
)
from textmetrics.evaluation.prepared import PreparedReferences
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.scanners import shared_scanner
from textmetrics.evaluation.single import single_score
from textmetrics.languages import Scope
from textmetrics.metrics import METRICS, Metric, Score

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["accuracy", "bleu_4", "evaluate", "f1", "rouge_1", "rouge_2", "rouge_l", "tokenize"]


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
        preset_options: further options of the preset, such as ``smoothing="floor"``.

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
    langs = options.pop("langs", None)
    if isinstance(references, PreparedReferences):
        options = references.options(options)
    evaluator = Evaluator(**options)
    evaluator.update(predictions, references, langs=langs)
    return evaluator.compute()


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
_PLAIN = frozenset({"lang", "tokenizer", "stopwords", "backend", "threads"})


def _function(name: str, example: str) -> MetricFunction:
    """Make the function of a metric; all have one signature."""
    metric: Metric = METRICS.get(name)

    def function(
        predictions: Strings,
        references: Strings | Iterable[References] | PreparedReferences,
        **options: Any,
    ) -> Score:
        if _PLAIN.issuperset(options):
            checked_threads(options.get("threads"))
            found = single_score(
                name,
                predictions,
                references,
                options.get("lang", "auto"),
                options.get("tokenizer"),
                options.get("stopwords", True),
                options.get("backend", "auto"),
            )
            if found is not None:
                return found
        return evaluate(predictions, references, metrics=[name], **options)[name]

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
def tokenize(text: str, **options: Unpack[TokenOptions]) -> list[str]:
    """Return the tokens of a text that are scored.

    Where no reference of a sample has a token left, nothing is dropped in that sample; a single
    text is tokenized without that rule.

    Args:
        text: any text.
        {options}

    Returns:
        Tokens as they are compared: normalized and case-folded.

    Raises:
        TypeError: if it is not a text, or an option is unknown.
        ValueError: if a name is unknown.

    Examples:
        >>> tokenize("用 PyTorch 训练了3.5小时", lang="zh")
        ['用', 'pytorch', '训练', '3.5', '小时']
    """
    settings = ScoringSettings.of(**complete(TokenOptions, options))
    text = checked_text(text, "text")
    its = settings.analyzer_of(text)
    scan = shared_scanner(its.language, its.stopwords, its.tokenizer, "auto")
    found = scan.tokens(text)
    return its(text).seen(Scope.CONTENT) if found is None else found
