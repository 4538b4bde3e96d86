"""OpenCompass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textmetrics.records.formats.format import Format, Record, one_record
from textmetrics.records.formats.stored import no_task

__all__ = ["OPENCOMPASS"]

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
_JIEBA_ROUGE, _BLEU = "--metrics rouge_l", "--metrics bleu"
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
