"""The figures of a findings model on everything it is measured on, asked here or by workers."""

from __future__ import annotations

import dataclasses
import hashlib
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lungview.batch.carriers.executors import BundleLostError, Carriers
from lungview.batch.carriers.spread import among
from lungview.errors import InputError
from lungview.model import model_folder
from lungview.model.card import ClassLabel, ModelCard, OperatingPoint
from lungview.model.registry import Entry
from lungview.training.findings.measuring import asked
from lungview.training.findings.measuring.evaluate import evaluate
from lungview.training.findings.samples import scans
from tests.training.findings import measured_data

BLOBS = Path(__file__).parents[2] / "network" / "models" / "blobs.tflite"
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Entry:
    """A network that answers with what is brighter than its surroundings."""
    content, folder = BLOBS.read_bytes(), tmp_path_factory.mktemp("models") / "blobs"
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard("blobs", "Blobs", "1", "findings", "blob", HEADS, (192, 256), sha256=digest)
    card = dataclasses.replace(card, operating_point=OperatingPoint(0.3))
    model_folder.write(card, content, folder)
    return Entry(card, folder)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measured_data.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def whole(data: Path, blobs: Entry) -> dict[str, Any]:
    """The figures as this process has them."""
    return evaluate(data, blobs)[0]


class _DiesOf(Executor):
    """Runs calls at once; what has this word in it takes its worker with it."""

    def __init__(self, word: str) -> None:
        self.word = word

    def submit(self, function: Any, /, *args: Any, **_: Any) -> Future[Any]:
        made: Future[Any] = Future()
        if any(self.word in str(item) for item in args[1]):
            made.set_exception(BundleLostError())
        else:
            made.set_result(function(*args))
        return made


def test_every_part_that_is_there_is_measured(whole: dict[str, Any]) -> None:
    result = whole
    assert (result["series"]["patients"], result["series"]["tumour_slices"]) == (1, 3)
    assert {k: v["n"] for k, v in result["called"].items() if k not in ("tumour", "other")} == {
        "iq-oth cancer": 1, "iq-oth normal": 1, "iq-oth benign": 1, "no-cancer made normal": 1,
    }  # fmt: skip
    assert (result["crops"]["crops"], result["crops"]["patients"]) == (2, 2)
    assert [row["n"] for row in result["sensitivity"]] == [2]
    assert result["failed"] == 0


def test_workers_give_the_same_figures_in_whatever_order_they_end(
    data: Path, blobs: Entry, whole: dict[str, Any]
) -> None:
    assert evaluate(data, blobs, spread=among(Carriers(3, ThreadPoolExecutor))) == (whole, ())


def test_what_a_worker_dies_of_is_named_and_the_rest_is_measured(
    data: Path, blobs: Entry, whole: dict[str, Any]
) -> None:
    picture = sorted((data / "iq-oth").glob("*.png"))[0]
    spread = among(Carriers(1, lambda _: _DiesOf(picture.name)))
    result, lost = evaluate(data, blobs, spread=spread)
    assert {e.path for e in lost} == {str(p) for p in (picture, data / "no-cancer" / picture.name)}
    assert result["failed"] == 2
    assert result["called"]["iq-oth cancer"]["n"] == 0
    assert result["called"]["iq-oth normal"]["n"] == 1
    assert (result["series"], result["crops"]) == (whole["series"], whole["crops"])


def test_a_series_whose_worker_dies_is_in_no_figure(data: Path, blobs: Entry, whole: dict[str, Any]) -> None:
    result, lost = evaluate(data, blobs, spread=among(Carriers(1, lambda _: _DiesOf("B/IM0001.dcm"))))
    assert [Path(e.path).parent.name for e in lost] == ["B"]
    assert result["series"] == whole["series"]


def test_of_a_series_of_air_there_is_no_answer_and_no_answer_takes_its_voxels_along(
    data: Path, blobs: Entry
) -> None:
    lungs, air = scans.listed(data / "ct")
    assert asked.scan(air, blobs) is None
    answer = asked.scan(lungs, blobs)
    assert answer is not None
    assert (answer.scan.patient, answer.scan.hounsfield.size, len(answer.scores)) == ("A", 0, 7)


def test_progress_is_told_by_part_and_number(data: Path, blobs: Entry) -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(data, blobs, lambda *step: told.append(step))
    assert told[:2] == [("ct", 1, 2), ("ct", 2, 2)]
    assert told[-1] == ("crops", 2, 2)


def test_series_of_which_none_has_a_box_are_one_sentence(tmp_path: Path, blobs: Entry) -> None:
    measured_data.write(tmp_path)
    table = tmp_path / "ct" / "index.csv"
    lines = table.read_text().splitlines()
    bare = [lines[0], *(line.rsplit(",", 1)[0] + "," for line in lines[1:])]
    table.write_text("\n".join(bare) + "\n")
    with pytest.raises(InputError, match="no series here with a tumour's box and lungs"):
        evaluate(tmp_path, blobs)


def test_a_picture_that_is_none_and_a_folder_without_anything_are_one_sentence(
    tmp_path: Path, blobs: Entry
) -> None:
    with pytest.raises(InputError, match="nothing here that a findings model is measured on"):
        evaluate(tmp_path, blobs)
    (tmp_path / "iq-oth").mkdir()
    (tmp_path / "iq-oth" / "index.csv").write_text("path,class,group_id\na.png,normal,1\nb.png,normal,2\n")
    assert cv2.imwrite(str(tmp_path / "iq-oth" / "a.png"), np.zeros((64, 64), np.uint8))
    (tmp_path / "iq-oth" / "b.png").write_text("no picture")
    with pytest.raises(InputError, match="not a picture"):
        evaluate(tmp_path, blobs)
