"""Write the JSON schema of a report from the types that it is made of.

Usage: python docs/schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from textmetrics.comparison import report_schema

__all__ = ["SCHEMA", "written"]

SCHEMA = Path(__file__).resolve().parents[1] / "textmetrics" / "report" / "schema.json"


def written() -> str:
    """Return the text of the file."""
    return json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(written(), encoding="utf-8")
