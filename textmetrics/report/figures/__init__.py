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

__all__ = [
    "Chart",
    "ChartSeries",
    "DifferenceRow",
    "DotRow",
    "bucket_charts",
    "difference_panels",
    "dot_plots",
    "histograms",
    "learning_charts",
    "length_charts",
    "length_ratio_charts",
]
