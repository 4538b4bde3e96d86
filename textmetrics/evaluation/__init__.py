"""From texts to scores: the whole pipeline, its options, and what a result says."""

from typing import TYPE_CHECKING

from textmetrics._lazy import lazily

if TYPE_CHECKING:
    from textmetrics.evaluation.api import (
        accuracy,
        bleu_4,
        evaluate,
        f1,
        prepare,
        rouge_1,
        rouge_2,
        rouge_l,
        tokenize,
    )
    from textmetrics.evaluation.counted import DEFINITIONS, Counted
    from textmetrics.evaluation.evaluator import Evaluator
    from textmetrics.evaluation.explain import Explanation, differences, explain_signature
    from textmetrics.evaluation.flattened import flat, named_parts, named_values
    from textmetrics.evaluation.health import USUAL_LENGTHS, Anomaly, Health, most_first
    from textmetrics.evaluation.options import (
        ComputeOptions,
        EvaluateOptions,
        EvaluatorOptions,
        ExtractOption,
        LangsOption,
        MetricsOption,
        PrepareOptions,
        PresetOptions,
        RunningOptions,
        ScoringOptions,
        StreamingOptions,
        TokenOptions,
        comma_separated,
    )
    from textmetrics.evaluation.origins import Origins
    from textmetrics.evaluation.outcomes import OUTCOMES
    from textmetrics.evaluation.paper import PaperRow, paper_of_scores
    from textmetrics.evaluation.pipeline import Pipeline, UnusableReferenceError
    from textmetrics.evaluation.result import (
        Evaluation,
        SampleDetails,
        scale_note,
        score_rows,
        signature_lines,
        unreadable_answers,
    )
    from textmetrics.evaluation.samples import (
        PreparedReferences,
        References,
        Sample,
        Samples,
        Strings,
        as_list,
        check_predictions,
        check_references,
        pair_samples,
    )
    from textmetrics.evaluation.settings import (
        ScoringSettings,
        UnknownDefinitionError,
        check_option_names,
    )
    from textmetrics.evaluation.state import EvaluationState, ScoredSamples, assign_languages
    from textmetrics.evaluation.steps import DefinitionSteps, Moved, StepEvaluator, shared_metrics
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "api": "accuracy bleu_4 evaluate f1 prepare rouge_1 rouge_2 rouge_l tokenize",
            "counted": "DEFINITIONS Counted",
            "evaluator": "Evaluator",
            "explain": "Explanation differences explain_signature",
            "flattened": "flat named_parts named_values",
            "health": "USUAL_LENGTHS Anomaly Health most_first",
            "options": (
                "ComputeOptions EvaluateOptions EvaluatorOptions ExtractOption LangsOption "
                "MetricsOption PrepareOptions PresetOptions RunningOptions ScoringOptions "
                "StreamingOptions TokenOptions comma_separated"
            ),
            "origins": "Origins",
            "outcomes": "OUTCOMES",
            "paper": "PaperRow paper_of_scores",
            "pipeline": "Pipeline UnusableReferenceError",
            "result": (
                "Evaluation SampleDetails scale_note score_rows signature_lines unreadable_answers"
            ),
            "samples": (
                "PreparedReferences References Sample Samples Strings as_list "
                "check_predictions check_references pair_samples"
            ),
            "settings": "ScoringSettings UnknownDefinitionError check_option_names",
            "state": "EvaluationState ScoredSamples assign_languages",
            "steps": "DefinitionSteps Moved StepEvaluator shared_metrics",
        },
    )

__all__ = [
    "DEFINITIONS",
    "OUTCOMES",
    "USUAL_LENGTHS",
    "Anomaly",
    "ComputeOptions",
    "Counted",
    "DefinitionSteps",
    "EvaluateOptions",
    "Evaluation",
    "EvaluationState",
    "Evaluator",
    "EvaluatorOptions",
    "Explanation",
    "ExtractOption",
    "Health",
    "LangsOption",
    "MetricsOption",
    "Moved",
    "Origins",
    "PaperRow",
    "Pipeline",
    "PrepareOptions",
    "PreparedReferences",
    "PresetOptions",
    "References",
    "RunningOptions",
    "Sample",
    "SampleDetails",
    "Samples",
    "ScoredSamples",
    "ScoringOptions",
    "ScoringSettings",
    "StepEvaluator",
    "StreamingOptions",
    "Strings",
    "TokenOptions",
    "UnknownDefinitionError",
    "UnusableReferenceError",
    "accuracy",
    "as_list",
    "assign_languages",
    "bleu_4",
    "check_option_names",
    "check_predictions",
    "check_references",
    "comma_separated",
    "differences",
    "evaluate",
    "explain_signature",
    "f1",
    "flat",
    "most_first",
    "named_parts",
    "named_values",
    "pair_samples",
    "paper_of_scores",
    "prepare",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "scale_note",
    "score_rows",
    "shared_metrics",
    "signature_lines",
    "tokenize",
    "unreadable_answers",
]
