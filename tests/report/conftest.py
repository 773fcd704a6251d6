"""Hand-made cases: a drawn slice, a card, a prediction; nothing read, nothing inferred."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lungview.classify.case import Case, Prediction, Seconds, Suitability, Verdict
from lungview.image.slice import Geometry, Instance, Patient, Slice, Spacing, Study
from lungview.image.window import LUNG
from lungview.model.card import ClassLabel, ModelCard, OperatingPoint
from lungview.model.input import Box
from lungview.report.content import CaseContent, Layout

SHA = "0123456789abcdef" * 4
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def make_card() -> ModelCard:
    return ModelCard(
        id="demo-subtype",
        name="Demo subtype",
        version="1.2",
        task="subtype",
        architecture="MobileNetV2",
        classes=(
            ClassLabel("adenocarcinoma", "Adenocarcinoma", True),
            ClassLabel("large_cell", "Large cell carcinoma", True),
            ClassLabel("squamous_cell", "Squamous cell carcinoma", True),
            ClassLabel("normal", "Normal", False),
        ),
        input_size=(224, 224),
        sha256=SHA,
        calibrated=True,
        operating_point=OperatingPoint(0.5, (0.4, 0.6)),
        ood_threshold=12.0,
        data="Chest CT-Scan images, 1,000 pictures, hospitals unknown.",
        split="Grouped by near-duplicates, 720 / 280.",
        metrics={
            "test": {"n": 280, "accuracy": 0.954, "auc": 0.991, "ci95": {"accuracy": [0.922, 0.975]}},
            "other hospital": {"n": 646, "auc": 0.45},
        },
        intended_use="Research and teaching: a second opinion on one axial chest CT slice.",
        limits="Two-dimensional; not for detection, staging or screening. Fails on other hospitals.",
    )


def make_instance(**changes: Any) -> Instance:
    values = {
        "path": Path("CT000014.dcm"),
        "sop_instance_uid": "1.2.826.0.1.3680043.10.1.14",
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "series_instance_uid": "1.2.826.0.1.3680043.10.1",
        "modality": "CT",
        "instance_number": 14,
        "geometry": Geometry((-180.0, -180.0, -112.5), (1, 0, 0, 0, 1, 0)),
        "rows": 256,
        "columns": 256,
    }
    return Instance(**{**values, **changes})


def thorax(size: int = 256) -> np.ndarray:
    """A body, two lungs and a nodule, HU."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    values = np.full((size, size), -1000.0, dtype=np.float32)
    values[(x / 0.46) ** 2 + (y / 0.34) ** 2 < 1] = 40
    for side in (-1, 1):
        values[((x - side * 0.2) / 0.15) ** 2 + (y / 0.25) ** 2 < 1] = -850
    values[(x - 0.22) ** 2 + (y + 0.08) ** 2 < 0.0018] = 60
    values[(x / 0.06) ** 2 + ((y - 0.2) / 0.06) ** 2 < 1] = 700
    return values


def make_slice(name: str = "Müller^Jürgen", **changes: Any) -> Slice:
    values: dict[str, Any] = {
        "instance": make_instance(),
        "values": thorax(),
        "unit": "HU",
        "spacing": Spacing(1.4, 1.4, "PixelSpacing"),
        "windows": (LUNG,),
        "patient": Patient(name, "PID-0815", "19500607", "M"),
        "study": Study("1.2.826.0.1.3680043.10", "Thorax", "20260102", "101500", "ACC-77", "St. Elsewhere"),
        "series_description": "Lung 1.0 B70f",
    }
    return Slice(**{**values, **changes})


def make_prediction(**changes: Any) -> Prediction:
    cams = np.zeros((4, 7, 7), dtype=np.float32)
    cams[0, 2:4, 4:6] = 1.0
    values: dict[str, Any] = {
        "keys": ("adenocarcinoma", "large_cell", "squamous_cell", "normal"),
        "probabilities": (0.81, 0.07, 0.09, 0.03),
        "cams": cams,
        "box": Box(0, 0, 256, 256),
        "label": "adenocarcinoma",
        "verdict": Verdict.CALLED,
        "suitability": Suitability(True, 4.2, 12.0),
        "model": "demo-subtype@1.2",
        "sha256": SHA,
        "seconds": Seconds(0.012, 0.006, 0.021),
        "seen": np.zeros((224, 224), dtype=np.uint8),
    }
    return Prediction(**{**values, **changes})


def heat(size: int = 256) -> np.ndarray:
    y, x = np.mgrid[:size, :size] / size - 0.5
    return np.exp(-((x - 0.22) ** 2 + (y + 0.08) ** 2) / 0.01).astype(np.float32)


def make_content(**changes: Any) -> CaseContent:
    slice_ = changes.pop("slice", None) or make_slice()
    values: dict[str, Any] = {
        "slice": slice_,
        "case": Case(slice_.instance, make_prediction()),
        "card": make_card(),
        "window": LUNG,
        "heat": heat(),
    }
    return CaseContent(**{**values, **changes})


@pytest.fixture
def layout() -> Layout:
    return Layout(created=WHEN)


def with_layout(layout: Layout, **changes: Any) -> Layout:
    return dataclasses.replace(layout, **changes)
