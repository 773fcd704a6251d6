"""The findings of a series as a tree: the reader's own, the model's, and those below its operating point."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPalette
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from lungview.nodules.finding import Status
from lungview.ui.language import speaking
from lungview.ui.shell.views.long_texts import LongTexts
from lungview.viewer.nodules import words
from lungview.viewer.nodules.listed import FindingList, Listed

_ID = Qt.ItemDataRole.UserRole
_SIGNS = {Status.PROPOSED: "", Status.ACCEPTED: "✓", Status.REJECTED: "✗"}
NAME, SAID, SIGN = range(3)
_WIDEST = 110  # px of a name: what is measured needs the rest


class FindingsTree(QTreeWidget):
    """chosen(id) follows every choice of a finding by mouse or key."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setIndentation(10)
        self.setUniformRowHeights(False)
        self.setAccessibleName(self.tr("Findings"))
        self.header().setStretchLastSection(False)
        for column, mode in (
            (NAME, QHeaderView.ResizeMode.ResizeToContents),
            (SAID, QHeaderView.ResizeMode.Stretch),
            (SIGN, QHeaderView.ResizeMode.ResizeToContents),
        ):
            self.header().setSectionResizeMode(column, mode)
        self.header().setMaximumSectionSize(_WIDEST)  # what is said of it takes what is left
        LongTexts(self)
        self._open: dict[str, bool] = {}
        self._rows: dict[str, tuple[QTreeWidgetItem, QTreeWidgetItem]] = {}  # by finding: its group, itself
        self._shown: tuple[FindingList, str, tuple[float, ...]] | None = None
        self.currentItemChanged.connect(self._on_current)
        self.itemExpanded.connect(lambda item: self._open.update({item.data(0, _ID): True}))
        self.itemCollapsed.connect(lambda item: self._open.update({item.data(0, _ID): False}))

    def sizeHint(self) -> QSize:
        return QSize(280, 110)

    def show_list(self, listed: FindingList, chosen: str, point: tuple[float, ...] = ()) -> None:
        """Show a list with the chosen finding; nothing happens where it is shown already.

        point: the score from which findings are called, and that of small ones; () where it is unknown.
        """
        if self._shown == (listed, chosen, point):
            return
        self._shown = (listed, chosen, point)
        self.blockSignals(True)
        self.clear()
        self._rows.clear()
        called = [each for each in listed.models if each.located.called is not False or each.decided]
        below = [each for each in listed.models if each not in called]
        self._group("own", self.tr("Mine"), listed.own, listed, True)
        self._group("called", self.tr("The model's, by score"), called, listed, True)
        below_title = self.tr("Below the operating point")
        if point:
            below_title += f", {' / '.join(f'{p:.2f}' for p in point)}"
        tip = self.tr("Called from the first score on, small ones from the second.") if point[1:] else ""
        self._group("below", below_title, below, listed, False, tip)
        self._select(chosen)
        self.blockSignals(False)

    def _group(
        self,
        key: str,
        title: str,
        findings: Iterable[Listed],
        listed: FindingList,
        open_: bool,
        tip: str = "",
    ) -> None:
        rows = tuple(findings)
        if not rows:
            return
        item = QTreeWidgetItem([f"{title} ({len(rows)})"])
        item.setData(0, _ID, key)
        item.setToolTip(0, tip)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)
        for each in rows:
            row = self._row(each, listed.label(each))
            item.addChild(row)
            self._rows[each.id] = (item, row)
        item.setExpanded(self._open.get(key, open_))

    def _row(self, listed: Listed, label: str) -> QTreeWidgetItem:
        sign = "\n".join(filter(None, (_score(listed), _SIGNS[listed.status])))
        item = QTreeWidgetItem([label, speaking.said(words.lines(listed.located)), sign])
        item.setData(0, _ID, listed.id)
        item.setToolTip(SAID, speaking.said(words.tooltip(listed.located)))
        item.setToolTip(SIGN, self.tr("The detector's score, 0 to 1: no probability"))
        item.setData(
            SAID, Qt.ItemDataRole.AccessibleTextRole, speaking.said(words.spoken(listed.located, label))
        )
        for column in (NAME, SIGN):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        if listed.status is Status.REJECTED:
            grey = QBrush(self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text))
            for column in (NAME, SAID, SIGN):
                item.setForeground(column, grey)
        return item

    def ids(self) -> tuple[str, ...]:
        """The findings that can be seen, from the top."""
        return tuple(key for key, (group, _) in self._rows.items() if group.isExpanded())

    def _select(self, chosen: str) -> None:
        if chosen in self._rows:
            group, item = self._rows[chosen]
            group.setExpanded(True)
            self.setCurrentItem(item)
            self.scrollToItem(item)

    def _on_current(self, item: QTreeWidgetItem | None, _: object) -> None:
        if item is not None and item.parent() is not None:
            self.chosen.emit(str(item.data(0, _ID)))


def _score(listed: Listed) -> str:
    """The detector's; nothing for a place that a reader named."""
    return "" if listed.located.finding.score is None else words.score(listed.located.finding)
