"""Scores generated text against references, in Chinese, Japanese and English.

>>> from textmetrics import rouge_l
>>> rouge_l(["the cat sat"], ["a cat sat down"], lang="en")
<ROUGE-L recall 66.67 %, n=1>
"""

from textmetrics._version import __version__
from textmetrics.evaluation import (
    Evaluation,
    Evaluator,
    accuracy,
    bleu_4,
    evaluate,
    f1,
    rouge_1,
    rouge_2,
    rouge_l,
    tokenize,
)
from textmetrics.languages import Language, Segmentation, Tokenizer, register_language
from textmetrics.metrics import Score

__all__ = [
    "Evaluation",
    "Evaluator",
    "Language",
    "Score",
    "Segmentation",
    "Tokenizer",
    "__version__",
    "accuracy",
    "bleu_4",
    "evaluate",
    "f1",
    "register_language",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "tokenize",
]
