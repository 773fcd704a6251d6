"""One file of each kind that the gate refuses, and a network whose answers can be found again anywhere."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from pydicom import Dataset

from lungview.image.phantom import Thorax, write_series
from lungview.model.card import ClassLabel
from lungview.network.runtime import Output

THORAX = Thorax(slices=3, matrix=128)
FAR = 2e6  # what the network says of the kind "unlike"; the card allows LIMIT
LIMIT = 1e6
KEYS = ("qxa", "qxb", "qxc")
CLASSES = tuple(
    ClassLabel(key, f"Class {key.upper()}", malignant=m)
    for key, m in zip(KEYS, (True, True, False), strict=True)
)
# What a network says: two answers that differ in all that must not be told.
SAID = {"one": (0.8137264, 0.1031957, 0.0830779), "other": (0.1519532, 0.6643811, 0.1836657)}


def cams(which: str) -> np.ndarray:
    """(classes, 7, 7): of no picture, so its bytes are found nowhere by chance."""
    rng = np.random.default_rng(sorted(SAID).index(which) + 1)
    return rng.uniform(0.05, 3.0, (3, 7, 7)).astype(np.float32)


class Network:
    """In place of the network: always the same answer. far: the picture is unlike the training pictures."""

    def __init__(self, which: str, far: bool) -> None:
        self.which, self.far, self.asked = which, far, 0

    def run(self, _values: np.ndarray) -> Output:
        self.asked += 1
        return Output(np.array(SAID[self.which], np.float32), cams(self.which), FAR if self.far else 3.0)


def _no_change(_: Dataset, __: int) -> None: ...


def _header(**values: object) -> Callable[[Dataset, int], None]:
    def change(dataset: Dataset, _: int) -> None:
        for name, value in values.items():
            setattr(dataset, name, value)

    return change


def _tissue(dataset: Dataset, _: int) -> None:
    """A round of soft tissue in air, as an abdomen is."""
    rows, columns = np.mgrid[: dataset.Rows, : dataset.Columns]
    inside = np.hypot((rows - 64) / 40.0, (columns - 64) / 56.0) < 1
    _store(dataset, np.where(inside, 40, -1000))


def _room_air(dataset: Dataset, _: int) -> None:
    _store(dataset, np.full((dataset.Rows, dataset.Columns), -1000))


def _store(dataset: Dataset, hounsfield: np.ndarray) -> None:
    dataset.PixelData = (hounsfield + 1024).astype("<u2").tobytes()


def _no_hounsfield(dataset: Dataset, _: int) -> None:
    rng = np.random.default_rng(3)
    dataset.PixelData = rng.integers(0, 4000, (dataset.Rows, dataset.Columns), dtype=np.uint16).tobytes()
    dataset.RescaleType = "US"


# Of a series of a CT, each a change of the phantom's data sets.
OF_CT: dict[str, Callable[[Dataset, int], None]] = {
    "head": _header(BodyPartExamined="HEAD"),
    "abdomen": _tissue,
    "air": _room_air,
    "unlike": _no_change,
    "localizer": _header(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]),
    "coronal": _header(ImageOrientationPatient=[1, 0, 0, 0, 0, -1]),
    "magnetic": _header(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"),
    "no_hounsfield": _no_hounsfield,
}


def _colour(path: Path) -> Path:
    rng = np.random.default_rng(1)
    cv2.imwrite(str(path), rng.integers(0, 255, (128, 128, 3)).astype(np.uint8))
    return path


def _small(path: Path) -> Path:
    cv2.imwrite(str(path), np.random.default_rng(1).integers(0, 255, (40, 40)).astype(np.uint8))
    return path


_PICTURES = {"colour": _colour, "small": _small}
KINDS = (*OF_CT, *_PICTURES)


def make(kind: str, folder: Path) -> Path:
    """A folder with the files of a kind: three slices of one series, or a picture."""
    folder.mkdir(parents=True)
    if kind in OF_CT:
        write_series(folder, THORAX, change=OF_CT[kind])
    else:
        _PICTURES[kind](folder / "picture.png")
    return folder


def numbers(which: str) -> list[str]:
    """What is withheld, as people write it: each probability, and the one of malignancy."""
    values = (*SAID[which], SAID[which][0] + SAID[which][1])
    written = {f"{v:.{d}f}" for v in values for d in (3, 4, 6)} | {f"{100 * v:.1f} %" for v in values}
    return sorted(written | {str(float(np.float32(v))) for v in SAID[which]})


def binaries(which: str) -> list[bytes]:
    """The same as programs write it: doubles, and the heat map as it is made and as it is kept."""
    probabilities = [float(np.float32(v)) for v in SAID[which]]
    maps = cams(which)
    peak = maps.max(axis=(1, 2), keepdims=True)
    rows = [m[each] for m in (maps, maps / peak, (maps / peak).astype(np.float16)) for each in (0, 1, 2)]
    doubles = [struct.pack(order + "d", v) for order in "<>" for v in probabilities]
    return [*doubles, *(struct.pack("<f", v) for v in probabilities), *(row[2].tobytes() for row in rows)]
