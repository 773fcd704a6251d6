"""What the four corners say at each level."""

from dataclasses import replace

import numpy as np
import pytest

from lungview.image.slice import Patient, Spacing
from lungview.image.window import MEDIASTINUM, Window
from lungview.ui.pane import overlay_text
from lungview.viewer.state import Overlays, Presentation, TextLevel, ViewState
from tests.ui.conftest import make_slice


def state(level=TextLevel.FULL, patient=True, window=None, patient_=None, **changes):
    shown = make_slice(3, **changes)
    shown = replace(shown, patient=patient_) if patient_ else shown
    return ViewState(
        shown, index=3, count=30, presentation=Presentation(window),
        overlays=Overlays(text=level, patient=patient),
    )  # fmt: skip


def test_full_text_in_four_corners():
    said = overlay_text.corners(state(thickness=5.0), zoom=1.5, pointed="-300 HU")
    assert said.patient == ("Nobody, Ann", "ID-7", "born 1950-01-02  74 y  F")
    assert said.study == ("Thorax", "2024-01-02  10:15")
    assert said.image == (
        "-300 HU", "Slice 4 / 30", "Position 15.0 mm", "Thickness 5 mm", "W 1500  L -600  Lung", "Zoom 150 %",
    )  # fmt: skip
    assert said.series == ("CT  Axial", "60 × 40", "Pixel 0.7 × 0.7 mm")


def test_brief_text_keeps_name_date_place_window_and_series():
    said = overlay_text.corners(state(TextLevel.BRIEF), zoom=1.5)
    assert said.patient == ("Nobody, Ann", "ID-7")
    assert said.study == ("2024-01-02  10:15",)
    assert said.image == ("Slice 4 / 30", "W 1500  L -600  Lung")
    assert said.series == ("CT  Axial",)


def test_a_hidden_patient_leaves_no_trace_in_any_corner():
    said = overlay_text.corners(state(patient=False), zoom=1.0)
    text = " ".join((*said.patient, *said.study, *said.image, *said.series))
    assert not any(secret in text for secret in ("Nobody", "Ann", "ID-7", "1950"))


@pytest.mark.parametrize("level", list(TextLevel))
def test_marks_against_misreading_stay_at_every_level(level):
    shown = state(
        level, lossy="JPEG 10:1", warnings=("gantry tilt of 12 degrees",), series_description="SYNTHETIC"
    )
    said = overlay_text.corners(shown, zoom=1.0)
    assert said.marks == ("SYNTHETIC – not a patient", "Lossy: JPEG 10:1", "gantry tilt of 12 degrees")


def test_another_window_than_the_files_own_is_marked():
    said = overlay_text.corners(state(window=Window(40, 400)), zoom=1.0)
    assert "W 400  L 40 (changed)" in said.image


def test_the_files_own_window_chosen_by_hand_is_not_marked():
    shown = state(window=Window(-600, 1500, name="Lung"))
    assert "W 1500  L -600  Lung" in overlay_text.corners(shown, zoom=1.0).image


def test_a_spacing_measured_at_the_detector_names_its_source():
    said = overlay_text.corners(state(spacing=Spacing(0.2, 0.2, "ImagerPixelSpacing")), zoom=1.0)
    assert said.series[-1] == "Pixel 0.2 × 0.2 mm (ImagerPixelSpacing)"


def test_without_spacing_the_text_says_that_it_is_not_known():
    assert overlay_text.corners(state(spacing=None), zoom=1.0).series[-1] == "Pixel size not known"


def test_colour_has_no_window_line():
    shown = make_slice(0, values=np.zeros((4, 4, 3), np.uint8))
    said = overlay_text.corners(ViewState(shown, count=1), zoom=1.0)
    assert not any(line.startswith("W ") for line in said.image)


def test_the_value_under_a_point_is_the_pixel_that_holds_it():
    assert overlay_text.value_text(make_slice(), 7.99, 2.0) == "27 HU  (7, 2)"  # 10 · 2 + 7


@pytest.mark.parametrize(("x", "y"), [(-0.01, 0), (0, -0.01), (60.0, 0), (0, 40.0)])
def test_beside_the_picture_there_is_no_value(x, y):
    assert overlay_text.value_text(make_slice(), x, y) == ""


def test_padding_is_called_padding_and_not_a_value():
    mask = np.zeros((40, 60), bool)
    mask[2, 7] = True
    assert overlay_text.value_text(make_slice(padding=mask), 7.5, 2.5) == "padding  (7, 2)"


def test_a_colour_pixel_shows_its_three_channels():
    values = np.zeros((4, 4, 3), np.uint8)
    values[1, 2] = (10, 20, 30)
    assert overlay_text.value_text(make_slice(values=values), 2, 1) == "R 10 G 20 B 30  (2, 1)"


def test_the_patients_age_stands_beside_the_birth_date():
    infant = Patient("Nobody^Ann", "ID-7", "20231201", "F")
    assert overlay_text.corners(state(patient_=infant), 1.0).patient[-1] == "born 2023-12-01  4 wk  F"


def test_an_age_without_a_birth_date_is_shown_as_the_file_says_it():
    said = overlay_text.corners(state(patient_=Patient("Nobody^Ann", age="045Y")), 1.0)
    assert said.patient == ("Nobody, Ann", "45 y")


def test_a_slice_without_position_says_nothing_of_it():
    shown = make_slice()
    bare = replace(shown, instance=replace(shown.instance, geometry=None))
    assert not any("mm" in line for line in overlay_text.corners(ViewState(bare, count=1), 1.0).image)


def test_of_many_warnings_three_are_shown_and_the_rest_counted():
    said = overlay_text.corners(state(warnings=tuple("abcdef")), zoom=1.0)
    assert said.marks == ("a", "b", "c", "and 3 more warnings")


def test_a_preset_is_called_by_its_name_and_a_window_set_by_hand_changed():
    shown = ViewState(slice=make_slice())
    named = overlay_text.corners(shown.windowed(MEDIASTINUM), 1.0).image
    by_hand = overlay_text.corners(shown.windowed(Window(11, 222)), 1.0).image
    assert "W 400  L 40  Mediastinum" in named
    assert "W 222  L 11 (changed)" in by_hand
