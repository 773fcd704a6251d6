"""Read-first: the model's answer stays hidden until the reader has an own opinion; both are kept."""

from __future__ import annotations

from lungview.classify.case import Case
from lungview.classify.kept import opinions, record
from lungview.classify.kept.opinions import Opinion
from lungview.errors import ReportError
from lungview.image.slice import Slice
from lungview.study.by_picture import ByPicture
from lungview.study.key import picture_id
from lungview.viewer.event import Event
from lungview.viewer.second_reader.earlier import Earlier
from lungview.viewer.workspace import Workspace


class ReadFirst:
    """What the reader thought of each slice, and the log of it.

    recorded_now: an opinion was just given.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.changed, self.recorded_now = Event[()](), Event[()]()
        self._opinions: ByPicture[Opinion] = ByPicture()
        self.earlier = Earlier(workspace)
        self.earlier.ready.connect(self.changed.emit)

    @property
    def on(self) -> bool:
        return self._workspace.settings.read_first

    def set_on(self, on: bool) -> None:
        """Hide answers until the reader has recorded an own opinion, or show them at once."""
        self._workspace.keep(read_first=on)
        self.changed.emit()

    def hidden(self, slice_: Slice) -> bool:
        """Whether an opinion about the slice has to be recorded before its answer is shown."""
        return self.on and not self.opinion(slice_)

    def opinion(self, slice_: Slice) -> str:
        """The class the reader last recorded for a slice, now or before, "" for none."""
        found = self.recorded(slice_)
        return found.reader_label if found is not None else ""

    def recorded(self, slice_: Slice) -> Opinion | None:
        """The last opinion with a class that the reader recorded for a slice; None for none.

        One of an earlier session comes soon after it was first asked for, with `changed`.
        """
        found = self._opinions.get(slice_)
        if found is None:
            self.earlier.ask(
                slice_,
                "opinion",
                lambda: record.opinion_on(picture_id(slice_)),
                lambda opinion: self._on_earlier(slice_, opinion),
            )
        return found

    def _on_earlier(self, slice_: Slice, found: Opinion | None) -> None:
        if found is not None and self._opinions.get(slice_) is None:  # none was given meanwhile
            self._opinions.put(picture_id(slice_), found)
            self.changed.emit()

    def record(
        self, slice_: Slice, label: str, case: Case | None, remark: str = "", confidence: int = 0
    ) -> None:
        """Keep the reader's own opinion; from now on the slice's answer may be shown.

        case: the answer on screen; while it is hidden it does not get into the log with the opinion.
        confidence: 1 to 4, 0 when not said.
        """
        hidden = self.hidden(slice_)
        made = opinions.opinion(
            slice_.instance,
            label,
            read_first=hidden,
            case=None if hidden else case,
            remark=remark,
            picture=picture_id(slice_).digest,
            confidence=confidence,
        )
        if self._append(made):
            self._opinions.put(picture_id(slice_), made)
            self.changed.emit()
            self.recorded_now.emit()

    def agree(self, slice_: Slice, case: Case, agrees: bool, remark: str = "") -> None:
        """Keep the reader's word on the model's answer."""
        own = self.recorded(slice_)
        label = own.reader_label if own is not None else ""
        made = opinions.opinion(
            slice_.instance,
            label,
            read_first=self.on and bool(label),
            case=case,
            agrees=agrees,
            remark=remark,
            picture=picture_id(slice_).digest,
            confidence=own.confidence if own is not None else 0,
        )
        if self._append(made):
            if label:
                self._opinions.put(picture_id(slice_), made)
            self._workspace.news.told.emit("Agreement kept" if agrees else "Disagreement kept")

    def _append(self, made: Opinion) -> bool:
        try:
            opinions.append(made)
        except ReportError as error:
            self._workspace.news.told.emit(str(error))
            return False
        return True
