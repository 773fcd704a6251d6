"""Tables that people open in a spreadsheet: what every CSV written here, and read again, has in common."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

ENCODING = "utf-8-sig"  # with a byte order mark: without it Excel takes UTF-8 for the system's own set
# Where a formula would begin: at a cell's start or behind what some spreadsheets part cells at. Blanks and
# quotes before the sign are dropped when the file is opened, and so may be what cannot be seen; full-width
# signs are taken for the others.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SIGN = rf"""[\s"'{_UNSEEN}]*[=+\-@＝＋－＠]"""
_BLANK = r"""[\s"']*[\t\r\n]"""
_RUN = re.compile(rf"(^|[;\t\r\n])(?={_SIGN})|^(?={_BLANK})")
_INERT = re.compile(rf"(^|[;\t\r\n])'(?={_SIGN})|^'(?={_BLANK})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def inert(value: object) -> object:
    """The value as a cell that no spreadsheet runs: an apostrophe stands before what looks like a formula.

    Numbers, in letters too, stay numbers.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _RUN.sub(r"\g<1>'", value)


def plain(cell: str) -> str:
    """The text that `inert` made a cell of."""
    return _INERT.sub(lambda found: found[1] or "", cell)


class Table:
    """Writes rows of inert cells into a file opened with `ENCODING` and newline=""."""

    def __init__(self, file: IO[str], columns: Sequence[str], *, head: bool = True) -> None:
        self._columns = columns
        self._writer = csv.writer(file)
        if head:
            self.row(columns)

    def row(self, cells: Iterable[object]) -> None:
        self._writer.writerow([inert(cell) for cell in cells])

    def named(self, cells: Mapping[str, object]) -> None:
        """A row by column; a cell that is not there is empty."""
        self.row([cells.get(column, "") for column in self._columns])
