"""The line that LiteRT writes to the standard error of a process when it first runs a network."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

GREETING = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
_STANDARD_ERROR = 2
_ONE = threading.Lock()  # a second thread's first network would greet beside the first one's
_made = threading.Event()  # a first network: LiteRT writes its line once a process


@contextmanager
def first_greeting_dropped() -> Iterator[None]:
    """Standard error without the greeting while a process runs a network for the first time.

    LiteRT has no setting for it. What others write meanwhile is held, and written when this ends; other
    networks wait for the first.
    """
    if not _made.is_set():
        with _ONE:
            if not _made.is_set():
                with _held():
                    yield
                _made.set()
                return
    yield


@contextmanager
def _held() -> Iterator[None]:
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:  # a program of windows alone has no standard error
        yield
        return
    with tempfile.TemporaryFile() as held:
        try:
            os.dup2(held.fileno(), _STANDARD_ERROR)
            yield
        finally:
            os.dup2(kept, _STANDARD_ERROR)
            os.close(kept)
            held.seek(0)
            if rest := held.read().replace(GREETING, b""):
                os.write(_STANDARD_ERROR, rest)
