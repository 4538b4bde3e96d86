"""Shared by the programs beside it: write generated parts into a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["page_with", "table"]

START, END = "<!-- {} by docs/{} -->", "<!-- end of {} -->"


def page_with(page: str, parts: Mapping[str, Callable[[], str]], *, by: str) -> str:
    """Return a page with each of its generated parts between the two marks of that part.

    Args:
        page: the text of the page.
        parts: the functions that generate the parts, by the names in their marks.
        by: the file name of the program that generates them.

    Raises:
        ValueError: if a part's marks do not occur exactly once.
    """
    for name, make in parts.items():
        start, end = START.format(name, by), END.format(name)
        place = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        part = f"{start}\n{make()}\n{end}"
        page, found = place.subn(lambda _, part=part: part, page)
        if found != 1:
            raise ValueError(f"the page must have {start} and {end} once, has them {found} times")
    return page


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
