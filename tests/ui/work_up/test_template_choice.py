"""The template's button: what it lists, what is chosen, and what the copied text then is."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from lungview import settings
from lungview.viewer.work_up import templates
from tests.ui.work_up.conftest import panel_of


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setattr(templates, "folder", lambda: tmp_path / "templates")
    folder = templates.made()
    (folder / "mine.txt").write_text("CT of {date}\n[impression]\nBy mine: {impression}")
    return folder


def _listed(button) -> list[str]:
    button.fill()
    return [each.text() for each in button.menu().actions() if each.text()]


def test_the_menu_lists_the_folder_as_it_is(chosen, window, mine):
    chosen()
    button = panel_of(window).exam.template
    assert button.text() == "Template: the one that ships"
    assert _listed(button) == [
        "the one that ships",
        "example.txt",
        "mine.txt",
        "Open the folder of templates",
    ]
    (mine / "later.md").write_text("{date}")
    assert "later.md" in _listed(button)


def test_the_chosen_template_makes_the_copied_text_and_is_kept(chosen, window, mine):
    chosen()
    exam = panel_of(window).exam
    exam.template.fill()
    next(each for each in exam.template.menu().actions() if each.text() == "mine.txt").trigger()
    assert exam.template.text() == "Template: mine.txt"
    assert settings.load().settings.report_template == "mine.txt"
    exam.copy_text()
    assert QApplication.clipboard().text().startswith("CT of ")


def test_a_template_that_went_bad_is_told_and_the_one_that_ships_is_used(chosen, window, mine):
    chosen()
    panel = panel_of(window)
    panel.exam.template.choose("mine.txt")
    (mine / "mine.txt").write_text("{nodule}")
    panel.exam.copy_text()
    assert QApplication.clipboard().text().startswith("Technique: CT")
    assert "the field “nodule” is not known" in panel.sentence.text()


def test_a_saved_text_and_its_impression_follow_the_template(qtbot, chosen, window, mine, tmp_path):
    chosen()
    panel = panel_of(window)
    panel.exam.template.choose("mine.txt")
    panel.exam.impression.setPlainText("See above.")
    panel.exam.write(tmp_path / "w.txt")
    qtbot.waitUntil(lambda: panel.sentence.text() == "Written: w.txt", timeout=20_000)
    assert (tmp_path / "w.txt").read_text("utf-8").startswith("CT of ")
    assert panel._jobs.signed(panel._desks.exam()).impression == "By mine: See above."


def test_the_folder_is_opened_by_the_system_or_named(chosen, window, mine, monkeypatch):
    chosen()
    panel, opened = panel_of(window), []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile())))
    panel.exam.template.open_folder()
    assert opened == [mine.as_posix()]
    assert panel.sentence.text() == f"Templates are in {mine.as_posix()}"
