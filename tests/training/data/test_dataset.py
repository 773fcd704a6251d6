"""Folders and tables become labelled, prepared pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.training.data import dataset
from lungview.training.data.dataset import Look, Samples, load

SMALL = Look((32, 32))
Folder = Callable[..., Path]


def small(data: Path, task: str = "subtype", **options: Path) -> Samples:
    return load(data, task, look=SMALL, **options)


def test_class_folders_become_labels_in_the_task_s_order(folder: Folder) -> None:
    found = small(folder(**{"Normal": 3, "Adenocarcinoma": 2}))
    assert sorted(found.labels.tolist()) == [0, 0, 3, 3, 3]
    assert found.pictures.shape == (5, 32, 32)
    assert found.cancer.sum() == 2


def test_train_valid_and_test_folders_are_kept(folder: Folder) -> None:
    found = small(folder(train__normal=4, train__squamous=4, val__normal=2, test__squamous=3))
    assert {s: int((found.splits == s).sum()) for s in ("train", "valid", "test")} == {
        "train": 8,
        "valid": 2,
        "test": 3,
    }


def test_without_parts_each_class_gets_all_three(folder: Folder) -> None:
    found = small(folder(normal=20, squamous=20))
    assert set(zip(found.labels.tolist(), found.splits.tolist(), strict=True)) == {
        (c, s) for c in (2, 3) for s in ("train", "valid", "test")
    }


def test_a_table_gives_class_group_and_part(folder: Folder, tmp_path: Path) -> None:
    data = folder(x=3)
    table = tmp_path / "t.csv"
    table.write_text(
        "path,class,patient,split,keep,diameter_mm\n"
        "x/0.png,normal,p1,train,1,4\nx/1.png,large cell,p1,train,1,9\nx/2.png,normal,p2,test,0,5\n"
    )
    found = small(data, split=table)
    assert found.paths == ("x/0.png", "x/1.png")
    assert found.groups[0] == found.groups[1] == "data/p1"
    assert found.extra[1]["diameter_mm"] == "9"


def test_malignant_without_a_subtype_is_a_partial_label(folder: Folder) -> None:
    found = small(folder(malignant=2, normal=2, benign=2))
    assert len(found) == 4
    assert found.partial.tolist() == [True, True, False, False]
    assert found.targets[0].tolist() == [1, 1, 1, 0]
    assert found.labels.tolist() == [-1, -1, 3, 3]


def test_an_unreadable_picture_is_named_and_left_out(folder: Folder) -> None:
    data = folder(normal=3, squamous=3)
    (data / "normal/1.png").write_bytes(b"not a picture")
    found = small(data)
    assert len(found) == 5
    assert [Path(p).name for p, _ in found.failures] == ["1.png"]


def test_a_second_load_takes_the_kept_arrays(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder(normal=3, squamous=3)
    first = small(data, cache=tmp_path / "kept")
    monkeypatch.setattr(dataset, "read", lambda path: pytest.fail("read again"))
    assert np.array_equal(small(data, cache=tmp_path / "kept").pictures, first.pictures)


def test_a_changed_picture_is_read_again(folder: Folder, tmp_path: Path) -> None:
    data = folder(normal=3, squamous=3)
    first = small(data, cache=tmp_path / "kept")
    (data / "normal/0.png").write_bytes((data / "squamous/0.png").read_bytes())
    assert not np.array_equal(small(data, cache=tmp_path / "kept").pictures, first.pictures)


def test_sources_join_and_groups_stay_apart(folder: Folder) -> None:
    found = small(folder(normal=3, squamous=3))
    both = dataset.join([found, found.take(np.array([0, 1]))])
    assert len(both) == len(both.paths) == len(both.groups) == 8


def test_sources_of_different_classes_do_not_join(folder: Folder) -> None:
    data = folder(normal=3, squamous=3)
    with pytest.raises(InputError, match="different classes"):
        dataset.join([small(data), small(data, "custom")])


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [({}, "no such folder"), ({"normal": 3}, "one class only"), ({"cat": 2, "dog": 2}, "“cat” is none of")],
)
def test_data_that_cannot_train_is_refused_in_one_sentence(
    folder: Folder, counts: dict[str, int], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as refusal:
        small(folder(**counts))
    assert "\n" not in str(refusal.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        small(tmp_path)


def test_a_folder_without_one_readable_picture_is_refused(folder: Folder) -> None:
    data = folder(normal=1, squamous=1)
    for path in data.rglob("*.png"):
        path.write_bytes(b"")
    with pytest.raises(InputError, match="no picture could be read"):
        small(data)


def test_a_table_without_its_columns_is_refused(folder: Folder, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("file,label\na,b\n")
    with pytest.raises(InputError, match="needs the columns path and class"):
        small(folder(x=1), split=table)


@pytest.mark.shared
def test_the_public_set_s_folders_have_their_published_parts(shared_data: Path) -> None:
    from lungview.training.data.labels import normalise
    from lungview.training.data.listing import rows

    found = rows(shared_data / "chest-ct")
    assert {s: sum(r.split == s for r in found) for s in ("train", "valid", "test")} == {
        "train": 613,
        "valid": 72,
        "test": 315,
    }
    assert len({normalise(r.label) for r in found}) == 4


@pytest.mark.shared
def test_the_leakage_free_split_keeps_280_distinct_test_pictures(shared_data: Path) -> None:
    from lungview.training.data.listing import rows

    found = rows(shared_data / "chest-ct", shared_data / "chest-ct/split.csv")
    assert len(found) == 847
    assert sum(r.split == "test" for r in found) == 280


def _table(folder: Folder, tmp_path: Path, ratings: list[str]) -> Samples:
    data = folder(benign=2, malignant=2)
    lines = [f"{c}/{i}.png,{c},{c}{i}" for c in ("benign", "malignant") for i in range(2)]
    rows = [f"{line},{rating}" for line, rating in zip(lines, ratings, strict=True)]
    (data / "index.csv").write_text("\n".join(["path,class,group,rating", *rows]) + "\n")
    return small(data / "index.csv", "nodule")


def test_ratings_become_shares_and_the_class_fills_the_gaps(folder: Folder, tmp_path: Path) -> None:
    samples = _table(folder, tmp_path, ["2", "", "4", "4.7"])
    found = dataset.rated(samples, "rating")
    malignant = [c.malignant for c in samples.classes].index(True)
    np.testing.assert_allclose(found.targets[:, malignant], [0.25, 0, 0.75, 0.925], atol=1 / 128)
    np.testing.assert_array_equal(found.targets.sum(axis=1), 1)  # or they would be partial labels
    assert not found.partial.any()
    np.testing.assert_array_equal(samples.targets.max(axis=1), 1)


@pytest.mark.parametrize("rating", ["6", "0", "high", "nan"])
def test_a_rating_that_is_none_is_one_sentence(rating: str, folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a number from 1 to 5"):
        dataset.rated(_table(folder, tmp_path, ["2", "2", rating, "4"]), "rating")


def test_ratings_need_their_column(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ratings in a column malignancy"):
        dataset.rated(_table(folder, tmp_path, ["2", "2", "4", "4"]), "malignancy")


def test_ratings_need_one_malignant_class_of_two(folder: Folder) -> None:
    with pytest.raises(InputError, match="one benign and one malignant"):
        dataset.rated(small(folder(normal=2, squamous=2)), "rating")
