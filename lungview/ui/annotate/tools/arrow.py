"""Arrow to a finding, with the reader's own words."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from lungview.marks.annotation import Annotation
from lungview.marks.kinds import Kind
from lungview.ui.annotate.text_entry import TextEntry
from lungview.ui.annotate.tools.draw import DrawTool


class ArrowTool(DrawTool):
    """From the finding to where the text goes; then the text is asked for on the picture."""

    id = "tool.arrow"
    kind = Kind.ARROW
    title = str(QT_TRANSLATE_NOOP("Tools", "Arrow"))

    def finish(self) -> Annotation | None:
        made = super().finish()
        if made is not None:
            TextEntry(self.viewport, self.annotations, made)
        return made
