"""Recent paths and the session of the last run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview import paths, recent
from lungview.recent import OpenSession


def test_the_last_opened_comes_first_and_only_once(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        recent.opened([tmp_path / name])
    assert recent.recent() == (str(tmp_path / "a"), str(tmp_path / "b"))


def test_twelve_paths_are_kept(tmp_path: Path) -> None:
    for number in range(20):
        recent.opened([tmp_path / str(number)])
    assert recent.recent() == tuple(str(tmp_path / str(n)) for n in range(19, 7, -1))


def test_forgotten_paths_leave_nothing_on_disk(tmp_path: Path) -> None:
    recent.opened([tmp_path / "DOE_JANE"])
    recent.forget()
    assert recent.recent() == ()
    assert not any("DOE" in p.read_text() for p in paths.data().rglob("*") if p.is_file())


def test_what_was_open_is_found_again() -> None:
    session = OpenSession(("/a", "/b 中"), "1.2.3", 41, 1, False)
    recent.keep_session(session)
    assert recent.last_session() == session


def test_a_first_start_has_an_empty_clean_session() -> None:
    assert recent.last_session() == OpenSession()
    assert not recent.last_session().crashed


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"paths": 3}',
        b'{"paths": [], "index": "x"}',
        b'{"paths": [], "series_uid": "", "index": 1e999, "crashes": 0, "clean": true}',
    ],
)
def test_a_bad_session_file_counts_as_none(content: bytes) -> None:
    paths.data().mkdir(parents=True)
    (paths.data() / "session.json").write_bytes(content)
    (paths.data() / "recent.json").write_bytes(content)
    assert recent.last_session() == OpenSession()
    assert recent.recent() == ()
