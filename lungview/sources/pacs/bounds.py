"""What a peer may take of a receiver: bytes on their way, and requests, bytes and time in all."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pynetdicom.association import Association

HOUR_S = 3600.0
_GB = 1_000_000_000
_PACE = 64_000  # bytes a second: what comes faster is a study on a slow line, and no peer that holds a place
_UNANSWERED = 64  # a peer has to wait for each answer (PS3.7 D.3.3.3), and some do not; each costs memory
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one association may take before it is ended, and one peer within an hour.

    A peer is an address, of IPv6 its /64. longest_s: from the opening of the line, besides the time that
    its bytes take at 64 kB a second. requests: C-STORE, C-ECHO and any other. sent: bytes in all.
    peer_lines: of a peer at one time; 0 is half of all.
    """

    longest_s: float = HOUR_S
    requests: int = 50_000
    sent: int = 64 * _GB
    peer_lines: int = 0
    peer_requests: int = 250_000
    peer_sent: int = 256 * _GB


class Exceeded(OSError):
    """A bound is reached, in a sentence without a word of the peer's; ends the connection that is read."""


@dataclass(slots=True)
class _Count:
    """Of one association, or of one peer since `start`. unanswered: requests that wait for their answer."""

    start: float
    requests: int = 0
    sent: int = 0
    unanswered: int = 0


class Spending:
    """What associations and peers have taken so far. Any thread may tell it."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, never set back."""
        self._allowance = allowance
        self._clock = clock
        self._associations: WeakKeyDictionary[Association, _Count] = WeakKeyDictionary()
        self._peers: dict[str, _Count] = {}
        self._lock = threading.Lock()

    def read(self, association: Association, count: int) -> None:
        """So many bytes are about to be read. Raises Exceeded."""
        with self._lock:
            mine, peer = self._counts(association)
            why = self._why_ended(mine) or self._why_refused(peer)
            if why:
                raise Exceeded(why)
            mine.sent += count
            peer.sent += count

    def requested(self, association: Association) -> None:
        """A request is read whole."""
        with self._lock:
            for each in self._counts(association):
                each.requests += 1
                each.unanswered += 1

    def answered(self, association: Association) -> None:
        """A request has its answer."""
        with self._lock:
            self._counts(association)[0].unanswered -= 1

    def why_refused(self, address: str) -> str:
        """Why a peer gets no further line for the time being, "" where it gets one."""
        with self._lock:
            return self._why_refused(self._of_peer(address))

    def _counts(self, association: Association) -> tuple[_Count, _Count]:
        mine = self._associations.get(association)
        if mine is None:
            mine = self._associations[association] = _Count(self._clock())
        return mine, self._of_peer(association.requestor.address)

    def _of_peer(self, address: str) -> _Count:
        now, name = self._clock(), peer_of(address)
        found = self._peers.get(name)
        if found is None or now - found.start > HOUR_S:
            self._peers = {each: c for each, c in self._peers.items() if now - c.start <= HOUR_S}
            found = self._peers[name] = _Count(now)
        return found

    def _why_ended(self, mine: _Count) -> str:
        here = self._allowance
        if self._clock() - mine.start - mine.sent / _PACE > here.longest_s:
            return f"the association lasted longer than {here.longest_s / 60:g} minutes"
        if mine.requests >= here.requests:
            return f"the association made {here.requests:,} requests"
        if mine.sent >= here.sent:
            return f"the association sent {here.sent / _GB:g} GB"
        if mine.unanswered >= _UNANSWERED:
            return "the association does not wait for its answers"
        return ""

    def _why_refused(self, peer: _Count) -> str:
        here = self._allowance
        if peer.requests >= here.peer_requests:
            return f"{here.peer_requests:,} requests came from this address within an hour"
        if peer.sent >= here.peer_sent:
            return f"{here.peer_sent / _GB:g} GB came from this address within an hour"
        return ""


class Flow:
    """Bytes that associations hold of objects that are not whole yet."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held: WeakKeyDictionary[Association, int] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def admit(self, association: Association, count: int) -> None:
        """Raises Exceeded, which ends the connection, for a byte too many."""
        why = "more bytes of objects are on their way than may be held"
        with self._lock:
            held = self._held.get(association, 0) + count
            if held > self._most or sum(self._held.values()) + count > 2 * self._most:
                raise Exceeded(why)
            self._held[association] = held

    def done(self, association: Association) -> None:
        """What it sent so far is dealt with."""
        with self._lock:
            self._held[association] = 0

    def forget(self, association: Association) -> None:
        with self._lock:
            self._held.pop(association, None)


def plain(address: str) -> Address:
    """An address; an IPv4 one that came over an IPv6 socket as what it is (RFC 4291 2.5.5.2)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def peer_of(address: str) -> str:
    """Who an address belongs to: a machine may take any of its /64 in IPv6 (RFC 4291 2.5.4)."""
    found = plain(address)
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))
