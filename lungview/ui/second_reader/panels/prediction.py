"""The prediction panel: choose a model, run it, read its verdict, its numbers and the gate's reasons."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.classify import words
from lungview.classify.case import Case, Prediction, Verdict
from lungview.image.slice import Slice
from lungview.ui.language import speaking
from lungview.ui.second_reader import model_list
from lungview.ui.second_reader.model_card import ModelCardDialog
from lungview.ui.second_reader.panels.class_bars import ClassBars
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.workspace import Workspace


class PredictionPanel(QWidget):
    """Shows what the second reader says of the slice in the active view."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self._wanted: dict[QLabel, str] = {}
        self._make()
        self._lay_out()
        self._connect()
        self._on_models()
        self._show()

    def _make(self) -> None:
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model"))
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.card = QPushButton(self.tr("Card…"))
        self.card.setToolTip(self.tr("Data, split, figures with intervals, limits, licence, hash"))
        self.start = QPushButton(self.tr("Classify"))
        self.stop = QPushButton(self.tr("Cancel"))
        self.auto = QCheckBox(self.tr("Every slice I stop at"))
        self.first = QCheckBox(self.tr("I read first"))
        self.first.setToolTip(self.tr("The answer stays hidden until you have recorded your own opinion."))
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setMaximumHeight(4)
        self.verdict, self.sentence, self.hint = _label(), _label(), _label("muted")
        font = self.verdict.font()
        font.setBold(True)
        font.setPointSizeF(1.4 * font.pointSizeF())
        self.verdict.setFont(font)
        self.numbers = _label("muted")
        self.bars = ClassBars()
        self.override = QPushButton(self.tr("Judge it anyway"))
        self.override.setToolTip(self.tr("The gate's refusal is recorded with the answer."))
        self.seconds = _label("muted")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.model)
        column.addLayout(_row((self.start, 1), (self.stop, 0), (self.card, 0)))
        column.addLayout(_row((self.auto, 1), (self.first, 0)))
        for widget in (
            self.busy,
            self.verdict,
            self.sentence,
            self.hint,
            self.override,
            self.numbers,
            self.bars,
            self.seconds,
        ):
            column.addWidget(widget)
        column.addStretch()

    def _connect(self) -> None:
        reader = self._reader
        self.model.activated.connect(lambda index: reader.choose(self.model.itemData(index)))
        self.card.clicked.connect(self._show_card)
        self.start.clicked.connect(lambda: reader.run())
        self.stop.clicked.connect(lambda: reader.cancel())
        self.override.clicked.connect(lambda: reader.run(override=True))
        self.auto.toggled.connect(reader.set_auto)
        self.first.toggled.connect(reader.first.set_on)
        self.bars.chosen.connect(reader.choose_class)
        reader.models_changed.connect(self._on_models)
        reader.model_changed.connect(self._on_model)
        reader.answer_changed.connect(self._show)
        reader.busy_changed.connect(lambda _: self._show())
        reader.class_changed.connect(self._on_class)
        self._workspace.news.ended.connect(lambda _: self._show())  # it may have found nothing to show

    def _on_models(self) -> None:
        model_list.fill(self.model, self._reader.entries)
        self.model.setToolTip("\n".join(str(p) for p in self._reader.problems))
        self._on_model()

    def _on_model(self) -> None:
        entry = self._reader.entry
        self.model.setCurrentIndex(self.model.findData(entry.card.id) if entry else -1)
        self.card.setEnabled(entry is not None)
        self._show()

    def _on_class(self) -> None:
        found = self._reader.visible()
        if found is not None:
            self.bars.check(found.keys[self._reader.class_index(found)])

    def _show_card(self) -> None:
        if self._reader.entry is not None:
            dialog = ModelCardDialog(self._reader.entry.card, self.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

    def _show(self) -> None:
        reader, busy = self._reader, self._reader.busy
        self.start.setEnabled(reader.slice is not None and reader.entry is not None and not busy)
        self.stop.setEnabled(busy)
        self.busy.setVisible(busy)
        self.first.blockSignals(True)
        self.first.setChecked(reader.first.on)
        self.first.blockSignals(False)
        case = reader.case()
        self._clear()
        if busy:
            self._say(self.tr("Reading the slice…"))
        elif reader.slice is not None and reader.hidden() and (case is not None or reader.auto):
            self._say(self.tr("Your opinion first"), self.tr("Record it in the panel “Opinion”."))
        elif case is None:
            self._invite()
        elif case.prediction is None:
            self._show_error(case)
        else:
            self._show_prediction(case.prediction)
        self._settle()

    def _clear(self) -> None:
        self._wanted = dict.fromkeys((self.verdict, self.sentence, self.hint, self.numbers, self.seconds), "")
        self.bars.clear()
        self.override.hide()

    def _settle(self) -> None:
        """Set what differs: of slices without an answer nothing does, and the panel is not laid out anew."""
        for label, text in self._wanted.items():
            if label.text() != text:
                label.setText(text)
            if label.isHidden() == (bool(text) or label is self.verdict):
                label.setVisible(label.isHidden())

    def _why_no_slice(self) -> str:
        state = self._workspace.active.state
        if state.slice is not None:
            return self.tr("A reformatted plane is not classified; a slice of the series itself is.")
        return state.error.message if state.error else self.tr("Open an image first.")

    def _say(self, title: str, sentence: str = "", hint: str = "") -> None:
        self._wanted[self.verdict] = speaking.said(title)
        self._wanted[self.sentence], self._wanted[self.hint] = speaking.said(sentence), speaking.said(hint)

    def _invite(self) -> None:
        if self._reader.entry is None:
            problems = self._reader.problems
            said = str(problems[0]) if problems else self.tr("The folder “models” holds none.")
            self._say(self.tr("No model is installed"), said)
        elif self._reader.slice is None:
            self._say(self.tr("No slice"), self._why_no_slice())
        elif self._waits_for_box(self._reader.slice):
            self._say(
                self.tr("This model judges one nodule"),
                self.tr("Draw a box around it (Tools › Nodule box, key B)."),
            )
        else:
            self._say(self.tr("Not classified yet"), "", self.tr("Enter classifies the slice on screen."))

    def _waits_for_box(self, shown: Slice) -> bool:
        reader = self._reader
        return reader.needs_box and reader.box(shown) is None and not reader.is_crop(shown)

    def _show_error(self, case: Case) -> None:
        assert case.error is not None
        self._say(self.tr("No answer"), case.error.message, case.error.hint)

    def _show_prediction(self, found: Prediction) -> None:
        assert self._reader.entry is not None
        card, word = self._reader.entry.card, found.suitability
        reasons = "\n".join(f"• {reason}" for reason in word.reasons)
        self._say(words.verdict(card, found), reasons)
        if found.refused:
            self._say(words.verdict(card, found), reasons, words.what_to_do(word))
            self.override.show()
            return
        if found.verdict is Verdict.UNCERTAIN:
            self._say(words.verdict(card, found), f"{words.why_uncertain(card, found)}\n{reasons}".strip())
        if word.overridden or self._reader.answered_at():
            self._wanted[self.hint] = self._of_record(word.overridden)
        said = words.number_word(found)
        self._wanted[self.numbers] = (
            speaking.said(said) if found.calibrated else self.tr("Scores, not calibrated probabilities")
        )
        self.bars.show_prediction(card, found, found.keys[self._reader.class_index(found)])
        ms = (found.seconds.prepare, found.seconds.infer)
        text = self.tr("prepared in %1 ms, network %2 ms")
        text = text.replace("%1", f"{1000 * ms[0]:.0f}").replace("%2", f"{1000 * ms[1]:.0f}")
        self._wanted[self.seconds] = text

    def _of_record(self, overridden: bool) -> str:
        """That the gate was overridden, and when the answer was given if in an earlier session."""
        said = self.tr("The gate was overridden; this is recorded.") if overridden else ""
        at = self._reader.answered_at()
        if not at:
            return said
        day = datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
        return f"{said} {self.tr('Answered on %1.').replace('%1', day)}".strip()


def _label(role: str = "") -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _row(*widgets: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget, stretch in widgets:
        row.addWidget(widget, stretch)
    return row
