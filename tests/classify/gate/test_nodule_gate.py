"""A nodule model judges what can be outlined in the box, and refuses air, lung, muscle and vessels."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.classify.case import Refusal
from lungview.classify.gate import nodule_gate, suitability
from lungview.image import readers
from lungview.image.slice import Instance, Slice, Spacing
from lungview.model.card import ModelCard
from lungview.model.input import Box
from tests.classify.conftest import raster

PIXEL = 0.7


@pytest.fixture
def card(tiny) -> ModelCard:
    return replace(tiny.card, preparation="box", task="nodule", ood_threshold=1.0)


def lung_slice() -> np.ndarray:
    """HU (320, 320): air around a body of muscle with one large lung; in it a ball of 14 mm and a vessel."""
    values = np.full((320, 320), -1000.0, np.float32)
    cv2.ellipse(values, (160, 160), (150, 110), 0, 0, 360, 50.0, -1)
    cv2.ellipse(values, (160, 160), (110, 80), 0, 0, 360, -860.0, -1)
    cv2.circle(values, (120, 140), 10, 40.0, -1)
    cv2.line(values, (200, 90), (200, 230), 40.0, 5)
    noise = np.random.default_rng(0).normal(0, 15, values.shape).astype(np.float32)
    return cv2.GaussianBlur(values + noise, (0, 0), 0.8)


def on_a_table() -> np.ndarray:
    """The same on a table of foam, in which something is as dense as a nodule."""
    values = lung_slice()
    cv2.rectangle(values, (40, 282), (280, 316), -850.0, -1)
    cv2.circle(values, (100, 299), 7, 60.0, -1)
    return cv2.GaussianBlur(values, (0, 0), 0.8)


def at_the_wall() -> np.ndarray:
    """The same with a ball of 17 mm, half in the wall."""
    values = lung_slice()
    cv2.circle(values, (48, 160), 12, 40.0, -1)
    return cv2.GaussianBlur(values, (0, 0), 0.8)


def in_hu(values: np.ndarray) -> Slice:
    instance = Instance(Path("slice.dcm"), modality="CT", rows=320, columns=320)
    return Slice(instance, values.copy(), "HU", Spacing(PIXEL, PIXEL, "PixelSpacing"))


def around(x: int, y: int, half: int) -> Box:
    return Box(y - half, x - half, y + half, x + half)


PLACES = {
    "air beside the patient": around(12, 12, 10),
    "lung": around(160, 200, 12),
    "muscle": around(30, 160, 10),
    "a vessel that passes through": around(200, 160, 12),
    "a box that leaves the slice": around(4, 160, 12),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_box_without_a_nodule_is_refused(card, place):
    found = nodule_gate.found(in_hu(lung_slice()), card, PLACES[place])
    assert found.mask is None
    assert found.reasons[0].startswith("no nodule in the box: ")


def test_the_ball_in_a_box_is_outlined_with_its_area(card):
    found = nodule_gate.found(in_hu(lung_slice()), card, around(120, 140, 14))
    assert (found.reasons, found.in_hu) == ((), True)
    assert found.mask.sum() == pytest.approx(np.pi * 10**2, rel=0.15)


@pytest.mark.parametrize("half", [9, 11, 13])
def test_what_lies_in_the_table_is_no_nodule(card, half):
    (reason,) = nodule_gate.found(in_hu(on_a_table()), card, around(100, 299, half)).reasons
    assert reason == "no nodule in the box: what was outlined lies outside the body, as a table does"


@pytest.mark.parametrize("half", [10, 13, 17, 21])
def test_a_ball_at_the_wall_is_judged_however_its_box_is_drawn(card, half):
    assert nodule_gate.found(in_hu(at_the_wall()), card, around(48, 160, half)).reasons == ()


def test_of_a_nodule_outlined_in_hu_the_distance_from_crops_is_not_asked(card):
    shown = in_hu(lung_slice())
    nodule = nodule_gate.found(shown, card, around(120, 140, 14))
    word = suitability.word(suitability.before_network(shown, card, nodule), card, 9.0, nodule=nodule)
    assert (word.suitable, word.refusal) == (True, None)


def test_what_is_refused_in_the_box_is_said_as_no_nodule(card):
    shown = in_hu(lung_slice())
    nodule = nodule_gate.found(shown, card, PLACES["muscle"])
    word = suitability.word(suitability.before_network(shown, card, nodule), card, 0.1, nodule=nodule)
    assert (word.suitable, word.refusal) == (False, Refusal.NO_NODULE)


def test_a_picture_without_hu_is_asked_for_an_outline_and_for_its_distance_too(card):
    grey = np.clip((lung_slice() + 1000) / 1400 * 255, 0, 255).astype(np.uint8)
    nodule = nodule_gate.found(raster(grey), card, around(120, 140, 14))
    assert (nodule.reasons, nodule.in_hu) == ((), False)
    assert suitability.word((), card, 1.5, nodule=nodule).refusal is Refusal.UNLIKE
    assert nodule_gate.found(raster(grey), card, PLACES["muscle"]).reasons


@pytest.mark.parametrize("crop", [np.zeros((64, 64), np.uint8), np.full((64, 64), 90, np.uint8)])
def test_a_box_in_an_even_crop_holds_no_nodule(card, crop):
    assert nodule_gate.found(raster(crop), card, Box(20, 20, 44, 44)).reasons


def test_lines_cut_out_on_black_are_no_nodule(card):
    crop = np.zeros((64, 64), np.uint8)
    cv2.line(crop, (6, 10), (58, 50), 180, 2)
    assert "in lines" in nodule_gate.found(raster(crop), card, None).reasons[0]


def test_a_model_of_whole_slices_has_no_box_to_look_in(tiny):
    assert nodule_gate.found(in_hu(lung_slice()), tiny.card, around(120, 140, 14)) is None


# The most that may be refused of 18: the box's middle lies beside the tumour then, or the outline is long.
@pytest.mark.shared
@pytest.mark.parametrize(
    ("wider", "moved", "most"), [(0.0, 0.0, 0), (0.2, 0.0, 1), (-0.1, 0.0, 1), (0.0, 0.12, 2)]
)
def test_boxed_tumours_of_real_series_are_accepted_as_drawn_and_nearly_all_drawn_otherwise(
    shared_data, card, wider, moved, most
):
    with (shared_data / "ct" / "index.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["tumour_box_x0_y0_x1_y1"]][::3]
    assert len(rows) == 18
    refused = []
    for row in rows:
        left, top, right, bottom = map(float, row["tumour_box_x0_y0_x1_y1"].split())
        high, wide = bottom - top, right - left
        less, more = moved - wider, moved + wider
        box = Box(top + less * high, left + less * wide, bottom + more * high, right + more * wide)
        shown = readers.read(shared_data / "ct" / row["path"])
        refused += [row["path"]] if nodule_gate.found(shown, card, box).reasons else []
    assert len(refused) <= most, refused
