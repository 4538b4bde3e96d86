"""OpenCompass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from textmetrics.records.formats.format import Format, Record, one_record
from textmetrics.records.formats.stored import StoredScore, no_task, number_of
from textmetrics.records.values import flat_texts

__all__ = ["OPENCOMPASS", "OPENCOMPASS_RESULTS"]

_FIELDS = {"origin_prompt", "prediction"}


def _numbered(value: object) -> bool:
    """Return whether a value is an object whose fields are numbers of records."""
    return isinstance(value, dict) and bool(value) and all(name.isdecimal() for name in value)


def _looks(value: Any) -> bool:
    if _numbered(value):
        value = next(iter(value.values()))
        return isinstance(value, dict) and set(value) >= _FIELDS
    return isinstance(value, dict) and set(value) >= _FIELDS | {"idx"}


def _records(value: Any) -> Iterator[Record]:
    """Return the records, each with its number as the field ``idx``."""
    if not _numbered(value):
        yield from one_record(value)
        return
    for number, record in value.items():
        yield from ({"idx": number, **each} for each in one_record(record))


def _accuracy(evaluator: str, **options: str) -> str:
    chosen = {"evaluator": evaluator, **options}
    return "--metrics accuracy" + "".join(
        f" --{name.replace('_', '-')} {value}" for name, value in chosen.items()
    )


def _letter(options: str) -> str:
    return _accuracy("AccEvaluator", pred_postprocessor="first_option_postprocess", options=options)


_CAPITAL = _accuracy("AccEvaluator", pred_postprocessor="first_capital_postprocess")
_JIEBA_ROUGE, _BLEU = "--metrics rouge_l", "--metrics bleu_4"
# A data set may have several configurations, with different evaluators: see `no_task`. These are
# what the newer configurations at a5acc4bba3b6 have, by how the names of data sets begin.
_CONFIGURED = {
    **dict.fromkeys(("ceval", "commonsense", "c3", "clue_c3", "boolq"), _CAPITAL),
    **dict.fromkeys(("arc", "obqa", "openbookqa", "race", "hellaswag"), _letter("ABCD")),
    **dict.fromkeys(("winogrande", "piqa"), _letter("AB")),
    "gsm8k": _accuracy("Gsm8kEvaluator"),
    "math": _accuracy("MATHEvaluator"),
    "nq": _accuracy("NQEvaluator"),
    "triviaqa": _accuracy("TriviaQAEvaluator"),
    "lcsts": _JIEBA_ROUGE,
    "flores": _BLEU,
}


def _candidates(name: str) -> tuple[str, ...]:
    """Return what the configurations of a data set use, that of the file's name first."""
    found = Path(name).name.lower()
    own = [options for begin, options in _CONFIGURED.items() if found.startswith(begin)]
    others = (_letter("ABCD"), _CAPITAL, _accuracy("EMEvaluator"), _JIEBA_ROUGE, _BLEU)
    return tuple(dict.fromkeys([*own, *others]))[:5]


OPENCOMPASS = Format(
    name="opencompass",
    summary="OpenCompass: predictions/<model>/<dataset>.json, its shards, tmp_<dataset>.jsonl",
    known_by="an object with numbers for fields, or `idx`; `origin_prompt` and `prediction` in it",
    looks=_looks,
    prediction=("prediction",),
    references=("gold",),
    records=_records,
    id="idx",
    preset="opencompass",
    task=no_task,
    candidates=_candidates,
    advice="leave out such records with --errors skip (OpenCompass omits empty references)",
)


# The names of an answer after its postprocessing, its reference and its verdict in the details,
# which are the task's own or those of an evaluator.
_ANSWER = ("predictions", "pred")
_EXPECTED = ("references", "answer", "refr")
_VERDICT = ("correct", "is_correct")


def _details(value: object) -> Iterable[tuple[object, Any]]:
    """Return the details of the samples by their numbers; nothing if there are none."""
    found = value.get("details") if isinstance(value, dict) else None
    if isinstance(found, dict):
        return [(name, each) for name, each in found.items() if name.isdecimal()]
    return enumerate(found) if isinstance(found, list) else ()


def _looks_like_results(value: object) -> bool:
    _, first = next(iter(_details(value)), (None, None))
    return isinstance(first, dict) and all(
        not first.keys().isdisjoint(names) for names in (_ANSWER, _EXPECTED)
    )


def _results(value: object) -> Iterator[Record]:
    """Return the details of the samples, each with its number as the field ``idx``.

    The evaluators write lists with one item per run.
    """
    for number, record in _details(value):
        for each in one_record(record):
            yield {"idx": number, **{name: _only(item) for name, item in each.items()}}


def _only(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


# A file of results does not name the evaluator, which then gets an answer that is processed.
_EVALUATORS: tuple[Mapping[str, str], ...] = (
    *(
        {"evaluator": name, "pred_postprocessor": "none"}
        for name in ("AccEvaluator", "EMEvaluator", "TriviaQAEvaluator", "NQEvaluator")
    ),
    {"evaluator": "Gsm8kEvaluator", "pred_postprocessor": "none"},
    *(
        {"evaluator": "MATHEvaluator", "version": version, "pred_postprocessor": "none"}
        for version in ("v2", "v1")
    ),
)


def _evaluators(name: str) -> Iterator[Mapping[str, str]]:
    """Yield the options of the evaluators, first that of the data set that the file names."""
    dataset = Path(name).name.lower()

    def other(options: Mapping[str, str]) -> bool:
        return not dataset.startswith(options["evaluator"].removesuffix("Evaluator").lower())

    yield from sorted(_EVALUATORS, key=other)


def _known(name: str) -> bool:
    """Return whether the configurations of a data set have one way to score a processed answer.

    Those of MATH have several.
    """
    dataset = Path(name).name.lower()
    return any(dataset.startswith(begin) for begin in _CONFIGURED if begin not in _UNSETTLED)


_UNSETTLED = ("math", "lcsts", "flores")


def _evaluator_options(name: str) -> tuple[str, ...]:
    """Return what may have scored the details, those of the data set that the file names first."""
    found = Path(name).name.lower()
    texts = (_JIEBA_ROUGE, _BLEU)
    own = [each for begin, each in _CONFIGURED.items() if each in texts and found.startswith(begin)]
    evaluators = [_accuracy(**options) for options in _evaluators(name)]
    return tuple(dict.fromkeys([*own, *evaluators[:5], *texts]))


def _stored(name: str, record: Record) -> tuple[StoredScore, ...]:
    """Return whether an answer counted as right."""
    values = {
        names: next((record[name] for name in names if name in record), None)
        for names in (_ANSWER, _EXPECTED, _VERDICT)
    }
    verdict = number_of(values[_VERDICT])
    if verdict is None:
        return ()
    texts = tuple(str(each) for each in flat_texts(values[_EXPECTED]))
    definitions = tuple(("accuracy", options) for options in _evaluators(name))
    return (
        StoredScore(
            "correct",
            verdict,
            str(values[_ANSWER]),
            texts or ("",),
            definitions,
            certain=_known(name),
        ),
    )


OPENCOMPASS_RESULTS = Format(
    name="opencompass_results",
    summary="OpenCompass: results/<model>/<dataset>.json, written with --dump-eval-details",
    known_by="the field `details`, and `pred` or `predictions` in its records",
    looks=_looks_like_results,
    prediction=_ANSWER,
    references=_EXPECTED,
    records=_results,
    id="idx",
    preset="opencompass",
    task=no_task,
    candidates=_evaluator_options,
    stored=_stored,
)
