"""Describe the machine and the versions of the packages that were measured."""

from __future__ import annotations

import datetime
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["about", "cores", "file_name"]

_PACKAGES = (
    "textmetrics-eval", "rouge-score", "rouge-score-rs", "sacrebleu", "bleuscore", "jieba",
    "rouge-chinese", "nltk", "sudachipy", "sudachidict-core", "rapidfuzz", "jiwer", "fastchrf",
    "rapidrouge", "kurenai", "rjieba", "torchmetrics", "numpy",
)  # fmt: skip


def about() -> dict[str, object]:
    """Return what readers of the figures need to know; never the name of a host."""
    return {
        "date": _today(),
        "machine": f"{_processor()}, {cores()} cores, {platform.system()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def cores() -> int:
    """Return the number of processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def file_name() -> str:
    """Return <date>-<machine>.json."""
    words = re.sub(r"\((r|tm)\)", " ", _processor().lower())
    machine = re.sub("[^a-z0-9]+", "-", words).strip("-")
    return f"{_today()}-{machine}-{cores()}-cores.json"


def _today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        match = re.search(r"^model name\s*:\s*(.+)$", known.read_text(), re.MULTILINE)
        if match:
            return match[1].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
