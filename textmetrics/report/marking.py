"""Mark the scored tokens of texts: where each lies, and whether the other text has it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate, pairwise
from math import isqrt
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from textmetrics.evaluation import ScoringSettings
from textmetrics.kernels import backend
from textmetrics.languages import Analyzer, Kind, Scope, Tokens, normalize, origins
from textmetrics.metrics import FIRST, METRICS, Metric
from textmetrics.scan import (
    BREAK,
    Judge,
    Scanner,
    View,
    encode,
    ported,
    scanner,
    scored_scopes,
)

__all__ = [
    "MarkedText",
    "Marker",
    "TokenMatch",
    "common_subsequence",
    "locate_tokens",
    "match_tokens",
]

TextForm: TypeAlias = Literal["text", "normalized", "tokens"]
Bounds: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text as it is shown, and the places of its tokens.

    Attributes:
        text: what is shown.
        form: ``text`` if that is what was scored; ``normalized`` if it is the normalized text,
            because tokens share a character of the original; ``tokens`` if it is the tokens,
            joined with spaces.
        bounds: start and end of each scored token and of each removed stopword, in characters of
            ``text``; ascending, without overlaps.
        dropped: whether each of them is a removed stopword.
        whole: the whole output, if the text is an answer that was extracted from it.
    """

    text: str
    form: TextForm
    bounds: Bounds
    dropped: tuple[bool, ...] = ()
    whole: str | None = None


class _TokenizedText(NamedTuple):
    """A marked text, and the tokens that are compared."""

    marked: MarkedText
    tokens: list[str]


class TokenMatch(IntEnum):
    """How a scored token relates to the other text of its pair."""

    ALONE = 0
    """The other text has no more of it: extra in a prediction, missing for a reference."""
    MATCHED = 1
    """The other text has it too, but outside the longest common subsequence."""
    IN_ORDER = 2
    """It is part of the longest common subsequence."""


class Marker:
    """Marks the texts of samples.

    Args:
        settings: how they were scored; the first metric decides what their tokens are.
    """

    def __init__(self, settings: ScoringSettings) -> None:
        self._settings = settings
        self._metric = settings.metrics[0]
        self._scanners: dict[str, tuple[Scanner, Analyzer]] = {}

    def sample(
        self, predictions: Sequence[str], references: Sequence[str], lang: str
    ) -> tuple[list[_TokenizedText], list[_TokenizedText]]:
        """Mark the predictions of several models and the references of one sample."""
        view = self._metric.view
        answers, references = self._scored(predictions, references)
        if isinstance(view, Judge):
            found = [_TokenizedText(MarkedText(t, "text", ()), []) for t in (*answers, *references)]
        elif view is not None:
            prepare = view.prepare or str
            found = [_mark_view(view, text) for text in (*map(prepare, answers), *references)]
        else:
            found = self._mark_language(answers, references, lang)
        return _with_whole(found, predictions, answers), found[len(answers) :]

    def plain(
        self, predictions: Sequence[str], references: Sequence[str]
    ) -> tuple[list[_TokenizedText], list[_TokenizedText]]:
        """Return the same texts without their tokens."""
        answers, references = self._scored(predictions, references)
        found = [_TokenizedText(MarkedText(t, "text", ()), []) for t in (*answers, *references)]
        return _with_whole(found, predictions, answers), found[len(answers) :]

    def _scored(
        self, predictions: Sequence[str], references: Sequence[str]
    ) -> tuple[Sequence[str], Sequence[str]]:
        """Return the answers in predictions, and the references, as they are scored."""
        extraction = self._settings.extraction
        answers = self._settings.converted([extraction.apply(text) for text in predictions])
        return answers, self._settings.converted(references)

    def best_references(
        self, predictions: Sequence[_TokenizedText], references: Sequence[_TokenizedText]
    ) -> list[int]:
        """Return the index of the best reference for each prediction, the first of equals."""
        if len(references) == 1 or self._metric.of_several == FIRST:
            return [0] * len(predictions)
        scored = [
            at
            for at, each in enumerate(references)
            if each.tokens or not each.marked.text.strip()  # not emptied, but empty before
        ] or [0]
        metric = _of_pairs(self._metric)
        if metric.better is None:
            return [scored[0]] * len(predictions)
        pairs = [(each.tokens, references[at].tokens) for each in predictions for at in scored]
        values = metric.sample_values(backend()(encode(pairs), metric.needs, 1)).headline
        goodness = values if metric.better == "higher" else -values
        table = np.nan_to_num(goodness, nan=-np.inf).reshape(len(predictions), len(scored))
        return [scored[at] for at in table.argmax(axis=1).tolist()]

    def _mark_language(
        self, predictions: Sequence[str], references: Sequence[str], lang: str
    ) -> list[_TokenizedText]:
        if lang not in self._scanners:
            its = self._settings.analyzer(lang)
            self._scanners[lang] = scanner(its, "auto"), ported(its)
        scan, analyzer = self._scanners[lang]
        texts = [*predictions, *references]
        tokens = list(map(scan.analyzed, texts))
        # Only the references decide what is scored, so that it is the same for all models.
        _, scopes = scored_scopes(tokens, tokens[len(predictions) :], Scope.CONTENT)
        return [_mark_tokens(*each, analyzer) for each in zip(texts, tokens, scopes, strict=True)]


def _with_whole(
    found: Sequence[_TokenizedText], predictions: Sequence[str], answers: Sequence[str]
) -> list[_TokenizedText]:
    """Return the answers, with the whole output where it is more than the answer."""
    return [
        each if whole == answer else each._replace(marked=replace(each.marked, whole=whole))
        for each, whole, answer in zip(found, predictions, answers, strict=False)
    ]


def _mark_tokens(text: str, tokens: Tokens, scope: Scope, analyzer: Analyzer) -> _TokenizedText:
    most = max(scope, Kind.STOPWORD)
    shown = [kind <= most for kind in tokens.kinds]
    dropped = tuple(kind > scope for kind in tokens.kinds if kind <= most)
    if tokens.surfaces is tokens.words:
        # Each has the length of its surface, but is case-folded.
        if (bounds := _as_written(text.translate(_FOLDED), tokens.words, shown)) is not None:
            marked = MarkedText(text, "text", bounds, dropped)
            return _TokenizedText(marked, tokens.in_scope(scope))
        tokens = analyzer(text)
    marked = replace(locate_tokens(text, tokens.surfaces, shown), dropped=dropped)
    return _TokenizedText(marked, tokens.in_scope(scope))


def _mark_view(view: View, text: str) -> _TokenizedText:
    tokens = view.tokens(text)
    if view.sentences:
        tokens = [token for token in tokens if token != BREAK]
    marked = replace(_joined(tokens, text), dropped=(False,) * len(tokens))
    return _TokenizedText(marked, tokens)


def _of_pairs(metric: Metric) -> Metric:
    """Return the metric, or F1 if it needs more than the tokens of a pair."""
    view = metric.view
    if metric.words is not None or isinstance(view, Judge) or (view and view.sentences):
        return METRICS.get("f1")
    return metric


def locate_tokens(text: str, surfaces: Sequence[str], shown: Sequence[bool]) -> MarkedText:
    """Find an analyzer's tokens in the text that they come from.

    Tokens are cut from the normalized text. They are located in the original if each of them has a
    part of it to itself, else in the normalized text ("㍻" becomes one word, "ﷺ" four); and if the
    tokenizer does not return the text's characters in their order, the tokens alone are shown.

    Args:
        text: the original text.
        surfaces: all its tokens, including punctuation.
        shown: which of them are wanted.

    Examples:
        >>> locate_tokens("５ ㎏ !", ["5", "kg", "!"], [True, True, False]).bounds
        ((0, 1), (2, 3))
    """
    if (bounds := _as_written(text.translate(_NORMAL), surfaces, shown)) is not None:
        return MarkedText(text, "text", bounds)
    solid = ["".join(surface.split()) for surface in surfaces]
    wanted = [at for at, want in enumerate(shown) if want]
    ends = list(accumulate(map(len, solid), initial=0))
    candidates: list[tuple[str, TextForm]] = [(text, "text"), (normalize(text), "normalized")]
    for candidate, form in candidates:
        found, spans = origins(candidate)
        if found != "".join(solid):
            break
        bounds = tuple((spans[ends[at]][0], spans[ends[at + 1] - 1][1]) for at in wanted)
        if all(end <= start for (_, end), (start, _) in pairwise(bounds)):
            return MarkedText(candidate, form, bounds)
    return _joined([surfaces[at] for at in wanted])


class _OneByOne(dict[int, str]):
    """Maps each character to what it is normalized to, if that is a single one, else to itself."""

    def __init__(self, finish: Callable[[str], str]) -> None:
        super().__init__()
        self._finish = finish

    def __missing__(self, point: int) -> str:
        character = chr(point)
        found = self._finish(normalize(character))
        self[point] = found if len(found) == 1 else character
        return self[point]


_NORMAL, _FOLDED = _OneByOne(str), _OneByOne(str.casefold)


def _as_written(text: str, surfaces: Sequence[str], shown: Sequence[bool]) -> Bounds | None:
    """Return the bounds of tokens that are the text as it is written, white space aside.

    Then each begins where the one before it ends, or after white space, so that looking for it from
    there on finds it; and no other characters are between them if their lengths add up.
    """
    joined = "".join(surfaces)
    if len(joined) != sum(map(len, text.split())) or len(joined.split()) > 1:
        return None
    bounds = []
    end = 0
    for surface, want in zip(surfaces, shown, strict=True):
        start = text.find(surface, end)
        if start < 0:
            return None
        end = start + len(surface)
        if want:
            bounds.append((start, end))
    return tuple(bounds)


def _joined(tokens: Sequence[str], text: str | None = None) -> MarkedText:
    """Return tokens joined with spaces, or the text itself if it consists of just these tokens."""
    whole = text is not None and "".join(tokens) == text
    space = "" if whole else " "
    starts = accumulate((len(token) + len(space) for token in tokens), initial=0)
    bounds = tuple(
        (start, start + len(token)) for start, token in zip(starts, tokens, strict=False)
    )
    return MarkedText(space.join(tokens), "text" if whole else "tokens", bounds)


def match_tokens(
    prediction: Sequence[str], reference: Sequence[str]
) -> tuple[tuple[TokenMatch, ...], tuple[TokenMatch, ...]]:
    """Return how each token of two texts relates to the other text.

    As many tokens match as token F1 and ROUGE-1 count, and as many are in order as ROUGE-L counts.
    Of equal tokens those in order are matched first, then the first ones.

    Examples:
        >>> one, other = match_tokens(["b", "a", "c", "c"], ["a", "b", "c"])
        >>> [match.name for match in one]
        ['MATCHED', 'IN_ORDER', 'IN_ORDER', 'ALONE']
    """
    order = common_subsequence(prediction, reference)
    common = Counter(prediction) & Counter(reference)
    common.subtract(prediction[at] for at, _ in order)
    return (
        _matches(prediction, {at for at, _ in order}, Counter(common)),
        _matches(reference, {at for _, at in order}, Counter(common)),
    )


def _matches(tokens: Sequence[str], order: set[int], left: Counter[str]) -> tuple[TokenMatch, ...]:
    matches = []
    for at, token in enumerate(tokens):
        if at in order:
            matches.append(TokenMatch.IN_ORDER)
        elif left[token] > 0:
            left[token] -= 1
            matches.append(TokenMatch.MATCHED)
        else:
            matches.append(TokenMatch.ALONE)
    return tuple(matches)


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the indices of one longest common subsequence, the same one at each call.

    This is Hyyrö's bit-parallel recurrence (2004): bit ``j`` of row ``i`` is 0 if the subsequence
    of the first ``i`` tokens and the first ``j + 1`` is longer than that with the first ``j``.
    Only every ``step``-th row is kept and the others are computed again on the way back, so that
    two texts of 100,000 tokens need a few megabytes.

    Examples:
        >>> common_subsequence("abcd", "xbd")
        [(1, 1), (3, 2)]
    """
    masks: dict[str, int] = {}
    for at, word in enumerate(other):
        masks[word] = masks.get(word, 0) | 1 << at
    full = (1 << len(other)) - 1
    step = isqrt(len(one)) + 1
    kept = [full]  # the rows 0, step, 2 * step, …
    row = full
    for at, word in enumerate(one, start=1):
        row = _next(row, masks.get(word, 0), full)
        if at % step == 0:
            kept.append(row)
    found = []
    i, j = len(one), len(other)
    block: list[int] = []
    first = len(one) + 1
    while i and j:
        if i - 1 < first:
            first = (i - 1) // step * step
            block = [kept[first // step]]
            for word in one[first : min(first + step, len(one))]:
                block.append(_next(block[-1], masks.get(word, 0), full))
        if block[i - first] >> (j - 1) & 1:
            j -= 1
        elif not block[i - 1 - first] >> (j - 1) & 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _next(row: int, mask: int, full: int) -> int:
    matched = row & mask
    return (row + matched | row - matched) & full
