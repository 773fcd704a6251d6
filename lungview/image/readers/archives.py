"""Zips kept open: parsing the directory of a large zip anew for each of its members would take minutes."""

from __future__ import annotations

import threading
import zipfile
from collections import OrderedDict
from pathlib import Path

from lungview.image.slice import Version

_MOST = 2
_open: OrderedDict[tuple[Path, Version], zipfile.ZipFile] = OrderedDict()
_lock = threading.Lock()


def archive(path: Path) -> tuple[zipfile.ZipFile, Version]:
    """The zip at a path, open for reading from any thread, and its version; one that changed is opened anew.

    Do not close it: it closes itself when the last reader has let go of it.
    Raises OSError, zipfile.BadZipFile.
    """
    key = path, Version.of(path.stat())
    with _lock:
        if key not in _open:
            _open[key] = zipfile.ZipFile(path)
            if len(_open) > _MOST:
                _open.popitem(last=False)
        _open.move_to_end(key)
        return _open[key], key[1]


def forget() -> None:
    """Let go of every zip: its file is to be gone from the disk."""
    with _lock:
        _open.clear()
