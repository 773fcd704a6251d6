"""A search in an archive that does not end it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.events import EVT_C_FIND, Event
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind  # type: ignore[attr-defined]

from lungview.remote_nodes import DicomNode
from lungview.sources.pacs.find import find
from lungview.sources.source import Query


def _answers_for_ever(_event: Event) -> Iterator[tuple[int, Dataset]]:
    for number in count(1):
        answer = Dataset()
        answer.QueryRetrieveLevel, answer.StudyInstanceUID = "STUDY", f"1.2.{number}"
        yield 0xFF00, answer


def test_an_archive_that_hears_no_cancel_is_left_and_there_are_more() -> None:
    entity = AE("DEAF")
    entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
    handlers: Any = [(EVT_C_FIND, _answers_for_ever)]
    server: Any = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        node = DicomNode("deaf", "DEAF", "127.0.0.1", server.server_address[1], timeout_s=1.0, tries=1)
        found = find(node, Query(most=3))
    finally:
        server.shutdown()
    assert not found.complete
    assert len(found.studies) == 3
