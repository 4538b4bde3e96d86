"""The text of the kernels, as one file for a GPU's compiler."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

__all__ = ["Program"]

_FILES = ("counts.h", "rows.cu", "scores.cu", "counts.cu")
_TYPES = {np.dtype(np.int32): "int", np.dtype(np.int64): "long long"}


class Program(NamedTuple):
    """The kernels for one kind of work.

    Attributes:
        ids: the type of ids, int32 or int64.
        orders: the highest n of the n-grams that are counted, 0 for none.
        lcs: whether longest common subsequences are.
    """

    ids: np.dtype[np.signedinteger]
    orders: int
    lcs: bool

    def options(self) -> tuple[str, ...]:
        """Give what the compiler is told."""
        return (
            "-std=c++17",
            f"-DTM_ID={_TYPES[self.ids]}",
            f"-DTM_ORDERS={self.orders}",
            f"-DTM_LCS={int(self.lcs)}",
        )

    @staticmethod
    @cache
    def source() -> str:
        """Give the text, which is the same for all of them.

        One text, because CuPy's cache does not see files that a text includes.
        """
        folder = files("textmetrics") / "native"
        texts = [(folder / name).read_text("utf-8") for name in _FILES]
        return "\n".join(texts).replace("#pragma once\n", "")
