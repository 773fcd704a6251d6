"""The gate refuses what is no axial chest CT, and says why."""

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
from lungview.image.phantom import Thorax
from lungview.image.slice import Slice
from lungview.image.window import LUNG, to_uint8
from lungview.model.card import ModelCard
from lungview.model.input import Box
from lungview.sources.files import scan
from tests.classify.conftest import raster


@pytest.fixture
def card(tiny) -> ModelCard:
    return tiny.card


def of_modality(slice_: Slice, modality: str) -> Slice:
    return replace(slice_, instance=replace(slice_.instance, modality=modality))


def text() -> np.ndarray:
    page = np.full((400, 600), 255, np.uint8)
    for i in range(12):
        cv2.putText(page, f"The quick brown fox {i}", (10, 30 + 30 * i), 0, 0.8, 0, 2)
    return page


def test_a_chest_slice_in_hounsfield_units_passes(chest, card):
    assert suitability.before_network(chest, card) == ()


def test_a_picture_of_a_chest_slice_passes(chest, card):
    assert suitability.before_network(raster(to_uint8(chest.values, LUNG)), card) == ()


def test_another_modality_is_refused_by_the_header(chest, card):
    found = suitability.before_network(of_modality(chest, "MR"), card)
    assert found == ("the modality is MR, the model was trained on CT",)


def test_another_body_part_and_a_localizer_are_refused_by_the_header(chest, card):
    scout = replace(chest.instance, traits=(("kind", "ORIGINAL PRIMARY LOCALIZER"),))
    found = suitability.before_network(replace(chest, instance=scout, body_part="HEAD"), card)
    assert found == ("the header says it is a localizer, no slice", "the header says the body part is HEAD")


@pytest.mark.parametrize("part", ["", "CHEST", "THORAX", "LUNG", "CHESTABDPELVIS", "Whole Body"])
def test_body_parts_with_a_chest_in_them_pass(chest, card, part):
    assert suitability.before_network(replace(chest, body_part=part), card) == ()


def test_a_model_that_needs_hounsfield_units_refuses_picture_files(chest, card):
    picture = raster(to_uint8(chest.values, LUNG))
    found = suitability.before_network(picture, replace(card, accepts_raster=False))
    assert found == ("this is a picture file, the model needs Hounsfield units",)


def test_values_that_are_not_hounsfield_units_are_refused(chest, card):
    found = suitability.before_network(replace(chest, values=chest.values + 1024), card)
    assert len(found) == 1
    assert "a chest has air and soft tissue" in found[0]


def test_a_slice_without_lungs_is_refused(chest, card):
    filled = chest.values.copy()
    filled[100:-100] = np.where(filled[100:-100] < -300, 40, filled[100:-100])
    body = np.zeros(filled.shape, np.uint8)
    cv2.ellipse(body, (256, 256), (200, 140), 0, 0, 360, 1, -1)
    abdomen = np.where(body > 0, 40, -1000).astype(np.float32)
    found = suitability.before_network(replace(chest, values=abdomen), card)
    assert found == ("no lungs found: they are 0.0% of the body, at least 2% is expected",)


@pytest.mark.parametrize("rows", [16, 63])
def test_a_tiny_slice_is_refused(card, rows):
    found = suitability.before_network(raster(np.zeros((rows, 512), np.uint8)), card)
    assert found == (f"the slice is {rows} × 512 pixels, at least 64 a side are needed",)


NOT_CHESTS = {
    "blank": np.zeros((400, 400), np.uint8),
    "white": np.full((400, 400), 255, np.uint8),
    "noise": np.random.default_rng(0).integers(0, 255, (400, 400), np.uint8),
    "smooth": cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (400, 400), np.uint8), (0, 0), 20),
    "ramp": np.tile(np.arange(400) * 255 // 400, (400, 1)).astype(np.uint8),
    "text": text(),
    "text, white on black": 255 - text(),
}


@pytest.mark.parametrize("name", NOT_CHESTS)
def test_a_picture_of_something_else_is_refused(card, name):
    assert suitability.before_network(raster(NOT_CHESTS[name]), card)


PHOTOGRAPHS = (
    "astronaut",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "moon",
    "page",
    "rocket",
    "text",
    "retina",
)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("colour", [True, False])
def test_photographs_are_refused_in_colour_and_in_grey(card, name, colour):
    import skimage.data

    folder = Path(skimage.data.__file__).parent
    file = next(f for f in (folder / f"{name}.png", folder / f"{name}.jpg") if f.is_file())
    mode = cv2.IMREAD_COLOR_RGB if colour else cv2.IMREAD_GRAYSCALE
    assert suitability.before_network(raster(cv2.imread(str(file), mode)), card)


def cut_out(background: int = 0, nodule: int = 150) -> np.ndarray:
    return cv2.circle(np.full((64, 64), background, np.uint8), (30, 34), 9, nodule, -1)


def as_nodule(card: ModelCard) -> ModelCard:
    return replace(card, preparation="box", task="nodule")


def of_nodule(slice_: Slice, card: ModelCard, box: Box | None = None) -> tuple[str, ...]:
    return suitability.before_network(slice_, card, nodule_gate.found(slice_, card, box))


def test_a_cut_out_nodule_is_not_asked_for_lungs(card):
    assert of_nodule(raster(cut_out()), as_nodule(card)) == ()


@pytest.mark.parametrize(
    "picture",
    [
        cut_out(background=60),
        np.zeros((64, 64), np.uint8),
        np.random.default_rng(2).integers(0, 255, (64, 64), np.uint8),
    ],
    ids=["in its surroundings", "black", "noise"],
)
def test_a_small_picture_that_is_no_cut_out_nodule_is_refused(card, picture):
    (said,) = of_nodule(raster(picture), as_nodule(card))
    assert "draw a box around the nodule" in said


def test_a_coloured_crop_is_refused_all_the_same(card):
    crop = raster(np.random.default_rng(2).integers(0, 255, (64, 64, 3), np.uint8))
    found = of_nodule(crop, as_nodule(card))
    assert "in colour" in found[0]


def test_a_distance_above_the_cards_limit_is_refused(card):
    word = suitability.word((), replace(card, ood_threshold=2.0), 2.5)
    assert not word.suitable
    (reason,) = word.reasons
    assert reason.startswith("unlike the training pictures: 1.25 times the distance")
    assert "(distance 2.50, limit 2.00)" in reason


def test_a_distance_at_the_limit_passes(card):
    assert suitability.word((), replace(card, ood_threshold=2.0), 2.0).suitable


def test_a_picture_without_lung_and_one_unlike_the_training_pictures_are_told_apart(card):
    limited = replace(card, ood_threshold=2.0)
    assert suitability.word(("no lungs found",), limited, 2.5).refusal is Refusal.NO_LUNG
    assert suitability.word((), limited, 2.5).refusal is Refusal.UNLIKE
    assert suitability.word((), limited, 1.5).refusal is None


def test_an_override_is_recorded_and_changes_no_reason(card):
    word = suitability.word(("a reason",), card, 0.0, override=True)
    assert (word.suitable, word.overridden, word.reasons) == (False, True, ("a reason",))


def test_there_is_nothing_to_override_when_the_gate_agrees(card):
    assert not suitability.word((), card, 0.0, override=True).overridden


def test_the_synthetic_thorax_is_a_chest_from_apex_to_base(card, chest):
    thorax = Thorax()
    passed = [
        not suitability.before_network(replace(chest, values=thorax.hu(i).astype(np.float32)), card)
        for i in range(thorax.slices // 6, thorax.slices * 5 // 6)
    ]
    assert all(passed)


def shoulders(lung: int, air: int = 10, tissue: int = 70, noise: float = 4.0) -> np.ndarray:
    """A picture at the height of the shoulders, in a wide window; the lungs have a radius of `lung` px."""
    grey = np.zeros((256, 380), np.float64)
    cv2.ellipse(grey, (190, 128), (170, 85), 0, 0, 360, tissue, -1)
    for x in (140, 240):
        cv2.ellipse(grey, (x, 130), (lung, lung), 0, 0, 360, air, -1)
    for x in (80, 190, 300):
        cv2.circle(grey, (x, 160), 8, 160, -1)
    return np.clip(grey + np.random.default_rng(0).normal(0, noise, grey.shape), 0, 255).astype(np.uint8)


def test_the_tips_of_the_lungs_are_lungs(card):
    """A twenty-fifth of the body, between the shoulders: it is judged. Half as much is the neck's."""
    assert suitability.before_network(raster(shoulders(17)), card) == ()
    (reason,) = suitability.before_network(raster(shoulders(10)), card)
    assert "no lungs found" in reason


@pytest.mark.shared
def test_of_real_lung_ct_pictures_at_most_3_percent_are_refused(shared_data, card):
    with (shared_data / "chest-ct" / "split.csv").open(newline="") as file:
        names = [row["path"] for row in csv.DictReader(file)][::10]
    refused = [
        n for n in names if suitability.before_network(readers.read(shared_data / "chest-ct" / n), card)
    ]
    assert len(refused) <= 0.03 * len(names)


@pytest.mark.shared
def test_real_slices_through_the_shoulders_pass(shared_data, card):
    for name in ("000117 (4).png", "000174 (4).png"):
        slice_ = readers.read(shared_data / "chest-ct" / "test" / "adenocarcinoma" / name)
        assert suitability.before_network(slice_, card) == (), name


@pytest.mark.shared
def test_real_pictures_of_other_modalities_and_regions_are_refused_without_their_headers(shared_data, card):
    folder = shared_data / "dicom" / "pydicom-data"
    for name in ("693_J2KR.dcm", "RG1_J2KI.dcm", "RG3_J2KR.dcm", "MR2_J2KR.dcm"):
        file = folder / name
        slice_ = readers.read(file)
        bare = replace(slice_, instance=replace(slice_.instance, modality=""), body_part="", unit="")
        assert suitability.before_network(bare, card), name


@pytest.mark.shared
def test_of_a_real_thorax_ct_every_slice_with_lungs_passes_and_no_other(shared_data, card):
    """30 slices, from the upper abdomen to the shoulders; looked at: lungs from the third to the 28th, of the
    first two a rim below 2 %."""
    series = scan.scan([shared_data / "dicom" / "lung-pet-ct-dx"]).series[0]
    slices = [readers.read_instance(i) for i in series.instances]
    passed = [i for i, s in enumerate(slices) if not suitability.before_network(s, card)]
    assert passed == list(range(2, 28))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["693_J2KR.dcm", "693_UNCI.dcm", "bad_sequence.dcm", "explicit_VR-UN.dcm"])
def test_a_ct_of_head_neck_or_abdomen_is_refused_in_one_sentence(shared_data, card, name):
    slice_ = replace(readers.read(shared_data / "dicom" / "pydicom-data" / name), body_part="")
    found = suitability.before_network(slice_, card)
    assert len(found) == 1
    assert found[0].startswith(("no lungs found", "values reach from"))


@pytest.mark.shared
def test_real_cut_out_nodules_pass_before_the_network(shared_data, card):
    files = sorted((shared_data / "nodules" / "lidc-64").rglob("*.png"))[::20]
    assert len(files) > 50
    refused = [f for f in files if of_nodule(readers.read(f), as_nodule(card))]
    assert refused == []


@pytest.mark.shared
def test_of_nine_real_series_every_slice_with_lung_passes_and_none_without(shared_data, card):
    """Every tenth slice. Where the table is wrong it was looked at: bowel, and lungs it took for none."""
    wrong = {f"cap001/{n:03}.dcm" for n in (*range(1, 10), *range(53, 58), 77)}
    with (shared_data / "ct" / "index.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["path"] not in wrong][::10]
    for row in rows:
        share = float(row["lung_share"])
        if 0 < share < 0.02:  # the tips: either word is right
            continue
        refused = suitability.before_network(readers.read(shared_data / "ct" / row["path"]), card)
        assert bool(refused) is (share == 0), row["path"]


@pytest.mark.parametrize(
    ("distance", "limit", "said"),
    [(1.0004, 1.0, "distance 1.01, limit 1.00"), (4.2, 4.1999, "4.20, limit 4.19")],
)
def test_a_distance_that_passed_its_limit_reads_as_more(card, distance, limit, said):
    (reason,) = suitability.word((), replace(card, ood_threshold=limit), distance).reasons
    assert (said in reason, "1.00 times" in reason) == (True, False)
    assert suitability.with_limit(limit, distance) == suitability.with_limit(distance, limit)[::-1]
