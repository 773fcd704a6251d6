"""A table of any length: rows are made as pages fill, and the head stands once on each page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.platypus import Flowable

from lungview.report.pdf.blocks import ruled

Row = Sequence[Any]


class LongTable(Flowable):  # type: ignore[misc]
    """Gives each page as many rows as fit. rows: read once, as they are needed.

    reportlab's own table is laid out as a whole, which takes minutes for thousands of rows.
    """

    def __init__(
        self,
        header: Sequence[str],
        rows: Iterable[Row],
        widths: Sequence[float],
        read: Sequence[tuple[Row, float]] = (),
    ) -> None:
        super().__init__()
        self.header, self.widths = header, widths
        self._rows = iter(rows)
        self._read = list(read)  # rows with their heights, not on a page yet
        self._head = self._height([])

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """reportlab's protocol: higher than there is room where it must be split."""
        found = self._fitting(height)
        whole = len(found) == len(self._read) and not self._more()
        self.width, self.height = width, self._head + sum(h for _, h in found) if whole else height + 1.0
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Any]:
        """reportlab's protocol: a table of what fits, then the rest; nothing where not even a row does.

        May be asked twice for one place on a page: what was read stays read.
        """
        found = self._fitting(height)
        if not found:
            return []
        rest = LongTable(self.header, self._rows, self.widths, self._read[len(found) :])
        return [ruled(self.header, [row for row, _ in found], self.widths), rest]

    def _fitting(self, height: float) -> list[tuple[Row, float]]:
        left, count = height - self._head, 0
        while count < len(self._read) or self._more():
            left -= self._read[count][1]
            if left < 0:
                break
            count += 1
        return self._read[:count]

    def _more(self) -> bool:
        """Read one row more; whether there was one."""
        row = next(self._rows, None)
        if row is not None:
            self._read.append((row, self._height([row]) - self._head))
        return row is not None

    def _height(self, rows: Sequence[Row]) -> float:
        return float(ruled(self.header, rows, self.widths).wrap(sum(self.widths), 1e6)[1])

    def draw(self) -> None:
        """reportlab's protocol."""
        if self._read:
            table = ruled(self.header, [row for row, _ in self._read], self.widths)
            _, high = table.wrap(sum(self.widths), 1e6)
            table.drawOn(self.canv, 0, self.height - high)
