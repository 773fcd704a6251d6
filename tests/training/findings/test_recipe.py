"""`lungview train` with the recipe that ships, each stage of a few steps, on data made here."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview import cli
from lungview.cli import exit_codes
from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read
from lungview.model.card import read_card

pytest.importorskip("tensorflow")
from lungview.training.findings import package

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow, pytest.mark.usefixtures("untraced")]

RECIPE = Path(__file__).parents[3] / "resources" / "training" / "findings.toml"
THORAX = Thorax(slices=24, matrix=160, slice_spacing=3.0)
SIDE = 128


def ball(side: int, radius: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side] - side // 2
    return x**2 + y**2 <= radius**2


def table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def crops(folder: Path) -> None:
    """Two nodules of three slices, grey balls in lung beside tissue."""
    (folder / "crops").mkdir(parents=True)
    rows, masks = [], {}
    for nodule, radius in (("P1", 8), ("P2", 12)):
        for number in range(3):
            name = f"{nodule}_nodule-0_s{number}"
            picture = np.full((SIDE, SIDE), 40, np.uint8)
            picture[:, 100:] = picture[ball(SIDE, radius)] = 200
            cv2.imwrite(str(folder / "crops" / f"{name}.jpg"), picture)
            masks[name] = np.packbits(ball(SIDE, radius))
            rows.append({
                "path": f"crops/{name}.jpg", "patient": nodule, "nodule": f"{nodule}/0", "split": "train",
                "label": "", "malignancy_mean": 4.0, "ratings": "4", "diameter_mm": radius * 1.5,
                "readers": 4 if number else 1, "pixel_spacing_mm": 0.75, "slice_thickness_mm": 2.5,
            })  # fmt: skip
    table(folder / "index.csv", rows)
    np.savez(folder / "masks.npz", **masks)


def boxes(folder: Path) -> None:
    """One nodule in HU, to be put into other lungs."""
    folder.mkdir(parents=True)
    mask = np.stack([ball(24, radius) for radius in (3, 6, 3)])
    values = np.where(mask, 133, 20).astype(np.uint8)  # 8 HU a step from -1024 on
    np.savez(folder / "vois.npz", k=values, **{"k.mask": np.packbits(mask)})
    row = {"key": "k", "patient": "P1", "split": "train", "malignancy": 5, "diameter_mm": 9.0}
    table(folder / "index.csv", [row | {f"spacing_{axis}_mm": 1.0 for axis in "zyx"}])


def series(folder: Path) -> None:
    """The phantom with a box around its nodule."""
    files = write_series(folder / "P9", THORAX)
    middle, row, column = THORAX.nodule
    rows = []
    for k, file in enumerate(files):
        box = f"{column - 8:.0f} {row - 8:.0f} {column + 8:.0f} {row + 8:.0f}" if abs(k - middle) < 2 else ""
        place = read(file).instance.geometry.along_normal
        rows.append({
            "path": str(file.relative_to(folder)), "patient": "P9", "set": "phantom", "label": "cancer",
            "z_mm": place, "lung_share": 0.3, "tumour_box_x0_y0_x1_y1": box,
        })  # fmt: skip
    table(folder / "index.csv", rows)


def normal(folder: Path) -> None:
    folder.mkdir(parents=True)
    for k in range(3):
        picture = np.zeros((SIDE, SIDE), np.uint8)
        cv2.ellipse(picture, (64, 64), (58, 44), 0, 0, 360, 180, -1)
        for x in (40, 88):
            cv2.ellipse(picture, (x, 64), (18, 30), 0, 0, 360, 40, -1)
        cv2.imwrite(str(folder / f"luna16-normal3_{k}.jpg"), picture)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    crops(root / "nodules" / "lidc-context")
    boxes(root / "nodules" / "lidc-vois")
    series(root / "ct")
    normal(root / "no-cancer")
    return root


def test_the_recipe_trains_both_stages_and_makes_a_model_folder(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(package, "_ALIKE", 0.0)  # the maps of four steps are noise; rounding changes it
    text = re.sub(r"^steps = \d+$", "steps = 2\nbatch = 2", RECIPE.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"^warmup = \d+$", "warmup = 1", text, flags=re.MULTILINE)
    assert text.count("steps = 2\nbatch = 2\n") == text.count("warmup = 1\n") == 2
    recipe, out = tmp_path / "tiny.toml", tmp_path / "run"
    recipe.write_text(text, "utf-8")
    code = cli.main(["train", "--config", str(recipe), "--root", str(data), "--out", str(out)])
    assert code == exit_codes.OK
    printed = capsys.readouterr().out
    assert "stage first" in printed
    assert "stage second" in printed
    card = read_card(out / "model")
    assert (card.task, card.size) == ("findings", (out / "model" / "model.tflite").stat().st_size)
    assert card.mirrored  # as the one that ships is judged
