"""Lines and paragraphs of any script: font by character, bidirectional order, Arabic joined by HarfBuzz."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.abag import ABag
from reportlab.lib.colors import Color, black
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import shapeFragWord
from reportlab.platypus import Flowable

from lungview.report.lettering.bidi import is_rtl, visual_runs
from lungview.report.lettering.fonts import font, font_for, printable

_SHAPED = ("Arabic", "Hebrew")
_NEVER_FIRST = "、。，．：；！？）」』】〉》ー・"  # never begin a line of Chinese or Japanese
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


@dataclass(frozen=True, slots=True)
class Style:
    """size and leading: points."""

    size: float = 9.0
    bold: bool = False
    color: Color = black
    leading: float = 0.0
    align: str = ""  # "" = by the text's own direction, else "left", "right", "center"

    @property
    def line_height(self) -> float:
        return self.leading or self.size * 1.35


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one font, in visual order; width in points."""

    text: Any
    font: str
    width: float


def pieces(line: str, style: Style, rtl: bool) -> list[Piece]:
    """What to draw from left to right for one line."""
    out: list[Piece] = []
    for run in visual_runs(printable(line), rtl):
        parts = list(_font_runs(run.text, style.bold))
        for name, text in reversed(parts) if run.rtl else parts:
            out.append(_piece(text, name, style.size, run.rtl))
    return out


def _font_runs(text: str, bold: bool) -> Iterator[tuple[str, str]]:
    if text.isascii():
        yield font_for("a", bold), text
        return
    start, current = 0, ""
    for i, character in enumerate(text):
        name = font_for(character, bold)
        if unicodedata.combining(character) or (character == " " and current in _SHAPED):
            name = current or name  # marks, and spaces between joined words, stay with what they follow
        if current and name != current:
            yield current, text[start:i]
            start = i
        current = name
    if text:
        yield current, text[start:]


def _piece(text: str, name: str, size: float, rtl: bool) -> Piece:
    font(name)
    if name in _SHAPED:
        shaped = _shaped(text, name, size)
        advances = [g.x_advance for g in getattr(shaped, "__shapeData__", ())]
        width = sum(advances) * size / 1000 if advances else stringWidth(shaped, name, size)
        return Piece(shaped, name, width)
    shown = text[::-1].translate(_MIRRORED) if rtl else text
    return Piece(shown, name, stringWidth(shown, name, size))


def _shaped(text: str, name: str, size: float) -> Any:
    # Without `dlig`: Noto's discretionary ligatures put vowel signs into a name that has none.
    word = [stringWidth(text, name, size), (ABag(fontName=name, fontSize=size), text)]
    return shapeFragWord(word, {"kern": True, "liga": True}, force=True)[1][1]


def width_of(line: str, style: Style) -> float:
    """Width of a line in points."""
    if line.isascii():
        name = font_for("a", style.bold)
        return float(stringWidth(line, name, style.size))
    return sum(p.width for p in pieces(line, style, is_rtl(line)))


def draw_line(canvas: Any, x: float, y: float, line: str, style: Style, rtl: bool | None = None) -> None:
    """Draw one line with its left edge at x and its baseline at y."""
    canvas.setFillColor(style.color)
    for piece in pieces(line, style, is_rtl(line) if rtl is None else rtl):
        canvas.setFont(piece.font, style.size)
        canvas.drawString(x, y, piece.text, shaping=piece.font in _SHAPED)
        x += piece.width


def fitted(line: str, style: Style, width: float) -> str:
    """The line, shortened with an ellipsis to fit the width."""
    if width_of(line, style) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(line[:middle].rstrip() + "…", style) <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…"


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """Lines, in logical order, that fit the width: broken at spaces, between ideographs, else anywhere."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        if width_of(paragraph, style) <= width:
            lines.append(paragraph.rstrip())
            continue
        current = ""
        for token in _tokens(paragraph):
            if current and width_of((current + token).rstrip(), style) > width:
                lines.append(current.rstrip())
                current = token.lstrip()
            else:
                current += token
            while width_of(current.rstrip(), style) > width and len(current) > 1:
                head = _longest(current, style, width)
                lines.append(head)
                current = current[len(head) :]
        lines.append(current.rstrip())
    return lines


def _longest(text: str, style: Style, width: float) -> str:
    n = len(text)
    while n > 1 and width_of(text[:n], style) > width:
        n -= max(1, n // 8)
    return text[:n]


def _tokens(text: str) -> Iterator[str]:
    """Words with the space after them; an ideograph is a word of its own."""
    token = ""
    for character in text:
        if character in _NEVER_FIRST:
            token += character
        elif unicodedata.east_asian_width(character) in "WF":
            if token:
                yield token
            token = character
        elif character == " ":
            yield token + character
            token = ""
        else:
            if token and unicodedata.east_asian_width(token[-1]) in "WF" and character.isalnum():
                yield token
                token = ""
            token += character
    if token:
        yield token


class Text(Flowable):  # type: ignore[misc]
    """A paragraph that breaks over lines and pages."""

    def __init__(self, text: str, style: Style | None = None, after: float = 0.0) -> None:
        super().__init__()
        self.text, self.style = text, style or Style()
        self.spaceAfter = after
        self.width = 0.0
        self._lines: list[str] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Room needed in the given width; reportlab's protocol."""
        if not self._lines or width != self.width:
            self._lines = wrapped(self.text, self.style, width)
        self.width = width
        self.height = len(self._lines) * self.style.line_height
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Two paragraphs, the first of which fits the height; reportlab's protocol."""
        self.wrap(width, height)
        fit = int(height // self.style.line_height)
        if fit < 1 or fit >= len(self._lines):
            return [] if fit < 1 else [self]
        parts = ("\n".join(self._lines[:fit]), "\n".join(self._lines[fit:]))
        return [Text(parts[0], self.style), Text(parts[1], self.style, self.spaceAfter)]

    def draw(self) -> None:
        """Draw on the canvas reportlab set; reportlab's protocol."""
        rtl = is_rtl(self.text)
        y = self.height - self.style.size * 1.05
        for line in self._lines:
            draw_line(self.canv, self._x(line, rtl), y, line, self.style, rtl)
            y -= self.style.line_height

    def _x(self, line: str, rtl: bool) -> float:
        align = self.style.align or ("right" if rtl else "left")
        free = self.width - width_of(line, self.style)
        return float({"left": 0.0, "right": free, "center": free / 2}[align])
