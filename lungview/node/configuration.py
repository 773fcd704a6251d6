"""What a node is told at its start; checked, and refused in words."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from lungview.errors import SettingsError
from lungview.remote_nodes import RemoteNode
from lungview.sources.pacs.receive import Listening

NAME = "answers"  # of the queue's node where results go
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything about a node that is not in its ledger.

    model: id, id@version or folder. answer: where results go; None keeps them in the data folder.
    quiet_s: seconds without a new object after which a study is complete. step: every n-th slice is judged.
    keep_days: what is older than that is deleted; 0 keeps it. least_free_mb, most_waiting_mb: of disk that
    stays free, and of studies that may wait; beyond it objects are turned away for the time being.
    judge_s: the longest a study may take. metrics_port: on loopback; 0 is none.
    """

    listening: Listening
    data: Path
    model: str
    answer: RemoteNode | None = None
    quiet_s: float = 60.0
    step: int = 1
    keep_days: float = 7.0
    least_free_mb: int = 2_000
    most_waiting_mb: int = 50_000
    judge_s: float = 1800.0
    metrics_port: int = 0
    beyond_loopback_without_tls: bool = False

    def __post_init__(self) -> None:
        listening = self.listening
        if listening.tls is None and not is_loopback(listening.host) and not self.beyond_loopback_without_tls:
            raise SettingsError(
                f"listening on {listening.host or 'every address'} takes TLS; no certificate was given",
                hint="--tls-cert and --tls-key; or --without-tls on a network that is guarded otherwise",
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address that is listened on."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
