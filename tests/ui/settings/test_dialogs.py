"""Settings, shortcuts, tags and the notice, each from the screen to the model and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QDialogButtonBox
from pytestqt.qtbot import QtBot

from lungview import settings
from lungview.image.slice import Instance
from lungview.image.window import Window
from lungview.settings import Settings
from lungview.ui.browser.tags import TagsDialog
from lungview.ui.keys.bindings import Bindings
from lungview.ui.settings import notice
from lungview.ui.settings.dialog import SettingsDialog
from lungview.ui.settings.notice import NoticeDialog
from lungview.ui.settings.shortcuts import ShortcutsDialog
from lungview.ui.shell import theme
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.studies.tasks import Tasks
from tests.ui.conftest import make_slice

OTHER = Settings(
    theme="light",
    brighter="down",
    interpolation="cubic",
    corner_text="brief",
    hide_patient=True,
    cine_fps=25.0,
    cache_mb=2048,
    heatmap_opacity=0.7,
    heatmap_threshold=0.5,
    default_model="m2",
    read_first=True,
    notice="always",
    single_instance=False,
    restore_session=False,
    export_patient_text=True,
    user_windows={"7": Window(90, 150, name="Liver")},
)


def _settings_dialog(qtbot: QtBot, shown: Settings) -> SettingsDialog:
    dialog = SettingsDialog(shown, [("m1", "One"), ("m2", "Two")])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    return dialog


@pytest.mark.parametrize("shown", [Settings(), OTHER], ids=["defaults", "other"])
def test_the_settings_dialog_gives_back_what_it_was_shown(qtbot: QtBot, shown: Settings) -> None:
    assert _settings_dialog(qtbot, shown).value() == shown


def test_what_has_no_control_is_kept(qtbot: QtBot) -> None:
    shown = Settings(shortcuts={"tool.ruler": ("F5",)}, heatmap_colours="viridis")
    assert _settings_dialog(qtbot, shown).value() == shown


def test_a_choice_on_screen_is_in_the_settings(qtbot: QtBot) -> None:
    dialog = _settings_dialog(qtbot, Settings())
    box = dialog.controls["brighter"].widget
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(1)
    tick = dialog.controls["hide_patient"].widget
    assert isinstance(tick, QCheckBox)
    tick.click()
    assert dialog.value() == Settings(brighter="down", hide_patient=True)


def test_defaults_keep_the_shortcuts(qtbot: QtBot) -> None:
    dialog = _settings_dialog(qtbot, replace(OTHER, shortcuts={"tool.ruler": ("F5",)}))
    dialog.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert dialog.value() == Settings(shortcuts={"tool.ruler": ("F5",)})


def test_settings_are_exported_and_imported(qtbot: QtBot, tmp_path: Path) -> None:
    _settings_dialog(qtbot, OTHER).export_to(tmp_path / "s.json")
    dialog = _settings_dialog(qtbot, Settings())
    dialog.import_from(tmp_path / "s.json")
    assert dialog.value() == OTHER


def test_a_bad_file_is_told_in_the_dialog_and_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"theme": "pink"}')
    dialog = _settings_dialog(qtbot, OTHER)
    dialog.import_from(tmp_path / "s.json")
    assert "pink" in dialog.message.text()
    assert dialog.value() == OTHER


def test_applied_settings_are_in_force_and_kept(window: MainWindow) -> None:
    window.actions_table["file.settings"].trigger()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.show_settings(replace(OTHER, default_model=""))
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert window.session.settings == replace(OTHER, default_model="")
    assert settings.load().settings == replace(OTHER, default_model="")
    assert not window.session.viewport.up_is_brighter
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.palette().window().color().name() == theme.colours("light")["window"]
    theme.apply(application, "dark")


def _shortcuts(window: MainWindow) -> ShortcutsDialog:
    window.actions_table["help.shortcuts"].trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    return dialog


def test_the_sheet_shows_every_action_with_its_keys(window: MainWindow) -> None:
    dialog = _shortcuts(window)
    shown = {name: row.text(1) for name, row in dialog._rows.items()}
    assert set(shown) == {row.id for row in window.actions_table.rows}
    assert shown["edit.redo"] == "Ctrl+Y   Ctrl+Shift+Z"


def test_a_new_key_works_at_once_and_after_a_restart(window: MainWindow) -> None:
    dialog = _shortcuts(window)
    dialog.select("tool.ruler")
    dialog.key.setKeySequence(QKeySequence("F6"))
    dialog.add.click()
    assert [key.toString() for key in window.actions_table["tool.ruler"].shortcuts()] == ["D", "F6"]
    assert settings.load().settings.shortcuts == {"tool.ruler": ("D", "F6")}


def test_a_taken_key_is_named_before_it_is_taken_over(window: MainWindow) -> None:
    dialog = _shortcuts(window)
    dialog.select("tool.ruler")
    dialog.key.setKeySequence(QKeySequence("A"))
    assert "Angle" in dialog.message.text()
    dialog.add.click()
    assert window.actions_table["tool.angle"].shortcuts() == []
    assert window.actions_table.clashes() == {}


def test_all_defaults_come_back(window: MainWindow) -> None:
    dialog = _shortcuts(window)
    dialog.select("tool.ruler")
    dialog.clear.click()
    assert window.actions_table["tool.ruler"].shortcuts() == []
    dialog.all_default.click()
    assert [key.toString() for key in window.actions_table["tool.ruler"].shortcuts()] == ["D"]
    assert dialog.bindings == Bindings(dialog.bindings.defaults)


def test_search_finds_actions_by_text_and_by_key(window: MainWindow) -> None:
    dialog = _shortcuts(window)
    dialog.search.setText("ctrl+shift+z")
    visible = [name for name, row in dialog._rows.items() if not row.isHidden()]
    assert visible == ["edit.redo"]


def test_no_two_actions_share_a_default_key(window: MainWindow) -> None:
    assert window.actions_table.clashes() == {}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.PatientName = "Doe^Jane"
    dataset.Modality = "CT"
    dataset.KVP = "120"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=False)
    return tmp_path / "a.dcm"


def _tags(qtbot: QtBot, path: Path, hide: bool) -> TagsDialog:
    tasks = Tasks()
    dialog = TagsDialog(path, "", tasks, hide_personal=hide)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog._task is None)
    tasks.close()
    return dialog


def _shown_rows(dialog: TagsDialog) -> list[str]:
    found = dialog.found
    return [
        " ".join(str(found.index(row, column).data()) for column in range(4))
        for row in range(found.rowCount())
    ]


def test_search_leaves_the_tags_that_match(qtbot: QtBot, file: Path) -> None:
    dialog = _tags(qtbot, file, hide=False)
    dialog.search.setText("kvp")
    assert _shown_rows(dialog) == ["(0018,0060) KVP DS 120"]


@pytest.mark.parametrize(("hide", "expected"), [(False, "Doe^Jane"), (True, "(hidden)")])
def test_names_are_hidden_where_the_patient_is(qtbot: QtBot, file: Path, hide: bool, expected: str) -> None:
    dialog = _tags(qtbot, file, hide)
    dialog.search.setText("0010,0010")
    assert _shown_rows(dialog)[0].endswith(expected)


def test_a_file_that_is_gone_is_told_where_the_tags_would_be(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = _tags(qtbot, tmp_path / "gone.dcm", hide=False)
    assert "no such file" in dialog.message.text()


def test_the_tags_action_shows_the_instance_on_screen(
    qtbot: QtBot, show: Callable[..., MainWindow], file: Path
) -> None:
    window = show(make_slice(0, instance=Instance(file, sop_instance_uid="1", series_instance_uid="1")))
    window.actions_table["file.tags"].trigger()
    dialog = window.findChild(TagsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 0)
    dialog.close()


def test_the_notice_is_due_at_first_and_again_after_thirty_days() -> None:
    today = date(2026, 3, 1)
    assert notice.due("monthly", today)
    notice.accepted(today)
    assert not notice.due("monthly", date(2026, 3, 30))
    assert notice.due("monthly", date(2026, 3, 31))


def test_the_notice_is_due_always_when_set_and_when_the_clock_was_set_back() -> None:
    notice.accepted(date(2026, 3, 1))
    assert notice.due("always", date(2026, 3, 1))
    assert notice.due("monthly", date(2026, 2, 28))


def test_the_notice_keeps_the_choice_of_how_often(window: MainWindow) -> None:
    window.actions_table["help.notice"].trigger()
    dialog = window.findChild(NoticeDialog)
    assert dialog is not None
    dialog.always.click()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert settings.load().settings.notice == "always"
    assert not notice.due("monthly", date.today())


@pytest.mark.parametrize("name", ["help.shortcuts", "file.tags"])
def test_esc_closes_a_dialog_beside_the_window(
    qtbot: QtBot, show: Callable[..., MainWindow], file: Path, name: str
) -> None:
    window = show(make_slice(0, instance=Instance(file, sop_instance_uid="1", series_instance_uid="1")))
    window.actions_table[name].trigger()
    dialog = next(each for each in window.findChildren(QDialog) if each.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and QApplication.focusWidget() is not None)
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
