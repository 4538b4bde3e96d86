"""Lets ``python -m textmetrics`` run the command line."""

from __future__ import annotations

from textmetrics.cli import entry

if __name__ == "__main__":
    entry()
