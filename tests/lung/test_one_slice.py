"""Whether one CT slice holds lung, and where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.image import phantom
from lungview.image.slice import Geometry, Instance, Slice
from lungview.lung.lungs import LEFT, RIGHT
from lungview.lung.one_slice import (
    _finite,
    guessed_pixel_mm,
    header_reasons,
    lung_labels,
    lung_share,
    reasons,
)

THORAX = phantom.Thorax(24, 256)
MIDDLE = 12


@pytest.fixture(scope="module")
def slice_() -> np.ndarray:
    return THORAX.hu(MIDDLE)


def test_the_lungs_of_a_slice_are_those_of_the_phantom(slice_: np.ndarray) -> None:
    found, truth = lung_labels(slice_, THORAX.pixel_spacing) > 0, THORAX.lung_share(MIDDLE)

    assert found.sum() == pytest.approx(truth.sum(), rel=0.03)
    assert (found & (truth > 0.5)).sum() / (
        truth > 0.5
    ).sum() > 0.96  # the hilum's vessels open into the heart


def test_the_patients_right_lung_is_on_the_left_of_the_picture(slice_: np.ndarray) -> None:
    found = lung_labels(slice_, THORAX.pixel_spacing)

    assert set(np.unique(found[:, :100])) == {0, RIGHT}
    assert set(np.unique(found[:, 156:])) == {0, LEFT}


def test_the_share_is_the_phantoms(slice_: np.ndarray) -> None:
    body = (slice_ > -400) | (THORAX.lung_share(MIDDLE) > 0.5)
    body[200:] = False  # the table

    assert lung_share(slice_, THORAX.pixel_spacing) == pytest.approx(
        THORAX.lung_share(MIDDLE).sum() / body.sum(), rel=0.1
    )


def test_without_a_pixel_size_the_body_gives_the_scale(slice_: np.ndarray) -> None:
    """The phantom's chest is 332 mm wide, an adult's is taken as 350 mm."""
    assert guessed_pixel_mm(slice_) == pytest.approx(THORAX.pixel_spacing * 350 / 332, rel=0.02)
    assert reasons(slice_) == ()


@pytest.mark.parametrize("index", [2, 6, 12, 18, 21])
def test_every_slice_with_lung_passes(index: int) -> None:
    assert THORAX.lung_share(index).mean() > 0.01
    assert reasons(THORAX.hu(index), THORAX.pixel_spacing) == ()


def _disc(radius: float, inside: int, holes: tuple[tuple[int, int, int, int], ...] = ()) -> np.ndarray:
    """A round body of 256 pixels a side, with (row, column, radius, HU) discs in it."""
    r, c = np.indices((256, 256))
    values = np.full((256, 256), -1000, np.int16)
    for row, column, reach, hu in ((128, 128, radius, inside), *holes):
        values[np.hypot(r - row, c - column) < reach] = hu
    return values


ROOM_AIR = np.full((256, 256), -1000, np.int16)
NOISE = np.random.default_rng(0).normal(-500, 400, (256, 256))
HEAD = _disc(70, 40, ((60, 128, 8, -1000), (100, 100, 6, -1000)))
ABDOMEN = _disc(110, 40, ((80, 110, 22, -1000), (90, 170, 14, -990)))
NECK = _disc(50, 40, ((115, 128, 9, -995),))
TWO_LEGS = np.where(_disc(50, 40) > 0, 40, -1000)


@pytest.mark.parametrize(
    "values", [ROOM_AIR, NOISE, HEAD, ABDOMEN, NECK, np.hstack([TWO_LEGS[:, 64:192]] * 2)],
    ids=["room air", "noise", "head", "abdomen with gas", "neck", "legs"],
)  # fmt: skip
def test_what_has_no_lungs_is_refused_with_the_reason(values: np.ndarray) -> None:
    (reason,) = reasons(values, 1.4)

    assert reason.startswith("no lungs found: they are 0.0% of the body")


def test_no_numbers_are_no_lungs() -> None:
    assert len(reasons(np.full((64, 64), np.nan, np.float32))) == 1


def test_values_become_whole_hu_in_range_and_what_is_no_number_air() -> None:
    given = np.array([[-3000.0, 9000.0, -0.5, 1.5, np.inf, -np.inf]], np.float32)
    whole = [[-1024, 3071, 0, 2, 3071, -1024]]  # halves to the even neighbour (IEEE 754)
    assert _finite(given).tolist() == whole
    assert _finite(np.append(given, [[np.nan]], axis=1)).tolist() == [[*whole[0], -1024]]
    assert _finite(np.array([[-2000, 40, 5000]], np.int16)).tolist() == [[-1024, 40, 3071]]
    assert _finite(given).dtype == np.int16
    assert given[0, 0] == -3000.0


def test_without_a_body_there_is_no_scale() -> None:
    with pytest.raises(InputError, match="no body found"):
        guessed_pixel_mm(ROOM_AIR)


def test_a_lean_chests_thin_wall_holds() -> None:
    """A wall of 5 mm round two lungs, of which opening by 4 mm would leave nothing."""
    lungs = ((128, 75, 45, -850), (128, 181, 45, -850))
    r, c = np.indices((256, 256))
    values = np.full((256, 256), -1000, np.int16)
    for row, column, reach, _ in lungs:
        values[np.hypot(r - row, c - column) < reach + 4] = 40
    values[100:156, 110:146] = 40
    for row, column, reach, hu in lungs:
        values[np.hypot(r - row, c - column) < reach] = hu

    assert lung_share(values, 1.3) > 0.5


AXIAL, CORONAL, SAGITTAL = (1, 0, 0, 0, 1, 0), (1, 0, 0, 0, 0, -1), (0, 1, 0, 0, 0, -1)
TILTED, PRONE = (1, 0, 0, 0, 0.866, -0.5), (-1, 0, 0, 0, -1, 0)  # the gantry by 30 degrees
PLANE, SCOUT = ("lies in another plane than an axial one",), ("is a localizer, no slice",)


@pytest.mark.parametrize(
    ("orientation", "kind", "said"),
    [
        *((o, "ORIGINAL PRIMARY AXIAL", ()) for o in (AXIAL, TILTED, PRONE, None)),
        *((o, "DERIVED SECONDARY MPR", PLANE) for o in (CORONAL, SAGITTAL)),
        *((o, "ORIGINAL PRIMARY LOCALIZER", SCOUT) for o in (CORONAL, AXIAL, None)),
    ],
)
def test_a_header_tells_what_is_no_axial_slice(
    orientation: tuple[float, ...] | None, kind: str, said: tuple[str, ...]
) -> None:
    place = Geometry((0.0, 0.0, 0.0), orientation) if orientation else None
    instance = Instance(Path("a.dcm"), geometry=place, traits=(("kind", kind),))
    found = header_reasons(Slice(instance, np.zeros((4, 4), np.float32)))
    assert len(found) == len(said)
    assert all(sentence.endswith(end) for sentence, end in zip(found, said, strict=True))


@pytest.mark.parametrize(("part", "count"), [("", 0), ("CHEST_ABDOMEN", 0), ("HEAD", 1), ("ABDOMEN", 1)])
def test_a_header_tells_another_body_part(part: str, count: int) -> None:
    shown = Slice(Instance(Path("a.dcm")), np.zeros((4, 4), np.float32), body_part=part)
    assert len(header_reasons(shown)) == count
