"""Orientation letters, computed here by rotating the four screen directions with matrices."""

import math

import numpy as np
import pytest

from lungview.image.slice import Geometry
from lungview.viewer.orientation import Edges, edges, letters
from lungview.viewer.state import Camera

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def computed(orientation, rotation, mirrored):
    """Letters from matrices alone: image → patient, image → screen inverted."""
    to_patient = np.array(orientation).reshape(2, 3).T  # (3, 2): column direction, row direction
    turn = math.radians(rotation)
    # y points down on the screen, so this matrix turns clockwise.
    to_screen = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    to_screen = to_screen @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    names = {(0, 1): "L", (0, -1): "R", (1, 1): "P", (1, -1): "A", (2, 1): "H", (2, -1): "F"}
    found = []
    for screen in ((0, -1), (1, 0), (0, 1), (-1, 0)):
        patient = to_patient @ (np.linalg.inv(to_screen) @ np.array(screen, float))
        axis = int(np.argmax(np.abs(patient)))
        found.append(names[axis, int(np.sign(patient[axis]))])
    return Edges(*found)


@pytest.mark.parametrize("orientation", [AXIAL, CORONAL, SAGITTAL])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_letters_follow_flip_and_rotation(orientation, rotation, mirrored):
    found = edges(Geometry((0, 0, 0), orientation), Camera(rotation=rotation, mirrored=mirrored))
    assert found == computed(orientation, rotation, mirrored)


def test_an_axial_slice_lies_as_every_radiologist_knows_it():
    assert edges(Geometry((0, 0, 0), AXIAL), Camera()) == Edges("A", "L", "P", "R")


def test_a_horizontal_flip_of_an_axial_slice_puts_right_on_the_right():
    assert edges(Geometry((0, 0, 0), AXIAL), Camera().flipped_horizontally()) == Edges("A", "R", "P", "L")


def test_an_oblique_direction_has_its_letters_by_strength():
    assert letters((0.8, 0.6, 0.0)) == "LP"


def test_a_tilt_below_five_degrees_has_one_letter():
    assert letters((math.cos(math.radians(4)), 0.0, math.sin(math.radians(4)))) == "L"


def test_without_geometry_there_are_no_letters():
    assert edges(None, Camera()) == Edges()
