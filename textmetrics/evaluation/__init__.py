"""The whole line: texts in, an evaluation out."""

from textmetrics.evaluation.evaluator import Evaluator
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
from textmetrics.evaluation.result import (
    Evaluation,
    percent,
    score_rows,
    signature_lines,
    unread,
)
from textmetrics.evaluation.samples import Sample, Samples
from textmetrics.evaluation.seen import Seen
from textmetrics.evaluation.settings import Settings
from textmetrics.evaluation.state import Scored

__all__ = [
    "Evaluation",
    "Evaluator",
    "Health",
    "Sample",
    "Samples",
    "Scored",
    "Seen",
    "Settings",
    "UnusableReferenceError",
    "accuracy",
    "bleu_4",
    "evaluate",
    "f1",
    "percent",
    "prepare",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "score_rows",
    "signature_lines",
    "tokenize",
    "unread",
]
