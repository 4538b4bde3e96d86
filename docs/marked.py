"""What the programs beside it share: parts of a page that are written by one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["page_with", "table"]

START, END = "<!-- {} by docs/{} -->", "<!-- end of {} -->"


def page_with(page: str, parts: Mapping[str, Callable[[], str]], *, by: str) -> str:
    """Give a page with each of the parts between its two marks.

    Args:
        page: its text.
        parts: what makes each, by the name in its marks.
        by: the file that has these.

    Raises:
        ValueError: if a part does not have one place.
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
    """Give a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
