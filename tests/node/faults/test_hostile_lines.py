"""What a peer can do to a node's lines: drips, floods, foreign titles, services that were not offered."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, suppress

import pydicom
import pytest
from pynetdicom import AE
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    CTImageStorage,
    StorageCommitmentPushModel,
    Verification,
)

from lungview.errors import Refused
from lungview.sources.pacs.echo import echo
from tests.node.conftest import Peered

INSTANCE = "1.2.840.10008.1.20.1.1"


def test_a_commitment_is_not_offered_and_one_that_is_asked_for_all_the_same_ends_no_node(
    peered: Peered,
) -> None:
    entity = AE("SENDER")
    entity.dimse_timeout = entity.network_timeout = 5
    proposed = [build_context(StorageCommitmentPushModel), build_context(Verification)]
    association = entity.associate("127.0.0.1", peered.port, contexts=proposed, ae_title="HERE")
    assert [each.abstract_syntax for each in association.accepted_contexts] == [Verification]
    context = association.accepted_contexts[0]
    context.abstract_syntax = StorageCommitmentPushModel  # a liar's view of it
    asked = pydicom.Dataset()
    asked.TransactionUID = "1.2.3"
    asked.ReferencedSOPSequence = [pydicom.Dataset()]
    asked.ReferencedSOPSequence[0].ReferencedSOPClassUID = CTImageStorage
    asked.ReferencedSOPSequence[0].ReferencedSOPInstanceUID = "9.9.9"
    with suppress(Exception):
        status, _ = association.send_n_action(asked, 1, StorageCommitmentPushModel, INSTANCE)
        assert status.get("Status") != 0
    association.abort()
    assert echo(peered.node) > 0


def test_a_title_that_is_not_ours_is_refused_and_told_of(peered: Peered) -> None:
    from dataclasses import replace

    with pytest.raises(Refused, match="called ae title not recognised"):
        echo(replace(peered.node, ae_title="OTHER"))
    assert any(word == "rejected" for word, _ in peered.told)


def _line(port: int, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(address, 0))


def _ends(line: socket.socket, seconds: float, drip: bytes) -> bool:
    """Whether the other side ends a line on which a byte comes now and then."""
    end = time.monotonic() + seconds
    line.settimeout(0.2)
    at = 0
    while time.monotonic() < end:
        try:
            line.sendall(drip[at % len(drip) :][:1])
            at += 1
            if line.recv(1 << 12) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_a_pdu_that_comes_byte_by_byte_is_not_waited_for_without_end(peered: Peered) -> None:
    with _line(peered.port) as line:
        line.sendall(b"\x01\x00\x00\x00\x80\x00")
        assert _ends(line, 8.0, b"\0")


def test_an_association_that_drips_is_ended_too(peered: Peered) -> None:
    entity = AE("SENDER")
    entity.add_requested_context(Verification)
    association = entity.associate("127.0.0.1", peered.port, ae_title="HERE")
    assert association.is_established
    opened = association.dul.socket
    assert opened is not None
    raw = opened.socket
    assert raw is not None
    raw.sendall(b"\x04\x00\x00\x00\x80\x00")
    assert _ends(raw, 10.0, b"\0")
    association.abort()
    assert echo(peered.node) > 0


def test_a_flood_from_one_address_leaves_room_for_another(peered: Peered) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            with suppress(OSError):
                stack.enter_context(_line(peered.port, "127.0.0.2"))
        time.sleep(0.3)
        assert echo(peered.node) > 0
    assert ("refused", {"address": "127.0.0.2", "reason": "busy"}) in peered.told


def test_after_a_flood_its_own_address_is_served_again(peered: Peered) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            with suppress(OSError):
                stack.enter_context(_line(peered.port))
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(Exception):
            assert echo(peered.node) > 0
            return
        time.sleep(0.2)
    pytest.fail("not served again within 20 s")
