"""Faults of the quick reader: counted, and logged without a word of the file they happened on."""

from __future__ import annotations

import logging
import struct
import traceback
from collections import Counter
from pathlib import Path

from lungview.errors import LungViewError
from lungview.image.readers.data_set.elements import Unusual

# What broken or hostile bytes cause; the general reader has the words for it. Anything else is a bug.
OF_BYTES = (Unusual, LungViewError, ValueError, struct.error, OverflowError, OSError, MemoryError)

_log = logging.getLogger(__name__)
_seen: Counter[str] = Counter()


def count(error: Exception) -> int:
    """Note a fault of the program, logged the first time; how often it has been seen.

    Its message may hold a value of the file, so its kind and its place in the program are all that is told.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    fault = f"{type(error).__name__} in {place}"
    _seen[fault] += 1
    if _seen[fault] == 1:
        _log.error("the quick reader failed: %s; the general reader takes such files", fault)
    return _seen[fault]
