"""Score three languages with what is installed, the extension included; run for each wheel."""

from __future__ import annotations

import sys

from textmetrics import evaluate
from textmetrics.kernels import available_backends

# Words of prediction and reference that are equal, one after the other: ROUGE-L recall is their
# share of the reference, by hand.
SAMPLES = [
    ("en", "a black cat sat", "a black cat slept", 2 / 3),
    ("zh", "学生喜欢苹果", "学生喜欢香蕉", 2 / 3),
    ("ja", "猫が水を飲む", "犬が水を飲む", 2 / 3),
]


def main() -> str | None:
    """Return what is wrong, if anything is."""
    if missing := available_backends()["native"]:
        return f"the extension is missing: {missing}"
    for lang, prediction, reference, expected in SAMPLES:
        found = evaluate(prediction, reference, lang=lang)["rouge_l"]
        if found != expected:
            return f"{lang}: {found!r}, expected {expected}"
        print(found.signature, float(found))
    return None


if __name__ == "__main__":
    sys.exit(main())
