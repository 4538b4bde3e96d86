"""What a file tells of the task whose answers it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FileTask"]


@dataclass(frozen=True, slots=True)
class FileTask:
    """The task of a file, as options of the format's preset.

    Attributes:
        options: what the program itself uses for the task; empty if it has one definition for all.
        source: what tells the task, such as "the file's name".
        printed_per: what the program prints one number for each of, if it prints none for all
            samples of the file.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    source: str = field(default="", compare=False)
    printed_per: str = ""
