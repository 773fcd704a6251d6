"""What each stage learns from: samples of every kind it asks for, each drawn as often as it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import InputError
from lungview.training.findings import mine
from lungview.training.findings.learn import Material
from lungview.training.findings.recipe import Data, Stage
from lungview.training.findings.samples import lidc, pictures, scans, transplant, whole
from lungview.training.findings.samples.sample import Sample

Weighed = tuple[list[Sample], np.ndarray]


@dataclass(frozen=True)
class Sources:
    """The data of a training, read when first asked for. left_out: patients whose series do not train."""

    root: Path
    data: Data
    left_out: frozenset[str] = frozenset()

    @cached_property
    def crops(self) -> list[Sample]:
        return lidc.samples(self.root / self.data.crops, "train")

    @cached_property
    def normal(self) -> list[Sample]:
        found = sorted(self.root.glob(self.data.normal))
        if not found:
            raise InputError("no pictures of a normal scan", self.root / self.data.normal)
        return pictures.samples(found, "normal")

    @cached_property
    def slices(self) -> list[Sample]:
        found = (s for s in scans.read(self.root / self.data.scans) if s.patient not in self.left_out)
        return [sample for scan in found for sample in whole.samples(scan)]

    @cached_property
    def grafts(self) -> list[transplant.Graft]:
        return transplant.read(self.root / self.data.boxes, "train")


def of_stage(stage: Stage, sources: Sources, model: Any) -> Material:
    """What the stage draws from. model: trained by the stage before; it says where its false alarms are."""
    found = {kind: _kind(kind, sources, model) for kind, share in stage.shares.items() if share > 0}
    samples = [s for part, _ in found.values() for s in part]
    grafts = sources.grafts if stage.patches.grafts > 0 else []
    return Material(samples, _chances(found, stage.shares), grafts)


def _chances(found: Mapping[str, Weighed], shares: Mapping[str, float]) -> np.ndarray:
    parts = [weights / weights.sum() * shares[kind] for kind, (_, weights) in found.items() if weights.size]
    chances: np.ndarray = np.concatenate(parts)
    return np.asarray(chances / chances.sum())


def _kind(kind: str, sources: Sources, model: Any) -> Weighed:
    if kind == "nodules":  # large ones are rare
        marked = [s for s in sources.crops if s.radius_mm]
        return marked, np.array([np.clip(s.radius_mm / 3, 0.8, 5) for s in marked])
    if kind == "crops":
        return _evenly(s for s in sources.crops if not s.radius_mm)
    if kind == "normal":
        return _evenly(sources.normal)
    if kind == "tumours":
        return _evenly(s for s in sources.slices if s.radius_mm)
    if kind == "slices":
        return _evenly(s for s in sources.slices if not s.radius_mm)
    return _alarms(sources.crops if kind == "crop_alarms" else [*sources.normal, *sources.slices], model)


def _evenly(samples: Iterable[Sample]) -> Weighed:
    found = list(samples)
    return found, np.ones(len(found))


def _alarms(samples: Sequence[Sample], model: Any) -> Weighed:
    found = list(mine.mined(model, samples))
    return [s for s, _ in found], np.array([score for _, score in found])
