"""How large and how dense the lungs are: volumes, %LAA−950, Perc15, mean density; where, and how sure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from lungview.errors import InputError
from lungview.lung.coronal import CoronalMap, coronal_map
from lungview.lung.grid import turn
from lungview.lung.lungs import ABSENT, LEAST_LUNG_ML, LEFT, RIGHT, LungMask
from lungview.lung.reliability import UNKNOWN, Coverage, coverage
from lungview.lung.technique import Technique, technique_of
from lungview.study.volume import Volume

AIRY_HU = -500  # vessels, nodules and consolidation lie above: they count for the volume, not for density
LOW_HU = -950
LEAST_HU = -1024
_BINS = AIRY_HU - LEAST_HU


@dataclass(frozen=True, slots=True)
class Density:
    """One lung, both, or a part of them.

    volume_ml: with vessels and nodules. airy_ml: below AIRY_HU, what the rest is measured on. mean_hu: mean
    lung density. laa950: share in [0, 1] below −950 HU. perc15_hu: 15 % of the voxels are below.
    The last three are None where nothing is airy; HU below −1024 count as −1024.
    """

    volume_ml: float
    airy_ml: float
    mean_hu: float | None
    laa950: float | None
    perc15_hu: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """Where in the lungs, and how sure.

    right_thirds, left_thirds: upper, middle and lower third of each lung, at the same heights in both.
    counts: (AIRY_HU − LEAST_HU,) int64, airy voxels of both lungs by whole HU from LEAST_HU up, read-only.
    coronal: the share of lung below LOW_HU. coverage: what of the lungs the scan has. notes: of the volume,
    what was put right in it.
    """

    right_thirds: tuple[Density, Density, Density]
    left_thirds: tuple[Density, Density, Density]
    counts: np.ndarray = field(repr=False)
    coronal: CoronalMap
    technique: Technique
    coverage: Coverage
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.counts.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Quantities:
    """Both lungs, each lung, and thirds of equal height of both lungs from the top downwards."""

    both: Density
    right: Density
    left: Density
    upper: Density
    middle: Density
    lower: Density
    detail: Detail | None = field(default=None, repr=False, compare=False)

    @property
    def coverage(self) -> Coverage:
        """What of the lungs the scan has, and so what may be said of them; without detail nobody knows."""
        return UNKNOWN if self.detail is None else self.detail.coverage


def quantify(volume: Volume, mask: LungMask) -> Quantities:
    """Measure the lungs of a volume. Raises InputError for a mask of another shape or an empty one."""
    if mask.values.shape != volume.values.shape:
        raise InputError(f"the lung mask is {mask.values.shape}, the volume {volume.values.shape}")
    turned = turn(volume)
    labels, values = turned.to_patient(mask.values), turned.to_patient(volume.values)
    box = _box(labels)
    counts, voxel_ml = _counted(labels[box], values[box]), volume.voxel_mm3 / 1000
    depth, height, width = (volume.spacing_mm[axis] for axis in turned.order)
    mm = (depth, height, width)
    made = coronal_map(labels[box] > 0, values[box], mm, (LOW_HU, AIRY_HU))
    found, technique = _quantities(counts, voxel_ml), technique_of(volume)
    detail = Detail(
        _thirds(counts[:, RIGHT], voxel_ml),
        _thirds(counts[:, LEFT], voxel_ml),
        counts.sum(axis=(0, 1))[:-1],
        made,
        technique,
        coverage(labels, mm, technique, *_missing(found, (*volume.gaps, *mask.notes))),
        volume.notes,
    )
    return replace(found, detail=detail)


def _box(labels: np.ndarray) -> tuple[slice, slice, slice]:
    """Around all lung. Raises InputError where there is none."""
    along = (labels.any(axis=(1, 2)), labels.any(axis=(0, 2)), labels.any(axis=(0, 1)))
    ends = [np.flatnonzero(each) for each in along]
    if not len(ends[0]):
        raise InputError("the lung mask is empty")
    slices, rows, columns = (slice(int(each[0]), int(each[-1]) + 1) for each in ends)
    return slices, rows, columns


def _counted(labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(3, 3, bins + 1): voxels of each third, from the lowest, of each side, by HU; last what is not airy."""
    counts = np.zeros((3, 3, _BINS + 1), np.int64)
    for third, part in enumerate(np.array_split(np.arange(len(labels)), 3)):
        for z in part:
            counts[third] += _histograms(labels[z], values[z])
    return counts


def _quantities(counts: np.ndarray, voxel_ml: float) -> Quantities:
    sides = counts.sum(axis=0)
    both, right, left = (_density(each, voxel_ml) for each in (sides.sum(axis=0), sides[RIGHT], sides[LEFT]))
    return Quantities(both, right, left, *_thirds(counts.sum(axis=1), voxel_ml))


def _thirds(counts: np.ndarray, voxel_ml: float) -> tuple[Density, Density, Density]:
    """Upper, middle and lower."""
    lower, middle, upper = (_density(each, voxel_ml) for each in counts)
    return upper, middle, lower


def _missing(found: Quantities, notes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the lungs are cut off, as the mask says; which is not there, or too small to be one."""
    small = {ABSENT[side] for side, each in ((RIGHT, found.right), (LEFT, found.left))
             if each.volume_ml < LEAST_LUNG_ML}  # fmt: skip
    absent = tuple(each for each in ABSENT.values() if each in small or each in notes)
    return tuple(each for each in notes if each not in absent), absent


def _histograms(labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(3, bins + 1): voxels of each side by whole HU from LEAST_HU up; row 0 stays empty."""
    where = labels > 0
    hu = np.clip(np.rint(values[where]).astype(np.int64), LEAST_HU, AIRY_HU) - LEAST_HU
    joined = labels[where].astype(np.int64) * (_BINS + 1) + hu
    return np.bincount(joined, minlength=3 * (_BINS + 1)).reshape(3, -1)


def _density(counts: np.ndarray, voxel_ml: float) -> Density:
    airy, total = counts[:-1], int(counts.sum())
    voxels = int(airy.sum())
    if not voxels:
        return Density(total * voxel_ml, 0.0, None, None, None)
    hu = np.arange(_BINS) + LEAST_HU
    return Density(
        volume_ml=total * voxel_ml,
        airy_ml=voxels * voxel_ml,
        mean_hu=float((airy * hu).sum() / voxels),
        laa950=float(airy[hu < LOW_HU].sum() / voxels),
        perc15_hu=float(hu[np.searchsorted(np.cumsum(airy), 0.15 * voxels)]),
    )
