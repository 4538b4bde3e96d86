"""All that an evaluator has counted, apart from the evaluator, to be saved and merged."""

from __future__ import annotations

from typing import Any, NamedTuple

from textmetrics.evaluation.decided import LanguageDecisions, Together
from textmetrics.evaluation.signature import Tokenization
from textmetrics.evaluation.state import EvaluationState
from textmetrics.languages import LanguageDetector

__all__ = ["DEFINITIONS", "Counted"]

DEFINITIONS = {
    "languages": 1,
    "answers": 1,
    "scan": 1,
    "kernels": 1,
    "metrics": 1,
    "presets": 1,
    "evaluation": 1,
}
"""By stage, the version of the rules that numbers depend on beside options and dictionaries.

Raise one whenever a number changes, so that states from before are refused.
"""


class Counted(NamedTuple):
    """What was counted of samples whose languages are decided.

    Attributes:
        state: sums, health, and how texts became tokens.
        detector: what the languages were decided by.
        decisions: what parts that were merged decided.
    """

    state: EvaluationState
    detector: LanguageDetector
    decisions: LanguageDecisions

    def alone(self) -> Together:
        """Return what decided the languages."""
        return Together(self.decisions, self.detector, self.state.tokenization)

    def together(self, other: Counted) -> Together:
        """Return what decided the languages of both; neither is changed."""
        decisions, detector = LanguageDecisions(), LanguageDetector()
        tokenization = Tokenization()
        for each in (self, other):
            decisions.merge(each.decisions)
            detector.merge(each.detector)
            tokenization.merge(each.state.tokenization)
        return Together(decisions, detector, tokenization)

    def saved(self) -> dict[str, Any]:
        """Return plain objects, with all that `restored` needs and no text of a sample.

        Raises:
            ValueError: if an option cannot be saved.
        """
        from textmetrics.evaluation.saving import to_saved

        return to_saved(*self)

    @classmethod
    def restored(cls, plain: Any, name: str) -> Counted:
        """Return what `saved` returned.

        Args:
            plain: the plain objects.
            name: that of the file, for later errors.

        Raises:
            UnknownDefinitionError: if an option names what is unknown or not installed here.
            ValueError: if it is not what ``saved`` returned.
        """
        from textmetrics.evaluation.saving import from_saved

        return cls(*from_saved(plain, name))
