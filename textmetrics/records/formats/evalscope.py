"""EvalScope."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textmetrics.presets import PRESETS
from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.stored import StoredScore, no_task, number_of
from textmetrics.records.values import flat_texts

__all__ = ["EVALSCOPE", "EVALSCOPE_REVIEWS"]

_Definition = tuple[str, Mapping[str, Any]]

_OF_GENERAL_QA = "Rouge-L-R"
# By EvalScope's names of metrics; where benchmarks differ, all the ways that there are.
_DEFINITIONS: Mapping[str, tuple[_Definition, ...]] = {
    **{f"Rouge-{n}-R": ((f"rouge_{n.lower()}", {}),) for n in "12L"},
    **{f"bleu-{n}": ((f"bleu_{n}", {}),) for n in "1234"},
    "acc": (
        ("acc", {}),
        ("exact_match_function", {}),
        ("acc", {"allow_inclusion": True}),
        ("multi_choice_acc", {}),
        ("acc", {"numeric": True}),
        ("math_acc", {}),
    ),
    "exact_match": (("exact_match", {}), ("exact_match_function", {})),
    # It extracts the answer itself, which a benchmark may have done before.
    "math_acc": (("math_acc", {}), ("acc", {"numeric": True})),
    **{name: ((name, {}),) for name in ("numeric_match", "multi_choice_acc", "anls")},
}


def _candidates(name: str) -> tuple[str, ...]:
    """Return the metrics of the benchmark that the file's name begins with, or else all."""
    if Path(name).name.startswith("general_qa"):
        return ("--metrics rouge_l", "--metrics bleu_1")
    names = ("acc", "exact_match", "numeric_match", "multi_choice_acc", "anls", "math_acc")
    known = PRESETS.get("evalscope").known()
    return tuple(f"--metrics {each}" for each in (*names, "rouge_l") if each in known)


def _stored(_: str, record: Record) -> tuple[StoredScore, ...]:
    """Return the main score of a sample: of the text that was extracted, against the target.

    A score with an explanation or data of its own comes from a judge, a sandbox or rules of the
    benchmark, whatever it is called.
    """
    sample = record.get("sample_score")
    score = sample.get("score") if isinstance(sample, dict) else None
    values = score.get("value") if isinstance(score, dict) else None
    if not isinstance(score, dict) or not isinstance(values, dict) or not values:
        return ()
    if "bleu-1" in values:  # general_qa, where a sample with a blank side has no ROUGE
        main = _OF_GENERAL_QA
    else:
        named = score.get("main_score_name")
        main = named if isinstance(named, str) and named in values else next(iter(values))
    texts = [score.get(field) for field in ("extracted_prediction", "prediction")]
    prediction = next((text for text in texts if isinstance(text, str)), "")
    extracted = prediction == texts[0] != texts[1]
    references = [text for text in flat_texts(record.get("target")) if isinstance(text, str)]
    number = number_of(values.get(main))
    # Without a target, as of code, the number is not that of a comparison of texts.
    definitions = _DEFINITIONS.get(main, ()) if any(references) else ()
    own = any(score.get(field) for field in ("explanation", "metadata"))
    return (
        StoredScore(
            main,
            number,
            prediction,
            tuple(references) or ("",),
            definitions,
            certain=not own,
            field="sample_score.score.extracted_prediction" if extracted else "",
        ),
    )


EVALSCOPE = Format(
    name="evalscope",
    summary="EvalScope: predictions/<model>/<benchmark>_<subset>.jsonl, without references",
    known_by="the fields `index`, `model`, `model_output`",
    looks=has_fields("index", "model", "model_output"),
    prediction=("model_output.choices.0.message.content",),
    id="index",
    ordered=False,
    preset="evalscope",
    task=no_task,
    candidates=_candidates,
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
    task=no_task,
    candidates=_candidates,
    stored=_stored,
)
