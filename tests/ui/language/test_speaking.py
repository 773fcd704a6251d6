"""What Qt and the sentences from below say once a language is installed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QPushButton

from lungview import languages
from lungview.errors import ReadError
from lungview.ui.language import speaking

CODES = [code for code in languages.NAMES if code != "en"]


def test_every_tr_answers_from_the_catalogue(qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    speaking.use(languages.load("de"))
    assert label.tr("Settings") == "Einstellungen"
    speaking.use(languages.load("fr"))
    assert label.tr("Settings") == "Réglages"
    speaking.use(languages.ENGLISH)
    assert label.tr("Settings") == "Settings"


def test_a_sentence_from_below_is_said_with_its_places() -> None:
    speaking.use(languages.load("de"))
    assert speaking.said("Slice 3 / 40") == "Schicht 3 / 40"
    assert speaking.said("") == ""


def test_an_error_keeps_its_path() -> None:
    speaking.use(languages.load("de"))
    assert speaking.told(ReadError("the file is empty", "a.dcm")).startswith("a.dcm: ")
    assert speaking.told(ReadError("the file is empty", "a.dcm")) != "a.dcm: the file is empty"


@pytest.mark.parametrize(("code", "cancel"), [("de", "Abbrechen"), ("fr", "Annuler"), ("es", "Cancelar")])
def test_the_buttons_of_qt_speak_too(qtbot, code: str, cancel: str) -> None:
    speaking.use(languages.load(code))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    assert buttons.buttons()[0].text().replace("&", "") == cancel


@pytest.mark.parametrize("code", CODES)
def test_no_label_of_qts_own_file_dialog_stays_english(qtbot, code: str) -> None:
    speaking.use(languages.ENGLISH)
    english = _labels(qtbot)
    speaking.use(languages.load(code))
    assert len(english) > 3
    assert english & _labels(qtbot) == set()


def _labels(qtbot) -> set[str]:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    texts = {each.text() for kind in (QLabel, QPushButton) for each in dialog.findChildren(kind)}
    return {text for text in texts if text}


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_there_are_letters_for_chinese_and_japanese(code: str) -> None:
    speaking.use(languages.load(code))
    system = QFontDatabase.WritingSystem
    assert QFontDatabase.families(system.SimplifiedChinese)
    assert QFontDatabase.families(system.Japanese)


def test_the_setting_goes_before_the_system(monkeypatch) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda *_: ["fr-CA"])
    assert speaking.wanted("") == "fr"
    assert speaking.wanted("ja") == "ja"


def test_the_catalogue_in_force_is_told() -> None:
    assert speaking.in_force().code == "en"
    speaking.use(languages.load("es"))
    assert speaking.in_force().code == "es"


def test_a_context_of_its_own_does_not_hide_the_plain_text() -> None:
    speaking.use(languages.load("de"))
    assert QCoreApplication.translate("AnyClass", "Cancel") == "Abbrechen"
