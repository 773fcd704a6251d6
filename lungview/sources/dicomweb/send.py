"""STOW-RS: files to an archive, one by one, so that each has its own outcome (PS3.18 10.5)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dicomweb_client.api import DICOMwebClient
from pydicom import dcmread
from pydicom.dataset import Dataset

from lungview.errors import LungViewError, NetworkError
from lungview.image.readers.data_set.values import integer, items
from lungview.remote_nodes import WebNode
from lungview.sources.dicomweb.client import client, in_words
from lungview.sources.folder import head_of_file
from lungview.sources.sending import OnOutcome, Outcome, State
from lungview.sources.source import Cancel, check, never

_NO_ROOM = range(0xA700, 0xA800)


def send(node: WebNode, paths: Sequence[Path], on_outcome: OnOutcome, cancelled: Cancel = never) -> None:
    """Send each file. on_outcome: called with each one's outcome.

    Raises NoAnswer, Refused, Cancelled; files without an outcome are then unsent.
    """
    asking = client(node)
    for path in paths:
        check(cancelled)
        on_outcome(_sent(node, asking, path))


def _sent(node: WebNode, asking: DICOMwebClient, path: Path) -> Outcome:
    try:
        head_of_file(path)
        with in_words(node, "STOW-RS"):
            return _outcome(node, path, asking.store_instances([dcmread(path)]))
    except NetworkError as error:
        if type(error) is not NetworkError:
            raise
        return Outcome(path, State.FAILED, error.message)
    except LungViewError as error:
        return Outcome(path, State.FAILED, error.message)


def _outcome(node: WebNode, path: Path, answer: Dataset) -> Outcome:
    """By the failure reason of PS3.18 I.2.2, which has the statuses of C-STORE."""
    failed = items(answer, "FailedSOPSequence")
    if not failed:
        return Outcome(path, State.SENT)
    reason = integer(failed[0], "FailureReason") or 0
    state = State.WAITING if reason in _NO_ROOM else State.FAILED
    return Outcome(path, state, f"{node.name} refused it: status {reason:04X}")
