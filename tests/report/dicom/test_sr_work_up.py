"""The work-up in a Structured Report: site, size, change, category, recommendation, read back by others."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.nodules.finding import Status
from lungview.nodules.growth.change import change
from lungview.nodules.growth.scans import Scan
from lungview.nodules.guidelines.lung_rads_nodule import Nodule
from lungview.nodules.lobe import Lobe
from lungview.nodules.second_reader import named_place
from lungview.nodules.second_reader.block import indices_of
from lungview.nodules.work_up.exam import Exam, Row, overall
from lungview.nodules.work_up.values import Guide, Said, Told, WorkUp
from lungview.nodules.work_up.work_up import work_up
from lungview.overlays import reading
from lungview.report.content import Layout
from lungview.report.dicom import sr_work_up
from lungview.sources.files.scan import scan
from lungview.viewer.work_up import background
from tests.report.work_up.test_work_up import FINDING, SAID

THORAX = Thorax(slices=40, matrix=256, slice_spacing=2.5)
needs_dcmtk = pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dcmtk is not installed")


@pytest.fixture(scope="module")
def draft(tmp_path_factory) -> background.Draft:
    """The phantom's nodule, half as large a year ago, in a lobe that the reader named."""
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, THORAX)
    series = scan([folder]).series[0]
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    place = x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z
    located = named_place.at_point(series, place).findings[0]
    now = replace(located.finding, status=Status.ACCEPTED)
    before = replace(
        now, volume_mm3=now.volume_mm3 / 2, long_mm=now.long_mm * 0.8, short_mm=now.short_mm * 0.8
    )
    scans = Scan("x", "20230131", "1", "1", 2.5), Scan("x", "20240131", "2", "2", 2.5)
    patient = replace(series.patient, age="060Y")
    told = Told(now, patient, series.study, prior=before, change=change(before, now, scans, 365))
    said = replace(SAID, lobe=Lobe.RUL, screening=Nodule())
    found = work_up(told, said, Guide.LUNG_RADS)
    exam = Exam(
        series,
        (Row("RUL 1", located.index + 1, found),),
        prior_date="20230131",
        overall=overall(Guide.LUNG_RADS, [found], age_years=60.0),
        impression="Growing nodule, no doubt.",
    )
    return background.Draft(exam, (replace(located, finding=now),), indices_of(series))


@pytest.fixture(scope="module")
def written(draft, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sr") / "w.dcm"
    background.save(draft, path, Layout(), read_instance)
    return path


@pytest.fixture(scope="module")
def group(written: Path):
    (found,) = highdicom.sr.srread(written).content.get_volumetric_roi_measurement_groups()
    return found


def texts(group) -> dict[str, str]:
    items = group[0].ContentSequence
    return {i.ConceptNameCodeSequence[0].CodeMeaning: i.TextValue for i in items if i.ValueType == "TEXT"}


def test_highdicom_reads_the_site_with_its_side(group) -> None:
    (site,) = group.finding_sites
    assert (site.topographical_modifier, site.value.value, site.laterality.value) == (
        None, "45653009", "24028007",
    )  # fmt: skip


def test_highdicom_reads_size_and_change(group, draft) -> None:
    finding = draft.located[0].finding
    numbers = {m.name.meaning: m.value for m in group.get_measurements()}
    assert numbers["Volume"] == pytest.approx(finding.volume_mm3, abs=1e-3)
    assert numbers["Diameter"] == finding.mean_mm
    assert numbers["Volume in the prior scan"] == pytest.approx(finding.volume_mm3 / 2, abs=1e-3)
    assert numbers["Relative change of the volume"] == pytest.approx(1.0)
    assert numbers["Volume doubling time"] == pytest.approx(365.0)
    assert numbers["Time since the prior scan"] == 365


def test_highdicom_reads_trend_category_and_recommendation(group) -> None:
    said = {e.name.meaning: e.value for e in group.get_qualitative_evaluations()}
    assert said["Change since the prior scan"].value == "15454001"
    assert said["Assessment Category"].meaning == "Lung-RADS v2022, category 4B"
    assert texts(group)["Recommendation"].startswith("Referral for further clinical evaluation.")
    assert "growing" in texts(group)["Rule of the recommendation and its inputs"]


def test_the_exam_has_its_category_and_the_impression(written: Path) -> None:
    content = highdicom.sr.srread(written).content
    (whole,) = content.get_image_measurement_groups()
    said = {e.name.meaning: e.value.meaning for e in whole.get_qualitative_evaluations()}
    assert said["Assessment Category"] == "Lung-RADS v2022, category 4B"
    assert texts(whole)["Impression"] == "Growing nodule, no doubt."


@needs_dcmtk
def test_dcmtk_reads_it_without_a_warning(written: Path) -> None:
    done = subprocess.run(["dsrdump", str(written)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for code in ('(45653009,SCT,"Upper lobe of lung")', '(15454001,SCT,"Increase in size")'):
        assert code in done.stdout


def test_lungview_reads_it_as_measurements_of_others(written: Path) -> None:
    parts = reading.read(written).parts
    lines = [line for part in parts for line in part.words]
    assert any("Increase in size" in line for line in lines)
    assert any("category 4B" in line for line in lines)


@pytest.mark.parametrize("lobe", list(Lobe))
def test_each_lobe_that_the_reader_names_has_a_code(lobe: Lobe) -> None:
    site = sr_work_up.site_of(WorkUp(FINDING, lobe, True, (), _asked()))
    assert site.value.meaning != "Lung"


def test_a_lobe_that_is_only_suggested_is_no_site() -> None:
    site = sr_work_up.site_of(WorkUp(FINDING, Lobe.RUL, False, (), _asked()))
    assert site.value.meaning == "Lung"


def test_without_a_prior_the_change_is_no_prior_and_without_a_rule_no_text_is_there() -> None:
    found = WorkUp(FINDING, None, False, (), _asked())
    (said,) = sr_work_up.evaluations(found)
    assert said.value.meaning == "no prior"
    assert sr_work_up.texts(found) == []
    assert sr_work_up.measurements(found) == []


def _asked():
    return work_up(Told(FINDING), Said(), Guide.LUNG_RADS).advice
