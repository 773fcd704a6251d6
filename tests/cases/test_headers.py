"""`shared/cases/headers`: one check a row of its table, under the row's name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.image import readers
from lungview.image.display import default_window, display
from lungview.image.slice import Slice
from lungview.marks import measure
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.report.content import Layout
from lungview.report.formats import write
from lungview.report.one_person import refuse_several
from lungview.sources.files.scan import scan
from lungview.study.key import picture_id
from lungview.study.series import Series
from lungview.study.sorting.joining import joinable, joined
from tests.cases.rows import Table, checks, names, section, without_check
from tests.report.conftest import heat, make_content, make_prediction

pytestmark = pytest.mark.shared
TABLE: Table = {}
RULER = Annotation(Kind.RULER, (Point(10, 10), Point(20, 10)))


def _series(folder: Path) -> tuple[Series, ...]:
    return scan([folder]).series


def _one(folder: Path) -> Slice:
    """The slice of a folder that holds one."""
    (path,) = (p for p in sorted(folder.rglob("*")) if p.suffix == ".dcm")
    return readers.read(path)


@checks(TABLE, "k_patients_no_overlap", "one_series_two_patients")
def _two_people(case: Path, _: Path) -> None:
    found = _series(case)
    assert sorted((s.patient.name, len(s.instances)) for s in found) == [("A^A", 6), ("B^B", 6)]
    for series in found:
        refuse_several(instance.person for instance in series.instances)
    with pytest.raises(ReportError, match="2 different people"):
        refuse_several(instance.person for series in found for instance in series.instances)


@checks(TABLE, "same_sop_uid")
def _a_ruler_on_one_slice(case: Path, own: Path) -> None:
    (series,) = _series(case)
    slices = [readers.read_instance(instance) for instance in series.instances]
    with AnnotationStore(own / "marks.sqlite") as store:
        store.put(picture_id(slices[0]), RULER)
        store.mark_key_image(picture_id(slices[0]), True)
        on = [store.around(picture_id(slice_)).bears(picture_id(slice_)) for slice_ in slices]
    assert on == [True, False, False, False, False, False]


@checks(TABLE, "same_sop_other_patient_a", "same_sop_other_patient_b")
def _no_ruler_on_the_other_patient(case: Path, own: Path) -> None:
    other = case.with_name(case.name[:-1] + ("b" if case.name.endswith("a") else "a"))
    mine, theirs = (_series(folder)[0] for folder in (case, other))
    assert {mine.patient.patient_id, theirs.patient.patient_id} == {"1001", "2002"}
    assert mine.instances[0].sop_instance_uid == theirs.instances[0].sop_instance_uid
    drawn_on = picture_id(readers.read_instance(mine.instances[0]))
    with AnnotationStore(own / "marks.sqlite") as store:
        store.put(drawn_on, RULER)
        store.mark_key_image(drawn_on, True)
        for instance in theirs.instances:
            shown = picture_id(readers.read_instance(instance))
            assert not store.around(shown).bears(shown)


HU = {
    "highbit_12_15": (-1000, 535, "HighBit is 15"),
    "highbit_10_11": (-1000, 532, "HighBit is 11"),
    "rescale_hu_lower": (-1024, 683, ""),
    "ds_comma_slope": (-1000, 535, "decimal comma"),
    "ds_spacing_ut": (-1000, 535, ""),
}


@checks(TABLE, *HU)
def _is_in_hounsfield_units(case: Path, _: Path) -> None:
    slice_ = _one(case)
    low, high, said = HU[case.name]
    assert (slice_.values.min(), slice_.values.max(), slice_.unit) == (low, high, "HU")
    assert said in " ".join(slice_.warnings)
    if case.name == "ds_spacing_ut":
        assert slice_.spacing is not None
        assert (slice_.spacing.row, slice_.spacing.column) == (0.78125, 0.78125)


REPORTED = (
    *("sr_cs_ISO_2022_IR_100", "sr_cs__ISO_2022_IR_149", "sr_date_zero", "sr_enhanced_ct", "sr_sex_bad"),
    *("sr_thick_empty", "sr_time_colon", "no_preamble"),
)


@checks(TABLE, *REPORTED)
def _every_report_is_written(case: Path, own: Path) -> None:
    slice_ = _one(case)
    content = make_content(
        slice=slice_, case=Case(slice_.instance, make_prediction()), heat=heat(slice_.rows)
    )
    for kind in ("sr", "sc", "pdf"):
        write(content, own / f"{kind}.dcm", Layout(), kind)
        made = pydicom.dcmread(own / f"{kind}.dcm")
        assert str(made.PatientName) == slice_.patient.name
    write(content, own / "r.pdf", Layout(), "")
    assert (own / "r.pdf").read_bytes().startswith(b"%PDF-")


@checks(TABLE, "template_header")
def _six_different_pictures_are_six_slices(case: Path, _: Path) -> None:
    (series,) = _series(case)
    pixels = {picture_id(readers.read_instance(instance)).pixels for instance in series.instances}
    assert len(pixels) == len(series.instances) == 6
    assert "6 different pictures have one copied header" in series.warnings[0]


@checks(TABLE, "enhanced_three_planes")
def _three_groups_without_gap_and_tilt(case: Path, _: Path) -> None:
    found = _series(case)
    assert sorted(sorted(i.frame for i in series.instances) for series in found) == [[0, 1], [2, 3], [4, 5]]
    said = " ".join(word for series in found for word in series.warnings)
    assert "gap" not in said
    assert "gantry" not in said


STACKS = {"4d_phases": ["phase 1", "phase 2"], "two_kernels": ["B30f", "B70f"]}


@checks(TABLE, *STACKS)
def _two_stacks_named_by_what_differs(case: Path, _: Path) -> None:
    found = _series(case)
    assert [len(series.instances) for series in found] == [6, 6]
    for series, name in zip(found, STACKS[case.name], strict=True):
        assert name in series.stack
        assert len({instance.geometry for instance in series.instances}) == 6


@checks(TABLE, "pixel_aspect_ratio")
def _tall_pixels_are_tall(case: Path, _: Path) -> None:
    slice_ = _one(case)
    assert (slice_.rows * slice_.aspect, slice_.columns) == (192, 96)
    found = measure.angle(slice_, Point(20, 10), Point(10, 10), Point(20, 20))
    assert found == pytest.approx(63.4349488)  # atan 2


@checks(TABLE, "charset_utf8_undeclared")
def _an_undeclared_name_is_read_with_a_word(case: Path, _: Path) -> None:
    (series,) = _series(case)
    assert series.patient.name == "Müller^Jörg"
    assert "UTF-8, a guess" in series.warnings[0]


@checks(TABLE, "dicomdir_extension")
def _six_slices_of_a_disc(case: Path, _: Path) -> None:
    for start in (case / "DICOMDIR", case):
        assert [len(series.instances) for series in scan([start]).series] == [6]


@checks(TABLE, "voi_lut_narrow")
def _a_narrow_table_is_readable(case: Path, _: Path) -> None:
    slice_ = _one(case)
    assert display(slice_, default_window(slice_)).max() == round(1559 / 4095 * 255)  # dark by the letter: 6
    assert "VOI LUT" in slice_.warnings[0]


@checks(TABLE, "padding_undeclared_2000")
def _undeclared_padding_is_left_out(case: Path, _: Path) -> None:
    slice_ = _one(case)
    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, slice_.values == -2000)
    corners = (Point(0, 0), Point(slice_.columns, slice_.rows))
    told = measure.statistics(slice_, Annotation(Kind.RECTANGLE, corners))
    assert told is not None
    assert told.minimum == slice_.values[slice_.values > -2000].min()


@checks(TABLE, "localizer_no_word")
def _the_stack_comes_first(case: Path, _: Path) -> None:
    found = _series(case)
    assert [(series.localizer, len(series.instances)) for series in found] == [(False, 6), (True, 1)]


@checks(TABLE, "window_fraction")
def _a_window_for_fractions_shows_a_picture(case: Path, _: Path) -> None:
    slice_ = _one(case)
    assert display(slice_, default_window(slice_)).std() > 20  # a white field: 0
    assert "made for whole numbers" in slice_.warnings[0]


@checks(TABLE, "nested_zip")
def _a_zip_in_a_zip_says_what_to_do(case: Path, _: Path) -> None:
    (skipped,) = scan([case / "outer.zip"]).skipped
    assert "a zip inside a zip" in skipped.error.message
    assert "unpack the inner zip" in skipped.error.hint


@checks(TABLE, "us_region")
def _ultrasound_is_in_mm_in_its_region(case: Path, _: Path) -> None:
    slice_ = _one(case)
    (region,) = slice_.regions
    start = Point(region.left + 1, region.top + 1)
    inside = measure.length(slice_, start, Point(start.x + 10, start.y))
    assert (inside.value, inside.unit) == (5.0, "mm")
    assert slice_.spacing is None


@checks(TABLE, "series_uid_each")
def _one_uid_a_slice_is_offered_as_a_stack(case: Path, _: Path) -> None:
    (many,) = joinable(_series(case))
    assert (len(joined(many).instances), joined(many).slice_spacing) == (6, 45.0)


@pytest.mark.parametrize("name", TABLE)
def test_the_row_holds(name: str, shared_cases: Path, tmp_path: Path) -> None:
    TABLE[name](shared_cases / "headers" / name, tmp_path)


def test_every_row_and_every_folder_has_a_test(shared_cases: Path) -> None:
    rows = section((shared_cases / "CASES.md").read_text("utf-8"), "headers/")
    folders = [folder.name for folder in (shared_cases / "headers").iterdir()]
    assert without_check([*(name for row in rows for name in names(row)), *folders], TABLE) == []
