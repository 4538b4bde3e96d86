"""What several models' scores say together: which is better, and is that chance."""

from textmetrics.comparison.comparing import compare, compare_tasks, steps
from textmetrics.comparison.result import Comparison
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Model, Task

__all__ = [
    "FAILED",
    "Comparison",
    "Model",
    "Settings",
    "Task",
    "compare",
    "compare_tasks",
    "steps",
]
