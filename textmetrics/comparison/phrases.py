"""The sentences of a conclusion, whole and with named placeholders, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from textmetrics import _sentences

__all__ = ["ENGLISH", "count", "say"]

ENGLISH: Mapping[str, str] = {
    # --- whether there is anything to compare
    "alone": "There is only one model, {model}, so nothing is compared.",
    "apart": "{models} have no sample in common, so nothing is compared.",
    "no metrics": (
        "No metric was asked for, so no verdict is made: the tables show how fast and how reliably "
        "{models} answered."
    ),
    # --- two models, one task
    "better": "{model} is better than {baseline}: {terms}; {p}.",
    "worse": "{model} is worse than {baseline}: {terms}; {p}.",
    "metrics disagree": (
        "Metrics disagree: {model} is better than {baseline} by {better}; worse by {worse}; {p}."
    ),
    "different": (
        "{model} and {baseline} differ by {terms}, of which neither more nor less is better; {p}."
    ),
    "same.one": "{terms} does not tell them apart.",
    "same.many": "{terms} do not tell them apart.",
    "not compared": "By {titles} they are not compared: no sample has a value for both.",
    "undecided.one": "{model} and {baseline} are not told apart on {samples}: {terms}; {p}.",
    "undecided.many": "No metric tells {model} and {baseline} apart on {samples}: {terms}; {p}.",
    "equal": "{models} have the same score on {each}, by {metrics}.",
    "every metric": "every metric",
    "noticed": "A true difference of {size} in {title} would have been noticed four times in five.",
    "noticed at 0.05": (
        "A true difference of {size} in {title} would have been noticed four times in five by a "
        "test at 0.05."
    ),
    "for one point": "About {samples} such samples would be needed to notice one point.",
    "never noticed": (
        "With so few samples, no true difference would have been noticed four times in five."
    ),
    "never noticed in groups": (
        "With so few groups, no true difference would have been noticed four times in five."
    ),
    "single sample": "With a single sample, no difference can be significant.",
    # --- several models, one task
    "one metric not apart": (
        "{title} does not tell any two of the {number} models apart on {samples}"
    ),
    "none apart": "No metric tells any two of the {number} models apart on {samples}",
    "smallest p": "the smallest p is {p}",
    "smallest adjusted p": "the smallest adjusted p is {p}",
    "no best": "No model is best by {title}: neither higher nor lower values are better.",
    "best": "{model} is best by {title} ({value}): better than {others}",
    "tied": "{model} has the best {title} ({value}), but is not told apart from {others}",
    "lead": "{size} ahead of the second, {second} ({details})",
    "both others": "both others",
    "each other": "each of the {number} others",
    "agreeing": "no model is better than it by {metrics}",
    "ahead": "ahead of it: {models}",
    "model by metric": "{model} by {metric}",
    "metrics disagree on best": "Metrics disagree: {clauses}.",
    "against": "Against {baseline} by {title}: {clauses}.",
    "models better": "{models} better",
    "models worse": "{models} worse",
    "models different": "{models} different",
    "models same": "{models} not told apart",
    "models not compared": "{models} not compared",
    # --- metrics beside the headline
    "agrees.one": "{metrics} agrees",
    "agrees.many": "{metrics} agree",
    "metrics say": "{metrics}: {tally}",
    "all better": "all better",
    "all worse": "all worse",
    "all different": "all different",
    "all same": "none told apart",
    "all not compared": "none compared",
    "count better": "{names} better",
    "count worse": "{names} worse",
    "count different": "{names} different",
    "count same": "{names} not told apart",
    "count not compared": "{names} not compared",
    # --- several tasks
    "pair on tasks": "By {headlines}, {model} is {clauses}.",
    "pair disagrees": "Tasks disagree: by {headlines}, {model} is {clauses}.",
    "first better": "better than {baseline} on {share}",
    "first worse": "worse than {baseline} on {share}",
    "first different": "different from {baseline} on {share}",
    "first same": "not told apart from {baseline} on {share}",
    "first not compared": "not compared with {baseline} on {share}",
    "on better": "better on {share}",
    "on worse": "worse on {share}",
    "on different": "different on {share}",
    "on same": "not told apart on {share}",
    "on not compared": "not compared on {share}",
    "some tasks": "{part} of {whole} tasks",
    "both tasks": "both tasks",
    "all tasks": "all {whole} tasks",
    "either task": "either task",
    "any task": "any of the {whole} tasks",
    "each headline": "the headline metric of each task",
    "none first": (
        "No model is first over {number} tasks by {headlines}: neither higher nor lower values are "
        "better."
    ),
    "none ahead": (
        "No model is ahead of the others over {number} tasks by {headlines}: all have the mean "
        "rank {rank}."
    ),
    "mean rank.one": (
        "{models} has the best mean rank, {rank}, over {number} tasks by {headlines}; then "
        "{second} ({second_rank})."
    ),
    "mean rank.many": (
        "{models} share the best mean rank, {rank}, over {number} tasks by {headlines}; then "
        "{second} ({second_rank})."
    ),
    "first two": "Against {second}, {model} is {parts}.",
    "models on tasks": "Against {baseline}: {clauses}.",
    "models on tasks disagree": "Tasks disagree. Against {baseline}: {clauses}.",
    "model on tasks": "{model} {parts}",
    "more models": "{models}: {tally}",
    "without metrics.one": "{tasks} has no metrics: only speed and reliability are compared on it.",
    "without metrics.many": (
        "{tasks} have no metrics: only speed and reliability are compared on them."
    ),
    # --- what to be careful about
    "too few": "Careful: {warning}.",
    "wrapped": (
        "Careful: extraction would change predictions of {models}, and may change the verdict: see "
        "the warnings."
    ),
    "by length": (
        "Careful: the higher recall of {longer} comes from longer answers alone (median "
        "{long_ratio} × the reference against {short_ratio} ×): precision is {precision} against "
        "{short_precision}, F1 {f1} against {short_f1}."
    ),
    "by length.many": (
        "Careful: higher recall comes from longer answers alone ({pairs}): precision is lower, and "
        "F1 is not higher."
    ),
    "over": "{longer} over {shorter}",
    "stopwords.one": ("The verdict by {metrics} depends on stopword removal: see the warnings."),
    "stopwords.many": ("The verdicts by {metrics} depend on stopword removal: see the warnings."),
    "interval.one": (
        "The verdict by {metrics} goes by the test; the interval alone would say otherwise."
    ),
    "interval.many": (
        "The verdicts by {metrics} go by the tests; the intervals alone would say otherwise."
    ),
    # --- parts
    "sentence": "{clauses}.",
    "term": "{name} {difference}",
    "points": "{number} points",
    "adjusted": "adjusted {p}",
    "interval": "{level} % interval {ends}",
    "detail": "{name} ({details})",
    "lower": "{value}; lower is better",
    "on task": "{name} on {task}",
    "these samples": "these {number} samples",
    "only sample": "the only sample",
    "each sample": "each of these {number} samples",
    "other metrics.one": "{number} other metric",
    "other metrics.many": "{number} other metrics",
    "other models.many": "{number} other models",
    "others.many": "{number} others",
}
"""The phrases in English. A key with `.one` and `.many` is chosen by a number."""


def say(key: str, **values: object) -> str:
    """Return a phrase with its placeholders filled in."""
    return _sentences.say(ENGLISH[key], **values)


def count(key: str, number: int, **values: object) -> str:
    """Return the phrase for one or for many, with the number."""
    form = "one" if number == 1 else "many"
    return say(f"{key}.{form}", number=f"{number:,}", **values)
