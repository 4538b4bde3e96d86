"""Score generated text against references, in Chinese, Japanese and English.

>>> from textmetrics import rouge_l
>>> rouge_l(["the cat sat"], ["a cat sat down"], lang="en")
<ROUGE-L recall 66.67 %, n=1>
"""

from typing import TYPE_CHECKING

from textmetrics._interpreter import require_main_interpreter
from textmetrics._version import __version__

require_main_interpreter()

if TYPE_CHECKING:
    from textmetrics.answers import pass_at_k
    from textmetrics.comparison import Comparison, compare
    from textmetrics.evaluation import (
        Evaluation,
        Evaluator,
        accuracy,
        bleu_4,
        evaluate,
        f1,
        prepare,
        rouge_1,
        rouge_2,
        rouge_l,
        tokenize,
    )
    from textmetrics.languages import Language, Segmentation, Tokenizer, register_language
    from textmetrics.metrics import Score, register_metric
    from textmetrics.presets import register_preset
    from textmetrics.records import Format, register_format
else:
    _STAGES = ("evaluation", "languages", "metrics", "presets", "answers")

    # Loaded only when one of their own names is asked for: most callers never do.
    _APART = {
        "Comparison": ("comparison",),
        "Format": ("records",),
        "compare": ("comparison",),
        "register_format": ("records",),
    }

    def __getattr__(name: str) -> object:
        """Load the packages when one of their names is first used: ``--help`` needs none."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        for stage in _APART.get(name, _STAGES):
            module = import_module(f"{__name__}.{stage}")
            found = {each: getattr(module, each) for each in module.__all__ if each in __all__}
            globals().update(found)
        return globals()[name]

    def __dir__() -> list[str]:
        return list(__all__)


__all__ = [
    "Comparison",
    "Evaluation",
    "Evaluator",
    "Format",
    "Language",
    "Score",
    "Segmentation",
    "Tokenizer",
    "__version__",
    "accuracy",
    "bleu_4",
    "compare",
    "evaluate",
    "f1",
    "pass_at_k",
    "prepare",
    "register_format",
    "register_language",
    "register_metric",
    "register_preset",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "tokenize",
]
