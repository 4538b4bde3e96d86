"""What is installed, found without importlib.metadata, which says what is right."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distributions, version

import pytest

from textmetrics._installed import may_offer, version_of

NAMES = sorted({each.metadata["Name"] for each in distributions()})


def test_versions_are_those_of_importlib():
    assert len(NAMES) > 5
    assert {name: version_of(name) for name in NAMES} == {name: version(name) for name in NAMES}


@pytest.mark.parametrize("name", ["SudachiDict_core", "sudachidict.core", "SUDACHIDICT-core"])
def test_a_package_has_several_spellings(name):
    assert version_of(name) == version("sudachidict-core")


def test_a_package_that_is_missing():
    with pytest.raises(PackageNotFoundError):
        version_of("no-such-package")


def test_groups_that_are_offered():
    offered = {point.group for each in distributions() for point in each.entry_points}
    assert "console_scripts" in offered
    assert [group for group in offered if not may_offer(group)] == []
    assert not may_offer("textmetrics.nothing")


@pytest.mark.parametrize(
    ("content", "offered"),
    [
        ("[textmetrics.formats]\nx = y:z\n", True),
        ("[other]\nx = y:z\n\n[ textmetrics.formats ]\nx = y:z\n", True),
        ("[textmetrics.formats.more]\nx = y:z\n", False),
        ("", False),
    ],
)
def test_an_installed_package_offers_a_group(content, offered, tmp_path, installed_package):
    installed_package(tmp_path, "", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert may_offer("textmetrics.formats") == offered
        assert version_of("my_package") == "1.0"


@pytest.mark.parametrize("place", ["packages.zip", "package.egg"])
def test_what_cannot_be_looked_into_may_offer_anything(place, tmp_path, monkeypatch):
    (tmp_path / "packages.zip").touch()
    (tmp_path / "package.egg").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / place)])
    assert may_offer("textmetrics.nothing")


def test_another_way_to_find_packages_may_offer_anything(monkeypatch):
    class Finder:
        def find_spec(self, *_):
            return None

        def find_distributions(self, *_):
            return []

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert may_offer("textmetrics.nothing")


def test_metadata_without_a_version_is_left_to_importlib(tmp_path, installed_package, monkeypatch):
    installed_package(tmp_path, "", "")
    metadata = "Metadata-Version: 2.1\nName: my-package\n\nVersion: 3\n"
    (tmp_path / "my_package-1.0.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert version_of("my-package") == version("my-package")
