"""One answer of the second reader in every report: PDF, CSV, JSON, SR and SEG hold the same finding."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from pypdf import PdfReader

from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.image.readers import read, read_instance
from lungview.image.window import LUNG
from lungview.nodules.answer import Answer
from lungview.nodules.finding import Source, Status
from lungview.nodules.second_reader import picture, second_look
from lungview.nodules.second_reader.second_look import SecondReader
from lungview.report.content import CaseContent, FindingsContent, Layout
from lungview.report.dicom import sr_findings
from lungview.report.dicom.findings import Headers
from lungview.report.dicom.header import source_header
from lungview.report.dicom.seg import write_seg
from lungview.report.dicom.sr import write_sr
from lungview.report.findings import pictures as finding_pictures
from lungview.report.findings import tables
from lungview.report.formats import write
from lungview.report.pdf.findings.section import findings_story
from lungview.sources.files.scan import scan
from lungview.study.series import Series
from tests.nodules.second_reader.test_second_look import blobs, card

THORAX = Thorax(slices=24, matrix=256, slice_spacing=2.5)
needs_dcmtk = pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dcmtk is not installed")


@pytest.fixture(scope="module")
def series(tmp_path_factory) -> Series:
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, THORAX)
    return scan([folder]).series[0]


@pytest.fixture(scope="module")
def found(series: Series) -> FindingsContent:
    """The phantom's nodule as the only finding: called, 18 mm, with a band of malignancy."""
    reader = SecondReader(replace(card(), metrics={"called": {}}), blobs)
    answer = second_look.of_series(series, reader)
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    true = np.array((x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z))
    best = min(answer.findings, key=lambda f: np.linalg.norm(np.subtract(f.finding.place_mm, true)))
    told = replace(best, called=True, finding=replace(best.finding, band="high", probability=None))
    answer = replace(answer, findings=(told,), conclusion="1 finding called on the 24 slices looked at.")
    return finding_pictures.content(answer, reader.card, read_instance, series_uid=series.uid)


def content(found: FindingsContent) -> CaseContent:
    instances = found.answer.instances
    slice_ = read_instance(instances[found.shown[0][1].index if found.shown else 0])
    return CaseContent(slice_, Case(slice_.instance, error=ReportError("-")), None, LUNG, findings=found)


@pytest.fixture(scope="module")
def written(found: FindingsContent, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    paths = {}
    for name, kind in (("r.pdf", ""), ("r.csv", ""), ("r.json", ""), ("sr.dcm", "sr"), ("seg.dcm", "seg")):
        paths[name.split(".")[0] if kind else name.split(".")[1]] = folder / name
        write(content(found), folder / name, Layout(), kind)
    return paths


def values(found: FindingsContent) -> dict:
    return tables.json_values(found.answer, tables.head(found))["findings"][0]


def group(path: Path):
    """The measurement group of the finding, behind that of the look."""
    return highdicom.sr.srread(path).content.get_volumetric_roi_measurement_groups()[0]


def test_the_pdf_has_the_table_with_the_slice_as_on_screen_and_the_band(found, written):
    text = "".join(page.extract_text() for page in PdfReader(written["pdf"]).pages)
    one = values(found)
    assert "1 finding called on the 24 slices looked at." in text
    for said in (f"{one['long_mm']:.1f} × {one['short_mm']:.1f} mm", "high (band)", one["density"]):
        assert said in text
    assert f"slice {one['slice'] + 1} of 24" in text


def test_the_pdf_has_the_readers_name_of_a_finding_in_its_row_and_at_its_picture(found, tmp_path):
    named = replace(found.answer.findings[0], name="RUL 1")
    answer = replace(found.answer, findings=(named,))
    told = finding_pictures.content(answer, found.card, read_instance, series_uid=found.series_uid)
    write(content(told), tmp_path / "named.pdf", Layout())
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "named.pdf").pages).split())
    assert "1 RUL 1" in text
    assert "Finding 1 RUL 1, slice" in text


def test_csv_and_json_say_what_the_command_says(found, written):
    one = values(found)
    (row,) = csv.DictReader(written["csv"].read_text("utf-8-sig").splitlines())
    assert (row["id"], float(row["long_mm"]), row["probability"], row["band"]) == (
        "1", one["long_mm"], "", "high",
    )  # fmt: skip
    document = json.loads(written["json"].read_text("utf-8"))
    assert document["series"]["findings"] == [one]
    assert document["series"]["series_uid"] == found.series_uid


def test_the_structured_report_has_the_size_the_volume_and_the_place(found, written):
    finding = found.answer.findings[0].finding
    numbers = {m.name.meaning: m.value for m in group(written["sr"]).get_measurements()}
    assert numbers["Long Axis"] == pytest.approx(finding.long_mm, abs=1e-3)
    assert numbers["Volume"] == pytest.approx(finding.volume_mm3, abs=1e-3)
    place = [numbers[f"Place in the patient, {axis}"] for axis in "xyz"]
    assert place == pytest.approx(finding.place_mm, abs=1e-3)
    assert "Probability: malignant" not in numbers  # only the band may be told


def test_each_region_of_the_report_encloses_as_much_as_the_outline_on_its_slice(found, written):
    outline = found.answer.findings[0].finding.outline
    areas = {}
    for region in group(written["sr"]).roi:
        x, y = region.value[:, 0], region.value[:, 1]
        uid = region.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        areas[uid] = abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2
    instances, indices = found.answer.instances, found.answer.indices
    lying = [k for k, mask in enumerate(outline.mask) if mask.any()]
    assert len(areas) == len(lying) > 2
    for k in lying:
        mask, uid = outline.mask[k], instances[indices[outline.start[0] + k]].sop_instance_uid
        assert areas[uid] == pytest.approx(mask.sum(), rel=0.15)


def test_the_finding_is_a_nodule_in_the_lung(written):
    found = group(written["sr"])
    assert found.finding_type.value == "27925004"
    assert found.finding_sites[0].value.value == "39607008"


def test_the_segmentation_holds_the_outline_on_the_slices_it_lies_on(found, written):
    outline = found.answer.findings[0].finding.outline
    seg = highdicom.seg.segread(written["seg"])
    assert seg.number_of_segments == 1
    uids = [found.answer.instances[k].sop_instance_uid for k in found.answer.indices]
    pixels = seg.get_pixels_by_source_instance(
        uids, ignore_spatial_locations=True, assert_missing_frames_are_empty=True
    )
    np.testing.assert_array_equal(pixels[..., 0] > 0, outline.whole())


def test_report_and_segmentation_track_the_same_finding(written):
    seg = highdicom.seg.segread(written["seg"])
    assert group(written["sr"]).tracking_uid == seg.get_tracking_ids()[0][1]


@pytest.mark.parametrize("kind", ["sr", "seg"])
def test_the_objects_lie_in_the_study_in_series_of_their_own(series, written, kind):
    source, made = pydicom.dcmread(series.instances[0].path), pydicom.dcmread(written[kind])
    for same in ("StudyInstanceUID", "PatientID", "PatientName"):
        assert source[same].value == made[same].value
    assert source.SeriesInstanceUID != made.SeriesInstanceUID
    assert "Research use only" in made.SeriesDescription


@needs_dcmtk
def test_dcmtk_reads_both_without_a_warning(written):
    report = subprocess.run(["dsrdump", written["sr"]], capture_output=True, text=True, check=True)
    assert '(27925004,SCT,"Nodule")' in report.stdout
    segmented = subprocess.run(["dcmdump", written["seg"]], capture_output=True, text=True, check=True)
    assert "=SegmentationStorage" in segmented.stdout
    assert (report.stderr, segmented.stderr) == ("", "")


def test_what_is_not_called_is_in_no_report_but_the_tables(found, tmp_path):
    quiet = replace(found.answer, findings=(replace(found.answer.findings[0], called=False),))
    without = replace(found, answer=quiet, pictures=())
    assert without.shown == ()
    with pytest.raises(ReportError, match="outlined finding"):
        write_seg(content(without), tmp_path / "seg.dcm")
    write_sr(content(without), tmp_path / "sr.dcm")
    groups = highdicom.sr.srread(tmp_path / "sr.dcm").content
    assert groups.get_volumetric_roi_measurement_groups() == []
    tables.write_csv(without, tmp_path / "r.csv")
    (row,) = csv.DictReader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines())
    assert row["called"] == "no"


def test_a_finding_that_the_reader_rejected_is_in_no_report(found):
    located = found.answer.findings[0]
    rejected = replace(located, finding=replace(located.finding, status=Status.REJECTED))
    assert replace(found, answer=replace(found.answer, findings=(rejected,))).shown == ()


def test_the_readers_own_finding_is_reported_with_who_found_it(found, tmp_path):
    located = found.answer.findings[0]
    own = replace(located.finding, source=Source.READER, status=Status.ACCEPTED, score=None)
    answer = replace(found.answer, findings=(replace(located, finding=own, called=None),))
    write(content(replace(found, answer=answer)), tmp_path / "r.pdf", Layout())
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages)
    assert "reader" in text
    write_seg(content(replace(found, answer=answer)), tmp_path / "seg.dcm")
    assert pydicom.dcmread(tmp_path / "seg.dcm").SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"


def test_an_answer_that_was_refused_is_reported_with_its_reason(found, tmp_path):
    refused = Answer(found.answer.instances, "m@1", reasons=("no lungs found",))
    for name in ("r.pdf", "r.json"):
        write(content(replace(found, answer=refused, pictures=())), tmp_path / name, Layout())
    assert "Not answered: no lungs found." in PdfReader(tmp_path / "r.pdf").pages[0].extract_text()
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["series"]["reasons"] == ["no lungs found"]


def test_a_finding_on_slices_that_nothing_can_refer_to_is_counted_as_left_out(found, tmp_path):
    write_pngs(tmp_path, THORAX)
    headers = Headers(source_header(found.answer.instances[0]))
    assert sr_findings.left_out(found, headers) == 0
    pictures = tuple(replace(i, path=tmp_path / "0.png") for i in found.answer.instances)
    assert (
        sr_findings.left_out(replace(found, answer=replace(found.answer, instances=pictures)), headers) == 1
    )


def test_without_a_conclusion_and_a_finding_the_pdf_says_that_silence_is_no_all_clear(found):
    quiet = replace(found.answer, findings=(), conclusion="")
    story = findings_story(replace(found, answer=quiet, pictures=()), 400)
    said = [part.text for part in story if hasattr(part, "text")]
    assert "No candidate on 24 slices; this does not say that there is none." in said


def test_a_slice_alone_has_a_planar_region(series, tmp_path):
    reader = SecondReader(card(), blobs)
    slice_ = read_instance(series.instances[THORAX.nodule[0]])
    found = finding_pictures.content(picture.of_slice(slice_, reader), reader.card, lambda _: slice_)
    write_sr(replace(content(found), slice=slice_), tmp_path / "sr.dcm")
    groups = highdicom.sr.srread(tmp_path / "sr.dcm").content.get_planar_roi_measurement_groups()
    assert len(groups) == len(found.shown)


def test_a_picture_file_has_findings_in_its_pdf_and_no_dicom(tmp_path):
    file = write_pngs(tmp_path, Thorax(slices=3, matrix=256))[1]
    slice_ = read(file)
    found = finding_pictures.content(
        picture.of_slice(slice_, SecondReader(card(), blobs)), card(), lambda _: slice_
    )
    case = replace(content(found), slice=slice_)
    write(case, tmp_path / "r.pdf", Layout())
    with pytest.raises(ReportError, match="DICOM source"):
        write(case, tmp_path / "r.dcm", Layout(), "seg")
