"""EvalScope."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, has_fields

__all__ = ["EVALSCOPE", "EVALSCOPE_REVIEWS"]

EVALSCOPE = Format(
    name="evalscope",
    summary="EvalScope: predictions/<model>/<benchmark>_<subset>.jsonl, without references",
    known_by="the fields `index`, `model`, `model_output`",
    looks=has_fields("index", "model", "model_output"),
    prediction=("model_output.choices.0.message.content",),
    id="index",
    ordered=False,
    preset="evalscope",
    advice="score the file in EvalScope's reviews/, or pass that file with --references",
)

EVALSCOPE_REVIEWS = Format(
    name="evalscope_reviews",
    summary="EvalScope: reviews/<model>/<benchmark>_<subset>.jsonl",
    known_by="the fields `index`, `target`, `sample_score`",
    looks=has_fields("index", "target", "sample_score"),
    prediction=("sample_score.score.prediction",),
    references=("target",),
    id="index",
    ordered=False,
    preset="evalscope",
)
