"""The DICOM conformance statement (PS3.2), written from what the code proposes, accepts and bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydicom.uid import UID
from pynetdicom import sop_class
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from lungview.sources.pacs import association, contexts, engine, find
from lungview.sources.pacs.receive import Listening
from lungview.sources.source import Query

_SERVICES = (
    (Verification, "SCU, SCP"),
    (StudyRootQueryRetrieveInformationModelFind, "SCU"),
    (StudyRootQueryRetrieveInformationModelGet, "SCU"),
    (StudyRootQueryRetrieveInformationModelMove, "SCU"),
    (StorageCommitmentPushModel, "SCU"),
)
_STATUSES = (
    ("0000", "Success", "the object is on disk, and in the ledger where the receiver is the node"),
    ("A700", "Refused: out of resources", "the disk is short of room, or too much waits to be judged"),
    ("C000", "Error: cannot understand", "the object does not parse, or its UIDs are none"),
    ("0117", "Invalid object instance", "its SOP Instance UID is none"),
)


_OBJECTS = (
    ("Segmentation", "1.2.840.10008.5.1.4.1.1.66.4", "shown", "findings, drawn regions"),
    ("Label Map Segmentation", "1.2.840.10008.5.1.4.1.1.66.7", "shown", ""),
    ("RT Structure Set", "1.2.840.10008.5.1.4.1.1.481.3", "shown", ""),
    (
        "Grayscale Softcopy Presentation State",
        "1.2.840.10008.5.1.4.1.1.11.1",
        "shown: window, rotation, flip, area, shutter but of bitmaps, graphics, text",
        "window, rotation, flip, drawings",
    ),
    ("Comprehensive SR", "1.2.840.10008.5.1.4.1.1.88.33", "measurements shown", "TID 1500"),
    (
        "Enhanced SR, Comprehensive 3D SR, Extensible SR, CAD SR",
        "1.2.840.10008.5.1.4.1.1.88.22, .34, .35, .50, .65",
        "measurements shown",
        "",
    ),
    (
        "Key Object Selection",
        "1.2.840.10008.5.1.4.1.1.88.59",
        "key images shown",
        "titles of CID 7010 that need no reason",
    ),
    ("Secondary Capture", "1.2.840.10008.5.1.4.1.1.7", "shown", "a slice with its heat map"),
    ("Encapsulated PDF", "1.2.840.10008.5.1.4.1.1.104.1", "", "the report"),
)


def text() -> str:
    """The statement in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    here = Listening("LUNGVIEW")
    yield from (
        "# DICOM conformance statement",
        "",
        "Written by `lungview pacs conformance` from the code; the tests hold it to it. Research use only:",
        "not a medical device. The parts follow PS3.2 in brief.",
        "",
        "## Networking",
        "",
        f"Implementation class UID {engine.IMPLEMENTATION_UID}, version name {engine.IMPLEMENTATION}.",
        f"PDUs are asked to be at most {association.PDU:,} bytes; one above {association.MOST_PDU:,} bytes",
        f"ends its association. At most {here.most_associations} associations at one time, objects of at",
        f"most {here.most_bytes:,} bytes. No asynchronous operations; roles are negotiated for C-GET.",
        "Security: TLS 1.2 or later, certificates of both sides; no user identity negotiation.",
        "",
        "| service | UID | role |",
        "|---|---|---|",
    )
    yield from (f"| {uid.name} | {uid} | {role} |" for uid, role in _SERVICES)
    yield f"| Storage, the classes below | | SCU, SCP ({len(contexts.STORAGE)} classes) |"
    yield from ("", "## Query keys", "", "| level | keys |", "|---|---|")
    yield f"| STUDY | {_keys(Query())} |"
    yield f"| SERIES | {_keys(Query(study_uid='1', of_series=True))} |"
    yield from ("", "## Answers to C-STORE", "", "| status | meaning | when |", "|---|---|---|")
    yield from (f"| {code} | {meaning} | {when} |" for code, meaning, when in _STATUSES)
    yield from ("", "## Objects", "", "| object | class | read | written |", "|---|---|---|---|")
    yield from (f"| {name} | {uid} | {read} | {made} |" for name, uid, read, made in _OBJECTS)
    yield from ("", "## Transfer syntaxes", "", "As a storage SCP, each class in all of:", "")
    yield from _listed(contexts.ALL_SYNTAXES)
    yield from ("", "C-GET asks for plain ones, and for each of these in a context of its own:", "")
    yield from _listed(contexts.PACKED)
    yield from ("", "As a storage SCU, the one that the file is written in; of plain ones both.", "")
    yield from ("## Storage classes", "")
    yield from _listed(contexts.STORAGE)


def _keys(query: Query) -> str:
    return ", ".join(sorted(each.keyword for each in find.identifier(query)))


def _listed(uids: Iterable[str]) -> Iterator[str]:
    yield from (f"- {_name(UID(str(uid)))}, {uid}" for uid in uids)


def _name(uid: UID) -> str:
    if uid.name != uid:
        return uid.name
    known = {str(value): name for name, value in sop_class._STORAGE_CLASSES.items()}
    return known.get(str(uid), "newer than the dictionary")
