"""The private folder of uploads: bounded, the owner's alone, and gone."""

import os
import tempfile

import pytest

from lungview.serve.limits import Limits
from lungview.serve.problem import Problem
from lungview.serve.uploads.scratch import Scratch


@pytest.fixture(autouse=True)
def _temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_visit_leaves_nothing_and_gives_its_share_back_once():
    scratch = Scratch(Limits())
    visit = scratch.visit(10)
    (visit.folder / "picture").write_bytes(b"x")
    visit.close()
    visit.close()
    assert list(scratch.root.iterdir()) == []
    assert (scratch.visits, scratch.bytes) == (0, 0)


@pytest.mark.parametrize(
    ("limits", "status"), [(Limits(upload=9), 413), (Limits(waiting=1), 503), (Limits(uploads=19), 503)]
)
def test_a_visit_beyond_bounds_is_refused(limits, status):
    scratch = Scratch(limits)
    with pytest.raises(Problem) as caught:
        _twice(scratch)
    assert caught.value.status == status


def _twice(scratch: Scratch) -> None:
    scratch.visit(10)
    scratch.visit(10)


def test_what_a_killed_server_left_is_removed_and_what_another_holds_is_not(tmp_path):
    left = tmp_path / "lungview-serve-999999999-abc"
    held = tmp_path / f"lungview-serve-{os.getpid()}-abc"
    other = tmp_path / "lungview-serve-notes"
    for folder in (left, held, other):
        folder.mkdir()
    Scratch(Limits()).close()
    assert (left.exists(), held.exists(), other.exists()) == (False, True, True)
