"""The line above a view, there as soon as there are several: what it is, and what it shares with others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from lungview.viewer.links import Linked

_WIDE = 620  # pixels, from which there is room for whole words


class PaneHeader(QWidget):
    """A title, controls of whoever shows something here, and a switch for each link.

    links_wanted carries the Linked that the reader chose.
    """

    links_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.following = QLabel(), QLabel()
        self.following.setProperty("role", "muted")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # lit is the frame alone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # no view is wider for it
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 0, 0)
        self._row.setSpacing(2)
        self.mark = QLabel()
        self.mark.setFixedSize(10, 14)
        self.mark.hide()
        self._row.addWidget(self.mark)
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self.following)
        self.switch_row = QWidget()
        QHBoxLayout(self.switch_row).setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.switch_row)
        self._words = self._said()
        self.switches = {linked: self._switch(*said) for linked, said in self._words.items()}

    def _said(self) -> dict[Linked, tuple[str, str]]:
        """The word on a switch, and what it does."""
        return {
            Linked.SLICE: (self.tr("Slice"), self.tr("Scroll with the other views that have this on")),
            Linked.WINDOW: (self.tr("Window"), self.tr("The same window as in the other views")),
            Linked.CAMERA: (self.tr("Zoom"), self.tr("Zoomed, moved and turned with the other views")),
            Linked.CURSOR: (self.tr("Cursor"), self.tr("Where the mouse is, shown in the other views")),
        }

    def _switch(self, text: str, tip: str) -> QToolButton:
        switch = QToolButton()
        switch.setText(text[:1])
        switch.setToolTip(f"{text}: {tip}")
        switch.setAccessibleName(self.tr("Link: %1").replace("%1", text))
        switch.setCheckable(True)
        switch.setAutoRaise(True)
        switch.clicked.connect(lambda _: self.links_wanted.emit(self.links))
        row = self.switch_row.layout()
        assert row is not None
        row.setSpacing(1)
        row.addWidget(switch)
        return switch

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow view the first letters have to do; the tooltips say the words."""
        self._spell(event.size().width() < _WIDE)

    def _spell(self, narrow: bool) -> None:
        for linked, switch in self.switches.items():
            word = self._words[linked][0]
            switch.setText(word[:1] if narrow else word)

    def changeEvent(self, event: QEvent) -> None:
        """The first letters are of words of the new language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._words = self._said()
            self._spell(self.width() < _WIDE)

    @property
    def links(self) -> Linked:
        """What is switched on."""
        chosen = Linked.NONE
        for linked, switch in self.switches.items():
            chosen |= linked if switch.isChecked() else Linked.NONE
        return chosen

    def show_links(self, links: Linked) -> None:
        for linked, switch in self.switches.items():
            switch.setChecked(linked in links)

    def say(self, title: str, colour: str = "") -> None:
        """Name what is shown. colour: of a mark before the name, "#rrggbb"; "" for none."""
        self.title.setText(title)
        self.mark.setStyleSheet(f"background: {colour}")
        self.mark.setVisible(bool(colour))

    def say_following(self, how: str) -> None:
        """How the view follows the active one; "" when it does not."""
        self.following.setText(how)

    def add(self, control: QWidget) -> None:
        """Room for a control, between the title and the switches."""
        self._row.insertWidget(self._row.indexOf(self.title) + 1, control)
