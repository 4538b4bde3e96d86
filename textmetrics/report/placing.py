"""Where the tokens of a text lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from textmetrics.languages import normalize, origins

__all__ = ["Form", "Placed", "place", "place_words"]

Form = Literal["text", "normalized", "tokens"]
"""What is shown: the text itself, its normalised form, or its tokens with spaces between."""
Bounds = tuple[tuple[int, int], ...]


class Placed(NamedTuple):
    """A text that is shown, and the start and the end of each of its tokens."""

    text: str
    form: Form
    bounds: Bounds


def place(text: str, surfaces: Sequence[str], shown: Sequence[bool]) -> Placed:
    """Find an analyzer's tokens in the text that they were made of.

    Tokens are cut from the normalised text. They are shown in the text itself where each of them
    has a part of it for itself, else in the normalised text ("㍻" gives a word, "ﷺ" gives four);
    and without a text where the tokeniser does not give the text's characters in their order.

    Args:
        text: as it was given.
        surfaces: all its tokens, punctuation too.
        shown: which of them are wanted.

    Examples:
        >>> place("５ ㎏ !", ["5", "kg", "!"], [True, True, False])
        Placed(text='５ ㎏ !', form='text', bounds=((0, 1), (2, 3)))
    """
    solid = ["".join(surface.split()) for surface in surfaces]
    wanted = [at for at, want in enumerate(shown) if want]
    ends = list(accumulate(map(len, solid), initial=0))
    candidates: list[tuple[str, Form]] = [(text, "text"), (normalize(text), "normalized")]
    for candidate, form in candidates:
        found, spans = origins(candidate)
        if found != "".join(solid):
            break
        bounds = tuple((spans[ends[at]][0], spans[ends[at + 1] - 1][1]) for at in wanted)
        if all(end <= start for (_, end), (start, _) in pairwise(bounds)):
            return Placed(candidate, form, bounds)
    return place_words([surfaces[at] for at in wanted])


def place_words(words: Sequence[str], text: str | None = None) -> Placed:
    """Show words with spaces between, or in the text if they are all of it as it is.

    Examples:
        >>> place_words(["a", "cat"])
        Placed(text='a cat', form='tokens', bounds=((0, 1), (2, 5)))
    """
    whole = text is not None and "".join(words) == text
    space = "" if whole else " "
    ends = accumulate((len(word) + len(space) for word in words), initial=0)
    bounds = tuple((start, start + len(word)) for start, word in zip(ends, words, strict=False))
    return Placed(space.join(words), "text" if whole else "tokens", bounds)
