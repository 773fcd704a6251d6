"""Series mode: every n-th slice classified behind the picture, as a curve to click on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from lungview.classify.series import SeriesAnswer, SlicePoint
from lungview.ui.language import speaking
from lungview.ui.second_reader.panels.curve import Curve
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader import series_run
from lungview.viewer.workspace import Workspace

SLICES = 60  # a first curve of about so many points


class SeriesCurvePanel(QWidget):
    """Runs the chosen model over the series in the active view."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self._series = series_run.of(workspace)
        self.step = QSpinBox()
        self.step.setRange(1, 100)
        self.step.setPrefix(self.tr("step "))
        self.step.setAccessibleName(self.tr("Every n-th slice"))
        self.step.setToolTip(self.tr("1 classifies every slice, 5 every fifth"))
        self.start, self.stop = QPushButton(self.tr("Classify the series")), QPushButton(self.tr("Stop"))
        self.progress = QProgressBar()
        self.sentence, self.rule = QLabel(), QLabel()
        self._said = ""
        self.rule.setProperty("role", "muted")
        self.curve = Curve()
        self._lay_out()
        self._connect()
        self._on_series()

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
        series, workspace = self._series, self._workspace
        self.start.clicked.connect(self.run)
        self.stop.clicked.connect(series.cancel)
        self.curve.chosen.connect(lambda index: workspace.stack.go(index))
        workspace.index_wanted.connect(self.curve.mark)
        workspace.settings_changed.connect(lambda _: self._reflect())
        series.turned.connect(self._on_series)
        series.began.connect(self._on_began)
        series.pointed.connect(self._on_point)
        series.answered.connect(self._show)
        series.stopped.connect(self._say)

    def run(self) -> None:
        """Classify the series in the active view, as many slices of it as the step says."""
        self._series.run(self.step.value())

    def _on_began(self, count: int) -> None:
        self._begin_curve()
        self.progress.setRange(0, count)
        self._say("")

    def _on_point(self, point: SlicePoint) -> None:
        self.curve.add(point)
        self.progress.setValue(len(self.curve.points))

    def _show(self, answer: SeriesAnswer) -> None:
        self.curve.show_points(answer.points)
        self.rule.setText(f"{speaking.said(answer.rule)} {self._legend()}")
        self._say(answer.sentence)

    def _legend(self) -> str:
        return self.tr("Dashed: the operating point; grey: the uncertain band; rings: refused by the gate.")

    def _begin_curve(self) -> None:
        entry = self._reader.entry
        self.curve.begin(entry.card if entry else None, len(self._workspace.stack.instances))

    def _on_series(self) -> None:
        """Another series, or another model: what is known of it, or nothing yet."""
        self.step.setValue(max(1, round(len(self._workspace.stack.instances) / SLICES)))
        self._begin_curve()
        self.curve.mark(self._workspace.stack.index)
        self.rule.setText("")
        self._say("")
        answer = self._series.kept
        if answer is not None:
            self._show(answer)

    def _reflect(self) -> None:
        running, hidden = self._series.running, self._reader.first.on
        self.start.setEnabled(self._series.able and not running)
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
        """sentence: of the series on screen, whether or not it may be shown now."""
        self._said = speaking.said(sentence)
        self._reflect()
