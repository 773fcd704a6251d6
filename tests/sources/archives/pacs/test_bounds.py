"""A peer that keeps a receiver busy with valid traffic is ended within bounds; no other pays for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.sop_class import CTImageStorage, Verification  # type: ignore[attr-defined]

from lungview.sources.pacs.bounds import HOUR_S, Allowance, Exceeded, Spending, peer_of
from lungview.sources.pacs.receive import Listening, Received, Receiver
from tests.sources.archives.peers import Certificates

OTHER = "127.0.0.2"


@dataclass
class Peered:
    """A receiver. told: what it said. kept: what it took."""

    running: Receiver
    told: list[tuple[str, dict[str, Any]]]
    kept: list[Received]

    def reasons(self, word: str) -> list[str]:
        return [values["reason"] for said, values in self.told if said == word]


@contextmanager
def _receiver(allowance: Allowance, **more: Any) -> Iterator[Peered]:
    told: list[tuple[str, dict[str, Any]]] = []
    kept: list[Received] = []
    listening = Listening("HERE", allowance=allowance, **({"timeout_s": 2.0} | more))
    with Receiver(listening, kept.append, lambda *said: told.append(said)) as running:
        yield Peered(running, told, kept)


@contextmanager
def _associated(peered: Peered, address: str = "127.0.0.1") -> Iterator[Association]:
    entity = AE("DOE^JANE")
    entity.dimse_timeout = entity.network_timeout = entity.acse_timeout = 10
    entity.add_requested_context(Verification)
    entity.add_requested_context(CTImageStorage)
    port = peered.running.port
    association = entity.associate("127.0.0.1", port, ae_title="HERE", bind_address=(address, 0))
    try:
        yield association
    finally:
        association.abort()


def _echoes(association: Association, most: int, pause_s: float = 0.0) -> int:
    """How many of them are answered before the association ends."""
    for count in range(most):
        if not association.is_established or "Status" not in association.send_c_echo():
            return count
        time.sleep(pause_s)
    return most


def _served(peered: Peered, address: str) -> bool:
    with _associated(peered, address) as association:
        return association.is_established and _echoes(association, 1) == 1


def test_an_endless_echo_is_ended_and_said_without_its_title() -> None:
    with _receiver(Allowance(requests=20)) as peered:
        with _associated(peered) as association:
            assert _echoes(association, 500) == 20
        assert peered.reasons("ended") == ["the association made 20 requests"]
        assert _served(peered, "127.0.0.1")


def test_the_same_object_for_ever_is_ended_and_what_was_answered_stays(study: list[Path]) -> None:
    dataset = pydicom.dcmread(study[0])
    with _receiver(Allowance(requests=12)) as peered, _associated(peered) as association:
        answers = 0
        while association.is_established and "Status" in association.send_c_store(dataset):
            answers += 1
        assert answers == len(peered.kept) == 12


def test_an_association_that_sends_without_end_is_ended_by_its_bytes(study: list[Path]) -> None:
    dataset = pydicom.dcmread(study[0])
    bound = 5 * study[0].stat().st_size
    with _receiver(Allowance(sent=bound)) as peered, _associated(peered) as association:
        while association.is_established and "Status" in association.send_c_store(dataset):
            assert len(peered.kept) <= 6
        assert 5 <= len(peered.kept) <= 6  # headers count, too, and a PDU is read whole
        assert len(peered.reasons("ended")) == 1


def test_one_that_speaks_just_before_every_time_out_is_ended_by_its_age() -> None:
    with _receiver(Allowance(longest_s=1.5), timeout_s=1.0) as peered, _associated(peered) as association:
        assert 2 <= _echoes(association, 100, pause_s=0.4) <= 50
        assert peered.reasons("ended") == ["the association lasted longer than 0.025 minutes"]


def test_an_object_in_pieces_of_a_byte_is_ended_by_the_age_of_its_association() -> None:
    with _receiver(Allowance(longest_s=1.5), timeout_s=1.0) as peered, _associated(peered) as association:
        piece = P_DATA()
        piece.presentation_data_value_list = [[1, b"\x00\x00"]]
        for _ in range(100):
            association.dul.send_pdu(piece)
            time.sleep(0.4)
            if peered.reasons("ended"):
                break
        assert peered.reasons("ended") == ["the association lasted longer than 0.025 minutes"]


def test_requests_that_wait_for_no_answer_are_not_piled_up() -> None:
    from pynetdicom.dimse_primitives import C_ECHO

    with _receiver(Allowance()) as peered, _associated(peered) as association:
        association._reactor_checkpoint.clear()
        for number in range(2000):
            request = C_ECHO()
            request.MessageID, request.AffectedSOPClassUID = number, Verification
            with suppress(Exception):
                association.dimse.send_msg(request, association.accepted_contexts[0].context_id)
        end = time.monotonic() + 20
        while not peered.reasons("ended") and time.monotonic() < end:
            time.sleep(0.1)
        association._reactor_checkpoint.set()
    assert peered.reasons("ended") == ["the association does not wait for its answers"]


def test_a_peer_that_comes_again_and_again_is_refused_and_another_is_served() -> None:
    with _receiver(Allowance(requests=10, peer_requests=25)) as peered:
        answered = 0
        for _ in range(6):
            with _associated(peered) as association:
                answered += _echoes(association, 50)
        assert answered == 25
        assert "25 requests came from this address within an hour" in peered.reasons("refused")
        assert _served(peered, OTHER)


def test_a_peer_has_half_of_the_places_whatever_it_does_in_them() -> None:
    with _receiver(Allowance(), most_associations=4) as peered, ExitStack() as stack:
        mine = [stack.enter_context(_associated(peered)) for _ in range(4)]
        assert [each.is_established for each in mine] == [True, True, False, False]
        assert set(peered.reasons("refused")) == {"busy"}
        assert _served(peered, OTHER)


def test_lines_that_never_agree_on_tls_take_no_more_than_half_of_the_places(
    certificates: Certificates,
) -> None:
    with (
        _receiver(Allowance(), most_associations=4, tls=certificates.tls("server"), timeout_s=60.0) as peered,
        ExitStack() as stack,
    ):
        for _ in range(5):
            line = socket.create_connection(("127.0.0.1", peered.running.port), timeout=5)
            stack.enter_context(line)
        end = time.monotonic() + 10
        while len(peered.reasons("refused")) < 3 and time.monotonic() < end:
            time.sleep(0.05)
        assert peered.reasons("refused") == ["busy"] * 3


def test_a_line_that_never_agrees_on_tls_holds_up_no_end(certificates: Certificates) -> None:
    receiver = Receiver(Listening("HERE", tls=certificates.tls("server"), timeout_s=120.0), lambda _: None)
    receiver.start()
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5):
        end = time.monotonic() + 10
        while not receiver._server._greeting and time.monotonic() < end:
            time.sleep(0.01)
        stopping = threading.Thread(target=receiver.stop, daemon=True)
        stopping.start()
        stopping.join(30)
        assert not stopping.is_alive()


@pytest.mark.parametrize("another", [True, False])
def test_a_line_that_no_thread_could_be_started_for_takes_no_place_and_holds_up_no_end(
    monkeypatch: pytest.MonkeyPatch, another: bool
) -> None:
    with _receiver(Allowance(peer_lines=1)) as peered:
        with monkeypatch.context() as short:
            short.setattr(threading.Thread, "start", _no_thread)
            with socket.create_connection(("127.0.0.1", peered.running.port), timeout=5) as line:
                assert line.recv(1) == b""  # the server closes it
        assert peered.reasons("refused") == ["runtimeerror"]
        assert not another or _served(peered, "127.0.0.1")


def _no_thread(_self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_what_a_peer_may_take_it_may_take_again_an_hour_later() -> None:
    now = [0.0]
    spending = Spending(Allowance(requests=2, peer_requests=3, peer_sent=100), lambda: now[0])
    association = Association(AE("SENDER"), "acceptor")
    association.requestor.address_info = _address("10.0.0.7")
    spending.read(association, 100)
    with pytest.raises(Exceeded, match="came from this address"):
        spending.read(association, 1)
    assert spending.why_refused("10.0.0.7")
    assert not spending.why_refused("10.0.0.8")
    now[0] = HOUR_S + 1
    assert not spending.why_refused("10.0.0.7")


@pytest.mark.parametrize(("a_second", "hours"), [(130_000, None), (16_000, 4 / 3), (100, 1.0)])
def test_a_study_on_a_slow_line_comes_whole_and_a_line_that_only_drips_ends(
    a_second: int, hours: float | None
) -> None:
    now = [0.0]
    spending = Spending(Allowance(), lambda: now[0])
    association = Association(AE("SENDER"), "acceptor")
    association.requestor.address_info = _address("10.0.0.7")
    ended = None
    while ended is None and now[0] < 3 * HOUR_S:  # 1.4 GB of 3,000 slices at 130 kB a second
        try:
            spending.read(association, a_second * 10)
        except Exceeded:
            ended = now[0] / HOUR_S
        now[0] += 10.0
    assert ended == (None if hours is None else pytest.approx(hours, rel=0.01))


def _address(host: str) -> Any:
    from pynetdicom.transport import AddressInformation

    return AddressInformation(host, 104)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.7", "::ffff:10.0.0.7", True),
        ("10.0.0.7", "10.0.0.8", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    ],
)
def test_a_peer_is_an_address_or_its_net_of_ipv6(one: str, other: str, same: bool) -> None:
    assert (peer_of(one) == peer_of(other)) is same
