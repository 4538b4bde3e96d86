"""Settings of ``make docs``, which builds a site from these pages without any downloads."""

from __future__ import annotations

import re
from typing import Any

from sphinx.pycode import ModuleAnalyzer

from textmetrics import __version__

project = "textmetrics"
project_copyright = "the textmetrics maintainers, Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["examples"]
myst_heading_anchors = 3  # links such as cli.md#output-of-score

autodoc_member_order = "bysource"
# Large, or with pins of their own, and only names are needed.
autodoc_mock_imports = [
    *("torch", "torchmetrics", "pytest", "inspect_ai", "deepeval", "opencompass"),
]
autodoc_type_aliases = {"ArrayLike": "ArrayLike", "npt.ArrayLike": "ArrayLike"}
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 90
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# Types in signatures that have no entry on the site: those of other projects, and internal ones.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|deepeval|inspect_ai|numpy|os|torch|typing)\..*"),
    (r"py:.*", r"(Backend|Language|Metric)Name|(Stopword|UserDictionary|Word)Choice"),
    (r"py:.*", r"(textmetrics\..*\.)?(InputError|OpenError|ShardFailed)"),
    (r"py:.*", r"(np\.object_|np\.int64|npt\.ArrayLike|npt\.NDArray|dict\[str)"),
    (
        r"py:.*",
        r"Array|ArrayLike|Correction|Failed|Floats|Folders|Formula|Frame|Gpus|Integers|MetricGrouping|PairedTest|Rank|Results",
    ),
    (
        r"py:.*",
        r"textmetrics\..*\.(CorpusValue|Counted|ExtractionHealth|Judge|LengthPairs|SampleDetails)",
    ),
    (
        r"py:.*",
        r"textmetrics\..*\.(Notes|PaperCell|PaperColumn|Refinement|Stopwords|Sums|Task|Totals)",
    ),
    (
        r"py:.*",
        r"textmetrics\..*\.(RecordedRun|UserDictionary|View)",
    ),
    (r"py:class", r"pytest\.Item|Scorer|EvaluationMetric"),  # of libraries that adapters serve
]

_PURPOSE = "score generated text against references"
man_pages = [("cli", "textmetrics", _PURPOSE, "the textmetrics maintainers", 1)]

html_theme = "furo"
html_title = f"textmetrics {version}"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

_analyze_source = ModuleAnalyzer.analyze

# Classes that users receive but never construct.
_RETURNED = ("Comparison", "Counts", "Evaluation", "Health", "PreparedReferences", "Score")


def _signature(
    _app: Any, what: str, name: str, _object: Any, _options: Any, signature: str | None, gives: str
) -> tuple[str | None, str]:
    if what == "class" and name.rpartition(".")[2] in _RETURNED:
        return "", gives
    # How autodoc renders an alias within a union.
    return signature and re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", signature), gives


def _analyze(analyzer: Any) -> None:
    """Ignore overloads, which are for type checkers, so that signatures show every keyword."""
    _analyze_source(analyzer)
    analyzer.overloads = {}


def _link_within_the_site(_app: Any, _page: str, source: list[str]) -> None:
    """Link to the page that includes README.md, which itself is outside the site."""
    source[0] = source[0].replace("](../../README.md)", "](../index.md)")


def setup(app: Any) -> None:
    """Simplify the signatures that are shown, and mend links."""
    ModuleAnalyzer.analyze = _analyze
    app.connect("source-read", _link_within_the_site)
    app.connect("autodoc-process-signature", _signature)
