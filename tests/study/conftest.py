"""Series and volumes with known places, made here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance, Slice, Spacing
from lungview.study.series import Series
from tests.sources.conftest import folder as folder

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

Stored = tuple[Series, Callable[[Instance], Slice]]


@pytest.fixture
def make_series() -> Callable[..., Stored]:
    """A series of slices at the positions given; slice k holds 100 · k."""

    def make(
        positions: list[tuple[float, float, float]],
        *,
        orientation: tuple[float, ...] = AXIAL,
        shape: tuple[int, int] = (4, 6),
        unit: str = "HU",
    ) -> Stored:
        instances = tuple(
            Instance(
                path=Path(f"{k:04d}.dcm"),
                sop_instance_uid=f"1.2.{k}",
                modality="CT",
                instance_number=k + 1,
                geometry=Geometry(position, orientation),  # type: ignore[arg-type]
                rows=shape[0],
                columns=shape[1],
            )
            for k, position in enumerate(positions)
        )
        spacing = Spacing(0.5, 0.8, "PixelSpacing")
        series = Series("key", "1.2", "", "CT", instances, *shape, spacing, frame_of_reference_uid="1.9")

        def read(instance: Instance) -> Slice:
            value = float(instances.index(instance)) * 100
            return Slice(instance, np.full(shape, value, np.float32), unit, spacing)

        return series, read

    return make


@pytest.fixture
def without_geometry() -> Callable[[Series, int], Series]:
    """The series with the place of one instance taken away."""

    def take(series: Series, index: int) -> Series:
        instances = list(series.instances)
        instances[index] = replace(instances[index], geometry=None)
        return replace(series, instances=tuple(instances))

    return take
