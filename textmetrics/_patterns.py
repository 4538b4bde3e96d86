"""Regular expressions that are compiled when they are first used.

Those that read answers are many and large. Compiling all of them takes longer than importing NumPy,
and most runs need few of them or none.
"""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["lazy_pattern"]


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression, which is compiled when it is first used.

    Its methods and attributes are those of ``re.compile(pattern, flags)``. It cannot be passed to
    the functions of ``re``.

    Examples:
        >>> lazy_pattern("[0-9]+").search("in 1969")[0]
        '1969'
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


class _LazyPattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Take what is asked for from the compiled pattern, once."""
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value
