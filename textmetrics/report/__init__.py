"""Write what a comparison found, and the samples that it is about, for people to read."""

from textmetrics.report.files import is_report_file, write_report
from textmetrics.report.page import to_html
from textmetrics.report.samples import ReportSamples, report_samples

__all__ = [
    "ReportSamples",
    "is_report_file",
    "report_samples",
    "to_html",
    "write_report",
]
