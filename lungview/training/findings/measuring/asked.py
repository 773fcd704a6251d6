"""What a findings model is asked about one series, picture or patient of LIDC, in whichever process."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.model.registry import Entry
from lungview.network import dense
from lungview.nodules.detector import candidates
from lungview.training.findings.measuring import crops, measure, sizes
from lungview.training.findings.samples import lidc, scans

_LEFT_WHERE_READ = np.zeros((0, 0, 0), np.int16)  # voxels are in no figure


@dataclass(frozen=True, slots=True)
class OfPatient:
    """A patient's crops, and of them the nodules that readers suspected."""

    marked: tuple[crops.Marked, ...]
    scored: tuple[sizes.Scored, ...]


def scan(listed: scans.Listed, entry: Entry) -> measure.Answer | None:
    """The search of a series, without its voxels; None where it has no lungs.

    Raises InputError, ReadError, ModelError.
    """
    read = listed.read()
    network = dense.load(entry)
    try:
        found = measure.answer(read, network)
    except InputError:
        return None
    return dataclasses.replace(found, scan=dataclasses.replace(read, hounsfield=_LEFT_WHERE_READ))


def picture(path: Path, entry: Entry) -> tuple[tuple[float, float], ...]:
    """Score and extent, mm, of a picture's candidates by falling score. Raises InputError, ModelError."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise InputError("not a picture", path)
    found = candidates.of_picture(np.asarray(grey), None, dense.load(entry))
    return tuple((c.score, c.extent_mm) for c in found)


def patient(listed: lidc.Patient, entry: Entry) -> OfPatient:
    """Raises InputError, ModelError."""
    network, nodules = dense.load(entry), list(listed.nodules())
    marked = crops.marked([s for n in nodules for s in n.samples], network)
    return OfPatient(tuple(marked), tuple(sizes.scored(nodules, network)))
