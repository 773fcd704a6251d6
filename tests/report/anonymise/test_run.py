"""Files anonymised: nothing of the original in the bytes, one new identity a study, no traceback."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file, get_testdata_files
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet
from pydicom.sequence import Sequence

from lungview.cli import main
from lungview.errors import Cancelled, ReportError
from lungview.image import phantom
from lungview.report.anonymise import run as work
from lungview.report.anonymise.cleaning import clean, known_words
from lungview.report.anonymise.profile import Profile
from lungview.report.anonymise.pseudonyms import Pseudonyms
from lungview.report.anonymise.target import Folder, target

NAME, NUMBER, BORN, HOSPITAL = "Kowalska^Jadwiga", "PESEL44051401359", "19440514", "Szpital Miejski"


def _named(path: Path, **values: object) -> Path:
    """A slice of the phantom with a person in it, nested, private and in a description."""
    dataset = dcmread(path)
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = NAME, NUMBER, BORN
    dataset.InstitutionName, dataset.StudyDate = HOSPITAL, "20210304"
    dataset.SeriesDescription = "Thorax Kowalska lung 1.0mm"
    inner = Dataset()
    inner.RequestingPhysician = "Nowak^Adam"
    inner.RequestedProcedureDescription = f"for {NAME}"
    dataset.RequestAttributesSequence = Sequence([inner])
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = (
        "1.2.840.10008.5.1.4.1.1.2",
        "1.2.3.4.5.6",
    )
    reference.add_new(0x00189999, "LO", "Jadwiga Kowalska")
    dataset.SourceImageSequence = Sequence([reference])
    block = dataset.private_block(0x0029, "ACME", create=True)
    block.add_new(1, "LO", NAME)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    phantom.write_series(folder, phantom.Thorax(slices=3, matrix=32))
    for path in folder.rglob("*.dcm"):
        _named(path)
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_no_original_value_is_in_the_written_bytes(study: Path, tmp_path: Path) -> None:
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out")]) == 0
    written = b"".join(path.read_bytes() for path in _files(tmp_path / "out"))
    for original in (
        "Kowalska",
        "Jadwiga",
        NUMBER,
        BORN,
        HOSPITAL,
        "Nowak",
        "20210304",
        "1.2.3.4.5.6",
        "ACME",
    ):
        assert original.encode() not in written, original


def test_the_picture_and_its_geometry_are_the_same(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    before = {tuple(d.ImagePositionPatient): d for d in map(dcmread, _files(study))}
    for path in _files(tmp_path / "out"):
        after = dcmread(path)
        source = before[tuple(after.ImagePositionPatient)]
        assert after.PixelData == source.PixelData
        for keyword in (
            "PixelSpacing",
            "RescaleSlope",
            "RescaleIntercept",
            "ImageOrientationPatient",
            "Modality",
        ):
            assert after[keyword] == source[keyword]


def test_a_study_stays_one_study_with_new_uids(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    before, after = (list(map(dcmread, _files(f))) for f in (study, tmp_path / "out"))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        new = {d[keyword].value for d in after}
        assert len(new) == 1
        assert new.isdisjoint({d[keyword].value for d in before})
    assert len({d.SOPInstanceUID for d in after}) == 3
    assert all(d.file_meta.MediaStorageSOPInstanceUID == d.SOPInstanceUID for d in after)


def test_it_says_what_was_done_to_it(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--keep", "dates,patient"])
    done = dcmread(_files(tmp_path / "out")[0])
    codes = [item.CodeValue for item in done.DeidentificationMethodCodeSequence]
    assert (done.PatientIdentityRemoved, done.LongitudinalTemporalInformationModified) == (
        "YES",
        "UNMODIFIED",
    )
    assert codes == ["113100", "113106", "113108"]
    assert done.StudyDate == "20210304"


def test_two_runs_give_one_person_two_names(study: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        main(["anonymise", str(study), "--out", str(tmp_path / out)])
    first, second = (dcmread(_files(tmp_path / out)[0]).PatientID for out in ("a", "b"))
    assert first != second


def test_two_persons_with_one_number_stay_two(study: Path, tmp_path: Path) -> None:
    _named(_files(study)[0], PatientName="Nowak^Adam")
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    assert len({dcmread(path).PatientID for path in _files(tmp_path / "out")}) == 2


def test_a_kept_description_holds_known_words_alone() -> None:
    text = "CT Thorax Kowalska 1.5mm lung HRCT 44051401359 Dr.Nowak b60f"
    assert known_words(text) == "CT Thorax 1.5mm lung HRCT"


def test_a_value_that_would_still_be_in_the_file_keeps_it_from_being_written(study: Path) -> None:
    dataset = dcmread(_files(study)[0])
    dataset.PixelData = NAME.encode().ljust(len(dataset.PixelData), b"\0")
    with pytest.raises(ReportError, match="PatientName"):
        work.cleaned_bytes(dataset, Profile(), Pseudonyms())


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"BurnedInAnnotation": "YES"}, "burned in"),
        ({"BurnedInAnnotation": "", "Modality": "US"}, "ultrasound"),
        ({"BurnedInAnnotation": "", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "secondary capture"),
        ({"BurnedInAnnotation": "", "ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "screenshot"),
        ({"RecognizableVisualFeatures": "YES"}, "recognised"),
    ],
)
def test_a_picture_that_may_show_a_name_is_named_and_not_written_unasked(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], values: dict[str, object], why: str
) -> None:
    _named(_files(study)[0], **values)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--json"]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (risky,) = [line for line in lines if line.get("status") == work.BURNED_IN]
    assert why in risky["reason"]
    assert risky["file"] is None
    assert len(_files(tmp_path / "out")) == 2
    again = ["anonymise", str(study), "--out", str(tmp_path / "all"), "--with-burned-in"]
    assert main(again) == 3
    assert len(_files(tmp_path / "all")) == 3


def test_files_that_are_no_dicom_or_hold_documents_are_left_out(study: Path, tmp_path: Path) -> None:
    (study / "notes.txt").write_text(NAME)
    shutil.copy(get_testdata_file("DICOMDIR"), study)
    _named(_files(study)[0], EncapsulatedDocument=b"%PDF")
    outcomes = list(work.anonymise((study,), Folder(tmp_path / "out"), Profile()))
    assert [o.status for o in outcomes].count(work.LEFT_OUT) >= 2
    assert all(NAME.encode() not in path.read_bytes() for path in _files(tmp_path / "out"))


def test_a_zip_is_read_and_written(study: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "in"), "zip", study)
    assert main(["anonymise", packed, "--out", str(tmp_path / "out.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert len(archive.namelist()) == 3
        assert b"Kowalska" not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_dicomdir_lists_what_was_written(study: Path, tmp_path: Path) -> None:
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--dicomdir"]) == 0
    listed = list(FileSet(tmp_path / "out" / "DICOMDIR"))
    assert len(listed) == 3
    assert b"Kowalska" not in (tmp_path / "out" / "DICOMDIR").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("out", [".", "inside/deeper", ".."])
def test_onto_or_into_the_originals_is_one_sentence(
    study: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in _files(study)}
    assert main(["anonymise", str(study), "--out", str(study / out)]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert {path: path.read_bytes() for path in _files(study)} == before


def test_a_full_disk_is_one_sentence_and_nothing_is_left(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, calls = Path.write_bytes, []

    def full(path: Path, data: bytes) -> int:
        calls.append(path)
        if len(calls) == 2:
            real(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out")]) == 1
    assert "No space left" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize(("out", "dicomdir"), [("out", False), ("out", True), ("out.zip", False)])
@pytest.mark.parametrize("there", [False, True])
def test_an_end_in_the_middle_leaves_nothing(
    study: Path, tmp_path: Path, out: str, dicomdir: bool, there: bool
) -> None:
    if there and out == "out":
        (tmp_path / "out").mkdir()
    before = sorted(tmp_path.iterdir())
    stop: list[bool] = []
    outcomes = []

    def stopped() -> None:
        with target(tmp_path / out, (study,), dicomdir=dicomdir) as place:
            for outcome in work.anonymise((study,), place, Profile(), cancelled=lambda: bool(stop)):
                outcomes.append(outcome)
                stop.append(True)

    with pytest.raises(Cancelled):
        stopped()
    assert [outcome.status for outcome in outcomes] == [work.WRITTEN]
    assert sorted(tmp_path.iterdir()) == before
    assert _files(tmp_path) == _files(study)


KILLED = """
import os, signal, sys
from pathlib import Path
from lungview.report.anonymise import run, target
from lungview.report.anonymise.profile import Profile
with target.target(Path(sys.argv[2]), (Path(sys.argv[1]),), dicomdir=sys.argv[3] == "True") as place:
    for _ in run.anonymise((Path(sys.argv[1]),), place, Profile()):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("out", "dicomdir"), [("out", False), ("out", True), ("there", False), ("o.zip", False)]
)
def test_a_killed_run_leaves_nothing_that_looks_whole_and_the_next_one_removes_it(
    study: Path, tmp_path: Path, out: str, dicomdir: bool
) -> None:
    (tmp_path / "there").mkdir()
    call = [sys.executable, "-c", KILLED, str(study), str(tmp_path / out), str(dicomdir)]
    assert subprocess.run(call, check=False).returncode == -signal.SIGKILL
    seen = [path for path in _files(tmp_path) if path not in _files(study)]
    assert all(any(part.startswith(".lungview-") for part in path.parts) for path in seen)
    again = ["anonymise", str(study), "--out", str(tmp_path / out)]
    assert main([*again, "--dicomdir"] if dicomdir else again) == 0
    assert [path.name for path in tmp_path.rglob(".lungview-*")] == []


def test_an_empty_folder_that_is_there_is_filled_and_stays_the_same_folder(
    study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "medium"
    out.mkdir()
    before = out.stat().st_ino
    assert main(["anonymise", str(study), "--out", str(out), "--dicomdir"]) == 0
    assert out.stat().st_ino == before
    assert (out / "DICOMDIR").is_file()
    assert len(list(FileSet(out / "DICOMDIR"))) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_another_spelling_of_the_originals_is_still_the_originals(study: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(study)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "link" / "out")]) == 1
    assert main(["anonymise", str(tmp_path / "link"), "--out", str(study / "out")]) == 1
    assert not (study / "out").exists()


def test_no_file_of_pydicoms_test_data_is_a_traceback(tmp_path: Path) -> None:
    paths = tuple(Path(name) for name in get_testdata_files() if "dicomdirtests" not in name)
    outcomes = list(work.anonymise(paths, Folder(tmp_path / "out"), Profile()))
    assert len(outcomes) >= len(set(paths))
    assert sum(outcome.status == work.WRITTEN for outcome in outcomes) > 25


def test_cleaning_leaves_no_person_at_any_depth() -> None:
    dataset = Dataset()
    dataset.PatientName, dataset.PatientID = NAME, NUMBER
    level = dataset
    for _ in range(5):
        inner = Dataset()
        inner.PersonName = NAME
        inner.add_new(0x00091001, "LO", NAME)
        level.ContentSequence = Sequence([inner])
        level = inner
    assert "Kowalska" not in str(clean(dataset, Profile(), Pseudonyms()))


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="dcmtk is not installed")
def test_dcmtk_reads_what_was_written(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    for path in _files(tmp_path / "out"):
        done = subprocess.run(["dcmdump", "-q", str(path)], capture_output=True, text=True, check=True)
        assert "PatientIdentityRemoved" in done.stdout
        assert done.stderr == ""
