"""Opinions of the reader: kept in the record, read again, and written as a table with all else in it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

from lungview.classify.kept import record
from lungview.classify.kept.opinion import Opinion, opinion
from lungview.errors import ReportError
from lungview.files import write_atomically
from lungview.spreadsheet import ENCODING, Table

__all__ = ["NOTICE", "Opinion", "append", "opinion", "read", "to_csv"]
NOTICE = "Research use only, not a medical device"
append = record.append


def read(path: Path | None = None) -> tuple[Opinion, ...]:
    """The reader's opinions, oldest first, without the models' answers. Raises ReportError."""
    return tuple(made for made in record.entries(path) if made.kind == "opinion")


def to_csv(made: Iterable[Opinion], path: Path) -> None:
    """Write the log as a table for a spreadsheet, with the notice in its first line. Raises ReportError."""
    text = io.StringIO()
    text.write(f"# {NOTICE}\n")
    table = Table(text, [f.name for f in fields(Opinion)])
    for each in made:
        table.named(_cells(each))
    try:
        write_atomically(path, text.getvalue().encode(ENCODING))
    except OSError as error:
        raise ReportError(f"the table could not be written ({error.strerror})", path) from error


def _cells(made: Opinion) -> dict[str, object]:
    return asdict(made) | {"reasons": "; ".join(made.reasons)}
