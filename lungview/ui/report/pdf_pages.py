"""A PDF's pages as pictures, for the preview and the printer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lungview.errors import ReportError

_PDFIUM = threading.Lock()  # the library is not made for two threads


def pages(source: Path | bytes, dpi: float) -> Iterator[np.ndarray]:
    """Each page of a file, or of one in memory, as uint8 (rows, columns, 3). ReportError: it is no PDF."""
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(source)  # type: ignore[no-untyped-call]
        except (pypdfium2.PdfiumError, OSError) as error:
            raise ReportError("the report cannot be shown") from error
        count = len(document)
    try:
        for number in range(count):
            with _PDFIUM:
                bitmap = document[number].render(scale=dpi / 72, rev_byteorder=True)
                picture = np.array(bitmap.to_numpy()[..., :3])
            yield picture
    finally:
        with _PDFIUM:
            document.close()  # type: ignore[no-untyped-call]
