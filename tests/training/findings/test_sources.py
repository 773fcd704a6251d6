"""Samples from the folders they are kept in: what is nodule, what is not, what nobody knows."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.errors import InputError
from lungview.training.findings.samples import lidc, pictures, transplant, whole
from lungview.training.findings.samples.sample import BACKGROUND, NODULE, OPACITY, UNKNOWN
from lungview.training.findings.samples.scans import Scan

KNOWN = ("path", "patient", "nodule", "split", "label", "malignancy_mean", "ratings", "diameter_mm")
COLUMNS = (*KNOWN, "readers", "pixel_spacing_mm", "slice_thickness_mm")


def crop(number: int) -> np.ndarray:
    """Lung of grey 40 and tissue of grey 200; a line at column `number` tells slices apart."""
    picture = np.full((128, 128), 40, np.uint8)
    picture[:, 90:] = 200
    picture[:, number * 4 : number * 4 + 2] = 200
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three slices 2.5 mm apart of one nodule, marked by 4, 4 and 1 readers."""
    (tmp_path / "crops").mkdir()
    mask = np.zeros((128, 128), bool)
    mask[56:72, 56:72] = True
    with (tmp_path / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, readers in ((0, 4), (1, 4), (2, 1)):
            name = f"P_nodule-0_s{number}"
            cv2.imwrite(str(tmp_path / "crops" / f"{name}.jpg"), crop(number))
            row = dict.fromkeys(COLUMNS, "") | {"path": f"crops/{name}.jpg", "patient": "P", "nodule": "P/0"}
            row |= {"split": "train", "malignancy_mean": "4.0", "readers": str(readers)}
            writer.writerow(row | {"pixel_spacing_mm": "0.75", "slice_thickness_mm": "2.5"})
    np.savez(tmp_path / "masks.npz", **{f"P_nodule-0_s{n}": np.packbits(mask) for n in range(3)})
    return tmp_path


def test_a_mask_of_two_readers_is_a_nodule_and_of_one_is_unknown(folder):
    first, second, third = lidc.samples(folder, "train")
    assert set(np.unique(first.labels)) == {BACKGROUND, NODULE}
    assert set(np.unique(third.labels)) == {BACKGROUND, UNKNOWN}
    assert (first.labels == NODULE).sum() == 256
    assert second.malignancy == pytest.approx(0.75)
    assert second.radius_mm == pytest.approx(np.sqrt(256 / np.pi) * 0.75)
    assert third.radius_mm == 0


def test_another_nodule_of_the_patient_is_neither_background_nor_the_crop_s_own(folder):
    random = np.random.default_rng(0)
    texture = cv2.GaussianBlur(random.uniform(0, 255, (128, 160)).astype(np.float32), (0, 0), 3)
    slice_ = np.clip((texture - texture.mean()) * 2 + 60, 0, 255).astype(np.uint8)
    slice_[:, 60:66] = 200  # tissue, so that there are two modes
    masks = dict(np.load(folder / "masks.npz"))
    with (folder / "index.csv").open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        for name, left in (("Q_nodule-0_s0", 0), ("Q_nodule-1_s0", 32)):
            cv2.imwrite(str(folder / "crops" / f"{name}.png"), slice_[:, left : left + 128])
            row = dict.fromkeys(COLUMNS, "") | {"path": f"crops/{name}.png", "patient": "Q"}
            row |= {"nodule": name, "split": "train", "malignancy_mean": "4.0", "readers": "4"}
            writer.writerow(row | {"pixel_spacing_mm": "0.75", "slice_thickness_mm": "2.5"})
            masks[name] = masks["P_nodule-0_s0"]
    np.savez(folder / "masks.npz", **masks)
    first = next(s for s in lidc.samples(folder, "train") if s.group == "Q")
    assert first.labels[64, 64] == NODULE
    assert first.labels[64, 64 + 32] == UNKNOWN
    assert first.labels[64, 20] == BACKGROUND


def test_the_neighbours_are_the_slices_at_2_5_mm_and_the_slice_itself_at_an_end(folder):
    first, second, _ = lidc.samples(folder, "train")
    lines = [int(np.argmax(second.picture[64, :80, c] > 150)) // 4 for c in range(3)]
    assert lines == [0, 1, 2]
    np.testing.assert_array_equal(first.picture[..., 0], first.picture[..., 1])


def test_the_greys_of_crops_come_to_one_scale(folder):
    picture = lidc.samples(folder, "train")[0].picture[..., 1]
    assert picture[20, 60] == pytest.approx(round((1000 - 870) / 1400 * 255), abs=4)
    assert picture[20, 110] == pytest.approx(round((1000 + 40) / 1400 * 255), abs=4)


def test_another_part_of_the_split_is_left_alone(folder):
    assert lidc.samples(folder, "test") == []


def test_a_folder_without_crops_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="no LIDC crops here"):
        lidc.samples(tmp_path, "train")


def thorax(label: str, boxes: dict) -> Scan:
    """Nine slices of a body with two lungs; in one lung a ball of tissue on the slices with a box."""
    y, x = np.mgrid[:256, :256].astype(float)
    body = ((y - 128) / 85) ** 2 + ((x - 128) / 120) ** 2 < 1
    lung = ((y - 128) / 60) ** 2 + ((np.abs(x - 128) - 55) / 38) ** 2 < 1
    ball = (y - 128) ** 2 + (x - 73) ** 2 < 10**2
    plane = np.where(body, 40, -1000)
    values = np.stack([np.where(lung & ~(ball & (k in boxes)), -850, plane) for k in range(9)])
    return Scan("P", label, values.astype(np.int16), (3.0, 1.0, 1.0), boxes)


BOX = (63.0, 118.0, 83.0, 138.0)


def test_in_its_box_the_tumour_s_tissue_is_the_nodule_and_the_rest_is_unknown():
    found = whole.samples(thorax("cancer", {4: BOX}))
    assert len(found) == 9
    tumour = found[4]
    area = (tumour.labels == NODULE).sum() * 0.75**2
    assert area == pytest.approx(np.pi * 10**2, rel=0.12)
    assert tumour.malignancy > 0.9
    row, column = (round(v) for v in tumour.centre)
    assert tumour.labels[row, column] == NODULE


def test_next_to_the_last_box_nobody_knows_and_further_away_there_is_nothing():
    found = whole.samples(thorax("cancer", {4: BOX}))
    assert set(np.unique(found[3].labels)) == {BACKGROUND, UNKNOWN}
    assert set(np.unique(found[1].labels)) == {BACKGROUND}


def test_a_cancer_that_nobody_boxed_teaches_nothing():
    assert whole.samples(thorax("cancer", {})) == []


def test_what_is_dense_in_a_lung_with_covid_is_an_opacity():
    scan = thorax("covid", {})
    scan.hounsfield[:, 100:116, 60:76] = -400
    labels = whole.samples(scan)[4].labels
    assert (labels == OPACITY).sum() * 0.75**2 == pytest.approx(256, rel=0.4)
    assert not (labels == NODULE).any()


def test_pictures_of_one_scan_are_each_other_s_neighbours(tmp_path):
    scan = thorax("normal", {})
    for k in range(3):
        plane = np.clip(scan.hounsfield[k] * 0.15 + 160 + k, 0, 255).astype(np.uint8)
        cv2.imwrite(str(tmp_path / f"n_{k}.png"), plane)
    found = pictures.samples(sorted(tmp_path.glob("*.png")), "n")
    np.testing.assert_array_equal(found[0].picture[..., 2], found[1].picture[..., 1])
    np.testing.assert_array_equal(found[0].picture[..., 0], found[0].picture[..., 1])
    assert not found[1].labels.any()
    assert found[1].picture.shape[1] == pytest.approx(256 * 360 / 240 / 0.75, rel=0.03)


def test_nodules_in_boxes_are_read_in_hu(tmp_path):
    mask = np.zeros((4, 8, 10), bool)
    mask[1:3, 2:6, 3:7] = True
    values = np.where(mask, (40 + 1024) // 8, (1024 - 848) // 8).astype(np.uint8)
    np.savez(tmp_path / "vois.npz", **{"K": values, "K.mask": np.packbits(mask)})
    (tmp_path / "index.csv").write_text(
        "key,patient,split,malignancy,diameter_mm,spacing_z_mm,spacing_y_mm,spacing_x_mm\nK,P,train,4,8,2.5,0.7,0.7\n"
    )
    (graft,) = transplant.read(tmp_path, "train")
    np.testing.assert_array_equal(graft.mask, mask)
    assert graft.greys[1, 3, 4] == pytest.approx((1000 + 40) / 1400, abs=0.005)
    assert graft.malignancy == pytest.approx(0.75)
    assert graft.spacing_mm == (2.5, 0.7, 0.7)
