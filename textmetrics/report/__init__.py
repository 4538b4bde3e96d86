"""Files for people: what a comparison found, and the samples that it is about."""

from textmetrics.report.files import write_report
from textmetrics.report.samples import ReportSamples, report_samples

__all__ = [
    "ReportSamples",
    "report_samples",
    "write_report",
]
