"""Version and commit come from the build record when there is one; the changelog tells of every version."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from lungview import __version__, paths, version

ROOT = Path(__file__).parents[1]
HEAD = re.compile(r"^## (?:(Unreleased)|(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\))$")
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "bundle", lambda: tmp_path)
    version.build.cache_clear()
    yield tmp_path
    version.build.cache_clear()


def test_the_frozen_programs_record_is_believed(bundle: Path) -> None:
    (bundle / "build.json").write_text(json.dumps({"version": "9.8.7", "commit": "c0ffee00" + "0" * 32}))
    assert str(version.build()) == "9.8.7 (c0ffee00)"


def test_outside_a_checkout_the_version_stands_alone(bundle: Path) -> None:
    assert str(version.build()) == __version__


def _heads() -> list[tuple[str, str]]:
    """Version and day of each head of the changelog, in its order; the first has none."""
    lines = [
        line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")
    ]
    found = [HEAD.match(line) for line in lines]
    assert None not in found, lines
    return [(match[2] or "", match[3] or "") for match in found if match]


def test_the_changelogs_heads_go_back_from_what_is_unreleased_version_by_version() -> None:
    heads = _heads()
    assert heads[0] == ("", "")
    numbers = [tuple(map(int, version.split("."))) for version, _ in heads[1:]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert [day for _, day in heads[1:]] == sorted((day for _, day in heads[1:]), reverse=True)


def test_the_newest_head_of_the_changelog_is_the_version_everywhere() -> None:
    newest, day = _heads()[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    shown = (ROOT / "packaging" / "linux" / "org.lungview.LungView.metainfo.xml").read_text("utf-8")
    assert (project["version"], __version__) == (newest, newest)
    assert re.findall(r"^version: (\S+)$", citation, re.MULTILINE) == [newest]
    windows = (ROOT / "packaging" / "windows" / "version.txt").read_text("utf-8")
    assert set(re.findall(r"'(\d+\.\d+\.\d+)'", windows)) == {newest}
    assert re.findall(r'<release version="(\S+)" date="(\S+)"/>', shown)[0] == (newest, day)


def test_every_line_of_the_changelog_is_under_a_kind_in_their_order() -> None:
    kinds: list[str] = []
    for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            kinds = []
        elif line.startswith("### "):
            kinds.append(line.removeprefix("### "))
            assert kinds == [kind for kind in KINDS if kind in kinds], line
        elif line.startswith("- "):
            assert kinds, line
