"""The samples of a task in few characters: what `templates/decode.js` reads again.

Deflated JSON as base64: one part of what samples are ordered and chosen by, then the texts of some
samples each, which a page reads when it shows them. The texts of a sample stand together, since
they are alike. Tokens are numbers, each in digits of five bits with the lower ones first and a bit
that says whether more come: for a token twice the gap before it, one more if it is a removed
stopword, then its length. The states of a pair's tokens are two bits each, three of them a digit.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from string import ascii_letters, digits
from typing import Any

from textmetrics.report.marking import MarkedText
from textmetrics.report.pairing import State
from textmetrics.report.samples import ReportSample, ReportSamples

__all__ = ["LONGEST", "ROWS", "payload"]

ROWS = 500
"""How many samples' texts are packed together."""
LONGEST = 20_000
"""How many characters of a text are shown."""
_DIGITS = ascii_letters + digits + "+/"


def payload(samples: ReportSamples) -> list[str]:
    """Give what a page holds of a task's samples: the table, then the texts of ``ROWS`` each.

    All that is in it are letters, digits, ``+``, ``/`` and ``=``.
    """
    rows = samples.samples
    parts = (rows[first : first + ROWS] for first in range(0, len(rows), ROWS))
    return [_packed(_table(samples)), *(_packed(_texts(part)) for part in parts)]


def _table(samples: ReportSamples) -> dict[str, Any]:
    rows = samples.samples
    langs = sorted({row.lang for row in rows})
    metrics, models = range(len(samples.metrics)), range(len(samples.models))
    return {
        "ids": [row.id for row in rows],
        "langs": langs,
        "lang": [langs.index(row.lang) for row in rows],
        "lengths": [max(len(each.text) for each in row.references) for row in rows],
        "scores": [
            [[_points(row.scores[model][metric]) for row in rows] for metric in metrics]
            for model in models
        ],
    }


def _texts(rows: Sequence[ReportSample]) -> list[list[Any]]:
    return [
        [
            *([_text(text) for text in texts] for texts in (row.references, row.predictions)),
            *([_tokens(text) for text in texts] for texts in (row.references, row.predictions)),
            [
                [each.reference, _states(each.prediction), _states(each.expected)]
                for each in row.pairs
            ],
        ]
        for row in rows
    ]


def _packed(document: object) -> str:
    plain = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A surrogate alone, which an id may have and UTF-8 has not, becomes JSON's own escape.
    return base64.b64encode(zlib.compress(plain.encode("utf-8", "backslashreplace"), 9)).decode()


def _points(score: float | None) -> int | None:
    """Give a score in hundredths of a percent, which is what is shown of it."""
    return None if score is None else round(10_000 * score)


def _text(marked: MarkedText) -> str | list[Any]:
    """Give the text alone where there is no more to say of it."""
    hidden = max(len(marked.text) - LONGEST, 0)
    if marked.form == "text" and marked.whole is None and not hidden:
        return marked.text
    whole = None if marked.whole is None else marked.whole[:LONGEST]
    return [marked.text[:LONGEST], marked.form, whole, hidden]


def _tokens(marked: MarkedText) -> str:
    numbers: list[int] = []
    last = 0
    for (start, end), dropped in zip(marked.bounds, marked.dropped, strict=True):
        if end > LONGEST:
            break
        numbers += (2 * (start - last) + dropped, end - start)
        last = end
    return "".join(map(_number, numbers))


def _number(value: int) -> str:
    written = ""
    while value > 31:
        written += _DIGITS[value & 31 | 32]
        value >>= 5
    return written + _DIGITS[value]


def _states(states: Sequence[State]) -> str:
    triples = (states[at : at + 3] for at in range(0, len(states), 3))
    return "".join(
        _DIGITS[sum(state << 2 * place for place, state in enumerate(each))] for each in triples
    )
