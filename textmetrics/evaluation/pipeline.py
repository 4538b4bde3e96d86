"""From texts to counts: everything that a call needs for its options, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from textmetrics._registry import Registry
from textmetrics._threads import checked_threads, default_threads
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.settings import ScoringSettings
from textmetrics.kernels import COLUMNS, Counts, counts_texts
from textmetrics.kernels import backend as load_backend
from textmetrics.languages import (
    LANGUAGES,
    NO_STOPWORDS,
    WORDS,
    Analyzer,
    Language,
    Stopwords,
    Tokenizer,
    UserDictionary,
)
from textmetrics.metrics import Metric
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.scan import (
    Batch,
    Encoded,
    Facts,
    Judge,
    Scanner,
    Texts,
    View,
    assemble,
    scanner,
    text_facts,
    view_encoder,
)

__all__ = ["CountedSamples", "EncodedSamples", "Pipeline", "UnusableReferenceError"]

# What the health of the data is made of, whatever the metrics.
_HEALTH_COLUMNS = frozenset({"prediction_length", "closest_length"})


class EncodedSamples(NamedTuple):
    """Samples as ids.

    Attributes:
        samples: the texts, each sample with its language.
        languages: number of samples by language.
        facts: what was seen of each sample.
        batches: by view; ``None`` is that of the samples' languages, without stopwords.
        words: over all words of the languages, if they were asked for.
        judged: what judges counted in place of tokens.
    """

    samples: Samples
    languages: dict[str, int]
    facts: Facts
    batches: dict[View | None, Batch]
    words: Batch | None
    judged: dict[View | Judge | None, Counts]


class CountedSamples(NamedTuple):
    """Samples with their counts.

    Attributes:
        samples: the texts, each sample with its language.
        languages: number of samples by language.
        facts: what was seen of each sample.
        counts: by view; ``None`` is that of the samples' languages, without stopwords.
        words: counts over all words of the languages, if they were asked for.
    """

    samples: Samples
    languages: dict[str, int]
    facts: Facts
    counts: dict[View | Judge | None, Counts]
    words: Counts | None

    @property
    def first(self) -> Counts:
        """The counts of the first view."""
        return next(iter(self.counts.values()))


class Pipeline:
    """Takes samples from text to counts.

    Args:
        settings: what is computed.
        backend: what scans and counts.
        threads: how many; if ``None``, the available processors.
        metrics: what is counted for; by default the metrics of the settings.

    Raises:
        TypeError: if ``threads`` is not an integer.
        ValueError: if the backend is unknown, or ``threads`` is out of range.
        ImportError: if the backend is not available.
    """

    def __init__(
        self,
        settings: ScoringSettings,
        backend: str,
        threads: int | None,
        metrics: tuple[Metric, ...] | None = None,
    ) -> None:
        self.settings = settings
        self.backend = backend
        self._threads = checked_threads(threads)
        self.sample_answers = PRESETS.get(settings.preset).answers(settings.preset_options)
        self.metrics = settings.metrics if metrics is None else metrics
        self.columns: dict[View | Judge | None, set[str]] = {}
        if settings.preset == DEFAULT.name:
            self.columns[None] = set(_HEALTH_COLUMNS)
        for metric in self.metrics:
            for view, needed in metric.columns().items():
                self.columns.setdefault(view, set(_HEALTH_COLUMNS)).update(needed)
        self.judges = [view for view in self.columns if isinstance(view, Judge)]
        if len(self.judges) == len(self.columns):  # lengths and repetitions are those of words
            self.columns[_words()] = set(_HEALTH_COLUMNS)
        for judge in self.judges:
            judge.described()  # fail early if a package is missing, as a backend may be
        self._kernel = load_backend(backend)
        self._text_columns = self._columns_of_texts()
        self._encode_view = view_encoder(backend)
        self._scanners: dict[str, Scanner] = {}

    @classmethod
    def cached(cls, options: Mapping[str, Any]) -> Pipeline:
        """Return the pipeline for options as `Evaluator` takes them; equal options share one.

        Raises:
            TypeError: if an option is unknown or has the wrong type.
            ValueError: if a name is unknown.
            ImportError: if the backend is not available.
            OSError: if a stopword file or user dictionary cannot be read.
        """
        key = _key(options)
        return _pipeline(options) if key is None else _shared_pipeline(key, Registry.version)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments: another process makes its own."""
        return type(self), (self.settings, self.backend, self._threads)

    @property
    def threads(self) -> int:
        """The number of threads to use; read on each access, as the CPU affinity may change."""
        return self._threads or default_threads()

    def problem(self, references: Sequence[str]) -> str | None:
        """Return why a metric cannot judge by a sample's references, ``None`` if all can."""
        problems = (judge.problem(references) for judge in self.judges)
        return next(filter(None, problems), None)

    def scanner(self, lang: str) -> Scanner:
        """Return the scanner of a language; equal ones exist once."""
        scan = self._scanners.get(lang)
        if scan is None:
            analyzer = self.settings.analyzer(lang)
            language = analyzer.language
            scan = _shared_scanner(language, analyzer.stopwords, analyzer.tokenizer, self.backend)
            if not (self.settings.has_own_list(language) and callable(language.stopwords)):
                self._scanners[lang] = scan  # else its words may be others the next time
        return scan

    def count(self, samples: Samples, first: int) -> CountedSamples:
        """Take samples from text to counts; each view is encoded once.

        Args:
            samples: consecutive samples.
            first: the number of the first of them, for errors.

        Raises:
            UnusableReferenceError: if a sample cannot be judged.
        """
        return self.begin(samples)(first)

    def begin(self, samples: Samples) -> Callable[[int], CountedSamples]:
        """Begin what `count` does, and return what completes it, a function of ``first``.

        Where texts can be counted as they are scanned, other threads do so in the meantime.
        """
        return self._begin_texts(samples) or partial(self._count, samples)

    def _count(self, samples: Samples, first: int) -> CountedSamples:
        return self.count_encoded(self.encode(samples, first))

    def _columns_of_texts(self) -> tuple[str, ...] | None:
        """Return what is counted of texts without a batch of ids; ``None`` if more is needed."""
        if self.columns.keys() != {None} or not counts_texts(self._kernel):
            return None
        columns = self.columns[None]
        return tuple(filter(columns.__contains__, COLUMNS)) if columns <= set(COLUMNS) else None

    def _begin_texts(self, samples: Samples) -> Callable[[int], CountedSamples] | None:
        if self._text_columns is None or samples.texts.bounds is not None:
            return None
        languages = samples.places()
        if len(languages) > 1:
            return None
        [lang] = languages
        begin = getattr(self.scanner(lang), "begin_count", None)
        if begin is None:
            return None
        if self.settings.convert is not None:
            samples = self._converted(samples)
        both = self.settings.all_tokens
        begun = begin(samples.texts, self._text_columns, words=both, threads=self.threads)
        return None if begun is None else partial(self._complete, samples, lang, begun)

    def _complete(
        self, samples: Samples, lang: str, begun: Callable[[], Any], _: int
    ) -> CountedSamples:
        """Finish counting texts; the definition counts those that it must scan."""
        facts, columns, words, left = begun()
        if left:
            texts = samples.texts.take(left)
            encoded = self.scanner(lang)(texts, words=words is not None, threads=1)
            facts.table[:, left] = encoded.facts.table
            for batch, table in ((encoded.content, columns), (encoded.words, words)):
                if batch is not None and table is not None:
                    for name, column in self._kernel(batch, columns, 1).items():
                        table[name][left] = column
        offsets = np.arange(len(samples) + 1)
        counts = Counts(columns, offsets)
        all_words = None if words is None else Counts(words, offsets)
        return CountedSamples(samples, {lang: len(samples)}, facts, {None: counts}, all_words)

    def encode(self, samples: Samples, first: int) -> EncodedSamples:
        """Take samples from text to ids, as for `count`.

        Raises:
            UnusableReferenceError: if a sample cannot be judged.
        """
        if self.settings.convert is not None:
            samples = self._converted(samples)
        places = samples.places()
        threads = self.threads
        batches: dict[View | None, Batch] = {}
        words = facts = None
        if None in self.columns:
            encoded = self._scanned(samples, places, self.scanner)
            facts, batches[None], words = encoded.facts, encoded.content, encoded.words
        other_script: NDArray[np.int64] | None = None
        judgements: dict[View | Judge | None, Counts] = {}
        for view in self.columns:
            if isinstance(view, Judge):
                judgements[view] = _judged(view, samples.texts, first)
            elif view is _words():
                encoded = self._scanned(samples, places, self._scanner_of_words)
                batches[view], other_script = encoded.content, encoded.facts.other_script
            elif view is not None:
                batches[view] = self._encode_view(view, samples.texts, threads)
        if facts is None:
            batch = next(iter(batches.values()))
            facts = Facts(partial(self._text_facts, samples, places, batch, other_script))
        languages = {
            lang: len(samples) if indices is None else len(indices)
            for lang, indices in places.items()
        }
        return EncodedSamples(samples, languages, facts, batches, words, judgements)

    def _scanner_of_words(self, lang: str) -> Scanner:
        """Return the scanner of words by the rules that are the same in all languages."""
        return _shared_scanner(LANGUAGES.get(lang), NO_STOPWORDS, WORDS, self.backend)

    def _converted(self, samples: Samples) -> Samples:
        """Convert all texts; prepared references are converted already."""
        texts, convert = samples.texts, self.settings.converted
        references = texts.references if texts.kept is not None else convert(texts.references)
        predictions = convert(texts.predictions)
        texts = replace(texts, predictions=predictions, references=references)
        return replace(samples, texts=texts)

    def count_encoded(self, encoded: EncodedSamples) -> CountedSamples:
        """Count what was encoded."""
        samples, languages, facts, batches, words, judgements = encoded
        threads = self.threads
        all_words = None
        if words is not None:
            all_words = self._kernel(words, self.columns[None], threads)
        counts: dict[View | Judge | None, Counts] = {
            view: self._kernel(batch, self.columns[view], threads)
            for view, batch in batches.items()
        }
        return CountedSamples(samples, languages, facts, counts | judgements, all_words)

    def _scanned(
        self,
        samples: Samples,
        places: Mapping[str, Sequence[int] | None],
        scanner: Callable[[str], Scanner],
    ) -> Encoded:
        """Scan the samples of each language; both views come from one tokenization."""

        def scan(lang: str) -> Encoded:
            indices = places[lang]
            texts = samples.texts if indices is None else samples.texts.take(indices)
            return scanner(lang)(texts, words=self.settings.all_tokens, threads=self.threads)

        if len(places) == 1:
            return scan(*places)
        return assemble([(np.array(places[lang]), scan(lang)) for lang in places])

    def _text_facts(
        self,
        samples: Samples,
        places: Mapping[str, Sequence[int] | None],
        batch: Batch,
        other_script: NDArray[np.int64] | None,
    ) -> NDArray[np.int64]:
        """Return the table of the facts of samples whose tokens have no kinds."""
        if other_script is None:
            other_script = np.zeros(len(samples), dtype=np.int64)
            for lang, indices in places.items():
                texts = samples.texts if indices is None else samples.texts.take(indices)
                rows = slice(None) if indices is None else indices
                other_script[rows] = self.scanner(lang).other_script(texts)
        return text_facts(samples.texts, batch, other_script).table


_Key = tuple[tuple[str, type, Any], ...]
_TEXT = frozenset({str})
_UNCHANGING = frozenset({bool, int, float, type(None), Stopwords, UserDictionary})


def _key(options: Mapping[str, Any]) -> _Key | None:
    """Return what tells options apart; ``None`` if one is a file, or could change by itself."""
    key = []
    for name, value in options.items():
        kind = type(value)
        if kind is str:
            if name == "userdict" or (name == "stopwords" and value not in ("both", "pos")):
                return None
        elif kind is list or kind is tuple:
            if not _TEXT.issuperset(map(type, value)):
                return None
            value = tuple(value)  # noqa: PLW2901
        elif kind not in _UNCHANGING:
            return None
        key.append((name, kind, value))
    return tuple(key)


@lru_cache(maxsize=128)
def _shared_pipeline(key: _Key, version: int) -> Pipeline:  # noqa: ARG001
    """Make a pipeline once for each state of the registries."""
    return _pipeline({name: list(value) if kind is list else value for name, kind, value in key})


def _pipeline(options: Mapping[str, Any]) -> Pipeline:
    return Pipeline(
        ScoringSettings.of(**options), options.get("backend", "auto"), options.get("threads")
    )


@lru_cache(maxsize=64)
def _shared_scanner(
    language: Language, stopwords: Stopwords, tokenizer: Tokenizer, backend: str
) -> Scanner:
    """Make a scanner once for all pipelines that need the same: its tables take time."""
    return scanner(Analyzer(language, stopwords, tokenizer), backend)


@cache
def _words() -> View:
    """Return the words that the health of the data is about where all metrics judge answers."""
    return View("words", _cut_words, WORDS.summary)


def _cut_words(text: str) -> list[str]:
    return _loaded_words()(text)


@cache
def _loaded_words() -> Callable[[str], list[str]]:
    return cast("Callable[[str], list[str]]", WORDS.load())


class UnusableReferenceError(ValueError):
    """No reference of a sample has what a prediction would be judged by.

    Attributes:
        sample: its number, from 0.
        problem: what is wrong with it, without its place.
    """

    def __init__(self, sample: int, problem: str) -> None:
        super().__init__(f"references[{sample}]: {problem}")
        self.sample = sample
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments."""
        return type(self), (self.sample, self.problem)


def _judged(judge: Judge, texts: Texts, first: int) -> Counts:
    """Return for each pair whether it is right, and whether its texts could be read at all.

    These are the columns ``equal``, ``match_1``, ``prediction_length`` and ``reference_length``, of
    0 and 1; with partial credit, the last three are what both have in common and their sizes. The
    column ``rule`` has the number, from 1, of the rule by which the prediction was read; 0 if none.

    Args:
        judge: what reads and compares; recurring texts are read once.
        texts: predictions and references.
        first: the number of the first sample, for the error.

    Raises:
        UnusableReferenceError: if no reference of a sample can be used.
    """
    answers = {text: judge.read(text) for text in dict.fromkeys(texts.predictions)}
    golds: dict[tuple[str, ...], list[Any]] = {}
    numbers = {rule: number for number, rule in enumerate(judge.rules, start=1)}
    rows: list[tuple[int, ...]] = []
    offsets = [0]
    for sample, (prediction, references) in enumerate(texts, start=first):
        answer = answers[prediction]
        known = golds.get(key := tuple(references))
        if known is None:
            known = golds[key] = judge.golds(references)
        if all(gold is None for gold in known):
            raise UnusableReferenceError(sample, str(judge.problem(references)))
        rule = 0 if answer is None or judge.rule is None else numbers[judge.rule(answer)]
        rows.extend((*judge.row(answer, gold), rule) for gold in known)
        offsets.append(len(rows))
    names = ("equal", "match_1", "prediction_length", "reference_length", "rule")
    columns = np.array(rows, dtype=np.int64).reshape(-1, len(names)).T
    return Counts(dict(zip(names, columns, strict=True)), np.array(offsets, dtype=np.int64))
