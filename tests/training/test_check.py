"""Copies, leaks, shortcuts and bad files are found."""

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.training.check import check, report, write_split
from lungview.training.listing import rows

Folder = Callable[..., Path]


def slices(path: Path, seed: int) -> np.ndarray:
    """A picture unlike those of other seeds; returned as drawn."""
    rng = np.random.default_rng(seed)
    picture = cv2.resize(
        rng.integers(0, 256, (6, 6)).astype(np.uint8), (90, 90), interpolation=cv2.INTER_CUBIC
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)
    return picture


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """Nine pictures a class; test/normal/0 copies train/normal/0, test/squamous/0 nearly its namesake."""
    for c, name in enumerate(("normal", "squamous")):
        for i in range(6):
            slices(tmp_path / f"train/{name}/{i}.png", 100 * c + i)
        for i in range(1, 3):
            slices(tmp_path / f"test/{name}/{i}.png", 100 * c + 50 + i)
    copy = (tmp_path / "train/normal/0.png").read_bytes()
    (tmp_path / "test/normal/0.png").write_bytes(copy)
    near = cv2.imread(str(tmp_path / "train/squamous/0.png"))
    cv2.line(near, (0, 40), (20, 40), (255, 0, 0), 1)
    cv2.imwrite(str(tmp_path / "test/squamous/0.png"), near)
    return tmp_path


def test_copies_in_the_training_part_are_counted_by_class(leaky: Path) -> None:
    found = report(check(rows(leaky)))
    assert found["copies_in_train"]["test"] == {
        "n": 6,
        "exact": 1,
        "near": 2,
        "exact_by_class": {"normal": 1},
    }
    assert found["across_parts"]["train-test"] == {"exact": 1, "near": 2}
    assert (found["files"], found["distinct"], found["near_duplicate_groups"]) == (18, 17, 16)


def test_a_copy_saved_in_colour_is_still_a_copy(leaky: Path) -> None:
    grey = cv2.imread(str(leaky / "train/normal/1.png"), cv2.IMREAD_GRAYSCALE)
    cv2.imwrite(str(leaky / "test/normal/9.png"), cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    assert report(check(rows(leaky)))["copies_in_train"]["test"]["exact"] == 2


def test_one_picture_with_two_labels_is_named(leaky: Path) -> None:
    copy = (leaky / "train/normal/2.png").read_bytes()
    (leaky / "train/squamous/9.png").write_bytes(copy)
    (pair,) = report(check(rows(leaky)))["two_labels"]
    assert [Path(p).parent.name for p in pair] == ["normal", "squamous"]


def test_unreadable_files_are_named_and_the_rest_is_checked(leaky: Path) -> None:
    (leaky / "test/normal/1.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    found = report(check(rows(leaky)))
    assert [Path(p).name for p, _ in found["unreadable"]] == ["1.png"]
    assert found["classes"]["normal"]["files"] == 8


def test_a_class_that_file_size_gives_away_is_seen(leaky: Path) -> None:
    for path in leaky.glob("*/normal/*.png"):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        cv2.imwrite(str(path), cv2.resize(picture, (70, 70)))
    found = report(check(rows(leaky)))["shortcut"]
    assert found["recall"]["normal"] == 1.0
    assert found["chance"]["normal"] < 0.6


def test_a_class_that_scanner_noise_gives_away_is_seen(tmp_path: Path) -> None:
    for c, (name, noise) in enumerate((("normal", 30.0), ("squamous", 4.0))):
        for i in range(5):
            picture = np.zeros((120, 120))
            cv2.ellipse(picture, (60, 60), (55, 40), 0, 0, 360, 160, -1)
            cv2.ellipse(picture, (60, 60), (25, 25), 0, 0, 360, 50, -1)
            picture += (picture > 0) * np.random.default_rng(9 * c + i).normal(0, noise, picture.shape)
            path = tmp_path / name / f"{i}.png"
            path.parent.mkdir(exist_ok=True)
            cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    assert report(check(rows(tmp_path)))["grain"]["normal"] == 1.0


def test_the_written_split_keeps_alike_pictures_together(leaky: Path, tmp_path: Path) -> None:
    found = check(rows(leaky))
    out = tmp_path / "split.csv"
    write_split(found, out, leaky)
    lines = list(csv.DictReader(out.open()))
    parts = {line["path"]: line["split"] for line in lines}
    assert parts["test/normal/0.png"] == parts["train/normal/0.png"]
    assert parts["test/squamous/0.png"] == parts["train/squamous/0.png"]
    assert sum(line["keep"] == "1" for line in lines) == 17
    again = report(check(rows(leaky, out)))
    assert all(c["exact"] == c["near"] == 0 for c in again["across_parts"].values())


@pytest.mark.shared
def test_the_public_set_s_leaks_are_the_published_counts(shared_data: Path) -> None:
    # LEAKAGE.md beside the data, measured by another program.
    found = report(check(rows(shared_data / "chest-ct")))
    assert (found["files"], found["distinct"], found["near_duplicate_groups"]) == (1000, 847, 791)
    assert found["across_parts"] == {
        "train-test": {"exact": 130, "near": 294},
        "train-valid": {"exact": 42, "near": 58},
        "valid-test": {"exact": 24, "near": 35},
    }
    assert found["copies_in_train"]["test"] == {
        "n": 315,
        "exact": 46,
        "near": 47,
        "exact_by_class": {"normal": 46},
    }
    assert found["copies_in_train"]["valid"]["exact"] == 10
    assert found["classes"]["normal"]["distinct"] == 66
    assert [sorted(Path(p).name for p in pair) for pair in found["two_labels"]] == [["l4.png", "sq2.png"]]
