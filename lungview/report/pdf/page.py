"""The frame of every report page: institution above, research-use line, versions and page x of y below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from lungview.errors import ReportError
from lungview.report.content import RESEARCH_USE, Layout, PageSize
from lungview.report.files import replacing
from lungview.report.lettering.text import Style, draw_line, fitted, width_of
from lungview.version import program

rl_config.useA85 = 0  # plain binary streams: a quarter smaller, and faster

MARGIN = 16 * mm
FOOT = 14 * mm
INK, GREY, RULE = HexColor(0x1A1F26), HexColor(0x5B6470), HexColor(0xC5CBD3)
_TOTAL = "total-pages"
_SMALL = Style(size=7, color=GREY)


@dataclass(frozen=True, slots=True)
class Head:
    """What one document says on each page and of itself.

    title: above the rule, right. model: "id@version, SHA-256 …", below. metadata_title: without patient data
    unless the layout allows it.
    """

    title: str
    metadata_title: str
    model: str = ""


class _Numbered(Canvas):  # type: ignore[misc]
    """Knows how many pages there are once the last is drawn: "of y" is a form filled in at the end."""

    def save(self) -> None:
        # The document template has shown the last page: the number is one ahead.
        self.beginForm(_TOTAL, lowerx=0, lowery=-4, upperx=60, uppery=12)
        draw_line(self, 0, 0, f"of {self.getPageNumber() - 1}", _SMALL)
        self.endForm()
        super().save()


def page_size(layout: Layout) -> tuple[float, float]:
    """Width and height in points."""
    width, height = LETTER if layout.page is PageSize.LETTER else A4
    return float(width), float(height)


def body_width(layout: Layout) -> float:
    """Room for the story, points."""
    return page_size(layout)[0] - float(2 * MARGIN)


def head_height(layout: Layout) -> float:
    """Room for the head, points: less where there is no logo and no address."""
    lines = len((layout.institution.text or "LungView").splitlines()[:4])
    return float((20 if layout.institution.logo or lines > 2 else 13) * mm)


def body_height(layout: Layout) -> float:
    """Room for the story on a page, points."""
    return page_size(layout)[1] - float(2 * MARGIN + FOOT) - head_height(layout)


def created(layout: Layout) -> datetime:
    """When the report says it was made, with its zone."""
    return layout.created or datetime.now().astimezone().replace(microsecond=0)


def build(path: Path, layout: Layout, head: Head, story: Sequence[Flowable]) -> None:
    """Write the PDF, whole or not at all. Raises ReportError."""
    with replacing(path) as target:
        compose(target, layout, head, story)


def in_memory(layout: Layout, head: Head, story: Sequence[Flowable]) -> bytes:
    """The PDF as bytes: what is only looked at, or goes into another file, is never on disk."""
    made = BytesIO()
    compose(made, layout, head, story)
    return made.getvalue()


def compose(target: Path | BinaryIO, layout: Layout, head: Head, story: Sequence[Flowable]) -> None:
    """Write the PDF to a file as it is made. Raises ReportError, OSError."""
    width = page_size(layout)[0]
    logo = _logo(layout.institution.logo)
    document = BaseDocTemplate(
        str(target) if isinstance(target, Path) else target,
        pagesize=page_size(layout),
        title=head.metadata_title,
        author=layout.institution.text.splitlines()[0] if layout.institution.text else "LungView",
        subject=RESEARCH_USE,
        creator=program(),
        producer=program(),
        lang="en",
    )
    frame = Frame(
        MARGIN,
        MARGIN + FOOT,
        width - 2 * MARGIN,
        body_height(layout),
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def on_page(canvas: Any, _: Any) -> None:
        _draw_head(canvas, layout, head, logo)
        _draw_foot(canvas, layout, head)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=on_page))
    document.build(list(story), canvasmaker=_Numbered)


def _logo(path: Path | None) -> Any:
    if path is None:
        return None
    try:
        return ImageReader(str(path))
    except (OSError, ValueError) as error:
        raise ReportError(
            f"the logo {path.name} cannot be read", path, "choose a PNG or JPEG in the settings"
        ) from error


def _draw_head(canvas: Any, layout: Layout, head: Head, logo: Any) -> None:
    width, height = page_size(layout)
    top = height - MARGIN
    x = MARGIN
    if logo is not None:
        columns, rows = logo.getSize()
        high = min(14 * mm, 45 * mm * rows / columns)
        canvas.drawImage(logo, x, top - high, width=high * columns / rows, height=high, mask="auto")
        x += high * columns / rows + 4 * mm
    title = Style(size=11, bold=True, color=INK)
    made = created(layout).strftime("%Y-%m-%d %H:%M %Z").strip()
    right = width - MARGIN
    room = right - width_of(head.title, title) - 6 * mm - x
    for i, line in enumerate((layout.institution.text or "LungView").splitlines()[:4]):
        style = Style(size=9.5, bold=True, color=INK) if i == 0 else Style(size=7.5, color=GREY)
        draw_line(canvas, x, top - 9 - 10 * i, fitted(line, style, room), style)
    draw_line(canvas, right - width_of(head.title, title), top - 9, head.title, title)
    draw_line(canvas, right - width_of(made, _SMALL), top - 20, made, _SMALL)
    _rule(canvas, MARGIN, right, top - head_height(layout) + 3 * mm)


def _draw_foot(canvas: Any, layout: Layout, head: Head) -> None:
    right = page_size(layout)[0] - MARGIN
    y = MARGIN + 5 * mm
    _rule(canvas, MARGIN, right, y + 4 * mm)
    draw_line(canvas, MARGIN, y, RESEARCH_USE, Style(size=8, bold=True, color=INK))
    line = program() + (f" · {head.model}" if head.model else "")
    draw_line(canvas, MARGIN, y - 11, fitted(line, _SMALL, right - MARGIN), _SMALL)
    number = f"Page {canvas.getPageNumber()} "
    start = right - width_of(number + "of 000", _SMALL)
    draw_line(canvas, start, y, number, _SMALL)
    canvas.saveState()
    canvas.translate(start + width_of(number, _SMALL), y)
    canvas.doForm(_TOTAL)
    canvas.restoreState()


def _rule(canvas: Any, left: float, right: float, y: float) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    canvas.line(left, y, right, y)
