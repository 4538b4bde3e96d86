from __future__ import annotations

import subprocess
import sys

import pytest

import textmetrics.kernels
from textmetrics._registry import Registry
from textmetrics.kernels import (
    Backend,
    available_backends,
    backend,
    definition,
    register_backend,
    registry,
)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore what a test registers."""
    copy: Registry[registry._Entry] = Registry("backend")
    for name in registry._backends.names():
        copy.add(name, registry._backends.get(name))
    monkeypatch.setattr(registry, "_backends", copy)


@pytest.fixture
def not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the extension."""
    monkeypatch.delitem(sys.modules, "textmetrics.kernels.native", raising=False)
    monkeypatch.delattr(textmetrics.kernels, "native", raising=False)
    monkeypatch.setitem(sys.modules, "textmetrics._native", None)


def load_reference() -> Backend:
    return definition.count


def load_nothing() -> Backend:
    raise ImportError("no such device")


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"'nativ'.*did you mean 'native'.*native, reference"):
        backend("nativ")


def test_auto_is_the_fastest_there_is() -> None:
    expected = "native" if available_backends()["native"] is None else "reference"
    assert backend() is backend("auto") is backend(expected)


@pytest.mark.usefixtures("not_built")
def test_without_the_extension() -> None:
    assert backend("auto") is definition.count
    reason = available_backends()["native"]
    assert reason is not None
    assert "textmetrics._native" in reason
    assert "C++17 compiler" in reason
    with pytest.raises(ImportError, match=r"'native' is not available.*_native.*reinstall"):
        backend("native")


@pytest.mark.usefixtures("others")
def test_a_third_party_adds_one() -> None:
    register_backend("theirs", load_reference)
    register_backend("broken", load_nothing, remedy="buy one")
    assert backend("theirs") is definition.count
    assert available_backends()["theirs"] is None
    assert available_backends()["broken"] == (
        "backend 'broken' is not available: no such device; buy one"
    )
    with pytest.raises(ImportError, match="buy one"):
        backend("broken")


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = """
import sys
from textmetrics.kernels import backend
backends = {"textmetrics._native", "textmetrics.kernels.native", "textmetrics.kernels.definition"}
assert not backends & sys.modules.keys(), backends & sys.modules.keys()
backend("reference")
assert backends & sys.modules.keys() == {"textmetrics.kernels.definition"}
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
