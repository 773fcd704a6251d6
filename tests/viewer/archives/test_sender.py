"""What is sent: by rounds for as long as something waits, over a restart, and never forgotten in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from lungview import settings
from lungview.errors import ReportError
from lungview.image.phantom import Thorax, write_series
from lungview.remote_nodes import DicomNode
from lungview.sources.sending import State
from lungview.sources.source import Cancel
from lungview.viewer.archives.outbox import Outbox, Submitted, Write
from lungview.viewer.archives.sender import Sender
from tests.sources.archives import peers
from tests.viewer.by_hand import Hand


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running


@dataclass
class Sending:
    """A sender. hand: what sends; queue: what looks at the queue. said: what went wrong."""

    outbox: Outbox
    hand: Hand = field(default_factory=Hand)
    queue: Hand = field(default_factory=Hand)
    said: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sender = Sender(self.hand, self.queue, self.outbox)
        self.sender.failed.connect(self.said.append)

    def start(self) -> None:
        """As a window does, and a while after it."""
        self.sender.start()
        self.hand.timers[0].ring()

    def next_round(self) -> None:
        self.hand.timers[1].ring()
        self.work()

    def work(self) -> None:
        while self.hand.calls or self.queue.calls:
            self.hand.work()
            self.queue.work()

    def submit(self, *kinds: str, write: Write | None = None) -> list[Submitted]:
        """What became of it, once `work` was called."""
        result: list[Submitted] = []
        self.sender.submit("ward", kinds, write or _nothing, result.append, pytest.fail)
        return result

    @property
    def states(self) -> list[State]:
        return [item.state for item in self.outbox.items()]


def _nothing(_kind: str, path: Path) -> tuple[str, ...]:
    path.write_bytes(b"")
    return ()


@pytest.fixture
def sending(tmp_path: Path) -> Sending:
    return Sending(Outbox(tmp_path / "outbox"))


def _know(node: DicomNode) -> None:
    settings.save(replace(settings.load().settings, nodes={"ward": replace(node, name="ward")}))


def test_nothing_is_sent_before_a_word_and_no_queue_is_made(sending: Sending) -> None:
    sending.start()
    assert (sending.hand.calls, sending.sender.working) == ([], False)
    assert not sending.outbox.folder.exists()


def test_where_one_object_cannot_be_made_nothing_is_sent(sending: Sending) -> None:
    def write(_kind: str, _path: Path) -> Sequence[str]:
        raise ReportError("there is no finding")

    result = sending.submit("seg", write=write)
    sending.work()
    assert [kind for kind, _ in result[0].faults] == ["seg"]
    assert (sending.states, sending.sender.working) == ([], False)


def test_what_waits_when_the_program_ends_is_sent_after_the_next_start(
    sending: Sending, archive: peers.Orthanc, tmp_path: Path
) -> None:
    (file,) = write_series(tmp_path / "slice", Thorax(slices=1, matrix=32))

    def write(_kind: str, path: Path) -> tuple[str, ...]:
        path.write_bytes(file.read_bytes())
        return ()

    _know(replace(archive.node(), port=peers.free_port(), timeout_s=1.0))
    sending.submit("sr", write=write)
    sending.work()
    (item,) = sending.outbox.items()
    assert (item.state, item.tries, sending.sender.working) == (State.WAITING, 1, True)
    sending.sender.end()
    sending.next_round()
    assert sending.outbox.items() == (item,)
    _know(archive.node())
    again = Sending(sending.outbox)
    again.outbox.again([item])  # else it waits for its pause to be over
    again.start()
    again.work()
    assert again.states == [State.COMMITTED]
    assert len(archive.instances()) == 1
    assert not again.sender.working


class _Looked(Outbox):
    """rounds: how often it was worked at, and found nothing that waits. during: called in the first one."""

    rounds = 0
    during: Callable[[], None] | None = None

    def work(self, tell: Callable[[Any], None], cancelled: Cancel) -> bool:
        self.rounds += 1
        if self.during is not None:
            self.during()
            self.during = None
        return False


def test_a_wish_that_comes_while_a_round_ends_is_not_forgotten(tmp_path: Path) -> None:
    outbox = _Looked(tmp_path)
    sending = Sending(outbox)
    outbox.during = sending.sender.begin
    sending.sender.begin()
    sending.work()
    assert (outbox.rounds, sending.sender.working) == (1, True)
    sending.next_round()
    assert (outbox.rounds, sending.sender.working) == (2, False)
    sending.next_round()
    assert outbox.rounds == 2


def test_a_queue_that_cannot_be_worked_at_is_said_and_rests(tmp_path: Path) -> None:
    error = ReportError("the queue could not be read")

    def fail() -> None:
        raise error

    outbox = _Looked(tmp_path)
    outbox.during = fail
    sending = Sending(outbox)
    sending.sender.begin()
    sending.work()
    assert (sending.said, sending.sender.working) == ([error], False)


@pytest.mark.parametrize("change", [Sender.again, Sender.remove])
def test_a_change_of_the_queue_waits_for_no_archive(
    sending: Sending, change: Callable[[Sender, Sequence[Any]], None]
) -> None:
    sending.submit("sr", "ko")
    sending.work()
    assert sending.states == [State.FAILED] * 2  # there is no such archive
    waiting = len(sending.hand.calls)
    change(sending.sender, sending.outbox.items()[:1])
    sending.queue.work()
    assert sending.states in ([State.WAITING, State.FAILED], [State.FAILED])
    assert waiting == 0


def test_a_look_at_the_queue_tells_its_rows_or_why_not(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.submit("sr")
    sending.work()
    rows: list[Any] = []
    sending.sender.look(rows.extend, pytest.fail)
    sending.work()
    assert [row.item for row in rows] == list(sending.outbox.items())

    error = ReportError("the queue could not be read")

    def fail(_: Outbox) -> None:
        raise error

    errors: list[BaseException] = []
    monkeypatch.setattr(Outbox, "rows", fail)
    sending.sender.look(pytest.fail, errors.append)
    sending.work()
    assert errors == [error]


def test_what_waits_follows_an_archive_that_is_renamed(sending: Sending) -> None:
    away = DicomNode("ward", "PACS", "127.0.0.1", peers.free_port(), timeout_s=1.0, tries=1)
    _know(away)
    sending.submit("sr")
    sending.work()
    sending.sender.rename("ward", "second floor")
    sending.work()
    assert [item.node for item in sending.outbox.items()] == ["second floor"]
