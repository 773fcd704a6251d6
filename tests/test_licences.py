"""The list of third-party components, from the installed packages and from the file of a built program."""

from importlib.metadata import version
from pathlib import Path

import pytest

from lungview import licences, paths
from lungview.licences import Component


def test_an_installation_from_source_lists_the_packages_it_needs_with_their_versions() -> None:
    found = {each.name: each for each in licences.components()}
    assert found["numpy"].version == version("numpy")
    assert "BSD" in found["numpy"].licence
    assert "Redistribution" in found["numpy"].text


def test_packages_of_the_extras_are_not_listed() -> None:
    assert "pytest" not in {each.name for each in licences.components()}


def test_the_bill_lists_the_same_components_as_the_list() -> None:
    bill = licences.bill_of_materials()
    assert bill["bomFormat"] == "CycloneDX"
    assert [each["name"] for each in bill["components"]] == [each.name for each in licences.components()]


def test_a_built_program_shows_the_list_it_was_built_with(tmp_path: Path, monkeypatch) -> None:
    packed = (
        Component("GCC-runtime-libraries", "12.2", "GPL-3.0-or-later WITH GCC-exception-3.1", "text\n\nmore"),
        Component("numpy", "2.0", "BSD-3-Clause", ""),
    )
    licences.write(tmp_path / "licences", packed, {"bomFormat": "CycloneDX", "components": []})
    monkeypatch.setattr(paths, "bundle", lambda: tmp_path)
    assert licences.components() == packed
    assert licences.bill_of_materials() == {"bomFormat": "CycloneDX", "components": []}


@pytest.mark.parametrize("line", ["=" * 78, "=" * 78 + "\nname 1\nMIT\n"])
def test_rules_in_a_licence_text_do_not_split_it(tmp_path: Path, line: str) -> None:
    packed = (Component("one", "1", "MIT", f"before\n{line}\nafter"),)
    licences.write(tmp_path, packed, {})
    assert licences.read(tmp_path) == packed
