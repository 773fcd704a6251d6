"""Files anonymised: nothing of the original in the bytes, one new identity a study, no traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file, get_testdata_files
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from lungview.cli import main
from lungview.errors import ReportError
from lungview.image import readers
from lungview.report.anonymise import run as work
from lungview.report.anonymise.cleaning import clean, known_words
from lungview.report.anonymise.profile import Profile
from lungview.report.anonymise.pseudonyms import Pseudonyms
from lungview.report.anonymise.target import Folder
from tests.image.readers import files as made
from tests.report.anonymise.persons import BORN, HOSPITAL, NAME, NUMBER, files, named


def test_no_original_value_is_in_the_written_bytes(study: Path, tmp_path: Path) -> None:
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out")]) == 0
    written = b"".join(path.read_bytes() for path in files(tmp_path / "out"))
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


def test_of_what_stands_twice_the_copy_has_what_is_shown(tmp_path: Path) -> None:
    """Two intercepts, two names: the first each, as readers have it; pydicom alone would keep the last."""
    path = made.write(tmp_path)
    content = path.read_bytes()
    for element, before in (
        (b"\x28\x00\x52\x10DS\x02\x000 ", b"\x28\x00\x53\x10DS"),
        (b"\x10\x00\x10\x00PN\x06\x00ZZ^TOP", b"\x10\x00\x20\x00LO"),
    ):
        at = content.index(before)
        content = content[:at] + element + content[at:]
    path.write_bytes(content)
    shown = readers.read(path)

    assert main(["anonymise", str(path), "--out", str(tmp_path / "out")]) == 0
    (copy,) = (p for p in files(tmp_path / "out") if p.name != "DICOMDIR")
    assert (readers.read(copy).values == shown.values).all()
    assert readers.read(copy).values[0, 0] == -1024
    assert shown.patient.name == made.PATIENT
    assert not any(name in copy.read_bytes() for name in (b"ZZ^TOP", made.PATIENT.encode()))


def test_the_picture_and_its_geometry_are_the_same(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    before = {tuple(d.ImagePositionPatient): d for d in map(dcmread, files(study))}
    for path in files(tmp_path / "out"):
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
    before, after = (list(map(dcmread, files(f))) for f in (study, tmp_path / "out"))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
        new = {d[keyword].value for d in after}
        assert len(new) == 1
        assert new.isdisjoint({d[keyword].value for d in before})
    assert len({d.SOPInstanceUID for d in after}) == 3
    assert all(d.file_meta.MediaStorageSOPInstanceUID == d.SOPInstanceUID for d in after)


def test_it_says_what_was_done_to_it(study: Path, tmp_path: Path) -> None:
    main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--keep", "dates,patient"])
    done = dcmread(files(tmp_path / "out")[0])
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
    first, second = (dcmread(files(tmp_path / out)[0]).PatientID for out in ("a", "b"))
    assert first != second


def test_two_persons_with_one_number_stay_two(study: Path, tmp_path: Path) -> None:
    named(files(study)[0], PatientName="Nowak^Adam")
    main(["anonymise", str(study), "--out", str(tmp_path / "out")])
    assert len({dcmread(path).PatientID for path in files(tmp_path / "out")}) == 2


def test_a_kept_description_holds_known_words_alone() -> None:
    text = "CT Thorax Kowalska 1.5mm lung HRCT 44051401359 Dr.Nowak b60f"
    assert known_words(text) == "CT Thorax 1.5mm lung HRCT"


def test_a_value_that_would_still_be_in_the_file_keeps_it_from_being_written(study: Path) -> None:
    dataset = dcmread(files(study)[0])
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
    named(files(study)[0], **values)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--json"]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (risky,) = [line for line in lines if line.get("status") == work.BURNED_IN]
    assert why in risky["reason"]
    assert risky["file"] is None
    assert len(files(tmp_path / "out")) == 2
    again = ["anonymise", str(study), "--out", str(tmp_path / "all"), "--with-burned-in"]
    assert main(again) == 3
    assert len(files(tmp_path / "all")) == 3


def test_files_that_are_no_dicom_or_hold_documents_are_left_out(study: Path, tmp_path: Path) -> None:
    (study / "notes.txt").write_text(NAME)
    shutil.copy(get_testdata_file("DICOMDIR"), study)
    named(files(study)[0], EncapsulatedDocument=b"%PDF")
    outcomes = list(work.anonymise((study,), Folder(tmp_path / "out"), Profile()))
    assert [o.status for o in outcomes].count(work.LEFT_OUT) >= 2
    assert all(NAME.encode() not in path.read_bytes() for path in files(tmp_path / "out"))


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
    for path in files(tmp_path / "out"):
        done = subprocess.run(["dcmdump", "-q", str(path)], capture_output=True, text=True, check=True)
        assert "PatientIdentityRemoved" in done.stdout
        assert done.stderr == ""
