"""The manual in every language is whole, true to the English one, and calls things as the window does."""

from __future__ import annotations

import shutil
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from lungview import languages
from lungview.viewer.manual.pages import READERS

ROOT = Path(__file__).resolve().parents[1]
CODES = [code for code in languages.NAMES if code != "en"]


@pytest.fixture
def tool() -> ModuleType:
    loader = SourceFileLoader("manual_pages", str(ROOT / "tools" / "manual-pages"))
    spec = spec_from_loader("manual_pages", loader)
    assert spec is not None
    made = module_from_spec(spec)
    loader.exec_module(made)
    return made


@pytest.mark.parametrize("code", CODES)
def test_every_page_is_there_and_as_the_english_one(tool: ModuleType, code: str) -> None:
    """Where the English page has moved on: bring the page up to date, then tools/manual-pages --sign."""
    assert [f"{name}: {fault}" for name in READERS for fault in tool.faults(code, name)] == []


@pytest.fixture
def docs(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", made, ignore=shutil.ignore_patterns("*.png"))
    for picture in (ROOT / "docs" / "pictures").iterdir():
        (made / "pictures" / picture.name).touch()
    monkeypatch.setattr(tool, "DOCS", made)
    return made


def _change(page: Path, old: str, new: str) -> None:
    text = page.read_text("utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("`Ctrl+H`", "`Ctrl+J`", "other keys or names"),
        ("1500/−600", "1600/−600", "other numbers"),
        ("*In dieser Reihenfolge lesen*", "*So lesen*", "Read in this order is called In dieser Reihenfolge"),
        ('"Ich lese zuerst"', '"Ich zuerst"', "I read first is called Ich lese zuerst"),
        ("(../models.md)", "(../nowhere.md)", "other links"),
        ("nichts wird stillschweigend weggelassen", "nothing is left out", "English words: is"),
        ("**Ansehen.**", "Ansehen.", "other words in bold"),
        ("## Was es liest", "Was es liest", "paragraph, in English heading 2"),
        ("| Thorax | ", "| Thorax | CT | ", "row of 4, in English row of 3"),
        ("## Was es liest\n", "", "29 parts, the English page has 30"),
    ],
)
def test_a_fault_is_found(tool: ModuleType, docs: Path, old: str, new: str, fault: str) -> None:
    _change(docs / "de" / "reading.md", old, new)
    assert any(each.startswith(fault) for each in tool.faults("de", "reading"))


def test_a_page_that_is_not_there_is_named(tool: ModuleType, docs: Path) -> None:
    (docs / "de" / "pacs.md").unlink()
    assert list(tool.faults("de", "pacs")) == ["missing"]


def test_a_page_older_than_the_english_one_is_told_until_it_is_signed(tool: ModuleType, docs: Path) -> None:
    _change(docs / "pacs.md", "deleted after seven days, when", "deleted after a week, when")
    found = list(tool.faults("de", "pacs"))
    assert found[0].startswith("older than the English page, which now says: Fetch. File")
    assert found[1:] == ["1 parts that the English page does not have any more"]
    tool.sign("de/pacs")
    assert list(tool.faults("de", "pacs")) == []


def test_a_paragraph_wrapped_elsewhere_is_not_newer(tool: ModuleType, docs: Path) -> None:
    _change(docs / "pacs.md", "with what is here and", "with\nwhat is here and")
    assert list(tool.faults("de", "pacs")) == []


def test_the_tool_says_what_it_finds(
    tool: ModuleType, docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "CODES", ("de",))
    assert (tool.main([]), capsys.readouterr().out) == (0, "")
    (docs / "de" / "pacs.md").unlink()
    assert (tool.main([]), capsys.readouterr().out) == (1, "docs/de/pacs.md: missing\n")
