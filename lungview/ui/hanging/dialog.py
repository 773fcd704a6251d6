"""The hanging rules in a table: each on or off, what it asks, what it shows; first come, first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import SettingsError
from lungview.ui.language import speaking
from lungview.ui.shell import screens
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import Rule

NAME, MODALITY, WORDS, SERIES, PRIOR, LAYOUT, WINDOWS = range(7)
_LISTS = {MODALITY: "modality", WORDS: "words", WINDOWS: "windows"}


class HangingDialog(QDialog):
    """Shows rules and gives others. Those that ship are named in the reader's language, kept as they ship.

    keep: uses and keeps rules; raises SettingsError, which is shown. layouts: what each layout is called.
    """

    kept = Signal()

    def __init__(
        self,
        rules: Sequence[Rule],
        keep: Callable[[Sequence[Rule]], None],
        layouts: Mapping[str, str],
        problem: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Hanging rules"))
        self._keep, self._layouts = keep, layouts
        self._shipped = {rule.name for rule in file.shipped()}
        self.message = QLabel(speaking.said(problem), wordWrap=True)
        self.message.setProperty("role", "error")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._make_table()
        self._make_buttons()
        self._lay_out()
        self.show_rules(rules)
        screens.resize_within(self, 1100, 460)

    def _make_table(self) -> None:
        table = self.table = QTableWidget(0, 7)
        table.setAccessibleName(self.tr("Hanging rules"))
        heads = (
            self.tr("Rule"), self.tr("Modality"), self.tr("Words"), self.tr("Series"),
            self.tr("With a prior"), self.tr("Layout"), self.tr("Windows"),
        )  # fmt: skip
        table.setHorizontalHeaderLabels(heads)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for column, width in enumerate((250, 80, 180, 60, 115, 250, 130)):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._enable)

    def _make_buttons(self) -> None:
        def button(text: str, slot: Callable[[], object]) -> QPushButton:
            made = QPushButton(text, autoDefault=False)
            made.clicked.connect(lambda: slot())
            return made

        self.add_button = button(self.tr("New rule"), self._add)
        self.remove_button = button(self.tr("Remove"), self._remove)
        self.up_button = button(self.tr("Up"), lambda: self._move(-1))
        self.down_button = button(self.tr("Down"), lambda: self._move(1))
        self.shipped_button = button(self.tr("As shipped"), lambda: self.show_rules(file.shipped()))
        self.save_button = button(self.tr("Save"), self.save)
        self.close_button = button(self.tr("Cancel"), self.reject)

    def _lay_out(self) -> None:
        said = self.tr(
            "When a study is opened, the first rule that is ticked and fits sets the views. Several words or"
            " modalities: with commas, one of them is enough. Series: 2, 2+ or 2-4. Windows, view by view:"
            " file, auto, lung, mediastinum, bone, 5 to 9."
        )
        about = QLabel(said, wordWrap=True)
        about.setProperty("role", "muted")
        place = QLabel(self.tr("Kept in %1").replace("%1", str(file.own_path())), wordWrap=True)
        place.setProperty("role", "muted")
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        for each in (
            self.add_button,
            self.remove_button,
            self.up_button,
            self.down_button,
            self.shipped_button,
        ):
            row.addWidget(each)
        row.addStretch()
        row.addWidget(self.save_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        for widget in (about, self.table, self.message, place):
            column.addWidget(widget, 1 if widget is self.table else 0)
        column.addLayout(row)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        """Fill the table anew."""
        self.table.setRowCount(0)
        for rule in rules:
            self._put(self.table.rowCount(), rule)
        self._enable()

    def rules(self) -> tuple[Rule, ...]:
        """What the table says. ValueError, with the row, for what is no rule."""
        found = []
        for row in range(self.table.rowCount()):
            try:
                found.append(self._rule(row))
            except ValueError as error:
                said = self.tr("Row %1, %2").replace("%1", str(row + 1))
                raise ValueError(said.replace("%2", speaking.said(str(error)))) from error
        return tuple(found)

    def save(self) -> None:
        """Use and keep what the table says; where that cannot be, say why and stay."""
        try:
            self._keep(self.rules())
        except (ValueError, SettingsError) as error:
            said = error.message if isinstance(error, SettingsError) else str(error)
            self.message.setText(speaking.said(said))
            return
        self.kept.emit()
        self.accept()

    def _put(self, row: int, rule: Rule) -> None:
        self.table.insertRow(row)
        lists = {column: ", ".join(getattr(rule, name)) for column, name in _LISTS.items()}
        for column in range(7):
            text = {NAME: self._called(rule.name), SERIES: rule.series}.get(column, lists.get(column, ""))
            self.table.setItem(row, column, QTableWidgetItem(text))
        self._item(row, NAME).setData(Qt.ItemDataRole.UserRole, rule.name)
        self._tick(row, NAME, rule.on)
        self._tick(row, PRIOR, rule.prior)
        layout = QComboBox()
        for word, text in self._layouts.items():
            layout.addItem(text, word)
        layout.setCurrentIndex(layout.findData(rule.layout))
        layout.setAccessibleName(self.tr("Layout"))
        self.table.setCellWidget(row, LAYOUT, layout)

    def _tick(self, row: int, column: int, on: bool) -> None:
        item = self._item(row, column)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _rule(self, row: int) -> Rule:
        def listed(column: int) -> tuple[str, ...]:
            return tuple(filter(None, (each.strip() for each in self._text(row, column).split(","))))

        layout = self.table.cellWidget(row, LAYOUT)
        assert isinstance(layout, QComboBox)
        return Rule(
            self._name(row),
            layout.currentData(),
            self._ticked(row, NAME),
            listed(MODALITY),
            listed(WORDS),
            self._text(row, SERIES),
            self._ticked(row, PRIOR),
            listed(WINDOWS),
        )

    def _called(self, name: str) -> str:
        """What a rule of that name is called on screen."""
        return speaking.said(name) if name in self._shipped else name

    def _name(self, row: int) -> str:
        """The rule's own name, unless the reader gave it another."""
        shown, own = self._text(row, NAME), str(self._item(row, NAME).data(Qt.ItemDataRole.UserRole))
        return own if shown == self._called(own) else shown

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        assert item is not None  # every cell of a row is filled as the row is made
        return item

    def _text(self, row: int, column: int) -> str:
        return self._item(row, column).text().strip()

    def _ticked(self, row: int, column: int) -> bool:
        return self._item(row, column).checkState() is Qt.CheckState.Checked

    def _add(self) -> None:
        self._put(0, Rule(self.tr("New rule"), "one"))
        self.table.selectRow(0)
        self.table.editItem(self._item(0, NAME))

    def _remove(self) -> None:
        self.table.removeRow(self.table.currentRow())
        self._enable()

    def _move(self, step: int) -> None:
        row = self.table.currentRow()
        try:
            rule = self._rule(row)
        except ValueError as error:
            self.message.setText(speaking.said(str(error)))
            return
        self.table.removeRow(row)
        self._put(row + step, rule)
        self.table.selectRow(row + step)

    def _enable(self) -> None:
        row = self.table.currentRow() if self.table.selectedItems() else -1
        self.remove_button.setEnabled(row >= 0)
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < self.table.rowCount() - 1)
