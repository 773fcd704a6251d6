"""`lungview pacs send` of the program's own objects to a real Orthanc and back; what it says of faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest

from lungview.classify.case import Case
from lungview.cli import main
from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.report.content import Layout
from lungview.report.formats import write
from lungview.report.measured import marked_slice
from tests.report.conftest import make_content, make_prediction
from tests.report.dicom.marked.conftest import DRAWN
from tests.sources.archives import peers

KINDS = ("sr", "sc", "pdf", "ko", "regions")  # the last is a Segmentation
SAME = ("SOPInstanceUID", "SOPClassUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "PatientName")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An object of each kind, of one marked slice."""
    folder = tmp_path_factory.mktemp("written")
    (source,) = write_series(folder / "ct", Thorax(slices=1, matrix=64))
    shown = readers.read(source)
    content = make_content(
        slice=shown,
        case=Case(shown.instance, make_prediction()),
        heat=np.ones((shown.rows, shown.columns), np.float32),
        marked=[marked_slice(shown, DRAWN, key=True)],
    )
    for kind in KINDS:
        write(content, folder / f"{kind}.dcm", Layout(), kind)
    return {kind: folder / f"{kind}.dcm" for kind in KINDS}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _known(archive: peers.Orthanc) -> None:
    address = f"ORTHANC@127.0.0.1:{archive.dicom}"
    own = ("--own-port", str(archive.own_port))
    assert main(["pacs", "add", "archive", address, *own, "--timeout", "10", "--tries", "1"]) == OK


def _back(study: str, out: Path) -> dict[str, Path]:
    """What an archive holds of a study, by SOP Instance UID."""
    assert main(["pacs", "get", "--node", "archive", "--study", study, "--out", str(out)]) == OK
    files = [each for each in out.rglob("*") if each.is_file()]
    return {str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID): file for file in files}


def test_each_kind_of_object_comes_back_as_it_was_sent(
    archive: peers.Orthanc, written: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _known(archive)
    assert main(["pacs", "send", "--node", "archive", *map(str, written.values())]) == OK
    last = {Path(line["path"]).stem: line["state"] for line in _lines(capsys)}
    assert last == dict.fromkeys(KINDS, "committed")
    sent = {kind: pydicom.dcmread(path) for kind, path in written.items()}
    back = _back(str(sent["sr"].StudyInstanceUID), tmp_path / "back")
    assert set(back) == {str(each.SOPInstanceUID) for each in sent.values()}
    files = {kind: back[str(each.SOPInstanceUID)] for kind, each in sent.items()}
    for kind, file in files.items():
        assert [pydicom.dcmread(file)[tag].value for tag in SAME] == [sent[kind][tag].value for tag in SAME]
    _read_by_others(files, sent)


def _read_by_others(files: dict[str, Path], sent: dict[str, pydicom.FileDataset]) -> None:
    groups = highdicom.sr.srread(files["sr"]).content.get_image_measurement_groups()
    assert {m.name.meaning: m.value for g in groups for m in g.get_measurements()}
    keys = highdicom.ko.KeyObjectSelectionDocument.from_dataset(pydicom.dcmread(files["ko"]))
    (series,) = sent["ko"].CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    (shown,) = series.ReferencedSOPSequence
    assert keys.resolve_reference(shown.ReferencedSOPInstanceUID)[2] == shown.ReferencedSOPInstanceUID
    drawn = highdicom.seg.segread(files["regions"])
    assert drawn.number_of_segments == 3
    assert np.array_equal(drawn.pixel_array, sent["regions"].pixel_array)
    assert np.array_equal(pydicom.dcmread(files["sc"]).pixel_array, sent["sc"].pixel_array)
    assert pydicom.dcmread(files["pdf"]).EncapsulatedDocument.startswith(b"%PDF")


def test_a_file_that_is_not_dicom_is_said_and_the_others_go(
    archive: peers.Orthanc, written: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _known(archive)
    note = tmp_path / "note.txt"
    note.write_text("a note")
    assert main(["pacs", "send", "--node", "archive", str(note)]) == COULD_NOT
    (line,) = _lines(capsys)
    assert line == {"path": str(note), "state": "failed", "reason": "no DICOM file"}
    assert main(["pacs", "send", "--node", "archive", str(note), str(written["ko"])]) == SOME_FAILED
    last = {Path(line["path"]).stem: line["state"] for line in _lines(capsys)}
    assert last == {"note": "failed", "ko": "committed"}


def test_an_archive_that_is_away_is_said_of_each_object(
    written: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    port = peers.free_port()
    assert main(["pacs", "add", "away", f"PACS@127.0.0.1:{port}", "--timeout", "2", "--tries", "1"]) == OK
    assert main(["pacs", "send", "--node", "away", str(written["sr"]), str(written["ko"])]) == COULD_NOT
    lines = _lines(capsys)
    assert [line["state"] for line in lines] == ["failed"] * 2
    assert all("not reached" in line["reason"] for line in lines)


def test_a_node_that_is_not_known_is_said(
    written: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pacs", "send", "--node", "ward", str(written["sr"])]) == COULD_NOT
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "lungview: no node 'ward'; there are: none (lungview pacs add)\n"


def test_a_folder_that_is_empty_or_absent_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty" / "within").mkdir(parents=True)
    for name, what in (("empty", "there is no file in this folder"), ("absent", "there is no such file")):
        sending = ["pacs", "send", "--node", "PACS@127.0.0.1:104", str(tmp_path / name)]
        assert main(sending) == COULD_NOT
        told = capsys.readouterr()
        assert told.out == ""
        assert what in told.err
        assert told.err.count("\n") == 1
