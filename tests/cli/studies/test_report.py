import json
import shutil
from pathlib import Path

import pydicom
import pytest
from pypdf import PdfReader

from lungview import cli, paths
from lungview.cli import exit_codes
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import picture_id

TINY = Path(__file__).parents[2] / "data" / "tiny_model"


@pytest.fixture(autouse=True)
def model() -> None:
    target = paths.user_models() / "tiny"
    target.parent.mkdir(parents=True)
    shutil.copytree(TINY, target)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    write_series(folder, Thorax(slices=5))
    return folder


def one(folder: Path) -> Path:
    return next(p for p in sorted(folder.rglob("*")) if p.is_file())


def report(*arguments: object) -> int:
    return cli.main(["report", *map(str, arguments), "--model", "tiny"])


def test_a_slice_becomes_a_pdf(series: Path, tmp_path: Path) -> None:
    arguments = ("--institution", "St. Elsewhere", "--impression", "Nothing new.", "--page", "Letter")
    assert report(one(series), "--out", tmp_path / "r.pdf", *arguments) == exit_codes.OK
    text = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "r.pdf").pages)
    for said in ("St. Elsewhere", "Nothing new.", "Tiny test network", "No heat map"):
        assert said in text, said


def test_what_the_model_is_not_made_for_is_judged_when_told_so(series: Path, tmp_path: Path) -> None:
    assert report(one(series), "--out", tmp_path / "r.pdf", "--override") == exit_codes.OK
    text = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "r.pdf").pages)
    for said in ("Grad-CAM", "The suitability check was overridden by the reader."):
        assert said in text, said


@pytest.mark.parametrize(("kind", "modality"), [("", "SR"), ("sr", "SR"), ("sc", "OT"), ("pdf", "DOC")])
def test_a_slice_becomes_a_dicom_object(series: Path, tmp_path: Path, kind: str, modality: str) -> None:
    arguments = ("--kind", kind) if kind else ()
    assert report(one(series), "--out", tmp_path / "r.dcm", *arguments) == exit_codes.OK
    assert pydicom.dcmread(tmp_path / "r.dcm").Modality == modality


def test_a_folder_becomes_a_series_report(series: Path, tmp_path: Path) -> None:
    assert report(series, "--out", tmp_path / "s.pdf", "--step", "2") == exit_codes.OK
    text = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "s.pdf").pages)
    for said in ("3 of 5 looked at, 0 judged", "3 slices not suitable", "A slice from the middle", "slice 3"):
        assert said in text, said


def test_a_target_of_an_unknown_kind_is_refused(
    series: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(one(series), "--out", tmp_path / "r.txt") == exit_codes.COULD_NOT
    assert "no report of the kind" in capsys.readouterr().err


def test_a_class_the_model_does_not_have_is_refused(
    series: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(one(series), "--out", tmp_path / "r.pdf", "--class", "x") == exit_codes.COULD_NOT
    assert "the model has the classes bright, dark, plain, not x" in capsys.readouterr().err


@pytest.fixture
def marked(series: Path) -> Path:
    """The series with its second and fourth slice as key images, a ruler of 20 pixels on the fourth."""
    with AnnotationStore() as store:
        for number in (1, 3):
            key = picture_id(readers.read(sorted(series.rglob("*.dcm"))[number]))
            store.mark_key_image(key, True)
        store.put(key, Annotation(Kind.RULER, (Point(5, 5), Point(25, 5))))
    return series


def test_a_series_report_has_the_key_images_marked_in_the_window(marked: Path, tmp_path: Path) -> None:
    assert report(marked, "--out", tmp_path / "s.pdf", "--impression", "Nothing new.") == exit_codes.OK
    text = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "s.pdf").pages)
    for said in ("Key images", "Slice 2 of 5", "Slice 4 of 5", "slice 2, row 5, column 5", "Nothing new."):
        assert said in text, said
    assert report(marked, "--out", tmp_path / "n.pdf", "--no-marks") == exit_codes.OK
    assert "Key images" not in "\n".join(p.extract_text() for p in PdfReader(tmp_path / "n.pdf").pages)


def test_a_slices_report_has_its_own_marks_only(marked: Path, tmp_path: Path) -> None:
    assert report(sorted(marked.rglob("*.dcm"))[3], "--out", tmp_path / "r.pdf") == exit_codes.OK
    text = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "r.pdf").pages)
    assert text.split("Key images")[1].count("Slice, at") == 1  # a file alone has no number in a series


@pytest.fixture(scope="module")
def thorax(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, Thorax(slices=24, matrix=256, slice_spacing=2.5))
    return folder


def test_a_series_in_json_says_what_the_second_reader_prints_of_it(
    thorax: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["findings", "--json", str(thorax)])
    printed = json.loads(capsys.readouterr().out)
    assert report(thorax, "--out", tmp_path / "r.json") == exit_codes.OK
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))["series"]
    del printed["seconds"], told["seconds"]
    assert told == printed


def test_a_series_report_begins_with_the_second_reader(thorax: Path, tmp_path: Path) -> None:
    assert report(thorax, "--out", tmp_path / "r.pdf", "--step", "12") == exit_codes.OK
    first = PdfReader(tmp_path / "r.pdf").pages[0].extract_text()
    assert "Findings (second reader)" in first
    assert report(thorax, "--out", tmp_path / "r.pdf", "--step", "12", "--no-findings") == exit_codes.OK
    assert "second reader" not in PdfReader(tmp_path / "r.pdf").pages[0].extract_text()


def test_a_series_becomes_a_structured_report(thorax: Path, tmp_path: Path) -> None:
    assert report(thorax, "--out", tmp_path / "r.dcm", "--kind", "sr") == exit_codes.OK
    assert pydicom.dcmread(tmp_path / "r.dcm").Modality == "SR"
