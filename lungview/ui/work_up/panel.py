"""The work-up panel: of the finding that is chosen in the list, and of the exam."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from lungview.image.values import dates
from lungview.nodules.finding import Status
from lungview.nodules.work_up.values import Guide
from lungview.ui.language import speaking
from lungview.ui.work_up.choice_box import ChoiceBox
from lungview.ui.work_up.exam_box import ExamBox
from lungview.ui.work_up.form import Filled, Form
from lungview.ui.work_up.results import Results
from lungview.viewer.nodules import words
from lungview.viewer.work_up import desks as model
from lungview.viewer.work_up import jobs as working
from lungview.viewer.workspace import Workspace

_STATUS = {
    Status.ACCEPTED: "accepted",
    Status.REJECTED: "rejected: not in the report",
    Status.PROPOSED: "not decided: in the report once accepted",
}


class WorkUpPanel(QWidget):
    """Questions, risks, recommendation and growth of one nodule; category and report of the exam."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desks = model.of(workspace)
        self._jobs = working.of(workspace)
        self.sentence, self.title = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.guide = ChoiceBox()
        self.guide.addItems([guide.value for guide in Guide])
        self.guide.setAccessibleName(self.tr("Guideline"))
        self.compare, self.stop = QPushButton(self.tr("Compare with prior…")), QPushButton(self.tr("Stop"))
        self.form, self.results, self.exam = Form(), Results(), ExamBox(self._desks, self._jobs)
        self.sentence.setVisible(False)
        self._told_of: object = None  # the series that was on screen then
        column = QVBoxLayout(self)
        parts: tuple[QWidget, ...] = (self.guide, self.title, self.compare, self.stop, self.sentence)
        for part in (*parts, self.results, self.form, self.exam):
            column.addWidget(part)
        column.addStretch()
        # Several things change at once; they are shown once.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        self._connect()
        self._show()

    def _connect(self) -> None:
        desks = self._desks
        self.guide.activated.connect(lambda index: desks.choose_guide(list(Guide)[index]))
        self.form.answered.connect(desks.answer)
        self.results.written.connect(desks.write)
        self.results.asked_before.connect(self._jobs.measure_before)
        self.compare.clicked.connect(self._offer_priors)
        self.stop.clicked.connect(self._jobs.stop)
        desks.changed.connect(self._soon.start)
        desks.told.connect(self._on_told)

    def _on_told(self, sentence: str) -> None:
        here = self._desks.here()
        self._told_of = None if here is None else here[0].key
        self.sentence.setText(speaking.said(sentence))
        self.sentence.setVisible(bool(sentence))

    def _show(self) -> None:
        here, found = self._desks.here(), self._desks.chosen()
        if self._told_of != (None if here is None else here[0].key):
            self._on_told("")  # what was told was told of another series
        self.guide.setEnabled(here is not None)
        self._show_compare(here is not None)
        self.exam.setVisible(here is not None)
        for widget in (self.form, self.results):
            widget.setVisible(found is not None)
        if here is not None:
            self.guide.setCurrentIndex(list(Guide).index(here[1].answers.guide))
            exam = self._desks.exam()
            if exam is not None:
                self.exam.show_exam(here[1].answers, exam)
        if found is None:
            self.title.setText(self.tr("Choose a finding in the list."))
            return
        self._show_chosen()

    def _show_compare(self, possible: bool) -> None:
        """One button or the other; the keys stay with the one that is shown."""
        comparing, had = self._jobs.comparing, self.stop.hasFocus() or self.compare.hasFocus()
        shown, hidden = (self.stop, self.compare) if comparing else (self.compare, self.stop)
        shown.setVisible(possible)
        if had:
            shown.setFocus()
        hidden.setVisible(False)

    def _show_chosen(self) -> None:
        found, made = self._desks.chosen(), self._desks.work_up()
        if found is None or made is None:
            return
        desk, listed, findings = found
        self._jobs.look_over()
        finding = listed.located.finding
        status = self.tr(_STATUS[finding.status])
        label, size = findings.label(listed), words.size(finding)
        self.title.setText(f"<b>{label}</b> · {speaking.said(words.density(finding))} · {size} · {status}")
        self.results.show_work_up(made)
        said = desk.answers.of(listed.id)
        self.form.show_questions(
            [Filled(q, q.answer(said), *desk.filled(made, q)) for q in desk.questions(made, said)]
        )

    def _offer_priors(self) -> None:
        menu = QMenu(self)
        for series, why in self._jobs.priors():
            day = dates.date_text(series.study.date) or self.tr("no date")
            name = f"{day} · {series.description or series.modality}"
            action = menu.addAction(f"{name}: {speaking.said(why)}" if why else name)
            action.setEnabled(not why)
            action.triggered.connect(partial(self._jobs.compare, series))
        if menu.isEmpty():
            none = menu.addAction(self.tr("No other CT series is open: drop the prior study on the window"))
            none.setEnabled(False)
        menu.popup(self.compare.mapToGlobal(self.compare.rect().bottomLeft()))
