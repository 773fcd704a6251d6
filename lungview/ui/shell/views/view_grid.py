"""Views side by side, in rows and columns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from lungview.ui.shell.views.keys_back import KeysBack
from lungview.ui.shell.views.view_frame import ViewFrame
from lungview.ui.studies.session import Session

SHAPES = {1: (1, 1), 2: (1, 2), 4: (2, 2)}  # views → rows, columns


class ViewGrid(QWidget):
    """Views are made once and kept: going back to fewer hides the rest, with what they show."""

    links_chosen = Signal(object, object)  # Viewport, the Linked that the reader chose above it

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        KeysBack(session, self)
        self.frames: list[ViewFrame] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.show_views(1)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns in sight."""
        return self._session.workspace.layout

    def show_views(self, count: int) -> None:
        """Show 1, 2 or 4 views."""
        self.show_grid(*SHAPES[count])

    def show_grid(self, rows: int, columns: int) -> None:
        """Show rows × columns views; a hidden view stops being the active one."""
        count = rows * columns
        while len(self.frames) < count:
            at = len(self.frames)
            self.frames.append(ViewFrame(self._session, self))
            self.frames[-1].links_chosen.connect(self.links_chosen)
            self._session.viewports[-1].setAccessibleName(self.tr("Picture %1").replace("%1", str(at + 1)))
        for at, frame in enumerate(self.frames):
            self._grid.removeWidget(frame)
            frame.setVisible(at < count)  # one that stays in sight is not hidden between: it keeps the keys
        for at, frame in enumerate(self.frames[:count]):
            self._grid.addWidget(frame, at // columns, at % columns)
            frame.header.setVisible(count > 1)
        for at in range(self._grid.columnCount()):
            self._grid.setColumnStretch(at, int(at < columns))  # alike, whatever is in them
        for at in range(self._grid.rowCount()):
            self._grid.setRowStretch(at, int(at < rows))
        if all(frame.viewport is not self._session.viewport for frame in self.frames[:count]):
            self._session.activate(self.frames[0].viewport)
        self._session.workspace.layout = rows, columns
