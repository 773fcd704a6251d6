"""The chosen model over the series in the active pane: every n-th slice judged, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lungview.classify.series import SeriesAnswer, SlicePoint, classify_series, positions
from lungview.image.slice import Instance, Slice
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.study.key import FrameKey, PictureId, frame_key, picture_id
from lungview.viewer.common.background import Call
from lungview.viewer.event import Event
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader.series_answers import Asked, SeriesAnswers, asked
from lungview.viewer.workspace import Workspace


class SeriesRun:
    """One at a time; another series, or another model, ends it. The answers of a session are kept.

    turned: another series or model is meant from now on. began: how many slices are judged. pointed: one of
    them is. answered: a word on the whole series. stopped: a sentence, why there is none.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._reader = workspace, second_reader.of(workspace)
        self.turned, self.began = Event[()](), Event[int]()
        self.pointed, self.answered = Event[SlicePoint](), Event[SeriesAnswer]()
        self.stopped = Event[str]()
        self._call: Call | None = None
        self._answers = SeriesAnswers()
        self._pictures: dict[FrameKey, PictureId] = {}  # of slices read and not judged yet
        workspace.series_shown.connect(lambda _: self._turn())
        workspace.active_changed.connect(lambda _: self._turn())
        self._reader.model_changed.connect(self._turn)

    @property
    def running(self) -> bool:
        return self._call is not None

    @property
    def able(self) -> bool:
        """Whether the chosen model may be asked about the series in the active pane."""
        reader = self._reader
        judges = reader.entry is not None and not reader.needs_box
        return judges and bool(self._workspace.stack.instances) and not reader.first.on

    @property
    def kept(self) -> SeriesAnswer | None:
        """What the chosen model said of the series in the active pane, shown or not."""
        return self._answers.of(self._asked)

    @property
    def answer(self) -> SeriesAnswer | None:
        """The same as it may be shown: nothing while “I read first” is on."""
        return None if self._reader.first.on else self.kept

    @property
    def _asked(self) -> Asked:
        stack = self._workspace.stack
        return asked(stack.series, stack.instances, self._reader.entry)

    def run(self, step: int) -> None:
        """Judge every step-th slice of the series in the active pane; their answers are kept too."""
        self.cancel()
        entry = self._reader.entry
        if not self.able or entry is None:
            return
        instances, question = tuple(self._workspace.stack.instances), self._asked
        self._call = self._workspace.inference.stream(
            classify,
            instances,
            entry,
            step,
            self._read,
            on_event=self._on_point,
            on_result=lambda answer: self._on_answer(question, answer),
            on_error=self._on_error,
        )
        self.began.emit(len(positions(len(instances), step)))

    def cancel(self) -> None:
        """Stop at once: there is no word about the series."""
        if self._call is not None:
            self._call.cancel()
            self._call = None
            self.stopped.emit("Stopped: no word about the series.")

    def _turn(self) -> None:
        self.cancel()
        self.turned.emit()

    def _read(self, instance: Instance) -> Slice:
        slice_ = self._workspace.read(instance)
        self._pictures[frame_key(instance)] = picture_id(slice_)
        return slice_

    def _on_point(self, point: SlicePoint) -> None:
        self.pointed.emit(point)
        picture = self._pictures.pop(frame_key(point.case.instance), None)
        if picture is not None:  # else it could not be read
            self._reader.add(point.case, picture)

    def _on_answer(self, question: Asked, answer: SeriesAnswer) -> None:
        self._call = None
        self._answers.keep(question, answer)
        self.answered.emit(answer)

    def _on_error(self, error: BaseException) -> None:
        self._call = None
        self.stopped.emit(f"The series stopped: {type(error).__name__}")


def classify(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    instances: Sequence[Instance],
    entry: Entry,
    step: int,
    read: Callable[[Instance], Slice],
) -> SeriesAnswer:
    """What a model says of a series, in a worker thread; emits SlicePoint."""
    return classify_series(
        instances,
        entry,
        step=step,
        read=read,
        on_point=emit,
        cancelled=cancelled,
        threads=max(1, runtime.default_threads() - 1),  # one processor is left to the window
    )


def of(workspace: Workspace) -> SeriesRun:
    """The workspace's run; made when first asked for."""
    return workspace.services.one(SeriesRun, lambda: SeriesRun(workspace))
