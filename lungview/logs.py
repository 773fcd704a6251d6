"""The log: a rotating file in the platform's log folder, and nobody's name or folder in it.

INFO is what a user did, WARNING a result that is doubtful, ERROR a fault of the program.
"""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from lungview import paths
from lungview.errors import LungViewError

FILE = "lungview.log"
CRASHES = "crashes.log"
_BYTES, _FILES = 1_000_000, 5
_log = logging.getLogger("lungview")
_crashes: TextIO | None = None

# A folder of any platform with what follows it: /home/a/b.dcm, C:\\a\\b.dcm, \\\\server\\a\\b.dcm.
_FOLDERS = re.compile(r"(?:[A-Za-z]:|(?<![\w.]))[\\/](?:[^\\/\n\"':]+[\\/])+")


class NameOnly(logging.Formatter):
    """Writes no folder: patients' names stand in them. Of a path only the last part is left."""

    def format(self, record: logging.LogRecord) -> str:
        args = record.args
        if isinstance(args, tuple):
            record = logging.makeLogRecord(record.__dict__ | {"args": tuple(map(_without_folder, args))})
        return _FOLDERS.sub("", super().format(record))

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback, with the paths that its errors name cut to file names."""
        text = "".join(traceback.format_exception(*ei))
        for error in _chain(ei[1]):
            for path in _paths_of(error):
                text = text.replace(path, Path(path).name)
        return text.rstrip()


def start() -> Path | None:
    """Log to the file, write crashes of native code beside it, and log what nobody caught, in any thread.

    Returns the log's folder, None when it cannot be written: the program then runs without a log.
    """
    stop()
    folder = paths.logs()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / FILE, maxBytes=_BYTES, backupCount=_FILES - 1, encoding="utf-8", delay=True
        )
        _enable_faulthandler(folder / CRASHES)
    except OSError as error:
        print(f"lungview: no log is written: {error.strerror}", file=sys.stderr)  # noqa: T201
        return None
    handler.setFormatter(NameOnly("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    _log.setLevel(logging.INFO)
    sys.excepthook, threading.excepthook = _log_uncaught, _log_uncaught_in_thread
    return folder


def stop() -> None:
    """Undo `start`; harmless without it."""
    global _crashes
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h.formatter, NameOnly)]:
        root.removeHandler(handler)
        handler.close()
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    if _crashes is not None:
        faulthandler.disable()
        _crashes.close()
        _crashes = None


def _enable_faulthandler(path: Path) -> None:
    global _crashes
    _crashes = path.open("a", encoding="utf-8")
    faulthandler.enable(_crashes)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log.critical("not caught", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "a thread that is gone"
        _log.critical("not caught in %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
    threading.__excepthook__(args)


def _without_folder(value: object) -> object:
    if isinstance(value, LungViewError):
        return f"{Path(value.path).name}: {value.message}" if value.path else value.message
    if isinstance(value, OSError) and value.filename:
        return f"{value.strerror}: {Path(str(value.filename)).name}"
    return value.name if isinstance(value, Path) else value


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _paths_of(error: BaseException) -> list[str]:
    if isinstance(error, LungViewError):
        return [error.path] if error.path else []
    if isinstance(error, OSError):
        return [str(name) for name in (error.filename, error.filename2) if name]
    return []
