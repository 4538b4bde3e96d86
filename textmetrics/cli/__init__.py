"""The command line."""

from __future__ import annotations

from textmetrics.cli.program import entry, main

__all__ = ["entry", "main"]
