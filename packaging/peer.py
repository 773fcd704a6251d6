"""The other side of a node that is tried: it sends studies, takes answers, and reads what they refer to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import pydicom
from pydicom.dataset import Dataset
from pynetdicom import AE, StoragePresentationContexts
from pynetdicom.events import EVT_C_STORE, Event

SUCCESS, PROCESSING_FAILURE = 0x0000, 0x0110
PATIENCE_S = 60.0


class Peer:
    """A storage SCP on loopback that keeps what it is sent. port: where it listens."""

    def __init__(self) -> None:
        self._objects: list[Dataset] = []
        self._next: Callable[[], None] | None = None
        self._lock = threading.Lock()
        entity = AE("PEER")
        for context in StoragePresentationContexts:
            entity.add_supported_context(str(context.abstract_syntax))
        handlers = [(EVT_C_STORE, self._on_store)]
        self._server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        self.port = int(self._server.server_address[1])

    def at_next(self, act: Callable[[], None]) -> None:
        """Once: act before the next object is answered for."""
        with self._lock:
            self._next = act

    def objects(self) -> list[Dataset]:
        """What has come so far."""
        with self._lock:
            return list(self._objects)

    def _on_store(self, event: Event) -> int:
        dataset = event.dataset
        dataset.file_meta = event.file_meta
        with self._lock:
            self._objects.append(dataset)
            act, self._next = self._next, None
        if act is not None:
            act()
        return SUCCESS

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()


def send(port: int, files: Iterable[Path]) -> set[Path]:
    """C-STORE to the node on that port; those that it took."""
    entity = AE("SENDER")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = PATIENCE_S
    sets = {file: pydicom.dcmread(file) for file in files}
    for kind, syntax in {(d.SOPClassUID, d.file_meta.TransferSyntaxUID) for d in sets.values()}:
        entity.add_requested_context(kind, syntax)
    association = entity.associate("127.0.0.1", port, ae_title="LUNGVIEW")
    if not association.is_established:
        return set()
    statuses = {file: association.send_c_store(dataset) for file, dataset in sets.items()}
    association.release()
    return {file for file, status in statuses.items() if status.get("Status") == SUCCESS}


def reports_of(objects: Sequence[Dataset], study: Sequence[Path]) -> set[str]:
    """UIDs of the Structured Reports that refer to the series of a study, and to nothing else."""
    heads = [pydicom.dcmread(file, stop_before_pixels=True) for file in study]
    series = {str(head.SeriesInstanceUID) for head in heads}
    slices = {str(head.SOPInstanceUID) for head in heads}
    found = set()
    for each in objects:
        if each.get("Modality") != "SR" or each.get("StudyInstanceUID") != heads[0].StudyInstanceUID:
            continue
        named = list(_referenced(each))
        if named and {of for of, _ in named} == series and {uid for _, uid in named} <= slices:
            found.add(str(each.SOPInstanceUID))
    return found


def _referenced(report: Dataset) -> Iterator[tuple[str, str]]:
    """Series and object of everything that a report names as its evidence (PS3.3 C.17.2)."""
    for study in report.get("CurrentRequestedProcedureEvidenceSequence", []):
        for series in study.ReferencedSeriesSequence:
            for item in series.ReferencedSOPSequence:
                yield str(series.SeriesInstanceUID), str(item.ReferencedSOPInstanceUID)
