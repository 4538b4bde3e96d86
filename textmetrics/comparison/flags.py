"""What is odd in the outputs of each model, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textmetrics._sentences import joined, plural, say, term
from textmetrics.answers import EXTRACTORS
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.task import Task
from textmetrics.evaluation import OUTCOMES, USUAL_LENGTHS, Anomaly, Evaluation, Health

__all__ = [
    "data_warnings",
    "extractable",
    "health_of",
    "model_flags",
    "parts_changed",
    "remedies",
]

LONGER = 1.2
"""How many times longer or shorter than another model's answers, and than the references, answers
must be to be mentioned."""
_ENDS = frozenset(each.what for each in OUTCOMES.values())  # of requests, not in the data


def health_of(runs: Sequence[Evaluation]) -> Health:
    """Return the health of all runs together."""
    first, *others = [run.health for run in runs]
    health = first.copy()
    for other in others:
        health.merge(other)
    return health


def model_flags(
    task: Task, healths: Mapping[str, Health], settings: ComparisonSettings
) -> dict[str, list[str]]:
    """Return, by model, the numbers of its failed records and of the anomalies in its outputs.

    Each model has its own numbers, whatever the others have; what there is none of is not told.
    """
    found: dict[str, list[str]] = {}
    for name, health in healths.items():
        found[name] = _failures(task, name, settings)
        found[name] += [
            OUTCOMES[end].counted(count)
            for end, count in health.outcomes.items()
            if OUTCOMES[end].flag
        ]
        found[name] += [
            each.counted()
            for each in health.anomalies()
            if each.of_predictions and each.what not in _ENDS
        ]
    for name, text in _lengths({n: each.length_ratio(0.5) for n, each in healths.items()}).items():
        found[name].append(text)
    return found


def _failures(task: Task, model: str, settings: ComparisonSettings) -> list[str]:
    """Describe failed records, with the numbers of all records and of successful ones."""
    if not (failed := task.failed.get(model, 0)):
        return []
    total = task.n * len(task.results[model])
    numbers = {"failed": failed, "succeeded": total - failed}
    if settings.failed == "exclude":
        return [
            plural(
                total,
                "{failed} of {number} record failed, left out ({succeeded} succeeded)",
                "{failed:,} of {number:,} records failed, left out ({succeeded:,} succeeded)",
                **numbers,
            )
        ]
    return [
        plural(
            total,
            "{failed} of {number} record failed, counted as wrong ({succeeded} succeeded)",
            "{failed:,} of {number:,} records failed, counted as wrong ({succeeded:,} succeeded)",
            **numbers,
        )
    ]


def _lengths(ratios: Mapping[str, float | None]) -> dict[str, str]:
    """Describe answers that are far longer or shorter than the references.

    If lengths differ between models, less is far: then they may decide the comparison. Answers
    about as long as the references are normal, whatever another model does.
    """
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    differ = known and max(known.values()) >= LONGER * min(known.values())
    least, most = (1 / LONGER, LONGER) if differ else USUAL_LENGTHS
    return {
        name: say("median length {ratio:.2f} × the reference's", ratio=ratio)
        for name, ratio in known.items()
        if not least < ratio < most
    }


def data_warnings(task: Task) -> list[str]:
    """Return the anomalies of the data, which all models share, with what helps.

    Those of predictions are flags of models. What the definitions of the scores provide for, such
    as references of stopwords only, is not told.
    """
    found: dict[str, Anomaly] = {}
    for runs in task.results.values():
        for run in runs:
            for each in run.health.anomalies():
                if each.of_predictions or each.defined or each.what in _ENDS:
                    continue
                # Of failed requests that are left out, the references are, too.
                if each.what not in found or each.number > found[each.what].number:
                    found[each.what] = each
    return [_data_warning(each) for each in found.values()]


def _data_warning(anomaly: Anomaly) -> str:
    what, hint = term(anomaly.what), term(anomaly.hint)
    if not anomaly.option:
        return say("{what}: {number:,} ({hint})", what=what, number=anomaly.number, hint=hint)
    return say(
        "{what}: {number:,} ({hint}; see {option})",
        what=what,
        number=anomaly.number,
        hint=hint,
        option=anomaly.option,
    )


def extractable(task: Task) -> list[str]:
    """Return the models whose predictions an extraction would change: `remedies` has which."""
    healths = {model: health_of(runs) for model, runs in task.results.items()}
    return [model for model, health in healths.items() if health.extraction.advised]


def remedies(task: Task) -> list[str]:
    """Return what would change outputs before they are scored, each with the option to add.

    One chain of extraction serves all models, which are compared with the same settings.
    """
    healths = {model: health_of(runs) for model, runs in task.results.items()}
    found = []
    advised = {model: health.extraction.advised for model, health in healths.items()}
    if any(advised.values()):
        chain = ",".join(
            name for name in EXTRACTORS.names() if any(name in each for each in advised.values())
        )
        models = [
            say("{model} ({parts})", model=model, parts=parts_changed(each, healths[model]))
            for model, each in advised.items()
            if each
        ]
        found.append(
            say(
                "extraction would change predictions of {models}: add --extract {chain}",
                models=joined(models, "()"),
                chain=chain,
            )
        )
    return found + _other_remedies(healths)


def parts_changed(counts: Mapping[str, int], health: Health) -> str:
    """Return how many of the predictions that were looked at each extractor would change.

    Examples:
        >>> health = Health(samples=3)
        >>> health.extraction.looked_at.add(["<think>hm</think>a", "b"])
        >>> parts_changed({"think": 1}, health)
        'think: 1 of 2 looked at'
    """
    whole = health.extraction.looked_at.predictions
    some = whole < health.samples

    def share(count: int) -> str:
        if count == whole > 1:
            return say("all {whole:,} looked at" if some else "all {whole:,}", whole=whole)
        return say(
            "{count:,} of {whole:,} looked at" if some else "{count:,} of {whole:,}",
            count=count,
            whole=whole,
        )

    parts = [say("{name}: {share}", name=name, share=share(each)) for name, each in counts.items()]
    return joined(parts, ",")


def _other_remedies(healths: Mapping[str, Health]) -> list[str]:
    """Return the same of anomalies whose option can be named with its value."""
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    for model, health in healths.items():
        for each in health.anomalies():
            if each.of_predictions and " " in each.option and "--extract" not in each.option:
                key = each.what, each.hint, each.option
                counts.setdefault(key, {})[model] = each.number
    return [
        say(
            "{what}: {counts}; {hint}: add {option}",
            what=term(what),
            counts=joined([f"{model} {count:,}" for model, count in by_model.items()], ","),
            hint=term(hint),
            option=option,
        )
        for (what, hint, option), by_model in counts.items()
    ]
