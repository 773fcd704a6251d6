"""Grouping and order: positions before numbers before names, and every oddity in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid

from lungview.image import phantom
from lungview.image.readers.header import Header
from lungview.image.slice import Geometry, Instance, Patient
from lungview.sources.files.scan import scan
from lungview.study.series import Series, thumbnail
from lungview.study.sorting.grouping import Grouping, group
from lungview.study.sorting.series_geometry import First

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


def _header(
    name: str,
    z: float | None = None,
    number: int | None = None,
    *,
    orientation: tuple[float, float, float, float, float, float] = AXIAL,
    y: float = 0.0,
    size: int = 512,
    sop: str = "",
) -> Header:
    place = None if z is None else Geometry((0.0, y, z), orientation)
    instance = Instance(
        Path("/ct") / name,
        sop_instance_uid=sop or name,
        series_instance_uid="1.2.3",
        modality="CT",
        instance_number=number,
        geometry=place,
        rows=size,
        columns=size,
    )
    return Header((instance,), "DICOM", patient=Patient(patient_id="P"))


def _names(series: Series) -> list[str]:
    return [i.path.name for i in series.instances]


def test_slices_are_ordered_by_position_whatever_their_numbers_say() -> None:
    (series,) = group([_header("a", 5.0, 1), _header("b", -2.5, 3), _header("c", 0.0, 2)])

    assert _names(series) == ["a", "c", "b"]  # z grows towards the head


@pytest.mark.parametrize(("first", "expected"), [("head", "acb"), ("feet", "bca"), ("numbered", "cab")])
def test_the_order_of_an_axial_stack_can_be_chosen(first: str, expected: str) -> None:
    headers = [_header("a", 5.0, 2), _header("b", -2.5, 3), _header("c", 0.0, 1)]
    grouping = Grouping(first=First(first))
    for header in headers:
        grouping.add(header)

    assert "".join(_names(grouping.all_series()[0])) == expected


@pytest.mark.parametrize("first", ["head", "feet"])
def test_a_coronal_stack_goes_from_front_to_back_in_either_order(first: str) -> None:
    grouping = Grouping(first=First(first))
    for name, y in (("back", 9.0), ("front", -9.0), ("middle", 0.0)):
        grouping.add(_header(name, 0.0, orientation=CORONAL, y=y))

    assert _names(grouping.all_series()[0]) == ["front", "middle", "back"]  # y grows towards the back


def test_a_stack_drawn_from_below_begins_at_the_head_too() -> None:
    below = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)  # its normal points to the feet
    grouping = Grouping(first=First.HEAD)
    for name, z in (("feet", -5.0), ("head", 5.0)):
        grouping.add(_header(name, z, orientation=below))

    assert _names(grouping.all_series()[0]) == ["head", "feet"]


def test_a_gap_is_named_by_the_numbers_of_the_order_chosen() -> None:
    grouping = Grouping(first=First.HEAD)
    for z in (0.0, 2.5, 5.0, 12.5):
        grouping.add(_header(f"{z}", z))

    (said,) = grouping.all_series()[0].warnings
    assert said.startswith("gap between slices 1 and 2: 7.50 mm")


def test_slices_of_one_position_are_ordered_by_number_then_by_name() -> None:
    (series,) = group([_header("s10", 0.0, 1), _header("s2", 0.0, 1), _header("z", 0.0, 0)])

    assert _names(series) == ["z", "s2", "s10"]


def test_an_oblique_stack_is_ordered_along_its_own_normal() -> None:
    # Coronal slices: the normal of (1,0,0 / 0,0,-1) is (0,1,0).
    files = [_header(f"{y}", 0.0, orientation=CORONAL, y=y) for y in (20.0, -10.0, 5.0)]

    assert _names(group(files)[0]) == ["-10.0", "5.0", "20.0"]


def test_mixed_orientations_of_one_uid_become_two_series() -> None:
    found = group([_header("a", 0.0), _header("scout", 0.0, orientation=CORONAL), _header("b", 2.5)])

    assert sorted(_names(s) for s in found) == [["b", "a"], ["scout"]]


def test_small_errors_of_direction_do_not_split_a_series() -> None:
    near = (1.0, 0.0, 0.0, 0.0, 0.9999, 0.0141)

    assert len(group([_header("a", 0.0), _header("b", 2.5, orientation=near)])) == 1


def test_slice_spacing_is_the_median_distance() -> None:
    assert group([_header(f"{z}", z) for z in (0, 2.5, 5, 7.5)])[0].slice_spacing == pytest.approx(2.5)


def test_a_regular_stack_has_no_warning() -> None:
    assert group([_header(f"{z}", z) for z in (0, 2.5, 5, 7.5)])[0].warnings == ()


def test_a_missing_slice_is_a_gap_between_two_named_slices() -> None:
    (series,) = group([_header(f"{z}", z) for z in (0.0, 2.5, 5.0, 12.5, 15.0)])

    assert series.warnings == ("gap between slices 2 and 3: 7.50 mm, expected 2.50 mm",)


def test_irregular_spacing_is_said() -> None:
    (series,) = group([_header(f"{z}", z) for z in (0.0, 2.5, 5.0, 8.0, 10.5, 13.0)])

    assert series.warnings == ("irregular slice spacing: 2.50 to 3.00 mm, median 2.50 mm",)


def test_repeated_positions_are_said_and_kept() -> None:
    (series,) = group([_header(n, z) for n, z in (("a", 0), ("b", 2.5), ("c", 2.5), ("d", 5))])

    assert len(series.instances) == 4
    assert "1 slices lie at the position of another" in series.warnings[0]


def test_one_uid_at_two_places_is_two_slices() -> None:
    (series,) = group([_header("a", 0, sop="1"), _header("b", 2.5, sop="1")])

    assert _names(series) == ["b", "a"]


def test_gantry_tilt_is_measured() -> None:
    # 15 degrees: each 5 mm along the normal, the positions move 5 · tan(15°) sideways.
    files = [_header(f"{i}", 5.0 * i, y=5.0 * i * np.tan(np.radians(15))) for i in range(4)]

    assert group(files)[0].warnings == ("gantry tilt: the stack is sheared by 15.0 degrees",)


@pytest.mark.parametrize(
    ("sideways", "most"),
    [
        (lambda i: 6.0 * (i >= 10), "2.8"),  # two scans put together, the table moved between them
        (lambda i: 15.0 * (i == 7), "15.0"),
        (lambda i: 8.0 * (i % 2), "7.6"),
    ],
)
def test_slices_beside_the_line_of_the_others_are_no_tilt_and_said(
    sideways: Callable[[int], float], most: str
) -> None:
    (series,) = group([_header(f"{i:02d}", 5.0 * i, y=sideways(i)) for i in range(20)])
    said = f"slices lie up to {most} mm aside of the line from the first to the last"
    assert series.warnings == (said,)


def test_slices_of_two_matrix_sizes_are_two_series_that_say_so() -> None:
    found = group([_header("a", 0), _header("b", 2.5), _header("c", 5, size=256)])

    assert sorted((s.rows, _names(s)) for s in found) == [(256, ["c"]), (512, ["b", "a"])]
    assert all("different matrix sizes" in s.warnings[0] for s in found)


def test_pictures_of_mixed_sizes_stay_together_and_say_so() -> None:
    pictures = [
        Header((Instance(Path("/png") / f"{n}.png", rows=size, columns=size),), "PNG")
        for n, size in ((1, 512), (2, 256))
    ]

    assert group(pictures)[0].warnings == ("mixed sizes: 512 × 512, 256 × 256",)


def test_slices_without_a_position_are_a_series_by_number_that_says_so() -> None:
    found = group([_header("n2", None, 2), _header("n1", None, 1), _header("a", 9.0, 7)])
    unplaced = next(s for s in found if len(s.instances) == 2)

    assert _names(unplaced) == ["n1", "n2"]
    assert unplaced.slice_spacing is None
    assert unplaced.warnings == ("the slices have no positions; they are in the order of their numbers",)


def test_different_patients_of_one_series_uid_are_two_series_that_say_so() -> None:
    other = Header(_header("b", 2.5).instances, "DICOM", patient=Patient(patient_id="Q"))
    found = group([_header("a", 0), other])

    assert [_names(s) for s in found] == [["a"], ["b"]]
    assert all("different patients" in s.warnings[0] for s in found)


def test_nothing_of_the_patient_is_in_the_repr() -> None:
    (series,) = group(
        [Header(_header("a", 0).instances, "DICOM", patient=Patient("DOE", "4711"), series_description="Doe")]
    )

    assert "DOE" not in repr(series).upper()
    assert "4711" not in repr(series)


def _shuffle(dataset: Dataset, index: int) -> None:
    dataset.InstanceNumber = (index * 7) % 12


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.JPEGLSLossless])
def test_a_shuffled_phantom_comes_out_in_order(tmp_path: Path, syntax: str) -> None:
    thorax = phantom.Thorax(12, 16)
    phantom.write_series(tmp_path, thorax, transfer_syntax=syntax, change=_shuffle)
    (series,) = scan([tmp_path]).series

    assert [i.path.name for i in series.instances] == [f"IM{i:04d}.dcm" for i in range(12, 0, -1)]
    assert series.slice_spacing == pytest.approx(thorax.step)
    assert series.description == phantom.DESCRIPTION
    assert series.spacing is not None
    assert series.spacing.row == pytest.approx(thorax.pixel_spacing)


def test_a_thumbnail_is_the_middle_slice_in_its_true_shape(tmp_path: Path) -> None:
    def stretch(dataset: Dataset, index: int) -> None:
        dataset.PixelSpacing = [2.0, 1.0]  # a pixel twice as tall as wide

    phantom.write_series(tmp_path, phantom.Thorax(3, 64), change=stretch)
    picture = thumbnail(scan([tmp_path]).series[0], 96)

    assert picture.shape == (96, 48)
    assert picture.dtype == np.uint8
    assert picture.std() > 10


@pytest.mark.shared
def test_a_real_scan_is_one_regular_series(shared_data: Path) -> None:
    found = scan([shared_data / "dicom" / "lung-pet-ct-dx"])
    (series,) = found.series

    assert len(series.instances) == 30
    assert series.slice_spacing == pytest.approx(8.0, abs=0.01)
    assert series.warnings == ()
