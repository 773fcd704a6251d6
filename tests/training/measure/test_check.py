"""Copies, leaks, shortcuts and bad files are found."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.training.data import likeness
from lungview.training.data.listing import rows
from lungview.training.measure.check import Check, check, report, shortcut_on_test, write_split

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
        "near_by_class": {"normal": 1, "squamous_cell_carcinoma": 1},
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


def test_a_set_without_parts_has_no_shortcut_to_its_test_part(leaky: Path) -> None:
    assert report(check(rows(leaky / "train")))["shortcut_on_test"] is None


def test_a_letter_in_a_dark_border_is_cut_off_with_it() -> None:
    body = np.random.default_rng(0).integers(50, 200, (60, 80)).astype(np.uint8)
    framed = cv2.copyMakeBorder(body, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=9)
    framed[4:6, 4:6] = 255
    assert (likeness._without_border(framed) == body).all()


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
    lines = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    parts = {line["path"]: line["split"] for line in lines}
    assert parts["test/normal/0.png"] == parts["train/normal/0.png"]
    assert parts["test/squamous/0.png"] == parts["train/squamous/0.png"]
    assert sum(line["keep"] == "1" for line in lines) == 17
    again = report(check(rows(leaky, out)))
    assert all(c["exact"] == c["near"] == 0 for c in again["across_parts"].values())


@pytest.fixture(scope="module")
def public(shared_data: Path) -> Check:
    return check(rows(shared_data / "chest-ct"))


@pytest.fixture(scope="module")
def published(public: Check, shared_data: Path) -> list[dict[str, str]]:
    """The lines of split.csv, in the order of the rows."""
    folder = shared_data / "chest-ct"
    with (folder / "split.csv").open(newline="", encoding="utf-8") as file:
        lines = {folder / line["path"]: line for line in csv.DictReader(file)}
    return [lines[row.path] for row in public.rows]


# LEAKAGE.md and split.csv beside the data: measured by another program.
COUNTS = ("files", "distinct", "near_duplicate_groups", "blocks")
CLASSES = ("adenocarcinoma", "large_cell_carcinoma", "normal", "squamous_cell_carcinoma")


@pytest.mark.shared
@pytest.mark.parametrize(("ours", "theirs"), [("near", "group_id"), ("block", "block_id"), ("first", "keep")])
def test_every_file_of_the_public_set_is_in_its_published_group(
    public: Check, published: list[dict[str, str]], ours: str, theirs: str
) -> None:
    pairs = {(int(a), int(b[theirs])) for a, b in zip(getattr(public, ours), published, strict=True)}
    counts = {"near": 791, "block": 506, "first": 2}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) == counts[ours]


@pytest.mark.shared
def test_the_public_set_s_leaks_are_the_published_counts(public: Check) -> None:
    found = report(public)
    assert [found[k] for k in COUNTS] == [1000, 847, 791, 506]
    assert found["across_parts"] == {
        "train-test": {"exact": 130, "near": 294},
        "train-valid": {"exact": 42, "near": 58},
        "valid-test": {"exact": 24, "near": 35},
    }
    copies = {
        part: (c["n"], c["exact_by_class"], c["near_by_class"])
        for part, c in found["copies_in_train"].items()
    }
    assert copies == {
        "valid": (72, {"normal": 10}, {"normal": 10}),
        "test": (315, {"normal": 46}, {"normal": 47}),
    }
    assert [sorted(Path(p).name for p in pair) for pair in found["two_labels"]] == [["l4.png", "sq2.png"]]


@pytest.mark.shared
def test_the_public_set_s_classes_have_the_published_counts(public: Check) -> None:
    found = report(public)
    assert [[found["classes"][key][k] for k in COUNTS] for key in CLASSES] == [
        [338, 337, 321, 220],
        [187, 187, 182, 126],
        [215, 66, 38, 33],
        [260, 258, 251, 132],
    ]
    within = {
        part: [c["exact_pairs"], *(tuple(c["classes"][key].values()) for key in CLASSES)]
        for part, c in found["within_parts"].items()
    }
    assert within == {
        "train": [166, (195, 194, 186), (115, 115, 110), (148, 55, 29), (155, 153, 151)],
        "valid": [2, (23, 23, 23), (21, 21, 21), (13, 11, 11), (15, 15, 15)],
        "test": [40, (120, 120, 112), (51, 51, 51), (54, 27, 17), (90, 90, 85)],
    }


@pytest.mark.shared
def test_the_public_set_s_files_give_normal_away_as_published(
    public: Check, published: list[dict[str, str]]
) -> None:
    moved = [replace(row, split=line["split"]) for row, line in zip(public.rows, published, strict=True)]
    for data, recall in ((public, 0.95), (replace(public, rows=tuple(moved)), 1.0)):
        found = shortcut_on_test(data)
        assert found is not None
        assert round(found["recall"]["normal"], 2) == recall
        assert round(found["accuracy"], 2) == 0.33  # "0.32-0.33"


def test_a_folder_named_like_a_formula_is_found_again(leaky: Path, tmp_path: Path) -> None:
    (leaky / "train").rename(leaky / "=train")
    found = check(rows(leaky))
    write_split(found, tmp_path / "split.csv", leaky)
    assert "'=train/" in (tmp_path / "split.csv").read_text("utf-8-sig")
    assert {row.path for row in rows(leaky, tmp_path / "split.csv", all_files=True)} == {
        row.path for row in found.rows
    }
