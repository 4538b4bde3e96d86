"""What several models' scores say together: which is better, and is that chance."""

from textmetrics.comparison.align import Listed, check_references, common_ids, in_order, orders
from textmetrics.comparison.comparing import Comparison, check_name, compare, compare_tasks, steps
from textmetrics.comparison.config import (
    EXAMPLE,
    Config,
    ModelConfig,
    TaskConfig,
    expand,
    read_config,
)
from textmetrics.comparison.efficiency import Requests, efficiency_of
from textmetrics.comparison.models import checkpoint_of, read_model_facts
from textmetrics.comparison.options import (
    FAILED,
    ComparisonOptions,
    ComparisonSettings,
    comparison_settings,
)
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
from textmetrics.comparison.select import (
    WhereError,
    known_before,
    models_where,
    natural,
    parse_sort,
    sort_fields,
)
from textmetrics.comparison.tables import (
    CORRECTED,
    NOTHING,
    best_steps,
    ends,
    p_value,
    percent,
    points,
    verdict,
)
from textmetrics.comparison.task import BUILT_IN, Model, Task

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
    "ModelConfig",
    "ModelScore",
    "ModelSummary",
    "Requests",
    "Task",
    "TaskConfig",
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
