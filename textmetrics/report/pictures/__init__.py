"""Pictures of a comparison, drawn from its document."""

from textmetrics.report.pictures.drawn import FORMS, PICTURES, Picture, draw

__all__ = ["FORMS", "PICTURES", "Picture", "draw"]
