"""Storage commitment, push model: the archive answers for the keeping of what it was sent (PS3.4 J)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom.association import Association
from pynetdicom.events import EVT_N_EVENT_REPORT, Event, EventHandlerType
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import StorageCommitmentPushModel  # type: ignore[attr-defined]

from lungview.errors import NetworkError
from lungview.image.readers.data_set.values import items, text
from lungview.remote_nodes import DicomNode
from lungview.sources.folder import Head
from lungview.sources.pacs.receive import Received, Receiver
from lungview.sources.pacs.retrieve import listening
from lungview.sources.sending import Outcome, State
from lungview.sources.source import Cancel, check, never

_INSTANCE = "1.2.840.10008.1.20.1.1"  # the one there is (PS3.4 J.3.5)
_REQUEST = 1
_STEP_S = 0.1
_WITHOUT_PORT_S = 2.0


class Commitment:
    """One request and its report, which comes on the association or on one that the node opens to us."""

    def __init__(self, node: DicomNode, *, wanted: bool) -> None:
        self._node = node
        self._wanted = wanted
        self._transaction = generate_uid(prefix=None)
        self._reported = threading.Event()
        self._committed: set[str] = set()
        self._failed: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> Commitment:
        """Listen where the node has a port to report to. Raises NetworkError: it is taken."""
        if self._wanted and self._node.own_port:
            self._stack.enter_context(
                Receiver(listening(self._node), _keep_nothing, on_report=self._on_report)
            )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def contexts(self) -> list[PresentationContext]:
        """What the association proposes for it."""
        return [build_context(StorageCommitmentPushModel)] if self._wanted else []

    @property
    def handlers(self) -> list[EventHandlerType]:
        """What the association listens to for it."""
        return [(EVT_N_EVENT_REPORT, self._on_report)] if self._wanted else []

    def ask(
        self, association: Association, stored: Sequence[tuple[Path, Head]], cancelled: Cancel = never
    ) -> Iterator[Outcome]:
        """Outcomes of what was sent: COMMITTED or FAILED as the archive says, none where it says nothing."""
        if not stored or not self._offered(association) or not self._requested(association, stored):
            return
        waited, patience = 0.0, self._patience()
        while not self._reported.wait(_STEP_S) and waited < patience:
            check(cancelled)
            waited += _STEP_S
        for path, head in stored:
            if head.sop_uid in self._failed:
                reason = f"{self._node.name} took the object but does not answer for its keeping"
                yield Outcome(path, State.FAILED, reason)
            elif head.sop_uid in self._committed:
                yield Outcome(path, State.COMMITTED)

    def _patience(self) -> float:
        """Seconds: most archives report on an association of their own, which takes a port of ours."""
        return self._node.timeout_s if self._node.own_port else min(self._node.timeout_s, _WITHOUT_PORT_S)

    def _offered(self, association: Association) -> bool:
        accepted = (each.abstract_syntax for each in association.accepted_contexts)
        return association.is_established and StorageCommitmentPushModel in accepted

    def _requested(self, association: Association, stored: Sequence[tuple[Path, Head]]) -> bool:
        asked = Dataset()
        asked.TransactionUID = self._transaction
        asked.ReferencedSOPSequence = [_reference(head) for _, head in stored]
        status, _ = association.send_n_action(asked, _REQUEST, StorageCommitmentPushModel, _INSTANCE)
        return "Status" in status and status.Status == 0

    def _on_report(self, event: Event) -> tuple[int, None]:
        """Handler of EVT_N_EVENT_REPORT (PS3.4 J.3.3); other transactions are no business of this one."""
        told = event.event_information
        if text(told, "TransactionUID") == self._transaction:
            self._committed |= _named(told, "ReferencedSOPSequence")
            self._failed |= _named(told, "FailedSOPSequence")
            self._reported.set()
        return 0x0000, None


def _reference(head: Head) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = head.class_uid
    reference.ReferencedSOPInstanceUID = head.sop_uid
    return reference


def _named(told: Dataset, keyword: str) -> set[str]:
    return {text(each, "ReferencedSOPInstanceUID") for each in items(told, keyword)}


def _keep_nothing(_received: Received) -> None:
    raise NetworkError("objects are not expected here")
