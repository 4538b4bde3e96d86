"""What is scored of a text besides the words of its language: a view of tokens, or a judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module
from operator import attrgetter, eq
from typing import Any

from textmetrics._escape import short_repr
from textmetrics.answers import NUMBER_RULES, check_letters
from textmetrics.scan.texts import Texts

__all__ = [
    "BREAK",
    "CONTAINED",
    "FORMULA",
    "TRUTH",
    "Judge",
    "NativeSplit",
    "View",
    "letter_judge",
    "letters_judge",
    "number_judge",
]

BREAK = "\n"
"""The token between sentences, in views that keep sentences apart."""


@dataclass(frozen=True, slots=True)
class NativeSplit:
    """How the extension produces the tokens of a view; see native/split.h.

    Attributes:
        split: which of its methods splits the text.
        source: what is split: the ``text``; or ``jieba``'s pieces joined by spaces; or
            ``jieba_stripped``, where the pieces are stripped of spaces first.
        before: a Python function applied to all texts first, such as ``partial(map, str.lower)``.
        stem: a Python function applied to each distinct word of four characters or more.
    """

    split: str
    source: str = "text"
    before: Callable[[Sequence[str]], Iterable[str]] | None = field(default=None, compare=False)
    stem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """How a published program turns a text into tokens.

    Attributes:
        name: identifies it: views of the same name are equal.
        tokens: the definition; accepts any text, returns a list and never raises.
        summary: one line for people.
        sentences: whether ``tokens`` returns ``BREAK`` between sentences.
        signature: returns what a signature shows, if that can change; the name if ``None``.
        native: how the extension produces the same tokens, if it can.
        spaced: whether words are separated by spaces only: Chinese is one word then, or none.
        prepare: a function applied to each prediction first, for programs that cut predictions but
            not references.
        prepare_references: the same for references, for programs that cut these twice.
    """

    name: str
    tokens: Callable[[str], list[str]] = field(compare=False)
    summary: str = field(compare=False)
    sentences: bool = field(default=False, compare=False)
    signature: Callable[[], str] | None = field(default=None, compare=False)
    native: NativeSplit | None = field(default=None, compare=False)
    spaced: bool = field(default=False, compare=False)
    prepare: Callable[[str], str] | None = field(default=None, compare=False)
    prepare_references: Callable[[str], str] | None = field(default=None, compare=False)

    def prepared(self, texts: Texts) -> Texts:
        """Return samples with each text as the program tokenizes it."""
        if self.prepare is not None:
            texts = replace(texts, predictions=list(map(self.prepare, texts.predictions)))
        if self.prepare_references is not None:
            changed = list(map(self.prepare_references, texts.references))
            texts = Texts(texts.predictions, changed, texts.bounds)
        return texts

    def described(self) -> str:
        """Return what a signature shows."""
        return self.signature() if self.signature else self.name


@dataclass(frozen=True, slots=True)
class Judge:
    """How a prediction is judged right or wrong if counting tokens cannot tell.

    Attributes:
        name: identifies it in a signature: judges of the same name are equal.
        read: returns what is compared of a prediction, ``None`` if it is not there; never raises.
        agree: returns whether what was read of a prediction is right, given that of a reference.
        finds: what it reads, for people.
        gold: returns what predictions are compared with of a reference, ``None`` if it cannot be
            used; never raises. That is ``read`` unless a reference is read more strictly.
        instead: what to do about references that cannot be used, for people.
        joined: whether several references of one letter each are one set: ``["B", "D"]``.
        signature: returns what a signature shows, if that can change; the name if ``None``. Raises
            ``ImportError`` if a package is missing.
        overlap: returns, for partial credit, what prediction and reference have in common, and the
            size of each; given what was read of them, ``None`` if nothing was.
        decided: how it decides, for people; by what it finds in each text where empty.
        rules: names of the rules by which something is found in a prediction, if it tells them.
        rule: returns the name of the rule by which something was found.
    """

    name: str
    read: Callable[[str], Any] = field(compare=False)
    agree: Callable[[Any, Any], bool] = field(compare=False)
    finds: str = field(compare=False)
    gold: Callable[[str], Any] | None = field(default=None, compare=False)
    instead: str = field(default="leave the metric out", compare=False)
    joined: bool = field(default=False, compare=False)
    signature: Callable[[], str] | None = field(default=None, compare=False)
    overlap: Callable[[Any, Any], tuple[int, int, int]] | None = field(default=None, compare=False)
    decided: str = field(default="", compare=False)
    rules: tuple[str, ...] = field(default=(), compare=False)
    rule: Callable[[Any], str] | None = field(default=None, compare=False)

    def read_reference(self, text: str) -> Any:
        """Return what predictions are compared with, ``None`` if the reference cannot be used."""
        return (self.gold or self.read)(text)

    def golds(self, references: Sequence[str]) -> list[Any]:
        """Return what predictions are compared with for each reference of a sample."""
        golds = [self.read_reference(text) for text in references]
        if self.joined and len(golds) > 1 and all(gold and len(gold) == 1 for gold in golds):
            return [frozenset[str]().union(*golds)] * len(golds)
        return golds

    def row(self, answer: Any, gold: Any) -> tuple[int, int, int, int]:
        """Return whether an answer is right, what both have in common, and the size of each."""
        both = answer is not None and gold is not None
        equal = int(both and self.agree(answer, gold))
        if self.overlap is None:
            return equal, equal, int(answer is not None), int(gold is not None)
        return equal, *self.overlap(answer, gold)

    def same(self, one: str, other: str) -> bool:
        """Return whether the same is read of two predictions."""
        first, second = self.read(one), self.read(other)
        if first is None or second is None:
            return first is second
        return bool(first == second) or (self.agree(first, second) and self.agree(second, first))

    def problem(self, references: Sequence[str]) -> str | None:
        """Return why a sample cannot be judged by its references, ``None`` if it can."""
        if any(self.read_reference(text) is not None for text in references):
            return None
        return f"found no {self.finds} to judge by: {short_repr(references[0])}; {self.instead}"

    def described(self) -> str:
        """Return what a signature shows."""
        return self.signature() if self.signature else self.name


def _later(name: str) -> Callable[..., Any]:
    """Return a function of `textmetrics.answers` that is loaded when it is first called.

    Most metrics judge nothing, and what reads answers takes long to load.
    """
    return partial(_called, name)


def _called(name: str, /, *given: Any, **options: Any) -> Any:
    return getattr(import_module("textmetrics.answers"), name)(*given, **options)


TRUTH = Judge(
    "truth",
    _later("judgement_of"),
    eq,
    "judgment",
    instead="give a word such as true, 对 or はい, or leave the metric out",
)
"""Whether a text says yes or no: see `judgement_of`."""

FORMULA = Judge(
    "math-verify",
    _later("math_of"),
    _later("same_math"),
    "formula or number",
    signature=_later("described_math"),
    instead="give one, as in \\frac{1}{2}, or leave the metric out",
)
"""What mathematics a text states, compared by computer algebra: see `same_math`."""

CONTAINED = Judge(
    "contained,characters",
    _later("words_of"),
    _later("has_words"),
    "text",
    decided="a prediction is right if it contains the words of the reference",
)
"""Whether the prediction contains the words of the reference: see `contains`."""


def number_judge(tolerance: float) -> Judge:
    """Return a judge that compares the numbers that texts end in: see `same_number`.

    Raises:
        ValueError: if the tolerance is negative or not finite.
    """
    if tolerance != 0:
        _allowed(tolerance)
    return Judge(
        "number",
        _later("read_number"),
        partial(_agree, tolerance=tolerance),
        "single number",
        gold=_later("read_reference_number"),
        rules=NUMBER_RULES,
        rule=attrgetter("rule"),
        instead="give one number, or compare such answers with accuracy (and --extract boxed) or "
        "contains",
    )


def _agree(one: Any, other: Any, *, tolerance: Any) -> bool:
    from textmetrics.answers import agree

    return agree(one, other, allowed=_allowed(tolerance))


@cache
def _allowed(tolerance: Any) -> Any:
    from textmetrics.answers import exact_tolerance

    return exact_tolerance(tolerance)


def letter_judge(letters: str) -> Judge:
    """Return a judge that compares the letters that texts choose: see `choice_of`.

    Raises:
        ValueError: if the letters are not capital Latin letters.
    """
    return _of_letters("letter", _later("choice_of"), letters)


def letters_judge(letters: str) -> Judge:
    """Return a judge that compares sets of letters: see `choices_of`.

    Raises:
        ValueError: if the letters are not capital Latin letters.
    """
    judge = _of_letters("letters", _later("choices_of"), letters)
    return replace(
        judge,
        joined=True,
        overlap=_common_letters,
        decided="the letters of each text are compared",
    )


def _common_letters(
    chosen: frozenset[str] | None, right: frozenset[str] | None
) -> tuple[int, int, int]:
    chosen, right = chosen or frozenset(), right or frozenset()
    return len(chosen & right), len(chosen), len(right)


def _of_letters(name: str, read: Callable[..., Any], letters: str) -> Judge:
    return Judge(
        name,
        partial(read, letters=check_letters(letters)),
        eq,
        name,
        instead=f"those on offer are {letters}: offer others with letters= (--letters), or leave "
        "the metric out",
    )
