"""The outbox: all or nothing is queued, its owner's alone, kept over a restart, cleared after its days."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lungview import settings
from lungview.batch import lock
from lungview.errors import ReportError
from lungview.image.phantom import Thorax, write_series
from lungview.remote_nodes import DicomNode
from lungview.sources.sending import State
from lungview.sources.source import never
from lungview.viewer.archives.outbox import KEPT_DAYS, Outbox
from tests.sources.archives import peers


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


@pytest.fixture(scope="module")
def slice_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    (file,) = write_series(tmp_path_factory.mktemp("one"), Thorax(slices=1, matrix=32))
    return file.read_bytes()


def _writes(data: bytes) -> object:
    def write(kind: str, path: Path) -> Sequence[str]:
        if kind == "seg":
            raise ReportError("there is no finding")
        path.write_bytes(data)
        return ("the age is left out",)

    return write


def _states(outbox: Outbox) -> list[State]:
    return [item.state for item in outbox.items()]


def test_what_is_submitted_waits_for_its_archive_and_is_named(outbox: Outbox, slice_file: bytes) -> None:
    result = outbox.submit("ward", ["sr", "ko"], _writes(slice_file))
    assert (result.notes, result.faults) == (("the age is left out",), ())
    rows = Outbox(outbox.folder).rows()
    assert [(row.item.node, row.item.state) for row in rows] == [("ward", State.WAITING)] * 2
    assert (rows[0].what, rows[0].patient) == ("CT Image", "SYNTHETIC, THORAX · SYNTHETIC")


def test_where_one_object_cannot_be_made_none_is_queued(outbox: Outbox, slice_file: bytes) -> None:
    result = outbox.submit("ward", ["sr", "seg"], _writes(slice_file))
    assert [(kind, error.message) for kind, error in result.faults] == [("seg", "there is no finding")]
    assert outbox.items() == ()
    assert list(outbox.folder.glob("*.dcm")) == []


def test_the_folder_is_its_owners_alone(outbox: Outbox, slice_file: bytes) -> None:
    outbox.folder.mkdir(mode=0o755)
    outbox.submit("ward", ["sr"], _writes(slice_file))
    assert outbox.folder.stat().st_mode & 0o777 == 0o700


def test_what_is_queued_follows_an_archive_that_is_renamed(outbox: Outbox, slice_file: bytes) -> None:
    outbox.submit("ward", ["sr"], _writes(slice_file))
    outbox.submit("hospital", ["sr"], _writes(slice_file))
    outbox.rename("ward", "second floor")
    outbox.work(lambda _: None, never)
    assert [item.node for item in outbox.items()] == ["second floor", "hospital"]
    assert "no node 'second floor'" in outbox.items()[0].reason


def test_an_archive_that_is_renamed_while_it_is_sent_to_is_followed_after(
    outbox: Outbox, slice_file: bytes
) -> None:
    outbox.submit("ward", ["sr"], _writes(slice_file))
    outbox.submit("hospital", ["sr"], _writes(slice_file))

    def tell(_: object) -> None:  # the first one's outcome: the second is not yet on its way
        outbox.rename("hospital", "clinic")

    outbox.work(tell, never)
    assert "no node 'clinic'" in outbox.items()[1].reason
    outbox.work(lambda _: None, never)
    assert [item.node for item in outbox.items()] == ["ward", "clinic"]


def test_without_a_queue_a_renamed_archive_makes_none(outbox: Outbox) -> None:
    outbox.rename("ward", "second floor")
    assert not outbox.work(lambda _: None, never)
    assert not outbox.folder.exists()


def test_an_archive_that_is_no_longer_known_is_said_and_may_be_tried_again(
    outbox: Outbox, slice_file: bytes
) -> None:
    outbox.submit("ward", ["sr"], _writes(slice_file))
    assert not outbox.work(lambda _: None, never)
    (item,) = outbox.items()
    assert item.state is State.FAILED
    assert "no node 'ward'" in item.reason
    outbox.again([item])
    assert _states(outbox) == [State.WAITING]


def test_an_object_whose_archive_is_away_waits_and_is_tried_at_once_when_asked(
    outbox: Outbox, slice_file: bytes
) -> None:
    away = DicomNode("ward", "PACS", "127.0.0.1", peers.free_port(), timeout_s=1.0, tries=1)
    settings.save(replace(settings.load().settings, nodes={"ward": away}))
    outbox.submit("ward", ["sr"], _writes(slice_file))
    assert outbox.work(lambda _: None, never)
    (item,) = outbox.items()
    assert (item.state, item.tries) == (State.WAITING, 1)
    assert item.due > time.time()
    outbox.again([item])
    assert outbox.items()[0].due == 0


def test_while_another_program_sends_this_one_does_not(outbox: Outbox, slice_file: bytes) -> None:
    outbox.submit("ward", ["sr"], _writes(slice_file))
    with lock.locked(outbox.folder):
        assert outbox.work(lambda _: pytest.fail("it was sent"), never)
    assert _states(outbox) == [State.WAITING]


def test_what_is_taken_out_is_gone_from_the_disk(outbox: Outbox, slice_file: bytes) -> None:
    outbox.submit("ward", ["sr", "ko"], _writes(slice_file))
    first, second = outbox.items()
    outbox.remove([first])
    assert outbox.items() == (second,)
    assert list(outbox.folder.glob("*.dcm")) == [second.path]


def test_after_its_days_goes_what_does_not_wait(outbox: Outbox, slice_file: bytes) -> None:
    outbox.submit("ward", ["sr"], _writes(slice_file))
    outbox.work(lambda _: None, never)  # it fails: there is no such archive
    outbox.submit("ward", ["ko"], _writes(slice_file))
    stray = outbox.folder / "stray.dcm"
    stray.write_bytes(b"")
    ago = time.time() - (KEPT_DAYS + 1) * 86400
    for file in outbox.folder.glob("*.dcm"):
        os.utime(file, (ago, ago))
    failed, waiting = outbox.items()
    outbox.delete_old()
    assert outbox.items() == (waiting,)
    assert not failed.path.exists()
    assert not stray.exists()
