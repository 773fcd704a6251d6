"""The questions of a work-up as fields: what the study fills in is marked, the rest is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from lungview.ui.language import speaking
from lungview.ui.work_up.choice_box import ChoiceBox
from lungview.viewer.work_up.questions import Of, Question


@dataclass(frozen=True, slots=True)
class Filled:
    """A question with what the reader said (None: nothing), and what the study says and where."""

    question: Question
    said: Any
    study: str = ""
    source: str = ""

    @property
    def unsaid(self) -> str:
        """What stands in the field while the reader has said nothing."""
        study = speaking.said(self.study)
        return speaking.said("%1 (study)").replace("%1", study) if study else speaking.said("asked")


class Form(QWidget):
    """One field a question. answered: the question and its value, None where the reader takes it back."""

    answered = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        self._shown: tuple[Question, ...] = ()
        self._filled: tuple[Filled, ...] = ()

    def show_questions(self, filled: Sequence[Filled]) -> None:
        """Show these; fields stay where the questions are the same, so that the focus does."""
        questions = tuple(each.question for each in filled)
        self._filled = tuple(filled)
        if questions != self._shown:
            self._make(questions)
        for each in filled:
            self._fill(self.fields[each.question.id], each)

    def changeEvent(self, event: QEvent) -> None:
        """Labels are words of the questions, which are said anew here."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._shown = ()
            self.show_questions(self._filled)

    def _make(self, questions: tuple[Question, ...]) -> None:
        had = next((name for name, field in self.fields.items() if field.hasFocus()), "")
        while self._rows.rowCount():
            self._rows.removeRow(0)
        self.fields, self._shown = {}, questions
        for of in Of:
            mine = [q for q in questions if q.of is of]
            if mine:
                self._rows.addRow(_heading(speaking.said(of.value)))
            for question in mine:
                field = self._field(question)
                self.fields[question.id] = field
                self._rows.addRow(QLabel(speaking.said(question.label), wordWrap=True), field)
        if had in self.fields:
            self.fields[had].setFocus()

    def _field(self, question: Question) -> QComboBox | QLineEdit:
        field: QComboBox | QLineEdit
        if question.choices:
            field = ChoiceBox()
            field.addItems(["", *(speaking.said(text) for _, text in question.choices)])
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(8)
            field.activated.connect(partial(self._on_choice, question))
        else:
            field = QLineEdit()
            field.editingFinished.connect(partial(self._on_number, question, field))
        field.setAccessibleName(speaking.said(question.label))
        return field

    def _fill(self, field: QComboBox | QLineEdit, filled: Filled) -> None:
        question = filled.question
        said = (speaking.said(each) for each in (question.label, filled.study, filled.source))
        field.setToolTip("{}: {}, {}".format(*said) if filled.source else "")
        if isinstance(field, QComboBox):
            field.setItemText(0, filled.unsaid)
            values = [value for value, _ in question.choices]
            field.setCurrentIndex(values.index(filled.said) + 1 if filled.said is not None else 0)
            return
        unit = f" ({speaking.said(question.unit)})" if question.unit and not filled.study else ""
        field.setPlaceholderText(filled.unsaid + unit)
        field.setText("" if filled.said is None else f"{filled.said:g}")

    def _on_choice(self, question: Question, index: int) -> None:
        self.answered.emit(question, question.choices[index - 1][0] if index else None)

    def _on_number(self, question: Question, field: QLineEdit) -> None:
        text = field.text().strip().replace(",", ".")
        try:
            value = float(text) if text else None
        except ValueError:
            field.setText("")
            value = None
        if value is not None and question.name == "count":
            value = round(value)
        self.answered.emit(question, value)


def _heading(text: str) -> QLabel:
    label = QLabel(f"<b>{text}</b>")
    label.setContentsMargins(0, 6, 0, 0)
    return label
