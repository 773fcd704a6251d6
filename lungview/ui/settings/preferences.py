"""Settings, shortcuts, the notice and the theme in a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from lungview.errors import LungViewError, SettingsError
from lungview.settings import Settings
from lungview.ui.keys.bindings import Bindings
from lungview.ui.language import retranslate, speaking
from lungview.ui.shell import theme
from lungview.ui.shell.actions import CONTEXT

if TYPE_CHECKING:
    from lungview.ui.settings.shortcuts import Entry
    from lungview.ui.shell.host import Host


class Preferences(QObject):
    """Slots of the settings and help actions; puts changed settings in force."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session, self._actions = host, host.session, host.actions_table
        self._session.workspace.services.put(self)
        self._in_force = self._session.settings
        self._actions.handle("file.settings", self._show_settings)
        self._actions.handle("help.shortcuts", self._show_shortcuts)
        self._actions.handle("help.notice", self.show_notice)
        self._actions.handle("help.about", self._show_about)
        self._session.settings_changed.connect(self._on_settings)

    def change(self, chosen: Settings) -> None:
        """Use and keep settings; when they cannot be written, they are in force and a sentence says so."""
        try:
            self._session.change_settings(chosen)
        except SettingsError as error:
            self._session.told.emit(str(error))

    def _on_settings(self, chosen: Settings) -> None:
        before, self._in_force = self._in_force, chosen
        if chosen.language != before.language:
            self._speak(chosen.language)
        if chosen.shortcuts != before.shortcuts or chosen.language != before.language:
            self._actions.rebind(chosen.shortcuts)  # the keys stand in the tooltips
        application = QApplication.instance()
        if chosen.theme != before.theme and isinstance(application, QApplication):
            theme.apply(application, chosen.theme)
            self._actions.icons.use(chosen.theme)

    def _speak(self, setting: str) -> None:
        try:
            retranslate.switch(speaking.wanted(setting))
        except SettingsError as error:
            self._session.told.emit(str(error))

    def _show_settings(self) -> None:
        from lungview.ui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self._session.settings, _models(), self._host.widget)
        dialog.applied.connect(self.change)
        dialog.open()

    def _show_shortcuts(self) -> None:
        from lungview.ui.settings.shortcuts import ShortcutsDialog

        rows = self._actions.rows
        bindings = Bindings({row.id: row.keys for row in rows}, self._session.settings.shortcuts)
        dialog = ShortcutsDialog(self._entries(), bindings, self._host.widget)
        dialog.changed.connect(self._on_bindings)
        dialog.show()

    def _entries(self) -> tuple[Entry, ...]:
        from lungview.ui.settings.shortcuts import Entry

        def said(text: str) -> str:
            return QCoreApplication.translate(CONTEXT, text).replace("&", "")

        return tuple(Entry(row.id, said(row.text), said(row.menu)) for row in self._actions.rows)

    def _on_bindings(self, bindings: Bindings) -> None:
        self.change(replace(self._session.settings, shortcuts=bindings.own))

    def show_notice(self) -> None:
        from lungview.ui.settings.notice import NoticeDialog

        dialog = NoticeDialog(self._session.settings.notice, self._host.widget)
        dialog.accepted.connect(lambda: self._on_notice(dialog.always.isChecked()))
        dialog.open()

    def show_notice_when_due(self) -> None:
        from lungview.ui.settings import notice

        if notice.due(self._session.settings.notice, date.today()):
            self.show_notice()

    def _on_notice(self, always: bool) -> None:
        from lungview.ui.settings import notice

        notice.accepted(date.today())
        chosen = replace(self._session.settings, notice="always" if always else "monthly")
        if chosen != self._session.settings:
            self.change(chosen)

    def _show_about(self) -> None:
        from lungview.ui.settings.about import AboutDialog

        AboutDialog(self._session.tasks, self._host.widget).open()


def _models() -> list[tuple[str, str]]:
    """The models that can be the default; none when their folder cannot be read."""
    from lungview.model import registry

    try:
        return [(entry.card.id, entry.card.id) for entry in registry.scan().classifiers]
    except LungViewError:
        return []
