"""The whole line: texts in, an evaluation out."""

from textmetrics.evaluation.api import (
    accuracy,
    bleu_4,
    evaluate,
    f1,
    rouge_1,
    rouge_2,
    rouge_l,
    tokenize,
)
from textmetrics.evaluation.arguments import (
    References,
    Strings,
    check_references,
    listed,
    predictions_of,
    samples_of,
)
from textmetrics.evaluation.evaluator import Evaluator
from textmetrics.evaluation.explain import Explanation, differences, explained
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.judging import UnusableReferenceError
from textmetrics.evaluation.options import (
    EvaluateOptions,
    EvaluatorOptions,
    ExtractOption,
    LangsOption,
    MetricsOption,
    PrepareOptions,
    PresetOptions,
    RunningOptions,
    ScoringOptions,
    ScoringSettings,
    StreamingOptions,
    TokenOptions,
    comma_separated,
)
from textmetrics.evaluation.prepared import prepare
from textmetrics.evaluation.queue import with_languages
from textmetrics.evaluation.result import (
    Evaluation,
    percent,
    score_rows,
    signature_lines,
    unread,
)
from textmetrics.evaluation.samples import Sample, Samples
from textmetrics.evaluation.seen import Seen
from textmetrics.evaluation.state import Scored, State

__all__ = [
    "EvaluateOptions",
    "Evaluation",
    "Evaluator",
    "EvaluatorOptions",
    "Explanation",
    "ExtractOption",
    "Health",
    "LangsOption",
    "MetricsOption",
    "PrepareOptions",
    "PresetOptions",
    "References",
    "RunningOptions",
    "Sample",
    "Samples",
    "Scored",
    "ScoringOptions",
    "ScoringSettings",
    "Seen",
    "State",
    "StreamingOptions",
    "Strings",
    "TokenOptions",
    "UnusableReferenceError",
    "accuracy",
    "bleu_4",
    "check_references",
    "comma_separated",
    "differences",
    "evaluate",
    "explained",
    "f1",
    "listed",
    "percent",
    "predictions_of",
    "prepare",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "samples_of",
    "score_rows",
    "signature_lines",
    "tokenize",
    "unread",
    "with_languages",
]
