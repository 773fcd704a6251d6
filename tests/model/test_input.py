"""The preparation shows the network the patient, and says exactly where it looked."""

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image.slice import Instance, Slice, Spacing
from lungview.image.window import LUNG, MEDIASTINUM, Window, to_uint8
from lungview.model.card import ClassLabel, ModelCard
from lungview.model.input import Box, prepare, see, to_grey
from lungview.model.region import nodule_mask

CLASSES = (ClassLabel("a", "A", True), ClassLabel("b", "B", False))
CARD = ModelCard("m", "M", "1", "subtype", "cnn", CLASSES, (96, 96), sha256="0" * 64)
WINDOW = CARD.window


def thorax(rows: int = 240, columns: int = 320) -> np.ndarray:
    """HU: an ellipse of soft tissue with two lungs, a nodule at (120, 90), a table below; air elsewhere."""
    hu = np.full((rows, columns), -1000.0, np.float32)
    cv2.ellipse(hu, (160, 120), (120, 80), 0, 0, 360, 40.0, -1)
    for x in (100, 220):
        cv2.ellipse(hu, (x, 120), (40, 50), 0, 0, 360, -850.0, -1)
    cv2.circle(hu, (90, 120), 8, 30.0, -1)
    cv2.line(hu, (20, 225), (300, 225), 300.0, 3)
    return hu


def hu_slice(values: np.ndarray, **fields: object) -> Slice:
    return Slice(Instance(Path("x.dcm"), modality="CT"), values, unit="HU", **fields)


def picture(values: np.ndarray) -> Slice:
    return Slice(Instance(Path("x.png")), values if values.ndim == 3 else values.astype(np.float32))


def test_the_body_box_holds_the_body_and_not_the_table() -> None:
    _, box = see(hu_slice(thorax()), (96, 96))
    assert (box.left, box.right) == pytest.approx((40, 281), abs=3)
    # The body is 241 × 161 px; padded to a square about its middle, row 120.
    assert box.rows == box.columns
    assert (box.top + box.bottom) / 2 == pytest.approx(120.5, abs=2)


def test_what_lies_outside_the_body_is_black() -> None:
    seen, box = see(hu_slice(thorax()), (241, 241))
    table_row = round((225 - box.top) * 241 / box.rows)
    assert table_row < 241
    assert not seen[table_row - 4 :].any()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("size", [(224, 224), (160, 224)])
def test_a_point_of_the_slice_is_found_again_through_the_box(turned: bool, size: tuple[int, int]) -> None:
    hu = thorax()
    hu[100:104, 150:154] = 3000.0
    centre = (102, 152)
    if turned:
        hu, centre = np.ascontiguousarray(hu.T), centre[::-1]
    seen, box = see(hu_slice(hu), size, window=Window(1500, 3000))
    rows, columns = np.nonzero(seen > 220)
    assert box.top + (rows.mean() + 0.5) / size[0] * box.rows == pytest.approx(centre[0], abs=1)
    assert box.left + (columns.mean() + 0.5) / size[1] * box.columns == pytest.approx(centre[1], abs=1)
    assert (box.top + box.bottom) / 2 == pytest.approx(160.5 if turned else 120.5, abs=2)
    assert (box.left + box.right) / 2 == pytest.approx(120.5 if turned else 160.5, abs=2)


def test_a_slice_in_hu_and_its_windowed_picture_give_the_same_input() -> None:
    hu = thorax()
    shown = to_uint8(hu, WINDOW)
    a, box_a = see(hu_slice(hu), (96, 96), window=WINDOW)
    b, box_b = see(picture(shown), (96, 96), window=WINDOW)
    c, _ = see(picture(np.repeat(shown[..., None], 3, axis=2)), (96, 96), window=WINDOW)
    assert box_a == box_b
    assert np.abs(a.astype(int) - b).max() <= 1
    assert np.abs(a.astype(int) - c).max() <= 1


@pytest.mark.parametrize(
    "window", [LUNG, MEDIASTINUM, Window(-400, 2000), Window(-300, 1400), Window(200, 3000)]
)
def test_the_body_is_found_in_any_window(window: Window) -> None:
    _, box = see(picture(to_uint8(thorax(), window)), (96, 96))
    assert (box.left, box.right) == pytest.approx((40, 281), abs=4)


def test_a_white_frame_is_not_taken_for_the_body() -> None:
    plain = to_uint8(thorax(), WINDOW)
    framed = cv2.copyMakeBorder(plain, 12, 12, 9, 9, cv2.BORDER_CONSTANT, value=255)
    seen, box = see(picture(framed), (96, 96))
    expected, where = see(picture(plain), (96, 96))
    assert (box.top, box.left) == (where.top + 12, where.left + 9)
    assert np.array_equal(seen, expected)


def test_a_coloured_mark_does_not_reach_the_network() -> None:
    grey = to_uint8(thorax(), WINDOW)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    cv2.line(rgb, (200, 90), (240, 150), (255, 0, 0), 2)
    clean, _ = see(picture(grey), (240, 240))
    marked, _ = see(picture(rgb), (240, 240))
    assert np.abs(clean.astype(int) - marked).max() <= 16


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_picture_is_taken_whole(value: int) -> None:
    _, box = see(picture(np.full((50, 80), value, np.uint8)), (64, 64))
    assert box.columns == 80


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (1, 700), (700, 2), (3000, 2800)])
def test_any_size_of_picture_gives_the_card_s_size(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    found = prepare(picture(noise), replace(CARD, input_size=(64, 48)))
    assert found.values.shape == (64, 48, 3)
    assert found.seen.shape == (64, 48)
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize(("scale", "black", "white"), [("0..1", 0, 1), ("-1..1", -1, 1), ("0..255", 0, 255)])
def test_values_are_in_the_card_s_scale(scale: str, black: float, white: float) -> None:
    half = np.zeros((64, 64), np.uint8)
    half[:, 32:] = 255
    values = prepare(picture(half), replace(CARD, scale=scale, preparation="whole")).values
    assert (values.min(), values.max()) == pytest.approx((black, white), abs=1e-6)


def test_imagenet_scale_is_that_of_the_published_networks() -> None:
    white = np.full((64, 64), 255, np.uint8)
    values = prepare(picture(white), replace(CARD, scale="imagenet", preparation="whole")).values
    assert values[0, 0].tolist() == pytest.approx(
        [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    )


def test_monochrome1_without_hu_is_turned_to_bright_is_dense() -> None:
    shown = to_uint8(thorax(), WINDOW)
    turned = Slice(Instance(Path("x.dcm")), (255 - shown).astype(np.float32), inverted=True)
    assert np.array_equal(see(turned, (96, 96))[0], see(picture(shown), (96, 96))[0])


def test_pixels_that_are_not_numbers_become_black_not_nan() -> None:
    hu = thorax()
    hu[0, 0], hu[1, 1] = np.nan, np.inf
    assert np.isfinite(prepare(hu_slice(hu), CARD).values).all()


@pytest.mark.parametrize("window", [Window(-300.0, 1400.0), Window(-600.0, 1500.0), Window(40.0, 1.0)])
@pytest.mark.parametrize("step", [1.0, 0.37])
def test_grey_levels_of_hu_are_those_of_the_standards_formula(window: Window, step: float) -> None:
    """Of whole numbers, which CT has, as of others; PS3.3 C.11.2.1.2.1 written out."""
    values = np.arange(-1500, 1500, dtype=np.float32).reshape(50, 60) * np.float32(step)
    values[0, :4] = (np.nan, np.inf, -np.inf, 0)
    low, high = (x(window.center - 0.5, (window.width - 1) / 2) for x in (np.subtract, np.add))
    x = np.nan_to_num(values.astype(np.float64), nan=-1e5, posinf=1e5, neginf=-1e5)
    ramp = (x - (window.center - 0.5)) / max(window.width - 1, 1) + 0.5
    unit = np.where(x <= low, 0.0, np.where(x > high, 1.0, ramp)).astype(np.float32)
    expected = np.rint(unit * np.float32(255)).astype(np.uint8)
    expected[7] = 0
    padding = np.zeros(values.shape, bool)
    padding[7] = True
    for given in (values, np.where(np.isfinite(values), values, 0).astype(np.float32)):
        grey = to_grey(hu_slice(given, padding=padding), window)
        assert grey.dtype == np.uint8
        np.testing.assert_array_equal(grey[1:], expected[1:])
    np.testing.assert_array_equal(to_grey(hu_slice(values, padding=padding), window), expected)


def test_a_nodule_box_shows_45_mm_of_the_nodule_alone() -> None:
    slice_ = hu_slice(thorax(), spacing=Spacing(0.5, 0.5, "PixelSpacing"))
    seen, where = see(slice_, (64, 64), preparation="box", box=Box(108, 78, 133, 103))
    assert (where.rows, where.columns) == (90, 90)
    # A circle of radius 8.5 px at 0.5 mm shown at 45/64 mm: π · 6.04² = 115 px.
    assert (seen > 60).sum() == pytest.approx(115, abs=20)
    assert not seen[:20].any()


def test_a_small_nodule_picture_needs_no_box() -> None:
    seen, box = see(picture(np.full((64, 64), 99, np.uint8)), (64, 64), preparation="box")
    assert box == Box(0, 0, 64, 64)
    assert (seen == 99).all()


def area_within(outline: np.ndarray) -> float:
    return float(cv2.contourArea(outline.astype(np.float32)))


def test_the_outline_of_a_body_is_what_was_not_made_black() -> None:
    outline = prepare(hu_slice(thorax()), CARD).outline
    assert outline is not None
    assert area_within(outline) == pytest.approx(np.pi * 120 * 80, rel=0.03)
    assert outline[:, 1].max() < 210  # the table is at row 225


def test_the_outline_of_a_nodule_is_the_nodule_s() -> None:
    card = replace(CARD, preparation="box")
    outline = prepare(hu_slice(thorax()), card, Box(109, 79, 132, 102)).outline
    assert outline is not None
    assert area_within(outline) == pytest.approx(np.pi * 8**2, rel=0.1)
    assert outline.mean(axis=0) == pytest.approx((90.5, 120.5), abs=1)


def test_a_picture_taken_whole_has_no_outline() -> None:
    assert prepare(hu_slice(thorax()), replace(CARD, preparation="whole")).outline is None


def test_a_nodule_model_asks_for_a_box_on_a_whole_slice() -> None:
    with pytest.raises(InputError, match="needs a box"):
        see(hu_slice(thorax()), (64, 64), preparation="box")


def test_a_box_outside_the_slice_is_refused() -> None:
    with pytest.raises(InputError, match="at least 2 × 2 pixels"):
        see(hu_slice(thorax()), (64, 64), preparation="box", box=Box(500, 500, 520, 520))


def test_a_vessel_at_the_rim_of_the_box_is_left_out() -> None:
    grey = np.zeros((60, 60), np.uint8)
    cv2.circle(grey, (30, 30), 6, 200, -1)
    cv2.line(grey, (14, 34), (20, 22), 200, 2)
    mask = nodule_mask(grey, (14, 14, 46, 46))
    assert mask[30, 30]
    assert not mask[:, :22].any()


def test_preparing_a_512_slice_takes_a_few_milliseconds() -> None:
    slice_ = hu_slice(cv2.resize(thorax(), (512, 512)))
    see(slice_, (224, 224))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        see(slice_, (224, 224))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.03  # about 3 ms on an idle machine


@pytest.mark.shared
def test_nodules_are_cut_out_as_four_readers_drew_them(shared_data: Path) -> None:
    """The middle slices of 134 LIDC nodules, boxes 1 px wider than the drawn outline on each side."""
    cubes = np.load(shared_data / "nodules/lidc-cubes/cubes.npz")
    dice = []
    for key in (k for k in cubes.files if not k.endswith(".mask")):
        drawn = np.unpackbits(cubes[f"{key}.mask"])[: cubes[key].size].reshape(cubes[key].shape) > 0
        middle = int(drawn.sum(axis=(1, 2)).argmax())
        rows, columns = np.nonzero(drawn[middle])
        box = (rows.min() - 1, columns.min() - 1, rows.max() + 2, columns.max() + 2)
        found = nodule_mask(np.rint(cubes[key][middle] / 4095 * 255).astype(np.uint8), box)
        dice.append(2 * (found & drawn[middle]).sum() / (found.sum() + drawn[middle].sum()))
    assert len(dice) == 134
    assert np.mean(dice) >= 0.75


def test_a_reformatted_plane_is_never_an_input() -> None:
    taken = hu_slice(thorax())
    plane = replace(taken, instance=replace(taken.instance, plane="plane mean"))
    with pytest.raises(InputError, match="found a reformatted plane"):
        prepare(plane, CARD)
