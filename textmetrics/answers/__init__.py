"""Which part of a text is its answer, and whether two answers are the same."""

from typing import TYPE_CHECKING

from textmetrics._lazy import lazily

if TYPE_CHECKING:
    from textmetrics.answers.choice import choice_of, choices_of
    from textmetrics.answers.containment import contains, has_words, words_of
    from textmetrics.answers.extraction import (
        Extraction,
        ExtractionTally,
        Step,
        parse_extraction,
    )
    from textmetrics.answers.extractors import (
        EXTRACTORS,
        Extractor,
        changes,
        has_thoughts,
        would_change,
    )
    from textmetrics.answers.judgement import judgement_of
    from textmetrics.answers.mathematics import (
        described_math,
        described_sympy,
        math_of,
        same_latex,
        same_math,
        same_verified,
    )
    from textmetrics.answers.number import (
        agree,
        exact_tolerance,
        number_of,
        read_number,
        read_reference_number,
        same_number,
    )
    from textmetrics.answers.numerals import Number
    from textmetrics.answers.options import LETTERS, NUMBER_RULES, check_letters
    from textmetrics.answers.sampling import pass_at_k
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "choice": "choice_of choices_of",
            "containment": "contains has_words words_of",
            "extraction": "Extraction ExtractionTally Step parse_extraction",
            "extractors": "EXTRACTORS Extractor changes has_thoughts would_change",
            "judgement": "judgement_of",
            "mathematics": (
                "described_math described_sympy math_of same_latex same_math same_verified"
            ),
            "number": (
                "agree exact_tolerance number_of read_number read_reference_number same_number"
            ),
            "numerals": "Number",
            "options": "LETTERS NUMBER_RULES check_letters",
            "sampling": "pass_at_k",
        },
    )

__all__ = [
    "EXTRACTORS",
    "LETTERS",
    "NUMBER_RULES",
    "Extraction",
    "ExtractionTally",
    "Extractor",
    "Number",
    "Step",
    "agree",
    "changes",
    "check_letters",
    "choice_of",
    "choices_of",
    "contains",
    "described_math",
    "described_sympy",
    "exact_tolerance",
    "has_thoughts",
    "has_words",
    "judgement_of",
    "math_of",
    "number_of",
    "parse_extraction",
    "pass_at_k",
    "read_number",
    "read_reference_number",
    "same_latex",
    "same_math",
    "same_number",
    "same_verified",
    "words_of",
    "would_change",
]
