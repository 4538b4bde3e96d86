"""What a comparison found, as types: JSON, its schema, tables, pages and pictures follow from them.

The order of the fields is that of the keys in JSON. Numbers are 0 to 1 in full precision; what is
not known is ``None``, and what cannot be computed may be NaN, which reports write as ``null``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, ValidationError, convert, field, to_builtins

from textmetrics.comparison.options import ComparisonSettings

__all__ = [
    "AllTokensComparison",
    "AllTokensScore",
    "AttemptSummary",
    "BaselineComparison",
    "Breakdown",
    "BreakdownGroup",
    "ComparisonReport",
    "Conclusion",
    "CurvePoint",
    "Disagreement",
    "Distribution",
    "Efficiency",
    "EpochSummary",
    "LatencyBucket",
    "LearningCurve",
    "LengthBucket",
    "MetricAgreement",
    "ModelScore",
    "ModelSummary",
    "MonitorCurve",
    "MonitorSummary",
    "MonitorTimeline",
    "PairComparison",
    "PartialScore",
    "Percentiles",
    "Rating",
    "ServedResources",
    "SheetFigure",
    "SheetSummary",
    "Standing",
    "Strength",
    "TaskDifficulty",
    "TaskSummary",
    "Throughput",
    "report_schema",
]

Share = Annotated[float, Meta(ge=0, le=1)]
PValue = Annotated[float, Meta(ge=0, le=1)]
Direction = Annotated[
    Literal["higher", "lower"] | None,
    Meta(description="Which values are better: higher ones if absent, neither if null."),
]
InPercent = Annotated[
    bool,
    Meta(description="Whether people see values in percent, which all metrics from 0 to 1 are."),
]
Ends = Annotated[list[float | None], Meta(min_length=2, max_length=2)]


class _Entry(Struct, forbid_unknown_fields=True):
    """The base of all entries: reading one refuses unknown keys."""


class ModelSummary(_Entry):
    """A compared model, and how it did over all tasks."""

    name: str
    params: int | float | None
    tags: list[str]
    facts: dict[str, Any] | None
    mean_rank: Annotated[
        float | None,
        Meta(description="Mean over tasks of the rank by the headline metric; 1 is best."),
    ]
    mean_normalised: Annotated[
        float | None,
        Meta(
            description="Mean over tasks of the headline score, divided by that of the task's best "
            "model."
        ),
    ]


class TaskDifficulty(_Entry):
    """How hard a task is for the compared models."""

    mean: Annotated[float | None, Meta(description="Mean of the headline score over models.")]
    spread: Annotated[
        float | None, Meta(description="The best model's score less the worst one's.")
    ]


class TaskSummary(_Entry):
    """A task that models are compared on."""

    name: str
    lang: str | None
    n: Annotated[
        int,
        Meta(
            description="Number of samples; of a task without metrics, the most requests that a "
            "run of it has."
        ),
    ]
    metrics: Annotated[
        list[str],
        Meta(description="Empty for a task of which only how requests went is compared."),
    ]
    headline: Annotated[
        str,
        Meta(
            description="The metric that ranks and pictures go by; empty for a task without "
            "metrics."
        ),
    ]
    group: Annotated[str | None, Meta(description="The field whose values are clusters.")]
    breakdown: Annotated[list[str], Meta(description="Fields that scores are broken down by.")]
    difficulty: TaskDifficulty


class AllTokensScore(_Entry):
    """A score without stopword removal."""

    value: float | None
    interval: Ends | None


class ModelScore(_Entry, omit_defaults=True):
    """The score of a model on a task by a metric."""

    model: str
    task: str
    metric: str
    title: Annotated[str, Meta(description="The metric's name for people.")]
    value: float | None
    runs: Annotated[list[float | None], Meta(description="One value per run.")]
    run_sd: Annotated[float | None, Meta(description="Standard deviation between runs.")]
    precision: Share | None
    recall: Share | None
    f1: Share | None
    all_tokens: Annotated[
        AllTokensScore | None, Meta(description="The same without stopword removal.")
    ]
    signature: str
    length_ratio: Annotated[
        float | None,
        Meta(description="Length of the predictions, divided by that of the references."),
    ]
    health: Annotated[dict[str, Any] | None, Meta(description="Counts of anomalies in the data.")]
    interval: Ends | None
    interval_method: str | None
    n: int
    flags: list[str]
    rank: Annotated[
        int | None,
        Meta(description="1 and the number of models that are better by the paired tests."),
    ]
    tied_with: Annotated[
        list[str], Meta(description="Models that the paired tests do not tell apart from it.")
    ]
    letters: Annotated[
        str, Meta(description="Two models share a letter if and only if they are tied.")
    ] = ""
    better: Direction = "higher"
    percent: InPercent = True


class AllTokensComparison(_Entry, omit_defaults=True):
    """A comparison with the baseline without stopword removal."""

    difference: float | None
    interval: Ends | None
    p_value: PValue | None
    p_value_adjusted: PValue | None
    significant: bool
    better: Direction = "higher"


class BaselineComparison(_Entry, omit_defaults=True):
    """A model against the baseline, on a task by a metric."""

    task: str
    metric: str
    model: str
    baseline: str
    difference: Annotated[float | None, Meta(description="Model less baseline.")]
    p_value: PValue | None
    test: str | None
    n_different: int | None
    wins: int | None
    ties: int | None
    losses: int | None
    effect_size: float | None
    minimum_detectable_effect: float | None
    n: int
    interval: Ends | None
    effect_interval: Ends | None
    all_tokens: AllTokensComparison | None
    warnings: list[str]
    p_value_adjusted: PValue | None
    significant: bool
    family: Annotated[int, Meta(description="How many p-values were adjusted together.")]
    better: Direction = "higher"
    percent: InPercent = True


class PairComparison(_Entry, omit_defaults=True):
    """Two models, neither of them the baseline, on a task by a metric."""

    task: str
    metric: str
    model: str
    other: str
    difference: Annotated[float | None, Meta(description="Model less other.")]
    interval: Ends | None
    p_value: PValue | None
    test: str | None
    n: int
    p_value_adjusted: PValue | None
    significant: bool
    family: Annotated[int, Meta(description="How many p-values were adjusted together.")]
    better: Direction = "higher"
    percent: InPercent = True


class Standing(_Entry):
    """Which model is best on a task by a metric, and which models differ from the baseline."""

    task: str
    metric: str
    best: Annotated[
        str | None,
        Meta(
            description="The first in rank; of several the one with the best value. None for a "
            "metric without direction, or without values."
        ),
    ]
    tied: Annotated[list[str], Meta(description="Models not told apart from the best one.")]
    better: Annotated[list[str], Meta(description="Models better than the baseline.")]
    worse: list[str]
    different: Annotated[
        list[str], Meta(description="Told apart, where neither higher nor lower is better.")
    ]
    not_told_apart: list[str]
    not_compared: Annotated[
        list[str], Meta(description="Models without a sample in common with the baseline.")
    ]
    by_length_alone: Annotated[
        list[str],
        Meta(
            description="Models told apart from the baseline by recall, where the longer answers "
            "have the higher recall, less precision and no higher F1."
        ),
    ]


class Conclusion(_Entry):
    """The headline finding: who is better, by which metrics, by how much, how sure."""

    sentences: Annotated[list[str], Meta(description="The finding for people, in plain text.")]
    standings: Annotated[
        list[Standing],
        Meta(description="What the sentences say, as data: one entry per task and metric."),
    ]


class Strength(_Entry):
    """How much better a model is on a task than its overall level predicts."""

    model: str
    task: str
    residual: Annotated[
        float | None,
        Meta(description="Headline score less what the model's and the task's means predict."),
    ]


class PartialScore(_Entry):
    """The score of a model over some of the samples."""

    value: float | None
    interval: Ends | None


class BreakdownGroup(_Entry):
    """The samples that share a value of a field."""

    value: str | int | float | bool | None
    n: int
    scores: Annotated[dict[str, PartialScore], Meta(description="By model.")]


class Breakdown(_Entry):
    """The scores on a task by a metric, broken down by a field."""

    task: str
    field: str
    metric: str
    groups: list[BreakdownGroup]


class Distribution(_Entry):
    """How the scores of a model's samples on a task by a metric are distributed."""

    task: str
    metric: str
    model: str
    low: Annotated[float, Meta(description="Where the first bin begins.")]
    high: Annotated[float, Meta(description="Where the last bin ends, which includes its end.")]
    counts: Annotated[list[int], Meta(description="Samples in each of the bins of equal width.")]


class MetricAgreement(_Entry):
    """How alike two metrics order samples."""

    task: str
    metrics: Annotated[list[str], Meta(min_length=2, max_length=2)]
    kendall_tau: float | None


class Disagreement(_Entry):
    """A sample on which models are far apart."""

    task: str
    id: str | int
    spread: float
    scores: dict[str, float | None]


class CurvePoint(_Entry):
    """The score of one checkpoint."""

    step: int
    value: float | None
    interval: Ends | None


class LearningCurve(_Entry):
    """The scores of a training's checkpoints, on a task by a metric."""

    task: str
    metric: str
    series: Annotated[str, Meta(description="What the checkpoints' names have in common.")]
    points: list[CurvePoint]
    best_step: int | None
    plateau_step: Annotated[
        int | None, Meta(description="The first step that the best one does not beat beyond noise.")
    ]


class Percentiles(_Entry):
    """Seconds or tokens, of requests that succeeded."""

    n: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None


class Throughput(_Entry):
    """What came per second, from the first start to the last end of each run."""

    requests_per_s: float | None
    output_tokens_per_s: float | None
    span_s: float


class LengthBucket(_Entry):
    """The speed of answers of similar length."""

    from_: int = field(name="from")
    to: int
    n: int
    tokens_per_s: float | None


class Rating(_Entry, omit_defaults=True):
    """The mean of human ratings."""

    mean: Annotated[
        float | None, Meta(description="On the scale of the records; null if they have several.")
    ]
    interval: Ends | None
    n: Annotated[int, Meta(description="Number of samples with a rating.")]
    answered: Annotated[Share | None, Meta(description="Share of samples with a rating.")] = None
    scale: Annotated[
        Ends | None, Meta(description="The lowest and the highest rating, where records say them.")
    ] = None
    satisfaction: Annotated[
        Share | None,
        Meta(description="Mean of where ratings lie on their scales: 0 lowest, 1 highest."),
    ] = None
    satisfaction_interval: Ends | None = None
    reason: Annotated[str, Meta(description="Why a mean is missing.")] = ""


class LatencyBucket(_Entry):
    """The mean score of answers that took similar time."""

    from_: float = field(name="from")
    to: float
    n: int
    value: float | None


class ServedResources(_Entry):
    """What a monitored server used while the requests of a task ran."""

    timed: Annotated[int, Meta(description="Requests with a start and a duration.")]
    joined: Annotated[int, Meta(description="Those of them within the monitored time.")]
    share: Annotated[
        Share | None, Meta(description="Joined by timed; null if their times cannot be compared.")
    ]
    span_s: Annotated[
        float, Meta(description="The time in which they ran, from each run's first to last.")
    ]
    figures: Annotated[
        dict[str, float | None], Meta(description="As in `monitors`, over that time.")
    ]
    reason: Annotated[str, Meta(description="Why requests are not joined.")]


class Efficiency(_Entry, omit_defaults=True):
    """How fast a model answered on a task."""

    model: str
    task: str
    n: int
    succeeded: int
    error_rate: Share | None
    latency_s: Percentiles | None
    ttft_s: Annotated[Percentiles | None, Meta(description="Until the first token.")]
    throughput: Throughput | None
    tokens_per_s_by_output_length: list[LengthBucket]
    rating: Rating | None
    quality_by_latency: list[LatencyBucket]
    output_tokens: Annotated[Percentiles | None, Meta(description="Of an answer, in tokens.")] = (
        None
    )
    served: Annotated[
        ServedResources | None, Meta(description="Where the server was monitored.")
    ] = None


class AttemptSummary(_Entry):
    """One start of a monitored command."""

    attempt: int
    start_s: Annotated[float, Meta(description="Seconds since the run began.")]
    end_s: Annotated[float, Meta(description="Its last line, if no end was recorded.")]
    outcome: Literal["finished", "crashed", "stopped", "no end", "running"]
    code: Annotated[int | None, Meta(description="The exit code.")]
    signal: Annotated[str | None, Meta(description="The signal that ended it.")]


class EpochSummary(_Entry):
    """An epoch of a monitored training."""

    epoch: int | float | str | None
    start_s: float
    end_s: Annotated[float | None, Meta(description="Null if it did not end, or not whole.")]


class MonitorTimeline(_Entry):
    """What a run used over time: null between attempts; empty columns were not measured."""

    time_s: Annotated[list[float], Meta(description="Seconds since the run began.")]
    gpu_utilization: Annotated[list[float | None], Meta(description="The mean of all GPUs.")]
    cpu_cores: list[float | None]
    memory_bytes: Annotated[list[float | None], Meta(description="The highest around a moment.")]
    gpu_memory_bytes: Annotated[
        list[float | None], Meta(description="The same, of all GPUs together.")
    ]


class MonitorCurve(_Entry):
    """Values that a training marked by step."""

    name: str
    steps: list[float]
    values: list[float | None]


class MonitorSummary(_Entry):
    """A monitored run of a model, of training or serving."""

    model: str
    folder: str
    figures: Annotated[dict[str, float | None], Meta(description="As `sheet` defines them.")]
    details: Annotated[dict[str, str], Meta(description="What belongs to a figure, for people.")]
    reasons: Annotated[dict[str, str], Meta(description="Why a figure is null.")]
    attempts: list[AttemptSummary]
    epochs: list[EpochSummary]
    timeline: MonitorTimeline
    curves: list[MonitorCurve]


class SheetFigure(_Entry):
    """One figure of all models."""

    name: str
    label: Annotated[str, Meta(description="What people read.")]
    group: str
    task: Annotated[str, Meta(description='The task that it is of; "" if it is of the model.')]
    unit: Annotated[str, Meta(description='For people; "" for counts.')]
    factor: Annotated[float, Meta(description="A value by this is in the unit.")]
    better: Direction
    definition: str
    values: Annotated[dict[str, float | None], Meta(description="By model, not in the unit.")]
    details: Annotated[dict[str, str], Meta(description="By model, what belongs to the value.")]
    reasons: Annotated[dict[str, str], Meta(description="By model, why there is no value.")]
    best: Annotated[
        list[str],
        Meta(
            description="Models with the best value; of scores those that no model is better than "
            "by the paired tests."
        ),
    ]


class SheetSummary(_Entry):
    """What is known of each model, side by side."""

    models: list[str]
    figures: list[SheetFigure]
    absent: Annotated[
        dict[str, str], Meta(description="Figures that no model has, and why, by name.")
    ]


class ComparisonReport(_Entry, omit_defaults=True, kw_only=True):
    """What several models' scores say together; null is not known."""

    textmetrics: Annotated[str, Meta(description="Version of the program.")]
    schema: Annotated[Literal[1, 2], Meta(description="Version of this schema.")]
    conclusion: Annotated[
        Conclusion | None, Meta(description="The headline finding; since version 2.")
    ] = None
    settings: ComparisonSettings
    models: Annotated[list[ModelSummary], Meta(description="In the order given.")]
    tasks: list[TaskSummary]
    scores: Annotated[list[ModelScore], Meta(description="One per model, task and metric.")]
    comparisons: Annotated[
        list[BaselineComparison], Meta(description="Each model against the baseline.")
    ]
    pairs: Annotated[
        list[PairComparison],
        Meta(description="Each two models other than the baseline; since version 2."),
    ] = []
    strengths: Annotated[
        list[Strength],
        Meta(description="Where a model is better or worse than its overall level predicts."),
    ]
    breakdowns: list[Breakdown]
    by_length: Annotated[
        list[Breakdown],
        Meta(
            description="The headline score of each task by the number of tokens of the reference; "
            "since version 2."
        ),
    ] = []
    distributions: Annotated[
        list[Distribution], Meta(description="One per model, task and metric; since version 2.")
    ] = []
    agreement: Annotated[
        list[MetricAgreement], Meta(description="How alike two metrics order samples.")
    ]
    disagreements: Annotated[
        list[Disagreement], Meta(description="Samples on which models are furthest apart.")
    ]
    learning_curves: list[LearningCurve]
    efficiency: list[Efficiency]
    monitors: Annotated[
        list[MonitorSummary], Meta(description="One per model and monitored run.")
    ] = []
    sheet: Annotated[
        SheetSummary | None,
        Meta(description="What is known of each model, side by side, in groups of figures."),
    ] = None
    warnings: list[str]

    @property
    def scored_tasks(self) -> list[TaskSummary]:
        """The tasks that have metrics."""
        return [task for task in self.tasks if task.metrics]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain Python objects, as JSON has them."""
        found: dict[str, Any] = to_builtins(self, enc_hook=str)  # sentences are more than text
        return found

    @classmethod
    def from_dict(cls, document: Any) -> ComparisonReport:
        """Return the report that `to_dict` wrote, or that was read from JSON.

        Raises:
            msgspec.ValidationError: if a key is missing, unknown or has a wrong value; the message
                contains its path.
        """
        try:
            return convert(document, cls)
        except UnicodeEncodeError as error:
            raise ValidationError(f"a string is not Unicode text: {error}") from None


def report_schema() -> dict[str, Any]:
    """Return the JSON schema of a report, generated from its types."""
    from msgspec.json import schema

    document = schema(ComparisonReport)
    definitions = document["$defs"]
    # A range that depends on another key is more than types can express.
    share = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
    definitions["ModelScore"] |= {
        "if": {"not": {"required": ["percent"]}},
        "then": {"properties": {"value": share, "runs": {"items": share}}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definitions.pop("ComparisonReport"),
        "title": "Comparison of models",
        "$defs": definitions,
    }
