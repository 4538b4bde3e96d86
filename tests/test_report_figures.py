"""Figures of the page: places that follow from numbers, held to the numbers of the report."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from textmetrics import compare, evaluate
from textmetrics.report.figures import (
    bucket_charts,
    difference_panels,
    dot_plots,
    histograms,
    learning_charts,
    length_charts,
    length_ratio_charts,
)
from textmetrics.report.figures.scale import Scale, log_scale, round_scale, tick_label

finite_numbers = st.floats(-1e6, 1e6)


@given(low=finite_numbers, width=st.floats(1e-3, 1e6), most=st.integers(2, 9))
def test_ticks_are_round_few_and_on_the_scale(low, width, most):
    scale = Scale(low, low + width)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 1
    assert all(-0.01 <= tick.at <= 100.01 for tick in ticks)
    places = [tick.at for tick in ticks]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("scale", "labels"),
    [
        (Scale(0, 100), ["0", "20", "40", "60", "80", "100"]),
        (Scale(-12, 88), ["0", "20", "40", "60", "80"]),
        (Scale(0.2, 0.8), ["0.2", "0.4", "0.6", "0.8"]),
        (Scale(500, 2500), ["500", "1,000", "1,500", "2,000", "2,500"]),
        (log_scale([3.0, 40.0]), ["5", "10", "20"]),
        (log_scale([1.0, 5000.0]), ["1", "10", "100", "1,000"]),
        (Scale(5, 5), ["5"]),
    ],
)
def test_which_ticks_a_scale_has(scale, labels):
    if scale.low == scale.high:
        assert tick_label(scale.low) == labels[0]
    else:
        assert [tick.label for tick in scale.ticks()] == labels


@given(values=st.lists(finite_numbers, min_size=1, max_size=9))
def test_a_round_scale_has_all_values_on_it(values):
    scale = round_scale(values, include=[0.0], least=1.0)
    assert scale.low <= min(*values, 0.0) <= max(*values, 0.0) <= scale.high
    assert scale.high - scale.low >= 1.0 - 1e-9


# --- differences


def with_both_metrics(report):
    """Add scores and comparisons by the other metric of each task, made of its headline's."""
    for task in report.tasks:
        [other] = set(task.metrics) - {task.headline}
        for entries in (report.scores, report.comparisons):
            entries += [replace(each, metric=other) for each in entries if each.task == task.name]
    return report


def test_differences_are_drawn_where_they_are(made_report):
    report = with_both_metrics(made_report(2, 1))
    [panel], rest = difference_panels(report)
    assert rest == []
    assert [row.comparison.metric for row in panel.rows] == ["f1", "rouge_l"]
    scale = {tick.label: tick.at for tick in panel.ticks}
    assert scale["0"] == panel.zero
    (one, at_one), (other, at_other) = list(scale.items())[:2]
    value = {label: float(label.replace("−", "-")) for label in (one, other)}
    for row in panel.rows:
        found = value[one] + (row.at - at_one) / (at_other - at_one) * (value[other] - value[one])
        assert found == pytest.approx(100 * row.comparison.difference, abs=0.05)
        assert row.low <= row.at <= row.high


def test_panels_follow_the_numbers_of_models_and_tasks(made_report):
    def shapes(models, tasks):
        return [
            (panel.metric, panel.model, len(panel.rows))
            for panel in difference_panels(with_both_metrics(made_report(models, tasks)))[0]
        ]

    assert shapes(1, 1) == []
    assert shapes(["base", "tuned"], 1) == [(None, "tuned", 2)]
    assert shapes(["base", "tuned"], 2) == [(None, "tuned", 2)] * 2
    assert [each[2] for each in shapes(4, 1)] == [3, 3]
    assert {each[1] for each in shapes(4, 1)} == {None}


def test_of_very_many_rows_the_headlines_come_first(made_report):
    first, rest = difference_panels(
        with_both_metrics(made_report(9, 4))
    )  # 8 models, 4 tasks, 2 metrics: 64 rows
    assert [panel.headline for panel in first] == [True] * 4
    assert [panel.headline for panel in rest] == [False] * 4
    first, rest = difference_panels(with_both_metrics(made_report(8, 4)))  # 56
    assert (len(first), rest) == (8, [])


def test_right_is_better(directed_report):
    panels, _ = difference_panels(directed_report)
    seen = 0
    for panel in panels:
        for row in panel.rows:
            difference = row.comparison.difference
            if not difference or row.comparison.better is None:
                continue
            better = (difference > 0) == (row.comparison.better == "higher")
            assert (row.at > panel.zero) == better
            seen += 1
    assert seen >= 6
    assert [panel.directed for panel in panels] == [True, True, False]


def test_what_is_not_known_is_not_drawn(made_report):
    report = made_report(2, 1)
    for each in report.comparisons:
        each.difference = each.interval = None
    [panel], _ = difference_panels(report)
    assert {(row.at, row.low, row.high) for row in panel.rows} == {(None, None, None)}


# --- distributions and groups


def compared(values, **options):
    """Compare two models whose answers have an F1 of 1, 0.5 or 0, as told."""
    words = {1.0: "red fox", 0.5: "red dog", 0.0: "green"}
    references = ["red fox"] * len(next(iter(values.values())))
    results = {
        name: evaluate([words[each] for each in its], references, metrics=["f1"], lang="en")
        for name, its in values.items()
    }
    return compare(results, resamples=100, **options).report


def test_a_histogram_counts_each_sample_once():
    report = compared({"one": [1.0, 0.5, 0.0, 0.0], "other": [1.0, 1.0, 1.0, 0.5]})
    counts = {each.model: each.counts for each in report.distributions}
    assert counts["one"] == [2] + [0] * 9 + [1] + [0] * 8 + [1]
    assert counts["other"] == [0] * 10 + [1] + [0] * 8 + [3]
    [drawn] = histograms(report).values()
    assert [(each.lowest, each.highest, each.n) for each in drawn] == [(2, 1, 4), (0, 3, 4)]
    # Bars of a task share their scale: 3 samples are the highest bar.
    assert [round(bar.height) for bar in drawn[0].bars] == [67, 33, 33]
    assert [round(bar.height) for bar in drawn[1].bars] == [33, 100]
    assert drawn[0].bars[-1].x == 95


def test_scores_that_are_no_shares_have_bins_of_their_own(token_count):
    references = ["red"] * 3
    result = evaluate(["a b", "a b c d", "x"], references, metrics=["token_count"], lang="en",
                      stopwords=False)  # fmt: skip
    report = compare({"one": result, "same": result}, resamples=100).report
    first = report.distributions[0]
    assert (first.low, first.high, sum(first.counts)) == (1.0, 4.0, 3)
    same = evaluate(["x", "x", "x"], references, metrics=["token_count"], lang="en")
    first = compare({"one": same, "same": same}, resamples=100).report.distributions[0]
    assert (first.low, first.high, first.counts[0]) == (1.0, 2.0, 3)


def test_groups_are_drawn_with_their_scores():
    values = {"one": [1.0, 0.0] * 4, "other": [1.0, 0.5] * 4}
    report = compared(values, fields={"subject": ["law", "art"] * 4}, breakdown=["subject"])
    [plot] = dot_plots(report)
    assert [(row.value, row.n) for row in plot.rows] == [("art", 4), ("law", 4)]
    art, law = ([(dot.model, dot.text) for dot in row.dots] for row in plot.rows)
    assert art == [("one", "0.00"), ("other", "50.00")]
    assert law == [("one", "100.00"), ("other", "100.00")]
    places = [dot.at for dot in plot.rows[0].dots]
    assert places[0] < places[1] < plot.rows[1].dots[0].at


def test_scores_are_drawn_by_the_length_of_the_reference():
    references = ["fox", "red fox", "fox", "red fox"]
    results = {
        "one": evaluate(["fox", "red", "dog", "red"], references, metrics=["recall"], lang="en"),
        "other": evaluate(references, references, metrics=["recall"], lang="en"),
    }
    report = compare(results, resamples=100).report
    [found] = report.by_length
    values = [(group.value, group.n, group.scores["one"].value) for group in found.groups]
    assert values == [("1", 2, 0.5), ("2–3", 2, 0.5)]
    [chart] = length_charts(report)
    assert [tick.label for tick in chart.x_ticks] == ["1", "2–3"]
    assert [series.name for series in chart.series] == ["one", "other"]
    ones, others = (series.points for series in chart.series)
    assert ones[0].y == ones[1].y > others[0].y == others[1].y  # from the top
    alone = compare({"one": results["one"]}, resamples=100).report
    alone.by_length[0].groups = alone.by_length[0].groups[:1]
    assert length_charts(alone) == []


# --- charts


def test_curves_have_a_point_per_step_and_the_best_is_filled(made_report):
    report = made_report(2, 1)
    [chart], rest = learning_charts(report)
    assert rest == []
    [series] = chart.series
    assert [point.filled for point in series.points] == [False, False, False, True, False]
    assert min(series.points, key=lambda point: point.y).filled  # the highest
    assert chart.mark.label == "3,000"
    assert chart.mark.at == pytest.approx(series.points[2].x)
    for point in series.points:
        assert point.high < point.y < point.low


def test_charts_of_lengths_and_speed_have_a_series_per_model(made_report):
    report = made_report(3, 2)
    names = [model.name for model in report.models]
    for charts in (
        length_ratio_charts(report),
        bucket_charts(report, "tokens_per_s_by_output_length"),
        bucket_charts(report, "quality_by_latency"),
    ):
        assert [chart.task for chart in charts] == ["task-1", "task-2"]
        for chart in charts:
            assert sorted(series.name for series in chart.series) == sorted(names)
            assert all(names.index(series.name) == series.style for series in chart.series)
            for series in chart.series:
                for point in series.points:
                    assert 13 <= point.x <= 97
                    assert 5 <= point.y <= 84
                    assert math.isfinite(point.x)
