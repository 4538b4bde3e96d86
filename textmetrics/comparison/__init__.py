"""What several models' scores say together: which is better, and is that chance."""

from textmetrics.comparison.alignment import Listed, check_references, common_ids, in_order, orders
from textmetrics.comparison.checkpoints import checkpoint_of
from textmetrics.comparison.comparing import Comparison, compare, compare_tasks, steps
from textmetrics.comparison.config import Config, read_config
from textmetrics.comparison.efficiency import efficiency_of
from textmetrics.comparison.example import EXAMPLE
from textmetrics.comparison.given import check_name
from textmetrics.comparison.model_facts import read_model_facts
from textmetrics.comparison.options import (
    FAILED,
    ComparisonOptions,
    ComparisonSettings,
    comparison_settings,
)
from textmetrics.comparison.ordering import known_before, models_where, sort_fields
from textmetrics.comparison.requests import Requests
from textmetrics.comparison.result import (
    BaselineComparison,
    Breakdown,
    ComparisonReport,
    Efficiency,
    LearningCurve,
    ModelScore,
    ModelSummary,
    TaskSummary,
    report_schema,
)
from textmetrics.comparison.run_pattern import natural
from textmetrics.comparison.runs import expand
from textmetrics.comparison.sort_by import parse_sort
from textmetrics.comparison.task import BUILT_IN, Model, Task
from textmetrics.comparison.where import WhereError
from textmetrics.comparison.wording import (
    CORRECTED,
    NOTHING,
    best_steps,
    ends,
    p_value,
    percent,
    points,
    verdict,
)

__all__ = [
    "BUILT_IN",
    "CORRECTED",
    "EXAMPLE",
    "FAILED",
    "NOTHING",
    "BaselineComparison",
    "Breakdown",
    "Comparison",
    "ComparisonOptions",
    "ComparisonReport",
    "ComparisonSettings",
    "Config",
    "Efficiency",
    "LearningCurve",
    "Listed",
    "Model",
    "ModelScore",
    "ModelSummary",
    "Requests",
    "Task",
    "TaskSummary",
    "WhereError",
    "best_steps",
    "check_name",
    "check_references",
    "checkpoint_of",
    "common_ids",
    "compare",
    "compare_tasks",
    "comparison_settings",
    "efficiency_of",
    "ends",
    "expand",
    "in_order",
    "known_before",
    "models_where",
    "natural",
    "orders",
    "p_value",
    "parse_sort",
    "percent",
    "points",
    "read_config",
    "read_model_facts",
    "report_schema",
    "sort_fields",
    "steps",
    "verdict",
]
