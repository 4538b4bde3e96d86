"""Names that strangers gave, in Markdown."""

from __future__ import annotations

import re

from textmetrics._escape import printable

__all__ = ["in_markdown"]

# What begins emphasis, code, links, tags, entities, formulas or the next cell, wherever it stands;
# "#", "-", "+" and "1." do so only at the beginning of a line, where we never write a name.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$])|(?<=:)(?=//)|(?<=www)(?=\.)")


def in_markdown(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is: in a line of prose, or in a table's cell.

    Examples:
        >>> print(in_markdown("a_b|c <i>*x*</i>"))
        a\_b\|c \<i\>\*x\*\</i\>
        >>> print(in_markdown("https://example.org"))
        https:\//example.org
    """
    return _SPECIAL.sub(r"\\\1", printable(text))
