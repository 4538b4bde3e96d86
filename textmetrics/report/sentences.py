"""What the page says: whole sentences with named places, for the page and for its script.

A sentence that depends on a number has one form per plural category (``one``, ``other``), chosen by
its value ``count``. Another language is another `Catalog`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from textmetrics._escape import printable

__all__ = ["ENGLISH", "Catalog", "Sentence"]

Sentence: TypeAlias = "str | Mapping[str, str]"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The sentences of a language.

    Attributes:
        lang: the tag of the language, for ``<html lang>`` and plural forms.
        page: the sentences of the page, by key.
        script: the sentences that the page's script writes.
    """

    lang: str
    page: Mapping[str, Sentence]
    script: Mapping[str, Sentence]

    def __call__(self, key: str, **values: Any) -> Any:
        """Return a sentence of the page as markup, with its values escaped unless they are markup.

        Args:
            key: the sentence.
            values: what stands in its places; ``count`` also chooses the plural form.
        """
        from markupsafe import Markup, escape

        sentence = self.page[key]
        if not isinstance(sentence, str):
            one = values["count"] == 1 and "one" in sentence
            sentence = sentence["one" if one else "other"]
        safe = {
            name: value if isinstance(value, Markup) else printable(_written(value))
            for name, value in values.items()
        }
        return Markup(escape(sentence)).format(**safe)  # noqa: S704


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


PAGE: dict[str, Sentence] = {
    # the frame
    "title": "Comparison of models",
    "skip": "Skip to the results",
    "parts": "Parts of the report",
    "part.verdict": "Verdict",
    "part.scores": "Scores",
    "part.figures": "Figures",
    "part.samples": "Samples",
    "part.tests": "Tests",
    "part.method": "Method",
    "made_by": "Made by textmetrics {version}",
    # the verdict
    "models": {"one": "{count} model", "other": "{count} models"},
    "tasks": {"one": "{count} task", "other": "{count} tasks"},
    "samples": {"one": "{count} sample", "other": "{count} samples"},
    "compared_with": "baseline: {baseline}",
    "intervals_of": "{level} % intervals",
    "scale.percent": "scores in percent, differences in percentage points",
    "scale.mixed": "scores in percent, differences in percentage points, except {metrics}",
    "scale.plain": "scores and differences as their metrics have them, not in percent",
    "differences_by_model": "Differences to the baseline by {metric}",
    "differences_by_task": "Differences to the baseline by task",
    "differences_by_metric": "Differences to the baseline by metric",
    "before_after": "{before} → {after}",
    "p_and_verdict": "{p}, {verdict}",
    "verdict.better": "better",
    "verdict.worse": "worse",
    "verdict.different": "different",
    "verdict.not significant": "not significant",
    "verdict.not compared": "not compared",
    "lower": "{metric} (lower is better)",
    "on_task": "{metric} on {task}",
    "look_first": "Look at this first",
    # the figure of differences
    "differences": "Differences to {baseline}",
    "differences.caption": "Each point is a difference to {baseline}, each line its {level} % "
    "interval, in percentage points unless a metric is not in percent. Right of the line is "
    "better. A filled point is significant after correction, a hollow one is not.",
    "differences.alt": "{name}: {difference}, {level} % interval {interval}, {p}, {verdict}",
    "differences.more": {"one": "By {count} more metric", "other": "By {count} more metrics"},
    "worse_side": "← worse",
    "better_side": "better →",
    "less_side": "← less",
    "more_side": "more →",
    "interval": "{low} to {high}",
    # scores
    "scores": "Scores",
    "scores.overview": "All tasks",
    "scores.overview.caption": "The score of each model on each task by the task’s headline "
    "metric, with its rank.",
    "scores.color": "The stronger the green, the closer to the best of the column; the best ones "
    "are bold. A number beside a score is the rank by the paired tests: models that share a letter "
    "are not told apart.",
    "scores.none": "Columns without colour have no better or worse.",
    "scores.region": "Scores of models",
    "model": "Model",
    "task": "Task",
    "metric": "Metric",
    "mean_rank": "Mean rank",
    "mean_normalised": "Share of the best",
    "length_ratio": "Length × reference",
    "empty": "Empty",
    "baseline": "baseline",
    "rank": "rank {rank}",
    "of_samples": {"one": "{count} sample", "other": "{count} samples"},
    "grouped_by": "Samples with the same {field} are taken together; such groups are taken for "
    "independent.",
    "tied_with": "tied with {models}",
    "scores.all": "Precision, recall, runs and remarks",
    "scores.all_of": "Precision, recall, runs and remarks of {task}",
    "score": "Score",
    "interval.title": "Interval",
    "interval.drawn": "Interval drawn",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "all_tokens": "All tokens",
    "runs": "Runs",
    "runs_sd": "{count}, sd {sd}",
    "n": "n",
    "rank.title": "Rank",
    "remarks": "Remarks",
    "health": "Health of the outputs",
    "health.of": "{model}: {flags}",
    "health.on_task": "{model} on {task}: {flags}",
    "about_models": "About the models",
    "parameters": "Parameters",
    "tags": "Tags",
    # figures
    "figures": "Behind the scores",
    "numbers": "The numbers",
    "distribution": "Distribution of scores",
    "distribution.caption": "How many samples have which score, by {metric}. Bars of a task share "
    "their scale.",
    "distribution.alt": {
        "one": "{model} on {task} by {metric}, {count} sample: {low} in the lowest bin, {high} in "
        "the highest.",
        "other": "{model} on {task} by {metric}, {count} samples: {low} in the lowest bin, {high} "
        "in the highest.",
    },
    "distribution.note": "lowest bin {low}, highest {high}",
    "by_length": "Score and length of the reference",
    "by_length.caption": "Across: tokens of the reference. Up: the mean score of such samples by "
    "{metric}.",
    "by_length.alt": "Scores on {task} by the length of the reference; the table has the numbers.",
    "by_ratio": "Score and length of the output",
    "by_ratio.caption": "Across: median length of the outputs, divided by that of the references "
    "(dashed line: as long). Up: the score by {metric} with its interval. A recall rises with the "
    "length of the output, whatever is in it.",
    "by_ratio.alt": "Scores on {task} by the length of the outputs: {points}.",
    "by_ratio.point": "{model} {score} at {ratio} ×",
    "breakdown": "{task} by {field}",
    "breakdown.caption": "The score of each group by {metric}; n is its number of samples.",
    "breakdown.cut": "The {shown} largest of {all} values are drawn.",
    "breakdown.alt": "{value}, {n} samples: {scores}",
    "tokens": "tokens",
    "curves": "Learning curves",
    "curves.caption": "Up: the score of each checkpoint with its interval. Across: the step. "
    "Filled: the best. Dashed line: from here on no significant improvement.",
    "curve.alt": "{task} by step: {best}; the table has the numbers.",
    "curve.title": "{task} by step",
    "curve.title_of": "{task} by step of {series}",
    "curves.more": "By other metrics",
    "step": "Step",
    "best.none": "No step is best: neither higher nor lower values are better.",
    "best.last": "Best at the last step, {best}: it may improve further.",
    "best.only": "Best at step {best}; no step is better after it.",
    "best.plateau": "Best at step {best}; step {plateau} is as good within noise.",
    "efficiency": "Efficiency",
    "efficiency.caption": "Times are in seconds, for successful requests.",
    "speed": "Speed by length of the output",
    "speed.caption": "Up: output tokens per second. Across: output tokens of answers.",
    "speed.alt": "Speed on {task} by the length of the output.",
    "quality": "Score by response time",
    "quality.caption": "Up: the mean score by {metric}. Across: seconds that answers took.",
    "quality.alt": "Scores on {task} by response time.",
    "succeeded": "Succeeded",
    "succeeded_of": "{succeeded} of {n}",
    "errors": "Errors",
    "latency": "Latency {part}",
    "first_token": "First token {part}",
    "requests_per_s": "Requests/s",
    "tokens_per_s": "Tokens/s",
    "rating": "Rating",
    "strengths": "Strengths and weaknesses",
    "strengths.caption": "By how many points a model’s score on a task differs from what its "
    "overall level and the task’s difficulty predict.",
    "agreement": "Agreement between metrics",
    "agreement.caption": "How similarly two metrics order samples.",
    "and": "{one} and {other}",
    "kendall": "Kendall’s τ",
    "disagreements": "Samples on which the models differ most",
    "sample": "Sample",
    "spread": "Spread",
    # samples
    "samples.title": "Samples",
    "samples.no_script": "Samples need JavaScript; everything else on this page works without it.",
    "samples.choose": "Choose samples",
    "samples.kinds": "Kinds of samples",
    "samples.which": "Which samples",
    "samples.model": "Model",
    "samples.against": "Against",
    "samples.score": "Score",
    "samples.sort": "Sort by",
    "samples.search": "Search",
    "samples.search_hint": "words of a question or an answer, or an id",
    "samples.more": "More filters",
    "samples.lang": "Language",
    "samples.length": "Length of the reference",
    "samples.range": "Score of the model",
    "samples.at_least": "at least",
    "samples.at_most": "at most",
    "samples.from": "from",
    "samples.to": "to",
    "samples.per_page": "Samples per page",
    "samples.clear": "Clear filters",
    "samples.none": "No sample matches.",
    "samples.pages": "Pages of samples",
    "samples.first": "First page",
    "samples.previous": "Previous page",
    "samples.next": "Next page",
    "samples.last": "Last page",
    "samples.legend": "Marks of tokens:",
    "samples.in_order": "in order",
    "samples.in_order.is": "in both, in the longest common subsequence",
    "samples.matched": "matched",
    "samples.matched.is": "in both, elsewhere",
    "samples.extra": "extra",
    "samples.extra.is": "only in the prediction",
    "samples.missing": "missing",
    "samples.missing.is": "only in the reference",
    "samples.stopword": "stopword",
    "samples.stopword.is": "removed, not scored",
    "samples.keys": "Keys",
    "samples.keys.next": "next and previous sample",
    "samples.keys.page": "next and previous page",
    "samples.keys.swap": "swap the two models",
    "samples.keys.search": "search",
    "samples.keys.where": "They work while the focus is in this section; click a sample, or go to "
    "it with Tab. On a sample, the arrow keys do the same.",
    "samples.kinds.are": "What the buttons choose",
    "samples.regressions.are": "Regressions: the model’s score is worse than that of the model it "
    "is compared with; improvements: it is better.",
    "samples.wrong.are": "All wrong: every model is on the worse half of the score’s scale, below "
    "50 of 100; disagreement: some are, some are not.",
    "samples.empty.are": "Empty: the answer of any model is empty.",
    # tests
    "tests": "Tests",
    "tests.caption": "Differences are model minus baseline. Below each p-value is the number of "
    "comparisons in its family. Only significant differences are called better or worse. “Won, "
    "even, lost” counts samples; “detectable” is the smallest true difference that a test with "
    "this many samples would detect four times in five.",
    "p.holm": "p-values are adjusted by Holm’s method.",
    "p.bh": "p-values are adjusted by Benjamini and Hochberg’s method.",
    "p.none": "p-values are not adjusted.",
    "tests.region": "Comparisons",
    "difference": "Difference",
    "p": "p",
    "p_adjusted": "p, adjusted",
    "family": "of {count}",
    "verdict": "Verdict",
    "over_all_tokens": "Over all tokens",
    "won": "Won, even, lost",
    "differ": "{different} of {n} differ",
    "effect_size": "Effect size",
    "detectable": "Detectable",
    "against": "{metric}, against {baseline}",
    "careful": "Careful",
    # method
    "method": "Method",
    "method.baseline": "Baseline",
    "method.none": "none",
    "method.intervals": "Intervals",
    "method.level": "{level} %",
    "method.test": "Test",
    "method.correction": "Correction",
    "method.resamples": "Resamples",
    "method.seed": "{count}, seed {seed}",
    "method.failed": "Failed records",
    "signatures": "Signatures",
    "signatures.caption": "Scores with equal signatures can be compared.",
}

SCRIPT: dict[str, Sentence] = {
    "kind.all": "All",
    "kind.regressions": "Regressions",
    "kind.improvements": "Improvements",
    "kind.wrong": "All wrong",
    "kind.disagreement": "Disagreement",
    "kind.empty": "Empty",
    "task": {"one": "{name} ({count} sample)", "other": "{name} ({count} samples)"},
    "none": "none",
    "any": "all",
    "all_models": "all models",
    "facet": "{value} ({count})",
    "missing": "(none)",
    "length.characters": "{low} to {high} characters ({count})",
    "sort.place": "order of the file",
    "sort.loss": "largest loss first",
    "sort.gain": "largest gain first",
    "sort.low": "lowest score first",
    "sort.high": "highest score first",
    "sort.short": "shortest reference first",
    "sort.long": "longest reference first",
    "sort.id": "id",
    "reading": "Reading the samples …",
    "shown": {
        "one": "{first} to {last} of {count} sample",
        "other": "{first} to {last} of {count} samples",
    },
    "shown_of": {
        "one": "{first} to {last} of {count} sample, of {all} in all",
        "other": "{first} to {last} of {count} samples, of {all} in all",
    },
    "no_samples": "No samples",
    "page": "Page {page} of {pages}",
    "sample": "Sample {id}",
    "link": "Link to sample {id}",
    "question": "Question",
    "whole_question": "the whole question",
    "prediction_of": "Prediction of {model}",
    "reference": "Reference",
    "reference_of": "Reference {number} of {count}",
    "other_references": "the other references",
    "whole_output": "the whole output",
    "empty": "empty",
    "invisible": "an invisible character",
    "hidden": {
        "one": "{count} more character is not shown.",
        "other": "{count} more characters are not shown.",
    },
    "normalized": "Shown normalized, because tokens share a character of the text.",
    "tokens": "Shown as its tokens.",
    "unmarked": "Tokens are not marked in this sample: there are too many samples.",
    "token.extra": "extra",
    "token.missing": "missing",
    "token.elsewhere": "matched elsewhere",
    "token.order": "in order",
    "token.stopword": "removed stopword",
    "counted.prediction": "{order} in order · {elsewhere} elsewhere · {alone} extra",
    "counted.reference": "{order} in order · {elsewhere} elsewhere · {alone} missing",
    "counted.dropped": "{counted} · {dropped} removed",
    "no_such_sample": "There is no sample {id} on this page.",
}

ENGLISH = Catalog("en", PAGE, SCRIPT)
