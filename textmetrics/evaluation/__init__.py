"""The whole line: texts in, an evaluation out."""

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
from textmetrics.evaluation.functions import (
    accuracy,
    bleu_4,
    evaluate,
    f1,
    rouge_1,
    rouge_2,
    rouge_l,
    tokenize,
)
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.judging import UnusableReferenceError
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
from textmetrics.evaluation.options import ScoringSettings
from textmetrics.evaluation.state import Scored, State

__all__ = [
    "Evaluation",
    "Evaluator",
    "Explanation",
    "Health",
    "References",
    "Sample",
    "Samples",
    "Scored",
    "Seen",
    "ScoringSettings",
    "State",
    "Strings",
    "UnusableReferenceError",
    "accuracy",
    "bleu_4",
    "check_references",
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
