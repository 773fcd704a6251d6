"""The button that chooses the template of the report's text, and opens the folder of templates."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from lungview.ui.language import speaking
from lungview.viewer.work_up import templates
from lungview.viewer.work_up.desks import Desks


class TemplateButton(QPushButton):
    """Its menu lists the files as they are when it is opened."""

    def __init__(self, desks: Desks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desks, self._menu = desks, QMenu(self)
        self.setMenu(self._menu)
        self.setToolTip(self.tr("What the text for the RIS looks like, and the impression of the page"))
        self._menu.aboutToShow.connect(self.fill)
        desks.workspace.settings_changed.connect(lambda _: self._name())
        self._name()

    @property
    def chosen(self) -> str:
        """The file's name, "" for the template that ships."""
        return self._desks.workspace.settings.report_template

    def choose(self, name: str) -> None:
        """Use a template from now on; one that cannot be used is told at once."""
        self._desks.workspace.keep(report_template=name)
        self._desks.told.emit(templates.load(name).problem)

    def fill(self) -> None:
        """The menu: the one that ships, those of the folder, the folder itself."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        for name in ("", *templates.names()):
            action = self._menu.addAction(name or self.tr("the one that ships"))
            action.setCheckable(True)
            action.setChecked(name == self.chosen)
            action.triggered.connect(partial(self.choose, name))
            group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Open the folder of templates")).triggered.connect(self.open_folder)

    def open_folder(self) -> None:
        """Show the folder in the system's own program for folders."""
        try:
            place = QUrl.fromLocalFile(str(templates.made()))
        except OSError as error:
            said = self.tr("The folder of templates cannot be made: %1")
            self._desks.told.emit(said.replace("%1", error.strerror or ""))
            return
        if not QDesktopServices.openUrl(place):
            self._desks.told.emit(self.tr("Templates are in %1").replace("%1", place.toLocalFile()))

    def _name(self) -> None:
        name = self.chosen or self.tr("the one that ships")
        self.setText(speaking.said("Template: %1").replace("%1", name))
