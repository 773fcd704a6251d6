"""What the reader says of the whole exam, and how it leaves the window: as text, table or PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.nodules.guidelines.advice import Asked
from lungview.nodules.guidelines.lung_rads import Incomplete
from lungview.nodules.work_up.exam import Exam, Modifiers
from lungview.nodules.work_up.values import Guide
from lungview.report import formats
from lungview.ui.language import speaking
from lungview.ui.work_up.choice_box import ChoiceBox
from lungview.ui.work_up.form import Filled, Form
from lungview.ui.work_up.template_choice import TemplateButton
from lungview.viewer.work_up import said
from lungview.viewer.work_up.answers import Answers
from lungview.viewer.work_up.desks import Desks
from lungview.viewer.work_up.jobs import Jobs
from lungview.viewer.work_up.questions import AGE

_IMPRESSION_LINES = 3


class ExamBox(QWidget):
    """Category of the exam with its modifiers, impression, and the buttons that give the work-up away."""

    def __init__(self, desks: Desks, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desks, self._jobs = desks, jobs
        self.overall = QLabel(wordWrap=True)
        self.overall.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.age = Form()
        self.age.answered.connect(desks.answer_of_patient)
        self.negative = QCheckBox(self.tr("No nodule: I have read it"))
        self.suspicious = QCheckBox(self.tr("4X: looks more suspicious"))
        self.other = QCheckBox(self.tr("S: another significant finding"))
        self.incomplete = ChoiceBox()
        self.incomplete.addItems(
            [self.tr("Complete"), *(f"0: {speaking.said(why.value)}" for why in Incomplete)]
        )
        self.incomplete.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.incomplete.setAccessibleName(self.tr("Whether the exam is complete"))
        self.impression = QPlainTextEdit()
        self.impression.setPlaceholderText(self.tr("Impression (no names, please)"))
        self.impression.setAccessibleName(self.impression.placeholderText())
        self.impression.setFixedHeight(self.fontMetrics().lineSpacing() * _IMPRESSION_LINES + 12)
        self.impression.setTabChangesFocus(True)
        self.reader = QLineEdit(desks.workspace.settings.report_reader)
        self.reader.setPlaceholderText(self.tr("Read by"))
        self.reader.setAccessibleName(self.tr("Read by"))
        self.reader.setMaxLength(64)
        self.copy, self.save = QPushButton(self.tr("Copy as text")), QPushButton(self.tr("Save…"))
        self.template = TemplateButton(desks)
        self._lay_out()
        for box in (self.negative, self.suspicious, self.other):
            box.clicked.connect(lambda _: self._modify())
        self.incomplete.activated.connect(lambda _: self._modify())
        self.impression.textChanged.connect(lambda: desks.impress(self.impression.toPlainText().strip()))
        self.reader.editingFinished.connect(self._sign)
        self.copy.clicked.connect(self.copy_text)
        self.save.clicked.connect(self._choose_file)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.copy, 1)
        row.addWidget(self.save, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        boxes = (self.negative, self.suspicious, self.other)
        for widget in (self.overall, self.age, *boxes, self.incomplete, self.impression, self.reader):
            column.addWidget(widget)
        column.addWidget(self.template)
        column.addLayout(row)

    def show_exam(self, answers: Answers, exam: Exam) -> None:
        screening = answers.guide is Guide.LUNG_RADS
        self.overall.setText(speaking.said(said.overall(exam.overall)))
        for widget in (self.overall, self.other, self.incomplete):
            widget.setVisible(screening)
        self._show_age(answers, exam)
        self.negative.setVisible(screening and not exam.rows)
        self.suspicious.setVisible(screening and bool(exam.rows))
        self.negative.setChecked(answers.modifiers.negative)
        self.suspicious.setChecked(answers.modifiers.suspicious)
        self.other.setChecked(answers.modifiers.other_finding)
        why = answers.modifiers.incomplete
        self.incomplete.setCurrentIndex(0 if why is None else list(Incomplete).index(why) + 1)
        if self.impression.toPlainText().strip() != answers.impression:
            self.impression.setPlainText(answers.impression)

    def _show_age(self, answers: Answers, exam: Exam) -> None:
        """Asked here where no nodule asks for it, and kept in sight once it was said."""
        said = AGE.answer(answers.of_patient)
        asks = isinstance(exam.overall, Asked) and AGE.name in exam.overall.names
        self.age.setVisible(not exam.rows and (asks or said is not None))
        self.age.show_questions([Filled(AGE, said)])

    def copy_text(self) -> None:
        """The exam's work-up to the clipboard, as text for the RIS."""
        exam = self._desks.exam()
        if exam is not None:
            made, problem = self._jobs.copied(exam)
            QApplication.clipboard().setText(made)
            self._desks.told.emit(problem or self.tr("Copied as text"))

    def _sign(self) -> None:
        self._desks.workspace.keep(report_reader=self.reader.text().strip())

    def _modify(self) -> None:
        index = self.incomplete.currentIndex()
        why = list(Incomplete)[index - 1] if index else None
        negative, suspicious, other = (b.isChecked() for b in (self.negative, self.suspicious, self.other))
        self._desks.modify(Modifiers(negative, suspicious, other, why))

    def _choose_file(self) -> None:
        known = {
            f"{self.tr(each.text)} (*{each.suffix})": each.suffix
            for each in formats.of(formats.Subject.WORK_UP)
        }
        title, proposed = self.tr("Save the work-up"), "nodule-work-up.pdf"
        name, picked = QFileDialog.getSaveFileName(self, title, proposed, ";;".join(known))
        if name:
            path = Path(name)
            self.write(path if path.suffix else path.with_name(path.name + known.get(picked, ".pdf")))

    def write(self, path: Path) -> None:
        """Save the exam's work-up in the format of the suffix."""
        self._jobs.save(path)
