"""Write docs/textmetrics.1, which a wheel installs, from docs/cli.md: ``make man``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).parent
PAGE = DOCS / "textmetrics.1"


def main() -> None:
    """Build the page with Sphinx, and leave out what would change without a change."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "man", str(DOCS), folder]
        subprocess.run(command, check=True)  # noqa: S603 - our own pages
        text = Path(folder, PAGE.name).read_text("utf-8")
    # The date in the title is that of the build; links to other pages have no target in a manual.
    text = re.sub(r'^(\.TH "\S+" "1") "[^"]*"', r'\1 ""', text, flags=re.MULTILINE)
    PAGE.write_text(re.sub(r"( |\\%)*<>", "", text), "utf-8")


if __name__ == "__main__":
    main()
