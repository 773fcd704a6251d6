"""Series mode: every n-th slice classified behind the picture, as a curve to click on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from lungview.classify.series import SeriesAnswer, SlicePoint, classify_series, positions
from lungview.image.slice import Instance, Slice
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.study.key import FrameKey, PictureId, frame_key, picture_id
from lungview.ui.language import speaking
from lungview.ui.second_reader import reader as second_reader
from lungview.ui.second_reader.panels.curve import Curve
from lungview.ui.studies.session import Session
from lungview.ui.studies.tasks import Task
from lungview.viewer.second_reader.series_answers import Asked, SeriesAnswers, asked

if TYPE_CHECKING:
    from lungview.study.series import Series

SLICES = 60  # a first curve of about so many points


class SeriesCurvePanel(QWidget):
    """Runs the chosen model over the series in the active view."""

    TITLE = "Curve"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._reader = session, second_reader.of(session)
        self._task: Task | None = None
        self._answers = session.workspace.services.one(SeriesAnswers, SeriesAnswers)
        self._pictures: dict[FrameKey, PictureId] = {}  # of slices read and not judged yet
        self.step = QSpinBox()
        self.step.setRange(1, 100)
        self.step.setPrefix(self.tr("step "))
        self.step.setAccessibleName(self.tr("Every n-th slice"))
        self.step.setToolTip(self.tr("1 classifies every slice, 5 every fifth"))
        self.start, self.stop = QPushButton(self.tr("Classify the series")), QPushButton(self.tr("Stop"))
        self.progress = QProgressBar()
        self.sentence, self.rule = QLabel(), QLabel()
        self._said = ""  # of the series on screen, whether or not it may be shown now
        self.rule.setProperty("role", "muted")
        self.curve = Curve()
        self._lay_out()
        self._connect()
        self._on_series(session.stack.series)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.start, self.stop, self.step):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.progress)  # beside the buttons it is wider than a narrow dock
        column.addWidget(self.curve, 1)
        for label in (self.sentence, self.rule):
            label.setWordWrap(True)
            column.addWidget(label)

    def _connect(self) -> None:
        session = self._session
        self.start.clicked.connect(self.run)
        self.stop.clicked.connect(self.cancel)
        self.curve.chosen.connect(lambda index: session.stack.go(index))
        session.index_wanted.connect(self.curve.mark)
        session.series_shown.connect(self._on_series)
        session.active_changed.connect(lambda _: self._on_series(session.stack.series))
        self._reader.model_changed.connect(lambda: self._on_series(session.stack.series))
        session.settings_changed.connect(lambda _: self._reflect())

    @property
    def _key(self) -> Asked:
        stack = self._session.stack
        return asked(stack.series, stack.instances, self._reader.entry)

    @property
    def answer(self) -> SeriesAnswer | None:
        """What was said of the series on screen; None before, and while “I read first” hides it."""
        return None if self._reader.first.on else self._answers.of(self._key)

    def run(self) -> None:
        """Classify the series in the active view; answers of single slices are kept too."""
        self.cancel()
        instances, entry = self._session.stack.instances, self._reader.entry
        if not instances or entry is None or self._reader.first.on or self._reader.needs_box:
            return
        self.curve.begin(entry.card, len(instances))
        self.progress.setRange(0, len(positions(len(instances), self.step.value())))
        self._say("")
        key = self._key
        self._task = self._session.inference.stream(
            _classify_series,
            instances,
            entry,
            self.step.value(),
            self._read(),
            on_event=self._on_point,
            on_result=lambda answer: self._on_answer(key, answer),
            on_error=self._on_error,
        )
        self._reflect()

    def cancel(self) -> None:
        """Stop at once; what is on the curve stays, without a word about the series."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._say(self.tr("Stopped: no word about the series."))
            self._reflect()

    def _read(self) -> Callable[[Instance], Slice]:
        workspace, pictures = self._session.workspace, self._pictures

        def read(instance: Instance) -> Slice:
            slice_ = workspace.read(instance)
            pictures[frame_key(instance)] = picture_id(slice_)
            return slice_

        return read

    def _on_point(self, point: SlicePoint) -> None:
        self.curve.add(point)
        self.progress.setValue(len(self.curve.points))
        picture = self._pictures.pop(frame_key(point.case.instance), None)
        if picture is not None:  # else it could not be read
            self._reader.add(point.case, picture)

    def _on_answer(self, key: Asked, answer: SeriesAnswer) -> None:
        self._task = None
        self._answers.keep(key, answer)
        self._show(answer)
        self._reflect()

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        self._say(self.tr("The series stopped: %1").replace("%1", type(error).__name__))
        self._reflect()

    def _show(self, answer: SeriesAnswer) -> None:
        self.curve.show_points(answer.points)
        self._say(speaking.said(answer.sentence))
        self.rule.setText(f"{speaking.said(answer.rule)} {self._legend()}")

    def _legend(self) -> str:
        return self.tr("Dashed: the operating point; grey: the uncertain band; rings: refused by the gate.")

    def _on_series(self, series: Series | None) -> None:
        self.cancel()
        count = len(series.instances) if series is not None else 0
        entry = self._reader.entry
        self.step.setValue(max(1, round(count / SLICES)))
        self.curve.begin(entry.card if entry else None, count)
        self.curve.mark(self._session.stack.index)
        self._say("")
        self.rule.setText("")
        answer = self._answers.of(self._key)
        if answer is not None:
            self._show(answer)
        self._reflect()

    def _reflect(self) -> None:
        running, hidden = self._task is not None, self._reader.first.on
        possible = bool(self._session.stack.instances) and self._reader.entry is not None
        self.start.setEnabled(possible and not running and not hidden and not self._reader.needs_box)
        self.stop.setEnabled(running)
        self.progress.setVisible(running)
        for widget in (self.curve, self.rule):
            widget.setVisible(not hidden)
        if hidden:
            self.sentence.setText(self.tr("“I read first” is on: the curve would show the answers."))
        elif self._reader.needs_box:
            self.sentence.setText(self.tr("This model judges one nodule in a box, not a series."))
        else:
            self.sentence.setText(self._said)

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self.sentence.setText(sentence)


def _classify_series(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    instances: Sequence[Instance],
    entry: Entry,
    step: int,
    read: Callable[[Instance], Slice],
) -> SeriesAnswer:
    return classify_series(
        instances,
        entry,
        step=step,
        read=read,
        on_point=emit,
        cancelled=cancelled,
        threads=max(1, runtime.default_threads() - 1),  # one processor is left to the window
    )
