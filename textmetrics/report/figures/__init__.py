"""Figures of the page, as places in percent of their sides, which templates draw as SVG."""

from textmetrics.report.figures.charts import (
    Chart,
    ChartSeries,
    bucket_charts,
    learning_charts,
    length_charts,
    length_ratio_charts,
)
from textmetrics.report.figures.differences import DifferenceRow, difference_panels
from textmetrics.report.figures.distributions import DotRow, dot_plots, histograms
from textmetrics.report.figures.lines import LineChart, drawn_training, drawn_use

__all__ = [
    "Chart",
    "ChartSeries",
    "DifferenceRow",
    "DotRow",
    "LineChart",
    "bucket_charts",
    "difference_panels",
    "dot_plots",
    "drawn_training",
    "drawn_use",
    "histograms",
    "learning_charts",
    "length_charts",
    "length_ratio_charts",
]
