"""C-ECHO: whether a node is there and speaks with us (PS3.4 A)."""

from __future__ import annotations

import time

from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from lungview.errors import NetworkError
from lungview.remote_nodes import DicomNode
from lungview.sources.pacs.association import associated, status_of


def echo(node: DicomNode) -> float:
    """Seconds from opening the association to the answer. Raises NetworkError, NoAnswer, Refused."""
    start = time.perf_counter()
    with associated(node, [build_context(Verification)]) as association:
        status = status_of(node, association.send_c_echo(), "C-ECHO")
    if status != 0:
        raise NetworkError(f"{node.name} answered C-ECHO with status {status:04X}")
    return time.perf_counter() - start
