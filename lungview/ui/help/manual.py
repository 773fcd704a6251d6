"""The manual in a window of its own: searched, offline, open beside the pictures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from lungview import paths
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.viewer.manual import pages
from lungview.viewer.manual.pages import Hit, Page, search

_WIDEST, _BESIDE = 640, 28  # pixels, of a picture and of the margins of one beside another
_WHAT = Qt.ItemDataRole.UserRole


class ManualPage(QTextBrowser):
    """A page. Its pictures fit in, and nothing is ever fetched: what is no file of the manual stays away."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        # A page of another language says ../pictures/…; whatever it says, it is a picture of the manual.
        picture = QImage(str(paths.manual() / "pictures" / QUrl(name).fileName()))
        room = min(_WIDEST, self.viewport().width() // 2 - _BESIDE)
        if picture.width() > room > 0:
            picture = picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return picture


class ManualDialog(QDialog):
    """Not modal. On the left the pages, or what a search finds; a link goes to another page.

    It speaks the language of the window, and says so of a page that is in English alone. ReadError where the
    manual is not there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        found = pages.read(speaking.in_force().code)
        super().__init__(parent)
        self.setWindowTitle(self.tr("Manual"))
        screens.resize_within(self, 980, 680)
        self._pages = {page.name: page for page in found}
        self._shown = ""  # the name of the page
        self.search, self.list, self.page = QLineEdit(), QListWidget(), ManualPage()
        self.note = QLabel()
        self._name()
        self._lay_out()
        self.search.textChanged.connect(self._on_search)
        self.list.currentItemChanged.connect(self._on_chosen)
        self.page.anchorClicked.connect(self._on_link)
        self._on_search("")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()

    def _translate(self) -> None:
        """The page on screen stays, in the language in force; so does what is searched."""
        self._pages = {page.name: page for page in pages.read(speaking.in_force().code)}
        shown = self._shown
        self._on_search(self.search.text())
        if shown:
            self.open_page(shown)

    def _name(self) -> None:
        self.search.setPlaceholderText(self.tr("Search the manual"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(self.tr("Pages"))
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(0, 0))
        self.page.setAccessibleName(self.tr("Page of the manual"))
        self.page.setOpenLinks(False)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)

    def _lay_out(self) -> None:
        parts = QSplitter()
        for widgets in ((self.search, self.list), (self.note, self.page)):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                column.addWidget(widget)
            parts.addWidget(side)
        parts.setStretchFactor(1, 1)
        parts.setSizes([280, 700])
        QVBoxLayout(self).addWidget(parts)

    def open_page(self, name: str) -> None:
        """Show a page of the manual; one that is not there changes nothing."""
        page = self._pages.get(name)
        if page is not None:
            self._shown = name
            self._mark(name)
            self.page.setMarkdown(page.text)
            self._say(
                "" if page.language == speaking.in_force().code else self.tr("This page is in English.")
            )

    def _mark(self, name: str) -> None:
        """In the list of pages, too, which a link goes past."""
        for row in range(self.list.count()):
            what = self.list.item(row).data(_WHAT)
            if isinstance(what, Page) and what.name == name:
                with QSignalBlocker(self.list):
                    self.list.setCurrentRow(row)

    def _say(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _on_search(self, wanted: str) -> None:
        self.list.clear()
        hits = search(tuple(self._pages.values()), wanted)
        if wanted.strip():
            for hit in hits:
                self._add(f"{hit.page.title}\n{hit.excerpt}", hit)
            if not hits:
                self.list.addItem(self.tr("Nothing found"))
        else:
            for page in self._pages.values():
                self._add(page.title, page)
            self.list.setCurrentRow(0)

    def _add(self, text: str, what: Page | Hit) -> None:
        item = QListWidgetItem(text)
        item.setData(_WHAT, what)
        self.list.addItem(item)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        what = item.data(_WHAT) if item is not None else None
        if isinstance(what, Page):
            self.open_page(what.name)
        elif isinstance(what, Hit):
            self.open_page(what.page.name)
            self._find(what.start)

    def _find(self, start: str) -> None:
        """Mark the place; as much of its beginning as reads the same without the marks of Markdown."""
        for length in (len(start), 24, 12):
            if self.page.find(start[:length].strip(), QTextDocument.FindFlag.FindCaseSensitively):
                return

    def _on_link(self, link: QUrl) -> None:
        """To a page of the manual; anywhere else is not gone to, the address is said instead."""
        name = link.path().rsplit("/", 1)[-1].removesuffix(".md")
        if not link.scheme() and name in self._pages:
            self.open_page(name)
        else:
            self._say(self.tr("Not in this manual: %1").replace("%1", link.toString()))
