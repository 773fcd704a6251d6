"""What was opened lately, and what was open when the program ended: the user's own, in the data folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.files import write_atomically

LONGEST = 12


def _recent_path() -> Path:
    return paths.data() / "recent.json"


def recent() -> tuple[str, ...]:
    """Paths opened lately, the last first; also those that are gone."""
    found = _read(_recent_path())
    return tuple(each for each in found if isinstance(each, str))[:LONGEST] if isinstance(found, list) else ()


def opened(opened_paths: Sequence[str | Path]) -> tuple[str, ...]:
    """Remember paths as the last opened. Returns all, the last first."""
    new = [str(Path(each).absolute()) for each in opened_paths]
    kept = list(dict.fromkeys([*new, *recent()]))[:LONGEST]
    _write(_recent_path(), kept)
    return tuple(kept)


def forget() -> None:
    """Forget all recent paths: a path may name a patient."""
    _recent_path().unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """What was open.

    paths: files and folders. series_uid, index: the series on screen and the place in it.
    crashes: how often in a row the program ended without saying so. clean: whether it said so.
    """

    paths: tuple[str, ...] = ()
    series_uid: str = ""
    index: int = 0
    crashes: int = 0
    clean: bool = True

    @property
    def crashed(self) -> bool:
        return not self.clean


def _session_path() -> Path:
    return paths.data() / "session.json"


def last_session() -> OpenSession:
    """The session of the program's last run; an empty one when there was none, or the file is bad."""
    found = _read(_session_path())
    try:
        return _session(found)
    except (TypeError, KeyError, ValueError, OverflowError):
        return OpenSession()


def keep_session(session: OpenSession) -> None:
    """Write down what is open now. OSError is swallowed: losing this must not disturb reading."""
    _write(_session_path(), asdict(session))


def _session(found: Any) -> OpenSession:
    return OpenSession(
        tuple(str(each) for each in found["paths"]),
        str(found["series_uid"]),
        int(found["index"]),
        int(found["crashes"]),
        bool(found["clean"]),
    )


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _write(path: Path, value: object) -> None:
    try:
        write_atomically(path, json.dumps(value, ensure_ascii=False).encode("utf-8"))
    except OSError:
        return
