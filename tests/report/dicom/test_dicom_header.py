"""Derived objects of odd sources are legal, or one sentence says why there are none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset, dcmwrite, uid

from lungview.classify.case import Case
from lungview.errors import LungViewError, ReportError
from lungview.image import phantom, readers
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.report.content import CaseContent, Layout
from lungview.report.dicom import sr as dicom_sr
from lungview.report.dicom.header import source_header
from lungview.report.formats import write
from lungview.report.measured import marked_slice
from tests.report.conftest import heat, make_content, make_prediction
from tests.report.dicom.test_dicom import needs_dcmtk

THORAX = phantom.Thorax(slices=1, matrix=64)
KINDS = ("sr", "sc", "pdf")  # what a slice alone can be written as; a SEG needs findings
Change = Callable[[Dataset], None]


def content_of(path: Path, frame: int = 0) -> CaseContent:
    """A case with an answer and a heat map, of any picture."""
    slice_ = readers.read(path, frame)
    return make_content(slice=slice_, case=Case(slice_.instance, make_prediction()), heat=heat(slice_.rows))


def odd(folder: Path, change: Change) -> Path:
    """The phantom's slice with another header, in implicit VR: there every value can be written."""
    made = phantom.make_dataset(THORAX, 0)
    made.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    change(made)
    dcmwrite(folder / "a.dcm", made, implicit_vr=True, little_endian=True)
    return folder / "a.dcm"


def raw(tag: int, value: bytes) -> Change:
    """A change to bytes that no writer would let through."""

    def change(made: Dataset) -> None:
        made.add_new(tag, "UN", value + b" " * (len(value) % 2))

    return change


def without(*keywords: str) -> Change:
    def change(made: Dataset) -> None:
        for keyword in keywords:
            if keyword in made:
                delattr(made, keyword)

    return change


CARRIED = {
    "birth date with dots": (raw(0x00100030, b"1993.08.22"), "PatientBirthDate", "19930822"),
    "time with colons": (raw(0x00080030, b"10:15:30"), "StudyTime", "101530"),
    "time of hours and minutes": (raw(0x00080030, b"1015"), "StudyTime", "1015"),
    "time with a fraction": (raw(0x00080030, b"101530.25"), "StudyTime", "101530.250000"),
    "small letter": (raw(0x00100040, b"f"), "PatientSex", "F"),
    "trailing carets": (raw(0x00100010, b"Doe^Jane^^^"), "PatientName", "Doe^Jane^^^"),
}


@pytest.mark.parametrize("case", CARRIED)
def test_a_value_written_otherwise_is_carried_in_its_legal_form(case: str, tmp_path: Path) -> None:
    change, keyword, value = CARRIED[case]
    header = source_header(readers.read(odd(tmp_path, change)).instance)
    assert str(header.dataset[keyword].value).startswith(value)
    assert header.notes == ()


LEFT_OUT = {
    "zeros": (raw(0x00100030, b"00000000"), "Patient's Birth Date"),
    "no such day": (raw(0x00080020, b"20230231"), "Study Date"),
    "a range": (raw(0x00080020, b"20230101-20230131"), "Study Date"),
    "no time": (raw(0x00080030, b"noon"), "Study Time"),
    "unknown sex": (raw(0x00100040, b"W"), "Patient's Sex"),
    "two identities": (raw(0x00100020, b"A\\B"), "Patient ID"),
    "a long identity": (raw(0x00100020, b"1" * 65), "Patient ID"),
    "a long accession number": (raw(0x00080050, b"1" * 17), "Accession Number"),
    "a long name": (raw(0x00100010, b"N" * 65), "Patient's Name"),
    "six components": (raw(0x00100010, b"A^B^C^D^E^F"), "Patient's Name"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_value_that_no_object_may_carry_is_left_out_and_named(case: str, tmp_path: Path) -> None:
    change, name = LEFT_OUT[case]
    path = odd(tmp_path, change)
    for kind in KINDS:
        notes = write(content_of(path), tmp_path / "r.dcm", Layout(), kind)
        assert notes == (f"left out, not legal in the source: {name}",)
        keyword = name.replace("'s", "").replace(" ", "")
        assert not pydicom.dcmread(tmp_path / "r.dcm")[keyword].value


ODD = {
    "no type 2 values": without("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate",
                                "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID"),
    "no geometry": without("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"),
    "empty thickness": raw(0x00180050, b""),
    "no study": without("StudyInstanceUID"),
    "no series": without("SeriesInstanceUID"),
    "unknown character set": raw(0x00080005, b"KLINGON"),
    "two modalities": raw(0x00080060, b"CT\\MR"),
    "radiograph": raw(0x00080060, b"CR"),
    "orientation of no letters": raw(0x00200020, b"1\\2"),
}  # fmt: skip


@needs_dcmtk
@pytest.mark.parametrize("case", ODD)
def test_every_odd_source_gets_objects_that_dcmtk_reads(case: str, tmp_path: Path) -> None:
    content = content_of(odd(tmp_path, ODD[case]))
    for kind in KINDS:
        write(content, tmp_path / "r.dcm", Layout(), kind)
        assert _said("dcmdump", tmp_path / "r.dcm") == ""
    write(content, tmp_path / "r.dcm", Layout(), "sr")
    assert _said("dsrdump", tmp_path / "r.dcm") == ""


def _said(tool: str, path: Path) -> str:
    """What a tool of dcmtk complains of; that it checks no UTF-8 is no complaint."""
    done = subprocess.run([tool, str(path)], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    return "".join(line for line in lines if "does not support this Specific Character Set" not in line)


def test_an_object_of_a_private_class_can_be_reported_on(tmp_path: Path) -> None:
    content = content_of(odd(tmp_path, raw(0x00080016, b"1.2.3.4.5")))
    for kind in ("sc", "pdf"):
        assert write(content, tmp_path / "r.dcm", Layout(), kind) == ()


DOSE, PRIVATE = b"1.2.840.10008.5.1.4.1.1.481.2", b"1.2.3.4.5"


@needs_dcmtk
@pytest.mark.parametrize("sop_class", [DOSE, PRIVATE], ids=["RT Dose", "private"])
def test_what_is_of_no_class_of_images_is_evidence_and_no_image(sop_class: bytes, tmp_path: Path) -> None:
    (note,) = write(content_of(odd(tmp_path, raw(0x00080016, sop_class))), tmp_path / "r.dcm", Layout(), "sr")
    assert "the answer names it as evidence only" in note
    assert _said("dsrdump", tmp_path / "r.dcm") == ""
    written = pydicom.dcmread(tmp_path / "r.dcm")
    (series,) = written.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPClassUID == sop_class.decode()


def test_whose_numbering_an_id_is_of_goes_with_it(tmp_path: Path) -> None:
    content = content_of(odd(tmp_path, raw(0x00100021, b"Hospital A")))
    for kind in KINDS:
        write(content, tmp_path / "r.dcm", Layout(), kind)
        assert pydicom.dcmread(tmp_path / "r.dcm").IssuerOfPatientID == "Hospital A"


def test_marks_alone_on_what_is_no_image_make_no_structured_report(tmp_path: Path) -> None:
    content = content_of(odd(tmp_path, raw(0x00080016, DOSE)))
    ruler = Annotation(Kind.RULER, (Point(1, 1), Point(4, 5)))
    unanswered = replace(
        content,
        case=Case(content.slice.instance, error=LungViewError("not asked")),
        marked=[marked_slice(content.slice, [ruler])],
    )
    with pytest.raises(ReportError, match="would be empty; left out: the marks on 1 slices"):
        write(unanswered, tmp_path / "r.dcm", Layout(), "sr")
    assert not (tmp_path / "r.dcm").exists()


SYNTAXES = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.JPEG2000Lossless,
    uid.RLELossless,
)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_transfer_syntax_can_be_reported_on(syntax: str, tmp_path: Path) -> None:
    phantom.save(phantom.make_dataset(THORAX, 0, syntax), tmp_path / "a.dcm")
    for kind in KINDS:
        assert write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), kind) == ()


def test_a_file_without_preamble_and_meta_information_can_be_reported_on(tmp_path: Path) -> None:
    made = phantom.make_dataset(THORAX, 0)
    made.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    del made.file_meta
    dcmwrite(tmp_path / "a.dcm", made, implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert (tmp_path / "a.dcm").read_bytes()[128:132] != b"DICM"
    for kind in KINDS:
        write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), kind)


def test_a_multi_frame_source_is_referred_to_by_its_frame(tmp_path: Path) -> None:
    phantom.write_multiframe(tmp_path / "a.dcm", phantom.Thorax(slices=3, matrix=64))
    write(content_of(tmp_path / "a.dcm", 2), tmp_path / "r.dcm", Layout(), "sc")
    (reference,) = pydicom.dcmread(tmp_path / "r.dcm").SourceImageSequence
    assert reference.ReferencedFrameNumber == 3


def test_a_name_beyond_ascii_is_written_in_utf_8(tmp_path: Path) -> None:
    made = phantom.make_dataset(THORAX, 0)
    made.SpecificCharacterSet = "ISO_IR 100"
    made.PatientName = "Müller^Jörg"
    phantom.save(made, tmp_path / "a.dcm")
    for kind in KINDS:
        write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), kind)
        found = pydicom.dcmread(tmp_path / "r.dcm")
        assert (found.SpecificCharacterSet, found.PatientName) == ("ISO_IR 192", "Müller^Jörg")


def test_a_name_of_an_undeclared_set_is_written_as_it_was_read(tmp_path: Path) -> None:
    made = phantom.make_dataset(THORAX, 0)
    made.SpecificCharacterSet, made.PatientName = "ISO_IR 192", "Müller^Jörg"
    phantom.save(made, tmp_path / "a.dcm")
    content = (tmp_path / "a.dcm").read_bytes()
    (tmp_path / "a.dcm").write_bytes(content.replace(b"CS\x0a\x00ISO_IR 192", b"CS\x0a\x00          "))
    for kind in KINDS:
        write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), kind)
        found = pydicom.dcmread(tmp_path / "r.dcm")
        assert (found.SpecificCharacterSet, found.PatientName) == ("ISO_IR 192", "Müller^Jörg")


def test_what_cannot_be_referred_to_gets_no_structured_report_but_the_others(tmp_path: Path) -> None:
    made = phantom.make_dataset(THORAX, 0)
    made.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    del made.file_meta
    del made.SOPInstanceUID
    dcmwrite(tmp_path / "a.dcm", made, implicit_vr=True, little_endian=True, enforce_file_format=False)
    content = content_of(tmp_path / "a.dcm")
    with pytest.raises(ReportError, match="the source has no SOP Class or Instance UID"):
        write(content, tmp_path / "r.dcm", Layout(), "sr")
    for kind in ("sc", "pdf"):
        notes = write(content, tmp_path / "r.dcm", Layout(), kind)
        assert notes == ("the source has no SOP Instance UID; nothing refers to it",)


def test_what_a_library_raises_is_one_sentence_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("born 19930822")

    monkeypatch.setattr(dicom_sr, "save", fail)
    phantom.save(phantom.make_dataset(THORAX, 0), tmp_path / "a.dcm")
    with pytest.raises(ReportError) as caught:
        write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), "sr")
    assert caught.value.message == "the Structured Report could not be made of this source (ValueError)"
    assert caught.value.__suppress_context__
    assert "19930822" not in caplog.text


def test_a_source_with_burned_in_text_hands_that_word_on(tmp_path: Path) -> None:
    made = phantom.make_dataset(THORAX, 0)
    made.BurnedInAnnotation = "YES"
    phantom.save(made, tmp_path / "a.dcm")
    write(content_of(tmp_path / "a.dcm"), tmp_path / "r.dcm", Layout(), "sc")
    assert pydicom.dcmread(tmp_path / "r.dcm").BurnedInAnnotation == "YES"


CASES = (
    "sr_cs_ISO_2022_IR_100",
    "sr_cs__ISO_2022_IR_149",
    "sr_date_zero",
    "sr_enhanced_ct",
    "sr_sex_bad",
    "sr_thick_empty",
    "sr_time_colon",
    "no_preamble",
    "charset_utf8_undeclared",
)


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_known_odd_headers_get_every_object(case: str, shared_cases: Path, tmp_path: Path) -> None:
    for path in sorted((shared_cases / "headers" / case).glob("*.dcm")):
        for kind in KINDS:
            write(content_of(path), tmp_path / "r.dcm", Layout(), kind)
            assert pydicom.dcmread(tmp_path / "r.dcm").SOPClassUID
