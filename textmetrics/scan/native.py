"""Scanning in C++: see native/scan.h for analyzers, and native/view_scan.h for views."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension
from textmetrics.languages import (
    CHARACTERS,
    JIEBA,
    SUDACHI,
    WHITESPACE,
    WORDS,
    Analyzer,
    Cutter,
    JiebaTokenizer,
    Kind,
    Segmentation,
    Tokens,
    in_other_script,
    normalize,
    words_of_sudachi,
)
from textmetrics.scan.alphabet import Alphabet, alphabet
from textmetrics.scan.batch import Batch, Encoded, Facts, assemble, select, with_samples
from textmetrics.scan.definition import DefinitionScanner, define_view, ported
from textmetrics.scan.texts import KeptTexts, Texts, marked_texts
from textmetrics.scan.view import NativeSplit, View

__all__ = ["NativeScanner", "can_scan", "encode_view"]

_native = extension()
_KINDS = tuple(Kind)
_SUDACHI = {id(each): each.name for each in SUDACHI if not each.name.endswith("normalized")}
_CUT_NAMES = {id(each): each.name for each in (WORDS, CHARACTERS, WHITESPACE)} | _SUDACHI
_SPACED = ("words", "characters", "whitespace")  # no token goes over white space, but for 50 %
# From so many characters on, stand-ins pay: making their tables, once, takes some 10 ms, and a
# second call of C++ the definition's time for 200 characters.
_MANY = 4096
# Separates the pieces of a text that is already cut: white space, so no normalized text has it.
_SEPARATOR = "\x1f"
_FACTS = 11  # rows of native/count_texts.h
# Starting a thread does not pay for fewer texts than this.
_TEXTS_PER_TASK = 64


def can_scan(analyzer: Analyzer) -> bool:
    """Return whether the analyzer's tokenizer has a twin: ours, not another of the same name."""
    native = isinstance(analyzer.tokenizer, JiebaTokenizer) or id(analyzer.tokenizer) in _CUT_NAMES
    return native and not analyzer.stopwords.grammar


class NativeScanner:
    """Scans as `DefinitionScanner` does, on several threads with the GIL released.

    Args:
        analyzer: the definition, used for samples with a character that the tables do not know.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        tokenizer = analyzer.tokenizer
        self._segmenter = tokenizer.segmenter if isinstance(tokenizer, JiebaTokenizer) else None
        self._cut = _CUT_NAMES.get(id(tokenizer), "jieba")
        self._sudachi = words_of_sudachi() if id(tokenizer) in _SUDACHI else None
        if id(tokenizer) in _SUDACHI and self._sudachi is None:
            self._cut = "given"  # all is native except the cutting
        self._define = DefinitionScanner(ported(analyzer))
        self._scanner = self._knowing(alphabet(analyzer.language.scripts))

    def __call__(self, texts: Texts, *, words: bool, threads: int) -> Encoded:
        """Encode samples; ``words`` asks for all words too, beside those without stopwords."""
        can_cut, cutter = self._current_cutter()
        if not can_cut:
            return replace(self._define(texts, words=words), left=len(texts))
        encoded, handled = self._scanned(self._scanner, texts, words, threads, cutter)
        return encoded if handled.all() else self._completed(encoded, texts, handled, threads)

    def _knowing(self, characters: Alphabet) -> Any:
        """Return a scanner in C++ that knows some characters."""
        return _native.TextScanner(
            *characters,
            self._cut,
            self.analyzer.tokenizer.joins,
            self.analyzer.language.lists_by_two(),
            [(word, _how(word, self.analyzer)) for word in self.analyzer.stopwords.folded],
        )

    def _scanned(
        self, scanner: Any, texts: Texts, words: bool, threads: int, cutter: Any
    ) -> tuple[Encoded, NDArray[np.int64]]:
        """Return what C++ reads, and 1 for each sample of which that is so."""
        predictions: tuple[str, ...] = tuple(texts.predictions)
        references: Any = tuple(texts.references)
        prepared = None
        if texts.kept is not None:
            prepared, references = self._prepared(texts.kept, cutter, threads), ()
        if self._cut == "given":
            cut = _cut_all(self.analyzer.cutter(), (*predictions, *references), threads)
            predictions, references = cut[: len(texts)], cut[len(texts) :]
        if prepared is not None:
            references = texts.places
        scanned = scanner.scan(
            predictions, references, texts.bounds, words, threads, cutter, prepared
        )
        content, all_words, (handled, expected, *seen) = scanned
        if self._cut == "given":
            expected = scanner.expected(tuple(texts.predictions))
        seen.append(self._other_script(texts, np.where(handled, expected, 1)))  # others come anew
        facts = Facts(np.array(seen))
        return Encoded(Batch(*content), Batch(*all_words) if words else None, facts), handled

    def begin_count(
        self, texts: Texts, columns: Sequence[str], *, words: bool, threads: int
    ) -> Callable[[], TextCounts] | None:
        """Begin to count samples with one reference each, without making a batch of them.

        Other threads count until the result is called, which helps them. Nothing begins before
        that with one thread, nor with a dictionary: each thread keeps the words of it that it has
        met, and a thread for the next samples would keep them once more.

        Args:
            texts: the samples.
            columns: names of the columns of `Counts`.
            words: whether to count over all words too.
            threads: how many at most.

        Returns:
            ``None`` if samples have several references, or the tokenizer is not native.
        """
        can_cut, cutter = self._current_cutter()
        if texts.bounds is not None or self._cut == "given" or not can_cut:
            return None
        prepared = None
        references: Any = texts.places
        if texts.kept is not None:
            prepared = self._prepared(texts.kept, cutter, threads)
        else:
            references = tuple(texts.references)
        rows = _FACTS + len(columns) * (2 if words else 1)
        table = np.zeros((rows, len(texts)), dtype=np.int64)
        begin = partial(
            self._scanner.begin_count,
            tuple(texts.predictions),
            references,
            table,
            list(columns),
            words,
            threads,
            cutter,
            prepared,
        )
        begun = begin() if threads > 1 and cutter is None else None

        def finish() -> TextCounts:
            left, doubtful = (begun or begin()).finish()
            facts = Facts(table[1:_FACTS])
            self._mark_other_script(facts.other_script, texts, doubtful)
            counted = iter(table[_FACTS:])
            content = dict(zip(columns, counted, strict=False))
            all_words = dict(zip(columns, counted, strict=False)) if words else None
            return TextCounts(facts, content, all_words, left)

        return finish

    def _current_cutter(self) -> tuple[bool, Any]:
        """Return whether C++ can cut now, and what cuts there if it needs a dictionary.

        A jieba whose dictionary or code is unknown cannot be ported; that may change at any time.
        """
        if self._segmenter is None:
            return True, self._sudachi
        jieba = self._segmenter()
        return jieba is not None, jieba

    def _prepared(self, kept: KeptTexts, cutter: Any, threads: int) -> Any:
        """Return kept texts prepared, once; again after a dictionary has changed."""
        cached = kept.known.get(self)
        if cached is None or cached[0] is not cutter:
            texts = tuple(kept.texts)
            if self._cut == "given":
                texts = _cut_all(self.analyzer.cutter(), texts, threads)
            cached = kept.known[self] = (cutter, self._scanner.prepare(texts, cutter))
        return cached[1]

    def count_pair(self, prediction: str, reference: str) -> tuple[int, ...] | None:
        """Return all columns of a pair's ``Counts``, without stopwords.

        Returns:
            ``None`` if the definition must read a text, or the tokenizer is not native.
        """
        can_cut, cutter = self._current_cutter()
        if self._cut == "given" or not can_cut:
            return None
        counts: tuple[int, ...] | None = self._scanner.count_pair(prediction, reference, cutter)
        return counts

    def tokens(self, text: str) -> list[str] | None:
        """Return the words of a text that are scored; ``None`` as for `count_pair`."""
        can_cut, cutter = self._current_cutter()
        if self._cut == "given" or not can_cut:
            return None
        words: list[str] | None = self._scanner.tokens(text, cutter)
        return words

    def analyzed(self, text: str) -> Tokens:
        """Return all tokens of a text; where C++ reads it, words stand for the surfaces."""
        can_cut, cutter = self._current_cutter()
        if can_cut:
            given = text
            if self._cut == "given":
                [given] = _cut_all(self.analyzer.cutter(), (text,), 1)
            found = self._scanner.analyzed(given, cutter)
            # A fold may change lengths: then words tell nothing of the surfaces.
            if found is not None and len(text.casefold()) == len(text):
                words, kinds = found
                return Tokens(words, list(map(_KINDS.__getitem__, kinds)), words)
        return self._define.analyzer(text)

    def _completed(
        self, encoded: Encoded, texts: Texts, handled: NDArray[np.int64], threads: int
    ) -> Encoded:
        """Read the remaining samples by stand-ins, and those that are left by the definition."""
        words = encoded.words is not None
        scanned, left = np.flatnonzero(handled), np.flatnonzero(handled == 0)
        parts = [(scanned, select(encoded, scanned))]
        rest = texts.take(left.tolist())
        if self._cut in _SPACED and _characters(rest) >= _MANY:
            places, found = self._by_stand_ins(rest, words, threads)
            parts.append((left[places], found))
            left = np.delete(left, places)
            rest = texts.take(left.tolist())
        if len(left):
            defined = self._define(rest, words=words)
            parts.append((left, replace(defined, left=len(left))))
        return assemble(parts)

    def _by_stand_ins(
        self, texts: Texts, words: bool, threads: int
    ) -> tuple[NDArray[np.int64], Encoded]:
        """Return the indices of samples that can be read by stand-ins, and what they are."""
        scanner, stand_ins = self._standing_in
        written, others = stand_ins(texts)
        encoded, handled = self._scanned(scanner, others, words, threads, None)
        read = np.flatnonzero(handled)
        places = np.array(written, dtype=np.int64)[read]
        whole = texts.take(places.tolist())  # what is asked of a text as it was
        found = select(encoded, read)
        found.facts.marked[:] = marked_texts(whole.predictions)
        found.facts.other_script[:] = self.other_script(whole)
        return places, found

    @cached_property
    def _standing_in(self) -> tuple[Any, Any]:
        """Return a scanner and what writes samples for it: most calls need neither."""
        from textmetrics.scan.stand_ins import StandIns

        characters = StandIns.alphabet(self.analyzer.language.scripts)
        return self._knowing(characters), StandIns(self.analyzer)

    def other_script(self, texts: Texts) -> NDArray[np.int64]:
        """Return 1 for each prediction most of which is in another script than expected."""
        return self._other_script(texts, self._scanner.expected(tuple(texts.predictions)))

    def _other_script(self, texts: Texts, expected: NDArray[np.int64]) -> NDArray[np.int64]:
        """Check exactly those predictions that are not certainly in the expected script."""
        other = np.zeros(len(texts), dtype=np.int64)
        self._mark_other_script(other, texts, np.flatnonzero(expected == 0).tolist())
        return other

    def _mark_other_script(
        self, other: NDArray[np.int64], texts: Texts, places: Iterable[int]
    ) -> None:
        scripts = self.analyzer.language.scripts
        for place in places:
            prediction, references = texts.predictions[place], texts.references_of(place)
            other[place] = in_other_script(prediction, references, scripts)


class TextCounts(NamedTuple):
    """What was counted of samples with one reference each.

    Attributes:
        facts: what was noticed about each sample.
        columns: counts without stopwords, by name; a row per sample.
        words: counts over all words, if they were asked for.
        left: the samples that the definition must scan; their rows have no meaning.
    """

    facts: Facts
    columns: dict[str, NDArray[np.int64]]
    words: dict[str, NDArray[np.int64]] | None
    left: list[int]


def _how(word: str, analyzer: Analyzer) -> str:
    """Return the name of the way in which a stopword drops; see native/words.h."""
    if word in analyzer.stopwords.any_case:
        return "always"
    return "leaning" if word in analyzer.leaning else "by case"


def _characters(texts: Texts) -> int:
    return sum(map(len, texts.predictions)) + sum(map(len, texts.references))


def _cut_all(cut: Cutter, texts: Sequence[str], threads: int) -> tuple[str, ...]:
    """Normalize and cut each distinct text, and put a mark between the pieces."""
    distinct = list(dict.fromkeys(texts))
    threads = min(threads, len(distinct) // _TEXTS_PER_TASK)
    if threads > 1:
        from concurrent.futures import ThreadPoolExecutor

        shares = [
            distinct[at : at + _TEXTS_PER_TASK] for at in range(0, len(distinct), _TEXTS_PER_TASK)
        ]
        with ThreadPoolExecutor(threads) as pool:
            done = [each for share in pool.map(partial(_cut_share, cut), shares) for each in share]
    else:
        done = _cut_share(cut, distinct)
    cut_by_text = dict(zip(distinct, done, strict=True))
    return tuple(cut_by_text[text] for text in texts)


def _cut_share(cut: Cutter, texts: Sequence[str]) -> list[str]:
    shares = map(cut, map(normalize, texts))
    return [
        _SEPARATOR.join(s.forms or s.surfaces if isinstance(s, Segmentation) else s) for s in shares
    ]


# --- views --------------------------------------------------------------------------------------


def encode_view(view: View, texts: Texts, threads: int = 1) -> Batch:
    """Encode samples with the tokens of a view, in C++ if the view has a twin there."""
    native = view.native
    if native is None:
        return define_view(view, texts)
    jieba = None
    if native.source != "text" and (jieba := JIEBA.segmenter()) is None:  # not ported
        return define_view(view, texts)
    texts = view.prepared(texts)
    if (before := native.before) is not None:
        predictions, references = before(texts.predictions), before(texts.references)
        texts = Texts(list(predictions), list(references), texts.bounds)
    scanner = _view_scanner(native)
    batch, left, words = _read(scanner, texts, threads, jieba)
    if native.stem is None or not len(left):
        return batch
    again = texts.take(left.tolist())
    stems: dict[str, str] = {}
    while True:
        # All stems so far, not only the new ones: a scanner that knows very many forgets others.
        stems |= {word: native.stem(word) for word in words}
        scanner.learn(stems)
        learned, _, words = _read(scanner, again, threads, jieba)
        if not words:
            return with_samples(batch, left, learned)


def _read(
    scanner: Any, texts: Texts, threads: int, jieba: Any
) -> tuple[Batch, NDArray[np.int64], set[str]]:
    """Return the ids, the samples that have words of unknown stems, and these words."""
    predictions, references = tuple(texts.predictions), tuple(texts.references)
    found, left, words = scanner.scan(predictions, references, texts.bounds, threads, jieba)
    return Batch(*found), left, words


@cache
def _view_scanner(native: NativeSplit) -> Any:
    return _native.ViewScanner(native.split, native.source, _spaces(), native.stem is not None)


@cache
def _spaces() -> list[int]:
    return [point for point in range(sys.maxunicode + 1) if chr(point).isspace()]
