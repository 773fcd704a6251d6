"""DICOM objects: re-read by pydicom, dumped by dcmtk, stored in an Orthanc server and found there again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from lungview.classify.case import Case
from lungview.errors import DamagedFile, ReportError
from lungview.image.phantom import Thorax, write_series
from lungview.image.slice import Instance, Spacing
from lungview.report.content import RESEARCH_USE, CaseContent
from lungview.report.dicom.pdf import write_encapsulated
from lungview.report.dicom.sc import write_sc
from lungview.report.dicom.sr import write_sr
from tests.report.conftest import SHA, make_content, make_prediction, make_slice

needs_dcmtk = pytest.mark.skipif(
    shutil.which("dsrdump") is None, reason="dcmtk is not installed (Debian package dcmtk)"
)
ORTHANC = shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/bin")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One slice of the synthetic thorax."""
    folder = tmp_path_factory.mktemp("series")
    write_series(folder, Thorax(slices=1))
    return next(p for p in sorted(folder.rglob("*")) if p.is_file())


@pytest.fixture(scope="module")
def content(source: Path) -> CaseContent:
    from lungview.image import readers

    slice_ = readers.read(source)
    return make_content(
        slice=slice_,
        case=Case(slice_.instance, make_prediction()),
        heat=np.linspace(0, 1, slice_.rows * slice_.columns, dtype=np.float32).reshape(
            slice_.rows, slice_.columns
        ),
    )


@pytest.fixture(scope="module")
def written(content: CaseContent, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dicom")
    paths = {kind: folder / f"{kind}.dcm" for kind in ("sr", "sc", "pdf")}
    write_sr(content, paths["sr"])
    write_sc(content, paths["sc"])
    write_encapsulated(content, paths["pdf"])
    return paths


@pytest.mark.parametrize("kind", ["sr", "sc", "pdf"])
def test_an_object_lies_in_the_sources_study_in_a_series_of_its_own(
    source: Path, written: dict[str, Path], kind: str
) -> None:
    a, b = pydicom.dcmread(source), pydicom.dcmread(written[kind])
    for same in ("StudyInstanceUID", "PatientID", "PatientName", "StudyDate"):
        assert a[same].value == b[same].value, same
    assert a.SeriesInstanceUID != b.SeriesInstanceUID
    assert a.SOPInstanceUID != b.SOPInstanceUID
    assert "Research use only" in b.SeriesDescription


def test_the_report_is_tid_1500_unverified_and_names_model_and_answer(
    source: Path, written: dict[str, Path]
) -> None:
    report = highdicom.sr.srread(written["sr"])
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    (group,) = report.content.get_image_measurement_groups()
    numbers = {m.name.meaning: m.value for m in group.get_measurements()}
    assert numbers["Probability: Adenocarcinoma"] == 0.81
    assert numbers["Probability: malignant, all classes"] == pytest.approx(0.97)
    answers = {e.name.meaning: e.value.meaning for e in group.get_qualitative_evaluations()}
    assert answers == {
        "Verdict": "called",
        "Most probable class": "Adenocarcinoma",
        "Suitability for the model": "suitable",
    }
    texts = _texts(report)
    assert {"Demo subtype", "1.2", RESEARCH_USE, f"Model demo-subtype, SHA-256 {SHA}"} <= texts
    (evidence,) = report.CurrentRequestedProcedureEvidenceSequence
    (series,) = evidence.ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == pydicom.dcmread(source).SOPInstanceUID


def _texts(item: Dataset) -> set[str]:
    found = {str(item.TextValue)} if "TextValue" in item else set()
    for child in item.get("ContentSequence", ()):
        found |= _texts(child)
    return found


def test_the_capture_shows_the_overlay_and_states_its_derivation(
    source: Path, written: dict[str, Path], content: CaseContent
) -> None:
    capture = pydicom.dcmread(written["sc"])
    assert capture.pixel_array.shape == (content.slice.rows * 512 // content.slice.columns + 54, 512, 3)
    assert list(capture.ImageType)[:2] == ["DERIVED", "SECONDARY"]
    assert SHA in capture.DerivationDescription
    assert RESEARCH_USE in capture.DerivationDescription
    (reference,) = capture.SourceImageSequence
    assert reference.ReferencedSOPInstanceUID == pydicom.dcmread(source).SOPInstanceUID
    colour = np.ptp(capture.pixel_array.astype(int), axis=2)
    rows = colour.shape[0] - 54
    assert not colour[: rows // 5].any()  # cold: grey as the slice
    assert colour[rows - 10 : rows].mean() > 20  # hot: painted


def test_the_capsule_holds_the_pdf(written: dict[str, Path]) -> None:
    capsule = pydicom.dcmread(written["pdf"])
    document = capsule.EncapsulatedDocument[: capsule.EncapsulatedDocumentLength]
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    assert capsule.MIMETypeOfEncapsulatedDocument == "application/pdf"


@needs_dcmtk
def test_dcmtk_reads_the_report_without_a_complaint(written: dict[str, Path]) -> None:
    done = subprocess.run(["dsrdump", "+Pc", str(written["sr"])], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert re.search(r"Verification Flag\s+: UNVERIFIED", done.stdout)
    assert '"Probability: Adenocarcinoma")="0.81"' in done.stdout


@needs_dcmtk
@pytest.mark.parametrize("kind", ["sr", "sc", "pdf"])
def test_dcmtk_dumps_every_object_without_a_complaint(written: dict[str, Path], kind: str) -> None:
    done = subprocess.run(["dcmdump", str(written[kind])], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize("write", [write_sr, write_sc, write_encapsulated])
def test_a_picture_file_gets_no_dicom_object(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((64, 64), np.uint8))
    slice_ = make_slice(instance=Instance(tmp_path / "a.png"))
    with pytest.raises(ReportError, match="needs a DICOM source"):
        write(make_content(slice=slice_), tmp_path / "a.dcm")
    assert not (tmp_path / "a.dcm").exists()


def test_a_failed_case_gets_no_structured_report(tmp_path: Path, content: CaseContent) -> None:
    failed = make_content(slice=content.slice, case=Case(content.slice.instance, error=DamagedFile("cut")))
    with pytest.raises(ReportError, match="needs a prediction"):
        write_sr(failed, tmp_path / "a.dcm")


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Orthanc server on this machine's loopback, stopped afterwards."""
    if ORTHANC is None:
        pytest.skip("Orthanc is not installed (Debian package orthanc)")
    folder = tmp_path_factory.mktemp("orthanc")
    port = _free_port()
    settings = {
        "Name": "LungViewTest",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "Plugins": [],
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([ORTHANC, str(folder / "orthanc.json")], stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server, folder / "log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"Orthanc ended: {log.read_text(errors='replace')[-500:]}")
        try:
            urllib.request.urlopen(f"{address}/system", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Orthanc did not answer within a minute")


def _ask(url: str, data: bytes | None = None) -> object:
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=20) as answer:
        return json.loads(answer.read())


def test_an_archive_files_all_three_with_their_source(
    orthanc: str, source: Path, written: dict[str, Path]
) -> None:
    for path in (source, *written.values()):
        stored = _ask(f"{orthanc}/instances", path.read_bytes())
        assert stored["Status"] == "Success"  # type: ignore[index]
    studies = _ask(f"{orthanc}/studies?expand")
    assert len(studies) == 1  # type: ignore[arg-type]
    series = [_ask(f"{orthanc}/series/{s}") for s in studies[0]["Series"]]  # type: ignore[index]
    assert sorted(s["MainDicomTags"]["Modality"] for s in series) == ["CT", "DOC", "OT", "SR"]  # type: ignore[index]
    for path in written.values():
        uid = pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID
        assert len(_ask(f"{orthanc}/tools/lookup", str(uid).encode())) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spacing", "ratio", "keyword", "expected"),
    [
        (Spacing(1.4, 0.7, "PixelSpacing"), 1.0, "PixelSpacing", [1.4, 0.7]),
        (Spacing(1.4, 0.7, "ImagerPixelSpacing"), 1.0, "PixelAspectRatio", [2, 1]),
        (None, 1.25, "PixelAspectRatio", [5, 4]),
    ],
)
def test_a_capture_of_pixels_that_are_no_squares_says_their_shape(
    content: CaseContent, tmp_path: Path, spacing: Spacing | None, ratio: float, keyword: str, expected: list
) -> None:
    slice_ = replace(content.slice, spacing=spacing, ratio=ratio)
    write_sc(replace(content, slice=slice_), tmp_path / "sc.dcm")
    made = pydicom.dcmread(tmp_path / "sc.dcm")
    enlarged = made.Columns / slice_.columns if keyword == "PixelSpacing" else 1
    assert [float(value) * enlarged for value in made[keyword].value] == pytest.approx(expected)
    assert ("PixelSpacing" in made) != ("PixelAspectRatio" in made)
