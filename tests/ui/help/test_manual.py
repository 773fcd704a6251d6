"""F1: the manual beside the pictures, searched, without the network."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from lungview import languages, paths
from lungview.ui.help.feature import Help
from lungview.ui.help.manual import ManualDialog
from lungview.ui.language import retranslate
from lungview.viewer.manual import pages

WORDS = (("de", "Fadenkreuz"), ("es", "retículo"), ("fr", "réticule"), ("zh", "十字线"), ("ja", "十字線"))


@pytest.fixture
def manual(qtbot) -> ManualDialog:
    made = ManualDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def test_f1_opens_it_and_once(qtbot, window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    window.actions_table["help.manual"].trigger()
    assert len(window.findChildren(ManualDialog)) == 1
    assert window.findChildren(ManualDialog)[0].isVisible()


def test_it_begins_with_every_day_in_the_window(manual: ManualDialog) -> None:
    assert manual.list.count() == len(pages.NAMES)
    assert "Drop" in manual.page.toPlainText() or "drop" in manual.page.toPlainText()


def test_a_hit_shows_its_page_at_its_place(manual: ManualDialog) -> None:
    manual.search.setText("crosshair")
    assert manual.list.count() >= 1
    manual.list.setCurrentRow(0)
    assert "crosshair" in manual.page.toPlainText()
    assert manual.page.textCursor().block().text().startswith("Planes. Drag the crosshair")


def test_what_is_not_there_is_said(manual: ManualDialog) -> None:
    manual.search.setText("xyzzy plugh")
    assert [manual.list.item(at).text() for at in range(manual.list.count())] == ["Nothing found"]


def test_a_link_goes_to_another_page(manual: ManualDialog) -> None:
    manual.page.anchorClicked.emit(QUrl("models.md"))
    assert manual.page.toPlainText().startswith("The models")
    assert manual.list.currentItem().text() == "The models"


def test_nothing_is_fetched_from_anywhere(manual: ManualDialog) -> None:
    before = manual.page.toPlainText()
    manual.page.anchorClicked.emit(QUrl("https://example.org/x"))
    assert manual.page.toPlainText() == before
    assert "example.org" in manual.note.text()
    kind = QTextDocument.ResourceType.StyleSheetResource.value
    assert manual.page.loadResource(kind, QUrl("https://example.org/a.css")) is None


def test_pictures_fit_in(manual: ManualDialog) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    picture = manual.page.loadResource(kind, QUrl("pictures/case-4-heat-map.png"))
    assert isinstance(picture, QImage)
    assert 0 < picture.width() <= 640
    assert 2 * picture.width() < manual.page.viewport().width()  # the first case has two beside each other


def test_without_its_pages_a_sentence_says_so(window, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(paths, "manual", lambda: tmp_path)
    window.actions_table["help.manual"].trigger()
    assert "manual is not there" in window.statusBar().currentMessage()
    assert window.workspace.services.find(Help).manual is None


@pytest.fixture
def language():
    yield retranslate.switch
    retranslate.switch("en")


def test_it_speaks_the_language_chosen_while_it_is_open(manual: ManualDialog, language) -> None:
    manual.open_page("pacs")
    language("de")
    QApplication.processEvents()
    assert manual.page.toPlainText().startswith("Archive im Fenster")
    assert not manual.note.isVisible()
    language("en")
    QApplication.processEvents()
    assert manual.page.toPlainText().startswith("Archives in the window")


def test_of_a_page_in_english_alone_a_sentence_says_so(manual: ManualDialog, language) -> None:
    language("de")
    QApplication.processEvents()
    manual.open_page("codecs")
    assert (manual.note.text(), manual.note.isVisible()) == ("Diese Seite ist englisch.", True)
    manual.open_page("reading")
    assert not manual.note.isVisible()


@pytest.mark.parametrize(("code", "word"), WORDS)
def test_a_word_is_found_and_marked_in_each_language(manual: ManualDialog, language, code, word) -> None:
    language(code)
    QApplication.processEvents()
    manual.search.setText(word)
    manual.list.setCurrentRow(0)
    at = manual.page.textCursor()
    assert at.hasSelection()
    assert at.selectedText()[:2] in manual.page.toPlainText()
    assert word in at.block().text()


@pytest.mark.parametrize("code", [code for code in languages.NAMES if code != "en"])
def test_no_mark_of_markdown_is_seen(manual: ManualDialog, language, code) -> None:
    """Emphasis that ends in a mark of its own is none where no space follows, as in Chinese."""
    language(code)
    for name in pages.READERS:
        manual.open_page(name)
        lines = [line for line in manual.page.toPlainText().splitlines() if "*" in line or "`" in line]
        assert lines == [], (code, name)
