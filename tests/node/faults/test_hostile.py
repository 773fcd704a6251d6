"""What a peer can send to a node: objects that lie, UIDs that are paths or another patient's."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pynetdicom import AE
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    CTImageStorage,
)

from lungview.errors import DamagedFile
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.receive import Received
from lungview.sources.source import never
from tests.node.conftest import Peered


def _changed(file: Path, **values: str) -> bytes:
    """The bytes of a file with other values, whether the standard has such or not."""
    dataset = pydicom.dcmread(file)
    for keyword, value in values.items():
        if keyword.endswith("UID"):
            dataset[keyword].validation_mode = pydicom.config.IGNORE
            dataset[keyword]._value = value
        else:
            setattr(dataset, keyword, value)
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def _store(port: int, data: bytes, announced: str, class_uid: str = CTImageStorage) -> int | None:
    """The status of a C-STORE of a data set's bytes as they are, under any UID; None without an answer."""
    entity = AE("SENDER")
    entity.dimse_timeout = entity.network_timeout = 10
    entity.add_requested_context(class_uid, "1.2.840.10008.1.2.1")
    association = entity.associate("127.0.0.1", port, ae_title="HERE")
    assert association.is_established
    request = C_STORE()
    request.MessageID, request.Priority, request.AffectedSOPClassUID = 1, 2, class_uid
    request.AffectedSOPInstanceUID = "1.2.3"
    request._affected_sop_instance_uid = pydicom.uid.UID(announced, pydicom.config.IGNORE)
    request.DataSet = BytesIO(data)
    association._reactor_checkpoint.clear()
    context = association.accepted_contexts[0].context_id
    association.dimse.send_msg(request, context)
    if not data:  # the engine sends no fragment of nothing
        fragment = P_DATA()
        fragment.presentation_data_value_list = [[context, b"\x02"]]
        association.dul.send_pdu(fragment)
    _, answer = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    association.abort()
    return None if answer is None else answer.Status


def _data_set(file_bytes: bytes) -> bytes:
    """What follows the file meta information."""
    (length,) = struct.unpack_from("<L", file_bytes, 140)
    return file_bytes[144 + length :]


def _uid(file: Path) -> str:
    return str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID)


def test_a_good_object_is_taken(peered: Peered, study: list[Path]) -> None:
    assert _store(peered.port, _data_set(study[0].read_bytes()), _uid(study[0])) == 0
    assert len(peered.kept()) == 1


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\x08\x00\x18\x00UI"], ids=["no byte", "one", "a torn element"]
)
def test_an_object_of_nothing_is_not_understood(peered: Peered, data: bytes) -> None:
    assert _store(peered.port, data, "1.2.3") == 0xC000
    assert peered.kept() == []
    assert echo(peered.node) > 0


@pytest.mark.parametrize("length", [0xFFFFFFF0, 0x7FFFFFFF])
def test_an_element_that_claims_gigabytes_is_not_understood_and_costs_no_memory(
    peered: Peered, study: list[Path], length: int
) -> None:
    import resource

    whole = _data_set(study[0].read_bytes())
    at = whole.rindex(b"\xe0\x7f\x10\x00")
    lying = whole[: at + 8] + length.to_bytes(4, "little") + whole[at + 12 :]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _store(peered.port, lying, _uid(study[0])) == 0xC000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
    assert peered.kept() == []


@pytest.mark.parametrize("uid", ["../../x", "/etc/passwd", "1.2/../3", "..", "1.2.3.dcm"])
def test_a_uid_that_is_a_path_is_an_invalid_instance(peered: Peered, study: list[Path], uid: str) -> None:
    assert _store(peered.port, _data_set(study[0].read_bytes()), uid) == 0x0117
    assert peered.kept() == []


def test_of_two_uids_in_place_of_one_neither_is_kept(peered: Peered, study: list[Path]) -> None:
    data = _data_set(study[0].read_bytes())
    assert _store(peered.port, data, f"1.2.3\\{_uid(study[0])}") in (0x0117, 0xC000)
    assert peered.kept() == []


@pytest.mark.parametrize("cut", [1, 1000])
def test_an_object_that_is_cut_in_its_pixels_is_not_understood(
    peered: Peered, study: list[Path], cut: int
) -> None:
    assert _store(peered.port, _data_set(study[0].read_bytes())[:-cut], _uid(study[0])) == 0xC000
    assert peered.reasons() == ["the object ends before its pixel data do"]


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_a_path_in_place_of_a_uid_in_the_object_reaches_no_disk(
    peered: Peered, study: list[Path], keyword: str
) -> None:
    data = _data_set(_changed(study[0], **{keyword: "../../../x"}))
    assert _store(peered.port, data, _uid(study[0])) == 0xC000
    everything = [p.name for p in peered.parts.configuration.data.rglob("*")]
    assert sorted(p for p in everything if "sqlite" not in p) == ["inbox"]


def test_an_object_announced_as_another_costs_none_that_is_kept(peered: Peered, study: list[Path]) -> None:
    data = _data_set(study[0].read_bytes())
    assert _store(peered.port, data, _uid(study[0])) == 0
    assert _store(peered.port, data, "1.2.3") == 0xC000
    (kept,) = peered.kept()
    assert kept.is_file()
    assert peered.parts.ledger.files(1) == [kept]


def test_another_patients_object_under_a_uid_that_is_taken_is_refused(
    peered: Peered, study: list[Path]
) -> None:
    uid = _uid(study[0])
    assert _store(peered.port, _data_set(study[0].read_bytes()), uid) == 0
    before = peered.kept()[0].read_bytes()
    other = _data_set(_changed(study[0], PatientID="4711", PatientName="DOE^JANE"))
    assert _store(peered.port, other, uid) == 0xC000
    assert [path.read_bytes() for path in peered.kept()] == [before]
    assert peered.reasons() == ["an object of another patient has this UID already"]
    assert "DOE" not in str(peered.told)


def test_one_uid_in_two_series_of_a_study_is_kept_once_and_the_second_is_refused(
    peered: Peered, study: list[Path]
) -> None:
    uid = _uid(study[0])
    assert _store(peered.port, _data_set(study[0].read_bytes()), uid) == 0
    assert _store(peered.port, _data_set(_changed(study[0], SeriesInstanceUID="1.2.3.4")), uid) == 0xC000
    assert peered.kept() == peered.parts.ledger.files(1)
    assert peered.reasons() == ["an object of this UID came before in another series"]


def test_a_second_of_one_uid_that_a_killed_node_left_is_not_left_for_good(
    make_parts: Any, study: list[Path]
) -> None:
    first = make_parts()
    first.receive(study[:1])
    first.inbox.folder.keep(_changed(study[0], SeriesInstanceUID="1.2.3.4"))
    later = make_parts()
    assert later.inbox.adopt() == 0
    assert sorted(later.inbox.folder.root.rglob("*.dcm")) == later.ledger.files(1)


def test_two_patients_in_one_study_are_answered_each_by_name(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    worker = parts.worker()
    parts.receive(study)
    for number, file in enumerate(study):
        uid = f"1.2.3.{number}"
        data = _changed(file, PatientID="4711", PatientName="DOE^JANE", SOPInstanceUID=uid)
        parts.inbox.keep(Received(uid, data))
    assert worker.judge_next(never)
    answers = [pydicom.dcmread(path) for _, path in parts.ledger.answers()]
    reports = [each for each in answers if each.Modality == "SR"]
    assert sorted(str(each.PatientID) for each in reports) == ["4711", "SYNTHETIC"]
    for each in reports:
        (series,) = each.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
        named = {str(item.ReferencedSOPInstanceUID) for item in series.ReferencedSOPSequence}
        assert all(uid.startswith("1.2.3.") == (each.PatientID == "4711") for uid in named)


def test_a_file_that_a_power_failure_tore_is_written_anew(make_parts: Any, study: list[Path]) -> None:
    parts = make_parts()
    _, path = parts.inbox.folder.keep(study[0].read_bytes())
    path.write_bytes(study[0].read_bytes()[:200])
    parts.receive(study[:1])
    assert path.read_bytes() == study[0].read_bytes()


def test_an_object_that_is_not_its_announced_one_is_no_matter_of_the_ledger(
    make_parts: Any, study: list[Path]
) -> None:
    parts = make_parts()
    parts.receive(study[:1])
    with pytest.raises(DamagedFile, match="announced"):
        parts.inbox.keep(Received("1.2.3", study[0].read_bytes()))
    assert parts.ledger.files(1)[0].is_file()
