"""The findings panel: look for findings, decide on them one by one, lay them over the picture."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from lungview.nodules.finding import Status
from lungview.nodules.second_reader import steps
from lungview.ui.language import speaking
from lungview.ui.nodules.naming import ask_name
from lungview.ui.nodules.tree import FindingsTree
from lungview.viewer.nodules import findings as model
from lungview.viewer.nodules import search as searching
from lungview.viewer.nodules.listed import FindingList
from lungview.viewer.nodules.opened import Opened, Shown
from lungview.viewer.workspace import Workspace

_LEAST_BUTTON = 58  # px: the panel is no wider than the one it shares its place with


class FindingsPanel(QWidget):
    """The list of the series in the active view, with the buttons for each decision."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._findings, self._search = model.of(workspace), searching.of(workspace)
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    def _make(self) -> None:
        self.start, self.stop = QPushButton(self.tr("Look for findings")), QPushButton(self.tr("Stop"))
        self.auto = QCheckBox(self.tr("By itself, when a CT series is opened"))
        self.progress = QProgressBar()
        self.sentence = QLabel(wordWrap=True)
        self.notes = QLabel(wordWrap=True)
        self.notes.setProperty("role", "muted")
        self.read = QPushButton(self.tr("I have read it, and mark nothing"))
        self.read.setToolTip(self.tr("“I read first” is on: the model's findings are shown after yours."))
        self.tree = FindingsTree()
        self.accept, self.reject = QPushButton(self.tr("Accept")), QPushButton(self.tr("Reject"))
        self.name, self.delete = QPushButton(self.tr("Name…")), QPushButton(self.tr("Delete"))
        for button in (self.accept, self.reject, self.name, self.delete):
            button.setMinimumWidth(_LEAST_BUTTON)
        self.outlines = QCheckBox(self.tr("Outlines"))
        self.scores = QCheckBox(self.tr("Detector's map"))
        self.scores.setToolTip(self.tr("How suspicious the detector finds each place: a localisation"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setAccessibleName(self.tr("Opacity of the detector's map"))
        self.opacity.setToolTip(self.tr("How strongly the detector's map covers the picture"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addLayout(_row(self.start, self.stop))
        for widget in (self.auto, self.progress, self.sentence, self.read):
            column.addWidget(widget)
        column.addWidget(self.tree, 1)
        column.addLayout(_row(self.accept, self.reject, self.name, self.delete))
        layers = QGridLayout()
        layers.addWidget(self.outlines, 0, 0)
        layers.addWidget(self.scores, 0, 1)
        layers.addWidget(self.opacity, 0, 2)
        layers.setColumnStretch(2, 1)
        column.addLayout(layers)
        column.addWidget(self.notes)

    def _connect(self) -> None:
        findings, search, workspace = self._findings, self._search, self._workspace
        self.start.clicked.connect(search.run)
        self.stop.clicked.connect(search.cancel)
        self.auto.toggled.connect(lambda on: workspace.keep(auto_findings=on))
        self.read.clicked.connect(self._say_read)
        self.tree.chosen.connect(findings.choose)
        self.accept.clicked.connect(lambda: findings.decide(Status.ACCEPTED))
        self.reject.clicked.connect(lambda: findings.decide(Status.REJECTED))
        self.name.clicked.connect(lambda: ask_name(findings, self))
        self.delete.clicked.connect(findings.remove)
        for box in (self.outlines, self.scores):
            box.toggled.connect(lambda _: findings.look(self._look()))
        self.opacity.valueChanged.connect(lambda _: findings.look(self._look()))
        for signal in (findings.changed, findings.chosen_changed, findings.look_changed):
            signal.connect(self._show)
        search.busy_changed.connect(lambda _: self._show())
        search.progressed.connect(self._on_progress)
        for told in (search.said, search.refused, search.measured):
            told.connect(lambda _: self._show())
        for other in (workspace.series_shown, workspace.active_changed, workspace.settings_changed):
            other.connect(lambda _: self._show())

    def buttons(self) -> dict[str, QPushButton | QCheckBox]:
        """What does the same as an action, by the action's name."""
        return {
            "findings.look": self.start,
            "findings.accept": self.accept,
            "findings.reject": self.reject,
            "findings.rename": self.name,
            "findings.delete": self.delete,
            "view.outlines": self.outlines,
            "view.scores": self.scores,
        }

    def _look(self) -> Shown:
        shown = self._findings.shown
        return Shown(
            self.outlines.isChecked(), self.scores.isChecked(), shown.emphysema, self.opacity.value() / 100
        )

    def _say_read(self) -> None:
        opened = self._findings.opened(planes=True)
        if opened is not None:
            self._findings.say_read(opened)
        self._search.sentence = ""
        self._show()

    def _on_progress(self, step: str, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)
        self.progress.setFormat(f"{speaking.said(str(_STEPS[step]))} %v / %m")

    def _show(self) -> None:
        opened, findings = self._findings.opened(planes=True), self._findings
        busy = self._search.busy_with(opened)
        hidden = opened is not None and findings.hidden(opened)
        self.start.setEnabled(opened is not None and not opened.why and not busy)
        self.stop.setEnabled(busy)
        self.progress.setVisible(busy and not hidden)
        self._show_switches()
        self.read.setVisible(hidden)
        self.sentence.setText(self._sentence(opened, busy, hidden))
        self.sentence.setVisible(bool(self.sentence.text()))
        answer = findings.answer_of(opened) if opened is not None else None
        self.notes.setText(_sentences(answer.notes) if answer is not None else "")
        self.notes.setVisible(bool(self.notes.text()))
        self._show_list(opened)

    def changeEvent(self, event: QEvent) -> None:
        """What is drawn or spoken in the list is made anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()

    def _show_switches(self) -> None:
        shown = self._findings.shown
        values = ((self.outlines, shown.outlines), (self.scores, shown.scores))
        for box, on in (*values, (self.auto, self._workspace.settings.auto_findings)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(100 * shown.opacity))
        self.opacity.blockSignals(False)
        self.opacity.setEnabled(shown.scores)

    def _show_list(self, opened: Opened | None) -> None:
        listed = self._findings.list_of(opened) if opened is not None else FindingList()
        self.tree.show_list(listed, self._findings.chosen, self._point(opened))
        chosen = listed.find(self._findings.chosen)
        for button in (self.accept, self.reject, self.name):
            button.setEnabled(chosen is not None)
        self.delete.setEnabled(chosen is not None and chosen.own)

    def _point(self, opened: Opened | None) -> tuple[float, ...]:
        """From which score the model that answered calls findings, and small ones where that is another."""
        answer = None if opened is None else self._findings.answer_of(opened)
        card = None if answer is None else self._findings.card_of(answer)
        if card is None:
            return ()
        point = card.operating_point
        return (point.threshold, point.small.threshold) if point.small else (point.threshold,)

    def _sentence(self, opened: Opened | None, busy: bool, hidden: bool) -> str:
        if self._search.sentence:
            return speaking.said(self._search.sentence)
        if opened is None:
            return self.tr("Open a CT series.")
        if opened.why:
            return speaking.said(opened.why)
        if hidden:
            return self.tr(
                "“I read first” is on. Mark what you find (“Measure nodule”), or say that you read it."
            )
        answer = self._findings.answer_of(opened)
        if busy or answer is None:
            return ""
        if answer.reasons:
            return speaking.said(answer.reasons[0])
        return speaking.said(answer.conclusion) or self.tr("%1 candidates").replace(
            "%1", str(len(answer.findings))
        )


_STEPS = {
    steps.READ: QT_TRANSLATE_NOOP("FindingsPanel", "Reading"),
    steps.LUNGS: QT_TRANSLATE_NOOP("FindingsPanel", "Lungs"),
    steps.SEARCH: QT_TRANSLATE_NOOP("FindingsPanel", "Looking"),
    steps.OUTLINE: QT_TRANSLATE_NOOP("FindingsPanel", "Outlining"),
}


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget, 1)
    return row


def _sentences(notes: tuple[str, ...]) -> str:
    return "\n".join(f"{note[:1].upper()}{note[1:]}." for note in map(speaking.said, notes))
